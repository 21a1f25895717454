//! A changed pair of texts → what the change is about and how serious it is, each with its reason, pure.
//!
//! 1. `passage` takes the changed words out of the diff, clause by clause, without what only looks new: clauses
//!    that stand elsewhere in the text, days, notes on links, names that were replaced throughout.
//! 2. `weigh` looks the words up in the tables of the text's language (`language`, `vocabulary`): those that
//!    changed count most, then the headings above, then the words around.
//! 3. `choose` says which topics weigh enough to be told, `severity` how serious that is, and `own` adds what the
//!    configuration asks for.
//!
//! The tables are files to read and to extend, one for each language: see `docs/topics.md`.

mod choose;
mod dates;
mod elsewhere;
mod fates;
mod language;
mod links;
mod own;
mod passage;
mod severity;
mod vocabulary;
mod weigh;

/// A text in which each day is one word: the same for the same day, however it is written.
pub use dates::marked as with_days_marked;

use std::collections::BTreeMap;

use crate::diff::Diff;
use crate::model::{Severity, Text, Topic, TopicRules};

/// What a change is about and how serious it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// How serious.
    pub severity: Severity,
    /// What it is about, weightiest first; nothing where no words changed.
    pub topics: Vec<Topic>,
    /// Why: a line for the severity, and one for each topic in their order.
    pub reasons: Vec<String>,
}

/// Assesses a change; the same texts and rules always give the same assessment.
///
/// It takes time in proportion to the changed clauses; where whole sentences came or went also to the texts, which are
/// then searched for them.
pub fn assess(before: &Text, after: &Text, diff: &Diff, rules: &TopicRules) -> Assessment {
    let news = passage::news(before, after, diff);
    let tables = language::tables_for(&news, after);
    let mut topics = choose::topics(&news, &tables);
    own::add(&mut topics.told, &news, rules);
    let (severity, why) = severity::of(&news, &topics, (before, after, diff), rules);
    let topics = topics.told;
    let mut reasons = vec![format!("{severity}: {why}")];
    reasons.extend(topics.iter().map(|found| format!("{}: {}", found.topic, found.why)));
    Assessment { severity, topics: topics.into_iter().map(|found| found.topic).collect(), reasons }
}

/// What each changed clause is about, by its place in [`Diff::edits`]; clauses in which no word is new or gone are about
/// nothing.
pub fn of_edits(before: &Text, after: &Text, diff: &Diff, rules: &TopicRules) -> BTreeMap<usize, Vec<Topic>> {
    let news = passage::news(before, after, diff);
    let tables = language::tables_for(&news, after);
    let topics = |passage: passage::Passage<'_>| {
        let edit = passage.edit;
        let alone = passage::News::of(passage);
        let mut topics = choose::topics(&alone, &tables).told;
        own::add(&mut topics, &alone, rules);
        (edit, topics.into_iter().map(|found| found.topic).collect())
    };
    news.passages.into_iter().map(topics).collect()
}

/// The weightiest of the changed clauses, as places in [`Diff::edits`], the first one weighing most: at most so many, and
/// none that is but a heading.
pub fn weightiest(before: &Text, after: &Text, diff: &Diff, most: usize) -> Vec<usize> {
    let news = passage::news(before, after, diff);
    let tables = language::tables_for(&news, after);
    let clauses = news.passages.iter().filter(|passage| !passage.is_heading);
    let mut ranked: Vec<(f32, usize)> = clauses.map(|p| (weigh::gravity(p, &tables), p.edit)).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    ranked.into_iter().take(most).map(|(_, edit)| edit).collect()
}

/// What the rules of a configuration say about a change that isn't one of words, by its topics and the lines that tell
/// it: a severity and why; `None` where none fits.
pub fn by_own_rules(topics: &[Topic], lines: &[String], rules: &TopicRules) -> Option<(Severity, String)> {
    let lines: Vec<String> = lines.iter().map(|line| crate::diff::key(line)).collect();
    own::rule(topics.iter(), &lines, rules).map(|(rule, why)| (rule.severity, why))
}

#[cfg(test)]
mod tests;
