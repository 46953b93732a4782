//! Graphs of hand-made plans, held to what AWS asks of the order of calls.

use super::*;
use crate::network::*;
use ipnet::{IpNet, Ipv4Net};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const REGION: &str = "eu-west-1";

fn planned(name: impl AsRef<str>) -> Id {
    Id::Planned(name.as_ref().into())
}

fn key(kind: Kind, name: &str) -> Key {
    Key::new(kind, planned(name))
}

fn value<T>(value: T) -> Known<T> {
    Known::Value(value)
}

fn block(text: &str) -> IpNet {
    text.parse().unwrap()
}

fn words(texts: &[&str]) -> Vec<Id> {
    texts.iter().map(planned).collect()
}

/// A planned network in the making.
struct Plan {
    resources: BTreeMap<Key, Record>,
    input: Input,
}

/// What a route leads to, by kind and logical name.
type To<'a> = (&'a str, Kind, &'a str);

impl Plan {
    fn new() -> Self {
        Self {
            resources: BTreeMap::new(),
            input: Input::Design,
        }
    }

    fn put(&mut self, id: Id, facts: impl Into<Facts>, tags: &[(&str, &str)]) {
        let record = Record {
            common: Common {
                region: value(REGION.into()),
                tags: value(tags.iter().map(|&(k, v)| (k.into(), v.into())).collect()),
                ..Common::default()
            },
            facts: facts.into(),
        };
        self.resources
            .insert(Key::new(record.facts.kind(), id), record);
    }

    fn add(&mut self, name: &str, facts: impl Into<Facts>) {
        let tag = name.replace('/', "-");
        self.put(planned(name), facts, &[("Name", &tag), ("env", "test")]);
    }

    /// What AWS makes bears no tags.
    fn comes_along(&mut self, name: &str, facts: impl Into<Facts>) {
        self.put(planned(name), facts, &[]);
    }

    fn change<T: AsFacts>(&mut self, name: &str, change: impl FnOnce(&mut T)) {
        let record = self.resources.get_mut(&key(T::KIND, name)).unwrap();
        change(T::of_mut(&mut record.facts).unwrap());
    }

    fn tag(&mut self, key: &Key, name: &str, text: &str) {
        let record = self.resources.get_mut(key).unwrap();
        let mut tags = record.common.tags.value().unwrap().clone();
        tags.insert(name.into(), text.into());
        record.common.tags = value(tags);
    }

    fn vpc(&mut self, name: &str, blocks: &[&str]) {
        let primary: Ipv4Net = blocks[0].parse().unwrap();
        let blocks = blocks
            .iter()
            .map(|it| CidrAssociation::associated(block(it)));
        self.add(
            name,
            VpcFacts {
                primary_cidr: value(primary),
                cidr_blocks: value(blocks.collect()),
                ipv6_blocks: value(Vec::new()),
                is_default: value(false),
                state: value("available".into()),
                instance_tenancy: value("default".into()),
                enable_dns_support: value(true),
                enable_dns_hostnames: value(true),
                dhcp_options: Known::ChosenByAws,
                ..VpcFacts::default()
            },
        );
        self.comes_along(
            name,
            NetworkAclFacts {
                vpc: value(planned(name)),
                is_default: value(true),
                entries: value(acl_entries()),
                subnets: value(Vec::new()),
            },
        );
        self.comes_along(
            &format!("{name}/default"),
            SecurityGroupFacts {
                vpc: value(planned(name)),
                group_name: value("default".into()),
                description: value("default VPC security group".into()),
                ingress: value(vec![rule(
                    "-1",
                    None,
                    RulePeer::Group(planned(format!("{name}/default"))),
                )]),
                egress: value(vec![rule("-1", None, RulePeer::Block(block("0.0.0.0/0")))]),
            },
        );
        self.table(name, &format!("{name}/main"), &[], &[]);
        self.change::<RouteTableFacts>(&format!("{name}/main"), |table| {
            table.associations = value(vec![RouteTableAssociation {
                id: None,
                main: true,
                subnet: None,
                gateway: None,
                state: Some("associated".into()),
            }]);
        });
        let record = self
            .resources
            .get_mut(&key(Kind::RouteTable, &format!("{name}/main")));
        record.unwrap().common.tags = value(BTreeMap::new());
    }

    fn subnet(&mut self, vpc: &str, name: &str, cidr: &str) {
        let zone = name.split('/').nth(2).unwrap();
        self.add(
            name,
            SubnetFacts {
                vpc: value(planned(vpc)),
                cidr_block: value(Some(cidr.parse().unwrap())),
                ipv6_blocks: value(Vec::new()),
                availability_zone: value(zone.into()),
                availability_zone_id: Known::ChosenByAws,
                state: value("available".into()),
                map_public_ip_on_launch: value(false),
                assign_ipv6_on_creation: value(false),
                default_for_az: value(false),
                ipv6_native: value(false),
                ..SubnetFacts::default()
            },
        );
        self.change::<NetworkAclFacts>(vpc, |acl| {
            let mut subnets = acl.subnets.items().to_vec();
            subnets.push(planned(name));
            subnets.sort();
            acl.subnets = value(subnets);
        });
    }

    fn table(&mut self, vpc: &str, name: &str, routes: &[To<'_>], subnets: &[&str]) {
        let local = Route {
            destination: Destination::Block(block("10.0.0.0/16")),
            target: Target::Local,
            state: RouteState::Active,
            origin: RouteOrigin::CreateRouteTable,
        };
        let mut routes: Vec<Route> = routes
            .iter()
            .map(|(destination, kind, target)| Route {
                destination: match destination.parse() {
                    Ok(block) => Destination::Block(block),
                    Err(_) => Destination::PrefixList(planned(destination)),
                },
                target: Target::Resource(key(*kind, target)),
                state: RouteState::Active,
                origin: RouteOrigin::CreateRoute,
            })
            .collect();
        routes.push(local);
        routes.sort();
        self.add(
            name,
            RouteTableFacts {
                vpc: value(planned(vpc)),
                routes: value(routes),
                associations: value(subnets.iter().map(|it| tied(it)).collect()),
                propagating_gateways: value(Vec::new()),
            },
        );
    }

    fn internet_gateway(&mut self, vpc: &str) {
        let attachments = value(vec![attached(vpc, "available")]);
        self.add(vpc, InternetGatewayFacts { attachments });
    }

    fn nat(&mut self, vpc: &str, zone: &str, subnet: &str) {
        let name = format!("{vpc}/{zone}");
        self.add(&name, ElasticIpFacts::default());
        self.add(
            &name,
            NatGatewayFacts {
                vpc: value(planned(vpc)),
                subnet: value(Some(planned(subnet))),
                state: value("available".into()),
                connectivity_type: value("public".into()),
                availability_mode: value("zonal".into()),
                addresses: value(vec![NatAddress {
                    public_ip: None,
                    private_ip: None,
                    allocation: Some(planned(&name)),
                    network_interface: None,
                    availability_zone: Some(zone.into()),
                    primary: true,
                }]),
                route_table: value(None),
                ..NatGatewayFacts::default()
            },
        );
    }

    fn gateway_endpoint(&mut self, vpc: &str, service: &str, tables: &[&str]) {
        let service_name = format!("com.amazonaws.{REGION}.{service}");
        self.comes_along(
            &service_name,
            PrefixListFacts {
                prefix_list_name: value(service_name.as_str().into()),
                ..PrefixListFacts::default()
            },
        );
        let name = format!("{vpc}/{service}");
        self.add(
            &name,
            VpcEndpointFacts {
                vpc: value(planned(vpc)),
                endpoint_type: value("Gateway".into()),
                service_name: value(service_name.as_str().into()),
                state: value("available".into()),
                route_tables: value(words(tables)),
                ..VpcEndpointFacts::default()
            },
        );
        for table in tables {
            self.change::<RouteTableFacts>(table, |facts| {
                let mut routes = facts.routes.items().to_vec();
                routes.push(Route {
                    destination: Destination::PrefixList(planned(&service_name)),
                    target: Target::Resource(key(Kind::VpcEndpoint, &name)),
                    state: RouteState::Active,
                    origin: RouteOrigin::CreateRoute,
                });
                routes.sort();
                facts.routes = value(routes);
            });
        }
    }

    fn network(&self) -> Network {
        let sighting = Arc::new(Sighting {
            account: None,
            region: Some(REGION.into()),
            input: self.input,
        });
        let resources = self.resources.iter().map(|(key, record)| {
            let resource = Resource::seen(key.id.clone(), Arc::clone(&sighting), record.clone());
            Arc::new(resource)
        });
        let scope = Scope {
            account: None,
            region: Some(REGION.into()),
        };
        let mut shard = Shard::from_resources(resources);
        for &kind in Kind::ALL {
            shard.cover(kind, Coverage::Complete);
        }
        Network::of(scope, shard)
    }

    /// The same network as an account would show it: every planned resource has an id of AWS's.
    fn live(&self) -> Self {
        let mut numbers: BTreeMap<Kind, usize> = BTreeMap::new();
        let mut ids = BTreeMap::new();
        for key in self.resources.keys() {
            let number = numbers.entry(key.kind).or_default();
            *number += 1;
            ids.insert(key.clone(), format!("{}-{number:04}", prefix(key.kind)));
        }
        let resources = self
            .resources
            .iter()
            .map(|(key, record)| {
                let mut json = serde_json::to_value(record).unwrap();
                named_by_aws(&mut json, "", key.kind, &ids);
                let mut record: Record = serde_json::from_value(json).unwrap();
                if let Facts::NetworkInterface(facts) = &mut record.facts {
                    // As the resolver describes it.
                    let text = format!("Route 53 Resolver: rslvr-in-0001:rni-{}", ids[key]);
                    facts.description = value(text.as_str().into());
                }
                if let Facts::RouteTable(facts) = &mut record.facts {
                    let mut associations = facts.associations.items().to_vec();
                    for (number, association) in associations.iter_mut().enumerate() {
                        let table = ids[key].trim_start_matches("rtb-");
                        association.id = Some(format!("rtbassoc-{table}-{number}").into());
                    }
                    facts.associations = value(associations);
                }
                (Key::aws(key.kind, ids[key].as_str()), record)
            })
            .collect();
        Self {
            resources,
            input: Input::Account,
        }
    }
}

fn prefix(kind: Kind) -> &'static str {
    match kind {
        Kind::Vpc => "vpc",
        Kind::Subnet => "subnet",
        Kind::RouteTable => "rtb",
        Kind::InternetGateway => "igw",
        Kind::EgressOnlyInternetGateway => "eigw",
        Kind::NatGateway => "nat",
        Kind::VpcEndpoint => "vpce",
        Kind::PrefixList => "pl",
        Kind::VpcPeeringConnection => "pcx",
        Kind::TransitGateway => "tgw",
        Kind::TransitGatewayAttachment => "tgw-attach",
        Kind::VpnGateway => "vgw",
        Kind::NetworkAcl => "acl",
        Kind::SecurityGroup => "sg",
        Kind::NetworkInterface => "eni",
        Kind::ElasticIp => "eipalloc",
        Kind::FlowLog => "fl",
        other => panic!("no planned {other}"),
    }
}

