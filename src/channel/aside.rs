//! Writing that may block, on a thread of its own.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, oneshot};

use super::Error;

/// How long something may take to be written; then it is tried again later.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Does one thing at a time, on a thread that nobody waits for when the process ends: a reader that doesn't read, or a
/// disk that doesn't answer, holds up only its own channel.
#[derive(Debug, Clone, Default)]
pub(super) struct Aside {
    /// Held by the thread that is at work.
    turn: Arc<Mutex<()>>,
}

impl Aside {
    /// Does `work`, or says that the work before it is still not done.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, String> + Send + 'static,
    ) -> Result<T, Error> {
        let again = |why: String| Error::Retry { after: None, why };
        let Ok(turn) = Arc::clone(&self.turn).try_lock_owned() else {
            return Err(again("what was written last is still not taken".to_owned()));
        };
        let (done, result) = oneshot::channel();
        let thread = std::thread::Builder::new().name("channel".to_owned()).spawn(move || {
            let told = work();
            // Before it is told, or the next one would find the turn still taken.
            drop(turn);
            // Nobody listens any more after a timeout.
            done.send(told).ok();
        });
        thread.map_err(|error| again(format!("no thread to write with: {error}")))?;
        match tokio::time::timeout(TIMEOUT, result).await {
            Ok(Ok(result)) => result.map_err(again),
            Ok(Err(_)) => Err(again("the thread that wrote has failed".to_owned())),
            Err(_) => Err(again(format!("not written within {TIMEOUT:?}"))),
        }
    }
}
