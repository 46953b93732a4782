//! One call, all its pages.

use aws_sdk_ec2::types::{Filter, VpcAttributeName};
use serde_json::{Map, Value};

use super::{
    connect::Connection,
    error::CallError,
    fault::Fault,
    patience::Asked,
    shape::{Shape, put},
};
use crate::source::calls::{Call, wrapped};

/// How much a call brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pages {
    /// Pages received.
    pub pages: usize,
    /// Resources in them.
    pub items: usize,
    /// AWS says that there is more than it will list (`AdditionalRoutesAvailable`): the answer is partial.
    pub truncated: bool,
}

/// One answer, before it goes to whoever asked.
pub(super) struct Page {
    pub(super) members: Map<String, Value>,
    pub(super) items: usize,
    pub(super) next: Option<String>,
    truncated: bool,
}

impl Page {
    pub(super) fn new() -> Self {
        Self {
            members: Map::new(),
            items: 0,
            next: None,
            truncated: false,
        }
    }

    pub(super) fn followed_by(mut self, next: Option<String>) -> Self {
        self.next = next;
        self
    }

    /// The list of resources; the AWS CLI prints it also when it is empty.
    pub(super) fn list<T: Shape>(mut self, key: &str, items: Option<&Vec<T>>) -> Self {
        self.items += items.map_or(0, Vec::len);
        let list = items
            .and_then(Shape::shape)
            .unwrap_or_else(|| Value::Array(Vec::new()));
        self.members.insert(key.to_owned(), list);
        self
    }

    /// A single member; the AWS CLI leaves it out when AWS does.
    fn one<T: Shape>(mut self, key: &str, value: Option<&T>) -> Self {
        self.items += usize::from(value.is_some());
        if let Some(value) = value.and_then(Shape::shape) {
            self.members.insert(key.to_owned(), value);
        }
        self
    }
}

/// How far a list has been read.
#[derive(Default)]
pub(super) struct Place {
    token: Option<String>,
}

impl Place {
    pub(super) fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Goes on to the next page; no where there is none.
    pub(super) fn follow(&mut self, next: Option<String>) -> Result<bool, Fault> {
        let next = next.filter(|next| !next.is_empty());
        // The SDK's own paginators stop here without a word, and a short list would pass for the whole one.
        if next.is_some() && next == self.token {
            return Err(Fault::malformed("the same page token came twice"));
        }
        self.token = next;
        Ok(self.token.is_some())
    }
}

impl Connection {
    /// Makes one call and hands each page to `on_page` as it comes, in the shape of the AWS CLI's output, with the number
    /// of resources in it.
    ///
    /// `parent` is the id of what the call hangs on ([`crate::source::calls::Parent`]); an answer that does not name its
    /// parent comes [`wrapped`]. Pages that came before a failure have been handed over: they are true, and not all.
    /// Dropping the future cancels the call.
    pub async fn run(
        &self,
        call: Call,
        parent: Option<&str>,
        on_page: &mut (dyn FnMut(Value, usize) + Send),
    ) -> Result<Pages, CallError> {
        let mut total = Pages::default();
        let mut place = Place::default();
        let failure = |fault| self.failure(call, parent, fault);
        loop {
            let asked = Asked {
                call,
                parent,
                page: total.pages + 1,
                token: place.token(),
            };
            let page = self.patiently(&asked).await.map_err(failure)?;
            total.pages += 1;
            total.items += page.items;
            total.truncated |= page.truncated;
            let output = Value::Object(page.members);
            let output = match (call.spec().parent, parent) {
                (Some(list), Some(id)) if list.wraps => wrapped(list.kind, id, output),
                _ => output,
            };
            on_page(output, page.items);
            if !place.follow(page.next).map_err(failure)? {
                return Ok(total);
            }
        }
    }

