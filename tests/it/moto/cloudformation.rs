//! Templates in the hands of others: cfn-lint finds no error in them and the same in both forms, and a stack that is
//! created from one on a moto server is the network that was planned, in what moto's stacks can make
//! (tests/code/cloudformation.py says what they cannot).

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::Value;
use vpc_atlas::design::{Design, Encryption, Ipv6, Nat, Problem, Surroundings, plan, validate};
use vpc_atlas::export::code::{Form, cloudformation};
use vpc_atlas::network::{
    Destination, ElasticIpFacts, FlowLogFacts, Id, InternetGatewayFacts, Key, Kind,
    NatGatewayFacts, Network, Resource, Route, RouteTableFacts, SecurityGroupFacts, SubnetFacts,
    Target, VpcEndpointFacts, VpcFacts, VpcPeeringConnectionFacts, VpnGatewayFacts,
};
use vpc_atlas::source::{InputFile, read};
use vpc_atlas::steps::between;

use crate::cloudformation::{everything, small};
use crate::support::designs;
use crate::support::moto::Moto;

/// The region whose zones the server has all of.
const REGION: &str = "us-east-1";

/// How many designs: a sample, or as many as `VPC_ATLAS_TEMPLATES` says.
fn wanted(sample: usize) -> usize {
    std::env::var("VPC_ATLAS_TEMPLATES").map_or(sample, |text| {
        text.parse().expect("VPC_ATLAS_TEMPLATES is a number")
    })
}

/// Sound designs, from a seed.
fn sound(wanted: usize, is_fit: impl Fn(&Design) -> bool) -> Vec<Design> {
    (0..)
        .filter_map(|seed| {
            let mut design = designs::design(seed);
            design.set_region(&REGION.into()).ok()?;
            // A transit gateway that is there already is one the server has not; the script makes one for a placeholder.
            for vpc in &mut design.vpcs {
                if let Some(attachment) = &mut vpc.transit_gateway {
                    attachment.id = "hub".into();
                }
            }
            let problems = validate(&design, &Surroundings::default());
            let is_sound = !problems.iter().any(Problem::is_error);
            (is_sound && is_fit(&design)).then_some(design)
        })
        .take(wanted)
        .collect()
}

fn template(design: &Design, form: Form) -> String {
    let network = plan(design);
    let graph = between(&Network::new(), &network).expect("a sound design has its steps");
    let mut code = cloudformation(&graph, &network, form).expect("a sound design has its template");
    code.files.remove(0).text
}

#[test]
fn cfn_lint_finds_no_error_and_the_same_in_both_forms() {
    let Some(moto) = Moto::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut all = vec![small(), everything()];
    all.extend(sound(wanted(12), |_| true));
    let mut files: Vec<PathBuf> = Vec::new();
    for (n, design) in all.iter().enumerate() {
        for (form, ending) in [(Form::Json, "json"), (Form::Yaml, "yaml")] {
            let path = folder.path().join(format!("{n:02}.{ending}"));
            std::fs::write(&path, template(design, form)).unwrap();
            files.push(path);
        }
    }
    let mut same = moto.python("tests/code/cloudformation.py");
    let output = same.arg("same").args(&files).output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");

    let mut lint = moto.program("cfn-lint");
    lint.args(["--non-zero-exit-code", "error", "--ignore-checks", "W", "I"]);
    let regions = ["eu-west-1", REGION];
    lint.arg("--regions").args(regions).arg("--").args(&files);
    let output = lint.output().unwrap();
    let words = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{words}");
}

#[test]
fn a_stack_is_the_network_that_was_planned() {
    // What moto's stacks cannot make is not asked for, so that nothing has to be left out of the comparison.
    let fit = |design: &Design| {
        design.vpcs.iter().all(|vpc| {
            vpc.ipv6 == Ipv6::None
                && vpc.secondary.is_empty()
                && vpc.nat != Nat::Regional
                && vpc.resolver.is_none()
                && vpc.encryption == Encryption::None
                && vpc.flow_log.is_none()
                && vpc.peerings.iter().all(|it| design.vpc(&it.with).is_some())
        })
    };
    let mut stacks = 0;
    for design in sound(wanted(6), fit) {
        let Some(moto) = Moto::start() else { return };
        let (told, live) = create(&moto, &template(&design, Form::Json));
        assert_eq!(told["status"], "CREATE_COMPLETE", "{told}");
        assert_eq!(told["why"], Value::Null, "{told}");
        for kind in told["taken_out"].as_object().unwrap().keys() {
            let known = [
                "AWS::EC2::TransitGatewayAttachment",
                "AWS::EC2::VPNGatewayRoutePropagation",
            ];
            assert!(known.contains(&kind.as_str()), "{told}");
        }
        assert_same(&story(&live), &story(&plan(&design)));
        stacks += 1;
    }
    assert_eq!(stacks, wanted(6));
}

