//! Changes a person can make to a design. Each either happens whole or says in one sentence why it cannot.

use super::allocate::NewTier;
use super::model::{Color, Design, Held, Ipv6, Ipv6Part, Subnet, TierKind, Vpc};
use super::names::{slot, slot_of, subnet_rest};
use super::zones::{MOST_ZONES, usual_zones};
use crate::cidr;
use crate::network::{Key, Kind, Text};
use ipnet::{IpNet, Ipv4Net};

/// Why a change cannot be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such VPC.
    #[error("the design has no VPC {0}")]
    NoVpc(Text),
    /// There is no such tier.
    #[error("the VPC has no tier {0}")]
    NoTier(Text),
    /// There is no such subnet.
    #[error("the tier {0} has no subnet {1}")]
    NoSubnet(Text, u16),
    /// The name is in use.
    #[error("there is one called {0} already; choose another name")]
    Taken(Text),
    /// A name that cannot be one.
    #[error(
        "“{0}” cannot be the name of a tier; use small letters, digits and hyphens, a letter first"
    )]
    TierName(Text),
    /// No free space of the size.
    #[error("{}", no_room(.tier, *.mask, *.fits, *.vpc))]
    NoRoom {
        /// The tier that needs it.
        tier: Text,
        /// The mask that was tried.
        mask: u8,
        /// A longer mask that would fit.
        fits: Option<u8>,
        /// The mask of a larger VPC block that would hold them, where no longer mask fits.
        vpc: Option<u8>,
    },
    /// More hosts than the largest subnet has.
    #[error("no subnet has room for {hosts} hosts; the largest, a /16, has 65,531")]
    TooManyHosts {
        /// What was asked.
        hosts: u32,
    },
    /// A mask that no subnet may have.
    #[error("a subnet is a /16 to /28, not a /{0}; choose such a mask")]
    Mask(u8),
    /// Too many or too few zones.
    #[error("a VPC of a plan has one to six Availability Zones, not {0}")]
    Zones(usize),
    /// The zone is there already.
    #[error("the VPC has the zone {0} already; choose another")]
    ZoneTaken(Text),
    /// A block cannot be split so.
    #[error("{block} cannot be split into {parts}: its parts would be smaller than a /28")]
    Split {
        /// The block.
        block: Ipv4Net,
        /// How many parts.
        parts: u32,
    },
    /// A block has no partner to be joined with.
    #[error("{block} cannot be joined: {why}")]
    Join {
        /// The block.
        block: Ipv4Net,
        /// Why, as the rest of the sentence.
        why: String,
    },
    /// A block stands where another is.
    #[error("{block} overlaps {other}; choose another block")]
    Overlap {
        /// The block.
        block: Ipv4Net,
        /// What is there.
        other: String,
    },
    /// A block outside the VPC.
    #[error("{0} is in no block of the VPC; choose one inside it")]
    Outside(Ipv4Net),
    /// The block is not set aside.
    #[error("{0} is not set aside")]
    NotHeld(Ipv4Net),
    /// Nothing in the design has this name.
    #[error("{0} is not named by the design")]
    Unnamed(Key),
}

fn no_room(tier: &str, mask: u8, fits: Option<u8>, vpc: Option<u8>) -> String {
    let what = if tier.is_empty() {
        "the subnets find".to_owned()
    } else {
        format!("the tier {tier} finds")
    };
    match (fits, vpc) {
        (Some(fits), _) => format!("{what} no free space for /{mask} blocks; /{fits} would fit"),
        (None, Some(vpc)) => {
            format!(
                "{what} no free space for /{mask} blocks; a VPC block of /{vpc} would hold them"
            )
        }
        (None, None) => format!(
            "{what} no free space for /{mask} blocks; choose a larger VPC block, add a secondary block or free some space"
        ),
    }
}

/// What stands in a place of the address space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// A subnet, by tier and number.
    Subnet(Text, u16),
    /// A block set aside.
    Held,
}

impl Design {
    fn at(&mut self, vpc: &str) -> Result<&mut Vpc, Refusal> {
        self.vpc_mut(vpc).ok_or_else(|| Refusal::NoVpc(vpc.into()))
    }

    /// Set how many zones a VPC has. More are added as the region usually names them, with as many subnets of each tier
    /// as the other zones have; fewer take the last zones away with their subnets.
    ///
    /// # Errors
    /// The number is not 1 to 6, or the new subnets find no room.
    pub fn set_zone_count(&mut self, vpc: &str, count: usize) -> Result<(), Refusal> {
        if count == 0 || count > MOST_ZONES {
            return Err(Refusal::Zones(count));
        }
        self.whole(|design| {
            while design.at(vpc)?.zones.len() > count {
                let last = design.at(vpc)?.zones.last().cloned();
                design.remove_zone(vpc, &last.unwrap_or_default())?;
            }
            while design.at(vpc)?.zones.len() < count {
                let region = design.region.clone();
                let zones = &design.at(vpc)?.zones;
                let next = usual_zones(&region).find(|zone| !zones.contains(zone));
                let Some(next) = next else {
                    return Err(Refusal::Zones(count));
                };
                design.add_zone(vpc, &next)?;
            }
            Ok(())
        })
    }

    /// Make several changes or none.
    fn whole(
        &mut self,
        change: impl FnOnce(&mut Self) -> Result<(), Refusal>,
    ) -> Result<(), Refusal> {
        let mut changed = self.clone();
        change(&mut changed)?;
        *self = changed;
        Ok(())
    }

