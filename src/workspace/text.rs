//! Text that is made of a network: graphs for other tools, tables, a report.

use super::console;
use super::picture::picture_words;
use crate::export::{
    Drawn, Subject, TextFormat, address_plan, dot, graph_json, markdown, mermaid, mermaid_limit,
    table,
};
use crate::network::{Gap, Key, Kind, Network, Topology};
use crate::picture::theme::Theme;
use crate::picture::view::{self, grouped};

/// What is to be written.
#[derive(Clone, Copy, Debug)]
pub struct TextOrder {
    /// How.
    pub format: TextFormat,
    /// Of CSV the table of this kind, and not the address plan.
    pub table: Option<Kind>,
    /// With detail lines, where it is drawn.
    pub details: bool,
    /// The colours, where it is drawn.
    pub theme: Theme,
    /// With links to the AWS console; what is redacted is not known there.
    pub links: bool,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The file.
    pub text: String,
    /// What it is, in words.
    pub what: String,
    /// Why some programs will not take it as it is.
    pub warning: Option<String>,
}

impl TextOrder {
    /// Write it, of what the options pick of a network. Drawings have the folds of the map, a report tells the notes on it;
    /// tables and graphs for programs tell everything.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn write(
        self,
        network: &Network,
        topology: &Topology,
        options: &view::Options,
        gaps: &[Gap],
    ) -> Result<Written, serde_json::Error> {
        let vpcs = topology.vpcs().map(|(key, _)| key);
        let chosen = options.vpcs.as_ref();
        let shown: Vec<&Key> = vpcs
            .filter(|key| chosen.is_none_or(|chosen| chosen.contains(*key)))
            .collect();
        let (title, subtitle) = picture_words(network, &shown);
        let title = if subtitle.is_empty() {
            title
        } else {
            format!("{title} · {subtitle}")
        };
        let links = |key: &Key| console::link(network.get(key).filter(|_| self.links)?);
        let subject = Subject {
            network,
            topology,
            view: options,
            title: &title,
            details: self.details,
            theme: self.theme,
            links: &links,
        };
        let mut warning = None;
        let (text, what) = match (self.format, self.table) {
            (TextFormat::Csv, Some(kind)) => {
                let what = format!("the table of {}", kind.plural());
                (table(&subject, kind), what)
            }
            (TextFormat::Csv, None) => (address_plan(&subject), "the address plan".to_owned()),
            (TextFormat::Dot, _) => {
                let graph = dot(&subject);
                warning = dot_limit(&graph);
                drawn(graph)
            }
            (TextFormat::Json, _) => (graph_json(&subject, gaps)?, "the graph".to_owned()),
            (TextFormat::Markdown, _) => (markdown(&subject, gaps), "the report".to_owned()),
            (TextFormat::Mermaid, _) => {
                let graph = mermaid(&subject);
                warning = mermaid_limit(&graph);
                drawn(graph)
            }
        };
        Ok(Written {
            text,
            what,
            warning,
        })
    }
}

/// Nodes that dot lays out within some seconds: 2,000 with 7,140 edges took 6.6 s, 20,000 more than 100 s.
const DOT_NODES: usize = 2_000;
/// The same for edges: 10,400 between 461 nodes took 41 s.
const DOT_EDGES: usize = 7_000;

/// Why Graphviz takes its time over a graph, as a sentence without a full stop; `None` where it will not.
fn dot_limit(drawn: &Drawn) -> Option<String> {
    let is_large = drawn.nodes > DOT_NODES || drawn.edges > DOT_EDGES;
    is_large.then(|| {
        format!(
            "it has {} nodes and {} edges, and dot takes a minute and more for so many",
            grouped(drawn.nodes as u64),
            grouped(drawn.edges as u64)
        )
    })
}

fn drawn(drawn: Drawn) -> (String, String) {
    let count = |number: usize, noun: &str| match number {
        1 => format!("1 {noun}"),
        _ => format!("{} {noun}s", grouped(number as u64)),
    };
    let (nodes, edges) = (count(drawn.nodes, "node"), count(drawn.edges, "edge"));
    (drawn.text, format!("the map with {nodes} and {edges}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dot_is_warned_of_what_it_takes_minutes_for() {
        let drawn = |nodes, edges| Drawn {
            text: String::new(),
            nodes,
            boxes: 0,
            edges,
        };
        assert_eq!(dot_limit(&drawn(2_000, 7_000)), None);
        for (nodes, edges, words) in [
            (2_001, 0, "2,001 nodes and 0 edges"),
            (10, 10_400, "10 nodes and 10,400 edges"),
        ] {
            let why = dot_limit(&drawn(nodes, edges)).unwrap();
            assert!(why.contains(words), "{why}");
        }
    }
}
