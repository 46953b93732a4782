//! What a card says about a resource.

use super::words::{count, grouped};
use super::{incomplete, is_aws_made, own_routes, tier, why_unknown};
use crate::analysis::overlap::blocks;
use crate::cidr::{Family, usable_addresses};
use crate::network::{
    Cause, CidrAssociation, Effective, Facts, Key, Kind, Known, NatGatewayFacts, Network,
    PeeringSide, Resource, Route, RouteState, RouteTableFacts, SubnetFacts, SubnetKind, Target,
    Text, Topology, VpcEndpointFacts, VpcFacts, VpcPeeringConnectionFacts, VpnConnectionFacts,
};
use crate::picture::diagram::{Badge, Card, Heading, Mark, Role, Sign};
use crate::picture::glyph::Glyph;
use ipnet::IpNet;

/// Routes a card's details list before it says how many more there are.
const ROUTES_SHOWN: usize = 12;

/// What the details of a subnet say that falls to the main table.
pub(super) const MAIN_TABLE: &str = "table: main, implicit";

/// Makes cards; numbers are given by the caller.
#[derive(Clone, Copy)]
pub(super) struct Cards<'a> {
    pub(super) network: &'a Network,
    pub(super) topology: &'a Topology,
    /// The one VPC that is looked at, where it is one.
    pub(super) only: Option<&'a Key>,
}

/// Who owns a resource that others see as well, and who these are.
pub(super) fn sharing(resource: &Resource) -> Option<String> {
    let owner = resource.common().owner.value()?;
    if resource.is_shared() {
        return Some(format!("shared by {owner}"));
    }
    let others: Vec<&str> = resource
        .participants()
        .into_iter()
        .map(Text::as_str)
        .collect();
    (!others.is_empty()).then(|| format!("shared with {}", others.join(", ")))
}

/// The order in which connections stand before the layout moves them: the internet first.
pub(super) fn connection_rank(network: &Network, key: &Key) -> u8 {
    match key.kind {
        Kind::InternetGateway => 0,
        Kind::EgressOnlyInternetGateway => 1,
        Kind::NatGateway => 2,
        Kind::VpcEndpoint if is_gateway_type(network, key) => 3,
        Kind::TransitGateway | Kind::CoreNetwork => 4,
        Kind::VpcPeeringConnection => 5,
        Kind::VpnGateway | Kind::DirectConnectGateway => 6,
        Kind::VpcEndpoint => 8,
        _ => 7,
    }
}

pub(super) fn is_gateway_type(network: &Network, key: &Key) -> bool {
    network
        .facts::<VpcEndpointFacts>(&key.id)
        .and_then(|facts| facts.endpoint_type.value())
        .is_some_and(|endpoint_type| endpoint_type == "Gateway")
}

pub(super) fn mark(sign: Sign, text: impl Into<String>) -> Mark {
    Mark {
        sign,
        text: text.into(),
    }
}

pub(super) fn badge(text: impl Into<String>, role: Role) -> Badge {
    Badge {
        text: text.into(),
        role,
    }
}

/// The parts that say something, in one line.
pub(super) fn dotted<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

