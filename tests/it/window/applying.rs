//! VPCs are created from the window, in the account of a moto server behind the strict proxy.
//!
//! All is done with the keyboard, so no test knows where anything stands, and told by what the window is called, by the
//! journal, and by the account.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use vpc_atlas::apply::{End, Run};
use vpc_atlas::aws::{Connection, Limits};
use vpc_atlas::design::{self, Design, Fresh, GatewayService, Nat, plan};
use vpc_atlas::network::{Id, Key, Kind};
use vpc_atlas::picture::diagram::Role;
use vpc_atlas::picture::theme::{Ink, Rgb, Theme};
use vpc_atlas::steps::{List, Look};

use super::{Guarded, Screen, wait};
use crate::strict_proxy::faults::Then;
use crate::strict_proxy::server::Proxy;
use crate::strict_proxy::{ProxyBuilder, Strict};
use crate::support::applying::{account, before, connect, program};
use crate::support::environment::require;
use crate::support::moto::{Moto, credentials};

const REGION: &str = "eu-central-1";
/// A run of two dozen steps takes a few seconds, and the machine may be busy.
const LONG: Duration = Duration::from_mins(1);

fn the_design() -> Design {
    let mut fresh = Fresh::in_region(REGION);
    fresh.prefix = "channy".into();
    fresh.nat = Nat::One;
    Design::fresh(&fresh).unwrap()
}

/// An account, a screen, and a folder for the design and the program's settings.
struct Place {
    moto: Moto,
    proxy: Proxy,
    ec2: Connection,
    screen: Screen,
    folder: TempDir,
    /// What the account held before.
    first: BTreeMap<List, Vec<String>>,
}

impl Place {
    /// None, with a word, where there is no screen or no server.
    async fn new(builder: ProxyBuilder) -> Option<Self> {
        require("VPC_ATLAS_WINDOW")?;
        let moto = Moto::start()?;
        let proxy = before(&moto, builder.strict(Strict::everything()));
        let ec2 = connect(&proxy.url(), REGION, Limits::default()).await;
        let first = account(&ec2).await;
        let folder = tempfile::tempdir().unwrap();
        let place = Self {
            moto,
            proxy,
            ec2,
            screen: Screen::start("1000x680"),
            folder,
            first,
        };
        fs::create_dir(place.settings()).unwrap();
        let settings = r#"{"theme":"dark","details":false,"recent":[],
            "window":{"width":1000.0,"height":680.0,"maximized":false}}"#;
        fs::write(place.settings().join("settings.json"), settings).unwrap();
        place.write(&the_design());
        place.proxy.log().clear();
        place.proxy.reset_occurrences();
        Some(place)
    }

    fn settings(&self) -> PathBuf {
        self.folder.path().join("settings")
    }

    fn file(&self) -> String {
        let path = self.folder.path().join("channy.vpc.toml");
        path.to_str().unwrap().to_owned()
    }

    fn write(&self, design: &Design) {
        fs::write(self.file(), design::write(design, None)).unwrap();
    }

    /// The program with this open.
    fn open(&self, source: &str) -> Desk<'_> {
        let mut command = self.screen.command(&self.settings(), &[source]);
        credentials(&mut command);
        command
            .env("AWS_ENDPOINT_URL", self.proxy.url())
            .env("VPC_ATLAS_PATIENCE", "0.02")
            .stdin(Stdio::null());
        let mut desk = Desk {
            screen: &self.screen,
            program: Guarded(command.spawn().unwrap()),
            window: String::new(),
        };
        let id = desk.program.0.id().to_string();
        desk.window = wait(LONG, "the window never opened", || {
            let found = desk.xdotool(&["search", "--onlyvisible", "--pid", &id]);
            found.lines().last().map(ToOwned::to_owned)
        });
        // Away from what it would light, and from the list that is scrolled only while nobody points at it.
        desk.xdotool(&["mousemove", "--window", &desk.window, "2", "678"]);
        desk.until(|title| title.ends_with(" · VPC Atlas"));
        desk
    }

    /// The only run there is, as its journal tells it.
    fn run(&self) -> Run {
        let runs = fs::read_dir(self.settings().join("runs")).unwrap();
        let files: Vec<PathBuf> = runs
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "jsonl"))
            .collect();
        assert_eq!(files.len(), 1, "{files:?}");
        let text = fs::read_to_string(&files[0]).unwrap();
        // What stands after the last end of a line is being written.
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let lines: Vec<String> = text[..whole].lines().map(ToOwned::to_owned).collect();
        Run::read(&lines).unwrap()
    }

    /// The account holds what it held, and what this design plans once.
    async fn assert_holds(&self, design: &Design) {
        let planned = plan(design);
        let there = account(&self.ec2).await;
        for (list, kind) in [
            (List::Vpcs, Kind::Vpc),
            (List::Subnets, Kind::Subnet),
            (List::RouteTables, Kind::RouteTable),
            (List::InternetGateways, Kind::InternetGateway),
            (List::NatGateways, Kind::NatGateway),
            (List::Addresses, Kind::ElasticIp),
            (List::VpcEndpoints, Kind::VpcEndpoint),
        ] {
            let is_of = |kind: Kind| planned.resources().filter(move |it| it.key().kind == kind);
            let new = there[&list].len() - self.first[&list].len();
            assert_eq!(new, is_of(kind).count(), "{}", kind.plural());
        }
    }

    /// Allow within the default security groups what AWS allows there from the beginning and moto does not.
    async fn make_default_groups_as_on_aws(&self) {
        let look = Look {
            list: List::SecurityGroups,
            filters: Vec::new(),
        };
        for group in self.ec2.look(&look).await.unwrap() {
            let is_new = |id: &str| !self.first[&List::SecurityGroups].iter().any(|it| it == id);
            let id = group["GroupId"].as_str().unwrap();
            if group["GroupName"] == "default" && is_new(id) {
                self.aws(&[
                    "authorize-security-group-ingress",
                    "--group-id",
                    id,
                    "--protocol",
                    "all",
                    "--source-group",
                    id,
                ]);
            }
        }
    }

    /// Somebody else does something in the account.
    fn aws(&self, arguments: &[&str]) {
        let output = self
            .moto
            .program("aws")
            .args(["ec2", "--endpoint-url", &self.moto.url()])
            .args(arguments)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

/// The program, and the hands at the keyboard before it.
struct Desk<'p> {
    screen: &'p Screen,
    program: Guarded,
    window: String,
}

