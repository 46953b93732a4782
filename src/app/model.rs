//! The open network, and the map made of it.

use super::deriving::{Derived, Deriver, Whose};
use super::later::Later;
use super::references;
use crate::analysis::overlap::Overlaps;
use crate::analysis::search::{account_of, region_of};
use crate::cidr::Family;
use crate::network::{
    Coverage, Gap, Interconnect, Key, Kind, Network, Related, Resource, SubnetKind, Text, Topology,
};
use crate::picture::diagram::{CardId, Role};
use crate::picture::geometry::{Fx, Rect as MapRect};
use crate::picture::layout::{self, Layout, Request, Size};
use crate::picture::scene::Scene;
use crate::picture::view::{Options, Since, View, connections_are_read, natural};
use crate::workspace::{Identity, Loaded, SourceSpec, related_among_boxes};
use eframe::egui;
use jiff::Timestamp;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A network that is open, with what panels ask of it again and again.
pub(super) struct Opened {
    /// What was asked for.
    pub(super) sources: Vec<SourceSpec>,
    /// A short name of all that.
    pub(super) label: String,
    /// What it holds.
    pub(super) network: Arc<Network>,
    /// Its relations.
    pub(super) topology: Arc<Topology>,
    /// What was not read or cannot be so.
    pub(super) gaps: Vec<Gap>,
    /// Whose credentials live accounts were read with.
    pub(super) identities: Vec<Identity>,
    /// More is still being read.
    pub(super) growing: bool,
    /// When it was read; none of what never changes.
    pub(super) read_at: Option<Timestamp>,
    /// Counts up with each network that is opened, so that what was made of another one is known to be stale.
    pub(super) generation: u64,
    /// The VPCs in the order of lists: by account, region, and name.
    pub(super) vpcs: Vec<VpcEntry>,
    derived: Arc<Derived>,
    /// What followed from these sources as they were read before: it serves until that of this network is there.
    derived_before: Option<Arc<Derived>>,
    /// Nothing of it is worked out while the window waits.
    is_large: bool,
    /// What was held of the one before and is not in this one has been let go of.
    is_settled: bool,
    tag_keys: OnceCell<Vec<(Text, usize)>>,
    kinds: OnceCell<Vec<(Kind, usize)>>,
}

/// A VPC in a list.
pub(super) struct VpcEntry {
    pub(super) key: Key,
    /// Its name, else its id.
    pub(super) name: String,
    /// Account and region, as far as they are known.
    pub(super) place: String,
    /// Its first block, or a word where there is none.
    pub(super) block: String,
    /// Subnets, route tables, connections.
    pub(super) counts: [usize; 3],
    /// Whether these numbers are all there are.
    pub(super) counted: [bool; 3],
    /// Gaps about it.
    pub(super) gaps: usize,
}

impl Opened {
    pub(super) fn new(loaded: Loaded, generation: u64, deriver: &Deriver) -> Self {
        let Loaded {
            sources,
            label,
            network,
            topology,
            identities,
            reads: _,
        } = loaded;
        Self {
            identities,
            ..Self::of(
                (sources, label),
                network,
                topology,
                generation,
                (deriver, Whose::Live),
            )
        }
    }

    /// What a design makes.
    pub(super) fn planned(
        label: String,
        network: &Arc<Network>,
        topology: &Arc<Topology>,
        generation: u64,
        deriver: &Deriver,
    ) -> Self {
        let (network, topology) = (Arc::clone(network), Arc::clone(topology));
        let by = (deriver, Whose::Planned);
        Self::of((Vec::new(), label), network, topology, generation, by)
    }

    /// What was read until now; more follows.
    pub(super) fn partial(
        (sources, label): (Vec<SourceSpec>, String),
        network: Arc<Network>,
        topology: Arc<Topology>,
        generation: u64,
        deriver: &Deriver,
    ) -> Self {
        Self {
            growing: true,
            ..Self::of(
                (sources, label),
                network,
                topology,
                generation,
                (deriver, Whose::Live),
            )
        }
    }

