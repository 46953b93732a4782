//! Which block, zone and number a new subnet gets.
//!
//! The law (`contract.md`, part 5): a fresh design of the console's own shape gets the console's own blocks; what goes
//! beyond gets an aligned run of equal slots per tier; and once made a subnet never moves, whatever is added or removed.

use super::edit::Refusal;
use super::file::FormatVersion;
use super::model::{
    Design, Egress, GatewayService, Held, Ipv6, Ipv6Part, Nat, Subnet, Tier, TierKind, Vpc,
};
use super::zones::usual_zones;
use crate::cidr;
use crate::cidr::mask_for_hosts;
use crate::network::Text;
use ipnet::{IpNet, Ipv4Net};
use std::collections::{BTreeMap, BTreeSet};

/// The longest mask of a VPC or subnet.
const LONGEST: u8 = *cidr::VPC_MASKS_V4.end();

/// The most public, and the most private, subnets that the console's form gives blocks to.
const FORM_SUBNETS: usize = 8;

/// What the console's form asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fresh {
    /// What generated names begin with.
    pub prefix: Text,
    /// The region.
    pub region: Text,
    /// The VPC's block.
    pub cidr: Ipv4Net,
    /// Its zones.
    pub zones: Vec<Text>,
    /// Public subnets in each zone.
    pub public_per_zone: u16,
    /// Private subnets in each zone.
    pub private_per_zone: u16,
    /// Its NAT gateways.
    pub nat: Nat,
    /// Its version 6 block.
    pub ipv6: Ipv6,
    /// Whether private subnets reach out over version 6.
    pub egress_only: bool,
    /// Its gateway endpoints.
    pub gateway_endpoints: Vec<GatewayService>,
    /// Tags on everything.
    pub tags: BTreeMap<Text, Text>,
}

impl Fresh {
    /// What the form shows when it is opened in a region: two zones, a public and a private subnet in each, no NAT
    /// gateway, the S3 endpoint.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/create-vpc.html>
    pub fn in_region(region: &str) -> Self {
        Self {
            prefix: "project".into(),
            region: region.into(),
            cidr: Ipv4Net::new_assert([10, 0, 0, 0].into(), 16),
            zones: usual_zones(region).take(2).collect(),
            public_per_zone: 1,
            private_per_zone: 1,
            nat: Nat::None,
            ipv6: Ipv6::None,
            egress_only: false,
            gateway_endpoints: vec![GatewayService::S3],
            tags: BTreeMap::new(),
        }
    }
}

/// What is asked of a new tier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewTier {
    /// Its name.
    pub name: Text,
    /// What its routes make of it.
    pub kind: TierKind,
    /// The mask of its subnets; by itself where neither this nor `hosts` is given.
    pub mask: Option<u8>,
    /// The hosts a subnet must have room for.
    pub hosts: Option<u32>,
    /// Subnets in each zone.
    pub per_zone: u16,
    /// How private subnets reach out.
    pub egress: Egress,
}

impl Design {
    /// A design of one VPC as the console's form makes it.
    ///
    /// # Errors
    /// The subnets do not fit into the block.
    pub fn fresh(options: &Fresh) -> Result<Self, Refusal> {
        let mut design = Self {
            version: FormatVersion,
            region: options.region.clone(),
            pool: Vec::new(),
            tags: options.tags.clone(),
            prices: BTreeMap::new(),
            reserved: Vec::new(),
            vpcs: Vec::new(),
        };
        design.add_vpc("main", options)?;
        Ok(design)
    }

