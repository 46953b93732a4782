//! Security groups, network ACLs, endpoints, flow logs and resolver endpoints.

use super::{Claim, Maker, Order, Phase, Thing, step_id};
use crate::cidr::Family;
use crate::network::{
    AclAction, AclEntry, FlowLogFacts, Id, Key, Kind, Known, NetworkAclFacts,
    NetworkInterfaceFacts, RulePeer, SecurityGroupFacts, SecurityGroupRule, Text, VpcEndpointFacts,
    VpcFacts,
};
use crate::steps::call::{Action, Call, Find, Parameters, Value, Wait};
use crate::steps::view::View;
use compact_str::format_compact;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

/// Entries from this number on are AWS's own: nothing else matched.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html>
const LAST_ENTRY: u32 = 32_766;

/// How the interfaces of a resolver endpoint are described.
const RESOLVER: &str = "Route 53 Resolver";

/// Which way the rules of a security group look.
struct Direction {
    authorize: Action,
    revoke: Action,
    part: u8,
}

const INGRESS: Direction = Direction {
    authorize: Action::AuthorizeSecurityGroupIngress,
    revoke: Action::RevokeSecurityGroupIngress,
    part: 1,
};

const EGRESS: Direction = Direction {
    authorize: Action::AuthorizeSecurityGroupEgress,
    revoke: Action::RevokeSecurityGroupEgress,
    part: 2,
};

