//! Sheets of paper.

/// A size of paper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Paper {
    /// As large as the picture, for screens.
    Fit,
    /// 210 × 297 mm.
    #[default]
    A4,
    /// 297 × 420 mm.
    A3,
    /// 420 × 594 mm.
    A2,
    /// 594 × 841 mm.
    A1,
    /// 8.5 × 11 in.
    Letter,
    /// 8.5 × 14 in.
    Legal,
    /// 11 × 17 in; lying it is called ledger.
    Tabloid,
}

/// Which way the paper lies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Orientation {
    /// The way that needs fewer pages, or shows the picture larger.
    #[default]
    Auto,
    /// Upright.
    Portrait,
    /// Lying.
    Landscape,
}

/// Points to the millimetre.
pub(super) const MILLIMETRE: f64 = 72.0 / 25.4;

impl Paper {
    /// Every size.
    pub const ALL: [Self; 8] = [
        Self::Fit,
        Self::A4,
        Self::A3,
        Self::A2,
        Self::A1,
        Self::Letter,
        Self::Legal,
        Self::Tabloid,
    ];

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fit => "Fit",
            Self::A4 => "A4",
            Self::A3 => "A3",
            Self::A2 => "A2",
            Self::A1 => "A1",
            Self::Letter => "Letter",
            Self::Legal => "Legal",
            Self::Tabloid => "Tabloid",
        }
    }

    /// Width and height when upright, in points; none for paper that is as large as the picture.
    pub(super) fn points(self) -> Option<(f64, f64)> {
        let metric = |width: f64, height: f64| Some((width * MILLIMETRE, height * MILLIMETRE));
        match self {
            Self::Fit => None,
            Self::A4 => metric(210.0, 297.0),
            Self::A3 => metric(297.0, 420.0),
            Self::A2 => metric(420.0, 594.0),
            Self::A1 => metric(594.0, 841.0),
            Self::Letter => Some((612.0, 792.0)),
            Self::Legal => Some((612.0, 1008.0)),
            Self::Tabloid => Some((792.0, 1224.0)),
        }
    }
}
