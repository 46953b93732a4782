//! AWS's rules about the blocks of a VPC and its subnets: sizes, refused ranges, secondary blocks, reserved addresses.

use super::span::{self, Span};
use super::{Family, RESERVED_PER_SUBNET, overlap};
use ipnet::{IpNet, Ipv4Net};
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::ops::RangeInclusive;

/// Masks that an IPv4 block of a VPC may have, the primary and the secondary ones alike.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
pub const VPC_MASKS_V4: RangeInclusive<u8> = 16..=28;

/// Masks that the IPv4 block of a subnet may have.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
pub const SUBNET_MASKS_V4: RangeInclusive<u8> = 16..=28;

/// Masks that an IPv6 block of a VPC may have, in steps of [`MASK_STEP_V6`]; Amazon's own blocks are /56.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
pub const VPC_MASKS_V6: RangeInclusive<u8> = 44..=60;

/// Masks that the IPv6 block of a subnet may have, in steps of [`MASK_STEP_V6`].
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
pub const SUBNET_MASKS_V6: RangeInclusive<u8> = 44..=64;

/// The step between two IPv6 masks: one hexadecimal digit.
pub const MASK_STEP_V6: u8 = 4;

const fn v4(a: u8, b: u8, mask: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, 0, 0), mask)
}

/// Ranges that no block of a VPC may touch, in ascending order. AWS names 0.0.0.0/8, 127.0.0.0/8, 169.254.0.0/16 and
/// 224.0.0.0/4; what follows the last, up to 255.255.255.255, is reserved and left out as well, so that blocks lie
/// between 1.0.0.0 and 223.255.255.255.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
pub const REFUSED: [Ipv4Net; 4] = [v4(0, 0, 8), v4(127, 0, 8), v4(169, 254, 16), v4(224, 0, 3)];

/// The private ranges of RFC 1918, in ascending order.
pub const PRIVATE: [Ipv4Net; 3] = [TEN, ONE_SEVEN_TWO, ONE_NINE_TWO];

const TEN: Ipv4Net = v4(10, 0, 8);
const ONE_SEVEN_TWO: Ipv4Net = v4(172, 16, 12);
const ONE_NINE_TWO: Ipv4Net = v4(192, 168, 16);
const SHARED: Ipv4Net = v4(100, 64, 10);
const BENCHMARK: Ipv4Net = v4(198, 18, 15);
const ONE_NINE_EIGHT: Ipv4Net = v4(198, 19, 16);
const DOCKER: Ipv4Net = v4(172, 17, 16);
const DEFAULT_VPC: Ipv4Net = v4(172, 31, 16);
const LOW_TEN: Ipv4Net = v4(10, 0, 15);
const LOWEST_TEN: Ipv4Net = v4(10, 0, 16);

/// The masks that a block may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Masks {
    shortest: u8,
    longest: u8,
    step: u8,
}

impl Masks {
    /// The masks of a VPC's blocks.
    pub const fn vpc(family: Family) -> Self {
        match family {
            Family::V4 => Self::new(&VPC_MASKS_V4, 1),
            Family::V6 => Self::new(&VPC_MASKS_V6, MASK_STEP_V6),
        }
    }

    /// The masks of a subnet's block.
    pub const fn subnet(family: Family) -> Self {
        match family {
            Family::V4 => Self::new(&SUBNET_MASKS_V4, 1),
            Family::V6 => Self::new(&SUBNET_MASKS_V6, MASK_STEP_V6),
        }
    }

    const fn new(range: &RangeInclusive<u8>, step: u8) -> Self {
        Self {
            shortest: *range.start(),
            longest: *range.end(),
            step,
        }
    }

    /// The shortest: that of the largest block.
    pub const fn shortest(self) -> u8 {
        self.shortest
    }

    /// The longest: that of the smallest block.
    pub const fn longest(self) -> u8 {
        self.longest
    }

