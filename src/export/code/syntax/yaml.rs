//! The pieces of YAML as templates have it: keys, short forms of functions, scalars.

use super::quoted;
use super::scan::{Scan, is_word};
use crate::picture::theme::Syntax;

pub(super) fn scan(scan: &mut Scan<'_>) {
    while scan.peek().is_some() {
        line(scan);
        scan.skip_if(b'\n');
    }
}

fn line(scan: &mut Scan<'_>) {
    let indent = scan.skip_while(|it| it == b' ').len();
    // `- - key:` is a list in a list.
    while scan.peek() == Some(b'-') && matches!(scan.second(), None | Some(b' ' | b'\n' | b'\r')) {
        let begin = scan.at;
        scan.skip(1);
        scan.push(begin, Syntax::Mark);
        scan.skip_while(|it| it == b' ');
    }
    key(scan);
    value(scan, indent);
}

/// A key and its colon, where the rest of the line begins with one.
fn key(scan: &mut Scan<'_>) {
    let rest = scan.rest();
    let line = rest.split('\n').next().unwrap_or_default();
    let end = match line.chars().next() {
        Some(quote @ ('"' | '\'')) => {
            let inside = line.get(1..).unwrap_or_default();
            inside.find(quote).map(|at| at + 2)
        }
        Some('#' | '!' | '&' | '*' | '{' | '[' | '|' | '>') | None => None,
        Some(_) => line
            .find(": ")
            .or_else(|| line.trim_end().strip_suffix(':').map(str::len)),
    };
    let Some(end) = end else { return };
    let after = line.get(end..).unwrap_or_default();
    if !after.starts_with(':') || !matches!(after.as_bytes().get(1), None | Some(b' ' | b'\r')) {
        return;
    }
    let begin = scan.at;
    scan.at += end;
    scan.push(begin, Syntax::Key);
    let begin = scan.at;
    scan.skip(1);
    scan.push(begin, Syntax::Mark);
}

/// What follows a key or stands for itself, to the end of the line, or of a block of lines that are further in than
/// `indent`.
fn value(scan: &mut Scan<'_>, indent: usize) {
    // What a function is given is the name of something else.
    let mut is_name = false;
    while let Some(here) = scan.peek().filter(|it| *it != b'\n') {
        let begin = scan.at;
        match here {
            b' ' | b'\r' | b'\t' => scan.skip(1),
            b'#' if matches!(scan.before(), None | Some(b' ' | b'\n' | b'\t')) => {
                scan.rest_of_line(Syntax::Comment);
            }
            b'!' => {
                let tag = scan.skip_while(|it| !it.is_ascii_whitespace());
                is_name = matches!(tag, "!Ref" | "!GetAtt" | "!Condition");
                scan.push(begin, Syntax::Keyword);
            }
            b'"' => quoted(scan, b"$"),
            b'\'' => {
                scan.skip(1);
                scan.skip_while(|it| it != b'\'' && it != b'\n');
                scan.skip_if(b'\'');
                scan.push(begin, Syntax::Text);
            }
            b'|' | b'>' => {
                scan.skip_line();
                scan.push(begin, Syntax::Mark);
                block(scan, indent);
                return;
            }
            b'[' | b']' | b'{' | b'}' | b',' => {
                scan.skip(1);
                scan.push(begin, Syntax::Mark);
            }
            _ => {
                let words = scan.skip_while(|it| !b"\n,[]{}#".contains(&it));
                // A colon in a list or map of one line ends a key.
                let words = words.trim_end();
                scan.at = begin + words.len();
                if words.is_empty() {
                    scan.skip(1);
                    continue;
                }
                scan.push(begin, scalar(words, is_name));
            }
        }
    }
}

fn scalar(words: &str, is_name: bool) -> Syntax {
    let is_number = words.bytes().any(|it| it.is_ascii_digit())
        && words
            .bytes()
            .all(|it| it.is_ascii_digit() || b".-+".contains(&it))
        && words.parse::<f64>().is_ok();
    match words {
        _ if is_name => Syntax::Reference,
        "true" | "false" | "null" | "~" => Syntax::Keyword,
        _ if is_number => Syntax::Number,
        _ if words.bytes().any(is_word) => Syntax::Text,
        _ => Syntax::Plain,
    }
}

/// The lines of a scalar that are further in.
fn block(scan: &mut Scan<'_>, indent: usize) {
    loop {
        let rest = scan.rest();
        let Some(next) = rest.strip_prefix('\n') else {
            return;
        };
        let line = next.split('\n').next().unwrap_or_default();
        let deep = line.bytes().take_while(|it| *it == b' ').count();
        let is_blank = line.trim().is_empty();
        if next.is_empty() || (deep <= indent && !is_blank) {
            return;
        }
        scan.skip(1);
        scan.rest_of_line(Syntax::Text);
    }
}
