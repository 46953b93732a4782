//! A plan as a script for bash and the AWS CLI, and the script that takes it back.
//!
//! Whatever can be tagged bears two tags: `vpc-atlas:made` with its name in the plan, and `vpc-atlas:script` with the name
//! of the whole. By these it is looked for before it is made, so that the script can be run again, after a failure or
//! when the design has got more. What cannot be tagged is looked for in what is described, or the one error that says
//! “it is there already” is let pass. The other script takes away what these tags find, and nothing else.
//!
//! The scripts need bash 3.2 or later and nothing beside the AWS CLI, version 1 or 2. A script of a plan that changes what
//! is there already asks for the ids of that as environment variables, and is made to be run once.
//!
//! <https://docs.aws.amazon.com/cli/latest/reference/ec2/>

mod checks;
mod names;
mod waits;
mod words;

use super::terraform::{common_tags, tags_of};
use super::{Code, CodeFile};
use crate::network::{FlowLogFacts, Key, Kind, Network, Text, VpcPeeringConnectionFacts};
use crate::steps::{Action, Call, Find, Parameters, Step, StepGraph, Value};
use names::{Names, environment, tag, title, whole};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use words::{kebab, line, options, quoted, structure};

const HELPERS: &str = include_str!("helpers.sh");
const START: &str = include_str!("start.sh");

/// How long a line of a script gets, where it can be parted.
const WIDTH: usize = 110;

/// Codes after which the same call may do: AWS is busy.
const BUSY: &str = "RequestLimitExceeded|Throttling|ThrottlingException|TooManyRequestsException";
/// Codes that say that something is not there.
const MISSING: &str = r"[A-Za-z.]*NotFound[A-Za-z]*|Gateway\.NotAttached";

/// Steps as two scripts: `NAME.sh` makes everything, `NAME-delete.sh` takes it away. NAME is what people call the first
/// VPC; it is also the name that the tags bear, unless another is given when the scripts are run.
///
/// What no call of the AWS CLI does goes into [`Code::by_hand`], and into the head of the first script.
pub fn script(graph: &StepGraph, network: &Network) -> Code {
    let names = Names::of(graph);
    let whole = whole(graph, network);
    let file = file_name(&whole);
    let mut make = Writer::new(graph, network, &names, Way::Make);
    for step in graph.steps() {
        make.step(step);
    }
    make.wait_for_all();
    let mut take = Writer::new(graph, network, &names, Way::Take);
    take.everything_found();
    for (step, call) in graph.inverse_order() {
        take.taken_back(step, call);
    }
    take.wait_for_all();
    let by_hand = std::mem::take(&mut make.by_hand);
    let files = vec![
        CodeFile {
            name: format!("{file}.sh"),
            text: make.text(&whole, &by_hand),
        },
        CodeFile {
            name: format!("{file}-delete.sh"),
            text: take.text(&whole, &[]),
        },
    ];
    Code { files, by_hand }
}

/// A name of a file that no shell and no disk takes for anything else.
fn file_name(whole: &str) -> String {
    let kept = whole.chars().map(|it| {
        if it.is_ascii_alphanumeric() || "_.-".contains(it) {
            it
        } else {
            '-'
        }
    });
    let kept: String = kept.collect();
    let kept = kept.trim_start_matches(['-', '.']);
    if kept.is_empty() { "network" } else { kept }.to_owned()
}

/// Which of the two scripts.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Make,
    Take,
}

/// What stands for something else in the call that is being written.
#[derive(Default)]
struct Scope {
    /// Lines that have to come first.
    before: Vec<String>,
    /// Variables of what was looked up for it.
    looked_up: Vec<String>,
    /// Words of what was looked up already.
    known: BTreeMap<Value, String>,
}

