//! What of a network is to be seen: scope, filters and folds become abstract cards, groups and nets. Knows AWS.

mod arrangement;
mod cards;
mod fold;
mod nested;
mod overview;
mod pen;
mod place;
mod since;
mod tags;
mod words;

pub use arrangement::{Arrangement, Board, Boards, Fold, Folds, Note, Pin};
pub use cards::glyph_of;
pub use fold::Stack;
pub use since::{Ghost, Side, Since, name_of};
pub use words::{grouped, natural};

use super::diagram::{
    Band, Card, CardId, ColumnHead, Diagram, End, Group, GroupId, Heading, Leg, LegId, Line, Mark,
    Net, NetId, Order, Role,
};
use super::scene::Lit;
use crate::network::{
    Coverage, Effective, Key, Kind, Network, Related, Resource, RouteTableFacts, SubnetFacts,
    SubnetKind, Text, Topology, VpcFacts, VpcMembers,
};
use cards::Cards;
use pen::Pen;
use since::Place;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tags::{Palette, Tagged};

/// The columns of the map, from left to right; the shared one is there when several VPCs are seen.
const COLUMNS: [&str; 4] = ["VPC", "Subnets", "Route tables", "Network connections"];

/// What is to be seen. The default is everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Not what stands in the VPCs, but the VPCs as cards and what joins them.
    pub overview: bool,
    /// Boxes in boxes and not columns: regions, VPCs, zones, subnets. The overview stays what it is.
    pub nested: bool,
    /// The VPCs to show; `None` for all of them. The overview shows all.
    pub vpcs: Option<BTreeSet<Key>>,
    /// Kinds that are left out.
    pub hidden: BTreeSet<Kind>,
    /// Show these resources only, and the VPCs they stand in: the neighbours of something.
    pub only: Option<Arc<BTreeSet<Key>>>,
    /// Further marks on cards: what is wrong with a planned resource.
    pub marks: BTreeMap<Key, Vec<Mark>>,
    /// Colour cards by the value of the tag of this key, and not by what they are.
    pub color_by: Option<Text>,
    /// Group cards by the value of the tag of this key, and subnets not by zone.
    pub group_by: Option<Text>,
    /// What changed since an earlier reading.
    pub since: Arc<Since>,
    /// What is folded, pinned and noted.
    pub arrangement: Arc<Arrangement>,
}

impl Options {
    /// One VPC.
    pub fn of_vpc(vpc: Key) -> Self {
        Self {
            vpcs: Some(BTreeSet::from([vpc])),
            ..Self::default()
        }
    }

    fn shows(&self, key: &Key) -> bool {
        !self.hidden.contains(&key.kind) && self.only.as_ref().is_none_or(|only| only.contains(key))
    }
}

/// A diagram, and what its cards and lines stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// What is to be seen, in words that know no AWS.
    pub diagram: Arc<Diagram>,
    /// Numbers given to resources, also to those that were seen before and may come back.
    numbers: BTreeMap<Key, CardId>,
    /// Numbers given to further cards of a resource, with what they stand in.
    copies: BTreeMap<Key, BTreeMap<Key, CardId>>,
    /// How many these are.
    copied: usize,
    /// What the cards of this diagram stand in that have more than one place to stand: subnets.
    stands_in: BTreeMap<CardId, Key>,
    /// Resources with a card in this diagram.
    keys: BTreeMap<CardId, Key>,
    /// Numbers given to groups.
    group_numbers: BTreeMap<GroupName, GroupId>,
    /// Zone headings of this diagram.
    zones: BTreeMap<GroupId, (Key, Text)>,
    /// Which legs draw a line of the topology.
    legs: BTreeMap<(Key, Key), BTreeSet<LegId>>,
    /// When legs light up that stand for no single line of the topology.
    ways: BTreeMap<LegId, Vec<Way>>,
    /// Cards that were folded into others.
    into: BTreeMap<CardId, CardId>,
    /// What cards stand for that stand for several resources.
    stacks: BTreeMap<CardId, Stack>,
}

/// When a leg lights up.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Way {
    /// With all of these lines of the topology, which it stands for.
    Lines(Vec<(Key, Key)>),
    /// With both its ends.
    Ends(Key, Key),
}

/// What a group is; numbers stay with it from one diagram to the next.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum GroupName {
    Vpc(Key),
    Zone(Key, Text),
    Tables(Key),
    SpareTables(Key),
    Connections(Key),
    UnroutedConnections(Key),
    Missing(Key, usize),
    /// A column's cards with one value of a tag.
    Tagged(Key, usize, Tagged),
    /// Subnets that were removed, where they are not grouped by zone.
    Gone(Key),
    Shared,
    Overview(overview::GroupName),
    Nested(nested::GroupName),
}

