//! What is new in a diff: its changed words, clause by clause, without what only looks new.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use super::dates;
use super::elsewhere::Elsewhere;
use super::links;
use crate::diff::outline::Outline;
use crate::diff::{self, Diff, Edit, key_hash};
use crate::model::{Run, Text};

/// A short stretch of words that is replaced by another in so many places is a name: its renaming is told once.
const RENAMED: usize = 4;

/// The most words a clause begins with that stand for a heading; more must follow.
const LEAD: u64 = 6;

/// What stands between the columns of a row, as in `Acme • Hosting • Country: …`: such a row begins with no heading.
const COLUMNS: [char; 3] = ['•', '·', '|'];

/// The most words of a name.
const NAME: usize = 4;

/// A clause of which something changed.
#[derive(Debug, Default)]
pub(super) struct Passage<'a> {
    /// The headings above it, outermost first; the title of the page where there are none.
    pub(super) headings: Vec<&'a str>,
    /// Whether it is a heading itself.
    pub(super) is_heading: bool,
    /// Its words in order.
    runs: Vec<Run>,
    /// Its edit, as a place in [`Diff::edits`].
    pub(super) edit: usize,
}

/// Everything that is new.
#[derive(Debug, Default)]
pub(super) struct News<'a> {
    /// The clauses whose words changed.
    pub(super) passages: Vec<Passage<'a>>,
    /// Names that were replaced throughout: the old one, the new one, and in how many places.
    pub(super) renamed: Vec<(String, String, usize)>,
    /// The clauses of which a day changed.
    pub(super) dates: Vec<String>,
    /// Lines about a day that are gone, and those that are new.
    lines: [Vec<String>; 2],
    /// Whether one of the days stands in a sentence rather than in a line of its own.
    pub(super) in_sentence: bool,
    /// Whether words are new or gone somewhere that stand elsewhere as they are.
    pub(super) repeated: bool,
}

impl Passage<'_> {
    /// How many words changed.
    pub(super) fn words(&self) -> u64 {
        let count = |is: fn(&Run) -> bool| {
            self.runs.iter().filter(|r| is(r)).map(|r| diff::word_count(r.text())).sum()
        };
        let (removed, added): (u64, u64) = (count(is_removed), count(is_added));
        removed.max(added)
    }

    /// How many words stayed around them.
    pub(super) fn words_kept(&self) -> u64 {
        self.runs.iter().filter(|r| matches!(r, Run::Kept(_))).map(|r| diff::word_count(r.text())).sum()
    }

    /// The words before, and those after.
    pub(super) fn sides(&self) -> (String, String) {
        let text =
            |without: fn(&Run) -> bool| self.runs.iter().filter(|r| !without(r)).map(Run::text).collect();
        (text(is_added), text(is_removed))
    }

    /// The sentences in which something changed, before and after: those that only one of the sides has.
    pub(super) fn changed_sentences(&self) -> [String; 2] {
        let (before, after) = self.sides();
        let hash = |sentence: &str| key_hash(sentence.trim());
        let only = |text: &str, other: &str| {
            let known: HashSet<u64> = diff::sentences(other).map(hash).collect();
            let is_new = |sentence: &&str| !known.contains(&hash(sentence));
            diff::sentences(text).filter(is_new).collect::<String>()
        };
        [only(&before, &after), only(&after, &before)]
    }

    /// The words a clause begins with as if they were its heading: `Governing law.` or `Late payments:`.
    pub(super) fn lead(&self) -> Option<String> {
        let (before, after) = self.sides();
        let text = if diff::word_count(&after) > 0 { after } else { before };
        let (lead, rest) = text.trim_start().split_once(['.', ':', '—'])?;
        let is_title = lead.chars().next().is_some_and(char::is_uppercase)
            && !lead.contains(COLUMNS)
            && diff::word_count(lead) <= LEAD
            && rest.starts_with(' ')
            && diff::word_count(rest) > LEAD;
        is_title.then(|| lead.to_owned())
    }

    /// Whether words are gone, and whether words are new.
    pub(super) fn changes(&self) -> [bool; 2] {
        let has = |is: fn(&Run) -> bool| self.runs.iter().any(|r| is(r) && diff::word_count(r.text()) > 0);
        [has(is_removed), has(is_added)]
    }

    /// The stretches of words that changed.
    pub(super) fn changed(&self) -> impl Iterator<Item = &str> {
        self.runs.iter().filter(|run| !matches!(run, Run::Kept(_))).map(Run::text)
    }

    fn is_empty(&self) -> bool {
        self.words() == 0
    }
}

fn is_removed(run: &Run) -> bool {
    matches!(run, Run::Removed(_))
}

fn is_added(run: &Run) -> bool {
    matches!(run, Run::Added(_))
}

