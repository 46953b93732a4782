//! A design as code in the window.

use crate::support::gui::Window;
use eframe::egui;
use egui::{Key, Modifiers, Role, vec2};
use egui_kittest::kittest::Queryable as _;
use std::fs;
use vpc_atlas::app::dialogs::{Answer, Purpose};

const SHIFTED: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

fn preview(answer: Answer) -> Window {
    let mut window = Window::answering(answer);
    window.run();
    window.click("New design");
    window.run();
    window.press(SHIFTED, Key::E);
    window.settle();
    window
}

/// What was put on the clipboard in the last frame.
fn copied(window: &mut Window, name: &str) -> String {
    window.node(name).click();
    window.harness.step();
    let mut found = None;
    for _ in 0..3 {
        let commands = &window.harness.output().platform_output.commands;
        found = found.or_else(|| {
            commands.iter().find_map(|command| match command {
                egui::OutputCommand::CopyText(text) => Some(text.clone()),
                _ => None,
            })
        });
        window.harness.step();
    }
    found.expect("nothing was copied")
}

#[test]
fn the_code_follows_the_design() {
    let mut window = preview(Answer::Unavailable);
    assert!(window.has("outputs.tf"));
    assert!(window.has("resource \"aws_vpc\" \"main\" {"));
    window.click("outputs.tf");
    assert!(!window.has("resource \"aws_vpc\" \"main\" {"));
    window.click("CloudFormation YAML");
    window.settle();
    assert!(window.has("AWSTemplateFormatVersion"));
    assert!(!window.has("outputs.tf"));
    assert!(!copied(&mut window, "Copy").contains("AWS::EC2::NatGateway"));
    window.click("NAT gateways: Per AZ");
    window.settle();
    assert!(copied(&mut window, "Copy").contains("AWS::EC2::NatGateway"));
    window.click("CloudFormation JSON");
    window.settle();
    assert!(copied(&mut window, "Copy").starts_with('{'));
    window.press(Modifiers::NONE, Key::Escape);
    assert!(!window.has("CloudFormation JSON"));
    assert!(window.has("Address space 10.0.0.0/16"));
}

#[test]
fn what_a_tool_cannot_express_is_said_in_place_of_the_code() {
    let mut window = preview(Answer::Unavailable);
    window.click("NAT gateways: Regional");
    window.click("Terraform module");
    window.settle();
    assert!(window.has("Terraform module cannot express this design"));
    window.click("Terraform");
    window.settle();
    assert!(window.has("outputs.tf"));
}

#[test]
fn code_is_written_into_a_folder_and_what_was_there_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("code");
    fs::create_dir(&place).unwrap();
    fs::write(place.join("outputs.tf"), "# mine\n").unwrap();
    fs::write(place.join("old.tf"), "# old\n").unwrap();
    let mut window = preview(Answer::Chosen(place.clone()));
    window.click("Save all…");
    window.settle();
    let asked = window.asked.lock().unwrap().last().unwrap().clone();
    assert_eq!(asked.purpose, Purpose::SaveCodeFolder);
    let text = fs::read_to_string(place.join("outputs.tf")).unwrap();
    assert_ne!(text, "# mine\n");
    let kept = fs::read_to_string(place.join("outputs.tf~")).unwrap();
    assert_eq!(kept, "# mine\n");
    let banner = window.harness.state().banner().unwrap_or_default();
    assert!(banner.contains("old.tf was there already"), "{banner}");
}

#[test]
fn a_template_is_written_where_a_path_is_typed() {
    let folder = tempfile::tempdir().unwrap();
    let mut window = preview(Answer::Unavailable);
    window.click("CloudFormation YAML");
    window.settle();
    window.click("Save…");
    window.run();
    let field = "Path to save to";
    let said = window
        .harness
        .get_by_role_and_label(Role::TextInput, field)
        .value();
    assert_eq!(said.as_deref(), Some("project.yaml"));
    window
        .harness
        .key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.run();
    let path = folder.path().join("net.yaml");
    window
        .harness
        .get_by_role_and_label(Role::TextInput, field)
        .type_text(path.to_str().unwrap());
    window.run();
    window.press(Modifiers::NONE, Key::Enter);
    window.run();
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("AWSTemplateFormatVersion"), "{text}");
}

#[test]
fn only_the_lines_that_are_seen_are_laid_out() {
    let mut window = preview(Answer::Unavailable);
    window.click("CloudFormation JSON");
    window.settle();
    let text = copied(&mut window, "Copy");
    let lines = text.lines().count();
    assert!(lines > 200, "{lines}");
    let name = format!("template.json, {lines} lines");
    let labels = window.harness.query_all_by_role(Role::Label).count();
    assert!(labels < lines, "{labels}");
    // From the keyboard to its end and back.
    window.node(&name).focus();
    window.run();
    assert!(window.has("\"AWSTemplateFormatVersion\": "));
    window.press(Modifiers::NONE, Key::End);
    window.run();
    assert!(!window.has("\"AWSTemplateFormatVersion\": "));
    window.press(Modifiers::NONE, Key::Home);
    window.run();
    assert!(window.has("\"AWSTemplateFormatVersion\": "));
}

#[test]
fn the_page_holds_in_a_small_window() {
    let mut window = Window::sized(vec2(720.0, 480.0), Answer::Unavailable);
    window.run();
    window.click("New design");
    window.press(SHIFTED, Key::E);
    window.settle();
    assert!(window.has("Copy"));
    assert!(window.has("Save all…"));
    window.press(Modifiers::COMMAND, Key::M);
    assert!(!window.has("Save all…"));
}
