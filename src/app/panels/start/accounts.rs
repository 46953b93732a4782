//! Live accounts: the profiles of the AWS config files with what was read with them, and which of them are to be read.

use super::regions::RegionChoice;
use crate::app::context::{Action, AppContext};
use crate::app::{age, widgets};
use crate::picture::diagram::Role;
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::workspace::{
    LastRead, Profile, Regions, Settings, SourceSpec, Through, environment_profile,
};
use eframe::egui;
use egui::{CornerRadius, Key, RichText, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use std::collections::{BTreeMap, BTreeSet};

/// The profiles that were found, or why they cannot be told; none until they are known.
pub(in crate::app) type Found = Option<Result<Vec<Profile>, String>>;

/// From so many profiles on they can be filtered by name.
const MANY: usize = 7;

/// What was chosen.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    profile: String,
    pub(super) regions: RegionChoice,
    /// The role that leads to other accounts, as SOURCE writes it after its sign; empty for the profile's own account.
    role: String,
    /// Profiles that are to be read together; they go before the one that is typed.
    ticked: BTreeSet<String>,
    filter: String,
    /// The profile field is to get the keyboard.
    pub(super) wants_focus: bool,
}

impl Accounts {
    /// Begin with what was asked last.
    pub(super) fn remembering(connection: Option<&str>) -> Self {
        match connection.map(str::parse) {
            Some(Ok(SourceSpec::Aws {
                profile,
                regions,
                through,
            })) => Self {
                profile: profile.unwrap_or_default(),
                regions: regions.into(),
                role: through
                    .map(|through| through.to_string())
                    .unwrap_or_default(),
                ..Self::default()
            },
            _ => Self::default(),
        }
    }

    /// The accounts that are meant.
    fn sources(&self) -> Result<Vec<SourceSpec>, String> {
        let regions = self.regions.text()?;
        let source = |profile: &str| {
            let role: String = self.role.split_whitespace().collect();
            let text = match (profile.trim(), regions.as_str(), role.as_str()) {
                ("", "", "") => "aws".to_owned(),
                (profile, regions, "") => format!("aws://{profile}/{regions}"),
                (profile, regions, role) => format!("aws://{profile}/{regions}@{role}"),
            };
            text.parse()
                .map_err(|error: crate::workspace::SpecError| error.to_string())
        };
        if self.ticked.is_empty() {
            return Ok(vec![source(&self.profile)?]);
        }
        self.ticked.iter().map(|profile| source(profile)).collect()
    }

    /// Take a profile, with the regions that were read with it last.
    fn fill(&mut self, profile: &Profile, last: Option<&Known<'_>>) {
        self.profile.clone_from(&profile.name);
        self.regions = last.map_or_else(RegionChoice::default, |last| last.regions.clone().into());
        self.role = last
            .and_then(|last| last.through.as_ref())
            .map(ToString::to_string)
            .unwrap_or_default();
    }

    fn toggle(&mut self, profile: &str) {
        if !self.ticked.remove(profile) {
            self.ticked.insert(profile.to_owned());
        }
    }
}

/// What was read with a profile last.
struct Known<'a> {
    regions: Regions,
    through: Option<Through>,
    read: &'a LastRead,
}

/// What was read last, by profile.
fn known(settings: &Settings) -> BTreeMap<String, Known<'_>> {
    let mut all: BTreeMap<String, Known<'_>> = BTreeMap::new();
    for (text, read) in &settings.reads {
        let Ok(SourceSpec::Aws {
            profile,
            regions,
            through,
        }) = text.parse()
        else {
            continue;
        };
        let profile = profile.unwrap_or_default();
        let is_newer = all.get(&profile).is_none_or(|held| held.read.at < read.at);
        if is_newer {
            let known = Known {
                regions,
                through,
                read,
            };
            all.insert(profile, known);
        }
    }
    all
}

/// The words under a profile's name.
fn note(profile: &Profile, last: Option<&Known<'_>>, now: u64) -> String {
    let own = || {
        profile
            .region
            .clone()
            .unwrap_or_else(|| "no region".to_owned())
    };
    let Some(last) = last else {
        return format!("{} · not read yet", own());
    };
    let regions = match &last.regions {
        Regions::Default => own(),
        Regions::All => "all regions".to_owned(),
        Regions::Named(named) => match named.as_slice() {
            [one] => one.clone(),
            [one, rest @ ..] => format!("{one} +{}", rest.len()),
            [] => own(),
        },
    };
    let mut parts = vec![regions];
    match last.read.accounts.as_slice() {
        [] => {}
        [account] => parts.push(account.clone()),
        several => parts.push(widgets::count(several.len(), "account")),
    }
    parts.push(widgets::count(last.read.vpcs, "VPC"));
    parts.push(age::since(last.read.at, now));
    parts.join(" · ")
}