    fn of(
        (sources, label): (Vec<SourceSpec>, String),
        network: Arc<Network>,
        topology: Arc<Topology>,
        generation: u64,
        (deriver, whose): (&Deriver, Whose),
    ) -> Self {
        let gaps = topology.all_gaps(&network);
        let vpcs = vpc_entries(&network, &topology, &gaps);
        let derived = Arc::new(Derived::default());
        let is_large = is_large(&network);
        if is_large {
            deriver.derive(whose, &derived, &network);
        }
        Self {
            sources,
            label,
            network,
            topology,
            gaps,
            identities: Vec::new(),
            growing: false,
            read_at: None,
            generation,
            vpcs,
            derived,
            derived_before: None,
            is_large,
            is_settled: false,
            tag_keys: OnceCell::new(),
            kinds: OnceCell::new(),
        }
    }

    /// The same sources read once more, or further: what followed from them serves until that of this is there.
    pub(super) fn after(self, before: Option<&Self>) -> Self {
        let derived_before = before.and_then(|before| {
            let is_whole = !before.is_large || before.derived.is_whole();
            let own = is_whole.then_some(&before.derived);
            own.or(before.derived_before.as_ref()).cloned()
        });
        Self {
            derived_before,
            ..self
        }
    }

    pub(super) fn get(&self, key: &Key) -> Option<&Arc<Resource>> {
        self.network.get(key)
    }

    /// Whether it can be selected: read, or referred to and so on the map. What nobody can tell yet is taken for known;
    /// what was so before tells nothing of what is there now.
    pub(super) fn is_known(&self, key: &Key) -> bool {
        self.network.get(key).is_some()
            || self.topology.vpc_of(key).is_some()
            || self.interconnect_now().is_none_or(|it| it.knows(key))
    }

    /// Whether the overview has it, by itself or as a part of something. While nobody can tell, it has what is of a kind
    /// that joins VPCs.
    pub(super) fn is_of_overview(&self, key: &Key) -> bool {
        let knows = |it: &Interconnect| it.knows(key);
        key.kind == Kind::Vpc
            || self
                .interconnect_now()
                .map_or_else(|| joins_vpcs(key.kind), knows)
    }

    /// Let go of what is held of the network before and is not in this one, nor drawn as what is gone. Of a large one
    /// that shows only when what joins its VPCs is worked out: asked again until then, and not any more after that.
    pub(super) fn settle(&mut self, held: [&mut Option<Key>; 2], since: &Since) {
        if self.is_settled {
            return;
        }
        self.is_settled = self.derivation().0;
        for key in held {
            key.take_if(|key| !self.is_known(key) && since.ghost(key).is_none());
        }
    }

