//! The form of the designer and the joystick of its blocks, without a screen: flows by accessible name.

use eframe::egui;
use egui::{Event, Key, Modifiers, MouseWheelUnit, Role, TouchPhase, Vec2, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{Harness, Node};
use std::sync::Arc;
use vpc_atlas::app::dialogs::{Answer, FileDialogs, Question, Reply};
use vpc_atlas::app::{Atlas, Services, install};
use vpc_atlas::design::{Design, Egress, Fresh, Ipv6, Nat, TierKind, Vpc};
use vpc_atlas::workspace::Worker;

struct NoDialogs;

impl FileDialogs for NoDialogs {
    fn ask(&mut self, _question: &Question, reply: Reply) {
        reply.send(Answer::Cancelled);
    }
}

/// A window with a design open, so high that all of the form is in view.
struct Window {
    harness: Harness<'static, Atlas>,
}

impl Window {
    fn new() -> Self {
        let mut options = Fresh::in_region("eu-west-1");
        options.prefix = "shop".into();
        Self::of(Design::fresh(&options).unwrap())
    }

    fn of(design: Design) -> Self {
        Self::sized(design, vec2(1400.0, 3200.0))
    }

    fn sized(design: Design, size: Vec2) -> Self {
        let mut atlas = Atlas::new(Services {
            worker: Worker::new().unwrap(),
            store: None,
            dialogs: Box::new(NoDialogs),
        });
        atlas.open_design(design);
        let harness = Harness::builder()
            .with_size(size)
            .with_theme(egui::Theme::Light)
            .with_step_dt(0.02)
            .with_max_steps(12)
            .with_context_setup(install)
            .build_ui_state(
                |ui, atlas: &mut Atlas| {
                    let ctx = ui.ctx().clone();
                    atlas.logic(&ctx);
                    atlas.ui(ui);
                },
                atlas,
            );
        let mut window = Self { harness };
        window.run();
        window
    }

    fn run(&mut self) {
        self.harness.run();
    }

    fn design(&self) -> Arc<Design> {
        Arc::clone(self.harness.state().design().unwrap())
    }

    fn vpc(&self) -> Vpc {
        self.design().vpcs[0].clone()
    }

    fn block(&self) -> String {
        self.vpc().cidr.to_string()
    }

    fn node<'a>(&'a self, name: &'a str) -> Node<'a> {
        self.harness.get_by_label(name)
    }

    fn field<'a>(&'a self, name: &'a str) -> Node<'a> {
        self.harness.get_by_role_and_label(Role::TextInput, name)
    }

    fn has(&self, name: &str) -> bool {
        self.harness
            .query_all_by_label_contains(name)
            .next()
            .is_some()
    }

    fn click(&mut self, name: &str) {
        self.node(name).click();
        self.run();
    }

    fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.run();
    }

    /// Go into a field and type over what it says.
    fn type_over(&mut self, name: &str, text: &str) {
        self.field(name).click();
        self.run();
        self.press(Modifiers::COMMAND, Key::A);
        for letter in text.chars() {
            self.field(name).type_text(&letter.to_string());
            self.run();
        }
    }

    fn leave(&mut self) {
        // The heading of the map is no field.
        self.harness.hover_at(egui::pos2(900.0, 3000.0));
        let at = egui::pos2(900.0, 3000.0);
        self.harness.drag_at(at);
        self.harness.drop_at(at);
        self.run();
    }

    fn undo(&mut self) {
        self.press(Modifiers::COMMAND, Key::Z);
    }

    /// Open the joystick of the IPv4 block.
    fn open_joystick(&mut self) {
        self.field("IPv4 block").click();
        self.run();
        assert!(self.has("Joystick of IPv4 block"));
    }
}

#[test]
fn the_joystick_opens_under_its_field_and_escape_closes_it() {
    let mut window = Window::new();
    assert!(!window.has("Joystick of"));
    window.open_joystick();
    assert!(window.has("9.255.0.0/16") && window.has("10.1.0.0/16"));
    window.press(Modifiers::NONE, Key::Escape);
    assert!(!window.has("Joystick of"));
}

