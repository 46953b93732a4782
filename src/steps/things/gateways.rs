//! Gateways, addresses, attachments and peering connections.

use super::vpc::{block_subject, held, ipv6_blocks};
use super::{Maker, Order, Phase, Thing, step_id};
use crate::network::{
    EgressOnlyInternetGatewayFacts, ElasticIpFacts, Id, InternetGatewayFacts, Key, Kind,
    NatGatewayFacts, PeeringSide, Text, TransitGatewayAttachmentFacts, VpcAttachment, VpcFacts,
    VpcPeeringConnectionFacts, VpnGatewayFacts,
};
use crate::steps::call::{Action, Call, Parameters, Value, Wait};
use compact_str::format_compact;
use std::collections::BTreeMap;

/// States of what is gone or on its way out.
fn is_gone(state: Option<&Text>) -> bool {
    state.is_some_and(|state| {
        matches!(
            state.as_str(),
            "deleted" | "deleting" | "rejected" | "rejecting" | "expired"
        )
    })
}

/// What ties a gateway to a VPC: the calls of its kind.
struct Tie {
    attach: Action,
    detach: Action,
    parameter: &'static str,
    phase: Phase,
    attached: Option<Wait>,
    detached: Option<Wait>,
}

impl Maker<'_> {
    pub(super) fn internet_gateway(&mut self, key: &Key, facts: &InternetGatewayFacts) {
        let vpc = facts.attachments.items().first().map(|it| &it.vpc);
        let call = Call::new(Action::CreateInternetGateway, Parameters::new())
            .until(Wait::InternetGatewayExists);
        let order = Order::new(vpc, Phase::InternetGateway, &key.id);
        let thing = Thing::new(key, key.id.as_str(), call, order)
            .making("InternetGateway.InternetGatewayId");
        let me = Parameters::new().with("InternetGatewayId", self.refer_self(key));
        self.found
            .push(thing.unmade(Call::new(Action::DeleteInternetGateway, me)));
        self.internet_attachments(key, facts);
    }

    pub(super) fn internet_attachments(&mut self, key: &Key, facts: &InternetGatewayFacts) {
        let tie = Tie {
            attach: Action::AttachInternetGateway,
            detach: Action::DetachInternetGateway,
            parameter: "InternetGatewayId",
            phase: Phase::InternetGateway,
            attached: None,
            detached: None,
        };
        self.attachments(key, facts.attachments.items(), &tie);
    }

    fn attachments(&mut self, key: &Key, attachments: &[VpcAttachment], tie: &Tie) {
        for attachment in attachments.iter().filter(|it| it.holds()) {
            let vpc = &attachment.vpc;
            let subject = format_compact!("{} {vpc}", key.id);
            let order = Order::new(Some(vpc), tie.phase, &key.id).part(1, "");
            let call = Call {
                wait: tie.attached,
                ..Call::new(tie.attach, Parameters::new())
            };
            let mut thing = Thing::new(key, subject, call, order);
            let gateway = self.refer(&mut thing, key);
            let vpc_id = self.refer(&mut thing, &Key::new(Kind::Vpc, vpc.clone()));
            let parameters = Parameters::new()
                .with(tie.parameter, gateway)
                .with("VpcId", vpc_id);
            thing.make.parameters = parameters.clone();
            let unmake = Call {
                wait: tie.detached,
                ..Call::new(tie.detach, parameters)
            };
            self.found.push(
                thing
                    .unmade(unmake)
                    .claiming(format_compact!("the {} of {vpc}", key.kind.singular()))
                    .claiming(format_compact!("the VPC of {}", key.id))
                    .light(),
            );
        }
    }

    pub(super) fn egress_only_gateway(
        &mut self,
        key: &Key,
        facts: &EgressOnlyInternetGatewayFacts,
    ) {
        let vpc = facts.attachments.items().first().map(|it| it.vpc.clone());
        let order = Order::new(vpc.as_ref(), Phase::EgressOnlyGateway, &key.id);
        let call = Call::new(Action::CreateEgressOnlyInternetGateway, Parameters::new());
        let mut thing = Thing::new(key, key.id.as_str(), call, order)
            .making("EgressOnlyInternetGateway.EgressOnlyInternetGatewayId");
        match vpc {
            Some(vpc) => {
                let claim = format_compact!("the egress-only internet gateway of {vpc}");
                let vpc = self.refer(&mut thing, &Key::new(Kind::Vpc, vpc));
                thing.make.parameters = Parameters::new().with("VpcId", vpc);
                thing = thing.claiming(claim);
            }
            None => thing.cannot(
                Some("attachments"),
                "it is attached to no VPC; say which it belongs to",
            ),
        }
        let me = Parameters::new().with("EgressOnlyInternetGatewayId", self.refer_self(key));
        self.found
            .push(thing.unmade(Call::new(Action::DeleteEgressOnlyInternetGateway, me)));
    }

    pub(super) fn elastic_ip(&mut self, key: &Key, facts: &ElasticIpFacts) {
        if self.companion(key).is_some() {
            return;
        }
        let vpc = self.vpc_of(key);
        let order = Order::new(vpc.as_ref(), Phase::Address, &key.id);
        let border = facts.network_border_group.value();
        let parameters = Parameters::new()
            .with("Domain", "vpc")
            .with_some("NetworkBorderGroup", border.cloned());
        let call = Call::new(Action::AllocateAddress, parameters);
        let thing = Thing::new(key, key.id.as_str(), call, order).making("AllocationId");
        let me = Parameters::new().with("AllocationId", self.refer_self(key));
        self.found
            .push(thing.unmade(Call::new(Action::ReleaseAddress, me)));
    }

    /// Zonal gateways stand in a subnet, regional ones in a VPC.
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html>
    pub(super) fn nat_gateway(&mut self, key: &Key, facts: &NatGatewayFacts) {
        if is_gone(facts.state.value()) || facts.deleted.value() == Some(&true) {
            return;
        }
        let vpc = facts.vpc.value();
        let order = Order::new(vpc, Phase::NatGateway, &key.id);
        let call =
            Call::new(Action::CreateNatGateway, Parameters::new()).until(Wait::NatGatewayAvailable);
        let mut thing =
            Thing::new(key, key.id.as_str(), call, order).making("NatGateway.NatGatewayId");
        let connectivity = facts.connectivity_type.value();
        let is_public = connectivity.is_none_or(|word| word == "public");
        let is_regional = facts
            .availability_mode
            .value()
            .is_some_and(|mode| mode == "regional");
        let mut parameters = Parameters::new();
        if is_regional {
            parameters = self.regional_place(&mut thing, facts);
        } else {
            parameters = self.zonal_place(&mut thing, facts, parameters, is_public);
        }
        thing.make.parameters = parameters.with_some("ConnectivityType", connectivity.cloned());
        if is_public {
            self.way_out_of(&mut thing, facts);
            let gateways = self.view.all::<InternetGatewayFacts>();
            for (id, gateway) in gateways {
                for attachment in gateway.attachments.items() {
                    if Some(&attachment.vpc) == vpc {
                        let subject = format_compact!("{id} {}", attachment.vpc);
                        thing
                            .needs
                            .insert(step_id(Action::AttachInternetGateway, &subject));
                    }
                }
            }
        }
        if let Some(Some(table)) = facts.route_table.value() {
            thing.brings.push(Key::new(Kind::RouteTable, table.clone()));
        }
        let me = Parameters::new().with("NatGatewayId", self.refer_self(key));
        let unmake = Call::new(Action::DeleteNatGateway, me).until(Wait::NatGatewayDeleted);
        self.found.push(thing.unmade(unmake));
    }

    fn zonal_place(
        &self,
        thing: &mut Thing,
        facts: &NatGatewayFacts,
        mut parameters: Parameters,
        is_public: bool,
    ) -> Parameters {
        match facts.subnet.value() {
            Some(Some(subnet)) => {
                let subnet = self.refer(thing, &Key::new(Kind::Subnet, subnet.clone()));
                parameters = parameters.with("SubnetId", subnet);
            }
            _ => thing.cannot(
                Some("subnet"),
                "it is to stand in one zone, and its subnet is not known; choose one",
            ),
        }
        let mut addresses: Vec<_> = facts.addresses.items().iter().collect();
        addresses.sort_by_key(|address| !address.primary);
        let mut ids: Vec<&Id> = addresses
            .iter()
            .filter_map(|address| address.allocation.as_ref())
            .collect();
        ids.dedup();
        for id in &ids {
            let claim = format_compact!("the elastic IP {id}");
            thing.claims.push(super::Claim::Word(claim));
        }
        let mut ids = ids.into_iter();
        match ids.next() {
            Some(first) => {
                let first = self.refer(thing, &Key::new(Kind::ElasticIp, first.clone()));
                parameters = parameters.with("AllocationId", first);
            }
            None if is_public => thing.cannot(
                Some("addresses"),
                "a public NAT gateway needs an elastic IP; give it one",
            ),
            None => {}
        }
        let rest: Vec<Id> = ids.cloned().collect();
        if !rest.is_empty() {
            let rest = self.refer_all(thing, Kind::ElasticIp, &rest);
            parameters = parameters.with("SecondaryAllocationIds", rest);
        }
        parameters
    }

    /// Without addresses AWS takes its own, and reaches into zones as they are used.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html>
    fn regional_place(&self, thing: &mut Thing, facts: &NatGatewayFacts) -> Parameters {
        let mut parameters = Parameters::new().with("AvailabilityMode", "regional");
        match facts.vpc.value() {
            Some(vpc) => {
                let vpc = self.refer(thing, &Key::new(Kind::Vpc, vpc.clone()));
                parameters = parameters.with("VpcId", vpc);
            }
            None => thing.cannot(Some("vpc"), "its VPC is not known; say which it belongs to"),
        }
        let mut zones: BTreeMap<_, Vec<Id>> = BTreeMap::new();
        for address in facts.addresses.items() {
            if let (Some(zone), Some(id)) = (&address.availability_zone, &address.allocation) {
                zones.entry(zone.clone()).or_default().push(id.clone());
            }
        }
        if zones.is_empty() {
            return parameters;
        }
        let zones = zones
            .into_iter()
            .map(|(zone, ids)| {
                let ids = self.refer_all(thing, Kind::ElasticIp, &ids);
                Value::Map(
                    Parameters::new()
                        .with("AvailabilityZone", zone)
                        .with("AllocationIds", ids),
                )
            })
            .collect::<Vec<_>>();
        parameters.with("AvailabilityZoneAddresses", zones)
    }

    pub(super) fn transit_attachment(&mut self, key: &Key, facts: &TransitGatewayAttachmentFacts) {
        if is_gone(facts.state.value()) {
            return;
        }
        let vpc = facts.resource.value();
        let order = Order::new(vpc, Phase::TransitGateway, &key.id);
        let call = Call::new(Action::CreateTransitGatewayVpcAttachment, Parameters::new())
            .until(Wait::TransitGatewayAttachmentAvailable);
        let mut thing = Thing::new(key, key.id.as_str(), call, order)
            .making("TransitGatewayVpcAttachment.TransitGatewayAttachmentId");
        let mut parameters = Parameters::new();
        if facts
            .resource_type
            .value()
            .is_some_and(|word| word != "vpc")
        {
            thing.cannot(
                Some("resource_type"),
                "only attachments of VPCs can be made here; make it by hand",
            );
        }
        match (facts.transit_gateway.value(), vpc) {
            (Some(transit), Some(vpc)) => {
                thing.claims.push(super::Claim::Word(format_compact!(
                    "the attachment of {vpc} to {transit}"
                )));
                let transit = Key::new(Kind::TransitGateway, transit.clone());
                parameters = parameters.with("TransitGatewayId", self.refer(&mut thing, &transit));
                let vpc = self.refer(&mut thing, &Key::new(Kind::Vpc, vpc.clone()));
                parameters = parameters.with("VpcId", vpc);
            }
            _ => thing.cannot(
                Some("transit_gateway"),
                "its transit gateway or its VPC is not known; give both",
            ),
        }
        let subnets = facts.subnets.items();
        if subnets.is_empty() {
            thing.cannot(
                Some("subnets"),
                "it has no subnet; give it one in each zone",
            );
        }
        let subnets = self.refer_all(&mut thing, Kind::Subnet, subnets);
        parameters = parameters.with("SubnetIds", subnets);
        let options = Parameters::new()
            .with_some("DnsSupport", facts.dns_support.value().cloned())
            .with_some("Ipv6Support", facts.ipv6_support.value().cloned())
            .with_some(
                "ApplianceModeSupport",
                facts.appliance_mode_support.value().cloned(),
            );
        if !options.is_empty() {
            parameters = parameters.with("Options", options);
        }
        thing.make.parameters = parameters;
        let me = Parameters::new().with("TransitGatewayAttachmentId", self.refer_self(key));
        let unmake = Call::new(Action::DeleteTransitGatewayVpcAttachment, me)
            .until(Wait::TransitGatewayAttachmentDeleted);
        self.found.push(thing.unmade(unmake));
    }

    pub(super) fn vpn_gateway(&mut self, key: &Key, facts: &VpnGatewayFacts) {
        if is_gone(facts.state.value()) {
            return;
        }
        let vpc = facts.attachments.items().first().map(|it| &it.vpc);
        let number = facts.amazon_side_asn.value();
        let number = number
            .and_then(|asn| i64::try_from(*asn).ok())
            .map(Value::Number);
        let parameters = Parameters::new()
            .with("Type", "ipsec.1")
            .with_some("AmazonSideAsn", number);
        let order = Order::new(vpc, Phase::VpnGateway, &key.id);
        let call = Call::new(Action::CreateVpnGateway, parameters);
        let thing = Thing::new(key, key.id.as_str(), call, order).making("VpnGateway.VpnGatewayId");
        let me = Parameters::new().with("VpnGatewayId", self.refer_self(key));
        self.found
            .push(thing.unmade(Call::new(Action::DeleteVpnGateway, me)));
        self.vpn_attachments(key, facts);
    }

    pub(super) fn vpn_attachments(&mut self, key: &Key, facts: &VpnGatewayFacts) {
        let tie = Tie {
            attach: Action::AttachVpnGateway,
            detach: Action::DetachVpnGateway,
            parameter: "VpnGatewayId",
            phase: Phase::VpnGateway,
            attached: Some(Wait::VpnGatewayAttached),
            detached: Some(Wait::VpnGatewayDetached),
        };
        self.attachments(key, facts.attachments.items(), &tie);
    }

    /// Routes may point at a connection that the other side has not accepted yet; they work from then on.
    /// <https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-routing.html>
    pub(super) fn peering(&mut self, key: &Key, facts: &VpcPeeringConnectionFacts) {
        let status = facts.status.value();
        if is_gone(status) || status.is_some_and(|status| status == "failed") {
            return;
        }
        let vpc = facts.requester.value().map(|side| side.vpc.clone());
        let order = Order::new(vpc.as_ref(), Phase::Peering, &key.id);
        let call = Call::new(Action::CreateVpcPeeringConnection, Parameters::new())
            .until(Wait::PeeringConnectionRequested);
        let mut thing = Thing::new(key, key.id.as_str(), call, order.clone())
            .making("VpcPeeringConnection.VpcPeeringConnectionId");
        match (facts.requester.value(), facts.accepter.value()) {
            (Some(requester), Some(accepter)) => {
                let mut pair = [requester.vpc.as_str(), accepter.vpc.as_str()];
                pair.sort_unstable();
                let claim = format_compact!("the peering of {}", pair.join(" and "));
                thing.claims.push(super::Claim::Word(claim));
                thing.make.parameters = self.peering_parameters(&mut thing, requester, accepter);
                for side in [requester, accepter] {
                    thing.needs.extend(self.block_steps(&side.vpc));
                }
            }
            _ => thing.cannot(Some("requester"), "its two VPCs are not known; give both"),
        }
        let create = thing.id();
        let me = || Parameters::new().with("VpcPeeringConnectionId", self.refer_self(key));
        let unmake = Call::new(Action::DeleteVpcPeeringConnection, me())
            .until(Wait::PeeringConnectionDeleted);
        let mut found = vec![thing.unmade(unmake)];
        // Whoever asked cannot answer as well, unless both sides are ours.
        let is_active = status.is_none_or(|status| status == "active");
        let accept = if self.is_between_ours(facts) && is_active {
            let call = Call::new(Action::AcceptVpcPeeringConnection, me())
                .until(Wait::PeeringConnectionActive);
            let order = order.clone().part(1, "");
            let thing = Thing::new(key, key.id.as_str(), call, order).living_with(create.clone());
            let id = thing.id();
            found.push(thing);
            Some(id)
        } else {
            None
        };
        let sides = [
            (
                "requester",
                facts.requester.value(),
                "RequesterPeeringConnectionOptions",
            ),
            (
                "accepter",
                facts.accepter.value(),
                "AccepterPeeringConnectionOptions",
            ),
        ];
        for (side, known, parameter) in sides {
            if known.and_then(|side| side.dns_resolution) != Some(true) {
                continue;
            }
            let call = |value: bool| {
                let option = Parameters::new().with("AllowDnsResolutionFromRemoteVpc", value);
                Call::new(
                    Action::ModifyVpcPeeringConnectionOptions,
                    me().with(parameter, option),
                )
            };
            let subject = format_compact!("{} {side}", key.id);
            let order = order.clone().part(2, side);
            let mut thing = Thing::new(key, subject, call(true), order)
                .living_with(create.clone())
                .needing(accept.clone())
                .unmade(call(false))
                .light();
            if accept.is_none() {
                thing.cannot(
                    Some(if side == "requester" { "requester" } else { "accepter" }),
                    "names of the other side can be resolved only once it has accepted; leave that for later",
                );
            }
            found.push(thing);
        }
        self.found.extend(found);
    }

    /// The steps that add blocks to a VPC. They come before its peering: a VPC that has asked for one and waits for the
    /// answer takes no further blocks.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
    fn block_steps(&self, vpc: &Id) -> Vec<Text> {
        let Some(facts) = self.view.facts::<VpcFacts>(vpc) else {
            return Vec::new();
        };
        let v4 = held(facts.cidr_blocks.items());
        let v6 = ipv6_blocks(&facts.ipv6_blocks);
        v4.chain(v6)
            .map(|block| step_id(Action::AssociateVpcCidrBlock, &block_subject(vpc, block)))
            .collect()
    }

    fn peering_parameters(
        &self,
        thing: &mut Thing,
        requester: &PeeringSide,
        accepter: &PeeringSide,
    ) -> Parameters {
        let mine = self.refer(thing, &Key::new(Kind::Vpc, requester.vpc.clone()));
        let theirs = self.refer(thing, &Key::new(Kind::Vpc, accepter.vpc.clone()));
        let owner = accepter
            .owner
            .as_ref()
            .filter(|owner| requester.owner.as_ref() != Some(owner));
        let region = accepter
            .region
            .as_ref()
            .filter(|region| requester.region.as_ref() != Some(region));
        Parameters::new()
            .with("VpcId", mine)
            .with("PeerVpcId", theirs)
            .with_some("PeerOwnerId", owner.cloned())
            .with_some("PeerRegion", region.cloned())
    }
}
