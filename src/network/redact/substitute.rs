//! Substitutes for texts: each a function of the text alone, of the same form where the form means something.

use super::address;
use crate::network::key::{Kind, Text};
use compact_str::format_compact;
use ipnet::IpNet;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::net::IpAddr;

/// What each hash begins with. A change gives everything other substitutes, and files of before fit to those of after
/// no longer.
const SEAL: &[u8] = b"vpc-atlas redaction 1\0";

/// Digits of a substitute that nothing hangs on but telling values apart.
const SHORT: usize = 12;
/// Digits of a resource's id, as AWS gives them.
const LONG: usize = 17;

/// The hash of a value of a class.
pub(super) fn digest(class: &str, value: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(SEAL);
    hash.update(class.as_bytes());
    hash.update([0]);
    hash.update(value);
    hash.finalize().into()
}

/// So many digits of the hash of a value.
fn digits(class: &str, value: &str, count: usize) -> String {
    let mut digits = String::with_capacity(64);
    for byte in digest(class, value.as_bytes()) {
        // Writing to a string does not fail.
        let _ = write!(digits, "{byte:02x}");
    }
    digits.truncate(count);
    digits
}

fn number(class: &str, value: &str, below: u64) -> u64 {
    let first = digest(class, value.as_bytes());
    let number = first
        .iter()
        .take(8)
        .fold(0_u64, |number, &byte| (number << 8) | u64::from(byte));
    number % below
}

/// A word of AWS's, such as a state: what has the form of one stays.
pub(super) fn word(text: &str) -> Text {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    let stays = text.len() <= 40 && text.chars().all(is_plain) && !holds_account(text);
    match address(text) {
        Some(address) => address,
        None if stays => text.into(),
        None => self::text(text),
    }
}

/// Whether twelve digits follow each other, as in an account's number.
fn holds_account(text: &str) -> bool {
    text.split(|c: char| !c.is_ascii_digit())
        .any(|digits| digits.len() >= 12)
}

/// Anything that people wrote.
pub(super) fn text(text: &str) -> Text {
    match text {
        // The sentences that AWS itself writes.
        "" | "default VPC security group" => text.into(),
        _ => format_compact!("text-{}", digits("text", text, SHORT)),
    }
}

/// What people call something. “Public” and “private” stay in it, since a name is compared with what a subnet is.
pub(super) fn name(name: &str) -> Text {
    // The group that AWS makes with a VPC is told by its name.
    if name.is_empty() || name == "default" {
        return name.into();
    }
    let lower = name.to_lowercase();
    let said = |part: &str, word: &'static str| if lower.contains(part) { word } else { "" };
    let (public, private) = (said("pub", "public-"), said("priv", "private-"));
    format_compact!("{public}{private}name-{}", digits("text", name, SHORT))
}

/// The value of a tag.
pub(super) fn tag_value(key: &str, value: &str) -> Text {
    match key {
        "Name" | "Tier" => name(value),
        _ if value.is_empty() => Text::default(),
        _ if value.starts_with("arn:") => arn(value),
        _ => format_compact!("value-{}", digits("text", value, SHORT)),
    }
}

/// What [`Network::redacted`](crate::network::Network::redacted) calls the key of a tag: those that are in general use
/// stay.
pub fn tag_key(key: &str) -> Text {
    const USUAL: &[&str] = &[
        "application",
        "app",
        "awsapplication",
        "component",
        "costcenter",
        "createdby",
        "env",
        "environment",
        "managedby",
        "name",
        "owner",
        "project",
        "purpose",
        "role",
        "service",
        "stage",
        "team",
        "tier",
        "version",
    ];
    const CLUSTER: &str = "kubernetes.io/cluster/";
    let plain: String = key
        .chars()
        .filter(|c| !"-_ ".contains(*c))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    // Keys that begin with `aws:` are AWS's own; nobody else can write one.
    let is_reserved = ["aws:", "vpc-atlas:", "kubernetes.io/role/"]
        .iter()
        .any(|start| key.starts_with(start));
    if USUAL.contains(&plain.as_str()) || (is_reserved && is_plain_key(key)) {
        return key.into();
    }
    match key.strip_prefix(CLUSTER) {
        Some(cluster) => format_compact!("{CLUSTER}{}", name(cluster)),
        None => format_compact!("key-{}", digits("text", key, SHORT)),
    }
}

