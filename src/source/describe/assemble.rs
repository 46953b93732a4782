//! From what files hold to a network: account and region are settled by folder, then records become resources.

use super::findings::{Extent, Findings, Found};
use super::place::{Hint, Votes};
use crate::network::{
    Cause, Common, Coverage, DirectConnectGatewayFacts, Facts, Gap, Id, Input, Key, Kind, Known,
    Network, PrefixListFacts, Record, RegionFacts, Resource, Scope, SecurityGroupFacts, Shard,
    Sighting, Text, TransitGatewayRouteTableFacts,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What one file or page holds.
#[derive(Clone, Debug)]
pub(super) struct Part {
    /// The folder it lies in; files of one folder share what they do not say themselves.
    pub(super) folder: String,
    hint: Hint,
    found: Found,
    gaps: Vec<Gap>,
    /// Whether its account and region are known to have been asked, not only read of.
    pub(super) asked: bool,
    /// Whether it is a snapshot.
    pub(super) snapshot: bool,
    /// Its name, where it is no JSON and does not claim to be.
    pub(super) no_json: Option<String>,
}

impl Part {
    pub(super) fn new(folder: String, hint: Hint, found: Found, gaps: Vec<Gap>) -> Self {
        Self {
            folder,
            hint,
            found,
            gaps,
            asked: false,
            snapshot: false,
            no_json: None,
        }
    }
}

/// All parts together; they come sorted.
pub(super) fn assemble(parts: Vec<Part>) -> Network {
    let nothing = parts.is_empty();
    let mut groups: BTreeMap<(String, Hint), Findings> = BTreeMap::new();
    let mut no_json: Vec<String> = Vec::new();
    let mut snapshots = false;
    for part in parts {
        no_json.extend(part.no_json);
        snapshots |= part.snapshot;
        if part.asked || !part.gaps.is_empty() {
            let group = groups.entry((part.folder.clone(), part.hint)).or_default();
            group.asked |= part.asked;
            group.gaps.extend(part.gaps);
        }
        for (hint, findings) in part.found {
            match groups.entry((part.folder.clone(), hint)) {
                std::collections::btree_map::Entry::Vacant(place) => {
                    place.insert(findings);
                }
                std::collections::btree_map::Entry::Occupied(mut place) => {
                    place.get_mut().merge(findings);
                }
            }
        }
    }

    let mut loose = gaps_of_input(nothing, &no_json);
    let mut unused: BTreeSet<Text> = BTreeSet::new();
    let mut scopes: BTreeMap<Scope, Findings> = BTreeMap::new();
    let mut homeless: Vec<(String, Hint, Findings)> = Vec::new();
    let mut homes: Vec<(String, Scope)> = Vec::new();
    let identities = identities(&groups);
    for ((folder, hint), mut findings) in groups {
        unused.append(&mut findings.unused);
        if !findings.tells() {
            homeless.push((folder, hint, findings));
            continue;
        }
        let scope = settle(&folder, hint, &mut findings, &identities);
        homes.push((folder, scope.clone()));
        scopes.entry(scope).or_default().merge(findings);
    }

    // A file of nothing but gaps belongs to what lies in its folder or below, else to the first there is: a scope of
    // its own would look like an account of which nothing was read. Where nothing at all was read, that is so. An
    // account and region that was asked and never answered is one of its own, unless what lies beside it may be it.
    for (folder, hint, mut findings) in homeless {
        if findings.gaps.is_empty() {
            continue;
        }
        let home = if findings.asked {
            let scope = settle(&folder, hint, &mut findings, &identities);
            let beside = homes
                .iter()
                .find(|(other, home)| *other == folder && may_be(home, &scope));
            beside.map_or(scope, |(_, home)| home.clone())
        } else {
            let within = homes.iter().find(|(other, _)| is_within(other, &folder));
            within.or_else(|| homes.first()).map_or(
                Scope {
                    account: hint.account,
                    region: hint.region,
                },
                |(_, scope)| scope.clone(),
            )
        };
        scopes.entry(home).or_default().merge(findings);
    }

    let nothing_useful = homes.is_empty() && !snapshots;
    if nothing_useful && !unused.is_empty() {
        let names: Vec<&str> = unused.iter().map(Text::as_str).collect();
        loose.push(Gap::new(
            "nothing to show",
            "",
            Cause::NotInInput,
            format!(
                "the input holds {} only, of which the map shows nothing",
                names.join(", ")
            ),
        ));
    }
    if !loose.is_empty() {
        let home = scopes.keys().next().cloned().unwrap_or_default();
        scopes.entry(home).or_default().gaps.extend(loose);
    }

    scopes
        .into_iter()
        .fold(Network::new(), |network, (scope, findings)| {
            let shard = shard(&scope, findings);
            network.with_shard(scope, Arc::new(shard))
        })
}

/// Gaps about the input as a whole.
fn gaps_of_input(nothing: bool, no_json: &[String]) -> Vec<Gap> {
    let mut gaps = Vec::new();
    if nothing {
        gaps.push(Gap::new(
            "nothing to read",
            "",
            Cause::NotInInput,
            "there is no file in this folder; choose one that holds the output of `aws ec2 describe-*` calls",
        ));
    }
    if !no_json.is_empty() {
        const NAMED: usize = 5;
        let names: Vec<&str> = no_json.iter().take(NAMED).map(String::as_str).collect();
        let more = match no_json.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        gaps.push(Gap::new(
            names.join(", ") + &more,
            "",
            Cause::NotUnderstood,
            "passed over: it is neither JSON nor a template",
        ));
    }
    gaps
}

/// Which account asked, by folder, from `get-caller-identity`.
fn identities(groups: &BTreeMap<(String, Hint), Findings>) -> BTreeMap<String, Text> {
    let mut identities: BTreeMap<String, BTreeSet<Text>> = BTreeMap::new();
    for ((folder, _), findings) in groups {
        if let Some(account) = &findings.identity {
            identities
                .entry(folder.clone())
                .or_default()
                .insert(account.clone());
        }
    }
    identities
        .into_iter()
        .filter_map(|(folder, accounts)| Some((folder, accounts.into_iter().next()?)))
        .collect()
}

/// Whether a folder is another one or lies below it.
fn is_within(folder: &str, above: &str) -> bool {
    above.is_empty()
        || folder
            .strip_prefix(above)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The account and region of a group: what is said outright, then who asked, then what most records name.
fn settle(
    folder: &str,
    hint: Hint,
    findings: &mut Findings,
    identities: &BTreeMap<String, Text>,
) -> Scope {
    let asked_by = identities
        .iter()
        .filter(|(above, _)| is_within(folder, above))
        .max_by_key(|(above, _)| above.len())
        .map(|(_, account)| account.clone());
    let winner = |votes: &mut Votes| std::mem::take(votes).winner();
    Scope {
        account: hint
            .account
            .or(asked_by)
            .or_else(|| winner(&mut findings.owners)),
        region: hint.region.or_else(|| winner(&mut findings.regions)),
    }
}

/// Whether two scopes may be the same: neither says what the other denies.
fn may_be(one: &Scope, other: &Scope) -> bool {
    let agree =
        |one: &Option<Text>, other: &Option<Text>| one.is_none() || other.is_none() || one == other;
    agree(&one.account, &other.account) && agree(&one.region, &other.region)
}

/// The shard of one account and region.
fn shard(scope: &Scope, mut findings: Findings) -> Shard {
    let sighting = Arc::new(Sighting {
        account: scope.account.clone(),
        region: scope.region.clone(),
        input: Input::Account,
    });
    let resource = |(id, mut record): (Id, Record)| {
        settle_common(scope, &mut record);
        Arc::new(Resource::seen(id, Arc::clone(&sighting), record))
    };
    let mut records = std::mem::take(&mut findings.records);
    pieces(scope, &mut findings, &mut records);
    let mut resources: Vec<Arc<Resource>> = records.into_iter().map(resource).collect();
    resources.sort_by(|a, b| a.key().cmp(b.key()));
    let mut shard = Shard::from_resources(resources);
    // Both come second: they stand in where no list told of the resource itself.
    let missing = |shard: &Shard, kind, id: &Id| shard.get(&Key::new(kind, id.clone())).is_none();
    let mut second: Vec<(Id, Record)> = Vec::new();
    for (id, record) in std::mem::take(&mut findings.embedded) {
        if missing(&shard, Kind::NetworkInterface, &id) {
            second.push((id, record));
        }
    }
    let rules_whole = findings.rules_extent.ended;
    for (id, [mut ingress, mut egress]) in std::mem::take(&mut findings.rules) {
        if missing(&shard, Kind::SecurityGroup, &id) {
            let mut facts = SecurityGroupFacts::default();
            if rules_whole {
                ingress.sort_unstable();
                ingress.dedup();
                egress.sort_unstable();
                egress.dedup();
                facts.ingress = Known::Value(ingress);
                facts.egress = Known::Value(egress);
            }
            second.push((id, bare(facts.into())));
        }
    }
    for record in second {
        shard.add(resource(record));
    }
    cover(&mut shard, &findings);
    for gap in findings.gaps {
        shard.add_gap(gap);
    }
    shard
}

/// A record of facts and nothing else.
fn bare(facts: Facts) -> Record {
    Record {
        common: Common::default(),
        facts,
    }
}

/// What came in pieces becomes records: tables of transit gateways, prefix lists, associations, modes.
fn pieces(scope: &Scope, findings: &mut Findings, records: &mut Vec<(Id, Record)>) {
    let mut gaps: Vec<Gap> = Vec::new();
    let mut breaks_off = |what: &str, kind: Kind, id: &Id, extent: &Extent| {
        if !extent.ended && !extent.breaks.is_empty() {
            let places: Vec<&str> = extent.breaks.iter().map(Text::as_str).collect();
            let key = Key::new(kind, id.clone());
            let gap = Gap::new(
                format!("{what} of {key}"),
                places.join(", "),
                Cause::NotInInput,
                "the list breaks off before its last page",
            );
            gaps.push(gap.of_kinds([kind]).about(key));
        }
        if extent.refused || (extent.came() && !extent.ended) {
            return true;
        }
        false
    };
    let mut partial: BTreeSet<Kind> = BTreeSet::new();
    for (id, table) in std::mem::take(&mut findings.tables) {
        let kind = Kind::TransitGatewayRouteTable;
        let broken = [
            breaks_off("associations", kind, &id, &table.associations.extent),
            breaks_off("propagations", kind, &id, &table.propagations.extent),
            breaks_off("routes", kind, &id, &table.routes.extent),
            breaks_off("static routes", kind, &id, &table.static_routes.extent),
        ];
        if broken.contains(&true) {
            partial.insert(kind);
        }
        let facts = TransitGatewayRouteTableFacts {
            associations: table.associations.whole(),
            propagations: table.propagations.whole(),
            routes: table.routes.whole(),
            static_routes: table.static_routes.whole(),
            ..TransitGatewayRouteTableFacts::default()
        };
        records.push((id, bare(facts.into())));
    }
    for (id, cidrs) in std::mem::take(&mut findings.cidrs) {
        let entries = findings.entries.entry(id).or_default();
        if !entries.extent.ended {
            entries.items = cidrs;
            entries.extent.ended = true;
        }
    }
    for (id, entries) in std::mem::take(&mut findings.entries) {
        if breaks_off("entries", Kind::PrefixList, &id, &entries.extent) {
            partial.insert(Kind::PrefixList);
        }
        let facts = PrefixListFacts {
            entries: entries.whole(),
            ..PrefixListFacts::default()
        };
        records.push((id, bare(facts.into())));
    }
    for (id, associations) in std::mem::take(&mut findings.direct_connect) {
        let facts = DirectConnectGatewayFacts {
            associations: associations.whole(),
            ..DirectConnectGatewayFacts::default()
        };
        records.push((id, bare(facts.into())));
    }
    for (region, mode) in std::mem::take(&mut findings.block_modes) {
        let Some(region) = region.or_else(|| scope.region.clone()) else {
            gaps.push(Gap::new(
                "Block Public Access",
                "",
                Cause::NotUnderstood,
                "the answer does not name its region; put it into a folder named after the region",
            ));
            continue;
        };
        let facts = RegionFacts {
            block_public_access: Known::Value(mode),
            ..RegionFacts::default()
        };
        records.push((Id::aws(region), bare(facts.into())));
    }
    for kind in partial {
        findings.extents.entry(kind).or_default().refused = true;
    }
    findings.gaps.append(&mut gaps);
}

/// What follows from who asked: the region of what stands in it, and which tags nobody showed us.
fn settle_common(scope: &Scope, record: &mut Record) {
    let kind = record.facts.kind();
    let common = &mut record.common;
    let is_global = matches!(
        kind,
        Kind::Account
            | Kind::Region
            | Kind::DirectConnectGateway
            | Kind::CoreNetwork
            | Kind::VpcPeeringConnection
    );
    if common.region.is_unread() && !is_global {
        common.region = scope.region.clone().into();
    }
    if let (Some(owner), Some(account), Some(tags)) =
        (common.owner.value(), &scope.account, common.tags.value())
        && owner != account
        && tags.is_empty()
    {
        common.tags = Known::Unread;
    }
}

/// How much of each kind came, and what is to be said of the kinds that did not come whole.
fn cover(shard: &mut Shard, findings: &Findings) {
    for (&kind, extent) in &findings.extents {
        if !extent.came() {
            continue;
        }
        let whole = extent.ended && !extent.refused && !findings.failed.contains(&kind);
        shard.cover(
            kind,
            if whole {
                Coverage::Complete
            } else {
                Coverage::Partial
            },
        );
        if extent.ended {
            continue;
        }
        for place in &extent.breaks {
            shard.add_gap(
                Gap::new(
                    kind.plural(),
                    place.clone(),
                    Cause::NotInInput,
                    "the list breaks off (NextToken is left over); collect all pages",
                )
                .of_kinds([kind]),
            );
        }
        for (place, why) in &extent.only {
            shard.add_gap(
                Gap::new(kind.plural(), place.clone(), Cause::NotInInput, *why).of_kinds([kind]),
            );
        }
    }
}
