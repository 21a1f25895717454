//! The terminal that is printed to: how wide it is, and text cut to it.

use std::io::{self, IsTerminal as _};

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::diff::render::escape;

/// The columns of text that can be read well.
pub(super) const MEASURE: usize = 100;

/// Columns where nothing says how many there are.
const WIDTH: usize = 80;

/// The columns of the terminal: `COLUMNS`, if set, wins.
pub(super) fn width() -> usize {
    let set = super::context::env("COLUMNS").and_then(|columns| columns.parse().ok());
    let columns = || terminal_size::terminal_size().map(|(columns, _)| columns.0.into());
    set.or_else(columns).filter(|columns| *columns > 0).unwrap_or(WIDTH)
}

/// The columns that text is wrapped at: longer lines are hard to read.
pub(super) fn measure() -> usize {
    width().min(MEASURE)
}

/// The rows of the terminal, if output goes to one.
pub(super) fn rows() -> Option<usize> {
    let rows = || terminal_size::terminal_size().map(|(_, rows)| rows.0.into());
    io::stdout().is_terminal().then(rows).flatten()
}

/// Whether output is coloured: a terminal that wants it, or `CLICOLOR_FORCE`.
pub(super) fn color() -> bool {
    anstream::AutoStream::choice(&io::stdout()) != anstream::ColorChoice::Never
}

/// Text from outside made harmless, in one line of at most `width` columns, with `…` where it was cut.
pub(super) fn fit(text: &str, width: usize) -> String {
    let text = escape::terminal(text);
    if text.width() <= width {
        return text.into_owned();
    }
    let (mut out, mut columns) = (String::new(), 0);
    for c in text.chars() {
        columns += c.width().unwrap_or(0);
        if columns + 1 > width {
            break;
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// Text from outside made harmless and wrapped at `width` columns, every line indented by `indent`.
pub(super) fn wrapped(text: &str, indent: usize, width: usize) -> String {
    let room = width.saturating_sub(indent).max(20);
    let (mut out, mut column) = (String::new(), 0);
    for word in escape::terminal(text).split_whitespace() {
        if column > 0 && column + 1 + word.width() > room {
            out.push('\n');
            column = 0;
        }
        match column {
            0 => out.push_str(&" ".repeat(indent)),
            _ => out.push(' '),
        }
        column += word.width() + usize::from(column > 0);
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_by_the_columns_it_takes() {
        for (text, width, shown) in [
            ("Usage Policies", 14, "Usage Policies"),
            ("Usage Policies", 9, "Usage Po…"),
            ("Usage Policies", 7, "Usage…"),
            ("使用条款和政策", 6, "使用…"),
            ("a\u{1b}[2Jb", 80, "a␛[2Jb"),
        ] {
            assert_eq!(fit(text, width), shown);
        }
    }

    #[test]
    fn wrapped_text_keeps_its_words() {
        assert_eq!(wrapped("one two three four five", 2, 22), "  one two three four\n  five");
        assert_eq!(wrapped("", 2, 22), "");
    }
}
