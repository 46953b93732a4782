//! The bar at the head of the window: menus, where one is, search, commands, save.

use super::super::command::{Command, Menu, hideable};
use super::super::context::{AppContext, hint};
use super::super::widgets;
use super::search::{self, Search};
use crate::app::timeline::Pace;
use crate::network::Kind;
use crate::picture::theme::Ink;
use crate::workspace::ThemeChoice;
use eframe::egui;
use egui::{Align, Layout, RichText, Ui};
use std::collections::BTreeSet;

/// What the menus mark as switched on.
pub(in crate::app) struct Marks<'a> {
    pub(in crate::app) hidden: &'a BTreeSet<Kind>,
    pub(in crate::app) is_on: &'a dyn Fn(Command) -> Option<bool>,
}

pub(in crate::app) fn ui(
    app: &AppContext<'_>,
    ui: &mut Ui,
    search: &mut Search,
    marks: &Marks<'_>,
) {
    let width = ui.available_width();
    egui::MenuBar::new().ui(ui, |ui| {
        ui.spacing_mut().button_padding = egui::vec2(7.0, 3.0);
        ui.spacing_mut().item_spacing.x = 2.0;
        for menu in Menu::ALL {
            ui.menu_button(menu.text(), |ui| menu_ui(app, ui, menu, marks));
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.spacing_mut().item_spacing.x = 8.0;
            let save = RichText::new("Export picture…").color(widgets::ink(ui, Ink::Accent));
            let save = ui.add_enabled(
                app.situation.open,
                egui::Button::new(save).frame_when_inactive(false),
            );
            if save
                .on_hover_text(hint(ui.ctx(), Command::SavePicture))
                .clicked()
            {
                app.run(Command::SavePicture);
            }
            ui.spacing_mut().button_padding = egui::vec2(10.0, 4.0);
            let keys = Command::Palette
                .shortcuts()
                .first()
                .map(|keys| ui.format_shortcut(keys))
                .unwrap_or_default();
            let commands = if width > 1150.0 {
                format!("Commands {keys}")
            } else {
                "Commands".to_owned()
            };
            let commands = egui::Button::new(RichText::new(commands).size(12.0))
                .fill(widgets::ink(ui, Ink::Sunken));
            let commands = ui.add(commands);
            let border = if commands.has_focus() {
                Ink::Accent
            } else {
                Ink::Border
            };
            let border = egui::Stroke::new(1.0, widgets::ink(ui, border));
            let inside = egui::StrokeKind::Inside;
            ui.painter().rect_stroke(commands.rect, 6.0, border, inside);
            if commands
                .on_hover_text(hint(ui.ctx(), Command::Palette))
                .clicked()
            {
                app.run(Command::Palette);
            }
            if app.opened.is_some() {
                let room = (width * 0.21).clamp(190.0, 300.0);
                search::ui(app, ui, search, room);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                breadcrumb(app, ui);
            });
        });
    });
}

/// Where one is: source, account and region, VPC. Where there are several VPCs the line over the map leads through them.
fn breadcrumb(app: &AppContext<'_>, ui: &mut Ui) {
    let Some(opened) = app.opened else { return };
    ui.add_space(14.0);
    ui.spacing_mut().item_spacing.x = 4.0;
    let changed = if app.situation.changed { " •" } else { "" };
    let mut parts = vec![format!("{}{changed}", opened.label)];
    let only = (opened.vpcs.len() == 1)
        .then(|| opened.vpcs.first())
        .flatten();
    let shown = app
        .vpc
        .and_then(|vpc| opened.vpcs.iter().find(|entry| entry.key == *vpc))
        .or(only);
    let leads_elsewhere = app.situation.map && !app.situation.design && opened.vpcs.len() > 1;
    if let Some(vpc) = shown.filter(|_| !leads_elsewhere) {
        parts.push(
            vpc.place
                .rsplit(" · ")
                .next()
                .unwrap_or_default()
                .to_owned(),
        );
        parts.push(vpc.name.clone());
    }
    let mut words = parts.join(" › ");
    if let Some(compared) = app.compared {
        words = format!("{words} · {}", compared.since);
    }
    if app.situation.design {
        words.push_str(" (preview)");
    }
    let words = widgets::muted(ui, widgets::shown(&words));
    let label = ui.add(egui::Label::new(words).truncate());
    if app.situation.changed {
        label.on_hover_text("• The design has changes that its file does not have");
    }
}

fn menu_ui(app: &AppContext<'_>, ui: &mut Ui, menu: Menu, marks: &Marks<'_>) {
    ui.set_min_width(230.0);
    let mut group = None;
    for command in Command::ALL.iter().filter(|command| command.menu() == menu) {
        if group.is_some_and(|group| group != command.group()) {
            ui.separator();
        }
        group = Some(command.group());
        // The menu is long: what is alike stands in menus of its own.
        let stands_apart = matches!(
            command,
            Command::HideKind(_)
                | Command::ReadEvery(_)
                | Command::ColorByTag
                | Command::GroupByTag
        );
        if !stands_apart {
            item(app, ui, *command, marks);
        }
        if *command == Command::CancelLoading {
            ui.menu_button("Read again by itself", |ui| paces_ui(app, ui, marks));
        }
        if *command == Command::ToggleFocus {
            ui.menu_button("Hide on the map", |ui| hide_ui(app, ui, marks));
            ui.menu_button("Colours and groups", |ui| {
                item(app, ui, Command::ColorByTag, marks);
                item(app, ui, Command::GroupByTag, marks);
            });
        }
    }
}

/// A command in a menu.
pub(in crate::app) fn item(app: &AppContext<'_>, ui: &mut Ui, command: Command, marks: &Marks<'_>) {
    let keys = command
        .shortcuts()
        .first()
        .map(|keys| ui.format_shortcut(keys))
        .unwrap_or_default();
    let is_on = (marks.is_on)(command);
    let button = egui::Button::selectable(is_on == Some(true), command.text()).shortcut_text(keys);
    let response = ui.add_enabled(command.enabled(&app.situation), button);
    if response.on_hover_text(command.help()).clicked() {
        app.run(command);
        ui.close();
    }
}

/// How often what is open is read again by itself.
pub(in crate::app) fn paces_ui(app: &AppContext<'_>, ui: &mut Ui, marks: &Marks<'_>) {
    for command in Pace::ALL.map(Command::ReadEvery) {
        item(app, ui, command, marks);
    }
}

/// A tick for every kind that can be hidden and is there.
fn hide_ui(app: &AppContext<'_>, ui: &mut Ui, marks: &Marks<'_>) {
    for kind in hideable() {
        let command = Command::HideKind(kind);
        if !command.enabled(&app.situation) {
            continue;
        }
        let mut is_hidden = marks.hidden.contains(&kind);
        let mut name = kind.plural().to_owned();
        if let Some(first) = name.get(..1) {
            name = format!("{}{}", first.to_uppercase(), &name[1..]);
        }
        let tick = ui.checkbox(&mut is_hidden, name);
        if tick.on_hover_text(command.help()).clicked() {
            app.run(command);
        }
    }
}

/// Which of the themes is chosen.
pub(in crate::app) fn is_theme(command: Command, choice: ThemeChoice) -> Option<bool> {
    match command {
        Command::ThemeLight => Some(choice == ThemeChoice::Light),
        Command::ThemeDark => Some(choice == ThemeChoice::Dark),
        Command::ThemeSystem => Some(choice == ThemeChoice::System),
        _ => None,
    }
}
