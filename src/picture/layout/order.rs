//! The order of cards inside their groups: as few crossings as some sweeps, siftings and fresh starts can get.

use std::collections::BTreeMap;

use super::super::diagram::{CardId, Order};
use super::CardOrder;
use super::graph::{Anchor, Graph, natural};
use super::sift;

/// Sweeps over all columns, there and back. More bring next to nothing: the sifting afterwards does the rest.
const ROUNDS: usize = 4;
/// How often sweeps and siftings take turns from one start, where they are quick.
const TURNS: u64 = 8;
/// How often a small diagram is ordered from another start.
const STARTS: u64 = 32;
/// Comparisons of lines that sweeps and siftings from all starts may take, about: some milliseconds.
const PATIENCE: u64 = 4_000_000;
/// The same for siftings without a sweep: about a sixth of a second at the quotas of a VPC.
const SIFTING: u64 = 400_000_000;
/// How often all columns are sifted without a sweep, where they are quick.
const SETTLED: u64 = 300;
/// Lines of a card, on average, from which on siftings are tried without a sweep.
const DENSE: usize = 8;
/// How often a few cards of the best order are thrown about.
const KICKS: u64 = 8;

/// The order found, and how many pairs of lines cross in it and in the order it began with.
pub(super) struct Ordered {
    /// For each column the cards from top to bottom, bands and groups one after the other.
    pub(super) columns: Vec<Vec<usize>>,
    pub(super) crossings: u64,
    pub(super) crossings_before: u64,
}

/// The columns' current order and everything that is reckoned from it.
struct Sorter<'g, 'a> {
    graph: &'g Graph<'a>,
    columns: Vec<Vec<usize>>,
    /// Each card's place in its column.
    places: Vec<u32>,
    /// Each card's column.
    homes: Vec<usize>,
    /// For each card its neighbours in other columns.
    neighbours: Vec<Vec<u32>>,
    /// Pairs of columns, left before right, with lines between them.
    pairs: Vec<(usize, usize)>,
    /// For each column the runs of its order that may be permuted: start and length.
    free: Vec<Vec<(usize, usize)>>,
}

/// Orders the cards of every group that leaves it to the layout.
///
/// A previous order is only ever improved. Without one there are several starts, each the order by name thrown about in
/// a way that is always the same; the best wins, and of equals the first. Where cards have lines to most others, the means
/// that sweeps go by lie close together, and what they put side by side keeps siftings from better orders: there the order by
/// name is sifted without a sweep as well, and the best order again with some cards moved.
pub(super) fn order(graph: &Graph<'_>, previous: Option<&CardOrder>) -> Ordered {
    let mut sorter = Sorter::new(graph, previous);
    let before = sorter.crossings();
    let begun = sorter.columns.clone();
    let work = sorter.work().max(1);
    let turns = (PATIENCE / work).clamp(1, TURNS);
    let mut least = sorter.improve(before, turns);
    let mut best = sorter.columns.clone();
    if previous.is_none() {
        // One start costs a few siftings.
        let starts = (PATIENCE / (work * 4 * STARTS)).min(STARTS);
        for start in 0..starts {
            if least == 0 {
                break;
            }
            sorter.set(begun.clone());
            sorter.throw_about(start);
            let begins_with = sorter.crossings();
            let now = sorter.improve(begins_with, turns);
            if now < least {
                least = now;
                best.clone_from(&sorter.columns);
            }
        }
        if let Some(run) = sorter.dense() {
            let mut rounds = (SIFTING / work).min(SETTLED);
            sorter.set(begun);
            let mut begins_with = before;
            for kick in 0..=KICKS {
                let now = sorter.settle(begins_with, &mut rounds);
                if now < least {
                    least = now;
                    best.clone_from(&sorter.columns);
                }
                if least == 0 || rounds == 0 {
                    break;
                }
                sorter.set(best.clone());
                sorter.kick(run, kick);
                begins_with = sorter.crossings();
            }
        }
    }
    Ordered {
        columns: best,
        crossings: least,
        crossings_before: before,
    }
}

