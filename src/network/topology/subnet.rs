//! What a subnet is, by its routes.

use super::Topology;
use super::build::is_there;
use crate::cidr::{Family, is_default};
use crate::network::{
    Destination, EgressOnlyInternetGatewayFacts, Id, InternetGatewayFacts, Key, Kind, Known,
    NatGatewayFacts, Network, PrefixListFacts, Route, RouteState, RouteTableFacts, SubnetFacts,
    Target, Text, VpcAttachment, VpcEndpointFacts, VpcFacts, VpcPeeringConnectionFacts,
    VpnGatewayFacts,
};

/// What a subnet is, in one address family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SubnetKind {
    /// An active default route leads to an attached internet gateway.
    Public,
    /// Not public, and an active route leads to something other than local and gateway endpoints.
    Private,
    /// Only local and gateway-endpoint routes are active.
    Isolated,
    /// The table was not read.
    Unknown,
}

impl SubnetKind {
    /// The word on the card.
    pub fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Isolated => "isolated",
            Self::Unknown => "unknown",
        }
    }
}

/// What else is to be said of a subnet, in one address family.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each flag of contract.md part 2 is on or off by itself"
)]
pub struct SubnetFlags {
    /// The kind of target of its active default route.
    pub egress: Option<Kind>,
    /// A narrower route leads to an internet gateway.
    pub partly_public: bool,
    /// Its only way out is a VPN gateway.
    pub vpn_only: bool,
    /// A default route is a blackhole, or its target is gone or detached.
    pub blackholed: bool,
    /// Block Public Access stops its internet gateway.
    pub igw_blocked: bool,
    /// Its name or tier tag says otherwise.
    pub name_disagrees: bool,
}

impl SubnetFlags {
    /// The flags that are set, as words.
    pub fn words(&self) -> Vec<&'static str> {
        [
            (self.partly_public, "partly-public"),
            (self.vpn_only, "vpn-only"),
            (self.blackholed, "blackholed"),
            (self.igw_blocked, "igw-blocked"),
            (self.name_disagrees, "name-disagrees"),
        ]
        .into_iter()
        .filter_map(|(set, word)| set.then_some(word))
        .collect()
    }
}

impl Topology {
    /// What a subnet is in one address family (`contract.md`, part 2).
    pub fn subnet_kind(&self, network: &Network, subnet: &Key, family: Family) -> SubnetKind {
        self.judge(network, subnet, family).0
    }

    /// What else is to be said of a subnet in one address family (`contract.md`, part 2).
    pub fn subnet_flags(&self, network: &Network, subnet: &Key, family: Family) -> SubnetFlags {
        self.judge(network, subnet, family).1
    }

    fn judge(&self, network: &Network, subnet: &Key, family: Family) -> (SubnetKind, SubnetFlags) {
        let mut flags = SubnetFlags::default();
        let effective = self.effective(subnet);
        let routes = effective
            .table()
            .and_then(|table| network.facts::<RouteTableFacts>(&table.id))
            .and_then(|table| table.routes.value());
        let Some(routes) = routes else {
            return (SubnetKind::Unknown, flags);
        };
        let facts = network.facts::<SubnetFacts>(&subnet.id);
        let vpc = facts.and_then(|facts| facts.vpc.value());

        let mut kind = SubnetKind::Isolated;
        let (mut vpn, mut other_ways) = (false, false);
        for route in routes {
            if !in_family(network, route, family) {
                continue;
            }
            let default = route.block().is_some_and(is_default);
            let dead = self.is_dead(network, route, vpc);
            if default && (route.state == RouteState::Blackhole || dead) {
                flags.blackholed = true;
            }
            if !route.is_active() || dead {
                continue;
            }
            let Some(target) = route.target.key() else {
                // A target of a kind we do not know is still a way out.
                if matches!(route.target, Target::Other(_)) {
                    kind = kind.min(SubnetKind::Private);
                    other_ways = true;
                }
                continue;
            };
            if is_gateway_endpoint(network, route, target) {
                continue;
            }
            let internet = target.kind == Kind::InternetGateway;
            kind = kind.min(if internet && default {
                SubnetKind::Public
            } else {
                SubnetKind::Private
            });
            flags.partly_public |= internet && !default;
            vpn |= target.kind == Kind::VpnGateway;
            other_ways |= target.kind != Kind::VpnGateway;
            if default {
                flags.egress = Some(target.kind);
            }
        }
        flags.partly_public &= kind != SubnetKind::Public;
        flags.vpn_only = vpn && !other_ways;
        flags.igw_blocked = kind == SubnetKind::Public && igw_blocked(network, facts);
        flags.name_disagrees = network
            .get(subnet)
            .is_some_and(|resource| name_disagrees(resource.name(), resource.tag("Tier"), kind));
        (kind, flags)
    }