impl GroupName {
    /// Whether a frame is drawn around it.
    fn is_boxed(&self) -> bool {
        match self {
            Self::Zone(..) | Self::Tagged(..) => true,
            Self::Overview(name) => name.is_boxed(),
            Self::Nested(name) => name.is_boxed(),
            _ => false,
        }
    }
}

impl View {
    /// What is to be seen of a network.
    pub fn of(network: &Network, topology: &Topology, options: &Options) -> Self {
        Self::after(&Self::default(), network, topology, options)
    }

    /// The same, with the numbers of a view that came before it, so that cards keep their identity and place.
    pub fn after(
        previous: &Self,
        network: &Network,
        topology: &Topology,
        options: &Options,
    ) -> Self {
        let pen = Pen::after(previous);
        if options.overview {
            let view = overview::draw(network, topology, options, pen).marked(&options.since);
            return match &options.color_by {
                Some(tag) => view.coloured(network, tag),
                None => view,
            };
        }
        let builder = Builder {
            network,
            topology,
            options,
            cards: Cards {
                network,
                topology,
                only: (options.vpcs.as_ref())
                    .filter(|vpcs| vpcs.len() == 1)
                    .and_then(BTreeSet::first),
            },
            pen,
            palette: None,
            subnets_in: BTreeMap::new(),
        };
        let view = if options.nested {
            nested::draw(builder)
        } else {
            builder.build()
        };
        view.folded(&options.arrangement.folds)
    }

    /// The same with marks on what changed.
    fn marked(self, since: &Since) -> Self {
        self.retouched(|card, key| card.marks.extend(since.marks.get(key).cloned()))
    }

    /// The same with its cards in the colours of a tag's values.
    fn coloured(mut self, network: &Network, tag: &Text) -> Self {
        let palette = Palette::of(network, tag, self.keys.values());
        let legend = palette.legend(network, self.keys.values());
        Arc::make_mut(&mut self.diagram).legend = Some(legend);
        self.retouched(|card, key| {
            card.label = Some(palette.label(network.get(key).map(AsRef::as_ref)));
        })
    }

    /// The same with something done to each card that stands for a resource.
    fn retouched(mut self, touch: impl Fn(&mut Card, &Key)) -> Self {
        let diagram = Arc::make_mut(&mut self.diagram);
        for card in diagram.groups_mut().flat_map(|group| &mut group.cards) {
            if let Some(key) = self.keys.get(&card.id) {
                touch(card, key);
            }
        }
        self
    }

    /// The resource a card stands for; `None` for a card that stands for what was not read.
    pub fn key(&self, card: CardId) -> Option<&Key> {
        self.keys.get(&card)
    }

    /// The card of a resource, if it is seen.
    pub fn card(&self, key: &Key) -> Option<CardId> {
        let card = self.shown_by(*self.numbers.get(key)?);
        self.keys.contains_key(&card).then_some(card)
    }

    /// Every resource that is seen, with its card.
    pub fn keys(&self) -> impl Iterator<Item = (CardId, &Key)> {
        self.keys.iter().map(|(&card, key)| (card, key))
    }

    /// The VPC and zone a group's heading stands for.
    pub fn zone(&self, group: GroupId) -> Option<(&Key, &str)> {
        self.zones
            .get(&group)
            .map(|(vpc, zone)| (vpc, zone.as_str()))
    }

    /// The line a leg draws, from its left end to its right end.
    pub fn line(&self, leg: LegId) -> Option<&(Key, Key)> {
        self.legs
            .iter()
            .find(|(_, legs)| legs.contains(&leg))
            .map(|(line, _)| line)
    }

    /// What lights up on this diagram.
    pub fn lit(&self, related: &Related) -> Lit {
        Lit {
            cards: self.cards_of(related.keys.iter()),
            legs: related
                .lines
                .iter()
                .filter_map(|line| self.legs.get(line))
                .flatten()
                .copied()
                .chain(self.legs_along(related))
                .collect(),
            ..Lit::default()
        }
    }

    /// Every card of these resources.
    fn cards_of<'a>(&self, keys: impl Iterator<Item = &'a Key>) -> BTreeSet<CardId> {
        let mut cards = BTreeSet::new();
        for key in keys {
            cards.extend(self.card(key));
            let copies = self.copies.get(key).into_iter().flatten();
            let copies = copies.map(|(_, card)| self.shown_by(*card));
            cards.extend(copies.filter(|card| self.keys.contains_key(card)));
        }
        cards
    }

    /// The legs that light up with what is related, though they stand for no single line.
    fn legs_along(&self, related: &Related) -> impl Iterator<Item = LegId> {
        let ways = self.ways.iter();
        let is_lit = |way: &Way| match way {
            Way::Lines(lines) => lines.iter().all(|line| related.lines.contains(line)),
            Way::Ends(one, other) => related.keys.contains(one) && related.keys.contains(other),
        };
        let lit = ways.filter(move |(_, ways)| ways.iter().any(is_lit));
        lit.map(|(leg, _)| *leg)
    }

    /// These resources lit, and the lines between them.
    pub fn lit_keys<'a>(&self, keys: impl IntoIterator<Item = &'a Key>) -> Lit {
        let keys: BTreeSet<&Key> = keys.into_iter().collect();
        let both = |(from, to): &(Key, Key)| keys.contains(from) && keys.contains(to);
        Lit {
            cards: self.cards_of(keys.iter().copied()),
            legs: self
                .legs
                .iter()
                .filter(|(line, _)| both(line))
                .flat_map(|(_, legs)| legs)
                .copied()
                .collect(),
            ..Lit::default()
        }
    }
}