    /// Add a zone, with as many subnets of each tier as the other zones have.
    ///
    /// # Errors
    /// The zone is there, six are, or the new subnets find no room.
    pub fn add_zone(&mut self, vpc: &str, zone: &Text) -> Result<(), Refusal> {
        let avoid = self.avoided();
        self.whole(|design| {
            let vpc = design.at(vpc)?;
            if vpc.zones.contains(zone) {
                return Err(Refusal::ZoneTaken(zone.clone()));
            }
            if vpc.zones.len() >= MOST_ZONES {
                return Err(Refusal::Zones(vpc.zones.len() + 1));
            }
            vpc.zones.push(zone.clone());
            let wanted: Vec<(Text, usize)> = vpc
                .tiers
                .iter()
                .map(|tier| (tier.name.clone(), tier.per_zone()))
                .collect();
            for (tier, per_zone) in wanted {
                for _ in 0..per_zone {
                    vpc.add_subnet(&tier, zone, &avoid)?;
                }
            }
            Ok(())
        })
    }

    /// Take a zone away with its subnets.
    ///
    /// # Errors
    /// It is the only one.
    pub fn remove_zone(&mut self, vpc: &str, zone: &str) -> Result<(), Refusal> {
        let vpc = self.at(vpc)?;
        if vpc.zones.len() <= 1 {
            return Err(Refusal::Zones(0));
        }
        vpc.zones.retain(|held| held != zone);
        let gone: Vec<(Text, u16)> = vpc
            .subnets()
            .filter(|(_, subnet)| subnet.zone == zone)
            .map(|(tier, subnet)| (tier.name.clone(), subnet.number))
            .collect();
        for (tier, number) in gone {
            vpc.forget(&tier, number);
        }
        vpc.names.remove(&slot_of(Kind::NatGateway, zone));
        vpc.names.remove(&slot_of(Kind::ElasticIp, zone));
        Ok(())
    }

    /// Put the subnets of one zone into another that the VPC has not got yet.
    ///
    /// # Errors
    /// The VPC has the new zone already.
    pub fn rename_zone(&mut self, vpc: &str, from: &str, to: &Text) -> Result<(), Refusal> {
        let vpc = self.at(vpc)?;
        if from == to {
            return Ok(());
        }
        if vpc.zones.contains(to) {
            return Err(Refusal::ZoneTaken(to.clone()));
        }
        let before = vpc.clone();
        for zone in vpc.zones.iter_mut().filter(|zone| *zone == from) {
            *zone = to.clone();
        }
        for tier in &mut vpc.tiers {
            for subnet in tier.subnets.iter_mut().filter(|it| it.zone == from) {
                subnet.zone = to.clone();
            }
        }
        for tier in &before.tiers {
            for subnet in tier.in_zone(from) {
                let moved = Subnet {
                    zone: to.clone(),
                    ..subnet.clone()
                };
                for kind in [Kind::Subnet, Kind::RouteTable] {
                    vpc.move_name(
                        &slot_of(kind, &subnet_rest(tier, subnet)),
                        slot_of(kind, &subnet_rest(tier, &moved)),
                    );
                }
            }
        }
        for kind in [Kind::NatGateway, Kind::ElasticIp] {
            vpc.move_name(&slot_of(kind, from), slot_of(kind, to));
        }
        Ok(())
    }

    /// Put a subnet into another zone; its block, its number and the names given to it stay.
    ///
    /// # Errors
    /// There is no such subnet.
    pub fn set_subnet_zone(
        &mut self,
        vpc: &str,
        tier: &str,
        number: u16,
        zone: &Text,
    ) -> Result<(), Refusal> {
        let vpc = self.at(vpc)?;
        let before = vpc.subnet(tier, number)?.clone();
        let after = Subnet {
            zone: zone.clone(),
            ..before.clone()
        };
        vpc.subnet_mut(tier, number)?.zone = zone.clone();
        let Some(tier) = vpc.tier(tier).cloned() else {
            return Ok(());
        };
        for kind in [Kind::Subnet, Kind::RouteTable] {
            vpc.move_name(
                &slot_of(kind, &subnet_rest(&tier, &before)),
                slot_of(kind, &subnet_rest(&tier, &after)),
            );
        }
        Ok(())
    }

    /// Change the region; zones that are named after the old one are named after the new one.
    ///
    /// # Errors
    /// None but those of [`Design::rename_zone`].
    pub fn set_region(&mut self, region: &Text) -> Result<(), Refusal> {
        if self.region == *region {
            return Ok(());
        }
        self.whole(|design| {
            let before = std::mem::replace(&mut design.region, region.clone());
            let vpcs: Vec<Text> = design.vpcs.iter().map(|vpc| vpc.id.clone()).collect();
            for id in vpcs {
                let zones = design.at(&id)?.zones.clone();
                let usual: Vec<Text> = usual_zones(&before).collect();
                for zone in zones {
                    let place = usual.iter().position(|held| *held == zone);
                    let Some(to) = place.and_then(|place| usual_zones(region).nth(place)) else {
                        continue;
                    };
                    design.rename_zone(&id, &zone, &to)?;
                }
            }
            Ok(())
        })
    }

