//! Which tag the map is coloured or grouped by, and what its colours mean.

use super::super::context::{Action, AppContext};
use super::super::views::By;
use super::super::widgets::{self, Row};
use crate::analysis::search::APPLICATION_TAG;
use crate::app::command::Command;
use crate::network::Text;
use crate::picture::diagram::{Hue, Legend, LegendEntry, Role};
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::picture::view::grouped;
use eframe::egui;
use egui::{Align2, CornerRadius, Key, Sense, Ui, WidgetInfo, pos2, vec2};

/// The list of tags, to choose one from.
#[derive(Debug)]
pub(in crate::app) struct Chooser {
    by: By,
    typed: String,
    marked: usize,
    was_shown: bool,
}

impl Chooser {
    pub(in crate::app) fn new(by: By) -> Self {
        Self {
            by,
            typed: String::new(),
            marked: 0,
            was_shown: false,
        }
    }
}

/// The list. False when it is to be closed.
pub(in crate::app) fn chooser_ui(
    app: &AppContext<'_>,
    ctx: &egui::Context,
    state: &mut Chooser,
    now: Option<&Text>,
) -> bool {
    let area = egui::Modal::default_area(egui::Id::unique("tags"))
        .anchor(Align2::CENTER_TOP, vec2(0.0, 64.0));
    let modal = egui::Modal::new(egui::Id::unique("tags"))
        .area(area)
        .show(ctx, |ui| {
            ui.set_width(420.0_f32.min(ctx.content_rect().width() - 60.0));
            contents(app, ui, state, now)
        });
    !(modal.inner || modal.should_close())
}

fn contents(app: &AppContext<'_>, ui: &mut Ui, state: &mut Chooser, now: Option<&Text>) -> bool {
    let (down, up) = ui.input_mut(|input| {
        let mut count = |key| input.count_and_consume_key(egui::Modifiers::NONE, key);
        (count(Key::ArrowDown), count(Key::ArrowUp))
    });
    let (hint, none) = match state.by {
        By::Color => (
            "Colour the map by this tag",
            "No tag: colours say what a card is",
        ),
        By::Group => ("Group the map by this tag", "No tag: subnets by zone"),
    };
    let field = egui::TextEdit::singleline(&mut state.typed)
        .hint_text(hint)
        .desired_width(f32::INFINITY)
        .margin(egui::Margin::symmetric(10, 8));
    let field = ui.add(field).accessible_name("Tag key");
    if !state.was_shown {
        field.request_focus();
        state.was_shown = true;
    }
    if field.changed() {
        state.marked = 0;
    }
    let typed = state.typed.trim().to_lowercase();
    let keys = app.opened.map_or(&[][..], |opened| opened.tag_keys());
    let fitting = keys
        .iter()
        .filter(|(key, _)| key.to_lowercase().contains(&typed));
    let mut rows: Vec<(Option<&Text>, usize)> =
        fitting.map(|(key, count)| (Some(key), *count)).collect();
    if now.is_some() && typed.is_empty() {
        rows.insert(0, (None, 0));
    }
    let last = rows.len().saturating_sub(1);
    state.marked = (state.marked + down).saturating_sub(up).min(last);
    let entered = ui.input(|input| input.key_pressed(Key::Enter));
    let mut chosen = rows.get(state.marked).filter(|_| entered).copied();
    ui.add_space(4.0);
    if rows.is_empty() {
        let words = if keys.is_empty() {
            "No tag was read here."
        } else {
            "No tag that was read is called that."
        };
        let words = widgets::muted(ui, words);
        ui.label(words);
    }
    egui::ScrollArea::vertical()
        .max_height(320.0)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            ui.spacing_mut().item_spacing.y = 1.0;
            for (place, (key, count)) in rows.iter().enumerate() {
                let title = key.map_or_else(|| none.to_owned(), |key| widgets::shown(key));
                let mut caption = key.map(|_| grouped(*count as u64)).unwrap_or_default();
                if key.is_some_and(|key| key == APPLICATION_TAG) {
                    caption = format!("application · {caption}");
                }
                if key.is_some() && *key == now {
                    caption = format!("now · {caption}");
                }
                let row = Row {
                    title: &title,
                    caption: &caption,
                    selected: place == state.marked,
                    clickable: true,
                    name: Some(key.map_or_else(|| none.to_owned(), |key| format!("Tag {key}"))),
                    ..Row::default()
                };
                let response = widgets::row(ui, &row);
                if place == state.marked && down + up > 0 {
                    response.scroll_to_me(None);
                }
                if response.clicked() {
                    chosen = Some((*key, *count));
                }
            }
        });
    if let Some((key, _)) = chosen {
        app.send(Action::ByTag(state.by, key.cloned()));
        return true;
    }
    false
}