impl Cards<'_> {
    /// The card of a resource; one that is only referred to says so.
    pub(super) fn card(&self, key: &Key) -> Card {
        let Some(resource) = self.network.get(key) else {
            return self.referred(key);
        };
        let mut card = match resource.facts() {
            Facts::Vpc(facts) => vpc(facts),
            Facts::Subnet(facts) => self.subnet(key, facts),
            Facts::RouteTable(facts) => self.table(key, facts, resource),
            _ => self.connection(key, resource),
        };
        if card.title.is_empty() {
            card.title = resource.label().to_owned();
        }
        card.details.extend(sharing(resource));
        if !resource.conflicts().is_empty() {
            card.marks.push(mark(
                Sign::Unknown,
                "read more than once with different facts",
            ));
        }
        card
    }

    pub(super) fn band_heading(&self, vpc: &Key) -> Heading {
        let resource = self.network.get(vpc);
        let blocks = resource
            .and_then(|resource| resource.of::<VpcFacts>())
            .map(blocks)
            .unwrap_or_default();
        let block = blocks.first().map(ToString::to_string).unwrap_or_default();
        let common = resource.map(|resource| resource.common());
        let word = |known: Option<&Known<Text>>| {
            known
                .and_then(Known::value)
                .map(Text::to_string)
                .unwrap_or_default()
        };
        let region = word(common.map(|common| &common.region));
        let owner = word(common.map(|common| &common.owner));
        Heading {
            title: resource.map_or_else(
                || vpc.id.to_string(),
                |resource| resource.label().to_owned(),
            ),
            caption: dotted([block.as_str(), region.as_str(), owner.as_str()]),
        }
    }

    /// The kind whose colour a subnet has: that of IPv4, or of IPv6 where it has no IPv4 block.
    pub(super) fn main_kind(&self, subnet: &Key) -> u8 {
        tier(
            self.topology
                .subnet_kind(self.network, subnet, self.main_family(subnet)),
        )
    }

    fn main_family(&self, subnet: &Key) -> Family {
        match self
            .network
            .facts::<SubnetFacts>(&subnet.id)
            .and_then(|facts| facts.cidr_block.value())
        {
            Some(None) => Family::V6,
            _ => Family::V4,
        }
    }

    pub(super) fn subnet_role(&self, subnet: &Key) -> Role {
        kind_role(
            self.topology
                .subnet_kind(self.network, subnet, self.main_family(subnet)),
        )
    }

    pub(super) fn connection_role(key: &Key) -> Role {
        match key.kind {
            Kind::VpcEndpoint | Kind::PrefixList => Role::Endpoint,
            Kind::VpcPeeringConnection
            | Kind::TransitGateway
            | Kind::VpnGateway
            | Kind::CoreNetwork
            | Kind::DirectConnectGateway => Role::Transit,
            Kind::NetworkInterface | Kind::Instance => Role::Host,
            _ => Role::Gateway,
        }
    }

    fn subnet(&self, key: &Key, facts: &SubnetFacts) -> Card {
        let family = self.main_family(key);
        let kind = self.topology.subnet_kind(self.network, key, family);
        let flags = self.topology.subnet_flags(self.network, key, family);
        let v6: Vec<IpNet> = facts
            .ipv6_blocks
            .items()
            .iter()
            .filter_map(CidrAssociation::usable)
            .collect();
        let kind_v6 = (!v6.is_empty() && family == Family::V4)
            .then(|| self.topology.subnet_kind(self.network, key, Family::V6))
            .filter(|other| *other != kind);
        let block = match facts.cidr_block.value() {
            Some(Some(block)) => block.to_string(),
            Some(None) => v6
                .first()
                .map_or_else(|| "IPv6 only".to_owned(), ToString::to_string),
            None => "block not read".to_owned(),
        };
        let free = facts
            .available_addresses
            .value()
            .map(|free| format!("{} free", grouped(u64::from(*free))))
            .unwrap_or_default();
        let caption = if free.is_empty() {
            block
        } else {
            format!("{block}  {free}")
        };
        let mut card = Card {
            role: kind_role(kind),
            glyph: match kind {
                SubnetKind::Public => Glyph::PublicSubnet,
                SubnetKind::Isolated => Glyph::IsolatedSubnet,
                SubnetKind::Private | SubnetKind::Unknown => Glyph::Subnet,
            },
            caption,
            trailing: Some(match kind_v6 {
                Some(other) => badge(
                    format!("{} · v6 {}", kind.word(), other.word()),
                    kind_role(kind),
                ),
                None => badge(kind.word(), kind_role(kind)),
            }),
            ..Card::default()
        };
        let effective = self.topology.effective(key);
        if let Some(why) = why_unknown(&effective) {
            card.marks
                .push(mark(Sign::Unknown, format!("route table unknown: {why}")));
        }
        if flags.blackholed {
            card.marks
                .push(mark(Sign::Danger, "its default route is a blackhole"));
        } else if kind_v6.is_some()
            && self
                .topology
                .subnet_flags(self.network, key, Family::V6)
                .blackholed
        {
            card.marks
                .push(mark(Sign::Danger, "its IPv6 default route is a blackhole"));
        }
        if flags.igw_blocked {
            card.marks.push(mark(
                Sign::Warn,
                "Block Public Access stops its internet gateway",
            ));
        }
        if flags.name_disagrees {
            card.marks.push(mark(
                Sign::Warn,
                format!(
                    "its name says otherwise: by its routes it is {}",
                    kind.word()
                ),
            ));
        }
        if flags.partly_public {
            card.marks.push(mark(
                Sign::Info,
                "a narrower route leads to an internet gateway",
            ));
        }
        card.details.extend(
            v6.iter()
                .filter(|_| family == Family::V4)
                .map(ToString::to_string),
        );
        if let (Some(Some(block)), Some(free)) =
            (facts.cidr_block.value(), facts.available_addresses.value())
        {
            let usable = usable_addresses(*block);
            let used = usable.saturating_sub(u64::from(*free));
            card.details
                .push(format!("{} of {} in use", grouped(used), grouped(usable)));
        }
        match &effective {
            Effective::Main(_) => card.details.push(MAIN_TABLE.to_owned()),
            Effective::Explicit(_) | Effective::Unknown(_) => {}
        }
        if facts.map_public_ip_on_launch.value() == Some(&true) {
            card.details.push("auto-assigns public IPv4".to_owned());
        }
        card
    }

    fn table(&self, key: &Key, facts: &RouteTableFacts, resource: &Resource) -> Card {
        let subnets = self.topology.subnets_of(key);
        let edges = self.topology.edges(key);
        let main = is_aws_made(resource);
        let unused = subnets.is_empty() && edges.is_empty();
        let own = own_routes(facts);
        let routes = if own == 0 {
            "local only".to_owned()
        } else {
            count(facts.routes.items().len(), "route")
        };
        let dead: Vec<&Route> = facts
            .routes
            .items()
            .iter()
            .filter(|route| route.state == RouteState::Blackhole)
            .collect();
        let mut card = Card {
            role: if unused { Role::Neutral } else { Role::Table },
            glyph: Glyph::RouteTable,
            caption: if unused {
                routes.clone()
            } else {
                dotted([count(subnets.len(), "subnet").as_str(), routes.as_str()])
            },
            subdued: unused,
            ..Card::default()
        };
        if !edges.is_empty() {
            card.caption = dotted([
                "edge",
                count(edges.len(), "gateway").as_str(),
                routes.as_str(),
            ]);
        }
        if main && unused && resource.name().is_none() {
            card.title = "main · unused".to_owned();
        } else if main {
            card.trailing = Some(badge(
                if unused { "main · unused" } else { "main" },
                Role::Neutral,
            ));
        } else if unused {
            card.trailing = Some(badge("unused", Role::Neutral));
        }
        if facts.routes.is_unread() {
            card.caption = "routes not read".to_owned();
            card.marks
                .push(mark(Sign::Unknown, "its routes were not read"));
        }
        if !dead.is_empty() {
            let places: Vec<String> = dead
                .iter()
                .map(|route| route.destination.to_string())
                .collect();
            card.marks.push(mark(
                Sign::Danger,
                format!("blackhole: {}", places.join(", ")),
            ));
        }
        let implicit = subnets.iter().filter(|(_, explicit)| !explicit).count();
        if implicit > 0 {
            card.details
                .push(format!("{} implicit", count(implicit, "subnet")));
        }
        for route in facts.routes.items().iter().take(ROUTES_SHOWN) {
            card.details.push(self.route_line(route));
        }
        let more = facts.routes.items().len().saturating_sub(ROUTES_SHOWN);
        if more > 0 {
            card.details.push(format!("… and {more} more"));
        }
        card
    }

    fn route_line(&self, route: &Route) -> String {
        let target = match &route.target {
            Target::Local => "local".to_owned(),
            Target::Resource(key) => self.network.get(key).map_or_else(
                || key.id.to_string(),
                |resource| resource.label().to_owned(),
            ),
            Target::Other(text) => text.to_string(),
        };
        let state = match route.state {
            RouteState::Active => String::new(),
            ref other => format!(" ({other})"),
        };
        format!("{} → {target}{state}", route.destination)
    }

    /// A resource that something refers to but nobody described.
    fn referred(&self, key: &Key) -> Card {
        let gone = self.topology.vpcs_of(key).any(|vpc| {
            self.topology
                .members(vpc)
                .is_some_and(|members| members.gone.contains(key))
        });
        let (glyph, word) = look(self.network, key);
        let (role, why) = if gone {
            (Role::Danger, "gone")
        } else {
            (Role::Unknown, "not in this input")
        };
        Card {
            role,
            glyph,
            title: key.id.to_string(),
            caption: dotted([if key.kind == Kind::Vpc { "" } else { word }, why]),
            marks: if gone {
                vec![mark(Sign::Danger, "routes lead here, but it is gone")]
            } else {
                Vec::new()
            },
            dashed: true,
            ..Card::default()
        }
    }

    fn connection(&self, key: &Key, resource: &Resource) -> Card {
        let (glyph, word) = look(self.network, key);
        let mut card = Card {
            role: Self::connection_role(key),
            glyph,
            caption: word.to_owned(),
            ..Card::default()
        };
        match resource.facts() {
            Facts::NatGateway(facts) => self.nat(facts, &mut card),
            Facts::VpcEndpoint(facts) => self.endpoint(key, facts, resource, &mut card),
            Facts::VpcPeeringConnection(facts) => self.peering(facts, &mut card),
            Facts::TransitGateway(facts) => {
                let attachments = self.topology.legs(key).len();
                card.caption = word.to_owned();
                if attachments > 0 {
                    card.details.push(format!(
                        "{} with an attachment",
                        count(attachments, "subnet")
                    ));
                }
                if let Some(description) = facts.description.value().filter(|text| !text.is_empty())
                {
                    card.details.push(description.to_string());
                }
            }
            Facts::VpnGateway(_) => self.vpn(key, word, &mut card),
            Facts::EgressOnlyInternetGateway(_) => card.caption = "egress-only · IPv6".to_owned(),
            Facts::NetworkInterface(facts) => {
                let address = facts
                    .addresses
                    .items()
                    .iter()
                    .find(|address| address.primary);
                let address = address
                    .map(|address| address.private_ip.to_string())
                    .unwrap_or_default();
                card.caption = dotted(["interface", address.as_str()]);
                card.details
                    .push(crate::network::InterfaceUse::of(facts).kind());
            }
            Facts::Instance(facts) => {
                let address = facts
                    .private_ip
                    .value()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                let state = facts.state.value().map_or("", Text::as_str);
                card.caption = dotted([
                    "instance",
                    address.as_str(),
                    if state == "running" { "" } else { state },
                ]);
            }
            _ => {}
        }
        let tables = self.topology.routed_from(key).len();
        if tables > 0 {
            card.details
                .push(format!("routed from {}", count(tables, "table")));
        }
        let gone = self.topology.vpcs_of(key).any(|vpc| {
            self.topology
                .members(vpc)
                .is_some_and(|members| members.gone.contains(key))
        });
        if gone {
            card.role = Role::Danger;
            card.dashed = true;
            card.caption = dotted([word, "gone"]);
            card.marks
                .push(mark(Sign::Danger, "routes lead here, but it is gone"));
        }
        card
    }

    fn nat(&self, facts: &NatGatewayFacts, card: &mut Card) {
        let zone = match facts.subnet.value() {
            Some(Some(subnet)) => self
                .network
                .facts::<SubnetFacts>(subnet)
                .and_then(|subnet| subnet.availability_zone.value())
                .map(|zone| short_zone(zone))
                .unwrap_or_default(),
            _ => String::new(),
        };
        let public = facts
            .addresses
            .items()
            .iter()
            .find_map(|address| address.public_ip);
        let regional = facts
            .availability_mode
            .value()
            .is_some_and(|mode| mode == "regional");
        let address = match (public, facts.connectivity_type.value().map(Text::as_str)) {
            (Some(address), _) => address.to_string(),
            (None, Some("private")) => "private NAT".to_owned(),
            (None, _) => "NAT gateway".to_owned(),
        };
        card.caption = dotted([
            address.as_str(),
            if regional { "regional" } else { zone.as_str() },
        ]);
        match facts.state.value().map(Text::as_str) {
            None | Some("available") => {}
            Some("failed") => {
                let why = facts
                    .failure_message
                    .value()
                    .map_or("no reason given", Text::as_str);
                card.marks
                    .push(mark(Sign::Danger, format!("failed: {why}")));
            }
            Some(state) => card.marks.push(mark(Sign::Info, state)),
        }
        let addresses = facts.addresses.items().len();
        if addresses > 1 {
            card.details.push(format!("{addresses} addresses"));
        }
    }

    fn endpoint(&self, key: &Key, facts: &VpcEndpointFacts, resource: &Resource, card: &mut Card) {
        let service = facts.service_name.value().map_or("", Text::as_str);
        let short = short_service(service);
        let endpoint_type = facts.endpoint_type.value().map_or("", Text::as_str);
        let word = match endpoint_type {
            "Gateway" => "gateway endpoint".to_owned(),
            "Interface" => "interface".to_owned(),
            "GatewayLoadBalancer" => "load balancer endpoint".to_owned(),
            other => other.to_lowercase(),
        };
        let legs = self.topology.legs(key).len();
        let zones = if legs > 0 {
            count(legs, "subnet")
        } else {
            String::new()
        };
        if resource.name().is_none() && !short.is_empty() {
            card.title = short.to_owned();
            card.caption = dotted([word.as_str(), zones.as_str()]);
        } else {
            // The symbol says “interface”; the room is better used for the zones it reaches.
            let word = if endpoint_type == "Interface" && legs > 0 {
                ""
            } else {
                word.as_str()
            };
            card.caption = dotted([short, word, zones.as_str()]);
        }
        if !service.is_empty() {
            card.details.push(service.to_owned());
        }
        if facts.private_dns_enabled.value() == Some(&true) {
            card.details.push("private DNS".to_owned());
        }
        match facts.state.value().map(Text::as_str) {
            None | Some("available" | "Available") => {}
            Some(state) => card.marks.push(mark(Sign::Info, state)),
        }
    }

    fn peering(&self, facts: &VpcPeeringConnectionFacts, card: &mut Card) {
        // The far side, seen from the VPC that is loaded; with both loaded the accepter stands for it.
        let sides: Vec<&PeeringSide> = [&facts.accepter, &facts.requester]
            .into_iter()
            .filter_map(|side| side.value())
            .collect();
        let loaded = |side: &&&PeeringSide| {
            self.topology
                .members(&Key::new(Kind::Vpc, side.vpc.clone()))
                .is_some()
        };
        // Where one VPC is looked at, the other one is the far side.
        let is_shown = |side: &&&PeeringSide| self.only.is_some_and(|only| only.id == side.vpc);
        let other = sides
            .iter()
            .find(|side| !is_shown(side))
            .filter(|_| sides.iter().any(|side| is_shown(&side)));
        let far = sides
            .iter()
            .find(|side| !loaded(side))
            .or(other)
            .or_else(|| sides.first());
        if let Some(far) = far {
            let name = self
                .network
                .get(&Key::new(Kind::Vpc, far.vpc.clone()))
                .and_then(|vpc| vpc.name());
            let block = far
                .cidrs
                .first()
                .map(ToString::to_string)
                .unwrap_or_default();
            let block = if block.is_empty() {
                far.vpc.to_string()
            } else {
                block
            };
            card.caption = dotted([name.unwrap_or("peering"), block.as_str()]);
            card.details.push(format!("to {}", far.vpc));
            if let Some(region) = &far.region {
                card.details.push(region.to_string());
            }
        }
        match facts.status.value().map(Text::as_str) {
            // What is gone gets a mark of its own.
            None | Some("active" | "deleted" | "rejected" | "expired" | "failed") => {}
            Some(status) => card
                .marks
                .push(mark(Sign::Warn, format!("peering is {status}"))),
        }
    }

    fn vpn(&self, key: &Key, word: &str, card: &mut Card) {
        let connections = self
            .network
            .all::<VpnConnectionFacts>()
            .filter(|(_, facts)| {
                facts
                    .vpn_gateway
                    .value()
                    .is_some_and(|gateway| gateway.as_ref() == Some(&key.id))
            });
        let (mut up, mut all) = (0, 0);
        for (_, facts) in connections {
            all += facts.tunnels.items().len();
            up += facts
                .tunnels
                .items()
                .iter()
                .filter(|tunnel| tunnel.status == "UP")
                .count();
        }
        if all > 0 {
            card.caption = dotted([word, format!("{up} of {all} tunnels up").as_str()]);
            if up < all {
                let sign = if up == 0 { Sign::Danger } else { Sign::Warn };
                card.marks
                    .push(mark(sign, format!("{} of {all} tunnels down", all - up)));
            }
        }
    }

    /// A card that says a whole kind was not read; `None` where it was, and there simply is none.
    pub(super) fn missing(&self, vpc: &Key, kind: Kind) -> Option<Card> {
        incomplete(self.network, vpc, kind).then(|| Card {
            role: Role::Unknown,
            glyph: Glyph::Unknown,
            title: capitalised(kind.plural()),
            caption: self.why(vpc, kind),
            marks: vec![mark(
                Sign::Unknown,
                format!("{}: {}", kind.plural(), self.why(vpc, kind)),
            )],
            dashed: true,
            ..Card::default()
        })
    }

    /// One card for every kind of connection that was not read.
    pub(super) fn missing_connections(&self, vpc: &Key) -> Option<Card> {
        self.missing_of(vpc, Kind::CONNECTIONS)
    }

    /// One card for those of these kinds that were not read around a resource.
    pub(super) fn missing_of(&self, vpc: &Key, kinds: &[Kind]) -> Option<Card> {
        let kinds: Vec<Kind> = kinds
            .iter()
            .copied()
            .filter(|kind| incomplete(self.network, vpc, *kind))
            .collect();
        match kinds.as_slice() {
            [] => None,
            [only] => self.missing(vpc, *only),
            several => {
                let lines: Vec<String> = several
                    .iter()
                    .map(|kind| format!("{}: {}", kind.plural(), self.why(vpc, *kind)))
                    .collect();
                Some(Card {
                    role: Role::Unknown,
                    glyph: Glyph::Unknown,
                    title: "Not everything was read".to_owned(),
                    caption: format!("{} kinds missing", several.len()),
                    marks: vec![mark(Sign::Unknown, lines.join("\n"))],
                    details: lines,
                    dashed: true,
                    ..Card::default()
                })
            }
        }
    }

    pub(super) fn why(&self, vpc: &Key, kind: Kind) -> String {
        match self.network.why_incomplete(vpc, kind) {
            Some(gap) => cause_words(&gap.cause).to_owned(),
            None => "not read".to_owned(),
        }
    }
}

