//! All declared resources by address, what each is called in the network, and what cannot be told of them.

use super::super::json::folded;
use super::term::{Term, member};
use super::what::What;
use super::{Declaration, Declared};
use crate::network::{Cause, Gap, Id, Key, Kind, Known, Text};
use compact_str::format_compact;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// Gaps kept of one file; a file that is wrong throughout says so once and not a million times.
const MOST_GAPS: usize = 200;
/// References that lead to references; code has two or three in a row.
const DEEPEST: usize = 16;

/// What a term says, once references are followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found<T> {
    Value(T),
    Absent,
    Chosen,
    Lost(Loss),
}

/// Why a value is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Loss {
    pub(super) written: Text,
    pub(super) why: Text,
    pub(super) cause: Cause,
}

impl<T> Found<T> {
    /// Something of another shape than was expected; what is not known has none, and says why.
    pub(super) fn misfit(term: &Term, wanted: &str) -> Self {
        if let Term::Given { why, .. } | Term::Unknown { why, .. } = term {
            return Self::unknown(term.written(), why.clone());
        }
        Self::Lost(Loss {
            written: term.written(),
            why: format_compact!("{wanted} is expected here, not {}", term.what()),
            cause: Cause::NotUnderstood,
        })
    }

    fn unknown(written: Text, why: impl Into<Text>) -> Self {
        Self::Lost(Loss {
            written,
            why: why.into(),
            cause: Cause::NotInInput,
        })
    }

    pub(super) fn and_then<U>(self, next: impl FnOnce(T) -> Found<U>) -> Found<U> {
        match self {
            Self::Value(value) => next(value),
            Self::Absent => Found::Absent,
            Self::Chosen => Found::Chosen,
            Self::Lost(loss) => Found::Lost(loss),
        }
    }
}

/// The declared resources of one file.
pub(super) struct Book<'d> {
    pub(super) declared: &'d Declared<'d>,
    by_address: BTreeMap<&'d str, &'d Declaration>,
    gaps: RefCell<(BTreeSet<Gap>, usize)>,
    /// Things that stand outside the file and are named by it.
    outside: RefCell<BTreeSet<Key>>,
}

impl<'d> Book<'d> {
    pub(super) fn new(declared: &'d Declared<'d>) -> Self {
        Self {
            declared,
            by_address: declared
                .resources
                .iter()
                .map(|declaration| (declaration.address.as_str(), declaration))
                .collect(),
            gaps: RefCell::default(),
            outside: RefCell::default(),
        }
    }

