//! How a picture is laid out on paper: on one page where words stay legible, else on as many as it takes.

use super::super::paper::MILLIMETRE;
use super::super::sheet::Sheet;
use super::super::{Options, Orientation, Paper};
use super::PdfError;
use crate::picture::geometry::{Fx, Point, Rect};
use crate::picture::scene::{Item, Scene, Shape};

/// Space at the edges that printers leave white.
const MARGIN: f64 = 10.0 * MILLIMETRE;
/// Where the pages of a picture are to be put together, this much is on both.
const OVERLAP: f64 = 8.0 * MILLIMETRE;
/// Height of the line that says which page it is, where there are several.
pub(super) const FOOTER: f64 = 16.0;
/// Words are no smaller than this on paper, in points.
const LEAST_TEXT: f64 = 5.0;
/// Where pages are needed in any case, words may as well be read at ease.
const GOOD_TEXT: f64 = 6.0;
/// Points to the map unit at most: a small picture is not blown up to fill a large sheet.
const LARGEST: f64 = 1.0;
/// Points to the map unit on a page as large as the picture: a pixel of CSS.
const PIXEL: f64 = 0.75;
/// A page of a PDF cannot be longer than 200 inches.
const LONGEST: f64 = 14_400.0;
/// Nobody glues more than these together.
const MOST: usize = 400;
/// Where there are more pages than these in any case, words are as large as is good.
const MANY: usize = 60;
/// A page is at least this full, so that a break between cards can be found.
const FULL: f64 = 0.55;

/// What of the picture is on one page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Tile {
    /// In the units of the sheet.
    pub(super) area: Rect,
    pub(super) column: usize,
    pub(super) row: usize,
}

/// The pages of a picture.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plan {
    /// Width and height of every page, in points.
    pub(super) paper: (f64, f64),
    /// Where the picture begins on a page, from its left and upper edge, in points.
    pub(super) corner: (f64, f64),
    /// Points to the map unit.
    pub(super) scale: f64,
    pub(super) columns: usize,
    pub(super) rows: usize,
    /// Row by row.
    pub(super) tiles: Vec<Tile>,
}

pub(super) fn plan(scene: &Scene, sheet: &Sheet, options: &Options<'_>) -> Result<Plan, PdfError> {
    let width = f64::from(sheet.page.width().max(Fx::px(1)).to_f32());
    let height = f64::from(sheet.page.height().max(Fx::px(1)).to_f32());
    let Some((short, long)) = options.paper.points() else {
        let scale = PIXEL.min(LONGEST / width.max(height));
        return Ok(Plan {
            paper: (width * scale, height * scale),
            corner: (0.0, 0.0),
            scale,
            columns: 1,
            rows: 1,
            tiles: vec![Tile {
                area: sheet.page,
                column: 0,
                row: 0,
            }],
        });
    };
    let smallest = smallest_text(scene, sheet, options);
    let pieces = Pieces::new(scene, sheet);
    let on = |paper| {
        let room = Room {
            paper,
            size: (width, height),
            smallest,
        };
        room.plan(sheet, &pieces)
    };
    let (upright, lying) = ((short, long), (long, short));
    let plan = match options.orientation {
        Orientation::Portrait => on(upright),
        Orientation::Landscape => on(lying),
        Orientation::Auto => {
            let (one, two) = (on(lying), on(upright));
            let fewer = one.tiles.len().cmp(&two.tiles.len());
            let larger = two.scale.total_cmp(&one.scale);
            if fewer.then(larger).is_le() { one } else { two }
        }
    };
    if plan.tiles.len() > MOST {
        return Err(PdfError::TooManyPages {
            pages: plan.tiles.len(),
            limit: MOST,
            paper: options.paper.name(),
            larger: options.paper != Paper::A1,
        });
    }
    Ok(plan)
}

/// The size of the smallest words of a picture.
fn smallest_text(scene: &Scene, sheet: &Sheet, options: &Options<'_>) -> f64 {
    let size = |item: &Item| match &item.shape {
        Shape::Text(run) => Some(run.size),
        _ => None,
    };
    let map = scene
        .items()
        .iter()
        .filter(|item| item.is_seen_at(options.level));
    let beside = sheet.extras.iter().flat_map(|extra| &extra.items);
    let smallest = map.chain(beside).filter_map(size).min();
    f64::from(smallest.unwrap_or(Fx::px(11)).max(Fx::px(1)).to_f32())
}

