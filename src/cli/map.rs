//! `vpc-atlas map`: the resource map as a picture.

use super::Answer;
use super::args::{self, Map};
use super::input::{gaps, read, say_gaps};
use super::map_text;
use super::output::{count, say};
use crate::export::{Format, Orientation, Paper};
use crate::network::{Key, Text};
use crate::picture::layout::Size;
use crate::picture::theme::Theme;
use crate::picture::view::{self, Arrangement, View};
use crate::workspace::{ArrangementFile, Drawing, Loaded, Look, Store, around, save, titled};
use anyhow::{bail, ensure};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

pub(super) fn run(args: &Map) -> anyhow::Result<Answer> {
    if let Some(text) = map_text::format_of(&args.output) {
        return map_text::run(args, text);
    }
    // What is wrong with the words is said before anything is read.
    let format = format(&args.output)?;
    let overview = args.view == args::View::Overview;
    ensure!(
        args.vpc.is_empty() || !overview,
        "the overview shows every VPC; leave --vpc out, or --view overview for the map of one VPC"
    );
    ensure!(
        args.table.is_none(),
        "--table is for CSV only; end the name with .csv"
    );
    ensure!(
        args.scale.is_none() || format == Format::Png,
        "--scale is for PNG only; {} has no pixels",
        format.name()
    );
    ensure!(
        (args.paper.is_none() && args.orientation.is_none()) || format == Format::Pdf,
        "--paper and --orientation are for PDF only; {} has no pages",
        format.name()
    );

    let loaded = read(&args.sources)?;
    let vpcs = vpcs(&loaded, &args.vpc)?;
    let mut options = view::Options {
        overview,
        nested: args.view == args::View::Nested,
        vpcs,
        color_by: args.color_by_tag.as_deref().map(Into::into),
        group_by: args.group_by_tag.as_deref().map(Into::into),
        ..view::Options::default()
    };
    options.arrangement = arrangement(args);
    if let Some(word) = &args.around {
        let key = resource(&loaded, word, overview)?;
        let keys = around(&loaded.network, &loaded.topology, &key, &options);
        options.only = Some(Arc::new(keys));
    }
    let size = if args.details {
        Size::Details
    } else {
        Size::Compact
    };
    for key in [&args.color_by_tag, &args.group_by_tag]
        .into_iter()
        .flatten()
    {
        say_tag(&loaded, key);
    }
    let drawing = if args.redact {
        Drawing::redacted(&loaded.network, &loaded.topology, &options, size)
    } else {
        let (network, topology) = (Arc::clone(&loaded.network), Arc::clone(&loaded.topology));
        Drawing::new(network, topology, &options, size)
    };
    if let Some(word) = &args.around {
        ensure!(
            !drawing.is_empty(),
            "{word} is not on the map; name a VPC, a subnet, a route table or a connection"
        );
    }
    let look = look(args, format, &drawing, &loaded.label);
    let bytes = drawing.written(&look)?;
    save(&args.output, &bytes)?;
    let pages = match format {
        Format::Pdf => drawing.pages(&look)?.count(),
        _ => 1,
    };
    let (_, smaller) = drawing.scale(&look);
    let how = if pages > 1 {
        format!(", {}", count(pages, "page", "pages"))
    } else {
        String::new()
    };
    say(&format!("saved the map to {}{how}", args.output.display()));
    if let Some(why) = smaller {
        say(&format!("{why}; SVG and PDF hold all of it"));
    }
    say_gaps(&gaps(&loaded));
    Ok(Answer::Yes)
}

/// How a person arranged the map of these in the window, where it is wanted.
pub(super) fn arrangement(args: &Map) -> Arc<Arrangement> {
    if args.unarranged {
        return Arc::default();
    }
    let file = ArrangementFile::of(Store::open().ok().as_ref(), &args.sources);
    match file.read() {
        Ok(arrangement) => Arc::new(arrangement),
        Err(error) => {
            say(&error.to_string());
            Arc::default()
        }
    }
}

/// Say so where nothing has a tag that colours or groups.
fn say_tag(loaded: &Loaded, key: &str) {
    let resources = || loaded.network.resources();
    if resources().any(|resource| resource.tag(key).is_some()) {
        return;
    }
    let tags = resources().filter_map(|resource| resource.common().tags.value());
    let known: BTreeSet<&str> = tags
        .flat_map(|tags| tags.keys().map(Text::as_str))
        .collect();
    let known: Vec<&str> = known.into_iter().take(20).collect();
    let known = if known.is_empty() {
        "no tag was read".to_owned()
    } else {
        format!("there are {}", known.join(", "))
    };
    say(&format!("nothing has a tag {key}; {known}"));
}

