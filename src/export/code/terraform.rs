//! Plain resources of the AWS provider, one for each step that makes something.
//!
//! What there can be several of is one resource with `for_each` over a map. Its keys are what the plan calls things: tier,
//! zone and number (`"private/eu-west-1a/1"`), for a route its table and destination. A zone or tier that is added so adds
//! keys, and nothing that is there is renamed, which to Terraform would mean made anew.
//!
//! Tags stand on each resource, and not in the provider's `default_tags`: what the plan tags is what is tagged, and the
//! files do the same below a provider of somebody else's, as a module.
//!
//! <https://registry.terraform.io/providers/hashicorp/aws/latest/docs>

use super::hcl::{Block, Expr, Item, quoted, write};
use super::imports::{Import, There, by_hand, imports};
use super::{Beside, Code, CodeFile, slot};
use crate::network::{
    AsFacts, FlowLogFacts, Id, Key, Kind, Network, RulePeer, SecurityGroupFacts, SecurityGroupRule,
    SubnetFacts, VpcFacts, VpcPeeringConnectionFacts,
};
use crate::steps::{Action, Find, Parameters, Step, StepGraph, Value};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

/// The provider's versions that the resources are written for, and those that know the resources of [`NEW`] too.
const PROVIDER: &str = "~> 6.0";
const NEWER_PROVIDER: &str = "~> 6.25";

/// Resources and arguments that version 6 of the provider did not have from the start.
const NEW: [&str; 2] = ["aws_vpc_encryption_control", "availability_mode"];

/// What the head of every file says.
pub(super) const MADE_BY: &str =
    "Made by VPC Atlas from a design. Change the design, not this file.";

/// Names of files that are not a VPC's.
const OTHER_FILES: [&str; 6] = [
    "imports",
    "locals",
    "outputs",
    "providers",
    "variables",
    "versions",
];

/// Steps as Terraform: a file for each VPC, and what all have in common.
///
/// What is there already is imported and not made. What no resource of the provider says goes into [`Code::by_hand`], and
/// into a comment at the head of the first file; what is there and cannot be imported by what is known of it goes there too,
/// and into comments beside the imports.
pub fn terraform(network: &Network, graph: &StepGraph, beside: &Beside, there: &There) -> Code {
    let mut writer = Writer {
        network,
        graph,
        beside,
        there,
        common: common_tags(graph),
        groups: Vec::new(),
        variables: BTreeMap::new(),
        by_hand: Vec::new(),
    };
    for step in graph.steps() {
        writer.step(step);
    }
    for (vpc, zone) in &beside.private_zones {
        writer.private_zone(vpc, zone);
    }
    writer.code()
}

/// An argument of one of the things that a resource makes.
struct Argument {
    name: &'static str,
    value: Expr,
    /// Whether it is the same for all of them by its nature.
    is_shared: bool,
}

/// One of the things that a resource makes.
#[derive(Default)]
pub(super) struct Instance {
    arguments: Vec<Argument>,
    blocks: Vec<Block>,
    pub(super) import: Import,
}

impl Instance {
    fn shared(&mut self, name: &'static str, value: Expr) {
        self.arguments.push(Argument {
            name,
            value,
            is_shared: true,
        });
    }

    fn own(&mut self, name: &'static str, value: Expr) {
        self.arguments.push(Argument {
            name,
            value,
            is_shared: false,
        });
    }

    fn get(&self, name: &str) -> Option<&Argument> {
        self.arguments.iter().find(|it| it.name == name)
    }
}

/// A resource or a data source, with what it makes by key; the empty key is that of the only one.
pub(super) struct Group {
    pub(super) vpc: String,
    pub(super) block: &'static str,
    pub(super) kind: &'static str,
    pub(super) instances: Vec<(String, Instance)>,
    depends_on: BTreeSet<String>,
}

/// Parameters of a step, as they are taken up; what is left over is for a person.
struct Reading<'a> {
    parameters: &'a Parameters,
    taken: BTreeSet<&'static str>,
}

impl<'a> Reading<'a> {
    fn of(step: &'a Step) -> Self {
        Self {
            parameters: &step.call.parameters,
            taken: BTreeSet::from(["TagSpecifications", "Tags"]),
        }
    }

    fn take(&mut self, name: &'static str) -> Option<&'a Value> {
        self.taken.insert(name);
        self.parameters.get(name)
    }

    fn left(&self) -> Vec<&'a str> {
        let left = self.parameters.iter().map(|(name, _)| name);
        left.filter(|name| !self.taken.contains(name)).collect()
    }
}

struct Variable {
    kind: &'static str,
    description: String,
}

struct Writer<'a> {
    network: &'a Network,
    graph: &'a StepGraph,
    beside: &'a Beside,
    there: &'a There,
    /// Tags that everything bears.
    common: BTreeMap<String, String>,
    groups: Vec<Group>,
    variables: BTreeMap<String, Variable>,
    by_hand: Vec<String>,
}

/// The provider's resource for a kind.
fn resource_of(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Vpc => "aws_vpc",
        Kind::Subnet => "aws_subnet",
        Kind::RouteTable => "aws_route_table",
        Kind::InternetGateway => "aws_internet_gateway",
        Kind::EgressOnlyInternetGateway => "aws_egress_only_internet_gateway",
        Kind::NatGateway => "aws_nat_gateway",
        Kind::ElasticIp => "aws_eip",
        Kind::VpcEndpoint => "aws_vpc_endpoint",
        Kind::VpcPeeringConnection => "aws_vpc_peering_connection",
        Kind::TransitGatewayAttachment => "aws_ec2_transit_gateway_vpc_attachment",
        Kind::VpnGateway => "aws_vpn_gateway",
        Kind::SecurityGroup => "aws_security_group",
        Kind::FlowLog => "aws_flow_log",
        _ => return None,
    })
}

/// The arguments of encryption control, by the API's parameters. The provider has none yet for some of them.
const EXCLUSIONS: [(&str, &str); 8] = [
    (
        "EgressOnlyInternetGatewayExclusion",
        "egress_only_internet_gateway_exclusion",
    ),
    (
        "ElasticFileSystemExclusion",
        "elastic_file_system_exclusion",
    ),
    ("InternetGatewayExclusion", "internet_gateway_exclusion"),
    ("LambdaExclusion", "lambda_exclusion"),
    ("NatGatewayExclusion", "nat_gateway_exclusion"),
    (
        "VirtualPrivateGatewayExclusion",
        "virtual_private_gateway_exclusion",
    ),
    ("VpcLatticeExclusion", "vpc_lattice_exclusion"),
    ("VpcPeeringExclusion", "vpc_peering_exclusion"),
];

