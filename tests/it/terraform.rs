//! Designs as Terraform: what is written, and that nothing in it moves when something is added.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::steps::everything;
use crate::support::{designs, live};
use vpc_atlas::design::{
    Design, Egress, Fresh, GatewayService, Nat, NewTier, Problem, Surroundings, TierKind,
    VpnGateway, adopt, plan, validate, write,
};
use vpc_atlas::export::code::{Code, CodeError, There, terraform, terraform_module};
use vpc_atlas::network::{Id, Key, Kind, Network, Text};
use vpc_atlas::steps::between;
use vpc_atlas::workspace::{Tool, beside, design_code, existing};

mod checkov;

fn export(design: &Design) -> Code {
    let network = plan(design);
    let graph = between(&Network::new(), &network).unwrap();
    terraform(&network, &graph, &beside(design), &There::default())
}

/// The same where everything of the plan is there already, as AWS would report it.
fn adopted(design: &Design) -> Code {
    let network = plan(design);
    let graph = between(&Network::new(), &network).unwrap();
    let ids = live::ids(&network);
    let there = There {
        network: live::live(&network, &ids, live::Tags::None),
        ids,
    };
    terraform(&network, &graph, &beside(design), &there)
}

/// A VPC that is there is imported, with all of it that the provider can find; a fresh one has no such file.
#[test]
fn what_is_there_is_imported() {
    let design = crate::cloudformation::everything();
    let has_file = |code: &Code| code.files.iter().any(|file| file.name == "imports.tf");
    assert!(!has_file(&export(&design)));
    let code = adopted(&design);
    // Beside the imports it differs in that the id of the transit gateway is known.
    let id = live::ids(&plan(&design))
        .into_iter()
        .find(|(key, _)| key.kind == Kind::TransitGateway);
    let known = format!("\"{}\"", id.unwrap().1);
    // A sentence at the head is not said of what stands.
    let without_head = |text: &str| text.split_once("\n\n").map(|it| it.1.to_owned());
    for file in export(&design).files {
        let there = code.files.iter().find(|it| it.name == file.name);
        let wanted = file.text.replace("var.transit_gateway_hub_id", &known);
        match there {
            Some(there) => assert_eq!(
                without_head(&there.text),
                without_head(&wanted),
                "{}",
                file.name
            ),
            None => assert_eq!(file.name, "variables.tf"),
        }
    }
    insta::assert_snapshot!(imports(&code));
    insta::assert_snapshot!("what_is_to_be_imported_by_hand", code.by_hand.join("\n"));
}

/// The text of the imports, where there are any.
fn imports(code: &Code) -> &str {
    let file = code.files.iter().find(|file| file.name == "imports.tf");
    file.map_or("", |file| &file.text)
}

/// Terraform refuses everything where one import is of what is not there: what was added to a copy is made, and what was
/// changed is imported as it stands.
#[test]
fn what_is_not_there_is_not_imported() {
    let network = {
        let planned = plan(&small());
        live::live(&planned, &live::ids(&planned), live::Tags::None)
    };
    let vpc = network.of_kind(Kind::Vpc).next().unwrap().key().clone();
    let copy = adopt(&network, &vpc).unwrap().design;
    let code = |design: &Design| {
        let found = existing(&network, design, Some(&vpc)).unwrap();
        let absent = found.absent.len();
        (
            design_code(design, Tool::Terraform, &found.there).unwrap(),
            absent,
        )
    };
    let (before, absent) = code(&copy);
    assert_eq!(absent, 0);
    assert_eq!(before.by_hand, [""; 0]);
    let count = |code: &Code| imports(code).matches("\nimport {\n").count();
    let resources = entries(&before).len();
    assert!(
        count(&before) > 15 && resources > 10,
        "{}",
        imports(&before)
    );

    // A zone more: its subnets, their ties and routes are made.
    let mut grown = copy.clone();
    grown.set_zone_count("main", 3).unwrap();
    let (after, absent) = code(&grown);
    assert!(absent > 2, "{absent}");
    assert!(text(&after).contains("private/eu-west-1c/3"));
    assert!(!imports(&after).contains("eu-west-1c"));
    assert_eq!(imports(&after), imports(&before));

    // No endpoint and no NAT gateway more: nothing is imported for what Terraform is not told of.
    let mut fewer = copy.clone();
    fewer.vpcs[0].nat = Nat::None;
    let (after, _) = code(&fewer);
    assert!(!imports(&after).contains("aws_nat_gateway"));
    // With the gateways gone their routes are no resources; with one back, those that are there are imported again.
    assert!(!imports(&after).contains("private/eu-west-1a/1 0.0.0.0/0"));
    assert!(imports(&before).contains("private/eu-west-1a/1 0.0.0.0/0"));

    // Nothing of it is there without its VPC.
    let other = Key::aws(Kind::Vpc, "vpc-0000");
    assert!(existing(&network, &copy, Some(&other)).is_none());
    assert!(existing(&plan(&copy), &copy, None).is_none());
}

