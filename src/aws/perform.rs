//! One changing call.

use aws_sdk_ec2::{config::http::HttpRequest, types::UnsuccessfulItem};
use serde_json::{Map, Value};

use super::{
    connect::Connection,
    fault::Fault,
    fields::{Fields, Wrong},
    shape::put,
};
use crate::steps::{Action, Failed, Request, Trouble};

/// The code of a call that was only tried and is permitted.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonParameters.html>
const PERMITTED: &str = "DryRunOperation";

/// What the API takes and this SDK has no word for.
const BEYOND: [&str; 2] = ["GlobalAcceleratorExclusion", "ApiGatewayV2Exclusion"];

/// Why a call came to nothing, before it has its words.
enum Stop {
    Wrong(Wrong),
    Fault(Fault),
}

impl From<Wrong> for Stop {
    fn from(wrong: Wrong) -> Self {
        Self::Wrong(wrong)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Connection {
    /// Makes one changing call, once: whether and when it is made again is for the caller to say.
    ///
    /// The answer is what the AWS CLI prints for it. A trial that is permitted gives null. Parameters that the action does
    /// not take, a token that it has not or lacks, and a trial of what cannot be tried are [`Trouble::Invalid`], and
    /// nothing is sent. Where an answer tells of items that were refused, the first of them is the failure; steps ask for
    /// one item at a time.
    ///
    /// Dropping the future gives up waiting; what was sent may be carried out all the same.
    pub async fn perform(&self, request: &Request) -> Result<Value, Failed> {
        let action = request.action.name();
        let invalid = |words: &str| Failed {
            trouble: Trouble::Invalid,
            code: None,
            message: format!("{action}: {words}"),
        };
        match (request.action.token(), &request.token) {
            (None, Some(_)) => return Err(invalid("it takes no token")),
            (Some(name), None) if !request.dry_run => {
                return Err(invalid(&format!("it is to have a token as its {name}")));
            }
            _ => {}
        }
        if request.dry_run && !request.action.has_dry_run() {
            return Err(invalid("it cannot be tried without being carried out"));
        }
        let answer = self.send(request).await;
        match answer {
            Ok(_) if request.dry_run => Err(Failed {
                trouble: Trouble::Unsupported,
                code: None,
                message: format!("{action}: the service carried out what was only to be tried"),
            }),
            Ok(answer) => Ok(answer),
            Err(Stop::Wrong(Wrong(words))) => Err(invalid(&words)),
            Err(Stop::Fault(fault))
                if request.dry_run && fault.code.as_deref() == Some(PERMITTED) =>
            {
                Ok(Value::Null)
            }
            Err(Stop::Fault(fault)) => Err(self.failed(&fault)),
        }
    }

    /// Each operation's future is boxed: the largest of sixty would otherwise be the size of every call.
    async fn send(&self, request: &Request) -> Result<Value, Stop> {
        let ec2 = &self.clients.changing;
        let resolver = &self.clients.changing_resolver;
        let mut fields = Fields::new(&request.parameters);
        let token = request.token.as_ref().map(ToString::to_string);
        let dry = request.dry_run.then_some(true);
        let mut members = Map::new();

        /// `client.operation { Parameter: setter … } flags … => Member: field …`
        ///
        /// Flags: `dry` takes `DryRun`, `token` a client token; `done FIELD` says whether it was done, `each FIELD` which
        /// items were not; `more EXTRA` sends what the SDK has no setter for.
        macro_rules! call {
            (
                $client:ident.$operation:ident { $($name:ident: $setter:ident),* $(,)? }
                $($flag:ident $($of:ident)?),* => $($member:ident: $field:ident),*
            ) => {{
                let request = $client.$operation()$(.$setter(fields.take(stringify!($name))?))*;
                $(let request = call!(@request $flag request $($of)?);)*
                fields.end()?;
                let answer = Box::pin(request.send()).await;
                let answer = answer.map_err(|error| Fault::new(&error))?;
                $(call!(@answer $flag answer $($of)?);)*
                $(put(&mut members, stringify!($member), &answer.$field);)*
                let _ = answer;
            }};
            (@request dry $request:ident) => { $request.set_dry_run(dry) };
            (@request token $request:ident) => { $request.set_client_token(token.clone()) };
            (@request creator $request:ident) => { $request.set_creator_request_id(token.clone()) };
            (@request more $request:ident $extra:ident) => {
                $request.customize().mutate_request(move |request| append(request, &$extra))
            };
            (@request $other:ident $request:ident $($of:ident)?) => { $request };
            (@answer done $answer:ident $field:ident) => { done($answer.$field)? };
            (@answer each $answer:ident $field:ident) => { each($answer.$field.as_deref())? };
            (@answer $other:ident $answer:ident $($of:ident)?) => {};
        }

        match request.action {
            Action::CreateVpc => call!(ec2.create_vpc {
                CidrBlock: set_cidr_block,
                InstanceTenancy: set_instance_tenancy,
                AmazonProvidedIpv6CidrBlock: set_amazon_provided_ipv6_cidr_block,
                Ipv6CidrBlock: set_ipv6_cidr_block,
                Ipv6Pool: set_ipv6_pool,
                TagSpecifications: set_tag_specifications,
            } dry => Vpc: vpc),
            Action::DeleteVpc => call!(ec2.delete_vpc { VpcId: set_vpc_id } dry =>),
            Action::AssociateVpcCidrBlock => call!(ec2.associate_vpc_cidr_block {
                VpcId: set_vpc_id,
                CidrBlock: set_cidr_block,
                AmazonProvidedIpv6CidrBlock: set_amazon_provided_ipv6_cidr_block,
                Ipv6CidrBlock: set_ipv6_cidr_block,
                Ipv6Pool: set_ipv6_pool,
            } => VpcId: vpc_id,
                CidrBlockAssociation: cidr_block_association,
                Ipv6CidrBlockAssociation: ipv6_cidr_block_association),
            Action::DisassociateVpcCidrBlock => call!(ec2.disassociate_vpc_cidr_block {
                AssociationId: set_association_id,
            } => VpcId: vpc_id,
                CidrBlockAssociation: cidr_block_association,
                Ipv6CidrBlockAssociation: ipv6_cidr_block_association),
            Action::ModifyVpcAttribute => call!(ec2.modify_vpc_attribute {
                VpcId: set_vpc_id,
                EnableDnsSupport: set_enable_dns_support,
                EnableDnsHostnames: set_enable_dns_hostnames,
            } =>),
            Action::ModifyVpcTenancy => call!(ec2.modify_vpc_tenancy {
                VpcId: set_vpc_id,
                InstanceTenancy: set_instance_tenancy,
            } dry, done return_value => ReturnValue: return_value),
            Action::AssociateDhcpOptions => call!(ec2.associate_dhcp_options {
                DhcpOptionsId: set_dhcp_options_id,
                VpcId: set_vpc_id,
            } dry =>),
            Action::CreateVpcEncryptionControl => call!(ec2.create_vpc_encryption_control {
                VpcId: set_vpc_id,
                TagSpecifications: set_tag_specifications,
            } dry => VpcEncryptionControl: vpc_encryption_control),
            Action::ModifyVpcEncryptionControl => {
                let extra = beyond(&mut fields)?;
                call!(ec2.modify_vpc_encryption_control {
                    VpcEncryptionControlId: set_vpc_encryption_control_id,
                    Mode: set_mode,
                    InternetGatewayExclusion: set_internet_gateway_exclusion,
                    EgressOnlyInternetGatewayExclusion: set_egress_only_internet_gateway_exclusion,
                    NatGatewayExclusion: set_nat_gateway_exclusion,
                    VirtualPrivateGatewayExclusion: set_virtual_private_gateway_exclusion,
                    VpcPeeringExclusion: set_vpc_peering_exclusion,
                    LambdaExclusion: set_lambda_exclusion,
                    VpcLatticeExclusion: set_vpc_lattice_exclusion,
                    ElasticFileSystemExclusion: set_elastic_file_system_exclusion,
                } dry, more extra => VpcEncryptionControl: vpc_encryption_control);
            }
            Action::DeleteVpcEncryptionControl => call!(ec2.delete_vpc_encryption_control {
                VpcEncryptionControlId: set_vpc_encryption_control_id,
            } dry => VpcEncryptionControl: vpc_encryption_control),
            Action::CreateSubnet => call!(ec2.create_subnet {
                VpcId: set_vpc_id,
                AvailabilityZone: set_availability_zone,
                AvailabilityZoneId: set_availability_zone_id,
                CidrBlock: set_cidr_block,
                Ipv6CidrBlock: set_ipv6_cidr_block,
                Ipv6Native: set_ipv6_native,
                OutpostArn: set_outpost_arn,
                TagSpecifications: set_tag_specifications,
            } dry => Subnet: subnet),
            Action::DeleteSubnet => call!(ec2.delete_subnet { SubnetId: set_subnet_id } dry =>),
            Action::ModifySubnetAttribute => call!(ec2.modify_subnet_attribute {
                SubnetId: set_subnet_id,
                MapPublicIpOnLaunch: set_map_public_ip_on_launch,
                AssignIpv6AddressOnCreation: set_assign_ipv6_address_on_creation,
            } =>),
            Action::AssociateSubnetCidrBlock => call!(ec2.associate_subnet_cidr_block {
                SubnetId: set_subnet_id,
                Ipv6CidrBlock: set_ipv6_cidr_block,
            } => SubnetId: subnet_id, Ipv6CidrBlockAssociation: ipv6_cidr_block_association),
            Action::DisassociateSubnetCidrBlock => call!(ec2.disassociate_subnet_cidr_block {
                AssociationId: set_association_id,
            } => SubnetId: subnet_id, Ipv6CidrBlockAssociation: ipv6_cidr_block_association),
            Action::CreateInternetGateway => call!(ec2.create_internet_gateway {
                TagSpecifications: set_tag_specifications,
            } dry => InternetGateway: internet_gateway),
            Action::DeleteInternetGateway => call!(ec2.delete_internet_gateway {
                InternetGatewayId: set_internet_gateway_id,
            } dry =>),
            Action::AttachInternetGateway => call!(ec2.attach_internet_gateway {
                InternetGatewayId: set_internet_gateway_id,
                VpcId: set_vpc_id,
            } dry =>),
            Action::DetachInternetGateway => call!(ec2.detach_internet_gateway {
                InternetGatewayId: set_internet_gateway_id,
                VpcId: set_vpc_id,
            } dry =>),
            Action::CreateEgressOnlyInternetGateway => {
                call!(ec2.create_egress_only_internet_gateway {
                    VpcId: set_vpc_id,
                    TagSpecifications: set_tag_specifications,
                } dry, token => ClientToken: client_token,
                    EgressOnlyInternetGateway: egress_only_internet_gateway);
            }
            Action::DeleteEgressOnlyInternetGateway => {
                call!(ec2.delete_egress_only_internet_gateway {
                    EgressOnlyInternetGatewayId: set_egress_only_internet_gateway_id,
                } dry, done return_code => ReturnCode: return_code);
            }
            Action::CreateRouteTable => call!(ec2.create_route_table {
                VpcId: set_vpc_id,
                TagSpecifications: set_tag_specifications,
            } dry, token => ClientToken: client_token, RouteTable: route_table),
            Action::DeleteRouteTable => call!(ec2.delete_route_table {
                RouteTableId: set_route_table_id,
            } dry =>),
            Action::CreateRoute => call!(ec2.create_route {
                RouteTableId: set_route_table_id,
                DestinationCidrBlock: set_destination_cidr_block,
                DestinationIpv6CidrBlock: set_destination_ipv6_cidr_block,
                DestinationPrefixListId: set_destination_prefix_list_id,
                GatewayId: set_gateway_id,
                NatGatewayId: set_nat_gateway_id,
                EgressOnlyInternetGatewayId: set_egress_only_internet_gateway_id,
                TransitGatewayId: set_transit_gateway_id,
                VpcPeeringConnectionId: set_vpc_peering_connection_id,
                VpcEndpointId: set_vpc_endpoint_id,
                NetworkInterfaceId: set_network_interface_id,
                InstanceId: set_instance_id,
                CarrierGatewayId: set_carrier_gateway_id,
                LocalGatewayId: set_local_gateway_id,
                CoreNetworkArn: set_core_network_arn,
            } dry, done r#return => Return: r#return),
            Action::ReplaceRoute => call!(ec2.replace_route {
                RouteTableId: set_route_table_id,
                DestinationCidrBlock: set_destination_cidr_block,
                DestinationIpv6CidrBlock: set_destination_ipv6_cidr_block,
                DestinationPrefixListId: set_destination_prefix_list_id,
                LocalTarget: set_local_target,
                GatewayId: set_gateway_id,
                NatGatewayId: set_nat_gateway_id,
                EgressOnlyInternetGatewayId: set_egress_only_internet_gateway_id,
                TransitGatewayId: set_transit_gateway_id,
                VpcPeeringConnectionId: set_vpc_peering_connection_id,
                VpcEndpointId: set_vpc_endpoint_id,
                NetworkInterfaceId: set_network_interface_id,
                InstanceId: set_instance_id,
                CarrierGatewayId: set_carrier_gateway_id,
                LocalGatewayId: set_local_gateway_id,
                CoreNetworkArn: set_core_network_arn,
            } dry =>),
            Action::DeleteRoute => call!(ec2.delete_route {
                RouteTableId: set_route_table_id,
                DestinationCidrBlock: set_destination_cidr_block,
                DestinationIpv6CidrBlock: set_destination_ipv6_cidr_block,
                DestinationPrefixListId: set_destination_prefix_list_id,
            } dry =>),
            Action::AssociateRouteTable => call!(ec2.associate_route_table {
                RouteTableId: set_route_table_id,
                SubnetId: set_subnet_id,
                GatewayId: set_gateway_id,
            } dry => AssociationId: association_id, AssociationState: association_state),
            Action::ReplaceRouteTableAssociation => call!(ec2.replace_route_table_association {
                AssociationId: set_association_id,
                RouteTableId: set_route_table_id,
            } dry => NewAssociationId: new_association_id, AssociationState: association_state),
            Action::DisassociateRouteTable => call!(ec2.disassociate_route_table {
                AssociationId: set_association_id,
            } dry =>),
            Action::EnableVgwRoutePropagation => call!(ec2.enable_vgw_route_propagation {
                RouteTableId: set_route_table_id,
                GatewayId: set_gateway_id,
            } dry =>),
            Action::DisableVgwRoutePropagation => call!(ec2.disable_vgw_route_propagation {
                RouteTableId: set_route_table_id,
                GatewayId: set_gateway_id,
            } dry =>),
            Action::AllocateAddress => call!(ec2.allocate_address {
                Domain: set_domain,
                NetworkBorderGroup: set_network_border_group,
                TagSpecifications: set_tag_specifications,
            } dry => AllocationId: allocation_id,
                PublicIp: public_ip,
                PublicIpv4Pool: public_ipv4_pool,
                NetworkBorderGroup: network_border_group,
                Domain: domain),
            Action::ReleaseAddress => call!(ec2.release_address {
                AllocationId: set_allocation_id,
            } dry =>),
            Action::CreateNatGateway => call!(ec2.create_nat_gateway {
                AvailabilityMode: set_availability_mode,
                VpcId: set_vpc_id,
                SubnetId: set_subnet_id,
                AllocationId: set_allocation_id,
                SecondaryAllocationIds: set_secondary_allocation_ids,
                AvailabilityZoneAddresses: set_availability_zone_addresses,
                ConnectivityType: set_connectivity_type,
                TagSpecifications: set_tag_specifications,
            } dry, token => ClientToken: client_token, NatGateway: nat_gateway),
            Action::DeleteNatGateway => call!(ec2.delete_nat_gateway {
                NatGatewayId: set_nat_gateway_id,
            } dry => NatGatewayId: nat_gateway_id),
            Action::CreateTransitGatewayVpcAttachment => {
                call!(ec2.create_transit_gateway_vpc_attachment {
                    TransitGatewayId: set_transit_gateway_id,
                    VpcId: set_vpc_id,
                    SubnetIds: set_subnet_ids,
                    Options: set_options,
                    TagSpecifications: set_tag_specifications,
                } dry => TransitGatewayVpcAttachment: transit_gateway_vpc_attachment);
            }
            Action::ModifyTransitGatewayVpcAttachment => {
                call!(ec2.modify_transit_gateway_vpc_attachment {
                    TransitGatewayAttachmentId: set_transit_gateway_attachment_id,
                    AddSubnetIds: set_add_subnet_ids,
                    RemoveSubnetIds: set_remove_subnet_ids,
                    Options: set_options,
                } dry => TransitGatewayVpcAttachment: transit_gateway_vpc_attachment);
            }
            Action::DeleteTransitGatewayVpcAttachment => {
                call!(ec2.delete_transit_gateway_vpc_attachment {
                    TransitGatewayAttachmentId: set_transit_gateway_attachment_id,
                } dry => TransitGatewayVpcAttachment: transit_gateway_vpc_attachment);
            }
            Action::CreateVpnGateway => call!(ec2.create_vpn_gateway {
                Type: set_type,
                AmazonSideAsn: set_amazon_side_asn,
                TagSpecifications: set_tag_specifications,
            } dry => VpnGateway: vpn_gateway),
            Action::DeleteVpnGateway => call!(ec2.delete_vpn_gateway {
                VpnGatewayId: set_vpn_gateway_id,
            } dry =>),
            Action::AttachVpnGateway => call!(ec2.attach_vpn_gateway {
                VpnGatewayId: set_vpn_gateway_id,
                VpcId: set_vpc_id,
            } dry => VpcAttachment: vpc_attachment),
            Action::DetachVpnGateway => call!(ec2.detach_vpn_gateway {
                VpnGatewayId: set_vpn_gateway_id,
                VpcId: set_vpc_id,
            } dry =>),
            Action::CreateVpcPeeringConnection => call!(ec2.create_vpc_peering_connection {
                VpcId: set_vpc_id,
                PeerVpcId: set_peer_vpc_id,
                PeerOwnerId: set_peer_owner_id,
                PeerRegion: set_peer_region,
                TagSpecifications: set_tag_specifications,
            } dry => VpcPeeringConnection: vpc_peering_connection),
            Action::AcceptVpcPeeringConnection => call!(ec2.accept_vpc_peering_connection {
                VpcPeeringConnectionId: set_vpc_peering_connection_id,
            } dry => VpcPeeringConnection: vpc_peering_connection),
            Action::ModifyVpcPeeringConnectionOptions => {
                call!(ec2.modify_vpc_peering_connection_options {
                    VpcPeeringConnectionId: set_vpc_peering_connection_id,
                    RequesterPeeringConnectionOptions: set_requester_peering_connection_options,
                    AccepterPeeringConnectionOptions: set_accepter_peering_connection_options,
                } dry =>
                    RequesterPeeringConnectionOptions: requester_peering_connection_options,
                    AccepterPeeringConnectionOptions: accepter_peering_connection_options);
            }
            Action::DeleteVpcPeeringConnection => call!(ec2.delete_vpc_peering_connection {
                VpcPeeringConnectionId: set_vpc_peering_connection_id,
            } dry, done r#return => Return: r#return),
            Action::CreateVpcEndpoint => call!(ec2.create_vpc_endpoint {
                VpcEndpointType: set_vpc_endpoint_type,
                VpcId: set_vpc_id,
                ServiceName: set_service_name,
                PolicyDocument: set_policy_document,
                RouteTableIds: set_route_table_ids,
                SubnetIds: set_subnet_ids,
                SecurityGroupIds: set_security_group_ids,
                IpAddressType: set_ip_address_type,
                PrivateDnsEnabled: set_private_dns_enabled,
                TagSpecifications: set_tag_specifications,
            } dry, token => ClientToken: client_token, VpcEndpoint: vpc_endpoint),
            Action::ModifyVpcEndpoint => call!(ec2.modify_vpc_endpoint {
                VpcEndpointId: set_vpc_endpoint_id,
                ResetPolicy: set_reset_policy,
                PolicyDocument: set_policy_document,
                AddRouteTableIds: set_add_route_table_ids,
                RemoveRouteTableIds: set_remove_route_table_ids,
                AddSubnetIds: set_add_subnet_ids,
                RemoveSubnetIds: set_remove_subnet_ids,
                AddSecurityGroupIds: set_add_security_group_ids,
                RemoveSecurityGroupIds: set_remove_security_group_ids,
                IpAddressType: set_ip_address_type,
                PrivateDnsEnabled: set_private_dns_enabled,
            } dry, done r#return => Return: r#return),
            Action::DeleteVpcEndpoints => call!(ec2.delete_vpc_endpoints {
                VpcEndpointIds: set_vpc_endpoint_ids,
            } dry, each unsuccessful =>),
            Action::CreateSecurityGroup => call!(ec2.create_security_group {
                GroupName: set_group_name,
                Description: set_description,
                VpcId: set_vpc_id,
                TagSpecifications: set_tag_specifications,
            } dry => GroupId: group_id, SecurityGroupArn: security_group_arn, Tags: tags),
            Action::DeleteSecurityGroup => call!(ec2.delete_security_group {
                GroupId: set_group_id,
            } dry, done r#return => Return: r#return, GroupId: group_id),
            Action::AuthorizeSecurityGroupIngress => call!(ec2.authorize_security_group_ingress {
                GroupId: set_group_id,
                IpPermissions: set_ip_permissions,
            } dry, done r#return =>
                Return: r#return, SecurityGroupRules: security_group_rules),
            Action::RevokeSecurityGroupIngress => call!(ec2.revoke_security_group_ingress {
                GroupId: set_group_id,
                IpPermissions: set_ip_permissions,
            } dry, done r#return =>
                Return: r#return, UnknownIpPermissions: unknown_ip_permissions),
            Action::AuthorizeSecurityGroupEgress => call!(ec2.authorize_security_group_egress {
                GroupId: set_group_id,
                IpPermissions: set_ip_permissions,
            } dry, done r#return =>
                Return: r#return, SecurityGroupRules: security_group_rules),
            Action::RevokeSecurityGroupEgress => call!(ec2.revoke_security_group_egress {
                GroupId: set_group_id,
                IpPermissions: set_ip_permissions,
            } dry, done r#return =>
                Return: r#return, UnknownIpPermissions: unknown_ip_permissions),
            Action::CreateNetworkAcl => call!(ec2.create_network_acl {
                VpcId: set_vpc_id,
                TagSpecifications: set_tag_specifications,
            } dry, token => ClientToken: client_token, NetworkAcl: network_acl),
            Action::DeleteNetworkAcl => call!(ec2.delete_network_acl {
                NetworkAclId: set_network_acl_id,
            } dry =>),
            Action::CreateNetworkAclEntry => call!(ec2.create_network_acl_entry {
                NetworkAclId: set_network_acl_id,
                RuleNumber: set_rule_number,
                Egress: set_egress,
                Protocol: set_protocol,
                RuleAction: set_rule_action,
                CidrBlock: set_cidr_block,
                Ipv6CidrBlock: set_ipv6_cidr_block,
                PortRange: set_port_range,
                IcmpTypeCode: set_icmp_type_code,
            } dry =>),
            Action::ReplaceNetworkAclEntry => call!(ec2.replace_network_acl_entry {
                NetworkAclId: set_network_acl_id,
                RuleNumber: set_rule_number,
                Egress: set_egress,
                Protocol: set_protocol,
                RuleAction: set_rule_action,
                CidrBlock: set_cidr_block,
                Ipv6CidrBlock: set_ipv6_cidr_block,
                PortRange: set_port_range,
                IcmpTypeCode: set_icmp_type_code,
            } dry =>),
            Action::DeleteNetworkAclEntry => call!(ec2.delete_network_acl_entry {
                NetworkAclId: set_network_acl_id,
                RuleNumber: set_rule_number,
                Egress: set_egress,
            } dry =>),
            Action::ReplaceNetworkAclAssociation => call!(ec2.replace_network_acl_association {
                AssociationId: set_association_id,
                NetworkAclId: set_network_acl_id,
            } dry => NewAssociationId: new_association_id),
            Action::CreateFlowLogs => call!(ec2.create_flow_logs {
                ResourceIds: set_resource_ids,
                ResourceType: set_resource_type,
                TrafficType: set_traffic_type,
                LogDestinationType: set_log_destination_type,
                LogDestination: set_log_destination,
                LogGroupName: set_log_group_name,
                DeliverLogsPermissionArn: set_deliver_logs_permission_arn,
                TagSpecifications: set_tag_specifications,
            } dry, token, each unsuccessful => ClientToken: client_token, FlowLogIds: flow_log_ids),
            Action::DeleteFlowLogs => call!(ec2.delete_flow_logs {
                FlowLogIds: set_flow_log_ids,
            } dry, each unsuccessful =>),
            Action::CreateTags => call!(ec2.create_tags {
                Resources: set_resources,
                Tags: set_tags,
            } dry =>),
            Action::DeleteTags => call!(ec2.delete_tags {
                Resources: set_resources,
                Tags: set_tags,
            } dry =>),
            Action::CreateResolverEndpoint => call!(resolver.create_resolver_endpoint {
                Name: set_name,
                Direction: set_direction,
                SecurityGroupIds: set_security_group_ids,
                IpAddresses: set_ip_addresses,
                ResolverEndpointType: set_resolver_endpoint_type,
                Tags: set_tags,
            } creator => ResolverEndpoint: resolver_endpoint),
            Action::DeleteResolverEndpoint => call!(resolver.delete_resolver_endpoint {
                ResolverEndpointId: set_resolver_endpoint_id,
            } => ResolverEndpoint: resolver_endpoint),
        }
        Ok(Value::Object(members))
    }
}

/// Calls of an older make say in their answer whether they did what was asked. They say yes, or fail; a no without an
/// error is against the API's word, and leaves open what was done.
fn done(field: Option<bool>) -> Result<(), Fault> {
    match field {
        Some(false) => Err(Fault::malformed(
            "the answer says that it was not done, and not why",
        )),
        _ => Ok(()),
    }
}

/// The first item that was refused, as a failure.
fn each(items: Option<&[UnsuccessfulItem]>) -> Result<(), Fault> {
    let Some(item) = items.and_then(<[_]>::first) else {
        return Ok(());
    };
    let error = item.error.as_ref();
    let code = error.and_then(|error| error.code.as_deref());
    let words = error.and_then(|error| error.message.as_deref());
    Err(Fault::of_item(code, words))
}

/// Takes out what the API takes and this SDK does not know, as pairs of a query.
fn beyond(fields: &mut Fields<'_>) -> Result<Vec<String>, Wrong> {
    let mut pairs = Vec::new();
    for name in BEYOND {
        let Some(word) = fields.take::<String>(name)? else {
            continue;
        };
        // Nothing that would have to be encoded.
        if word.is_empty() || !word.chars().all(|c| c.is_ascii_lowercase()) {
            return Err(Wrong(format!("the parameter {name} is not a word")));
        }
        pairs.push(format!("{name}={word}"));
    }
    Ok(pairs)
}

/// Adds pairs to the query, before it is signed.
fn append(request: &mut HttpRequest, pairs: &[String]) {
    let Some(body) = request.body().bytes().filter(|_| !pairs.is_empty()) else {
        return;
    };
    let mut body = body.to_vec();
    for pair in pairs {
        body.push(b'&');
        body.extend_from_slice(pair.as_bytes());
    }
    let length = body.len().to_string();
    request.headers_mut().insert("content-length", length);
    *request.body_mut() = body.into();
}
