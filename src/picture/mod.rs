//! From a network to a picture: view, text, layout, scene.
