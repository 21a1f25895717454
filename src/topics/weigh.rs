//! What each changed clause is about, and what all of them together are about.

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};

use super::fates::Fates;
use super::passage::Passage;
use super::vocabulary::{Found, Rank, TOPICS, Table};
use crate::diff;
use crate::diff::facts::{self, FactKind};
use crate::model::Topic;

/// What a changed word of a table is worth, and a heading: the nearest one above a clause or the words that it begins with
/// like one, and one further out, which says a little more than a hint.
const DECISIVE: f32 = 3.0;
const HINT: f32 = 1.0;
const NEAR_HEADING: f32 = 2.0;
const FAR_HEADING: f32 = 1.1;

/// What has at most so many words and no full stop is an entry of a list, and the heading above says of which: among
/// sub-processors, `Fraud detection` is no rule of use. There it counts for as much as a decisive word and a hint.
const ENTRY: u64 = 12;
const ENTRY_HEADING: f32 = 4.0;

/// A word that stayed is worth this part of one that changed, and up to [`AROUND`] more where little of its clause stayed.
const STAYED: f32 = 0.25;
const AROUND: f32 = 0.5;

/// A fourth word of a kind adds nothing.
const OF_A_KIND: usize = 3;

/// Less than this says nothing by itself: then only the headings count.
const FLOOR: f32 = 2.0;

/// A second topic of a clause reaches this part of the first one's score; one over which an account can be lost may be
/// the third and reaches this part, or it is only mentioned.
const SECOND: f32 = 0.7;
const CRITICAL: f32 = 0.4;

/// What follows for the account of somebody who breaks a rule is this part of the rule, where the sentence that says so
/// changed.
const CONSEQUENCE: f32 = 0.35;

/// A long clause weighs no more than one of 64 words: the weight is the square root of their number.
const HEAVIEST: f32 = 8.0;

/// So many changed words are more than a matter of wording.
const SUBSTANCE: u64 = 3;

/// What speaks for a topic.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    /// How much.
    pub(super) score: f32,
    /// The nearest heading that names it.
    pub(super) heading: Option<String>,
    /// The words of it, the most telling ones first.
    pub(super) words: Vec<String>,
    /// Whether a decisive word of it stands in the clause.
    named: bool,
    /// Whether a decisive word of it changed.
    pub(super) decisive: bool,
    /// Whether it is told however little of the change it is: a country came or went where countries are listed.
    pub(super) certain: bool,
    /// How much of the change are clauses that are about it first of all, under a heading of their own.
    pub(super) section: f32,
    /// Whether the nearest heading names it.
    near: bool,
    /// Whether it changed in substance, not in wording.
    pub(super) in_substance: bool,
    /// What became of the clauses about it that changed in substance.
    pub(super) fates: Fates,
}

/// What several passages are about.
#[derive(Debug)]
pub(super) struct Sum {
    /// How much of the change each topic of [`TOPICS`] is.
    pub(super) weight: Vec<f32>,
    /// What speaks for each.
    pub(super) evidence: Vec<Evidence>,
    /// How much has none of the topics.
    pub(super) other: f32,
    /// How much all of it is.
    pub(super) total: f32,
}

