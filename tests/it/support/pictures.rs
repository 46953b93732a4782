//! The three pictures of a network.

use std::sync::Arc;
use vpc_atlas::network::{Network, Topology};
use vpc_atlas::picture::layout::{Request, Size, layout};
use vpc_atlas::picture::scene::Scene;
use vpc_atlas::picture::view::{Options, View};
use vpc_atlas::workspace::Drawing;

/// What they are called on the command line.
pub(crate) const PICTURES: [&str; 3] = ["columns", "nested", "overview"];

/// What is to be seen for one of these names.
pub(crate) fn options(picture: &str) -> Options {
    Options {
        nested: picture == "nested",
        overview: picture == "overview",
        ..Options::default()
    }
}

/// A picture as the window and the command line make it.
pub(crate) fn drawing(network: &Network, options: &Options, size: Size) -> Drawing {
    let network = Arc::new(network.clone());
    let topology = Arc::new(Topology::of(&network));
    Drawing::new(network, topology, options, size)
}

/// The scene of a picture.
pub(crate) fn scene(network: &Network, options: &Options, size: Size) -> Scene {
    let topology = Topology::of(network);
    let view = View::of(network, &topology, options);
    let request = Request {
        diagram: Arc::clone(&view.diagram),
        size,
        previous: None,
        arranged: view.arranged(options, &topology),
    };
    let places = layout(&request);
    Scene::new(request.diagram, Arc::new(places))
}
