//! The strict proxy as a program: `cargo run --example strict-proxy -- --upstream http://127.0.0.1:5000 --page 5`.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};

#[path = "mod.rs"]
mod strict_proxy;

use strict_proxy::faults::{Fault, Rule, parse_time};
use strict_proxy::refusals::Quotas;
use strict_proxy::{PageRules, ProxyBuilder, Strict, Unimplemented};

/// Stands before a moto server and makes it as strict and as slow as AWS. Loopback only.
#[derive(Debug, Parser)]
struct Arguments {
    /// Address to listen on; port 0 takes a free one and prints it.
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// The server behind.
    #[arg(long, value_name = "URL")]
    upstream: String,
    /// No page holds more items than this, whatever the client asks for.
    #[arg(long, value_name = "ITEMS")]
    page: Option<usize>,
    /// Items per page where the client names no number.
    #[arg(long, value_name = "ITEMS")]
    default_page: Option<usize>,
    /// Start each list with an empty page that has a token.
    #[arg(long)]
    empty_first: bool,
    /// Wait before every call, such as 50ms.
    #[arg(long, value_parser = parse_time, default_value = "0ms")]
    latency: Duration,
    /// Fail a call: ACTION:OCCURRENCE:FAULT. ACTION or OCCURRENCE may be *, and 3+ means from the third on; the ACTION
    /// change is every call that changes something. FAULT is delay=TIME, 503, 500, 403, quota, html, close, lost,
    /// truncate, bad-xml or silent. May be repeated.
    #[arg(long = "fault", value_name = "RULE")]
    faults: Vec<Rule>,
    /// What to answer to calls that moto lacks.
    #[arg(long, value_enum, default_value_t = Lacking::Refuse)]
    unimplemented: Lacking,
    /// Keep to AWS's ways: all of them, or those named (--strict=tokens,gaps), with AWS's quotas; all of them are two
    /// answers pending and two mentions unseen where nothing else is said.
    #[arg(
        long,
        value_enum,
        value_name = "WAY,…",
        value_delimiter = ',',
        num_args = 0..,
        require_equals = true,
        default_missing_value = "all"
    )]
    strict: Vec<Way>,
    /// With refusals: no quotas.
    #[arg(long)]
    no_quotas: bool,
    /// NAT gateways, interface endpoints and transit gateway attachments are pending, and deleting, for so many answers
    /// that tell of them.
    #[arg(long, value_name = "ANSWERS")]
    pending: Option<u32>,
    /// A new id is not known for so many mentions.
    #[arg(long, value_name = "MENTIONS")]
    unseen: Option<u32>,
    /// Print each call.
    #[arg(long)]
    log: bool,
}

/// One of AWS's ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Way {
    All,
    /// Dry runs make nothing.
    DryRuns,
    /// The same client token makes nothing a second time.
    Tokens,
    /// What AWS refuses is refused.
    Refusals,
    /// What moto lacks is made up for.
    Gaps,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Lacking {
    Refuse,
    Empty,
    Pass,
}

impl Arguments {
    fn strict(&self) -> Strict {
        let all = self.strict.contains(&Way::All);
        let keeps = |way: Way| all || self.strict.contains(&way);
        let base = if all {
            Strict::everything()
        } else {
            Strict::default()
        };
        let quotas = if self.no_quotas {
            Quotas::unlimited()
        } else {
            Quotas::default()
        };
        Strict {
            dry_runs: keeps(Way::DryRuns),
            tokens: keeps(Way::Tokens),
            refusals: keeps(Way::Refusals).then_some(quotas),
            pending: self.pending.unwrap_or(base.pending),
            unseen: self.unseen.unwrap_or(base.unseen),
            gaps: keeps(Way::Gaps),
        }
    }
}

#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let has_hook = |rule: &Rule| matches!(rule.fault, Fault::Hook(_));
    if arguments.faults.iter().any(has_hook) {
        eprintln!(
            "strict-proxy: the fault hook is for tests, which say what it does; use close or lost"
        );
        return ExitCode::from(2);
    }
    let mut builder = ProxyBuilder::default()
        .strict(arguments.strict())
        .pages(PageRules {
            default_size: arguments.default_page,
            cap: arguments.page,
            empty_first: arguments.empty_first,
        })
        .latency(arguments.latency)
        .unimplemented(match arguments.unimplemented {
            Lacking::Refuse => Unimplemented::Refuse,
            Lacking::Empty => Unimplemented::Empty,
            Lacking::Pass => Unimplemented::Pass,
        });
    for rule in arguments.faults {
        builder = builder.fault(rule);
    }
    if arguments.log {
        builder = builder.watch(|record| println!("{record}"));
    }
    match builder.start(arguments.listen, &arguments.upstream) {
        Ok(proxy) => {
            println!("{}", proxy.url());
            proxy.wait();
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("strict-proxy: {error}");
            ExitCode::from(2)
        }
    }
}