#[test]
fn a_button_moves_the_vpc_with_all_its_subnets_and_is_one_undo_step() {
    let mut window = Window::new();
    let before = window.design();
    window.open_joystick();
    window.click("Next block");
    assert_eq!(window.block(), "10.1.0.0/16");
    let tiers = window.vpc().tiers;
    assert_eq!(tiers[0].subnets[0].cidr.to_string(), "10.1.0.0/20");
    assert!(window.node("Joystick of IPv4 block").is_focused());
    window.press(Modifiers::NONE, Key::ArrowLeft);
    window.click("Previous block");
    assert_eq!(window.block(), "9.255.0.0/16");
    assert!(window.has("publicly routable"));
    for _ in 0..3 {
        window.undo();
    }
    assert_eq!(window.design(), before);
}

#[test]
fn a_button_can_be_pressed_without_a_pointer() {
    let mut window = Window::new();
    window.open_joystick();
    window.node("Next block").click_accesskit();
    window.run();
    assert_eq!(window.block(), "10.1.0.0/16");
}

#[test]
fn a_held_button_repeats_and_is_one_undo_step() {
    let mut window = Window::new();
    window.open_joystick();
    let at = window.node("Next block").rect().center();
    window.harness.drag_at(at);
    // 0.6 seconds: one step at once and one for each 60 ms after the first 350.
    window.harness.run_steps(30);
    window.harness.drop_at(at);
    window.run();
    let moved = window.vpc().cidr.addr().octets()[1];
    assert!((4..=7).contains(&moved), "{moved} steps");
    window.undo();
    assert_eq!(window.block(), "10.0.0.0/16");
}

#[test]
fn the_arrow_keys_work_on_the_pad_and_a_held_key_is_one_undo_step() {
    let mut window = Window::new();
    window.open_joystick();
    window.node("Joystick of IPv4 block").focus();
    window.run();
    window.press(Modifiers::NONE, Key::ArrowRight);
    window.press(Modifiers::NONE, Key::ArrowDown);
    assert_eq!(window.block(), "10.1.0.0/17");
    window.press(Modifiers::NONE, Key::ArrowUp);
    window.press(Modifiers::NONE, Key::ArrowLeft);
    assert_eq!(window.block(), "10.0.0.0/16");
    window.harness.key_down(Key::ArrowRight);
    window.harness.run_steps(30);
    window.harness.key_up(Key::ArrowRight);
    window.run();
    assert_ne!(window.block(), "10.0.0.0/16");
    window.undo();
    assert_eq!(window.block(), "10.0.0.0/16");
}

/// Nothing but keys: Tab to the field, arrows there and on the pad, Escape, undo.
#[test]
fn the_joystick_is_worked_by_keys_alone() {
    let mut window = Window::new();
    let mut tabs = 0;
    while !window.field("IPv4 block").is_focused() {
        window.press(Modifiers::NONE, Key::Tab);
        tabs += 1;
        assert!(tabs < 60, "Tab does not lead to the field");
    }
    assert!(window.has("Joystick of IPv4 block"), "it opens by itself");
    assert!(window.has("Keys: Ctrl+← → for neighbours"));
    window.press(Modifiers::NONE, Key::ArrowDown);
    window.press(Modifiers::COMMAND, Key::ArrowRight);
    assert_eq!(window.block(), "10.0.128.0/17");
    window.press(Modifiers::NONE, Key::Tab);
    assert!(window.node("Joystick of IPv4 block").is_focused());
    window.press(Modifiers::NONE, Key::ArrowUp);
    assert_eq!(window.block(), "10.0.0.0/16", "bits after the mask go");
    window.press(Modifiers::NONE, Key::ArrowUp);
    assert_eq!(window.block(), "10.0.0.0/16", "/16 is the end");
    window.harness.key_down(Key::ArrowRight);
    window.harness.run_steps(30);
    window.harness.key_up(Key::ArrowRight);
    window.run();
    let held = window.block();
    assert_ne!(held, "10.0.0.0/16");
    window.press(Modifiers::NONE, Key::ArrowLeft);
    assert_ne!(window.block(), held);
    // One press is one step, and so is one hold.
    for block in [
        held.as_str(),
        "10.0.0.0/16",
        "10.0.128.0/17",
        "10.0.0.0/17",
        "10.0.0.0/16",
    ] {
        window.undo();
        assert_eq!(window.block(), block);
    }
    window.press(Modifiers::NONE, Key::Escape);
    assert!(!window.has("Joystick of"));
}

