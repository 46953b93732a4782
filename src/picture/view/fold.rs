//! Folding: several cards become one that says how many they are, and their lines become its lines.
//!
//! It is done to a finished view, so that all pictures fold alike: first VPCs and zones that are collapsed, then route
//! tables without subnets and connections without routes, then cards of one group that look alike and lead to the same.

use super::cards::glyph_of;
use super::words::count;
use super::{Fold, Folds, GroupName, View, Way};
use crate::network::{Key, Kind};
use crate::picture::diagram::{
    Card, CardId, Diagram, End, Group, GroupId, Leg, LegId, Line, Mark, Net, NetId, Role, Sign,
    Site, Strip,
};
use crate::picture::glyph::Glyph;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Names of folded resources that the details list before they say how many more there are.
const NAMED: usize = 12;

/// A card that stands for several resources.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// What it stands for, in the order of the cards.
    pub keys: Vec<Key>,
    /// What is collapsed, where it is not just like cards.
    pub fold: Option<Fold>,
}

/// How a card is drawn and what it leads to: cards of a group for which this is the same are identical.
type Likeness = (
    Role,
    Glyph,
    Option<String>,
    bool,
    BTreeSet<(bool, End, Line)>,
);

impl View {
    /// The same with what is folded in one card each.
    pub(super) fn folded(self, folds: &Folds) -> Self {
        if folds.is_empty() {
            return self;
        }
        let mut folder = Folder {
            names: (self.group_numbers.iter())
                .map(|(name, id)| (*id, name.clone()))
                .collect(),
            folds,
            into: BTreeMap::new(),
            stacks: BTreeMap::new(),
            lines: lines(&self.diagram),
            diagram: (*self.diagram).clone(),
            view: self,
        };
        folder.collapse();
        folder.stack();
        folder.finish()
    }

    /// The resources that a card stands for, where they are several.
    pub fn stack(&self, card: CardId) -> Option<&Stack> {
        self.stacks.get(&card)
    }

    /// The card that another one was folded into, or that one itself.
    pub(super) fn shown_by(&self, card: CardId) -> CardId {
        self.into.get(&card).copied().unwrap_or(card)
    }
}

struct Folder<'a> {
    view: View,
    /// What each card is joined to, and how; true where its line begins there.
    lines: BTreeMap<CardId, BTreeSet<(bool, End, Line)>>,
    diagram: Diagram,
    names: BTreeMap<GroupId, GroupName>,
    folds: &'a Folds,
    /// Cards and the ones they are folded into.
    into: BTreeMap<CardId, CardId>,
    stacks: BTreeMap<CardId, Stack>,
}