/// What moto's stacks do not know is taken out, and the rest is created all the same.
#[test]
fn the_rest_of_a_template_is_created_too() {
    let Some(moto) = Moto::start() else { return };
    let mut design = everything();
    design.set_region(&REGION.into()).unwrap();
    let (told, live) = create(&moto, &template(&design, Form::Json));
    assert_eq!(told["status"], "CREATE_COMPLETE", "{told}");
    assert_eq!(told["why"], Value::Null, "{told}");
    let subnets = |network: &Network| {
        let all = network.all::<SubnetFacts>();
        let ours = all.filter(|(_, facts)| !is_default(network, facts.vpc.value()));
        ours.count()
    };
    assert_eq!(subnets(&live), subnets(&plan(&design)));
}

fn create(moto: &Moto, template: &str) -> (Value, Network) {
    let folder = tempfile::tempdir().unwrap();
    let mut child = moto
        .python("tests/code/cloudformation.py")
        .args(["create", &moto.url(), "--region", REGION, "--out"])
        .arg(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // The script reads all of it before it writes.
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(template.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let told = serde_json::from_slice(&output.stdout).unwrap();
    (told, read(&files(folder.path())))
}

fn files(folder: &Path) -> Vec<InputFile> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<InputFile> = entries
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            InputFile::new(
                format!("{REGION}/{name}"),
                std::fs::read(entry.path()).unwrap(),
            )
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

fn assert_same(live: &BTreeMap<&str, Vec<String>>, planned: &BTreeMap<&str, Vec<String>>) {
    for (what, lines) in planned {
        assert_eq!(live.get(what), Some(lines), "{what}");
    }
    assert_eq!(live.len(), planned.len());
}

fn is_default(network: &Network, vpc: Option<&Id>) -> bool {
    let facts = vpc.and_then(|vpc| network.facts::<VpcFacts>(vpc));
    facts.is_some_and(|facts| facts.is_default.value() == Some(&true))
}

/// A network in words without ids: everything is told by its blocks. What moto's stacks pass over is not told: DNS
/// attributes, public addresses at launch, names of groups, what groups let out, tags of all but VPCs and subnets.
fn story(network: &Network) -> BTreeMap<&'static str, Vec<String>> {
    let told = Story(network);
    let mut all: BTreeMap<&'static str, Vec<String>> = BTreeMap::new();
    let mut tell = |what, lines: Vec<String>| {
        let mut lines = lines;
        lines.sort();
        all.insert(what, lines);
    };
    tell("vpcs", told.vpcs());
    tell("subnets", told.subnets());
    tell("tables", told.tables());
    tell("gateways", told.gateways());
    tell("NAT gateways", told.nats());
    tell("endpoints", told.endpoints());
    tell("groups", told.groups());
    tell("peerings", told.peerings());
    tell("flow logs", told.flow_logs());
    all
}

/// The tags that people gave, and not those by which CloudFormation knows its own.
fn tags(resource: &Resource) -> Vec<(&str, &str)> {
    let all = resource.common().tags.value().into_iter().flatten();
    all.map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|(name, _)| !name.starts_with("aws:"))
        .collect()
}

struct Story<'a>(&'a Network);

