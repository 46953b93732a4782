//! Which live resource is which planned one.
//!
//! What is known is taken; the rest is told by structure, kind after kind: a subnet by its VPC and block, a route table
//! by what is associated with it, a NAT gateway by its subnet. Every rule gives each resource a mark; where one planned
//! and one live resource bear a mark they are the same, and where several do the tags decide, or nobody does. Marks are
//! compared as sets, so no order of anything matters.

use super::facts::{
    Destination, Facts, NatGatewayFacts, RouteTableFacts, TransitGatewayAttachmentFacts, VpcFacts,
};
use super::gap::Coverage;
use super::key::{Id, Key, Kind, Text};
use super::resource::Resource;
use super::shard::Network;
use super::usage::InterfaceUse;
use compact_str::format_compact;
use std::collections::{BTreeMap, BTreeSet};

/// The tag that tells in which run this program made a resource.
pub const RUN_TAG: &str = "vpc-atlas:run";

/// The tag that tells as which planned resource this program made it: its logical name.
pub const MADE_TAG: &str = "vpc-atlas:made";

/// What the keys of this program's own tags begin with.
pub const OWN_TAGS: &str = "vpc-atlas:";

/// Planned resources and the live ones they became.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matched {
    /// The ids that planned resources have.
    pub ids: BTreeMap<Key, Id>,
    /// Planned resources that were not found. What a plan only refers to is not among them.
    pub unmatched: Vec<Key>,
    /// Resources of the same live VPCs that the plan does not want; without what AWS makes along with others.
    pub others: Vec<Key>,
}

/// What a rule tells a resource by; none where it does not speak of it.
type Mark = Option<Vec<Text>>;

/// Find the live resource of each planned one, starting from ids that are known (of a run's journal).
///
/// A known id that the live network shows no longer, where it would have to, is passed over. What is deleted or failed is
/// never found.
pub fn matched(planned: &Network, live: &Network, known: &BTreeMap<Key, Id>) -> Matched {
    let mut matcher = Matcher {
        planned,
        live,
        ids: BTreeMap::new(),
        taken: BTreeSet::new(),
    };
    matcher.begin(known);
    while matcher.round() {}
    matcher.result()
}

struct Matcher<'a> {
    planned: &'a Network,
    live: &'a Network,
    ids: BTreeMap<Key, Id>,
    taken: BTreeSet<Key>,
}

