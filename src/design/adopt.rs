//! A live VPC as a design, and what of it a design cannot say.
//!
//! What a person would have decided is read off what is there: which subnets are one tier, how each reaches out, which
//! gateways and endpoints there are. Whether that is the VPC is not believed but looked at: the design is planned, its
//! resources are found among the live ones, and every difference that is left is told. So nothing is lost in silence,
//! however odd the VPC.

mod services;
mod tiers;
mod words;

use super::file::FormatVersion;
use super::model::{Design, Encryption, Ipv6, Ipv6Part, Nat, Subnet, Tenancy, Tier, TierKind, Vpc};
use super::names::{slot, slot_of};
use super::plan::plan;
use crate::cidr::Family;
use crate::network::{
    CidrAssociation, Coverage, Id, Key, Kind, Known, Network, OWN_TAGS, Resource, RulePeer,
    SecurityGroupFacts, SecurityGroupRule, SubnetFacts, Text, VpcFacts, drift, matched,
};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use tiers::Group;

/// A live VPC as a design.
#[derive(Clone, Debug, PartialEq)]
pub struct Adopted {
    /// The design of the one VPC.
    pub design: Design,
    /// The ids that the design's resources have.
    pub ids: BTreeMap<Key, Id>,
    /// Everything that tells the live VPC from what the design plans.
    pub unexpressed: Vec<Unexpressed>,
}

impl Adopted {
    /// The plan of the adopted design and that of an edited one, both under the ids that their resources have in the live
    /// network: what leads from one to the other is what was edited, and nothing else.
    pub fn plans(&self, network: &Network, edited: &Design) -> (Network, Network) {
        let before = plan(&self.design).renamed(&self.ids);
        let planned = plan(edited);
        let ids = matched(&planned, network, &self.ids).ids;
        (before, planned.renamed(&ids))
    }
}

/// Something of a live VPC that its design does not say. It stays as it is until somebody changes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Unexpressed {
    /// Whose: a live resource, or a planned one that is not there.
    pub key: Key,
    /// Which field, where it is one.
    pub field: Option<Text>,
    /// What it is, and what the design has instead.
    pub why: String,
}

impl fmt::Display for Unexpressed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.key, self.why)
    }
}

/// Why a VPC cannot be adopted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdoptError {
    /// There is none.
    #[error("{0} is not in the network; read the network again")]
    Missing(Key),
    /// It has no block that is known.
    #[error("the primary block of {0} was not read; read the VPC again")]
    NoBlock(Key),
}

/// The stable name of an adopted VPC inside its design.
const NAME: &str = "main";

/// Read a design off a live VPC. Its plan, with [`Adopted::ids`], differs from what is live in [`Adopted::unexpressed`] and in
/// nothing else.
///
/// Blocks, zones and names stay exactly as they are. A version 6 block of 56 bits is taken for one of Amazon's.
///
/// # Errors
/// There is no such VPC, or its primary block is not known.
pub fn adopt(network: &Network, vpc: &Key) -> Result<Adopted, AdoptError> {
    let missing = || AdoptError::Missing(vpc.clone());
    let resource = network.get(vpc).ok_or_else(missing)?;
    let facts = resource.of::<VpcFacts>().ok_or_else(missing)?;
    let block = facts.primary_cidr.value().copied();
    let block = block.ok_or_else(|| AdoptError::NoBlock(vpc.clone()))?;
    let found = Found::of(network, resource, facts);
    let mut design = Design {
        version: FormatVersion,
        region: region(network, resource),
        pool: Vec::new(),
        tags: BTreeMap::new(),
        prices: BTreeMap::new(),
        reserved: Vec::new(),
        vpcs: Vec::new(),
    };
    let vpc_of_design = found.vpc(block, &design.region);
    design.vpcs.push(vpc_of_design);

    design.reserved = found.askers(&design);

    let mut known = BTreeMap::from([(
        Key::new(Kind::Vpc, Id::Planned(NAME.into())),
        vpc.id.clone(),
    )]);
    let planned = plan(&design);
    let ids = matched(&planned, network, &known).ids;
    known.extend(found.nearest_tables(&planned, &ids));
    let ids = matched(&planned, network, &known).ids;
    design.tags = common_tags(&design, network, &ids);
    names(&mut design, network, &ids);
    let planned = plan(&design);
    let ids = matched(&planned, network, &known).ids;
    let mut unexpressed = words::of_edits(&drift(&planned, network, &ids), &planned, network, &ids);
    unexpressed.extend(found.beside());
    unexpressed.sort();
    unexpressed.dedup();
    Ok(Adopted {
        design,
        ids,
        unexpressed,
    })
}