#[test]
fn in_the_text_field_up_and_down_change_the_mask_and_ctrl_goes_aside() {
    let mut window = Window::new();
    window.open_joystick();
    window.press(Modifiers::NONE, Key::ArrowDown);
    assert_eq!(window.block(), "10.0.0.0/17");
    assert_eq!(window.field("IPv4 block").value().unwrap(), "10.0.0.0/17");
    window.press(Modifiers::COMMAND, Key::ArrowRight);
    assert_eq!(window.block(), "10.0.128.0/17");
    window.press(Modifiers::NONE, Key::ArrowLeft);
    assert_eq!(window.block(), "10.0.128.0/17", "the cursor moved, no more");
    assert!(window.field("IPv4 block").is_focused());
}

#[test]
fn the_wheel_over_an_open_joystick_is_one_undo_step() {
    let mut window = Window::new();
    let at = window.field("IPv4 block").rect().center();
    let wheel = |lines: f32, modifiers| Event::MouseWheel {
        unit: MouseWheelUnit::Line,
        delta: vec2(0.0, lines),
        phase: TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers,
    };
    window.harness.hover_at(at);
    window.run();
    window.harness.event(wheel(1.0, Modifiers::NONE));
    window.run();
    assert_eq!(window.block(), "10.0.0.0/16", "scrolling changes nothing");
    window.open_joystick();
    for _ in 0..3 {
        window.harness.event(wheel(1.0, Modifiers::NONE));
    }
    window.run();
    assert_eq!(window.block(), "10.3.0.0/16");
    window.harness.event(wheel(-1.0, Modifiers::SHIFT));
    window.run();
    assert_eq!(window.block(), "10.3.0.0/17");
    window.undo();
    assert_eq!(window.block(), "10.0.0.0/16");
}

#[test]
fn typing_takes_whole_blocks_and_one_visit_is_one_undo_step() {
    let mut window = Window::new();
    window.type_over("IPv4 block", "172.16.0.0/1");
    assert_eq!(window.block(), "10.0.0.0/16", "half of it is no block");
    window.field("IPv4 block").type_text("6");
    window.run();
    assert_eq!(window.block(), "172.16.0.0/16");
    window.undo();
    assert_eq!(window.block(), "10.0.0.0/16");
    assert_eq!(window.field("IPv4 block").value().unwrap(), "10.0.0.0/16");
}

#[test]
fn what_is_half_typed_is_forgotten_when_the_field_is_left() {
    let mut window = Window::new();
    window.type_over("IPv4 block", "10.9");
    assert!(!window.has("correct it"));
    window.leave();
    assert_eq!(window.block(), "10.0.0.0/16");
    assert_eq!(window.field("IPv4 block").value().unwrap(), "10.0.0.0/16");
}

#[test]
fn what_is_wrong_is_said_in_one_sentence() {
    let mut window = Window::new();
    window.type_over("IPv4 block", "10.0.300");
    assert!(window.has("300 in “10.0.300” is more than 255; correct it."));
    assert_eq!(window.block(), "10.0.0.0/16");
}

