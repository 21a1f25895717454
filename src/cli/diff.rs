//! `fineprint diff`

mod header;
mod range;

use clap::{Parser, ValueEnum};

use crate::diff::{compare, render};
use crate::model::{Change, Version};
use crate::store::{ChangeFilter, KnownSource, Store};

use super::{Failure, Global, exit, pager, screen, selection};
use header::Header;
use range::Range;
pub(super) use range::no_version;

/// Read a change: what became of each clause
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  fineprint diff openai/usage-policies               the latest change
  fineprint diff openai/usage-policies 3..5          from version 3 to 5
  fineprint diff openai/usage-policies 2026-01-01..  since New Year's Day
  fineprint diff openai/usage-policies ..@latest     since the first version
  fineprint diff openai/usage-policies --at 2026-03-01    the latest change as of that day
  fineprint diff chg_6a1f                            what a notice told, by its id
  fineprint diff chg_6a1f --format markdown          to paste into a ticket

Versions are counted from 1; `fineprint log` lists the changes between them. A date stands for the version in force \
at the end of that day in UTC. Words are marked in colour, or as [-removed-] and {+added+} where there is none.")]
pub(super) struct Args {
    /// The source (id, service, glob or address), or the id of a change (chg_…) or its beginning
    #[arg(value_name = "SOURCE")]
    source: String,
    /// Which versions: numbers, dates, RFC 3339 instants or @latest [default: the latest change]
    #[arg(value_name = "FROM..TO")]
    range: Option<Range>,
    /// The latest change as of this time: a date, to its end, or an RFC 3339 instant
    #[arg(long, value_name = "TIME", conflicts_with = "range")]
    at: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Style,
    /// How many unchanged clauses to show around a change [default: 1, in a patch 3]
    #[arg(long, value_name = "N")]
    context: Option<usize>,
    /// End with code 1 if the versions differ
    #[arg(long)]
    exit_code: bool,
    /// Print long output as it is
    #[arg(long)]
    no_pager: bool,
}

/// How a diff is printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Style {
    /// Clause by clause, for people.
    #[default]
    Text,
    /// A patch of the texts in Markdown.
    Unified,
    /// For a ticket or a mail.
    Markdown,
    /// For programs: one object, with stable keys.
    Json,
}

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    let at = args.at.as_deref().map(super::print::instant).transpose()?;
    let store = global.archive().await?;
    let known = store.sources().await?;
    let (source, between) = match (change(&store, &args.source).await?, &args.range) {
        (Some(change), None) if at.is_none() => {
            let source = selection::one(&known, change.source.as_str())?;
            (source, Some((change.from, change.to)))
        }
        (Some(_), _) => {
            return Err(Failure::usage("error: the id of a change says which versions it is between")
                .hint("leave out the range or --at, or name the source"));
        }
        (None, range) => {
            let source = selection::one(&known, &args.source)?;
            (source, range::resolve(&store, source, range.as_ref(), at).await?)
        }
    };
    let Some((from, to)) = between else {
        let then = args.at.as_ref().map(|at| format!(" as of {at}")).unwrap_or_default();
        eprintln!("{} has one version{then}; nothing changed since it was first read", source.id);
        return Ok(exit::DONE);
    };
    let pair =
        Pair { source, before: load(&store, source, from).await?, after: load(&store, source, to).await? };
    let changes = changes_between(&store, source, from, to).await?;
    let (text, differs) = pair.render(&changes, &args);
    pager::print(&text, !args.no_pager && args.format != Style::Json)?;
    Ok(if args.exit_code && differs { exit::CHANGED } else { exit::DONE })
}

/// The change that an argument names, if it looks like the id of one.
async fn change(store: &Store, id: &str) -> Result<Option<Change>, Failure> {
    if !id.starts_with("chg_") {
        return Ok(None);
    }
    match store.change(id).await? {
        Some(change) => Ok(Some(change)),
        None => Err(Failure::usage(format!("error: there is no change `{id}`"))
            .hint("`fineprint log --all --format json` lists the ids")),
    }
}

async fn load(store: &Store, source: &KnownSource, number: u32) -> Result<Version, Failure> {
    match store.version(&source.id, number).await? {
        Some(version) => Ok(version),
        None => Err(range::no_version(store, source, &format!("version {number}")).await?),
    }
}

/// The recorded changes that lead from one version to the other, oldest first.
async fn changes_between(
    store: &Store,
    source: &KnownSource,
    from: u32,
    to: u32,
) -> Result<Vec<Change>, Failure> {
    let filter =
        ChangeFilter { sources: Some(vec![source.id.clone()]), all: true, ..ChangeFilter::default() };
    let mut changes = store.changes(filter).await?;
    changes.retain(|change| from <= change.from && change.to <= to);
    changes.reverse();
    Ok(changes)
}

/// Two versions of a source.
struct Pair<'a> {
    source: &'a KnownSource,
    before: Version,
    after: Version,
}

impl Pair<'_> {
    /// The diff as asked for, and whether there is any difference.
    fn render(&self, changes: &[Change], args: &Args) -> (String, bool) {
        let (before, after) = (&self.before.text, &self.after.text);
        let diff = compare(before, after);
        let differs = !diff.is_empty() || diff.relinked(before, after).next().is_some();
        let header = Header { pair: self, changes, diff: &diff };
        let text = match args.format {
            Style::Text => {
                let (width, color) = (screen::measure(), screen::color());
                let how = render::Terminal { width, color, context: args.context.unwrap_or(1) };
                let body = render::terminal(before, after, &diff, &how);
                format!("{}\n{body}", header.text(width, color))
            }
            Style::Unified => {
                let names =
                    [&self.before, &self.after].map(|v| format!("{}@{}\t{}", v.source, v.number, v.seen_at));
                render::unified(before, after, (&names[0], &names[1]), args.context.unwrap_or(3))
            }
            Style::Markdown => format!("{}\n{}", header.markdown(), render::markdown(before, after, &diff)),
            Style::Json => format!("{}\n", header.json(render::json(before, after, &diff))),
        };
        (text, differs)
    }
}