/// What a profile is called in the list.
fn title(profile: &Profile) -> &str {
    if profile.name.is_empty() {
        "Environment variables"
    } else {
        &profile.name
    }
}

pub(super) fn ui(app: &AppContext<'_>, ui: &mut Ui, state: &mut Accounts, found: &Found) {
    ui.label(widgets::semibold("Live AWS accounts"));
    let are_none = |found: &Result<Vec<Profile>, String>| found.as_ref().is_ok_and(Vec::is_empty);
    if !cfg!(feature = "aws") && found.as_ref().is_none_or(are_none) {
        let words = widgets::muted(
            ui,
            "This build of the program cannot ask live accounts. Open files instead, or use a build with the feature aws.",
        );
        ui.label(words);
        return;
    }
    let words = widgets::muted(
        ui,
        "Read-only describe calls with the profiles of your AWS configuration. No credential is stored.",
    );
    ui.add(egui::Label::new(words).wrap());
    ui.add_space(4.0);
    profiles_ui(app, ui, state, found);
    ui.add_space(4.0);
    let entered = fields_ui(ui, state, found);
    endpoint_ui(ui);
    ui.add_space(8.0);
    read_ui(app, ui, state, entered);
}

fn profiles_ui(app: &AppContext<'_>, ui: &mut Ui, state: &mut Accounts, found: &Found) {
    let environment = environment_profile();
    let profiles: Vec<&Profile> = match found {
        Some(Ok(profiles)) => environment.iter().chain(profiles).collect(),
        Some(Err(why)) => {
            widgets::notice(ui, Role::Warn, |ui| {
                ui.add(egui::Label::new(widgets::shown(&widgets::capital(why))).wrap())
            });
            environment.iter().collect()
        }
        None => environment.iter().collect(),
    };
    // A profile that is gone from the files is read no more.
    if matches!(found, Some(Ok(_))) {
        state
            .ticked
            .retain(|name| profiles.iter().any(|profile| profile.name == *name));
    }
    if profiles.is_empty() {
        if matches!(found, Some(Ok(_))) {
            let words = widgets::muted(
                ui,
                "The AWS config files name no profile yet: aws configure sso or aws configure makes one. It is listed here then.",
            );
            ui.add(egui::Label::new(words).wrap());
        }
        return;
    }
    if profiles.len() >= MANY {
        let field = egui::TextEdit::singleline(&mut state.filter)
            .hint_text(format!("Filter {} profiles", profiles.len()))
            .desired_width(f32::INFINITY)
            .margin(egui::Margin::symmetric(9, 5));
        ui.add(field).accessible_name("Filter profiles");
    } else {
        state.filter.clear();
    }
    let wanted = state.filter.trim().to_lowercase();
    let known = known(app.settings);
    let fits = |profile: &&&Profile| {
        let last = known.get(&profile.name);
        let mut accounts = last.iter().flat_map(|last| &last.read.accounts);
        title(profile).to_lowercase().contains(&wanted)
            || accounts.any(|account| account.contains(&wanted))
    };
    let shown: Vec<&&Profile> = profiles.iter().filter(fits).collect();
    if shown.is_empty() {
        let words = widgets::muted(ui, "No profile has this in its name.");
        ui.label(words);
        return;
    }
    let room = if ui.ctx().content_rect().height() < 760.0 {
        4.5
    } else {
        6.5
    };
    let now = age::now();
    egui::ScrollArea::vertical()
        .id_salt("profiles")
        .max_height(ROW * room)
        .min_scrolled_height(ROW * room)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 0.0;
            for profile in shown {
                row_ui(app, ui, state, profile, known.get(&profile.name), now);
            }
        });
}

/// The height of a profile's row, in points.
const ROW: f32 = 40.0;

