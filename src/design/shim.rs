#![allow(missing_docs)]
pub use crate::cidr::*;
use ipnet::{IpNet, Ipv4Net};
pub const VPC_MASKS_V4: std::ops::RangeInclusive<u8> = 16..=28;
pub fn first_free(within: &[IpNet], used: &[IpNet], mask: u8) -> Option<IpNet> {
    within.iter().find_map(|w| match w {
        IpNet::V4(w) => w
            .subnets(mask)
            .ok()?
            .map(IpNet::V4)
            .find(|s| !used.iter().any(|u| overlap(*u, *s))),
        _ => None,
    })
}
pub fn halves(b: IpNet) -> Option<[IpNet; 2]> {
    match b {
        IpNet::V4(b) => {
            let mut i = b.subnets(b.prefix_len() + 1).ok()?;
            Some([i.next()?.into(), i.next()?.into()])
        }
        _ => None,
    }
}
pub fn sibling(b: IpNet) -> Option<IpNet> {
    match b {
        IpNet::V4(b) => {
            let bit = 1u32.checked_shl(32 - u32::from(b.prefix_len()))?;
            Some(
                Ipv4Net::new((u32::from(b.network()) ^ bit).into(), b.prefix_len())
                    .ok()?
                    .into(),
            )
        }
        _ => None,
    }
}
pub fn mask_for_hosts(h: u64) -> Option<u8> {
    (16..=28u8).rev().find(|m| (1u64 << (32 - m)) - 5 >= h)
}