impl Matcher<'_> {
    fn begin(&mut self, known: &BTreeMap<Key, Id>) {
        for (key, id) in known {
            if self.planned.get(key).is_none() {
                continue;
            }
            let there = Key::new(key.kind, id.clone());
            let is_there = match self.live.get(&there) {
                Some(resource) => !resource.is_gone(),
                None => self.live.coverage_around(&there, key.kind) != Coverage::Complete,
            };
            if is_there {
                self.pair(key, id);
            }
        }
    }

    fn pair(&mut self, planned: &Key, live: &Id) {
        let there = Key::new(planned.kind, live.clone());
        if !self.ids.contains_key(planned) && self.taken.insert(there) {
            self.ids.insert(planned.clone(), live.clone());
        }
    }

    /// Every rule once; whether anything was found. A rule may build on what another found.
    fn round(&mut self) -> bool {
        let before = self.ids.len();
        self.pass(&[Kind::Vpc], &|_, it| made_vpc(it));
        self.pass(&[Kind::Vpc], &|_, it| named_blocks(it));
        let of_vpc = |_: &Self, it: &Resource| {
            let vpc = it.vpc().filter(|id| matches!(id, Id::Aws(_)))?;
            Some(vec![vpc.as_str().into(), made(it)?])
        };
        self.pass(Kind::ALL, &of_vpc);
        self.pass(&[Kind::ElasticIp], &Self::made_address);
        self.pass(Kind::ALL, &|_, it| structure(it));
        self.pass(&[Kind::RouteTable], &|_, it| by_name(it));
        self.pass(&[Kind::NetworkAcl, Kind::FlowLog], &|_, it| by_name(it));
        self.pass(&[Kind::FlowLog], &|_, it| {
            Some(vec![it.vpc()?.as_str().into()])
        });
        self.pass(&[Kind::TransitGatewayAttachment], &|_, it| {
            only_attachment(it)
        });
        self.pass(&[Kind::PrefixList], &|_, it| match it.facts() {
            Facts::PrefixList(facts) => Some(vec![facts.prefix_list_name.value()?.clone()]),
            _ => None,
        });
        self.derive();
        self.ids.len() > before
    }

    /// Pair what bears the same mark.
    fn pass(&mut self, kinds: &[Kind], mark: &dyn Fn(&Self, &Resource) -> Mark) {
        for &kind in kinds {
            let mut marks: BTreeMap<Vec<Text>, (Vec<Key>, Vec<Key>)> = BTreeMap::new();
            for resource in self.planned.of_kind(kind) {
                if is_open(resource) && !self.ids.contains_key(resource.key()) {
                    let renamed = resource.renamed(&self.ids);
                    if let Some(mark) = mark(self, &renamed) {
                        marks
                            .entry(mark)
                            .or_default()
                            .0
                            .push(resource.key().clone());
                    }
                }
            }
            if marks.is_empty() {
                continue;
            }
            for resource in self.live.of_kind(kind) {
                if resource.is_gone() || self.taken.contains(resource.key()) {
                    continue;
                }
                if let Some(mark) = mark(self, resource) {
                    marks
                        .entry(mark)
                        .or_default()
                        .1
                        .push(resource.key().clone());
                }
            }
            for (planned, live) in marks.into_values() {
                self.settle(&planned, &live);
            }
        }
    }

    /// Of several with the same mark those are paired that one tag tells apart.
    fn settle(&mut self, planned: &[Key], live: &[Key]) {
        if let ([planned], [live]) = (planned, live) {
            self.pair(planned, &live.id);
            return;
        }
        let tags: [fn(&Resource) -> Option<Text>; 2] = [made, |it| it.tag("Name").map(Text::from)];
        for tag in tags {
            let mut told: BTreeMap<Text, (Vec<&Key>, Vec<&Key>)> = BTreeMap::new();
            for key in planned.iter().filter(|key| !self.ids.contains_key(*key)) {
                if let Some(word) = self.planned.get(key).and_then(|it| tag(it)) {
                    told.entry(word).or_default().0.push(key);
                }
            }
            for key in live.iter().filter(|key| !self.taken.contains(*key)) {
                if let Some(word) = self.live.get(key).and_then(|it| tag(it)) {
                    told.entry(word).or_default().1.push(key);
                }
            }
            for pair in told.into_values() {
                if let ([planned], [live]) = (pair.0.as_slice(), pair.1.as_slice()) {
                    self.pair(planned, &live.id);
                }
            }
        }
    }

    /// An address that is not in use yet is told by the run that made it.
    fn made_address(&self, resource: &Resource) -> Mark {
        if matches!(resource.key().id, Id::Aws(_)) {
            let run = resource.tag(RUN_TAG)?;
            let is_of_run = |key: &Key| {
                let there = self.live.get(key);
                there.and_then(|it| it.tag(RUN_TAG)) == Some(run)
            };
            if !self.taken.iter().any(is_of_run) {
                return None;
            }
        }
        Some(vec![made(resource)?])
    }

    /// What follows from what is found: the table and the address of a NAT gateway, the transit gateway of an
    /// attachment, the prefix list of an endpoint's routes, the DHCP options of a VPC.
    fn derive(&mut self) {
        let pairs: Vec<(Key, Id)> = self.ids.clone().into_iter().collect();
        for (key, id) in pairs {
            let (Some(mine), Some(theirs)) = (
                self.planned.get(&key),
                self.live.get(&Key::new(key.kind, id)),
            ) else {
                continue;
            };
            match (mine.facts(), theirs.facts()) {
                (Facts::NatGateway(mine), Facts::NatGateway(theirs)) => {
                    let (mine, theirs) = (mine.clone(), theirs.clone());
                    self.of_nat(&mine, &theirs);
                }
                (
                    Facts::TransitGatewayAttachment(mine),
                    Facts::TransitGatewayAttachment(theirs),
                ) => {
                    let gateway = |facts: &TransitGatewayAttachmentFacts| {
                        facts.transit_gateway.value().cloned()
                    };
                    self.both(Kind::TransitGateway, gateway(mine), gateway(theirs));
                }
                (Facts::Vpc(mine), Facts::Vpc(theirs)) => {
                    let options = |facts: &VpcFacts| facts.dhcp_options.value().cloned();
                    self.both(Kind::DhcpOptions, options(mine), options(theirs));
                }
                (Facts::RouteTable(mine), Facts::RouteTable(theirs)) => {
                    let (mine, theirs) = (mine.clone(), theirs.clone());
                    self.of_table(&mine, &theirs);
                }
                _ => {}
            }
        }
    }

    fn both(&mut self, kind: Kind, mine: Option<Id>, theirs: Option<Id>) {
        if let (Some(mine @ Id::Planned(_)), Some(theirs @ Id::Aws(_))) = (mine, theirs) {
            let key = Key::new(kind, mine);
            if !self.ids.contains_key(&key) {
                // Several VPCs of a plan may be attached to one.
                self.taken.insert(Key::new(kind, theirs.clone()));
                self.ids.insert(key, theirs);
            }
        }
    }

    fn of_nat(&mut self, mine: &NatGatewayFacts, theirs: &NatGatewayFacts) {
        let table = |facts: &NatGatewayFacts| facts.route_table.value().cloned().flatten();
        if let (Some(mine @ Id::Planned(_)), Some(theirs)) = (table(mine), table(theirs)) {
            self.pair(&Key::new(Kind::RouteTable, mine), &theirs);
        }
        let allocations = |facts: &NatGatewayFacts, is_primary: bool| -> Vec<Id> {
            let addresses = facts.addresses.items().iter();
            addresses
                .filter(|it| it.primary == is_primary)
                .filter_map(|it| it.allocation.clone())
                .collect()
        };
        for is_primary in [true, false] {
            let (mine, theirs) = (
                allocations(mine, is_primary),
                allocations(theirs, is_primary),
            );
            if let ([mine @ Id::Planned(_)], [theirs]) = (mine.as_slice(), theirs.as_slice()) {
                self.pair(&Key::new(Kind::ElasticIp, mine.clone()), theirs);
            }
        }
    }

    /// A route to a gateway endpoint tells its prefix list, where lists were not read by name.
    fn of_table(&mut self, mine: &RouteTableFacts, theirs: &RouteTableFacts) {
        for route in mine.routes.items() {
            let (Destination::PrefixList(list @ Id::Planned(_)), Some(target)) =
                (&route.destination, route.target.key())
            else {
                continue;
            };
            let Some(target) = self.ids.get(target) else {
                continue;
            };
            let is_same = |key: &Key| key.kind == Kind::VpcEndpoint && key.id == *target;
            let found = theirs.routes.items().iter().find_map(|it| {
                let is_same = it.target.key().is_some_and(is_same);
                match &it.destination {
                    Destination::PrefixList(id) if is_same => Some(id.clone()),
                    _ => None,
                }
            });
            self.both(Kind::PrefixList, Some(list.clone()), found);
        }
    }

    fn result(self) -> Matched {
        let refers = |kind: Kind| matches!(kind, Kind::PrefixList | Kind::TransitGateway);
        let open = self.planned.resources().filter(|it| is_open(it));
        let unmatched = open
            .map(|it| it.key())
            .filter(|key| !self.ids.contains_key(*key) && !refers(key.kind));
        let vpcs = self.ids.iter().filter(|(key, _)| key.kind == Kind::Vpc);
        let vpcs: BTreeSet<Id> = vpcs.map(|(_, id)| id.clone()).collect();
        let along = self.live.interfaces_along();
        let is_other = |key: &Key| {
            let comes_along = key.kind == Kind::NetworkInterface && along.contains(&key.id);
            !comes_along && !self.taken.contains(key) && self.planned.get(key).is_none()
        };
        let members = self.live.members(&vpcs);
        Matched {
            unmatched: unmatched.cloned().collect(),
            others: members.into_iter().filter(is_other).collect(),
            ids: self.ids,
        }
    }
}

