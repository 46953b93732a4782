//! Other addresses for public ones, such that what was inside a block is inside its substitute.
//!
//! Each bit is turned or not by what stands before it (after Xu, Fan, Ammar and Moon, “Prefix-Preserving IP Address
//! Anonymization”, 2002): two addresses share exactly as many leading bits afterwards as before, so blocks that overlap
//! still do, the longest match is the same, and no two addresses become one. Blocks that are not public stay as they are,
//! and a bit that parts them from others is never turned, so nothing public becomes private or the other way round.

use super::substitute::digest;
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses as the leading bits of a number, with how many of those bits a block has.
type Block = (u128, u8);

const fn v4(a: u8, b: u8, length: u8) -> Block {
    ((((a as u128) << 8) | b as u128) << 112, length)
}

const fn v6(first: u16, length: u8) -> Block {
    ((first as u128) << 112, length)
}

/// Version 4 blocks that are not public (<https://www.iana.org/assignments/iana-ipv4-special-registry>), without those
/// for documentation: in an account these stand for public ones.
const KEPT_V4: &[Block] = &[
    v4(0, 0, 8),
    v4(10, 0, 8),
    v4(100, 64, 10),
    v4(127, 0, 8),
    v4(169, 254, 16),
    v4(172, 16, 12),
    v4(192, 168, 16),
    v4(198, 18, 15),
    v4(224, 0, 3),
];

/// Version 6 blocks that are not public (<https://www.iana.org/assignments/iana-ipv6-special-registry>). The first one
/// holds those in which a version 4 address is written, which is replaced there too.
const KEPT_V6: &[Block] = &[v6(0, 8), v6(0xfc00, 7), v6(0xfe80, 10), v6(0xff00, 8)];

/// How many bits stand before a version 4 address in `::ffff:0:0/96` (mapped) and `64:ff9b::/96` (translated).
const BEFORE_V4: u8 = 96;
const HOLD_V4: [Block; 2] = [(0xffff << 32, BEFORE_V4), (0x0064_ff9b << 96, BEFORE_V4)];

/// The substitute of an address.
pub(super) fn address(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(address) => IpAddr::V4(address_v4(address, 32)),
        IpAddr::V6(address) => IpAddr::V6(address_v6(address, 128)),
    }
}

/// The substitute of a block; bits behind its mask are kept apart from those of other hosts only where it has some.
pub(super) fn block(block: IpNet) -> IpNet {
    match block {
        IpNet::V4(block) => IpNet::V4(block_v4(block)),
        IpNet::V6(block) => {
            let length = block.prefix_len();
            let bits = if block.addr() == block.network() {
                length
            } else {
                128
            };
            Ipv6Net::new(address_v6(block.addr(), bits), length).map_or(IpNet::V6(block), IpNet::V6)
        }
    }
}

/// [`block`], of version 4.
pub(super) fn block_v4(block: Ipv4Net) -> Ipv4Net {
    let length = block.prefix_len();
    let bits = if block.addr() == block.network() {
        length
    } else {
        32
    };
    // The mask is that of a block, so it is one.
    Ipv4Net::new(address_v4(block.addr(), bits), length).unwrap_or(block)
}

fn address_v4(address: Ipv4Addr, length: u8) -> Ipv4Addr {
    let bits = u128::from(u32::from(address)) << 96;
    Ipv4Addr::from((turned(bits, length, "address 4", KEPT_V4) >> 96) as u32)
}

fn address_v6(address: Ipv6Addr, length: u8) -> Ipv6Addr {
    let bits = u128::from(address);
    if length >= BEFORE_V4 && HOLD_V4.into_iter().any(|block| share(block, (bits, 128))) {
        let held = address_v4(Ipv4Addr::from(bits as u32), length - BEFORE_V4);
        let before = bits & !u128::from(u32::MAX);
        return Ipv6Addr::from(before | u128::from(u32::from(held)));
    }
    Ipv6Addr::from(turned(bits, length, "address 6", KEPT_V6))
}

/// Whether one of two blocks is inside the other.
fn share((one, one_length): Block, (two, two_length): Block) -> bool {
    let common = one_length.min(two_length);
    (one ^ two)
        .checked_shr(128 - u32::from(common))
        .unwrap_or(0)
        == 0
}