/// Subnets that use another table than the planned one are imported by the one they use: that is there.
#[test]
fn an_association_is_imported_as_it_stands() {
    let planned = plan(&small());
    let ids = live::ids(&planned);
    let network = live::live(&planned, &ids, live::Tags::None);
    let mut swapped = ids.clone();
    let key = |name: &str| Key::new(Kind::RouteTable, Id::Planned(name.into()));
    let (a, b) = (
        key("main/private/eu-west-1a/1"),
        key("main/private/eu-west-1b/2"),
    );
    swapped.insert(a.clone(), ids[&b].clone());
    swapped.insert(b, ids[&a].clone());
    let there = There {
        ids: swapped,
        network,
    };
    let code = design_code(&small(), Tool::Terraform, &there).unwrap();
    let subnet = Key::new(
        Kind::Subnet,
        Id::Planned("main/private/eu-west-1a/1".into()),
    );
    let wanted = format!("id = \"{}/{}\"", ids[&subnet], ids[&a]);
    assert!(imports(&code).contains(&wanted), "{}", imports(&code));
}

fn module(design: &Design) -> Result<Code, CodeError> {
    let network = plan(design);
    let graph = between(&Network::new(), &network).unwrap();
    terraform_module(&network, &graph, &beside(design))
}

/// All files as one text, each under its name.
fn text(code: &Code) -> String {
    let files = code.files.iter();
    let files = files.map(|file| format!("-- {}\n{}", file.name, file.text));
    files.collect::<Vec<_>>().join("\n")
}

pub(crate) fn is_sound(design: &Design) -> bool {
    let problems = validate(design, &Surroundings::default());
    !problems.iter().any(Problem::is_error)
}

/// Two zones, one NAT gateway, a tag, the S3 endpoint.
fn small() -> Design {
    let mut options = Fresh::in_region("eu-west-1");
    options.prefix = "shop".into();
    options.nat = Nat::One;
    options.gateway_endpoints = vec![GatewayService::S3];
    let mut design = Design::fresh(&options).unwrap();
    design.tags.insert("environment".into(), "test".into());
    design
}

/// What hostile people call things.
const HOSTILE: [&str; 6] = [
    "${file(\"/etc/passwd\")} %{ for x in y }",
    "$${a} %%{b} $",
    "a \"quoted\" \\ name\\",
    "two\nlines\r\n\t# no comment */ EOF",
    "\u{1b}[2J\u{0}\u{202e}",
    "ünïcode ✓ “typographic”",
];

/// A design in which everything a person can name is called something hostile.
pub(crate) fn hostile() -> Design {
    let mut design = everything();
    for (n, word) in HOSTILE.iter().enumerate() {
        design.tags.insert(Text::from(*word), Text::from(*word));
        design
            .tags
            .insert(format!("key {n}").into(), Text::from(*word));
    }
    for word in ["for", "null", "a-b", "1"] {
        design.tags.insert(word.into(), word.into());
    }
    let vpc = &mut design.vpcs[0];
    let keys = [
        "vpc",
        "internet-gateway",
        "route-table",
        "network-acl",
        "security-group:default",
    ];
    for (slot, word) in keys.iter().zip(HOSTILE) {
        vpc.names.insert(Text::from(*slot), word.into());
    }
    vpc.private_zones = vec!["corp.example".into(), "${zone}".into()];
    vpc.transit_gateway.as_mut().unwrap().id = "the hub \"${x}\"".into();
    design
}

