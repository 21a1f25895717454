//! What the words around a day say of it.

use std::sync::{LazyLock, OnceLock};

use regex::Regex;

use super::calendar::{ANY, Named};
use super::fold;
use super::words::{self, Words};
use crate::model::EffectiveKind;

/// What was said, and in which language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Cue {
    pub(super) kind: EffectiveKind,
    pub(super) language: &'static str,
}

/// What the words left and right of a day in one sentence say; `None` where they say nothing, or not for sure.
pub(super) fn read(left: &str, right: &str, named: &Named, declared: &str) -> Option<Cue> {
    static RANGE: LazyLock<(Regex, Regex)> = LazyLock::new(|| {
        let to = r"(?:to|until|through|till|thru|bis|zum|au|al|hasta|el|ate|a|tot|から|至|到|부터|الى|حتى|-|\x7e|〜)";
        (regex(&format!(r"[{ANY}] ?(?:{to} ?){{1,2}}$")), regex(&format!(r"^ ?(?:{to} ?){{1,2}}[{ANY}]")))
    });
    // Between two days something was in force: an older version, a special offer.
    if RANGE.0.is_match(left) || RANGE.1.is_match(right) {
        return None;
    }
    let (said, patterns) = languages(left, right, declared)
        .map(Language::patterns)
        .find_map(|patterns| Some((patterns.read(left, right, named)?, patterns)))?;
    let is_rule = matches!(named, Named::Counted(_)) && patterns.is_rule(left, right);
    let is_sure = !is_rule && !patterns.is_doubtful(&said, left);
    is_sure.then_some(Cue { kind: said.kind, language: patterns.language })
}

/// A language, whose patterns take a megabyte and milliseconds: they are made where they are first needed.
struct Language {
    words: &'static Words,
    patterns: OnceLock<Patterns>,
}

impl Language {
    fn patterns(&self) -> &Patterns {
        self.patterns.get_or_init(|| Patterns::new(self.words))
    }
}

/// The languages that a sentence may be in, the declared one first: none with letters that it doesn't have.
fn languages(left: &str, right: &str, declared: &str) -> impl Iterator<Item = &'static Language> {
    static ALL: LazyLock<Vec<Language>> = LazyLock::new(|| {
        words::ALL.iter().map(|words| Language { words, patterns: OnceLock::new() }).collect()
    });
    let primary = declared.split(['-', '_']).next().unwrap_or_default();
    let is_latin = !left.chars().chain(right.chars()).any(|c| c > '\u{24f}' && c.is_alphabetic());
    let (own, others): (Vec<_>, Vec<_>) = ALL
        .iter()
        .filter(|language| language.words.is_latin || !is_latin)
        .partition(|language| language.words.language == primary);
    own.into_iter().chain(others)
}

/// What the words beside a day say.
struct Said<'a> {
    kind: EffectiveKind,
    /// What stands before those words.
    before: &'a str,
    /// What stands behind the day, where a sentence opens with it and only then says what it is about.
    behind: &'a str,
}

/// The words of a language as patterns.
struct Patterns {
    language: &'static str,
    ends: Regex,
    starts: Regex,
    opens: Regex,
    around: Vec<(Regex, Regex, EffectiveKind)>,
    after: Vec<(Regex, EffectiveKind)>,
    older: Regex,
    doubt: Regex,
    example: Regex,
    law: Regex,
    ours: Regex,
    rule: Regex,
}

