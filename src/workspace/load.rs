//! From what a person names to a network.

use super::accounts::{Accounts, Identity};
use super::cancel::Cancel;
use super::progress::ReadingProgress;
use super::spec::{SourceSpec, source_label};
use crate::network::{Cause, Coverage, Kind, Network, Shard, Topology};
use crate::source::{self, InputFile};
use crate::storage::{self, StorageError, TreeFile};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::runtime::{Builder, Handle};

/// What is said while loading goes on.
#[derive(Clone, Debug)]
pub enum Step {
    /// It goes on.
    Progress {
        /// What is being done: a file, a call.
        what: String,
        /// How much is done.
        done: usize,
        /// Of how much; 0 while that is not known.
        total: usize,
    },
    /// How far the reading of live accounts is.
    Reading(Arc<ReadingProgress>),
    /// What was read until now, and its relations.
    Partial(Arc<Network>, Arc<Topology>),
}

/// A network with its relations and where it came from.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// What was asked for.
    pub sources: Vec<SourceSpec>,
    /// A short name of all that.
    pub label: String,
    /// What it holds.
    pub network: Arc<Network>,
    /// Its relations.
    pub topology: Arc<Topology>,
    /// Whose credentials live accounts were read with, one for each account.
    pub identities: Vec<Identity>,
    /// What each source brought, in their order.
    pub reads: Vec<SourceRead>,
}

/// What one source brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceRead {
    /// How many VPCs; none where that could not be read.
    pub vpcs: Option<usize>,
    /// The accounts that were asked, where they are known, by their twelve digits.
    pub accounts: Vec<String>,
}

impl SourceRead {
    /// What is in the network of one source.
    pub fn of(network: &Network) -> Self {
        let accounts = network
            .shards()
            .filter_map(|(scope, _)| scope.account.as_ref());
        let mut accounts: Vec<String> = accounts.map(ToString::to_string).collect();
        // Shards are sorted by account.
        accounts.dedup();
        let vpcs = network.of_kind(Kind::Vpc).count();
        let mut shards = network.shards();
        let is_read = |shard: &Shard| shard.coverage(Kind::Vpc) == Coverage::Complete;
        let is_known = vpcs > 0 || shards.any(|(_, shard)| is_read(shard));
        Self {
            vpcs: is_known.then_some(vpcs),
            accounts,
        }
    }
}

/// What live accounts gave.
#[derive(Default)]
pub(super) struct LiveRead {
    pub(super) network: Network,
    /// Whose credentials were used, one for each account.
    pub(super) identities: Vec<Identity>,
    /// What each of the sources brought, in their order.
    pub(super) reads: Vec<SourceRead>,
}

/// Why there is no network. Each is one sentence: what, where, what to do.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Nothing was named.
    #[error("no SOURCE is given; name a file, a folder, sample, or aws://PROFILE/REGION")]
    NoSource,
    /// A file or folder could not be used.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Not one file could be made sense of.
    #[error("nothing in {} can be read: {why}", .path.display())]
    Nothing {
        /// The file or folder.
        path: PathBuf,
        /// What was found instead.
        why: String,
    },
    /// No reading of that time is kept.
    #[error(
        "no reading of {source_text} from then is kept: {why}; `vpc-atlas history {source_text}` lists what is"
    )]
    NoReading {
        /// The source.
        source_text: String,
        /// What is kept instead.
        why: String,
    },
    /// An account could not be asked at all.
    #[error("{0}")]
    Account(String),
    /// The program was built without live accounts.
    #[cfg(not(feature = "aws"))]
    #[error(
        "this build of the program cannot ask live accounts; use one built with the feature `aws`, or files from `vpc-atlas collect`"
    )]
    NoLiveAccounts,
    /// The system gives no thread to ask from.
    #[error("cannot start a worker thread ({0}); close other programs and try again")]
    Threads(std::io::Error),
    /// A defect of the program.
    #[error("loading failed inside the program; please report this with what was loaded")]
    Defect,
    /// The person stopped it.
    #[error("loading was stopped")]
    Cancelled,
}

/// Whether there is anything at a source, without reading it. An account is not asked.
pub fn check(source: &SourceSpec) -> Result<(), LoadError> {
    match source {
        SourceSpec::Path(path) => Ok(storage::check(path)?),
        SourceSpec::Sample | SourceSpec::Aws { .. } => Ok(()),
    }
}

/// Load sources and merge them: files one after another, then all live accounts at once. Blocks; `tell` hears of each
/// file and call.
pub fn load(
    sources: &[SourceSpec],
    accounts: &Accounts,
    tell: &mut dyn FnMut(Step),
    cancel: &Cancel,
) -> Result<Loaded, LoadError> {
    if !sources.iter().any(SourceSpec::is_live) {
        return load_each(sources, None, accounts, tell, cancel);
    }
    let runtime = Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("vpc-atlas-worker")
        .enable_all()
        .build()
        .map_err(LoadError::Threads)?;
    let loaded = load_each(sources, Some(runtime.handle()), accounts, tell, cancel);
    // A call that never ends must not hold up what is known already.
    runtime.shutdown_background();
    loaded
}

