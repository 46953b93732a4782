//! What several tests stand on.

pub(crate) mod stub_ec2;
