//! The one place that reads the wall clock; everything else is given `now`.

use std::sync::{Arc, Mutex};

use jiff::{SignedDuration, Timestamp};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the clock everything else asks")]
        let now = Timestamp::now();
        // What is stored is kept in milliseconds: nothing is ever derived from a finer time.
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }
}

/// A clock turned by hand: for tests, for the demo, and for imports, where a record's date is the time.
///
/// Clones share the same hands.
///
/// ```
/// use fineprint::clock::{Clock, ManualClock};
/// let clock = ManualClock::at("2026-03-01T00:00:00Z".parse()?);
/// clock.advance(jiff::SignedDuration::from_hours(6));
/// assert_eq!(clock.now().to_string(), "2026-03-01T06:00:00Z");
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ManualClock(Arc<Mutex<Timestamp>>);

impl ManualClock {
    /// A clock that stands at `now` until it is turned.
    pub fn at(now: Timestamp) -> Self {
        Self(Arc::new(Mutex::new(now)))
    }

    /// Turns the clock to `now`, forwards or back.
    pub fn set(&self, now: Timestamp) {
        *self.hands() = now;
    }

    /// Turns the clock forward; at the end of representable time it stands still.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.hands();
        *now = now.checked_add(by).unwrap_or(Timestamp::MAX);
    }

    fn hands(&self) -> std::sync::MutexGuard<'_, Timestamp> {
        // A poisoned clock still tells the time: the value is a plain number, never half-written.
        self.0.lock().unwrap_or_else(|e| e.into_inner())
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.hands()
    }
}
