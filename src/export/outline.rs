//! What a drawing in words holds: boxes in boxes, nodes and edges. Mermaid and DOT are written from it.
//!
//! It is made of the diagram that the map is drawn from, so that both show the same. A VPC, which has a card on the map,
//! is a box here, and the lines that say what belongs to it are left out.

use super::subject::Subject;
use crate::analysis::search::region_of;
use crate::network::{Coverage, Key, Kind, Route};
use crate::picture::diagram::{Band, Card, CardId, End, Group, Line, Role, Sign};
use crate::picture::text::plain;
use crate::picture::view::{self, View};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Characters of one line in a node; a name may have 255.
const LINE: usize = 80;
/// Routes that an edge names before it says how many more there are.
const ROUTES: usize = 3;
/// Letters of a name that tell it from others of its kind: enough for a hundred thousand.
const DIGITS: usize = 10;

/// A whole drawing.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// The outermost boxes.
    pub(super) boxes: Vec<Nested>,
    /// What stands in no box.
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Vec<Edge>,
}

/// What a box stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Around {
    Region,
    Vpc,
    /// A zone, or what else cards are grouped by.
    Zone,
}

/// A box with what stands in it.
#[derive(Debug)]
pub(super) struct Nested {
    pub(super) id: String,
    pub(super) around: Around,
    pub(super) lines: Vec<String>,
    pub(super) key: Option<Key>,
    pub(super) boxes: Vec<Nested>,
    pub(super) nodes: Vec<Node>,
}

/// A resource, or what was not read.
#[derive(Debug)]
pub(super) struct Node {
    /// Made of kind and id, never of what people wrote: it stays the same from export to export.
    pub(super) id: String,
    /// The name, then what is to be said of it. All are printable and short.
    pub(super) lines: Vec<String>,
    pub(super) role: Role,
    /// Nobody read it, or it is gone.
    pub(super) dashed: bool,
    pub(super) key: Option<Key>,
    /// What there is more to say.
    pub(super) tip: Vec<String>,
    /// Its column on the map.
    pub(super) column: usize,
}

/// A line between two nodes.
#[derive(Debug)]
pub(super) struct Edge {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) line: Line,
    pub(super) role: Role,
    /// Words at the line; may be empty.
    pub(super) label: String,
}

impl Outline {
    pub(super) fn of(subject: &Subject<'_>) -> Self {
        let mut options = view::Options {
            overview: false,
            ..subject.view.clone()
        };
        // VPCs are boxes; without them nothing would stand anywhere.
        options.hidden.remove(&Kind::Vpc);
        let view = View::of(subject.network, subject.topology, &options);
        let mut builder = Builder {
            subject,
            view: &view,
            ids: Ids::default(),
            nodes: BTreeMap::new(),
        };
        builder.outline()
    }

    /// Every node, those outside of boxes last.
    pub(super) fn all_nodes(&self) -> Vec<&Node> {
        fn within<'a>(nested: &'a Nested, found: &mut Vec<&'a Node>) {
            found.extend(&nested.nodes);
            for inner in &nested.boxes {
                within(inner, found);
            }
        }
        let mut found = Vec::new();
        for nested in &self.boxes {
            within(nested, &mut found);
        }
        found.extend(&self.nodes);
        found
    }

    /// Every box, outer ones first.
    pub(super) fn all_boxes(&self) -> Vec<&Nested> {
        fn within<'a>(nested: &'a Nested, found: &mut Vec<&'a Nested>) {
            found.push(nested);
            for inner in &nested.boxes {
                within(inner, found);
            }
        }
        let mut found = Vec::new();
        for nested in &self.boxes {
            within(nested, &mut found);
        }
        found
    }
}

/// Names for nodes and boxes.
#[derive(Default)]
struct Ids(BTreeSet<String>);

impl Ids {
    fn make(&mut self, word: &str, parts: &[&str]) -> String {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        let mut hex = String::new();
        for byte in hash.finalize() {
            // Writing to a string cannot fail.
            let _ = write!(hex, "{byte:02x}");
        }
        hex.truncate(DIGITS);
        let first = format!("{}_{hex}", word.replace('-', "_"));
        let mut id = first.clone();
        let mut number = 2;
        while !self.0.insert(id.clone()) {
            id = format!("{first}_{number}");
            number += 1;
        }
        id
    }
}

struct Builder<'a> {
    subject: &'a Subject<'a>,
    view: &'a View,
    ids: Ids,
    /// The names of the cards that are nodes.
    nodes: BTreeMap<CardId, String>,
}

