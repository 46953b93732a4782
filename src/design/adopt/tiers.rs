//! Which subnets are one tier, and how it reaches out.

use super::{Found, Place};
use crate::cidr::{Family, is_default};
use crate::design::edit::is_tier_name;
use crate::design::model::{Egress, Ipv6, Nat, TierKind, Vpc};
use crate::network::{
    Destination, Id, Key, Kind, MADE_TAG, RouteOrigin, RouteTableFacts, Target, Text,
    VpcEndpointFacts,
};
use compact_str::format_compact;
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};

/// Subnets of one purpose.
pub(super) struct Group {
    pub name: Text,
    pub kind: TierKind,
    pub egress: Egress,
    /// Which of the places.
    pub places: Vec<usize>,
    /// Their numbers in the tier, where their names tell them.
    numbers: Vec<Option<u16>>,
}

/// A subnet while tiers are gathered.
struct Sub {
    at: usize,
    called: Option<(Text, Option<u16>)>,
}

/// What makes subnets one tier; the flag says whether they are public.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Made(Text),
    Name(bool, Text),
    Table(bool, Option<Id>),
    Way(bool, Text),
}

impl Mark {
    fn is_public(&self) -> bool {
        match self {
            Self::Made(_) => false,
            Self::Name(is_public, _) | Self::Table(is_public, _) | Self::Way(is_public, _) => {
                *is_public
            }
        }
    }
}

/// Where a table leads, beyond the VPC itself and gateway endpoints.
#[derive(Default)]
pub(super) struct Leads {
    pub v4: Option<Key>,
    pub v6: Option<Key>,
    pub further: BTreeSet<(IpNet, Key)>,
    pub propagates: bool,
}

impl Leads {
    /// The blocks that go to targets of a kind, without the defaults.
    fn to(&self, kind: Kind) -> BTreeSet<IpNet> {
        let further = self.further.iter().filter(|(_, key)| key.kind == kind);
        further.map(|(block, _)| *block).collect()
    }
}

/// What routes a design gives to each private table.
#[derive(Default)]
pub(super) struct Shared {
    pub transit: BTreeSet<IpNet>,
    pub vpn: BTreeSet<IpNet>,
    pub propagates: bool,
    pub peering: BTreeMap<Key, BTreeSet<IpNet>>,
}

fn kind_of(key: Option<&Key>) -> Option<Kind> {
    key.map(|key| key.kind)
}

