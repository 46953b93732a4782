//! Generated designs: sound ones made through the public changes, from a seed, and near misses made by hand.

use ipnet::{IpNet, Ipv4Net};
use vpc_atlas::cidr::{Direction, Family, Joystick, nearest_free, secondary_refusal};
use vpc_atlas::design::{
    Design, Egress, Encryption, Endpoint, FlowLog, Fresh, GatewayService, Ipv6, Ipv6Part, Nat,
    NewTier, Peering, Refusal, Reserved, Resolver, Subnet, Tenancy, Tier, TierKind, Traffic,
    TransitGateway, Vpc, VpnGateway, inner_tier, usual_zones,
};
use vpc_atlas::network::Text;

/// Numbers that look random and are the same every time (xorshift).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        // Neighbouring seeds are to give different numbers from the first one on; zero would stay zero.
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// A number from 0 to one less than this.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((self.next() >> 16) % end as u64) as usize
    }

    fn is(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        if items.is_empty() {
            return None;
        }
        items.get(self.below(items.len()))
    }
}

fn block(text: &str) -> Ipv4Net {
    text.parse().unwrap()
}

/// A design of one to three VPCs that was made, changed and added to. Most are without errors.
pub(crate) fn design(seed: u64) -> Design {
    let random = &mut Random::new(seed);
    let region = *random
        .pick(&["eu-west-1", "us-east-1", "ap-northeast-1", "us-gov-west-1"])
        .unwrap();
    let mut design = Design::fresh(&form(random, region, 1))
        .unwrap_or_else(|_| Design::fresh(&Fresh::in_region(region)).unwrap());
    for n in 2..=random.below(3) + 1 {
        let options = form(random, region, n);
        // A form that asks for more than its block holds is not made.
        let _ = design.add_vpc(&format!("vpc-{n}"), &options);
    }
    if random.is(20) {
        design.tags.insert("environment".into(), "test “1”".into());
    }
    if random.is(30) {
        design.reserved.push(Reserved {
            cidr: "192.168.0.0/16".parse().unwrap(),
            note: "on-premises\nand beyond".into(),
        });
    }
    for _ in 0..random.below(30) {
        // What cannot be made is not made; the rest is tried all the same.
        let _ = change(&mut design, random);
    }
    for at in 0..design.vpcs.len() {
        connect(&mut design, at, random);
    }
    for at in 0..design.vpcs.len() {
        furnish(&mut design, at, random);
    }
    if random.is(20) {
        design.pool.push(block("10.0.0.0/8"));
    }
    if random.is(20) {
        let regional = format!("nat-gateway-hour@{region}");
        design.prices.insert(regional.into(), "0.05".into());
    }
    design
}

/// One zone more for the first VPC that takes it; none where no VPC does.
pub(crate) fn add_some_zone(design: &mut Design) -> Option<Text> {
    let vpcs: Vec<Text> = design.vpcs.iter().map(|vpc| vpc.id.clone()).collect();
    let zones: Vec<Text> = usual_zones(&design.region.clone()).collect();
    vpcs.iter().find_map(|vpc| {
        let mut zones = zones.iter();
        zones
            .find(|zone| design.add_zone(vpc, zone).is_ok())
            .cloned()
    })
}

fn form(random: &mut Random, region: &str, n: usize) -> Fresh {
    let mut options = Fresh::in_region(region);
    options.prefix = random
        .pick(&["project", "", "channy"])
        .copied()
        .unwrap()
        .into();
    let mask = 16 + random.below(7);
    options.cidr = block(&format!("10.{}.0.0/{mask}", 10 * n + random.below(3)));
    let zones = 1 + random.below(4);
    options.zones = usual_zones(region).take(zones).collect();
    options.public_per_zone = random.below(3) as u16;
    options.private_per_zone = random.below(4) as u16;
    options.nat = match options.public_per_zone {
        0 => *random.pick(&[Nat::None, Nat::Regional]).unwrap(),
        _ => *random
            .pick(&[Nat::None, Nat::One, Nat::PerAz, Nat::Regional])
            .unwrap(),
    };
    if random.is(40) {
        options.ipv6 = Ipv6::Amazon;
        options.egress_only = random.is(70);
    }
    if random.is(30) {
        options.gateway_endpoints = vec![GatewayService::S3, GatewayService::Dynamodb];
    }
    options
}