impl Folder<'_> {
    // --- VPCs and zones ---

    fn collapse(&mut self) {
        let mut diagram = std::mem::take(&mut self.diagram);
        for band in &mut diagram.bands {
            let mut groups = band.columns.iter().flatten();
            let vpc = groups.find_map(|group| match self.names.get(&group.id) {
                Some(GroupName::Vpc(vpc)) => Some(vpc.clone()),
                _ => None,
            });
            if let Some(vpc) = vpc.filter(|vpc| self.is_collapsed(&Fold::Vpc(vpc.clone()))) {
                let first = band.columns.len().min(1);
                let (first, others) = band.columns.split_at_mut(first);
                let inside: Vec<Group> = others.iter_mut().flat_map(std::mem::take).collect();
                let head = first
                    .iter_mut()
                    .flatten()
                    .flat_map(|it| &mut it.cards)
                    .next();
                self.close(vpc, head, &inside);
                continue;
            }
            for group in band.columns.iter_mut().flatten() {
                if let Some(fold) = self.zone(group.id) {
                    let cards = std::mem::take(&mut group.cards);
                    group.cards = self.one_of(cards, Some(fold));
                }
            }
        }
        let realms = diagram.nest.iter_mut().flat_map(|nest| &mut nest.realms);
        for site in realms.flat_map(|realm| &mut realm.sites) {
            self.collapse_site(site);
        }
        self.diagram = diagram;
    }

    fn is_collapsed(&self, fold: &Fold) -> bool {
        self.folds.collapsed.contains(fold)
    }

    /// The zone of a group, where it is collapsed.
    fn zone(&self, group: GroupId) -> Option<Fold> {
        let GroupName::Zone(vpc, zone) = self.names.get(&group)? else {
            return None;
        };
        let fold = Fold::Zone(vpc.clone(), zone.clone());
        self.is_collapsed(&fold).then_some(fold)
    }

    fn collapse_site(&mut self, site: &mut Site) {
        let head = site.group.head().and_then(|head| self.view.key(head.id));
        let vpc = head.cloned();
        if let Some(vpc) = vpc.filter(|vpc| self.is_collapsed(&Fold::Vpc(vpc.clone()))) {
            let strips = std::mem::take(&mut site.strips).into_iter();
            let cells = strips.flat_map(|strip| strip.cells);
            let mut inside: Vec<Group> = cells.map(|cell| cell.group).collect();
            inside.extend(site.loose.take());
            inside.extend(site.border.take());
            self.close(vpc, site.group.cards.first_mut(), &inside);
            return;
        }
        for strip in &mut site.strips {
            if let Some(fold) = self.zone(strip.group.id) {
                self.collapse_strip(strip, fold);
            } else if self.folds.identical {
                self.like_cells(strip);
            }
        }
    }

    /// A zone of boxes becomes one box that says what is in it.
    fn collapse_strip(&mut self, strip: &mut Strip, fold: Fold) {
        let cells = std::mem::take(&mut strip.cells);
        let mut first = None;
        let mut heads: Vec<Card> = Vec::new();
        let mut inner: Vec<Card> = Vec::new();
        for mut cell in cells {
            let cards = std::mem::take(&mut cell.group.cards);
            let mut cards = cards.into_iter();
            let head = cards.next();
            if let Some(head) = &head {
                let within: Vec<Card> = cards.collect();
                self.into
                    .extend(within.iter().map(|card| (card.id, head.id)));
                inner.extend(within);
            }
            heads.extend(head);
            first.get_or_insert(cell);
        }
        if let Some(mut cell) = first {
            cell.group.cards = self.one_of(heads, Some(fold.clone()));
            self.hold(&mut cell.group.cards, &inner, fold);
            // The box is no longer that of the first of them.
            let hue = cell.group.head().map(Card::hue);
            if let (Some(frame), Some(hue)) = (&mut cell.group.frame, hue) {
                frame.hue = hue;
            }
            strip.cells = vec![cell];
        }
    }

    /// What stood in the subnets of a zone is told by its one card.
    fn hold(&mut self, cards: &mut [Card], inner: &[Card], fold: Fold) {
        let Some(card) = cards.first_mut() else {
            return;
        };
        let inner: Vec<&Card> = inner.iter().collect();
        let there = inner.iter().filter(|card| !card.dashed);
        let held: BTreeSet<&Key> = there
            .filter_map(|card| self.view.keys.get(&card.id))
            .collect();
        let words = counted(&held);
        if !words.is_empty() {
            card.more.push(words);
        }
        let own = Card {
            marks: std::mem::take(&mut card.marks),
            ..Card::default()
        };
        card.marks = marks(&[&[&own], inner.as_slice()].concat());
        let own = self.view.keys.get(&card.id).cloned();
        let held: Vec<Key> = held.into_iter().cloned().collect();
        let stack = self.stacks.entry(card.id).or_insert_with(|| Stack {
            keys: own.into_iter().collect(),
            fold: Some(fold),
        });
        stack.keys.extend(held);
    }

    /// Boxes of a zone with nothing in them that look alike and lead to the same become one.
    fn like_cells(&mut self, strip: &mut Strip) {
        let mut held: BTreeMap<(u32, Likeness), usize> = BTreeMap::new();
        let mut alike: BTreeMap<usize, Vec<Card>> = BTreeMap::new();
        let mut kept = Vec::new();
        for cell in std::mem::take(&mut strip.cells) {
            let only = match cell.group.cards.as_slice() {
                [only] => self.can_fold(only).then(|| only.clone()),
                _ => None,
            };
            let Some(card) = only else {
                kept.push(cell);
                continue;
            };
            let like = (cell.tier, self.likeness(&card));
            let at = *held.entry(like).or_insert(kept.len());
            alike.entry(at).or_default().push(card);
            if at == kept.len() {
                kept.push(cell);
            }
        }
        for (at, cards) in alike {
            if cards.len() > 1
                && let Some(cell) = kept.get_mut(at)
            {
                cell.group.cards = self.one_of(cards, None);
            }
        }
        strip.cells = kept;
    }

    /// A VPC's card says what was in it.
    fn close(&mut self, vpc: Key, head: Option<&mut Card>, inside: &[Group]) {
        let Some(head) = head else { return };
        let cards: Vec<&Card> = inside.iter().flat_map(|group| &group.cards).collect();
        for card in &cards {
            self.into.insert(card.id, head.id);
        }
        // What has several cards is one, and what was removed is none.
        let there = cards.iter().filter(|card| !card.dashed);
        let held: BTreeSet<&Key> = there
            .filter_map(|card| self.view.keys.get(&card.id))
            .collect();
        let words = counted(&held);
        if !words.is_empty() {
            head.more.push(words);
        }
        let own = std::mem::take(&mut head.marks);
        let own = Card {
            marks: own,
            ..Card::default()
        };
        head.marks = marks(&[&[&own], cards.as_slice()].concat());
        let mut keys = vec![vpc.clone()];
        keys.extend(held.into_iter().cloned());
        let fold = Some(Fold::Vpc(vpc));
        self.stacks.insert(head.id, Stack { keys, fold });
    }

    // --- cards ---

    fn stack(&mut self) {
        let mut diagram = std::mem::take(&mut self.diagram);
        for group in diagram.groups_mut() {
            let name = self.names.get(&group.id);
            let is_spare = matches!(
                name,
                Some(GroupName::SpareTables(_) | GroupName::UnroutedConnections(_))
            );
            // The head of a box is the box.
            let heads = usize::from(group.head().is_some());
            let mut cards = std::mem::take(&mut group.cards);
            let rest = cards.split_off(heads.min(cards.len()));
            let folded = if is_spare && self.folds.unassociated {
                self.spare(rest)
            } else if self.folds.identical {
                self.alike(rest)
            } else {
                rest
            };
            cards.extend(folded);
            group.cards = cards;
        }
        self.diagram = diagram;
    }

    /// A card can be folded that stands for a resource, says nothing by marks, and was not taken out by somebody.
    fn can_fold(&self, card: &Card) -> bool {
        let key = self.view.keys.get(&card.id);
        let is_plain = card.marks.is_empty() && !card.dashed && !self.stacks.contains_key(&card.id);
        is_plain && key.is_some_and(|key| !self.folds.unfolded.contains(key))
    }

    fn spare(&mut self, cards: Vec<Card>) -> Vec<Card> {
        let (spare, mut others): (Vec<Card>, Vec<Card>) =
            cards.into_iter().partition(|card| self.can_fold(card));
        others.extend(self.one_of(spare, None));
        others
    }

    fn alike(&mut self, cards: Vec<Card>) -> Vec<Card> {
        // The place of the first of its like is that of the stack.
        let mut kept: Vec<Vec<Card>> = Vec::new();
        let mut held: BTreeMap<Likeness, usize> = BTreeMap::new();
        for card in cards {
            if !self.can_fold(&card) {
                kept.push(vec![card]);
                continue;
            }
            let at = *held.entry(self.likeness(&card)).or_insert(kept.len());
            match kept.get_mut(at) {
                Some(like) => like.push(card),
                None => kept.push(vec![card]),
            }
        }
        let kept = kept.into_iter();
        kept.flat_map(|cards| self.one_of(cards, None)).collect()
    }

    fn likeness(&self, card: &Card) -> Likeness {
        let lines = self.lines.get(&card.id).cloned().unwrap_or_default();
        let badge = card.trailing.as_ref().map(|badge| badge.text.clone());
        (card.role, card.glyph, badge, card.subdued, lines)
    }

    /// One card for all of these; what is alone stays as it is.
    fn one_of(&mut self, cards: Vec<Card>, fold: Option<Fold>) -> Vec<Card> {
        let there = cards.iter().filter(|card| !card.dashed);
        let keys: Vec<Key> = there
            .filter_map(|card| self.view.keys.get(&card.id).cloned())
            .collect();
        let (Some(first), true) = (cards.first(), cards.len() > 1) else {
            return cards;
        };
        let id = first.id;
        for card in cards.iter().skip(1) {
            self.into.insert(card.id, id);
        }
        let same = |of: fn(&Card) -> Option<String>| {
            let one = of(first);
            one.clone()
                .filter(|_| cards.iter().all(|card| of(card) == one))
        };
        let badge = same(|card| card.trailing.as_ref().map(|badge| badge.text.clone()));
        // Public and private subnets have symbols of their own; several kinds have that of the first.
        let kinds: BTreeSet<Kind> = keys.iter().map(|key| key.kind).collect();
        let is_mixed = cards.iter().any(|card| card.glyph != first.glyph);
        let glyph = match kinds.first() {
            Some(kind) if is_mixed && kinds.len() == 1 => glyph_of(*kind),
            _ => first.glyph,
        };
        let several = several(&cards).filter(|_| badge.is_none());
        let role = cards.iter().all(|card| card.role == first.role);
        let names: Vec<&str> = cards.iter().map(|card| card.title.as_str()).collect();
        let mut details: Vec<String> = names
            .iter()
            .take(NAMED)
            .map(|it| (*it).to_owned())
            .collect();
        let more = names.len().saturating_sub(NAMED);
        if more > 0 {
            details.push(format!("and {more} more"));
        }
        let stack = Card {
            id,
            role: if role { first.role } else { Role::Neutral },
            glyph,
            title: noun(&keys),
            // What they are tells more than what they are called, which the details say.
            caption: several.unwrap_or_else(|| names.join(", ")),
            trailing: first.trailing.clone().filter(|_| badge.is_some()),
            label: first.label.clone().filter(|label| {
                let is_same = |card: &Card| card.label.as_ref() == Some(label);
                cards.iter().all(is_same)
            }),
            marks: marks(&cards.iter().collect::<Vec<_>>()),
            details,
            subdued: cards.iter().all(|card| card.subdued),
            ..Card::default()
        };
        self.stacks.insert(id, Stack { keys, fold });
        vec![stack]
    }

    // --- what they stand for ---

    fn end(&self, end: End) -> End {
        match end {
            End::Card(card) => End::Card(self.last(card)),
            End::Group(group) => End::Group(group),
        }
    }

    /// A card may be folded into one that is folded itself.
    fn last(&self, card: CardId) -> CardId {
        let mut at = card;
        for _ in 0..self.into.len() {
            let Some(next) = self.into.get(&at) else {
                break;
            };
            at = *next;
        }
        at
    }

    fn finish(mut self) -> View {
        let mut nets: Vec<Net> = Vec::new();
        let mut net_of: BTreeMap<End, usize> = BTreeMap::new();
        let mut renamed: BTreeMap<LegId, LegId> = BTreeMap::new();
        let mut held: BTreeMap<(End, End, Line), usize> = BTreeMap::new();
        let groups: BTreeSet<GroupId> = self.diagram.groups().map(|group| group.id).collect();
        let is_there = |end: End| match end {
            End::Card(_) => true,
            End::Group(group) => groups.contains(&group),
        };
        for net in &self.diagram.nets {
            let to = self.end(net.to);
            for (position, leg) in (0..).zip(&net.legs) {
                let from = self.end(leg.from);
                if from == to || !is_there(from) || !is_there(to) {
                    continue;
                }
                let at = *net_of.entry(to).or_insert(nets.len());
                if at == nets.len() {
                    nets.push(Net {
                        id: NetId(u32::try_from(at).unwrap_or(u32::MAX)),
                        to,
                        role: net.role,
                        legs: Vec::new(),
                    });
                }
                let Some(into) = nets.get_mut(at) else {
                    continue;
                };
                let next = into.legs.len();
                let place = *held.entry((from, to, leg.line)).or_insert(next);
                if place == next {
                    into.legs.push(Leg { from, ..*leg });
                }
                let old = LegId {
                    net: net.id,
                    leg: position,
                };
                let new = LegId {
                    net: into.id,
                    leg: u32::try_from(place).unwrap_or(u32::MAX),
                };
                renamed.insert(old, new);
            }
        }
        self.diagram.nets = nets;
        let mut view = self.view;
        let legs = std::mem::take(&mut view.legs).into_iter();
        view.legs = legs
            .map(|(line, legs)| {
                let legs = legs.iter().filter_map(|leg| renamed.get(leg).copied());
                (line, legs.collect::<BTreeSet<LegId>>())
            })
            .filter(|(_, legs)| !legs.is_empty())
            .collect();
        let mut ways: BTreeMap<LegId, Vec<Way>> = BTreeMap::new();
        for (leg, held) in std::mem::take(&mut view.ways) {
            if let Some(new) = renamed.get(&leg) {
                ways.entry(*new).or_default().extend(held);
            }
        }
        view.ways = ways;
        let into = self.into;
        view.keys.retain(|card, _| !into.contains_key(card));
        let cards: Vec<CardId> = into.keys().copied().collect();
        let folded = cards.into_iter().map(|card| {
            let mut at = card;
            for _ in 0..into.len() {
                let Some(next) = into.get(&at) else { break };
                at = *next;
            }
            (card, at)
        });
        view.into = folded.collect();
        view.stacks = self.stacks;
        view.diagram = Arc::new(self.diagram);
        view
    }
}

