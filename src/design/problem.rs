//! What is wrong with a design, and what could be better.

use super::edit::Refusal;
use super::model::{Design, Egress, GatewayService, Ipv6, Ipv6Part, Nat, Tier, TierKind, Vpc};
use crate::network::{Key, Text};
use ipnet::{IpNet, Ipv4Net};
use serde::Serialize;

/// How much a problem weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// AWS refuses it, or it cannot be made.
    High,
    /// It can be made, and will be regretted.
    Warn,
    /// It could be better.
    Info,
}

/// What a problem is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the words are those of contract.md, part 6")]
pub enum Category {
    Routing,
    Security,
    Resilience,
    Cost,
    Capacity,
    Hygiene,
}

/// The field of the form a problem is to be shown at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the fields are called as the form calls them")]
pub enum Field {
    Region,
    Prefix,
    Block,
    SecondaryBlocks,
    Ipv6,
    Zones,
    Tiers,
    Nat,
    EgressOnly,
    GatewayEndpoints,
    Endpoints,
    Dns,
    Encryption,
    TransitGateway,
    VpnGateway,
    Peerings,
    FlowLog,
    Resolver,
    Reserved,
    Pool,
    Tags,
    Held,
}

/// Where a problem is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// The VPC, by its stable name; none for the design as a whole.
    pub vpc: Option<Text>,
    /// The field of the form.
    pub field: Field,
    /// Tier and number, where it is about a subnet; number 0 for the tier as a whole.
    pub subnet: Option<(Text, u16)>,
    /// Planned resources that show it on their cards.
    pub resources: Vec<Key>,
}

/// Something wrong with a design, or to be improved.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// Its stable code.
    pub code: &'static str,
    /// How much it weighs; [`Severity::High`] is an error, the rest is advice.
    pub severity: Severity,
    /// What it is about.
    pub category: Category,
    /// Where it is.
    pub place: Place,
    /// Where it is, in words.
    pub place_words: String,
    /// One sentence.
    pub message: String,
    /// What would mend it, where one thing would.
    pub fix: Option<Fix>,
}

impl Problem {
    /// Whether the design cannot be made because of it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::High
    }
}

/// A change that mends a problem.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// What it does, as on a button: `Use 10.1.0.0/16`.
    pub words: String,
    /// The change.
    pub change: Change,
}

/// A change that a fix makes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the method of Design it calls")]
pub enum Change {
    SetVpcBlock {
        vpc: Text,
        block: Ipv4Net,
    },
    SetSubnetBlock {
        vpc: Text,
        tier: Text,
        number: u16,
        block: Ipv4Net,
    },
    SetIpv6 {
        vpc: Text,
        ipv6: Ipv6,
    },
    SetNat {
        vpc: Text,
        nat: Nat,
    },
    SetEgressOnly {
        vpc: Text,
        on: bool,
    },
    SetDns {
        vpc: Text,
        support: bool,
        hostnames: bool,
    },
    SetZoneCount {
        vpc: Text,
        count: usize,
    },
    SetFormTier {
        vpc: Text,
        kind: TierKind,
        per_zone: u16,
    },
    AddGatewayEndpoint {
        vpc: Text,
        service: GatewayService,
    },
    AddEncryptionExclusion {
        vpc: Text,
        exclusion: Text,
    },
    RemoveSecondary {
        vpc: Text,
        block: Ipv4Net,
    },
    /// One secondary block for another.
    SetSecondary {
        vpc: Text,
        block: Ipv4Net,
        to: Ipv4Net,
    },
    RemoveSubnet {
        vpc: Text,
        tier: Text,
        number: u16,
    },
    Replan {
        vpc: Text,
    },
    RenameZone {
        vpc: Text,
        from: Text,
        to: Text,
    },
    SetSubnetZone {
        vpc: Text,
        tier: Text,
        number: u16,
        zone: Text,
    },
    SetSubnetIpv6 {
        vpc: Text,
        tier: Text,
        number: u16,
        part: Option<Ipv6Part>,
    },
    AddSubnet {
        vpc: Text,
        tier: Text,
        zone: Text,
    },
    SetTierMask {
        vpc: Text,
        tier: Text,
        mask: u8,
    },
    SetEgress {
        vpc: Text,
        tier: Text,
        egress: Egress,
    },
    SetPublicAddresses {
        vpc: Text,
        tier: Text,
        on: bool,
    },
    RemoveTier {
        vpc: Text,
        tier: Text,
    },
    RemoveGatewayEndpoint {
        vpc: Text,
        service: GatewayService,
    },
    SetEndpointTier {
        vpc: Text,
        service: Text,
        tier: Text,
    },
    SetPrivateDns {
        vpc: Text,
        service: Text,
        on: bool,
    },
    /// The last one of the service.
    RemoveEndpoint {
        vpc: Text,
        service: Text,
    },
    /// The last one with that VPC.
    RemovePeering {
        vpc: Text,
        with: Text,
    },
    Release {
        vpc: Text,
        block: Ipv4Net,
    },
    RemoveTag {
        key: Text,
    },
}

