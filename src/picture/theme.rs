//! Colours by role, in one place: light, dark, and none at all for print.

pub use super::diagram::Swatch;
use super::diagram::{Hue, Role, Sign};

/// Light, dark or black on white.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Theme {
    /// Dark ink on a light canvas.
    #[default]
    Light,
    /// Light ink on a dark canvas.
    Dark,
    /// Black on white, for paper: patterns, dashes and symbols stand for what colours say elsewhere.
    Print,
}

/// An opaque colour, eight bits a channel, sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rgb(pub u8, pub u8, pub u8);

/// What a colour is for. Nothing outside this module names a hue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ink {
    /// Behind the map.
    Canvas,
    /// Panels and bars beside the map.
    Panel,
    /// Inset rows and fields inside a panel.
    Sunken,
    /// A row under the pointer.
    Hovered,
    /// A selected row.
    Selected,
    /// A card's face.
    Card,
    /// Words.
    Text,
    /// Words of second rank.
    TextMuted,
    /// Hairlines around cards and between panels.
    Border,
    /// The dashed frame around a group.
    Frame,
    /// What can be clicked, and the ring around what is selected.
    Accent,
    /// Words on the accent colour.
    OnAccent,
    /// A role's full strength: bars, glyphs and lines.
    Strong(Role),
    /// A role's words, readable on a card's face and on the role's tint.
    Word(Role),
    /// A role's faint fill.
    Tint(Role),
    /// Words on a role's full strength.
    On(Role),
    /// A colour people chose, at full strength.
    Swatch(Swatch),
    /// Words in a colour people chose, readable on its tint and on a card's face.
    SwatchWord(Swatch),
    /// The faint fill of a colour people chose.
    SwatchTint(Swatch),
    /// A piece of code, readable on every plain ground.
    Syntax(Syntax),
}

/// What a piece of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Syntax {
    /// None of the others.
    Plain,
    /// A remark for people.
    Comment,
    /// The name of a field, an argument or an option.
    Key,
    /// A word of the language itself.
    Keyword,
    /// Words between quotes, and what stands for such.
    Text,
    /// A number.
    Number,
    /// What stands for something else: a variable, another resource.
    Reference,
    /// Brackets, commas, equals signs.
    Mark,
}

impl Syntax {
    /// Every one.
    pub const ALL: [Self; 8] = [
        Self::Plain,
        Self::Comment,
        Self::Key,
        Self::Keyword,
        Self::Text,
        Self::Number,
        Self::Reference,
        Self::Mark,
    ];
}

impl Hue {
    /// Full strength: bars, glyphs and lines.
    pub fn strong(self) -> Ink {
        match self {
            Self::Role(role) => Ink::Strong(role),
            Self::Swatch(swatch) => Ink::Swatch(swatch),
        }
    }

    /// Words, readable on a card's face and on the tint.
    pub fn word(self) -> Ink {
        match self {
            Self::Role(role) => Ink::Word(role),
            Self::Swatch(swatch) => Ink::SwatchWord(swatch),
        }
    }

    /// A faint fill.
    pub fn tint(self) -> Ink {
        match self {
            Self::Role(role) => Ink::Tint(role),
            Self::Swatch(swatch) => Ink::SwatchTint(swatch),
        }
    }
}

impl Sign {
    /// The role that colours the sign's disc.
    pub fn role(self) -> Role {
        match self {
            Self::Danger | Self::Removed => Role::Danger,
            Self::Warn => Role::Warn,
            Self::Unknown => Role::Neutral,
            Self::Info | Self::Changed => Role::Private,
            Self::Added => Role::Public,
        }
    }
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 13] = [
        Self::Vpc,
        Self::Public,
        Self::Private,
        Self::Isolated,
        Self::Unknown,
        Self::Table,
        Self::Gateway,
        Self::Endpoint,
        Self::Transit,
        Self::Host,
        Self::Danger,
        Self::Warn,
        Self::Neutral,
    ];
}

/// The shades of one role in one theme.
struct Shades {
    strong: u32,
    word: u32,
    tint: u32,
}

const fn shades(strong: u32, word: u32, tint: u32) -> Shades {
    Shades { strong, word, tint }
}

