//! The address space of a design and what follows from it, by accessible name.

use eframe::egui;
use egui::{Key, Modifiers, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use std::sync::Arc;
use vpc_atlas::app::dialogs::{Answer, FileDialogs, Question, Reply};
use vpc_atlas::app::{Atlas, Services, install};
use vpc_atlas::design::{Color, Design, Fresh, Nat, Subnet, usual_zones};
use vpc_atlas::workspace::Worker;

struct NoDialogs;

impl FileDialogs for NoDialogs {
    fn ask(&mut self, _question: &Question, reply: Reply) {
        reply.send(Answer::Unavailable);
    }
}

/// A window with the nine subnets of three zones.
struct Window {
    harness: Harness<'static, Atlas>,
}

impl Window {
    fn new() -> Self {
        let mut options = Fresh::in_region("eu-west-1");
        options.prefix = "channy".into();
        options.zones = usual_zones("eu-west-1").take(3).collect();
        options.private_per_zone = 2;
        options.nat = Nat::PerAz;
        Self::of(Design::fresh(&options).unwrap())
    }

    fn of(design: Design) -> Self {
        let mut atlas = Atlas::new(Services {
            worker: Worker::new().unwrap(),
            store: None,
            dialogs: Box::new(NoDialogs),
        });
        atlas.open_design(design);
        let harness = Harness::builder()
            .with_size(vec2(1400.0, 900.0))
            .with_theme(egui::Theme::Light)
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
        window.harness.run();
        window
    }

    fn click(&mut self, name: &str) {
        self.harness.get_by_label(name).click();
        self.harness.run();
    }

    fn press(&mut self, key: Key) {
        self.harness.key_press(key);
        self.harness.run();
    }

    fn undo(&mut self) {
        self.harness.key_press_modifiers(Modifiers::COMMAND, Key::Z);
        self.harness.run();
    }

    fn has(&self, name: &str) -> bool {
        self.harness.query_by_label(name).is_some()
    }

    fn design(&self) -> Arc<Design> {
        Arc::clone(self.harness.state().design().unwrap())
    }

    fn subnet(&self, tier: &str, number: u16) -> Option<Subnet> {
        let design = self.design();
        design.vpcs[0].tier(tier)?.subnet(number).cloned()
    }

    fn block(&self, tier: &str, number: u16) -> String {
        self.subnet(tier, number).unwrap().cidr.to_string()
    }

    fn selected(&self) -> Option<String> {
        let key = self.harness.state().selected()?;
        Some(key.id.to_string())
    }
}

#[test]
fn the_strip_tells_what_has_each_part_and_how_much_is_free() {
    let window = Window::new();
    for name in [
        "Address space 10.0.0.0/16",
        "public1 10.0.0.0/20",
        "private6 10.0.208.0/20",
        "Free 10.0.48.0/20",
        "Free 10.0.64.0/18",
        "Free 10.0.224.0/19",
    ] {
        assert!(
            window.harness.query_all_by_label(name).next().is_some(),
            "{name}"
        );
    }
    let usage = "9 of 16 blocks of /20 used · 28,672 addresses free";
    assert!(window.has(usage));
}

#[test]
fn a_subnet_is_split_and_joined_again() {
    let mut window = Window::new();
    window.click("private4 10.0.176.0/20");
    assert_eq!(
        window.selected().as_deref(),
        Some("main/private/eu-west-1a/4")
    );
    window.click("Split…");
    window.click("2 blocks of /21");
    assert_eq!(window.block("private", 4), "10.0.176.0/21");
    assert_eq!(window.block("private", 7), "10.0.184.0/21");
    assert_eq!(window.subnet("private", 7).unwrap().zone, "eu-west-1a");
    window.click("Join to /20");
    assert_eq!(window.block("private", 4), "10.0.176.0/20");
    assert_eq!(window.subnet("private", 7), None);
    window.undo();
    assert_eq!(window.block("private", 7), "10.0.184.0/21");
    window.undo();
    assert_eq!(window.block("private", 4), "10.0.176.0/20");
}

#[test]
fn the_words_of_a_note_are_one_change() {
    let mut window = Window::new();
    window.click("public1 10.0.0.0/20");
    let note = window.harness.get_by_label("Note on the block");
    note.focus();
    window.harness.run();
    for letter in ["w", "e", "b"] {
        let note = window.harness.get_by_label("Note on the block");
        note.type_text(letter);
        window.harness.run();
    }
    assert_eq!(window.subnet("public", 1).unwrap().note, "web");
    window.click("Teal");
    assert_eq!(window.subnet("public", 1).unwrap().color, Some(Color::Teal));
    window.undo();
    assert_eq!(window.subnet("public", 1).unwrap().color, None);
    assert_eq!(window.subnet("public", 1).unwrap().note, "web");
    window.undo();
    assert_eq!(window.subnet("public", 1).unwrap().note, "");
}

#[test]
fn free_space_becomes_a_subnet_or_is_set_aside() {
    let mut window = Window::new();
    window.click("Free 10.0.224.0/19");
    window.click("Add subnet here");
    assert_eq!(window.block("private", 7), "10.0.224.0/20");
    assert_eq!(
        window.selected().as_deref(),
        Some("main/private/eu-west-1a/7"),
        "what was made is chosen"
    );
    window.click("Free 10.0.64.0/18");
    window.click("Set aside");
    assert_eq!(
        window.design().vpcs[0].held[0].cidr.to_string(),
        "10.0.64.0/20"
    );
    assert!(window.has("Set aside 10.0.64.0/20"));
    window.click("Give back");
    assert!(window.design().vpcs[0].held.is_empty());
    assert!(window.has("Add subnet here"), "the free block is chosen");
}

#[test]
fn a_removed_subnet_leaves_a_hole_and_nothing_moves() {
    let mut window = Window::new();
    window.click("private2 10.0.144.0/20");
    let before = window.design();
    window.click("Remove");
    assert_eq!(window.subnet("private", 2), None);
    for number in [1, 3, 4, 5, 6] {
        let old = before.vpcs[0].tier("private").unwrap().subnet(number);
        assert_eq!(window.subnet("private", number).as_ref(), old);
    }
    assert!(window.has("Free 10.0.144.0/20"));
    window.undo();
    assert_eq!(window.design(), before);
}

#[test]
fn the_keyboard_goes_from_part_to_part() {
    let mut window = Window::new();
    window.harness.get_by_label("Blocks of 10.0.0.0/16").focus();
    window.harness.run();
    window.press(Key::ArrowRight);
    assert!(window.has("Blocks of 10.0.0.0/16, at public1 10.0.0.0/20"));
    for _ in 0..4 {
        window.press(Key::ArrowRight);
    }
    assert!(window.has("Blocks of 10.0.0.0/16, at Free 10.0.64.0/18"));
    assert_eq!(window.selected(), None);
    window.press(Key::ArrowRight);
    window.press(Key::Enter);
    assert_eq!(
        window.selected().as_deref(),
        Some("main/private/eu-west-1a/1")
    );
    assert!(window.has("Remove"));
    window.press(Key::Plus);
    assert!(window.has("Show the whole of 10.0.0.0/16"));
    window.press(Key::Home);
    assert!(!window.has("Show the whole of 10.0.0.0/16"));
    window.press(Key::Escape);
    assert_eq!(window.selected(), None);
    assert!(!window.has("Remove"));
}

#[test]
fn small_parts_are_brought_to_a_size_that_can_be_pointed_at() {
    let mut design = Design::fresh(&Fresh::in_region("eu-west-1")).unwrap();
    let block = "10.0.255.240/28".parse().unwrap();
    design.hold("main", block, "").unwrap();
    let mut window = Window::of(design);
    let name = "Set aside 10.0.255.240/28";
    assert!(!window.has(name), "it is narrower than a point");
    window.harness.get_by_label("Blocks of 10.0.0.0/16").focus();
    window.harness.run();
    window.press(Key::ArrowLeft);
    let part = window.harness.get_by_label(name);
    assert!(part.rect().width() >= 10.0, "{:?}", part.rect());
}

#[test]
fn the_joystick_of_the_row_goes_one_block_at_a_time() {
    let mut window = Window::new();
    window.click("public3 10.0.32.0/20");
    window.click("Next block for public3");
    assert_eq!(window.block("public", 3), "10.0.48.0/20");
    window.click("Smaller block for public3");
    assert_eq!(window.block("public", 3), "10.0.48.0/21");
    window.undo();
    assert_eq!(window.block("public", 3), "10.0.48.0/20");
}

#[test]
fn what_is_selected_on_the_map_is_outlined_and_opens_nothing() {
    let mut window = Window::new();
    let card = window
        .harness
        .query_all_by_label_contains("subnet channy-subnet-public2-eu-west-1b")
        .next()
        .unwrap();
    card.click();
    window.harness.run();
    assert_eq!(
        window.selected().as_deref(),
        Some("main/public/eu-west-1b/2")
    );
    assert!(!window.has("Split…"));
    let part = window.harness.get_by_label("public2 10.0.16.0/20");
    part.click();
    window.harness.run();
    assert!(window.has("Split…"));
}

#[test]
fn the_cost_and_what_is_created_stand_beside_the_preview() {
    let window = Window::new();
    for name in [
        "$116.07",
        "eu-west-1 prices of 2026-09",
        "3 NAT gateways: $105.12",
        "3 public IPv4: $10.95",
        "S3 gateway endpoint: free",
        "Subnets: 9",
        "Route tables: 7 + main",
        "Elastic IPs: 3",
    ] {
        assert!(window.has(name), "{name}");
    }
}

#[test]
fn the_plan_is_copied_as_a_table() {
    let mut window = Window::new();
    window.click("Copy the address plan as CSV");
    let toast = "Copied address plan, 12 rows as CSV";
    assert!(
        window
            .harness
            .query_all_by_label_contains(toast)
            .next()
            .is_some()
    );
}

#[test]
fn the_buttons_of_a_block_repeat_while_they_are_held_and_follow_the_arrow_keys() {
    let mut window = Window::new();
    window.click("public1 10.0.0.0/20");
    let at = window
        .harness
        .get_by_label("Next block for public1")
        .rect()
        .center();
    window.harness.drag_at(at);
    for _ in 0..8 {
        window.harness.step();
    }
    window.harness.drop_at(at);
    window.harness.run();
    let held = window.block("public", 1);
    assert_ne!(held, "10.0.0.0/20");
    assert_ne!(held, "10.0.16.0/20", "it repeats");
    window.undo();
    assert_eq!(
        window.block("public", 1),
        "10.0.0.0/20",
        "one hold is one step"
    );
    window
        .harness
        .get_by_label("Next block for public1")
        .focus();
    window.harness.run();
    window.press(Key::ArrowDown);
    assert_eq!(window.block("public", 1), "10.0.0.0/21");
    window.press(Key::ArrowRight);
    assert_eq!(window.block("public", 1), "10.0.8.0/21");
}

#[test]
fn a_set_aside_block_is_resized_by_its_joystick() {
    let mut window = Window::new();
    let mut design = Design::clone(&window.design());
    design
        .hold("main", "10.0.64.0/20".parse().unwrap(), "later")
        .unwrap();
    window = Window::of(design);
    let held = |window: &Window| {
        let design = window.design();
        let held = design.vpcs[0].held.iter();
        held.map(|held| held.cidr.to_string()).collect::<Vec<_>>()
    };
    window.click("Set aside 10.0.64.0/20");
    for (button, block) in [
        ("Smaller block for set aside", "10.0.64.0/21"),
        ("Next block for set aside", "10.0.72.0/21"),
        ("Larger block for set aside", "10.0.64.0/20"),
    ] {
        window.click(button);
        assert_eq!(held(&window), [block], "after {button}");
    }
    window.undo();
    assert_eq!(held(&window), ["10.0.72.0/21"]);
}
