//! A plan as a template of AWS CloudFormation.
//!
//! A step that makes something is a resource of the template; a step that only sets an attribute is a property of one.
//! What a step needs beyond what it refers to is a `DependsOn`. What no resource can say is told in
//! [`Code::by_hand`], and stands in the template's `Metadata` as well.
//!
//! Logical ids are made of tier, zone and number ([`names`]), so that a design with one more of anything gives a template
//! with more resources and no other change than longer lists.

mod names;
mod node;
#[cfg(test)]
mod tests;
mod yaml;

use super::{Code, CodeError, CodeFile};
use crate::network::{
    Id, Key, Kind, Known, Network, RouteTableFacts, RulePeer, SecurityGroupFacts,
    SecurityGroupRule, SubnetFacts, Text, VpcFacts,
};
use crate::steps::{Action, Find, Parameters, Step, StepGraph, Value};
use ipnet::IpNet;
use node::{Node, harmless};
use std::collections::{BTreeMap, BTreeSet};

/// How a template is written. Both forms say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `template.json`
    Json,
    /// `template.yaml`
    Yaml,
}

/// How much one template holds.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const RESOURCES: usize = 500;
const OUTPUTS: usize = 200;
const PARAMETERS: usize = 200;

/// `Fn::Cidr` counts to this.
const PARTS: i64 = 256;

/// What CloudFormation's resource lets encryption enforcement leave out.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpcencryptioncontrol.html>
const EXCLUSIONS: [&str; 8] = [
    "InternetGatewayExclusion",
    "EgressOnlyInternetGatewayExclusion",
    "NatGatewayExclusion",
    "VirtualPrivateGatewayExclusion",
    "VpcPeeringExclusion",
    "LambdaExclusion",
    "VpcLatticeExclusion",
    "ElasticFileSystemExclusion",
];

/// The template that makes what the network plans, from the steps that lead to it from nothing.
///
/// The error is a plan that changes or removes what is there already, or that makes nothing.
pub fn cloudformation(graph: &StepGraph, network: &Network, form: Form) -> Result<Code, CodeError> {
    let mut writer = Writer::new(graph, network);
    for step in graph.steps() {
        writer.step(step)?;
    }
    let template = writer.template()?;
    let (name, text) = match form {
        Form::Json => {
            let text = serde_json::to_string_pretty(&template).map_err(|error| CodeError {
                what: "the template".to_owned(),
                why: format!("could not be written: {error}"),
            })?;
            ("template.json", text + "\n")
        }
        Form::Yaml => ("template.yaml", yaml::write(&template)),
    };
    Ok(Code {
        files: vec![CodeFile {
            name: name.to_owned(),
            text,
        }],
        by_hand: writer.by_hand,
    })
}

/// One resource of the template.
struct Resource {
    id: String,
    kind: &'static str,
    /// The step that makes it, whose needs are its own.
    step: Text,
    /// Logical ids it needs beyond those of the steps.
    needs: BTreeSet<String>,
    properties: Vec<(String, Node)>,
}

/// Why something is not said in a template, as the rest of a sentence.
type Lack = String;

struct Writer<'a> {
    graph: &'a StepGraph,
    network: &'a Network,
    ids: BTreeMap<String, String>,
    resources: Vec<Resource>,
    /// Which resource of the template stands for a resource of the plan.
    of_key: BTreeMap<Key, String>,
    /// Which resource of the template does what a step does.
    of_step: BTreeMap<Text, String>,
    /// The associations of VPCs with version 6 blocks.
    ipv6: BTreeMap<Id, Vec<String>>,
    parameters: Vec<(String, Node)>,
    outputs: Vec<(String, Node)>,
    by_hand: Vec<String>,
}

impl<'a> Writer<'a> {
    fn new(graph: &'a StepGraph, network: &'a Network) -> Self {
        Self {
            graph,
            network,
            ids: names::of_steps(graph.steps()),
            resources: Vec::new(),
            of_key: BTreeMap::new(),
            of_step: BTreeMap::new(),
            ipv6: BTreeMap::new(),
            parameters: Vec::new(),
            outputs: Vec::new(),
            by_hand: Vec::new(),
        }
    }

