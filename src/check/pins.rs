//! Whether the clauses that somebody relies on still stand: told once each time that this turns.

use crate::model::{News, Pin, PinState, Sight, Source, Text, Version};
use crate::notice::{self, PinNews};
use crate::pins::{self, Sighting, Words};
use crate::store::{Record, State};

/// Whether every configured pin was looked for in the latest version, and no other; so it is while nothing happens.
pub(super) fn are_current(source: &Source, state: &State) -> bool {
    state.latest.as_ref().is_none_or(|latest| are_known(source, &state.pins, latest.number))
}

fn are_known(source: &Source, known: &[PinState], version: u32) -> bool {
    let is_known = |pin: &Pin| known.iter().any(|known| known.text == pin.text && known.version == version);
    known.len() == source.pins.len() && source.pins.iter().all(is_known)
}

/// Looks for the pins of a source in its latest version, that of the record if it brings one, and adds what turned:
/// to the notice of the change in which it did, or else in a notice of its own.
pub(super) fn tell(source: &Source, before: &[PinState], latest: &Version, record: &mut Record) {
    if are_known(source, before, latest.number) {
        return;
    }
    let words = Words::of(&latest.text);
    let paths = latest.text.paths();
    let (mut states, mut news) = (Vec::new(), Vec::new());
    for pin in &source.pins {
        let known = before.iter().find(|state| state.text == pin.text);
        let seen = pins::look(&pin.text, &words, known.and_then(|known| known.reference.as_deref()));
        if let Some(turn) = pins::turn(known, &seen) {
            let path = seen.clause.map(|clause| headings(&latest.text, &paths[clause])).unwrap_or_default();
            let before = known.and_then(|known| known.passage.clone());
            news.push(PinNews { pin: pin.clone(), turn, before, now: seen.passage.clone(), path });
        }
        states.push(state(pin, known, seen, latest.number, record));
    }
    record.pins = Some(states);
    if !news.is_empty() {
        add(source, latest.number, news, record);
    }
}

fn state(pin: &Pin, known: Option<&PinState>, seen: Sighting, version: u32, record: &Record) -> PinState {
    let since = known.filter(|known| known.sight == seen.sight).map_or(record.check.at, |known| known.since);
    let is_found = seen.sight == Sight::Found;
    let reference = match is_found {
        true => seen.passage.clone(),
        false => known.and_then(|known| known.reference.clone()),
    };
    PinState { text: pin.text.clone(), sight: seen.sight, version, since, passage: seen.passage, reference }
}

fn add(source: &Source, version: u32, news: Vec<PinNews>, record: &mut Record) {
    let at = record.check.at;
    match record.notices.iter_mut().find(|notice| notice.news == News::Changed) {
        Some(told) => {
            notice::lead_with_pins(told, &news);
            if let Some(change) = &mut record.change {
                change.summary = format!("{}; {}", notice::pins_line(&news), change.summary);
                change.severity = told.severity;
                change.reasons.clone_from(&told.reasons);
            }
        }
        None => record.notices.push(notice::pinned(source, version, at, &news)),
    }
    if news.iter().any(|news| news.turn.is_loss()) {
        let lost = notice::pins_line(&news);
        tracing::warn!(source.id = %source.id, "{}: {lost}", source.id);
    }
}

fn headings(text: &Text, path: &[usize]) -> Vec<String> {
    path.iter().map(|heading| text.clauses[*heading].text.clone()).collect()
}
