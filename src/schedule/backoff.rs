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
/// more by the source's id, so that the sources of one failing host don't return together. From then on the schedule
/// holds, so that a lasting failure never costs the server more than a working page would. `retry_after` only
/// lengthens, by at most a day from `now`.
pub fn after_failure(
    schedule: &Schedule,
    source: &SourceId,
    failures: u32,
    retry_after: Option<Timestamp>,
    now: Timestamp,
) -> Timestamp {
    let regular = next_check(schedule, source, now);
    let step = AFTER_FAILURE.get(failures.saturating_sub(1) as usize);
    let soon = step
        .map_or(regular, |wait| later(now, stretch(*wait, fraction(source.as_str()) / 10.0)).min(regular));
    not_before(soon, retry_after, now)
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

        let often = parse("every 1m", &TimeZone::UTC).unwrap();
        assert_eq!(after_failure(&often, &id, 1, None, now), next_check(&often, &id, now));

        let asked =
            |hours: i64| after_failure(&daily, &id, 1, Some(now + SignedDuration::from_hours(hours)), now);
        assert_eq!(asked(3), now + SignedDuration::from_hours(3));
        assert_eq!(asked(1000), now + SignedDuration::from_hours(24));
        assert_eq!(asked(-3), after_failure(&daily, &id, 1, None, now));
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
