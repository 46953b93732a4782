//! Designs as a whole: generated ones against a checker that knows AWS's pages and none of our code, and what holds
//! after any changes.

use crate::support::designs::{Random, add, change, design, furnish, near_misses, service_misses};
use crate::support::environment::package;
use ipnet::Ipv4Net;
use proptest::collection::vec;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};
use vpc_atlas::cidr::overlap;
use vpc_atlas::design::{
    Design, Egress, Encryption, FlowLog, Fresh, Ipv6, Problem, Subnet, Surroundings, Tenancy, Tier,
    Vpc, plan, read, usual_zones, validate, write,
};

fn problems(design: &Design) -> Vec<Problem> {
    validate(design, &Surroundings::default())
}

fn errors(design: &Design) -> Vec<&'static str> {
    let all = problems(design);
    all.iter()
        .filter(|it| it.is_error())
        .map(|it| it.code)
        .collect()
}

/// A Python that the checker runs in: that which `tests/run` names, and which must do, else the one of the path, if it is
/// of version 3.11 or later.
fn python() -> Option<String> {
    let can = |python: &str| {
        let probe = Command::new(python).args(["-c", "import tomllib"]).output();
        probe.is_ok_and(|output| output.status.success())
    };
    let named = std::env::var("VPC_ATLAS_PYTHON").ok();
    if let Some(named) = named.filter(|it| !it.is_empty()) {
        assert!(
            can(&named),
            "VPC_ATLAS_PYTHON names {named}, which is no Python of version 3.11 or later"
        );
        return Some(named);
    }
    let found = Some("python3".to_owned()).filter(|python| can(python));
    if found.is_none() {
        println!(
            "skipped: VPC_ATLAS_PYTHON is not set (tests/run sets it; see tests/README.md), and there is no python3 of version 3.11 or later"
        );
    }
    found
}

/// What the checker says of each design: the rules it breaks.
fn judged(python: &str, designs: &[(String, &Design)]) -> BTreeMap<String, Vec<String>> {
    let mut input = tempfile::tempfile().unwrap();
    for (name, design) in designs {
        let line = serde_json::json!({"name": name, "text": write(design, None)});
        writeln!(input, "{line}").unwrap();
    }
    std::io::Seek::rewind(&mut input).unwrap();
    let output = Command::new(python)
        .arg(package().join("tests/design/checker.py"))
        .arg("--json-lines")
        .stdin(Stdio::from(input))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.is_empty(), "{said}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let verdict = |line: &str| {
        let value: serde_json::Value = serde_json::from_str(line).unwrap();
        let broken = value["broken"].as_array().unwrap().iter();
        let rules = broken.map(|it| {
            format!(
                "{}: {}: {}",
                it["rule"].as_str().unwrap(),
                it["where"],
                it["why"]
            )
        });
        (value["name"].as_str().unwrap().to_owned(), rules.collect())
    };
    let verdicts: BTreeMap<String, Vec<String>> = lines.lines().map(verdict).collect();
    assert_eq!(verdicts.len(), designs.len());
    verdicts
}

#[test]
fn what_validates_is_sound_by_the_checker_too() {
    let Some(python) = python() else { return };
    let mut sound = Vec::new();
    let mut tried = 0;
    while sound.len() < 500 {
        let made = design(tried);
        tried += 1;
        if errors(&made).is_empty() {
            sound.push((format!("seed {}", tried - 1), made));
        }
    }
    assert!(
        tried < 1_000,
        "only 500 of {tried} generated designs are without errors"
    );
    let designs: Vec<(String, &Design)> =
        sound.iter().map(|(name, it)| (name.clone(), it)).collect();
    let refused: Vec<(String, Vec<String>)> = judged(&python, &designs)
        .into_iter()
        .filter(|(_, broken)| !broken.is_empty())
        .collect();
    assert!(refused.is_empty(), "{refused:#?}");
    // The generator is worth something only if it reaches far.
    let vpcs = || sound.iter().flat_map(|(_, it)| &it.vpcs);
    assert!(vpcs().any(|vpc| vpc.secondary.len() > 1));
    assert!(vpcs().any(|vpc| vpc.tiers.len() > 4));
    assert!(vpcs().any(|vpc| vpc.subnets().count() > 20));
    assert!(vpcs().any(|vpc| !vpc.held.is_empty()));
    assert!(vpcs().any(|vpc| !vpc.peerings.is_empty() && vpc.transit_gateway.is_some()));
    assert_reaches_far(&sound);
}

