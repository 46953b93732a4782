//! The module terraform-aws-modules/vpc, for plans that it can express.
//!
//! The module takes parallel lists of blocks, one block for each zone in turn, and makes its own route tables. It
//! serves where every zone has the same subnets; everything else is said no to by name, and never left out.
//!
//! <https://registry.terraform.io/modules/terraform-aws-modules/vpc/aws/latest>

use super::hcl::{Block, Expr, Item, write};
use super::terraform::{MADE_BY, comment, common_tags, provider, tags_object, tags_of, versions};
use super::{Beside, Code, CodeError, CodeFile, slot};
use crate::network::{
    Destination, ElasticIpFacts, Id, InternetGatewayFacts, Key, Kind, NatGatewayFacts, Network,
    RouteTableFacts, SubnetFacts, VpcEndpointFacts, VpcFacts,
};
use crate::steps::{Action, StepGraph};
use std::collections::BTreeMap;

const MODULE: &str = "terraform-aws-modules/vpc/aws";
const ENDPOINTS: &str = "terraform-aws-modules/vpc/aws//modules/vpc-endpoints";
const VERSION: &str = "~> 6.0";
/// The provider that the module asks for from its version 6.6 on.
const PROVIDER: &str = "~> 6.28";

/// The three kinds of subnets that the module knows of those a plan has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Public,
    Private,
    Intra,
}

impl Role {
    const ALL: [Self; 3] = [Self::Public, Self::Private, Self::Intra];

    const fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
            Self::Intra => "intra",
        }
    }
}

/// A subnet as the module is to make it.
struct Subnet<'a> {
    tier: &'a str,
    number: u64,
    zone: &'a str,
    block: String,
    name: Option<&'a str>,
    has_nat: bool,
    /// How many of its tier come before it in its zone.
    turn: usize,
    /// Which of the zones it stands in.
    place: usize,
}

/// A plan as a call of the module.
///
/// # Errors
/// The module cannot express the plan; the error names what of it.
pub fn terraform_module(
    network: &Network,
    graph: &StepGraph,
    beside: &Beside,
) -> Result<Code, CodeError> {
    let vpc = only_vpc(graph)?;
    steps(graph)?;
    if let Some((_, zone)) = beside.private_zones.first() {
        return Err(cannot(&format!("private zone {zone}"), "Route 53"));
    }
    let mut module = Module {
        network,
        vpc: &vpc,
        subnets: BTreeMap::new(),
        zones: Vec::new(),
        public_addresses: false,
        by_hand: Vec::new(),
    };
    module.read()?;
    module.code(graph)
}

fn cannot(what: &str, which: &str) -> CodeError {
    error(
        what,
        &format!("the module terraform-aws-modules/vpc does not make {which} this way"),
    )
}

fn error(what: &str, why: &str) -> CodeError {
    CodeError {
        what: what.to_owned(),
        why: format!("{why}; export with --to terraform"),
    }
}

/// The one VPC of the plan.
fn only_vpc(graph: &StepGraph) -> Result<Key, CodeError> {
    let vpcs = graph
        .steps()
        .filter(|step| step.call.action == Action::CreateVpc);
    let vpcs: Vec<&Key> = vpcs.map(|step| &step.about).collect();
    match vpcs.as_slice() {
        [vpc] => Ok((*vpc).clone()),
        _ => Err(error(
            "the plan",
            &format!(
                "one call of the module terraform-aws-modules/vpc makes one VPC, and the plan has {}",
                vpcs.len()
            ),
        )),
    }
}

