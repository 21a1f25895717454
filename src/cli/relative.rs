//! Instants as people speak of them: `3 h ago`, `in 2 h`.

use jiff::{SignedDuration, Timestamp};

/// How long ago `at` was: `just now`, `5 min ago`, `3 h ago`, `12 d ago`, `14 mo ago`.
pub(super) fn ago(at: Timestamp, now: Timestamp) -> String {
    match span(now.duration_since(at)) {
        Some(span) => format!("{span} ago"),
        None => "just now".to_owned(),
    }
}

/// When `at` will be: `now`, `in 2 h`; or how long it is overdue: `3 d late`.
pub(super) fn until(at: Timestamp, now: Timestamp) -> String {
    match (span(at.duration_since(now)), span(now.duration_since(at))) {
        (Some(span), _) => format!("in {span}"),
        (None, Some(span)) => format!("{span} late"),
        (None, None) => "now".to_owned(),
    }
}

/// A length of time in its largest unit, rounded down; `None` under a minute.
fn span(time: SignedDuration) -> Option<String> {
    let minutes = time.as_mins();
    let (hours, days) = (minutes / 60, minutes / (60 * 24));
    match minutes {
        ..=0 => None,
        _ if hours == 0 => Some(format!("{minutes} min")),
        _ if days < 2 => Some(format!("{hours} h")),
        // A month is the twelfth part of a year.
        _ if days < 90 => Some(format!("{days} d")),
        _ if days < 2 * 365 => Some(format!("{} mo", days * 12 / 365)),
        _ => Some(format!("{} y", days / 365)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_their_largest_unit() {
        let now: Timestamp = "2026-05-01T12:00:00Z".parse().unwrap();
        for (minutes, before, after) in [
            (0, "just now", "now"),
            (1, "1 min ago", "in 1 min"),
            (59, "59 min ago", "in 59 min"),
            (60, "1 h ago", "in 1 h"),
            (47 * 60 + 59, "47 h ago", "in 47 h"),
            (48 * 60, "2 d ago", "in 2 d"),
            (89 * 1440, "89 d ago", "in 89 d"),
            (365 * 1440, "12 mo ago", "in 12 mo"),
            (800 * 1440, "2 y ago", "in 2 y"),
        ] {
            let span = SignedDuration::from_mins(minutes);
            assert_eq!(ago(now - span, now), before);
            assert_eq!(until(now + span, now), after);
        }
        assert_eq!(until(now - SignedDuration::from_hours(3), now), "3 h late");
        // A clock that was set back must not show negative times.
        assert_eq!(ago(now + SignedDuration::from_hours(3), now), "just now");
    }
}