    pub(super) fn get(&self, address: &str) -> Option<&'d Declaration> {
        self.by_address.get(address).copied()
    }

    /// What a declared resource or part is called in gaps and in the network; none where it is of no kind that is read.
    pub(super) fn name(&self, declaration: &Declaration) -> Option<Key> {
        if declaration.what.is_whole() {
            return self.key(declaration, 0);
        }
        let kind = declaration.what.kind()?;
        Some(Key::new(kind, self.planned(&declaration.address)))
    }

    pub(super) fn planned(&self, address: &str) -> Id {
        Id::Planned(format_compact!("{}{address}", self.declared.prefix))
    }

    /// What comes with a VPC by itself, by AWS's id where a member tells it.
    pub(super) fn companion(&self, vpc: &Declaration, kind: Kind) -> Option<Key> {
        let names: &[&str] = match kind {
            Kind::RouteTable => &["main_route_table_id", "default_route_table_id"],
            Kind::NetworkAcl => &["default_network_acl_id"],
            Kind::SecurityGroup => &["default_security_group_id"],
            _ => return None,
        };
        for name in names {
            if let Some(Term::Text(id)) = member(&vpc.members, name)
                && !id.is_empty()
            {
                return Some(Key::aws(kind, id.clone()));
            }
        }
        if vpc.id.is_some() {
            return None;
        }
        let rest = match kind {
            Kind::SecurityGroup => "/default",
            _ => "",
        };
        Some(Key::new(
            kind,
            self.planned(&format!("{}{rest}", vpc.address)),
        ))
    }

    /// What a declared resource is called in the network.
    fn key(&self, declaration: &Declaration, depth: usize) -> Option<Key> {
        let kind = declaration.what.kind()?;
        // The id of a part (of a route, an association) is the id of nothing that the network holds.
        if !declaration.what.is_whole() && declaration.what != What::PeeringAccepter {
            return None;
        }
        let named = |names: &[&str]| {
            let term = names
                .iter()
                .find_map(|name| member(&declaration.members, name))?;
            match self.key_at(term, &[kind], depth.saturating_add(1)) {
                Found::Value(key) => Some(key),
                _ => None,
            }
        };
        match declaration.what {
            What::DefaultRouteTable => named(&["default_route_table_id"]),
            What::DefaultNetworkAcl => named(&["default_network_acl_id"]),
            What::DefaultSecurityGroup if declaration.id.is_none() => {
                let vpc = member(&declaration.members, "vpc_id")?;
                let Found::Value(vpc) = self.key_at(vpc, &[Kind::Vpc], depth.saturating_add(1))
                else {
                    return None;
                };
                let vpc = self.declaration_of(&vpc)?;
                self.companion(vpc, kind)
            }
            What::PeeringAccepter => return named(&["vpc_peering_connection_id"]),
            _ => None,
        }
        .or_else(|| match &declaration.id {
            Some(id) => Some(Key::aws(kind, id.clone())),
            None => Some(Key::new(kind, self.planned(&declaration.address))),
        })
    }

    /// The key of a declared VPC; none for anything else.
    pub(super) fn key_of_vpc(&self, declaration: &Declaration) -> Option<Key> {
        let is_vpc = matches!(declaration.what, What::Vpc | What::DefaultVpc);
        is_vpc.then(|| self.key(declaration, 0)).flatten()
    }

    /// The declaration that a key of this file stands for.
    pub(super) fn declaration_of(&self, key: &Key) -> Option<&'d Declaration> {
        self.declared.resources.iter().find(|declaration| {
            declaration.what.is_whole()
                && declaration.what.kind() == Some(key.kind)
                && match &key.id {
                    Id::Aws(id) => declaration.id.as_ref() == Some(id),
                    id @ Id::Planned(_) => {
                        declaration.id.is_none() && self.planned(&declaration.address) == *id
                    }
                }
        })
    }

    /// The resource of one of these kinds that a term names.
    pub(super) fn key_of(&self, term: &Term, kinds: &[Kind]) -> Found<Key> {
        self.key_at(term, kinds, 0)
    }

    fn key_at(&self, term: &Term, kinds: &[Kind], depth: usize) -> Found<Key> {
        let first = kinds.first().copied().unwrap_or(Kind::Vpc);
        match term {
            Term::Null => Found::Absent,
            Term::Text(id) if id.is_empty() => Found::Absent,
            Term::Text(id) => match Kind::of_id(id) {
                Some(kind) if kinds.contains(&kind) => Found::Value(Key::aws(kind, id.clone())),
                None if kinds.len() == 1 => Found::Value(Key::aws(first, id.clone())),
                _ => Found::Lost(Loss {
                    written: id.clone(),
                    why: format_compact!("“{id}” is not the id of a {}", first.singular()),
                    cause: Cause::NotUnderstood,
                }),
            },
            Term::Made { address, attribute } => self.made(address, attribute, kinds, depth, term),
            Term::Given { name, why } if kinds.len() == 1 => {
                let key = Key::new(first, self.planned(name));
                self.add(
                    Gap::new(
                        name.clone(),
                        self.declared.place,
                        Cause::NotInInput,
                        format_compact!("which {} this is, is not known: {why}", first.singular()),
                    )
                    .about(key.clone()),
                );
                self.outside.borrow_mut().insert(key.clone());
                Found::Value(key)
            }
            Term::Chosen => Found::Chosen,
            Term::Given { why, .. } | Term::Unknown { why, .. } => {
                Found::unknown(term.written(), why.clone())
            }
            _ => Found::misfit(term, "an id"),
        }
    }

    fn made(
        &self,
        address: &str,
        attribute: &str,
        kinds: &[Kind],
        depth: usize,
        term: &Term,
    ) -> Found<Key> {
        let Some(declaration) = self.get(address).filter(|_| depth < DEEPEST) else {
            return Found::unknown(
                term.written(),
                format_compact!("there is no resource {address} in this file"),
            );
        };
        let key = match self.part_of(declaration, attribute) {
            Part::Key(key) => key,
            Part::Member(member) => {
                return self.key_at(member, kinds, depth.saturating_add(1));
            }
            Part::Own => match self.key(declaration, depth.saturating_add(1)) {
                Some(key) => Some(key),
                None => {
                    return Found::unknown(
                        term.written(),
                        format_compact!("{address} is of a type that is not read"),
                    );
                }
            },
            Part::Nothing => None,
        };
        match key {
            Some(key) if kinds.contains(&key.kind) => Found::Value(key),
            Some(key) => Found::Lost(Loss {
                written: term.written(),
                why: format_compact!(
                    "{address} is a {}, and a {} is expected here",
                    key.kind.singular(),
                    kinds.first().map_or("resource", |kind| kind.singular())
                ),
                cause: Cause::NotUnderstood,
            }),
            None => Found::unknown(
                term.written(),
                format_compact!("{address} does not tell its {attribute} in this file"),
            ),
        }
    }

    fn part_of(&self, declaration: &'d Declaration, attribute: &str) -> Part<'d> {
        let name = folded(attribute);
        if matches!(name.as_str(), "" | "id") {
            return Part::Own;
        }
        let held = declaration
            .members
            .iter()
            .find(|(held, _)| super::super::json::same_word(held, attribute))
            .map(|(_, term)| term)
            .filter(|term| !matches!(term, Term::Chosen | Term::Null));
        if let Some(term) = held {
            return Part::Member(term);
        }
        let is_vpc = matches!(declaration.what, What::Vpc | What::DefaultVpc);
        match name.as_str() {
            "mainroutetableid" | "defaultroutetableid" if is_vpc => {
                Part::Key(self.companion(declaration, Kind::RouteTable))
            }
            "defaultnetworkacl" | "defaultnetworkaclid" if is_vpc => {
                Part::Key(self.companion(declaration, Kind::NetworkAcl))
            }
            "defaultsecuritygroup" | "defaultsecuritygroupid" if is_vpc => {
                Part::Key(self.companion(declaration, Kind::SecurityGroup))
            }
            "routetableid" if declaration.what == What::NatGateway => Part::Key(
                self.key(declaration, 0)
                    .map(|key| Key::new(Kind::RouteTable, key.id)),
            ),
            "vpcid" if is_vpc => Part::Own,
            // CloudFormation's own ids: `GroupId`, `AllocationId`, `SubnetId` …
            "groupid" if declaration.what == What::SecurityGroup => Part::Own,
            "allocationid" if declaration.what == What::ElasticIp => Part::Own,
            "arn" | "prefixlistid" => Part::Own,
            name if name.ends_with("id") && !is_vpc && Self::is_own_id(declaration, name) => {
                Part::Own
            }
            _ => Part::Nothing,
        }
    }

    /// Whether an attribute names the resource itself, as CloudFormation calls it (`InternetGatewayId`).
    fn is_own_id(declaration: &Declaration, name: &str) -> bool {
        let stem = name.strip_suffix("id").unwrap_or(name);
        declaration
            .what
            .kind()
            .is_some_and(|kind| folded(&format!("{kind:?}")).ends_with(stem) && !stem.is_empty())
    }

    /// The text, number or flag a term is.
    pub(super) fn text_of(&self, term: &Term) -> Found<Text> {
        self.text_at(term, 0)
    }

    fn text_at(&self, term: &Term, depth: usize) -> Found<Text> {
        match term {
            Term::Null => Found::Absent,
            Term::Chosen | Term::Part { .. } => Found::Chosen,
            Term::Given { why, .. } | Term::Unknown { why, .. } => {
                Found::unknown(term.written(), why.clone())
            }
            Term::Made { address, attribute } => {
                let Some(declaration) = self.get(address).filter(|_| depth < DEEPEST) else {
                    return Found::unknown(
                        term.written(),
                        format_compact!("there is no resource {address} in this file"),
                    );
                };
                if attribute.is_empty() {
                    // A `Ref`, or what of it is meant is not told: never its id as a text.
                    return Found::Chosen;
                }
                match self.part_of(declaration, attribute) {
                    Part::Member(member) => self.text_at(member, depth.saturating_add(1)),
                    // Ids and names that AWS gives when the resource is made.
                    Part::Own => match &declaration.id {
                        Some(id) => Found::Value(id.clone()),
                        None => Found::Chosen,
                    },
                    Part::Key(Some(Key {
                        id: Id::Aws(id), ..
                    })) => Found::Value(id),
                    Part::Key(_) | Part::Nothing => Found::Chosen,
                }
            }
            Term::List(_) | Term::Map(_) => Found::misfit(term, "text"),
            Term::Text(_) | Term::Number(_) | Term::Bool(_) => {
                term.to_text().map_or(Found::Absent, Found::Value)
            }
        }
    }

    pub(super) fn add(&self, gap: Gap) {
        let mut gaps = self.gaps.borrow_mut();
        if gaps.0.len() < MOST_GAPS || gaps.0.contains(&gap) {
            gaps.0.insert(gap);
        } else {
            gaps.1 = gaps.1.saturating_add(1);
        }
    }

    /// The gaps, with one that counts those left off, and what stands outside.
    pub(super) fn ending(&self) -> (Vec<Gap>, BTreeSet<Key>) {
        let (gaps, more) = self.gaps.take();
        let mut gaps: Vec<Gap> = self.declared.gaps.iter().cloned().chain(gaps).collect();
        if more > 0 {
            gaps.push(Gap::new(
                "more of the same",
                self.declared.place,
                Cause::NotUnderstood,
                format!("{more} more members are not known; only the first {MOST_GAPS} are listed"),
            ));
        }
        (gaps, self.outside.take())
    }

    /// A value that every resource of the file shares unless it says otherwise.
    pub(super) fn region(&self) -> Known<Text> {
        self.declared.region.clone().into()
    }
}

/// What an attribute of a declared resource is.
enum Part<'d> {
    /// The resource's own id.
    Own,
    /// A member that it is given.
    Member(&'d Term),
    /// The id of something that comes with it.
    Key(Option<Key>),
    /// Nothing that the file tells.
    Nothing,
}