impl<'g, 'a> Sorter<'g, 'a> {
    fn new(graph: &'g Graph<'a>, previous: Option<&CardOrder>) -> Self {
        let mut neighbours: Vec<Vec<u32>> = vec![Vec::new(); graph.nodes.len()];
        let mut between = vec![false; graph.columns * graph.columns];
        for mesh in &graph.meshes {
            let Some(to) = card_of(graph, mesh.to) else {
                continue;
            };
            for link in &mesh.links {
                let Some(from) = card_of(graph, link.from) else {
                    continue;
                };
                let (Some(one), Some(two)) = (graph.nodes.get(from), graph.nodes.get(to)) else {
                    continue;
                };
                if one.column == two.column {
                    continue;
                }
                let pair = one.column.min(two.column) * graph.columns + one.column.max(two.column);
                if let Some(seen) = between.get_mut(pair) {
                    *seen = true;
                }
                for (here, there) in [(from, to), (to, from)] {
                    if let Some(list) = neighbours.get_mut(here) {
                        list.push(there as u32);
                    }
                }
            }
        }
        let pairs = (0..graph.columns)
            .flat_map(|left| (left + 1..graph.columns).map(move |right| (left, right)))
            .filter(|(left, right)| between.get(left * graph.columns + right) == Some(&true))
            .collect();
        let mut sorter = Self {
            graph,
            columns: vec![Vec::new(); graph.columns],
            places: vec![0; graph.nodes.len()],
            homes: graph.nodes.iter().map(|node| node.column).collect(),
            neighbours,
            pairs,
            free: vec![Vec::new(); graph.columns],
        };
        for cluster in &graph.clusters {
            let mut cards: Vec<usize> = cluster.cards.clone().collect();
            if cluster.group.order == Order::Free {
                sorter.begin(
                    &mut cards,
                    previous.and_then(|order| order.0.get(&cluster.group.id)),
                );
            }
            let Some(column) = sorter.columns.get_mut(cluster.column) else {
                continue;
            };
            if cluster.group.order == Order::Free
                && cards.len() > 1
                && let Some(free) = sorter.free.get_mut(cluster.column)
            {
                free.push((column.len(), cards.len()));
            }
            column.extend(cards);
        }
        sorter.place_all();
        sorter
    }

    /// The order a free group begins with: what matters little and what has no lines last, else by name; where there is a previous
    /// order it stands, and what is new goes where its name puts it.
    fn begin(&self, cards: &mut [usize], previous: Option<&Vec<CardId>>) {
        let rank = |index: usize| {
            let is_subdued = self
                .graph
                .nodes
                .get(index)
                .is_some_and(|node| node.card.subdued);
            (
                is_subdued,
                self.neighbours.get(index).is_none_or(Vec::is_empty),
            )
        };
        let name = |index: usize| {
            self.graph
                .nodes
                .get(index)
                .map_or(("", "", CardId(0)), |node| {
                    (
                        node.card.title.as_str(),
                        node.card.caption.as_str(),
                        node.card.id,
                    )
                })
        };
        cards.sort_by(|one, two| {
            let ((title, caption, id), (other_title, other_caption, other_id)) =
                (name(*one), name(*two));
            rank(*one)
                .cmp(&rank(*two))
                .then_with(|| natural(title, other_title))
                .then_with(|| natural(caption, other_caption))
                .then_with(|| id.cmp(&other_id))
        });
        let Some(previous) = previous else { return };
        let ranks: BTreeMap<CardId, usize> = previous
            .iter()
            .enumerate()
            .map(|(rank, id)| (*id, rank))
            .collect();
        // A new card follows the known one it comes after by name; (0, _) is before them all.
        let mut last = 0;
        let mut keyed: Vec<(usize, usize, usize)> = Vec::with_capacity(cards.len());
        for (position, index) in cards.iter().enumerate() {
            match ranks.get(&name(*index).2) {
                Some(rank) => {
                    last = rank + 1;
                    keyed.push((last, 0, *index));
                }
                None => keyed.push((last, position + 1, *index)),
            }
        }
        keyed.sort_unstable();
        for (slot, (_, _, index)) in cards.iter_mut().zip(keyed) {
            *slot = index;
        }
    }