impl Found<'_> {
    pub(super) fn leads(&self, table: Option<&Id>) -> Leads {
        let mut leads = Leads::default();
        let facts = table.and_then(|id| self.network.facts::<RouteTableFacts>(id));
        let Some(facts) = facts else {
            return leads;
        };
        leads.propagates = !facts.propagating_gateways.items().is_empty();
        for route in facts.routes.items() {
            let Target::Resource(target) = &route.target else {
                continue;
            };
            let is_told = matches!(
                route.origin,
                RouteOrigin::EnableVgwRoutePropagation | RouteOrigin::Advertisement
            );
            let endpoint = self.network.facts::<VpcEndpointFacts>(&target.id);
            let is_gateway = endpoint
                .and_then(|it| it.endpoint_type.value())
                .is_some_and(|it| it == "Gateway");
            let Destination::Block(block) = route.destination else {
                continue;
            };
            if is_told || is_gateway && target.kind == Kind::VpcEndpoint {
                continue;
            }
            match Family::of(block) {
                Family::V4 if is_default(block) => leads.v4 = Some(target.clone()),
                Family::V6 if is_default(block) => leads.v6 = Some(target.clone()),
                _ => {
                    leads.further.insert((block, target.clone()));
                }
            }
        }
        leads
    }

    /// The routes beyond the defaults that most of the tables have which have any such.
    pub(super) fn shared(&self) -> Shared {
        let tables: BTreeSet<&Id> = self
            .places
            .iter()
            .filter_map(|it| it.table.as_ref())
            .collect();
        let leads: Vec<Leads> = tables.into_iter().map(|id| self.leads(Some(id))).collect();
        let inner: Vec<&Leads> = leads.iter().filter(|it| !is_public(it)).collect();
        let of_kind = |kind: Kind| most(inner.iter().map(|it| it.to(kind)));
        let peers: BTreeSet<&Key> = leads
            .iter()
            .flat_map(|it| &it.further)
            .map(|(_, key)| key)
            .filter(|key| key.kind == Kind::VpcPeeringConnection)
            .collect();
        let to_peer = |peer: &Key| {
            most(leads.iter().map(|it| {
                let further = it.further.iter().filter(|(_, key)| key == peer);
                further.map(|(block, _)| *block).collect()
            }))
        };
        let propagating = inner.iter().filter(|it| it.propagates).count();
        Shared {
            transit: of_kind(Kind::TransitGateway),
            vpn: of_kind(Kind::VpnGateway),
            propagates: propagating > 0,
            peering: peers
                .into_iter()
                .map(|peer| (peer.clone(), to_peer(peer)))
                .collect(),
        }
    }

    /// The tiers: public ones first, and of these that with the NAT gateways.
    ///
    /// Subnets are of one tier where this program made them so, where they share a table that leads to the internet or
    /// nowhere, or where their names say the same; what has no name is told by its way out.
    pub(super) fn groups(&self, vpc: &Vpc) -> Vec<Group> {
        let shared = self.shared();
        let mut users: BTreeMap<Option<&Id>, usize> = BTreeMap::new();
        for place in &self.places {
            let count = users.entry(place.table.as_ref()).or_default();
            *count = count.saturating_add(1);
        }
        let mut clusters: BTreeMap<Mark, Vec<Sub>> = BTreeMap::new();
        for (at, place) in self.places.iter().enumerate() {
            let leads = self.leads(place.table.as_ref());
            let is_public = is_public(&leads);
            let is_shared = users
                .get(&place.table.as_ref())
                .is_some_and(|count| *count > 1);
            let goes_nowhere = leads.v4.is_none() && leads.v6.is_none();
            let sub = Sub {
                at,
                called: self.called(place),
            };
            let mark = match (made(place), &sub.called) {
                (Some((tier, _)), _) => Mark::Made(tier),
                _ if is_shared && (is_public || goes_nowhere) => {
                    Mark::Table(is_public, place.table.clone())
                }
                (None, Some((name, _))) => Mark::Name(is_public, name.clone()),
                (None, None) => Mark::Way(is_public, way(&leads, is_public)),
            };
            clusters.entry(mark).or_default().push(sub);
        }
        let mut groups: BTreeMap<(Mark, Text), Vec<Sub>> = BTreeMap::new();
        for (mark, subs) in clusters {
            let name = common_name(&subs);
            let (mark, name) = match (mark, name) {
                (Mark::Made(name), _) => (Mark::Made(name.clone()), name),
                // Two tables on subnets of one name are one tier all the same.
                (Mark::Table(is_public, _) | Mark::Name(is_public, _), Some(name)) => {
                    (Mark::Name(is_public, name.clone()), name)
                }
                (mark @ Mark::Way(..), _) => {
                    let Mark::Way(_, word) = &mark else { continue };
                    let word = word.clone();
                    (mark, word)
                }
                (mark, _) => {
                    let word = if mark.is_public() {
                        "public"
                    } else {
                        "isolated"
                    };
                    (mark, word.into())
                }
            };
            groups.entry((mark, name)).or_default().extend(subs);
        }
        let mut taken: BTreeSet<Text> = BTreeSet::new();
        let mut found: Vec<Group> = Vec::new();
        for ((mark, name), mut subs) in groups {
            subs.sort_by_key(|sub| sub.at);
            let places: Vec<usize> = subs.iter().map(|sub| sub.at).collect();
            let mut leads = places.iter().filter_map(|at| self.places.get(*at));
            let is_public = match &mark {
                Mark::Made(_) => leads.any(|place| is_public(&self.leads(place.table.as_ref()))),
                other => other.is_public(),
            };
            let number = |sub: &Sub| {
                let called = sub.called.as_ref().filter(|(held, _)| *held == name);
                called.and_then(|(_, number)| *number)
            };
            let (kind, egress) = if is_public {
                (TierKind::Public, Egress::default())
            } else {
                self.nearest(&places, vpc, &shared)
            };
            found.push(Group {
                kind,
                egress,
                numbers: subs.iter().map(number).collect(),
                places,
                name: free_name(name, is_public, &mut taken),
            });
        }
        let hosts = self.hosts_of_nats();
        let has_nat = |group: &Group| {
            let mut places = group.places.iter().filter_map(|at| self.places.get(*at));
            places.any(|place| hosts.contains(place.id()))
        };
        let first = |group: &Group| {
            let places = group.places.iter().filter_map(|at| self.places.get(*at));
            places.map(|place| place.block).min()
        };
        found.sort_by_key(|group| {
            let is_public = group.kind == TierKind::Public;
            (
                !is_public,
                !has_nat(group),
                first(group),
                group.name.clone(),
            )
        });
        found
    }

    /// The tier that a subnet's name or tag tells, and its number in it.
    fn called(&self, place: &Place<'_>) -> Option<(Text, Option<u16>)> {
        if let Some((tier, number)) = made(place) {
            return Some((tier, Some(number)));
        }
        let name = place.resource.tag("Name").unwrap_or_default();
        let generated = name
            .strip_prefix(self.prefix.as_str())
            .and_then(|rest| rest.strip_prefix("-subnet-"))
            .and_then(|rest| rest.strip_suffix(place.zone.as_str()))
            .and_then(|rest| rest.strip_suffix('-'));
        if let Some(rest) = generated
            && let Some((tier, number)) = numbered(rest)
        {
            return Some((tier.into(), Some(number)));
        }
        let tagged = ["Tier", "tier"]
            .iter()
            .find_map(|key| place.resource.tag(key));
        let stem = tagged.map_or_else(
            || stem(name, &place.zone, &self.prefix),
            |tag| stem(tag, "", ""),
        );
        stem.map(|stem| (stem, None))
    }

    /// The kind and way out whose routes are nearest to those of these subnets.
    fn nearest(&self, places: &[usize], vpc: &Vpc, shared: &Shared) -> (TierKind, Egress) {
        const OPTIONS: [(TierKind, Egress); 5] = [
            (TierKind::Private, Egress::Nat),
            (TierKind::Private, Egress::TransitGateway),
            (TierKind::Private, Egress::VpnGateway),
            (TierKind::Isolated, Egress::Nat),
            (TierKind::Private, Egress::None),
        ];
        let cost = |option: &(TierKind, Egress)| self.cost(places, vpc, shared, *option);
        // Of equals the first is taken.
        OPTIONS.into_iter().min_by_key(cost).unwrap_or_default()
    }

    /// In how many things a tier of this kind would differ from these subnets.
    fn cost(
        &self,
        places: &[usize],
        vpc: &Vpc,
        shared: &Shared,
        (kind, egress): (TierKind, Egress),
    ) -> usize {
        let has_ipv6 = vpc.ipv6 != Ipv6::None;
        let is_private = kind == TierKind::Private;
        let (v4, v6) = match egress {
            _ if !is_private => (None, None),
            Egress::Nat => (
                (vpc.nat != Nat::None).then_some(Kind::NatGateway),
                (vpc.egress_only && has_ipv6).then_some(Kind::EgressOnlyInternetGateway),
            ),
            Egress::TransitGateway => (
                Some(Kind::TransitGateway),
                has_ipv6.then_some(Kind::TransitGateway),
            ),
            Egress::VpnGateway => (Some(Kind::VpnGateway), None),
            Egress::None => (None, None),
        };
        let none = BTreeSet::new();
        let wanted = |blocks: &BTreeSet<IpNet>| {
            if is_private {
                blocks.clone()
            } else {
                none.clone()
            }
        };
        let peered: BTreeSet<IpNet> = shared.peering.values().flatten().copied().collect();
        let mut cost = 0_usize;
        let mut tables: BTreeMap<Option<&Id>, usize> = BTreeMap::new();
        for place in places.iter().filter_map(|at| self.places.get(*at)) {
            let leads = self.leads(place.table.as_ref());
            let differs = |held: &BTreeSet<IpNet>, wanted: &BTreeSet<IpNet>| {
                held.symmetric_difference(wanted).count()
            };
            cost = cost
                .saturating_add(usize::from(kind_of(leads.v4.as_ref()) != v4))
                .saturating_add(usize::from(kind_of(leads.v6.as_ref()) != v6))
                .saturating_add(usize::from(
                    leads.propagates != (is_private && shared.propagates),
                ))
                .saturating_add(usize::from(!place.is_explicit))
                .saturating_add(differs(
                    &leads.to(Kind::TransitGateway),
                    &wanted(&shared.transit),
                ))
                .saturating_add(differs(&leads.to(Kind::VpnGateway), &wanted(&shared.vpn)))
                .saturating_add(differs(
                    &leads.to(Kind::VpcPeeringConnection),
                    &wanted(&peered),
                ));
            let count = tables.entry(place.table.as_ref()).or_default();
            *count = count.saturating_add(1);
        }
        // Private subnets have a table each, and those of other tiers one together.
        let misplaced = if is_private {
            places.len().saturating_sub(tables.len())
        } else {
            tables.len().saturating_sub(1)
        };
        cost.saturating_add(misplaced)
    }

    /// The numbers of a tier's subnets: those of their names, the others one after the other over the zones.
    pub(super) fn numbers(&self, group: &Group, zones: &[Text]) -> Vec<u16> {
        let told: BTreeSet<u16> = group.numbers.iter().flatten().copied().collect();
        // Where two names tell one number they tell nothing.
        let is_told = told.len() == group.numbers.iter().flatten().count();
        let told = if is_told { told } else { BTreeSet::new() };
        let mut numbers: Vec<u16> = group
            .numbers
            .iter()
            .map(|number| number.filter(|_| is_told).unwrap_or_default())
            .collect();
        let hosts = self.hosts();
        let zone_of = |place: &Place<'_>| zones.iter().position(|zone| *zone == place.zone);
        let mut order: Vec<(usize, &Place<'_>)> = group
            .places
            .iter()
            .enumerate()
            .filter_map(|(n, at)| Some((n, self.places.get(*at)?)))
            .collect();
        order.sort_by_key(|(_, place)| (zone_of(place), !hosts.contains(place.id()), place.block));
        let mut rounds: BTreeMap<Option<usize>, usize> = BTreeMap::new();
        let mut placed: Vec<((usize, Option<usize>), usize)> = order
            .into_iter()
            .map(|(n, place)| {
                let zone = zone_of(place);
                let round = rounds.entry(zone).or_default();
                let at = *round;
                *round = at.saturating_add(1);
                ((at, zone), n)
            })
            .collect();
        placed.sort_unstable();
        let free = (1..=u16::MAX).filter(|number| !told.contains(number));
        let open = placed.into_iter().map(|(_, n)| n);
        let open: Vec<usize> = open.filter(|n| numbers.get(*n) == Some(&0)).collect();
        for (number, n) in free.zip(open) {
            if let Some(place) = numbers.get_mut(n) {
                *place = number;
            }
        }
        numbers
    }
}

