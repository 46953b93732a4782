//! The address space of a VPC in parts: what has them, and what is free.

use super::model::{Color, Reserved, TierKind, Vpc};
use super::names::{name, ordinal, subnet_rest};
use crate::cidr::{self, BlockFacts, SUBNET_MASKS_V4};
use crate::network::{Kind, Text};
use compact_str::format_compact;
use ipnet::{IpNet, Ipv4Net};
use std::cmp::Ordering;

/// The version 4 address space of a VPC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AddressSpace {
    /// Its blocks, the primary one first.
    pub blocks: Vec<BlockSpace>,
    /// Subnets and set-aside blocks that share no address with any of its blocks, ascending.
    pub strays: Vec<Segment>,
}

/// One block of a VPC in parts. The four numbers of addresses always add up to those of the block; what several have is
/// counted once, as the first of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockSpace {
    /// The block.
    pub block: Ipv4Net,
    /// Its parts, ascending by their first address, the larger of two first. They cover the block once and without a gap
    /// unless one of them bears a [`Fault::Overlap`] or reaches out of the block.
    pub segments: Vec<Segment>,
    /// Addresses in subnets.
    pub in_subnets: u64,
    /// Addresses set aside.
    pub held: u64,
    /// Addresses in use elsewhere.
    pub reserved: u64,
    /// Addresses nobody has.
    pub free: u64,
}

/// A part of the address space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its block; a subnet's may reach out of the VPC's.
    pub block: Ipv4Net,
    /// Who has it.
    pub occupant: Occupant,
    /// The `Name` tag of a subnet, where it gets one.
    pub name: Option<Text>,
    /// What people wrote about it.
    pub note: String,
    /// The colour people gave it.
    pub color: Option<Color>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// How many others of its kind of place it lies inside: 0 unless it overlaps.
    pub depth: usize,
}

/// Who has a part of the address space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Occupant {
    /// A subnet.
    Subnet {
        /// Its tier, by name.
        tier: Text,
        /// Its number in the tier.
        number: u16,
        /// What the tier's routes make of it.
        kind: TierKind,
        /// Its Availability Zone, by name.
        zone: Text,
    },
    /// It is set aside.
    Held,
    /// It is in use elsewhere.
    Reserved,
    /// Nobody; the block is as large as it can be.
    Free,
}

/// What is wrong with a part of the address space.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It shares addresses with this block; one is named where there are several.
    Overlap(Ipv4Net),
    /// It shares addresses with this range, which is in use elsewhere.
    Reserved(IpNet),
    /// It lies in no block of the VPC, or not wholly.
    Outside,
    /// No subnet has a mask like this.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
    Size,
}

impl Fault {
    /// What is wrong, as a sentence without a full stop.
    pub fn words(&self) -> String {
        match self {
            Self::Overlap(other) => format!("Overlaps {other}"),
            Self::Reserved(range) => format!("Lies in {range}, which is in use elsewhere"),
            Self::Outside => "Does not lie in a block of the VPC".to_owned(),
            Self::Size => "A subnet's mask is /16 to /28".to_owned(),
        }
    }
}

impl Segment {
    /// A short name of who has it: `private4`, `set aside`, `reserved`, `free`.
    pub fn label(&self) -> Text {
        match &self.occupant {
            Occupant::Subnet { tier, number, .. } => format_compact!("{tier}{number}"),
            Occupant::Held => "set aside".into(),
            Occupant::Reserved => "reserved".into(),
            Occupant::Free => "free".into(),
        }
    }

    fn of(block: Ipv4Net, occupant: Occupant) -> Self {
        Self {
            block,
            occupant,
            name: None,
            note: String::new(),
            color: None,
            faults: Vec::new(),
            depth: 0,
        }
    }
}

