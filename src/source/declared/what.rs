//! The types of resources that are read, by CloudFormation's name and Terraform's.

use crate::network::Kind;

macro_rules! whats {
    ($( $variant:ident $part:ident $kind:expr, $cloudformation:expr, $terraform:expr; )*) => {
        /// What a declared resource is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(in crate::source) enum What { $( $variant, )* Other }

        impl What {
            /// What a resource of this type of CloudFormation is.
            pub(in crate::source) fn of_cloudformation(name: &str) -> Self {
                const NAMES: &[(&[&str], What)] = &[$( (&$cloudformation, What::$variant), )*];
                of(NAMES, name)
            }

            /// What a resource of this type of Terraform is.
            pub(in crate::source) fn of_terraform(name: &str) -> Self {
                const NAMES: &[(&[&str], What)] = &[$( (&$terraform, What::$variant), )*];
                of(NAMES, name)
            }

            /// The kind of the network's resource it is or belongs to.
            pub(in crate::source) fn kind(self) -> Option<Kind> {
                match self { $( Self::$variant => $kind, )* Self::Other => None }
            }

            /// Whether it is a resource of the network, and not a part of one.
            pub(in crate::source) fn is_whole(self) -> bool {
                match self { $( Self::$variant => stringify!($part).starts_with('w'), )* Self::Other => false }
            }
        }
    };
}

fn of(names: &[(&[&str], What)], name: &str) -> What {
    names
        .iter()
        .find(|(held, _)| held.contains(&name))
        .map_or(What::Other, |&(_, what)| what)
}

const NONE: [&str; 0] = [];