/// What each card is joined to.
fn lines(diagram: &Diagram) -> BTreeMap<CardId, BTreeSet<(bool, End, Line)>> {
    let mut lines: BTreeMap<CardId, BTreeSet<(bool, End, Line)>> = BTreeMap::new();
    for net in &diagram.nets {
        for leg in &net.legs {
            for (end, other, begins) in [(leg.from, net.to, true), (net.to, leg.from, false)] {
                if let End::Card(card) = end {
                    let held = lines.entry(card).or_default();
                    held.insert((begins, other, leg.line));
                }
            }
        }
    }
    lines
}

/// The marks of several cards: one of each sign, with the words of all of them.
fn marks(cards: &[&Card]) -> Vec<Mark> {
    let mut by_sign: BTreeMap<Sign, BTreeSet<&str>> = BTreeMap::new();
    for card in cards {
        for mark in &card.marks {
            by_sign.entry(mark.sign).or_default().insert(&mark.text);
        }
        if card.dashed && card.marks.is_empty() {
            let words = by_sign.entry(Sign::Unknown).or_default();
            words.insert("Not everything in it was read");
        }
    }
    let marks = by_sign.into_iter().map(|(sign, words)| {
        let mut lines: Vec<String> = words
            .iter()
            .take(NAMED)
            .map(|it| (*it).to_owned())
            .collect();
        let more = words.len().saturating_sub(NAMED);
        if more > 0 {
            lines.push(format!("and {more} more"));
        }
        Mark {
            sign,
            text: lines.join("\n"),
        }
    });
    marks.collect()
}