/// What the colours mean, over a corner of the map.
pub(in crate::app) fn legend_ui(
    app: &AppContext<'_>,
    ctx: &egui::Context,
    legend: &Legend,
    canvas: egui::Rect,
) {
    const WIDTH: f32 = 196.0;
    egui::Area::new(egui::Id::unique("legend"))
        .pivot(Align2::LEFT_BOTTOM)
        .fixed_pos(pos2(canvas.left() + 10.0, canvas.bottom() - 10.0))
        .order(egui::Order::Middle)
        .constrain_to(canvas)
        .show(ctx, |ui| {
            let (fill, line) = (widgets::ink(ui, Ink::Panel), widgets::ink(ui, Ink::Border));
            egui::Frame::new()
                .fill(fill)
                .stroke(egui::Stroke::new(1.0, line))
                .corner_radius(CornerRadius::same(8))
                .inner_margin(egui::Margin::symmetric(8, 7))
                .show(ui, |ui| {
                    ui.set_width(WIDTH.min(canvas.width() - 40.0));
                    ui.spacing_mut().item_spacing.y = 1.0;
                    legend_rows(app, ui, legend, canvas.height() * 0.5);
                });
        });
}

fn legend_rows(app: &AppContext<'_>, ui: &mut Ui, legend: &Legend, height: f32) {
    ui.horizontal(|ui| {
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if super::gaps::close(ui, "No colours by tag")
                .on_hover_text("Colours say what a card is again")
                .clicked()
            {
                app.send(Action::ByTag(By::Color, None));
            }
            ui.with_layout(egui::Layout::left_to_right(egui::Align::Center), |ui| {
                let words = widgets::shown(&legend.title);
                let words = egui::Button::new(widgets::semibold(words));
                let button = ui.add(words.frame_when_inactive(false).truncate());
                button.widget_info(|| {
                    let name = format!("Coloured by tag {}", legend.title);
                    WidgetInfo::labeled(egui::Role::Button, true, name)
                });
                if button.on_hover_text("Choose another tag").clicked() {
                    app.run(Command::ColorByTag);
                }
            });
        });
    });
    egui::ScrollArea::vertical()
        .max_height(height)
        .auto_shrink([false, true])
        .show(ui, |ui| {
            for entry in &legend.entries {
                legend_row(app, ui, &legend.title, entry);
            }
        });
}

/// A line of the legend. A click searches for what has this colour.
fn legend_row(app: &AppContext<'_>, ui: &mut Ui, key: &str, entry: &LegendEntry) {
    let query = match (&entry.value, entry.hue) {
        (Some(value), _) => crate::analysis::search::tag_query(key, Some(value)),
        (None, Hue::Role(Role::Neutral)) => {
            format!("-{}", crate::analysis::search::tag_query(key, None))
        }
        (None, _) => String::new(),
    };
    let sense = if query.is_empty() {
        Sense::hover()
    } else {
        Sense::click()
    };
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 21.0), sense);
    response.widget_info(|| {
        let name = format!("Colour {}, {}", entry.text, entry.count);
        WidgetInfo::labeled(egui::Role::Button, !query.is_empty(), name)
    });
    let painter = ui.painter();
    if !query.is_empty() && (response.hovered() || response.has_focus()) {
        painter.rect_filled(rect, 4.0, widgets::ink(ui, Ink::Hovered));
    }
    let patch =
        egui::Rect::from_center_size(pos2(rect.left() + 10.0, rect.center().y), vec2(12.0, 12.0));
    painter.rect_filled(patch, 3.0, widgets::ink(ui, entry.hue.strong()));
    let muted = widgets::ink(ui, Ink::TextMuted);
    let count = grouped(entry.count as u64);
    let count = widgets::fitted(ui, &count, Font::Mono, 11.0, muted, 80.0);
    let right = rect.right() - 4.0 - count.size().x;
    let middle = |galley: &egui::Galley| rect.center().y - galley.size().y / 2.0;
    painter.galley(pos2(right, middle(&count)), count, muted);
    let ink = widgets::ink(ui, Ink::Text);
    let left = patch.right() + 7.0;
    let words = widgets::fitted(ui, &entry.text, Font::Sans, 12.0, ink, right - left - 8.0);
    painter.galley(pos2(left, middle(&words)), words, ink);
    if query.is_empty() {
        return;
    }
    if response
        .on_hover_text(format!("{}\nSearch for these", widgets::shown(&entry.text)))
        .clicked()
    {
        app.send(Action::SearchFor(query));
    }
}
