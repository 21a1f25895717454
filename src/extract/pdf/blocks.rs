//! Lines to headings, paragraphs, list items and table rows.

use crate::extract::document::part;
use crate::extract::{Dropped, Part, mark};
use crate::model::Kind;

use super::columns::Line;
use super::headings::{self, Levels};
use super::hyphens::Hyphens;
use super::style::{Style, is_same_column};
use super::table;

/// Text that begins further to the right than the lines before by this much, as a share of its height, is indented.
const INDENT: f32 = 0.8;
/// The list items of one depth begin in the same place, to within this share of their height.
const SAME_DEPTH: f32 = 0.6;
/// A line that leaves less than this share of its column free may go on in the next one.
const FULL: f32 = 0.3;
/// A mark in front of an item.
const BULLETS: &str = "•◦▪▫●○■□‣⁃∙·➢➤►✓✔❖–—-*";
/// Those of them that may as well be the first sign of a line of text.
const DASHES: &str = "–—-*·";

/// Lines that belong together.
#[derive(Debug)]
pub(super) struct Block<'l> {
    pub(super) lines: Vec<&'l Line>,
    pub(super) text: String,
    /// Its mark is a bullet, which isn't part of the text.
    pub(super) bullet: bool,
    /// The cells of a table row, joined.
    pub(super) row: bool,
}

/// Reads the lines of a document.
pub(super) fn of(lines: Vec<Line>) -> Vec<Part> {
    let kept: Vec<&Line> = lines.iter().filter(|line| !line.dropped).collect();
    let style = Style::of(&kept);
    let blocks = gathered(&kept, &style);
    let levels = Levels::of(&blocks, &style);
    let mut parts: Vec<Part> = Vec::new();
    let mut depths = Depths::default();
    for (index, block) in blocks.iter().enumerate() {
        let (kind, text) = match levels.of_block(index) {
            _ if block.row => (Kind::Row, block.text.clone()),
            Some(level) => (Kind::Heading(level), block.text.clone()),
            None if block.bullet || is_numbered(&block.text) => {
                (Kind::Item(depths.of(block.lines[0])), block.text.clone())
            }
            None => (Kind::Paragraph, block.text.clone()),
        };
        if !matches!(kind, Kind::Item(_)) {
            depths = Depths::default();
        }
        parts.extend(part(kind, "", &text, None));
    }
    let dropped = lines.iter().filter(|line| line.dropped);
    parts.extend(dropped.filter_map(|line| part(Kind::Paragraph, "", &line.text(), Some(Dropped::Running))));
    parts
}

fn is_numbered(text: &str) -> bool {
    mark::split(Kind::Paragraph, text).is_some()
}

/// Where the open lists begin.
#[derive(Debug, Default)]
struct Depths(Vec<f32>);

impl Depths {
    fn of(&mut self, line: &Line) -> u8 {
        let (x, near) = (place(line), SAME_DEPTH * line.row.size);
        self.0.retain(|open| *open < x + near);
        if self.0.last().is_none_or(|open| *open < x - near) {
            self.0.push(x);
        }
        self.0.len().clamp(1, 255) as u8
    }
}

/// Gathers the lines that belong together.
fn gathered<'l>(lines: &[&'l Line], style: &Style) -> Vec<Block<'l>> {
    let texts: Vec<String> = lines.iter().map(|line| headings::without_leader(&line.text())).collect();
    let hyphens = Hyphens::learn(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    let mut blocks: Vec<Block<'l>> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        if let Some(table) = table::at(&lines[at..], style) {
            let own = &lines[at..at + table.lines];
            let head = &table.rows[0];
            // On the next page the head is repeated.
            let body = table.rows[1..].iter().filter(|cells| *cells != head);
            let new = std::iter::once(head).filter(|head| !repeats_head(&blocks, own, head)).chain(body);
            let rows: Vec<Block<'_>> = new.map(|cells| row(own, cells)).collect();
            blocks.extend(rows);
            at += table.lines;
            continue;
        }
        let (line, text) = (lines[at], &texts[at]);
        let (bullet, words) = without_bullet(line, text);
        match blocks.last_mut().filter(|block| goes_on(block, line, text, bullet, style)) {
            Some(block) => {
                hyphens.join(&mut block.text, text);
                block.lines.push(line);
            }
            None => blocks.push(Block { lines: vec![line], text: words.to_owned(), bullet, row: false }),
        }
        at += 1;
    }
    blocks
}

fn row<'l>(lines: &[&'l Line], cells: &[String]) -> Block<'l> {
    let filled: Vec<&str> = cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
    Block { lines: lines.to_vec(), text: filled.join(" | "), bullet: false, row: true }
}

