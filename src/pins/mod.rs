//! Pinned clauses: sentences that somebody relies on, looked for in a text, pure.
//!
//! A pin is *found* where its words stand one after another, whatever their typography, case, punctuation, numbering
//! and the cut into blocks: [`Words`] is the comparison form. It may be part of a longer sentence; but if that sentence
//! gains or loses a word that can turn its sense (`not`, `unless`, `by default`, a number) since the pin was last found,
//! the pin has *changed*. It has changed, too, where only something similar stands ([`SIMILAR`] says how similar).
//! Otherwise it is *missing*. So a negation or another number is never "the same".

mod passage;
mod similar;
mod turn;
mod words;

pub use turn::{Turn, turn};
pub use words::{Words, sense};

use std::ops::Range;

use crate::model::{Sight, Text};

/// From this likeness on a passage is what became of a clause: twice the weight of the words they share over
/// the weight of all words of both, where rare words weigh more than common ones. 1 is the same words, 0 none in common.
///
/// Rewordings that people would still call the same clause come out at 0.58 and more, other clauses about the same
/// matter at 0.46 and less; the tests hold a table of both. Either way it is told as critical: this only decides whether
/// the notice can show what stands there now.
pub const SIMILAR: f64 = 0.52;

/// With this many places that hold a pin's words the rest isn't looked at: a text that repeats them more often says
/// nothing new.
const PLACES: usize = 64;

/// How a pin stands in a text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// How it stands.
    pub sight: Sight,
    /// The sentence that it stands in, or what stands in its place; `None` if it is missing.
    pub passage: Option<String>,
    /// The clause in which that begins, an index into [`Text::clauses`].
    pub clause: Option<usize>,
}

/// Looks for a pin in a text. `reference` is the sentence that it stood in when it was last found, if it ever was.
pub fn look(pin: &str, text: &Words<'_>, reference: Option<&str>) -> Sighting {
    let alone = Text { clauses: vec![crate::model::Clause::paragraph(pin)], ..Text::default() };
    let wanted = Words::of(&alone);
    let places = text.places_of(&wanted, PLACES);
    if places.is_empty() {
        return match similar::closest(&wanted, text) {
            Some(place) => sighting(Sight::Changed, text, place),
            None => Sighting { sight: Sight::Missing, passage: None, clause: None },
        };
    }
    let turning = |place: &Range<usize>| passage::turning_words(text, place.clone());
    let expected = reference.and_then(|reference| turning_in(reference, &wanted));
    let same = match &expected {
        Some(expected) => places.iter().find(|place| turning(place) == *expected),
        // Never found before: the plainest sentence is the one that is meant.
        None => places.iter().min_by_key(|place| turning(place).len()),
    };
    match same {
        Some(place) => sighting(Sight::Found, text, place.clone()),
        None => sighting(Sight::Changed, text, places[0].clone()),
    }
}

/// The words around the pin that can turn its sense, in a sentence that is known to hold it.
fn turning_in(reference: &str, wanted: &Words<'_>) -> Option<Vec<u64>> {
    let alone = Text { clauses: vec![crate::model::Clause::paragraph(reference)], ..Text::default() };
    let words = Words::of(&alone);
    let place = words.places_of(wanted, 1).pop()?;
    Some(passage::turning_words(&words, place))
}

fn sighting(sight: Sight, text: &Words<'_>, place: Range<usize>) -> Sighting {
    let (clause, passage) = passage::around(text, place);
    Sighting { sight, passage: Some(passage), clause: Some(clause) }
}

#[cfg(test)]
mod tests;
