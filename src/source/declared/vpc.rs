//! VPCs, subnets, their gateways and addresses.

use super::book::Found;
use super::fields::Fields;
use super::gather::{Gather, push};
use super::term::Term;
use super::what::What;
use crate::cidr::usable_addresses;
use crate::design::Ipv6Part;
use crate::network::{
    CarrierGatewayFacts, CidrAssociation, DhcpOptionsFacts, EgressOnlyInternetGatewayFacts,
    ElasticIpFacts, FlowLogFacts, Id, InternetGatewayFacts, Key, Kind, Known, NatAddress,
    NatGatewayFacts, SubnetFacts, Text, VpcAttachment, VpcFacts, VpnGatewayFacts,
};
use compact_str::format_compact;
use ipnet::IpNet;
use std::collections::BTreeMap;

/// What resources are when they are made; of one that stands the file does not tell its state.
pub(super) fn state(f: &Fields<'_>, usual: &str) -> Known<Text> {
    if f.has(&["state"]) && !f.is_template() {
        return f.text(&["state"]);
    }
    if f.stands() {
        Known::Unread
    } else {
        Known::Value(usual.into())
    }
}

pub(super) fn vpc(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let primary = if f.has(&["CidrBlock"]) {
        f.block4(&["CidrBlock"])
    } else {
        // From an address pool.
        Known::ChosenByAws
    };
    let ipv6_blocks = if f.is(&["assign_generated_ipv6_cidr_block"]) && !f.stands() {
        Known::ChosenByAws
    } else {
        blocks6(f)
    };
    let is_default = f.declaration.what == What::DefaultVpc || f.is(&["default"]);
    let facts = VpcFacts {
        cidr_blocks: primary.map(|block| vec![CidrAssociation::associated(IpNet::V4(*block))]),
        primary_cidr: primary,
        ipv6_blocks,
        is_default: Known::Value(is_default),
        state: state(f, "available"),
        instance_tenancy: f.text_or(&["InstanceTenancy"], "default"),
        dhcp_options: if f.has(&["dhcp_options_id"]) {
            f.id_of(&["dhcp_options_id"], Kind::DhcpOptions)
        } else if f.stands() {
            Known::Unread
        } else {
            Known::ChosenByAws
        },
        enable_dns_support: f.flag_or(&["EnableDnsSupport"], true),
        enable_dns_hostnames: f.flag_or(&["EnableDnsHostnames"], is_default),
        ..VpcFacts::default()
    };
    gather.add(f, facts);
}

/// The version 6 blocks that stand in one member, of a VPC or a subnet.
fn blocks6(f: &Fields<'_>) -> Known<Vec<CidrAssociation>> {
    const NAMES: &[&str] = &["Ipv6CidrBlock", "ipv6_cidr_blocks"];
    if !matches!(f.get(NAMES), Some(Term::List(_))) {
        let found = f.found_block(NAMES);
        if found == Found::Absent {
            return Known::Value(Vec::new());
        }
        return f
            .known(NAMES, found)
            .map(|block| vec![CidrAssociation::associated(*block)]);
    }
    let (texts, whole) = f.texts(NAMES);
    let blocks: Vec<CidrAssociation> = texts
        .iter()
        .filter_map(|text| match super::fields::block_of(text) {
            Found::Value(block) => Some(CidrAssociation::associated(block)),
            _ => None,
        })
        .collect();
    if whole && blocks.len() == texts.len() {
        super::gather::sorted(blocks)
    } else {
        Known::Unread
    }
}

