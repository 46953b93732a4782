//! From a design to an account: what is to be done there, doing it, and taking it back.

use super::accounts::Accounts;
use super::cost::design_cost;
use super::review::{Order, Review, Way, untold};
use super::runs::{RunError, Standing, read_run, standing};
use crate::analysis::cost::Cost;
use crate::apply::{
    Aim, Applier, Concern, Given, Header, News, Pace, Patience, Run, Sink, Weight, concerns,
    dry_run, new_run, now, permissions, unread,
};
use crate::aws::{ConnectError, Connection, Target};
use crate::design::{self, Design, Problem, Surroundings, adopt, plan, validate};
use crate::network::{Edit, Gap, Id, Key, Kind, Network, matched};
use crate::source::{live, snapshot};
use crate::steps::{Refusal, StepGraph, between, lower, onto};
use crate::storage::{Journal, StorageError, Store};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Scales every wait of a run; for endpoints that are quicker than AWS.
pub const PATIENCE_VARIABLE: &str = "VPC_ATLAS_PATIENCE";

/// Why nothing can be applied, or not gone on with. Each is one sentence.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// The design has errors.
    #[error("the design has errors: {}", .0.join("; "))]
    Design(Vec<String>),
    /// There is no connection to the account.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// Whose credentials they are is not known, so that nobody can say yes to it.
    #[error("nothing was changed, since the account could not be told: {0}")]
    NoAccount(String),
    /// Something cannot be done by calls.
    #[error("it cannot be done by calls: {}", .0.join("; "))]
    Refused(Vec<String>),
    /// Too little of the region could be read.
    #[error("nothing was changed, since too little could be read: {}", .0.join("; "))]
    Unread(Vec<String>),
    /// The account is another than the run's or the saved plan's.
    #[error(
        "this is for account {wanted}, and the credentials are of account {found}; choose a profile of {wanted} with --profile"
    )]
    Account {
        /// The one it is for.
        wanted: String,
        /// The one the credentials are of.
        found: String,
    },
    /// What is there is not what the plan was made for.
    #[error(
        "the plan was made for what was there then, and the account has changed since: {0}; make the plan anew and have it reviewed again"
    )]
    Moved(String),
    /// A run that cannot be gone on with.
    #[error("the run {run} is {standing}; {hint}")]
    Standing {
        /// The run.
        run: String,
        /// How it stands.
        standing: Standing,
        /// What can be done.
        hint: &'static str,
    },
    /// The run's journal.
    #[error(transparent)]
    Run(#[from] RunError),
    /// The journal cannot be written.
    #[error("nothing was changed, since no journal can be kept: {0}")]
    Journal(#[from] StorageError),
    /// A saved plan cannot be read.
    #[error(
        "the saved plan cannot be read ({0}); make it anew with `vpc-atlas apply DESIGN --save`"
    )]
    Plan(String),
}

/// What would be done, before anything is.
#[derive(Debug)]
pub struct Prepared {
    /// The first line of the journal that would be kept.
    pub header: Header,
    /// The planned network.
    pub planned: Arc<Network>,
    /// What the region holds now.
    pub live: Arc<Network>,
    /// What a person has to know first, the heaviest first.
    pub concerns: Vec<Concern>,
    /// What the planned network costs a month; none where the design's prices cannot be used, and for a tear-down.
    pub cost: Option<Cost>,
    /// The IAM actions that carrying it out and taking it back needs.
    pub permissions: Vec<&'static str>,
    /// Whether something that is there is changed, rather than all made new.
    pub is_change: bool,
    anew: bool,
    tear_down: bool,
    design: Design,
    connection: Connection,
}

/// A plan as it is saved for a second person to review, and to be applied unchanged.
#[derive(Serialize, Deserialize)]
struct SavedPlan {
    vpc_atlas_plan: u32,
    label: String,
    account: Option<String>,
    region: String,
    ticket: Option<String>,
    reason: Option<String>,
    tag_ticket: bool,
    anew: bool,
    tear_down: bool,
    given: Vec<Given>,
    concerns: Vec<String>,
    permissions: Vec<String>,
    monthly_cost: Option<String>,
    /// The design, as its file has it.
    design: String,
    /// The calls, in an order in which they can be made.
    graph: StepGraph,
}

