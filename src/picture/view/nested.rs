//! Boxes in boxes, as reference diagrams are drawn: regions, VPCs, zones, subnets.
//!
//! A region (of an account) holds its VPCs one below the other. In a VPC the zones stand side by side, and the subnets
//! of one tier stand level in all of them: public ones at the top, isolated ones at the bottom. A subnet holds its NAT
//! gateways and the legs of its endpoints; an endpoint has a card in each of its subnets. Internet gateways and others
//! that a VPC has one of stand on its border, transit gateways and peering connections beside the VPCs of a region, and
//! what lies beyond to the right of all regions. Route tables have no cards: a dotted line from a subnet says where its
//! table leads, a solid one what is attached. Zones a subnet may be in and kinds that were not read have cards or words
//! of their own: unknown is never absent.

use super::cards::{self, Cards, short_zone};
use super::overview::cards::Faces;
use super::place::Place;
use super::since::Place as GhostPlace;
use super::tags::Tagged;
use super::words::{count, natural};
use super::{Builder, GroupName as AnyGroup, View, Way};
use crate::analysis::overlap::Overlaps;
use crate::network::{
    Effective, Facts, Interconnect, Key, Kind, Line as Relation, Network, Route, SubnetFacts, Text,
    VpcMembers,
};
use crate::picture::diagram::{
    Card, CardId, Cell, Diagram, Edge, End, Fill, Frame, Group, Heading, Hue, Leg, Line, Nest,
    Order, Realm, Role, Site, Strip, Swatch,
};
use std::collections::{BTreeMap, BTreeSet};

/// What a box is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum GroupName {
    Region(Place),
    Vpc(Key),
    /// The subnets with one value of a tag.
    Tagged(Key, Tagged),
    Subnet(Key),
    /// What stands in a VPC and in no subnet.
    Loose(Key),
    Border(Key),
    /// What stands in a region beside its VPCs.
    Beside(Key),
    /// A customer gateway with its VPN connections.
    Site(Key),
    /// Something else beyond the regions.
    Beyond(Key),
}

impl GroupName {
    pub(super) fn is_boxed(&self) -> bool {
        matches!(self, Self::Site(_))
    }
}

/// The boxes of a network.
pub(super) fn draw(builder: Builder<'_>) -> View {
    let links = Interconnect::of(builder.network);
    let faces = Cards {
        only: None,
        ..builder.cards
    };
    let overlaps = Overlaps::default();
    let faces = Faces::new(faces, &links, &overlaps);
    Drawer {
        inner: BTreeMap::new(),
        seen: BTreeSet::new(),
        builder,
        links: &links,
        faces,
    }
    .draw()
}

struct Drawer<'a, 'l> {
    builder: Builder<'a>,
    links: &'l Interconnect,
    faces: Faces<'l>,
    /// What stands in each subnet.
    inner: BTreeMap<Key, Vec<Key>>,
    /// The VPCs that are seen.
    seen: BTreeSet<Key>,
}

/// Where a connection of a VPC stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    Subnets,
    Loose,
    Border,
    Beside,
    Beyond,
}