    fn facts<T: crate::network::AsFacts>(&self, key: &Key) -> Option<&'a T> {
        self.network.facts::<T>(&key.id)
    }

    fn step(&mut self, step: &Step) -> Result<(), CodeError> {
        let written = match step.call.action {
            Action::CreateVpc => self.vpc(step),
            Action::AssociateVpcCidrBlock => self.vpc_block(step),
            // The VPC and the subnet say it themselves.
            Action::ModifyVpcAttribute | Action::ModifySubnetAttribute => {
                return self.within(step, &step.about);
            }
            // CloudFormation accepts for whoever asks.
            Action::AcceptVpcPeeringConnection => return self.within(step, &step.about),
            Action::AssociateDhcpOptions => {
                self.plain(step, "AWS::EC2::VPCDHCPOptionsAssociation", &[])
            }
            Action::CreateVpcEncryptionControl => self.encryption(step),
            Action::ModifyVpcEncryptionControl => self.enforcement(step),
            Action::CreateSubnet => self.subnet(step),
            Action::AssociateSubnetCidrBlock => self.subnet_block(step),
            Action::CreateInternetGateway => self.plain(step, "AWS::EC2::InternetGateway", &[]),
            Action::AttachInternetGateway | Action::AttachVpnGateway => {
                self.plain(step, "AWS::EC2::VPCGatewayAttachment", &[])
            }
            Action::CreateEgressOnlyInternetGateway => self.egress_only(step),
            Action::CreateRouteTable => self.plain(step, "AWS::EC2::RouteTable", &[]),
            Action::CreateRoute => self.route(step),
            Action::AssociateRouteTable => {
                let is_subnet = step.call.parameters.get("SubnetId").is_some();
                let kind = if is_subnet {
                    "AWS::EC2::SubnetRouteTableAssociation"
                } else {
                    "AWS::EC2::GatewayRouteTableAssociation"
                };
                self.plain(step, kind, &[])
            }
            Action::EnableVgwRoutePropagation => self.propagation(step),
            Action::AllocateAddress => self.address(step),
            Action::CreateNatGateway => self.plain(step, "AWS::EC2::NatGateway", &[]),
            Action::CreateTransitGatewayVpcAttachment => self.transit_attachment(step),
            Action::CreateVpnGateway => self.plain(step, "AWS::EC2::VPNGateway", &[]),
            Action::CreateVpcPeeringConnection => self.peering(step),
            Action::CreateVpcEndpoint => self.endpoint(step),
            Action::CreateSecurityGroup => self.group(step),
            Action::AuthorizeSecurityGroupIngress => self.rules(step, "Ingress"),
            Action::AuthorizeSecurityGroupEgress => self.rules(step, "Egress"),
            Action::RevokeSecurityGroupIngress | Action::RevokeSecurityGroupEgress => {
                self.revoked(step)
            }
            Action::CreateNetworkAcl => self.plain(step, "AWS::EC2::NetworkAcl", &[]),
            Action::CreateNetworkAclEntry => self.acl_entry(step),
            Action::ReplaceNetworkAclAssociation => self.acl_association(step),
            Action::CreateFlowLogs => self.flow_log(step),
            Action::CreateResolverEndpoint => {
                self.plain(step, "AWS::Route53Resolver::ResolverEndpoint", &[])
            }
            Action::CreateTags => {
                Err("it comes with something else, and CloudFormation does not tag it".to_owned())
            }
            Action::ModifyVpcPeeringConnectionOptions => {
                Err("CloudFormation has no options of peering connections".to_owned())
            }
            Action::ReplaceRoute => {
                Err("CloudFormation does not turn a route that comes with its table".to_owned())
            }
            Action::ReplaceNetworkAclEntry | Action::DeleteNetworkAclEntry => {
                Err("CloudFormation does not change what a network ACL comes with".to_owned())
            }
            _ => return Err(changes(step)),
        };
        if let Err(why) = written {
            let what = in_words(step);
            self.by_hand(format!("{what} by hand: {why}."));
        }
        Ok(())
    }

    fn by_hand(&mut self, sentence: String) {
        if !self.by_hand.contains(&sentence) {
            self.by_hand.push(sentence);
        }
    }

    /// A step that is part of what an earlier step made.
    fn within(&mut self, step: &Step, key: &Key) -> Result<(), CodeError> {
        let id = self.of_key.get(key).ok_or_else(|| changes(step))?;
        self.of_step.insert(step.id.clone(), id.clone());
        Ok(())
    }

    // Values.

    /// A text that people wrote, or that comes from outside.
    fn text(&mut self, text: &str) -> Node {
        let written = harmless(text);
        if written != text {
            self.by_hand(format!(
                "Set “{written}” anew where it stands, without the space between its braces: in a template \
                 CloudFormation would put a value of the account in its place."
            ));
        }
        Node::text(written)
    }

    fn node(&mut self, value: &Value) -> Result<Node, Lack> {
        Ok(match value {
            Value::Text(text) => self.text(text),
            Value::Number(number) => Node::Number(*number),
            Value::Bool(value) => Node::Bool(*value),
            Value::List(items) => {
                let items = items.iter().map(|item| self.node(item));
                Node::List(items.collect::<Result<_, _>>()?)
            }
            Value::Map(fields) => {
                let mut found = Vec::new();
                for (name, value) in fields.iter() {
                    found.push((name.to_owned(), self.node(value)?));
                }
                Node::Map(found)
            }
            Value::Made(key) => self.made(key)?,
            Value::Given(key) => self.given(key),
            Value::Ipv6 { vpc, part } => self.ipv6_part(vpc, part)?,
            Value::Find(find) => self.find(find)?,
            Value::Output { step, .. } => {
                let id = self.of_step.get(step);
                Node::reference(id.ok_or("it needs what the template does not make")?)
            }
        })
    }

    /// The id of a resource of the template.
    fn made(&self, key: &Key) -> Result<Node, Lack> {
        let id = self.of_key.get(key).ok_or_else(|| {
            format!(
                "it needs the {} {}, which the template does not make",
                key.kind.singular(),
                key.id
            )
        })?;
        Ok(match key.kind {
            Kind::ElasticIp => Node::attribute(id, "AllocationId"),
            Kind::SecurityGroup => Node::attribute(id, "GroupId"),
            _ => Node::reference(id),
        })
    }

    fn parameter(&mut self, id: &str, what: &str, default: Option<&str>) -> Node {
        if !self.parameters.iter().any(|(held, _)| held == id) {
            let mut fields = vec![
                ("Type".to_owned(), Node::text("String")),
                ("Description".to_owned(), self.text(what)),
            ];
            match default {
                Some(default) => fields.push(("Default".to_owned(), self.text(default))),
                None => fields.push(("MinLength".to_owned(), Node::Number(1))),
            }
            self.parameters.push((id.to_owned(), Node::Map(fields)));
        }
        Node::reference(id)
    }

    /// Something a person has to name.
    fn given(&mut self, key: &Key) -> Node {
        let prefix = match key.kind {
            Kind::TransitGateway => "TransitGatewayId",
            Kind::Vpc => "PeerVpcId",
            Kind::PrefixList => "PrefixListId",
            _ => "GivenId",
        };
        let id = names::of_parameter(prefix, key.id.as_str());
        let what = format!("The id of the {} {}", key.kind.singular(), key.id);
        self.parameter(&id, &what, None)
    }

    /// The id of something outside, which is known and may be another elsewhere.
    fn outside(&mut self, prefix: &str, kind: Kind, value: &Value) -> Result<Node, Lack> {
        let Value::Text(id) = value else {
            return self.node(value);
        };
        let name = names::of_parameter(prefix, id);
        let what = format!("The id of the {}", kind.singular());
        Ok(self.parameter(&name, &what, Some(id)))
    }

    fn find(&mut self, find: &Find) -> Result<Node, Lack> {
        let mut attribute = |of: &Value, name: &str| match self.node(of)? {
            Node::Map(fields) => match fields.as_slice() {
                [(_, Node::Text(id))] => Ok(Node::attribute(id, name)),
                _ => Err(format!("nothing in the template has its {name}")),
            },
            _ => Err(format!("nothing in the template has its {name}")),
        };
        match find {
            Find::DefaultNetworkAcl { vpc } => attribute(vpc, "DefaultNetworkAcl"),
            Find::DefaultSecurityGroup { vpc } => attribute(vpc, "DefaultSecurityGroup"),
            Find::NatRouteTable { nat_gateway } => attribute(nat_gateway, "RouteTableId"),
            Find::PrefixList { name } => {
                let id = names::of_parameter("PrefixListId", name);
                let what = format!("The id of the prefix list {name}");
                Ok(self.parameter(&id, &what, None))
            }
            Find::Ipv6Pool { block } => {
                let id = names::of_parameter("Ipv6Pool", &block.to_string());
                let what = format!("The id of the address pool that {block} comes from");
                Ok(self.parameter(&id, &what, None))
            }
            Find::MainRouteTable { .. } => Err(
                "CloudFormation does not tell the id of the route table that comes with a VPC"
                    .to_owned(),
            ),
            other => Err(format!(
                "CloudFormation does not tell the id of the {}",
                other.word().replace('-', " ")
            )),
        }
    }

    /// A part of the block that AWS chooses: the one of this number, counted from its start. The function counts no
    /// further than to it, so that nothing here depends on what else there is.
    fn ipv6_part(&mut self, vpc: &Value, part: &str) -> Result<Node, Lack> {
        let odd = || format!("“{part}” is no part of a version 6 block");
        let (number, mask) = part.split_once('/').ok_or_else(odd)?;
        let number = i64::from_str_radix(number, 16).map_err(|_| odd())?;
        let mask: i64 = mask.parse().map_err(|_| odd())?;
        let count = number.saturating_add(1);
        if !(1..=PARTS).contains(&count) || !(1..=127).contains(&mask) {
            return Err(format!(
                "CloudFormation takes one of the first {PARTS} parts of a block, and {part} is none"
            ));
        }
        let Node::Map(fields) = self.node(vpc)? else {
            return Err("its VPC is not one of the template".to_owned());
        };
        let [(_, Node::Text(vpc))] = fields.as_slice() else {
            return Err("its VPC is not one of the template".to_owned());
        };
        let select = |number: i64, of: Node| {
            Node::call("Fn::Select", Node::List(vec![Node::Number(number), of]))
        };
        let block = select(0, Node::attribute(vpc, "Ipv6CidrBlocks"));
        let bits = Node::Number(128_i64.saturating_sub(mask));
        let parts = Node::call(
            "Fn::Cidr",
            Node::List(vec![block, Node::Number(count), bits]),
        );
        Ok(select(number, parts))
    }

    // Resources.

    /// A resource with the parameters of its call as they are, save some.
    fn plain(&mut self, step: &Step, kind: &'static str, without: &[&str]) -> Result<(), Lack> {
        let properties = self.properties(step, without)?;
        self.push(step, kind, properties)
    }

    fn properties(&mut self, step: &Step, without: &[&str]) -> Result<Vec<(String, Node)>, Lack> {
        let mut properties = Vec::new();
        for (name, value) in step.call.parameters.iter() {
            if !matches!(name, "TagSpecifications" | "Tags") && !without.contains(&name) {
                properties.push((name.to_owned(), self.node(value)?));
            }
        }
        Ok(properties)
    }

    /// The resource, with its tags.
    fn push(
        &mut self,
        step: &Step,
        kind: &'static str,
        mut properties: Vec<(String, Node)>,
    ) -> Result<(), Lack> {
        let id = self
            .ids
            .get(step.id.as_str())
            .cloned()
            .ok_or("it has no name in a template")?;
        let tags: Vec<Node> = tags_of(&step.call.parameters)
            .into_iter()
            .map(|(name, value)| Node::map([("Key", self.text(name)), ("Value", self.text(value))]))
            .collect();
        if !tags.is_empty() {
            properties.push(("Tags".to_owned(), Node::List(tags)));
        }
        if let Some(key) = &step.makes {
            self.of_key.insert(key.clone(), id.clone());
        }
        self.add(step, id, kind, properties);
        Ok(())
    }

    fn add(
        &mut self,
        step: &Step,
        id: String,
        kind: &'static str,
        properties: Vec<(String, Node)>,
    ) {
        self.of_step.insert(step.id.clone(), id.clone());
        self.resources.push(Resource {
            id,
            kind,
            step: step.id.clone(),
            needs: BTreeSet::new(),
            properties,
        });
    }

    /// The resource that was added last needs the version 6 blocks of this VPC.
    fn needs_ipv6(&mut self, vpc: Option<&Id>) {
        let blocks = vpc.and_then(|vpc| self.ipv6.get(vpc));
        if let (Some(blocks), Some(resource)) = (blocks, self.resources.last_mut()) {
            resource.needs.extend(blocks.iter().cloned());
        }
    }

    fn output(&mut self, key: &Key) {
        if let Some(id) = self.of_key.get(key) {
            let value = Node::map([("Value", Node::reference(id))]);
            self.outputs.push((format!("{id}Id"), value));
        }
    }

    /// A VPC has its version 6 block by a resource of its own.
    fn vpc(&mut self, step: &Step) -> Result<(), Lack> {
        const IPV6: [&str; 3] = ["AmazonProvidedIpv6CidrBlock", "Ipv6CidrBlock", "Ipv6Pool"];
        let mut properties = self.properties(step, &IPV6)?;
        if let Some(facts) = self.facts::<VpcFacts>(&step.about) {
            for (name, value) in [
                ("EnableDnsSupport", &facts.enable_dns_support),
                ("EnableDnsHostnames", &facts.enable_dns_hostnames),
            ] {
                if let Some(value) = value.value() {
                    properties.push((name.to_owned(), Node::Bool(*value)));
                }
            }
        }
        self.push(step, "AWS::EC2::VPC", properties)?;
        self.output(&step.about);
        let mut block = Vec::new();
        for name in IPV6 {
            if let Some(value) = step.call.parameters.get(name) {
                block.push((name.to_owned(), self.node(value)?));
            }
        }
        if block.is_empty() {
            return Ok(());
        }
        block.insert(0, ("VpcId".to_owned(), self.made(&step.about)?));
        let id = self.ids.get(&format!("{}{}", step.id, names::IPV6_PART));
        let id = id.cloned().ok_or("its block has no name in a template")?;
        self.ipv6.insert(step.about.id.clone(), vec![id.clone()]);
        let vpc = self.of_step.get(&step.id).cloned();
        self.add(step, id, "AWS::EC2::VPCCidrBlock", block);
        // What needs the VPC needs the VPC, and not its block.
        if let Some(vpc) = vpc {
            self.of_step.insert(step.id.clone(), vpc);
        }
        Ok(())
    }

    fn vpc_block(&mut self, step: &Step) -> Result<(), Lack> {
        self.plain(step, "AWS::EC2::VPCCidrBlock", &[])?;
        if step.call.parameters.get("CidrBlock").is_none()
            && let Some(id) = self.of_step.get(&step.id)
        {
            let blocks = self.ipv6.entry(step.about.id.clone()).or_default();
            blocks.push(id.clone());
        }
        Ok(())
    }

    fn encryption(&mut self, step: &Step) -> Result<(), Lack> {
        let mut properties = self.properties(step, &[])?;
        properties.push(("Mode".to_owned(), Node::text("monitor")));
        self.push(step, "AWS::EC2::VPCEncryptionControl", properties)
    }

    /// Enforcement, which is a second call, is part of the one resource.
    fn enforcement(&mut self, step: &Step) -> Result<(), Lack> {
        let parameters = &step.call.parameters;
        let Some(Value::Output { step: control, .. }) = parameters.get("VpcEncryptionControlId")
        else {
            return Err("the control is not one of the template".to_owned());
        };
        let id = self.of_step.get(control).cloned();
        let id = id.ok_or("the template does not make the control")?;
        let mut exclusions = Vec::new();
        for (name, value) in parameters.iter() {
            if EXCLUSIONS.contains(&name) {
                exclusions.push((format!("{name}Input"), self.node(value)?));
            } else if name.ends_with("Exclusion") {
                self.by_hand(format!(
                    "Set {name} of the encryption control of {} to enable by hand: CloudFormation has no such property.",
                    step.about.id
                ));
            }
        }
        if let Some(resource) = self.resources.iter_mut().find(|it| it.id == id) {
            for (name, value) in &mut resource.properties {
                if name == "Mode" {
                    *value = Node::text("enforce");
                }
            }
            let tags = resource.properties.iter().position(|(it, _)| it == "Tags");
            let at = tags.unwrap_or(resource.properties.len());
            resource.properties.splice(at..at, exclusions);
        }
        self.of_step.insert(step.id.clone(), id);
        Ok(())
    }

    fn subnet(&mut self, step: &Step) -> Result<(), Lack> {
        let mut properties = self.properties(step, &[])?;
        let facts = self.facts::<SubnetFacts>(&step.about);
        if let Some(facts) = facts {
            if let Some(value) = facts.map_public_ip_on_launch.value() {
                properties.push(("MapPublicIpOnLaunch".to_owned(), Node::Bool(*value)));
            }
            let has_ipv6 = step.call.parameters.get("Ipv6CidrBlock").is_some();
            if let Some(value) = facts.assign_ipv6_on_creation.value().filter(|_| has_ipv6) {
                properties.push(("AssignIpv6AddressOnCreation".to_owned(), Node::Bool(*value)));
            }
        }
        let has_ipv6 = properties.iter().any(|(name, _)| name.contains("Ipv6"));
        self.push(step, "AWS::EC2::Subnet", properties)?;
        if has_ipv6 {
            self.needs_ipv6(facts.and_then(|it| it.vpc.value()));
        }
        self.output(&step.about);
        Ok(())
    }

    fn subnet_block(&mut self, step: &Step) -> Result<(), Lack> {
        self.plain(step, "AWS::EC2::SubnetCidrBlock", &[])?;
        let facts = self.facts::<SubnetFacts>(&step.about);
        self.needs_ipv6(facts.and_then(|it| it.vpc.value()));
        Ok(())
    }

    fn egress_only(&mut self, step: &Step) -> Result<(), Lack> {
        self.plain(step, "AWS::EC2::EgressOnlyInternetGateway", &[])?;
        if let Some(Value::Made(vpc)) = step.call.parameters.get("VpcId") {
            self.needs_ipv6(Some(&vpc.id));
        }
        Ok(())
    }

    fn route(&mut self, step: &Step) -> Result<(), Lack> {
        const TRANSIT: &str = "TransitGatewayId";
        let mut properties = self.properties(step, &[TRANSIT])?;
        if let Some(value) = step.call.parameters.get(TRANSIT) {
            let value = self.outside(TRANSIT, Kind::TransitGateway, value)?;
            properties.push((TRANSIT.to_owned(), value));
        }
        self.push(step, "AWS::EC2::Route", properties)?;
        let parameters = &step.call.parameters;
        if parameters.get("DestinationIpv6CidrBlock").is_some() {
            let facts = self.facts::<RouteTableFacts>(&step.about);
            self.needs_ipv6(facts.and_then(|it| it.vpc.value()));
        }
        Ok(())
    }

    fn propagation(&mut self, step: &Step) -> Result<(), Lack> {
        let (Some(table), Some(gateway)) = (
            step.call.parameters.get("RouteTableId"),
            step.call.parameters.get("GatewayId"),
        ) else {
            return Err("its route table or gateway is not known".to_owned());
        };
        let table = self.node(table)?;
        let gateway = self.node(gateway)?;
        let properties = vec![
            ("RouteTableIds".to_owned(), Node::List(vec![table])),
            ("VpnGatewayId".to_owned(), gateway),
        ];
        self.push(step, "AWS::EC2::VPNGatewayRoutePropagation", properties)
    }

    /// An address is taken when the VPC has its internet gateway, and given back before that goes.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-eip.html>
    fn address(&mut self, step: &Step) -> Result<(), Lack> {
        self.plain(step, "AWS::EC2::EIP", &[])?;
        let attachments: Vec<String> = self
            .graph
            .steps()
            .filter(|nat| {
                nat.call.action == Action::CreateNatGateway
                    && nat.call.parameters.values().any(|value| {
                        let mut is_named = false;
                        value.walk(&mut |value| {
                            is_named |= *value == Value::Made(step.about.clone());
                        });
                        is_named
                    })
            })
            .flat_map(|nat| self.graph.needs(&nat.id))
            .filter(|need| need.call.action == Action::AttachInternetGateway)
            .filter_map(|need| self.of_step.get(&need.id).cloned())
            .collect();
        if let Some(resource) = self.resources.last_mut() {
            resource.needs.extend(attachments);
        }
        Ok(())
    }

    /// Of the two resources for it this is the one whose subnets can be changed in place.
    fn transit_attachment(&mut self, step: &Step) -> Result<(), Lack> {
        const TRANSIT: &str = "TransitGatewayId";
        let parameters = &step.call.parameters;
        let mut properties = Vec::new();
        if let Some(value) = parameters.get(TRANSIT) {
            let value = self.outside(TRANSIT, Kind::TransitGateway, value)?;
            properties.push((TRANSIT.to_owned(), value));
        }
        properties.extend(self.properties(step, &[TRANSIT])?);
        self.push(step, "AWS::EC2::TransitGatewayAttachment", properties)?;
        if let Some(Value::Made(vpc)) = parameters.get("VpcId") {
            self.needs_ipv6(Some(&vpc.id));
        }
        Ok(())
    }

    /// In another account somebody has to let us accept: by a role there.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/peer-with-vpc-in-another-account.html>
    fn peering(&mut self, step: &Step) -> Result<(), Lack> {
        const PEER: &str = "PeerVpcId";
        let parameters = &step.call.parameters;
        let mut properties = self.properties(step, &[PEER])?;
        if let Some(value) = parameters.get(PEER) {
            let value = self.outside(PEER, Kind::Vpc, value)?;
            properties.insert(properties.len().min(1), (PEER.to_owned(), value));
        }
        if let Some(Value::Text(owner)) = parameters.get("PeerOwnerId") {
            let id = names::of_parameter("PeerRoleArn", step.about.id.as_str());
            let what = format!(
                "The ARN of a role in the account {owner} that may accept the peering connection {}",
                step.about.id
            );
            let role = self.parameter(&id, &what, None);
            properties.push(("PeerRoleArn".to_owned(), role));
        }
        self.push(step, "AWS::EC2::VPCPeeringConnection", properties)
    }

    fn endpoint(&mut self, step: &Step) -> Result<(), Lack> {
        self.plain(step, "AWS::EC2::VPCEndpoint", &[])
    }

    /// Its rules stand in the group where they name no group; others have resources of their own, since two groups can
    /// name each other. What goes out is always said: else CloudFormation lets out everything.
    fn group(&mut self, step: &Step) -> Result<(), Lack> {
        let mut properties = self.properties(step, &["Description"])?;
        if let Some(value) = step.call.parameters.get("Description") {
            let value = self.node(value)?;
            properties.insert(
                properties.len().min(1),
                ("GroupDescription".to_owned(), value),
            );
        }
        let facts = self.facts::<SecurityGroupFacts>(&step.about);
        if let Some(Known::Value(rules)) = facts.map(|facts| &facts.egress) {
            let rules: Vec<Node> = rules.iter().filter_map(block_rule).collect();
            if rules.is_empty() {
                self.by_hand(format!(
                    "Take the rule that lets everything out from the security group {} by hand: CloudFormation makes no \
                     group without one.",
                    step.about.id
                ));
            } else {
                properties.push(("SecurityGroupEgress".to_owned(), Node::List(rules)));
            }
        }
        self.push(step, "AWS::EC2::SecurityGroup", properties)
    }

    fn rules(&mut self, step: &Step, direction: &'static str) -> Result<(), Lack> {
        let parameters = &step.call.parameters;
        let (Some(group), Some(Value::List(permissions))) =
            (parameters.get("GroupId"), parameters.get("IpPermissions"))
        else {
            return Err("its group or rules are not known".to_owned());
        };
        let own = match group {
            Value::Made(key) => self.of_key.get(key).cloned(),
            _ => None,
        };
        let group = self.node(group)?;
        let mut inline = Vec::new();
        for permission in permissions {
            let (rule, names_group) = self.rule(permission, direction)?;
            if own.is_some() && !names_group {
                inline.push(rule);
                continue;
            }
            let text = serde_json::to_string(&rule).map_err(|error| error.to_string())?;
            let id = names::of_rule(direction, &step.about.id, &text);
            let kind = match direction {
                "Ingress" => "AWS::EC2::SecurityGroupIngress",
                _ => "AWS::EC2::SecurityGroupEgress",
            };
            let mut properties = vec![("GroupId".to_owned(), group.clone())];
            if let Node::Map(fields) = rule {
                properties.extend(fields);
            }
            self.add(step, id, kind, properties);
        }
        let Some(id) = own else { return Ok(()) };
        if let Some(resource) = self.resources.iter_mut().find(|it| it.id == id) {
            let name = format!("SecurityGroup{direction}");
            let held = resource.properties.iter_mut().find(|(it, _)| *it == name);
            match held {
                Some((_, Node::List(rules))) => {
                    inline.retain(|rule| !rules.contains(rule));
                    rules.extend(inline);
                }
                _ if inline.is_empty() => {}
                _ => {
                    let tags = resource.properties.iter().position(|(it, _)| it == "Tags");
                    let at = tags.unwrap_or(resource.properties.len());
                    resource.properties.insert(at, (name, Node::List(inline)));
                }
            }
        }
        self.of_step.insert(step.id.clone(), id);
        Ok(())
    }

    /// A rule as CloudFormation writes it, and whether it names a group.
    fn rule(&mut self, permission: &Value, direction: &str) -> Result<(Node, bool), Lack> {
        let Value::Map(permission) = permission else {
            return Err("a rule of it is not known".to_owned());
        };
        let mut fields = Vec::new();
        let mut names_group = false;
        for (name, value) in permission.iter() {
            let Value::List(peers) = value else {
                fields.push((name.to_owned(), self.node(value)?));
                continue;
            };
            let far = match direction {
                "Ingress" => "Source",
                _ => "Destination",
            };
            for peer in peers {
                let Value::Map(peer) = peer else { continue };
                for (name, value) in peer.iter() {
                    let name = match name {
                        "GroupId" => {
                            names_group = true;
                            format!("{far}SecurityGroupId")
                        }
                        "PrefixListId" => format!("{far}PrefixListId"),
                        other => other.to_owned(),
                    };
                    fields.push((name, self.node(value)?));
                }
            }
        }
        Ok((Node::Map(fields), names_group))
    }

    /// A group of the template says what goes out in full, so that nothing has to be taken from it.
    fn revoked(&mut self, step: &Step) -> Result<(), Lack> {
        let id = self.of_key.get(&step.about);
        let id = id.ok_or("CloudFormation takes no rules away")?;
        self.of_step.insert(step.id.clone(), id.clone());
        Ok(())
    }

    fn acl_entry(&mut self, step: &Step) -> Result<(), Lack> {
        let mut properties = self.properties(step, &[])?;
        for (name, value) in &mut properties {
            match (name.as_str(), &*value) {
                ("IcmpTypeCode", _) => *name = "Icmp".to_owned(),
                ("Protocol", Node::Text(text)) => {
                    let number = text.parse().map_err(|_| {
                        format!("CloudFormation takes the number of a protocol, and not “{text}”")
                    })?;
                    *value = Node::Number(number);
                }
                _ => {}
            }
        }
        self.push(step, "AWS::EC2::NetworkAclEntry", properties)
    }

    fn acl_association(&mut self, step: &Step) -> Result<(), Lack> {
        let subnet = names::subnet_of_association(step);
        let subnet = subnet.ok_or("its subnet is not one of the template")?;
        let subnet = self.made(subnet)?;
        let mut properties = vec![("SubnetId".to_owned(), subnet)];
        properties.extend(self.properties(step, &["AssociationId"])?);
        self.push(step, "AWS::EC2::SubnetNetworkAclAssociation", properties)
    }

    fn flow_log(&mut self, step: &Step) -> Result<(), Lack> {
        let mut properties = self.properties(step, &["ResourceIds"])?;
        let Some(Value::List(ids)) = step.call.parameters.get("ResourceIds") else {
            return Err("what it records is not known".to_owned());
        };
        if let Some(id) = ids.first() {
            let id = self.node(id)?;
            properties.insert(0, ("ResourceId".to_owned(), id));
        }
        self.push(step, "AWS::EC2::FlowLog", properties)
    }

    // The whole.

    fn template(&mut self) -> Result<Node, CodeError> {
        if self.resources.is_empty() {
            return Err(CodeError {
                what: "the plan".to_owned(),
                why: "makes nothing; add a VPC to it".to_owned(),
            });
        }
        self.check_ids()?;
        self.limits();
        let mut parts = vec![
            ("AWSTemplateFormatVersion", Node::text("2010-09-09")),
            (
                "Description",
                Node::text("A network as planned with VPC Atlas"),
            ),
        ];
        if !self.by_hand.is_empty() {
            let sentences = self.by_hand.iter();
            let sentences = sentences.map(|it| Node::text(harmless(it))).collect();
            let by_hand = Node::map([("ByHand", Node::List(sentences))]);
            parts.push(("Metadata", Node::map([("VpcAtlas", by_hand)])));
        }
        if let Some(region) = self.region() {
            parts.push(("Rules", region_rule(&region)));
        }
        if !self.parameters.is_empty() {
            let parameters = std::mem::take(&mut self.parameters);
            parts.push(("Parameters", Node::Map(parameters)));
        }
        let resources = std::mem::take(&mut self.resources);
        let made: BTreeSet<String> = resources.iter().map(|it| it.id.clone()).collect();
        let resources = resources.into_iter().map(|it| self.resource(it, &made));
        parts.push(("Resources", Node::map(resources.collect::<Vec<_>>())));
        let outputs = std::mem::take(&mut self.outputs);
        if !outputs.is_empty() {
            parts.push(("Outputs", Node::Map(outputs)));
        }
        Ok(Node::map(parts))
    }

    /// A resource whole: what its step needs beyond what it refers to comes as `DependsOn`.
    fn resource(&self, resource: Resource, made: &BTreeSet<String>) -> (String, Node) {
        let mut named = BTreeSet::new();
        for (_, value) in &resource.properties {
            value.references(&mut named);
        }
        let mut needs: BTreeSet<String> = self
            .graph
            .needs(&resource.step)
            .into_iter()
            .filter_map(|need| self.of_step.get(&need.id).cloned())
            .collect();
        needs.extend(resource.needs);
        needs.retain(|need| *need != resource.id && !named.contains(need) && made.contains(need));
        let mut fields = vec![("Type", Node::text(resource.kind))];
        if !needs.is_empty() {
            let needs = needs.into_iter().map(Node::Text).collect();
            fields.push(("DependsOn", Node::List(needs)));
        }
        if !resource.properties.is_empty() {
            fields.push(("Properties", Node::Map(resource.properties)));
        }
        (resource.id, Node::map(fields))
    }

    fn check_ids(&self) -> Result<(), CodeError> {
        let mut seen = BTreeSet::new();
        for resource in &self.resources {
            if !seen.insert(resource.id.as_str()) {
                return Err(CodeError {
                    what: resource.step.to_string(),
                    why: format!(
                        "would be called {}, as something else is; choose another name for it",
                        resource.id
                    ),
                });
            }
        }
        Ok(())
    }

    fn limits(&mut self) {
        let count = self.resources.len();
        if count > RESOURCES {
            self.by_hand(format!(
                "Part the template in several by hand: it has {count} resources, and a stack takes {RESOURCES}."
            ));
        }
        let count = self.parameters.len();
        if count > PARAMETERS {
            self.by_hand(format!(
                "Write some of the parameters into the template by hand: it has {count}, and a stack takes {PARAMETERS}."
            ));
        }
        let count = self.outputs.len();
        if count > OUTPUTS {
            self.outputs.truncate(OUTPUTS);
            self.by_hand(format!(
                "Look the ids of {} subnets up by hand: a stack has no more than {OUTPUTS} outputs.",
                count.saturating_sub(OUTPUTS)
            ));
        }
    }

    /// The one region of the plan.
    fn region(&self) -> Option<String> {
        let mut regions = self
            .network
            .shards()
            .filter_map(|(scope, _)| scope.region.clone());
        let first = regions.next()?;
        let is_one = regions.all(|it| it == first);
        (is_one && !first.is_empty()).then(|| first.to_string())
    }
}

