//! Endpoints, DNS, encryption and flow logs.

use super::{Found, Spot, View, fix, list, rules};
use crate::design::connect::CONSOLE_ZONE;
use crate::design::group;
use crate::design::model::{Encryption, Endpoint, GatewayService, Nat, Tenancy, Tier, TierKind};
use crate::design::plan::service_name;
use crate::design::problem::{Change, Field, Fix};
use crate::design::services::has_private_name;
use crate::network::{Kind, Text};
use compact_str::format_compact;
use std::collections::BTreeSet;

pub(super) fn of_vpc(view: &View<'_>, found: &mut Found) {
    interface_endpoints(view, found);
    gateway_endpoints(view, found);
    resolver(view, found);
    dns(view, found);
    private_zones(view, found);
    encryption(view, found);
    flow_log(view, found);
}

/// The zones of the VPC in which a tier has a subnet.
fn zones(view: &View<'_>, tier: Option<&Tier>) -> usize {
    tier.map_or(0, |tier| tier.first_of_each(&view.vpc.zones).count())
}

fn both_dns(view: &View<'_>) -> Option<Fix> {
    let change = Change::SetDns {
        vpc: view.id(),
        support: true,
        hostnames: true,
    };
    fix("Switch both DNS settings on", change)
}

/// Another tier for an endpoint: the first private or isolated one that has subnets.
fn tier_for(view: &View<'_>, endpoint: &Endpoint) -> Option<Fix> {
    let vpc = view.vpc;
    let private = vpc.tiers_of(TierKind::Private);
    let mut tiers = private.chain(vpc.tiers_of(TierKind::Isolated));
    let tier = tiers.find(|tier| zones(view, Some(tier)) > 0)?;
    let change = Change::SetEndpointTier {
        vpc: view.id(),
        service: endpoint.service.clone(),
        tier: tier.name.clone(),
    };
    fix(format!("Put it into the tier {}", tier.name), change)
}

fn interface_endpoints(view: &View<'_>, found: &mut Found) {
    let vpc = view.vpc;
    let name = view.name();
    let mut seen: BTreeSet<Text> = BTreeSet::new();
    for endpoint in &vpc.endpoints {
        let service = &endpoint.service;
        let at = || {
            let rest = format_compact!("interface/{service}");
            let mut spot = view.at(Field::Endpoints).on(Kind::VpcEndpoint, vpc, &rest);
            spot.words = view.owned(&format!("endpoint {service}"));
            spot
        };
        let is_sign = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_');
        if service.is_empty() || !service.chars().all(is_sign) {
            let change = Change::RemoveEndpoint {
                vpc: view.id(),
                service: service.clone(),
            };
            found.add_with(
                &rules::ENDPOINT_SERVICE,
                at(),
                format!(
                    "“{service}” cannot be the service of an endpoint of {name}; name it like ssm or com.amazonaws.vpce.…"
                ),
                fix("Take the endpoint away", change),
            );
        } else if !seen.insert(service_name(&view.design.region, service)) {
            let change = Change::RemoveEndpoint {
                vpc: view.id(),
                service: service.clone(),
            };
            found.add_with(
                &rules::ENDPOINT_DUPLICATE,
                at(),
                format!("{name} has two endpoints of the service {service}; take one away"),
                fix("Take one away", change),
            );
        }
        let tier = vpc.tier(&endpoint.tier);
        match zones(view, tier) {
            0 => found.add_with(
                &rules::ENDPOINT_TIER_UNKNOWN,
                at(),
                format!(
                    "the endpoint {service} of {name} is to stand in the tier “{}”, which has no subnets; choose one that has",
                    endpoint.tier
                ),
                tier_for(view, endpoint),
            ),
            1 if vpc.zones.len() > 1 => found.add(
                &rules::ENDPOINT_SINGLE_AZ,
                at(),
                format!(
                    "the endpoint {service} of {name} stands in one Availability Zone only; choose a tier with subnets in several"
                ),
            ),
            _ => {}
        }
        private_names(view, endpoint, at, found);
        // Of a service that is named short the whole name is made up here, as it is everywhere but in China.
        let whole = service_name(&view.design.region, service);
        if view.design.region.starts_with("cn-") && whole != *service {
            found.add(
                &rules::CHINA_SERVICE_NAME,
                at(),
                format!(
                    "the endpoint {service} of {name} asks for {whole}, and in China many services are called cn.{whole}; look the name up and write it whole"
                ),
            );
        }
        if endpoint.private_dns && !(vpc.dns_support && vpc.dns_hostnames) {
            found.add_with(
                &rules::ENDPOINT_NEEDS_DNS,
                at(),
                format!(
                    "the private names of the endpoint {service} need DNS resolution and DNS hostnames, and {name} has not both; switch them on"
                ),
                both_dns(view),
            );
        }
    }
}

