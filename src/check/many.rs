//! Many sources, a bounded number at a time.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::check;
use crate::engine::Engine;
use crate::model::{Check, Outcome, Source};
use crate::store;

/// Looks at sources, as many at a time as [`Engine::checks_at_once`] says, and hands each result to `seen` as it
/// comes. Memory follows what is in flight, not how many sources there are.
///
/// A source that can't be recorded has failed. Ends early when nothing can be recorded. Dropped, it leaves the rest: a check under way is recorded whole or not
/// at all.
pub async fn check_all(
    engine: &Engine,
    sources: impl IntoIterator<Item = Arc<Source>>,
    mut seen: impl FnMut(Check),
) -> Result<(), store::Error> {
    let mut waiting = sources.into_iter();
    let mut under_way = JoinSet::new();
    loop {
        while under_way.len() < engine.checks_at_once() {
            let Some(source) = waiting.next() else { break };
            let engine = engine.clone();
            under_way.spawn(async move {
                let checked = check(&engine, &source).await;
                (source, checked)
            });
        }
        let Some(done) = under_way.join_next().await else { return Ok(()) };
        let (source, checked) = done.expect("a check catches its panics and nobody aborts it");
        match checked {
            Err(error) if error.is_about_one_source() => seen(unrecorded(engine, &source, &error)),
            checked => seen(checked?),
        }
    }
}

/// What is said of a look that left no trace.
fn unrecorded(engine: &Engine, source: &Source, error: &store::Error) -> Check {
    let (outcome, detail) = (Outcome::Failed, Some(error.to_string()));
    Check { source: source.id.clone(), at: engine.clock.now(), outcome, status: None, detail }
}
