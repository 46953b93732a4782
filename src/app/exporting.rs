//! Exporting the map: what the dialog chose becomes a drawing, which is written, copied or measured beside the window.

use super::atlas::Atlas;
use super::model::Opened;
use super::panels::save::{Choice, Preview, Save, What};
use crate::export::Format;
use crate::network::{Key, Kind, Network};
use crate::picture::layout::Size;
use crate::picture::scene::{Lit, Scene};
use crate::picture::view::{Options, View};
use crate::workspace::{self, Drawing, Look, TextOrder, Written, redacted, titled};
use eframe::egui;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::sync_channel;

/// What came of an export.
pub(super) enum Done {
    /// It is in this file; and why some programs will not take that.
    Saved(PathBuf, Option<String>),
    /// This is to be copied.
    Text(String),
    /// So is this.
    /// And the scale it is drawn at, where that is less than what was asked for.
    Image(egui::ColorImage, Option<f32>),
}

/// What came of an export, or why nothing did.
pub(super) type Outcome = Result<Done, String>;

/// Everything that a picture is made of, to be taken to another thread.
struct Order {
    network: Arc<Network>,
    topology: Arc<crate::network::Topology>,
    /// What is on the screen, where that is what is wanted.
    seen: Option<(Arc<View>, Arc<Scene>)>,
    options: Options,
    size: Size,
    redact: bool,
    /// As it is for the whole drawing; empty titles are made of what is drawn.
    look: Look,
    /// What somebody calls it, or nothing.
    own_title: String,
    /// No picture, but text of the network.
    text: Option<TextOrder>,
}

/// What an export makes.
enum Product<'a> {
    Picture(&'a Drawing, &'a Look),
    Text(Written),
}

impl Order {
    /// Draw it. A second or so for the largest networks.
    fn drawn(self) -> (Drawing, Look) {
        let mut look = self.look;
        let drawing = match self.seen {
            _ if self.redact => {
                Drawing::redacted(&self.network, &self.topology, &self.options, self.size)
            }
            Some((view, scene)) => {
                let (network, topology) = (self.network, self.topology);
                Drawing::seen(network, topology, view, scene, &self.options).sized(self.size)
            }
            None => Drawing::new(self.network, self.topology, &self.options, self.size),
        };
        if look.title.is_empty() {
            (look.title, look.subtitle) = drawing.words();
        }
        (look.title, look.subtitle) = titled((look.title, look.subtitle), Some(&self.own_title));
        (drawing, look)
    }

    /// Make it, and do something with it.
    fn made(self, work: impl FnOnce(Product<'_>) -> Outcome) -> Outcome {
        if let Some(text) = self.text {
            return work(Product::Text(self.written(text)?));
        }
        let (drawing, look) = self.drawn();
        if drawing.is_empty() {
            let words = "there is nothing in this picture; choose another part of the network";
            return Err(words.into());
        }
        work(Product::Picture(&drawing, &look))
    }

    fn written(self, text: TextOrder) -> Result<Written, String> {
        let (network, topology, options) = if self.redact {
            redacted(&self.network, &self.topology, &self.options)
        } else {
            (self.network, self.topology, self.options)
        };
        let gaps = topology.all_gaps(&network);
        let written = text.write(&network, &topology, &options, &gaps);
        written.map_err(|error| error.to_string())
    }

    /// What there is to say of it before it is made.
    fn previewed(self) -> Preview {
        if let Some(text) = self.text {
            let said = self.written(text);
            return Preview::Text(said.map(|written| {
                let length = written.text.chars().count();
                (written.what, length, written.warning)
            }));
        }
        let (drawing, look) = self.drawn();
        Preview::Picture {
            is_empty: drawing.is_empty(),
            size: drawing.size(&look),
            scale: drawing.scale(&look),
            pages: match look.format {
                Format::Pdf => Some(drawing.pages(&look).map_err(|error| error.to_string())),
                _ => None,
            },
        }
    }
}

impl Atlas {
    /// Open the dialog, with what was chosen the last time.
    pub(super) fn ask_for_picture(&mut self, ctx: &egui::Context) {
        let name = self.picture_title().0;
        let folder = self.settings.last_folder.clone();
        let theme = super::look::theme(ctx);
        let mut choice = Choice::remembered(self.settings.picture.as_ref(), theme);
        choice.details = self.settings.details;
        if !self.can_draw(choice.what) {
            choice.what = What::Seen;
        }
        let offers = What::ALL.map(|what| (what, self.can_draw(what)));
        let network = self.sheet.opened.as_ref().map(|opened| &opened.network);
        let is_there =
            |kind: &Kind| network.is_some_and(|network| network.of_kind(*kind).next().is_some());
        let tables: Vec<Kind> = Kind::ALL.iter().copied().filter(is_there).collect();
        // A table that is remembered may be of what is not here.
        choice.table = choice.table.filter(|kind| tables.contains(kind));
        self.save = Some(Save::new(choice, offers, tables, folder.as_deref(), &name));
    }

