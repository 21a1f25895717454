//! Diffs as they are asked for.

use super::header::Header;
use super::stat::{self, Stat};
use super::{Args, Layout, Pair, Style};
use crate::cli::{Failure, screen};
use crate::config::Config;
use crate::diff::{Diff, Edit, compare, render};
use crate::model::{Change, Text};
use crate::notice;
use crate::store::{ChangeFilter, Store};
use crate::topics;

/// From so many columns on two texts fit beside one another.
const TWO_COLUMNS: usize = 140;
/// Wider columns are hard to read.
const WIDEST: usize = 220;

/// What stands above the weightiest clauses of a long diff, …
const FIRST: &str = "The weightiest first";
/// … and above the whole of it.
const ALL: &str = "All that changed";

/// What is printed so far.
pub(super) struct Printed<'a> {
    args: &'a Args,
    config: Option<&'a Config>,
    out: String,
    stats: Vec<Stat>,
    titles: Vec<String>,
    /// Whether any versions differ.
    pub(super) differs: bool,
}

impl<'a> Printed<'a> {
    pub(super) fn new(args: &'a Args, config: Option<&'a Config>) -> Self {
        Self { args, config, out: String::new(), stats: Vec::new(), titles: Vec::new(), differs: false }
    }

    /// Adds a pair of versions.
    pub(super) async fn add(&mut self, store: &Store, pair: &Pair<'_>) -> Result<(), Failure> {
        let changes = changes_between(store, pair).await?;
        let (before, after) = (&pair.before.text, &pair.after.text);
        let whole = compare(before, after);
        let (diff, left_out) = self.about(pair, whole);
        self.differs |= !diff.is_empty() || diff.relinked(before, after).next().is_some();
        // A service has many sources; those that say nothing about a topic aren't worth a headline.
        if !self.args.topics.is_empty() && diff.is_empty() {
            return Ok(());
        }
        if self.args.stat {
            self.stats.push(Stat::of(pair, &diff));
            return Ok(());
        }
        let written = store.summaries_of(changes.iter().map(|change| change.id.clone()).collect()).await?;
        let header = Header { pair, changes: &changes, diff: &diff, written: &written };
        let text = self.text(&header, left_out);
        if !self.out.is_empty() && !matches!(self.args.format, Style::Json | Style::Html | Style::Unified) {
            self.out.push_str("\n\n");
        }
        self.out.push_str(&text);
        self.titles.push(format!("{} · {}", pair.source.service, pair.source.terms));
        Ok(())
    }

    /// The diff without the clauses that aren't about the topics asked for, and how many those are.
    fn about(&self, pair: &Pair<'_>, whole: Diff) -> (Diff, usize) {
        if self.args.topics.is_empty() {
            return (whole, 0);
        }
        let (before, after) = (&pair.before.text, &pair.after.text);
        let own = self.config.and_then(|config| config.sources.iter().find(|s| s.id == pair.source.id));
        let rules = own.map(|source| source.topics.clone()).unwrap_or_default();
        let topics = topics::of_edits(before, after, &whole, &rules);
        let is_wanted = |i: &usize| {
            topics.get(i).is_some_and(|topics| topics.iter().any(|topic| self.args.topics.contains(topic)))
        };
        let all = whole.changed().count();
        let diff = whole.only(|i| is_wanted(&i));
        let left_out = all - diff.changed().count();
        (diff, left_out)
    }

