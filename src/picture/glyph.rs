//! The symbols on cards: one enum of vector paths on a 16 by 16 grid, used by every output.

use std::sync::LazyLock;

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

/// The side of the square that symbols are drawn in.
pub const GRID: f32 = 16.0;

/// How wide a symbol's lines are on that grid; ends and corners are round.
pub const PEN: f32 = 1.3;

/// One path of a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Filled, not drawn with the pen.
    pub filled: bool,
    /// The path as SVG writes it: absolute `M L H V C A Z`.
    pub d: &'static str,
}

/// A path as a chain of straight lines, for outputs that have no curves.
#[derive(Clone, Debug, PartialEq)]
pub struct Chain {
    /// Filled, not drawn with the pen.
    pub filled: bool,
    /// The last point joins the first.
    pub closed: bool,
    /// Points on the grid.
    pub points: Vec<[f32; 2]>,
}

const fn pen(d: &'static str) -> Part {
    Part { filled: false, d }
}

const fn fill(d: &'static str) -> Part {
    Part { filled: true, d }
}

impl Glyph {
    /// Every symbol.
    pub const ALL: [Self; 30] = [
        Self::Vpc,
        Self::Subnet,
        Self::PublicSubnet,
        Self::IsolatedSubnet,
        Self::RouteTable,
        Self::InternetGateway,
        Self::EgressOnlyGateway,
        Self::NatGateway,
        Self::Endpoint,
        Self::GatewayEndpoint,
        Self::Peering,
        Self::TransitGateway,
        Self::TransitAttachment,
        Self::VpnGateway,
        Self::VpnConnection,
        Self::CustomerGateway,
        Self::DirectConnect,
        Self::CarrierGateway,
        Self::LocalGateway,
        Self::CoreNetwork,
        Self::Firewall,
        Self::Shield,
        Self::NetworkInterface,
        Self::Instance,
        Self::LoadBalancer,
        Self::Database,
        Self::Function,
        Self::PrefixList,
        Self::Address,
        Self::Unknown,
    ];

