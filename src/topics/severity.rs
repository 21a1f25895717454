//! How serious a change is.

use super::choose::{Chosen, Topics};
use super::own;
use super::passage::News;
use crate::diff::{Diff, Edit};
use crate::model::{Severity, Text, TopicRules};

/// So many topics are enough for the line that says why.
const MOST: usize = 4;

/// How serious a change is, and why; a rule of the configuration has the last word.
pub(super) fn of(
    news: &News<'_>,
    topics: &Topics,
    (before, after, diff): (&Text, &Text, &Diff),
    rules: &TopicRules,
) -> (Severity, String) {
    if let Some((rule, why)) = own::severity(&topics.told, news, rules) {
        return (rule.severity, why);
    }
    if news.passages.is_empty() && news.renamed.is_empty() {
        return without_words(news, (before, after, diff));
    }
    let is_critical = |found: &&Chosen| found.topic.is_critical() && found.in_substance;
    let mut critical = topics.told.iter().chain(&topics.untold).filter(is_critical).peekable();
    if critical.peek().is_some() {
        return (Severity::Critical, said(critical));
    }
    if news.passages.is_empty() {
        return (Severity::Major, "something has another name throughout".to_owned());
    }
    (Severity::Major, said(topics.told.iter()))
}

/// What became of clauses about what: `2 clauses about payment reworded, 1 added; 1 about liability removed`. Whether
/// that is good or bad for a reader is more than words can tell.
fn said<'c>(topics: impl Iterator<Item = &'c Chosen>) -> String {
    let mut counted: Vec<String> = Vec::new();
    for found in topics {
        counted.extend(found.fates.about(&found.topic.label(), counted.is_empty()));
    }
    counted.truncate(MOST);
    match counted.is_empty() {
        true => "words with a meaning changed".to_owned(),
        false => counted.join("; "),
    }
}

/// Where no words are new or gone.
fn without_words(news: &News<'_>, (before, after, diff): (&Text, &Text, &Diff)) -> (Severity, String) {
    if !news.dates.is_empty() {
        return match news.in_sentence {
            // It may be a time limit, not the date of the edition.
            true => (Severity::Major, "a date in a sentence changed".to_owned()),
            false => (Severity::Minor, "nothing but the date of the text changed".to_owned()),
        };
    }
    let why = if diff.links_only(before, after) {
        "only links lead elsewhere"
    } else if diff.changed().all(|edit| matches!(edit, Edit::Moved { .. })) {
        "clauses only moved"
    } else if news.repeated {
        "the words stand elsewhere in the text, too"
    } else {
        "only typography, numbering and headings changed"
    };
    (Severity::Minor, why.to_owned())
}