    /// Sweeps and sifts in turn while that removes crossings; says how many are left of those there were.
    fn improve(&mut self, crossings: u64, turns: u64) -> u64 {
        let mut least = crossings;
        for _ in 0..turns {
            let before = least;
            let mut best = self.columns.clone();
            for _ in 0..ROUNDS {
                let least_before = least;
                for rightward in [true, false] {
                    self.sweep(rightward);
                    let now = self.crossings();
                    if now < least {
                        least = now;
                        best.clone_from(&self.columns);
                    }
                }
                if least == least_before || least == 0 {
                    break;
                }
            }
            self.set(best);
            least -= self.sift(true);
            if least == before || least == 0 {
                break;
            }
        }
        least
    }

    /// Sifts the columns to and fro until nothing moves or no rounds are left; says how many crossings are left of those
    /// there were.
    fn settle(&mut self, mut crossings: u64, rounds: &mut u64) -> u64 {
        let mut rightward = true;
        while *rounds > 0 {
            *rounds -= 1;
            let removed = self.sift(rightward);
            crossings -= removed;
            if removed == 0 {
                break;
            }
            rightward = !rightward;
        }
        debug_assert_eq!(crossings, self.crossings(), "each move was counted");
        crossings
    }

    /// The free run that most lines come from or go to, where at least half of all do and its cards have many: column, start
    /// and length.
    fn dense(&self) -> Option<(usize, usize, usize)> {
        let mut most = (0, None);
        for ((column, cards), runs) in (0..).zip(&self.columns).zip(&self.free) {
            for (first, length) in runs {
                let run = cards.get(*first..first + length).into_iter().flatten();
                let lines = self.lines_of(run);
                if lines > most.0 && lines >= DENSE * length {
                    most = (lines, Some((column, *first, *length)));
                }
            }
        }
        let ends: usize = self.neighbours.iter().map(Vec::len).sum();
        // Each line has two ends.
        most.1.filter(|_| most.0 * 4 >= ends)
    }

    /// Moves a tenth of the cards of a run elsewhere in it, always the same for the same number.
    fn kick(&mut self, (column, first, length): (usize, usize, usize), number: u64) {
        let mut dice = Dice::new(number);
        let slots = self.slots(column, first, length);
        let Some(cards) = self.columns.get_mut(column) else {
            return;
        };
        for _ in 0..slots.len().div_ceil(10) {
            let (from, to) = (dice.below(slots.len()), dice.below(slots.len()));
            let moved = slots.get(from.min(to)..=from.max(to)).unwrap_or_default();
            // Whatever stands between moves up by one.
            let mut moved: Vec<usize> = moved.to_vec();
            if from > to {
                moved.reverse();
            }
            for pair in moved.windows(2) {
                if let [one, two] = pair {
                    cards.swap(*one, *two);
                }
            }
        }
        self.place_all();
    }

    /// Puts the cards of every free run that have lines into another order, the same one for the same start.
    fn throw_about(&mut self, start: u64) {
        let mut dice = Dice::new(start);
        for column in 0..self.columns.len() {
            for (first, length) in self.free.get(column).cloned().unwrap_or_default() {
                let slots = self.slots(column, first, length);
                let Some(cards) = self.columns.get_mut(column) else {
                    continue;
                };
                for last in (1..slots.len()).rev() {
                    let (one, two) = (slots.get(last), slots.get(dice.below(last + 1)));
                    if let (Some(one), Some(two)) = (one, two) {
                        cards.swap(*one, *two);
                    }
                }
            }
        }
        self.place_all();
    }

