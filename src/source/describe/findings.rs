//! What one file or page holds, found by walking it; account and region are settled later.

use super::super::calls::{self, Call};
use super::super::json::{Json, List, Object, same_word};
use super::fields::{Fields, Notes, sorted};
use super::lists::{INSTANCE, Listed, Recipe, kinds_of, listed, lists_all, recipe_of, refined};
use super::place::{Hint, Votes, id_in_path, is_account, region_in};
use super::records;
use crate::network::{
    Cause, Common, Facts, Gap, Id, Key, Kind, Known, PrefixListEntry, Record, SecurityGroupRule,
    Text, TransitGatewayRoute, TransitGatewayTableEntry, VpcFacts,
};
use std::collections::{BTreeMap, BTreeSet};

/// Objects in objects that are looked into for lists; AWS's output and its usual wrappings are far flatter.
const DEEPEST: usize = 12;
/// Names that stand beside lists and say nothing of the network.
const BESIDE: &[&str] = &[
    "NextToken",
    "ResponseMetadata",
    "AdditionalRoutesAvailable",
    "ClientToken",
    "Return",
    // Read together before the lists.
    "Firewall",
    "FirewallStatus",
];
/// Ids of tables and prefix lists as they stand in names of files.
const TABLE_PREFIX: &str = "tgw-rtb-";
const LIST_PREFIX: &str = "pl-";

/// What follows a page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Nothing: it is the last one.
    Last,
    /// More, which the input does not hold.
    More,
    /// Perhaps more: the call failed, and says so itself.
    Cut,
}

/// How much of a list came.
#[derive(Clone, Debug, Default)]
pub(super) struct Extent {
    /// A page came that is the last one.
    pub(super) ended: bool,
    /// Where a page came that is not the last one.
    pub(super) breaks: BTreeSet<Text>,
    /// A page came, and then the call failed.
    pub(super) cut: bool,
    /// Where lists came that hold but some of their kind, and why.
    pub(super) only: BTreeSet<(Text, &'static str)>,
    /// Something in it could not be read.
    pub(super) refused: bool,
}

impl Extent {
    fn page(&mut self, place: &str, end: End) {
        match end {
            End::Last => self.ended = true,
            End::More => {
                self.breaks.insert(place.into());
            }
            End::Cut => self.cut = true,
        }
    }

    pub(super) fn merge(&mut self, other: Self) {
        self.ended |= other.ended;
        self.breaks.extend(other.breaks);
        self.cut |= other.cut;
        self.only.extend(other.only);
        self.refused |= other.refused;
    }

    /// Whether anything of it came.
    pub(super) fn came(&self) -> bool {
        self.ended || self.cut || self.refused || !self.breaks.is_empty() || !self.only.is_empty()
    }
}

/// A list that belongs to one resource and may come in pages.
#[derive(Clone, Debug)]
pub(super) struct Gathered<T> {
    pub(super) items: Vec<T>,
    pub(super) extent: Extent,
}

impl<T> Default for Gathered<T> {
    fn default() -> Self {
        Self {
            items: Vec::new(),
            extent: Extent::default(),
        }
    }
}

impl<T: Ord> Gathered<T> {
    pub(super) fn merge(&mut self, other: Self) {
        self.items.extend(other.items);
        self.extent.merge(other.extent);
    }

    /// The whole list, sorted; unread while its end is missing.
    pub(super) fn whole(self) -> Known<Vec<T>> {
        if self.extent.ended {
            sorted(self.items.into_iter())
        } else {
            Known::Unread
        }
    }
}

/// What hangs on one table of a transit gateway.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub(super) associations: Gathered<TransitGatewayTableEntry>,
    pub(super) propagations: Gathered<TransitGatewayTableEntry>,
    pub(super) routes: Gathered<TransitGatewayRoute>,
    pub(super) static_routes: Gathered<TransitGatewayRoute>,
}

/// What was found under one hint of account and region.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    pub(super) records: Vec<(Id, Record)>,
    /// Interfaces as instances tell them: they stand in where nothing better is known.
    pub(super) embedded: Vec<(Id, Record)>,
    pub(super) extents: BTreeMap<Kind, Extent>,
    pub(super) tables: BTreeMap<Id, Table>,
    pub(super) entries: BTreeMap<Id, Gathered<PrefixListEntry>>,
    /// Blocks of AWS's own prefix lists, from the older call, which stand in where there are no entries.
    pub(super) cidrs: BTreeMap<Id, Vec<PrefixListEntry>>,
    /// Rules of security groups, ingress and egress, which stand in where there are no groups.
    pub(super) rules: BTreeMap<Id, [Vec<SecurityGroupRule>; 2]>,
    pub(super) rules_extent: Extent,
    pub(super) direct_connect: BTreeMap<Id, Gathered<Id>>,
    /// Block Public Access modes, with the region where the answer names it.
    pub(super) block_modes: BTreeSet<(Option<Text>, Text)>,
    /// The account that asked, from `get-caller-identity`.
    pub(super) identity: Option<Text>,
    pub(super) owners: Votes,
    pub(super) regions: Votes,
    /// Whether this account and region was asked, whatever came of it.
    pub(super) asked: bool,
    /// Lists that are known and of no use.
    pub(super) unused: BTreeSet<Text>,
    /// Kinds of which a part was not told, though their list may be whole.
    pub(super) failed: BTreeSet<Kind>,
    pub(super) gaps: Vec<Gap>,
}

