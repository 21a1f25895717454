//! Who rests after a failure, and how long: each time twice as long, up to a bound.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long a rest is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rest {
    pub(super) first: Duration,
    pub(super) longest: Duration,
}

impl Rest {
    /// The rest after `failures` in a row, 1 for the first.
    fn after(self, failures: u32) -> Duration {
        self.first.saturating_mul(1 << failures.saturating_sub(1).min(16)).min(self.longest)
    }
}

/// Who rests at present, or has not yet shown that it was enough.
pub(super) struct Rests<K> {
    rest: Rest,
    resting: BTreeMap<K, (u32, Instant)>,
}

impl<K: Ord> Rests<K> {
    pub(super) fn new(rest: Rest) -> Self {
        Self { rest, resting: BTreeMap::new() }
    }

    /// Another failure: `who` rests, for as long as returned.
    pub(super) fn begin(&mut self, who: K, now: Instant) -> Duration {
        let (failures, until) = self.resting.entry(who).or_insert((0, now));
        *failures = failures.saturating_add(1);
        let rest = self.rest.after(*failures);
        *until = now + rest;
        rest
    }

    /// A success: the next rest is a first one again.
    pub(super) fn end(&mut self, who: &K) {
        self.resting.remove(who);
    }

    /// How many rest, or have not yet shown that it was enough.
    pub(super) fn len(&self) -> usize {
        self.resting.len()
    }

    /// How long `who` still rests.
    pub(super) fn left(&self, who: &K, now: Instant) -> Option<Duration> {
        let (_, until) = self.resting.get(who)?;
        until.checked_duration_since(now).filter(|left| !left.is_zero())
    }

    /// Whether the last thing `who` did was to fail.
    pub(super) fn is_shaken(&self, who: &K) -> bool {
        self.resting.contains_key(who)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_grow_to_a_bound_and_start_anew_after_a_success() {
        let rest = Rest { first: Duration::from_secs(5), longest: Duration::from_secs(60) };
        let (mut rests, now) = (Rests::new(rest), Instant::now());
        assert_eq!(rests.left(&"ops", now), None);
        let waits: Vec<_> = (0..6).map(|_| rests.begin("ops", now).as_secs()).collect();
        assert_eq!(waits, [5, 10, 20, 40, 60, 60]);
        let later = |seconds| now + Duration::from_secs(seconds);
        assert_eq!(rests.left(&"ops", later(59)), Some(Duration::from_secs(1)));
        assert!(rests.left(&"ops", later(60)).is_none() && rests.is_shaken(&"ops"));
        rests.end(&"ops");
        assert!(!rests.is_shaken(&"ops"));
        assert_eq!(rests.begin("ops", now).as_secs(), 5);
        assert_eq!(rest.after(u32::MAX).as_secs(), 60);
    }
}