impl BlockSpace {
    /// How many subnets there are, how many would fill the block, and their mask, where the block has nothing but subnets
    /// of one size in it.
    pub fn slots(&self) -> Option<(u64, u64, u8)> {
        let mut subnets = 0;
        let mut mask = None;
        for segment in &self.segments {
            match segment.occupant {
                Occupant::Free => continue,
                Occupant::Subnet { .. } if segment.faults.is_empty() => {}
                _ => return None,
            }
            let own = segment.block.prefix_len();
            if mask.is_some_and(|mask| mask != own) {
                return None;
            }
            mask = Some(own);
            subnets += 1;
        }
        let mask = mask?;
        let bits = mask.checked_sub(self.block.prefix_len())?;
        Some((subnets, 1_u64.checked_shl(u32::from(bits))?, mask))
    }
}

impl AddressSpace {
    /// The address space of a VPC; `reserved` are the ranges that are in use elsewhere.
    ///
    /// Of a reserved range the parts are given that nothing of the VPC stands in.
    pub fn of(vpc: &Vpc, reserved: &[Reserved]) -> Self {
        let mut owned = owned(vpc);
        mark_overlaps(&mut owned);
        for segment in &mut owned {
            mark_place(segment, vpc, reserved);
        }
        let blocks = vpc
            .blocks()
            .map(|block| BlockSpace::of(block.trunc(), &owned, reserved))
            .collect();
        let strays = owned
            .into_iter()
            .filter(|segment| !vpc.blocks().any(|block| touches(block, segment.block)))
            .collect();
        Self { blocks, strays }
    }

    /// Every part, block by block, then the strays.
    pub fn segments(&self) -> impl Iterator<Item = &Segment> {
        let inside = self.blocks.iter().flat_map(|block| &block.segments);
        inside.chain(&self.strays)
    }
}

impl BlockSpace {
    fn of(block: Ipv4Net, owned: &[Segment], reserved: &[Reserved]) -> Self {
        let mut segments: Vec<Segment> = owned
            .iter()
            .filter(|segment| touches(segment.block, block))
            .cloned()
            .collect();
        let cut = |segment: &Segment| IpNet::V4(smaller(segment.block, block));
        let subnets: Vec<IpNet> = segments
            .iter()
            .filter(|segment| matches!(segment.occupant, Occupant::Subnet { .. }))
            .map(cut)
            .collect();
        let mut used: Vec<IpNet> = segments.iter().map(cut).collect();
        let in_subnets = addresses(&subnets);
        let held = addresses(&used).saturating_sub(in_subnets);

        let mut parts = Vec::new();
        for range in outermost(block, reserved) {
            let within = [IpNet::V4(range.0)];
            let taken: Vec<IpNet> = used
                .iter()
                .filter(|taken| cidr::overlap(**taken, within[0]))
                .copied()
                .collect();
            for part in v4(cidr::free(&within, &taken)) {
                parts.push(Segment {
                    note: range.1.to_owned(),
                    ..Segment::of(part, Occupant::Reserved)
                });
            }
        }
        let reserved: Vec<IpNet> = parts.iter().map(|part| part.block.into()).collect();
        used.extend(&reserved);
        let free = cidr::free(&[block.into()], &used);
        let counted = addresses(&free);
        parts.extend(v4(free).map(|part| Segment::of(part, Occupant::Free)));
        segments.extend(parts);
        segments.sort_by(in_order);
        Self {
            block,
            segments,
            in_subnets,
            held,
            reserved: addresses(&reserved),
            free: counted,
        }
    }
}

/// What a VPC has put somewhere, in order.
fn owned(vpc: &Vpc) -> Vec<Segment> {
    let subnets = vpc.subnets().map(|(tier, subnet)| {
        let occupant = Occupant::Subnet {
            tier: tier.name.clone(),
            number: subnet.number,
            kind: tier.kind,
            zone: subnet.zone.clone(),
        };
        let generated = format_compact!("subnet-{}", ordinal(tier, subnet));
        Segment {
            name: name(vpc, Kind::Subnet, &subnet_rest(tier, subnet), &generated),
            note: subnet.note.clone(),
            color: subnet.color,
            ..Segment::of(subnet.cidr.trunc(), occupant)
        }
    });
    let held = vpc.held.iter().map(|held| Segment {
        note: held.note.clone(),
        color: held.color,
        ..Segment::of(held.cidr.trunc(), Occupant::Held)
    });
    let mut owned: Vec<Segment> = subnets.chain(held).collect();
    owned.sort_by(in_order);
    owned
}

