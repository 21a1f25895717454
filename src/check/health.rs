//! Whether a source can be read: told to people once, and to the operator's log at every turn of events.

use std::time::Duration;

use jiff::SignedDuration;

use crate::model::{Check, Outcome, Source};
use crate::notice;
use crate::store::{Record, State};

/// How long a source must have been unreadable before that is told: shorter troubles pass by themselves.
const DEGRADED_AFTER: SignedDuration = SignedDuration::from_hours(24);
/// How many looks in a row must have failed by then: one or two say little, however far apart.
const DEGRADED_LOOKS: u32 = 3;

/// Tells once that a source has been unreadable for a day, once that it has been so for longer than its owner accepts, and
/// once that it can be read again.
///
/// A held page ends nothing: it isn't known to be the policy.
pub(super) fn tell(source: &Source, state: &State, record: &mut Record) {
    let at = record.check.at;
    let told = state.degraded_since.or(state.blind_since);
    if let Some(since) = told.filter(|_| record.check.outcome.is_accepted()) {
        record.degraded = Some(None);
        record.blind = Some(None);
        record.notices.push(notice::recovered(source, at, since));
        return;
    }
    let Some(since) = state.unreadable_since.filter(|_| !record.check.outcome.is_readable()) else { return };
    let looks = state.failures.saturating_add(1);
    if looks < DEGRADED_LOOKS || state.is_before_pause(at) {
        return;
    }
    let reason = record.check.detail.clone().unwrap_or_default();
    let seen = state.last_readable.unwrap_or(since);
    if at.duration_since(since) >= source.max_age {
        if state.blind_since.is_none() {
            record.blind = Some(Some(seen));
            record.notices.push(notice::blind(source, at, seen, &reason));
        }
    } else if state.degraded_since.is_none() && at.duration_since(since) >= DEGRADED_AFTER {
        record.degraded = Some(Some(since));
        record.notices.push(notice::degraded(source, at, since, &reason));
    }
}

/// Logs what became of a source's rules, when it changes.
pub(super) fn log_warning(source: &Source, before: &State, warning: Option<&Option<String>>) {
    match warning {
        Some(Some(warning)) if before.warning.as_ref() != Some(warning) => {
            tracing::warn!(source.id = %source.id, "{}: {warning}", source.id);
        }
        Some(None) if before.warning.is_some() => {
            let again = if source.watch.is_some() {
                "its API answers as it should again"
            } else {
                "its rules match again"
            };
            tracing::info!(source.id = %source.id, "{}: {again}", source.id);
        }
        _ => {}
    }
}

/// Logs a check: what is new loudly, what goes on quietly. `told` is whether people were told of its health.
pub(super) fn log(check: &Check, before: &State, told: bool, took: Duration) {
    let (source, outcome) = (&check.source, check.outcome);
    let detail = check.detail.as_deref().unwrap_or_default();
    let duration_ms = took.as_millis() as u64;
    let was_failing = before.failures > 0;
    match outcome {
        Outcome::Unusable | Outcome::Failed if told || !was_failing => {
            let failures = before.failures.saturating_add(1);
            tracing::warn!(source.id = %source, %outcome, failures, duration_ms, "{source}: {detail}");
        }
        Outcome::First | Outcome::Changed => {
            tracing::info!(source.id = %source, %outcome, duration_ms, "{source}: {outcome}");
        }
        Outcome::Held if before.looks == 0 => {
            tracing::info!(source.id = %source, %outcome, duration_ms, "{source}: held: {detail}");
        }
        Outcome::NotModified | Outcome::Unchanged if was_failing => {
            tracing::info!(source.id = %source, %outcome, duration_ms, "{source}: can be read again");
        }
        _ => tracing::debug!(source.id = %source, %outcome, duration_ms, "{source}: {outcome}"),
    }
}
