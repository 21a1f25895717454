//! `fineprint diff`

mod header;
mod print;
mod range;
mod stat;
mod which;

use clap::{Parser, ValueEnum};

use crate::model::{Topic, Version};
use crate::store::KnownSource;

use super::{Failure, Global, exit, pager, selection};
pub(super) use range::no_version;

/// Read changes: what became of each clause
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  fineprint diff openai/usage-policies               the latest change
  fineprint diff openai/usage-policies 3..5          from version 3 to 5
  fineprint diff openai/usage-policies 2026-01-01..  since New Year's Day
  fineprint diff openai/usage-policies ..@latest     since the first version
  fineprint diff openai/usage-policies --at 2026-03-01    the latest change as of that day
  fineprint diff openai --since 2026-03-01           what changed at one service since then
  fineprint diff --since 2026-03-01 --stat           how much changed everywhere, a line a source
  fineprint diff openai --since 2026-03-01 --topic payment   only the clauses about payment
  fineprint diff chg_6a1f                            what a notice told, by its id
  fineprint diff acme/limits --against acme/limits.jp     the same document, looked at in two ways
  fineprint diff chg_6a1f --format markdown          to paste into a ticket
  fineprint diff chg_6a1f --format html > change.html     to print or to send

Versions are counted from 1; `fineprint log` lists the changes between them. A date stands for the version in force \
at the end of that day in UTC; after --since, for the one at its beginning. Words are marked in colour, or as \
[-removed-] and {+added+} where there is none.")]
pub(super) struct Args {
    /// Sources (id, service, glob or address), or the id of a change (chg_…) or its beginning; then, if any, which
    /// versions as FROM..TO: numbers, dates, RFC 3339 instants or @latest [default: the latest change of each]
    #[arg(value_name = "SOURCE|FROM..TO")]
    what: Vec<String>,
    /// What changed since this time: a date, from its beginning, or an RFC 3339 instant; without SOURCE everywhere
    #[arg(long, value_name = "TIME", conflicts_with = "at")]
    since: Option<String>,
    /// The latest change as of this time: a date, to its end, or an RFC 3339 instant
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// Compare its latest version with the latest one of this source, such as a variant
    #[arg(long, value_name = "SOURCE", conflicts_with_all = ["since", "at"])]
    against: Option<String>,
    /// Only clauses about this; may be given several times. Topics are listed in docs/topics.md
    #[arg(long = "topic", value_name = "TOPIC")]
    topics: Vec<Topic>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Style,
    /// How clauses stand on a terminal
    #[arg(long, value_enum, default_value_t)]
    layout: Layout,
    /// How much changed, a line a source
    #[arg(long, conflicts_with_all = ["word_diff", "format"])]
    stat: bool,
    /// A patch in which words are marked instead of lines, as in git
    #[arg(long, conflicts_with_all = ["format", "topics"])]
    word_diff: bool,
    /// How many unchanged clauses to show around a change [default: 1, in a patch 3 lines]
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
    /// A page of its own, to read in a browser, to print or to send.
    Html,
    /// For programs: an object for each source, a line each, with stable keys; see docs/reading.md.
    Json,
}

/// How clauses stand on a terminal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Layout {
    /// Side by side where there is room for it: from 140 columns.
    #[default]
    Auto,
    /// One below another, words marked in place.
    Inline,
    /// What was on the left, what is on the right.
    SideBySide,
}

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    if !args.topics.is_empty() && args.format == Style::Unified {
        return Err(Failure::usage("error: a patch holds all that changed, not only some topics")
            .hint("leave out --topic, or choose another --format"));
    }
    let store = global.archive().await?;
    let mut known = store.sources().await?;
    // Only topics of one's own need the configuration, which may be broken otherwise.
    let config = match args.topics.iter().any(|topic| matches!(topic, Topic::Own(_))) {
        true => global.config_if_any()?,
        false => global.config_if_any().ok().flatten(),
    };
    if let Some(config) = &config {
        selection::name_as_configured(&mut known, config);
    }
    let which::Asked { pairs, quiet } = which::pairs(&store, &known, &args).await?;
    if pairs.is_empty() {
        eprintln!("{quiet}");
        return Ok(exit::DONE);
    }
    let mut printed = print::Printed::new(&args, config.as_ref());
    for pair in &pairs {
        printed.add(&store, pair).await?;
    }
    let differs = printed.differs;
    pager::print(&printed.finish(), !args.no_pager && !matches!(args.format, Style::Json | Style::Html))?;
    Ok(if args.exit_code && differs { exit::CHANGED } else { exit::DONE })
}

/// Two versions of a source.
struct Pair<'a> {
    source: &'a KnownSource,
    before: Version,
    after: Version,
}
