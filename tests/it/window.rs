//! The real window on a virtual screen: it opens, shows the map, and rests. With a server, VPCs are created from it.
//!
//! Needs Xvfb, xdotool, `ImageMagick` and software OpenGL, and the variable `VPC_ATLAS_WINDOW`.

#[cfg(feature = "aws")]
mod applying;

use crate::support::environment::require;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use vpc_atlas::picture::diagram::Role;
use vpc_atlas::picture::theme::{Ink, Rgb, Theme};

/// A process that ends with the test.
struct Guarded(Child);

impl Drop for Guarded {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// A virtual screen with a number that is free.
struct Screen {
    name: String,
    _server: Guarded,
}

impl Screen {
    /// `size` is in pixels, `1400x900`.
    fn start(size: &str) -> Self {
        // The server chooses a free number itself and writes it to the descriptor it is given.
        let folder = tempfile::tempdir().unwrap();
        let number = folder.path().join("number");
        let file = std::fs::File::create(&number).unwrap();
        let server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                &format!("{size}x24"),
                "+extension",
                "GLX",
                "+extension",
                "RANDR",
                "-nolisten",
                "tcp",
                // Without it the server begins anew when its only client goes, and turns away who comes meanwhile.
                "-noreset",
            ])
            .stdout(file)
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is missing: install the Debian package xvfb");
        let server = Guarded(server);
        let name = wait(Duration::from_secs(20), "Xvfb never came up", || {
            let number = std::fs::read_to_string(&number).ok()?;
            let number = number.trim();
            (!number.is_empty()).then(|| format!(":{number}"))
        });
        Self {
            name,
            _server: server,
        }
    }

    /// The program on this screen.
    fn command(&self, settings: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vpc-atlas"));
        command
            .args(arguments)
            .env("DISPLAY", &self.name)
            .env("LIBGL_ALWAYS_SOFTWARE", "1")
            .env("WINIT_X11_SCALE_FACTOR", "1")
            .env("VPC_ATLAS_CONFIG_DIR", settings)
            .env_remove("WAYLAND_DISPLAY")
            .env_remove("WAYLAND_SOCKET");
        command
    }

    /// What is on the screen, three bytes a pixel.
    fn picture(&self) -> Vec<u8> {
        let picture = Command::new("import")
            .args([
                "-display", &self.name, "-window", "root", "-depth", "8", "rgb:-",
            ])
            .output()
            .expect("import is missing: install the Debian package imagemagick");
        assert!(
            picture.status.success(),
            "{}",
            String::from_utf8_lossy(&picture.stderr)
        );
        picture.stdout
    }

    /// The colours on the screen, each once.
    fn colours(&self) -> BTreeSet<[u8; 3]> {
        self.picture()
            .chunks_exact(3)
            .map(|pixel| [pixel[0], pixel[1], pixel[2]])
            .collect()
    }
}

/// Ask again and again until there is an answer.
fn wait<T>(limit: Duration, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + limit;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Processor time that a process and its threads have used.
fn used(process: &Guarded) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", process.0.id())).unwrap();
    // The name in brackets may hold spaces; what counts comes after it.
    let fields: Vec<u64> = stat
        .rsplit(')')
        .next()
        .unwrap()
        .split_whitespace()
        .skip(1)
        .filter_map(|field| field.parse().ok())
        .collect();
    let ticks = fields[10] + fields[11];
    Duration::from_millis(ticks * 10)
}

#[test]
fn the_window_opens_shows_the_map_and_rests() {
    if require("VPC_ATLAS_WINDOW").is_none() {
        return;
    }
    let screen = Screen::start("1400x900");
    let settings = tempfile::tempdir().unwrap();
    let mut program = screen.command(settings.path(), &["sample"]);
    let mut program = Guarded(program.spawn().unwrap());
    // Cards, zones, lines and words of a map have far more colours, antialiasing among them, than an empty window.
    let colours = wait(Duration::from_mins(1), "the map was never painted", || {
        assert!(program.0.try_wait().unwrap().is_none(), "the program ended");
        let colours = screen.colours();
        (colours.len() > 400).then_some(colours)
    });
    // The pointer may rest on a card and light some and dim others, so not every colour need be there in full.
    let painted = |ink| {
        let Rgb(red, green, blue) = Theme::Light.color(ink);
        colours.contains(&[red, green, blue])
    };
    let roles = [
        Role::Vpc,
        Role::Public,
        Role::Private,
        Role::Table,
        Role::Gateway,
    ];
    assert!(
        roles.into_iter().any(|role| painted(Ink::Strong(role))),
        "no card on the map"
    );
    assert!(painted(Ink::Accent), "no VPC is marked in the list");

    // The first frames warm caches up; then nothing is to happen.
    std::thread::sleep(Duration::from_secs(2));
    let (before, span) = (used(&program), Duration::from_secs(5));
    std::thread::sleep(span);
    let spent = used(&program).saturating_sub(before);
    let share = spent.as_secs_f64() / span.as_secs_f64();
    println!("idle: {spent:?} of processor time in {span:?}");
    assert!(
        share < 0.01,
        "an idle window used {:.1} % of a processor",
        share * 100.0
    );
}
