//! The arithmetic of the four buttons beside a block: to the previous and the next block of this size, to a smaller and
//! to a larger one.
//!
//! Left and right go to the previous and the next block of this size. Down makes the mask longer and keeps the base; up
//! makes it shorter and clears the host bits. IPv6 masks move by a hexadecimal digit. A VPC's block stays between 1.0.0.0
//! and 223.255.255.255 and steps over the ranges that AWS refuses; a subnet's stays inside the VPC's blocks. Nothing wraps.
//!
//! AWS's own form has these buttons too; that its masks end at /16 and /28 is the rule of
//! <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>.

use super::rules::{Masks, REFUSED, refused_use};
use super::span::{self, Span};
use super::{Family, overlap};
use ipnet::{IpNet, Ipv4Net};
use std::fmt;
use std::net::IpAddr;

/// A button of the joystick.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// To the previous block of this size.
    Left,
    /// To the next block of this size.
    Right,
    /// To a shorter mask: the larger block that holds this one.
    Up,
    /// To a longer mask: the smaller block that starts where this one starts.
    Down,
}

impl Direction {
    /// All four, in the order of [`Joystick::neighbours`].
    pub const ALL: [Self; 4] = [Self::Left, Self::Right, Self::Up, Self::Down];
}

/// Where a press leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Press {
    /// The block, which is always one that is allowed.
    pub block: IpNet,
    /// The refused range that was stepped over, or out of, on the way; one of [`REFUSED`].
    pub over: Option<Ipv4Net>,
}

/// The block, and the word about what was stepped over: “128.0.0.0/16, past 127.0.0.0/8 (loopback addresses), which AWS
/// refuses”.
impl fmt::Display for Press {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.block)?;
        if let Some(range) = self.over {
            let what = refused_use(range);
            write!(f, ", past {range} ({what}), which AWS refuses")?;
        }
        Ok(())
    }
}

/// Why a button is disabled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stop {
    /// No block of this size comes before.
    #[error(
        "{block} is the first block of its size, as blocks of a VPC start at {first}; go right"
    )]
    SpaceStart {
        /// The block that was to move.
        block: IpNet,
        /// The first address that a VPC may have.
        first: IpAddr,
    },
    /// No block of this size comes after.
    #[error("{block} is the last block of its size, as blocks of a VPC end at {last}; go left")]
    SpaceEnd {
        /// The block that was to move.
        block: IpNet,
        /// The last address that a VPC may have.
        last: IpAddr,
    },
    /// The VPC's blocks have no block of this size that comes before.
    #[error(
        "no block of the size of {block} comes before it in the VPC's blocks; go right, or give the VPC another block"
    )]
    VpcStart {
        /// The block that was to move.
        block: IpNet,
    },
    /// The VPC's blocks have no block of this size that comes after.
    #[error(
        "no block of the size of {block} comes after it in the VPC's blocks; go left, or give the VPC another block"
    )]
    VpcEnd {
        /// The block that was to move.
        block: IpNet,
    },
    /// The mask is the shortest one.
    #[error("{block} cannot be larger, as masks of a {of} are {masks}; go down instead")]
    Shortest {
        /// The block that was to grow.
        block: IpNet,
        /// “VPC” or “subnet”.
        of: &'static str,
        /// The masks it may have.
        masks: Masks,
    },
    /// The mask is the longest one.
    #[error("{block} cannot be smaller, as masks of a {of} are {masks}; go up instead")]
    Longest {
        /// The block that was to shrink.
        block: IpNet,
        /// “VPC” or “subnet”.
        of: &'static str,
        /// The masks it may have.
        masks: Masks,
    },
    /// The larger block would pass the ends of the VPC's block.
    #[error(
        "a block larger than {block} would reach beyond {holder}, the VPC's block that holds it; enlarge that one first"
    )]
    VpcBlock {
        /// The block that was to grow.
        block: IpNet,
        /// The VPC's block.
        holder: IpNet,
    },
    /// A block with this mask has no neighbours that are allowed.
    #[error(
        "{block} has no neighbours, as masks of a {of} are {masks}; go up or down to one of these first"
    )]
    Mask {
        /// The block that was to move.
        block: IpNet,
        /// “VPC” or “subnet”.
        of: &'static str,
        /// The masks it may have.
        masks: Masks,
    },
    /// No block of the VPC is large enough.
    #[error(
        "the VPC's blocks have no room for a block of the size of {block}; go down, or enlarge the VPC"
    )]
    NoRoom {
        /// The block that was to move.
        block: IpNet,
    },
    /// The VPC has no block of this family.
    #[error("{block} has nowhere to go, as the VPC has no {} block; give it one first", Family::of(*block))]
    NoBlock {
        /// The block that was to move.
        block: IpNet,
    },
    /// The block is of the other family.
    #[error("{block} is not an {family} block; choose an {family} block for this field")]
    Family {
        /// The block that was to move.
        block: IpNet,
        /// The family the joystick is for.
        family: Family,
    },
}

