//! Rows of a page to lines in the order in which they are read: column by column.

use super::glyphs::Sheet;
use super::lines::{Piece, Row};

/// Columns are looked for in columns at most so often: newspapers have five.
const DEEPEST: u8 = 3;
/// How many rows a column has, at least.
const FEWEST_ROWS: usize = 6;
/// At most this share of the rows of a page runs across the gap between its columns.
const CROSSING: f32 = 0.15;
/// How much of a column's width its rows fill, the one in the middle of them.
const FILLED: f32 = 0.6;
/// A gap that rules cross so often is one between the cells of a table.
const CROSSING_RULES: usize = 3;

/// Columns of several pages that begin in the same place, to within so many points, are as wide as the widest.
const SAME_COLUMN: f32 = 24.0;

/// A line of a column.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) row: Row,
    /// Its page, counted from 0.
    pub(super) page: usize,
    /// Its column on the page, and the stretch of it between what runs across.
    pub(super) column: usize,
    /// How many columns it lies in: those of a page, or what runs across them.
    pub(super) depth: u8,
    /// Where its column begins, …
    pub(super) left: f32,
    /// … and ends.
    pub(super) right: f32,
    /// A rule is drawn between the line before and this one.
    pub(super) ruled: bool,
    /// It is no part of the text.
    pub(super) dropped: bool,
}

impl Line {
    pub(super) fn text(&self) -> String {
        let texts: Vec<&str> = self.row.pieces.iter().map(|piece| piece.text.as_str()).collect();
        texts.join(" ")
    }
}

/// The lines of a page, in the order in which they are read.
///
/// `known` are the middles of the gaps between the columns of the pages before: the last page of a document may have two
/// rows in each.
pub(super) fn ordered(rows: Vec<Row>, sheet: &Sheet, page: usize, known: &mut Vec<f32>) -> Vec<Line> {
    let mut order = Order { known, rules: &sheet.rules, page, columns: 0, lines: Vec::new() };
    let extent = extent(&rows);
    order.add(rows, extent, 0);
    order.lines
}

struct Order<'s> {
    /// The middles of gaps between columns of the pages before.
    known: &'s mut Vec<f32>,
    rules: &'s [(f32, f32, f32)],
    page: usize,
    columns: usize,
    lines: Vec<Line>,
}

impl Order<'_> {
    fn add(&mut self, rows: Vec<Row>, extent: (f32, f32), depth: u8) {
        if rows.is_empty() {
            return;
        }
        let Some(middle) = self.gap(&rows, extent).filter(|_| depth < DEEPEST) else {
            return self.emit(rows, extent, depth);
        };
        self.known.push(middle);
        let left_of = |row: &Row| part(row, |piece| piece.x1 <= middle);
        let right_of = |row: &Row| part(row, |piece| piece.x0 >= middle);
        let crosses = |row: &Row| row.pieces.iter().any(|piece| piece.x0 < middle && piece.x1 > middle);
        let beside: Vec<&Row> = rows.iter().filter(|row| !crosses(row)).collect();
        let left_extent = self::extent(&beside.iter().filter_map(|row| left_of(row)).collect::<Vec<_>>());
        let right_extent = self::extent(&beside.iter().filter_map(|row| right_of(row)).collect::<Vec<_>>());
        let (mut left, mut right) = (Vec::new(), Vec::new());
        for row in rows {
            if crosses(&row) {
                self.add(std::mem::take(&mut left), left_extent, depth + 1);
                self.add(std::mem::take(&mut right), right_extent, depth + 1);
                self.emit(vec![row], extent, depth);
            } else {
                left.extend(left_of(&row));
                right.extend(right_of(&row));
            }
        }
        self.add(left, left_extent, depth + 1);
        self.add(right, right_extent, depth + 1);
    }

    fn emit(&mut self, rows: Vec<Row>, (left, right): (f32, f32), depth: u8) {
        // Rows across the page that follow each other are one column.
        let goes_on = self.lines.last().is_some_and(|last| last.left == left && last.right == right);
        self.columns += usize::from(!goes_on);
        for row in rows {
            let above = self.lines.last().filter(|last| last.column == self.columns).map(|last| last.row.y);
            let ruled = above.is_some_and(|above| self.has_rule(above, &row));
            let (page, column) = (self.page, self.columns);
            self.lines.push(Line { row, page, column, depth, left, right, ruled, dropped: false });
        }
    }

    fn has_rule(&self, above: f32, row: &Row) -> bool {
        let is_between = |(x0, x1, y): &(f32, f32, f32)| {
            *y > above - 0.1 * row.size && *y < row.y - 0.5 * row.size && *x0 < row.x1() && *x1 > row.x0()
        };
        self.rules.iter().any(is_between)
    }

    /// The middle of the gap between two columns, if there are two.
    fn gap(&self, rows: &[Row], (left, right): (f32, f32)) -> Option<f32> {
        let size = super::lines::common(rows.iter().map(|row| (row.size, 1.0)))?;
        let width = right - left;
        if (rows.len() < FEWEST_ROWS && self.known.is_empty()) || width < 25.0 * size {
            return None;
        }
        let most = (CROSSING * rows.len() as f32) as usize;
        // Few rows that run across are better than many: beyond, the columns' own short rows count.
        let allowed = (0..=most).filter(|allowed| *allowed < 4 || allowed % 4 == 0);
        allowed
            .filter_map(|allowed| widest_gap(rows, left + 0.2 * width, right - 0.2 * width, allowed))
            .find(|gap| self.divides(rows, (left, right), *gap, size))
            .map(|(from, to)| (from + to) / 2.0)
    }

    /// Whether there is a column of text on either side of a gap.
    fn divides(&self, rows: &[Row], (left, right): (f32, f32), (from, to): (f32, f32), size: f32) -> bool {
        let middle = (from + to) / 2.0;
        let is_known = self.known.iter().any(|known| (known - middle).abs() < size);
        let fewest = if is_known { 2 } else { FEWEST_ROWS };
        let is_text = |side: &dyn Fn(&Piece) -> bool, width: f32| {
            let mut widths: Vec<f32> =
                rows.iter().filter_map(|row| part(row, side)).map(|row| row.x1() - row.x0()).collect();
            widths.sort_by(f32::total_cmp);
            widths.len() >= fewest && (is_known || widths[widths.len() / 2] > FILLED * width)
        };
        let rules = self.rules.iter().filter(|(x0, x1, _)| *x0 < from - size && *x1 > to + size).count();
        to - from >= 0.9 * size
            && rules < CROSSING_RULES
            && is_text(&|piece| piece.x1 <= middle, from - left)
            && is_text(&|piece| piece.x0 >= middle, right - to)
    }
}

