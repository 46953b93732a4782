//! Blocks as people type them: one in a field, while it is typed, and pasted lists.

use super::Family;
use super::span::{self, Span};
use ipnet::{IpNet, Ipv4Net};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The longest text of an address that is looked at; the longest of all has 45 characters.
const ADDRESS_LIMIT: usize = 45;

/// Characters of a text that a message repeats.
const SHOWN_LIMIT: usize = 40;

/// What is in a field for a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typed {
    /// A block.
    Block(IpNet),
    /// A block with bits set after its mask. AWS clears them itself.
    HostBits {
        /// What was typed, without the spaces around it.
        typed: String,
        /// The block with its host bits cleared.
        canonical: IpNet,
    },
    /// No block yet, and one by typing on. Also a mask such as /1, on the way to /16, that would leave host bits set.
    HalfTyped,
    /// No block, whatever follows: one sentence says why.
    Wrong(String),
}

/// Read what is typed into a field for a block of this family. Every text has an answer.
///
/// A block is an address, then a slash and a mask or (IPv4) a netmask, or a space and a netmask: `10.0.0.0/16`,
/// `10.0.0.0/255.255.0.0`, `10.0.0.0 255.255.0.0`. Spaces may stand around it and around the slash.
///
/// ```
/// # use vpc_atlas::cidr::{Family, Typed, read};
/// assert_eq!(read(" 10.0.0.0 /16", Family::V4), Typed::Block("10.0.0.0/16".parse().unwrap()));
/// assert_eq!(read("10.0.", Family::V4), Typed::HalfTyped);
/// assert!(matches!(read("10.0.300", Family::V4), Typed::Wrong(_)));
/// ```
pub fn read(text: &str, family: Family) -> Typed {
    let text = text.trim();
    match scan(text, family) {
        Scan::Whole { block, .. } if block == block.trunc() => Typed::Block(block),
        Scan::Whole { may_grow: true, .. } | Scan::Half => Typed::HalfTyped,
        Scan::Whole { block, .. } => Typed::HostBits {
            typed: text.to_owned(),
            canonical: block.trunc(),
        },
        Scan::Wrong(why) => Typed::Wrong(why),
    }
}

/// A text taken by itself.
enum Scan {
    Whole {
        /// With its host bits.
        block: IpNet,
        /// Whether another digit makes another mask.
        may_grow: bool,
    },
    Half,
    Wrong(String),
}

