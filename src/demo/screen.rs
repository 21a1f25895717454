//! How the story is told on a terminal: steps, paragraphs, facts and quotations, at a pace one can follow.

use std::io::{self, Write};
use std::time::Duration;

use anstyle::{AnsiColor, Style};
use jiff::Timestamp;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

const STEP: Style = AnsiColor::Cyan.on_default().bold();
const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Yellow.on_default().bold();
const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

/// What is said stands this far from the left edge.
const INDENT: &str = "   ";

/// Lines longer than this are hard to read.
const WIDEST: usize = 100;

/// Where the story is told.
///
/// Styles are always written; where they don't belong `out` takes them off, as [`anstream`] does.
pub struct Screen<W> {
    out: W,
    width: usize,
    /// Whether `out` shows colours; a diff marks its words with signs where it doesn't.
    color: bool,
    pace: Duration,
}

impl<W: Write> Screen<W> {
    /// A screen of `width` columns; after each paragraph the story rests for `pace`.
    pub fn new(out: W, width: usize, color: bool, pace: Duration) -> Self {
        Self { out, width: width.clamp(40, WIDEST), color, pace }
    }

    pub(super) fn color(&self) -> bool {
        self.color
    }

    /// The columns within a quotation.
    pub(super) fn quoted_width(&self) -> usize {
        self.width - INDENT.len() - 2
    }

    pub(super) fn title(&mut self, title: &str, rest: &str) -> io::Result<()> {
        writeln!(self.out, "{BOLD}{title}{BOLD:#}{DIM} · {rest}{DIM:#}")
    }

    /// A heading, with the time of the story at the right edge.
    pub(super) fn step(&mut self, number: u32, title: &str, at: Timestamp) -> io::Result<()> {
        let at = at.strftime("%A %H:%M").to_string();
        let gap = self.width.saturating_sub(3 + title.width() + at.width()).max(1);
        let rule = "─".repeat(gap.saturating_sub(2));
        writeln!(self.out, "{STEP}{number}{STEP:#}  {BOLD}{title}{BOLD:#} {DIM}{rule} {at}{DIM:#}\n")
    }

    pub(super) fn say(&mut self, paragraph: &str) -> io::Result<()> {
        for line in wrap(paragraph, self.width - INDENT.len()) {
            writeln!(self.out, "{INDENT}{line}")?;
        }
        Ok(())
    }

    /// Something fineprint did, after looking.
    pub(super) fn good(&mut self, fact: &str) -> io::Result<()> {
        self.fact(GOOD, "✓", fact)
    }

    /// Something that went wrong on purpose.
    pub(super) fn bad(&mut self, fact: &str) -> io::Result<()> {
        self.fact(BAD, "✗", fact)
    }

    fn fact(&mut self, style: Style, mark: &str, fact: &str) -> io::Result<()> {
        for (i, line) in wrap(fact, self.width - INDENT.len() - 2).iter().enumerate() {
            let mark = if i == 0 { mark } else { " " };
            writeln!(self.out, "{INDENT}{style}{mark}{style:#} {line}")?;
        }
        Ok(())
    }

    /// What was, struck off, and what is now; cut to the width.
    pub(super) fn replaced(&mut self, what: &str, before: &str, after: &str) -> io::Result<()> {
        let room = (self.width - INDENT.len() - 18 - 3) / 2;
        let (before, after) = (cut(before, room), cut(after, room));
        let pad = " ".repeat(room - before.width());
        writeln!(self.out, "{INDENT}{what:<17} {DIM}{before}{pad} → {DIM:#}{after}")
    }

    /// Text from elsewhere, behind a bar; its styles are its own.
    pub(super) fn quote(&mut self, text: &str) -> io::Result<()> {
        text.lines().try_for_each(|line| self.quoted(line))
    }

    fn quoted(&mut self, line: &str) -> io::Result<()> {
        let space = if line.is_empty() { "" } else { " " };
        writeln!(self.out, "{INDENT}{DIM}│{DIM:#}{space}{line}")
    }

    /// A line within a quotation: a name and its value, and what to say of it.
    pub(super) fn quote_header(&mut self, name: &str, value: &str, remark: &str) -> io::Result<()> {
        let value = cut(value, self.quoted_width().saturating_sub(name.width() + 2 + remark.width() + 2));
        let gap = if remark.is_empty() { "" } else { "  " };
        self.quoted(&format!("{DIM}{name}:{DIM:#} {value}{gap}{GOOD}{remark}{GOOD:#}"))
    }

    /// A paragraph within a quotation.
    pub(super) fn quote_paragraph(&mut self, style: Style, text: &str) -> io::Result<()> {
        let lines = wrap(text, self.quoted_width());
        lines.iter().try_for_each(|line| self.quoted(&format!("{style}{line}{style:#}")))
    }

    pub(super) fn command(&mut self, command: &str, what: &str) -> io::Result<()> {
        writeln!(self.out, "{INDENT}{BOLD}{command:<17}{BOLD:#} {what}")
    }

    pub(super) fn blank(&mut self) -> io::Result<()> {
        writeln!(self.out)
    }

    /// An empty line, and a moment to read what stands above it.
    pub(super) async fn rest(&mut self) -> io::Result<()> {
        self.blank()?;
        self.out.flush()?;
        tokio::time::sleep(self.pace).await;
        Ok(())
    }
}

/// Cuts a paragraph into lines of at most `width` columns, between words.
fn wrap(paragraph: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in paragraph.split_whitespace() {
        let line = lines.last_mut().expect("there is always a line");
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(word.to_owned());
        } else {
            let space = if line.is_empty() { "" } else { " " };
            line.push_str(space);
            line.push_str(word);
        }
    }
    lines
}

/// The beginning of a text in at most `width` columns.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut room = width.saturating_sub(1);
    let fits = |c: &char| {
        let wide = c.width().unwrap_or(0);
        let fits = wide <= room;
        room = room.saturating_sub(wide);
        fits
    };
    format!("{}…", text.chars().take_while(fits).collect::<String>().trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_break_between_words() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrap("unbreakable ab", 4), ["unbreakable", "ab"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn what_is_cut_says_so_and_fits() {
        assert_eq!(cut("abcdef", 6), "abcdef");
        assert_eq!(cut("abcdef", 5), "abcd…");
        assert_eq!(cut("ab cdef", 4), "ab…");
        assert_eq!(cut("価格改定", 5).width(), 5);
    }
}
