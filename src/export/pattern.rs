//! What stands for a colour where there is none: the bars of cards get a pattern in print.

use crate::picture::diagram::Role;
use crate::picture::geometry::{Fx, Rect};
use crate::picture::scene::{Dash, Shape, Stroke};
use crate::picture::theme::{Ink, Swatch, Theme};

/// A pattern along a bar: how long its marks are and the gaps between them. Without marks it is empty, without gaps full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Pattern {
    mark: Fx,
    gap: Fx,
}

/// What is drawn instead of a shape in a theme that has no colours; `None` where the shape stays.
///
/// Shapes filled with a colour that means something and without an outline of their own are bars and patches: they
/// become an outline with marks across.
pub(super) fn drawn(shape: &Shape, theme: Theme) -> Option<Vec<Shape>> {
    let Shape::Rect {
        rect,
        radii,
        fill: Some(fill @ (Ink::Strong(_) | Ink::Swatch(_))),
        ..
    } = shape
    else {
        return None;
    };
    if theme != Theme::Print {
        return None;
    }
    let pattern = pattern(*fill);
    let mut shapes = vec![Shape::Rect {
        rect: *rect,
        radii: *radii,
        fill: Some(Ink::Card),
        stroke: Some(Stroke {
            ink: *fill,
            width: Fx(48),
            dash: Dash::Solid,
        }),
    }];
    if pattern.gap == Fx::ZERO {
        return None;
    }
    let mut top = rect.min.y;
    while pattern.mark > Fx::ZERO && top < rect.max.y {
        let height = pattern.mark.min(rect.max.y - top);
        let mark = Rect::new(rect.min.x, top, rect.width(), height);
        // A mark in a rounded end would stick out.
        let is_inside = mark.min.y >= rect.min.y + radii[0]
            && mark.max.y <= rect.max.y - radii[2].max(radii[3]);
        if is_inside || radii.iter().all(|radius| *radius == Fx::ZERO) {
            shapes.push(Shape::Rect {
                rect: mark,
                radii: [Fx::ZERO; 4],
                fill: Some(Ink::Text),
                stroke: None,
            });
        }
        top += pattern.mark + pattern.gap;
    }
    Some(shapes)
}

/// The pattern of a colour. Kinds of subnet stand next to each other and differ most.
fn pattern(ink: Ink) -> Pattern {
    let of = |mark: i32, gap: i32| Pattern {
        mark: Fx(mark * 32),
        gap: Fx(gap * 32),
    };
    match ink {
        Ink::Strong(role) => match role {
            Role::Public | Role::Vpc | Role::Danger => of(2, 0),
            Role::Private => of(12, 6),
            Role::Isolated | Role::Neutral => of(0, 2),
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

    fn bar(fill: Ink) -> Shape {
        Shape::Rect {
            rect: Rect::new(Fx::ZERO, Fx::ZERO, Fx::px(5), Fx::px(46)),
            radii: [Fx::px(3), Fx::ZERO, Fx::ZERO, Fx::px(3)],
            fill: Some(fill),
            stroke: None,
        }
    }

    #[test]
    fn kinds_of_subnet_have_patterns_of_their_own() {
        let kinds = [Role::Public, Role::Private, Role::Isolated, Role::Unknown];
        let drawn: Vec<_> = kinds
            .iter()
            .map(|role| drawn(&bar(Ink::Strong(*role)), Theme::Print))
            .collect();
        for (index, one) in drawn.iter().enumerate() {
            for two in drawn.iter().skip(index + 1) {
                assert_ne!(one.as_ref().map(Vec::len), two.as_ref().map(Vec::len));
            }
        }
    }

    #[test]
    fn every_swatch_has_a_pattern_of_its_own() {
        for (index, one) in Swatch::ALL.iter().enumerate() {
            for two in Swatch::ALL.iter().skip(index + 1) {
                assert_ne!(pattern(Ink::Swatch(*one)), pattern(Ink::Swatch(*two)));
            }
        }
    }

    #[test]
    fn colours_stay_where_there_are_colours() {
        for theme in [Theme::Light, Theme::Dark] {
            assert_eq!(drawn(&bar(Ink::Strong(Role::Private)), theme), None);
        }
        assert_eq!(drawn(&bar(Ink::Card), Theme::Print), None);
    }
}