impl Maker<'_> {
    pub(super) fn security_group(&mut self, key: &Key, facts: &SecurityGroupFacts) {
        let vpc = facts.vpc.value();
        let order = Order::new(vpc, Phase::Group, &key.id);
        let is_companion = self.companion(key).is_some();
        if !is_companion {
            let call = Call::new(Action::CreateSecurityGroup, Parameters::new())
                .until(Wait::SecurityGroupExists);
            let mut thing = Thing::new(key, key.id.as_str(), call, order.clone()).making("GroupId");
            let mut parameters = Parameters::new();
            match facts.group_name.value() {
                Some(name) => {
                    let description = facts.description.value().filter(|text| !text.is_empty());
                    parameters = parameters
                        .with("GroupName", name.clone())
                        .with("Description", description.unwrap_or(name).clone());
                }
                None => thing.cannot(Some("group_name"), "its name is not known; give it one"),
            }
            match vpc {
                Some(vpc) => {
                    if let Some(name) = facts.group_name.value() {
                        let claim = format_compact!("the security group {name} of {vpc}");
                        thing.claims.push(Claim::Word(claim));
                    }
                    let vpc = self.refer(&mut thing, &Key::new(Kind::Vpc, vpc.clone()));
                    parameters = parameters.with("VpcId", vpc);
                }
                None => thing.cannot(Some("vpc"), "its VPC is not known; say which it belongs to"),
            }
            thing.make.parameters = parameters;
            let me = Parameters::new().with("GroupId", self.refer_self(key));
            self.found
                .push(thing.unmade(Call::new(Action::DeleteSecurityGroup, me)));
        }
        // What a group comes with is neither written nor taken away.
        let rule = |peer| SecurityGroupRule {
            protocol: "-1".into(),
            from_port: None,
            to_port: None,
            peer,
            description: None,
        };
        let (mut from_start_in, mut from_start_out) = (Vec::new(), Vec::new());
        if !self.on_both(key) {
            if is_companion {
                from_start_in.push(rule(RulePeer::Group(key.id.clone())));
            }
            // The second comes where the VPC has version 6.
            // https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html
            from_start_out.push(rule(RulePeer::Block(Family::V4.everything())));
            if has_ipv6(self.view, vpc) {
                from_start_out.push(rule(RulePeer::Block(Family::V6.everything())));
            }
        }
        self.rules(key, &facts.ingress, &from_start_in, &INGRESS, &order);
        self.rules(key, &facts.egress, &from_start_out, &EGRESS, &order);
    }

    fn rules(
        &mut self,
        key: &Key,
        rules: &Known<Vec<SecurityGroupRule>>,
        from_start: &[SecurityGroupRule],
        direction: &Direction,
        order: &Order,
    ) {
        let Known::Value(rules) = rules else { return };
        let same = |a: &SecurityGroupRule, b: &SecurityGroupRule| {
            a.protocol == b.protocol && a.peer == b.peer
        };
        let written = rules
            .iter()
            .filter(|rule| !from_start.iter().any(|other| same(rule, other)))
            .collect();
        let is_wanted = |rule: &SecurityGroupRule| rules.iter().any(|other| same(rule, other));
        // A plan that lets everything out says so of version 4, and means both.
        let unwanted = match from_start {
            [first, ..] if is_wanted(first) => Vec::new(),
            _ => from_start.iter().filter(|rule| !is_wanted(rule)).collect(),
        };
        let is_companion = self.companion(key).is_some();
        let owner = self.creator(key);
        for (rules, call, undo, is_written) in [
            (written, direction.authorize, direction.revoke, true),
            (unwanted, direction.revoke, direction.authorize, false),
        ] {
            let rules: Vec<&SecurityGroupRule> = rules;
            if rules.is_empty() {
                continue;
            }
            let order = order.clone().part(direction.part, call.name());
            let call = Call::new(call, Parameters::new());
            let mut thing = Thing::new(key, key.id.as_str(), call, order);
            let group = self.refer(&mut thing, key);
            let permissions = self.permissions(&mut thing, key, &rules);
            let parameters = Parameters::new()
                .with("GroupId", group)
                .with("IpPermissions", permissions);
            thing.make.parameters = parameters.clone();
            thing = thing.unmade(Call::new(undo, parameters)).light();
            // The rules of a group of one's own are taken back before the group: another may refer to it by them.
            if (is_companion || !is_written)
                && let Some(owner) = &owner
            {
                thing = thing.living_with(owner.clone());
            }
            self.found.push(thing);
        }
    }

    /// Rules in the shape of the API, one permission each, sorted.
    fn permissions(&self, thing: &mut Thing, key: &Key, rules: &[&SecurityGroupRule]) -> Value {
        let mut rules = rules.to_vec();
        rules.sort_unstable();
        rules.dedup();
        let permission = |rule: &SecurityGroupRule| {
            let number = |port: Option<i32>| port.map(|port| Value::Number(port.into()));
            let mut permission = Parameters::new().with("IpProtocol", rule.protocol.clone());
            if rule.protocol != "-1" {
                permission = permission
                    .with_some("FromPort", number(rule.from_port))
                    .with_some("ToPort", number(rule.to_port));
            }
            let (list, name, value) = match &rule.peer {
                RulePeer::Block(block @ IpNet::V4(_)) => {
                    ("IpRanges", "CidrIp", format_compact!("{block}").into())
                }
                RulePeer::Block(block @ IpNet::V6(_)) => {
                    ("Ipv6Ranges", "CidrIpv6", format_compact!("{block}").into())
                }
                RulePeer::Group(id) => {
                    let group = Key::new(Kind::SecurityGroup, id.clone());
                    let value = if group == *key {
                        self.refer_self(key)
                    } else {
                        self.refer(thing, &group)
                    };
                    ("UserIdGroupPairs", "GroupId", value)
                }
                RulePeer::PrefixList(id) => {
                    let list = Key::new(Kind::PrefixList, id.clone());
                    ("PrefixListIds", "PrefixListId", self.refer(thing, &list))
                }
            };
            let peer = Parameters::new()
                .with(name, value)
                .with_some("Description", rule.description.clone());
            Value::Map(permission.with(list, vec![Value::Map(peer)]))
        };
        Value::List(rules.into_iter().map(permission).collect())
    }

    pub(super) fn network_acl(&mut self, key: &Key, facts: &NetworkAclFacts) {
        let vpc = facts.vpc.value();
        let order = Order::new(vpc, Phase::Group, &key.id);
        let is_companion = self.companion(key).is_some();
        if !is_companion {
            let call = Call::new(Action::CreateNetworkAcl, Parameters::new());
            let mut thing = Thing::new(key, key.id.as_str(), call, order.clone())
                .making("NetworkAcl.NetworkAclId");
            match vpc {
                Some(vpc) => {
                    let vpc = self.refer(&mut thing, &Key::new(Kind::Vpc, vpc.clone()));
                    thing.make.parameters = Parameters::new().with("VpcId", vpc);
                }
                None => thing.cannot(Some("vpc"), "its VPC is not known; say which it belongs to"),
            }
            let me = Parameters::new().with("NetworkAclId", self.refer_self(key));
            self.found
                .push(thing.unmade(Call::new(Action::DeleteNetworkAcl, me)));
            self.acl_associations(key, facts, &order);
        }
        let from_start = if is_companion && !self.on_both(key) {
            first_entries(has_ipv6(self.view, vpc))
        } else {
            Vec::new()
        };
        let Known::Value(entries) = &facts.entries else {
            return;
        };
        let of_aws = self.entries_that_follow_ipv6(key, vpc);
        let own = |entry: &&AclEntry| entry.number <= LAST_ENTRY && !of_aws.contains(entry);
        for entry in entries.iter().filter(own) {
            let place =
                |other: &&AclEntry| (other.egress, other.number) == (entry.egress, entry.number);
            match from_start.iter().find(place) {
                Some(held) if held == entry => {}
                Some(_) => self.acl_entry(key, entry, Action::ReplaceNetworkAclEntry, &order),
                None => self.acl_entry(key, entry, Action::CreateNetworkAclEntry, &order),
            }
        }
        for entry in &from_start {
            let is_wanted = |it: &AclEntry| (it.egress, it.number) == (entry.egress, entry.number);
            if !entries.iter().any(is_wanted) {
                self.acl_entry(key, entry, Action::DeleteNetworkAclEntry, &order);
            }
        }
    }

    /// The entries that AWS writes into the default network ACL by itself when a VPC that is there gets version 6: in
    /// each direction whose entries are still the first ones.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html>
    fn entries_that_follow_ipv6(&self, key: &Key, vpc: Option<&Id>) -> Vec<AclEntry> {
        let had = has_ipv6(self.before, vpc);
        let changes = had != has_ipv6(self.after, vpc);
        let before = self.before.facts::<NetworkAclFacts>(&key.id);
        let Some(before) = before.filter(|_| changes && self.companion(key).is_some()) else {
            return Vec::new();
        };
        let is_as_first = |egress: bool| {
            let one_way = |entries: &[AclEntry]| -> Vec<AclEntry> {
                let own = |it: &&AclEntry| it.egress == egress && it.number <= LAST_ENTRY;
                entries.iter().filter(own).cloned().collect()
            };
            one_way(before.entries.items()) == one_way(&first_entries(had))
        };
        let of_ipv6 = |it: &AclEntry| it.cidr.is_some_and(|block| Family::of(block) == Family::V6);
        first_entries(true)
            .into_iter()
            .filter(|entry| of_ipv6(entry) && is_as_first(entry.egress))
            .collect()
    }

    fn acl_entry(&mut self, key: &Key, entry: &AclEntry, action: Action, order: &Order) {
        let way = if entry.egress { "out" } else { "in" };
        let subject = format_compact!("{} {way} {}", key.id, entry.number);
        let rest = format_compact!("{way} {:05}", entry.number);
        let order = order.clone().part(2, rest);
        let mut thing = Thing::new(key, subject, Call::new(action, Parameters::new()), order);
        let acl = self.refer(&mut thing, key);
        let place = Parameters::new()
            .with("NetworkAclId", acl)
            .with("RuleNumber", Value::Number(entry.number.into()))
            .with("Egress", entry.egress);
        if action == Action::DeleteNetworkAclEntry {
            thing.make.parameters = place;
            if let Some(owner) = self.creator(key) {
                thing = thing.living_with(owner);
            }
            self.found.push(thing);
            return;
        }
        let pair = |first: (&'static str, i64), last: (&'static str, i64)| {
            Parameters::new()
                .with(first.0, Value::Number(first.1))
                .with(last.0, Value::Number(last.1))
        };
        let mut parameters = place.clone().with("Protocol", entry.protocol.clone()).with(
            "RuleAction",
            match entry.action {
                AclAction::Allow => "allow",
                AclAction::Deny => "deny",
            },
        );
        parameters = match entry.cidr {
            Some(IpNet::V4(block)) => parameters.with("CidrBlock", format_compact!("{block}")),
            Some(IpNet::V6(block)) => parameters.with("Ipv6CidrBlock", format_compact!("{block}")),
            None => {
                thing.cannot(
                    Some("entries"),
                    format!("its entry {} names no block; give it one", entry.number),
                );
                parameters
            }
        };
        parameters = parameters
            .with_some(
                "PortRange",
                entry
                    .ports
                    .map(|(from, to)| pair(("From", from.into()), ("To", to.into()))),
            )
            .with_some(
                "IcmpTypeCode",
                entry
                    .icmp
                    .map(|(kind, code)| pair(("Type", kind.into()), ("Code", code.into()))),
            );
        thing.make.parameters = parameters;
        thing = thing
            .unmade(Call::new(Action::DeleteNetworkAclEntry, place))
            .light();
        if let Some(owner) = self.creator(key) {
            thing = thing.living_with(owner);
        }
        self.found.push(thing);
    }

    /// The steps that make gateway endpoints of a service in a VPC. Private names of an interface endpoint beside one answer
    /// machines outside only, which AWS takes only once the other is there.
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-s3.html>
    fn gateway_endpoints_of(&self, vpc: &Id, service: &Text) -> Vec<Text> {
        let endpoints = self.view.all::<VpcEndpointFacts>();
        let is_gateway = |facts: &VpcEndpointFacts| {
            facts
                .endpoint_type
                .value()
                .is_some_and(|it| it == "Gateway")
                && facts.vpc.value() == Some(vpc)
                && facts.service_name.value() == Some(service)
        };
        endpoints
            .filter(|(_, facts)| is_gateway(facts))
            .map(|(id, _)| step_id(Action::CreateVpcEndpoint, id.as_str()))
            .collect()
    }

    /// A subnet always has a network ACL: it is given another instead of one.
    fn acl_associations(&mut self, key: &Key, facts: &NetworkAclFacts, order: &Order) {
        let Some(vpc) = facts.vpc.value() else { return };
        let default = self.view.companions_of_vpc(vpc);
        let default = default.into_iter().find(|key| key.kind == Kind::NetworkAcl);
        for subnet in facts.subnets.items() {
            let call = Call::new(Action::ReplaceNetworkAclAssociation, Parameters::new());
            let order = order.clone().part(3, subnet.as_str());
            let mut thing = Thing::new(key, subnet.as_str(), call, order);
            let subnet_key = Key::new(Kind::Subnet, subnet.clone());
            let id = self.refer(&mut thing, &subnet_key);
            let association = Value::Find(Find::NetworkAclAssociation {
                subnet: Box::new(id),
            });
            let to = |acl: Value| {
                Parameters::new()
                    .with("AssociationId", association.clone())
                    .with("NetworkAclId", acl)
            };
            let acl = self.refer(&mut thing, key);
            thing.make.parameters = to(acl);
            if let Some(default) = &default {
                let default = self.refer(&mut thing, default);
                let call = Call::new(Action::ReplaceNetworkAclAssociation, to(default));
                thing = thing.unmade(call).light();
            }
            if let Some(owner) = self.creator(&subnet_key) {
                thing = thing.living_with(owner);
            }
            self.found.push(thing);
        }
    }

    pub(super) fn endpoint(&mut self, key: &Key, facts: &VpcEndpointFacts) {
        let state = facts.state.value().map(Text::to_lowercase);
        let is_gone = matches!(
            state.as_deref(),
            Some("deleted" | "deleting" | "rejected" | "expired" | "failed")
        );
        if is_gone || self.companion(key).is_some() {
            return;
        }
        let vpc = facts.vpc.value();
        let word = facts.endpoint_type.value().map_or("", Text::as_str);
        let phase = if word == "Gateway" {
            Phase::GatewayEndpoint
        } else {
            Phase::InterfaceEndpoint
        };
        let call = Call::new(Action::CreateVpcEndpoint, Parameters::new())
            .until(Wait::VpcEndpointAvailable);
        let order = Order::new(vpc, phase, &key.id);
        let mut thing =
            Thing::new(key, key.id.as_str(), call, order).making("VpcEndpoint.VpcEndpointId");
        let mut parameters = Parameters::new();
        match vpc {
            Some(vpc) => {
                let vpc = self.refer(&mut thing, &Key::new(Kind::Vpc, vpc.clone()));
                parameters = parameters.with("VpcId", vpc);
            }
            None => thing.cannot(Some("vpc"), "its VPC is not known; say which it belongs to"),
        }
        if !matches!(word, "Gateway" | "Interface" | "GatewayLoadBalancer") {
            thing.cannot(
                Some("endpoint_type"),
                format!("endpoints of type “{word}” cannot be made here; make it by hand"),
            );
        }
        let service = facts.service_name.value();
        if service.is_none() {
            thing.cannot(Some("service_name"), "its service is not known; give one");
        }
        parameters = parameters
            .with("VpcEndpointType", word)
            .with_some("ServiceName", service.cloned());
        if word == "Gateway" {
            let tables = facts.route_tables.items();
            for table in tables {
                let service = service.map_or("", Text::as_str);
                let claim = format_compact!("routes to {service} in {table}");
                thing.claims.push(Claim::Word(claim));
            }
            let tables = self.refer_all(&mut thing, Kind::RouteTable, tables);
            parameters = parameters.with("RouteTableIds", tables);
        } else {
            let subnets = self.refer_all(&mut thing, Kind::Subnet, facts.subnets.items());
            parameters = parameters.with("SubnetIds", subnets);
        }
        if word == "Interface" {
            let groups = self.refer_all(&mut thing, Kind::SecurityGroup, facts.groups.items());
            let names = facts.private_dns_enabled.value();
            parameters = parameters
                .with("SecurityGroupIds", groups)
                .with_some("PrivateDnsEnabled", names.copied());
            if names == Some(&true)
                && let (Some(vpc), Some(service)) = (vpc, service)
            {
                // Private names need both attributes of the VPC.
                // https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html
                for attribute in ["EnableDnsSupport", "EnableDnsHostnames"] {
                    let subject = format_compact!("{vpc} {attribute}");
                    thing
                        .needs
                        .insert(step_id(Action::ModifyVpcAttribute, &subject));
                }
                let claim = format_compact!("private names of {service} in {vpc}");
                thing.claims.push(Claim::Word(claim));
                thing.needs.extend(self.gateway_endpoints_of(vpc, service));
            }
        }
        let policy = facts.policy.value().filter(|text| !text.is_empty());
        thing.make.parameters = parameters
            .with_some("IpAddressType", facts.ip_address_type.value().cloned())
            .with_some("PolicyDocument", policy.cloned());
        let ids = vec![self.refer_self(key)];
        let unmake = Call::new(
            Action::DeleteVpcEndpoints,
            Parameters::new().with("VpcEndpointIds", ids),
        );
        self.found
            .push(thing.unmade(unmake.until(Wait::VpcEndpointDeleted)));
    }

    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateFlowLogs.html>
    pub(super) fn flow_log(&mut self, key: &Key, facts: &FlowLogFacts) {
        let vpc = self.vpc_of(key);
        let order = Order::new(vpc.as_ref(), Phase::FlowLog, &key.id);
        let call = Call::new(Action::CreateFlowLogs, Parameters::new());
        let mut thing = Thing::new(key, key.id.as_str(), call, order).making("FlowLogIds.0");
        let kinds = [
            (Kind::Vpc, "VPC"),
            (Kind::Subnet, "Subnet"),
            (Kind::NetworkInterface, "NetworkInterface"),
        ];
        let of = facts.resource.value().and_then(|id| {
            let (kind, word) = kinds.into_iter().find(|(kind, _)| match id {
                Id::Aws(id) => Kind::of_id(id) == Some(*kind),
                Id::Planned(_) => self.view.has(&Key::new(*kind, id.clone())),
            })?;
            Some((Key::new(kind, id.clone()), word))
        });
        let mut parameters = Parameters::new();
        match of {
            Some((of, word)) => {
                let id = self.refer(&mut thing, &of);
                parameters = parameters
                    .with("ResourceIds", vec![id])
                    .with("ResourceType", word);
            }
            None => thing.cannot(
                Some("resource"),
                "it records no VPC, subnet or interface of this network; say which",
            ),
        }
        let destination = facts.destination.value().filter(|text| !text.is_empty());
        let kind = facts.destination_type.value();
        let is_group = kind.is_some_and(|kind| kind == "cloud-watch-logs");
        let role = facts.deliver_logs_permission_arn.value();
        match destination {
            None => thing.cannot(
                Some("destination"),
                "it has nowhere to go; give a bucket or log group",
            ),
            Some(_) if is_group && role.is_none() => thing.cannot(
                Some("deliver_logs_permission_arn"),
                "a log group takes records from a role only; give the role's ARN",
            ),
            Some(_) => {}
        }
        // A log group can be named as well as given by its ARN.
        let name = match destination {
            Some(text) if is_group && !text.starts_with("arn:") => "LogGroupName",
            _ => "LogDestination",
        };
        thing.make.parameters = parameters
            .with_some("TrafficType", facts.traffic_type.value().cloned())
            .with_some("LogDestinationType", kind.cloned())
            .with_some(name, destination.cloned())
            .with_some("DeliverLogsPermissionArn", role.cloned());
        let ids = vec![self.refer_self(key)];
        self.found.push(thing.unmade(Call::new(
            Action::DeleteFlowLogs,
            Parameters::new().with("FlowLogIds", ids),
        )));
    }

    /// The interfaces of one resolver endpoint are one thing: the resolver makes them together.
    /// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_CreateResolverEndpoint.html>
    pub(super) fn resolver_endpoints(&mut self, keys: &BTreeSet<Key>) {
        // An interface that comes or goes is on one side only, and changes the endpoint on both.
        let touched: BTreeSet<Text> = keys
            .iter()
            .flat_map(|key| {
                [self.before, self.after].map(|view| {
                    let facts = view.facts::<NetworkInterfaceFacts>(&key.id)?;
                    resolver_of(key, facts)
                })
            })
            .flatten()
            .collect();
        let mut endpoints: BTreeMap<Text, Vec<(Key, NetworkInterfaceFacts)>> = BTreeMap::new();
        for (id, facts) in self.view.all::<NetworkInterfaceFacts>() {
            let key = Key::new(Kind::NetworkInterface, id.clone());
            if let Some(endpoint) = self.resolver_of(&key)
                && touched.contains(&endpoint)
            {
                let interfaces = endpoints.entry(endpoint).or_default();
                interfaces.push((key, facts.clone()));
            }
        }
        for (endpoint, interfaces) in endpoints {
            self.resolver_endpoint(&endpoint, &interfaces);
        }
    }

    /// The resolver endpoint an interface belongs to: its id where AWS's description tells it, or what the interfaces'
    /// logical names have in common.
    fn resolver_of(&self, key: &Key) -> Option<Text> {
        let facts = self.view.facts::<NetworkInterfaceFacts>(&key.id)?;
        resolver_of(key, facts)
    }

    fn resolver_endpoint(&mut self, endpoint: &Text, interfaces: &[(Key, NetworkInterfaceFacts)]) {
        let Some((about, first)) = interfaces.first() else {
            return;
        };
        let order = Order::new(first.vpc.value(), Phase::Resolver, &about.id);
        let call = Call::new(Action::CreateResolverEndpoint, Parameters::new())
            .until(Wait::ResolverEndpointOperational);
        let mut thing = Thing::new(about, endpoint.clone(), call, order);
        thing.output = Some("ResolverEndpoint.Id");
        thing.brings = interfaces.iter().map(|(key, _)| key.clone()).collect();
        let resource = self.view.get(about);
        let described = first.description.value().and_then(|text| {
            let rest = text.strip_prefix(RESOLVER)?.trim_start_matches(':').trim();
            (!rest.is_empty()).then(|| Text::from(rest))
        });
        let tagged = resource.and_then(|it| it.tag("Name")).map(Text::from);
        let called = tagged.or(described);
        let name = resolver_name(called.as_ref().unwrap_or(endpoint));
        let groups: BTreeSet<Id> = interfaces
            .iter()
            .flat_map(|(_, facts)| facts.groups.items().iter().cloned())
            .collect();
        let groups: Vec<Id> = groups.into_iter().collect();
        let groups = self.refer_all(&mut thing, Kind::SecurityGroup, &groups);
        let mut addresses = Vec::new();
        for (_, facts) in interfaces {
            match facts.subnet.value() {
                Some(subnet) => {
                    let subnet = self.refer(&mut thing, &Key::new(Kind::Subnet, subnet.clone()));
                    let primary = facts.addresses.items().iter().find(|it| it.primary);
                    let ip = primary.map(|it| format_compact!("{}", it.private_ip));
                    addresses.push(Value::Map(
                        Parameters::new()
                            .with("SubnetId", subnet)
                            .with_some("Ip", ip),
                    ));
                }
                None => thing.cannot(
                    Some("subnet"),
                    "the subnet of an interface of the resolver endpoint is not known; choose one",
                ),
            }
        }
        if addresses.len() < 2 {
            thing.cannot(
                None,
                "a resolver endpoint needs addresses in two zones at least; give its tier a subnet in another",
            );
        }
        thing.make.parameters = Parameters::new()
            .with("Name", name.clone())
            .with("Direction", "INBOUND")
            .with("SecurityGroupIds", groups)
            .with("IpAddresses", addresses);
        // The interfaces it makes bear no tags of ours.
        thing.tags = first
            .vpc
            .value()
            .map_or_else(Vec::new, |vpc| self.tags_beside(vpc));
        thing.tags.extend(called.map(|name| ("Name".into(), name)));
        let made = Value::Output {
            step: thing.id(),
            path: "ResolverEndpoint.Id".into(),
        };
        let id = if endpoint.starts_with("rslvr-") {
            Value::Text(endpoint.clone())
        } else if !self.before.has(about) {
            made
        } else if let Some(vpc) = first.vpc.value() {
            let vpc = Key::new(Kind::Vpc, vpc.clone());
            let vpc = Box::new(self.refer(&mut thing, &vpc));
            Value::Find(Find::ResolverEndpoint { vpc, name })
        } else {
            thing.cannot(Some("vpc"), "its VPC is not known; say which it belongs to");
            made
        };
        let unmake = Call::new(
            Action::DeleteResolverEndpoint,
            Parameters::new().with("ResolverEndpointId", id),
        );
        self.found
            .push(thing.unmade(unmake.until(Wait::ResolverEndpointDeleted)));
    }
}