/// The joystick of one field: what it moves, and where that may go.
///
/// ```
/// # use vpc_atlas::cidr::{Direction, Family, Joystick};
/// let joystick = Joystick::vpc(Family::V4);
/// let press = joystick.press("126.255.0.0/16".parse().unwrap(), Direction::Right).unwrap();
/// assert_eq!(press.block.to_string(), "128.0.0.0/16");
/// assert_eq!(press.over.unwrap().to_string(), "127.0.0.0/8");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joystick {
    family: Family,
    masks: Masks,
    scope: Scope,
    /// Where blocks may lie: each in one of these runs, which are disjoint and in ascending order.
    spans: Vec<Span>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Scope {
    Vpc,
    Subnet { within: Vec<IpNet> },
}

impl Joystick {
    /// For a block of a VPC: the addresses from 1.0.0.0 to 223.255.255.255 without the refused ranges, or all of IPv6.
    pub fn vpc(family: Family) -> Self {
        Self {
            family,
            masks: Masks::vpc(family),
            scope: Scope::Vpc,
            spans: vpc_spans(family),
        }
    }

    /// For the block of a subnet, which lies in one of the VPC's blocks. Those of the other family are left out, and so
    /// are those inside another. Whether a VPC may have these blocks at all is not asked.
    pub fn subnet(family: Family, within: &[IpNet]) -> Self {
        Self {
            family,
            masks: Masks::subnet(family),
            scope: Scope::Subnet {
                within: within.iter().map(IpNet::trunc).collect(),
            },
            spans: span::outermost(within, family),
        }
    }

    /// The family it is for.
    pub fn family(&self) -> Family {
        self.family
    }

    /// The masks it reaches.
    pub fn masks(&self) -> Masks {
        self.masks
    }

    /// Whether a press could have led to this block: its mask is one of [`Self::masks`], and it lies where it may.
    pub fn allows(&self, block: IpNet) -> bool {
        Family::of(block) == self.family
            && block == block.trunc()
            && self.masks.allows(block.prefix_len())
            && self.holds(block)
    }

    /// Where a button leads from a block; [`Stop`] is why it leads nowhere, and the button is disabled.
    ///
    /// A block that is not allowed, as a file may have it, is led back: from a place that is not allowed each button goes
    /// to the nearest block, in its direction and of its size, that is; from a mask that is not allowed only up and down
    /// go on, and they go to the next mask that is. So what a press gives is always allowed. Host bits are cleared first.
    pub fn press(&self, block: IpNet, direction: Direction) -> Result<Press, Stop> {
        let block = block.trunc();
        if Family::of(block) != self.family {
            let family = self.family;
            return Err(Stop::Family { block, family });
        }
        if self.spans.is_empty() {
            return Err(Stop::NoBlock { block });
        }
        let to = match direction {
            Direction::Left | Direction::Right => self.aside(block, direction)?,
            Direction::Up => self.larger(block)?,
            Direction::Down => self.smaller(block)?,
        };
        Ok(Press {
            block: to,
            over: self.over(block, to),
        })
    }

