//! The dialog that exports the map as a picture.

use super::super::context::{Action, AppContext};
use super::super::later::Later;
use super::super::widgets;
use super::file::{Asked, FileField, buttons_ui, file_name};
use crate::export::{Format, Orientation, Pages, Paper, TextFormat};
use crate::network::Kind;
use crate::picture::theme::Theme;
use crate::picture::view::grouped;
use crate::workspace::PictureChoices;
use eframe::egui;
use egui::Ui;
use std::path::{Path, PathBuf};

/// What of the network is in the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::app) enum What {
    /// What is on the map now.
    #[default]
    Seen,
    /// Every VPC.
    Whole,
    /// One VPC.
    Vpc,
    /// What is selected, and what belongs together with it.
    Around,
}

impl What {
    pub(in crate::app) const ALL: [Self; 4] = [Self::Seen, Self::Whole, Self::Vpc, Self::Around];

    fn word(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::Whole => "whole",
            Self::Vpc => "vpc",
            Self::Around => "around",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Seen => "As on the screen",
            Self::Whole => "Whole network",
            Self::Vpc => "This VPC",
            Self::Around => "Selection and neighbours",
        }
    }
}

/// The name of a file that is not to tell whose network it is.
const REDACTED: &str = "redacted-map";

/// How a theme is remembered and called.
const THEMES: [(Theme, &str, &str); 3] = [
    (Theme::Light, "light", "Light"),
    (Theme::Dark, "dark", "Dark"),
    (Theme::Print, "print", "Black on white"),
];

const ORIENTATIONS: [(Orientation, &str, &str); 3] = [
    (Orientation::Auto, "auto", "As it fits"),
    (Orientation::Portrait, "portrait", "Portrait"),
    (Orientation::Landscape, "landscape", "Landscape"),
];

/// What was chosen.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "as many boxes to tick")]
pub(in crate::app) struct Choice {
    pub(in crate::app) format: Format,
    /// No picture, but text of the network.
    pub(in crate::app) text: Option<TextFormat>,
    /// Of CSV the table of this kind, and not the address plan.
    pub(in crate::app) table: Option<Kind>,
    pub(in crate::app) what: What,
    /// What it is called, where that is not what is in it.
    pub(in crate::app) title: String,
    pub(in crate::app) theme: Theme,
    /// Pixels per map unit, for PNG.
    pub(in crate::app) scale: u8,
    pub(in crate::app) paper: Paper,
    pub(in crate::app) orientation: Orientation,
    pub(in crate::app) details: bool,
    pub(in crate::app) block: bool,
    pub(in crate::app) legend: bool,
    pub(in crate::app) redact: bool,
    /// Only what is lit stays at full strength, as it is seen.
    pub(in crate::app) lit: bool,
}

impl Choice {
    /// What was chosen the last time; `theme` is that of the window. Leaving out names is chosen each time anew.
    pub(in crate::app) fn remembered(kept: Option<&PictureChoices>, theme: Theme) -> Self {
        let first = Self {
            format: Format::Svg,
            text: None,
            table: None,
            what: What::Seen,
            title: String::new(),
            theme,
            scale: 2,
            paper: Paper::A4,
            orientation: Orientation::Auto,
            details: false,
            block: false,
            legend: false,
            redact: false,
            lit: false,
        };
        let Some(kept) = kept else { return first };
        let find = |word: &str, (_, held, _): &(Theme, &str, &str)| *held == word;
        Self {
            format: Format::of_ending(&kept.format).unwrap_or(first.format),
            text: TextFormat::of_ending(&kept.format),
            table: Kind::from_word(&kept.table),
            what: (What::ALL.into_iter())
                .find(|what| what.word() == kept.what)
                .unwrap_or_default(),
            // Light and dark follow the window; black on white is for paper.
            theme: (THEMES.iter())
                .find(|row| row.0 == Theme::Print && find(&kept.theme, row))
                .map_or(theme, |row| row.0),
            scale: if (1..=4).contains(&kept.scale) {
                kept.scale
            } else {
                first.scale
            },
            paper: (Paper::ALL.into_iter())
                .find(|paper| paper.name().eq_ignore_ascii_case(&kept.paper))
                .unwrap_or(first.paper),
            orientation: (ORIENTATIONS.iter())
                .find(|row| row.1 == kept.orientation)
                .map_or(first.orientation, |row| row.0),
            block: kept.block,
            legend: kept.legend,
            ..first
        }
    }