/// Whether a table goes on that was begun on the page before, under the same head.
fn repeats_head(blocks: &[Block<'_>], lines: &[&Line], head: &[String]) -> bool {
    let head = row(lines, head).text;
    let mut before = blocks.iter().rev().take_while(|block| block.row).peekable();
    let is_next = before.peek().is_some_and(|block| block.lines[0].page < lines[0].page);
    is_next && before.any(|block| block.text == head)
}

/// Whether a line begins with a bullet, and what stands behind it.
fn without_bullet<'t>(line: &Line, text: &'t str) -> (bool, &'t str) {
    let Some(first) = text.chars().next().filter(|c| BULLETS.contains(*c)) else {
        // In fonts of signs an `o` is a bullet.
        let is_sign = text.starts_with("o ") && line.row.pieces[0].text == "o";
        return if is_sign { (true, &text[2..]) } else { (false, text) };
    };
    let rest = text[first.len_utf8()..].trim_start();
    let is_apart = rest.len() < text.len() - first.len_utf8() || !DASHES.contains(first);
    match is_apart && !rest.is_empty() {
        true => (true, rest),
        false => (false, text),
    }
}

/// Whether a line is more of a block.
fn goes_on(block: &Block<'_>, line: &Line, text: &str, bullet: bool, style: &Style) -> bool {
    let (Some(first), Some(last)) = (block.lines.first(), block.lines.last()) else { return false };
    let alike = (line.row.size / last.row.size - 1.0).abs() < 0.06;
    if block.row
        || !alike
        || headings::has_leader(&last.text())
        || (bullet && !is_mid_sentence(block, line, text, style))
    {
        return false;
    }
    if style.is_bold(line) != style.is_bold(last) && (block.lines.len() == 1 || !style.is_close(last, line)) {
        return false;
    }
    if is_numbered(text) && !is_mid_sentence(block, line, text, style) {
        return false;
    }
    if !is_same_column(last, line) {
        return is_continued(block, line, text, style);
    }
    if !style.is_close(last, line) || line.row.y < last.row.y {
        return false;
    }
    let stands_out = style.is_large(line) || style.is_bold(line);
    stands_out || (is_in_place(block, first, line, style) && !is_short(block, line, text, style))
}

/// Where a line begins, counted from where its column does.
fn place(line: &Line) -> f32 {
    line.row.x0() - line.left
}

/// Whether a line begins where the lines of the block do.
fn is_in_place(block: &Block<'_>, first: &Line, line: &Line, style: &Style) -> bool {
    let (x, indent) = (place(line), INDENT * style.size);
    match block.lines.get(1) {
        Some(second) => (x - place(second)).abs() < indent,
        // The words of an item stand behind its mark.
        None if block.bullet || is_numbered(&block.text) => x > place(first) - indent,
        None => x < place(first) + indent,
    }
}

/// Whether the block had ended: its last line had room for the first word of this one.
fn is_short(block: &Block<'_>, line: &Line, text: &str, style: &Style) -> bool {
    let Some(last) = block.lines.last() else { return false };
    let room = last.right - last.row.x1();
    let margin = match style.is_spaced {
        // White space tells paragraphs; the lines of an address are one.
        true => return ends_sentence(&block.text) && room > 0.4 * (last.right - last.left),
        false => 1.5 * style.size,
    };
    room > first_word(line, text) + margin
}

/// How wide the first word of a line is.
fn first_word(line: &Line, text: &str) -> f32 {
    let word = match text.chars().next() {
        Some(c) if super::lines::is_wide_char(c) => 1,
        _ => text.split_whitespace().next().unwrap_or_default().chars().count(),
    };
    let all = text.chars().count().max(1);
    (line.row.x1() - line.row.x0()) * word as f32 / all as f32
}

/// Whether a sign that looks like the mark of an item stands within a sentence that the line before began.
fn is_mid_sentence(block: &Block<'_>, line: &Line, text: &str, style: &Style) -> bool {
    let Some(last) = block.lines.last() else { return false };
    let is_full = last.right - last.row.x1() < first_word(line, text) + style.size;
    let is_aligned = block.lines.get(1).is_none_or(|second| (place(second) - place(line)).abs() < 1.0);
    let is_ambiguous = !text.starts_with(|c: char| BULLETS.contains(c) && !DASHES.contains(c));
    is_ambiguous
        && is_full
        && is_aligned
        && !block.bullet
        && !block.text.ends_with(['.', ';', ':', ',', '。'])
        && is_same_column(last, line)
        && style.is_close(last, line)
}

/// Whether a paragraph that reached the end of its column or page goes on in the next one.
fn is_continued(block: &Block<'_>, line: &Line, text: &str, style: &Style) -> bool {
    let Some(last) = block.lines.last() else { return false };
    let stands_out = |line: &Line| style.is_large(line) || style.is_bold(line);
    if stands_out(line) || stands_out(last) {
        return false;
    }
    let own = block.lines.get(1).unwrap_or(&block.lines[0]);
    let is_list = block.bullet || is_numbered(&block.text);
    let is_in_place =
        (place(line) - place(own)).abs() < INDENT * style.size || (is_list && place(line) > place(own));
    let room = last.right - last.row.x1();
    let is_full = room < FULL * (last.right - last.left);
    // A sentence that ends with the page ends its paragraph as often as not; nothing tells.
    text.starts_with(char::is_lowercase) || (!ends_sentence(&block.text) && is_in_place && is_full)
}

fn ends_sentence(text: &str) -> bool {
    text.ends_with(['.', '!', '?', ':', ';', '。', '！', '？', '：', '؟', '۔', '।'])
}
