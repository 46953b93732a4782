//! Finding what a query asks for. Words give candidates, filters sieve them; what a filter cannot judge is counted.

use super::Hit;
use super::attributes::{APPLICATION_TAG, application_names, tokens, type_names};
use super::index::{Doc, Index, Names, Posting, Span, number, part};
use super::query::{CidrTest, Field, Query, TagTest, Term, Test, Value, Word};
use super::rank;
use crate::network::{Kind, Resource, Text};
use ipnet::IpNet;
use std::cmp::Reverse;
use std::ops::Range;
use std::sync::Arc;

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The best, from the best.
    pub hits: Vec<Hit>,
    /// How many resources fit, listed or not.
    pub total: usize,
    /// How many cannot be judged, because what decides was not read.
    pub unsure: usize,
    /// All of them by number, from the lowest.
    pub(super) docs: Vec<u32>,
}

impl Found {
    /// The places of all that fit, in the order of [`Index::resources`].
    pub fn places(&self) -> impl ExactSizeIterator<Item = usize> {
        self.docs.iter().map(|doc| *doc as usize)
    }
}

/// What is known of an answer. Unknown is never absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Truth {
    No,
    Unknown,
    Yes,
}

impl From<bool> for Truth {
    fn from(fits: bool) -> Self {
        if fits { Self::Yes } else { Self::No }
    }
}

impl Truth {
    fn turned(self, negated: bool) -> Self {
        match (self, negated) {
            (Self::Yes, true) => Self::No,
            (Self::No, true) => Self::Yes,
            (as_it_is, _) => as_it_is,
        }
    }
}

/// Which of some numbered names are meant.
type Chosen = Vec<bool>;

fn is_chosen(chosen: &[bool], number: u32) -> bool {
    chosen.get(number as usize).copied().unwrap_or(false)
}

/// A filter in the numbers of an index.
enum Sieve {
    Kinds(u64),
    Region(Chosen),
    Account(Chosen),
    Vpc(Chosen),
    Id(Vec<Value>),
    Tags(Vec<TagSieve>),
    Cidr(Vec<CidrTest>),
}

enum TagSieve {
    All,
    None,
    Key(Chosen),
    Value(Chosen),
    Pair(Chosen, Chosen),
}

/// How many words hit each resource, and how well.
struct Scores {
    hits: Vec<u16>,
    quality: Vec<u16>,
    /// The best of the word that is looked at now, plus one.
    best: Vec<u16>,
    touched: Vec<u32>,
}

impl Scores {
    fn new(len: usize) -> Self {
        Self {
            hits: vec![0; len],
            quality: vec![0; len],
            best: vec![0; len],
            touched: Vec::new(),
        }
    }

    /// The word hits here as well as this.
    fn touch(&mut self, doc: u32, quality: u16) {
        if let Some(best) = self.best.get_mut(doc as usize) {
            if *best == 0 {
                self.touched.push(doc);
            }
            *best = (*best).max(quality + 1);
        }
    }

    /// The word has been looked at.
    fn settle(&mut self, hits: u16) {
        for doc in self.touched.drain(..) {
            let doc = doc as usize;
            if let (Some(best), Some(count), Some(quality)) = (
                self.best.get_mut(doc),
                self.hits.get_mut(doc),
                self.quality.get_mut(doc),
            ) {
                *count = count.saturating_add(hits);
                *quality = quality.saturating_add(*best - 1);
                *best = 0;
            }
        }
    }
}

