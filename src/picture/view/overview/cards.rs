//! What a card of the overview says.

use super::super::cards::{Cards, badge, capitalised, dotted, mark, sharing};
use super::super::glyph_of;
use super::super::incomplete;
use super::super::words::{count, grouped};
use crate::analysis::overlap::{Overlaps, Seen, blocks};
use crate::analysis::search::region_of;
use crate::network::{
    Attachment, CustomerGatewayFacts, DirectConnectGatewayFacts, Facts, Interconnect, Key, Kind,
    Outside, Resource, RouteState, Text, TransitGatewayAttachmentFacts, TransitGatewayFacts,
    TransitGatewayRoute, TransitGatewayRouteTableFacts, VpcFacts, VpcPeeringConnectionFacts,
    VpnConnectionFacts,
};
use crate::picture::diagram::{Card, Mark, Role, Sign};
use crate::picture::glyph::Glyph;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

/// Blocks a card lists before it says how many more there are.
const BLOCKS_SHOWN: usize = 6;
/// Overlaps a mark tells of before it says how many more there are.
const OVERLAPS_TOLD: usize = 5;
/// Routes a card's details list before it says how many more there are.
const ROUTES_SHOWN: usize = 12;

/// Makes the cards of the overview; numbers are given by the caller.
pub(in crate::picture::view) struct Faces<'a> {
    cards: Cards<'a>,
    links: &'a Interconnect,
    overlaps: &'a Overlaps,
}

impl<'a> Faces<'a> {
    pub(in crate::picture::view) fn new(
        cards: Cards<'a>,
        links: &'a Interconnect,
        overlaps: &'a Overlaps,
    ) -> Self {
        Self {
            cards,
            links,
            overlaps,
        }
    }

    pub(super) fn label(&self, key: &Key) -> String {
        self.cards.network.get(key).map_or_else(
            || key.id.to_string(),
            |resource| resource.label().to_owned(),
        )
    }

    /// The card of a resource; one that is only referred to says so.
    pub(in crate::picture::view) fn card(&self, key: &Key) -> Card {
        let mut card = match self.cards.network.get(key) {
            Some(resource) => self.read(key, resource),
            None => self.heard_of(key),
        };
        if card.title.is_empty() {
            card.title = self.label(key);
        }
        if key.kind == Kind::Vpc {
            self.mark_overlaps(key, &mut card);
        }
        card
    }

    fn read(&self, key: &Key, resource: &Resource) -> Card {
        let plain = Card {
            role: Cards::connection_role(key),
            glyph: glyph_of(key.kind),
            caption: key.kind.singular().to_owned(),
            ..Card::default()
        };
        let mut card = match resource.facts() {
            Facts::Vpc(facts) => self.vpc(key, resource, facts),
            Facts::TransitGatewayAttachment(facts) => self.attachment(key, Some(facts)),
            Facts::TransitGatewayRouteTable(facts) => self.table(key, facts),
            Facts::TransitGateway(facts) => transit_gateway(facts, plain),
            Facts::VpcPeeringConnection(facts) => self.peering(facts, plain),
            Facts::VpnConnection(facts) => vpn(facts, plain),
            Facts::CustomerGateway(facts) => customer_gateway(facts, plain),
            Facts::DirectConnectGateway(facts) => direct_connect(facts, plain),
            _ => return self.cards.card(key),
        };
        if card.title.is_empty() {
            resource.label().clone_into(&mut card.title);
        }
        if !resource.conflicts().is_empty() {
            let words = "read more than once with different facts";
            card.marks.push(mark(Sign::Unknown, words));
        }
        card
    }

    // --- VPCs ---

    fn vpc(&self, key: &Key, resource: &Resource, facts: &VpcFacts) -> Card {
        let mut lines = block_lines(&blocks(facts));
        let first = if lines.is_empty() {
            "blocks not read".to_owned()
        } else {
            lines.remove(0)
        };
        let members = self.cards.topology.members(key);
        let subnets = members.map_or(&[][..], |members| &members.subnets);
        let number = if subnets.is_empty() && incomplete(self.cards.network, key, Kind::Subnet) {
            "subnets not read".to_owned()
        } else {
            count(subnets.len(), "subnet")
        };
        lines.extend(self.shared_subnets(subnets));
        let is_default = facts.is_default.value() == Some(&true);
        let mut card = Card {
            role: Role::Vpc,
            glyph: Glyph::Vpc,
            caption: format!("{first}  {number}"),
            more: lines,
            trailing: is_default.then(|| badge("default", Role::Neutral)),
            ..Card::default()
        };
        if let Some(members) = members {
            let tables = count(members.tables.len(), "route table");
            let connections = count(members.connections.len(), "connection");
            card.details.push(format!("{tables} · {connections}"));
        }
        card.details.extend(sharing(resource));
        card
    }

