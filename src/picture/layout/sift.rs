//! The order of a few cards among which fewer lines cross, while the other ends of their lines stay where they are.

/// Passes over one group, by sifting or by exchanging neighbours.
const PASSES: usize = 8;
/// Cards of a group that are sifted; of more, neighbours are exchanged, which takes no table of all pairs.
const SIFTED: usize = 400;
/// Of places where lines end at fewer than one in so many, those without are left out.
const SPARSE: usize = 4;
/// Lines of a card that end at fewer than one place in so many are gone through one by one.
const FEW: usize = 8;

/// The other end of a line: its column and the place there.
pub(super) type End = (usize, u32);

/// An order of these cards, told by their lines' other ends, in which fewer lines cross, and how many fewer.
pub(super) fn sifted(lists: Vec<Vec<End>>) -> (Vec<usize>, u64) {
    if lists.len() <= SIFTED {
        moved(&lists)
    } else {
        exchanged(lists)
    }
}

/// Each card is taken out and put where the fewest lines cross, while that helps (Matuszewski, Schönfeld and Molitor,
/// 1999).
fn moved(lists: &[Vec<End>]) -> (Vec<usize>, u64) {
    let count = lists.len();
    let costs = costs(lists);
    let mut order: Vec<usize> = (0..count).collect();
    let mut removed = 0;
    for _ in 0..PASSES {
        let mut improved = false;
        for (card, row) in costs.chunks_exact(count.max(1)).enumerate() {
            let Some(at) = order.iter().position(|other| *other == card) else {
                continue;
            };
            let above = |other: &usize| row.get(*other).copied().unwrap_or(0);
            let (mut least, mut to) = (0, at);
            let mut sum = 0;
            for (place, other) in order.iter().enumerate().take(at).rev() {
                sum += above(other);
                if sum < least {
                    (least, to) = (sum, place);
                }
            }
            sum = 0;
            for (place, other) in order.iter().enumerate().skip(at + 1) {
                sum -= above(other);
                if sum < least {
                    (least, to) = (sum, place);
                }
            }
            if to != at {
                order.remove(at);
                order.insert(to, card);
                removed += least.unsigned_abs();
                improved = true;
            }
        }
        if !improved {
            break;
        }
    }
    (order, removed)
}

/// The same by exchanging neighbours while that removes crossings.
fn exchanged(mut lists: Vec<Vec<End>>) -> (Vec<usize>, u64) {
    for list in &mut lists {
        list.sort_unstable();
    }
    let mut order: Vec<usize> = (0..lists.len()).collect();
    let mut removed = 0;
    for _ in 0..PASSES {
        let mut improved = false;
        for upper in 0..order.len().saturating_sub(1) {
            let list = |place: usize| order.get(place).and_then(|at| lists.get(*at));
            let (Some(above), Some(below)) = (list(upper), list(upper + 1)) else {
                continue;
            };
            let (now, then) = (inversions(above, below), inversions(below, above));
            if now > then {
                order.swap(upper, upper + 1);
                removed += now - then;
                improved = true;
            }
        }
        if !improved {
            break;
        }
    }
    (order, removed)
}

/// For each pair of cards, row by row, how many lines more cross where the first stands above the second than below it.
fn costs(lists: &[Vec<End>]) -> Vec<i64> {
    let mut costs = vec![0; lists.len() * lists.len()];
    let mut columns: Vec<usize> = Vec::new();
    for (column, _) in lists.iter().flatten() {
        if !columns.contains(column) {
            columns.push(*column);
        }
    }
    for column in columns {
        let here = lists.iter().map(|list| {
            let ends = list.iter().filter(|(other, _)| *other == column);
            ends.copied().collect()
        });
        add_costs(here.collect(), &mut costs);
    }
    costs
}

