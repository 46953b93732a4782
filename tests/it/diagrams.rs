//! Diagrams made by hand and by rule, for tests and benchmarks.
#![allow(dead_code, reason = "tests and benchmarks each use a part")]

use std::sync::Arc;

use vpc_atlas::picture::diagram::{
    Badge, Band, Card, CardId, Cell, ColumnHead, Diagram, Edge, End, Fill, Frame, Group, GroupId,
    Heading, Hue, Leg, Line, Mark, Nest, Net, NetId, Order, Realm, Role, Sign, Site, Strip,
};
use vpc_atlas::picture::glyph::Glyph;
use vpc_atlas::picture::layout::{Request, Size, layout};
use vpc_atlas::picture::scene::Scene;

/// Puts a diagram together, numbering cards, groups and nets as they come.
#[derive(Default)]
pub(crate) struct Maker {
    diagram: Diagram,
    cards: u32,
    groups: u32,
}

impl Maker {
    pub(crate) fn new(columns: &[(&str, Option<usize>)]) -> Self {
        let mut maker = Self::default();
        maker.diagram.columns = columns
            .iter()
            .map(|(title, count)| ColumnHead {
                title: (*title).to_owned(),
                count: *count,
            })
            .collect();
        maker
    }

    pub(crate) fn band(&mut self, heading: Option<(&str, &str)>, columns: usize) {
        self.diagram.bands.push(Band {
            heading: heading.map(|(title, caption)| Heading {
                title: title.to_owned(),
                caption: caption.to_owned(),
            }),
            columns: vec![Vec::new(); columns],
        });
    }

    /// Adds a group to a column of the last band.
    pub(crate) fn group(
        &mut self,
        column: usize,
        heading: Option<(&str, &str)>,
        role: Role,
        order: Order,
        cards: Vec<Card>,
    ) -> Vec<CardId> {
        let (group, ids) = self.make_group(heading, role, order, cards);
        let band = self.diagram.bands.last_mut();
        if let Some(groups) = band.and_then(|band| band.columns.get_mut(column)) {
            groups.push(group);
        }
        ids
    }

    /// Adds a group to the shared column.
    pub(crate) fn shared(&mut self, role: Role, cards: Vec<Card>) -> Vec<CardId> {
        let (group, ids) = self.make_group(None, role, Order::Free, cards);
        self.diagram.shared.push(group);
        ids
    }

    fn make_group(
        &mut self,
        heading: Option<(&str, &str)>,
        role: Role,
        order: Order,
        mut cards: Vec<Card>,
    ) -> (Group, Vec<CardId>) {
        for card in &mut cards {
            card.id = CardId(self.cards);
            self.cards += 1;
        }
        let ids = cards.iter().map(|card| card.id).collect();
        self.groups += 1;
        let group = Group {
            id: GroupId(self.groups - 1),
            boxed: heading.is_some(),
            frame: None,
            heading: heading.map(|(title, caption)| Heading {
                title: title.to_owned(),
                caption: caption.to_owned(),
            }),
            role,
            order,
            cards,
        };
        (group, ids)
    }

    pub(crate) fn net(&mut self, to: CardId, role: Role, legs: &[(CardId, Line, Role)]) {
        let id = NetId(self.diagram.nets.len() as u32);
        self.diagram.nets.push(Net {
            id,
            to: End::Card(to),
            role,
            legs: legs
                .iter()
                .map(|(from, line, role)| Leg {
                    from: End::Card(*from),
                    line: *line,
                    role: *role,
                })
                .collect(),
        });
    }

    pub(crate) fn done(self) -> Diagram {
        self.diagram
    }
}

pub(crate) fn card(role: Role, glyph: Glyph, title: &str, caption: &str) -> Card {
    Card {
        role,
        glyph,
        title: title.to_owned(),
        caption: caption.to_owned(),
        ..Card::default()
    }
}

fn badge(text: &str, role: Role) -> Badge {
    Badge {
        text: text.to_owned(),
        role,
    }
}

const COLUMNS: [(&str, Option<usize>); 4] = [
    ("VPC", None),
    ("Subnets", Some(9)),
    ("Route tables", Some(8)),
    ("Network connections", Some(6)),
];

