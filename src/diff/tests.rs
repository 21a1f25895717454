use proptest::prelude::*;

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

/// Applies the script: the words that `before` becomes.
fn apply(diff: &Diff, before: &Text, after: &Text) -> Vec<String> {
    let new_side = |runs: &[Run]| {
        runs.iter().filter(|run| !matches!(run, Run::Removed(_))).map(Run::text).collect::<String>()
    };
    let mut words = Vec::new();
    for edit in &diff.edits {
        match edit {
            Edit::Kept { before: i, .. } | Edit::Moved { before: i, .. } => {
                words.push(before.clauses[*i].text.clone());
            }
            Edit::Added { after: i } => words.push(after.clauses[*i].text.clone()),
            Edit::Reworded { runs, .. } | Edit::Merged { runs, .. } => words.push(new_side(runs)),
            Edit::Split { runs, .. } => words.extend(new_side(runs).split(BORDER).map(str::to_owned)),
            Edit::Removed { .. } => {}
        }
    }
    words
}

/// Whether the script makes `after` of `before`, takes each clause of both just once, and its words that are kept or gone
/// are those that were there.
fn is_sound(diff: &Diff, before: &Text, after: &Text) -> Result<(), TestCaseError> {
    let keys = |texts: Vec<String>| texts.iter().map(|t| key(t)).collect::<Vec<_>>();
    let words = after.clauses.iter().map(|c| c.text.clone()).collect();
    prop_assert_eq!(keys(apply(diff, before, after)), keys(words));
    prop_assert!(diff.edits.iter().flat_map(Edit::afters).eq(0..after.clauses.len()));
    let mut old: Vec<usize> = diff.edits.iter().flat_map(Edit::befores).collect();
    old.sort_unstable();
    prop_assert!(old.into_iter().eq(0..before.clauses.len()));
    for edit in &diff.edits {
        let Some(runs) = edit.runs() else { continue };
        let side = |without: fn(&Run) -> bool| {
            runs.iter().filter(|run| !without(run)).map(Run::text).collect::<String>()
        };
        prop_assert_eq!(side(|run| matches!(run, Run::Removed(_))), edit.new_words(after));
        prop_assert_eq!(key(&side(|run| matches!(run, Run::Added(_)))), key(&edit.old_words(before)));
    }
    Ok(())
}

/// What an editor does to a policy without touching a word.
#[derive(Debug, Clone)]
enum Shuffle {
    /// Clauses from here on, so many, go there.
    Move(usize, usize, usize),
    /// All clauses get other numbers.
    Renumber(usize),
    /// A section goes elsewhere.
    MoveSection(usize, usize),
}

fn shuffles() -> impl Strategy<Value = Vec<Shuffle>> {
    let any = || 0..1_000usize;
    let shuffle = prop_oneof![
        (any(), 1..6usize, any()).prop_map(|(from, n, to)| Shuffle::Move(from, n, to)),
        any().prop_map(Shuffle::Renumber),
        (any(), any()).prop_map(|(from, to)| Shuffle::MoveSection(from, to)),
    ];
    prop::collection::vec(shuffle, 1..6)
}

/// A policy of sections with numbered clauses, some of which stand in several sections in the same words.
fn numbered(sections: usize, stock: &[usize]) -> Vec<Vec<Clause>> {
    let mut sections: Vec<Vec<Clause>> = policy(sections)
        .iter()
        .map(|section| {
            let clause = |(i, words): (usize, &String)| Clause {
                mark: format!("({i})"),
                ..Clause::new(crate::model::Kind::Item(1), words)
            };
            let heading = Clause::heading(2, &section[0]);
            std::iter::once(heading).chain(section[1..].iter().enumerate().map(clause)).collect()
        })
        .collect();
    for (i, at) in stock.iter().enumerate() {
        let n = sections.len();
        let words = ["Notes: none.", "We may change this section at any time."][i % 2];
        sections[at % n].push(Clause::paragraph(words));
    }
    sections
}