struct Builder<'a> {
    network: &'a Network,
    topology: &'a Topology,
    options: &'a Options,
    cards: Cards<'a>,
    pen: Pen,
    /// The colours of the tag that cards are coloured by.
    palette: Option<Palette>,
    /// The groups of subnets, with their VPCs.
    subnets_in: BTreeMap<GroupId, (Key, Vec<Key>)>,
}

impl<'a> Builder<'a> {
    fn build(mut self) -> View {
        let options = self.options;
        let vpcs = self.seen_vpcs();

        // Hiding something does not change the colours of the rest.
        self.palette = self.palette_of(&vpcs);
        let shared = self.shared_connections(&vpcs);
        let mut counts = [vpcs.len(), 0, 0, 0];
        for (vpc, members) in &vpcs {
            let subnets = members
                .subnets
                .iter()
                .filter(|key| options.shows(key))
                .count();
            counts[1] += subnets;
            counts[2] += members
                .tables
                .iter()
                .filter(|key| options.shows(key))
                .count();
            counts[3] += members
                .connections
                .iter()
                .filter(|key| options.shows(key) && !shared.contains(*key))
                .count();
            let band = self.band(vpc, members, &shared, vpcs.len() > 1);
            self.pen.diagram.bands.push(band);
        }
        let known = [
            true,
            self.is_counted(&vpcs, Kind::Subnet),
            self.is_counted(&vpcs, Kind::RouteTable),
            self.options.only.is_none()
                && vpcs
                    .iter()
                    .all(|(vpc, _)| connections_are_read(self.network, vpc)),
        ];
        self.pen.diagram.columns = COLUMNS
            .iter()
            .zip(counts)
            .zip(known)
            .map(|((title, count), known)| ColumnHead {
                title: (*title).to_owned(),
                // “VPC · 1” says nothing; a zero of what was not read or is hidden would be untrue.
                count: (*title != COLUMNS[0] || count > 1)
                    .then_some(count)
                    .filter(|count| known || *count > 0),
            })
            .collect();
        if !shared.is_empty() {
            self.pen.diagram.columns.push(ColumnHead {
                title: "Shared".to_owned(),
                count: Some(shared.len()),
            });
            let mut keys: Vec<&Key> = shared.iter().collect();
            keys.sort_by(|a, b| self.connection_order(a, b));
            let cards = keys.into_iter().map(|key| self.card_of(key)).collect();
            let group = self.pen.group(GroupName::Shared, None, Order::Free, cards);
            self.pen.diagram.shared.push(group);
        }
        self.nets(&vpcs);
        self.pen.diagram.legend = self.palette.as_ref().map(|palette| {
            let seen = self.pen.view.keys.values();
            palette.legend(self.network, seen)
        });
        self.pen.finish()
    }

    /// The colours of what stands in these, where they mean a tag.
    fn palette_of(&self, vpcs: &[(&Key, &VpcMembers)]) -> Option<Palette> {
        let key = self.options.color_by.as_ref()?;
        let members = vpcs.iter().flat_map(|(vpc, members)| {
            let all = members.subnets.iter().chain(&members.tables);
            all.chain(&members.connections).chain([*vpc])
        });
        Some(Palette::of(self.network, key, members))
    }

    /// The VPCs that are seen, in their order.
    fn seen_vpcs(&self) -> Vec<(&'a Key, &'a VpcMembers)> {
        let (topology, options) = (self.topology, self.options);
        let mut vpcs: Vec<(&'a Key, &'a VpcMembers)> = topology
            .vpcs()
            .filter(|(vpc, members)| {
                options
                    .vpcs
                    .as_ref()
                    .is_none_or(|wanted| wanted.contains(vpc))
                    && options.only.as_ref().is_none_or(|only| {
                        only.contains(vpc)
                            || members
                                .subnets
                                .iter()
                                .chain(&members.tables)
                                .any(|key| only.contains(key))
                    })
            })
            .collect();
        vpcs.sort_by(|(a, _), (b, _)| self.vpc_order(a, b));
        vpcs
    }

