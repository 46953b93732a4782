//! Puts cards, groups and nets into a diagram under the numbers they had before, and notes what they stand for.

use super::{GroupName, View, Way};
use crate::network::{Key, Line};
use crate::picture::diagram::{
    Card, CardId, Diagram, End, Group, GroupId, Heading, Leg, LegId, Net, NetId, Order, Role,
};
use std::sync::Arc;

/// Numbers of cards that stand for no resource: they count down from the top, out of the way of the others.
const PLACEHOLDERS: u32 = u32::MAX - 1;

/// A diagram in the making.
pub(super) struct Pen {
    pub(super) view: View,
    pub(super) diagram: Diagram,
    placeholders: u32,
}

impl Pen {
    /// An empty sheet that goes on with the numbers of another one.
    pub(super) fn after(previous: &View) -> Self {
        Self {
            view: View {
                numbers: previous.numbers.clone(),
                copies: previous.copies.clone(),
                copied: previous.copied,
                group_numbers: previous.group_numbers.clone(),
                ..View::default()
            },
            diagram: Diagram::default(),
            placeholders: 0,
        }
    }

    pub(super) fn finish(mut self) -> View {
        self.view.diagram = Arc::new(self.diagram);
        self.view
    }

    pub(super) fn number(&mut self, key: &Key) -> CardId {
        let next = self.next_card();
        let id = *self.view.numbers.entry(key.clone()).or_insert(next);
        self.view.keys.insert(id, key.clone());
        id
    }

    /// A number for a further card of something, which stands in `place`.
    pub(super) fn copy_number(&mut self, key: &Key, place: &Key) -> CardId {
        let next = self.next_card();
        let of = self.view.copies.entry(key.clone()).or_default();
        let before = of.len();
        let id = *of.entry(place.clone()).or_insert(next);
        self.view.copied += of.len() - before;
        self.view.keys.insert(id, key.clone());
        id
    }

    /// Note what a card stands in that tells it from others of its resource.
    pub(super) fn stands_in(&mut self, card: CardId, place: &Key) {
        self.view.stands_in.insert(card, place.clone());
    }

    fn next_card(&self) -> CardId {
        let given = self.view.numbers.len() + self.view.copied;
        CardId(u32::try_from(given).unwrap_or(PLACEHOLDERS))
    }

    pub(super) fn group(
        &mut self,
        name: GroupName,
        heading: Option<Heading>,
        order: Order,
        cards: Vec<Card>,
    ) -> Group {
        let next = GroupId(u32::try_from(self.view.group_numbers.len()).unwrap_or(u32::MAX));
        let boxed = name.is_boxed();
        let id = *self.view.group_numbers.entry(name).or_insert(next);
        let mut roles = cards.iter().map(|card| card.role);
        let role = roles
            .next()
            .filter(|first| roles.all(|role| role == *first))
            .unwrap_or(Role::Neutral);
        Group {
            id,
            heading,
            boxed,
            frame: None,
            role,
            order,
            cards,
        }
    }

    /// A card that stands for what was not read.
    pub(super) fn placeholder(&mut self, card: Card) -> Card {
        let id = CardId(PLACEHOLDERS - self.placeholders);
        self.placeholders += 1;
        Card { id, ..card }
    }

    /// The same in a group of its own.
    pub(super) fn missing(&mut self, around: &Key, card: Card) -> Group {
        let name = GroupName::Missing(around.clone(), self.placeholders as usize);
        let card = self.placeholder(card);
        self.group(name, None, Order::Given, vec![card])
    }

    /// Lines to one target, each with what it joins and when it lights up.
    pub(super) fn net_of_ways(&mut self, to: End, role: Role, legs: Vec<(Leg, Line, Way)>) {
        let net = u32::try_from(self.diagram.nets.len()).unwrap_or(u32::MAX);
        for (leg, (_, _, way)) in (0..).zip(&legs) {
            let id = LegId {
                net: NetId(net),
                leg,
            };
            self.view.ways.insert(id, vec![way.clone()]);
        }
        let legs = legs.into_iter().map(|(leg, line, _)| (leg, line));
        self.net(to, role, legs.collect());
    }

    /// Lines to one target, each with what it draws; none where there are none.
    pub(super) fn net(&mut self, to: End, role: Role, legs: Vec<(Leg, Line)>) {
        if legs.is_empty() {
            return;
        }
        let id = NetId(u32::try_from(self.diagram.nets.len()).unwrap_or(u32::MAX));
        let mut net = Net {
            id,
            to,
            role,
            legs: Vec::with_capacity(legs.len()),
        };
        for (leg, line) in legs {
            let number = LegId {
                net: id,
                leg: u32::try_from(net.legs.len()).unwrap_or(u32::MAX),
            };
            self.view.legs.entry(line).or_default().insert(number);
            net.legs.push(leg);
        }
        self.diagram.nets.push(net);
    }
}
