//! The diagram with its names resolved: cards, groups and lines by position.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::Range;

use super::super::diagram::{Card, Diagram, End, Group, Line, NetId, Role};
use super::super::geometry::Fx;
use super::{Size, card};

/// A card and where it belongs.
pub(super) struct Node<'a> {
    pub(super) card: &'a Card,
    pub(super) group: usize,
    pub(super) column: usize,
    /// The band's position; one past the last band for the shared column.
    pub(super) band: usize,
    pub(super) height: Fx,
}

/// A group and where it belongs.
pub(super) struct Cluster<'a> {
    pub(super) group: &'a Group,
    pub(super) column: usize,
    pub(super) band: usize,
    /// Its cards' positions in [`Graph::nodes`].
    pub(super) cards: Range<usize>,
}

/// Where a line begins or ends, by position.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Anchor {
    Card(usize),
    Group(usize),
}

/// One leg, resolved.
pub(super) struct Link {
    pub(super) leg: u32,
    pub(super) line: Line,
    pub(super) role: Role,
    pub(super) from: Anchor,
}

/// One net, resolved: only legs whose both ends are in the diagram.
pub(super) struct Mesh {
    pub(super) id: NetId,
    pub(super) role: Role,
    pub(super) to: Anchor,
    pub(super) links: Vec<Link>,
}

pub(super) struct Graph<'a> {
    pub(super) nodes: Vec<Node<'a>>,
    pub(super) clusters: Vec<Cluster<'a>>,
    /// Sorted by id.
    pub(super) meshes: Vec<Mesh>,
    pub(super) columns: usize,
    pub(super) bands: usize,
}

impl<'a> Graph<'a> {
    pub(super) fn new(diagram: &'a Diagram, size: Size) -> Self {
        let in_bands = diagram
            .bands
            .iter()
            .map(|band| band.columns.len())
            .max()
            .unwrap_or(0);
        let has_shared = !diagram.shared.is_empty();
        // A shared column stands outside every band, whatever number of headings there is.
        let shared_column = in_bands.max(diagram.columns.len().saturating_sub(1));
        let columns = if has_shared {
            shared_column + 1
        } else {
            in_bands.max(diagram.columns.len())
        };
        let bands = diagram.bands.len();
        let mut graph = Self {
            nodes: Vec::new(),
            clusters: Vec::new(),
            meshes: Vec::new(),
            columns,
            bands,
        };
        for (band_index, band) in diagram.bands.iter().enumerate() {
            for (column, groups) in band.columns.iter().enumerate() {
                graph.add(groups, column, band_index, size);
            }
        }
        graph.add(&diagram.shared, shared_column, bands, size);
        graph.link(diagram);
        graph
    }

    fn add(&mut self, groups: &'a [Group], column: usize, band: usize, size: Size) {
        for group in groups {
            let start = self.nodes.len();
            self.nodes.extend(group.cards.iter().map(|card| Node {
                card,
                group: self.clusters.len(),
                column,
                band,
                height: card::height(card, size),
            }));
            self.clusters.push(Cluster {
                group,
                column,
                band,
                cards: start..self.nodes.len(),
            });
        }
    }

    fn link(&mut self, diagram: &Diagram) {
        // Where an id is used twice, lines go to its first use.
        let mut cards = BTreeMap::new();
        for (index, node) in self.nodes.iter().enumerate() {
            cards.entry(node.card.id).or_insert(index);
        }
        let mut groups = BTreeMap::new();
        for (index, cluster) in self.clusters.iter().enumerate() {
            groups.entry(cluster.group.id).or_insert(index);
        }
        let resolve = |end: End| match end {
            End::Card(id) => cards.get(&id).copied().map(Anchor::Card),
            End::Group(id) => groups.get(&id).copied().map(Anchor::Group),
        };
        for net in &diagram.nets {
            let Some(to) = resolve(net.to) else { continue };
            let links: Vec<Link> = (0..)
                .zip(&net.legs)
                .filter_map(|(leg, description)| {
                    let from = resolve(description.from)?;
                    (from != to).then_some(Link {
                        leg,
                        line: description.line,
                        role: description.role,
                        from,
                    })
                })
                .collect();
            if !links.is_empty() {
                self.meshes.push(Mesh {
                    id: net.id,
                    role: net.role,
                    to,
                    links,
                });
            }
        }
        self.meshes.sort_by_key(|mesh| mesh.id);
    }

    pub(super) fn column(&self, anchor: Anchor) -> usize {
        match anchor {
            Anchor::Card(index) => self.nodes.get(index).map_or(0, |node| node.column),
            Anchor::Group(index) => self.clusters.get(index).map_or(0, |cluster| cluster.column),
        }
    }

    pub(super) fn band(&self, anchor: Anchor) -> usize {
        match anchor {
            Anchor::Card(index) => self.nodes.get(index).map_or(0, |node| node.band),
            Anchor::Group(index) => self.clusters.get(index).map_or(0, |cluster| cluster.band),
        }
    }
}

/// Orders names the way people count: `private2` before `private10`.
pub(super) fn natural(one: &str, two: &str) -> Ordering {
    let (mut left, mut right) = (one.as_bytes(), two.as_bytes());
    loop {
        match (left.first(), right.first()) {
            (None, None) => return one.cmp(two),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(a), Some(b)) if a.is_ascii_digit() && b.is_ascii_digit() => {
                let (a, rest_left) = number(left);
                let (b, rest_right) = number(right);
                let order = a.len().cmp(&b.len()).then_with(|| a.cmp(b));
                if order.is_ne() {
                    return order;
                }
                (left, right) = (rest_left, rest_right);
            }
            (Some(a), Some(b)) => {
                let order = a.to_ascii_lowercase().cmp(&b.to_ascii_lowercase());
                if order.is_ne() {
                    return order;
                }
                (left, right) = (left.get(1..).unwrap_or(&[]), right.get(1..).unwrap_or(&[]));
            }
        }
    }
}

/// The digits at the front without leading zeros, and what follows them.
fn number(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(bytes.len());
    let (digits, rest) = bytes.split_at(end);
    let significant = digits
        .iter()
        .position(|digit| *digit != b'0')
        .unwrap_or(digits.len());
    (digits.get(significant..).unwrap_or(&[]), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_ordered_the_way_people_count() {
        let mut names = [
            "rtb-private10",
            "RTB-private2",
            "rtb-private1",
            "rtb",
            "rtb-private01",
            "rtb-public",
        ];
        names.sort_by(|one, two| natural(one, two));
        assert_eq!(
            names,
            [
                "rtb",
                "rtb-private01",
                "rtb-private1",
                "RTB-private2",
                "rtb-private10",
                "rtb-public"
            ]
        );
    }
}
