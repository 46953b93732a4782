//! The pieces of a script for bash.

use super::scan::{Scan, is_word};
use crate::picture::theme::Syntax;

const KEYWORDS: &[&str] = &[
    "if", "then", "else", "elif", "fi", "for", "in", "do", "done", "while", "until", "case",
    "esac", "function", "local", "return", "export", "readonly", "declare", "set", "unset", "trap",
    "exit", "break", "continue", "shift", "read", "printf", "echo",
];

/// What one is inside of.
enum Inside {
    /// `$(…)` or `(…)`.
    Brackets,
    /// `"…"`.
    Quotes,
}

/// Words that begin further down and end with a line of their own.
struct Heredoc<'a> {
    word: &'a str,
    indented: bool,
}

pub(super) fn scan(scan: &mut Scan<'_>) {
    let mut inside: Vec<Inside> = Vec::new();
    let mut waiting: Vec<Heredoc<'_>> = Vec::new();
    while let Some(here) = scan.peek() {
        if matches!(inside.last(), Some(Inside::Quotes)) {
            in_quotes(scan, &mut inside, here);
        } else {
            in_code(scan, &mut inside, &mut waiting, here);
        }
    }
}

fn in_quotes(scan: &mut Scan<'_>, inside: &mut Vec<Inside>, here: u8) {
    let begin = scan.at;
    match here {
        b'"' => {
            scan.skip(1);
            scan.push(begin, Syntax::Text);
            inside.pop();
        }
        b'$' => variable(scan, inside, Syntax::Text),
        _ => {
            if here == b'\\' {
                scan.skip(2);
            }
            scan.skip_while(|it| !b"\"$\\".contains(&it));
            scan.push(begin, Syntax::Text);
        }
    }
}

fn in_code<'a>(
    scan: &mut Scan<'a>,
    inside: &mut Vec<Inside>,
    waiting: &mut Vec<Heredoc<'a>>,
    here: u8,
) {
    let begin = scan.at;
    let begins_word = matches!(
        scan.before(),
        None | Some(b' ' | b'\t' | b'\n' | b'(' | b')' | b';' | b'|' | b'&' | b'`' | b'!')
    );
    match here {
        b'\n' => {
            if waiting.is_empty() {
                scan.skip(1);
            }
            for held in waiting.drain(..) {
                scan.skip_heredoc(held.word, held.indented);
            }
            scan.push(begin + 1, Syntax::Text);
        }
        b'#' if begins_word => scan.rest_of_line(Syntax::Comment),
        b'\\' => scan.skip(2),
        b'\'' => {
            scan.skip(1);
            scan.skip_past("'");
            scan.push(begin, Syntax::Text);
        }
        b'"' => {
            scan.skip(1);
            scan.push(begin, Syntax::Text);
            inside.push(Inside::Quotes);
        }
        b'$' => variable(scan, inside, Syntax::Plain),
        b'<' if scan.starts_with("<<") && !scan.starts_with("<<<") => {
            scan.skip(2);
            let indented = scan.skip_if(b'-');
            let quote = scan.peek().filter(|it| b"'\"".contains(it));
            scan.skip(usize::from(quote.is_some()));
            let word = scan.word();
            if let Some(quote) = quote {
                scan.skip_if(quote);
            }
            scan.push(begin, Syntax::Mark);
            if !word.is_empty() {
                waiting.push(Heredoc { word, indented });
            }
        }
        b'(' => {
            scan.skip(1);
            scan.push(begin, Syntax::Mark);
            inside.push(Inside::Brackets);
        }
        b')' => {
            scan.skip(1);
            scan.push(begin, Syntax::Mark);
            inside.pop();
        }
        b'-' if begins_word => {
            scan.skip_while(|it| is_word(it) || it == b'-');
            scan.push(begin, Syntax::Key);
        }
        _ if is_word(here) => {
            let word = scan.word();
            let is_number = word.bytes().all(|it| it.is_ascii_digit());
            let syntax = match scan.peek() {
                Some(b'=') if begins_word => Syntax::Key,
                Some(b'-' | b'.' | b'/' | b':') => Syntax::Plain,
                _ if begins_word && KEYWORDS.contains(&word) => Syntax::Keyword,
                _ if begins_word && is_number => Syntax::Number,
                _ => Syntax::Plain,
            };
            scan.push(begin, syntax);
        }
        b' ' | b'\t' | b'\r' | b'.' | b'/' | b':' | b'-' => scan.skip(1),
        _ => {
            scan.skip(1);
            scan.push(begin, Syntax::Mark);
        }
    }
}

/// A dollar sign: a variable, or the beginning of a command whose output is meant.
fn variable(scan: &mut Scan<'_>, inside: &mut Vec<Inside>, otherwise: Syntax) {
    let begin = scan.at;
    match scan.second() {
        Some(b'(') => {
            scan.skip(2);
            scan.push(begin, Syntax::Mark);
            inside.push(Inside::Brackets);
        }
        Some(b'{') => {
            scan.skip_braces();
            scan.push(begin, Syntax::Reference);
        }
        Some(next) if is_word(next) || b"@*#?$!-".contains(&next) => {
            scan.skip(1);
            if scan.word().is_empty() {
                scan.skip(1);
            }
            scan.push(begin, Syntax::Reference);
        }
        _ => {
            scan.skip(1);
            scan.push(begin, otherwise);
        }
    }
}
