//! `fineprint demo`

use std::io::IsTerminal as _;
use std::time::Duration;

use clap::Parser;

use crate::demo::{self, Screen};

use super::signals::Signals;
use super::{Failure, exit, screen};

/// See the whole loop on this machine in seconds, without the internet
///
/// A provider's site changes its page, then its policy; you see what is told and what isn't, the signed notice as a
/// receiver gets it, the diff, and a receiver that is down for a moment. Site, receiver and database are made up for
/// this, in a temporary folder that is gone at the end; your own configuration and archive are not touched.
#[derive(Debug, Parser)]
pub(super) struct Args {
    /// Don't rest between the steps
    #[arg(long)]
    fast: bool,
}

/// How long a person looks at a paragraph: the whole demo takes some ten seconds.
const REST: Duration = Duration::from_millis(350);

pub(super) async fn run(args: Args) -> Result<u8, Failure> {
    let followed = std::io::stdout().is_terminal() && !args.fast;
    let rest = if followed { REST } else { Duration::ZERO };
    let mut screen = Screen::new(anstream::stdout(), screen::width(), screen::color(), rest);
    let mut signals = Signals::listen()?;
    // Dropping the story on the way takes its servers and its folder with it.
    tokio::select! {
        played = demo::play(&mut screen) => played.map(|()| exit::DONE).map_err(Failure::from),
        () = signals.stop() => Ok(exit::INTERRUPTED),
    }
}

impl From<demo::Error> for Failure {
    fn from(error: demo::Error) -> Self {
        match error {
            demo::Error::Io(error) => error.into(),
            demo::Error::Config(error) => error.into(),
            demo::Error::Engine(error) => error.into(),
            demo::Error::Store(error) => error.into(),
            demo::Error::Story(_) => Self::internal(format!("error: {error}")),
        }
    }
}