    /// What follows from it: of a large network what is worked out until now, else what was so before.
    fn derived<'a, T>(
        &'a self,
        now: impl FnOnce(&'a Derived, &'a Network) -> &'a T,
        there: impl Fn(&'a Derived) -> Option<&'a T>,
    ) -> Option<&'a T> {
        if self.is_large {
            there(&self.derived).or_else(|| there(self.derived_before.as_ref()?))
        } else {
            Some(now(&self.derived, &self.network))
        }
    }

    /// Tells what was made of what follows from it from what can be made now.
    pub(super) fn derivation(&self) -> (bool, bool) {
        let is_there = |derived: &Derived| derived.interconnect().is_some();
        let before = self.derived_before.as_ref();
        let now = !self.is_large || is_there(&self.derived);
        (now, !now && before.is_some_and(|it| is_there(it)))
    }

    /// What joins its VPCs as they are now; none while that is worked out.
    fn interconnect_now(&self) -> Option<&Interconnect> {
        if self.is_large {
            self.derived.interconnect()
        } else {
            Some(self.derived.interconnect_of(&self.network))
        }
    }

    /// What joins its VPCs, or did so before; none while that is worked out for the first time.
    pub(super) fn interconnect(&self) -> Option<&Interconnect> {
        self.derived(Derived::interconnect_of, Derived::interconnect)
    }

    /// Blocks of its VPCs that overlap, or did so before; none while that is worked out for the first time.
    pub(super) fn overlaps(&self) -> Option<&Overlaps> {
        self.derived(Derived::overlaps_of, Derived::overlaps)
    }

    /// What belongs together on a picture.
    pub(super) fn related(&self, key: &Key, picture: Picture) -> Related {
        match (picture, self.interconnect()) {
            (Picture::Overview, Some(interconnect)) => interconnect.related(key),
            (Picture::Overview, None) => Related {
                keys: BTreeSet::from([key.clone()]),
                ..Related::default()
            },
            (Picture::Nested, Some(interconnect)) => {
                related_among_boxes(&self.topology, interconnect, key)
            }
            (Picture::Columns, _) | (Picture::Nested, None) => self.topology.related(key),
        }
    }

    /// Whether a VPC can be gone into: something stands in it, or it was read.
    pub(super) fn can_enter(&self, key: &Key) -> bool {
        key.kind == Kind::Vpc && self.topology.members(key).is_some()
    }

    /// The name of a resource, else its id.
    pub(super) fn name(&self, key: &Key) -> String {
        self.network
            .get(key)
            .and_then(|resource| resource.name())
            .map_or_else(|| key.id.to_string(), str::to_owned)
    }

    /// Who names this resource, by key; none while that is worked out.
    pub(super) fn referrers(&self, key: &Key) -> Option<&[Key]> {
        let referrers = self.derived(Derived::referrers_of, Derived::referrers)?;
        Some(referrers.get(key).map_or(&[], Vec::as_slice))
    }

    /// Gaps about a resource.
    pub(super) fn gaps_about<'a>(&'a self, key: &'a Key) -> impl Iterator<Item = &'a Gap> {
        self.gaps
            .iter()
            .filter(move |gap| gap.resource.as_ref() == Some(key))
    }

    /// The VPC a resource stands in.
    pub(super) fn vpc_of(&self, key: &Key) -> Option<Key> {
        vpc_of(&self.network, &self.topology, key)
    }

    /// The resource on the map that stands for this one: itself, else the subnet or VPC it is in.
    pub(super) fn anchor(&self, key: &Key, view: &View) -> Option<Key> {
        if view.card(key).is_some() {
            return Some(key.clone());
        }
        // Where tables have no cards of their own, a subnet stands for the table that routes it.
        let users = self.topology.subnets_of(key).into_iter();
        let mut users = users.map(|(subnet, _)| subnet);
        if let Some(subnet) = users.find(|subnet| view.card(subnet).is_some()) {
            return Some(subnet.clone());
        }
        let named = references::named(self.network.get(key)?.facts());
        let on_map = |kind: Kind| {
            named
                .iter()
                .find(|named| named.kind == kind && view.card(named).is_some())
        };
        on_map(Kind::Subnet)
            .or_else(|| on_map(Kind::TransitGateway))
            .or_else(|| on_map(Kind::Vpc))
            .cloned()
    }

    /// The keys of tags with how many resources have each, the most frequent first. Names are last: no two
    /// things should have the same.
    pub(super) fn tag_keys(&self) -> &[(Text, usize)] {
        self.tag_keys.get_or_init(|| {
            let mut counts: BTreeMap<Text, usize> = BTreeMap::new();
            let resources = self.network.resources();
            let tags = resources.filter_map(|resource| resource.common().tags.value());
            for key in tags.flat_map(BTreeMap::keys) {
                *counts.entry(key.clone()).or_default() += 1;
            }
            let mut counts: Vec<(Text, usize)> = counts.into_iter().collect();
            counts.sort_by(|(a, many), (b, more)| {
                (a == "Name")
                    .cmp(&(b == "Name"))
                    .then_with(|| more.cmp(many))
                    .then_with(|| natural(a, b))
            });
            counts
        })
    }

    /// Where a resource is, in words: account, region, VPC.
    pub(super) fn place(&self, key: &Key) -> String {
        let Some(resource) = self.network.get(key) else {
            return String::new();
        };
        let vpc = self.vpc_of(key).filter(|vpc| vpc != key);
        let vpc = vpc.map(|vpc| self.name(&vpc));
        let parts = [account_of(resource), region_of(resource), vpc.as_deref()];
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        parts.join(" · ")
    }

    /// The kind of a subnet by its version 4 routes.
    pub(super) fn subnet_kind(&self, subnet: &Key) -> SubnetKind {
        self.topology.subnet_kind(&self.network, subnet, Family::V4)
    }

    /// The colour of a resource in lists.
    pub(super) fn role(&self, key: &Key) -> Role {
        match key.kind {
            Kind::Subnet => subnet_role(self.subnet_kind(key)),
            kind => role(kind),
        }
    }

    /// How many resources of each kind there are, where there are any.
    pub(super) fn kinds(&self) -> &[(Kind, usize)] {
        self.kinds.get_or_init(|| {
            let mut counts: BTreeMap<Kind, usize> = BTreeMap::new();
            for resource in self.network.resources() {
                *counts.entry(resource.kind()).or_default() += 1;
            }
            counts.into_iter().collect()
        })
    }
}