const fn light(role: Role) -> Shades {
    match role {
        Role::Vpc => shades(0x3b_4a5a, 0x3b_4a5a, 0xed_f1f5),
        Role::Public => shades(0x2e_8540, 0x26_7236, 0xea_f5ec),
        Role::Private => shades(0x23_78b5, 0x1c_659b, 0xe8_f1f9),
        Role::Isolated => shades(0x5f_7387, 0x53_6679, 0xee_f1f4),
        Role::Unknown => shades(0x7f_8994, 0x5f_6974, 0xf2_f3f5),
        Role::Table => shades(0x7a_4fd0, 0x6b_40c2, 0xf2_edfb),
        Role::Gateway => shades(0xb8_621b, 0x97_4e12, 0xfb_f1e7),
        Role::Endpoint => shades(0x9a_4fb0, 0x87_3e9d, 0xf8_eefa),
        Role::Transit => shades(0x0f_7f86, 0x0c_6a70, 0xe5_f4f5),
        Role::Host => shades(0x7d_6a58, 0x6b_5a4a, 0xf5_f1ec),
        Role::Danger => shades(0xcf_2f3a, 0xb3_222d, 0xfd_edee),
        Role::Warn => shades(0xab_6f10, 0x87_5704, 0xfb_f3e2),
        Role::Neutral => shades(0x6b_7683, 0x5c_6773, 0xef_f2f5),
    }
}

const fn dark(role: Role) -> Shades {
    match role {
        Role::Vpc => shades(0xa9_b8c6, 0xbc_c8d4, 0x1d_2731),
        Role::Public => shades(0x5c_b874, 0x74_c78a, 0x16_281c),
        Role::Private => shades(0x5c_a8e0, 0x7a_bbe9, 0x14_2433),
        Role::Isolated => shades(0x8d_a2b5, 0xa3_b5c5, 0x1b_242d),
        Role::Unknown => shades(0x7a_8591, 0x9a_a5b0, 0x1b_2128),
        Role::Table => shades(0xa9_8bef, 0xb9_a0f3, 0x21_1b33),
        Role::Gateway => shades(0xe3_9a56, 0xea_ac74, 0x2e_2117),
        Role::Endpoint => shades(0xcd_8adf, 0xd9_a3e7, 0x2a_1c2f),
        Role::Transit => shades(0x4f_bcc2, 0x6f_cbd0, 0x13_2829),
        Role::Host => shades(0xbd_a68f, 0xcb_b8a4, 0x27_211a),
        Role::Danger => shades(0xf0_6a70, 0xf5_8a8f, 0x33_191b),
        Role::Warn => shades(0xd7_aa52, 0xe0_ba70, 0x2c_2413),
        Role::Neutral => shades(0x8b_97a4, 0xa3_aeb9, 0x1c_232b),
    }
}

const fn light_swatch(swatch: Swatch) -> Shades {
    match swatch {
        Swatch::Red => shades(0xd1_3438, 0xb0_2429, 0xfd_eced),
        Swatch::Orange => shades(0xc9_5d0c, 0xa0_480b, 0xfd_f0e4),
        Swatch::Yellow => shades(0xa0_8200, 0x70_5b00, 0xfa_f5d6),
        Swatch::Green => shades(0x2e_8540, 0x26_7236, 0xea_f5ec),
        Swatch::Teal => shades(0x0f_7f86, 0x0c_6a70, 0xe5_f4f5),
        Swatch::Blue => shades(0x23_78b5, 0x1c_659b, 0xe8_f1f9),
        Swatch::Purple => shades(0x7a_4fd0, 0x6b_40c2, 0xf2_edfb),
        Swatch::Pink => shades(0xc2_3d8f, 0xa3_2b75, 0xfc_eef6),
        Swatch::Brown => shades(0x86_5a3c, 0x71_4a2f, 0xf6_efe9),
        Swatch::Gray => shades(0x6b_7683, 0x5c_6773, 0xef_f2f5),
    }
}