fn scan(text: &str, family: Family) -> Scan {
    let end = text
        .find(|c: char| c == '/' || c.is_whitespace())
        .unwrap_or(text.len());
    let (start, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let Some(address) = whole_address(start, family) else {
        return if rest.is_empty() && may_become_address(start, family) {
            Scan::Half
        } else {
            Scan::Wrong(why_no_address(start, family))
        };
    };
    let rest = rest.trim_start();
    let (mask, slashed) = match rest.strip_prefix('/') {
        Some(mask) => (mask.trim_start(), true),
        None => (rest, false),
    };
    if mask.is_empty() {
        return Scan::Half;
    }
    if let Some((_, junk)) = mask.split_once(char::is_whitespace) {
        let junk = shown(junk.trim());
        return Scan::Wrong(format!(
            "“{junk}” after the mask is no part of a block; remove it"
        ));
    }
    match read_mask(mask, slashed, family) {
        Mask::Whole { mask, may_grow } => match IpNet::new(address, mask) {
            Ok(block) => Scan::Whole { block, may_grow },
            Err(_) => Scan::Wrong(too_long(mask.to_string().as_str(), family)),
        },
        Mask::Half => Scan::Half,
        Mask::Wrong(why) => Scan::Wrong(why),
    }
}

enum Mask {
    Whole { mask: u8, may_grow: bool },
    Half,
    Wrong(String),
}

fn read_mask(text: &str, slashed: bool, family: Family) -> Mask {
    let longest = span::width(family);
    let is_number = text.chars().all(|c| c.is_ascii_digit());
    let leading_zero = text.len() > 1 && text.starts_with('0');
    if slashed && is_number && !leading_zero {
        let mask = text.parse().ok().filter(|mask| *mask <= longest);
        if let Some(mask) = mask {
            let may_grow = mask > 0 && mask <= longest / 10;
            return Mask::Whole { mask, may_grow };
        }
    }
    if family == Family::V4 {
        // All there are, as text: what starts one may still become it.
        let mut netmasks = (0..=longest).filter_map(|mask| {
            let block = Ipv4Net::new(Ipv4Addr::UNSPECIFIED, mask).ok()?;
            Some((mask, block.netmask().to_string()))
        });
        if let Some((mask, netmask)) = netmasks.find(|(_, netmask)| netmask.starts_with(text)) {
            return if netmask == text {
                let may_grow = false;
                Mask::Whole { mask, may_grow }
            } else {
                Mask::Half
            };
        }
    }
    Mask::Wrong(why_no_mask(text, slashed, family))
}

fn why_no_mask(text: &str, slashed: bool, family: Family) -> String {
    let is_number = text.chars().all(|c| c.is_ascii_digit());
    if is_number && slashed {
        return if text.starts_with('0') {
            format!(
                "the mask /{} starts with a zero; leave that out",
                shown(text)
            )
        } else {
            too_long(text, family)
        };
    }
    if is_number {
        let text = shown(text);
        return format!("“{text}” stands without a slash; write the mask as /{text}");
    }
    if family == Family::V4
        && let Ok(mask) = text.parse::<Ipv4Addr>()
    {
        let opposite = Ipv4Addr::from(!u32::from(mask));
        return if Ipv4Net::with_netmask(opposite, opposite).is_ok() {
            format!("{mask} is a wildcard mask; write the netmask {opposite} instead")
        } else {
            format!(
                "the netmask {mask} has a zero bit before a one; write one such as 255.255.0.0, or /16"
            )
        };
    }
    let example = match family {
        Family::V4 => "/16 or 255.255.0.0",
        Family::V6 => "/56",
    };
    format!("“{}” is not a mask; write it like {example}", shown(text))
}

fn too_long(mask: &str, family: Family) -> String {
    let (mask, longest) = (shown(mask), span::width(family));
    format!(
        "the mask /{mask} is longer than /{longest}, the longest of {family}; choose a shorter one"
    )
}

fn whole_address(text: &str, family: Family) -> Option<IpAddr> {
    match family {
        Family::V4 => text.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
        Family::V6 => text.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
    }
}

/// Whether something typed after it makes an address of it: one of these does, if anything does.
fn may_become_address(text: &str, family: Family) -> bool {
    let endings = match family {
        Family::V4 => ["", "0", ".0", "0.0", ".0.0", "0.0.0", ".0.0.0", "0.0.0.0"],
        Family::V6 => ["", "0", ":", "::", ".0", "0.0", ".0.0", "0.0.0"],
    };
    text.len() <= ADDRESS_LIMIT
        && endings
            .iter()
            .any(|ending| whole_address(&format!("{text}{ending}"), family).is_some())
}

fn why_no_address(text: &str, family: Family) -> String {
    let example = match family {
        Family::V4 => "10.0.0.0/16",
        Family::V6 => "2001:db8::/56",
    };
    if text.is_empty() {
        return format!("the address before the mask is missing; write the block like {example}");
    }
    let other = match family {
        Family::V4 => Family::V6,
        Family::V6 => Family::V4,
    };
    let of_other = match family {
        Family::V4 => text.contains(':') && may_become_address(text, other),
        Family::V6 => text.contains('.') && may_become_address(text, other),
    };
    if of_other {
        let text = shown(text);
        return format!("“{text}” is {other}; write an {family} block, like {example}");
    }
    let belongs = |c: char| match family {
        Family::V4 => c.is_ascii_digit() || c == '.',
        Family::V6 => c.is_ascii_hexdigit() || c == '.' || c == ':',
    };
    if let Some(strange) = text.chars().find(|c| !belongs(*c)) {
        let strange = strange.escape_debug();
        return format!(
            "“{strange}” is no part of an {family} address; write the block like {example}"
        );
    }
    let text = shown(text);
    if family == Family::V6 {
        return format!("“{text}” is not an {family} address; write the block like {example}");
    }
    let parts: Vec<&str> = text.split('.').collect();
    // An empty last part may be on its way.
    let whole = parts.iter().filter(|part| !part.is_empty());
    if let Some(part) = whole.clone().find(|part| part.parse::<u8>().is_err()) {
        format!("{part} in “{text}” is more than 255; correct it")
    } else if let Some(part) = whole
        .clone()
        .find(|part| part.len() > 1 && part.starts_with('0'))
    {
        format!("{part} in “{text}” starts with a zero; leave that out")
    } else if parts.len() > 4 {
        format!("“{text}” has more than four numbers; write the block like {example}")
    } else {
        format!("“{text}” is not four numbers with dots between; write the block like {example}")
    }
}

/// A text as messages repeat it: short, and without control characters.
fn shown(text: &str) -> String {
    let mut shown: String = text
        .chars()
        .take(SHOWN_LIMIT)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(SHOWN_LIMIT).is_some() {
        shown.push('…');
    }
    shown
}

/// A remark about a place in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineError {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1, where the text in question starts.
    pub column: usize,
    /// Whether the list has a block of this text all the same, so that this is a remark only.
    pub taken: bool,
    /// One sentence, without the place.
    pub message: String,
}

