//! A sortable table for each kind of resource.

use super::super::command::Command;
use super::super::context::{Action, AppContext};
use super::super::model::Opened;
use super::super::{look, widgets};
use crate::export::{cells, csv, heads};
use crate::network::{Key, Kind, Resource};
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::picture::view::{grouped, natural};
use eframe::egui;
use egui::{Align, Layout, RichText, Sense, Ui};
use egui_extras::{Column, TableBuilder};
use std::cmp::Ordering;

/// What is shown, and in which order.
#[derive(Default)]
pub(in crate::app) struct Tables {
    kind: Option<Kind>,
    sorted_by: usize,
    descending: bool,
    filter: String,
    /// The rows, made for this kind, network, VPC, order and filter.
    made_for: Option<MadeFor>,
    heads: Vec<&'static str>,
    rows: Vec<(Key, Vec<String>)>,
}

#[derive(Clone, PartialEq)]
struct MadeFor {
    kind: Kind,
    network: u64,
    vpc: Option<Key>,
    sorted_by: usize,
    descending: bool,
    filter: String,
}

impl Tables {
    /// Show the table of a kind.
    pub(in crate::app) fn show(&mut self, kind: Kind) {
        if self.kind != Some(kind) {
            self.kind = Some(kind);
            self.sorted_by = 0;
            self.descending = false;
            self.filter.clear();
        }
    }

    fn update(&mut self, opened: &Opened, vpc: Option<&Key>, kind: Kind) {
        let wanted = MadeFor {
            kind,
            network: opened.generation,
            vpc: vpc.cloned(),
            sorted_by: self.sorted_by,
            descending: self.descending,
            filter: self.filter.to_lowercase(),
        };
        if self.made_for.as_ref() == Some(&wanted) {
            return;
        }
        self.heads = heads(kind);
        let resources = opened.network.of_kind(kind);
        let here = |resource: &Resource| {
            vpc.is_none_or(|vpc| opened.vpc_of(resource.key()).is_none_or(|own| own == *vpc))
        };
        let mut rows: Vec<(Key, Vec<String>)> = resources
            .filter(|resource| here(resource))
            .map(|resource| {
                let cells = cells(&opened.network, &opened.topology, resource);
                (resource.key().clone(), cells)
            })
            .filter(|(_, cells)| {
                wanted.filter.is_empty()
                    || cells
                        .iter()
                        .any(|cell| cell.to_lowercase().contains(&wanted.filter))
            })
            .collect();
        let column = self.sorted_by;
        rows.sort_by(|(a_key, a), (b_key, b)| {
            let by_cell = match (a.get(column), b.get(column)) {
                (Some(a), Some(b)) => compare(a, b),
                _ => Ordering::Equal,
            };
            let by_cell = if self.descending {
                by_cell.reverse()
            } else {
                by_cell
            };
            by_cell.then_with(|| a_key.cmp(b_key))
        });
        self.rows = rows;
        self.made_for = Some(wanted);
    }

    /// The kind that is shown: the one asked for where there is any of it, else a kind that is there.
    fn choose(&mut self, kinds: &[(Kind, usize)]) -> Option<Kind> {
        let is_there = |kind: &Kind| kinds.iter().any(|(present, _)| present == kind);
        let kind = self
            .kind
            .filter(is_there)
            .or_else(|| [Kind::Subnet, Kind::Vpc].into_iter().find(is_there))
            .or_else(|| kinds.first().map(|(kind, _)| *kind))?;
        self.show(kind);
        Some(kind)
    }

    /// The rows as CSV, and what they are.
    pub(in crate::app) fn copy(
        &mut self,
        opened: &Opened,
        vpc: Option<&Key>,
    ) -> Option<(String, String)> {
        let kind = self.choose(opened.kinds())?;
        self.update(opened, vpc, kind);
        let rows = rows(self.rows.len());
        Some((self.csv(), format!("{rows} as CSV ({})", kind.plural())))
    }

    fn csv(&self) -> String {
        let rows = self.rows.iter().map(|(_, cells)| cells);
        csv(
            &self.heads,
            rows.map(|cells| cells.iter().map(String::as_str)),
        )
    }
}

fn rows(count: usize) -> String {
    match count {
        1 => "1 row".to_owned(),
        count => format!("{} rows", grouped(count as u64)),
    }
}

/// How many of the rows of a kind are seen, and why not all.
fn how_many(shown: usize, all: usize, one_vpc: bool, filtered: bool) -> String {
    if shown == all {
        return rows(all);
    }
    let why = match (one_vpc, filtered) {
        (true, true) => " match in this VPC",
        (true, false) => " in this VPC",
        (false, _) => " match",
    };
    let (shown, all) = (grouped(shown as u64), grouped(all as u64));
    format!("{shown} of {all}{why}")
}

