//! `fineprint notices --test CHANNEL`

use std::io::Write as _;
use std::time::Instant;

use crate::channel::{self, Receipt};
use crate::cli::{Failure, Global, exit};
use crate::clock::{Clock as _, SystemClock};
use crate::notice;

/// Sends a sample through one channel of the configuration; nothing is stored.
pub(super) async fn run(global: &Global, name: &str) -> Result<u8, Failure> {
    let mut config = global.config()?;
    let names: Vec<String> = config.channels.keys().map(|name| format!("`{name}`")).collect();
    let settings = name.parse().ok().and_then(|name| config.channels.remove(&name)).ok_or_else(|| {
        let failure = Failure::usage(format!("error: {} has no channel `{name}`", config.path.display()));
        match names.is_empty() {
            true => failure.hint("a channel is a table [channels.NAME.webhook]"),
            false => failure.hint(format!("it has {}", names.join(", "))),
        }
    })?;
    let channel = channel::build(settings, &config.fetch.allow_private)
        .map_err(|why| Failure::usage(format!("error: channel `{name}`: {why}")))?;
    let (now, started) = (SystemClock.now(), Instant::now());
    match channel.send(&notice::sample(now), now).await {
        Ok(Receipt(said)) => {
            let took = started.elapsed().as_millis();
            writeln!(anstream::stdout(), "a sample went through `{name}` in {took} ms: {said}")?;
            Ok(exit::DONE)
        }
        Err(error) => {
            Err(Failure::unreachable(format!("error: the sample did not go through `{name}`: {error}")))
        }
    }
}
