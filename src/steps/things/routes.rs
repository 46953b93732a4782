//! Route tables: routes, associations, and routes learnt from VPN gateways.

use super::{Maker, Order, Phase, Thing, maker_of, step_id};
use crate::network::{
    Destination, Id, Key, Kind, NatGatewayFacts, Route, RouteOrigin, RouteTableAssociation,
    RouteTableFacts, Target, Text, TransitGatewayAttachmentFacts, VpcPeeringConnectionFacts,
};
use crate::steps::call::{Action, Call, Find, Parameters, Value, Wait};
use crate::steps::view::{is_endpoint_route, is_reference};
use compact_str::format_compact;
use ipnet::IpNet;

/// The parameter that names a target of this kind.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateRoute.html>
fn target_parameter(kind: Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::InternetGateway | Kind::VpnGateway => "GatewayId",
        Kind::NatGateway => "NatGatewayId",
        Kind::EgressOnlyInternetGateway => "EgressOnlyInternetGatewayId",
        Kind::TransitGateway => "TransitGatewayId",
        Kind::VpcPeeringConnection => "VpcPeeringConnectionId",
        Kind::VpcEndpoint => "VpcEndpointId",
        Kind::NetworkInterface => "NetworkInterfaceId",
        Kind::Instance => "InstanceId",
        Kind::CarrierGateway => "CarrierGatewayId",
        Kind::LocalGateway => "LocalGatewayId",
        Kind::CoreNetwork => "CoreNetworkArn",
        _ => return None,
    })
}

