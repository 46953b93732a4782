//! `vpc-atlas map` with an ending that asks for text: a graph for other tools, tables, a report.

use super::Answer;
use super::args::{self, Map};
use super::input::{gaps, read, say_gaps};
use super::map::{arrangement, resource, vpcs};
use super::output::say;
use crate::export::TextFormat;
use crate::picture::theme::Theme;
use crate::picture::view;
use crate::workspace::{TextOrder, around, redacted, save};
use anyhow::ensure;
use std::path::Path;
use std::sync::Arc;

/// The endings, for a sentence.
pub(super) const ENDINGS: &str = ".dot, .mmd, .csv, .md or .json";

/// What the ending of a file asks for.
pub(super) fn format_of(path: &Path) -> Option<TextFormat> {
    TextFormat::of_ending(path.extension()?.to_str()?)
}

pub(super) fn run(args: &Map, format: TextFormat) -> anyhow::Result<Answer> {
    check(args, format)?;
    let loaded = read(&args.sources)?;
    let mut options = view::Options {
        vpcs: vpcs(&loaded, &args.vpc)?,
        group_by: args.group_by_tag.as_deref().map(Into::into),
        arrangement: arrangement(args),
        ..view::Options::default()
    };
    if let Some(word) = &args.around {
        let key = resource(&loaded, word, false)?;
        let keys = around(&loaded.network, &loaded.topology, &key, &options);
        options.only = Some(Arc::new(keys));
    }
    let order = TextOrder {
        links: !args.redact,
        format,
        table: args.table,
        details: args.details,
        theme: match args.theme {
            args::Theme::Light => Theme::Light,
            args::Theme::Dark => Theme::Dark,
            args::Theme::Print => Theme::Print,
        },
    };
    let gaps = gaps(&loaded);
    let written = if args.redact {
        let (network, topology, options) = redacted(&loaded.network, &loaded.topology, &options);
        let gaps = topology.all_gaps(&network);
        order.write(&network, &topology, &options, &gaps)?
    } else {
        order.write(&loaded.network, &loaded.topology, &options, &gaps)?
    };
    save(&args.output, written.text.as_bytes())?;
    let what = written.what;
    say(&format!("saved {what} to {}", args.output.display()));
    if let Some(why) = written.warning {
        say(&format!(
            "{why}; narrow it with --vpc or --around, or save SVG"
        ));
    }
    say_gaps(&gaps);
    Ok(Answer::Yes)
}

/// What is wrong with the words is said before anything is read.
fn check(args: &Map, format: TextFormat) -> anyhow::Result<()> {
    ensure!(
        args.view == args::View::Columns,
        "--view is for pictures only; leave it out, or save a picture (.svg, .pdf …)"
    );
    ensure!(
        args.scale.is_none(),
        "--scale is for PNG only; text has no pixels"
    );
    let pages = args.paper.is_none() && args.orientation.is_none();
    ensure!(
        pages,
        "--paper and --orientation are for PDF only; text has no pages"
    );
    ensure!(
        !args.legend && !args.title_block && args.title.is_none(),
        "--title, --legend and --title-block are for pictures only; leave them out, or save a picture (.svg, .pdf …)"
    );
    ensure!(
        !args.unarranged || format.is_drawn() || format == TextFormat::Markdown,
        "--unarranged is for pictures, drawings and reports; {} tells everything without it",
        format.name()
    );
    ensure!(
        args.color_by_tag.is_none(),
        "--color-by-tag is for pictures only; leave it out, or save a picture (.svg, .pdf …)"
    );
    ensure!(
        args.group_by_tag.is_none() || format.is_drawn(),
        "--group-by-tag is for drawings only; leave it out, or save .svg, .png, .dot or .mmd"
    );
    ensure!(
        args.table.is_none() || format == TextFormat::Csv,
        "--table is for CSV only; end the name with .csv"
    );
    Ok(())
}
