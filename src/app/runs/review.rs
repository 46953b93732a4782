//! What would be done, before anything is.

use super::words::{self, Names};
use super::{Affair, Affairs, heading, is_new, notice, page, primary, secondary, send, sheet};
use crate::app::context::{Action, AppContext};
use crate::app::designer::outcome;
use crate::app::{look, model, widgets};
use crate::apply::Weight;
use crate::network::{Gap, Id, Key, Kind};
use crate::picture::diagram::Role;
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::picture::view::glyph_of;
use crate::workspace::{Review, counted};
use eframe::egui;
use egui::{RichText, Sense, Ui, vec2};

/// What is made of a review once, to be painted again and again.
pub(super) struct Page {
    /// What is done, in words: made, changed, deleted; each by kind in order.
    parts: Vec<(&'static str, Vec<Group>)>,
    counted: Vec<String>,
    gaps: Vec<Gap>,
    /// The words of the button.
    deed: String,
    place: String,
}

struct Group {
    kind: Kind,
    /// Name and what is done.
    rows: Vec<(String, String)>,
}

impl Page {
    pub(super) fn of(review: &Review) -> Self {
        let names = Names::of([review.planned.as_ref(), review.live.as_ref()]);
        let mut parts: Vec<(&'static str, Vec<Group>)> = Vec::new();
        // Nothing live has a planned name: a route of a table that is made belongs to what is made.
        let is_new = |about: &Key| matches!(about.id, Id::Planned(_));
        for step in review.graph().steps() {
            let name = step.call.action.name();
            let takes = ["Delete", "Release", "Disassociate", "Detach"];
            let title = if takes.iter().any(|word| name.starts_with(word)) {
                "Taken away"
            } else if step.makes.is_some() || is_new(&step.about) || !review.is_change {
                "Made"
            } else {
                "Changed"
            };
            let place = parts.iter().position(|(held, _)| *held == title);
            let place = place.unwrap_or_else(|| {
                parts.push((title, Vec::new()));
                parts.len() - 1
            });
            let Some((_, groups)) = parts.get_mut(place) else {
                continue;
            };
            let kind = step.makes.as_ref().map_or(step.about.kind, |key| key.kind);
            let (about, detail) = names.about(step);
            let call = words::call(name);
            let row = (about, format!("{call} {detail}").trim_end().to_owned());
            match groups.iter_mut().find(|group| group.kind == kind) {
                Some(group) => group.rows.push(row),
                None => groups.push(Group {
                    kind,
                    rows: vec![row],
                }),
            }
        }
        let header = &review.header;
        Self {
            parts,
            counted: counted(review.graph()),
            gaps: review.gaps(),
            deed: words::deed(review.graph(), review.is_change),
            place: format!(
                "{}, {}",
                words::account(header.account.as_deref()),
                words::region(&header.region)
            ),
        }
    }
}

pub(super) fn ui(app: &AppContext<'_>, ui: &mut Ui, affairs: &Affairs) {
    let Some(found) = &affairs.found else {
        return;
    };
    let (review, shown) = (&found.review, &found.page);
    let is_nothing = review.graph().is_empty();
    let bar = |ui: &mut Ui| {
        let back = secondary(ui, "Back");
        if is_new(ui, "review", "") {
            // Not the button that changes something: whoever presses a key once too often has then confirmed nothing.
            back.request_focus();
        }
        if back.clicked() {
            send(app, Affair::Back);
        }
        if is_nothing {
            return;
        }
        if secondary(ui, "Save plan…")
            .on_hover_text(
                "Write the plan to a file, for a second person to review and apply unchanged",
            )
            .clicked()
        {
            send(app, Affair::SavePlan);
        }
        let can = !review.has_errors() && affairs.running.is_none();
        let words = format!("{} in {}", shown.deed, shown.place);
        let why = if affairs.running.is_some() {
            "Another run is under way; wait until it has ended"
        } else {
            "There are errors; they stand at the head of the page"
        };
        if primary(ui, can, &words)
            .on_disabled_hover_text(why)
            .clicked()
        {
            send(app, Affair::Begin);
        }
    };
    page(ui, "review", 980.0, bar, |ui| {
        heading(ui, &title(review, shown));
        let profile = review.header.profile.as_deref();
        let who = profile.map_or_else(
            || "the credentials the AWS CLI chooses".to_owned(),
            |name| format!("the credentials of profile {name}"),
        );
        let mut about = format!(
            "Account {} with {who}. Nothing has been changed yet.",
            shown.place
        );
        if let Some(ticket) = &review.header.ticket {
            about.push_str(" Ticket ");
            about.push_str(ticket);
            about.push_str(if review.header.tag_ticket {
                ", as a tag on everything."
            } else {
                "."
            });
        }
        let about = widgets::muted(ui, widgets::shown(&about));
        ui.add(egui::Label::new(about).wrap());
        ui.add_space(14.0);
        concerns_ui(ui, review);
        gaps_ui(ui, &shown.gaps);
        let width = ui.available_width();
        if width < 720.0 || is_nothing {
            facts_ui(app, ui, review, shown);
            ui.add_space(12.0);
            steps_ui(ui, review, shown);
        } else {
            let right = 290.0;
            ui.horizontal_top(|ui| {
                ui.spacing_mut().item_spacing.x = 14.0;
                ui.vertical(|ui| {
                    ui.set_width(width - right - 14.0);
                    steps_ui(ui, review, shown);
                });
                ui.vertical(|ui| {
                    ui.set_width(right);
                    facts_ui(app, ui, review, shown);
                });
            });
        }
    });
}

/// What is asked.
pub(super) fn title(review: &Review, shown: &Page) -> String {
    if review.graph().is_empty() {
        return format!(
            "{} is as planned; nothing is to be done",
            review.header.label
        );
    }
    if review.is_change {
        format!("{} to {}?", shown.deed, review.header.label)
    } else {
        format!("{} for {}?", shown.deed, review.header.label)
    }
}

fn concerns_ui(ui: &mut Ui, review: &Review) {
    for concern in &review.concerns {
        let (role, word) = match concern.weight {
            Weight::Error => (Role::Danger, "Error"),
            Weight::Warn => (Role::Warn, "Warning"),
            Weight::Info => (Role::Neutral, "Note"),
        };
        notice(ui, role, &format!("{word}: {}", concern.message));
    }
    if !review.concerns.is_empty() {
        ui.add_space(8.0);
    }
}

/// What was not read, and so is not known to be there or not.
fn gaps_ui(ui: &mut Ui, gaps: &[Gap]) {
    const MOST: usize = 4;
    if gaps.is_empty() {
        return;
    }
    let several = if gaps.len() == 1 {
        "1 thing"
    } else {
        "Some things"
    };
    widgets::notice(ui, Role::Warn, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let words = format!(
            "{several} in this region could not be read, so that what is there is not all known:"
        );
        ui.add(egui::Label::new(words).wrap());
        for gap in gaps.iter().take(MOST) {
            let words = widgets::small_muted(ui, widgets::shown(&gap.to_string()));
            ui.add(egui::Label::new(words).wrap());
        }
        if gaps.len() > MOST {
            let words = widgets::small_muted(ui, format!("and {} more", gaps.len() - MOST));
            ui.label(words);
        }
    });
    ui.add_space(14.0);
}

fn steps_ui(ui: &mut Ui, review: &Review, shown: &Page) {
    if review.graph().is_empty() {
        return;
    }
    sheet(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 1.0;
        let is_one = shown.parts.len() == 1;
        for (place, (title, groups)) in shown.parts.iter().enumerate() {
            if !is_one || review.is_change {
                if place > 0 {
                    ui.add_space(20.0);
                }
                let words = RichText::new(*title).font(look::font(Font::SansSemiBold, 15.0));
                ui.label(words);
            }
            for group in groups {
                group_ui(ui, group);
            }
        }
    });
}

