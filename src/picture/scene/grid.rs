//! A uniform grid over the map: which items touch an area. Cards are nearly all alike, so a tree is not needed.

use super::super::geometry::{Fx, Rect};
use super::{Item, Shape};

/// Side of a cell, unless the map is so large that there would be too many.
const CELL: i64 = 256 * 64;
const MAX_CELLS: i64 = 1 << 16;

/// Items by cell.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    origin: (i64, i64),
    cell: i64,
    columns: usize,
    rows: usize,
    /// Where each cell's entries begin; one more than there are cells.
    starts: Vec<u32>,
    entries: Vec<u32>,
    items: usize,
}

impl Grid {
    pub(super) fn new(items: &[Item], bounds: Rect) -> Self {
        let (width, height) = (
            i64::from(bounds.width().0).max(1),
            i64::from(bounds.height().0).max(1),
        );
        let mut cell = CELL;
        while (width / cell + 1) * (height / cell + 1) > MAX_CELLS {
            cell *= 2;
        }
        let mut grid = Self {
            origin: (i64::from(bounds.min.x.0), i64::from(bounds.min.y.0)),
            cell,
            columns: (width / cell + 1) as usize,
            rows: (height / cell + 1) as usize,
            starts: Vec::new(),
            entries: Vec::new(),
            items: items.len(),
        };
        let mut pairs: Vec<(u32, u32)> = Vec::with_capacity(items.len() * 2);
        for (index, item) in (0_u32..).zip(items) {
            if let Shape::Line { points, .. } = &item.shape {
                // By stretches: the box around a bent line may be the whole map.
                let start = pairs.len();
                for around in points.windows(2).filter_map(Rect::around) {
                    grid.cells(&around.grown(Fx::px(2)), |at| pairs.push((at, index)));
                }
                if let Some(own) = pairs.get_mut(start..) {
                    own.sort_unstable();
                }
            } else {
                grid.cells(&item.bounds, |at| pairs.push((at, index)));
            }
        }
        grid.starts = vec![0; grid.columns * grid.rows + 1];
        for (cell, _) in &pairs {
            if let Some(count) = grid.starts.get_mut(*cell as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut grid.starts {
            sum += *start;
            *start = sum;
        }
        let mut next = grid.starts.clone();
        grid.entries = vec![0; pairs.len()];
        for (cell, index) in pairs {
            if let Some(at) = next.get_mut(cell as usize) {
                if let Some(entry) = grid.entries.get_mut(*at as usize) {
                    *entry = index;
                }
                *at += 1;
            }
        }
        grid
    }

    fn cells(&self, area: &Rect, mut each: impl FnMut(u32)) {
        let clamp = |at: Fx, origin: i64, count: usize| {
            let cell = (i64::from(at.0) - origin).div_euclid(self.cell);
            cell.clamp(0, count as i64 - 1) as usize
        };
        let left = clamp(area.min.x, self.origin.0, self.columns);
        let right = clamp(area.max.x, self.origin.0, self.columns);
        let upper = clamp(area.min.y, self.origin.1, self.rows);
        let lower = clamp(area.max.y, self.origin.1, self.rows);
        for row in upper..=lower {
            for column in left..=right {
                each((row * self.columns + column) as u32);
            }
        }
    }

    /// Positions of the items in the cells that an area touches, ascending and each once.
    pub(super) fn touching(&self, area: &Rect) -> impl Iterator<Item = usize> + use<> {
        let mut found = vec![0_u64; self.items.div_ceil(64)];
        self.cells(area, |cell| {
            let cell = cell as usize;
            let range = self.starts.get(cell).zip(self.starts.get(cell + 1));
            let entries =
                range.and_then(|(from, to)| self.entries.get(*from as usize..*to as usize));
            for index in entries.into_iter().flatten() {
                if let Some(word) = found.get_mut(*index as usize / 64) {
                    *word |= 1 << (index % 64);
                }
            }
        });
        found.into_iter().enumerate().flat_map(|(place, mut word)| {
            std::iter::from_fn(move || {
                if word == 0 {
                    return None;
                }
                let bit = word.trailing_zeros() as usize;
                word &= word - 1;
                Some(place * 64 + bit)
            })
        })
    }
}