/// Read a pasted list of ranges: the blocks in the order of the text, each with its line (from 1) and its note, and what
/// could not be read or was changed.
///
/// A line has one or more ranges and a note, with commas, semicolons or tabs between; a note may also follow a range
/// after a space. Several notes become one. A range is a block as [`read`] takes it, of either family, or its first and
/// last address with a hyphen between, `10.0.0.0 - 10.0.0.255`, which gives the blocks it is made of. Cells may be in
/// double quotes. `#` at the start of a line or after a space starts a comment. A first line of headings (`cidr,note`,
/// `name;CIDR block`) says which column has the ranges and which the note.
///
/// Host bits are cleared, with a remark.
pub fn read_list(text: &str) -> (Vec<(usize, IpNet, String)>, Vec<LineError>) {
    let mut list = List::default();
    let mut headings: Option<Headings> = None;
    let mut is_first = true;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (line, content) in (1..).zip(text.lines()) {
        let cells = cells(content);
        if cells.iter().all(|cell| cell.text.is_empty()) {
            continue;
        }
        if std::mem::take(&mut is_first) {
            headings = Headings::of(&cells);
            if headings.is_some() {
                continue;
            }
        }
        list.line(line, &cells, headings.as_ref());
    }
    (list.blocks, list.errors)
}

#[derive(Default)]
struct List {
    blocks: Vec<(usize, IpNet, String)>,
    errors: Vec<LineError>,
}

impl List {
    fn line(&mut self, line: usize, cells: &[Cell], headings: Option<&Headings>) {
        let is_range = |at: usize, cell: &Cell| match headings {
            Some(headings) => at == headings.range,
            None => looks_like_range(&cell.text),
        };
        let is_note = |at: usize| match headings.and_then(|headings| headings.note) {
            Some(note) => at == note,
            None => true,
        };
        let (mut blocks, mut notes, mut seen) = (Vec::new(), Vec::new(), false);
        for (at, cell) in cells.iter().enumerate() {
            if cell.text.is_empty() {
                continue;
            }
            if is_range(at, cell) {
                seen = true;
                self.range(line, cell, &mut blocks, &mut notes);
            } else if is_note(at) {
                notes.push(cell.text.clone());
            }
        }
        if !seen {
            let cell = cells.iter().find(|cell| !cell.text.is_empty());
            let text = cell.map(|cell| shown(&cell.text)).unwrap_or_default();
            self.errors.push(LineError {
                line,
                column: cell.map_or(1, |cell| cell.column),
                taken: false,
                message: format!(
                    "the line has no range of addresses but “{text}”; write it like 10.0.0.0/16"
                ),
            });
        }
        let note = notes.join(", ");
        let blocks = blocks.into_iter().map(|block| (line, block, note.clone()));
        self.blocks.extend(blocks);
    }