/// A sheet of paper and what is to go onto it.
struct Room {
    paper: (f64, f64),
    size: (f64, f64),
    smallest: f64,
}

impl Room {
    fn plan(&self, sheet: &Sheet, pieces: &Pieces) -> Plan {
        let (across, down) = (self.paper.0 - MARGIN * 2.0, self.paper.1 - MARGIN * 2.0);
        let fitting = (across / self.size.0).min(down / self.size.1).min(LARGEST);
        if fitting * self.smallest >= LEAST_TEXT {
            let used = (self.size.0 * fitting, self.size.1 * fitting);
            return Plan {
                paper: self.paper,
                corner: ((self.paper.0 - used.0) / 2.0, (self.paper.1 - used.1) / 2.0),
                scale: fitting,
                columns: 1,
                rows: 1,
                tiles: vec![Tile {
                    area: sheet.page,
                    column: 0,
                    row: 0,
                }],
            };
        }
        let down = down - FOOTER;
        let wanted = GOOD_TEXT / self.smallest;
        // The pages are as full as they can be: of the ways with this many columns, the one with the largest words.
        let needed = |length: f64, room: f64| {
            ((length * wanted - OVERLAP) / (room - OVERLAP))
                .ceil()
                .max(1.0)
        };
        let filling =
            |length: f64, room: f64, count: f64| (room * count - OVERLAP * (count - 1.0)) / length;
        let widest = |length: f64, room: f64| filling(length, room, needed(length, room));
        // One column, where words stay legible, saves gluing.
        let one_column = across / self.size.0;
        let scale = if one_column * self.smallest >= LEAST_TEXT {
            one_column
        } else {
            widest(self.size.0, across)
        };
        let least = LEAST_TEXT / self.smallest;
        let scale = scale.min(LARGEST).max(least);
        let plan = self.tiled((across, down), scale, pieces);
        if plan.tiles.len() > MANY {
            return plan;
        }
        // Smaller words, where far fewer pages have to be put together for it.
        let mut smaller = vec![least];
        for (length, room) in [(self.size.0, across), (self.size.1, down)] {
            for count in 1..=needed(length, room) as usize {
                // A cut between things leaves a page less than full.
                let full = filling(length, room, count as f64);
                smaller.extend([1.0, 0.95, 0.9, 0.85].map(|part| full * part));
            }
        }
        let mut best: Option<Plan> = None;
        for smaller in smaller {
            if smaller < least || smaller >= scale {
                continue;
            }
            let other = self.tiled((across, down), smaller, pieces);
            let is_better = best.as_ref().is_none_or(|best| {
                let fewer = other.tiles.len().cmp(&best.tiles.len());
                fewer.then(best.scale.total_cmp(&other.scale)).is_lt()
            });
            if other.tiles.len() * 3 <= plan.tiles.len() * 2 && is_better {
                best = Some(other);
            }
        }
        best.unwrap_or(plan)
    }

    /// The pages at a scale, each with this room for the picture.
    fn tiled(&self, (across, down): (f64, f64), scale: f64, pieces: &Pieces) -> Plan {
        let columns = breaks(
            self.size.0,
            across / scale,
            OVERLAP / scale,
            &pieces.across,
            &[],
        );
        let rows = breaks(
            self.size.1,
            down / scale,
            OVERLAP / scale,
            &pieces.down,
            &pieces.bands,
        );
        let unit = |at: f64| Fx::from_f32(at as f32);
        let mut tiles = Vec::new();
        for (row, (top, bottom)) in rows.iter().enumerate() {
            for (column, (left, right)) in columns.iter().enumerate() {
                let area = Rect {
                    min: Point::new(unit(*left), unit(*top)),
                    max: Point::new(unit(*right), unit(*bottom)),
                };
                tiles.push(Tile { area, column, row });
            }
        }
        Plan {
            paper: self.paper,
            corner: (MARGIN, MARGIN),
            scale,
            columns: columns.len(),
            rows: rows.len(),
            tiles,
        }
    }
}

/// What should not be cut in two, from edge to edge in either direction, in units of the sheet.
struct Pieces {
    across: Vec<(f64, f64)>,
    down: Vec<(f64, f64)>,
    /// Where bands begin: the best places for a page to end.
    bands: Vec<f64>,
}

