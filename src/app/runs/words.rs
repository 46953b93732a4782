//! Words of the pages about changes: places, counts, calls, times.

use crate::design::REGIONS;
use crate::network::{Id, Key, Kind, Network};
use crate::picture::view::grouped;
use crate::steps::{Action, Step, StepGraph};
use crate::workspace::deleted;
use std::collections::BTreeMap;

/// A region by its code and what people call it: `eu-west-1 (Ireland)`.
pub(super) fn region(code: &str) -> String {
    match REGIONS.iter().find(|(known, _)| *known == code) {
        Some((_, name)) => format!("{code} ({name})"),
        None => code.to_owned(),
    }
}

/// An account in groups of four digits, as the console writes it: `1234-5678-9012`.
pub(super) fn account(digits: Option<&str>) -> String {
    match digits {
        Some(digits) if digits.len() == 12 && digits.bytes().all(|it| it.is_ascii_digit()) => {
            format!("{}-{}-{}", &digits[..4], &digits[4..8], &digits[8..])
        }
        Some(other) => other.to_owned(),
        None => "an unknown account".to_owned(),
    }
}

/// A number of steps in words.
pub(super) fn steps(number: usize) -> String {
    match number {
        1 => "1 step".to_owned(),
        several => format!("{} steps", grouped(several as u64)),
    }
}

/// What confirming does, in words: `Create 36 resources`, for a change `Make 12 changes`, and where whole VPCs go
/// `Delete 1 VPC, 6 subnets`.
pub(super) fn deed(graph: &StepGraph, is_change: bool) -> String {
    let made: usize = graph.counts().into_iter().map(|(_, count)| count).sum();
    let is_vpc_gone = graph.steps().any(|it| it.call.action == Action::DeleteVpc);
    if made == 0 && is_vpc_gone {
        return format!("Delete {}", deleted(graph).join(", "));
    }
    match (is_change, made, graph.len()) {
        (true, _, 1) => "Make 1 change".to_owned(),
        (true, _, steps) => format!("Make {} changes", grouped(steps as u64)),
        (false, 1, _) => "Create 1 resource".to_owned(),
        (false, made, _) => format!("Create {} resources", grouped(made as u64)),
    }
}

/// A call in words: `CreateNatGateway` is “Create NAT gateway”.
pub(super) fn call(name: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for letter in name.chars() {
        match words.last_mut() {
            Some(word) if !letter.is_uppercase() => word.push(letter),
            _ => words.push(letter.to_string()),
        }
    }
    let mut said = String::new();
    for (place, word) in words.iter().enumerate() {
        let word = match word.as_str() {
            "Vpc" => "VPC",
            "Nat" => "NAT",
            "Cidr" => "CIDR",
            "Vpn" => "VPN",
            "Dhcp" => "DHCP",
            "Acl" => "ACL",
            "Ip" => "IP",
            "Ipv6" => "IPv6",
            other if place == 0 => other,
            other => &other.to_lowercase(),
        };
        if place > 0 {
            said.push(' ');
        }
        said.push_str(word);
    }
    said
}

/// A time span: `4.2 s`, `1:23`, `1:02:03`.
pub(super) fn span(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    if milliseconds < 60_000 {
        return format!("{}.{} s", seconds, (milliseconds % 1000) / 100);
    }
    clock(seconds)
}

/// So many seconds as a clock shows them: `1:23`.
pub(super) fn clock(seconds: u64) -> String {
    let (hours, minutes, rest) = (seconds / 3600, (seconds / 60) % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{rest:02}")
    } else {
        format!("{minutes}:{rest:02}")
    }
}

/// What resources are called.
#[derive(Clone, Debug, Default)]
pub(super) struct Names(BTreeMap<Key, String>);

impl Names {
    /// Of these networks; the first that names a resource is right.
    pub(super) fn of<'a>(networks: impl IntoIterator<Item = &'a Network>) -> Self {
        let mut names = BTreeMap::new();
        for network in networks {
            for resource in network.resources() {
                let name = || resource.label().to_owned();
                names.entry(resource.key().clone()).or_insert_with(name);
            }
        }
        Self(names)
    }

    /// The name of a resource, else its id.
    pub(super) fn get<'a>(&'a self, key: &'a Key) -> &'a str {
        self.0.get(key).map_or(key.id.as_str(), String::as_str)
    }

    /// What a step is about: its name, and the part of it that the call tells beside (the destination of a route).
    pub(super) fn about(&self, step: &Step) -> (String, String) {
        let id = step.about.id.as_str();
        let action = step.call.action.name();
        let rest = step.id.strip_prefix(action).unwrap_or_default().trim();
        // A route table of one subnet is called as that is; what is associated is to be told all the same.
        let is_other = action.starts_with("Associate") && self.other(rest).is_some();
        let words: Vec<&str> = rest
            .split(' ')
            .filter(|word| is_other || (*word != id && *word != step.about.kind.word()))
            .collect();
        let detail = words.join(" ");
        let detail = self.other(&detail).map_or(detail.clone(), str::to_owned);
        (self.get(&step.about).to_owned(), detail)
    }

    /// The name of the subnet or VPC that a call tells beside, where it is one.
    fn other(&self, id: &str) -> Option<&str> {
        let named = |kind: Kind| {
            let key = Key::new(kind, Id::Planned(id.into()));
            let live = || self.0.get(&Key::new(kind, Id::aws(id)));
            self.0.get(&key).or_else(live)
        };
        let name = named(Kind::Subnet).or_else(|| named(Kind::Vpc))?;
        Some(name.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_times_are_said_as_people_write_them() {
        assert_eq!(region("eu-west-1"), "eu-west-1 (Ireland)");
        assert_eq!(region("xx-new-9"), "xx-new-9");
        assert_eq!(account(Some("123456789012")), "1234-5678-9012");
        assert_eq!(account(None), "an unknown account");
        assert_eq!(span(4_250), "4.2 s");
        assert_eq!(span(83_000), "1:23");
        assert_eq!(span(3_723_000), "1:02:03");
    }

    #[test]
    fn calls_are_words() {
        assert_eq!(call("CreateNatGateway"), "Create NAT gateway");
        assert_eq!(call("AssociateVpcCidrBlock"), "Associate VPC CIDR block");
        assert_eq!(call("CreateVpcEndpoint"), "Create VPC endpoint");
    }

    #[test]
    fn a_region_is_told_with_its_place_where_that_is_known() {
        assert_eq!(region("eu-west-1"), "eu-west-1 (Ireland)");
        assert_eq!(region("xx-north-9"), "xx-north-9");
    }
}
