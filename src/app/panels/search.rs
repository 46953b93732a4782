//! The search box: what matches stays at full strength on the map, the rest is dimmed.

use super::super::command::Command;
use super::super::context::{Action, AppContext, hint};
use super::super::model::{Map, Opened};
use super::super::widgets::{self, Row};
use crate::analysis::search::{Completion, Found, Index, LIMIT, Query};
use crate::network::Key;
use crate::picture::diagram::CardId;
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::picture::view::grouped;
use eframe::egui;
use egui::text::{CCursor, CCursorRange};
use egui::{CornerRadius, Id, Rect, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many ways to go on are offered.
const COMPLETIONS: usize = 6;
/// The height of a result.
const RESULT: f32 = 40.0;
/// How high the list of results becomes.
const LIST: f32 = 320.0;
/// For how many hits whose card is known that card is taken in one frame.
const ANCHORED: usize = 16_000;
/// As many known ones take as long as a search for one card.
const UNASKED: usize = 8;

/// What to look for, with what it finds.
pub(in crate::app) const EXAMPLES: [(&str, &str); 11] = [
    ("web prod", "either word; what has both comes first"),
    (
        "\"web prod\" app*",
        "a phrase in order; words that start so",
    ),
    ("10.0.12.7", "what holds the address, from the nearest"),
    ("cidr:10.0.0.0/16", "what lies in the block"),
    ("kind:subnet,vpc region:eu-west-1", "all filters must fit"),
    ("tag:Env=prod,test", "a tag with one of these values"),
    ("tag:none kind:subnet", "nobody put a tag on it"),
    ("tag.key:cost*", "a tag whose key starts so"),
    ("application:shop", "what is part of an application"),
    ("vpc:main -kind:instance", "in a VPC, and no instances"),
    ("id:subnet-0a1b*", "an id, an ARN, or their start"),
];

/// What the search was made for.
#[derive(Clone, Debug, PartialEq, Eq)]
struct MadeFor {
    text: String,
    network: u64,
    map: u64,
    /// The index was there.
    indexed: bool,
}

/// Where a resource stands on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Anchor {
    /// Nobody asked yet.
    Unasked,
    /// Not on this map.
    Nowhere,
    /// On this card.
    Card(CardId),
}

/// What the box is to do in the next frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Wish {
    #[default]
    Nothing,
    /// Get the keyboard.
    Focus,
    /// The same, behind a text that was put in.
    End,
}

/// What is searched for, and what was found.
#[derive(Debug, Default)]
pub(in crate::app) struct Search {
    pub(in crate::app) text: String,
    made_for: Option<MadeFor>,
    found: Found,
    /// What is to be said of the search beside its results.
    notes: Vec<String>,
    completions: Vec<Completion>,
    /// What the map keeps at full strength: what was found, or what it is in.
    pub(in crate::app) cards: BTreeSet<CardId>,
    /// The card each resource of the index stands on, as far as anybody asked; for one network and map.
    anchors: Vec<Anchor>,
    anchors_for: (u64, u64),
    /// The cards of the hits before this one are found.
    anchored: usize,
    /// The cards found so far.
    gathered: BTreeSet<CardId>,
    /// The card of everything that was found is known.
    is_anchored: bool,
    /// Counts up with each search.
    pub(in crate::app) generation: u64,
    /// Completions come first, then results.
    marked: usize,
    is_listing: bool,
    shows_examples: bool,
    wish: Wish,
}

impl Search {
    /// Whether something is searched for.
    pub(in crate::app) fn is_active(&self) -> bool {
        self.made_for
            .as_ref()
            .is_some_and(|made_for| made_for.indexed && !made_for.text.trim().is_empty())
    }

    /// Whether the index is needed.
    pub(in crate::app) fn asks(&self) -> bool {
        !self.text.trim().is_empty()
    }

    pub(in crate::app) fn clear(&mut self) {
        self.text.clear();
        self.is_listing = false;
    }

    /// Search for this, as if it were typed.
    pub(in crate::app) fn set(&mut self, text: String) {
        self.text = text;
        self.wish = Wish::End;
    }

    /// Give the box the keyboard.
    pub(in crate::app) fn focus(&mut self) {
        self.wish = Wish::Focus;
    }

