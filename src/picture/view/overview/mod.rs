//! Every account, region and VPC as one map: the VPCs as cards, and what joins them.
//!
//! From left to right: VPCs in frames by account and region; what joins them (attachments of transit gateways, peering
//! connections, VPN gateways); transit gateways, each in a frame with its route tables; attachments of what lies
//! beyond (peerings of transit gateways, VPN, Direct Connect); and what that is, customer gateways in frames with their
//! VPN connections. Columns that would stay empty are left out. Several regions are bands, one below the other; what
//! belongs to no region has a column of its own then.
//!
//! Solid lines are associations and attachments. Dotted lines say that a route table has routes to an attachment,
//! propagated or static. A frame says what belongs to a transit gateway or a customer gateway, without a line. What
//! lights up together is told by [`Interconnect::related`].
//!
//! VPCs and transit gateways that were not read are dashed cards with what is known of them, and so is what stands for
//! kinds that were not read: unknown is never absent.

pub(super) mod cards;

use super::cards::{Cards, capitalised, cause_words};
use super::pen::Pen;
use super::place::Place;
use super::tags::Tagged;
use super::words::{count, natural};
use super::{GroupName as AnyGroup, Options, View};
use crate::analysis::overlap::overlaps;
use crate::network::{
    Coverage, Interconnect, Key, Kind, Network, Resource, Scope, Shard, Text, Topology, VpcFacts,
};
use crate::picture::diagram::{
    Band, Card, ColumnHead, End, Group, Heading, Leg, Line, Order, Role,
};
use cards::Faces;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What a group of the overview is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum GroupName {
    /// VPCs of an account and region.
    Vpcs(Place),
    /// Those of them with one value of a tag.
    Tagged(Place, Tagged),
    /// What stands for VPCs that nobody could read.
    Unread(Place),
    /// What joins these.
    Joins(Place),
    /// A transit gateway with its route tables.
    Transit(Key),
    /// Core networks of a region's band.
    Cores(Option<Text>),
    /// Attachments of what lies beyond.
    Far(Option<Text>),
    /// A customer gateway with its VPN connections.
    Site(Key),
    /// What else lies beyond.
    Beyond(Option<Text>),
    /// What belongs to no region.
    Global,
}

impl GroupName {
    pub(super) fn is_boxed(&self) -> bool {
        !matches!(
            self,
            Self::Joins(_) | Self::Cores(_) | Self::Far(_) | Self::Beyond(_) | Self::Global
        )
    }
}

/// Kinds that have to be read before anyone can say what joins a VPC to others.
const JOINS: &[Kind] = &[
    Kind::TransitGateway,
    Kind::TransitGatewayAttachment,
    Kind::VpcPeeringConnection,
    Kind::VpnGateway,
];
/// Kinds that have to be read before anyone can say what lies beyond a VPN or transit gateway.
const BEYOND: &[Kind] = &[
    Kind::VpnConnection,
    Kind::CustomerGateway,
    Kind::DirectConnectGateway,
];
/// The columns of a band.
const COLUMNS: usize = 5;

/// The overview of a network.
pub(super) fn draw(network: &Network, topology: &Topology, options: &Options, pen: Pen) -> View {
    let links = Interconnect::of(network);
    let overlaps = overlaps(network, &links);
    let cards = Cards {
        network,
        topology,
        only: None,
    };
    Drawer {
        network,
        topology,
        options,
        links: &links,
        faces: Faces::new(cards, &links, &overlaps),
        pen,
    }
    .draw()
}

struct Drawer<'a> {
    network: &'a Network,
    topology: &'a Topology,
    options: &'a Options,
    links: &'a Interconnect,
    faces: Faces<'a>,
    pen: Pen,
}

/// What stands in a region.
#[derive(Default)]
struct Region<'a> {
    /// By account: VPCs, and what joins them.
    places: BTreeMap<Place, [Vec<&'a Key>; 2]>,
    /// Why the VPCs of a place could not be read.
    unread: BTreeMap<Place, &'static str>,
    transit: Vec<&'a Key>,
    cores: Vec<&'a Key>,
    far: Vec<&'a Key>,
    vpns: Vec<&'a Key>,
    sites: Vec<&'a Key>,
    lines: Vec<&'a Key>,
}