/// Whether so much is made of it that painting would wait too long for that.
pub(super) fn is_large(network: &Network) -> bool {
    network.len() > 4_000
}

/// Whether it lies between VPCs, or between them and the world outside.
fn joins_vpcs(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::VpcPeeringConnection
            | Kind::TransitGateway
            | Kind::TransitGatewayAttachment
            | Kind::TransitGatewayRouteTable
            | Kind::VpnGateway
            | Kind::VpnConnection
            | Kind::CustomerGateway
            | Kind::DirectConnectGateway
            | Kind::CoreNetwork
    )
}

fn vpc_of(network: &Network, topology: &Topology, key: &Key) -> Option<Key> {
    if key.kind == Kind::Vpc {
        return Some(key.clone());
    }
    if let Some(vpc) = topology.vpc_of(key) {
        return Some(vpc.clone());
    }
    let resource = network.get(key)?;
    references::named(resource.facts())
        .into_iter()
        .find(|named| named.kind == Kind::Vpc)
}

/// What stands on a whole map for these, and the VPCs that is in.
pub(super) fn standing_for<'a>(
    network: &Network,
    topology: &Topology,
    keys: impl Iterator<Item = &'a Key>,
) -> BTreeSet<Key> {
    let mut all = BTreeSet::new();
    for key in keys {
        let is_card = key.kind == Kind::Vpc || topology.vpc_of(key).is_some();
        if !is_card && let Some(resource) = network.get(key) {
            let named = references::named(resource.facts()).into_iter();
            all.extend(named.filter(|key| key.kind == Kind::Subnet));
        }
        all.extend(topology.vpcs_of(key).cloned());
        all.extend(vpc_of(network, topology, key));
        all.insert(key.clone());
    }
    all
}

/// The colour of a subnet of a kind.
pub(super) fn subnet_role(kind: SubnetKind) -> Role {
    match kind {
        SubnetKind::Public => Role::Public,
        SubnetKind::Private => Role::Private,
        SubnetKind::Isolated => Role::Isolated,
        SubnetKind::Unknown => Role::Unknown,
    }
}

/// The colour of a kind.
pub(super) fn role(kind: Kind) -> Role {
    match kind {
        Kind::Vpc => Role::Vpc,
        Kind::Subnet => Role::Private,
        Kind::RouteTable | Kind::TransitGatewayRouteTable => Role::Table,
        Kind::InternetGateway
        | Kind::EgressOnlyInternetGateway
        | Kind::NatGateway
        | Kind::CarrierGateway
        | Kind::LocalGateway => Role::Gateway,
        Kind::VpcEndpoint | Kind::PrefixList => Role::Endpoint,
        Kind::VpcPeeringConnection
        | Kind::TransitGateway
        | Kind::TransitGatewayAttachment
        | Kind::VpnGateway
        | Kind::VpnConnection
        | Kind::CustomerGateway
        | Kind::DirectConnectGateway
        | Kind::CoreNetwork => Role::Transit,
        Kind::NetworkInterface | Kind::Instance | Kind::ElasticIp => Role::Host,
        Kind::Account
        | Kind::Region
        | Kind::AvailabilityZone
        | Kind::NetworkFirewall
        | Kind::NetworkAcl
        | Kind::SecurityGroup
        | Kind::DhcpOptions
        | Kind::FlowLog => Role::Neutral,
    }
}

