//! What is to be seen, in words that know no AWS: cards in groups, and lines between them. The groups stand in columns,
//! or they are boxes in boxes ([`Nest`]).
//!
//! The view makes a [`Diagram`] from a network; layout and scene read nothing else. It is plain comparable data: two
//! equal diagrams give the same picture, byte for byte.

use super::glyph::Glyph;

/// Names a card within one diagram. The view keeps it the same for the same resource from one diagram to the next, so
/// that a previous order can be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CardId(pub u32);

/// Names a group within one diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GroupId(pub u32);

/// Names a net within one diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NetId(pub u32);

/// One leg of a net: the net and the leg's position in [`Net::legs`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LegId {
    /// The net.
    pub net: NetId,
    /// The position in [`Net::legs`].
    pub leg: u32,
}

/// What a card or line means, hence its colour. Colour is never the only sign: a glyph or a word goes with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// The network as a whole: slate.
    Vpc,
    /// Reaches the internet and is reached from it: green.
    Public,
    /// Reaches more than its own network: blue.
    Private,
    /// Reaches its own network only: a neutral, cooler than [`Role::Neutral`].
    Isolated,
    /// Not known, because it was not read: a pale neutral.
    #[default]
    Unknown,
    /// A route table: purple.
    Table,
    /// A gateway of any kind: orange.
    Gateway,
    /// An endpoint or prefix list: violet.
    Endpoint,
    /// Joins networks to each other (peering, transit gateway, private lines): teal.
    Transit,
    /// A host or network interface: a warm neutral.
    Host,
    /// Broken or refused: red.
    Danger,
    /// To be looked at: amber.
    Warn,
    /// No meaning of its own: grey.
    Neutral,
}

/// A colour that means something: by a role, or because people gave it a meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hue {
    /// A role's colour.
    Role(Role),
    /// One of the colours that are given to people's own words.
    Swatch(Swatch),
}

/// A colour people give to something: it means what they say it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "colours are called what they are")]
pub enum Swatch {
    Red,
    Orange,
    Yellow,
    Green,
    Teal,
    Blue,
    Purple,
    Pink,
    Brown,
    Gray,
}

impl Swatch {
    /// Every swatch.
    pub const ALL: [Self; 10] = [
        Self::Red,
        Self::Orange,
        Self::Yellow,
        Self::Green,
        Self::Teal,
        Self::Blue,
        Self::Purple,
        Self::Pink,
        Self::Brown,
        Self::Gray,
    ];
}

/// A whole picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagram {
    /// The columns from left to right; a shared column, where there is one, is the last.
    pub columns: Vec<ColumnHead>,
    /// One band per network, stacked from top to bottom.
    pub bands: Vec<Band>,
    /// Groups that belong to every band, in a last column of their own. Empty: no such column.
    pub shared: Vec<Group>,
    /// Boxes in boxes; where there are any, there are no columns, bands and shared groups.
    pub nest: Option<Nest>,
    /// The lines, one net per target.
    pub nets: Vec<Net>,
    /// What the colours of the cards mean, where that is not their roles.
    pub legend: Option<Legend>,
}

/// What colours mean.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Legend {
    /// What they stand for.
    pub title: String,
    /// One line for each colour.
    pub entries: Vec<LegendEntry>,
}

/// What one colour means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LegendEntry {
    /// In words.
    pub text: String,
    /// The colour.
    pub hue: Hue,
    /// How many cards have it.
    pub count: usize,
    /// The words behind it as they stand in the data, where it stands for just these.
    pub value: Option<String>,
}

/// The heading of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnHead {
    /// What the column holds.
    pub title: String,
    /// How many, where a number helps.
    pub count: Option<usize>,
}

/// One network: a row of groups per column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Band {
    /// A line above the band. The view gives one where several bands stack.
    pub heading: Option<Heading>,
    /// The groups of each column, from top to bottom, in the order of [`Diagram::columns`].
    pub columns: Vec<Vec<Group>>,
}

/// Boxes in boxes. Lines may begin and end at cards, and at the boxes of sites and cells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nest {
    /// The outermost boxes, one below the other.
    pub realms: Vec<Realm>,
    /// What lies beyond all of them, to the right.
    pub beyond: Vec<Group>,
    /// What the strips in the sites are, in words.
    pub strips: String,
}

/// An outermost box: sites one below the other, and to the right of them what joins them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Realm {
    /// The box.
    pub group: Group,
    /// What stands in it, from top to bottom.
    pub sites: Vec<Site>,
    /// What stands in it beside the sites.
    pub beside: Vec<Group>,
}

