//! The window while an account is read in which something goes wrong: it goes on, says what is missing and nothing else,
//! stops at once, and never shows what an earlier load brings late.
//!
//! The program asks its environment for profiles, and an environment belongs to a whole process: each test starts itself
//! once more with the one it needs.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use eframe::egui::{Key, Modifiers};
use vpc_atlas::network::Cause;
use vpc_atlas::source::calls::Call;
use vpc_atlas::workspace::SourceSpec;

use crate::live::{FAULTS, faulty};
use crate::signing::{LATER, role};
use crate::strict_proxy::server::Proxy;
use crate::strict_proxy::{PageRules, ProxyBuilder};
use crate::support::account::{REGION, account};
use crate::support::gui::Window;
use crate::support::stub_ec2::StubEc2;

/// Run the ignored test of this name with profiles that it writes itself.
fn within(test: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            command.env_remove(name);
        }
    }
    let output = command
        .args([
            "--exact",
            &format!("live_window::{test}"),
            "--ignored",
            "--nocapture",
        ])
        .env("AWS_CONFIG_FILE", folder.path().join("config"))
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("VPC_ATLAS_TIMEOUT", "1.5")
        .env("AWS_MAX_ATTEMPTS", "2")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}\n{words}");
    for line in said.lines().filter(|line| line.contains(" cases")) {
        println!("{line}");
    }
}

/// An account behind the proxy, and the profile `stub` that leads to it.
fn served() -> (StubEc2, Proxy) {
    let stub = account().on("AssumeRole", [role("ASIAROLE", LATER)]);
    let pages = PageRules {
        cap: Some(5),
        ..PageRules::default()
    };
    let proxy = ProxyBuilder::default()
        .pages(pages)
        .start((Ipv4Addr::LOCALHOST, 0).into(), &stub.url())
        .unwrap();
    let profile = format!(
        "[profile stub]\naws_access_key_id = AKIDSTUB\naws_secret_access_key = secret\nendpoint_url = {0}\n\n\
         [profile device]\nrole_arn = arn:aws:iam::111122223333:role/Audit\nsource_profile = stub\n\
         mfa_serial = arn:aws:iam::111122223333:mfa/me\nendpoint_url = {0}\n",
        proxy.url()
    );
    let path = PathBuf::from(std::env::var_os("AWS_CONFIG_FILE").unwrap());
    std::fs::write(path, profile).unwrap();
    (stub, proxy)
}

fn source() -> SourceSpec {
    format!("aws://stub/{REGION}").parse().unwrap()
}

impl Window {
    /// Read the account; the palette opens and closes meanwhile, as it does at any time.
    fn read(&mut self) {
        self.harness.state_mut().open(vec![source()]);
        self.harness.run_steps(2);
        self.harness.key_press_modifiers(Modifiers::COMMAND, Key::K);
        self.harness.run_steps(2);
        assert!(self.has("Command to run"), "the palette opens");
        self.harness.key_press(Key::Escape);
        self.harness.run_steps(2);
        let limit = Instant::now() + Duration::from_secs(30);
        while self.harness.state().is_loading() {
            assert!(Instant::now() < limit, "reading never ends");
            std::thread::sleep(Duration::from_millis(5));
            self.harness.run_steps(1);
        }
        self.harness.run_steps(2);
    }
}

#[test]
fn the_window_stays_usable_whatever_a_call_does() {
    within("each_call_fails_before_the_window");
}