    /// Whether there is such a thing to draw.
    fn can_draw(&self, what: What) -> bool {
        match what {
            What::Seen => true,
            What::Whole => self.sheet.opened.is_some(),
            What::Vpc => self.vpc_to_draw().is_some(),
            What::Around => self.sheet.selected.is_some(),
        }
    }

    /// The VPC that is shown, or that the selection stands in, or the only one.
    fn vpc_to_draw(&self) -> Option<Key> {
        let opened = self.sheet.opened.as_ref()?;
        let selected = self.sheet.selected.as_ref();
        let only = (opened.vpcs.len() == 1)
            .then(|| opened.vpcs.first())
            .flatten();
        let shown = self.sheet.seen.vpc.clone();
        shown
            .or_else(|| selected.and_then(|key| opened.vpc_of(key)))
            .or_else(|| only.map(|entry| entry.key.clone()))
            .filter(|vpc| vpc.kind == Kind::Vpc)
    }

    /// What stands above a picture: the VPC's name, and where it is.
    fn picture_title(&self) -> (String, String) {
        let Some(opened) = &self.sheet.opened else {
            return ("map".into(), String::new());
        };
        let only = (opened.vpcs.len() == 1)
            .then(|| opened.vpcs.first())
            .flatten();
        let shown = self
            .sheet
            .seen
            .vpc
            .as_ref()
            .and_then(|vpc| opened.vpcs.iter().find(|entry| entry.key == *vpc))
            .or(only);
        match shown.filter(|_| !self.sheet.seen.overview) {
            Some(vpc) => (vpc.name.clone(), format!("{} · {}", vpc.place, vpc.block)),
            None if opened.vpcs.len() == 1 => (opened.label.clone(), "1 VPC".into()),
            None => (opened.label.clone(), format!("{} VPCs", opened.vpcs.len())),
        }
    }

    /// What is dimmed on the screen, for a picture that shows the same.
    fn lit(&self) -> Option<Lit> {
        let opened = self.sheet.opened.as_ref()?;
        if self.search.is_active() {
            return Some(Lit {
                cards: self.search.cards.clone(),
                ..Lit::default()
            });
        }
        let anchor = opened.anchor(self.sheet.selected.as_ref()?, &self.sheet.map.view)?;
        let related = opened.related(&anchor, self.sheet.seen.picture());
        let mut lit = self.sheet.map.view.lit(&related);
        lit.selected = self.sheet.map.view.card(&anchor);
        Some(lit)
    }

    /// What the dialog asks for.
    fn order(&self, choice: &Choice) -> Option<Order> {
        let opened = self.sheet.opened.as_ref()?;
        let is_seen = choice.what == What::Seen;
        let options = self.options_for(opened, choice.what);
        let (title, subtitle) = if is_seen && !choice.redact {
            self.picture_title()
        } else {
            Default::default()
        };
        let source = if choice.redact {
            "redacted".to_owned()
        } else {
            opened.label.clone()
        };
        let date = opened
            .read_at
            .map(|at| workspace::written(at, &TimeZone::system()).replace('T', " "));
        let map = &self.sheet.map;
        Some(Order {
            network: Arc::clone(&opened.network),
            topology: Arc::clone(&opened.topology),
            seen: (is_seen && !choice.redact && !map.is_drawing())
                .then(|| (Arc::clone(&map.view), Arc::clone(&map.scene))),
            options,
            size: if choice.details {
                Size::Details
            } else {
                Size::Compact
            },
            redact: choice.redact,
            own_title: choice.title.clone(),
            text: choice.text.map(|format| TextOrder {
                format,
                table: choice.table,
                details: choice.details,
                theme: choice.theme,
                links: !choice.redact,
            }),
            look: Look {
                format: choice.format,
                theme: choice.theme,
                scale: f32::from(choice.scale),
                is_exact: false,
                paper: choice.paper,
                orientation: choice.orientation,
                legend: choice.legend,
                title,
                subtitle,
                block: choice.block.then_some((source, date)),
                lit: self
                    .lit()
                    .filter(|_| choice.lit && is_seen && !choice.redact),
            },
        })
    }

    fn options_for(&self, opened: &Opened, what: What) -> Options {
        let seen = self.map_options(self.only_now());
        match what {
            What::Seen => seen,
            What::Whole => Options {
                overview: false,
                vpcs: None,
                only: None,
                ..seen
            },
            What::Vpc => Options {
                overview: false,
                vpcs: self.vpc_to_draw().map(|vpc| BTreeSet::from([vpc])),
                only: None,
                ..seen
            },
            What::Around => {
                let selected = self.sheet.selected.as_ref();
                let anchor = selected.map(|key| {
                    let on_map = opened.anchor(key, &self.sheet.map.view);
                    on_map.unwrap_or_else(|| key.clone())
                });
                let picture = self.sheet.seen.picture();
                let only = anchor.map(|key| {
                    let mut keys = opened.related(&key, picture).keys;
                    keys.insert(key);
                    Arc::new(keys)
                });
                Options {
                    vpcs: None,
                    only,
                    ..seen
                }
            }
        }
    }

