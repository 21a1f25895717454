//! `fineprint check`

mod report;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::{SignedDuration, Timestamp};

use crate::check::check_all;
use crate::crash;
use crate::deliver::{self, Pass};
use crate::engine::Engine;
use crate::heartbeat;
use crate::model::{Check, Source, SourceId};
use crate::remind::remind;
use crate::store::KnownSource;
use crate::summarize::summarize;

use super::signals::Signals;
use super::{Failure, Format, Global, selection};
use report::Report;

/// How long a second look is waited for.
const PATIENCE: SignedDuration = SignedDuration::from_secs(90);
/// How many more looks at most.
const SECOND_LOOKS: usize = 2;
/// How long another attempt at a delivery is waited for.
const DELIVERY_PATIENCE: SignedDuration = SignedDuration::from_secs(10);
/// How long summaries are waited for; the next check goes on.
const SUMMARIES: Duration = Duration::from_secs(60);
/// How many passes over the outbox at most.
const PASSES: usize = 3;

/// Look now: fetch, compare, record, and deliver what is pending
///
/// Complete in itself, for cron: a page that looks wrong is looked at again within a minute and a half, and what is
/// pending is delivered, or tried a second time, before it ends. Ctrl-C skips a wait.
#[derive(Debug, Parser)]
#[command(after_help = "Exit codes: 0 done; 3 some sources could not be read, or a notice was given up;
with --exit-code, 1 if something changed.

Examples:
  fineprint check                       every source
  fineprint check openai '*/privacy*'   a service, and every source whose id fits the glob
  fineprint check --exit-code -q || mail -s 'policies changed' ops@example.com")]
pub(super) struct Args {
    /// Ids, services, globs or addresses [default: all]
    #[arg(value_name = "SOURCE")]
    sources: Vec<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// End with 1 if something changed, like git diff
    #[arg(long)]
    exit_code: bool,
    /// Print only what changed and what could not be read
    #[arg(long, short)]
    quiet: bool,
}

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    let mut signals = Signals::listen()?;
    let engine = global.engine().await?;
    if engine.sources.is_empty() {
        // Also a file that was emptied by mistake: what was watched so far is left alone.
        return Err(Failure::usage(
            "error: the configuration names no source, so there is nothing to look at",
        )
        .hint("`fineprint init --list` shows what the catalogue has"));
    }
    let now = engine.clock.now();
    let _lock = engine.store.lock("check", now)?;
    let disabled = engine.sync().await?;
    let sources = choose(&engine, &engine.store.sources().await?, &args.sources)?;
    let mut report = Report::new(args.format, args.quiet, sources.len(), now);

    for channel in disabled {
        report.note(&format!("warning: {channel}"))?;
    }
    if !look(&engine, sources, &mut report, &mut signals).await? {
        return report.interrupted(&engine).await;
    }
    second_looks(&engine, &mut report, &mut signals).await?;
    remind(&engine).await?;
    if !heartbeat::beat(&engine).await? {
        report.note("warning: the heartbeat's ping failed")?;
    }
    let (pass, done) = deliver(&engine, &report, &mut signals).await?;
    report.summary(&engine, pass).await?;
    summaries(&engine, &mut signals).await;
    let lost = engine.store.dead_since(now).await? > 0;
    Ok(report.code(args.exit_code, lost || pass.dead > 0, done))
}

/// The configured sources that `patterns` name.
fn choose(engine: &Engine, known: &[KnownSource], patterns: &[String]) -> Result<Vec<Arc<Source>>, Failure> {
    let named = selection::select(known, patterns)?;
    let configured: Vec<_> = named.iter().filter_map(|s| engine.sources.get(&s.id)).cloned().collect();
    match named.first() {
        Some(retired) if configured.is_empty() => {
            Err(Failure::usage(format!("error: {} is not watched any more", retired.id))
                .hint("its history is kept; to watch it again put it back into sources.toml"))
        }
        _ => Ok(configured),
    }
}

