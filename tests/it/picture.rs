//! Layout, scene and picture files.

use vpc_atlas::export::{Options, png, svg};
use vpc_atlas::picture::layout::Size;
use vpc_atlas::picture::theme::Theme;

use super::diagrams::{harbour, quota, region, scene_of};

/// Writes pictures to look at: `VPC_ATLAS_PICTURES=folder`.
#[test]
fn pictures_to_look_at() {
    let Some(folder) = std::env::var_os("VPC_ATLAS_PICTURES") else {
        println!("skipped: VPC_ATLAS_PICTURES names no folder");
        return;
    };
    let folder = std::path::PathBuf::from(folder);
    for (name, diagram, size) in [
        ("harbour", harbour(), Size::Compact),
        ("details", harbour(), Size::Details),
        ("region", region(3, 6, 4, 2), Size::Compact),
        ("quota", quota(4), Size::Compact),
    ] {
        let scene = scene_of(diagram, size);
        for (theme, word) in [(Theme::Light, "light"), (Theme::Dark, "dark")] {
            let options = Options {
                theme,
                title: Some("harbour"),
                subtitle: Some("eu-central-1 · 111122223333"),
                ..Options::default()
            };
            std::fs::write(
                folder.join(format!("{name}-{word}.svg")),
                svg(&scene, &options),
            )
            .unwrap();
            let scale = if name == "quota" { 0.3 } else { 1.5 };
            std::fs::write(
                folder.join(format!("{name}-{word}.png")),
                png(&scene, &options, scale).unwrap(),
            )
            .unwrap();
        }
    }
}