/// The first `length` bits, each turned by a function of those before it; the rest is zero.
fn turned(bits: u128, length: u8, class: &str, kept: &[Block]) -> u128 {
    if kept
        .iter()
        .any(|&(block, of)| of <= length && share((block, of), (bits, length)))
    {
        return bits & mask(length);
    }
    let mut out = 0;
    let mut turns = [0; 32];
    for at in 0..length {
        let step = u32::from(at % 8);
        let before = (bits & mask(at), at);
        if step == 0 {
            // One hash has a bit for each way through the eight bits of a byte.
            turns = digest(class, &before.0.to_be_bytes()[..usize::from(at / 8)]);
        }
        let byte = (bits >> (120 - u32::from(at / 8) * 8)) as u8;
        let way = (1_usize << step) | (usize::from(byte) >> (8 - step));
        let parts_kept = kept.iter().any(|&block| share(block, before));
        let turn = !parts_kept && (turns[way / 8] >> (way % 8)) & 1 == 1;
        let bit = (bits >> (127 - u32::from(at))) & 1;
        out = (out << 1) | (bit ^ u128::from(turn));
    }
    out.checked_shl(128 - u32::from(length)).unwrap_or(0)
}

/// A number whose first `length` bits are set.
fn mask(length: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_not_public_stays() {
        for text in [
            "0.0.0.0/0",
            "0.0.0.0/1",
            "128.0.0.0/1",
            "::/0",
            "10.0.0.0/8",
            "10.1.2.0/24",
            "172.16.0.0/12",
            "192.168.7.0/24",
            "100.64.0.0/10",
            "169.254.169.253/32",
            "fd00:ec2::253/128",
            "64:ff9b::/96",
            "fe80::1/128",
        ] {
            let net: IpNet = text.parse().unwrap();
            assert_eq!(block(net), net, "{text}");
        }
    }

    #[test]
    fn what_is_public_is_replaced_and_stays_public() {
        for text in [
            "203.0.113.7",
            "198.51.100.1",
            "52.95.110.1",
            "11.0.0.1",
            "192.167.3.4",
            "2001:db8::1",
            "2a05:d018::7",
            "64:ff9b::cb00:7107",
            "::ffff:203.0.113.7",
        ] {
            let other = address(of(text));
            assert_ne!(other, of(text));
            assert_eq!(other.is_ipv4(), of(text).is_ipv4());
            if let IpAddr::V4(other) = other {
                assert!(!other.is_private() && !other.is_loopback() && !other.is_multicast());
            }
        }
        // The format is a promise: files that were written before must fit to those of today.
        let promised = [
            ("203.0.113.7", "202.4.68.200"),
            ("2001:db8:7::1", "3719:1d16:4903:62a9:b2c7:a8ba:26cc:953f"),
        ];
        for (own, other) in promised {
            assert_eq!(address(of(own)).to_string(), other);
        }
        let net: IpNet = "203.0.113.0/24".parse().unwrap();
        assert!(block(net).contains(&address(of("203.0.113.7"))));
        assert!(!block(net).contains(&address(of("203.0.112.7"))));
        // A host with a mask keeps both.
        let host: IpNet = "203.0.113.7/24".parse().unwrap();
        assert_eq!(block(host).addr(), address(of("203.0.113.7")));
        assert_eq!(block(host).prefix_len(), 24);
    }

    fn common(one: u128, two: u128) -> u32 {
        (one ^ two).leading_zeros()
    }

    proptest! {
        #[test]
        fn addresses_share_as_much_as_before(one: u32, two: u32, near in 0_u32..32) {
            for two in [two, one ^ (1 << near)] {
                let bits = |address: u32| {
                    u128::from(u32::from(address_v4(Ipv4Addr::from(address), 32)))
                };
                prop_assert_eq!(common(bits(one), bits(two)), common(one.into(), two.into()));
            }
        }

        #[test]
        fn addresses_of_version_6_share_as_much_as_before(one: u128, near in 0_u32..128) {
            let bits = |address: u128| u128::from(address_v6(Ipv6Addr::from(address), 128));
            prop_assert_eq!(common(bits(one), bits(one ^ (1 << near))), 127 - near);
        }

        #[test]
        fn blocks_hold_what_they_held(address in any::<u32>(), length in 0_u8..=32) {
            let net = Ipv4Net::new(Ipv4Addr::from(address), length).unwrap().trunc();
            let other = block_v4(net);
            prop_assert_eq!(other, other.trunc());
            prop_assert!(other.contains(&address_v4(Ipv4Addr::from(address), 32)));
            let is_kept = |address: Ipv4Addr| KEPT_V4.iter().any(|&kept| share(kept, (u128::from(u32::from(address)) << 96, 32)));
            prop_assert_eq!(is_kept(Ipv4Addr::from(address)), is_kept(address_v4(Ipv4Addr::from(address), 32)));
        }
    }
}
