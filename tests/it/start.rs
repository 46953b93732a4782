//! The start page: profiles, regions, recent sources and favourites; and the dialog that saves a snapshot.

use crate::support::gui::Window;
use eframe::egui;
use egui::{Key, Modifiers, vec2};
use egui_kittest::kittest::Queryable as _;
use std::time::{Duration, Instant};
use vpc_atlas::app::dialogs::{Answer, Purpose};
use vpc_atlas::source::{sample, snapshot};
use vpc_atlas::workspace::{LastRead, Profile, ProfileKind, Settings, Store};

fn profile(name: &str, region: Option<&str>, kind: ProfileKind) -> Profile {
    Profile {
        name: name.to_owned(),
        region: region.map(str::to_owned),
        kind,
    }
}

fn profiles() -> Vec<Profile> {
    vec![
        profile("audit", None, ProfileKind::Process),
        profile("prod", Some("eu-west-1"), ProfileKind::Sso),
        profile(
            "stage",
            Some("eu-west-1"),
            ProfileKind::Role {
                source: Some("prod".into()),
                sso: true,
            },
        ),
    ]
}

fn window(settings: impl FnOnce(&mut Settings)) -> Window {
    let folder = tempfile::tempdir().unwrap();
    Store::at(folder.path()).update(settings).unwrap();
    let mut window = Window::with_settings(vec2(1400.0, 900.0), Answer::Unavailable, folder);
    window.harness.state_mut().offer_profiles(Ok(profiles()));
    window.run();
    window
}

fn field(window: &Window, name: &str) -> String {
    use egui_kittest::kittest::NodeT as _;
    let node = window
        .harness
        .get_by_role_and_label(egui::Role::TextInput, name);
    node.accesskit_node().value().unwrap_or_default()
}

/// The tooltip or the banner says why a build without live accounts does not read them: asked it was.
fn asked_for(window: &Window) -> Option<String> {
    Store::at(window.settings.path())
        .settings()
        .0
        .last_connection
}

#[test]
fn profiles_are_listed_with_their_kind_and_what_was_read() {
    let window = window(|settings| {
        settings.note_read(
            "aws://prod/eu-west-1,us-east-1",
            LastRead {
                at: 0,
                vpcs: 12,
                accounts: vec!["111122223333".into()],
            },
        );
    });
    assert!(window.has("Profile audit, credential process, no region · not read yet"));
    assert!(window.has("Profile prod, SSO, eu-west-1 +1 · 111122223333 · 12 VPCs ·"));
    assert!(window.has("Profile stage, role through prod, eu-west-1"));
    assert_eq!(asked_for(&window), None);
}

#[test]
fn a_click_fills_in_and_ticks_go_together() {
    let mut window = window(|settings| {
        settings.note_read("aws://prod/eu-west-1,us-east-1", LastRead::default());
    });
    let row = |window: &mut Window, begins: &str| {
        let node = window
            .harness
            .get_by(|node| node.label().is_some_and(|label| label.starts_with(begins)));
        node.click();
        window.run();
    };
    row(&mut window, "Profile prod,");
    assert_eq!(field(&window, "Profile"), "prod");
    assert_eq!(field(&window, "Named regions"), "eu-west-1, us-east-1");
    row(&mut window, "Profile audit,");
    assert_eq!(field(&window, "Profile"), "audit");
    assert!(window.harness.query_by_label("Named regions").is_none());
    window.click("Tick prod");
    window.click("Tick stage");
    assert!(window.has("Read 2 accounts"));
    assert!(window.has("2 profiles: prod, stage"));
    window.click("Clear ticks");
    assert!(window.has("Read account"));
}

#[test]
fn regions_are_chosen_by_name_or_from_the_list() {
    let mut window = window(|_| {});
    window.click("These");
    assert!(window.has("No region is named"));
    window.click("Choose…");
    window.click("us-east-2, Ohio");
    window.click("us-west-2, Oregon");
    assert_eq!(field(&window, "Named regions"), "us-east-2, us-west-2");
    window.click("us-east-2, Ohio");
    assert_eq!(field(&window, "Named regions"), "us-west-2");
    window.press(Modifiers::NONE, Key::Escape);
    window.click("All enabled");
    assert!(window.harness.query_by_label("Named regions").is_none());
}

