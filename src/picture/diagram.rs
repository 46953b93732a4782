//! What is to be seen, in words that know no AWS: cards in groups in columns, and lines between them.
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
    /// Every group of every column, bands first and from top to bottom, then the shared column.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.bands
            .iter()
            .flat_map(|band| band.columns.iter().flatten())
            .chain(&self.shared)
    }

    /// Every card, in the order of [`Diagram::groups`].
    pub fn cards(&self) -> impl Iterator<Item = &Card> {
        self.groups().flat_map(|group| &group.cards)
    }
}