    /// The ranges of a cell and what follows them.
    fn range(
        &mut self,
        line: usize,
        cell: &Cell,
        blocks: &mut Vec<IpNet>,
        notes: &mut Vec<String>,
    ) {
        let mut error = |taken, message| {
            self.errors.push(LineError {
                line,
                column: cell.column,
                taken,
                message,
            });
        };
        let mut text = cell.text.as_str();
        while !text.is_empty() {
            let (found, rest) = match range(text) {
                Ok(range) => range,
                Err(message) => return error(false, message),
            };
            match found {
                Range::Block(block) => {
                    if block != block.trunc() {
                        let canonical = block.trunc();
                        error(
                            true,
                            format!("“{block}” has bits set after its mask; {canonical} was taken"),
                        );
                    }
                    blocks.push(block.trunc());
                }
                Range::Run(family, span) => blocks.extend(span::blocks_of(family, span)),
            }
            let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || "-–:".contains(c));
            text = if looks_like_range(rest) { rest } else { "" };
            if text.is_empty() && !rest.is_empty() {
                notes.push(rest.to_owned());
            }
        }
    }
}

enum Range {
    /// With its host bits.
    Block(IpNet),
    Run(Family, Span),
}

/// The range that a text starts with, and what follows it.
fn range(text: &str) -> Result<(Range, &str), String> {
    // The hyphen is looked for where it may stand and not in all that follows, or long lines would take long.
    let (start, _) = first_words(text, 2);
    if let Some((first, _)) = start.split_once(['-', '–'])
        && let Some(rest) = text.strip_prefix(first)
        && let Ok(first) = first.trim().parse::<IpAddr>()
    {
        let rest = rest.trim_start_matches(['-', '–']);
        let (last, rest) = first_words(rest.trim_start(), 1);
        return run(first, last).map(|range| (range, rest));
    }
    // An address, a slash and a mask may have spaces between them: so many words at the most.
    for words in (1..=3).rev() {
        let (start, rest) = first_words(text, words);
        if let Scan::Whole { block, .. } = scan(start, family_of(start)) {
            return Ok((Range::Block(block), rest));
        }
    }
    Err(match scan(text, family_of(text)) {
        Scan::Wrong(why) => why,
        Scan::Whole { .. } | Scan::Half => {
            let text = shown(text);
            format!("“{text}” has no mask; write it like 10.0.0.0/16")
        }
    })
}

fn run(first: IpAddr, last: &str) -> Result<Range, String> {
    let family = Family::of_address(first);
    let Some(end) = whole_address(last, family) else {
        let last = shown(last);
        return Err(format!(
            "“{last}” after the hyphen is not an {family} address; write the range like 10.0.0.0 - 10.0.0.255"
        ));
    };
    if end < first {
        return Err(format!(
            "the range ends at {end}, before its start {first}; write the lower address first"
        ));
    }
    let (first, last) = (span::number(first), span::number(end));
    Ok(Range::Run(family, Span { first, last }))
}

fn family_of(text: &str) -> Family {
    let (address, _) = first_words(text, 1);
    if address.contains(':') {
        Family::V6
    } else {
        Family::V4
    }
}

