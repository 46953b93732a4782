//! The open design as code: for which tool, in which files, and what a person has to do besides.

mod listing;

use super::context::{Action, AppContext};
use super::designer::joystick::sentence;
use super::later::Later;
use super::look;
use super::widgets;
use crate::app::command::Command;
use crate::design::{Design, Problem};
use crate::export::code::syntax::{Language, Line, lines};
use crate::export::code::{Code, There};
use crate::network::{Key, Network};
use crate::picture::diagram::Role;
use crate::picture::text::Font;
use crate::picture::theme::Ink;
use crate::workspace::{NoCode, Tool, design_code, existing};
use eframe::egui;
use egui::{Align, Layout, RichText, Ui, vec2};
use std::sync::Arc;

/// The VPC that a design is a copy of, in the network that is open beside it.
pub(super) struct Original {
    pub(super) generation: u64,
    pub(super) network: Arc<Network>,
    pub(super) vpc: Key,
}

/// What the code was made of.
struct Source {
    design: Arc<Design>,
    tool: Tool,
    /// The generation of the network whose VPC is imported.
    imports: Option<u64>,
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.design, &other.design)
            && (self.tool, self.imports) == (other.tool, other.imports)
    }
}

/// Code with its lines taken apart.
struct Written {
    code: Arc<Code>,
    /// The lines of each file, and how many characters the longest has.
    lines: Vec<(Vec<Line>, usize)>,
}

/// What this page remembers between frames.
pub(super) struct CodePage {
    tool: Tool,
    /// The name of the file that is shown; the first one where there is none of this name.
    file: String,
    written: Later<Source, Result<Written, NoCode>>,
    /// The code that a place was asked for, as it was then.
    pub(super) saves: Option<(Tool, Arc<Code>)>,
}

impl Default for CodePage {
    fn default() -> Self {
        Self {
            tool: Tool::Terraform,
            file: String::new(),
            written: Later::default(),
            saves: None,
        }
    }
}

impl CodePage {
    /// Bring it up to date with the design, and with the VPC that it is a copy of where that is open: a tool that can
    /// takes it over.
    pub(super) fn update(
        &mut self,
        ctx: &egui::Context,
        design: &Arc<Design>,
        original: Option<Original>,
    ) {
        let original = original.filter(|_| self.tool.imports());
        let source = Source {
            design: Arc::clone(design),
            tool: self.tool,
            imports: original.as_ref().map(|it| it.generation),
        };
        let (design, tool) = (Arc::clone(design), self.tool);
        self.written.want(ctx, source, move || {
            let found = original.and_then(|it| existing(&it.network, &design, Some(&it.vpc)));
            let there = found.map_or_else(There::default, |it| it.there);
            let code = design_code(&design, tool, &there)?;
            let taken_apart = code.files.iter().map(|file| {
                let lines = lines(&file.text, Language::of(&file.name));
                let lengths = file.text.lines().map(|line| line.chars().count());
                (lines, lengths.max().unwrap_or_default())
            });
            Ok(Written {
                lines: taken_apart.collect(),
                code: Arc::new(code),
            })
        });
    }

    pub(super) fn is_under_way(&self) -> bool {
        self.written.is_under_way()
    }

    /// What is shown, where that is what was asked for last.
    fn shown(&self) -> Option<&Result<Written, NoCode>> {
        self.written
            .get()
            .filter(|_| self.written.of().is_some_and(|of| of.tool == self.tool))
    }

    /// The code that is shown, for saving it.
    pub(super) fn code(&self) -> Option<(Tool, Arc<Code>)> {
        let written = self.shown()?.as_ref().ok()?;
        Some((self.tool, Arc::clone(&written.code)))
    }
}

/// The page.
pub(super) fn ui(app: &AppContext<'_>, ui: &mut Ui, state: &mut CodePage) {
    let margin = egui::Margin {
        left: 16,
        right: 14,
        top: 10,
        bottom: 0,
    };
    let fill = widgets::ink(ui, Ink::Panel);
    egui::Frame::new()
        .fill(fill)
        .inner_margin(margin)
        .show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            ui.spacing_mut().item_spacing.y = 6.0;
            head(app, ui);
            tools(ui, state);
            body(app, ui, state);
        });
}

fn head(app: &AppContext<'_>, ui: &mut Ui) {
    ui.horizontal(|ui| {
        ui.heading("Export as code");
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            app.command_button(ui, Command::ShowMap, "Show the map");
        });
    });
}

/// What the design is written for.
fn tools(ui: &mut Ui, state: &mut CodePage) {
    ui.horizontal_wrapped(|ui| {
        ui.spacing_mut().item_spacing = vec2(5.0, 5.0);
        for tool in Tool::ALL {
            let is_shown = tool == state.tool;
            let text = tool.text();
            let tab = widgets::tab(ui, text, text, is_shown, Font::Sans, 260.0);
            if tab.on_hover_text(tool.help()).clicked() {
                state.tool = tool;
            }
        }
    });
}