/// What a VPC is connected to, as far as it has places for that.
fn connect(design: &mut Design, at: usize, random: &mut Random) {
    let earlier: Vec<Text> = design.vpcs[..at].iter().map(|vpc| vpc.id.clone()).collect();
    let id = design.vpcs[at].id.clone();
    if random.is(30) {
        let wanted = NewTier {
            name: "transit".into(),
            kind: TierKind::Isolated,
            mask: Some(28),
            per_zone: 1,
            ..NewTier::default()
        };
        if design.add_tier(&id, &wanted).is_ok() {
            design.vpcs[at].transit_gateway = Some(TransitGateway {
                id: "tgw-0123456789abcdef0".into(),
                tier: "transit".into(),
                routes: vec!["192.168.0.0/16".parse().unwrap()],
            });
        }
    }
    let vpc = &mut design.vpcs[at];
    if random.is(30) {
        vpc.vpn_gateway = Some(VpnGateway {
            propagate: random.is(50),
            routes: vec!["172.20.0.0/14".parse().unwrap()],
        });
    }
    let inner = vpc
        .tiers
        .iter()
        .find(|tier| tier.kind != TierKind::Public && !tier.subnets.is_empty());
    if let Some(tier) = inner.map(|tier| tier.name.clone()) {
        for service in ["ssm", "ecr.api", "logs"] {
            if random.is(20) {
                vpc.endpoints.push(Endpoint {
                    service: service.into(),
                    tier: tier.clone(),
                    private_dns: random.is(80),
                });
            }
        }
    }
    if let Some(with) = random.pick(&earlier) {
        vpc.peerings.push(Peering {
            with: with.clone(),
            cidrs: Vec::new(),
            account: None,
            region: None,
        });
    }
}

/// The account and role of other people, for what is written outside the plan.
const ROLE: &str = "arn:aws:iam::111122223333:role/flow-logs";
const LOG_GROUP: &str = "arn:aws:logs:us-east-1:111122223333:log-group:network";
const BUCKET: &str = "arn:aws:s3:::network-records";

/// What VPCs that nobody of the plan owns are called.
const STRANGER: &str = "vpc-0123456789abcdef";

/// What a VPC has beside its subnets and their connections is set anew, as far as the rest of it allows that: the first
/// time nothing of it makes an error of a design without.
pub(crate) fn furnish(design: &mut Design, at: usize, random: &mut Random) {
    let id = design.vpcs[at].id.clone();
    if random.is(30) {
        fill_second_block(design, at, random);
    }
    let asked = design
        .vpcs
        .iter()
        .any(|other| other.peerings.iter().any(|peering| peering.with == id));
    let vpc = &mut design.vpcs[at];
    vpc.tenancy = match random.below(100) {
        0..10 => Tenancy::Dedicated,
        _ => Tenancy::Default,
    };
    settle_names(vpc, random);
    vpc.flow_log = random.is(40).then(|| {
        let (destination, role) = match random.below(2) {
            0 => (BUCKET, None),
            _ => (LOG_GROUP, Some(ROLE.into())),
        };
        FlowLog {
            destination: destination.into(),
            role,
            traffic: *random
                .pick(&[Traffic::All, Traffic::Accept, Traffic::Reject])
                .unwrap(),
        }
    });
    let mut ways = vec![Egress::Nat, Egress::Nat, Egress::None];
    ways.extend(vpc.transit_gateway.iter().map(|_| Egress::TransitGateway));
    ways.extend(vpc.vpn_gateway.iter().map(|_| Egress::VpnGateway));
    let has_ipv6 = vpc.ipv6 != Ipv6::None;
    for tier in &mut vpc.tiers {
        tier.public_addresses = random.is(20);
        tier.ipv6_addresses = random.is(20) && has_ipv6;
        if random.is(50) && tier.kind == TierKind::Private {
            tier.egress = *random.pick(&ways).unwrap();
        }
    }
    vpc.peerings
        .retain(|peering| !peering.with.starts_with(STRANGER));
    if random.is(20) {
        vpc.peerings.push(Peering {
            with: format!("{STRANGER}{at}").into(),
            cidrs: vec![format!("10.25{at}.0.0/16").parse().unwrap()],
            account: random.is(50).then(|| "444455556666".into()),
            region: random.is(50).then(|| "eu-central-1".into()),
        });
    }
    vpc.encryption = match random.below(10) {
        0 | 1 => Encryption::Monitor,
        2 | 3 => Encryption::Enforce,
        _ => Encryption::None,
    };
    vpc.encryption_exclusions.clear();
    if vpc.encryption == Encryption::Enforce {
        let is_public = vpc.tiers.iter().any(|tier| tier.kind == TierKind::Public);
        let exclusions = [
            (is_public || vpc.nat == Nat::Regional, "internet-gateway"),
            (vpc.nat != Nat::None, "nat-gateway"),
            (vpc.egress_only, "egress-only-internet-gateway"),
            (vpc.vpn_gateway.is_some(), "virtual-private-gateway"),
            (asked || !vpc.peerings.is_empty(), "vpc-peering"),
            (random.is(20), "lambda"),
        ];
        let needed = exclusions.iter().filter(|(is_needed, _)| *is_needed);
        vpc.encryption_exclusions = needed.map(|(_, word)| (*word).into()).collect();
    }
}

