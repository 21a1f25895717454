//! However a page is restyled, its policy stays the same.

use fineprint::diff;
use fineprint::judge::{Look, Memory, Verdict, judge};
use fineprint::model::Text;
use jiff::Timestamp;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::model::{Dice, Policy};
use super::page::render;
use super::pages;

/// A thousand cases, the same at every run.
pub(super) fn thousand() -> ProptestConfig {
    ProptestConfig {
        cases: 1000,
        rng_seed: RngSeed::Fixed(7),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// What a later look at a source means.
pub(super) fn judged(text: &Text, latest: &Text, memory: &mut Memory) -> Verdict {
    judge(Look { status: 200, text, at: Timestamp::UNIX_EPOCH }, Some(latest), memory)
}

proptest! {
    #![proptest_config(thousand())]

    #[test]
    fn restyling_a_page_never_makes_a_change(seed: u64) {
        let mut dice = Dice(seed);
        let policy = Policy::drawn(&mut dice);
        let (first, second) = (render(&policy, &mut dice), render(&policy, &mut dice));
        let (before, after) = (pages::read(first.as_bytes()), pages::read(second.as_bytes()));
        let written = Text { clauses: policy.clauses, ..Text::default() };
        let story = || format!("{}\n{first}\n\n{second}", differences(&before, &after));
        prop_assert!(diff::compare(&written, &before).is_empty(), "{}\n{first}", differences(&written, &before));
        prop_assert_eq!(judged(&after, &before, &mut Memory::default()), Verdict::Unchanged(None), "{}", story());
    }
}

/// Two texts, line against line.
pub(super) fn differences(before: &Text, after: &Text) -> String {
    let (before, after) = (before.to_markdown(), after.to_markdown());
    similar::TextDiff::from_lines(&before, &after).unified_diff().context_radius(1).to_string()
}