    /// The ending of its file, without the dot.
    fn ending(&self) -> &'static str {
        self.text.map_or(self.format.ending(), TextFormat::ending)
    }

    /// Write what the ending of a file asks for. False where it asks for nothing that is known.
    fn follow(&mut self, path: &Path) -> bool {
        let ending = path.extension().and_then(|ending| ending.to_str());
        let Some(ending) = ending else { return false };
        if let Some(format) = Format::of_ending(ending) {
            self.format = format;
            self.text = None;
            return true;
        }
        let text = TextFormat::of_ending(ending);
        self.text = text.or(self.text);
        text.is_some()
    }

    pub(in crate::app) fn to_remember(&self) -> PictureChoices {
        let theme = THEMES.iter().find(|row| row.0 == self.theme);
        let orientation = ORIENTATIONS.iter().find(|row| row.0 == self.orientation);
        PictureChoices {
            format: self.ending().to_owned(),
            table: self.table.map_or("", Kind::word).to_owned(),
            what: self.what.word().to_owned(),
            theme: theme.map_or("", |row| row.1).to_owned(),
            paper: self.paper.name().to_ascii_lowercase(),
            orientation: orientation.map_or("", |row| row.1).to_owned(),
            scale: self.scale,
            block: self.block,
            legend: self.legend,
        }
    }
}

/// What comes of a choice, worked out beside the window.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::app) enum Preview {
    /// A picture.
    Picture {
        /// There is nothing in it.
        is_empty: bool,
        /// Width and height in map units.
        size: (f32, f32),
        /// Pixels to the map unit, as far as they fit, and why these are fewer than were asked for.
        scale: (f32, Option<String>),
        /// The pages, where there are any.
        pages: Option<Result<Pages, String>>,
    },
    /// What the text is, how long, and why some programs will not take it; or why there is none.
    Text(Result<(String, usize, Option<String>), String>),
}

/// The dialog's state.
pub(in crate::app) struct Save {
    pub(in crate::app) choice: Choice,
    /// What there is to choose from.
    offers: [(What, bool); 4],
    /// The kinds that there are tables of.
    tables: Vec<Kind>,
    /// The name that was proposed.
    name: String,
    /// Of what, on which map.
    pub(in crate::app) preview: Later<(Choice, u64), Preview>,
    /// Where to.
    pub(in crate::app) file: FileField,
    /// It is being written.
    pub(in crate::app) is_saving: bool,
}

impl Save {
    /// Propose a place: the folder that was used last, else the current one, and a name made of letters and digits.
    pub(in crate::app) fn new(
        choice: Choice,
        offers: [(What, bool); 4],
        tables: Vec<Kind>,
        folder: Option<&Path>,
        name: &str,
    ) -> Self {
        let name = file_name(name, "map");
        let path = folder.map_or_else(|| PathBuf::from(&name), |folder| folder.join(&name));
        let mut save = Self {
            choice,
            offers,
            tables,
            name,
            preview: Later::default(),
            file: FileField::at(format!("{}.svg", path.display())),
            is_saving: false,
        };
        save.follow_format();
        save
    }

    /// Use a place that the system's dialog gave.
    pub(in crate::app) fn choose(&mut self, path: &Path) {
        self.file.choose(path);
        if !self.choice.follow(path) {
            self.follow_format();
        }
    }

    /// The file's ending says what the format says.
    fn follow_format(&mut self) {
        let path = PathBuf::from(self.file.path.trim());
        let mut says = self.choice.clone();
        let is_known = says.follow(&path);
        let wanted = self.choice.ending();
        if is_known && says.ending() == wanted {
            return;
        }
        self.file.path = if is_known {
            path.with_extension(wanted).display().to_string()
        } else {
            format!("{}.{wanted}", path.display())
        };
    }

    /// What is redacted is not called by the network's own name, unless somebody typed that.
    fn follow_redaction(&mut self) {
        let path = PathBuf::from(self.file.path.trim());
        let (from, to) = if self.choice.redact {
            (self.name.as_str(), REDACTED)
        } else {
            (REDACTED, self.name.as_str())
        };
        let ending = self.choice.ending();
        let is_proposed = path.file_name().and_then(|name| name.to_str());
        if is_proposed == Some(&format!("{from}.{ending}")) {
            let path = path.with_file_name(format!("{to}.{ending}"));
            self.file.path = path.display().to_string();
        }
    }