fn shuffled(mut sections: Vec<Vec<Clause>>, shuffles: &[Shuffle]) -> Text {
    for shuffle in shuffles {
        if let Shuffle::MoveSection(from, to) = shuffle {
            let section = sections.remove(from % sections.len());
            sections.insert(to % (sections.len() + 1), section);
        }
    }
    let mut clauses = sections.concat();
    for shuffle in shuffles {
        match shuffle {
            Shuffle::Move(from, n, to) => {
                let from = from % clauses.len();
                let moved: Vec<Clause> = clauses.drain(from..(from + n).min(clauses.len())).collect();
                let to = to % (clauses.len() + 1);
                clauses.splice(to..to, moved);
            }
            Shuffle::Renumber(by) => {
                let marked = clauses.iter_mut().filter(|clause| !clause.mark.is_empty());
                marked.enumerate().for_each(|(i, clause)| clause.mark = format!("{}.", i + by));
            }
            Shuffle::MoveSection(..) => {}
        }
    }
    Text { clauses, ..Text::default() }
}

proptest! {
    #[test]
    fn the_script_makes_after_of_before(
        before in prop::collection::vec("([a-f]{1,2} ){0,6}[a-f]", 0..25),
        after in prop::collection::vec("([a-f]{1,2} ){0,6}[a-f]", 0..25),
        kept in prop::collection::vec(("[a-f ]{0,9}", 0..25usize, 0..25usize), 0..12),
        rows in any::<bool>(),
    ) {
        let (mut before, mut after) = (before, after);
        for (shared, i, j) in kept {
            before.insert(i.min(before.len()), shared.clone());
            after.insert(j.min(after.len()), shared);
        }
        let clause = |words: &String| match rows {
            true => Clause::new(crate::model::Kind::Row, words.replace(" a ", " | ")),
            false => Clause::paragraph(words),
        };
        let texts = |clauses: &[String]| Text { clauses: clauses.iter().map(clause).collect(), ..Text::default() };
        let (before, after) = (texts(&before), texts(&after));
        is_sound(&compare(&before, &after), &before, &after)?;
    }

    #[test]
    fn the_script_is_sound_for_any_edit_of_a_policy(
        stock in prop::collection::vec(0..1_000usize, 0..8),
        shuffles in shuffles(),
        edits in prop::collection::vec((0..1_000usize, 0..4u8, 1..8usize), 0..12),
    ) {
        let before = shuffled(numbered(6, &stock), &[]);
        let mut after = shuffled(numbered(6, &stock), &shuffles);
        for (at, what, n) in edits {
            let at = at % after.clauses.len();
            let words: Vec<String> = after.clauses[at].text.split(' ').map(str::to_owned).collect();
            let cut = n.min(words.len());
            match what {
                0 => after.clauses[at].text = words[cut..].join(" "),
                1 => after.clauses[at].text = format!("new{n} {}", words.join(" ")),
                2 => {
                    after.clauses[at].text = words[..cut].join(" ");
                    after.clauses.insert(at + 1, Clause::paragraph(words[cut..].join(" ")));
                }
                _ if at + 1 < after.clauses.len() => {
                    let next = after.clauses.remove(at + 1);
                    after.clauses[at].text = format!("{} {}", words.join(" "), next.text);
                }
                _ => {}
            }
        }
        is_sound(&compare(&before, &after), &before, &after)?;
    }

    #[test]
    fn what_was_only_moved_and_renumbered_is_never_removed_added_or_reworded(
        stock in prop::collection::vec(0..1_000usize, 0..8),
        shuffles in shuffles(),
    ) {
        let before = shuffled(numbered(8, &stock), &[]);
        let after = shuffled(numbered(8, &stock), &shuffles);
        let diff = compare(&before, &after);
        is_sound(&diff, &before, &after)?;
        prop_assert!(letters(&diff).chars().all(|c| c == '=' || c == '>'), "{}", letters(&diff));
        prop_assert_eq!((diff.words_added(&after), diff.words_removed(&before)), (0, 0));
    }

    #[test]
    fn a_clause_that_was_split_or_merged_is_one_edit(
        section in 0..6usize, at in 1..9usize, cut in 4..10usize, merged in any::<bool>(),
    ) {
        let one = shuffled(numbered(6, &[]), &[]);
        let mut two = one.clone();
        let at = section * 10 + at;
        let words: Vec<&str> = one.clauses[at].text.split(' ').collect();
        two.clauses[at].text = words[..cut].join(" ");
        two.clauses.insert(at + 1, Clause::paragraph(words[cut..].join(" ")));
        let (before, after) = if merged { (two, one) } else { (one, two) };
        let diff = compare(&before, &after);
        is_sound(&diff, &before, &after)?;
        prop_assert_eq!(letters(&diff).replace('=', ""), if merged { "&" } else { "/" });
        prop_assert_eq!((diff.words_added(&after), diff.words_removed(&before)), (0, 0));
    }
}