    /// Whether a number of these says how many there are: they were read, and are not hidden.
    fn is_counted(&self, vpcs: &[(&Key, &VpcMembers)], kind: Kind) -> bool {
        !self.options.hidden.contains(&kind)
            && self.options.only.is_none()
            && vpcs
                .iter()
                .all(|(vpc, _)| !incomplete(self.network, vpc, kind))
    }

    fn vpc_order(&self, a: &Key, b: &Key) -> Ordering {
        let place = |key: &Key| {
            let resource = self.network.get(key);
            let default = resource
                .and_then(|resource| resource.of::<VpcFacts>())
                .is_some_and(|facts| facts.is_default.value() == Some(&true));
            // The default VPC is seldom what somebody came for.
            (resource.is_none(), default)
        };
        place(a).cmp(&place(b)).then_with(|| self.name_order(a, b))
    }

    fn name_order(&self, a: &Key, b: &Key) -> Ordering {
        natural(&self.label(a), &self.label(b)).then_with(|| a.cmp(b))
    }

    fn connection_order(&self, a: &Key, b: &Key) -> Ordering {
        cards::connection_rank(self.network, a)
            .cmp(&cards::connection_rank(self.network, b))
            .then_with(|| self.name_order(a, b))
    }

    fn label(&self, key: &Key) -> String {
        self.network.get(key).map_or_else(
            || key.id.to_string(),
            |resource| resource.label().to_owned(),
        )
    }

    /// Connections that stand in more than one of the VPCs that are seen.
    fn shared_connections(&self, vpcs: &[(&Key, &VpcMembers)]) -> BTreeSet<Key> {
        let mut seen: BTreeMap<&Key, usize> = BTreeMap::new();
        for (_, members) in vpcs {
            for connection in members.connections.iter().chain(&members.gone) {
                *seen.entry(connection).or_default() += 1;
            }
        }
        seen.into_iter()
            .filter(|(key, count)| *count > 1 && self.options.shows(key))
            .map(|(key, _)| key.clone())
            .collect()
    }

    fn card_of(&mut self, key: &Key) -> Card {
        let id = self.pen.number(key);
        let mut card = self.cards.card(key);
        card.label = self.palette.as_ref().map(|palette| {
            let resource = self.network.get(key);
            palette.label(resource.map(AsRef::as_ref))
        });
        card.marks
            .extend(self.options.marks.get(key).into_iter().flatten().cloned());
        card.marks
            .extend(self.options.since.marks.get(key).cloned());
        Card { id, ..card }
    }

    /// Cards of what was removed from a VPC, where they stood there.
    fn ghosts(&mut self, vpc: &Key, is_there: impl Fn(&Place) -> bool) -> Vec<Card> {
        let (options, topology) = (self.options, self.topology);
        let ghosts = options.since.ghosts_of(vpc).filter(|ghost| {
            // What has come back is there itself.
            is_there(&ghost.place)
                && options.shows(&ghost.key)
                && topology.vpc_of(&ghost.key).is_none()
        });
        let cards = ghosts.map(|ghost| Card {
            id: self.pen.number(&ghost.key),
            ..ghost.card.clone()
        });
        cards.collect()
    }

    fn band(
        &mut self,
        vpc: &Key,
        members: &VpcMembers,
        shared: &BTreeSet<Key>,
        several: bool,
    ) -> Band {
        let mut band = Band {
            heading: several.then(|| self.cards.band_heading(vpc)),
            columns: vec![Vec::new(); COLUMNS.len()],
        };
        if !self.options.hidden.contains(&Kind::Vpc) {
            let card = self.card_of(vpc);
            band.columns[0].push(self.pen.group(
                GroupName::Vpc(vpc.clone()),
                None,
                Order::Given,
                vec![card],
            ));
        }
        band.columns[1] = self.subnet_groups(vpc, members);
        band.columns[2] = self.table_groups(vpc, members);
        band.columns[3] = self.connection_groups(vpc, members, shared);
        band
    }

    /// The tag that parts these into groups: cards that leave their order to the layout, and of which one has it.
    fn key_to_group(&self, order: Order, keys: &[&Key]) -> Option<Text> {
        let key = self.options.group_by.as_ref()?;
        let is_tagged = |resource: &&Key| {
            let resource = self.network.get(resource).map(AsRef::as_ref);
            matches!(Tagged::of(resource, key), Tagged::Value(_))
        };
        (order == Order::Free && keys.iter().any(is_tagged)).then(|| key.clone())
    }