impl Maker<'_> {
    pub(super) fn route_table(&mut self, key: &Key, facts: &RouteTableFacts) {
        let is_companion = self.companion(key).is_some();
        let vpc = facts.vpc.value();
        let phase = match (is_companion, self.view.is_public(&key.id)) {
            (true, _) => Phase::AwsMadeTable,
            (false, true) => Phase::PublicTable,
            (false, false) => Phase::Table,
        };
        let order = Order::new(vpc, phase, &key.id);
        if !is_companion {
            let call = Call::new(Action::CreateRouteTable, Parameters::new());
            let mut thing = Thing::new(key, key.id.as_str(), call, order.clone())
                .making("RouteTable.RouteTableId");
            match vpc {
                Some(vpc) => {
                    let vpc = self.refer(&mut thing, &Key::new(Kind::Vpc, vpc.clone()));
                    thing.make.parameters = Parameters::new().with("VpcId", vpc);
                }
                None => thing.cannot(Some("vpc"), "its VPC is not known; say which it belongs to"),
            }
            let me = Parameters::new().with("RouteTableId", self.refer_self(key));
            self.found
                .push(thing.unmade(Call::new(Action::DeleteRouteTable, me)));
        }
        // The table of a regional NAT gateway comes with its routes.
        // https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
        let comes_filled = self.view.nat_of_table(&key.id).is_some() && !self.on_both(key);
        if !comes_filled {
            for route in facts.routes.items() {
                self.route(key, facts, route, &order);
            }
        }
        for gateway in facts.propagating_gateways.items() {
            self.propagation(key, facts, gateway, &order);
        }
        for association in facts.associations.items().iter().filter(|it| it.holds()) {
            self.association(key, facts, association, &order);
        }
    }

    fn route(&mut self, key: &Key, facts: &RouteTableFacts, route: &Route, order: &Order) {
        let target = route.target.key();
        let is_first_hand = matches!(route.origin, RouteOrigin::CreateRoute);
        // The local route comes with the table; only its target can be another.
        let is_turned_local =
            route.origin == RouteOrigin::CreateRouteTable && route.target != Target::Local;
        if is_endpoint_route(route)
            || !(is_first_hand && route.target != Target::Local || is_turned_local)
        {
            return;
        }
        let action = if is_turned_local {
            Action::ReplaceRoute
        } else {
            Action::CreateRoute
        };
        let subject = format_compact!("{} {}", key.id, route.destination);
        let order = order.clone().part(1, subject.clone());
        let mut thing = Thing::new(key, subject, Call::new(action, Parameters::new()), order);
        let table = self.refer(&mut thing, key);
        let mut of_route = Parameters::new().with("RouteTableId", table);
        of_route = match &route.destination {
            Destination::Block(IpNet::V4(block)) => {
                of_route.with("DestinationCidrBlock", format_compact!("{block}"))
            }
            Destination::Block(IpNet::V6(block)) => {
                of_route.with("DestinationIpv6CidrBlock", format_compact!("{block}"))
            }
            Destination::PrefixList(id) => {
                let list = self.refer(&mut thing, &Key::new(Kind::PrefixList, id.clone()));
                of_route.with("DestinationPrefixListId", list)
            }
            Destination::Other(text) => {
                thing.cannot(
                    Some("routes"),
                    format!("its route to “{text}” leads to no block or prefix list; write one"),
                );
                of_route
            }
        };
        let named = target.and_then(|key| Some((key, target_parameter(key.kind)?)));
        thing.make.parameters = of_route.clone();
        if let Some((target, name)) = named {
            let value = self.refer(&mut thing, target);
            self.ready(&mut thing, facts.vpc.value(), target);
            thing.make.parameters = of_route.clone().with(name, value);
        } else {
            thing.cannot(
                Some("routes"),
                format!(
                    "its route to {} goes to {}, which no call can name; choose another target",
                    route.destination, route.target
                ),
            );
        }
        let unmake = if is_turned_local {
            Call::new(Action::ReplaceRoute, of_route.with("LocalTarget", true))
        } else {
            Call::new(Action::DeleteRoute, of_route)
        };
        self.found.push(thing.unmade(unmake).light());
    }

    /// The thing needs what makes a target fit to be routed to, beyond its being there.
    fn ready(&self, thing: &mut Thing, vpc: Option<&Id>, target: &Key) {
        let attachment = |action: Action| {
            vpc.map(|vpc| step_id(action, &format_compact!("{} {vpc}", target.id)))
        };
        match target.kind {
            Kind::InternetGateway => {
                thing
                    .needs
                    .extend(attachment(Action::AttachInternetGateway));
            }
            Kind::VpnGateway => thing.needs.extend(attachment(Action::AttachVpnGateway)),
            Kind::VpcPeeringConnection => {
                let accept = step_id(Action::AcceptVpcPeeringConnection, target.id.as_str());
                thing.needs.insert(accept);
            }
            Kind::TransitGateway => {
                let attachments = self.view.all::<TransitGatewayAttachmentFacts>();
                let of_both = attachments.filter(|(_, facts)| {
                    facts.transit_gateway.value() == Some(&target.id)
                        && facts.resource.value() == vpc
                });
                thing.needs.extend(of_both.filter_map(|(id, _)| {
                    let action = maker_of(Kind::TransitGatewayAttachment)?;
                    Some(step_id(action, id.as_str()))
                }));
            }
            _ => {}
        }
    }

    fn propagation(&mut self, key: &Key, facts: &RouteTableFacts, gateway: &Id, order: &Order) {
        let subject = format_compact!("{} {gateway}", key.id);
        let call = Call::new(Action::EnableVgwRoutePropagation, Parameters::new());
        let order = order.clone().part(2, subject.clone());
        let mut thing = Thing::new(key, subject, call, order);
        let gateway = Key::new(Kind::VpnGateway, gateway.clone());
        let table = self.refer(&mut thing, key);
        let named = self.refer(&mut thing, &gateway);
        self.ready(&mut thing, facts.vpc.value(), &gateway);
        let parameters = Parameters::new()
            .with("RouteTableId", table)
            .with("GatewayId", named);
        thing.make.parameters = parameters.clone();
        let unmake = Call::new(Action::DisableVgwRoutePropagation, parameters);
        self.found.push(thing.unmade(unmake).light());
    }

    fn association(
        &mut self,
        key: &Key,
        facts: &RouteTableFacts,
        association: &RouteTableAssociation,
        order: &Order,
    ) {
        if association.main {
            self.main_association(key, facts, order);
        }
        let gateway = association.gateway.as_ref().map(|id| {
            let kind = Kind::of_id(id.as_str()).filter(|kind| *kind == Kind::VpnGateway);
            let is_planned_vpn = self.view.has(&Key::new(Kind::VpnGateway, id.clone()))
                && !self.view.has(&Key::new(Kind::InternetGateway, id.clone()));
            let kind = match kind {
                None if !is_planned_vpn => Kind::InternetGateway,
                _ => Kind::VpnGateway,
            };
            ("GatewayId", Key::new(kind, id.clone()))
        });
        let subnet = association
            .subnet
            .as_ref()
            .map(|id| ("SubnetId", Key::new(Kind::Subnet, id.clone())));
        let Some((name, tied)) = subnet.or(gateway) else {
            return;
        };
        // The order follows the subnets', whose numbers the association's own subject does not show.
        let place = Order::new(None, Phase::Subnet, &tied.id);
        let rest = format_compact!("{:020} {}", place.number, tied.id);
        let call = Call::new(Action::AssociateRouteTable, Parameters::new())
            .until(Wait::RouteTableAssociated);
        let mut thing = Thing::new(key, tied.id.as_str(), call, order.clone().part(3, rest));
        let table = self.refer(&mut thing, key);
        let of = self.refer(&mut thing, &tied);
        if tied.kind != Kind::Subnet {
            self.ready(&mut thing, facts.vpc.value(), &tied);
        }
        thing.make.parameters = Parameters::new()
            .with("RouteTableId", table)
            .with(name, of.clone());
        let association = match &association.id {
            Some(id) => Value::Text(id.clone()),
            None if self.is_after && !self.was_associated(&tied) => Value::Output {
                step: thing.id(),
                path: "AssociationId".into(),
            },
            None => Value::Find(Find::RouteTableAssociation { of: Box::new(of) }),
        };
        let parameters = Parameters::new().with("AssociationId", association);
        self.found.push(
            thing
                .unmade(Call::new(Action::DisassociateRouteTable, parameters))
                .light(),
        );
    }

    fn was_associated(&self, tied: &Key) -> bool {
        self.before.all::<RouteTableFacts>().any(|(_, table)| {
            table.associations.items().iter().any(|it| {
                it.holds()
                    && (it.subnet.as_ref() == Some(&tied.id)
                        || it.gateway.as_ref() == Some(&tied.id))
            })
        })
    }

    /// A VPC comes with a main table; another can take its place.
    fn main_association(&mut self, key: &Key, facts: &RouteTableFacts, order: &Order) {
        let Some(vpc) = facts.vpc.value() else { return };
        let vpc_key = Key::new(Kind::Vpc, vpc.clone());
        if !self.on_both(&vpc_key) {
            return;
        }
        let before = self.before.main_table(vpc).and_then(|table| {
            let facts = self.before.facts::<RouteTableFacts>(table)?;
            let main = facts.associations.items().iter().find(|it| it.main)?;
            main.id.clone()
        });
        let subject = format_compact!("main {vpc}");
        let call = Call::new(Action::ReplaceRouteTableAssociation, Parameters::new());
        let mut thing = Thing::new(key, subject, call, order.clone().part(4, ""));
        let table = self.refer(&mut thing, key);
        let vpc = Box::new(self.refer(&mut thing, &vpc_key));
        let association = before.map_or_else(
            || Value::Find(Find::MainRouteTableAssociation { vpc }),
            Value::Text,
        );
        thing.make.parameters = Parameters::new()
            .with("AssociationId", association)
            .with("RouteTableId", table);
        self.found.push(thing);
    }

    /// A public NAT gateway works where its subnet has a way out to the internet.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html>
    pub(super) fn way_out_of(&self, thing: &mut Thing, facts: &NatGatewayFacts) {
        let Some(Some(subnet)) = facts.subnet.value() else {
            return;
        };
        let Some(table) = self.view.table_of(subnet) else {
            return;
        };
        thing
            .needs
            .insert(step_id(Action::AssociateRouteTable, subnet.as_str()));
        let routes = self.view.facts::<RouteTableFacts>(table);
        for route in routes.into_iter().flat_map(|facts| facts.routes.items()) {
            if route
                .target
                .key()
                .is_some_and(|key| key.kind == Kind::InternetGateway)
            {
                let subject = format_compact!("{table} {}", route.destination);
                thing.needs.insert(step_id(Action::CreateRoute, &subject));
            }
        }
    }

    /// Both VPCs of a peering connection are there or made, and ours.
    pub(super) fn is_between_ours(&self, facts: &VpcPeeringConnectionFacts) -> bool {
        let (Some(requester), Some(accepter)) = (facts.requester.value(), facts.accepter.value())
        else {
            return false;
        };
        let is_ours = |vpc: &Id| {
            let found = self.view.get(&Key::new(Kind::Vpc, vpc.clone()));
            found.is_some_and(|vpc| !is_reference(vpc) && !vpc.is_shared())
        };
        let same = |mine: &Option<Text>, theirs: &Option<Text>| match (mine, theirs) {
            (Some(mine), Some(theirs)) => mine == theirs,
            _ => true,
        };
        same(&requester.owner, &accepter.owner)
            && same(&requester.region, &accepter.region)
            && is_ours(&requester.vpc)
            && is_ours(&accepter.vpc)
    }
}
