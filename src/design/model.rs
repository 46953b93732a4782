//! What a person decided: the design, as its file holds it.

use super::file::FormatVersion;
use crate::network::Text;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// One or more VPCs that are planned together.
///
/// A design holds decisions and nothing that follows from them: routes, tables and gateways are made by
/// [`super::plan`]. Blocks, zones and numbers of subnets are decisions: once made they stay, whatever is added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// The version of the file.
    pub version: FormatVersion,
    /// The region, by its code.
    pub region: Text,
    /// The blocks that VPCs of this plan are to be taken from; none for no such rule.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pool: Vec<Ipv4Net>,
    /// Tags on everything that is created.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<Text, Text>,
    /// Prices that replace those of the bundled table, by item (`nat-gateway-hour = "0.05"`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub prices: BTreeMap<Text, Text>,
    /// Ranges that are in use elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reserved: Vec<Reserved>,
    /// The VPCs.
    #[serde(default, rename = "vpc", skip_serializing_if = "Vec::is_empty")]
    pub vpcs: Vec<Vpc>,
}

/// A range that is in use elsewhere: on-premises, another cloud, a partner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reserved {
    /// The range.
    pub cidr: IpNet,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// One VPC of a design.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vpc {
    /// Its stable name inside the plan; never shown on AWS, never changed.
    pub id: Text,
    /// What generated names begin with; empty for no generated names.
    #[serde(default)]
    pub prefix: Text,
    /// Its primary block.
    pub cidr: Ipv4Net,
    /// Its secondary blocks, in the order they are associated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secondary: Vec<Ipv4Net>,
    /// Its version 6 block.
    #[serde(default, skip_serializing_if = "is_default")]
    pub ipv6: Ipv6,
    /// The address pool an own version 6 block is taken from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipv6_pool: Option<Text>,
    /// On whose hardware instances run.
    #[serde(default, skip_serializing_if = "is_default")]
    pub tenancy: Tenancy,
    /// Whether the resolver at base + 2 answers.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub dns_support: bool,
    /// Whether instances with public addresses get names.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub dns_hostnames: bool,
    /// Whether traffic must be encrypted.
    #[serde(default, skip_serializing_if = "is_default")]
    pub encryption: Encryption,
    /// What encryption enforcement leaves out, by AWS's words (`internet-gateway`, `nat-gateway` …).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub encryption_exclusions: Vec<Text>,
    /// Its Availability Zones, by name, in the order of their numbers.
    pub zones: Vec<Text>,
    /// Its NAT gateways.
    #[serde(default, skip_serializing_if = "is_default")]
    pub nat: Nat,
    /// Whether private subnets reach out over version 6.
    #[serde(default, skip_serializing_if = "is_no")]
    pub egress_only: bool,
    /// Gateway endpoints, on every table of private and isolated subnets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gateway_endpoints: Vec<GatewayService>,
    /// Zones that Route 53 answers for inside this VPC only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub private_zones: Vec<Text>,
    /// Names given by hand, by slot (see [`super::slot`]).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub names: BTreeMap<Text, Text>,
    /// Where on-premises machines ask for names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolver: Option<Resolver>,
    /// Its attachment to a transit gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transit_gateway: Option<TransitGateway>,
    /// Its VPN gateway.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vpn_gateway: Option<VpnGateway>,
    /// Its flow log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow_log: Option<FlowLog>,
    /// Interface endpoints.
    #[serde(default, rename = "endpoint", skip_serializing_if = "Vec::is_empty")]
    pub endpoints: Vec<Endpoint>,
    /// Peering connections this VPC asks for.
    #[serde(default, rename = "peering", skip_serializing_if = "Vec::is_empty")]
    pub peerings: Vec<Peering>,
    /// Blocks set aside: no subnet is put there by itself.
    #[serde(default, rename = "held", skip_serializing_if = "Vec::is_empty")]
    pub held: Vec<Held>,
    /// Its tiers, in the order they were made.
    #[serde(default, rename = "tier", skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<Tier>,
}

