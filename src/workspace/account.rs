//! Live accounts: from profiles and their regions to a network, all at once.

use super::accounts::{Accounts, Identity};
use super::cancel::Cancel;
use super::load::{LiveRead, LoadError, SourceRead, Step, why_nothing};
use super::progress::{CallRead, PlaceRead, ReadingProgress};
use super::spec::{Regions, SourceSpec, Through};
use crate::aws::{ConnectError, Connection, Member, Target};
use crate::network::{Cause, Gap, Network, Scope, Shard, Text, Topology};
use crate::source::calls::Call;
use crate::source::live;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio::task::{Id, JoinError, JoinSet};

/// How often a growing network is handed on: often enough to watch, seldom enough not to slow the reading down.
const GROWTH: Duration = Duration::from_millis(150);

/// How often it is told how far it is.
const TELLING: Duration = Duration::from_millis(50);

/// Where the regions of an account are asked for when nothing names one: in each partition that people have accounts in.
const ANY_REGION: [&str; 3] = ["us-east-1", "us-gov-west-1", "cn-north-1"];

/// Read accounts. `before` is what other sources brought, so that what grows is never less than what was seen.
pub(super) fn load(
    sources: &[&SourceSpec],
    accounts: &Accounts,
    handle: &Handle,
    before: &Network,
    tell: &mut dyn FnMut(Step),
    cancel: &Cancel,
) -> Result<LiveRead, LoadError> {
    handle.block_on(async {
        let mut work = Work::new(before, tell, cancel);
        for source in sources {
            work.sign_in(source, accounts);
        }
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(LoadError::Cancelled),
            live = work.read() => live,
        }
    })
}

/// What is under way. Dropping it ends it.
struct Work<'a> {
    before: &'a Network,
    tell: &'a mut dyn FnMut(Step),
    cancel: &'a Cancel,
    running: JoinSet<Done>,
    /// What each task is about, for one that ends in a panic.
    tasks: BTreeMap<Id, Task>,
    sender: UnboundedSender<News>,
    news: UnboundedReceiver<News>,
    reading: ReadingProgress,
    /// What is known of each place, by its position in `reading`.
    networks: Vec<Network>,
    /// Accounts that could not be signed in to.
    closed: Network,
    refusals: Vec<LoadError>,
    identities: Vec<Identity>,
    /// The place of each account, region and caller, so that what two sources name is read once.
    begun: BTreeMap<[String; 3], usize>,
    /// The places that each source leads to.
    of_sources: Vec<BTreeSet<usize>>,
    /// How many places are being read; they share the time for putting together what is known.
    open: Arc<AtomicUsize>,
    told: Option<Instant>,
    /// More is known than was handed on.
    has_grown: bool,
    /// Not before this is it handed on again.
    next_growth: Instant,
}

/// What a task is about.
enum Task {
    /// Signing in to a source, by its label.
    SignIn(String),
    /// Reading a place, by its position.
    Read(usize),
}

/// Something that ended.
enum Done {
    /// A source was signed in to.
    SignedIn {
        position: usize,
        label: String,
        outcome: Result<SignedIn, LoadError>,
    },
    /// A place was read.
    Read(usize, Network),
}

/// What a source leads to.
#[derive(Default)]
struct SignedIn {
    connections: Vec<Reachable>,
    /// Accounts that do not let these credentials in, and why.
    refused: Vec<(Member, String)>,
}

/// An account and region that can be read.
struct Reachable {
    connection: Connection,
    /// How the Organization calls the account.
    name: Option<String>,
    /// What was asked there already, to find out about it.
    answers: Vec<(Call, Value)>,
}

/// What a place says while it is read.
struct News {
    position: usize,
    call: Call,
    /// What the call brought until now.
    read: CallRead,
    done: usize,
    total: usize,
    network: Option<Network>,
}