    /// Cards of a column in a group for each value of a tag.
    fn tagged(
        &mut self,
        vpc: &Key,
        column: usize,
        key: &Text,
        keys: Vec<&Key>,
        order: Order,
    ) -> Vec<Group> {
        let mut by_value: BTreeMap<Tagged, Vec<&Key>> = BTreeMap::new();
        for resource in keys {
            let tagged = Tagged::of(self.network.get(resource).map(AsRef::as_ref), key);
            by_value.entry(tagged).or_default().push(resource);
        }
        let mut values: Vec<(Tagged, Vec<&Key>)> = by_value.into_iter().collect();
        values.sort_by(|(a, _), (b, _)| a.order(b));
        let mut groups = Vec::with_capacity(values.len());
        for (value, keys) in values {
            let heading = value.heading(key);
            let cards = keys.iter().map(|key| self.card_of(key)).collect();
            let name = GroupName::Tagged(vpc.clone(), column, value);
            let group = self.pen.group(name, Some(heading), order, cards);
            let keys = keys.into_iter().cloned().collect();
            if column == 1 {
                self.subnets_in.insert(group.id, (vpc.clone(), keys));
            }
            groups.push(group);
        }
        groups
    }

    fn subnet_groups(&mut self, vpc: &Key, members: &VpcMembers) -> Vec<Group> {
        let mut groups = match &self.options.group_by {
            Some(key) => self.subnets_by_tag(vpc, members, key),
            None => self.subnets_by_zone(vpc),
        };
        if members.subnets.is_empty()
            && let Some(card) = self.cards.missing(vpc, Kind::Subnet)
        {
            groups.push(self.pen.missing(vpc, card));
        }
        groups
    }

    fn subnets_by_tag(&mut self, vpc: &Key, members: &VpcMembers, key: &Text) -> Vec<Group> {
        let mut subnets: Vec<&Key> = members
            .subnets
            .iter()
            .filter(|key| self.options.shows(key))
            .collect();
        subnets.sort_by(|a, b| {
            let kind = |key: &Key| self.cards.main_kind(key);
            kind(a).cmp(&kind(b)).then_with(|| self.name_order(a, b))
        });
        let mut groups = self.tagged(vpc, 1, key, subnets, Order::Given);
        // The zone is no heading now.
        for card in groups.iter_mut().flat_map(|group| &mut group.cards) {
            let facts = self.pen.view.keys.get(&card.id);
            let facts = facts.and_then(|key| self.network.facts::<SubnetFacts>(&key.id));
            if let Some(zone) = facts.and_then(|facts| facts.availability_zone.value()) {
                card.caption = format!("{} · {}", card.caption, cards::short_zone(zone));
            }
        }
        let ghosts = self.ghosts(vpc, |place| matches!(place, Place::Zone(_)));
        if !ghosts.is_empty() {
            let name = GroupName::Gone(vpc.clone());
            groups.push(self.pen.group(name, None, Order::Given, ghosts));
        }
        groups
    }

    fn subnets_by_zone(&mut self, vpc: &Key) -> Vec<Group> {
        let topology = self.topology;
        let mut zones: Vec<(&Text, &[Key])> = topology.zones(vpc).collect();
        // Zone ids are the same for all accounts; names are not.
        zones.sort_by_cached_key(|(zone, subnets)| (self.zone_id(subnets), (*zone).clone()));
        // A zone may have lost all its subnets.
        for ghost in self.options.since.ghosts_of(vpc) {
            if let Place::Zone(zone) = &ghost.place
                && !zones.iter().any(|(held, _)| *held == zone)
            {
                zones.push((zone, &[]));
            }
        }
        let mut groups = Vec::new();
        for (zone, subnets) in zones {
            let mut subnets: Vec<&Key> = subnets
                .iter()
                .filter(|key| self.options.shows(key))
                .collect();
            let ghosts = self.ghosts(vpc, |place| *place == Place::Zone(zone.clone()));
            if subnets.is_empty() && ghosts.is_empty() {
                continue;
            }
            subnets.sort_by(|a, b| {
                let kind = |key: &Key| self.cards.main_kind(key);
                kind(a).cmp(&kind(b)).then_with(|| self.name_order(a, b))
            });
            let heading = Heading {
                title: if zone.is_empty() {
                    "zone not read".to_owned()
                } else {
                    zone.to_string()
                },
                caption: self
                    .zone_id(&subnets.iter().map(|key| (*key).clone()).collect::<Vec<_>>()),
            };
            let cards = subnets.into_iter().map(|key| self.card_of(key));
            let cards = cards.chain(ghosts).collect();
            let group = self.pen.group(
                GroupName::Zone(vpc.clone(), zone.clone()),
                Some(heading),
                Order::Given,
                cards,
            );
            self.pen
                .view
                .zones
                .insert(group.id, (vpc.clone(), zone.clone()));
            let all = topology.zone(vpc, zone).to_vec();
            self.subnets_in.insert(group.id, (vpc.clone(), all));
            groups.push(group);
        }
        groups
    }

    fn zone_id(&self, subnets: &[Key]) -> String {
        subnets
            .iter()
            .filter_map(|subnet| {
                self.network
                    .facts::<SubnetFacts>(&subnet.id)?
                    .availability_zone_id
                    .value()
            })
            .min()
            .map(Text::to_string)
            .unwrap_or_default()
    }

