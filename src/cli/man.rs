//! `fineprint man`

use std::io::Write as _;
use std::path::PathBuf;

use clap::{CommandFactory as _, Parser};

use super::{Cli, Failure, exit};

/// Print the manual page
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  fineprint man | man -l -                               read it
  fineprint man --dir ~/.local/share/man/man1            install it, with a page for each command")]
pub(super) struct Args {
    /// Write the pages of all commands into this folder instead
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

pub(super) fn run(args: Args) -> Result<u8, Failure> {
    match args.dir {
        Some(folder) => std::fs::create_dir_all(&folder)
            .and_then(|()| clap_mangen::generate_to(Cli::command(), &folder))
            .map_err(|e| {
                Failure::usage(format!("error: cannot write manual pages to {}: {e}", folder.display()))
            })?,
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page)?;
            std::io::stdout().lock().write_all(&page)?;
        }
    }
    Ok(exit::DONE)
}