/// Every part of a design is met among these, and in every way it can be.
fn assert_reaches_far(sound: &[(String, Design)]) {
    let vpcs = || sound.iter().flat_map(|(_, it)| &it.vpcs);
    let tiers = || vpcs().flat_map(|vpc| &vpc.tiers);
    let mut missing = Vec::new();
    let mut met = |what: &'static str, count: usize| {
        if count < 5 {
            missing.push((what, count));
        }
    };
    let of = |is: &dyn Fn(&Vpc) -> bool| vpcs().filter(|vpc| is(vpc)).count();
    met("resolver", of(&|vpc| vpc.resolver.is_some()));
    met("private zone", of(&|vpc| !vpc.private_zones.is_empty()));
    met("dedicated", of(&|vpc| vpc.tenancy == Tenancy::Dedicated));
    met("no DNS", of(&|vpc| !vpc.dns_support));
    met(
        "no DNS hostnames",
        of(&|vpc| vpc.dns_support && !vpc.dns_hostnames),
    );
    let logs = |group: bool| {
        let is = move |log: &FlowLog| log.destination.contains(":logs:") == group;
        move |vpc: &Vpc| vpc.flow_log.as_ref().is_some_and(is)
    };
    met("flow log to a bucket", of(&logs(false)));
    met("flow log to a log group", of(&logs(true)));
    for mode in [Encryption::Monitor, Encryption::Enforce] {
        let count = of(&|vpc| vpc.encryption == mode);
        met("encryption", count);
    }
    met(
        "encryption with exclusions",
        of(&|vpc| !vpc.encryption_exclusions.is_empty()),
    );
    met(
        "stranger",
        of(&|vpc| vpc.peerings.iter().any(|it| it.with.starts_with("vpc-0"))),
    );
    met(
        "stranger of another account",
        of(&|vpc| vpc.peerings.iter().any(|it| it.account.is_some())),
    );
    met(
        "subnets in a secondary block",
        of(&|vpc| {
            let in_primary = |subnet: &Subnet| vpc.cidr.contains(&subnet.cidr);
            vpc.subnets().any(|(_, subnet)| !in_primary(subnet))
        }),
    );
    met(
        "own IPv6 block",
        of(&|vpc| matches!(vpc.ipv6, Ipv6::Own(_))),
    );
    met(
        "public addresses",
        tiers().filter(|tier| tier.public_addresses).count(),
    );
    met(
        "IPv6 addresses",
        tiers().filter(|tier| tier.ipv6_addresses).count(),
    );
    for (egress, what) in [
        (Egress::TransitGateway, "out by the transit gateway"),
        (Egress::VpnGateway, "out by the VPN gateway"),
        (Egress::None, "no way out"),
    ] {
        met(what, tiers().filter(|tier| tier.egress == egress).count());
    }
    let designs = |is: &dyn Fn(&Design) -> bool| sound.iter().filter(|(_, it)| is(it)).count();
    met("pool", designs(&|it| !it.pool.is_empty()));
    met("prices", designs(&|it| !it.prices.is_empty()));
    met("reserved", designs(&|it| !it.reserved.is_empty()));
    met("tags", designs(&|it| !it.tags.is_empty()));
    assert!(missing.is_empty(), "too seldom generated: {missing:?}");
}

/// Rules by their codes here, and by the checker's own words.
const RULES: &[(&str, &str)] = &[
    ("vpc-block-size", "block-size"),
    ("vpc-block-refused", "block-in-refused-range"),
    ("secondary-size", "block-size"),
    ("secondary-refused", "block-in-refused-range"),
    ("secondary-association", "block-association"),
    ("secondary-overlap", "blocks-overlap"),
    ("secondary-route", "block-covers-route"),
    ("subnet-size", "subnet-size"),
    ("subnet-outside-vpc", "subnet-outside"),
    ("subnet-overlap", "subnets-overlap"),
    ("subnet-zone-unknown", "subnet-zone"),
    ("ipv6-block-size", "ipv6-block-size"),
    ("subnet-ipv6-size", "ipv6-subnet-size"),
    ("subnet-ipv6-outside", "ipv6-subnet-outside"),
    ("subnet-ipv6-overlap", "ipv6-subnets-overlap"),
    ("egress-only-needs-ipv6", "egress-only-without-ipv6"),
    ("nat-needs-public-subnet", "nat-without-public-subnet"),
    ("nat-zone-without-public", "nat-without-public-subnet"),
    ("route-forbidden", "route-forbidden"),
    ("route-inside-vpc", "route-inside-vpc"),
    ("peering-self", "peered-with-itself"),
    ("peering-overlap", "peers-overlap"),
    ("peering-twice", "peered-twice"),
    ("tgw-overlap", "hub-overlap"),
    ("endpoint-no-private-name", "endpoint-without-private-name"),
    ("s3-needs-gateway-endpoint", "s3-without-gateway-endpoint"),
    ("limit-blocks", "too-many-blocks"),
    ("limit-routes", "too-many-routes"),
    ("limit-peerings", "too-many-peerings"),
];