    /// Add a VPC as the console's form makes it; region and tags of the options are not looked at.
    ///
    /// # Errors
    /// There is one of this name, or the subnets do not fit into the block.
    pub fn add_vpc(&mut self, id: &str, options: &Fresh) -> Result<(), Refusal> {
        if self.vpc(id).is_some() {
            return Err(Refusal::Taken(id.into()));
        }
        let mut vpc = Vpc {
            id: id.into(),
            prefix: options.prefix.clone(),
            cidr: options.cidr,
            secondary: Vec::new(),
            ipv6: options.ipv6,
            ipv6_pool: None,
            tenancy: super::model::Tenancy::default(),
            dns_support: true,
            dns_hostnames: true,
            encryption: super::model::Encryption::default(),
            encryption_exclusions: Vec::new(),
            zones: options.zones.clone(),
            nat: options.nat,
            egress_only: options.egress_only,
            gateway_endpoints: options.gateway_endpoints.clone(),
            private_zones: Vec::new(),
            names: BTreeMap::new(),
            resolver: None,
            transit_gateway: None,
            vpn_gateway: None,
            flow_log: None,
            endpoints: Vec::new(),
            peerings: Vec::new(),
            held: Vec::new(),
            tiers: Vec::new(),
        };
        let wanted = [
            ("public", TierKind::Public, options.public_per_zone),
            ("private", TierKind::Private, options.private_per_zone),
        ];
        for (name, kind, per_zone) in wanted {
            if per_zone == 0 {
                continue;
            }
            vpc.tiers.push(Tier {
                name: name.into(),
                kind,
                mask: LONGEST,
                fixed: false,
                hosts: None,
                run: None,
                egress: Egress::default(),
                public_addresses: false,
                ipv6_addresses: false,
                subnets: numbered(&vpc.zones, per_zone),
            });
        }
        vpc.allocate(&self.avoided())?;
        self.vpcs.push(vpc);
        Ok(())
    }

    /// The version 4 ranges that no subnet is to be put into.
    pub(super) fn avoided(&self) -> Vec<Ipv4Net> {
        let v4 = |range: IpNet| match range {
            IpNet::V4(block) => Some(block),
            IpNet::V6(_) => None,
        };
        self.reserved.iter().filter_map(|it| v4(it.cidr)).collect()
    }
}

/// Subnets without blocks yet: numbers run over the zones first, then wrap, as the form numbers them.
fn numbered(zones: &[Text], per_zone: u16) -> Vec<Subnet> {
    (0..per_zone)
        .flat_map(|_| zones)
        .zip(1..)
        .map(|(zone, number)| Subnet {
            number,
            zone: zone.clone(),
            cidr: Ipv4Net::default(),
            ipv6: None,
            note: String::new(),
            color: None,
        })
        .collect()
}

/// Blocks as the functions on both families take them.
fn nets(blocks: impl IntoIterator<Item = Ipv4Net>) -> Vec<IpNet> {
    blocks.into_iter().map(IpNet::V4).collect()
}

fn first_free(within: &[Ipv4Net], used: &[IpNet], mask: u8) -> Option<Ipv4Net> {
    // The blocks are tried in their own order: the primary one comes before a secondary one that lies lower.
    within.iter().find_map(
        |&block| match cidr::first_free(&[block.into()], used, mask) {
            Some(IpNet::V4(found)) => Some(found),
            _ => None,
        },
    )
}

/// The mask of a run of slots: as many as the next power of two that holds them, and at least so many (four,
/// so that zones can be added later).
fn run_mask(subnets: usize, least: usize, mask: u8) -> Option<u8> {
    let slots = subnets.max(least).checked_next_power_of_two()?;
    mask.checked_sub(u8::try_from(slots.ilog2()).ok()?)
}

impl Vpc {
    /// Give every subnet a block anew, as if the design were fresh. Numbers, zones, notes and names stay.
    pub(super) fn allocate(&mut self, avoid: &[Ipv4Net]) -> Result<(), Refusal> {
        let laid_out = self.laid_out(avoid);
        *self = laid_out.map_err(|refusal| self.naming_what_fits(refusal, avoid))?;
        for tier in &mut self.tiers {
            tier.subnets
                .iter_mut()
                .for_each(|subnet| subnet.ipv6 = None);
        }
        self.number_ipv6();
        Ok(())
    }

    /// Whether every subnet would find a block anew.
    pub(super) fn can_be_laid_out(&self, avoid: &[Ipv4Net]) -> bool {
        self.laid_out(avoid).is_ok()
    }

    fn laid_out(&self, avoid: &[Ipv4Net]) -> Result<Self, Refusal> {
        let mut vpc = self.clone();
        if !vpc.allocate_as_the_form(avoid) {
            vpc.tiers = self.in_runs(avoid)?;
        }
        Ok(vpc)
    }

