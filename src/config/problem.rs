//! What is wrong in a file, and drawing it at its place.

use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// More than this many are not drawn: nobody reads on before mending the first.
const DRAWN: usize = 20;

/// One thing that is wrong, at one place.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    /// Where, in bytes.
    pub span: Range<usize>,
    /// The key and what was found there.
    pub title: String,
    /// What is accepted there.
    pub label: String,
    /// Another place that has to do with it, and how.
    pub also: Option<(Range<usize>, String)>,
    /// What to do.
    pub help: Option<String>,
}

impl Problem {
    pub(super) fn new(span: Range<usize>, title: impl Into<String>, label: impl Into<String>) -> Self {
        Self { span, title: title.into(), label: label.into(), also: None, help: None }
    }

    /// An error of TOML itself, in a file of `length` bytes.
    pub(super) fn syntax(error: &toml::de::Error, length: usize) -> Self {
        let (title, label) = error.message().split_once(", expected ").unwrap_or((error.message(), ""));
        let label = if label.is_empty() { String::new() } else { format!("expected {label}") };
        Self::new(error.span().unwrap_or(length..length), format!("not TOML: {title}"), label)
    }
}

/// All that is wrong in a file.
pub struct Report {
    path: PathBuf,
    /// The file, with its secrets blotted out.
    text: String,
    /// In the order of the file.
    problems: Vec<Problem>,
}

impl Report {
    pub(super) fn new(path: &Path, text: String, mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| problem.span.start);
        Self { path: path.to_owned(), text, problems }
    }

    /// Every problem drawn at its line, as far as they are worth reading at once; coloured for a terminal.
    pub fn render(&self, color: bool) -> String {
        let path = self.path.display().to_string();
        let renderer = renderer(color);
        let mut drawn: Vec<_> =
            self.problems.iter().take(DRAWN).map(|p| renderer.render(&[self.draw(p, &path)])).collect();
        if self.problems.len() > DRAWN {
            let title = Level::NOTE.primary_title(format!("only {DRAWN} of the errors are shown"));
            drawn.push(renderer.render(&[Group::with_title(title)]));
        }
        drawn.join("\n\n")
    }

    fn draw<'a>(&'a self, problem: &'a Problem, path: &'a str) -> Group<'a> {
        let place = self.within_line(&problem.span);
        let also = problem.also.as_ref().map(|(span, label)| (self.within_line(span), label));
        // Only the lines concerned are handed over: the library would go through all of the file for each problem.
        let first = also.as_ref().map_or(place.start, |(span, _)| span.start.min(place.start));
        let from = self.text[..first].rfind('\n').map_or(0, |newline| newline + 1);
        let end = also.as_ref().map_or(place.end, |(span, _)| span.end.max(place.end));
        let last = self.text[end..].find('\n').map_or(self.text.len(), |newline| end + newline);
        let shift = |span: Range<usize>| span.start - from..span.end - from;
        let also = also.map(|(span, label)| AnnotationKind::Context.span(shift(span)).label(label.as_str()));
        let snippet = Snippet::source(&self.text[from..last])
            .line_start(self.position(from).0)
            .path(path)
            .annotation(AnnotationKind::Primary.span(shift(place)).label(problem.label.as_str()))
            .annotations(also);
        let group = Level::ERROR.primary_title(problem.title.as_str()).element(snippet);
        match &problem.help {
            // A message isn't escaped by the library, and it may quote what was written.
            Some(help) => {
                group.element(Level::HELP.message(annotate_snippets::normalize_untrusted_str(help)))
            }
            None => group,
        }
    }

    /// The part of a span that lies on its first line: a string of many lines is pointed at, not copied out.
    fn within_line(&self, span: &Range<usize>) -> Range<usize> {
        let start = self.text.floor_char_boundary(span.start);
        let rest = self.text.get(start..span.end.min(self.text.len())).unwrap_or_default();
        let first = rest.split(['\n', '\r']).next().unwrap_or_default();
        start..start + first.len()
    }

    /// Line and column of a byte, both counted from 1, the column in characters.
    fn position(&self, at: usize) -> (usize, usize) {
        let before = self.text.get(..at).unwrap_or(&self.text);
        let line = before.rsplit('\n').next().unwrap_or_default();
        (1 + before.matches('\n').count(), 1 + line.chars().count())
    }
}

/// An error that has no place in a file, drawn in the same style.
pub(super) fn render_plainly(title: &str, help: Option<&str>, color: bool) -> String {
    let group = Group::with_title(Level::ERROR.primary_title(title));
    let help = help.map(|help| Level::HELP.message(help));
    renderer(color).render(&[group.elements(help)])
}

fn renderer(color: bool) -> Renderer {
    if color { Renderer::styled() } else { Renderer::plain() }
}

impl fmt::Debug for Report {
    /// Without the text of the file, which is long and no one's business in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Report").field(&self.to_string()).finish()
    }
}

impl fmt::Display for Report {
    /// One line, for a log: the first problem and how many there are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.display();
        let Some(first) = self.problems.first() else { return write!(f, "{path} can't be used") };
        let (line, column) = self.position(first.span.start);
        write!(f, "{path}:{line}:{column}: {}", first.title)?;
        if !first.label.is_empty() {
            write!(f, "; {}", first.label)?;
        }
        match self.problems.len() - 1 {
            0 => Ok(()),
            1 => write!(f, " (and 1 more error)"),
            more => write!(f, " (and {more} more errors)"),
        }
    }
}
