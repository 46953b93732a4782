//! Integration tests, all in one binary: a second one would link the whole program once more.

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod describe;
#[cfg(test)]
mod merge;
#[cfg(test)]
mod snapshot;
#[cfg(test)]
mod support;
