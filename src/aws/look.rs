//! What is there while steps are carried out.

use aws_sdk_ec2::types::Filter;
use aws_sdk_route53resolver::types::Filter as ResolverFilter;
use serde_json::Value;

use super::{
    connect::Connection,
    fault::Fault,
    run::{Page, Place},
};
use crate::{
    source::calls::Call,
    steps::{Failed, List, Look},
};

/// The largest page of IPv6 pools.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeIpv6Pools.html>
const POOLS: i32 = 1000;

/// The largest page of resolver endpoints.
/// <https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_ListResolverEndpoints.html>
const ENDPOINTS: i32 = 100;

/// Which filters the call of a list takes.
enum Taken {
    /// Those of EC2 that fit it; a wrong one is an error.
    All,
    /// These names, and with `tag:` whatever follows.
    These(&'static [&'static str]),
}

/// How a list is read.
struct Way {
    /// None where only this module asks for it.
    call: Option<Call>,
    /// The member of the answer that holds the list.
    key: &'static str,
    filters: Taken,
}

/// Filters are told with each call under <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html>.
fn way(list: List) -> Way {
    use Taken::{All, These};
    let (call, filters) = match list {
        List::Vpcs => (Call::Vpcs, All),
        List::Subnets => (Call::Subnets, All),
        List::RouteTables => (Call::RouteTables, All),
        List::InternetGateways => (Call::InternetGateways, All),
        List::EgressOnlyInternetGateways => (
            Call::EgressOnlyInternetGateways,
            These(&["tag:", "tag-key"]),
        ),
        List::NatGateways => (Call::NatGateways, All),
        List::Addresses => (Call::Addresses, All),
        List::VpcEndpoints => (Call::VpcEndpoints, All),
        List::ManagedPrefixLists => (
            Call::ManagedPrefixLists,
            These(&["owner-id", "prefix-list-id", "prefix-list-name"]),
        ),
        List::NetworkAcls => (Call::NetworkAcls, All),
        List::SecurityGroups => (Call::SecurityGroups, All),
        List::NetworkInterfaces => (Call::NetworkInterfaces, All),
        List::VpcPeeringConnections => (Call::VpcPeeringConnections, All),
        List::TransitGatewayVpcAttachments => (
            Call::TransitGatewayVpcAttachments,
            These(&[
                "state",
                "transit-gateway-attachment-id",
                "transit-gateway-id",
                "vpc-id",
            ]),
        ),
        List::VpnGateways => (Call::VpnGateways, All),
        List::FlowLogs => (
            Call::FlowLogs,
            These(&[
                "deliver-log-status",
                "flow-log-id",
                "log-destination-type",
                "log-group-name",
                "resource-id",
                "tag:",
                "tag-key",
                "traffic-type",
            ]),
        ),
        // It takes filters, and its page names none.
        List::VpcEncryptionControls => (Call::VpcEncryptionControls, These(&[])),
        List::Ipv6Pools => {
            return Way {
                call: None,
                key: "Ipv6Pools",
                filters: These(&["tag:", "tag-key"]),
            };
        }
        List::ResolverEndpoints => {
            return Way {
                call: None,
                key: "ResolverEndpoints",
                filters: These(&["vpc-id"]),
            };
        }
    };
    Way {
        call: Some(call),
        key: call.spec().keys.first().copied().unwrap_or_default(),
        filters,
    }
}

impl Taken {
    fn takes(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::These(names) => names
                .iter()
                .any(|taken| *taken == name || taken.ends_with(':') && name.starts_with(taken)),
        }
    }
}

impl Connection {
    /// The records of a list, all pages of it, in the shape of the AWS CLI's output. A filter that its call does not take
    /// is left out: more comes than was asked for.
    pub async fn look(&self, look: &Look) -> Result<Vec<Value>, Failed> {
        let way = way(look.list);
        let filters: Vec<Filter> = look
            .filters
            .iter()
            .filter(|(name, _)| way.filters.takes(name))
            .map(|(name, values)| {
                let values = values.iter().map(ToString::to_string).collect();
                Filter::builder()
                    .name(name.as_str())
                    .set_values(Some(values))
                    .build()
            })
            .collect();
        let failed = |fault: Fault| self.failed(&fault);
        let mut records = Vec::new();
        let mut place = Place::default();
        loop {
            let page = match (way.call, look.list) {
                (Some(call), _) => {
                    let ec2 = &self.clients.ec2;
                    self.page(ec2, call, None, &filters, place.token()).await
                }
                (None, List::ResolverEndpoints) => {
                    self.resolver_endpoints(&filters, place.token()).await
                }
                (None, _) => self.ipv6_pools(&filters, place.token()).await,
            };
            let mut page = page.map_err(failed)?;
            if let Some(Value::Array(list)) = page.members.remove(way.key) {
                records.extend(list);
            }
            if !place.follow(page.next).map_err(failed)? {
                return Ok(records);
            }
        }
    }

    async fn ipv6_pools(&self, filters: &[Filter], token: Option<&str>) -> Result<Page, Fault> {
        let request = self
            .clients
            .ec2
            .describe_ipv6_pools()
            .max_results(POOLS)
            .set_next_token(token.map(str::to_owned))
            .set_filters((!filters.is_empty()).then(|| filters.to_vec()));
        let answer = Box::pin(request.send()).await;
        let answer = answer.map_err(|error| Fault::new(&error))?;
        let page = Page::new().list("Ipv6Pools", answer.ipv6_pools.as_ref());
        Ok(page.followed_by(answer.next_token))
    }

    /// The one filter of EC2 that is taken here has another name.
    async fn resolver_endpoints(
        &self,
        filters: &[Filter],
        token: Option<&str>,
    ) -> Result<Page, Fault> {
        let of_vpcs = |filter: &Filter| {
            ResolverFilter::builder()
                .name("HostVPCId")
                .set_values(filter.values.clone())
                .build()
        };
        let filters: Vec<ResolverFilter> = filters.iter().map(of_vpcs).collect();
        let request = self
            .clients
            .resolver
            .list_resolver_endpoints()
            .max_results(ENDPOINTS)
            .set_next_token(token.map(str::to_owned))
            .set_filters((!filters.is_empty()).then_some(filters));
        let answer = Box::pin(request.send()).await;
        let answer = answer.map_err(|error| Fault::new(&error))?;
        let page = Page::new().list("ResolverEndpoints", answer.resolver_endpoints.as_ref());
        Ok(page.followed_by(answer.next_token))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_left_out_where_a_call_does_not_take_them() {
        for (list, name, is_taken) in [
            (List::Vpcs, "vpc-id", true),
            (List::EgressOnlyInternetGateways, "vpc-id", false),
            (List::EgressOnlyInternetGateways, "tag:run", true),
            (List::ManagedPrefixLists, "prefix-list-name", true),
            (List::ManagedPrefixLists, "tag:run", false),
            (List::VpcEncryptionControls, "vpc-id", false),
            (List::ResolverEndpoints, "vpc-id", true),
            (List::ResolverEndpoints, "tag:run", false),
        ] {
            assert_eq!(way(list).filters.takes(name), is_taken, "{list:?} {name}");
        }
    }
}
