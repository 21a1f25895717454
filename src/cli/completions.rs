//! `fineprint completions`

use clap::{CommandFactory as _, Parser};
use clap_complete::Shell;

use super::{Cli, Failure, exit};

/// Print the completions of a shell
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  fineprint completions bash > ~/.local/share/bash-completion/completions/fineprint
  fineprint completions zsh > ~/.zfunc/_fineprint
  fineprint completions fish > ~/.config/fish/completions/fineprint.fish")]
pub(super) struct Args {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

pub(super) fn run(args: Args) -> Result<u8, Failure> {
    // Into memory first: the library panics where its output can't be written.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "fineprint", &mut script);
    std::io::Write::write_all(&mut std::io::stdout().lock(), &script)?;
    Ok(exit::DONE)
}
