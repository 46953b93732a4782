//! What a network is made of, call by call.
//!
//! A [`Thing`] is the smallest piece that one call makes and another takes away: a subnet, a route, an attachment, an
//! association. Each side of a change is taken apart into things by the same code; those of one side only are made or
//! taken away, and those of both that differ are changed. So what is removed goes the way it would have come, the other
//! way round.

mod gateways;
mod routes;
mod services;
mod vpc;

pub(super) use services::resolver_of;

use super::call::{Action, Call, Find, Parameters, Value};
use super::fields;
use super::view::{Companion, View, is_reference};
use crate::cidr;
use crate::network::{Facts, Id, Key, Kind, Resource, Text};
use compact_str::format_compact;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

/// Where a thing stands in the order of making; near to that of AWS's own progress page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    Vpc,
    Block,
    Attribute,
    Encryption,
    PublicSubnet,
    Subnet,
    PublicSubnetAttribute,
    SubnetAttribute,
    InternetGateway,
    EgressOnlyGateway,
    PublicTable,
    Address,
    NatGateway,
    TransitGateway,
    VpnGateway,
    Peering,
    Table,
    AwsMadeTable,
    Group,
    GatewayEndpoint,
    InterfaceEndpoint,
    Resolver,
    FlowLog,
    Tag,
}

/// The order of making: VPC by VPC, then by phase, then by tier, number and zone.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Order {
    vpc: Text,
    phase: Phase,
    stem: Text,
    number: u64,
    id: Text,
    part: u8,
    rest: Text,
}

impl Order {
    fn new(vpc: Option<&Id>, phase: Phase, id: &Id) -> Self {
        let id = id.as_str();
        // `main/private/eu-west-1a/4`: numbers run over the zones, so they come first.
        let parts: Vec<&str> = id.split('/').collect();
        let (stem, number) = match parts.as_slice() {
            [vpc, tier, .., number] => match number.parse() {
                Ok(number) => (format_compact!("{vpc}/{tier}"), number),
                Err(_) => (id.into(), 0),
            },
            _ => (id.into(), 0),
        };
        Self {
            vpc: vpc.map(|id| id.as_str().into()).unwrap_or_default(),
            phase,
            stem,
            number,
            id: id.into(),
            part: 0,
            rest: Text::default(),
        }
    }

    /// A place within what is made first of all.
    fn part(mut self, part: u8, rest: impl Into<Text>) -> Self {
        self.part = part;
        self.rest = rest.into();
        self
    }
}

/// What only one thing at a time can have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// Something with a name (`the internet gateway of vpc-1`).
    Word(Text),
    /// Addresses of a VPC.
    Block(Id, IpNet),
}

impl Claim {
    pub(super) fn clashes(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Word(mine), Self::Word(theirs)) => mine == theirs,
            (Self::Block(vpc, mine), Self::Block(other, theirs)) => {
                vpc == other && cidr::overlap(*mine, *theirs)
            }
            _ => false,
        }
    }
}

/// Why something cannot be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cannot {
    pub field: Option<&'static str>,
    pub why: String,
}

/// The smallest piece that one call makes and another takes away.
#[derive(Clone, Debug)]
pub(super) struct Thing {
    pub about: Key,
    /// What tells it from others that the same call makes.
    pub subject: Text,
    pub make: Call,
    pub makes: Option<Key>,
    pub output: Option<&'static str>,
    pub brings: Vec<Key>,
    /// Tags it gets when it is made.
    pub tags: Vec<(Text, Text)>,
    /// Taking it away; `None` where it goes with something else.
    pub unmake: Option<Call>,
    /// Ids of things that must be there before it, and as long as it is.
    pub needs: BTreeSet<Text>,
    pub claims: Vec<Claim>,
    /// The id of the thing it goes with.
    pub lives_with: Option<Text>,
    /// Whether it is the same again when it is made again.
    pub is_light: bool,
    /// What stands against making it.
    pub cannot: Vec<Cannot>,
    pub order: Order,
}

impl Thing {
    fn new(about: &Key, subject: impl Into<Text>, make: Call, order: Order) -> Self {
        Self {
            about: about.clone(),
            subject: subject.into(),
            make,
            makes: None,
            output: None,
            brings: Vec::new(),
            tags: Vec::new(),
            unmake: None,
            needs: BTreeSet::new(),
            claims: Vec::new(),
            lives_with: None,
            is_light: false,
            cannot: Vec::new(),
            order,
        }
    }

    /// The id of the thing, which is that of the step that makes it.
    pub(super) fn id(&self) -> Text {
        self.step_id(self.make.action)
    }

    /// The id of a step about it.
    pub(super) fn step_id(&self, action: Action) -> Text {
        step_id(action, &self.subject)
    }

