//! What is there already, for Terraform to take over: `import` blocks.
//!
//! Each kind of resource has its own form of id, as the last section of its page says.
//! <https://developer.hashicorp.com/terraform/language/import>

use super::hcl::{Block, Expr, Item, quoted};
use super::terraform::Group;
use crate::network::{
    AsFacts, CidrAssociation, Coverage, Id, Key, Kind, Known, Network, NetworkInterfaceFacts,
    RouteOrigin, RouteTableFacts, RulePeer, SecurityGroupFacts, SecurityGroupRule, VpcFacts,
};
use std::collections::BTreeMap;

/// Why the association of a block with a VPC is not imported.
const OF_BLOCK: &str = "the id of the association (vpc-cidr-assoc-…) is not known here; `aws ec2 describe-vpcs` tells it; if it is there, import it by that";
/// Why a rule of a security group is not imported.
const OF_RULE: &str = "its id (sgr-…) is not known here; `aws ec2 describe-security-group-rules` tells it; if it is there, import it by that";
/// Why encryption control is not imported.
const OF_ENCRYPTION: &str = "its id (vpcec-…) is not known here; if it is there, import it by that";
/// Why a resolver endpoint is not imported.
const OF_RESOLVER: &str =
    "its id (rslvr-in-…) is not known here; if it is there, import it by that";
/// Why a route, or what a table is for, is not imported.
const OF_TABLE: &str =
    "the route tables were not read, so whether it is there is not known; if it is, import it";

/// What of a plan is there already.
#[derive(Clone, Debug, Default)]
pub struct There {
    /// The ids that it has there, by what the plan calls it.
    pub ids: BTreeMap<Key, Id>,
    /// Where it was found: what is imported has to be there, or Terraform refuses all of it.
    pub network: Network,
}

impl There {
    /// The id of what is there.
    pub(super) fn id(&self, key: &Key) -> Option<&str> {
        match (&key.id, self.ids.get(key)) {
            (Id::Planned(_), Some(Id::Aws(id))) => Some(id),
            _ => None,
        }
    }

    fn facts<T: AsFacts>(&self, planned: &Key) -> Option<&T> {
        self.network.facts::<T>(&Id::aws(self.id(planned)?))
    }

    /// A route of a planned table: `rtb-…_0.0.0.0/0`.
    pub(super) fn route(&self, table: &Key, destination: &str) -> Import {
        let Some(id) = self.id(table) else {
            return Import::None;
        };
        let facts = self.facts::<RouteTableFacts>(table);
        match facts.map(|facts| &facts.routes) {
            Some(Known::Value(routes)) => {
                let is_it = routes.iter().any(|route| {
                    route.origin == RouteOrigin::CreateRoute
                        && route.destination.to_string() == destination
                });
                Import::of(is_it.then(|| format!("{id}_{destination}")))
            }
            _ => Import::ByHand(OF_TABLE),
        }
    }

    /// What ties a subnet or gateway of this id to a table, be it another than the planned one: the provider changes
    /// that where it stands.
    pub(super) fn association(&self, tied: &str) -> Import {
        if self.ids.is_empty() {
            return Import::None;
        }
        let id = Id::aws(tied);
        for (table, facts) in self.network.all::<RouteTableFacts>() {
            let mut ties = facts.associations.items().iter();
            let is_it = ties.any(|it| {
                it.holds()
                    && !it.main
                    && (it.subnet.as_ref() == Some(&id) || it.gateway.as_ref() == Some(&id))
            });
            if is_it {
                return Import::Id(format!("{tied}/{}", table.key().id));
            }
        }
        let kind = Kind::of_id(tied).unwrap_or(Kind::Subnet);
        let around = self
            .network
            .coverage_around(&Key::new(kind, id), Kind::RouteTable);
        match around {
            Coverage::Complete => Import::None,
            _ => Import::ByHand(OF_TABLE),
        }
    }

    /// A tag of something that comes with a VPC. One that is not there is made.
    pub(super) fn tag(&self, planned: &Key, tag: &str) -> Import {
        let id = self.id(planned);
        let is_tagged = |id: &&str| {
            let there = Key::new(planned.kind, Id::aws(*id));
            self.network
                .get(&there)
                .is_some_and(|it| it.tag(tag).is_some())
        };
        Import::of(id.filter(is_tagged).map(|id| format!("{id},{tag}")))
    }

    /// A further block of a VPC.
    pub(super) fn block(&self, vpc: &Key, block: &str) -> Import {
        if self.id(vpc).is_none() {
            return Import::None;
        }
        let facts = self.facts::<VpcFacts>(vpc);
        let lists = facts.map(|facts| [&facts.cidr_blocks, &facts.ipv6_blocks]);
        let is_absent = lists.is_some_and(|lists| {
            let is_it =
                |it: &CidrAssociation| it.usable().is_some_and(|it| it.to_string() == block);
            lists
                .iter()
                .all(|list| !list.is_unread() && !list.items().iter().any(is_it))
        });
        Import::by_hand(!is_absent, OF_BLOCK)
    }

    /// Encryption control of a VPC.
    pub(super) fn encryption(&self, vpc: &Key) -> Import {
        let is_there = match self.facts::<VpcFacts>(vpc).map(|it| &it.encryption_control) {
            Some(Known::Value(mode)) => matches!(mode.as_str(), "monitor" | "enforce"),
            Some(_) => true,
            None => self.id(vpc).is_some(),
        };
        Import::by_hand(is_there, OF_ENCRYPTION)
    }

