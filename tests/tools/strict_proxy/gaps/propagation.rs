//! Propagation of routes from VPN gateways: which tables take them. No VPN learns any, so none appear.
//! <https://docs.aws.amazon.com/vpc/latest/userguide/WorkWithRouteTables.html>

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Mutex;

use super::super::answer::{good, mend, refuse};
use super::super::call::Call;
use super::super::inquiry::Inquiry;
use super::super::stage::{Next, Notes, Outcome, Stage};
use super::super::stop::lock;
use super::done;

/// The stage: pairs of a route table and a VPN gateway.
#[derive(Default)]
pub(crate) struct Propagation {
    pairs: Mutex<BTreeSet<(String, String)>>,
}

impl Propagation {
    /// Why the gateway cannot propagate into the table, where it cannot.
    fn refusal(call: &Call, table: &str, gateway: &str, next: Next<'_>) -> Option<Outcome> {
        let inquiry = Inquiry::new(call, next);
        let Some(table) = inquiry.one("DescribeRouteTables", "RouteTableId", table) else {
            let message = format!("The routeTable ID '{table}' does not exist");
            return Some(refuse("InvalidRouteTableID.NotFound", &message));
        };
        let Some(found) = inquiry.one("DescribeVpnGateways", "VpnGatewayId", gateway) else {
            let message = format!("The gateway ID '{gateway}' does not exist");
            return Some(refuse("InvalidGatewayID.NotFound", &message));
        };
        let vpc = table.get("vpcId").unwrap_or_default();
        let is_attached = found
            .items("attachments")
            .iter()
            .any(|item| item.is("vpcId", vpc) && item.is("state", "attached"));
        let message = format!("The gateway {gateway} is not attached to the network {vpc}");
        (!is_attached).then(|| refuse("Gateway.NotAttached", &message))
    }
}

impl Stage for Propagation {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let named = |name: &str| call.parameter(name).unwrap_or_default().to_owned();
        let pair = (named("RouteTableId"), named("GatewayId"));
        match call.ec2_action() {
            Some("EnableVgwRoutePropagation") => {
                if let Some(refusal) = Self::refusal(&call, &pair.0, &pair.1, next) {
                    return refusal;
                }
                lock(&self.pairs).insert(pair);
                done(&call, notes, "<return>true</return>")
            }
            Some("DisableVgwRoutePropagation") => {
                if let Some(refusal) = Self::refusal(&call, &pair.0, &pair.1, next) {
                    return refusal;
                }
                lock(&self.pairs).remove(&pair);
                done(&call, notes, "<return>true</return>")
            }
            Some("DeleteRouteTable" | "DetachVpnGateway" | "DeleteVpnGateway") => {
                let gateway = named("VpnGatewayId");
                let outcome = next.run(call, notes);
                if good(&outcome).is_some() {
                    let is_kept = |held: &(String, String)| held.0 != pair.0 && held.1 != gateway;
                    lock(&self.pairs).retain(is_kept);
                }
                outcome
            }
            Some("DescribeRouteTables") => {
                let pairs = lock(&self.pairs).clone();
                mend(next.run(call, notes), |root, editing| {
                    for item in root.items("routeTableSet") {
                        let table = item.get("routeTableId").unwrap_or_default();
                        let mut gateways = String::new();
                        for (_, gateway) in pairs.iter().filter(|(held, _)| held == table) {
                            // Writing to a String cannot fail.
                            let _ =
                                write!(gateways, "<item><gatewayId>{gateway}</gatewayId></item>");
                        }
                        match item.child("propagatingVgwSet") {
                            Some(set) => editing.set(set, &gateways),
                            None if gateways.is_empty() => {}
                            None => {
                                let set =
                                    format!("<propagatingVgwSet>{gateways}</propagatingVgwSet>");
                                editing.append(item, &set);
                            }
                        }
                    }
                })
            }
            _ => next.run(call, notes),
        }
    }

    fn forget(&self) {
        lock(&self.pairs).clear();
    }
}