/// The version of the format of saved plans.
const PLAN_FORMAT: u32 = 1;

impl Prepared {
    /// The account, by its twelve digits.
    pub fn account(&self) -> &str {
        self.header.account.as_deref().unwrap_or("unknown")
    }

    /// The steps.
    pub fn graph(&self) -> &StepGraph {
        &self.header.graph
    }

    /// Whether something weighs so much that it cannot be done.
    pub fn has_errors(&self) -> bool {
        self.concerns.iter().any(|it| it.weight == Weight::Error)
    }

    /// Whether VPCs are taken away instead of made.
    pub fn is_tear_down(&self) -> bool {
        self.tear_down
    }

    /// What of the region was not read, but for what the concerns tell of.
    pub fn gaps(&self) -> Vec<Gap> {
        untold(&self.live, &self.concerns)
    }

    /// The same as plain data, for those who show it.
    pub fn review(&self) -> Review {
        Review {
            header: Arc::new(self.header.clone()),
            planned: Arc::clone(&self.planned),
            live: Arc::clone(&self.live),
            concerns: self.concerns.clone(),
            cost: self.cost.clone(),
            permissions: self.permissions.clone(),
            is_change: self.is_change,
            file: self.to_file(),
        }
    }

    /// The whole plan as a file for a second person, who reviews it; [`prepare_saved`] applies it unchanged or not at all.
    pub fn to_file(&self) -> String {
        let header = &self.header;
        let saved = SavedPlan {
            vpc_atlas_plan: PLAN_FORMAT,
            label: header.label.clone(),
            account: header.account.as_ref().map(ToString::to_string),
            region: header.region.to_string(),
            ticket: header.ticket.clone(),
            reason: header.reason.clone(),
            tag_ticket: header.tag_ticket,
            anew: self.anew,
            tear_down: self.tear_down,
            given: header.given.clone(),
            concerns: self.concerns.iter().map(|it| it.message.clone()).collect(),
            permissions: self.permissions.iter().map(|it| (*it).to_owned()).collect(),
            monthly_cost: self.cost.as_ref().map(|cost| cost.total.to_string()),
            design: design::write(&self.design, None),
            graph: header.graph.clone(),
        };
        // Plain data: it cannot fail.
        let mut text = serde_json::to_string_pretty(&saved).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Begin: from here on things are changed. `tell` hears of everything, from several threads.
    ///
    /// # Errors
    /// No journal can be kept; nothing was changed then.
    pub fn begin(
        mut self,
        store: &Store,
        tell: Box<dyn Fn(News) + Send + Sync>,
    ) -> Result<Applier<Connection>, ApplyError> {
        self.header.at = now();
        let line = serde_json::to_string(&self.header)
            .map_err(|error| ApplyError::Plan(error.to_string()))?;
        let journal = store.begin_journal(&self.header.run, &line)?;
        Ok(applier(
            self.connection,
            Run::new(self.header),
            journal,
            tell,
        ))
    }
}

fn applier(
    connection: Connection,
    run: Run,
    journal: Journal,
    tell: Box<dyn Fn(News) + Send + Sync>,
) -> Applier<Connection> {
    Applier::new(
        connection,
        run,
        Box::new(Kept(journal)),
        Pace::of_aws(),
        patience(),
        tell,
    )
}

/// AWS's waits, scaled where the environment says so.
fn patience() -> Patience {
    let scale = std::env::var(PATIENCE_VARIABLE)
        .ok()
        .and_then(|text| text.parse::<f64>().ok())
        .filter(|scale| (0.0..=100.0).contains(scale));
    let usual = Patience::default();
    let Some(scale) = scale else { return usual };
    Patience {
        attempts: usual.attempts,
        looks: usual.looks,
        backoff: usual.backoff.mul_f64(scale),
        longest_backoff: usual.longest_backoff.mul_f64(scale),
        look_pause: usual.look_pause.mul_f64(scale),
        unseen: usual.unseen.mul_f64(scale),
        conflict: usual.conflict.mul_f64(scale),
        wait: usual.wait.mul_f64(scale),
        poll: usual.poll.mul_f64(scale),
    }
}

struct Kept(Journal);

impl Sink for Kept {
    fn line(&mut self, line: &str) -> Result<(), String> {
        self.0.append(line).map_err(|error| error.to_string())
    }
}

/// Find out what would be done. Nothing is changed: the region is read, and calls are tested by dry runs. `tell` hears
/// what is being done.
///
/// # Errors
/// The design has errors, the account cannot be read or told, or something cannot be done by calls.
pub async fn prepare(
    order: Order,
    accounts: &Accounts,
    tell: &mut (dyn FnMut(String) + Send),
) -> Result<Prepared, ApplyError> {
    let problems = validate(&order.design, &Surroundings::default());
    let errors: Vec<String> = problems
        .iter()
        .filter(|problem| problem.is_error())
        .map(|problem: &Problem| problem.message.clone())
        .collect();
    if !errors.is_empty() {
        return Err(ApplyError::Design(errors));
    }
    let region = order.design.region.to_string();
    tell("signing in".to_owned());
    let target = Target {
        profile: order.profile.clone(),
        region: Some(region.clone()),
    };
    let connection = accounts.connect(&target).await?;
    let Some(account) = connection.account().map(str::to_owned) else {
        let why = connection
            .identity_failure()
            .map_or_else(|| "AWS named none".to_owned(), ToString::to_string);
        return Err(ApplyError::NoAccount(why));
    };
    tell(format!("reading {region}"));
    let live = live::load(connection.clone(), |progress| {
        tell(format!(
            "reading {region}: {} of {} calls",
            progress.done, progress.total
        ));
    })
    .await;
    let planned = plan(&order.design);
    let given: Vec<Given> = order
        .given
        .iter()
        .map(|(key, id)| Given {
            key: key.clone(),
            id: id.into(),
        })
        .collect();
    let ids = found(&order, &planned, &live);
    let aim = match (order.tear_down, order.anew) {
        (true, _) => Aim::TearDown,
        (false, true) => Aim::Anew,
        (false, false) => Aim::Design,
    };
    let steps = steps(&order, &planned, &live, &ids).map_err(|refused| {
        // What could not be read is why, and not what comes of that.
        let unread = unread(&StepGraph::default(), &planned, &live, &ids, aim);
        let errors = unread.into_iter().filter(|it| it.weight == Weight::Error);
        let errors: Vec<String> = errors.map(|it| it.message).collect();
        if errors.is_empty() {
            refused
        } else {
            ApplyError::Unread(errors)
        }
    });
    let (graph, is_change) = steps?;
    let mut concerns = concerns(&graph, &planned, &live);
    concerns.extend(unread(&graph, &planned, &live, &ids, aim));
    if order.tear_down {
        concerns.extend(in_the_way(&ids, &live));
    }
    for key in graph.given() {
        if !given.iter().any(|it| it.key == key) {
            concerns.push(Concern {
                weight: Weight::Error,
                code: "not-given",
                message: format!(
                    "the design names the {} “{}”, which is there already; say its id with --given {}:{}=ID",
                    key.kind.singular(),
                    key.id,
                    key.kind.word(),
                    key.id
                ),
            });
        }
    }
    let header = Header {
        vpc_atlas_run: Header::FORMAT,
        run: new_run(),
        at: now(),
        label: label(&planned),
        account: Some(account.into()),
        region: region.into(),
        profile: order.profile,
        ticket: order.ticket,
        reason: order.reason,
        tag_ticket: order.tag_ticket,
        given,
        graph,
        plan: String::from_utf8(snapshot::write(&planned)).unwrap_or_default(),
    };
    tell("testing permissions".to_owned());
    concerns.extend(dry_run(&connection, &header).await);
    concerns.sort_by(|a, b| b.weight.cmp(&a.weight).then_with(|| a.cmp(b)));
    Ok(Prepared {
        permissions: permissions(&header.graph),
        // What is torn down costs nothing any more.
        cost: design_cost(&order.design, &planned)
            .ok()
            .filter(|_| !order.tear_down),
        planned: Arc::new(planned),
        live: Arc::new(live),
        concerns,
        is_change,
        anew: order.anew,
        tear_down: order.tear_down,
        design: order.design,
        header,
        connection,
    })
}

/// The ids of what is there already, of what is planned.
fn found(order: &Order, planned: &Network, live: &Network) -> BTreeMap<Key, Id> {
    let known: BTreeMap<Key, Id> = order
        .given
        .iter()
        .map(|(key, id)| (key.clone(), Id::aws(id.clone())))
        .collect();
    matched(planned, live, &known).ids
}

/// The steps, and whether they change what is there; `ids` are those of what is there already.
fn steps(
    order: &Order,
    planned: &Network,
    live: &Network,
    ids: &BTreeMap<Key, Id>,
) -> Result<(StepGraph, bool), ApplyError> {
    let refused = |refusals: Vec<Refusal>| {
        ApplyError::Refused(refusals.iter().map(ToString::to_string).collect())
    };
    if order.tear_down {
        return Ok((torn_down(ids, live).map_err(refused)?, true));
    }
    let mut before = Network::new();
    let vpcs = ids.iter().filter(|(key, _)| key.kind == Kind::Vpc);
    for (_, id) in vpcs.filter(|_| !order.anew) {
        let vpc = Key::new(Kind::Vpc, id.clone());
        let adopted =
            adopt(live, &vpc).map_err(|error| ApplyError::Refused(vec![error.to_string()]))?;
        before = before.merged(&plan(&adopted.design).renamed(&adopted.ids));
    }
    if before.is_empty() {
        let graph = between(&Network::new(), planned).map_err(refused)?;
        return Ok((graph, false));
    }
    // What is there and no design says stays as it is.
    let after = planned.renamed(ids);
    let graph = onto(live, &before, &after).map_err(refused)?;
    Ok((graph, true))
}

/// The live VPCs among these ids.
fn vpcs_of(ids: &BTreeMap<Key, Id>) -> BTreeSet<Id> {
    let vpcs = ids.iter().filter(|(key, _)| key.kind == Kind::Vpc);
    vpcs.map(|(_, id)| id.clone()).collect()
}

/// The steps that take VPCs away, with all that belongs to them but what merely runs there.
fn torn_down(ids: &BTreeMap<Key, Id>, live: &Network) -> Result<StepGraph, Vec<Refusal>> {
    let vpcs = vpcs_of(ids);
    let workloads = live.workloads(&vpcs);
    let goes = live.members(&vpcs);
    // What AWS made along with something goes with it.
    let is_ours = |key: &&Key| {
        !workloads.contains(key)
            && !matches!(key.kind, Kind::NetworkInterface | Kind::VpnConnection)
            && key.kind != Kind::DirectConnectGateway
    };
    let edits: Vec<Edit> = goes
        .iter()
        .filter(is_ours)
        .map(|key| Edit::Remove(key.clone()))
        .collect();
    lower(live, &edits)
}

/// What has to be removed by hand before these VPCs can be.
fn in_the_way(ids: &BTreeMap<Key, Id>, live: &Network) -> Vec<Concern> {
    let vpcs = vpcs_of(ids);
    let mut keys = live.workloads(&vpcs);
    let by_hand = |key: &Key| {
        matches!(
            key.kind,
            Kind::VpnConnection | Kind::DirectConnectGateway | Kind::NetworkFirewall
        )
    };
    keys.extend(live.members(&vpcs).into_iter().filter(by_hand));
    keys.iter()
        .filter_map(|key| live.get(key))
        .map(|it| Concern {
            weight: Weight::Error,
            code: "in-use",
            message: match it.name() {
                Some(name) => format!("{} ({name}) is in use there; remove it first", it.key()),
                None => format!("{} is in use there; remove it first", it.key()),
            },
        })
        .collect()
}

/// What a design is called in a few words: its VPCs' names.
fn label(planned: &Network) -> String {
    let names: Vec<&str> = planned.of_kind(Kind::Vpc).map(|vpc| vpc.label()).collect();
    names.join(", ")
}

/// Find out whether a saved plan can be applied unchanged.
///
/// # Errors
/// It cannot be read, the account is another, or what is there has changed so that other steps would be needed.
pub async fn prepare_saved(
    text: &str,
    profile: Option<String>,
    accounts: &Accounts,
    tell: &mut (dyn FnMut(String) + Send),
) -> Result<Prepared, ApplyError> {
    let unreadable = |why: String| ApplyError::Plan(why);
    let saved: SavedPlan =
        serde_json::from_str(text).map_err(|error| unreadable(error.to_string()))?;
    if saved.vpc_atlas_plan != PLAN_FORMAT {
        return Err(unreadable(format!(
            "it is of format {}, and this program knows {PLAN_FORMAT}",
            saved.vpc_atlas_plan
        )));
    }
    let design = design::read(&saved.design).map_err(|error| unreadable(error.to_string()))?;
    let given = saved.given.iter();
    let order = Order {
        design,
        profile,
        given: given
            .map(|it| (it.key.clone(), it.id.to_string()))
            .collect(),
        ticket: saved.ticket.clone(),
        reason: saved.reason.clone(),
        tag_ticket: saved.tag_ticket,
        anew: saved.anew,
        tear_down: saved.tear_down,
    };
    let prepared = prepare(order, accounts, tell).await?;
    if let Some(wanted) = saved.account.filter(|it| it != prepared.account()) {
        let found = prepared.account().to_owned();
        return Err(ApplyError::Account { wanted, found });
    }
    let steps = |graph: &StepGraph| serde_json::to_value(graph).unwrap_or_default();
    if steps(&saved.graph) != steps(prepared.graph()) {
        let (then, now) = (saved.graph.len(), prepared.graph().len());
        return Err(ApplyError::Moved(format!(
            "it had {then} steps, and {now} other ones would be needed now"
        )));
    }
    let new = prepared
        .concerns
        .iter()
        .find(|it| it.weight > Weight::Info && !saved.concerns.contains(&it.message));
    if let Some(concern) = new {
        return Err(ApplyError::Moved(concern.message.clone()));
    }
    Ok(prepared)
}

/// Open a run to go on with it or to take it back, with the credentials of its own profile or another's.
///
/// # Errors
/// There is no such run, a process is at work on it, it is past that, or the account is another.
pub async fn reopen(
    store: &Store,
    name: &str,
    profile: Option<String>,
    way: Way,
    accounts: &Accounts,
    tell: Box<dyn Fn(News) + Send + Sync>,
) -> Result<Applier<Connection>, ApplyError> {
    let (run, standing) = read_run(store, name)?;
    can_go(name, standing, way)?;
    let header = &run.header;
    let target = Target {
        profile: profile.or_else(|| header.profile.clone()),
        region: Some(header.region.to_string()),
    };
    let connection = accounts.connect(&target).await?;
    if let Some(wanted) = &header.account
        && connection.account() != Some(wanted)
    {
        return match connection.account() {
            Some(found) => Err(ApplyError::Account {
                wanted: wanted.to_string(),
                found: found.to_owned(),
            }),
            None => Err(ApplyError::NoAccount(
                connection
                    .identity_failure()
                    .map_or_else(|| "AWS named none".to_owned(), ToString::to_string),
            )),
        };
    }
    let (run, journal) = open(store, name, way)?;
    Ok(applier(connection, run, journal, tell))
}

/// Whether a run that stands so can go this way.
fn can_go(name: &str, standing: Standing, way: Way) -> Result<(), ApplyError> {
    let (is_possible, hint) = match way {
        Way::On => (
            standing.can_resume(),
            "there is nothing to go on with: apply the design again where something is missing",
        ),
        Way::Back => (standing.can_roll_back(), "there is nothing to take back"),
    };
    if is_possible {
        return Ok(());
    }
    Err(ApplyError::Standing {
        run: name.to_owned(),
        standing,
        hint: if standing == Standing::UnderWay {
            "wait until that is over, or stop it there"
        } else {
            hint
        },
    })
}

/// A run as its journal has it, with that open for writing. Another process may have gone on with the run, or have taken
/// it back, since it was looked at last.
fn open(store: &Store, name: &str, way: Way) -> Result<(Run, Journal), ApplyError> {
    let (journal, lines) = store.open_journal(name)?;
    let run = Run::read(&lines).map_err(|error| RunError::Journal {
        run: name.to_owned(),
        why: error.to_string(),
    })?;
    can_go(name, standing(&run, false), way)?;
    Ok((run, journal))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::apply::{End, Entry, Event, Phase};
    use crate::design::Fresh;
    use crate::network::Scope;
    use crate::source::describe::Reader;
    use serde_json::json;

    fn planned() -> Network {
        plan(&Design::fresh(&Fresh::in_region("eu-west-1")).unwrap())
    }

    /// Between the look at a run and the opening of its journal another process takes the run back.
    #[test]
    fn what_was_taken_back_meanwhile_is_not_gone_on_with() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::at(folder.path());
        let planned = planned();
        let header = Header {
            vpc_atlas_run: Header::FORMAT,
            run: "20261125-120000-abcdef".into(),
            at: 1_000,
            label: "net".into(),
            account: None,
            region: "eu-west-1".into(),
            profile: None,
            ticket: None,
            reason: None,
            tag_ticket: false,
            given: Vec::new(),
            graph: between(&Network::new(), &planned).unwrap(),
            plan: String::new(),
        };
        let line = |event: Event| serde_json::to_string(&Entry { at: 2_000, event }).unwrap();
        let first = serde_json::to_string(&header).unwrap();
        let mut journal = store.begin_journal(&header.run, &first).unwrap();
        journal
            .append(&line(Event::End { end: End::Failed }))
            .unwrap();
        drop(journal);
        let (mut run, mut journal) = open(&store, &header.run, Way::On).unwrap();
        assert_eq!(standing(&run, false), Standing::Failed);
        let phase = Phase::RollingBack;
        for event in [
            Event::Phase { phase },
            Event::End {
                end: End::RolledBack,
            },
        ] {
            journal.append(&line(event.clone())).unwrap();
            run.take(&Entry { at: 3_000, event });
        }
        drop(journal);
        let error = open(&store, &header.run, Way::On).unwrap_err().to_string();
        assert!(error.contains("is rolled back"), "{error}");
        assert!(open(&store, &header.run, Way::Back).is_err());
    }