fn group_ui(ui: &mut Ui, group: &Group) {
    let mut title = widgets::capital(group.kind.plural());
    if group.rows.len() == 1 {
        title = widgets::capital(group.kind.singular());
    }
    let note = words::steps(group.rows.len());
    widgets::section(ui, &title, &note);
    for (name, what) in &group.rows {
        let (rect, response) =
            ui.allocate_exact_size(vec2(ui.available_width(), 22.0), Sense::hover());
        response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::Label, true, format!("{what}: {name}"))
        });
        if !ui.is_rect_visible(rect) {
            continue;
        }
        let tone = widgets::ink(ui, Ink::Strong(model::role(group.kind)));
        let middle = rect.center().y;
        let glyph = egui::pos2(rect.left() + 8.0, middle);
        look::paint_glyph(ui.painter(), glyph_of(group.kind), glyph, 14.0, tone);
        let (text, muted) = (
            widgets::ink(ui, Ink::Text),
            widgets::ink(ui, Ink::TextMuted),
        );
        let left = rect.left() + 24.0;
        let half = ((rect.right() - left) * 0.56).floor();
        let name = widgets::fitted(ui, name, Font::Sans, 12.5, text, half - 10.0);
        let what = widgets::fitted(
            ui,
            what,
            Font::Sans,
            11.5,
            muted,
            rect.right() - left - half,
        );
        let at = |x: f32, galley: &egui::Galley| egui::pos2(x, middle - galley.size().y / 2.0);
        ui.painter().galley(at(left, &name), name, text);
        ui.painter().galley(at(left + half, &what), what, muted);
    }
}