/// Looks at `sources` and reports what they brought; `false` if it was interrupted.
async fn look(
    engine: &Engine,
    sources: Vec<Arc<Source>>,
    report: &mut Report,
    signals: &mut Signals,
) -> Result<bool, Failure> {
    let bar = progress(sources.len(), report.is_quiet());
    let mut checks = Vec::new();
    let seen = |check: Check| {
        bar.inc(1);
        checks.push(check);
    };
    let looked = tokio::select! {
        looked = check_all(engine, sources, seen) => Some(looked),
        () = signals.stop() => None,
    };
    bar.finish_and_clear();
    report.take(engine, checks).await?;
    match looked {
        Some(looked) => looked.map(|()| true).map_err(Failure::from),
        None => Ok(false),
    }
}

/// A bar on a terminal; elsewhere it is not drawn.
fn progress(sources: usize, quiet: bool) -> ProgressBar {
    if quiet {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} sources").expect("a fixed template");
    let bar = ProgressBar::new(sources as u64).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Waits for the pages that are held and due soon, and looks at them again.
async fn second_looks(engine: &Engine, report: &mut Report, signals: &mut Signals) -> Result<(), Failure> {
    for _ in 0..SECOND_LOOKS {
        let (sources, due_at) = held(engine, &report.held()).await?;
        let Some(due_at) = due_at else { return Ok(()) };
        let names: Vec<_> = sources.iter().map(|s| s.id.to_string()).collect();
        report.note(&format!("a second look at {} in {}", names.join(", "), seconds(engine, due_at)))?;
        if !wait(engine, due_at, signals).await || !look(engine, sources, report, signals).await? {
            return Ok(());
        }
    }
    Ok(())
}

/// Those of `held` that are due within our patience, and when the last of them is.
async fn held(
    engine: &Engine,
    held: &BTreeSet<SourceId>,
) -> Result<(Vec<Arc<Source>>, Option<Timestamp>), Failure> {
    let limit = engine.clock.now() + PATIENCE;
    let (mut sources, mut last) = (Vec::new(), None);
    for source in held.iter().filter_map(|id| engine.sources.get(id)) {
        let due_at = engine.store.state(&source.id).await?.due_at;
        if due_at.is_some_and(|at| at <= limit) {
            last = last.max(due_at);
            sources.push(Arc::clone(source));
        }
    }
    Ok((sources, last))
}

/// Delivers what is pending, and once more what can be tried again in a moment; says whether it came to its end.
async fn deliver(engine: &Engine, report: &Report, signals: &mut Signals) -> Result<(Pass, bool), Failure> {
    let mut sum = Pass::default();
    for pass in 1..=PASSES {
        let told = tokio::select! {
            told = deliver::deliver(engine) => told?,
            () = signals.stop() => return Ok((sum, false)),
        };
        sum += told;
        let now = engine.clock.now();
        let next =
            engine.store.next_delivery().await?.filter(|at| at.duration_since(now) <= DELIVERY_PATIENCE);
        let Some(next) = next.filter(|_| pass < PASSES) else { break };
        report.note(&format!("another attempt at delivering in {}", seconds(engine, next)))?;
        if !wait(engine, next, signals).await {
            break;
        }
    }
    Ok((sum, true))
}

/// Asks for summaries, if `[summary]` says so, once all else is done; for a minute at most, and until Ctrl-C.
async fn summaries(engine: &Engine, signals: &mut Signals) {
    tokio::select! {
        asked = tokio::time::timeout(SUMMARIES, summarize(engine)) => if let Ok(Err(error)) = asked {
            tracing::warn!("no summaries: {error}");
        },
        () = signals.stop() => {}
    }
}

/// Waits until `at`; `false` if that was cut short.
async fn wait(engine: &Engine, at: Timestamp, signals: &mut Signals) -> bool {
    crash::point("wait");
    let left = at.duration_since(engine.clock.now()).max(SignedDuration::ZERO);
    tokio::select! {
        () = tokio::time::sleep(left.unsigned_abs()) => true,
        () = signals.stop() => false,
    }
}

fn seconds(engine: &Engine, at: Timestamp) -> String {
    let left = at.duration_since(engine.clock.now()).as_millis().max(0);
    format!("{} s (Ctrl-C skips it)", (left + 999) / 1000)
}
