//! `vpc-atlas new`: a design, as the console's form would make it.

use super::Answer;
use super::args::{NatChoice, New};
use super::output::{print, say};
use crate::design::{
    Design, Fresh, GatewayService, Ipv6, MOST_ZONES, Nat, Surroundings, usual_zones, validate,
    write,
};
use crate::network::Text;
use crate::workspace::{is_design, keep_old, save};
use anyhow::{bail, ensure};

pub(super) fn run(args: &New) -> anyhow::Result<Answer> {
    let design = design(args)?;
    let text = write(&design, None);
    if args.output.as_os_str() == "-" {
        print(&text)?;
        say_problems(&design);
        return Ok(Answer::Yes);
    }
    let name = args.output.file_name().and_then(|name| name.to_str());
    ensure!(
        name.is_some_and(is_design),
        "{} is not the name of a design; give one that ends in .vpc.toml, or - for standard output",
        args.output.display()
    );
    if let Some(kept) = keep_old(&args.output, &text, None)? {
        say(&format!(
            "{} was there already; it is kept as {}",
            args.output.display(),
            kept.display()
        ));
    }
    save(&args.output, text.as_bytes())?;
    say(&format!("wrote {}", args.output.display()));
    say_problems(&design);
    Ok(Answer::Yes)
}

/// Said of what was written only: a refusal is one sentence by itself.
fn say_problems(design: &Design) {
    super::plan::say_problems(&validate(design, &Surroundings::default()));
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
            total.is_multiple_of(zones),
            "{total} {what} subnets cannot be shared out over {zones} Availability Zones; give a multiple of {zones}"
        );
        u16::try_from(total / zones)
            .map_err(|_| anyhow::anyhow!("{total} {what} subnets are more than a VPC can hold"))
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
            _ if word.is_ascii() && word.contains('-') => word.into(),
            _ => bail!(
                "“{word}” in --azs {text} is not an Availability Zone; write letters like a,b,c or names like {region}a"
            ),
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