whats! {
    Vpc whole Some(Kind::Vpc), ["AWS::EC2::VPC"], ["aws_vpc"];
    DefaultVpc whole Some(Kind::Vpc), NONE, ["aws_default_vpc"];
    VpcBlock part Some(Kind::Vpc), ["AWS::EC2::VPCCidrBlock"],
        ["aws_vpc_ipv4_cidr_block_association", "aws_vpc_ipv6_cidr_block_association"];
    Subnet whole Some(Kind::Subnet), ["AWS::EC2::Subnet"], ["aws_subnet"];
    DefaultSubnet whole Some(Kind::Subnet), NONE, ["aws_default_subnet"];
    SubnetBlock part Some(Kind::Subnet), ["AWS::EC2::SubnetCidrBlock"], NONE;
    DhcpOptions whole Some(Kind::DhcpOptions), ["AWS::EC2::DHCPOptions"],
        ["aws_vpc_dhcp_options", "aws_default_vpc_dhcp_options"];
    DhcpAssociation part Some(Kind::Vpc), ["AWS::EC2::VPCDHCPOptionsAssociation"],
        ["aws_vpc_dhcp_options_association"];
    EncryptionControl part Some(Kind::Vpc), ["AWS::EC2::VPCEncryptionControl"],
        ["aws_vpc_encryption_control"];
    InternetGateway whole Some(Kind::InternetGateway), ["AWS::EC2::InternetGateway"],
        ["aws_internet_gateway"];
    EgressOnlyGateway whole Some(Kind::EgressOnlyInternetGateway),
        ["AWS::EC2::EgressOnlyInternetGateway"], ["aws_egress_only_internet_gateway"];
    CarrierGateway whole Some(Kind::CarrierGateway), ["AWS::EC2::CarrierGateway"],
        ["aws_ec2_carrier_gateway"];
    GatewayAttachment part Some(Kind::InternetGateway), ["AWS::EC2::VPCGatewayAttachment"],
        ["aws_internet_gateway_attachment", "aws_vpn_gateway_attachment"];
    NatGateway whole Some(Kind::NatGateway), ["AWS::EC2::NatGateway"], ["aws_nat_gateway"];
    ElasticIp whole Some(Kind::ElasticIp), ["AWS::EC2::EIP"], ["aws_eip"];
    AddressAssociation part Some(Kind::ElasticIp), ["AWS::EC2::EIPAssociation"],
        ["aws_eip_association"];
    FlowLog whole Some(Kind::FlowLog), ["AWS::EC2::FlowLog"], ["aws_flow_log"];
    RouteTable whole Some(Kind::RouteTable), ["AWS::EC2::RouteTable"], ["aws_route_table"];
    DefaultRouteTable whole Some(Kind::RouteTable), NONE, ["aws_default_route_table"];
    Route part Some(Kind::RouteTable), ["AWS::EC2::Route"], ["aws_route"];
    TableAssociation part Some(Kind::RouteTable),
        ["AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::GatewayRouteTableAssociation"],
        ["aws_route_table_association"];
    MainAssociation part Some(Kind::RouteTable), NONE, ["aws_main_route_table_association"];
    Propagation part Some(Kind::RouteTable), ["AWS::EC2::VPNGatewayRoutePropagation"],
        ["aws_vpn_gateway_route_propagation"];
    Endpoint whole Some(Kind::VpcEndpoint), ["AWS::EC2::VPCEndpoint"], ["aws_vpc_endpoint"];
    EndpointTable part Some(Kind::VpcEndpoint), NONE, ["aws_vpc_endpoint_route_table_association"];
    EndpointSubnet part Some(Kind::VpcEndpoint), NONE, ["aws_vpc_endpoint_subnet_association"];
    EndpointGroup part Some(Kind::VpcEndpoint), NONE,
        ["aws_vpc_endpoint_security_group_association"];
    PrefixList whole Some(Kind::PrefixList), ["AWS::EC2::PrefixList"], ["aws_ec2_managed_prefix_list"];
    PrefixListEntry part Some(Kind::PrefixList), NONE, ["aws_ec2_managed_prefix_list_entry"];
    Peering whole Some(Kind::VpcPeeringConnection), ["AWS::EC2::VPCPeeringConnection"],
        ["aws_vpc_peering_connection"];
    PeeringAccepter part Some(Kind::VpcPeeringConnection), NONE,
        ["aws_vpc_peering_connection_accepter"];
    NetworkAcl whole Some(Kind::NetworkAcl), ["AWS::EC2::NetworkAcl"], ["aws_network_acl"];
    DefaultNetworkAcl whole Some(Kind::NetworkAcl), NONE, ["aws_default_network_acl"];
    AclEntry part Some(Kind::NetworkAcl), ["AWS::EC2::NetworkAclEntry"], ["aws_network_acl_rule"];
    AclAssociation part Some(Kind::NetworkAcl), ["AWS::EC2::SubnetNetworkAclAssociation"],
        ["aws_network_acl_association"];
    SecurityGroup whole Some(Kind::SecurityGroup), ["AWS::EC2::SecurityGroup"], ["aws_security_group"];
    DefaultSecurityGroup whole Some(Kind::SecurityGroup), NONE, ["aws_default_security_group"];
    IngressRule part Some(Kind::SecurityGroup), ["AWS::EC2::SecurityGroupIngress"],
        ["aws_vpc_security_group_ingress_rule"];
    EgressRule part Some(Kind::SecurityGroup), ["AWS::EC2::SecurityGroupEgress"],
        ["aws_vpc_security_group_egress_rule"];
    GroupRule part Some(Kind::SecurityGroup), NONE, ["aws_security_group_rule"];
    TransitGateway whole Some(Kind::TransitGateway), ["AWS::EC2::TransitGateway"],
        ["aws_ec2_transit_gateway"];
    TransitVpcAttachment whole Some(Kind::TransitGatewayAttachment),
        ["AWS::EC2::TransitGatewayAttachment", "AWS::EC2::TransitGatewayVpcAttachment"],
        ["aws_ec2_transit_gateway_vpc_attachment"];
    TransitPeering whole Some(Kind::TransitGatewayAttachment),
        ["AWS::EC2::TransitGatewayPeeringAttachment"],
        ["aws_ec2_transit_gateway_peering_attachment"];
    TransitConnect whole Some(Kind::TransitGatewayAttachment), ["AWS::EC2::TransitGatewayConnect"],
        ["aws_ec2_transit_gateway_connect"];
    TransitTable whole Some(Kind::TransitGatewayRouteTable), ["AWS::EC2::TransitGatewayRouteTable"],
        ["aws_ec2_transit_gateway_route_table"];
    TransitAssociation part Some(Kind::TransitGatewayRouteTable),
        ["AWS::EC2::TransitGatewayRouteTableAssociation"],
        ["aws_ec2_transit_gateway_route_table_association"];
    TransitPropagation part Some(Kind::TransitGatewayRouteTable),
        ["AWS::EC2::TransitGatewayRouteTablePropagation"],
        ["aws_ec2_transit_gateway_route_table_propagation"];
    TransitRoute part Some(Kind::TransitGatewayRouteTable), ["AWS::EC2::TransitGatewayRoute"],
        ["aws_ec2_transit_gateway_route"];
    VpnGateway whole Some(Kind::VpnGateway), ["AWS::EC2::VPNGateway"], ["aws_vpn_gateway"];
    CustomerGateway whole Some(Kind::CustomerGateway), ["AWS::EC2::CustomerGateway"],
        ["aws_customer_gateway"];
    VpnConnection whole Some(Kind::VpnConnection), ["AWS::EC2::VPNConnection"],
        ["aws_vpn_connection"];
    VpnRoute part Some(Kind::VpnConnection), ["AWS::EC2::VPNConnectionRoute"],
        ["aws_vpn_connection_route"];
    DirectConnectGateway whole Some(Kind::DirectConnectGateway), ["AWS::DirectConnect::DirectConnectGateway"],
        ["aws_dx_gateway"];
    Instance whole Some(Kind::Instance), ["AWS::EC2::Instance"], ["aws_instance"];
    Interface whole Some(Kind::NetworkInterface), ["AWS::EC2::NetworkInterface"],
        ["aws_network_interface"];
    ResolverEndpoint part Some(Kind::NetworkInterface), ["AWS::Route53Resolver::ResolverEndpoint"],
        ["aws_route53_resolver_endpoint"];
}