    /// Keep what the dialog says of the picture's size up to date.
    pub(super) fn preview_picture(&mut self, ctx: &egui::Context) {
        let Some(choice) = self.save.as_ref().map(|save| save.choice.clone()) else {
            return;
        };
        let key = (choice.clone(), self.sheet.map.generation);
        let Some(save) = &self.save else { return };
        // Asking costs a copy of the view: only where the answer is not there yet.
        if save.preview.of() == Some(&key) && !save.preview.is_under_way() {
            return;
        }
        let Some(order) = self.order(&choice) else {
            return;
        };
        if let Some(save) = &mut self.save {
            save.preview.want(ctx, key, move || order.previewed());
        }
    }

    /// Draw and write the picture on a thread of its own: a large one takes seconds.
    pub(super) fn write_picture(&mut self, ctx: &egui::Context) {
        let Some(target) = self.save.as_ref().map(Save::target) else {
            return;
        };
        self.export(ctx, move |product| {
            let (bytes, warning) = match product {
                Product::Picture(drawing, look) => (drawing.written(look), None),
                Product::Text(written) => (Ok(written.text.into_bytes()), written.warning),
            };
            let bytes = bytes.map_err(|error| error.to_string())?;
            workspace::save(&target, &bytes).map_err(|error| error.to_string())?;
            Ok(Done::Saved(target, warning))
        });
    }

    /// The same into the clipboard: pixels as an image, text as text.
    pub(super) fn copy_picture(&mut self, ctx: &egui::Context) {
        self.export(ctx, |product| {
            let (drawing, look) = match product {
                Product::Picture(drawing, look) => (drawing, look),
                Product::Text(written) => return Ok(Done::Text(written.text)),
            };
            if look.format.is_text() {
                let bytes = drawing.written(look).map_err(|error| error.to_string())?;
                let text = String::from_utf8(bytes).map_err(|error| error.to_string())?;
                return Ok(Done::Text(text));
            }
            let pixels = drawing.pixels(look).map_err(|error| error.to_string())?;
            let size = [pixels.width as usize, pixels.height as usize];
            let image = egui::ColorImage::from_rgba_premultiplied(size, &pixels.bytes);
            let smaller = (pixels.scale < look.scale).then_some(pixels.scale);
            Ok(Done::Image(image, smaller))
        });
    }

    fn export(
        &mut self,
        ctx: &egui::Context,
        work: impl FnOnce(Product<'_>) -> Outcome + Send + 'static,
    ) {
        let idle = self.save.as_ref().filter(|save| !save.is_saving);
        let Some(choice) = idle.map(|save| save.choice.clone()) else {
            return;
        };
        let Some(order) = self.order(&choice) else {
            return;
        };
        let remembered = choice.to_remember();
        self.change_settings(|settings| settings.picture = Some(remembered.clone()));
        if let Some(save) = &mut self.save {
            save.is_saving = true;
            save.file.error = None;
        }
        let (sender, receiver) = sync_channel(1);
        let wake = ctx.clone();
        let work = move || {
            let outcome = order.made(work);
            // Fails only when the window is gone.
            sender.try_send(outcome).ok();
            wake.request_repaint();
        };
        if std::thread::Builder::new()
            .name("vpc-atlas-picture".into())
            .spawn(work)
            .is_ok()
        {
            self.saving = Some(receiver);
        } else if let Some(save) = &mut self.save {
            save.is_saving = false;
            save.file.error =
                Some("no thread could be started; close other programs and try again".into());
        }
    }

    /// An export came to its end.
    pub(super) fn exported(&mut self, ctx: &egui::Context, outcome: Outcome) {
        self.saving = None;
        match outcome {
            Ok(done) => {
                self.save = None;
                match done {
                    Done::Saved(path, warning) => self.picture_is_saved(ctx, &path, warning),
                    Done::Text(text) => {
                        ctx.copy_text(text);
                        self.toast(ctx, "Copied the text".into());
                    }
                    Done::Image(image, smaller) => {
                        ctx.copy_image(image);
                        let words = match smaller {
                            Some(scale) => format!(
                                "Copied the picture at a scale of {scale}: a clipboard should not hold more"
                            ),
                            None => "Copied the picture".to_owned(),
                        };
                        self.toast(ctx, words);
                    }
                }
            }
            Err(sentence) => match &mut self.save {
                Some(save) => {
                    save.is_saving = false;
                    save.file.error = Some(sentence);
                }
                None => self.messages.fail(sentence),
            },
        }
    }

    fn picture_is_saved(&mut self, ctx: &egui::Context, path: &Path, warning: Option<String>) {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .map(Path::to_owned);
        if folder.is_some() {
            self.change_settings(|settings| settings.last_folder.clone_from(&folder));
        }
        let why = warning.map_or(String::new(), |why| format!("; {why}"));
        self.toast(ctx, format!("Saved {}{why}", path.display()));
    }
}