impl Story<'_> {
    fn is_ours(&self, vpc: Option<&Id>) -> bool {
        vpc.is_some() && !is_default(self.0, vpc)
    }

    fn vpc(&self, id: Option<&Id>) -> String {
        let facts = id.and_then(|id| self.0.facts::<VpcFacts>(id));
        let block = facts.and_then(|facts| facts.primary_cidr.value());
        block.map_or("?".to_owned(), ToString::to_string)
    }

    fn subnet(&self, id: &Id) -> String {
        let facts = self.0.facts::<SubnetFacts>(id);
        let block = facts.and_then(|facts| facts.cidr_block.value().copied().flatten());
        block.map_or("?".to_owned(), |block| block.to_string())
    }

    fn all_subnets(&self, ids: &[Id]) -> Vec<String> {
        let mut blocks: Vec<String> = ids.iter().map(|id| self.subnet(id)).collect();
        blocks.sort();
        blocks
    }

    fn vpcs(&self) -> Vec<String> {
        let all = self.0.all::<VpcFacts>();
        all.filter(|(vpc, _)| self.is_ours(Some(&vpc.key().id)))
            .map(|(vpc, facts)| {
                let tenancy = facts.instance_tenancy.value();
                let block = self.vpc(Some(&vpc.key().id));
                format!("{block} {tenancy:?} {:?}", tags(vpc))
            })
            .collect()
    }

    fn subnets(&self) -> Vec<String> {
        let all = self.0.all::<SubnetFacts>();
        all.filter(|(_, facts)| self.is_ours(facts.vpc.value()))
            .map(|(subnet, facts)| {
                format!(
                    "{} in {} of {} {:?}",
                    self.subnet(&subnet.key().id),
                    facts.availability_zone.value().unwrap(),
                    self.vpc(facts.vpc.value()),
                    tags(subnet),
                )
            })
            .collect()
    }

    /// A table by the subnets it is for; those of endpoints are told by the endpoints.
    fn table(&self, id: &Id) -> String {
        let facts = self.0.facts::<RouteTableFacts>(id).expect("the table");
        let associations = facts.associations.items();
        let subnets: Vec<Id> = associations
            .iter()
            .filter_map(|it| it.subnet.clone())
            .collect();
        let main = associations.iter().any(|it| it.main);
        let vpc = self.vpc(facts.vpc.value());
        format!("{vpc} main {main} for {:?}", self.all_subnets(&subnets))
    }

    fn tables(&self) -> Vec<String> {
        let all = self.0.all::<RouteTableFacts>();
        all.filter(|(_, facts)| self.is_ours(facts.vpc.value()))
            .map(|(table, facts)| {
                let routes = facts.routes.items().iter();
                let mut routes: Vec<String> = routes.filter_map(|it| self.route(it)).collect();
                routes.sort();
                format!("{}: {routes:?}", self.table(&table.key().id))
            })
            .collect()
    }

    fn route(&self, route: &Route) -> Option<String> {
        let Destination::Block(block) = &route.destination else {
            return None;
        };
        let target = match &route.target {
            Target::Local => "local".to_owned(),
            Target::Resource(key) => self.target(key),
            Target::Other(text) => text.to_string(),
        };
        (!target.starts_with("endpoint")).then(|| format!("{block} to {target}"))
    }

    fn target(&self, key: &Key) -> String {
        match key.kind {
            Kind::NatGateway => {
                let facts = self
                    .0
                    .facts::<NatGatewayFacts>(&key.id)
                    .expect("the gateway");
                let subnet = facts.subnet.value().and_then(Option::as_ref);
                format!("NAT in {}", self.subnet(subnet.expect("a subnet")))
            }
            Kind::VpcPeeringConnection => self.peering(&key.id),
            Kind::VpcEndpoint => "endpoint".to_owned(),
            kind => kind.word().to_owned(),
        }
    }

    fn gateways(&self) -> Vec<String> {
        let internet = self.0.all::<InternetGatewayFacts>();
        let internet = internet.map(|(it, facts)| (it.kind(), &facts.attachments));
        let vpn = self.0.all::<VpnGatewayFacts>();
        let vpn = vpn.map(|(it, facts)| (it.kind(), &facts.attachments));
        internet
            .chain(vpn)
            .flat_map(|(kind, attachments)| {
                let vpcs = attachments.items().iter().map(|it| &it.vpc);
                let ours = vpcs.filter(|vpc| self.is_ours(Some(vpc)));
                let words = ours.map(|vpc| format!("{kind} of {}", self.vpc(Some(vpc))));
                words.collect::<Vec<_>>()
            })
            .collect()
    }

    fn nats(&self) -> Vec<String> {
        let all = self.0.all::<NatGatewayFacts>();
        let mut lines: Vec<String> = all
            .map(|(nat, facts)| {
                let words = facts.connectivity_type.value();
                format!("{} {words:?}", self.target(nat.key()))
            })
            .collect();
        let addresses = self.0.all::<ElasticIpFacts>().count();
        lines.push(format!("{addresses} addresses"));
        lines
    }

    fn endpoints(&self) -> Vec<String> {
        let all = self.0.all::<VpcEndpointFacts>();
        all.map(|(_, facts)| {
            let tables = facts.route_tables.items().iter();
            let mut tables: Vec<String> = tables.map(|id| self.table(id)).collect();
            tables.sort();
            let groups = facts.groups.items().len();
            let subnets = self.all_subnets(facts.subnets.items());
            format!(
                "{:?} of {} in {subnets:?}, tables {tables:?}, {groups} groups",
                facts.service_name.value(),
                self.vpc(facts.vpc.value()),
            )
        })
        .collect()
    }

    fn groups(&self) -> Vec<String> {
        let all = self.0.all::<SecurityGroupFacts>();
        all.filter(|(_, facts)| self.is_ours(facts.vpc.value()))
            .filter(|(_, facts)| facts.group_name.value().is_none_or(|it| it != "default"))
            .map(|(_, facts)| {
                let mut rules: Vec<String> = facts
                    .ingress
                    .items()
                    .iter()
                    .map(|it| format!("{} {:?} {:?}", it.protocol, it.from_port, it.peer))
                    .collect();
                rules.sort();
                format!("{}: {rules:?}", self.vpc(facts.vpc.value()))
            })
            .collect()
    }

    fn peering(&self, id: &Id) -> String {
        let facts = self.0.facts::<VpcPeeringConnectionFacts>(id);
        let facts = facts.expect("the connection");
        let side = |vpc: &Id| self.vpc(Some(vpc));
        let requester = facts.requester.value().map(|it| side(&it.vpc));
        let accepter = facts.accepter.value().map(|it| side(&it.vpc));
        format!("peering from {requester:?} to {accepter:?}")
    }

    fn peerings(&self) -> Vec<String> {
        let all = self.0.all::<VpcPeeringConnectionFacts>();
        all.map(|(it, _)| self.peering(&it.key().id)).collect()
    }

    fn flow_logs(&self) -> Vec<String> {
        let all = self.0.all::<FlowLogFacts>();
        all.map(|(_, facts)| {
            format!(
                "{} {:?} {:?}",
                self.vpc(facts.resource.value()),
                facts.destination.value(),
                facts.traffic_type.value()
            )
        })
        .collect()
    }
}