/// The same run with other words.
fn with(run: &Run, text: String) -> Run {
    match run {
        Run::Kept(_) => Run::Kept(text),
        Run::Removed(_) => Run::Removed(text),
        Run::Added(_) => Run::Added(text),
    }
}

/// What is new between two texts.
pub(super) fn news<'a>(before: &'a Text, after: &'a Text, diff: &Diff) -> News<'a> {
    let mut news = News::default();
    if diff.is_empty() {
        return news;
    }
    let outline = Outline::new(before, after, diff);
    let (in_before, in_after) = (Elsewhere::new(before), Elsewhere::new(after));
    let stays = Staying::new(before, after, diff);
    for (i, edit) in diff.edits.iter().enumerate() {
        let runs = match edit {
            Edit::Kept { .. } | Edit::Moved { .. } => continue,
            Edit::Added { after: i } if Staying::under(&stays.after, after, *i) => continue,
            Edit::Removed { before: i } if Staying::under(&stays.before, before, *i) => continue,
            Edit::Added { after: i } => news.whole(&after.clauses[*i].text, &in_before, 1),
            Edit::Removed { before: i } => turned(news.whole(&before.clauses[*i].text, &in_after, 0)),
            Edit::Reworded { before: b, after: a, runs } => {
                let (old, new) = (&before.clauses[*b], &after.clauses[*a]);
                news.reworded((&old.text, &old.mark), (&new.text, &new.mark), runs, (&in_before, &in_after))
            }
            Edit::Split { runs, .. } | Edit::Merged { runs, .. } => {
                let (old, new) = (edit.old_words(before), edit.new_words(after));
                news.reworded((&old, ""), (&new, ""), runs, (&in_before, &in_after))
            }
        };
        let clause = edit.after().map(|i| &after.clauses[i]).or(edit.before().map(|i| &before.clauses[i]));
        let is_heading = clause.is_some_and(|clause| clause.level().is_some());
        let mut headings = outline.full_names(&outline.path(edit));
        if headings.is_empty() && !after.title.is_empty() {
            headings.push(&after.title);
        }
        news.passages.push(Passage { headings, is_heading, runs, edit: i });
    }
    news.settle();
    news
}

fn turned(runs: Vec<Run>) -> Vec<Run> {
    let turn = |run| match run {
        Run::Added(text) => Run::Removed(text),
        Run::Removed(text) => Run::Added(text),
        kept => kept,
    };
    runs.into_iter().map(turn).collect()
}

impl<'a> News<'a> {
    /// One clause, as if nothing else were new.
    pub(super) fn of(passage: Passage<'a>) -> Self {
        Self { passages: vec![passage], ..Self::default() }
    }

    /// What a clause says, as if it were new, that the other text doesn't; `side` is 1 where it is new indeed.
    fn whole(&mut self, clause: &str, other: &Elsewhere<'_>, side: usize) -> Vec<Run> {
        let clause = &*links::without_notes(clause);
        match dates::line(clause) {
            Some(dates::Line::Nothing) => return Vec::new(),
            Some(dates::Line::Date) => {
                self.lines[side].push(clause.to_owned());
                return Vec::new();
            }
            None if other.is_stock(clause) => return Vec::new(),
            None => {}
        }
        if let Some(like) = other.like(clause) {
            self.repeated = true;
            let runs = runs(&dates::marked(like), &dates::marked(clause));
            return self.undated(runs, clause);
        }
        let (news, repeated) = other.without_known(clause);
        self.repeated |= repeated;
        vec![Run::Added(news)]
    }

    /// What changed inside a clause, which has its words and its numbering.
    fn reworded(
        &mut self,
        (old, old_mark): (&str, &str),
        (new, new_mark): (&str, &str),
        diffed: &[Run],
        (before, after): (&Elsewhere<'_>, &Elsewhere<'_>),
    ) -> Vec<Run> {
        let (was, is) = (said(old, new_mark), said(new, old_mark));
        let is_as_diffed = was == old && is == new && !dates::has(old) && !dates::has(new);
        let words = match is_as_diffed {
            true => diffed.to_vec(),
            false => runs(&dates::marked(&was), &dates::marked(&is)),
        };
        let unsaid = |run: Run| {
            let (news, repeated) = match &run {
                Run::Kept(_) => return run,
                Run::Removed(text) => after.without_known(text),
                Run::Added(text) => before.without_known(text),
            };
            self.repeated |= repeated;
            with(&run, news)
        };
        let words = words.into_iter().map(unsaid).collect();
        self.undated(words, new)
    }

    /// Runs without the days in them, which are noted apart.
    fn undated(&mut self, mut runs: Vec<Run>, clause: &str) -> Vec<Run> {
        let mut dated = false;
        for run in &mut runs {
            let (text, had) = dates::without_marks(run.text());
            dated |= had && !matches!(run, Run::Kept(_));
            *run = with(run, text);
        }
        let is_line = dates::line(clause).is_some();
        if dated {
            self.in_sentence |= !is_line;
            self.dates.push(clause.to_owned());
        }
        if is_line && runs.iter().all(|run| dates::only_around(run.text())) {
            runs.clear();
        }
        runs
    }