    fn making(mut self, output: &'static str) -> Self {
        self.makes = Some(self.about.clone());
        self.output = Some(output);
        self
    }

    fn unmade(mut self, unmake: Call) -> Self {
        self.unmake = Some(unmake);
        self
    }

    fn light(mut self) -> Self {
        self.is_light = true;
        self
    }

    fn living_with(mut self, id: Text) -> Self {
        self.needs.insert(id.clone());
        self.lives_with = Some(id);
        self
    }

    fn needing(mut self, ids: impl IntoIterator<Item = Text>) -> Self {
        self.needs.extend(ids);
        self
    }

    fn claiming(mut self, claim: Text) -> Self {
        self.claims.push(Claim::Word(claim));
        self
    }

    fn cannot(&mut self, field: Option<&'static str>, why: impl Into<String>) {
        let why = why.into();
        self.cannot.push(Cannot { field, why });
    }
}

pub(super) fn step_id(action: Action, subject: &str) -> Text {
    format_compact!("{} {subject}", action.name())
}

/// The call that makes a resource of a kind, where there is one.
pub(super) fn maker_of(kind: Kind) -> Option<Action> {
    Some(match kind {
        Kind::Vpc => Action::CreateVpc,
        Kind::Subnet => Action::CreateSubnet,
        Kind::RouteTable => Action::CreateRouteTable,
        Kind::InternetGateway => Action::CreateInternetGateway,
        Kind::EgressOnlyInternetGateway => Action::CreateEgressOnlyInternetGateway,
        Kind::NatGateway => Action::CreateNatGateway,
        Kind::ElasticIp => Action::AllocateAddress,
        Kind::VpcEndpoint => Action::CreateVpcEndpoint,
        Kind::VpcPeeringConnection => Action::CreateVpcPeeringConnection,
        Kind::TransitGatewayAttachment => Action::CreateTransitGatewayVpcAttachment,
        Kind::VpnGateway => Action::CreateVpnGateway,
        Kind::SecurityGroup => Action::CreateSecurityGroup,
        Kind::NetworkAcl => Action::CreateNetworkAcl,
        Kind::FlowLog => Action::CreateFlowLogs,
        _ => return None,
    })
}

/// Takes one side of the change apart.
pub(super) struct Maker<'a> {
    before: &'a View,
    after: &'a View,
    /// The side that is taken apart.
    view: &'a View,
    is_after: bool,
    found: Vec<Thing>,
}

impl<'a> Maker<'a> {
    /// The things of these resources as they are before, or after.
    pub(super) fn things(
        before: &'a View,
        after: &'a View,
        is_after: bool,
        keys: &BTreeSet<Key>,
    ) -> BTreeMap<Text, Thing> {
        let view = if is_after { after } else { before };
        let mut maker = Self {
            before,
            after,
            view,
            is_after,
            found: Vec::new(),
        };
        for key in keys {
            if let Some(resource) = view.get(key) {
                maker.resource(resource);
            }
        }
        maker.resolver_endpoints(keys);
        maker
            .found
            .into_iter()
            .map(|thing| (thing.id(), thing))
            .collect()
    }

    /// A resource's id in a call about its tags, and that call's order.
    pub(super) fn for_tags(before: &'a View, after: &'a View, key: &Key) -> (Value, Order) {
        let maker = Self {
            before,
            after,
            view: after,
            is_after: true,
            found: Vec::new(),
        };
        let vpc = maker.vpc_of(key);
        let order = Order::new(vpc.as_ref(), Phase::Tag, &key.id).part(0, key.kind.word());
        (maker.refer_self(key), order)
    }

    fn resource(&mut self, resource: &Resource) {
        let key = resource.key();
        if is_reference(resource) && !self.on_both(key) {
            // Only what ties it to a VPC that is made is ours.
            match resource.facts() {
                Facts::InternetGateway(facts) => self.internet_attachments(key, facts),
                Facts::VpnGateway(facts) => self.vpn_attachments(key, facts),
                _ => {}
            }
            return;
        }
        let from = self.found.len();
        match resource.facts() {
            Facts::Vpc(facts) => self.vpc(key, facts),
            Facts::Subnet(facts) => self.subnet(key, facts),
            Facts::RouteTable(facts) => self.route_table(key, facts),
            Facts::InternetGateway(facts) => self.internet_gateway(key, facts),
            Facts::EgressOnlyInternetGateway(facts) => self.egress_only_gateway(key, facts),
            Facts::ElasticIp(facts) => self.elastic_ip(key, facts),
            Facts::NatGateway(facts) => self.nat_gateway(key, facts),
            Facts::TransitGatewayAttachment(facts) => self.transit_attachment(key, facts),
            Facts::VpnGateway(facts) => self.vpn_gateway(key, facts),
            Facts::VpcPeeringConnection(facts) => self.peering(key, facts),
            Facts::SecurityGroup(facts) => self.security_group(key, facts),
            Facts::NetworkAcl(facts) => self.network_acl(key, facts),
            Facts::VpcEndpoint(facts) => self.endpoint(key, facts),
            Facts::FlowLog(facts) => self.flow_log(key, facts),
            _ => {}
        }
        let tags = own_tags(resource);
        let comes_along = self.companion(key).is_some() && !self.on_both(key);
        let made = self
            .found
            .iter_mut()
            .skip(from)
            .find(|thing| thing.makes.as_ref() == Some(key));
        if let Some(thing) = made {
            thing.tags = tags;
            for (field, why) in fields::not_at_creation(resource) {
                thing.cannot(Some(field), why);
            }
        } else if comes_along {
            self.tags_of_companion(key, &tags);
        }
    }

