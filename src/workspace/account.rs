//! Live accounts: from a profile and its regions to a network.

use super::cancel::Cancel;
use super::load::{LoadError, Step, why_nothing};
use super::spec::Regions;
use crate::aws::{ConnectError, Connection, Target, connect};
use crate::network::Network;
use crate::source::calls::Call;
use crate::source::live;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{self, Sender};
use tokio::task::JoinSet;

/// How many regions are asked at a time; each has its own limits at AWS, and its own connections here.
const REGIONS_AT_ONCE: usize = 6;

/// How often a growing network is handed on: often enough to watch, seldom enough not to slow the reading down.
const GROWTH: Duration = Duration::from_millis(150);

/// Where the regions of an account are asked for when nothing names one.
const ANY_REGION: &str = "us-east-1";

/// Read an account. `before` is what other sources brought, so that what grows is never less than what was seen.
pub(super) fn load(
    profile: Option<&str>,
    regions: &Regions,
    handle: &Handle,
    before: &Network,
    tell: &mut dyn FnMut(Step),
    cancel: &Cancel,
) -> Result<Network, LoadError> {
    handle.block_on(async {
        tokio::select! {
            biased;
            () = cancel.cancelled() => Err(LoadError::Cancelled),
            network = read(profile, regions, before, tell) => network,
        }
    })
}

async fn read(
    profile: Option<&str>,
    regions: &Regions,
    before: &Network,
    tell: &mut dyn FnMut(Step),
) -> Result<Network, LoadError> {
    tell(Step::Progress {
        what: "signing in".to_owned(),
        done: 0,
        total: 0,
    });
    let connections = connections(profile, regions).await?;
    let several = connections.len() > 1;
    let mut states: Vec<State> = Vec::new();
    let (sender, mut receiver) = mpsc::channel(64);
    let turns = Arc::new(Semaphore::new(REGIONS_AT_ONCE));
    let mut running = JoinSet::new();
    for (position, connection) in connections.into_iter().enumerate() {
        states.push(State::default());
        running.spawn(region(
            position,
            connection,
            sender.clone(),
            Arc::clone(&turns),
        ));
    }
    drop(sender);

    loop {
        tokio::select! {
            Some(news) = receiver.recv() => {
                let what = if several {
                    format!("{} in {}", news.call, news.region)
                } else {
                    news.call.to_string()
                };
                let grown = news.network.is_some();
                if let Some(state) = states.get_mut(news.position) {
                    state.take(news);
                }
                tell(Step::Progress {
                    what,
                    done: states.iter().map(|state| state.done).sum(),
                    total: states.iter().map(|state| state.total).sum(),
                });
                if grown {
                    tell(Step::Partial(Arc::new(union(before, &states))));
                }
            }
            ended = running.join_next() => match ended {
                None => break,
                Some(Ok((position, network))) => {
                    if let Some(state) = states.get_mut(position) {
                        state.ended = true;
                        state.network = network;
                    }
                }
                Some(Err(_)) => return Err(LoadError::Defect),
            }
        }
    }
    let network = union(&Network::new(), &states);
    match why_nothing(&network) {
        Some(why) => Err(LoadError::Account(format!(
            "the account could not be read: {why}"
        ))),
        None => Ok(network),
    }
}

/// How far a region is.
#[derive(Default)]
struct State {
    done: usize,
    total: usize,
    ended: bool,
    network: Network,
}

impl State {
    fn take(&mut self, news: News) {
        self.done = news.done;
        self.total = news.total;
        // What is under way may arrive after what is whole.
        if let Some(network) = news.network
            && !self.ended
        {
            self.network = network;
        }
    }
}

/// What a region says while it is read.
struct News {
    position: usize,
    region: String,
    call: Call,
    done: usize,
    total: usize,
    network: Option<Network>,
}

fn union(first: &Network, states: &[State]) -> Network {
    states
        .iter()
        .fold(first.clone(), |all, state| all.merged(&state.network))
}

async fn region(
    position: usize,
    connection: Connection,
    sender: Sender<News>,
    turns: Arc<Semaphore>,
) -> (usize, Network) {
    // Never closed, so an error cannot be; without a turn the region is read all the same.
    let _turn = turns.acquire_owned().await.ok();
    let region = connection.region().to_owned();
    let mut last = Instant::now();
    let mut wait = GROWTH;
    let network = live::load(connection, |progress| {
        let network = (last.elapsed() >= wait).then(|| {
            let start = Instant::now();
            let network = progress.network();
            last = Instant::now();
            // Of a large account the picture costs more, and is made less often.
            wait = GROWTH.max((last - start) * 4);
            network
        });
        // Whoever is behind needs the newest word and not every word.
        let _ = sender.try_send(News {
            position,
            region: region.clone(),
            call: progress.call,
            done: progress.done,
            total: progress.total,
            network,
        });
    })
    .await;
    (position, network)
}

async fn connections(
    profile: Option<&str>,
    regions: &Regions,
) -> Result<Vec<Connection>, LoadError> {
    let account = |error: ConnectError| LoadError::Account(error.to_string());
    let target = |region: Option<&str>| Target {
        profile: profile.map(str::to_owned),
        region: region.map(str::to_owned),
    };
    match regions {
        Regions::Default => Ok(vec![connect(&target(None)).await.map_err(account)?]),
        Regions::Named(named) => {
            let Some(first) = named.first() else {
                return Err(LoadError::NoSource);
            };
            let first = connect(&target(Some(first))).await.map_err(account)?;
            named
                .iter()
                .map(|region| first.in_region(region).map_err(account))
                .collect()
        }
        Regions::All => {
            let first = match connect(&target(None)).await {
                Err(ConnectError::NoRegion { .. }) => connect(&target(Some(ANY_REGION))).await,
                other => other,
            };
            let first = first.map_err(account)?;
            let named = all_regions(&first).await?;
            named
                .iter()
                .map(|region| first.in_region(region).map_err(account))
                .collect()
        }
    }
}

/// The regions that an account has switched on, by name.
async fn all_regions(connection: &Connection) -> Result<Vec<String>, LoadError> {
    let mut names: Vec<String> = Vec::new();
    let mut page = |page: serde_json::Value| {
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
