mod scripts;

use super::*;
use crate::model::{Clause, Text};

fn text(clauses: &[&str]) -> Text {
    Text { clauses: clauses.iter().map(|text| Clause::paragraph(*text)).collect(), ..Text::default() }
}

/// What became of each clause, a letter each: kept, moved, reworded (~), split (/), merged (&), removed, added.
fn letters(diff: &Diff) -> String {
    let letter = |edit: &Edit| match edit {
        Edit::Kept { .. } => '=',
        Edit::Moved { .. } => '>',
        Edit::Reworded { .. } => '~',
        Edit::Removed { .. } => '-',
        Edit::Split { .. } => '/',
        Edit::Merged { .. } => '&',
        Edit::Added { .. } => '+',
    };
    diff.edits.iter().map(letter).collect()
}

fn letters_of(before: &[&str], after: &[&str]) -> String {
    letters(&compare(&text(before), &text(after)))
}

/// A policy of `sections` sections of a heading and nine clauses, each with words of its own.
fn policy(sections: usize) -> Vec<Vec<String>> {
    let clause = |s: usize, c: usize| {
        format!(
            "The provision {s}.{c} concerns subject{s} and matter{c}, and you agree to rule{s}x{c} of it."
        )
    };
    (0..sections)
        .map(|s| std::iter::once(format!("Section {s}")).chain((1..10).map(|c| clause(s, c))).collect())
        .collect()
}

fn flat(sections: &[Vec<String>]) -> Text {
    let clauses = sections.iter().flatten().map(Clause::paragraph).collect();
    Text { clauses, ..Text::default() }
}

#[test]
fn each_clause_gets_its_fate() {
    let a = "You may not use the service to harm others.";
    let b = "We may suspend your account at any time without notice.";
    let c = "Fees are due within 30 days of the invoice.";
    assert_eq!(letters_of(&[a, b, c], &[a, b, c]), "===");
    assert_eq!(letters_of(&[], &[a]), "+");
    assert_eq!(letters_of(&[a], &[]), "-");
    assert_eq!(letters_of(&[a, b], &[a, c, b]), "=+=");
    assert_eq!(letters_of(&[a, c, b], &[a, b]), "=-=");
    assert_eq!(letters_of(&[a, c], &[a, "Fees are due within 14 days of the invoice."]), "=~");
    assert_eq!(letters_of(&[a, b], &[a, "Disputes go to arbitration in Delaware."]), "=-+");
    assert_eq!(letters_of(&[a], &["YOU may not use the service to “harm” others."]), "~", "quotes added");
    assert_eq!(letters_of(&[a], &["You  may\u{a0}not USE the ser\u{ad}vice to harm others ."]), "=");
}

#[test]
fn a_heading_and_a_date_are_reworded_not_replaced() {
    assert_eq!(letters_of(&["Suspension"], &["Account suspension"]), "~");
    assert_eq!(letters_of(&["Effective: 1 March 2026"], &["Effective: 4 May 2026"]), "~");
    assert_eq!(letters_of(&["GPT-4 | $10 | 60 RPM"], &["GPT-4 | $12 | 60 RPM"]), "~");
}

#[test]
fn the_like_are_paired_among_several() {
    let before = [
        "Fees for the basic plan are ten dollars a month.",
        "Fees for the premium plan are fifty dollars a month.",
        "The archive is deleted after ninety days without login.",
    ];
    let after = [
        "Fees for the premium plan are sixty dollars a month.",
        "Everything here is new: nothing like this was said.",
        "The archive is deleted after thirty days without login.",
    ];
    let diff = compare(&text(&before), &text(&after));
    assert_eq!(letters(&diff), "-~+~");
    assert!(matches!(diff.edits[1], Edit::Reworded { before: 1, after: 0, .. }));
}

