//! The look of the window: the bundled fonts, the colour tokens of the picture as egui visuals, and spacing.

use crate::picture::glyph::{GRID, Glyph, PEN};
use crate::picture::text::Font;
use crate::picture::theme::{Ink, Rgb, Theme};
use eframe::egui;
use egui::{
    Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Pos2, Rect, Shape,
    Stroke, TextStyle, Vec2, pos2, vec2,
};
use std::sync::Arc;

/// The size of plain words in panels, in points.
pub(super) const BODY: f32 = 13.0;
/// The size of small words in panels, in points.
pub(super) const SMALL: f32 = 11.5;

/// The family of the semibold face.
const SEMIBOLD: &str = "semibold";

/// Register fonts and styles. To be called once, before the first frame.
pub fn install(ctx: &egui::Context) {
    ctx.set_fonts(fonts());
    for theme in Theme::SCREEN {
        ctx.set_style_of(egui_theme(theme), style(theme));
    }
    ctx.options_mut(|options| {
        // Where the system says nothing, light is what a document wants.
        options.fallback_theme = egui::Theme::Light;
        options.zoom_with_keyboard = false;
    });
}

fn fonts() -> FontDefinitions {
    let mut fonts = FontDefinitions::empty();
    for font in Font::ALL {
        let data = FontData::from_static(font.data());
        fonts
            .font_data
            .insert(name(font).to_owned(), Arc::new(data));
    }
    for (family, faces) in [
        (FontFamily::Proportional, [Font::Sans, Font::Mono]),
        (FontFamily::Monospace, [Font::Mono, Font::Sans]),
        (
            FontFamily::Name(SEMIBOLD.into()),
            [Font::SansSemiBold, Font::Mono],
        ),
    ] {
        fonts
            .families
            .insert(family, faces.map(|face| name(face).to_owned()).to_vec());
    }
    fonts
}

fn name(font: Font) -> &'static str {
    match font {
        Font::Sans => "sans",
        Font::SansSemiBold => "sans-semibold",
        Font::Mono => "mono",
    }
}

/// A face at a size in points.
pub(super) fn font(font: Font, size: f32) -> FontId {
    let family = match font {
        Font::Sans => FontFamily::Proportional,
        Font::SansSemiBold => FontFamily::Name(SEMIBOLD.into()),
        Font::Mono => FontFamily::Monospace,
    };
    FontId::new(size, family)
}

/// The only place where a token becomes a colour of egui.
pub(super) fn color(theme: Theme, ink: Ink) -> Color32 {
    let Rgb(red, green, blue) = theme.color(ink);
    Color32::from_rgb(red, green, blue)
}

pub(super) fn egui_theme(theme: Theme) -> egui::Theme {
    match theme {
        Theme::Light | Theme::Print => egui::Theme::Light,
        Theme::Dark => egui::Theme::Dark,
    }
}

/// The theme that is painted now.
pub(super) fn theme(ctx: &egui::Context) -> Theme {
    match ctx.theme() {
        egui::Theme::Light => Theme::Light,
        egui::Theme::Dark => Theme::Dark,
    }
}

fn style(theme: Theme) -> egui::Style {
    let mut style = egui::Style {
        visuals: visuals(theme),
        // Nothing moves by itself: what fades costs frames and tells nothing.
        animation_time: 0.0,
        ..egui::Style::default()
    };
    style.text_styles = [
        (TextStyle::Small, font(Font::Sans, SMALL)),
        (TextStyle::Body, font(Font::Sans, BODY)),
        (TextStyle::Button, font(Font::Sans, BODY)),
        (TextStyle::Heading, font(Font::SansSemiBold, 17.0)),
        (TextStyle::Monospace, font(Font::Mono, 11.5)),
    ]
    .into();
    let spacing = &mut style.spacing;
    spacing.item_spacing = vec2(8.0, 5.0);
    spacing.button_padding = vec2(9.0, 4.0);
    spacing.window_margin = egui::Margin::symmetric(18, 15);
    spacing.menu_margin = egui::Margin::same(6);
    spacing.interact_size = vec2(24.0, 24.0);
    spacing.scroll = egui::style::ScrollStyle {
        bar_width: 8.0,
        ..egui::style::ScrollStyle::floating()
    };
    spacing.menu_width = 320.0;
    spacing.tooltip_width = 360.0;
    style.interaction.tooltip_delay = 0.35;
    style.interaction.selectable_labels = false;
    style.scroll_animation = egui::style::ScrollAnimation::none();
    style
}

