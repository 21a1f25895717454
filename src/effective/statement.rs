//! Sentences, and what stands for one: a date under its label, a cell under the head of its column.

use super::calendar::{self, Named};
use super::fold;
use crate::model::{Kind, Text};

/// What may be the label of a date has at most this many bytes.
const LABEL: usize = 80;
/// How many bytes on each side of a day are weighed.
const AROUND: usize = 240;
/// How far above a row the head of its table is looked for.
const ROWS: usize = 200;

/// A sentence in which days are named.
pub(super) struct Statement {
    /// As it is shown.
    pub(super) shown: String,
    /// Folded, each day one character.
    words: String,
    named: Vec<Named>,
}

/// The sentences of a clause in which days are named.
pub(super) fn statements(text: &Text, clause: usize) -> Vec<Statement> {
    let Some(found) = text.clauses.get(clause).filter(|c| names_a_number(&c.text)) else {
        return Vec::new();
    };
    if found.kind == Kind::Row {
        return cells(text, clause);
    }
    let mut statements: Vec<Statement> = sentences(&found.text).filter_map(Statement::new).collect();
    if let [alone] = statements.as_mut_slice()
        && alone.is_only_a_day()
        && let Some(label) = label_above(text, clause)
    {
        statements = Statement::new(&format!("{label}: {}", found.text)).into_iter().collect();
    }
    statements
}

impl Statement {
    fn new(shown: &str) -> Option<Self> {
        if !names_a_number(shown) {
            return None;
        }
        let (words, named) = calendar::name(&fold::text(shown));
        (!named.is_empty()).then(|| Self { shown: shown.trim().to_owned(), words, named })
    }

    /// The places of its days, for the others.
    pub(super) fn places(&self) -> Vec<usize> {
        let days = self.words.char_indices().filter(|(_, c)| calendar::index(*c).is_some());
        days.map(|(place, _)| place).collect()
    }

    /// The day at a place.
    pub(super) fn named(&self, place: usize) -> Option<&Named> {
        self.named.get(calendar::index(self.words[place..].chars().next()?)?)
    }

    /// The words left and right of a place.
    pub(super) fn around(&self, place: usize) -> Option<(&str, &str)> {
        let day = self.words[place..].chars().next()?;
        let (left, right) = (&self.words[..place], &self.words[place + day.len_utf8()..]);
        let start = left.ceil_char_boundary(left.len().saturating_sub(AROUND));
        Some((&left[start..], &right[..right.floor_char_boundary(AROUND)]))
    }

    /// The sentence as it is shown; a long one is cut around the day at `place`, in about `most` characters.
    pub(super) fn sentence(&self, place: usize, most: usize) -> String {
        let length = self.shown.chars().count();
        if length <= most {
            return self.shown.clone();
        }
        // Folding hardly changes lengths, so the share of the words before the day is where it stands.
        let before = length * place / self.words.len().max(1);
        let start = before.saturating_sub(most / 2).min(length - most);
        let part: String = self.shown.chars().skip(start).take(most).collect();
        let (opens, closes) =
            (if start > 0 { "… " } else { "" }, if start + most < length { " …" } else { "" });
        format!("{opens}{}{closes}", part.trim())
    }

    fn is_only_a_day(&self) -> bool {
        self.words.chars().filter(|c| c.is_alphanumeric()).count() == 0 && self.named.len() == 1
    }
}

/// Whether there is a digit, of any script that days are written in.
fn names_a_number(text: &str) -> bool {
    text.chars().any(|c| c.is_numeric() || "〇一二三四五六七八九十".contains(c))
}

/// A short clause right above a date: `Effective date`.
fn label_above(text: &Text, clause: usize) -> Option<&str> {
    let above = text.clauses.get(clause.checked_sub(1)?)?;
    let label = above.text.trim_end_matches([':', '：', ' ']);
    (above.kind != Kind::Row && !label.is_empty() && label.len() <= LABEL).then_some(label)
}

/// The dates in a row of a table, each under the head of its column.
fn cells(text: &Text, row: usize) -> Vec<Statement> {
    let is_row = |i: &usize| text.clauses[*i].kind == Kind::Row;
    let head = (row.saturating_sub(ROWS)..row).rev().take_while(is_row).last();
    let cells: Vec<&str> = text.clauses[row].text.split(" | ").collect();
    let heads: Vec<&str> = head.map(|i| text.clauses[i].text.split(" | ").collect()).unwrap_or_default();
    let statement = |(column, cell): (usize, &&str)| {
        let alone = Statement::new(cell)?;
        // Where the columns don't match, a head says nothing of a cell.
        let head = heads.get(column).filter(|head| heads.len() == cells.len() && head.len() <= LABEL);
        // In a table of two columns without a head the first is the label.
        let head = head.or(cells.first().filter(|_| cells.len() == 2 && column == 1));
        match head {
            Some(head) if alone.is_only_a_day() => {
                let is_name = |c: &&&str| **c != *cell && *c != head && c.len() <= LABEL && !is_day(c);
                let of = cells.iter().find(is_name);
                let of = of.map(|of| format!(" ({of})")).unwrap_or_default();
                Statement::new(&format!("{head}: {cell}{of}"))
            }
            _ => Some(alone),
        }
    };
    cells.iter().enumerate().filter_map(statement).collect()
}

fn is_day(cell: &str) -> bool {
    Statement::new(cell).is_some_and(|statement| statement.is_only_a_day())
}

/// The sentences of a clause. In doubt two stay one: an abbreviation doesn't end a sentence, nor does the dot
/// behind a day (`1. März 2027`).
fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.char_indices().find(|(at, c)| ends_sentence(rest, *at, *c));
        let (sentence, after) = rest.split_at(end.map_or(rest.len(), |(at, c)| at + c.len_utf8()));
        rest = after;
        Some(sentence.trim())
    })
}

fn ends_sentence(text: &str, at: usize, mark: char) -> bool {
    match mark {
        '。' | '！' | '？' | ';' | '；' | '؟' | '؛' | '।' => true,
        '!' | '?' => true,
        '.' => {
            let (before, after) = (&text[..at], &text[at + 1..]);
            let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            let is_short = word.chars().count() <= 2;
            let mut after = after.chars();
            let opens = after.next().is_some_and(char::is_whitespace)
                && after
                    .next()
                    .is_some_and(|c| c.is_alphabetic() && !c.is_lowercase() || "\"“«(¿¡".contains(c));
            opens && !is_short
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_where_people_end_them() {
        for (text, parts) in [
            ("One two. Three four.", vec!["One two.", "Three four."]),
            ("Gültig ab 1. März 2027. Danach", vec!["Gültig ab 1. März 2027.", "Danach"]),
            (
                "Effective Nov. 1, 2027 at 9 a.m. PT; then",
                vec!["Effective Nov. 1, 2027 at 9 a.m. PT;", "then"],
            ),
            ("本規約を改定します。2027年3月1日施行", vec!["本規約を改定します。", "2027年3月1日施行"]),
            ("v2.0 is out", vec!["v2.0 is out"]),
        ] {
            assert_eq!(sentences(text).collect::<Vec<_>>(), parts);
        }
    }

    #[test]
    fn a_long_sentence_is_cut_around_its_day() {
        let long = format!("{}effective March 1, 2027{}", "before ".repeat(100), " behind".repeat(100));
        let statement = Statement::new(&long).unwrap();
        let shown = statement.sentence(statement.places()[0], 120);
        assert!(shown.contains("effective March 1, 2027") && shown.chars().count() <= 124, "{shown}");
    }
}
