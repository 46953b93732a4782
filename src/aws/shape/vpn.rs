//! Site-to-site VPN, without the keys of its tunnels.

use aws_sdk_ec2::types::{
    CustomerGateway, TunnelOption, VgwTelemetry, VpcAttachment, VpnConnection,
    VpnConnectionOptions, VpnGateway, VpnStaticRoute,
};

use super::members;

members!(VpnGateway {
    AmazonSideAsn: amazon_side_asn,
    Tags: tags,
    VpnGatewayId: vpn_gateway_id,
    State: state,
    Type: r#type,
    AvailabilityZone: availability_zone,
    VpcAttachments: vpc_attachments,
});
members!(VpcAttachment {
    VpcId: vpc_id,
    State: state
});
// `CustomerGatewayConfiguration` holds the tunnels' pre-shared keys: it stays where it is.
members!(VpnConnection {
    Category: category,
    TransitGatewayId: transit_gateway_id,
    VpnConcentratorId: vpn_concentrator_id,
    CoreNetworkArn: core_network_arn,
    CoreNetworkAttachmentArn: core_network_attachment_arn,
    GatewayAssociationState: gateway_association_state,
    Options: options,
    Routes: routes,
    Tags: tags,
    VgwTelemetry: vgw_telemetry,
    VpnConnectionId: vpn_connection_id,
    State: state,
    Type: r#type,
    CustomerGatewayId: customer_gateway_id,
    VpnGatewayId: vpn_gateway_id,
});
members!(VpnConnectionOptions {
    EnableAcceleration: enable_acceleration,
    StaticRoutesOnly: static_routes_only,
    LocalIpv4NetworkCidr: local_ipv4_network_cidr,
    RemoteIpv4NetworkCidr: remote_ipv4_network_cidr,
    LocalIpv6NetworkCidr: local_ipv6_network_cidr,
    RemoteIpv6NetworkCidr: remote_ipv6_network_cidr,
    OutsideIpAddressType: outside_ip_address_type,
    TransportTransitGatewayAttachmentId: transport_transit_gateway_attachment_id,
    TunnelInsideIpVersion: tunnel_inside_ip_version,
    TunnelBandwidth: tunnel_bandwidth,
    TunnelOptions: tunnel_options,
});
// `PreSharedKey` is left out on purpose, and with it the phases of a tunnel's encryption, which no map needs.
members!(TunnelOption {
    OutsideIpAddress: outside_ip_address,
    TunnelInsideCidr: tunnel_inside_cidr,
    TunnelInsideIpv6Cidr: tunnel_inside_ipv6_cidr,
});
members!(VpnStaticRoute {
    DestinationCidrBlock: destination_cidr_block,
    Source: source,
    State: state
});
members!(VgwTelemetry {
    AcceptedRouteCount: accepted_route_count,
    LastStatusChange: last_status_change,
    OutsideIpAddress: outside_ip_address,
    Status: status,
    StatusMessage: status_message,
    CertificateArn: certificate_arn,
});
members!(CustomerGateway {
    CertificateArn: certificate_arn,
    DeviceName: device_name,
    Tags: tags,
    BgpAsnExtended: bgp_asn_extended,
    CustomerGatewayId: customer_gateway_id,
    State: state,
    Type: r#type,
    IpAddress: ip_address,
    BgpAsn: bgp_asn,
});