fn has_ipv6(view: &View, vpc: Option<&Id>) -> bool {
    let vpc = vpc.and_then(|vpc| view.facts::<VpcFacts>(vpc));
    vpc.is_some_and(|vpc| match &vpc.ipv6_blocks {
        Known::ChosenByAws => true,
        blocks => !blocks.items().is_empty(),
    })
}

/// What the network ACL of a new VPC holds: everything may pass.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/default-network-acl.html>
fn first_entries(has_ipv6: bool) -> Vec<AclEntry> {
    let families: &[(u32, Family)] = if has_ipv6 {
        &[(100, Family::V4), (101, Family::V6)]
    } else {
        &[(100, Family::V4)]
    };
    let entry = |egress, (number, family): (u32, Family)| AclEntry {
        egress,
        number,
        action: AclAction::Allow,
        protocol: "-1".into(),
        cidr: Some(family.everything()),
        ports: None,
        icmp: None,
    };
    [false, true]
        .into_iter()
        .flat_map(|egress| families.iter().map(move |family| entry(egress, *family)))
        .collect()
}

/// The resolver endpoint an interface belongs to.
pub(in crate::steps) fn resolver_of(key: &Key, facts: &NetworkInterfaceFacts) -> Option<Text> {
    let text = facts.description.value()?.strip_prefix(RESOLVER)?;
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let id = text
        .split(|c| !is_part(c))
        .find(|word| word.starts_with("rslvr-"));
    match (id, &key.id) {
        (Some(id), _) => Some(id.into()),
        (None, Id::Planned(name)) => Some(
            name.rsplit_once('/')
                .map_or_else(|| name.clone(), |(stem, _)| stem.into()),
        ),
        (None, Id::Aws(_)) => None,
    }
}

/// A name as the resolver takes it: letters, digits, `-`, `_`, `'` and spaces, 64 at most.
fn resolver_name(text: &str) -> Text {
    text.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "-_' ".contains(c) {
                c
            } else {
                '-'
            }
        })
        .take(64)
        .collect()
}
