//! Blocks of addresses, version 4 and 6, and AWS's rules about them.
//!
//! A *mask* is a prefix length: /16 is shorter than /28, and its blocks are larger. Blocks that are given may have host
//! bits set; blocks that are answered never have.

mod joystick;
mod rules;
mod space;
mod span;
mod typed;

pub use joystick::{Direction, Joystick, Press, Stop};
pub use rules::{
    BlockFacts, MASK_STEP_V6, Masks, PRIVATE, REFUSED, SUBNET_MASKS_V4, SUBNET_MASKS_V6,
    SecondaryRefusal, Space, VPC_MASKS_V4, VPC_MASKS_V6, refused, secondary_refusal,
    touches_docker,
};
pub use space::{
    SPLIT_LIMIT, SplitError, covers, first_free, free, halves, join, mask_for_hosts, nearest_free,
    nearest_free_vpc, sibling, split,
};
pub use typed::{LineError, Typed, read, read_list};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Addresses AWS keeps for itself in every subnet: network, router, DNS, future use and the last one.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html>
pub const RESERVED_PER_SUBNET: u64 = 5;

/// Why a text is not a block of addresses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockError {
    /// No address and mask could be read.
    #[error("“{0}” is not a CIDR block; write it like 10.0.0.0/16 or 2001:db8::/56")]
    Syntax(String),
    /// The address part stands outside the block it names.
    #[error("“{text}” has bits set after its mask; the block is {canonical}")]
    HostBits {
        /// What was given.
        text: String,
        /// The block with its host bits cleared, as AWS itself would store it.
        canonical: IpNet,
    },
}

/// Read a block; bits set after the mask are an error that names the canonical block.
///
/// ```
/// # use vpc_atlas::cidr::parse_block;
/// assert_eq!(parse_block("10.0.0.0/16").unwrap().to_string(), "10.0.0.0/16");
/// assert!(parse_block("10.0.0.1/16").unwrap_err().to_string().contains("10.0.0.0/16"));
/// ```
pub fn parse_block(text: &str) -> Result<IpNet, BlockError> {
    let block =
        IpNet::from_str(text.trim()).map_err(|_| BlockError::Syntax(text.trim().to_owned()))?;
    if block.addr() == block.network() {
        Ok(block)
    } else {
        Err(BlockError::HostBits {
            text: text.trim().to_owned(),
            canonical: block.trunc(),
        })
    }
}

/// Addresses a subnet of this size can hand out: all of them less [`RESERVED_PER_SUBNET`].
pub fn usable_addresses(block: Ipv4Net) -> u64 {
    address_count(block).saturating_sub(RESERVED_PER_SUBNET)
}

/// All addresses of a version 4 block, the reserved ones included.
pub fn address_count(block: Ipv4Net) -> u64 {
    1_u64 << (32 - u32::from(block.prefix_len()))
}

/// Whether two blocks share an address; blocks of different families never do.
pub fn overlap(a: IpNet, b: IpNet) -> bool {
    a.contains(&b) || b.contains(&a)
}

/// Whether this is the block of all addresses of its family (`0.0.0.0/0` or `::/0`).
pub fn is_default(block: IpNet) -> bool {
    block.prefix_len() == 0
}

/// An address family; AWS routes the two apart from each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// The family of a block.
    pub fn of(block: IpNet) -> Self {
        match block {
            IpNet::V4(_) => Self::V4,
            IpNet::V6(_) => Self::V6,
        }
    }

    /// The family of an address.
    pub fn of_address(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self::V4,
            IpAddr::V6(_) => Self::V6,
        }
    }

    /// The block of all addresses: `0.0.0.0/0` or `::/0`.
    pub fn everything(self) -> IpNet {
        match self {
            Self::V4 => IpNet::V4(Ipv4Net::default()),
            Self::V6 => IpNet::V6(Ipv6Net::default()),
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V4 => "IPv4",
            Self::V6 => "IPv6",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usable_counts_follow_the_published_table() {
        for (block, usable) in [
            ("10.0.0.0/16", 65_531),
            ("10.0.0.0/20", 4_091),
            ("10.0.0.0/24", 251),
            ("10.0.0.0/28", 11),
            ("10.0.0.0/32", 0),
        ] {
            assert_eq!(usable_addresses(block.parse().unwrap()), usable, "{block}");
        }
    }

    #[test]
    fn host_bits_are_named_with_the_canonical_block() {
        let error = parse_block(" 100.68.0.18/18 ").unwrap_err();
        assert_eq!(
            error.to_string(),
            "“100.68.0.18/18” has bits set after its mask; the block is 100.68.0.0/18"
        );
        assert!(matches!(parse_block("ten"), Err(BlockError::Syntax(_))));
    }

    #[test]
    fn blocks_overlap_only_within_a_family() {
        let v4 = "10.0.0.0/8".parse().unwrap();
        assert!(overlap(v4, "10.9.0.0/16".parse().unwrap()));
        assert!(!overlap(v4, "11.0.0.0/16".parse().unwrap()));
        assert!(!overlap(Family::V4.everything(), Family::V6.everything()));
        assert!(is_default(Family::V6.everything()));
    }
}
