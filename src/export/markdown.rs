//! A network as a report in Markdown, for a wiki or a review.

use super::mermaid::{mermaid, mermaid_limit};
use super::outline::destination;
use super::subject::Subject;
use super::table::{NOT_READ, cells, heads, order, shows};
use crate::analysis::overlap::overlaps;
use crate::analysis::search::{account_of, region_of, vpcs_of};
use crate::network::{
    Coverage, Gap, Interconnect, Key, Kind, Network, Resource, RouteTableFacts, Target, VpcMembers,
};
use crate::picture::diagram::Sign;
use crate::picture::text::plain;
use crate::picture::view::{self, Boards, View, grouped, natural};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Arc;

/// Kinds that have a table of their own in the part of a VPC, after its subnets and route tables.
const KINDS: &[Kind] = &[
    Kind::InternetGateway,
    Kind::EgressOnlyInternetGateway,
    Kind::NatGateway,
    Kind::VpcEndpoint,
    Kind::VpcPeeringConnection,
    Kind::TransitGateway,
    Kind::TransitGatewayAttachment,
    Kind::VpnGateway,
    Kind::VpnConnection,
    Kind::CarrierGateway,
    Kind::LocalGateway,
    Kind::CoreNetwork,
    Kind::NetworkFirewall,
];

/// A network as Markdown with GitHub's tables: the VPCs with a picture in Mermaid each, their subnets, route
/// tables with routes and connections, overlaps, and what was not read. `gaps` are those that are known of the reading.
///
/// The same subject gives the same bytes.
pub fn markdown(subject: &Subject<'_>, gaps: &[Gap]) -> String {
    let mut writer = Writer {
        subject,
        out: String::new(),
    };
    writer.document(gaps);
    writer.out
}