    /// All of them, from the shortest to the longest.
    pub fn iter(self) -> impl DoubleEndedIterator<Item = u8> {
        (self.shortest..=self.longest).step_by(usize::from(self.step))
    }

    /// Whether a mask is one of them.
    pub fn allows(self, mask: u8) -> bool {
        self.iter().any(|allowed| allowed == mask)
    }

    /// The next shorter one, also for a mask that is none of them.
    pub fn shorter_than(self, mask: u8) -> Option<u8> {
        self.iter().rev().find(|allowed| *allowed < mask)
    }

    /// The next longer one, also for a mask that is none of them.
    pub fn longer_than(self, mask: u8) -> Option<u8> {
        self.iter().find(|allowed| *allowed > mask)
    }
}

impl fmt::Display for Masks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{} to /{}", self.shortest, self.longest)?;
        if self.step > 1 {
            write!(f, " in steps of {}", self.step)?;
        }
        Ok(())
    }
}

/// The refused range that a block touches; the first where there are several.
///
/// ```
/// # use vpc_atlas::cidr::refused;
/// let range = refused("169.254.8.0/24".parse().unwrap()).unwrap();
/// assert_eq!(range.to_string(), "169.254.0.0/16");
/// assert_eq!(refused("10.0.0.0/16".parse().unwrap()), None);
/// ```
pub fn refused(block: Ipv4Net) -> Option<Ipv4Net> {
    REFUSED.into_iter().find(|range| touches(*range, block))
}

/// What a refused range is for, as a noun: “loopback addresses”.
pub(super) fn refused_use(range: Ipv4Net) -> &'static str {
    match range.addr().octets() {
        [0, ..] => "addresses of “this network”",
        [127, ..] => "loopback addresses",
        [169, ..] => "link-local addresses",
        _ => "multicast and reserved addresses",
    }
}

/// Whose addresses a block is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Space {
    /// The private ranges of RFC 1918, which AWS recommends: 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16.
    Private,
    /// Shared between a provider and its customers, RFC 6598: 100.64.0.0/10.
    Shared,
    /// Kept for measuring equipment, RFC 2544: 198.18.0.0/15. AWS has rules of its own for its half 198.19.0.0/16; see
    /// [`secondary_refusal`].
    Benchmark,
    /// All else: publicly routable, and somebody else's unless it was bought.
    Public,
}

impl Space {
    /// The space of a block; one that lies only partly in private, shared or benchmark space is public. A block of a
    /// [`refused`] range counts as public too, as this asks who owns it and not whether AWS takes it.
    pub fn of(block: Ipv4Net) -> Self {
        if PRIVATE.iter().any(|range| range.contains(&block)) {
            Self::Private
        } else if SHARED.contains(&block) {
            Self::Shared
        } else if BENCHMARK.contains(&block) {
            Self::Benchmark
        } else {
            Self::Public
        }
    }
}

/// Whether a block touches 172.17.0.0/16, the network of Docker's bridge, which services of AWS such as Cloud9 use inside
/// their hosts: AWS says to avoid it.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
pub fn touches_docker(block: Ipv4Net) -> bool {
    touches(DOCKER, block)
}

fn touches(a: Ipv4Net, b: Ipv4Net) -> bool {
    overlap(IpNet::V4(a), IpNet::V4(b))
}

