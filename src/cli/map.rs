//! `vpc-atlas map`: the resource map as a picture.

use super::Answer;
use super::args::{self, Map};
use super::input::{gaps, read, say_gaps};
use super::output::say;
use crate::export::{Options, png, svg};
use crate::network::{Key, Kind, Resource};
use crate::picture::layout::{Request, Size, layout};
use crate::picture::scene::Scene;
use crate::picture::theme::Theme;
use crate::picture::view::{self, View};
use crate::workspace::{Loaded, save};
use anyhow::{bail, ensure};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

/// Accounts and regions above a picture before their number has to do.
const PLACES_NAMED: usize = 4;

/// What a picture can be saved as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Svg,
    Png,
}

pub(super) fn run(args: &Map) -> anyhow::Result<Answer> {
    // What is wrong with the words is said before anything is read.
    let format = format(&args.output)?;
    let overview = args.view == args::View::Overview;
    ensure!(
        args.vpc.is_empty() || !overview,
        "the overview shows every VPC; leave --vpc out, or --view overview for the map of one VPC"
    );
    ensure!(
        args.scale == 1 || format == Format::Png,
        "--scale is for PNG only; an SVG has no pixels"
    );

    let loaded = read(&args.sources)?;
    let vpcs = vpcs(&loaded, &args.vpc)?;
    let (title, subtitle) = words(&loaded, vpcs.as_ref());
    let options = view::Options {
        overview,
        nested: args.view == args::View::Nested,
        vpcs,
        color_by: args.color_by_tag.as_deref().map(Into::into),
        group_by: args.group_by_tag.as_deref().map(Into::into),
        ..view::Options::default()
    };
    let view = View::of(&loaded.network, &loaded.topology, &options);
    let request = Request {
        diagram: Arc::clone(&view.diagram),
        size: if args.details {
            Size::Details
        } else {
            Size::Compact
        },
        previous: None,
    };
    let scene = Scene::new(Arc::clone(&view.diagram), Arc::new(layout(&request)));
    let key = |card| view.key(card).map(|key| key.id.to_string());
    let options = Options {
        theme: match args.theme {
            args::Theme::Light => Theme::Light,
            args::Theme::Dark => Theme::Dark,
        },
        title: Some(&title),
        subtitle: Some(&subtitle)
            .filter(|words| !words.is_empty())
            .map(String::as_str),
        keys: Some(&key),
        ..Options::default()
    };
    let bytes = match format {
        Format::Svg => svg(&scene, &options).into_bytes(),
        Format::Png => png(&scene, &options, f32::from(args.scale))?,
    };
    save(&args.output, &bytes)?;
    say(&format!("saved the map to {}", args.output.display()));
    say_gaps(&gaps(&loaded));
    Ok(Answer::Yes)
}

fn format(path: &Path) -> anyhow::Result<Format> {
    let ending = path.extension().and_then(|ending| ending.to_str());
    match ending.map(str::to_ascii_lowercase).as_deref() {
        Some("svg") => Ok(Format::Svg),
        Some("png") => Ok(Format::Png),
        _ => bail!(
            "the ending of {} names no format; end the name with .svg or .png",
            path.display()
        ),
    }
}

/// The VPCs that were asked for, by id or name; none for all of them.
fn vpcs(loaded: &Loaded, wanted: &[String]) -> anyhow::Result<Option<BTreeSet<Key>>> {
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

/// The words above the map: which VPC, and where it stands. A path never gets into a picture.
fn words(loaded: &Loaded, chosen: Option<&BTreeSet<Key>>) -> (String, String) {
    let shown: Vec<&Key> = loaded
        .topology
        .vpcs()
        .map(|(key, _)| key)
        .filter(|key| chosen.is_none_or(|chosen| chosen.contains(key)))
        .collect();
    let vpc = |key: &Key| loaded.network.get(key).map(AsRef::as_ref);
    let title = match shown.as_slice() {
        [only] => vpc(only)
            .map_or(only.id.as_str(), Resource::label)
            .to_owned(),
        several => format!("{} {}", several.len(), Kind::Vpc.plural()),
    };
    let places: BTreeSet<String> = shown
        .iter()
        .filter_map(|key| vpc(key))
        .map(|vpc| {
            let parts = [
                crate::analysis::search::account_of(vpc),
                crate::analysis::search::region_of(vpc),
            ];
            parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
        })
        .filter(|place| !place.is_empty())
        .collect();
    if places.len() > PLACES_NAMED {
        return (title, format!("{} accounts and regions", places.len()));
    }
    (title, places.into_iter().collect::<Vec<_>>().join(", "))
}
