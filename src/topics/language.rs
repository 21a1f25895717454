//! Which tables a text is read with.

use std::collections::BTreeMap;

use super::passage::News;
use super::vocabulary::{self, Table};
use crate::diff;
use crate::model::Text;

/// How many words are enough to show a language.
const SAMPLE: usize = 600;

/// With fewer frequent words than this what the page declares counts.
const CERTAIN: usize = 3;

/// The tables for the changes of a text: the international one, and that of the language that the changed clauses are
/// in; where they are too short to show it, of the language the page declares or the rest of it is in; all, if that
/// shows none either.
pub(super) fn tables_for(news: &News<'_>, text: &Text) -> Vec<&'static Table> {
    let all = vocabulary::tables();
    let changed: Vec<String> = news.passages.iter().take(SAMPLE).map(|passage| passage.sides().1).collect();
    let declared = || {
        let code = text.language.split('-').next().filter(|code| !code.is_empty());
        all.iter().find(|table| Some(table.code.as_str()) == code)
    };
    let around = || {
        // From all of it: what comes first may be a menu of languages.
        let step = (text.clauses.len() / 40).max(1);
        spoken(text.clauses.iter().step_by(step).map(|clause| clause.text.as_str()), all, 1)
    };
    let language = spoken(changed.iter().map(String::as_str), all, CERTAIN).or_else(declared).or_else(around);
    all.iter()
        .filter(|table| table.code.is_empty() || language.is_none_or(|l| l.code == table.code))
        .collect()
}

/// The language whose frequent words are most frequent, if there are at least so many.
fn spoken<'a>(
    texts: impl Iterator<Item = &'a str>,
    all: &'static [Table],
    least: usize,
) -> Option<&'static Table> {
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    for word in texts.flat_map(diff::tokens).take(SAMPLE) {
        let key = diff::key(word);
        for (i, _) in all.iter().enumerate().filter(|(_, table)| table.common.contains(&key)) {
            *counts.entry(i).or_default() += 1;
        }
    }
    let (most, count) = counts.into_iter().max_by_key(|(i, count)| (*count, std::cmp::Reverse(*i)))?;
    (count >= least).then(|| &all[most])
}
