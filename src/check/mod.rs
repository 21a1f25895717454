//! One source, once: fetch, judge, record. One of the two places where edges meet the core.

mod answer;
mod bring;
mod health;
mod many;
pub(crate) mod past;
mod pins;
pub(crate) mod read;
mod stretches;
pub(crate) mod way;
mod ways;
mod weigh;

pub use many::check_all;
pub use stretches::{Stretch, stretches};
pub use weigh::{Known, Marks, weigh};

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt as _;
use jiff::Timestamp;

use crate::crash;
use crate::engine::Engine;
use crate::fetch::{self, Retry};
use crate::model::{ChannelName, Check, Keep, Notice, Outcome, Snapshot, Source};
use crate::route::{self, Route};
use crate::schedule;
use crate::store::{self, Record, State};

/// Looks at a source once and records what it brought: the one transaction of a check.
///
/// A page that can't be had or read is an [`Outcome`], not an error, and so is damage in what is stored of this source
/// and a defect of ours that panics. An error [about one source](store::Error::is_about_one_source) means that not even
/// that can be recorded; any other, that nothing can at present, of any source.
pub async fn check(engine: &Engine, source: &Arc<Source>) -> Result<Check, store::Error> {
    let trouble = match AssertUnwindSafe(look(engine, source)).catch_unwind().await {
        Ok(Err(error)) if error.is_about_one_source() => error.to_string(),
        Ok(result) => return result,
        Err(_panic) => "looking at it failed inside fineprint; please report its address".to_owned(),
    };
    let now = engine.clock.now();
    let (state, retry) = match engine.store.state(&source.id).await {
        Ok(state) => (state, Retry::Soon),
        // Its row is what is damaged. Writing it needs no reading, and may mend it.
        Err(error) if error.is_about_one_source() => (State::default(), Retry::No),
        Err(error) => return Err(error),
    };
    let mut record = failed(source, &state, trouble, retry, now);
    health::tell(source, &state, &mut record);
    finish(engine, source, &state, record, Instant::now()).await
}

async fn look(engine: &Engine, source: &Arc<Source>) -> Result<Check, store::Error> {
    let started = Instant::now();
    let state = engine.store.state(&source.id).await?;
    let ((again, mut record), _place) = bring::bring(engine, source, &state).await?;
    if let Some(again) = again.filter(|_| record.check.outcome.is_readable()) {
        // Before the page that is compared with it, and due at once: killed in between, the look is repeated.
        engine.store.record(again).await?;
    }
    health::tell(source, &state, &mut record);
    ways::tell(engine, source, &state, &mut record).await?;
    finish(engine, source, &state, record, started).await
}

async fn finish(
    engine: &Engine,
    source: &Source,
    state: &State,
    mut record: Record,
    started: Instant,
) -> Result<Check, store::Error> {
    let told_to = address(&engine.routes, source, &mut record);
    if engine.retention.keep == Keep::All {
        record.keep_all();
    }
    let (check, told) = (record.check.clone(), record.degraded.or(record.blind).is_some());
    let warning = record.warning.clone();
    engine.store.record(record).await?;
    if !told_to.is_empty() {
        for channel in engine.store.disabled_among(&told_to).await? {
            tracing::error!(source.id = %source.id, %channel, "{}: news, but channel `{channel}` is disabled", source.id);
        }
    }
    health::log_warning(source, state, warning.as_ref());
    health::log(&check, state, told, started.elapsed());
    Ok(check)
}

/// Says who is told of a record's notices: as the routes say, else as its source does. Returns all of them.
pub(crate) fn address(routes: &[Route], source: &Source, record: &mut Record) -> Vec<ChannelName> {
    let route = |notice: &Notice| (notice.id.clone(), route::recipients(routes, notice, &source.notify));
    record.routed = record.notices.iter().map(route).collect();
    let all: BTreeSet<&ChannelName> = record.routed.iter().flat_map(|(_, channels)| channels).collect();
    all.into_iter().cloned().collect()
}

fn not_modified(source: &Source, at: Timestamp, status: u16) -> Record {
    let outcome = Outcome::NotModified;
    let check = Check { source: source.id.clone(), at, outcome, status: Some(status), detail: None };
    Record::new(check, schedule::next_check(&source.schedule, &source.id, at))
}

/// Weighs a page on the threads that are there for it.
///
/// Gives another reading of the latest version too, where the rules were edited since it was read.
async fn weigh_off_thread(
    engine: &Engine,
    source: &Arc<Source>,
    state: &State,
    page: Snapshot,
) -> Result<(Option<Record>, Record), store::Error> {
    // Of ten megabytes it takes tens of milliseconds, in which nobody else would be served on this thread.
    let (owned, known) = (Arc::clone(source), Known::new(state.clone(), None));
    let marked = engine.fetcher.parsers().run(move || {
        let marks = catch_unwind(AssertUnwindSafe(|| known.marks(&owned, &page)));
        // Reading the page will fail in the same way, and say so.
        (marks.unwrap_or_else(|_| Marks { digest: page.digest(), skeleton: None }), page)
    });
    let (marks, page) = marked.await.expect("a digest doesn't panic");
    let mut past = past::load_for(&engine.store, source, state.clone(), marks).await?;
    let (owned, at, before) = (Arc::clone(source), page.fetched_at, state.pins.clone());
    let next = schedule::next_check(&source.schedule, &source.id, at);
    let weighed = engine.fetcher.parsers().run(move || {
        crash::point("weigh");
        let (again, mut record) = past.weigh(&owned, (page, marks), next);
        if let Some(latest) = past.latest() {
            pins::tell(&owned, &before, latest, &mut record);
        }
        (again, record)
    });
    Ok(weighed.await.unwrap_or_else(|| {
        // A parser that panics on a page is our defect; the page is recorded as unreadable and the daemon lives on.
        let detail = Some("reading the page failed inside fineprint; please report its address".to_owned());
        let check = Check { source: source.id.clone(), at, outcome: Outcome::Unusable, status: None, detail };
        (None, Record::new(check, next))
    }))
}

fn failed(source: &Source, state: &State, why: String, retry: fetch::Retry, now: Timestamp) -> Record {
    let (schedule, id, failures) = (&source.schedule, &source.id, state.failures.saturating_add(1));
    let next = match retry {
        Retry::Soon => schedule::after_failure(schedule, id, failures, None, now),
        Retry::At(until) => schedule::after_failure(schedule, id, failures, Some(until), now),
        Retry::No => schedule::after_refusal(schedule, id, failures, now),
    };
    let (outcome, detail) = (Outcome::Failed, Some(why));
    Record::new(Check { source: source.id.clone(), at: now, outcome, status: None, detail }, next)
}
