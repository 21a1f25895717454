//! Trying again: failing sources, suspected changes, and deliveries.

use jiff::{SignedDuration, Timestamp};

use super::later;
use super::spread::{fraction, next_check};
use crate::model::{NoticeId, Schedule, SourceId};

/// No `Retry-After` is honoured beyond this: a mistaken header must not silence a source or a channel for a year.
const MAX_RETRY_AFTER: SignedDuration = SignedDuration::from_hours(24);

/// How soon a failing source is tried again; after these, on its schedule.
const AFTER_FAILURE: [SignedDuration; 4] = [
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(10),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(1),
];

/// A source that goes on failing waits no longer than this, or than its schedule has it wait anyway.
const SELDOM: SignedDuration = SignedDuration::from_hours(12);

/// How soon a suspected change is looked at again; the last one repeats.
const SECOND_LOOKS: [SignedDuration; 4] = [
    SignedDuration::from_secs(30),
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(10),
    SignedDuration::from_hours(1),
];

/// The waits between the attempts of a delivery (Standard Webhooks' schedule): 75 h 35 min in all, then it is dead.
const ATTEMPTS: [SignedDuration; 9] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(30),
    SignedDuration::from_hours(2),
    SignedDuration::from_hours(5),
    SignedDuration::from_hours(10),
    SignedDuration::from_hours(14),
    SignedDuration::from_hours(20),
    SignedDuration::from_hours(24),
];

/// When to look again at a source that has failed `failures` times in a row (1 after the first failure).
///
/// The first four times sooner than its schedule if that is slower: after 2, 10, 30 and 60 minutes, up to a tenth
/// more by the source's id, so that the sources of one failing host don't return together. From then on more seldom
/// than its schedule: at every second of its times, then every fourth, every eighth …, as long as less than 12 hours pass
/// between them. `retry_after` only lengthens, by at most a day from `now`.
pub fn after_failure(
    schedule: &Schedule,
    source: &SourceId,
    failures: u32,
    retry_after: Option<Timestamp>,
    now: Timestamp,
) -> Timestamp {
    let failed = failures.saturating_sub(1);
    let next = match AFTER_FAILURE.get(failed as usize) {
        Some(wait) => {
            let soon = later(now, stretch(*wait, fraction(source.as_str()) / 10.0));
            soon.min(next_check(schedule, source, now))
        }
        None => seldom(schedule, source, failed - AFTER_FAILURE.len() as u32 + 1, now),
    };
    not_before(next, retry_after, now)
}

/// When to look again at a source that failed `failures` times in a row (1 after the first) because of something that
/// doesn't pass by itself: at its next time, then at every second, every fourth …, as with [`after_failure`].
pub fn after_refusal(schedule: &Schedule, source: &SourceId, failures: u32, now: Timestamp) -> Timestamp {
    seldom(schedule, source, failures.saturating_sub(1), now)
}

/// A time of the schedule, `halvings` times more seldom than it has them.
fn seldom(schedule: &Schedule, source: &SourceId, halvings: u32, now: Timestamp) -> Timestamp {
    let regular = next_check(schedule, source, now);
    let gap = next_check(schedule, source, regular).duration_since(regular);
    let wait = gap.saturating_mul(1 << halvings.min(20)).min(SELDOM.max(gap));
    next_check(schedule, source, later(now, wait.saturating_sub(gap)))
}

/// When to look again at a page that is held, after `looks` second looks: 30 s, 2 min, 10 min, then hourly.
pub fn second_look(looks: u32, now: Timestamp) -> Timestamp {
    let last = SECOND_LOOKS[SECOND_LOOKS.len() - 1];
    later(now, SECOND_LOOKS.get(looks as usize).copied().unwrap_or(last))
}

/// When to try a delivery again after `attempts` failed ones; `None` when it is given up.
///
/// The waits are 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, each up to a tenth shorter or longer by the
/// notice's id: about 76 hours in all. `retry_after` only lengthens a wait, to at most a day from `now`.
pub fn next_attempt(
    attempts: u32,
    retry_after: Option<Timestamp>,
    id: &NoticeId,
    now: Timestamp,
) -> Option<Timestamp> {
    let Some(failed) = attempts.checked_sub(1) else { return Some(now) };
    let wait = *ATTEMPTS.get(failed as usize)?;
    let jitter = (fraction(&format!("{id} {attempts}")) - 0.5) / 5.0;
    Some(not_before(later(now, stretch(wait, jitter)), retry_after, now))
}

pub(super) fn not_before(at: Timestamp, retry_after: Option<Timestamp>, now: Timestamp) -> Timestamp {
    retry_after.map_or(at, |asked| at.max(asked.min(later(now, MAX_RETRY_AFTER))))
}

