//! Integration tests, all in one binary: a second one would link the whole program once more.
//!
//! Modules that need a server, a display, a browser or more (`moto`, `terraform::schema`, `terraform::checkov`,
//! `window`, `chromium`, `poppler`, `readers`, `corpus`) say "skipped" and why where the environment variable for it is
//! unset; `tests/run` sets them. See `tests/README.md`.

#[cfg(test)]
mod adopt;
#[cfg(test)]
mod app;
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod arrange;
#[cfg(test)]
#[cfg(feature = "aws")]
mod aws;
#[cfg(test)]
mod chromium;
#[cfg(test)]
mod cli;
#[cfg(test)]
mod cli_design;
#[cfg(test)]
mod cloudformation;
#[cfg(test)]
mod collect;
#[cfg(test)]
mod copy;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod describe;
#[cfg(test)]
mod design;
#[cfg(test)]
mod designer;
#[cfg(test)]
mod designer_form;
#[cfg(test)]
mod diagrams;
#[cfg(test)]
mod engine;
#[cfg(test)]
mod exports;
#[cfg(test)]
mod folds;
#[cfg(test)]
mod gaps;
#[cfg(test)]
mod hover;
#[cfg(test)]
#[cfg(feature = "aws")]
mod live;
#[cfg(test)]
#[cfg(feature = "aws")]
mod live_window;
#[cfg(test)]
mod merge;
#[cfg(test)]
mod moto;
#[cfg(test)]
mod nested;
#[cfg(test)]
mod overview;
#[cfg(test)]
#[cfg(feature = "aws")]
mod perform;
#[cfg(test)]
mod picture;
#[cfg(test)]
mod plan;
#[cfg(test)]
mod poppler;
#[cfg(test)]
mod preview;
#[cfg(test)]
mod print;
#[cfg(test)]
mod proxy;
#[cfg(test)]
mod readers;
#[cfg(test)]
mod redact;
#[cfg(test)]
mod runs;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod script;
#[cfg(test)]
#[cfg(feature = "aws")]
mod signing;
#[cfg(test)]
mod snapshot;
#[cfg(test)]
mod sources;
#[cfg(test)]
mod start;
#[cfg(test)]
mod steps;
#[cfg(test)]
#[path = "../tools/strict_proxy/mod.rs"]
mod strict_proxy;
#[cfg(test)]
mod strip;
#[cfg(test)]
mod support;
#[cfg(test)]
mod terraform;
#[cfg(test)]
mod text_exports;
#[cfg(test)]
mod timeline;
#[cfg(test)]
mod views;
#[cfg(test)]
mod window;
#[cfg(test)]
mod workspace;
