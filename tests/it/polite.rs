//! How sites are treated, as their own logs show it.

mod pace;
mod robots;

use std::sync::Arc;
use std::time::Duration;

use fineprint::clock::ManualClock;
use fineprint::fetch::{Fetcher, Settings};

use crate::fetch::now;

/// Settings that may reach the fake web and don't wait long.
fn settings() -> Settings {
    Settings {
        allow_private: vec!["127.0.0.0/8".parse().unwrap()],
        connect_timeout: Duration::from_secs(2),
        read_timeout: Duration::from_secs(1),
        timeout: Duration::from_secs(2),
        ..Settings::default()
    }
}

/// A fetcher with these settings whose clock stands still.
fn fetcher(settings: Settings) -> Fetcher {
    Fetcher::new(settings, Arc::new(ManualClock::at(now()))).unwrap()
}