impl Findings {
    pub(super) fn merge(&mut self, other: Self) {
        self.records.extend(other.records);
        self.embedded.extend(other.embedded);
        for (kind, extent) in other.extents {
            self.extents.entry(kind).or_default().merge(extent);
        }
        for (id, table) in other.tables {
            let held = self.tables.entry(id).or_default();
            held.associations.merge(table.associations);
            held.propagations.merge(table.propagations);
            held.routes.merge(table.routes);
            held.static_routes.merge(table.static_routes);
        }
        for (id, entries) in other.entries {
            self.entries.entry(id).or_default().merge(entries);
        }
        for (id, cidrs) in other.cidrs {
            self.cidrs.entry(id).or_default().extend(cidrs);
        }
        for (id, rules) in other.rules {
            let held = self.rules.entry(id).or_default();
            for (held, rules) in held.iter_mut().zip(rules) {
                held.extend(rules);
            }
        }
        self.rules_extent.merge(other.rules_extent);
        for (id, associations) in other.direct_connect {
            self.direct_connect
                .entry(id)
                .or_default()
                .merge(associations);
        }
        self.block_modes.extend(other.block_modes);
        self.identity = self.identity.take().max(other.identity);
        self.owners.merge(other.owners);
        self.regions.merge(other.regions);
        self.asked |= other.asked;
        self.unused.extend(other.unused);
        self.failed.extend(other.failed);
        self.gaps.extend(other.gaps);
    }

    /// Whether it tells anything of an account and region but that calls failed and files could not be read.
    pub(super) fn tells(&self) -> bool {
        !(self.records.is_empty()
            && self.embedded.is_empty()
            && self.extents.is_empty()
            && self.tables.is_empty()
            && self.entries.is_empty()
            && self.cidrs.is_empty()
            && self.rules.is_empty()
            && self.direct_connect.is_empty()
            && self.block_modes.is_empty())
    }

    /// Take in that a call failed.
    pub(super) fn fail(&mut self, call: Call, gap: Gap) {
        if !lists_all(call) {
            self.failed.extend(kinds_of(call));
        }
        self.gaps.push(gap.of_kinds(kinds_of(call).iter().copied()));
    }

    fn extent(&mut self, kind: Kind) -> &mut Extent {
        self.extents.entry(kind).or_default()
    }
}

/// What was found, under each hint of account and region.
pub(super) type Found = Vec<(Hint, Findings)>;

/// Where in a file the walk is.
#[derive(Clone)]
struct Here {
    hint: Hint,
    /// What a wrapper says the answer is about.
    parent: Option<(Kind, Id)>,
    depth: usize,
}

/// Walks the documents of one file or page.
pub(super) struct Walk<'p> {
    /// The whole path, in which ids of parents may stand.
    path: &'p str,
    notes: &'p Notes<'p>,
    /// Whether the call failed after this page.
    cut: bool,
    found: Found,
    /// The place in `found` that was asked for last.
    last: usize,
    /// Whether a snapshot stands where describe output was expected.
    snapshot: bool,
}

impl<'p> Walk<'p> {
    pub(super) fn new(path: &'p str, notes: &'p Notes<'p>) -> Self {
        Self {
            path,
            notes,
            cut: false,
            found: Found::new(),
            last: 0,
            snapshot: false,
        }
    }

    /// Say that the call failed after this page.
    pub(super) fn cut(&mut self) {
        self.cut = true;
    }

    /// What was found under each hint, and whether a snapshot was among it.
    pub(super) fn end(self) -> (Found, bool) {
        (self.found, self.snapshot)
    }

    /// Take in one document.
    pub(super) fn document(&mut self, document: Json<'_>, hint: &Hint) {
        let here = Here {
            hint: hint.clone(),
            parent: None,
            depth: 0,
        };
        let understood = match document {
            Json::Object(members) => self.object(members, &here),
            Json::List(items) if items.is_empty() => false,
            Json::List(items) => self.loose(items, &here),
            _ => false,
        };
        if understood {
            return;
        }
        let names = match document {
            Json::Object(members) if !members.is_empty() => {
                let names: Vec<&str> = members.iter().take(6).map(|(name, _)| name).collect();
                let more = if members.iter().nth(names.len()).is_some() {
                    ", …"
                } else {
                    ""
                };
                format!(
                    "no list or record in it is known (it has {}{more})",
                    names.join(", ")
                )
            }
            other => {
                let what = match other {
                    Json::Object(_) => "an empty object",
                    Json::List(items) if items.is_empty() => "an empty list without a name",
                    other => other.what(),
                };
                format!("it holds {what} and no output of a describe call")
            }
        };
        self.not_understood(self.notes.place(), names);
    }

