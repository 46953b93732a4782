//! How what is live holds to what was planned.

use super::words::Names;
use super::{Affair, send};
use crate::app::context::{Action, AppContext};
use crate::app::model::{self, Opened};
use crate::app::panels::gaps::close;
use crate::app::{look, widgets};
use crate::network::{Edit, Id, Key, Kind, Known, Network, drift, matched};
use crate::picture::diagram::Role;
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::picture::view::glyph_of;
use crate::workspace::SourceSpec;
use eframe::egui;
use egui::{Align, Layout, RichText, Sense, Ui, pos2, vec2};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A plan that waits for the live region to be read.
#[derive(Clone)]
pub(super) struct Awaited {
    pub(super) source: SourceSpec,
    pub(super) label: String,
    pub(super) planned: Arc<Network>,
    /// The ids that planned resources are known to have.
    pub(super) ids: BTreeMap<Key, Id>,
}

/// How a live network holds to a plan.
pub(super) struct Compared {
    of: Awaited,
    /// The generation of the network that was compared.
    generation: u64,
    /// The VPC of the plan, where it is.
    pub(super) vpc: Option<Key>,
    differences: Vec<Difference>,
    /// Not all of it was read.
    gaps: usize,
}

/// One difference in words.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Difference {
    key: Key,
    name: String,
    words: String,
}

impl Compared {
    pub(super) fn of(awaited: Awaited, opened: &Opened) -> Self {
        let found = matched(&awaited.planned, &opened.network, &awaited.ids);
        let vpcs = found.ids.iter().filter(|(key, _)| key.kind == Kind::Vpc);
        let vpcs: Vec<Key> = vpcs
            .map(|(_, id)| Key::new(Kind::Vpc, id.clone()))
            .collect();
        let edits = drift(&awaited.planned, &opened.network, &found.ids);
        let renamed = awaited.planned.renamed(&found.ids);
        let names = Names::of([opened.network.as_ref(), &renamed]);
        Self {
            generation: opened.generation,
            vpc: vpcs.into_iter().next(),
            differences: edits.iter().map(|edit| difference(edit, &names)).collect(),
            gaps: opened.gaps.len(),
            of: awaited,
        }
    }

    /// The same with a newer reading of the same source; none where another network is open.
    pub(super) fn again(&self, opened: &Opened) -> Option<Self> {
        let is_same = opened.sources == [self.of.source.clone()];
        is_same.then(|| Self::of(self.of.clone(), opened))
    }

    pub(super) fn is_of(&self, opened: &Opened) -> bool {
        self.generation == opened.generation
    }
}

fn difference(edit: &Edit, names: &Names) -> Difference {
    let (key, words) = match edit {
        Edit::Add(resource) => (
            resource.key().clone(),
            "is there and is not planned".to_owned(),
        ),
        Edit::Remove(key) => (key.clone(), "is planned and is not there".to_owned()),
        Edit::Set {
            key,
            field,
            before,
            after,
        } => (key.clone(), changed(field, before, after)),
    };
    let name = names.get(&key).to_owned();
    Difference { key, name, words }
}

/// What a field was planned to be, and what it is.
fn changed(field: &str, planned: &Known<Value>, live: &Known<Value>) -> String {
    let field = field.replace('_', " ");
    if let (Some(Value::Array(planned)), Some(Value::Array(live))) = (planned.value(), live.value())
    {
        let only = |these: &[Value], those: &[Value]| {
            let other = these.iter().filter(|it| !those.contains(it));
            other.map(brief).collect::<Vec<_>>()
        };
        let (gone, new) = (only(planned, live), only(live, planned));
        let mut parts = Vec::new();
        if !gone.is_empty() {
            parts.push(format!("planned and not there: {}", gone.join(", ")));
        }
        if !new.is_empty() {
            parts.push(format!("there and not planned: {}", new.join(", ")));
        }
        if !parts.is_empty() {
            return format!("{field}: {}", parts.join("; "));
        }
    }
    let told = |known: &Known<Value>| known.value().map_or_else(|| "not known".to_owned(), brief);
    format!("{field}: planned {}, is {}", told(planned), told(live))
}