    /// The places of a run whose cards have lines; the others stay where they are.
    fn slots(&self, column: usize, first: usize, length: usize) -> Vec<usize> {
        let cards = self.columns.get(column);
        (first..first + length)
            .filter(|slot| {
                cards
                    .and_then(|cards| cards.get(*slot))
                    .and_then(|index| self.neighbours.get(*index))
                    .is_some_and(|neighbours| !neighbours.is_empty())
            })
            .collect()
    }

    /// How many comparisons one sifting of all runs takes, about.
    fn work(&self) -> u64 {
        let mut work = 0_u64;
        for (cards, runs) in self.columns.iter().zip(&self.free) {
            for (first, length) in runs {
                let run = cards.get(*first..first + length).into_iter().flatten();
                work += (*length as u64) * (self.lines_of(run) as u64) / 2;
            }
        }
        work
    }

    fn lines_of<'c>(&self, cards: impl Iterator<Item = &'c usize>) -> usize {
        cards
            .filter_map(|index| self.neighbours.get(*index))
            .map(Vec::len)
            .sum()
    }

    fn set(&mut self, columns: Vec<Vec<usize>>) {
        self.columns = columns;
        self.place_all();
    }

    fn place_all(&mut self) {
        for column in &self.columns {
            for (place, index) in (0..).zip(column) {
                if let Some(slot) = self.places.get_mut(*index) {
                    *slot = place;
                }
            }
        }
    }

    fn column_of(&self, index: u32) -> usize {
        self.homes
            .get(index as usize)
            .copied()
            .unwrap_or(usize::MAX)
    }

    fn place(&self, index: u32) -> u32 {
        self.places.get(index as usize).copied().unwrap_or(0)
    }

    /// Sorts every free run by the mean place of its cards' neighbours on the side the sweep comes from. A card
    /// without neighbours there stays where it is.
    fn sweep(&mut self, rightward: bool) {
        let count = self.columns.len();
        for step in 0..count {
            let column = if rightward { step } else { count - 1 - step };
            let runs = self.free.get(column).cloned().unwrap_or_default();
            for (start, length) in runs {
                self.sort_run(column, start, length, rightward);
            }
        }
    }

    fn sort_run(&mut self, column: usize, start: usize, length: usize, from_left: bool) {
        let Some(run) = self
            .columns
            .get(column)
            .and_then(|cards| cards.get(start..start + length))
        else {
            return;
        };
        let mut slots = Vec::with_capacity(length);
        let mut keyed: Vec<(u64, usize, usize)> = Vec::with_capacity(length);
        for (slot, index) in run.iter().enumerate() {
            let (mut sum, mut count) = (0_u64, 0_u64);
            for neighbour in self.neighbours.get(*index).into_iter().flatten() {
                let other = self.column_of(*neighbour);
                if (from_left && other < column) || (!from_left && other > column) {
                    sum += u64::from(self.place(*neighbour));
                    count += 1;
                }
            }
            // Ten binary digits after the point tell means apart that matter.
            if let Some(mean) = (sum << 10).checked_div(count) {
                slots.push(slot);
                keyed.push((mean, slot, *index));
            }
        }
        keyed.sort_unstable();
        let Some(run) = self
            .columns
            .get_mut(column)
            .and_then(|cards| cards.get_mut(start..start + length))
        else {
            return;
        };
        for (slot, (_, _, index)) in slots.into_iter().zip(keyed) {
            if let Some(place) = run.get_mut(slot) {
                *place = index;
            }
        }
        for (place, index) in (start..).zip(run.iter()) {
            if let Some(slot) = self.places.get_mut(*index) {
                *slot = place as u32;
            }
        }
    }

    /// How many pairs of lines between the same two columns cross.
    fn crossings(&self) -> u64 {
        self.pairs
            .iter()
            .map(|(left, right)| self.crossings_between(*left, *right))
            .sum()
    }

    /// Inversions of the right ends when lines are taken in the order of their left ends, counted with a tree of
    /// partial sums (Barth, Mutzel and Jünger, 2004).
    fn crossings_between(&self, left: usize, right: usize) -> u64 {
        let size = self.columns.get(right).map_or(0, Vec::len);
        let mut tree = vec![0_u32; size + 1];
        let (mut total, mut crossings) = (0_u64, 0_u64);
        let mut ends = Vec::new();
        for index in self.columns.get(left).into_iter().flatten() {
            ends.clear();
            let neighbours = self.neighbours.get(*index).into_iter().flatten();
            ends.extend(
                neighbours
                    .filter(|neighbour| self.column_of(**neighbour) == right)
                    .map(|neighbour| self.place(*neighbour) as usize + 1),
            );
            // Lines from one card do not cross each other: count them all before any is added.
            for end in &ends {
                let mut not_beyond = 0_u64;
                let mut node = *end;
                while node > 0 {
                    not_beyond += u64::from(tree.get(node).copied().unwrap_or(0));
                    node &= node - 1;
                }
                crossings += total - not_beyond;
            }
            for end in &ends {
                let mut node = *end;
                while let Some(count) = tree.get_mut(node) {
                    *count += 1;
                    node += node & node.wrapping_neg();
                }
            }
            total += ends.len() as u64;
        }
        crossings
    }

    /// Moves cards inside free runs to where fewer lines cross; says how many fewer.
    fn sift(&mut self, rightward: bool) -> u64 {
        let mut removed = 0;
        let count = self.columns.len();
        for step in 0..count {
            let column = if rightward { step } else { count - 1 - step };
            for (first, length) in self.free.get(column).cloned().unwrap_or_default() {
                let slots = self.slots(column, first, length);
                let Some(cards) = self.columns.get(column) else {
                    continue;
                };
                let moved: Vec<usize> = slots
                    .iter()
                    .filter_map(|slot| cards.get(*slot).copied())
                    .collect();
                // Ends in other columns do not move while this one is worked on.
                let lists: Vec<Vec<sift::End>> = moved
                    .iter()
                    .map(|index| {
                        let neighbours = self.neighbours.get(*index).into_iter().flatten();
                        neighbours
                            .map(|neighbour| (self.column_of(*neighbour), self.place(*neighbour)))
                            .collect()
                    })
                    .collect();
                let (order, fewer) = sift::sifted(lists);
                removed += fewer;
                let Some(cards) = self.columns.get_mut(column) else {
                    continue;
                };
                for (slot, from) in slots.iter().zip(order) {
                    if let (Some(place), Some(index)) = (cards.get_mut(*slot), moved.get(from)) {
                        *place = *index;
                    }
                }
            }
            self.place_all();
        }
        removed
    }
}

/// Numbers that look thrown, but are always the same for the same start.
struct Dice(u64);

impl Dice {
    fn new(start: u64) -> Self {
        Self(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(start + 1))
    }

    /// A number below this one, or zero.
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % (limit as u64).max(1)) as usize
    }
}

/// The card that stands for an anchor: itself, or one of the group, whatever order its cards came in.
fn card_of(graph: &Graph<'_>, anchor: Anchor) -> Option<usize> {
    match anchor {
        Anchor::Card(index) => Some(index),
        Anchor::Group(index) => {
            let cluster = graph.clusters.get(index)?;
            let cards = cluster.cards.clone();
            match cluster.group.order {
                Order::Given => {
                    (!cards.is_empty()).then(|| usize::midpoint(cards.start, cards.end))
                }
                Order::Free => {
                    cards.min_by_key(|card| graph.nodes.get(*card).map(|node| node.card.id))
                }
            }
        }
    }
}
