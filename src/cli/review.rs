//! `fineprint review`

mod export;
mod list;
mod show;
mod write;

use clap::{Parser, Subcommand};

use crate::model::Reviewed;
use crate::store::Store;

use super::{Failure, Global};

/// Answer for the changes: list what is open, acknowledge it with a note, hand it over
///
/// Every change that was told is open until someone acknowledges it. Who did what, when and why is recorded for good.
/// None of this needs the daemon to stop.
#[derive(Debug, Parser)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  fineprint review                                      what nobody has acknowledged yet
  fineprint review openai --severity critical           at one service, and only what is serious
  fineprint review show chg_6a1f                        a change, and what was said about it
  fineprint review ack chg_6a1f --note 'read, we comply'
  fineprint review assign chg_6a1f legal --note 'is the new clause enforceable?'
  fineprint review export --since 2026-01-01 > audit.csv

Who: --by, else the variable FINEPRINT_USER, else the user of the operating system. An id may be shortened."
)]
pub(super) struct Args {
    #[command(subcommand)]
    deed: Option<Command>,
    #[command(flatten)]
    list: list::Args,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(list::Args),
    Show(show::Args),
    Ack(write::Ack),
    Assign(write::Assign),
    Comment(write::Comment),
    Reopen(write::Reopen),
    Export(export::Args),
}

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    let store = global.archive().await?;
    match args.deed {
        None => list::run(&store, args.list).await,
        Some(Command::List(args)) => list::run(&store, args).await,
        Some(Command::Show(args)) => show::run(&store, args).await,
        Some(Command::Ack(args)) => args.run(&store).await,
        Some(Command::Assign(args)) => args.run(&store).await,
        Some(Command::Comment(args)) => args.run(&store).await,
        Some(Command::Reopen(args)) => args.run(&store).await,
        Some(Command::Export(args)) => export::run(&store, args).await,
    }
}

/// The announced change that an id, or the beginning of one, names.
async fn named(store: &Store, id: &str) -> Result<Reviewed, Failure> {
    store.review(id).await?.ok_or_else(|| {
        Failure::usage(format!("error: there is no announced change `{id}`"))
            .hint("`fineprint review --all` lists them with their ids")
    })
}