/// The one attachment of a VPC, where the plan does not say to which transit gateway.
fn only_attachment(resource: &Resource) -> Mark {
    let Facts::TransitGatewayAttachment(facts) = resource.facts() else {
        return None;
    };
    let is_planned = matches!(resource.key().id, Id::Planned(_));
    let is_open = matches!(facts.transit_gateway.value(), Some(Id::Planned(_)));
    if is_planned && !is_open {
        return None;
    }
    Some(vec![resource.vpc()?.as_str().into()])
}

fn is_open(resource: &Resource) -> bool {
    matches!(resource.key().id, Id::Planned(_))
}

/// The logical name: of a planned resource, or of what a live one was made as.
fn made(resource: &Resource) -> Option<Text> {
    match &resource.key().id {
        Id::Planned(name) => Some(name.clone()),
        Id::Aws(_) => resource.tag(MADE_TAG).map(Text::from),
    }
}

/// A VPC by what it was made as, its first block, which never changes, and its name: every design calls its first VPC
/// the same to begin with, and none of them is to be taken for another's.
fn made_vpc(resource: &Resource) -> Mark {
    let Facts::Vpc(facts) = resource.facts() else {
        return None;
    };
    let primary = facts.primary_cidr.value()?;
    let name = resource.tag("Name").unwrap_or_default();
    Some(vec![
        made(resource)?,
        format_compact!("{primary}"),
        name.into(),
    ])
}

