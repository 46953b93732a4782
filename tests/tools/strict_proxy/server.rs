//! Listening, one thread a connection, and a clean end.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::call::Call;
use super::faults::{Faulting, Faults, Then, When};
use super::http::{Request, header, read_request, write_response};
use super::latency::Latency;
use super::log::{Log, Logging, Record, Watch};
use super::pages::{PageRules, Paginating};
use super::stage::{Next, Notes, Outcome, Stage};
use super::stop::{Stop, lock};
use super::strict::Strict;
use super::upstream::{Unimplemented, Upstream, loopback};

/// What to build; every part has a harmless default.
#[derive(Default)]
pub(crate) struct ProxyBuilder {
    pages: PageRules,
    latency: Duration,
    faults: Faults,
    unimplemented: Unimplemented,
    extra: Vec<Arc<dyn Stage>>,
    watch: Option<Watch>,
    hook: Option<super::faults::Hook>,
    strict: Strict,
}

impl ProxyBuilder {
    #[must_use]
    pub(crate) fn pages(mut self, rules: PageRules) -> Self {
        self.pages = rules;
        self
    }

    #[must_use]
    pub(crate) fn latency(mut self, time: Duration) -> Self {
        self.latency = time;
        self
    }

    /// Adds a rule; more may be added later through [`Proxy::faults`].
    #[must_use]
    pub(crate) fn fault(self, rule: super::faults::Rule) -> Self {
        self.faults.add(rule);
        self
    }

    #[must_use]
    pub(crate) fn unimplemented(mut self, what: Unimplemented) -> Self {
        self.unimplemented = what;
        self
    }

    /// Adds a stage behind faults and before pages, behind those added earlier.
    #[must_use]
    pub(crate) fn stage(mut self, stage: Arc<dyn Stage>) -> Self {
        self.extra.push(stage);
        self
    }

    /// Which of AWS's ways that moto does not have are kept to; none where this is not called.
    #[must_use]
    pub(crate) fn strict(mut self, strict: Strict) -> Self {
        self.strict = strict;
        self
    }

    /// Calls back at the calls that a rule with the fault `hook` strikes, and goes on as is said there.
    #[must_use]
    pub(crate) fn on_fault(
        mut self,
        hook: impl Fn(&Call, When) -> Then + Send + Sync + 'static,
    ) -> Self {
        self.hook = Some(Arc::new(hook));
        self
    }

    /// Calls back once per finished call.
    #[must_use]
    pub(crate) fn watch(mut self, watch: impl Fn(&Record) + Send + Sync + 'static) -> Self {
        self.watch = Some(Box::new(watch));
        self
    }

    /// Listens on `listen` (port 0 takes a free one) before the server at `upstream`; both must be on loopback.
    pub(crate) fn start(self, listen: SocketAddr, upstream: &str) -> io::Result<Proxy> {
        if !listen.ip().is_loopback() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                format!("{listen} is not on loopback; the proxy serves this machine only"),
            ));
        }
        let stop = Arc::new(Stop::default());
        let log = Log::default();
        let mut stages: Vec<Arc<dyn Stage>> = vec![
            Arc::new(Logging {
                log: log.clone(),
                watch: self.watch,
            }),
            Arc::new(Latency {
                time: self.latency,
                stop: Arc::clone(&stop),
            }),
            Arc::new(Faulting {
                faults: self.faults.clone(),
                stop: Arc::clone(&stop),
                hook: self.hook,
            }),
        ];
        stages.extend(self.extra);
        stages.push(Arc::new(Paginating::new(self.pages)));
        stages.extend(self.strict.stages());
        stages.push(Arc::new(Upstream {
            address: loopback(upstream)?,
            unimplemented: self.unimplemented,
            turn: Mutex::default(),
        }));
        let shared = Arc::new(Shared {
            stages,
            stop,
            counts: Mutex::default(),
            changes: Mutex::default(),
            open: Mutex::default(),
        });
        let listener = TcpListener::bind(listen)?;
        let address = listener.local_addr()?;
        let acceptor = {
            let shared = Arc::clone(&shared);
            thread::Builder::new()
                .name("strict-proxy".to_owned())
                .spawn(move || accept(&listener, &shared))?
        };
        Ok(Proxy {
            address,
            log,
            faults: self.faults,
            shared,
            acceptor: Some(acceptor),
        })
    }
}