    /// A resolver endpoint, by what its planned interfaces have become: AWS names it in their descriptions.
    pub(super) fn resolver(&self, interfaces: &[Key]) -> Import {
        let mut there = interfaces.iter().filter(|key| self.id(key).is_some());
        let named = there.clone().find_map(|key| {
            let facts = self.facts::<NetworkInterfaceFacts>(key)?;
            let words = facts.description.value()?.split([':', ' ']);
            words
                .filter(|word| word.starts_with("rslvr-"))
                .map(str::to_owned)
                .next()
        });
        match named {
            Some(id) => Import::Id(id),
            None => Import::by_hand(there.next().is_some(), OF_RESOLVER),
        }
    }

    /// A rule of a planned group.
    pub(super) fn rule(&self, group: &Key, egress: bool, rule: &SecurityGroupRule) -> Import {
        if self.id(group).is_none() {
            return Import::None;
        }
        let facts = self.facts::<SecurityGroupFacts>(group);
        let rules = facts.map(|facts| {
            if egress {
                &facts.egress
            } else {
                &facts.ingress
            }
        });
        let peer = match &rule.peer {
            RulePeer::Group(id) => {
                let key = Key::new(Kind::SecurityGroup, id.clone());
                RulePeer::Group(self.ids.get(&key).unwrap_or(id).clone())
            }
            other => other.clone(),
        };
        let is_it = |it: &SecurityGroupRule| {
            it.protocol == rule.protocol
                && it.peer == peer
                && (it.protocol == "-1"
                    || (it.from_port, it.to_port) == (rule.from_port, rule.to_port))
        };
        let is_absent =
            rules.is_some_and(|rules| !rules.is_unread() && !rules.items().iter().any(is_it));
        Import::by_hand(!is_absent, OF_RULE)
    }
}

/// How Terraform finds one of the things that a resource makes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Import {
    /// It is not there yet.
    #[default]
    None,
    /// By this id.
    Id(String),
    /// It may be there, and cannot be found by what is known here, for this reason.
    ByHand(&'static str),
}

impl Import {
    /// By the id of what is there.
    pub(super) fn of(id: Option<impl Into<String>>) -> Self {
        id.map_or(Self::None, |id| Self::Id(id.into()))
    }

    /// What may be there where its owner is.
    pub(super) fn by_hand(is_there: bool, why: &'static str) -> Self {
        if is_there {
            Self::ByHand(why)
        } else {
            Self::None
        }
    }
}

/// What becomes of each resource of these, by its address.
fn all(groups: &[Group]) -> Vec<(String, &Import)> {
    let resources = groups.iter().filter(|group| group.block == "resource");
    resources
        .flat_map(|group| {
            let is_keyed = !matches!(group.instances.as_slice(), [(key, _)] if key.is_empty());
            group.instances.iter().map(move |(key, instance)| {
                let name = format!("{}.{}", group.kind, group.vpc);
                let address = if is_keyed {
                    format!("{name}[{}]", quoted(key))
                } else {
                    name
                };
                (address, &instance.import)
            })
        })
        .collect()
}

/// The reasons why some are not imported, with their addresses.
fn not_imported<'a>(all: &'a [(String, &Import)]) -> BTreeMap<&'static str, Vec<&'a str>> {
    let mut whys: BTreeMap<&'static str, Vec<&str>> = BTreeMap::new();
    for (address, import) in all {
        if let Import::ByHand(why) = import {
            whys.entry(why).or_default().push(address);
        }
    }
    whys
}

/// What a person has to import, a sentence for each reason, without a full stop.
pub(super) fn by_hand(groups: &[Group]) -> Vec<String> {
    let all = all(groups);
    let whys = not_imported(&all).into_iter();
    whys.map(|(why, addresses)| match addresses.as_slice() {
        [one] => format!("{one} is not imported: {why}"),
        [one, rest @ ..] => format!(
            "{one} and {} more that the file of imports lists are not imported: {why}",
            rest.len()
        ),
        [] => why.to_owned(),
    })
    .collect()
}

/// The blocks for everything that is there, and a comment for what may be there and is not known.
pub(super) fn imports(groups: &[Group]) -> Vec<Item> {
    let all = all(groups);
    if !all
        .iter()
        .any(|(_, import)| matches!(import, Import::Id(_)))
    {
        return Vec::new();
    }
    let mut items = vec![Item::Comment(
        "What is there already. Once it is imported, this file can go.".to_owned(),
    )];
    for line in [
        "",
        "The main route table, default network ACL and default security group of a VPC are no resources here: Terraform",
        "imports no main association, and only the tags of these three are taken over.",
    ] {
        items.push(Item::Comment(line.to_owned()));
    }
    for (why, addresses) in not_imported(&all) {
        items.push(Item::Comment(String::new()));
        items.push(Item::Comment(format!("Not imported: {why}:")));
        let lines = addresses.into_iter();
        items.extend(lines.map(|address| Item::Comment(format!("- {address}"))));
    }
    for (address, import) in &all {
        let Import::Id(id) = import else { continue };
        let body = vec![
            Item::set("to", Expr::raw(address.clone())),
            Item::set("id", Expr::text(id)),
        ];
        items.push(Item::Gap);
        items.push(Item::Block(Block::new("import", &[], body)));
    }
    items
}