fn row_ui(
    app: &AppContext<'_>,
    ui: &mut Ui,
    state: &mut Accounts,
    profile: &Profile,
    last: Option<&Known<'_>>,
    now: u64,
) {
    ui.horizontal(|ui| {
        ui.spacing_mut().item_spacing.x = 2.0;
        ui.set_min_height(ROW);
        let mut is_ticked = state.ticked.contains(&profile.name);
        let tick = egui::Checkbox::without_text(&mut is_ticked);
        let tick = ui
            .add(tick)
            .accessible_name(format!("Tick {}", title(profile)))
            .on_hover_text("Read it together with others that are ticked");
        if tick.changed() {
            state.toggle(&profile.name);
        }
        let note = note(profile, last, now);
        let is_chosen = state.ticked.is_empty() && state.profile.trim() == profile.name;
        let row = profile_row(ui, profile, &note, is_chosen || is_ticked);
        let mut hint = format!("{} ({})\n{note}", title(profile), profile.kind);
        if profile.kind.signs_in() && !profile.name.is_empty() {
            hint.push_str("\nSigned out? aws sso login --profile ");
            hint.push_str(&profile.name);
        }
        let row = row.on_hover_text(hint);
        if row.double_clicked() {
            state.ticked.clear();
            state.fill(profile, last);
            if let Ok(sources) = state.sources() {
                app.send(Action::Open(sources));
            }
        } else if row.clicked() {
            if state.ticked.is_empty() {
                state.fill(profile, last);
            } else {
                state.toggle(&profile.name);
            }
        }
    });
}

/// A row of two lines: the name and its kind, and below what is known of it.
fn profile_row(ui: &mut Ui, profile: &Profile, note: &str, is_chosen: bool) -> egui::Response {
    let size = vec2(ui.available_width(), ROW);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let name = format!("Profile {}, {}, {note}", title(profile), profile.kind);
    response.widget_info(|| WidgetInfo::selected(egui::Role::Button, true, is_chosen, &name));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let color = |ink| widgets::ink(ui, ink);
    let face = rect.shrink2(vec2(0.0, 1.0));
    let painter = ui.painter();
    let radius = CornerRadius::same(5);
    if is_chosen {
        painter.rect_filled(face, radius, color(Ink::Selected));
    } else if response.hovered() {
        painter.rect_filled(face, radius, color(Ink::Hovered));
    }
    if response.has_focus() {
        let ring = Stroke::new(1.5, color(Ink::Accent));
        painter.rect_stroke(face.shrink(1.0), radius, ring, StrokeKind::Inside);
    }
    let (left, right) = (face.left() + 8.0, face.right() - 8.0);
    let muted = color(Ink::TextMuted);
    let room = right - left;
    let kind = profile.kind.to_string();
    let kind = widgets::fitted(ui, &kind, Font::Sans, 11.5, muted, room * 0.45);
    let at = right - kind.size().x;
    let words = title(profile);
    let words = widgets::fitted(
        ui,
        words,
        Font::SansSemiBold,
        13.0,
        color(Ink::Text),
        at - left - 10.0,
    );
    let note = widgets::fitted(ui, note, Font::Sans, 11.5, muted, room);
    let (upper, lower) = (face.top() + 12.0, face.top() + 27.5);
    for (left, middle, words) in [(left, upper, words), (at, upper, kind), (left, lower, note)] {
        let place = pos2(left, middle - words.size().y / 2.0);
        painter.galley(place, words, egui::Color32::PLACEHOLDER);
    }
    response
}

/// What is typed by hand. True when Enter was pressed.
fn fields_ui(ui: &mut Ui, state: &mut Accounts, found: &Found) -> bool {
    let mut entered = false;
    if state.ticked.is_empty() {
        let words = widgets::small_muted(ui, "Profile");
        ui.label(words);
        let field = egui::TextEdit::singleline(&mut state.profile)
            .hint_text("default")
            .desired_width(f32::INFINITY)
            .margin(egui::Margin::symmetric(9, 5));
        let field = ui.add(field).accessible_name("Profile");
        if std::mem::take(&mut state.wants_focus) {
            field.request_focus();
            field.scroll_to_me(Some(egui::Align::Center));
        }
        entered |= field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    } else {
        ui.horizontal(|ui| {
            let count = widgets::count(state.ticked.len(), "profile");
            let names: Vec<&str> = state
                .ticked
                .iter()
                .map(|name| {
                    if name.is_empty() {
                        "environment"
                    } else {
                        name.as_str()
                    }
                })
                .collect();
            let words = format!("{count}: {}", names.join(", "));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
                let clear = widgets::small_link(ui, "Clear ticks").clicked();
                ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                    let words = widgets::small_muted(ui, widgets::shown(&words));
                    ui.add(egui::Label::new(words).truncate());
                });
                if clear {
                    state.ticked.clear();
                }
            });
        });
    }
    let own = match found {
        Some(Ok(profiles)) => profiles
            .iter()
            .find(|profile| profile.name == state.profile.trim())
            .and_then(|profile| profile.region.as_deref()),
        _ => None,
    };
    ui.add_space(2.0);
    entered |= state.regions.ui(ui, own);
    ui.add_space(2.0);
    let words = widgets::small_muted(ui, "Role in the other accounts of the Organization");
    ui.label(words);
    let field = egui::TextEdit::singleline(&mut state.role)
        .hint_text("none: the account of the profile")
        .desired_width(f32::INFINITY)
        .margin(egui::Margin::symmetric(9, 5));
    let field = ui
        .add(field)
        .accessible_name("Role in the other accounts of the Organization")
        .on_hover_text("The name of a role that every account has, such as Auditor: all accounts of the Organization are read through it. Auditor:111122223333,444455556666 reads only these.");
    entered | (field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)))
}