/// A tier: subnets of one purpose over the zones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Its name (`public`, `private`, `web`, `data`); part of its subnets' names.
    pub name: Text,
    /// What its routes make of it.
    pub kind: TierKind,
    /// The mask of its next subnets.
    pub mask: u8,
    /// Whether the mask was asked for; re-planning keeps it.
    #[serde(default, skip_serializing_if = "is_no")]
    pub fixed: bool,
    /// The hosts a subnet must have room for, where that was asked and the mask follows from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosts: Option<u32>,
    /// The run of slots it takes its blocks from first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<Ipv4Net>,
    /// How its private subnets reach out.
    #[serde(default, skip_serializing_if = "is_default")]
    pub egress: Egress,
    /// Whether new interfaces get a public version 4 address.
    #[serde(default, skip_serializing_if = "is_no")]
    pub public_addresses: bool,
    /// Whether new interfaces get a version 6 address.
    #[serde(default, skip_serializing_if = "is_no")]
    pub ipv6_addresses: bool,
    /// Its subnets, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subnets: Vec<Subnet>,
}

/// A subnet. Once made it keeps number, zone and block until a person changes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subnet {
    /// Its number in the tier, from 1; never given to another while it is there.
    pub number: u16,
    /// Its Availability Zone, by name.
    pub zone: Text,
    /// Its block.
    pub cidr: Ipv4Net,
    /// Its part of the VPC's version 6 block.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ipv6: Option<Ipv6Part>,
    /// What people wrote about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Its colour in the address strip, where it is not that of its tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<Color>,
}

/// A block that is set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// The block.
    pub cidr: Ipv4Net,
    /// What for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Its colour in the address strip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<Color>,
}

/// What a tier's routes make of its subnets.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "kebab-case")]
pub enum TierKind {
    /// A default route to the internet gateway; one table for the tier.
    Public,
    /// A table per subnet, and a way out if there is one.
    #[default]
    Private,
    /// No way out: local routes and gateway endpoints only; one table for the tier.
    Isolated,
}

/// How a private tier reaches out.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "kebab-case")]
pub enum Egress {
    /// By the VPC's NAT gateways, if it has any.
    #[default]
    Nat,
    /// By the transit gateway.
    TransitGateway,
    /// By the VPN gateway.
    VpnGateway,
    /// Not at all.
    None,
}

/// The NAT gateways of a VPC.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "kebab-case")]
pub enum Nat {
    /// None.
    #[default]
    None,
    /// One, in the first public subnet.
    One,
    /// One in each zone.
    PerAz,
    /// One for the whole VPC, in all its zones.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html>
    Regional,
}

/// On whose hardware instances run.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "kebab-case")]
pub enum Tenancy {
    /// Shared.
    #[default]
    Default,
    /// Dedicated to this account.
    Dedicated,
}

/// Whether traffic must be encrypted.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-encryption-controls.html>
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "kebab-case")]
pub enum Encryption {
    /// Not asked for.
    #[default]
    None,
    /// Watched.
    Monitor,
    /// Enforced; what cannot encrypt is refused unless it is left out.
    Enforce,
}

/// A service with a gateway endpoint, which is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GatewayService {
    /// Simple Storage Service.
    S3,
    /// DynamoDB.
    Dynamodb,
}

impl GatewayService {
    /// Its short name, as it stands at the end of `com.amazonaws.REGION.…`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Dynamodb => "dynamodb",
        }
    }
}

/// An interface endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// The service, by its short name (`ssm`) or whole (`com.amazonaws.vpce.eu-west-1.vpce-svc-…`).
    pub service: Text,
    /// The tier whose first subnet of each zone it has an interface in.
    pub tier: Text,
    /// Whether the service's own names lead to it.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub private_dns: bool,
}

/// A resolver endpoint that takes questions from outside the VPC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resolver {
    /// The tier whose first subnet of each zone it has an address in.
    pub tier: Text,
}

/// An attachment to a transit gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransitGateway {
    /// Its id (`tgw-…`), or what people call it while that is not known.
    #[serde(default)]
    pub id: Text,
    /// The tier with its own small subnets.
    pub tier: Text,
    /// Where private subnets go through it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<IpNet>,
}

/// A VPN gateway of the VPC's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VpnGateway {
    /// Whether its routes go into the tables of private subnets by themselves.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub propagate: bool,
    /// Routes written by hand, on the tables of private subnets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<IpNet>,
}

/// A peering connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Peering {
    /// The other VPC: its `id` in this plan, or `vpc-…`.
    pub with: Text,
    /// The other VPC's blocks, where it is not of this plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cidrs: Vec<IpNet>,
    /// Its account, where it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Text>,
    /// Its region, where it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Text>,
}

