//! What belongs to a VPC, what is gone, and what merely runs in it.

use super::facts::{Facts, VpcAttachment};
use super::key::{Id, Key, Kind, Text};
use super::known::Known;
use super::resource::Resource;
use super::shard::Network;
use super::usage::InterfaceUse;
use std::collections::BTreeSet;

impl Resource {
    /// Whether it is there no more, or on its way out, or never came: AWS goes on telling of deleted NAT gateways,
    /// endpoints and peering connections for a while.
    pub fn is_gone(&self) -> bool {
        let is_over = |state: &Known<Text>| {
            let state = state.value().map(compact_str::CompactString::to_lowercase);
            matches!(
                state.as_deref(),
                Some(
                    "deleted"
                        | "deleting"
                        | "rejected"
                        | "rejecting"
                        | "expired"
                        | "failed"
                        | "terminated"
                        | "shutting-down"
                )
            )
        };
        match self.facts() {
            Facts::NatGateway(facts) => {
                is_over(&facts.state) || facts.deleted.value() == Some(&true)
            }
            Facts::VpcEndpoint(facts) => is_over(&facts.state),
            Facts::VpcPeeringConnection(facts) => is_over(&facts.status),
            Facts::TransitGateway(facts) => is_over(&facts.state),
            Facts::TransitGatewayAttachment(facts) => is_over(&facts.state),
            Facts::VpnGateway(facts) => is_over(&facts.state),
            Facts::VpnConnection(facts) => is_over(&facts.state),
            Facts::CustomerGateway(facts) => is_over(&facts.state),
            Facts::CarrierGateway(facts) => is_over(&facts.state),
            Facts::Instance(facts) => is_over(&facts.state),
            _ => false,
        }
    }

    /// The VPC it stands in, is attached to or records; the one that asked, of a peering connection.
    pub fn vpc(&self) -> Option<&Id> {
        let attached = |list: &'_ Known<Vec<VpcAttachment>>| -> Option<usize> {
            list.items().iter().position(VpcAttachment::holds)
        };
        let of = |list| attached(list).and_then(|at| attachment_at(list, at));
        match self.facts() {
            Facts::Vpc(_) => Some(&self.key().id),
            Facts::Subnet(facts) => facts.vpc.value(),
            Facts::RouteTable(facts) => facts.vpc.value(),
            Facts::InternetGateway(facts) => of(&facts.attachments),
            Facts::EgressOnlyInternetGateway(facts) => of(&facts.attachments),
            Facts::VpnGateway(facts) => of(&facts.attachments),
            Facts::NatGateway(facts) => facts.vpc.value(),
            Facts::VpcEndpoint(facts) => facts.vpc.value(),
            Facts::VpcPeeringConnection(facts) => facts.requester.value().map(|side| &side.vpc),
            Facts::TransitGatewayAttachment(facts) => {
                let is_vpc = facts.resource_type.value().is_none_or(|it| it == "vpc");
                facts.resource.value().filter(|_| is_vpc)
            }
            Facts::CarrierGateway(facts) => facts.vpc.value(),
            Facts::NetworkFirewall(facts) => facts.vpc.value(),
            Facts::NetworkAcl(facts) => facts.vpc.value(),
            Facts::SecurityGroup(facts) => facts.vpc.value(),
            Facts::NetworkInterface(facts) => facts.vpc.value(),
            Facts::Instance(facts) => facts.vpc.value(),
            Facts::FlowLog(facts) => facts.resource.value(),
            _ => None,
        }
    }
}

fn attachment_at(list: &Known<Vec<VpcAttachment>>, at: usize) -> Option<&Id> {
    list.items().get(at).map(|attachment| &attachment.vpc)
}

