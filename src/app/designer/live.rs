//! A design that is a copy of a live VPC: what its edits would do there, and what it cannot say.

use super::super::context::Action;
use super::super::later::Later;
use super::super::look;
use super::super::widgets;
use super::DesignContext;
use super::form::parts::fold_as;
use super::joystick::sentence;
use crate::design::{Design, adopt};
use crate::network::{Id, Key, Network};
use crate::picture::diagram::Role;
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::workspace::{ChangeStep, Pending, Verb, changes, copied_from};
use eframe::egui;
use egui::{RichText, Sense, Ui, UiBuilder};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a comparison was made of.
struct Source {
    /// The generation of the network.
    generation: u64,
    design: Arc<Design>,
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        self.generation == other.generation && Arc::ptr_eq(&self.design, &other.design)
    }
}

/// Something that stays as it is.
struct Kept {
    key: Key,
    /// What people call it.
    name: String,
    why: String,
}

/// A design beside the VPC that it is a copy of.
struct Compared {
    kept: Vec<Kept>,
    /// What is to be done; else what stands against it.
    changes: Result<Pending, Vec<String>>,
}

impl Compared {
    /// The error is a sentence.
    fn of(network: &Network, vpc: &Key, design: &Design) -> Result<Self, String> {
        let adopted = adopt(network, vpc).map_err(|error| error.to_string())?;
        let name = |key: &Key| {
            let found = network.get(key).and_then(|it| it.name());
            found.map_or_else(
                || key.to_string(),
                |name| format!("{} {name}", key.kind.singular()),
            )
        };
        let changes = changes(network, &adopted, design).map_err(|refusals| {
            let told = refusals.iter();
            told.map(|it| format!("{}: {}", name(&it.key), it.why))
                .collect()
        });
        let kept = adopted.unexpressed.into_iter().map(|it| Kept {
            name: name(&it.key),
            key: it.key,
            why: it.why,
        });
        Ok(Self {
            kept: kept.collect(),
            changes,
        })
    }
}

/// The live VPC that a design is a copy of, and what is known of the two together.
#[derive(Default)]
pub(in crate::app) struct Live {
    vpc: Option<Key>,
    /// The network that holds it is not open.
    is_away: bool,
    compared: Later<Source, Result<Compared, String>>,
}

impl Live {
    /// The VPC that a design's text names as the one that it is a copy of.
    pub(in crate::app) fn of(text: &str) -> Self {
        Self {
            vpc: copied_from(text),
            ..Self::default()
        }
    }

    /// A copy of this VPC.
    pub(in crate::app) fn copying(vpc: Key) -> Self {
        Self {
            vpc: Some(vpc),
            ..Self::default()
        }
    }

    pub(in crate::app) fn vpc(&self) -> Option<&Key> {
        self.vpc.as_ref()
    }

    pub(in crate::app) fn is_under_way(&self) -> bool {
        self.compared.is_under_way()
    }

    /// Bring it up to date; `network` is what is open beside the design, with its generation. True where anything changed.
    pub(in crate::app) fn update(
        &mut self,
        ctx: &egui::Context,
        network: Option<(u64, Arc<Network>)>,
        design: &Arc<Design>,
    ) -> bool {
        let Some(vpc) = &self.vpc else { return false };
        let network = network.filter(|(_, network)| network.get(vpc).is_some());
        self.is_away = network.is_none();
        let Some((generation, network)) = network else {
            return self.compared.clear();
        };
        let source = Source {
            generation,
            design: Arc::clone(design),
        };
        let (vpc, design) = (vpc.clone(), Arc::clone(design));
        self.compared
            .want(ctx, source, move || Compared::of(&network, &vpc, &design))
    }

    fn compared(&self) -> Option<&Compared> {
        self.compared.get()?.as_ref().ok()
    }

    fn changes(&self) -> Option<&Pending> {
        self.compared()?.changes.as_ref().ok()
    }

    /// Whether it is known what the design would do, so that not all of it is called new.
    pub(in crate::app) fn is_compared(&self) -> bool {
        self.compared().is_some()
    }

    /// What is to be said on the cards of what would be made or changed.
    pub(super) fn marks(&self) -> Vec<(Key, &'static str)> {
        let marks = self.changes().map(|changes| changes.marks.iter());
        let words = |verb: Verb| match verb {
            Verb::Add => Some("New: it is not on AWS yet"),
            Verb::Change => Some("Changed: on AWS it is otherwise"),
            Verb::Remove => None,
        };
        marks
            .into_iter()
            .flatten()
            .filter_map(|(key, verb)| Some((key.clone(), words(*verb)?)))
            .collect()
    }
}

/// The colour of what becomes of something. The word stands beside it.
fn role(verb: Verb) -> Role {
    match verb {
        Verb::Add => Role::Public,
        Verb::Change => Role::Warn,
        Verb::Remove => Role::Danger,
    }
}

/// What tells the design from the VPC, and what it leaves as it is. `open` are the sections that are unfolded.
pub(super) fn ui(context: &DesignContext<'_>, ui: &mut Ui, open: &mut BTreeSet<String>) {
    let live = context.live;
    let Some(vpc) = &live.vpc else { return };
    widgets::overline(ui, "Changes to the live VPC");
    ui.add_space(3.0);
    match live.compared.get() {
        _ if live.is_away => {
            let words = format!(
                "This design is a copy of {}. Open that account or file as well to see what would change, and what is kept as it is; the head of the design's file has the list as it was.",
                vpc.id
            );
            let words = widgets::small_muted(ui, words);
            ui.add(egui::Label::new(words).wrap());
        }
        None if live.compared.has_failed() => {
            let words = widgets::small_muted(ui, "The two could not be compared.");
            ui.add(egui::Label::new(words).wrap());
        }
        None => {
            let words = widgets::small_muted(ui, "Comparing…");
            ui.label(words);
        }
        Some(Err(why)) => notice(ui, Role::Danger, why),
        Some(Ok(compared)) => {
            match &compared.changes {
                Err(refusals) => {
                    for why in refusals {
                        notice(ui, Role::Danger, why);
                        ui.add_space(4.0);
                    }
                }
                Ok(changes) => changes_ui(context, ui, changes, open),
            }
            kept_ui(context, ui, compared, open);
        }
    }
    ui.add_space(16.0);
}