    /// A VPC that only the person's word tells to be the design's.
    #[test]
    fn what_is_in_use_in_a_given_vpc_stands_in_the_way() {
        let scope = Scope {
            account: Some("123456789012".into()),
            region: Some("eu-west-1".into()),
        };
        let mut reader = Reader::new();
        for (place, page) in [
            (
                "vpcs",
                json!({"Vpcs": [{"VpcId": "vpc-0000000a", "CidrBlock": "10.9.0.0/16", "OwnerId": "123456789012"}]}),
            ),
            (
                "subnets",
                json!({"Subnets": [{"SubnetId": "subnet-0000000a", "VpcId": "vpc-0000000a", "CidrBlock": "10.9.1.0/24",
                    "AvailabilityZone": "eu-west-1a"}]}),
            ),
            (
                "instances",
                json!({"Reservations": [{"OwnerId": "123456789012", "Instances": [{"InstanceId": "i-0000000a",
                    "VpcId": "vpc-0000000a", "SubnetId": "subnet-0000000a", "State": {"Name": "running"}}]}]}),
            ),
        ] {
            reader.answer(&[page], place, &scope);
        }
        let live = reader.finish();
        let planned = planned();
        let vpc = planned.of_kind(Kind::Vpc).next().unwrap().key().clone();
        let design = Design::fresh(&Fresh::in_region("eu-west-1")).unwrap();
        let order = Order {
            tear_down: true,
            given: BTreeMap::from([(vpc, "vpc-0000000a".to_owned())]),
            ..Order::new(design)
        };
        let ids = found(&order, &planned, &live);
        let in_the_way = in_the_way(&ids, &live);
        let words: Vec<&str> = in_the_way.iter().map(|it| it.message.as_str()).collect();
        assert!(
            words.iter().any(|it| it.contains("i-0000000a")),
            "{words:?}"
        );
    }
}
