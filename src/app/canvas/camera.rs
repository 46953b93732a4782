//! Which part of the map is seen, and how large.

use crate::picture::geometry::{Fx, Point, Rect as MapRect};
use eframe::egui;
use egui::{Pos2, Rect, Vec2, pos2, vec2};

/// The smallest and the largest zoom, in points per map unit.
pub const ZOOMS: (f32, f32) = (0.004, 4.0);
/// Fitting never magnifies further than this: small maps stay calm.
const FIT_MOST: f32 = 1.15;
/// Distance kept beside a map that is fitted, in points; the map has margins of its own.
const FIT_MARGIN: f32 = 8.0;
/// How much of the map stays in view however far it is moved, in points.
const KEPT: f32 = 80.0;

/// A view of the map. Positions are kept in double precision: a large map has more units than a float has steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Camera {
    /// The map's point at the upper left corner of the canvas.
    origin: (f64, f64),
    /// Points per map unit.
    zoom: f32,
    /// Follows the map and the window until the person moves it.
    fitted: bool,
}

impl Default for Camera {
    fn default() -> Self {
        Self {
            origin: (0.0, 0.0),
            zoom: 1.0,
            fitted: true,
        }
    }
}

impl Camera {
    /// One that shows all of a map in the middle of a canvas, however small it becomes.
    pub fn over(canvas: Rect, bounds: &MapRect) -> Self {
        let size = vec2(bounds.width().to_f32(), bounds.height().to_f32()).max(vec2(1.0, 1.0));
        let zoom = (canvas.width() / size.x).min(canvas.height() / size.y);
        let middle = bounds.center();
        let start = |middle: Fx, room: f32| {
            f64::from(middle.to_f32()) - f64::from(room) / f64::from(zoom) / 2.0
        };
        Self {
            origin: (
                start(middle.x, canvas.width()),
                start(middle.y, canvas.height()),
            ),
            zoom,
            fitted: false,
        }
    }

    /// Points per map unit.
    pub fn zoom(&self) -> f32 {
        self.zoom
    }

    /// Whether it shows the whole map until somebody moves it.
    pub fn is_fitted(&self) -> bool {
        self.fitted
    }

    /// Show the whole map and follow it from now on.
    pub fn fit(&mut self) {
        self.fitted = true;
    }

    /// Where a point of the map is on the screen.
    pub fn screen_from_map(&self, canvas: Rect, point: [f32; 2]) -> Pos2 {
        let zoom = f64::from(self.zoom);
        let x = (f64::from(point[0]) - self.origin.0) * zoom;
        let y = (f64::from(point[1]) - self.origin.1) * zoom;
        canvas.min + vec2(x as f32, y as f32)
    }

    /// Where a rectangle of the map is on the screen.
    pub fn screen_rect(&self, canvas: Rect, rect: &MapRect) -> Rect {
        let corner =
            |point: Point| self.screen_from_map(canvas, [point.x.to_f32(), point.y.to_f32()]);
        Rect::from_min_max(corner(rect.min), corner(rect.max))
    }

    /// The point of the map at a place on the screen.
    pub fn map_from_screen(&self, canvas: Rect, at: Pos2) -> Point {
        let (x, y) = self.exact(canvas, at);
        Point::new(Fx::from_f32(x as f32), Fx::from_f32(y as f32))
    }

    fn exact(&self, canvas: Rect, at: Pos2) -> (f64, f64) {
        let offset = at - canvas.min;
        let zoom = f64::from(self.zoom);
        (
            self.origin.0 + f64::from(offset.x) / zoom,
            self.origin.1 + f64::from(offset.y) / zoom,
        )
    }

    /// The part of the map that is seen.
    pub fn seen(&self, canvas: Rect) -> MapRect {
        MapRect {
            min: self.map_from_screen(canvas, canvas.min),
            max: self.map_from_screen(canvas, canvas.max),
        }
    }

    /// Move the map by so many points.
    pub fn pan(&mut self, by: Vec2) {
        self.fitted = false;
        let zoom = f64::from(self.zoom);
        self.origin.0 -= f64::from(by.x) / zoom;
        self.origin.1 -= f64::from(by.y) / zoom;
    }

    /// Bring a point of the map to the middle of the canvas.
    pub fn center_on(&mut self, canvas: Rect, point: Point) {
        let at = self.screen_from_map(canvas, [point.x.to_f32(), point.y.to_f32()]);
        self.pan(canvas.center() - at);
    }