struct Writer<'a> {
    graph: &'a StepGraph,
    network: &'a Network,
    names: &'a Names,
    way: Way,
    lines: Vec<String>,
    scope: Scope,
    /// Whether what is looked up may be missing: in a call that takes something away.
    is_away: bool,
    /// What is waited for later, by the step or action that has to be through.
    waits: Vec<(Text, Vec<String>)>,
    given: BTreeSet<Key>,
    heading: Option<Key>,
    /// Where the last case ends, and its tests.
    case: Option<(usize, Vec<String>)>,
    by_hand: Vec<String>,
}

impl<'a> Writer<'a> {
    fn new(graph: &'a StepGraph, network: &'a Network, names: &'a Names, way: Way) -> Self {
        Self {
            graph,
            network,
            names,
            way,
            lines: Vec::new(),
            scope: Scope::default(),
            is_away: false,
            waits: Vec::new(),
            given: BTreeSet::new(),
            heading: None,
            case: None,
            by_hand: Vec::new(),
        }
    }

    // Words.

    /// The word of the shell for a value.
    fn word(&mut self, value: &Value) -> String {
        match value {
            Value::Text(text) => quoted(text),
            Value::Number(number) => number.to_string(),
            Value::Bool(value) => value.to_string(),
            Value::Made(key) => match self.names.key(key) {
                Some(name) => format!("\"${name}\""),
                None => self.given(key),
            },
            Value::Given(key) => self.given(key),
            Value::Ipv6 { .. } | Value::Find(_) | Value::Output { .. } => {
                if let Some(known) = self.scope.known.get(value) {
                    return known.clone();
                }
                let word = self.computed(value);
                self.scope.known.insert(value.clone(), word.clone());
                word
            }
            Value::List(_) | Value::Map(_) => structure(value, &mut |value| self.word(value)),
        }
    }

    /// The word for what has to be found out first.
    fn computed(&mut self, value: &Value) -> String {
        match value {
            Value::Ipv6 { vpc, part } => {
                let vpc = self.word(vpc);
                let outer = self.look_up(&format!("patient ipv6_block {vpc}"), "outer");
                let part = quoted(part);
                self.look_up(&format!("part_of {outer} {part}"), "block")
            }
            Value::Find(find) => self.find(find),
            Value::Output { step, path } => self.output(step, path),
            other => self.word(other),
        }
    }

    fn given(&mut self, key: &Key) -> String {
        self.given.insert(key.clone());
        format!("\"${}\"", environment(key))
    }

    /// What an earlier answer held: an id that is known by now, or an association that is looked up again.
    fn output(&mut self, step: &str, path: &str) -> String {
        let Some(step) = self.graph.step(step) else {
            return "''".to_owned();
        };
        if step.output.as_deref() == Some(path)
            && let Some(name) = self.names.step(step)
        {
            return format!("\"${name}\"");
        }
        let parameters = &step.call.parameters;
        let boxed = |name: &str| parameters.get(name).cloned().map(Box::new);
        let text = |name: &str| match parameters.get(name) {
            Some(Value::Text(text)) => text.parse().ok(),
            _ => None,
        };
        let block = text("CidrBlock").or_else(|| text("Ipv6CidrBlock"));
        let find = match step.call.action {
            Action::AssociateRouteTable => boxed("SubnetId")
                .or_else(|| boxed("GatewayId"))
                .map(|of| Find::RouteTableAssociation { of }),
            Action::AssociateVpcCidrBlock => {
                boxed("VpcId").map(|vpc| Find::VpcCidrAssociation { vpc, block })
            }
            Action::AssociateSubnetCidrBlock => {
                boxed("SubnetId").map(|subnet| Find::SubnetCidrAssociation { subnet, block })
            }
            _ => None,
        };
        if let Some(find) = find {
            self.find(&find)
        } else {
            self.by_hand(&format!(
                "{}: the script does not keep {path} of the answer; look it up",
                step.id
            ));
            "''".to_owned()
        }
    }

