//! Network ACLs and security groups.

use super::book::Found;
use super::fields::Fields;
use super::gather::{Gather, push, sorted};
use super::term::Term;
use super::what::What;
use crate::network::{
    AclAction, AclEntry, Cause, Key, Kind, Known, NetworkAclFacts, RulePeer, SecurityGroupFacts,
    SecurityGroupRule, Text,
};
use compact_str::format_compact;

/// Protocols by name and number.
/// <https://www.iana.org/assignments/protocol-numbers/protocol-numbers.xhtml>
const PROTOCOLS: &[(&str, &str)] = &[
    ("-1", "all"),
    ("1", "icmp"),
    ("6", "tcp"),
    ("17", "udp"),
    ("58", "icmpv6"),
];

/// A protocol as AWS answers: by name in a security group, by number in a network ACL.
fn protocol(text: &str, by_name: bool) -> Text {
    let lower = text.to_ascii_lowercase();
    PROTOCOLS
        .iter()
        .find(|(number, name)| *number == lower || *name == lower)
        .map_or_else(
            || lower.as_str().into(),
            |&(number, name)| match number {
                "-1" => "-1".into(),
                number => (if by_name { name } else { number }).into(),
            },
        )
}

pub(super) fn network_acl(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let mut entries = Vec::new();
    let mut whole = true;
    for (name, egress) in [("ingress", false), ("egress", true)] {
        let names = &[name];
        let (items, all) = f.objects(names);
        whole &= all || matches!(f.get(names), Some(Term::Chosen));
        for item in items {
            match acl_entry(&item, Some(egress)) {
                Some(entry) => entries.push(entry),
                None => whole = false,
            }
        }
    }
    let is_default = f.declaration.what == What::DefaultNetworkAcl;
    let vpc = if f.has(&["VpcId"]) && !matches!(f.get(&["VpcId"]), Some(Term::Chosen)) {
        f.id_of(&["VpcId"], Kind::Vpc)
    } else {
        super::tables::of_companion(f, Kind::NetworkAcl)
    };
    let facts = NetworkAclFacts {
        vpc,
        is_default: Known::Value(is_default),
        entries: if whole {
            sorted(entries)
        } else {
            Known::Unread
        },
        subnets: match f.get(&["subnet_ids"]) {
            Some(Term::Chosen) => Known::Value(Vec::new()),
            _ => f.ids(&["subnet_ids"], Kind::Subnet),
        },
    };
    gather.add(f, facts);
}

fn acl_entry(f: &Fields<'_>, egress: Option<bool>) -> Option<AclEntry> {
    let action = match f.some_text(&["RuleAction", "action"])?.as_str() {
        "allow" => AclAction::Allow,
        "deny" => AclAction::Deny,
        other => {
            f.refuse(
                &["RuleAction"],
                format_compact!("“{other}” is neither allow nor deny"),
            );
            return None;
        }
    };
    let protocol = protocol(&f.some_text(&["Protocol"])?, false);
    let number = f.some_number(&["RuleNumber", "rule_no"])?;
    let blocks: [&[&str]; 2] = [&["CidrBlock"], &["Ipv6CidrBlock"]];
    let mut cidr = None;
    for names in blocks {
        match f.found_block(names) {
            Found::Absent => {}
            found => match f.known(names, found) {
                Known::Value(block) => cidr = Some(block),
                // An entry whose far side is not known is no entry for everybody.
                Known::Unread | Known::ChosenByAws => return None,
            },
        }
    }
    let range = f.object(&["PortRange"]);
    let icmp = f.object(&["Icmp"]);
    let has_ports = matches!(protocol.as_str(), "6" | "17");
    let ports = match range {
        Some(range) => range.some_number(&["From"]).zip(range.some_number(&["To"])),
        None => f
            .some_number(&["from_port"])
            .zip(f.some_number(&["to_port"])),
    };
    let icmp = match icmp {
        Some(icmp) => icmp.some_number(&["Type"]).zip(icmp.some_number(&["Code"])),
        None => f
            .some_number(&["icmp_type"])
            .zip(f.some_number(&["icmp_code"])),
    };
    Some(AclEntry {
        egress: egress.unwrap_or_else(|| f.is(&["Egress"])),
        number,
        action,
        cidr,
        ports: ports.filter(|_| has_ports),
        icmp: icmp.filter(|_| matches!(protocol.as_str(), "1" | "58")),
        protocol,
    })
}

pub(super) fn acl_entry_resource(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let entry = acl_entry(f, None);
    let acl = f.owner(&["NetworkAclId"], Kind::NetworkAcl);
    let facts = acl.and_then(|id| gather.owner::<NetworkAclFacts>(f, &id));
    match (facts, entry) {
        (Some(facts), Some(entry)) => push(&mut facts.entries, entry),
        (Some(facts), None) => facts.entries = Known::Unread,
        (None, _) => {}
    }
}

pub(super) fn acl_association(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let acl = f.owner(&["NetworkAclId"], Kind::NetworkAcl);
    let subnet = f.owner(&["SubnetId"], Kind::Subnet);
    let (Some(acl), Some(subnet)) = (acl, subnet) else {
        gather.lost.insert(Kind::NetworkAcl);
        return;
    };
    if let Some(facts) = gather.owner::<NetworkAclFacts>(f, &acl) {
        push(&mut facts.subnets, subnet);
    }
}

