//! Which clause was written anew: it has few of its words, and the place or the title of the one before.

use std::collections::{HashMap, VecDeque};

use super::key;
use super::pair::{Bags, shared};
use crate::model::Clause;

/// Where one clause stands in the place of one, this likeness is enough (the Dice coefficient of their words), …
const ALIKE: f64 = 0.2;
/// … if the shorter one has so many words: fewer are alike by chance.
const WORDS: usize = 6;

/// The title a clause begins with has at most so many characters and so many words.
const TITLE: (usize, usize) = (80, 8);

/// The pairs of old and new clauses, as places, of those that stand between the same two clauses and have no counterpart:
/// first those under the same title, in order, then what is left alone on both sides.
pub(super) fn pairs(
    (old, olds): (&[Clause], &[usize]),
    (new, news): (&[Clause], &[usize]),
    bags: &mut Bags,
) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let (mut old_from, mut new_from) = (0, 0);
    let mut places: HashMap<String, VecDeque<usize>> = HashMap::new();
    for (o, i) in olds.iter().enumerate() {
        if let Some(title) = title(&old[*i]) {
            places.entry(title).or_default().push_back(o);
        }
    }
    let titled = if places.is_empty() { &[][..] } else { news };
    for (n, i) in titled.iter().enumerate() {
        let Some(places) = title(&new[*i]).and_then(|title| places.get_mut(&title)) else { continue };
        while let Some(o) = places.pop_front() {
            if o >= old_from {
                pairs.extend(alone((old, &olds[old_from..o]), (new, &news[new_from..n]), bags));
                pairs.push((olds[o], *i));
                (old_from, new_from) = (o + 1, n + 1);
                break;
            }
        }
    }
    pairs.extend(alone((old, &olds[old_from..]), (new, &news[new_from..]), bags));
    pairs
}

/// One clause in the place of one of its kind, if they have anything to do with each other.
fn alone(
    (old, olds): (&[Clause], &[usize]),
    (new, news): (&[Clause], &[usize]),
    bags: &mut Bags,
) -> Option<(usize, usize)> {
    let ([o], [n]) = (olds, news) else { return None };
    if old[*o].kind != new[*n].kind {
        return None;
    }
    let (before, after) = (bags.of(old, olds).pop()?.words, bags.of(new, news).pop()?.words);
    let alike = 2.0 * shared(&before, &after) as f64 >= ALIKE * (before.len() + after.len()) as f64;
    (alike && before.len().min(after.len()) >= WORDS).then_some((*o, *n))
}

/// The words that a clause begins with like a title, as a key: `How we use your data.`, `Late payments:`.
fn title(clause: &Clause) -> Option<String> {
    let start = &clause.text[..clause.text.floor_char_boundary(TITLE.0)];
    let end = start.find(['.', ':', '。', '：'])?;
    let (title, rest) = (&start[..end], &clause.text[end..]);
    let is_title = clause.level().is_none()
        && title.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_lowercase())
        && title.split_whitespace().count() <= TITLE.1
        && rest.chars().nth(1).is_some_and(|c| c.is_whitespace() || !c.is_ascii())
        && rest.chars().count() > title.chars().count();
    is_title.then(|| key(title))
}

#[cfg(test)]
mod tests {
    use crate::diff::{Edit, compare};
    use crate::model::{Clause, Run, Text};

    fn text(clauses: &[&str]) -> Text {
        let paragraphs = clauses.iter().map(|text| Clause::paragraph(*text));
        Text {
            clauses: [Clause::heading(2, "Data")].into_iter().chain(paragraphs).collect(),
            ..Text::default()
        }
    }

    /// What became of the clauses: `~` reworded with something kept, `=` rewritten whole, `+`, `-`, and nothing for kept.
    fn script(before: &[&str], after: &[&str]) -> String {
        let diff = compare(&text(before), &text(after));
        let sign = |edit: &Edit| match edit {
            Edit::Kept { .. } => "",
            Edit::Reworded { runs, .. } if runs.iter().any(|run| matches!(run, Run::Kept(_))) => "~",
            Edit::Reworded { .. } => "=",
            Edit::Added { .. } => "+",
            Edit::Removed { .. } => "-",
            _ => "?",
        };
        diff.edits.iter().map(sign).collect()
    }

    #[test]
    fn a_clause_is_found_by_its_title_whatever_became_of_its_words() {
        let before = ["How we use it. We store it as the privacy policy says, and nowhere else."];
        let feedback = "Feedback. A thumb up or down is kept together with what you asked for.";
        let after =
            [feedback, "How we use it. Models are trained with all inputs unless you opted out by letter."];
        assert_eq!(script(&before, &after), "+=");
        // Words in small letters are none.
        let before = ["we do. Purple elephants dance around seven tables made from painted driftwood."];
        let after = ["we do. Something new came in for everybody at last, later than was promised."];
        assert_eq!(script(&before, &after), "-+");
    }

    #[test]
    fn one_clause_in_the_place_of_one_is_that_clause_if_they_have_words_in_common() {
        let kept = "Nothing changed about this clause of the terms at all.";
        let old = "You may ask us to delete what we hold, and we answer to that within thirty days.";
        let new = "You may ask for it once a year, and what we hold is then deleted by machines alone.";
        let other = "Purple elephants dance around seven tables made from painted driftwood.";
        assert_eq!(script(&[kept, old], &[kept, new]), "=");
        assert_eq!(script(&[kept, old], &[kept, other]), "-+");
        assert_eq!(script(&[kept, old], &[kept, new, other]), "-++");
    }
}
