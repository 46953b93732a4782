//! What is drawn of changes since an earlier reading: marks on cards, and ghosts of what was removed.

use super::cards::Cards;
use crate::analysis::changes::What;
use crate::analysis::changes::{Change, Changes, Wording};
use crate::network::{Key, Kind, Network, SubnetFacts, Text, Topology};
use crate::picture::diagram::{Badge, Card, Mark, Role, Sign};
use std::collections::BTreeMap;

/// How many lines about one change a mark shows.
const LINES: usize = 8;

/// A network with its relations.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// What it holds.
    pub network: &'a Network,
    /// Its relations.
    pub topology: &'a Topology,
}

/// What is drawn of changes since an earlier reading. The default is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Since {
    /// A mark for each card that has something to tell: its own change, or how much changed in it.
    pub marks: BTreeMap<Key, Mark>,
    /// What was removed from a VPC that is still there.
    pub ghosts: Vec<Ghost>,
}

/// A card of something that is there no more, where it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ghost {
    /// What it was.
    pub key: Key,
    /// The VPC it stood in.
    pub vpc: Key,
    pub(super) place: Place,
    pub(super) card: Card,
}

/// Where in its VPC something stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Zone(Text),
    Tables,
    Connections,
}

impl Since {
    /// What is drawn of these changes; `since` says from when they are, as “since 14:05”.
    pub fn of(changes: &Changes, before: Side<'_>, after: Side<'_>, since: &str) -> Self {
        let call = |key: &Key| name_of(key, before, after);
        let mut drawn = Self::default();
        for change in changes.iter() {
            let sign = match change.what {
                What::Added => Sign::Added,
                What::Removed => Sign::Removed,
                What::Changed(_) => Sign::Changed,
                What::Unknown => continue,
            };
            let wording = Wording {
                call: &call,
                minus: '−',
            };
            let text = words(change, since, wording);
            drawn.marks.insert(change.key.clone(), Mark { sign, text });
        }
        for (place, tally) in changes.places() {
            if tally.differing() == 0 {
                continue;
            }
            let inside = format!("in it, {since}: {}", tally.words());
            match drawn.marks.get_mut(place) {
                // In what is new, or gone, everything is.
                Some(mark) if mark.sign != Sign::Changed => {}
                Some(mark) => mark.text = format!("{}\n{inside}", mark.text),
                None => {
                    let (sign, text) = (Sign::Changed, inside);
                    drawn.marks.insert(place.clone(), Mark { sign, text });
                }
            }
        }
        drawn.ghosts = ghosts(&drawn.marks, before, after);
        drawn
    }

    /// The ghost of a resource, if it has one.
    pub fn ghost(&self, key: &Key) -> Option<&Ghost> {
        self.ghosts.iter().find(|ghost| ghost.key == *key)
    }

    pub(super) fn ghosts_of<'a>(&'a self, vpc: &'a Key) -> impl Iterator<Item = &'a Ghost> + 'a {
        self.ghosts.iter().filter(move |ghost| ghost.vpc == *vpc)
    }
}

fn words(change: &Change, since: &str, wording: Wording<'_>) -> String {
    let mut lines = vec![format!("{} {since}", change.what.word())];
    let details = change.what.lines(wording);
    let more = details.len().saturating_sub(LINES);
    lines.extend(details.into_iter().take(LINES));
    if more > 0 {
        lines.push(format!("… and {more} more"));
    }
    lines.join("\n")
}

/// What a resource is called now, or was called.
pub fn name_of(key: &Key, before: Side<'_>, after: Side<'_>) -> String {
    let name = |side: Side<'_>| Some(side.network.get(key)?.name()?.to_owned());
    name(after)
        .or_else(|| name(before))
        .unwrap_or_else(|| key.id.to_string())
}

/// Cards of what was removed and stood in a VPC that is still there. What something still leads to has a card anyway.
fn ghosts(marks: &BTreeMap<Key, Mark>, before: Side<'_>, after: Side<'_>) -> Vec<Ghost> {
    let cards = Cards {
        network: before.network,
        topology: before.topology,
        only: None,
    };
    let mut ghosts: BTreeMap<&Key, Ghost> = BTreeMap::new();
    for (vpc, members) in before.topology.vpcs() {
        if after.topology.members(vpc).is_none() {
            continue;
        }
        let stood = members.subnets.iter().chain(&members.tables);
        for key in stood.chain(&members.connections) {
            let Some(mark) = marks.get(key).filter(|mark| mark.sign == Sign::Removed) else {
                continue;
            };
            if after.topology.vpc_of(key).is_some() {
                continue;
            }
            let place = match key.kind {
                Kind::Subnet => Place::Zone(zone_of(before.network, key)),
                Kind::RouteTable => Place::Tables,
                _ => Place::Connections,
            };
            ghosts.entry(key).or_insert_with(|| Ghost {
                key: key.clone(),
                vpc: vpc.clone(),
                place,
                card: Card {
                    subdued: true,
                    dashed: true,
                    marks: vec![mark.clone()],
                    trailing: Some(Badge {
                        text: "removed".to_owned(),
                        role: Role::Danger,
                    }),
                    ..cards.card(key)
                },
            });
        }
    }
    ghosts.into_values().collect()
}