    /// What is searched for, for a view of it: the word that is being typed goes on there as well.
    pub(in crate::app) fn query(&self) -> String {
        Query::typing(&self.text).to_string()
    }

    /// Search once more where the text, the network or the map has changed.
    pub(in crate::app) fn update(
        &mut self,
        ctx: &egui::Context,
        opened: Option<&Opened>,
        map: &Map,
        index: Option<&Arc<Index>>,
    ) {
        let wanted = opened.map(|opened| MadeFor {
            text: self.text.clone(),
            network: opened.generation,
            map: map.generation,
            indexed: index.is_some(),
        });
        if self.made_for == wanted && self.is_anchored {
            return;
        }
        let is_same_search = (self.made_for.as_ref().zip(wanted.as_ref())).is_some_and(|(a, b)| {
            (&a.text, a.network, a.indexed) == (&b.text, b.network, b.indexed)
        });
        if self.made_for != wanted {
            self.generation += 1;
            self.cards.clear();
            self.gathered.clear();
            self.anchored = 0;
        }
        if !is_same_search {
            self.found = Found::default();
            self.completions.clear();
            self.notes.clear();
        }
        if let (Some(opened), Some(index)) = (opened, index) {
            if !is_same_search {
                let query = Query::typing(&self.text);
                self.found = index.search(&query, LIMIT);
                self.notes = notes(&query, &self.found);
                self.completions = index.completions(&self.text, COMPLETIONS);
            }
            self.is_anchored = self.anchor(opened, map, index);
            if !self.is_anchored {
                ctx.request_repaint();
            }
        } else {
            self.is_anchored = true;
        }
        if !is_same_search {
            self.marked = if self.found.hits.is_empty() {
                0
            } else {
                self.completions.len()
            };
        }
        self.made_for = wanted;
    }

    /// The cards that stand for what was found. Of very many hits some are found in each frame; false while that goes on.
    fn anchor(&mut self, opened: &Opened, map: &Map, index: &Index) -> bool {
        let wanted = (opened.generation, map.generation);
        if self.anchors_for != wanted || self.anchors.len() != index.len() {
            self.anchors = vec![Anchor::Unasked; index.len()];
            self.anchors_for = wanted;
        }
        let is_first = self.anchored == 0;
        let mut effort = 0;
        let mut last = None;
        for place in self.found.places().skip(self.anchored) {
            if effort >= ANCHORED {
                break;
            }
            self.anchored += 1;
            let Some(known) = self.anchors.get_mut(place) else {
                continue;
            };
            effort += 1;
            if *known == Anchor::Unasked {
                effort += UNASKED - 1;
                let resource = index.resource(place);
                let anchor = resource.and_then(|it| opened.anchor(it.key(), &map.view));
                let card = anchor.and_then(|anchor| map.view.card(&anchor));
                *known = card.map_or(Anchor::Nowhere, Anchor::Card);
            }
            // What stands on one card often comes one after the other.
            if let Anchor::Card(card) = known
                && last.replace(*card) != Some(*card)
            {
                self.gathered.insert(*card);
            }
        }
        let is_done = self.anchored == self.found.places().len();
        // What is found in between would light up card by card, and each time all of it is painted anew.
        if is_done {
            self.cards = std::mem::take(&mut self.gathered);
            self.generation += 1;
        } else if is_first {
            self.cards.clone_from(&self.gathered);
            self.generation += 1;
        }
        is_done
    }

    fn rows(&self) -> usize {
        self.completions.len() + self.found.hits.len()
    }
}

/// What the results do not say by themselves.
fn notes(query: &Query, found: &Found) -> Vec<String> {
    let misread = query
        .misread()
        .map(|text| format!("{text} is no filter with such a value, and is looked for as words."));
    let mut notes: Vec<String> = misread.collect();
    if found.unsure > 0 {
        let what = if query.asks_for_tags() {
            "tags were"
        } else {
            "region or account was"
        };
        let who = widgets::count(found.unsure, "resource");
        notes.push(format!(
            "{who} left out: the {what} not read, so nobody can tell."
        ));
    }
    notes
}