fn in_order(one: &Segment, two: &Segment) -> Ordering {
    let place = |segment: &Segment| (segment.block.network(), segment.block.prefix_len());
    place(one).cmp(&place(two))
}

/// Mark what lies in something else, and what has something else in it. The segments are in order, so that those around
/// one come before it.
fn mark_overlaps(segments: &mut [Segment]) {
    let mut around: Vec<usize> = Vec::new();
    let mut found: Vec<(usize, Ipv4Net, usize)> = Vec::new();
    for (at, segment) in segments.iter().enumerate() {
        let holds = |outer: &usize| {
            let outer = segments.get(*outer);
            outer.is_some_and(|outer| outer.block.contains(&segment.block))
        };
        while around.last().is_some_and(|outer| !holds(outer)) {
            around.pop();
        }
        if let Some(&outer) = around.last()
            && let Some(other) = segments.get(outer)
        {
            found.push((at, other.block, around.len()));
            found.push((outer, segment.block, 0));
        }
        around.push(at);
    }
    for (at, other, depth) in found {
        let Some(segment) = segments.get_mut(at) else {
            continue;
        };
        segment.depth = segment.depth.max(depth);
        let is_marked = |fault: &Fault| matches!(fault, Fault::Overlap(_));
        if !segment.faults.iter().any(is_marked) {
            segment.faults.push(Fault::Overlap(other));
        }
    }
}

/// Mark what stands where it cannot.
fn mark_place(segment: &mut Segment, vpc: &Vpc, reserved: &[Reserved]) {
    let block = segment.block;
    if !vpc.blocks().any(|outer| outer.trunc().contains(&block)) {
        segment.faults.push(Fault::Outside);
    }
    let taken = reserved
        .iter()
        .find(|range| cidr::overlap(range.cidr, block.into()));
    if let Some(range) = taken.filter(|_| segment.occupant != Occupant::Held) {
        segment.faults.push(Fault::Reserved(range.cidr));
    }
    let is_subnet = matches!(segment.occupant, Occupant::Subnet { .. });
    if is_subnet && !SUBNET_MASKS_V4.contains(&block.prefix_len()) {
        segment.faults.push(Fault::Size);
    }
}

/// What of the reserved ranges lies in a block, without those that lie in another one, each with its note.
fn outermost(block: Ipv4Net, reserved: &[Reserved]) -> Vec<(Ipv4Net, &str)> {
    let mut ranges: Vec<(Ipv4Net, &str)> = reserved
        .iter()
        .filter_map(|range| match range.cidr {
            IpNet::V4(cidr) => Some((cidr.trunc(), range.note.as_str())),
            IpNet::V6(_) => None,
        })
        .filter(|(range, _)| touches(*range, block))
        .map(|(range, note)| (smaller(range, block), note))
        .collect();
    ranges.sort_by_key(|(range, _)| (range.network(), range.prefix_len()));
    let mut kept: Vec<(Ipv4Net, &str)> = Vec::with_capacity(ranges.len());
    for range in ranges {
        if kept.last().is_none_or(|outer| !outer.0.contains(&range.0)) {
            kept.push(range);
        }
    }
    kept
}

fn touches(one: Ipv4Net, two: Ipv4Net) -> bool {
    cidr::overlap(one.into(), two.into())
}

/// What two blocks share, of which one lies in the other.
fn smaller(one: Ipv4Net, two: Ipv4Net) -> Ipv4Net {
    if one.prefix_len() >= two.prefix_len() {
        one.trunc()
    } else {
        two.trunc()
    }
}

fn v4(blocks: Vec<IpNet>) -> impl Iterator<Item = Ipv4Net> {
    blocks.into_iter().filter_map(|block| match block {
        IpNet::V4(block) => Some(block),
        IpNet::V6(_) => None,
    })
}

