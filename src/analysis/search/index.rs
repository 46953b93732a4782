//! What a search looks things up in: made once for a network, so that a keystroke need not read every resource.

use super::attributes::{account_of, blocks, each_token, place, supports_tags, texts, vpcs_of};
use super::rank;
use crate::network::{Id, Key, Kind, Network, Resource, Text};
use ipnet::IpNet;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Everything of a network that can be searched for.
#[derive(Debug, Default)]
pub struct Index {
    /// In the order in which equal hits are listed.
    pub(super) docs: Vec<Doc>,
    /// Ids in lower case, and ARNs where an answer carried one; beside the documents since all are read at once.
    pub(super) ids: Vec<Text>,
    pub(super) arns: Vec<Option<Text>>,
    pub(super) words: Words,
    pub(super) regions: Names,
    pub(super) accounts: Names,
    pub(super) vpcs: Names,
    /// What the VPCs are called, by their numbers in `vpcs`.
    pub(super) vpc_names: Vec<Option<Text>>,
    pub(super) keys: Names,
    pub(super) values: Names,
    pub(super) vpcs_in: Vec<u32>,
    pub(super) tags_in: Vec<(u32, u32)>,
    pub(super) blocks_in: Vec<IpNet>,
    pub(super) spans: Vec<Span>,
    /// The tokens of all texts, one text after another.
    pub(super) sequence: Vec<u32>,
}

/// A resource, and where its attributes stand.
#[derive(Debug)]
pub(super) struct Doc {
    pub(super) resource: Arc<Resource>,
    pub(super) kind: Kind,
    pub(super) region: Option<u32>,
    pub(super) account: Option<u32>,
    pub(super) vpcs: Range<u32>,
    /// None where tags were not read.
    pub(super) tags: Option<Range<u32>>,
    pub(super) blocks: Range<u32>,
    pub(super) spans: Range<u32>,
}

/// A text of a resource.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) len: u32,
    pub(super) weight: u16,
}

/// That a token stands in a resource, and how much that counts at best.
#[derive(Clone, Copy, Debug)]
pub(super) struct Posting {
    pub(super) doc: u32,
    pub(super) quality: u16,
}

/// Every token in order, with where it stands.
#[derive(Debug, Default)]
pub(super) struct Words {
    tokens: Vec<Text>,
    /// Where the postings of each token begin, and at last where they end.
    starts: Vec<u32>,
    postings: Vec<Posting>,
}

impl Words {
    /// The number of a token.
    pub(super) fn exact(&self, token: &str) -> Option<u32> {
        let place = self
            .tokens
            .binary_search_by(|held| held.as_str().cmp(token))
            .ok()?;
        u32::try_from(place).ok()
    }

    /// The numbers of the tokens that start so.
    pub(super) fn starting(&self, start: &str) -> Range<u32> {
        let first = self.tokens.partition_point(|held| held.as_str() < start);
        let rest = self.tokens.get(first..).unwrap_or_default();
        let count = rest.partition_point(|held| held.starts_with(start));
        number(first)..number(first + count)
    }

    pub(super) fn postings(&self, token: u32) -> &[Posting] {
        let at = |place: u32| self.starts.get(place as usize).map(|start| *start as usize);
        at(token)
            .zip(at(token + 1))
            .and_then(|(start, end)| self.postings.get(start..end))
            .unwrap_or_default()
    }
}

/// Texts with numbers, upper and lower case being alike.
#[derive(Debug, Default)]
pub(super) struct Names {
    lower: Vec<Text>,
    shown: Vec<Text>,
    by_shown: HashMap<Text, u32>,
    by_lower: HashMap<Text, u32>,
}

impl Names {
    fn number(&mut self, text: &str) -> u32 {
        if let Some(known) = self.by_shown.get(text) {
            return *known;
        }
        let lower = Text::from(text.to_lowercase());
        let next = number(self.lower.len());
        let place = *self.by_lower.entry(lower.clone()).or_insert(next);
        if place == next {
            self.lower.push(lower);
            self.shown.push(text.into());
        }
        self.by_shown.insert(text.into(), place);
        place
    }

    /// Every one in lower case.
    pub(super) fn lower(&self) -> &[Text] {
        &self.lower
    }

    /// As it was written first.
    pub(super) fn shown(&self, number: u32) -> &str {
        self.shown.get(number as usize).map_or("", Text::as_str)
    }
}

/// A place as a small number; no network has as many of anything as fit.
pub(super) fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

pub(super) fn part<'a, T>(all: &'a [T], range: &Range<u32>) -> &'a [T] {
    all.get(range.start as usize..range.end as usize)
        .unwrap_or_default()
}

/// Tokens as they come, before they are in order.
#[derive(Default)]
struct Gathered {
    numbers: HashMap<Text, u32>,
    tokens: Vec<Text>,
    postings: Vec<(u32, Posting)>,
}

impl Gathered {
    fn number(&mut self, token: &str) -> u32 {
        if let Some(known) = self.numbers.get(token) {
            return *known;
        }
        let next = number(self.tokens.len());
        self.tokens.push(token.into());
        self.numbers.insert(token.into(), next);
        next
    }

