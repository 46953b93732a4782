//! What follows from the choices: cost, what will be created, problems.

use super::super::context::Action;
use super::super::look;
use super::super::widgets;
use super::{DesignContext, Edit};
use crate::analysis::cost::{Cost, CostItem, Item, Money, Prices, Unit, Unknown};
use crate::design::{Created, Problem, Severity};
use crate::picture::diagram::Role;
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::picture::view::grouped;
use eframe::egui;
use egui::{Align, Layout, RichText, Sense, Ui, UiBuilder, vec2};

/// What this panel remembers between frames.
#[derive(Default)]
pub(in crate::app) struct Outcome {
    /// Whether a long list of problems is shown to its end.
    shows_all: bool,
}

/// How many problems of a list are shown until all are asked for.
const SHORT: usize = 12;

pub(in crate::app) fn ui(context: &DesignContext<'_>, ui: &mut Ui, state: &mut Outcome) {
    egui::ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let margin = egui::Margin {
                left: 16,
                right: 14,
                top: 16,
                bottom: 16,
            };
            egui::Frame::new().inner_margin(margin).show(ui, |ui| {
                ui.set_width(ui.available_width());
                ui.spacing_mut().item_spacing.y = 3.0;
                cost_ui(context, ui);
                ui.add_space(16.0);
                created_ui(ui, &context.derived.created);
                ui.add_space(16.0);
                problems_ui(context, ui, state);
            });
        });
}

/// A name on the left, and a figure on the right in the monospaced face.
fn line(ui: &mut Ui, name: &str, figure: &str, is_faint: bool) -> egui::Response {
    const HEIGHT: f32 = 19.0;
    let size = vec2(ui.available_width(), HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| {
        let words = format!("{name}: {figure}");
        egui::WidgetInfo::labeled(egui::Role::Label, true, words)
    });
    let muted = widgets::ink(ui, Ink::TextMuted);
    let text = if is_faint {
        muted
    } else {
        widgets::ink(ui, Ink::Text)
    };
    let figure = widgets::fitted(ui, figure, Font::Mono, 11.5, muted, rect.width());
    let room = rect.width() - figure.size().x - 10.0;
    let name = widgets::fitted(ui, name, Font::Sans, 12.5, text, room);
    let middle = |galley: &egui::Galley| rect.center().y - galley.size().y / 2.0;
    let right = egui::pos2(rect.right() - figure.size().x, middle(&figure));
    let left = egui::pos2(rect.left(), middle(&name));
    ui.painter().galley(right, figure, muted);
    ui.painter().galley(left, name, text);
    response
}

// --- cost ---

fn cost_ui(context: &DesignContext<'_>, ui: &mut Ui) {
    let cost = &context.derived.cost;
    widgets::overline(ui, "Per month");
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 6.0;
        if !cost.unknown.is_empty() {
            // The words stand on the line of the figure.
            ui.with_layout(Layout::bottom_up(Align::Min), |ui| {
                ui.add_space(4.0);
                let words = widgets::muted(ui, "at least");
                ui.label(words);
            });
        }
        let total = RichText::new(amount(cost, cost.total));
        ui.label(total.font(look::font(Font::SansSemiBold, 22.0)));
    });
    let place = format!("{} prices of {}", context.design().region, cost.date);
    let words = widgets::small_muted(ui, place);
    ui.label(words).on_hover_text(format!(
        "What is charged for being there, for {} hours; traffic comes on top",
        cost.hours_per_month
    ));
    ui.add_space(6.0);
    for item in &cost.items {
        let is_free = item.monthly == Money::ZERO;
        let figure = if is_free {
            "free".to_owned()
        } else {
            amount(cost, item.monthly)
        };
        line(ui, &item_words(item), &figure, false).on_hover_text(price_words(cost, item));
    }
    if cost.items.is_empty() && cost.unknown.is_empty() {
        let words = widgets::small_muted(ui, "Nothing here is charged by the hour.");
        ui.add(egui::Label::new(words).wrap());
    }
    for unknown in &cost.unknown {
        let words = widgets::small_muted(ui, unknown_words(unknown));
        ui.add(egui::Label::new(words).wrap());
    }
    for sentence in &context.derived.refused_prices {
        ui.add_space(3.0);
        widgets::notice(ui, Role::Danger, |ui| {
            let words = RichText::new(widgets::shown(&capital(sentence))).size(look::SMALL);
            ui.add(egui::Label::new(words).wrap());
        });
    }
}

/// An amount as people write it: `$1,116.07`.
fn amount(cost: &Cost, money: Money) -> String {
    let hundredths = money.hundredths();
    let whole = grouped(u64::try_from(hundredths / 100).unwrap_or(u64::MAX));
    let rest = hundredths % 100;
    match cost.currency.as_str() {
        "USD" => format!("${whole}.{rest:02}"),
        other => format!("{other} {whole}.{rest:02}"),
    }
}

/// What is charged for, in few words: “3 NAT gateways”, “Regional NAT × 3”.
fn item_words(item: &CostItem) -> String {
    let count = grouped(u64::from(item.count));
    match item.item {
        Item::PublicIpv4 => return format!("{count} public IPv4"),
        Item::RegionalNatGateway if item.resources.len() <= 1 => {
            // It is charged in each of its zones.
            return format!("Regional NAT × {count}");
        }
        _ => {}
    }
    // What is charged in parts says how many parts there are of how many.
    if let Some((what, part)) = item.what.split_once(", each ") {
        let parts = match (item.count, part) {
            (1, _) => format!("1 {part}"),
            (_, "address") => format!("{count} addresses"),
            _ => format!("{count} {part}s"),
        };
        // Of interfaces there is one for each address: the number of them says nothing more.
        let is_one = item.resources.len() <= 1 || part == "address";
        return if is_one {
            format!("{}, {parts}", capital(what))
        } else {
            format!("{} {what}s, {parts}", item.resources.len())
        };
    }
    if item.count == 1 {
        capital(&item.what)
    } else if item.what == item.item.singular() {
        format!("{count} {}", item.item.plural())
    } else {
        format!("{count} {}s", item.what)
    }
}

