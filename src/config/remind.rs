//! `[remind]`: what people are told once more.

use super::value::{Refusal, Table, refusal};
use crate::model::Remind;

const MAX_REMINDERS: usize = 10;

/// Reads `[remind]`.
pub(super) fn read(root: &Table<'_>) -> Remind {
    let mut remind = Remind::default();
    let Some(table) = root.get("remind").and_then(|value| value.table(&["before", "unreviewed"])) else {
        return remind;
    };
    if let Some(members) = table.get("before").and_then(|value| value.one_or_many(MAX_REMINDERS)) {
        remind.before = members.iter().filter_map(|member| member.read(days)).collect();
        remind.before.sort_unstable();
        remind.before.dedup();
    }
    if let Some(unreviewed) = table.get("unreviewed").and_then(|value| value.read(days_or_never)) {
        remind.unreviewed = unreviewed;
    }
    remind
}

/// `7d`, `2w`.
fn days(text: &str) -> Result<u16, Refusal> {
    let read = || {
        let (number, days) = match text.strip_suffix('w') {
            Some(weeks) => (weeks, 7),
            None => (text.strip_suffix('d')?, 1),
        };
        let number: u16 = number.trim_end().parse().ok()?;
        number.checked_mul(days).filter(|days| (1..=366).contains(days))
    };
    let accepted = "a number of days or weeks from `1d` to `366d`, as in `7d` or `2w`";
    read().ok_or_else(|| refusal(format!("`{text}` is not a number of days"), accepted))
}

fn days_or_never(text: &str) -> Result<Option<u16>, Refusal> {
    if text == "never" {
        return Ok(None);
    }
    days(text).map(Some).map_err(|refusal| refusal.help("`never` switches it off"))
}
