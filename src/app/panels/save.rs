//! The dialog that saves the map as a picture.

use super::super::context::{Action, AppContext};
use super::super::widgets;
use crate::picture::diagram::Role;
use crate::picture::theme::Theme;
use eframe::egui;
use egui::Ui;
use std::path::{Path, PathBuf};

/// The kind of file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::app) enum Format {
    #[default]
    Svg,
    Png,
}

impl Format {
    pub(in crate::app) fn ending(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
        }
    }

    fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        [Self::Svg, Self::Png]
            .into_iter()
            .find(|format| format.ending() == ending)
    }
}

/// What was chosen.
#[expect(
    clippy::struct_excessive_bools,
    reason = "one is a tick box, the others say what has happened to the dialog"
)]
#[derive(Clone, Debug)]
pub(in crate::app) struct Save {
    pub(in crate::app) format: Format,
    pub(in crate::app) theme: Theme,
    /// Pixels per map unit, for PNG.
    pub(in crate::app) scale: u8,
    /// Only what is lit stays at full strength, as it is seen.
    pub(in crate::app) lit: bool,
    /// Where to, as it was typed.
    pub(in crate::app) path: String,
    /// Why it could not be saved.
    pub(in crate::app) error: Option<String>,
    /// The system showed no dialog.
    pub(in crate::app) no_dialog: bool,
    /// It is being written.
    pub(in crate::app) is_saving: bool,
    was_shown: bool,
}

impl Save {
    /// Propose a place: the folder that was used last, else the current one, and a name made of letters and digits.
    pub(in crate::app) fn new(theme: Theme, folder: Option<&Path>, name: &str) -> Self {
        let name: String = name
            .chars()
            .map(|c| {
                if c.is_alphanumeric() || "-_.".contains(c) {
                    c
                } else {
                    '-'
                }
            })
            .collect();
        let name = if name.is_empty() {
            "map".to_owned()
        } else {
            name
        };
        let path = folder.map_or_else(|| PathBuf::from(&name), |folder| folder.join(&name));
        let mut save = Self {
            format: Format::Svg,
            theme,
            scale: 2,
            lit: false,
            path: format!("{}.svg", path.display()),
            error: None,
            no_dialog: false,
            is_saving: false,
            was_shown: false,
        };
        save.follow_format();
        save
    }

    /// Use a place that the system's dialog gave.
    pub(in crate::app) fn choose(&mut self, path: &Path) {
        self.path = path.display().to_string();
        match Format::of(path) {
            Some(format) => self.format = format,
            None => self.follow_format(),
        }
    }

    /// The file's ending says what the format says.
    fn follow_format(&mut self) {
        let path = PathBuf::from(self.path.trim());
        if Format::of(&path).is_some_and(|format| format == self.format) {
            return;
        }
        let wanted = self.format.ending();
        self.path = match Format::of(&path) {
            Some(_) => path.with_extension(wanted).display().to_string(),
            None => format!("{}.{wanted}", path.display()),
        };
    }

    /// Where to write, with an ending.
    pub(in crate::app) fn target(&self) -> PathBuf {
        let path = PathBuf::from(self.path.trim());
        if Format::of(&path).is_some() {
            return path;
        }
        PathBuf::from(format!("{}.{}", path.display(), self.format.ending()))
    }
}

/// The dialog. False when it is to be closed.
pub(in crate::app) fn ui(app: &AppContext<'_>, ctx: &egui::Context, state: &mut Save) -> bool {
    let modal = widgets::modal(ctx, "save picture").show(ctx, |ui| {
        ui.set_width(490.0_f32.min(ctx.content_rect().width() - 60.0));
        ui.heading("Save picture");
        ui.add_space(4.0);
        choices(app, ui, state);
        if state.no_dialog {
            let words =
                widgets::small_muted(ui, "This system shows no file dialog; type the path above.");
            ui.label(words);
        }
        if let Some(error) = &state.error {
            ui.add_space(4.0);
            widgets::notice(ui, Role::Danger, |ui| {
                ui.add(egui::Label::new(widgets::shown(error)).wrap())
            });
        }
        ui.add_space(10.0);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            let can_save = !state.path.trim().is_empty() && !state.is_saving;
            let entered = ui.input(|input| input.key_pressed(egui::Key::Enter)) && can_save;
            if ui
                .add_enabled(can_save, egui::Button::new("Save"))
                .clicked()
                || entered
            {
                app.send(Action::SavePicture);
            }
            let is_done = ui.button("Cancel").clicked();
            if state.is_saving {
                let words = widgets::muted(ui, "Saving…");
                ui.label(words);
            }
            is_done
        })
        .inner
    });
    !(modal.inner || modal.should_close())
}

fn choices(app: &AppContext<'_>, ui: &mut Ui, state: &mut Save) {
    egui::Grid::new("picture")
        .num_columns(2)
        .spacing([14.0, 9.0])
        .min_col_width(70.0)
        .show(ui, |ui| {
            let name = |ui: &mut Ui, words: &str| {
                let words = widgets::muted(ui, words);
                ui.label(words);
            };
            name(ui, "Format");
            ui.horizontal(|ui| {
                let before = state.format;
                let svg = ui.radio_value(&mut state.format, Format::Svg, "SVG");
                svg.on_hover_text("Sharp at any size; the fonts are inside the file");
                ui.radio_value(&mut state.format, Format::Png, "PNG")
                    .on_hover_text("Pixels");
                if state.format != before {
                    state.follow_format();
                }
                if state.format == Format::Png {
                    ui.add_space(12.0);
                    for (scale, words) in [(1, "1×"), (2, "2×")] {
                        ui.radio_value(&mut state.scale, scale, words);
                    }
                }
            });
            ui.end_row();
            name(ui, "Colours");
            ui.horizontal(|ui| {
                ui.radio_value(&mut state.theme, Theme::Light, "Light");
                ui.radio_value(&mut state.theme, Theme::Dark, "Dark");
            });
            ui.end_row();
            name(ui, "Emphasis");
            ui.checkbox(&mut state.lit, "Dim what the selection or search dims");
            ui.end_row();
            name(ui, "File");
            place(app, ui, state);
            ui.end_row();
        });
}

fn place(app: &AppContext<'_>, ui: &mut Ui, state: &mut Save) {
    ui.horizontal(|ui| {
        let room = 300.0;
        let field = ui.add(
            egui::TextEdit::singleline(&mut state.path)
                .desired_width(room)
                .margin(egui::Margin::symmetric(8, 4)),
        );
        let field = field.accessible_name("File to write");
        if !state.was_shown {
            field.request_focus();
            state.was_shown = true;
        }
        if field.lost_focus()
            && let Some(format) = Format::of(Path::new(state.path.trim()))
        {
            state.format = format;
        }
        if ui.button("Browse…").clicked() {
            app.send(Action::BrowseForPicture);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_follows_the_format_and_the_format_the_ending() {
        let mut save = Save::new(Theme::Light, Some(Path::new("/tmp")), "prod vpc/eu");
        assert_eq!(save.path, "/tmp/prod-vpc-eu.svg");
        save.format = Format::Png;
        save.follow_format();
        assert_eq!(save.path, "/tmp/prod-vpc-eu.png");
        save.choose(Path::new("/tmp/x.SVG"));
        assert_eq!(save.format, Format::Svg);
        save.choose(Path::new("/tmp/v1.2"));
        assert_eq!(save.target(), Path::new("/tmp/v1.2.svg"));
    }
}