/// The first words of a text, and the rest; all of it where there are no more.
fn first_words(text: &str, words: usize) -> (&str, &str) {
    let mut ends = text
        .char_indices()
        .zip(text.chars().skip(1))
        .filter(|((_, c), next)| !c.is_whitespace() && next.is_whitespace())
        .map(|((at, c), _)| at.saturating_add(c.len_utf8()));
    let end = ends.nth(words.saturating_sub(1)).unwrap_or(text.len());
    let (start, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    (start, rest.trim_start())
}

/// Whether a cell is meant as a range, right or wrong, rather than as a note: a version or a date is none.
fn looks_like_range(text: &str) -> bool {
    let (word, _) = first_words(text, 1);
    let count = |sign| word.chars().filter(|c| *c == sign).count();
    let (dots, colons, slashes) = (count('.'), count(':'), count('/'));
    let v4 = word
        .chars()
        .all(|c| c.is_ascii_digit() || "./-–".contains(c));
    let v6 = word
        .chars()
        .all(|c| c.is_ascii_hexdigit() || ".:/-–".contains(c));
    (v4 && (dots >= 2 || dots >= 1 && slashes >= 1)) || (v6 && colons >= 2)
}

/// Where the columns of a list are.
struct Headings {
    range: usize,
    note: Option<usize>,
}

impl Headings {
    /// Read from the first line, if that is one of headings.
    fn of(cells: &[Cell]) -> Option<Self> {
        let column = |names: &[&str]| {
            cells.iter().position(|cell| {
                let name: String = cell.text.chars().filter(|c| c.is_alphanumeric()).collect();
                names.contains(&name.to_lowercase().as_str())
            })
        };
        if cells.iter().any(|cell| looks_like_range(&cell.text)) {
            return None;
        }
        let note = column(&["note", "notes", "comment", "description", "label", "name"]);
        let range = column(&[
            "cidr",
            "cidrs",
            "cidrblock",
            "ipv4cidr",
            "ipv6cidr",
            "ipv4cidrblock",
            "ipv6cidrblock",
            "block",
            "range",
            "iprange",
            "addressrange",
            "prefix",
            "network",
            "subnet",
        ])?;
        Some(Self { range, note })
    }
}

/// A cell of a line, without the spaces and quotes around it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Cell {
    column: usize,
    text: String,
}

