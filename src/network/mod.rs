//! The network: keys, facts, coverage, merge, difference and topology.