fn region(network: &Network, vpc: &Resource) -> Text {
    let told = vpc.common().region.value().cloned();
    let seen = || {
        let mut sightings = vpc.observations().iter();
        sightings.find_map(|seen| seen.sighting.region.clone())
    };
    // A zone's name tells its region where nothing else does.
    let of_zone = || {
        let mut subnets = network.all::<SubnetFacts>();
        let (_, facts) = subnets.find(|(_, it)| it.vpc.value() == Some(&vpc.key().id))?;
        let zone = facts.availability_zone.value()?;
        Some(Text::from(
            zone.trim_end_matches(|it: char| it.is_ascii_lowercase()),
        ))
    };
    told.or_else(seen).or_else(of_zone).unwrap_or_default()
}

/// Tags that at least half of what the plan makes bears alike.
fn common_tags(
    design: &Design,
    network: &Network,
    ids: &BTreeMap<Key, Id>,
) -> BTreeMap<Text, Text> {
    const PROBE: &str = "probe";
    let mut probed = design.clone();
    probed.tags = BTreeMap::from([(PROBE.into(), PROBE.into())]);
    let mut counts: BTreeMap<(Text, Text), usize> = BTreeMap::new();
    let mut all: usize = 0;
    for resource in plan(&probed).resources() {
        let id = ids.get(resource.key());
        let Some(id) = id.filter(|_| resource.tag(PROBE).is_some()) else {
            continue;
        };
        let live = network.get(&Key::new(resource.kind(), id.clone()));
        let Some(tags) = live.and_then(|it| it.common().tags.value()) else {
            continue;
        };
        all = all.saturating_add(1);
        for (key, value) in tags {
            if is_own(key) {
                let count = counts.entry((key.clone(), value.clone())).or_default();
                *count = count.saturating_add(1);
            }
        }
    }
    let mut common = BTreeMap::new();
    for ((key, value), count) in counts {
        // Of two values that half of them bear each, the first is taken.
        if count.saturating_mul(2) >= all {
            common.entry(key).or_insert(value);
        }
    }
    common
}

/// Whether a tag is one that a design can put on everything.
fn is_own(key: &str) -> bool {
    key != "Name" && !key.starts_with("aws:") && !key.starts_with(OWN_TAGS)
}

/// Names that are not the generated ones are given by hand; an empty one stands for none.
fn names(design: &mut Design, network: &Network, ids: &BTreeMap<Key, Id>) {
    for resource in plan(design).resources() {
        // The endpoints' group is named by what AWS calls it, which was settled before.
        if resource.kind() == Kind::SecurityGroup && resource.tag("Name").is_some() {
            continue;
        }
        let (Some(id), Some((vpc, slot))) = (ids.get(resource.key()), slot(resource.key())) else {
            continue;
        };
        let live = network.get(&Key::new(resource.kind(), id.clone()));
        let Some(live) = live.filter(|it| it.common().tags.value().is_some()) else {
            continue;
        };
        if live.tag("Name") != resource.tag("Name")
            && let Some(vpc) = design.vpc_mut(&vpc)
        {
            vpc.names
                .insert(slot, live.tag("Name").unwrap_or_default().into());
        }
    }
}

/// A subnet with a version 4 block: what a design can hold.
struct Place<'a> {
    resource: &'a Arc<Resource>,
    facts: &'a SubnetFacts,
    block: Ipv4Net,
    zone: Text,
    /// The table it uses.
    table: Option<Id>,
    /// Whether it is tied to that by itself.
    is_explicit: bool,
}

impl Place<'_> {
    fn id(&self) -> &Id {
        &self.resource.key().id
    }
}

/// What is there.
struct Found<'a> {
    network: &'a Network,
    vpc: &'a Arc<Resource>,
    facts: &'a VpcFacts,
    members: BTreeSet<Key>,
    places: Vec<Place<'a>>,
    /// What generated names begin with.
    prefix: Text,
}

impl<'a> Found<'a> {
    fn of(network: &'a Network, vpc: &'a Arc<Resource>, facts: &'a VpcFacts) -> Self {
        let members = network.members(&BTreeSet::from([vpc.key().id.clone()]));
        let name = vpc.tag("Name").unwrap_or_default().trim();
        let mut found = Self {
            network,
            vpc,
            facts,
            members,
            places: Vec::new(),
            prefix: name.strip_suffix("-vpc").unwrap_or(name).into(),
        };
        found.places = found.places();
        found
    }

