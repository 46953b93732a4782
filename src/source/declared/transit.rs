//! Transit gateways, VPN and what they lead to.

use super::fields::Fields;
use super::gather::{Gather, push, sorted};
use super::term::Term;
use super::vpc::{state, vpn_attachments};
use crate::network::{
    CustomerGatewayFacts, Destination, DirectConnectGatewayFacts, Id, Kind, Known, RouteState,
    TransitGatewayAttachmentFacts, TransitGatewayFacts, TransitGatewayRoute,
    TransitGatewayRouteTableFacts, TransitGatewayTableEntry, VpnConnectionFacts, VpnGatewayFacts,
    VpnTunnel,
};
use ipnet::IpNet;

/// A number that AWS chooses where nothing is said.
fn number_or_chosen<T: std::str::FromStr>(f: &Fields<'_>, names: &[&str]) -> Known<T> {
    match f.number(names) {
        Known::Unread if !f.has(names) && !f.stands() => Known::ChosenByAws,
        known => known,
    }
}

pub(super) fn gateway(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let (texts, whole) = f.texts(&["TransitGatewayCidrBlocks"]);
    let blocks: Vec<IpNet> = texts.iter().filter_map(|it| it.parse().ok()).collect();
    let facts = TransitGatewayFacts {
        description: f.text(&["Description"]),
        state: state(f, "available"),
        amazon_side_asn: number_or_chosen(f, &["AmazonSideAsn"]),
        association_default_route_table: f.text(&["association_default_route_table_id"]),
        propagation_default_route_table: f.text(&["propagation_default_route_table_id"]),
        dns_support: f.text_or(&["DnsSupport"], "enable"),
        vpn_ecmp_support: f.text_or(&["VpnEcmpSupport"], "enable"),
        cidr_blocks: if whole && blocks.len() == texts.len() {
            sorted(blocks)
        } else {
            Known::Unread
        },
    };
    gather.add(f, facts);
}

pub(super) fn vpc_attachment(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let options = f.object(&["Options"]);
    let option = |names: &[&str], usual: &str| options.unwrap_or(*f).text_or(names, usual);
    let facts = TransitGatewayAttachmentFacts {
        transit_gateway: f.id_of(&["TransitGatewayId"], Kind::TransitGateway),
        resource_type: Known::Value("vpc".into()),
        resource: f.id_of(&["VpcId"], Kind::Vpc),
        resource_owner: f.text(&["vpc_owner_id"]),
        state: state(f, "available"),
        subnets: f.ids(&["SubnetIds"], Kind::Subnet),
        appliance_mode_support: option(&["ApplianceModeSupport"], "disable"),
        dns_support: option(&["DnsSupport"], "enable"),
        ipv6_support: option(&["Ipv6Support"], "disable"),
        ..TransitGatewayAttachmentFacts::default()
    };
    gather.add(f, facts);
}

pub(super) fn peering(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let peer = f.id_of(&["PeerTransitGatewayId"], Kind::TransitGateway);
    let facts = TransitGatewayAttachmentFacts {
        transit_gateway: f.id_of(&["TransitGatewayId"], Kind::TransitGateway),
        resource_type: Known::Value("peering".into()),
        resource: peer.clone(),
        resource_owner: f.text(&["PeerAccountId"]),
        state: state(f, "pendingAcceptance"),
        peer_transit_gateway: peer,
        peer_region: f.text(&["PeerRegion"]),
        ..TransitGatewayAttachmentFacts::default()
    };
    gather.add(f, facts);
}

pub(super) fn connect(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let transport: &[&str] = &[
        "TransportTransitGatewayAttachmentId",
        "transport_attachment_id",
    ];
    let facts = TransitGatewayAttachmentFacts {
        transit_gateway: f.id_of(&["TransitGatewayId"], Kind::TransitGateway),
        resource_type: Known::Value("connect".into()),
        resource: f.id_of(transport, Kind::TransitGatewayAttachment),
        state: state(f, "available"),
        ..TransitGatewayAttachmentFacts::default()
    };
    gather.add(f, facts);
}

pub(super) fn table(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let facts = TransitGatewayRouteTableFacts {
        transit_gateway: f.id_of(&["TransitGatewayId"], Kind::TransitGateway),
        state: state(f, "available"),
        default_association: f.flag_or(&["default_association_route_table"], false),
        default_propagation: f.flag_or(&["default_propagation_route_table"], false),
        associations: Known::Value(Vec::new()),
        propagations: Known::Value(Vec::new()),
        // Propagated routes come by themselves: only those that are written are known.
        routes: Known::Unread,
        static_routes: Known::Value(Vec::new()),
    };
    gather.add(f, facts);
}

const TABLE: &[&str] = &["TransitGatewayRouteTableId"];
const ATTACHMENT: &[&str] = &["TransitGatewayAttachmentId"];

fn entry(
    f: &Fields<'_>,
    gather: &Gather<'_>,
    state: &str,
) -> Option<(Id, TransitGatewayTableEntry)> {
    let table = f.owner(TABLE, Kind::TransitGatewayRouteTable)?;
    let attachment = f.owner(ATTACHMENT, Kind::TransitGatewayAttachment)?;
    let facts = gather.facts::<TransitGatewayAttachmentFacts>(&attachment);
    Some((
        table,
        TransitGatewayTableEntry {
            resource: facts.and_then(|it| it.resource.value().cloned()),
            resource_type: facts
                .and_then(|it| it.resource_type.value().cloned())
                .unwrap_or_default(),
            attachment: Some(attachment),
            state: state.into(),
        },
    ))
}