    fn not_understood(&self, what: &str, why: String) {
        let place = if what == self.notes.place() {
            ""
        } else {
            self.notes.place()
        };
        self.notes
            .add(Gap::new(what, place, Cause::NotUnderstood, why));
    }

    fn findings(&mut self, hint: &Hint) -> &mut Findings {
        // Nearly always the one of the last call: this is asked for every record.
        if self
            .found
            .get(self.last)
            .is_none_or(|(held, _)| held != hint)
        {
            let held = self.found.iter().position(|(held, _)| held == hint);
            self.last = held.unwrap_or(self.found.len());
            if held.is_none() {
                self.found.push((hint.clone(), Findings::default()));
            }
        }
        &mut self.found[self.last].1
    }

    /// An object that may hold lists, or be a record or one of the forms that name their parent; whether it was any.
    fn object(&mut self, members: Object<'_>, here: &Here) -> bool {
        let find = |name: &str| members.get(name).filter(|value| !value.is_null());
        if find(super::super::snapshot::MARK).is_some() {
            self.snapshot = true;
            return true;
        }
        if let Some(Json::Object(error)) = find(calls::ERROR) {
            self.failure(error, here);
            return true;
        }
        if let (Some(Json::Object(parent)), Some(output)) =
            (find(calls::PARENT), find(calls::OUTPUT))
        {
            return self.wrapped(parent, output, here);
        }
        let is_identity = ["UserId", "Account", "Arn"]
            .into_iter()
            .all(|name| find(name).is_some());
        if is_identity && let Some(account) = find("Account").and_then(Json::as_str) {
            let account = is_account(account).then(|| Text::from(account));
            let findings = self.findings(&here.hint);
            findings.identity = findings.identity.take().max(account);
            return true;
        }
        if self.attribute(members, here) {
            return true;
        }
        let more = find("NextToken").is_some_and(|token| token.as_str() != Some(""))
            || matches!(find("AdditionalRoutesAvailable"), Some(Json::Bool(true)));
        let end = match more {
            _ if self.cut => End::Cut,
            true => End::More,
            false => End::Last,
        };
        let holds_lists = members
            .iter()
            .any(|(name, value)| matches!(value, Json::List(_)) && listed(name).is_some());
        let by_table = holds_lists && find("TransitGatewayRouteTableId").is_some();
        if let Some(recipe) = recipe_of(members) {
            self.lone(recipe, members, here);
            return true;
        }
        let firewall = match find("Firewall") {
            Some(Json::Object(firewall)) => {
                self.firewall(firewall, find("FirewallStatus"), here);
                true
            }
            _ => false,
        };
        if find("ReservationId").is_some() && find("Instances").is_some() {
            self.reservation(members, 0, here);
            self.some_of(Kind::Instance, here);
            return true;
        }
        let here = match find("TransitGatewayRouteTableId").and_then(Json::as_str) {
            Some(table) if by_table => Here {
                parent: Some((Kind::TransitGatewayRouteTable, table.into())),
                ..here.clone()
            },
            _ => here.clone(),
        };
        self.members(members, end, &here) | firewall
    }

    /// The members of an object that is a holder of lists.
    fn members(&mut self, members: Object<'_>, end: End, here: &Here) -> bool {
        let mut understood = false;
        let mut strange: Vec<&str> = Vec::new();
        for (name, value) in members.iter() {
            if value.is_null() || BESIDE.iter().any(|beside| same_word(name, beside)) {
                continue;
            }
            match (listed(name), value) {
                (Some(Listed::Unused), _) => {
                    understood = true;
                    self.findings(&here.hint).unused.insert(name.into());
                }
                (Some(list), Json::List(items)) => {
                    understood = true;
                    self.list(list, name, items, end, here);
                }
                (_, Json::Object(inner)) => {
                    if same_word(name, "VpcBlockPublicAccessOptions") {
                        understood |= self.block_public_access(inner, here);
                    } else if here.depth < DEEPEST {
                        let below = Here {
                            hint: here.hint.within(name),
                            depth: here.depth + 1,
                            ..here.clone()
                        };
                        if self.object(inner, &below) {
                            understood = true;
                        } else {
                            strange.push(name);
                        }
                    } else {
                        strange.push(name);
                    }
                }
                (Some(list), other) => {
                    understood = true;
                    self.notes.add(
                        Gap::new(
                            name,
                            self.notes.place(),
                            Cause::NotUnderstood,
                            format!("a list is expected here, not {}", other.what()),
                        )
                        .of_kinds(list.kinds().iter().copied()),
                    );
                }
                (None, Json::List(items)) => {
                    let below = Here {
                        hint: here.hint.within(name),
                        depth: here.depth + 1,
                        ..here.clone()
                    };
                    if here.depth < DEEPEST && self.loose(items, &below) {
                        understood = true;
                    } else {
                        strange.push(name);
                    }
                }
                // Plain members beside lists say nothing of the network.
                (None, _) => {}
            }
        }
        if understood && !strange.is_empty() {
            let names = strange.join(", ");
            self.not_understood(
                &format!("not understood: {names}"),
                "the program knows no list of this name".to_owned(),
            );
        }
        understood
    }