    /// Where to write, with an ending.
    pub(in crate::app) fn target(&self) -> PathBuf {
        let path = PathBuf::from(self.file.path.trim());
        if self.choice.clone().follow(&path) {
            return path;
        }
        PathBuf::from(format!("{}.{}", path.display(), self.choice.ending()))
    }

    /// How large the picture will be, in words.
    fn size_words(&self) -> String {
        let choice = &self.choice;
        let Some(preview) = self
            .preview
            .get()
            .filter(|_| self.preview.of().is_some_and(|(of, _)| of == choice))
        else {
            return "…".to_owned();
        };
        let (size, scale, pages) = match preview {
            Preview::Picture { is_empty: true, .. } => {
                return "Nothing is in this picture".to_owned();
            }
            Preview::Picture {
                size, scale, pages, ..
            } => (size, scale, pages),
            Preview::Text(Ok((what, length, warning))) => {
                let what = widgets::capital(what);
                return match warning {
                    Some(why) => format!("{what}. {}.", widgets::capital(why)),
                    None => format!("{what}: {} characters", grouped(*length as u64)),
                };
            }
            Preview::Text(Err(sentence)) => return widgets::capital(sentence),
        };
        let (width, height) = size;
        match (pages, choice.format) {
            (Some(Ok(pages)), _) => {
                let (across, down) = pages.paper;
                let way = if across > down {
                    "landscape"
                } else {
                    "portrait"
                };
                let paper = match choice.paper {
                    Paper::Fit => "one page as large as the picture".to_owned(),
                    paper => match pages.count() {
                        1 => format!("1 page of {}, {way}", paper.name()),
                        count => format!(
                            "{count} pages of {}, {way}: {} across, {} down",
                            paper.name(),
                            pages.columns,
                            pages.rows
                        ),
                    },
                };
                format!("{paper}, at {:.0} %", pages.scale * 100.0)
            }
            (Some(Err(sentence)), _) => widgets::capital(sentence),
            (None, Format::Png) => {
                let (scale, why) = scale;
                let scaled = |length: f32| grouped((length * scale).ceil() as u64);
                let why = why.as_ref().map_or(String::new(), |why| format!(": {why}"));
                format!("{} × {} pixels{why}", scaled(*width), scaled(*height))
            }
            (None, _) => format!("{width:.0} × {height:.0} pixels at 100 %"),
        }
    }
}