/// Why something was not read, in as few words as a card has room for.
pub(super) fn cause_words(cause: &Cause) -> &'static str {
    match cause {
        Cause::NotInInput => "not in this input",
        Cause::Denied(_) => "not allowed to read",
        Cause::Cancelled => "loading was cancelled",
        _ => "could not be read",
    }
}

fn vpc(facts: &VpcFacts) -> Card {
    let blocks = blocks(facts);
    let mut caption = blocks
        .first()
        .map_or_else(|| "blocks not read".to_owned(), ToString::to_string);
    let v4 = blocks
        .iter()
        .filter(|block| Family::of(**block) == Family::V4)
        .count();
    if v4 > 1 {
        caption = format!("{caption} +{}", v4 - 1);
    }
    let mut details: Vec<String> = blocks.iter().skip(1).map(ToString::to_string).collect();
    if facts.is_default.value() == Some(&true) {
        details.push("default VPC".to_owned());
    }
    if let Some(tenancy) = facts
        .instance_tenancy
        .value()
        .filter(|tenancy| *tenancy != "default")
    {
        details.push(format!("{tenancy} tenancy"));
    }
    Card {
        role: Role::Vpc,
        glyph: Glyph::Vpc,
        caption,
        details,
        ..Card::default()
    }
}

fn kind_role(kind: SubnetKind) -> Role {
    match kind {
        SubnetKind::Public => Role::Public,
        SubnetKind::Private => Role::Private,
        SubnetKind::Isolated => Role::Isolated,
        SubnetKind::Unknown => Role::Unknown,
    }
}