fn is_public(leads: &Leads) -> bool {
    let internet = Some(Kind::InternetGateway);
    kind_of(leads.v4.as_ref()) == internet || kind_of(leads.v6.as_ref()) == internet
}

/// A tier's name with a number behind it. The name is the shortest that can be one and does not end with a hyphen:
/// `tier-63` is the third of `tier-6`.
fn numbered(text: &str) -> Option<(&str, u16)> {
    let stem = text.trim_end_matches(|it: char| it.is_ascii_digit());
    let split = |at: usize| {
        let (tier, number) = text.split_at_checked(at)?;
        let is_number = !number.starts_with('0');
        let is_tier = is_tier_name(tier) && !tier.ends_with('-');
        Some((tier, number.parse().ok()?)).filter(|_| is_number && is_tier)
    };
    (stem.len()..text.len()).find_map(split)
}

/// Tier and number of a subnet that this program made: its logical name is `vpc/tier/zone/number`.
fn made(place: &Place<'_>) -> Option<(Text, u16)> {
    let name = place.resource.tag(MADE_TAG)?;
    let mut parts = name.split('/').skip(1);
    let (tier, zone, number) = (parts.next()?, parts.next()?, parts.next()?);
    let number = number.parse().ok().filter(|it| *it > 0)?;
    let is_whole = parts.next().is_none() && zone == place.zone && is_tier_name(tier);
    is_whole.then(|| (tier.into(), number))
}