fn addresses(blocks: &[IpNet]) -> u64 {
    u64::try_from(cidr::covers(blocks)).unwrap_or(u64::MAX)
}

/// The headings of [`address_plan`].
pub const PLAN_HEADS: [&str; 11] = [
    "Block",
    "Use",
    "Network",
    "First",
    "Last",
    "Broadcast",
    "Usable",
    "Zone",
    "Tier",
    "Name",
    "Note",
];

/// The address space of a VPC as a table, a row for each part; the columns are [`PLAN_HEADS`]. First, last and usable
/// addresses are those of one subnet in the whole block.
pub fn address_plan(vpc: &Vpc, reserved: &[Reserved]) -> Vec<[String; PLAN_HEADS.len()]> {
    let space = AddressSpace::of(vpc, reserved);
    space.segments().map(plan_row).collect()
}

fn plan_row(segment: &Segment) -> [String; PLAN_HEADS.len()] {
    let facts = BlockFacts::of(segment.block.into());
    let end = |address: Option<std::net::IpAddr>| {
        address.map_or_else(String::new, |address| address.to_string())
    };
    let (what, zone, tier) = match &segment.occupant {
        Occupant::Subnet { tier, zone, .. } => ("subnet", zone.to_string(), tier.to_string()),
        Occupant::Held => ("set aside", String::new(), String::new()),
        Occupant::Reserved => ("reserved", String::new(), String::new()),
        Occupant::Free => ("free", String::new(), String::new()),
    };
    let name = match (&segment.name, &segment.occupant) {
        (Some(name), _) => name.to_string(),
        (None, Occupant::Subnet { .. }) => segment.label().to_string(),
        (None, _) => String::new(),
    };
    [
        segment.block.to_string(),
        what.to_owned(),
        facts.network.to_string(),
        end(facts.first),
        end(facts.last),
        facts.broadcast.to_string(),
        facts.usable.to_string(),
        zone,
        tier,
        name,
        segment.note.clone(),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::{Design, Fresh, Held, usual_zones};
    use super::*;
    use crate::cidr::address_count;
    use proptest::prelude::*;
    use std::net::Ipv4Addr;

    fn design() -> Design {
        let mut options = Fresh::in_region("eu-west-1");
        options.prefix = "channy".into();
        options.zones = usual_zones("eu-west-1").take(3).collect();
        options.private_per_zone = 2;
        Design::fresh(&options).unwrap()
    }

    fn net(text: &str) -> Ipv4Net {
        text.parse().unwrap()
    }

    fn held(block: &str) -> Held {
        Held {
            cidr: net(block),
            note: "later".into(),
            color: None,
        }
    }

    fn reserved(range: &str) -> Reserved {
        Reserved {
            cidr: range.parse().unwrap(),
            note: "on-premises".into(),
        }
    }

    fn words(block: &BlockSpace) -> Vec<String> {
        let words = |segment: &Segment| format!("{} {}", segment.block, segment.label());
        block.segments.iter().map(words).collect()
    }

    #[test]
    fn the_nine_subnets_leave_seven_slots() {
        let design = design();
        let space = AddressSpace::of(&design.vpcs[0], &[]);
        assert_eq!(space.blocks.len(), 1);
        let block = &space.blocks[0];
        assert_eq!(
            words(block),
            [
                "10.0.0.0/20 public1",
                "10.0.16.0/20 public2",
                "10.0.32.0/20 public3",
                "10.0.48.0/20 free",
                "10.0.64.0/18 free",
                "10.0.128.0/20 private1",
                "10.0.144.0/20 private2",
                "10.0.160.0/20 private3",
                "10.0.176.0/20 private4",
                "10.0.192.0/20 private5",
                "10.0.208.0/20 private6",
                "10.0.224.0/19 free",
            ]
        );
        assert_eq!(block.slots(), Some((9, 16, 20)));
        assert_eq!((block.in_subnets, block.free), (36_864, 28_672));
        assert!(space.segments().all(|segment| segment.faults.is_empty()));
        assert_eq!(
            block.segments[0].name.as_deref(),
            Some("channy-subnet-public1-eu-west-1a")
        );
    }

    #[test]
    fn what_is_set_aside_or_in_use_elsewhere_is_not_free() {
        let mut design = design();
        let vpc = &mut design.vpcs[0];
        vpc.secondary.push(net("100.64.0.0/24"));
        vpc.held.push(held("10.0.64.0/20"));
        let taken = [
            reserved("10.0.80.0/20"),
            reserved("10.0.81.0/24"),
            reserved("100.64.0.0/10"),
            reserved("fd00::/8"),
        ];
        let space = AddressSpace::of(vpc, &taken);
        let parts = words(&space.blocks[0]);
        for part in [
            "10.0.48.0/20 free",
            "10.0.64.0/20 set aside",
            "10.0.80.0/20 reserved",
            "10.0.96.0/19 free",
        ] {
            assert!(parts.iter().any(|it| it == part), "{part}: {parts:?}");
        }
        assert!(!parts.iter().any(|it| it.starts_with("10.0.81.")));
        assert_eq!(words(&space.blocks[1]), ["100.64.0.0/24 reserved"]);
        assert_eq!(
            (
                space.blocks[0].held,
                space.blocks[0].reserved,
                space.blocks[0].slots()
            ),
            (4_096, 4_096, None)
        );
        assert_eq!(space.blocks[1].free, 0);
    }

    #[test]
    fn what_overlaps_or_lies_outside_is_marked_and_never_lost() {
        let mut design = design();
        let set = |design: &mut Design, number: u16, block: &str| {
            design
                .set_subnet_block("main", "private", number, net(block))
                .unwrap();
        };
        set(&mut design, 1, "10.0.0.0/24");
        set(&mut design, 2, "10.0.0.0/28");
        set(&mut design, 3, "10.1.0.0/20");
        set(&mut design, 4, "10.0.48.0/30");
        let space = AddressSpace::of(&design.vpcs[0], &[reserved("10.0.16.0/24")]);
        let find = |label: &str| {
            let found = space.segments().find(|segment| segment.label() == label);
            found.unwrap_or_else(|| panic!("{label} is lost"))
        };
        assert_eq!(
            find("public1").faults,
            [Fault::Overlap(net("10.0.0.0/24"))],
            "the outer one is marked as well"
        );
        assert_eq!(
            find("private1").faults,
            [Fault::Overlap(net("10.0.0.0/20"))]
        );
        assert_eq!(find("private1").depth, 1);
        assert_eq!(
            find("private2").faults,
            [Fault::Overlap(net("10.0.0.0/24"))]
        );
        assert_eq!(find("private2").depth, 2);
        assert_eq!(find("private3").faults, [Fault::Outside]);
        assert_eq!(space.strays.len(), 1);
        assert_eq!(find("private4").faults, [Fault::Size]);
        assert_eq!(
            find("public2").faults,
            [Fault::Reserved("10.0.16.0/24".parse().unwrap())]
        );
        assert!(
            !space
                .segments()
                .any(|segment| segment.occupant == Occupant::Reserved),
            "what a subnet has is not shown as reserved too"
        );
    }

    #[test]
    fn a_smaller_vpc_keeps_its_larger_subnets_in_sight() {
        let mut design = design();
        design.set_vpc_block("main", net("10.0.0.0/24")).unwrap();
        let space = AddressSpace::of(&design.vpcs[0], &[]);
        assert_eq!(words(&space.blocks[0]), ["10.0.0.0/20 public1"]);
        assert_eq!(space.blocks[0].segments[0].faults, [Fault::Outside]);
        assert_eq!(space.blocks[0].in_subnets, 256);
        assert_eq!(space.strays.len(), 8);
    }

    #[test]
    fn the_plan_has_a_row_for_each_part() {
        let mut design = design();
        design.vpcs[0].tiers[0].subnets[0].note = "web, \"old\"".into();
        let rows = address_plan(&design.vpcs[0], &[]);
        assert_eq!(rows.len(), 12);
        assert_eq!(
            rows[0].as_slice(),
            [
                "10.0.0.0/20",
                "subnet",
                "10.0.0.0",
                "10.0.0.4",
                "10.0.15.254",
                "10.0.15.255",
                "4091",
                "eu-west-1a",
                "public",
                "channy-subnet-public1-eu-west-1a",
                "web, \"old\"",
            ]
        );
        assert_eq!(rows[3][1], "free");
        design.vpcs[0].prefix = Text::default();
        let unnamed = address_plan(&design.vpcs[0], &[]);
        assert_eq!(unnamed[0][9], "public1");
    }

    /// Blocks in and around 10.0.0.0/16.
    fn any_block() -> impl Strategy<Value = Ipv4Net> {
        (0_u32..0x0002_0000, 14_u8..=30).prop_map(|(offset, mask)| {
            Ipv4Net::new(Ipv4Addr::from(0x0a00_0000 + offset), mask)
                .unwrap()
                .trunc()
        })
    }

    proptest! {
        #[test]
        fn the_numbers_always_add_up(
            subnets in proptest::collection::vec(any_block(), 0..12),
            aside in proptest::collection::vec(any_block(), 0..6),
            elsewhere in proptest::collection::vec(any_block(), 0..6),
            secondary in proptest::option::of(any_block()),
        ) {
            let mut design = design();
            let vpc = &mut design.vpcs[0];
            vpc.secondary.extend(secondary);
            let slots = vpc.tiers.iter_mut().flat_map(|tier| &mut tier.subnets);
            for (subnet, block) in slots.zip(&subnets) {
                subnet.cidr = *block;
            }
            vpc.held = aside.iter().map(|cidr| Held { cidr: *cidr, note: String::new(), color: None }).collect();
            let elsewhere: Vec<Reserved> = elsewhere
                .iter()
                .map(|cidr| Reserved { cidr: (*cidr).into(), note: String::new() })
                .collect();
            let space = AddressSpace::of(vpc, &elsewhere);
            for block in &space.blocks {
                let sum = block.in_subnets + block.held + block.reserved + block.free;
                prop_assert_eq!(sum, address_count(block.block));
                let is_clean = block.segments.iter().all(|segment| {
                    block.block.contains(&segment.block)
                        && !segment.faults.iter().any(|fault| matches!(fault, Fault::Overlap(_)))
                });
                // Each begins where the one before it ends.
                let mut next = u64::from(u32::from(block.block.network()));
                for segment in block.segments.iter().filter(|_| is_clean) {
                    prop_assert_eq!(u64::from(u32::from(segment.block.network())), next);
                    next += address_count(segment.block);
                }
                if is_clean {
                    prop_assert_eq!(next, u64::from(u32::from(block.block.broadcast())) + 1);
                }
                // Free and reserved parts never share an address with anything.
                for one in &block.segments {
                    for two in &block.segments {
                        let is_owned = |segment: &Segment| {
                            matches!(segment.occupant, Occupant::Subnet { .. } | Occupant::Held)
                        };
                        if !std::ptr::eq(one, two) && !(is_owned(one) && is_owned(two)) {
                            prop_assert!(!touches(one.block, two.block), "{} {}", one.block, two.block);
                        }
                    }
                }
            }
            // Nothing that the design has is lost.
            for block in vpc.taken() {
                prop_assert!(space.segments().any(|segment| segment.block == block));
            }
        }

        #[test]
        fn overlaps_are_marked_on_both(
            one in any_block(), two in any_block(),
        ) {
            let mut design = design();
            let vpc = &mut design.vpcs[0];
            vpc.tiers.truncate(1);
            vpc.tiers[0].subnets.truncate(2);
            vpc.tiers[0].subnets[0].cidr = one;
            vpc.tiers[0].subnets[1].cidr = two;
            let space = AddressSpace::of(vpc, &[]);
            for segment in space.segments() {
                let marked = segment.faults.iter().any(|fault| matches!(fault, Fault::Overlap(_)));
                let expected = touches(one, two) && segment.occupant != Occupant::Free;
                prop_assert_eq!(marked, expected);
            }
        }
    }
}
