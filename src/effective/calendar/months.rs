//! The names of months in folded sentences.

use super::super::fold;
use crate::diff::MONTHS;

/// Any of the names, the longest first.
pub(super) fn pattern() -> String {
    let mut names: Vec<String> = MONTHS.iter().flat_map(|names| names.split(' ').map(folded)).collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.chars().count()));
    names.join("|").replace(' ', r"\ ")
}

/// The number of the month with this folded name.
pub(super) fn number(name: &str) -> Option<u32> {
    let month = MONTHS.iter().position(|names| names.split(' ').any(|known| folded(known) == name))?;
    u32::try_from(month + 1).ok()
}

fn folded(name: &str) -> String {
    fold::text(&name.replace('_', " "))
}