    fn find(&mut self, find: &Find) -> String {
        let by = find.by();
        let by: Vec<String> = by.iter().map(|(_, value)| self.word(value)).collect();
        let function = match find {
            Find::NatRouteTable { .. } => "nat_gateway_route_table".to_owned(),
            Find::EncryptionControl { .. } => "vpc_encryption_control".to_owned(),
            other => other.word().replace('-', "_"),
        };
        let may_be_gone = self.is_away && find.word().ends_with("association");
        let patient = if self.way == Way::Take || may_be_gone {
            ""
        } else {
            "patient "
        };
        let what = find.word().rsplit('-').next().unwrap_or("id");
        self.look_up(&format!("{patient}{function} {}", by.join(" ")), what)
    }

    /// A variable of its own for what a command gives, which comes before the call.
    fn look_up(&mut self, command: &str, name: &str) -> String {
        let is_taken = |name: &String| self.scope.looked_up.contains(name);
        let mut variable = name.to_owned();
        let mut number = 2;
        while is_taken(&variable) {
            variable = format!("{name}_{number}");
            number += 1;
        }
        self.scope.before.push(format!("{variable}=$({command})"));
        let word = format!("\"${variable}\"");
        self.scope.looked_up.push(variable);
        word
    }

    /// The options of a call, with its tags and its token.
    fn options(&mut self, step: &Step, call: &Call) -> Vec<String> {
        let without = ["TagSpecifications", "Tags"];
        let without: &[&str] = if call.action.has_tags() {
            &without
        } else {
            &[]
        };
        let mut all = options(&call.parameters, without, &mut |value| self.word(value));
        if let Some(token) = call.action.token() {
            let number = self.graph.steps().position(|it| it.id == step.id);
            all.push(format!(
                "--{} \"$RUN-{}\"",
                kebab(token),
                number.unwrap_or(0)
            ));
        }
        if call.action.has_tags() {
            all.push(self.tags(step));
        }
        all
    }

    fn tags(&self, step: &Step) -> String {
        let common = common_tags(self.graph);
        let mut own = tags_of(step);
        own.retain(|key, value| common.get(key) != Some(value));
        let mut own: Vec<(String, String)> = own.into_iter().collect();
        own.sort_by_key(|(key, _)| key != "Name");
        let own = match tag_texts(own) {
            own if own.is_empty() => String::new(),
            own => format!(" {}", quoted(&own)),
        };
        let name = tag(step);
        match step.call.action {
            Action::CreateResolverEndpoint => format!("--tags \"$(tag_list {name}{own})\""),
            _ => format!(
                "--tag-specifications \"$(tags {} {name}{own})\"",
                tagged_as(step)
            ),
        }
    }

    // Lines.

    fn push(&mut self, line: impl Into<String>) {
        self.lines.push(line.into());
    }

    fn by_hand(&mut self, sentence: &str) {
        let sentence = line(sentence);
        if !self.by_hand.contains(&sentence) {
            self.by_hand.push(sentence);
        }
    }

    /// Where something else begins, its name.
    fn head(&mut self, key: &Key) {
        if self.heading.as_ref() == Some(key) {
            return;
        }
        self.heading = Some(key.clone());
        let called = self.network.get(key).and_then(|it| it.name());
        let called = called.map_or_else(String::new, |name| format!(" “{}”", line(name)));
        let head = format!("# --- {}{called} ", line(&key.to_string()));
        let rule = "-".repeat(WIDTH.saturating_sub(head.chars().count()));
        self.push("");
        self.push(format!("{head}{rule}"));
    }

    /// The lines of a command, with what has to come before it.
    fn command(&mut self, runner: &str, call: &Call, options: &[String]) -> Vec<String> {
        let service = call.action.service().word();
        let head = format!("{runner} {service} {}", kebab(call.action.name()));
        let mut lines = std::mem::take(&mut self.scope.before);
        lines.extend(broken(&head, options, ""));
        lines
    }