    fn text(&self, header: &Header<'_>, left_out: usize) -> String {
        let Header { pair, diff, .. } = header;
        let (before, after) = (&pair.before.text, &pair.after.text);
        let names = [&pair.before, &pair.after].map(|v| format!("{}@{}\t{}", v.source, v.number, v.seen_at));
        let lines = self.args.context.unwrap_or(3);
        let left_out = (left_out > 0).then(|| {
            let s = if left_out == 1 { "" } else { "s" };
            format!("{left_out} changed clause{s} about other topics left out")
        });
        match self.args.format {
            _ if self.args.word_diff => render::word_diff(before, after, (&names[0], &names[1]), lines),
            Style::Text => {
                let (how, side_by_side) = self.terminal();
                let print = if side_by_side { render::side_by_side } else { render::terminal };
                let body = print(before, after, diff, &how);
                let left_out = left_out.map(|line| format!("\n{line}\n")).unwrap_or_default();
                let first = weightiest(before, after, diff).map(|first| {
                    let strong = if how.color { anstyle::Style::new().bold() } else { anstyle::Style::new() };
                    let title = |title: &str| format!("{strong}{title}{strong:#}\n");
                    let few = render::Terminal { context: 0, ..how };
                    format!("{}\n{}\n{}\n", title(FIRST), print(before, after, &first, &few), title(ALL))
                });
                let header = header.text(how.width.min(screen::MEASURE), how.color);
                format!("{header}\n{}{body}{left_out}", first.unwrap_or_default())
            }
            Style::Unified => render::unified(before, after, (&names[0], &names[1]), lines),
            Style::Markdown => {
                let left_out = left_out.map(|line| format!("\n{line}\n")).unwrap_or_default();
                let first = weightiest(before, after, diff).map(|first| {
                    format!("### {FIRST}\n\n{}\n### {ALL}\n\n", render::markdown(before, after, &first))
                });
                let body = render::markdown(before, after, diff);
                format!("{}\n{}{body}{left_out}", header.markdown(), first.unwrap_or_default())
            }
            Style::Html => {
                let context = self.args.context.unwrap_or(1);
                let article = Some(self.titles.len() + 1);
                let how = render::Html { styles: render::Styles::Sheet, context, article };
                let left_out = left_out.map(|line| format!("<p>{line}</p>\n")).unwrap_or_default();
                let first = weightiest(before, after, diff).map(|first| {
                    let few = render::Html { context: 0, article: None, ..how };
                    let first = render::html(before, after, &first, &few);
                    format!("<section>\n<h2>{FIRST}</h2>\n{first}</section>\n<h2>{ALL}</h2>\n")
                });
                let body = render::html(before, after, diff, &how);
                let header = header.html();
                format!("<article>\n{header}{}{body}{left_out}</article>\n", first.unwrap_or_default())
            }
            Style::Json => format!("{}\n", header.json(render::json(before, after, diff))),
        }
    }

    /// How clauses stand on the terminal, and whether side by side.
    fn terminal(&self) -> (render::Terminal, bool) {
        let width = screen::width();
        let side_by_side = match self.args.layout {
            Layout::Auto => width >= TWO_COLUMNS,
            Layout::Inline => false,
            Layout::SideBySide => true,
        };
        let width = if side_by_side { width.min(WIDEST) } else { screen::measure() };
        let context = self.args.context.unwrap_or(1);
        (render::Terminal { width, color: screen::color(), context }, side_by_side)
    }

    /// All of it.
    pub(super) fn finish(self) -> String {
        if self.args.stat {
            return stat::lines(&self.stats, screen::width());
        }
        if self.args.format == Style::Html {
            return render::html_page(&self.titles.join(", "), &self.out);
        }
        if self.out.is_empty() && !self.args.topics.is_empty() {
            return "nothing changed about that\n".to_owned();
        }
        self.out
    }
}

/// The weightiest of the changed clauses alone, where there are too many to be seen at a glance.
fn weightiest(before: &Text, after: &Text, diff: &Diff) -> Option<Diff> {
    let first = notice::weightiest(before, after, diff);
    let edits: Vec<Edit> = first.into_iter().map(|i| diff.edits[i].clone()).collect();
    (!edits.is_empty()).then_some(Diff { edits })
}

/// The recorded changes that lead from one version to the other, oldest first.
async fn changes_between(store: &Store, pair: &Pair<'_>) -> Result<Vec<Change>, Failure> {
    if pair.before.source != pair.after.source {
        return Ok(Vec::new());
    }
    let sources = Some(vec![pair.source.id.clone()]);
    let filter = ChangeFilter { sources, all: true, ..ChangeFilter::default() };
    let mut changes = store.changes(filter).await?;
    changes.retain(|change| pair.before.number <= change.from && change.to <= pair.after.number);
    changes.reverse();
    Ok(changes)
}