/// Whether the module has an answer to every step.
fn steps(graph: &StepGraph) -> Result<(), CodeError> {
    for step in graph.steps() {
        let about = step.about.to_string();
        let parameters = &step.call.parameters;
        let which = match step.call.action {
            Action::CreateVpc if parameters.get("AmazonProvidedIpv6CidrBlock").is_some() => {
                "version 6 blocks that keep their places"
            }
            Action::CreateVpc if parameters.get("Ipv6CidrBlock").is_some() => {
                "version 6 blocks out of a pool"
            }
            Action::CreateNatGateway
                if parameters.get("AvailabilityMode").is_some()
                    || parameters.get("SubnetId").is_none() =>
            {
                "regional NAT gateways"
            }
            Action::CreateVpc
            | Action::AssociateVpcCidrBlock
            | Action::ModifyVpcAttribute
            | Action::CreateSubnet
            | Action::ModifySubnetAttribute
            | Action::CreateInternetGateway
            | Action::AttachInternetGateway
            | Action::CreateRouteTable
            | Action::CreateRoute
            | Action::AssociateRouteTable
            | Action::AllocateAddress
            | Action::CreateNatGateway => continue,
            Action::CreateVpcEndpoint if parameters.get("RouteTableIds").is_some() => continue,
            Action::CreateVpcEndpoint | Action::CreateSecurityGroup => "interface endpoints",
            Action::CreateEgressOnlyInternetGateway => "egress-only internet gateways",
            Action::CreateTransitGatewayVpcAttachment => "transit gateway attachments",
            Action::CreateVpnGateway => "VPN gateways",
            Action::CreateVpcPeeringConnection => "peering connections",
            Action::CreateFlowLogs => "flow logs",
            Action::CreateResolverEndpoint => "resolver endpoints",
            Action::CreateVpcEncryptionControl => "encryption control",
            Action::CreateTags => "names of what AWS makes by itself",
            action => {
                return Err(error(
                    &about,
                    &format!(
                        "the module terraform-aws-modules/vpc has no answer to {}",
                        action.name()
                    ),
                ));
            }
        };
        return Err(cannot(&about, which));
    }
    Ok(())
}

struct Module<'a> {
    network: &'a Network,
    vpc: &'a Key,
    subnets: BTreeMap<Role, Vec<Subnet<'a>>>,
    /// The zones in the order in which subnets are listed.
    zones: Vec<&'a str>,
    public_addresses: bool,
    by_hand: Vec<String>,
}

impl<'a> Module<'a> {
    fn read(&mut self) -> Result<(), CodeError> {
        let mut addresses = Vec::new();
        for (resource, facts) in self.network.all::<SubnetFacts>() {
            let key = resource.key();
            let role = self.role(&key.id)?;
            let parts: Vec<&str> = slot(key).map_or("", |it| it.1).split('/').collect();
            let (Some(tier), Some(zone), Some(Some(block))) = (
                parts.first().copied(),
                facts.availability_zone.value(),
                facts.cidr_block.value(),
            ) else {
                return Err(cannot(
                    &key.to_string(),
                    "subnets without a block and a zone",
                ));
            };
            addresses.push((
                key,
                role.0,
                facts.map_public_ip_on_launch.value() == Some(&true),
            ));
            self.subnets.entry(role.0).or_default().push(Subnet {
                tier,
                number: parts.last().and_then(|it| it.parse().ok()).unwrap_or(0),
                zone: zone.as_str(),
                block: block.to_string(),
                name: resource.name(),
                has_nat: role.1,
                turn: 0,
                place: 0,
            });
        }
        self.public_addresses = addresses
            .iter()
            .any(|(_, role, given)| *role == Role::Public && *given);
        for (key, role, given) in addresses {
            if given != (role == Role::Public && self.public_addresses) {
                return Err(error(
                    &key.to_string(),
                    "the module terraform-aws-modules/vpc gives public addresses in all public subnets or in none",
                ));
            }
        }
        self.order()?;
        self.nat()
    }

    /// What the module would call a subnet, and whether it reaches out through a NAT gateway.
    fn role(&self, subnet: &Id) -> Result<(Role, bool), CodeError> {
        let mut tables = self.network.all::<RouteTableFacts>();
        let table = tables.find(|(_, facts)| {
            let mut associations = facts.associations.items().iter();
            associations.any(|it| it.subnet.as_ref() == Some(subnet))
        });
        let Some((resource, facts)) = table else {
            return Ok((Role::Intra, false));
        };
        let mut found = (Role::Intra, false);
        for route in facts.routes.items() {
            let Some(target) = route.target.key() else {
                continue;
            };
            match (target.kind, &route.destination) {
                (Kind::VpcEndpoint, _) => {}
                (Kind::InternetGateway, Destination::Block(block)) if block.prefix_len() == 0 => {
                    found.0 = Role::Public;
                }
                (Kind::NatGateway, Destination::Block(block)) if block.prefix_len() == 0 => {
                    found = (Role::Private, true);
                }
                _ => return Err(cannot(&resource.key().to_string(), "further routes")),
            }
        }
        // A table of its own is what a private subnet has, whether or not it leads anywhere.
        if found.0 == Role::Intra && resource.key().id == *subnet {
            found.0 = Role::Private;
        }
        Ok(found)
    }