pub(super) fn vpc_block(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let Some(vpc) = f.owner(&["VpcId"], Kind::Vpc) else {
        gather.lost.insert(Kind::Vpc);
        return;
    };
    let block4 = f.found_block(&["CidrBlock"]);
    let block6 = f.found_block(&["Ipv6CidrBlock"]);
    let pool = f.text(&["Ipv6Pool"]);
    let is_version6 = f.is(&[
        "AmazonProvidedIpv6CidrBlock",
        "assign_generated_ipv6_cidr_block",
    ]) || f.has(&["Ipv6IpamPoolId", "ipv6_association_id"]);
    let (block6, block4) = (
        matches!(block6, Found::Value(_) | Found::Lost(_))
            .then(|| f.known(&["Ipv6CidrBlock"], block6)),
        f.known(&["CidrBlock"], block4),
    );
    let Some(facts) = gather.owner::<VpcFacts>(f, &vpc) else {
        return;
    };
    match (block6, block4) {
        (Some(Known::Value(block)), _) => {
            push(&mut facts.ipv6_blocks, CidrAssociation::associated(block));
            if facts.ipv6_pool.is_unread() {
                facts.ipv6_pool = pool;
            }
        }
        (Some(_), _) => facts.ipv6_blocks = Known::Unread,
        (None, Known::Value(block)) => {
            push(&mut facts.cidr_blocks, CidrAssociation::associated(block));
        }
        (None, _) if is_version6 => facts.ipv6_blocks = Known::ChosenByAws,
        (None, Known::ChosenByAws) => facts.cidr_blocks = Known::ChosenByAws,
        // From an address pool, or not to be told.
        (None, Known::Unread) => facts.cidr_blocks = Known::Unread,
    }
}

pub(super) fn subnet(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let native = f.flag_or(&["Ipv6Native"], false);
    let cidr_block = if f.has(&["CidrBlock"]) {
        match f.found_text(&["CidrBlock"]) {
            Found::Value(text) if text.is_empty() => Known::Value(None),
            _ => f.block4(&["CidrBlock"]).map(|block| Some(*block)),
        }
    } else if native == Known::Value(true) {
        Known::Value(None)
    } else {
        Known::ChosenByAws
    };
    let (ipv6_blocks, ipv6_part) = match f.get(&["Ipv6CidrBlock"]) {
        Some(Term::Part { number, mask, .. }) => {
            let part = Ipv6Part {
                index: *number,
                mask: *mask,
            };
            (Known::ChosenByAws, Known::Value(format_compact!("{part}")))
        }
        _ => (blocks6(f), Known::Unread),
    };
    let available = match &cidr_block {
        Known::Value(Some(block)) if !f.stands() => u32::try_from(usable_addresses(*block)).ok(),
        _ => None,
    };
    let is_default = f.declaration.what == What::DefaultSubnet || f.is(&["default_for_az"]);
    let or_chosen = |names: &[&str]| {
        if f.has(names) {
            f.text(names)
        } else if f.stands() {
            Known::Unread
        } else {
            Known::ChosenByAws
        }
    };
    let facts = SubnetFacts {
        vpc: f.id_of(&["VpcId"], Kind::Vpc),
        cidr_block,
        ipv6_blocks,
        ipv6_part,
        availability_zone: or_chosen(&["AvailabilityZone"]),
        availability_zone_id: or_chosen(&["AvailabilityZoneId"]),
        available_addresses: available.into(),
        state: state(f, "available"),
        map_public_ip_on_launch: f.flag_or(&["MapPublicIpOnLaunch"], is_default),
        assign_ipv6_on_creation: f.flag_or(&["AssignIpv6AddressOnCreation"], false),
        default_for_az: Known::Value(is_default),
        ipv6_native: native,
        outpost_arn: f.text(&["OutpostArn"]),
        ..SubnetFacts::default()
    };
    gather.add(f, facts);
}