/// Private names that AWS refuses: of a service without any, and of S3 without its gateway endpoint, which the VPC's own
/// machines go on using.
fn private_names(view: &View<'_>, endpoint: &Endpoint, at: impl Fn() -> Spot, found: &mut Found) {
    if !endpoint.private_dns {
        return;
    }
    let (service, region) = (&endpoint.service, &view.design.region);
    let name = view.name();
    if !has_private_name(service) {
        let change = Change::SetPrivateDns {
            vpc: view.id(),
            service: service.clone(),
            on: false,
        };
        found.add_with(
            &rules::ENDPOINT_NO_PRIVATE_NAME,
            at(),
            format!(
                "the endpoint {service} of {name} has private DNS on, and its service has no private name; switch private DNS off"
            ),
            fix("Switch private DNS off", change),
        );
    }
    let s3 = GatewayService::S3;
    let is_s3 = service_name(region, service) == service_name(region, s3.word());
    if is_s3 && !view.vpc.gateway_endpoints.contains(&s3) {
        let change = Change::AddGatewayEndpoint {
            vpc: view.id(),
            service: s3,
        };
        found.add_with(
            &rules::S3_NEEDS_GATEWAY_ENDPOINT,
            at(),
            format!(
                "the endpoint {service} of {name} has private DNS on, which AWS takes only beside a gateway endpoint of S3; add one, which is free, or switch private DNS off"
            ),
            fix("Add the S3 gateway endpoint", change),
        );
    }
}

fn gateway_endpoints(view: &View<'_>, found: &mut Found) {
    let vpc = view.vpc;
    let services: BTreeSet<GatewayService> = vpc.gateway_endpoints.iter().copied().collect();
    let has_table = vpc.subnets().any(|(tier, _)| tier.kind != TierKind::Public);
    for &service in services.iter().filter(|_| !has_table) {
        let (short, words) = match service {
            GatewayService::S3 => ("s3", "S3"),
            GatewayService::Dynamodb => ("dynamodb", "DynamoDB"),
        };
        let change = Change::RemoveGatewayEndpoint {
            vpc: view.id(),
            service,
        };
        found.add_with(
            &rules::GATEWAY_ENDPOINT_UNUSED,
            view.at(Field::GatewayEndpoints)
                .on(Kind::VpcEndpoint, vpc, short),
            format!(
                "the gateway endpoint of {words} serves private and isolated subnets, and {} has none; take it away",
                view.name()
            ),
            fix("Take the endpoint away", change),
        );
    }
    let pays = vpc.nat != Nat::None && super::ways::behind_nat(view).next().is_some();
    if pays && !services.contains(&GatewayService::S3) {
        let change = Change::AddGatewayEndpoint {
            vpc: view.id(),
            service: GatewayService::S3,
        };
        found.add_with(
            &rules::MISSING_S3_ENDPOINT,
            view.at(Field::GatewayEndpoints),
            format!(
                "what private subnets of {} send to S3 is charged for by the NAT gateway; add the gateway endpoint, which is free",
                view.name()
            ),
            fix("Add the S3 endpoint", change),
        );
    }
}