    /// With whom subnets are shared, and by whom: one line for each set of accounts.
    fn shared_subnets(&self, subnets: &[Key]) -> Vec<String> {
        let mut sharings: BTreeMap<String, usize> = BTreeMap::new();
        for subnet in subnets {
            let resource = self.cards.network.get(subnet);
            if let Some(words) = resource.and_then(|resource| sharing(resource)) {
                *sharings.entry(words).or_default() += 1;
            }
        }
        sharings
            .into_iter()
            .map(|(words, number)| format!("{} {words}", count(number, "subnet")))
            .collect()
    }

    fn mark_overlaps(&self, vpc: &Key, card: &mut Card) {
        let joined = self.overlaps.joined_of(vpc);
        if let Some(mark) = self.overlap_mark(Sign::Warn, joined) {
            card.marks.push(mark);
            card.trailing = Some(badge("overlap", Role::Warn));
        }
        let apart = self.overlaps.apart_of(vpc);
        card.marks.extend(self.overlap_mark(Sign::Info, apart));
    }

    fn overlap_mark<'s>(
        &self,
        sign: Sign,
        mut overlaps: impl Iterator<Item = Seen<'s>>,
    ) -> Option<Mark> {
        let told = overlaps.by_ref().take(OVERLAPS_TOLD);
        let mut lines: Vec<String> = told.map(|it| self.overlap_words(it)).collect();
        let more = overlaps.count();
        if more > 0 {
            lines.push(format!("and {} more", grouped(more as u64)));
        }
        (!lines.is_empty()).then(|| mark(sign, lines.join("\n")))
    }

    fn overlap_words(&self, seen: Seen<'_>) -> String {
        let Seen { own, block, .. } = seen;
        let other = self.label(seen.other);
        let blocks = if own == block {
            format!("{own} is also a block of {other}")
        } else {
            format!("{own} overlaps {block} of {other}")
        };
        let by: Vec<String> = seen.joined_by.iter().map(|key| self.label(key)).collect();
        if by.is_empty() {
            format!("{blocks}; nothing joins the two")
        } else {
            format!("{blocks}; {} joins the two", by.join(" and "))
        }
    }

    // --- transit gateways ---

    fn table(&self, key: &Key, facts: &TransitGatewayRouteTableFacts) -> Card {
        let attachments = self.links.attachments();
        let associated = attachments
            .filter(|(_, it)| it.tables.contains(key))
            .count();
        let routes = facts.routes.value().or(facts.static_routes.value());
        let words = match (routes, facts.routes.is_unread()) {
            (Some(routes), false) => count(routes.len(), "route"),
            (Some(routes), true) => format!("{} read", count(routes.len(), "static route")),
            (None, _) => "routes not read".to_owned(),
        };
        let mut card = Card {
            role: Role::Table,
            glyph: Glyph::RouteTable,
            caption: dotted([format!("{associated} associated").as_str(), words.as_str()]),
            ..Card::default()
        };
        if routes.is_none() {
            card.marks
                .push(mark(Sign::Unknown, "its routes were not read"));
        }
        let routes = routes.map_or(&[][..], Vec::as_slice);
        let dead = routes.iter().filter(|it| it.state == RouteState::Blackhole);
        let dead: Vec<String> = dead.map(|route| route.destination.to_string()).collect();
        if !dead.is_empty() {
            let words = format!("blackhole: {}", dead.join(", "));
            card.marks.push(mark(Sign::Danger, words));
        }
        if facts.default_association.value() == Some(&true) {
            card.trailing = Some(badge("default", Role::Neutral));
        }
        let shown = routes.iter().take(ROUTES_SHOWN);
        card.details
            .extend(shown.map(|route| self.route_line(route)));
        let more = routes.len().saturating_sub(ROUTES_SHOWN);
        if more > 0 {
            card.details.push(format!("… and {more} more"));
        }
        card
    }

    fn route_line(&self, route: &TransitGatewayRoute) -> String {
        let target = |id| self.label(&Key::new(Kind::TransitGatewayAttachment, id));
        let targets: Vec<String> = route.attachments.iter().cloned().map(target).collect();
        let to = if route.state == RouteState::Blackhole {
            "blackhole".to_owned()
        } else {
            targets.join(", ")
        };
        format!("{} → {to} ({})", route.destination, route.route_type)
    }

    fn attachment(&self, key: &Key, facts: Option<&TransitGatewayAttachmentFacts>) -> Card {
        let nothing = Attachment::default();
        let links = self.links.attachment(key).unwrap_or(&nothing);
        let word = match links.resource_type.as_str() {
            "" => "attachment",
            "vpc" => "VPC attachment",
            "vpn" => "VPN attachment",
            "peering" => "transit gateway peering",
            "connect" => "Connect attachment",
            "direct-connect-gateway" => "Direct Connect attachment",
            other => other,
        };
        let zones = facts.map_or(0, |facts| facts.subnets.items().len());
        let zones = if zones > 0 {
            count(zones, "zone")
        } else {
            String::new()
        };
        let across = self.across(links.attached.iter().chain(&links.gateways));
        let mut card = Card {
            role: Role::Transit,
            glyph: Glyph::TransitAttachment,
            caption: dotted([word, zones.as_str(), across]),
            ..Card::default()
        };
        let Some(facts) = facts else {
            return card;
        };
        state(facts.state.value(), &mut card);
        let is_alone = links.tables.is_empty() && facts.route_table.value() == Some(&None);
        let is_there = facts.state.value().is_none_or(|it| it == "available");
        if is_alone && is_there {
            let words = "associated with no route table: nothing it sends is routed";
            card.marks.push(mark(Sign::Warn, words));
        } else if links.tables.is_empty() && is_there {
            let words = "the route table it is associated with was not read";
            card.marks.push(mark(Sign::Unknown, words));
        }
        if facts
            .appliance_mode_support
            .value()
            .is_some_and(|it| it == "enable")
        {
            card.details.push("appliance mode".to_owned());
        }
        let owner = facts.resource_owner.value();
        if let Some(owner) =
            owner.filter(|owner| Some(*owner) != facts.transit_gateway_owner.value())
        {
            card.details.push(format!("attached by {owner}"));
        }
        card
    }

    /// Whether what it joins lies in several accounts or regions.
    fn across<'k>(&self, keys: impl Iterator<Item = &'k Key>) -> &'static str {
        let mut accounts = BTreeSet::new();
        let mut regions = BTreeSet::new();
        for key in keys {
            if let Some(resource) = self.cards.network.get(key) {
                accounts.extend(resource.common().owner.value().cloned());
                regions.extend(region_of(resource).map(Text::from));
            } else if let Some(known) = self.links.outsider(key) {
                accounts.extend(known.owner.clone());
                regions.extend(known.region.clone());
            }
        }
        match (accounts.len() > 1, regions.len() > 1) {
            (true, true) => "cross-account, cross-region",
            (true, false) => "cross-account",
            (false, true) => "cross-region",
            (false, false) => "",
        }
    }

    fn peering(&self, facts: &VpcPeeringConnectionFacts, mut card: Card) -> Card {
        let sides = [&facts.requester, &facts.accepter];
        let sides = sides.into_iter().filter_map(|side| side.value());
        let keys: Vec<Key> = sides
            .map(|side| Key::new(Kind::Vpc, side.vpc.clone()))
            .collect();
        card.caption = dotted(["peering", self.across(keys.iter())]);
        for key in &keys {
            card.details.push(self.label(key));
        }
        let status = facts.status.value().map(Text::as_str);
        if let Some(status) = status.filter(|status| *status != "active") {
            let words = format!("peering is {status}");
            card.marks.push(mark(Sign::Warn, words));
        }
        card
    }

    /// What something is known by that was not read.
    fn heard_of(&self, key: &Key) -> Card {
        if key.kind == Kind::TransitGatewayAttachment {
            return Card {
                dashed: true,
                ..self.attachment(key, None)
            };
        }
        let unknown = Outside::default();
        let known = self.links.outsider(key).unwrap_or(&unknown);
        let word = match key.kind {
            Kind::Vpc | Kind::TransitGateway => "not loaded",
            _ => "not in this input",
        };
        let kind = match key.kind {
            Kind::Vpc => "",
            kind => kind.singular(),
        };
        let owner = match key.kind {
            // The frame around VPCs says it.
            Kind::Vpc => "",
            _ => known.owner.as_deref().unwrap_or(""),
        };
        Card {
            role: Role::Unknown,
            glyph: glyph_of(key.kind),
            caption: dotted([kind, owner, word]),
            more: block_lines(&known.blocks.iter().copied().collect::<Vec<_>>()),
            dashed: true,
            ..Card::default()
        }
    }

    // --- what was not read ---

    /// A card for those of these kinds that were not read around a resource.
    pub(super) fn missing(&self, around: &Key, kinds: &[Kind]) -> Option<Card> {
        self.cards.missing_of(around, kinds)
    }

    /// Why a kind was not read around a resource.
    pub(super) fn why(&self, around: &Key, kind: Kind) -> String {
        self.cards.why(around, kind)
    }

    /// A card that stands for what was not read.
    pub(super) fn unread(title: &str, why: String) -> Card {
        Card {
            role: Role::Unknown,
            glyph: Glyph::Unknown,
            title: capitalised(title),
            marks: vec![mark(Sign::Unknown, format!("not read: {why}"))],
            caption: why,
            dashed: true,
            ..Card::default()
        }
    }

    /// The colour of a line: red where all tunnels of a VPN connection are down.
    pub(in crate::picture::view) fn line_role(&self, from: &Key) -> Role {
        let facts = self.cards.network.facts::<VpnConnectionFacts>(&from.id);
        match facts
            .filter(|_| from.kind == Kind::VpnConnection)
            .map(tunnels)
        {
            Some(Some((0, all))) if all > 0 => Role::Danger,
            _ => Role::Transit,
        }
    }
}

