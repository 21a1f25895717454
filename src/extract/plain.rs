//! Pages that are text already.

use crate::model::{Clause, Kind};

use super::Part;
use super::document::Document;
use super::inline::Line;

/// Reads plain text or Markdown: paragraphs are separated by blank lines; `#` headings and list items are known by
/// their marks.
pub(super) fn read(text: &str) -> Document {
    let mut parts = Vec::new();
    let mut line = Line::default();
    let mut kind = (Kind::Paragraph, String::new());
    let mut flush = |line: &mut Line, (kind, mark): (Kind, String)| {
        let text = line.take();
        if !text.is_empty() {
            parts.push(Part { clause: Clause { mark, ..Clause::new(kind, text) }, dropped: None });
        }
    };
    for raw in text.lines() {
        let trimmed = raw.trim();
        let block = block_start(raw);
        if trimmed.is_empty() || block.is_some() {
            flush(&mut line, std::mem::replace(&mut kind, (Kind::Paragraph, String::new())));
        }
        let words = match block {
            Some((k, mark, rest)) => {
                kind = (k, mark);
                rest
            }
            None => trimmed,
        };
        line.push(words);
        line.space();
        if matches!(kind.0, Kind::Heading(_)) {
            flush(&mut line, std::mem::replace(&mut kind, (Kind::Paragraph, String::new())));
        }
    }
    flush(&mut line, kind);
    Document { parts, ..Document::default() }
}

/// The kind, the mark and the words of a line that starts a block of its own.
fn block_start(raw: &str) -> Option<(Kind, String, &str)> {
    let trimmed = raw.trim();
    let hashes = trimmed.bytes().take_while(|b| *b == b'#').count();
    if (1..=6).contains(&hashes) && trimmed[hashes..].starts_with(' ') {
        return Some((Kind::Heading(hashes as u8), String::new(), trimmed[hashes..].trim()));
    }
    let depth = 1 + (raw.len() - raw.trim_start().len()).min(20) / 2;
    let (mark, rest) = trimmed.split_once(' ')?;
    let numbered =
        mark.len() <= 4 && mark.ends_with(['.', ')']) && mark.starts_with(|c: char| c.is_ascii_digit());
    match mark {
        "-" | "*" | "+" | "•" => Some((Kind::Item(depth as u8), String::new(), rest)),
        _ if numbered => Some((Kind::Item(depth as u8), mark.to_owned(), rest)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_reads_as_clauses() {
        let text = read("# Terms\nYou must\nbe 18.\n\n- first\n  - second\n1. third\n\nEnd.");
        assert_eq!(
            text.text().to_markdown(),
            "# Terms\n\nYou must be 18.\n\n- first\n  - second\n1. third\n\nEnd.\n"
        );
    }
}