/// The box. Its list of results hangs below it.
pub(in crate::app) fn ui(app: &AppContext<'_>, ui: &mut Ui, state: &mut Search, width: f32) {
    let keys = Command::Find
        .shortcuts()
        .first()
        .map(|keys| ui.format_shortcut(keys))
        .unwrap_or_default();
    let suffix = if state.text.is_empty() {
        keys
    } else {
        grouped(state.found.total as u64)
    };
    let suffix = egui::RichText::new(suffix)
        .size(11.0)
        .color(widgets::ink(ui, Ink::TextMuted));
    let id = Id::unique("search");
    let completes = state.is_listing && !state.completions.is_empty();
    let field = egui::TextEdit::singleline(&mut state.text)
        .id(id)
        .hint_text("Search: name, id, address, tag:")
        .suffix(suffix)
        .margin(egui::Margin::symmetric(10, 5))
        // Tab takes the first completion while there is one.
        .lock_focus(completes)
        .desired_width(width);
    let field = ui
        .add_enabled(app.opened.is_some(), field)
        .accessible_name("Search");
    if !field.has_focus() {
        let border = Stroke::new(1.0, widgets::ink(ui, Ink::Border));
        ui.painter()
            .rect_stroke(field.rect, 6.0, border, egui::StrokeKind::Inside);
    }
    let field = field.on_hover_text(hint(ui.ctx(), Command::Find));
    let wish = std::mem::take(&mut state.wish);
    if wish != Wish::Nothing {
        field.request_focus();
        state.is_listing = true;
    }
    if wish == Wish::End {
        to_end(ui.ctx(), id, &state.text);
    }
    if field.changed() {
        // The search itself happens before the next frame.
        ui.request_repaint();
    }
    if field.gained_focus() || field.changed() {
        state.is_listing = true;
    }
    let is_typing = field.has_focus() || field.lost_focus();
    let moved = is_typing && state.is_listing && pick(app, ui, state, &field);
    list(app, state, &field, moved);
}

/// Put the cursor behind the last letter.
fn to_end(ctx: &egui::Context, id: Id, text: &str) {
    if let Some(mut edit) = egui::TextEdit::load_state(ctx, id) {
        let end = CCursor::new(text.chars().count());
        edit.cursor.set_char_range(Some(CCursorRange::one(end)));
        edit.store(ctx, id);
    }
}

/// Arrow keys mark a row, Enter goes to it, Tab takes the first completion. True where another row is marked now.
fn pick(app: &AppContext<'_>, ui: &Ui, state: &mut Search, field: &egui::Response) -> bool {
    let (down, up, enter, tab) = ui.input(|input| {
        (
            input.num_presses(egui::Key::ArrowDown),
            input.num_presses(egui::Key::ArrowUp),
            input.key_pressed(egui::Key::Enter),
            input.key_pressed(egui::Key::Tab) && !input.modifiers.any(),
        )
    });
    let last = state.rows().saturating_sub(1);
    let before = state.marked;
    state.marked = (state.marked + down).saturating_sub(up).min(last);
    let moved = before != state.marked;
    let offered = state.completions.len();
    let taken = if tab {
        state.completions.first()
    } else {
        state.completions.get(state.marked).filter(|_| enter)
    };
    if let Some(taken) = taken {
        let text = taken.text.clone();
        state.set(text);
        field.request_focus();
        ui.request_repaint();
    } else if enter && let Some(hit) = state.found.hits.get(state.marked - offered) {
        app.run(Command::ShowMap);
        app.send(Action::Reveal(hit.key.clone()));
        // The next Enter goes to the next result, as in an editor.
        state.marked = if state.marked == last {
            offered
        } else {
            state.marked + 1
        };
        field.request_focus();
    }
    moved
}

fn list(app: &AppContext<'_>, state: &mut Search, field: &egui::Response, moved: bool) {
    let is_open = state.is_listing && (state.asks() || field.has_focus());
    let room = field.ctx.content_rect().width() - 40.0;
    let width = field.rect.width().max(430.0).min(room);
    let popup = egui::Popup::from_response(field)
        .id(Id::unique("search results"))
        .open(is_open)
        .align(egui::RectAlign::BOTTOM_END)
        .width(width)
        .close_behavior(egui::PopupCloseBehavior::IgnoreClicks);
    let shown = popup.show(|ui| {
        ui.set_min_width(width - 14.0);
        ui.set_max_width(width - 14.0);
        ui.spacing_mut().item_spacing.y = 1.0;
        let Some(opened) = app.opened else { return };
        if !state.asks() {
            head(ui, "Words and filters, as in the AWS Resource Explorer");
            examples(ui, state);
            return;
        }
        summary(app, ui, state);
        if state.shows_examples {
            examples(ui, state);
            ui.separator();
        }
        completions(ui, state);
        results(app, ui, state, opened, moved);
        foot(app, ui, opened, state);
    });
    if is_open && let Some(shown) = shown {
        let clicked_away = shown.response.clicked_elsewhere() && field.clicked_elsewhere();
        if clicked_away {
            state.is_listing = false;
        }
    }
}

