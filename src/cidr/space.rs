//! Address space: what is free in it, and blocks split and joined.
//!
//! What is used is sorted once and swept over; nothing here walks from slot to slot.

use super::joystick::vpc_spans;
use super::rules::{PRIVATE, SUBNET_MASKS_V4, Space};
use super::span::{self, Span};
use super::{Family, usable_addresses};
use ipnet::{IpNet, Ipv4Net};

const FAMILIES: [Family; 2] = [Family::V4, Family::V6];

/// The most blocks that [`split`] makes at once: a /16 in /32s.
pub const SPLIT_LIMIT: u32 = 65_536;

/// The free blocks of `within`, each as large as it can be, ascending, IPv4 before IPv6.
///
/// A free block lies in one of the blocks of `within`, as a subnet does: two neighbouring blocks of a VPC are not taken
/// together. What lies twice in `within` is counted once. Used blocks may overlap each other, reach out of `within` or
/// lie outside it.
///
/// ```
/// # use vpc_atlas::cidr::free;
/// let free = free(
///     &["10.0.0.0/16".parse().unwrap()],
///     &["10.0.0.0/18".parse().unwrap(), "10.0.128.0/18".parse().unwrap()],
/// );
/// let free: Vec<String> = free.iter().map(ToString::to_string).collect();
/// assert_eq!(free, ["10.0.64.0/18", "10.0.192.0/18"]);
/// ```
pub fn free(within: &[IpNet], used: &[IpNet]) -> Vec<IpNet> {
    FAMILIES
        .into_iter()
        .flat_map(|family| {
            gaps(family, within, used)
                .into_iter()
                .flat_map(move |gap| span::blocks_of(family, gap))
        })
        .collect()
}

/// The first block with this mask that lies in one of the blocks of `within` and overlaps no used one; IPv4 before IPv6,
/// so give blocks of one family. None where there is no room, or the family has no such mask.
pub fn first_free(within: &[IpNet], used: &[IpNet], mask: u8) -> Option<IpNet> {
    let mut families = FAMILIES.into_iter();
    families.find_map(|family| {
        let hosts = hosts(family, mask)?;
        let base = span::first_in(&gaps(family, within, used), 0, hosts)?;
        span::block(family, base, mask)
    })
}

/// The block of the size of `to` that is nearest to it, lies in one of the blocks of `within` and overlaps no used one;
/// `to` itself where it is free. Nearness is the distance between the first addresses; of two at the same distance the
/// higher one is taken.
pub fn nearest_free(to: IpNet, within: &[IpNet], used: &[IpNet]) -> Option<IpNet> {
    nearest(to, &gaps(Family::of(to), within, used))
}

/// The block of the size of `to`, for a VPC, that is nearest to it and overlaps no used one; `to` itself where it is free.
///
/// It never touches a refused range ([`super::REFUSED`]). A block of private space (RFC 1918) stays in private space
/// while there is room, be it in another of the three ranges; only then it goes to the nearest free block elsewhere, which
/// may be somebody's public one. All other blocks, shared ones too, go to the nearest.
pub fn nearest_free_vpc(to: IpNet, used: &[IpNet]) -> Option<IpNet> {
    let family = Family::of(to);
    let used = span::outermost(used, family);
    let is_private = matches!(to, IpNet::V4(block) if Space::of(block.trunc()) == Space::Private);
    let private = || {
        let within = PRIVATE.map(|range| Span::of(IpNet::V4(range)));
        nearest(to, &span::gaps(&within, &used))
    };
    is_private
        .then(private)
        .flatten()
        .or_else(|| nearest(to, &span::gaps(&vpc_spans(family), &used)))
}

fn gaps(family: Family, within: &[IpNet], used: &[IpNet]) -> Vec<Span> {
    let within = span::outermost(within, family);
    span::gaps(&within, &span::outermost(used, family))
}

fn nearest(to: IpNet, gaps: &[Span]) -> Option<IpNet> {
    let (family, mask) = (Family::of(to), to.prefix_len());
    let base = span::nearest_in(gaps, Span::of(to).first, hosts(family, mask)?)?;
    span::block(family, base, mask)
}

