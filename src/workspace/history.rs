//! The timeline of a source: readings that are kept, so that what is there now can be compared with what was.
//!
//! A reading is kept where something differs from the last one that is kept; [`surplus`] says which are let go.

use super::spec::SourceSpec;
use crate::analysis::changes::{Changes, tells_more};
use crate::network::Network;
use crate::source::snapshot;
use crate::storage::{History, StorageError, Store};
use jiff::civil::{DateTime, ISOWeekDate};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;

/// How many bytes the readings of one source may take on the disk.
pub const HISTORY_LIMIT: u64 = 100 << 20;

/// How a reading's file is called: its time in UTC, to the millisecond. Names sort by time.
const NAME: &str = "%Y%m%dT%H%M%S.%3fZ";

/// A reading that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// When it was read.
    pub at: Timestamp,
    /// How many bytes it takes on the disk.
    pub size: u64,
    name: String,
}

/// The readings of one source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Timeline {
    history: History,
}

/// What became of a reading that was to be kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// It is kept; otherwise it says what the last one says.
    pub is_new: bool,
    /// Damaged readings that were passed over, as sentences.
    pub damaged: Vec<String>,
}

impl Timeline {
    /// The timeline of what is named; none where nothing of it changes (the sample), or a path is not text.
    pub fn of(store: &Store, sources: &[SourceSpec]) -> Option<Self> {
        if !is_changing(sources) {
            return None;
        }
        let texts: Option<BTreeSet<String>> = sources
            .iter()
            .map(|source| source.clone().absolute().to_text())
            .collect();
        let texts: Vec<String> = texts?.into_iter().collect();
        Some(Self {
            history: store.history(&texts.join("\n")),
        })
    }

    /// The timelines of everything that was read on this machine.
    ///
    /// # Errors
    /// The folder of data cannot be read.
    pub fn all(store: &Store) -> Result<Vec<Self>, StorageError> {
        let found = store.histories()?.into_iter();
        Ok(found.map(|history| Self { history }).collect())
    }

    /// The sources, as the command line takes them.
    pub fn sources(&self) -> Vec<&str> {
        self.history.source().lines().collect()
    }

    /// What is kept, the latest first.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn readings(&self) -> Result<Vec<Reading>, StorageError> {
        let files = self.history.files()?.into_iter().rev();
        let reading = files.filter_map(|file| {
            Some(Reading {
                at: time_of(&file.name)?,
                size: file.size,
                name: file.name,
            })
        });
        Ok(reading.collect())
    }

    /// The latest reading before a moment.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn before(&self, moment: Timestamp) -> Result<Option<Reading>, StorageError> {
        let mut readings = self.readings()?.into_iter();
        Ok(readings.find(|reading| reading.at < moment))
    }

    /// What was read then.
    ///
    /// # Errors
    /// The file is gone or damaged.
    pub fn open(&self, reading: &Reading) -> Result<Network, StorageError> {
        let bytes = self.history.read(&reading.name)?;
        let path = self.history.path(&reading.name);
        snapshot::read(&bytes, "").map_err(|error| StorageError::Read {
            path,
            why: format!(
                "it is no reading that can be used ({}); delete it",
                error.why()
            ),
        })
    }

    /// Keep a reading, where something differs from the last one that is kept or more is known than then, and let go what
    /// is too much. The answer names readings that are damaged; they are passed over.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep(
        &self,
        network: &Network,
        at: Timestamp,
        zone: &TimeZone,
    ) -> Result<Kept, StorageError> {
        let mut kept = Kept::default();
        let mut last = None;
        for reading in self.readings()? {
            match self.open(&reading) {
                Ok(network) => {
                    last = Some(network);
                    break;
                }
                Err(error) => kept.damaged.push(error.to_string()),
            }
        }
        kept.is_new = last.is_none_or(|last| {
            let changes = Changes::between(&last, network).noteworthy();
            !changes.is_empty() || tells_more(&last, network)
        });
        if kept.is_new {
            let name = at.strftime(NAME).to_string();
            self.history.keep(&name, &snapshot::write(network))?;
        }
        let readings = self.readings()?;
        for at in surplus(&readings, at, zone, HISTORY_LIMIT) {
            if let Some(reading) = readings.get(at) {
                self.history.remove(&reading.name)?;
            }
        }
        Ok(kept)
    }

    /// Delete every reading for good. Answers with how many there were.
    ///
    /// # Errors
    /// One cannot be deleted.
    pub fn delete(&self) -> Result<usize, StorageError> {
        self.history.delete()
    }
}

