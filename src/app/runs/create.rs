//! What is to be created, with whose credentials, and for what.

use super::words;
use super::{Affair, Affairs, heading, is_new, notice, page, primary, secondary, send, sheet};
use crate::app::command::Command;
use crate::app::context::{AppContext, hint};
use crate::app::widgets;
use crate::design::{Design, vpc_label};
use crate::network::{Key, Text};
use crate::picture::diagram::Role;
use crate::picture::theme::Ink;
use crate::workspace::{Order, PlanWords, Profile, Wish};
use eframe::egui;
use egui::{RichText, Ui, vec2};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What was chosen and typed.
#[derive(Debug, Default)]
pub(super) struct Form {
    /// The profile whose credentials may change things; none for what the AWS CLI chooses.
    pub(super) profile: Option<String>,
    ticket: String,
    reason: String,
    tag_ticket: bool,
    /// Nothing that is there is changed.
    anew: bool,
    /// Planned resources that are there already, and their ids as typed.
    given: Vec<(Key, String)>,
    /// The design is a copy of a live VPC.
    pub(super) is_copy: bool,
    /// A saved plan instead of the open design: its file's name, its text, and what it says of itself.
    pub(super) plan: Option<(String, String, PlanWords)>,
}

impl Form {
    /// Ask for the ids of these.
    pub(super) fn needs(&mut self, missing: Vec<Key>) {
        for key in missing {
            if self.given.iter().all(|(held, _)| *held != key) {
                self.given.push((key, String::new()));
            }
        }
    }

    /// What is wanted of a design, or of the saved plan.
    pub(super) fn wish(&self, design: Option<&Arc<Design>>) -> Option<Wish> {
        if let Some((_, text, _)) = &self.plan {
            return Some(Wish::Saved {
                text: text.clone(),
                profile: self.profile.clone(),
            });
        }
        let typed = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let given = self.given.iter();
        let given: BTreeMap<Key, String> = given
            .filter_map(|(key, id)| Some((key.clone(), typed(id)?)))
            .collect();
        let order = Order {
            profile: self.profile.clone(),
            given,
            ticket: typed(&self.ticket),
            reason: typed(&self.reason),
            anew: self.anew,
            tag_ticket: self.tag_ticket && typed(&self.ticket).is_some(),
            ..Order::new(Design::clone(design?))
        };
        Some(Wish::Design(Box::new(order)))
    }

    /// Whether a VPC that is there is to be changed, as far as is known before it is looked for.
    fn is_change(&self) -> bool {
        self.is_copy && !self.anew && self.plan.is_none()
    }

    fn region(&self, design: Option<&Arc<Design>>) -> Text {
        match (&self.plan, design) {
            (Some((_, _, plan)), _) => plan.region.as_str().into(),
            (None, Some(design)) => design.region.clone(),
            (None, None) => Text::default(),
        }
    }

    pub(super) fn label(&self, design: Option<&Arc<Design>>) -> String {
        match (&self.plan, design) {
            (Some((_, _, plan)), _) => plan.label.clone(),
            (None, Some(design)) => {
                let names: Vec<Text> = design.vpcs.iter().map(vpc_label).collect();
                names.join(", ")
            }
            (None, None) => String::new(),
        }
    }
}

/// The button under the choices of a design; `changes` says that the design is a copy of a live VPC.
pub(in crate::app) fn button_ui(app: &AppContext<'_>, ui: &mut Ui, errors: usize, changes: bool) {
    let enabled = Command::CreateVpc.enabled(&app.situation);
    let words = if changes {
        "Change VPC…"
    } else {
        "Create VPC…"
    };
    let words = RichText::new(words).size(14.0);
    let (words, fill) = if enabled {
        (words.color(widgets::ink(ui, Ink::OnAccent)), Ink::Accent)
    } else {
        (words, Ink::Sunken)
    };
    let button = egui::Button::new(words)
        .fill(widgets::ink(ui, fill))
        .min_size(vec2(0.0, 34.0));
    let layout = egui::Layout::top_down_justified(egui::Align::Center);
    let response = ui
        .with_layout(layout, |ui| ui.add_enabled(enabled, button))
        .inner;
    widgets::ring_on_accent(ui, &response);
    let why = match errors {
        1 => "The design has a problem, which the right side names".to_owned(),
        several => format!("The design has {several} problems, which the right side names"),
    };
    let response = response
        .on_hover_text(hint(ui.ctx(), Command::CreateVpc))
        .on_disabled_hover_text(why);
    if response.clicked() {
        app.run(Command::CreateVpc);
    }
}