/// Names inside a VPC: its two settings, private zones, and a resolver endpoint for people outside.
fn settle_names(vpc: &mut Vpc, random: &mut Random) {
    (vpc.dns_support, vpc.dns_hostnames) = match random.below(100) {
        0..8 => (false, false),
        8..16 => (true, false),
        _ => (true, true),
    };
    if !vpc.dns_hostnames {
        for endpoint in &mut vpc.endpoints {
            endpoint.private_dns = false;
        }
    }
    vpc.private_zones = match random.below(4) {
        0 => vec!["corp.example".into()],
        _ => Vec::new(),
    };
    let wide = |tier: &&Tier| tier.first_of_each(&vpc.zones).count() > 1;
    let tier = inner_tier(vpc)
        .filter(wide)
        .filter(|_| vpc.tenancy == Tenancy::Default)
        .map(|tier| tier.name.clone());
    vpc.resolver = tier.filter(|_| random.is(40)).map(|tier| Resolver { tier });
    let service = "com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0";
    vpc.endpoints.retain(|held| held.service != service);
    let tier = inner_tier(vpc).map(|tier| tier.name.clone());
    vpc.endpoints
        .extend(tier.filter(|_| random.is(10)).map(|tier| Endpoint {
            service: service.into(),
            tier,
            private_dns: false,
        }));
}

/// Put subnets into a secondary block, which the VPC gets where it has none.
fn fill_second_block(design: &mut Design, at: usize, random: &mut Random) {
    let vpc = &design.vpcs[at];
    let id = vpc.id.clone();
    let blocks: Vec<Ipv4Net> = vpc.blocks().collect();
    let second = match random.pick(&vpc.secondary) {
        Some(held) => *held,
        None => block(&format!("100.{}.0.0/20", 96 + at)),
    };
    let Some(tier) = random.pick(&vpc.tiers).map(|tier| tier.name.clone()) else {
        return;
    };
    let zones = vpc.zones.clone();
    if !blocks.contains(&second) {
        if secondary_refusal(&blocks, second).is_some() || blocks.len() >= 5 {
            return;
        }
        design.vpcs[at].secondary.push(second);
    }
    for zone in zones.iter().take(1 + random.below(3)) {
        let used: Vec<IpNet> = design.vpcs[at].taken().map(IpNet::V4).collect();
        let mask = 24 + random.below(5) as u8;
        let wanted = Ipv4Net::new(second.network(), mask).unwrap();
        if let Some(IpNet::V4(free)) = nearest_free(wanted.into(), &[second.into()], &used) {
            let _ = design.add_subnet(&id, &tier, zone, Some(free));
        }
    }
}

/// A VPC, one of its tiers and one of its subnets, where there are such.
fn places(design: &Design, random: &mut Random) -> (Text, Vpc, Tier, Subnet) {
    let vpc = random.pick(&design.vpcs).unwrap().clone();
    let tier = random.pick(&vpc.tiers).cloned().unwrap_or_else(|| Tier {
        fixed: false,
        name: "none".into(),
        kind: TierKind::Private,
        mask: 24,
        hosts: None,
        run: None,
        egress: Egress::Nat,
        public_addresses: false,
        ipv6_addresses: false,
        subnets: Vec::new(),
    });
    let subnet = random
        .pick(&tier.subnets)
        .cloned()
        .unwrap_or_else(|| Subnet {
            number: 9999,
            zone: "none".into(),
            cidr: Ipv4Net::default(),
            ipv6: None,
            note: String::new(),
            color: None,
        });
    (vpc.id.clone(), vpc, tier, subnet)
}

