//! `[[source.pin]]`: clauses that somebody relies on.

use std::collections::HashMap;

use super::problem::Problem;
use super::value::{Refusal, Table, refusal};
use crate::model::Pin;
use crate::pins::sense;

const MAX_PINS: usize = 20;
/// Fewer words stand somewhere in every policy.
const FEWEST_WORDS: usize = 3;
/// Longest pinned clause and longest note, in characters.
const MAX_TEXT: usize = 1_000;
const MAX_NOTE: usize = 500;

/// The pins of a source, in the order of the file; the same clause twice is refused.
pub(super) fn read(source: &Table<'_>) -> Vec<Pin> {
    let members = source.get("pin").and_then(|value| {
        if value.is_table() {
            value.refuse(refusal("found a single table", "`[[source.pin]]`, in double brackets"));
            return None;
        }
        value.array(MAX_PINS)
    });
    let (mut pins, mut taken) = (Vec::new(), HashMap::new());
    for member in members.unwrap_or_default() {
        let Some(table) = member.table(&["text", "note"]) else { continue };
        let note = table.get("note").and_then(|value| value.read(note));
        let Some(value) = table.require("text", "\"the clause, in the words of the page\"") else { continue };
        let Some(text) = value.read(text) else { continue };
        if let Some(first) = taken.insert(sense(&text), value.span()) {
            let title = format!("`{}`: this clause is pinned twice", value.key);
            let mut problem = Problem::new(value.span(), title, "expected another clause");
            problem.also = Some((first, "the first is here".into()));
            value.context.report(problem);
        }
        pins.push(Pin { text, note });
    }
    pins
}

fn text(text: &str) -> Result<String, Refusal> {
    let (words, characters) = (sense(text).len(), text.chars().count());
    if words < FEWEST_WORDS {
        return Err(refusal(format!("a clause of {words} words"), format!("at least {FEWEST_WORDS} words"))
            .help("fewer words stand somewhere in every policy: pin the whole sentence"));
    }
    within(text, characters, MAX_TEXT)
}

fn note(text: &str) -> Result<String, Refusal> {
    within(text, text.chars().count(), MAX_NOTE)
}

fn within(text: &str, characters: usize, most: usize) -> Result<String, Refusal> {
    if characters > most {
        return Err(refusal(
            format!("a text of {characters} characters"),
            format!("at most {most} characters"),
        ));
    }
    Ok(text.to_owned())
}