/// How the picture is to look.
fn look(args: &Map, format: Format, drawing: &Drawing, label: &str) -> Look {
    let (title, subtitle) = titled(drawing.words(), args.title.as_deref());
    let source = if args.redact { "redacted" } else { label };
    Look {
        format,
        theme: match args.theme {
            args::Theme::Light => Theme::Light,
            args::Theme::Dark => Theme::Dark,
            args::Theme::Print => Theme::Print,
        },
        scale: args.scale.unwrap_or(1.0),
        is_exact: args.scale.is_some(),
        paper: args.paper.map_or(Paper::A4, |paper| match paper {
            args::Paper::Fit => Paper::Fit,
            args::Paper::A4 => Paper::A4,
            args::Paper::A3 => Paper::A3,
            args::Paper::A2 => Paper::A2,
            args::Paper::A1 => Paper::A1,
            args::Paper::Letter => Paper::Letter,
            args::Paper::Legal => Paper::Legal,
            args::Paper::Tabloid => Paper::Tabloid,
        }),
        orientation: match args.orientation {
            None => Orientation::Auto,
            Some(args::Orientation::Portrait) => Orientation::Portrait,
            Some(args::Orientation::Landscape) => Orientation::Landscape,
        },
        legend: args.legend,
        title,
        subtitle,
        block: args
            .title_block
            .then(|| (source.to_owned(), args.date.clone())),
        lit: None,
    }
}

fn format(path: &Path) -> anyhow::Result<Format> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    if let Some(format) = ending.and_then(Format::of_ending) {
        return Ok(format);
    }
    let endings = Format::ALL.map(|format| format!(".{}", format.ending()));
    bail!(
        "the ending of {} names no format; end the name with {}, {}",
        path.display(),
        endings.join(", "),
        map_text::ENDINGS
    )
}

/// The resource that was named, by id or name; of several with a name the one that has a card.
pub(super) fn resource(loaded: &Loaded, word: &str, overview: bool) -> anyhow::Result<Key> {
    let network = &loaded.network;
    let by_id = network
        .resources()
        .find(|resource| resource.key().id.as_str() == word);
    if let Some(found) = by_id {
        return Ok(found.key().clone());
    }
    let mut by_name: Vec<&Key> = network
        .resources()
        .filter(|resource| resource.name() == Some(word))
        .map(|resource| resource.key())
        .collect();
    if by_name.len() > 1 {
        let options = view::Options {
            overview,
            ..view::Options::default()
        };
        let view = View::of(network, &loaded.topology, &options);
        let on_map = |key: &&Key| view.card(key).is_some();
        if by_name.iter().any(on_map) {
            by_name.retain(on_map);
        }
    }
    match by_name.as_slice() {
        [only] => Ok((*only).clone()),
        [] => bail!(
            "there is no {word} in {}; give an id or a name that is in it",
            loaded.label
        ),
        several => bail!(
            "{word} names several resources in {}; give one of their ids: {}",
            loaded.label,
            several
                .iter()
                .map(|key| key.id.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        ),
    }
}

/// The VPCs that were asked for, by id or name; none for all of them.
pub(super) fn vpcs(loaded: &Loaded, wanted: &[String]) -> anyhow::Result<Option<BTreeSet<Key>>> {
    let known: Vec<&Key> = loaded.topology.vpcs().map(|(key, _)| key).collect();
    ensure!(
        !known.is_empty(),
        "there is no VPC in {}, so there is nothing to draw; give a SOURCE that holds VPCs or their subnets",
        loaded.label
    );
    if wanted.is_empty() {
        return Ok(None);
    }
    let name = |key: &Key| loaded.network.get(key).and_then(|vpc| vpc.name());
    let mut chosen = BTreeSet::new();
    for word in wanted {
        let fits = |key: &&&Key| key.id.as_str() == word || name(key) == Some(word);
        let found: Vec<Key> = known
            .iter()
            .filter(fits)
            .map(|key| (*key).clone())
            .collect();
        ensure!(
            !found.is_empty(),
            "there is no VPC {word} in {}; it holds {}",
            loaded.label,
            known
                .iter()
                .map(|key| key.id.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        );
        chosen.extend(found);
    }
    Ok(Some(chosen))
}