/// The arguments that name a route's target, by the API's parameters.
const TARGETS: [(&str, &str); 10] = [
    ("CarrierGatewayId", "carrier_gateway_id"),
    ("CoreNetworkArn", "core_network_arn"),
    ("EgressOnlyInternetGatewayId", "egress_only_gateway_id"),
    ("GatewayId", "gateway_id"),
    ("LocalGatewayId", "local_gateway_id"),
    ("NatGatewayId", "nat_gateway_id"),
    ("NetworkInterfaceId", "network_interface_id"),
    ("TransitGatewayId", "transit_gateway_id"),
    ("VpcEndpointId", "vpc_endpoint_id"),
    ("VpcPeeringConnectionId", "vpc_peering_connection_id"),
];

/// A name that can stand after a resource's kind.
fn label(vpc: &str) -> String {
    let mut label: String = vpc
        .chars()
        .map(|it| {
            if it.is_ascii_alphanumeric() || it == '-' || it == '_' {
                it
            } else {
                '_'
            }
        })
        .collect();
    if !label.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_') {
        label.insert_str(0, "vpc_");
    }
    label
}

/// Where a resource's VPC and place in it are not told by its name, the id stands for the place.
fn place(key: &Key) -> (&str, &str) {
    slot(key).unwrap_or(("main", key.id.as_str()))
}

/// `aws_subnet.main["private/eu-west-1a/1"]`
fn address(kind: &str, key: &Key) -> String {
    let (vpc, rest) = place(key);
    let label = label(vpc);
    if rest.is_empty() {
        format!("{kind}.{label}")
    } else {
        format!("{kind}.{label}[{}]", quoted(rest))
    }
}

/// The tags that a step puts on what it makes.
pub(super) fn tags_of(step: &Step) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::new();
    let mut read = |list: &Value| {
        let Value::List(list) = list else { return };
        for tag in list {
            if let Value::Map(tag) = tag
                && let (Some(Value::Text(key)), Some(Value::Text(value))) =
                    (tag.get("Key"), tag.get("Value"))
            {
                tags.insert(key.to_string(), value.to_string());
            }
        }
    };
    let parameters = &step.call.parameters;
    if let Some(tags) = parameters.get("Tags") {
        read(tags);
    }
    if let Some(Value::List(list)) = parameters.get("TagSpecifications") {
        for specification in list {
            if let Value::Map(specification) = specification
                && let Some(tags) = specification.get("Tags")
            {
                read(tags);
            }
        }
    }
    tags
}

/// The tags that everything bears which is tagged as it is made. A name is never among them: the next one has another.
pub(super) fn common_tags(graph: &StepGraph) -> BTreeMap<String, String> {
    let mut steps = graph
        .steps()
        .filter(|step| step.call.action.has_tags())
        .map(tags_of);
    let mut common = steps.next().unwrap_or_default();
    for tags in steps {
        common.retain(|key, value| tags.get(key) == Some(value));
    }
    common.remove("Name");
    common
}

/// Tags as an object.
pub(super) fn tags_object(tags: &BTreeMap<String, String>) -> Vec<(String, Expr)> {
    tags.iter()
        .map(|(key, value)| (key.clone(), Expr::text(value)))
        .collect()
}

impl<'a> Writer<'a> {
    fn facts<T: AsFacts + 'a>(&self, key: &Key) -> Option<&'a T> {
        self.network.facts::<T>(&key.id)
    }

    fn by_hand(&mut self, sentence: String) {
        if !self.by_hand.contains(&sentence) {
            self.by_hand.push(sentence);
        }
    }

    fn add(&mut self, kind: &'static str, vpc: &str, key: &str, instance: Instance) -> &mut Group {
        self.add_to("resource", kind, vpc, key, instance)
    }

    fn add_to(
        &mut self,
        block: &'static str,
        kind: &'static str,
        vpc: &str,
        key: &str,
        instance: Instance,
    ) -> &mut Group {
        let vpc = label(vpc);
        let is_it = |it: &Group| it.block == block && it.kind == kind && it.vpc == vpc;
        let at = self.groups.iter().position(is_it).unwrap_or_else(|| {
            self.groups.push(Group {
                vpc,
                block,
                kind,
                instances: Vec::new(),
                depends_on: BTreeSet::new(),
            });
            self.groups.len() - 1
        });
        let group = &mut self.groups[at];
        if !group.instances.iter().any(|(held, _)| held == key) {
            group.instances.push((key.to_owned(), instance));
        }
        group
    }

    /// The tags of one thing, beside those that everything bears.
    fn own_tags(&self, tags: &BTreeMap<String, String>) -> Expr {
        let mut own = tags.clone();
        own.retain(|key, value| self.common.get(key) != Some(value));
        Expr::Short(tags_object(&own))
    }

