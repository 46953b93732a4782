//! Saved searches as views of the map, and tags as its colours and groups.

use super::atlas::Atlas;
use super::later::Later;
use super::model::{Picture, is_large, standing_for};
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

/// What the map is narrowed to: what a search finds in a network, which is told by its number.
pub(super) type Narrowed = Later<(String, u64), Arc<BTreeSet<Key>>>;

/// The neighbours of something, as far as the map is not narrowed to others.
pub(super) struct Neighbours {
    of: (Key, Picture, u64, (bool, bool)),
    within: Option<Arc<BTreeSet<Key>>>,
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
            narrowed.clear();
            return;
        };
        let wanted = (view.query.clone(), opened.generation);
        if narrowed.of() == Some(&wanted) {
            return;
        }
        let Some(index) = self.searcher.index(opened, ctx) else {
            return;
        };
        let (network, topology) = (Arc::clone(&opened.network), Arc::clone(&opened.topology));
        let query = Query::parse(&view.query);
        let work = move || {
            let found = index.search(&query, LIMIT);
            let resources: Vec<&Key> = index.resources().map(|resource| resource.key()).collect();
            let keys = found.places().filter_map(|place| resources.get(place));
            Arc::new(standing_for(&network, &topology, keys.copied()))
        };
        if is_large(&opened.network) {
            narrowed.want(ctx, wanted, work);
        } else {
            narrowed.now(wanted, work);
        }
    }

    /// What the map shows and nothing else: what a view finds, what is related to something, or both.
    pub(super) fn only(&mut self) -> Option<Arc<BTreeSet<Key>>> {
        let Sheet {
            opened: Some(opened),
            seen,
            narrowed,
            neighbours,
            ..
        } = &mut self.sheet
        else {
            return None;
        };
        let within = seen.view.as_ref().and_then(|_| narrowed.get()).cloned();
        let Some(focus) = &seen.focus else {
            return within;
        };
        let derivation = opened.derivation();
        let of = (focus.clone(), seen.picture(), opened.generation, derivation);
        let held = neighbours
            .take()
            .filter(|held| held.of == of && held.within == within);
        let held = held.unwrap_or_else(|| {
            let mut keys = opened.related(focus, seen.picture()).keys;
            if let Some(within) = &within {
                keys.retain(|key| within.contains(key));
            }
            Neighbours {
                of,
                within,
                keys: Arc::new(keys),
            }
        });
        let keys = Arc::clone(&held.keys);
        *neighbours = Some(held);
        Some(keys)
    }

    /// The same as it was found last.
    pub(super) fn only_now(&self) -> Option<Arc<BTreeSet<Key>>> {
        let sheet = &self.sheet;
        if sheet.seen.focus.is_some() {
            return sheet.neighbours.as_ref().map(|held| Arc::clone(&held.keys));
        }
        let is_narrowed = sheet.seen.view.is_some();
        sheet.narrowed.get().filter(|_| is_narrowed).map(Arc::clone)
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
