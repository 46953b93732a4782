//! Integration tests, all in one binary: a second one would link the whole program once more.

#[cfg(all(test, feature = "aws"))]
mod aws;
#[cfg(test)]
mod collect;
#[cfg(all(test, feature = "aws"))]
mod support;