/// A flow log of the whole VPC.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowLog {
    /// Where it is kept: the ARN of a bucket (`arn:aws:s3:::…`) or of a log group (`arn:aws:logs:…`).
    #[serde(default)]
    pub destination: Text,
    /// The role that may write to a log group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Text>,
    /// Which traffic.
    #[serde(default, skip_serializing_if = "is_default")]
    pub traffic: Traffic,
}

/// Which traffic a flow log keeps.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "kebab-case")]
pub enum Traffic {
    /// All.
    #[default]
    All,
    /// What was let through.
    Accept,
    /// What was stopped.
    Reject,
}

/// A colour of a block in the address strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "colours are called what they are")]
pub enum Color {
    Red,
    Orange,
    Yellow,
    Green,
    Teal,
    Blue,
    Purple,
    Pink,
    Brown,
    Gray,
}

impl Color {
    /// All of them, in the order of the palette.
    pub const ALL: [Self; 10] = [
        Self::Red,
        Self::Orange,
        Self::Yellow,
        Self::Green,
        Self::Teal,
        Self::Blue,
        Self::Purple,
        Self::Pink,
        Self::Brown,
        Self::Gray,
    ];
}

/// The version 6 block of a VPC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ipv6 {
    /// None.
    #[default]
    None,
    /// A /56 that AWS chooses.
    Amazon,
    /// A block of one's own.
    Own(Ipv6Net),
}

impl Ipv6 {
    /// The mask of the block: 56 for one that AWS chooses.
    pub fn mask(self) -> Option<u8> {
        match self {
            Self::None => None,
            Self::Amazon => Some(56),
            Self::Own(block) => Some(block.prefix_len()),
        }
    }
}

impl fmt::Display for Ipv6 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("none"),
            Self::Amazon => f.write_str("amazon"),
            Self::Own(block) => block.fmt(f),
        }
    }
}

impl FromStr for Ipv6 {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "none" => Ok(Self::None),
            "amazon" => Ok(Self::Amazon),
            _ => text
                .parse::<Ipv6Net>()
                .map(|block| Self::Own(block.trunc()))
                .map_err(|_| format!("“{text}” is not none, amazon or a block like 2001:db8::/56")),
        }
    }
}

/// A part of the VPC's version 6 block: the number of the block, counted from the VPC's base, and its mask.
///
/// Written as hex number and mask (`80/64`): it stays what it is while AWS has not chosen the VPC's block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ipv6Part {
    /// Which block of this mask, from 0.
    pub index: u32,
    /// Its mask.
    pub mask: u8,
}

impl Ipv6Part {
    /// The block, inside the block of a VPC; `None` where it does not lie in it.
    pub fn within(self, vpc: Ipv6Net) -> Option<Ipv6Net> {
        let bits = self.mask.checked_sub(vpc.prefix_len())?;
        if self.mask > 128 || (bits < 32 && u64::from(self.index) >= 1_u64 << bits) {
            return None;
        }
        let offset = u128::from(self.index).checked_shl(u32::from(128 - self.mask))?;
        let base = u128::from(vpc.network()).checked_add(offset)?;
        Ipv6Net::new(base.into(), self.mask).ok()
    }

    /// The part that a block is of a VPC's block.
    pub fn of(block: Ipv6Net, vpc: Ipv6Net) -> Option<Self> {
        if !vpc.contains(&block) {
            return None;
        }
        let offset = u128::from(block.network()).checked_sub(u128::from(vpc.network()))?;
        let index = offset.checked_shr(u32::from(128 - block.prefix_len()))?;
        Some(Self {
            index: u32::try_from(index).ok()?,
            mask: block.prefix_len(),
        })
    }
}

impl fmt::Display for Ipv6Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02x}/{}", self.index, self.mask)
    }
}

impl FromStr for Ipv6Part {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (index, mask) = text.split_once('/').unwrap_or((text, "64"));
        let part = u32::from_str_radix(index, 16)
            .ok()
            .zip(mask.parse::<u8>().ok().filter(|mask| *mask <= 128))
            .map(|(index, mask)| Self { index, mask });
        part.ok_or_else(|| {
            format!("“{text}” is not a part of a version 6 block; write number and mask like 80/64")
        })
    }
}