/// A value in few words: what it holds, without the names of what is empty.
fn brief(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(fields) => {
            let said = fields
                .iter()
                .filter(|(_, it)| !matches!(it, Value::Null | Value::Bool(false)));
            let said = said.map(|(name, it)| format!("{} {}", name.replace('_', " "), brief(it)));
            said.collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}

/// The panel, and the resource the pointer or the keyboard is at.
pub(in crate::app) fn ui(
    app: &AppContext<'_>,
    ui: &mut Ui,
    affairs: &super::Affairs,
    opened: &Opened,
) -> Option<Key> {
    let compared = affairs.compared.as_ref().filter(|it| it.is_of(opened))?;
    let mut pointed = None;
    let fill = widgets::ink(ui, Ink::Panel);
    let frame = egui::Frame::new()
        .fill(fill)
        .inner_margin(egui::Margin::symmetric(12, 7));
    let is_same = compared.differences.is_empty();
    let mut panel = egui::Panel::bottom("as planned").frame(frame);
    panel = if is_same {
        panel.resizable(false)
    } else {
        let rows = compared.differences.len() as f32;
        let most = ui.ctx().content_rect().height() * 0.3;
        panel
            .resizable(true)
            .default_size((rows * 25.0 + 44.0).min(most))
    };
    panel.show(ui, |ui| {
        head_ui(app, ui, compared);
        if is_same {
            return;
        }
        egui::ScrollArea::vertical()
            .auto_shrink([false, false])
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                for difference in &compared.differences {
                    let response = row_ui(ui, difference, opened);
                    if response.clicked() && opened.is_known(&difference.key) {
                        app.send(Action::Reveal(difference.key.clone()));
                    }
                    if response.hovered() || response.has_focus() {
                        pointed = Some(difference.key.clone());
                    }
                }
            });
    });
    pointed
}

fn head_ui(app: &AppContext<'_>, ui: &mut Ui, compared: &Compared) {
    ui.horizontal(|ui| {
        let count = compared.differences.len();
        let (role, words) = match (count, compared.vpc.is_some()) {
            (_, false) => (
                Role::Danger,
                format!("{} was not found in what was read", compared.of.label),
            ),
            (0, true) => (
                Role::Public,
                format!("{} as planned: no difference", compared.of.label),
            ),
            (1, true) => (
                Role::Warn,
                format!("{}: 1 difference from the plan", compared.of.label),
            ),
            (several, true) => (
                Role::Warn,
                format!("{}: {several} differences from the plan", compared.of.label),
            ),
        };
        let (rect, _) = ui.allocate_exact_size(vec2(14.0, 14.0), Sense::hover());
        let tone = widgets::ink(ui, Ink::Strong(role));
        ui.painter().circle_filled(rect.center(), 5.0, tone);
        ui.label(widgets::semibold(widgets::shown(&words)));
        let note = match compared.gaps {
            0 => "in everything that was read",
            _ => "in what was read; the gaps say what was not",
        };
        let note = widgets::small_muted(ui, note);
        ui.label(note);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if close(ui, "Close the comparison with the plan").clicked() {
                send(app, Affair::CloseCompared);
            }
        });
    });
}

fn row_ui(ui: &mut Ui, difference: &Difference, opened: &Opened) -> egui::Response {
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 24.0), Sense::click());
    let kind = difference.key.kind;
    let whole = format!(
        "{} {}: {}",
        kind.singular(),
        difference.name,
        difference.words
    );
    response.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &whole));
    if !ui.is_rect_visible(rect) {
        return response;
    }
    if response.hovered() || response.has_focus() {
        ui.painter()
            .rect_filled(rect, 4.0, widgets::ink(ui, Ink::Hovered));
    }
    let role = if opened.is_known(&difference.key) {
        opened.role(&difference.key)
    } else {
        model::role(kind)
    };
    let tone = widgets::ink(ui, Ink::Strong(role));
    let middle = rect.center().y;
    look::paint_glyph(
        ui.painter(),
        glyph_of(kind),
        pos2(rect.left() + 12.0, middle),
        14.0,
        tone,
    );
    let (text, muted) = (
        widgets::ink(ui, Ink::Text),
        widgets::ink(ui, Ink::TextMuted),
    );
    let left = rect.left() + 28.0;
    let name = widgets::fitted(ui, &difference.name, Font::SansSemiBold, 12.5, text, 300.0);
    let next = left + name.size().x + 10.0;
    let words = widgets::fitted(
        ui,
        &difference.words,
        Font::Sans,
        12.5,
        muted,
        rect.right() - next - 6.0,
    );
    let at = |x: f32, galley: &egui::Galley| pos2(x, middle - galley.size().y / 2.0);
    ui.painter().galley(at(left, &name), name, text);
    ui.painter().galley(at(next, &words), words, muted);
    response.on_hover_text(RichText::new(widgets::shown(&whole)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn differences_are_said_in_few_words() {
        let known = |value: Value| Known::Value(value);
        assert_eq!(
            changed("map_public_ip", &known(json!(true)), &known(json!(false))),
            "map public ip: planned true, is false"
        );
        let routes =
            |to: &str| json!([{"destination": "0.0.0.0/0", "target": to, "blackhole": false}]);
        assert_eq!(
            changed("routes", &known(routes("nat-1")), &known(json!([]))),
            "routes: planned and not there: destination 0.0.0.0/0 target nat-1"
        );
    }
}
