//! Pictures to be saved: what of a network is in them, and how they are to look.

use super::console;
use crate::analysis::changes::{Wording, facts};
use crate::analysis::search::{account_of, region_of};
use crate::export::{
    Block, Format, MAX_COPIED, MAX_PIXELS, Options, Orientation, Pages, Paper, PdfError,
    PictureError, PngError, fitting, pages, pixels, size,
};
use crate::network::{
    Interconnect, Key, Kind, Network, Related, Resource, Topology, redacted_place, redacted_tag_key,
};
use crate::picture::diagram::CardId;
use crate::picture::layout::{Arranged, CardOrder, Request, Size, layout};
use crate::picture::scene::{Level, Lit, Scene};
use crate::picture::theme::Theme;
use crate::picture::view::{self, Arrangement, Board, View};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Accounts and regions above a picture before their number has to do.
const PLACES_NAMED: usize = 4;

/// What is drawn, ready to be written in any format.
#[derive(Clone, Debug)]
pub struct Drawing {
    network: Arc<Network>,
    topology: Arc<Topology>,
    view: Arc<View>,
    scene: Arc<Scene>,
    arranged: Arranged,
    overview: bool,
    nested: bool,
    redacted: bool,
}

/// How a picture is to look.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// The format.
    pub format: Format,
    /// Light, dark or black on white.
    pub theme: Theme,
    /// Pixels to the map unit, for PNG.
    pub scale: f32,
    /// Whether a PNG that would have too many pixels is refused. Else its scale falls to what fits, and it shows what the
    /// window shows at that zoom: words that nobody could read make room for larger ones.
    pub is_exact: bool,
    /// The paper, for PDF.
    pub paper: Paper,
    /// Which way the paper lies.
    pub orientation: Orientation,
    /// Whether what lines and colours mean is said below.
    pub legend: bool,
    /// The line above the map.
    pub title: String,
    /// Further words on it.
    pub subtitle: String,
    /// The source and the date of a title block; none for no title block. Neither is ever a path.
    pub block: Option<(String, Option<String>)>,
    /// What stays at full strength; the rest is dimmed.
    pub lit: Option<Lit>,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            format: Format::Svg,
            theme: Theme::Light,
            scale: 1.0,
            is_exact: false,
            paper: Paper::A4,
            orientation: Orientation::Auto,
            legend: false,
            title: String::new(),
            subtitle: String::new(),
            block: None,
            lit: None,
        }
    }
}

impl Drawing {
    /// Draw what the options pick of a network.
    pub fn new(
        network: Arc<Network>,
        topology: Arc<Topology>,
        options: &view::Options,
        size: Size,
    ) -> Self {
        let view = Arc::new(View::of(&network, &topology, options));
        let scene = scene(&view, size, None, view.arranged(options, &topology));
        Self::seen(network, topology, view, scene, options)
    }

    /// What is on the screen, as it is there.
    pub fn seen(
        network: Arc<Network>,
        topology: Arc<Topology>,
        view: Arc<View>,
        scene: Arc<Scene>,
        options: &view::Options,
    ) -> Self {
        let arranged = view.arranged(options, &topology);
        Self {
            network,
            topology,
            view,
            scene,
            arranged,
            overview: options.overview,
            nested: options.nested,
            redacted: false,
        }
    }

    /// The same with or without detail lines, in the same order.
    #[must_use]
    pub fn sized(mut self, size: Size) -> Self {
        if self.scene.layout().size != size {
            let order = self.scene.layout().order.clone();
            self.scene = scene(&self.view, size, Some(order), self.arranged.clone());
        }
        self
    }

    /// The same picked from a network without what tells whose it is; see [`Network::redacted`]. Nothing in it leads to the
    /// console, where its ids are not known.
    pub fn redacted(
        network: &Network,
        topology: &Topology,
        options: &view::Options,
        size: Size,
    ) -> Self {
        let (network, topology, options) = redacted(network, topology, options);
        Self {
            redacted: true,
            ..Self::new(network, topology, &options, size)
        }
    }

    /// Whether there is nothing to be seen.
    pub fn is_empty(&self) -> bool {
        self.view.keys().next().is_none()
    }

    /// The network it shows.
    pub fn network(&self) -> &Network {
        &self.network
    }

    /// The words above it: which VPC, and where it stands.
    pub fn words(&self) -> (String, String) {
        let shown: Vec<&Key> = self
            .view
            .keys()
            .map(|(_, key)| key)
            .filter(|key| key.kind == Kind::Vpc && self.topology.members(key).is_some())
            .collect();
        picture_words(&self.network, &shown)
    }

    /// Its size in map units, width and height.
    pub fn size(&self, look: &Look) -> (f32, f32) {
        self.with(look, |options| {
            let (width, height) = size(&self.scene, options);
            (width.to_f32(), height.to_f32())
        })
    }

    /// The pages of paper it takes.
    pub fn pages(&self, look: &Look) -> Result<Pages, PdfError> {
        self.with(look, |options| pages(&self.scene, options))
    }

