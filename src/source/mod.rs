//! Bytes in, network shards out: describe output, snapshots, the sample, live accounts.