#[test]
fn many_profiles_are_filtered_and_none_and_broken_ones_say_so() {
    let mut window = window(|_| {});
    let many = (0..50).map(|at| profile(&format!("team-{at:02}"), None, ProfileKind::Keys));
    window
        .harness
        .state_mut()
        .offer_profiles(Ok(many.collect()));
    window.run();
    assert!(window.has("Profile team-00,"));
    window.node("Filter profiles").focus();
    window.run();
    window.node("Filter profiles").type_text("team-4");
    window.run();
    assert!(window.has("Profile team-42,") && !window.has("Profile team-00,"));
    let why = "the AWS config files cannot be read (error parsing /home/me/.aws/config on line 3: it is no section): correct them";
    window.harness.state_mut().offer_profiles(Err(why.into()));
    window.run();
    // Without live accounts in this build, there is nothing to be said of profiles.
    if cfg!(feature = "aws") {
        assert!(window.has("on line 3"));
    }
}

#[test]
fn a_star_keeps_a_source_at_the_top_and_what_was_read_is_told() {
    let mut window = Window::sample();
    window.press(Modifiers::COMMAND, Key::W);
    assert!(window.has("sample · 2 VPCs · just now"));
    assert!(!window.has("Favourites"));
    window.click("Favourite Sample network");
    assert!(window.has("Favourites"));
    assert!(window.has("What you open is listed here."));
    let settings = Store::at(window.settings.path()).settings().0;
    assert_eq!(settings.favourites, ["sample"]);
    assert_eq!(settings.reads["sample"].vpcs, 2);
    assert_eq!(settings.reads["sample"].accounts, ["111122223333"]);
    window.click("Favourite Sample network");
    assert!(!window.has("Favourites"));
}

fn wait_for(window: &mut Window, words: &str) {
    let limit = Instant::now() + Duration::from_secs(20);
    while !window.has(words) {
        assert!(Instant::now() < limit, "{words} never comes");
        std::thread::sleep(Duration::from_millis(5));
        window.run();
    }
}

#[test]
fn a_snapshot_is_saved_redacted_from_the_window_and_is_recent_then() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = Window::sample();
    let save = |window: &mut Window| {
        window.press(Modifiers::COMMAND, Key::K);
        window.node("Command to run").type_text("save snapshot");
        window.run();
        window.press(Modifiers::NONE, Key::Enter);
    };
    save(&mut window);
    assert!(field(&window, "File to write").ends_with("Sample-network.snapshot.json"));
    window.click("Redact account ids, names and public addresses");
    assert!(field(&window, "File to write").ends_with("redacted.snapshot.json"));
    window.click("Cancel");
    // A folder that is not there is one sentence in the dialog, and nothing is lost.
    let answer = Answer::Chosen(folder.path().join("none/x.json"));
    let mut window = Window::answering(answer);
    window.run();
    window.click("Sample network");
    window.wait();
    save(&mut window);
    window.click("Browse…");
    assert_eq!(
        window.asked.lock().unwrap()[0].purpose,
        Purpose::SaveSnapshot
    );
    wait_for(&mut window, "none");
    assert!(window.has("Save snapshot"));

    let path = folder.path().join("shared.json");
    let mut window = Window::answering(Answer::Chosen(path.clone()));
    window.run();
    window.click("Sample network");
    window.wait();
    save(&mut window);
    window.click("Redact account ids, names and public addresses");
    window.click("Browse…");
    wait_for(&mut window, ", redacted");
    assert_eq!(
        std::fs::read(&path).unwrap(),
        snapshot::write(&sample::network().redacted())
    );
    let settings = Store::at(window.settings.path()).settings().0;
    let text = path.to_str().unwrap();
    assert_eq!(settings.recent[0], text);
    assert_eq!(settings.reads[text].vpcs, 2);
}

#[test]
fn a_snapshot_of_a_design_or_of_nothing_is_not_offered() {
    let mut window = Window::new();
    window.run();
    window.press(Modifiers::COMMAND, Key::K);
    window.node("Command to run").type_text("save snapshot");
    window.run();
    window.press(Modifiers::NONE, Key::Enter);
    assert!(!window.has("Everything that was read, as one file"));
}