/// Adds the costs of lines to one column.
fn add_costs(mut lists: Vec<Vec<End>>, costs: &mut [i64]) {
    let count = lists.len();
    let mut add = |one: usize, two: usize, cost: i64| {
        for (place, cost) in [(one * count + two, cost), (two * count + one, -cost)] {
            if let Some(slot) = costs.get_mut(place) {
                *slot += cost;
            }
        }
    };
    if lists.iter().any(|list| list.len() > i16::MAX as usize) {
        for list in &mut lists {
            list.sort_unstable();
        }
        for (two, below) in lists.iter().enumerate() {
            for (one, above) in lists.iter().enumerate().take(two) {
                let (there, back) = (inversions(above, below), inversions(below, above));
                add(one, two, there as i64 - back as i64);
            }
        }
        return;
    }
    let (places, width) = narrowed(&lists);
    // For each card, how many of its lines end at each place.
    let mut rows = vec![0_i16; count * width];
    for (row, places) in rows.chunks_exact_mut(width).zip(&places) {
        for place in places {
            if let Some(slot) = row.get_mut(*place) {
                *slot += 1;
            }
        }
    }
    // For each place, how many more of a card's lines end above it than below it.
    let mut excess: Vec<i16> = Vec::with_capacity(width);
    for (two, (row, list)) in rows.chunks_exact(width).zip(&lists).enumerate() {
        if list.is_empty() {
            continue;
        }
        let mut more = -(list.len() as i16);
        excess.clear();
        excess.extend(row.iter().map(|here| {
            let at_it = more + here;
            more = at_it + here;
            at_it
        }));
        let above = rows.chunks_exact(width).zip(&places).take(two);
        for (one, (row, places)) in above.enumerate() {
            // At most 32,767 lines of each card: 30 binary digits.
            let cost: i32 = if places.len() * FEW < width {
                let ends = places.iter().filter_map(|place| excess.get(*place));
                ends.map(|excess| i32::from(*excess)).sum()
            } else {
                let ends = row.iter().zip(&excess);
                ends.map(|(lines, excess)| i32::from(*lines) * i32::from(*excess))
                    .sum()
            };
            add(one, two, i64::from(cost));
        }
    }
}

/// The places where lines end, counted from the first of them, and how many there are; of very many only those where a
/// line does end.
fn narrowed(lists: &[Vec<End>]) -> (Vec<Vec<usize>>, usize) {
    let mut ends: Vec<u32> = lists.iter().flatten().map(|(_, place)| *place).collect();
    let first = ends.iter().min().copied().unwrap_or(0);
    let last = ends.iter().max().copied().unwrap_or(0);
    let width = (last - first) as usize + 1;
    let placed = |place_of: &dyn Fn(u32) -> usize| {
        let lists = lists.iter().map(|list| {
            let places = list.iter().map(|(_, place)| place_of(*place));
            places.collect()
        });
        lists.collect()
    };
    if width < ends.len() * SPARSE {
        return (placed(&|place| (place - first) as usize), width);
    }
    ends.sort_unstable();
    ends.dedup();
    let places = placed(&|place| ends.partition_point(|end| *end < place));
    (places, ends.len().max(1))
}

/// How many lines cross when the first card stands above the second; both lists sorted.
fn inversions(above: &[End], below: &[End]) -> u64 {
    let mut crossings = 0;
    let mut column = usize::MAX;
    let (mut column_start, mut smaller) = (0, 0);
    for (end_column, end) in above {
        if *end_column != column {
            column = *end_column;
            column_start = below.partition_point(|(other, _)| *other < column);
            smaller = column_start;
        }
        while below
            .get(smaller)
            .is_some_and(|(other, place)| *other == column && place < end)
        {
            smaller += 1;
        }
        crossings += (smaller - column_start) as u64;
    }
    crossings
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lists() -> impl Strategy<Value = Vec<Vec<End>>> {
        // From one end in hundreds of places to many in a few.
        (1..200_u32).prop_flat_map(|places| {
            let list = prop::collection::vec((0..3_usize, 0..places), 0..12);
            prop::collection::vec(list, 0..9)
        })
    }

    fn crossings(lists: &[Vec<End>]) -> u64 {
        let pairs = lists.iter().enumerate();
        let pairs =
            pairs.flat_map(|(at, above)| lists.iter().skip(at + 1).map(move |it| (above, it)));
        pairs.map(|(above, below)| inversions(above, below)).sum()
    }

    proptest! {
        #[test]
        fn the_cost_of_a_pair_is_what_more_of_its_lines_cross(mut lists in lists()) {
            let costs = costs(&lists);
            for list in &mut lists {
                list.sort_unstable();
            }
            for (one, above) in lists.iter().enumerate() {
                for (two, below) in lists.iter().enumerate() {
                    let more = inversions(above, below) as i64 - inversions(below, above) as i64;
                    prop_assert_eq!(costs[one * lists.len() + two], more);
                }
            }
        }

        #[test]
        fn what_is_removed_is_counted(mut lists in lists()) {
            for list in &mut lists {
                list.sort_unstable();
            }
            let before = crossings(&lists);
            for (order, removed) in [moved(&lists), exchanged(lists.clone())] {
                let after: Vec<_> = order.iter().map(|card| lists[*card].clone()).collect();
                prop_assert_eq!(crossings(&after) + removed, before);
                let mut all = order;
                all.sort_unstable();
                prop_assert_eq!(all, (0..lists.len()).collect::<Vec<_>>());
            }
        }
    }
}