    /// A list that nobody named: records are told by their ids.
    fn loose(&mut self, items: List<'_>, here: &Here) -> bool {
        let mut understood = false;
        let mut strange = 0_usize;
        for item in items.iter() {
            let below = || Here {
                depth: here.depth + 1,
                ..here.clone()
            };
            let known = match item {
                Json::Object(members) => self.object(members, &below()),
                Json::List(items) if here.depth < DEEPEST => self.loose(items, &below()),
                _ => false,
            };
            understood |= known;
            strange += usize::from(!known);
        }
        if understood && strange > 0 {
            self.not_understood(
                &format!(
                    "not understood: {strange} of {} items of a list",
                    items.iter().count()
                ),
                "the program knows no record of this form".to_owned(),
            );
        }
        understood
    }

    /// A list of a known name.
    fn list(&mut self, list: Listed, name: &str, items: List<'_>, end: End, here: &Here) {
        let place = self.notes.place();
        match refined(list, items.iter().next().and_then(Json::as_object)) {
            Listed::Records(recipe) => {
                // Records are large: moving them as the list grows would cost as much as reading them.
                let count = items.iter().count();
                self.findings(&here.hint).records.reserve(count);
                for (at, item) in items.iter().enumerate() {
                    self.record(recipe, item, name, at, here);
                }
                let extent = self.findings(&here.hint).extent(recipe.kind);
                if recipe.only.is_empty() {
                    extent.page(place, end);
                } else if !items.is_empty() {
                    extent.only.insert((place.into(), recipe.only));
                }
            }
            Listed::Reservations => {
                for (at, item) in items.iter().enumerate() {
                    if let Json::Object(members) = item {
                        self.reservation(members, at, here);
                    } else {
                        self.strange_record(Kind::Instance, name, at, item, here);
                    }
                }
                self.findings(&here.hint)
                    .extent(Kind::Instance)
                    .page(place, end);
            }
            Listed::Entries => self.entries(items, end, here),
            Listed::Associations | Listed::Propagations | Listed::Routes => {
                self.of_table(list, name, items, end, here);
            }
            Listed::PropagationsByTable | Listed::StaticRoutesByTable => {
                self.by_table(list, name, items, here);
            }
            Listed::Rules => self.rules(name, items, end, here),
            Listed::EncryptionControls => {
                if end == End::More {
                    self.findings(&here.hint).failed.insert(Kind::Vpc);
                }
                for (at, item) in items.iter().enumerate() {
                    let Some(fields) = self.fields_of(Kind::Vpc, name, at, item, here) else {
                        continue;
                    };
                    if let Some(vpc) = fields.some_id("VpcId") {
                        let facts = VpcFacts {
                            encryption_control: fields.text("Mode"),
                            ..VpcFacts::default()
                        };
                        self.add(here, vpc, Common::default(), facts.into());
                    }
                }
            }
            Listed::DirectConnectAssociations => {
                for (at, item) in items.iter().enumerate() {
                    let kind = Kind::DirectConnectGateway;
                    let Some(fields) = self.fields_of(kind, name, at, item, here) else {
                        continue;
                    };
                    let gateway = fields
                        .object("AssociatedGateway")
                        .and_then(|gateway| gateway.some_id("Id"));
                    if let Some(id) = fields.some_id("DirectConnectGatewayId") {
                        let held = self
                            .findings(&here.hint)
                            .direct_connect
                            .entry(id)
                            .or_default();
                        held.items.extend(gateway);
                        held.extent.page(place, end);
                    }
                }
            }
            Listed::Unused => {}
        }
    }

    /// A record that is no object.
    fn strange_record(&mut self, kind: Kind, list: &str, at: usize, item: Json<'_>, here: &Here) {
        self.notes.add(
            Gap::new(
                format!("{list}[{at}]"),
                self.notes.place(),
                Cause::NotUnderstood,
                format!("an object is expected here, not {}", item.what()),
            )
            .of_kinds([kind]),
        );
        self.findings(&here.hint).extent(kind).refused = true;
    }

