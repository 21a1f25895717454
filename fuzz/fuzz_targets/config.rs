//! Any file is a configuration, or errors that can be drawn.
#![no_main]

use std::path::Path;

use fineprint::config::Config;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(error) = Config::parse(Path::new("sources.toml"), text, &|_| None) {
        assert!(!error.render(false).is_empty());
    }
});
