//! What is told by hearsay, and what is left out.

use super::*;
use crate::network::{
    AsFacts, Common, CoreNetworkFacts, Destination, DirectConnectGatewayFacts, Id, Input, Known,
    Record, Resource, Route, RouteOrigin, RouteState, RouteTableFacts, Scope, Shard, Sighting,
    Target, TransitGatewayAttachmentFacts, TransitGatewayRoute, TransitGatewayRouteTableFacts,
    TransitGatewayTableEntry, VpcAttachment, VpnConnectionFacts, VpnGatewayFacts,
};
use std::sync::Arc;

fn resource<T: AsFacts + Into<crate::network::Facts>>(id: &str, facts: T) -> Arc<Resource> {
    let sighting = Sighting {
        account: None,
        region: Some("eu-west-1".into()),
        input: Input::Account,
    };
    let record = Record {
        common: Common::default(),
        facts: facts.into(),
    };
    Arc::new(Resource::seen(Id::aws(id), Arc::new(sighting), record))
}

fn links(resources: impl IntoIterator<Item = Arc<Resource>>) -> Interconnect {
    let shard = Shard::from_resources(resources);
    Interconnect::of(&Network::of(Scope::default(), shard))
}

fn key(kind: Kind, id: &str) -> Key {
    Key::aws(kind, id)
}

fn known<T>(value: T) -> Known<T> {
    Known::Value(value)
}

fn entry(attachment: &str, resource: Option<&str>, state: &str) -> TransitGatewayTableEntry {
    TransitGatewayTableEntry {
        attachment: Some(Id::aws(attachment)),
        resource: resource.map(Id::aws),
        resource_type: "vpc".into(),
        state: state.into(),
    }
}

fn route(block: &str, attachment: &str, state: RouteState) -> TransitGatewayRoute {
    TransitGatewayRoute {
        destination: Destination::Block(block.parse().unwrap()),
        attachments: vec![Id::aws(attachment)],
        route_type: "propagated".into(),
        state,
    }
}

#[test]
fn a_table_tells_of_attachments_and_vpcs_that_were_not_read() {
    let table = TransitGatewayRouteTableFacts {
        transit_gateway: known(Id::aws("tgw-1")),
        associations: known(vec![
            entry("tgw-attach-1", Some("vpc-1"), "associated"),
            entry("tgw-attach-2", Some("vpc-2"), "disassociated"),
        ]),
        propagations: known(vec![entry("tgw-attach-1", Some("vpc-1"), "enabled")]),
        routes: known(vec![route(
            "10.1.0.0/16",
            "tgw-attach-1",
            RouteState::Active,
        )]),
        ..TransitGatewayRouteTableFacts::default()
    };
    let links = links([resource("tgw-rtb-1", table)]);
    let attachment = links
        .attachment(&key(Kind::TransitGatewayAttachment, "tgw-attach-1"))
        .unwrap();
    let table = key(Kind::TransitGatewayRouteTable, "tgw-rtb-1");
    assert!(attachment.tables.contains(&table));
    assert_eq!(attachment.routed.get(&table), Some(&true));
    assert_eq!(
        links.attachments().count(),
        1,
        "what is disassociated is over"
    );
    let vpc = key(Kind::Vpc, "vpc-1");
    assert_eq!(links.outsider(&vpc).unwrap().blocks.len(), 1);
    assert_eq!(links.gateways().count(), 1);
    assert!(links.related(&vpc).keys.contains(&table));
}

#[test]
fn what_is_gone_is_left_out_unless_a_route_leads_to_it() {
    let attachment = |state: &str| TransitGatewayAttachmentFacts {
        transit_gateway: known(Id::aws("tgw-1")),
        resource_type: known("vpc".into()),
        resource: known(Id::aws("vpc-1")),
        state: known(state.into()),
        ..TransitGatewayAttachmentFacts::default()
    };
    let table = TransitGatewayRouteTableFacts {
        transit_gateway: known(Id::aws("tgw-1")),
        routes: known(vec![route(
            "10.1.0.0/16",
            "tgw-attach-2",
            RouteState::Blackhole,
        )]),
        ..TransitGatewayRouteTableFacts::default()
    };
    let links = links([
        resource("tgw-attach-1", attachment("deleted")),
        resource("tgw-attach-2", attachment("deleted")),
        resource("tgw-rtb-1", table),
    ]);
    let kept: Vec<&str> = links
        .attachments()
        .map(|(key, _)| key.id.as_str())
        .collect();
    assert_eq!(kept, ["tgw-attach-2"]);
    let table = key(Kind::TransitGatewayRouteTable, "tgw-rtb-1");
    let attachment = links.attachments().next().unwrap().1;
    assert_eq!(attachment.routed.get(&table), Some(&false));
}

#[test]
fn routes_tell_of_core_networks() {
    let core = "arn:aws:networkmanager::111122223333:core-network/core-network-1";
    let table = RouteTableFacts {
        vpc: known(Id::aws("vpc-1")),
        routes: known(vec![Route {
            destination: Destination::Block("10.0.0.0/8".parse().unwrap()),
            target: Target::Resource(key(Kind::CoreNetwork, core)),
            state: RouteState::Active,
            origin: RouteOrigin::CreateRoute,
        }]),
        ..RouteTableFacts::default()
    };
    let listed = CoreNetworkFacts {
        vpcs: known(vec![Id::aws("vpc-2")]),
        ..CoreNetworkFacts::default()
    };
    let links = links([resource("rtb-1", table), resource(core, listed)]);
    let vpcs: Vec<&str> = links
        .joins(&key(Kind::CoreNetwork, core))
        .map(|key| key.id.as_str())
        .collect();
    assert_eq!(vpcs, ["vpc-1", "vpc-2"]);
}

#[test]
fn an_attachment_takes_the_place_of_a_plain_line_to_the_transit_gateway() {
    let vpn = |id: &str| {
        let facts = VpnConnectionFacts {
            transit_gateway: known(Some(Id::aws("tgw-1"))),
            customer_gateway: known(Id::aws("cgw-1")),
            ..VpnConnectionFacts::default()
        };
        resource(id, facts)
    };
    let attachment = TransitGatewayAttachmentFacts {
        transit_gateway: known(Id::aws("tgw-1")),
        resource_type: known("vpn".into()),
        resource: known(Id::aws("vpn-1")),
        ..TransitGatewayAttachmentFacts::default()
    };
    let line = DirectConnectGatewayFacts {
        associations: known(vec![Id::aws("vgw-1"), Id::aws("tgw-1")]),
        ..DirectConnectGatewayFacts::default()
    };
    let gateway = VpnGatewayFacts {
        attachments: known(vec![VpcAttachment {
            vpc: Id::aws("vpc-1"),
            state: Some("detached".into()),
        }]),
        ..VpnGatewayFacts::default()
    };
    let links = links([
        vpn("vpn-1"),
        vpn("vpn-2"),
        resource("tgw-attach-1", attachment),
        resource("dx-1", line),
        resource("vgw-1", gateway),
    ]);
    let joined: Vec<&str> = links
        .joins(&key(Kind::TransitGateway, "tgw-1"))
        .map(|key| key.id.as_str())
        .collect();
    assert_eq!(joined, ["vpn-2", "dx-1"]);
    assert_eq!(links.joins(&key(Kind::Vpc, "vpc-1")).count(), 0);
    let site = links.related(&key(Kind::CustomerGateway, "cgw-1"));
    assert!(
        site.keys
            .contains(&key(Kind::TransitGatewayAttachment, "tgw-attach-1"))
    );
}
