//! What a stage asks the server behind on its own account.

use super::answer::{Element, good};
use super::call::Call;
use super::limits::limit;
use super::stage::{Next, Notes, Outcome};

/// Asks in the name of a call's client.
#[derive(Clone, Copy)]
pub(crate) struct Inquiry<'a> {
    pub(crate) call: &'a Call,
    pub(crate) next: Next<'a>,
}

impl<'a> Inquiry<'a> {
    pub(crate) fn new(call: &'a Call, next: Next<'a>) -> Self {
        Self { call, next }
    }

    fn ask(&self, action: &str, parameters: &[(&str, &str)]) -> Outcome {
        let call = self.call.inquiry(action, parameters);
        self.next.run(call, &mut Notes::default())
    }

    /// The items of a list; none where the question is refused, as one for an unknown id is.
    pub(crate) fn list(&self, action: &str, parameters: &[(&str, &str)]) -> Vec<Element> {
        let list = limit(action).and_then(|limit| limit.lists.first().copied());
        let root = good(&self.ask(action, parameters));
        let found = root.and_then(|root| {
            let list = root.child(list?)?;
            Some(list.children.clone())
        });
        found.unwrap_or_default()
    }

    /// The items that one filter lets by.
    pub(crate) fn filtered(&self, action: &str, name: &str, value: &str) -> Vec<Element> {
        self.list(
            action,
            &[("Filter.1.Name", name), ("Filter.1.Value.1", value)],
        )
    }

    /// The one item with this id.
    pub(crate) fn one(&self, action: &str, parameter: &str, id: &str) -> Option<Element> {
        let name = format!("{parameter}.1");
        self.list(action, &[(name.as_str(), id)]).into_iter().next()
    }

    /// Makes a change on the stage's own account; the answer, where it is a good one.
    pub(crate) fn order(&self, action: &str, parameters: &[(&str, &str)]) -> Option<Element> {
        good(&self.ask(action, parameters))
    }
}