/// A harbour's network: three zones with three tiers, eight tables, six connections; an implicit association, an
/// unused main table, a blackhole, a mark and details.
pub(crate) fn harbour() -> Diagram {
    use Line::{Association, Blackhole, Implicit, Membership, Route};
    let mut maker = Maker::new(&COLUMNS);
    maker.band(None, 4);
    let mut vpc = card(Role::Vpc, Glyph::Vpc, "harbour", "10.40.0.0/16");
    vpc.details = vec!["2a05:d014:99::/56".to_owned()];
    let vpc = maker.group(0, None, Role::Vpc, Order::Given, vec![vpc])[0];
    let mut subnets = Vec::new();
    for (zone, letter) in ["a", "b", "c"].into_iter().enumerate() {
        let mut quay = card(
            Role::Public,
            Glyph::PublicSubnet,
            &format!("harbour-quay-eu-central-1{letter}"),
            &format!("10.40.{}.0/22  1,013 free", zone * 4),
        );
        quay.trailing = Some(badge("public", Role::Public));
        quay.details = vec![
            "subnet-0c11a2d4e5f60718".to_owned(),
            format!("2a05:d014:99:{zone}::/64"),
        ];
        let mut crane = card(
            Role::Private,
            Glyph::Subnet,
            &format!("harbour-crane-eu-central-1{letter}"),
            &format!("10.40.{}.0/20  4,071 free", 64 + zone * 16),
        );
        crane.trailing = Some(badge("private", Role::Private));
        crane.details = vec!["subnet-0c21a2d4e5f60718".to_owned()];
        let mut vault = card(
            Role::Isolated,
            Glyph::IsolatedSubnet,
            &format!("harbour-vault-eu-central-1{letter}"),
            &format!("10.40.{}.0/24    240 free", 128 + zone),
        );
        vault.trailing = Some(badge("isolated", Role::Isolated));
        vault.details = vec!["subnet-0c31a2d4e5f60718".to_owned()];
        let name = format!("eu-central-1{letter}");
        let id = format!("euc1-az{}", [2, 3, 1][zone]);
        subnets.push(maker.group(
            1,
            Some((&name, &id)),
            Role::Private,
            Order::Given,
            vec![quay, crane, vault],
        ));
    }
    let table = |name: &str, caption: &str| card(Role::Table, Glyph::RouteTable, name, caption);
    let mut main = table("main", "1 subnet implicit · 2 routes");
    main.details = vec![
        "rtb-0aa1b2c3d4e5f6071".to_owned(),
        "10.40.0.0/16  local".to_owned(),
    ];
    let mut unused = table("harbour-legacy", "0 subnets · 2 routes");
    unused.subdued = true;
    unused.role = Role::Neutral;
    let tables = maker.group(
        2,
        None,
        Role::Table,
        Order::Free,
        vec![
            table("harbour-quay", "3 subnets · 3 routes"),
            table("harbour-crane-1a", "1 subnet · 4 routes"),
            table("harbour-crane-1b", "1 subnet · 4 routes"),
            table("harbour-crane-1c", "1 subnet · 3 routes"),
            table("harbour-vault-1a", "1 subnet · 2 routes"),
            table("harbour-vault-1b", "1 subnet · 2 routes"),
            main,
            unused,
        ],
    );
    let mut hub = card(
        Role::Transit,
        Glyph::TransitGateway,
        "coast-hub",
        "10.0.0.0/8 · 3 zones",
    );
    hub.marks = vec![Mark {
        sign: Sign::Warn,
        text: "the attachment waits to be accepted".to_owned(),
    }];
    let mut peering = card(
        Role::Danger,
        Glyph::Peering,
        "pcx-0f3e11d2c3b4a5968",
        "deleted",
    );
    peering.dashed = true;
    let connections = maker.group(
        3,
        None,
        Role::Gateway,
        Order::Free,
        vec![
            card(
                Role::Gateway,
                Glyph::InternetGateway,
                "harbour-igw",
                "internet gateway",
            ),
            card(
                Role::Gateway,
                Glyph::NatGateway,
                "harbour-nat-1a",
                "18.153.20.7 · 1a",
            ),
            card(
                Role::Gateway,
                Glyph::NatGateway,
                "harbour-nat-1b",
                "3.66.101.44 · 1b",
            ),
            card(
                Role::Endpoint,
                Glyph::GatewayEndpoint,
                "harbour-s3",
                "pl-6ea54007 · gateway",
            ),
            hub,
            peering,
        ],
    );
    let all: Vec<_> = subnets
        .iter()
        .flatten()
        .map(|subnet| (*subnet, Membership, Role::Vpc))
        .collect();
    maker.net(vpc, Role::Vpc, &all);
    let quays: Vec<_> = subnets
        .iter()
        .map(|zone| (zone[0], Association, Role::Public))
        .collect();
    maker.net(tables[0], Role::Public, &quays);
    for zone in 0..3 {
        maker.net(
            tables[1 + zone],
            Role::Private,
            &[(subnets[zone][1], Association, Role::Private)],
        );
    }
    for zone in 0..2 {
        maker.net(
            tables[4 + zone],
            Role::Isolated,
            &[(subnets[zone][2], Association, Role::Isolated)],
        );
    }
    maker.net(
        tables[6],
        Role::Isolated,
        &[(subnets[2][2], Implicit, Role::Isolated)],
    );
    maker.net(
        connections[0],
        Role::Gateway,
        &[(tables[0], Route, Role::Gateway)],
    );
    maker.net(
        connections[1],
        Role::Gateway,
        &[(tables[1], Route, Role::Gateway)],
    );
    maker.net(
        connections[2],
        Role::Gateway,
        &[
            (tables[2], Route, Role::Gateway),
            (tables[3], Route, Role::Gateway),
        ],
    );
    let s3: Vec<_> = (1..=6)
        .map(|table| (tables[table], Route, Role::Endpoint))
        .collect();
    maker.net(connections[3], Role::Endpoint, &s3);
    let hub: Vec<_> = [0, 1, 2]
        .map(|table| (tables[table], Route, Role::Transit))
        .to_vec();
    maker.net(connections[4], Role::Transit, &hub);
    maker.net(
        connections[5],
        Role::Danger,
        &[(tables[7], Blackhole, Role::Danger)],
    );
    maker.done()
}