    /// Its name in files: lower case, words joined with hyphens.
    pub fn name(self) -> &'static str {
        match self {
            Self::Vpc => "vpc",
            Self::Subnet => "subnet",
            Self::PublicSubnet => "public-subnet",
            Self::IsolatedSubnet => "isolated-subnet",
            Self::RouteTable => "route-table",
            Self::InternetGateway => "internet-gateway",
            Self::EgressOnlyGateway => "egress-only-gateway",
            Self::NatGateway => "nat-gateway",
            Self::Endpoint => "endpoint",
            Self::GatewayEndpoint => "gateway-endpoint",
            Self::Peering => "peering",
            Self::TransitGateway => "transit-gateway",
            Self::TransitAttachment => "transit-attachment",
            Self::VpnGateway => "vpn-gateway",
            Self::VpnConnection => "vpn-connection",
            Self::CustomerGateway => "customer-gateway",
            Self::DirectConnect => "direct-connect",
            Self::CarrierGateway => "carrier-gateway",
            Self::LocalGateway => "local-gateway",
            Self::CoreNetwork => "core-network",
            Self::Firewall => "firewall",
            Self::Shield => "shield",
            Self::NetworkInterface => "network-interface",
            Self::Instance => "instance",
            Self::LoadBalancer => "load-balancer",
            Self::Database => "database",
            Self::Function => "function",
            Self::PrefixList => "prefix-list",
            Self::Address => "address",
            Self::Unknown => "unknown",
        }
    }

    /// Its paths.
    pub fn parts(self) -> &'static [Part] {
        match self {
            Self::Vpc => {
                const {
                    &[pen(
                        "M4.6 12.5H11.6A2.8 2.8 0 0 0 12.1 6.95A4.1 4.1 0 0 0 4.3 6.3A3.15 3.15 0 0 0 4.6 12.5Z",
                    )]
                }
            }
            Self::Subnet => const { &[pen("M2 3.5H14V12.5H2Z"), pen("M2 7H14")] },
            Self::PublicSubnet => {
                const {
                    &[
                        pen("M8.5 3.5H2V12.5H14V8.5"),
                        pen("M2 7H6.5"),
                        pen("M9 8L14 3"),
                        pen("M10.5 3H14V6.5"),
                    ]
                }
            }
            Self::IsolatedSubnet => {
                const {
                    &[
                        pen("M2 3.5H14V12.5H2Z"),
                        pen("M2 7H14"),
                        pen("M5.5 9.8H10.5"),
                    ]
                }
            }
            Self::RouteTable => {
                const {
                    &[
                        pen("M2 8H14"),
                        pen("M5 8C8 8 7 4 10 4H14"),
                        pen("M5 8C8 8 7 12 10 12H14"),
                    ]
                }
            }
            Self::InternetGateway => {
                const {
                    &[
                        pen("M8 2A6 6 0 0 1 8 14A6 6 0 0 1 8 2Z"),
                        pen("M2 8H14"),
                        pen("M8 2C5 5 5 11 8 14"),
                        pen("M8 2C11 5 11 11 8 14"),
                    ]
                }
            }
            Self::EgressOnlyGateway => {
                const {
                    &[
                        pen("M8 14A6 6 0 1 1 13.8 6.5"),
                        pen("M2 8H8"),
                        pen("M8 2C5 5 5 11 8 14"),
                        pen("M9.5 11H14.5"),
                        pen("M12.3 8.8L14.5 11L12.3 13.2"),
                    ]
                }
            }
            Self::NatGateway => {
                const {
                    &[
                        pen("M2.5 5.5H13.5"),
                        pen("M10.5 2.5L13.5 5.5"),
                        pen("M13.5 10.5H2.5"),
                        pen("M5.5 13.5L2.5 10.5"),
                    ]
                }
            }
            Self::Endpoint => {
                const {
                    &[
                        pen("M1.5 8H5"),
                        pen("M5 4.5H8.5A3.5 3.5 0 0 1 8.5 11.5H5Z"),
                        pen("M12 6.3H14.5"),
                        pen("M12 9.7H14.5"),
                    ]
                }
            }
            Self::GatewayEndpoint => {
                const {
                    &[
                        pen("M1.5 8H6"),
                        pen("M6 3.5H14V12.5H6Z"),
                        pen("M8.5 6.5H11.5"),
                        pen("M8.5 9.5H11.5"),
                    ]
                }
            }
            Self::Peering => {
                const {
                    &[
                        pen("M2 8A3.6 3.6 0 0 1 9.2 8A3.6 3.6 0 0 1 2 8Z"),
                        pen("M6.8 8A3.6 3.6 0 0 1 14 8A3.6 3.6 0 0 1 6.8 8Z"),
                    ]
                }
            }
            Self::TransitGateway => {
                const {
                    &[
                        pen("M8 2V14"),
                        pen("M2 8H14"),
                        pen("M3.8 3.8L12.2 12.2"),
                        pen("M12.2 3.8L3.8 12.2"),
                    ]
                }
            }
            Self::TransitAttachment => {
                const {
                    &[
                        pen("M2 8H9.5"),
                        pen("M9.5 8L13.5 4"),
                        pen("M9.5 8L13.5 12"),
                        fill("M8 8A1.5 1.5 0 0 1 11 8A1.5 1.5 0 0 1 8 8Z"),
                    ]
                }
            }
            Self::VpnGateway => {
                const {
                    &[
                        pen("M3.5 7.5H12.5V13.5H3.5Z"),
                        pen("M5.5 7.5V5A2.5 2.5 0 0 1 10.5 5V7.5"),
                    ]
                }
            }
            Self::VpnConnection => {
                const {
                    &[
                        pen("M1.5 10.5H4.5"),
                        pen("M11.5 10.5H14.5"),
                        pen("M4.5 8H11.5V13H4.5Z"),
                        pen("M6 8V6A2 2 0 0 1 10 6V8"),
                    ]
                }
            }
            Self::CustomerGateway => {
                const {
                    &[
                        pen("M3.5 14V2.5H12.5V14"),
                        pen("M2 14H14"),
                        pen("M6 5.5H6.8"),
                        pen("M9.2 5.5H10"),
                        pen("M6 8.5H6.8"),
                        pen("M9.2 8.5H10"),
                        pen("M7 14V11.3H9V14"),
                    ]
                }
            }
            Self::DirectConnect => {
                const {
                    &[
                        pen("M2 6H14"),
                        pen("M2 10H14"),
                        pen("M5 3.5V12.5"),
                        pen("M11 3.5V12.5"),
                    ]
                }
            }
            Self::CarrierGateway => {
                const {
                    &[
                        pen("M8 7V14"),
                        pen("M5.5 14H10.5"),
                        pen("M5.2 9.3A4 4 0 0 1 5.2 3.7"),
                        pen("M10.8 9.3A4 4 0 0 0 10.8 3.7"),
                        pen("M3 11.2A6.8 6.8 0 0 1 3 1.8"),
                        pen("M13 11.2A6.8 6.8 0 0 0 13 1.8"),
                        fill("M6.7 6.5A1.3 1.3 0 0 1 9.3 6.5A1.3 1.3 0 0 1 6.7 6.5Z"),
                    ]
                }
            }
            Self::LocalGateway => {
                const {
                    &[
                        pen("M2 8L8 2.5L14 8"),
                        pen("M3.8 6.5V13.5H12.2V6.5"),
                        pen("M6.8 13.5V10H9.2V13.5"),
                    ]
                }
            }
            Self::CoreNetwork => {
                const {
                    &[
                        pen("M8 2.8L12.5 5.4V10.6L8 13.2L3.5 10.6V5.4Z"),
                        fill("M6.6 2.8A1.4 1.4 0 0 1 9.4 2.8A1.4 1.4 0 0 1 6.6 2.8Z"),
                        fill("M11.1 5.4A1.4 1.4 0 0 1 13.9 5.4A1.4 1.4 0 0 1 11.1 5.4Z"),
                        fill("M11.1 10.6A1.4 1.4 0 0 1 13.9 10.6A1.4 1.4 0 0 1 11.1 10.6Z"),
                        fill("M6.6 13.2A1.4 1.4 0 0 1 9.4 13.2A1.4 1.4 0 0 1 6.6 13.2Z"),
                        fill("M2.1 10.6A1.4 1.4 0 0 1 4.9 10.6A1.4 1.4 0 0 1 2.1 10.6Z"),
                        fill("M2.1 5.4A1.4 1.4 0 0 1 4.9 5.4A1.4 1.4 0 0 1 2.1 5.4Z"),
                    ]
                }
            }
            Self::Firewall => {
                const {
                    &[
                        pen("M2 3.5H14V12.5H2Z"),
                        pen("M2 6.5H14"),
                        pen("M2 9.5H14"),
                        pen("M8 3.5V6.5"),
                        pen("M5 6.5V9.5"),
                        pen("M11 6.5V9.5"),
                        pen("M8 9.5V12.5"),
                    ]
                }
            }
            Self::Shield => {
                const { &[pen("M8 2L13 3.8V8C13 11 10.8 13 8 14C5.2 13 3 11 3 8V3.8Z")] }
            }
            Self::NetworkInterface => {
                const {
                    &[
                        pen("M2.5 3.5H13.5V10H2.5Z"),
                        pen("M5 10V13"),
                        pen("M8 10V13"),
                        pen("M11 10V13"),
                    ]
                }
            }
            Self::Instance => {
                const {
                    &[
                        pen("M4.5 4.5H11.5V11.5H4.5Z"),
                        pen("M6.5 4.5V2"),
                        pen("M9.5 4.5V2"),
                        pen("M6.5 14V11.5"),
                        pen("M9.5 14V11.5"),
                        pen("M2 6.5H4.5"),
                        pen("M2 9.5H4.5"),
                        pen("M11.5 6.5H14"),
                        pen("M11.5 9.5H14"),
                    ]
                }
            }
            Self::LoadBalancer => {
                const {
                    &[
                        pen("M2 8A2 2 0 0 1 6 8A2 2 0 0 1 2 8Z"),
                        pen("M6 8H12"),
                        pen("M5.4 6.6L12 3"),
                        pen("M5.4 9.4L12 13"),
                        fill("M11.4 8A1.4 1.4 0 0 1 14.2 8A1.4 1.4 0 0 1 11.4 8Z"),
                        fill("M11.4 3A1.4 1.4 0 0 1 14.2 3A1.4 1.4 0 0 1 11.4 3Z"),
                        fill("M11.4 13A1.4 1.4 0 0 1 14.2 13A1.4 1.4 0 0 1 11.4 13Z"),
                    ]
                }
            }
            Self::Database => {
                const {
                    &[
                        pen("M3 4.2A5 2 0 0 1 13 4.2A5 2 0 0 1 3 4.2Z"),
                        pen("M3 4.2V11.8A5 2 0 0 0 13 11.8V4.2"),
                        pen("M3 8A5 2 0 0 0 13 8"),
                    ]
                }
            }
            Self::Function => {
                const {
                    &[
                        pen("M4 13.5L7.6 6"),
                        pen(
                            "M4.8 2.5H5.8C6.6 2.5 6.9 2.9 7.3 4L10.6 12C11 13.1 11.4 13.5 12.2 13.5",
                        ),
                    ]
                }
            }
            Self::PrefixList => {
                const {
                    &[
                        pen("M6 4H14"),
                        pen("M6 8H14"),
                        pen("M6 12H14"),
                        fill("M1.9 4A1.1 1.1 0 0 1 4.1 4A1.1 1.1 0 0 1 1.9 4Z"),
                        fill("M1.9 8A1.1 1.1 0 0 1 4.1 8A1.1 1.1 0 0 1 1.9 8Z"),
                        fill("M1.9 12A1.1 1.1 0 0 1 4.1 12A1.1 1.1 0 0 1 1.9 12Z"),
                    ]
                }
            }
            Self::Address => {
                const {
                    &[
                        pen(
                            "M8 14C6.5 12.4 3.5 9.4 3.5 6.5A4.5 4.5 0 0 1 12.5 6.5C12.5 9.4 9.5 12.4 8 14Z",
                        ),
                        pen("M6.4 6.5A1.6 1.6 0 0 1 9.6 6.5A1.6 1.6 0 0 1 6.4 6.5Z"),
                    ]
                }
            }
            Self::Unknown => {
                const {
                    &[
                        pen("M8 2A6 6 0 0 1 8 14A6 6 0 0 1 8 2Z"),
                        pen("M6 6.4A2 2 0 1 1 8.6 8.3C8.1 8.5 8 8.8 8 9.3"),
                        fill("M7.2 11.4A0.8 0.8 0 0 1 8.8 11.4A0.8 0.8 0 0 1 7.2 11.4Z"),
                    ]
                }
            }
        }
    }

    /// Its paths as chains of straight lines, at most a fiftieth of a grid step away from the curve.
    pub fn chains(self) -> &'static [Chain] {
        static CHAINS: LazyLock<Vec<Vec<Chain>>> = LazyLock::new(|| {
            Glyph::ALL
                .into_iter()
                .map(|glyph| glyph.parts().iter().flat_map(flatten).collect())
                .collect()
        });
        Self::ALL
            .into_iter()
            .position(|glyph| glyph == self)
            .and_then(|index| CHAINS.get(index))
            .map_or(&[], Vec::as_slice)
    }
}

