//! Whatever is edited in a policy is told, as one change, at its clause, even on a page restyled on the same day.

use fineprint::diff::{self, Edit};
use fineprint::judge::{Memory, Verdict};
use fineprint::model::{Clause, Kind, Text};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use super::model::{Dice, Policy};
use super::page::render;
use super::pages;
use super::restyled::{differences, judged, thousand};

/// A clause with fewer words (or signs of a spaceless script) has no likeness with itself when one of them is another:
/// it is replaced, not reworded.
fn telling(language: &str) -> u64 {
    if matches!(language, "ja" | "zh") { 6 } else { 3 }
}

proptest! {
    #![proptest_config(thousand())]

    #[test]
    fn editing_a_word_of_a_clause_is_one_change_at_that_clause(seed: u64) {
        editing(seed)?;
    }

    #[test]
    fn a_clause_that_goes_is_told_at_the_second_look(seed: u64) {
        going(seed)?;
    }

    #[test]
    fn a_clause_that_comes_is_told_at_once(seed: u64) {
        coming(seed)?;
    }
}

pub(super) fn editing(seed: u64) -> Result<(), TestCaseError> {
    let mut dice = Dice(seed);
    let policy = Policy::drawn(&mut dice);
    let place = policy.any_clause(&mut dice);
    let mut after = policy.clone();
    after.clauses[place].text = edited(&policy.clauses[place].text, policy.language, &mut dice);
    let (before, after) = (page(&policy, &mut dice), page(&after, &mut dice));
    let story = || differences(&before, &after);
    let verdict = judged(&after, &before, &mut Memory::default());
    prop_assert!(matches!(verdict, Verdict::Changed(_)), "{verdict:?}\n{}", story());
    let diff = diff::compare(&before, &after);
    let edits: Vec<&Edit> = diff.changed().collect();
    let words = diff::word_count(&policy.clauses[place].text);
    match edits[..] {
        [Edit::Reworded { before: clause, .. }] => {
            prop_assert_eq!(*clause, place, "{}", story());
        }
        [Edit::Removed { before: clause }, Edit::Added { .. }] if words < telling(policy.language) => {
            prop_assert_eq!(*clause, place, "{}", story());
        }
        _ => prop_assert!(false, "{edits:?}\n{}", story()),
    }
    Ok(())
}

pub(super) fn going(seed: u64) -> Result<(), TestCaseError> {
    let mut dice = Dice(seed);
    let policy = Policy::drawn(&mut dice);
    let place = policy.inner_clause(&mut dice);
    let mut after = policy.clone();
    after.clauses.remove(place);
    let mut memory = Memory::default();
    let before = page(&policy, &mut dice);
    let (first, second) = (page(&after, &mut dice), page(&after, &mut dice));
    let story = || differences(&before, &first);
    let verdicts = [judged(&first, &before, &mut memory), judged(&second, &before, &mut memory)];
    prop_assert!(matches!(verdicts, [Verdict::Held(_), Verdict::Changed(_)]), "{verdicts:?}\n{}", story());
    let diff = diff::compare(&before, &second);
    let edits: Vec<Edit> = diff.changed().cloned().collect();
    prop_assert_eq!(edits, vec![Edit::Removed { before: place }], "{}", story());
    Ok(())
}

pub(super) fn coming(seed: u64) -> Result<(), TestCaseError> {
    let mut dice = Dice(seed);
    let policy = Policy::drawn(&mut dice);
    let place = policy.inner_clause(&mut dice);
    let mut after = policy.clone();
    after.clauses.insert(place, policy.another(&mut dice));
    let (before, after) = (page(&policy, &mut dice), page(&after, &mut dice));
    let verdict = judged(&after, &before, &mut Memory::default());
    prop_assert!(matches!(verdict, Verdict::Changed(_)), "{verdict:?}\n{}", differences(&before, &after));
    let diff = diff::compare(&before, &after);
    let edits: Vec<Edit> = diff.changed().cloned().collect();
    prop_assert_eq!(edits, vec![Edit::Added { after: place }], "{}", differences(&before, &after));
    Ok(())
}

#[test]
fn a_new_title_alone_is_not_told() {
    let mut dice = Dice(1);
    let policy = Policy::drawn(&mut dice);
    let mut after = policy.clone();
    after.clauses[0].text = format!("{} plus", after.clauses[0].text);
    let verdict = judged(&page(&after, &mut dice), &page(&policy, &mut dice), &mut Memory::default());
    assert!(matches!(verdict, Verdict::Unchanged(Some(_))), "{verdict:?}");
}

fn page(policy: &Policy, dice: &mut Dice) -> Text {
    pages::read(render(policy, dice).as_bytes())
}

impl Policy {
    /// Any clause but the title, and but for a single word that stands before or after all running text: a new one
    /// there is as likely a label.
    fn any_clause(&self, dice: &mut Dice) -> usize {
        let prose = self.running_text();
        let words = |i: usize| diff::word_count(&self.clauses[i].text);
        let all = 1..self.clauses.len();
        let telling: Vec<usize> =
            all.filter(|i| prose.contains(i) || words(*i) >= telling(self.language)).collect();
        *dice.one_of(&telling)
    }

    /// From the first clause of running text to the last.
    fn running_text(&self) -> std::ops::RangeInclusive<usize> {
        let is_prose = |c: &Clause| c.level().is_none() && diff::word_count(&c.text) >= 8;
        let first = self.clauses.iter().position(is_prose).unwrap();
        first..=self.clauses.iter().rposition(is_prose).unwrap()
    }

    /// A clause with running text on either side of it, neither heading nor row.
    fn inner_clause(&self, dice: &mut Dice) -> usize {
        let prose = self.running_text();
        let is_inner = |i: &usize| matches!(self.clauses[*i].kind, Kind::Paragraph | Kind::Item(_));
        let inner: Vec<usize> = (prose.start() + 1..*prose.end()).filter(is_inner).collect();
        *dice.one_of(if inner.is_empty() { std::slice::from_ref(prose.end()) } else { &inner })
    }
}

/// The text with one word, number or sign of a spaceless script exchanged, dropped or added.
fn edited(text: &str, language: &str, dice: &mut Dice) -> String {
    let is_word = |token: &&str| token.chars().any(char::is_alphanumeric);
    let words: Vec<&str> = diff::tokens(text).into_iter().filter(is_word).collect();
    let word = *dice.one_of(&words);
    let at = word.as_ptr() as usize - text.as_ptr() as usize;
    let (before, after) = (&text[..at], &text[at + word.len()..]);
    let new = match language {
        "ar" => "فورًا",
        "de" => "unverzüglich",
        "es" => "siempre",
        "fr" => "toujours",
        "ja" => "翌",
        "zh" => "须",
        _ => "promptly",
    };
    let space = if matches!(language, "ja" | "zh") { "" } else { " " };
    match word.parse::<u64>() {
        Ok(number) => format!("{before}{}{after}", number + 1 + dice.below(9) as u64),
        // "5 enero de 2026" is the same day without its "de".
        _ if words.len() > 3 && word.len() > 2 && dice.once_in(3) => {
            format!("{}{}", before.trim_end(), after)
        }
        _ if dice.once_in(2) => format!("{before}{new}{space}{word}{after}"),
        _ => format!("{before}{new}{after}"),
    }
}