/// A box in a realm: strips side by side, and cards on its border.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// The box.
    pub group: Group,
    /// The strips from left to right.
    pub strips: Vec<Strip>,
    /// What stands in it and in none of its strips.
    pub loose: Option<Group>,
    /// What stands on its border.
    pub border: Option<Group>,
}

/// A part of a site from top to bottom. Its cells line up with those of the strips beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strip {
    /// The box.
    pub group: Group,
    /// What stands in it.
    pub cells: Vec<Cell>,
}

/// A box in a strip that holds cards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The box.
    pub group: Group,
    /// Cells of one tier stand together in all strips; the lowest is at the top.
    pub tier: u32,
    /// Cells of one row of a tier stand level with each other in all strips.
    pub row: u32,
}

/// How a group is drawn that is a box and stands for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its colour.
    pub hue: Hue,
    /// Its outline.
    pub edge: Edge,
    /// Its inside.
    pub fill: Fill,
    /// The first card of the group is the head of the box, and stands for the box as a whole.
    pub head: bool,
}

/// The outline of a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "outlines are called what they are")]
pub enum Edge {
    Solid,
    Dashed,
    Dotted,
}

/// The inside of a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// What is behind it is seen.
    Clear,
    /// The colour of cards.
    Paper,
    /// Its own colour, faint.
    Tint,
}

/// Two words about a group or band.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heading {
    /// A name, in the sans face.
    pub title: String,
    /// An id or block, in the monospaced face. May be empty.
    pub caption: String,
}

/// Who decides the order of a group's cards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The view: cards stay as they come.
    #[default]
    Given,
    /// The layout: cards may move inside their group so that fewer lines cross.
    Free,
}

/// Cards that stay together in one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub id: GroupId,
    /// Words above the cards.
    pub heading: Option<Heading>,
    /// Whether a dashed frame is drawn around it.
    pub boxed: bool,
    /// How it is drawn as a box that stands for something; `None` for cards that merely stand together.
    pub frame: Option<Frame>,
    /// Its colour, seen where the zoom is too small for cards.
    pub role: Role,
    /// Who decides the order of the cards.
    pub order: Order,
    /// The cards from top to bottom.
    pub cards: Vec<Card>,
}

/// One resource.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// Its name.
    pub id: CardId,
    /// Its colour.
    pub role: Role,
    /// Its symbol.
    pub glyph: Glyph,
    /// A name, in the sans face.
    pub title: String,
    /// Ids and blocks, in the monospaced face.
    pub caption: String,
    /// A word in a pill at the end of the caption line.
    pub trailing: Option<Badge>,
    /// What the card is coloured by instead of its role, with the word for it, which stands at the end of the title line.
    pub label: Option<Label>,
    /// Small discs on the upper right corner.
    pub marks: Vec<Mark>,
    /// Further lines of the caption, always seen.
    pub more: Vec<String>,
    /// Further lines, monospaced, seen when details are shown.
    pub details: Vec<String>,
    /// Of little interest: drawn quieter than the others.
    pub subdued: bool,
    /// A gap: stands for what was not read, and is drawn with a dashed outline.
    pub dashed: bool,
}

/// What a card is coloured by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// The word for it; empty for none.
    pub text: String,
    /// The colour of the card.
    pub hue: Hue,
}

impl Card {
    /// Its colour: its label's, else its role's.
    pub fn hue(&self) -> Hue {
        self.label
            .as_ref()
            .map_or(Hue::Role(self.role), |label| label.hue)
    }
}

impl Group {
    /// The card that stands for the box as a whole, where the group is a box with a head.
    pub fn head(&self) -> Option<&Card> {
        let has_head = self.frame.is_some_and(|frame| frame.head);
        self.cards.first().filter(|_| has_head)
    }

    /// Its colour where no cards are seen: that of its cards, where they are coloured by something and agree.
    pub fn hue(&self) -> Hue {
        if self.cards.iter().all(|card| card.label.is_none()) {
            return Hue::Role(self.role);
        }
        let mut hues = self.cards.iter().map(Card::hue);
        hues.next()
            .filter(|first| hues.all(|hue| hue == *first))
            .unwrap_or(Hue::Role(Role::Neutral))
    }
}

/// A word in a pill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Badge {
    /// The word.
    pub text: String,
    /// Its colour.
    pub role: Role,
}

/// A small disc with a sign, and the words a pointer over it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What it says.
    pub sign: Sign,
    /// The words shown when pointed at, and read out by screen readers.
    pub text: String,
}

