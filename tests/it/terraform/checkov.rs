//! Checkov reads what is written as Terraform would, without having it or its provider: no file is wrong to it, and it
//! finds every resource.

use super::schema::{all, lay_out};
use super::{adopted, export, module};
use crate::support::environment::require;
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use vpc_atlas::export::code::Code;

/// What Checkov says of a folder and all below it: the files it cannot read, and how many resources it found.
fn read(venv: &str, folder: &Path) -> (Vec<Value>, usize) {
    let output = Command::new(Path::new(venv).join("bin/checkov"))
        .args(["--framework", "terraform", "--output", "json"])
        // What its rules find is not asked for here, so one of them is enough.
        .args(["--check", "CKV_AWS_130", "--compact", "--soft-fail"])
        // Nothing is fetched, modules and words about rules among it.
        .args(["--skip-download", "--download-external-modules", "false"])
        .arg("--directory")
        .arg(folder)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    let report: Value =
        serde_json::from_str(&told).unwrap_or_else(|error| panic!("{error}: {told}{errors}"));
    let count = report["summary"]["resource_count"].as_u64().unwrap();
    let wrong = report["results"]["parsing_errors"].as_array().unwrap();
    assert_eq!(report["summary"]["parsing_errors"], wrong.len(), "{told}");
    (wrong.clone(), usize::try_from(count).unwrap())
}

/// How many blocks of resources these files hold; each stands for one resource at least.
fn written(code: &Code) -> usize {
    let lines = code.files.iter().flat_map(|file| file.text.lines());
    lines.filter(|line| line.starts_with("resource ")).count()
}

#[test]
fn every_file_is_read_and_every_resource_found() {
    let Some(venv) = require("VPC_ATLAS_CHECKOV") else {
        return;
    };
    let place = tempfile::tempdir().unwrap();
    let (mut folders, mut resources) = (0, 0);
    let mut put = |name: &str, code: &Code| {
        lay_out(place.path(), name, code);
        folders += 1;
        resources += written(code);
    };
    // All that were made by hand, and some of the generated ones.
    for (name, design) in all().into_iter().take(10) {
        put(&name, &export(&design));
        put(&format!("{name}-there"), &adopted(&design));
        if let Ok(code) = module(&design) {
            put(&format!("{name}-module"), &code);
        }
    }
    let (wrong, found) = read(&venv, place.path());
    println!("{folders} folders, {resources} resources written, {found} found");
    assert!(wrong.is_empty(), "{wrong:?}");
    assert!(resources > 200, "{resources}");
    assert!(found >= resources, "{found} of {resources}");
}

/// That nothing is wrong means something: a file that breaks off is.
#[test]
fn what_is_broken_is_seen() {
    let Some(venv) = require("VPC_ATLAS_CHECKOV") else {
        return;
    };
    let place = tempfile::tempdir().unwrap();
    let mut code = export(&super::small());
    let file = code.files.iter_mut().find(|it| it.name == "main.tf");
    let text = &mut file.unwrap().text;
    let end = text.rfind('}').unwrap();
    text.truncate(end);
    lay_out(place.path(), "broken", &code);
    let (wrong, _) = read(&venv, place.path());
    assert_eq!(wrong.len(), 1, "{wrong:?}");
    assert!(wrong[0].as_str().unwrap().ends_with("main.tf"), "{wrong:?}");
}
