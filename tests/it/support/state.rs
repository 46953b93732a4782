//! Terraform's state of a network, as if its resources had been made: AWS's ids for names.

use serde_json::{Value, json};
use vpc_atlas::network::{
    AclAction, AclEntry, Destination, Facts, Id, Key, Kind, Known, Network, Resource, RulePeer,
    SecurityGroupRule, Target,
};

/// What a state does not tell of a planned network: kind (`*` for any), field (none for the resource), why.
pub(crate) const NOT_IN_STATE: &[(&str, &str, &str)] = &[
    ("*", "state", "Terraform does not record it"),
    ("subnet", "available_addresses", "AWS counts them"),
    ("flow-log", "status", "Terraform does not record it"),
    ("prefix-list", "tags", "it is AWS's"),
    (
        "network-interface",
        "",
        "the resolver's interfaces are AWS's, and stand in no state",
    ),
    (
        "vpc",
        "encryption_exclusions",
        "the provider has no argument for some of them",
    ),
    ("transit-gateway", "tags", "it stands elsewhere"),
];

/// AWS's id of a planned resource.
fn aws(kind: Kind, id: &Id) -> String {
    let Id::Planned(name) = id else {
        return id.to_string();
    };
    let prefix = match kind {
        Kind::Vpc => "vpc",
        Kind::Subnet => "subnet",
        Kind::RouteTable => "rtb",
        Kind::InternetGateway => "igw",
        Kind::EgressOnlyInternetGateway => "eigw",
        Kind::NatGateway => "nat",
        Kind::ElasticIp => "eipalloc",
        Kind::VpcEndpoint => "vpce",
        Kind::PrefixList => "pl",
        Kind::VpcPeeringConnection => "pcx",
        Kind::TransitGateway => "tgw",
        Kind::TransitGatewayAttachment => "tgw-attach",
        Kind::VpnGateway => "vgw",
        Kind::NetworkAcl => "acl",
        Kind::SecurityGroup => "sg",
        Kind::FlowLog => "fl",
        other => panic!("no id for {other}"),
    };
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{prefix}-0{hash:016x}")
}

fn known(kind: Kind, id: &Known<Id>) -> Value {
    id.value().map_or(Value::Null, |id| json!(aws(kind, id)))
}

fn ids(kind: Kind, ids: &Known<Vec<Id>>) -> Value {
    ids.items().iter().map(|id| aws(kind, id)).collect()
}

fn tags(resource: &Resource) -> Value {
    serde_json::to_value(resource.common().tags.value().cloned().unwrap_or_default()).unwrap()
}

/// The state of everything that the network plans.
pub(crate) fn of(network: &Network) -> Value {
    let mut found: Vec<Value> = Vec::new();
    for resource in network.resources() {
        for (kind, mut attributes) in resources(network, resource) {
            let region = resource.common().region.value().unwrap();
            let id = attributes["id"].as_str().unwrap_or_default().to_owned();
            if kind == "aws_vpc" {
                attributes["arn"] = json!(format!("arn:aws:ec2:{region}:111122223333:vpc/{id}"));
                attributes["owner_id"] = json!("111122223333");
            }
            attributes["tags_all"] = tags(resource);
            found.push(json!({
                "mode": "managed", "type": kind, "name": format!("r{}", found.len()),
                "provider": "provider[\"registry.terraform.io/hashicorp/aws\"]",
                "instances": [{"schema_version": 0, "attributes": attributes, "sensitive_attributes": []}],
            }));
        }
    }
    json!({"version": 4, "terraform_version": "1.9.8", "serial": 7, "lineage": "b4", "outputs": {}, "resources": found})
}

fn rules(rules: &[SecurityGroupRule]) -> Value {
    let rules = rules.iter().map(|rule| {
        let mut it = json!({
            "protocol": rule.protocol, "from_port": rule.from_port.unwrap_or_default(),
            "to_port": rule.to_port.unwrap_or_default(), "description": rule.description.clone().unwrap_or_default(),
            "cidr_blocks": [], "ipv6_cidr_blocks": [], "security_groups": [], "prefix_list_ids": [], "self": false,
        });
        match &rule.peer {
            RulePeer::Block(block) => {
                let name = if block.addr().is_ipv4() { "cidr_blocks" } else { "ipv6_cidr_blocks" };
                it[name] = json!([block]);
            }
            RulePeer::Group(_) => it["self"] = json!(true),
            RulePeer::PrefixList(id) => it["prefix_list_ids"] = json!([aws(Kind::PrefixList, id)]),
        }
        it
    });
    rules.collect()
}