    /// Where each button leads from a block, in the order of [`Direction::ALL`].
    pub fn neighbours(&self, block: IpNet) -> [(Direction, Result<Press, Stop>); 4] {
        Direction::ALL.map(|direction| (direction, self.press(block, direction)))
    }

    fn aside(&self, block: IpNet, direction: Direction) -> Result<IpNet, Stop> {
        let (of, masks) = (self.of(), self.masks);
        if !masks.allows(block.prefix_len()) {
            return Err(Stop::Mask { block, of, masks });
        }
        let hosts = span::host_bits(self.family, block.prefix_len());
        let Span { first, last } = Span::of(block);
        let base = if direction == Direction::Left {
            let before = first.checked_sub(1);
            before.and_then(|to| span::last_in(&self.spans, to, hosts))
        } else {
            let after = last.checked_add(1);
            after.and_then(|from| span::first_in(&self.spans, from, hosts))
        };
        base.and_then(|base| span::block(self.family, base, block.prefix_len()))
            .ok_or_else(|| self.end(block, direction))
    }

    /// Why there is no block aside of this one.
    fn end(&self, block: IpNet, direction: Direction) -> Stop {
        if self.nearest(block, block.prefix_len()).is_none() {
            return Stop::NoRoom { block };
        }
        let end = |number: Option<u128>| {
            let address = number.and_then(|number| span::address(self.family, number));
            address.unwrap_or_else(|| block.addr())
        };
        match (&self.scope, direction) {
            (Scope::Vpc, Direction::Left) => Stop::SpaceStart {
                block,
                first: end(self.spans.first().map(|span| span.first)),
            },
            (Scope::Vpc, _) => Stop::SpaceEnd {
                block,
                last: end(self.spans.last().map(|span| span.last)),
            },
            (Scope::Subnet { .. }, Direction::Left) => Stop::VpcStart { block },
            (Scope::Subnet { .. }, _) => Stop::VpcEnd { block },
        }
    }

    fn larger(&self, block: IpNet) -> Result<IpNet, Stop> {
        let (of, masks) = (self.of(), self.masks);
        let Some(mask) = masks.shorter_than(block.prefix_len()) else {
            return Err(Stop::Shortest { block, of, masks });
        };
        let parent = span::block(self.family, Span::of(block).first, mask);
        if let Some(parent) = parent.filter(|parent| self.holds(*parent)) {
            return Ok(parent);
        }
        if let Some(holder) = self.holder(block) {
            return Err(Stop::VpcBlock { block, holder });
        }
        self.nearest(block, mask).ok_or(Stop::NoRoom { block })
    }

    fn smaller(&self, block: IpNet) -> Result<IpNet, Stop> {
        let (of, masks) = (self.of(), self.masks);
        if masks.longer_than(block.prefix_len()).is_none() {
            return Err(Stop::Longest { block, of, masks });
        }
        // The next mask has room unless the block itself is out of place.
        let mut longer = masks.iter().filter(|mask| *mask > block.prefix_len());
        longer
            .find_map(|mask| self.nearest(block, mask))
            .ok_or(Stop::NoRoom { block })
    }

    /// The allowed place nearest to the base of a block, for a block of this mask.
    fn nearest(&self, block: IpNet, mask: u8) -> Option<IpNet> {
        let hosts = span::host_bits(self.family, mask);
        let base = span::nearest_in(&self.spans, Span::of(block).first, hosts)?;
        span::block(self.family, base, mask)
    }

    fn holds(&self, block: IpNet) -> bool {
        let block = Span::of(block);
        self.spans.iter().any(|span| span.holds(block))
    }