pub(super) fn subnet_block(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let Some(subnet) = f.owner(&["SubnetId"], Kind::Subnet) else {
        return;
    };
    let part = match f.get(&["Ipv6CidrBlock"]) {
        Some(Term::Part { number, mask, .. }) => Some(Ipv6Part {
            index: *number,
            mask: *mask,
        }),
        _ => None,
    };
    let block = f.known(&["Ipv6CidrBlock"], f.found_block(&["Ipv6CidrBlock"]));
    let Some(facts) = gather.owner::<SubnetFacts>(f, &subnet) else {
        return;
    };
    match (part, block) {
        (Some(part), _) => {
            facts.ipv6_blocks = Known::ChosenByAws;
            facts.ipv6_part = Known::Value(format_compact!("{part}"));
        }
        (None, Known::Value(block)) => {
            push(&mut facts.ipv6_blocks, CidrAssociation::associated(block));
        }
        (None, Known::ChosenByAws) => facts.ipv6_blocks = Known::ChosenByAws,
        (None, Known::Unread) => facts.ipv6_blocks = Known::Unread,
    }
}

/// A set of options, by the names that AWS gives them.
pub(super) fn dhcp_options(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let mut options: BTreeMap<Text, Vec<Text>> = BTreeMap::new();
    let mut all = true;
    for name in [
        "domain-name",
        "domain-name-servers",
        "ntp-servers",
        "netbios-name-servers",
        "netbios-node-type",
    ] {
        let (values, whole) = f.texts(&[name]);
        all &= whole;
        let values: Vec<Text> = values.into_iter().filter(|it| !it.is_empty()).collect();
        if !values.is_empty() {
            options.insert(name.into(), values);
        }
    }
    let options = if all {
        Known::Value(options)
    } else {
        Known::Unread
    };
    gather.add(f, DhcpOptionsFacts { options });
}

pub(super) fn dhcp_association(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let options = f.id_of(&["DhcpOptionsId"], Kind::DhcpOptions);
    let vpc = f.owner(&["VpcId"], Kind::Vpc);
    if let Some(facts) = vpc.and_then(|vpc| gather.owner::<VpcFacts>(f, &vpc)) {
        facts.dhcp_options = options;
    }
}

pub(super) fn encryption(f: &Fields<'_>, gather: &mut Gather<'_>) {
    const EXCLUSIONS: &[(&str, &str)] = &[
        ("InternetGatewayExclusion", "internet-gateway"),
        (
            "EgressOnlyInternetGatewayExclusion",
            "egress-only-internet-gateway",
        ),
        ("NatGatewayExclusion", "nat-gateway"),
        ("VirtualPrivateGatewayExclusion", "virtual-private-gateway"),
        ("VpcPeeringExclusion", "vpc-peering"),
        ("LambdaExclusion", "lambda"),
        ("VpcLatticeExclusion", "vpc-lattice"),
        ("ElasticFileSystemExclusion", "elastic-file-system"),
    ];
    let mode = f.text(&["Mode"]);
    let mut exclusions: Known<Vec<Text>> = Known::Value(Vec::new());
    for (name, word) in EXCLUSIONS {
        let input = format!("{name}Input");
        let names = &[input.as_str(), name];
        match f.found_text(names) {
            Found::Value(text) if text == "enable" => push(&mut exclusions, Text::from(*word)),
            // One that is not known leaves open which there are.
            Found::Lost(loss) => {
                f.lose(names, &loss);
                exclusions = Known::Unread;
                break;
            }
            _ => {}
        }
    }
    let vpc = f.owner(&["VpcId"], Kind::Vpc);
    if let Some(facts) = vpc.and_then(|vpc| gather.owner::<VpcFacts>(f, &vpc)) {
        if mode == Known::Value("enforce".into()) {
            facts.encryption_exclusions = exclusions;
        }
        facts.encryption_control = mode;
    }
}

fn attached(f: &Fields<'_>, state: &str) -> Known<Vec<VpcAttachment>> {
    let found = f.found_key(&["VpcId"], &[Kind::Vpc]);
    if found == Found::Absent {
        return Known::Value(Vec::new());
    }
    f.known(&["VpcId"], found).map(|key| {
        vec![VpcAttachment {
            vpc: key.id.clone(),
            state: Some(state.into()),
        }]
    })
}

pub(super) fn internet_gateway(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let attachments = attached(f, "available");
    gather.add(f, InternetGatewayFacts { attachments });
}

