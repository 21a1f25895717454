//! How gently a host is visited, whichever sources it has: by a few at a time, with a gap between visits, and not at
//! all while it asks to be left alone.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until};
use url::{Host, Url};

use super::Settings;
use crate::model::Digest;

/// The gap between two visits where nothing is configured. The machine itself is left out: whoever runs fineprint on it
/// answers for what else runs there.
const GAP: Duration = Duration::from_secs(1);
/// The longest `Crawl-delay` that is honoured; a longer one counts as this, or a site of forty pages would take hours.
pub(super) const LONGEST_DELAY: Duration = Duration::from_secs(30);
/// A rest up to this is waited for; one that is longer fails the visit, which then comes when the rest is over.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// How long a host rests that says "too many" (429) or "not now" (503) without saying how long; the last one repeats.
const RESTS: [Duration; 4] =
    [Duration::from_secs(5), Duration::from_secs(30), Duration::from_secs(120), Duration::from_secs(600)];
/// No rest lasts longer; one that would was noted under a clock that was wrong.
const LONGEST_REST: SignedDuration = SignedDuration::from_hours(24);
/// So many hosts are remembered at least; beyond that those are forgotten that nobody visits or waits for.
const MOST_HOSTS: usize = 4096;

/// The manners of all visits; one for each fetcher.
pub(super) struct Pace {
    hosts: Mutex<HashMap<String, Arc<Visited>>>,
    at_once: u32,
    gap: Option<Duration>,
}

/// A host that was visited.
struct Visited {
    name: String,
    slots: Arc<Semaphore>,
    manners: Mutex<Manners>,
}

struct Manners {
    gap: Duration,
    /// Whether the host itself asked for the gap: then it has one visitor at a time.
    asked: bool,
    free_at: Instant,
    rest_until: Option<Timestamp>,
    /// How many answers in a row were 429 or 503.
    refusals: usize,
}

/// A visit to a host: as long as it lasts, others may have to wait.
pub struct Turn {
    visited: Arc<Visited>,
    _slot: OwnedSemaphorePermit,
}

/// Until when a host asked to be left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Resting(pub(super) Timestamp);

impl Pace {
    pub(super) fn new(settings: &Settings) -> Self {
        let at_once = settings.per_host.clamp(1, 1 << 16) as u32;
        Self { hosts: Mutex::default(), at_once, gap: settings.gap }
    }

    /// Waits for a turn at the host of `url`, with the gap that it asked for, if any.
    pub(super) async fn turn(
        &self,
        url: &Url,
        delay: Option<Duration>,
        now: impl Fn() -> Timestamp,
    ) -> Result<Turn, Resting> {
        let visited = self.visited(url);
        let asked = visited.agree(delay);
        visited.rest(now())?;
        let slots = if asked { self.at_once } else { 1 };
        let slot = Arc::clone(&visited.slots).acquire_many_owned(slots).await;
        let turn =
            Turn { visited: Arc::clone(&visited), _slot: slot.expect("the semaphore is never closed") };
        // While this visit waited, an earlier one may have been sent away.
        visited.rest(now())?;
        sleep_until(visited.book(Instant::now())).await;
        visited.rest(now())?;
        Ok(turn)
    }

    /// Whether a host has been visited, or its rest noted.
    pub(super) fn knows(&self, host: &str) -> bool {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner).contains_key(host)
    }

    /// Notes that the host of `url` asked an earlier run to be left alone.
    pub(super) fn leave_alone(&self, url: &Url, until: Timestamp, now: Timestamp) {
        if until.duration_since(now) <= LONGEST_REST {
            self.visited(url).manners().rest_until = Some(until);
        }
    }

    /// Takes over what is known of hosts from the manners before, whose settings were others.
    pub(super) fn learn_from(&self, before: &Self) {
        let before = before.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        for old in before.values() {
            let Ok(url) = format!("http://{}/", old.name).parse() else { continue };
            let (new, old) = (self.visited(&url), old.manners());
            let mut manners = new.manners();
            if old.asked {
                (manners.asked, manners.gap) = (true, manners.gap.max(old.gap));
            }
            manners.free_at = old.free_at;
            (manners.rest_until, manners.refusals) = (old.rest_until, old.refusals);
        }
    }

    fn visited(&self, url: &Url) -> Arc<Visited> {
        let name = url.host_str().unwrap_or_default();
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(visited) = hosts.get(name) {
            return Arc::clone(visited);
        }
        if hosts.len() >= MOST_HOSTS {
            let now = Instant::now();
            hosts.retain(|_, visited| Arc::strong_count(visited) > 1 || visited.is_remembered(now));
        }
        let gap = self.gap.unwrap_or(if is_own(url) { Duration::ZERO } else { GAP });
        let visited = Arc::new(Visited {
            name: name.to_owned(),
            slots: Arc::new(Semaphore::new(self.at_once as usize)),
            manners: Mutex::new(Manners {
                gap,
                asked: false,
                free_at: Instant::now(),
                rest_until: None,
                refusals: 0,
            }),
        });
        hosts.insert(name.to_owned(), Arc::clone(&visited));
        visited
    }
}