    /// The cards of these resources and ghosts, in one group or in one for each value of a tag; none where there is no card.
    fn groups_of(
        &mut self,
        (name, vpc): (GroupName, &Key),
        column: usize,
        order: Order,
        keys: Vec<&Key>,
        ghosts: Vec<Card>,
    ) -> Vec<Group> {
        let mut groups = Vec::new();
        let mut cards = ghosts;
        if let Some(tag) = self.key_to_group(order, &keys) {
            groups = self.tagged(vpc, column, &tag, keys, order);
        } else {
            let own = keys.into_iter().map(|key| self.card_of(key));
            cards = own.chain(cards).collect();
        }
        if !cards.is_empty() {
            groups.push(self.pen.group(name, None, order, cards));
        }
        groups
    }

    fn table_groups(&mut self, vpc: &Key, members: &VpcMembers) -> Vec<Group> {
        let mut tables: Vec<&Key> = members
            .tables
            .iter()
            .filter(|key| self.options.shows(key))
            .collect();
        tables.sort_by(|a, b| self.name_order(a, b));
        let topology = self.topology;
        let used = |table: &Key| {
            !topology.subnets_of(table).is_empty() || !topology.edges(table).is_empty()
        };
        let (used, spare): (Vec<&Key>, Vec<&Key>) =
            tables.into_iter().partition(|table| used(table));
        let mut groups = Vec::new();
        let ghosts = self.ghosts(vpc, |place| *place == Place::Tables);
        for (name, order, keys, ghosts) in [
            (GroupName::Tables(vpc.clone()), Order::Free, used, vec![]),
            (
                GroupName::SpareTables(vpc.clone()),
                Order::Given,
                spare,
                ghosts,
            ),
        ] {
            groups.extend(self.groups_of((name, vpc), 2, order, keys, ghosts));
        }
        if members.tables.is_empty()
            && let Some(card) = self.cards.missing(vpc, Kind::RouteTable)
        {
            groups.push(self.pen.missing(vpc, card));
        }
        groups
    }

    fn connection_groups(
        &mut self,
        vpc: &Key,
        members: &VpcMembers,
        shared: &BTreeSet<Key>,
    ) -> Vec<Group> {
        let mut connections: Vec<&Key> = members
            .connections
            .iter()
            .chain(&members.gone)
            .filter(|key| self.options.shows(key) && !shared.contains(*key))
            .collect();
        connections.sort_by(|a, b| self.connection_order(a, b));
        let topology = self.topology;
        let routed = |key: &Key| {
            !topology.routed_from(key).is_empty() || !topology.edge_tables(key).is_empty()
        };
        let (routed, unrouted): (Vec<&Key>, Vec<&Key>) =
            connections.into_iter().partition(|key| routed(key));
        let mut groups = Vec::new();
        let ghosts = self.ghosts(vpc, |place| *place == Place::Connections);
        for (name, order, keys, ghosts) in [
            (
                GroupName::Connections(vpc.clone()),
                Order::Free,
                routed,
                vec![],
            ),
            (
                GroupName::UnroutedConnections(vpc.clone()),
                Order::Given,
                unrouted,
                ghosts,
            ),
        ] {
            groups.extend(self.groups_of((name, vpc), 3, order, keys, ghosts));
        }
        if let Some(card) = self.cards.missing_connections(vpc) {
            groups.push(self.pen.missing(vpc, card));
        }
        groups
    }

    fn nets(&mut self, vpcs: &[(&Key, &VpcMembers)]) {
        let topology = self.topology;
        for (vpc, members) in vpcs {
            self.memberships(vpc);
            for table in &members.tables {
                self.associations(table);
            }
        }
        let connections: BTreeSet<&Key> = vpcs
            .iter()
            .flat_map(|(_, members)| members.connections.iter().chain(&members.gone))
            .collect();
        for connection in connections {
            let Some(card) = self.pen.view.card(connection) else {
                continue;
            };
            let role = Cards::connection_role(connection);
            let mut legs = Vec::new();
            for (table, routes) in topology.routed_from(connection) {
                let Some(from) = self.pen.view.card(table) else {
                    continue;
                };
                let line = if routes.iter().any(crate::network::Route::is_active) {
                    Line::Route
                } else {
                    Line::Blackhole
                };
                let leg = Leg {
                    from: End::Card(from),
                    line,
                    role: if line == Line::Blackhole {
                        Role::Danger
                    } else {
                        role
                    },
                };
                legs.push((leg, (table.clone(), connection.clone())));
            }
            for table in topology.edge_tables(connection) {
                let Some(from) = self.pen.view.card(table) else {
                    continue;
                };
                let leg = Leg {
                    from: End::Card(from),
                    line: Line::Association,
                    role,
                };
                legs.push((leg, (table.clone(), connection.clone())));
            }
            self.pen.net(End::Card(card), role, legs);
        }
    }

