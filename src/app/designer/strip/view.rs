//! Which stretch of a block is seen.

/// A stretch of a block, in shares of it from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct View {
    start: f64,
    span: f64,
}

impl Default for View {
    fn default() -> Self {
        Self {
            start: 0.0,
            span: 1.0,
        }
    }
}

impl View {
    /// Whether all of the block is seen.
    pub(super) fn is_whole(self) -> bool {
        self.span >= 1.0
    }

    /// How many times larger it is seen than the whole block would be.
    pub(super) fn factor(self) -> f64 {
        1.0 / self.span
    }

    /// Where the stretch begins and ends, in shares of the block.
    pub(super) fn ends(self) -> (f64, f64) {
        (self.start, self.start + self.span)
    }

    /// Where a place of the block is seen, in shares of the strip; outside 0 to 1 where it is not.
    pub(super) fn seen_at(self, share: f64) -> f64 {
        (share - self.start) / self.span
    }

    /// The place of the block that is seen at a place of the strip.
    pub(super) fn place_at(self, at: f64) -> f64 {
        self.start + at * self.span
    }

    /// Magnify by a factor, down to a stretch of `least`; what is seen at `at` stays there.
    pub(super) fn zoom_about(&mut self, at: f64, factor: f64, least: f64) {
        if !factor.is_finite() || factor <= 0.0 {
            return;
        }
        let held = self.place_at(at);
        self.span = (self.span / factor).clamp(least.clamp(f64::MIN_POSITIVE, 1.0), 1.0);
        self.start = held - at * self.span;
        self.settle();
    }

    /// Move by so many shares of the strip; to the right shows what lies higher.
    pub(super) fn pan(&mut self, by: f64) {
        self.start += by * self.span;
        self.settle();
    }

    /// See a stretch and a little on both sides of it.
    pub(super) fn show(&mut self, from: f64, to: f64, least: f64) {
        /// How much of the strip the stretch gets.
        const FILLED: f64 = 0.8;
        let span = ((to - from) / FILLED).clamp(least.clamp(f64::MIN_POSITIVE, 1.0), 1.0);
        self.start = f64::midpoint(from, to) - span / 2.0;
        self.span = span;
        self.settle();
    }

    /// Bring a stretch into view, at least `width` of the strip wide where the least stretch allows it, moving no
    /// further than needed.
    pub(super) fn reveal(&mut self, from: f64, to: f64, width: f64, least: f64) {
        let wide = (to - from) / self.span;
        if wide < width {
            let middle = f64::midpoint(from, to);
            let at = self.seen_at(middle).clamp(0.0, 1.0);
            self.zoom_about(at, width / wide.max(f64::MIN_POSITIVE), least);
        }
        let (_, end) = self.ends();
        if to > end {
            self.start += to - end;
        }
        self.start = self.start.min(from);
        self.settle();
    }

    fn settle(&mut self) {
        self.start = self.start.clamp(0.0, (1.0 - self.span).max(0.0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LEAST: f64 = 1.0 / 4096.0;

    #[test]
    fn zooming_in_and_out_ends_at_the_whole() {
        let mut view = View::default();
        view.zoom_about(0.3, 8.0, LEAST);
        assert!(!view.is_whole());
        view.zoom_about(0.9, 1.0 / 100.0, LEAST);
        assert_eq!(view, View::default());
        view.zoom_about(0.5, f64::NAN, LEAST);
        view.zoom_about(0.5, 0.0, LEAST);
        assert_eq!(view, View::default());
    }

    #[test]
    fn what_is_shown_fills_most_of_the_strip() {
        let mut view = View::default();
        view.show(0.5, 0.5625, LEAST);
        let (from, to) = (view.seen_at(0.5), view.seen_at(0.5625));
        assert!((from - 0.1).abs() < 1e-9 && (to - 0.9).abs() < 1e-9);
        view.show(0.0, 0.0625, LEAST);
        assert!(view.seen_at(0.0).abs() < 1e-9, "nothing lies before it");
    }

    #[test]
    fn what_is_in_view_and_wide_enough_does_not_move() {
        let mut view = View::default();
        view.zoom_about(0.5, 4.0, LEAST);
        let before = view;
        view.reveal(0.45, 0.5, 0.1, LEAST);
        assert_eq!(view, before);
    }

    proptest! {
        #[test]
        fn what_is_under_the_pointer_stays_there(at in 0.0..1.0_f64, factor in 1.0..50.0_f64) {
            let mut view = View::default();
            let held = view.place_at(at);
            view.zoom_about(at, factor, LEAST);
            prop_assert!((view.place_at(at) - held).abs() < 1e-9);
        }

        #[test]
        fn what_is_revealed_is_seen(
            moves in proptest::collection::vec((0.0..1.0_f64, 0.1..10.0_f64, -3.0..3.0_f64), 0..8),
            slot in 0_u32..4096,
            bits in 0_u32..12,
        ) {
            let mut view = View::default();
            for (at, factor, by) in moves {
                view.zoom_about(at, factor, LEAST);
                view.pan(by);
                let (start, end) = view.ends();
                prop_assert!(start >= 0.0 && end <= 1.0 + 1e-9 && start < end);
            }
            let size = LEAST * f64::from(1_u32 << bits);
            let from = f64::from(slot >> bits) * size;
            view.reveal(from, from + size, 0.02, LEAST);
            let (low, high) = (view.seen_at(from), view.seen_at(from + size));
            prop_assert!(high - low >= 0.02 - 1e-9);
            // Either all of it is seen, or it fills the strip.
            let is_in = low >= -1e-6 && high <= 1.0 + 1e-6;
            prop_assert!(is_in || low <= 1e-6 && high >= 1.0 - 1e-6, "{low} {high}");
        }
    }
}
