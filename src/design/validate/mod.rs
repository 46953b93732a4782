//! What is wrong with a design, and what could be better: looked at anew with every key that is typed.
//!
//! Each rule has a row in [`CODES`] with its code and weight. What AWS refuses, or what cannot be made as it was asked
//! for, is an error ([`Severity::High`]); the rest is advice. Rules that are known of networks that are there already
//! have the same code here; where those cannot be told apart from an oversight and AWS takes the design all the same,
//! they weigh less.
//!
//! Nothing here follows from a plan: a design of any shape, one typed by hand included, is looked at as it is.

mod advice;
mod blocks;
mod ipv6;
mod names;
mod quotas;
mod routes;
mod rules;
mod services;
mod subnets;
mod ways;
mod zones;

#[cfg(test)]
mod tests;

pub use rules::CODES;

use super::model::{Design, Subnet, Tier, TierKind, Vpc};
use super::names::{logical, name, ordinal, subnet_key, vpc_key};
use super::problem::{Change, Field, Fix, Place, Problem, Severity, Surroundings};
use crate::network::{Key, Kind, Text};
use ipnet::IpNet;
use rules::Rule;
use std::cell::OnceCell;

/// What is wrong with a design and what could be better: errors first, then warnings, then the rest, each by VPC, field
/// and subnet.
pub fn validate(design: &Design, around: &Surroundings) -> Vec<Problem> {
    let mut found = Found::default();
    names::of_design(design, &mut found);
    zones::of_region(design, &mut found);
    quotas::of_region(design, &mut found);
    let views: Vec<View<'_>> = design
        .vpcs
        .iter()
        .enumerate()
        .map(|(position, vpc)| View {
            design,
            around,
            position,
            vpc,
            replans: OnceCell::new(),
        })
        .collect();
    blocks::between(&views, &mut found);
    for view in &views {
        names::of_vpc(view, &mut found);
        zones::of_vpc(view, &mut found);
        blocks::of_vpc(view, &mut found);
        subnets::of_vpc(view, &mut found);
        ipv6::of_vpc(view, &mut found);
        ways::of_vpc(view, &mut found);
        routes::of_vpc(view, &mut found);
        services::of_vpc(view, &mut found);
        quotas::of_vpc(view, &mut found);
        advice::of_vpc(view, &mut found);
    }
    found.sorted()
}

/// Where a problem stands in the order of all: weight, VPC, field, tier and number.
type Order = (Severity, usize, Field, usize, u16);

/// What was found so far.
#[derive(Default)]
struct Found {
    problems: Vec<(Order, Problem)>,
}

impl Found {
    /// A problem of a rule, at a spot, said in one sentence.
    fn add(&mut self, rule: &Rule, spot: Spot, message: String) {
        self.add_with(rule, spot, message, None);
    }

    /// The same, with what would mend it.
    fn add_with(&mut self, rule: &Rule, spot: Spot, message: String, fix: Option<Fix>) {
        let Spot {
            order: (vpc, tier, number),
            place,
            words,
        } = spot;
        let order = (rule.severity, vpc, place.field, tier, number);
        let problem = Problem {
            code: rule.code,
            severity: rule.severity,
            category: rule.category,
            place,
            place_words: words,
            message,
            fix,
        };
        self.problems.push((order, problem));
    }

    fn sorted(mut self) -> Vec<Problem> {
        self.problems
            .sort_by(|(a, one), (b, two)| a.cmp(b).then_with(|| one.code.cmp(two.code)));
        self.problems
            .into_iter()
            .map(|(_, problem)| problem)
            .collect()
    }
}

/// Where a problem is.
struct Spot {
    /// VPC, tier and subnet, as the design orders them; 0 for a problem of what is above.
    order: (usize, usize, u16),
    place: Place,
    words: String,
}

impl Spot {
    /// The design as a whole.
    fn design(field: Field, words: &str) -> Self {
        Self {
            order: (0, 0, 0),
            place: Place {
                vpc: None,
                field,
                subnet: None,
                resources: Vec::new(),
            },
            words: words.to_owned(),
        }
    }

    /// The same spot, shown on another card as well.
    fn on(mut self, kind: Kind, vpc: &Vpc, rest: &str) -> Self {
        self.place
            .resources
            .push(Key::new(kind, logical(vpc, rest)));
        self
    }
}

/// One VPC of a design, with what is around it.
struct View<'a> {
    design: &'a Design,
    around: &'a Surroundings,
    /// Which of the design's VPCs it is.
    position: usize,
    vpc: &'a Vpc,
    /// Whether a fresh layout of its subnets would succeed; looked up once.
    replans: OnceCell<bool>,
}

