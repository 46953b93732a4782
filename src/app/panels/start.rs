//! The start page: what can be opened, with and without an account.

use super::super::context::{Action, AppContext};
use super::super::{look, widgets};
use crate::app::command::Command;
use crate::picture::diagram::Role;
use crate::picture::glyph::Glyph;
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::workspace::collect_script;
use crate::workspace::{LostDraft, Regions, SourceSpec};
use eframe::egui;
use egui::{CornerRadius, Key, Rect, RichText, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

/// What was typed on the start page.
#[derive(Debug, Default)]
pub(in crate::app) struct Start {
    profile: String,
    region: String,
    /// The profile field is to get the keyboard.
    pub(in crate::app) wants_account: bool,
}

impl Start {
    /// Begin with what was asked last.
    pub(in crate::app) fn remembering(connection: Option<&str>) -> Self {
        let mut start = Self::default();
        if let Some(Ok(SourceSpec::Aws {
            profile, regions, ..
        })) = connection.map(str::parse)
        {
            start.profile = profile.unwrap_or_default();
            start.region = match regions {
                Regions::Default => String::new(),
                Regions::Named(named) => named.join(","),
                Regions::All => "all".to_owned(),
            };
        }
        start
    }

    /// The account that is meant, as SOURCE writes it.
    fn account(&self) -> Result<SourceSpec, String> {
        let (profile, region) = (self.profile.trim(), self.region.trim().replace(' ', ""));
        let text = match (profile, region.as_str()) {
            ("", "") => "aws".to_owned(),
            (profile, "") => format!("aws://{profile}/"),
            (profile, region) => format!("aws://{profile}/{region}"),
        };
        text.parse()
            .map_err(|error: crate::workspace::SpecError| error.to_string())
    }
}

pub(in crate::app) fn ui(
    app: &AppContext<'_>,
    ui: &mut Ui,
    state: &mut Start,
    lost: &[LostDraft],
    hovered_files: usize,
) {
    let whole = ui.max_rect();
    ui.painter()
        .rect_filled(whole, CornerRadius::ZERO, widgets::ink(ui, Ink::Canvas));
    egui::ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let width = (ui.available_width() - 64.0).clamp(320.0, 860.0);
            let side = ((ui.available_width() - width) / 2.0).max(16.0);
            ui.horizontal_top(|ui| {
                ui.add_space(side);
                ui.vertical(|ui| {
                    ui.set_width(width);
                    page(app, ui, state, lost, width);
                });
            });
        });
    if hovered_files > 0 {
        drop_hint(ui, whole, hovered_files);
    }
}

/// What is painted over the window while files are held above it.
pub(in crate::app) fn drop_hint(ui: &Ui, whole: Rect, files: usize) {
    let accent = widgets::ink(ui, Ink::Accent);
    let painter = ui.ctx().layer_painter(egui::LayerId::new(
        egui::Order::Foreground,
        egui::Id::unique("drop"),
    ));
    painter.rect_filled(
        whole,
        CornerRadius::ZERO,
        widgets::ink(ui, Ink::Canvas).gamma_multiply(0.85),
    );
    painter.rect_stroke(
        whole.shrink(10.0),
        CornerRadius::same(12),
        Stroke::new(2.0, accent),
        egui::StrokeKind::Inside,
    );
    let words = if files == 1 {
        "Drop to open it".to_owned()
    } else {
        format!("Drop to open {files} files and folders as one network")
    };
    let font = look::font(Font::SansSemiBold, 18.0);
    painter.text(
        whole.center(),
        egui::Align2::CENTER_CENTER,
        words,
        font,
        accent,
    );
}