    /// A layout that failed, told with the mask that would do: a longer one for the tiers that ask for a size, else that of
    /// a larger VPC.
    fn naming_what_fits(&self, refusal: Refusal, avoid: &[Ipv4Net]) -> Refusal {
        let Refusal::NoRoom { tier, mask, .. } = refusal else {
            return refusal;
        };
        // A tier whose hosts were counted needs its size; one whose mask was asked for can do with a longer one.
        let asks = |tier: &&Tier| tier.fixed && tier.hosts.is_none();
        let masks = self.tiers.iter().filter(asks).map(|tier| tier.mask);
        let shortest = masks.min().unwrap_or(LONGEST);
        let fits = (shortest.saturating_add(1)..=LONGEST).find(|&mask| {
            let mut tried = self.clone();
            let tiers = tried.tiers.iter_mut();
            for tier in tiers.filter(|tier| tier.fixed && tier.hosts.is_none()) {
                tier.mask = tier.mask.max(mask);
            }
            // The closest layout that is tried.
            tried.runs_of(LONGEST, 1, avoid).is_ok()
        });
        let Some(fits) = fits else {
            let larger = self.larger().find(|vpc| vpc.can_be_laid_out(avoid));
            return Refusal::NoRoom {
                tier,
                mask,
                fits: None,
                vpc: larger.map(|vpc| vpc.cidr.prefix_len()),
            };
        };
        // What finds no room may be a small tier beside one that asks for too much.
        let is_told = |held: &&Tier| asks(held) && held.mask < fits;
        let told = self.tier(&tier).filter(is_told);
        let told = told.or_else(|| self.tiers.iter().find(is_told));
        Refusal::NoRoom {
            tier: told.map_or(tier, |told| told.name.clone()),
            mask: told.map_or(mask, |told| told.mask),
            fits: Some(fits),
            vpc: None,
        }
    }

    /// The same VPC with larger and larger primary blocks, up to the largest.
    fn larger(&self) -> impl Iterator<Item = Self> {
        let masks = *cidr::VPC_MASKS_V4.start()..self.cidr.prefix_len();
        masks.rev().filter_map(|mask| {
            let block = Ipv4Net::new(self.cidr.network(), mask).ok()?;
            Some(Self {
                cidr: block.trunc(),
                ..self.clone()
            })
        })
    }

    /// The console's own blocks: sixteen slots where the VPC has room for them, public subnets from the first slot on,
    /// private ones from the middle on. False where the design is not of the form's shape.
    fn allocate_as_the_form(&mut self, avoid: &[Ipv4Net]) -> bool {
        let mask = self.cidr.prefix_len().saturating_add(4).min(LONGEST);
        let Some([IpNet::V4(low), IpNet::V4(high)]) = cidr::halves(self.cidr.into()) else {
            return false;
        };
        let slots_of_half = 1_usize << mask.saturating_sub(low.prefix_len()).min(16);
        let is_of_the_form = self.secondary.is_empty()
            && self.held.is_empty()
            && mask >= low.prefix_len()
            && !avoid
                .iter()
                .any(|range| cidr::overlap(IpNet::V4(*range), self.cidr.into()))
            && self.tiers.iter().all(|tier| {
                tier.hosts.is_none()
                    && (!tier.fixed || tier.mask == mask)
                    && matches!(
                        (tier.name.as_str(), tier.kind),
                        ("public", TierKind::Public) | ("private", TierKind::Private)
                    )
                    && tier.subnets.len() <= FORM_SUBNETS.min(slots_of_half)
            });
        if !is_of_the_form {
            return false;
        }
        for tier in &mut self.tiers {
            let run = if tier.kind == TierKind::Public {
                low
            } else {
                high
            };
            tier.mask = mask;
            tier.run = Some(run);
            let Ok(slots) = run.subnets(mask) else {
                return false;
            };
            for (subnet, slot) in tier.subnets.iter_mut().zip(slots) {
                subnet.cidr = slot;
            }
        }
        true
    }

