//! Policies apart from the pages that show them: a policy is a list of clauses, put together from the sections of the
//! hand-written pages of one language.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use fineprint::diff;
use fineprint::model::{Clause, Kind};

use super::pages;

/// A title and clauses, in a language.
#[derive(Debug, Clone)]
pub(super) struct Policy {
    pub(super) language: &'static str,
    pub(super) clauses: Vec<Clause>,
}

/// The sections of all pages of a language: each a heading and what stands below it.
type Sections = Vec<Vec<Clause>>;

pub(super) const LANGUAGES: [&str; 7] = ["ar", "de", "en", "es", "fr", "ja", "zh"];

static SECTIONS: LazyLock<HashMap<String, Sections>> = LazyLock::new(|| {
    let mut sections: HashMap<String, Sections> = HashMap::new();
    let mut seen: HashSet<u64> = HashSet::new();
    for (name, _, html) in pages::all() {
        let language = sections.entry(name.split('/').next().unwrap().to_owned()).or_default();
        // The title begins a section, too: its clauses are the introduction.
        for clause in pages::read(&html).clauses {
            if clause.level().is_some() || language.is_empty() {
                language.push(Vec::new());
            }
            if seen.insert(diff::key_hash(&clause.text)) || clause.level().is_some() {
                language.last_mut().unwrap().push(Clause { links: Vec::new(), ..clause });
            }
        }
    }
    sections
});

impl Policy {
    /// A policy in one of the languages, of up to twelve sections, with some running text.
    pub(super) fn drawn(dice: &mut Dice) -> Self {
        loop {
            let language = *dice.one_of(&LANGUAGES);
            let sections = &SECTIONS[language];
            let is_title = |s: &&Vec<Clause>| s[0].level() == Some(1);
            let titles: Vec<&Vec<Clause>> = sections.iter().filter(is_title).collect();
            let mut clauses = (*dice.one_of(&titles)).clone();
            for _ in 0..2 + dice.below(11) {
                let section = dice.one_of(sections);
                if !is_title(&section) && !clauses.contains(&section[0]) {
                    clauses.extend(section.iter().cloned());
                }
            }
            let policy = Self { language, clauses };
            if policy.prose() >= 90 {
                return policy;
            }
        }
    }

    /// How many words of running text there are; two characters are a word where there are no spaces.
    fn prose(&self) -> usize {
        let dense = matches!(self.language, "ja" | "zh");
        let words = |c: &Clause| if dense { c.text.chars().count() / 2 } else { c.text.split(' ').count() };
        self.clauses.iter().filter(|c| c.kind == Kind::Paragraph).map(words).filter(|w| *w >= 8).sum()
    }

    /// A clause of the same language that isn't in the policy.
    pub(super) fn another(&self, dice: &mut Dice) -> Clause {
        loop {
            let section = dice.one_of(&SECTIONS[self.language]);
            let clause = dice.one_of(section);
            if clause.kind == Kind::Paragraph && !self.clauses.contains(clause) {
                return clause.clone();
            }
        }
    }
}

/// Chance that is the same for the same seed (SplitMix64).
#[derive(Debug, Clone)]
pub(super) struct Dice(pub(super) u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    /// True once in `n` throws.
    pub(super) fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    pub(super) fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}
