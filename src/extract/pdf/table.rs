//! Tables: lines whose pieces stand below each other.

use super::columns::Line;
use super::headings::has_leader;
use super::lines::Piece;
use super::style::{Style, is_same_column};

/// How exactly the cells of a column stand below each other, as a share of the text's height.
const ALIGNED: f32 = 0.6;
/// At least so much white space is between two columns.
const BETWEEN: f32 = 0.5;
/// Lines of a table that are further apart than its closest ones by this much are two rows.
const ROW_STEP: f32 = 1.12;

/// A table: the lines that it takes, and the cells of its rows.
pub(super) struct Table {
    pub(super) lines: usize,
    pub(super) rows: Vec<Vec<String>>,
}

/// The table that begins with the first of these lines, if one does.
pub(super) fn at(lines: &[&Line], style: &Style) -> Option<Table> {
    let first = lines.first()?;
    if first.row.pieces.len() < 2 || is_labelled(first) || has_leader(&first.text()) {
        return None;
    }
    let end = end(lines, style);
    let lines = &lines[..end];
    if lines.iter().filter(|line| line.row.pieces.len() >= 2).count() < 2 {
        return None;
    }
    let columns = columns(lines);
    if columns.len() < 2 {
        return None;
    }
    let starts = starts(lines, columns.len());
    let mut rows: Vec<Vec<String>> = Vec::new();
    for (line, starts) in lines.iter().zip(starts) {
        if starts {
            rows.push(vec![String::new(); columns.len()]);
        }
        let row = rows.last_mut()?;
        for piece in &line.row.pieces {
            let column = columns.iter().position(|column| piece.x0 < column.1 && piece.x1 > column.0)?;
            let gap = if row[column].is_empty() { "" } else { " " };
            row[column].push_str(gap);
            row[column].push_str(&piece.text);
        }
    }
    (rows.len() > 1).then_some(Table { lines: end, rows })
}

/// A bullet or a number before an item: two pieces, and no table.
fn is_labelled(line: &Line) -> bool {
    let label = &line.row.pieces[0].text;
    line.row.pieces.len() == 2
        && label.chars().count() <= 5
        && !label.chars().any(|c| c.is_alphabetic() && c.is_uppercase())
        && (label.ends_with(['.', ')', '•', '◦', '▪', '-', '–'])
            || label.chars().all(|c| !c.is_alphanumeric()))
}

/// How many lines the table takes.
fn end(lines: &[&Line], style: &Style) -> usize {
    let first = lines[0];
    let mut known: Vec<&Piece> = first.row.pieces.iter().collect();
    let mut end = 1;
    while let Some(line) = lines.get(end) {
        let last = lines[end - 1];
        let size = line.row.size;
        let is_next_page = line.page == last.page + 1 && line.row.pieces.len() > 1;
        let is_near = (is_next_page || (is_same_column(last, line) && line.row.y - last.row.y < 3.5 * size))
            && (size / first.row.size - 1.0).abs() < 0.15;
        let fits = match line.row.pieces.len() {
            1 => style.is_close(last, line) && is_in_column(&line.row.pieces[0], &known, size),
            _ => {
                line.row.pieces.iter().skip(1).all(|piece| is_below(piece, &known, size))
                    || overlap(&line.row.pieces, &last.row.pieces)
            }
        };
        if !is_near || !fits || is_labelled_item(line) || has_leader(&line.text()) {
            break;
        }
        known.extend(line.row.pieces.iter().filter(|_| line.row.pieces.len() > 1));
        end += 1;
    }
    // What was taken for the rest of a cell, and no row came after it, may be the paragraph below.
    while end > 1 && lines[end - 1].row.pieces.len() == 1 && !lines[..end].iter().any(|line| line.ruled) {
        end -= 1;
    }
    end
}

fn is_labelled_item(line: &Line) -> bool {
    line.row.pieces.len() == 2 && is_labelled(line)
}

/// Whether a piece stands below another one: by its left edge, its right edge or its middle.
fn is_below(piece: &Piece, known: &[&Piece], size: f32) -> bool {
    let near = |a: f32, b: f32| (a - b).abs() < ALIGNED * size;
    known.iter().any(|other| {
        near(piece.x0, other.x0) || near(piece.x1, other.x1) || near(piece.x0 + piece.x1, other.x0 + other.x1)
    })
}

/// Whether two rows have the same number of cells, each above the other's, however it is aligned.
fn overlap(row: &[Piece], other: &[Piece]) -> bool {
    let touch = |a: &Piece, b: &Piece| a.x0 < b.x1 && b.x0 < a.x1;
    let alone = |i: usize| row.iter().enumerate().all(|(j, cell)| (i == j) == touch(cell, &other[i]));
    row.len() == other.len() && row.len() > 1 && (0..other.len()).all(alone)
}

/// Whether a lone piece is the rest of a cell: below one, and no wider than its column.
fn is_in_column(piece: &Piece, known: &[&Piece], size: f32) -> bool {
    let beyond = known
        .iter()
        .filter(|other| other.x0 > piece.x0 + size)
        .map(|other| other.x0)
        .fold(f32::MAX, f32::min);
    is_below(piece, known, size) && (piece.x1 < beyond - BETWEEN * size || beyond == f32::MAX)
}

/// Where the columns are: stretches that pieces cover together.
fn columns(lines: &[&Line]) -> Vec<(f32, f32)> {
    let mut pieces: Vec<(f32, f32)> =
        lines.iter().flat_map(|line| &line.row.pieces).map(|piece| (piece.x0, piece.x1)).collect();
    pieces.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut columns: Vec<(f32, f32)> = Vec::new();
    for piece in pieces {
        match columns.last_mut() {
            Some(last) if piece.0 < last.1 => last.1 = last.1.max(piece.1),
            _ => columns.push(piece),
        }
    }
    columns
}

/// For each line, whether a row begins with it: at the rules, if the table has some; else where lines are further apart.
fn starts(lines: &[&Line], columns: usize) -> Vec<bool> {
    let ruled = lines.iter().skip(1).filter(|line| line.ruled).count();
    let is_full = lines.iter().all(|line| line.row.pieces.len() == columns);
    let steps: Vec<f32> = lines.windows(2).map(|pair| pair[1].row.y - pair[0].row.y).collect();
    let closest = steps.iter().copied().fold(f32::MAX, f32::min);
    let widest = steps.iter().copied().fold(0.0, f32::max);
    let begins = |index: usize| {
        let many = lines[index].row.pieces.len() > 1;
        match index {
            0 => true,
            _ if is_full => true,
            _ if ruled > 1 => lines[index].ruled,
            _ if widest > closest * (2.0 * ROW_STEP - 1.0) => steps[index - 1] > closest * ROW_STEP,
            _ => many,
        }
    };
    (0..lines.len()).map(begins).collect()
}