    /// Set how many subnets a tier has in each zone; none takes the tier's subnets away, and the tier with them.
    ///
    /// # Errors
    /// There is no such tier, or the new subnets find no room.
    pub fn set_per_zone(&mut self, vpc: &str, tier: &str, count: usize) -> Result<(), Refusal> {
        if count == 0 {
            return self.remove_tier(vpc, tier);
        }
        let avoid = self.avoided();
        self.whole(|design| {
            let vpc = design.at(vpc)?;
            if vpc.tier(tier).is_none() {
                return Err(Refusal::NoTier(tier.into()));
            }
            let zones = vpc.zones.clone();
            let of = |vpc: &Vpc, zone: &str| -> Vec<u16> {
                let tier = vpc.tier(tier).into_iter();
                tier.flat_map(|tier| tier.in_zone(zone).map(|subnet| subnet.number))
                    .collect()
            };
            for zone in &zones {
                for &number in of(vpc, zone).iter().skip(count) {
                    vpc.forget(tier, number);
                }
            }
            // Round by round over the zones, so that numbers run as the form's do.
            for round in 0..count {
                for zone in &zones {
                    if of(vpc, zone).len() <= round {
                        vpc.add_subnet(tier, zone, &avoid)?;
                    }
                }
            }
            Ok(())
        })
    }

    /// Add a tier with its subnets. Nothing that is there moves.
    ///
    /// # Errors
    /// The name cannot be one or is taken, or there is no room.
    pub fn add_tier(&mut self, vpc: &str, wanted: &NewTier) -> Result<(), Refusal> {
        let avoid = self.avoided();
        let vpc = self.at(vpc)?;
        check_tier_name(vpc, &wanted.name)?;
        vpc.add_tier(wanted, None, &avoid)
    }

    /// Take a tier away with its subnets.
    ///
    /// # Errors
    /// There is no such tier.
    pub fn remove_tier(&mut self, vpc: &str, tier: &str) -> Result<(), Refusal> {
        let vpc = self.at(vpc)?;
        let held = vpc.tier(tier).ok_or_else(|| Refusal::NoTier(tier.into()))?;
        let numbers: Vec<u16> = held.subnets.iter().map(|subnet| subnet.number).collect();
        for number in numbers {
            vpc.forget(tier, number);
        }
        vpc.names.remove(&slot_of(Kind::RouteTable, tier));
        vpc.tiers.retain(|held| held.name != tier);
        Ok(())
    }

    /// Call a tier otherwise; names of its subnets that were given by hand stay theirs.
    ///
    /// # Errors
    /// There is no such tier, or the name cannot be one or is taken.
    pub fn rename_tier(&mut self, vpc: &str, tier: &str, to: &Text) -> Result<(), Refusal> {
        let vpc = self.at(vpc)?;
        if tier == to {
            return Ok(());
        }
        check_tier_name(vpc, to)?;
        let before = vpc
            .tier(tier)
            .ok_or_else(|| Refusal::NoTier(tier.into()))?
            .clone();
        let mut after = before.clone();
        after.name = to.clone();
        for subnet in &before.subnets {
            for kind in [Kind::Subnet, Kind::RouteTable] {
                vpc.move_name(
                    &slot_of(kind, &subnet_rest(&before, subnet)),
                    slot_of(kind, &subnet_rest(&after, subnet)),
                );
            }
        }
        vpc.move_name(
            &slot_of(Kind::RouteTable, tier),
            slot_of(Kind::RouteTable, to),
        );
        for endpoint in vpc.endpoints.iter_mut().filter(|it| it.tier == tier) {
            endpoint.tier = to.clone();
        }
        if let Some(attachment) = vpc.transit_gateway.as_mut().filter(|it| it.tier == tier) {
            attachment.tier = to.clone();
        }
        if let Some(resolver) = vpc.resolver.as_mut().filter(|it| it.tier == tier) {
            resolver.tier = to.clone();
        }
        if let Some(held) = vpc.tier_mut(tier) {
            *held = after;
        }
        Ok(())
    }

    /// Add a subnet where there is room, or at a block of one's choice. Answers with its number.
    ///
    /// # Errors
    /// There is no such tier, no room, or the block is not free.
    pub fn add_subnet(
        &mut self,
        vpc: &str,
        tier: &str,
        zone: &Text,
        block: Option<Ipv4Net>,
    ) -> Result<u16, Refusal> {
        let avoid = self.avoided();
        let vpc = self.at(vpc)?;
        let Some(block) = block else {
            return vpc.add_subnet(tier, zone, &avoid);
        };
        let held = vpc.tier(tier).ok_or_else(|| Refusal::NoTier(tier.into()))?;
        let number = held.free_number();
        if !cidr::SUBNET_MASKS_V4.contains(&block.prefix_len()) {
            return Err(Refusal::Mask(block.prefix_len()));
        }
        let block = block.trunc();
        vpc.check_free(block)?;
        vpc.insert(tier, number, zone, block);
        Ok(number)
    }

    /// Take a subnet away; its block becomes free.
    ///
    /// # Errors
    /// There is no such subnet.
    pub fn remove_subnet(&mut self, vpc: &str, tier: &str, number: u16) -> Result<(), Refusal> {
        let vpc = self.at(vpc)?;
        vpc.subnet(tier, number)?;
        vpc.forget(tier, number);
        if vpc.tier(tier).is_some_and(|tier| tier.subnets.is_empty()) {
            let id = vpc.id.clone();
            return self.remove_tier(&id, tier);
        }
        Ok(())
    }

    /// Give a subnet a block. Where it collides, validation says so; nothing else moves.
    ///
    /// # Errors
    /// There is no such subnet.
    pub fn set_subnet_block(
        &mut self,
        vpc: &str,
        tier: &str,
        number: u16,
        block: Ipv4Net,
    ) -> Result<(), Refusal> {
        self.at(vpc)?.subnet_mut(tier, number)?.cidr = block.trunc();
        Ok(())
    }

    /// Give a subnet a part of the VPC's version 6 block, or none.
    ///
    /// # Errors
    /// There is no such subnet.
    pub fn set_subnet_ipv6(
        &mut self,
        vpc: &str,
        tier: &str,
        number: u16,
        part: Option<Ipv6Part>,
    ) -> Result<(), Refusal> {
        self.at(vpc)?.subnet_mut(tier, number)?.ipv6 = part;
        Ok(())
    }

