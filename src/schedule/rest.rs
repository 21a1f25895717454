//! How long a channel rests whose receiver fails.

use jiff::{SignedDuration, Timestamp};

use super::backoff::not_before;
use super::later;
use crate::model::Circuit;

/// The rests after the first failures in a row; the last one repeats. Each delivery has its own, longer times; this
/// only keeps many that wait for one receiver from hammering it, and finds out soon that it works again.
const RESTS: [SignedDuration; 9] = [
    SignedDuration::from_secs(5),
    SignedDuration::from_secs(10),
    SignedDuration::from_secs(20),
    SignedDuration::from_secs(40),
    SignedDuration::from_mins(2),
    SignedDuration::from_mins(5),
    SignedDuration::from_mins(10),
    SignedDuration::from_mins(20),
    SignedDuration::from_mins(30),
];

/// So many failures in a row ...
const FAILURES: u32 = 5;
/// ... over so long are no passing trouble: other channels are told.
const FAILING_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// The circuit of a channel after one more failure at `now`: it rests for 5, 10, 20 and 40 seconds, 2, 5, 10, 20 and
/// from then on 30 minutes. `retry_after` only lengthens a rest, to at most a day from `now`.
pub fn after_channel_failure(
    before: Option<Circuit>,
    retry_after: Option<Timestamp>,
    now: Timestamp,
) -> Circuit {
    let first = Circuit { failures: 0, since: now, rest_until: now, told: false };
    let before = before.unwrap_or(first);
    let failures = before.failures.saturating_add(1);
    let last = RESTS[RESTS.len() - 1];
    let rest = RESTS.get(failures.saturating_sub(1) as usize).copied().unwrap_or(last);
    Circuit { failures, rest_until: not_before(later(now, rest), retry_after, now), ..before }
}

/// Whether a channel's failures are worth telling others: five in a row over ten minutes or more.
pub fn is_failing(circuit: &Circuit, now: Timestamp) -> bool {
    circuit.failures >= FAILURES && now.duration_since(circuit.since) >= FAILING_AFTER
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_grow_to_half_an_hour_and_a_passing_trouble_is_not_told() {
        let start: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        let (mut now, mut circuit, mut rests, mut told) = (start, None, Vec::new(), None);
        for failure in 1..=11 {
            let after = after_channel_failure(circuit, None, now);
            rests.push(after.rest_until.duration_since(now).as_secs());
            if is_failing(&after, now) {
                told.get_or_insert((failure, now.duration_since(start).as_mins()));
            }
            (now, circuit) = (after.rest_until, Some(after));
        }
        assert_eq!(rests, [5, 10, 20, 40, 120, 300, 600, 1200, 1800, 1800, 1800]);
        assert_eq!(told, Some((8, 18)));
        assert_eq!(circuit.unwrap().since, start);
    }

    #[test]
    fn a_receiver_that_names_a_time_is_left_alone_until_then_but_not_for_a_year() {
        let now: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        let rest = |hours| {
            let asked = now + SignedDuration::from_hours(hours);
            after_channel_failure(None, Some(asked), now).rest_until.duration_since(now).as_secs()
        };
        assert_eq!((rest(2), rest(9000), rest(-1)), (7200, 86_400, 5));
    }
}