pub(super) fn association(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let Some((table, entry)) = entry(f, gather, "associated") else {
        gather.lost.insert(Kind::TransitGatewayRouteTable);
        return;
    };
    if let Some(attachment) = &entry.attachment
        && let Some(facts) = gather.facts_mut::<TransitGatewayAttachmentFacts>(attachment)
    {
        facts.route_table = Known::Value(Some(table.clone()));
    }
    if let Some(facts) = gather.owner::<TransitGatewayRouteTableFacts>(f, &table) {
        push(&mut facts.associations, entry);
    }
}

pub(super) fn propagation(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let Some((table, entry)) = entry(f, gather, "enabled") else {
        gather.lost.insert(Kind::TransitGatewayRouteTable);
        return;
    };
    if let Some(facts) = gather.owner::<TransitGatewayRouteTableFacts>(f, &table) {
        push(&mut facts.propagations, entry);
    }
}

pub(super) fn route(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let blackhole = f.is(&["Blackhole"]);
    let block = f.some_block(&["DestinationCidrBlock"]);
    let attachment = f.some_id(ATTACHMENT, Kind::TransitGatewayAttachment);
    let table = f.owner(TABLE, Kind::TransitGatewayRouteTable);
    let (Some(block), Some(table)) = (block, table) else {
        gather.lost.insert(Kind::TransitGatewayRouteTable);
        return;
    };
    let Some(facts) = gather.owner::<TransitGatewayRouteTableFacts>(f, &table) else {
        return;
    };
    if attachment.is_none() && !blackhole {
        facts.static_routes = Known::Unread;
        return;
    }
    push(
        &mut facts.static_routes,
        TransitGatewayRoute {
            destination: Destination::Block(block),
            attachments: attachment.into_iter().collect(),
            route_type: "static".into(),
            state: if blackhole {
                RouteState::Blackhole
            } else {
                RouteState::Active
            },
        },
    );
}

pub(super) fn vpn_gateway(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let facts = VpnGatewayFacts {
        attachments: match f.get(&["VpcId"]) {
            Some(Term::Chosen) => Known::Value(Vec::new()),
            _ => vpn_attachments(f),
        },
        state: state(f, "available"),
        amazon_side_asn: number_or_chosen(f, &["AmazonSideAsn"]),
    };
    gather.add(f, facts);
}

pub(super) fn customer_gateway(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let facts = CustomerGatewayFacts {
        ip_address: f.text(&["IpAddress"]),
        bgp_asn: f.text(&["BgpAsn", "BgpAsnExtended"]),
        state: state(f, "available"),
        device_name: f.text(&["DeviceName"]),
    };
    gather.add(f, facts);
}

/// Keys and tunnel settings are passed over: they are secrets, and say nothing of the network.
pub(super) fn vpn_connection(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let optional = |names: &[&str], kind| {
        let found = f.found_key(names, &[kind]);
        match found {
            super::book::Found::Absent | super::book::Found::Chosen => Known::Value(None),
            found => f.known(names, found).map(|key| Some(key.id.clone())),
        }
    };
    let (routes, _) = f.objects(&["routes"]);
    let routes = routes
        .iter()
        .filter_map(|route| route.some_block(&["DestinationCidrBlock"]));
    let (tunnels, _) = f.objects(&["vgw_telemetry"]);
    let tunnels = tunnels.iter().map(|tunnel| VpnTunnel {
        outside_ip: tunnel.some_address(&["outside_ip_address"]),
        status: tunnel.some_text(&["status"]).unwrap_or_default(),
        accepted_routes: tunnel
            .some_number(&["accepted_route_count"])
            .unwrap_or_default(),
        message: tunnel.some_text(&["status_message"]),
    });
    let facts = VpnConnectionFacts {
        vpn_gateway: optional(&["VpnGatewayId"], Kind::VpnGateway),
        transit_gateway: optional(&["TransitGatewayId"], Kind::TransitGateway),
        customer_gateway: f.id_of(&["CustomerGatewayId"], Kind::CustomerGateway),
        state: state(f, "available"),
        static_routes_only: f.flag_or(&["StaticRoutesOnly"], false),
        routes: sorted(routes.collect()),
        tunnels: if f.has(&["vgw_telemetry"]) && f.stands() {
            sorted(tunnels.collect())
        } else {
            Known::Unread
        },
    };
    gather.add(f, facts);
}

pub(super) fn vpn_route(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let block = f.some_block(&["DestinationCidrBlock"]);
    let connection = f.owner(&["VpnConnectionId"], Kind::VpnConnection);
    let facts = connection.and_then(|id| gather.owner::<VpnConnectionFacts>(f, &id));
    match (facts, block) {
        (Some(facts), Some(block)) => push(&mut facts.routes, block),
        (Some(facts), None) => facts.routes = Known::Unread,
        (None, _) => {}
    }
}

pub(super) fn direct_connect(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let facts = DirectConnectGatewayFacts {
        state: state(f, "available"),
        amazon_side_asn: number_or_chosen(f, &["AmazonSideAsn"]),
        associations: Known::Unread,
    };
    gather.add(f, facts);
}
