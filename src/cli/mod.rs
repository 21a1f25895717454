//! The command line: a file per command; the doc comment of its arguments is its help.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what a command line does")]

mod backup;
mod check;
mod checks;
mod completions;
mod context;
mod demo;
mod diff;
pub mod exit;
mod export;
mod failure;
mod import;
mod ingest;
mod init;
mod log;
mod man;
mod media;
mod notices;
mod pager;
mod print;
mod prune;
mod relative;
mod repair;
mod review;
mod screen;
mod seal;
mod selection;
mod show;
mod signals;
mod status;
mod try_;
mod verify;
mod watch;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use failure::Failure;

/// Watches the pages on which providers publish terms, policies and limits, and tells you when the policy changes:
/// not when the page does.
#[derive(Debug, Parser)]
#[command(name = "fineprint", version, arg_required_else_help = true, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Where things are")]
struct Global {
    /// The configuration [default: ./sources.toml]
    ///
    /// Without it ./sources.toml, and where there is none, fineprint/sources.toml in the XDG configuration folder
    /// (~/.config).
    #[arg(long, global = true, value_name = "FILE", env = "FINEPRINT_CONFIG", hide_env_values = true)]
    config: Option<PathBuf>,
    /// The archive [default: `store.path` of the configuration]
    ///
    /// Without it `store.path` of the configuration, and where that says nothing, fineprint/fineprint.db in the XDG
    /// state folder (~/.local/state).
    #[arg(long, global = true, value_name = "FILE", env = "FINEPRINT_DATABASE", hide_env_values = true)]
    database: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    Demo(demo::Args),
    Try(try_::Args),
    Check(check::Args),
    Watch(watch::Args),
    Status(status::Args),
    Log(log::Args),
    Diff(diff::Args),
    Show(show::Args),
    Review(review::Args),
    Notices(notices::Args),
    Import(import::Args),
    Ingest(ingest::Args),
    Export(export::Args),
    Seal(seal::Args),
    Verify(verify::Args),
    Backup(backup::Args),
    Prune(prune::Args),
    Repair(repair::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// How lists are printed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: JSON Lines, one object a line, with stable keys.
    Json,
}

/// Runs a parsed command line; the code is one of [`exit`].
pub async fn run(cli: Cli) -> Result<u8, Failure> {
    let global = cli.global;
    match cli.command {
        Command::Init(args) => init::run(&global, args),
        Command::Demo(args) => demo::run(args).await,
        Command::Try(args) => try_::run(&global, args).await,
        Command::Check(args) => check::run(&global, args).await,
        Command::Watch(args) => watch::run(&global, args).await,
        Command::Status(args) => status::run(&global, args).await,
        Command::Log(args) => log::run(&global, args).await,
        Command::Diff(args) => diff::run(&global, args).await,
        Command::Show(args) => show::run(&global, args).await,
        Command::Review(args) => review::run(&global, args).await,
        Command::Notices(args) => notices::run(&global, args).await,
        Command::Import(args) => import::run(&global, args).await,
        Command::Ingest(args) => ingest::run(&global, args).await,
        Command::Export(args) => export::run(&global, args).await,
        Command::Seal(args) => seal::run(&global, args).await,
        Command::Verify(args) => verify::run(&global, args).await,
        Command::Backup(args) => backup::run(&global, args).await,
        Command::Prune(args) => prune::run(&global, args).await,
        Command::Repair(args) => repair::run(args).await,
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
    }
}
