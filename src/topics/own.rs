//! What the configuration adds: topics by their words, and severities.

use super::choose::Chosen;
use super::passage::News;
use super::vocabulary::Phrase;
use crate::diff;
use crate::model::{SeverityRule, Topic, TopicRules};

/// Adds the topics whose words stand in a changed clause or in a heading above one.
pub(super) fn add(chosen: &mut Vec<Chosen>, news: &News<'_>, rules: &TopicRules) {
    if rules.topics.is_empty() {
        return;
    }
    let texts = texts(news);
    for (topic, words) in &rules.topics {
        if chosen.iter().any(|other| other.topic == *topic) {
            continue;
        }
        if let Some(word) = first_in(&texts, words) {
            // There is something that the change is about.
            chosen.retain(|other| other.topic != Topic::Other);
            let why = format!("words of your own: {word}");
            chosen.push(Chosen::of(topic.clone(), why, true));
        }
    }
}

/// The first rule that fits, and why it does.
pub(super) fn severity<'r>(
    chosen: &[Chosen],
    news: &News<'_>,
    rules: &'r TopicRules,
) -> Option<(&'r SeverityRule, String)> {
    let texts = if rules.severities.is_empty() { Vec::new() } else { texts(news) };
    rule(chosen.iter().map(|found| &found.topic), &texts, rules)
}

/// The first rule that fits these topics and texts, and why it does.
pub(super) fn rule<'r, 't>(
    topics: impl Iterator<Item = &'t Topic> + Clone,
    texts: &[String],
    rules: &'r TopicRules,
) -> Option<(&'r SeverityRule, String)> {
    rules.severities.iter().find_map(|rule| {
        let topic = topics.clone().find(|topic| rule.topics.contains(topic));
        let word = first_in(texts, &rule.words);
        if topic.is_none() && !rule.topics.is_empty() || word.is_none() && !rule.words.is_empty() {
            return None;
        }
        let topic = topic.map(|topic| format!("for {topic}"));
        let word = word.map(|word| format!("for the word “{word}”"));
        let what: Vec<String> = topic.into_iter().chain(word).collect();
        let what = if what.is_empty() { "for this service".to_owned() } else { what.join(" and ") };
        Some((rule, format!("a rule of your own {what}")))
    })
}

/// The changed clauses and the headings above them, as keys.
fn texts(news: &News<'_>) -> Vec<String> {
    let clauses = news.passages.iter().flat_map(|passage| <[String; 2]>::from(passage.sides()));
    let headings = news.passages.iter().flat_map(|passage| passage.headings.iter().map(|h| (*h).to_owned()));
    clauses.chain(headings).filter(|text| !text.is_empty()).map(|text| diff::key(&text)).collect()
}

fn first_in<'w>(texts: &[String], words: &'w [String]) -> Option<&'w str> {
    let stands = |word: &&String| {
        let phrase = Phrase::new(word);
        texts.iter().any(|text| phrase.is_in(text))
    };
    words.iter().find(stands).map(String::as_str)
}