fn is_plain_key(key: &str) -> bool {
    key.chars()
        .all(|c| c.is_ascii_alphabetic() || "-:/.".contains(c))
}

/// An account, by its twelve digits or by a word for AWS itself.
pub(super) fn account(account: &str) -> Text {
    match account {
        "" | "AWS" | "aws" | "amazon" | "amazon-aws" | "aws-marketplace" | "self" => account.into(),
        _ if is_account(account) => {
            format_compact!("{:012}", number("account", account, 1_000_000_000_000))
        }
        _ => id(account),
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A service that acts by itself (`ecs.amazonaws.com`, `amazon-elb`), if the text is one.
pub(super) fn is_service(text: &str) -> bool {
    let is_named = text.starts_with("amazon-") || text.ends_with(".amazonaws.com");
    is_named && word(text) == text
}

/// Who made or owns something: an account, a service, or a session of a role.
pub(super) fn principal(principal: &str) -> Text {
    if is_service(principal) {
        principal.into()
    } else if is_account(principal) || principal.len() < 4 {
        account(principal)
    } else {
        name(principal)
    }
}

/// What [`Network::redacted`](crate::network::Network::redacted) calls a region or a zone: it stays, since it is AWS's own;
/// anything that is neither has the substitute of an id.
pub fn place(place: &str) -> Text {
    let is_plain = place
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    // `eu-west-1`, `us-gov-east-1b`, `us-west-2-lax-1a`, `use1-az4`.
    let parts: Vec<&str> = place.split('-').collect();
    let is_short = parts.iter().all(|part| (1..=10).contains(&part.len()));
    let begins = parts.first().is_some_and(|first| first.len() <= 5);
    let counted = parts
        .iter()
        .skip(1)
        .any(|part| part.contains(|c: char| c.is_ascii_digit()));
    if place.is_empty() || (is_plain && is_short && begins && counted && parts.len() <= 7) {
        place.into()
    } else {
        id(place)
    }
}

/// Prefixes of ids that are no kind of resource here.
const OTHER_PREFIXES: &[&str] = &[
    "rtbassoc-",
    "eipassoc-",
    "vpce-svc-",
    "ipam-pool-",
    "ipv6pool-ec2-",
    "ipv4pool-ec2-",
    "rslvr-in-",
    "rslvr-out-",
    "lgw-rtb-",
    "op-",
    "fs-",
    "d-",
    "rcfg-",
    "sn-",
];

fn prefix(id: &str) -> Option<&'static str> {
    let other = OTHER_PREFIXES
        .iter()
        .copied()
        .find(|prefix| id.starts_with(prefix));
    other.or_else(|| Kind::prefix_of_id(id).map(|(prefix, _)| prefix))
}

/// An id: the prefix that tells its kind stays.
pub(super) fn id(id: &str) -> Text {
    if id.is_empty() {
        return Text::default();
    }
    if is_account(id) {
        return account(id);
    }
    if id.starts_with("arn:") {
        return arn(id);
    }
    if let Some(address) = address(id) {
        return address;
    }
    format_compact!("{}{}", prefix(id).unwrap_or("id-"), digits("id", id, LONG))
}

/// The logical name of a planned resource, part by part.
pub(super) fn planned(name: &str) -> Text {
    let parts: Vec<String> = name
        .split('/')
        .map(|part| digits("text", part, 8))
        .collect();
    parts.join("/").into()
}

/// An address or block as text, if it is one.
fn address(text: &str) -> Option<Text> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(format_compact!("{}", address::address(address)));
    }
    let block = text.parse::<IpNet>().ok()?;
    Some(format_compact!("{}", address::block(block)))
}

/// An address where nothing else is expected.
pub(super) fn address_or_name(text: &str) -> Text {
    address(text).unwrap_or_else(|| name(text))
}