    /// A step on the way there.
    fn step(&mut self, step: &Step) {
        self.head(&step.about);
        for need in self.graph.needs(&step.id) {
            self.wait_for(&need.id);
        }
        self.is_away = is_away(step.call.action);
        self.scope = Scope::default();
        if self.is_away {
            self.take(step, &step.call);
            return;
        }
        if step.output.is_some() && step.call.action.has_tags() {
            self.make(step);
        } else {
            self.change(step);
        }
        self.scope = Scope::default();
        let id = match self.names.step(step) {
            Some(name) => Some(format!("\"${name}\"")),
            None => self.id_of(&step.call.parameters),
        };
        let lines = self.waiting(&step.call, id.as_deref(), step);
        if !lines.is_empty() {
            self.waits.push((step.id.clone(), lines));
        }
        self.told(step);
    }

    /// The id that a call about something names first.
    fn id_of(&mut self, parameters: &Parameters) -> Option<String> {
        let (_, value) = parameters.iter().next()?;
        match value {
            Value::Made(_) | Value::Given(_) | Value::Text(_) => Some(self.word(value)),
            Value::Output { step, .. } => {
                let name = self.names.step(self.graph.step(step)?)?;
                Some(format!("\"${name}\""))
            }
            _ => None,
        }
    }

    fn make(&mut self, step: &Step) {
        let Some(name) = self.names.step(step) else {
            return;
        };
        let title = quoted(&title(step));
        let options = self.options(step, &step.call);
        let query = match step.output.as_deref() {
            // What it could not do it answers too.
            Some("FlowLogIds.0") => {
                "\"FlowLogIds[0] || join(' ', ['nothing:', Unsuccessful[0].Error.Message])\""
                    .to_owned()
            }
            output => output.unwrap_or_default().to_owned(),
        };
        let mut options = options;
        options.push(format!("--query {query}"));
        let runner = match step.call.action.token() {
            Some(_) => "make",
            None => "once",
        };
        let service = step.call.action.service().word();
        let head = format!("{runner} {service} {}", kebab(step.call.action.name()));
        let before = std::mem::take(&mut self.scope.before);
        self.push(format!("{name}=$({})", made(step, true)));
        self.push(format!("if [ -n \"${name}\" ]; then"));
        self.push(format!("  told_there {title} \"${name}\""));
        self.push("else");
        self.lines.extend(indented(&before));
        let mut lines = broken(&format!("{name}=$({head}"), &options, ")");
        lines.push(format!("told_made {title} \"${name}\""));
        self.lines.extend(indented(&lines));
        self.push("fi");
    }

    /// A call that takes something away, where what it names is there.
    fn take(&mut self, step: &Step, call: &Call) {
        let guards: Vec<String> = match self.way {
            Way::Take => {
                let named = self.names.named_in(self.graph, call);
                let guards = named.iter().map(|name| format!("[ -n \"${name}\" ]"));
                guards.collect()
            }
            Way::Make => Vec::new(),
        };
        let mut options = self.options(step, call);
        let answers = matches!(
            call.action,
            Action::DeleteVpcEndpoints | Action::DeleteFlowLogs
        );
        let runner = if answers {
            options.push(
                "--query \"Unsuccessful[?!contains(Error.Code,'NotFound')].Error.Message\""
                    .to_owned(),
            );
            "wholly"
        } else {
            "run"
        };
        // Whatever is waited for will be seen to be gone.
        let tolerated = match (self.way, call.wait.is_some()) {
            (Way::Take, false) => String::new(),
            (Way::Take, true) => "tolerated=\"$tolerated|IncorrectState\" ".to_owned(),
            (Way::Make, _) => format!("tolerated='{MISSING}' "),
        };
        let looked_up = std::mem::take(&mut self.scope.looked_up);
        let before = std::mem::take(&mut self.scope.before);
        let mut lines = Vec::new();
        for permission in permissions(call) {
            let options = match &permission {
                Some(permission) => self.options(step, permission),
                None => options.clone(),
            };
            lines.extend(self.command(&format!("{tolerated}{runner}"), call, &options));
        }
        let action = call.action.name();
        let is_last = action.starts_with("Delete") || action.starts_with("Release");
        if let Some(name) = self.names.step(step).filter(|_| is_last) {
            lines.push(format!("told_gone {} \"${name}\"", quoted(&title(step))));
        }
        if !looked_up.is_empty() {
            let tests: Vec<String> = looked_up
                .iter()
                .map(|name| format!("[ -n \"${name}\" ]"))
                .collect();
            lines = when(&tests, &lines);
        }
        let mut all = before;
        all.extend(lines);
        self.guarded(&guards, &all);
        let id = match self.names.step(step).filter(|_| step.output.is_some()) {
            Some(name) => Some(format!("\"${name}\"")),
            None => looked_up
                .first()
                .map(|name| format!("\"${name}\""))
                .or_else(|| self.id_of(&call.parameters)),
        };
        self.scope = Scope::default();
        let lines = self.waiting(call, id.as_deref(), step);
        if lines.is_empty() {
            return;
        }
        let mut guards = guards;
        guards.extend(looked_up.iter().map(|name| format!("[ -n \"${name}\" ]")));
        let key = Text::from(match self.way {
            Way::Take => call.action.name(),
            Way::Make => step.id.as_str(),
        });
        let lines = when(&guards, &lines);
        if looked_up.is_empty() {
            self.waits.push((key, lines));
        } else {
            // The next call looks up something else under the same name.
            self.lines.extend(lines);
        }
    }