    /// The scale of a PNG, which is less than what was asked for where that would be too many pixels; and then a sentence
    /// without a full stop that says so.
    pub fn scale(&self, look: &Look) -> (f32, Option<String>) {
        let (scale, level) = self.with(look, |options| (options.scale, options.level));
        let why = (scale < look.scale).then(|| {
            let fewer = if level == Level::All {
                ""
            } else {
                " and with the words that can be read there"
            };
            let most = view::grouped(MAX_PIXELS);
            format!("drawn at a scale of {scale}{fewer}, because a PNG has at most {most} pixels")
        });
        (scale, why)
    }

    /// Its pixels, no more than do for a clipboard.
    pub fn pixels(&self, look: &Look) -> Result<Pixels, PngError> {
        self.with_at_most(look, MAX_COPIED, |options| {
            let (width, height, bytes) = pixels(&self.scene, options, options.scale)?;
            Ok(Pixels {
                width,
                height,
                bytes,
                scale: options.scale,
            })
        })
    }

    /// The bytes of a file with it.
    pub fn written(&self, look: &Look) -> Result<Vec<u8>, PictureError> {
        self.with(look, |options| look.format.write(&self.scene, options))
    }

    fn with<T>(&self, look: &Look, work: impl FnOnce(&Options<'_>) -> T) -> T {
        self.with_at_most(look, MAX_PIXELS, work)
    }

    fn with_at_most<T>(&self, look: &Look, most: u64, work: impl FnOnce(&Options<'_>) -> T) -> T {
        let beyond = self.overview || self.nested;
        let interconnect = beyond.then(|| Interconnect::of(&self.network));
        let related = |key: &Key| -> Related {
            match &interconnect {
                Some(interconnect) if self.overview => interconnect.related(key),
                Some(interconnect) => related_among_boxes(&self.topology, interconnect, key),
                None => self.topology.related(key),
            }
        };
        let key = |card: CardId| self.view.key(card);
        let resource = |card| self.network.get(key(card)?).map(AsRef::as_ref);
        let keys = |card| key(card).map(|key| key.id.to_string());
        let links = |card| {
            // A card that stands for several has no page of its own.
            let is_one = !self.redacted && self.view.stack(card).is_none();
            let resource = resource(card).filter(|_| is_one)?;
            console::link(resource)
        };
        let name = |key: &Key| match self.network.get(key).and_then(|resource| resource.name()) {
            Some(name) => format!("{name} ({})", key.id),
            None => key.id.to_string(),
        };
        let facts = |card| match (resource(card), key(card)) {
            _ if self.view.stack(card).is_some() => {
                let stack = self.view.stack(card).into_iter();
                stack
                    .flat_map(|stack| stack.keys.iter().map(name))
                    .collect()
            }
            (Some(resource), _) => lines_about(&self.network, resource),
            (None, Some(key)) => vec![format!(
                "{}: not read; known because something refers to it",
                key.kind.singular()
            )],
            (None, None) => Vec::new(),
        };
        let lit = |card| {
            let stack = self.view.stack(card).map(|stack| stack.keys.as_slice());
            let keys = stack.or(key(card).map(std::slice::from_ref));
            let mut lit = Lit::default();
            for key in keys.into_iter().flatten() {
                let more = self.view.lit(&related(key));
                lit.cards.extend(more.cards);
                lit.legs.extend(more.legs);
            }
            lit
        };
        let filled = |words: &str| !words.trim().is_empty();
        let options = Options {
            theme: look.theme,
            lit: look.lit.as_ref(),
            title: Some(look.title.as_str()).filter(|words| filled(words)),
            subtitle: Some(look.subtitle.as_str()).filter(|words| filled(words)),
            keys: Some(&keys),
            links: Some(&links),
            facts: Some(&facts),
            related: Some(&lit),
            block: look.block.as_ref().map(|(source, date)| Block {
                name: &look.title,
                source,
                date: date.as_deref(),
            }),
            legend: look.legend,
            scale: look.scale,
            paper: look.paper,
            orientation: look.orientation,
            ..Options::default()
        };
        if look.format != Format::Png || look.is_exact {
            return work(&options);
        }
        let scale = fitting(&self.scene, &options, look.scale, most);
        let level = if scale < look.scale {
            Level::for_zoom(scale, None)
        } else {
            options.level
        };
        work(&Options {
            level,
            scale,
            ..options
        })
    }
}

/// The words above a picture with a title of somebody's own: what they say by themselves comes after it.
#[must_use]
pub fn titled((title, subtitle): (String, String), own: Option<&str>) -> (String, String) {
    match own.map(str::trim).filter(|own| !own.is_empty()) {
        None => (title, subtitle),
        Some(own) if subtitle.is_empty() => (own.to_owned(), title),
        Some(own) => (own.to_owned(), format!("{title} · {subtitle}")),
    }
}

/// A picture as pixels.
#[derive(Clone, Debug)]
pub struct Pixels {
    /// Across.
    pub width: u32,
    /// Down.
    pub height: u32,
    /// Red, green, blue and alpha of each, row by row.
    pub bytes: Vec<u8>,
    /// How many there are to the map unit.
    pub scale: f32,
}

/// A network without what tells whose it is, its relations, and what the same options pick of it; see
/// [`Network::redacted`].
pub fn redacted(
    network: &Network,
    before: &Topology,
    options: &view::Options,
) -> (Arc<Network>, Arc<Topology>, view::Options) {
    let network = Arc::new(network.redacted());
    let topology = Arc::new(Topology::of(&network));
    let renamed = |keys: &BTreeSet<Key>| keys.iter().map(Key::redacted).collect();
    let boards = options.boards(before);
    let before = options;
    let options = view::Options {
        vpcs: options.vpcs.as_ref().map(renamed),
        only: options
            .only
            .as_ref()
            .map(|only| Arc::new(renamed(only.as_ref()))),
        // Words about resources may name them.
        marks: std::collections::BTreeMap::default(),
        since: Arc::default(),
        arrangement: Arc::default(),
        color_by: options.color_by.as_deref().map(redacted_tag_key),
        group_by: options.group_by.as_deref().map(redacted_tag_key),
        ..options.clone()
    };
    // Cards stay where they were put. Notes are people's own words, which may tell anything.
    let name = options.boards(&topology).name;
    let pins = before.arrangement.board(&boards);
    let pins = pins.into_iter().flat_map(|board| &board.pins);
    let pins = pins
        .map(|(pin, at)| (pin.renamed(Key::redacted), *at))
        .collect();
    let folds = (before.arrangement.folds).renamed(Key::redacted, redacted_place);
    let arrangement = Arrangement {
        folds,
        boards: [(
            name,
            Board {
                pins,
                ..Board::default()
            },
        )]
        .into(),
    };
    let options = view::Options {
        arrangement: Arc::new(arrangement),
        ..options
    };
    (network, topology, options)
}

fn scene(view: &View, size: Size, previous: Option<CardOrder>, arranged: Arranged) -> Arc<Scene> {
    let request = Request {
        diagram: Arc::clone(&view.diagram),
        size,
        previous,
        arranged,
    };
    let places = Arc::new(layout(&request));
    Arc::new(Scene::new(request.diagram, places))
}

/// What is around something on a picture: it, what lights up with it, and the VPCs these stand in.
pub fn around(
    network: &Network,
    topology: &Topology,
    key: &Key,
    options: &view::Options,
) -> BTreeSet<Key> {
    let related = match (options.overview, options.nested) {
        (true, _) => Interconnect::of(network).related(key),
        (false, true) => related_among_boxes(topology, &Interconnect::of(network), key),
        (false, false) => topology.related(key),
    };
    let mut keys = related.keys;
    keys.insert(key.clone());
    keys
}

/// What belongs together on the picture of boxes: what does so in VPCs, and what lies beyond them, since that stands on
/// this picture too.
pub fn related_among_boxes(topology: &Topology, beyond: &Interconnect, key: &Key) -> Related {
    let mut related = topology.related(key);
    let is_between = !matches!(key.kind, Kind::Vpc | Kind::Subnet | Kind::RouteTable)
        || topology.vpc_of(key).is_none();
    if is_between && beyond.knows(key) {
        related.keys.extend(beyond.related(key).keys);
    }
    related
}

/// What is known of a resource, line by line.
fn lines_about(network: &Network, resource: &Resource) -> Vec<String> {
    let call = |key: &Key| match network.get(key).and_then(|resource| resource.name()) {
        Some(name) => format!("{name} ({})", key.id),
        None => key.id.to_string(),
    };
    let wording = Wording {
        call: &call,
        minus: '−',
    };
    let mut lines = vec![resource.kind().singular().to_owned()];
    for (name, words) in facts(resource.record(), wording) {
        if words.contains('\n') {
            lines.push(format!("{name}:"));
            lines.extend(words.lines().map(|line| format!("  {line}")));
        } else {
            lines.push(format!("{name}: {words}"));
        }
    }
    lines
}

/// The words above a picture of these VPCs: which, and where they stand. A path never gets into a picture.
pub fn picture_words(network: &Network, shown: &[&Key]) -> (String, String) {
    let vpc = |key: &Key| network.get(key).map(AsRef::as_ref);
    let title = match shown {
        [only] => vpc(only)
            .map_or(only.id.as_str(), Resource::label)
            .to_owned(),
        [] => "VPC resource map".to_owned(),
        several => format!("{} {}", several.len(), Kind::Vpc.plural()),
    };
    let places: BTreeSet<String> = shown
        .iter()
        .filter_map(|key| vpc(key))
        .map(|vpc| {
            let parts = [account_of(vpc), region_of(vpc)];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
        })
        .filter(|place| !place.is_empty())
        .collect();
    if places.len() > PLACES_NAMED {
        return (title, format!("{} accounts and regions", places.len()));
    }
    (title, places.into_iter().collect::<Vec<_>>().join(", "))
}
