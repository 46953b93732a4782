//! What the pieces of code are, for showing them in colours of their own.
//!
//! Enough of each language to tell what is written here apart, and no more: nothing is checked, and text that is not of the
//! language comes out in pieces as well as any other. The pieces of a line are always the whole line.

mod scan;
mod shell;
#[cfg(test)]
mod tests;
mod yaml;

use crate::picture::theme::Syntax;
use scan::{Scan, is_word};
use std::ops::Range;

/// What code is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Terraform's.
    Hcl,
    /// CloudFormation's, by choice.
    Yaml,
    /// CloudFormation's, by choice.
    Json,
    /// That of bash.
    Shell,
}

impl Language {
    /// The language of a file, by the ending of its name; none where nothing is known of it.
    pub fn of(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        match ending {
            "tf" | "tfvars" | "hcl" => Some(Self::Hcl),
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            "sh" => Some(Self::Shell),
            _ => None,
        }
    }
}

/// A line of code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// Where it stands in the text, in bytes, without its end.
    pub bytes: Range<usize>,
    /// Its pieces from left to right, in bytes of the text; none overlap, none is missing.
    pub pieces: Vec<(Range<usize>, Syntax)>,
}

/// The lines of a text with their pieces. Of a language that is not known every line is one piece.
pub fn lines(text: &str, language: Option<Language>) -> Vec<Line> {
    let mut scan = Scan::new(text);
    match language {
        Some(Language::Hcl) => hcl(&mut scan),
        Some(Language::Json) => json(&mut scan),
        Some(Language::Yaml) => yaml::scan(&mut scan),
        Some(Language::Shell) => shell::scan(&mut scan),
        None => {}
    }
    broken(text, &scan.found)
}

/// Pieces of the whole text as pieces of its lines; what lies between them is plain.
fn broken(text: &str, found: &[(Range<usize>, Syntax)]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut next = 0;
    for whole in text.split_inclusive('\n') {
        let line = whole.strip_suffix('\n').unwrap_or(whole);
        let line = line.strip_suffix('\r').unwrap_or(line);
        let bytes = start..start + line.len();
        start += whole.len();
        let mut pieces: Vec<(Range<usize>, Syntax)> = Vec::new();
        let mut at = bytes.start;
        while let Some((piece, syntax)) = found.get(next) {
            let inside = piece.start.max(bytes.start)..piece.end.min(bytes.end);
            if piece.start >= bytes.end && piece.start >= start {
                break;
            }
            if !inside.is_empty() {
                if inside.start > at {
                    pieces.push((at..inside.start, Syntax::Plain));
                }
                at = inside.end;
                pieces.push((inside, *syntax));
            }
            // One that goes on is looked at again in the next line.
            if piece.end > start {
                break;
            }
            next += 1;
        }
        if at < bytes.end {
            pieces.push((at..bytes.end, Syntax::Plain));
        }
        lines.push(Line { bytes, pieces });
    }
    lines
}

const HCL_KEYWORDS: &[&str] = &["true", "false", "null", "for", "in", "if", "else", "endif"];

fn hcl(scan: &mut Scan<'_>) {
    // Nothing but space since the line began.
    let mut is_first = true;
    while let Some(here) = scan.peek() {
        let begin = scan.at;
        let was_first = std::mem::replace(&mut is_first, false);
        match here {
            b'\n' => {
                scan.skip(1);
                is_first = true;
            }
            b' ' | b'\t' | b'\r' => {
                scan.skip(1);
                is_first = was_first;
            }
            b'#' => scan.rest_of_line(Syntax::Comment),
            b'/' if scan.starts_with("//") => scan.rest_of_line(Syntax::Comment),
            b'/' if scan.starts_with("/*") => {
                scan.skip(2);
                scan.skip_past("*/");
                scan.push(begin, Syntax::Comment);
            }
            b'<' if scan.starts_with("<<") => {
                scan.skip(2);
                scan.skip_if(b'-');
                let word = scan.word();
                if word.is_empty() {
                    scan.push(begin, Syntax::Mark);
                } else {
                    scan.skip_heredoc(word, true);
                    scan.push(begin, Syntax::Text);
                }
            }
            b'"' => quoted(scan, b"$%"),
            _ if here.is_ascii_digit() => {
                scan.skip_while(|it| it.is_ascii_alphanumeric() || it == b'.');
                scan.push(begin, Syntax::Number);
            }
            _ if is_word(here) => {
                let word = scan.skip_while(|it| is_word(it) || it == b'-');
                let syntax = match scan.after_spaces() {
                    Some(b'{' | b'"') if was_first => Syntax::Keyword,
                    Some(b'=') if scan.second_after_spaces() != Some(b'=') => Syntax::Key,
                    _ if HCL_KEYWORDS.contains(&word) => Syntax::Keyword,
                    _ if scan.peek() == Some(b'.') => {
                        scan.skip_while(|it| is_word(it) || it == b'.' || it == b'-');
                        Syntax::Reference
                    }
                    _ => Syntax::Plain,
                };
                scan.push(begin, syntax);
            }
            _ => {
                scan.skip(1);
                scan.push(begin, Syntax::Mark);
            }
        }
    }
}

fn json(scan: &mut Scan<'_>) {
    while let Some(here) = scan.peek() {
        let begin = scan.at;
        match here {
            b' ' | b'\t' | b'\r' | b'\n' => scan.skip(1),
            b'"' => {
                let first = scan.found.len();
                quoted(scan, b"$");
                if scan.after_spaces() == Some(b':') {
                    scan.found.truncate(first);
                    scan.push(begin, Syntax::Key);
                }
            }
            _ if here.is_ascii_digit() || here == b'-' => {
                scan.skip(1);
                scan.skip_while(|it| it.is_ascii_alphanumeric() || b".+-".contains(&it));
                scan.push(begin, Syntax::Number);
            }
            _ if is_word(here) => {
                let word = scan.skip_while(is_word);
                let is_own = ["true", "false", "null"].contains(&word);
                let syntax = if is_own {
                    Syntax::Keyword
                } else {
                    Syntax::Plain
                };
                scan.push(begin, syntax);
            }
            _ => {
                scan.skip(1);
                scan.push(begin, Syntax::Mark);
            }
        }
    }
}

/// Words between double quotes on one line, with what is put in by `${…}` (or another sign) set off. A quote inside of
/// that is no end.
fn quoted(scan: &mut Scan<'_>, signs: &[u8]) {
    let mut begin = scan.at;
    scan.skip(1);
    while let Some(here) = scan.peek() {
        match here {
            b'\n' => break,
            b'\\' => scan.skip(2),
            b'"' => {
                scan.skip(1);
                break;
            }
            sign if signs.contains(&sign) && scan.second() == Some(sign) => scan.skip(2),
            sign if signs.contains(&sign) && scan.second() == Some(b'{') => {
                scan.push(begin, Syntax::Text);
                begin = scan.at;
                scan.skip_braces();
                scan.push(begin, Syntax::Reference);
                begin = scan.at;
            }
            _ => scan.skip(1),
        }
    }
    scan.push(begin, Syntax::Text);
}