/// An ARN: partition, service, region and what kind of thing it names stay. Elsewhere a log group, a bucket or a name.
pub(super) fn arn(text: &str) -> Text {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, service, region, owner, resource] = parts.as_slice() else {
        return match prefix(text) {
            Some(_) => id(text),
            None => address_or_name(text),
        };
    };
    let region = if region.is_empty() {
        Text::default()
    } else {
        place(region)
    };
    format_compact!(
        "arn:{}:{}:{region}:{}:{}",
        word(partition),
        word(service),
        account(owner),
        resource_of_arn(resource)
    )
}

/// The last part of an ARN. Words for kinds of things stay, ids and names in it are replaced one by one, so that the
/// name of a function or a role is the same as elsewhere.
fn resource_of_arn(resource: &str) -> String {
    const THINGS: &[&str] = &[
        "app",
        "assumed-role",
        "attachment",
        "bucket",
        "cluster",
        "db",
        "delivery-stream",
        "deliverystream",
        "endpoint",
        "function",
        "group",
        "gwy",
        "key",
        "loadbalancer",
        "log-group",
        "log-stream",
        "net",
        "outpost",
        "policy",
        "resourceconfiguration",
        "role",
        "root",
        "service",
        "servicenetwork",
        "stack",
        "targetgroup",
        "task",
        "user",
    ];
    let mut out = String::with_capacity(resource.len());
    for part in resource.split_inclusive(['/', ':']) {
        let (part, separator) = match part.strip_suffix(['/', ':']) {
            Some(bare) => (bare, &part[bare.len()..]),
            None => (part, ""),
        };
        let stays =
            matches!(part, "" | "*") || THINGS.contains(&part) || Kind::from_word(part).is_some();
        if stays {
            out.push_str(part);
        } else if is_account(part) || prefix(part).is_some() {
            out.push_str(&id(part));
        } else {
            out.push_str(&name(part));
        }
        out.push_str(separator);
    }
    out
}

/// A permission (`ec2:DescribeVpcs`).
pub(super) fn action(action: &str) -> Text {
    let is_action = action.split_once(':').is_some_and(|(service, call)| {
        let plain = |text: &str| {
            let is = |c: char| c.is_ascii_alphanumeric() || "-*".contains(c);
            !text.is_empty() && text.chars().all(is)
        };
        plain(service) && plain(call)
    });
    if is_action || action == "*" {
        action.into()
    } else {
        text(action)
    }
}

/// The name of a service or of a prefix list: AWS's own stay, of those that others offer the id is replaced.
pub(super) fn service(service: &str) -> Text {
    let is_plain = service
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-._".contains(c));
    // `aws.api.eu-west-1.…` is AWS's; a prefix list that people made may begin so too, and names no region.
    let is_regional = || service.split('.').any(is_region_word);
    let is_aws = ["com.amazonaws.", "cn.com.amazonaws."]
        .iter()
        .any(|start| service.starts_with(start))
        || (service.starts_with("aws.") && is_regional());
    if service.starts_with("arn:") {
        return arn(service);
    }
    if !(is_aws && is_plain) || holds_account(service) {
        return name(service);
    }
    let part = |part: &str| {
        if part.starts_with("vpce-svc-") {
            id(part).to_string()
        } else {
            part.to_owned()
        }
    };
    let parts: Vec<String> = service.split('.').map(part).collect();
    parts.join(".").into()
}