pub(super) fn egress_only(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let attachments = attached(f, "attached");
    gather.add(f, EgressOnlyInternetGatewayFacts { attachments });
}

pub(super) fn vpn_attachments(f: &Fields<'_>) -> Known<Vec<VpcAttachment>> {
    attached(f, "attached")
}

pub(super) fn carrier_gateway(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let facts = CarrierGatewayFacts {
        vpc: f.id_of(&["VpcId"], Kind::Vpc),
        state: state(f, "available"),
    };
    gather.add(f, facts);
}

pub(super) fn gateway_attachment(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let vpc = f.id_of(&["VpcId"], Kind::Vpc);
    let attachment = |state: &str| match &vpc {
        Known::Value(vpc) => Some(VpcAttachment {
            vpc: vpc.clone(),
            state: Some(state.into()),
        }),
        _ => None,
    };
    if let Some(id) = f.some_id(&["InternetGatewayId"], Kind::InternetGateway)
        && let Some(facts) = gather.owner::<InternetGatewayFacts>(f, &id)
    {
        match attachment("available") {
            Some(it) => push(&mut facts.attachments, it),
            None => facts.attachments = Known::Unread,
        }
    }
    if let Some(id) = f.some_id(&["VpnGatewayId"], Kind::VpnGateway)
        && let Some(facts) = gather.owner::<VpnGatewayFacts>(f, &id)
    {
        match attachment("attached") {
            Some(it) => push(&mut facts.attachments, it),
            None => facts.attachments = Known::Unread,
        }
    }
}

pub(super) fn nat_gateway(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let mode = f.text_or(&["AvailabilityMode"], "zonal");
    let regional = mode == Known::Value("regional".into());
    let subnet = if f.says(&["SubnetId"]) && !regional {
        f.id_of(&["SubnetId"], Kind::Subnet)
            .map(|id| Some(id.clone()))
    } else {
        Known::Value(None)
    };
    let of_subnet = subnet
        .value()
        .and_then(Option::as_ref)
        .and_then(|id| gather.facts::<SubnetFacts>(id));
    let zone = of_subnet.and_then(|subnet| subnet.availability_zone.value().cloned());
    let vpc = match of_subnet.map(|subnet| &subnet.vpc) {
        Some(vpc) => vpc.clone(),
        None => f.id_of(&["VpcId"], Kind::Vpc),
    };
    let allocation = f.some_id(&["AllocationId"], Kind::ElasticIp);
    let addresses = if regional && !f.says(&["AllocationId"]) {
        if f.stands() {
            Known::Unread
        } else {
            Known::ChosenByAws
        }
    } else {
        let mut addresses = vec![NatAddress {
            public_ip: f.some_address(&["public_ip"]),
            private_ip: f.some_address(&["PrivateIpAddress", "private_ip"]),
            allocation,
            network_interface: f.some_id(&["network_interface_id"], Kind::NetworkInterface),
            availability_zone: zone.clone(),
            primary: true,
        }];
        let more = f.ids(&["SecondaryAllocationIds"], Kind::ElasticIp);
        for id in more.items() {
            addresses.push(NatAddress {
                public_ip: None,
                private_ip: None,
                allocation: Some(id.clone()),
                network_interface: None,
                availability_zone: zone.clone(),
                primary: false,
            });
        }
        super::gather::sorted(addresses)
    };
    let own = Key::new(Kind::RouteTable, f.id());
    let route_table = match f.found_key(&["route_table_id"], &[Kind::RouteTable]) {
        Found::Value(key) if regional => Known::Value(Some(key.id)),
        _ if regional && f.stands() => Known::Unread,
        _ if regional => Known::Value(Some(own.id.clone())),
        _ => Known::Value(None),
    };
    let facts = NatGatewayFacts {
        vpc,
        subnet,
        state: state(f, "available"),
        connectivity_type: f.text_or(&["ConnectivityType"], "public"),
        availability_mode: mode,
        addresses,
        route_table,
        deleted: Known::Value(false),
        ..NatGatewayFacts::default()
    };
    gather.add(f, facts);
}

