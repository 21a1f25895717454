//! Which blocks are headings, and of which level.

use crate::extract::mark;
use crate::model::Kind;

use super::blocks::Block;
use super::style::Style;

/// A heading has at most so many lines, …
const LINES: usize = 4;
/// … and so many characters.
const LENGTH: usize = 200;
/// One that only its numbering and its place tell has at most so many words.
const PLAIN_WORDS: usize = 12;
/// Headings whose heights differ by less are of one level.
const SAME_LEVEL: f32 = 1.04;

/// The levels of a document's headings, by block.
#[derive(Debug)]
pub(super) struct Levels(Vec<Option<u8>>);

impl Levels {
    pub(super) fn of(blocks: &[Block<'_>], style: &Style) -> Self {
        let looks: Vec<Option<Look>> = blocks.iter().map(|block| Look::of(block, style)).collect();
        let mut kinds: Vec<Look> = looks.iter().flatten().copied().collect();
        kinds.sort_by(|a, b| b.size.total_cmp(&a.size).then(b.bold.cmp(&a.bold)));
        kinds.dedup_by(|a, b| a.is_like(b));
        if kinds.len() < 2 {
            return Self(plain(blocks, style, &looks));
        }
        let rank = |look: &Look| kinds.iter().position(|kind| kind.is_like(look)).unwrap_or(0) + 1;
        let level = |(block, look): (&Block<'_>, &Option<Look>)| {
            let look = (*look)?;
            // Sections and their parts may look alike, and be told by their numbers only.
            let alike = || {
                blocks.iter().zip(&looks).filter(|(_, other)| other.is_some_and(|other| other.is_like(&look)))
            };
            let shallowest = alike().filter_map(|(block, _)| depth(block)).min();
            let deeper = depth(block).zip(shallowest).map_or(0, |(depth, least)| depth - least);
            Some((rank(&look) + deeper).min(6) as u8)
        };
        Self(blocks.iter().zip(&looks).map(level).collect())
    }

    pub(super) fn of_block(&self, index: usize) -> Option<u8> {
        self.0.get(index).copied().flatten()
    }
}

/// What a heading looks like.
#[derive(Debug, Clone, Copy)]
struct Look {
    size: f32,
    bold: bool,
}

impl Look {
    fn of(block: &Block<'_>, style: &Style) -> Option<Self> {
        let line = block.lines.first()?;
        let is_long = block.lines.len() > LINES || block.text.chars().count() > LENGTH;
        if block.row || block.bullet || is_long {
            return None;
        }
        let large = block.lines.iter().all(|line| style.is_large(line));
        let bold = block.lines.iter().all(|line| style.is_bold(line));
        let is_numbered = mark::split(Kind::Heading(2), &block.text).is_some();
        let is_sentence = block.text.ends_with(['.', ';', ',', ':', '。']);
        let stands_out = large
            || (bold
                && line.row.size > 0.95 * style.size
                && (!is_sentence || is_short_and(is_numbered, block)));
        // What is large is a heading by that; fonts without a bold cut are bold in part.
        stands_out.then_some(Self { size: line.row.size, bold: bold && !large })
    }

    fn is_like(&self, other: &Self) -> bool {
        let ratio = self.size / other.size;
        (1.0 / SAME_LEVEL..SAME_LEVEL).contains(&ratio) && self.bold == other.bold
    }
}

fn is_short_and(numbered: bool, block: &Block<'_>) -> bool {
    numbered && block.text.split_whitespace().count() <= 8
}

/// How many numbers the numbering of a heading has: `3.1` has two.
fn depth(block: &Block<'_>) -> Option<usize> {
    let (mark, _) = mark::split(Kind::Heading(2), &block.text)?;
    Some(mark.trim_end_matches(['.', ')']).split('.').count())
}

/// In a text of one size and weight, short lines that are numbered, stand alone and are no sentences are headings, and so
/// is the first line.
fn plain(blocks: &[Block<'_>], style: &Style, looks: &[Option<Look>]) -> Vec<Option<u8>> {
    let level = |(index, block): (usize, &Block<'_>)| {
        let is_lone = block.lines.len() == 1 && !block.row && !block.bullet;
        let words = block.text.split_whitespace().count();
        if !is_lone || words > PLAIN_WORDS || block.text.ends_with(['.', ';', ',', ':', '。']) {
            return None;
        }
        if looks[index].is_some() || (index == 0 && blocks.len() > 2) {
            return Some(1);
        }
        let next = blocks.get(index + 1)?;
        let (above, below) = (block.lines.last()?, next.lines.first()?);
        let is_apart = above.page != below.page || !style.is_close(above, below);
        is_apart.then_some((depth(block)? + 1).min(6) as u8)
    };
    blocks.iter().enumerate().map(level).collect()
}

/// Whether a line is an entry of a table of contents, with dots that lead to its page number.
pub(super) fn has_leader(text: &str) -> bool {
    without_leader(text).len() < text.len()
}

/// An entry of a table of contents without the dots and the page number behind it: those move with every edit.
pub(super) fn without_leader(text: &str) -> String {
    let is_leader = |c: char| matches!(c, '.' | '·' | '…' | '_') || c.is_whitespace();
    let entry = text.trim_end_matches(|c: char| c.is_numeric());
    let words = entry.trim_end_matches(is_leader);
    let leader = &entry[words.len()..];
    let dots =
        leader.chars().map(|c| if c == '…' { 3 } else { usize::from(!c.is_whitespace()) }).sum::<usize>();
    match dots >= 4 && !words.is_empty() {
        true => words.to_owned(),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_a_table_of_contents_lose_their_page_numbers() {
        assert_eq!(without_leader("3. Fees . . . . . . . . 12"), "3. Fees");
        assert_eq!(without_leader("3. Fees…………7"), "3. Fees");
        assert_eq!(
            without_leader("3. Fees ...................... 2 4. Terms ....... 3"),
            "3. Fees ...................... 2 4. Terms"
        );
        assert_eq!(without_leader("up to $12"), "up to $12");
        assert_eq!(without_leader("and so on ..."), "and so on ...");
    }
}
