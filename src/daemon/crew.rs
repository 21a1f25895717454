//! Tasks by what they are about: never two about the same.

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use tokio::task::JoinSet;

/// What is under way; dropped, it ends all of it.
pub(super) struct Crew<K, T> {
    tasks: JoinSet<(K, Option<T>)>,
    busy: BTreeSet<K>,
}

impl<K, T> Default for Crew<K, T> {
    fn default() -> Self {
        Self { tasks: JoinSet::new(), busy: BTreeSet::new() }
    }
}

impl<K: Ord + Clone + Send + 'static, T: Send + 'static> Crew<K, T> {
    /// Starts a task about `key`, unless one is under way.
    pub(super) fn start(&mut self, key: K, work: impl Future<Output = T> + Send + 'static) {
        if self.busy.insert(key.clone()) {
            self.tasks.spawn(async move { (key, AssertUnwindSafe(work).catch_unwind().await.ok()) });
        }
    }

    /// The next task that ends, with what it brought: `None` if it panicked. Without any, none.
    pub(super) async fn next(&mut self) -> Option<(K, Option<T>)> {
        // Panics are caught inside and nobody aborts a task, so that a task always names itself.
        let (key, brought) = self.tasks.join_next().await?.expect("a task never fails to end");
        self.busy.remove(&key);
        Some((key, brought))
    }

    /// Cuts off what is under way, and returns once nothing of it can do anything any more.
    pub(super) async fn cut_off(&mut self) {
        self.tasks.shutdown().await;
        self.busy.clear();
    }

    pub(super) fn has(&self, key: &K) -> bool {
        self.busy.contains(key)
    }

    pub(super) fn len(&self) -> usize {
        self.tasks.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn nothing_is_under_way_twice_and_a_panic_ends_only_itself() {
        let mut crew = Crew::default();
        crew.start("a", async { panic!("as the story wants it") });
        crew.start("b", async { 1 });
        crew.start("b", async { 2 });
        assert_eq!(crew.len(), 2);
        let mut ended = [crew.next().await.unwrap(), crew.next().await.unwrap()];
        ended.sort();
        assert_eq!(ended, [("a", None), ("b", Some(1))]);
        assert!(crew.is_empty() && !crew.has(&"b"));
        assert_eq!(crew.next().await, None);
    }
}