    /// The VPC's block that holds a subnet's.
    fn holder(&self, block: IpNet) -> Option<IpNet> {
        let Scope::Subnet { within } = &self.scope else {
            return None;
        };
        let holders = within.iter().filter(|outer| outer.contains(&block));
        holders.min_by_key(|outer| outer.prefix_len()).copied()
    }

    fn over(&self, from: IpNet, to: IpNet) -> Option<Ipv4Net> {
        if self.scope != Scope::Vpc || self.family != Family::V4 {
            return None;
        }
        let way = Span {
            first: span::number(from.addr().min(to.addr())),
            last: span::number(from.addr().max(to.addr())),
        };
        REFUSED.into_iter().find(|range| {
            let range = Span::of(IpNet::V4(*range));
            range.first <= way.last && way.first <= range.last
        })
    }

    fn of(&self) -> &'static str {
        match self.scope {
            Scope::Vpc => "VPC",
            Scope::Subnet { .. } => "subnet",
        }
    }
}

/// Where the blocks of a VPC may lie.
pub(super) fn vpc_spans(family: Family) -> Vec<Span> {
    let refused: Vec<Span> = REFUSED
        .into_iter()
        .map(IpNet::V4)
        .filter(|range| overlap(*range, family.everything()))
        .map(Span::of)
        .collect();
    span::gaps(&[Span::of(family.everything())], &refused)
}

#[cfg(test)]
mod tests {
    use super::Direction::{Down, Left, Right, Up};
    use super::*;
    use proptest::prelude::*;

    fn net(text: &str) -> IpNet {
        text.parse().unwrap()
    }

    fn nets(texts: &[&str]) -> Vec<IpNet> {
        texts.iter().map(|text| net(text)).collect()
    }

    /// The block a press leads to, or its sentence.
    fn press(joystick: &Joystick, block: &str, direction: Direction) -> String {
        match joystick.press(net(block), direction) {
            Ok(press) => press.to_string(),
            Err(stop) => stop.to_string(),
        }
    }

    #[test]
    fn a_vpc_moves_as_published() {
        let joystick = Joystick::vpc(Family::V4);
        for (block, direction, to) in [
            ("10.0.0.0/16", Left, "9.255.0.0/16"),
            ("10.0.0.0/16", Right, "10.1.0.0/16"),
            ("10.0.0.0/16", Down, "10.0.0.0/17"),
            ("10.0.0.0/17", Right, "10.0.128.0/17"),
            ("10.0.128.0/17", Up, "10.0.0.0/16"),
            ("10.255.0.0/16", Right, "11.0.0.0/16"),
            ("172.31.0.0/16", Right, "172.32.0.0/16"),
            ("192.168.0.0/16", Right, "192.169.0.0/16"),
            ("10.0.0.0/24", Right, "10.0.1.0/24"),
            ("10.0.0.0/28", Right, "10.0.0.16/28"),
            ("10.0.0.0/28", Left, "9.255.255.240/28"),
            ("10.0.0.240/28", Up, "10.0.0.224/27"),
            (
                "126.255.0.0/16",
                Right,
                "128.0.0.0/16, past 127.0.0.0/8 (loopback addresses), which AWS refuses",
            ),
            (
                "128.0.0.0/28",
                Left,
                "126.255.255.240/28, past 127.0.0.0/8 (loopback addresses), which AWS refuses",
            ),
            (
                "169.253.0.0/16",
                Right,
                "169.255.0.0/16, past 169.254.0.0/16 (link-local addresses), which AWS refuses",
            ),
            (
                "169.255.0.0/20",
                Left,
                "169.253.240.0/20, past 169.254.0.0/16 (link-local addresses), which AWS refuses",
            ),
        ] {
            assert_eq!(
                press(&joystick, block, direction),
                to,
                "{block} {direction:?}"
            );
        }
    }

