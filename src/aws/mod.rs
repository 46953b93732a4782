//! SDK configuration, clients, calls and error words; the only room that names an `aws_*` crate.
//!
//! [`connect`] turns a profile and a region into a [`Connection`]; [`Connection::run`] makes one [`Call`] and yields its
//! pages in the shape of the AWS CLI's JSON output, so that one reader serves live accounts and files alike. This room
//! knows nothing of the network that is made of them. [`Connection::perform`] makes one changing call of a step, and
//! [`Connection::look`] asks what is there meanwhile; both speak the words of [`crate::steps`].
//!
//! [`Call`]: crate::source::calls::Call

mod clients;
mod connect;
mod credentials;
mod error;
mod fault;
mod fields;
mod look;
mod organization;
mod pace;
mod patience;
mod perform;
mod profiles;
mod run;
mod session;
mod shape;
mod trouble;
mod trust;
mod whole;

pub use connect::{Connection, Limits, Options, Target, connect, connect_in, connect_with};
pub use error::{CallError, ConnectError, Failure};
pub use organization::{Member, OrganizationError};
pub use profiles::profiles;
pub use run::Pages;
pub use session::{CodeAnswer, CodeQuestion, Codes, Session};
