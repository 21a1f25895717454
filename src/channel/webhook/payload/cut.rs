//! Shortening, so that a notice of any size fits where it goes.
//!
//! Lengths are counted as they will stand in JSON, where a control character takes six bytes.

use super::{Clause, Stretch};
use crate::model::{Excerpt, Run};

/// What a clause's headings may take, together and each.
const PATH: usize = 800;
const HEADING: usize = 200;
/// What its words may take in order, and those that are gone or new once more.
const TEXT: usize = 2_400;
const WORDS: usize = 1_000;
/// What is kept of unchanged words before and after a changed stretch.
const CONTEXT: usize = 300;

/// A changed clause within its bounds, and whether anything had to go.
pub(super) fn clause(excerpt: &Excerpt) -> (Clause, bool) {
    let removed = words(excerpt, |run| matches!(run, Run::Removed(_)));
    let added = words(excerpt, |run| matches!(run, Run::Added(_)));
    let (text, shortened) = text(&excerpt.runs);
    (Clause { path: path(&excerpt.path), kind: excerpt.kind, removed, added, text }, shortened)
}

/// The innermost headings that fit: they say best where we are.
fn path(headings: &[String]) -> Vec<String> {
    let mut room = PATH;
    let mut path: Vec<String> = headings
        .iter()
        .rev()
        .map(|heading| clipped(heading, HEADING))
        .take_while(|heading| take(&mut room, width(heading) + 3))
        .collect();
    path.reverse();
    path
}

/// The changed stretches of one kind, joined.
fn words(excerpt: &Excerpt, wanted: impl Fn(&Run) -> bool) -> String {
    let mut words = String::new();
    for run in excerpt.runs.iter().filter(|run| wanted(run)) {
        if !words.is_empty() {
            words.push_str(" … ");
        }
        words.push_str(parts(run).1.trim());
        // More than can stay: the clip below needs to see no more of it.
        if words.len() > WORDS {
            break;
        }
    }
    clipped(&words, WORDS)
}

/// The runs in order until the room is used; long unchanged stretches give way first.
fn text(runs: &[Run]) -> (Vec<Stretch>, bool) {
    let mut room = TEXT;
    let mut stretches = Vec::new();
    let mut shortened = false;
    for (i, run) in runs.iter().enumerate() {
        let (op, whole) = parts(run);
        let overhead = r#"{"op":"removed","text":""},"#.len();
        if room <= overhead + '…'.len_utf8() {
            return (stretches, true);
        }
        let kept = match run {
            Run::Kept(_) => folded(whole, i > 0, i + 1 < runs.len()),
            Run::Removed(_) | Run::Added(_) => None,
        };
        let text = clipped(kept.as_deref().unwrap_or(whole), room - overhead);
        shortened |= text != *whole;
        take(&mut room, overhead + width(&text));
        stretches.push(Stretch { op, text });
    }
    (stretches, shortened)
}

fn parts(run: &Run) -> (&'static str, &str) {
    match run {
        Run::Kept(text) => ("kept", text),
        Run::Removed(text) => ("removed", text),
        Run::Added(text) => ("added", text),
    }
}

/// A long unchanged stretch with only its ends left, those that touch a change; `None` if it is short.
fn folded(text: &str, change_before: bool, change_after: bool) -> Option<String> {
    if width(text) <= 2 * CONTEXT {
        return None;
    }
    let start = if change_before { front(text, CONTEXT) } else { "" };
    let end = if change_after { back(text, CONTEXT) } else { "" };
    Some(format!("{start}…{end}"))
}

/// A text that takes at most `max` bytes in JSON, with `…` where its end was.
pub(super) fn clipped(text: &str, max: usize) -> String {
    let fits = front(text, max);
    if fits.len() == text.len() {
        return text.to_owned();
    }
    format!("{}…", front(text, max.saturating_sub('…'.len_utf8())))
}

/// The longest beginning that takes at most `max` bytes in JSON.
fn front(text: &str, max: usize) -> &str {
    let mut room = max;
    let end = text.char_indices().find(|(_, c)| !take(&mut room, escaped(*c)));
    end.map_or(text, |(end, _)| &text[..end])
}

/// The longest ending that takes at most `max` bytes in JSON.
fn back(text: &str, max: usize) -> &str {
    let mut room = max;
    let before = text.char_indices().rev().find(|(_, c)| !take(&mut room, escaped(*c)));
    before.map_or(text, |(i, c)| &text[i + c.len_utf8()..])
}

/// Takes `size` out of the room, if there is as much.
fn take(room: &mut usize, size: usize) -> bool {
    let left = room.checked_sub(size);
    *room = left.unwrap_or(*room);
    left.is_some()
}

fn width(text: &str) -> usize {
    text.chars().map(escaped).sum()
}

/// The bytes of a character inside a JSON string.
fn escaped(c: char) -> usize {
    match c {
        '"' | '\\' | '\n' | '\r' | '\t' | '\u{8}' | '\u{c}' => 2,
        '\0'..='\u{1f}' => 6,
        _ => c.len_utf8(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_is_as_wide_as_it_is_written() {
        for c in ('\0'..='\u{2ff}').chain("…€\u{2028}𝄞\u{feff}".chars()) {
            let written = serde_json::to_string(&c.to_string()).unwrap().len() - 2;
            assert_eq!(escaped(c), written, "{c:?}");
        }
    }

    #[test]
    fn a_text_is_clipped_between_characters() {
        assert_eq!(clipped("naïve", 6), "naïve");
        assert_eq!(clipped("naïve text", 7), "naï…");
        assert_eq!(clipped("naïve text", 6), "na…");
        assert_eq!(back("naïve", 4), "ïve");
        assert_eq!(back("naïve", 3), "ve");
        assert_eq!(back("naïve", 99), "naïve");
    }
}