#[test]
#[ignore = "run by the test above, in a process of its own"]
fn each_call_fails_before_the_window() {
    let all = std::env::var("VPC_ATLAS_FAULTS").is_ok_and(|value| value == "all");
    let (_stub, proxy) = served();
    let mut window = Window::new();
    window.run();
    // How often each call is made where nothing goes wrong.
    window.read();
    let made = |api: &str| proxy.log().of(api).len();
    let usual: BTreeMap<&str, usize> = Call::ALL
        .into_iter()
        .map(|call| (call.spec().api, made(call.spec().api)))
        .collect();
    let mut cases = 0;
    for (at, call) in Call::ALL.into_iter().enumerate() {
        for (number, (fault, cause)) in FAULTS.iter().enumerate() {
            if !all && (at + 3) % FAULTS.len() != number {
                continue;
            }
            cases += 1;
            let api = call.spec().api;
            // Which of the attributes of a VPC is asked for first is nobody's choice, and who asks is asked with less
            // patience than the rest.
            let passes = !matches!(
                call,
                Call::CallerIdentity | Call::VpcDnsSupport | Call::VpcDnsHostnames
            );
            // Once it passes by itself, and for good it is a gap of this call and of no other.
            for occurrence in [(made(api) + 1).to_string(), "*".to_owned()] {
                let is_once = occurrence != "*";
                if is_once && !passes {
                    continue;
                }
                let before = made(api);
                proxy.faults().add(faulty(call, &occurrence, fault));
                window.read();
                proxy.faults().clear();
                let state = window.harness.state();
                let what = format!("{call:?} {fault} {occurrence}");
                assert_eq!(state.banner(), None, "{what}");
                let gaps = state.network().expect("something was read").gaps();
                if is_once && *fault != "403" {
                    assert_eq!(gaps, [], "{what}");
                    assert_eq!(made(api) - before, usual[api] + 1, "{what}");
                    continue;
                }
                let of_call = |api: &str| gaps.iter().any(|gap| gap.what.starts_with(api));
                assert!(of_call(call.spec().api), "{what}: {gaps:?}");
                let others = Call::ALL.into_iter().filter(|other| {
                    other.spec().api != call.spec().api && of_call(other.spec().api)
                });
                assert_eq!(others.count(), 0, "{what}: {gaps:?}");
                let denied = Cause::Denied(call.spec().action.into());
                let cause = cause.clone().unwrap_or(denied);
                let says = |api: &str| {
                    gaps.iter()
                        .any(|gap| gap.what.starts_with(api) && gap.cause == cause)
                };
                assert!(says(call.spec().api), "{what}: {gaps:?}");
            }
        }
    }
    println!("{cases} cases before the window, each once and for good");
}

#[test]
fn reading_stops_at_once_and_late_answers_are_dropped() {
    within("stops_and_reads_another");
}

#[test]
#[ignore = "run by the test above, in a process of its own"]
fn stops_and_reads_another() {
    let (_stub, proxy) = served();
    proxy
        .faults()
        .add("DescribeSubnets:*:delay=700ms".parse().unwrap());
    let mut window = Window::new();
    window.run();
    window.harness.state_mut().open(vec![source()]);
    window.harness.run_steps(2);
    assert!(window.harness.state().is_loading());
    window.click("Stop");
    window.run();
    assert!(!window.harness.state().is_loading());
    assert_eq!(window.harness.state().banner(), None);
    // What was on its way at that moment may still come in; nothing is asked after it.
    std::thread::sleep(Duration::from_secs(1));
    let asked = proxy.log().calls().len();
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(proxy.log().calls().len(), asked);

    // The account is still on its way when the sample is opened, and must not take its place.
    window.harness.state_mut().open(vec![source()]);
    window.harness.run_steps(2);
    window.harness.state_mut().open(vec![SourceSpec::Sample]);
    window.wait();
    let sample = window.harness.state().network().unwrap().clone();
    std::thread::sleep(Duration::from_millis(1500));
    window.run();
    assert_eq!(window.harness.state().network(), Some(&sample));
}

#[test]
fn the_code_of_a_device_is_asked_for_in_the_window() {
    within("asks_for_a_code");
}

#[test]
#[ignore = "run by the test above, in a process of its own"]
fn asks_for_a_code() {
    let (stub, _proxy) = served();
    let mut window = Window::new();
    window.run();
    let source: SourceSpec = format!("aws://device/{REGION}").parse().unwrap();
    window.harness.state_mut().open(vec![source.clone()]);
    let until_asked = |window: &mut Window| {
        let limit = Instant::now() + Duration::from_secs(20);
        while !window.has("Code of your device") {
            assert!(Instant::now() < limit, "nobody asks");
            std::thread::sleep(Duration::from_millis(5));
            window.harness.run_steps(1);
        }
        window.harness.run_steps(2);
    };
    // Left alone, it is said why nothing is read.
    until_asked(&mut window);
    window.harness.key_press(Key::Escape);
    window.harness.run_steps(2);
    window.wait();
    let banner = window.harness.state().banner().unwrap_or_default();
    assert!(banner.contains("no code was given"), "{banner}");

    window.harness.state_mut().open(vec![source]);
    until_asked(&mut window);
    window.type_text("123456");
    window.press(Modifiers::NONE, Key::Enter);
    window.wait();
    assert_eq!(window.harness.state().banner(), None);
    assert!(window.harness.state().network().is_some());
    let asked = stub.asked("AssumeRole");
    assert_eq!(asked[0].parameters["TokenCode"], "123456");
}