    /// The id of what is there already.
    fn live(&self, key: &Key) -> Option<&'a str> {
        self.there.id(key)
    }

    /// The id of what a parameter names, where that is there already.
    fn live_of(&self, step: &Step, name: &str) -> Option<String> {
        match step.call.parameters.get(name)? {
            Value::Text(text) => Some(text.to_string()),
            Value::Made(key) | Value::Given(key) => self.live(key).map(str::to_owned),
            _ => None,
        }
    }

    fn tagged(&self, instance: &mut Instance, step: &Step) {
        let id = step.makes.as_ref().and_then(|key| self.live(key));
        instance.import = Import::of(id);
        instance.own("tags", self.own_tags(&tags_of(step)));
    }

    /// A value as an expression; none where Terraform has no word for it.
    fn expr(&mut self, value: &Value) -> Option<Expr> {
        Some(match value {
            Value::Text(text) => Expr::text(text.as_str()),
            Value::Number(number) => Expr::raw(number.to_string()),
            Value::Bool(value) => Expr::raw(value.to_string()),
            Value::List(items) => {
                let items: Option<Vec<Expr>> = items.iter().map(|item| self.expr(item)).collect();
                Expr::List(items?)
            }
            Value::Made(key) => Expr::raw(format!("{}.id", address(resource_of(key.kind)?, key))),
            Value::Given(key) => self.given(key),
            Value::Ipv6 { vpc, part } => Self::ipv6_part(vpc, part)?,
            Value::Find(find) => {
                let (of, attribute) = match find {
                    Find::MainRouteTable { vpc } => (vpc, "main_route_table_id"),
                    Find::DefaultNetworkAcl { vpc } => (vpc, "default_network_acl_id"),
                    Find::DefaultSecurityGroup { vpc } => (vpc, "default_security_group_id"),
                    Find::NatRouteTable { nat_gateway } => (nat_gateway, "route_table_id"),
                    _ => return None,
                };
                let Value::Made(key) = of.as_ref() else {
                    return None;
                };
                Expr::raw(format!(
                    "{}.{attribute}",
                    address(resource_of(key.kind)?, key)
                ))
            }
            Value::Map(_) | Value::Output { .. } => return None,
        })
    }

    /// The id of something that is there already, which a person has to give where it is not known.
    fn given(&mut self, key: &Key) -> Expr {
        if let Some(id) = self.live(key) {
            return Expr::text(id);
        }
        let word: String = format!("{}_{}_id", key.kind.word(), key.id)
            .chars()
            .map(|it| if it.is_ascii_alphanumeric() { it } else { '_' })
            .collect();
        let description = format!(
            "The id of the {} that the design calls “{}”; it is there already.",
            key.kind.singular(),
            key.id
        );
        self.variable(&word, description)
    }

    fn variable(&mut self, name: &str, description: String) -> Expr {
        let kind = "string";
        self.variables
            .insert(name.to_owned(), Variable { kind, description });
        Expr::raw(format!("var.{name}"))
    }

    /// A part of the version 6 block that AWS chooses for a VPC: a /56.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
    fn ipv6_part(vpc: &Value, part: &str) -> Option<Expr> {
        let Value::Made(vpc) = vpc else { return None };
        let (number, mask) = part.split_once('/')?;
        let number = u64::from_str_radix(number, 16).ok()?;
        let bits = mask.parse::<u8>().ok()?.checked_sub(56)?;
        Some(Expr::raw(format!(
            "cidrsubnet({}.ipv6_cidr_block, {bits}, {number})",
            address("aws_vpc", vpc)
        )))
    }

    /// Take a parameter up as an argument.
    fn argument(
        &mut self,
        instance: &mut Instance,
        reading: &mut Reading<'_>,
        from: &'static str,
        to: &'static str,
    ) {
        let Some(value) = reading.take(from) else {
            return;
        };
        match self.expr(value) {
            // What all have in common stands once.
            Some(value) if to == "vpc_id" => instance.shared(to, value),
            Some(value) => instance.own(to, value),
            None => {
                reading.taken.remove(from);
            }
        }
    }

    fn needs(&self, step: &Step, action: Action) -> Option<&'a Step> {
        let needs = self.graph.needs(&step.id);
        needs.into_iter().find(|need| need.call.action == action)
    }

    fn step(&mut self, step: &'a Step) {
        let mut reading = Reading::of(step);
        let about = &step.about;
        let (vpc, rest) = place(about);
        let mut it = Instance::default();
        match step.call.action {
            Action::CreateVpc => self.vpc(step, &mut reading),
            Action::AssociateVpcCidrBlock => self.vpc_block(step, &mut reading),
            Action::AssociateDhcpOptions => {
                self.argument(&mut it, &mut reading, "VpcId", "vpc_id");
                self.argument(&mut it, &mut reading, "DhcpOptionsId", "dhcp_options_id");
                it.import = Import::of(self.live(about));
                self.add("aws_vpc_dhcp_options_association", vpc, rest, it);
            }
            Action::CreateVpcEncryptionControl => self.encryption(step, &mut reading),
            Action::CreateSubnet => self.subnet(step, &mut reading),
            Action::CreateInternetGateway => {
                it.shared("vpc_id", Expr::raw(self.attached_to(step)));
                self.tagged(&mut it, step);
                self.add("aws_internet_gateway", vpc, rest, it);
            }
            Action::CreateVpnGateway => {
                reading.take("Type");
                it.shared("vpc_id", Expr::raw(self.attached_to(step)));
                if let Some(Value::Number(number)) = reading.take("AmazonSideAsn") {
                    it.own("amazon_side_asn", Expr::text(number.to_string()));
                }
                self.tagged(&mut it, step);
                self.add("aws_vpn_gateway", vpc, rest, it);
            }
            Action::CreateEgressOnlyInternetGateway => {
                self.argument(&mut it, &mut reading, "VpcId", "vpc_id");
                self.tagged(&mut it, step);
                self.add("aws_egress_only_internet_gateway", vpc, rest, it);
            }
            Action::CreateRouteTable => {
                self.argument(&mut it, &mut reading, "VpcId", "vpc_id");
                self.tagged(&mut it, step);
                self.add("aws_route_table", vpc, rest, it);
            }
            Action::CreateRoute => self.route(step, &mut reading),
            Action::AssociateRouteTable => self.association(step, &mut reading),
            Action::EnableVgwRoutePropagation => {
                self.argument(&mut it, &mut reading, "GatewayId", "vpn_gateway_id");
                self.argument(&mut it, &mut reading, "RouteTableId", "route_table_id");
                it.import = Import::by_hand(
                    self.live(about).is_some() && self.live_of(step, "GatewayId").is_some(),
                    "the provider imports no propagation; applying turns it on once more, which changes nothing",
                );
                self.add("aws_vpn_gateway_route_propagation", vpc, rest, it);
            }
            Action::AllocateAddress => {
                if let Some(value) = reading.take("Domain").and_then(|it| self.expr(it)) {
                    it.shared("domain", value);
                }
                self.argument(
                    &mut it,
                    &mut reading,
                    "NetworkBorderGroup",
                    "network_border_group",
                );
                self.tagged(&mut it, step);
                self.add("aws_eip", vpc, rest, it);
            }
            Action::CreateNatGateway => self.nat_gateway(step, &mut reading),
            Action::CreateTransitGatewayVpcAttachment => self.transit(step, &mut reading),
            Action::CreateVpcPeeringConnection => self.peering(step, &mut reading),
            Action::AcceptVpcPeeringConnection => {
                self.argument(
                    &mut it,
                    &mut reading,
                    "VpcPeeringConnectionId",
                    "vpc_peering_connection_id",
                );
                it.shared("auto_accept", Expr::raw("true"));
                it.import = Import::of(self.live(about));
                self.add("aws_vpc_peering_connection_accepter", vpc, rest, it);
            }
            Action::CreateVpcEndpoint => self.endpoint(step, &mut reading),
            Action::CreateSecurityGroup => self.group(step, &mut reading),
            Action::CreateFlowLogs => self.flow_log(step, &mut reading),
            Action::CreateResolverEndpoint => self.resolver(step, &mut reading),
            Action::CreateTags => self.tags_of_companion(step, &mut reading),
            // These are arguments of what they are about, where that is made here.
            Action::ModifyVpcAttribute
            | Action::ModifySubnetAttribute
            | Action::AttachInternetGateway
            | Action::AttachVpnGateway
            | Action::ModifyVpcEncryptionControl
            | Action::AuthorizeSecurityGroupIngress
            | Action::AuthorizeSecurityGroupEgress
            | Action::RevokeSecurityGroupIngress
            | Action::RevokeSecurityGroupEgress
                if self.is_made_here(about) =>
            {
                return;
            }
            action => {
                self.by_hand(format!(
                    "{about}: no resource here stands for the call {}; make it by hand",
                    action.name()
                ));
                return;
            }
        }
        for name in reading.left() {
            self.by_hand(format!(
                "{about}: nothing here stands for {name} of the call {}; set it by hand",
                step.call.action.name()
            ));
        }
    }

    fn is_made_here(&self, key: &Key) -> bool {
        self.graph
            .steps()
            .any(|step| step.makes.as_ref() == Some(key))
    }

    /// The VPC that a gateway is attached to by a step of its own.
    fn attached_to(&mut self, step: &Step) -> String {
        let is_attach = |it: &&Step| {
            matches!(
                it.call.action,
                Action::AttachInternetGateway | Action::AttachVpnGateway
            ) && it.about == step.about
        };
        let graph = self.graph;
        let attach = graph.steps().find(is_attach);
        let vpc = attach.and_then(|it| it.call.parameters.get("VpcId"));
        match vpc.and_then(|it| self.expr(it)) {
            Some(Expr::Raw(text)) => text,
            Some(Expr::Text(id)) => quoted(&id),
            _ => "null".to_owned(),
        }
    }

    fn vpc(&mut self, step: &Step, reading: &mut Reading<'_>) {
        let (vpc, rest) = place(&step.about);
        let mut it = Instance::default();
        self.argument(&mut it, reading, "CidrBlock", "cidr_block");
        self.argument(&mut it, reading, "InstanceTenancy", "instance_tenancy");
        self.argument(
            &mut it,
            reading,
            "AmazonProvidedIpv6CidrBlock",
            "assign_generated_ipv6_cidr_block",
        );
        if let Some(facts) = self.facts::<VpcFacts>(&step.about) {
            for (name, value) in [
                ("enable_dns_support", facts.enable_dns_support.value()),
                ("enable_dns_hostnames", facts.enable_dns_hostnames.value()),
            ] {
                if let Some(value) = value {
                    it.own(name, Expr::raw(value.to_string()));
                }
            }
        }
        self.tagged(&mut it, step);
        self.add("aws_vpc", vpc, rest, it);
        self.own_ipv6_block(step, reading);
    }

    /// A version 6 block out of a pool of one's own is an association; the VPC itself takes none but from IPAM.
    fn own_ipv6_block(&mut self, step: &Step, reading: &mut Reading<'_>) {
        let Some(block) = reading
            .take("Ipv6CidrBlock")
            .and_then(|block| self.expr(block))
        else {
            return;
        };
        reading.take("Ipv6Pool");
        let (vpc, _) = place(&step.about);
        let pool = match self.beside.ipv6_pools.get(&step.about) {
            Some(pool) => Expr::text(pool.as_str()),
            None => self.variable(
                &format!("{}_ipv6_pool", label(vpc)),
                format!("The id of the address pool that the version 6 block of “{vpc}” lies in."),
            ),
        };
        let key = match &block {
            Expr::Text(text) => text.clone(),
            _ => String::new(),
        };
        let mut it = Instance::default();
        let id = format!("{}.id", address("aws_vpc", &step.about));
        it.shared("vpc_id", Expr::raw(id));
        it.own("ipv6_cidr_block", block);
        it.own("ipv6_pool", pool);
        it.import = self.there.block(&step.about, &key);
        self.add("aws_vpc_ipv6_cidr_block_association", vpc, &key, it);
    }

    fn vpc_block(&mut self, step: &Step, reading: &mut Reading<'_>) {
        let (vpc, _) = place(&step.about);
        let Some(Value::Text(block)) = reading.take("CidrBlock") else {
            self.own_ipv6_block(step, reading);
            return;
        };
        let mut it = Instance::default();
        self.argument(&mut it, reading, "VpcId", "vpc_id");
        it.own("cidr_block", Expr::text(block.as_str()));
        it.import = self.there.block(&step.about, block);
        self.add("aws_vpc_ipv4_cidr_block_association", vpc, block, it);
    }

    fn encryption(&mut self, step: &'a Step, reading: &mut Reading<'_>) {
        let (vpc, rest) = place(&step.about);
        let mut it = Instance::default();
        self.argument(&mut it, reading, "VpcId", "vpc_id");
        let is_change = |other: &&Step| {
            other.call.action == Action::ModifyVpcEncryptionControl && other.about == step.about
        };
        let graph = self.graph;
        let change = graph.steps().find(is_change);
        let mode = if change.is_some() {
            "enforce"
        } else {
            "monitor"
        };
        it.own("mode", Expr::text(mode));
        let parameters = change.into_iter().flat_map(|it| it.call.parameters.iter());
        for (name, value) in parameters {
            let known = EXCLUSIONS.iter().find(|(from, _)| *from == name);
            match (known, self.expr(value)) {
                (Some(&(_, to)), Some(value)) => it.own(to, value),
                _ if name.ends_with("Exclusion") => self.by_hand(format!(
                    "{}: the provider has no argument for {name} of encryption control; set it by hand",
                    step.about
                )),
                _ => {}
            }
        }
        self.tagged(&mut it, step);
        it.import = self.there.encryption(&step.about);
        self.add("aws_vpc_encryption_control", vpc, rest, it);
    }

    fn subnet(&mut self, step: &Step, reading: &mut Reading<'_>) {
        let (vpc, rest) = place(&step.about);
        let mut it = Instance::default();
        for (from, to) in [
            ("VpcId", "vpc_id"),
            ("AvailabilityZone", "availability_zone"),
            ("AvailabilityZoneId", "availability_zone_id"),
            ("CidrBlock", "cidr_block"),
            ("Ipv6CidrBlock", "ipv6_cidr_block"),
            ("Ipv6Native", "ipv6_native"),
            ("OutpostArn", "outpost_arn"),
        ] {
            self.argument(&mut it, reading, from, to);
        }
        if let Some(facts) = self.facts::<SubnetFacts>(&step.about) {
            for (name, value) in [
                ("map_public_ip_on_launch", &facts.map_public_ip_on_launch),
                (
                    "assign_ipv6_address_on_creation",
                    &facts.assign_ipv6_on_creation,
                ),
            ] {
                if value.value() == Some(&true) {
                    it.own(name, Expr::raw("true"));
                }
            }
        }
        self.tagged(&mut it, step);
        // A block of the VPC that is not its first has to be there before.
        let of_block = self.needs(step, Action::AssociateVpcCidrBlock).is_some();
        let has_own_ipv6 =
            matches!(it.get("ipv6_cidr_block"), Some(it) if matches!(it.value, Expr::Text(_)));
        let label = label(vpc);
        let group = self.add("aws_subnet", vpc, rest, it);
        if of_block {
            let needed = format!("aws_vpc_ipv4_cidr_block_association.{label}");
            group.depends_on.insert(needed);
        }
        if has_own_ipv6 {
            let needed = format!("aws_vpc_ipv6_cidr_block_association.{label}");
            group.depends_on.insert(needed);
        }
    }

    fn route(&mut self, step: &'a Step, reading: &mut Reading<'_>) {
        let about = &step.about;
        let (vpc, rest) = place(about);
        let mut it = Instance::default();
        self.argument(&mut it, reading, "RouteTableId", "route_table_id");
        let mut destination = String::new();
        let mut live = None;
        for (from, to) in [
            ("DestinationCidrBlock", "destination_cidr_block"),
            ("DestinationIpv6CidrBlock", "destination_ipv6_cidr_block"),
            ("DestinationPrefixListId", "destination_prefix_list_id"),
        ] {
            self.argument(&mut it, reading, from, to);
            if let Some(Value::Text(text)) = step.call.parameters.get(from) {
                destination = text.to_string();
            }
            live = live.or_else(|| self.live_of(step, from));
        }
        // A route waits for more than its target's being there: the attachment, the other side's yes.
        let transit = self.needs(step, Action::CreateTransitGatewayVpcAttachment);
        let accepted = self.needs(step, Action::AcceptVpcPeeringConnection);
        for (from, to) in TARGETS {
            let through = match from {
                "TransitGatewayId" => transit
                    .and_then(|it| it.makes.as_ref())
                    .map(|key| (key, "aws_ec2_transit_gateway_vpc_attachment", to)),
                "VpcPeeringConnectionId" => {
                    accepted.map(|it| (&it.about, "aws_vpc_peering_connection_accepter", "id"))
                }
                _ => None,
            };
            match through {
                Some((key, kind, attribute)) if step.call.parameters.get(from).is_some() => {
                    reading.take(from);
                    it.own(to, Expr::raw(format!("{}.{attribute}", address(kind, key))));
                }
                _ => self.argument(&mut it, reading, from, to),
            }
        }
        if let Some(destination) = live {
            it.import = self.there.route(about, &destination);
        }
        let key = format!("{rest} {destination}");
        self.add("aws_route", vpc, key.trim(), it);
    }

    /// The key is that of the subnet or gateway: a table may have many, and each of them has one table.
    fn association(&mut self, step: &Step, reading: &mut Reading<'_>) {
        let (vpc, _) = place(&step.about);
        let mut key = String::new();
        for name in ["SubnetId", "GatewayId"] {
            if let Some(Value::Made(tied)) = step.call.parameters.get(name) {
                let (_, rest) = place(tied);
                key = if rest.is_empty() {
                    tied.kind.word().to_owned()
                } else {
                    rest.to_owned()
                };
            }
        }
        let mut it = Instance::default();
        self.argument(&mut it, reading, "SubnetId", "subnet_id");
        self.argument(&mut it, reading, "GatewayId", "gateway_id");
        self.argument(&mut it, reading, "RouteTableId", "route_table_id");
        let tied = ["SubnetId", "GatewayId"];
        let tied = tied.iter().find_map(|name| self.live_of(step, name));
        if let Some(tied) = tied {
            it.import = self.there.association(&tied);
        }
        self.add("aws_route_table_association", vpc, &key, it);
    }

    fn nat_gateway(&mut self, step: &Step, reading: &mut Reading<'_>) {
        let (vpc, rest) = place(&step.about);
        let mut it = Instance::default();
        for (from, to) in [
            ("VpcId", "vpc_id"),
            ("AvailabilityMode", "availability_mode"),
            ("ConnectivityType", "connectivity_type"),
            ("SubnetId", "subnet_id"),
            ("AllocationId", "allocation_id"),
            ("SecondaryAllocationIds", "secondary_allocation_ids"),
        ] {
            self.argument(&mut it, reading, from, to);
        }
        if let Some(Value::List(zones)) = reading.take("AvailabilityZoneAddresses") {
            for zone in zones {
                let Value::Map(zone) = zone else { continue };
                let mut body = Vec::new();
                for (from, to) in [
                    ("AvailabilityZone", "availability_zone"),
                    ("AllocationIds", "allocation_ids"),
                ] {
                    if let Some(value) = zone.get(from).and_then(|it| self.expr(it)) {
                        body.push(Item::set(to, value));
                    }
                }
                let block = Block::new("availability_zone_address", &[], body);
                it.blocks.push(block);
            }
        }
        self.tagged(&mut it, step);
        let gateway = self
            .needs(step, Action::AttachInternetGateway)
            .map(|attach| address("aws_internet_gateway", &attach.about));
        self.add("aws_nat_gateway", vpc, rest, it)
            .depends_on
            .extend(gateway);
    }

    fn transit(&mut self, step: &Step, reading: &mut Reading<'_>) {
        let (vpc, rest) = place(&step.about);
        let mut it = Instance::default();
        for (from, to) in [
            ("TransitGatewayId", "transit_gateway_id"),
            ("VpcId", "vpc_id"),
            ("SubnetIds", "subnet_ids"),
        ] {
            self.argument(&mut it, reading, from, to);
        }
        if let Some(Value::Map(options)) = reading.take("Options") {
            for (name, value) in options.iter() {
                let to = match name {
                    "DnsSupport" => "dns_support",
                    "Ipv6Support" => "ipv6_support",
                    "ApplianceModeSupport" => "appliance_mode_support",
                    _ => {
                        self.by_hand(format!(
                            "{}: nothing here stands for {name}; set it by hand",
                            step.about
                        ));
                        continue;
                    }
                };
                if let Some(value) = self.expr(value) {
                    it.own(to, value);
                }
            }
        }
        self.tagged(&mut it, step);
        self.add("aws_ec2_transit_gateway_vpc_attachment", vpc, rest, it);
    }

    fn peering(&mut self, step: &Step, reading: &mut Reading<'_>) {
        let (vpc, rest) = place(&step.about);
        let mut it = Instance::default();
        for (from, to) in [
            ("VpcId", "vpc_id"),
            ("PeerVpcId", "peer_vpc_id"),
            ("PeerOwnerId", "peer_owner_id"),
            ("PeerRegion", "peer_region"),
        ] {
            self.argument(&mut it, reading, from, to);
        }
        self.tagged(&mut it, step);
        self.add("aws_vpc_peering_connection", vpc, rest, it);
        let is_accepted = self.graph.steps().any(|it| {
            it.call.action == Action::AcceptVpcPeeringConnection && it.about == step.about
        });
        // What stands was accepted, or is waited for already.
        if !is_accepted && self.live(&step.about).is_none() {
            let facts = self.facts::<VpcPeeringConnectionFacts>(&step.about);
            let other = facts.and_then(|facts| facts.accepter.value());
            let whose = other.and_then(|side| side.owner.as_ref());
            let whose = whose.map_or(String::new(), |owner| format!(" in account {owner}"));
            let with = other.map_or(rest, |side| side.vpc.as_str());
            self.by_hand(format!(
                "{}: whoever holds {with}{whose} has to accept it, and to route back; routes to it work from then on",
                step.about
            ));
        }
    }

    fn endpoint(&mut self, step: &Step, reading: &mut Reading<'_>) {
        let (vpc, rest) = place(&step.about);
        let mut it = Instance::default();
        for (from, to) in [
            ("VpcId", "vpc_id"),
            ("VpcEndpointType", "vpc_endpoint_type"),
            ("ServiceName", "service_name"),
            ("RouteTableIds", "route_table_ids"),
            ("SubnetIds", "subnet_ids"),
            ("SecurityGroupIds", "security_group_ids"),
            ("PrivateDnsEnabled", "private_dns_enabled"),
            ("IpAddressType", "ip_address_type"),
            ("PolicyDocument", "policy"),
        ] {
            self.argument(&mut it, reading, from, to);
        }
        self.tagged(&mut it, step);
        self.add("aws_vpc_endpoint", vpc, rest, it);
    }

    /// Terraform takes away what a group lets out from the start, so every rule of it is written.
    /// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group>
    fn group(&mut self, step: &Step, reading: &mut Reading<'_>) {
        let (vpc, rest) = place(&step.about);
        let mut it = Instance::default();
        for (from, to) in [
            ("VpcId", "vpc_id"),
            ("GroupName", "name"),
            ("Description", "description"),
        ] {
            self.argument(&mut it, reading, from, to);
        }
        self.tagged(&mut it, step);
        self.add("aws_security_group", vpc, rest, it);
        let Some(facts) = self.facts::<SecurityGroupFacts>(&step.about) else {
            return;
        };
        for (kind, rules) in [
            ("aws_vpc_security_group_ingress_rule", facts.ingress.items()),
            ("aws_vpc_security_group_egress_rule", facts.egress.items()),
        ] {
            for rule in rules {
                self.rule(kind, &step.about, rule);
            }
        }
    }

    fn rule(&mut self, kind: &'static str, group: &Key, rule: &SecurityGroupRule) {
        let (vpc, rest) = place(group);
        let id = |key: &Key| format!("{}.id", address("aws_security_group", key));
        let mut it = Instance::default();
        it.own("security_group_id", Expr::raw(id(group)));
        it.own("ip_protocol", Expr::text(rule.protocol.as_str()));
        let mut key = vec![rest.to_owned()];
        if rule.protocol == "-1" {
            key.push("all".to_owned());
        } else {
            key.push(rule.protocol.to_string());
            for (name, port) in [("from_port", rule.from_port), ("to_port", rule.to_port)] {
                if let Some(port) = port {
                    it.own(name, Expr::raw(port.to_string()));
                }
            }
            match (rule.from_port, rule.to_port) {
                (Some(from), Some(to)) if from == to => key.push(from.to_string()),
                (Some(from), Some(to)) => key.push(format!("{from}-{to}")),
                _ => {}
            }
        }
        let (name, value, peer) = match &rule.peer {
            RulePeer::Block(block) => {
                let name = match block {
                    IpNet::V4(_) => "cidr_ipv4",
                    IpNet::V6(_) => "cidr_ipv6",
                };
                (name, Expr::text(block.to_string()), block.to_string())
            }
            RulePeer::Group(other) => {
                let other = Key::new(Kind::SecurityGroup, other.clone());
                let value = match &other.id {
                    Id::Aws(id) => Expr::text(id.as_str()),
                    Id::Planned(_) => Expr::raw(id(&other)),
                };
                (
                    "referenced_security_group_id",
                    value,
                    other.id.as_str().to_owned(),
                )
            }
            RulePeer::PrefixList(list) => match list {
                Id::Aws(id) => ("prefix_list_id", Expr::text(id.as_str()), id.to_string()),
                Id::Planned(name) => {
                    self.by_hand(format!(
                        "{group}: its rule for the prefix list {name} is not written; add it by hand"
                    ));
                    return;
                }
            },
        };
        it.own(name, value);
        key.push(peer);
        if let Some(text) = &rule.description {
            it.own("description", Expr::text(text.as_str()));
        }
        let egress = kind == "aws_vpc_security_group_egress_rule";
        it.import = self.there.rule(group, egress, rule);
        self.add(kind, vpc, key.join(" ").trim(), it);
    }

    fn flow_log(&mut self, step: &Step, reading: &mut Reading<'_>) {
        let (vpc, rest) = place(&step.about);
        let mut it = Instance::default();
        let of = reading.take("ResourceIds");
        let of = match of {
            Some(Value::List(ids)) => ids.first().and_then(|id| self.expr(id)),
            _ => None,
        };
        let name = match reading.take("ResourceType") {
            Some(Value::Text(word)) if word == "Subnet" => "subnet_id",
            Some(Value::Text(word)) if word == "NetworkInterface" => "eni_id",
            _ => "vpc_id",
        };
        if let Some(of) = of {
            it.own(name, of);
        }
        for (from, to) in [
            ("TrafficType", "traffic_type"),
            ("LogDestinationType", "log_destination_type"),
            ("LogDestination", "log_destination"),
            ("DeliverLogsPermissionArn", "iam_role_arn"),
        ] {
            self.argument(&mut it, reading, from, to);
        }
        // The provider takes a log group by its ARN only.
        if let Some(Value::Text(name)) = reading.take("LogGroupName") {
            let mut group = Instance::default();
            group.own("name", Expr::text(name.as_str()));
            self.add_to("data", "aws_cloudwatch_log_group", vpc, "", group);
            let arn = format!("data.aws_cloudwatch_log_group.{}.arn", label(vpc));
            it.own("log_destination", Expr::raw(arn));
        }
        if self.live(&step.about).is_none()
            && let Some(facts) = self.facts::<FlowLogFacts>(&step.about)
            && let Some(to) = facts.destination.value()
        {
            self.by_hand(format!(
                "{}: its destination {to} has to be there already, and to let flow logs be written",
                step.about
            ));
        }
        self.tagged(&mut it, step);
        self.add("aws_flow_log", vpc, rest, it);
    }

    fn resolver(&mut self, step: &Step, reading: &mut Reading<'_>) {
        let (vpc, _) = place(&step.about);
        let mut it = Instance::default();
        for (from, to) in [
            ("Name", "name"),
            ("Direction", "direction"),
            ("SecurityGroupIds", "security_group_ids"),
        ] {
            self.argument(&mut it, reading, from, to);
        }
        if let Some(Value::List(addresses)) = reading.take("IpAddresses") {
            for address in addresses {
                let Value::Map(address) = address else {
                    continue;
                };
                let mut body = Vec::new();
                for (from, to) in [("SubnetId", "subnet_id"), ("Ip", "ip")] {
                    if let Some(value) = address.get(from).and_then(|it| self.expr(it)) {
                        body.push(Item::set(to, value));
                    }
                }
                it.blocks.push(Block::new("ip_address", &[], body));
            }
        }
        self.tagged(&mut it, step);
        it.import = self.there.resolver(&step.brings);
        self.add("aws_route53_resolver_endpoint", vpc, "", it);
    }

    /// What AWS makes with a VPC is no resource here; its tags are.
    fn tags_of_companion(&mut self, step: &Step, reading: &mut Reading<'_>) {
        let (vpc, rest) = place(&step.about);
        let of = match reading.take("Resources") {
            Some(Value::List(ids)) => ids.first().and_then(|id| self.expr(id)),
            _ => None,
        };
        let Some(of) = of else {
            reading.taken.remove("Resources");
            return;
        };
        for (key, value) in tags_of(step) {
            let mut it = Instance::default();
            it.own("resource_id", of.clone());
            it.own("key", Expr::text(&key));
            it.import = self.there.tag(&step.about, &key);
            it.own("value", Expr::text(value));
            let what = step.about.kind.word();
            let name = if rest.is_empty() {
                format!("{what} {key}")
            } else {
                format!("{what} {rest} {key}")
            };
            self.add("aws_ec2_tag", vpc, &name, it);
        }
    }

    fn private_zone(&mut self, vpc: &Key, zone: &str) {
        let (name, _) = place(vpc);
        let mut it = Instance::default();
        it.own("name", Expr::text(zone));
        it.own("tags", Expr::Short(Vec::new()));
        it.import = Import::by_hand(
            self.live(vpc).is_some(),
            "what Route 53 holds is not read; if it is there, import it by its id (Z…)",
        );
        let id = Expr::raw(format!("{}.id", address("aws_vpc", vpc)));
        it.blocks
            .push(Block::new("vpc", &[], vec![Item::set("vpc_id", id)]));
        self.add("aws_route53_zone", name, zone, it);
    }

    fn code(mut self) -> Code {
        let mut vpcs: Vec<&str> = Vec::new();
        for group in &self.groups {
            if !vpcs.contains(&group.vpc.as_str()) {
                vpcs.push(&group.vpc);
            }
        }
        let mut files = Vec::new();
        for vpc in &vpcs {
            let mut items = vec![Item::Comment(MADE_BY.to_owned())];
            if files.is_empty() {
                items.extend(comment(&self.by_hand));
            }
            for group in self.groups.iter().filter(|it| it.vpc == *vpc) {
                items.push(Item::Gap);
                items.push(Item::Block(self.block(group)));
            }
            files.push(CodeFile {
                name: file_name(vpc, &vpcs),
                text: write(&items),
            });
        }
        if files.is_empty() {
            let mut items = vec![Item::Comment(MADE_BY.to_owned())];
            items.extend(comment(&self.by_hand));
            files.push(CodeFile {
                name: "main.tf".to_owned(),
                text: write(&items),
            });
        }
        let mut file = |name: &str, mut body: Vec<Item>| {
            body.insert(0, Item::Comment(MADE_BY.to_owned()));
            files.push(CodeFile {
                name: name.to_owned(),
                text: write(&body),
            });
        };
        if !self.common.is_empty() {
            let tags = Expr::Object(tags_object(&self.common));
            let locals = Block::new("locals", &[], vec![Item::set("tags", tags)]);
            file("locals.tf", vec![Item::Gap, Item::Block(locals)]);
        }
        if !self.variables.is_empty() {
            file("variables.tf", variables(&self.variables));
        }
        let imports = imports(&self.groups);
        let is_imported = !imports.is_empty();
        if is_imported {
            file("imports.tf", imports);
        }
        file("outputs.tf", self.outputs(&vpcs));
        file("providers.tf", provider(self.network));
        let is_new = |group: &Group| {
            let mut instances = group.instances.iter();
            NEW.contains(&group.kind)
                || instances.any(|(_, it)| NEW.iter().any(|name| it.get(name).is_some()))
        };
        let is_new = self.groups.iter().any(is_new);
        file(
            "versions.tf",
            versions(if is_new { NEWER_PROVIDER } else { PROVIDER }),
        );
        if is_imported {
            self.by_hand.extend(by_hand(&self.groups));
        }
        Code {
            files,
            by_hand: self.by_hand,
        }
    }

    /// The block of a group: what differs stands in the map, what does not stands once.
    fn block(&self, group: &Group) -> Block {
        let mut body = Vec::new();
        let names = names(&group.instances);
        let is_keyed = !matches!(group.instances.as_slice(), [(key, _)] if key.is_empty());
        let is_shared = |name: &str| {
            let mut all = group.instances.iter().map(|(_, it)| it.get(name));
            let first = all.next().flatten();
            first.is_some_and(|first| {
                first.is_shared
                    && all.all(|it| it.is_some_and(|it| it.is_shared && it.value == first.value))
            })
        };
        if is_keyed {
            let own: Vec<&str> = names
                .iter()
                .copied()
                .filter(|name| !is_shared(name))
                .collect();
            let entries = group.instances.iter().map(|(key, instance)| {
                let fields = own.iter().filter_map(|name| {
                    let argument = instance.get(name)?;
                    Some(((*name).to_owned(), argument.value.clone()))
                });
                (key.clone(), Expr::Object(fields.collect()))
            });
            body.push(Item::set("for_each", Expr::Map(entries.collect())));
            body.push(Item::Gap);
        }
        let mut tags = None;
        for name in names {
            let in_all = group.instances.iter().all(|(_, it)| it.get(name).is_some());
            let first = group.instances.iter().find_map(|(_, it)| it.get(name));
            let value = match first {
                Some(first) if !is_keyed || is_shared(name) => first.value.clone(),
                _ if in_all => Expr::raw(format!("each.value.{name}")),
                _ => Expr::raw(format!("try(each.value.{name}, null)")),
            };
            if name == "tags" {
                tags = Some(value);
            } else {
                body.push(Item::set(name, value));
            }
        }
        if let Some((_, first)) = group.instances.first() {
            for block in &first.blocks {
                body.push(Item::Gap);
                body.push(Item::Block(block.clone()));
            }
        }
        if let Some(tags) = tags.and_then(|tags| self.all_tags(tags)) {
            body.push(Item::Gap);
            body.push(Item::set("tags", tags));
        }
        if !group.depends_on.is_empty() {
            let needed = group.depends_on.iter().map(Expr::raw).collect();
            body.push(Item::Gap);
            body.push(Item::set("depends_on", Expr::List(needed)));
        }
        Block::new(group.block, &[group.kind, &group.vpc], body)
    }

    /// A resource's own tags with those that everything bears.
    fn all_tags(&self, own: Expr) -> Option<Expr> {
        let has_own = !matches!(&own, Expr::Short(fields) if fields.is_empty());
        match (self.common.is_empty(), has_own) {
            (true, false) => None,
            (true, true) => Some(own),
            (false, false) => Some(Expr::raw("local.tags")),
            (false, true) => Some(Expr::Call("merge", vec![Expr::raw("local.tags"), own])),
        }
    }

    fn outputs(&self, vpcs: &[&str]) -> Vec<Item> {
        let mut items = Vec::new();
        let has = |kind: &str, vpc: &str| {
            let mut groups = self.groups.iter();
            groups.any(|it| it.block == "resource" && it.kind == kind && it.vpc == vpc)
        };
        let ids = |kind: &str, vpc: &str| {
            Expr::raw(format!("{{ for key, it in {kind}.{vpc} : key => it.id }}"))
        };
        for vpc in vpcs {
            let mut output = |name: &str, description: &str, value: Expr| {
                let body = vec![
                    Item::set("description", Expr::text(description)),
                    Item::set("value", value),
                ];
                let block = Block::new("output", &[&format!("{vpc}_{name}")], body);
                items.extend([Item::Gap, Item::Block(block)]);
            };
            if has("aws_vpc", vpc) {
                let id = Expr::raw(format!("aws_vpc.{vpc}.id"));
                output("vpc_id", &format!("The id of the VPC “{vpc}”"), id);
            }
            if has("aws_subnet", vpc) {
                let subnets = ids("aws_subnet", vpc);
                let words = format!("The ids of the subnets of “{vpc}”, by tier, zone and number");
                output("subnet_ids", &words, subnets);
            }
            if has("aws_route_table", vpc) {
                let tables = ids("aws_route_table", vpc);
                let words = format!("The ids of the route tables of “{vpc}”");
                output("route_table_ids", &words, tables);
            }
        }
        items
    }
}