struct Shared {
    stages: Vec<Arc<dyn Stage>>,
    stop: Arc<Stop>,
    counts: Mutex<BTreeMap<String, u64>>,
    /// How many calls came that change something.
    changes: Mutex<u64>,
    /// Open connections by number, so that the end can shut them.
    open: Mutex<BTreeMap<u64, TcpStream>>,
}

impl Shared {
    fn forget(&self) {
        for stage in &self.stages {
            stage.forget();
        }
    }
}

/// A running proxy; dropping it closes every connection and waits for its threads.
pub(crate) struct Proxy {
    address: SocketAddr,
    log: Log,
    faults: Faults,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

impl Proxy {
    /// For `AWS_ENDPOINT_URL`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn log(&self) -> &Log {
        &self.log
    }

    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Starts the count of occurrences anew, so that a rule means the next call again.
    pub(crate) fn reset_occurrences(&self) {
        lock(&self.shared.counts).clear();
        *lock(&self.shared.changes) = 0;
    }

    /// Forgets all that the stages have noted (tokens, states, what moto does not keep): the account behind the proxy
    /// was made empty, or is another one.
    pub(crate) fn forget(&self) {
        self.shared.forget();
    }

    /// Serves until the process ends.
    pub(crate) fn wait(mut self) {
        if let Some(acceptor) = self.acceptor.take() {
            // A panic of the acceptor has been reported by its own thread.
            let _ = acceptor.join();
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.stop.now();
        // A last connection wakes the acceptor, which then sees that it is over.
        drop(TcpStream::connect(self.address));
        for stream in lock(&self.shared.open).values() {
            // Already closed by the peer is as good.
            let _ = stream.shutdown(Shutdown::Both);
        }
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut workers: Vec<JoinHandle<()>> = Vec::new();
    for number in 0.. {
        let Ok((stream, _)) = listener.accept() else {
            // Out of file descriptors, as a rule: others may close soon.
            shared.stop.sleep(Duration::from_millis(20));
            if shared.stop.is_stopped() {
                break;
            }
            continue;
        };
        if let Ok(copy) = stream.try_clone() {
            lock(&shared.open).insert(number, copy);
        }
        if shared.stop.is_stopped() {
            break;
        }
        let for_worker = Arc::clone(shared);
        let worker = thread::Builder::new().spawn(move || {
            // A broken connection concerns nobody but the client, who sees it.
            let _ = serve(&stream, &for_worker);
            let _ = stream.shutdown(Shutdown::Both);
            lock(&for_worker.open).remove(&number);
        });
        workers.retain(|worker| !worker.is_finished());
        match worker {
            Ok(worker) => workers.push(worker),
            Err(_) => drop(lock(&shared.open).remove(&number)),
        }
    }
    for stream in lock(&shared.open).values() {
        let _ = stream.shutdown(Shutdown::Both);
    }
    for worker in workers {
        let _ = worker.join();
    }
}

fn wants_close(request: &Request) -> bool {
    header(&request.headers, "connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
}

fn serve(stream: &TcpStream, shared: &Shared) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    while let Some(request) = read_request(&mut reader, &mut writer)? {
        if shared.stop.is_stopped() {
            return Ok(());
        }
        let keep = !wants_close(&request);
        let mut call = Call::new(request);
        call.occurrence = {
            let mut counts = lock(&shared.counts);
            let count = counts
                .entry(call.action.clone().unwrap_or_default())
                .or_default();
            *count += 1;
            *count
        };
        if call.request.target.starts_with("/moto-api/reset") {
            shared.forget();
        }
        if call.is_change() {
            let mut changes = lock(&shared.changes);
            *changes += 1;
            call.change = Some(*changes);
        }
        match Next::new(&shared.stages).run(call, &mut Notes::default()) {
            Outcome::Answer(response) => write_response(&mut writer, &response, keep, None)?,
            Outcome::Truncated(response) => {
                let half = response.body.len() / 2;
                return write_response(&mut writer, &response, false, Some(half));
            }
            Outcome::Closed => return Ok(()),
            Outcome::Silent => {
                // Until the client hangs up, or the proxy ends and shuts the stream.
                let mut nothing = [0; 256];
                while reader.read(&mut nothing)? > 0 {}
                return Ok(());
            }
        }
        if !keep {
            return Ok(());
        }
    }
    Ok(())
}