macro_rules! as_text {
    ($($type:ty),*) => {$(
        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Text::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

as_text!(Ipv6, Ipv6Part);

fn yes() -> bool {
    true
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_yes(value: &bool) -> bool {
    *value
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_no(value: &bool) -> bool {
    !*value
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Design {
    /// A VPC by its stable name.
    pub fn vpc(&self, id: &str) -> Option<&Vpc> {
        self.vpcs.iter().find(|vpc| vpc.id == id)
    }

    /// A VPC by its stable name, to change.
    pub fn vpc_mut(&mut self, id: &str) -> Option<&mut Vpc> {
        self.vpcs.iter_mut().find(|vpc| vpc.id == id)
    }
}

impl Design {
    /// The same design with every block as AWS would store it: without bits after its mask. Destinations that are one then
    /// stand there once, as a table takes one route to each.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
    pub(super) fn canonical(&self) -> Self {
        let mut design = self.clone();
        for range in &mut design.reserved {
            range.cidr = range.cidr.trunc();
        }
        for vpc in &mut design.vpcs {
            vpc.cidr = vpc.cidr.trunc();
            vpc.secondary
                .iter_mut()
                .for_each(|block| *block = block.trunc());
            let subnets = vpc.tiers.iter_mut().flat_map(|tier| &mut tier.subnets);
            subnets.for_each(|subnet| subnet.cidr = subnet.cidr.trunc());
            let transit = vpc.transit_gateway.iter_mut().map(|it| &mut it.routes);
            let vpn = vpc.vpn_gateway.iter_mut().map(|it| &mut it.routes);
            let peers = vpc.peerings.iter_mut().map(|it| &mut it.cidrs);
            transit.chain(vpn).chain(peers).for_each(clear);
        }
        design
    }
}

/// Clear the bits after the masks, and keep one of those that are equal then.
fn clear(blocks: &mut Vec<IpNet>) {
    let mut seen = std::collections::BTreeSet::new();
    for block in blocks.iter_mut() {
        *block = block.trunc();
    }
    blocks.retain(|block| seen.insert(*block));
}

impl Vpc {
    /// Its version 4 blocks, the primary one first.
    pub fn blocks(&self) -> impl Iterator<Item = Ipv4Net> {
        std::iter::once(self.cidr).chain(self.secondary.iter().copied())
    }

    /// A tier by name.
    pub fn tier(&self, name: &str) -> Option<&Tier> {
        self.tiers.iter().find(|tier| tier.name == name)
    }

    /// A tier by name, to change.
    pub fn tier_mut(&mut self, name: &str) -> Option<&mut Tier> {
        self.tiers.iter_mut().find(|tier| tier.name == name)
    }

    /// Its tiers of a kind.
    pub fn tiers_of(&self, kind: TierKind) -> impl Iterator<Item = &Tier> {
        self.tiers.iter().filter(move |tier| tier.kind == kind)
    }

    /// Every subnet with its tier.
    pub fn subnets(&self) -> impl Iterator<Item = (&Tier, &Subnet)> {
        self.tiers
            .iter()
            .flat_map(|tier| tier.subnets.iter().map(move |subnet| (tier, subnet)))
    }

    /// What is taken of its blocks: subnets, and blocks set aside.
    pub fn taken(&self) -> impl Iterator<Item = Ipv4Net> {
        self.subnets()
            .map(|(_, subnet)| subnet.cidr)
            .chain(self.held.iter().map(|held| held.cidr))
    }
}

impl Tier {
    /// A subnet by its number.
    pub fn subnet(&self, number: u16) -> Option<&Subnet> {
        self.subnets.iter().find(|subnet| subnet.number == number)
    }

    /// A subnet by its number, to change.
    pub fn subnet_mut(&mut self, number: u16) -> Option<&mut Subnet> {
        self.subnets
            .iter_mut()
            .find(|subnet| subnet.number == number)
    }

    /// Its subnets of a zone, by number.
    pub fn in_zone<'a>(&'a self, zone: &'a str) -> impl Iterator<Item = &'a Subnet> {
        self.subnets
            .iter()
            .filter(move |subnet| subnet.zone == zone)
    }

    /// How many subnets it has in the zone where it has most.
    pub fn per_zone(&self) -> usize {
        let zones: std::collections::BTreeSet<&Text> =
            self.subnets.iter().map(|subnet| &subnet.zone).collect();
        zones
            .iter()
            .map(|zone| self.in_zone(zone).count())
            .max()
            .unwrap_or(0)
    }

    /// Its first subnet of each of these zones, where there is one.
    pub fn first_of_each<'a>(
        &'a self,
        zones: &'a [Text],
    ) -> impl Iterator<Item = (&'a Text, &'a Subnet)> {
        zones
            .iter()
            .filter_map(|zone| Some((zone, self.in_zone(zone).min_by_key(|it| it.number)?)))
    }
}
