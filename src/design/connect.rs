//! Changes that touch several places of a VPC at once: what joins it to other networks, and whole VPCs.

use super::allocate::{Fresh, NewTier};
use super::edit::Refusal;
use super::model::{Design, Egress, Endpoint, Resolver, Tier, TierKind, TransitGateway, Vpc};
use super::names::slot_of;
use super::problem::Surroundings;
use super::services::CONSOLE;
use crate::cidr;
use crate::network::{Kind, Text};
use compact_str::format_compact;
use ipnet::{IpNet, Ipv4Net};

/// The tier of a transit gateway's attachment, where it is made by itself.
const ATTACHMENT_TIER: &str = "tgw";

/// The zone that leads to their endpoints. One zone holds the names of both; whoever asks for other names below it
/// needs records for them as well.
/// <https://docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/dns-configuration-console-signin.html>
pub(super) const CONSOLE_ZONE: &str = "aws.amazon.com";

/// The masks that a new VPC may have: the form's, and smaller ones where its pool has no room for that.
const NEW_VPC_MASKS: std::ops::RangeInclusive<u8> = 16..=24;

impl Design {
    /// A block for another VPC: the first free one of the plan's pool, as large as the pool has room for up to a /16; where
    /// it has none, or there is no pool, the free /16 nearest to 10.0.0.0/16. It overlaps no VPC of the plan and none of
    /// their peers, nothing that is reserved and nothing that is loaded.
    pub fn free_vpc_block(&self, around: &Surroundings) -> Option<Ipv4Net> {
        let plan = self.vpcs.iter().flat_map(Vpc::blocks).map(IpNet::V4);
        let peers = self.vpcs.iter().flat_map(|vpc| &vpc.peerings);
        let peers = peers.flat_map(|it| &it.cidrs);
        let reserved = self.reserved.iter().map(|it| &it.cidr);
        let loaded = around.blocks.iter().map(|(block, _)| block);
        let used = plan.chain(peers.chain(reserved).chain(loaded).copied());
        let used: Vec<IpNet> = used.collect();
        let mut refused = used.clone();
        refused.extend(cidr::REFUSED.map(IpNet::V4));
        let of_pool = NEW_VPC_MASKS.into_iter().find_map(|mask| {
            let mut pool = self.pool.iter();
            pool.find_map(|range| cidr::first_free(&[(*range).into()], &refused, mask))
        });
        let usual = Ipv4Net::new_assert([10, 0, 0, 0].into(), 16);
        match of_pool.or_else(|| cidr::nearest_free_vpc(usual.into(), &used)) {
            Some(IpNet::V4(block)) => Some(block),
            _ => None,
        }
    }

    /// Add a VPC of the form's default shape, with this block and the zones that another VPC has. Answers with its
    /// stable name.
    ///
    /// # Errors
    /// The subnets do not fit into the block.
    pub fn add_fresh_vpc(&mut self, block: Ipv4Net, like: Option<&str>) -> Result<Text, Refusal> {
        let id = (2..=u16::MAX)
            .map(|number| format_compact!("vpc{number}"))
            .find(|id| self.vpc(id).is_none())
            .unwrap_or_default();
        let mut options = Fresh {
            cidr: block,
            prefix: id.clone(),
            ..Fresh::in_region(&self.region)
        };
        if let Some(other) = like.and_then(|like| self.vpc(like)) {
            options.zones.clone_from(&other.zones);
        }
        self.add_vpc(&id, &options)?;
        Ok(id)
    }

    /// Take a VPC away, and the peering connections of others with it.
    ///
    /// # Errors
    /// There is no such VPC.
    pub fn remove_vpc(&mut self, id: &str) -> Result<(), Refusal> {
        self.vpc(id).ok_or_else(|| Refusal::NoVpc(id.into()))?;
        self.vpcs.retain(|vpc| vpc.id != id);
        for vpc in &mut self.vpcs {
            vpc.peerings.retain(|peering| peering.with != id);
            vpc.names.remove(&slot_of(Kind::VpcPeeringConnection, id));
        }
        Ok(())
    }

