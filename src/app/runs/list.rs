//! All runs that were begun on this machine.

use super::words;
use super::{Affair, Affairs, heading, is_new, notice, page, secondary, send, sheet};
use crate::app::context::AppContext;
use crate::app::{age, widgets};
use crate::apply::now;
use crate::picture::diagram::Role;
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::workspace::{Standing, Store, runs};
use eframe::egui;
use egui::{Sense, Ui, pos2, vec2};
use std::time::Duration;

/// The runs there are.
#[derive(Debug, Default)]
pub(super) struct List {
    rows: Vec<Row>,
    /// Journals that cannot be read, and why.
    broken: Vec<String>,
}

#[derive(Debug)]
struct Row {
    run: String,
    standing: Standing,
    steps: String,
    account: String,
    region: String,
    what: String,
    ticket: String,
    at: u64,
}

impl List {
    /// What a store holds.
    pub(super) fn read(store: Option<&Store>) -> Self {
        let Some(store) = store else {
            return Self {
                broken: vec!["this window has no folder to keep runs in".to_owned()],
                ..Self::default()
            };
        };
        let found = match runs(store) {
            Ok(found) => found,
            Err(error) => {
                return Self {
                    broken: vec![error.to_string()],
                    ..Self::default()
                };
            }
        };
        let mut list = Self::default();
        for one in found {
            match one {
                Ok((run, standing)) => {
                    let header = &run.header;
                    let (done, all) = run.progress();
                    list.rows.push(Row {
                        run: header.run.to_string(),
                        standing,
                        steps: format!("{done} of {all}"),
                        account: words::account(header.account.as_deref()),
                        region: header.region.to_string(),
                        what: header.label.clone(),
                        ticket: header.ticket.clone().unwrap_or_default(),
                        at: header.at,
                    });
                }
                Err(error) => list.broken.push(error.to_string()),
            }
        }
        list
    }
}

/// The colour of how a run stands.
fn role(standing: Standing) -> Role {
    match standing {
        Standing::UnderWay => Role::Private,
        Standing::Complete => Role::Public,
        Standing::Failed | Standing::Left => Role::Danger,
        Standing::Stopped | Standing::Interrupted => Role::Warn,
        Standing::RolledBack => Role::Neutral,
    }
}

pub(super) fn ui(app: &AppContext<'_>, ui: &mut Ui, affairs: &Affairs) {
    let list = &affairs.list;
    let bar = |ui: &mut Ui| {
        if secondary(ui, "Back").clicked() {
            send(app, Affair::Back);
        }
        if secondary(ui, "Read again").clicked() {
            send(app, Affair::ReadRuns);
        }
    };
    page(ui, "runs", 1080.0, bar, |ui| {
        heading(ui, "Runs");
        let words = "What was begun on this machine. Each can be looked at step by step; what did not end well can be gone on with or taken back.";
        let words = widgets::muted(ui, words);
        ui.add(egui::Label::new(words).wrap());
        ui.add_space(14.0);
        for broken in &list.broken {
            notice(ui, Role::Danger, broken);
        }
        if list.rows.is_empty() {
            if list.broken.is_empty() {
                sheet(ui, |ui| {
                    let words = widgets::muted(
                        ui,
                        "No run was begun on this machine. Open a design and choose Create VPC…",
                    );
                    ui.label(words);
                });
            }
            return;
        }
        sheet(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            let now = now();
            let columns = columns(ui.available_width());
            head_ui(ui, &columns);
            let is_new = is_new(ui, "runs", "");
            for (place, row) in list.rows.iter().enumerate() {
                let response = row_ui(app, ui, row, &columns, now);
                if is_new && place == 0 {
                    response.request_focus();
                }
            }
        });
    });
}

/// Where columns begin: what, state, steps, account, region, ticket, begun; those without room are left out.
type Columns = Vec<(&'static str, f32, f32)>;

fn columns(width: f32) -> Columns {
    let mut wanted: Vec<(&'static str, f32)> = vec![
        ("What", 0.0),
        ("State", 126.0),
        ("Steps", 76.0),
        ("Account", 122.0),
        ("Region", 104.0),
        ("Ticket", 96.0),
        ("Begun", 112.0),
        ("Run", 178.0),
    ];
    let fixed = |all: &[(&str, f32)]| all.iter().map(|(_, width)| width).sum::<f32>();
    while fixed(&wanted) + 150.0 > width && wanted.len() > 5 {
        wanted.pop();
    }
    let first = (width - fixed(&wanted)).max(90.0);
    let mut at = 0.0;
    wanted
        .into_iter()
        .map(|(name, width)| {
            let width = if width == 0.0 { first } else { width };
            let column = (name, at, width);
            at += width;
            column
        })
        .collect()
}

fn head_ui(ui: &mut Ui, columns: &Columns) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::hover());
    let ink = widgets::ink(ui, Ink::TextMuted);
    for (name, at, width) in columns {
        let words = widgets::fitted(ui, name, Font::SansSemiBold, 11.5, ink, width - 8.0);
        let place = pos2(
            rect.left() + 8.0 + at,
            rect.center().y - words.size().y / 2.0,
        );
        ui.painter().galley(place, words, ink);
    }
}

fn row_ui(
    app: &AppContext<'_>,
    ui: &mut Ui,
    row: &Row,
    columns: &Columns,
    now: u64,
) -> egui::Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 30.0), Sense::click());
    let standing = row.standing.words();
    response.widget_info(|| {
        let words = format!("{}, {standing}, {}, {}", row.what, row.steps, row.run);
        egui::WidgetInfo::labeled(egui::Role::Button, true, words)
    });
    if response.clicked() {
        send(app, Affair::Open(row.run.clone()));
    }
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let color = |ink: Ink| widgets::ink(ui, ink);
    if response.hovered() || response.has_focus() {
        ui.painter().rect_filled(rect, 5.0, color(Ink::Hovered));
    }
    if response.has_focus() {
        let ring = egui::Stroke::new(1.5, color(Ink::Accent));
        ui.painter()
            .rect_stroke(rect.shrink(1.0), 5.0, ring, egui::StrokeKind::Inside);
    }
    let begun = age::ago(Duration::from_millis(now.saturating_sub(row.at)));
    for (name, at, width) in columns {
        let (words, face, ink) = match *name {
            "What" => (row.what.as_str(), Font::SansSemiBold, Ink::Text),
            "State" => (standing, Font::Sans, Ink::Word(role(row.standing))),
            "Steps" => (row.steps.as_str(), Font::Sans, Ink::Text),
            "Account" => (row.account.as_str(), Font::Mono, Ink::TextMuted),
            "Region" => (row.region.as_str(), Font::Mono, Ink::TextMuted),
            "Ticket" => (row.ticket.as_str(), Font::Sans, Ink::TextMuted),
            "Begun" => (begun.as_str(), Font::Sans, Ink::TextMuted),
            _ => (row.run.as_str(), Font::Mono, Ink::TextMuted),
        };
        let size = if face == Font::Mono { 11.0 } else { 12.5 };
        let mut left = rect.left() + 8.0 + at;
        let mut room = width - 8.0;
        if *name == "State" {
            let dot = pos2(left + 4.0, rect.center().y);
            ui.painter()
                .circle_filled(dot, 3.5, color(Ink::Strong(role(row.standing))));
            left += 14.0;
            room -= 14.0;
        }
        let words = widgets::fitted(ui, words, face, size, color(ink), room);
        let place = pos2(left, rect.center().y - words.size().y / 2.0);
        ui.painter().galley(place, words, color(ink));
    }
    response
}
