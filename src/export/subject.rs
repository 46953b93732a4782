//! What the exports that are made of the network itself write about.

use crate::network::{Key, Network, Topology};
use crate::picture::theme::Theme;
use crate::picture::view;

/// A network, and what of it is written.
#[derive(Clone, Copy)]
pub struct Subject<'a> {
    /// The network.
    pub network: &'a Network,
    /// Its relations.
    pub topology: &'a Topology,
    /// Which VPCs and kinds.
    pub view: &'a view::Options,
    /// What it is called.
    pub title: &'a str,
    /// Whether nodes say all that cards say with their details.
    pub details: bool,
    /// Dark on light, or light on dark.
    pub theme: Theme,
    /// Where a resource can be looked at: a page of the console.
    pub links: &'a dyn Fn(&Key) -> Option<String>,
}

/// A graph in some other program's language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The file.
    pub text: String,
    /// How many nodes are in it.
    pub nodes: usize,
    /// How many boxes around them.
    pub boxes: usize,
    /// How many edges.
    pub edges: usize,
}

impl Subject<'_> {
    /// Whether something that stands in these VPCs is written about. What stands in none is.
    pub(super) fn shows(&self, kind: crate::network::Kind, vpcs: &[Key]) -> bool {
        !self.view.hidden.contains(&kind)
            && (self.view.vpcs.as_ref())
                .is_none_or(|wanted| vpcs.is_empty() || vpcs.iter().any(|vpc| wanted.contains(vpc)))
    }

    /// The name of a resource, or its id.
    pub(super) fn name(&self, key: &Key) -> String {
        name_of(self.network, key)
    }
}

/// The name of a resource, or its id.
pub(super) fn name_of(network: &Network, key: &Key) -> String {
    let resource = network.get(key);
    let label = resource.map_or(key.id.as_str(), |resource| resource.label());
    label.to_owned()
}