/// Exchanges logical names for ids, by the kind that the name of a field tells.
fn named_by_aws(json: &mut serde_json::Value, field: &str, of: Kind, ids: &BTreeMap<Key, String>) {
    use serde_json::Value as Json;
    match json {
        Json::Object(object) => {
            let kind = object
                .get("kind")
                .and_then(Json::as_str)
                .and_then(Kind::from_word);
            if let (Some(kind), Some(Json::String(id))) = (kind, object.get_mut("id")) {
                if let Some(name) = id.strip_prefix("planned:") {
                    *id = ids[&key(kind, name)].clone();
                }
                return;
            }
            for (name, value) in object {
                // A known fact stands below `value`.
                let name = if name == "value" { field } else { name };
                named_by_aws(value, name, of, ids);
            }
        }
        Json::Array(items) => {
            for item in items {
                named_by_aws(item, field, of, ids);
            }
        }
        Json::String(text) => {
            let Some(name) = text.strip_prefix("planned:") else {
                return;
            };
            let kind = match field {
                "subnet" | "subnets" => Kind::Subnet,
                "route_table" | "route_tables" => Kind::RouteTable,
                "groups" | "group" => Kind::SecurityGroup,
                "allocation" => Kind::ElasticIp,
                "transit_gateway" => Kind::TransitGateway,
                "propagating_gateways" => Kind::VpnGateway,
                "prefix-list" => Kind::PrefixList,
                "vpc" | "resource" => Kind::Vpc,
                other => panic!("{of}: field {other} holds {text}"),
            };
            *text = ids[&key(kind, name)].clone();
        }
        _ => {}
    }
}

fn rule(protocol: &str, port: Option<i32>, peer: RulePeer) -> SecurityGroupRule {
    SecurityGroupRule {
        protocol: protocol.into(),
        from_port: port,
        to_port: port,
        peer,
        description: None,
    }
}

fn tied(subnet: &str) -> RouteTableAssociation {
    RouteTableAssociation {
        id: None,
        main: false,
        subnet: Some(planned(subnet)),
        gateway: None,
        state: Some("associated".into()),
    }
}

fn attached(vpc: &str, state: &str) -> VpcAttachment {
    VpcAttachment {
        vpc: planned(vpc),
        state: Some(state.into()),
    }
}

fn acl_entries() -> Vec<AclEntry> {
    let entry = |egress, number, action| AclEntry {
        egress,
        number,
        action,
        protocol: "-1".into(),
        cidr: Some(block("0.0.0.0/0")),
        ports: None,
        icmp: None,
    };
    vec![
        entry(false, 100, AclAction::Allow),
        entry(false, 32767, AclAction::Deny),
        entry(true, 100, AclAction::Allow),
        entry(true, 32767, AclAction::Deny),
    ]
}

const PUBLIC: [&str; 2] = ["main/public/eu-west-1a/1", "main/public/eu-west-1b/2"];
const PRIVATE: [&str; 2] = ["main/private/eu-west-1a/1", "main/private/eu-west-1b/2"];

/// Two zones, two public and two private subnets, a NAT gateway in each zone, S3.
fn two_zones() -> Plan {
    let mut plan = Plan::new();
    plan.vpc("main", &["10.0.0.0/16"]);
    plan.subnet("main", PUBLIC[0], "10.0.0.0/20");
    plan.subnet("main", PUBLIC[1], "10.0.16.0/20");
    plan.subnet("main", PRIVATE[0], "10.0.128.0/20");
    plan.subnet("main", PRIVATE[1], "10.0.144.0/20");
    plan.internet_gateway("main");
    let out = ("0.0.0.0/0", Kind::InternetGateway, "main");
    plan.table("main", "main/public", &[out], &PUBLIC);
    plan.nat("main", "eu-west-1a", PUBLIC[0]);
    plan.nat("main", "eu-west-1b", PUBLIC[1]);
    for (table, zone) in PRIVATE
        .into_iter()
        .zip(["main/eu-west-1a", "main/eu-west-1b"])
    {
        let out = ("0.0.0.0/0", Kind::NatGateway, zone);
        plan.table("main", table, &[out], &[table]);
    }
    plan.gateway_endpoint("main", "s3", &PRIVATE);
    plan
}

/// The same with a regional NAT gateway, as AWS makes it: with a table of its own.
fn regional() -> Plan {
    let mut plan = Plan::new();
    plan.vpc("main", &["10.0.0.0/16"]);
    plan.subnet("main", PRIVATE[0], "10.0.128.0/20");
    plan.subnet("main", PRIVATE[1], "10.0.144.0/20");
    plan.internet_gateway("main");
    let out = ("0.0.0.0/0", Kind::InternetGateway, "main");
    plan.table("main", "main/nat-regional", &[out], &[]);
    let own = key(Kind::RouteTable, "main/nat-regional");
    plan.resources.get_mut(&own).unwrap().common.tags = value(BTreeMap::new());
    plan.add(
        "main/regional",
        NatGatewayFacts {
            vpc: value(planned("main")),
            subnet: value(None),
            state: value("available".into()),
            connectivity_type: value("public".into()),
            availability_mode: value("regional".into()),
            addresses: Known::ChosenByAws,
            route_table: value(Some(planned("main/nat-regional"))),
            ..NatGatewayFacts::default()
        },
    );
    for table in PRIVATE {
        let out = ("0.0.0.0/0", Kind::NatGateway, "main/regional");
        plan.table("main", table, &[out], &[table]);
    }
    plan
}

/// Everything a plan can hold, in two VPCs.
fn everything() -> Plan {
    let mut plan = two_zones();
    plan.vpc("other", &["10.8.0.0/16"]);
    plan.subnet("other", "other/private/eu-west-1a/1", "10.8.0.0/20");
    plan.change::<VpcFacts>("main", |vpc| {
        vpc.cidr_blocks = value(
            ["10.0.0.0/16", "100.64.0.0/16"]
                .map(|it| CidrAssociation::associated(block(it)))
                .to_vec(),
        );
        vpc.ipv6_blocks = Known::ChosenByAws;
        vpc.encryption_control = value("enforce".into());
        vpc.encryption_exclusions = value(vec!["nat-gateway".into(), "internet-gateway".into()]);
    });
    let mut entries = acl_entries();
    for egress in [false, true] {
        for (number, action) in [(101, AclAction::Allow), (32768, AclAction::Deny)] {
            entries.push(AclEntry {
                egress,
                number,
                action,
                protocol: "-1".into(),
                cidr: Some(block("::/0")),
                ports: None,
                icmp: None,
            });
        }
    }
    entries.sort();
    plan.change::<NetworkAclFacts>("main", |acl| acl.entries = value(entries));
    for (subnet, part) in PUBLIC
        .into_iter()
        .chain(PRIVATE)
        .zip(["00/64", "01/64", "80/64", "81/64"])
    {
        plan.change::<SubnetFacts>(subnet, |facts| {
            facts.ipv6_blocks = Known::ChosenByAws;
            facts.ipv6_part = value(part.into());
            facts.assign_ipv6_on_creation = value(true);
            facts.map_public_ip_on_launch = value(subnet.contains("public"));
        });
    }
    for zone in ["a/1", "b/2"] {
        let name = format!("main/transit/eu-west-1{zone}");
        let third = if zone == "a/1" { 0 } else { 16 };
        plan.subnet("main", &name, &format!("100.64.{third}.0/28"));
    }
    let attachments = value(vec![attached("main", "attached")]);
    plan.add("main", EgressOnlyInternetGatewayFacts { attachments });
    plan.comes_along("hub", TransitGatewayFacts::default());
    let transit = words(&["main/transit/eu-west-1a/1", "main/transit/eu-west-1b/2"]);
    plan.add(
        "main",
        TransitGatewayAttachmentFacts {
            transit_gateway: value(planned("hub")),
            resource_type: value("vpc".into()),
            resource: value(planned("main")),
            state: value("available".into()),
            subnets: value(transit),
            dns_support: value("enable".into()),
            ..TransitGatewayAttachmentFacts::default()
        },
    );
    plan.add(
        "main",
        VpnGatewayFacts {
            attachments: value(vec![attached("main", "attached")]),
            amazon_side_asn: Known::ChosenByAws,
            ..VpnGatewayFacts::default()
        },
    );
    let side = |vpc: &str, cidr: &str| {
        value(PeeringSide {
            vpc: planned(vpc),
            owner: None,
            region: Some(REGION.into()),
            cidrs: vec![block(cidr)],
            dns_resolution: None,
        })
    };
    plan.add(
        "main/other",
        VpcPeeringConnectionFacts {
            requester: side("main", "10.0.0.0/16"),
            accepter: side("other", "10.8.0.0/16"),
            status: value("active".into()),
            ..VpcPeeringConnectionFacts::default()
        },
    );
    let back = ("10.0.0.0/16", Kind::VpcPeeringConnection, "main/other");
    let there = "other/private/eu-west-1a/1";
    plan.table("other", there, &[back], &[there]);
    for table in PRIVATE {
        plan.change::<RouteTableFacts>(table, |facts| {
            let mut routes = facts.routes.items().to_vec();
            for (to, kind, name) in [
                ("::/0", Kind::EgressOnlyInternetGateway, "main"),
                ("10.8.0.0/16", Kind::VpcPeeringConnection, "main/other"),
                ("10.16.0.0/12", Kind::TransitGateway, "hub"),
                ("192.168.0.0/16", Kind::VpnGateway, "main"),
            ] {
                routes.push(Route {
                    destination: Destination::Block(block(to)),
                    target: Target::Resource(key(kind, name)),
                    state: RouteState::Active,
                    origin: RouteOrigin::CreateRoute,
                });
            }
            routes.sort();
            facts.routes = value(routes);
            facts.propagating_gateways = value(vec![planned("main")]);
        });
    }
    let within = RulePeer::Block(block("10.0.0.0/16"));
    plan.add(
        "main/endpoints",
        SecurityGroupFacts {
            vpc: value(planned("main")),
            group_name: value("main-endpoints".into()),
            description: value("Lets the VPC reach its endpoints".into()),
            ingress: value(vec![
                rule("tcp", Some(53), within.clone()),
                rule("tcp", Some(443), within.clone()),
                rule("udp", Some(53), within),
            ]),
            egress: value(vec![rule("-1", None, RulePeer::Block(block("0.0.0.0/0")))]),
        },
    );
    plan.add(
        "main/interface/ssm",
        VpcEndpointFacts {
            vpc: value(planned("main")),
            endpoint_type: value("Interface".into()),
            service_name: value(format!("com.amazonaws.{REGION}.ssm").into()),
            state: value("available".into()),
            subnets: value(words(&PRIVATE)),
            groups: value(words(&["main/endpoints"])),
            private_dns_enabled: value(true),
            ..VpcEndpointFacts::default()
        },
    );
    for (zone, subnet) in ["eu-west-1a", "eu-west-1b"].into_iter().zip(PRIVATE) {
        plan.comes_along(
            &format!("main/resolver/{zone}"),
            NetworkInterfaceFacts {
                vpc: value(planned("main")),
                subnet: value(planned(subnet)),
                description: value("Route 53 Resolver: main-resolver".into()),
                requester_managed: value(true),
                interface_type: value("interface".into()),
                addresses: Known::ChosenByAws,
                groups: value(words(&["main/endpoints"])),
                ..NetworkInterfaceFacts::default()
            },
        );
    }
    plan.add(
        "main",
        FlowLogFacts {
            resource: value(planned("main")),
            traffic_type: value("ALL".into()),
            destination_type: value("s3".into()),
            destination: value("arn:aws:s3:::flow-logs".into()),
            ..FlowLogFacts::default()
        },
    );
    plan
}