impl<'a, 'l> Drawer<'a, 'l>
where
    'a: 'l,
{
    fn draw(mut self) -> View {
        let vpcs = self.builder.seen_vpcs();
        self.seen = vpcs.iter().map(|(vpc, _)| (*vpc).clone()).collect();
        self.builder.palette = self.builder.palette_of(&vpcs);
        self.sort_inner(&vpcs);
        let mut by_place: BTreeMap<Place, Vec<(&Key, &VpcMembers)>> = BTreeMap::new();
        for (vpc, members) in &vpcs {
            let place = self.place(vpc);
            by_place.entry(place).or_default().push((*vpc, *members));
        }
        // What joins them, by where it stands.
        let (beside, beyond) = self.joints(&vpcs);
        let mut beside_of: BTreeMap<Place, Vec<Key>> = BTreeMap::new();
        for key in beside {
            let place = self.place_beside(&key, &by_place);
            beside_of.entry(place).or_default().push(key);
        }
        let mut places: Vec<Place> = by_place.keys().chain(beside_of.keys()).cloned().collect();
        places.sort_by(|a, b| {
            let known = |place: &Place| (place.region.is_none(), place.account.is_none());
            known(a)
                .cmp(&known(b))
                .then_with(|| natural(word(a.region.as_ref()), word(b.region.as_ref())))
                .then_with(|| a.cmp(b))
        });
        places.dedup();
        let mut nest = Nest {
            strips: match &self.builder.options.group_by {
                Some(key) => format!("Subnets by {key}"),
                None => "Availability Zone".to_owned(),
            },
            ..Nest::default()
        };
        for place in places {
            let vpcs = by_place.remove(&place).unwrap_or_default();
            let beside = beside_of.remove(&place).unwrap_or_default();
            let realm = self.realm(&place, &vpcs, beside);
            nest.realms.push(realm);
        }
        nest.beyond = self.beyond(&beyond);
        self.builder.pen.diagram = Diagram {
            nest: Some(nest),
            ..Diagram::default()
        };
        self.nets(&vpcs);
        let mut builder = self.builder;
        builder.pen.diagram.legend = builder.palette.as_ref().map(|palette| {
            let seen = builder.pen.view.keys.values();
            palette.legend(builder.network, seen)
        });
        // A box has the colour of its head where colours mean something else than what things are.
        if builder.palette.is_some() {
            for group in builder.pen.diagram.groups_mut() {
                let hue = group.head().map(Card::hue);
                if let (Some(frame), Some(hue)) = (&mut group.frame, hue) {
                    frame.hue = hue;
                }
            }
        }
        builder.pen.finish()
    }

    fn network(&self) -> &'a Network {
        self.builder.network
    }

    fn shows(&self, key: &Key) -> bool {
        self.builder.options.shows(key)
    }

    fn place(&self, key: &Key) -> Place {
        Place::of(self.network(), self.links, key)
    }

    // --- what stands where ---

    /// The subnets that something stands in, as far as they are seen.
    fn subnets_of(&self, key: &Key) -> Vec<Key> {
        let topology = self.builder.topology;
        let own = match self.network().get(key).map(|resource| resource.facts()) {
            Some(Facts::NetworkInterface(facts)) => facts.subnet.value().cloned(),
            Some(Facts::Instance(facts)) => facts.subnet.value().cloned(),
            Some(Facts::NatGateway(_) | Facts::VpcEndpoint(_) | Facts::NetworkFirewall(_)) => {
                let legs = topology.legs(key).into_iter();
                let legs = legs.filter(|subnet| self.is_cell(subnet));
                return legs.cloned().collect();
            }
            _ => None,
        };
        let own = own.map(|id| Key::new(Kind::Subnet, id));
        own.into_iter()
            .filter(|subnet| self.is_cell(subnet))
            .collect()
    }

    /// Whether a subnet has a box: it is read, not hidden, and in a VPC that is seen.
    fn is_cell(&self, subnet: &Key) -> bool {
        self.network().get(subnet).is_some()
            && self.shows(subnet)
            && (self.builder.topology.vpc_of(subnet)).is_some_and(|vpc| self.seen.contains(vpc))
    }

    fn stand(&self, key: &Key) -> Stand {
        match key.kind {
            Kind::TransitGateway => Stand::Beside,
            Kind::VpcPeeringConnection => {
                let places: BTreeSet<Place> = (self.builder.topology.vpcs_of(key))
                    .filter(|vpc| self.seen.contains(*vpc))
                    .map(|vpc| self.place(vpc))
                    .collect();
                if places.len() > 1 {
                    Stand::Beyond
                } else {
                    Stand::Beside
                }
            }
            Kind::CoreNetwork | Kind::DirectConnectGateway => Stand::Beyond,
            Kind::InternetGateway
            | Kind::EgressOnlyInternetGateway
            | Kind::CarrierGateway
            | Kind::LocalGateway
            | Kind::VpnGateway => Stand::Border,
            Kind::VpcEndpoint if cards::is_gateway_type(self.network(), key) => Stand::Border,
            _ if self.subnets_of(key).is_empty() => Stand::Loose,
            _ => Stand::Subnets,
        }
    }

    fn members_in_order<'k>(&self, members: &'k VpcMembers) -> Vec<&'k Key> {
        let all = members.connections.iter().chain(&members.gone);
        let mut keys: Vec<&Key> = all.filter(|key| self.shows(key)).collect();
        keys.sort_by(|a, b| self.builder.connection_order(a, b));
        keys
    }

    fn sort_inner(&mut self, vpcs: &[(&Key, &VpcMembers)]) {
        for (_, members) in vpcs {
            for key in self.members_in_order(members) {
                if self.stand(key) == Stand::Subnets {
                    for subnet in self.subnets_of(key) {
                        self.inner.entry(subnet).or_default().push(key.clone());
                    }
                }
            }
        }
    }

    /// What stands beside the VPCs of a region, and what lies beyond.
    fn joints(&self, vpcs: &[(&Key, &VpcMembers)]) -> (BTreeSet<Key>, BTreeSet<Key>) {
        let (mut beside, mut beyond) = (BTreeSet::new(), BTreeSet::new());
        let mut border = BTreeSet::new();
        for (_, members) in vpcs {
            for key in self.members_in_order(members) {
                match self.stand(key) {
                    Stand::Beside => {
                        beside.insert(key.clone());
                    }
                    Stand::Beyond => {
                        beyond.insert(key.clone());
                    }
                    Stand::Border => {
                        border.insert(key);
                    }
                    Stand::Subnets | Stand::Loose => {}
                }
            }
        }
        let options = self.builder.options;
        if options.vpcs.is_none() && options.only.is_none() {
            beside.extend(self.links.gateways().filter(|key| self.shows(key)).cloned());
        }
        // What these lead to.
        let near: BTreeSet<&Key> = border.into_iter().chain(&beside).chain(&beyond).collect();
        let mut further = BTreeSet::new();
        for key in near {
            for other in self.neighbours(key) {
                match other.kind {
                    Kind::VpnConnection | Kind::CustomerGateway | Kind::DirectConnectGateway => {
                        further.insert(other.clone());
                    }
                    Kind::Vpc if !self.seen.contains(&other) && options.vpcs.is_none() => {
                        further.insert(other);
                    }
                    Kind::TransitGateway if !beside.contains(&other) => {
                        further.insert(other);
                    }
                    _ => {}
                }
            }
        }
        for vpn in further.clone() {
            if vpn.kind == Kind::VpnConnection {
                let sites = self.links.joins(&vpn);
                further.extend(
                    sites
                        .filter(|key| key.kind == Kind::CustomerGateway)
                        .cloned(),
                );
            }
        }
        if options.only.is_some() {
            further.retain(|key| options.shows(key));
        }
        beyond.extend(
            further
                .into_iter()
                .filter(|key| !options.hidden.contains(&key.kind)),
        );
        (beside, beyond)
    }

    /// What a gateway or peering connection is joined to, attachments of transit gateways left out between.
    fn neighbours(&self, key: &Key) -> BTreeSet<Key> {
        let mut near: BTreeSet<Key> = BTreeSet::new();
        if key.kind == Kind::TransitGateway {
            for (_, attachment) in self.links.attachments() {
                if attachment.gateways.contains(key) {
                    let attached = attachment.attached.iter();
                    // VPCs of others are for the overview: there may be hundreds.
                    near.extend(attached.filter(|it| it.kind != Kind::Vpc).cloned());
                    near.extend(attachment.gateways.iter().cloned());
                }
            }
            near.remove(key);
        } else {
            near.extend(self.links.joins(key).cloned());
        }
        near
    }

    fn place_beside(
        &self,
        key: &Key,
        by_place: &BTreeMap<Place, Vec<(&Key, &VpcMembers)>>,
    ) -> Place {
        let own = self.place(key);
        if by_place.contains_key(&own) {
            return own;
        }
        let mut vpcs = self.builder.topology.vpcs_of(key);
        let near = vpcs.find(|vpc| self.seen.contains(*vpc));
        near.map_or(own, |vpc| self.place(vpc))
    }

    // --- boxes ---

    fn realm(
        &mut self,
        place: &Place,
        vpcs: &[(&Key, &VpcMembers)],
        mut beside: Vec<Key>,
    ) -> Realm {
        let account = place.account.as_ref().map(|account| {
            let key = Key::aws(Kind::Account, account.clone());
            let alias = self.network().get(&key).and_then(|it| it.name());
            match alias {
                Some(alias) => cards::dotted([alias, account.as_str()]),
                None => account.to_string(),
            }
        });
        let heading = Heading {
            title: place
                .region
                .as_ref()
                .map_or_else(|| "region not read".to_owned(), Text::to_string),
            caption: account.unwrap_or_default(),
        };
        let name = AnyGroup::Nested(GroupName::Region(place.clone()));
        let group = self
            .builder
            .pen
            .group(name, Some(heading), Order::Given, Vec::new());
        let group = framed(
            group,
            Hue::Swatch(Swatch::Teal),
            Edge::Dotted,
            Fill::Clear,
            false,
        );
        let sites = vpcs.iter().map(|(vpc, members)| self.site(vpc, members));
        let sites = sites.collect();
        beside.sort_by(|a, b| self.builder.connection_order(a, b));
        let beside = beside.iter().map(|key| {
            let card = self.outer_card(key);
            let name = AnyGroup::Nested(GroupName::Beside(key.clone()));
            self.builder.pen.group(name, None, Order::Given, vec![card])
        });
        Realm {
            group,
            sites,
            beside: beside.collect(),
        }
    }

    fn site(&mut self, vpc: &Key, members: &VpcMembers) -> Site {
        let mut head = self.builder.card_of(vpc);
        let is_read = self.network().get(vpc).is_some();
        head.dashed = false;
        let name = AnyGroup::Nested(GroupName::Vpc(vpc.clone()));
        let group = self.builder.pen.group(name, None, Order::Given, vec![head]);
        let edge = if is_read { Edge::Solid } else { Edge::Dashed };
        let hue = Hue::Swatch(Swatch::Purple);
        let group = framed(group, hue, edge, Fill::Paper, true);
        let strips = self.strips(vpc, members);
        let (mut loose, mut border) = (Vec::new(), Vec::new());
        for key in self.members_in_order(members) {
            match self.stand(key) {
                Stand::Loose => loose.push(self.builder.card_of(key)),
                Stand::Border => border.push(self.builder.card_of(key)),
                Stand::Subnets | Stand::Beside | Stand::Beyond => {}
            }
        }
        let is_connection = |place: &GhostPlace| *place == GhostPlace::Connections;
        loose.extend(self.builder.ghosts(vpc, is_connection));
        for (has_none, kind) in [
            (members.subnets.is_empty(), Kind::Subnet),
            (members.tables.is_empty(), Kind::RouteTable),
        ] {
            let card = self.builder.cards.missing(vpc, kind).filter(|_| has_none);
            loose.extend(card.map(|card| self.builder.pen.placeholder(card)));
        }
        let card = self.builder.cards.missing_connections(vpc);
        loose.extend(card.map(|card| self.builder.pen.placeholder(card)));
        let pen = &mut self.builder.pen;
        let mut group_of = |name: GroupName, cards: Vec<Card>| {
            let name = AnyGroup::Nested(name);
            (!cards.is_empty()).then(|| pen.group(name, None, Order::Given, cards))
        };
        Site {
            group,
            strips,
            loose: group_of(GroupName::Loose(vpc.clone()), loose),
            border: group_of(GroupName::Border(vpc.clone()), border),
        }
    }

    /// The subnets of a VPC: by zone, or by the value of a tag.
    fn strips(&mut self, vpc: &Key, members: &VpcMembers) -> Vec<Strip> {
        let topology = self.builder.topology;
        let subnets: Vec<&Key> = members
            .subnets
            .iter()
            .filter(|key| self.shows(key))
            .collect();
        let mut strips: Vec<(AnyGroup, Heading, Vec<&Key>, Vec<Card>)> = Vec::new();
        if let Some(tag) = &self.builder.options.group_by {
            let mut by_value: BTreeMap<Tagged, Vec<&Key>> = BTreeMap::new();
            for subnet in subnets {
                let tagged = Tagged::of(self.network().get(subnet).map(AsRef::as_ref), tag);
                by_value.entry(tagged).or_default().push(subnet);
            }
            let mut values: Vec<(Tagged, Vec<&Key>)> = by_value.into_iter().collect();
            values.sort_by(|(a, _), (b, _)| a.order(b));
            for (value, subnets) in values {
                let heading = value.heading(tag);
                let name = AnyGroup::Nested(GroupName::Tagged(vpc.clone(), value));
                strips.push((name, heading, subnets, Vec::new()));
            }
        } else {
            let mut zones: Vec<(&Text, &[Key])> = topology.zones(vpc).collect();
            zones.sort_by_cached_key(|(zone, subnets)| {
                (
                    zone.is_empty(),
                    self.builder.zone_id(subnets),
                    (*zone).clone(),
                )
            });
            for ghost in self.builder.options.since.ghosts_of(vpc) {
                if let GhostPlace::Zone(zone) = &ghost.place
                    && !zones.iter().any(|(held, _)| *held == zone)
                {
                    zones.push((zone, &[]));
                }
            }
            for (zone, of_zone) in zones {
                let own: Vec<&Key> = of_zone.iter().filter(|key| self.shows(key)).collect();
                let is_of_zone = |place: &GhostPlace| *place == GhostPlace::Zone(zone.clone());
                let ghosts = self.builder.ghosts(vpc, is_of_zone);
                if own.is_empty() && ghosts.is_empty() {
                    continue;
                }
                let heading = Heading {
                    title: if zone.is_empty() {
                        "zone not read".to_owned()
                    } else {
                        zone.to_string()
                    },
                    caption: self.builder.zone_id(of_zone),
                };
                let name = AnyGroup::Zone(vpc.clone(), zone.clone());
                strips.push((name, heading, own, ghosts));
            }
        }
        let rows = self.rows(&strips.iter().map(|(_, _, subnets, _)| subnets.as_slice()));
        let mut made = Vec::with_capacity(strips.len());
        for (name, heading, subnets, ghosts) in strips {
            let zone = match &name {
                AnyGroup::Zone(vpc, zone) => Some((vpc.clone(), zone.clone())),
                _ => None,
            };
            let group = self
                .builder
                .pen
                .group(name, Some(heading), Order::Given, Vec::new());
            if let Some(zone) = zone {
                self.builder.pen.view.zones.insert(group.id, zone);
            }
            let hue = Hue::Swatch(Swatch::Teal);
            let group = framed(group, hue, Edge::Dashed, Fill::Clear, false);
            let mut cells = Vec::with_capacity(subnets.len());
            for subnet in subnets {
                let (tier, row) = rows.get(subnet).copied().unwrap_or_default();
                let group = self.subnet(subnet);
                cells.push(Cell { group, tier, row });
            }
            for (row, ghost) in (0..).zip(ghosts) {
                let key = self.builder.pen.view.keys.get(&ghost.id).cloned();
                let Some(key) = key else { continue };
                let name = AnyGroup::Nested(GroupName::Subnet(key));
                let group = self
                    .builder
                    .pen
                    .group(name, None, Order::Given, vec![ghost]);
                let hue = Hue::Role(group.role);
                let group = framed(group, hue, Edge::Dashed, Fill::Clear, true);
                cells.push(Cell {
                    group,
                    tier: u32::MAX,
                    row,
                });
            }
            // From top to bottom, as they are read.
            cells.sort_by_key(|cell| (cell.tier, cell.row));
            made.push(Strip { group, cells });
        }
        made
    }

    fn subnet(&mut self, subnet: &Key) -> Group {
        let mut head = self.builder.card_of(subnet);
        let effective = self.builder.topology.effective(subnet);
        if let Some(table) = effective.table() {
            head.details.retain(|line| line != cards::MAIN_TABLE);
            let how = match effective {
                Effective::Main(_) => " · main, implicit",
                _ => "",
            };
            let words = format!("table {}{how}", self.builder.label(table));
            head.details.insert(0, words);
        }
        let hue = Hue::Role(head.role);
        let is_unknown = head.role == Role::Unknown;
        let mut cards = vec![head];
        for key in self.inner.get(subnet).cloned().unwrap_or_default() {
            let is_placed = self.builder.pen.view.card(&key).is_some();
            let card = self.builder.card_of(&key);
            let id = if is_placed {
                self.builder.pen.copy_number(&key, subnet)
            } else {
                card.id
            };
            self.builder.pen.stands_in(id, subnet);
            cards.push(Card { id, ..card });
        }
        let name = AnyGroup::Nested(GroupName::Subnet(subnet.clone()));
        let group = self.builder.pen.group(name, None, Order::Given, cards);
        let edge = if is_unknown {
            Edge::Dashed
        } else {
            Edge::Solid
        };
        framed(group, hue, edge, Fill::Tint, true)
    }

    /// The tier and row of each subnet: by what it is, and by its name without the zone where the names of all strips
    /// fit together, else by its place in the order of names.
    fn rows<'k>(
        &self,
        strips: &(impl Iterator<Item = &'k [&'k Key]> + Clone),
    ) -> BTreeMap<Key, (u32, u32)> {
        let mut rows = BTreeMap::new();
        let tiers: BTreeSet<u8> = strips
            .clone()
            .flatten()
            .map(|subnet| self.builder.cards.main_kind(subnet))
            .collect();
        for tier in tiers {
            let by_strip: Vec<Vec<&Key>> = strips
                .clone()
                .map(|subnets| {
                    let own = subnets.iter().copied();
                    let mut own: Vec<&Key> = own
                        .filter(|subnet| self.builder.cards.main_kind(subnet) == tier)
                        .collect();
                    own.sort_by(|a, b| self.builder.name_order(a, b));
                    own
                })
                .collect();
            let most = by_strip.iter().map(Vec::len).max().unwrap_or(0);
            let mut stems: Vec<String> = by_strip
                .iter()
                .flatten()
                .map(|subnet| self.stem(subnet))
                .collect();
            stems.sort_by(|a, b| natural(a, b));
            stems.dedup();
            let fits = stems.len() <= most
                && by_strip.iter().all(|subnets| {
                    let own: BTreeSet<String> =
                        subnets.iter().map(|subnet| self.stem(subnet)).collect();
                    own.len() == subnets.len()
                });
            for subnets in by_strip {
                for (place, subnet) in subnets.into_iter().enumerate() {
                    let row = if fits {
                        let stem = self.stem(subnet);
                        stems.iter().position(|held| *held == stem).unwrap_or(place)
                    } else {
                        place
                    };
                    let row = u32::try_from(row).unwrap_or(u32::MAX);
                    rows.insert(subnet.clone(), (u32::from(tier), row));
                }
            }
        }
        rows
    }

    /// The name of a subnet without the parts that name its zone.
    fn stem(&self, subnet: &Key) -> String {
        let facts = self.network().facts::<SubnetFacts>(&subnet.id);
        let zone = facts.and_then(|facts| facts.availability_zone.value());
        let zone = zone.map_or_else(String::new, |zone| zone.as_str().to_lowercase());
        let short = short_zone(&zone);
        let letter = short.trim_start_matches(|digit: char| digit.is_ascii_digit());
        let name = self.builder.label(subnet).to_lowercase();
        let parts = name.split(|sign: char| !sign.is_alphanumeric());
        let own = parts.filter(|part| {
            !part.is_empty()
                && *part != short
                && *part != letter
                && !zone.split('-').any(|of_zone| of_zone == *part)
        });
        own.collect::<Vec<_>>().join("-")
    }

    /// How many VPCs a transit gateway has an attachment of that are not seen here.
    fn others_of(&self, gateway: &Key) -> usize {
        let attachments = self.links.attachments();
        let own = attachments.filter(|(_, attachment)| attachment.gateways.contains(gateway));
        let attached = own.flat_map(|(_, attachment)| &attachment.attached);
        let others: BTreeSet<&Key> = attached
            .filter(|key| key.kind == Kind::Vpc && !self.seen.contains(*key))
            .collect();
        others.len()
    }

    /// The card of something outside the VPCs.
    fn outer_card(&mut self, key: &Key) -> Card {
        let mut card = match key.kind {
            // Its far side is named there.
            Kind::VpcPeeringConnection | Kind::TransitGateway
                if self.network().get(key).is_some() =>
            {
                let mut card = self.builder.card_of(key);
                let others = self.others_of(key);
                if others > 0 {
                    card.more
                        .push(format!("and {} elsewhere", count(others, "VPC")));
                }
                return card;
            }
            _ => self.faces.card(key),
        };
        let id = self.builder.pen.number(key);
        let options = self.builder.options;
        card.label = self.builder.palette.as_ref().map(|palette| {
            let resource = self.builder.network.get(key);
            palette.label(resource.map(AsRef::as_ref))
        });
        card.marks
            .extend(options.marks.get(key).into_iter().flatten().cloned());
        card.marks.extend(options.since.marks.get(key).cloned());
        Card { id, ..card }
    }

    fn beyond(&mut self, keys: &BTreeSet<Key>) -> Vec<Group> {
        let mut groups = Vec::new();
        let mut placed: BTreeSet<Key> = BTreeSet::new();
        let mut order: Vec<&Key> = keys.iter().collect();
        order.sort_by(|a, b| {
            let rank = |key: &Key| match key.kind {
                Kind::CustomerGateway => 0,
                Kind::VpnConnection => 1,
                Kind::DirectConnectGateway => 2,
                Kind::CoreNetwork => 3,
                _ => 4,
            };
            rank(a)
                .cmp(&rank(b))
                .then_with(|| self.builder.name_order(a, b))
        });
        for key in order {
            if placed.contains(key) {
                continue;
            }
            let mut cards = vec![self.outer_card(key)];
            let mut heading = None;
            let name = if key.kind == Kind::CustomerGateway {
                let vpns = keys.iter().filter(|other| {
                    other.kind == Kind::VpnConnection
                        && self.links.joins(other).any(|joined| joined == key)
                });
                let vpns: Vec<Key> = vpns.cloned().collect();
                for vpn in vpns {
                    cards.push(self.outer_card(&vpn));
                    placed.insert(vpn);
                }
                heading = Some(Heading {
                    title: "on premises".to_owned(),
                    caption: String::new(),
                });
                GroupName::Site(key.clone())
            } else {
                GroupName::Beyond(key.clone())
            };
            let name = AnyGroup::Nested(name);
            let group = self.builder.pen.group(name, heading, Order::Given, cards);
            groups.push(group);
        }
        groups
    }

    // --- lines ---

    fn nets(&mut self, vpcs: &[(&Key, &VpcMembers)]) {
        let connections: BTreeSet<Key> = vpcs
            .iter()
            .flat_map(|(_, members)| members.connections.iter().chain(&members.gone))
            .cloned()
            .collect();
        for connection in &connections {
            self.routes_to(connection);
        }
        // What is attached to what.
        let mut joined: BTreeMap<Key, BTreeSet<Key>> = BTreeMap::new();
        for (_, attachment) in self.links.attachments() {
            for gateway in &attachment.gateways {
                for attached in &attachment.attached {
                    let (from, to) = ends(attached, gateway);
                    joined.entry(to.clone()).or_default().insert(from.clone());
                }
                for other in attachment.gateways.iter().filter(|other| *other < gateway) {
                    let both = joined.entry(gateway.clone()).or_default();
                    both.insert(other.clone());
                }
            }
        }
        for (one, other) in self.links.joined() {
            let kinds = [one.kind, other.kind];
            let is_within = kinds.contains(&Kind::TransitGatewayAttachment)
                || (kinds.contains(&Kind::VpnConnection) && kinds.contains(&Kind::CustomerGateway))
                || (kinds.contains(&Kind::Vpc) && kinds.contains(&Kind::VpnGateway));
            if !is_within {
                let (from, to) = ends(one, other);
                joined.entry(to.clone()).or_default().insert(from.clone());
            }
        }
        for (to, from) in joined {
            let Some(card) = self.builder.pen.view.card(&to) else {
                continue;
            };
            let mut legs = Vec::new();
            for key in from {
                let Some(start) = self.builder.pen.view.card(&key) else {
                    continue;
                };
                let leg = Leg {
                    from: End::Card(start),
                    line: Line::Association,
                    role: self.faces.line_role(if to.kind == Kind::VpnConnection {
                        &to
                    } else {
                        &key
                    }),
                };
                let way = Way::Ends(key.clone(), to.clone());
                legs.push((leg, (key, to.clone()), way));
            }
            self.builder
                .pen
                .net_of_ways(End::Card(card), Role::Transit, legs);
        }
    }

    /// From the subnets whose tables have routes to something, and from gateways whose tables have.
    fn routes_to(&mut self, connection: &Key) {
        let topology = self.builder.topology;
        let Some(to) = self.builder.pen.view.card(connection) else {
            return;
        };
        let role = Cards::connection_role(connection);
        let mut legs: Vec<(Leg, Relation, Way)> = Vec::new();
        for (table, routes) in topology.routed_from(connection) {
            let line = if routes.iter().any(Route::is_active) {
                Line::Route
            } else {
                Line::Blackhole
            };
            let role = if line == Line::Blackhole {
                Role::Danger
            } else {
                role
            };
            let to_target = (table.clone(), connection.clone());
            let subnets = topology.subnets_of(table).into_iter();
            let subnets = subnets.map(|(subnet, _)| (subnet, (subnet.clone(), table.clone())));
            let edges = topology.edges(table).into_iter();
            let edges = edges.map(|gateway| (gateway, (table.clone(), gateway.clone())));
            for (from, first) in subnets.chain(edges) {
                let Some(start) = self.start(from) else {
                    continue;
                };
                let leg = Leg {
                    from: End::Card(start),
                    line,
                    role,
                };
                let way = Way::Lines(vec![first, to_target.clone()]);
                legs.push((leg, (from.clone(), connection.clone()), way));
            }
        }
        self.builder.pen.net_of_ways(End::Card(to), role, legs);
    }

    fn start(&self, key: &Key) -> Option<CardId> {
        self.builder.pen.view.card(key)
    }
}

fn word(text: Option<&Text>) -> &str {
    text.map_or("", Text::as_str)
}

fn framed(group: Group, hue: Hue, edge: Edge, fill: Fill, head: bool) -> Group {
    Group {
        frame: Some(Frame {
            hue,
            edge,
            fill,
            head,
        }),
        ..group
    }
}

/// Which of two that are joined is the target: what stands further out.
fn ends<'k>(one: &'k Key, other: &'k Key) -> (&'k Key, &'k Key) {
    let rank = |key: &Key| match key.kind {
        Kind::Vpc => 0,
        Kind::VpnGateway => 1,
        Kind::TransitGateway => 2,
        Kind::VpcPeeringConnection => 3,
        _ => 4,
    };
    if rank(one) > rank(other) {
        (other, one)
    } else {
        (one, other)
    }
}