fn vpc_entries(network: &Network, topology: &Topology, gaps: &[Gap]) -> Vec<VpcEntry> {
    let mut gaps_about: BTreeMap<&Key, usize> = BTreeMap::new();
    for key in gaps.iter().filter_map(|gap| gap.resource.as_ref()) {
        *gaps_about.entry(key).or_default() += 1;
    }
    let mut entries: Vec<VpcEntry> = topology
        .vpcs()
        .map(|(key, members)| {
            let resource = network.get(key);
            let place = resource.map_or_else(
                || "not read".to_owned(),
                |resource| {
                    let common = resource.common();
                    let seen = |part: Option<&Text>, other: Option<&Text>| {
                        part.or(other).map(Text::to_string)
                    };
                    let sighting = resource
                        .observations()
                        .first()
                        .map(|observation| &observation.sighting);
                    let account = seen(
                        common.owner.value(),
                        sighting.and_then(|sighting| sighting.account.as_ref()),
                    );
                    let region = seen(
                        common.region.value(),
                        sighting.and_then(|sighting| sighting.region.as_ref()),
                    );
                    let parts: Vec<String> = [account, region].into_iter().flatten().collect();
                    if parts.is_empty() {
                        "account and region unknown".to_owned()
                    } else {
                        parts.join(" · ")
                    }
                },
            );
            let block = network
                .facts::<crate::network::VpcFacts>(&key.id)
                .and_then(|facts| facts.primary_cidr.value().map(ToString::to_string));
            VpcEntry {
                name: resource
                    .and_then(|resource| resource.name())
                    .map_or_else(|| key.id.to_string(), str::to_owned),
                place,
                block: block.unwrap_or_else(|| "not read".to_owned()),
                counts: [
                    members.subnets.len(),
                    members.tables.len(),
                    members.connections.len(),
                ],
                counted: [
                    is_read(network, key, Kind::Subnet),
                    is_read(network, key, Kind::RouteTable),
                    connections_are_read(network, key),
                ],
                gaps: gaps_about.get(key).copied().unwrap_or(0),
                key: key.clone(),
            }
        })
        .collect();
    entries.sort_by(|a, b| {
        a.place
            .cmp(&b.place)
            .then_with(|| natural(&a.name, &b.name))
            .then_with(|| a.key.cmp(&b.key))
    });
    entries
}

fn is_read(network: &Network, vpc: &Key, kind: Kind) -> bool {
    network.coverage_around(vpc, kind) == Coverage::Complete
}

/// Which picture the map is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Picture {
    /// VPCs, subnets, route tables and connections in columns.
    #[default]
    Columns,
    /// Boxes in boxes.
    Nested,
    /// VPCs as cards, with what joins them.
    Overview,
}

/// The map: what is to be seen, where it is, and the display list. Made anew only when what it is made of changes; that of
/// a large network beside the window, which shows the last one meanwhile.
pub(super) struct Map {
    pub(super) view: Arc<View>,
    pub(super) layout: Arc<Layout>,
    pub(super) scene: Arc<Scene>,
    request: Request,
    made_of: Option<MadeOf>,
    drawing: Later<MadeOf, Drawn>,
    /// Counts up with each new scene.
    pub(super) generation: u64,
}

/// What a map is made of: a network by its number, and how it is to be seen.
type MadeOf = (u64, Options, Size);

/// A map as it is made, before it is shown.
struct Drawn {
    view: View,
    request: Request,
    /// None where the last one still holds.
    picture: Option<(Arc<Layout>, Arc<Scene>)>,
}

impl Default for Map {
    fn default() -> Self {
        let layout = Arc::<Layout>::default();
        Self {
            view: Arc::default(),
            scene: Arc::new(Scene::new(Arc::default(), Arc::clone(&layout))),
            layout,
            request: Request::default(),
            made_of: None,
            drawing: Later::default(),
            generation: 0,
        }
    }
}

impl Map {
    /// Whether it is the overview.
    pub(super) fn is_overview(&self) -> bool {
        self.picture() == Picture::Overview
    }