    /// One page. Filters are those that the call takes; a call that hangs on a list, or answers one thing, takes none.
    ///
    /// Each operation's future is boxed: the largest of forty would otherwise be the size of every call.
    pub(super) async fn page(
        &self,
        ec2: &aws_sdk_ec2::Client,
        call: Call,
        parent: Option<&str>,
        filters: &[Filter],
        token: Option<&str>,
    ) -> Result<Page, Fault> {
        let size = call.spec().paging.size().map(i32::from);
        let token = token.map(str::to_owned);
        let of = || parent.map(str::to_owned);
        let filters = || (!filters.is_empty()).then(|| filters.to_vec());

        macro_rules! send {
            ($request:expr) => {
                Box::pin($request.send())
                    .await
                    .map_err(|error| Fault::new(&error))?
            };
        }
        /// A list that comes whole.
        macro_rules! whole {
            ($operation:ident, $key:literal, $field:ident $(, $method:ident($value:expr))*) => {{
                let answer = send!(ec2.$operation()$(.$method($value))*);
                Page::new().list($key, answer.$field.as_ref())
            }};
        }
        /// A list that comes in pages; what follows the field is set on the request.
        macro_rules! pages {
            ($operation:ident, $key:literal, $field:ident $(, $method:ident($value:expr))*) => {{
                let request = ec2.$operation().set_max_results(size).set_next_token(token)$(.$method($value))*;
                let answer = send!(request);
                let next = answer.next_token.clone();
                Page { next, ..Page::new().list($key, answer.$field.as_ref()) }
            }};
        }

        Ok(match call {
            Call::CallerIdentity => {
                let identity = self.identity().await?;
                let page = Page::new()
                    .one("UserId", identity.user.as_ref())
                    .one("Account", identity.account.as_ref());
                Page {
                    items: 1,
                    ..page.one("Arn", identity.arn.as_ref())
                }
            }
            Call::Regions => whole!(describe_regions, "Regions", regions),
            Call::AvailabilityZones => whole!(
                describe_availability_zones,
                "AvailabilityZones",
                availability_zones
            ),
            Call::Vpcs => pages!(describe_vpcs, "Vpcs", vpcs, set_filters(filters())),
            Call::VpcDnsSupport => {
                let request = ec2.describe_vpc_attribute().set_vpc_id(of());
                let answer = send!(request.attribute(VpcAttributeName::EnableDnsSupport));
                let page = Page::new().one("EnableDnsSupport", answer.enable_dns_support.as_ref());
                Page {
                    items: 1,
                    ..page.one("VpcId", answer.vpc_id.or_else(of).as_ref())
                }
            }
            Call::VpcDnsHostnames => {
                let request = ec2.describe_vpc_attribute().set_vpc_id(of());
                let answer = send!(request.attribute(VpcAttributeName::EnableDnsHostnames));
                let page =
                    Page::new().one("EnableDnsHostnames", answer.enable_dns_hostnames.as_ref());
                Page {
                    items: 1,
                    ..page.one("VpcId", answer.vpc_id.or_else(of).as_ref())
                }
            }
            Call::Subnets => pages!(describe_subnets, "Subnets", subnets, set_filters(filters())),
            Call::RouteTables => pages!(
                describe_route_tables,
                "RouteTables",
                route_tables,
                set_filters(filters())
            ),
            Call::InternetGateways => pages!(
                describe_internet_gateways,
                "InternetGateways",
                internet_gateways,
                set_filters(filters())
            ),
            Call::EgressOnlyInternetGateways => {
                pages!(
                    describe_egress_only_internet_gateways,
                    "EgressOnlyInternetGateways",
                    egress_only_internet_gateways,
                    set_filters(filters())
                )
            }
            Call::NatGateways => pages!(
                describe_nat_gateways,
                "NatGateways",
                nat_gateways,
                set_filter(filters())
            ),
            Call::Addresses => whole!(
                describe_addresses,
                "Addresses",
                addresses,
                set_filters(filters())
            ),
            Call::VpcEndpoints => pages!(
                describe_vpc_endpoints,
                "VpcEndpoints",
                vpc_endpoints,
                set_filters(filters())
            ),
            Call::ManagedPrefixLists => {
                pages!(
                    describe_managed_prefix_lists,
                    "PrefixLists",
                    prefix_lists,
                    set_filters(filters())
                )
            }
            Call::ManagedPrefixListEntries => {
                pages!(
                    get_managed_prefix_list_entries,
                    "Entries",
                    entries,
                    set_prefix_list_id(of())
                )
            }
            Call::PrefixLists => pages!(describe_prefix_lists, "PrefixLists", prefix_lists),
            Call::NetworkAcls => pages!(
                describe_network_acls,
                "NetworkAcls",
                network_acls,
                set_filters(filters())
            ),
            Call::SecurityGroups => {
                pages!(
                    describe_security_groups,
                    "SecurityGroups",
                    security_groups,
                    set_filters(filters())
                )
            }
            Call::SecurityGroupRules => {
                pages!(
                    describe_security_group_rules,
                    "SecurityGroupRules",
                    security_group_rules
                )
            }
            Call::NetworkInterfaces => pages!(
                describe_network_interfaces,
                "NetworkInterfaces",
                network_interfaces,
                set_filters(filters())
            ),
            Call::Instances => pages!(describe_instances, "Reservations", reservations),
            Call::DhcpOptions => pages!(describe_dhcp_options, "DhcpOptions", dhcp_options),
            Call::VpcPeeringConnections => {
                pages!(
                    describe_vpc_peering_connections,
                    "VpcPeeringConnections",
                    vpc_peering_connections,
                    set_filters(filters())
                )
            }
            Call::TransitGateways => pages!(
                describe_transit_gateways,
                "TransitGateways",
                transit_gateways
            ),
            Call::TransitGatewayAttachments => {
                pages!(
                    describe_transit_gateway_attachments,
                    "TransitGatewayAttachments",
                    transit_gateway_attachments
                )
            }
            Call::TransitGatewayVpcAttachments => {
                pages!(
                    describe_transit_gateway_vpc_attachments,
                    "TransitGatewayVpcAttachments",
                    transit_gateway_vpc_attachments,
                    set_filters(filters())
                )
            }
            Call::TransitGatewayPeeringAttachments => {
                pages!(
                    describe_transit_gateway_peering_attachments,
                    "TransitGatewayPeeringAttachments",
                    transit_gateway_peering_attachments
                )
            }
            Call::TransitGatewayConnects => {
                pages!(
                    describe_transit_gateway_connects,
                    "TransitGatewayConnects",
                    transit_gateway_connects
                )
            }
            Call::TransitGatewayRouteTables => {
                pages!(
                    describe_transit_gateway_route_tables,
                    "TransitGatewayRouteTables",
                    transit_gateway_route_tables
                )
            }
            Call::TransitGatewayRouteTableAssociations => {
                pages!(
                    get_transit_gateway_route_table_associations,
                    "Associations",
                    associations,
                    set_transit_gateway_route_table_id(of())
                )
            }
            Call::TransitGatewayRouteTablePropagations => {
                pages!(
                    get_transit_gateway_route_table_propagations,
                    "TransitGatewayRouteTablePropagations",
                    transit_gateway_route_table_propagations,
                    set_transit_gateway_route_table_id(of())
                )
            }
            Call::TransitGatewayRoutes => {
                let states = Filter::builder()
                    .name("state")
                    .values("active")
                    .values("blackhole")
                    .build();
                let request = ec2
                    .search_transit_gateway_routes()
                    .set_transit_gateway_route_table_id(of());
                let answer = send!(
                    request
                        .filters(states)
                        .set_max_results(size)
                        .set_next_token(token)
                );
                let next = answer.next_token.clone();
                let mut page = Page::new().list("Routes", answer.routes.as_ref());
                put(
                    &mut page.members,
                    "AdditionalRoutesAvailable",
                    &answer.additional_routes_available,
                );
                // With a token the rest is on the next page; without one it is out of reach.
                let truncated = answer.additional_routes_available == Some(true) && next.is_none();
                Page {
                    next,
                    truncated,
                    ..page
                }
            }
            Call::VpnGateways => whole!(
                describe_vpn_gateways,
                "VpnGateways",
                vpn_gateways,
                set_filters(filters())
            ),
            Call::VpnConnections => {
                whole!(describe_vpn_connections, "VpnConnections", vpn_connections)
            }
            Call::CustomerGateways => whole!(
                describe_customer_gateways,
                "CustomerGateways",
                customer_gateways
            ),
            Call::CarrierGateways => pages!(
                describe_carrier_gateways,
                "CarrierGateways",
                carrier_gateways
            ),
            Call::LocalGateways => pages!(describe_local_gateways, "LocalGateways", local_gateways),
            Call::FlowLogs => pages!(
                describe_flow_logs,
                "FlowLogs",
                flow_logs,
                set_filter(filters())
            ),
            Call::VpcBlockPublicAccessOptions => {
                let answer = send!(ec2.describe_vpc_block_public_access_options());
                Page::new().one(
                    "VpcBlockPublicAccessOptions",
                    answer.vpc_block_public_access_options.as_ref(),
                )
            }
            Call::VpcBlockPublicAccessExclusions => {
                pages!(
                    describe_vpc_block_public_access_exclusions,
                    "VpcBlockPublicAccessExclusions",
                    vpc_block_public_access_exclusions
                )
            }
            Call::VpcEncryptionControls => {
                pages!(
                    describe_vpc_encryption_controls,
                    "VpcEncryptionControls",
                    vpc_encryption_controls
                )
            }
        })
    }
}