    /// Lines that are for a case only; one case after another of the same kind is one case.
    fn guarded(&mut self, tests: &[String], lines: &[String]) {
        let again = self.case.as_ref();
        let again = again.is_some_and(|(at, held)| *at == self.lines.len() && held == tests);
        if again && !tests.is_empty() {
            self.lines.pop();
            self.lines.extend(indented(lines));
            self.push("fi");
        } else {
            self.lines.extend(when(tests, lines));
        }
        self.case = Some((self.lines.len(), tests.to_vec()));
    }

    // The other way.

    /// Looks for everything that the tags find.
    fn everything_found(&mut self) {
        let steps = self.graph.steps();
        let makers = steps.filter(|step| step.output.is_some() && step.call.action.has_tags());
        self.push("");
        for step in makers {
            let Some(name) = self.names.step(step) else {
                continue;
            };
            let title = quoted(&title(step));
            self.push(format!("{name}=$({})", made(step, false)));
            self.push(format!(
                "[ -z \"${name}\" ] || told_there {title} \"${name}\""
            ));
        }
        for line in [
            "",
            "if [ \"$count_there\" -eq 0 ]; then",
            "  say \"nothing is there under the name $STACK\"",
            "  exit 0",
            "fi",
            "confirm \"$count_there things will be deleted\"",
        ] {
            self.push(line);
        }
    }

    fn taken_back(&mut self, step: &Step, call: &Call) {
        let others: Vec<Text> = self
            .waits
            .iter()
            .map(|(action, _)| action.clone())
            .collect();
        self.head(&step.about);
        for action in others.iter().filter(|it| *it != call.action.name()) {
            self.wait_for(action);
        }
        self.scope = Scope::default();
        self.take(step, call);
    }

    /// Waits that the step or action has begun.
    fn wait_for(&mut self, key: &str) {
        let waits = std::mem::take(&mut self.waits);
        for (held, lines) in waits {
            if held == key {
                self.lines.extend(lines);
            } else {
                self.waits.push((held, lines));
            }
        }
    }

    fn wait_for_all(&mut self) {
        let waits = std::mem::take(&mut self.waits);
        if !waits.is_empty() {
            self.push("");
            self.push("# What has not been waited for yet.");
        }
        self.lines
            .extend(waits.into_iter().flat_map(|(_, lines)| lines));
    }

    // The whole.