    /// Which picture it is.
    pub(super) fn picture(&self) -> Picture {
        let options = self.made_of.as_ref().map(|(_, options, _)| options);
        match options.map(|options| (options.overview, options.nested)) {
            Some((true, _)) => Picture::Overview,
            Some((false, true)) => Picture::Nested,
            _ => Picture::Columns,
        }
    }

    /// Whether a newer one is being made.
    pub(super) fn is_drawing(&self) -> bool {
        self.drawing.is_under_way()
    }

    /// Bring it up to date.
    pub(super) fn update(
        &mut self,
        ctx: &egui::Context,
        opened: &Opened,
        options: &Options,
        size: Size,
    ) {
        let wanted = (opened.generation, options.clone(), size);
        if self.made_of.as_ref() == Some(&wanted) {
            return;
        }
        let draw = {
            let (network, topology) = (Arc::clone(&opened.network), Arc::clone(&opened.topology));
            let (before, options) = (Arc::clone(&self.view), options.clone());
            let last = self.made_of.is_some().then(|| self.request.clone());
            let order = last.is_some().then(|| self.layout.order.clone());
            move || {
                let view = View::after(&before, &network, &topology, &options);
                let request = Request {
                    diagram: Arc::clone(&view.diagram),
                    size,
                    previous: order,
                    arranged: view.arranged(&options, &topology),
                };
                let picture = (last.as_ref() != Some(&request)).then(|| {
                    let layout = Arc::new(layout::layout(&request));
                    let diagram = Arc::clone(&request.diagram);
                    let scene = Scene::new(diagram, Arc::clone(&layout));
                    (layout, Arc::new(scene))
                });
                Drawn {
                    view,
                    request,
                    picture,
                }
            }
        };
        if !is_large(&opened.network) {
            self.drawing.clear();
            self.show(wanted, draw());
            return;
        }
        self.drawing.want(ctx, wanted.clone(), draw.clone());
        if self.drawing.has_failed() {
            self.show(wanted, draw());
        } else if let Some((made_of, drawn)) =
            self.drawing.take(|of| (&of.1, of.2) == (&wanted.1, size))
        {
            // Of a network that still grows an older state is better than none.
            self.show(made_of, drawn);
        }
    }

    fn show(&mut self, made_of: MadeOf, drawn: Drawn) {
        self.view = Arc::new(drawn.view);
        if let Some((layout, scene)) = drawn.picture {
            (self.layout, self.scene) = (layout, scene);
            self.generation += 1;
        }
        self.request = drawn.request;
        self.made_of = Some(made_of);
    }

    /// Forget everything, numbers of cards included.
    pub(super) fn clear(&mut self) {
        *self = Self {
            generation: self.generation + 1,
            ..Self::default()
        };
    }

    /// The part of the map that is worth seeing: all of it but the headings of the columns, which the window keeps in
    /// view by itself.
    pub(super) fn bounds(&self) -> MapRect {
        let mut bounds = self.layout.bounds;
        let tops = self.layout.groups.iter().map(|group| group.rect.min.y);
        let bands = self
            .layout
            .bands
            .iter()
            .filter(|band| band.heading_baseline.is_some());
        if let Some(top) = tops.chain(bands.map(|band| band.rect.min.y)).min() {
            bounds.min.y = bounds.min.y.max(top - Fx::px(10));
        }
        bounds
    }

    /// Whether a card can be put elsewhere: it stands for a resource, and is no head of a box, which stays with the box.
    pub(super) fn can_pin(&self, card: CardId) -> bool {
        let mut groups = self.scene.diagram().groups();
        let is_head = groups.any(|group| group.head().is_some_and(|head| head.id == card));
        !is_head && self.view.key(card).is_some()
    }

    /// The cards that were put where they are.
    pub(super) fn pinned(&self) -> impl Iterator<Item = CardId> {
        self.request.arranged.pins.keys().copied()
    }

    /// Where a card is.
    pub(super) fn place(&self, card: CardId) -> Option<MapRect> {
        self.layout.card(card).map(|place| place.rect)
    }
}
