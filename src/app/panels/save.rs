//! The dialog that saves the map as a picture.

use super::super::context::{Action, AppContext};
use super::super::widgets;
use super::file::{Asked, FileField, buttons_ui, file_name};
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
#[derive(Clone, Debug)]
pub(in crate::app) struct Save {
    pub(in crate::app) format: Format,
    pub(in crate::app) theme: Theme,
    /// Pixels per map unit, for PNG.
    pub(in crate::app) scale: u8,
    /// Only what is lit stays at full strength, as it is seen.
    pub(in crate::app) lit: bool,
    /// Where to.
    pub(in crate::app) file: FileField,
    /// It is being written.
    pub(in crate::app) is_saving: bool,
}

impl Save {
    /// Propose a place: the folder that was used last, else the current one, and a name made of letters and digits.
    pub(in crate::app) fn new(theme: Theme, folder: Option<&Path>, name: &str) -> Self {
        let name = file_name(name, "map");
        let path = folder.map_or_else(|| PathBuf::from(&name), |folder| folder.join(&name));
        let mut save = Self {
            format: Format::Svg,
            theme,
            scale: 2,
            lit: false,
            file: FileField::at(format!("{}.svg", path.display())),
            is_saving: false,
        };
        save.follow_format();
        save
    }

    /// Use a place that the system's dialog gave.
    pub(in crate::app) fn choose(&mut self, path: &Path) {
        self.file.choose(path);
        match Format::of(path) {
            Some(format) => self.format = format,
            None => self.follow_format(),
        }
    }

    /// The file's ending says what the format says.
    fn follow_format(&mut self) {
        let path = PathBuf::from(self.file.path.trim());
        if Format::of(&path).is_some_and(|format| format == self.format) {
            return;
        }
        let wanted = self.format.ending();
        self.file.path = match Format::of(&path) {
            Some(_) => path.with_extension(wanted).display().to_string(),
            None => format!("{}.{wanted}", path.display()),
        };
    }

    /// Where to write, with an ending.
    pub(in crate::app) fn target(&self) -> PathBuf {
        let path = PathBuf::from(self.file.path.trim());
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
        let typed = choices(ui, state);
        state.file.notes_ui(ui);
        ui.add_space(10.0);
        let clicked = buttons_ui(ui, state.file.is_named(), state.is_saving);
        match clicked.or(typed) {
            Some(Asked::Browse) => app.send(Action::BrowseForPicture),
            Some(Asked::Save) => app.send(Action::SavePicture),
            Some(Asked::Cancel) => return true,
            None => {}
        }
        false
    });
    !(modal.inner || modal.should_close())
}

/// What the picture is to be like, and where it goes.
fn choices(ui: &mut Ui, state: &mut Save) -> Option<Asked> {
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
            let asked = state.file.ui(ui);
            if state.file.was_left
                && let Some(format) = Format::of(Path::new(state.file.path.trim()))
            {
                state.format = format;
            }
            ui.end_row();
            asked
        })
        .inner
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_follows_the_format_and_the_format_the_ending() {
        let mut save = Save::new(Theme::Light, Some(Path::new("/tmp")), "prod vpc/eu");
        assert_eq!(save.file.path, "/tmp/prod-vpc-eu.svg");
        save.format = Format::Png;
        save.follow_format();
        assert_eq!(save.file.path, "/tmp/prod-vpc-eu.png");
        save.choose(Path::new("/tmp/x.SVG"));
        assert_eq!(save.format, Format::Svg);
        save.choose(Path::new("/tmp/v1.2"));
        assert_eq!(save.target(), Path::new("/tmp/v1.2.svg"));
    }
}
