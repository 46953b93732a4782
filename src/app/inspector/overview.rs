//! What the inspector tells of what lies between VPCs.

use super::super::widgets;
use super::Page;
use crate::network::Key;
use eframe::egui;
use egui::Ui;

impl Page<'_> {
    /// Blocks of this VPC that overlap those of others.
    pub(super) fn overlaps(&self, ui: &mut Ui) {
        let overlaps = self.opened.overlaps().iter();
        let rows: Vec<(Key, String)> = overlaps
            .filter_map(|overlap| {
                let (own, other, block) = overlap.seen_from(self.key)?;
                let blocks = if own == block {
                    own.to_string()
                } else {
                    format!("{own}, {block}")
                };
                let words = if overlap.matters() {
                    format!("{blocks} · joined")
                } else {
                    blocks
                };
                Some((other.clone(), words))
            })
            .collect();
        if !rows.is_empty() {
            self.resource_rows(ui, "Blocks overlap with", "", rows);
        }
    }

    /// What is known of a VPC or transit gateway that was not read.
    pub(super) fn outside(&self, ui: &mut Ui) {
        let Some(known) = self.opened.interconnect().outsider(self.key) else {
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
