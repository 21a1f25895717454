//! When a page has become what it is going to be: pure.
//!
//! `load` says little: scripts write the text later. A page has settled when its text and elements stay as they are for a
//! while; longer, where it still loads something or where it holds nothing worth reading yet: a challenge that
//! passes by itself looks like that until it reloads.

use std::time::Duration;

/// How long a page that loads nothing more must stay the same.
const QUIET: Duration = Duration::from_millis(750);
/// How long one must that still waits for an answer: some never end, by design.
const BUSY: Duration = Duration::from_secs(3);

/// A page with fewer characters of text has not been filled yet, or is a challenge.
const FEWEST: u64 = 80;

/// What is seen of a page at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sight {
    /// The status of the document.
    pub(super) status: u16,
    /// How many documents there were before it, so that a reload is a change.
    pub(super) document: usize,
    /// Whether it was loaded with all that belongs to it.
    pub(super) complete: bool,
    /// Requests without an answer.
    pub(super) busy: usize,
    /// Characters of text.
    pub(super) text: u64,
    /// Elements and texts.
    pub(super) nodes: u64,
}

/// What was seen of a page so far.
#[derive(Debug, Default)]
pub(super) struct Settling {
    last: Option<(Sight, Duration)>,
}

impl Settling {
    /// Takes in what is seen `at` a time since the page was asked for; says whether it has settled.
    ///
    /// One that isn't the page yet gets `patience`.
    pub(super) fn see(&mut self, sight: Sight, at: Duration, patience: Duration) -> bool {
        let since = match self.last {
            Some((last, since)) if last.same_page(&sight) => since,
            _ => at,
        };
        self.last = Some((sight, since));
        sight.complete && at.saturating_sub(since) >= sight.wait(patience)
    }
}

impl Sight {
    fn same_page(&self, other: &Self) -> bool {
        (self.document, self.text, self.nodes) == (other.document, other.text, other.nodes)
    }

    fn wait(&self, patience: Duration) -> Duration {
        // "Forbidden", "unavailable" and "too many" are what challenges are sent with; "accepted" too.
        let refused = matches!(self.status, 202 | 403 | 429 | 503);
        match (refused || self.text < FEWEST, self.busy) {
            (true, _) => patience,
            (false, 0) => QUIET,
            (false, _) => BUSY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);
    const PAGE: Sight = Sight { status: 200, document: 0, complete: true, busy: 0, text: 5_000, nodes: 90 };

    /// The first of these moments, a quarter of a second apart, at which the page has settled.
    fn settles(sights: impl IntoIterator<Item = Sight>) -> Option<usize> {
        let mut settling = Settling::default();
        let see = |(n, sight)| settling.see(sight, Duration::from_millis(250 * n as u64), PATIENCE);
        sights.into_iter().enumerate().take(1_000).position(see)
    }

    #[test]
    fn a_page_has_settled_when_it_stays_the_same_for_a_while() {
        assert_eq!(settles(std::iter::repeat(PAGE)), Some(3));
        let filled = [Sight { text: 0, ..PAGE }; 8].into_iter().chain(std::iter::repeat(PAGE));
        assert_eq!(settles(filled), Some(11), "a shell that is filled after two seconds");
        let loading = Sight { complete: false, ..PAGE };
        assert_eq!(settles(std::iter::repeat(loading)), None);
        let polling = Sight { busy: 1, ..PAGE };
        assert_eq!(settles(std::iter::repeat(polling)), Some(12), "one that asks its server for ever");
        let growing = (0..).map(|n| Sight { text: 5_000 + n, ..PAGE });
        assert_eq!(settles(growing), None);
    }

    #[test]
    fn a_challenge_is_waited_for() {
        let challenge = Sight { status: 403, text: 400, ..PAGE };
        assert_eq!(settles(std::iter::repeat(challenge)), Some(40), "one that doesn't pass");
        let passed = Sight { document: 1, ..PAGE };
        let passing = [challenge; 20].into_iter().chain(std::iter::repeat(passed));
        assert_eq!(settles(passing), Some(23));
        assert_eq!(settles(std::iter::repeat(Sight { status: 404, ..PAGE })), Some(3), "no challenge");
    }
}