    /// Every zone has to have the same subnets: the module takes one for each zone in turn.
    fn order(&mut self) -> Result<(), CodeError> {
        let mut zones: Vec<&'a str> = self.subnets.values().flatten().map(|it| it.zone).collect();
        zones.sort_unstable();
        zones.dedup();
        // The first public subnet is where the module puts a single NAT gateway.
        let nats: Vec<&NatGatewayFacts> = self.network.all().map(|(_, facts)| facts).collect();
        if let [nat] = nats.as_slice()
            && let Some(Some(subnet)) = nat.subnet.value()
            && let Some(facts) = self.network.facts::<SubnetFacts>(subnet)
            && let Some(zone) = facts.availability_zone.value()
        {
            zones.sort_by_key(|it| *it != zone.as_str());
        }
        // As the design does, the module puts them into the first public subnets.
        let tier_of = |id: &Id| match id {
            Id::Planned(name) => name.split('/').nth(1).map(str::to_owned),
            Id::Aws(_) => None,
        };
        let first_tier = nats
            .iter()
            .find_map(|nat| tier_of(nat.subnet.value()?.as_ref()?));
        let is_later = |subnet: &Subnet<'_>| Some(subnet.tier) != first_tier.as_deref();
        for (role, subnets) in &mut self.subnets {
            subnets.sort_by_key(|it| (is_later(it), it.tier, it.zone, it.number));
            let mut turns: BTreeMap<(&str, &str), usize> = BTreeMap::new();
            for subnet in subnets.iter_mut() {
                let turn = turns.entry((subnet.tier, subnet.zone)).or_default();
                subnet.turn = *turn;
                *turn += 1;
                let place = zones.iter().position(|zone| *zone == subnet.zone);
                subnet.place = place.unwrap_or(0);
            }
            subnets.sort_by_key(|it| (is_later(it), it.tier, it.turn, it.place));
            let mut placed = subnets.iter().enumerate();
            let is_even = placed.all(|(at, it)| it.place == at % zones.len());
            if !is_even || !subnets.len().is_multiple_of(zones.len()) {
                return Err(error(
                    &format!("the {} subnets", role.word()),
                    "the module terraform-aws-modules/vpc takes as many subnets of a kind in each Availability Zone",
                ));
            }
        }
        self.zones = zones;
        Ok(())
    }

    fn nats(&self) -> usize {
        self.network.all::<NatGatewayFacts>().count()
    }

    fn nat(&self) -> Result<(), CodeError> {
        let nats = self.nats();
        let private = self
            .subnets
            .get(&Role::Private)
            .map_or(&[][..], Vec::as_slice);
        if nats > 0 && !private.iter().all(|it| it.has_nat) {
            return Err(error(
                "the private subnets",
                "the module terraform-aws-modules/vpc leads all of them to a NAT gateway or none",
            ));
        }
        if nats > 0 && private.is_empty() {
            return Err(error(
                "the NAT gateways",
                "the module terraform-aws-modules/vpc makes them for private subnets, and there are none",
            ));
        }
        if nats > 1 && nats != self.zones.len() {
            return Err(error(
                "the NAT gateways",
                "the module terraform-aws-modules/vpc makes one for all zones or one in each",
            ));
        }
        Ok(())
    }