/// A VPC by its name and its version 4 blocks.
fn named_blocks(resource: &Resource) -> Mark {
    let Facts::Vpc(facts) = resource.facts() else {
        return None;
    };
    let primary = facts.primary_cidr.value()?;
    let mut blocks: Vec<Text> = facts
        .cidr_blocks
        .items()
        .iter()
        .filter_map(|it| Some(format_compact!("{}", it.usable()?)))
        .collect();
    blocks.sort_unstable();
    let name = resource.tag("Name").unwrap_or_default();
    let mut mark: Vec<Text> = vec![name.into(), format_compact!("{primary}")];
    mark.extend(blocks);
    Some(mark)
}

/// By VPC and name.
fn by_name(resource: &Resource) -> Mark {
    let vpc = resource.vpc()?.as_str().into();
    let name = resource.tag("Name").filter(|name| !name.is_empty())?;
    // The main table is told by being that, and so is the ACL that came with the VPC.
    let is_of_aws = match resource.facts() {
        Facts::RouteTable(facts) => facts.associations.items().iter().any(|it| it.main),
        Facts::NetworkAcl(facts) => facts.is_default.value() == Some(&true),
        _ => false,
    };
    (!is_of_aws).then(|| vec![vpc, name.into()])
}

fn list(mark: &mut Vec<Text>, ids: impl Iterator<Item = Id>) -> usize {
    let mut ids: Vec<Text> = ids.map(|id| id.as_str().into()).collect();
    ids.sort_unstable();
    ids.dedup();
    let count = ids.len();
    mark.extend(ids);
    count
}

/// What tells a resource from the others of its VPC.
fn structure(resource: &Resource) -> Mark {
    let mut mark: Vec<Text> = vec![resource.vpc()?.as_str().into()];
    match resource.facts() {
        Facts::Subnet(facts) => {
            if let Some(block) = facts.cidr_block.value()? {
                mark.push(format_compact!("{block}"));
            } else {
                let block = facts
                    .ipv6_blocks
                    .items()
                    .iter()
                    .find_map(super::facts::CidrAssociation::usable);
                mark.push(format_compact!("{}", block?));
            }
        }
        Facts::RouteTable(facts) => {
            let held = || facts.associations.items().iter().filter(|it| it.holds());
            if held().any(|it| it.main) {
                mark.push("main".into());
            } else {
                let tied =
                    held().flat_map(|it| it.subnet.clone().into_iter().chain(it.gateway.clone()));
                if list(&mut mark, tied) == 0 {
                    return None;
                }
            }
        }
        Facts::InternetGateway(_)
        | Facts::EgressOnlyInternetGateway(_)
        | Facts::VpnGateway(_)
        | Facts::CarrierGateway(_) => {}
        Facts::NatGateway(facts) => match facts.subnet.value()? {
            Some(subnet) => mark.push(subnet.as_str().into()),
            None => mark.push("regional".into()),
        },
        Facts::VpcEndpoint(facts) => {
            mark.push(facts.endpoint_type.value()?.clone());
            mark.push(facts.service_name.value()?.clone());
        }
        Facts::NetworkAcl(facts) => {
            if facts.is_default.value() == Some(&true) {
                mark.push("default".into());
            } else if list(&mut mark, facts.subnets.items().iter().cloned()) == 0 {
                return None;
            }
        }
        Facts::SecurityGroup(facts) => mark.push(facts.group_name.value()?.clone()),
        Facts::VpcPeeringConnection(facts) => {
            mark.push(facts.accepter.value()?.vpc.as_str().into());
        }
        Facts::TransitGatewayAttachment(facts) => {
            mark.push(facts.transit_gateway.value()?.as_str().into());
        }
        Facts::FlowLog(facts) => {
            mark.push(facts.destination.value()?.clone());
            mark.push(facts.traffic_type.value()?.clone());
        }
        Facts::NetworkInterface(facts) => {
            if !matches!(InterfaceUse::of(facts), InterfaceUse::Resolver(_)) {
                return None;
            }
            mark.push(facts.subnet.value()?.as_str().into());
            list(&mut mark, facts.groups.items().iter().cloned());
        }
        _ => return None,
    }
    Some(mark)
}
