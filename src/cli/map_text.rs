//! `vpc-atlas map` with an ending that asks for text: a graph for other tools, tables, a report.

use super::Answer;
use super::args::{self, Map};
use super::input::{gaps, read, say_gaps};
use super::map::vpcs;
use super::output::{count, say};
use crate::export::{
    Drawn, Subject, address_plan, dot, graph_json, markdown, mermaid, mermaid_limit, table,
};
use crate::network::Key;
use crate::picture::theme::Theme;
use crate::picture::view;
use crate::workspace::{console, picture_words, save};
use anyhow::ensure;
use std::path::Path;

/// What a network can be saved as that is no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Text {
    Csv,
    Dot,
    Json,
    Markdown,
    Mermaid,
}

impl Text {
    /// The endings, for a sentence.
    pub(super) const ENDINGS: &str = ".dot, .mmd, .csv, .md or .json";

    /// What the ending of a file asks for.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match ending.as_str() {
            "csv" => Self::Csv,
            "dot" | "gv" => Self::Dot,
            "json" => Self::Json,
            "md" | "markdown" => Self::Markdown,
            "mmd" | "mermaid" => Self::Mermaid,
            _ => return None,
        })
    }

    /// Whether it is a drawing, which has boxes and colours.
    fn is_drawn(self) -> bool {
        matches!(self, Self::Dot | Self::Mermaid)
    }
}

pub(super) fn run(args: &Map, format: Text) -> anyhow::Result<Answer> {
    check(args, format)?;
    let loaded = read(&args.sources)?;
    let options = view::Options {
        vpcs: vpcs(&loaded, &args.vpc)?,
        group_by: args.group_by_tag.as_deref().map(Into::into),
        ..view::Options::default()
    };
    let shown: Vec<&Key> = (loaded.topology.vpcs().map(|(key, _)| key))
        .filter(|key| {
            options
                .vpcs
                .as_ref()
                .is_none_or(|chosen| chosen.contains(key))
        })
        .collect();
    let (title, subtitle) = picture_words(&loaded.network, &shown);
    let title = if subtitle.is_empty() {
        title
    } else {
        format!("{title} · {subtitle}")
    };
    let links = |key: &Key| {
        let resource = loaded.network.get(key)?;
        console::link(resource)
    };
    let subject = Subject {
        network: &loaded.network,
        topology: &loaded.topology,
        view: &options,
        title: &title,
        details: args.details,
        theme: match args.theme {
            args::Theme::Light => Theme::Light,
            args::Theme::Dark => Theme::Dark,
            args::Theme::Print => Theme::Print,
        },
        links: &links,
    };
    let gaps = gaps(&loaded);
    let mut warning = None;
    let (text, what) = match format {
        Text::Csv => match args.table {
            Some(kind) => (
                table(&subject, kind),
                format!("the table of {}", kind.plural()),
            ),
            None => (address_plan(&subject), "the address plan".to_owned()),
        },
        Text::Dot => drawn(dot(&subject)),
        Text::Json => (graph_json(&subject, &gaps)?, "the graph".to_owned()),
        Text::Markdown => (markdown(&subject, &gaps), "the report".to_owned()),
        Text::Mermaid => {
            let graph = mermaid(&subject);
            warning = mermaid_limit(&graph);
            drawn(graph)
        }
    };
    save(&args.output, text.as_bytes())?;
    say(&format!("saved {what} to {}", args.output.display()));
    if let Some(why) = warning {
        say(&format!("{why}; narrow it with --vpc, or save SVG"));
    }
    say_gaps(&gaps);
    Ok(Answer::Yes)
}

fn drawn(drawn: Drawn) -> (String, String) {
    let nodes = count(drawn.nodes, "node", "nodes");
    let edges = count(drawn.edges, "edge", "edges");
    (drawn.text, format!("the map with {nodes} and {edges}"))
}

/// What is wrong with the words is said before anything is read.
fn check(args: &Map, format: Text) -> anyhow::Result<()> {
    ensure!(
        args.view == args::View::Columns,
        "--view is for pictures only; leave it out, or save SVG or PNG"
    );
    ensure!(
        args.scale == 1,
        "--scale is for PNG only; text has no pixels"
    );
    let pages = args.paper.is_none() && args.orientation.is_none();
    ensure!(
        pages,
        "--paper and --orientation are for PDF only; text has no pages"
    );
    let plain = !args.legend && !args.title_block && !args.redact && args.around.is_none();
    ensure!(
        plain,
        "--legend, --title-block, --redact and --around are for pictures only; leave them out, or save SVG or PDF"
    );
    ensure!(
        args.color_by_tag.is_none(),
        "--color-by-tag is for pictures only; leave it out, or save SVG or PNG"
    );
    ensure!(
        args.group_by_tag.is_none() || format.is_drawn(),
        "--group-by-tag is for drawings only; leave it out, or save .svg, .png, .dot or .mmd"
    );
    ensure!(
        args.table.is_none() || format == Text::Csv,
        "--table is for CSV only; end the name with .csv"
    );
    Ok(())
}