impl<'a> Drawer<'a> {
    fn draw(mut self) -> View {
        let (mut regions, globals) = self.sorted();
        let mut order: Vec<Option<Text>> = regions.keys().cloned().collect();
        order.sort_by(|a, b| self.region_order(&regions, a.as_ref(), b.as_ref()));
        let is_one = order.len() < 2;
        if is_one {
            let only = regions.values_mut().next();
            if let Some(region) = only {
                let (cores, lines) =
                    (globals.iter().copied()).partition(|it: &&Key| it.kind == Kind::CoreNetwork);
                (region.cores, region.lines) = (cores, lines);
            }
        }
        for name in &order {
            if let Some(region) = regions.get(name) {
                let band = self.band(name.as_ref(), region, is_one);
                self.pen.diagram.bands.push(band);
            }
        }
        let all_told = regions.values().all(|region| region.unread.is_empty());
        self.drop_empty_columns(all_told);
        if !is_one && !globals.is_empty() {
            let cards = self.cards(&globals);
            let name = AnyGroup::Overview(GroupName::Global);
            self.pen.diagram.columns.push(ColumnHead {
                title: "In no region".to_owned(),
                count: Some(cards.len()),
            });
            let group = self.pen.group(name, None, Order::Free, cards);
            self.pen.diagram.shared.push(group);
        }
        self.nets();
        self.pen.finish()
    }

    // --- what stands where ---

