//! What the inspector tells of what lies between VPCs.

use super::super::widgets;
use super::Page;
use crate::network::Key;
use eframe::egui;
use egui::Ui;

impl Page<'_> {
    /// Blocks of this VPC that overlap those of others.
    pub(super) fn overlaps(&self, ui: &mut Ui) {
        let Some(overlaps) = self.opened.overlaps() else {
            widgets::section(ui, "Blocks overlap with", "");
            Self::none(ui, "Blocks are being compared…");
            return;
        };
        let all = overlaps
            .joined_of(self.key)
            .chain(overlaps.apart_of(self.key));
        let rows: Vec<(Key, String)> = all
            .map(|seen| {
                let blocks = if seen.own == seen.block {
                    seen.own.to_string()
                } else {
                    format!("{}, {}", seen.own, seen.block)
                };
                let words = if seen.joined_by.is_empty() {
                    blocks
                } else {
                    format!("{blocks} · joined")
                };
                (seen.other.clone(), words)
            })
            .collect();
        if !rows.is_empty() {
            self.resource_rows(ui, "Blocks overlap with", "", rows);
        }
    }

    /// What is known of a VPC or transit gateway that was not read.
    pub(super) fn outside(&self, ui: &mut Ui) {
        let interconnect = self.opened.interconnect();
        let Some(known) = interconnect.and_then(|it| it.outsider(self.key)) else {
            return;
        };
        let words = |part: Option<&crate::network::Text>| {
            part.map_or_else(|| widgets::UNREAD.to_owned(), ToString::to_string)
        };
        widgets::fact(ui, "Owner", widgets::mono(words(known.owner.as_ref())));
        widgets::fact(ui, "Region", words(known.region.as_ref()));
        let blocks: Vec<String> = known.blocks.iter().map(ToString::to_string).collect();
        if !blocks.is_empty() {
            widgets::fact(ui, "Blocks", widgets::mono(blocks.join(", ")));
        }
        if self.key.kind == crate::network::Kind::Vpc {
            self.overlaps(ui);
        }
    }
}
