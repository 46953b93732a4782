//! What is there already, for Terraform to take over: `import` blocks.
//!
//! Each kind of resource has its own form of id, as the last section of its page says.
//! <https://developer.hashicorp.com/terraform/language/import>

use super::hcl::{Block, Expr, Item, quoted};
use super::terraform::Group;
use std::collections::BTreeSet;

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
    pub(super) fn of(id: Option<&str>) -> Self {
        id.map_or(Self::None, |id| Self::Id(id.to_owned()))
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

/// The blocks for everything that is there, and a comment for what may be there and is not known.
pub(super) fn imports(groups: &[Group]) -> Vec<Item> {
    let resources = groups.iter().filter(|group| group.block == "resource");
    let all: Vec<(String, &Import)> = resources
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
        .collect();
    if !all
        .iter()
        .any(|(_, import)| matches!(import, Import::Id(_)))
    {
        return Vec::new();
    }
    let mut items = vec![Item::Comment(
        "What is there already. Once it is imported, this file can go.".to_owned(),
    )];
    let whys: BTreeSet<&str> = all
        .iter()
        .filter_map(|(_, import)| match import {
            Import::ByHand(why) => Some(*why),
            _ => None,
        })
        .collect();
    for line in [
        "",
        "The main route table, default network ACL and default security group of a VPC are no resources here: Terraform",
        "imports no main association, and only the tags of these three are taken over.",
    ] {
        items.push(Item::Comment(line.to_owned()));
    }
    for why in whys {
        items.push(Item::Comment(String::new()));
        items.push(Item::Comment(format!("Not imported: {why}:")));
        for (address, _) in all
            .iter()
            .filter(|(_, import)| *import == &Import::ByHand(why))
        {
            items.push(Item::Comment(format!("- {address}")));
        }
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
