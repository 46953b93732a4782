//! Designs as a source: the network that a design makes.

use super::InputFile;
use crate::design;
use crate::network::{Cause, Gap, Network, Scope, Shard};

/// Ends the name of a design's file.
pub const ENDING: &str = ".vpc.toml";

/// Whether a file is a design, by its name.
pub fn is_design(path: &str) -> bool {
    path.ends_with(ENDING)
}

/// The network of a design's file; where it cannot be read, a network of nothing with the gap that says why.
pub(super) fn read(file: &InputFile) -> Network {
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
        Ok(design) => design::plan(&design),
        Err(error) => unreadable(error.to_string()),
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
        let network = read(&InputFile::new("a/plan.vpc.toml", text));
        assert_eq!(network.of_kind(Kind::Subnet).count(), 4);
        assert!(network.gaps().is_empty());
        let network = read(&InputFile::new("a/plan.vpc.toml", "version = 1\n"));
        let gaps: Vec<String> = network.gaps().iter().map(ToString::to_string).collect();
        assert_eq!(
            gaps,
            ["plan.vpc.toml: line 1, column 1: the key region is missing here; add it"]
        );
    }
}
