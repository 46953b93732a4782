//! Blocks as runs of numbers, so that both families share one arithmetic. Everything is `u128`; a run is given by its
//! first and last number, as the length of the whole IPv6 space does not fit.

use super::Family;
use ipnet::IpNet;
use std::cmp::Reverse;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A run of addresses of one family, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    pub(super) first: u128,
    pub(super) last: u128,
}

impl Span {
    pub(super) fn of(block: IpNet) -> Self {
        Self {
            first: number(block.network()),
            last: number(block.broadcast()),
        }
    }

    /// Whether every address of the other run is in this one.
    pub(super) fn holds(self, other: Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }
}

/// An address as a number.
pub(super) fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

/// The address of a number; none where the family has no such address.
pub(super) fn address(family: Family, number: u128) -> Option<IpAddr> {
    match family {
        Family::V4 => Some(IpAddr::V4(Ipv4Addr::from(u32::try_from(number).ok()?))),
        Family::V6 => Some(IpAddr::V6(Ipv6Addr::from(number))),
    }
}

/// Bits of an address of the family.
pub(super) fn width(family: Family) -> u8 {
    match family {
        Family::V4 => 32,
        Family::V6 => 128,
    }
}

/// A number whose lowest bits, this many, are ones.
fn ones(bits: u32) -> u128 {
    u128::MAX
        .checked_shr(128_u32.saturating_sub(bits))
        .unwrap_or(0)
}

/// The bits of an address that a mask leaves to the hosts, all set: the addresses of such a block less one.
pub(super) fn host_bits(family: Family, mask: u8) -> u128 {
    ones(u32::from(width(family).saturating_sub(mask)))
}

/// The block of this mask that holds the address of this number.
pub(super) fn block(family: Family, number: u128, mask: u8) -> Option<IpNet> {
    let block = IpNet::new(address(family, number)?, mask).ok()?;
    Some(block.trunc())
}

/// The blocks of one family as runs in ascending order, without those that lie in another. Blocks lie one in the other
/// or apart, so that what is left is disjoint; neighbours stay two runs.
pub(super) fn outermost(blocks: &[IpNet], family: Family) -> Vec<Span> {
    let mut spans: Vec<Span> = blocks
        .iter()
        .filter(|block| Family::of(**block) == family)
        .map(|block| Span::of(*block))
        .collect();
    spans.sort_by_key(|span| (span.first, Reverse(span.last)));
    let mut kept: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        if kept.last().is_none_or(|outer| !outer.holds(span)) {
            kept.push(span);
        }
    }
    kept
}

/// What is left of each run of `within` when `used` is taken out. Both are disjoint and in ascending order, and so is
/// the answer.
pub(super) fn gaps(within: &[Span], used: &[Span]) -> Vec<Span> {
    let mut gaps = Vec::new();
    for whole in within {
        let start = used.partition_point(|taken| taken.last < whole.first);
        let mut next = Some(whole.first);
        for taken in used.iter().skip(start) {
            let Some(first) = next.filter(|_| taken.first <= whole.last) else {
                break;
            };
            if let Some(last) = taken.first.checked_sub(1).filter(|last| *last >= first) {
                gaps.push(Span { first, last });
            }
            next = taken.last.checked_add(1);
        }
        if let Some(first) = next.filter(|first| *first <= whole.last) {
            gaps.push(Span {
                first,
                last: whole.last,
            });
        }
    }
    gaps
}

/// The fewest blocks that make up a run, in ascending order.
pub(super) fn blocks_of(family: Family, span: Span) -> Vec<IpNet> {
    let mut blocks = Vec::new();
    let mut next = Some(span.first);
    while let Some(first) = next.filter(|first| *first <= span.last) {
        // The largest block that may start here and does not pass the end.
        let Some((base, mask)) = (0..=width(family)).find_map(|mask| {
            let hosts = host_bits(family, mask);
            (first & hosts == 0 && first | hosts <= span.last).then_some((first, mask))
        }) else {
            break;
        };
        blocks.extend(block(family, base, mask));
        next = (first | host_bits(family, mask)).checked_add(1);
    }
    blocks
}

/// The base of the first block, at `from` or after it, that lies in one of the runs; `hosts` is its [`host_bits`].
pub(super) fn first_in(spans: &[Span], from: u128, hosts: u128) -> Option<u128> {
    spans
        .iter()
        .filter(|span| span.last >= from)
        .find_map(|span| {
            let base = span.first.max(from).checked_add(hosts)? & !hosts;
            (base | hosts <= span.last).then_some(base)
        })
}

/// The base of the last block, starting at `to` or before it, that lies in one of the runs.
pub(super) fn last_in(spans: &[Span], to: u128, hosts: u128) -> Option<u128> {
    spans
        .iter()
        .rev()
        .filter(|span| span.first <= to)
        .find_map(|span| {
            let base = span.last.checked_sub(hosts)?.min(to) & !hosts;
            (base >= span.first).then_some(base)
        })
}

/// The base, nearest to `to`, of a block that lies in one of the runs; of two at the same distance the higher one.
pub(super) fn nearest_in(spans: &[Span], to: u128, hosts: u128) -> Option<u128> {
    let to = to & !hosts;
    let (left, right) = (last_in(spans, to, hosts), first_in(spans, to, hosts));
    match (left, right) {
        (Some(left), Some(right)) if to.abs_diff(left) < to.abs_diff(right) => Some(left),
        (_, Some(right)) => Some(right),
        (left, None) => left,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_bits_reach_from_none_to_all() {
        assert_eq!(host_bits(Family::V4, 32), 0);
        assert_eq!(host_bits(Family::V4, 24), 255);
        assert_eq!(host_bits(Family::V4, 0), u128::from(u32::MAX));
        assert_eq!(host_bits(Family::V6, 128), 0);
        assert_eq!(host_bits(Family::V6, 0), u128::MAX);
        assert_eq!(
            host_bits(Family::V4, 200),
            0,
            "a mask too long leaves nothing"
        );
    }

    #[test]
    fn a_run_up_to_the_last_address_ends() {
        for family in [Family::V4, Family::V6] {
            let all = Span::of(family.everything());
            assert_eq!(blocks_of(family, all), [family.everything()]);
            assert_eq!(gaps(&[all], &[all]), []);
            let last = Span {
                first: all.last,
                last: all.last,
            };
            assert_eq!(blocks_of(family, last).len(), 1);
            let rest = gaps(&[all], &[last]);
            assert_eq!(
                blocks_of(family, rest[0]).len(),
                usize::from(width(family)),
                "one block of each size"
            );
        }
    }

    #[test]
    fn blocks_are_found_from_both_sides() {
        let spans = [
            Span {
                first: 10,
                last: 30,
            },
            Span {
                first: 40,
                last: 47,
            },
        ];
        assert_eq!(first_in(&spans, 0, 7), Some(16));
        assert_eq!(first_in(&spans, 17, 7), Some(40));
        assert_eq!(first_in(&spans, 41, 7), None);
        assert_eq!(last_in(&spans, 100, 7), Some(40));
        assert_eq!(last_in(&spans, 39, 7), Some(16));
        assert_eq!(last_in(&spans, 15, 7), None);
        assert_eq!(nearest_in(&spans, 28, 7), Some(16), "8 away, not 16");
        assert_eq!(nearest_in(&spans, 33, 7), Some(40));
        assert_eq!(nearest_in(&spans, 0, 31), None);
    }
}