#[test]
fn bits_after_the_mask_are_an_offer_to_click_or_to_enter() {
    let mut window = Window::new();
    window.type_over("IPv4 block", "10.7.5.1/16");
    assert_eq!(window.block(), "10.0.0.0/16");
    window.click("Use 10.7.0.0/16");
    assert_eq!(window.block(), "10.7.0.0/16");
    assert_eq!(window.field("IPv4 block").value().unwrap(), "10.7.0.0/16");
    window.type_over("IPv4 block", "10.8.5.1/16");
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.block(), "10.8.0.0/16");
}

#[test]
fn overlaps_are_named_and_the_next_free_block_is_one_press_away() {
    let mut design = Design::clone(&Window::new().design());
    design
        .add_fresh_vpc("10.1.0.0/16".parse().unwrap(), Some("main"))
        .unwrap();
    let mut window = Window::of(design);
    window.open_joystick();
    assert!(!window.has("overlaps vpc2-vpc"));
    window.click("Next block");
    assert!(window.has("overlaps vpc2-vpc"));
    window.click("Next free block 10.2.0.0/16");
    assert_eq!(window.block(), "10.2.0.0/16");
    assert!(!window.has("overlaps vpc2-vpc"));
}

#[test]
fn subnets_that_no_longer_fit_are_planned_anew_in_one_step() {
    let mut window = Window::new();
    window.open_joystick();
    window.click("Smaller block");
    assert_eq!(window.block(), "10.0.0.0/17");
    let shrunk = window.design();
    assert!(window.has("2 subnets do not fit"));
    window.click("Re-plan…");
    assert!(window.has("private1: 10.0.128.0/20 → 10.0.64.0/21"));
    assert_eq!(window.design(), shrunk, "it is only shown");
    window.click("Re-plan");
    assert!(!window.has("do not fit"));
    let vpc = window.vpc();
    assert!(vpc.subnets().all(|(_, it)| vpc.cidr.contains(&it.cidr)));
    window.undo();
    assert_eq!(window.design(), shrunk);
}

#[test]
fn the_segments_change_zones_subnets_and_gateways() {
    let mut window = Window::new();
    window.click("Availability Zones: 3");
    assert_eq!(window.vpc().zones.len(), 3);
    window.click("Private subnets: 6");
    assert_eq!(window.vpc().tier("private").unwrap().subnets.len(), 6);
    window.click("Public subnets: 0");
    assert_eq!(window.vpc().tier("public"), None);
    window.click("Public subnets: 3");
    window.click("NAT gateways: Per AZ");
    assert_eq!(window.vpc().nat, Nat::PerAz);
    window.click("IPv6 block: Amazon's");
    assert_eq!(window.vpc().ipv6, Ipv6::Amazon);
    window.click("Egress-only internet gateway");
    assert!(window.vpc().egress_only);
}

#[test]
fn names_and_region_are_typed() {
    let mut window = Window::new();
    window.type_over("Name prefix", "channy");
    assert_eq!(window.vpc().prefix, "channy");
    window.undo();
    assert_eq!(window.vpc().prefix, "shop");
    window.click("Auto-generate names");
    assert_eq!(window.vpc().prefix, "");
    window.click("Auto-generate names");
    assert_eq!(window.vpc().prefix, "shop");
    window.type_over("Region", "us-east");
    assert_eq!(window.design().region, "eu-west-1");
    window.field("Region").type_text("-1");
    window.run();
    assert_eq!(window.design().region, "us-east-1");
    assert_eq!(window.vpc().zones[0], "us-east-1a");
    window.click("Regions");
    window.click("us-west-2 Oregon");
    assert_eq!(window.design().region, "us-west-2");
}

#[test]
fn a_zone_is_changed_when_its_field_is_left() {
    let mut window = Window::new();
    window.click("Which zones, 1a, 1b");
    window.type_over("Zone 2", "eu-west-1c");
    assert_eq!(window.vpc().zones[1], "eu-west-1b");
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.vpc().zones[1], "eu-west-1c");
}