/// As [`load`], on a runtime that is there already; from a thread that may block.
pub(super) fn load_on(
    handle: &Handle,
    sources: &[SourceSpec],
    accounts: &Accounts,
    tell: &mut dyn FnMut(Step),
    cancel: &Cancel,
) -> Result<Loaded, LoadError> {
    load_each(sources, Some(handle), accounts, tell, cancel)
}

fn load_each(
    sources: &[SourceSpec],
    handle: Option<&Handle>,
    accounts: &Accounts,
    tell: &mut dyn FnMut(Step),
    cancel: &Cancel,
) -> Result<Loaded, LoadError> {
    if sources.is_empty() {
        return Err(LoadError::NoSource);
    }
    let (live, kept): (Vec<_>, Vec<_>) = sources.iter().partition(|source| source.is_live());
    let mut network = Network::new();
    let mut of_kept = Vec::with_capacity(kept.len());
    for (position, source) in kept.iter().enumerate() {
        if cancel.is_cancelled() {
            return Err(LoadError::Cancelled);
        }
        let one = match source {
            SourceSpec::Path(path) => load_path(path, sources.len() > 1, tell, cancel)?,
            SourceSpec::Sample => source::sample::network(),
            SourceSpec::Aws { .. } => continue,
        };
        of_kept.push(SourceRead::of(&one));
        // Each source is read by itself: files of two accounts must not share an account because both lie at the top.
        network = network.merged(&one);
        if position + 1 < sources.len() {
            let topology = Arc::new(Topology::of(&network));
            tell(Step::Partial(Arc::new(network.clone()), topology));
        }
    }
    let mut found = LiveRead::default();
    if !live.is_empty() {
        found = load_accounts(&live, accounts, handle, &network, tell, cancel)?;
        network = network.merged(&found.network);
    }
    let (mut of_kept, mut of_live) = (of_kept.into_iter(), found.reads.into_iter());
    let reads = sources.iter().filter_map(|source| {
        if source.is_live() {
            of_live.next()
        } else {
            of_kept.next()
        }
    });
    if cancel.is_cancelled() {
        return Err(LoadError::Cancelled);
    }
    let topology = Arc::new(Topology::of(&network));
    Ok(Loaded {
        sources: sources.to_vec(),
        label: source_label(sources),
        network: Arc::new(network),
        topology,
        reads: reads.collect(),
        identities: found.identities,
    })
}

fn load_path(
    path: &Path,
    beside: bool,
    tell: &mut dyn FnMut(Step),
    cancel: &Cancel,
) -> Result<Network, LoadError> {
    let tree = storage::read_tree(path, &mut |done, total, what| {
        tell(Step::Progress {
            what: what.to_owned(),
            done,
            total,
        });
        !cancel.is_cancelled()
    });
    let tree = match tree {
        Err(StorageError::Cancelled) => return Err(LoadError::Cancelled),
        other => other?,
    };
    let network = interpret(tree.files, beside);
    match why_nothing(&network) {
        Some(why) => Err(LoadError::Nothing {
            path: path.to_owned(),
            why,
        }),
        None => Ok(network),
    }
}

/// The first reason and how many more there are, where not one file or call could be read. Files that were understood and hold
/// nothing of a network are no error: their gaps say so.
pub(super) fn why_nothing(network: &Network) -> Option<String> {
    let mut shards = network.shards().map(|(_, shard)| shard);
    let told = |coverage| coverage != Coverage::NotRead;
    if !network.is_empty() || shards.any(|shard| shard.coverages().any(|(_, it)| told(it))) {
        return None;
    }
    let gaps: Vec<_> = network
        .shards()
        .flat_map(|(_, shard)| shard.gaps())
        .collect();
    let (first, more) = gaps.split_first()?;
    let understood = |cause: &Cause| {
        matches!(
            cause,
            Cause::NotInInput | Cause::NotUnderstood | Cause::Conflict | Cause::Inconsistent
        )
    };
    let unreadable = !gaps.iter().any(|gap| understood(&gap.cause));
    unreadable.then(|| match more.len() {
        0 => first.to_string(),
        more => format!("{first} (and {more} more like it)"),
    })
}

#[cfg(feature = "aws")]
fn load_accounts(
    sources: &[&SourceSpec],
    accounts: &Accounts,
    handle: Option<&Handle>,
    before: &Network,
    tell: &mut dyn FnMut(Step),
    cancel: &Cancel,
) -> Result<LiveRead, LoadError> {
    let Some(handle) = handle else {
        return Err(LoadError::Defect);
    };
    super::account::load(sources, accounts, handle, before, tell, cancel)
}

#[cfg(not(feature = "aws"))]
fn load_accounts(
    _: &[&SourceSpec],
    _: &Accounts,
    _: Option<&Handle>,
    _: &Network,
    _: &mut dyn FnMut(Step),
    _: &Cancel,
) -> Result<LiveRead, LoadError> {
    Err(LoadError::NoLiveAccounts)
}

fn interpret(files: Vec<TreeFile>, beside: bool) -> Network {
    let files: Vec<InputFile> = files
        .into_iter()
        .map(|TreeFile { path, content }| InputFile {
            path,
            bytes: content,
        })
        .collect();
    source::read_beside(&files, beside)
}