    /// The tokens in order, and for each number it had the one it has now.
    fn sorted(self) -> (Words, Vec<u32>) {
        let mut order: Vec<u32> = (0..number(self.tokens.len())).collect();
        let token = |place: &u32| self.tokens.get(*place as usize);
        order.sort_unstable_by(|a, b| token(a).cmp(&token(b)));
        let mut now = vec![0; order.len()];
        for (place, before) in (0..).zip(&order) {
            if let Some(slot) = now.get_mut(*before as usize) {
                *slot = place;
            }
        }
        let renamed = |token: u32| now.get(token as usize).copied().unwrap_or_default();
        // Counting sort: documents come in order and stay so within a token.
        let mut starts = vec![0_u32; order.len() + 1];
        for (token, _) in &self.postings {
            if let Some(count) = starts.get_mut(renamed(*token) as usize + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let nothing = Posting { doc: 0, quality: 0 };
        let mut postings = vec![nothing; self.postings.len()];
        for (token, posting) in &self.postings {
            if let Some(place) = next.get_mut(renamed(*token) as usize)
                && let Some(slot) = postings.get_mut(*place as usize)
            {
                *slot = *posting;
                *place += 1;
            }
        }
        let tokens = order
            .iter()
            .filter_map(|place| self.tokens.get(*place as usize).cloned())
            .collect();
        let words = Words {
            tokens,
            starts,
            postings,
        };
        (words, now)
    }
}

impl Index {
    /// The index of a network.
    pub fn of(network: &Network) -> Self {
        let mut resources: Vec<(&str, &Arc<Resource>)> = network
            .resources()
            .map(|resource| (resource.label(), resource))
            .collect();
        // The sort is stable, and resources come by key.
        resources.sort_by(|(label, a), (other, b)| {
            let order = |resource: &Resource| (resource.kind(), resource.name().is_none());
            order(a).cmp(&order(b)).then_with(|| label.cmp(other))
        });
        let mut index = Self::default();
        let mut gathered = Gathered::default();
        let mut own: Vec<(u32, u16)> = Vec::new();
        let mut buffer = String::new();
        for (doc, (_, resource)) in (0..).zip(resources) {
            let spans = index.add_texts(resource, &mut gathered, &mut own, &mut buffer);
            // Of one token that stands in several texts, the best place counts.
            own.sort_unstable_by_key(|(token, quality)| (*token, u16::MAX - quality));
            own.dedup_by_key(|(token, _)| *token);
            let postings = own.drain(..);
            gathered
                .postings
                .extend(postings.map(|(token, quality)| (token, Posting { doc, quality })));
            index.add(resource, spans);
        }
        let (words, now) = gathered.sorted();
        for token in &mut index.sequence {
            *token = now.get(*token as usize).copied().unwrap_or_default();
        }
        index.words = words;
        index.vpc_names = index
            .vpcs
            .shown
            .iter()
            .map(|id| {
                let vpc = network.get(&Key::new(Kind::Vpc, Id::from(id.as_str())))?;
                Some(vpc.name()?.to_lowercase().into())
            })
            .collect();
        index
    }

    fn add_texts(
        &mut self,
        resource: &Resource,
        gathered: &mut Gathered,
        own: &mut Vec<(u32, u16)>,
        buffer: &mut String,
    ) -> Range<u32> {
        let first = number(self.spans.len());
        for (text, weight) in texts(resource) {
            let start = self.sequence.len();
            each_token(&text, buffer, |token| {
                self.sequence.push(gathered.number(token));
            });
            let tokens = self.sequence.get(start..).unwrap_or_default();
            let whole = tokens.len();
            own.extend(
                tokens
                    .iter()
                    .enumerate()
                    .map(|(at, token)| (*token, rank::quality(weight, at, 1, whole))),
            );
            if whole > 0 {
                self.spans.push(Span {
                    start: number(start),
                    len: number(whole),
                    weight,
                });
            }
        }
        first..number(self.spans.len())
    }

    fn add(&mut self, resource: &Arc<Resource>, spans: Range<u32>) {
        let region = place(resource).map(|region| self.regions.number(region));
        let account = account_of(resource).map(|account| self.accounts.number(account));
        let first_vpc = number(self.vpcs_in.len());
        for vpc in vpcs_of(resource) {
            let vpc = self.vpcs.number(vpc.as_str());
            self.vpcs_in.push(vpc);
        }
        let first_tag = number(self.tags_in.len());
        let tags = resource.common().tags.value();
        for (key, value) in tags.into_iter().flatten() {
            let tag = (self.keys.number(key), self.values.number(value));
            self.tags_in.push(tag);
        }
        let first_block = number(self.blocks_in.len());
        self.blocks_in.extend(blocks(resource));
        self.ids
            .push(resource.key().id.as_str().to_lowercase().into());
        let arn = resource.common().arn.value();
        self.arns.push(arn.map(Text::to_lowercase));
        // What can have no tags has none, and that is known.
        let knows_tags = tags.is_some() || !supports_tags(resource.kind());
        self.docs.push(Doc {
            resource: Arc::clone(resource),
            kind: resource.kind(),
            region,
            account,
            vpcs: first_vpc..number(self.vpcs_in.len()),
            tags: knows_tags.then(|| first_tag..number(self.tags_in.len())),
            blocks: first_block..number(self.blocks_in.len()),
            spans,
        });
    }

    /// How many resources it has.
    pub fn len(&self) -> usize {
        self.docs.len()
    }

    /// Whether there is nothing to be found.
    pub fn is_empty(&self) -> bool {
        self.docs.is_empty()
    }
}