fn zone_of(network: &Network, subnet: &Key) -> Text {
    let facts = network.facts::<SubnetFacts>(&subnet.id);
    let zone = facts.and_then(|facts| facts.availability_zone.value());
    zone.cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::{Options, View};
    use super::*;
    use crate::network::{Edit, Known};
    use crate::source::sample;
    use serde_json::json;
    use std::sync::Arc;

    /// The sample, without a subnet, a table and a NAT gateway of one VPC, and with the name of another subnet changed.
    fn sides() -> (Network, Network, [Key; 4]) {
        let before = sample::network();
        let named = |kind: Kind, name: &str| {
            let mut found = before.of_kind(kind);
            let found = found.find(|it| it.name() == Some(name));
            found.unwrap_or_else(|| panic!("no {name}")).key().clone()
        };
        let topology = Topology::of(&before);
        let prod = named(Kind::Vpc, "harbour-prod");
        let members = topology.members(&prod).unwrap();
        // Something that no route leads to, so that it has no card once it is gone.
        let unrouted = |key: &&Key| topology.routed_from(key).is_empty();
        let gateway = members.connections.iter().find(unrouted).unwrap().clone();
        let subnets = members.subnets.clone();
        let table = members.tables[0].clone();
        let edits = [
            Edit::Remove(subnets[0].clone()),
            Edit::Remove(table.clone()),
            Edit::Remove(gateway.clone()),
            Edit::Set {
                key: subnets[1].clone(),
                field: "tags".into(),
                before: Known::Unread,
                after: Known::Value(json!({"Name": "renamed"})),
            },
        ];
        let after = before.edited(&edits).unwrap();
        let keys = [subnets[0].clone(), subnets[1].clone(), table, gateway];
        (before, after, keys)
    }

    #[test]
    fn what_was_removed_has_a_ghost_where_it_was_and_what_changed_a_mark() {
        let (before, after, [gone, changed, table, gateway]) = sides();
        let (old, new) = (Topology::of(&before), Topology::of(&after));
        let changes = Changes::between(&before, &after);
        assert_eq!((changes.total().removed, changes.total().changed), (3, 1));
        let since = Since::of(
            &changes,
            Side {
                network: &before,
                topology: &old,
            },
            Side {
                network: &after,
                topology: &new,
            },
            "since 14:05",
        );
        let ghosts: Vec<_> = since.ghosts.iter().map(|ghost| &ghost.key).collect();
        assert_eq!(ghosts.len(), 3);
        for key in [&gone, &table, &gateway] {
            assert!(ghosts.contains(&key), "{key}");
        }
        let vpc = since.ghosts[0].vpc.clone();
        let mark = &since.marks[&changed];
        assert_eq!(mark.sign, Sign::Changed);
        assert!(
            mark.text.starts_with("changed since 14:05\n") && mark.text.contains("tags: Name: "),
            "{}",
            mark.text
        );
        assert!(
            since.marks[&vpc]
                .text
                .contains("in it, since 14:05: 3 removed, 1 changed")
        );

        let plain = View::of(&after, &new, &Options::of_vpc(vpc.clone()));
        let options = Options {
            since: Arc::new(since),
            ..Options::of_vpc(vpc)
        };
        let view = View::after(&plain, &after, &new, &options);
        let card = view.card(&gone).and_then(|card| {
            let mut cards = view.diagram.cards();
            cards.find(|it| it.id == card)
        });
        let card = card.unwrap();
        assert!(card.dashed && card.subdued);
        assert_eq!(card.marks.len(), 1);
        assert_eq!(card.marks[0].sign, Sign::Removed);
        // Numbers say how many there are, ghosts are none of them.
        let counts =
            |view: &View| -> Vec<_> { view.diagram.columns.iter().map(|it| it.count).collect() };
        assert_eq!(counts(&view), counts(&plain));
        let mut ids: Vec<_> = view.diagram.cards().map(|card| card.id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(
            ids.len(),
            view.diagram.cards().count(),
            "a card has one number"
        );
        // What is hidden has no ghost either.
        let hidden = Options {
            hidden: [Kind::RouteTable].into(),
            ..options
        };
        let view = View::after(&view, &after, &new, &hidden);
        assert_eq!(view.card(&table), None);
    }

    #[test]
    fn nothing_is_drawn_of_a_vpc_that_is_gone_as_a_whole() {
        let before = sample::network();
        let topology = Topology::of(&before);
        let side = |network, topology| Side { network, topology };
        let none = Network::new();
        let empty = Topology::of(&none);
        let mut edits = Vec::new();
        for resource in before.resources() {
            edits.push(Edit::Remove(resource.key().clone()));
        }
        let after = before.edited(&edits).unwrap();
        let changes = Changes::between(&before, &after);
        let since = Since::of(
            &changes,
            side(&before, &topology),
            side(&after, &empty),
            "since 14:05",
        );
        assert!(since.ghosts.is_empty());
        // Accounts and regions are on no list that would be complete without them.
        let total = changes.total();
        assert_eq!(total.removed + total.unknown, before.len());
    }
}
