//! What belongs to the plan as a whole: tags, the address pool, ranges in use elsewhere.

use super::super::super::command::Command;
use super::super::super::widgets;
use super::connectivity::{List, how_many};
use super::parts::{self, Line};
use super::{Form, Section};
use crate::cidr::read_list;
use crate::design::{Field, Reserved};
use crate::network::Text;
use eframe::egui;
use egui::{Id, Ui};
use ipnet::{IpNet, Ipv4Net};

fn new_tag_id() -> Id {
    Id::unique("form new tag")
}

fn value_id(key: &Text) -> Id {
    Id::unique(("form tag value", key.as_str()))
}

/// Key and value of a tag as it is typed: `key=value`, or the key alone.
fn split_tag(text: &str) -> (&str, &str) {
    let (key, value) = text.split_once('=').unwrap_or((text, ""));
    (key.trim(), value.trim())
}

/// How many ranges are listed at once; the rest is counted.
const LISTED: usize = 200;

impl Section<'_> {
    pub(super) fn tags(&self, ui: &mut Ui, state: &mut Form) {
        let design = self.context.design();
        parts::label(ui, "Tags on everything", "");
        for (at, (key, value)) in design.tags.iter().enumerate() {
            let mut remove = false;
            ui.horizontal(|ui| {
                ui.spacing_mut().item_spacing.x = 5.0;
                let width = ((ui.available_width() - 34.0) / 2.0).max(60.0);
                let key_line = Line {
                    id: Id::unique(("form tag key", at)),
                    name: &format!("Key of tag {}", at + 1),
                    value: key,
                    hint: "key",
                    mono: true,
                    width,
                    ..Line::default()
                };
                // Keys are in order, so that one on its way would jump from row to row.
                if let Some(typed) = state.lines.show(ui, &key_line)
                    && typed.is_done
                {
                    let (from, to) = (key.clone(), Text::from(typed.text.trim()));
                    self.change("rename a tag", Some(typed.gesture), move |design| {
                        if !to.is_empty() && !design.tags.contains_key(&to) {
                            let value = design.tags.remove(&from).unwrap_or_default();
                            design.tags.insert(to.clone(), value);
                        }
                        Ok(())
                    });
                }
                let value_line = Line {
                    id: value_id(key),
                    name: &format!("Value of tag {}", at + 1),
                    value,
                    hint: "value",
                    mono: true,
                    width,
                    ..Line::default()
                };
                if state.value_next.as_ref() == Some(key) {
                    state.value_next = None;
                    ui.memory_mut(|memory| memory.request_focus(value_id(key)));
                }
                if let Some(typed) = state.lines.show(ui, &value_line) {
                    let (key, value) = (key.clone(), Text::from(typed.text.as_str()));
                    self.change("change a tag", Some(typed.gesture), move |design| {
                        design.tags.insert(key.clone(), value.clone());
                        Ok(())
                    });
                }
                let link = widgets::link(ui, "×");
                let words = format!("Remove the tag {key}");
                link.widget_info(|| egui::WidgetInfo::labeled(egui::Role::Button, true, &words));
                remove = link.on_hover_text(&words).clicked();
            });
            if remove {
                let key = key.clone();
                self.change("remove a tag", None, move |design| {
                    design.tags.remove(&key);
                    Ok(())
                });
            }
        }
        self.new_tag(ui, state);
        parts::problems(self.context, ui, Field::Tags);
    }

    /// A tag on its way: it is one of the design once its key is written and left.
    fn new_tag(&self, ui: &mut Ui, state: &mut Form) {
        let design = self.context.design();
        if !state.adds_tag {
            if widgets::small_link(ui, "+ Add tag").clicked() {
                state.adds_tag = true;
                ui.memory_mut(|memory| memory.request_focus(new_tag_id()));
            }
            return;
        }
        let line = Line {
            id: new_tag_id(),
            name: "Key of the new tag",
            hint: "key, or key=value",
            mono: true,
            ..Line::default()
        };
        let (field, typed) = state.lines.show_response(ui, &line);
        let written = state.lines.typing(new_tag_id()).unwrap_or_default();
        let (key, _) = split_tag(written);
        if design.tags.contains_key(key) {
            parts::wrong(
                ui,
                &format!("there is a tag {key} already; give it another key"),
            );
        }
        let is_given_up = ui.input(|input| input.key_pressed(egui::Key::Escape));
        if let Some(typed) = typed.filter(|typed| typed.is_done && !is_given_up) {
            let (key, value) = split_tag(&typed.text);
            if !key.is_empty() && !design.tags.contains_key(key) {
                let (key, value) = (Text::from(key), Text::from(value));
                // Tab has gone on to what stands here now; the value is there in the next frame.
                state.value_next = value.is_empty().then(|| key.clone());
                self.change("add a tag", None, move |design| {
                    design.tags.insert(key.clone(), value.clone());
                    Ok(())
                });
            }
        }
        // Left, written or not: the field has served.
        if field.lost_focus() {
            state.adds_tag = false;
        }
    }

    pub(super) fn plan(&self, ui: &mut Ui, state: &mut Form) {
        let design = self.context.design();
        let note = how_many(design.pool.len(), "range");
        let Form {
            open,
            lines,
            reserved_text,
            ..
        } = state;
        parts::fold(ui, open, "Address pool", &note, |ui| {
            parts::note(ui, "VPCs of the plan are to be taken from these ranges:");
            let list = List {
                id: Id::unique("form pool"),
                name: "Address pool",
                hint: "none: 10.0.0.0/8, 100.64.0.0/10",
            };
            let now: Vec<IpNet> = design.pool.iter().copied().map(IpNet::V4).collect();
            if let Some((blocks, gesture)) = list.show(ui, lines, &now) {
                let pool: Vec<Ipv4Net> = blocks
                    .into_iter()
                    .filter_map(|block| match block {
                        IpNet::V4(block) => Some(block),
                        IpNet::V6(_) => None,
                    })
                    .collect();
                self.change("change the address pool", Some(gesture), move |design| {
                    design.pool.clone_from(&pool);
                    Ok(())
                });
            }
            parts::problems(self.context, ui, Field::Pool);
        });
        let note = how_many(design.reserved.len(), "range");
        parts::fold(ui, open, "Reserved ranges", &note, |ui| {
            parts::note(
                ui,
                "In use elsewhere: on-premises, another cloud, a partner. No subnet is put there.",
            );
            self.reserved(ui);
            self.more_reserved(ui, reserved_text);
            parts::problems(self.context, ui, Field::Reserved);
        });
    }

    fn reserved(&self, ui: &mut Ui) {
        let reserved = &self.context.design().reserved;
        egui::ScrollArea::vertical()
            .id_salt("reserved")
            .max_height(180.0)
            .min_scrolled_height(180.0)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                ui.spacing_mut().item_spacing.y = 1.0;
                for (at, range) in reserved.iter().take(LISTED).enumerate() {
                    ui.horizontal(|ui| {
                        ui.spacing_mut().item_spacing.x = 6.0;
                        let width = ui.available_width();
                        let block = widgets::mono(range.cidr.to_string());
                        ui.add(egui::Label::new(block).truncate());
                        let used = width - ui.available_width();
                        let room = (width - used - 34.0).max(20.0);
                        let words = widgets::small_muted(ui, widgets::shown(&range.note));
                        ui.add_sized([room, 16.0], egui::Label::new(words).truncate());
                        let link = widgets::link(ui, "×");
                        let words = format!("Remove the range {}", range.cidr);
                        link.widget_info(|| {
                            egui::WidgetInfo::labeled(egui::Role::Button, true, &words)
                        });
                        if link.clicked() {
                            self.change("remove a reserved range", None, move |design| {
                                if at < design.reserved.len() {
                                    design.reserved.remove(at);
                                }
                                Ok(())
                            });
                        }
                    });
                }
                if let Some(more) = reserved.len().checked_sub(LISTED).filter(|more| *more > 0) {
                    parts::note(ui, &format!("{more} more"));
                }
            });
    }

    fn more_reserved(&self, ui: &mut Ui, text: &mut String) {
        let field = egui::TextEdit::multiline(text)
            .id(Id::unique("form reserved"))
            .hint_text("192.168.0.0/16 Office Berlin\n10.200.0.0/14, data centre")
            .font(super::super::super::look::font(
                crate::picture::text::Font::Mono,
                11.5,
            ))
            .desired_rows(2)
            .desired_width(f32::INFINITY)
            .margin(egui::Margin::symmetric(9, 5));
        egui::ScrollArea::vertical()
            .id_salt("reserved text")
            .max_height(110.0)
            .min_scrolled_height(110.0)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                ui.add(field).accessible_name("Ranges to reserve");
            });
        let (found, errors) = if text.trim().is_empty() {
            (Vec::new(), Vec::new())
        } else {
            read_list(text)
        };
        if let Some(error) = errors.iter().find(|error| !error.taken) {
            let words = format!("Line {}: {}", error.line, error.message);
            parts::wrong(ui, &words);
        }
        ui.horizontal(|ui| {
            let words = match found.len() {
                0 => "Add".to_owned(),
                several => format!("Add {}", widgets::count(several, "range")),
            };
            let add = ui.add_enabled(!found.is_empty(), egui::Button::new(words));
            if add.clicked() {
                text.clear();
                self.change("reserve ranges", None, move |design| {
                    for (_, cidr, note) in &found {
                        if design.reserved.iter().all(|held| held.cidr != *cidr) {
                            design.reserved.push(Reserved {
                                cidr: *cidr,
                                note: note.clone(),
                            });
                        }
                    }
                    Ok(())
                });
            }
            let hint = Command::ReadReserved.help();
            if ui.button("Read CSV…").on_hover_text(hint).clicked() {
                self.context.app.run(Command::ReadReserved);
            }
        });
    }
}