    /// What a person has to do beside.
    fn told(&mut self, step: &Step) {
        match step.call.action {
            Action::CreateVpcPeeringConnection => {
                let is_accepted = self.graph.steps().any(|it| {
                    it.call.action == Action::AcceptVpcPeeringConnection && it.about == step.about
                });
                if is_accepted {
                    return;
                }
                let facts = self
                    .network
                    .facts::<VpcPeeringConnectionFacts>(&step.about.id);
                let other = facts.and_then(|facts| facts.accepter.value());
                let whose = other.and_then(|side| side.owner.as_ref());
                let whose = whose.map_or(String::new(), |owner| format!(" in account {owner}"));
                let with = other.map_or("the other VPC", |side| side.vpc.as_str());
                self.by_hand(&format!(
                    "{}: whoever holds {with}{whose} has to accept it, and to route back; routes to it work from then on",
                    step.about
                ));
            }
            Action::CreateFlowLogs => {
                let facts = self.network.facts::<FlowLogFacts>(&step.about.id);
                if let Some(to) = facts.and_then(|facts| facts.destination.value()) {
                    self.by_hand(&format!(
                        "{}: its destination {to} has to be there already, and to let flow logs be written",
                        step.about
                    ));
                }
            }
            _ => {}
        }
    }

    fn text(&self, whole: &str, by_hand: &[String]) -> String {
        let body = self.lines.join("\n");
        let region = self
            .network
            .shards()
            .find_map(|(scope, _)| scope.region.clone());
        let region = match region {
            Some(region) => quoted(&region),
            None => "\"${AWS_REGION:-${AWS_DEFAULT_REGION:-}}\"".to_owned(),
        };
        let tags = tag_texts(common_tags(self.graph).into_iter().collect());
        let (again, gone, trap) = match self.way {
            // A moment after something was made it may not be known yet.
            Way::Make => (
                format!("{BUSY}|{MISSING}"),
                "deleted Deleted deleting Deleting failed Failed rejected Rejected expired Expired",
                "run it again to go on, or the script that deletes to take back what was made",
            ),
            Way::Take => (
                format!("{BUSY}|DependencyViolation"),
                "deleted Deleted rejected Rejected expired Expired",
                "run it again to go on",
            ),
        };
        let mut start = START.to_owned();
        let _ = writeln!(
            start,
            "ended() {{\n  local status=$?\n  rm -rf \"$work\"\n  [ \"$status\" -eq 0 ] || say \"stopped: {trap}\"\n}}\ntrap ended EXIT\n"
        );
        for key in &self.given {
            let what = format!(
                "the id of the {} that the design calls “{}”, which is there already",
                key.kind.singular(),
                line(key.id.as_str())
            );
            let _ = writeln!(start, "need_given {} {}", environment(key), quoted(&what));
        }
        let end = match self.way {
            Way::Make => {
                let count = self
                    .graph
                    .steps()
                    .filter(|step| step.output.is_some())
                    .count();
                let _ = writeln!(
                    start,
                    "confirm 'up to {count} things will be made; what is there already is kept'"
                );
                "say \"done: $count_made made, $count_there there already\""
            }
            Way::Take => "say \"done: $count_gone deleted\"",
        };
        let helpers = helpers(&format!("{start}\n{body}\n{end}"));
        let rest = format!("{helpers}\n{start}{body}\n\n{end}\n");
        let mut text = self.usage(whole, by_hand);
        if self.has_signs() {
            text.push_str("# Signs that people wrote are to stand for themselves.\n# shellcheck disable=SC2016\n\n");
        }
        text.push_str("set -euo pipefail\n\n");
        for (name, value, comment) in [
            ("STACK", format!("${{STACK:-{whole}}}"), ""),
            ("REGION", region, ""),
            ("YES", "${YES:-}".to_owned(), ""),
            (
                "PAUSE",
                "${PAUSE:-5}".to_owned(),
                "seconds between two questions",
            ),
            (
                "TRIES",
                "${TRIES:-12}".to_owned(),
                "how often a call is tried again",
            ),
            (
                "TIMEOUT",
                "${TIMEOUT:-1200}".to_owned(),
                "seconds to wait for one thing",
            ),
            (
                "AGAIN",
                format!("'{again}'"),
                "errors after which the same call may do",
            ),
            (
                "GONE",
                format!("'{gone}'"),
                "states of what is no longer there",
            ),
            ("TAGS", quoted(&tags), "tags that everything bears"),
            (
                "RUN",
                "$(date +%s)-$$".to_owned(),
                "tells a call that is sent twice from two calls",
            ),
            ("count_made", "0".to_owned(), ""),
            ("count_there", "0".to_owned(), ""),
            ("count_gone", "0".to_owned(), ""),
        ] {
            let is_used = [format!("${name}"), format!("${{{name}")];
            if !is_used.iter().any(|it| rest.contains(it)) {
                continue;
            }
            let comment = if comment.is_empty() {
                String::new()
            } else {
                format!(" # {comment}")
            };
            let _ = writeln!(text, "{name}={value}{comment}");
        }
        if self.way == Way::Take {
            let _ = writeln!(
                text,
                "tolerated='{MISSING}' # errors that say that it is gone already"
            );
        }
        text.push('\n');
        text.push_str(&rest);
        text
    }

