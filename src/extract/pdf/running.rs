//! Running heads and feet and page numbers, which repeat from page to page and are no part of the text.

use std::collections::HashMap;

use super::columns::{self, Line};

/// How many rows at the top and at the bottom of a page may be running heads and feet.
const ROWS: usize = 3;
/// They stand in the same place on the pages, to within so many points.
const SAME_PLACE: f32 = 4.0;
/// They are on at least this share of the pages: left and right pages may have their own, and first pages none.
const SHARE: f32 = 0.3;
/// A page number alone is set apart from the text by this much, as a share of its height.
const APART: f32 = 1.4;

/// Marks the lines that are no part of the text.
pub(super) fn marked(mut pages: Vec<Vec<Line>>) -> Vec<Line> {
    let edges: Vec<Vec<Edge>> = pages.iter().map(|lines| edges(lines)).collect();
    let fewest = ((SHARE * pages.len() as f32).ceil() as usize).max(2);
    // How often each line's words stand in the document: a head may name the section that its page begins with.
    let mut known: HashMap<String, usize> = HashMap::new();
    pages.iter().flatten().for_each(|line| *known.entry(line.text()).or_default() += 1);
    for (page, lines) in pages.iter_mut().enumerate() {
        for edge in &edges[page] {
            let repeats = edges
                .iter()
                .filter(|other| other.iter().any(|other| other.is_like(edge)))
                .take(fewest)
                .count();
            let alike = edges
                .iter()
                .filter(|other| other.iter().any(|other| other.is_beside(edge)))
                .take(fewest)
                .count();
            let names_section = edge.is_apart && alike >= fewest && known[&lines[edge.line].text()] > 1;
            lines[edge.line].dropped |= repeats >= fewest || edge.is_number || names_section;
        }
        lines.iter_mut().for_each(|line| line.dropped |= line.row.artifact);
    }
    let mut lines: Vec<Line> = pages.into_iter().flatten().collect();
    columns::fit(&mut lines);
    lines
}

/// A line at the top or the bottom of a page.
struct Edge {
    line: usize,
    y: f32,
    /// Its words, every number as `#`.
    pattern: String,
    /// It is set apart from the rest of the page.
    is_apart: bool,
    /// It is nothing but the number of the page, and set apart.
    is_number: bool,
}

impl Edge {
    fn is_like(&self, other: &Edge) -> bool {
        (self.y - other.y).abs() <= SAME_PLACE && self.pattern == other.pattern
    }

    /// Whether both are set apart in the same place of their pages, whatever they say.
    fn is_beside(&self, other: &Edge) -> bool {
        self.is_apart && other.is_apart && (self.y - other.y).abs() <= SAME_PLACE
    }
}

fn edges(lines: &[Line]) -> Vec<Edge> {
    let mut heights: Vec<f32> = lines.iter().map(|line| line.row.y).collect();
    heights.sort_by(f32::total_cmp);
    heights.dedup_by(|a, b| (*a - *b).abs() < 1.0);
    let (Some(first), Some(last)) = (heights.first(), heights.last()) else { return Vec::new() };
    let top = heights.get(ROWS - 1).unwrap_or(last);
    let bottom = heights.get(heights.len().saturating_sub(ROWS)).unwrap_or(first);
    let is_edge = |line: &&Line| line.row.y <= *top || line.row.y >= *bottom;
    let next_to_edge = |y: f32| match y {
        y if (y - first).abs() < 1.0 => heights.get(1).map(|next| next - y),
        y if (y - last).abs() < 1.0 => heights.iter().rev().nth(1).map(|next| y - next),
        _ => None,
    };
    let edge = |(index, line): (usize, &Line)| {
        let pattern = pattern(&line.text());
        let apart = next_to_edge(line.row.y).is_some_and(|gap| gap > APART * line.row.size);
        Edge {
            line: index,
            y: line.row.y,
            is_apart: apart,
            is_number: apart && is_page_number(&pattern),
            pattern,
        }
    };
    let numbered = lines.iter().enumerate();
    numbered.filter(|(_, line)| is_edge(line)).map(edge).collect()
}

/// The words of a line without its numbers: runs of digits, and Roman ones that stand alone.
fn pattern(text: &str) -> String {
    let is_roman = |word: &str| !word.is_empty() && word.bytes().all(|b| b"ivxlc".contains(&b));
    let mut out = String::new();
    for word in text.split_whitespace() {
        let word = if is_roman(word) { "#" } else { word };
        let mut in_number = false;
        for c in word.chars() {
            if !c.is_numeric() {
                out.push(c);
            } else if !in_number {
                out.push('#');
            }
            in_number = c.is_numeric();
        }
        out.push(' ');
    }
    out
}

/// `3`, `- 3 -`, `3 / 7`, `[3]`
fn is_page_number(pattern: &str) -> bool {
    let numbers = pattern.chars().filter(|c| *c == '#').count();
    (1..=2).contains(&numbers) && pattern.chars().all(|c| "#-–—/|[]() ".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn page_numbers_are_told_from_words() {
        for (text, expected) in [
            ("3", true),
            ("- 3 -", true),
            ("3/17", true),
            ("iv", true),
            ("[12]", true),
            ("3.", false),
            ("2026", true),
            ("Page 3", false),
            ("1, 2", false),
            ("£30", false),
        ] {
            assert_eq!(is_page_number(&pattern(text)), expected, "{text}");
        }
        assert_eq!(pattern("Page 3 of 17"), pattern("Page 12 of 17"));
    }
}