    /// Magnify by a factor, keeping what is under a place on the screen where it is.
    pub fn zoom_about(&mut self, canvas: Rect, at: Pos2, factor: f32) {
        if !factor.is_finite() || factor <= 0.0 {
            return;
        }
        self.set_zoom(canvas, at, self.zoom * factor);
    }

    /// Magnify to so many points per map unit, keeping what is under a place on the screen where it is.
    pub fn set_zoom(&mut self, canvas: Rect, at: Pos2, zoom: f32) {
        self.fitted = false;
        let held = self.exact(canvas, at);
        self.zoom = zoom.clamp(ZOOMS.0, ZOOMS.1);
        let offset = at - canvas.min;
        let zoom = f64::from(self.zoom);
        self.origin = (
            held.0 - f64::from(offset.x) / zoom,
            held.1 - f64::from(offset.y) / zoom,
        );
    }

    /// Bring a part of the map into view, at a zoom of at least `least_zoom`, moving no further than needed and showing
    /// no emptiness beside the map where there is map to show.
    pub fn reveal(&mut self, canvas: Rect, part: &MapRect, least_zoom: f32, bounds: &MapRect) {
        let inner = canvas.shrink2(vec2(24.0, 44.0).min(canvas.size() / 4.0));
        let place = self.screen_rect(canvas, part);
        if self.zoom >= least_zoom && inner.expand(0.5).contains_rect(place) {
            return;
        }
        self.fitted = false;
        if self.zoom < least_zoom {
            let center =
                self.screen_from_map(canvas, [part.center().x.to_f32(), part.center().y.to_f32()]);
            self.set_zoom(canvas, center, least_zoom);
        }
        let place = self.screen_rect(canvas, part);
        // A part that is larger than the canvas shows its upper left corner.
        let needed = |low: f32, high: f32, from: f32, to: f32| {
            if low < from || high - low > to - from {
                from - low
            } else {
                (to - high).min(0.0)
            }
        };
        self.pan(vec2(
            needed(place.left(), place.right(), inner.left(), inner.right()),
            needed(place.top(), place.bottom(), inner.top(), inner.bottom()),
        ));
        let zoom = f64::from(self.zoom);
        let filled = |origin: f64, low: Fx, high: Fx, room: f32| {
            let (low, most) = (
                f64::from(low.to_f32()),
                f64::from(high.to_f32()) - f64::from(room) / zoom,
            );
            if most > low {
                origin.clamp(low, most)
            } else {
                origin
            }
        };
        self.origin = (
            filled(self.origin.0, bounds.min.x, bounds.max.x, canvas.width()),
            filled(self.origin.1, bounds.min.y, bounds.max.y, canvas.height()),
        );
    }

    /// Called once a frame: fit while nobody has moved the map, and never lose it out of sight.
    pub fn settle(&mut self, canvas: Rect, bounds: &MapRect) {
        let size = vec2(bounds.width().to_f32(), bounds.height().to_f32());
        if size.x <= 0.0 || size.y <= 0.0 || canvas.width() < 1.0 || canvas.height() < 1.0 {
            return;
        }
        if self.fitted {
            self.fit_now(canvas, bounds, size);
            return;
        }
        // A map that is a speck in the middle helps nobody.
        let whole = (canvas.width() / size.x).min(canvas.height() / size.y);
        let least = (whole * 0.6).min(1.0);
        if self.zoom < least {
            self.set_zoom(canvas, middle(canvas), least);
        }
        let zoom = f64::from(self.zoom);
        let clamp = |origin: f64, low: Fx, high: Fx, room: f32| {
            let (low, high) = (f64::from(low.to_f32()), f64::from(high.to_f32()));
            let room_in_map = f64::from(room) / zoom;
            // What fits stays in view whole; of what does not, a part.
            let kept = (f64::from(KEPT.min(room / 2.0)) / zoom).min(high - low);
            let (least, most) = if high - low <= room_in_map {
                (high - room_in_map, low)
            } else {
                (low - room_in_map + kept, high - kept)
            };
            origin.clamp(least.min(most), most.max(least))
        };
        self.origin = (
            clamp(self.origin.0, bounds.min.x, bounds.max.x, canvas.width()),
            clamp(self.origin.1, bounds.min.y, bounds.max.y, canvas.height()),
        );
    }