/// What a step does, as the beginning of a sentence.
fn in_words(step: &Step) -> String {
    let about = &step.about;
    let parameters = &step.call.parameters;
    let text = |name: &str| match parameters.get(name) {
        Some(Value::Text(text)) => text.as_str(),
        _ => "?",
    };
    match step.call.action {
        Action::CreateTags => {
            let tags = tags_of(parameters);
            let tags: Vec<String> = tags
                .iter()
                .map(|(name, value)| format!("{name} = “{value}”"))
                .collect();
            let main = match about.kind {
                Kind::RouteTable | Kind::NetworkAcl | Kind::SecurityGroup => {
                    format!("{} that comes with {}", about.kind.singular(), about.id)
                }
                _ => format!("{} {}", about.kind.singular(), about.id),
            };
            format!("Tag the {main} ({})", tags.join(", "))
        }
        Action::ModifyVpcPeeringConnectionOptions => format!(
            "Let names of the other side be resolved over the peering connection {}",
            about.id
        ),
        Action::ReplaceRoute | Action::CreateRoute => {
            let names = ["DestinationCidrBlock", "DestinationIpv6CidrBlock"];
            let to = names.iter().find(|name| parameters.get(name).is_some());
            let to = to.map_or("a prefix list", |name| text(name));
            format!("Write the route to {to} in the route table {}", about.id)
        }
        Action::RevokeSecurityGroupIngress | Action::RevokeSecurityGroupEgress => format!(
            "Take the rules that it comes with from the security group {}",
            about.id
        ),
        _ => format!("Make the call {}", step.id),
    }
}

