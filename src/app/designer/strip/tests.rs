//! Tests of where parts lie in a strip, and of the words over it.

use super::*;
use crate::design::{Fresh, usual_zones};

fn design() -> Design {
    let mut options = Fresh::in_region("eu-west-1");
    options.zones = usual_zones("eu-west-1").take(3).collect();
    options.private_per_zone = 2;
    Design::fresh(&options).unwrap()
}

fn net(text: &str) -> Ipv4Net {
    text.parse().unwrap()
}

fn space(design: &Design) -> AddressSpace {
    AddressSpace::of(&design.vpcs[0], &design.reserved)
}

fn strip() -> Rect {
    Rect::from_min_size(pos2(100.0, 20.0), vec2(1600.0, HEIGHT))
}

#[test]
fn blocks_have_their_share_of_the_strip() {
    let scale = Scale::of(strip(), View::default(), net("10.0.0.0/16"));
    let place = scale.place(net("10.0.32.0/20")).unwrap();
    assert_eq!((place.left(), place.right()), (300.0, 400.0));
    assert_eq!(scale.place(net("10.0.0.0/16")), Some(strip()));
    let mut view = View::default();
    view.show(0.5, 0.5625, scale.least());
    let near = Scale::of(strip(), view, net("10.0.0.0/16"));
    assert!(near.place(net("10.0.128.0/20")).unwrap().width() > 1_000.0);
    assert_eq!(near.place(net("10.0.0.0/20")), None, "it is out of view");
}

#[test]
fn the_ends_of_the_address_space_have_their_places() {
    for block in ["0.0.0.0/0", "255.255.255.240/28", "255.255.255.255/32"] {
        let scale = Scale::of(strip(), View::default(), net(block));
        assert_eq!(scale.place(net(block)), Some(strip()), "{block}");
    }
}

#[test]
fn of_two_in_one_place_the_inner_one_is_below() {
    let mut design = design();
    design
        .set_subnet_block("main", "private", 1, net("10.0.0.0/21"))
        .unwrap();
    let space = space(&design);
    let block = &space.blocks[0];
    let scale = Scale::of(strip(), View::default(), block.block);
    let label = |x: f32, y: f32| {
        let segment = pointed(block, scale, pos2(x, y));
        segment.map(|segment| segment.label().to_string())
    };
    assert_eq!(label(120.0, 25.0).as_deref(), Some("public1"));
    assert_eq!(label(120.0, 50.0).as_deref(), Some("private1"));
    assert_eq!(label(180.0, 50.0).as_deref(), Some("public1"));
}

#[test]
fn usage_is_told_in_blocks_where_they_are_alike_and_in_addresses_else() {
    let mut design = design();
    let words = |design: &Design, is_roomy| usage(&space(design).blocks[0], is_roomy);
    let free = "28,672 addresses free";
    assert_eq!(
        words(&design, true),
        format!("9 of 16 blocks of /20 used · {free}")
    );
    assert_eq!(words(&design, false), "28,672 free");
    design.split_subnet("main", "public", 1, 2).unwrap();
    assert_eq!(
        words(&design, true),
        format!("36,864 of 65,536 used · {free}")
    );
}