fn head(ui: &mut Ui, words: &str) {
    let words = widgets::small_muted(ui, words);
    ui.label(words);
    ui.add_space(3.0);
}

/// How many there are, and what else can be done with the search.
fn summary(app: &AppContext<'_>, ui: &mut Ui, state: &mut Search) {
    ui.horizontal(|ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let help = egui::Button::selectable(state.shows_examples, " ? ");
            let help = ui.add(help);
            help.widget_info(|| {
                let name = "Help for the search";
                WidgetInfo::selected(egui::Role::Button, true, state.shows_examples, name)
            });
            if help.on_hover_text("What can be written here").clicked() {
                state.shows_examples = !state.shows_examples;
            }
            let save = widgets::small_link(ui, "Save as a view…");
            if save
                .on_hover_text(hint(ui.ctx(), Command::SaveView))
                .clicked()
            {
                app.run(Command::SaveView);
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let total = state.found.total;
                let words = if !state.is_active() {
                    "Preparing the search…".to_owned()
                } else if total == 0 {
                    "Nothing that was read matches.".to_owned()
                } else if total > LIMIT {
                    let (total, limit) = (grouped(total as u64), grouped(LIMIT as u64));
                    format!("{total} found · the best {limit} are listed")
                } else {
                    format!("{} found", grouped(total as u64))
                };
                let words = widgets::small_muted(ui, words);
                ui.add(egui::Label::new(words).truncate());
            });
        });
    });
    ui.add_space(2.0);
}

/// What can be written, to be clicked.
fn examples(ui: &mut Ui, state: &mut Search) {
    for (example, words) in EXAMPLES {
        let row = Row {
            title: example,
            caption: words,
            mono: true,
            clickable: true,
            name: Some(format!("Example {example}: {words}")),
            ..Row::default()
        };
        if widgets::row(ui, &row).on_hover_text(words).clicked() {
            state.set(example.to_owned());
        }
    }
}

fn completions(ui: &mut Ui, state: &mut Search) {
    let mut taken = None;
    for (place, completion) in state.completions.iter().enumerate() {
        let caption = match completion.count {
            Some(count) => grouped(count as u64),
            None => completion.note.to_owned(),
        };
        let caption = match place {
            0 if caption.is_empty() => "Tab".to_owned(),
            0 => format!("{caption} · Tab"),
            _ => caption,
        };
        let label = widgets::shown(&completion.label);
        let row = Row {
            title: &label,
            caption: &caption,
            mono: true,
            selected: place == state.marked,
            clickable: true,
            name: Some(format!("Complete {}", completion.label)),
            ..Row::default()
        };
        if widgets::row(ui, &row).clicked() {
            taken = Some(completion.text.clone());
        }
    }
    if !state.completions.is_empty() && !state.found.hits.is_empty() {
        ui.separator();
    }
    if let Some(text) = taken {
        state.set(text);
    }
}

fn results(app: &AppContext<'_>, ui: &mut Ui, state: &Search, opened: &Opened, moved: bool) {
    let hits = &state.found.hits;
    if hits.is_empty() {
        return;
    }
    let marked = state.marked.checked_sub(state.completions.len());
    let height = LIST
        .min(ui.ctx().content_rect().height() - 260.0)
        .max(120.0);
    egui::ScrollArea::vertical()
        .max_height(height)
        .min_scrolled_height(height)
        .auto_shrink([false, true])
        .show_rows(ui, RESULT, hits.len(), |ui, shown| {
            if moved && let Some(marked) = marked {
                let step = RESULT + ui.spacing().item_spacing.y;
                let off = (marked as f32 - shown.start as f32) * step;
                let at = ui.min_rect().min + vec2(0.0, off);
                ui.scroll_to_rect(Rect::from_min_size(at, vec2(10.0, RESULT)), None);
            }
            for place in shown {
                let Some(hit) = hits.get(place) else { continue };
                if result(ui, opened, &hit.key, Some(place) == marked).clicked() {
                    app.run(Command::ShowMap);
                    app.send(Action::Reveal(hit.key.clone()));
                }
            }
        });
}

