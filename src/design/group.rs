//! The security group of a VPC's endpoints: the ports it opens, and to whom.

use super::model::{Design, Ipv6, Vpc};
use super::services::service_ports;
use crate::cidr::is_default;
use ipnet::IpNet;
use std::collections::BTreeSet;

/// The port that resolvers are asked on.
const DNS: u16 = 53;

/// The ports, with their protocols: those of each endpoint's service, and those of a resolver endpoint.
pub(super) fn ports(vpc: &Vpc) -> BTreeSet<(&'static str, u16)> {
    let services = vpc.endpoints.iter();
    let services = services.flat_map(|it| service_ports(&it.service));
    let mut ports: BTreeSet<_> = services.map(|port| ("tcp", *port)).collect();
    if vpc.resolver.is_some() {
        ports.extend([("tcp", DNS), ("udp", DNS)]);
    }
    ports
}

/// Who is let in: the VPC itself and, where a resolver endpoint answers machines outside, those.
pub(super) fn sources(design: &Design, vpc: &Vpc) -> BTreeSet<IpNet> {
    let own = match vpc.ipv6 {
        Ipv6::Own(block) => Some(IpNet::V6(block)),
        Ipv6::None | Ipv6::Amazon => None,
    };
    let own = vpc.blocks().map(IpNet::V4).chain(own);
    let mut sources: BTreeSet<IpNet> = own.map(|block| block.trunc()).collect();
    if vpc.resolver.is_some() {
        sources.extend(askers(design, vpc));
    }
    sources
}

/// Who outside a VPC may ask its resolver endpoint: what is routed to a transit or VPN gateway, and the ranges that the
/// plan reserves for others, such as on-premises ones, where one of these leads there. A default route says nothing of
/// who is behind it, and opens the group to nobody.
pub(super) fn askers(design: &Design, vpc: &Vpc) -> BTreeSet<IpNet> {
    let transit = vpc.transit_gateway.iter().flat_map(|it| &it.routes);
    let vpn = vpc.vpn_gateway.iter().flat_map(|it| &it.routes);
    let has_way = vpc.transit_gateway.is_some() || vpc.vpn_gateway.is_some();
    let reserved = design.reserved.iter().filter(|_| has_way);
    let all = transit.chain(vpn).chain(reserved.map(|it| &it.cidr));
    all.filter(|block| !is_default(**block))
        .map(IpNet::trunc)
        .collect()
}