    /// The members of a kind with their facts.
    fn all<T: crate::network::AsFacts + 'a>(
        &self,
    ) -> impl Iterator<Item = (&'a Arc<Resource>, &'a T)> {
        let network = self.network;
        let keys: Vec<Key> = self
            .members
            .iter()
            .filter(|it| it.kind == T::KIND)
            .cloned()
            .collect();
        keys.into_iter().filter_map(move |key| {
            let resource = network.get(&key)?;
            Some((resource, resource.of::<T>()?))
        })
    }

    fn places(&self) -> Vec<Place<'a>> {
        let mut tied: BTreeMap<Id, Id> = BTreeMap::new();
        let mut main = None;
        for (table, facts) in self.all::<crate::network::RouteTableFacts>() {
            for association in facts.associations.items().iter().filter(|it| it.holds()) {
                if association.main {
                    main = Some(table.key().id.clone());
                }
                if let Some(subnet) = &association.subnet {
                    tied.insert(subnet.clone(), table.key().id.clone());
                }
            }
        }
        let place = |(resource, facts): (&'a Arc<Resource>, &'a SubnetFacts)| {
            let own = tied.get(&resource.key().id);
            Some(Place {
                resource,
                facts,
                block: facts.cidr_block.value().copied().flatten()?,
                zone: facts.availability_zone.value()?.clone(),
                is_explicit: own.is_some(),
                table: own.or(main.as_ref()).cloned(),
            })
        };
        let mut places: Vec<Place<'a>> = self.all::<SubnetFacts>().filter_map(place).collect();
        places.sort_by_key(|place| (place.block, place.id().clone()));
        places
    }

    /// Of the tables that a tier's subnets use, when that is not one, the one that most of them use; the first of equals.
    fn nearest_tables(&self, planned: &Network, ids: &BTreeMap<Key, Id>) -> BTreeMap<Key, Id> {
        let mut taken: BTreeSet<Id> = ids
            .iter()
            .filter(|(key, _)| key.kind == Kind::RouteTable)
            .map(|(_, id)| id.clone())
            .collect();
        let mut nearest = BTreeMap::new();
        for (table, facts) in planned.all::<crate::network::RouteTableFacts>() {
            if ids.contains_key(table.key()) {
                continue;
            }
            let subnets: BTreeSet<&Id> = facts
                .associations
                .items()
                .iter()
                .filter_map(|it| it.subnet.as_ref())
                .filter_map(|id| ids.get(&Key::new(Kind::Subnet, id.clone())))
                .collect();
            let mut uses: BTreeMap<&Id, (usize, usize)> = BTreeMap::new();
            for (at, place) in self.places.iter().enumerate() {
                let own = place.table.as_ref().filter(|_| place.is_explicit);
                if let Some(own) =
                    own.filter(|it| subnets.contains(place.id()) && !taken.contains(*it))
                {
                    let (count, _) = uses.entry(own).or_insert((0, at));
                    *count = count.saturating_add(1);
                }
            }
            let most = uses
                .into_iter()
                .max_by_key(|(_, (count, at))| (*count, std::cmp::Reverse(*at)));
            if let Some((id, _)) = most {
                taken.insert(id.clone());
                nearest.insert(table.key().clone(), id.clone());
            }
        }
        nearest
    }

    fn vpc(&self, block: Ipv4Net, region: &Text) -> Vpc {
        let facts = self.facts;
        let blocks = facts
            .cidr_blocks
            .items()
            .iter()
            .filter_map(CidrAssociation::usable);
        let secondary = blocks.filter_map(|it| match it {
            IpNet::V4(it) if it != block => Some(it),
            _ => None,
        });
        let ipv6 = self.ipv6();
        let flag = |known: &Known<bool>| known.value().copied().unwrap_or(true);
        let encryption = match facts.encryption_control.value().map(Text::as_str) {
            Some("monitor") => Encryption::Monitor,
            Some("enforce") => Encryption::Enforce,
            _ => Encryption::None,
        };
        let mut vpc = Vpc {
            id: NAME.into(),
            prefix: self.prefix.clone(),
            cidr: block,
            secondary: secondary.collect(),
            ipv6: match ipv6 {
                None => Ipv6::None,
                Some(block) if Ipv6::Amazon.mask() == Some(block.prefix_len()) => Ipv6::Amazon,
                Some(block) => Ipv6::Own(block),
            },
            ipv6_pool: None,
            tenancy: match facts.instance_tenancy.value().map(Text::as_str) {
                Some("dedicated") => Tenancy::Dedicated,
                _ => Tenancy::Default,
            },
            dns_support: flag(&facts.enable_dns_support),
            dns_hostnames: flag(&facts.enable_dns_hostnames),
            encryption,
            encryption_exclusions: match encryption {
                Encryption::Enforce => facts.encryption_exclusions.items().to_vec(),
                Encryption::None | Encryption::Monitor => Vec::new(),
            },
            zones: Vec::new(),
            nat: Nat::None,
            egress_only: false,
            gateway_endpoints: Vec::new(),
            private_zones: Vec::new(),
            names: BTreeMap::new(),
            resolver: None,
            transit_gateway: None,
            vpn_gateway: None,
            flow_log: None,
            endpoints: Vec::new(),
            peerings: Vec::new(),
            held: Vec::new(),
            tiers: Vec::new(),
        };
        self.gateways(&mut vpc);
        let groups = self.groups(&vpc);
        vpc.zones = self.zones(&vpc, &groups);
        vpc.tiers = groups
            .into_iter()
            .map(|group| self.tier(group, &vpc, ipv6))
            .collect();
        self.services(&mut vpc, region);
        vpc
    }

    /// The version 6 block: that in which most subnets are, where there are several.
    fn ipv6(&self) -> Option<Ipv6Net> {
        let blocks = self.facts.ipv6_blocks.items().iter();
        let blocks = blocks.filter_map(|it| match it.usable()? {
            IpNet::V6(block) => Some(block),
            IpNet::V4(_) => None,
        });
        let uses = |block: &Ipv6Net| {
            let places = self.places.iter();
            places.filter(|it| part(it.facts, *block).is_some()).count()
        };
        blocks.max_by_key(|block| (uses(block), std::cmp::Reverse(*block)))
    }

    /// Zones by name; that of the one NAT gateway first, for the plan puts it into the first one.
    fn zones(&self, vpc: &Vpc, groups: &[Group]) -> Vec<Text> {
        let zones: BTreeSet<Text> = self.places.iter().map(|it| it.zone.clone()).collect();
        let mut zones: Vec<Text> = zones.into_iter().collect();
        if vpc.nat == Nat::One {
            let hosts = self.hosts_of_nats();
            let places = groups.iter().filter(|it| it.kind == TierKind::Public);
            let places = places
                .flat_map(|it| &it.places)
                .filter_map(|at| self.places.get(*at));
            let mut zone = places
                .filter(|it| hosts.contains(it.id()))
                .map(|it| &it.zone);
            if let Some(first) = zone.next() {
                zones.sort_by_key(|zone| zone != first);
            }
        }
        zones
    }

    fn tier(&self, group: Group, vpc: &Vpc, ipv6: Option<Ipv6Net>) -> Tier {
        let numbers = self.numbers(&group, &vpc.zones);
        let places = group.places.iter().filter_map(|at| self.places.get(*at));
        let places: Vec<&Place<'_>> = places.collect();
        let most = |is_so: &dyn Fn(&Place<'_>) -> bool| {
            let count = places.iter().filter(|it| is_so(it)).count();
            count.saturating_mul(2) > places.len()
        };
        let mut masks: BTreeMap<u8, usize> = BTreeMap::new();
        for place in &places {
            let count = masks.entry(place.block.prefix_len()).or_default();
            *count = count.saturating_add(1);
        }
        let mask = masks.into_iter().max_by_key(|(_, count)| *count);
        let mask = mask.map_or(vpc.cidr.prefix_len(), |(mask, _)| mask);
        let mut subnets: Vec<Subnet> = places
            .iter()
            .zip(numbers)
            .map(|(place, number)| Subnet {
                number,
                zone: place.zone.clone(),
                cidr: place.block,
                ipv6: ipv6.and_then(|block| part(place.facts, block)),
                note: String::new(),
                color: None,
            })
            .collect();
        subnets.sort_by_key(|subnet| subnet.number);
        Tier {
            name: group.name,
            kind: group.kind,
            mask,
            fixed: mask != vpc.cidr.prefix_len().saturating_add(4).min(28),
            hosts: None,
            run: None,
            egress: group.egress,
            public_addresses: most(&|it| it.facts.map_public_ip_on_launch.value() == Some(&true)),
            ipv6_addresses: {
                // A subnet without version 6 gives no such address, whatever its tier does.
                let able = places
                    .iter()
                    .filter(|it| ipv6.is_some_and(|block| part(it.facts, block).is_some()));
                let able: Vec<bool> = able
                    .map(|it| it.facts.assign_ipv6_on_creation.value() == Some(&true))
                    .collect();
                let on = able.iter().filter(|it| **it).count();
                on.saturating_mul(2) > able.len()
            },
            subnets,
        }
    }

    /// What is beside what a plan is compared with: what runs in the VPC, and what was not read.
    fn beside(&self) -> Vec<Unexpressed> {
        let vpc = self.vpc.key();
        let vpcs = BTreeSet::from([vpc.id.clone()]);
        let runs = self.network.workloads(&vpcs).into_iter();
        let mut beside: Vec<Unexpressed> = runs
            .map(|key| Unexpressed {
                key,
                field: None,
                why: "what runs in a network is no part of a design; it stays as it is".to_owned(),
            })
            .collect();
        for (gateway, facts) in self.all::<crate::network::VpnGatewayFacts>() {
            // The number that AWS gives where nobody asks for one.
            // https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpnGateway.html
            const USUAL: u64 = 64_512;
            if let Some(number) = facts.amazon_side_asn.value().filter(|it| **it != USUAL) {
                beside.push(Unexpressed {
                    key: gateway.key().clone(),
                    field: Some("amazon_side_asn".into()),
                    why: format!("its number is {number}, and a design leaves that to AWS"),
                });
            }
        }
        for (group, facts) in self.all::<SecurityGroupFacts>() {
            if facts.group_name.value().is_some_and(|it| it == "default") {
                beside.extend(without_first_rules(group.key(), facts));
            }
        }
        for &kind in READ {
            if self.network.coverage_around(vpc, kind) == Coverage::Complete {
                continue;
            }
            let gap = self.network.why_incomplete(vpc, kind);
            let why = gap.map_or_else(|| "not read".to_owned(), |gap| gap.why.to_string());
            beside.push(Unexpressed {
                key: vpc.clone(),
                field: None,
                why: format!(
                    "not all {} are known ({why}); the design has only what is",
                    kind.plural()
                ),
            });
        }
        beside
    }
}