/// One change of any kind that leaves blocks in order. Nothing is set to a block that was not looked up as free.
pub(crate) fn change(design: &mut Design, random: &mut Random) -> Result<(), Refusal> {
    let (id, vpc, tier, subnet) = places(design, random);
    let within: Vec<IpNet> = vpc.blocks().map(IpNet::V4).collect();
    let used: Vec<IpNet> = vpc.taken().map(IpNet::V4).collect();
    let near = |random: &mut Random, mask: u8| -> Ipv4Net {
        let base = random
            .pick(&within)
            .map_or(block("10.0.0.0/24"), |it| match it {
                IpNet::V4(block) => *block,
                IpNet::V6(_) => block("10.0.0.0/24"),
            });
        let wanted = Ipv4Net::new(base.network(), mask).unwrap().trunc();
        match nearest_free(wanted.into(), &within, &used) {
            Some(IpNet::V4(free)) => free,
            _ => wanted,
        }
    };
    match random.below(21) {
        0 | 1 | 19 | 20 => add(design, random),
        2 => design.set_zone_count(&id, 1 + random.below(4)),
        3 => design.set_per_zone(&id, &tier.name, 1 + random.below(3)),
        4 => design.remove_subnet(&id, &tier.name, subnet.number),
        5 => design.split_subnet(&id, &tier.name, subnet.number, 1 << random.below(4)),
        6 => design.join_subnet(&id, &tier.name, subnet.number),
        7 => {
            let mask = 22 + random.below(7) as u8;
            let free = near(random, mask);
            design.hold(&id, free, "for later")
        }
        8 => match random.pick(&vpc.held) {
            Some(held) if random.is(50) => design.split_held(&id, held.cidr, 2),
            Some(held) if random.is(50) => design.join_held(&id, held.cidr),
            Some(held) => design.release(&id, held.cidr),
            None => Ok(()),
        },
        9 => {
            let n = random.below(40);
            let new = if random.is(50) {
                block(&format!("100.64.{}.0/20", n * 6 / 16 * 16))
            } else {
                block(&format!("10.{}.0.0/18", 100 + n))
            };
            let blocks: Vec<Ipv4Net> = vpc.blocks().collect();
            let is_free = design
                .vpcs
                .iter()
                .flat_map(Vpc::blocks)
                .all(|held| !vpc_atlas::cidr::overlap(held.into(), new.into()));
            if is_free && secondary_refusal(&blocks, new).is_none() && blocks.len() < 5 {
                design.vpc_mut(&id).unwrap().secondary.push(new);
            }
            Ok(())
        }
        10 => {
            // The joystick beside the VPC's block, left or right.
            let direction = *random.pick(&[Direction::Left, Direction::Right]).unwrap();
            match Joystick::vpc(Family::V4).press(vpc.cidr.into(), direction) {
                Ok(press) => match press.block {
                    IpNet::V4(to) if !collides(&vpc, to) => design.set_vpc_block(&id, to),
                    _ => Ok(()),
                },
                Err(_) => Ok(()),
            }
        }
        11 => {
            let others: Vec<IpNet> = used
                .iter()
                .copied()
                .filter(|it| *it != IpNet::V4(subnet.cidr))
                .collect();
            match nearest_free(subnet.cidr.into(), &within, &others) {
                Some(IpNet::V4(free)) => {
                    design.set_subnet_block(&id, &tier.name, subnet.number, free)
                }
                _ => Ok(()),
            }
        }
        12 => {
            let region = *random
                .pick(&["eu-west-1", "ca-central-1", "sa-east-1"])
                .unwrap();
            design.set_region(&region.into())
        }
        13 => {
            let to: Text = format!("tier-{}", random.below(9)).into();
            design.rename_tier(&id, &tier.name, &to)
        }
        14 => {
            let ipv6 = match random.below(3) {
                0 => Ipv6::None,
                1 => Ipv6::Amazon,
                _ => Ipv6::Own("2001:db8:8000::/52".parse().unwrap()),
            };
            design.set_ipv6(&id, ipv6)?;
            if ipv6 != Ipv6::Amazon && ipv6 != Ipv6::None {
                design.vpc_mut(&id).unwrap().ipv6_pool =
                    Some("ipv6pool-ec2-0123456789abcdef0".into());
            }
            Ok(())
        }
        15 => design.replan(&id),
        16 => {
            let kind = *random
                .pick(&[TierKind::Public, TierKind::Private, TierKind::Isolated])
                .unwrap();
            design.set_form_tier(&id, kind, random.below(3) as u16)
        }
        17 => design.mark_block(&id, subnet.cidr, "“noted”\n\ttwice \\", None),
        _ => {
            let key = vpc_atlas::design::subnet_key(&vpc, &tier, &subnet);
            design.set_name(&key, "a name = \"quoted\"")
        }
    }
}