    /// Whether a route AWS calls active leads to something that we know is gone or detached.
    fn is_dead(&self, network: &Network, route: &Route, vpc: Option<&Id>) -> bool {
        let Some(target) = route.target.key() else {
            return false;
        };
        let attached = |attachments: &Known<Vec<VpcAttachment>>| {
            attachments.value().is_none_or(|attachments| {
                attachments.iter().any(|attachment| {
                    attachment.holds() && vpc.is_none_or(|vpc| *vpc == attachment.vpc)
                })
            })
        };
        let Some(resource) = network.get(target) else {
            return vpc.is_some_and(|vpc| {
                self.members
                    .get(&Key::new(Kind::Vpc, vpc.clone()))
                    .is_some_and(|members| members.gone.contains(target))
            });
        };
        if let Some(gateway) = resource.of::<InternetGatewayFacts>() {
            !attached(&gateway.attachments)
        } else if let Some(gateway) = resource.of::<EgressOnlyInternetGatewayFacts>() {
            !attached(&gateway.attachments)
        } else if let Some(gateway) = resource.of::<VpnGatewayFacts>() {
            !attached(&gateway.attachments)
        } else if let Some(nat) = resource.of::<NatGatewayFacts>() {
            !is_there(&nat.state)
        } else if let Some(peering) = resource.of::<VpcPeeringConnectionFacts>() {
            !is_there(&peering.status)
        } else {
            false
        }
    }
}

fn in_family(network: &Network, route: &Route, family: Family) -> bool {
    match &route.destination {
        Destination::Block(block) => Family::of(*block) == family,
        Destination::PrefixList(list) => {
            let stated = network
                .facts::<PrefixListFacts>(list)
                .and_then(|list| list.address_family.value())
                .map(Text::as_str);
            match stated {
                Some("IPv6") => family == Family::V6,
                Some(_) => family == Family::V4,
                None => true,
            }
        }
        Destination::Other(_) => true,
    }
}

/// A gateway endpoint's route: a prefix list to an endpoint of type gateway, or of a type nobody read.
fn is_gateway_endpoint(network: &Network, route: &Route, target: &Key) -> bool {
    target.kind == Kind::VpcEndpoint
        && matches!(route.destination, Destination::PrefixList(_))
        && network
            .facts::<VpcEndpointFacts>(&target.id)
            .and_then(|endpoint| endpoint.endpoint_type.value())
            .is_none_or(|endpoint_type| endpoint_type == "Gateway")
}

fn igw_blocked(network: &Network, subnet: Option<&SubnetFacts>) -> bool {
    let blocks = |mode: Option<&Text>| mode.is_some_and(|mode| mode != "off" && !mode.is_empty());
    let Some(subnet) = subnet else { return false };
    match subnet.block_public_access.value() {
        // The subnet's own state is the outcome of account, VPC and exclusions.
        Some(mode) => blocks(Some(mode)),
        None => subnet
            .vpc
            .value()
            .and_then(|vpc| network.facts::<VpcFacts>(vpc))
            .is_some_and(|vpc| blocks(vpc.block_public_access.value())),
    }
}

/// A name that says “public” of a subnet that is not, or “private” of one that is (facts, part 5).
fn name_disagrees(name: Option<&str>, tier: Option<&str>, kind: SubnetKind) -> bool {
    let says = |word: &str| {
        [name, tier]
            .into_iter()
            .flatten()
            .any(|text| text.to_lowercase().contains(word))
    };
    match kind {
        SubnetKind::Public => says("priv") && !says("pub"),
        SubnetKind::Private | SubnetKind::Isolated => says("pub") && !says("priv"),
        SubnetKind::Unknown => false,
    }
}