#[test]
fn near_misses_are_refused_by_both() {
    assert_refused_by_both(RULES, near_misses);
}

/// The same of what stands in the subnets, of names and of encryption.
const SERVICE_RULES: &[(&str, &str)] = &[
    ("dns-hostnames-need-support", "hostnames-without-resolution"),
    ("endpoint-needs-dns", "private-names-without-dns"),
    ("endpoint-tier-unknown", "endpoint-without-subnet"),
    ("resolver-tier-unknown", "resolver-without-two-zones"),
    ("resolver-single-address", "resolver-without-two-zones"),
    ("tgw-tier-unknown", "attachment-without-subnet"),
    ("egress-without-gateway", "egress-to-nothing"),
    ("enc-enforce-conflict", "encryption-conflict"),
];

#[test]
fn near_misses_of_services_are_refused_by_both() {
    assert_refused_by_both(SERVICE_RULES, service_misses);
}

/// Sound designs with one thing changed for the worse, each with the rule it breaks.
type Misses = fn(&Design) -> Vec<(&'static str, Design)>;

fn assert_refused_by_both(rules: &[(&str, &str)], misses: Misses) {
    let Some(python) = python() else { return };
    let sound = (0..200).map(design).filter(|made| errors(made).is_empty());
    let misses: Vec<(String, Design)> = sound
        .take(20)
        .enumerate()
        .flat_map(|(n, made)| {
            let misses = misses(&made).into_iter().enumerate();
            misses.map(move |(m, (code, miss))| (format!("{code} {n}.{m}"), miss))
        })
        .collect();
    let designs: Vec<(String, &Design)> =
        misses.iter().map(|(name, it)| (name.clone(), it)).collect();
    let verdicts = judged(&python, &designs);
    let mut seen = BTreeSet::new();
    let mut failures = Vec::new();
    for (name, miss) in &misses {
        let (code, _) = name.split_once(' ').unwrap();
        let Some((code, rule)) = rules.iter().find(|(it, _)| *it == code) else {
            panic!("the checker's word for {code} is not known");
        };
        seen.insert(*code);
        let ours = errors(miss);
        if !ours.contains(code) {
            failures.push(format!("{name} is let by: {ours:?}"));
        }
        let theirs = &verdicts[name];
        if !theirs.iter().any(|it| it.starts_with(&format!("{rule}:"))) {
            failures.push(format!("the checker lets {name} by: {theirs:?}"));
        }
    }
    assert!(failures.is_empty(), "{failures:#?}");
    let all: BTreeSet<&str> = rules.iter().map(|(code, _)| *code).collect();
    assert_eq!(seen, all);
}

/// Blocks are where AWS takes them: in the VPC, apart, /16 to /28, without host bits.
fn assert_in_order(design: &Design) {
    for vpc in &design.vpcs {
        let subnets: Vec<Ipv4Net> = vpc.subnets().map(|(_, subnet)| subnet.cidr).collect();
        for (n, block) in subnets.iter().enumerate() {
            assert!((16..=28).contains(&block.prefix_len()), "{block}");
            assert_eq!(*block, block.trunc());
            assert!(
                vpc.blocks().any(|outer| outer.contains(block)),
                "{block} is outside"
            );
            for other in &subnets[..n] {
                assert!(
                    !overlap((*other).into(), (*block).into()),
                    "{block} and {other}"
                );
            }
        }
        for held in &vpc.held {
            for block in &subnets {
                assert!(
                    !overlap(held.cidr.into(), (*block).into()),
                    "{block} and {}",
                    held.cidr
                );
            }
        }
        for (tier, subnet) in vpc.subnets() {
            let same = tier.subnets.iter().filter(|it| it.number == subnet.number);
            assert_eq!(same.count(), 1, "{} {}", tier.name, subnet.number);
        }
    }
}

/// Where every subnet is, by VPC, tier and number.
fn positions(design: &Design) -> BTreeMap<(String, String, u16), (String, Ipv4Net)> {
    let of = |vpc: &Vpc| {
        let id = vpc.id.to_string();
        let position = move |(tier, subnet): (&Tier, &Subnet)| {
            let key = (id.clone(), tier.name.to_string(), subnet.number);
            (key, (subnet.zone.to_string(), subnet.cidr))
        };
        vpc.subnets().map(position).collect::<Vec<_>>()
    };
    design.vpcs.iter().flat_map(of).collect()
}

fn fresh() -> impl Strategy<Value = Design> {
    (1_usize..=4, 0_u16..=3, 0_u16..=4, 16_u8..=28, any::<bool>()).prop_filter_map(
        "the subnets find no room",
        |(zones, public, private, mask, is_other)| {
            let mut options = Fresh::in_region("eu-west-1");
            options.zones = usual_zones("eu-west-1").take(zones).collect();
            options.public_per_zone = public;
            options.private_per_zone = private;
            options.cidr = format!("172.16.0.0/{mask}").parse().unwrap();
            let mut design = Design::fresh(&options).ok()?;
            if is_other {
                options.cidr = "10.8.0.0/16".parse().unwrap();
                design.add_vpc("other", &options).ok()?;
            }
            Some(design)
        },
    )
}

/// A plain design, or one with everything that the generator has.
fn any_design() -> impl Strategy<Value = Design> {
    let generated = any::<u16>().prop_map(|seed| design(seed.into()));
    prop_oneof![fresh(), generated]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever changes are made, blocks stay in order; a change that is refused changes nothing.
    #[test]
    fn blocks_stay_in_order(mut design in fresh(), seeds in vec(any::<u64>(), 0..40)) {
        assert_in_order(&design);
        for seed in seeds {
            let before = design.clone();
            match change(&mut design, &mut Random::new(seed)) {
                Ok(()) => assert_in_order(&design),
                Err(refusal) => {
                    let words = refusal.to_string();
                    prop_assert!(!words.contains('\n') && !words.ends_with('.'), "{}", words);
                    prop_assert_eq!(&design, &before);
                }
            }
        }
    }

    /// Adding moves nothing that is there.
    #[test]
    fn adding_never_moves(mut design in fresh(), seeds in vec(any::<u64>(), 0..20)) {
        for seed in seeds {
            let before = positions(&design);
            if add(&mut design, &mut Random::new(seed)).is_ok() {
                let after = positions(&design);
                for (whose, place) in &before {
                    prop_assert_eq!(after.get(whose), Some(place), "{:?}", whose);
                }
            }
        }
    }

    /// A design is read as it was written, plain or over the text of an earlier one, and looked at without a panic.
    #[test]
    fn files_hold_all_of_a_design(mut design in any_design(), seeds in vec(any::<u64>(), 0..8)) {
        let mut text = write(&design, None);
        prop_assert_eq!(read(&text), Ok(design.clone()), "{}", text);
        for seed in seeds {
            let random = &mut Random::new(seed);
            // Every third change is one of what stands beside the subnets.
            if seed % 3 == 0 {
                let at = random.below(design.vpcs.len());
                furnish(&mut design, at, random);
            } else if change(&mut design, random).is_err() {
                continue;
            }
            let plain = write(&design, None);
            prop_assert_eq!(read(&plain), Ok(design.clone()), "{}", plain);
            text = write(&design, Some(&text));
            prop_assert_eq!(read(&text), Ok(design.clone()), "{}", text);
            problems(&design);
            plan(&design);
        }
        prop_assert_eq!(write(&design, Some(&text)), text);
    }

    /// Comments stay with what they belong to, and taking back what was added gives the file as it was.
    #[test]
    fn comments_stay_and_additions_are_taken_back(mut design in fresh(), seed in any::<u64>(), seeds in vec(any::<u64>(), 0..6)) {
        for seed in seeds {
            let _ = change(&mut design, &mut Random::new(seed));
        }
        let mut lines = Vec::new();
        let mut comments = 0;
        for line in write(&design, None).lines() {
            // A text in a string may have lines of its own, in which a comment is none.
            let is_plain = line.starts_with("[[") || line.starts_with("    { number") || line.starts_with("zones");
            if is_plain
                && !line.contains("\"\"\"") && !line.contains("'''") {
                comments += 1;
                lines.push(format!("    # comment {comments}"));
                lines.push(format!("{line} # aside {comments}"));
            } else {
                lines.push(line.to_owned());
            }
        }
        let before = lines.join("\n") + "\n";
        prop_assert_eq!(read(&before), Ok(design.clone()), "{}", before);
        prop_assert_eq!(&write(&design, Some(&before)), &before);
        let mut grown = design.clone();
        if add(&mut grown, &mut Random::new(seed)).is_ok() {
            let after = write(&grown, Some(&before));
            prop_assert_eq!(read(&after), Ok(grown.clone()), "{}", after);
            for n in 1..=comments {
                prop_assert!(after.contains(&format!("# comment {n}\n")), "comment {} is gone:\n{}", n, after);
                prop_assert!(after.contains(&format!("# aside {n}\n")), "aside {} is gone:\n{}", n, after);
            }
            prop_assert_eq!(write(&design, Some(&after)), before);
        }
    }
}