/// One network at its quotas: 200 subnets in three zones, 200 tables with `routes` routes each, 60 connections.
pub(crate) fn quota(routes: usize) -> Diagram {
    let mut maker = Maker::new(&[
        ("VPC", None),
        ("Subnets", Some(200)),
        ("Route tables", Some(200)),
        ("Network connections", Some(60)),
    ]);
    maker.band(None, 4);
    network(&mut maker, "quota", 200, 200, 60, routes, None);
    maker.done()
}

/// A region: `networks` networks that share a transit gateway.
pub(crate) fn region(networks: usize, subnets: usize, tables: usize, routes: usize) -> Diagram {
    let mut maker = Maker::new(&[
        ("VPC", Some(networks)),
        ("Subnets", Some(networks * subnets)),
        ("Route tables", Some(networks * tables)),
        ("Network connections", None),
        ("Shared", Some(1)),
    ]);
    let hub = maker.shared(
        Role::Transit,
        vec![card(
            Role::Transit,
            Glyph::TransitGateway,
            "hub",
            "tgw-0a1b2c3d4e5f60718",
        )],
    )[0];
    let mut to_hub = Vec::new();
    for network_index in 0..networks {
        let name = format!("net-{network_index:03}");
        let block = format!("10.{}.0.0/16", network_index % 256);
        maker.band(Some((&name, &block)), 4);
        to_hub.extend(network(
            &mut maker,
            &name,
            subnets,
            tables,
            8,
            routes,
            Some(hub),
        ));
    }
    maker.net(hub, Role::Transit, &to_hub);
    maker.done()
}