/// What nameless subnets are called: by their way out.
fn way(leads: &Leads, is_public: bool) -> Text {
    match kind_of(leads.v4.as_ref()) {
        _ if is_public => "public",
        Some(Kind::TransitGateway) => "private-transit",
        Some(Kind::VpnGateway) => "private-vpn",
        None if leads.v6.is_none() && leads.further.is_empty() && !leads.propagates => "inner",
        _ => "private",
    }
    .into()
}

/// The name that most of these subnets tell; the first of equals.
fn common_name(subs: &[Sub]) -> Option<Text> {
    let mut counts: BTreeMap<&Text, usize> = BTreeMap::new();
    for (name, _) in subs.iter().filter_map(|sub| sub.called.as_ref()) {
        let count = counts.entry(name).or_default();
        *count = count.saturating_add(1);
    }
    let most = counts
        .into_iter()
        .max_by_key(|(name, count)| (*count, std::cmp::Reverse(*name)));
    most.map(|(name, _)| name.clone())
}

/// What is in more than half of the sets that are not empty.
fn most(sets: impl Iterator<Item = BTreeSet<IpNet>>) -> BTreeSet<IpNet> {
    let mut counts: BTreeMap<IpNet, usize> = BTreeMap::new();
    let mut all = 0_usize;
    for set in sets.filter(|set| !set.is_empty()) {
        all = all.saturating_add(1);
        for block in set {
            let count = counts.entry(block).or_default();
            *count = count.saturating_add(1);
        }
    }
    let is_most = |(_, count): &(IpNet, usize)| count.saturating_mul(2) > all;
    counts
        .into_iter()
        .filter(is_most)
        .map(|(block, _)| block)
        .collect()
}

