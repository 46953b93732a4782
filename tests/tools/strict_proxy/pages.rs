//! Pages as AWS cuts them: `MaxResults` within the call's bounds, opaque tokens that only the call that got them may use.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};

use super::call::Call;
use super::http::Response;
use super::limits::{Limit, Paging, limit};
use super::stage::{Next, Notes, Outcome, Stage};
use super::stop::lock;
use super::xml::Whole;

/// How large pages are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct PageRules {
    /// Page size where `MaxResults` is absent; else the call's maximum.
    pub(crate) default_size: Option<usize>,
    /// No page is larger, whatever `MaxResults` says: AWS may always send fewer than asked, and a client must follow
    /// the token. This is what makes pages matter in a small account.
    pub(crate) cap: Option<usize>,
    /// Each list starts with an empty page that has a token, as AWS's filtered calls may.
    pub(crate) empty_first: bool,
}

/// Where a token leads. A token may be used again: a client that lost the answer asks once more.
struct Cursor {
    action: String,
    parameters: u64,
    whole: Arc<Whole>,
    from: usize,
    page: usize,
}

/// The stage that paginates.
pub(crate) struct Paginating {
    rules: PageRules,
    cursors: Mutex<BTreeMap<String, Cursor>>,
}

/// A refusal, as code and message, with status 400.
struct Refusal(&'static str, String);

impl Refusal {
    fn outcome(self) -> Outcome {
        Outcome::Answer(Response::ec2_error(400, self.0, &self.1))
    }
}

impl Paginating {
    pub(crate) fn new(rules: PageRules) -> Self {
        Self {
            rules,
            cursors: Mutex::new(BTreeMap::new()),
        }
    }

    /// Items per page for this request.
    fn size(&self, call: &Call, paging: Paging) -> Result<usize, Refusal> {
        let (least, most, is_bounded) = match paging {
            Paging::Bounded { least, most } => (least, most, true),
            Paging::Capped { most } => (1, most, false),
            Paging::Whole => (1, usize::MAX, false),
        };
        let size = match call.parameter("MaxResults") {
            None => self.rules.default_size.unwrap_or(most).min(most),
            Some(text) => {
                let invalid = |expected: String| {
                    Refusal(
                        "InvalidParameterValue",
                        format!("Value ( {text} ) for parameter maxResults is invalid. {expected}"),
                    )
                };
                let asked: i64 = text
                    .parse()
                    .map_err(|_| invalid("Expecting an integer.".to_owned()))?;
                match usize::try_from(asked) {
                    Ok(asked) if asked > most && is_bounded => {
                        return Err(invalid(format!(
                            "Expecting a value less than or equal to {most}."
                        )));
                    }
                    Ok(asked) if asked >= least => asked.min(most),
                    _ => {
                        return Err(invalid(format!(
                            "Expecting a value greater than or equal to {least}."
                        )));
                    }
                }
            }
        };
        Ok(self.rules.cap.map_or(size, |cap| size.min(cap)).max(1))
    }

    /// The list that a token leads into, or all of it from the upstream.
    fn cursor(
        &self,
        call: &Call,
        action: &str,
        limit: &Limit,
        notes: &mut Notes,
        next: Next<'_>,
    ) -> Result<Cursor, Outcome> {
        let parameters = fingerprint(call);
        if let Some(token) = call
            .parameter("NextToken")
            .filter(|token| !token.is_empty())
        {
            return match lock(&self.cursors).get(token) {
                None => Err(Refusal(
                    "InvalidParameterValue",
                    "Unable to parse pagination token.".to_owned(),
                )
                .outcome()),
                Some(found) if found.action != action || found.parameters != parameters => {
                    Err(Refusal(
                        "InvalidNextToken",
                        "The token belongs to another call or to other parameters.".to_owned(),
                    )
                    .outcome())
                }
                Some(found) => Ok(Cursor {
                    action: found.action.clone(),
                    parameters,
                    whole: Arc::clone(&found.whole),
                    from: found.from,
                    page: found.page,
                }),
            };
        }
        let whole = gather(call, limit, notes, next)?;
        Ok(Cursor {
            action: action.to_owned(),
            parameters,
            whole: Arc::new(whole),
            from: 0,
            page: 1,
        })
    }

    /// Keeps a cursor and gives the token for it. The same place in the same list has the same token.
    fn token(&self, cursor: Cursor) -> String {
        let mut cursors = lock(&self.cursors);
        let mut hasher = DefaultHasher::new();
        (
            &cursor.action,
            cursor.parameters,
            cursor.from,
            cursor.page,
            Arc::as_ptr(&cursor.whole) as usize,
        )
            .hash(&mut hasher);
        let token = format!("eyJ2IjoyfQ{:016x}{:04x}", hasher.finish(), cursor.page);
        cursors.insert(token.clone(), cursor);
        token
    }
}

impl Stage for Paginating {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let Some((action, limit)) = call
            .ec2_action()
            .and_then(|action| Some((action.to_owned(), limit(action)?)))
        else {
            return next.run(call, notes);
        };
        if limit.paging == Paging::Whole {
            return match ["MaxResults", "NextToken"]
                .into_iter()
                .find(|name| call.parameter(name).is_some())
            {
                Some(name) => Refusal(
                    "UnknownParameter",
                    format!("The parameter {name} is not recognized"),
                )
                .outcome(),
                None => next.run(call, notes),
            };
        }
        // "You cannot specify this parameter and the instance IDs parameter in the same request."
        if action == "DescribeInstances"
            && call.parameter("MaxResults").is_some()
            && call.parameter("InstanceId.1").is_some()
        {
            return Refusal(
                "InvalidParameterCombination",
                "The parameter instancesSet cannot be used with the parameter maxResults"
                    .to_owned(),
            )
            .outcome();
        }
        let size = match self.size(&call, limit.paging) {
            Ok(size) => size,
            Err(refusal) => return refusal.outcome(),
        };
        let cursor = match self.cursor(&call, &action, limit, notes, next) {
            Ok(cursor) => cursor,
            Err(outcome) => return outcome,
        };
        let total = cursor.whole.len();
        let is_empty_page = self.rules.empty_first && cursor.page == 1 && total > 0;
        let to = if is_empty_page {
            cursor.from
        } else {
            cursor.from.saturating_add(size).min(total)
        };
        notes.page = Some(cursor.page);
        let (whole, from) = (Arc::clone(&cursor.whole), cursor.from);
        let token = (to < total).then(|| {
            self.token(Cursor {
                from: to,
                page: cursor.page + 1,
                ..cursor
            })
        });
        Outcome::Answer(Response::xml(200, whole.page(from, to, token.as_deref())))
    }
}