    /// The tiers in order, each in an aligned run of its own. Tiers that ask for no size share what there is.
    fn in_runs(&self, avoid: &[Ipv4Net]) -> Result<Vec<Tier>, Refusal> {
        let shortest = self.cidr.prefix_len().saturating_add(4).clamp(16, LONGEST);
        let mut last = Refusal::NoRoom {
            tier: Text::default(),
            mask: LONGEST,
            fits: None,
            vpc: None,
        };
        // Room for more zones where there is any; without it where there is not.
        let tries = [4, 1]
            .into_iter()
            .flat_map(|least| (shortest..=LONGEST).map(move |mask| (least, mask)));
        for (least, mask) in tries {
            match self.runs_of(mask, least, avoid) {
                Ok(tiers) => return Ok(tiers),
                Err(refusal) => last = refusal,
            }
        }
        Err(last)
    }

    fn runs_of(&self, mask: u8, least: usize, avoid: &[Ipv4Net]) -> Result<Vec<Tier>, Refusal> {
        let mut used = nets(self.held.iter().map(|held| held.cidr));
        used.extend(nets(avoid.iter().copied()));
        let within: Vec<Ipv4Net> = self.blocks().collect();
        let mut tiers = Vec::with_capacity(self.tiers.len());
        for tier in &self.tiers {
            let mut tier = tier.clone();
            let by_hosts = tier.hosts.map(|hosts| {
                mask_for_hosts(u64::from(hosts)).ok_or(Refusal::TooManyHosts { hosts })
            });
            let own = Some(tier.mask).filter(|_| tier.fixed);
            tier.mask = by_hosts.transpose()?.or(own).unwrap_or(mask);
            let refusal = || Refusal::NoRoom {
                tier: tier.name.clone(),
                mask: tier.mask,
                fits: None,
                vpc: None,
            };
            let run = run_mask(tier.subnets.len(), least, tier.mask)
                .and_then(|run| first_free(&within, &used, run))
                .ok_or_else(refusal)?;
            let slots = run.subnets(tier.mask).map_err(|_| refusal())?;
            for (subnet, slot) in tier.subnets.iter_mut().zip(slots) {
                subnet.cidr = slot;
            }
            tier.run = Some(run);
            used.push(run.into());
            tiers.push(tier);
        }
        Ok(tiers)
    }

    fn used(&self, avoid: &[Ipv4Net]) -> Vec<IpNet> {
        nets(self.taken().chain(avoid.iter().copied()))
    }

    /// Add a tier with its subnets. Nothing that is there moves. Where no size is asked for, that of `like` comes first, and
    /// smaller ones where it finds no room.
    pub(super) fn add_tier(
        &mut self,
        wanted: &NewTier,
        like: Option<u8>,
        avoid: &[Ipv4Net],
    ) -> Result<(), Refusal> {
        let subnets = numbered(&self.zones, wanted.per_zone);
        let fixed = match (wanted.mask, wanted.hosts) {
            (Some(mask), _) if !cidr::SUBNET_MASKS_V4.contains(&mask) => {
                return Err(Refusal::Mask(mask));
            }
            (Some(mask), _) => Some(mask),
            (None, Some(hosts)) => {
                Some(mask_for_hosts(u64::from(hosts)).ok_or(Refusal::TooManyHosts { hosts })?)
            }
            (None, None) => None,
        };
        let shortest = self.cidr.prefix_len().saturating_add(4).clamp(16, LONGEST);
        let first = fixed.or(like).unwrap_or(shortest);
        let found = (first..=fixed.unwrap_or(LONGEST))
            .find_map(|mask| Some((mask, self.free_run(subnets.len(), mask, avoid)?)));
        let Some((mask, run)) = found else {
            let fits =
                (first..=LONGEST).find(|&mask| self.free_run(subnets.len(), mask, avoid).is_some());
            let holds = |vpc: &Self| vpc.free_run(subnets.len(), first, avoid).is_some();
            let larger = self.larger().filter(|_| fits.is_none()).find(holds);
            return Err(Refusal::NoRoom {
                tier: wanted.name.clone(),
                mask: first,
                fits,
                vpc: larger.map(|vpc| vpc.cidr.prefix_len()),
            });
        };
        let slots = run.subnets(mask).into_iter().flatten();
        let subnets = subnets
            .into_iter()
            .zip(slots)
            .map(|(subnet, cidr)| Subnet { cidr, ..subnet })
            .collect();
        self.tiers.push(Tier {
            name: wanted.name.clone(),
            kind: wanted.kind,
            mask,
            fixed: wanted.mask.is_some(),
            hosts: wanted.hosts,
            run: Some(run),
            egress: wanted.egress,
            public_addresses: false,
            ipv6_addresses: false,
            subnets,
        });
        self.number_ipv6();
        Ok(())
    }