/// The host bits of a mask that the family has.
fn hosts(family: Family, mask: u8) -> Option<u128> {
    (mask <= span::width(family)).then(|| span::host_bits(family, mask))
}

/// Why a block is not split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// Blocks are halved, and so are the halves.
    #[error("{block} cannot be split into {parts} equal blocks; choose a power of two")]
    PowerOfTwo {
        /// The block.
        block: IpNet,
        /// How many were wanted.
        parts: u32,
    },
    /// The block has fewer addresses than parts.
    #[error("{block} has too few addresses for {parts} blocks; choose fewer, or a larger block")]
    TooSmall {
        /// The block.
        block: IpNet,
        /// How many were wanted.
        parts: u32,
    },
    /// More than [`SPLIT_LIMIT`].
    #[error("{block} is not split into {parts} blocks at once; choose {SPLIT_LIMIT} at most")]
    TooMany {
        /// The block.
        block: IpNet,
        /// How many were wanted.
        parts: u32,
    },
}

/// A block in equal parts, ascending. Any mask goes, whether AWS would take it or not.
pub fn split(block: IpNet, parts: u32) -> Result<Vec<IpNet>, SplitError> {
    let block = block.trunc();
    if !parts.is_power_of_two() {
        return Err(SplitError::PowerOfTwo { block, parts });
    }
    let too_small = SplitError::TooSmall { block, parts };
    let mask = u8::try_from(parts.trailing_zeros())
        .ok()
        .and_then(|bits| block.prefix_len().checked_add(bits))
        .ok_or(too_small)?;
    let blocks = block.subnets(mask).map_err(|_| too_small)?;
    if parts > SPLIT_LIMIT {
        return Err(SplitError::TooMany { block, parts });
    }
    Ok(blocks.collect())
}

/// The lower and the upper half of a block; none for a single address.
pub fn halves(block: IpNet) -> Option<[IpNet; 2]> {
    let [low, high] = *split(block, 2).ok()? else {
        return None;
    };
    Some([low, high])
}

/// The other half of the block that is one bit larger; none for a block of all addresses.
pub fn sibling(block: IpNet) -> Option<IpNet> {
    let block = block.trunc();
    let halves = halves(block.supernet()?)?;
    halves.into_iter().find(|half| *half != block)
}

/// The block that two halves make; none where they are not the two halves of one.
pub fn join(a: IpNet, b: IpNet) -> Option<IpNet> {
    let (a, b) = (a.trunc(), b.trunc());
    (sibling(a) == Some(b)).then(|| a.supernet()).flatten()
}

/// Addresses in any of the blocks, of both families together; what lies in two blocks is counted once. `u128::MAX` where
/// there are more.
pub fn covers(blocks: &[IpNet]) -> u128 {
    FAMILIES
        .into_iter()
        .flat_map(|family| span::outermost(blocks, family))
        .map(|span| span.last.saturating_sub(span.first).saturating_add(1))
        .fold(0, u128::saturating_add)
}

/// The longest mask of an IPv4 subnet that has addresses for this many hosts, AWS's own not counted
/// ([`usable_addresses`]); none where not even a /16 has.
///
/// ```
/// # use vpc_atlas::cidr::mask_for_hosts;
/// assert_eq!(mask_for_hosts(251), Some(24));
/// assert_eq!(mask_for_hosts(252), Some(23));
/// assert_eq!(mask_for_hosts(65_532), None);
/// ```
pub fn mask_for_hosts(hosts: u64) -> Option<u8> {
    SUBNET_MASKS_V4.rev().find(|mask| {
        Ipv4Net::new(std::net::Ipv4Addr::UNSPECIFIED, *mask)
            .is_ok_and(|block| usable_addresses(block) >= hosts)
    })
}

#[cfg(test)]
mod tests {
    use super::super::{overlap, refused};
    use super::*;
    use proptest::prelude::*;
    use std::net::Ipv4Addr;

    fn net(text: &str) -> IpNet {
        text.parse().unwrap()
    }

