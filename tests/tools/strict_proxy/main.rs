//! The strict proxy as a program: `cargo run --example strict-proxy -- --upstream http://127.0.0.1:5000 --page 5`.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, ValueEnum};

#[path = "mod.rs"]
mod strict_proxy;

use strict_proxy::faults::{Rule, parse_time};
use strict_proxy::{PageRules, ProxyBuilder, Unimplemented};

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
    /// Fail a call: ACTION:OCCURRENCE:FAULT. ACTION or OCCURRENCE may be *, and 3+ means from the third on. FAULT is
    /// delay=TIME, 503, 500, 403, html, close, lost, truncate, bad-xml or silent. May be repeated.
    #[arg(long = "fault", value_name = "RULE")]
    faults: Vec<Rule>,
    /// What to answer to calls that moto lacks.
    #[arg(long, value_enum, default_value_t = Lacking::Refuse)]
    unimplemented: Lacking,
    /// Print each call.
    #[arg(long)]
    log: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Lacking {
    Refuse,
    Empty,
    Pass,
}

#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut builder = ProxyBuilder::default()
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