fn page(app: &AppContext<'_>, ui: &mut Ui, state: &mut Start, lost: &[LostDraft], width: f32) {
    let height = ui.ctx().content_rect().height();
    ui.add_space((height * 0.07).clamp(18.0, 84.0));
    ui.label(RichText::new("VPC Atlas").font(look::font(Font::SansSemiBold, 30.0)));
    let words = widgets::muted(ui, "Plan a VPC, see a VPC as one map: subnets, route tables and all that they lead to. On your own machine, with or without credentials.").size(14.0);
    ui.add(egui::Label::new(words).wrap());
    ui.add_space(20.0);
    crate::app::designs::lost_ui(app, ui, lost);

    let gap = 14.0;
    let tile = vec2(((width - 3.0 * gap) / 4.0).floor(), 112.0);
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = gap;
        for (command, title, words, glyph, role) in [
            (
                Command::NewDesign,
                "New design",
                "Plan a VPC with a live preview, block by block",
                Glyph::Subnet,
                Role::Gateway,
            ),
            (
                Command::OpenSample,
                "Sample network",
                "Three zones, three tiers, and everything that can hang on them",
                Glyph::Vpc,
                Role::Public,
            ),
            (
                Command::OpenFolder,
                "Open folder…",
                "Output of aws ec2 describe-… in files of any name",
                Glyph::RouteTable,
                Role::Private,
            ),
            (
                Command::OpenFile,
                "Open file…",
                "One file: a snapshot or the output of one call",
                Glyph::Subnet,
                Role::Table,
            ),
        ] {
            let response = tile_ui(ui, tile, title, words, glyph, role);
            if response
                .on_hover_text(super::super::context::hint(ui.ctx(), command))
                .clicked()
            {
                app.run(command);
            }
        }
    });
    ui.add_space(22.0);

    let column = ((width - gap) / 2.0).floor();
    ui.horizontal_top(|ui| {
        ui.spacing_mut().item_spacing.x = gap;
        ui.vertical(|ui| {
            ui.set_width(column);
            panel(ui, |ui| account(app, ui, state));
        });
        ui.vertical(|ui| {
            ui.set_width(column);
            panel(ui, |ui| recent(app, ui));
            ui.add_space(gap);
            panel(ui, |ui| without_credentials(app, ui, &state.region));
        });
    });
    ui.add_space(24.0);
}

fn tile_ui(
    ui: &mut Ui,
    size: egui::Vec2,
    title: &str,
    words: &str,
    glyph: Glyph,
    role: Role,
) -> egui::Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, title));
    let painter = ui.painter();
    let lifted = response.hovered() || response.has_focus();
    let border = if lifted { Ink::Accent } else { Ink::Border };
    painter.rect(
        rect,
        CornerRadius::same(8),
        widgets::ink(ui, Ink::Card),
        Stroke::new(1.0, widgets::ink(ui, border)),
        egui::StrokeKind::Inside,
    );
    let bar = Rect::from_min_size(rect.min, vec2(4.0, rect.height()));
    painter.rect_filled(
        bar,
        CornerRadius {
            nw: 8,
            sw: 8,
            ne: 0,
            se: 0,
        },
        widgets::ink(ui, Ink::Strong(role)),
    );
    look::paint_glyph(
        painter,
        glyph,
        rect.min + vec2(28.0, 28.0),
        22.0,
        widgets::ink(ui, Ink::Strong(role)),
    );
    let heading = widgets::fitted(
        ui,
        title,
        Font::SansSemiBold,
        14.5,
        widgets::ink(ui, Ink::Text),
        rect.width() - 60.0,
    );
    painter.galley(
        pos2(
            rect.left() + 48.0,
            rect.top() + 28.0 - heading.size().y / 2.0,
        ),
        heading,
        egui::Color32::PLACEHOLDER,
    );
    let body = painter.layout(
        words.to_owned(),
        look::font(Font::Sans, 12.5),
        widgets::ink(ui, Ink::TextMuted),
        rect.width() - 36.0,
    );
    painter.galley(
        pos2(rect.left() + 18.0, rect.top() + 52.0),
        body,
        egui::Color32::PLACEHOLDER,
    );
    response
}

fn panel(ui: &mut Ui, contents: impl FnOnce(&mut Ui)) {
    egui::Frame::new()
        .fill(widgets::ink(ui, Ink::Panel))
        .stroke(Stroke::new(1.0, widgets::ink(ui, Ink::Border)))
        .corner_radius(CornerRadius::same(8))
        .inner_margin(egui::Margin::symmetric(16, 13))
        .show(ui, |ui| {
            ui.set_min_width(ui.available_width());
            contents(ui);
        });
}

