//! Whatever the texts: the script makes the one of the other, and what only went elsewhere is never called new.

use proptest::prelude::*;

use super::{letters, policy};
use crate::diff::{BORDER, Diff, Edit, compare, key};
use crate::model::{Clause, Run, Text};

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