#[test]
fn a_small_design() {
    insta::assert_snapshot!(text(&export(&small())));
}

#[test]
fn a_design_of_everything() {
    let mut design = everything();
    let vpc = &mut design.vpcs[0];
    vpc.private_zones = vec!["corp.example".into()];
    vpc.secondary.push("100.64.0.0/16".parse().unwrap());
    vpc.vpn_gateway = Some(VpnGateway {
        propagate: true,
        routes: Vec::new(),
    });
    vpc.transit_gateway.as_mut().unwrap().id = "hub".into();
    insta::assert_snapshot!(text(&export(&design)));
}

#[test]
fn the_module_of_a_small_design() {
    insta::assert_snapshot!(text(&module(&small()).unwrap()));
}

/// Entries of `for_each` maps by resource and key, as words; a small reader of what the writer lays out.
fn entries(code: &Code) -> BTreeMap<(String, String), Vec<String>> {
    let mut found = BTreeMap::new();
    let (mut resource, mut key) = (String::new(), None);
    for line in code.files.iter().flat_map(|file| file.text.lines()) {
        if !line.starts_with(' ') {
            resource = line.to_owned();
        } else if let Some(rest) = line.strip_prefix("    \"") {
            if let Some((name, rest)) = rest.split_once("\" = {") {
                key = (rest != "}").then(|| name.to_owned());
                found.insert((resource.clone(), name.to_owned()), Vec::new());
            }
        } else if line == "    }" {
            key = None;
        } else if let Some(key) = &key {
            let words = line.split_whitespace();
            let words = words.map(|word| word.trim_matches(['[', ']', ',']).to_owned());
            let entry: &mut Vec<String> = found.get_mut(&(resource.clone(), key.clone())).unwrap();
            entry.extend(words.filter(|word| !word.is_empty()));
        }
    }
    found
}

/// Whether these words stand in those in their order: a list may have got longer.
fn is_within(few: &[String], many: &[String]) -> bool {
    let mut many = many.iter();
    few.iter().all(|word| many.any(|it| it == word))
}

/// Every key of the first stands in the second, and says the same; lists may be longer. Gives the keys that are new.
fn grown(before: &Design, after: &Design) -> Vec<(String, String)> {
    let (before, after) = (entries(&export(before)), entries(&export(after)));
    assert!(before.len() > 5, "{before:?}");
    for (key, words) in &before {
        let now = after.get(key).unwrap_or_else(|| panic!("{key:?} is gone"));
        let has_list = ["subnet_ids", "route_table_ids"]
            .iter()
            .any(|list| words.iter().any(|word| word == list));
        if has_list {
            assert!(is_within(words, now), "{key:?}: {words:?} {now:?}");
        } else {
            assert_eq!(words, now, "{key:?}");
        }
    }
    after
        .into_keys()
        .filter(|key| !before.contains_key(key))
        .collect()
}

#[test]
fn adding_a_zone_or_a_tier_only_adds_keys() {
    for nat in [Nat::None, Nat::One, Nat::PerAz, Nat::Regional] {
        let mut before = everything();
        before.vpcs[0].nat = nat;
        let mut zone = before.clone();
        zone.add_zone("main", &"eu-west-1c".into()).unwrap();
        let new = grown(&before, &zone);
        assert!(new.iter().any(|(_, key)| key.contains("eu-west-1c")));
        assert!(
            new.iter().all(|(_, key)| key.contains("eu-west-1c")),
            "{new:?}"
        );
        let mut tier = before.clone();
        tier.add_tier(
            "main",
            &NewTier {
                name: "data".into(),
                kind: TierKind::Private,
                per_zone: 1,
                egress: Egress::None,
                ..NewTier::default()
            },
        )
        .unwrap();
        let new = grown(&before, &tier);
        assert!(new.iter().any(|(_, key)| key.contains("data/")), "{new:?}");
        assert!(new.iter().all(|(_, key)| key.contains("data/")), "{new:?}");
    }
}