impl Builder<'_> {
    fn outline(&mut self) -> Outline {
        let diagram = &self.view.diagram;
        // By region, those whose region is not known last.
        let mut regions: BTreeMap<(bool, String), (Vec<Nested>, Vec<Node>)> = BTreeMap::new();
        for band in &diagram.bands {
            let (vpc, outside) = self.band(band);
            let region = vpc.key.as_ref().and_then(|key| self.region(key));
            let place = (region.is_none(), region.unwrap_or_default());
            let (boxes, nodes) = regions.entry(place).or_default();
            boxes.push(vpc);
            nodes.extend(outside);
        }
        let mut outline = Outline::default();
        let column = diagram.columns.len().saturating_sub(1);
        for card in diagram.shared.iter().flat_map(|group| &group.cards) {
            let region = self.view.key(card.id).and_then(|key| self.region(key));
            let node = self.node(card, column, "");
            match region.and_then(|region| regions.get_mut(&(false, region))) {
                Some((_, nodes)) => nodes.push(node),
                None => outline.nodes.push(node),
            }
        }
        // A plan may leave its region open; a box around everything that says so would say nothing.
        let is_one_unknown = regions.len() == 1 && regions.keys().all(|(unknown, _)| *unknown);
        for ((unknown, name), (boxes, nodes)) in regions {
            if is_one_unknown {
                outline.boxes.extend(boxes);
                outline.nodes.extend(nodes);
                continue;
            }
            let title = if unknown {
                "region not read".to_owned()
            } else {
                line(&name)
            };
            outline.boxes.push(Nested {
                id: self.ids.make("region", &[&name]),
                around: Around::Region,
                lines: vec![title],
                key: None,
                boxes,
                nodes,
            });
        }
        outline.edges = self.edges();
        outline
    }

    fn region(&self, key: &Key) -> Option<String> {
        let resource = self.subject.network.get(key)?;
        region_of(resource).map(str::to_owned)
    }

    /// The box of a VPC, and what its band holds that stands outside of it.
    fn band(&mut self, band: &Band) -> (Nested, Vec<Node>) {
        let card = (band.columns.first())
            .and_then(|groups| groups.first())
            .and_then(|group| group.cards.first());
        let key = card.and_then(|card| self.view.key(card.id)).cloned();
        let id = key.as_ref().map_or("", |key| key.id.as_str()).to_owned();
        let mut vpc = Nested {
            id: self.ids.make("vpc", &[&id]),
            around: Around::Vpc,
            lines: card
                .map(|card| self.vpc_lines(card, key.as_ref()))
                .unwrap_or_default(),
            key,
            boxes: Vec::new(),
            nodes: Vec::new(),
        };
        let mut outside = Vec::new();
        for (column, groups) in band.columns.iter().enumerate().skip(1) {
            for group in groups {
                self.group(group, column, &id, &mut vpc, &mut outside);
            }
        }
        // A VPC that is folded into its card has lines of its own, which begin or end at a node.
        if let Some(card) = card.filter(|card| self.view.stack(card.id).is_some()) {
            let id = self.ids.make("folded", &[&id]);
            self.nodes.insert(card.id, id.clone());
            vpc.nodes.push(Node {
                id,
                lines: lines(std::iter::once("folded").chain(card.more.iter().map(String::as_str))),
                role: card.role,
                dashed: false,
                key: None,
                tip: Vec::new(),
                column: 1,
            });
        }
        // Graphviz draws no box without a node, and then the VPC would be missing.
        if vpc.nodes.is_empty() && vpc.boxes.is_empty() {
            vpc.nodes.push(Node {
                id: self.ids.make("empty", &[&id]),
                lines: vec!["nothing in it that was read".to_owned()],
                role: Role::Unknown,
                dashed: true,
                key: None,
                tip: Vec::new(),
                column: 1,
            });
        }
        (vpc, outside)
    }

    fn group(
        &mut self,
        group: &Group,
        column: usize,
        vpc_id: &str,
        vpc: &mut Nested,
        outside: &mut Vec<Node>,
    ) {
        let heading = group.heading.as_ref().filter(|_| group.boxed);
        let Some(heading) = heading else {
            for card in &group.cards {
                let stands_outside = self
                    .view
                    .key(card.id)
                    .is_some_and(|key| is_outside(key.kind));
                let node = self.node(card, column, vpc_id);
                if stands_outside {
                    outside.push(node);
                } else {
                    vpc.nodes.push(node);
                }
            }
            return;
        };
        let nodes = (group.cards.iter())
            .map(|card| self.node(card, column, vpc_id))
            .collect();
        let number = column.to_string();
        vpc.boxes.push(Nested {
            id: self.ids.make("zone", &[vpc_id, &number, &heading.title]),
            around: Around::Zone,
            lines: lines([heading.title.as_str(), heading.caption.as_str()]),
            key: None,
            boxes: Vec::new(),
            nodes,
        });
    }

    fn vpc_lines(&self, card: &Card, key: Option<&Key>) -> Vec<String> {
        let account = key
            .and_then(|key| self.subject.network.get(key))
            .and_then(|vpc| crate::analysis::search::account_of(vpc));
        let account = account.map(|account| format!("account {account}"));
        let mut words = vec![
            if line(&card.title).is_empty() {
                "VPC"
            } else {
                &card.title
            },
            card.caption.as_str(),
        ];
        // Of a folded one its node tells what is in it.
        let more = card
            .more
            .iter()
            .filter(|_| self.view.stack(card.id).is_none());
        words.extend(more.map(String::as_str));
        words.extend(account.as_deref());
        let mut words = lines(words);
        if self.subject.details {
            words.extend(lines(key.map(|key| key.id.as_str())));
            words.extend(lines(card.details.iter().map(String::as_str)));
        }
        words.extend(key.and_then(|key| self.partly_read(key)));
        words.extend(marks(card));
        words
    }

    /// What stands in a VPC in part; where nothing of a kind was read there is a node that says so.
    fn partly_read(&self, vpc: &Key) -> Option<String> {
        let members = self.subject.topology.members(vpc)?;
        let parts: Vec<&str> = [
            (Kind::Subnet, members.subnets.is_empty()),
            (Kind::RouteTable, members.tables.is_empty()),
        ]
        .into_iter()
        .filter(|(kind, none)| {
            !none && self.subject.network.coverage_around(vpc, *kind) != Coverage::Complete
        })
        .map(|(kind, _)| kind.plural())
        .collect();
        (!parts.is_empty()).then(|| format!("? not read completely: {}", parts.join(", ")))
    }

    fn node(&mut self, card: &Card, column: usize, vpc: &str) -> Node {
        let key = self.view.key(card.id).cloned();
        if self.view.stack(card.id).is_some() {
            return self.folded(card, key.as_ref(), column);
        }
        let id = match &key {
            Some(key) => self
                .ids
                .make(key.kind.word(), &[key.kind.word(), key.id.as_str()]),
            None => self
                .ids
                .make("not_read", &[vpc, &column.to_string(), &card.title]),
        };
        self.nodes.insert(card.id, id.clone());
        let mut words = Vec::new();
        let trailing = card.trailing.as_ref().map(|badge| badge.text.as_str());
        if let Some(key) = &key {
            // A name may consist of what is not seen.
            words.push(if line(&card.title).is_empty() {
                key.id.to_string()
            } else {
                card.title.clone()
            });
            let kind = key.kind.singular();
            let is_said = card.caption.to_lowercase().contains(&kind.to_lowercase());
            let parts = [Some(kind).filter(|_| !is_said), trailing];
            let parts: Vec<&str> = parts.into_iter().flatten().collect();
            words.push(parts.join(" · "));
            words.push(card.caption.clone());
        } else {
            // One kind, or several with a line for each.
            if card.details.is_empty() {
                words.push(format!("not read: {}", card.title));
                words.push(card.caption.clone());
            } else {
                words.push("not read".to_owned());
                words.extend(card.details.iter().cloned());
            }
        }
        words.extend(card.label.as_ref().map(|label| label.text.clone()));
        words.extend(card.more.iter().cloned());
        let mut tip: Vec<String> = key.iter().map(|key| key.id.to_string()).collect();
        tip.extend(card.details.iter().cloned());
        if self.subject.details && key.is_some() {
            words.extend(tip.iter().cloned());
        }
        let mut words = lines(words.iter().map(String::as_str));
        words.extend(marks(card));
        if words.is_empty() {
            words.push("without a name".to_owned());
        }
        Node {
            id,
            lines: words,
            role: card.role,
            dashed: card.dashed,
            key,
            tip: lines(tip.iter().map(String::as_str)),
            column,
        }
    }

    /// Several resources that are one card on the map. No page of the console is about them all.
    fn folded(&mut self, card: &Card, first: Option<&Key>, column: usize) -> Node {
        let first = first.map_or(String::new(), ToString::to_string);
        let id = self.ids.make("folded", &[&first]);
        self.nodes.insert(card.id, id.clone());
        let trailing = card.trailing.as_ref().map(|badge| badge.text.as_str());
        let mut words = vec![card.title.as_str()];
        words.extend(trailing);
        words.push(&card.caption);
        words.extend(card.label.as_ref().map(|label| label.text.as_str()));
        words.extend(card.more.iter().map(String::as_str));
        let tip = lines(card.details.iter().map(String::as_str));
        let mut words = lines(words);
        if self.subject.details {
            words.extend(tip.iter().cloned());
        }
        words.extend(marks(card));
        Node {
            id,
            lines: words,
            role: card.role,
            dashed: card.dashed,
            key: None,
            tip,
            column,
        }
    }

    fn edges(&self) -> Vec<Edge> {
        let mut edges = Vec::new();
        for net in &self.view.diagram.nets {
            let End::Card(to) = net.to else { continue };
            for leg in &net.legs {
                let End::Card(from) = leg.from else { continue };
                let (Some(from_id), Some(to_id)) = (self.nodes.get(&from), self.nodes.get(&to))
                else {
                    continue;
                };
                edges.push(Edge {
                    from: from_id.clone(),
                    to: to_id.clone(),
                    line: leg.line,
                    role: leg.role,
                    label: self.label(from, to, leg.line),
                });
            }
        }
        edges
    }

    fn label(&self, from: CardId, to: CardId, leg: Line) -> String {
        // What several have in common is not known by the first of them.
        let is_folded = |card| self.view.stack(card).is_some();
        if leg != Line::Implicit && (is_folded(from) || is_folded(to)) {
            return String::new();
        }
        let (Some(from), Some(to)) = (self.view.key(from), self.view.key(to)) else {
            return String::new();
        };
        match leg {
            Line::Implicit => "main".to_owned(),
            Line::Association if from.kind == Kind::RouteTable => "routes what comes in".to_owned(),
            Line::Association | Line::Membership => String::new(),
            Line::Route | Line::Blackhole => {
                let targets = self.subject.topology.targets(from);
                let routes = targets.iter().find(|(key, _)| *key == to);
                routes.map_or_else(String::new, |(_, routes)| self.routes(routes))
            }
        }
    }

    fn routes(&self, routes: &[Route]) -> String {
        let mut words: Vec<String> = routes
            .iter()
            .take(ROUTES)
            .map(|route| {
                let to = destination(self.subject, route);
                let to = line(&to);
                if route.is_active() {
                    to
                } else {
                    format!("{to} ({})", line(route.state.as_str()))
                }
            })
            .collect();
        let more = routes.len().saturating_sub(ROUTES);
        if more > 0 {
            words.push(format!("and {more} more"));
        }
        words.join(", ")
    }
}