    /// From a VPC to the groups of its subnets: one line stands for all of a group.
    fn memberships(&mut self, vpc: &Key) {
        let Some(card) = self.pen.view.card(vpc) else {
            return;
        };
        let groups = self.subnets_in.iter().filter(|(_, (of, _))| of == vpc);
        let id = NetId(u32::try_from(self.pen.diagram.nets.len()).unwrap_or(u32::MAX));
        let mut legs = Vec::new();
        for (group, (_, subnets)) in groups {
            let number = LegId {
                net: id,
                leg: u32::try_from(legs.len()).unwrap_or(u32::MAX),
            };
            for subnet in subnets {
                self.pen
                    .view
                    .legs
                    .entry((vpc.clone(), subnet.clone()))
                    .or_default()
                    .insert(number);
            }
            legs.push(Leg {
                from: End::Group(*group),
                line: Line::Membership,
                role: Role::Vpc,
            });
        }
        if !legs.is_empty() {
            self.pen.diagram.nets.push(Net {
                id,
                to: End::Card(card),
                role: Role::Vpc,
                legs,
            });
        }
    }

    fn associations(&mut self, table: &Key) {
        let Some(card) = self.pen.view.card(table) else {
            return;
        };
        let mut legs = Vec::new();
        for (subnet, explicit) in self.topology.subnets_of(table) {
            let Some(from) = self.pen.view.card(subnet) else {
                continue;
            };
            let leg = Leg {
                from: End::Card(from),
                line: if explicit {
                    Line::Association
                } else {
                    Line::Implicit
                },
                role: self.cards.subnet_role(subnet),
            };
            legs.push((leg, (subnet.clone(), table.clone())));
        }
        let mut roles = legs.iter().map(|(leg, _)| leg.role);
        let role = roles
            .next()
            .filter(|first| roles.all(|role| role == *first))
            .unwrap_or(Role::Table);
        self.pen.net(End::Card(card), role, legs);
    }
}

/// How many routes of a table are its own: the local ones every table has do not count as decisions.
fn own_routes(table: &RouteTableFacts) -> usize {
    table
        .routes
        .items()
        .iter()
        .filter(|route| route.target != crate::network::Target::Local)
        .count()
}

/// Whether AWS made this by itself: a main table nobody named, a default ACL or group.
pub fn is_aws_made(resource: &Resource) -> bool {
    match resource.facts() {
        crate::network::Facts::RouteTable(table) => table
            .associations
            .items()
            .iter()
            .any(|association| association.main),
        crate::network::Facts::NetworkAcl(acl) => acl.is_default.value() == Some(&true),
        crate::network::Facts::SecurityGroup(group) => group
            .group_name
            .value()
            .is_some_and(|name| name == "default"),
        _ => false,
    }
}

/// Whether every kind of connection was read completely around a VPC, so that their number can be told.
pub fn connections_are_read(network: &Network, vpc: &Key) -> bool {
    Kind::CONNECTIONS
        .iter()
        .all(|kind| !incomplete(network, vpc, *kind))
}

/// Whether anything keeps us from saying “none” of a kind around a resource.
fn incomplete(network: &Network, key: &Key, kind: Kind) -> bool {
    network.coverage_around(key, kind) != Coverage::Complete
}

/// The order of kinds within a zone: public subnets first, unknown ones last.
fn tier(kind: SubnetKind) -> u8 {
    match kind {
        SubnetKind::Public => 0,
        SubnetKind::Private => 1,
        SubnetKind::Isolated => 2,
        SubnetKind::Unknown => 3,
    }
}

