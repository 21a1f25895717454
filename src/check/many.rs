//! Many sources, a bounded number at a time, and of one host only a few.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use tokio::task::JoinSet;

use super::check;
use crate::engine::Engine;
use crate::model::{Check, Outcome, Source};
use crate::store;

/// Looks at sources, as many at a time as [`Engine::checks_at_once`] and [`Engine::checks_per_host`] say, and hands each
/// result to `seen` as it comes. Memory follows what is in flight, not how many sources there are.
///
/// A source that can't be recorded has failed. Ends early when nothing can be recorded. Dropped, it leaves the rest: a
/// check under way is recorded whole or not at all.
pub async fn check_all(
    engine: &Engine,
    sources: impl IntoIterator<Item = Arc<Source>>,
    mut seen: impl FnMut(Check),
) -> Result<(), store::Error> {
    let mut queues = Queues::new(sources, engine.checks_per_host());
    let mut under_way = JoinSet::new();
    loop {
        while under_way.len() < engine.checks_at_once() {
            let Some(source) = queues.next() else { break };
            let engine = engine.clone();
            under_way.spawn(async move {
                let checked = check(&engine, &source).await;
                (source, checked)
            });
        }
        let Some(done) = under_way.join_next().await else { return Ok(()) };
        let (source, checked) = done.expect("a check catches its panics and nobody aborts it");
        queues.end(&source);
        match checked {
            Err(error) if error.is_about_one_source() => seen(unrecorded(engine, &source, &error)),
            checked => seen(checked?),
        }
    }
}

/// The sources of each host in their order; the hosts take turns.
struct Queues {
    hosts: BTreeMap<String, Queue>,
    turns: VecDeque<String>,
    share: usize,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Arc<Source>>,
    under_way: usize,
}

impl Queues {
    fn new(sources: impl IntoIterator<Item = Arc<Source>>, share: usize) -> Self {
        let (mut hosts, mut turns) = (BTreeMap::<String, Queue>::new(), VecDeque::new());
        for source in sources {
            let queue = hosts.entry(source.host().to_owned()).or_default();
            if queue.waiting.is_empty() {
                turns.push_back(source.host().to_owned());
            }
            queue.waiting.push_back(source);
        }
        Self { hosts, turns, share }
    }

    /// The next source of a host that has less than its share under way.
    fn next(&mut self) -> Option<Arc<Source>> {
        let host = self.turns.pop_front()?;
        let queue = self.hosts.get_mut(&host)?;
        let source = queue.waiting.pop_front()?;
        queue.under_way += 1;
        if queue.under_way < self.share && !queue.waiting.is_empty() {
            self.turns.push_back(host);
        }
        Some(source)
    }

    /// A source is no longer under way: another of its host may be.
    fn end(&mut self, source: &Source) {
        let Some(queue) = self.hosts.get_mut(source.host()) else { return };
        let was_full = queue.under_way == self.share;
        queue.under_way -= 1;
        if was_full && !queue.waiting.is_empty() {
            self.turns.push_back(source.host().to_owned());
        }
    }
}

/// What is said of a look that left no trace.
fn unrecorded(engine: &Engine, source: &Source, error: &store::Error) -> Check {
    let (outcome, detail) = (Outcome::Failed, Some(error.to_string()));
    Check { source: source.id.clone(), at: engine.clock.now(), outcome, status: None, detail }
}
