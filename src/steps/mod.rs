//! Steps: the calls that lead from one network to another, in what order, and how each is taken back.
//!
//! * [`between`] takes two networks, [`lower`] a network and the changes to it; both give a [`StepGraph`] or say what
//!   stands against it ([`Refusal`]).
//! * [`onto`] does to a live network what tells one plan from another, and leaves the rest of it as it is.
//! * [`Step`] is one [`Call`] with what it is about, what it makes and its inverse. Parameters have the API's own names
//!   and shapes; what is known only when earlier steps are done stands for itself ([`Value`]).
//! * Serialised, a graph is `{"steps": [{"id", "call", "service", "parameters", "needs", "about", "inverse" …}]}`.
//!
//! A new VPC is the way from an empty network; deleting one is the way to it. Nothing of a network is passed over in
//! silence: a difference is a step, a fact that only AWS sets (`fields`), or a refusal. What a design asks for and no
//! network holds has no step either: private zones and their records, which Route 53 makes, are told by validation
//! (`private-zone-by-hand`). Carrying a graph out is not done here;
//! what is asked of AWS meanwhile, and how that fails, has its words in [`Request`], [`Look`] and [`Failed`].
//!
//! ```
//! # use vpc_atlas::network::Network;
//! # use vpc_atlas::steps::between;
//! let network = Network::new();
//! assert!(between(&network, &network).unwrap().is_empty());
//! ```

mod ask;
mod call;
mod change;
mod fields;
mod graph;
mod lower;
mod onto;
mod read;
#[cfg(test)]
mod tests;
mod things;
mod view;

pub use ask::{Failed, List, Look, Request, Trouble};
pub use call::{Action, Call, Find, Parameters, Service, Value, Wait};
pub use graph::{Step, StepGraph};
pub use lower::{Refusal, between, lower};
pub use onto::onto;