/// Whether what is named can be something else tomorrow.
pub fn is_changing(sources: &[SourceSpec]) -> bool {
    sources
        .iter()
        .any(|source| !matches!(source, SourceSpec::Sample))
}

fn time_of(name: &str) -> Option<Timestamp> {
    let time = DateTime::strptime("%Y%m%dT%H%M%S%.fZ", name).ok()?;
    Some(time.to_zoned_datetime(TimeZone::UTC).ok()?.timestamp())
}

/// Which of these readings, by position, are let go; they come latest first. What is kept: the latest of all, the last of
/// each day for thirty days, the last of each week for a year, and all of the last day; in this order as far as `limit`
/// bytes go, so that one busy day does not cost the days before it.
fn surplus(readings: &[Reading], now: Timestamp, zone: &TimeZone, limit: u64) -> Vec<usize> {
    const DAY: SignedDuration = SignedDuration::from_hours(24);
    let mut days = BTreeSet::new();
    let mut weeks = BTreeSet::new();
    let mut marked = Vec::new();
    let mut recent = Vec::new();
    let mut surplus = Vec::new();
    for (position, reading) in readings.iter().enumerate() {
        let age = now.duration_since(reading.at);
        let date = reading.at.to_zoned_datetime(zone.clone()).date();
        let week: ISOWeekDate = date.iso_week_date();
        let is_last_of_day = days.insert(date);
        let is_last_of_week = weeks.insert((week.year(), week.week()));
        let is_marked =
            (age <= DAY * 30 && is_last_of_day) || (age <= DAY * 365 && is_last_of_week);
        if position == 0 || is_marked {
            marked.push(position);
        } else if age <= DAY {
            recent.push(position);
        } else {
            surplus.push(position);
        }
    }
    let mut size: u64 = 0;
    for position in marked.into_iter().chain(recent) {
        let with_it = size.saturating_add(readings.get(position).map_or(0, |it| it.size));
        if position == 0 || with_it <= limit {
            size = with_it;
        } else {
            surplus.push(position);
        }
    }
    surplus.sort_unstable();
    surplus
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::{Edit, Kind, Known};
    use crate::source::sample;
    use proptest::prelude::*;
    use serde_json::json;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn timeline() -> (tempfile::TempDir, Timeline) {
        let folder = tempfile::tempdir().unwrap();
        let sources = [SourceSpec::Path("/net".into())];
        let timeline = Timeline::of(&Store::at(folder.path()), &sources).unwrap();
        (folder, timeline)
    }

    /// The sample with the name of its first VPC changed.
    fn renamed(name: &str) -> Network {
        let network = sample::network();
        let vpc = network.of_kind(Kind::Vpc).next().unwrap().key().clone();
        let edit = Edit::Set {
            key: vpc,
            field: "tags".into(),
            before: Known::Unread,
            after: Known::Value(json!({"Name": name})),
        };
        network.edited(&[edit]).unwrap()
    }

    #[test]
    fn a_reading_is_kept_where_something_changed() {
        let (_folder, timeline) = timeline();
        let zone = TimeZone::UTC;
        let keep = |network: &Network, text: &str| {
            let kept = timeline.keep(network, at(text), &zone).unwrap();
            assert_eq!(kept.damaged, [""; 0]);
            kept.is_new
        };
        assert!(keep(&sample::network(), "2026-11-24T14:05:03.250Z"));
        assert!(!keep(&sample::network(), "2026-11-24T14:06:00Z"));
        assert!(keep(&renamed("a"), "2026-11-24T14:07:00Z"));
        assert!(!keep(&renamed("a"), "2026-11-24T14:08:00Z"));
        assert!(keep(&sample::network(), "2026-11-24T14:09:00Z"));
        let readings = timeline.readings().unwrap();
        let times: Vec<_> = readings.iter().map(|it| it.at.to_string()).collect();
        assert_eq!(
            times,
            [
                "2026-11-24T14:09:00Z",
                "2026-11-24T14:07:00Z",
                "2026-11-24T14:05:03.25Z"
            ]
        );
        assert_eq!(timeline.open(&readings[1]).unwrap(), renamed("a"));
        let before = timeline.before(at("2026-11-24T14:07:00Z")).unwrap();
        assert_eq!(before.as_ref(), readings.get(2));
        assert_eq!(timeline.before(at("2026-11-24T14:00:00Z")).unwrap(), None);
        assert_eq!(timeline.delete().unwrap(), 3);
    }

    #[test]
    fn a_damaged_reading_is_passed_over_and_named() {
        let (folder, timeline) = timeline();
        let zone = TimeZone::UTC;
        let (one, two) = (at("2026-11-24T14:05:00Z"), at("2026-11-24T14:06:00Z"));
        timeline.keep(&sample::network(), one, &zone).unwrap();
        timeline.keep(&renamed("a"), two, &zone).unwrap();
        let name = &timeline.readings().unwrap()[0].name;
        let path = timeline.history.path(name);
        assert!(path.starts_with(folder.path()));
        std::fs::write(path, b"half").unwrap();
        let kept = timeline.keep(&sample::network(), two, &zone).unwrap();
        assert!(!kept.is_new, "the one before it says the same");
        assert_eq!(kept.damaged.len(), 1);
        assert!(kept.damaged[0].contains("20261124T140600.000Z.json.gz: it is damaged"));
    }

    #[test]
    fn what_never_changes_has_no_timeline() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        assert_eq!(Timeline::of(&store, &[SourceSpec::Sample]), None);
        assert_eq!(Timeline::of(&store, &[]), None);
        let [a, b] = ["aws://a", "aws://b"].map(|text| text.parse().unwrap());
        let both: [SourceSpec; 2] = [a, b];
        let mut turned = both.clone();
        turned.reverse();
        let timeline = Timeline::of(&store, &both).unwrap();
        assert_eq!(Timeline::of(&store, &turned), Some(timeline.clone()));
        assert_eq!(timeline.sources(), ["aws://a", "aws://b"]);
    }

    fn readings(hours_ago: &[i64], now: Timestamp) -> Vec<Reading> {
        let reading = |hours: &i64| Reading {
            at: now - SignedDuration::from_hours(*hours),
            size: 10,
            name: String::new(),
        };
        hours_ago.iter().map(reading).collect()
    }

    #[test]
    fn the_last_day_then_days_then_weeks_are_kept() {
        // A Thursday.
        let now = at("2026-11-26T12:00:00Z");
        let hours = [
            0,
            5,
            23, // of the last day
            26,
            30, // both of Wednesday, older than a day: the day is kept by the reading 23 hours ago
            50,
            52, // Tuesday
            24 * 40,
            24 * 40 + 5, // a day in October
            24 * 41,     // another one of the same week
            24 * 300,
            24 * 366,
        ];
        let gone = surplus(&readings(&hours, now), now, &TimeZone::UTC, 1000);
        let gone: Vec<i64> = gone.into_iter().map(|it| hours[it]).collect();
        assert_eq!(gone, [26, 30, 52, 24 * 40 + 5, 24 * 41, 24 * 366]);
        let gone = surplus(&readings(&hours[..3], now), now, &TimeZone::UTC, 25);
        assert_eq!(
            gone,
            [1],
            "too large together: yesterday goes before another hour of today"
        );
        let gone = surplus(&readings(&hours[..3], now), now, &TimeZone::UTC, 5);
        assert_eq!(gone, [1, 2], "the latest is kept, however large");
    }

    proptest! {
        /// Letting go again at the same moment lets go nothing more, and the latest stays.
        #[test]
        fn letting_go_twice_is_letting_go_once(
            mut hours in prop::collection::vec(0_i64..10_000, 1..60),
            limit in 5_u64..700,
        ) {
            let now = at("2026-11-26T12:00:00Z");
            hours.sort_unstable();
            let all = readings(&hours, now);
            let gone = surplus(&all, now, &TimeZone::UTC, limit);
            prop_assert!(!gone.contains(&0));
            let rest = all.iter().enumerate().filter(|(at, _)| !gone.contains(at));
            let rest: Vec<Reading> = rest.map(|(_, it)| it.clone()).collect();
            prop_assert_eq!(surplus(&rest, now, &TimeZone::UTC, limit), Vec::<usize>::new());
        }
    }

    #[test]
    fn files_of_others_are_no_readings() {
        assert_eq!(time_of("notes"), None);
        assert_eq!(time_of("20261124T146100.000Z"), None);
        assert!(time_of("20261124T140600.000Z").is_some());
    }
}