    /// Attach a VPC to a transit gateway, with a tier of small subnets of its own, one in each zone, as AWS advises.
    /// <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-best-design-practices.html>
    ///
    /// # Errors
    /// There is no such VPC, or no room for the subnets.
    pub fn attach_transit_gateway(&mut self, vpc: &str) -> Result<(), Refusal> {
        let held = self.vpc(vpc).ok_or_else(|| Refusal::NoVpc(vpc.into()))?;
        if held.transit_gateway.is_some() {
            return Ok(());
        }
        if held.tier(ATTACHMENT_TIER).is_none() {
            let wanted = NewTier {
                name: ATTACHMENT_TIER.into(),
                kind: TierKind::Isolated,
                mask: Some(*cidr::SUBNET_MASKS_V4.end()),
                per_zone: 1,
                ..NewTier::default()
            };
            self.add_tier(vpc, &wanted)?;
        }
        if let Some(vpc) = self.vpc_mut(vpc) {
            vpc.transit_gateway = Some(TransitGateway {
                id: Text::default(),
                tier: ATTACHMENT_TIER.into(),
                routes: Vec::new(),
            });
        }
        Ok(())
    }

    /// Take the attachment to a transit gateway away, and the tier that was made for it. Tiers that went out by it go
    /// out by NAT gateways, if there are any.
    ///
    /// # Errors
    /// There is no such VPC.
    pub fn detach_transit_gateway(&mut self, vpc: &str) -> Result<(), Refusal> {
        let held = self
            .vpc_mut(vpc)
            .ok_or_else(|| Refusal::NoVpc(vpc.into()))?;
        let Some(attachment) = held.transit_gateway.take() else {
            return Ok(());
        };
        leave(held, Egress::TransitGateway);
        if attachment.tier == ATTACHMENT_TIER && self.vpc(vpc).is_some_and(has_attachment_tier) {
            self.remove_tier(vpc, ATTACHMENT_TIER)?;
        }
        Ok(())
    }

    /// Take the VPN gateway away. Tiers that went out by it go out by NAT gateways, if there are any.
    ///
    /// # Errors
    /// There is no such VPC.
    pub fn remove_vpn_gateway(&mut self, vpc: &str) -> Result<(), Refusal> {
        let held = self
            .vpc_mut(vpc)
            .ok_or_else(|| Refusal::NoVpc(vpc.into()))?;
        held.vpn_gateway = None;
        leave(held, Egress::VpnGateway);
        Ok(())
    }

    /// Let people reach AWS's console through the VPC: endpoints for the console and for signing in, a resolver endpoint
    /// that answers machines outside, and the private zones that lead to the endpoints. What is there already stays.
    /// <https://docs.aws.amazon.com/awsconsolehelpdocs/latest/gsg/console-private-access.html>
    ///
    /// # Errors
    /// There is no such VPC, or it has no private or isolated tier to put the endpoints into.
    pub fn add_private_access(&mut self, vpc: &str) -> Result<(), Refusal> {
        let held = self
            .vpc_mut(vpc)
            .ok_or_else(|| Refusal::NoVpc(vpc.into()))?;
        let tier = inner_tier(held).ok_or_else(|| Refusal::NoTier("private".into()))?;
        let tier = tier.name.clone();
        for service in CONSOLE {
            if held.endpoints.iter().all(|it| it.service != service) {
                held.endpoints.push(Endpoint {
                    service: service.into(),
                    tier: tier.clone(),
                    // The private zone leads here; the services have no private name of the endpoint's own.
                    private_dns: false,
                });
            }
        }
        if held.private_zones.iter().all(|it| it != CONSOLE_ZONE) {
            held.private_zones.push(CONSOLE_ZONE.into());
        }
        held.resolver.get_or_insert(Resolver { tier });
        Ok(())
    }
}

/// The tier that endpoints go into: the first private one, else the first isolated one.
pub fn inner_tier(vpc: &Vpc) -> Option<&Tier> {
    let own = |tier: &&Tier| tier.name != ATTACHMENT_TIER && !tier.subnets.is_empty();
    let mut isolated = vpc.tiers_of(TierKind::Isolated).filter(own);
    vpc.tiers_of(TierKind::Private)
        .find(own)
        .or_else(|| isolated.next())
}

fn has_attachment_tier(vpc: &Vpc) -> bool {
    vpc.tier(ATTACHMENT_TIER).is_some()
}