fn network(
    maker: &mut Maker,
    name: &str,
    subnets: usize,
    tables: usize,
    connections: usize,
    routes: usize,
    hub: Option<CardId>,
) -> Vec<(CardId, Line, Role)> {
    let vpc = maker.group(
        0,
        None,
        Role::Vpc,
        Order::Given,
        vec![card(Role::Vpc, Glyph::Vpc, name, "10.0.0.0/16")],
    )[0];
    let mut members = Vec::new();
    for zone in 0..3 {
        let count = subnets / 3 + usize::from(zone < subnets % 3);
        let cards = (0..count)
            .map(|index| {
                let public = index % 3 == 0;
                let (role, glyph, word) = if public {
                    (Role::Public, Glyph::PublicSubnet, "public")
                } else {
                    (Role::Private, Glyph::Subnet, "private")
                };
                let mut card = card(
                    role,
                    glyph,
                    &format!("{name}-{word}-{index}-eu-west-1{}", ["a", "b", "c"][zone]),
                    &format!("10.{zone}.{index}.0/24  251 free"),
                );
                card.trailing = Some(badge(word, role));
                card
            })
            .collect();
        let heading = format!("eu-west-1{}", ["a", "b", "c"][zone]);
        members.extend(maker.group(
            1,
            Some((&heading, "euw1")),
            Role::Private,
            Order::Given,
            cards,
        ));
    }
    let table_cards = (0..tables)
        .map(|index| {
            card(
                Role::Table,
                Glyph::RouteTable,
                &format!("{name}-rtb-{index}"),
                &format!("1 subnet · {routes} routes"),
            )
        })
        .collect();
    let tables = maker.group(2, None, Role::Table, Order::Free, table_cards);
    let kinds = [
        (Role::Gateway, Glyph::NatGateway, "nat"),
        (Role::Endpoint, Glyph::GatewayEndpoint, "vpce"),
        (Role::Transit, Glyph::Peering, "pcx"),
        (Role::Transit, Glyph::TransitGateway, "tgw"),
        (Role::Gateway, Glyph::VpnGateway, "vgw"),
    ];
    let connection_cards: Vec<Card> = (0..connections)
        .map(|index| {
            let (role, glyph, word) = kinds[index % kinds.len()];
            card(
                role,
                glyph,
                &format!("{name}-{word}-{index}"),
                &format!("{word}-{index:08x}"),
            )
        })
        .collect();
    let roles: Vec<Role> = connection_cards.iter().map(|card| card.role).collect();
    let targets = maker.group(3, None, Role::Gateway, Order::Free, connection_cards);
    let all: Vec<_> = members
        .iter()
        .map(|subnet| (*subnet, Line::Membership, Role::Vpc))
        .collect();
    maker.net(vpc, Role::Vpc, &all);
    // Numbers that look thrown together, but are always the same.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut associated: Vec<Vec<(CardId, Line, Role)>> = vec![Vec::new(); tables.len()];
    for subnet in &members {
        associated[next(tables.len())].push((*subnet, Line::Association, Role::Private));
    }
    for (table, legs) in tables.iter().zip(&associated) {
        if !legs.is_empty() {
            maker.net(*table, Role::Private, legs);
        }
    }
    let mut reached: Vec<Vec<(CardId, Line, Role)>> = vec![Vec::new(); targets.len()];
    for table in &tables {
        let mut picked: Vec<usize> = (0..targets.len()).collect();
        for slot in 0..routes.min(targets.len()) {
            let other = slot + next(targets.len() - slot);
            picked.swap(slot, other);
            let target = picked[slot];
            reached[target].push((*table, Line::Route, roles[target]));
        }
    }
    for ((target, legs), role) in targets.iter().zip(&reached).zip(&roles) {
        if !legs.is_empty() {
            maker.net(*target, *role, legs);
        }
    }
    let has_hub = hub.is_some();
    tables
        .iter()
        .filter(|_| has_hub)
        .map(|table| (*table, Line::Route, Role::Transit))
        .collect()
}

/// Ten thousand cards in many networks.
pub(crate) fn many() -> Diagram {
    region(125, 50, 20, 2)
}

pub(crate) fn scene_of(diagram: Diagram, size: Size) -> Scene {
    let diagram = Arc::new(diagram);
    let places = layout(&Request {
        diagram: Arc::clone(&diagram),
        size,
        previous: None,
        ..Request::default()
    });
    Scene::new(diagram, Arc::new(places))
}

/// Boxes in boxes, numbered as they come.
#[derive(Default)]
pub(crate) struct NestMaker {
    maker: Maker,
    nest: Nest,
}

impl NestMaker {
    fn boxed(&mut self, head: bool, fill: Fill, mut cards: Vec<Card>, title: &str) -> Group {
        if head {
            cards.insert(0, card(Role::Private, Glyph::Subnet, title, "10.0.0.0/24"));
        }
        let heading = (!head).then_some((title, ""));
        let (group, _) = self
            .maker
            .make_group(heading, Role::Private, Order::Given, cards);
        Group {
            frame: Some(Frame {
                hue: Hue::Role(group.role),
                edge: Edge::Solid,
                fill,
                head,
            }),
            ..group
        }
    }

    fn plain(&mut self, cards: Vec<Card>) -> Group {
        let made = self
            .maker
            .make_group(None, Role::Gateway, Order::Given, cards);
        made.0
    }

