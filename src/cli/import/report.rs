//! What an import says at its end.

use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::cli::print::count;
use crate::cli::{Failure, exit};
use crate::import::Tally;

/// Prints what came of an import of so-called `things`, of which `unread` could not be read beforehand.
pub(in crate::cli) fn report(tally: &Tally, things: &str, unread: u64) -> Result<u8, Failure> {
    let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let unreadable = of(&tally.unreadable) + unread;
    let mut out = anstream::stdout().lock();
    writeln!(
        out,
        "imported {}: {}, {}",
        count(of(&tally.recorded), things),
        count(of(&tally.first), "first version"),
        count(of(&tally.changed), "change")
    )?;
    for (n, what) in [
        (of(&tally.sources), "address that was no source and became one".to_owned()),
        (of(&tally.known), format!("{things} passed over: no later than what was recorded before")),
        (of(&tally.future), format!("{things} passed over: dated in the future")),
        (of(&tally.passed_over), "redirect or other answer without a page passed over".to_owned()),
        (unreadable, "record could not be read; see the warnings".to_owned()),
    ] {
        if n > 0 {
            writeln!(out, "  {n} × {what}")?;
        }
    }
    Ok(if unreadable == 0 { exit::DONE } else { exit::UNREADABLE })
}