    fn resource(&self, key: &Key) -> Option<&'a Arc<Resource>> {
        self.network.get(key)
    }

    fn place(&self, key: &Key) -> Place {
        Place::of(self.network, self.links, key)
    }

    /// A VPC of those that something is joined to: one that was read, where there is one.
    fn vpc_of(&self, key: &Key) -> Option<&'a Key> {
        let vpcs = || self.links.joins(key).filter(|it| it.kind == Kind::Vpc);
        vpcs()
            .find(|vpc| self.resource(vpc).is_some())
            .or_else(|| vpcs().next())
    }

    fn shows(&self, key: &Key) -> bool {
        let hidden = &self.options.hidden;
        // What belongs to a transit gateway goes with it.
        let goes_with = match key.kind {
            Kind::TransitGatewayAttachment | Kind::TransitGatewayRouteTable => Kind::TransitGateway,
            kind => kind,
        };
        !hidden.contains(&goes_with) && self.options.shows(key)
    }

    /// Everything by region, and what belongs to none.
    fn sorted(&self) -> (BTreeMap<Option<Text>, Region<'a>>, Vec<&'a Key>) {
        let (links, topology) = (self.links, self.topology);
        let mut regions: BTreeMap<Option<Text>, Region<'a>> = BTreeMap::new();
        let mut globals = Vec::new();
        let outside = links.outside().map(|(key, _)| key);
        let vpcs = topology.vpcs().map(|(key, _)| key);
        let vpcs: BTreeSet<&Key> = vpcs
            .chain(outside.filter(|key| key.kind == Kind::Vpc))
            .filter(|key| self.shows(key))
            .collect();
        for vpc in vpcs {
            let place = self.place(vpc);
            let region = regions.entry(place.region.clone()).or_default();
            region.places.entry(place).or_default()[0].push(vpc);
        }
        for (key, attachment) in links.attachments().filter(|(key, _)| self.shows(key)) {
            let vpc = attachment.attached.iter().find(|it| it.kind == Kind::Vpc);
            let beside = attachment.gateways.first();
            let place = match vpc.or(beside) {
                Some(near) => self.place(near),
                None => self.place(key),
            };
            let region = regions.entry(place.region.clone()).or_default();
            if vpc.is_some() {
                region.places.entry(place).or_default()[1].push(key);
            } else {
                region.far.push(key);
            }
        }
        for gateway in links.gateways().filter(|key| self.shows(key)) {
            let region = self.place(gateway).region;
            regions.entry(region).or_default().transit.push(gateway);
        }
        let ends: BTreeSet<&Key> = links.ends().filter(|key| self.shows(key)).collect();
        for key in ends {
            let place = self.place(self.vpc_of(key).unwrap_or(key));
            let own = self.place(key).region;
            match key.kind {
                Kind::VpcPeeringConnection | Kind::VpnGateway => {
                    let region = regions.entry(place.region.clone()).or_default();
                    region.places.entry(place).or_default()[1].push(key);
                }
                Kind::VpnConnection => regions.entry(own).or_default().vpns.push(key),
                Kind::CustomerGateway if self.resource(key).is_some() => {
                    regions.entry(own).or_default().sites.push(key);
                }
                Kind::CustomerGateway => {
                    let vpn = links.joins(key).next().unwrap_or(key);
                    let region = self.place(vpn).region;
                    regions.entry(region).or_default().sites.push(key);
                }
                Kind::CoreNetwork | Kind::DirectConnectGateway => globals.push(key),
                _ => {}
            }
        }
        for (place, why) in self.unread() {
            let region = regions.entry(place.region.clone()).or_default();
            region.places.entry(place.clone()).or_default();
            region.unread.insert(place, why);
        }
        (regions, globals)
    }

    /// Accounts and regions that were asked for their VPCs and did not tell them.
    fn unread(&self) -> Vec<(Place, &'static str)> {
        if self.options.only.is_some() || self.options.hidden.contains(&Kind::Vpc) {
            return Vec::new();
        }
        let told_none = (self.network.shards()).filter(|(_, shard)| {
            shard.coverage(Kind::Vpc) != Coverage::Complete
                && !shard.resources().any(|it| it.kind() == Kind::Vpc)
        });
        let unread = told_none.filter_map(|(scope, shard)| {
            let mut gaps = shard.gaps();
            let gap = gaps.find(|gap| gap.kinds.contains(&Kind::Vpc))?;
            let place = Place {
                region: Some(scope.region.clone()?),
                account: Some(scope.account.clone()?),
            };
            Some((place, cause_words(&gap.cause)))
        });
        unread.collect()
    }

    /// Regions that were read before those that are only heard of.
    fn region_order(
        &self,
        regions: &BTreeMap<Option<Text>, Region<'_>>,
        a: Option<&Text>,
        b: Option<&Text>,
    ) -> Ordering {
        let place = |name: Option<&Text>| {
            let region = regions.get(&name.cloned());
            let is_read = region.is_some_and(|region| self.is_read(region));
            (!is_read, name.is_none())
        };
        let name = |name: Option<&Text>| name.cloned().unwrap_or_default();
        place(a)
            .cmp(&place(b))
            .then_with(|| natural(&name(a), &name(b)))
    }

    fn is_read(&self, region: &Region<'_>) -> bool {
        let vpcs = region.places.values().flat_map(|[vpcs, _]| vpcs);
        vpcs.chain(&region.transit)
            .any(|key| self.resource(key).is_some())
            || !region.unread.is_empty()
    }

    fn label(&self, key: &Key) -> String {
        self.faces.label(key)
    }

    fn name_order(&self, a: &Key, b: &Key) -> Ordering {
        let rank = |key: &Key| {
            let resource = self.resource(key);
            let default = resource
                .and_then(|resource| resource.of::<VpcFacts>())
                .is_some_and(|facts| facts.is_default.value() == Some(&true));
            // The default VPC is seldom what somebody came for.
            (resource.is_none(), default)
        };
        rank(a)
            .cmp(&rank(b))
            .then_with(|| natural(&self.label(a), &self.label(b)))
            .then_with(|| a.cmp(b))
    }

    fn cards(&mut self, keys: &[&Key]) -> Vec<Card> {
        keys.iter().map(|key| self.card(key)).collect()
    }

    fn card(&mut self, key: &Key) -> Card {
        let id = self.pen.number(key);
        let mut card = self.faces.card(key);
        let marks = self.options.marks.get(key);
        card.marks.extend(marks.into_iter().flatten().cloned());
        Card { id, ..card }
    }

    fn in_order<'k>(&self, keys: &[&'k Key]) -> Vec<&'k Key> {
        let mut keys = keys.to_vec();
        keys.sort_by(|a, b| a.kind.cmp(&b.kind).then_with(|| self.name_order(a, b)));
        keys
    }

    // --- bands ---

    fn band(&mut self, name: Option<&Text>, region: &Region<'a>, is_one: bool) -> Band {
        let mut band = Band {
            heading: (!is_one).then(|| self.band_heading(name, region)),
            columns: vec![Vec::new(); COLUMNS],
        };
        let mut places: Vec<(&Place, &[Vec<&Key>; 2])> = region.places.iter().collect();
        places.sort_by_cached_key(|(place, [vpcs, _])| {
            let is_read = vpcs.iter().any(|vpc| self.resource(vpc).is_some());
            (
                !is_read,
                place.account.is_none(),
                self.account(place.account.as_ref()),
            )
        });
        for (place, [vpcs, joins]) in places {
            let vpcs = self.in_order(vpcs);
            if !vpcs.is_empty() {
                let groups = self.vpc_groups(place, &vpcs, is_one);
                band.columns[0].extend(groups);
            }
            if let Some(why) = region.unread.get(place) {
                let card = Faces::unread("VPCs", (*why).to_owned());
                let card = self.pen.placeholder(card);
                let name = AnyGroup::Overview(GroupName::Unread(place.clone()));
                let heading = Some(self.place_heading(place, is_one));
                let group = self.pen.group(name, heading, Order::Given, vec![card]);
                band.columns[0].push(group);
            }
            if !joins.is_empty() {
                let joins = self.in_order(joins);
                let name = GroupName::Joins(place.clone());
                band.columns[1].push(self.plain(name, &joins));
            }
            let seen = vpcs.iter().find(|vpc| self.resource(vpc).is_some());
            if let Some(vpc) = seen
                && let Some(card) = self.missing(vpc, JOINS)
            {
                band.columns[1].push(self.pen.missing(vpc, card));
            }
        }
        for gateway in self.in_order(&region.transit) {
            let group = self.transit(gateway);
            band.columns[2].push(group);
        }
        let of_region = name.cloned();
        for (column, keys, name) in [
            (2, &region.cores, GroupName::Cores(of_region.clone())),
            (3, &region.far, GroupName::Far(of_region.clone())),
        ] {
            if !keys.is_empty() {
                let keys = self.in_order(keys);
                band.columns[column].push(self.plain(name, &keys));
            }
        }
        band.columns[4] = self.beyond(of_region, region);
        band
    }

    /// The VPCs of a place in one frame, or in one for each value of a tag.
    fn vpc_groups(&mut self, place: &Place, vpcs: &[&Key], is_one: bool) -> Vec<Group> {
        let heading = self.place_heading(place, is_one);
        let Some(tag) = &self.options.group_by else {
            let cards = self.cards(vpcs);
            let name = AnyGroup::Overview(GroupName::Vpcs(place.clone()));
            return vec![self.pen.group(name, Some(heading), Order::Given, cards)];
        };
        let mut by_value: BTreeMap<Tagged, Vec<&Key>> = BTreeMap::new();
        for vpc in vpcs {
            let tagged = Tagged::of(self.resource(vpc).map(AsRef::as_ref), tag);
            by_value.entry(tagged).or_default().push(vpc);
        }
        let mut values: Vec<(Tagged, Vec<&Key>)> = by_value.into_iter().collect();
        values.sort_by(|(a, _), (b, _)| a.order(b));
        let groups = values.into_iter().map(|(value, vpcs)| {
            let words = [heading.title.as_str(), heading.caption.as_str()];
            let words = words.into_iter().filter(|words| !words.is_empty());
            let heading = Heading {
                caption: words.collect::<Vec<_>>().join(" · "),
                ..value.heading(tag)
            };
            let cards = self.cards(&vpcs);
            let name = AnyGroup::Overview(GroupName::Tagged(place.clone(), value));
            self.pen.group(name, Some(heading), Order::Given, cards)
        });
        groups.collect()
    }

    fn plain(&mut self, name: GroupName, keys: &[&Key]) -> Group {
        let cards = self.cards(keys);
        self.pen
            .group(AnyGroup::Overview(name), None, Order::Free, cards)
    }

    fn missing(&self, around: &Key, kinds: &[Kind]) -> Option<Card> {
        let kinds: Vec<Kind> = kinds
            .iter()
            .copied()
            .filter(|kind| !self.options.hidden.contains(kind))
            .collect();
        self.faces.missing(around, &kinds)
    }

    fn transit(&mut self, gateway: &Key) -> Group {
        let mut cards = vec![self.card(gateway)];
        let tables: Vec<&Key> = self
            .links
            .tables_of(gateway)
            .filter(|it| self.shows(it))
            .collect();
        for table in self.in_order(&tables) {
            cards.push(self.card(table));
        }
        if let Some(resource) = self.resource(gateway)
            && let Some(why) = self.why_no_tables(resource)
        {
            let card = Faces::unread("Route tables", why);
            cards.push(self.pen.placeholder(card));
        }
        let name = AnyGroup::Overview(GroupName::Transit(gateway.clone()));
        self.pen.group(name, None, Order::Given, cards)
    }

    /// Why the tables of a transit gateway may not be all there are: only its owner sees them.
    fn why_no_tables(&self, gateway: &Resource) -> Option<String> {
        let key = gateway.key();
        let owner = gateway.common().owner.value();
        let is_owner = |scope: &Scope| {
            owner.is_none() || scope.account.is_none() || scope.account.as_ref() == owner
        };
        let kind = Kind::TransitGatewayRouteTable;
        let complete = |(scope, shard): (&Scope, &Arc<Shard>)| {
            is_owner(scope)
                && shard.get(key).is_some()
                && shard.coverage(kind) == Coverage::Complete
        };
        if self.network.shards().any(complete) {
            return None;
        }
        let mut shards = self.network.shards();
        let owner_was_asked =
            shards.any(|(scope, shard)| is_owner(scope) && shard.get(key).is_some());
        Some(match owner {
            Some(owner) if !owner_was_asked => format!("seen by {owner} only"),
            _ => self.faces.why(key, kind),
        })
    }

    fn beyond(&mut self, of: Option<Text>, region: &Region<'a>) -> Vec<Group> {
        let links = self.links;
        let mut groups = Vec::new();
        let mut placed = BTreeSet::new();
        for site in self.in_order(&region.sites) {
            let vpns: Vec<&Key> = (region.vpns.iter().copied())
                .filter(|vpn| links.joins(vpn).any(|other| other == site))
                .collect();
            placed.extend(vpns.iter().copied());
            let mut cards = vec![self.card(site)];
            cards.extend(self.in_order(&vpns).into_iter().map(|vpn| self.card(vpn)));
            let name = AnyGroup::Overview(GroupName::Site(site.clone()));
            groups.push(self.pen.group(name, None, Order::Given, cards));
        }
        let others = region.vpns.iter().filter(|vpn| !placed.contains(*vpn));
        let others: Vec<&Key> = others.chain(&region.lines).copied().collect();
        if !others.is_empty() {
            let others = self.in_order(&others);
            groups.push(self.plain(GroupName::Beyond(of), &others));
        }
        let joins = region.places.values().flat_map(|[_, joins]| joins);
        let gateways = joins.filter(|key| key.kind == Kind::VpnGateway);
        let around = gateways
            .chain(&region.transit)
            .find(|key| self.resource(key).is_some());
        if let Some(around) = around
            && let Some(card) = self.missing(around, BEYOND)
        {
            groups.push(self.pen.missing(around, card));
        }
        groups
    }

    // --- headings ---

    /// An account by its alias, else its digits.
    fn account(&self, account: Option<&Text>) -> String {
        let Some(account) = account else {
            return "account not known".to_owned();
        };
        let key = Key::aws(Kind::Account, account.clone());
        let alias = self.resource(&key).and_then(|resource| resource.name());
        alias.unwrap_or(account).to_owned()
    }

    /// The account by its alias and digits; its region too, where no band says that.
    fn place_heading(&self, place: &Place, is_one: bool) -> Heading {
        let title = self.account(place.account.as_ref());
        let account = place.account.as_deref().filter(|account| *account != title);
        let region = place.region.as_deref().unwrap_or("region not known");
        let words = [account, (is_one || account.is_none()).then_some(region)];
        Heading {
            title,
            caption: words.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        }
    }

    fn band_heading(&self, name: Option<&Text>, region: &Region<'_>) -> Heading {
        let vpcs = region.places.values().flat_map(|[vpcs, _]| vpcs);
        let vpcs = vpcs.filter(|vpc| self.resource(vpc).is_some()).count();
        let places = region.places.iter();
        let accounts = places
            .filter(|(_, [vpcs, _])| vpcs.iter().any(|vpc| self.resource(vpc).is_some()))
            .count();
        let caption = if self.is_read(region) {
            let vpcs = match (vpcs, region.unread.is_empty()) {
                (_, true) => count(vpcs, "VPC"),
                (0, false) => "VPCs not read".to_owned(),
                (_, false) => format!("{}, others not read", count(vpcs, "VPC")),
            };
            let words = [
                (accounts > 0).then(|| count(accounts, "account")),
                Some(vpcs),
            ];
            words.into_iter().flatten().collect::<Vec<_>>().join(" · ")
        } else {
            "not loaded".to_owned()
        };
        Heading {
            title: name.map_or_else(|| "Region not known".to_owned(), Text::to_string),
            caption,
        }
    }

    /// Columns with nothing in them go; the others are called by what they hold.
    fn drop_empty_columns(&mut self, all_told: bool) {
        let diagram = &mut self.pen.diagram;
        let view = &self.pen.view;
        let mut heads = Vec::new();
        let mut kept = Vec::new();
        for column in 0..COLUMNS {
            let groups = diagram
                .bands
                .iter()
                .filter_map(|band| band.columns.get(column));
            let groups: Vec<&Group> = groups.flatten().collect();
            if groups.is_empty() {
                continue;
            }
            let cards = groups.iter().flat_map(|group| &group.cards);
            let keys: Vec<&Key> = cards.filter_map(|card| view.keys.get(&card.id)).collect();
            let counted = match column {
                0 => keys
                    .iter()
                    .filter(|key| self.network.get(key).is_some())
                    .count(),
                2 => keys
                    .iter()
                    .filter(|key| key.kind != Kind::TransitGatewayRouteTable)
                    .count(),
                _ => keys.len(),
            };
            heads.push(ColumnHead {
                title: title(column, &keys),
                // A number says that there are no more.
                count: Some(counted).filter(|counted| *counted > 0 && (column > 0 || all_told)),
            });
            kept.push(column);
        }
        for band in &mut diagram.bands {
            let columns = std::mem::take(&mut band.columns);
            let columns = columns.into_iter().enumerate();
            band.columns = columns
                .filter(|(column, _)| kept.contains(column))
                .map(|(_, groups)| groups)
                .collect();
        }
        diagram.columns = heads;
    }

    // --- lines ---

    fn nets(&mut self) {
        let links = self.links;
        let mut joined: BTreeMap<&Key, Vec<&Key>> = BTreeMap::new();
        for (one, other) in links.joined() {
            let (from, to) = ends(one, other);
            // A frame says that already.
            if to.kind != Kind::CustomerGateway {
                joined.entry(to).or_default().push(from);
            }
        }
        for (to, from) in joined {
            let legs = from.into_iter().filter_map(|from| {
                let role = self.faces.line_role(from);
                let line = if from.kind == Kind::Vpc && to.kind == Kind::TransitGatewayAttachment {
                    Line::Membership
                } else {
                    Line::Association
                };
                self.leg(from, line, role, Interconnect::line(from, to))
            });
            let legs = legs.collect();
            self.net(to, Role::Transit, legs);
        }
        let mut associated: BTreeMap<&Key, Vec<&Key>> = BTreeMap::new();
        let mut routed: BTreeMap<&Key, Vec<(&Key, bool)>> = BTreeMap::new();
        for (key, attachment) in links.attachments() {
            for table in &attachment.tables {
                associated.entry(table).or_default().push(key);
            }
            for (table, works) in &attachment.routed {
                routed.entry(table).or_default().push((key, *works));
            }
            // Without a table a line to the transit gateway itself says where it belongs.
            for gateway in &attachment.gateways {
                let mut tables = attachment.tables.iter().chain(attachment.routed.keys());
                if !tables.any(|table| links.tables_of(gateway).any(|of| of == table)) {
                    associated.entry(gateway).or_default().push(key);
                }
            }
        }
        for (to, from) in associated {
            let (line, role) = if to.kind == Kind::TransitGateway {
                (Line::Membership, Role::Transit)
            } else {
                (Line::Association, Role::Table)
            };
            let legs = from.into_iter();
            let legs =
                legs.filter_map(|from| self.leg(from, line, role, (from.clone(), to.clone())));
            let legs = legs.collect();
            self.net(to, role, legs);
        }
        for (to, from) in routed {
            let legs = from.into_iter().filter_map(|(from, works)| {
                let (line, role) = if works {
                    (Line::Route, Role::Transit)
                } else {
                    (Line::Blackhole, Role::Danger)
                };
                self.leg(from, line, role, (from.clone(), to.clone()))
            });
            let legs = legs.collect();
            self.net(to, Role::Transit, legs);
        }
    }

    fn leg(
        &self,
        from: &Key,
        line: Line,
        role: Role,
        stands_for: (Key, Key),
    ) -> Option<(Leg, (Key, Key))> {
        let from = End::Card(self.pen.view.card(from)?);
        Some((Leg { from, line, role }, stands_for))
    }

    fn net(&mut self, to: &Key, role: Role, legs: Vec<(Leg, (Key, Key))>) {
        if let Some(card) = self.pen.view.card(to) {
            self.pen.net(End::Card(card), role, legs);
        }
    }
}