impl<'a> Work<'a> {
    fn new(before: &'a Network, tell: &'a mut dyn FnMut(Step), cancel: &'a Cancel) -> Self {
        #[expect(
            clippy::disallowed_methods,
            reason = "a few words for each page, and whoever reads them does nothing else"
        )]
        let (sender, news) = mpsc::unbounded_channel();
        Self {
            before,
            tell,
            cancel,
            running: JoinSet::new(),
            tasks: BTreeMap::new(),
            sender,
            news,
            reading: ReadingProgress::default(),
            networks: Vec::new(),
            closed: Network::new(),
            refusals: Vec::new(),
            identities: Vec::new(),
            begun: BTreeMap::new(),
            of_sources: Vec::new(),
            open: Arc::default(),
            told: None,
            has_grown: false,
            next_growth: Instant::now(),
        }
    }

    fn sign_in(&mut self, source: &SourceSpec, accounts: &Accounts) {
        let SourceSpec::Aws {
            profile,
            regions,
            through,
        } = source
        else {
            return;
        };
        let label = source.label();
        let position = self.of_sources.len();
        self.of_sources.push(BTreeSet::new());
        self.reading.signing_in.push(label.clone());
        let (profile, regions) = (profile.clone(), regions.clone());
        let (through, accounts) = (through.clone(), accounts.clone());
        let task = Task::SignIn(label.clone());
        let handle = self.running.spawn(async move {
            let outcome = sign_in(profile, regions, through, accounts).await;
            Done::SignedIn {
                position,
                label,
                outcome,
            }
        });
        self.tasks.insert(handle.id(), task);
    }

    async fn read(mut self) -> Result<LiveRead, LoadError> {
        loop {
            if self.cancel.is_cancelled() {
                return Err(LoadError::Cancelled);
            }
            self.say(false);
            // Words come before the picture, which takes longer the more there is.
            if self.has_grown && self.news.is_empty() && Instant::now() >= self.next_growth {
                self.grow();
            }
            let next_growth = tokio::time::sleep_until(self.next_growth.into());
            tokio::select! {
                // What a place says comes before that it is done.
                biased;
                Some(news) = self.news.recv() => self.take(news),
                ended = self.running.join_next_with_id() => match ended {
                    None => break,
                    Some(ended) => self.ended(ended),
                },
                () = next_growth, if self.has_grown => {}
            }
        }
        self.say(true);
        let network = self.known(&Network::new());
        let reads = self.of_sources.iter().map(|places| {
            let networks = places.iter().filter_map(|place| self.networks.get(*place));
            let all = networks.fold(Network::new(), Network::merged);
            SourceRead::of(&all)
        });
        let reads = reads.collect();
        // Where nothing but refusals came, the first of them says more than a list of gaps.
        if self.reading.places.is_empty()
            && let Some(error) = self.refusals.into_iter().next()
        {
            return Err(error);
        }
        match why_nothing(&network) {
            Some(why) => Err(LoadError::Account(format!(
                "the account could not be read: {why}"
            ))),
            None => Ok(LiveRead {
                network,
                reads,
                identities: self.identities,
            }),
        }
    }

    fn ended(&mut self, ended: Result<(Id, Done), JoinError>) {
        match ended {
            Ok((task, done)) => {
                self.tasks.remove(&task);
                match done {
                    Done::Read(position, network) => self.close(position, network),
                    Done::SignedIn {
                        position,
                        label,
                        outcome,
                    } => {
                        self.reading.signing_in.retain(|held| *held != label);
                        match outcome {
                            Ok(signed) => self.begin(position, signed),
                            Err(error) => self.refuse(&label, error),
                        }
                    }
                }
            }
            // A task that ends in a panic is a defect, of ours or of the SDK; it costs what it was about and no more.
            Err(error) => match self.tasks.remove(&error.id()) {
                Some(Task::SignIn(label)) => {
                    self.reading.signing_in.retain(|held| *held != label);
                    self.refuse(&label, LoadError::Defect);
                }
                Some(Task::Read(position)) => {
                    self.open.fetch_sub(1, Ordering::Relaxed);
                    let held = self.reading.places.get(position);
                    let what = held.map_or_else(String::new, |place| {
                        format!("{} {}", place.account, place.region)
                    });
                    let known = self.networks.get(position).cloned().unwrap_or_default();
                    self.close(position, known);
                    self.refuse(&what, LoadError::Defect);
                }
                None => {}
            },
        }
    }

    /// Begin to read what a source leads to.
    fn begin(&mut self, source: usize, signed: SignedIn) {
        for (member, why) in signed.refused {
            self.shut(Some(&member.account), "the whole account", &why);
        }
        for reachable in signed.connections {
            let Reachable {
                connection,
                name,
                answers,
            } = reachable;
            let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
            let account = text(connection.account());
            let region = connection.region().to_owned();
            // Who asks decides what is seen. Where that is not known, another profile may be another account.
            let caller = match connection.caller() {
                Some(caller) => without_session(caller).to_owned(),
                None => format!("profile {}", text(connection.profile())),
            };
            let position = self.networks.len();
            let held = self.begun.entry([account.clone(), region.clone(), caller]);
            let held = *held.or_insert(position);
            if let Some(places) = self.of_sources.get_mut(source) {
                places.insert(held);
            }
            if held != position {
                continue;
            }
            self.identify(&connection);
            self.networks.push(Network::new());
            let whose = connection.profile().unwrap_or("AWS").to_owned();
            self.reading.places.push(PlaceRead {
                account: if account.is_empty() { whose } else { account },
                name,
                region,
                ..PlaceRead::default()
            });
            let (sender, open) = (self.sender.clone(), Arc::clone(&self.open));
            open.fetch_add(1, Ordering::Relaxed);
            let reading = place(position, connection, answers, sender, open);
            let handle = self.running.spawn(reading);
            self.tasks.insert(handle.id(), Task::Read(position));
        }
    }

    /// Note whose credentials these are, once for each account and caller; those that end first say when.
    fn identify(&mut self, connection: &Connection) {
        let identity = Identity {
            profile: connection.profile().map(str::to_owned),
            account: connection.account().map(str::to_owned),
            caller: connection
                .caller()
                .map(|caller| without_session(caller).to_owned()),
            expires: connection.expires(),
        };
        let held = self.identities.iter_mut().find(|held| {
            (&held.profile, &held.account, &held.caller)
                == (&identity.profile, &identity.account, &identity.caller)
        });
        match held {
            Some(held) => {
                let ends = [held.expires, identity.expires];
                held.expires = ends.into_iter().flatten().min();
            }
            None => self.identities.push(identity),
        }
    }

    /// A source that could not be signed in to: a gap, if others can.
    fn refuse(&mut self, label: &str, error: LoadError) {
        self.shut(None, label, &error.to_string());
        self.refusals.push(error);
    }

    fn shut(&mut self, account: Option<&str>, what: &str, why: &str) {
        let scope = Scope {
            account: account.map(Text::from),
            region: None,
        };
        let place = account.unwrap_or_default();
        let mut shard = Shard::new();
        shard.add_gap(Gap::new(what, place, Cause::Failed, why));
        let closed = std::mem::take(&mut self.closed);
        self.closed = closed.merged(&Network::of(scope, shard));
    }

    fn take(&mut self, news: News) {
        self.reading.last = Some(news.call.spec().api);
        let Some(place) = self.reading.places.get_mut(news.position) else {
            return;
        };
        place.done = place.done.max(news.done);
        place.total = place.total.max(news.total);
        place.calls.insert(news.call.spec().api, news.read);
        // What is under way may arrive after what is whole.
        if let Some(network) = news.network
            && !place.is_done
        {
            self.hold(news.position, network);
        }
    }

    fn close(&mut self, position: usize, network: Network) {
        if let Some(place) = self.reading.places.get_mut(position) {
            place.is_done = true;
        }
        self.hold(position, network);
    }

    fn hold(&mut self, position: usize, network: Network) {
        if let Some(held) = self.networks.get_mut(position) {
            *held = network;
            self.has_grown = true;
        }
    }

    /// Hand on what is known. The more there is, the less often.
    fn grow(&mut self) {
        let start = Instant::now();
        let network = self.known(self.before);
        let topology = Arc::new(Topology::of(&network));
        (self.tell)(Step::Partial(Arc::new(network), topology));
        self.has_grown = false;
        self.next_growth = Instant::now() + GROWTH.max(start.elapsed() * 4);
    }

    fn known(&self, first: &Network) -> Network {
        let places = self.networks.iter();
        places.fold(first.clone().merged(&self.closed), |all, one| {
            all.merged(one)
        })
    }

    fn say(&mut self, at_once: bool) {
        let is_early = |told: Instant| told.elapsed() < TELLING;
        if !at_once && self.told.is_some_and(is_early) {
            return;
        }
        self.told = Some(Instant::now());
        (self.tell)(Step::Reading(Arc::new(self.reading.clone())));
    }
}