/// The lines that list blocks: all of them, or the first and how many more there are.
fn block_lines(blocks: &[IpNet]) -> Vec<String> {
    let mut lines: Vec<String> = blocks.iter().map(ToString::to_string).collect();
    if lines.len() > BLOCKS_SHOWN {
        let more = lines.len() - BLOCKS_SHOWN + 1;
        lines.truncate(BLOCKS_SHOWN - 1);
        lines.push(format!("and {more} more blocks"));
    }
    lines
}

fn transit_gateway(facts: &TransitGatewayFacts, mut card: Card) -> Card {
    let asn = facts.amazon_side_asn.value();
    let asn = asn.map(|asn| format!("AS {asn}")).unwrap_or_default();
    card.caption = dotted(["transit gateway", asn.as_str()]);
    if let Some(words) = facts.description.value().filter(|text| !text.is_empty()) {
        card.details.push(words.to_string());
    }
    state(facts.state.value(), &mut card);
    card
}

/// A state that is not the usual one, as a mark.
fn state(state: Option<&Text>, card: &mut Card) {
    match state.map(Text::as_str) {
        None | Some("available") => {}
        Some(over @ ("deleted" | "deleting" | "failed" | "rejected")) => {
            card.role = Role::Danger;
            card.marks.push(mark(Sign::Danger, over));
        }
        Some(other) => card.marks.push(mark(Sign::Warn, other)),
    }
}

