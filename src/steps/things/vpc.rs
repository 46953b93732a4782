//! VPCs and subnets, with their blocks and attributes.

use super::{Claim, Maker, Order, Phase, Thing, step_id};
use crate::network::{CidrAssociation, Id, Key, Kind, Known, SubnetFacts, Text, VpcFacts};
use crate::steps::call::{Action, Call, Find, Parameters, Value, Wait};
use compact_str::format_compact;
use ipnet::IpNet;

/// What encryption enforcement can leave out, by the words AWS uses, and the parameters that say so.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEncryptionControl.html>
const EXCLUSIONS: &[(&str, &str)] = &[
    ("internet-gateway", "InternetGatewayExclusion"),
    (
        "egress-only-internet-gateway",
        "EgressOnlyInternetGatewayExclusion",
    ),
    ("nat-gateway", "NatGatewayExclusion"),
    ("virtual-private-gateway", "VirtualPrivateGatewayExclusion"),
    ("vpc-peering", "VpcPeeringExclusion"),
    ("lambda", "LambdaExclusion"),
    ("vpc-lattice", "VpcLatticeExclusion"),
    ("elastic-file-system", "ElasticFileSystemExclusion"),
    ("global-accelerator", "GlobalAcceleratorExclusion"),
    ("api-gateway-v2", "ApiGatewayV2Exclusion"),
];

/// Blocks that are, or are about to be, associated.
pub(super) fn held(associations: &[CidrAssociation]) -> impl Iterator<Item = Option<IpNet>> {
    associations
        .iter()
        .filter(|it| matches!(it.state.as_str(), "associated" | "associating"))
        .map(|it| it.cidr)
}

/// The version 6 blocks: `None` for one that AWS chooses.
pub(super) fn ipv6_blocks(known: &Known<Vec<CidrAssociation>>) -> Vec<Option<IpNet>> {
    match known {
        Known::ChosenByAws => vec![None],
        Known::Unread => Vec::new(),
        Known::Value(blocks) => held(blocks).collect(),
    }
}

/// The subject of the association of a block with a VPC or subnet.
pub(super) fn block_subject(id: &Id, block: Option<IpNet>) -> Text {
    match block {
        Some(block) => format_compact!("{id} {block}"),
        None => format_compact!("{id} ipv6"),
    }
}