/// The part of a row whose pieces are on one side.
fn part(row: &Row, is_in: impl Fn(&Piece) -> bool) -> Option<Row> {
    let pieces: Vec<Piece> = row.pieces.iter().filter(|piece| is_in(piece)).cloned().collect();
    Row::new(row.y, pieces)
}

fn extent(rows: &[Row]) -> (f32, f32) {
    let left = rows.iter().map(Row::x0).fold(f32::MAX, f32::min);
    let right = rows.iter().map(Row::x1).fold(f32::MIN, f32::max);
    (left, right)
}

/// The widest stretch between two places that at most so many rows cross.
fn widest_gap(rows: &[Row], from: f32, to: f32, allowed: usize) -> Option<(f32, f32)> {
    let covered = |x: f32| {
        rows.iter().filter(|row| row.pieces.iter().any(|piece| piece.x0 <= x && piece.x1 >= x)).count()
    };
    let mut best: Option<(f32, f32)> = None;
    let mut open: Option<f32> = None;
    let steps = ((to - from) as usize).min(2_000);
    for step in 0..=steps {
        let x = from + step as f32;
        match (covered(x) <= allowed, open) {
            (true, None) => open = Some(x),
            (false, Some(start)) => {
                best = wider(best, (start, x - 1.0));
                open = None;
            }
            _ => {}
        }
    }
    open.map_or(best, |start| wider(best, (start, to)))
}

fn wider(best: Option<(f32, f32)>, gap: (f32, f32)) -> Option<(f32, f32)> {
    Some(best.filter(|best| best.1 - best.0 >= gap.1 - gap.0).unwrap_or(gap))
}

/// Where each line's column begins and ends, by the lines that are read: running heads are wider, last pages shorter.
pub(super) fn fit(lines: &mut [Line]) {
    let mut columns: Vec<(u8, f32, f32, f32)> = Vec::new();
    let near = |a: f32, b: f32| (a - b).abs() < SAME_COLUMN;
    let mut widths: std::collections::HashMap<(usize, usize), (f32, f32)> = std::collections::HashMap::new();
    for line in lines.iter().filter(|line| !line.dropped) {
        let width = widths.entry((line.page, line.column)).or_insert((f32::MAX, f32::MIN));
        *width = (width.0.min(line.row.x0()), width.1.max(line.row.x1()));
    }
    for line in lines.iter_mut().filter(|line| !line.dropped) {
        let (left, right) = widths[&(line.page, line.column)];
        match columns.iter_mut().find(|column| column.0 == line.depth && near(column.1, line.left)) {
            Some(column) => (column.2, column.3) = (column.2.min(left), column.3.max(right)),
            None => columns.push((line.depth, line.left, left, right)),
        }
    }
    for line in lines.iter_mut() {
        if let Some(column) =
            columns.iter().find(|column| column.0 == line.depth && near(column.1, line.left))
        {
            (line.left, line.right) = (column.2, column.3);
        }
    }
}