/// The sign in a [`Mark`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// Broken: an exclamation mark on red.
    Danger,
    /// To be looked at: an exclamation mark on amber.
    Warn,
    /// Not known: a question mark on grey.
    Unknown,
    /// Worth knowing: an `i` on the accent colour.
    Info,
    /// New since an earlier reading: a plus on green.
    Added,
    /// Gone since an earlier reading: a minus on red.
    Removed,
    /// Changed since an earlier reading, or something in it: a tilde on the accent colour.
    Changed,
}

impl Sign {
    /// What stands on the disc.
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Danger | Self::Warn => "!",
            Self::Unknown => "?",
            Self::Info => "i",
            Self::Added => "+",
            Self::Removed => "−",
            Self::Changed => "~",
        }
    }
}

/// One end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// A card.
    Card(CardId),
    /// A group as a whole; the line ends at its frame.
    Group(GroupId),
}

/// All lines to one target. They share one trunk per kind of line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Net {
    /// Its name.
    pub id: NetId,
    /// Where every leg ends.
    pub to: End,
    /// The colour of the trunk and of the last stretch to the target.
    pub role: Role,
    /// Where the legs begin. A leg from or to something that is not in the diagram is left out of the picture.
    pub legs: Vec<Leg>,
}

/// One line of a net.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Where it begins.
    pub from: End,
    /// How it is drawn.
    pub line: Line,
    /// The colour of its own stretch, from where it begins to the trunk.
    pub role: Role,
}

/// How a line is drawn, and so what it means. Later kinds are drawn over earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Line {
    /// Belongs to: thin and solid.
    Membership,
    /// Associated because nothing else was said: long dashes, with an open dot where it begins.
    Implicit,
    /// Associated by name: solid.
    Association,
    /// A route: dotted.
    Route,
    /// A route that leads nowhere: dotted, in the danger colour, with a cross at the end.
    Blackhole,
}

impl Default for CardId {
    fn default() -> Self {
        Self(u32::MAX)
    }
}

impl Diagram {
    /// Every group: of every column, bands first and from top to bottom, then the shared column; or every box, each
    /// before what stands in it.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        let in_columns = self.nest.is_none().then_some(self).into_iter();
        let in_columns = in_columns.flat_map(|diagram| {
            let bands = diagram.bands.iter();
            bands
                .flat_map(|band| band.columns.iter().flatten())
                .chain(&diagram.shared)
        });
        in_columns.chain(self.nest.iter().flat_map(Nest::groups))
    }

    /// The same, to be changed.
    pub fn groups_mut(&mut self) -> impl Iterator<Item = &mut Group> {
        let (bands, shared) = match self.nest {
            None => (self.bands.as_mut_slice(), self.shared.as_mut_slice()),
            Some(_) => Default::default(),
        };
        bands
            .iter_mut()
            .flat_map(|band| band.columns.iter_mut().flatten())
            .chain(shared)
            .chain(self.nest.iter_mut().flat_map(Nest::groups_mut))
    }

    /// Every card, in the order of [`Diagram::groups`].
    pub fn cards(&self) -> impl Iterator<Item = &Card> {
        self.groups().flat_map(|group| &group.cards)
    }
}

impl Nest {
    /// Every box, each before what stands in it.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        let realms = self.realms.iter().flat_map(|realm| {
            let sites = realm.sites.iter().flat_map(Site::groups);
            std::iter::once(&realm.group)
                .chain(sites)
                .chain(&realm.beside)
        });
        realms.chain(&self.beyond)
    }

    fn groups_mut(&mut self) -> impl Iterator<Item = &mut Group> {
        let realms = self.realms.iter_mut().flat_map(|realm| {
            let sites = realm.sites.iter_mut().flat_map(Site::groups_mut);
            std::iter::once(&mut realm.group)
                .chain(sites)
                .chain(&mut realm.beside)
        });
        realms.chain(&mut self.beyond)
    }
}

impl Site {
    fn groups(&self) -> impl Iterator<Item = &Group> {
        let strips = self.strips.iter().flat_map(|strip| {
            std::iter::once(&strip.group).chain(strip.cells.iter().map(|cell| &cell.group))
        });
        std::iter::once(&self.group)
            .chain(strips)
            .chain(&self.loose)
            .chain(&self.border)
    }

    fn groups_mut(&mut self) -> impl Iterator<Item = &mut Group> {
        let strips = self.strips.iter_mut().flat_map(|strip| {
            let cells = strip.cells.iter_mut().map(|cell| &mut cell.group);
            std::iter::once(&mut strip.group).chain(cells)
        });
        std::iter::once(&mut self.group)
            .chain(strips)
            .chain(&mut self.loose)
            .chain(&mut self.border)
    }
}