    /// The whole map where it can still be read, else its whole width, beginning at the top.
    fn fit_now(&mut self, canvas: Rect, bounds: &MapRect, size: Vec2) {
        const READABLE: f32 = 0.62;
        let room = (canvas.size() - vec2(FIT_MARGIN, FIT_MARGIN)).max(vec2(32.0, 32.0));
        let (across, down) = (room.x / size.x, room.y / size.y);
        let whole = across.min(down).min(FIT_MOST);
        self.zoom = if whole < READABLE {
            across.min(FIT_MOST).min(READABLE).max(whole)
        } else {
            whole
        };
        self.zoom = self.zoom.clamp(ZOOMS.0, ZOOMS.1);
        let zoom = f64::from(self.zoom);
        let slack_x = f64::from(canvas.width()) / zoom - f64::from(size.x);
        let left = f64::from(bounds.min.x.to_f32()) - (slack_x / 2.0).max(0.0);
        self.origin = (
            left,
            f64::from(bounds.min.y.to_f32()) - f64::from(FIT_MARGIN) / zoom,
        );
    }
}

/// The middle of the canvas, where keys zoom about.
pub(super) fn middle(canvas: Rect) -> Pos2 {
    pos2(canvas.center().x, canvas.center().y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn canvas() -> Rect {
        Rect::from_min_size(pos2(220.0, 40.0), vec2(880.0, 800.0))
    }

    fn bounds(width: i32, height: i32) -> MapRect {
        MapRect::new(Fx::ZERO, Fx::ZERO, Fx::px(width), Fx::px(height))
    }

    #[test]
    fn a_fitted_map_lies_inside_the_canvas_and_follows_it() {
        let mut camera = Camera::default();
        let map = bounds(900, 700);
        camera.settle(canvas(), &map);
        assert!(canvas().contains_rect(camera.screen_rect(canvas(), &map)));
        let smaller = Rect::from_min_size(canvas().min, vec2(600.0, 500.0));
        camera.settle(smaller, &map);
        assert!(smaller.contains_rect(camera.screen_rect(smaller, &map)));
        camera.pan(vec2(5.0, 0.0));
        let zoom = camera.zoom();
        camera.settle(canvas(), &map);
        assert!(
            (camera.zoom() - zoom).abs() < f32::EPSILON,
            "a map that was moved stays as large as it is"
        );
    }

    #[test]
    fn a_long_map_is_fitted_to_its_width_from_the_top() {
        let mut camera = Camera::default();
        let map = bounds(1_000, 60_000);
        camera.settle(canvas(), &map);
        let seen = camera.screen_rect(canvas(), &map);
        assert!(camera.zoom() > 0.5, "{}", camera.zoom());
        assert!(seen.top() >= canvas().top() && seen.bottom() > canvas().bottom());
    }

    #[test]
    fn a_map_cannot_be_lost() {
        let mut camera = Camera::default();
        let map = bounds(900, 700);
        camera.settle(canvas(), &map);
        for by in [vec2(1e7, 1e7), vec2(-3e7, 0.0), vec2(0.0, -3e7)] {
            camera.pan(by);
            camera.settle(canvas(), &map);
            assert!(
                canvas().intersects(camera.screen_rect(canvas(), &map)),
                "{by:?}"
            );
        }
    }

    #[test]
    fn what_is_revealed_is_in_view_and_readable() {
        let mut camera = Camera::default();
        let map = bounds(1_000, 60_000);
        camera.settle(canvas(), &map);
        let part = MapRect::new(Fx::px(400), Fx::px(50_000), Fx::px(240), Fx::px(46));
        camera.reveal(canvas(), &part, 0.7, &map);
        assert!(
            canvas().contains_rect(camera.screen_rect(canvas(), &part)) && camera.zoom() >= 0.7
        );
        let before = camera;
        camera.reveal(canvas(), &part, 0.7, &map);
        assert_eq!(camera, before, "what is in view already does not move");
    }

    proptest! {
        #[test]
        fn what_is_under_the_pointer_stays_there(
            x in 230.0_f32..1000.0, y in 50.0_f32..800.0, factor in 0.2_f32..5.0, right in -400.0_f32..400.0,
        ) {
            let mut camera = Camera::default();
            camera.settle(canvas(), &bounds(900, 700));
            camera.pan(vec2(right, right / 2.0));
            let at = pos2(x, y);
            let before = camera.map_from_screen(canvas(), at);
            camera.zoom_about(canvas(), at, factor);
            let after = camera.map_from_screen(canvas(), at);
            prop_assert!((before.x - after.x).abs() <= Fx::px(1) && (before.y - after.y).abs() <= Fx::px(1));
        }
    }
}