const fn dark_swatch(swatch: Swatch) -> Shades {
    match swatch {
        Swatch::Red => shades(0xf0_6a70, 0xf5_8a8f, 0x33_191b),
        Swatch::Orange => shades(0xee_8a4a, 0xf3_a06c, 0x30_1f14),
        Swatch::Yellow => shades(0xd3_bb3f, 0xdf_ca66, 0x28_2511),
        Swatch::Green => shades(0x5c_b874, 0x74_c78a, 0x16_281c),
        Swatch::Teal => shades(0x4f_bcc2, 0x6f_cbd0, 0x13_2829),
        Swatch::Blue => shades(0x5c_a8e0, 0x7a_bbe9, 0x14_2433),
        Swatch::Purple => shades(0xa9_8bef, 0xb9_a0f3, 0x21_1b33),
        Swatch::Pink => shades(0xe3_7fb9, 0xea_9cc9, 0x2e_1a26),
        Swatch::Brown => shades(0xb9_8f70, 0xcb_a98f, 0x28_1f18),
        Swatch::Gray => shades(0x8b_97a4, 0xa3_aeb9, 0x1c_232b),
    }
}

const fn light_syntax(syntax: Syntax) -> u32 {
    match syntax {
        Syntax::Plain => 0x17_202a,
        Syntax::Comment => 0x5b_6875,
        Syntax::Key => 0x1c_659b,
        Syntax::Keyword => 0x6b_40c2,
        Syntax::Text => 0x26_7236,
        Syntax::Number => 0x97_4e12,
        Syntax::Reference => 0x0c_6a70,
        Syntax::Mark => 0x53_6679,
    }
}

const fn dark_syntax(syntax: Syntax) -> u32 {
    match syntax {
        Syntax::Plain => 0xe8_edf2,
        Syntax::Comment => 0x8b_97a4,
        Syntax::Key => 0x7a_bbe9,
        Syntax::Keyword => 0xb9_a0f3,
        Syntax::Text => 0x8f_cf9f,
        Syntax::Number => 0xea_ac74,
        Syntax::Reference => 0x6f_cbd0,
        Syntax::Mark => 0xa3_b5c5,
    }
}

/// Black on white. What is quiet elsewhere is grey.
const fn print(role: Role) -> Shades {
    match role {
        Role::Unknown | Role::Neutral => shades(0x4d_4d4d, 0x40_4040, 0xf4_f4f4),
        _ => shades(0x1a_1a1a, 0x1a_1a1a, 0xf4_f4f4),
    }
}

impl Theme {
    /// Every theme.
    pub const ALL: [Self; 3] = [Self::Light, Self::Dark, Self::Print];

    /// The themes of a window.
    pub const SCREEN: [Self; 2] = [Self::Light, Self::Dark];

    /// The colour of an ink.
    pub const fn color(self, ink: Ink) -> Rgb {
        let plain = match (ink, self) {
            (Ink::Canvas | Ink::Sunken, Self::Light) => 0xf5_f7fa,
            (Ink::Panel | Ink::Card | Ink::OnAccent | Ink::On(_), Self::Light | Self::Print)
            | (Ink::Canvas, Self::Print) => 0xff_ffff,
            (Ink::Hovered, Self::Light) => 0xee_f2f6,
            (Ink::Selected, Self::Light) => 0xe8_f1f9,
            (Ink::Text, Self::Light) => 0x17_202a,
            (Ink::TextMuted, Self::Light) => 0x5b_6875,
            (Ink::Border, Self::Light) => 0xd3_dae2,
            (Ink::Frame, Self::Light) => 0xbf_c8d2,
            (Ink::Accent, Self::Light) => 0x25_63eb,
            (Ink::Canvas | Ink::Sunken | Ink::OnAccent | Ink::On(_), Self::Dark) => 0x0e_1318,
            (Ink::Panel, Self::Dark) => 0x15_1b22,
            (Ink::Card, Self::Dark) => 0x17_1e26,
            (Ink::Hovered, Self::Dark) => 0x1c_242d,
            (Ink::Selected, Self::Dark) => 0x14_2433,
            (Ink::Text, Self::Dark) => 0xe8_edf2,
            (Ink::TextMuted, Self::Dark) => 0x98_a5b3,
            (Ink::Border, Self::Dark) => 0x2b_3540,
            (Ink::Frame, Self::Dark) => 0x3a_4653,
            (Ink::Accent, Self::Dark) => 0x6e_a8fe,
            (Ink::Sunken | Ink::Hovered | Ink::Selected, Self::Print) => 0xf4_f4f4,
            (Ink::Text | Ink::Accent, Self::Print) => 0x00_0000,
            (Ink::TextMuted | Ink::Syntax(Syntax::Comment), Self::Print) => 0x40_4040,
            (Ink::Border, Self::Print) => 0x80_8080,
            (Ink::Frame, Self::Print) => 0x5a_5a5a,
            (Ink::Strong(role), _) => self.shades(role).strong,
            (Ink::Word(role), _) => self.shades(role).word,
            (Ink::Tint(role), _) => self.shades(role).tint,
            (Ink::Swatch(swatch), _) => self.swatch(swatch).strong,
            (Ink::SwatchWord(swatch), _) => self.swatch(swatch).word,
            (Ink::SwatchTint(swatch), _) => self.swatch(swatch).tint,
            (Ink::Syntax(syntax), Self::Light) => light_syntax(syntax),
            (Ink::Syntax(syntax), Self::Dark) => dark_syntax(syntax),
            (Ink::Syntax(_), Self::Print) => 0x1a_1a1a,
        };
        Rgb((plain >> 16) as u8, (plain >> 8) as u8, plain as u8)
    }

