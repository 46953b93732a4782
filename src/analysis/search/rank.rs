//! Which hit comes first: the one that more words hit, and of these the one they fit better.

use crate::cidr::is_default;
use crate::network::{Facts, Resource};
use ipnet::IpNet;

/// What one word that hits is worth; how well it fits only decides between as many words.
const HIT: u32 = 1000;

/// What it is worth that the parts of a word stand together as they were written.
pub(super) const TOGETHER: u16 = 200;

/// How well `len` tokens from place `at` fit a text of `whole` tokens that has this weight: all of it, its start, or
/// somewhere inside.
pub(super) fn quality(weight: u16, at: usize, len: usize, whole: usize) -> u16 {
    if at > 0 {
        weight / 2
    } else if len < whole {
        weight * 3 / 4
    } else {
        weight
    }
}

/// The same where a word is only the start of its last token.
pub(super) fn beginning(quality: u16) -> u16 {
    quality * 4 / 5
}

/// The rank of so many hits of this quality together.
pub(super) fn of(hits: u16, quality: u16) -> u32 {
    u32::from(hits) * HIT + u32::from(quality).min(HIT - 1)
}

/// How near blocks are to one that is looked for: it itself, what holds it from the narrowest, what lies in it.
/// Everything lies in the default block, and that says nothing.
pub(super) fn nearness(wanted: IpNet, blocks: &[IpNet]) -> Option<u16> {
    let near = blocks.iter().filter_map(|block| {
        if *block == wanted {
            Some(100)
        } else if is_default(wanted) || is_default(*block) {
            None
        } else if block.contains(&wanted) {
            Some(40 + u16::from(block.prefix_len()) / 4)
        } else {
            wanted.contains(block).then_some(30)
        }
    });
    near.max()
}

/// Whether a table has a route to just this destination.
pub(super) fn routes_to(resource: &Resource, wanted: IpNet) -> bool {
    match resource.facts() {
        Facts::RouteTable(table) => {
            let mut routes = table.routes.items().iter();
            routes.any(|route| route.block() == Some(wanted))
        }
        _ => false,
    }
}