    /// Set the primary block. At the same size everything inside moves along; at another size everything stays where it
    /// is, and validation says what no longer fits.
    ///
    /// # Errors
    /// There is no such VPC.
    pub fn set_vpc_block(&mut self, vpc: &str, block: Ipv4Net) -> Result<(), Refusal> {
        let vpc = self.at(vpc)?;
        let block = block.trunc();
        if block.prefix_len() == vpc.cidr.prefix_len() {
            vpc.rebase(block);
        } else {
            vpc.cidr = block;
        }
        Ok(())
    }

    /// Set a VPC's version 6 block: subnets get parts of it, or lose them.
    ///
    /// # Errors
    /// There is no such VPC.
    pub fn set_ipv6(&mut self, vpc: &str, ipv6: Ipv6) -> Result<(), Refusal> {
        let vpc = self.at(vpc)?;
        let had = vpc.ipv6 != Ipv6::None;
        vpc.ipv6 = ipv6;
        if ipv6 == Ipv6::None {
            vpc.egress_only = false;
            vpc.ipv6_pool = None;
            for tier in &mut vpc.tiers {
                tier.ipv6_addresses = false;
                tier.subnets
                    .iter_mut()
                    .for_each(|subnet| subnet.ipv6 = None);
            }
        } else if !had {
            vpc.number_ipv6();
        }
        Ok(())
    }

    /// Give every subnet of a VPC a block anew, as in a fresh design. Numbers, zones, notes and names stay.
    ///
    /// # Errors
    /// The subnets do not fit; nothing changes then.
    pub fn replan(&mut self, vpc: &str) -> Result<(), Refusal> {
        let avoid = self.avoided();
        self.at(vpc)?.allocate(&avoid)
    }

    /// Split a subnet's block: the subnet keeps the first part, the others become subnets of the same tier and zone with
    /// the same note and colour.
    ///
    /// # Errors
    /// There is no such subnet, or the parts would be too small.
    pub fn split_subnet(
        &mut self,
        vpc: &str,
        tier: &str,
        number: u16,
        parts: u32,
    ) -> Result<(), Refusal> {
        let vpc = self.at(vpc)?;
        let whole = vpc.subnet(tier, number)?.clone();
        let blocks = split(whole.cidr, parts)?;
        for (position, block) in blocks.into_iter().enumerate() {
            if position == 0 {
                vpc.subnet_mut(tier, number)?.cidr = block;
                continue;
            }
            let number = vpc.tier(tier).map_or(1, super::model::Tier::free_number);
            vpc.insert(tier, number, &whole.zone, block);
            let part = vpc.subnet_mut(tier, number)?;
            part.note.clone_from(&whole.note);
            part.color = whole.color;
        }
        Ok(())
    }

    /// Join a subnet with its sibling block: with free or set-aside space, or with a subnet of the same tier and zone, of
    /// which the lower number stays. Note and colour stay where both agree; free space, and a block set aside that bears
    /// none, agree with all.
    ///
    /// # Errors
    /// There is no such subnet, or somebody else is in the sibling.
    pub fn join_subnet(&mut self, vpc: &str, tier: &str, number: u16) -> Result<(), Refusal> {
        let vpc = self.at(vpc)?;
        let one = vpc.subnet(tier, number)?.clone();
        let (sibling, parent) = partner(one.cidr)?;
        let why = |why: String| Refusal::Join {
            block: one.cidr,
            why,
        };
        if !vpc.blocks().any(|block| block.contains(&parent)) {
            return Err(why("it fills its VPC's block".into()));
        }
        let others = vpc.owners(sibling);
        match others.as_slice() {
            [] => vpc.subnet_mut(tier, number)?.cidr = parent,
            [(block, Owner::Held)] if *block == sibling => {
                let aside = vpc.held_mut(sibling)?.clone();
                vpc.held.retain(|held| held.cidr.trunc() != sibling);
                let joined = vpc.subnet_mut(tier, number)?;
                joined.cidr = parent;
                // A block that says nothing is like free space; what one says is not lost in silence.
                if !aside.note.is_empty() && aside.note != one.note {
                    joined.note = String::new();
                }
                if aside.color.is_some() && aside.color != one.color {
                    joined.color = None;
                }
            }
            [(block, Owner::Subnet(other_tier, other))]
                if *block == sibling
                    && *other_tier == tier
                    && vpc.subnet(tier, *other)?.zone == one.zone =>
            {
                let two = vpc.subnet(tier, *other)?.clone();
                let (stays, goes) = (number.min(*other), number.max(*other));
                vpc.forget(tier, goes);
                let joined = vpc.subnet_mut(tier, stays)?;
                joined.cidr = parent;
                joined.note = if one.note == two.note {
                    one.note
                } else {
                    String::new()
                };
                joined.color = one.color.filter(|color| two.color == Some(*color));
            }
            [(block, _), ..] => {
                return Err(why(format!("{block} beside it belongs to something else")));
            }
        }
        Ok(())
    }

    /// Set a block aside.
    ///
    /// # Errors
    /// It is outside the VPC, or not free.
    pub fn hold(&mut self, vpc: &str, block: Ipv4Net, note: &str) -> Result<(), Refusal> {
        let vpc = self.at(vpc)?;
        let block = block.trunc();
        vpc.check_free(block)?;
        vpc.held.push(Held {
            cidr: block,
            note: note.to_owned(),
            color: None,
        });
        vpc.held.sort_by_key(|held| held.cidr);
        Ok(())
    }

