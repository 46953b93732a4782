//! What follows from the choices: cost, what will be created, problems.

use super::super::command::Command;
use super::super::context::Action;
use super::super::look;
use super::super::widgets;
use super::joystick::sentence;
use super::{DesignContext, Edit};
use crate::analysis::cost::{Cost, CostItem, Item, Money, Prices, Unit};
use crate::design::{Created, Problem, Severity};
use crate::picture::diagram::Role;
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::picture::view::grouped;
use eframe::egui;
use egui::text::LayoutJob;
use egui::{Align, Layout, RichText, Sense, Ui, UiBuilder, vec2};
use std::collections::BTreeSet;

/// What this panel remembers between frames.
#[derive(Default)]
pub(in crate::app) struct Outcome {
    /// Whether a long list of problems is shown to its end.
    shows_all: bool,
    /// Sections that are unfolded.
    open: BTreeSet<String>,
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
                super::live::ui(context, ui, &mut state.open);
                if !context.live.is_compared() {
                    created_ui(ui, &context.derived.created);
                    ui.add_space(6.0);
                }
                let app = context.app;
                app.command_button(ui, Command::ExportCode, Command::ExportCode.text());
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
        let words = widgets::small_muted(ui, sentence(&unknown.why));
        ui.add(egui::Label::new(words).wrap());
    }
    for complaint in &context.derived.refused_prices {
        ui.add_space(3.0);
        widgets::notice(ui, Role::Danger, |ui| {
            let words = RichText::new(widgets::shown(&sentence(complaint))).size(look::SMALL);
            ui.add(egui::Label::new(words).wrap());
        });
    }
}

/// An amount as people write it: `$1,116.07`.
pub(in crate::app) fn amount(cost: &Cost, money: Money) -> String {
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
    // What is charged in parts says how many parts: one endpoint in two zones is two.
    if let Some((what, part)) = item.what.split_once(", each ") {
        // Of interfaces there is one for each address: there may be one endpoint of several.
        let is_several = item.resources.len() > 1 && part != "address";
        let plural = if is_several { "s" } else { "" };
        return format!("{}{plural} × {count}", widgets::capital(what));
    }
    if item.count == 1 {
        widgets::capital(&item.what)
    } else if item.what == item.item.singular() {
        format!("{count} {}", item.item.plural())
    } else {
        format!("{count} {}s", item.what)
    }
}