impl Maker<'_> {
    pub(super) fn vpc(&mut self, key: &Key, facts: &VpcFacts) {
        let order = |phase| Order::new(Some(&key.id), phase, &key.id);
        let blocks = ipv6_blocks(&facts.ipv6_blocks);
        let has_new_ipv6 = !self.on_both(key) && !blocks.is_empty();
        let wait = if has_new_ipv6 {
            Wait::VpcIpv6Associated
        } else {
            Wait::VpcAvailable
        };
        let call = Call::new(Action::CreateVpc, Parameters::new()).until(wait);
        let mut thing =
            Thing::new(key, key.id.as_str(), call, order(Phase::Vpc)).making("Vpc.VpcId");
        let mut parameters = Parameters::new();
        match facts.primary_cidr.value() {
            Some(block) => {
                parameters = parameters.with("CidrBlock", format_compact!("{block}"));
            }
            None => thing.cannot(
                Some("primary_cidr"),
                "its primary block is not known; give one",
            ),
        }
        // An existing VPC gets its further blocks one by one, so that each can come and go.
        let mut further = blocks.as_slice();
        if has_new_ipv6 && let Some((first, rest)) = blocks.split_first() {
            further = rest;
            parameters = ipv6_parameters(parameters, *first, facts.ipv6_pool.value());
        }
        let tenancy = facts.instance_tenancy.value().filter(|it| *it != "default");
        parameters = parameters.with_some("InstanceTenancy", tenancy.cloned());
        thing.make.parameters = parameters;
        thing.brings = self.view.companions_of_vpc(&key.id);
        let mut call = Call::new(Action::DeleteVpc, Parameters::new());
        call.parameters = Parameters::new().with("VpcId", self.refer_self(key));
        let create = thing.id();
        self.found.push(thing.unmade(call));

        let primary = facts.primary_cidr.value().map(|block| IpNet::V4(*block));
        for block in held(facts.cidr_blocks.items()).filter(|block| *block != primary) {
            self.vpc_block(key, facts, block);
        }
        for block in further {
            self.vpc_block(key, facts, *block);
        }
        self.dns_attributes(key, facts, &create);
        if let Some(options) = facts.dhcp_options.value() {
            let mut thing = Thing::new(
                key,
                key.id.as_str(),
                Call::new(Action::AssociateDhcpOptions, Parameters::new()),
                order(Phase::Attribute).part(2, ""),
            );
            let vpc = self.refer(&mut thing, key);
            let options = self.refer(&mut thing, &Key::new(Kind::DhcpOptions, options.clone()));
            thing.make.parameters = Parameters::new()
                .with("DhcpOptionsId", options)
                .with("VpcId", vpc.clone());
            let default = Parameters::new()
                .with("DhcpOptionsId", "default")
                .with("VpcId", vpc);
            self.found.push(
                thing
                    .living_with(create.clone())
                    .unmade(Call::new(Action::AssociateDhcpOptions, default))
                    .light(),
            );
        }
        self.encryption(key, facts, &create);
    }

    /// The id of a resource in a call about itself.
    pub(super) fn refer_self(&self, key: &Key) -> Value {
        let order = Order::new(None, Phase::Vpc, &key.id);
        let call = Call::new(Action::CreateTags, Parameters::new());
        self.refer(&mut Thing::new(key, "", call, order), key)
    }

    fn vpc_block(&mut self, key: &Key, facts: &VpcFacts, block: Option<IpNet>) {
        let subject = block_subject(&key.id, block);
        let order = Order::new(Some(&key.id), Phase::Block, &key.id).part(0, subject.clone());
        let call = Call::new(Action::AssociateVpcCidrBlock, Parameters::new())
            .until(Wait::VpcCidrBlockAssociated);
        let mut thing = Thing::new(key, subject, call, order);
        let vpc = self.refer(&mut thing, key);
        let parameters = Parameters::new().with("VpcId", vpc.clone());
        // A block that is there stays in the pool it came from, whatever is told of that now.
        let there = self.before.facts::<VpcFacts>(&key.id);
        let there = there.filter(|it| ipv6_blocks(&it.ipv6_blocks).contains(&block));
        let pool = &there.unwrap_or(facts).ipv6_pool;
        let (parameters, path) = match block {
            Some(IpNet::V4(block)) => (
                parameters.with("CidrBlock", format_compact!("{block}")),
                "CidrBlockAssociation.AssociationId",
            ),
            _ => (
                ipv6_parameters(parameters, block, pool.value()),
                "Ipv6CidrBlockAssociation.AssociationId",
            ),
        };
        thing.make.parameters = parameters;
        let association = if self.is_after {
            let step = thing.id();
            Value::Output {
                step,
                path: path.into(),
            }
        } else {
            let vpc = Box::new(vpc);
            Value::Find(Find::VpcCidrAssociation { vpc, block })
        };
        let parameters = Parameters::new().with("AssociationId", association);
        let unmake = Call::new(Action::DisassociateVpcCidrBlock, parameters)
            .until(Wait::VpcCidrBlockDisassociated);
        let thing = thing.unmade(unmake);
        // A block that AWS chose is another one the next time.
        let is_own = matches!(block, Some(IpNet::V4(_)));
        self.found.push(if is_own { thing.light() } else { thing });
    }

    /// DNS support is on and host names are off in a VPC that is made by this call.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-dns.html>
    fn dns_attributes(&mut self, key: &Key, facts: &VpcFacts, create: &Text) {
        let attributes = [
            ("EnableDnsSupport", facts.enable_dns_support.value(), true),
            (
                "EnableDnsHostnames",
                facts.enable_dns_hostnames.value(),
                false,
            ),
        ];
        for (part, (name, value, default)) in (0_u8..).zip(attributes) {
            if value.is_none_or(|value| *value == default) {
                continue;
            }
            let vpc = self.refer_self(key);
            let call = |value: bool| {
                let parameters = Parameters::new()
                    .with("VpcId", vpc.clone())
                    .with(name, Value::flag(value));
                Call::new(Action::ModifyVpcAttribute, parameters)
            };
            let order = Order::new(Some(&key.id), Phase::Attribute, &key.id).part(part, name);
            let subject = format_compact!("{} {name}", key.id);
            self.found.push(
                Thing::new(key, subject, call(!default), order)
                    .living_with(create.clone())
                    .unmade(call(default))
                    // Host names need support: one has to go before the other comes.
                    .claiming(format_compact!("DNS of {}", key.id))
                    .light(),
            );
        }
    }

    /// A control starts in monitor mode; enforcement is a second call.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-encryption-controls.html>
    fn encryption(&mut self, key: &Key, facts: &VpcFacts, create: &Text) {
        let Some(mode) = facts.encryption_control.value() else {
            return;
        };
        let order = Order::new(Some(&key.id), Phase::Encryption, &key.id);
        let vpc = self.refer_self(key);
        let call = Call::new(
            Action::CreateVpcEncryptionControl,
            Parameters::new().with("VpcId", vpc.clone()),
        );
        let mut thing = Thing::new(
            key,
            key.id.as_str(),
            call.until(Wait::EncryptionControlAvailable),
            order.clone(),
        );
        if !matches!(mode.as_str(), "monitor" | "enforce") {
            if !mode.is_empty() && mode != "none" {
                thing.cannot(
                    Some("encryption_control"),
                    format!("“{mode}” is no mode of encryption control; use monitor or enforce"),
                );
                self.found.push(thing);
            }
            return;
        }
        let is_there = self
            .before
            .facts::<VpcFacts>(&key.id)
            .and_then(|facts| facts.encryption_control.value())
            .is_some_and(|mode| matches!(mode.as_str(), "monitor" | "enforce"));
        thing.output = Some("VpcEncryptionControl.VpcEncryptionControlId");
        thing.tags = self.tags_beside(&key.id);
        let control = if is_there {
            Value::Find(Find::EncryptionControl { vpc: Box::new(vpc) })
        } else {
            Value::Output {
                step: thing.id(),
                path: "VpcEncryptionControl.VpcEncryptionControlId".into(),
            }
        };
        let of_control = || Parameters::new().with("VpcEncryptionControlId", control.clone());
        let control_made = thing.id();
        self.found.push(
            thing.needing([create.clone()]).unmade(
                Call::new(Action::DeleteVpcEncryptionControl, of_control())
                    .until(Wait::EncryptionControlDeleted),
            ),
        );
        if mode != "enforce" {
            return;
        }
        let call = Call::new(Action::ModifyVpcEncryptionControl, Parameters::new());
        let mut thing = Thing::new(
            key,
            key.id.as_str(),
            call.until(Wait::EncryptionControlAvailable),
            order.part(1, ""),
        );
        let mut parameters = of_control().with("Mode", "enforce");
        let mut words: Vec<&Text> = facts.encryption_exclusions.items().iter().collect();
        words.sort_unstable();
        words.dedup();
        for word in words {
            match EXCLUSIONS.iter().find(|(known, _)| known == word) {
                Some((_, name)) => parameters = parameters.with(*name, "enable"),
                None => thing.cannot(
                    Some("encryption_exclusions"),
                    format!(
                        "encryption enforcement cannot leave out “{word}”; take it from the list"
                    ),
                ),
            }
        }
        thing.make.parameters = parameters;
        self.found.push(
            thing
                .living_with(control_made)
                .unmade(
                    Call::new(
                        Action::ModifyVpcEncryptionControl,
                        of_control().with("Mode", "monitor"),
                    )
                    .until(Wait::EncryptionControlAvailable),
                )
                .light(),
        );
    }

    pub(super) fn subnet(&mut self, key: &Key, facts: &SubnetFacts) {
        let vpc_id = facts.vpc.value();
        let phase = if self.is_public(key) {
            Phase::PublicSubnet
        } else {
            Phase::Subnet
        };
        let call = Call::new(Action::CreateSubnet, Parameters::new()).until(Wait::SubnetAvailable);
        let order = Order::new(vpc_id, phase, &key.id);
        let mut thing = Thing::new(key, key.id.as_str(), call, order).making("Subnet.SubnetId");
        let mut parameters = Parameters::new();
        match vpc_id {
            Some(vpc) => {
                let vpc = self.refer(&mut thing, &Key::new(Kind::Vpc, vpc.clone()));
                parameters = parameters.with("VpcId", vpc);
            }
            None => thing.cannot(Some("vpc"), "its VPC is not known; say which it belongs to"),
        }
        // Without a zone AWS takes any.
        let zone = facts.availability_zone.value();
        let zone_id = facts.availability_zone_id.value();
        match (zone, zone_id) {
            (Some(zone), _) => parameters = parameters.with("AvailabilityZone", zone.clone()),
            (None, Some(id)) => parameters = parameters.with("AvailabilityZoneId", id.clone()),
            (None, None) => thing.cannot(
                Some("availability_zone"),
                "its Availability Zone is not known; choose one",
            ),
        }
        let is_native = facts.ipv6_native.value() == Some(&true);
        match facts.cidr_block.value() {
            Some(Some(block)) => {
                let block = *block;
                parameters = parameters.with("CidrBlock", format_compact!("{block}"));
                self.within(&mut thing, vpc_id, IpNet::V4(block));
            }
            Some(None) if is_native => parameters = parameters.with("Ipv6Native", true),
            _ => thing.cannot(
                Some("cidr_block"),
                "its version 4 block is not known; give one",
            ),
        }
        let outpost = facts.outpost_arn.value().filter(|arn| !arn.is_empty());
        parameters = parameters.with_some("OutpostArn", outpost.cloned());
        let blocks = ipv6_blocks(&facts.ipv6_blocks);
        let mut further = blocks.as_slice();
        if !self.on_both(key)
            && let Some((first, rest)) = blocks.split_first()
        {
            further = rest;
            let block = self.subnet_ipv6(&mut thing, facts, *first);
            parameters = parameters.with_some("Ipv6CidrBlock", block);
        }
        thing.make.parameters = parameters;
        if let Some(acl) = self.view.acl_of(&key.id) {
            // A network ACL goes after the subnets it guards.
            let acl = Key::new(Kind::NetworkAcl, acl.clone());
            thing.needs.extend(self.creator(&acl));
        }
        let me = Parameters::new().with("SubnetId", self.refer_self(key));
        let create = thing.id();
        self.found
            .push(thing.unmade(Call::new(Action::DeleteSubnet, me)));
        for block in further {
            self.subnet_block(key, facts, *block, &create);
        }
        self.subnet_attributes(key, facts, &create);
    }

    /// The thing needs the secondary block that this block lies in, and takes its addresses.
    fn within(&self, thing: &mut Thing, vpc: Option<&Id>, block: IpNet) {
        let Some(vpc) = vpc else { return };
        thing.claims.push(Claim::Block(vpc.clone(), block));
        let Some(facts) = self.view.facts::<VpcFacts>(vpc) else {
            return;
        };
        let primary = facts.primary_cidr.value().map(|block| IpNet::V4(*block));
        let associations = facts
            .cidr_blocks
            .items()
            .iter()
            .chain(facts.ipv6_blocks.items());
        for association in associations.filter(|it| it.cidr != primary) {
            if association.cidr.is_some_and(|outer| outer.contains(&block)) {
                let subject = block_subject(vpc, association.cidr);
                thing
                    .needs
                    .insert(step_id(Action::AssociateVpcCidrBlock, &subject));
            }
        }
    }

    /// A subnet's version 6 block, or the part of the VPC's that it takes.
    fn subnet_ipv6(
        &self,
        thing: &mut Thing,
        facts: &SubnetFacts,
        block: Option<IpNet>,
    ) -> Option<Value> {
        let vpc = facts.vpc.value();
        if let Some(block) = block {
            self.within(thing, vpc, block);
            return Some(Value::Text(format_compact!("{block}")));
        }
        let (Some(part), Some(vpc)) = (facts.ipv6_part.value(), vpc) else {
            thing.cannot(
                Some("ipv6_part"),
                "nothing says which part of the VPC's version 6 block it takes; give a part such as 80/64",
            );
            return None;
        };
        thing.needs.insert(step_id(
            Action::AssociateVpcCidrBlock,
            &block_subject(vpc, None),
        ));
        let vpc = self.refer(thing, &Key::new(Kind::Vpc, vpc.clone()));
        Some(Value::Ipv6 {
            vpc: Box::new(vpc),
            part: part.clone(),
        })
    }

    fn subnet_block(
        &mut self,
        key: &Key,
        facts: &SubnetFacts,
        block: Option<IpNet>,
        create: &Text,
    ) {
        let subject = block_subject(&key.id, block);
        let order =
            Order::new(facts.vpc.value(), Phase::SubnetAttribute, &key.id).part(0, subject.clone());
        let call = Call::new(Action::AssociateSubnetCidrBlock, Parameters::new())
            .until(Wait::SubnetCidrBlockAssociated);
        let mut thing = Thing::new(key, subject, call, order);
        let subnet = self.refer(&mut thing, key);
        let value = self.subnet_ipv6(&mut thing, facts, block);
        thing.make.parameters = Parameters::new()
            .with("SubnetId", subnet.clone())
            .with_some("Ipv6CidrBlock", value);
        let association = if self.is_after {
            let step = thing.id();
            let path = "Ipv6CidrBlockAssociation.AssociationId";
            Value::Output {
                step,
                path: path.into(),
            }
        } else {
            let subnet = Box::new(subnet);
            Value::Find(Find::SubnetCidrAssociation { subnet, block })
        };
        let parameters = Parameters::new().with("AssociationId", association);
        self.found.push(
            thing
                .living_with(create.clone())
                .unmade(Call::new(Action::DisassociateSubnetCidrBlock, parameters))
                .light(),
        );
    }

    fn is_public(&self, subnet: &Key) -> bool {
        let table = self.view.table_of(&subnet.id);
        table.is_some_and(|table| self.view.is_public(table))
    }

    fn subnet_attributes(&mut self, key: &Key, facts: &SubnetFacts, create: &Text) {
        let attributes = [
            ("MapPublicIpOnLaunch", &facts.map_public_ip_on_launch),
            (
                "AssignIpv6AddressOnCreation",
                &facts.assign_ipv6_on_creation,
            ),
        ];
        for (name, value) in attributes {
            // In a subnet without version 4 the second is on from the start.
            let is_given =
                facts.ipv6_native.value() == Some(&true) && name == "AssignIpv6AddressOnCreation";
            if value.value() != Some(&true) || is_given {
                continue;
            }
            let subnet = self.refer_self(key);
            let call = |value: bool| {
                let parameters = Parameters::new()
                    .with("SubnetId", subnet.clone())
                    .with(name, Value::flag(value));
                Call::new(Action::ModifySubnetAttribute, parameters)
            };
            let phase = if self.is_public(key) {
                Phase::PublicSubnetAttribute
            } else {
                Phase::SubnetAttribute
            };
            let order = Order::new(facts.vpc.value(), phase, &key.id).part(1, name);
            let blocks = ipv6_blocks(&facts.ipv6_blocks);
            let blocks = blocks.into_iter().map(|block| {
                step_id(
                    Action::AssociateSubnetCidrBlock,
                    &block_subject(&key.id, block),
                )
            });
            self.found.push(
                Thing::new(key, format_compact!("{} {name}", key.id), call(true), order)
                    .living_with(create.clone())
                    .needing(blocks)
                    .unmade(call(false))
                    .light(),
            );
        }
    }
}

/// The parameters that ask for a version 6 block: AWS's choice, or one of a pool of one's own, which is looked up by the
/// block where nobody told its id.
fn ipv6_parameters(
    parameters: Parameters,
    block: Option<IpNet>,
    pool: Option<&Text>,
) -> Parameters {
    let Some(block) = block else {
        return parameters.with("AmazonProvidedIpv6CidrBlock", true);
    };
    let pool = match pool {
        Some(pool) => Value::Text(pool.clone()),
        None => Value::Find(Find::Ipv6Pool { block }),
    };
    parameters
        .with("Ipv6CidrBlock", format_compact!("{block}"))
        .with("Ipv6Pool", pool)
}