    #[test]
    fn a_vpc_stops_at_the_ends_with_a_sentence() {
        let joystick = Joystick::vpc(Family::V4);
        for (block, direction, sentence) in [
            (
                "223.255.0.0/16",
                Right,
                "223.255.0.0/16 is the last block of its size, as blocks of a VPC end at 223.255.255.255; go left",
            ),
            (
                "1.0.0.0/16",
                Left,
                "1.0.0.0/16 is the first block of its size, as blocks of a VPC start at 1.0.0.0; go right",
            ),
            (
                "10.0.0.0/28",
                Down,
                "10.0.0.0/28 cannot be smaller, as masks of a VPC are /16 to /28; go up instead",
            ),
            (
                "10.0.0.0/16",
                Up,
                "10.0.0.0/16 cannot be larger, as masks of a VPC are /16 to /28; go down instead",
            ),
            (
                "fd00::/56",
                Left,
                "fd00::/56 is not an IPv4 block; choose an IPv4 block for this field",
            ),
            (
                "10.0.0.0/8",
                Right,
                "10.0.0.0/8 has no neighbours, as masks of a VPC are /16 to /28; go up or down to one of these first",
            ),
        ] {
            assert_eq!(press(&joystick, block, direction), sentence);
        }
    }

    #[test]
    fn six_moves_by_hexadecimal_digit() {
        let vpc = Joystick::vpc(Family::V6);
        for (block, direction, to) in [
            ("2001:db8::/56", Right, "2001:db8:0:100::/56"),
            ("2001:db8::/56", Left, "2001:db7:ffff:ff00::/56"),
            ("2001:db8:0:100::/56", Down, "2001:db8:0:100::/60"),
            ("2001:db8:0:100::/56", Up, "2001:db8::/52"),
        ] {
            assert_eq!(press(&vpc, block, direction), to, "{block} {direction:?}");
        }
        for (block, direction) in [
            ("::/56", Left),
            ("ffff:ffff:ffff:ff00::/56", Right),
            ("2001:db8::/44", Up),
            ("2001:db8::/60", Down),
        ] {
            assert!(vpc.press(net(block), direction).is_err(), "{block}");
        }
        let subnet = Joystick::subnet(Family::V6, &nets(&["2001:db8:0:100::/56"]));
        for (block, direction, to) in [
            ("2001:db8:0:100::/64", Right, "2001:db8:0:101::/64"),
            ("2001:db8:0:10f::/64", Up, "2001:db8:0:100::/60"),
            ("2001:db8:0:100::/60", Down, "2001:db8:0:100::/64"),
        ] {
            assert_eq!(
                press(&subnet, block, direction),
                to,
                "{block} {direction:?}"
            );
        }
        let stop = subnet.press(net("2001:db8:0:1ff::/64"), Right);
        assert!(matches!(stop, Err(Stop::VpcEnd { .. })));
    }

    #[test]
    fn a_subnet_stays_inside_the_blocks_of_its_vpc() {
        let within = nets(&["100.64.0.0/24", "10.0.0.0/16", "fd00::/56", "10.0.3.0/24"]);
        let joystick = Joystick::subnet(Family::V4, &within);
        for (block, direction, to) in [
            ("10.0.0.0/20", Right, "10.0.16.0/20"),
            ("10.0.255.0/24", Right, "100.64.0.0/24"),
            ("100.64.0.0/24", Left, "10.0.255.0/24"),
            ("10.0.128.0/17", Up, "10.0.0.0/16"),
            ("10.0.0.0/16", Down, "10.0.0.0/17"),
            ("100.64.0.0/24", Down, "100.64.0.0/25"),
            (
                "10.0.0.0/24",
                Left,
                "no block of the size of 10.0.0.0/24 comes before it in the VPC's blocks; go right, or give the VPC \
                 another block",
            ),
            (
                "10.0.128.0/17",
                Right,
                "no block of the size of 10.0.128.0/17 comes after it in the VPC's blocks; go left, or give the VPC \
                 another block",
            ),
            (
                "100.64.0.0/24",
                Up,
                "a block larger than 100.64.0.0/24 would reach beyond 100.64.0.0/24, the VPC's block that holds it; \
                 enlarge that one first",
            ),
        ] {
            assert_eq!(
                press(&joystick, block, direction),
                to,
                "{block} {direction:?}"
            );
        }
        let none = Joystick::subnet(Family::V6, &nets(&["10.0.0.0/16"]));
        assert_eq!(
            press(&none, "fd00::/64", Right),
            "fd00::/64 has nowhere to go, as the VPC has no IPv6 block; give it one first"
        );
    }