async fn place(
    position: usize,
    connection: Connection,
    answers: Vec<(Call, Value)>,
    sender: UnboundedSender<News>,
    open: Arc<AtomicUsize>,
) -> Done {
    let mut last = Instant::now();
    let mut wait = GROWTH;
    // By the API's name: several calls may ask for parts of one.
    let mut calls: BTreeMap<&str, CallRead> = BTreeMap::new();
    let network = live::load_after(connection, &answers, |progress| {
        let is_due = progress.is_done && last.elapsed() >= wait;
        let network = is_due.then(|| {
            let start = Instant::now();
            let network = progress.network();
            last = Instant::now();
            // Of a large account the picture costs more, and is made less often; so is each of many.
            let places = u32::try_from(open.load(Ordering::Relaxed)).unwrap_or(u32::MAX);
            wait = GROWTH.max((last - start).saturating_mul(places.saturating_mul(4)));
            network
        });
        let read = calls.entry(progress.call.spec().api).or_default();
        read.items += progress.items;
        read.done += usize::from(progress.is_done);
        read.failed += usize::from(progress.has_failed);
        // Fails only when nobody waits for the network any more.
        let _ = sender.send(News {
            position,
            call: progress.call,
            read: *read,
            done: progress.done,
            total: progress.total,
            network,
        });
    })
    .await;
    open.fetch_sub(1, Ordering::Relaxed);
    Done::Read(position, network)
}