    /// The tags of what is made for a VPC and is no resource of the network: those of the VPC, without its name.
    fn tags_beside(&self, vpc: &Id) -> Vec<(Text, Text)> {
        let vpc = self.view.get(&Key::new(Kind::Vpc, vpc.clone()));
        let mut tags = vpc.map(|vpc| own_tags(vpc)).unwrap_or_default();
        tags.retain(|(name, _)| name != "Name");
        tags
    }

    /// Tags on what AWS makes come in a call of their own.
    fn tags_of_companion(&mut self, key: &Key, tags: &[(Text, Text)]) {
        let owner = match self.companion(key) {
            Some(Companion::Vpc(vpc)) => Key::new(Kind::Vpc, vpc),
            Some(Companion::NatGateway(nat)) => Key::new(Kind::NatGateway, nat),
            Some(Companion::Service) | None => return,
        };
        if tags.is_empty() {
            return;
        }
        let vpc = self.vpc_of(key);
        let order = Order::new(vpc.as_ref(), Phase::Tag, &key.id).part(0, key.kind.word());
        let subject = format_compact!("{} {}", key.kind.word(), key.id);
        let mut thing = Thing::new(
            key,
            subject,
            Call::new(Action::CreateTags, Parameters::new()),
            order,
        );
        let id = self.refer(&mut thing, key);
        thing.make.parameters = Parameters::new()
            .with("Resources", vec![id])
            .with("Tags", tag_list(tags));
        let owner = self.creator(&owner);
        self.found.push(match owner {
            Some(owner) => thing.living_with(owner),
            None => thing,
        });
    }

    /// Whether a resource is there before and after.
    fn on_both(&self, key: &Key) -> bool {
        self.before.has(key) && self.after.has(key)
    }

    /// Who makes a resource, where no call makes it alone.
    fn companion(&self, key: &Key) -> Option<Companion> {
        companion(self.before, self.after, key)
    }

    /// The id of the thing that makes a resource, whether or not it is made here.
    fn creator(&self, key: &Key) -> Option<Text> {
        match self.companion(key) {
            Some(Companion::Vpc(vpc)) => Some(step_id(Action::CreateVpc, vpc.as_str())),
            Some(Companion::NatGateway(nat)) => {
                Some(step_id(Action::CreateNatGateway, nat.as_str()))
            }
            Some(Companion::Service) => None,
            None => Some(step_id(maker_of(key.kind)?, key.id.as_str())),
        }
    }

    /// The id of a resource as a parameter; the thing needs it from now on.
    fn refer(&self, thing: &mut Thing, key: &Key) -> Value {
        thing.needs.extend(self.creator(key));
        match &key.id {
            Id::Aws(id) => Value::Text(id.clone()),
            Id::Planned(_) => self.planned(thing, key),
        }
    }

    fn planned(&self, thing: &mut Thing, key: &Key) -> Value {
        if key.kind == Kind::PrefixList {
            let name = self.view.prefix_list_name(&key.id);
            return Value::Find(Find::PrefixList { name });
        }
        match self.companion(key) {
            Some(Companion::Vpc(vpc)) => {
                let vpc = Box::new(self.refer(thing, &Key::new(Kind::Vpc, vpc)));
                return Value::Find(match key.kind {
                    Kind::RouteTable => Find::MainRouteTable { vpc },
                    Kind::NetworkAcl => Find::DefaultNetworkAcl { vpc },
                    _ => Find::DefaultSecurityGroup { vpc },
                });
            }
            Some(Companion::NatGateway(nat)) => {
                let nat_gateway = Box::new(self.refer(thing, &Key::new(Kind::NatGateway, nat)));
                return Value::Find(Find::NatRouteTable { nat_gateway });
            }
            Some(Companion::Service) | None => {}
        }
        if self.before.has(key) {
            return Value::Given(key.clone());
        }
        if !self.after.has(key) {
            thing.cannot(
                None,
                format!("it needs the {key}, which is neither there nor planned; add it first"),
            );
        }
        if maker_of(key.kind).is_some() {
            Value::Made(key.clone())
        } else {
            Value::Given(key.clone())
        }
    }