/// The names of the arguments, each once, in the order in which they come.
fn names(instances: &[(String, Instance)]) -> Vec<&'static str> {
    let mut names: Vec<&'static str> = Vec::new();
    for (_, instance) in instances {
        for (at, argument) in instance.arguments.iter().enumerate() {
            if names.contains(&argument.name) {
                continue;
            }
            let mut later = instance.arguments.iter().skip(at + 1);
            let place = later.find_map(|later| names.iter().position(|name| *name == later.name));
            names.insert(place.unwrap_or(names.len()), argument.name);
        }
    }
    names
}

/// What a person has to do, at the head of a file.
pub(super) fn comment(by_hand: &[String]) -> Vec<Item> {
    if by_hand.is_empty() {
        return Vec::new();
    }
    let mut items = vec![
        Item::Comment(String::new()),
        Item::Comment("What Terraform does not do here, and a person has to:".to_owned()),
    ];
    let line = |sentence: &String| Item::Comment(format!("- {sentence}"));
    items.extend(by_hand.iter().map(line));
    items
}

/// The name of a VPC's file. Two names that differ in the size of letters only are one on some disks.
fn file_name(vpc: &str, all: &[&str]) -> String {
    let is_taken = OTHER_FILES.iter().any(|it| vpc.eq_ignore_ascii_case(it));
    let alike = all.iter().filter(|it| it.eq_ignore_ascii_case(vpc));
    match alike.take_while(|it| **it != vpc).count() {
        0 if !is_taken => format!("{vpc}.tf"),
        0 => format!("vpc-{vpc}.tf"),
        number => format!("vpc-{vpc}-{}.tf", number + 1),
    }
}

