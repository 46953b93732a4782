//! A strict EC2 endpoint for tests: a proxy that stands between a client and a moto server and makes moto behave more
//! like AWS.
//!
//! moto answers whole lists whatever `MaxResults` says, at once, and without ever failing. This proxy cuts the answers
//! into pages under AWS's own limits, adds latency, fails chosen calls in chosen ways, and keeps a log of what was
//! asked. What is not an EC2 query passes through untouched.
//!
//! A call runs through a [`stage::Stage`] pipeline: log, latency, faults, pages, what [`Strict`] asks for, upstream. A
//! test's own stages ([`ProxyBuilder::stage`]) stand between faults and pages, see the whole request, and may answer it
//! themselves or call on.
#![allow(
    dead_code,
    reason = "compiled into the tests and into the program; neither uses all of it"
)]

pub(crate) mod answer;
pub(crate) mod call;
pub(crate) mod dry_run;
pub(crate) mod faults;
pub(crate) mod filters;
pub(crate) mod gaps;
pub(crate) mod http;
pub(crate) mod inquiry;
pub(crate) mod kinds;
pub(crate) mod latency;
pub(crate) mod limits;
pub(crate) mod log;
pub(crate) mod pages;
pub(crate) mod pending;
pub(crate) mod refusals;
pub(crate) mod server;
pub(crate) mod stage;
pub(crate) mod stop;
pub(crate) mod strict;
pub(crate) mod tokens;
pub(crate) mod unseen;
pub(crate) mod upstream;
pub(crate) mod xml;

pub(crate) use pages::PageRules;
pub(crate) use server::ProxyBuilder;
pub(crate) use strict::Strict;
pub(crate) use upstream::Unimplemented;