/// Numbers by value, blocks and names as people count; empty cells last.
fn compare(a: &str, b: &str) -> Ordering {
    let number = |text: &str| text.replace(',', "").parse::<f64>().ok();
    let block = |text: &str| text.parse::<ipnet::IpNet>().ok();
    a.is_empty().cmp(&b.is_empty()).then_with(|| {
        match ((number(a), number(b)), (block(a), block(b))) {
            ((Some(a), Some(b)), _) => a.total_cmp(&b),
            (_, (Some(a), Some(b))) => a.cmp(&b),
            _ => natural(a, b),
        }
    })
}

/// The tables.
pub(in crate::app) fn ui(app: &AppContext<'_>, ui: &mut Ui, state: &mut Tables, opened: &Opened) {
    let rect = ui.max_rect();
    ui.painter()
        .rect_filled(rect, 0.0, widgets::ink(ui, Ink::Panel));
    egui::Frame::new()
        .inner_margin(egui::Margin::symmetric(14, 10))
        .show(ui, |ui| {
            let kinds = opened.kinds();
            let Some(kind) = state.choose(kinds) else {
                let words = widgets::muted(ui, "Nothing was read.");
                ui.label(words);
                return;
            };
            state.update(opened, app.vpc, kind);
            toolbar(app, ui, state, kinds, kind);
            ui.add_space(6.0);
            ui.separator();
            table(app, ui, state, kind);
        });
}

fn toolbar(
    app: &AppContext<'_>,
    ui: &mut Ui,
    state: &mut Tables,
    kinds: &[(Kind, usize)],
    kind: Kind,
) {
    ui.horizontal(|ui| {
        let label =
            |kind: Kind, count: usize| format!("{} · {}", kind.plural(), grouped(count as u64));
        let current = kinds
            .iter()
            .find(|(present, _)| *present == kind)
            .map_or(0, |(_, count)| *count);
        let combo = egui::ComboBox::from_id_salt("kind of table")
            .width(if ui.available_width() > 640.0 {
                230.0
            } else {
                170.0
            })
            .height(420.0)
            .selected_text(label(kind, current));
        let shown = combo.show_ui(ui, |ui| {
            for (other, count) in kinds {
                if ui
                    .selectable_label(*other == kind, label(*other, *count))
                    .clicked()
                {
                    app.send(Action::ShowTable(*other));
                }
            }
        });
        shown.response.widget_info(|| {
            egui::WidgetInfo::labeled(egui::Role::ComboBox, true, "Kind of resource")
        });
        let field = egui::TextEdit::singleline(&mut state.filter)
            .hint_text("Filter rows")
            .desired_width(if ui.available_width() > 520.0 {
                180.0
            } else {
                110.0
            });
        let field = ui
            .add(field.margin(egui::Margin::symmetric(8, 4)))
            .accessible_name("Filter rows");
        if field.changed() {
            // The rows of this frame are made already.
            ui.request_repaint();
        }
        if ui.available_width() > 330.0 {
            let filtered = !state.filter.is_empty();
            let words = how_many(state.rows.len(), current, app.vpc.is_some(), filtered);
            let words = widgets::small_muted(ui, words);
            ui.label(words);
        }
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if ui
                .button("Show the map")
                .on_hover_text(Command::ShowMap.help())
                .clicked()
            {
                app.run(Command::ShowMap);
            }
            app.command_button(ui, Command::CopyCsv, "Copy as CSV");
        });
    });
}

/// From the edge of a column to its words, in the heading as in the rows.
const INSET: f32 = 5.0;