fn body(app: &AppContext<'_>, ui: &mut Ui, state: &mut CodePage) {
    let mut chosen = None;
    match state.shown() {
        None if state.written.has_failed() => {
            note(
                ui,
                "The code could not be written; change the design and look again.",
            );
        }
        None => note(ui, "Writing…"),
        Some(Err(why)) => refused(app, ui, state.tool, why),
        Some(Ok(written)) => {
            let files = &written.code.files;
            let at = files.iter().position(|file| file.name == state.file);
            let at = at.unwrap_or_default();
            chosen = files_ui(app, ui, written, at);
            by_hand(ui, &written.code.by_hand);
            if let (Some(file), Some((lines, longest))) = (files.get(at), written.lines.get(at)) {
                listing::ui(ui, file, lines, *longest);
            }
        }
    }
    if let Some(name) = chosen {
        state.file = name;
    }
}

fn note(ui: &mut Ui, words: &str) {
    ui.add_space(8.0);
    let words = widgets::muted(ui, words);
    ui.add(egui::Label::new(words).wrap());
}

/// The files to choose from, and what can be done with them. Answers with the one that was chosen.
fn files_ui(app: &AppContext<'_>, ui: &mut Ui, written: &Written, at: usize) -> Option<String> {
    let mut chosen = None;
    let files = &written.code.files;
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let several = files.len() > 1;
            let save = if several { "Save all…" } else { "Save…" };
            let save = ui.button(save);
            if save
                .on_hover_text("Write it to disk; what is there and differs is kept with a ~")
                .clicked()
            {
                app.send(Action::SaveCode);
            }
            if let Some(file) = files.get(at) {
                let copy = ui.button("Copy");
                let copy = copy.on_hover_text(format!("Copy {}", file.name));
                if copy.clicked() {
                    app.send(Action::Copy {
                        text: file.text.clone(),
                        what: file.name.clone(),
                    });
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                egui::ScrollArea::horizontal()
                    .id_salt("files of the code")
                    .show(ui, |ui| {
                        ui.spacing_mut().item_spacing.x = 5.0;
                        for (place, file) in files.iter().enumerate() {
                            let is_shown = place == at;
                            let name = &file.name;
                            let tab = widgets::tab(ui, name, name, is_shown, Font::Mono, 260.0);
                            if tab.clicked() {
                                chosen = Some(file.name.clone());
                            }
                        }
                    });
            });
        });
    });
    chosen
}

/// What the tool cannot make and a person has to.
fn by_hand(ui: &mut Ui, sentences: &[String]) {
    if sentences.is_empty() {
        return;
    }
    widgets::notice(ui, Role::Warn, |ui| {
        ui.spacing_mut().item_spacing.y = 2.0;
        let title = match sentences.len() {
            1 => "To be done by hand".to_owned(),
            several => format!("To be done by hand ({several})"),
        };
        ui.label(widgets::semibold(title).size(look::SMALL));
        egui::ScrollArea::vertical()
            .id_salt("by hand")
            .max_height(84.0)
            .auto_shrink([false, true])
            .show(ui, |ui| {
                for words in sentences {
                    let words = RichText::new(widgets::shown(&sentence(words))).size(look::SMALL);
                    ui.add(egui::Label::new(words).wrap());
                }
            });
    });
}

/// What stands against it, in place of the code.
fn refused(app: &AppContext<'_>, ui: &mut Ui, tool: Tool, why: &NoCode) {
    ui.add_space(8.0);
    let title = match why {
        NoCode::Cannot(_) => format!("{} cannot express this design", tool.text()),
        NoCode::Problems(_) | NoCode::Refused(_) => {
            "There is no code while the design has errors".to_owned()
        }
    };
    ui.label(widgets::semibold(title));
    egui::ScrollArea::vertical()
        .id_salt("what stands against the code")
        .auto_shrink([false, false])
        .show(ui, |ui| {
            let places: Vec<Option<&Problem>> = match why {
                NoCode::Problems(problems) => problems
                    .iter()
                    .filter(|problem| problem.is_error())
                    .map(Some)
                    .collect(),
                NoCode::Refused(refusals) => vec![None; refusals.len()],
                NoCode::Cannot(_) => vec![None],
            };
            for (words, problem) in why.sentences().iter().zip(places) {
                widgets::notice(ui, Role::Danger, |ui| {
                    ui.add(egui::Label::new(widgets::shown(&sentence(words))).wrap());
                    let place = problem.and_then(|problem| problem.place.resources.first());
                    if let Some(key) = place
                        && widgets::small_link(ui, "Show on the map").clicked()
                    {
                        app.run(Command::ShowMap);
                        app.send(Action::Reveal(key.clone()));
                    }
                });
                ui.add_space(4.0);
            }
            if matches!(why, NoCode::Cannot(_)) {
                note(
                    ui,
                    "Plain Terraform and CloudFormation can express every design.",
                );
            }
        });
}
