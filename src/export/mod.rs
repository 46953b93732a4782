//! Pictures and tables as files: a scene becomes SVG or PNG.
