//! How far the reading of live accounts is: by account and region, and by call.

use std::collections::BTreeMap;

/// One call in one account and region, made once or once for each of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallRead {
    /// How often it ended.
    pub done: usize,
    /// How often it ended and did not bring all.
    pub failed: usize,
    /// Resources that came.
    pub items: usize,
}

/// One account and region.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlaceRead {
    /// The account by its twelve digits, else the profile.
    pub account: String,
    /// How the Organization calls the account.
    pub name: Option<String>,
    /// The region.
    pub region: String,
    /// Calls that are done.
    pub done: usize,
    /// Calls that are known to be needed.
    pub total: usize,
    /// Everything was asked.
    pub is_done: bool,
    /// Each call that was heard of, by the API's name.
    pub calls: BTreeMap<&'static str, CallRead>,
}

impl PlaceRead {
    /// Resources that came.
    pub fn items(&self) -> usize {
        self.calls.values().map(|call| call.items).sum()
    }

    /// Calls that did not bring all.
    pub fn failed(&self) -> usize {
        self.calls.values().map(|call| call.failed).sum()
    }
}

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadingProgress {
    /// Sources that are being signed in to.
    pub signing_in: Vec<String>,
    /// Accounts and regions, in the order in which they became known.
    pub places: Vec<PlaceRead>,
    /// The call heard of last.
    pub last: Option<&'static str>,
}

impl ReadingProgress {
    /// Calls that are done, and that are known to be needed.
    pub fn calls(&self) -> (usize, usize) {
        let sum = |part: fn(&PlaceRead) -> usize| self.places.iter().map(part).sum();
        (sum(|place| place.done), sum(|place| place.total))
    }

    /// Resources that came.
    pub fn items(&self) -> usize {
        self.places.iter().map(PlaceRead::items).sum()
    }

    /// What is being done, in a few words.
    pub fn words(&self) -> String {
        let open: Vec<&PlaceRead> = self.places.iter().filter(|place| !place.is_done).collect();
        match (open.as_slice(), self.signing_in.as_slice(), self.last) {
            ([], [], _) => "putting it together".to_owned(),
            ([], [only], _) => format!("signing in to {only}"),
            ([], all, _) => format!("signing in to {} accounts", all.len()),
            ([only], _, Some(call)) => format!("{call} in {}", only.region),
            ([only], _, None) => only.region.clone(),
            (several, ..) => format!("{} regions under way", several.len()),
        }
    }
}
