//! The region and its Availability Zones.

use super::{Found, Spot, View, fix, rules};
use crate::design::model::Design;
use crate::design::problem::{Change, Field};
use crate::design::zones::{MOST_ZONES, is_known, usual_zones};
use crate::network::Text;
use std::collections::BTreeSet;

/// Whether a text has the shape of a region's code: words of small letters with hyphens between them, then a number.
pub(super) fn is_region(text: &str) -> bool {
    let mut parts: Vec<&str> = text.split('-').collect();
    let number = parts.pop().unwrap_or_default();
    let is_word = |part: &&str| !part.is_empty() && part.chars().all(|it| it.is_ascii_lowercase());
    parts.len() >= 2
        && parts.iter().all(is_word)
        && (1..=2).contains(&number.len())
        && number.chars().all(|it| it.is_ascii_digit())
}

/// Whether a zone's name is one of the region: the region's code and a letter, or that of a local or Wavelength Zone.
fn is_of(zone: &str, region: &str) -> bool {
    zone.strip_prefix(region).is_some_and(|rest| {
        let mut letters = rest.chars();
        match letters.next() {
            Some('-') => rest.len() > 1,
            Some(letter) => letter.is_ascii_lowercase() && letters.next().is_none(),
            None => false,
        }
    })
}

pub(super) fn of_region(design: &Design, found: &mut Found) {
    let region = &design.region;
    if !is_region(region) {
        found.add(
            &rules::REGION_NAME,
            Spot::design(Field::Region, "region"),
            format!("“{region}” is not the code of a region; choose one like eu-west-1"),
        );
    }
}

pub(super) fn of_vpc(view: &View<'_>, found: &mut Found) {
    let vpc = view.vpc;
    let zones = &vpc.zones;
    if zones.is_empty() || zones.len() > MOST_ZONES {
        let count = zones.len().clamp(1, MOST_ZONES);
        let change = Change::SetZoneCount {
            vpc: view.id(),
            count,
        };
        let words = if zones.is_empty() {
            "Use one Availability Zone".to_owned()
        } else {
            format!("Keep the first {MOST_ZONES}")
        };
        found.add_with(
            &rules::ZONE_COUNT,
            view.at(Field::Zones),
            format!(
                "{} has {} Availability Zones, and a plan takes one to {MOST_ZONES}; choose as many",
                view.name(),
                zones.len()
            ),
            fix(words, change),
        );
    }
    let mut seen: BTreeSet<&Text> = BTreeSet::new();
    let mut next = usual_zones(&view.design.region).filter(|zone| !zones.contains(zone));
    for zone in zones {
        if !seen.insert(zone) {
            found.add(
                &rules::ZONE_DUPLICATE,
                view.at(Field::Zones),
                format!(
                    "{} lists the Availability Zone {zone} twice; choose another for one of them",
                    view.name()
                ),
            );
        } else if is_region(&view.design.region) && !is_of(zone, &view.design.region) {
            let mend = next.next().and_then(|to| {
                let words = format!("Use {to}");
                let change = Change::RenameZone {
                    vpc: view.id(),
                    from: zone.clone(),
                    to,
                };
                fix(words, change)
            });
            found.add_with(
                &rules::ZONE_REGION,
                view.at(Field::Zones),
                format!(
                    "“{zone}” of {} is no Availability Zone of {}; choose one of that region",
                    view.name(),
                    view.design.region
                ),
                mend,
            );
        } else if is_known(&view.design.region, zone) == Some(false) {
            unusual(view, zone, found);
        }
    }
}

/// A zone that the program does not know of the region; the account may have it all the same.
fn unusual(view: &View<'_>, zone: &Text, found: &mut Found) {
    let region = &view.design.region;
    let known: Vec<Text> = usual_zones(region)
        .filter(|zone| is_known(region, zone) == Some(true))
        .collect();
    let mut others = known.iter().filter(|it| !view.vpc.zones.contains(it));
    let mend = others.next().and_then(|to| {
        let change = Change::RenameZone {
            vpc: view.id(),
            from: zone.clone(),
            to: to.clone(),
        };
        fix(format!("Use {to}"), change)
    });
    found.add_with(
        &rules::ZONE_UNUSUAL,
        view.at(Field::Zones),
        format!(
            "accounts have no Availability Zone {zone} of {} as far as is known, but {}; choose one of these, or see that yours has it",
            view.name(),
            known.join(", ")
        ),
        mend,
    );
}
