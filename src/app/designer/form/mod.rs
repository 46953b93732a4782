//! The choices of a VPC: the console's form, and what goes beyond it.
//!
//! * [`basics`]: names, blocks, zones, subnets, NAT gateways: what the console asks too, in its order.
//! * [`endpoints`], [`tiers`], [`connectivity`]: what a VPC has beyond that.
//! * [`plan`]: what belongs to the plan as a whole: the address pool, reserved ranges, tags.
//! * [`parts`]: what all of these are made of.
//!
//! A section that is seldom needed is folded, with a word of what is set in it.

mod basics;
mod connectivity;
mod endpoints;
pub(in crate::app::designer) mod parts;
mod plan;
mod tiers;

use super::super::context::Action;
use super::super::widgets;
use super::joystick::Blocks;
use super::{DesignContext, Edit};
use crate::design::{Design, Refusal, Vpc, vpc_key};
use crate::network::{Key, Text};
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::workspace::Gesture;
use eframe::egui;
use egui::{Id, Margin, Sense, Ui, vec2};
use std::collections::BTreeSet;

/// What this panel remembers between frames.
#[derive(Default)]
pub(in crate::app) struct Form {
    pub(super) blocks: Blocks,
    lines: parts::Lines,
    /// Sections that are unfolded.
    open: BTreeSet<String>,
    /// The prefix before names were no longer generated.
    prefix_before: Option<Text>,
    endpoints: endpoints::Adding,
    /// A tag is being written.
    adds_tag: bool,
    /// The tag whose value gets the keyboard.
    value_next: Option<Text>,
    /// Ranges on their way into the list of reserved ones.
    reserved_text: String,
}

/// The panel.
pub(in crate::app) fn ui(context: &DesignContext<'_>, ui: &mut Ui, state: &mut Form) {
    egui::ScrollArea::vertical()
        .id_salt(("form", context.vpc.map(|vpc| vpc.id.clone())))
        .auto_shrink([false, false])
        .show(ui, |ui| {
            egui::Frame::new()
                .inner_margin(Margin {
                    left: 16,
                    right: 16,
                    top: 12,
                    bottom: 20,
                })
                .show(ui, |ui| {
                    ui.set_width(ui.available_width());
                    ui.spacing_mut().item_spacing.y = 4.0;
                    let section = Section { context };
                    section.vpcs(ui);
                    if let Some(vpc) = context.vpc {
                        section.all(ui, state, vpc);
                    } else {
                        parts::note(ui, "The plan has no VPC yet.");
                    }
                });
        });
}

/// What a section of the form may use.
struct Section<'a> {
    context: &'a DesignContext<'a>,
}

impl Section<'_> {
    fn all(&self, ui: &mut Ui, state: &mut Form, vpc: &Vpc) {
        self.basics(ui, state, vpc);
        self.endpoints(ui, state, vpc);
        self.tags(ui, state);
        ui.add_space(10.0);
        hairline(ui);
        ui.add_space(2.0);
        ui.spacing_mut().item_spacing.y = 0.0;
        self.tiers(ui, state, vpc);
        self.more(ui, state, vpc);
        self.connectivity(ui, state, vpc);
        self.plan(ui, state);
        if self.context.design().vpcs.len() > 1 {
            ui.add_space(10.0);
            let words = format!("Remove {} from the plan", self.name_of(vpc));
            if widgets::small_link(ui, widgets::shown(&words)).clicked() {
                let id = vpc.id.clone();
                self.change("remove a VPC", None, move |design| design.remove_vpc(&id));
            }
        }
    }

    /// The name of a VPC of the plan.
    fn name_of(&self, vpc: &Vpc) -> String {
        let named = self.context.derived.network.get(&vpc_key(vpc));
        named
            .and_then(|resource| resource.name())
            .map_or_else(|| vpc.id.to_string(), str::to_owned)
    }

    /// The VPCs of the plan, one of which is shown below.
    fn vpcs(&self, ui: &mut Ui) {
        let design = self.context.design();
        let title = match design.vpcs.len() {
            0 | 1 => "VPC".to_owned(),
            several => format!("{several} VPCs"),
        };
        parts::label_with(ui, "", |ui| {
            let add = widgets::small_link(ui, "+ Add VPC");
            let hint = "Another VPC in the same plan, with a block of its own";
            if add.on_hover_text(hint).clicked() {
                self.add_vpc();
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                widgets::overline(ui, &title);
            });
        });
        if design.vpcs.len() > 1 {
            ui.horizontal_wrapped(|ui| {
                ui.spacing_mut().item_spacing = vec2(5.0, 5.0);
                for vpc in &design.vpcs {
                    let is_shown = self.context.vpc.is_some_and(|shown| shown.id == vpc.id);
                    let name = self.name_of(vpc);
                    let said = format!("Show {name}");
                    let tab = widgets::tab(ui, &name, &said, is_shown, Font::Sans, 150.0);
                    if tab.clicked() && !is_shown {
                        self.context.app.send(Action::ShowPlanned(vpc.id.clone()));
                    }
                }
            });
        }
        ui.add_space(6.0);
    }

    fn add_vpc(&self) {
        let design = self.context.design();
        let Some(block) = design.free_vpc_block(self.context.surroundings) else {
            return;
        };
        let like = self.context.vpc.map(|vpc| vpc.id.clone());
        // The name that the change will give is known before it is made, so that the new VPC can be shown at once.
        let mut tried = design.clone();
        let made = tried.add_fresh_vpc(block, like.as_deref());
        self.change("add a VPC", None, move |design| {
            design.add_fresh_vpc(block, like.as_deref()).map(|_| ())
        });
        if let Ok(id) = made {
            self.context.app.send(Action::ShowPlanned(id));
        }
    }

    /// Show something of the plan in the preview.
    fn reveal(&self, key: Key) {
        self.context.app.send(Action::Reveal(key));
    }

    /// Ask for a change of the design.
    fn change(
        &self,
        words: &str,
        gesture: Option<Gesture>,
        change: impl Fn(&mut Design) -> Result<(), Refusal> + 'static,
    ) {
        let mut edit = Edit::new(words, change);
        edit.gesture = gesture;
        self.context.edit(edit);
    }

    /// Ask for a change of one VPC.
    fn change_vpc(
        &self,
        vpc: &Vpc,
        words: &str,
        gesture: Option<Gesture>,
        change: impl Fn(&mut Vpc) + 'static,
    ) {
        let id = vpc.id.clone();
        self.change(words, gesture, move |design| {
            let vpc = design
                .vpc_mut(&id)
                .ok_or_else(|| Refusal::NoVpc(id.clone()))?;
            change(vpc);
            Ok(())
        });
    }
}

/// A place of a VPC that names a widget between frames.
fn id(vpc: &Vpc, what: &str) -> Id {
    Id::unique(("form", vpc.id.as_str(), what))
}

fn hairline(ui: &mut Ui) {
    let (place, _) = ui.allocate_exact_size(vec2(ui.available_width(), 1.0), Sense::hover());
    let line = widgets::ink(ui, Ink::Border);
    ui.painter().rect_filled(place, 0.0, line);
}

/// A plural `s` where there are several.
fn plural(count: usize, singular: &str) -> String {
    widgets::count(count, singular)
}
