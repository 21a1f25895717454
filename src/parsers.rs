//! The threads on which pages are unpacked, digested, parsed and weighed: one for each processor, for as long as the process lives.
//!
//! That work takes milliseconds of a processor and many times a page's size in memory, so it must hold up no fetch and
//! not be done for more pages at a time than there are processors. The runtime's own pool of blocking threads would do
//! it on ever other ones, and what the allocator and the pattern matchers keep for each thread adds up: half as much
//! memory again for a thousand pages.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;

/// A queue of work, and the threads that take it in turns. They end when the queue is dropped and empty.
#[derive(Debug)]
pub struct Parsers {
    queue: Sender<Work>,
}

type Work = Box<dyn FnOnce() + Send>;

impl Parsers {
    /// Starts a thread for each processor.
    pub fn start() -> io::Result<Self> {
        let (queue, waiting) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        for _ in 0..thread::available_parallelism().map_or(1, |n| n.get()) {
            let waiting = Arc::clone(&waiting);
            thread::Builder::new().name("parser".to_owned()).spawn(move || take_turns(&waiting))?;
        }
        Ok(Self { queue })
    }

    /// Does `work` when it is its turn; `None` where it panics.
    ///
    /// Work for which nobody waits any more when its turn comes is not begun.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let (reply, answer) = oneshot::channel();
        let work: Work = Box::new(move || {
            if !reply.is_closed() {
                // Nobody may wait any more by now.
                let _ = reply.send(work());
            }
        });
        self.queue.send(work).ok()?;
        answer.await.ok()
    }
}

fn take_turns(waiting: &Mutex<Receiver<Work>>) {
    // A statement of its own: the next one may take its turn while this one works.
    while let Some(work) = next(waiting) {
        // What fails is a page's misfortune, and told where it is waited for; the thread has others to serve.
        let _ = catch_unwind(AssertUnwindSafe(work));
    }
}

fn next(waiting: &Mutex<Receiver<Work>>) -> Option<Work> {
    // The lock guards nothing but the turn, so a poisoned one is as good as any.
    waiting.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn work_is_done_on_as_many_threads_as_there_are_processors() {
        let parsers = Parsers::start().unwrap();
        let ran = (0..100).map(|_| parsers.run(|| thread::current().id()));
        let threads: HashSet<_> = futures_util::future::join_all(ran).await.into_iter().collect();
        let processors = thread::available_parallelism().map_or(1, |n| n.get());
        assert!(!threads.contains(&None) && threads.len() <= processors, "{threads:?}");
    }

    #[tokio::test]
    async fn work_that_panics_costs_nobody_else_a_thread() {
        let parsers = Parsers::start().unwrap();
        for _ in 0..100 {
            assert_eq!(parsers.run(|| -> u8 { panic!("as the story wants it") }).await, None);
        }
        assert_eq!(parsers.run(|| 1).await, Some(1));
    }

    #[tokio::test]
    async fn work_for_which_nobody_waits_is_not_begun() {
        let parsers = Arc::new(Parsers::start().unwrap());
        let (free, held) = channel::<()>();
        let held = Arc::new(Mutex::new(held));
        let busy: Vec<_> = (0..thread::available_parallelism().map_or(1, |n| n.get()))
            .map(|_| {
                let (parsers, held) = (Arc::clone(&parsers), Arc::clone(&held));
                tokio::spawn(async move { parsers.run(move || held.lock().unwrap().recv()).await.is_some() })
            })
            .collect();
        tokio::task::yield_now().await;
        static BEGUN: AtomicBool = AtomicBool::new(false);
        let left = parsers.run(|| BEGUN.store(true, Ordering::Relaxed));
        assert!(tokio::time::timeout(Duration::ZERO, left).await.is_err());
        drop(free);
        for one in busy {
            assert!(one.await.unwrap());
        }
        assert_eq!(parsers.run(|| 1).await, Some(1));
        assert!(!BEGUN.load(Ordering::Relaxed));
    }
}