    /// Set another block aside instead of one, with its note and colour.
    ///
    /// # Errors
    /// The one is not set aside, or the other is outside the VPC or not free.
    pub fn move_held(&mut self, vpc: &str, from: Ipv4Net, to: Ipv4Net) -> Result<(), Refusal> {
        let vpc = self.at(vpc)?;
        let mut held = vpc.held_mut(from)?.clone();
        held.cidr = to.trunc();
        let before = vpc.held.clone();
        vpc.held.retain(|it| it.cidr.trunc() != from.trunc());
        if let Err(refusal) = vpc.check_free(held.cidr) {
            vpc.held = before;
            return Err(refusal);
        }
        vpc.held.push(held);
        vpc.held.sort_by_key(|held| held.cidr);
        Ok(())
    }

    /// Give a set-aside block back.
    ///
    /// # Errors
    /// It is not set aside.
    pub fn release(&mut self, vpc: &str, block: Ipv4Net) -> Result<(), Refusal> {
        let vpc = self.at(vpc)?;
        vpc.held_mut(block)?;
        vpc.held.retain(|held| held.cidr.trunc() != block.trunc());
        Ok(())
    }

    /// Split a set-aside block; the parts bear its note and colour.
    ///
    /// # Errors
    /// It is not set aside, or the parts would be too small.
    pub fn split_held(&mut self, vpc: &str, block: Ipv4Net, parts: u32) -> Result<(), Refusal> {
        let vpc = self.at(vpc)?;
        let whole = vpc.held_mut(block)?.clone();
        let parts = split(block.trunc(), parts)?;
        vpc.held.retain(|held| held.cidr.trunc() != block.trunc());
        vpc.held.extend(parts.into_iter().map(|cidr| Held {
            cidr,
            ..whole.clone()
        }));
        vpc.held.sort_by_key(|held| held.cidr);
        Ok(())
    }

    /// Join a set-aside block with its sibling, free or set aside. Note and colour stay where both agree.
    ///
    /// # Errors
    /// It is not set aside, or somebody else is in the sibling.
    pub fn join_held(&mut self, vpc: &str, block: Ipv4Net) -> Result<(), Refusal> {
        let vpc = self.at(vpc)?;
        let block = block.trunc();
        let one = vpc.held_mut(block)?.clone();
        let (sibling, parent) = partner(block)?;
        let why = |why: String| Refusal::Join { block, why };
        if !vpc.blocks().any(|block| block.contains(&parent)) {
            return Err(why("it fills its VPC's block".into()));
        }
        let two = match vpc.owners(sibling).as_slice() {
            [] => None,
            [(other, Owner::Held)] if *other == sibling => Some(vpc.held_mut(sibling)?.clone()),
            [(other, _), ..] => {
                return Err(why(format!("{other} beside it belongs to something else")));
            }
        };
        let agrees = two.as_ref().is_none_or(|two| two.note == one.note);
        let color = two.map_or(one.color, |two| {
            one.color.filter(|it| two.color == Some(*it))
        });
        vpc.held
            .retain(|held| ![block, sibling].contains(&held.cidr.trunc()));
        vpc.held.push(Held {
            cidr: parent,
            note: if agrees { one.note } else { String::new() },
            color,
        });
        vpc.held.sort_by_key(|held| held.cidr);
        Ok(())
    }

    /// Write a note on a block of a VPC and colour it: a subnet's or one set aside.
    ///
    /// # Errors
    /// Nothing has exactly this block.
    pub fn mark_block(
        &mut self,
        vpc: &str,
        block: Ipv4Net,
        note: &str,
        color: Option<Color>,
    ) -> Result<(), Refusal> {
        let vpc = self.at(vpc)?;
        let subnet = vpc
            .tiers
            .iter_mut()
            .flat_map(|tier| &mut tier.subnets)
            .find(|subnet| subnet.cidr.trunc() == block.trunc());
        if let Some(subnet) = subnet {
            note.clone_into(&mut subnet.note);
            subnet.color = color;
            return Ok(());
        }
        let held = vpc.held_mut(block)?;
        note.clone_into(&mut held.note);
        held.color = color;
        Ok(())
    }

    /// Name a resource of the plan by hand; an empty name gives the generated one back.
    ///
    /// # Errors
    /// The design does not name it.
    pub fn set_name(&mut self, key: &Key, name: &str) -> Result<(), Refusal> {
        let unnamed = || Refusal::Unnamed(key.clone());
        let (vpc, slot) = slot(key).ok_or_else(unnamed)?;
        let vpc = self.vpc_mut(&vpc).ok_or_else(unnamed)?;
        let name = name.trim();
        if name.is_empty() {
            vpc.names.remove(&slot);
        } else {
            vpc.names.insert(slot, name.into());
        }
        Ok(())
    }

    /// Give a VPC the form's public or private tier, or take it away: `count` subnets in each zone.
    ///
    /// # Errors
    /// The new subnets find no room.
    pub fn set_form_tier(&mut self, vpc: &str, kind: TierKind, count: u16) -> Result<(), Refusal> {
        let name = match kind {
            TierKind::Public => "public",
            TierKind::Private => "private",
            TierKind::Isolated => "isolated",
        };
        if self.at(vpc)?.tier(name).is_some() {
            return self.set_per_zone(vpc, name, usize::from(count));
        }
        if count == 0 {
            return Ok(());
        }
        let avoid = self.avoided();
        self.whole(|design| {
            let held = design.at(vpc)?;
            let is_bare = held.tiers.is_empty();
            // As large as what is there, if it fits: nobody asked for that size, so it is not kept as if one had.
            let like = held.tiers.first().map(|tier| tier.mask);
            let wanted = NewTier {
                name: name.into(),
                kind,
                per_zone: count,
                ..NewTier::default()
            };
            held.add_tier(&wanted, like, &avoid)?;
            // Public subnets come first, as the form lists them.
            if kind == TierKind::Public {
                held.tiers.rotate_right(1);
            }
            held.settle_as_the_form(name, &avoid);
            if is_bare {
                design.replan(vpc)?;
            }
            Ok(())
        })
    }
}

