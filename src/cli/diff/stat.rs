//! How much changed, a line a source.

use super::Pair;
use crate::cli::print::count;
use crate::cli::screen;
use crate::diff::Diff;
use crate::notice;

/// The longest bar.
const BAR: u64 = 10;

/// What changed at one source, in numbers.
pub(super) struct Stat {
    source: String,
    what: String,
    added: u64,
    removed: u64,
}

impl Stat {
    pub(super) fn of(pair: &Pair<'_>, diff: &Diff) -> Self {
        let (before, after) = (&pair.before.text, &pair.after.text);
        Self {
            source: pair.source.id.to_string(),
            what: notice::counts_line(diff, before, after),
            added: diff.words_added(after),
            removed: diff.words_removed(before),
        }
    }
}

/// The lines of all of them, and what they come to.
///
/// ```text
/// acme/terms   2 clauses reworded, 1 added   +32 -23 words  ++++---
/// 1 source changed, 32 words added, 23 removed
/// ```
pub(super) fn lines(stats: &[Stat], width: usize) -> String {
    let longest = |of: fn(&Stat) -> String| stats.iter().map(|s| of(s).chars().count()).max().unwrap_or(0);
    let id = longest(|stat| stat.source.clone());
    let amount = longest(amount);
    let what =
        longest(|stat| stat.what.clone()).min(width.saturating_sub(id + amount + BAR as usize + 6).max(20));
    let most = stats.iter().map(|stat| stat.added + stat.removed).max().unwrap_or(0).max(1);
    let mut out = String::new();
    for stat in stats {
        let size = |words: u64| words.saturating_mul(BAR).div_ceil(most).min(BAR) as usize;
        let bar = format!("{}{}", "+".repeat(size(stat.added)), "-".repeat(size(stat.removed)));
        let what_shown = screen::fit(&stat.what, what);
        let line = format!("{:id$}  {what_shown:what$}  {:>amount$}  {bar}", stat.source, self::amount(stat));
        out += line.trim_end();
        out.push('\n');
    }
    let sum = |of: fn(&Stat) -> u64| stats.iter().map(of).sum::<u64>();
    let (added, removed) = (sum(|stat| stat.added), sum(|stat| stat.removed));
    out + &format!(
        "{} changed, {} added, {removed} removed\n",
        count(stats.len() as u64, "source"),
        count(added, "word")
    )
}

fn amount(stat: &Stat) -> String {
    format!("+{} -{} words", stat.added, stat.removed)
}
