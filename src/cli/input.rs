//! Reading sources for a command, with progress and gaps.

use super::output::{ProgressLine, count, printable, say};
use crate::network::{Cause, Gap};
use crate::workspace::{
    Accounts, AskCode, Cancel, CodeWanted, DatedSpec, Loaded, SourceSpec, Step, Store, load,
};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// How many gaps are said one by one.
const SAID: usize = 10;

/// A gap as JSON.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct GapRow {
    what: String,
    #[serde(rename = "where")]
    place: String,
    why: String,
}

impl From<&Gap> for GapRow {
    fn from(gap: &Gap) -> Self {
        Self {
            what: gap.what.to_string(),
            place: gap.place.to_string(),
            why: gap.why.to_string(),
        }
    }
}

/// Load what was named.
pub(super) fn read(sources: &[SourceSpec]) -> anyhow::Result<Loaded> {
    let mut line = ProgressLine::new();
    let mut tell = |step| match step {
        Step::Progress { what, done, total } => line.show(&what, done, total),
        Step::Reading(reading) => {
            let (done, total) = reading.calls();
            let found = count(reading.items(), "resource", "resources");
            line.show(&format!("{}, {found}", reading.words()), done, total);
        }
        Step::Partial(..) => {}
    };
    Ok(load(sources, &accounts(), &mut tell, &Cancel::new())?)
}

/// Live accounts, with the person at the terminal to ask for the codes of devices, where there is one. They are the same for
/// the whole run of the program: a code that was given holds for all of it.
pub(super) fn accounts() -> Accounts {
    static ACCOUNTS: OnceLock<Accounts> = OnceLock::new();
    let made = ACCOUNTS.get_or_init(|| {
        if io::stdin().is_terminal() {
            Accounts::asking(Arc::new(Terminal::new()))
        } else {
            Accounts::default()
        }
    });
    made.clone()
}

/// Asks on the terminal.
struct Terminal {
    questions: Mutex<Sender<CodeWanted>>,
}

impl Terminal {
    fn new() -> Self {
        let (sender, questions) = channel();
        // The answer takes as long as the person does, and whoever asks must not be held up by that.
        std::thread::spawn(move || answer(&questions));
        Self {
            questions: Mutex::new(sender),
        }
    }
}

impl AskCode for Terminal {
    fn ask(&self, wanted: CodeWanted) {
        let questions = self.questions.lock();
        let questions = questions.unwrap_or_else(PoisonError::into_inner);
        // Fails only where the thread could not be started; then the question is dropped, and so answered with none.
        questions.send(wanted).ok();
    }
}

/// Bring each question before the person. A line that is typed answers the last question that somebody still waits for.
fn answer(questions: &Receiver<CodeWanted>) {
    for mut wanted in questions {
        say_question(&wanted);
        let mut line = String::new();
        let is_read = io::stdin().read_line(&mut line).is_ok();
        for newer in questions.try_iter() {
            wanted = newer;
        }
        let code = Some(line.trim().to_owned());
        wanted.answer(code.filter(|code| is_read && !code.is_empty()));
    }
}

fn say_question(wanted: &CodeWanted) {
    let again = if wanted.was_wrong {
        "AWS refused that code. "
    } else {
        ""
    };
    say(&format!(
        "{again}Code of the device {} for profile {} (empty to leave it):",
        printable(&wanted.device),
        printable(&wanted.profile)
    ));
}

/// Load a source as it is, or as it was.
pub(super) fn read_dated(spec: &DatedSpec) -> anyhow::Result<Loaded> {
    if spec.until.is_none() {
        return read(std::slice::from_ref(&spec.source));
    }
    match spec.reading(&Store::open()?) {
        Some(reading) => Ok(reading?),
        None => read(std::slice::from_ref(&spec.source)),
    }
}

/// Every gap of what was read, those of its relations among them; sorted.
pub(super) fn gaps(loaded: &Loaded) -> Vec<Gap> {
    loaded.topology.all_gaps(&loaded.network)
}

/// The same, as JSON.
pub(super) fn gap_rows(gaps: &[Gap]) -> Vec<GapRow> {
    gaps.iter().map(GapRow::from).collect()
}

/// Say what is missing: first what was there and could not be read, then what was never there, a line for each place.
pub(super) fn say_gaps(gaps: &[Gap]) {
    let lines = gap_lines(gaps);
    for line in lines.iter().take(SAID) {
        say(&format!("gap: {}", printable(line)));
    }
    if let more @ 1.. = lines.len().saturating_sub(SAID) {
        say(&format!(
            "and {}; `vpc-atlas list --json` names them all",
            count(more, "more gap", "more gaps")
        ));
    }
}

fn gap_lines(gaps: &[Gap]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut absent: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for gap in gaps {
        if gap.cause == Cause::NotInInput {
            let place = absent.entry((&gap.place, &gap.why)).or_default();
            place.push(&gap.what);
        } else {
            lines.push(gap.to_string());
        }
    }
    for ((place, why), what) in absent {
        let gap = Gap::new(what.join(", "), place, Cause::NotInInput, why);
        lines.push(gap.to_string());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_broken_is_said_before_what_is_absent() {
        let gap = |what, place, cause, why| Gap::new(what, place, cause, why);
        let gaps = [
            gap(
                "NAT gateways",
                "eu-west-1",
                Cause::NotInInput,
                "not in this input",
            ),
            gap("VPCs", "eu-west-1", Cause::NotInInput, "not in this input"),
            gap("a.json", "", Cause::Unreadable, "it is empty"),
            gap("VPCs", "us-east-1", Cause::NotInInput, "not in this input"),
        ];
        assert_eq!(
            gap_lines(&gaps),
            [
                "a.json: it is empty",
                "NAT gateways, VPCs (eu-west-1): not in this input",
                "VPCs (us-east-1): not in this input",
            ]
        );
    }
}