    #[test]
    fn neighbouring_blocks_of_a_vpc_stay_apart() {
        let joystick = Joystick::subnet(Family::V4, &nets(&["10.0.0.0/24", "10.0.1.0/24"]));
        assert!(matches!(
            joystick.press(net("10.0.0.0/24"), Up),
            Err(Stop::VpcBlock { holder, .. }) if holder == net("10.0.0.0/24")
        ));
        assert_eq!(press(&joystick, "10.0.0.0/24", Right), "10.0.1.0/24");
    }

    #[test]
    fn blocks_that_are_not_allowed_are_led_back() {
        let vpc = Joystick::vpc(Family::V4);
        for (block, direction, to) in [
            ("10.0.0.0/8", Down, "10.0.0.0/16"),
            ("10.0.0.36/30", Up, "10.0.0.32/28"),
            ("10.0.0.7/16", Right, "10.1.0.0/16"),
            (
                "127.4.0.0/16",
                Left,
                "126.255.0.0/16, past 127.0.0.0/8 (loopback addresses), which AWS refuses",
            ),
            (
                "0.0.0.0/0",
                Down,
                "1.0.0.0/16, past 0.0.0.0/8 (addresses of “this network”), which AWS refuses",
            ),
            (
                "240.0.0.0/20",
                Left,
                "223.255.240.0/20, past 224.0.0.0/3 (multicast and reserved addresses), which AWS refuses",
            ),
        ] {
            assert_eq!(press(&vpc, block, direction), to, "{block} {direction:?}");
        }
        assert!(vpc.press(net("240.0.0.0/20"), Right).is_err());

        let subnet = Joystick::subnet(Family::V4, &nets(&["10.0.0.0/24", "10.0.9.0/24"]));
        for (block, direction, to) in [
            ("10.0.4.0/25", Left, "10.0.0.128/25"),
            ("10.0.4.0/25", Right, "10.0.9.0/25"),
            ("10.0.4.0/25", Up, "10.0.0.0/24"),
            ("10.0.7.0/25", Down, "10.0.9.0/26"),
            ("10.0.0.0/16", Down, "10.0.0.0/24"),
            ("172.16.0.0/28", Left, "10.0.9.240/28"),
        ] {
            assert_eq!(
                press(&subnet, block, direction),
                to,
                "{block} {direction:?}"
            );
        }
        assert_eq!(
            press(&subnet, "10.0.0.0/20", Right),
            "the VPC's blocks have no room for a block of the size of 10.0.0.0/20; go down, or enlarge the VPC"
        );
        assert_eq!(
            press(&Joystick::vpc(Family::V6), "fd00::/57", Up),
            "fd00::/56"
        );
    }

    fn any_net() -> impl Strategy<Value = IpNet> {
        prop_oneof![
            (any::<u32>(), 0..=32_u8).prop_map(|(address, mask)| {
                IpNet::new(std::net::Ipv4Addr::from(address).into(), mask).unwrap()
            }),
            (any::<u128>(), 0..=128_u8).prop_map(|(address, mask)| {
                IpNet::new(std::net::Ipv6Addr::from(address).into(), mask).unwrap()
            }),
        ]
    }