fn recent(app: &AppContext<'_>, ui: &mut Ui) {
    ui.label(widgets::semibold("Recent"));
    ui.spacing_mut().item_spacing.y = 1.0;
    let known: Vec<_> = app
        .settings
        .recent
        .iter()
        .filter_map(|text| Some((text, text.parse::<SourceSpec>().ok()?)))
        .collect();
    if known.is_empty() {
        let words = widgets::muted(ui, "What you open is listed here.");
        ui.label(words);
    }
    for (text, source) in known.into_iter().take(6) {
        super::sources::recent_row(app, ui, text, source);
    }
}

fn account(app: &AppContext<'_>, ui: &mut Ui, state: &mut Start) {
    ui.label(widgets::semibold("Live AWS account"));
    if !cfg!(feature = "aws") {
        let words = widgets::muted(
            ui,
            "This build of the program cannot ask live accounts. Open files instead, or use a build with the feature aws.",
        );
        ui.label(words);
        return;
    }
    let words = widgets::muted(
        ui,
        "Read-only describe calls with a profile of your AWS configuration. No credential is stored.",
    );
    ui.add(egui::Label::new(words).wrap());
    ui.add_space(4.0);
    let mut entered = false;
    let mut field = |ui: &mut Ui, label: &str, text: &mut String, hint: &str| {
        let words = widgets::small_muted(ui, label);
        ui.label(words);
        let field = egui::TextEdit::singleline(text)
            .hint_text(hint)
            .desired_width(f32::INFINITY)
            .margin(egui::Margin::symmetric(9, 5));
        let response = ui.add(field).accessible_name(label);
        entered |= response.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
        response
    };
    let profile = field(ui, "Profile", &mut state.profile, "default");
    field(
        ui,
        "Region",
        &mut state.region,
        "that of the profile, eu-west-1, or all",
    );
    if std::mem::take(&mut state.wants_account) {
        profile.request_focus();
        profile.scroll_to_me(Some(egui::Align::Center));
    }
    if let Some(endpoint) =
        std::env::var_os("AWS_ENDPOINT_URL").filter(|endpoint| !endpoint.is_empty())
    {
        ui.add_space(2.0);
        let words = widgets::small_muted(
            ui,
            format!(
                "Calls go to {} (AWS_ENDPOINT_URL)",
                endpoint.to_string_lossy()
            ),
        );
        ui.add(egui::Label::new(words).wrap());
    }
    ui.add_space(8.0);
    let account = state.account();
    let button =
        egui::Button::new(RichText::new("Read account").color(widgets::ink(ui, Ink::OnAccent)))
            .fill(widgets::ink(ui, Ink::Accent));
    let button = ui.add_enabled(account.is_ok(), button.min_size(vec2(120.0, 28.0)));
    widgets::ring_on_accent(ui, &button);
    match account {
        Ok(source) => {
            if button.clicked() || entered {
                app.send(Action::Open(vec![source]));
            }
        }
        Err(sentence) => {
            ui.add_space(4.0);
            widgets::notice(ui, Role::Danger, |ui| {
                ui.add(egui::Label::new(widgets::shown(&sentence)).wrap())
            });
        }
    }
}

fn without_credentials(app: &AppContext<'_>, ui: &mut Ui, region: &str) {
    ui.label(widgets::semibold("No credentials?"));
    let words = widgets::muted(
        ui,
        "Give this read-only script to whoever holds them. It runs the AWS CLI, writes one folder, and you open that folder here.",
    );
    ui.add(egui::Label::new(words).wrap());
    ui.add_space(4.0);
    ui.horizontal(|ui| {
        if ui
            .button("Copy script")
            .on_hover_text("A POSIX shell script; vpc-atlas collect prints the same")
            .clicked()
        {
            let regions: Vec<String> =
                match format!("aws:///{}", region.trim().replace(' ', "")).parse() {
                    Ok(SourceSpec::Aws {
                        regions: Regions::Named(named),
                        ..
                    }) => named,
                    _ => Vec::new(),
                };
            app.send(Action::Copy {
                text: collect_script(&regions),
                what: "script".into(),
            });
        }
        let words = widgets::small_muted(ui, "read-only, no dependencies but the AWS CLI");
        ui.add(egui::Label::new(words).truncate());
    });
}