struct Writer<'a> {
    subject: &'a Subject<'a>,
    out: String,
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// A block with an empty line after it.
    fn block(&mut self, text: &str) {
        self.line(text);
        self.out.push('\n');
    }

    fn document(&mut self, gaps: &[Gap]) {
        let subject = self.subject;
        let mut vpcs: Vec<(&Key, &VpcMembers)> = subject
            .topology
            .vpcs()
            .filter(|(vpc, _)| subject.shows(Kind::Vpc, std::slice::from_ref(*vpc)))
            .collect();
        vpcs.sort_by(|(a, _), (b, _)| {
            let is_outside = |key: &Key| subject.network.get(key).is_none();
            (is_outside(a).cmp(&is_outside(b)))
                .then_with(|| natural(&subject.name(a), &subject.name(b)))
                .then_with(|| a.cmp(b))
        });
        self.block(&format!("# {}", words(subject.title)));
        self.block(
            "Where it says *not read*, it cannot be told from what was read; it does not mean that there is none.",
        );
        self.overview(&vpcs);
        for (vpc, members) in &vpcs {
            self.vpc(vpc, members);
        }
        self.notes(&(vpcs.iter().map(|(vpc, _)| (vpc.id.as_str(), *vpc))).collect());
        self.overlaps(&vpcs.iter().map(|(vpc, _)| *vpc).collect());
        self.gaps(gaps);
    }

    fn overview(&mut self, vpcs: &[(&Key, &VpcMembers)]) {
        let mut rows = Vec::new();
        let mut names = vec!["Account", "Region"];
        names.extend(heads(Kind::Vpc));
        for (vpc, _) in vpcs {
            let Some(resource) = self.subject.network.get(vpc) else {
                let mut row = vec![NOT_READ.to_owned(); names.len()];
                row[3] = vpc.id.to_string();
                rows.push(row);
                continue;
            };
            let known = |text: Option<&str>| text.unwrap_or(NOT_READ).to_owned();
            let mut row = vec![known(account_of(resource)), known(region_of(resource))];
            row.extend(cells(self.subject.network, self.subject.topology, resource));
            rows.push(row);
        }
        self.block("## VPCs");
        self.table(&names, &rows);
    }

    fn vpc(&mut self, vpc: &Key, members: &VpcMembers) {
        let subject = self.subject;
        self.block(&format!("## VPC {}", called(&subject.name(vpc), vpc)));
        if subject.network.get(vpc).is_none() {
            self.block("This VPC was *not read*; what is told of it comes from what refers to it.");
        }
        self.picture(vpc);
        self.noted(vpc);
        let kind = |keys: &[Key]| -> Vec<Vec<String>> {
            let mut found: Vec<&Resource> = keys
                .iter()
                .filter_map(|key| subject.network.get(key))
                .map(AsRef::as_ref)
                .collect();
            found.sort_by(|a, b| order(a, b));
            let cells = found.into_iter();
            cells.map(|resource| cells_of(subject, resource)).collect()
        };
        let subnets = kind(&members.subnets);
        self.kind(vpc, Kind::Subnet, &subnets, true);
        let tables = kind(&members.tables);
        self.kind(vpc, Kind::RouteTable, &tables, true);
        self.routes(members);
        for &of in KINDS {
            let mut found: Vec<&Resource> = subject
                .network
                .of_kind(of)
                .map(AsRef::as_ref)
                .filter(|resource| stands_in(subject, resource, vpc))
                .collect();
            found.sort_by(|a, b| order(a, b));
            let rows: Vec<Vec<String>> = (found.into_iter())
                .map(|resource| cells_of(subject, resource))
                .collect();
            self.kind(vpc, of, &rows, Kind::CONNECTIONS.contains(&of));
        }
        if !members.gone.is_empty() {
            self.block("### Gone");
            self.block("Routes lead to these, and they are not there any more:");
            for key in &members.gone {
                self.line(&format!(
                    "- {} {}",
                    words(key.kind.singular()),
                    code(key.id.as_str())
                ));
            }
            self.out.push('\n');
        }
    }

    /// A table of one kind in a VPC, and whether it is all of them.
    fn kind(&mut self, vpc: &Key, kind: Kind, rows: &[Vec<String>], is_expected: bool) {
        if self.subject.view.hidden.contains(&kind) {
            return;
        }
        let coverage = self.subject.network.coverage_around(vpc, kind);
        if rows.is_empty() && (coverage == Coverage::Complete || !is_expected) {
            return;
        }
        self.block(&format!("### {}", capital(kind.plural())));
        if !rows.is_empty() {
            self.table(&heads(kind), rows);
        }
        match (coverage, rows.is_empty()) {
            (Coverage::Complete, _) => {}
            (_, true) => self.block(&format!("*{} were not read.*", capital(kind.plural()))),
            (_, false) => self.block("*Not read completely: there may be more.*"),
        }
    }

    fn picture(&mut self, vpc: &Key) {
        let only = view::Options {
            vpcs: Some(BTreeSet::from([vpc.clone()])),
            ..self.subject.view.clone()
        };
        let drawn = mermaid(&Subject {
            view: &only,
            ..*self.subject
        });
        if drawn.nodes == 0 {
            return;
        }
        if let Some(why) = mermaid_limit(&drawn) {
            self.block(&format!(
                "*No picture here: {why}. Save one beside this file with `--vpc {}` and `-o map.svg`.*",
                fenced(vpc.id.as_str())
            ));
            return;
        }
        self.line("```mermaid");
        self.out.push_str(&drawn.text);
        self.block("```");
    }

    /// What cards of the map are marked with.
    fn noted(&mut self, vpc: &Key) {
        let options = view::Options {
            overview: false,
            vpcs: Some(BTreeSet::from([vpc.clone()])),
            // A folded card tells the marks of several, and not whose they are.
            arrangement: Arc::default(),
            ..self.subject.view.clone()
        };
        let view = View::of(self.subject.network, self.subject.topology, &options);
        let mut lines = Vec::new();
        for card in view.diagram.cards() {
            let Some(key) = view.key(card.id) else {
                continue;
            };
            for mark in &card.marks {
                if matches!(mark.sign, Sign::Danger | Sign::Warn | Sign::Unknown) {
                    lines.push(format!(
                        "- {} {}: {}",
                        words(key.kind.singular()),
                        called(&self.subject.name(key), key),
                        words(&mark.text)
                    ));
                }
            }
        }
        if lines.is_empty() {
            return;
        }
        self.block("### To be looked at");
        for line in lines {
            self.line(&line);
        }
        self.out.push('\n');
    }

    fn routes(&mut self, members: &VpcMembers) {
        let subject = self.subject;
        if subject.view.hidden.contains(&Kind::RouteTable) {
            return;
        }
        let mut tables: Vec<&Resource> = members
            .tables
            .iter()
            .filter_map(|table| subject.network.get(table))
            .map(AsRef::as_ref)
            .collect();
        tables.sort_by(|a, b| order(a, b));
        for table in tables {
            let Some(facts) = table.of::<RouteTableFacts>() else {
                continue;
            };
            self.block(&format!(
                "#### Routes of {}",
                called(table.label(), table.key())
            ));
            let subnets = subject.topology.subnets_of(table.key());
            let used: Vec<String> =
                subnets
                    .iter()
                    .map(|(subnet, explicit)| {
                        let name = words(&subject.name(subnet));
                        if *explicit {
                            name
                        } else {
                            format!("{name} (main, implicit)")
                        }
                    })
                    .chain(
                        subject.topology.edges(table.key()).into_iter().map(|key| {
                            format!("what comes in through {}", words(&subject.name(key)))
                        }),
                    )
                    .collect();
            if !used.is_empty() {
                self.block(&format!("Used by {}.", used.join(", ")));
            }
            if facts.routes.is_unread() {
                self.block("*Its routes were not read.*");
                continue;
            }
            let rows: Vec<Vec<String>> = facts
                .routes
                .items()
                .iter()
                .map(|route| {
                    let target = match &route.target {
                        Target::Resource(key) => subject.name(key),
                        other => other.to_string(),
                    };
                    vec![
                        destination(subject, route),
                        target,
                        route.state.to_string(),
                        route.origin.to_string(),
                    ]
                })
                .collect();
            self.table(&["Destination", "Target", "State", "Origin"], &rows);
        }
    }

    /// What people wrote on the pictures of what is told of. A narrowed picture has none.
    fn notes(&mut self, vpcs: &BTreeMap<&str, &Key>) {
        let view = self.subject.view;
        if view.only.is_some() {
            return;
        }
        let mut rows: Vec<Vec<String>> = Vec::new();
        for (name, board) in &view.arrangement.boards {
            let is_whole = Boards::is_whole(name);
            if is_whole && !self.shows_whole(name) {
                continue;
            }
            let mut parts = name.split(' ');
            let way = match parts.next().unwrap_or_default() {
                "columns" => "Map",
                "nested" => "Boxes",
                "overview" => "Overview",
                _ => continue,
            };
            let of: Vec<&str> = parts.filter(|_| !is_whole).collect();
            let keys = of.iter().map(|id| vpcs.get(id));
            let names = keys.map(|vpc| Some(self.subject.name(vpc?)));
            let Some(names) = names.collect::<Option<Vec<String>>>() else {
                continue;
            };
            let picture = if names.is_empty() {
                way.to_owned()
            } else {
                format!("{way} of {}", names.join(", "))
            };
            let notes = board
                .notes
                .values()
                .filter(|note| !note.text.trim().is_empty());
            rows.extend(notes.map(|note| {
                let text: Vec<&str> = note.text.split_whitespace().collect();
                vec![picture.clone(), text.join(" ")]
            }));
        }
        if rows.is_empty() {
            return;
        }
        self.block("## Notes");
        self.block("What people wrote on the pictures.");
        self.table(&["Picture", "Note"], &rows);
    }

    /// Whether notes kept under a name without ids belong here. They may be about any VPC, so that every VPC has to be told
    /// of; and the picture is one that there is, with these notes and no later ones.
    fn shows_whole(&self, name: &str) -> bool {
        let Subject { view, topology, .. } = *self.subject;
        if name == "overview" {
            return view.shows_all(topology);
        }
        [false, true].into_iter().any(|nested| {
            let names = view::Options {
                overview: false,
                nested,
                ..view.clone()
            }
            .boards(topology);
            let found = view.arrangement.found(&names);
            found.is_some_and(|(found, _)| found == name)
        })
    }

    fn overlaps(&mut self, vpcs: &BTreeSet<&Key>) {
        let network = self.subject.network;
        let links = Interconnect::of(network);
        let found = overlaps(network, &links);
        let joined: Vec<Vec<String>> = (found.joined().iter())
            .filter(|it| vpcs.contains(&it.one) || vpcs.contains(&it.other))
            .map(|it| {
                let by = it.joined_by.iter().map(|key| self.subject.name(key));
                vec![
                    self.subject.name(&it.one),
                    it.one_block.to_string(),
                    self.subject.name(&it.other),
                    it.other_block.to_string(),
                    by.collect::<Vec<_>>().join(", "),
                ]
            })
            .collect();
        let shared: Vec<Vec<String>> = (found.nests().iter())
            .filter(|nest| nest.vpcs().iter().any(|vpc| vpcs.contains(vpc)))
            .map(|nest| {
                let names = nest.vpcs().into_iter().map(|key| self.subject.name(key));
                let names: Vec<String> = names.collect();
                vec![nest.outer.to_string(), names.join(", ")]
            })
            .collect();
        if shared.is_empty() {
            return;
        }
        self.block("## Overlaps");
        if joined.is_empty() {
            self.block("VPCs share addresses; nothing that was read joins these VPCs.");
        } else {
            self.block("Blocks that overlap although something joins the two VPCs.");
            self.table(
                &["VPC", "Block", "Other VPC", "Its block", "Joined by"],
                &joined,
            );
            self.block("Every block that several VPCs have or have parts of:");
        }
        self.table(&["Block", "VPCs"], &shared);
    }

    fn gaps(&mut self, gaps: &[Gap]) {
        self.block("## Not read");
        if gaps.is_empty() {
            self.block("Everything that was asked for was read.");
            return;
        }
        let rows: Vec<Vec<String>> = gaps
            .iter()
            .map(|gap| {
                vec![
                    gap.what.to_string(),
                    gap.place.to_string(),
                    gap.why.to_string(),
                ]
            })
            .collect();
        let count = match gaps.len() {
            1 => "One gap".to_owned(),
            several => format!("{} gaps", grouped(several as u64)),
        };
        self.block(&format!(
            "{count}: what hangs on them is unknown, and not “none”."
        ));
        self.table(&["What", "Where", "Why"], &rows);
    }

    fn table(&mut self, heads: &[&str], rows: &[Vec<String>]) {
        self.line(&format!("| {} |", heads.join(" | ")));
        self.line(&format!("|{}", " --- |".repeat(heads.len())));
        for row in rows {
            let cells: Vec<String> = row
                .iter()
                .zip(heads)
                .map(|(cell, head)| match *head {
                    _ if cell == NOT_READ => format!("*{NOT_READ}*"),
                    "Id" => code(cell),
                    _ => words(cell),
                })
                .collect();
            let _ = writeln!(self.out, "| {} |", cells.join(" | "));
        }
        self.out.push('\n');
    }
}