impl Patterns {
    fn new(words: &Words) -> Self {
        let Words { language, link, .. } = *words;
        // A word starts where no letter stands before it; scripts without spaces have no such place.
        let start =
            if words.is_spaced { format!(r"(?:^|[^\w-])(?:{})?", words.prefix) } else { String::new() };
        let left = |cues: &str| regex(&format!("{start}(?:{cues})(?:{link})*$"));
        let right = |cues: &str| regex(&format!("^(?:[ ,:)\"]|、)*(?:{cues})"));
        let anywhere = |cues: &str| regex(&format!("{start}(?:{cues})"));
        let ends = words.ends_after.iter().map(|cues| (right(cues), EffectiveKind::Ends));
        let starts = words.starts_after.iter().map(|cues| (right(cues), EffectiveKind::TakesEffect));
        Self {
            language,
            ends: left(&words.ends.join("|")),
            starts: left(&words.starts.join("|")),
            opens: regex(&format!(r#"(?:^|[,:.(")>\]-] ?|、|。|,)(?:{})(?:{link})*$"#, words.opens)),
            around: words.around.iter().map(|(l, r, kind)| (left(l), right(r), *kind)).collect(),
            after: ends.chain(starts).collect(),
            older: regex(&format!(r"{start}(?:{})\w*[^;.。]{{0,40}}$", words.older)),
            doubt: regex(&format!("{start}(?:{})$", words.doubt)),
            example: anywhere(words.example),
            law: anywhere(words.law),
            ours: anywhere(words.ours),
            rule: anywhere(words.rule),
        }
    }

    fn read<'a>(&self, left: &'a str, right: &'a str, named: &Named) -> Option<Said<'a>> {
        let said = |kind, before| Some(Said { kind, before, behind: "" });
        let before = |cue: &Regex| cue.find(left).map(|found| &left[..found.start()]);
        if let Some(before) = before(&self.ends) {
            return said(EffectiveKind::Ends, before);
        }
        for (l, r, kind) in &self.around {
            if r.is_match(right)
                && let Some(before) = before(l)
            {
                return said(*kind, before);
            }
        }
        if let Some(before) = before(&self.starts) {
            let behind = if before.trim().is_empty() { subject(right) } else { "" };
            return Some(Said { kind: EffectiveKind::TakesEffect, before, behind });
        }
        let is_open = matches!(named, Named::Counted(_)) && left.trim().is_empty();
        let before = if is_open { left } else { before(&self.opens)? };
        let found = self.after.iter().find(|(r, _)| r.is_match(right))?;
        Some(Said { kind: found.1, before, behind: subject(right) })
    }

    /// Whether other words take back what was said: `may`, `previous version`, `for example`, or a law's own date.
    fn is_doubtful(&self, said: &Said<'_>, left: &str) -> bool {
        let is_older = said.kind == EffectiveKind::TakesEffect && self.older.is_match(said.before);
        let names_law = self.law.is_match(left) || self.law.is_match(said.behind);
        let is_ours = self.ours.is_match(left) || self.ours.is_match(said.behind);
        is_older || self.doubt.is_match(said.before) || self.example.is_match(left) || names_law && !is_ours
    }

    /// Whether a sentence speaks of changes to come in general: `any changes`, `at least 30 days`.
    fn is_rule(&self, left: &str, right: &str) -> bool {
        self.rule.is_match(left) || self.rule.is_match(right)
    }
}

/// What a sentence that opened with a day is about: the words to the second comma.
fn subject(right: &str) -> &str {
    let end = right.split_inclusive([',', ';']).take(2).map(str::len).sum();
    &right[..end]
}

/// What stands for `\w`: letters and digits as folded texts have them, of Latin, Greek, Cyrillic, Arabic and the scripts
/// of East Asia. Unicode's own list has 770 ranges, and patterns with it take twice the memory.
const WORD: &str = r"[0-9a-z_\x{df}-\x{24f}\x{370}-\x{60b}\x{620}-\x{669}\x{66e}-\x{1fff}\x{3041}-\x{d7ff}]";

/// A pattern in everyday letters, with `~` for some words in between, none of them a day.
fn regex(pattern: &str) -> Regex {
    let gap = format!("[^;{ANY}]{{0,90}}?");
    Regex::new(&fold::pattern(pattern).replace('~', &gap).replace(r"\w", WORD))
        .expect("the patterns are ours, and a test uses them")
}