fn graph(base: &Network, plan: &Network) -> StepGraph {
    between(base, plan).unwrap_or_else(|refusals| panic!("{refusals:#?}"))
}

fn new_graph(plan: &Plan) -> StepGraph {
    graph(&Network::new(), &plan.network())
}

fn ids(graph: &StepGraph) -> Vec<&str> {
    graph.steps().map(|step| step.id.as_str()).collect()
}

fn undo(graph: &StepGraph) -> Vec<(Action, &Key)> {
    graph
        .inverse_order()
        .map(|(step, call)| (call.action, &step.about))
        .collect()
}

fn refusals(base: &Network, plan: &Network) -> Vec<String> {
    let refused = between(base, plan).expect_err("it is refused");
    refused.iter().map(ToString::to_string).collect()
}

/// Every step comes after what it needs, what it names is made by then, and nothing is named that no step makes.
fn check_order(graph: &StepGraph) {
    let mut done: BTreeSet<&str> = BTreeSet::new();
    let mut made: BTreeSet<&Key> = BTreeSet::new();
    for step in graph.steps() {
        for need in graph.needs(&step.id) {
            assert!(
                done.contains(need.id.as_str()),
                "{} before {}",
                step.id,
                need.id
            );
        }
        let check = |call: &Call, own: bool| {
            for parameter in call.parameters.values() {
                parameter.walk(&mut |value| match value {
                    Value::Made(key) => assert!(
                        made.contains(key) || own && step.makes.as_ref() == Some(key),
                        "{} names the {key} before it is made",
                        step.id
                    ),
                    Value::Output { step: other, .. } => assert!(
                        done.contains(other.as_str()) || own && *other == step.id,
                        "{} names the answer to {other} before it is given",
                        step.id
                    ),
                    _ => {}
                });
            }
        };
        check(&step.call, false);
        step.inverse.iter().for_each(|call| check(call, true));
        assert!(done.insert(&step.id), "{} comes twice", step.id);
        made.extend(&step.makes);
    }
}

/// What must be gone before what, for resources of one VPC: the order of AWS's pages on deleting a VPC, one by one.
const DELETION: [&[Action]; 10] = [
    &[Action::DeleteNatGateway],
    &[Action::ReleaseAddress],
    &[Action::DeleteVpcEndpoints],
    &[
        Action::DeleteVpcPeeringConnection,
        Action::DeleteTransitGatewayVpcAttachment,
        Action::DetachVpnGateway,
        Action::DeleteVpnGateway,
    ],
    &[Action::DeleteSecurityGroup],
    &[Action::DisassociateRouteTable, Action::DeleteSubnet],
    &[Action::DeleteRouteTable],
    &[Action::DetachInternetGateway, Action::DeleteInternetGateway],
    &[Action::DeleteEgressOnlyInternetGateway],
    &[Action::DeleteVpc],
];

/// Whether calls are a valid way to delete a network, by its facts and not by the graph.
fn check_deletion(network: &Network, calls: &[(Action, &Key)]) {
    let turn = |action: Action| DELETION.iter().position(|turn| turn.contains(&action));
    let turns: Vec<usize> = calls
        .iter()
        .filter_map(|(action, _)| turn(*action))
        .collect();
    assert!(turns.is_sorted(), "{calls:#?}");
    let at = |wanted: Action, key: &Key| {
        let found = calls
            .iter()
            .position(|(action, about)| *action == wanted && *about == key);
        found.unwrap_or_else(|| panic!("no {} of the {key}", wanted.name()))
    };
    let before = |first: (Action, &Key), then: (Action, &Key)| {
        assert!(
            at(first.0, first.1) < at(then.0, then.1),
            "{} of the {} comes after {} of the {}",
            first.0.name(),
            first.1,
            then.0.name(),
            then.1
        );
    };
    let of = |kind: Kind, id: &Id| Key::new(kind, id.clone());
    for resource in network.resources() {
        let key = resource.key();
        match resource.facts() {
            Facts::NatGateway(nat) => {
                let delete = (Action::DeleteNatGateway, key);
                for address in nat.addresses.items() {
                    let address = of(Kind::ElasticIp, address.allocation.as_ref().unwrap());
                    before(delete, (Action::ReleaseAddress, &address));
                }
                if let Some(Some(subnet)) = nat.subnet.value() {
                    before(delete, (Action::DeleteSubnet, &of(Kind::Subnet, subnet)));
                }
                for gateway in network.of_kind(Kind::InternetGateway) {
                    before(delete, (Action::DetachInternetGateway, gateway.key()));
                }
            }
            Facts::VpcEndpoint(endpoint) => {
                let delete = (Action::DeleteVpcEndpoints, key);
                for subnet in endpoint.subnets.items() {
                    before(delete, (Action::DeleteSubnet, &of(Kind::Subnet, subnet)));
                }
                for table in endpoint.route_tables.items() {
                    before(
                        delete,
                        (Action::DeleteRouteTable, &of(Kind::RouteTable, table)),
                    );
                }
                for group in endpoint.groups.items() {
                    before(
                        delete,
                        (Action::DeleteSecurityGroup, &of(Kind::SecurityGroup, group)),
                    );
                }
            }
            Facts::TransitGatewayAttachment(attachment) => {
                for subnet in attachment.subnets.items() {
                    before(
                        (Action::DeleteTransitGatewayVpcAttachment, key),
                        (Action::DeleteSubnet, &of(Kind::Subnet, subnet)),
                    );
                }
            }
            Facts::RouteTable(table) => {
                for association in table.associations.items() {
                    if let Some(subnet) = &association.subnet {
                        let loose = (Action::DisassociateRouteTable, key);
                        before(loose, (Action::DeleteSubnet, &of(Kind::Subnet, subnet)));
                        before(loose, (Action::DeleteRouteTable, key));
                    }
                }
            }
            Facts::NetworkInterface(interface) => {
                let subnet = of(Kind::Subnet, interface.subnet.value().unwrap());
                let delete = calls
                    .iter()
                    .position(|(action, _)| *action == Action::DeleteResolverEndpoint)
                    .unwrap();
                assert!(delete < at(Action::DeleteSubnet, &subnet));
                for group in interface.groups.items() {
                    let group = of(Kind::SecurityGroup, group);
                    assert!(delete < at(Action::DeleteSecurityGroup, &group));
                }
            }
            Facts::InternetGateway(_) => {
                before(
                    (Action::DetachInternetGateway, key),
                    (Action::DeleteInternetGateway, key),
                );
            }
            Facts::VpnGateway(_) => {
                before(
                    (Action::DetachVpnGateway, key),
                    (Action::DeleteVpnGateway, key),
                );
                for (action, about) in calls {
                    if *action == Action::DisableVgwRoutePropagation {
                        before((*action, about), (Action::DetachVpnGateway, key));
                    }
                }
            }
            _ => {}
        }
    }
    let last = calls.iter().map(|(action, _)| *action);
    let vpcs = network.of_kind(Kind::Vpc).count();
    let tail: Vec<Action> = last.rev().take(vpcs).collect();
    assert_eq!(tail, vec![Action::DeleteVpc; vpcs]);
}