impl Index {
    /// What a query finds. At most `limit` hits are listed; an empty query finds nothing.
    pub fn search(&self, query: &Query, limit: usize) -> Found {
        if query.is_empty() {
            return Found::default();
        }
        let mut scores = Scores::new(self.docs.len());
        let mut excluded = vec![false; self.docs.len()];
        let mut asks_words = false;
        let mut sieves = Vec::new();
        for Term { negated, test } in &query.terms {
            let sieve = match test {
                Test::Word(word) if *negated => {
                    exclude(&mut excluded, |each| self.together(word, each));
                    continue;
                }
                Test::Word(word) => {
                    asks_words = true;
                    self.score(word, &mut scores);
                    continue;
                }
                Test::Block(block) if *negated => {
                    exclude(&mut excluded, |each| self.near(*block, each));
                    continue;
                }
                Test::Block(block) => {
                    asks_words = true;
                    self.near(*block, |doc, quality| scores.touch(doc, quality));
                    scores.settle(1);
                    continue;
                }
                Test::Field(field, values) => self.field(*field, values),
                Test::Tags(tests) => self.tags(tests),
                Test::Cidr(tests) => Sieve::Cidr(tests.clone()),
                Test::SupportsTags => Sieve::Kinds(kinds(super::attributes::supports_tags)),
            };
            sieves.push((sieve, *negated));
        }
        let mut found = Found::default();
        let mut ranked = Vec::new();
        for (place, doc) in (0..).zip(&self.docs) {
            let at = place as usize;
            let hits = scores.hits.get(at).copied().unwrap_or_default();
            let is_out = excluded.get(at).copied().unwrap_or_default();
            if is_out || (asks_words && hits == 0) {
                continue;
            }
            match self.judge(&sieves, place, doc) {
                Truth::No => {}
                Truth::Unknown => found.unsure += 1,
                Truth::Yes => {
                    let quality = scores.quality.get(at).copied().unwrap_or_default();
                    let quality = quality.saturating_add(self.nearest(&sieves, doc));
                    ranked.push((Reverse(rank::of(hits, quality)), place));
                    found.docs.push(place);
                }
            }
        }
        found.total = ranked.len();
        if limit < ranked.len() {
            ranked.select_nth_unstable(limit);
            ranked.truncate(limit);
        }
        ranked.sort_unstable();
        found.hits = ranked
            .into_iter()
            .filter_map(|(Reverse(rank), place)| {
                let doc = self.docs.get(place as usize)?;
                Some(Hit {
                    key: doc.resource.key().clone(),
                    rank,
                })
            })
            .collect();
        found
    }

    /// Every resource, in the order in which equal hits are listed.
    pub fn resources(&self) -> impl Iterator<Item = &Arc<Resource>> {
        self.docs.iter().map(|doc| &doc.resource)
    }

    /// The resource at one of [`Found::places`].
    pub fn resource(&self, place: usize) -> Option<&Arc<Resource>> {
        self.docs.get(place).map(|doc| &doc.resource)
    }

    // --- words ---

    fn score(&self, word: &Word, scores: &mut Scores) {
        let Some(last) = word.parts.len().checked_sub(1) else {
            // A star alone.
            (0..number(self.docs.len())).for_each(|doc| scores.touch(doc, 0));
            scores.settle(1);
            return;
        };
        for (place, part) in word.parts.iter().enumerate() {
            let prefix = word.prefix && place == last;
            self.phrase(&tokens(part), prefix, |doc, quality| {
                scores.touch(doc, quality);
            });
            scores.settle(1);
        }
        if last > 0 {
            self.together(word, |doc, _| scores.touch(doc, rank::TOGETHER));
            scores.settle(0);
        }
    }

    /// Where all parts of a word stand in order.
    fn together(&self, word: &Word, mut each: impl FnMut(u32, u16)) {
        if word.parts.is_empty() {
            (0..number(self.docs.len())).for_each(|doc| each(doc, 0));
            return;
        }
        let all: Vec<String> = word.parts.iter().flat_map(|part| tokens(part)).collect();
        self.phrase(&all, word.prefix, each);
    }

    /// Where tokens stand one after the other in a text; a resource may come several times.
    fn phrase(&self, phrase: &[String], prefix: bool, mut each: impl FnMut(u32, u16)) {
        let Some((last, before)) = phrase.split_last() else {
            return;
        };
        let exact = self.words.exact(last);
        let ends = if prefix {
            self.words.starting(last)
        } else {
            exact.map_or(0..0, |token| token..token + 1)
        };
        if before.is_empty() {
            for token in ends {
                let is_whole = Some(token) == exact;
                for Posting { doc, quality } in self.words.postings(token) {
                    let beginning = rank::beginning(*quality);
                    each(*doc, if is_whole { *quality } else { beginning });
                }
            }
            return;
        }
        let before: Option<Vec<u32>> = before.iter().map(|token| self.words.exact(token)).collect();
        let Some(before) = before else { return };
        // Where several tokens may end the phrase, a resource comes up for each of them.
        let mut looked = vec![false; self.docs.len()];
        let mut look = |doc: u32| {
            let Some(held) = self.docs.get(doc as usize) else {
                return;
            };
            let seen = looked.get_mut(doc as usize);
            if seen.is_some_and(|seen| std::mem::replace(seen, true)) {
                return;
            }
            let texts = part(&self.spans, &held.spans).iter();
            for span in texts.filter(|span| span.len as usize > before.len()) {
                if let Some(quality) = self.phrase_in(*span, &before, &ends, exact) {
                    each(doc, quality);
                }
            }
        };
        // Only where the rarest token stands can all of them.
        let count = |token: u32| self.words.postings(token).len();
        let rarest = before.iter().copied().min_by_key(|token| count(*token));
        let Some(rarest) = rarest else { return };
        let rarest = if ends.clone().map(count).sum::<usize>() < count(rarest) {
            ends.clone()
        } else {
            rarest..rarest + 1
        };
        for token in rarest {
            for posting in self.words.postings(token) {
                look(posting.doc);
            }
        }
    }