    const fn shades(self, role: Role) -> Shades {
        match self {
            Self::Light => light(role),
            Self::Dark => dark(role),
            Self::Print => print(role),
        }
    }

    const fn swatch(self, swatch: Swatch) -> Shades {
        match self {
            Self::Light => light_swatch(swatch),
            Self::Dark => dark_swatch(swatch),
            Self::Print => shades(0x1a_1a1a, 0x1a_1a1a, 0xf4_f4f4),
        }
    }

    /// How opaque the veil of canvas colour is that dims what is not lit, from 0 to 1.
    pub const fn veil(self) -> f32 {
        match self {
            Self::Light | Self::Print => 0.72,
            Self::Dark => 0.66,
        }
    }
}

impl Rgb {
    /// As CSS writes it: `#rrggbb`.
    pub fn css(self) -> String {
        let Self(red, green, blue) = self;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// Relative luminance as [WCAG 2.2](https://www.w3.org/TR/WCAG22/#dfn-relative-luminance) defines it, from 0 to 1.
    pub fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let value = f64::from(channel) / 255.0;
            if value <= 0.04045 {
                value / 12.92
            } else {
                ((value + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// Contrast as [WCAG 2.2](https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio) defines it, from 1 to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fails unless each foreground has at least this contrast on each background, in every theme.
    fn assert_contrast(least: f64, foregrounds: &[Ink], backgrounds: &[Ink]) {
        for theme in Theme::ALL {
            for fore in foregrounds {
                for back in backgrounds {
                    let contrast = theme.color(*fore).contrast(theme.color(*back));
                    assert!(
                        contrast >= least,
                        "{theme:?} {fore:?} on {back:?}: {contrast:.2}"
                    );
                }
            }
        }
    }

    const PLAIN: [Ink; 6] = [
        Ink::Canvas,
        Ink::Panel,
        Ink::Sunken,
        Ink::Hovered,
        Ink::Selected,
        Ink::Card,
    ];

    #[test]
    fn contrast_is_reckoned_as_the_standard_says() {
        assert!((Rgb(0, 0, 0).contrast(Rgb(255, 255, 255)) - 21.0).abs() < 1e-9);
        // The standard's own lightest passing grey on white.
        assert!((Rgb(0x76, 0x76, 0x76).contrast(Rgb(255, 255, 255)) - 4.54).abs() < 0.01);
    }

    #[test]
    fn words_can_be_read() {
        assert_contrast(4.5, &[Ink::Text, Ink::TextMuted, Ink::Accent], &PLAIN);
        assert_contrast(4.5, &[Ink::OnAccent], &[Ink::Accent]);
        for role in Role::ALL {
            let tint = [Ink::Tint(role)];
            assert_contrast(4.5, &[Ink::Text, Ink::TextMuted], &tint);
            assert_contrast(4.5, &[Ink::Word(role)], &tint);
            assert_contrast(4.5, &[Ink::Word(role)], &PLAIN);
        }
        for swatch in Swatch::ALL {
            let tint = [Ink::SwatchTint(swatch)];
            assert_contrast(4.5, &[Ink::Text, Ink::TextMuted], &tint);
            assert_contrast(4.5, &[Ink::SwatchWord(swatch)], &tint);
            assert_contrast(4.5, &[Ink::SwatchWord(swatch)], &PLAIN);
        }
        for syntax in Syntax::ALL {
            assert_contrast(4.5, &[Ink::Syntax(syntax)], &PLAIN);
        }
        for sign in [
            Sign::Danger,
            Sign::Warn,
            Sign::Unknown,
            Sign::Info,
            Sign::Added,
            Sign::Removed,
            Sign::Changed,
        ] {
            let role = sign.role();
            assert_contrast(3.0, &[Ink::On(role)], &[Ink::Strong(role)]);
        }
    }

    #[test]
    fn graphics_can_be_seen() {
        for role in Role::ALL {
            assert_contrast(
                3.0,
                &[Ink::Strong(role)],
                &[Ink::Canvas, Ink::Card, Ink::Tint(role)],
            );
        }
        for swatch in Swatch::ALL {
            let behind = [Ink::Canvas, Ink::Card, Ink::SwatchTint(swatch)];
            assert_contrast(3.0, &[Ink::Swatch(swatch)], &behind);
        }
        assert_contrast(3.0, &[Ink::Accent], &PLAIN);
    }

    #[test]
    fn print_has_no_colours_and_strong_lines() {
        let theme = Theme::Print;
        let roles = Role::ALL.into_iter().flat_map(|role| {
            let all = [Ink::Strong(role), Ink::Word(role), Ink::Tint(role)];
            all.into_iter().chain([Ink::On(role)])
        });
        let swatches = Swatch::ALL.into_iter().flat_map(|swatch| {
            [
                Ink::Swatch(swatch),
                Ink::SwatchWord(swatch),
                Ink::SwatchTint(swatch),
            ]
        });
        let others = [
            Ink::Text,
            Ink::TextMuted,
            Ink::Border,
            Ink::Frame,
            Ink::Accent,
            Ink::OnAccent,
        ];
        let canvas = theme.color(Ink::Canvas);
        assert_eq!(canvas, Rgb(255, 255, 255));
        for ink in roles.chain(swatches).chain(others).chain(PLAIN) {
            let Rgb(red, green, blue) = theme.color(ink);
            assert!(red == green && green == blue, "{ink:?} is a colour");
            if matches!(ink, Ink::Strong(_) | Ink::Swatch(_) | Ink::Text) {
                let contrast = theme.color(ink).contrast(canvas);
                assert!(contrast >= 7.0, "{ink:?}: {contrast:.2}");
            }
            if matches!(ink, Ink::Border | Ink::Frame) {
                let contrast = theme.color(ink).contrast(canvas);
                assert!(contrast >= 3.0, "{ink:?}: {contrast:.2}");
            }
        }
    }

    #[test]
    fn swatches_do_not_look_alike() {
        for theme in Theme::SCREEN {
            for (index, one) in Swatch::ALL.iter().enumerate() {
                for two in Swatch::ALL.iter().skip(index + 1) {
                    let (first, second) = (
                        theme.color(Ink::Swatch(*one)),
                        theme.color(Ink::Swatch(*two)),
                    );
                    let apart = first.0.abs_diff(second.0).max(first.1.abs_diff(second.1));
                    let apart = apart.max(first.2.abs_diff(second.2));
                    assert!(apart >= 25, "{theme:?} {one:?} {two:?}: {apart}");
                }
            }
        }
    }

    #[test]
    fn kinds_of_subnet_do_not_look_alike() {
        let kinds = [Role::Public, Role::Private, Role::Isolated, Role::Unknown];
        for theme in Theme::SCREEN {
            for (index, one) in kinds.iter().enumerate() {
                for two in kinds.iter().skip(index + 1) {
                    let (first, second) = (
                        theme.color(Ink::Strong(*one)),
                        theme.color(Ink::Strong(*two)),
                    );
                    let apart = (first.0.abs_diff(second.0))
                        .max(first.1.abs_diff(second.1))
                        .max(first.2.abs_diff(second.2));
                    assert!(apart >= 25, "{theme:?} {one:?} {two:?}: {apart}");
                }
            }
        }
    }
}
