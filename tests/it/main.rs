//! Integration tests, all in one binary: a second one would link the whole program once more.

#[cfg(test)]
#[cfg(feature = "aws")]
mod aws;
#[cfg(test)]
mod collect;
#[cfg(test)]
#[cfg(feature = "aws")]
mod support;