#[test]
fn endpoints_are_found_added_and_taken_away() {
    let mut window = Window::new();
    window.click("+ Add endpoint");
    assert!(window.field("Search services").is_focused());
    window.field("Search services").type_text("ssm");
    window.run();
    window.click("Add endpoint Systems Manager");
    let endpoint = window.vpc().endpoints[0].clone();
    assert_eq!(
        (endpoint.service.as_str(), endpoint.tier.as_str()),
        ("ssm", "private")
    );
    // Its words show it, and only the cross takes it away.
    window.click("Show the ssm endpoint");
    let selected = window
        .harness
        .state()
        .selected()
        .map(|key| key.id.to_string());
    assert_eq!(selected.as_deref(), Some("main/interface/ssm"));
    assert_eq!(window.vpc().endpoints.len(), 1);
    window.click("Remove the ssm endpoint");
    assert!(window.vpc().endpoints.is_empty());
    window.click("Remove the S3 gateway endpoint");
    assert!(window.vpc().gateway_endpoints.is_empty());
    window.click("Private console access");
    let vpc = window.vpc();
    assert_eq!(vpc.endpoints.len(), 2);
    assert!(vpc.resolver.is_some() && vpc.private_zones.len() == 1);
    window.undo();
    assert!(window.vpc().endpoints.is_empty() && window.vpc().resolver.is_none());
}

#[test]
fn an_endpoint_that_is_not_listed_is_added_by_name() {
    let mut window = Window::new();
    window.click("+ Add endpoint");
    let name = "com.amazonaws.vpce.eu-west-1.vpce-svc-0123456789abcdef0";
    window.field("Search services").type_text(name);
    window.run();
    window.click(&format!("Add endpoint Use “{name}”"));
    assert_eq!(window.vpc().endpoints[0].service, name);
}

#[test]
fn tiers_are_added_shaped_and_removed() {
    let mut window = Window::new();
    window.click("Tiers and subnets, public, private");
    window.click("+ Add tier");
    window.click("Add isolated tier");
    let tier = window.vpc().tiers[2].clone();
    assert_eq!(
        (tier.name.as_str(), tier.kind),
        ("data", TierKind::Isolated)
    );
    window.click("data subnets in each zone: 2");
    assert_eq!(window.vpc().tiers[2].subnets.len(), 4);
    window.click("Remove the tier data");
    assert_eq!(window.vpc().tiers.len(), 2);
    window.click("How private goes out");
    window.click("transit gateway");
    assert_eq!(window.vpc().tiers[1].egress, Egress::TransitGateway);
}

#[test]
fn a_subnet_has_a_joystick_that_stays_inside_the_vpc() {
    let mut window = Window::new();
    window.click("IPv6 block: Amazon's");
    window.click("Tiers and subnets, public, private");
    let folds: Vec<_> = window
        .harness
        .query_all_by_label("Subnets, 2 blocks")
        .collect();
    folds[0].click();
    drop(folds);
    window.run();
    window.field("IPv4 block of public1").click();
    window.run();
    window.click("Next block");
    assert!(window.has("overlaps shop-subnet-public2-eu-west-1b"));
    window.click("Next free block 10.0.32.0/20");
    let public = window.vpc().tiers[0].clone();
    assert_eq!(public.subnets[0].cidr.to_string(), "10.0.32.0/20");
    window.type_over("IPv6 block of public1", "…20::/64");
    assert_eq!(window.vpc().tiers[0].subnets[0].ipv6.unwrap().index, 0x20);
    assert!(window.has("the rest is chosen by AWS"));
}