impl Network {
    /// Everything that belongs to these VPCs: what stands in them, is attached to them, joins them to others, records
    /// them, and the addresses in use there. What is gone does not; nor do transit gateways, prefix lists and DHCP
    /// options, which others may use as well.
    pub fn members(&self, vpcs: &BTreeSet<Id>) -> BTreeSet<Key> {
        let mut found = BTreeSet::new();
        let mut addresses = BTreeSet::new();
        for resource in self.resources().filter(|it| !it.is_gone()) {
            let belongs = match resource.facts() {
                Facts::InternetGateway(facts) => is_attached(&facts.attachments, vpcs),
                Facts::EgressOnlyInternetGateway(facts) => is_attached(&facts.attachments, vpcs),
                Facts::VpnGateway(facts) => is_attached(&facts.attachments, vpcs),
                Facts::VpcPeeringConnection(facts) => [&facts.requester, &facts.accepter]
                    .into_iter()
                    .any(|side| side.value().is_some_and(|it| vpcs.contains(&it.vpc))),
                _ => resource.vpc().is_some_and(|vpc| vpcs.contains(vpc)),
            };
            if belongs {
                if let Facts::NatGateway(facts) = resource.facts() {
                    let held = facts.addresses.items().iter();
                    addresses.extend(held.filter_map(|it| it.allocation.clone()));
                }
                found.insert(resource.key().clone());
            }
        }
        let has = |kind: Kind, id: &Id| found.contains(&Key::new(kind, id.clone()));
        let mut further = Vec::new();
        for resource in self.resources().filter(|it| !it.is_gone()) {
            let belongs = match resource.facts() {
                Facts::FlowLog(facts) => facts
                    .resource
                    .value()
                    .is_some_and(|of| has(Kind::Subnet, of) || has(Kind::NetworkInterface, of)),
                Facts::ElasticIp(facts) => {
                    let interface = facts.network_interface.value().and_then(Option::as_ref);
                    let instance = facts.instance.value().and_then(Option::as_ref);
                    addresses.contains(&resource.key().id)
                        || interface.is_some_and(|id| has(Kind::NetworkInterface, id))
                        || instance.is_some_and(|id| has(Kind::Instance, id))
                }
                Facts::VpnConnection(facts) => {
                    let gateway = facts.vpn_gateway.value().and_then(Option::as_ref);
                    gateway.is_some_and(|id| has(Kind::VpnGateway, id))
                }
                Facts::DirectConnectGateway(facts) => {
                    let mut gateways = facts.associations.items().iter();
                    gateways.any(|id| has(Kind::VpnGateway, id))
                }
                _ => false,
            };
            if belongs {
                further.push(resource.key().clone());
            }
        }
        found.extend(further);
        found
    }

    /// Interfaces that AWS makes along with NAT gateways, endpoints and attachments: those that these name, and those
    /// whose descriptions say so.
    pub(super) fn interfaces_along(&self) -> BTreeSet<Id> {
        let mut found = BTreeSet::new();
        for resource in self.resources() {
            match resource.facts() {
                Facts::NatGateway(facts) => {
                    let held = facts.addresses.items().iter();
                    found.extend(held.filter_map(|it| it.network_interface.clone()));
                }
                Facts::VpcEndpoint(facts) => {
                    found.extend(facts.network_interfaces.items().iter().cloned());
                }
                Facts::NetworkInterface(facts) => {
                    let comes_along = matches!(
                        InterfaceUse::of(facts),
                        InterfaceUse::NatGateway(_)
                            | InterfaceUse::Endpoint(_)
                            | InterfaceUse::TransitGateway(_)
                    );
                    if comes_along {
                        found.insert(resource.key().id.clone());
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// What merely runs in these VPCs: instances, interfaces of people's services, and the addresses of these. A plan
    /// of a network says nothing of it.
    pub fn workloads(&self, vpcs: &BTreeSet<Id>) -> BTreeSet<Key> {
        let members = self.members(vpcs);
        let of_nats: BTreeSet<&Id> = members
            .iter()
            .filter_map(|key| match self.get(key)?.facts() {
                Facts::NatGateway(facts) => Some(facts.addresses.items()),
                _ => None,
            })
            .flatten()
            .filter_map(|address| address.allocation.as_ref())
            .collect();
        let along = self.interfaces_along();
        let runs = |key: &&Key| match self.get(key).map(|it| it.facts()) {
            Some(Facts::Instance(_)) => true,
            Some(Facts::NetworkInterface(facts)) => {
                !along.contains(&key.id)
                    && !matches!(InterfaceUse::of(facts), InterfaceUse::Resolver(_))
            }
            Some(Facts::ElasticIp(facts)) => {
                facts.service_managed.value().is_none() && !of_nats.contains(&key.id)
            }
            _ => false,
        };
        members.iter().filter(runs).cloned().collect()
    }
}

fn is_attached(list: &Known<Vec<VpcAttachment>>, vpcs: &BTreeSet<Id>) -> bool {
    let mut held = list.items().iter().filter(|it| it.holds());
    held.any(|attachment| vpcs.contains(&attachment.vpc))
}
