//! What a design says that its network has no place for, for code that creates it.

use crate::design::{Design, vpc_key};
use crate::export::code::Beside;

/// What the code of a design has to say beside its network.
pub fn beside(design: &Design) -> Beside {
    let mut beside = Beside::default();
    for vpc in &design.vpcs {
        let key = vpc_key(vpc);
        let zones = vpc.private_zones.iter();
        let zones = zones.map(|zone| (key.clone(), zone.clone()));
        beside.private_zones.extend(zones);
        if let Some(pool) = &vpc.ipv6_pool {
            beside.ipv6_pools.insert(key, pool.clone());
        }
    }
    beside
}
