//! Live accounts: from profiles and their regions to a network, all at once.

use super::accounts::{Accounts, Identity};
use super::cancel::Cancel;
use super::load::{LiveRead, LoadError, SourceRead, Step, why_nothing};
use super::progress::{PlaceRead, ReadingProgress};
use super::spec::{Regions, SourceSpec, Through};
use crate::aws::{ConnectError, Connection, Member, Target};
use crate::network::{Cause, Gap, Network, Scope, Shard, Text, Topology};
use crate::source::calls::Call;
use crate::source::live;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{self, Sender};
use tokio::task::JoinSet;

/// How often a growing network is handed on: often enough to watch, seldom enough not to slow the reading down.
const GROWTH: Duration = Duration::from_millis(150);

/// How often it is told how far it is.
const TELLING: Duration = Duration::from_millis(50);

/// Where the regions of an account are asked for when nothing names one.
const ANY_REGION: &str = "us-east-1";

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
        let mut work = Work::new(before, tell);
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
    running: JoinSet<Done>,
    sender: Sender<News>,
    news: mpsc::Receiver<News>,
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
    connections: Vec<(Connection, Option<String>)>,
    /// Accounts that do not let these credentials in, and why.
    refused: Vec<(Member, String)>,
    /// Where those would have been read.
    regions: Vec<String>,
}

/// What a place says while it is read.
struct News {
    position: usize,
    call: Call,
    items: usize,
    is_done: bool,
    has_failed: bool,
    done: usize,
    total: usize,
    network: Option<Network>,
}

