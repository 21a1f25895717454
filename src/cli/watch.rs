//! `fineprint watch`

use clap::{Parser, ValueEnum};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;

use crate::daemon::{self, Reloader};

use super::context::env;
use super::signals::{Signals, forward_hangups};
use super::{Failure, Global, exit};

/// Watch: look at each source on its schedule and deliver what changed, until stopped
#[derive(Debug, Parser)]
#[command(
    after_help = "SIGTERM or Ctrl-C ends it once what is under way is done, within ten seconds; a second one at
once. A changed sources.toml is taken over by itself, and by SIGHUP. FINEPRINT_LOG sets what is
logged: error, warn, info (default), debug.

Examples:
  fineprint watch
  FINEPRINT_LOG=debug fineprint watch --log-format json 2>> fineprint.log"
)]
pub(super) struct Args {
    /// How to log to stderr
    #[arg(long, value_enum, default_value_t)]
    log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    let mut signals = Signals::listen()?;
    let engine = global.engine().await?;
    let _lock = engine.store.lock("watch", engine.clock.now())?;
    let path = crate::config::locate(global.config.as_deref(), &env)?;
    log_to_stderr(args.log_format);
    let (sources, channels) = (engine.sources.len(), engine.channels.len());
    let (version, database) = (env!("CARGO_PKG_VERSION"), engine.store.path().display().to_string());
    tracing::info!(version, sources, channels, %database, "watching");

    let stop = CancellationToken::new();
    let (reload, reloads) = mpsc::channel(1);
    let (ask, asked) = mpsc::channel(1);
    let reloader = Reloader::new(engine.clone(), path, env);
    let _helpers = Helpers([
        tokio::spawn(daemon::follow(reloader, asked, reload)).abort_handle(),
        tokio::spawn(forward_hangups(ask)).abort_handle(),
    ]);
    let mut daemon = std::pin::pin!(daemon::run(engine, reloads, stop.clone()));
    tokio::select! {
        () = &mut daemon => return Ok(exit::DONE),
        () = signals.stop() => stop.cancel(),
    }
    tokio::select! {
        () = &mut daemon => {}
        () = signals.stop() => return Ok(exit::INTERRUPTED),
    }
    tracing::info!("stopped");
    Ok(exit::DONE)
}

/// Tasks that end with the command: they hold the archive open.
struct Helpers([tokio::task::AbortHandle; 2]);

impl Drop for Helpers {
    fn drop(&mut self) {
        self.0.iter().for_each(tokio::task::AbortHandle::abort);
    }
}

fn log_to_stderr(format: LogFormat) {
    let filter =
        EnvFilter::builder().with_env_var("FINEPRINT_LOG").with_default_directive(LevelFilter::INFO.into());
    // What the browser's library logs is what pages wrote.
    let silent = "chromiumoxide=off".parse().expect("a plain directive");
    let filter = filter.from_env_lossy().add_directive(silent);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Where nobody reads the log any more, writing that this failed would fail, too: by a panic.
    let log = log.log_internal_errors(false);
    // Colours obey NO_COLOR and a pipe, as everywhere.
    let color = anstream::AutoStream::choice(&std::io::stderr()) != anstream::ColorChoice::Never;
    // A second subscriber in one process is refused: then the first goes on.
    let _ = match format {
        LogFormat::Text => log.with_target(false).with_ansi(color).try_init(),
        LogFormat::Json => log.json().flatten_event(true).with_ansi(false).try_init(),
    };
}
