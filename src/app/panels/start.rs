//! The start page: what can be opened, with and without an account.

use super::super::context::{Action, AppContext};
use super::super::{look, widgets};
use crate::app::command::Command;
use crate::picture::diagram::Role;
use crate::picture::glyph::Glyph;
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::workspace::{self, LostDraft, collect_script};
use eframe::egui;
use egui::{CornerRadius, Rect, RichText, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};

mod accounts;
mod recent;
mod regions;

use accounts::Accounts;
pub(in crate::app) use accounts::Found;
pub(in crate::app) use recent::{kind, note};

/// What was chosen on the start page.
#[derive(Debug, Default)]
pub(in crate::app) struct Start {
    accounts: Accounts,
    /// The page was shown in the last frame, so what it lists was looked up.
    pub(in crate::app) is_shown: bool,
    /// The profiles were given, so they are not to be looked up.
    pub(in crate::app) are_given: bool,
}

impl Start {
    /// Begin with what was asked last.
    pub(in crate::app) fn remembering(connection: Option<&str>) -> Self {
        Self {
            accounts: Accounts::remembering(connection),
            ..Self::default()
        }
    }

    /// The next thing is to name an account.
    pub(in crate::app) fn want_account(&mut self) {
        self.accounts.wants_focus = true;
    }
}

/// What the page shows that is kept elsewhere.
#[derive(Clone, Copy)]
pub(in crate::app) struct Kept<'a> {
    /// Designs whose changes were never saved.
    pub(in crate::app) lost: &'a [LostDraft],
    /// The profiles of the AWS config files.
    pub(in crate::app) profiles: &'a Found,
    /// How many files are held over the window.
    pub(in crate::app) hovered_files: usize,
}

pub(in crate::app) fn ui(app: &AppContext<'_>, ui: &mut Ui, state: &mut Start, kept: Kept<'_>) {
    let whole = ui.max_rect();
    ui.painter()
        .rect_filled(whole, CornerRadius::ZERO, widgets::ink(ui, Ink::Canvas));
    egui::ScrollArea::vertical()
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let width = (ui.available_width() - 64.0).clamp(320.0, 980.0);
            let side = ((ui.available_width() - width) / 2.0).max(16.0);
            ui.horizontal_top(|ui| {
                ui.add_space(side);
                ui.vertical(|ui| {
                    ui.set_width(width);
                    page(app, ui, state, kept, width);
                });
            });
        });
    if kept.hovered_files > 0 {
        drop_hint(ui, whole, kept.hovered_files);
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

fn page(app: &AppContext<'_>, ui: &mut Ui, state: &mut Start, kept: Kept<'_>, width: f32) {
    let height = ui.ctx().content_rect().height();
    ui.add_space((height * 0.07).clamp(18.0, 84.0));
    ui.label(RichText::new("VPC Atlas").font(look::font(Font::SansSemiBold, 30.0)));
    let words = widgets::muted(ui, "Plan a VPC, see a VPC as one map: subnets, route tables and all that they lead to. On your own machine, with or without credentials.").size(14.0);
    ui.add(egui::Label::new(words).wrap());
    ui.add_space(20.0);
    crate::app::designs::lost_ui(app, ui, kept.lost);

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
            panel(ui, |ui| {
                accounts::ui(app, ui, &mut state.accounts, kept.profiles);
            });
        });
        ui.vertical(|ui| {
            ui.set_width(column);
            panel(ui, |ui| recent::ui(app, ui));
            ui.add_space(gap);
            panel(ui, |ui| {
                without_credentials(app, ui, &state.accounts.regions.named());
            });
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

fn without_credentials(app: &AppContext<'_>, ui: &mut Ui, regions: &[&str]) {
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
            let is_region = |region: &&&str| workspace::is_region(region);
            let regions: Vec<String> = regions
                .iter()
                .filter(is_region)
                .map(|region| (*region).to_owned())
                .collect();
            app.send(Action::Copy {
                text: collect_script(&regions),
                what: "script".into(),
            });
        }
        let words = widgets::small_muted(ui, "read-only, no dependencies but the AWS CLI");
        ui.add(egui::Label::new(words).truncate());
    });
}
