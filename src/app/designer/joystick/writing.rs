//! How blocks are written in their fields.

use crate::cidr::{Family, Typed, read};
use ipnet::{IpNet, Ipv6Net};

/// How a block is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::app) enum Writing {
    /// Whole, as AWS writes it.
    Whole(Family),
    /// Its part of the /56 that AWS chooses, as `…80::/64`. The block is counted from `::/56`.
    Part,
}

impl Writing {
    /// What stands for the block that AWS chooses, where a part of it is written.
    pub(in crate::app) fn chosen_by_aws() -> Ipv6Net {
        Ipv6Net::new(std::net::Ipv6Addr::UNSPECIFIED, 56).unwrap_or_default()
    }

    /// A block as it is written.
    pub(in crate::app) fn write(self, block: IpNet) -> String {
        match (self, block) {
            (Self::Part, IpNet::V6(block)) => {
                let [_, _, _, fourth, ..] = block.network().segments();
                format!("…{:02x}::/{}", fourth & 0xff, block.prefix_len())
            }
            (_, block) => block.to_string(),
        }
    }

    /// What a text is.
    pub(in crate::app) fn read(self, text: &str) -> Typed {
        match self {
            Self::Whole(family) => read(text, family),
            Self::Part => read_part(text),
        }
    }
}

/// A part as it is typed: two hexadecimal digits, with or without what stands around them, and a mask.
fn read_part(text: &str) -> Typed {
    let bare = text.trim().trim_start_matches(['…', '.', ':']);
    let (digits, mask) = match bare.split_once('/') {
        Some((digits, mask)) => (digits, Some(mask)),
        None => (bare, None),
    };
    let digits = digits.trim_end_matches(':');
    if let Some(strange) = digits.chars().find(|digit| !digit.is_ascii_hexdigit()) {
        let strange = strange.escape_debug();
        return Typed::Wrong(format!(
            "“{strange}” is no hexadecimal digit; write the part like 80::/64"
        ));
    }
    if digits.len() > 2 {
        return Typed::Wrong(
            "a part of the block that AWS chooses has two hexadecimal digits; write it like 80::/64"
                .to_owned(),
        );
    }
    let Some(mask) = mask.filter(|mask| !mask.is_empty() && !digits.is_empty()) else {
        return Typed::HalfTyped;
    };
    let Ok(number) = u16::from_str_radix(digits, 16) else {
        return Typed::HalfTyped;
    };
    match mask {
        "5" | "6" => Typed::HalfTyped,
        "56" | "60" | "64" => {
            let mask = mask.parse().unwrap_or(64);
            let address = std::net::Ipv6Addr::new(0, 0, 0, number, 0, 0, 0, 0);
            match Ipv6Net::new(address, mask) {
                Ok(block) if block == block.trunc() => Typed::Block(block.into()),
                Ok(block) => Typed::HostBits {
                    typed: text.trim().to_owned(),
                    canonical: block.trunc().into(),
                },
                Err(_) => Typed::HalfTyped,
            }
        }
        _ => Typed::Wrong(
            "a part of a /56 has the mask /56, /60 or /64; choose one of these".to_owned(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn net(text: &str) -> IpNet {
        text.parse().unwrap()
    }

    #[test]
    fn parts_are_read_as_they_are_written() {
        for (block, written) in [
            ("0:0:0:80::/64", "…80::/64"),
            ("::/60", "…00::/60"),
            ("0:0:0:f0::/60", "…f0::/60"),
            ("0:0:0:7::/64", "…07::/64"),
        ] {
            assert_eq!(Writing::Part.write(net(block)), written);
            assert_eq!(Writing::Part.read(written), Typed::Block(net(block)));
        }
        assert_eq!(
            Writing::Part.read("80/64"),
            Typed::Block(net("0:0:0:80::/64"))
        );
        assert_eq!(
            Writing::Part.read("…:8::/64"),
            Typed::Block(net("0:0:0:8::/64"))
        );
    }

    #[test]
    fn what_is_no_part_yet_is_told_from_what_never_will_be() {
        for half in ["", "8", "…80::", "80/", "80/6", "/64"] {
            assert_eq!(Writing::Part.read(half), Typed::HalfTyped, "{half}");
        }
        for wrong in ["800/64", "8g/64", "80/63", "80/128"] {
            assert!(
                matches!(Writing::Part.read(wrong), Typed::Wrong(_)),
                "{wrong}"
            );
        }
        assert!(matches!(
            Writing::Part.read("87/60"),
            Typed::HostBits { canonical, .. } if canonical == net("0:0:0:80::/60")
        ));
    }
}