#[test]
fn hostile_names_stay_texts() {
    let code = export(&hostile());
    let all = text(&code);
    for line in all.lines() {
        let is_plain = |it: char| !it.is_control() && it != '\u{202e}';
        assert!(line.chars().all(is_plain), "{line:?}");
    }
    // Every interpolation that is not ours is written so that it is none.
    let bare = all.replace("$${", "").replace("%%{", "");
    assert!(!bare.contains("${") && !bare.contains("%{"), "{bare}");
    assert!(all.contains("variable \"transit_gateway_the_hub____x___id\""));
    assert!(all.contains("\\u001b[2J\\u0000\\u202e"));
}

/// Designs of every sort are written whole: no step is without its resource, and the same design gives the same text.
#[test]
fn generated_designs_are_written_whole() {
    let mut count = 0;
    for seed in 0..150 {
        let design = designs::design(seed);
        if !is_sound(&design) {
            continue;
        }
        count += 1;
        let code = export(&design);
        for sentence in &code.by_hand {
            assert!(!sentence.contains("here stands for"), "{seed}: {sentence}");
        }
        assert_eq!(code, export(&design));
        // Every resource that is made is there by its key.
        let all = text(&code);
        let graph = between(&Network::new(), &plan(&design)).unwrap();
        for key in graph.steps().filter_map(|step| step.makes.as_ref()) {
            let rest = key.id.as_str().split_once('/').map_or("", |it| it.1);
            assert!(
                rest.is_empty() || all.contains(&format!("\"{rest}\" = {{")),
                "{seed}: {key}"
            );
        }
        // The module says yes or why not.
        match module(&design) {
            Ok(code) => assert!(text(&code).contains("terraform-aws-modules/vpc/aws")),
            Err(error) => assert!(error.to_string().contains("--to terraform"), "{error}"),
        }
    }
    assert!(count > 50, "{count}");
}

#[test]
fn the_module_says_what_it_cannot_express() {
    let with = |change: &dyn Fn(&mut Design)| {
        let mut design = small();
        change(&mut design);
        module(&design).unwrap_err().to_string()
    };
    let said = with(&|design| design.vpcs[0].nat = Nat::Regional);
    assert!(said.contains("regional NAT gateways"), "{said}");
    let said = with(&|design| {
        design.vpcs[0].private_zones = vec!["corp.example".into()];
    });
    assert!(said.contains("private zone corp.example"), "{said}");
    let said = with(&|design| {
        let tier = &design.vpcs[0].tiers[1];
        let (name, number) = (tier.name.clone(), tier.subnets[1].number);
        design.remove_subnet("main", &name, number).unwrap();
    });
    assert!(said.contains("as many subnets of a kind in each"), "{said}");
    let said = module(&everything()).unwrap_err().to_string();
    assert!(said.contains("export with --to terraform"), "{said}");
    let mut two = small();
    let mut other = Fresh::in_region("eu-west-1");
    other.cidr = "10.9.0.0/16".parse().unwrap();
    two.add_vpc("other", &other).unwrap();
    let said = module(&two).unwrap_err().to_string();
    assert!(said.contains("the plan has 2"), "{said}");
}

/// The module's lists go through the zones in turn, and a single NAT gateway stands where the design puts it.
#[test]
fn the_module_takes_zones_in_turn() {
    let mut options = Fresh::in_region("eu-west-1");
    options.nat = Nat::PerAz;
    options.private_per_zone = 2;
    let mut design = Design::fresh(&options).unwrap();
    design.vpcs[0].dns_hostnames = true;
    let said = text(&module(&design).unwrap());
    let squeezed: String = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        squeezed.contains("azs = [ \"eu-west-1a\", \"eu-west-1b\", ]"),
        "{said}"
    );
    assert!(squeezed.contains("one_nat_gateway_per_az = true"), "{said}");
    let names: Vec<&str> = said
        .lines()
        .skip_while(|line| !line.contains("private_subnet_names"))
        .skip(1)
        .take(4)
        .map(str::trim)
        .collect();
    let zones: Vec<bool> = names.iter().map(|name| name.ends_with("1a\",")).collect();
    assert_eq!(zones, [true, false, true, false], "{names:?}");
}

