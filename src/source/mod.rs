//! Bytes in, network shards out: describe output, snapshots, the sample, live accounts.

pub mod calls;
pub mod collect;