fn all_plans() -> [(&'static str, Plan); 3] {
    [
        ("two zones", two_zones()),
        ("regional", regional()),
        ("everything", everything()),
    ]
}

#[test]
fn two_zones_take_these_calls() {
    let graph = new_graph(&two_zones());
    assert_eq!(
        ids(&graph),
        [
            "CreateVpc main",
            "ModifyVpcAttribute main EnableDnsHostnames",
            "CreateSubnet main/public/eu-west-1a/1",
            "CreateSubnet main/public/eu-west-1b/2",
            "CreateSubnet main/private/eu-west-1a/1",
            "CreateSubnet main/private/eu-west-1b/2",
            "CreateInternetGateway main",
            "AttachInternetGateway main main",
            "CreateRouteTable main/public",
            "CreateRoute main/public 0.0.0.0/0",
            "AssociateRouteTable main/public/eu-west-1a/1",
            "AssociateRouteTable main/public/eu-west-1b/2",
            "AllocateAddress main/eu-west-1a",
            "AllocateAddress main/eu-west-1b",
            "CreateNatGateway main/eu-west-1a",
            "CreateNatGateway main/eu-west-1b",
            "CreateRouteTable main/private/eu-west-1a/1",
            "CreateRoute main/private/eu-west-1a/1 0.0.0.0/0",
            "AssociateRouteTable main/private/eu-west-1a/1",
            "CreateRouteTable main/private/eu-west-1b/2",
            "CreateRoute main/private/eu-west-1b/2 0.0.0.0/0",
            "AssociateRouteTable main/private/eu-west-1b/2",
            "CreateVpcEndpoint main/s3",
        ]
    );
    assert_eq!(
        graph.counts(),
        [
            (Kind::Vpc, 1),
            (Kind::Subnet, 4),
            (Kind::RouteTable, 3),
            (Kind::InternetGateway, 1),
            (Kind::NatGateway, 2),
            (Kind::VpcEndpoint, 1),
            (Kind::ElasticIp, 2),
        ]
    );
    assert!(graph.given().is_empty());
}

#[test]
fn a_nat_gateway_waits_for_its_way_out() {
    let graph = new_graph(&two_zones());
    let needs: Vec<&str> = graph
        .needs("CreateNatGateway main/eu-west-1a")
        .iter()
        .map(|step| step.id.as_str())
        .collect();
    assert_eq!(
        needs,
        [
            "CreateSubnet main/public/eu-west-1a/1",
            "AttachInternetGateway main main",
            "CreateRoute main/public 0.0.0.0/0",
            "AssociateRouteTable main/public/eu-west-1a/1",
            "AllocateAddress main/eu-west-1a",
        ]
    );
    let nat = graph.step("CreateNatGateway main/eu-west-1a").unwrap();
    assert_eq!(nat.call.wait, Some(Wait::NatGatewayAvailable));
    let inverse = nat.inverse.first().unwrap();
    assert_eq!(inverse.wait, Some(Wait::NatGatewayDeleted));
}

#[test]
fn steps_are_written_as_the_api_takes_them() {
    let graph = new_graph(&two_zones());
    let json = serde_json::to_value(&graph).unwrap();
    let step = |id: &str| {
        let steps = json["steps"].as_array().unwrap();
        steps.iter().find(|step| step["id"] == id).unwrap().clone()
    };
    let vpc = serde_json::json!({"kind": "vpc", "id": "planned:main"});
    assert_eq!(
        step("CreateVpc main"),
        serde_json::json!({
            "id": "CreateVpc main",
            "call": "CreateVpc",
            "service": "ec2",
            "parameters": {
                "CidrBlock": "10.0.0.0/16",
                "TagSpecifications": [{
                    "ResourceType": "vpc",
                    "Tags": [{"Key": "Name", "Value": "main"}, {"Key": "env", "Value": "test"}],
                }],
            },
            "needs": [],
            "about": vpc,
            "makes": vpc,
            "output": "Vpc.VpcId",
            "brings": [
                {"kind": "route-table", "id": "planned:main/main"},
                {"kind": "network-acl", "id": "planned:main"},
                {"kind": "security-group", "id": "planned:main/default"},
            ],
            "wait": "vpc-available",
            "token": null,
            "dry_run": true,
            "tags_at_create": true,
            "inverse": [{
                "call": "DeleteVpc",
                "service": "ec2",
                "parameters": {"VpcId": {"$made": vpc}},
                "token": null,
                "dry_run": true,
            }],
        })
    );
    let association = step("AssociateRouteTable main/public/eu-west-1a/1");
    assert_eq!(
        association["inverse"][0]["parameters"]["AssociationId"],
        serde_json::json!({"$output": {
            "step": "AssociateRouteTable main/public/eu-west-1a/1",
            "path": "AssociationId",
        }})
    );
    let endpoint = step("CreateVpcEndpoint main/s3");
    assert_eq!(endpoint["token"], "ClientToken");
    assert_eq!(
        endpoint["parameters"]["RouteTableIds"],
        serde_json::json!([
            {"$made": {"kind": "route-table", "id": "planned:main/private/eu-west-1a/1"}},
            {"$made": {"kind": "route-table", "id": "planned:main/private/eu-west-1b/2"}},
        ])
    );
    // What the graph says of the calls that take it back is in the order it keeps itself.
    let inverse: Vec<&str> = graph
        .inverse_order()
        .map(|(step, _)| step.id.as_str())
        .collect();
    assert_eq!(json["inverse_order"], serde_json::json!(inverse));
}

#[test]
fn every_graph_is_in_order() {
    for (name, plan) in all_plans() {
        let graph = new_graph(&plan);
        assert!(!graph.is_empty(), "{name}");
        check_order(&graph);
        let inverse = undo(&graph);
        check_deletion(&plan.network(), &inverse);
    }
}

#[test]
fn the_same_plan_gives_the_same_graph() {
    for (name, plan) in all_plans() {
        let json = |graph: &StepGraph| serde_json::to_string(graph).unwrap();
        let base = Network::new();
        let planned = plan.network();
        let first = json(&graph(&base, &planned));
        // Neither the order of the changes nor their being given twice shows.
        let mut edits = difference(&base, &planned);
        edits.reverse();
        let second = json(&lower(&base, &edits).unwrap());
        assert_eq!(first, second, "{name}");
    }
}

#[test]
fn removal_is_making_the_other_way_round() {
    for (name, plan) in all_plans() {
        let made = new_graph(&plan);
        let planned = plan.network();
        let removed = graph(&planned, &Network::new());
        check_order(&removed);
        let calls: Vec<(Action, &Key)> = removed
            .steps()
            .map(|step| (step.call.action, &step.about))
            .collect();
        assert_eq!(calls, undo(&made), "{name}");
        check_deletion(&planned, &calls);
    }
}

#[test]
fn a_live_vpc_is_deleted_in_order() {
    for (name, plan) in all_plans() {
        let live = plan.live();
        // Transit gateways are nobody's alone, and stay.
        let rest = Plan {
            resources: live
                .resources
                .clone()
                .into_iter()
                .filter(|(key, _)| key.kind == Kind::TransitGateway)
                .collect(),
            input: Input::Account,
        };
        let live = live.network();
        let removed = graph(&live, &rest.network());
        check_order(&removed);
        assert!(removed.given().is_empty(), "{name}: {:?}", removed.given());
        let calls: Vec<(Action, &Key)> = removed
            .steps()
            .map(|step| (step.call.action, &step.about))
            .collect();
        check_deletion(&live, &calls);
        // Everything has an id that AWS gave.
        for step in removed.steps() {
            for parameter in step.call.parameters.values() {
                parameter.walk(&mut |value| match value {
                    Value::Made(_) | Value::Output { .. } => panic!("{name}: {}", step.id),
                    _ => {}
                });
            }
        }
    }
}

#[test]
fn nothing_is_to_be_done_between_equals() {
    for (name, plan) in all_plans() {
        for network in [plan.network(), plan.live().network()] {
            assert!(graph(&network, &network).is_empty(), "{name}");
        }
    }
    assert!(graph(&Network::new(), &Network::new()).is_empty());
}

#[test]
fn everything_takes_these_calls() {
    let graph = new_graph(&everything());
    let ids = ids(&graph);
    insta::assert_snapshot!(ids.join("\n"));
    assert_eq!(graph.given(), [key(Kind::TransitGateway, "hub")]);
    assert!(graph.counts().contains(&(Kind::NetworkInterface, 2)));
}

#[test]
fn a_regional_nat_gateway_stands_in_the_vpc() {
    let graph = new_graph(&regional());
    let nat = graph.step("CreateNatGateway main/regional").unwrap();
    let names: Vec<&str> = nat.call.parameters.iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "AvailabilityMode",
            "VpcId",
            "ConnectivityType",
            "TagSpecifications"
        ]
    );
    assert_eq!(nat.brings, [key(Kind::RouteTable, "main/nat-regional")]);
    // Its table comes with its route.
    assert!(!ids(&graph).iter().any(|id| id.contains("nat-regional")));
}

#[test]
fn a_part_of_the_block_aws_chooses_is_named() {
    let graph = new_graph(&everything());
    let subnet = graph
        .step("CreateSubnet main/private/eu-west-1a/1")
        .unwrap();
    assert_eq!(
        subnet.call.parameters.get("Ipv6CidrBlock"),
        Some(&Value::Ipv6 {
            vpc: Box::new(Value::Made(key(Kind::Vpc, "main"))),
            part: "80/64".into(),
        })
    );
    let vpc = graph.step("CreateVpc main").unwrap();
    assert_eq!(vpc.call.wait, Some(Wait::VpcIpv6Associated));
    let needs: Vec<_> = graph.needs("CreateSubnet main/transit/eu-west-1a/1");
    assert!(
        needs
            .iter()
            .any(|step| step.id == "AssociateVpcCidrBlock main 100.64.0.0/16"),
        "a subnet waits for the block it lies in"
    );
}

#[test]
fn a_block_of_ones_own_comes_from_its_pool() {
    let mut plan = two_zones();
    let own = block("2001:db8:1::/56");
    plan.change::<VpcFacts>("main", |vpc| {
        vpc.ipv6_blocks = value(vec![CidrAssociation::associated(own)]);
    });
    let graph = new_graph(&plan);
    let parameters = &graph.step("CreateVpc main").unwrap().call.parameters;
    assert_eq!(
        parameters.get("Ipv6CidrBlock"),
        Some(&"2001:db8:1::/56".into())
    );
    assert_eq!(
        parameters.get("Ipv6Pool"),
        Some(&Value::Find(Find::Ipv6Pool { block: own }))
    );
}

#[test]
fn a_pool_that_is_told_is_not_looked_up() {
    let pool = "ipv6pool-ec2-0123456789abcdef0";
    let own = block("2001:db8:1::/56");
    let give = |plan: &mut Plan| {
        let (key, record) = plan
            .resources
            .iter_mut()
            .find(|(key, _)| key.kind == Kind::Vpc)
            .unwrap();
        let Facts::Vpc(vpc) = &mut record.facts else {
            panic!("{key} is no VPC");
        };
        vpc.ipv6_blocks = value(vec![CidrAssociation::associated(own)]);
        vpc.ipv6_pool = value(pool.into());
    };
    let mut plan = two_zones();
    give(&mut plan);
    let graph = new_graph(&plan);
    let parameters = &graph.step("CreateVpc main").unwrap().call.parameters;
    assert_eq!(parameters.get("Ipv6Pool"), Some(&pool.into()));
    // The same where the block comes to a VPC that is there.
    let graph = changed(&two_zones(), give);
    let step = graph
        .step("AssociateVpcCidrBlock vpc-0001 2001:db8:1::/56")
        .unwrap();
    assert_eq!(step.call.parameters.get("Ipv6Pool"), Some(&pool.into()));
    // A block that is there stays where it came from.
    let mut there = plan;
    there.change::<VpcFacts>("main", |vpc| vpc.ipv6_pool = Known::Unread);
    assert!(changed(&there, give).is_empty());
}