fn resolver(view: &View<'_>, found: &mut Found) {
    let Some(resolver) = &view.vpc.resolver else {
        return;
    };
    let name = view.name();
    let at = || view.at(Field::Resolver);
    match zones(view, view.vpc.tier(&resolver.tier)) {
        0 => found.add(
            &rules::RESOLVER_TIER_UNKNOWN,
            at(),
            format!(
                "the resolver endpoint of {name} is to stand in the tier “{}”, which has no subnets; choose one that has",
                resolver.tier
            ),
        ),
        1 => found.add(
            &rules::RESOLVER_SINGLE_ADDRESS,
            at(),
            format!(
                "the resolver endpoint of {name} has one address, and AWS wants two; choose a tier with subnets in several Availability Zones"
            ),
        ),
        _ => {}
    }
    if group::askers(view.design, view.vpc).is_empty() {
        let has_way = view.vpc.transit_gateway.is_some() || view.vpc.vpn_gateway.is_some();
        let mend = if has_way {
            "give the destinations behind its gateway, or reserve the ranges of who is to ask it in the plan"
        } else {
            "add a transit or VPN gateway to those who are to ask it, or take the endpoint away"
        };
        found.add(
            &rules::RESOLVER_UNREACHABLE,
            at(),
            format!("nobody outside {name} may ask its resolver endpoint; {mend}"),
        );
    }
    if view.vpc.tenancy == Tenancy::Dedicated {
        found.add(
            &rules::RESOLVER_DEDICATED,
            at(),
            format!(
                "AWS makes no resolver endpoint in a VPC of dedicated tenancy, as {name}; take the endpoint away, or choose the default tenancy"
            ),
        );
    }
}

fn dns(view: &View<'_>, found: &mut Found) {
    let vpc = view.vpc;
    let name = view.name();
    if vpc.dns_hostnames && !vpc.dns_support {
        found.add_with(
            &rules::DNS_HOSTNAMES_NEED_SUPPORT,
            view.at(Field::Dns),
            format!(
                "{name} has DNS hostnames on and DNS resolution off; switch both on or both off"
            ),
            both_dns(view),
        );
    }
    let is_answered = vpc.dns_support && vpc.dns_hostnames;
    if !vpc.private_zones.is_empty() && !is_answered {
        found.add_with(
            &rules::PRIVATE_ZONE_NEEDS_DNS,
            view.at(Field::Dns),
            format!(
                "the private zones of {name}, {}, are answered only with DNS resolution and DNS hostnames on; switch both on",
                list(&vpc.private_zones)
            ),
            both_dns(view),
        );
    }
}

/// Route 53 is another service: a plan says which zones it wants, and a person makes them.
fn private_zones(view: &View<'_>, found: &mut Found) {
    let region = &view.design.region;
    let is_console =
        |zone: &str| zone == CONSOLE_ZONE || zone.ends_with(&format!(".{CONSOLE_ZONE}"));
    for zone in &view.vpc.private_zones {
        let records = if is_console(zone) {
            format!(
                "alias or CNAME records for console.aws.amazon.com and signin.aws.amazon.com, and for both with {region} before them, that lead to the endpoints of console and signin"
            )
        } else {
            "a record for each name it is to answer".to_owned()
        };
        found.add(
            &rules::PRIVATE_ZONE_BY_HAND,
            view.at(Field::Endpoints),
            format!(
                "the zone {zone} of {} is Route 53's, and no step makes it; make it there with {records}",
                view.name()
            ),
        );
    }
}

/// What encryption may leave out, by AWS's words.
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEncryptionControlConfiguration.html>
const EXCLUSIONS: &[&str] = &[
    "internet-gateway",
    "egress-only-internet-gateway",
    "nat-gateway",
    "virtual-private-gateway",
    "vpc-peering",
    "vpc-lattice",
    "elastic-file-system",
    "lambda",
    "global-accelerator",
    "api-gateway-v2",
];

