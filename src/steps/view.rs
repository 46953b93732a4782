//! One side of the change: the resources as they are, or as they are to be.

use crate::network::{
    AsFacts, Destination, ElasticIpFacts, Id, Input, Key, Kind, NatGatewayFacts, Network,
    NetworkAclFacts, PrefixListFacts, Resource, Route, RouteTableFacts, SecurityGroupFacts,
    SubnetFacts, Text, VpcEndpointFacts,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Who makes a resource, where nobody asks for it by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Companion {
    /// It comes with this VPC.
    Vpc(Id),
    /// It comes with this regional NAT gateway.
    NatGateway(Id),
    /// A service of AWS made it for something of its own.
    Service,
}

/// Resources by key, with what is asked of them again and again.
#[derive(Clone, Debug, Default)]
pub(super) struct View {
    resources: BTreeMap<Key, Arc<Resource>>,
    main_tables: BTreeMap<Id, Id>,
    tables_of_subnets: BTreeMap<Id, Id>,
    tables_of_nats: BTreeMap<Id, Id>,
    addresses: BTreeMap<Id, Id>,
    acls_of_subnets: BTreeMap<Id, Id>,
    public_tables: BTreeSet<Id>,
}

impl View {
    /// The view of a network.
    pub(super) fn of(network: &Network) -> Self {
        let resources = network
            .resources()
            .map(|resource| (resource.key().clone(), Arc::clone(resource)));
        Self::new(resources.collect())
    }

    /// The view of these resources.
    pub(super) fn new(resources: BTreeMap<Key, Arc<Resource>>) -> Self {
        let mut view = Self {
            resources,
            ..Self::default()
        };
        let mut main_tables = BTreeMap::new();
        let mut tables_of_subnets = BTreeMap::new();
        let mut public_tables = BTreeSet::new();
        for (id, table) in view.all::<RouteTableFacts>() {
            for association in table.associations.items().iter().filter(|it| it.holds()) {
                if association.main
                    && let Some(vpc) = table.vpc.value()
                {
                    main_tables.insert(vpc.clone(), id.clone());
                }
                if let Some(subnet) = &association.subnet {
                    tables_of_subnets.insert(subnet.clone(), id.clone());
                }
            }
            let to_internet = |kind: Kind| kind == Kind::InternetGateway;
            let mut targets = table.routes.items().iter().filter_map(|it| it.target.key());
            if targets.any(|key| to_internet(key.kind)) {
                public_tables.insert(id.clone());
            }
        }
        let mut tables_of_nats = BTreeMap::new();
        let mut addresses = BTreeMap::new();
        for (id, nat) in view.all::<NatGatewayFacts>() {
            if let Some(Some(table)) = nat.route_table.value() {
                tables_of_nats.insert(table.clone(), id.clone());
            }
            for allocation in nat
                .addresses
                .items()
                .iter()
                .filter_map(|it| it.allocation.as_ref())
            {
                if let Some(vpc) = nat.vpc.value() {
                    addresses.insert(allocation.clone(), vpc.clone());
                }
            }
        }
        let mut acls_of_subnets = BTreeMap::new();
        for (id, acl) in view.all::<NetworkAclFacts>() {
            for subnet in acl.subnets.items() {
                acls_of_subnets.insert(subnet.clone(), id.clone());
            }
        }
        view.main_tables = main_tables;
        view.tables_of_subnets = tables_of_subnets;
        view.public_tables = public_tables;
        view.tables_of_nats = tables_of_nats;
        view.addresses = addresses;
        view.acls_of_subnets = acls_of_subnets;
        view
    }

    /// Its resources, to make another view of.
    pub(super) fn resources(&self) -> &BTreeMap<Key, Arc<Resource>> {
        &self.resources
    }

    pub(super) fn get(&self, key: &Key) -> Option<&Arc<Resource>> {
        self.resources.get(key)
    }

    pub(super) fn has(&self, key: &Key) -> bool {
        self.resources.contains_key(key)
    }

    /// The facts of a resource by type.
    pub(super) fn facts<T: AsFacts>(&self, id: &Id) -> Option<&T> {
        self.get(&Key::new(T::KIND, id.clone()))?.of()
    }

    /// Every resource of a kind with its facts, by id.
    pub(super) fn all<'a, T: AsFacts + 'a>(&'a self) -> impl Iterator<Item = (&'a Id, &'a T)> {
        self.resources
            .range(Key::aws(T::KIND, "")..)
            .take_while(|(key, _)| key.kind == T::KIND)
            .filter_map(|(key, resource)| Some((&key.id, resource.of::<T>()?)))
    }

    /// The main route table of a VPC.
    pub(super) fn main_table(&self, vpc: &Id) -> Option<&Id> {
        self.main_tables.get(vpc)
    }

    /// The route table that a subnet uses: its own, or the main one.
    pub(super) fn table_of(&self, subnet: &Id) -> Option<&Id> {
        self.tables_of_subnets.get(subnet).or_else(|| {
            let facts = self.facts::<SubnetFacts>(subnet)?;
            self.main_table(facts.vpc.value()?)
        })
    }

    /// Whether a route table has a route to an internet gateway.
    pub(super) fn is_public(&self, table: &Id) -> bool {
        self.public_tables.contains(table)
    }

    /// The regional NAT gateway whose own table this is.
    pub(super) fn nat_of_table(&self, table: &Id) -> Option<&Id> {
        self.tables_of_nats.get(table)
    }

    /// The VPC whose NAT gateway uses an address.
    pub(super) fn vpc_of_address(&self, address: &Id) -> Option<&Id> {
        self.addresses.get(address)
    }

    /// The network ACL of a subnet, where a record says so.
    pub(super) fn acl_of(&self, subnet: &Id) -> Option<&Id> {
        self.acls_of_subnets.get(subnet)
    }

    /// Who makes a resource that nobody asks for by name; `None` for one that is made by a call of its own.
    pub(super) fn companion(&self, key: &Key) -> Option<Companion> {
        let id = &key.id;
        match key.kind {
            Kind::RouteTable => {
                if let Some(nat) = self.nat_of_table(id) {
                    return Some(Companion::NatGateway(nat.clone()));
                }
                let vpc = self.facts::<RouteTableFacts>(id)?.vpc.value()?;
                (self.main_table(vpc) == Some(id)).then(|| Companion::Vpc(vpc.clone()))
            }
            Kind::NetworkAcl => {
                let facts = self.facts::<NetworkAclFacts>(id)?;
                let vpc = facts.vpc.value()?;
                (facts.is_default.value() == Some(&true)).then(|| Companion::Vpc(vpc.clone()))
            }
            Kind::SecurityGroup => {
                let facts = self.facts::<SecurityGroupFacts>(id)?;
                let vpc = facts.vpc.value()?;
                (facts.group_name.value()? == "default").then(|| Companion::Vpc(vpc.clone()))
            }
            Kind::ElasticIp => {
                let facts = self.facts::<ElasticIpFacts>(id)?;
                facts.service_managed.value().map(|_| Companion::Service)
            }
            Kind::VpcEndpoint => {
                let facts = self.facts::<VpcEndpointFacts>(id)?;
                (facts.requester_managed.value() == Some(&true)).then_some(Companion::Service)
            }
            _ => None,
        }
    }

    /// What comes with a VPC.
    pub(super) fn companions_of_vpc(&self, vpc: &Id) -> Vec<Key> {
        let tables = self.main_table(vpc).into_iter();
        let acls = self.all::<NetworkAclFacts>().filter(|(_, acl)| {
            acl.vpc.value() == Some(vpc) && acl.is_default.value() == Some(&true)
        });
        let groups = self.all::<SecurityGroupFacts>().filter(|(_, group)| {
            group.vpc.value() == Some(vpc)
                && group
                    .group_name
                    .value()
                    .is_some_and(|name| name == "default")
        });
        tables
            .map(|id| Key::new(Kind::RouteTable, id.clone()))
            .chain(acls.map(|(id, _)| Key::new(Kind::NetworkAcl, id.clone())))
            .chain(groups.map(|(id, _)| Key::new(Kind::SecurityGroup, id.clone())))
            .collect()
    }

    /// The name of a prefix list that a destination stands for, where it has to be looked up by name.
    pub(super) fn prefix_list_name(&self, id: &Id) -> Text {
        let facts = self.facts::<PrefixListFacts>(id);
        facts
            .and_then(|list| list.prefix_list_name.value())
            .map_or_else(|| id.as_str().into(), Text::clone)
    }
}

/// Whether a route is one that a gateway endpoint writes by itself.
pub(super) fn is_endpoint_route(route: &Route) -> bool {
    matches!(route.destination, Destination::PrefixList(_))
        && route
            .target
            .key()
            .is_some_and(|key| key.kind == Kind::VpcEndpoint)
}

/// Whether a resource is only referred to: a design names it by an id that AWS gave, and nobody has read it.
pub(super) fn is_reference(resource: &Resource) -> bool {
    matches!(resource.key().id, Id::Aws(_))
        && resource
            .observations()
            .iter()
            .all(|seen| seen.sighting.input == Input::Design)
}
