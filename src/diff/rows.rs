//! Rows of a table: what they say is cell by cell, and the first cell names them.

use super::key::Numbers;
use super::{key, runs, sequence};
use crate::model::{Clause, Kind, Run};

/// What stands between two cells.
pub(super) const CELLS: &str = " | ";

/// Rows of a gap, as places, that have the same first cell, where that names just one row on either side; rising.
pub(super) fn pairs(old: (&[Clause], &[usize]), new: (&[Clause], &[usize])) -> Vec<(usize, usize)> {
    let mut numbers = Numbers::default();
    let (old, new) = (named(old, &mut numbers), named(new, &mut numbers));
    let names = |rows: &[(u32, usize)]| rows.iter().map(|(name, _)| *name).collect::<Vec<_>>();
    sequence::align(&names(&old), &names(&new), 1)
        .into_iter()
        .filter(|stretch| stretch.kept)
        .flat_map(|stretch| stretch.old.zip(stretch.new))
        .map(|(o, n)| (old[o].1, new[n].1))
        .collect()
}

/// The rows whose first cell no other has.
fn named((clauses, places): (&[Clause], &[usize]), numbers: &mut Numbers) -> Vec<(u32, usize)> {
    let name = |place: usize| {
        let (first, _) =
            clauses[place].text.split_once(CELLS).filter(|_| clauses[place].kind == Kind::Row)?;
        first.chars().any(char::is_alphanumeric).then(|| (numbers.of(first), place))
    };
    let rows: Vec<(u32, usize)> = places.iter().copied().filter_map(name).collect();
    let mut sorted: Vec<u32> = rows.iter().map(|(name, _)| *name).collect();
    sorted.sort_unstable();
    let is_one = |name: u32| {
        let at = sorted.partition_point(|other| *other < name);
        sorted.get(at + 1) != Some(&name)
    };
    rows.into_iter().filter(|(name, _)| is_one(*name)).collect()
}

/// The words of a row that changed, cell by cell; `None` where the cells don't correspond.
pub(super) fn row_runs(old: &Clause, new: &Clause) -> Option<Vec<Run>> {
    if old.kind != Kind::Row || new.kind != Kind::Row {
        return None;
    }
    let (old, new): (Vec<&str>, Vec<&str>) =
        (old.text.split(CELLS).collect(), new.text.split(CELLS).collect());
    if old.len() != new.len() || old.len() < 2 {
        return None;
    }
    let mut out: Vec<Run> = Vec::new();
    for (i, (old, new)) in old.iter().zip(&new).enumerate() {
        let border = (i > 0).then(|| Run::Kept(CELLS.to_owned()));
        let words = match key(old) == key(new) {
            true => vec![Run::Kept((*new).to_owned())],
            false => runs(old, new),
        };
        for run in border.into_iter().chain(words) {
            match (out.last_mut(), run) {
                (Some(Run::Kept(last)), Run::Kept(text)) => last.push_str(&text),
                (_, run) => out.push(run),
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_compared_cell_by_cell() {
        let row = |text: &str| Clause::new(Kind::Row, text);
        let shown = |old: &str, new: &str| {
            let runs = row_runs(&row(old), &row(new))?;
            Some(
                runs.iter()
                    .map(|run| match run {
                        Run::Kept(text) => text.clone(),
                        Run::Removed(text) => format!("[-{text}-]"),
                        Run::Added(text) => format!("{{+{text}+}}"),
                    })
                    .collect::<String>(),
            )
        };
        let shown_as = |text: &str| Some(text.to_owned());
        assert_eq!(shown("A | yes | no", "A | no | yes"), shown_as("A | [-yes-]{+no+} | [-no-]{+yes+}"));
        assert_eq!(shown("A | $10 | x", "A | $12 | x"), shown_as("A | [-$10-]{+$12+} | x"));
        assert_eq!(shown("A | b", "A | b | c"), None);
    }
}