impl Vpc {
    fn subnet(&self, tier: &str, number: u16) -> Result<&Subnet, Refusal> {
        self.tier(tier)
            .ok_or_else(|| Refusal::NoTier(tier.into()))?
            .subnet(number)
            .ok_or_else(|| Refusal::NoSubnet(tier.into(), number))
    }

    fn subnet_mut(&mut self, tier: &str, number: u16) -> Result<&mut Subnet, Refusal> {
        self.tier_mut(tier)
            .ok_or_else(|| Refusal::NoTier(tier.into()))?
            .subnet_mut(number)
            .ok_or_else(|| Refusal::NoSubnet(tier.into(), number))
    }

    /// A block that is set aside, to change; the file may have it with host bits.
    pub fn held_mut(&mut self, block: Ipv4Net) -> Result<&mut Held, Refusal> {
        self.held
            .iter_mut()
            .find(|held| held.cidr.trunc() == block.trunc())
            .ok_or(Refusal::NotHeld(block))
    }

    /// Take a subnet away with the names given to it and its table.
    fn forget(&mut self, tier: &str, number: u16) {
        let Some(held) = self.tiers.iter_mut().find(|held| held.name == tier) else {
            return;
        };
        if let Some(subnet) = held.subnet(number) {
            let rest = subnet_rest(held, subnet);
            self.names.remove(&slot_of(Kind::Subnet, &rest));
            self.names.remove(&slot_of(Kind::RouteTable, &rest));
        }
        held.subnets.retain(|subnet| subnet.number != number);
    }

    fn move_name(&mut self, from: &str, to: Text) {
        if let Some(name) = self.names.remove(from) {
            self.names.insert(to, name);
        }
    }

    /// Who has a part of a block.
    pub fn owners(&self, block: Ipv4Net) -> Vec<(Ipv4Net, Owner)> {
        let hits = |other: Ipv4Net| cidr::overlap(other.into(), block.into());
        let subnets = self.subnets().map(|(tier, subnet)| {
            (
                subnet.cidr.trunc(),
                Owner::Subnet(tier.name.clone(), subnet.number),
            )
        });
        let held = self
            .held
            .iter()
            .map(|held| (held.cidr.trunc(), Owner::Held));
        let mut owners: Vec<_> = subnets.chain(held).filter(|(it, _)| hits(*it)).collect();
        owners.sort_by_key(|(block, _)| *block);
        owners
    }

    fn check_free(&self, block: Ipv4Net) -> Result<(), Refusal> {
        if !self.blocks().any(|held| held.contains(&block)) {
            return Err(Refusal::Outside(block));
        }
        match self.owners(block).first() {
            None => Ok(()),
            Some((other, owner)) => Err(Refusal::Overlap {
                block,
                other: match owner {
                    Owner::Subnet(tier, number) => format!("{other} of {tier}{number}"),
                    Owner::Held => format!("{other}, which is set aside"),
                },
            }),
        }
    }
}

/// Whether a name can be that of a tier: it becomes a part of names on AWS and of names inside the plan.
pub(super) fn is_tier_name(name: &str) -> bool {
    let mut letters = name.chars();
    letters
        .next()
        .is_some_and(|first| first.is_ascii_lowercase())
        && letters.all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-')
        && name.len() <= 40
        // A table that AWS makes has this place in the plan.
        && name != "nat-regional"
}

fn check_tier_name(vpc: &Vpc, name: &Text) -> Result<(), Refusal> {
    if !is_tier_name(name) {
        return Err(Refusal::TierName(name.clone()));
    }
    if vpc.tier(name).is_some() {
        return Err(Refusal::Taken(name.clone()));
    }
    Ok(())
}

fn split(block: Ipv4Net, parts: u32) -> Result<Vec<Ipv4Net>, Refusal> {
    let refusal = || Refusal::Split { block, parts };
    let bits = parts.checked_ilog2().ok_or_else(refusal)?;
    let bits = u8::try_from(bits).map_err(|_| refusal())?;
    let mask = block.prefix_len().saturating_add(bits);
    if parts < 2 || !parts.is_power_of_two() || mask > *cidr::VPC_MASKS_V4.end() {
        return Err(refusal());
    }
    Ok(block.subnets(mask).map_err(|_| refusal())?.collect())
}

