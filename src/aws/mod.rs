//! SDK configuration, clients, describe calls and error words; the only room that names an `aws_*` crate.
//!
//! [`connect`] turns a profile and a region into a [`Connection`]; [`Connection::run`] makes one [`Call`] and yields its
//! pages in the shape of the AWS CLI's JSON output, so that one reader serves live accounts and files alike. This room
//! knows nothing of the network that is made of them.
//!
//! [`Call`]: crate::source::calls::Call

mod connect;
mod error;
mod run;
mod shape;
mod whole;

pub use connect::{Connection, Limits, Options, Profile, Target, connect, connect_with, profiles};
pub use error::{CallError, ConnectError, Failure};
pub use run::Pages;
