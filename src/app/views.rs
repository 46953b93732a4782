//! Saved searches as views of the map, and tags as its colours and groups.

use super::atlas::Atlas;
use super::model::Opened;
use super::panels::views::Naming;
use super::sheet::{Page, Sheet};
use crate::analysis::search::{LIMIT, Query};
use crate::network::{Key, Text};
use crate::workspace::SavedSearch;
use eframe::egui;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What is asked of saved searches.
#[derive(Clone, Debug)]
pub(super) enum ViewAction {
    /// Narrow the map to the view of this name, or to none.
    Show(Option<String>),
    /// Ask for a name, or whether a view is to go.
    Ask(Naming),
    /// Keep a search, and show it.
    Save(SavedSearch),
    /// Give it another name.
    Rename {
        /// What it is called.
        from: String,
        /// What it is to be called.
        to: String,
    },
    /// Forget it.
    Delete(String),
}

/// What a tag is to do on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// Give cards its colours.
    Color,
    /// Put cards together.
    Group,
}

/// What the map is narrowed to, and what for.
pub(super) struct Narrowed {
    query: String,
    generation: u64,
    keys: Arc<BTreeSet<Key>>,
}

impl Atlas {
    /// Find what the view shows, where the network or the view has changed.
    pub(super) fn narrow(&mut self, ctx: &egui::Context) {
        let Sheet {
            opened: Some(opened),
            seen,
            narrowed,
            ..
        } = &mut self.sheet
        else {
            return;
        };
        let Some(view) = &seen.view else {
            *narrowed = None;
            return;
        };
        let is_made = narrowed
            .as_ref()
            .is_some_and(|made| made.query == view.query && made.generation == opened.generation);
        if is_made {
            return;
        }
        let Some(index) = self.searcher.index(opened, ctx) else {
            return;
        };
        let found = index.search(&Query::parse(&view.query), LIMIT);
        let resources: Vec<&Key> = index.resources().map(|resource| resource.key()).collect();
        let keys = found.places().filter_map(|place| resources.get(place));
        *narrowed = Some(Narrowed {
            query: view.query.clone(),
            generation: opened.generation,
            keys: Arc::new(opened.standing_for(keys.copied())),
        });
    }

    /// What the map shows and nothing else: what a view finds, what is related to something, or both.
    pub(super) fn only(&self, opened: &Opened) -> Option<Arc<BTreeSet<Key>>> {
        let narrowed = self.sheet.narrowed.as_ref();
        let narrowed = narrowed.map(|narrowed| &narrowed.keys);
        let Some(focus) = &self.sheet.seen.focus else {
            return narrowed.map(Arc::clone);
        };
        let mut related = opened.related(focus, self.sheet.seen.picture()).keys;
        if let Some(narrowed) = narrowed {
            related.retain(|key| narrowed.contains(key));
        }
        Some(Arc::new(related))
    }

    pub(super) fn view_action(&mut self, ctx: &egui::Context, action: ViewAction) {
        match action {
            ViewAction::Show(name) => {
                let saved = name.and_then(|name| {
                    let mut saved = self.settings.saved_searches.iter();
                    saved.find(|saved| saved.name == name).cloned()
                });
                self.show_view(saved);
            }
            ViewAction::Ask(naming) => self.naming = Some(naming),
            ViewAction::Save(saved) => {
                self.change_settings(|settings| settings.save_search(&saved));
                self.toast(ctx, format!("Saved the view {}", saved.name));
                self.show_view(Some(saved));
            }
            ViewAction::Rename { from, to } => {
                self.change_settings(|settings| settings.rename_search(&from, &to));
                let shown = self.sheet.seen.view.as_mut();
                if let Some(view) = shown.filter(|view| view.name == from) {
                    view.name = to;
                }
            }
            ViewAction::Delete(name) => {
                self.change_settings(|settings| {
                    settings.saved_searches.retain(|saved| saved.name != name);
                });
                let shown = self.sheet.seen.view.as_ref();
                if shown.is_some_and(|view| view.name == name) {
                    self.show_view(None);
                }
                self.toast(ctx, format!("Deleted the view {name}"));
            }
        }
    }

    /// A view is of all VPCs, and takes the place of what was searched for.
    fn show_view(&mut self, view: Option<SavedSearch>) {
        if view.is_some() {
            self.end_search();
            self.sheet.page = Page::Map;
        }
        self.change_seen(|seen| {
            if view.is_some() {
                seen.vpc = None;
                seen.focus = None;
            }
            seen.view = view;
        });
        self.sheet.canvas.camera.fit();
    }

    pub(super) fn by_tag(&mut self, by: By, key: Option<Text>) {
        self.change_seen(|seen| match by {
            By::Color => seen.color_by = key,
            By::Group => seen.group_by = key,
        });
        self.sheet.page = Page::Map;
    }
}