    fn phrase_in(
        &self,
        span: Span,
        before: &[u32],
        ends: &Range<u32>,
        exact: Option<u32>,
    ) -> Option<u16> {
        let text = part(&self.sequence, &(span.start..span.start + span.len));
        let len = before.len() + 1;
        let fits = text.windows(len).enumerate().filter_map(|(at, window)| {
            let (last, start) = window.split_last()?;
            if start != before || !ends.contains(last) {
                return None;
            }
            let quality = rank::quality(span.weight, at, len, text.len());
            Some(if Some(*last) == exact {
                quality
            } else {
                rank::beginning(quality)
            })
        });
        fits.max()
    }

    /// What holds a block, lies in it, or routes to it.
    fn near(&self, wanted: IpNet, mut each: impl FnMut(u32, u16)) {
        for (place, doc) in (0..).zip(&self.docs) {
            let near = rank::nearness(wanted, part(&self.blocks_in, &doc.blocks));
            let routed = doc.kind == Kind::RouteTable && rank::routes_to(&doc.resource, wanted);
            if let Some(quality) = near.max(routed.then_some(35)) {
                each(place, quality);
            }
        }
    }

    // --- filters ---

    fn field(&self, field: Field, values: &[Value]) -> Sieve {
        let values: Vec<Value> = values.iter().map(lowered).collect();
        match field {
            Field::Region => Sieve::Region(chosen(&self.regions, &values)),
            Field::Account => Sieve::Account(chosen(&self.accounts, &values)),
            Field::Id => Sieve::Id(values),
            Field::TagKey => Sieve::Tags(vec![TagSieve::Key(chosen(&self.keys, &values))]),
            Field::TagValue => Sieve::Tags(vec![TagSieve::Value(chosen(&self.values, &values))]),
            Field::ResourceType | Field::Kind => Sieve::Kinds(kinds(|kind| {
                type_names(kind).iter().any(|name| any_fits(&values, name))
            })),
            Field::Service => Sieve::Kinds(kinds(|kind| {
                any_fits(&values, super::attributes::service_type(kind).0)
            })),
            Field::Vpc => {
                let names = self.vpc_names.iter();
                let vpcs = self.vpcs.lower().iter().zip(names);
                Sieve::Vpc(
                    vpcs.map(|(id, name)| {
                        any_fits(&values, id)
                            || name.as_ref().is_some_and(|name| any_fits(&values, name))
                    })
                    .collect(),
                )
            }
            Field::Application => {
                let of_application =
                    |value: &Text| application_names(value).any(|name| any_fits(&values, name));
                Sieve::Tags(vec![TagSieve::Pair(
                    self.of_key(APPLICATION_TAG),
                    self.values.lower().iter().map(of_application).collect(),
                )])
            }
        }
    }

    fn tags(&self, tests: &[TagTest]) -> Sieve {
        let one = |test: &TagTest| match test {
            TagTest::All => TagSieve::All,
            TagTest::None => TagSieve::None,
            TagTest::Key(key) => TagSieve::Key(chosen(&self.keys, &[lowered(key)])),
            TagTest::Pair(key, value) => {
                TagSieve::Pair(self.of_key(key), chosen(&self.values, &[lowered(value)]))
            }
        };
        Sieve::Tags(tests.iter().map(one).collect())
    }

    fn of_key(&self, key: &str) -> Chosen {
        let key = Value {
            text: key.to_lowercase(),
            prefix: false,
        };
        chosen(&self.keys, &[key])
    }

    fn judge(&self, sieves: &[(Sieve, bool)], place: u32, doc: &Doc) -> Truth {
        let mut all = Truth::Yes;
        for (sieve, negated) in sieves {
            all = all.min(self.sift(sieve, place, doc).turned(*negated));
            if all == Truth::No {
                break;
            }
        }
        all
    }

