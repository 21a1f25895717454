use proptest::prelude::*;

use super::*;

/// Runs as one line: `[-removed-]`, `{+added+}`.
fn show(before: &str, after: &str) -> String {
    runs(before, after)
        .iter()
        .map(|run| match run {
            Run::Kept(text) => text.clone(),
            Run::Removed(text) => format!("[-{text}-]"),
            Run::Added(text) => format!("{{+{text}+}}"),
        })
        .collect()
}

fn side(runs: &[Run], leave_out: fn(&Run) -> bool) -> String {
    runs.iter().filter(|run| !leave_out(run)).map(Run::text).collect()
}

fn old_side(runs: &[Run]) -> String {
    side(runs, |run| matches!(run, Run::Added(_)))
}

fn new_side(runs: &[Run]) -> String {
    side(runs, |run| matches!(run, Run::Removed(_)))
}

#[test]
fn tokens_are_words_and_marks() {
    assert_eq!(
        tokens("Don’t pay $1,000.50 (e.g. twice)."),
        ["Don’t", "pay", "$", "1,000.50", "(", "e.g", ".", "twice", ")", "."]
    );
    assert_eq!(tokens("使用服务。"), ["使", "用", "服", "务", "。"]);
    assert_eq!(word_count("See § 4 – “Fees”."), 3);
}

#[test]
fn only_what_differs_is_marked() {
    for (before, after, expected) in [
        ("within 30 days", "within 14 days", "within [-30-]{+14+} days"),
        ("You may appeal.", "You may not appeal.", "You may{+ not+} appeal."),
        ("You may not appeal.", "You may appeal.", "You may[- not-] appeal."),
        ("Not here.", "Here.", "[-Not -]Here."),
        // A space that both sides have is no part of a change, wherever the words are cut.
        ("Email me@a.example.", "Email not-me@a.example.", "Email {+not-+}me@a.example."),
        ("Iran, Cuba and Syria.", "Iran and Syria.", "Iran[-, Cuba-] and Syria."),
        ("We store it.", "We store it. Forever.", "We store it.{+ Forever.+}"),
        ("您可以在30天内提出申诉。", "您可以在14天内提出申诉。", "您可以在[-30-]{+14+}天内提出申诉。"),
    ] {
        assert_eq!(show(before, after), expected);
    }
}

#[test]
fn typography_inside_a_reworded_clause_is_not_marked() {
    assert_eq!(
        show("The \"Service\" isn't free for 2 users", "The “service” isn’t free for 3 users"),
        "The “service” isn’t free for [-2-]{+3+} users"
    );
}

#[test]
fn a_rewritten_sentence_is_not_confetti() {
    assert_eq!(
        show(
            "You agree that fees are due within 30 days of the date of the invoice we send you, under these terms and their annexes.",
            "You agree that charges must be paid before the first day of each month we serve you, under these terms and their annexes.",
        ),
        "You agree that [-fees are due within 30 days of the date of the invoice we send-]\
         {+charges must be paid before the first day of each month we serve+} you, \
         under these terms and their annexes."
    );
    assert_eq!(
        show("The fee is due in the month.", "A charge may apply to the account."),
        "[-The fee is due in the month.-]{+A charge may apply to the account.+}"
    );
}

#[test]
fn nothing_of_one_side_is_one_run() {
    assert_eq!(show("", "New."), "{+New.+}");
    assert_eq!(show("Old.", ""), "[-Old.-]");
    assert_eq!(show("", ""), "");
}

proptest! {
    #[test]
    fn runs_give_back_both_clauses(
        before in "([a-d]{1,2}[,.]? ){0,12}[a-d]",
        after in "([a-d]{1,2}[,.]? ){0,12}[a-d]",
    ) {
        let runs = runs(&before, &after);
        prop_assert_eq!(old_side(&runs), before);
        prop_assert_eq!(new_side(&runs), after);
    }

    #[test]
    fn of_any_text_runs_give_back_the_new_exactly_and_the_words_of_the_old(
        before in "[ aAbB“\"’'東京สิ\u{200b}\u{a0}é.,()-]{0,30}",
        after in "[ aAbB“\"’'東京สิ\u{200b}\u{a0}é.,()-]{0,30}",
    ) {
        let runs = runs(&before, &after);
        prop_assert_eq!(new_side(&runs), after);
        let letters = |s: &str| crate::diff::key(s).replace(' ', "");
        prop_assert_eq!(letters(&old_side(&runs)), letters(&before));
    }

    #[test]
    fn no_text_is_too_strange(before in ".*", after in ".*") {
        prop_assert_eq!(new_side(&runs(&before, &after)), after);
    }
}
