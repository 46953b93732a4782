//! What stands for a colour where there is none: in print the bars of cards get a pattern, and boxes a bar with one.

use crate::picture::diagram::Role;
use crate::picture::geometry::{Fx, Rect};
use crate::picture::scene::{Dash, Item, Level, Owner, Scene, Shape, Stroke};
use crate::picture::theme::{Ink, Swatch, Theme};

/// A pattern along a bar: how long its marks are and the gaps between them. Without marks it is empty, without gaps full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pattern {
    mark: Fx,
    gap: Fx,
    /// The marks take the outer half of the bar only.
    half: bool,
}

/// The bar that a box gets.
const BAR: Fx = Fx::px(5);
/// What is wider than a bar is a patch.
const PATCH: Fx = Fx::px(8);

/// Where patterns stand for colours.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Patterns {
    theme: Theme,
    /// The colours are given to people's own words, those of VPCs too.
    is_coloured: bool,
}

impl Patterns {
    /// Those of a picture in a theme.
    pub(super) fn of(scene: &Scene, theme: Theme) -> Self {
        Self {
            theme,
            is_coloured: scene.diagram().legend.is_some(),
        }
    }

    /// What is drawn instead of an item in a theme that has no colours; `None` where it stays as it is.
    ///
    /// Shapes filled with a colour that means something are bars and patches: they become an outline with marks across.
    /// A box on the tint of a colour, or where colours are given to people's words any box that has one, gets a bar along
    /// its left edge.
    pub(super) fn drawn(self, item: &Item) -> Option<Vec<Shape>> {
        if self.theme != Theme::Print {
            return None;
        }
        let Shape::Rect {
            rect,
            radii,
            fill: Some(fill),
            stroke,
        } = &item.shape
        else {
            return None;
        };
        let is_box = matches!(item.owner, Owner::Group(_)) && item.levels.1 == Level::All;
        match (fill, stroke) {
            (Ink::Strong(_) | Ink::Swatch(_), _) => {
                (pattern(*fill).gap > Fx::ZERO).then(|| bar(*rect, *radii, *fill))
            }
            (Ink::Tint(_) | Ink::SwatchTint(_) | Ink::Card, Some(edge)) if is_box => {
                if *fill == Ink::Card && !self.is_coloured {
                    return None;
                }
                let along = Rect::new(rect.min.x, rect.min.y, BAR, rect.height());
                let [top, .., bottom] = *radii;
                let mut shapes = bar(along, [top, Fx::ZERO, Fx::ZERO, bottom], edge.ink);
                shapes.insert(0, item.shape.clone());
                Some(shapes)
            }
            _ => None,
        }
    }
}

/// A bar with the pattern of a colour, for a theme that has none.
pub(super) fn bar(rect: Rect, radii: [Fx; 4], ink: Ink) -> Vec<Shape> {
    let pattern = pattern(ink);
    let outline = Stroke {
        ink,
        width: Fx(48),
        dash: Dash::Solid,
    };
    let is_full = pattern.gap == Fx::ZERO;
    // A patch of a legend is no longer than a mark and a gap: what its corners would take is needed.
    let is_patch = rect.width() > PATCH;
    let radii = if is_patch { [Fx::ZERO; 4] } else { radii };
    let mut shapes = vec![Shape::Rect {
        rect,
        radii,
        fill: Some(if is_full { ink } else { Ink::Card }),
        stroke: Some(outline),
    }];
    if is_full || pattern.mark == Fx::ZERO {
        return shapes;
    }
    let width = if pattern.half {
        rect.width().half()
    } else {
        rect.width()
    };
    let mut top = rect.min.y;
    while top < rect.max.y {
        // A mark in a rounded end would stick out.
        let from = top.max(rect.min.y + radii[0]);
        let to = (top + pattern.mark).min(rect.max.y - radii[2].max(radii[3]));
        if from < to {
            shapes.push(Shape::Rect {
                rect: Rect::new(rect.min.x, from, width, to - from),
                radii: [Fx::ZERO; 4],
                fill: Some(Ink::Text),
                stroke: None,
            });
        }
        top += pattern.mark + pattern.gap;
    }
    shapes
}