/// A block's sibling, and the block that both make.
fn partner(block: Ipv4Net) -> Result<(Ipv4Net, Ipv4Net), Refusal> {
    let whole = || Refusal::Join {
        block,
        why: "it is as large as a subnet can be".into(),
    };
    let parent = block.supernet().filter(|it| it.prefix_len() >= 16);
    let parent = parent.ok_or_else(whole)?;
    match cidr::sibling(IpNet::V4(block)) {
        Some(IpNet::V4(sibling)) => Ok((sibling, parent)),
        _ => Err(whole()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Fresh, usual_zones};
    use super::*;

    fn design() -> Design {
        let mut options = Fresh::in_region("eu-west-1");
        options.zones = usual_zones("eu-west-1").take(3).collect();
        Design::fresh(&options).unwrap()
    }

    fn net(text: &str) -> Ipv4Net {
        text.parse().unwrap()
    }

    fn mark(design: &mut Design, block: &str, note: &str, color: Color) {
        design
            .mark_block("main", net(block), note, Some(color))
            .unwrap();
    }

    fn said(design: &Design, tier: &str, number: u16) -> (String, String, Option<Color>) {
        let subnet = design.vpcs[0].subnet(tier, number).unwrap();
        (subnet.cidr.to_string(), subnet.note.clone(), subnet.color)
    }

    #[test]
    fn parts_of_a_subnet_bear_its_note_and_colour() {
        let mut design = design();
        mark(&mut design, "10.0.0.0/20", "web", Color::Teal);
        design.split_subnet("main", "public", 1, 4).unwrap();
        let web = |block: &str| (block.to_owned(), "web".to_owned(), Some(Color::Teal));
        assert_eq!(said(&design, "public", 1), web("10.0.0.0/22"));
        assert_eq!(said(&design, "public", 4), web("10.0.4.0/22"));
        assert_eq!(said(&design, "public", 6), web("10.0.12.0/22"));
        assert!(
            design.vpcs[0]
                .tiers
                .iter()
                .flat_map(|tier| &tier.subnets)
                .filter(|subnet| subnet.note == "web")
                .all(|subnet| subnet.zone == "eu-west-1a")
        );
    }

    #[test]
    fn joined_subnets_keep_what_both_agree_on() {
        let mut whole = design();
        mark(&mut whole, "10.0.0.0/20", "web", Color::Teal);
        whole.split_subnet("main", "public", 1, 2).unwrap();
        let mut agreed = whole.clone();
        agreed.join_subnet("main", "public", 4).unwrap();
        assert_eq!(
            said(&agreed, "public", 1),
            ("10.0.0.0/20".into(), "web".into(), Some(Color::Teal))
        );
        mark(&mut whole, "10.0.8.0/21", "api", Color::Teal);
        whole.join_subnet("main", "public", 1).unwrap();
        assert_eq!(
            said(&whole, "public", 1),
            ("10.0.0.0/20".into(), String::new(), Some(Color::Teal))
        );
    }

    #[test]
    fn a_subnet_joined_with_space_that_says_nothing_keeps_its_note() {
        let mut design = design();
        mark(&mut design, "10.0.32.0/20", "web", Color::Teal);
        let web = ("10.0.32.0/19".into(), "web".into(), Some(Color::Teal));
        let mut free = design.clone();
        free.join_subnet("main", "public", 3).unwrap();
        assert_eq!(said(&free, "public", 3), web);
        design.hold("main", net("10.0.48.0/20"), "").unwrap();
        let mut silent = design.clone();
        silent.join_subnet("main", "public", 3).unwrap();
        assert_eq!(said(&silent, "public", 3), web);
        assert!(silent.vpcs[0].held.is_empty());
        mark(&mut design, "10.0.48.0/20", "for the lab", Color::Red);
        design.join_subnet("main", "public", 3).unwrap();
        assert_eq!(
            said(&design, "public", 3),
            ("10.0.32.0/19".into(), String::new(), None)
        );
    }

    #[test]
    fn set_aside_blocks_split_and_join_alike() {
        let mut design = design();
        design.hold("main", net("10.0.64.0/20"), "later").unwrap();
        design.split_held("main", net("10.0.64.0/20"), 2).unwrap();
        let held = |design: &Design| -> Vec<String> {
            let words = |held: &Held| format!("{} {}", held.cidr, held.note);
            design.vpcs[0].held.iter().map(words).collect()
        };
        assert_eq!(held(&design), ["10.0.64.0/21 later", "10.0.72.0/21 later"]);
        design.join_held("main", net("10.0.72.0/21")).unwrap();
        assert_eq!(held(&design), ["10.0.64.0/20 later"]);
    }

    #[test]
    fn a_set_aside_block_is_moved_and_resized_where_nobody_is() {
        let mut design = design();
        let at = |design: &Design| design.vpcs[0].held.clone();
        design.hold("main", net("10.0.64.0/20"), "later").unwrap();
        design
            .move_held("main", net("10.0.64.0/20"), net("10.0.64.0/21"))
            .unwrap();
        design
            .move_held("main", net("10.0.64.0/21"), net("10.0.72.0/21"))
            .unwrap();
        let held = at(&design);
        assert_eq!(held.len(), 1);
        assert_eq!(
            (held[0].cidr, held[0].note.as_str()),
            (net("10.0.72.0/21"), "later")
        );
        for (from, to) in [
            ("10.0.72.0/21", "10.0.0.0/21"),
            ("10.0.72.0/21", "10.9.0.0/21"),
            ("10.0.80.0/21", "10.0.88.0/21"),
        ] {
            assert!(
                design.move_held("main", net(from), net(to)).is_err(),
                "{from} {to}"
            );
            assert_eq!(at(&design), held, "nothing is lost");
        }
    }

    #[test]
    fn a_tier_of_the_form_comes_back_as_it_was() {
        let before = design();
        for kind in [TierKind::Public, TierKind::Private] {
            let mut design = before.clone();
            design.set_form_tier("main", kind, 0).unwrap();
            assert_eq!(design.vpcs[0].tiers.len(), 1);
            design.set_form_tier("main", kind, 1).unwrap();
            assert_eq!(design, before);
        }
        // Beside a tier of another size nothing is fixed either.
        let mut design = before;
        let data = NewTier {
            name: "data".into(),
            kind: TierKind::Isolated,
            mask: Some(24),
            per_zone: 1,
            ..NewTier::default()
        };
        design.add_tier("main", &data).unwrap();
        design.set_form_tier("main", TierKind::Private, 0).unwrap();
        design.set_form_tier("main", TierKind::Private, 1).unwrap();
        let private = design.vpcs[0].tier("private").unwrap();
        assert_eq!((private.mask, private.fixed), (20, false));
        assert!(design.vpcs[0].tier("data").unwrap().fixed);
    }

    #[test]
    fn a_tier_of_the_form_is_smaller_where_its_size_finds_no_room() {
        let mut design = design();
        design.set_form_tier("main", TierKind::Private, 0).unwrap();
        design.hold("main", net("10.0.64.0/18"), "").unwrap();
        design.hold("main", net("10.0.128.0/17"), "").unwrap();
        design.set_form_tier("main", TierKind::Private, 1).unwrap();
        let private = design.vpcs[0].tier("private").unwrap();
        assert_eq!((private.mask, private.fixed), (22, false));
    }

    #[test]
    fn a_size_that_was_asked_for_is_kept_when_all_is_laid_out_anew() {
        let mut design = design();
        let private = design.vpcs[0].tier_mut("private").unwrap();
        (private.mask, private.fixed) = (24, true);
        design.replan("main").unwrap();
        let blocks = |design: &Design, tier: &str| -> Vec<String> {
            let tier = design.vpcs[0].tier(tier).unwrap();
            tier.subnets.iter().map(|it| it.cidr.to_string()).collect()
        };
        assert_eq!(
            blocks(&design, "private"),
            ["10.0.64.0/24", "10.0.65.0/24", "10.0.66.0/24"]
        );
        assert_eq!(
            blocks(&design, "public"),
            ["10.0.0.0/20", "10.0.16.0/20", "10.0.32.0/20"]
        );
        // The form's own size is the form's, asked for or not.
        let private = design.vpcs[0].tier_mut("private").unwrap();
        private.mask = 20;
        design.replan("main").unwrap();
        assert_eq!(blocks(&design, "private")[0], "10.0.128.0/20");
    }

    #[test]
    fn what_finds_no_room_names_the_mask_that_would() {
        let words = |change: &dyn Fn(&mut Design) -> Result<(), Refusal>| {
            let mut design = design();
            change(&mut design).unwrap_err().to_string()
        };
        let fix = |design: &mut Design, tier: &str, mask: u8| {
            let tier = design.vpcs[0].tier_mut(tier).unwrap();
            (tier.mask, tier.fixed) = (mask, true);
        };
        // Three of the larger ones fill the VPC.
        assert_eq!(
            words(&|design| {
                fix(design, "private", 17);
                design.replan("main")
            }),
            "the tier private finds no free space for /17 blocks; /19 would fit"
        );
        assert_eq!(
            words(&|design| {
                fix(design, "public", 18);
                design.replan("main")
            }),
            "the tier public finds no free space for /18 blocks; /19 would fit"
        );
        // A size that follows from hosts is needed.
        assert_eq!(
            words(&|design| {
                design.vpcs[0].tier_mut("private").unwrap().hosts = Some(500);
                design.set_vpc_block("main", net("10.0.0.0/23"))?;
                design.replan("main")
            }),
            "the tier private finds no free space for /23 blocks; a VPC block of /20 would hold them"
        );
        let mut small = Fresh::in_region("eu-west-1");
        small.cidr = net("10.0.0.0/28");
        assert_eq!(
            Design::fresh(&small).unwrap_err().to_string(),
            "the tier public finds no free space for /28 blocks; a VPC block of /26 would hold them"
        );
        small.cidr = net("10.0.0.0/26");
        assert!(Design::fresh(&small).is_ok());
    }

    #[test]
    fn a_set_aside_block_with_host_bits_is_the_block_they_are_in() {
        let mut design = design();
        let written = [("10.0.48.7/20", "web"), ("10.0.70.5/20", "later")];
        design.vpcs[0].held = written
            .iter()
            .map(|(block, note)| Held {
                cidr: net(block),
                note: (*note).into(),
                color: None,
            })
            .collect();
        let block = net("10.0.64.0/20");
        mark(&mut design, "10.0.64.0/20", "lab", Color::Red);
        let lab = design.vpcs[0].held_mut(block).unwrap();
        assert_eq!((lab.note.as_str(), lab.color), ("lab", Some(Color::Red)));
        assert!(design.hold("main", block, "").is_err());
        let mut split = design.clone();
        split.split_held("main", block, 2).unwrap();
        let blocks: Vec<_> = split.vpcs[0].held.iter().map(|held| held.cidr).collect();
        let halves = [net("10.0.64.0/21"), net("10.0.72.0/21")];
        assert_eq!(blocks[1..], halves);
        let mut joined = design.clone();
        joined.join_held("main", block).unwrap();
        assert_eq!(joined.vpcs[0].held[1].cidr, net("10.0.64.0/19"));
        let mut released = design.clone();
        released.release("main", block).unwrap();
        assert_eq!(released.vpcs[0].held.len(), 1);
        // The one beside it is a sibling, with its note.
        design.join_subnet("main", "public", 3).unwrap();
        assert_eq!(design.vpcs[0].held.len(), 1);
        assert_eq!(said(&design, "public", 3).0, "10.0.32.0/19");
    }

    #[test]
    fn what_cannot_be_split_says_so() {
        let mut design = design();
        for parts in [0, 1, 3, 512, u32::MAX] {
            let refused = design.split_subnet("main", "public", 1, parts);
            assert!(
                matches!(refused, Err(Refusal::Split { .. })),
                "{parts}: {refused:?}"
            );
        }
        assert!(design.split_subnet("main", "public", 1, 256).is_ok());
    }
}