/// Tiers that went out by something that is gone.
fn leave(vpc: &mut Vpc, gone: Egress) {
    for tier in vpc.tiers.iter_mut().filter(|tier| tier.egress == gone) {
        tier.egress = Egress::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn design() -> Design {
        Design::fresh(&Fresh::in_region("eu-west-1")).unwrap()
    }

    #[test]
    fn attaching_and_detaching_leaves_nothing_behind() {
        let mut design = design();
        let before = design.clone();
        design.attach_transit_gateway("main").unwrap();
        let tier = design.vpcs[0].tier("tgw").unwrap();
        assert_eq!(tier.subnets.len(), 2);
        assert!(tier.subnets.iter().all(|it| it.cidr.prefix_len() == 28));
        design.vpcs[0].tiers[1].egress = Egress::TransitGateway;
        design.detach_transit_gateway("main").unwrap();
        assert_eq!(design, before);
    }

    #[test]
    fn private_access_goes_into_a_private_tier_once() {
        let mut design = design();
        design.add_private_access("main").unwrap();
        let once = design.clone();
        design.add_private_access("main").unwrap();
        assert_eq!(design, once);
        let vpc = &design.vpcs[0];
        let services: Vec<&str> = vpc.endpoints.iter().map(|it| it.service.as_str()).collect();
        assert_eq!(services, ["console", "signin"]);
        assert_eq!(vpc.resolver.as_ref().unwrap().tier, "private");
        assert_eq!(vpc.private_zones.len(), 1);
    }

    #[test]
    fn private_access_needs_a_tier_that_is_not_public() {
        let mut options = Fresh::in_region("eu-west-1");
        options.private_per_zone = 0;
        let mut design = Design::fresh(&options).unwrap();
        assert!(design.add_private_access("main").is_err());
        design.attach_transit_gateway("main").unwrap();
        assert!(
            design.add_private_access("main").is_err(),
            "the attachment's subnets are its own"
        );
    }

    #[test]
    fn a_new_vpc_gets_the_first_free_block_of_the_pool() {
        let mut design = design();
        let free = |design: &Design, loaded: &[&str]| {
            let blocks = loaded.iter().map(|it| (it.parse().unwrap(), "b".into()));
            let around = Surroundings {
                blocks: blocks.collect(),
            };
            design.free_vpc_block(&around).unwrap().to_string()
        };
        assert_eq!(free(&design, &[]), "10.1.0.0/16");
        assert_eq!(free(&design, &["10.1.0.0/16"]), "10.2.0.0/16");
        design.pool = vec![
            "10.0.0.0/15".parse().unwrap(),
            "10.8.0.0/20".parse().unwrap(),
        ];
        assert_eq!(free(&design, &[]), "10.1.0.0/16");
        // What is left of the pool is smaller.
        assert_eq!(free(&design, &["10.1.0.0/17"]), "10.1.128.0/17");
        assert_eq!(free(&design, &["10.1.0.0/16"]), "10.8.0.0/20");
        design.reserved.push(super::super::model::Reserved {
            cidr: "10.8.0.0/16".parse().unwrap(),
            note: String::new(),
        });
        assert_eq!(free(&design, &["10.1.0.0/16"]), "10.2.0.0/16");
        design.pool = vec!["0.0.0.0/0".parse().unwrap()];
        assert_eq!(free(&design, &[]), "1.0.0.0/16");
    }

    #[test]
    fn a_removed_vpc_takes_its_peerings_along() {
        let mut design = design();
        let block = "10.1.0.0/16".parse().unwrap();
        let id = design.add_fresh_vpc(block, Some("main")).unwrap();
        assert_eq!(id, "vpc2");
        assert_eq!(design.vpcs[1].zones, design.vpcs[0].zones);
        design.vpcs[0].peerings.push(super::super::model::Peering {
            with: id.clone(),
            cidrs: Vec::new(),
            account: None,
            region: None,
        });
        design.remove_vpc(&id).unwrap();
        assert_eq!(design.vpcs.len(), 1);
        assert!(design.vpcs[0].peerings.is_empty());
        assert!(design.remove_vpc(&id).is_err());
    }
}