/// The rules that the default group comes with, where it has them no longer: a plan and a live network are not compared in
/// these.
fn without_first_rules(key: &Key, facts: &SecurityGroupFacts) -> Vec<Unexpressed> {
    let all = |peer: &RulePeer| {
        let peer = peer.clone();
        move |rule: &SecurityGroupRule| rule.protocol == "-1" && rule.peer == peer
    };
    let own = RulePeer::Group(key.id.clone());
    let everything = RulePeer::Block(Family::V4.everything());
    let missing = [
        (
            "ingress",
            &facts.ingress,
            own,
            "what comes from the group itself",
        ),
        ("egress", &facts.egress, everything, "everything out"),
    ];
    missing
        .into_iter()
        .filter(|(_, rules, peer, _)| {
            let rules = rules.value();
            rules.is_some_and(|rules| !rules.iter().any(all(peer)))
        })
        .map(|(field, _, _, words)| Unexpressed {
            key: key.clone(),
            field: Some(field.into()),
            why: format!(
                "it does not let {words}, and a design leaves the default group as AWS makes it"
            ),
        })
        .collect()
}

/// What has to be read to know a VPC.
const READ: &[Kind] = &[
    Kind::Subnet,
    Kind::RouteTable,
    Kind::InternetGateway,
    Kind::EgressOnlyInternetGateway,
    Kind::NatGateway,
    Kind::VpcEndpoint,
    Kind::VpcPeeringConnection,
    Kind::TransitGatewayAttachment,
    Kind::VpnGateway,
    Kind::NetworkAcl,
    Kind::SecurityGroup,
    Kind::FlowLog,
];

/// The part of the VPC's version 6 block that a subnet has.
fn part(facts: &SubnetFacts, of: Ipv6Net) -> Option<Ipv6Part> {
    facts
        .ipv6_blocks
        .items()
        .iter()
        .find_map(|it| match it.usable()? {
            IpNet::V6(block) => Ipv6Part::of(block, of),
            IpNet::V4(_) => None,
        })
}

/// The slot of the name of the endpoints' security group.
fn group_slot() -> Text {
    slot_of(Kind::SecurityGroup, "endpoints")
}
