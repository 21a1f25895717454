//! How a document is set: what its running text looks like, so that what stands out can be told from it.

use super::columns::Line;
use super::lines::common;

/// What is larger than the running text by this much stands out.
const LARGE: f32 = 1.1;
/// What has strokes thicker than the running text's by this much is bold.
const BOLD: f32 = 1.22;
/// Lines that are further apart than the lines of a paragraph, by this much, are two paragraphs.
const APART: f32 = 1.22;
/// In a document that sets paragraphs apart, at least this share of the lines is set apart from the one before.
const SPACED: f32 = 0.08;

/// How a document is set.
#[derive(Debug)]
pub(super) struct Style {
    /// The height of its running text, in points.
    pub(super) size: f32,
    /// How thick the strokes of that are.
    ink: f32,
    /// From one line of a paragraph to the next, as a share of the height.
    leading: f32,
    /// Paragraphs are set apart by white space.
    pub(super) is_spaced: bool,
}

impl Style {
    pub(super) fn of(lines: &[&Line]) -> Self {
        let letters = |line: &Line| {
            line.row.pieces.iter().map(|piece| piece.text.chars().count()).sum::<usize>() as f32
        };
        let size = common(lines.iter().map(|line| (line.row.size, letters(line)))).unwrap_or(1.0);
        let is_body = |line: &&&Line| (line.row.size / size - 1.0).abs() < 0.05;
        let mut inks: Vec<(f32, f32)> = lines
            .iter()
            .filter(is_body)
            .filter(|l| l.row.ink > 0.0)
            .map(|l| (l.row.ink, letters(l)))
            .collect();
        inks.sort_by(|a, b| a.0.total_cmp(&b.0));
        let half = inks.iter().map(|ink| ink.1).sum::<f32>() / 2.0;
        let mut seen = 0.0;
        let middle = inks.iter().find(|ink| {
            seen += ink.1;
            seen >= half
        });
        let steps: Vec<f32> = lines
            .windows(2)
            .filter(|pair| pair.iter().all(|line| is_body(&line)) && is_same_column(pair[0], pair[1]))
            .map(|pair| (pair[1].row.y - pair[0].row.y) / size)
            .filter(|step| *step > 0.5)
            .collect();
        let leading = common(steps.iter().map(|step| (*step, 1.0))).unwrap_or(1.2);
        let apart = steps.iter().filter(|step| **step > APART * leading).count();
        let is_spaced = apart as f32 > SPACED * steps.len() as f32;
        Self { size, ink: middle.map_or(0.0, |ink| ink.0), leading, is_spaced }
    }

    pub(super) fn is_large(&self, line: &Line) -> bool {
        line.row.size > LARGE * self.size
    }

    pub(super) fn is_bold(&self, line: &Line) -> bool {
        self.ink > 0.0 && line.row.ink > BOLD * self.ink
    }

    /// Whether a line follows another one of its column at the distance of lines of one paragraph.
    pub(super) fn is_close(&self, above: &Line, below: &Line) -> bool {
        below.row.y - above.row.y <= APART * self.leading * below.row.size.max(above.row.size)
    }
}

pub(super) fn is_same_column(a: &Line, b: &Line) -> bool {
    (a.page, a.column) == (b.page, b.column)
}