impl Desk<'_> {
    fn xdotool(&self, arguments: &[&str]) -> String {
        let output = Command::new("xdotool")
            .args(arguments)
            .env("DISPLAY", &self.screen.name)
            .output()
            .expect("xdotool is missing: install the Debian package xdotool");
        String::from_utf8(output.stdout).unwrap()
    }

    fn title(&self) -> String {
        let title = self.xdotool(&["getwindowname", &self.window]);
        title.trim_end().to_owned()
    }

    /// Press keys, by the name that X has for them.
    fn key(&self, keys: &str) {
        self.xdotool(&["windowfocus", &self.window, "key", "--clearmodifiers", keys]);
    }

    /// Press keys and wait until they are seen to have done something, be it that another button has the keyboard: two
    /// keys within a frame would be taken for one.
    fn press(&mut self, keys: &str) {
        let before = self.screen.picture();
        self.key(keys);
        let limit = Instant::now() + Duration::from_secs(20);
        while self.screen.picture() == before {
            if Instant::now() > limit {
                self.fail(&format!("nothing is seen of {keys}"));
            }
        }
    }

    /// Press keys until the window is called so. Keys that come before the program can take them are lost, so they are
    /// pressed again: only for those that do no harm twice.
    fn press_until(&mut self, keys: &str, words: &str) {
        let limit = Instant::now() + LONG;
        while Instant::now() < limit {
            self.key(keys);
            let patience = Instant::now() + Duration::from_secs(2);
            while Instant::now() < patience {
                if self.title().contains(words) {
                    return;
                }
                std::thread::sleep(Duration::from_millis(40));
            }
        }
        self.fail(&format!("{keys} never led to {words}"));
    }

    /// Wait until the window is called something that fits, and give that.
    fn until(&mut self, mut fits: impl FnMut(&str) -> bool) -> String {
        let limit = Instant::now() + LONG;
        loop {
            let title = self.title();
            if fits(&title) {
                return title;
            }
            if let Some(status) = self.program.0.try_wait().unwrap() {
                panic!("the program ended: {status}");
            }
            if Instant::now() > limit {
                self.fail("what was waited for never came");
            }
            std::thread::sleep(Duration::from_millis(40));
        }
    }

    fn until_it_says(&mut self, words: &str) -> String {
        self.until(|title| title.contains(words))
    }

    /// From the design to what would be done.
    fn check(&mut self) {
        self.press_until("ctrl+Return", "in AWS");
        // The button that checks has the keyboard.
        self.press("Return");
        self.until_it_says("?");
    }

    /// Do what is shown: the button that begins it is the third, and nothing leads there but going there.
    fn confirm(&mut self) {
        self.press("Tab");
        self.press("Tab");
        self.key("space");
    }

    /// Whether this colour is on the screen, unmixed.
    fn shows(&self, ink: Ink) -> bool {
        let Rgb(red, green, blue) = Theme::Dark.color(ink);
        self.screen.colours().contains(&[red, green, blue])
    }

    /// Say what went wrong, and keep a picture of it.
    fn fail(&self, what: &str) -> ! {
        let test = std::thread::current()
            .name()
            .unwrap_or("window")
            .replace("::", "-");
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}.png"));
        Command::new("import")
            .args(["-display", &self.screen.name, "-window", "root"])
            .arg(&path)
            .status()
            .ok();
        panic!(
            "{what}; the window is called {:?}, see {}",
            self.title(),
            path.display()
        );
    }
}

