//! A SOURCE as it is now, or as it was: `SOURCE@TIME`.

use super::history::Timeline;
use super::spec::{SourceSpec, SpecError};
use super::when::{day_words, end_of};
use super::{LoadError, Loaded};
use crate::network::Topology;
use crate::storage::{self, Store};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::Arc;

/// A SOURCE, or the latest reading of it that was kept up to the end of a day, minute or second.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DatedSpec {
    /// What is named.
    pub source: SourceSpec,
    /// The first moment after the time that is named, where one is.
    pub until: Option<Timestamp>,
}

impl DatedSpec {
    /// Read a SOURCE with or without a time; a file or folder whose own name ends like a time is meant where it is there.
    ///
    /// # Errors
    /// It names no source.
    pub fn parse(text: &OsStr) -> Result<Self, SpecError> {
        let is_there = |text: &str| storage::check(Path::new(text)).is_ok();
        let dated = text
            .to_str()
            .filter(|text| !is_there(text))
            .and_then(|text| text.rsplit_once('@'))
            .and_then(|(source, time)| Some((source, end_of(time, &TimeZone::system())?)));
        Ok(match dated {
            Some((source, until)) => Self {
                source: source.parse()?,
                until: Some(until),
            },
            None => Self {
                source: SourceSpec::parse(text)?,
                until: None,
            },
        })
    }

    /// The reading that is meant; none where the source itself is.
    ///
    /// # Errors
    /// None is kept from before that time, or it is damaged.
    pub fn reading(&self, store: &Store) -> Option<Result<Loaded, LoadError>> {
        let until = self.until?;
        Some(self.read(store, until))
    }

    fn read(&self, store: &Store, until: Timestamp) -> Result<Loaded, LoadError> {
        let sources = vec![self.source.clone().absolute()];
        let none = |why: String| LoadError::NoReading {
            source_text: self.source.to_string(),
            why,
        };
        let timeline = Timeline::of(store, &sources)
            .ok_or_else(|| none("none is ever kept of it".to_owned()))?;
        let Some(reading) = timeline.before(until)? else {
            let first = timeline.readings()?.pop();
            let why = first.map_or_else(
                || "none is kept of it yet".to_owned(),
                |first| {
                    let first = day_words(first.at, until, &TimeZone::system());
                    format!("the first one is of {first}")
                },
            );
            return Err(none(why));
        };
        let network = timeline.open(&reading)?;
        let topology = Arc::new(Topology::of(&network));
        Ok(Loaded {
            label: self.source.label(),
            sources,
            network: Arc::new(network),
            topology,
            identities: Vec::new(),
            reads: Vec::new(),
        })
    }
}

impl TryFrom<OsString> for DatedSpec {
    type Error = SpecError;

    fn try_from(text: OsString) -> Result<Self, SpecError> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_from_a_name() {
        let parse = |text: &str| DatedSpec::parse(OsStr::new(text)).unwrap();
        let dated = parse("aws://prod/eu-west-1@2026-11-24T14:05Z");
        assert_eq!(dated.source.to_string(), "aws://prod/eu-west-1");
        let until: Timestamp = "2026-11-24T14:06:00Z".parse().unwrap();
        assert_eq!(dated.until, Some(until));
        for text in ["net/prod@home", "aws://me@work/eu-west-1", "net"] {
            let plain = parse(text);
            assert_eq!(
                (plain.source.to_string(), plain.until),
                (text.to_owned(), None)
            );
        }
        let folder = tempfile::tempdir().unwrap();
        let there = folder.path().join("net@2026-11-24");
        std::fs::write(&there, "{}").unwrap();
        assert_eq!(parse(there.to_str().unwrap()).until, None);
        let error = DatedSpec::parse(OsStr::new("@2026-11-24")).unwrap_err();
        assert_eq!(error, SpecError::Empty);
    }

    #[test]
    fn what_is_not_kept_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        let said = |text: &str| {
            let spec = DatedSpec::parse(OsStr::new(text)).unwrap();
            spec.reading(&store).unwrap().unwrap_err().to_string()
        };
        assert!(said("sample@2026-11-24").contains("none is ever kept of it"));
        assert!(said("aws://prod@2026-11-24").contains("none is kept of it yet"));
        assert!(said("aws://prod@2026-11-24").contains("vpc-atlas history aws://prod"));
    }
}
