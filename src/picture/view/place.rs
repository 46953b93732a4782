//! Where in AWS something stands.

use crate::analysis::search::{account_of, region_of};
use crate::network::{Interconnect, Key, Network, Text};

/// An account and region, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) region: Option<Text>,
    pub(super) account: Option<Text>,
}

impl Place {
    /// Where a resource stands: what it says itself, else what refers to it tells.
    pub(super) fn of(network: &Network, links: &Interconnect, key: &Key) -> Self {
        if let Some(resource) = network.get(key) {
            return Self {
                region: region_of(resource).map(Text::from),
                account: account_of(resource).map(Text::from),
            };
        }
        let known = links.outsider(key).cloned().unwrap_or_default();
        Self {
            region: known.region,
            account: known.owner,
        }
    }
}