    /// Takes out what all clauses together show to be no news: names, and a text that only got other blocks.
    fn settle(&mut self) {
        let [gone, come] = std::mem::take(&mut self.lines);
        let days =
            |lines: &[String]| lines.iter().flat_map(|line| dates::days(line)).collect::<BTreeSet<_>>();
        // The same day may only be written otherwise.
        if days(&gone) != days(&come) {
            self.dates.splice(0..0, come.into_iter().chain(gone));
        }
        self.rename();
        self.passages.retain(|passage| !passage.is_empty());
        let words = |is: fn(&Run) -> bool| {
            let runs = self.passages.iter().flat_map(|passage| &passage.runs).filter(|run| is(run));
            let words = runs.flat_map(|run| diff::tokens(run.text())).map(diff::key);
            words.filter(|word| dates::says_something(word)).collect::<Vec<_>>()
        };
        if words(is_removed) == words(is_added) {
            self.passages.clear();
        }
    }

    /// Takes out replacements that are made everywhere.
    fn rename(&mut self) {
        let mut counts: HashMap<(String, String), usize> = HashMap::new();
        for swap in self.passages.iter().flat_map(|passage| passage.runs.windows(2)).filter_map(swap) {
            *counts.entry(swap).or_default() += 1;
        }
        counts.retain(|_, n| *n >= RENAMED);
        for passage in &mut self.passages {
            let is_name = |pair: &[Run]| swap(pair).is_some_and(|swap| counts.contains_key(&swap));
            let pairs = passage.runs.windows(2).enumerate().filter(|(_, pair)| is_name(pair));
            let names: HashSet<usize> = pairs.flat_map(|(i, _)| [i, i + 1]).collect();
            let mut i = 0..;
            passage.runs.retain(|_| !i.next().is_some_and(|i| names.contains(&i)));
        }
        self.renamed = counts.into_iter().map(|((old, new), n)| (old, new, n)).collect();
        self.renamed.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.cmp(b)));
    }
}

/// What a clause says: without what is said about its links, and without the numbering that the other clause has apart
/// from its words.
fn said<'c>(clause: &'c str, numbering: &str) -> Cow<'c, str> {
    let unnumbered = clause.strip_prefix(numbering).filter(|rest| rest.starts_with(char::is_whitespace));
    links::without_notes(unnumbered.unwrap_or(clause))
}

/// As [`diff::runs`], but nothing is new where only spaces differ.
fn runs(old: &str, new: &str) -> Vec<Run> {
    if diff::key(old) == diff::key(new) {
        return vec![Run::Kept(new.to_owned())];
    }
    diff::runs(old, new)
}

/// A name that was replaced by another.
fn swap(pair: &[Run]) -> Option<(String, String)> {
    match pair {
        [Run::Removed(old), Run::Added(new)] => name(old).zip(name(new)),
        _ => None,
    }
}

/// A stretch of words as a name, if it is short enough for one: its key, without the `s` of a plural.
fn name(words: &str) -> Option<String> {
    let key = diff::key(words);
    let words: Vec<&str> = diff::tokens(&key);
    let plain = |word: &&str| word.chars().all(char::is_alphabetic);
    if words.is_empty() || words.len() > NAME || !words.iter().all(plain) {
        return None;
    }
    let singular =
        |word: &&str| word.strip_suffix('s').filter(|rest| !rest.ends_with('s')).map(str::to_owned);
    Some(words.iter().map(|word| singular(word).unwrap_or((*word).to_owned())).collect::<Vec<_>>().join(" "))
}

/// Which clauses stay, so that a heading that is new or gone above clauses that stay is told from a section that is.
struct Staying {
    before: Vec<bool>,
    after: Vec<bool>,
}

impl Staying {
    fn new(before: &Text, after: &Text, diff: &Diff) -> Self {
        let mut stays =
            Self { before: vec![false; before.clauses.len()], after: vec![false; after.clauses.len()] };
        for edit in &diff.edits {
            if let (Some(_), Some(_)) = (edit.before(), edit.after()) {
                stays.before[edit.befores()].fill(true);
                stays.after[edit.afters()].fill(true);
            }
        }
        stays
    }

    /// Whether the clause `i` is a heading of which the first clause below stays, with it or without it. One word is
    /// more likely a member of a list.
    fn under(stays: &[bool], text: &Text, i: usize) -> bool {
        let is_heading = |i: usize| text.clauses[i].level().is_some();
        let below = (i + 1..text.clauses.len()).find(|j| !is_heading(*j) || stays[*j]);
        is_heading(i) && diff::word_count(&text.clauses[i].text) > 1 && below.is_some_and(|j| stays[j])
    }
}