/// How many tunnels are up, of how many; `None` where they were not read.
fn tunnels(facts: &VpnConnectionFacts) -> Option<(usize, usize)> {
    let tunnels = facts.tunnels.value()?;
    let up = tunnels.iter().filter(|tunnel| tunnel.status == "UP");
    Some((up.count(), tunnels.len()))
}

fn vpn(facts: &VpnConnectionFacts, mut card: Card) -> Card {
    card.role = Role::Transit;
    match tunnels(facts) {
        None => {
            card.caption = "tunnels not read".to_owned();
            let words = "whether its tunnels are up was not read";
            card.marks.push(mark(Sign::Unknown, words));
        }
        Some((up, all)) => {
            card.caption = format!("{up} of {all} tunnels up");
            if up < all {
                let words = format!("{} down", count(all - up, "tunnel"));
                let sign = if up == 0 { Sign::Danger } else { Sign::Warn };
                card.marks.push(mark(sign, words));
            }
            if up == 0 && all > 0 {
                card.role = Role::Danger;
            }
        }
    }
    for tunnel in facts.tunnels.items() {
        let address = tunnel.outside_ip.map(|it| it.to_string());
        let address = address.unwrap_or_else(|| "tunnel".to_owned());
        card.details
            .push(format!("{address} {}", tunnel.status.to_lowercase()));
    }
    state(facts.state.value(), &mut card);
    card
}

fn customer_gateway(facts: &CustomerGatewayFacts, mut card: Card) -> Card {
    let address = facts.ip_address.value().map_or("", Text::as_str);
    let asn = facts.bgp_asn.value();
    let asn = asn.map(|asn| format!("AS {asn}")).unwrap_or_default();
    card.role = Role::Neutral;
    card.caption = dotted([address, asn.as_str()]);
    if card.caption.is_empty() {
        card.caption = "customer gateway".to_owned();
    }
    card.details
        .extend(facts.device_name.value().map(Text::to_string));
    card
}

fn direct_connect(facts: &DirectConnectGatewayFacts, mut card: Card) -> Card {
    let asn = facts.amazon_side_asn.value();
    let asn = asn.map(|asn| format!("AS {asn}")).unwrap_or_default();
    card.caption = dotted(["Direct Connect", asn.as_str()]);
    state(facts.state.value(), &mut card);
    card
}