    /// A free run for so many subnets: one that no other tier counts on, else one that is free today.
    fn free_run(&self, subnets: usize, mask: u8, avoid: &[Ipv4Net]) -> Option<Ipv4Net> {
        let within: Vec<Ipv4Net> = self.blocks().collect();
        let run = run_mask(subnets, 4, mask)?;
        let used = self.used(avoid);
        let mut claimed = used.clone();
        claimed.extend(nets(self.tiers.iter().filter_map(|tier| tier.run)));
        first_free(&within, &claimed, run).or_else(|| first_free(&within, &used, run))
    }

    /// Add a subnet to a tier: the lowest number that is free, in free space of the tier's run, else anywhere.
    pub(super) fn add_subnet(
        &mut self,
        tier: &str,
        zone: &Text,
        avoid: &[Ipv4Net],
    ) -> Result<u16, Refusal> {
        let used = self.used(avoid);
        let within: Vec<Ipv4Net> = self.blocks().collect();
        let held = self
            .tier(tier)
            .ok_or_else(|| Refusal::NoTier(tier.into()))?;
        // A run may have been left behind by a block that the VPC has no more.
        let is_inside = |run: &Ipv4Net| within.iter().any(|block| block.contains(run));
        let run: Vec<Ipv4Net> = held.run.into_iter().filter(is_inside).collect();
        let find =
            |mask| first_free(&run, &used, mask).or_else(|| first_free(&within, &used, mask));
        let cidr = find(held.mask).ok_or_else(|| {
            let fits = (held.mask..=LONGEST).find(|&mask| find(mask).is_some());
            let holds = |vpc: &Self| first_free(&[vpc.cidr], &used, held.mask).is_some();
            let larger = self.larger().filter(|_| fits.is_none()).find(holds);
            Refusal::NoRoom {
                tier: tier.into(),
                mask: held.mask,
                fits,
                vpc: larger.map(|vpc| vpc.cidr.prefix_len()),
            }
        })?;
        let number = held.free_number();
        self.insert(tier, number, zone, cidr);
        Ok(number)
    }

    /// Put a subnet into a tier, in the order of numbers.
    pub(super) fn insert(&mut self, tier: &str, number: u16, zone: &Text, cidr: Ipv4Net) {
        if let Some(tier) = self.tier_mut(tier) {
            let at = tier
                .subnets
                .partition_point(|subnet| subnet.number < number);
            tier.subnets.insert(
                at,
                Subnet {
                    number,
                    zone: zone.clone(),
                    cidr,
                    ipv6: None,
                    note: String::new(),
                    color: None,
                },
            );
        }
        self.number_ipv6();
    }