fn encryption(view: &View<'_>, found: &mut Found) {
    let vpc = view.vpc;
    let name = view.name();
    for exclusion in &vpc.encryption_exclusions {
        if !EXCLUSIONS.contains(&exclusion.as_str()) {
            found.add(
                &rules::ENC_EXCLUSION_UNKNOWN,
                view.at(Field::Encryption),
                format!(
                    "“{exclusion}” is nothing that the encryption of {name} can leave out; choose one of AWS's words, such as nat-gateway"
                ),
            );
        }
    }
    if vpc.encryption != Encryption::Enforce {
        return;
    }
    let is_public = view.subnets_of(TierKind::Public).next().is_some();
    let enforces = |id: &str| {
        let other = view.design.vpc(id);
        other.is_some_and(|other| other.encryption == Encryption::Enforce)
    };
    let asks = vpc.peerings.iter().any(|it| !enforces(&it.with));
    let mut others = view.design.vpcs.iter();
    let asked = others.any(|other| {
        other.id != vpc.id
            && other.encryption != Encryption::Enforce
            && other.peerings.iter().any(|it| it.with == vpc.id)
    });
    let needs = [
        (
            is_public || vpc.nat == Nat::Regional,
            "internet-gateway",
            "an internet gateway",
        ),
        (vpc.nat != Nat::None, "nat-gateway", "a NAT gateway"),
        (
            vpc.egress_only,
            "egress-only-internet-gateway",
            "an egress-only internet gateway",
        ),
        (
            vpc.vpn_gateway.is_some(),
            "virtual-private-gateway",
            "a VPN gateway",
        ),
        (
            asks || asked,
            "vpc-peering",
            "a peering with a VPC that does not enforce it",
        ),
    ];
    for (is_there, exclusion, what) in needs {
        let is_left_out = vpc.encryption_exclusions.iter().any(|it| it == exclusion);
        if !is_there || is_left_out {
            continue;
        }
        let change = Change::AddEncryptionExclusion {
            vpc: view.id(),
            exclusion: exclusion.into(),
        };
        found.add_with(
            &rules::ENC_ENFORCE_CONFLICT,
            view.at(Field::Encryption),
            format!(
                "{name} enforces encryption and has {what}, which cannot encrypt; leave it out (exclusion {exclusion})"
            ),
            fix(format!("Add the exclusion {exclusion}"), change),
        );
    }
}

/// What a flow log is written to.
enum Destination {
    Bucket,
    LogGroup,
}

/// Read the ARN of a bucket or a log group.
fn destination(arn: &str) -> Option<Destination> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [start, partition, service, region, account, rest] = parts.as_slice() else {
        return None;
    };
    if *start != "arn" || !partition.starts_with("aws") {
        return None;
    }
    match *service {
        "s3" if !rest.is_empty() && !rest.starts_with('/') => Some(Destination::Bucket),
        "logs" => {
            let group = rest.strip_prefix("log-group:")?;
            let is_whole = !region.is_empty() && account.len() == 12 && !group.is_empty();
            is_whole.then_some(Destination::LogGroup)
        }
        _ => None,
    }
}

fn flow_log(view: &View<'_>, found: &mut Found) {
    let vpc = view.vpc;
    let name = view.name();
    let at = || -> Spot { view.at(Field::FlowLog).on(Kind::FlowLog, vpc, "") };
    let Some(log) = &vpc.flow_log else {
        // A VPC of the form alone, which reaches the internet at most, is left in peace.
        let is_connected = vpc.nat != Nat::None
            || vpc.transit_gateway.is_some()
            || vpc.vpn_gateway.is_some()
            || !vpc.peerings.is_empty();
        if is_connected {
            found.add(
                &rules::NO_FLOW_LOGS,
                view.at(Field::FlowLog),
                format!("{name} keeps no flow log of its traffic; add one"),
            );
        }
        return;
    };
    let is_role = |role: &Text| {
        role.starts_with("arn:") && role.contains(":iam::") && role.contains(":role/")
    };
    match destination(&log.destination) {
        None => found.add(
            &rules::FLOW_LOG_DESTINATION,
            at(),
            format!(
                "the flow log of {name} is written to “{}”, which is neither a bucket (arn:aws:s3:::…) nor a log group (arn:aws:logs:…); give the ARN of one",
                log.destination
            ),
        ),
        Some(Destination::LogGroup) if !log.role.as_ref().is_some_and(is_role) => found.add(
            &rules::FLOW_LOG_ROLE,
            at(),
            format!(
                "the flow log of {name} is written to a log group and has no role that may write there; give the ARN of one (arn:aws:iam::…:role/…)"
            ),
        ),
        Some(Destination::Bucket) if log.role.is_some() => found.add(
            &rules::FLOW_LOG_ROLE,
            at(),
            format!(
                "the flow log of {name} is written to a bucket, for which AWS takes no role; take the role away"
            ),
        ),
        Some(_) => {}
    }
}