/// The symbol of a kind.
pub fn glyph_of(kind: Kind) -> Glyph {
    match kind {
        Kind::Vpc => Glyph::Vpc,
        Kind::Subnet => Glyph::Subnet,
        Kind::RouteTable => Glyph::RouteTable,
        Kind::InternetGateway => Glyph::InternetGateway,
        Kind::EgressOnlyInternetGateway => Glyph::EgressOnlyGateway,
        Kind::NatGateway => Glyph::NatGateway,
        Kind::VpcEndpoint => Glyph::Endpoint,
        Kind::PrefixList => Glyph::PrefixList,
        Kind::VpcPeeringConnection => Glyph::Peering,
        Kind::TransitGateway => Glyph::TransitGateway,
        Kind::TransitGatewayAttachment | Kind::TransitGatewayRouteTable => Glyph::TransitAttachment,
        Kind::VpnGateway => Glyph::VpnGateway,
        Kind::VpnConnection => Glyph::VpnConnection,
        Kind::CustomerGateway => Glyph::CustomerGateway,
        Kind::DirectConnectGateway => Glyph::DirectConnect,
        Kind::CarrierGateway => Glyph::CarrierGateway,
        Kind::LocalGateway => Glyph::LocalGateway,
        Kind::CoreNetwork => Glyph::CoreNetwork,
        Kind::NetworkFirewall => Glyph::Firewall,
        Kind::NetworkAcl | Kind::SecurityGroup => Glyph::Shield,
        Kind::NetworkInterface => Glyph::NetworkInterface,
        Kind::Instance => Glyph::Instance,
        Kind::ElasticIp => Glyph::Address,
        _ => Glyph::Unknown,
    }
}

/// The symbol of a connection, and its kind as a word.
fn look(network: &Network, key: &Key) -> (Glyph, &'static str) {
    let glyph = match key.kind {
        Kind::VpcEndpoint if is_gateway_type(network, key) => Glyph::GatewayEndpoint,
        kind => glyph_of(kind),
    };
    (glyph, key.kind.singular())
}

/// The part of a zone's name that tells it from its neighbours: `eu-west-1a` becomes `1a`.
pub(super) fn short_zone(zone: &str) -> String {
    zone.rsplit('-').next().unwrap_or(zone).to_owned()
}

/// The part of a service's name people say: `com.amazonaws.eu-west-1.ecr.api` becomes `ecr.api`.
fn short_service(service: &str) -> &str {
    let Some(rest) = service.split_once("amazonaws.").map(|(_, rest)| rest) else {
        return service;
    };
    match rest.split_once('.') {
        Some((region, name)) if region.contains('-') => name,
        _ => rest,
    }
}

pub(super) fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}