pub(super) fn ui(
    app: &AppContext<'_>,
    ui: &mut Ui,
    affairs: &mut Affairs,
    design: Option<&Arc<Design>>,
) {
    let Affairs {
        form,
        profiles,
        checking,
        failure,
        ..
    } = affairs;
    let is_checking = checking.is_some();
    let bar = |ui: &mut Ui| {
        if secondary(ui, "Back").clicked() {
            send(app, Affair::Back);
        }
        if let Some(checking) = checking {
            if secondary(ui, "Cancel").clicked() {
                send(app, Affair::StopCheck);
            }
            let words = widgets::muted(ui, widgets::shown(&widgets::capital(&checking.what)));
            ui.add(egui::Label::new(words).truncate());
        } else {
            let button = primary(ui, true, "Check");
            if is_new(ui, "create", "") {
                button.request_focus();
            }
            if button.clicked() {
                send(app, Affair::Check);
            }
            let words = widgets::small_muted(ui, "Checking changes nothing");
            ui.label(words);
        }
    };
    page(ui, "create", 640.0, bar, |ui| {
        heading(ui, &title(form, design));
        let words = match &form.plan {
            Some((file, ..)) => format!("The saved plan {file} is applied unchanged, or not at all where the account has changed since it was made."),
            None if form.is_change() => "First it is checked what would be changed: the region is read and the permissions are tested with dry runs. You see all of it, and confirm, before anything is changed.".to_owned(),
            None => "First it is checked what would be made: the region is read and the permissions are tested with dry runs. You see all of it, and confirm, before anything is changed.".to_owned(),
        };
        let words = widgets::muted(ui, widgets::shown(&words));
        ui.add(egui::Label::new(words).wrap());
        ui.add_space(14.0);
        if let Some(failure) = failure.as_deref() {
            notice(ui, Role::Danger, failure);
            ui.add_space(6.0);
        }
        ui.add_enabled_ui(!is_checking, |ui| {
            sheet(ui, |ui| {
                ui.label(widgets::semibold("Where"));
                profile_ui(ui, &mut form.profile, profiles.as_ref());
                ui.add_space(2.0);
                let region = words::region(&form.region(design));
                widgets::fact(ui, "Region", region);
                if form.plan.is_none() {
                    ui.add_space(4.0);
                    let tick = ui.checkbox(&mut form.anew, "Make everything new, and change nothing that is there");
                    tick.on_hover_text("Without it, a VPC of the same name and block that is there is changed into what this design says");
                }
                if let Some(account) = form
                    .plan
                    .as_ref()
                    .and_then(|(_, _, plan)| plan.account.as_deref())
                {
                    widgets::fact(ui, "Account", words::account(Some(account)));
                }
                if let Some(endpoint) =
                    std::env::var_os("AWS_ENDPOINT_URL").filter(|it| !it.is_empty())
                {
                    widgets::fact(ui, "Calls go to", endpoint.to_string_lossy().into_owned());
                }
            });
            ui.add_space(12.0);
            sheet(ui, |ui| record_ui(ui, form));
            if !form.given.is_empty() {
                ui.add_space(12.0);
                sheet(ui, |ui| given_ui(ui, &mut form.given));
            }
        });
    });
}

/// What the page is about.
pub(super) fn title(form: &Form, design: Option<&Arc<Design>>) -> String {
    let verb = if form.is_change() { "Change" } else { "Create" };
    format!("{verb} {} in AWS", form.label(design))
}

/// The choice of a profile.
pub(super) fn profile_ui(
    ui: &mut Ui,
    chosen: &mut Option<String>,
    profiles: Option<&Result<Vec<Profile>, String>>,
) {
    const USUAL: &str = "As the AWS CLI chooses";
    let label = widgets::small_muted(ui, "Profile to change with");
    let label = ui.label(label);
    let shown = chosen.clone().unwrap_or_else(|| USUAL.to_owned());
    let combo = egui::ComboBox::from_id_salt("profile to change with")
        .width(ui.available_width().min(420.0))
        .selected_text(widgets::shown(&shown))
        .show_ui(ui, |ui| {
            ui.selectable_value(chosen, None, USUAL);
            for profile in profiles.iter().filter_map(|it| it.as_ref().ok()).flatten() {
                let mut words = profile.name.clone();
                if let Some(region) = &profile.region {
                    words.push_str("   ");
                    words.push_str(region);
                }
                words.push_str("   ");
                words.push_str(&profile.kind.to_string());
                ui.selectable_value(chosen, Some(profile.name.clone()), widgets::shown(&words));
            }
        });
    combo.response.labelled_by(label.id);
    let words = widgets::small_muted(
        ui,
        "It may be another one than for looking: access that was raised for this change. No credential is stored.",
    );
    ui.add(egui::Label::new(words).wrap());
    if let Some(Err(why)) = profiles {
        notice(ui, Role::Warn, why);
    }
}

/// What goes into the journal.
fn record_ui(ui: &mut Ui, form: &mut Form) {
    ui.label(widgets::semibold("For the record"));
    if let Some((_, _, plan)) = &form.plan {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
        widgets::fact(ui, "Ticket", or_none(&plan.ticket));
        widgets::fact(ui, "Reason", or_none(&plan.reason));
        return;
    }
    field(ui, "Ticket", &mut form.ticket, "optional, CHG-1234");
    field(ui, "Reason", &mut form.reason, "optional, in a few words");
    ui.add_space(4.0);
    let has_ticket = !form.ticket.trim().is_empty();
    ui.add_enabled_ui(has_ticket, |ui| {
        ui.checkbox(
            &mut form.tag_ticket,
            "Tag everything that is made with the ticket",
        );
    });
    let words = widgets::small_muted(
        ui,
        "Ticket and reason are written to the journal of the run on this machine.",
    );
    ui.add(egui::Label::new(words).wrap());
}

fn given_ui(ui: &mut Ui, given: &mut [(Key, String)]) {
    ui.label(widgets::semibold("What is there already"));
    let words = widgets::small_muted(
        ui,
        "The design names these and does not make them. Say which they are.",
    );
    ui.add(egui::Label::new(words).wrap());
    for (key, id) in given {
        let label = format!("Id of the {} {}", key.kind.singular(), key.id);
        field(ui, &label, id, "as AWS calls it");
    }
}

fn field(ui: &mut Ui, label: &str, text: &mut String, hint: &str) {
    let words = widgets::small_muted(ui, widgets::shown(label));
    ui.label(words);
    let field = egui::TextEdit::singleline(text)
        .hint_text(hint)
        .desired_width(f32::INFINITY)
        .margin(egui::Margin::symmetric(9, 5));
    ui.add(field).accessible_name(label);
}