/// Where a route leads from: a block, or a prefix list by its name.
pub(super) fn destination(subject: &Subject<'_>, route: &Route) -> String {
    match &route.destination {
        crate::network::Destination::PrefixList(id) => {
            subject.name(&Key::new(Kind::PrefixList, id.clone()))
        }
        other => other.to_string(),
    }
}

/// Kinds that stand outside of any VPC, whatever they join.
fn is_outside(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::TransitGateway
            | Kind::VpcPeeringConnection
            | Kind::CoreNetwork
            | Kind::DirectConnectGateway
            | Kind::CustomerGateway
    )
}

/// What is wrong or not known, by its sign.
fn marks(card: &Card) -> Vec<String> {
    let marks = card.marks.iter().filter_map(|mark| {
        let sign = match mark.sign {
            Sign::Danger | Sign::Warn => "!",
            Sign::Unknown => "?",
            _ => return None,
        };
        // A node that stands for what was not read says so in its first lines.
        (card.role != Role::Unknown || mark.sign != Sign::Unknown).then_some((sign, &mark.text))
    });
    marks
        .map(|(sign, text)| format!("{sign} {}", line(text)))
        .collect()
}

/// Words as one short printable line.
pub(super) fn line(text: &str) -> String {
    let text = plain(text);
    let text = text.trim();
    if text.chars().count() <= LINE {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(LINE - 1).collect();
    cut.push('…');
    cut
}

/// The lines that say something.
fn lines<'a>(words: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let words = words.into_iter().map(line);
    words.filter(|words| !words.is_empty()).collect()
}
