//! Long output through the reader's pager, as git does it.

use std::io::{self, Write as _};
use std::process::{Command, ExitStatus, Stdio};

use super::screen;

/// Prints `text`, through the pager if `paged` and it is longer than the terminal.
///
/// The pager is `$PAGER`, run by the shell, else `less -FRX`; where there is none, or `PAGER` is empty or `cat`, the
/// text is printed as it is.
pub(super) fn print(text: &str, paged: bool) -> io::Result<()> {
    let is_long = || screen::rows().is_some_and(|rows| text.lines().count() >= rows);
    if paged && is_long() && through_pager(text) {
        return Ok(());
    }
    anstream::stdout().lock().write_all(text.as_bytes())
}

/// Whether a pager took the text.
fn through_pager(text: &str) -> bool {
    let mut command = match super::context::env("PAGER") {
        Some(pager) if matches!(pager.trim(), "" | "cat") => return false,
        Some(pager) => {
            let mut shell = Command::new("sh");
            shell.args(["-c", &pager]);
            shell
        }
        None => Command::new("less"),
    };
    if std::env::var_os("LESS").is_none() {
        // Quit if it fits, show colours, leave the text on the screen.
        command.env("LESS", "FRX");
    }
    match run(&mut command, text) {
        // The shell says by this that there is no such program.
        Ok(status) => status.code() != Some(127),
        Err(_) => false,
    }
}

fn run(command: &mut Command, text: &str) -> io::Result<ExitStatus> {
    let mut pager = command.stdin(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = pager.stdin.take() {
        // A reader who has seen enough closes the pipe; that is no failure.
        let _ = stdin.write_all(text.as_bytes());
    }
    pager.wait()
}
