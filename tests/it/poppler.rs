//! What poppler makes of a PDF: every word of the map is found in it, in the bundled fonts, on as many pages as were said.
//!
//! Runs where `VPC_ATLAS_POPPLER` is set: `pdftotext`, `pdfinfo`, `pdffonts` and `pdftoppm` are there.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use vpc_atlas::export::{Format, Options, Paper, pages, pdf};
use vpc_atlas::picture::layout::Size;
use vpc_atlas::picture::scene::{Scene, Shape};
use vpc_atlas::source::sample;

use super::diagrams::{harbour, nested_quota, quota, region, scene_of};
use super::exports::{hostile_scene, with_hostile_options};
use super::support::estate::estate;
use super::support::pictures::PICTURES;
use super::support::{hostile, pictures};

fn is_there() -> bool {
    let is_there = std::env::var_os("VPC_ATLAS_POPPLER").is_some();
    if !is_there {
        println!("skipped: VPC_ATLAS_POPPLER is not set");
    }
    is_there
}

/// What a tool says of a file; it has nothing to complain of.
fn told(tool: &str, arguments: &[&str], file: &Path) -> String {
    let mut command = Command::new(tool);
    command.args(arguments).arg(file);
    if tool == "pdftotext" {
        command.arg("-");
    }
    let output = command.output().unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && complaints.is_empty(),
        "{tool}: {complaints}"
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The words of a map, apart.
fn words(scene: &Scene) -> BTreeSet<String> {
    let runs = scene.items().iter().filter_map(|item| match &item.shape {
        Shape::Text(run) if item.is_seen_at(Options::default().level) => Some(run.text.as_str()),
        _ => None,
    });
    runs.flat_map(str::split_whitespace)
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_word_is_found_on_every_paper() {
    if !is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("map.pdf");
    let picture = |name, size| pictures::scene(&sample::network(), &pictures::options(name), size);
    for scene in [
        scene_of(harbour(), Size::Details),
        scene_of(region(3, 6, 4, 2), Size::Compact),
        scene_of(quota(2), Size::Compact),
        scene_of(nested_quota(3), Size::Compact),
        picture("nested", Size::Compact),
        picture("nested", Size::Details),
        picture("overview", Size::Compact),
        pictures::scene(&estate(), &pictures::options("overview"), Size::Details),
    ] {
        for paper in [Paper::Fit, Paper::A4, Paper::A1, Paper::Tabloid] {
            let options = Options {
                title: Some("harbour (prod)"),
                paper,
                ..Options::default()
            };
            std::fs::write(&file, pdf(&scene, &options).unwrap()).unwrap();
            let text = told("pdftotext", &["-layout"], &file);
            let found: BTreeSet<&str> = text.split_whitespace().collect();
            let missing: Vec<_> = words(&scene)
                .into_iter()
                .filter(|word| !found.contains(word.as_str()) && !text.contains(word.as_str()))
                .collect();
            assert!(missing.is_empty(), "{paper:?}: {missing:?}");
            let about = told("pdfinfo", &[], &file);
            let count = pages(&scene, &options).unwrap().count();
            assert!(about.contains("Title:           harbour (prod)"), "{about}");
            assert!(
                about.contains(&format!("Pages:           {count}\n")),
                "{about}"
            );
            let fonts = told("pdffonts", &[], &file);
            for line in fonts.lines().skip(2) {
                assert!(
                    line.contains("CID TrueType") && line.contains("yes yes yes"),
                    "{line}"
                );
            }
            if count > 1 {
                assert!(text.contains(&format!("page 2 of {count}")));
            }
        }
    }
}

#[test]
fn a_page_is_painted_from_edge_to_edge_of_the_map() {
    if !is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for picture in PICTURES {
        let options = pictures::options(picture);
        let scene = pictures::scene(&sample::network(), &options, Size::Compact);
        check_painted(&scene, folder.path(), picture);
    }
}

fn check_painted(scene: &Scene, folder: &Path, about: &str) {
    let file = folder.join("map.pdf");
    let options = Options {
        paper: Paper::Fit,
        ..Options::default()
    };
    std::fs::write(&file, pdf(scene, &options).unwrap()).unwrap();
    let painted = folder.join("painted");
    let status = Command::new("pdftoppm")
        .args(["-r", "48", "-gray", "-singlefile"])
        .args([&file, &painted])
        .status()
        .unwrap();
    assert!(status.success());
    let picture = std::fs::read(painted.with_extension("pgm")).unwrap();
    // Header of a PGM: P5, width, height, 255; then a byte for each pixel.
    let header: Vec<usize> = String::from_utf8_lossy(&picture[..30])
        .split_whitespace()
        .skip(1)
        .take(3)
        .map(|word| word.parse().unwrap())
        .collect();
    let [width, height, most] = header[..] else {
        panic!("{header:?}")
    };
    assert_eq!(most, 255);
    let pixels = &picture[picture.len() - width * height..];
    let canvas = pixels[0];
    let differs = |at: &u8| at.abs_diff(canvas) > 12;
    let inked = pixels.iter().filter(|at| differs(at)).count();
    assert!(
        inked * 50 > pixels.len(),
        "{about}: {inked} of {}",
        pixels.len()
    );
    // Something is drawn in each quarter from left to right.
    for quarter in 0..4 {
        let columns = width * quarter / 4..width * (quarter + 1) / 4;
        let rows = pixels.chunks(width);
        assert!(
            rows.flat_map(|row| &row[columns.clone()]).any(&differs),
            "{about}: {quarter}"
        );
    }
}

#[test]
fn hostile_names_are_only_words_to_poppler() {
    if !is_there() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hostile.pdf");
    let scene = hostile_scene();
    let mut files = vec![with_hostile_options(|options| {
        pdf(&scene, options).unwrap()
    })];
    let network = hostile::network();
    for picture in PICTURES {
        let drawing = pictures::drawing(&network, &hostile::options(picture), Size::Details);
        files.push(drawing.written(&hostile::look(Format::Pdf)).unwrap());
    }
    for bytes in files {
        std::fs::write(&file, bytes).unwrap();
        let text = told("pdftotext", &[], &file);
        assert!(text.contains("<script>alert(1)</script>"));
        let odd = |it: char| {
            (it.is_control() && !matches!(it, '\n' | '\u{c}'))
                || ('\u{202a}'..='\u{202e}').contains(&it)
        };
        assert_eq!(text.chars().find(|it| odd(*it)), None);
        let about = told("pdfinfo", &[], &file);
        assert!(about.contains("JavaScript:      no"), "{about}");
        let links = told("pdfinfo", &["-url"], &file);
        assert!(links.lines().count() > 3, "{links}");
        for line in links.lines().skip(1) {
            assert!(line.contains("https://eu-west-1."), "{line}");
        }
    }
}
