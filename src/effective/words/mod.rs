//! What people write around a day on which something takes effect or ends: a file per language.
//!
//! Everything here is a regular expression over folded text (small letters without accents; the tables may be
//! written with them), without look-around. `~` stands for a few words in between, none of them a day.

mod ar;
mod de;
mod en;
mod es;
mod fr;
mod it;
mod ja;
mod ko;
mod nl;
mod pt;
mod zh;

use crate::model::EffectiveKind;

/// Every language that is read.
pub(super) const ALL: &[&Words] = &[
    &en::WORDS,
    &fr::WORDS,
    &de::WORDS,
    &es::WORDS,
    &it::WORDS,
    &pt::WORDS,
    &nl::WORDS,
    &ja::WORDS,
    &zh::WORDS,
    &ko::WORDS,
    &ar::WORDS,
];

/// The words of a language.
pub(super) struct Words {
    /// Its tag (BCP 47).
    pub(super) language: &'static str,
    /// Whether it is written in Latin letters.
    pub(super) is_latin: bool,
    /// Whether there are spaces between words.
    pub(super) is_spaced: bool,
    /// What may be written together with the word behind it: `و`.
    pub(super) prefix: &'static str,
    /// What may stand between words and their day: prepositions, articles, names of weekdays, marks.
    pub(super) link: &'static str,
    /// Right before a day: something takes effect.
    pub(super) starts: &'static [&'static str],
    /// Right before a day: something ends.
    pub(super) ends: &'static [&'static str],
    /// What stands before a day and behind it.
    pub(super) around: &'static [(&'static str, &'static str, EffectiveKind)],
    /// How a sentence or its part opens with a day: `from`.
    pub(super) opens: &'static str,
    /// Behind a day that opens a sentence: something takes effect.
    pub(super) starts_after: &'static [&'static str],
    /// Behind a day that opens a sentence: something ends.
    pub(super) ends_after: &'static [&'static str],
    /// Shortly before the words: another version is meant, whose beginning is no news.
    pub(super) older: &'static str,
    /// Right before the words: they are denied, or not certain.
    pub(super) doubt: &'static str,
    /// Anywhere before the day: this is an example.
    pub(super) example: &'static str,
    /// Anywhere before the day: a law, whose dates are its own.
    pub(super) law: &'static str,
    /// Anywhere before the day: it is this text that is spoken of, whatever law it names.
    pub(super) ours: &'static str,
    /// Anywhere beside a counted day: a rule for changes to come, not a day.
    pub(super) rule: &'static str,
    /// A count from this very text; `<N>` is the amount.
    pub(super) counts: &'static [&'static str],
    /// Words for days.
    pub(super) days: &'static [&'static str],
    /// Words for weeks.
    pub(super) weeks: &'static [&'static str],
    /// Words for months.
    pub(super) months: &'static [&'static str],
}

/// A pattern that nothing matches.
const NOTHING: &str = r"[^\s\S]";

/// What a language leaves out.
const NONE: Words = Words {
    language: "",
    is_latin: true,
    is_spaced: true,
    prefix: "",
    link: NOTHING,
    starts: &[],
    ends: &[],
    around: &[],
    opens: NOTHING,
    starts_after: &[],
    ends_after: &[],
    older: NOTHING,
    doubt: NOTHING,
    example: NOTHING,
    law: NOTHING,
    ours: NOTHING,
    rule: NOTHING,
    counts: &[],
    days: &[],
    weeks: &[],
    months: &[],
};
