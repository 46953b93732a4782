//! The symbols on cards: one enum of vector paths on a 16 by 16 grid, used by every output.

/// A symbol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Glyph {
    /// A cloud: a VPC.
    Vpc,
    /// A divided frame: a subnet.
    Subnet,
    /// A divided frame with an opening outward: a public subnet.
    PublicSubnet,
    /// A frame with a bar across: an isolated subnet.
    IsolatedSubnet,
    /// Lines that branch: a route table.
    RouteTable,
    /// A globe: an internet gateway.
    InternetGateway,
    /// A globe with an arrow out: an egress-only internet gateway.
    EgressOnlyGateway,
    /// Two opposed arrows: a NAT gateway.
    NatGateway,
    /// A plug: an interface or resource endpoint.
    Endpoint,
    /// A plug into a store: a gateway endpoint.
    GatewayEndpoint,
    /// Two joined rings: a peering connection.
    Peering,
    /// A star of lines: a transit gateway.
    TransitGateway,
    /// One arm of the star: a transit gateway attachment.
    TransitAttachment,
    /// A padlock: a VPN gateway.
    VpnGateway,
    /// A padlock with a line: a VPN connection.
    VpnConnection,
    /// A building: a customer gateway.
    CustomerGateway,
    /// A double line: Direct Connect.
    DirectConnect,
    /// An antenna: a carrier gateway.
    CarrierGateway,
    /// A house: a local gateway.
    LocalGateway,
    /// A ring of points: a core network.
    CoreNetwork,
    /// A brick wall: a firewall or firewall endpoint.
    Firewall,
    /// A shield: a network ACL or security group.
    Shield,
    /// A card with a connector: a network interface.
    NetworkInterface,
    /// A box with pins: an instance.
    Instance,
    /// Arrows that fan out: a load balancer.
    LoadBalancer,
    /// A drum: a database.
    Database,
    /// The letter lambda: a function.
    Function,
    /// A list with marks: a prefix list.
    PrefixList,
    /// A pin: an Elastic IP address.
    Address,
    /// A question mark in a ring: not known, or a kind without a symbol of its own.
    #[default]
    Unknown,
}