/// Why AWS does not add a block to a VPC.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecondaryRefusal {
    /// The size is none that a VPC's block may have.
    #[error("{new} cannot be added: a VPC's blocks are {masks}; choose another size", masks = Masks::vpc(Family::V4))]
    Mask {
        /// The block to be added.
        new: Ipv4Net,
    },
    /// The block touches a range that no VPC may use.
    #[error("{new} cannot be added: it touches {range}, {use_}, which AWS refuses; choose another block", use_ = refused_use(*range))]
    Refused {
        /// The block to be added.
        new: Ipv4Net,
        /// Which range; one of [`REFUSED`].
        range: Ipv4Net,
    },
    /// The VPC has some of these addresses already.
    #[error(
        "{new} cannot be added: it overlaps {existing}, which the VPC has already; choose a block apart from it"
    )]
    Overlap {
        /// The block to be added.
        new: Ipv4Net,
        /// The VPC's block.
        existing: Ipv4Net,
    },
    /// The range of the primary block rules out the range of the new one.
    #[error(
        "{new} cannot be added: AWS adds no block of {range} to a VPC whose primary block is {primary}; choose {instead}"
    )]
    Range {
        /// The block to be added.
        new: Ipv4Net,
        /// The VPC's primary block.
        primary: Ipv4Net,
        /// The range that is ruled out and holds the new block.
        range: Ipv4Net,
        /// What may be added, as a noun.
        instead: &'static str,
    },
    /// A block of 10.0.0.0/15 rules out 10.0.0.0/16.
    #[error(
        "{new} cannot be added: AWS adds nothing of 10.0.0.0/16 to a VPC that has a block of 10.0.0.0/15, here {existing}; choose another block of 10.0.0.0/8"
    )]
    LowTen {
        /// The block to be added.
        new: Ipv4Net,
        /// The VPC's block of 10.0.0.0/15.
        existing: Ipv4Net,
    },
}

/// A row of AWS's table: what the range of the primary block rules out.
struct Row {
    primary: &'static [Ipv4Net],
    refused: &'static [Ipv4Net],
    instead: &'static str,
}

const ROWS: [Row; 5] = [
    Row {
        primary: &[TEN],
        refused: &[ONE_SEVEN_TWO, ONE_NINE_TWO, ONE_NINE_EIGHT],
        instead: "another block of 10.0.0.0/8, one of 100.64.0.0/10 or a public one",
    },
    Row {
        primary: &[ONE_SEVEN_TWO],
        refused: &[TEN, ONE_NINE_TWO, DEFAULT_VPC, ONE_NINE_EIGHT],
        instead: "a block of 172.16.0.0/12 before 172.31.0.0, one of 100.64.0.0/10 or a public one",
    },
    Row {
        primary: &[ONE_NINE_TWO],
        refused: &[TEN, ONE_SEVEN_TWO, ONE_NINE_EIGHT],
        instead: "another block of 192.168.0.0/16, one of 100.64.0.0/10 or a public one",
    },
    Row {
        primary: &[ONE_NINE_EIGHT],
        refused: &PRIVATE,
        instead: "a block of 100.64.0.0/10 or a public one",
    },
    // Public, or shared: all that no other row has.
    Row {
        primary: &[],
        refused: &[TEN, ONE_SEVEN_TWO, ONE_NINE_TWO, ONE_NINE_EIGHT],
        instead: "a block of 100.64.0.0/10 or a public one",
    },
];