    /// Whether somebody wrote what the shell would read more into, were it not in quotes.
    fn has_signs(&self) -> bool {
        let mut found = false;
        for value in self
            .graph
            .steps()
            .flat_map(|step| step.call.parameters.values())
        {
            value.walk(&mut |value| {
                found = found || matches!(value, Value::Text(text) if text.contains(['$', '`']));
            });
        }
        found
    }

    fn usage(&self, whole: &str, by_hand: &[String]) -> String {
        let mut lines = vec![match self.way {
            Way::Make => format!(
                "Makes the network {whole} with the AWS CLI. Run again, it makes what is missing only."
            ),
            Way::Take => format!(
                "Deletes the network {whole} with the AWS CLI: what its tags find, and nothing else."
            ),
        }];
        for line in [
            super::terraform::MADE_BY,
            "",
            "  bash SCRIPT [--yes] [--stack NAME]",
            "",
            "--yes, or YES=1      ask nothing",
            "--stack, or STACK=…  another name for the tag vpc-atlas:script, by which everything is found again",
            "AWS_PROFILE=…        a profile of the AWS CLI",
        ] {
            lines.push(line.to_owned());
        }
        for key in &self.given {
            lines.push(format!(
                "{}=…  the id of the {} that the design calls “{}”",
                environment(key),
                key.kind.singular(),
                line(key.id.as_str())
            ));
        }
        if !by_hand.is_empty() {
            lines.push(String::new());
            lines.push("What the script does not do, and a person has to:".to_owned());
            lines.extend(by_hand.iter().map(|sentence| format!("- {sentence}")));
        }
        let mut text = "#!/usr/bin/env bash\n".to_owned();
        for line in lines {
            let _ = writeln!(text, "{}", format!("# {line}").trim_end());
        }
        text.push('\n');
        text
    }
}

/// Tags as items of a JSON list.
fn tag_texts(tags: Vec<(String, String)>) -> String {
    let tags = tags.into_iter();
    let tags: Vec<String> = tags
        .map(|(key, value)| {
            format!(
                "{{\"Key\":{},\"Value\":{}}}",
                words::json(&key),
                words::json(&value)
            )
        })
        .collect();
    tags.join(",")
}

/// What a thing is called where it is tagged as it is made.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TagSpecification.html>
fn tagged_as(step: &Step) -> &'static str {
    match (step.call.action, step.about.kind) {
        (Action::CreateVpcEncryptionControl, _) => "vpc-encryption-control",
        (_, Kind::FlowLog) => "vpc-flow-log",
        (_, kind) => kind.word(),
    }
}

