//! Regional NAT gateways. moto knows zonal ones only: one is made there without an address and without a place, and
//! told of as a regional one with a route table of its own.
//! <https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html>

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::super::answer::{Editing, Element, good, mend, refuse};
use super::super::call::Call;
use super::super::inquiry::Inquiry;
use super::super::stage::{Next, Notes, Outcome, Stage};
use super::super::stop::lock;

/// What moto does not know of one.
#[derive(Clone, Debug)]
struct One {
    table: String,
    /// Addresses that the person named, by zone where that was said.
    addresses: Vec<(Option<String>, String)>,
}

/// The stage: regional NAT gateways by id.
#[derive(Default)]
pub(crate) struct Regional {
    known: Mutex<BTreeMap<String, One>>,
}

/// A subnet to make the gateway in, and whether it is one for the purpose.
fn place(inquiry: Inquiry<'_>, vpc: &str) -> Option<(String, bool)> {
    let subnets = inquiry.filtered("DescribeSubnets", "vpc-id", vpc);
    if let Some(id) = subnets.first().and_then(|subnet| subnet.get("subnetId")) {
        return Some((id.to_owned(), false));
    }
    let found = inquiry.one("DescribeVpcs", "VpcId", vpc)?;
    let block = found.get("cidrBlock")?.split('/').next()?.to_owned();
    let block = format!("{block}/28");
    let zones = inquiry.list("DescribeAvailabilityZones", &[]);
    let zone = zones.first()?.get("zoneName")?;
    let made = inquiry.order(
        "CreateSubnet",
        &[
            ("VpcId", vpc),
            ("CidrBlock", &block),
            ("AvailabilityZone", zone),
        ],
    )?;
    Some((made.find("subnetId")?.text.clone(), true))
}

/// The addresses in `AvailabilityZoneAddress.1.AllocationId.1`, with the zones beside them.
fn addresses(call: &Call) -> Vec<(Option<String>, String)> {
    let mut found = Vec::new();
    for (name, value) in &call.parameters {
        let Some(rest) = name.strip_prefix("AvailabilityZoneAddress.") else {
            continue;
        };
        if let Some((number, _)) = rest.split_once(".AllocationId.") {
            let zone = call.parameter(&format!(
                "AvailabilityZoneAddress.{number}.AvailabilityZone"
            ));
            found.push((zone.map(str::to_owned), value.clone()));
        }
    }
    found
}

impl One {
    /// Tells of the gateway as AWS does.
    fn tell(&self, item: &Element, editing: &mut Editing<'_>) {
        if let Some(subnet) = item.child("subnetId") {
            editing.remove(subnet);
        }
        let addresses: Vec<String> = self
            .addresses
            .iter()
            .map(|(zone, id)| {
                let zone = zone.as_ref().map_or(String::new(), |zone| {
                    format!("<availabilityZone>{zone}</availabilityZone>")
                });
                format!("<item><allocationId>{id}</allocationId>{zone}</item>")
            })
            .collect();
        if let Some(set) = item.child("natGatewayAddressSet") {
            editing.set(set, &addresses.concat());
        }
        if let Some(connectivity) = item.child("connectivityType") {
            editing.remove(connectivity);
        }
        let automatic = if self.addresses.is_empty() {
            "enabled"
        } else {
            "disabled"
        };
        let more = format!(
            "<connectivityType>public</connectivityType><availabilityMode>regional</availabilityMode>\
             <autoScalingIps>{automatic}</autoScalingIps><autoProvisionZones>{automatic}</autoProvisionZones>\
             <routeTableId>{}</routeTableId>",
            self.table
        );
        editing.append(item, &more);
    }
}

impl Regional {
    fn create(&self, call: &Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let inquiry = Inquiry::new(call, next);
        let vpc = call.parameter("VpcId").unwrap_or_default();
        if inquiry.one("DescribeVpcs", "VpcId", vpc).is_none() {
            let message = format!("The vpc ID '{vpc}' does not exist");
            return refuse("InvalidVpcID.NotFound", &message);
        }
        let Some((subnet, is_for_it)) = place(inquiry, vpc) else {
            return refuse("InternalError", "There is no place to make the gateway in.");
        };
        let mut zonal = call.rewritten(
            &["AvailabilityMode", "VpcId", "ConnectivityType"],
            Some(("SubnetId", &subnet)),
        );
        zonal
            .parameters
            .retain(|(name, _)| !name.starts_with("AvailabilityZoneAddress."));
        let zonal = zonal.rewritten(&[], Some(("ConnectivityType", "private")));
        let outcome = next.run(zonal, notes);
        let root = good(&outcome);
        let gateway = root.as_ref().and_then(|root| root.child("natGateway"));
        for address in gateway.map_or(&[][..], |item| item.items("natGatewayAddressSet")) {
            let interface = address.get("networkInterfaceId").unwrap_or_default();
            inquiry.order(
                "DeleteNetworkInterface",
                &[("NetworkInterfaceId", interface)],
            );
        }
        if is_for_it {
            inquiry.order("DeleteSubnet", &[("SubnetId", &subnet)]);
        }
        let Some(id) = gateway.and_then(|item| item.get("natGatewayId")) else {
            return outcome;
        };
        let made = inquiry.order("CreateRouteTable", &[("VpcId", vpc)]);
        let table = made.as_ref().and_then(|root| root.find("routeTableId"));
        let table = table.map(|id| id.text.clone()).unwrap_or_default();
        let gateways = inquiry.filtered("DescribeInternetGateways", "attachment.vpc-id", vpc);
        let internet = gateways.first().and_then(|it| it.get("internetGatewayId"));
        if let Some(internet) = internet {
            inquiry.order(
                "CreateRoute",
                &[
                    ("RouteTableId", &table),
                    ("DestinationCidrBlock", "0.0.0.0/0"),
                    ("GatewayId", internet),
                ],
            );
        }
        let one = One {
            table,
            addresses: addresses(call),
        };
        lock(&self.known).insert(id.to_owned(), one.clone());
        mend(outcome, |root, editing| {
            if let Some(item) = root.child("natGateway") {
                one.tell(item, editing);
            }
        })
    }

    fn delete(&self, call: &Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        let id = call.parameter("NatGatewayId").unwrap_or_default();
        let table = lock(&self.known).get(id).map(|one| one.table.clone());
        let outcome = next.run(call.clone(), notes);
        if let Some(table) = table.filter(|_| good(&outcome).is_some()) {
            let inquiry = Inquiry::new(call, next);
            inquiry.order("DeleteRouteTable", &[("RouteTableId", &table)]);
        }
        outcome
    }
}

impl Stage for Regional {
    fn handle(&self, call: Call, notes: &mut Notes, next: Next<'_>) -> Outcome {
        match call.ec2_action() {
            Some("CreateNatGateway") if call.parameter("AvailabilityMode") == Some("regional") => {
                self.create(&call, notes, next)
            }
            Some("DeleteNatGateway") => self.delete(&call, notes, next),
            Some("DescribeNatGateways") => {
                let known = lock(&self.known).clone();
                mend(next.run(call, notes), |root, editing| {
                    for item in root.items("natGatewaySet") {
                        let id = item.get("natGatewayId").unwrap_or_default();
                        if let Some(one) = known.get(id) {
                            one.tell(item, editing);
                        }
                    }
                })
            }
            _ => next.run(call, notes),
        }
    }

    fn forget(&self) {
        lock(&self.known).clear();
    }
}
