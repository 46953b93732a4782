//! The panel on the left: what is open, its VPCs, saved searches, and what was open before.

use super::super::context::{Action, AppContext, hint};
use super::super::model::{Opened, VpcEntry};
use super::super::widgets::{self, Row};
use crate::analysis::changes::Tally;
use crate::app::command::Command;
use crate::network::Key;
use crate::picture::diagram::Role;
use crate::picture::glyph::Glyph;
use crate::picture::theme::Ink;
use crate::picture::view::grouped;
use crate::workspace::SourceSpec;
use eframe::egui;
use egui::{RichText, Ui};

/// The list.
pub(in crate::app) fn ui(app: &AppContext<'_>, ui: &mut Ui, opened: &Opened) {
    egui::ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 2.0;
            ui.add_space(10.0);
            open_ui(app, ui, opened);
            ui.add_space(16.0);
            inset(ui, |ui| widgets::overline(ui, "Views"));
            super::views::list_ui(app, ui);
            ui.add_space(16.0);
            recent_ui(app, ui, opened);
        });
}

fn open_ui(app: &AppContext<'_>, ui: &mut Ui, opened: &Opened) {
    inset(ui, |ui| widgets::overline(ui, "Open"));
    for source in &opened.sources {
        let row = Row {
            title: &source.label(),
            glyph: None,
            ..Row::default()
        };
        widgets::row(ui, &row).on_hover_text(source.to_string());
    }
    let mut place = None;
    let row = Row {
        title: "Overview",
        indent: 12.0,
        selected: app.overview,
        clickable: true,
        name: Some("Overview of all VPCs".to_owned()),
        ..Row::default()
    };
    if !opened.vpcs.is_empty()
        && widgets::row(ui, &row)
            .on_hover_text(hint(ui.ctx(), Command::Overview))
            .clicked()
    {
        app.send(Action::ShowOverview(None));
    }
    if opened.vpcs.len() > 1 {
        let count = format!("{} VPCs", grouped(opened.vpcs.len() as u64));
        let row = Row {
            title: "All VPCs",
            caption: &count,
            indent: 12.0,
            selected: app.vpc.is_none() && !app.overview,
            clickable: true,
            ..Row::default()
        };
        if widgets::row(ui, &row).clicked() {
            app.send(Action::ShowVpc(None));
        }
    }
    let mut spared = Spared::new(ui, opened.vpcs.len());
    for vpc in &opened.vpcs {
        if place != Some(vpc.place.as_str()) {
            place = Some(&vpc.place);
            ui.add_space(4.0);
            ui.horizontal(|ui| {
                ui.add_space(22.0);
                let words = widgets::small_muted(ui, &vpc.place);
                ui.add(egui::Label::new(words).truncate());
            });
        }
        spared.show(ui, |ui| vpc_ui(app, ui, opened, vpc));
    }
    if opened.vpcs.is_empty() {
        inset(ui, |ui| {
            let words = widgets::muted(ui, "No VPC was read.");
            ui.label(words);
        });
    }
}

/// Entries of one height in a list, of which those far out of sight are left out: hundreds of VPCs would be laid out
/// anew in each frame.
struct Spared {
    seen: egui::Rangef,
    is_long: bool,
    height: Option<f32>,
}

impl Spared {
    /// Fewer entries are all drawn, so that whoever has the window read aloud meets every one.
    const LONG: usize = 100;

    fn new(ui: &Ui, count: usize) -> Self {
        let clip = ui.clip_rect();
        Self {
            // A page above and below, so that Tab and what is read aloud go on beyond what is seen.
            seen: clip.y_range().expand(clip.height()),
            is_long: count >= Self::LONG,
            height: None,
        }
    }

    fn show(&mut self, ui: &mut Ui, entry: impl FnOnce(&mut Ui)) {
        let top = ui.cursor().top();
        match self.height {
            Some(height)
                if self.is_long && (top > self.seen.max || top + height < self.seen.min) =>
            {
                ui.add_space(height);
            }
            _ => {
                entry(ui);
                self.height = Some(ui.cursor().top() - top);
            }
        }
    }
}