impl Change {
    /// Make it.
    ///
    /// # Errors
    /// The design has changed meanwhile, so that it cannot be made.
    pub fn apply(&self, design: &mut Design) -> Result<(), Refusal> {
        let at = |design: &mut Design, id: &Text, change: &dyn Fn(&mut Vpc)| {
            let vpc = design
                .vpc_mut(id)
                .ok_or_else(|| Refusal::NoVpc(id.clone()))?;
            change(vpc);
            Ok(())
        };
        let at_tier = |design: &mut Design, id: &Text, tier: &Text, change: &dyn Fn(&mut Tier)| {
            let vpc = design
                .vpc_mut(id)
                .ok_or_else(|| Refusal::NoVpc(id.clone()))?;
            let tier = vpc
                .tier_mut(tier)
                .ok_or_else(|| Refusal::NoTier(tier.clone()))?;
            change(tier);
            Ok(())
        };
        match self {
            Self::SetVpcBlock { vpc, block } => design.set_vpc_block(vpc, *block),
            Self::SetSubnetBlock {
                vpc,
                tier,
                number,
                block,
            } => design.set_subnet_block(vpc, tier, *number, *block),
            Self::SetIpv6 { vpc, ipv6 } => design.set_ipv6(vpc, *ipv6),
            Self::SetNat { vpc, nat } => at(design, vpc, &|vpc| vpc.nat = *nat),
            Self::SetEgressOnly { vpc, on } => at(design, vpc, &|vpc| vpc.egress_only = *on),
            Self::SetDns {
                vpc,
                support,
                hostnames,
            } => at(design, vpc, &|vpc| {
                vpc.dns_support = *support;
                vpc.dns_hostnames = *hostnames;
            }),
            Self::SetZoneCount { vpc, count } => design.set_zone_count(vpc, *count),
            Self::SetFormTier {
                vpc,
                kind,
                per_zone,
            } => design.set_form_tier(vpc, *kind, *per_zone),
            Self::AddGatewayEndpoint { vpc, service } => at(design, vpc, &|vpc| {
                if !vpc.gateway_endpoints.contains(service) {
                    vpc.gateway_endpoints.push(*service);
                }
            }),
            Self::AddEncryptionExclusion { vpc, exclusion } => at(design, vpc, &|vpc| {
                if !vpc.encryption_exclusions.contains(exclusion) {
                    vpc.encryption_exclusions.push(exclusion.clone());
                }
            }),
            Self::RemoveSecondary { vpc, block } => at(design, vpc, &|vpc| {
                vpc.secondary.retain(|held| held != block);
            }),
            Self::SetSecondary { vpc, block, to } => at(design, vpc, &|vpc| {
                let blocks = vpc.secondary.iter_mut();
                blocks
                    .filter(|held| *held == block)
                    .for_each(|held| *held = *to);
            }),
            Self::RemoveSubnet { vpc, tier, number } => design.remove_subnet(vpc, tier, *number),
            Self::Replan { vpc } => design.replan(vpc),
            Self::RenameZone { vpc, from, to } => design.rename_zone(vpc, from, to),
            Self::SetSubnetZone {
                vpc,
                tier,
                number,
                zone,
            } => design.set_subnet_zone(vpc, tier, *number, zone),
            Self::SetSubnetIpv6 {
                vpc,
                tier,
                number,
                part,
            } => design.set_subnet_ipv6(vpc, tier, *number, *part),
            Self::AddSubnet { vpc, tier, zone } => {
                design.add_subnet(vpc, tier, zone, None).map(drop)
            }
            Self::SetTierMask { vpc, tier, mask } => {
                at_tier(design, vpc, tier, &|tier| tier.mask = *mask)
            }
            Self::SetEgress { vpc, tier, egress } => {
                at_tier(design, vpc, tier, &|tier| tier.egress = *egress)
            }
            Self::SetPublicAddresses { vpc, tier, on } => {
                at_tier(design, vpc, tier, &|tier| tier.public_addresses = *on)
            }
            Self::RemoveTier { vpc, tier } => design.remove_tier(vpc, tier),
            Self::RemoveGatewayEndpoint { vpc, service } => at(design, vpc, &|vpc| {
                vpc.gateway_endpoints.retain(|held| held != service);
            }),
            Self::SetEndpointTier { vpc, service, tier } => at(design, vpc, &|vpc| {
                let endpoints = vpc.endpoints.iter_mut();
                endpoints
                    .filter(|held| held.service == *service)
                    .for_each(|held| held.tier = tier.clone());
            }),
            Self::SetPrivateDns { vpc, service, on } => at(design, vpc, &|vpc| {
                let endpoints = vpc.endpoints.iter_mut();
                endpoints
                    .filter(|held| held.service == *service)
                    .for_each(|held| held.private_dns = *on);
            }),
            Self::RemoveEndpoint { vpc, service } => at(design, vpc, &|vpc| {
                let last = vpc.endpoints.iter().rposition(|it| it.service == *service);
                if let Some(last) = last {
                    vpc.endpoints.remove(last);
                }
            }),
            Self::RemovePeering { vpc, with } => at(design, vpc, &|vpc| {
                let last = vpc.peerings.iter().rposition(|it| it.with == *with);
                if let Some(last) = last {
                    vpc.peerings.remove(last);
                }
            }),
            Self::Release { vpc, block } => design.release(vpc, *block),
            Self::RemoveTag { key } => {
                design.tags.remove(key);
                Ok(())
            }
        }
    }
}

/// What is known of the world around a design.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Blocks that are in use by networks that are loaded, with the words for whose they are.
    pub blocks: Vec<(IpNet, String)>,
}
