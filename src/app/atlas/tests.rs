//! A large network while what follows from it is worked out: what is gone is let go of, and nobody is led astray.

use super::*;
use crate::app::dialogs::Reply;
use crate::network::{
    Common, Facts, Id, Input, Known, PeeringSide, Record, Resource, Scope, Shard, Sighting,
    SubnetFacts, Topology, TransitGatewayFacts, VpcFacts, VpcPeeringConnectionFacts,
};
use std::sync::mpsc::Sender;
use std::time::{Duration, Instant};

struct NoDialogs;

impl FileDialogs for NoDialogs {
    fn ask(&mut self, _question: &Question, reply: Reply) {
        reply.send(Answer::Unavailable);
    }
}

fn resource(id: &str, facts: impl Into<Facts>) -> Arc<Resource> {
    let sighting = Sighting {
        account: None,
        region: Some("eu-west-1".into()),
        input: Input::Account,
    };
    let record = Record {
        common: Common::default(),
        facts: facts.into(),
    };
    Arc::new(Resource::seen(Id::aws(id), Arc::new(sighting), record))
}

/// Two VPCs and so many subnets that it is a large network, with what joins the two or without.
fn large(is_joined: bool) -> Arc<Network> {
    let mut all: Vec<Arc<Resource>> = (0..4_100)
        .map(|number| {
            let facts = SubnetFacts {
                vpc: Known::Value(Id::aws("vpc-1")),
                ..SubnetFacts::default()
            };
            resource(&format!("subnet-{number}"), facts)
        })
        .collect();
    for vpc in ["vpc-1", "vpc-2"] {
        all.push(resource(vpc, VpcFacts::default()));
    }
    if is_joined {
        let side = |vpc: &str| {
            Known::Value(PeeringSide {
                vpc: Id::aws(vpc),
                owner: None,
                region: None,
                cidrs: Vec::new(),
                dns_resolution: None,
            })
        };
        let peering = VpcPeeringConnectionFacts {
            requester: side("vpc-1"),
            accepter: side("vpc-2"),
            ..VpcPeeringConnectionFacts::default()
        };
        all.push(resource("pcx-1", peering));
        all.push(resource("tgw-1", TransitGatewayFacts::default()));
    }
    let network = Network::of(Scope::default(), Shard::from_resources(all));
    assert!(super::super::model::is_large(&network));
    Arc::new(network)
}

fn atlas() -> Atlas {
    Atlas::new(Services {
        worker: Worker::new().unwrap(),
        store: None,
        dialogs: Box::new(NoDialogs),
    })
}

/// Nothing more is worked out until the sender is dropped.
fn hold(atlas: &mut Atlas) -> Sender<()> {
    let (deriver, go) = Deriver::held();
    atlas.deriver = deriver;
    go
}

fn until(atlas: &mut Atlas, is_so: impl Fn(&mut Atlas) -> bool) {
    let limit = Instant::now() + Duration::from_secs(20);
    while !is_so(atlas) {
        assert!(Instant::now() < limit);
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn refresh(atlas: &mut Atlas, network: Arc<Network>) {
    let loaded = workspace::Loaded {
        sources: Vec::new(),
        label: "many".to_owned(),
        topology: Arc::new(Topology::of(&network)),
        network,
        identities: Vec::new(),
        reads: Vec::new(),
    };
    atlas.install(loaded, true);
}

#[test]
fn what_a_refresh_of_a_large_network_lacks_is_let_go_of_when_that_shows() {
    let key = |(kind, id): (Kind, &str)| Key::aws(kind, id);
    let gone = [
        (Kind::TransitGateway, "tgw-1"),
        (Kind::VpcPeeringConnection, "pcx-1"),
    ];
    for (gone, is_derived_before) in gone.map(key).into_iter().zip([true, false]) {
        let mut atlas = atlas();
        let first = (!is_derived_before).then(|| hold(&mut atlas));
        atlas.show_network("many", large(true));
        if is_derived_before {
            until(&mut atlas, |atlas| {
                let opened = atlas.sheet.opened.as_ref().unwrap();
                opened.overlaps().is_some() && opened.referrers(&gone).is_some()
            });
        }
        let go = hold(&mut atlas);
        atlas.select(Some(gone.clone()));
        atlas.sheet.seen.focus = Some(gone.clone());
        refresh(&mut atlas, large(false));
        atlas.settle();
        // Whether something still leads to it nobody can tell yet.
        assert_eq!(atlas.selected(), Some(&gone));
        drop(go);
        until(&mut atlas, |atlas| {
            atlas.settle();
            atlas.selected().is_none()
        });
        assert_eq!(atlas.sheet.seen.focus, None);
        drop(first);
    }
}

#[test]
fn what_is_still_there_after_a_refresh_stays_selected() {
    let mut atlas = atlas();
    let go = hold(&mut atlas);
    atlas.show_network("many", large(true));
    let held = Key::aws(Kind::TransitGateway, "tgw-1");
    atlas.select(Some(held.clone()));
    atlas.sheet.seen.focus = Some(held.clone());
    refresh(&mut atlas, large(true));
    drop(go);
    until(&mut atlas, |atlas| {
        atlas.settle();
        atlas.sheet.opened.as_ref().unwrap().derivation().0
    });
    atlas.settle();
    assert_eq!(atlas.selected(), Some(&held));
    assert_eq!(atlas.sheet.seen.focus, Some(held));
}

#[test]
fn a_reveal_leads_to_the_right_picture_before_it_is_known_what_joins_the_vpcs() {
    let mut atlas = atlas();
    let _go = hold(&mut atlas);
    atlas.show_network("many", large(true));
    assert!(atlas.sheet.seen.overview);
    let gateway = Key::aws(Kind::TransitGateway, "tgw-1");
    let peering = Key::aws(Kind::VpcPeeringConnection, "pcx-1");
    let vpc = Key::aws(Kind::Vpc, "vpc-1");
    assert_eq!(
        atlas.sheet.opened.as_ref().unwrap().vpc_of(&peering),
        Some(vpc.clone())
    );
    for key in [&peering, &gateway] {
        atlas.reveal(key.clone());
        assert!(atlas.sheet.seen.overview && atlas.sheet.undo.is_empty());
    }
    // A subnet stands in its VPC.
    atlas.reveal(Key::aws(Kind::Subnet, "subnet-7"));
    assert!(!atlas.sheet.seen.overview);
    assert_eq!(atlas.sheet.seen.vpc, Some(vpc));
    // And from there one comes to what is between the VPCs.
    atlas.reveal(gateway);
    assert!(atlas.sheet.seen.overview);
}