/// A VPC: its name and block, and what is in it.
fn vpc_ui(app: &AppContext<'_>, ui: &mut Ui, opened: &Opened, vpc: &VpcEntry) {
    let counts: Vec<String> = ["subnet", "table", "connection"]
        .iter()
        .zip(vpc.counts)
        .zip(vpc.counted)
        .map(|((noun, count), counted)| match (count, counted) {
            (count, true) => widgets::count(count, noun),
            (0, false) => format!("? {noun}s"),
            (count, false) => format!("{}+ {noun}s", grouped(count as u64)),
        })
        .collect();
    let counts = counts.join(" · ");
    let is_shown =
        app.vpc == Some(&vpc.key) || (opened.vpcs.len() == 1 && app.vpc.is_none() && !app.overview);
    let row = Row {
        title: &vpc.name,
        caption: &vpc.block,
        glyph: Some(Glyph::Vpc),
        indent: 12.0,
        selected: is_shown,
        clickable: true,
        name: Some(format!("VPC {}", vpc.name)),
        ..Row::default()
    };
    let response = widgets::row(ui, &row);
    if vpc.gaps > 0 {
        let at = egui::pos2(response.rect.left() + 15.0, response.rect.center().y);
        ui.painter()
            .circle_filled(at, 3.5, widgets::ink(ui, Ink::Strong(Role::Warn)));
    }
    ui.horizontal(|ui| {
        ui.add_space(40.0);
        let changed = changed_in(app, &vpc.key);
        if let Some(tally) = changed {
            let signs = RichText::new(tally.signs()).size(10.5);
            ui.label(signs.color(widgets::ink(ui, Ink::Accent)));
        }
        let words = widgets::small_muted(ui, counts.as_str()).size(10.5);
        ui.add(egui::Label::new(words).truncate());
    });
    if response.clicked() {
        app.send(Action::ShowVpc(Some(vpc.key.clone())));
    }
    let mut tip = format!("{} · {}\n{counts}", vpc.key.id, vpc.block);
    if let Some((compared, tally)) = app.compared.zip(changed_in(app, &vpc.key)) {
        tip = format!("{tip}\n{} {}", tally.words(), compared.since);
    }
    if vpc.gaps > 0 {
        tip = format!("{tip}\n{}", widgets::count(vpc.gaps, "gap"));
    }
    response.on_hover_text(tip);
}

/// How much changed in a VPC since the reading that is compared with, where anything did.
fn changed_in(app: &AppContext<'_>, vpc: &Key) -> Option<Tally> {
    let tally = app.compared?.changes.inside(vpc);
    (tally.differing() > 0).then_some(tally)
}

fn recent_ui(app: &AppContext<'_>, ui: &mut Ui, opened: &Opened) {
    let open: Vec<Option<String>> = opened.sources.iter().map(SourceSpec::to_text).collect();
    let recent: Vec<(&String, SourceSpec)> = app
        .settings
        .recent
        .iter()
        .filter(|text| !open.iter().any(|held| held.as_ref() == Some(*text)))
        .filter_map(|text| Some((text, text.parse().ok()?)))
        .collect();
    inset(ui, |ui| widgets::overline(ui, "Recent"));
    if recent.is_empty() {
        inset(ui, |ui| {
            let words = widgets::small_muted(ui, "Nothing else yet");
            ui.label(words);
        });
    }
    for (text, source) in recent {
        // The list is narrow: how much was read, and when, is in the tooltip.
        let kind = super::start::kind(&source);
        recent_row(app, ui, text, source, kind);
    }
    ui.add_space(8.0);
    inset(ui, |ui| {
        if widgets::link(ui, "Open folder…").clicked() {
            app.run(Command::OpenFolder);
        }
        if widgets::link(ui, "Open AWS account…").clicked() {
            app.run(Command::OpenAccount);
        }
    });
}

/// A source that was open before.
pub(in crate::app) fn recent_row(
    app: &AppContext<'_>,
    ui: &mut Ui,
    text: &str,
    source: SourceSpec,
    caption: &str,
) {
    let note = super::start::note(app.settings, text, &source);
    let label = source.label();
    let row = Row {
        title: &label,
        caption,
        clickable: true,
        ..Row::default()
    };
    let hint = if note.is_empty() {
        text.to_owned()
    } else {
        format!("{text}\n{note}")
    };
    let response = widgets::row(ui, &row).on_hover_text(hint);
    response.context_menu(|ui| {
        let is_favourite = app.settings.is_favourite(text);
        let words = if is_favourite {
            "Remove from favourites"
        } else {
            "Add to favourites"
        };
        if ui.button(words).clicked() {
            app.send(Action::Favour(text.to_owned(), !is_favourite));
            ui.close();
        }
        if ui.button("Forget this source").clicked() {
            app.send(Action::Forget(text.to_owned()));
            ui.close();
        }
    });
    if response.clicked() {
        app.send(Action::Open(vec![source]));
    }
}

fn inset(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    ui.horizontal(|ui| {
        ui.add_space(8.0);
        ui.vertical(contents);
    });
}
