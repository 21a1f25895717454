//! How serious a change is.

use super::choose::Chosen;
use super::own;
use super::passage::News;
use crate::diff::{Diff, Edit};
use crate::model::{Severity, Text, TopicRules};

/// How serious a change is, and why; a rule of the configuration has the last word.
pub(super) fn of(
    news: &News<'_>,
    topics: &[Chosen],
    (before, after, diff): (&Text, &Text, &Diff),
    rules: &TopicRules,
) -> (Severity, String) {
    if let Some((rule, why)) = own::severity(topics, news, rules) {
        return (rule.severity, why);
    }
    if news.passages.is_empty() && news.renamed.is_empty() {
        return without_words(news, (before, after, diff));
    }
    let critical = topics.iter().filter(|found| found.topic.is_critical() && found.in_substance);
    let critical: Vec<&str> = critical.map(|found| found.topic.name()).collect();
    if !critical.is_empty() {
        return (Severity::Critical, format!("an account can be lost over {}", critical.join(", ")));
    }
    if news.passages.is_empty() {
        return (Severity::Major, "something has another name throughout".to_owned());
    }
    (Severity::Major, "words with a meaning changed".to_owned())
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