/// Reads numbers and commands off a path.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', ',']);
    }

    fn command(&mut self) -> Option<char> {
        self.skip_blanks();
        let command = self.rest.chars().next()?;
        if command.is_ascii_alphabetic() {
            self.rest = self.rest.get(1..)?;
            Some(command)
        } else {
            None
        }
    }

    fn number(&mut self) -> Option<f32> {
        self.skip_blanks();
        let length = self
            .rest
            .find(|character: char| !matches!(character, '0'..='9' | '.' | '-'))
            .unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        number.parse().ok()
    }

    fn point(&mut self) -> Option<[f32; 2]> {
        Some([self.number()?, self.number()?])
    }
}

/// The chains of one path. A path that cannot be read ends where reading stops; a test reads them all to the end.
fn flatten(part: &Part) -> Vec<Chain> {
    let mut reader = Reader { rest: part.d };
    let mut chains: Vec<Chain> = Vec::new();
    while let Some(command) = reader.command() {
        if command == 'M' {
            let Some(start) = reader.point() else { break };
            chains.push(Chain {
                filled: part.filled,
                closed: false,
                points: vec![start],
            });
            continue;
        }
        let Some(chain) = chains.last_mut() else {
            break;
        };
        let Some(&from) = chain.points.last() else {
            break;
        };
        if command == 'Z' {
            chain.closed = true;
            if chain.points.len() > 1 && chain.points.first() == chain.points.last() {
                chain.points.pop();
            }
        } else if extend(&mut chain.points, from, command, &mut reader).is_none() {
            break;
        }
    }
    chains
}