/// A caller's ARN without the name of the session, which is another one each time.
fn without_session(caller: &str) -> &str {
    match caller.rsplit_once('/') {
        Some((role, _)) if caller.contains(":assumed-role/") => role,
        _ => caller,
    }
}

/// How many accounts of an Organization are signed in to at a time: STS counts all that one caller asks for together.
const SIGN_INS: usize = 16;

/// From a source to the connections that are to be read.
async fn sign_in(
    profile: Option<String>,
    regions: Regions,
    through: Option<Through>,
    accounts: Accounts,
) -> Result<SignedIn, LoadError> {
    let first = connect(profile.as_deref(), &regions, &accounts).await?;
    let Some(through) = through else {
        return Ok(SignedIn {
            connections: in_regions(first, None, &regions).await?,
            ..SignedIn::default()
        });
    };
    let members = if through.accounts.is_empty() {
        let listed = first.organization().await;
        listed.map_err(|error| LoadError::Account(error.to_string()))?
    } else {
        let named = through.accounts.iter().map(|account| Member {
            account: account.clone(),
            name: None,
        });
        named.collect()
    };
    let turns = Arc::new(Semaphore::new(SIGN_INS));
    let mut asked = JoinSet::new();
    for member in members {
        let (first, role) = (first.clone(), through.role.clone());
        let (regions, turns) = (regions.clone(), Arc::clone(&turns));
        asked.spawn(async move {
            // Never closed, so an error cannot be.
            let _turn = turns.acquire_owned().await.ok();
            let outcome = match first.in_account(&member.account, &role).await {
                Ok(there) => in_regions(there, member.name.clone(), &regions)
                    .await
                    .map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            (member, outcome)
        });
    }
    let mut answers = Vec::new();
    while let Some(answer) = asked.join_next().await {
        answers.push(answer.map_err(|_| LoadError::Defect)?);
    }
    answers.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut signed = SignedIn::default();
    for (member, outcome) in answers {
        match outcome {
            Ok(there) => signed.connections.extend(there),
            Err(why) => signed.refused.push((member, why)),
        }
    }
    if signed.connections.is_empty()
        && let Some((_, why)) = signed.refused.first()
    {
        return Err(LoadError::Account(why.clone()));
    }
    Ok(signed)
}

fn account(error: &ConnectError) -> LoadError {
    LoadError::Account(error.to_string())
}

/// A connection in one of the regions. A region that is not switched on takes no credentials, so that others are tried.
async fn connect(
    profile: Option<&str>,
    regions: &Regions,
    accounts: &Accounts,
) -> Result<Connection, LoadError> {
    let target = |region: Option<&str>| Target {
        profile: profile.map(str::to_owned),
        region: region.map(str::to_owned),
    };
    let mut tried: Vec<Option<&str>> = match regions {
        Regions::Default | Regions::All => vec![None],
        Regions::Named(named) => named.iter().map(|region| Some(region.as_str())).collect(),
    };
    if tried.is_empty() {
        return Err(LoadError::NoSource);
    }
    let mut first = None;
    let mut at = 0;
    while let Some(region) = tried.get(at).copied() {
        at += 1;
        let error = match accounts.connect(&target(region)).await {
            Ok(connection) => return Ok(connection),
            Err(error) => error,
        };
        let goes_on = match (&error, regions) {
            (ConnectError::NoRegion { .. }, Regions::All) => {
                tried.extend(ANY_REGION.map(Some));
                true
            }
            (ConnectError::Credentials { .. } | ConnectError::SignIn { .. }, _) => true,
            _ => false,
        };
        let error = first.get_or_insert(error);
        if !goes_on {
            return Err(account(error));
        }
    }
    Err(first.as_ref().map_or(LoadError::Defect, account))
}

/// The account of a connection in each of the regions.
async fn in_regions(
    connection: Connection,
    name: Option<String>,
    regions: &Regions,
) -> Result<Vec<Reachable>, LoadError> {
    let mut listed = None;
    let names = match regions {
        Regions::Default => vec![connection.region().to_owned()],
        Regions::Named(named) => named.clone(),
        Regions::All => {
            let (names, page) = all_regions(&connection).await?;
            listed = page;
            names
        }
    };
    let each = names.iter().map(|region| {
        // The list of regions was asked for in one of them, and is not asked for there again.
        let is_asked = region == connection.region();
        let answer = listed.as_ref().filter(|_| is_asked);
        Ok(Reachable {
            connection: connection
                .in_region(region)
                .map_err(|error| account(&error))?,
            name: name.clone(),
            answers: answer
                .map(|page| (Call::Regions, page.clone()))
                .into_iter()
                .collect(),
        })
    });
    each.collect()
}

/// The regions that an account has switched on, by name.
async fn all_regions(connection: &Connection) -> Result<(Vec<String>, Option<Value>), LoadError> {
    let mut names: Vec<String> = Vec::new();
    let mut answer = None;
    let mut page = |page: Value, _| {
        let regions = page.get("Regions").and_then(|regions| regions.as_array());
        names.extend(regions.into_iter().flatten().filter_map(|region| {
            let text = |name: &str| region.get(name).and_then(|text| text.as_str());
            (text("OptInStatus") != Some("not-opted-in"))
                .then(|| text("RegionName").map(str::to_owned))
                .flatten()
        }));
        answer = Some(page);
    };
    connection
        .run(Call::Regions, None, &mut page)
        .await
        .map_err(|error| {
            LoadError::Account(format!("cannot tell which regions there are: {error}"))
        })?;
    names.sort_unstable();
    names.dedup();
    if names.is_empty() {
        return Err(LoadError::Account(
            "the account has no region switched on; name the regions, as in aws://PROFILE/eu-west-1".to_owned(),
        ));
    }
    Ok((names, answer))
}