/// A result: name and kind, below them its id and where it is.
fn result(ui: &mut Ui, opened: &Opened, key: &Key, is_marked: bool) -> egui::Response {
    let name = opened.name(key);
    let place = opened.place(key);
    let kind = key.kind.singular();
    let (rect, response) =
        ui.allocate_exact_size(vec2(ui.available_width(), RESULT), Sense::click());
    response.widget_info(|| {
        WidgetInfo::selected(
            egui::Role::Button,
            true,
            is_marked,
            format!("Result {kind} {name}"),
        )
    });
    let painter = ui.painter();
    let back = if is_marked {
        Some(Ink::Selected)
    } else {
        response.hovered().then_some(Ink::Hovered)
    };
    if let Some(back) = back {
        painter.rect_filled(rect, CornerRadius::same(4), widgets::ink(ui, back));
    }
    let bar = if is_marked {
        Ink::Accent
    } else {
        Ink::Strong(opened.role(key))
    };
    let bar_rect = Rect::from_min_size(rect.min, vec2(3.0, rect.height()));
    let left_corners = CornerRadius {
        nw: 3,
        sw: 3,
        ne: 0,
        se: 0,
    };
    painter.rect_filled(bar_rect, left_corners, widgets::ink(ui, bar));
    if response.has_focus() {
        let ring = Stroke::new(1.5, widgets::ink(ui, Ink::Accent));
        let inside = egui::StrokeKind::Inside;
        painter.rect_stroke(rect.shrink(1.0), CornerRadius::same(5), ring, inside);
    }
    let (text, muted) = (
        widgets::ink(ui, Ink::Text),
        widgets::ink(ui, Ink::TextMuted),
    );
    let (left, right) = (rect.left() + 12.0, rect.right() - 9.0);
    let width = right - left;
    let id = key.id.to_string();
    let id = if id == name { "" } else { id.as_str() };
    let mut is_cut = false;
    for (line, (words, face, size, ink), (note, note_face)) in [
        (
            13.0,
            (name.as_str(), Font::SansSemiBold, 12.5, text),
            (kind, Font::Sans),
        ),
        (
            29.0,
            (id, Font::Mono, 10.5, muted),
            (place.as_str(), Font::Sans),
        ),
    ] {
        let words = widgets::fitted(ui, words, face, size, ink, width * 0.66);
        let room = width - words.size().x - 12.0;
        let note = widgets::fitted(ui, note, note_face, 11.0, muted, room);
        is_cut |= words.elided || note.elided;
        let middle = |galley: &egui::Galley| rect.top() + line - galley.size().y / 2.0;
        painter.galley(pos2(right - note.size().x, middle(&note)), note, muted);
        painter.galley(pos2(left, middle(&words)), words, ink);
    }
    if !is_cut {
        return response;
    }
    let tip = [kind, name.as_str(), id, place.as_str()];
    let tip: Vec<&str> = tip.into_iter().filter(|part| !part.is_empty()).collect();
    response.on_hover_text(tip.join("\n"))
}

/// What the results do not say: what could not be judged, and what was not read.
fn foot(app: &AppContext<'_>, ui: &mut Ui, opened: &Opened, state: &Search) {
    for words in &state.notes {
        let words = widgets::small_muted(ui, widgets::shown(words));
        ui.add(egui::Label::new(words).wrap());
    }
    if !opened.gaps.is_empty() {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing.x = 4.0;
            let words = widgets::small_muted(ui, "What was not read is not found:");
            ui.label(words);
            let gaps = widgets::count(opened.gaps.len(), "gap");
            if widgets::small_link(ui, gaps)
                .on_hover_text(hint(ui.ctx(), Command::ToggleGaps))
                .clicked()
            {
                app.run(Command::ToggleGaps);
            }
        });
    }
}