fn table(app: &AppContext<'_>, ui: &mut Ui, state: &mut Tables, kind: Kind) {
    let mut sort = None;
    let widths = |head: &str| match head {
        "Service" | "Description" | "Options" => 190.0,
        "Name" | "IPv6" | "Which" | "Attached to" | "Attached" | "Used by" => 140.0,
        "Id" | "Route table" | "VPC" | "Subnet" | "Transit gateway" => 118.0,
        "IPv4" | "Private address" | "Public address" | "Address" => 112.0,
        "Kind" | "Free" => 64.0,
        _ => 82.0,
    };
    // Bars that stay, so that columns beyond the edge are not missed.
    ui.spacing_mut().scroll = egui::style::ScrollStyle {
        bar_width: 8.0,
        floating_width: 8.0,
        floating_allocated_width: 12.0,
        dormant_background_opacity: 0.4,
        dormant_handle_opacity: 0.35,
        active_handle_opacity: 0.5,
        interact_handle_opacity: 0.7,
        ..egui::style::ScrollStyle::floating()
    };
    egui::ScrollArea::horizontal()
        .id_salt(("table", kind))
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let mut builder = TableBuilder::new(ui)
                .id_salt(("rows", kind))
                .striped(false)
                .resizable(true)
                .sense(Sense::click())
                .cell_layout(Layout::left_to_right(Align::Center))
                .auto_shrink([false, false]);
            for head in &state.heads {
                let words = 26.0 + 7.0 * head.len() as f32;
                builder = builder.column(
                    Column::initial(f32::max(widths(head), words))
                        .at_least(48.0)
                        .clip(true),
                );
            }
            builder
                .header(26.0, |mut row| {
                    for (place, head) in state.heads.iter().enumerate() {
                        row.col(|ui| {
                            ui.spacing_mut().button_padding.x = INSET;
                            let sign = match (place == state.sorted_by, state.descending) {
                                (false, _) => "",
                                (true, false) => " ↑",
                                (true, true) => " ↓",
                            };
                            let words = RichText::new(format!("{head}{sign}"))
                                .font(look::font(Font::SansSemiBold, 12.0));
                            let button = ui.add(
                                egui::Button::new(words)
                                    .frame_when_inactive(false)
                                    .truncate(),
                            );
                            button.widget_info(|| {
                                egui::WidgetInfo::labeled(
                                    egui::Role::Button,
                                    true,
                                    format!("Sort by {head}"),
                                )
                            });
                            if button.clicked() {
                                sort = Some(place);
                            }
                        });
                    }
                })
                .body(|body| {
                    body.rows(24.0, state.rows.len(), |mut row| {
                        let Some((key, cells)) = state.rows.get(row.index()) else {
                            return;
                        };
                        row.set_selected(app.selected == Some(key));
                        for (place, cell) in cells.iter().enumerate() {
                            row.col(|ui| {
                                ui.add_space(INSET);
                                let is_id =
                                    state.heads.get(place).is_some_and(|head| is_mono(head));
                                let face = if is_id { Font::Mono } else { Font::Sans };
                                let ink = if cell == "not read" {
                                    Ink::TextMuted
                                } else {
                                    Ink::Text
                                };
                                let words = RichText::new(widgets::shown(cell))
                                    .font(look::font(face, if is_id { 11.0 } else { 12.5 }))
                                    .color(widgets::ink(ui, ink));
                                ui.add(egui::Label::new(words).truncate().selectable(false));
                            });
                        }
                        let response = row.response();
                        response.widget_info(|| {
                            let name = cells
                                .iter()
                                .find(|cell| !cell.is_empty())
                                .cloned()
                                .unwrap_or_default();
                            egui::WidgetInfo::labeled(egui::Role::Row, true, name)
                        });
                        if response.clicked() {
                            app.send(Action::Select(Some(key.clone())));
                        }
                        if response.double_clicked() {
                            app.run(Command::ShowMap);
                            app.send(Action::Reveal(key.clone()));
                        }
                    });
                });
        });
    if let Some(place) = sort {
        state.descending = state.sorted_by == place && !state.descending;
        state.sorted_by = place;
        ui.request_repaint();
    }
}

/// Whether a column holds ids, blocks and addresses.
fn is_mono(head: &str) -> bool {
    matches!(
        head,
        "Id" | "IPv4"
            | "IPv6"
            | "Private address"
            | "Public address"
            | "Address"
            | "Service"
            | "Free"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_of_rows_says_of_how_many() {
        assert_eq!(how_many(11, 11, true, false), "11 rows");
        assert_eq!(how_many(1, 1, false, false), "1 row");
        assert_eq!(how_many(9, 11, true, false), "9 of 11 in this VPC");
        assert_eq!(how_many(2, 1100, false, true), "2 of 1,100 match");
        assert_eq!(how_many(2, 11, true, true), "2 of 11 match in this VPC");
    }

    #[test]
    fn cells_sort_as_people_count() {
        let mut cells = vec!["10,000", "9", "", "80"];
        cells.sort_by(|a, b| compare(a, b));
        assert_eq!(cells, ["9", "80", "10,000", ""]);
        let mut blocks = vec!["10.0.16.0/20", "10.0.0.0/20", "10.0.128.0/20"];
        blocks.sort_by(|a, b| compare(a, b));
        assert_eq!(blocks, ["10.0.0.0/20", "10.0.16.0/20", "10.0.128.0/20"]);
        assert_eq!(compare("web2", "web10"), Ordering::Less);
    }
}
