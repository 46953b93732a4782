//! `vpc-atlas new`: a design, as the console's form would make it.

use super::Answer;
use super::args::{NatChoice, New};
use super::output::{print, say};
use crate::design::{Design, Fresh, GatewayService, Ipv6, MOST_ZONES, Nat, usual_zones, write};
use crate::network::Text;
use crate::workspace::{is_design, save};
use anyhow::{bail, ensure};
use std::path::Path;

pub(super) fn run(args: &New) -> anyhow::Result<Answer> {
    let design = design(args)?;
    let text = write(&design, None);
    if args.output.as_os_str() == "-" {
        print(&text)?;
        return Ok(Answer::Yes);
    }
    let name = args.output.file_name().and_then(|name| name.to_str());
    ensure!(
        name.is_some_and(is_design),
        "{} is not the name of a design; give one that ends in .vpc.toml, or - for standard output",
        args.output.display()
    );
    keep_old(&args.output, &text)?;
    save(&args.output, text.as_bytes())?;
    say(&format!("wrote {}", args.output.display()));
    Ok(Answer::Yes)
}

/// What was in the file is somebody's work: it stays beside the new one.
fn keep_old(path: &Path, text: &str) -> anyhow::Result<()> {
    let old = match crate::workspace::read_text(path) {
        Ok(old) if !old.is_empty() && old != text => old,
        _ => return Ok(()),
    };
    let mut name = path.as_os_str().to_owned();
    name.push("~");
    save(Path::new(&name), old.as_bytes())?;
    say(&format!(
        "{} was there already; it is kept as {}",
        path.display(),
        Path::new(&name).display()
    ));
    Ok(())
}

fn design(args: &New) -> anyhow::Result<Design> {
    let mut fresh = Fresh::in_region(&args.region);
    if let Some(zones) = &args.azs {
        fresh.zones = zones_of(zones, &args.region)?;
    }
    let zones = fresh.zones.len();
    let per_zone = |total: Option<usize>, what: &str| -> anyhow::Result<u16> {
        let total = total.unwrap_or(zones);
        ensure!(
            total % zones == 0,
            "{total} {what} subnets cannot be shared out over {zones} Availability Zones; give a multiple of {zones}"
        );
        Ok(u16::try_from(total / zones)?)
    };
    fresh.cidr = args.cidr;
    fresh.public_per_zone = per_zone(args.public, "public")?;
    fresh.private_per_zone = per_zone(args.private, "private")?;
    fresh.nat = match args.nat {
        NatChoice::None => Nat::None,
        NatChoice::One => Nat::One,
        NatChoice::PerAz => Nat::PerAz,
        NatChoice::Regional => Nat::Regional,
    };
    if args.ipv6 {
        fresh.ipv6 = Ipv6::Amazon;
    }
    fresh.egress_only = args.egress_only;
    fresh.gateway_endpoints = if args.no_s3_endpoint {
        Vec::new()
    } else {
        vec![GatewayService::S3]
    };
    fresh.prefix = args.name.as_str().into();
    fresh.tags = args
        .tags
        .iter()
        .map(|(key, value)| (key.as_str().into(), value.as_str().into()))
        .collect();
    Ok(Design::fresh(&fresh)?)
}

/// A number of zones, or their letters or names.
fn zones_of(text: &str, region: &str) -> anyhow::Result<Vec<Text>> {
    if let Ok(count) = text.trim().parse::<usize>() {
        ensure!(
            (1..=MOST_ZONES).contains(&count),
            "a VPC of a plan has one to six Availability Zones, not {count}"
        );
        return Ok(usual_zones(region).take(count).collect());
    }
    let mut zones: Vec<Text> = Vec::new();
    for word in text.split(',').map(str::trim) {
        let zone: Text = match word.len() {
            1 if word.chars().all(|it| it.is_ascii_lowercase()) => format!("{region}{word}").into(),
            0 => bail!("--azs {text} holds an empty name; write it like a,b,c"),
            _ => word.into(),
        };
        ensure!(!zones.contains(&zone), "--azs {text} names {zone} twice");
        zones.push(zone);
    }
    ensure!(
        zones.len() <= MOST_ZONES,
        "a VPC of a plan has one to six Availability Zones, not {}",
        zones.len()
    );
    Ok(zones)
}