/// Whether a VPC's block moved there would stand on its secondary ones.
fn collides(vpc: &Vpc, to: Ipv4Net) -> bool {
    let mut others = vpc.secondary.iter();
    others.any(|other| vpc_atlas::cidr::overlap((*other).into(), to.into()))
}

/// One change that adds something.
pub(crate) fn add(design: &mut Design, random: &mut Random) -> Result<(), Refusal> {
    let (id, vpc, tier, _) = places(design, random);
    match random.below(4) {
        0 => {
            let kinds = [TierKind::Public, TierKind::Private, TierKind::Isolated];
            let wanted = NewTier {
                name: format!("tier-{}", random.below(9)).into(),
                kind: *random.pick(&kinds).unwrap(),
                mask: random.is(30).then(|| 15 + random.below(16) as u8),
                hosts: random.is(30).then(|| random.below(5000) as u32),
                per_zone: random.below(3) as u16,
                egress: Egress::Nat,
            };
            design.add_tier(&id, &wanted)
        }
        1 => {
            let zone = random.pick(&vpc.zones).cloned().unwrap_or_default();
            design.add_subnet(&id, &tier.name, &zone, None).map(drop)
        }
        2 => {
            let zone = random.pick(&vpc.zones).cloned().unwrap_or_default();
            let blocks: Vec<Ipv4Net> = vpc.blocks().collect();
            let base = random.pick(&blocks).copied().unwrap();
            // Host bits, sizes and places of all sorts, most of which are refused.
            let last = u32::from(base.network()) | random.below(1 << 16) as u32;
            let wanted = Ipv4Net::new(last.into(), 14 + random.below(17) as u8).unwrap();
            design
                .add_subnet(&id, &tier.name, &zone, Some(wanted))
                .map(drop)
        }
        _ => {
            let next = usual_zones(&design.region).find(|zone| !vpc.zones.contains(zone));
            design.add_zone(&id, &next.unwrap_or_default())
        }
    }
}

/// The first subnet of a VPC.
fn first(vpc: &mut Vpc) -> Option<&mut Subnet> {
    vpc.tiers
        .iter_mut()
        .flat_map(|tier| &mut tier.subnets)
        .next()
}

/// The second subnet of a VPC.
fn second(vpc: &mut Vpc) -> Option<&mut Subnet> {
    vpc.tiers
        .iter_mut()
        .flat_map(|tier| &mut tier.subnets)
        .nth(1)
}

/// Give a VPC a VPN gateway with these routes.
fn vpn(vpc: &mut Vpc, routes: Vec<IpNet>) {
    vpc.vpn_gateway = Some(VpnGateway {
        propagate: true,
        routes,
    });
}

/// Peer a VPC with one outside the plan.
fn peer(vpc: &mut Vpc, with: &str, cidr: IpNet) {
    vpc.peerings.push(Peering {
        with: with.into(),
        cidrs: vec![cidr],
        account: None,
        region: None,
    });
}

/// Give a VPC an IPv6 block of its own, and each subnet a part of it.
fn own(vpc: &mut Vpc, block: &str) {
    vpc.ipv6 = Ipv6::Own(block.parse().unwrap());
    vpc.ipv6_pool = Some("ipv6pool-ec2-0123456789abcdef0".into());
    let subnets = vpc.tiers.iter_mut().flat_map(|tier| &mut tier.subnets);
    for (index, subnet) in subnets.enumerate() {
        let index = index as u32;
        subnet.ipv6 = Some(Ipv6Part { index, mask: 64 });
    }
}