/// The pattern of a colour. Kinds of subnet stand next to each other and differ most.
fn pattern(ink: Ink) -> Pattern {
    let of = |mark: i32, gap: i32| Pattern {
        mark: Fx(mark * 32),
        gap: Fx(gap * 32),
        half: false,
    };
    let half = |mark, gap| Pattern {
        half: true,
        ..of(mark, gap)
    };
    match ink {
        Ink::Strong(role) => match role {
            Role::Public => of(2, 0),
            Role::Private => of(12, 6),
            Role::Isolated => of(0, 2),
            Role::Vpc => half(12, 2),
            Role::Danger => half(8, 6),
            Role::Neutral => half(2, 4),
            Role::Unknown => of(2, 10),
            Role::Table => of(4, 4),
            Role::Gateway => of(6, 2),
            Role::Endpoint => of(2, 4),
            Role::Transit => of(12, 2),
            Role::Host => of(4, 12),
            Role::Warn => of(8, 8),
        },
        Ink::Swatch(swatch) => match swatch {
            Swatch::Red => of(2, 0),
            Swatch::Orange => of(12, 6),
            Swatch::Yellow => of(0, 2),
            Swatch::Green => of(2, 10),
            Swatch::Teal => of(4, 4),
            Swatch::Blue => of(6, 2),
            Swatch::Purple => of(2, 4),
            Swatch::Pink => of(12, 2),
            Swatch::Brown => of(4, 12),
            Swatch::Gray => of(8, 8),
        },
        _ => of(2, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::picture::diagram::{CardId, GroupId};
    use crate::picture::scene::Layer;

    fn item(owner: Owner, width: i32, fill: Ink, edge: Option<Ink>) -> Item {
        let rect = Rect::new(Fx::ZERO, Fx::ZERO, Fx::px(width), Fx::px(46));
        Item {
            owner,
            layer: Layer::Ground,
            levels: (Level::Plates, Level::All),
            bounds: rect,
            shape: Shape::Rect {
                rect,
                radii: [Fx::px(3), Fx::ZERO, Fx::ZERO, Fx::px(3)],
                fill: Some(fill),
                stroke: edge.map(|ink| Stroke {
                    ink,
                    width: Fx::px(1),
                    dash: Dash::Solid,
                }),
            },
        }
    }

    fn bar_of(fill: Ink) -> Item {
        item(Owner::Card(CardId(1)), 5, fill, None)
    }

    fn box_of(fill: Ink, edge: Ink) -> Item {
        item(Owner::Group(GroupId(1)), 200, fill, Some(edge))
    }

    const PRINT: Patterns = Patterns {
        theme: Theme::Print,
        is_coloured: false,
    };

    #[test]
    fn kinds_of_subnet_have_patterns_of_their_own_as_cards_and_as_boxes() {
        let kinds = [Role::Public, Role::Private, Role::Isolated, Role::Unknown];
        let bars = kinds.map(|role| PRINT.drawn(&bar_of(Ink::Strong(role))));
        let boxes = kinds.map(|role| PRINT.drawn(&box_of(Ink::Tint(role), Ink::Strong(role))));
        let count = |shapes: &Option<Vec<Shape>>| shapes.as_ref().map_or(0, Vec::len);
        for (index, one) in kinds.iter().enumerate() {
            // A box has its own shape, and along its left edge what the bar of a card has.
            let shapes = boxes[index].as_ref().unwrap();
            assert_eq!(shapes[0], box_of(Ink::Tint(*one), Ink::Strong(*one)).shape);
            for other in index + 1..kinds.len() {
                assert_ne!(count(&bars[index]), count(&bars[other]), "{one:?}");
                assert!(boxes[index].as_ref().unwrap()[1..] != boxes[other].as_ref().unwrap()[1..]);
            }
        }
    }

    #[test]
    fn every_role_and_swatch_has_a_pattern_of_its_own() {
        let roles = Role::ALL.map(Ink::Strong);
        let swatches = Swatch::ALL.map(Ink::Swatch);
        for inks in [roles.as_slice(), &swatches] {
            for (index, one) in inks.iter().enumerate() {
                for two in &inks[index + 1..] {
                    assert_ne!(pattern(*one), pattern(*two), "{one:?} {two:?}");
                }
            }
        }
    }

    #[test]
    fn a_vpc_has_a_bar_where_its_colour_is_of_peoples_words() {
        let vpc = box_of(Ink::Card, Ink::Swatch(Swatch::Purple));
        assert_eq!(PRINT.drawn(&vpc), None);
        let tagged = Patterns {
            is_coloured: true,
            ..PRINT
        };
        assert!(tagged.drawn(&vpc).unwrap().len() > 2);
    }

    #[test]
    fn colours_stay_where_there_are_colours() {
        for theme in [Theme::Light, Theme::Dark] {
            let patterns = Patterns { theme, ..PRINT };
            assert_eq!(patterns.drawn(&bar_of(Ink::Strong(Role::Private))), None);
            let of = box_of(Ink::Tint(Role::Private), Ink::Strong(Role::Private));
            assert_eq!(patterns.drawn(&of), None);
        }
        assert_eq!(PRINT.drawn(&bar_of(Ink::Card)), None);
    }
}