fn extend(
    points: &mut Vec<[f32; 2]>,
    from: [f32; 2],
    command: char,
    reader: &mut Reader<'_>,
) -> Option<()> {
    match command {
        'L' => points.push(reader.point()?),
        'H' => points.push([reader.number()?, from[1]]),
        'V' => points.push([from[0], reader.number()?]),
        'C' => {
            let (one, two, to) = (reader.point()?, reader.point()?, reader.point()?);
            for step in 1..=CURVE_STEPS {
                let t = f32::from(step) / f32::from(CURVE_STEPS);
                let s = 1.0 - t;
                let weights = [s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t];
                let axis = |index: usize| {
                    weights[0] * from[index]
                        + weights[1] * one[index]
                        + weights[2] * two[index]
                        + weights[3] * to[index]
                };
                points.push([axis(0), axis(1)]);
            }
        }
        'A' => {
            let radii = reader.point()?;
            let _rotation = reader.number()?;
            let (large, sweep) = (reader.number()? > 0.5, reader.number()? > 0.5);
            arc(points, from, radii, large, sweep, reader.point()?);
        }
        _ => return None,
    }
    Some(())
}

const CURVE_STEPS: u8 = 10;

/// An upright elliptical arc from end points to points on it, as
/// [SVG reckons it](https://www.w3.org/TR/SVG2/implnote.html#ArcConversionEndpointToCenter).
fn arc(
    points: &mut Vec<[f32; 2]>,
    from: [f32; 2],
    radii: [f32; 2],
    large: bool,
    sweep: bool,
    to: [f32; 2],
) {
    let half = [(from[0] - to[0]) / 2.0, (from[1] - to[1]) / 2.0];
    let reach = (half[0] / radii[0]).powi(2) + (half[1] / radii[1]).powi(2);
    let grow = reach.sqrt().max(1.0);
    let [rx, ry] = radii.map(|radius| radius * grow);
    let off = (half[0] * ry).powi(2) + (half[1] * rx).powi(2);
    let lift =
        (((rx * ry).powi(2) - off) / off).max(0.0).sqrt() * if large == sweep { -1.0 } else { 1.0 };
    let bent = [lift * rx * half[1] / ry, -lift * ry * half[0] / rx];
    let center = [
        bent[0] + f32::midpoint(from[0], to[0]),
        bent[1] + f32::midpoint(from[1], to[1]),
    ];
    let angle = |point: [f32; 2]| ((point[1] - center[1]) / ry).atan2((point[0] - center[0]) / rx);
    let start = angle(from);
    let mut turn = angle(to) - start;
    if sweep && turn < 0.0 {
        turn += std::f32::consts::TAU;
    } else if !sweep && turn > 0.0 {
        turn -= std::f32::consts::TAU;
    }
    let steps = ((turn.abs() * 6.0).ceil() as u16).max(2);
    for step in 1..steps {
        let at = start + turn * f32::from(step) / f32::from(steps);
        points.push([center[0] + rx * at.cos(), center[1] + ry * at.sin()]);
    }
    points.push(to);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_path_is_read_to_its_end_and_stays_on_the_grid() {
        for glyph in Glyph::ALL {
            for part in glyph.parts() {
                let starts = part.d.matches('M').count();
                let chains = flatten(part);
                assert_eq!(chains.len(), starts, "{glyph:?}: {}", part.d);
                let drawn = part.d.matches(|c: char| "LHVCAZ".contains(c)).count();
                let least = chains
                    .iter()
                    .map(|chain| chain.points.len() - 1 + usize::from(chain.closed))
                    .sum::<usize>();
                assert!(least + 1 >= drawn && least > 0, "{glyph:?}: {}", part.d);
                let end = part
                    .d
                    .trim_end_matches('Z')
                    .rsplit(|c: char| c.is_ascii_alphabetic() || c == ' ')
                    .next();
                assert!(
                    end.is_some_and(|number| number.parse::<f32>().is_ok()),
                    "{glyph:?}: {}",
                    part.d
                );
            }
            for [x, y] in glyph.chains().iter().flat_map(|chain| &chain.points) {
                assert!(
                    (0.5..=15.5).contains(x) && (0.5..=15.5).contains(y),
                    "{glyph:?} {x} {y}"
                );
            }
            assert!(!glyph.chains().is_empty());
        }
    }

    #[test]
    fn no_two_symbols_are_alike() {
        for (index, one) in Glyph::ALL.into_iter().enumerate() {
            for two in Glyph::ALL.into_iter().skip(index + 1) {
                assert_ne!(one.parts(), two.parts());
                assert_ne!(one.name(), two.name());
            }
        }
    }

    #[test]
    fn an_arc_is_round() {
        let ring = flatten(&pen("M8 2A6 6 0 0 1 8 14A6 6 0 0 1 8 2Z"));
        for [x, y] in ring.iter().flat_map(|chain| &chain.points) {
            assert!(((x - 8.0).hypot(y - 8.0) - 6.0).abs() < 1e-3, "{x} {y}");
        }
        let wide = flatten(&pen("M8 14A6 6 0 1 1 14 8"));
        let leftmost = wide[0]
            .points
            .iter()
            .map(|point| point[0])
            .fold(f32::MAX, f32::min);
        assert!(
            (leftmost - 2.0).abs() < 0.1,
            "the long way round: {leftmost}"
        );
    }
}