/// The command that looks for what a step makes.
fn made(step: &Step, with_block: bool) -> String {
    let name = tag(step);
    let kind = match step.call.action {
        Action::CreateResolverEndpoint => return format!("made_resolver {name}"),
        Action::CreateVpcEncryptionControl => "vpc-encryption-control",
        _ => step.about.kind.word(),
    };
    match step.call.parameters.get("CidrBlock") {
        Some(Value::Text(block)) if with_block => format!("made {kind} {name} {}", quoted(block)),
        _ => format!("made {kind} {name}"),
    }
}

/// Whether a call takes something away.
fn is_away(action: Action) -> bool {
    let name = action.name();
    [
        "Delete",
        "Disassociate",
        "Detach",
        "Release",
        "Disable",
        "Revoke",
    ]
    .iter()
    .any(|start| name.starts_with(start))
}

/// A call about several rules of a group as one call for each: a rule that is there already, or no longer, then says
/// nothing about the others. None stands for the call as it is.
fn permissions(call: &Call) -> Vec<Option<Call>> {
    let Some(Value::List(all)) = call.parameters.get("IpPermissions") else {
        return vec![None];
    };
    let one = |permission: &Value| {
        let parameters = call.parameters.iter().map(|(name, value)| {
            let value = match name {
                "IpPermissions" => Value::List(vec![permission.clone()]),
                _ => value.clone(),
            };
            (Text::from(name), value)
        });
        Some(Call::new(call.action, parameters.collect()))
    };
    all.iter().map(one).collect()
}

/// A command over as many lines as it needs.
fn broken(head: &str, options: &[String], end: &str) -> Vec<String> {
    let whole = format!("{head} {}{end}", options.join(" "));
    if whole.chars().count() <= WIDTH || options.is_empty() {
        return vec![whole];
    }
    let mut lines = vec![format!("{head} \\")];
    for (at, option) in options.iter().enumerate() {
        let end = if at.saturating_add(1) == options.len() {
            end
        } else {
            " \\"
        };
        lines.push(format!("  {option}{end}"));
    }
    lines
}

/// Lines within something. Texts of several lines never come here: what people write has one, or is JSON.
fn indented(lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| format!("  {line}")).collect()
}

/// Lines that are for a case only.
fn when(tests: &[String], lines: &[String]) -> Vec<String> {
    if tests.is_empty() {
        return lines.to_vec();
    }
    let mut all = vec![format!("if {}; then", tests.join(" && "))];
    all.extend(indented(lines));
    all.push("fi".to_owned());
    all
}

/// The functions that a script needs, in their order.
fn helpers(body: &str) -> String {
    let all: Vec<(&str, &str)> = HELPERS
        .trim_end()
        .split("\n\n")
        .filter_map(|block| {
            let head = block.lines().find(|line| !line.starts_with('#'))?;
            Some((head.split_once("()")?.0, block))
        })
        .collect();
    let code = |text: &str| {
        let lines = text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'));
        lines.collect::<Vec<_>>().join("\n")
    };
    let mut text = code(body);
    let mut needed: BTreeMap<usize, &str> = BTreeMap::new();
    loop {
        let new: Vec<(usize, &str)> = all
            .iter()
            .enumerate()
            .filter(|(at, (name, _))| !needed.contains_key(at) && calls(&text, name))
            .map(|(at, (_, block))| (at, *block))
            .collect();
        if new.is_empty() {
            break;
        }
        for (at, block) in new {
            text.push('\n');
            text.push_str(&code(block));
            needed.insert(at, block);
        }
    }
    let blocks: Vec<&str> = needed.into_values().collect();
    format!("{}\n", blocks.join("\n\n"))
}

/// Whether a text names a function.
fn calls(text: &str, name: &str) -> bool {
    let is_part = |it: char| it.is_ascii_alphanumeric() || "_-.:".contains(it);
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|it| it.chars().next_back());
        let after = text
            .get(at.saturating_add(name.len())..)
            .and_then(|it| it.chars().next());
        !before.is_some_and(|it| is_part(it) || it == '$') && !after.is_some_and(is_part)
    })
}