/// Which of two that are joined is the target: lines of one target share a trunk.
fn ends<'k>(one: &'k Key, other: &'k Key) -> (&'k Key, &'k Key) {
    let rank = |key: &Key| match key.kind {
        Kind::Vpc => 0,
        Kind::VpnConnection => 1,
        Kind::CustomerGateway => 9,
        Kind::TransitGatewayAttachment => 7,
        Kind::TransitGateway => 6,
        Kind::VpcPeeringConnection | Kind::CoreNetwork => 5,
        Kind::VpnGateway => 4,
        _ => 8,
    };
    if rank(one) > rank(other) {
        (other, one)
    } else {
        (one, other)
    }
}

/// What a column is called: by its one kind, or by a word for several.
fn title(column: usize, keys: &[&Key]) -> String {
    let parts = [
        Kind::TransitGatewayAttachment,
        Kind::VpcPeeringConnection,
        Kind::VpnGateway,
        Kind::TransitGateway,
        Kind::CoreNetwork,
    ];
    let mut kinds = parts
        .into_iter()
        .filter(|kind| keys.iter().any(|key| key.kind == *kind));
    let only = kinds.next().filter(|_| kinds.next().is_none());
    match (column, only) {
        (0, _) => "VPCs".to_owned(),
        (1, Some(Kind::TransitGatewayAttachment)) => "Attachments".to_owned(),
        (1 | 2, Some(kind)) => capitalised(kind.plural()),
        (1, None) => "Connections".to_owned(),
        (2, None) => "Transit and core networks".to_owned(),
        (3, _) => "Other attachments".to_owned(),
        _ => "Beyond".to_owned(),
    }
}