    fn nets(texts: &[&str]) -> Vec<IpNet> {
        texts.iter().map(|text| net(text)).collect()
    }

    #[test]
    fn free_blocks_are_as_large_as_they_can_be() {
        let within = nets(&["fd00::/56", "10.1.0.0/16", "10.0.0.0/16"]);
        let used = nets(&[
            "10.0.0.0/20",
            "10.0.0.16/28",
            "10.0.128.0/17",
            "192.168.0.0/16",
            "fd00::/57",
        ]);
        assert_eq!(
            free(&within, &used),
            nets(&[
                "10.0.16.0/20",
                "10.0.32.0/19",
                "10.0.64.0/18",
                "10.1.0.0/16",
                "fd00:0:0:80::/57"
            ])
        );
        assert_eq!(free(&within, &nets(&["10.0.0.0/8", "::/0"])), []);
        assert_eq!(
            free(&nets(&["10.0.0.0/16", "10.0.0.0/16", "10.0.3.0/24"]), &[]),
            nets(&["10.0.0.0/16"]),
            "what lies twice in it is counted once"
        );
        assert_eq!(
            free(
                &nets(&["0.0.0.0/0", "::/0"]),
                &nets(&["255.255.255.255/32"])
            )
            .len(),
            33
        );
    }

    #[test]
    fn the_first_free_block_is_aligned_and_in_one_block() {
        let within = nets(&["10.0.0.0/24", "10.0.1.0/24", "10.1.0.0/16"]);
        let used = nets(&["10.0.0.0/28"]);
        assert_eq!(first_free(&within, &used, 28), Some(net("10.0.0.16/28")));
        assert_eq!(first_free(&within, &used, 25), Some(net("10.0.0.128/25")));
        assert_eq!(first_free(&within, &used, 23), Some(net("10.1.0.0/23")));
        assert_eq!(first_free(&within, &used, 15), None);
        assert_eq!(
            first_free(&within, &used, 64),
            None,
            "no mask of the family"
        );
        assert_eq!(
            first_free(&nets(&["fd00::/56"]), &nets(&["fd00::/64"]), 64),
            Some(net("fd00:0:0:1::/64"))
        );
    }

    #[test]
    fn the_nearest_free_block_may_lie_on_either_side() {
        let within = nets(&["10.0.0.0/16"]);
        let near = |to: &str, used: &[&str]| nearest_free(net(to), &within, &nets(used));
        assert_eq!(near("10.0.5.0/24", &[]), Some(net("10.0.5.0/24")));
        assert_eq!(
            near("10.0.5.0/24", &["10.0.5.0/28"]),
            Some(net("10.0.6.0/24")),
            "of two at the same distance the higher one"
        );
        assert_eq!(
            near("10.0.5.0/24", &["10.0.5.0/24", "10.0.6.0/24"]),
            Some(net("10.0.4.0/24"))
        );
        assert_eq!(near("172.16.0.0/24", &[]), Some(net("10.0.255.0/24")));
        assert_eq!(near("10.0.5.0/24", &["10.0.0.0/8"]), None);
        assert_eq!(near("fd00::/64", &[]), None);
    }

