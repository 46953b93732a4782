//! What is selected in the preview: its name to edit, its block, its problems, and the facts it will have.

use super::joystick::{Blocks, fresh_gesture, subnet_field, subnet_part_field};
use super::{DesignContext, Edit};
use crate::app::inspector;
use crate::app::model::Opened;
use crate::app::widgets;
use crate::design::{Ipv6, Severity, slot};
use crate::network::{Key, Kind};
use crate::picture::diagram::Role;
use crate::workspace::Gesture;
use eframe::egui;
use egui::Ui;

/// What this panel remembers between frames.
#[derive(Default)]
pub(in crate::app) struct Selected {
    /// Whose name is in the field.
    key: Option<Key>,
    name: String,
    /// What the design called it in the frame before, to notice that somebody else changed that.
    seen: String,
    /// The name that was asked for last.
    asked: Option<String>,
    /// The visit to the field: all its keystrokes are taken back together.
    visit: Option<Gesture>,
    /// The name field is to get the keyboard.
    pub(in crate::app) wants_name: bool,
    pub(in crate::app) blocks: Blocks,
}

pub(in crate::app) fn ui(
    context: &DesignContext<'_>,
    ui: &mut Ui,
    opened: &Opened,
    key: &Key,
    state: &mut Selected,
) {
    egui::Frame::new()
        .inner_margin(egui::Margin {
            left: 16,
            right: 12,
            top: 10,
            bottom: 6,
        })
        .show(ui, |ui| {
            name(context, ui, opened, key, state);
            if key.kind == Kind::Subnet {
                block(context, ui, key, state);
            }
            for problem in context.problems_of(key) {
                let role = match problem.severity {
                    Severity::High => Role::Danger,
                    Severity::Warn => Role::Warn,
                    Severity::Info => Role::Neutral,
                };
                ui.add_space(6.0);
                widgets::notice(ui, role, |ui| {
                    ui.add(egui::Label::new(widgets::shown(&problem.message)).wrap());
                    if let Some(fix) = &problem.fix
                        && widgets::link(ui, widgets::shown(&fix.words)).clicked()
                    {
                        let change = fix.change.clone();
                        context.edit(Edit::new(fix.words.clone(), move |design| {
                            change.apply(design)
                        }));
                    }
                });
            }
        });
    egui::Frame::new()
        .inner_margin(egui::Margin {
            left: 16,
            right: 12,
            top: 0,
            bottom: 0,
        })
        .show(ui, |ui| inspector::ui(context.app, ui, opened));
}

/// The name, to be edited. An empty field gives the generated name back.
fn name(
    context: &DesignContext<'_>,
    ui: &mut Ui,
    opened: &Opened,
    key: &Key,
    state: &mut Selected,
) {
    let Some((vpc, slot)) = slot(key) else {
        return;
    };
    // What AWS makes by itself has a name only where somebody gives it one.
    let given = context
        .design()
        .vpc(&vpc)
        .and_then(|vpc| vpc.names.get(&slot));
    let shown = opened
        .get(key)
        .and_then(|resource| resource.name())
        .unwrap_or_default();
    let id = egui::Id::unique(("name of", key));
    state.wants_name |= ui.input(|input| input.key_pressed(egui::Key::F2));
    let is_visited = ui.memory(|memory| memory.has_focus(id));
    if state.key.as_ref() != Some(key) || !is_visited {
        state.key = Some(key.clone());
        shown.clone_into(&mut state.name);
        shown.clone_into(&mut state.seen);
        state.asked = None;
    }
    if state.seen != shown {
        // An empty field is left so while one writes, though the generated name is back.
        let is_own = state.asked.take().is_some_and(|asked| {
            asked.trim() == shown.trim() || asked.trim().is_empty() && given.is_none()
        });
        if !is_own {
            shown.clone_into(&mut state.name);
        }
        shown.clone_into(&mut state.seen);
    }
    widgets::overline(ui, "Name");
    let field = egui::TextEdit::singleline(&mut state.name)
        .id(id)
        .hint_text("no name; F2 to write one")
        .desired_width(f32::INFINITY)
        .margin(egui::Margin::symmetric(9, 5));
    let field = ui
        .add(field)
        .accessible_name("Name of the selected resource");
    if std::mem::take(&mut state.wants_name) {
        field.request_focus();
    }
    if field.gained_focus() {
        state.visit = Some(fresh_gesture());
    }
    if field.changed() {
        state.asked = Some(state.name.clone());
        let (key, name) = (key.clone(), state.name.clone());
        let edit = Edit::new("name", move |design| design.set_name(&key, &name));
        context.edit(edit.during(*state.visit.get_or_insert_with(fresh_gesture)));
    }
    if given.is_some() && widgets::small_link(ui, "Use the generated name").clicked() {
        let key = key.clone();
        context.edit(Edit::new("generated name", move |design| {
            design.set_name(&key, "")
        }));
    }
}

/// The block of a subnet with its joystick.
fn block(context: &DesignContext<'_>, ui: &mut Ui, key: &Key, state: &mut Selected) {
    let found = context.design().vpcs.iter().find_map(|vpc| {
        let mut subnets = vpc.subnets();
        subnets.find_map(|(tier, subnet)| {
            let is_it = crate::design::subnet_key(vpc, tier, subnet) == *key;
            is_it.then_some((vpc, tier, subnet.number))
        })
    });
    if let Some((vpc, tier, number)) = found {
        ui.add_space(6.0);
        widgets::overline(ui, "IPv4 block");
        subnet_field(context, ui, vpc, &tier.name, number, &mut state.blocks);
        if vpc.ipv6 != Ipv6::None {
            ui.add_space(4.0);
            widgets::overline(ui, "IPv6 block");
            subnet_part_field(context, ui, vpc, &tier.name, number, &mut state.blocks);
        }
    }
}