/// How an amount came about, and where its price was found.
fn price_words(cost: &Cost, item: &CostItem) -> String {
    let what = widgets::capital(&item.what);
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
            let job = said(ui, problem);
            ui.add(egui::Label::new(job).wrap());
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
        let parts = parts(&problem.message, &problem.place_words).into_iter();
        let words: String = parts.map(|(_, words)| words).collect();
        egui::WidgetInfo::labeled(egui::Role::Button, true, words)
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

/// What is wrong as a sentence, with the place in it set off.
fn said(ui: &Ui, problem: &Problem) -> LayoutJob {
    let parts = parts(&problem.message, &problem.place_words);
    let mut job = LayoutJob::default();
    for (is_place, words) in parts {
        let (face, ink) = if is_place {
            (Font::SansSemiBold, Ink::Text)
        } else {
            (Font::Sans, Ink::TextMuted)
        };
        let format = egui::TextFormat {
            line_height: Some(16.0),
            ..egui::TextFormat::simple(look::font(face, look::SMALL), widgets::ink(ui, ink))
        };
        job.append(&widgets::shown(&words), 0.0, format);
    }
    job
}

/// A message as a sentence in parts, each with whether it is the place. A place that the message does not name stands
/// before it.
fn parts(message: &str, place: &str) -> Vec<(bool, String)> {
    let found = message.find(place).filter(|_| !place.is_empty());
    let Some(at) = found else {
        let place = (!place.is_empty()).then(|| (true, format!("{}: ", widgets::capital(place))));
        let message = sentence(message);
        return place.into_iter().chain([(false, message)]).collect();
    };
    let before = message.get(..at).unwrap_or_default();
    let after = message.get(at + place.len()..).unwrap_or_default();
    // A name keeps its small letters at the head of a sentence; “subnet public1” begins with a word.
    let place = if before.is_empty() && place.contains(' ') {
        widgets::capital(place)
    } else {
        place.to_owned()
    };
    let mut parts = vec![(false, widgets::capital(before)), (true, place)];
    let end = if after.ends_with(['.', '?', '…']) {
        ""
    } else {
        "."
    };
    parts.push((false, format!("{after}{end}")));
    parts.retain(|(_, words)| !words.is_empty());
    parts
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

#[cfg(test)]
mod tests {
    use super::super::derived::Derived;
    use super::super::live::Live;
    use super::*;
    use crate::analysis::cost::cost;
    use crate::app::command::Situation;
    use crate::app::context::{AppContext, Outbox};
    use crate::design::{
        Category, Change, Design, Endpoint, Field, Fix, Fresh, Nat, Place, Resolver, Surroundings,
        plan, usual_zones, vpc_key,
    };
    use crate::picture::theme::Theme;
    use crate::workspace::{Document, Settings, extras};
    use egui_kittest::Harness;
    use egui_kittest::kittest::Queryable as _;

    fn design() -> Design {
        let mut options = Fresh::in_region("eu-west-1");
        options.zones = usual_zones("eu-west-1").take(3).collect();
        Design::fresh(&options).unwrap()
    }

    fn items(design: &Design) -> Vec<String> {
        let own = [Item::InterfaceEndpoint, Item::ResolverEndpoint];
        let own = own.map(|item| (item.word().into(), "0.01".parse().unwrap()));
        let prices = Prices::bundled().with_overrides(&own.into()).unwrap();
        let cost = cost(&plan(design), &extras(design), &prices);
        cost.items.iter().map(item_words).collect()
    }

    #[test]
    fn what_is_charged_is_said_in_few_words() {
        let mut design = design();
        design.vpcs[0].nat = Nat::PerAz;
        assert_eq!(
            items(&design),
            ["3 NAT gateways", "3 public IPv4", "S3 gateway endpoint"]
        );
        let vpc = &mut design.vpcs[0];
        vpc.nat = Nat::Regional;
        vpc.gateway_endpoints.clear();
        vpc.private_zones = vec!["corp.example".into(), "db.example".into()];
        vpc.resolver = Some(Resolver {
            tier: "private".into(),
        });
        for service in ["ssm", "logs"] {
            vpc.endpoints.push(Endpoint {
                service: service.into(),
                tier: "private".into(),
                private_dns: true,
            });
        }
        assert_eq!(
            items(&design),
            [
                "Regional NAT × 3",
                "Interface endpoints × 6",
                "Resolver endpoint × 3",
                "2 private hosted zones",
            ]
        );
    }

    #[test]
    fn amounts_are_grouped_and_rounded_to_cents() {
        let mut bill = cost(&plan(&design()), &[], Prices::bundled());
        let money = |text: &str| text.parse::<Money>().unwrap();
        assert_eq!(amount(&bill, money("123456.8")), "$123,456.80");
        assert_eq!(amount(&bill, money("9.855")), "$9.86");
        bill.currency = "EUR".into();
        assert_eq!(amount(&bill, Money::ZERO), "EUR 0.00");
    }

    #[test]
    fn the_place_is_set_off_in_its_sentence() {
        let part = |is_place, words: &str| (is_place, words.to_owned());
        assert_eq!(
            parts("subnet web1 overlaps 10.0.0.0/24", "subnet web1"),
            [
                part(true, "Subnet web1"),
                part(false, " overlaps 10.0.0.0/24.")
            ]
        );
        assert_eq!(
            parts("my-vpc keeps no flow log; add one", "my-vpc"),
            [
                part(true, "my-vpc"),
                part(false, " keeps no flow log; add one.")
            ]
        );
        assert_eq!(
            parts("the block of my-vpc is public", "my-vpc"),
            [
                part(false, "The block of "),
                part(true, "my-vpc"),
                part(false, " is public.")
            ]
        );
        assert_eq!(
            parts("it is wrong", "tier web"),
            [part(true, "Tier web: "), part(false, "It is wrong.")]
        );
        assert_eq!(parts("it is wrong", ""), [part(false, "It is wrong.")]);
    }

    /// Show the panel for a design with a problem, press something, and answer with what was asked for.
    fn asked(name: &str) -> Vec<Action> {
        let design = design();
        let key = vpc_key(&design.vpcs[0]);
        let document = Document::new(design);
        let surroundings = Surroundings::default();
        let mut derived = Derived::of(document.design(), &surroundings);
        derived.problems = vec![Problem {
            code: "block-overlap",
            severity: Severity::High,
            category: Category::Routing,
            place: Place {
                vpc: Some("main".into()),
                field: Field::Block,
                subnet: None,
                resources: vec![key],
            },
            place_words: "project-vpc".into(),
            message: "project-vpc overlaps another".into(),
            fix: Some(Fix {
                words: "Use 10.1.0.0/16".into(),
                change: Change::SetVpcBlock {
                    vpc: "main".into(),
                    block: "10.1.0.0/16".parse().unwrap(),
                },
            }),
        }];
        let outbox = Outbox::default();
        let settings = Settings::default();
        let app = AppContext {
            opened: None,
            selected: None,
            overview: false,
            arranging: false,
            note: None,
            compared: None,
            vpc: None,
            view: None,
            settings: &settings,
            situation: Situation::default(),
            theme: Theme::Light,
            outbox: &outbox,
        };
        let context = DesignContext {
            app: &app,
            document: &document,
            derived: &derived,
            surroundings: &surroundings,
            vpc: document.design().vpcs.first(),
            live: &Live::default(),
        };
        let mut state = Outcome::default();
        let mut harness = Harness::builder()
            .with_size(vec2(252.0, 800.0))
            .with_context_setup(look::install)
            .build_ui(|contents| ui(&context, contents, &mut state));
        harness.run();
        harness.get_by_label(name).click();
        harness.run();
        drop(harness);
        outbox.take()
    }

    #[test]
    fn a_problem_leads_to_its_place_and_its_fix_mends_it() {
        let found = asked("project-vpc overlaps another.");
        assert!(
            matches!(found.as_slice(), [Action::Reveal(key)] if key.id.as_str() == "main"),
            "{found:?}"
        );
        let found = asked("Use 10.1.0.0/16");
        let [Action::Change(edit)] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert_eq!(edit.words, "use 10.1.0.0/16");
        let mut mended = design();
        (edit.change)(&mut mended).unwrap();
        assert_eq!(mended.vpcs[0].cidr.to_string(), "10.1.0.0/16");
    }
}