pub(super) fn group(f: &Fields<'_>, gather: &mut Gather<'_>) {
    let rules = |names: &[&str]| {
        if matches!(f.get(names), Some(Term::Chosen)) {
            return Known::Value(Vec::new());
        }
        let (items, mut whole) = f.objects(names);
        let mut found = Vec::new();
        for item in items {
            match rules_of(&item, f.key()) {
                Some(rules) => found.extend(rules),
                None => whole = false,
            }
        }
        if whole { sorted(found) } else { Known::Unread }
    };
    let egress_names: &[&str] = &["SecurityGroupEgress", "egress"];
    if f.is_template() && !f.has(egress_names) {
        gather.open_groups.insert(f.id());
    }
    let is_default = f.declaration.what == What::DefaultSecurityGroup;
    let name = if is_default {
        Known::Value("default".into())
    } else if f.has(&["GroupName", "name"]) {
        f.text(&["GroupName", "name"])
    } else {
        Known::ChosenByAws
    };
    let vpc = match f.found_key(&["VpcId"], &[Kind::Vpc]) {
        // Terraform and CloudFormation put it into the default VPC then.
        Found::Absent | Found::Chosen => Known::Unread,
        found => f.known(&["VpcId"], found).map(|key| key.id.clone()),
    };
    let facts = SecurityGroupFacts {
        vpc,
        group_name: name,
        description: f.text(&["GroupDescription", "Description"]),
        ingress: rules(&["SecurityGroupIngress", "ingress"]),
        egress: rules(egress_names),
    };
    gather.add(f, facts);
}

/// The rules that one entry writes, one for each far side; none where one is not known.
fn rules_of(f: &Fields<'_>, own: &Key) -> Option<Vec<SecurityGroupRule>> {
    let protocol = protocol(&f.some_text(&["IpProtocol", "protocol"])?, true);
    let port = |names: &[&str]| -> Option<i32> {
        if protocol == "-1" {
            return None;
        }
        f.some_number(names)
    };
    let rule = |peer| SecurityGroupRule {
        protocol: protocol.clone(),
        from_port: port(&["FromPort"]),
        to_port: port(&["ToPort"]),
        peer,
        description: f.some_text(&["Description"]),
    };
    let mut peers = Vec::new();
    let blocks: &[&[&str]] = &[
        &["CidrIp", "cidr_ipv4"],
        &["CidrIpv6"],
        &["cidr_blocks"],
        &["ipv6_cidr_blocks"],
    ];
    for names in blocks {
        if f.get(names) == Some(&Term::Chosen) {
            continue;
        }
        let (texts, whole) = f.texts(names);
        for text in &texts {
            match super::fields::block_of(text) {
                Found::Value(block) => peers.push(RulePeer::Block(block)),
                Found::Absent | Found::Chosen => {}
                Found::Lost(loss) => {
                    f.lose(names, &loss);
                    return None;
                }
            }
        }
        if !whole {
            return None;
        }
    }
    let groups: &[&str] = &[
        "SourceSecurityGroupId",
        "DestinationSecurityGroupId",
        "referenced_security_group_id",
    ];
    let lists: &[&str] = &[
        "SourcePrefixListId",
        "DestinationPrefixListId",
        "prefix_list_id",
    ];
    let named: [(&[&str], Kind); 4] = [
        (groups, Kind::SecurityGroup),
        (&["security_groups"], Kind::SecurityGroup),
        (lists, Kind::PrefixList),
        (&["prefix_list_ids"], Kind::PrefixList),
    ];
    for (names, kind) in named {
        if f.get(names) == Some(&Term::Chosen) {
            continue;
        }
        let Known::Value(ids) = f.ids(names, kind) else {
            return None;
        };
        for id in ids {
            peers.push(match kind {
                Kind::SecurityGroup => RulePeer::Group(id),
                _ => RulePeer::PrefixList(id),
            });
        }
    }
    if f.is(&["self"]) {
        peers.push(RulePeer::Group(own.id.clone()));
    }
    if peers.is_empty() {
        f.lose(
            &["SourceSecurityGroupId"],
            &super::book::Loss {
                written: Text::default(),
                why: "a rule without a far side that is known".into(),
                cause: Cause::NotUnderstood,
            },
        );
        return None;
    }
    Some(peers.into_iter().map(rule).collect())
}

/// A rule that is a resource of its own; `egress` where its type says so.
pub(super) fn rule_resource(f: &Fields<'_>, gather: &mut Gather<'_>, egress: Option<bool>) {
    let Some(group) = f.owner(&["GroupId", "security_group_id"], Kind::SecurityGroup) else {
        gather.lost.insert(Kind::SecurityGroup);
        return;
    };
    let own = Key::new(Kind::SecurityGroup, group.clone());
    let rules = rules_of(f, &own);
    let egress = match egress {
        Some(egress) => egress,
        None => match f.some_text(&["type"]).as_deref() {
            Some("egress") => true,
            Some("ingress") => false,
            _ => {
                gather.lost.insert(Kind::SecurityGroup);
                return;
            }
        },
    };
    let Some(facts) = gather.owner::<SecurityGroupFacts>(f, &group) else {
        return;
    };
    let list = if egress {
        &mut facts.egress
    } else {
        &mut facts.ingress
    };
    match rules {
        Some(rules) => {
            for rule in rules {
                push(list, rule);
            }
        }
        None => *list = Known::Unread,
    }
}