fn stretch(wait: SignedDuration, by: f64) -> SignedDuration {
    SignedDuration::from_millis((wait.as_millis() as f64 * (1.0 + by)) as i64)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan as _;
    use jiff::tz::TimeZone;

    use super::*;
    use crate::schedule::parse;

    const START: Timestamp = Timestamp::constant(1_772_323_200, 0);

    #[test]
    fn a_failing_source_is_tried_sooner_at_first_and_then_as_scheduled() {
        let now = START;
        let id: SourceId = "acme/terms".parse().unwrap();
        let daily = parse("every 1d", &TimeZone::UTC).unwrap();
        let waits: Vec<_> = (1..=6)
            .map(|failures| after_failure(&daily, &id, failures, None, now).duration_since(now).as_mins())
            .collect();
        for (wait, planned) in waits.iter().zip([2, 10, 30, 60]) {
            assert!((planned..=planned + planned / 10).contains(wait), "{wait} for {planned}");
        }
        let regular = next_check(&daily, &id, now).duration_since(now).as_mins();
        assert_eq!(waits[4..], [regular, regular]);

        let asked =
            |hours: i64| after_failure(&daily, &id, 1, Some(now + SignedDuration::from_hours(hours)), now);
        assert_eq!(asked(3), now + SignedDuration::from_hours(3));
        assert_eq!(asked(1000), now + SignedDuration::from_hours(24));
        assert_eq!(asked(-3), after_failure(&daily, &id, 1, None, now));
    }

    #[test]
    fn a_source_that_goes_on_failing_is_looked_at_more_and_more_seldom() {
        let id: SourceId = "acme/terms".parse().unwrap();
        let waits = |line: &str, count: u32, next: &dyn Fn(&Schedule, u32, Timestamp) -> Timestamp| {
            let schedule = parse(line, &TimeZone::UTC).unwrap();
            // From one of its own times on, so that whole intervals are counted.
            let mut now = next_check(&schedule, &id, START);
            let wait = |failures| {
                let at = next(&schedule, failures, now);
                let wait = at.duration_since(now).as_mins();
                now = at;
                wait
            };
            (1..=count).map(wait).collect::<Vec<_>>()
        };
        let failing =
            |schedule: &Schedule, failures: u32, now| after_failure(schedule, &id, failures, None, now);
        let refused = |schedule: &Schedule, failures: u32, now| after_refusal(schedule, &id, failures, now);
        assert_eq!(waits("every 1h", 7, &refused), [60, 120, 240, 480, 720, 720, 720]);
        assert_eq!(waits("every 6h", 4, &refused), [360, 720, 720, 720]);
        assert_eq!(waits("every 1d", 3, &refused), [1440; 3]);
        assert_eq!(waits("every 1w", 3, &refused), [7 * 1440; 3]);
        assert_eq!(waits("every 1m", 12, &failing), [1, 1, 1, 1, 2, 4, 8, 16, 32, 64, 128, 256]);
        // Between its times, and back on them.
        let hourly = waits("0 * * * *", 8, &failing);
        assert_eq!(hourly[..2], [2, 10]);
        assert!(hourly[4] > 60 && hourly[4] <= 120 && hourly[5..7] == [240, 480], "{hourly:?}");
        // However often it fails.
        assert_eq!(waits("every 1h", 1, &|s, _, now| after_failure(s, &id, u32::MAX, None, now)), [720]);
    }

    #[test]
    fn second_looks_come_soon_and_then_hourly() {
        let now = START;
        let waits: Vec<_> = (0..6).map(|look| second_look(look, now).duration_since(now).as_secs()).collect();
        assert_eq!(waits, [30, 120, 600, 3600, 3600, 3600]);
    }

    #[test]
    fn a_delivery_is_tried_for_three_days_and_then_given_up() {
        let id = NoticeId::derive("chg", &["openai/usage-policies", "7"]);
        let mut now = START;
        let mut waits = Vec::new();
        for attempts in 1.. {
            let Some(next) = next_attempt(attempts, None, &id, now) else { break };
            waits.push(next.duration_since(now).as_secs_f64());
            now = next;
        }
        let planned = [5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 50400.0, 72000.0, 86400.0];
        assert_eq!(waits.len(), planned.len());
        for (wait, planned) in waits.iter().zip(planned) {
            assert!((0.9..=1.1).contains(&(wait / planned)), "{wait} for {planned}");
        }
        assert!((68..=84).contains(&now.duration_since(START).as_hours()));

        let asked = |span: jiff::Span| next_attempt(1, Some(START + span), &id, START).unwrap();
        assert_eq!(asked(2.hours()), START + 2.hours());
        assert_eq!(asked(900.hours()), START + 24.hours());
        assert!(asked(1.second()) > START + 4.seconds(), "it only lengthens");
    }
}
