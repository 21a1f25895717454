//! Which topics weigh enough to be told, and the reasons in words.

use super::fates::Fates;
use super::passage::News;
use super::vocabulary::{TOPICS, Table};
use super::weigh::{Evidence, Sum};
use crate::model::Topic;

/// A topic is told if it weighs at least this share of the weightiest one.
const SHARE: f32 = 0.35;

/// One over which an account can be lost is told for less, where decisive words changed: missing it costs more.
const CRITICAL_SHARE: f32 = 0.3;

/// Beside a topic that is more than this part of all, as privacy is in a privacy policy, it is told for still less.
const DOMINANT: f32 = 0.6;
const CRITICAL_SHARE_BESIDE: f32 = 0.04;

/// A section of its own is told whatever else changed: three long clauses.
const SECTION: f32 = 24.0;

/// What has none of the topics is told as "other" from this share on; of a rewritten document for less, because its
/// topics are many.
const OTHER_SHARE: f32 = 0.4;
const OTHER_SHARE_OF_MUCH: f32 = 0.1;

/// What weighs more is a rewritten document, not an edit.
const MUCH: f32 = 100.0;

/// A rewritten document is about everything; the weightiest of that are enough.
const MOST: usize = 5;

/// Most words and longest heading of a reason, in characters.
const WORDS: usize = 6;
const HEADING: usize = 80;

/// A topic of a change.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) topic: Topic,
    /// Why it has it, for people.
    pub(super) why: String,
    /// Whether it changed in substance.
    pub(super) in_substance: bool,
    /// What became of the clauses about it.
    pub(super) fates: Fates,
}

impl Chosen {
    /// A topic of no clause in particular.
    pub(super) fn of(topic: Topic, why: String, in_substance: bool) -> Self {
        Self { topic, why, in_substance, fates: Fates::default() }
    }
}

/// What a change is about, weightiest first.
pub(super) fn topics(news: &News<'_>, tables: &[&Table]) -> Vec<Chosen> {
    if news.passages.is_empty() && news.renamed.is_empty() {
        let day = news.dates.first().map(|line| clipped(line));
        return day.into_iter().map(|why| Chosen::of(Topic::DatesOnly, why, false)).collect();
    }
    let sum = Sum::of(&news.passages, tables);
    let mut ranked: Vec<usize> = (0..TOPICS.len()).filter(|t| sum.weight[*t] > 0.0).collect();
    ranked.sort_by(|a, b| sum.weight[*b].total_cmp(&sum.weight[*a]));
    let heaviest = ranked.first().map_or(0.0, |t| sum.weight[*t]);
    let is_dominant = heaviest > sum.total * DOMINANT;
    let critical_share = if is_dominant { CRITICAL_SHARE_BESIDE } else { CRITICAL_SHARE };
    let mut chosen: Vec<Chosen> = Vec::new();
    for t in ranked {
        let (topic, found) = (TOPICS[t].1.clone(), &sum.evidence[t]);
        let by_itself = topic.is_critical() && found.decisive;
        let share = if by_itself { critical_share } else { SHARE };
        let is_enough = sum.weight[t] >= heaviest * share && (by_itself || chosen.len() < MOST);
        if is_enough || found.certain || by_itself && found.section >= SECTION {
            let (in_substance, fates) = (found.in_substance, found.fates);
            chosen.push(Chosen { topic, why: why(found), in_substance, fates });
        }
    }
    let other_share = if sum.total > MUCH { OTHER_SHARE_OF_MUCH } else { OTHER_SHARE };
    if sum.other >= heaviest * other_share || chosen.is_empty() {
        chosen.push(Chosen::of(Topic::Other, other(news), true));
    }
    chosen
}

/// `under “Suspension and Termination”; words: suspend, without notice`
fn why(found: &Evidence) -> String {
    let heading = found.heading.as_deref().map(|heading| format!("under “{}”", clipped(heading)));
    let words: Vec<&str> = found.words.iter().take(WORDS).map(String::as_str).collect();
    let words = (!words.is_empty()).then(|| format!("words: {}", words.join(", ")));
    heading.into_iter().chain(words).collect::<Vec<_>>().join("; ")
}

fn other(news: &News<'_>) -> String {
    match news.renamed.first() {
        Some((old, new, times)) => format!("renamed {times} times: “{old}” is now “{new}”"),
        None => "none of the words of a topic".to_owned(),
    }
}

fn clipped(text: &str) -> String {
    let mut clipped: String = text.chars().take(HEADING).collect();
    if clipped.len() < text.len() {
        clipped.push('…');
    }
    clipped
}
