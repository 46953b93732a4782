//! The window without a screen, to be worked by accessible name.

use eframe::egui;
use egui::{Key, Modifiers, Role, Vec2, vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{Harness, Node};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use vpc_atlas::app::dialogs::{Answer, FileDialogs, Question, Reply};
use vpc_atlas::app::{Atlas, Services, install};
use vpc_atlas::network::Kind;
use vpc_atlas::workspace::{Store, Worker};

/// Answers every question with the same answer and notes what was asked.
pub(crate) struct Scripted {
    pub(crate) answer: Answer,
    pub(crate) asked: Arc<Mutex<Vec<Question>>>,
}

impl FileDialogs for Scripted {
    fn ask(&mut self, question: &Question, reply: Reply) {
        self.asked.lock().unwrap().push(question.clone());
        reply.send(self.answer.clone());
    }
}

/// A window of its own, with its own settings folder.
pub(crate) struct Window {
    pub(crate) harness: Harness<'static, Atlas>,
    pub(crate) asked: Arc<Mutex<Vec<Question>>>,
    pub(crate) settings: tempfile::TempDir,
}

impl Window {
    pub(crate) fn new() -> Self {
        Self::sized(vec2(1400.0, 900.0), Answer::Unavailable)
    }

    pub(crate) fn answering(answer: Answer) -> Self {
        Self::sized(vec2(1400.0, 900.0), answer)
    }

    pub(crate) fn sized(size: Vec2, answer: Answer) -> Self {
        Self::with_settings(size, answer, tempfile::tempdir().unwrap())
    }

    /// A window that finds the settings of another one.
    pub(crate) fn with_settings(size: Vec2, answer: Answer, settings: tempfile::TempDir) -> Self {
        let store = Store::at(settings.path());
        Self::storing(size, answer, settings, store)
    }

    /// A window with the settings of this folder, which is there longer than the window.
    pub(crate) fn keeping(answer: Answer, folder: &Path) -> Self {
        let unused = tempfile::tempdir().unwrap();
        Self::storing(vec2(1400.0, 900.0), answer, unused, Store::at(folder))
    }

    fn storing(size: Vec2, answer: Answer, settings: tempfile::TempDir, store: Store) -> Self {
        let asked = Arc::new(Mutex::new(Vec::new()));
        let atlas = Atlas::new(Services {
            worker: Worker::new().unwrap(),
            store: Some(store),
            dialogs: Box::new(Scripted {
                answer,
                asked: Arc::clone(&asked),
            }),
        });
        let harness = Harness::builder()
            .with_size(size)
            .with_theme(egui::Theme::Light)
            .with_max_steps(8)
            .with_context_setup(install)
            .build_ui_state(
                |ui, atlas: &mut Atlas| {
                    let ctx = ui.ctx().clone();
                    atlas.logic(&ctx);
                    atlas.ui(ui);
                },
                atlas,
            );
        Self {
            harness,
            asked,
            settings,
        }
    }

    /// With the sample open.
    pub(crate) fn sample() -> Self {
        let mut window = Self::new();
        window.run();
        window.click("Sample network");
        window.wait();
        assert!(
            window.harness.state().network().is_some(),
            "{:?}",
            window.harness.state().banner()
        );
        // It opens on the overview of its two VPCs.
        window.click("VPC harbour-prod");
        window
    }

    pub(crate) fn run(&mut self) {
        self.harness.run();
    }

    /// Run until nothing is being read.
    pub(crate) fn wait(&mut self) {
        let limit = Instant::now() + Duration::from_secs(20);
        self.run();
        while self.harness.state().is_loading() {
            assert!(Instant::now() < limit, "reading never ends");
            std::thread::sleep(Duration::from_millis(5));
            self.run();
        }
        self.run();
    }

    pub(crate) fn node<'a>(&'a self, name: &'a str) -> Node<'a> {
        self.harness.get_by_label(name)
    }

    pub(crate) fn has(&self, name: &str) -> bool {
        self.harness
            .query_all_by_label_contains(name)
            .next()
            .is_some()
    }

    /// What has these words in its name.
    pub(crate) fn node_with<'a>(&'a self, words: &'a str) -> Node<'a> {
        self.harness.get_by_label_contains(words)
    }

    /// The card of a resource.
    pub(crate) fn card(&self, kind: Kind, title: &str) -> Node<'_> {
        let begins = format!("{} {title},", kind.singular());
        let mut found = self.harness.query_all_by_role(Role::Button).filter(|node| {
            node.accesskit_node()
                .label()
                .is_some_and(|label| label.starts_with(&begins))
        });
        let first = found
            .next()
            .unwrap_or_else(|| panic!("no card is called {title}"));
        assert!(found.next().is_none(), "several cards are called {title}");
        first
    }

    /// The first card of a kind that is wholly on the screen, clear of the edges of the map.
    pub(crate) fn card_in_view(&self, kind: Kind) -> Node<'_> {
        let begins = format!("{} ", kind.singular());
        let map = self.node("Resource map").rect();
        // Headings stand over the map above, and its own controls below.
        let map = map.shrink2(vec2(12.0, 48.0));
        let mut found = self.harness.query_all_by_role(Role::Button).filter(|node| {
            let label = node.accesskit_node().label();
            let is_card =
                label.is_some_and(|label| label.starts_with(&begins) && label.contains(", "));
            is_card && map.contains_rect(node.rect())
        });
        found.next().unwrap_or_else(|| {
            let all = self.harness.query_all_by_role(Role::Button);
            let all = all.filter_map(|node| {
                let label = node.accesskit_node().label()?;
                Some((label.clone(), node.rect()))
            });
            let all: Vec<_> = all
                .filter(|(label, _)| label.starts_with(&begins))
                .collect();
            panic!("no card is wholly in {map:?}: {all:?}")
        })
    }

    pub(crate) fn select_in_view(&mut self, kind: Kind) {
        self.card_in_view(kind).click();
        self.run();
    }

    /// Type into what has the keyboard.
    pub(crate) fn type_text(&mut self, text: &str) {
        self.harness.event(egui::Event::Text(text.to_owned()));
        self.run();
    }

    pub(crate) fn click(&mut self, name: &str) {
        self.node(name).click();
        self.run();
    }

    pub(crate) fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.run();
    }

    pub(crate) fn select(&mut self, kind: Kind, title: &str) {
        self.card(kind, title).click();
        self.run();
    }

    pub(crate) fn selected(&self) -> Option<(Kind, String)> {
        let atlas = self.harness.state();
        let key = atlas.selected()?;
        let network = atlas.network()?;
        let name = network
            .get(key)
            .and_then(|resource| resource.name())
            .unwrap_or(key.id.as_str());
        Some((key.kind, name.to_owned()))
    }

    pub(crate) fn kinds_on_map(&self, kind: Kind) -> usize {
        self.harness
            .state()
            .cards()
            .filter(|key| key.kind == kind)
            .count()
    }

    /// What is painted, as words: the shapes of the last frame.
    pub(crate) fn shapes(&self) -> usize {
        self.harness.output().shapes.len()
    }
}