impl Pieces {
    fn new(scene: &Scene, sheet: &Sheet) -> Self {
        let layout = scene.layout();
        let x = |at: Fx| f64::from((at + sheet.offset.x).to_f32());
        let y = |at: Fx| f64::from((at + sheet.offset.y).to_f32());
        let cards = || layout.cards.iter().map(|card| card.rect);
        // A heading and the first card below it stay together, by and large.
        let heads = layout.groups.iter().filter_map(|group| {
            group.heading_baseline?;
            let rect = group.rect;
            let height = rect.height().min(Fx::px(50));
            Some(Rect::new(rect.min.x, rect.min.y, rect.width(), height))
        });
        let beside = sheet.extras.iter().flat_map(|extra| &extra.items);
        let beside: Vec<Rect> = beside.map(|item| item.bounds).collect();
        let plain = |at: Fx| f64::from(at.to_f32());
        let mut across: Vec<_> = cards().map(|rect| (x(rect.min.x), x(rect.max.x))).collect();
        let mut down: Vec<_> = cards()
            .chain(heads)
            .map(|rect| (y(rect.min.y), y(rect.max.y)))
            .collect();
        across.extend(
            beside
                .iter()
                .map(|rect| (plain(rect.min.x), plain(rect.max.x))),
        );
        down.extend(
            beside
                .iter()
                .map(|rect| (plain(rect.min.y), plain(rect.max.y))),
        );
        let bands = layout
            .bands
            .iter()
            .map(|band| y(band.rect.min.y - Fx::px(6)))
            .collect();
        Self {
            across,
            down,
            bands,
        }
    }
}

/// The stretches that a length is cut into, each no longer than `reach`. A cut goes between things where it can; where it
/// cannot, a strip is on both sides.
fn breaks(
    length: f64,
    reach: f64,
    overlap: f64,
    things: &[(f64, f64)],
    best: &[f64],
) -> Vec<(f64, f64)> {
    let mut stretches = Vec::new();
    let mut start = 0.0;
    while start + reach < length - 0.5 && stretches.len() <= MOST {
        let (least, most) = (start + reach * FULL, start + reach);
        let near: Vec<(f64, f64)> = things
            .iter()
            .copied()
            .filter(|(from, to)| *to > least && *from < most)
            .collect();
        let within = |at: &f64| *at >= least && *at <= most;
        let ends = near.iter().flat_map(|(from, to)| [to + 4.0, from - 4.0]);
        let mut chosen = (usize::MAX, true, most);
        for (at, is_plain) in ends
            .map(|at| (at, true))
            .chain(best.iter().map(|at| (*at, false)))
            .chain([(most, true)])
            .filter(|(at, _)| within(at))
        {
            let cut = near
                .iter()
                .filter(|(from, to)| *from < at && at < *to)
                .count();
            let better = (cut, is_plain)
                .cmp(&(chosen.0, chosen.1))
                .then(chosen.2.total_cmp(&at));
            if better.is_lt() {
                chosen = (cut, is_plain, at);
            }
        }
        let (cut, _, end) = chosen;
        stretches.push((start, end));
        start = if cut == 0 { end } else { end - overlap };
    }
    stretches.push((start, length));
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_break_goes_between_things() {
        let cards: Vec<(f64, f64)> = (0..10)
            .map(|card| (f64::from(card) * 60.0, f64::from(card) * 60.0 + 46.0))
            .collect();
        let stretches = breaks(586.0, 250.0, 20.0, &cards, &[]);
        for (_, end) in &stretches[..stretches.len() - 1] {
            assert!(
                cards.iter().all(|(from, to)| end <= from || to <= end),
                "{end} cuts a card"
            );
        }
        for pair in stretches.windows(2) {
            assert!(pair[0].1 <= pair[1].0 + 1e-9 && pair[1].0 <= pair[0].1 + 1e-9);
        }
        assert!(stretches.iter().all(|(from, to)| to - from <= 250.0 + 1e-9));
        let bands = breaks(586.0, 250.0, 20.0, &cards, &[170.0]);
        assert!((bands[0].1 - 170.0).abs() < 1e-9, "a band begins a page");
    }

    #[test]
    fn what_is_longer_than_a_page_is_on_both() {
        let stretches = breaks(1000.0, 300.0, 20.0, &[(0.0, 1000.0)], &[]);
        assert!((stretches[0].1 - 300.0).abs() < 1e-9);
        assert!((stretches[1].0 - 280.0).abs() < 1e-9);
        assert!((stretches[stretches.len() - 1].1 - 1000.0).abs() < 1e-9);
    }
}