fn facts_ui(app: &AppContext<'_>, ui: &mut Ui, review: &Review, shown: &Page) {
    sheet(ui, |ui| {
        ui.spacing_mut().item_spacing.y = 3.0;
        widgets::overline(ui, "Per month");
        if let Some(cost) = &review.cost {
            let total = RichText::new(outcome::amount(cost, cost.total));
            ui.label(total.font(look::font(Font::SansSemiBold, 22.0)));
            let more = if cost.unknown.is_empty() {
                ""
            } else {
                ", and what has no known price"
            };
            let words = format!(
                "the whole of it, {} prices of {}{more}",
                review.header.region, cost.date
            );
            let words = widgets::small_muted(ui, words);
            ui.add(egui::Label::new(words).wrap());
        } else {
            let words = widgets::small_muted(ui, "not known: the design's prices cannot be used");
            ui.add(egui::Label::new(words).wrap());
        }
        if review.graph().is_empty() {
            return;
        }
        ui.add_space(14.0);
        widgets::overline(ui, "Will be created");
        if shown.counted.is_empty() {
            let words = widgets::muted(ui, "nothing new");
            ui.label(words);
        }
        for words in &shown.counted {
            ui.label(words);
        }
        let words = widgets::small_muted(ui, format!("in {}", words::steps(review.graph().len())));
        ui.label(words);
        if review.permissions.is_empty() {
            return;
        }
        ui.add_space(14.0);
        ui.horizontal(|ui| {
            widgets::overline(ui, "Permissions needed");
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let copy = widgets::small_link(ui, "Copy policy");
                let copy = copy.on_hover_text("Copy an IAM policy document that allows these, for creating and for taking back");
                if copy.clicked() {
                    app.send(Action::Copy {
                        text: review.policy(),
                        what: "IAM policy".into(),
                    });
                }
            });
        });
        ui.spacing_mut().item_spacing.y = 0.0;
        for action in &review.permissions {
            let words = widgets::mono(*action)
                .size(11.0)
                .color(widgets::ink(ui, Ink::TextMuted));
            ui.add(egui::Label::new(words).truncate().selectable(true));
        }
    });
}