/// Give a VPC an interface endpoint with private DNS in its first tier.
fn private_dns(vpc: &mut Vpc, service: &str) -> Option<()> {
    let tier = vpc.tiers.first()?.name.clone();
    vpc.endpoints.push(Endpoint {
        service: service.into(),
        tier,
        private_dns: true,
    });
    Some(())
}

/// Pairs that AWS's table of secondary blocks rules out, row by row, and the rule about 10.0.0.0/15: a base of the primary
/// block, and a secondary block.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html>
const RULED_OUT: &[(&str, &str)] = &[
    ("10.4.0.0", "172.20.0.0/16"),
    ("10.4.0.0", "192.168.0.0/16"),
    ("10.4.0.0", "198.19.0.0/16"),
    ("10.0.0.0", "198.19.128.0/24"),
    ("10.1.0.0", "10.0.0.0/16"),
    ("10.1.0.0", "10.0.255.0/24"),
    ("172.16.0.0", "10.4.0.0/16"),
    ("172.16.0.0", "192.168.0.0/16"),
    ("172.16.0.0", "172.31.0.0/16"),
    ("172.16.0.0", "198.19.0.0/16"),
    ("192.168.0.0", "10.4.0.0/16"),
    ("192.168.0.0", "172.16.0.0/16"),
    ("192.168.0.0", "198.19.0.0/16"),
    ("198.19.0.0", "10.4.0.0/16"),
    ("198.19.0.0", "172.16.0.0/16"),
    ("198.19.0.0", "192.168.0.0/16"),
    ("100.64.0.0", "10.4.0.0/16"),
    ("100.64.0.0", "172.16.0.0/16"),
    ("100.64.0.0", "192.168.0.0/16"),
    ("100.64.0.0", "198.19.0.0/16"),
    ("44.0.0.0", "10.4.0.0/16"),
    ("44.0.0.0", "172.16.0.0/16"),
    ("44.0.0.0", "192.168.0.0/16"),
    ("44.0.0.0", "198.19.0.0/16"),
];

