//! Eventual consistency: what was just made is not known everywhere at once.
//! <https://docs.aws.amazon.com/ec2/latest/devguide/eventual-consistency.html>

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::answer::{Editing, Element, good, mend, refuse};
use super::call::Call;
use super::kinds::{made_by, of_id, told_by};
use super::stage::{Next, Notes, Outcome, Stage};
use super::stop::lock;

/// Parameters whose values are words of the client's, and not ids: no mention.
const WORDS: [&str; 4] = ["ClientToken", "Filter.", "Tag.", "TagSpecification."];

/// The stage: for its first mentions a new id is refused as unknown, and lists leave it out. Both count.
pub(crate) struct Unseen {
    /// For how many mentions.
    mentions: u32,
    /// How many are left, by id.
    left: Mutex<BTreeMap<String, u32>>,
}

impl Unseen {
    pub(crate) fn new(mentions: u32) -> Self {
        Self {
            mentions,
            left: Mutex::default(),
        }
    }

    /// The ids of these that are not known yet; one mention less is left of each.
    fn count<'a>(&self, ids: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        let mut left = lock(&self.left);
        let mut unknown = Vec::new();
        for id in ids {
            if let Some(mentions) = left.get_mut(id) {
                unknown.push(id);
                *mentions -= 1;
                if *mentions == 0 {
                    left.remove(id);
                }
            }
        }
        unknown
    }

    /// Takes out what is not known yet.
    fn leave_out(&self, list: &Element, id: &str, editing: &mut Editing<'_>) {
        let mut ids: Vec<&str> = list
            .children
            .iter()
            .filter_map(|item| item.get(id))
            .collect();
        // A resource with three tags is three items of one list, and one mention.
        ids.sort_unstable();
        ids.dedup();
        let unknown = self.count(ids.into_iter());
        for item in &list.children {
            if item.get(id).is_some_and(|id| unknown.contains(&id)) {
                editing.remove(item);
            }
        }
    }
}

impl Stage for Unseen {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let action = match call.ec2_action() {
            Some(action) if !call.is_inquiry => action.to_owned(),
            _ => return next.run(call, notes),
        };
        let named = call
            .parameters
            .iter()
            .filter(|(name, _)| !WORDS.iter().any(|word| name.starts_with(word)))
            .map(|(_, value)| value.as_str());
        if let Some(id) = self.count(named).first()
            && let Some(kind) = of_id(id)
        {
            let code = kind.missing_in(&action);
            return refuse(code, &format!("The ID '{id}' does not exist"));
        }
        let mut call = call;
        call.hidden = lock(&self.left).keys().cloned().collect();
        let outcome = next.run(call, notes);
        if let Some(kind) = made_by(&action)
            && let Some(root) = good(&outcome)
            && self.mentions > 0
        {
            let made = kind.made(&root).into_iter().map(|id| (id, self.mentions));
            lock(&self.left).extend(made);
            return outcome;
        }
        let (list, id) = match told_by(&action) {
            Some(kind) => (kind.list, kind.id),
            None if action == "DescribeTags" => ("tagSet", "resourceId"),
            None => return outcome,
        };
        mend(outcome, |root, editing| {
            if let Some(list) = root.child(list) {
                self.leave_out(list, id, editing);
            }
        })
    }

    fn forget(&self) {
        lock(&self.left).clear();
    }
}
