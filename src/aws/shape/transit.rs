//! Transit gateways: attachments, route tables and routes.

use aws_sdk_ec2::types::{
    EncryptionSupport, PeeringAttachmentStatus, PeeringTgwInfo, TransitGateway,
    TransitGatewayAttachment, TransitGatewayAttachmentAssociation, TransitGatewayConnect,
    TransitGatewayConnectOptions, TransitGatewayOptions, TransitGatewayPeeringAttachment,
    TransitGatewayPeeringAttachmentOptions, TransitGatewayRoute, TransitGatewayRouteAttachment,
    TransitGatewayRouteTable, TransitGatewayRouteTableAssociation,
    TransitGatewayRouteTablePropagation, TransitGatewayVpcAttachment,
    TransitGatewayVpcAttachmentOptions,
};

use super::members;

members!(TransitGateway {
    TransitGatewayId: transit_gateway_id,
    TransitGatewayArn: transit_gateway_arn,
    State: state,
    OwnerId: owner_id,
    Description: description,
    CreationTime: creation_time,
    Options: options,
    Tags: tags,
});
members!(TransitGatewayOptions {
    AmazonSideAsn: amazon_side_asn,
    TransitGatewayCidrBlocks: transit_gateway_cidr_blocks,
    AutoAcceptSharedAttachments: auto_accept_shared_attachments,
    DefaultRouteTableAssociation: default_route_table_association,
    AssociationDefaultRouteTableId: association_default_route_table_id,
    DefaultRouteTablePropagation: default_route_table_propagation,
    PropagationDefaultRouteTableId: propagation_default_route_table_id,
    VpnEcmpSupport: vpn_ecmp_support,
    DnsSupport: dns_support,
    SecurityGroupReferencingSupport: security_group_referencing_support,
    MulticastSupport: multicast_support,
    EncryptionSupport: encryption_support,
});
members!(EncryptionSupport {
    EncryptionState: encryption_state,
    StateMessage: state_message
});
members!(TransitGatewayAttachment {
    TransitGatewayAttachmentId: transit_gateway_attachment_id,
    TransitGatewayId: transit_gateway_id,
    TransitGatewayOwnerId: transit_gateway_owner_id,
    ResourceOwnerId: resource_owner_id,
    ResourceType: resource_type,
    ResourceId: resource_id,
    State: state,
    Association: association,
    CreationTime: creation_time,
    Tags: tags,
});
members!(TransitGatewayAttachmentAssociation {
    TransitGatewayRouteTableId: transit_gateway_route_table_id,
    State: state,
});
members!(TransitGatewayVpcAttachment {
    TransitGatewayAttachmentId: transit_gateway_attachment_id,
    TransitGatewayId: transit_gateway_id,
    VpcId: vpc_id,
    VpcOwnerId: vpc_owner_id,
    State: state,
    SubnetIds: subnet_ids,
    CreationTime: creation_time,
    Options: options,
    Tags: tags,
});
members!(TransitGatewayVpcAttachmentOptions {
    DnsSupport: dns_support,
    SecurityGroupReferencingSupport: security_group_referencing_support,
    Ipv6Support: ipv6_support,
    ApplianceModeSupport: appliance_mode_support,
});
members!(TransitGatewayPeeringAttachment {
    TransitGatewayAttachmentId: transit_gateway_attachment_id,
    AccepterTransitGatewayAttachmentId: accepter_transit_gateway_attachment_id,
    RequesterTgwInfo: requester_tgw_info,
    AccepterTgwInfo: accepter_tgw_info,
    Options: options,
    Status: status,
    State: state,
    CreationTime: creation_time,
    Tags: tags,
});
members!(PeeringTgwInfo {
    TransitGatewayId: transit_gateway_id,
    CoreNetworkId: core_network_id,
    OwnerId: owner_id,
    Region: region,
});
members!(TransitGatewayPeeringAttachmentOptions {
    DynamicRouting: dynamic_routing
});
members!(PeeringAttachmentStatus {
    Code: code,
    Message: message
});
members!(TransitGatewayConnect {
    TransitGatewayAttachmentId: transit_gateway_attachment_id,
    TransportTransitGatewayAttachmentId: transport_transit_gateway_attachment_id,
    TransitGatewayId: transit_gateway_id,
    State: state,
    CreationTime: creation_time,
    Options: options,
    Tags: tags,
});
members!(TransitGatewayConnectOptions { Protocol: protocol });
members!(TransitGatewayRouteTable {
    TransitGatewayRouteTableId: transit_gateway_route_table_id,
    TransitGatewayId: transit_gateway_id,
    State: state,
    DefaultAssociationRouteTable: default_association_route_table,
    DefaultPropagationRouteTable: default_propagation_route_table,
    CreationTime: creation_time,
    Tags: tags,
});
members!(TransitGatewayRouteTableAssociation {
    TransitGatewayAttachmentId: transit_gateway_attachment_id,
    ResourceId: resource_id,
    ResourceType: resource_type,
    State: state,
});
members!(TransitGatewayRouteTablePropagation {
    TransitGatewayAttachmentId: transit_gateway_attachment_id,
    ResourceId: resource_id,
    ResourceType: resource_type,
    State: state,
    TransitGatewayRouteTableAnnouncementId: transit_gateway_route_table_announcement_id,
});
members!(TransitGatewayRoute {
    DestinationCidrBlock: destination_cidr_block,
    PrefixListId: prefix_list_id,
    TransitGatewayRouteTableAnnouncementId: transit_gateway_route_table_announcement_id,
    TransitGatewayAttachments: transit_gateway_attachments,
    Type: r#type,
    State: state,
});
members!(TransitGatewayRouteAttachment {
    ResourceId: resource_id,
    TransitGatewayAttachmentId: transit_gateway_attachment_id,
    ResourceType: resource_type,
});