/// Designs that each break one rule, by the rule's code. The rules are those that AWS states in its user guide.
pub(crate) fn near_misses(sound: &Design) -> Vec<(&'static str, Design)> {
    let mut all = Vec::new();
    let mut miss = |code, change: &dyn Fn(&mut Vpc) -> Option<()>| {
        let mut design = sound.clone();
        if change(&mut design.vpcs[0]).is_some() {
            all.push((code, design));
        }
    };
    miss("vpc-block-size", &|vpc| {
        vpc.cidr = Ipv4Net::new(vpc.cidr.network(), 15).unwrap().trunc();
        Some(())
    });
    miss("vpc-block-refused", &|vpc| {
        vpc.cidr = block("127.0.0.0/16");
        Some(())
    });
    miss("secondary-size", &|vpc| {
        vpc.secondary.push(block("100.127.0.0/29"));
        Some(())
    });
    miss("secondary-refused", &|vpc| {
        vpc.secondary.push(block("169.254.0.0/24"));
        Some(())
    });
    miss("secondary-overlap", &|vpc| {
        vpc.secondary.push(vpc.cidr);
        Some(())
    });
    miss("secondary-route", &|vpc| {
        vpc.secondary.push(block("100.127.0.0/24"));
        vpn(vpc, vec!["100.127.0.0/24".parse().unwrap()]);
        Some(())
    });
    miss("subnet-size", &|vpc| {
        let subnet = first(vpc)?;
        subnet.cidr = Ipv4Net::new(subnet.cidr.network(), 29).unwrap();
        Some(())
    });
    miss("subnet-outside-vpc", &|vpc| {
        first(vpc)?.cidr = block("10.255.0.0/24");
        Some(())
    });
    miss("subnet-overlap", &|vpc| {
        let taken = first(vpc)?.cidr;
        second(vpc)?.cidr = taken;
        Some(())
    });
    miss("subnet-zone-unknown", &|vpc| {
        first(vpc)?.zone = "eu-central-9z".into();
        Some(())
    });
    miss("ipv6-block-size", &|vpc| {
        own(vpc, "2001:db8::/50");
        Some(())
    });
    miss("subnet-ipv6-size", &|vpc| {
        own(vpc, "2001:db8::/48");
        first(vpc)?.ipv6 = Some(Ipv6Part {
            index: 64,
            mask: 62,
        });
        Some(())
    });
    miss("subnet-ipv6-outside", &|vpc| {
        own(vpc, "2001:db8::/56");
        first(vpc)?.ipv6 = Some(Ipv6Part {
            index: 256,
            mask: 64,
        });
        Some(())
    });
    miss("subnet-ipv6-overlap", &|vpc| {
        own(vpc, "2001:db8::/56");
        let taken = first(vpc)?.ipv6;
        second(vpc)?.ipv6 = taken;
        Some(())
    });
    miss("egress-only-needs-ipv6", &|vpc| {
        vpc.ipv6 = Ipv6::None;
        vpc.egress_only = true;
        Some(())
    });
    miss("nat-needs-public-subnet", &|vpc| {
        vpc.tiers.retain(|tier| tier.kind != TierKind::Public);
        vpc.nat = Nat::One;
        Some(())
    });
    miss("nat-zone-without-public", &|vpc| {
        vpc.nat = Nat::PerAz;
        let private = |tier: &&Tier| tier.kind == TierKind::Private && tier.egress == Egress::Nat;
        let zone = vpc
            .tiers
            .iter()
            .filter(private)
            .flat_map(|tier| &tier.subnets)
            .next()?
            .zone
            .clone();
        let mut left = 0;
        for tier in vpc
            .tiers
            .iter_mut()
            .filter(|tier| tier.kind == TierKind::Public)
        {
            tier.subnets.retain(|subnet| subnet.zone != zone);
            left += tier.subnets.len();
        }
        (left > 0).then_some(())
    });
    miss("route-forbidden", &|vpc| {
        vpn(vpc, vec!["169.254.169.253/32".parse().unwrap()]);
        Some(())
    });
    miss("route-inside-vpc", &|vpc| {
        let inside = Ipv4Net::new(vpc.cidr.network(), 28).unwrap();
        vpn(vpc, vec![inside.into()]);
        Some(())
    });
    miss("peering-self", &|vpc| {
        let id = vpc.id.clone();
        peer(vpc, &id, "10.250.0.0/16".parse().unwrap());
        Some(())
    });
    miss("peering-overlap", &|vpc| {
        let own = vpc.cidr.into();
        peer(vpc, "vpc-0123456789abcdef0", own);
        Some(())
    });
    miss("peering-twice", &|vpc| {
        for _ in 0..2 {
            peer(
                vpc,
                "vpc-0123456789abcdef0",
                "10.250.0.0/16".parse().unwrap(),
            );
        }
        Some(())
    });
    miss("endpoint-no-private-name", &|vpc| {
        private_dns(vpc, "dynamodb")
    });
    miss("s3-needs-gateway-endpoint", &|vpc| {
        vpc.gateway_endpoints.clear();
        private_dns(vpc, "s3")
    });
    miss("limit-blocks", &|vpc| {
        vpc.secondary = (1..=50)
            .map(|n| block(&format!("100.65.{n}.0/24")))
            .collect();
        Some(())
    });
    miss("limit-routes", &|vpc| {
        vpc.tiers
            .iter()
            .find(|tier| tier.kind == TierKind::Private && !tier.subnets.is_empty())?;
        let route = |n: u32| IpNet::V4(Ipv4Net::new((0xc0a8_0000 + n).into(), 32).unwrap());
        vpn(vpc, (0..1_001).map(route).collect());
        Some(())
    });
    miss("limit-peerings", &|vpc| {
        for n in 0..126 {
            peer(
                vpc,
                &format!("vpc-{n:08}"),
                format!("10.250.{n}.0/24").parse().unwrap(),
            );
        }
        Some(())
    });
    for (base, secondary) in RULED_OUT {
        let mut design = sound.clone();
        let vpc = &mut design.vpcs[0];
        vpc.secondary.clear();
        let (id, mask) = (vpc.id.clone(), vpc.cidr.prefix_len());
        // All subnets move along, so that this is all that is wrong.
        design
            .set_vpc_block(&id, block(&format!("{base}/{mask}")))
            .unwrap();
        design.vpcs[0].secondary.push(block(secondary));
        all.push(("secondary-association", design));
    }
    let mut hub = sound.clone();
    let attached = |tier: &str| {
        Some(TransitGateway {
            id: "tgw-0fedcba9876543210".into(),
            tier: tier.into(),
            routes: Vec::new(),
        })
    };
    if let Some(tier) = hub.vpcs[0].tiers.first().map(|tier| tier.name.clone()) {
        hub.vpcs[0].transit_gateway = attached(&tier);
        hub.vpcs[0].peerings.clear();
        let twin = Vpc {
            id: "twin".into(),
            ..hub.vpcs[0].clone()
        };
        hub.vpcs.push(twin);
        all.push(("tgw-overlap", hub));
    }
    all
}

