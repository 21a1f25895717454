//! `fineprint notices --test CHANNEL`

use std::io::Write as _;
use std::time::Instant;

use super::channel::Named;
use crate::channel::Receipt;
use crate::cli::{Failure, Global, exit};
use crate::clock::{Clock as _, SystemClock};
use crate::notice;

/// Sends a sample through one channel of the configuration; nothing of it is stored.
///
/// A channel that is switched off is tried all the same, so that one sees whether its receiver is back; that it gets
/// no notices is said in either case.
pub(super) async fn run(global: &Global, name: &str) -> Result<u8, Failure> {
    let config = global.config()?;
    let named = Named::of(&config, name)?;
    let disabled = named.disabled(global, &config).await?;
    let (now, started) = (SystemClock.now(), Instant::now());
    let sent = named.channel.send(&notice::sample(now), now).await;
    let took = started.elapsed().as_millis();
    let told = sent.map(|Receipt(said)| format!("a sample went through `{name}` in {took} ms: {said}"));
    match (told, disabled) {
        (Ok(told), None) => {
            writeln!(anstream::stdout(), "{told}")?;
            Ok(exit::DONE)
        }
        (Ok(told), Some(disabled)) => {
            writeln!(anstream::stdout(), "{told}")?;
            Err(Failure::unreachable(format!("error: {disabled}")).hint(
                "the receiver takes notices again: `fineprint notices --retry` enables the channel and sends what \
                 died meanwhile",
            ))
        }
        (Err(error), disabled) => {
            let failure =
                Failure::unreachable(format!("error: the sample did not go through `{name}`: {error}"));
            Err(match disabled {
                Some(disabled) => failure.hint(disabled.to_string()),
                None => failure,
            })
        }
    }
}
