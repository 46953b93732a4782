//! Cards that stand level with the rows of a site, one below the other, and leave the halls between the rows free.

use std::collections::BTreeMap;

use super::super::super::diagram::Net;
use super::super::super::geometry::Fx;
use super::CARD_GAP;
use super::plan::{Plan, SitePlan, Spot};
use super::ways::row_of;

/// Which row each card of a rail stands in, and how far below the upper edge of the row. What finds no room stands
/// below the last row.
#[derive(Default)]
pub(super) struct Rail {
    places: Vec<(usize, Fx)>,
    /// Height of what stands below the last row.
    pub(super) below: Fx,
}

impl Rail {
    /// The row of a card; the number of rows for one that stands below them.
    pub(super) fn row(&self, card: usize) -> Option<usize> {
        self.places.get(card).map(|(row, _)| *row)
    }

    pub(super) fn place(&self, card: usize) -> (usize, Fx) {
        self.places.get(card).copied().unwrap_or_default()
    }
}

/// The rails of a site, and the heights of its rows, which they may add to.
pub(super) struct Rails {
    pub(super) rows: Vec<Fx>,
    pub(super) loose: Rail,
    pub(super) border: Rail,
}

/// The rails of every site.
pub(super) fn rails(plan: &Plan<'_>, nets: &[Net]) -> Vec<Rails> {
    // The rows from which lines lead to each card of a rail.
    let mut wanted: BTreeMap<Spot, (usize, usize)> = BTreeMap::new();
    for net in nets {
        let Some(to) = plan.spot(net.to) else {
            continue;
        };
        let rows = net.legs.iter().filter_map(|leg| {
            let from = plan.spot(leg.from)?;
            row_of(plan, from)
        });
        for row in rows {
            let (sum, count) = wanted.entry(to).or_default();
            *sum += row;
            *count += 1;
        }
    }
    let wanted: BTreeMap<Spot, usize> = wanted
        .into_iter()
        .map(|(spot, (sum, count))| (spot, sum / count.max(1)))
        .collect();
    let sites = plan.sites.iter().enumerate();
    sites
        .map(|(index, site)| {
            let mut rows = vec![Fx::ZERO; site.rows];
            for cell in &site.cells {
                if let Some(row) = rows.get_mut(cell.row) {
                    *row = (*row).max(cell.height);
                }
            }
            let loose = rail(plan, site, site.loose, &mut rows, |card| {
                let spot = Spot::Loose { site: index, card };
                wanted.get(&spot).copied()
            });
            let border = rail(plan, site, site.border, &mut rows, |card| {
                let spot = Spot::Border { site: index, card };
                wanted.get(&spot).copied()
            });
            Rails {
                rows,
                loose,
                border,
            }
        })
        .collect()
}

fn rail(
    plan: &Plan<'_>,
    site: &SitePlan,
    group: Option<usize>,
    rows: &mut [Fx],
    wanted: impl Fn(usize) -> Option<usize>,
) -> Rail {
    let cards = group.map_or(&[][..], |group| plan.cards_of(group));
    let mut order: Vec<(usize, usize)> = (0..cards.len())
        .map(|card| (wanted(card).unwrap_or(usize::MAX), card))
        .collect();
    order.sort_unstable();
    let mut taken = vec![Fx::ZERO; rows.len()];
    let mut rail = Rail {
        places: vec![(site.rows, Fx::ZERO); cards.len()],
        below: Fx::ZERO,
    };
    for (row, card) in order {
        let Some((height, place)) = cards
            .get(card)
            .map(|card| plan.height(card))
            .zip(rail.places.get_mut(card))
        else {
            continue;
        };
        let mut nearest: Vec<usize> = (0..rows.len()).collect();
        nearest.sort_by_key(|other| (other.abs_diff(row.min(rows.len())), *other));
        let room = nearest.into_iter().find(|row| {
            let (used, high) = (taken.get(*row).copied(), rows.get(*row).copied());
            used.zip(high)
                .is_some_and(|(used, high)| used == Fx::ZERO || used + height <= high)
        });
        let used = room.and_then(|row| Some((row, taken.get_mut(row)?, rows.get_mut(row)?)));
        if let Some((row, used, high)) = used {
            *place = (row, *used);
            *high = (*high).max(*used + height);
            *used += height + CARD_GAP;
        } else {
            *place = (rows.len(), rail.below);
            rail.below += height + CARD_GAP;
        }
    }
    rail
}
