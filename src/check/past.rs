//! What a page is compared with, read in the way in which the page will be read.

use crate::judge::Memory;
use crate::model::{Snapshot, Source, Validators, Version};
use crate::store::{self, Record, State, Store};

use super::weigh::{self, Known, Marks, weigh};
use super::{pins, read};

/// What is known of a source when its page has come.
#[derive(Default)]
pub(crate) struct Past {
    known: Known,
    /// The page of the latest version, if that was read in another way than today's.
    page: Option<Snapshot>,
}

/// What the server is asked to compare with: nothing until there is a version to fall back on, and nothing where the
/// rules were edited since, for "not modified" would be about words that nobody has read yet.
pub(super) fn validators(source: &Source, state: &State) -> Validators {
    match &state.latest {
        // What an API answers to the same question is in its headers, too, which "not modified" doesn't have.
        _ if source.watch.is_some() => Validators::default(),
        // Nor where a pin is new: it has to be looked for, and the page is read for that.
        _ if !pins::are_current(source, state) => Validators::default(),
        // Nor where words that change at most looks may come to rest: each look counts.
        _ if Memory::from_bytes(&state.memory).is_waiting() => Validators::default(),
        Some(latest) if latest.reading == read::reading(source) => state.validators.clone(),
        _ => Validators::default(),
    }
}

/// Loads what one page, known by these marks, is weighed against; of a page that was seen before hardly anything is needed.
pub(super) async fn load_for(
    store: &Store,
    source: &Source,
    state: State,
    marks: Marks,
) -> Result<Past, store::Error> {
    let read_alike = state.latest.as_ref().is_some_and(|v| v.reading == read::reading(source));
    let pinned = pins::are_current(source, &state);
    let known = Known::new(state.clone(), None);
    // The words of a page are in its bytes; an API's answer has a status and headers, too.
    if read_alike && pinned && source.watch.is_none() && known.has_seen(marks) {
        return Ok(Past { known, page: None });
    }
    load(store, source, state).await
}

/// Loads what any pages that follow are weighed against.
pub(crate) async fn load(store: &Store, source: &Source, state: State) -> Result<Past, store::Error> {
    let info = state.latest.clone();
    let mut known = Known::new(state, None);
    let Some(info) = info else { return Ok(Past { known, page: None }) };
    known.latest = store.version(&source.id, info.number).await?;
    if info.reading == read::reading(source) {
        return Ok(Past { known, page: None });
    }
    // The same bytes may have other words under other rules.
    (known.body_digest, known.skeleton) = (None, None);
    Ok(Past { known, page: store.snapshot(info.snapshot).await? })
}

impl Past {
    /// The latest version, what the last page brought included; `None` also where it wasn't loaded, because nothing
    /// that needs it can have changed.
    pub(super) fn latest(&self) -> Option<&Version> {
        self.known.latest.as_ref()
    }

    /// What the next page is known by.
    pub(crate) fn marks(&self, source: &Source, page: &Snapshot) -> Marks {
        self.known.marks(source, page)
    }

    /// Weighs the next page, and takes in what it brings. If the latest version was read in another way, its page is
    /// read again first and the other reading given too, to be recorded before: an edited rule never fakes a change
    /// and never hides one.
    ///
    /// A page that can't be read settles nothing, so the other reading then waits for the next one.
    pub(crate) fn weigh(
        &mut self,
        source: &Source,
        page: (Snapshot, Marks),
        next_check: jiff::Timestamp,
    ) -> (Option<Record>, Record) {
        let again = self.read_again(source, page.0.fetched_at);
        let record = match &again {
            Some((_, version)) => {
                let known = Known { latest: Some(version.clone()), ..self.known.clone() };
                weigh(source, &known, page, next_check)
            }
            None => weigh(source, &self.known, page, next_check),
        };
        let again = again.filter(|_| record.check.outcome.is_readable()).map(|(again, _)| again);
        if let Some(again) = &again {
            self.known.learn(again);
            self.page = None;
        }
        self.known.learn(&record);
        (again, record)
    }

    /// Another reading of the latest version: what is recorded of it, and what the version is then.
    fn read_again(&self, source: &Source, now: jiff::Timestamp) -> Option<(Record, Version)> {
        let latest = self.known.latest.as_ref()?;
        let record = weigh::read_again(source, latest, self.page.as_ref()?, now)?;
        let new = record.version.as_ref()?;
        let (number, text, cause) = (new.number, new.text.clone(), new.cause);
        Some((record, Version { number, text, cause, ..latest.clone() }))
    }
}