    /// The members of an item of a list; what is no object is a gap.
    fn fields_of<'r>(
        &mut self,
        kind: Kind,
        list: &str,
        at: usize,
        item: Json<'r>,
        here: &Here,
    ) -> Option<Fields<'r>>
    where
        'p: 'r,
    {
        if let Json::Object(members) = item {
            return Some(Fields::new(members, self.notes, kind, ""));
        }
        self.strange_record(kind, list, at, item, here);
        None
    }

    fn add(&mut self, here: &Here, id: Id, common: Common, facts: Facts) {
        self.findings(&here.hint)
            .records
            .push((id, Record { common, facts }));
    }

    /// A record of a list.
    fn record(&mut self, recipe: &Recipe, item: Json<'_>, list: &str, at: usize, here: &Here) {
        let kind = recipe.kind;
        let Json::Object(members) = item else {
            self.strange_record(kind, list, at, item, here);
            return;
        };
        let id = recipe.id.iter().find_map(|name| {
            let id = members.get(name)?.as_str()?;
            (!id.is_empty()).then_some(id)
        });
        let Some(id) = id else {
            let name = recipe.id.first().copied().unwrap_or_default();
            self.notes.add(
                Gap::new(
                    format!("{list}[{at}]"),
                    self.notes.place(),
                    Cause::NotUnderstood,
                    format!("a record without {name}"),
                )
                .of_kinds([kind]),
            );
            self.findings(&here.hint).extent(kind).refused = true;
            return;
        };
        let fields = Fields::new(members, self.notes, kind, id);
        let mut common = records::common(&fields, recipe.arn, recipe.tags, recipe.owner);
        let facts = (recipe.facts)(&fields, here.hint.region.as_deref());
        self.place_of(&fields, &mut common, here);
        if kind == Kind::PrefixList {
            self.cidrs(&fields, id, here);
        }
        if self.notes.take_lost() {
            self.findings(&here.hint).extent(kind).refused = true;
        }
        self.add(here, Id::aws(id), common, facts);
    }

    /// Where a record stands, as far as it says so itself, and what that says of its folder.
    fn place_of(&mut self, fields: &Fields<'_>, common: &mut Common, here: &Here) {
        let kind = fields.kind();
        let own = match kind {
            Kind::Region => Some(Text::from(fields.name())),
            Kind::AvailabilityZone => fields.some_text("RegionName"),
            Kind::VpcPeeringConnection => fields
                .object("RequesterVpcInfo")
                .and_then(|side| side.some_text("Region")),
            _ => {
                let zone = fields.get("AvailabilityZone").and_then(Json::as_str);
                let arn = || common.arn.value().and_then(|arn| arn.split(':').nth(3));
                zone.and_then(region_in)
                    .or_else(arn)
                    .filter(|region| !region.is_empty())
                    .map(Text::from)
            }
        };
        let findings = self.findings(&here.hint);
        match (kind, own) {
            // These tell of other regions than the one that was asked.
            (Kind::Region | Kind::VpcPeeringConnection, own) => common.region = own.into(),
            (_, Some(own)) => {
                findings.regions.add(&own);
                common.region = Known::Value(own);
            }
            (_, None) => {}
        }
        // A peering or an attachment has two sides; who owns it says little of who asked.
        let two_sided = matches!(
            kind,
            Kind::VpcPeeringConnection | Kind::TransitGatewayAttachment | Kind::Account
        );
        if !two_sided
            && let Some(owner) = common.owner.value()
            && is_account(owner)
        {
            findings.owners.add(owner);
        }
    }

    /// A record outside a list.
    fn lone(&mut self, recipe: &'static Recipe, members: Object<'_>, here: &Here) {
        let Some(id) = recipe
            .id
            .iter()
            .find_map(|name| members.get(name)?.as_str())
        else {
            return;
        };
        let fields = Fields::new(members, self.notes, recipe.kind, id);
        let mut common = records::common(&fields, recipe.arn, recipe.tags, recipe.owner);
        let facts = (recipe.facts)(&fields, here.hint.region.as_deref());
        self.place_of(&fields, &mut common, here);
        if recipe.kind == Kind::PrefixList {
            self.cidrs(&fields, id, here);
        }
        if recipe.kind == Kind::Instance {
            self.interfaces_of(&fields, id, &common.owner, here);
        }
        self.notes.take_lost();
        self.add(here, Id::aws(id), common, facts);
        self.some_of(recipe.kind, here);
    }

    fn some_of(&mut self, kind: Kind, here: &Here) {
        let place = Text::from(self.notes.place());
        self.findings(&here.hint)
            .extent(kind)
            .only
            .insert((place, "single records and no whole list are in this input"));
    }

    /// The blocks of a prefix list, as the older of the two calls gives them.
    fn cidrs(&mut self, fields: &Fields<'_>, id: &str, here: &Here) {
        if fields.has("Cidrs") {
            let blocks = fields.blocks("Cidrs").into_iter();
            let entries = blocks.map(|cidr| PrefixListEntry {
                cidr,
                description: None,
            });
            self.findings(&here.hint)
                .cidrs
                .entry(Id::aws(id))
                .or_default()
                .extend(entries);
        }
    }

    /// Instances that were started together, and the interfaces they tell of.
    fn reservation(&mut self, members: Object<'_>, at: usize, here: &Here) {
        let notes = self.notes;
        let reservation = Fields::new(members, notes, Kind::Instance, "");
        let owner = records::owner(&reservation, "OwnerId");
        if reservation.is_wrong_list("Instances") {
            self.findings(&here.hint).extent(Kind::Instance).refused = true;
        }
        for (place, item) in reservation
            .list("Instances")
            .unwrap_or_default()
            .iter()
            .enumerate()
        {
            let list = format_args!("Reservations[{at}].Instances").to_string();
            let before = self.findings(&here.hint).records.len();
            self.record(&INSTANCE, item, &list, place, here);
            let findings = self.findings(&here.hint);
            let Some((id, record)) = findings.records.get_mut(before) else {
                continue;
            };
            if record.common.owner.is_unread() {
                record.common.owner = owner.clone();
                if let Some(owner) = owner.value().filter(|owner| is_account(owner)) {
                    findings.owners.add(owner);
                }
            }
            let id = id.clone();
            if let Json::Object(members) = item {
                let fields = Fields::new(members, notes, Kind::Instance, id.as_str());
                self.interfaces_of(&fields, id.as_str(), &owner, here);
            }
        }
    }

    fn interfaces_of(&mut self, instance: &Fields<'_>, id: &str, owner: &Known<Text>, here: &Here) {
        for interface in instance.objects("NetworkInterfaces") {
            let Some(interface_id) = interface.some_id("NetworkInterfaceId") else {
                continue;
            };
            let mut common = records::common(&interface, "", "", "OwnerId");
            if common.owner.is_unread() {
                common.owner = owner.clone();
            }
            let facts = records::interface_of_instance(&interface, id).into();
            self.findings(&here.hint)
                .embedded
                .push((interface_id, Record { common, facts }));
        }
        if self.notes.take_lost() {
            self.findings(&here.hint).extent(Kind::Instance).refused = true;
        }
    }

    /// The answer of `describe-vpc-attribute`, one attribute at a time.
    fn attribute(&mut self, members: Object<'_>, here: &Here) -> bool {
        let Some(vpc) = members.get("VpcId").and_then(Json::as_str) else {
            return false;
        };
        let fields = Fields::new(members, self.notes, Kind::Vpc, vpc);
        let names = ["EnableDnsSupport", "EnableDnsHostnames"];
        if !names.into_iter().any(|name| fields.has(name)) {
            return fields.has("EnableNetworkAddressUsageMetrics");
        }
        let [dns_support, dns_hostnames] = names.map(|name| {
            fields
                .object(name)
                .map_or(Known::Unread, |value| value.flag("Value"))
        });
        let facts = VpcFacts {
            enable_dns_support: dns_support,
            enable_dns_hostnames: dns_hostnames,
            ..VpcFacts::default()
        };
        self.notes.take_lost();
        self.add(here, vpc.into(), Common::default(), facts.into());
        true
    }

    /// `{"VpcAtlasParent":{"Kind":…,"Id":…},"Output":…}`.
    fn wrapped(&mut self, parent: Object<'_>, output: Json<'_>, here: &Here) -> bool {
        let Some(parent) = parent_of(parent) else {
            self.not_understood(
                calls::PARENT,
                "it names no kind and id that the program knows".to_owned(),
            );
            return true;
        };
        let here = Here {
            parent: Some(parent),
            depth: here.depth + 1,
            ..here.clone()
        };
        match output {
            Json::Object(members) if members.is_empty() => true,
            Json::Object(members) if here.depth < DEEPEST => self.object(members, &here),
            _ => false,
        }
    }

    /// `{"VpcAtlasError":{"Call":…,"Region":…,"Parent":…,"Code":…,"Message":…}}`.
    fn failure(&mut self, error: Object<'_>, here: &Here) {
        let text = |name: &str| error.get(name).and_then(Json::as_str);
        let hint =
            text("Region").map_or_else(|| here.hint.clone(), |region| here.hint.within(region));
        let name = text("Call").unwrap_or("a call");
        let code = text("Code").unwrap_or_default();
        let message = text("Message").unwrap_or_default().trim();
        let call = Call::from_api(name);
        let (cause, why) = failure_words(call, code, message);
        let mut gap = Gap::new(name, self.notes.place(), cause, why);
        if let Some(Json::Object(parent)) = error.get("Parent") {
            gap.resource = parent_of(parent).map(|(kind, id)| Key::new(kind, id));
        }
        let findings = self.findings(&hint);
        findings.asked = true;
        match call {
            Some(call) => findings.fail(call, gap),
            None => findings.gaps.push(gap),
        }
    }

    /// The resource an answer is about: from its wrapper, or from the name of its file or folder.
    fn parent(&self, kind: Kind, prefix: &str, here: &Here) -> Option<Id> {
        match &here.parent {
            Some((of, id)) if *of == kind => Some(id.clone()),
            _ => id_in_path(self.path, prefix).map(Id::from),
        }
    }

    fn orphan(&self, what: &str, kind: Kind, example: &str) {
        let why = format!(
            "the answer does not name its {}; put its id ({example}…) into the name of the file or folder",
            kind.singular()
        );
        self.notes
            .add(Gap::new(what, self.notes.place(), Cause::NotUnderstood, why).of_kinds([kind]));
    }

    /// The entries of a prefix list.
    fn entries(&mut self, items: List<'_>, end: End, here: &Here) {
        let kind = Kind::PrefixList;
        let Some(id) = self.parent(kind, LIST_PREFIX, here) else {
            self.orphan("prefix list entries", kind, LIST_PREFIX);
            return;
        };
        let entries = self.gathered(kind, &id, "Entries", items, end, records::prefix_list_entry);
        let held = self.findings(&here.hint).entries.entry(id).or_default();
        held.merge(entries);
    }

    /// Items of a list that belongs to one resource.
    fn gathered<T>(
        &self,
        kind: Kind,
        id: &Id,
        list: &'static str,
        items: List<'_>,
        end: End,
        read: fn(&Fields<'_>) -> Option<T>,
    ) -> Gathered<T> {
        let mut gathered = Gathered::default();
        for (at, item) in items.iter().enumerate() {
            if let Some(fields) = Fields::item(item, self.notes, kind, id.as_str(), (list, at)) {
                gathered.items.extend(read(&fields));
            }
        }
        gathered.extent.refused = self.notes.take_lost();
        gathered.extent.page(self.notes.place(), end);
        gathered
    }

    /// What hangs on one table of a transit gateway.
    fn of_table(&mut self, list: Listed, name: &str, items: List<'_>, end: End, here: &Here) {
        let kind = Kind::TransitGatewayRouteTable;
        let Some(id) = self.parent(kind, TABLE_PREFIX, here) else {
            self.orphan(&format!("{name} of a transit gateway"), kind, TABLE_PREFIX);
            return;
        };
        self.add_to_table(list, id, items, end, here);
    }

    fn add_to_table(&mut self, list: Listed, id: Id, items: List<'_>, end: End, here: &Here) {
        let kind = Kind::TransitGatewayRouteTable;
        let mut table = Table::default();
        match list {
            Listed::Associations => {
                let read = |fields: &Fields<'_>| Some(records::transit_gateway_entry(fields));
                table.associations = self.gathered(kind, &id, "Associations", items, end, read);
            }
            Listed::Propagations | Listed::PropagationsByTable => {
                let read = |fields: &Fields<'_>| Some(records::transit_gateway_entry(fields));
                table.propagations = self.gathered(kind, &id, "Propagations", items, end, read);
            }
            Listed::StaticRoutesByTable => {
                let read = records::transit_gateway_route;
                table.static_routes = self.gathered(kind, &id, "Routes", items, end, read);
            }
            _ => {
                let read = records::transit_gateway_route;
                table.routes = self.gathered(kind, &id, "Routes", items, end, read);
            }
        }
        let held = self.findings(&here.hint).tables.entry(id).or_default();
        held.associations.merge(table.associations);
        held.propagations.merge(table.propagations);
        held.routes.merge(table.routes);
        held.static_routes.merge(table.static_routes);
    }

    /// What Batfish records of all tables in one list, each beside its table's id.
    fn by_table(&mut self, list: Listed, name: &str, items: List<'_>, here: &Here) {
        let kind = Kind::TransitGatewayRouteTable;
        let inner = match list {
            Listed::PropagationsByTable => "TransitGatewayRouteTablePropagations",
            _ => "Routes",
        };
        for (at, item) in items.iter().enumerate() {
            let Some(fields) = self.fields_of(kind, name, at, item, here) else {
                continue;
            };
            if let Some(id) = fields.some_id("TransitGatewayRouteTableId") {
                let more = fields.some_flag("AdditionalRoutesAvailable") == Some(true);
                let end = if more { End::More } else { End::Last };
                if !fields.is_wrong_list(inner) {
                    let items = fields.list(inner).unwrap_or_default();
                    self.add_to_table(list, id, items, end, here);
                }
            } else {
                self.orphan(&format!("{name}[{at}]"), kind, TABLE_PREFIX);
            }
        }
    }

    /// Rules of security groups, one by one.
    fn rules(&mut self, name: &str, items: List<'_>, end: End, here: &Here) {
        let kind = Kind::SecurityGroup;
        for (at, item) in items.iter().enumerate() {
            let Some(fields) = self.fields_of(kind, name, at, item, here) else {
                continue;
            };
            let (Some(group), Some((egress, rule))) = (
                fields.some_id("GroupId"),
                records::security_group_rule(&fields),
            ) else {
                continue;
            };
            let findings = self.findings(&here.hint);
            if let Some(owner) = fields
                .word("GroupOwnerId")
                .filter(|owner| is_account(owner))
            {
                findings.owners.add(owner);
            }
            let [ingress, egresses] = findings.rules.entry(group).or_default();
            if egress { egresses } else { ingress }.push(rule);
        }
        let refused = self.notes.take_lost();
        let place = self.notes.place();
        let extent = &mut self.findings(&here.hint).rules_extent;
        extent.refused |= refused;
        extent.page(place, end);
    }

    /// The answer of `describe-vpc-block-public-access-options`.
    fn block_public_access(&mut self, members: Object<'_>, here: &Here) -> bool {
        let fields = Fields::new(members, self.notes, Kind::Region, "");
        let Some(mode) = fields.some_text("InternetGatewayBlockMode") else {
            return false;
        };
        let region = fields.some_text("AwsRegion");
        let account = fields
            .word("AwsAccountId")
            .filter(|account| is_account(account));
        let findings = self.findings(&here.hint);
        if let Some(region) = &region {
            findings.regions.add(region);
        }
        if let Some(account) = account {
            findings.owners.add(account);
        }
        findings.block_modes.insert((region, mode));
        true
    }

    /// The answer of `network-firewall describe-firewall`: the firewall, and beside it where its endpoints are.
    fn firewall(&mut self, firewall: Object<'_>, status: Option<Json<'_>>, here: &Here) {
        let kind = Kind::NetworkFirewall;
        let text = |name| firewall.get(name).and_then(Json::as_str);
        let Some(id) = text("FirewallArn").or_else(|| text("FirewallName")) else {
            return;
        };
        let zones = status
            .and_then(Json::as_object)
            .and_then(|status| status.get("SyncStates"))
            .and_then(Json::as_object);
        let endpoints = zones.map(|zones| {
            let mut endpoints: Vec<Id> = zones
                .iter()
                .filter_map(|(_, zone)| {
                    let attachment = zone.as_object()?.get("Attachment")?.as_object()?;
                    attachment.get("EndpointId")?.as_str().map(Id::from)
                })
                .collect();
            endpoints.sort_unstable();
            endpoints.dedup();
            endpoints
        });
        let fields = Fields::new(firewall, self.notes, kind, id);
        let mut common = records::common(&fields, "FirewallArn", "Tags", "");
        let facts = records::network_firewall(&fields, endpoints.into());
        self.place_of(&fields, &mut common, here);
        self.notes.take_lost();
        self.add(here, id.into(), common, facts.into());
        self.some_of(kind, here);
    }
}