/// Why AWS would not add `new` to a VPC with the blocks `existing`, the primary one first; none where it would.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
///
/// AWS's table has a row for each range that a VPC's block may lie in, and does not say how rows go together. It is read
/// like this: the *primary* block chooses the row, since the page wants a private block to be there first, as primary;
/// so 10.0.0.0/16 with the secondary block 100.64.0.0/16 may still have 10.1.0.0/16. The rule about 10.0.0.0/15 speaks of
/// any block of the VPC and is held to all of them, and no two blocks of a VPC may overlap. 198.18.0.0/16, in no row,
/// counts as public; 198.19.0.0/16 beside a primary block of its own range is not ruled out by the table.
///
/// Not looked at here: the number of blocks (a quota), destinations of routes, and the blocks of peers.
pub fn secondary_refusal(existing: &[Ipv4Net], new: Ipv4Net) -> Option<SecondaryRefusal> {
    let new = new.trunc();
    if !VPC_MASKS_V4.contains(&new.prefix_len()) {
        return Some(SecondaryRefusal::Mask { new });
    }
    if let Some(range) = refused(new) {
        return Some(SecondaryRefusal::Refused { new, range });
    }
    let find = |wanted: &dyn Fn(Ipv4Net) -> bool| {
        let mut blocks = existing.iter().map(Ipv4Net::trunc);
        blocks.find(|block| wanted(*block))
    };
    if let Some(existing) = find(&|block| touches(block, new)) {
        return Some(SecondaryRefusal::Overlap { new, existing });
    }
    if LOWEST_TEN.contains(&new)
        && let Some(existing) = find(&|block| LOW_TEN.contains(&block))
    {
        return Some(SecondaryRefusal::LowTen { new, existing });
    }
    let primary = existing.first()?.trunc();
    let row = ROWS.iter().find(|row| {
        row.primary.is_empty() || row.primary.iter().any(|range| range.contains(&primary))
    })?;
    let range = row.refused.iter().find(|range| range.contains(&new))?;
    Some(SecondaryRefusal::Range {
        new,
        primary,
        range: *range,
        instead: row.instead,
    })
}

/// The addresses of a block, were it one subnet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockFacts {
    /// The first address that a subnet hands out; none in a block so small that AWS keeps all of it.
    pub first: Option<IpAddr>,
    /// The last address that a subnet hands out; none in a block so small that AWS keeps all of it.
    pub last: Option<IpAddr>,
    /// The lowest address.
    pub network: IpAddr,
    /// The highest address. AWS has no broadcast in a VPC and keeps the address all the same.
    pub broadcast: IpAddr,
    /// All addresses; `u128::MAX` for `::/0`, which has one more.
    pub addresses: u128,
    /// Addresses less those that AWS keeps.
    pub usable: u128,
    /// What AWS keeps in every subnet, ascending, each with what for: the first four and the last, of IPv4 and IPv6
    /// alike. Fewer than five only in a block of fewer than five addresses.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
    pub reserved: Vec<(IpAddr, &'static str)>,
}

