//! The `fineprint` binary: parse, run, print the error and its hint, exit.

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;
use fineprint::cli::{self, Cli};
use fineprint::confine;

/// How long the end waits for what blocks a thread: a page being parsed, a name being looked up. Neither can be stopped,
/// and neither has written anything.
const LAST_WAIT: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    if let Some(code) = confine::serve() {
        return code;
    }
    confine::install();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            anstream::eprintln!("error: cannot start threads: {error}");
            return ExitCode::from(4);
        }
    };
    let code = runtime.block_on(run());
    runtime.shutdown_timeout(LAST_WAIT);
    code
}

async fn run() -> ExitCode {
    match cli::run(Cli::parse()).await {
        Ok(code) => code.into(),
        Err(failure) => {
            if let Some(message) = failure.message() {
                anstream::eprintln!("{message}");
            }
            failure.code().into()
        }
    }
}