/// A template names zones, and those are of one region.
fn region_rule(region: &str) -> Node {
    let here = Node::reference("AWS::Region");
    let is_here = Node::call(
        "Fn::Equals",
        Node::List(vec![here, Node::text(harmless(region))]),
    );
    let words = format!("The zones of this template are those of {region}");
    let assertion = Node::map([
        ("Assert", is_here),
        ("AssertDescription", Node::text(harmless(&words))),
    ]);
    let assertions = Node::map([("Assertions", Node::List(vec![assertion]))]);
    Node::map([("Region", assertions)])
}

/// The error of a step that changes or removes what is there already.
fn changes(step: &Step) -> CodeError {
    CodeError {
        what: step.id.to_string(),
        why: "is about something that is there already, and a template makes what is not; apply this plan instead"
            .to_owned(),
    }
}

/// The tags that a call puts on what it makes.
fn tags_of(parameters: &Parameters) -> Vec<(&Text, &Text)> {
    let of_specification = match parameters.get("TagSpecifications") {
        Some(Value::List(specifications)) => match specifications.first() {
            Some(Value::Map(specification)) => specification.get("Tags"),
            _ => None,
        },
        _ => None,
    };
    let Some(Value::List(tags)) = of_specification.or_else(|| parameters.get("Tags")) else {
        return Vec::new();
    };
    tags.iter()
        .filter_map(|tag| {
            let Value::Map(tag) = tag else { return None };
            match (tag.get("Key"), tag.get("Value")) {
                (Some(Value::Text(name)), Some(Value::Text(value))) => Some((name, value)),
                _ => None,
            }
        })
        .collect()
}

/// A rule about a block, as CloudFormation writes it.
fn block_rule(rule: &SecurityGroupRule) -> Option<Node> {
    let RulePeer::Block(block) = &rule.peer else {
        return None;
    };
    let mut fields = vec![("IpProtocol", Node::text(harmless(&rule.protocol)))];
    if rule.protocol != "-1" {
        for (name, port) in [("FromPort", rule.from_port), ("ToPort", rule.to_port)] {
            fields.extend(port.map(|port| (name, Node::Number(port.into()))));
        }
    }
    let name = match block {
        IpNet::V4(_) => "CidrIp",
        IpNet::V6(_) => "CidrIpv6",
    };
    fields.push((name, Node::text(block.to_string())));
    let words = rule.description.as_deref();
    fields.extend(words.map(|words| ("Description", Node::text(harmless(words)))));
    Some(Node::map(fields))
}