impl Visited {
    fn manners(&self) -> MutexGuard<'_, Manners> {
        // Plain numbers, never half-written.
        self.manners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what the host asks for; says whether it has one visitor at a time.
    fn agree(&self, delay: Option<Duration>) -> bool {
        let mut manners = self.manners();
        if let Some(delay) = delay.filter(|delay| !delay.is_zero()) {
            manners.gap = manners.gap.max(delay.min(LONGEST_DELAY));
            manners.asked = true;
        }
        manners.asked
    }

    fn rest(&self, now: Timestamp) -> Result<(), Resting> {
        let mut manners = self.manners();
        match manners.rest_until {
            Some(until) if until > now => Err(Resting(until)),
            _ => {
                manners.rest_until = None;
                Ok(())
            }
        }
    }

    /// The time of the next visit; the one after it comes a gap later.
    fn book(&self, now: Instant) -> Instant {
        let mut manners = self.manners();
        let at = manners.free_at.max(now);
        manners.free_at = at + manners.gap;
        at
    }

    /// Whether the next visit may have to wait.
    fn is_remembered(&self, now: Instant) -> bool {
        let manners = self.manners();
        manners.free_at > now || manners.rest_until.is_some()
    }
}

impl Turn {
    /// Whether this visit is to the host of `url`: the way from one of its pages to another is one visit.
    pub(super) fn is_at(&self, url: &Url) -> bool {
        url.host_str() == Some(&self.visited.name)
    }

    /// The host that is visited.
    pub(super) fn host(&self) -> &str {
        &self.visited.name
    }

    /// Notes what the host answered: whether it can bear more, and how long it asked to be left alone. Returns until
    /// when nobody visits it, where that is too long to wait for.
    pub(super) fn answered(
        &self,
        status: u16,
        retry_after: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let mut manners = self.visited.manners();
        if !matches!(status, 429 | 503) {
            manners.refusals = 0;
            return None;
        }
        let rest = match retry_after {
            Some(until) => Duration::try_from(until.duration_since(now)).unwrap_or_default(),
            None => jittered(RESTS[manners.refusals.min(RESTS.len() - 1)], &self.visited.name),
        };
        manners.refusals = manners.refusals.saturating_add(1);
        if rest <= PATIENCE {
            manners.free_at = manners.free_at.max(Instant::now() + rest);
            return None;
        }
        let until = SignedDuration::try_from(rest).ok().and_then(|rest| now.checked_add(rest).ok());
        manners.rest_until = manners.rest_until.max(until);
        manners.rest_until
    }
}

/// Up to a tenth more, each host another part of it, so that those that one cloud brought down don't all come back to
/// it together.
fn jittered(rest: Duration, host: &str) -> Duration {
    let part = f64::from(Digest::of(host.as_bytes()).0[0]) / 256.0;
    rest.mul_f64(1.0 + part / 10.0)
}