    fn sift(&self, sieve: &Sieve, place: u32, doc: &Doc) -> Truth {
        let known = |chosen: &[bool], held: Option<u32>| {
            held.map_or(Truth::Unknown, |held| is_chosen(chosen, held).into())
        };
        match sieve {
            Sieve::Kinds(kinds) => (kinds & bit(doc.kind) != 0).into(),
            Sieve::Region(regions) => known(regions, doc.region),
            Sieve::Account(accounts) => known(accounts, doc.account),
            Sieve::Vpc(vpcs) => {
                let mut held = part(&self.vpcs_in, &doc.vpcs).iter();
                held.any(|vpc| is_chosen(vpcs, *vpc)).into()
            }
            Sieve::Id(values) => {
                let id = self.ids.get(place as usize).map_or("", Text::as_str);
                let arn = self.arns.get(place as usize).and_then(Option::as_ref);
                values
                    .iter()
                    .any(|value| is_called(value, id, arn.map(Text::as_str)))
                    .into()
            }
            Sieve::Cidr(tests) => {
                let blocks = part(&self.blocks_in, &doc.blocks);
                tests.iter().any(|test| lies(*test, blocks)).into()
            }
            Sieve::Tags(tests) => {
                let Some(tags) = &doc.tags else {
                    return Truth::Unknown;
                };
                let tags = part(&self.tags_in, tags);
                tests.iter().any(|test| self.is_tagged(test, tags)).into()
            }
        }
    }

    fn is_tagged(&self, test: &TagSieve, tags: &[(u32, u32)]) -> bool {
        // Tags that AWS puts on say nothing about whether a person did.
        let made_by_hand = |(key, _): &(u32, u32)| {
            let key = self.keys.lower().get(*key as usize);
            !key.is_some_and(|key| key.starts_with("aws:"))
        };
        match test {
            TagSieve::All => tags.iter().any(made_by_hand),
            TagSieve::None => !tags.iter().any(made_by_hand),
            TagSieve::Key(keys) => tags.iter().any(|(key, _)| is_chosen(keys, *key)),
            TagSieve::Value(values) => tags.iter().any(|(_, value)| is_chosen(values, *value)),
            TagSieve::Pair(keys, values) => tags
                .iter()
                .any(|(key, value)| is_chosen(keys, *key) && is_chosen(values, *value)),
        }
    }

    /// How near the narrowest block is that holds an address which is asked for.
    fn nearest(&self, sieves: &[(Sieve, bool)], doc: &Doc) -> u16 {
        let tests = sieves.iter().filter_map(|(sieve, negated)| match sieve {
            Sieve::Cidr(tests) if !negated => Some(tests),
            _ => None,
        });
        let near = tests.flatten().filter_map(|test| match test {
            CidrTest::Holds(address) => {
                rank::nearness((*address).into(), part(&self.blocks_in, &doc.blocks))
            }
            CidrTest::Inside(_) => None,
        });
        near.max().unwrap_or_default()
    }
}

fn bit(kind: Kind) -> u64 {
    1 << kind as u32
}

fn kinds(is_meant: impl Fn(Kind) -> bool) -> u64 {
    let meant = Kind::ALL.iter().filter(|kind| is_meant(**kind));
    meant.fold(0, |set, kind| set | bit(*kind))
}

/// Mark what is found as left out.
fn exclude(excluded: &mut [bool], find: impl FnOnce(&mut dyn FnMut(u32, u16))) {
    find(&mut |doc, _| {
        if let Some(is_out) = excluded.get_mut(doc as usize) {
            *is_out = true;
        }
    });
}

fn lowered(value: &Value) -> Value {
    Value {
        text: value.text.to_lowercase(),
        prefix: value.prefix,
    }
}

/// Both in lower case.
fn fits(value: &Value, text: &str) -> bool {
    if value.prefix {
        text.starts_with(&value.text)
    } else {
        text == value.text
    }
}

fn any_fits(values: &[Value], text: &str) -> bool {
    values.iter().any(|value| fits(value, text))
}

fn chosen(names: &Names, values: &[Value]) -> Chosen {
    let names = names.lower().iter();
    names.map(|name| any_fits(values, name)).collect()
}

/// Whether an id or ARN is meant. An ARN that no answer carried ends with the id all the same.
fn is_called(value: &Value, id: &str, arn: Option<&str>) -> bool {
    if fits(value, id) || arn.is_some_and(|arn| fits(value, arn)) {
        return true;
    }
    let Some((_, tail)) = value.text.rsplit_once('/') else {
        return false;
    };
    let is_arn = value.text.starts_with("arn:") && !tail.is_empty();
    is_arn
        && if value.prefix {
            id.starts_with(tail)
        } else {
            id == tail
        }
}

fn lies(test: CidrTest, blocks: &[IpNet]) -> bool {
    match test {
        CidrTest::Holds(address) => blocks.iter().any(|block| block.contains(&address)),
        CidrTest::Inside(wanted) => blocks.iter().any(|block| wanted.contains(block)),
    }
}