/// The resource that `{"Kind":…,"Id":…}` names.
fn parent_of(members: Object<'_>) -> Option<(Kind, Id)> {
    let text = |name| members.get(name).and_then(Json::as_str);
    Some((Kind::from_word(text("Kind")?)?, text("Id")?.into()))
}

/// Why a call failed, as a cause and a sentence.
fn failure_words(call: Option<Call>, code: &str, message: &str) -> (Cause, String) {
    let says = |words: &[&str]| words.iter().any(|word| code.contains(word));
    if says(&["Unauthorized", "AccessDenied"]) {
        let action = call.map_or("the permission for this call", |call| call.spec().action);
        return (
            Cause::Denied(action.into()),
            format!("not allowed: {action} is missing"),
        );
    }
    if says(&["Throttl", "RequestLimitExceeded", "TooManyRequests"]) {
        return (
            Cause::Throttled,
            format!("AWS asked to slow down ({code}); collect it again"),
        );
    }
    if says(&["UnsupportedOperation", "InvalidAction", "NotImplemented"]) {
        return (
            Cause::Unsupported,
            format!("the endpoint does not offer this call ({code})"),
        );
    }
    let lower = message.to_ascii_lowercase();
    if says(&["Timeout", "TimedOut"]) || lower.contains("timed out") || lower.contains("timeout") {
        return (
            Cause::TimedOut,
            "no answer came in time; collect it again".to_owned(),
        );
    }
    let why = match (code, message) {
        ("", "") => "the call failed".to_owned(),
        ("", words) | (words, "") => format!("the call failed: {words}"),
        (code, words) => format!("the call failed ({code}): {words}"),
    };
    (Cause::Failed, why.trim_end_matches('.').to_owned())
}
