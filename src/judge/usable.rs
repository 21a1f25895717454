//! Whether a page can be the policy at all.

use crate::diff::word_count;
use crate::model::Text;

use super::Look;
use super::wording::{Impostor, impostor};

/// A text with fewer words is no policy: an empty shell, "Loading…", "Access denied".
const FEWEST_WORDS: u64 = 12;
/// A text that takes the place of a longer one has at least this many words of running text.
const FEWEST_PROSE: u64 = 150;

/// A page of more words that says in its title or a heading that it is an error is a policy all the same.
const IMPOSTOR: u64 = 150;
/// The same for one that stands where a page several times as long stood.
const REPLACEMENT: u64 = 300;
/// A page of fewer words than this says what it is in any of its lines.
const TELLING: u64 = 60;

/// A clause with at least this many words is running text, …
const SENTENCE: u64 = 8;
/// … and with this many a paragraph of it: the remarks below the entries of a menu are shorter.
const PARAGRAPH: u64 = 18;

/// Why a page can't be the policy, if so.
pub(super) fn objection(look: &Look<'_>) -> Option<String> {
    if !(200..300).contains(&look.status) {
        return Some(format!("the server answered HTTP {}", look.status));
    }
    match words_up_to(FEWEST_WORDS, look.text) {
        0 => Some("the page holds no text".to_owned()),
        1 => Some("the page holds one word, too few for a policy".to_owned()),
        words if words < FEWEST_WORDS => Some(format!("the page holds {words} words, too few for a policy")),
        _ => impostor_of(look.text, IMPOSTOR).map(in_its_place),
    }
}

/// What stands in the place of a policy several times as long, by its own words.
pub(super) fn replacement(text: &Text) -> Option<String> {
    impostor_of(text, REPLACEMENT).map(in_its_place)
}

fn in_its_place(impostor: Impostor) -> String {
    format!("the page says that it is {}", impostor.name())
}

fn impostor_of(text: &Text, most: u64) -> Option<Impostor> {
    let words = words_up_to(most + 1, text);
    (words <= most).then(|| impostor(text, words < TELLING)).flatten()
}

/// The words of a text; beyond `enough` they aren't counted.
fn words_up_to(enough: u64, text: &Text) -> u64 {
    let mut words = 0;
    for clause in &text.clauses {
        words += word_count(&clause.text);
        if words >= enough {
            break;
        }
    }
    words
}

/// Whether a text that lost most of the words of the version before can be a policy in its place: mostly running text,
/// some of it in paragraphs. A page of short lines is an index, a menu with a remark on each entry, an error.
pub(super) fn is_policy_like(text: &Text) -> bool {
    let (mut words, mut prose, mut paragraphs) = (0, 0, 0);
    for clause in text.clauses.iter() {
        let count = word_count(&clause.text);
        words += count;
        if clause.level().is_none() {
            prose += if count >= SENTENCE { count } else { 0 };
            paragraphs += if count >= PARAGRAPH { count } else { 0 };
        }
    }
    prose >= FEWEST_PROSE && prose * 10 >= words * 6 && paragraphs * 3 >= words
}
