//! Which topics weigh enough to be told, and the reasons in words.

use super::fates::Fates;
use super::passage::News;
use super::vocabulary::{TOPICS, Table};
use super::weigh::{Evidence, Sum};
use crate::model::Topic;

/// A topic is told if it weighs at least this share of the weightiest one.
const SHARE: f32 = 0.37;

/// One over which an account can be lost is told for less, where decisive words changed: missing it costs more.
const CRITICAL_SHARE: f32 = 0.3;

/// Beside a topic that is more than this part of all, as privacy is in a privacy policy, it is told for still less.
const DOMINANT: f32 = 0.6;
const CRITICAL_SHARE_BESIDE: f32 = 0.04;

/// A section of its own is told whatever else changed: three long clauses.
const SECTION: f32 = 24.0;

/// What weighs more is a rewritten document, not an edit: some forty long clauses. It is about everything, so that a topic over
/// which an account can be lost is told only as one of the main ones, from this share on.
const REWRITTEN: f32 = 300.0;
const CRITICAL_SHARE_REWRITTEN: f32 = 0.35;

/// What has none of the topics is told as "other" from this share on; for less where much changed, and for still less of
/// a rewritten document, because their topics are many.
const OTHER_SHARE: f32 = 0.4;
const OTHER_SHARE_OF_MUCH: f32 = 0.1;
const OTHER_SHARE_REWRITTEN: f32 = 0.02;

/// What weighs more is much: a dozen long clauses.
const MUCH: f32 = 100.0;

/// The weightiest topics of a change are enough.
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

/// The topics of a change, weightiest first.
#[derive(Debug, Default)]
pub(super) struct Topics {
    /// What it is about.
    pub(super) told: Vec<Chosen>,
    /// What of a rewritten document, over which an account can be lost, is none of its main topics: it makes the change
    /// serious, but the change is not about it.
    pub(super) untold: Vec<Chosen>,
}

/// What a change is about.
pub(super) fn topics(news: &News<'_>, tables: &[&Table]) -> Topics {
    if news.passages.is_empty() && news.renamed.is_empty() {
        let day = news.dates.first().map(|line| clipped(line));
        let told = day.map(|why| Chosen::of(Topic::DatesOnly, why, false));
        return Topics { told: told.into_iter().collect(), ..Topics::default() };
    }
    let sum = Sum::of(&news.passages, tables);
    // Each place of a name is a clause of which a word changed.
    let renamed = news.renamed.iter().map(|(_, _, times)| *times as f32).sum::<f32>();
    let (other, total) = (sum.other + renamed, sum.total + renamed);
    let mut ranked: Vec<usize> = (0..TOPICS.len()).filter(|t| sum.weight[*t] > 0.0).collect();
    ranked.sort_by(|a, b| sum.weight[*b].total_cmp(&sum.weight[*a]));
    let heaviest = ranked.first().map_or(0.0, |t| sum.weight[*t]);
    let is_rewritten = total > REWRITTEN;
    let is_dominant = heaviest > sum.total * DOMINANT;
    let grave_share = if is_dominant { CRITICAL_SHARE_BESIDE } else { CRITICAL_SHARE };
    let mut topics = Topics::default();
    for t in ranked {
        let (topic, found, weight) = (TOPICS[t].1.clone(), &sum.evidence[t], sum.weight[t]);
        let by_itself = topic.is_critical() && found.decisive;
        let is_main = if by_itself {
            weight >= heaviest * CRITICAL_SHARE_REWRITTEN
        } else {
            weight >= heaviest.max(renamed) * SHARE && topics.told.len() < MOST
        };
        let is_grave = by_itself && (weight >= heaviest * grave_share || found.section >= SECTION);
        let (in_substance, fates) = (found.in_substance, found.fates);
        let chosen = Chosen { topic, why: why(found), in_substance, fates };
        if is_main || found.certain || is_grave && !is_rewritten {
            topics.told.push(chosen);
        } else if is_grave {
            topics.untold.push(chosen);
        }
    }
    let other_share = match total > MUCH {
        _ if is_rewritten => OTHER_SHARE_REWRITTEN,
        true => OTHER_SHARE_OF_MUCH,
        false => OTHER_SHARE,
    };
    if other >= heaviest * other_share || topics.told.is_empty() {
        topics.told.push(Chosen::of(Topic::Other, neither(news), true));
    }
    topics
}

/// `under “Suspension and Termination”; words: suspend, without notice`
fn why(found: &Evidence) -> String {
    let heading = found.heading.as_deref().map(|heading| format!("under “{}”", clipped(heading)));
    let words: Vec<&str> = found.words.iter().take(WORDS).map(String::as_str).collect();
    let words = (!words.is_empty()).then(|| format!("words: {}", words.join(", ")));
    heading.into_iter().chain(words).collect::<Vec<_>>().join("; ")
}

fn neither(news: &News<'_>) -> String {
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