#[test]
fn a_peering_comes_after_the_further_blocks_of_both_sides() {
    let mut plan = everything();
    plan.change::<VpcFacts>("other", |vpc| {
        vpc.cidr_blocks = value(
            ["10.8.0.0/16", "10.9.0.0/16"]
                .map(|it| CidrAssociation::associated(block(it)))
                .to_vec(),
        );
    });
    let graph = new_graph(&plan);
    let needs = graph.needs("CreateVpcPeeringConnection main/other");
    let blocks: Vec<&str> = needs
        .iter()
        .filter(|step| step.call.action == Action::AssociateVpcCidrBlock)
        .map(|step| step.id.as_str())
        .collect();
    assert_eq!(
        blocks,
        [
            "AssociateVpcCidrBlock main 100.64.0.0/16",
            "AssociateVpcCidrBlock other 10.9.0.0/16"
        ]
    );
    check_order(&graph);
}

#[test]
fn private_names_of_s3_wait_for_the_gateway_endpoint() {
    let mut plan = two_zones();
    let service = format!("com.amazonaws.{REGION}.s3");
    plan.add(
        "main/interface/s3",
        VpcEndpointFacts {
            vpc: value(planned("main")),
            endpoint_type: value("Interface".into()),
            service_name: value(service.as_str().into()),
            private_dns_enabled: value(true),
            subnets: value(words(&PRIVATE)),
            ..VpcEndpointFacts::default()
        },
    );
    let needs = |plan: &Plan| -> Vec<String> {
        let graph = new_graph(plan);
        let needs = graph.needs("CreateVpcEndpoint main/interface/s3");
        needs.iter().map(|step| step.id.to_string()).collect()
    };
    let gateway = "CreateVpcEndpoint main/s3".to_owned();
    assert!(needs(&plan).contains(&gateway), "{:?}", needs(&plan));
    plan.change::<VpcEndpointFacts>("main/interface/s3", |endpoint| {
        endpoint.private_dns_enabled = value(false);
    });
    assert!(!needs(&plan).contains(&gateway));
}

#[test]
fn a_subnet_is_added_to_a_live_vpc() {
    let mut live = two_zones().live();
    let base = live.network();
    let vpc = Id::aws("vpc-0001");
    live.input = Input::Design;
    live.put(
        planned("new/private/eu-west-1c/3"),
        SubnetFacts {
            vpc: value(vpc.clone()),
            cidr_block: value(Some("10.0.160.0/20".parse().unwrap())),
            ipv6_blocks: value(Vec::new()),
            availability_zone: value("eu-west-1c".into()),
            ..SubnetFacts::default()
        },
        &[("Name", "third")],
    );
    live.put(
        planned("new/private/eu-west-1c/3"),
        RouteTableFacts {
            vpc: value(vpc),
            routes: value(vec![Route {
                destination: Destination::Block(block("0.0.0.0/0")),
                target: Target::Resource(Key::aws(Kind::NatGateway, "nat-0001")),
                state: RouteState::Active,
                origin: RouteOrigin::CreateRoute,
            }]),
            associations: value(vec![tied("new/private/eu-west-1c/3")]),
            propagating_gateways: value(Vec::new()),
        },
        &[],
    );
    let acl = Key::aws(Kind::NetworkAcl, "acl-0001");
    if let Facts::NetworkAcl(facts) = &mut live.resources.get_mut(&acl).unwrap().facts {
        let mut subnets = facts.subnets.items().to_vec();
        subnets.push(planned("new/private/eu-west-1c/3"));
        facts.subnets = value(subnets);
    }
    let endpoint = Key::aws(Kind::VpcEndpoint, "vpce-0001");
    if let Facts::VpcEndpoint(facts) = &mut live.resources.get_mut(&endpoint).unwrap().facts {
        let mut tables = facts.route_tables.items().to_vec();
        tables.push(planned("new/private/eu-west-1c/3"));
        facts.route_tables = value(tables);
    }
    let graph = graph(&base, &live.network());
    check_order(&graph);
    assert_eq!(
        ids(&graph),
        [
            "CreateSubnet new/private/eu-west-1c/3",
            "CreateRouteTable new/private/eu-west-1c/3",
            "CreateRoute new/private/eu-west-1c/3 0.0.0.0/0",
            "AssociateRouteTable new/private/eu-west-1c/3",
            "ModifyVpcEndpoint vpce-0001",
        ]
    );
    let route = graph
        .step("CreateRoute new/private/eu-west-1c/3 0.0.0.0/0")
        .unwrap();
    assert_eq!(
        route.call.parameters.get("NatGatewayId"),
        Some(&"nat-0001".into())
    );
    let undone: Vec<Action> = undo(&graph).into_iter().map(|(action, _)| action).collect();
    assert_eq!(
        undone,
        [
            Action::DeleteRoute,
            Action::ModifyVpcEndpoint,
            Action::DisassociateRouteTable,
            Action::DeleteSubnet,
            Action::DeleteRouteTable,
        ]
    );
}

/// What changes between a live network and the same with a change.
fn changed(plan: &Plan, change: impl FnOnce(&mut Plan)) -> StepGraph {
    let live = plan.live();
    let mut after = Plan {
        resources: live.resources.clone(),
        input: Input::Account,
    };
    change(&mut after);
    let graph = graph(&live.network(), &after.network());
    check_order(&graph);
    graph
}

fn facts_of<'a, T: AsFacts>(plan: &'a mut Plan, id: &str) -> &'a mut T {
    let record = plan.resources.get_mut(&Key::aws(T::KIND, id)).unwrap();
    T::of_mut(&mut record.facts).unwrap()
}

#[test]
fn tags_are_written_and_taken_away() {
    let graph = changed(&two_zones(), |plan| {
        let vpc = Key::aws(Kind::Vpc, "vpc-0001");
        plan.tag(&vpc, "Name", "better");
        plan.tag(&vpc, "owner", "platform");
        let mut tags = plan.resources[&vpc].common.tags.value().unwrap().clone();
        tags.remove("env");
        plan.resources.get_mut(&vpc).unwrap().common.tags = value(tags);
    });
    assert_eq!(
        ids(&graph),
        ["CreateTags vpc vpc-0001", "DeleteTags vpc vpc-0001"]
    );
    let json = serde_json::to_value(&graph).unwrap();
    assert_eq!(
        json["steps"][0]["parameters"],
        serde_json::json!({
            "Resources": ["vpc-0001"],
            "Tags": [{"Key": "Name", "Value": "better"}, {"Key": "owner", "Value": "platform"}],
        })
    );
    assert_eq!(json["steps"][1]["parameters"]["Tags"][0]["Key"], "env");
    // Taken back: the old name, and no owner.
    let inverse = &json["steps"][0]["inverse"];
    assert_eq!(inverse[0]["call"], "CreateTags");
    assert_eq!(inverse[0]["parameters"]["Tags"][0]["Value"], "main");
    assert_eq!(inverse[1]["call"], "DeleteTags");
    assert_eq!(inverse[1]["parameters"]["Tags"][0]["Key"], "owner");
}

#[test]
fn names_of_what_aws_makes_come_later() {
    let mut plan = two_zones();
    plan.tag(&key(Kind::RouteTable, "main/main"), "Name", "unused");
    let graph = new_graph(&plan);
    let step = graph.step("CreateTags route-table main/main").unwrap();
    assert_eq!(
        step.call.parameters.get("Resources"),
        Some(&Value::List(vec![Value::Find(Find::MainRouteTable {
            vpc: Box::new(Value::Made(key(Kind::Vpc, "main"))),
        })]))
    );
    assert!(step.inverse.is_empty(), "it goes with the VPC");
    check_order(&graph);
}

#[test]
fn routes_come_go_and_turn() {
    let graph = changed(&two_zones(), |plan| {
        let tables: Vec<Key> = plan
            .resources
            .keys()
            .filter(|key| key.kind == Kind::RouteTable)
            .cloned()
            .collect();
        let private = tables
            .iter()
            .find(|key| {
                plan.resources[key]
                    .common
                    .tags
                    .value()
                    .unwrap()
                    .get("Name")
                    .is_some_and(|name| name == "main-private-eu-west-1a-1")
            })
            .unwrap()
            .clone();
        let table = facts_of::<RouteTableFacts>(plan, private.id.as_str());
        let mut routes = table.routes.items().to_vec();
        for route in &mut routes {
            if route.block() == Some(block("0.0.0.0/0")) {
                route.target = Target::Resource(Key::aws(Kind::NatGateway, "nat-0002"));
            }
        }
        routes.push(Route {
            destination: Destination::Block(block("192.168.0.0/16")),
            target: Target::Resource(Key::aws(Kind::TransitGateway, "tgw-1")),
            state: RouteState::Active,
            origin: RouteOrigin::CreateRoute,
        });
        routes.sort();
        table.routes = value(routes);
    });
    let ids = ids(&graph);
    assert_eq!(ids.len(), 2, "{ids:?}");
    assert!(
        ids[0].starts_with("CreateRoute rtb-") && ids[0].ends_with(" 192.168.0.0/16"),
        "{ids:?}"
    );
    assert!(
        ids[1].starts_with("ReplaceRoute rtb-") && ids[1].ends_with(" 0.0.0.0/0"),
        "{ids:?}"
    );
    let turned = graph.step(ids[1]).unwrap();
    let target = |call: &Call| call.parameters.get("NatGatewayId").cloned();
    assert_eq!(target(&turned.call), Some("nat-0002".into()));
    assert_eq!(
        target(turned.inverse.first().unwrap()),
        Some("nat-0001".into())
    );
}

#[test]
fn what_aws_does_to_routes_is_no_step() {
    let graph = changed(&two_zones(), |plan| {
        for record in plan.resources.values_mut() {
            if let Facts::RouteTable(table) = &mut record.facts {
                let mut routes = table.routes.items().to_vec();
                for route in &mut routes {
                    route.state = RouteState::Blackhole;
                }
                routes.push(Route {
                    destination: Destination::Block(block("172.16.0.0/12")),
                    target: Target::Resource(Key::aws(Kind::VpnGateway, "vgw-1")),
                    state: RouteState::Active,
                    origin: RouteOrigin::EnableVgwRoutePropagation,
                });
                table.routes = value(routes);
            }
            if let Facts::NatGateway(nat) = &mut record.facts {
                nat.state = value("failed".into());
            }
        }
    });
    assert_eq!(ids(&graph), [""; 0]);
}