/// Whether a word has the form of a region's name: `eu-west-1`, `us-gov-west-1`.
fn is_region_word(word: &str) -> bool {
    let mut parts = word.rsplit('-');
    let is_number = parts.next().is_some_and(|number| {
        number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    let words: Vec<&str> = parts.collect();
    is_number
        && (2..=3).contains(&words.len())
        && words
            .iter()
            .all(|word| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase()))
}

/// The number of an autonomous system as text. Private ones stay, and so do those that AWS takes for its own gateways.
pub(super) fn system(text: &str) -> Text {
    match text.parse() {
        Ok(number) => format_compact!("{}", system_number(number)),
        Err(_) => name(text),
    }
}

/// The number of an autonomous system; see [`system`]. A public one becomes a private one of four bytes.
pub(super) fn system_number(system: u64) -> u64 {
    const PRIVATE: std::ops::RangeInclusive<u64> = 64_512..=65_534;
    const PRIVATE_LONG: std::ops::RangeInclusive<u64> = 4_200_000_000..=4_294_967_294;
    const OF_AWS: [u64; 4] = [7224, 9059, 10124, 17493];
    if PRIVATE.contains(&system) || PRIVATE_LONG.contains(&system) || OF_AWS.contains(&system) {
        return system;
    }
    let room = PRIVATE_LONG.end() - PRIVATE_LONG.start() + 1;
    PRIVATE_LONG.start() + number("system", &system.to_string(), room)
}

/// A hardware address: one that was given out by hand.
pub(super) fn hardware(address: &str) -> Text {
    if address.is_empty() {
        return Text::default();
    }
    let digits = digits("hardware", &address.to_lowercase(), 10);
    let mut out = String::from("02");
    for at in (0..digits.len()).step_by(2) {
        out.push(':');
        out.push_str(digits.get(at..at + 2).unwrap_or_default());
    }
    out.into()
}

/// A value of DHCP options.
pub(super) fn option(value: &str) -> Text {
    let is_number = value.len() <= 6 && value.bytes().all(|byte| byte.is_ascii_digit());
    let region = value.strip_suffix(".compute.internal");
    let is_aws = matches!(value, "AmazonProvidedDNS" | "ec2.internal")
        || region.is_some_and(|region| place(region) == region);
    if is_number || is_aws {
        value.into()
    } else {
        address_or_name(value)
    }
}

/// What AWS writes on an interface: the words that tell who uses it stay, and the id or name behind them is replaced.
/// The words are those that [`crate::network::InterfaceUse`] reads.
pub(super) fn interface(description: &str) -> Text {
    const WORDS: &[&str] = &[
        "ELB app/",
        "ELB net/",
        "ELB gwy/",
        "ELB ",
        "AWS Lambda VPC ENI-",
        "AWS Lambda VPC ENI",
        "Interface for NAT Gateway",
        "VPC Endpoint Interface",
        "Network Interface for Transit Gateway Attachment",
        "RDSNetworkInterface",
        "RedshiftNetworkInterface",
        "DMSNetworkInterface",
        "ElastiCache ",
        "EFS mount target for ",
        "Amazon EKS ",
        "Route 53 Resolver:",
        "AWS created network interface for directory ",
    ];
    const ATTACHMENT: &str = "Transit Gateway Attachment";
    if description.starts_with("arn:") {
        return arn(description);
    }
    let known = WORDS
        .iter()
        .find_map(|words| Some((*words, description.strip_prefix(words)?)));
    match known {
        Some(("AWS Lambda VPC ENI-", rest)) => lambda(rest),
        Some((words, rest)) => format_compact!("{words}{}", mentioned(rest)),
        None => match description.split_once(ATTACHMENT) {
            Some((_, rest)) => format_compact!("{ATTACHMENT}{}", mentioned(rest)),
            // A task of ECS is told by this.
            None if description.contains(":attachment/") => {
                format_compact!("{}:attachment/", text(description))
            }
            None => text(description),
        },
    }
}

/// The name of a function, then five groups of digits.
fn lambda(rest: &str) -> Text {
    let parts: Vec<&str> = rest.split('-').collect();
    let (of_name, of_number) = parts.split_at(parts.len().saturating_sub(5));
    if of_name.is_empty() {
        return format_compact!("AWS Lambda VPC ENI-{}", name(rest));
    }
    let function = name(&of_name.join("-"));
    let it = digits("id", &of_number.join("-"), 32);
    let group = |from: usize, to: usize| it.get(from..to).unwrap_or_default();
    format_compact!(
        "AWS Lambda VPC ENI-{function}-{}-{}-{}-{}-{}",
        group(0, 8),
        group(8, 12),
        group(12, 16),
        group(16, 20),
        group(20, 32)
    )
}

/// What stands behind AWS's own words: ids keep their form, everything else is a name.
fn mentioned(rest: &str) -> String {
    let mut out = String::with_capacity(rest.len());
    for part in rest.split_inclusive([' ', '/', ':', ',']) {
        let (part, separator) = match part.strip_suffix([' ', '/', ':', ',']) {
            Some(bare) => (bare, &part[bare.len()..]),
            None => (part, ""),
        };
        if prefix(part).is_some() {
            out.push_str(&id(part));
        } else {
            out.push_str(&name(part));
        }
        out.push_str(separator);
    }
    out
}
