//! Printing: results, words about them, tables, progress.

use serde::Serialize;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write as _};

/// Print a result.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    print_bytes(text.as_bytes())
}

/// Print a result that is not text.
pub(super) fn print_bytes(bytes: &[u8]) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(())
}

/// Print a result as JSON.
pub(super) fn print_json(value: &impl Serialize) -> anyhow::Result<()> {
    let mut text = serde_json::to_string_pretty(value)?;
    text.push('\n');
    print(&text)
}

/// Say something about a result, on a line of standard error.
pub(super) fn say(sentence: &str) {
    // Where standard error is closed nobody listens, and that is no failure of the command.
    let _ = writeln!(io::stderr().lock(), "vpc-atlas: {sentence}");
}

/// Whether the reader of our output went away.
pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .downcast_ref::<io::Error>()
        .is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// One line of standard error that is written over and over, on a terminal only.
pub(super) struct ProgressLine {
    shown: bool,
    is_terminal: bool,
}

impl ProgressLine {
    pub(super) fn new() -> Self {
        Self {
            shown: false,
            is_terminal: io::stderr().is_terminal(),
        }
    }

    pub(super) fn show(&mut self, what: &str, done: usize, total: usize) {
        if !self.is_terminal {
            return;
        }
        let what = printable(what);
        // The end says more than the start: the file and not the folders above it.
        let skip = what.chars().count().saturating_sub(56);
        let what: String = what.chars().skip(skip).collect();
        let count = match total {
            0 => String::new(),
            total => format!("{done}/{total} "),
        };
        let _ = write!(io::stderr().lock(), "\r\x1b[2K{count}{what}");
        self.shown = true;
    }

    fn clear(&mut self) {
        if self.shown {
            let _ = write!(io::stderr().lock(), "\r\x1b[2K");
            self.shown = false;
        }
    }
}

impl Drop for ProgressLine {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Text from outside without what would steer a terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

/// Where the text of a column stands.
#[derive(Clone, Copy)]
pub(super) enum Align {
    Left,
    Right,
}

/// Rows under headings, in columns as wide as their widest cell.
pub(super) fn table(heads: &[(&str, Align)], rows: &[Vec<String>]) -> String {
    let rows: Vec<Vec<String>> =
        std::iter::once(heads.iter().map(|(head, _)| (*head).to_owned()).collect())
            .chain(
                rows.iter()
                    .map(|row| row.iter().map(|cell| printable(cell)).collect()),
            )
            .collect();
    let widths: Vec<usize> = (0..heads.len())
        .map(|column| {
            let cells = rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for ((cell, &width), (_, align)) in row.iter().zip(&widths).zip(heads) {
            // Writing to a string cannot fail.
            let _ = match align {
                Align::Left => write!(line, "{cell:<width$}  "),
                Align::Right => write!(line, "{cell:>width$}  "),
            };
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// A number with its word.
pub(super) fn count(number: usize, one: &str, many: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        number => format!("{number} {many}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_whatever_the_script() {
        let heads = [("NAME", Align::Left), ("N", Align::Right)];
        let rows = [
            vec!["ä".to_owned(), "7".to_owned()],
            vec!["a\x1b[2Jb".to_owned(), "1,200".to_owned()],
        ];
        assert_eq!(
            table(&heads, &rows),
            "NAME        N\nä           7\na\u{fffd}[2Jb  1,200\n"
        );
    }
}