fn notice(ui: &mut Ui, role: Role, words: &str) {
    widgets::notice(ui, role, |ui| {
        let words = RichText::new(widgets::shown(&sentence(words))).size(look::SMALL);
        ui.add(egui::Label::new(words).wrap());
    });
}

fn changes_ui(
    context: &DesignContext<'_>,
    ui: &mut Ui,
    changes: &Pending,
    open: &mut BTreeSet<String>,
) {
    if changes.steps.is_empty() {
        let words = widgets::muted(ui, "None: it is as it is on AWS");
        ui.add(egui::Label::new(words).wrap());
        return;
    }
    for (verb, words) in changes.sentences() {
        let words = RichText::new(words).color(widgets::ink(ui, Ink::Word(role(verb))));
        ui.add(egui::Label::new(words).wrap());
    }
    let last = changes.steps.iter().filter(|step| step.is_final).count();
    if last > 0 {
        let words = match last {
            1 => "1 step cannot be taken back".to_owned(),
            several => format!("{several} steps cannot be taken back"),
        };
        ui.add_space(3.0);
        notice(ui, Role::Danger, &words);
    }
    let title = format!("Changes ({})", changes.steps.len());
    // A section stays open though its number changes.
    fold_as(ui, open, "changes".to_owned(), &title, "", |ui| {
        for (at, step) in changes.steps.iter().enumerate() {
            ui.push_id(at, |ui| step_ui(context, ui, step));
        }
    });
}

fn step_ui(context: &DesignContext<'_>, ui: &mut Ui, step: &ChangeStep) {
    let role = role(step.verb);
    let mut words = step.words.clone();
    if step.is_final {
        words.push_str(" · cannot be taken back");
    }
    let is_shown = context
        .app
        .opened
        .is_some_and(|opened| opened.is_known(&step.about));
    let row = |ui: &mut Ui| {
        ui.horizontal_top(|ui| {
            ui.spacing_mut().item_spacing.x = 6.0;
            widgets::pill(ui, step.verb.text(), role);
            let ink = if step.is_final {
                Ink::Word(Role::Danger)
            } else {
                Ink::Text
            };
            let words = RichText::new(widgets::shown(&words))
                .size(look::SMALL)
                .color(widgets::ink(ui, ink));
            ui.add(egui::Label::new(words).wrap());
        });
    };
    let name = format!("{}: {words}", step.verb.text());
    if clickable(ui, is_shown, &name, row) {
        context.app.send(Action::Reveal(step.about.clone()));
    }
    ui.add_space(2.0);
}

/// Something that leads to its place when it is clicked, where it has one. True where it was.
fn clickable(ui: &mut Ui, leads: bool, name: &str, contents: impl FnOnce(&mut Ui)) -> bool {
    if !leads {
        contents(ui);
        return false;
    }
    let builder = UiBuilder::new().sense(Sense::click());
    let response = ui
        .scope_builder(builder, |ui| {
            ui.set_width(ui.available_width());
            contents(ui);
        })
        .response;
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, name));
    if response.has_focus() || response.hovered() {
        let width = if response.has_focus() { 1.5 } else { 1.0 };
        let line = egui::Stroke::new(width, widgets::ink(ui, Ink::Accent));
        let place = response.rect.expand2(egui::vec2(4.0, 2.0));
        ui.painter()
            .rect_stroke(place, 4.0, line, egui::StrokeKind::Inside);
    }
    response
        .on_hover_cursor(egui::CursorIcon::PointingHand)
        .clicked()
}

fn kept_ui(
    context: &DesignContext<'_>,
    ui: &mut Ui,
    compared: &Compared,
    open: &mut BTreeSet<String>,
) {
    if compared.kept.is_empty() {
        return;
    }
    let title = format!("Kept as it is on AWS ({})", compared.kept.len());
    fold_as(ui, open, "kept".to_owned(), &title, "", |ui| {
        let words = "A design cannot say this. It stays as it is; click to see it on the live map.";
        let words = widgets::small_muted(ui, words);
        ui.add(egui::Label::new(words).wrap());
        ui.add_space(3.0);
        for (at, kept) in compared.kept.iter().enumerate() {
            ui.push_id(at, |ui| {
                let leads = matches!(kept.key.id, Id::Aws(_));
                let name = format!("{}: {}", kept.name, kept.why);
                let contents = |ui: &mut Ui| {
                    ui.spacing_mut().item_spacing.y = 1.0;
                    for (words, face, ink) in [
                        (widgets::capital(&kept.name), Font::SansSemiBold, Ink::Text),
                        (sentence(&kept.why), Font::Sans, Ink::TextMuted),
                    ] {
                        let words = RichText::new(widgets::shown(&words))
                            .font(look::font(face, look::SMALL))
                            .color(widgets::ink(ui, ink));
                        ui.add(egui::Label::new(words).wrap());
                    }
                };
                if clickable(ui, leads, &name, contents) {
                    context.app.send(Action::RevealLive(kept.key.clone()));
                }
                ui.add_space(4.0);
            });
        }
    });
}