    /// Ids of resources of one kind as a list parameter.
    fn refer_all(&self, thing: &mut Thing, kind: Kind, ids: &[Id]) -> Value {
        Value::List(
            ids.iter()
                .map(|id| self.refer(thing, &Key::new(kind, id.clone())))
                .collect(),
        )
    }

    /// The VPC a resource belongs to, for the order.
    fn vpc_of(&self, key: &Key) -> Option<Id> {
        vpc_of(self.view, key)
    }
}

/// Who makes a resource, where no call makes it alone; the same on both sides of a change. Of a VPC that stays, the main
/// table is such a one only as long as it stays the main one: another that takes its place has been made by itself.
pub(super) fn companion(before: &View, after: &View, key: &Key) -> Option<Companion> {
    let was = before.companion(key);
    let is = after.companion(key);
    if let (Some(Companion::Vpc(vpc)), _) | (_, Some(Companion::Vpc(vpc))) = (&was, &is)
        && key.kind == Kind::RouteTable
    {
        let vpc_key = Key::new(Kind::Vpc, vpc.clone());
        let stays = before.has(&vpc_key) && after.has(&vpc_key);
        // A VPC always has a main table; where none was read, this is it.
        let was_main = before.main_table(vpc).is_none_or(|main| *main == key.id);
        if stays && !(was_main && after.main_table(vpc) == Some(&key.id)) {
            return None;
        }
    }
    if before.has(key) { was } else { is }
}

/// The VPC a resource belongs to.
pub(super) fn vpc_of(view: &View, key: &Key) -> Option<Id> {
    let resource = view.get(key)?;
    let attached = |attachments: &[crate::network::VpcAttachment]| {
        attachments.first().map(|attachment| attachment.vpc.clone())
    };
    match resource.facts() {
        Facts::Vpc(_) => Some(key.id.clone()),
        Facts::Subnet(facts) => facts.vpc.value().cloned(),
        Facts::RouteTable(facts) => facts.vpc.value().cloned(),
        Facts::InternetGateway(facts) => attached(facts.attachments.items()),
        Facts::EgressOnlyInternetGateway(facts) => attached(facts.attachments.items()),
        Facts::NatGateway(facts) => facts.vpc.value().cloned(),
        Facts::VpcEndpoint(facts) => facts.vpc.value().cloned(),
        Facts::VpcPeeringConnection(facts) => Some(facts.requester.value()?.vpc.clone()),
        Facts::TransitGatewayAttachment(facts) => facts.resource.value().cloned(),
        Facts::VpnGateway(facts) => attached(facts.attachments.items()),
        Facts::NetworkAcl(facts) => facts.vpc.value().cloned(),
        Facts::SecurityGroup(facts) => facts.vpc.value().cloned(),
        Facts::NetworkInterface(facts) => facts.vpc.value().cloned(),
        Facts::ElasticIp(_) => view.vpc_of_address(&key.id).cloned(),
        Facts::FlowLog(facts) => {
            let of = facts.resource.value()?;
            let kinds = [Kind::Vpc, Kind::Subnet, Kind::NetworkInterface];
            kinds
                .into_iter()
                .find_map(|kind| vpc_of(view, &Key::new(kind, of.clone())))
        }
        _ => None,
    }
}

/// The tags people gave; those that begin with `aws:` are AWS's own and cannot be written.
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html>
pub(super) fn own_tags(resource: &Resource) -> Vec<(Text, Text)> {
    let tags = resource.common().tags.value();
    tags.into_iter()
        .flatten()
        .filter(|(name, _)| !name.starts_with("aws:"))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// Tags as a parameter, the name first of all.
pub(super) fn tag_list(tags: &[(Text, Text)]) -> Value {
    let mut tags: Vec<&(Text, Text)> = tags.iter().collect();
    tags.sort_by_key(|(name, _)| name != "Name");
    let pair = |(name, value): &(Text, Text)| {
        Value::Map(
            Parameters::new()
                .with("Key", name.clone())
                .with("Value", value.clone()),
        )
    };
    Value::List(tags.into_iter().map(pair).collect())
}

/// What a kind is called where resources are tagged as they are made.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TagSpecification.html>
pub(super) fn tag_word(kind: Kind) -> &'static str {
    match kind {
        Kind::FlowLog => "vpc-flow-log",
        _ => kind.word(),
    }
}
