//! A connection to an account, as whom steps are carried out against.

use super::engine::Ec2;
use crate::aws::Connection;
use crate::steps::{Failed, Look, Request};
use serde_json::Value;
use std::future::Future;

impl Ec2 for Connection {
    fn perform(&self, request: &Request) -> impl Future<Output = Result<Value, Failed>> + Send {
        Self::perform(self, request)
    }

    fn look(&self, look: &Look) -> impl Future<Output = Result<Vec<Value>, Failed>> + Send {
        Self::look(self, look)
    }
}