    #[test]
    fn a_vpc_stays_in_private_space_while_there_is_room() {
        let near = |to: &str, used: &[&str]| nearest_free_vpc(net(to), &nets(used)).unwrap();
        assert_eq!(near("10.0.0.0/16", &["10.0.0.0/16"]), net("10.1.0.0/16"));
        assert_eq!(
            near("10.0.0.0/16", &["10.0.0.0/9"]),
            net("10.128.0.0/16"),
            "9.255.0.0/16 is nearer and public"
        );
        assert_eq!(
            near("192.168.0.0/16", &["192.168.0.0/16"]),
            net("172.31.0.0/16")
        );
        assert_eq!(near("10.0.0.0/16", &["10.0.0.0/8"]), net("172.16.0.0/16"));
        assert_eq!(
            near(
                "10.0.0.0/16",
                &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]
            ),
            net("9.255.0.0/16")
        );
        assert_eq!(
            near("100.64.0.0/16", &["100.64.0.0/10"]),
            net("100.63.0.0/16")
        );
        assert_eq!(near("127.3.0.0/16", &[]), net("126.255.0.0/16"));
        assert_eq!(near("fd00::/56", &["fd00::/56"]), net("fd00:0:0:100::/56"));
        assert_eq!(nearest_free_vpc(net("0.0.0.0/0"), &[]), None);
    }

    #[test]
    fn a_thousand_used_blocks_leave_the_first_gap_behind_them() {
        let used: Vec<IpNet> = split(net("10.0.0.0/8"), 1_024).unwrap();
        let (taken, left) = used.split_at(1_000);
        assert_eq!(
            first_free(&nets(&["10.0.0.0/8"]), taken, 28)
                .unwrap()
                .addr(),
            left[0].addr()
        );
        assert_eq!(
            nearest_free_vpc(net("10.0.0.0/28"), taken).unwrap().addr(),
            left[0].addr()
        );
        assert_eq!(
            free(&nets(&["10.0.0.0/8"]), taken),
            nets(&["10.250.0.0/15", "10.252.0.0/14"])
        );
    }

    #[test]
    fn blocks_split_and_join() {
        assert_eq!(
            split(net("10.0.0.9/16"), 4).unwrap(),
            nets(&[
                "10.0.0.0/18",
                "10.0.64.0/18",
                "10.0.128.0/18",
                "10.0.192.0/18"
            ])
        );
        assert_eq!(
            split(net("10.0.0.0/16"), 1).unwrap(),
            nets(&["10.0.0.0/16"])
        );
        for (block, parts, sentence) in [
            (
                "10.0.0.0/16",
                3,
                "10.0.0.0/16 cannot be split into 3 equal blocks; choose a power of two",
            ),
            (
                "10.0.0.0/16",
                0,
                "10.0.0.0/16 cannot be split into 0 equal blocks; choose a power of two",
            ),
            (
                "10.0.0.0/31",
                4,
                "10.0.0.0/31 has too few addresses for 4 blocks; choose fewer, or a larger block",
            ),
            (
                "0.0.0.0/0",
                1 << 31,
                "0.0.0.0/0 is not split into 2147483648 blocks at once; choose 65536 at most",
            ),
        ] {
            assert_eq!(split(net(block), parts).unwrap_err().to_string(), sentence);
        }
        assert_eq!(halves(net("fd00::/128")), None);
        assert_eq!(sibling(net("10.0.128.0/17")), Some(net("10.0.0.0/17")));
        assert_eq!(sibling(net("0.0.0.0/0")), None);
        assert_eq!(
            join(net("10.0.128.0/17"), net("10.0.0.0/17")),
            Some(net("10.0.0.0/16"))
        );
        assert_eq!(join(net("10.0.128.0/17"), net("10.1.0.0/17")), None);
        assert_eq!(join(net("10.0.0.0/17"), net("10.0.0.0/17")), None);
        assert_eq!(join(net("0.0.0.0/0"), net("0.0.0.0/0")), None);
    }

    #[test]
    fn addresses_are_counted_once() {
        assert_eq!(covers(&[]), 0);
        assert_eq!(
            covers(&nets(&[
                "10.0.0.0/24",
                "10.0.0.0/28",
                "10.0.1.0/24",
                "fd00::/120"
            ])),
            768
        );
        assert_eq!(covers(&nets(&["::/0", "0.0.0.0/0"])), u128::MAX);
    }

    #[test]
    fn hosts_choose_the_longest_mask() {
        for (hosts, mask) in [
            (0, Some(28)),
            (11, Some(28)),
            (12, Some(27)),
            (4_091, Some(20)),
            (4_092, Some(19)),
            (65_531, Some(16)),
            (u64::MAX, None),
        ] {
            assert_eq!(mask_for_hosts(hosts), mask, "{hosts}");
        }
    }

    /// Blocks in or around 10.0.0.0/24, small enough to look at each address.
    fn near() -> impl Strategy<Value = IpNet> {
        (0..512_u32, 22..=32_u8).prop_map(|(offset, mask)| {
            let address = Ipv4Addr::from((10 << 24) + offset);
            IpNet::new(address.into(), mask).unwrap()
        })
    }

    fn any_block() -> impl Strategy<Value = IpNet> {
        (any::<u128>(), any::<bool>(), 0..=128_u8).prop_map(|(address, v4, mask)| {
            if v4 {
                span::block(Family::V4, address >> 96, mask % 33).unwrap()
            } else {
                span::block(Family::V6, address, mask).unwrap()
            }
        })
    }

    fn fits(block: IpNet, within: &[IpNet], used: &[IpNet]) -> bool {
        within.iter().any(|outer| outer.contains(&block))
            && !used.iter().any(|taken| overlap(*taken, block))
    }

    /// Every block with this mask in 10.0.0.0/22, of which the ones that fit.
    fn slots(mask: u8, within: &[IpNet], used: &[IpNet]) -> Vec<IpNet> {
        let all = net("10.0.0.0/22").subnets(mask).unwrap();
        all.filter(|slot| fits(*slot, within, used)).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn free_is_what_slot_by_slot_is_free(
            within in prop::collection::vec(near(), 0..4),
            used in prop::collection::vec(near(), 0..8),
        ) {
            let free = free(&within, &used);
            prop_assert!(free.is_sorted());
            let addresses: Vec<IpNet> = free.iter().flat_map(|block| block.subnets(32).unwrap()).collect();
            prop_assert_eq!(&addresses, &slots(32, &within, &used));
            for block in free {
                prop_assert!(fits(block, &within, &used));
                let larger = block.supernet().unwrap();
                prop_assert!(!fits(larger, &within, &used), "{} could be larger", block);
            }
        }

        #[test]
        fn first_and_nearest_are_those_of_slot_by_slot(
            to in near(),
            within in prop::collection::vec(near(), 0..4),
            used in prop::collection::vec(near(), 0..8),
        ) {
            let slots = slots(to.prefix_len(), &within, &used);
            prop_assert_eq!(first_free(&within, &used, to.prefix_len()), slots.first().copied());
            let base = |block: IpNet| span::number(block.network());
            let nearest = slots
                .into_iter()
                .rev()
                .min_by_key(|slot| base(*slot).abs_diff(base(to)));
            prop_assert_eq!(nearest_free(to, &within, &used), nearest);
        }

        #[test]
        fn any_blocks_do(
            to in any_block(),
            within in prop::collection::vec(any_block(), 0..6),
            used in prop::collection::vec(any_block(), 0..6),
        ) {
            let free = free(&within, &used);
            prop_assert!(free.iter().all(|block| fits(*block, &within, &used)));
            let whole = covers(&within);
            if whole < u128::MAX {
                let mut both = used.clone();
                both.extend(&free);
                let taken = covers(&used);
                prop_assert_eq!(covers(&both), taken.saturating_add(covers(&free)));
                both.extend(&within);
                prop_assert_eq!(covers(&both), taken.saturating_add(covers(&free)), "nothing is left out");
            }
            if let Some(block) = nearest_free(to, &within, &used) {
                prop_assert_eq!(block.prefix_len(), to.prefix_len());
                prop_assert!(fits(block, &within, &used));
            }
            if let Some(IpNet::V4(block)) = nearest_free_vpc(to, &used) {
                prop_assert_eq!(refused(block), None);
                prop_assert!(!used.iter().any(|taken| overlap(*taken, block.into())));
            }
        }

        #[test]
        fn splitting_and_joining_undo_each_other(block in any_block(), bits in 0..8_u32) {
            if let Some([low, high]) = halves(block) {
                prop_assert_eq!(join(low, high), Some(block));
                prop_assert_eq!(join(high, low), Some(block));
                prop_assert_eq!(sibling(low), Some(high));
                prop_assert_eq!(sibling(high), Some(low));
            }
            if let Ok(parts) = split(block, 1 << bits) {
                prop_assert_eq!(parts.len(), 1 << bits);
                prop_assert_eq!(covers(&parts), covers(&[block]));
            }
        }
    }
}