#[test]
fn connections_are_attached_and_routed() {
    let mut window = Window::new();
    window.click("Transit gateway, none");
    window.click("Attach to a transit gateway");
    assert!(window.vpc().tier("tgw").is_some());
    window.type_over(
        "Routes by the transit gateway",
        "172.16.0.0/12, 10.0.0.0/8, foo",
    );
    let routes = |window: &Window| -> Vec<String> {
        let routes = window.vpc().transit_gateway.unwrap().routes;
        routes.iter().map(ToString::to_string).collect()
    };
    assert!(routes(&window).is_empty(), "they are on their way");
    window.press(Modifiers::NONE, Key::Enter);
    assert!(window.has("“foo” is no block"));
    assert!(routes(&window).is_empty());
    let said = window.field("Routes by the transit gateway").value();
    assert_eq!(
        said.as_deref(),
        Some("172.16.0.0/12, 10.0.0.0/8, foo"),
        "nothing is lost"
    );
    window.type_over("Routes by the transit gateway", "172.16.0.0/12 10.0.0.0/8");
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(routes(&window), ["172.16.0.0/12", "10.0.0.0/8"]);
    assert!(!window.has("is no block"));
    window.click("VPN gateway, none");
    window.click("A VPN gateway of the VPC's own");
    assert!(window.vpc().vpn_gateway.unwrap().propagate);
    window.click("Flow log, none");
    window.click("Keep a flow log of the VPC");
    window.click("Traffic: Rejected");
    window.type_over("Destination of the flow log", "arn:aws:s3:::logs");
    assert_eq!(
        window.vpc().flow_log.unwrap().destination,
        "arn:aws:s3:::logs"
    );
    window.click("Peering, none");
    window.click("+ Peer with a VPC outside the plan");
    window.type_over("Peer VPC", "vpc-0a1b");
    window.type_over("Peer blocks", "10.9.0.0/16");
    window.press(Modifiers::NONE, Key::Enter);
    let peering = window.vpc().peerings[0].clone();
    assert_eq!(
        (peering.with.as_str(), peering.cidrs.len()),
        ("vpc-0a1b", 1)
    );
}

#[test]
fn dns_tenancy_and_encryption_are_folded_with_a_word_of_what_is_set() {
    let mut window = Window::new();
    window.click("DNS, on");
    window.click("DNS hostnames");
    assert!(!window.vpc().dns_hostnames);
    assert!(window.has("DNS, no hostnames"));
    window.click("Encryption in transit, none");
    window.click("Encryption: Enforce");
    window.click("NAT gateway");
    assert_eq!(window.vpc().encryption_exclusions, ["nat-gateway"]);
    assert!(window.has("Tenancy, default"));
}

#[test]
fn pool_reserved_ranges_and_tags_belong_to_the_plan() {
    let mut window = Window::new();
    window.click("+ Add tag");
    window.press(Modifiers::NONE, Key::Escape);
    assert!(window.design().tags.is_empty(), "nothing was written");
    window.click("+ Add tag");
    assert!(window.field("Key of the new tag").is_focused());
    window.field("Key of the new tag").type_text("environment");
    window.run();
    assert!(
        window.design().tags.is_empty(),
        "a tag on its way is none yet"
    );
    window.press(Modifiers::NONE, Key::Enter);
    assert!(window.field("Value of tag 1").is_focused());
    window.field("Value of tag 1").type_text("test");
    window.run();
    assert_eq!(window.design().tags["environment"], "test");
    // Tab goes on to the value, as Enter does.
    window.click("+ Add tag");
    window.field("Key of the new tag").type_text("stage");
    window.run();
    window.press(Modifiers::NONE, Key::Tab);
    assert!(window.field("Value of tag 2").is_focused());
    window.field("Value of tag 2").type_text("live");
    window.run();
    assert_eq!(window.design().tags["stage"], "live");
    window.click("Remove the tag stage");
    window.click("+ Add tag");
    window
        .field("Key of the new tag")
        .type_text("owner=network team");
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.design().tags["owner"], "network team");
    window.click("Remove the tag owner");
    window.click("Remove the tag environment");
    assert!(window.design().tags.is_empty());
    window.click("Address pool, none");
    window.type_over("Address pool", "10.32.0.0/11, 100.64.0.0/10");
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.design().pool.len(), 2);
    window.click("Reserved ranges, none");
    window.node("Ranges to reserve").click();
    window.run();
    window
        .node("Ranges to reserve")
        .type_text("192.168.0.0/16 Office\n10.0.0.0/20, lab");
    window.run();
    window.click("Add 2 ranges");
    let reserved = window.design().reserved.clone();
    assert_eq!(reserved.len(), 2);
    assert_eq!(reserved[0].note, "Office");
    window.open_joystick();
    assert!(window.has("overlaps lab (reserved)"));
    window.click("Remove the range 192.168.0.0/16");
    assert_eq!(window.design().reserved.len(), 1);
}

