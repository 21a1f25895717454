//! Where the changes of a diff are on its page, and the ways between them.

use super::super::blocks::{Block, Fate};
use super::super::{escape, fold};

/// So few changes need no table of contents.
const FEW: usize = 4;
/// A table of so many lines is shown; a longer one opens when it is asked for.
const OPEN: usize = 15;
/// Characters of a line.
const LINE: usize = 90;

/// The changes of a diff on a page, one after another.
pub(super) struct Contents {
    /// Which diff of the page it is.
    article: usize,
    /// How many changes there are.
    total: usize,
    /// How many have their place.
    placed: usize,
    /// The headings, with the first change below each and how many there are.
    lines: Vec<(String, usize, usize)>,
    /// A heading that nothing stands below yet.
    heading: Option<String>,
}

impl Contents {
    pub(super) fn new(article: usize, blocks: &[Block<'_>]) -> Self {
        let total = blocks.iter().filter(|block| is_change(block)).count();
        Self { article, total, placed: 0, lines: Vec::new(), heading: Some(String::new()) }
    }

    /// A heading.
    pub(super) fn under(&mut self, names: &[&str]) {
        self.heading = Some(names.join(" › "));
    }

    /// The next change, which begins with these words: the attribute that gives it its name, and the links from it to the
    /// one before and the one behind.
    pub(super) fn place(&mut self, words: &str) -> (String, String) {
        self.placed += 1;
        match (self.heading.take(), self.lines.last_mut()) {
            (None, Some((_, _, count))) => *count += 1,
            (heading, _) => {
                let name = heading.filter(|heading| !heading.is_empty()).unwrap_or_else(|| words.to_owned());
                self.lines.push((fold::start(&name, LINE), self.placed, 1));
            }
        }
        let link = |to: usize, sign: &str, what: &str| {
            let is_there = (1..=self.total).contains(&to);
            let name = self.name(to);
            let link = format!(
                " <a class=\"fp-step\" href=\"#{name}\" aria-label=\"{what} change\" title=\"{what} change\">{sign}</a>"
            );
            if is_there { link } else { String::new() }
        };
        let links = link(self.placed - 1, "↑", "previous") + &link(self.placed + 1, "↓", "next");
        (format!(" id=\"{}\"", self.name(self.placed)), links)
    }

    /// The table of contents, unless the page is short.
    pub(super) fn table(&self) -> String {
        if self.total < FEW || self.lines.len() < 2 {
            return String::new();
        }
        let line = |(heading, first, count): &(String, usize, usize)| {
            let count = if *count > 1 { format!(" ({count})") } else { String::new() };
            format!("<li><a href=\"#{}\">{}</a>{count}</li>\n", self.name(*first), escape::html(heading))
        };
        let lines: String = self.lines.iter().map(line).collect();
        let open = if self.lines.len() <= OPEN { " open" } else { "" };
        format!(
            "<nav class=\"fp-contents\" aria-label=\"Contents\"><details{open}><summary>{} changes in {} places</summary>\n\
             <ol>\n{lines}</ol></details></nav>\n",
            self.total,
            self.lines.len()
        )
    }

    fn name(&self, change: usize) -> String {
        format!("c{}-{change}", self.article)
    }
}

/// Whether a block shows a change.
fn is_change(block: &Block<'_>) -> bool {
    match block {
        Block::Entry(entry) => entry.fate != Fate::Context,
        Block::Section(..) | Block::List(_) => true,
        Block::Path(_) | Block::MovedOn(_) | Block::Unchanged { .. } => false,
    }
}