/// The effective table of a subnet in words, for a mark.
fn why_unknown(effective: &Effective) -> Option<&Text> {
    match effective {
        Effective::Unknown(why) => Some(why),
        Effective::Explicit(_) | Effective::Main(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::sample;

    fn sample() -> (Network, Topology) {
        let network = sample::network();
        let topology = Topology::of(&network);
        (network, topology)
    }

    fn named(network: &Network, kind: Kind, name: &str) -> Key {
        let mut found = network
            .of_kind(kind)
            .filter(|resource| resource.name() == Some(name));
        found.next().unwrap().key().clone()
    }

    #[test]
    fn one_vpc_has_no_shared_column_and_no_band_heading() {
        let (network, topology) = sample();
        let prod = named(&network, Kind::Vpc, "harbour-prod");
        let view = View::of(&network, &topology, &Options::of_vpc(prod.clone()));
        assert!(view.diagram.shared.is_empty());
        assert!(view.diagram.bands.iter().all(|band| band.heading.is_none()));
        let members = topology.members(&prod).unwrap();
        let counts: Vec<_> = view
            .diagram
            .columns
            .iter()
            .map(|column| column.count)
            .collect();
        let connections = members.connections.len();
        assert_eq!(
            counts,
            [
                None,
                Some(members.subnets.len()),
                Some(members.tables.len()),
                Some(connections)
            ]
        );
        // What is gone has a card, and is not counted.
        assert!(members.gone.iter().all(|key| view.card(key).is_some()));
    }

    #[test]
    fn numbers_stay_with_resources_when_kinds_are_hidden_and_shown() {
        let (network, topology) = sample();
        let all = View::of(&network, &topology, &Options::default());
        let options = Options {
            hidden: BTreeSet::from([Kind::NatGateway]),
            ..Options::default()
        };
        let fewer = View::after(&all, &network, &topology, &options);
        let nat = named(&network, Kind::NatGateway, "prod-nat-a");
        assert!(all.card(&nat).is_some() && fewer.card(&nat).is_none());
        for (card, key) in fewer.keys() {
            assert_eq!(all.card(key), Some(card));
        }
        let again = View::after(&fewer, &network, &topology, &Options::default());
        assert_eq!(again.diagram, all.diagram);
    }

    #[test]
    fn colours_by_tag_say_what_they_mean_and_do_not_change_when_something_is_hidden() {
        let (network, topology) = sample();
        let prod = named(&network, Kind::Vpc, "harbour-prod");
        let options = Options {
            color_by: Some("Tier".into()),
            ..Options::of_vpc(prod)
        };
        let view = View::of(&network, &topology, &options);
        let legend = view.diagram.legend.as_ref().unwrap();
        assert_eq!(legend.title, "Tier");
        let counted: usize = legend.entries.iter().map(|entry| entry.count).sum();
        assert_eq!(counted, view.keys().count());
        let without = legend
            .entries
            .iter()
            .find(|entry| entry.text == "no such tag");
        assert!(without.unwrap().count > 0);
        let mut hues = BTreeSet::new();
        for entry in &legend.entries {
            assert!(
                hues.insert(entry.hue),
                "{entry:?} has the colour of another"
            );
        }
        for card in view.diagram.cards().filter(|card| !card.dashed) {
            let label = card.label.as_ref().unwrap();
            assert!(hues.contains(&label.hue), "{card:?}");
        }
        let fewer = Options {
            hidden: BTreeSet::from([Kind::Subnet]),
            ..options
        };
        let fewer = View::after(&view, &network, &topology, &fewer);
        for entry in &fewer.diagram.legend.as_ref().unwrap().entries {
            let before = legend.entries.iter().find(|held| held.text == entry.text);
            assert_eq!(before.unwrap().hue, entry.hue);
        }
    }

    #[test]
    fn groups_by_tag_hold_every_card_once_and_the_vpc_leads_to_them() {
        let (network, topology) = sample();
        let prod = named(&network, Kind::Vpc, "harbour-prod");
        let zones = View::of(&network, &topology, &Options::of_vpc(prod.clone()));
        let options = Options {
            group_by: Some("Tier".into()),
            ..Options::of_vpc(prod.clone())
        };
        let tiers = View::after(&zones, &network, &topology, &options);
        let keys =
            |view: &View| -> BTreeSet<Key> { view.keys().map(|(_, key)| key.clone()).collect() };
        assert_eq!(keys(&tiers), keys(&zones));
        let groups: Vec<&Group> = tiers.diagram.bands[0].columns[1].iter().collect();
        let titles: Vec<&str> = groups
            .iter()
            .filter_map(|group| Some(group.heading.as_ref()?.title.as_str()))
            .collect();
        assert!(
            titles.contains(&"private") && titles.is_sorted(),
            "{titles:?}"
        );
        assert_eq!(titles.len(), groups.len());
        let members = tiers.diagram.nets.iter();
        let legs = members
            .flat_map(|net| &net.legs)
            .filter(|leg| leg.line == Line::Membership);
        let ends: BTreeSet<End> = legs.map(|leg| leg.from).collect();
        assert_eq!(
            ends,
            groups.iter().map(|group| End::Group(group.id)).collect()
        );
        let back = View::after(&tiers, &network, &topology, &Options::of_vpc(prod));
        assert_eq!(back.diagram, zones.diagram);
    }

    #[test]
    fn only_neighbours_leaves_their_vpc_and_nothing_else() {
        let (network, topology) = sample();
        let nat = named(&network, Kind::NatGateway, "prod-nat-a");
        let options = Options {
            only: Some(Arc::new(topology.related(&nat).keys)),
            ..Options::default()
        };
        let view = View::of(&network, &topology, &options);
        let seen: BTreeSet<&Key> = view.keys().map(|(_, key)| key).collect();
        assert_eq!(seen, topology.related(&nat).keys.iter().collect());
    }
}