fn variables(variables: &BTreeMap<String, Variable>) -> Vec<Item> {
    let mut items = Vec::new();
    for (name, variable) in variables {
        let body = vec![
            Item::set("description", Expr::text(&variable.description)),
            Item::set("type", Expr::raw(variable.kind)),
        ];
        items.push(Item::Gap);
        items.push(Item::Block(Block::new("variable", &[name], body)));
    }
    items
}

/// The provider, in the plan's region.
pub(super) fn provider(network: &Network) -> Vec<Item> {
    let region = network
        .shards()
        .find_map(|(scope, _)| scope.region.as_ref());
    let region = region.map(|region| Item::set("region", Expr::text(region.as_str())));
    let block = Block::new("provider", &["aws"], region.into_iter().collect());
    vec![
        Item::Comment("As a module of something larger, leave this file out.".to_owned()),
        Item::Gap,
        Item::Block(block),
    ]
}

/// The versions of Terraform and of the provider.
pub(super) fn versions(provider: &str) -> Vec<Item> {
    let aws = Expr::Object(vec![
        ("source".to_owned(), Expr::text("hashicorp/aws")),
        ("version".to_owned(), Expr::text(provider)),
    ]);
    let providers = Block::new("required_providers", &[], vec![Item::set("aws", aws)]);
    let body = vec![
        Item::set("required_version", Expr::text(">= 1.5.7")),
        Item::Gap,
        Item::Block(providers),
    ];
    vec![Item::Gap, Item::Block(Block::new("terraform", &[], body))]
}
