//! Everything that is tested from outside, in one program.

mod chromium;
mod diagrams;
mod picture;