#[test]
fn vpcs_are_added_with_a_block_of_their_own_shown_and_removed() {
    let mut window = Window::new();
    window.click("+ Add VPC");
    let design = window.design();
    assert_eq!(design.vpcs.len(), 2);
    assert_eq!(design.vpcs[1].cidr.to_string(), "10.1.0.0/16");
    assert_eq!(window.field("IPv4 block").value().unwrap(), "10.1.0.0/16");
    window.click("Show shop-vpc");
    assert_eq!(window.field("IPv4 block").value().unwrap(), "10.0.0.0/16");
    window.click("Remove shop-vpc from the plan");
    assert_eq!(window.design().vpcs.len(), 1);
    assert_eq!(window.field("IPv4 block").value().unwrap(), "10.1.0.0/16");
}

#[test]
fn a_secondary_block_is_one_that_aws_adds() {
    let mut window = Window::new();
    window.click("+ Secondary block");
    assert_eq!(window.vpc().secondary[0].to_string(), "10.1.0.0/16");
    window.type_over("Secondary IPv4 block 1", "192.168.0.0/16");
    assert!(window.has("AWS adds no block of 192.168.0.0/16"));
    window.click("Remove 192.168.0.0/16");
    assert!(window.vpc().secondary.is_empty());
}

#[test]
fn a_tier_is_sized_by_the_hosts_it_has_room_for() {
    let mut window = Window::new();
    window.click("Tiers and subnets, public, private");
    window.type_over("Hosts in each subnet of private", "200");
    assert_eq!(
        window.vpc().tier("private").unwrap().hosts,
        None,
        "on its way"
    );
    window.press(Modifiers::NONE, Key::Enter);
    let tier = window.vpc().tier("private").unwrap().clone();
    assert_eq!((tier.hosts, tier.mask), (Some(200), 24));
    window.type_over("Hosts in each subnet of private", "70000");
    assert!(window.has("No subnet has room for 70000 hosts"));
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.vpc().tier("private").unwrap().mask, 24);
}

#[test]
fn every_field_has_a_name_and_an_idle_window_settles() {
    let mut window = Window::new();
    for fold in [
        "Which zones, 1a, 1b",
        "Tiers and subnets, public, private",
        "Transit gateway, none",
        "Peering, none",
        "Address pool, none",
        "Reserved ranges, none",
        "+ Add endpoint",
        "IPv6 block: Own",
        "Attach to a transit gateway",
        "+ Peer with a VPC outside the plan",
        "+ Add tag",
    ] {
        window.click(fold);
    }
    let fields = window.harness.query_all_by_role(Role::TextInput);
    let names: Vec<Option<String>> = fields.map(|field| field.accesskit_node().label()).collect();
    assert!(names.len() > 14, "{names:?}");
    let unnamed = names
        .iter()
        .filter(|name| name.as_deref().unwrap_or_default().is_empty());
    assert_eq!(unnamed.count(), 0, "{names:?}");
    let steps = window.harness.run();
    assert!(steps <= 3, "an idle window took {steps} frames to settle");
}

#[test]
fn the_form_stays_inside_a_small_window() {
    let mut window = Window::sized(Design::clone(&Window::new().design()), vec2(1000.0, 700.0));
    window.open_joystick();
    let pad = window.node("Joystick of IPv4 block").rect();
    let field = window.field("IPv4 block").rect();
    assert!(
        field.right() <= 300.0 && pad.left() >= field.left(),
        "{field:?}"
    );
    assert!(pad.bottom() < 700.0);
}