    /// Give a /64 to every subnet that has none, where the VPC has a version 6 block.
    ///
    /// Public subnet i has number i − 1, private subnet j 0x80 + j − 1, as the version 4 slots of the form; which ones
    /// the console takes is not known. Further tiers begin at the first free multiple of 0x10.
    pub(super) fn number_ipv6(&mut self) {
        let Some(mask) = self.ipv6.mask().filter(|mask| *mask <= 64) else {
            return;
        };
        let count = 1_u64 << (64 - mask).min(32);
        let mut used = Parts::default();
        for (_, subnet) in self.subnets() {
            if let Some(part) = subnet.ipv6 {
                // A larger part takes all its /64s.
                let bits = u32::from(64_u8.saturating_sub(part.mask));
                let size = 1_u64.checked_shl(bits).unwrap_or(u64::MAX);
                let first = u64::from(part.index).saturating_mul(size);
                used.take(first, first.saturating_add(size.saturating_sub(1)));
            }
        }
        let mut has_private = false;
        for tier in &mut self.tiers {
            let known = tier.subnets.iter().find_map(|subnet| {
                let part = subnet.ipv6.filter(|part| part.mask == 64)?;
                u64::from(part.index).checked_sub(u64::from(subnet.number.saturating_sub(1)))
            });
            let usual = match tier.kind {
                TierKind::Public => Some(0),
                TierKind::Private if !has_private => Some(0x80),
                TierKind::Private | TierKind::Isolated => None,
            };
            has_private |= tier.kind == TierKind::Private;
            let base = known
                .or_else(|| usual.filter(|base| used.free_from(*base, 0x10, 0x10) == *base))
                .or_else(|| Some(used.free_from(0x10, 0x10, 0x10)).filter(|base| *base < count))
                .unwrap_or(0);
            for subnet in tier.subnets.iter_mut().filter(|it| it.ipv6.is_none()) {
                let wanted = base.saturating_add(u64::from(subnet.number.saturating_sub(1)));
                let index = [wanted, 0]
                    .into_iter()
                    .map(|from| used.free_from(from, 1, 1))
                    .find(|index| *index < count);
                if let Some(index) = index.and_then(|index| u32::try_from(index).ok()) {
                    used.take(u64::from(index), u64::from(index));
                    subnet.ipv6 = Some(Ipv6Part { index, mask: 64 });
                }
            }
        }
    }

    /// Give the tier of this name the form's own blocks, where everything else has them already and stays as it is.
    pub(super) fn settle_as_the_form(&mut self, name: &str, avoid: &[Ipv4Net]) {
        let mut tried = self.clone();
        let is_kept = |(old, new): (&Tier, &Tier)| old.name == name || old == new;
        if tried.allocate_as_the_form(avoid) && self.tiers.iter().zip(&tried.tiers).all(is_kept) {
            *self = tried;
        }
    }

    /// Move everything inside the primary block along with it. The new block has the same size.
    pub(super) fn rebase(&mut self, to: Ipv4Net) {
        let from = self.cidr;
        let moved = |block: Ipv4Net| {
            if !from.contains(&block) {
                return block;
            }
            let offset = u32::from(block.network()).wrapping_sub(u32::from(from.network()));
            let base = u32::from(to.network()).wrapping_add(offset);
            Ipv4Net::new(base.into(), block.prefix_len()).unwrap_or(block)
        };
        for tier in &mut self.tiers {
            tier.run = tier.run.map(moved);
            for subnet in &mut tier.subnets {
                subnet.cidr = moved(subnet.cidr);
            }
        }
        for Held { cidr, .. } in &mut self.held {
            *cidr = moved(*cidr);
        }
        self.cidr = to;
    }
}

/// The /64s of a VPC that are taken, as runs that neither touch nor overlap: first and last.
#[derive(Default)]
struct Parts(BTreeMap<u64, u64>);

impl Parts {
    fn take(&mut self, mut first: u64, mut last: u64) {
        // Runs that this one touches become one with it.
        while let Some((&start, &end)) = self.0.range(..=last.saturating_add(1)).next_back()
            && end.saturating_add(1) >= first
        {
            self.0.remove(&start);
            first = first.min(start);
            last = last.max(end);
        }
        self.0.insert(first, last);
    }

    /// The first multiple of `step`, from such a multiple on, where so many are free.
    fn free_from(&self, from: u64, step: u64, many: u64) -> u64 {
        let mut at = from;
        loop {
            let end = at.saturating_add(many.saturating_sub(1));
            match self.0.range(..=end).next_back() {
                Some((_, &last)) if last >= at && last < u64::MAX.saturating_sub(step) => {
                    at = last.saturating_add(1).next_multiple_of(step);
                }
                Some((_, &last)) if last >= at => return u64::MAX,
                _ => return at,
            }
        }
    }
}

impl Tier {
    /// The lowest number that no subnet has.
    pub(super) fn free_number(&self) -> u16 {
        let taken: BTreeSet<u16> = self.subnets.iter().map(|subnet| subnet.number).collect();
        (1..u16::MAX)
            .find(|number| !taken.contains(number))
            .unwrap_or(u16::MAX)
    }
}