pub(super) fn elastic_ip(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let stands = f.stands();
    let address = |names: &[&str]| match f.address(names) {
        Known::Unread if !stands => Known::ChosenByAws,
        known => known,
    };
    let instance = f.some_id(&["InstanceId", "instance"], Kind::Instance);
    let interface = f.some_id(&["network_interface"], Kind::NetworkInterface);
    let facts = ElasticIpFacts {
        public_ip: address(&["public_ip"]),
        association: match f.text(&["association_id"]) {
            Known::Unread if !stands => Known::ChosenByAws,
            Known::Unread => Known::Value(None),
            known => known.map(|text| Some(text.clone())),
        },
        network_interface: match interface {
            None if !stands => Known::ChosenByAws,
            interface => Known::Value(interface),
        },
        instance: Known::Value(instance),
        private_ip: match f.address(&["private_ip"]) {
            Known::Unread if !stands => Known::ChosenByAws,
            Known::Unread => Known::Value(None),
            known => known.map(|address| Some(*address)),
        },
        network_border_group: match f.text(&["NetworkBorderGroup"]) {
            Known::Unread if !stands => Known::ChosenByAws,
            known => known,
        },
        service_managed: Known::Unread,
    };
    gather.add(f, facts);
}

pub(super) fn address_association(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let address = f.some_id(&["AllocationId"], Kind::ElasticIp);
    let instance = f.some_id(&["InstanceId"], Kind::Instance);
    let interface = f.some_id(&["NetworkInterfaceId"], Kind::NetworkInterface);
    let Some(facts) = address.and_then(|id| gather.owner::<ElasticIpFacts>(f, &id)) else {
        return;
    };
    if instance.is_some() {
        facts.instance = Known::Value(instance);
    }
    if interface.is_some() {
        facts.network_interface = Known::Value(interface);
    }
}

pub(super) fn flow_log(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let named: &[(&[&str], Kind)] = &[
        (&["vpc_id"], Kind::Vpc),
        (&["subnet_id"], Kind::Subnet),
        (&["eni_id"], Kind::NetworkInterface),
        (&["transit_gateway_id"], Kind::TransitGateway),
        (
            &["transit_gateway_attachment_id"],
            Kind::TransitGatewayAttachment,
        ),
    ];
    let resource = if let Some((names, kind)) = named.iter().find(|(names, _)| f.says(names)) {
        f.id_of(names, *kind)
    } else {
        let kind = match f.found_text(&["ResourceType"]) {
            Found::Value(word) => match word.as_str() {
                "VPC" => Some(Kind::Vpc),
                "Subnet" => Some(Kind::Subnet),
                "NetworkInterface" => Some(Kind::NetworkInterface),
                "TransitGateway" => Some(Kind::TransitGateway),
                "TransitGatewayAttachment" => Some(Kind::TransitGatewayAttachment),
                _ => None,
            },
            _ => None,
        };
        kind.map_or(Known::Unread, |kind| f.id_of(&["ResourceId"], kind))
    };
    let facts = FlowLogFacts {
        resource,
        status: if f.stands() {
            Known::Unread
        } else {
            Known::Value("ACTIVE".into())
        },
        traffic_type: f.text_or(&["TrafficType"], "ALL"),
        destination_type: f.text_or(&["LogDestinationType"], "cloud-watch-logs"),
        destination: f.text(&["LogDestination", "LogGroupName"]),
        deliver_status: Known::Unread,
        deliver_logs_permission_arn: f.text(&["DeliverLogsPermissionArn", "iam_role_arn"]),
    };
    gather.add(f, facts);
}

/// The VPC that a subnet says it stands in.
pub(super) fn vpc_of_subnet(gather: &Gather<'_>, subnet: &Known<Id>) -> Known<Id> {
    subnet
        .value()
        .and_then(|id| gather.facts::<SubnetFacts>(id))
        .map_or(Known::Unread, |facts| facts.vpc.clone())
}