/// The dialog. False when it is to be closed.
pub(in crate::app) fn ui(app: &AppContext<'_>, ctx: &egui::Context, state: &mut Save) -> bool {
    let modal = widgets::modal(ctx, "save picture").show(ctx, |ui| {
        ui.set_width(620.0_f32.min(ctx.content_rect().width() - 60.0));
        ui.heading("Export picture");
        ui.add_space(4.0);
        let typed = choices(ui, state);
        state.file.notes_ui(ui);
        ui.add_space(10.0);
        let copies = copy_ui(ui, state);
        let clicked = buttons_ui(ui, state.file.is_named(), state.is_saving);
        if copies {
            app.send(Action::CopyPicture);
        }
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

/// What the picture will be, and a button that copies it.
fn copy_ui(ui: &mut Ui, state: &Save) -> bool {
    ui.horizontal(|ui| {
        let is_text = state.choice.text.is_some();
        let can_copy = (is_text || state.choice.format != Format::Pdf) && !state.is_saving;
        let copy = ui.add_enabled(can_copy, egui::Button::new("Copy"));
        let about = match state.choice.format {
            _ if is_text => "Put the text into the clipboard",
            Format::Pdf => "A PDF cannot be copied; save it",
            Format::Png => "Put the picture into the clipboard",
            _ => "Put the file's text into the clipboard",
        };
        let copy = copy.on_hover_text(about).on_disabled_hover_text(about);
        let words = widgets::small_muted(ui, state.size_words());
        ui.add(egui::Label::new(words).wrap());
        copy.clicked()
    })
    .inner
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
            let before = (state.choice.format, state.choice.text);
            name(ui, "Picture");
            ui.horizontal(|ui| {
                for format in Format::ALL {
                    let is_it = state.choice.text.is_none() && state.choice.format == format;
                    let radio = ui.radio(is_it, format.name());
                    if radio.on_hover_text(format.about()).clicked() {
                        state.choice.format = format;
                        state.choice.text = None;
                    }
                }
            });
            ui.end_row();
            name(ui, "or text");
            ui.horizontal(|ui| {
                for format in TextFormat::ALL {
                    ui.radio_value(&mut state.choice.text, Some(format), format.name())
                        .on_hover_text(format.about());
                }
            });
            ui.end_row();
            if (state.choice.format, state.choice.text) != before {
                state.follow_format();
            }
            let picture = (state.choice.text.is_none()).then_some(state.choice.format);
            match picture {
                Some(Format::Png) => {
                    name(ui, "Scale");
                    ui.horizontal(|ui| {
                        for (scale, words) in [(1, "1×"), (2, "2×"), (3, "3×"), (4, "4×")] {
                            ui.radio_value(&mut state.choice.scale, scale, words);
                        }
                    });
                    ui.end_row();
                }
                Some(Format::Pdf) => {
                    name(ui, "Paper");
                    paper_ui(ui, &mut state.choice);
                    ui.end_row();
                }
                Some(Format::Svg | Format::DrawIo | Format::Html) | None => {}
            }
            if state.choice.text == Some(TextFormat::Csv) {
                name(ui, "Table");
                table_ui(ui, &mut state.choice, &state.tables);
                ui.end_row();
            }
            let choice = &mut state.choice;
            name(ui, "What");
            ui.horizontal_wrapped(|ui| {
                ui.set_max_width(510.0);
                for (what, is_there) in state.offers {
                    ui.add_enabled_ui(is_there, |ui| {
                        ui.radio_value(&mut choice.what, what, what.name());
                    });
                }
            });
            ui.end_row();
            if choice.text.is_none() {
                name(ui, "Title");
                let field = egui::TextEdit::singleline(&mut choice.title)
                    .hint_text("As what is in it")
                    .desired_width(360.0);
                ui.add(field).accessible_name("Title of the picture");
                ui.end_row();
            }
            if choice.text.is_none_or(TextFormat::is_drawn) {
                name(ui, "Colours");
                ui.horizontal(|ui| {
                    for (theme, _, words) in THEMES {
                        ui.radio_value(&mut choice.theme, theme, words);
                    }
                });
                ui.end_row();
            }
            name(ui, "With");
            let was_redacted = choice.redact;
            with_ui(ui, choice);
            ui.end_row();
            if choice.redact != was_redacted {
                state.follow_redaction();
            }
            name(ui, "File");
            let asked = state.file.ui(ui);
            if state.file.was_left {
                let path = PathBuf::from(state.file.path.trim());
                state.choice.follow(&path);
            }
            ui.end_row();
            asked
        })
        .inner
}

/// What a CSV has a row for each of.
fn table_ui(ui: &mut Ui, choice: &mut Choice, tables: &[Kind]) {
    let word = |table: Option<Kind>| {
        table.map_or("Address plan".to_owned(), |kind| {
            widgets::capital(kind.plural())
        })
    };
    egui::ComboBox::from_id_salt("table")
        .selected_text(word(choice.table))
        .width(220.0)
        .height(360.0)
        .show_ui(ui, |ui| {
            for table in std::iter::once(None).chain(tables.iter().copied().map(Some)) {
                ui.selectable_value(&mut choice.table, table, word(table));
            }
        })
        .response
        .accessible_name("Table of the CSV");
}

fn paper_ui(ui: &mut Ui, choice: &mut Choice) {
    ui.horizontal(|ui| {
        egui::ComboBox::from_id_salt("paper")
            .selected_text(choice.paper.name())
            .width(90.0)
            .show_ui(ui, |ui| {
                for paper in Paper::ALL {
                    ui.selectable_value(&mut choice.paper, paper, paper.name());
                }
            })
            .response
            .accessible_name("Paper size");
        if choice.paper != Paper::Fit {
            for (orientation, _, words) in ORIENTATIONS {
                ui.radio_value(&mut choice.orientation, orientation, words);
            }
        }
    });
}

fn with_ui(ui: &mut Ui, choice: &mut Choice) {
    ui.vertical(|ui| {
        ui.horizontal(|ui| {
            if choice.text.is_none_or(TextFormat::is_drawn) {
                ui.checkbox(&mut choice.details, "Details")
                    .on_hover_text("The detail lines of the cards");
            }
            if choice.text.is_some() {
                return;
            }
            ui.checkbox(&mut choice.legend, "Legend")
                .on_hover_text("What the lines and colours mean, below the map");
            ui.checkbox(&mut choice.block, "Title block")
                .on_hover_text("Network, source and when it was read, below the map");
        });
        ui.checkbox(
            &mut choice.redact,
            "Redacted: nothing that tells whose network it is",
        )
        .on_hover_text("Ids, names, tags, accounts and public addresses have substitutes");
        if choice.text.is_some() {
            return;
        }
        let can_dim = choice.what == What::Seen && !choice.redact;
        ui.add_enabled_ui(can_dim, |ui| {
            ui.checkbox(&mut choice.lit, "Dim what the selection or search dims");
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_follows_the_format_and_the_format_the_ending() {
        let choice = Choice::remembered(None, Theme::Light);
        let offers = What::ALL.map(|what| (what, true));
        let folder = Some(Path::new("/tmp"));
        let mut save = Save::new(choice, offers, Vec::new(), folder, "prod vpc/eu");
        assert_eq!(save.file.path, "/tmp/prod-vpc-eu.svg");
        for format in Format::ALL {
            save.choice.format = format;
            save.follow_format();
            let path = format!("/tmp/prod-vpc-eu.{}", format.ending());
            assert_eq!(save.file.path, path);
        }
        for text in TextFormat::ALL {
            save.choice.text = Some(text);
            save.follow_format();
            let path = format!("/tmp/prod-vpc-eu.{}", text.ending());
            assert_eq!(save.file.path, path);
        }
        save.choose(Path::new("/tmp/x.gv"));
        assert_eq!(save.choice.text, Some(TextFormat::Dot));
        save.choose(Path::new("/tmp/x.SVG"));
        assert_eq!(save.choice.text, None);
        assert_eq!(save.choice.format, Format::Svg);
        save.choose(Path::new("/tmp/v1.2"));
        assert_eq!(save.target(), Path::new("/tmp/v1.2.svg"));
    }

    #[test]
    fn the_proposed_name_of_a_redacted_file_is_not_that_of_the_network() {
        let choice = Choice::remembered(None, Theme::Light);
        let offers = What::ALL.map(|what| (what, true));
        let folder = Some(Path::new("/tmp"));
        let mut save = Save::new(choice, offers, Vec::new(), folder, "prod.vpc");
        let redact = |save: &mut Save, redact| {
            save.choice.redact = redact;
            save.follow_redaction();
            save.file.path.clone()
        };
        assert_eq!(redact(&mut save, true), "/tmp/redacted-map.svg");
        save.choice.format = Format::Png;
        save.follow_format();
        assert_eq!(save.file.path, "/tmp/redacted-map.png");
        assert_eq!(redact(&mut save, false), "/tmp/prod.vpc.png");
        // What somebody typed stays.
        save.file.path = "/tmp/mine.png".to_owned();
        assert_eq!(redact(&mut save, true), "/tmp/mine.png");
        assert_eq!(redact(&mut save, false), "/tmp/mine.png");
    }

    #[test]
    fn what_was_chosen_is_offered_again() {
        let choice = Choice {
            format: Format::Pdf,
            what: What::Whole,
            theme: Theme::Print,
            scale: 3,
            paper: Paper::A2,
            orientation: Orientation::Portrait,
            block: true,
            legend: true,
            redact: true,
            table: Some(Kind::RouteTable),
            ..Choice::remembered(None, Theme::Light)
        };
        let again = Choice::remembered(Some(&choice.to_remember()), Theme::Dark);
        let expected = Choice {
            redact: false,
            ..choice
        };
        assert_eq!(again, expected);
        let odd = PictureChoices {
            format: "odt".into(),
            scale: 99,
            ..PictureChoices::default()
        };
        let first = Choice::remembered(None, Theme::Dark);
        assert_eq!(Choice::remembered(Some(&odd), Theme::Dark), first);
    }
}