/// What is left of a subnet's name without the zone, numbers, and the name of its VPC.
fn stem(name: &str, zone: &str, prefix: &str) -> Option<Text> {
    let lower = name.to_lowercase();
    let prefix = prefix.to_lowercase();
    let rest = lower.strip_prefix(prefix.as_str()).unwrap_or(&lower);
    let rest = if zone.is_empty() {
        rest.to_owned()
    } else {
        rest.replace(zone, " ")
    };
    // `eu-west-1a` is also written `1a`, `a`, `az-a` and `az1`.
    let letter = zone.chars().last().filter(char::is_ascii_lowercase);
    let is_of_zone = |word: &str| {
        let word = word.strip_prefix("az").unwrap_or(word);
        let bare = word.trim_start_matches(|it: char| it.is_ascii_digit());
        bare.is_empty() || letter.is_some_and(|it| bare.len() == 1 && bare.starts_with(it))
    };
    let words = rest
        .split(|it: char| !it.is_ascii_alphanumeric())
        .filter(|word| !matches!(*word, "" | "subnet" | "subnets" | "sn" | "snet" | "vpc"))
        .filter(|word| !is_of_zone(word));
    let mut words: Vec<&str> = words.collect();
    if let Some(last) = words.last_mut() {
        *last = last.trim_end_matches(|it: char| it.is_ascii_digit());
    }
    let stem = words.join("-");
    is_tier_name(&stem).then(|| stem.into())
}

/// A name that no tier has yet.
fn free_name(name: Text, is_public: bool, taken: &mut BTreeSet<Text>) -> Text {
    let word = if is_public { "public" } else { "private" };
    let with_word = format_compact!("{name}-{word}");
    let numbered = (2..=u16::MAX).map(|n| format_compact!("{name}-{n}"));
    let free = [name.clone(), with_word]
        .into_iter()
        .chain(numbered)
        .find(|it| is_tier_name(it) && !taken.contains(it));
    let free = free.unwrap_or(name);
    taken.insert(free.clone());
    free
}

#[cfg(test)]
mod tests {
    use super::{numbered, stem};

    #[test]
    fn generated_names_tell_numbers() {
        assert_eq!(numbered("private12"), Some(("private", 12)));
        assert_eq!(numbered("tier-63"), Some(("tier-6", 3)));
        assert_eq!(numbered("tier-610"), Some(("tier-6", 10)));
        for none in ["private", "private0", "12", ""] {
            assert_eq!(numbered(none), None, "{none}");
        }
    }

    #[test]
    fn names_tell_tiers() {
        for (name, zone, tier) in [
            ("prod-app-a", "eu-west-1a", Some("app")),
            ("prod-app-eu-west-1a", "eu-west-1a", Some("app")),
            ("Prod Private Subnet AZ1", "eu-west-1b", Some("private")),
            ("web2", "eu-west-1b", Some("web")),
            ("db_1a", "us-east-1a", Some("db")),
            ("prod-a", "us-east-1a", None),
            ("10.0.0.0", "us-east-1a", None),
            ("", "us-east-1a", None),
        ] {
            assert_eq!(stem(name, zone, "prod").as_deref(), tier, "{name}");
        }
    }
}