#[test]
fn a_subnet_changes_its_table() {
    let graph = changed(&two_zones(), |plan| {
        let mut moved = None;
        for record in plan.resources.values_mut() {
            if let Facts::RouteTable(table) = &mut record.facts
                && record
                    .common
                    .tags
                    .value()
                    .unwrap()
                    .get("Name")
                    .is_some_and(|name| name == "main-public")
            {
                let mut held = table.associations.items().to_vec();
                moved = held.pop();
                table.associations = value(held);
            }
        }
        let mut moved = moved.unwrap();
        moved.id = None;
        for record in plan.resources.values_mut() {
            if let Facts::RouteTable(table) = &mut record.facts
                && record
                    .common
                    .tags
                    .value()
                    .unwrap()
                    .get("Name")
                    .is_some_and(|name| name == "main-private-eu-west-1a-1")
            {
                let mut held = table.associations.items().to_vec();
                held.push(moved.clone());
                table.associations = value(held);
            }
        }
    });
    let ids = ids(&graph);
    assert_eq!(ids.len(), 1, "{ids:?}");
    let step = graph.step(ids[0]).unwrap();
    assert_eq!(step.call.action, Action::ReplaceRouteTableAssociation);
    let old = step.call.parameters.get("AssociationId").unwrap();
    assert!(
        matches!(old, Value::Text(id) if id.starts_with("rtbassoc-")),
        "{old:?}"
    );
    assert_eq!(
        step.inverse
            .first()
            .unwrap()
            .parameters
            .get("AssociationId"),
        Some(&Value::Output {
            step: step.id.clone(),
            path: "NewAssociationId".into(),
        })
    );
}

#[test]
fn another_table_becomes_the_main_one() {
    let graph = changed(&two_zones(), |plan| {
        let mut main = None;
        for record in plan.resources.values_mut() {
            if let Facts::RouteTable(table) = &mut record.facts
                && table.associations.items().iter().any(|it| it.main)
            {
                main = table.associations.items().first().cloned();
                table.associations = value(Vec::new());
            }
        }
        for record in plan.resources.values_mut() {
            if let Facts::RouteTable(table) = &mut record.facts
                && record
                    .common
                    .tags
                    .value()
                    .unwrap()
                    .get("Name")
                    .is_some_and(|name| name == "main-public")
            {
                let mut held = table.associations.items().to_vec();
                held.extend(main.clone());
                table.associations = value(held);
            }
        }
    });
    assert_eq!(ids(&graph), ["ReplaceRouteTableAssociation main vpc-0001"]);
}

#[test]
fn attributes_turn_in_the_order_aws_asks_for() {
    let on = changed(
        &{
            let mut plan = two_zones();
            plan.change::<VpcFacts>("main", |vpc| {
                vpc.enable_dns_support = value(false);
                vpc.enable_dns_hostnames = value(false);
            });
            plan
        },
        |plan| {
            let vpc = facts_of::<VpcFacts>(plan, "vpc-0001");
            vpc.enable_dns_support = value(true);
            vpc.enable_dns_hostnames = value(true);
        },
    );
    let attribute = "EnableDns";
    let turned = |graph: &StepGraph| -> Vec<String> {
        graph
            .steps()
            .map(|step| {
                let (name, value) = step
                    .call
                    .parameters
                    .iter()
                    .find(|(name, _)| name.starts_with(attribute))
                    .unwrap();
                format!("{name} {}", serde_json::to_string(value).unwrap())
            })
            .collect()
    };
    assert_eq!(
        turned(&on),
        [
            r#"EnableDnsSupport {"Value":true}"#,
            r#"EnableDnsHostnames {"Value":true}"#
        ]
    );
    let off = changed(&two_zones(), |plan| {
        let vpc = facts_of::<VpcFacts>(plan, "vpc-0001");
        vpc.enable_dns_support = value(false);
        vpc.enable_dns_hostnames = value(false);
    });
    assert_eq!(
        turned(&off),
        [
            r#"EnableDnsHostnames {"Value":false}"#,
            r#"EnableDnsSupport {"Value":false}"#
        ]
    );
    let subnet = changed(&two_zones(), |plan| {
        facts_of::<SubnetFacts>(plan, "subnet-0001").map_public_ip_on_launch = value(true);
    });
    assert_eq!(
        ids(&subnet),
        ["ModifySubnetAttribute subnet-0001 MapPublicIpOnLaunch"]
    );
}

#[test]
fn blocks_come_and_go() {
    let graph = changed(&two_zones(), |plan| {
        let blocks = ["10.0.0.0/16", "10.1.0.0/16"];
        facts_of::<VpcFacts>(plan, "vpc-0001").cidr_blocks = value(
            blocks
                .map(|it| CidrAssociation::associated(block(it)))
                .to_vec(),
        );
    });
    assert_eq!(ids(&graph), ["AssociateVpcCidrBlock vpc-0001 10.1.0.0/16"]);
    let graph = changed(&everything(), |plan| {
        facts_of::<VpcFacts>(plan, "vpc-0001").cidr_blocks =
            value(vec![CidrAssociation::associated(block("10.0.0.0/16"))]);
        let removed: Vec<Key> = plan
            .resources
            .iter()
            .filter(|(_, record)| match &record.facts {
                Facts::Subnet(subnet) => subnet.cidr_block.value().is_some_and(|it| {
                    it.is_some_and(|it| block("100.64.0.0/16").contains(&IpNet::V4(it)))
                }),
                Facts::TransitGatewayAttachment(_) => true,
                _ => false,
            })
            .map(|(key, _)| key.clone())
            .collect();
        assert_eq!(removed.len(), 3);
        for key in &removed {
            plan.resources.remove(key);
        }
        let acl = facts_of::<NetworkAclFacts>(plan, "acl-0001");
        let mut subnets = acl.subnets.items().to_vec();
        subnets.retain(|id| !removed.iter().any(|key| key.id == *id));
        acl.subnets = value(subnets);
    });
    let calls: Vec<Action> = graph.steps().map(|step| step.call.action).collect();
    assert_eq!(
        calls,
        [
            Action::DeleteTransitGatewayVpcAttachment,
            Action::DeleteSubnet,
            Action::DeleteSubnet,
            Action::DisassociateVpcCidrBlock,
        ]
    );
    assert!(graph.steps().take(3).all(Step::is_final));
}

#[test]
fn ipv6_comes_to_a_live_vpc() {
    let live = two_zones().live();
    let mut after = Plan {
        resources: live.resources.clone(),
        input: Input::Design,
    };
    facts_of::<VpcFacts>(&mut after, "vpc-0001").ipv6_blocks = Known::ChosenByAws;
    let subnet = facts_of::<SubnetFacts>(&mut after, "subnet-0001");
    subnet.ipv6_blocks = Known::ChosenByAws;
    subnet.ipv6_part = value("80/64".into());
    subnet.assign_ipv6_on_creation = value(true);
    let graph = graph(&live.network(), &after.network());
    check_order(&graph);
    assert_eq!(
        ids(&graph),
        [
            "AssociateVpcCidrBlock vpc-0001 ipv6",
            "AssociateSubnetCidrBlock subnet-0001 ipv6",
            "ModifySubnetAttribute subnet-0001 AssignIpv6AddressOnCreation",
        ]
    );
}

#[test]
fn aws_opens_the_default_network_acl_to_ipv6_by_itself() {
    let (old, new) = (two_zones().network(), everything().network());
    let opened = |graph: &StepGraph| {
        let steps = graph.steps().map(|step| step.call.action);
        steps
            .filter(|action| action.name().contains("NetworkAcl"))
            .count()
    };
    assert_eq!(opened(&graph(&old, &new)), 0);
    assert_eq!(opened(&graph(&new, &old)), 0);
    // Where somebody has changed it, AWS leaves it as it is.
    let mut narrowed = two_zones();
    narrowed.change::<NetworkAclFacts>("main", |acl| {
        let mut entries = acl.entries.items().to_vec();
        entries[0].protocol = "6".into();
        acl.entries = value(entries);
    });
    let graph = graph(&narrowed.network(), &new);
    assert!(graph.step("CreateNetworkAclEntry main in 101").is_some());
    assert!(graph.step("CreateNetworkAclEntry main out 101").is_none());
    assert!(graph.step("ReplaceNetworkAclEntry main in 100").is_some());
}

#[test]
fn an_endpoint_moves_between_subnets_and_tables() {
    let mut plan = everything();
    plan.change::<VpcEndpointFacts>("main/interface/ssm", |it| it.policy = value("".into()));
    let graph = changed(&plan, |plan| {
        let mut endpoints =
            plan.resources
                .values_mut()
                .filter_map(|record| match &mut record.facts {
                    Facts::VpcEndpoint(facts) => Some(facts),
                    _ => None,
                });
        let interface = endpoints
            .find(|facts| facts.endpoint_type.value().unwrap() == "Interface")
            .unwrap();
        let mut subnets = interface.subnets.items().to_vec();
        subnets.pop();
        subnets.push(Id::aws("subnet-0009"));
        interface.subnets = value(subnets);
        interface.policy = value("{}".into());
        interface.private_dns_enabled = value(false);
    });
    let json = serde_json::to_value(&graph).unwrap();
    let steps = json["steps"].as_array().unwrap();
    assert_eq!(steps.len(), 2, "{:?}", ids(&graph));
    assert_eq!(
        steps[0]["parameters"]["AddSubnetIds"],
        serde_json::json!(["subnet-0009"])
    );
    assert_eq!(steps[0]["parameters"]["PolicyDocument"], "{}");
    assert_eq!(steps[0]["parameters"]["PrivateDnsEnabled"], false);
    assert_eq!(steps[0]["inverse"][0]["parameters"]["ResetPolicy"], true);
    assert_eq!(
        steps[0]["inverse"][0]["parameters"]["PrivateDnsEnabled"],
        true
    );
    assert!(steps[1]["parameters"]["RemoveSubnetIds"].is_array());
    assert!(steps[1]["inverse"][0]["parameters"]["AddSubnetIds"].is_array());
}