impl<'a> Work<'a> {
    fn new(before: &'a Network, tell: &'a mut dyn FnMut(Step)) -> Self {
        let (sender, news) = mpsc::channel(1024);
        Self {
            before,
            tell,
            running: JoinSet::new(),
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
        self.running.spawn(async move {
            let outcome = sign_in(profile, regions, through, accounts).await;
            Done::SignedIn {
                position,
                label,
                outcome,
            }
        });
    }

    async fn read(mut self) -> Result<LiveRead, LoadError> {
        loop {
            self.say(false);
            tokio::select! {
                // What a place says comes before that it is done.
                biased;
                Some(news) = self.news.recv() => self.take(news),
                ended = self.running.join_next() => match ended {
                    None => break,
                    Some(Ok(Done::Read(position, network))) => self.close(position, network),
                    Some(Ok(Done::SignedIn { position, label, outcome })) => {
                        self.reading.signing_in.retain(|held| *held != label);
                        match outcome {
                            Ok(signed) => self.begin(position, signed),
                            Err(error) => self.refuse(&label, error),
                        }
                    }
                    Some(Err(_)) => return Err(LoadError::Defect),
                }
            }
        }
        self.say(true);
        let network = self.known(&Network::new());
        let reads = self.of_sources.iter().map(|places| {
            let networks = places.iter().filter_map(|place| self.networks.get(*place));
            let all = networks.fold(Network::new(), |all, one| all.merged(one));
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

    /// Begin to read what a source leads to.
    fn begin(&mut self, source: usize, signed: SignedIn) {
        for (member, why) in signed.refused {
            for region in &signed.regions {
                self.shut(
                    Some(member.account.as_str()),
                    Some(region),
                    "the whole account",
                    &why,
                );
            }
        }
        for (connection, name) in signed.connections {
            let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
            let account = text(connection.account());
            let caller = text(connection.caller());
            let region = connection.region().to_owned();
            let position = self.networks.len();
            let held = self.begun.entry([account.clone(), region.clone(), caller]);
            let held = *held.or_insert(position);
            if let Some(places) = self.of_sources.get_mut(source) {
                places.insert(held);
            }
            if held != position {
                continue;
            }
            let identity = Identity {
                profile: connection.profile().map(str::to_owned),
                account: connection.account().map(str::to_owned),
                caller: connection.caller().map(str::to_owned),
                expires: connection.expires(),
            };
            if !self.identities.contains(&identity) {
                self.identities.push(identity);
            }
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
            self.running
                .spawn(place(position, connection, sender, open));
        }
    }

    /// A source that could not be signed in to: a gap, if others can.
    fn refuse(&mut self, label: &str, error: LoadError) {
        self.shut(None, None, label, &error.to_string());
        self.refusals.push(error);
    }

    fn shut(&mut self, account: Option<&str>, region: Option<&str>, what: &str, why: &str) {
        let scope = Scope {
            account: account.map(Text::from),
            region: region.map(Text::from),
        };
        let place = match account {
            Some(_) => scope.to_string(),
            None => String::new(),
        };
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
        let call = place.calls.entry(news.call.spec().api).or_default();
        call.items += news.items;
        call.done += usize::from(news.is_done);
        call.failed += usize::from(news.has_failed);
        // What is under way may arrive after what is whole.
        if let Some(network) = news.network
            && !place.is_done
        {
            self.hold(news.position, network);
            self.grow();
        }
    }

    fn close(&mut self, position: usize, network: Network) {
        if let Some(place) = self.reading.places.get_mut(position) {
            place.is_done = true;
        }
        self.hold(position, network);
        if self.reading.places.iter().any(|place| !place.is_done) {
            self.grow();
        }
    }

    fn hold(&mut self, position: usize, network: Network) {
        if let Some(held) = self.networks.get_mut(position) {
            *held = network;
        }
    }

    fn grow(&mut self) {
        let network = self.known(self.before);
        let topology = Arc::new(Topology::of(&network));
        (self.tell)(Step::Partial(Arc::new(network), topology));
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
    sender: Sender<News>,
    open: Arc<AtomicUsize>,
) -> Done {
    let mut last = Instant::now();
    let mut wait = GROWTH;
    let network = live::load(connection, |progress| {
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
        // Whoever is behind needs the newest word and not every word; the numbers come again with the next.
        let _ = sender.try_send(News {
            position,
            call: progress.call,
            items: progress.items,
            is_done: progress.is_done,
            has_failed: progress.has_failed,
            done: progress.done,
            total: progress.total,
            network,
        });
    })
    .await;
    open.fetch_sub(1, Ordering::Relaxed);
    Done::Read(position, network)
}

/// From a source to the connections that are to be read.
async fn sign_in(
    profile: Option<String>,
    regions: Regions,
    through: Option<Through>,
    accounts: Accounts,
) -> Result<SignedIn, LoadError> {
    let (first, names) = regions_of(profile.as_deref(), &regions, &accounts).await?;
    let in_regions = |connection: &Connection, name: Option<&str>| {
        let each = names.iter().map(|region| {
            let there = connection
                .in_region(region)
                .map_err(|error| account(&error))?;
            Ok((there, name.map(str::to_owned)))
        });
        each.collect::<Result<Vec<_>, LoadError>>()
    };
    let Some(through) = through else {
        return Ok(SignedIn {
            connections: in_regions(&first, None)?,
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
    let mut asked = JoinSet::new();
    for member in members {
        let (first, role) = (first.clone(), through.role.clone());
        asked.spawn(async move {
            let outcome = first.in_account(&member.account, &role).await;
            (member, outcome)
        });
    }
    let mut signed = SignedIn {
        regions: names.clone(),
        ..SignedIn::default()
    };
    let mut answers = Vec::new();
    while let Some(answer) = asked.join_next().await {
        answers.push(answer.map_err(|_| LoadError::Defect)?);
    }
    answers.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (member, outcome) in answers {
        match outcome {
            Ok(connection) => {
                let there = in_regions(&connection, member.name.as_deref())?;
                signed.connections.extend(there);
            }
            Err(error) => signed.refused.push((member, error.to_string())),
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

/// A connection, and the regions to read.
async fn regions_of(
    profile: Option<&str>,
    regions: &Regions,
    accounts: &Accounts,
) -> Result<(Connection, Vec<String>), LoadError> {
    let target = |region: Option<&str>| Target {
        profile: profile.map(str::to_owned),
        region: region.map(str::to_owned),
    };
    match regions {
        Regions::Default => {
            let connection = accounts
                .connect(&target(None))
                .await
                .map_err(|error| account(&error))?;
            let region = connection.region().to_owned();
            Ok((connection, vec![region]))
        }
        Regions::Named(named) => {
            let first = named.first().ok_or(LoadError::NoSource)?;
            let connection = accounts.connect(&target(Some(first))).await;
            Ok((connection.map_err(|error| account(&error))?, named.clone()))
        }
        Regions::All => {
            let connection = match accounts.connect(&target(None)).await {
                Err(ConnectError::NoRegion { .. }) => {
                    accounts.connect(&target(Some(ANY_REGION))).await
                }
                other => other,
            };
            let connection = connection.map_err(|error| account(&error))?;
            let names = all_regions(&connection).await?;
            Ok((connection, names))
        }
    }
}

/// The regions that an account has switched on, by name.
async fn all_regions(connection: &Connection) -> Result<Vec<String>, LoadError> {
    let mut names: Vec<String> = Vec::new();
    let mut page = |page: serde_json::Value, _| {
        let regions = page.get("Regions").and_then(|regions| regions.as_array());
        names.extend(regions.into_iter().flatten().filter_map(|region| {
            let text = |name: &str| region.get(name).and_then(|text| text.as_str());
            (text("OptInStatus") != Some("not-opted-in"))
                .then(|| text("RegionName").map(str::to_owned))
                .flatten()
        }));
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
    Ok(names)
}