/// How an amount came about, and where its price was found.
fn price_words(cost: &Cost, item: &CostItem) -> String {
    let what = capital(&item.what);
    let sign = if cost.currency == "USD" { "$" } else { "" };
    let each = match item.unit {
        Unit::Hour => format!(
            "{} × {} h × {sign}{} an hour",
            item.count, cost.hours_per_month, item.unit_price
        ),
        unit => format!("{} × {sign}{} a {unit}", item.count, item.unit_price),
    };
    match Prices::bundled().source(&item.source) {
        Some(source) => format!("{what}: {each}\n{}", source.title),
        None => format!("{what}: {each}\nA price of the design's own"),
    }
}

fn unknown_words(unknown: &Unknown) -> String {
    capital(&unknown.why)
}

fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

// --- what is made ---

fn created_ui(ui: &mut Ui, created: &[Created]) {
    widgets::overline(ui, "Will be created");
    ui.add_space(3.0);
    for made in created {
        let figure = match made.by_aws {
            0 => made.count.to_string(),
            1 => format!("{} + main", made.count),
            several => format!("{} + {several} main", made.count),
        };
        let response = line(ui, made.what, &figure, false);
        if made.by_aws > 0 {
            response.on_hover_text("AWS makes the main route table along with the VPC");
        }
    }
}

// --- what is wrong ---

fn problems_ui(context: &DesignContext<'_>, ui: &mut Ui, state: &mut Outcome) {
    let problems = &context.derived.problems;
    let (errors, advice): (Vec<_>, Vec<_>) =
        problems.iter().partition(|problem| problem.is_error());
    if problems.is_empty() {
        widgets::overline(ui, "Problems");
        ui.add_space(3.0);
        let words = widgets::muted(ui, "No problems");
        ui.label(words);
        return;
    }
    for (title, list) in [("Problems", errors), ("Advice", advice)] {
        if list.is_empty() {
            continue;
        }
        widgets::overline(ui, title);
        ui.add_space(4.0);
        let all = list.len();
        let shown = if state.shows_all { all } else { SHORT };
        for (place, problem) in list.into_iter().take(shown).enumerate() {
            ui.push_id((title, place), |ui| card(context, ui, problem));
            ui.add_space(5.0);
        }
        if all > shown && widgets::small_link(ui, format!("Show all {all}")).clicked() {
            state.shows_all = true;
        }
        ui.add_space(10.0);
    }
}

/// A problem: where it is, what it is, and what would mend it. The card leads to the place.
fn card(context: &DesignContext<'_>, ui: &mut Ui, problem: &Problem) {
    let role = match problem.severity {
        Severity::High => Role::Danger,
        Severity::Warn => Role::Warn,
        Severity::Info => Role::Neutral,
    };
    let leads = leads_to(context, problem);
    let sense = if leads.is_some() {
        Sense::click()
    } else {
        Sense::hover()
    };
    let builder = UiBuilder::new().sense(sense);
    let shown = ui.scope_builder(builder, |ui| {
        widgets::notice(ui, role, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            if !problem.place_words.is_empty() {
                let place = widgets::shown(&capital(&problem.place_words));
                ui.add(egui::Label::new(widgets::semibold(place).size(12.0)).wrap());
            }
            let words = widgets::shown(&capital(&problem.message));
            ui.add(egui::Label::new(widgets::small_muted(ui, words)).wrap());
            if let Some(fix) = &problem.fix {
                let words = RichText::new(widgets::shown(&fix.words))
                    .font(look::font(Font::SansSemiBold, look::SMALL));
                let words = words.color(widgets::ink(ui, Ink::Accent));
                ui.spacing_mut().button_padding = vec2(0.0, 1.0);
                ui.spacing_mut().interact_size.y = 18.0;
                let button = egui::Button::new(words).frame_when_inactive(false);
                if ui.add(button).clicked() {
                    let change = fix.change.clone();
                    context.edit(Edit::new(uncapital(&fix.words), move |design| {
                        change.apply(design)
                    }));
                }
            }
        });
    });
    let response = shown.response;
    let Some(action) = leads else { return };
    response.widget_info(|| {
        let words = format!("{} {}", problem.place_words, problem.message);
        egui::WidgetInfo::labeled(egui::Role::Button, true, words.trim())
    });
    if response.has_focus() {
        let ring = egui::Stroke::new(1.5, widgets::ink(ui, Ink::Accent));
        let inside = egui::StrokeKind::Inside;
        ui.painter().rect_stroke(response.rect, 5.0, ring, inside);
    }
    let response = response.on_hover_cursor(egui::CursorIcon::PointingHand);
    if response.clicked() {
        context.app.send(action);
    }
}

/// What is shown when the card of a problem is clicked.
fn leads_to(context: &DesignContext<'_>, problem: &Problem) -> Option<Action> {
    if let Some(resource) = problem.place.resources.first() {
        return Some(Action::Reveal(resource.clone()));
    }
    let elsewhere = problem.place.vpc.as_ref()?;
    let is_shown = context.vpc.is_some_and(|vpc| vpc.id == *elsewhere);
    (!is_shown).then(|| Action::ShowPlanned(elsewhere.clone()))
}

/// Words of a button as the rest of “Undo …”.
fn uncapital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}