fn run(args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vpc-atlas"));
    command.stdin(Stdio::null()).args(args).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn save(folder: &Path, design: &Design) -> String {
    let path = folder.join("plan.vpc.toml");
    fs::write(&path, write(design, None)).unwrap();
    path.display().to_string()
}

#[test]
fn the_command_writes_a_folder_and_keeps_what_was_there() {
    let place = tempfile::tempdir().unwrap();
    let design = save(place.path(), &small());
    let out = place.path().join("a/tf");
    let command = |to: &str| {
        run([
            OsStr::new("export"),
            design.as_ref(),
            "--to".as_ref(),
            to.as_ref(),
            "-o".as_ref(),
            out.as_os_str(),
        ])
    };
    let output = command("terraform");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(output.stdout.is_empty());
    assert!(said(&output).contains("wrote "), "{}", said(&output));
    let main = fs::read_to_string(out.join("main.tf")).unwrap();
    assert!(main.contains("resource \"aws_subnet\" \"main\""));

    // The same once more keeps nothing; what somebody changed is kept.
    command("terraform");
    assert!(!out.join("main.tf~").exists());
    fs::write(out.join("main.tf"), "# mine\n").unwrap();
    fs::write(out.join("extra.tf"), "# mine\n").unwrap();
    let output = command("terraform");
    assert_eq!(
        fs::read_to_string(out.join("main.tf~")).unwrap(),
        "# mine\n"
    );
    assert_eq!(fs::read_to_string(out.join("main.tf")).unwrap(), main);
    assert!(said(&output).contains("it is kept as"), "{}", said(&output));
    assert!(
        said(&output).contains("extra.tf was there already"),
        "{}",
        said(&output)
    );

    let output = run(["export", &design, "--to", "terraform", "-o", "-"]);
    let one = String::from_utf8(output.stdout).unwrap();
    assert!(one.contains("required_providers") && one.contains("aws_nat_gateway"));
    let output = run(["export", &design, "--to", "terraform", "-o", &design]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("is a file"), "{}", said(&output));
}

#[test]
fn the_command_says_no() {
    let place = tempfile::tempdir().unwrap();
    let mut broken = small();
    broken.vpcs[0].tiers[0].subnets[0].cidr = "10.255.0.0/24".parse().unwrap();
    let path = save(place.path(), &broken);
    let out = place.path().join("out");
    let target = out.display().to_string();
    let output = run(["export", &path, "--to", "terraform", "-o", &target]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("subnet-outside-vpc"),
        "{}",
        said(&output)
    );
    assert!(!out.exists());

    let path = save(place.path(), &everything());
    let output = run(["export", &path, "--to", "terraform-module", "-o", &target]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("terraform-aws-modules/vpc"),
        "{}",
        said(&output)
    );
    assert!(!out.exists());
}

/// A VPC of the network that comes with the program, adopted and taken over, from a shell.
#[test]
fn the_command_imports_an_adopted_vpc() {
    let place = tempfile::tempdir().unwrap();
    let file = |name: &str| place.path().join(name).display().to_string();
    let (design, out) = (file("harbour.vpc.toml"), file("tf"));
    let adopted = run(["adopt", "sample", "--vpc", "harbour-prod", "-o", &design]);
    assert_eq!(adopted.status.code(), Some(0), "{}", said(&adopted));
    let export = |to: &str, design: &str, source: &str| {
        run(["export", design, "--to", to, "--for", source, "-o", &out])
    };
    let output = export("terraform", &design, "sample");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let imports = fs::read_to_string(place.path().join("tf/imports.tf")).unwrap();
    // Every id that is imported by is one of the network's.
    let snapshot = file("sample.json");
    run(["snapshot", "sample", "-o", &snapshot]);
    let known = fs::read_to_string(snapshot).unwrap();
    let ids = imports
        .lines()
        .filter_map(|line| line.trim().strip_prefix("id = \""));
    let mut count = 0;
    for id in ids.map(|id| id.trim_end_matches('"')) {
        for part in id.split(['/', '_', ',']).take(1) {
            assert!(known.contains(part), "{id}");
        }
        count += 1;
    }
    assert!(count > 20, "{imports}");
    assert!(imports.contains("  to = aws_vpc.main\n"), "{imports}");

    // Words about what is wrong, one sentence each.
    for to in ["terraform-module", "cli", "cloudformation"] {
        let path = file(if to == "cli" { "a.sh" } else { "a.yaml" });
        let output = run([
            "export", &design, "--to", to, "--for", "sample", "-o", &path,
        ]);
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
        assert!(
            said(&output).contains("--for is for --to terraform"),
            "{}",
            said(&output)
        );
        assert!(!Path::new(&path).exists());
    }
    let text = fs::read_to_string(&design).unwrap();
    let (head, rest) = text.split_once('\n').unwrap();
    assert!(head.starts_with("# A copy of vpc-"), "{head}");
    fs::write(&design, format!("# A copy of vpc-none.\n{rest}")).unwrap();
    let output = export("terraform", &design, "sample");
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(
        said(&output).contains("a copy of vpc-none, which Sample network does not hold"),
        "{}",
        said(&output)
    );
    let fresh = save(place.path(), &small());
    let output = export("terraform", &fresh, "sample");
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(
        said(&output).contains("Sample network holds no VPC of the design"),
        "{}",
        said(&output)
    );
}

/// What is written holds to the provider's schema, and texts come out as they went in (tests/terraform/check.py).
mod schema {
    use super::{HOSTILE, adopted, export, hostile, is_sound, module, small};
    use crate::steps::everything;
    use crate::support::designs;
    use crate::support::environment::{package, require};
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process::Command;
    use vpc_atlas::design::{Design, FlowLog, Nat, Traffic, adopt};
    use vpc_atlas::export::code::Code;
    use vpc_atlas::network::Kind;
    use vpc_atlas::workspace::{Tool, design_code, existing};

    pub(super) fn lay_out(place: &Path, name: &str, code: &Code) -> PathBuf {
        let folder = place.join(name);
        fs::create_dir(&folder).unwrap();
        for file in &code.files {
            fs::write(folder.join(&file.name), &file.text).unwrap();
        }
        folder
    }

    /// The designs of the tests by name: those made by hand, and sound ones that were generated.
    pub(super) fn all() -> Vec<(String, Design)> {
        let mut regional = everything();
        regional.vpcs[0].nat = Nat::Regional;
        let mut logs = small();
        logs.vpcs[0].flow_log = Some(FlowLog {
            destination: "a-group".into(),
            role: Some("arn:aws:iam::111122223333:role/logs".into()),
            traffic: Traffic::Reject,
        });
        let mut designs = vec![
            ("small".to_owned(), small()),
            ("everything".to_owned(), everything()),
            ("hostile".to_owned(), hostile()),
            ("regional".to_owned(), regional),
            ("logs".to_owned(), logs),
        ];
        let generated = (0..60).map(|seed| (format!("seed-{seed}"), designs::design(seed)));
        designs.extend(generated.filter(|(_, design)| is_sound(design)));
        designs
    }

    #[test]
    fn the_provider_knows_every_type_and_argument() {
        let Some(venv) = require("VPC_ATLAS_VENV") else {
            return;
        };
        let place = tempfile::tempdir().unwrap();
        let mut folders = Vec::new();
        for (name, design) in all() {
            let folder = lay_out(place.path(), &name, &export(&design));
            if name == "hostile" {
                let tags = serde_json::to_string(&design.tags).unwrap();
                assert!(design.tags.len() > HOSTILE.len());
                fs::write(folder.join("expected-tags.json"), tags).unwrap();
            }
            folders.push(folder);
            folders.push(lay_out(
                place.path(),
                &format!("{name}-there"),
                &adopted(&design),
            ));
            if let Ok(code) = module(&design) {
                folders.push(lay_out(place.path(), &format!("{name}-module"), &code));
            }
        }
        // What is there by itself, with all that no design says.
        let sample = vpc_atlas::source::sample::network();
        for vpc in sample.of_kind(Kind::Vpc) {
            let design = adopt(&sample, vpc.key()).unwrap().design;
            let found = existing(&sample, &design, Some(vpc.key())).unwrap();
            if let Ok(code) = design_code(&design, Tool::Terraform, &found.there) {
                folders.push(lay_out(place.path(), vpc.key().id.as_str(), &code));
            }
        }
        let (told, went) = check(&venv, &folders);
        println!("{}", told.lines().last().unwrap_or_default());
        assert!(went, "{told}");
    }

    /// Generated designs get one zone more: all that was there stays as it was, by the same address and key.
    #[test]
    fn one_more_zone_only_adds_to_any_design() {
        let Some(venv) = require("VPC_ATLAS_VENV") else {
            return;
        };
        let place = tempfile::tempdir().unwrap();
        let mut folders = vec![PathBuf::from("grown")];
        for (name, mut design) in all().into_iter().step_by(3) {
            let before = export(&design);
            if designs::add_some_zone(&mut design).is_none() || !is_sound(&design) {
                continue;
            }
            folders.push(lay_out(place.path(), &name, &before));
            folders.push(lay_out(
                place.path(),
                &format!("{name}-grown"),
                &export(&design),
            ));
        }
        assert!(folders.len() > 15, "{folders:?}");
        let (told, went) = check(&venv, &folders);
        println!("{}", told.lines().last().unwrap_or_default());
        assert!(went, "{told}");
        // Backwards it is not so.
        folders.truncate(3);
        folders.swap(1, 2);
        let (told, went) = check(&venv, &folders);
        assert!(!went && told.contains(" is gone"), "{told}");
    }

    /// What the script says of these folders, and whether it found nothing wrong.
    fn check(venv: &str, folders: &[PathBuf]) -> (String, bool) {
        let output = Command::new(Path::new(venv).join("bin/python"))
            .arg(package().join("tests/terraform/check.py"))
            .args(folders)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        (format!("{told}{errors}"), output.status.success())
    }

    /// That nothing is found wrong means something: each of these is.
    #[test]
    fn the_check_sees_what_is_wrong() {
        let Some(venv) = require("VPC_ATLAS_VENV") else {
            return;
        };
        let place = tempfile::tempdir().unwrap();
        let good = adopted(&small());
        for (n, (from, to, said)) in [
            (
                "resource \"aws_eip\"",
                "resource \"aws_elastic_ip\"",
                "no such type",
            ),
            ("  domain = ", "  domian = ", "no argument domian"),
            ("  vpc_id = aws_vpc.main.id\n", "", "vpc_id is missing"),
            (
                "aws_vpc.main.id",
                "aws_vpc.main.vpc_id",
                "no attribute vpc_id",
            ),
            (
                "aws_route_table.main[\"public\"]",
                "aws_route_table.main[\"pubic\"]",
                "has no key",
            ),
            (
                "each.value.cidr_block",
                "each.value.cidr",
                "each.value.cidr is not there",
            ),
            ("local.tags", "local.tag", "no local tag"),
            (
                "{\n  to = aws_vpc.main\n",
                "{\n  to = aws_vpc.mine\n",
                "it is not there",
            ),
            ("id = \"vpc-", "id = \"igw-", "is no id of aws_vpc"),
        ]
        .into_iter()
        .enumerate()
        {
            let mut bad = good.clone();
            let mut files = bad.files.iter_mut();
            let file = files.find(|file| file.text.contains(from)).unwrap();
            file.text = file.text.replace(from, to);
            let (told, went) = check(&venv, &[lay_out(place.path(), &n.to_string(), &bad)]);
            assert!(!went && told.contains(said), "{from}: {told}");
        }
    }
}