/// Where calls go, where it is not AWS.
fn endpoint_ui(ui: &mut Ui) {
    let endpoint = std::env::var_os("AWS_ENDPOINT_URL");
    if let Some(endpoint) = endpoint.filter(|endpoint| !endpoint.is_empty()) {
        ui.add_space(2.0);
        let words = format!(
            "Calls go to {} (AWS_ENDPOINT_URL)",
            endpoint.to_string_lossy()
        );
        let words = widgets::small_muted(ui, words);
        ui.add(egui::Label::new(words).wrap());
    }
}

fn read_ui(app: &AppContext<'_>, ui: &mut Ui, state: &Accounts, entered: bool) {
    let sources = state.sources();
    let words = match state.ticked.len() {
        0 | 1 => "Read account".to_owned(),
        several => format!("Read {several} accounts"),
    };
    let button = egui::Button::new(RichText::new(words).color(widgets::ink(ui, Ink::OnAccent)))
        .fill(widgets::ink(ui, Ink::Accent));
    let button = ui.add_enabled(sources.is_ok(), button.min_size(vec2(120.0, 28.0)));
    widgets::ring_on_accent(ui, &button);
    match sources {
        Ok(sources) => {
            if button.clicked() || entered {
                app.send(Action::Open(sources));
            }
        }
        Err(sentence) => {
            ui.add_space(4.0);
            widgets::notice(ui, Role::Danger, |ui| {
                let words = widgets::shown(&widgets::capital(&sentence));
                ui.add(egui::Label::new(words).wrap())
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::ProfileKind;

    fn profile(name: &str, region: Option<&str>) -> Profile {
        Profile {
            name: name.to_owned(),
            region: region.map(str::to_owned),
            kind: ProfileKind::Keys,
        }
    }

    fn texts(state: &Accounts) -> Vec<String> {
        let sources = state.sources().unwrap();
        sources.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn ticked_profiles_are_read_together_with_the_same_regions() {
        let mut state = Accounts::remembering(Some("aws://prod/eu-west-1"));
        assert_eq!(texts(&state), ["aws://prod/eu-west-1"]);
        state.toggle("stage");
        state.toggle("team/dev");
        state.toggle("");
        assert_eq!(
            texts(&state),
            [
                "aws:///eu-west-1",
                "aws://stage/eu-west-1",
                "aws://team/dev/eu-west-1"
            ]
        );
        state.regions = RegionChoice::default();
        assert_eq!(texts(&state), ["aws", "aws://stage", "aws://team/dev/"]);
    }

    #[test]
    fn a_role_leads_to_the_other_accounts() {
        let text = "aws://ops/all@net/Audit:111122223333,444455556666";
        let mut state = Accounts::remembering(Some(text));
        assert_eq!(texts(&state), [text]);
        state.role = " Audit ".to_owned();
        assert_eq!(texts(&state), ["aws://ops/all@Audit"]);
        state.role = "no:role".to_owned();
        assert!(state.sources().unwrap_err().contains("“role”"));
    }

    #[test]
    fn the_latest_read_of_a_profile_is_told() {
        let mut settings = Settings::default();
        let read = |at, vpcs| LastRead {
            at,
            vpcs,
            accounts: vec!["111122223333".into()],
        };
        settings.note_read("aws://prod/all", read(100, 9));
        settings.note_read("aws://prod/eu-west-1,us-east-1", read(4000, 2));
        settings.note_read("aws://other", read(4100, 1));
        settings.note_read("/net/prod", read(5000, 1));
        let known = known(&settings);
        assert_eq!(known.len(), 2);
        let prod = profile("prod", Some("eu-west-3"));
        assert_eq!(
            note(&prod, known.get("prod"), 4000 + 3 * 3600),
            "eu-west-1 +1 · 111122223333 · 2 VPCs · 3 hours ago"
        );
        assert_eq!(note(&prod, None, 0), "eu-west-3 · not read yet");
        assert_eq!(
            note(&profile("x", None), None, 0),
            "no region · not read yet"
        );
        let mut state = Accounts::default();
        state.fill(&prod, known.get("prod"));
        assert_eq!(texts(&state), ["aws://prod/eu-west-1,us-east-1"]);
    }
}