impl Sum {
    pub(super) fn of(passages: &[Passage<'_>], tables: &[&Table]) -> Self {
        let (weight, evidence) = (vec![0.0; TOPICS.len()], vec![Evidence::default(); TOPICS.len()]);
        let mut sum = Self { weight, evidence, other: 0.0, total: 0.0 };
        for passage in passages {
            sum.add(passage, tables);
        }
        sum
    }

    fn add(&mut self, passage: &Passage<'_>, tables: &[&Table]) {
        let mass = (passage.words() as f32).sqrt().min(HEAVIEST);
        self.total += mass;
        let topics = topics_of(passage, tables);
        let Some(best) = topics.first().map(|(_, found)| found.score) else {
            self.other += mass;
            return;
        };
        let is_substance = is_substance(passage, tables);
        for (rank, (topic, found)) in topics.into_iter().enumerate() {
            let certain = is_list_of_places(topic, &found, passage);
            if rank == 0 && found.near {
                self.evidence[topic].section += mass;
            }
            self.weight[topic] += mass * found.score / best;
            let all = &mut self.evidence[topic];
            if found.in_substance || is_substance {
                all.in_substance = true;
                all.fates.count(passage);
            }
            all.decisive |= found.decisive;
            all.certain |= certain;
            all.heading = all.heading.take().or(found.heading);
            let new = found.words.into_iter().filter(|word| !all.words.contains(word)).collect::<Vec<_>>();
            all.words.extend(new);
        }
    }
}

/// How much a passage weighs for a reader: what speaks for its topic, three times that where it is about what an account
/// can be lost over, and half of what it weighs by its changed words. The heading above an entry of a list is more certain
/// to say what it is about, but no graver.
pub(super) fn gravity(passage: &Passage<'_>, tables: &[&Table]) -> f32 {
    let is_substance = is_substance(passage, tables);
    let surplus = if is_entry(passage) { ENTRY_HEADING - NEAR_HEADING } else { 0.0 };
    let weight = |(topic, found): (usize, Evidence)| {
        let score = if found.near { found.score - surplus } else { found.score };
        let is_critical = TOPICS[topic].1.is_critical() && (found.in_substance || is_substance);
        if is_critical { score * 3.0 } else { score }
    };
    let heaviest = topics_of(passage, tables).into_iter().map(weight).fold(0.0, f32::max);
    heaviest + (passage.words() as f32).sqrt().min(HEAVIEST) / 2.0
}

/// Whether a passage says something else now, whatever it is about: a clause that is new or gone, several words, a
/// number, a "not".
fn is_substance(passage: &Passage<'_>, tables: &[&Table]) -> bool {
    passage.words_kept() == 0 || passage.words() >= SUBSTANCE || is_turned(passage, tables)
}

/// Whether a country or region came or went under a heading that is about them.
fn is_list_of_places(topic: usize, found: &Evidence, passage: &Passage<'_>) -> bool {
    let is_listed = TOPICS[topic].1 == Topic::Geography && found.heading.is_some() && !passage.is_heading;
    let (before, after) = if is_listed { passage.sides() } else { Default::default() };
    is_listed && facts::changes(&before, &after, "").iter().any(|fact| fact.kind == FactKind::Place)
}

/// Whether a number changed, or a word that turns a sentence around.
fn is_turned(passage: &Passage<'_>, tables: &[&Table]) -> bool {
    passage.changed().flat_map(diff::tokens).any(|word| {
        let key = diff::key(word);
        key.chars().any(char::is_numeric) || tables.iter().any(|table| table.turns.contains(&key))
    })
}

/// What a passage is about, strongest first, as indices into [`TOPICS`].
fn topics_of(passage: &Passage<'_>, tables: &[&Table]) -> Vec<(usize, Evidence)> {
    let mut topics = strongest(passage, tables);
    topics.extend(consequence(passage, tables, &topics));
    topics
}

/// What follows for the account, where a rule of use changed in a sentence that says so.
fn consequence(
    passage: &Passage<'_>,
    tables: &[&Table],
    topics: &[(usize, Evidence)],
) -> Option<(usize, Evidence)> {
    let is = |topic: usize, named: Topic| TOPICS[topic].1 == named;
    let (rule, found) = topics.first()?;
    if !is(*rule, Topic::AcceptableUse) || topics.iter().any(|(t, _)| is(*t, Topic::SuspensionTermination)) {
        return None;
    }
    let [before, after] = passage.changed_sentences().map(|sentences| diff::key(&sentences));
    let follows = |hit: &Found<'_>| hit.rank == Rank::Decisive && is(hit.topic, Topic::SuspensionTermination);
    let named = |key| tables.iter().flat_map(|table| table.find(key)).filter(follows).collect::<Vec<_>>();
    let stayed = named(&before);
    let Found { topic, word, .. } = named(&after).into_iter().find(|hit| stayed.contains(hit))?;
    let words = vec![word.to_owned()];
    Some((topic, Evidence { score: found.score * CONSEQUENCE, words, decisive: true, ..Evidence::default() }))
}

/// What the headings and words of a passage speak for.
fn strongest(passage: &Passage<'_>, tables: &[&Table]) -> Vec<(usize, Evidence)> {
    let mut evidence = BTreeMap::new();
    headings(passage, tables, &mut evidence);
    words(passage, tables, &mut evidence);
    let mut ranked: Vec<(usize, Evidence)> = evidence.into_iter().collect();
    ranked.sort_by(|a, b| b.1.score.total_cmp(&a.1.score));
    let best = ranked.first().map_or(0.0, |(_, found)| found.score);
    if best < FLOOR {
        // Where it stands says what it is about; of a clause in which a number changed, also what stayed.
        let is_turned = is_turned(passage, tables);
        ranked.retain(|(_, found)| found.heading.is_some() || found.named && is_turned);
        ranked.truncate(1);
        return ranked;
    }
    let floor = (best * SECOND).max(FLOOR);
    let mut told = 0;
    ranked.retain(|(topic, found)| {
        told += 1;
        let by_itself = TOPICS[*topic].1.is_critical() && found.decisive;
        found.score >= floor && told <= 2 || by_itself && found.score >= best * CRITICAL
    });
    ranked
}

/// The nearest heading that names a topic counts for it.
fn headings(passage: &Passage<'_>, tables: &[&Table], evidence: &mut BTreeMap<usize, Evidence>) {
    let depth = passage.headings.len();
    let lead = passage.lead();
    let lead = lead.as_deref().map(|lead| (lead, NEAR_HEADING));
    let is_entry = is_entry(passage);
    let above = passage.headings.iter().enumerate().rev().map(|(i, heading)| {
        // The only heading is mostly the title of the document.
        let worth = match i + 1 == depth {
            true if is_entry => ENTRY_HEADING,
            true if depth > 1 => NEAR_HEADING,
            _ => FAR_HEADING,
        };
        (*heading, worth)
    });
    for (heading, worth) in lead.into_iter().chain(above) {
        let key = diff::key(heading);
        let mut named = HashSet::new();
        for hit in tables.iter().flat_map(|table| table.find(&key)).filter(|hit| hit.rank != Rank::Hint) {
            let found = evidence.entry(hit.topic).or_default();
            if named.insert(hit.topic) && found.heading.is_none() {
                found.heading = Some(heading.to_owned());
                found.near = worth >= NEAR_HEADING;
                found.score += worth;
            }
        }
    }
}

/// Whether a clause is an entry of a list and no sentence.
fn is_entry(passage: &Passage<'_>) -> bool {
    let (before, after) = passage.sides();
    let text = if diff::word_count(&after) > 0 { after } else { before };
    let is_sentence = text.trim_end().ends_with(['.', '!', '?', '。', '！', '？', '؟', '।']);
    !passage.is_heading && !is_sentence && diff::word_count(&text) <= ENTRY
}

/// How often a word of a table stands in a passage.
#[derive(Default)]
struct Count {
    before: u32,
    after: u32,
}

fn words(passage: &Passage<'_>, tables: &[&Table], evidence: &mut BTreeMap<usize, Evidence>) {
    let sides = <[String; 2]>::from(passage.sides());
    let [before, after] = sides.each_ref().map(|side| diff::key(&without_stops(side)));
    let mut counts: BTreeMap<(usize, Rank, &str), Count> = BTreeMap::new();
    for (key, is_after) in [(&before, false), (&after, true)] {
        for Found { topic, rank, word } in tables.iter().flat_map(|table| table.find(key)) {
            let rank = match rank {
                Rank::Heading if passage.is_heading => Rank::Decisive,
                Rank::Heading => continue,
                rank => rank,
            };
            let count = counts.entry((topic, rank, word)).or_default();
            *if is_after { &mut count.after } else { &mut count.before } += 1;
        }
    }
    let changed = passage.words() as f32;
    let around = changed / (changed + passage.words_kept() as f32);
    let mut order: Vec<_> = counts.into_iter().collect();
    order.sort_by_key(|((_, rank, _), count)| {
        (count.before == count.after, *rank != Rank::Decisive, Reverse(count.before + count.after))
    });
    let mut seen: BTreeMap<(usize, Rank, bool), usize> = BTreeMap::new();
    for ((topic, rank, word), count) in order {
        let has_changed = count.before != count.after;
        let of_a_kind = seen.entry((topic, rank, has_changed)).or_default();
        *of_a_kind += 1;
        if *of_a_kind > OF_A_KIND {
            continue;
        }
        let worth = if rank == Rank::Hint { HINT } else { DECISIVE };
        let found = evidence.entry(topic).or_default();
        found.score += if has_changed { worth } else { worth * (STAYED + AROUND * around) };
        found.named |= rank == Rank::Decisive;
        found.decisive |= has_changed && rank == Rank::Decisive;
        found.in_substance |= has_changed;
        let word = as_written(word, &sides);
        if !found.words.contains(&word) {
            found.words.push(word);
        }
    }
}

/// A text whose addresses end before the full stop of their sentence: a key has no space behind it, so that the next word
/// would be part of the address.
fn without_stops(text: &str) -> Cow<'_, str> {
    if !text.contains('@') {
        return text.into();
    }
    let word = |word: &str| match word.contains('@') {
        true => word.trim_end_matches(['.', '?', '!']).to_owned(),
        false => word.to_owned(),
    };
    text.split_whitespace().map(word).collect::<Vec<_>>().join(" ").into()
}

/// A word of a key with the spaces that it has in one of the texts: a key has none beside a sign, as in `days' notice`.
fn as_written(word: &str, texts: &[String]) -> String {
    let glued = word.match_indices('\'').map(|(at, _)| (&word[..=at], &word[at + 1..]));
    let spaced = glued.map(|(start, end)| format!("{start} {end}"));
    let stands = |spaced: &String| {
        let keys = texts.iter().map(|text| text.to_lowercase().replace('’', "'"));
        keys.into_iter().any(|text| text.contains(spaced.as_str()))
    };
    spaced.into_iter().find(stands).unwrap_or_else(|| word.to_owned())
}