#[test]
fn renumbering_is_not_a_change_of_words() {
    let mut before = text(&["You pay.", "We serve."]);
    let mut after = text(&["A new clause about something else.", "You pay.", "We serve."]);
    for (text, first) in [(&mut before, 1), (&mut after, 1)] {
        for (i, clause) in text.clauses.iter_mut().enumerate() {
            clause.mark = format!("{}.", first + i);
        }
    }
    let diff = compare(&before, &after);
    assert_eq!(letters(&diff), "+==");
    assert_eq!(diff.renumbered(&before, &after).collect::<Vec<_>>(), [(0, 1), (1, 2)]);
    assert!(!diff.links_only(&before, &after));
}

#[test]
fn a_link_that_leads_elsewhere_is_known_apart() {
    let before = text(&["See the list of countries.", "Bye."]);
    let mut after = before.clone();
    after.clauses[0].links.push("https://example.com/countries-2".to_owned());
    let diff = compare(&before, &after);
    assert!(diff.is_empty() && diff.links_only(&before, &after));
    assert!(!compare(&before, &before).links_only(&before, &before));
}

#[test]
fn swapped_sections_are_moved_and_nothing_is_reworded() {
    let before = policy(20);
    let mut after = before.clone();
    after.swap(4, 15);
    let (before, after) = (flat(&before), flat(&after));
    let diff = compare(&before, &after);
    let letters = letters(&diff);
    assert_eq!(letters.len(), 200);
    assert_eq!(letters.matches('>').count(), 20, "{letters}");
    assert_eq!(letters.matches('=').count(), 180);
    assert_eq!((diff.words_added(&after), diff.words_removed(&before)), (0, 0));
}

#[test]
fn a_clause_moved_and_retouched_is_one_clause() {
    let before = policy(6);
    let mut after = before.clone();
    let moved = after[1].remove(3).replace("you agree", "you consent");
    after[5].insert(2, moved);
    let diff = compare(&flat(&before), &flat(&after));
    assert_eq!(letters(&diff).replace('=', ""), "~");
}

#[test]
fn removed_clauses_stand_where_they_stood_and_before_what_replaced_them() {
    let before = ["One stays.", "Gone with the wind.", "Two stays."];
    let after = ["One stays.", "Entirely different matter here.", "Two stays."];
    assert_eq!(letters_of(&before, &after), "=-+=");
    assert_eq!(letters_of(&["One stays.", "Gone."], &["One stays."]), "=-");
}

#[test]
fn words_are_counted_without_punctuation() {
    let before = text(&["You pay 10 dollars, monthly.", "Old words (gone)."]);
    let after = text(&["You pay 12 dollars, monthly!", "Wholly new: text – here."]);
    let diff = compare(&before, &after);
    assert_eq!(letters(&diff), "~-+");
    assert_eq!(diff.words_added(&after), 1 + 4);
    assert_eq!(diff.words_removed(&before), 1 + 3);
}

#[test]
fn texts_without_spaces_are_compared_by_character() {
    let before = text(&["您可以在三十天内对暂停账户的决定提出申诉。", "费用按月支付，不予退还。"]);
    let after = text(&["您可以在十四天内对暂停账户的决定提出申诉。", "费用按月支付，不予退还。"]);
    let diff = compare(&before, &after);
    assert_eq!(letters(&diff), "~=");
    assert!(diff.words_added(&after) <= 3);
}

#[test]
fn texts_made_to_be_slow_are_compared_all_the_same() {
    let mut seed = 1u64;
    let mut word = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ["a", "b", "c", "d"][(seed >> 62) as usize]
    };
    // Without a bound, each of these takes minutes here.
    let mut many = |n| Text {
        clauses: (0..n).map(|_| Clause::paragraph(format!("{} {}", word(), word()))).collect(),
        ..Text::default()
    };
    let (before, after) = (many(60_000), many(60_000));
    assert!(!compare(&before, &after).is_empty());
    let one = |text: &Text| {
        let words: Vec<&str> = text.clauses.iter().map(|clause| clause.text.as_str()).collect();
        Text { clauses: vec![Clause::paragraph(words.join(" "))], ..Text::default() }
    };
    assert_eq!(letters(&compare(&one(&before), &one(&after))), "~");
}