    fn name_of(&self, kind: Kind) -> Option<&'a str> {
        let mut all = self.network.of_kind(kind);
        all.next().and_then(|it| it.name())
    }

    fn code(mut self, graph: &StepGraph) -> Result<Code, CodeError> {
        let resource = self.network.get(self.vpc);
        let facts = self.network.facts::<VpcFacts>(&self.vpc.id);
        let (Some(resource), Some(facts)) = (resource, facts) else {
            return Err(error("the plan", "its VPC is not in it"));
        };
        let name = resource.name().unwrap_or_else(|| self.vpc.id.as_str());
        let mut body = vec![
            Item::set("source", Expr::text(MODULE)),
            Item::set("version", Expr::text(VERSION)),
            Item::Gap,
            Item::set("name", Expr::text(name)),
        ];
        if let Some(block) = facts.primary_cidr.value() {
            body.push(Item::set("cidr", Expr::text(block.to_string())));
            let first = ipnet::IpNet::V4(*block);
            let further = facts.cidr_blocks.items().iter().filter_map(|it| it.cidr);
            let further: Vec<Expr> = further
                .filter(|it| *it != first)
                .map(|it| Expr::text(it.to_string()))
                .collect();
            if !further.is_empty() {
                body.push(Item::set("secondary_cidr_blocks", Expr::List(further)));
            }
        }
        let zones = self.zones.iter().map(|zone| Expr::text(*zone)).collect();
        body.push(Item::set("azs", Expr::List(zones)));
        self.subnet_lists(&mut body);
        body.push(Item::Gap);
        body.push(Item::set(
            "map_public_ip_on_launch",
            Expr::raw(self.public_addresses.to_string()),
        ));
        for (argument, value) in [
            ("enable_dns_support", facts.enable_dns_support.value()),
            ("enable_dns_hostnames", facts.enable_dns_hostnames.value()),
        ] {
            if let Some(value) = value {
                body.push(Item::set(argument, Expr::raw(value.to_string())));
            }
        }
        if let Some(tenancy) = facts.instance_tenancy.value().filter(|it| *it != "default") {
            body.push(Item::set("instance_tenancy", Expr::text(tenancy.as_str())));
        }
        let nats = self.nats();
        body.extend([
            Item::Gap,
            Item::set("enable_nat_gateway", Expr::raw((nats > 0).to_string())),
            Item::set("single_nat_gateway", Expr::raw((nats == 1).to_string())),
            Item::set("one_nat_gateway_per_az", Expr::raw((nats > 1).to_string())),
            Item::Gap,
            Item::Comment("What AWS makes by itself stays as it is.".to_owned()),
            Item::set("manage_default_network_acl", Expr::raw("false")),
            Item::set("manage_default_route_table", Expr::raw("false")),
            Item::set("manage_default_security_group", Expr::raw("false")),
        ]);
        self.tags(graph, &mut body);
        let mut items = vec![Item::Gap, Item::Block(Block::new("module", &["vpc"], body))];
        if let Some(endpoints) = self.endpoints() {
            items.extend([Item::Gap, Item::Block(endpoints)]);
        }
        let mut head = vec![Item::Comment(MADE_BY.to_owned())];
        head.extend(comment(&self.by_hand));
        head.extend(items);
        let file = |name: &str, items: &[Item]| CodeFile {
            name: name.to_owned(),
            text: write(items),
        };
        let with_head = |items: Vec<Item>| {
            let mut all = vec![Item::Comment(MADE_BY.to_owned())];
            all.extend(items);
            all
        };
        Ok(Code {
            files: vec![
                file("main.tf", &head),
                file("providers.tf", &with_head(provider(self.network))),
                file("versions.tf", &with_head(versions(PROVIDER))),
            ],
            by_hand: self.by_hand,
        })
    }

    fn subnet_lists(&mut self, body: &mut Vec<Item>) {
        for role in Role::ALL {
            let Some(subnets) = self.subnets.get(&role).filter(|it| !it.is_empty()) else {
                continue;
            };
            let word = role.word();
            let blocks = subnets.iter().map(|it| Expr::text(&it.block)).collect();
            body.push(Item::Gap);
            body.push(Item::set(format!("{word}_subnets"), Expr::List(blocks)));
            let names: Option<Vec<Expr>> =
                subnets.iter().map(|it| it.name.map(Expr::text)).collect();
            match names {
                Some(names) => {
                    body.push(Item::set(format!("{word}_subnet_names"), Expr::List(names)));
                }
                None => self.by_hand.push(format!(
                    "the {word} subnets get names of the module's own, since not all of them have one in the design"
                )),
            }
        }
    }

    /// The design's tags on everything, and its names where the module takes one.
    fn tags(&mut self, graph: &StepGraph, body: &mut Vec<Item>) {
        let common = common_tags(graph);
        let nats = self.nats();
        let has_gateway = self.network.all::<InternetGatewayFacts>().next().is_some();
        let named = |argument: &str, name: Option<&str>| {
            name.map(|name| {
                let tags = vec![("Name".to_owned(), Expr::text(name))];
                Item::set(argument, Expr::Short(tags))
            })
        };
        body.push(Item::Gap);
        if !common.is_empty() {
            body.push(Item::set("tags", Expr::Object(tags_object(&common))));
        }
        if has_gateway {
            body.extend(named("igw_tags", self.name_of(Kind::InternetGateway)));
        }
        if nats == 1 {
            body.extend(named("nat_gateway_tags", self.name_of(Kind::NatGateway)));
            if self.network.all::<ElasticIpFacts>().next().is_some() {
                body.extend(named("nat_eip_tags", self.name_of(Kind::ElasticIp)));
            }
        }
        if matches!(body.last(), Some(Item::Gap)) {
            body.pop();
        }
        let further = if nats > 1 {
            "route tables, NAT gateways and their addresses"
        } else {
            "route tables"
        };
        self.by_hand.push(format!(
            "the {further} get names of the module's own, and there may be fewer tables than in the design; what leads where is the same"
        ));
        if graph.steps().any(|step| {
            step.call.action.has_tags()
                && step.about.kind == Kind::Vpc
                && !tags_of(step).contains_key("Name")
        }) {
            self.by_hand.push(
                "the VPC has no name in the design, and the module gives it the one it is called in the plan".to_owned(),
            );
        }
    }

    /// Gateway endpoints are a module of their own beside it.
    fn endpoints(&self) -> Option<Block> {
        let mut endpoints = Vec::new();
        for (resource, facts) in self.network.all::<VpcEndpointFacts>() {
            let service = facts.service_name.value()?.rsplit('.').next()?.to_owned();
            let mut tables: Vec<Expr> = Vec::new();
            for (role, attribute) in [
                (Role::Private, "module.vpc.private_route_table_ids"),
                (Role::Intra, "module.vpc.intra_route_table_ids"),
            ] {
                if self.subnets.get(&role).is_some_and(|it| !it.is_empty()) {
                    tables.push(Expr::raw(attribute));
                }
            }
            let tables = match tables.as_slice() {
                [one] => one.clone(),
                [] => Expr::List(Vec::new()),
                _ => Expr::Call("concat", tables),
            };
            let mut fields = vec![
                ("service".to_owned(), Expr::text(&service)),
                ("service_type".to_owned(), Expr::text("Gateway")),
                ("route_table_ids".to_owned(), tables),
            ];
            if let Some(name) = resource.name() {
                let name = vec![("Name".to_owned(), Expr::text(name))];
                fields.push(("tags".to_owned(), Expr::Short(name)));
            }
            endpoints.push((service, Expr::Object(fields)));
        }
        if endpoints.is_empty() {
            return None;
        }
        let mut body = vec![
            Item::set("source", Expr::text(ENDPOINTS)),
            Item::set("version", Expr::text(VERSION)),
            Item::Gap,
            Item::set("vpc_id", Expr::raw("module.vpc.vpc_id")),
            Item::Gap,
            Item::set("endpoints", Expr::Object(endpoints)),
        ];
        let common = self.common();
        if !common.is_empty() {
            body.push(Item::Gap);
            body.push(Item::set("tags", Expr::Object(common)));
        }
        Some(Block::new("module", &["vpc_endpoints"], body))
    }

    /// The tags of the design, as the VPC bears them.
    fn common(&self) -> Vec<(String, Expr)> {
        let vpc = self.network.get(self.vpc);
        let tags = vpc.and_then(|it| it.common().tags.value());
        tags.into_iter()
            .flatten()
            .filter(|(key, _)| *key != "Name")
            .map(|(key, value)| (key.to_string(), Expr::text(value.as_str())))
            .collect()
    }
}