/// Whether an address is on this very machine.
fn is_own(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn pace(gap: Option<Duration>) -> Pace {
        Pace::new(&Settings { gap, per_host: 2, ..Settings::default() })
    }

    fn url(host: &str) -> Url {
        format!("https://{host}/terms").parse().unwrap()
    }

    /// When so many visits to a host may begin, from now on.
    fn visits(pace: &Pace, host: &str, delay: Option<Duration>) -> Vec<u64> {
        let (visited, start) = (pace.visited(&url(host)), Instant::now());
        visited.agree(delay);
        (0..4).map(|_| visited.book(start).saturating_duration_since(start).as_millis() as u64).collect()
    }

    #[test]
    fn visits_keep_a_gap_and_crawl_delay_widens_it_to_a_bound() {
        let secs = Duration::from_secs;
        let table = [
            ("example.com", None, None, 1_000),
            ("127.0.0.1", None, None, 0),
            ("[::1]", None, None, 0),
            ("demo.localhost", None, None, 0),
            ("10.0.0.1", None, None, 1_000),
            ("127.0.0.1", Some(secs(2)), None, 2_000),
            ("example.com", Some(secs(0)), None, 0),
            ("example.com", None, Some(secs(7)), 7_000),
            ("127.0.0.1", None, Some(secs(7)), 7_000),
            ("example.com", Some(secs(9)), Some(secs(7)), 9_000),
            ("example.com", None, Some(secs(86_400)), 30_000),
        ];
        for (host, gap, delay, wide) in table {
            let expected: Vec<u64> = (0..4).map(|n| n * wide).collect();
            let visits = visits(&pace(gap), host, delay);
            assert!(
                visits.iter().zip(&expected).all(|(visit, expected)| expected.abs_diff(*visit) <= 1),
                "{host}: {visits:?}"
            );
        }
    }

    #[tokio::test]
    async fn a_host_has_so_many_visitors_and_another_host_doesnt_wait_for_it() {
        let pace = pace(Some(Duration::ZERO));
        let turn = async |host: &str, delay| pace.turn(&url(host), delay, now).await.ok().unwrap();
        let (first, second) = (turn("a.example", None).await, turn("a.example", None).await);
        let mut third = Box::pin(turn("a.example", None));
        assert!(futures_util::poll!(third.as_mut()).is_pending());
        let _other = turn("b.example", None).await;
        drop(first);
        let _third = third.await;
        drop(second);
        // One that asked for a delay has one visitor.
        let _alone = turn("c.example", Some(Duration::from_millis(1))).await;
        let mut next = Box::pin(turn("c.example", None));
        assert!(futures_util::poll!(next.as_mut()).is_pending());
    }

    #[tokio::test]
    async fn a_host_that_asks_for_rest_gets_it_from_all_its_sources() {
        let pace = pace(Some(Duration::ZERO));
        let at = |seconds: i64| now() + SignedDuration::from_secs(seconds);
        let resting = async |host: &str, seconds: i64| {
            let turn = pace.turn(&url(host), None, || at(seconds)).await;
            turn.err().map(|Resting(until)| until.duration_since(now()).as_secs())
        };
        let visit = async |host: &str| pace.turn(&url(host), None, now).await.ok().unwrap();
        visit("a.example").await.answered(429, Some(at(600)), now());
        assert_eq!(resting("a.example", 599).await, Some(600));
        assert_eq!(resting("b.example", 0).await, None);
        assert_eq!(resting("a.example", 600).await, None);

        // Without a time: longer and longer, until an answer is another one.
        let mut rests = Vec::new();
        for _ in 0..5 {
            let turn = pace.visited(&url("c.example"));
            turn.manners().rest_until = None;
            turn.manners().free_at = Instant::now();
            visit("c.example").await.answered(503, None, now());
            let waits = turn.manners().free_at.saturating_duration_since(Instant::now()).as_secs();
            let rests_for =
                turn.manners().rest_until.map(|until| until.duration_since(now()).as_secs() as u64);
            rests.push(rests_for.unwrap_or(waits + 1));
        }
        for (rest, planned) in rests.iter().zip([5, 30, 120, 600, 600]) {
            assert!((planned..=planned + planned / 10 + 1).contains(rest), "{rests:?}");
        }
        pace.visited(&url("c.example")).manners().rest_until = None;
        visit("c.example").await.answered(200, None, now());
        assert_eq!(pace.visited(&url("c.example")).manners().refusals, 0);
    }

    #[tokio::test]
    async fn other_settings_change_the_gap_and_not_what_hosts_asked_for() {
        let (before, hour) = (pace(None), now().checked_add(SignedDuration::from_hours(1)).ok());
        before.turn(&url("a.example"), None, now).await.ok().unwrap().answered(429, hour, now());
        visits(&before, "b.example", Some(Duration::from_secs(7)));
        let after = pace(Some(Duration::from_secs(2)));
        after.learn_from(&before);
        assert!(after.turn(&url("a.example"), None, now).await.is_err());
        let start = Instant::now();
        let gaps = |host: &str| {
            let visited = after.visited(&url(host));
            let first = visited.book(start);
            visited.book(start).duration_since(first).as_secs()
        };
        assert_eq!((gaps("b.example"), gaps("c.example")), (7, 2));
    }

    #[tokio::test]
    async fn hosts_that_nobody_visits_are_forgotten() {
        let pace = pace(Some(Duration::ZERO));
        let kept = pace.turn(&url("kept.example"), None, now).await.ok().unwrap();
        let rests = pace.turn(&url("rests.example"), None, now).await.ok().unwrap();
        rests.answered(429, now().checked_add(SignedDuration::from_hours(1)).ok(), now());
        drop(rests);
        for number in 0..3 * MOST_HOSTS {
            pace.visited(&url(&format!("host-{number}.example")));
        }
        assert!(pace.hosts.lock().unwrap().len() <= MOST_HOSTS);
        assert!(pace.hosts.lock().unwrap().contains_key("rests.example"));
        assert!(Arc::ptr_eq(&kept.visited, &pace.visited(&url("kept.example"))));
    }
}