#[test]
fn rules_come_before_others_go() {
    let graph = changed(&everything(), |plan| {
        let group = plan
            .resources
            .values_mut()
            .find_map(|record| match &mut record.facts {
                Facts::SecurityGroup(facts) if facts.group_name.value().unwrap() != "default" => {
                    Some(facts)
                }
                _ => None,
            })
            .unwrap();
        let mut rules = group.ingress.items().to_vec();
        rules[0].from_port = Some(853);
        rules[0].to_port = Some(853);
        group.ingress = value(rules);
    });
    let calls: Vec<Action> = graph.steps().map(|step| step.call.action).collect();
    assert_eq!(
        calls,
        [
            Action::AuthorizeSecurityGroupIngress,
            Action::RevokeSecurityGroupIngress
        ]
    );
    for step in graph.steps() {
        let Some(Value::List(rules)) = step.call.parameters.get("IpPermissions") else {
            panic!("{}", step.id);
        };
        assert_eq!(rules.len(), 1, "only what differs: {}", step.id);
    }
}

#[test]
fn a_group_that_lets_nothing_out_loses_what_it_comes_with() {
    let mut plan = everything();
    plan.change::<SecurityGroupFacts>("main/endpoints", |group| group.egress = value(Vec::new()));
    plan.change::<SecurityGroupFacts>("main/default", |group| {
        group.ingress = value(Vec::new());
    });
    let graph = new_graph(&plan);
    check_order(&graph);
    let revoked = graph
        .step("RevokeSecurityGroupEgress main/endpoints")
        .unwrap();
    assert!(revoked.inverse.is_empty(), "it goes with the group");
    let default = graph
        .step("RevokeSecurityGroupIngress main/default")
        .unwrap();
    assert!(matches!(
        default.call.parameters.get("GroupId"),
        Some(Value::Find(Find::DefaultSecurityGroup { .. }))
    ));
}

#[test]
fn a_new_subnet_waits_for_the_addresses_of_an_old_one() {
    let mut live = two_zones().live();
    let base = live.network();
    live.resources.retain(|key, record| {
        let is_private = record
            .common
            .tags
            .value()
            .unwrap()
            .get("Name")
            .is_some_and(|name| name.contains("private-eu-west-1b"));
        !(is_private && matches!(key.kind, Kind::Subnet | Kind::RouteTable))
    });
    let gone: Vec<Id> = base
        .resources()
        .filter(|resource| !live.resources.contains_key(resource.key()))
        .map(|resource| resource.key().id.clone())
        .collect();
    assert_eq!(gone.len(), 2);
    let endpoint = facts_of::<VpcEndpointFacts>(&mut live, "vpce-0001");
    let mut tables = endpoint.route_tables.items().to_vec();
    tables.retain(|id| !gone.contains(id));
    endpoint.route_tables = value(tables);
    live.put(
        planned("new/private/eu-west-1c/9"),
        SubnetFacts {
            vpc: value(Id::aws("vpc-0001")),
            cidr_block: value(Some("10.0.144.0/21".parse().unwrap())),
            ipv6_blocks: value(Vec::new()),
            availability_zone: value("eu-west-1c".into()),
            ..SubnetFacts::default()
        },
        &[],
    );
    let graph = graph(&base, &live.network());
    check_order(&graph);
    let calls: Vec<Action> = graph.steps().map(|step| step.call.action).collect();
    assert_eq!(
        calls,
        [
            Action::ModifyVpcEndpoint,
            Action::DeleteRoute,
            Action::DisassociateRouteTable,
            Action::DeleteSubnet,
            Action::CreateSubnet,
            Action::DeleteRouteTable,
        ]
    );
}

#[test]
fn an_internet_gateway_takes_the_place_of_another() {
    let live = two_zones().live();
    let base = live.network();
    let mut after = Plan {
        resources: live.resources.clone(),
        input: Input::Design,
    };
    after
        .resources
        .remove(&Key::aws(Kind::InternetGateway, "igw-0001"));
    let attachments = value(vec![VpcAttachment {
        vpc: Id::aws("vpc-0001"),
        state: Some("available".into()),
    }]);
    after.put(planned("new"), InternetGatewayFacts { attachments }, &[]);
    for record in after.resources.values_mut() {
        if let Facts::RouteTable(table) = &mut record.facts {
            let mut routes = table.routes.items().to_vec();
            for route in &mut routes {
                if route
                    .target
                    .key()
                    .is_some_and(|key| key.kind == Kind::InternetGateway)
                {
                    route.target = Target::Resource(key(Kind::InternetGateway, "new"));
                }
            }
            routes.sort();
            table.routes = value(routes);
        }
    }
    let graph = graph(&base, &after.network());
    check_order(&graph);
    let calls: Vec<Action> = graph.steps().map(|step| step.call.action).collect();
    assert_eq!(
        calls,
        [
            Action::CreateInternetGateway,
            Action::DetachInternetGateway,
            Action::AttachInternetGateway,
            Action::ReplaceRoute,
            Action::DeleteInternetGateway,
        ]
    );
}

#[test]
fn what_is_fixed_is_refused_with_a_reason() {
    let live = two_zones().live();
    let base = live.network();
    let refused = |change: &dyn Fn(&mut Plan)| {
        let mut after = Plan {
            resources: live.resources.clone(),
            input: Input::Account,
        };
        change(&mut after);
        refusals(&base, &after.network())
    };
    assert_eq!(
        refused(&|plan| {
            facts_of::<SubnetFacts>(plan, "subnet-0001").cidr_block =
                value(Some("10.0.200.0/24".parse().unwrap()));
        }),
        [
            "subnet subnet-0001: cidr block cannot be changed: a subnet's version 4 block is fixed once it is made; make another subnet"
        ]
    );
    assert_eq!(
        refused(&|plan| {
            let vpc = facts_of::<VpcFacts>(plan, "vpc-0001");
            vpc.primary_cidr = value("10.9.0.0/16".parse().unwrap());
            vpc.instance_tenancy = value("dedicated".into());
        }),
        [
            "VPC vpc-0001: primary cidr cannot be changed: the primary block of a VPC can be neither changed nor removed; add a secondary block"
        ]
    );
    assert_eq!(
        refused(&|plan| {
            facts_of::<VpcFacts>(plan, "vpc-0001").instance_tenancy = value("dedicated".into());
        }),
        ["VPC vpc-0001: it cannot be changed into that; remove it and make another"]
    );
    assert_eq!(
        refused(&|plan| {
            plan.resources
                .remove(&Key::aws(Kind::NetworkAcl, "acl-0001"));
        }),
        ["network ACL acl-0001: it goes only with what AWS made it for; remove that, or leave it"]
    );
    assert_eq!(
        refused(&|plan| {
            plan.resources
                .remove(&Key::aws(Kind::ElasticIp, "eipalloc-0001"));
        }),
        [
            "elastic IP eipalloc-0001: the NAT gateway nat-0001 still needs it; change or remove that one too"
        ]
    );
}

#[test]
fn what_a_service_holds_is_not_removed() {
    let mut live = two_zones().live();
    let interface = |description: &str, kind: &str| NetworkInterfaceFacts {
        vpc: value(Id::aws("vpc-0001")),
        subnet: value(Id::aws("subnet-0001")),
        description: value(description.into()),
        interface_type: value(kind.into()),
        requester_managed: value(true),
        ..NetworkInterfaceFacts::default()
    };
    let of_nat = interface("Interface for NAT Gateway nat-0001", "nat_gateway");
    live.put(Id::aws("eni-1"), of_nat, &[]);
    assert!(!graph(&live.network(), &Network::new()).is_empty());
    live.put(
        Id::aws("eni-2"),
        interface("ELB app/shop/1", "interface"),
        &[],
    );
    assert_eq!(
        refusals(&live.network(), &Network::new()),
        [
            "network interface eni-2: this program does not remove network interfaces; remove what this one belongs to (“ELB app/shop/1”) by hand"
        ]
    );
}

#[test]
fn what_no_call_makes_is_refused() {
    let mut plan = two_zones();
    plan.add("main/host", InstanceFacts::default());
    plan.change::<SubnetFacts>(PUBLIC[0], |subnet| subnet.availability_zone = Known::Unread);
    plan.change::<NatGatewayFacts>("main/eu-west-1a", |nat| nat.addresses = value(Vec::new()));
    assert_eq!(
        refusals(&Network::new(), &plan.network()),
        [
            "subnet main/public/eu-west-1a/1: its Availability Zone is not known; choose one",
            "NAT gateway main/eu-west-1a: a public NAT gateway needs an elastic IP; give it one",
            "instance main/host: this program does not make instances; make it by hand",
        ]
    );
}

#[test]
fn a_plan_that_lacks_what_it_needs_is_refused() {
    let mut plan = two_zones();
    plan.resources
        .remove(&key(Kind::ElasticIp, "main/eu-west-1a"));
    assert_eq!(
        refusals(&Network::new(), &plan.network()),
        [
            "NAT gateway main/eu-west-1a: it needs the elastic IP main/eu-west-1a, which is neither there nor planned; add it first"
        ]
    );
}

#[test]
fn changes_that_do_not_fit_are_refused() {
    let edits = [
        Edit::Remove(Key::aws(Kind::Subnet, "subnet-1")),
        Edit::Set {
            key: Key::aws(Kind::Vpc, "vpc-1"),
            field: "enable_dns_support".into(),
            before: Known::Unread,
            after: Known::Unread,
        },
    ];
    let refused = lower(&Network::new(), &edits).expect_err("nothing is there");
    let refused: Vec<String> = refused.iter().map(ToString::to_string).collect();
    assert_eq!(
        refused,
        [
            "VPC vpc-1: it is not in the network; read the network again",
            "subnet subnet-1: it is not in the network; read the network again",
        ]
    );
}

#[test]
fn what_a_design_only_refers_to_is_left_alone() {
    let mut plan = two_zones();
    plan.put(Id::aws("tgw-1"), TransitGatewayFacts::default(), &[]);
    plan.put(
        Id::aws("vpc-9"),
        VpcFacts::default(),
        &[("Name", "partner")],
    );
    let planned = plan.network();
    let made = graph(&Network::new(), &planned);
    let removed = graph(&planned, &Network::new());
    for graph in [&made, &removed] {
        assert!(
            !ids(graph)
                .iter()
                .any(|id| id.contains("tgw-1") || id.contains("vpc-9"))
        );
    }
}

