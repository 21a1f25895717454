//! Styled text wrapped to the width of a terminal.

use std::ops::Range;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthChar as _;

use super::clause::{Look, Span};
use super::escape;

/// Writes `spans` as lines at most `width` columns wide, all but the first indented by `hang` columns.
///
/// This is the only way of text to the terminal, so here every character of it is escaped. Each line ends
/// in plain style, so that a pager may start anywhere.
pub(super) fn wrap(out: &mut String, spans: &[Span], width: usize, hang: usize, color: bool) {
    for line in wrapped(spans, width, hang, color) {
        out.push_str(&line.text);
        out.push('\n');
    }
}

/// A line, and the columns that it takes.
pub(super) struct Line {
    text: String,
    width: usize,
}

impl Line {
    pub(super) fn shown(&self) -> (&str, usize) {
        (&self.text, self.width)
    }
}

/// The lines of `spans`, as [`wrap`] writes them.
pub(super) fn wrapped(spans: &[Span], width: usize, hang: usize, color: bool) -> Vec<Line> {
    let cells = cells(spans, color);
    let hang = hang.min(width / 2);
    let line = |(i, range): (usize, Range<usize>)| {
        let indent = if i > 0 { hang } else { 0 };
        let mut text = " ".repeat(indent);
        let width = indent + write_line(&mut text, &cells[range], color);
        Line { text, width }
    };
    lines(&cells, width, hang).into_iter().enumerate().map(line).collect()
}

/// A character in its place.
struct Cell {
    c: char,
    width: usize,
    look: Look,
}

fn cells(spans: &[Span], color: bool) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    for Span(look, text) in spans {
        let is_removed = |look| matches!(look, Look::Removed | Look::RemovedFact);
        let is_added = matches!(look, Look::Added | Look::AddedFact);
        if color && is_added && cells.last().is_some_and(|last| is_removed(last.look)) {
            // Without brackets, "30" and "14" would be read as "3014".
            cells.push(Cell { c: ' ', width: 1, look: Look::Plain });
        }
        let (open, close) = match look {
            Look::Removed if !color => ("[-", "-]"),
            Look::Added if !color => ("{+", "+}"),
            _ => ("", ""),
        };
        let text = escape::terminal(text);
        let chars = open.chars().chain(text.chars()).chain(close.chars());
        cells.extend(chars.map(|c| Cell { c, width: c.width().unwrap_or(0), look: *look }));
    }
    cells
}

/// The lines of `cells`: broken after spaces and beside wide characters, and inside a word that is longer
/// than a line.
fn lines(cells: &[Cell], width: usize, hang: usize) -> Vec<Range<usize>> {
    let (mut lines, mut start, mut column, mut opportunity) = (Vec::new(), 0, 0, 0);
    for (i, cell) in cells.iter().enumerate() {
        if may_break(cells, i) && column > hang {
            opportunity = i;
        }
        if column + cell.width > width && cell.c != ' ' && i > start {
            let end = if opportunity > start { opportunity } else { i };
            lines.push(start..end);
            start = end;
            column = hang + cells[start..i].iter().map(|cell| cell.width).sum::<usize>();
        }
        column += cell.width;
    }
    lines.push(start..cells.len());
    lines
}

/// Whether a line may end before the cell at `i`.
fn may_break(cells: &[Cell], i: usize) -> bool {
    let Some(previous) = i.checked_sub(1).map(|i| &cells[i]) else { return false };
    let cell = &cells[i];
    let closing =
        matches!(cell.c, '。' | '，' | '、' | '；' | '：' | '？' | '！' | '）' | '」' | '』' | '》');
    match previous.c {
        ' ' => cell.c != ' ',
        _ => cell.width == 2 && !closing || previous.width == 2 && cell.c.is_alphanumeric(),
    }
}

/// Writes cells without the space at their end, and returns the columns that they take.
fn write_line(out: &mut String, cells: &[Cell], color: bool) -> usize {
    let end = cells.iter().rposition(|cell| cell.c != ' ').map_or(0, |last| last + 1);
    for same in cells[..end].chunk_by(|a, b| a.look == b.look) {
        let style = if color { style(same[0].look) } else { Style::new() };
        out.push_str(&style.render().to_string());
        out.extend(same.iter().map(|cell| cell.c));
        out.push_str(&style.render_reset().to_string());
    }
    cells[..end].iter().map(|cell| cell.width).sum()
}

fn style(look: Look) -> Style {
    let fg = |color: AnsiColor| color.on_default();
    match look {
        Look::Plain => Style::new(),
        Look::Faint => Style::new().dimmed(),
        Look::Strong => Style::new().bold(),
        // As in a redline: struck out and underlined, for eyes and terminals without these colours.
        Look::Removed => fg(AnsiColor::Red).strikethrough(),
        Look::Added => fg(AnsiColor::Green).underline(),
        Look::RemovedFact => fg(AnsiColor::Red).strikethrough().bold(),
        Look::AddedFact => fg(AnsiColor::Green).underline().bold(),
        // Whole paragraphs so would be hard to read, and their signs tell enough.
        Look::Gone => fg(AnsiColor::Red),
        Look::New => fg(AnsiColor::Green),
        Look::Reworded => fg(AnsiColor::Yellow),
        Look::Moved => fg(AnsiColor::Cyan),
    }
}