fn cells_of(subject: &Subject<'_>, resource: &Resource) -> Vec<String> {
    cells(subject.network, subject.topology, resource)
}

/// Whether a connection belongs to a VPC, by its own words or by the relations.
fn stands_in(subject: &Subject<'_>, resource: &Resource, vpc: &Key) -> bool {
    let network: &Network = subject.network;
    debug_assert!(
        network.get(resource.key()).is_some(),
        "it is of this network"
    );
    shows(subject, resource)
        && (vpcs_of(resource).contains(&&vpc.id)
            || subject.topology.vpcs_of(resource.key()).any(|of| of == vpc))
}

/// A name with the id behind it, or the id alone.
fn called(name: &str, key: &Key) -> String {
    let id = code(key.id.as_str());
    let name = words(name);
    if name.is_empty() || key.id.as_str() == name {
        id
    } else {
        format!("{name} {id}")
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let head = letters.next().into_iter().flat_map(char::to_uppercase);
    head.chain(letters).collect()
}

/// Words that Markdown shows as they are: every sign it could read is escaped.
/// <https://spec.commonmark.org/0.31.2/#backslash-escapes>
fn words(text: &str) -> String {
    let text = plain(text);
    let text = text.trim();
    let characters: Vec<char> = text.chars().collect();
    let is_word = |place: Option<usize>| {
        place
            .and_then(|place| characters.get(place))
            .is_some_and(|character| character.is_alphanumeric())
    };
    // An address would become a link that nobody meant.
    let lower = text.to_ascii_lowercase();
    let is_address = lower.contains("www.") || lower.contains("://") || text.contains('@');
    let mut out = String::with_capacity(text.len());
    for (place, character) in characters.iter().enumerate() {
        let within = is_word(place.checked_sub(1)) && is_word(Some(place + 1));
        let is_plain = match character {
            '.' | ':' | '/' => !is_address && place > 0,
            '-' | '_' => within,
            ',' | '(' | ')' | ';' => place > 0,
            _ => !character.is_ascii_punctuation(),
        };
        if !is_plain {
            out.push('\\');
        }
        out.push(*character);
    }
    out
}

/// Words within backticks.
fn fenced(text: &str) -> String {
    plain(text).replace('`', "'").replace('|', "¦")
}

/// An id in a face of its own. Backslashes mean nothing there, and a column ends at `|` even there, so what is no plain id
/// is written as words.
fn code(text: &str) -> String {
    let is_id = |character: char| {
        character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '/' | ':' | '.')
    };
    if !text.is_empty() && text.chars().all(is_id) {
        format!("`{text}`")
    } else {
        words(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_words() {
        assert_eq!(words("harbour-prod"), "harbour-prod");
        assert_eq!(words("10.0.0.0/16"), "10.0.0.0/16");
        assert_eq!(words("a|b`c*"), "a\\|b\\`c\\*");
        assert_eq!(words("<b>&amp;"), "\\<b\\>\\&amp;");
        assert_eq!(words("1. x"), "1. x");
        assert_eq!(words("https://x.y"), "https\\:\\/\\/x\\.y");
        assert_eq!(words("a\n# b"), "a \\# b");
    }

    #[test]
    fn only_plain_ids_are_code() {
        assert_eq!(code("subnet-1"), "`subnet-1`");
        assert_eq!(code("a`b"), "a\\`b");
        assert_eq!(code("a|b"), "a\\|b");
        assert_eq!(fenced("a`|b"), "a'¦b");
    }
}