fn visuals(theme: Theme) -> egui::Visuals {
    let ink = |ink| color(theme, ink);
    let mut visuals = match theme {
        Theme::Light | Theme::Print => egui::Visuals::light(),
        Theme::Dark => egui::Visuals::dark(),
    };
    let radius = CornerRadius::same(6);
    let widget = |fill: Color32, border: Color32, words: Color32| egui::style::WidgetVisuals {
        bg_fill: fill,
        weak_bg_fill: fill,
        bg_stroke: Stroke::new(1.0, border),
        corner_radius: radius,
        fg_stroke: Stroke::new(1.0, words),
        expansion: 0.0,
    };
    visuals.widgets.noninteractive = widget(ink(Ink::Panel), ink(Ink::Border), ink(Ink::Text));
    visuals.widgets.inactive = widget(ink(Ink::Sunken), ink(Ink::Border), ink(Ink::Text));
    visuals.widgets.hovered = widget(ink(Ink::Hovered), ink(Ink::Frame), ink(Ink::Text));
    visuals.widgets.active = widget(ink(Ink::Selected), ink(Ink::Accent), ink(Ink::Text));
    visuals.widgets.open = widget(ink(Ink::Hovered), ink(Ink::Frame), ink(Ink::Text));
    // Boxes and knobs are filled with this one; on a panel they must be seen without their outline.
    visuals.widgets.inactive.bg_fill = ink(Ink::Border);
    visuals.widgets.hovered.bg_fill = ink(Ink::Frame);
    visuals.selection.bg_fill = ink(Ink::Selected);
    visuals.selection.stroke = Stroke::new(1.0, ink(Ink::Accent));
    visuals.hyperlink_color = ink(Ink::Accent);
    visuals.weak_text_color = Some(ink(Ink::TextMuted));
    visuals.faint_bg_color = ink(Ink::Sunken);
    visuals.extreme_bg_color = ink(Ink::Sunken);
    visuals.text_edit_bg_color = Some(ink(Ink::Sunken));
    visuals.code_bg_color = ink(Ink::Sunken);
    visuals.panel_fill = ink(Ink::Panel);
    visuals.window_fill = ink(Ink::Panel);
    visuals.window_stroke = Stroke::new(1.0, ink(Ink::Border));
    visuals.window_corner_radius = CornerRadius::same(10);
    visuals.menu_corner_radius = CornerRadius::same(8);
    visuals.warn_fg_color = ink(Ink::Word(crate::picture::diagram::Role::Warn));
    visuals.error_fg_color = ink(Ink::Word(crate::picture::diagram::Role::Danger));
    visuals.interact_cursor = Some(egui::CursorIcon::PointingHand);
    // A blinking cursor is a repaint every half second for nothing.
    visuals.text_cursor.blink = false;
    visuals
}

/// A symbol in a square, as shapes.
pub(super) fn glyph(glyph: Glyph, square: Rect, color: Color32) -> impl Iterator<Item = Shape> {
    let scale = square.width() / GRID;
    let place = move |[x, y]: [f32; 2]| -> Pos2 { square.min + vec2(x, y) * scale };
    let pen = Stroke::new((PEN * scale).max(0.6), color);
    glyph.chains().iter().map(move |chain| {
        let points: Vec<Pos2> = chain.points.iter().copied().map(place).collect();
        if chain.filled {
            Shape::convex_polygon(points, color, Stroke::NONE)
        } else if chain.closed {
            Shape::closed_line(points, pen)
        } else {
            Shape::line(points, pen)
        }
    })
}

/// Paint a symbol at a place.
pub(super) fn paint_glyph(
    painter: &egui::Painter,
    symbol: Glyph,
    center: Pos2,
    size: f32,
    color: Color32,
) {
    let square = Rect::from_center_size(pos2(center.x, center.y), Vec2::splat(size));
    painter.extend(glyph(symbol, square, color));
}
