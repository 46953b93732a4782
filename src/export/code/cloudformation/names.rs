//! Logical ids: letters and digits only, made of what a resource is within its VPC and never of its position.

use crate::network::{Id, Key};
use crate::steps::{Action, Find, Step, Value};
use std::collections::BTreeMap;

/// CloudFormation takes 255 letters and digits.
const LONGEST: usize = 255;

/// The VPC that needs not be named in the ids of what is in it.
const MAIN: &str = "main";

/// What tells the version 6 block of a VPC from the VPC, which one step makes together.
pub(super) const IPV6_PART: &str = " ipv6";

/// The logical ids of what steps make, by the step's id.
///
/// A name is never changed by what stands beside it, save where two different names give the same letters; then both
/// get a number made of their full names.
pub(super) fn of_steps<'a>(steps: impl Iterator<Item = &'a Step>) -> BTreeMap<String, String> {
    let mut wanted: Vec<(String, String)> = Vec::new();
    for step in steps {
        if let Some(id) = of_step(step) {
            wanted.push((step.id.to_string(), id));
        }
        if step.call.action == Action::CreateVpc {
            let id = Name::new("VpcCidrBlock", &step.about.id).end("Ipv6");
            wanted.push((format!("{}{IPV6_PART}", step.id), id));
        }
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (_, id) in &wanted {
        let count = counts.entry(id.clone()).or_default();
        *count = count.saturating_add(1);
    }
    let is_alone = |id: &str| counts.get(id).is_none_or(|count| *count < 2);
    wanted
        .into_iter()
        .map(|(step, id)| {
            let id = if is_alone(&id) {
                id
            } else {
                numbered(&id, &step)
            };
            (step, id)
        })
        .collect()
}

/// The logical id of what a step makes; `None` where it makes no resource of a template.
fn of_step(step: &Step) -> Option<String> {
    let parameters = &step.call.parameters;
    let about = &step.about.id;
    let key = |name: &str| match parameters.get(name) {
        Some(Value::Made(key) | Value::Given(key)) => Some(key.id.clone()),
        Some(Value::Text(id)) => Some(Id::Aws(id.clone())),
        _ => None,
    };
    let text = |name: &str| match parameters.get(name) {
        Some(Value::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    let block = |names: &[&str]| {
        let found = names.iter().find_map(|name| text(name));
        found.map_or_else(|| "Ipv6".to_owned(), block_word)
    };
    let whole = |prefix: &str| Name::new(prefix, about).end("");
    Some(match step.call.action {
        Action::CreateVpc => whole("Vpc"),
        Action::AssociateVpcCidrBlock => {
            let block = block(&["CidrBlock", "Ipv6CidrBlock"]);
            Name::new("VpcCidrBlock", about).end(&block)
        }
        Action::CreateVpcEncryptionControl => whole("VpcEncryptionControl"),
        Action::AssociateDhcpOptions => whole("DhcpOptionsAssociation"),
        Action::CreateSubnet => Name::in_tier("Subnet", about).end(""),
        Action::AssociateSubnetCidrBlock => {
            let block = block(&["Ipv6CidrBlock"]);
            Name::in_tier("SubnetCidrBlock", about).end(&block)
        }
        Action::CreateInternetGateway => whole("InternetGateway"),
        Action::AttachInternetGateway => {
            Name::new("InternetGatewayAttachment", &key("VpcId")?).end("")
        }
        Action::CreateEgressOnlyInternetGateway => whole("EgressOnlyInternetGateway"),
        Action::CreateRouteTable => Name::in_tier("RouteTable", about).end(""),
        Action::CreateRoute => {
            let block = block(&["DestinationCidrBlock", "DestinationIpv6CidrBlock"]);
            let list = parameters.get("DestinationPrefixListId");
            let to = list.map_or(block, |list| format!("List{}", hash(&format!("{list:?}"))));
            Name::in_tier("Route", about).end(&to)
        }
        Action::AssociateRouteTable => {
            let of = key("SubnetId").or_else(|| key("GatewayId"))?;
            let prefix = if parameters.get("SubnetId").is_some() {
                "RouteTableAssociation"
            } else {
                "GatewayRouteTableAssociation"
            };
            Name::in_tier(prefix, &of).end("")
        }
        Action::EnableVgwRoutePropagation => Name::in_tier("RoutePropagation", about).end(""),
        Action::AllocateAddress => whole("ElasticIp"),
        Action::CreateNatGateway => whole("NatGateway"),
        Action::CreateTransitGatewayVpcAttachment => whole("TransitGatewayAttachment"),
        Action::CreateVpnGateway => whole("VpnGateway"),
        Action::AttachVpnGateway => Name::new("VpnGatewayAttachment", &key("VpcId")?).end(""),
        Action::CreateVpcPeeringConnection => Name::in_tier("Peering", about).end(""),
        Action::CreateVpcEndpoint => whole("Endpoint"),
        Action::CreateSecurityGroup => whole("SecurityGroup"),
        Action::CreateNetworkAcl => whole("NetworkAcl"),
        Action::CreateNetworkAclEntry => {
            let way = match parameters.get("Egress") {
                Some(Value::Bool(true)) => "Out",
                _ => "In",
            };
            let number = match parameters.get("RuleNumber") {
                Some(Value::Number(number)) => number.to_string(),
                _ => String::new(),
            };
            Name::new("NetworkAclEntry", about).end(&format!("{way}{number}"))
        }
        Action::ReplaceNetworkAclAssociation => {
            Name::in_tier("NetworkAclAssociation", &subnet_of_association(step)?.id).end("")
        }
        Action::CreateFlowLogs => whole("FlowLog"),
        Action::CreateResolverEndpoint => {
            let subject = step.id.split_once(' ').map_or("", |(_, subject)| subject);
            Name::new("ResolverEndpoint", &Id::Planned(subject.into())).end("")
        }
        _ => return None,
    })
}

/// The logical id of a rule that stands outside its security group.
pub(super) fn of_rule(direction: &str, group: &Id, rule: &str) -> String {
    Name::new(&format!("SecurityGroup{direction}"), group).end(&hash(rule))
}

/// The subnet that is to get another network ACL.
pub(super) fn subnet_of_association(step: &Step) -> Option<&Key> {
    let Some(Value::Find(Find::NetworkAclAssociation { subnet })) =
        step.call.parameters.get("AssociationId")
    else {
        return None;
    };
    match subnet.as_ref() {
        Value::Made(key) => Some(key),
        _ => None,
    }
}

/// The name of the parameter for something that is there already. No resource's id begins with any of these words.
pub(super) fn of_parameter(prefix: &str, id: &str) -> String {
    Name::new(prefix, &Id::Planned(id.into())).end("")
}

/// A logical id while it is put together.
struct Name {
    text: String,
    full: String,
    /// Whether the letters tell the full name.
    is_exact: bool,
}

impl Name {
    /// Of something in a VPC that has one such, or that is told by a zone or a service.
    fn new(prefix: &str, id: &Id) -> Self {
        Self::of(prefix, id, false)
    }

    /// Of something whose name within the VPC begins with a tier.
    fn in_tier(prefix: &str, id: &Id) -> Self {
        Self::of(prefix, id, true)
    }

    fn of(prefix: &str, id: &Id, has_tier: bool) -> Self {
        let full = id.as_str();
        let mut name = Self {
            text: prefix.to_owned(),
            full: format!("{prefix} {full}"),
            is_exact: true,
        };
        let mut parts = full.split('/');
        let vpc = parts.next().unwrap_or_default();
        if vpc != MAIN {
            name.exactly(vpc);
        }
        for (n, part) in parts.enumerate() {
            if n == 0 && has_tier {
                name.exactly(part);
            } else {
                name.loosely(part);
            }
        }
        name
    }

    /// A part that people choose: two that differ never look the same. `web-1` is `WebN1`, and `web1` is `Web1`.
    fn exactly(&mut self, part: &str) {
        for word in part.split('-') {
            let mut letters = word.chars();
            let first = letters.next();
            let is_number = first.is_some_and(|it| it.is_ascii_digit());
            let looks_numbered =
                word.starts_with('n') && letters.next().is_some_and(|it| it.is_ascii_digit());
            let is_bare = !word.is_empty()
                && word
                    .chars()
                    .all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
            self.is_exact &= is_bare && !looks_numbered;
            if is_number {
                self.text.push('N');
            }
            self.word(word);
        }
    }

    /// A zone, a number or a service, which AWS names.
    fn loosely(&mut self, part: &str) {
        part.split(['-', '.']).for_each(|word| self.word(word));
    }

    fn word(&mut self, word: &str) {
        let mut letters = word.chars().filter(char::is_ascii_alphanumeric);
        let first = letters.next().map(|it| it.to_ascii_uppercase());
        self.text.extend(first);
        self.text.extend(letters);
    }

    fn end(mut self, rest: &str) -> String {
        self.text.push_str(rest);
        self.full.push(' ');
        self.full.push_str(rest);
        if self.is_exact && self.text.len() <= LONGEST {
            self.text
        } else {
            numbered(&self.text, &self.full)
        }
    }
}

/// The id with a number made of the full name. All ids are ASCII, so that they can be cut anywhere.
fn numbered(id: &str, full: &str) -> String {
    let number = hash(full);
    let room = LONGEST.saturating_sub(number.len());
    let kept: String = id.chars().take(room).collect();
    kept + &number
}

/// FNV-1a, which is the same everywhere and always.
fn hash(text: &str) -> String {
    let hash = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("X{hash:016X}")
}

/// A block in letters and digits: `To10x0x0x0n16`; the default routes by what they are.
fn block_word(block: &str) -> String {
    match block {
        "0.0.0.0/0" => "DefaultV4".to_owned(),
        "::/0" => "DefaultV6".to_owned(),
        _ => {
            let letter = |it: char| match it {
                '/' => 'n',
                it if it.is_ascii_alphanumeric() => it,
                _ => 'x',
            };
            // A number may stand before it.
            "To".chars().chain(block.chars().map(letter)).collect()
        }
    }
}
