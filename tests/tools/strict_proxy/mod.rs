//! A strict EC2 endpoint for tests: a proxy that stands between a client and a moto server and makes moto behave more
//! like AWS.
//!
//! moto answers whole lists whatever `MaxResults` says, at once, and without ever failing. This proxy cuts the answers
//! into pages under AWS's own limits, adds latency, fails chosen calls in chosen ways, and keeps a log of what was
//! asked. What is not an EC2 query passes through untouched.
//!
//! A call runs through a [`stage::Stage`] pipeline: log, latency, faults, pages, upstream. A new strictness (dry runs,
//! client tokens, refusals) is one more stage given to [`ProxyBuilder::stage`]: these stand between faults and pages,
//! see the whole request, and may answer it themselves or call on.
#![allow(
    dead_code,
    reason = "compiled into the tests and into the program; neither uses all of it"
)]

pub(crate) mod call;
pub(crate) mod faults;
pub(crate) mod http;
pub(crate) mod latency;
pub(crate) mod limits;
pub(crate) mod log;
pub(crate) mod pages;
pub(crate) mod server;
pub(crate) mod stage;
pub(crate) mod stop;
pub(crate) mod upstream;
pub(crate) mod xml;

pub(crate) use pages::PageRules;
pub(crate) use server::ProxyBuilder;
pub(crate) use upstream::Unimplemented;