/// Designs that each break one rule of what stands in the subnets, of names and of encryption, by the rule's code.
pub(crate) fn service_misses(sound: &Design) -> Vec<(&'static str, Design)> {
    let mut all = Vec::new();
    let mut miss = |code, change: &dyn Fn(&mut Vpc) -> Option<()>| {
        let mut design = sound.clone();
        if change(&mut design.vpcs[0]).is_some() {
            all.push((code, design));
        }
    };
    let endpoint = |tier: &str, private_dns| Endpoint {
        service: "kms".into(),
        tier: tier.into(),
        private_dns,
    };
    miss("dns-hostnames-need-support", &|vpc| {
        (vpc.dns_support, vpc.dns_hostnames) = (false, true);
        Some(())
    });
    miss("endpoint-needs-dns", &|vpc| {
        let tier = inner_tier(vpc)?.name.clone();
        vpc.dns_hostnames = false;
        vpc.endpoints.push(endpoint(&tier, true));
        Some(())
    });
    miss("endpoint-tier-unknown", &|vpc| {
        vpc.endpoints.push(endpoint("nowhere", false));
        Some(())
    });
    miss("resolver-tier-unknown", &|vpc| {
        vpc.resolver = Some(Resolver {
            tier: "nowhere".into(),
        });
        Some(())
    });
    miss("resolver-single-address", &|vpc| {
        let tier = vpc.tiers.iter_mut().find(|tier| !tier.subnets.is_empty())?;
        let zone = vpc.zones.first()?;
        tier.subnets.retain(|subnet| subnet.zone == *zone);
        let tier = (!tier.subnets.is_empty()).then(|| tier.name.clone())?;
        vpc.resolver = Some(Resolver { tier });
        Some(())
    });
    miss("tgw-tier-unknown", &|vpc| {
        vpc.transit_gateway = Some(TransitGateway {
            id: "tgw-0fedcba9876543210".into(),
            tier: "nowhere".into(),
            routes: Vec::new(),
        });
        Some(())
    });
    for way in [Egress::TransitGateway, Egress::VpnGateway] {
        miss("egress-without-gateway", &|vpc| {
            vpc.transit_gateway = None;
            vpc.vpn_gateway = None;
            let mut tiers = vpc.tiers.iter_mut();
            tiers.find(|tier| tier.kind == TierKind::Private)?.egress = way;
            Some(())
        });
    }
    // Each exclusion by itself is missed where it is needed.
    let enforced = |vpc: &mut Vpc, without: &str| {
        let needed = [
            "internet-gateway",
            "nat-gateway",
            "egress-only-internet-gateway",
            "virtual-private-gateway",
            "vpc-peering",
        ];
        vpc.encryption = Encryption::Enforce;
        let others = needed.iter().filter(|word| **word != without);
        vpc.encryption_exclusions = others.map(|word| (*word).into()).collect();
    };
    let has_public = |vpc: &Vpc| {
        let mut tiers = vpc.tiers_of(TierKind::Public);
        tiers.any(|tier| !tier.subnets.is_empty())
    };
    miss("enc-enforce-conflict", &|vpc| {
        enforced(vpc, "internet-gateway");
        has_public(vpc).then_some(())
    });
    miss("enc-enforce-conflict", &|vpc| {
        enforced(vpc, "nat-gateway");
        (vpc.nat != Nat::None).then_some(())
    });
    miss("enc-enforce-conflict", &|vpc| {
        enforced(vpc, "egress-only-internet-gateway");
        vpc.egress_only.then_some(())
    });
    miss("enc-enforce-conflict", &|vpc| {
        enforced(vpc, "virtual-private-gateway");
        vpn(vpc, Vec::new());
        Some(())
    });
    miss("enc-enforce-conflict", &|vpc| {
        enforced(vpc, "vpc-peering");
        peer(
            vpc,
            "vpc-0123456789abcdef7",
            "10.249.0.0/16".parse().unwrap(),
        );
        Some(())
    });
    all
}