#[test]
fn a_clause_cut_in_several_is_split_and_several_put_together_are_merged() {
    let one = "You may appeal a suspension within 30 days of the notice. Appeals are read by a person who did not decide. Our answer is final.";
    let parts = [
        "You may appeal a suspension within 30 days of the notice.",
        "Appeals are read by a person who did not decide.",
        "Our answer is final.",
    ];
    let rest = "Fees are due within thirty days of the invoice.";
    assert_eq!(letters_of(&[rest, one, rest], &[rest, parts[0], parts[1], parts[2], rest]), "=/=");
    assert_eq!(letters_of(&[parts[0], parts[1], parts[2], rest], &[one, rest]), "&=");
    let edited = "Appeals are read by a person who did not decide before.";
    let diff = compare(&text(&[one, rest]), &text(&[parts[0], edited, parts[2], rest]));
    assert_eq!(letters(&diff), "/=");
    let shown = diff.edits[0].shown_runs(&text(&[parts[0], edited, parts[2], rest]));
    assert_eq!(shown.iter().filter(|run| run.text().contains(" ¶ ")).count(), 2, "{shown:?}");
    // A clause beside it that says something else is new.
    assert_eq!(letters_of(&[parts[0], rest], &[parts[0], "Appeals go by mail to our office.", rest]), "=+=");
}

#[test]
fn the_same_clause_in_two_sections_belongs_to_its_section() {
    let section = |name: &str, words: &[&str]| {
        let mut clauses = vec![Clause::heading(2, name)];
        clauses.extend(words.iter().map(|words| Clause::paragraph(*words)));
        clauses
    };
    let (own, same) = ("Prices are shown without taxes, which you pay.", "We may change this at any time.");
    let of = |parts: &[Vec<Clause>]| Text { clauses: parts.concat(), ..Text::default() };
    let before = of(&[section("Fees", &[same, own]), section("Limits", &[same])]);
    let after = of(&[section("Fees", &[own]), section("Limits", &[same])]);
    let diff = compare(&before, &after);
    assert_eq!(letters(&diff), "=-===");
    // Sections that change places keep their clauses, the same words in both of them among them.
    let before =
        of(&[section("Fees", &[own, same]), section("Limits", &[own, same]), section("Fin", &[same])]);
    let after =
        of(&[section("Limits", &[own, same]), section("Fees", &[own, same]), section("Fin", &[same])]);
    let diff = compare(&before, &after);
    assert_eq!(diff.moves(&after).len(), 1, "{}", letters(&diff));
}

#[test]
fn rows_are_known_by_their_first_cell() {
    let rows = |rows: &[&str]| Text {
        clauses: rows.iter().map(|row| Clause::new(crate::model::Kind::Row, *row)).collect(),
        ..Text::default()
    };
    let before =
        rows(&["Country | API | Chat", "France | yes | no", "Iceland | yes | no", "Japan | no | no"]);
    let after = rows(&["Country | API | Chat", "France | no | yes", "Japan | no | no", "Chad | yes | no"]);
    let diff = compare(&before, &after);
    assert_eq!(letters(&diff), "=~-=+");
}

#[test]
fn two_sections_of_a_policy_that_changed_places_are_two_moves_and_no_rewording() {
    let headed = |sections: &[Vec<String>]| Text {
        clauses: sections
            .iter()
            .flat_map(|section| {
                let clauses = section[1..]
                    .iter()
                    .enumerate()
                    .map(|(i, words)| Clause { mark: format!("{}.", i + 1), ..Clause::paragraph(words) });
                std::iter::once(Clause::heading(2, &section[0])).chain(clauses)
            })
            .collect(),
        ..Text::default()
    };
    let before = policy(20);
    for (a, b) in [(4, 15), (0, 19), (7, 9), (1, 18)] {
        let mut after = before.clone();
        after.swap(a, b);
        let (old, new) = (headed(&before), headed(&after));
        assert_eq!(old.clauses.len(), 200);
        let diff = compare(&old, &new);
        assert!(letters(&diff).chars().all(|c| c == '=' || c == '>'), "{}", letters(&diff));
        let moves = diff.moves(&new);
        assert_eq!(moves.len(), 2, "{}", letters(&diff));
        assert!(moves.iter().all(|moved| moved.is_section(&diff, &new)));
    }
}