/// The two numbers of `3 of 24 · …`.
fn progress(title: &str) -> Option<(usize, usize)> {
    let (done, rest) = title.split_once(" of ")?;
    let (all, _) = rest.split_once(' ')?;
    Some((done.parse().ok()?, all.parse().ok()?))
}

/// A hook at a call that tells when the call is there, and holds it until it is let go, or nobody is there to do so.
fn holding() -> (ProxyBuilder, Receiver<()>, Sender<()>) {
    let (tell, reached) = channel();
    let (go, gate) = channel();
    let gate = Mutex::new(gate);
    let builder = ProxyBuilder::default().on_fault(move |_, _| {
        tell.send(()).ok();
        gate.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .recv()
            .ok();
        Then::GoOn
    });
    (builder, reached, go)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_design_is_checked_confirmed_made_and_shown_live() {
    let (builder, reached, go) = holding();
    let Some(place) = Place::new(builder).await else {
        return;
    };
    let rule = "CreateNatGateway:1:hook=before".parse().unwrap();
    place.proxy.faults().add(rule);
    let mut desk = place.open(&place.file());
    desk.check();
    // A key too many confirms nothing.
    desk.press("Return");
    desk.until_it_says("Create channy-vpc in AWS");
    desk.press("Return");
    let asked = desk.until_it_says("?");
    assert!(asked.contains("resources for channy-vpc?"), "{asked}");
    assert!(place.proxy.log().changes().is_empty());
    assert!(!place.settings().join("runs").exists());

    desk.confirm();
    reached.recv_timeout(LONG).unwrap();
    // All that can be made without the NAT gateway is made; window and journal say the same of it.
    let mut halfway = (0, 0);
    desk.until(|title| {
        let told = place.run().progress();
        let is_same = title.contains("Creating channy-vpc") && progress(title) == Some(told);
        // It has to stay so, or one of them was only late.
        let stays = is_same && halfway == told;
        halfway = told;
        stays
    });
    assert!(halfway.0 > 5 && halfway.0 < halfway.1, "{halfway:?}");
    assert!(
        desk.shows(Ink::Strong(Role::Public)),
        "no step has its tick"
    );
    go.send(()).unwrap();
    desk.until_it_says("is complete");
    let run = place.run();
    assert_eq!(run.end, Some(End::Complete));
    assert_eq!(run.progress(), (halfway.1, halfway.1));
    place.assert_holds(&the_design()).await;

    // The live VPC is as planned, until somebody changes it.
    place.make_default_groups_as_on_aws().await;
    place.proxy.log().clear();
    desk.press("Return");
    desk.until(|title| title.contains(REGION));
    wait(LONG, "the account was never read", || {
        let subnets = !place.proxy.log().of("DescribeSubnets").is_empty();
        (subnets && desk.shows(Ink::Strong(Role::Private))).then_some(())
    });
    assert!(!desk.shows(Ink::Strong(Role::Warn)), "a difference is told");
    let table = Key::new(
        Kind::RouteTable,
        Id::Planned("main/private/eu-central-1a/1".into()),
    );
    let table = run.ids()[&table].clone();
    place.aws(&[
        "delete-route",
        "--route-table-id",
        table.as_str(),
        "--destination-cidr-block",
        "0.0.0.0/0",
    ]);
    desk.key("F5");
    wait(LONG, "no difference is told", || {
        desk.shows(Ink::Strong(Role::Warn)).then_some(())
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_failed_is_rolled_back() {
    let Some(place) = Place::new(ProxyBuilder::default()).await else {
        return;
    };
    let rule = "CreateNatGateway:1:quota".parse().unwrap();
    place.proxy.faults().add(rule);
    let mut desk = place.open(&place.file());
    desk.check();
    desk.confirm();
    desk.until_it_says("channy-vpc could not be completed");
    assert!(desk.shows(Ink::Strong(Role::Danger)), "no failure is told");
    let run = place.run();
    assert_eq!(run.end, Some(End::Failed));
    let failed: Vec<_> = run
        .steps()
        .filter_map(|(_, state)| state?.failed.as_ref()?.code.clone())
        .collect();
    assert_eq!(failed, ["NatGatewayLimitExceeded"]);
    assert!(run.remaining().len() > 5);

    // Resume has the keyboard; before it stand Keep and Roll back.
    desk.press("shift+Tab");
    desk.press("shift+Tab");
    desk.press("space");
    desk.until_it_says("Take back what this run made?");
    // What answers no has the keyboard: a key too many takes nothing back.
    desk.press("Return");
    desk.until_it_says("channy-vpc could not be completed");
    desk.press("shift+Tab");
    desk.press("shift+Tab");
    desk.press("space");
    desk.until_it_says("Take back what this run made?");
    desk.press("shift+Tab");
    desk.press("space");
    desk.until_it_says("channy-vpc is rolled back");
    assert_eq!(place.run().end, Some(End::RolledBack));
    assert_eq!(account(&place.ec2).await, place.first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_of_a_window_that_was_killed_is_gone_on_with_from_the_next() {
    let victim: Arc<Mutex<Option<u32>>> = Arc::default();
    let held = Arc::clone(&victim);
    let builder = ProxyBuilder::default().on_fault(move |_, _| {
        let victim = held.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Its parent, the test, has not waited for it, so the id is no other's.
        let id = victim.expect("it is called once").to_string();
        Command::new("kill").args(["-KILL", &id]).status().unwrap();
        Then::Close
    });
    let Some(place) = Place::new(builder).await else {
        return;
    };
    // The call is carried out, and nobody hears so.
    place
        .proxy
        .faults()
        .add("change:9:hook=after".parse().unwrap());
    let mut desk = place.open(&place.file());
    *victim.lock().unwrap() = Some(desk.program.0.id());
    desk.check();
    desk.confirm();
    let status = wait(LONG, "the program was never killed", || {
        desk.program.0.try_wait().unwrap()
    });
    assert_eq!(status.code(), None, "{status}");
    place.proxy.faults().clear();
    let run = place.run();
    let (done, all) = run.progress();
    assert!(
        run.end.is_none() && done > 2 && done < all,
        "{done} of {all}"
    );

    let mut desk = place.open(&place.file());
    desk.press_until("ctrl+shift+r", "Runs");
    // The latest run has the keyboard, then what goes on with it, then what answers no.
    desk.press("Return");
    desk.until_it_says("channy-vpc was interrupted");
    desk.press("Return");
    desk.until_it_says("Go on with this run?");
    desk.press("shift+Tab");
    desk.press("space");
    desk.until_it_says("channy-vpc is complete");
    let run = place.run();
    assert_eq!((run.end, run.progress()), (Some(End::Complete), (all, all)));
    place.assert_holds(&the_design()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_vpc_that_is_there_is_changed_into_its_changed_copy() {
    let Some(place) = Place::new(ProxyBuilder::default()).await else {
        return;
    };
    let settings = place.folder.path().join("elsewhere");
    let elsewhere = |arguments: &[&str]| {
        let output = program(&place.proxy.url(), &settings, arguments)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    let file = place.file();
    elsewhere(&["apply", &file, "--yes"]);
    fs::remove_file(&file).unwrap();
    elsewhere(&["adopt", "aws", "--vpc", "channy-vpc", "-o", &file]);
    let text = fs::read_to_string(&file).unwrap();
    let mut copy = design::read(&text).unwrap();
    let same = copy.clone();
    copy.vpcs[0]
        .gateway_endpoints
        .push(GatewayService::Dynamodb);
    fs::write(&file, design::write(&copy, Some(&text))).unwrap();
    place.assert_holds(&same).await;

    place.proxy.log().clear();
    let mut desk = place.open(&file);
    desk.check();
    let asked = desk.title();
    assert!(
        asked.contains("Make ") && asked.contains(" to channy-vpc?"),
        "{asked}"
    );
    assert!(place.proxy.log().changes().is_empty());
    desk.confirm();
    desk.until_it_says("is complete");
    let run = place.run();
    assert_eq!(run.end, Some(End::Complete));
    let made: Vec<_> = run
        .steps()
        .map(|(step, _)| step.call.action.name())
        .collect();
    assert_eq!(made, ["CreateVpcEndpoint"]);
    place.assert_holds(&copy).await;
}