/// How many of what there are, in words: subnets, route tables, and all else as connections.
fn counted(keys: &BTreeSet<&Key>) -> String {
    let of = |kind: Kind| keys.iter().filter(|key| key.kind == kind).count();
    let (subnets, tables) = (of(Kind::Subnet), of(Kind::RouteTable));
    let others = keys.len() - subnets - tables;
    let words = [
        (subnets, "subnet"),
        (tables, "route table"),
        (others, "connection"),
    ];
    let words = words.into_iter().filter(|(number, _)| *number > 0);
    let words: Vec<String> = words.map(|(number, noun)| count(number, noun)).collect();
    words.join(" · ")
}

/// How many of what: “4 subnets”.
fn noun(keys: &[Key]) -> String {
    let kinds: BTreeSet<Kind> = keys.iter().map(|key| key.kind).collect();
    let (number, kind) = (keys.len(), kinds.first());
    match kind.filter(|_| kinds.len() == 1) {
        Some(kind) if number == 1 => format!("1 {}", kind.singular()),
        Some(kind) => format!("{number} {}", kind.plural()),
        None => count(number, "connection"),
    }
}

/// The words of their pills, with how many have each.
fn several(cards: &[Card]) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for badge in cards.iter().filter_map(|card| card.trailing.as_ref()) {
        *counts.entry(badge.text.as_str()).or_default() += 1;
    }
    let words: Vec<String> = (counts.into_iter())
        .map(|(word, number)| format!("{number} {word}"))
        .collect();
    (!words.is_empty()).then(|| words.join(" · "))
}
