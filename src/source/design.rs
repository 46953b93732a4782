//! Designs as a source: the network that a design makes.

use super::InputFile;
use crate::design;
use crate::network::{Cause, Gap, Network, Scope, Shard, Text};
use compact_str::format_compact;

/// Ends the name of a design's file.
pub const ENDING: &str = ".vpc.toml";

/// Whether a file is a design, by its name.
pub fn is_design(path: &str) -> bool {
    path.ends_with(ENDING)
}

/// The network of a design's file; where it cannot be read, a network of nothing with the gap that says why.
///
/// Two designs may call their VPCs alike, as new ones do. One that is read beside others stands `apart`: what it plans
/// is named after its file as well, or two VPCs would be taken for one.
pub(super) fn read(file: &InputFile, apart: bool) -> Network {
    let unreadable = |why: String| {
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        let mut shard = Shard::new();
        shard.add_gap(Gap::new(name, "", Cause::Unreadable, why));
        Network::of(Scope::default(), shard)
    };
    let bytes = match &file.bytes {
        Ok(bytes) => bytes,
        Err(why) => return unreadable(why.clone()),
    };
    let Ok(text) = std::str::from_utf8(bytes) else {
        return unreadable("it is not UTF-8 text; save it as UTF-8".to_owned());
    };
    match design::read(text) {
        Ok(mut design) => {
            if apart {
                let name = file.path.rsplit('/').next().unwrap_or(&file.path);
                stand_apart(&mut design, name.strip_suffix(ENDING).unwrap_or(name));
            }
            design::plan(&design)
        }
        Err(error) => unreadable(error.to_string()),
    }
}

/// Put the file's name before the names of the VPCs.
fn stand_apart(design: &mut design::Design, file: &str) {
    let ids: Vec<Text> = design.vpcs.iter().map(|vpc| vpc.id.clone()).collect();
    for vpc in &mut design.vpcs {
        vpc.id = format_compact!("{file}:{}", vpc.id);
        for peering in vpc.peerings.iter_mut().filter(|it| ids.contains(&it.with)) {
            peering.with = format_compact!("{file}:{}", peering.with);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Kind;

    #[test]
    fn a_design_is_a_network_and_a_broken_one_a_gap() {
        let fresh = design::Fresh::in_region("eu-west-1");
        let text = design::write(&design::Design::fresh(&fresh).unwrap(), None);
        let network = read(&InputFile::new("a/plan.vpc.toml", text.clone()), false);
        assert_eq!(network.of_kind(Kind::Subnet).count(), 4);
        assert!(network.gaps().is_empty());
        let both = read(&InputFile::new("a.vpc.toml", text.clone()), true)
            .merged(&read(&InputFile::new("b.vpc.toml", text), true));
        assert_eq!(both.of_kind(Kind::Vpc).count(), 2);
        let network = read(&InputFile::new("a/plan.vpc.toml", "version = 1\n"), false);
        let gaps: Vec<String> = network.gaps().iter().map(ToString::to_string).collect();
        assert_eq!(
            gaps,
            ["plan.vpc.toml: line 1, column 1: the key region is missing here; add it"]
        );
    }
}