fn entries(entries: &[AclEntry], egress: bool) -> Value {
    let entries = entries
        .iter()
        .filter(|it| it.egress == egress && it.number < 32767);
    let entries = entries.map(|entry| {
        let is_v4 = entry.cidr.is_none_or(|it| it.addr().is_ipv4());
        json!({
            "rule_no": entry.number, "protocol": entry.protocol, "from_port": 0, "to_port": 0,
            "icmp_type": 0, "icmp_code": 0,
            "action": if entry.action == AclAction::Allow { "allow" } else { "deny" },
            "cidr_block": entry.cidr.filter(|_| is_v4).map_or(String::new(), |it| it.to_string()),
            "ipv6_cidr_block": entry.cidr.filter(|_| !is_v4).map_or(String::new(), |it| it.to_string()),
        })
    });
    entries.collect()
}

/// The member that names a route's target.
fn target(target: &Target) -> Option<(&'static str, String)> {
    let Target::Resource(Key { kind, id }) = target else {
        return None;
    };
    let name = match kind {
        Kind::InternetGateway | Kind::VpnGateway => "gateway_id",
        Kind::NatGateway => "nat_gateway_id",
        Kind::TransitGateway => "transit_gateway_id",
        Kind::VpcPeeringConnection => "vpc_peering_connection_id",
        Kind::EgressOnlyInternetGateway => "egress_only_gateway_id",
        Kind::VpcEndpoint => return None,
        other => panic!("no route to {other}"),
    };
    Some((name, aws(*kind, id)))
}