/// The whole list: the upstream is asked without a page size, and followed where it pages all the same.
fn gather(call: &Call, limit: &Limit, notes: &mut Notes, next: Next<'_>) -> Result<Whole, Outcome> {
    /// moto pages by the hundred at least; more rounds than this mean that its token leads in a circle.
    const ROUNDS: usize = 10_000;
    let mut whole: Option<Whole> = None;
    for _ in 0..ROUNDS {
        let token = whole.as_mut().and_then(|found| found.upstream_token.take());
        if let (Some(whole), None) = (&whole, &token) {
            return Ok(whole.clone());
        }
        let asked = call.rewritten(
            &["MaxResults", "NextToken"],
            token.as_deref().map(|token| ("NextToken", token)),
        );
        let response = match next.run(asked, notes) {
            Outcome::Answer(response) if response.status == 200 => response,
            other => return Err(other),
        };
        let Some(Ok(parsed)) = response.text().map(|text| Whole::parse(text, limit)) else {
            // Not for us to judge: the client gets what the upstream said.
            return Err(Outcome::Answer(response));
        };
        match &mut whole {
            None => whole = Some(parsed),
            Some(whole) => {
                whole.upstream_token.clone_from(&parsed.upstream_token);
                whole.extend(parsed);
            }
        }
    }
    Err(Outcome::Answer(Response::ec2_error(
        500,
        "InternalError",
        "The upstream's pages have no end.",
    )))
}

/// What must stay the same from page to page.
fn fingerprint(call: &Call) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut parameters: Vec<_> = call
        .parameters
        .iter()
        .filter(|(name, _)| name != "MaxResults" && name != "NextToken")
        .collect();
    parameters.sort();
    parameters.hash(&mut hasher);
    hasher.finish()
}