impl BlockFacts {
    /// The facts of a block; its host bits are cleared first.
    pub fn of(block: IpNet) -> Self {
        let family = Family::of(block);
        let span = Span::of(block);
        let uses = match family {
            Family::V4 => [
                "network address",
                "VPC router",
                "DNS",
                "kept for future use",
                "broadcast address",
            ],
            Family::V6 => ["kept by AWS"; 5],
        };
        let offsets = [Some(0), Some(1), Some(2), Some(3), None];
        let mut reserved: Vec<(IpAddr, &'static str)> = Vec::with_capacity(uses.len());
        for (offset, why) in offsets.into_iter().zip(uses) {
            let number = offset.map_or(Some(span.last), |offset: u128| {
                span.first.checked_add(offset).filter(|n| *n <= span.last)
            });
            let address = number.and_then(|number| span::address(family, number));
            // In the smallest blocks the last address has been listed as one of the first four.
            if let Some(address) = address
                && reserved.last().is_none_or(|(before, _)| *before < address)
            {
                reserved.push((address, why));
            }
        }
        let addresses = span.last.saturating_sub(span.first).saturating_add(1);
        let usable = addresses.saturating_sub(u128::from(RESERVED_PER_SUBNET));
        let end = |number: Option<u128>| {
            number
                .filter(|_| usable > 0)
                .and_then(|number| span::address(family, number))
        };
        Self {
            first: end(span.first.checked_add(4)),
            last: end(span.last.checked_sub(1)),
            network: block.network(),
            broadcast: block.broadcast(),
            addresses,
            usable,
            reserved,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn net(text: &str) -> Ipv4Net {
        text.parse().unwrap()
    }

    fn refusal(existing: &[&str], new: &str) -> Option<SecondaryRefusal> {
        let existing: Vec<Ipv4Net> = existing.iter().map(|text| net(text)).collect();
        secondary_refusal(&existing, net(new))
    }

    #[test]
    fn refused_ranges_leave_1_to_223() {
        for (block, range) in [
            ("0.0.0.0/16", Some("0.0.0.0/8")),
            ("0.255.255.240/28", Some("0.0.0.0/8")),
            ("1.0.0.0/16", None),
            ("126.255.0.0/16", None),
            ("127.5.0.0/16", Some("127.0.0.0/8")),
            ("128.0.0.0/16", None),
            ("169.253.0.0/16", None),
            ("169.254.255.0/24", Some("169.254.0.0/16")),
            ("169.255.0.0/16", None),
            ("223.255.0.0/16", None),
            ("224.0.0.0/16", Some("224.0.0.0/3")),
            ("255.255.255.240/28", Some("224.0.0.0/3")),
            ("126.0.0.0/7", Some("127.0.0.0/8")),
        ] {
            assert_eq!(refused(net(block)), range.map(net), "{block}");
        }
    }

    #[test]
    fn spaces_have_sharp_ends() {
        for (block, space) in [
            ("10.255.0.0/16", Space::Private),
            ("11.0.0.0/16", Space::Public),
            ("9.255.0.0/16", Space::Public),
            ("172.15.0.0/16", Space::Public),
            ("172.16.0.0/16", Space::Private),
            ("172.31.0.0/16", Space::Private),
            ("172.32.0.0/16", Space::Public),
            ("192.168.0.0/16", Space::Private),
            ("192.169.0.0/16", Space::Public),
            ("192.168.0.0/15", Space::Public),
            ("100.64.0.0/10", Space::Shared),
            ("100.128.0.0/16", Space::Public),
            ("198.18.0.0/16", Space::Benchmark),
            ("198.19.0.0/16", Space::Benchmark),
            ("198.20.0.0/16", Space::Public),
        ] {
            assert_eq!(Space::of(net(block)), space, "{block}");
        }
        assert!(touches_docker(net("172.17.3.0/24")));
        assert!(touches_docker(net("172.16.0.0/12")));
        assert!(!touches_docker(net("172.18.0.0/16")));
    }

    #[test]
    fn masks_step_by_bit_and_by_nibble() {
        let vpc = Masks::vpc(Family::V4);
        assert_eq!(
            vpc.iter().collect::<Vec<_>>(),
            (16..=28).collect::<Vec<_>>()
        );
        assert_eq!(vpc.to_string(), "/16 to /28");
        assert_eq!(
            (vpc.longer_than(8), vpc.shorter_than(32)),
            (Some(16), Some(28))
        );
        assert_eq!((vpc.longer_than(28), vpc.shorter_than(16)), (None, None));
        let subnet = Masks::subnet(Family::V6);
        assert_eq!(subnet.iter().collect::<Vec<_>>(), [44, 48, 52, 56, 60, 64]);
        assert!(subnet.allows(64) && !subnet.allows(57));
        assert!(!Masks::vpc(Family::V6).allows(64));
        assert_eq!(
            (subnet.longer_than(57), subnet.shorter_than(57)),
            (Some(60), Some(56))
        );
        assert_eq!(subnet.to_string(), "/44 to /64 in steps of 4");
    }

    #[test]
    fn secondary_blocks_follow_the_table() {
        for (existing, new) in [
            (&["10.0.0.0/16"][..], "10.1.0.0/16"),
            (&["10.2.0.0/16"], "10.0.0.0/16"),
            (&["10.2.0.0/16"], "100.64.0.0/16"),
            (&["10.2.0.0/16"], "52.1.0.0/16"),
            (&["172.16.0.0/16"], "172.30.0.0/16"),
            (&["172.16.0.0/16"], "100.64.0.0/16"),
            (&["192.168.0.0/24"], "192.168.1.0/24"),
            (&["198.19.0.0/24"], "100.64.0.0/16"),
            (&["198.19.0.0/24"], "52.1.0.0/16"),
            (&["100.64.0.0/16"], "100.65.0.0/16"),
            (&["52.1.0.0/16"], "198.18.0.0/16"),
            (&["10.2.0.0/16", "100.64.0.0/16"], "10.3.0.0/16"),
            (&[], "10.0.0.0/16"),
        ] {
            assert_eq!(refusal(existing, new), None, "{existing:?} + {new}");
        }
        for (existing, new, range) in [
            (&["10.2.0.0/16"][..], "172.16.0.0/16", "172.16.0.0/12"),
            (&["10.2.0.0/16"], "192.168.4.0/24", "192.168.0.0/16"),
            (&["10.2.0.0/16"], "198.19.0.0/16", "198.19.0.0/16"),
            (&["172.16.0.0/16"], "172.31.0.0/16", "172.31.0.0/16"),
            (&["172.16.0.0/16"], "10.2.0.0/16", "10.0.0.0/8"),
            (&["172.16.0.0/16"], "192.168.0.0/16", "192.168.0.0/16"),
            (&["172.16.0.0/16"], "198.19.0.0/16", "198.19.0.0/16"),
            (&["192.168.0.0/16"], "10.0.0.0/16", "10.0.0.0/8"),
            (&["192.168.0.0/16"], "172.16.0.0/16", "172.16.0.0/12"),
            (&["192.168.0.0/16"], "198.19.0.0/16", "198.19.0.0/16"),
            (&["198.19.0.0/16"], "10.0.0.0/16", "10.0.0.0/8"),
            (&["198.19.0.0/16"], "192.168.0.0/16", "192.168.0.0/16"),
            (&["100.64.0.0/16"], "10.0.0.0/16", "10.0.0.0/8"),
            (&["100.64.0.0/16"], "198.19.0.0/16", "198.19.0.0/16"),
            (&["52.1.0.0/16"], "172.16.0.0/16", "172.16.0.0/12"),
            (&["198.18.0.0/16"], "198.19.0.0/16", "198.19.0.0/16"),
        ] {
            assert!(
                matches!(
                    refusal(existing, new),
                    Some(SecondaryRefusal::Range { range: found, .. }) if found == net(range)
                ),
                "{existing:?} + {new}"
            );
        }
    }

    #[test]
    fn a_block_of_the_lowest_ten_is_refused_beside_any_block_of_the_lowest_two() {
        for existing in [
            &["10.1.0.0/16"][..],
            &["10.1.128.0/20"],
            &["10.4.0.0/16", "10.1.0.0/16"],
        ] {
            assert!(matches!(
                refusal(existing, "10.0.0.0/16"),
                Some(SecondaryRefusal::LowTen { existing, .. }) if LOW_TEN.contains(&existing)
            ));
        }
        // The lowest /16 is part of the lowest two itself.
        assert!(matches!(
            refusal(&["10.0.0.0/17"], "10.0.128.0/17"),
            Some(SecondaryRefusal::LowTen { .. })
        ));
    }

    #[test]
    fn refusals_are_one_sentence_with_both_blocks() {
        for (existing, new, sentence) in [
            (
                "10.0.0.0/16",
                "10.0.0.0/15",
                "10.0.0.0/15 cannot be added: a VPC's blocks are /16 to /28; choose another size",
            ),
            (
                "10.0.0.0/16",
                "169.254.0.0/24",
                "169.254.0.0/24 cannot be added: it touches 169.254.0.0/16, link-local addresses, which AWS refuses; \
                 choose another block",
            ),
            (
                "10.0.0.0/16",
                "10.0.128.9/17",
                "10.0.128.0/17 cannot be added: it overlaps 10.0.0.0/16, which the VPC has already; choose a block \
                 apart from it",
            ),
            (
                "100.64.0.0/16",
                "10.0.0.0/16",
                "10.0.0.0/16 cannot be added: AWS adds no block of 10.0.0.0/8 to a VPC whose primary block is \
                 100.64.0.0/16; choose a block of 100.64.0.0/10 or a public one",
            ),
            (
                "10.1.0.0/16",
                "10.0.0.0/16",
                "10.0.0.0/16 cannot be added: AWS adds nothing of 10.0.0.0/16 to a VPC that has a block of \
                 10.0.0.0/15, here 10.1.0.0/16; choose another block of 10.0.0.0/8",
            ),
        ] {
            assert_eq!(refusal(&[existing], new).unwrap().to_string(), sentence);
        }
    }

    #[test]
    fn facts_of_a_block_name_the_reserved_addresses() {
        let facts = BlockFacts::of("10.0.16.0/20".parse().unwrap());
        assert_eq!(facts.addresses, 4_096);
        assert_eq!(facts.usable, 4_091);
        assert_eq!(facts.first.unwrap().to_string(), "10.0.16.4");
        assert_eq!(facts.last.unwrap().to_string(), "10.0.31.254");
        let reserved: Vec<String> = facts
            .reserved
            .iter()
            .map(|(address, why)| format!("{address} {why}"))
            .collect();
        assert_eq!(
            reserved,
            [
                "10.0.16.0 network address",
                "10.0.16.1 VPC router",
                "10.0.16.2 DNS",
                "10.0.16.3 kept for future use",
                "10.0.31.255 broadcast address"
            ]
        );

        let facts = BlockFacts::of("2001:db8:0:5::/64".parse().unwrap());
        assert_eq!(facts.addresses, 1 << 64);
        assert_eq!(facts.usable, (1 << 64) - 5);
        assert_eq!(facts.first.unwrap().to_string(), "2001:db8:0:5::4");
        assert_eq!(
            facts.last.unwrap().to_string(),
            "2001:db8:0:5:ffff:ffff:ffff:fffe"
        );
        assert_eq!(facts.reserved.len(), 5);
        assert_eq!(BlockFacts::of(Family::V6.everything()).addresses, u128::MAX);
    }

    #[test]
    fn the_smallest_blocks_are_kept_whole() {
        for (block, reserved) in [
            ("10.0.0.0/32", 1),
            ("10.0.0.0/31", 2),
            ("10.0.0.0/30", 4),
            ("::/128", 1),
        ] {
            let facts = BlockFacts::of(block.parse().unwrap());
            assert_eq!(facts.reserved.len(), reserved, "{block}");
            assert_eq!((facts.usable, facts.first, facts.last), (0, None, None));
        }
        let facts = BlockFacts::of("10.0.0.0/29".parse().unwrap());
        assert_eq!((facts.usable, facts.reserved.len()), (3, 5));
    }

    proptest! {
        #[test]
        fn a_refusal_never_hides_an_overlap(a: u32, mask_a in 0..=32_u8, b: u32, mask_b in 0..=32_u8) {
            let a = Ipv4Net::new(a.into(), mask_a).unwrap().trunc();
            let b = Ipv4Net::new(b.into(), mask_b).unwrap();
            if secondary_refusal(&[a], b).is_none() {
                prop_assert!(!touches(a, b));
                prop_assert!(refused(b).is_none());
                prop_assert!(VPC_MASKS_V4.contains(&mask_b));
            }
        }

        #[test]
        fn usable_and_reserved_make_up_the_block(address: u128, v4: bool, mask in 0..=128_u8) {
            let block = if v4 {
                span::block(Family::V4, address >> 96, mask % 33)
            } else {
                span::block(Family::V6, address, mask.max(1))
            };
            let facts = BlockFacts::of(block.unwrap());
            prop_assert_eq!(facts.usable + facts.reserved.len() as u128, facts.addresses);
            let inner = facts.last.zip(facts.first).map_or(0, |(last, first)| {
                span::number(last) - span::number(first) + 1
            });
            prop_assert_eq!(inner, facts.usable);
        }
    }
}