fn resources(network: &Network, resource: &Resource) -> Vec<(&'static str, Value)> {
    let key = resource.key();
    let id = match key.kind {
        Kind::NetworkInterface => return Vec::new(),
        kind => aws(kind, &key.id),
    };
    match resource.facts() {
        Facts::Vpc(facts) => {
            // A companion is called as its VPC, and its group after it.
            let of = |kind| aws(kind, &key.id);
            let group = Id::Planned(format!("{}/default", key.id).into());
            let ipv6 = facts.ipv6_blocks.items().first().and_then(|it| it.cidr);
            let mut found = vec![(
                "aws_vpc",
                json!({
                    "id": id, "cidr_block": facts.primary_cidr.value(), "instance_tenancy": facts.instance_tenancy.value(),
                    "enable_dns_support": facts.enable_dns_support.value(),
                    "enable_dns_hostnames": facts.enable_dns_hostnames.value(),
                    "ipv6_cidr_block": ipv6.map_or(String::new(), |it| it.to_string()),
                    "assign_generated_ipv6_cidr_block": false, "ipv6_association_id": "",
                    "main_route_table_id": of(Kind::RouteTable), "default_route_table_id": of(Kind::RouteTable),
                    "default_network_acl_id": of(Kind::NetworkAcl),
                    "default_security_group_id": aws(Kind::SecurityGroup, &group),
                    "dhcp_options_id": "dopt-0123456789abcdef0",
                }),
            )];
            if let Some(pool) = facts.ipv6_pool.value() {
                let it = json!({"id": "vpc-cidr-assoc-0123456789abcdef1", "vpc_id": id,
                    "ipv6_cidr_block": ipv6, "ipv6_pool": pool});
                found.push(("aws_vpc_ipv6_cidr_block_association", it));
            }
            if let Some(mode) = facts.encryption_control.value() {
                let mut it = json!({"id": "vpcec-0123456789abcdef0", "vpc_id": id, "mode": mode});
                for word in facts.encryption_exclusions.items() {
                    it[format!("{}_exclusion", word.replace('-', "_"))] = json!("enable");
                }
                found.push(("aws_vpc_encryption_control", it));
            }
            for block in facts.cidr_blocks.items() {
                let block = block.cidr.unwrap();
                if Some(block.to_string()) != facts.primary_cidr.value().map(ToString::to_string) {
                    let it = json!({"id": "vpc-cidr-assoc-0123456789abcdef0", "vpc_id": id, "cidr_block": block});
                    found.push(("aws_vpc_ipv4_cidr_block_association", it));
                }
            }
            found
        }
        Facts::Subnet(facts) => {
            let ipv6 = facts.ipv6_blocks.items().first().and_then(|it| it.cidr);
            vec![(
                "aws_subnet",
                json!({
                    "id": id, "vpc_id": known(Kind::Vpc, &facts.vpc), "cidr_block": facts.cidr_block.value(),
                    "availability_zone": facts.availability_zone.value(), "availability_zone_id": "euw1-az1",
                    "map_public_ip_on_launch": facts.map_public_ip_on_launch.value(),
                    "assign_ipv6_address_on_creation": facts.assign_ipv6_on_creation.value(),
                    "ipv6_native": facts.ipv6_native.value(), "outpost_arn": "",
                    "ipv6_cidr_block": ipv6.map_or(String::new(), |it| it.to_string()),
                }),
            )]
        }
        Facts::RouteTable(facts) => {
            let is_main = facts.associations.items().iter().any(|it| it.main);
            let of_nat = network
                .of_kind(Kind::NatGateway)
                .any(|nat| match nat.facts() {
                    Facts::NatGateway(nat) => nat.route_table == Known::Value(Some(key.id.clone())),
                    _ => false,
                });
            let mut routes = Vec::new();
            let mut apart = Vec::new();
            for route in facts.routes.items() {
                let (Destination::Block(block), Some((name, gateway))) =
                    (&route.destination, target(&route.target))
                else {
                    continue;
                };
                let mut inline = json!({"cidr_block": "", "ipv6_cidr_block": "", "gateway_id": "", "nat_gateway_id": ""});
                let mut own = json!({"id": "r-1", "route_table_id": id, "state": "active", "origin": "CreateRoute"});
                let (short, long) = if block.addr().is_ipv4() {
                    ("cidr_block", "destination_cidr_block")
                } else {
                    ("ipv6_cidr_block", "destination_ipv6_cidr_block")
                };
                inline[short] = json!(block);
                inline[name] = json!(gateway);
                own[long] = json!(block);
                own[name] = json!(gateway);
                // After a refresh a table repeats what its routes say; before it does not.
                if apart.len() % 2 == 0 {
                    routes.push(inline);
                }
                apart.push(("aws_route", own));
            }
            let mut table = json!({
                "id": id, "vpc_id": known(Kind::Vpc, &facts.vpc), "route": routes,
                "propagating_vgws": ids(Kind::VpnGateway, &facts.propagating_gateways),
            });
            let mut found = Vec::new();
            if is_main {
                table["default_route_table_id"] = json!(id);
                found.push(("aws_default_route_table", table));
            } else if of_nat {
                found.push(("aws_route_table", table));
            } else {
                found.push(("aws_route_table", table));
                for it in facts.associations.items() {
                    let subnet = it.subnet.as_ref().map(|id| aws(Kind::Subnet, id));
                    let it = json!({"id": "", "route_table_id": id, "subnet_id": subnet, "gateway_id": ""});
                    found.push(("aws_route_table_association", it));
                }
            }
            found.extend(apart);
            found
        }
        Facts::InternetGateway(facts) => {
            let vpc = facts
                .attachments
                .items()
                .first()
                .map(|it| aws(Kind::Vpc, &it.vpc));
            vec![("aws_internet_gateway", json!({"id": id, "vpc_id": vpc}))]
        }
        Facts::EgressOnlyInternetGateway(facts) => {
            let vpc = facts
                .attachments
                .items()
                .first()
                .map(|it| aws(Kind::Vpc, &it.vpc));
            vec![(
                "aws_egress_only_internet_gateway",
                json!({"id": id, "vpc_id": vpc}),
            )]
        }
        Facts::VpnGateway(facts) => {
            let vpc = facts
                .attachments
                .items()
                .first()
                .map(|it| aws(Kind::Vpc, &it.vpc));
            vec![(
                "aws_vpn_gateway",
                json!({"id": id, "vpc_id": vpc, "amazon_side_asn": "64512"}),
            )]
        }
        Facts::NatGateway(facts) => {
            let mut it = json!({
                "id": id, "connectivity_type": facts.connectivity_type.value(),
                "availability_mode": facts.availability_mode.value(), "vpc_id": known(Kind::Vpc, &facts.vpc),
            });
            if let Some(Some(subnet)) = facts.subnet.value() {
                it["subnet_id"] = json!(aws(Kind::Subnet, subnet));
            }
            if let Some(address) = facts.addresses.items().first() {
                let allocation = address.allocation.as_ref();
                it["allocation_id"] = json!(allocation.map(|id| aws(Kind::ElasticIp, id)));
            }
            if let Some(Some(table)) = facts.route_table.value() {
                it["route_table_id"] = json!(aws(Kind::RouteTable, table));
            }
            vec![("aws_nat_gateway", it)]
        }
        Facts::ElasticIp(_) => vec![(
            "aws_eip",
            json!({"id": id, "allocation_id": id, "public_ip": "203.0.113.9", "association_id": "eipassoc-0123456789abcdef0",
                "instance": "", "network_interface": "eni-0123456789abcdef0", "private_ip": "10.0.0.9"}),
        )],
        Facts::VpcEndpoint(facts) => {
            let service = facts.service_name.value().cloned().unwrap_or_default();
            let list = aws(Kind::PrefixList, &Id::Planned(service.clone()));
            vec![(
                "aws_vpc_endpoint",
                json!({
                    "id": id, "vpc_id": known(Kind::Vpc, &facts.vpc), "service_name": service, "state": "available",
                    "vpc_endpoint_type": facts.endpoint_type.value(), "policy": "{}",
                    "route_table_ids": ids(Kind::RouteTable, &facts.route_tables),
                    "subnet_ids": ids(Kind::Subnet, &facts.subnets), "prefix_list_id": list,
                    "security_group_ids": ids(Kind::SecurityGroup, &facts.groups), "network_interface_ids": [],
                    "private_dns_enabled": facts.private_dns_enabled.value(), "requester_managed": false,
                }),
            )]
        }
        Facts::VpcPeeringConnection(facts) => {
            let (asks, accepts) = (
                facts.requester.value().unwrap(),
                facts.accepter.value().unwrap(),
            );
            vec![(
                "aws_vpc_peering_connection",
                json!({"id": id, "vpc_id": aws(Kind::Vpc, &asks.vpc), "peer_vpc_id": aws(Kind::Vpc, &accepts.vpc),
                    "peer_owner_id": accepts.owner, "peer_region": accepts.region, "accept_status": "active"}),
            )]
        }
        Facts::TransitGatewayAttachment(facts) => vec![(
            "aws_ec2_transit_gateway_vpc_attachment",
            json!({
                "id": id, "transit_gateway_id": known(Kind::TransitGateway, &facts.transit_gateway),
                "vpc_id": known(Kind::Vpc, &facts.resource), "subnet_ids": ids(Kind::Subnet, &facts.subnets),
                "dns_support": facts.dns_support.value(), "ipv6_support": facts.ipv6_support.value(),
                "appliance_mode_support": facts.appliance_mode_support.value(),
            }),
        )],
        Facts::NetworkAcl(facts) => vec![(
            "aws_default_network_acl",
            json!({
                "id": id, "default_network_acl_id": id, "vpc_id": known(Kind::Vpc, &facts.vpc),
                "ingress": entries(facts.entries.items(), false), "egress": entries(facts.entries.items(), true),
                "subnet_ids": ids(Kind::Subnet, &facts.subnets),
            }),
        )],
        Facts::SecurityGroup(facts) => {
            let name = facts.group_name.value().cloned().unwrap_or_default();
            let kind = if name == "default" {
                "aws_default_security_group"
            } else {
                "aws_security_group"
            };
            vec![(
                kind,
                json!({
                    "id": id, "name": name, "description": facts.description.value(),
                    "vpc_id": known(Kind::Vpc, &facts.vpc), "ingress": rules(facts.ingress.items()),
                    "egress": rules(facts.egress.items()),
                }),
            )]
        }
        Facts::FlowLog(facts) => vec![(
            "aws_flow_log",
            json!({
                "id": id, "vpc_id": known(Kind::Vpc, &facts.resource), "traffic_type": facts.traffic_type.value(),
                "log_destination_type": facts.destination_type.value(), "log_destination": facts.destination.value(),
                "iam_role_arn": facts.deliver_logs_permission_arn.value().cloned().unwrap_or_default(),
            }),
        )],
        Facts::PrefixList(_) | Facts::TransitGateway(_) => Vec::new(),
        other => panic!("no resource of Terraform for {:?}", other.kind()),
    }
}
