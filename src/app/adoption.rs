//! What is worked out of a design beside the window, and a live VPC as a design: the window's part of both.

use super::atlas::Atlas;
use super::code::Original;
use super::designer::live::Live;
use super::designs::{Leaf, Leaving};
use super::dialogs::Purpose;
use super::sheet::Page;
use crate::design::adopt;
use crate::network::{Id, Key};
use crate::workspace::{Document, copy_text, save_code};
use eframe::egui;
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Atlas {
    /// Whether something that follows from the open design is being worked out.
    pub fn is_working(&self) -> bool {
        self.designer
            .as_ref()
            .is_some_and(|it| it.code.is_under_way() || it.live.is_under_way())
    }

    /// Bring the code of the design, and what it would change, up to date.
    pub(super) fn work_out(&mut self, ctx: &egui::Context) {
        let beside = self
            .network_beside()
            .filter(|opened| !opened.growing)
            .map(|opened| (opened.generation, Arc::clone(&opened.network)));
        let is_code = self.shows_design && self.sheet.page == Page::Code;
        let Some(designer) = &mut self.designer else {
            return;
        };
        let design = designer.document.design();
        if is_code {
            let vpc = designer.live.vpc().cloned();
            let original = beside.clone().zip(vpc);
            let original = original.map(|((generation, network), vpc)| Original {
                generation,
                network,
                vpc,
            });
            designer.code.update(ctx, design, original);
        }
        if designer.live.update(ctx, beside, design) {
            self.show_plan();
        }
    }

    /// The live VPC that a copy would be made of: that of what is selected, else the one that is shown, else the only
    /// one.
    pub(super) fn live_vpc(&self) -> Option<Key> {
        let opened = self.sheet.opened.as_ref();
        let opened = opened.filter(|opened| !self.shows_design && !opened.growing)?;
        let selected = self.sheet.selected.as_ref();
        let selected = selected.and_then(|key| opened.vpc_of(key));
        let only = match opened.vpcs.as_slice() {
            [only] => Some(only.key.clone()),
            _ => None,
        };
        let is_live = |key: &Key| matches!(key.id, Id::Aws(_)) && opened.get(key).is_some();
        let mut candidates = [selected, self.sheet.seen.vpc.clone(), only]
            .into_iter()
            .flatten();
        candidates.next().filter(is_live)
    }

    /// Open a copy of a live VPC, once it is known what becomes of the open design.
    pub(super) fn copy_as_design(&mut self) {
        if let Some(vpc) = self.live_vpc() {
            self.leave(Leaving::Open(Box::new(Leaf::Copy(vpc))));
        }
    }

    pub(super) fn open_copy(&mut self, vpc: &Key) {
        let Some(opened) = self.network_beside() else {
            return;
        };
        let name = opened.name(vpc);
        let adopted = match adopt(&opened.network, vpc) {
            Ok(adopted) => adopted,
            Err(error) => return self.complain(error.to_string()),
        };
        let text = copy_text(&opened.network, vpc, &adopted);
        let document = Document::read(&text, None);
        let document = document.unwrap_or_else(|_| Document::new(adopted.design));
        self.open_document(document.titled(format!("Copy of {name}")));
        if let Some(designer) = &mut self.designer {
            designer.live = Live::copying(vpc.clone());
        }
    }

    /// Ask where the code that is shown is to be written.
    pub(super) fn ask_for_code(&mut self, ctx: &egui::Context) {
        let Some(designer) = &mut self.designer else {
            return;
        };
        designer.code.saves = designer.code.code();
        let Some((tool, _)) = &designer.code.saves else {
            return;
        };
        let purpose = if tool.is_folder() {
            Purpose::SaveCodeFolder
        } else {
            Purpose::SaveCode
        };
        let name = self.code_place();
        let name = name.file_name().filter(|_| purpose == Purpose::SaveCode);
        let name = name.map(|name| name.to_string_lossy().into_owned());
        self.ask(ctx, purpose, name);
    }

    /// Where the code is proposed to be written: called like the design, beside what was saved last.
    pub(super) fn code_place(&self) -> PathBuf {
        let name = self.design_file_name();
        let stem = name.strip_suffix(".vpc.toml").unwrap_or(&name);
        let saves = self.designer.as_ref().and_then(|it| it.code.saves.as_ref());
        let ending = saves
            .filter(|(tool, _)| !tool.is_folder())
            .and_then(|(_, code)| Path::new(&code.files.first()?.name).extension())
            .and_then(|ending| ending.to_str());
        let name = match ending {
            Some(ending) => format!("{stem}.{ending}"),
            None => stem.to_owned(),
        };
        self.settings
            .last_folder
            .clone()
            .unwrap_or_default()
            .join(name)
    }

    /// Write the code that a place was asked for.
    pub(super) fn write_code(&mut self, ctx: &egui::Context, path: &Path) {
        let saves = self.designer.as_mut().and_then(|it| it.code.saves.take());
        let Some((tool, code)) = saves else {
            return self.complain(format!(
                "the design whose code was to be saved as {} is no longer open; nothing was written",
                path.display()
            ));
        };
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let saved = match save_code(tool, &code, &path) {
            Ok(saved) => saved,
            Err(error) => return self.complain(error.to_string()),
        };
        let folder = path.parent().map(Path::to_owned);
        self.change_settings(|settings| settings.last_folder.clone_from(&folder));
        let what = match saved.files.as_slice() {
            [only] => only.path.display().to_string(),
            several => format!("{} files in {}", several.len(), path.display()),
        };
        let kept: Vec<String> = saved
            .files
            .iter()
            .filter_map(|file| Some(file.kept.as_ref()?.display().to_string()))
            .collect();
        let words = match kept.as_slice() {
            [] => format!("Saved {what}"),
            kept => format!(
                "Saved {what}; what was there is kept as {}",
                kept.join(", ")
            ),
        };
        self.toast(ctx, words);
        if !saved.strays.is_empty() {
            let strays: Vec<String> = saved
                .strays
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            self.complain(format!(
                "{} was there already and Terraform reads it too; take it away if it is of an earlier export",
                strays.join(", ")
            ));
        }
    }
}