    /// Joysticks, most of them with blocks in 10.0.0.0/14, where the blocks below lie too.
    fn any_joystick() -> impl Strategy<Value = Joystick> {
        let near = || {
            (0..1_u32 << 18, 14..=30_u8).prop_map(|(address, mask)| {
                let address = (10 << 24) | address;
                IpNet::new(std::net::Ipv4Addr::from(address).into(), mask).unwrap()
            })
        };
        prop_oneof![
            Just(Joystick::vpc(Family::V4)),
            Just(Joystick::vpc(Family::V6)),
            (any::<bool>(), prop::collection::vec(any_net(), 0..6)).prop_map(|(v4, within)| {
                Joystick::subnet(if v4 { Family::V4 } else { Family::V6 }, &within)
            }),
            prop::collection::vec(near(), 1..6)
                .prop_map(|within| Joystick::subnet(Family::V4, &within)),
        ]
    }

    /// A block that the joystick allows, where there is one near the seed.
    fn allowed(joystick: &Joystick, seed: u128, mask: u8) -> Option<IpNet> {
        let masks: Vec<u8> = joystick.masks().iter().collect();
        let mask = masks[usize::from(mask) % masks.len()];
        let seed = if joystick.family() == Family::V4 {
            seed >> 96
        } else {
            seed
        };
        let seed = span::block(joystick.family(), seed, mask)?;
        joystick.nearest(seed, mask)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn a_press_leads_to_an_allowed_block(joystick in any_joystick(), block in any_net()) {
            for (direction, press) in joystick.neighbours(block) {
                match press {
                    Ok(press) => {
                        prop_assert!(joystick.allows(press.block), "{block} {direction:?} {press}");
                        prop_assert_ne!(press.block, block.trunc());
                    }
                    Err(stop) => prop_assert!(!stop.to_string().is_empty()),
                }
            }
        }

        #[test]
        fn down_then_up_returns(joystick in any_joystick(), seed: u128, mask: u8) {
            if let Some(block) = allowed(&joystick, seed, mask)
                && let Ok(down) = joystick.press(block, Down)
            {
                prop_assert_eq!(down.block.addr(), block.addr());
                prop_assert_eq!(down.over, None);
                prop_assert_eq!(joystick.press(down.block, Up).unwrap().block, block);
            }
        }

        #[test]
        fn left_and_right_undo_each_other(joystick in any_joystick(), seed: u128, mask: u8) {
            if let Some(block) = allowed(&joystick, seed, mask) {
                for (there, back) in [(Left, Right), (Right, Left)] {
                    if let Ok(press) = joystick.press(block, there) {
                        prop_assert_eq!(press.block.prefix_len(), block.prefix_len());
                        let again = joystick.press(press.block, back).unwrap();
                        prop_assert_eq!(again.block, block);
                        prop_assert_eq!(again.over, press.over);
                    }
                }
            }
        }

        #[test]
        fn a_vpc_steps_by_its_size_unless_a_refused_range_is_between(seed: u128, mask: u8) {
            let joystick = Joystick::vpc(Family::V4);
            let block = allowed(&joystick, seed, mask).unwrap();
            if let Ok(press) = joystick.press(block, Right) {
                let step = span::number(press.block.addr()) - span::number(block.addr());
                let size = 1_u128 << (32 - block.prefix_len());
                prop_assert_eq!(step == size, press.over.is_none());
            }
        }

        #[test]
        fn only_shorter_masks_lead_up(joystick in any_joystick(), seed: u128, mask: u8) {
            if let Some(block) = allowed(&joystick, seed, mask) {
                match joystick.press(block, Up) {
                    Ok(press) => prop_assert!(press.block.contains(&block)),
                    Err(stop) => {
                        let ends = matches!(stop, Stop::Shortest { .. } | Stop::VpcBlock { .. });
                        prop_assert!(ends, "{}", stop);
                    }
                }
            }
        }
    }
}