#[test]
fn a_peering_with_strangers_is_not_accepted() {
    let mut plan = everything();
    plan.change::<VpcPeeringConnectionFacts>("main/other", |peering| {
        let mut accepter = peering.accepter.value().unwrap().clone();
        accepter.vpc = Id::aws("vpc-0f00");
        accepter.owner = Some("210987654321".into());
        peering.accepter = value(accepter);
    });
    let graph = new_graph(&plan);
    check_order(&graph);
    let create = graph.step("CreateVpcPeeringConnection main/other").unwrap();
    let parameters = &create.call.parameters;
    assert_eq!(parameters.get("PeerVpcId"), Some(&"vpc-0f00".into()));
    assert_eq!(parameters.get("PeerOwnerId"), Some(&"210987654321".into()));
    assert!(
        graph
            .step("AcceptVpcPeeringConnection main/other")
            .is_none()
    );
    assert!(
        graph
            .step("CreateRoute main/private/eu-west-1a/1 10.8.0.0/16")
            .is_some()
    );
}

#[test]
fn a_network_acl_is_made_and_given_to_its_subnets() {
    let mut plan = two_zones();
    let entries = vec![AclEntry {
        egress: false,
        number: 100,
        action: AclAction::Allow,
        protocol: "6".into(),
        cidr: Some(block("10.0.0.0/16")),
        ports: Some((443, 443)),
        icmp: None,
    }];
    plan.add(
        "main/private",
        NetworkAclFacts {
            vpc: value(planned("main")),
            is_default: value(false),
            entries: value(entries),
            subnets: value(words(&PRIVATE)),
        },
    );
    plan.change::<NetworkAclFacts>("main", |acl| {
        let subnets = acl.subnets.items().to_vec();
        let kept = subnets
            .into_iter()
            .filter(|id| !words(&PRIVATE).contains(id));
        acl.subnets = value(kept.collect());
    });
    let made = new_graph(&plan);
    check_order(&made);
    assert!(
        made.step("CreateNetworkAclEntry main/private in 100")
            .is_some()
    );
    assert!(
        made.step("ReplaceNetworkAclAssociation main/private/eu-west-1a/1")
            .is_some()
    );
    let planned = plan.network();
    let removed = graph(&planned, &Network::new());
    let calls: Vec<(Action, &Key)> = removed
        .steps()
        .map(|step| (step.call.action, &step.about))
        .collect();
    assert_eq!(calls, undo(&made));
    let at = |wanted: Action| {
        calls
            .iter()
            .rposition(|(action, _)| *action == wanted)
            .unwrap()
    };
    assert!(at(Action::DeleteSubnet) < at(Action::DeleteNetworkAcl));
}

/// Whether what each step names is there when its turn comes, and whether in the end there is what was planned.
fn check_existence(base: &Network, plan: &Network, graph: &StepGraph) {
    let made = |network: &Network| -> BTreeSet<Key> {
        let after = network.resources().filter(|resource| {
            things::maker_of(resource.kind()).is_some()
                && things::companion(
                    &view::View::of(network),
                    &view::View::default(),
                    resource.key(),
                )
                .is_none()
        });
        after.map(|resource| resource.key().clone()).collect()
    };
    let mut there = made(base);
    for step in graph.steps() {
        for value in step.call.parameters.values() {
            value.walk(&mut |value| {
                if let Value::Made(key) | Value::Given(key) = value {
                    let is_there = there.contains(key) || key.kind == Kind::TransitGateway;
                    assert!(is_there, "{} names the {key}, which is not there", step.id);
                }
            });
        }
        if let Some(key) = &step.makes {
            assert!(there.insert(key.clone()), "{} makes what is there", step.id);
        }
        let name = step.call.action.name();
        let is_whole = things::maker_of(step.about.kind).is_some_and(|maker| {
            let kind = maker.name().replace("Create", "").replace("Allocate", "");
            name.replace("Delete", "")
                .replace("Release", "")
                .trim_end_matches('s')
                == kind.trim_end_matches('s')
        });
        if is_whole && (name.starts_with("Delete") || name.starts_with("Release")) {
            assert!(
                there.remove(&step.about),
                "{} deletes what is not there",
                step.id
            );
        }
    }
    assert_eq!(there, made(plan));
}

#[test]
fn any_plan_leads_to_any_other() {
    let mut plans: Vec<(&str, Network)> = all_plans()
        .into_iter()
        .map(|(name, plan)| (name, plan.network()))
        .collect();
    plans.push(("nothing", Network::new()));
    for (from, base) in &plans {
        for (to, plan) in &plans {
            let graph = between(base, plan).unwrap_or_else(|it| panic!("{from} to {to}: {it:#?}"));
            check_order(&graph);
            check_existence(base, plan, &graph);
            assert_eq!(graph.is_empty(), from == to, "{from} to {to}");
        }
    }
}

/// What a plan may have and may lack: each can go without the rest.
const OPTIONAL: [(Kind, &[&str]); 11] = [
    (Kind::NatGateway, &["main/eu-west-1a"]),
    (Kind::NatGateway, &["main/eu-west-1b"]),
    (Kind::EgressOnlyInternetGateway, &["main"]),
    (Kind::VpcEndpoint, &["main/s3"]),
    (Kind::VpcEndpoint, &["main/interface/ssm"]),
    (Kind::TransitGatewayAttachment, &["main"]),
    (Kind::VpnGateway, &["main"]),
    (Kind::VpcPeeringConnection, &["main/other"]),
    (Kind::FlowLog, &["main"]),
    (
        Kind::NetworkInterface,
        &["main/resolver/eu-west-1a", "main/resolver/eu-west-1b"],
    ),
    (Kind::RouteTable, &["main/private/eu-west-1b/2"]),
];

/// Everything but these, and whatever pointed at them.
fn lacking(missing: u16) -> Plan {
    let mut plan = everything();
    let mut gone = BTreeSet::new();
    for (number, (kind, names)) in OPTIONAL.iter().enumerate() {
        if missing & (1 << number) != 0 {
            gone.extend(names.iter().map(|name| key(*kind, name)));
        }
    }
    for gone in &gone {
        plan.resources.remove(gone);
        if gone.kind == Kind::NatGateway {
            plan.resources
                .remove(&Key::new(Kind::ElasticIp, gone.id.clone()));
        }
    }
    let transit = key(Kind::TransitGatewayAttachment, "main");
    let has_gone = |target: &Key| {
        gone.contains(target) || target.kind == Kind::TransitGateway && gone.contains(&transit)
    };
    for record in plan.resources.values_mut() {
        if let Facts::RouteTable(table) = &mut record.facts {
            let mut routes = table.routes.items().to_vec();
            routes.retain(|route| !route.target.key().is_some_and(has_gone));
            table.routes = value(routes);
            let mut gateways = table.propagating_gateways.items().to_vec();
            gateways.retain(|id| !has_gone(&Key::new(Kind::VpnGateway, id.clone())));
            table.propagating_gateways = value(gateways);
        }
        if let Facts::VpcEndpoint(endpoint) = &mut record.facts {
            let mut tables = endpoint.route_tables.items().to_vec();
            tables.retain(|id| !has_gone(&Key::new(Kind::RouteTable, id.clone())));
            endpoint.route_tables = value(tables);
        }
    }
    plan
}

/// What a graph says of itself is all there is to it: read again it is the same graph.
#[test]
fn graphs_are_read_as_they_are_written() {
    let plans = all_plans();
    for (from, base) in &plans {
        for (to, plan) in &plans {
            let written = graph(&base.network(), &plan.network());
            let json = serde_json::to_string(&written).unwrap();
            let read: StepGraph =
                serde_json::from_str(&json).unwrap_or_else(|error| panic!("{from}>{to}: {error}"));
            assert_eq!(serde_json::to_string(&read).unwrap(), json, "{from}>{to}");
            assert!(read.steps().eq(written.steps()), "{from}>{to}");
            assert!(
                read.inverse_order().eq(written.inverse_order()),
                "{from}>{to}"
            );
        }
    }
}

#[test]
fn a_graph_that_was_tampered_with_is_refused() {
    let written = serde_json::to_string(&new_graph(&two_zones())).unwrap();
    for (from, to, why) in [
        (
            "\"call\":\"CreateVpc\"",
            "\"call\":\"RunInstances\"",
            "is no call that a step can be",
        ),
        (
            "\"needs\":[\"CreateVpc main\"]",
            "\"needs\":[\"CreateVpc mine\"]",
            "does not stand before it",
        ),
        ("\"$made\"", "\"$mad\"", "stands for nothing that is known"),
        (
            "\"inverse_order\":[",
            "\"inverse_order\":[\"nothing\",",
            "is no step",
        ),
    ] {
        let json = written.replacen(from, to, 1);
        assert_ne!(json, written, "{from}");
        let error = serde_json::from_str::<StepGraph>(&json)
            .unwrap_err()
            .to_string();
        assert!(error.contains(why), "{error}");
    }
}

proptest::proptest! {
    #[test]
    fn any_part_can_come_and_go(from in 0_u16..2048, to in 0_u16..2048) {
        let (base, plan) = (lacking(from), lacking(to));
        let (planned, live) = (base.network(), base.live().network());
        let there = graph(&planned, &plan.network());
        check_order(&there);
        check_existence(&planned, &plan.network(), &there);
        proptest::prop_assert_eq!(there.is_empty(), from == to);
        check_deletion(&plan.network(), &undo(&new_graph(&plan)));
        let nothing = Plan {
            resources: base
                .live()
                .resources
                .into_iter()
                .filter(|(key, _)| key.kind == Kind::TransitGateway)
                .collect(),
            input: Input::Account,
        };
        let removed = graph(&live, &nothing.network());
        check_order(&removed);
        let calls: Vec<(Action, &Key)> =
            removed.steps().map(|step| (step.call.action, &step.about)).collect();
        check_deletion(&live, &calls);
    }
}

/// The addresses of a resolver endpoint are one thing: one more is no second endpoint.
#[test]
fn a_resolver_endpoint_that_grows_is_not_made_twice() {
    let two = everything();
    let mut three = everything();
    let facts = NetworkInterfaceFacts {
        vpc: value(planned("main")),
        subnet: value(planned(PRIVATE[0])),
        description: value("Route 53 Resolver: main-resolver".into()),
        requester_managed: value(true),
        interface_type: value("interface".into()),
        addresses: Known::ChosenByAws,
        groups: value(words(&["main/endpoints"])),
        ..NetworkInterfaceFacts::default()
    };
    three.comes_along("main/resolver/eu-west-1c", facts);
    for (before, after) in [(&two, &three), (&three, &two)] {
        let refused = refusals(&before.network(), &after.network());
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert!(refused[0].contains("main/resolver/"), "{refused:?}");
    }
}
