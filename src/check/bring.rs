//! A page, brought by the way that its source needs, and what is to be recorded of it.

use std::sync::Arc;

use super::way::{self, Plain, Way};
use super::{failed, not_modified, past, weigh_off_thread};
use crate::engine::Engine;
use crate::fetch::{Error, Fetched, Place};
use crate::model::{Outcome, Rendering, Snapshot, Source};
use crate::store::{self, Record, State};

/// Another reading of the latest version, where there is one, and what the look brought.
pub(super) type Brought = (Option<Record>, Record);

/// Fetches or renders a source's page, and weighs it. What was fetched keeps its place among the pages at hand, which is
/// to be held until the page is recorded: that bounds how many pages are in memory.
pub(super) async fn bring(
    engine: &Engine,
    source: &Arc<Source>,
    state: &State,
) -> Result<(Brought, Option<Place>), store::Error> {
    match way::first(source.browser, state.rendered) {
        Way::Browser => Ok((rendered(engine, source, state).await?, None)),
        Way::Plain => plain(engine, source, state).await,
    }
}

async fn rendered(engine: &Engine, source: &Arc<Source>, state: &State) -> Result<Brought, store::Error> {
    match engine.fetcher.render(source).await {
        Ok(page) => shown(engine, source, state, page).await,
        Err(error) => Ok((None, not_had(engine, source, state, &error))),
    }
}

async fn plain(
    engine: &Engine,
    source: &Arc<Source>,
    state: &State,
) -> Result<(Brought, Option<Place>), store::Error> {
    let is_open = source.browser == Rendering::Auto;
    let (fetched, place) = engine.fetcher.bring(source, &past::validators(source, state)).await;
    let page = match fetched {
        Ok(Fetched::Page(page)) => page,
        Ok(Fetched::NotModified { at, status }) => {
            return Ok(((None, not_modified(source, at, status)), None));
        }
        // Of a source that is rendered this was only a try.
        Err(_) if is_open && state.rendered > 0 => {
            return Ok((rendered(engine, source, state).await?, None));
        }
        Err(error) => return Ok(((None, not_had(engine, source, state, &error)), None)),
    };
    let kept = is_open.then(|| page.clone());
    let (again, record) = weigh_off_thread(engine, source, state, page).await?;
    let plainly = (again, Record { rendered: Some(0), ..record });
    let Some(page) = kept else { return Ok((plainly, place)) };
    // A browser may have to wait for its turn at the host, and nobody waits there who keeps others waiting for a place.
    drop(place);
    Ok((or_rendered(engine, source, state, page, plainly).await?, None))
}

/// What was had plainly, unless a browser shows what that lacks.
async fn or_rendered(
    engine: &Engine,
    source: &Arc<Source>,
    state: &State,
    page: Snapshot,
    (again, record): Brought,
) -> Result<Brought, store::Error> {
    let outcome = record.check.outcome;
    let owned = Arc::clone(source);
    let looked_over =
        engine.fetcher.parsers().run(move || (Plain::of(&page, &owned.rules, outcome), page)).await;
    let Some((plain, page)) = looked_over.filter(|(plain, _)| plain.needs_browser(state.rendered > 0)) else {
        return Ok((again, record));
    };
    let rendered = match engine.fetcher.render(source).await {
        Ok(rendered) => rendered,
        Err(error) => return Ok(without_browser(source, state, (again, record), &error)),
    };
    let (owned, fresh) = (Arc::clone(source), state.rendered == 0);
    let stands = move || (fresh && plain.stands_against(&page, &rendered, &owned.rules), rendered);
    match engine.fetcher.parsers().run(stands).await {
        Some((false, rendered)) => shown(engine, source, state, rendered).await,
        _ => Ok((again, record)),
    }
}

/// A page that a browser showed.
async fn shown(
    engine: &Engine,
    source: &Arc<Source>,
    state: &State,
    page: Snapshot,
) -> Result<Brought, store::Error> {
    let (again, record) = weigh_off_thread(engine, source, state, page).await?;
    let looks = state.rendered.saturating_add(1);
    let rendered = record.check.outcome.is_readable().then_some(looks);
    Ok((again, Record { rendered, ..record }))
}

/// What is recorded where the browser was needed and brought nothing.
fn without_browser(source: &Source, state: &State, plain: Brought, error: &Error) -> Brought {
    let (again, mut record) = plain;
    if state.rendered > 0 {
        // What plain shows of a page that is rendered is not what it is known by.
        let why = error.to_string();
        return (None, failed(source, state, why, error.retry(), record.check.at));
    }
    if record.check.outcome == Outcome::Unusable {
        let plainly = record.check.detail.take().unwrap_or_default();
        record.check.detail = Some(format!("{plainly}; {error}"));
    }
    (again, record)
}

fn not_had(engine: &Engine, source: &Source, state: &State, error: &Error) -> Record {
    failed(source, state, error.to_string(), error.retry(), engine.clock.now())
}