/// The cells of a line; one that is quoted and not closed reaches to the end.
fn cells(line: &str) -> Vec<Cell> {
    let mut cells = Vec::new();
    let mut cell = Cell::default();
    let mut quoted = false;
    let mut after_space = true;
    let mut characters = (1..).zip(line.chars()).peekable();
    while let Some((column, c)) = characters.next() {
        if quoted {
            let doubled = c == '"' && characters.next_if(|(_, next)| *next == '"').is_some();
            if c != '"' || doubled {
                cell.text.push(c);
            } else {
                quoted = false;
            }
        } else if c == '#' && after_space {
            break;
        } else if matches!(c, ',' | ';' | '\t') {
            cells.push(std::mem::take(&mut cell));
        } else if c == '"' && cell.text.is_empty() {
            quoted = true;
        } else if !c.is_whitespace() || !cell.text.is_empty() {
            cell.text.push(c);
        }
        if cell.column == 0 && !cell.text.is_empty() {
            cell.column = column;
        }
        after_space = c.is_whitespace();
    }
    cells.push(cell);
    for cell in &mut cells {
        cell.text.truncate(cell.text.trim_end().len());
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn net(text: &str) -> IpNet {
        text.parse().unwrap()
    }

    #[test]
    fn blocks_are_read_as_people_write_them() {
        for text in [
            "10.0.0.0/16",
            "  10.0.0.0/16\n",
            "10.0.0.0 /16",
            "10.0.0.0 / 16",
            "10.0.0.0/255.255.0.0",
            "10.0.0.0 255.255.0.0",
            "10.0.0.0   255.255.0.0 ",
            "10.0.0.0\t255.255.0.0",
        ] {
            assert_eq!(
                read(text, Family::V4),
                Typed::Block(net("10.0.0.0/16")),
                "{text:?}"
            );
        }
        for (text, family, block) in [
            ("0.0.0.0/0", Family::V4, "0.0.0.0/0"),
            ("0.0.0.0 0.0.0.0", Family::V4, "0.0.0.0/0"),
            ("10.0.0.1/255.255.255.255", Family::V4, "10.0.0.1/32"),
            ("FD00::/8", Family::V6, "fd00::/8"),
            ("2001:db8:0:0:0:0:0:0 /56", Family::V6, "2001:db8::/56"),
            ("::/0", Family::V6, "::/0"),
            ("::ffff:10.0.0.0/112", Family::V6, "::ffff:10.0.0.0/112"),
        ] {
            assert_eq!(read(text, family), Typed::Block(net(block)), "{text:?}");
        }
    }

    #[test]
    fn host_bits_give_the_canonical_block() {
        for (text, family, canonical) in [
            (" 100.68.0.18/18 ", Family::V4, "100.68.0.0/18"),
            ("10.0.1.0 255.255.0.0", Family::V4, "10.0.0.0/16"),
            ("10.0.0.0/0", Family::V4, "0.0.0.0/0"),
            // No digit makes another mask of these.
            ("10.1.0.0/4", Family::V4, "0.0.0.0/4"),
            ("2001:db8::/13", Family::V6, "2000::/13"),
            ("2001:db8::1/56", Family::V6, "2001:db8::/56"),
        ] {
            assert_eq!(
                read(text, family),
                Typed::HostBits {
                    typed: text.trim().to_owned(),
                    canonical: net(canonical)
                }
            );
        }
    }

    #[test]
    fn what_may_become_a_block_is_half_typed() {
        for text in [
            "",
            " ",
            "1",
            "10.",
            "10.0",
            "10.0.0",
            "10.0.0.",
            "10.0.0.0",
            "10.0.0.0 ",
            "10.0.0.0/",
            "10.0.0.0 /",
            "10.0.0.0/1",
            "10.0.0.0/255",
            "10.0.0.0/255.",
            "10.0.0.0 2",
            "10.0.0.0 255.255",
            "10.0.0.0 255.255.25",
            "10.0.0.0 255.255.0.",
        ] {
            assert_eq!(read(text, Family::V4), Typed::HalfTyped, "{text:?}");
        }
        for text in [
            "",
            "f",
            "fd0",
            "fd00:",
            "fd00::",
            ":",
            "::",
            "fd00::/",
            "fd00::/5",
            "2001:db8::/12",
            "2001:db8::1",
            "1:2:3:4:5:6:7",
            "1:2:3:4:5:6:7:",
            "1:2:3:4:5:6:7:8",
            "::ffff:10.",
            "::ffff:10.0",
            "10",
        ] {
            assert_eq!(read(text, Family::V6), Typed::HalfTyped, "{text:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_said_in_one_sentence() {
        let four = "write the block like 10.0.0.0/16";
        let six = "write the block like 2001:db8::/56";
        for (text, family, sentence) in [
            ("ten", Family::V4, format!("“t” is no part of an IPv4 address; {four}")),
            ("10.0.0.0.0", Family::V4, format!("“10.0.0.0.0” has more than four numbers; {four}")),
            ("10.0.256", Family::V4, "256 in “10.0.256” is more than 255; correct it".into()),
            ("10.0.00", Family::V4, "00 in “10.0.00” starts with a zero; leave that out".into()),
            ("10..0", Family::V4, format!("“10..0” is not four numbers with dots between; {four}")),
            ("10.0/16", Family::V4, format!("“10.0” is not four numbers with dots between; {four}")),
            ("/16", Family::V4, format!("the address before the mask is missing; {four}")),
            (
                "10.0.0.0/33",
                Family::V4,
                "the mask /33 is longer than /32, the longest of IPv4; choose a shorter one".into(),
            ),
            ("10.0.0.0/016", Family::V4, "the mask /016 starts with a zero; leave that out".into()),
            (
                "10.0.0.0 16",
                Family::V4,
                "“16” stands without a slash; write the mask as /16".into(),
            ),
            (
                "10.0.0.0/16 x",
                Family::V4,
                "“x” after the mask is no part of a block; remove it".into(),
            ),
            (
                "10.0.0.0 255.0.255.0",
                Family::V4,
                "the netmask 255.0.255.0 has a zero bit before a one; write one such as 255.255.0.0, or /16".into(),
            ),
            (
                "10.0.0.0 0.0.255.255",
                Family::V4,
                "0.0.255.255 is a wildcard mask; write the netmask 255.255.0.0 instead".into(),
            ),
            (
                "10.0.0.0/x",
                Family::V4,
                "“x” is not a mask; write it like /16 or 255.255.0.0".into(),
            ),
            (
                "fd00::/56",
                Family::V4,
                "“fd00::” is IPv6; write an IPv4 block, like 10.0.0.0/16".into(),
            ),
            (
                "10.0.0.0/16",
                Family::V6,
                "“10.0.0.0” is IPv4; write an IPv6 block, like 2001:db8::/56".into(),
            ),
            ("fd00::1::/56", Family::V6, format!("“fd00::1::” is not an IPv6 address; {six}")),
            ("fd00::/", Family::V4, "“fd00::” is IPv6; write an IPv4 block, like 10.0.0.0/16".into()),
            ("fe80::1%eth0", Family::V6, format!("“%” is no part of an IPv6 address; {six}")),
            (
                "fd00::/129",
                Family::V6,
                "the mask /129 is longer than /128, the longest of IPv6; choose a shorter one".into(),
            ),
            ("fd00::/ffff::", Family::V6, "“ffff::” is not a mask; write it like /56".into()),
        ] {
            assert_eq!(read(text, family), Typed::Wrong(sentence), "{text:?}");
        }
        let Typed::Wrong(sentence) = read(&"9".repeat(1_000_000), Family::V4) else {
            panic!("a long text is no block");
        };
        assert!(sentence.len() < 200, "{sentence}");
    }

    /// A list as text: blocks as `line block note`, errors as `line:column message`, remarks in brackets.
    fn listed(text: &str) -> Vec<String> {
        let (blocks, errors) = read_list(text);
        let blocks = blocks
            .into_iter()
            .map(|(line, block, note)| format!("{line} {block} {note}").trim_end().to_owned());
        let errors = errors.into_iter().map(|error| {
            let message = format!("{}:{} {}", error.line, error.column, error.message);
            if error.taken {
                format!("({message})")
            } else {
                message
            }
        });
        blocks.chain(errors).collect()
    }

    #[test]
    fn lists_are_read_with_their_notes() {
        assert_eq!(
            listed(
                "\u{feff}# our ranges\r\n\r\n10.0.0.0/16\r\n  10.1.0.0/16 , office\r\n10.2.0.0 255.255.0.0;lab;2nd \
                 floor # gone soon\n\"10.3.0.0/16\",\"Berlin, \"\"new\"\"\"\nfd00::/56\tsix\n10.4.0.0/16 rack #4\n"
            ),
            [
                "3 10.0.0.0/16",
                "4 10.1.0.0/16 office",
                "5 10.2.0.0/16 lab, 2nd floor",
                "6 10.3.0.0/16 Berlin, \"new\"",
                "7 fd00::/56 six",
                "8 10.4.0.0/16 rack",
            ]
        );
        assert_eq!(
            listed(
                "10.0.0.0/16, 10.1.0.0/16; fd00::/56\n10.2.0.0/16 10.3.0.0 255.255.0.0 two\nprod,10.4.0.0/16"
            ),
            [
                "1 10.0.0.0/16",
                "1 10.1.0.0/16",
                "1 fd00::/56",
                "2 10.2.0.0/16 two",
                "2 10.3.0.0/16 two",
                "3 10.4.0.0/16 prod",
            ]
        );
    }

    #[test]
    fn headings_name_the_columns() {
        assert_eq!(
            listed("cidr,note\n10.0.0.0/16,10.9.0.0/16 was here"),
            ["2 10.0.0.0/16 10.9.0.0/16 was here"]
        );
        assert_eq!(
            listed("# export\nName;Owner;CIDR Block\nprod;net;10.0.0.0/16\ntest;net;\n"),
            [
                "3 10.0.0.0/16 prod",
                "4:1 the line has no range of addresses but “test”; write it like 10.0.0.0/16",
            ]
        );
        assert_eq!(listed("cidr\n"), [""; 0]);
    }

    #[test]
    fn ranges_become_the_blocks_they_are_made_of() {
        assert_eq!(
            listed(
                "10.0.0.0 - 10.0.0.255\n10.0.0.0-10.0.1.127, two\n10.0.0.5–10.0.0.5 one\nfd00:: - fd00::1"
            ),
            [
                "1 10.0.0.0/24",
                "2 10.0.0.0/24 two",
                "2 10.0.1.0/25 two",
                "3 10.0.0.5/32 one",
                "4 fd00::/127",
            ]
        );
        assert_eq!(
            listed("10.0.0.9 - 10.0.0.1\n10.0.0.0 - fd00::\n0.0.0.0-255.255.255.255"),
            [
                "3 0.0.0.0/0",
                "1:1 the range ends at 10.0.0.1, before its start 10.0.0.9; write the lower address first",
                "2:1 “fd00::” after the hyphen is not an IPv4 address; write the range like 10.0.0.0 - 10.0.0.255",
            ]
        );
    }

    #[test]
    fn errors_name_line_and_column_and_leave_the_rest() {
        assert_eq!(
            listed("10.0.0.7/16,a\n10.1.0.0/16, 10.2.0.0/33\n10.3.0.0\nnothing\n10.4.0.0/16"),
            [
                "1 10.0.0.0/16 a",
                "2 10.1.0.0/16",
                "5 10.4.0.0/16",
                "(1:1 “10.0.0.7/16” has bits set after its mask; 10.0.0.0/16 was taken)",
                "2:14 the mask /33 is longer than /32, the longest of IPv4; choose a shorter one",
                "3:1 “10.3.0.0” has no mask; write it like 10.0.0.0/16",
                "4:1 the line has no range of addresses but “nothing”; write it like 10.0.0.0/16",
            ]
        );
    }

    fn any_block() -> impl Strategy<Value = IpNet> {
        (any::<u128>(), any::<bool>(), 0..=128_u8).prop_map(|(address, v4, mask)| {
            if v4 {
                span::block(Family::V4, address >> 96, mask % 33).unwrap()
            } else {
                // Runs of zeros in any place, so that they are written in all ways.
                let sparse = address & address.rotate_left(40) & address.rotate_left(80);
                span::block(Family::V6, sparse, mask).unwrap()
            }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn a_block_reads_back(block in any_block()) {
            prop_assert_eq!(read(&block.to_string(), Family::of(block)), Typed::Block(block));
            let (blocks, errors) = read_list(&format!("{block}, note"));
            prop_assert_eq!(blocks, [(1, block, "note".to_owned())]);
            prop_assert_eq!(errors, []);
        }

        #[test]
        fn no_block_is_wrong_on_its_way(block in any_block()) {
            let mut ways = vec![block.to_string()];
            if let IpNet::V4(v4) = block {
                ways.push(format!("{} {}", v4.addr(), v4.netmask()));
                ways.push(format!("{}/{}", v4.addr(), v4.netmask()));
            }
            for way in ways {
                for end in 0..=way.len() {
                    let typed = read(&way[..end], Family::of(block));
                    prop_assert!(!matches!(typed, Typed::Wrong(_)), "{} {typed:?}", &way[..end]);
                }
            }
        }

        #[test]
        fn no_text_panics(
            text in prop_oneof![
                "\\PC{0,40}",
                "[0-9a-f.:/ ,;\"#\n–-]{0,60}",
                "[0-9]{1,3}(\\.[0-9]{1,3}){0,4}[ /-]{0,2}[0-9.]{0,15}",
            ],
            v4: bool,
        ) {
            let family = if v4 { Family::V4 } else { Family::V6 };
            match read(&text, family) {
                Typed::Block(block) => prop_assert_eq!(block, block.trunc()),
                Typed::HostBits { canonical, .. } => prop_assert_eq!(canonical, canonical.trunc()),
                Typed::HalfTyped => {}
                Typed::Wrong(why) => prop_assert!(!why.is_empty() && !why.contains('\n')),
            }
            let (blocks, errors) = read_list(&text);
            prop_assert!(blocks.iter().all(|(line, block, _)| *line >= 1 && *block == block.trunc()));
            let lines = text.lines().count();
            prop_assert!(errors.iter().all(|e| (1..=lines).contains(&e.line) && e.column >= 1));
        }

        #[test]
        fn a_range_is_covered_and_no_more(a: u32, b: u32) {
            let (first, last) = (Ipv4Addr::from(a.min(b)), Ipv4Addr::from(a.max(b)));
            let (blocks, errors) = read_list(&format!("{first}-{last}"));
            prop_assert_eq!(errors, []);
            let blocks: Vec<IpNet> = blocks.into_iter().map(|(_, block, _)| block).collect();
            prop_assert_eq!(super::super::covers(&blocks), u128::from(a.abs_diff(b)) + 1);
            prop_assert_eq!(blocks.first().unwrap().network(), IpAddr::V4(first));
            prop_assert_eq!(blocks.last().unwrap().broadcast(), IpAddr::V4(last));
        }
    }
}