    pub(crate) fn realm(&mut self, beside: Vec<Vec<Card>>) {
        let group = self.boxed(false, Fill::Clear, Vec::new(), "eu-west-1");
        let beside = beside.into_iter().map(|cards| self.plain(cards)).collect();
        self.nest.realms.push(Realm {
            group,
            sites: Vec::new(),
            beside,
        });
    }

    /// Adds a site to the last realm.
    pub(crate) fn site(&mut self, title: &str, loose: Vec<Card>, border: Vec<Card>) {
        let group = self.boxed(true, Fill::Paper, Vec::new(), title);
        let loose = (!loose.is_empty()).then(|| self.plain(loose));
        let border = (!border.is_empty()).then(|| self.plain(border));
        if let Some(realm) = self.nest.realms.last_mut() {
            realm.sites.push(Site {
                group,
                strips: Vec::new(),
                loose,
                border,
            });
        }
    }

    /// Adds a strip to the last site, with the tier, row and cards of each cell.
    pub(crate) fn strip(&mut self, title: &str, cells: Vec<(u32, u32, Vec<Card>)>) {
        let group = self.boxed(false, Fill::Clear, Vec::new(), title);
        let cells = cells
            .into_iter()
            .map(|(tier, row, cards)| Cell {
                group: self.boxed(true, Fill::Tint, cards, &format!("{title}-{tier}-{row}")),
                tier,
                row,
            })
            .collect();
        let site = self.nest.realms.last_mut();
        if let Some(site) = site.and_then(|realm| realm.sites.last_mut()) {
            site.strips.push(Strip { group, cells });
        }
    }

    pub(crate) fn beyond(&mut self, cards: Vec<Card>) {
        let group = self.plain(cards);
        self.nest.beyond.push(group);
    }

    pub(crate) fn done(self) -> Diagram {
        Diagram {
            nest: Some(self.nest),
            ..self.maker.done()
        }
    }
}

/// One network at its quotas as boxes in boxes: 200 subnets in three zones, 60 connections, each subnet with lines to
/// some of them.
pub(crate) fn nested_quota(lines: usize) -> Diagram {
    let mut maker = NestMaker::default();
    let named = |glyph, role, word: &str, count: usize| -> Vec<Card> {
        (0..count)
            .map(|index| card(role, glyph, &format!("{word}-{index}"), "connection"))
            .collect()
    };
    maker.realm(
        (0..40)
            .map(|index| {
                vec![card(
                    Role::Transit,
                    Glyph::Peering,
                    &format!("pcx-{index}"),
                    "peering",
                )]
            })
            .collect(),
    );
    let border = named(Glyph::InternetGateway, Role::Gateway, "gateway", 5);
    maker.site("quota", Vec::new(), border);
    for zone in ["a", "b", "c"] {
        let cells = (0..67)
            .map(|row| {
                let nats = if row < 5 {
                    named(Glyph::NatGateway, Role::Gateway, "nat", 1)
                } else {
                    Vec::new()
                };
                (u32::from(row > 20), row, nats)
            })
            .collect();
        maker.strip(zone, cells);
    }
    let mut diagram = maker.done();
    let Some(nest) = &diagram.nest else {
        return diagram;
    };
    let realm = &nest.realms[0];
    let site = &realm.sites[0];
    let cells: Vec<&Group> = site
        .strips
        .iter()
        .flat_map(|strip| strip.cells.iter().map(|cell| &cell.group))
        .collect();
    let heads: Vec<CardId> = cells.iter().map(|cell| cell.cards[0].id).collect();
    let nats = cells.iter().flat_map(|cell| cell.cards.iter().skip(1));
    let beside = realm.beside.iter().flat_map(|group| &group.cards);
    let border = site.border.iter().flat_map(|group| &group.cards);
    let targets: Vec<CardId> = nats
        .chain(beside)
        .chain(border)
        .map(|card| card.id)
        .collect();
    let mut legs: Vec<Vec<Leg>> = vec![Vec::new(); targets.len()];
    for (index, head) in heads.iter().enumerate() {
        for line in 0..lines {
            let target = (index * 7 + line * 13) % targets.len();
            legs[target].push(Leg {
                from: End::Card(*head),
                line: Line::Route,
                role: Role::Gateway,
            });
        }
    }
    diagram.nets = (0..)
        .zip(targets.into_iter().zip(legs))
        .map(|(id, (to, legs))| Net {
            id: NetId(id),
            to: End::Card(to),
            role: Role::Gateway,
            legs,
        })
        .collect();
    diagram
}
