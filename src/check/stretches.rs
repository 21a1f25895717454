//! What the looks at a source prove together: from when to when nothing changed, and how often that was looked at.

use jiff::{SignedDuration, Timestamp};

use crate::model::{Check, Outcome};

/// Looks in a row that showed the same policy, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Whether the policy was seen, and unchanged from look to look.
    pub readable: bool,
    /// The version that was seen, as far as it is known.
    pub version: Option<u32>,
    /// The first look.
    pub from: Timestamp,
    /// The last one.
    pub to: Timestamp,
    /// How many looks.
    pub looks: usize,
    /// The longest time between two of them.
    pub widest_gap: SignedDuration,
    /// What the last look said, where the policy was not seen.
    pub detail: Option<String>,
}

/// Groups looks, oldest first. `version` is the one that was known before the first of them.
///
/// A held page neither proves the old text nor shows a new one, so it counts as not seen.
pub fn stretches(
    looks: impl IntoIterator<Item = (Check, Option<u32>)>,
    version: Option<u32>,
) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut version = version;
    for (look, made) in looks {
        version = made.or(version);
        let readable = look.outcome.is_accepted();
        let goes_on = |last: &&mut Stretch| {
            let same = last.readable == readable && (!readable || last.version == version);
            same && !matches!(look.outcome, Outcome::Changed | Outcome::First)
        };
        match stretches.last_mut().filter(goes_on) {
            Some(last) => {
                last.widest_gap = last.widest_gap.max(look.at.duration_since(last.to));
                (last.to, last.looks, last.detail) = (look.at, last.looks + 1, look.detail);
            }
            None => stretches.push(Stretch {
                readable,
                version,
                from: look.at,
                to: look.at,
                looks: 1,
                widest_gap: SignedDuration::ZERO,
                detail: look.detail,
            }),
        }
    }
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(hour: i64, outcome: Outcome) -> Check {
        let at = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hour);
        Check { source: "acme/terms".parse().unwrap(), at, outcome, status: None, detail: None }
    }

    #[test]
    fn a_stretch_ends_with_a_version_and_with_what_can_not_be_read() {
        use Outcome::{Changed, Failed, First, Held, NotModified, Unchanged};
        let looks = [
            (0, First, Some(1)),
            (6, Unchanged, None),
            (18, NotModified, None),
            (24, Held, None),
            (25, Changed, Some(2)),
            (30, Unchanged, None),
            (36, Failed, None),
            (37, Failed, None),
            (42, Unchanged, None),
        ];
        let looks = looks.map(|(hour, outcome, version)| (look(hour, outcome), version));
        let hours = |stretch: &Stretch| {
            let hour = |at: Timestamp| at.as_second() / 3600;
            let Stretch { readable, version, looks, widest_gap, .. } = stretch;
            (*readable, *version, hour(stretch.from), hour(stretch.to), *looks, widest_gap.as_hours())
        };
        let found: Vec<_> = stretches(looks, None).iter().map(hours).collect();
        assert_eq!(
            found,
            [
                (true, Some(1), 0, 18, 3, 12),
                (false, Some(1), 24, 24, 1, 0),
                (true, Some(2), 25, 30, 2, 5),
                (false, Some(2), 36, 37, 2, 1),
                (true, Some(2), 42, 42, 1, 0),
            ]
        );
    }
}