impl<'a> View<'a> {
    /// What people call the VPC.
    fn name(&self) -> Text {
        name(self.vpc, Kind::Vpc, "", "vpc").unwrap_or_else(|| self.vpc.id.clone())
    }

    fn spot(&self, field: Field, words: String, resources: Vec<Key>) -> Spot {
        Spot {
            order: (self.position.saturating_add(1), 0, 0),
            place: Place {
                vpc: Some(self.vpc.id.clone()),
                field,
                subnet: None,
                resources,
            },
            words,
        }
    }

    /// The VPC, at one of its fields.
    fn at(&self, field: Field) -> Spot {
        self.spot(field, self.name().into(), vec![vpc_key(self.vpc)])
    }

    /// What belongs to the VPC, in words: plain in a design of one VPC, with the VPC's name in others.
    fn owned(&self, what: &str) -> String {
        if self.design.vpcs.len() > 1 {
            format!("{what} of {}", self.name())
        } else {
            what.to_owned()
        }
    }

    /// A tier, shown on all its subnets.
    fn at_tier(&self, field: Field, tier: &Tier) -> Spot {
        let cards = tier
            .subnets
            .iter()
            .map(|subnet| subnet_key(self.vpc, tier, subnet));
        let words = self.owned(&format!("tier {}", tier.name));
        let mut spot = self.spot(field, words, cards.collect());
        spot.order.1 = self.tier_order(tier);
        spot.place.subnet = Some((tier.name.clone(), 0));
        spot
    }

    /// A subnet.
    fn at_subnet(&self, field: Field, tier: &Tier, subnet: &Subnet) -> Spot {
        let card = subnet_key(self.vpc, tier, subnet);
        let mut spot = self.spot(field, self.subnet_words(tier, subnet), vec![card]);
        spot.order.1 = self.tier_order(tier);
        spot.order.2 = subnet.number;
        spot.place.subnet = Some((tier.name.clone(), subnet.number));
        spot
    }

    fn tier_order(&self, tier: &Tier) -> usize {
        let mut tiers = self.vpc.tiers.iter();
        tiers
            .position(|held| std::ptr::eq(held, tier))
            .map_or(0, |position| position.saturating_add(1))
    }

    /// `subnet private4-eu-west-1a`.
    fn subnet_words(&self, tier: &Tier, subnet: &Subnet) -> String {
        self.owned(&format!("subnet {}", ordinal(tier, subnet)))
    }

    /// The id of the VPC, for a change.
    fn id(&self) -> Text {
        self.vpc.id.clone()
    }

    /// Its subnets of a kind of tier.
    fn subnets_of(&self, kind: TierKind) -> impl Iterator<Item = (&'a Tier, &'a Subnet)> + use<'a> {
        let vpc: &'a Vpc = self.vpc;
        vpc.subnets().filter(move |(tier, _)| tier.kind == kind)
    }

    /// Whether it has a subnet of this kind in a zone.
    fn has(&self, kind: TierKind, zone: &str) -> bool {
        self.subnets_of(kind)
            .any(|(_, subnet)| subnet.zone.as_str() == zone)
    }

    /// Whether there is a fresh layout that holds all its subnets.
    fn replans(&self) -> bool {
        *self
            .replans
            .get_or_init(|| self.vpc.can_be_laid_out(&self.design.avoided()))
    }
}

/// A fix, by the words of its button.
#[expect(
    clippy::unnecessary_wraps,
    reason = "problems hold a fix or none, and whoever makes one hands it on as such"
)]
fn fix(words: impl Into<String>, change: Change) -> Option<Fix> {
    Some(Fix {
        words: words.into(),
        change,
    })
}

/// The version 4 blocks as functions on both families take them.
fn nets(blocks: impl IntoIterator<Item = ipnet::Ipv4Net>) -> Vec<IpNet> {
    blocks.into_iter().map(IpNet::V4).collect()
}

/// `a, b and c`; of more than four the first three and how many more.
fn list<T: std::fmt::Display>(items: &[T]) -> String {
    let words = |items: &[T]| {
        let words: Vec<String> = items.iter().map(ToString::to_string).collect();
        words.join(", ")
    };
    match items {
        [] => String::new(),
        [one] => one.to_string(),
        [a, b, c, rest @ ..] if rest.len() > 1 => format!("{a}, {b}, {c} and {} more", rest.len()),
        [some @ .., last] => format!("{} and {last}", words(some)),
    }
}
