//! A program of the operator's own: it gets each notice as JSON on its standard input.
//!
//! The JSON is that of a webhook's body, on one line; the notice's id is also in the environment, so that a program that
//! is told the same twice can know it. It ends with 0 when it has done its work and with 65 (`EX_DATAERR`) for a notice
//! that it will never take; every other end is tried again.

use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;

use super::program::{Failure, Program};
use super::{Channel, Error, Receipt, webhook};
use crate::model::{Notice, Secret};

/// The code of a program that will never take this notice (`EX_DATAERR` of sysexits).
const REFUSED: i32 = 65;

/// `[channels.NAME.command]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// A path, or a name to be found on the `PATH`.
    pub program: PathBuf,
    /// Its arguments, as they are: no shell reads them.
    pub arguments: Vec<String>,
    /// What its environment has beside the usual and the notice's id.
    pub environment: Vec<(String, Secret)>,
    /// How long it may run; then it is killed with all that it started.
    pub timeout: Duration,
}

impl Settings {
    /// How long a program may run by default.
    pub const TIMEOUT: Duration = Duration::from_secs(30);
}

/// A program that is told.
pub(super) struct Told {
    program: Program,
}

impl Told {
    pub fn new(settings: Settings) -> Self {
        let Settings { program, arguments, environment, timeout } = settings;
        Self { program: Program { path: program, arguments, environment, timeout } }
    }
}

#[async_trait]
impl Channel for Told {
    async fn send(&self, notice: &Notice, _at: Timestamp) -> Result<Receipt, Error> {
        let severity = notice.severity.to_string();
        match self.program.run(&variables(notice, &severity), &input(notice)).await {
            Ok(said) if said.is_empty() => Ok(Receipt(format!("{} took it", self.program.name()))),
            Ok(said) => Ok(Receipt(format!("{}: {said}", self.program.name()))),
            Err(Failure { code: Some(REFUSED), why }) => Err(Error::Refused { why }),
            Err(Failure { why, .. }) => Err(Error::Retry { after: None, why }),
        }
    }

    fn preview(&self, notice: &Notice, _at: Timestamp) -> String {
        let arguments: String =
            self.program.arguments.iter().map(|argument| format!(" {argument:?}")).collect();
        let mut lines = format!("{}{arguments}\n", self.program.path.display());
        let severity = notice.severity.to_string();
        for (name, value) in variables(notice, &severity) {
            lines.push_str(&format!("{name}={value}\n"));
        }
        for (name, _) in &self.program.environment {
            lines.push_str(&format!("{name}=***\n"));
        }
        format!("{lines}\n{}", String::from_utf8_lossy(&input(notice)).trim_end())
    }
}

/// What can be known of a notice without reading JSON: words of ours alone, none of the page's.
fn variables<'n>(notice: &'n Notice, severity: &'n str) -> [(&'static str, &'n str); 4] {
    [
        ("FINEPRINT_ID", notice.id.as_str()),
        ("FINEPRINT_TYPE", webhook::kind(notice.news)),
        ("FINEPRINT_SEVERITY", severity),
        ("FINEPRINT_SOURCE", notice.source.as_str()),
    ]
}

fn input(notice: &Notice) -> Vec<u8> {
    let mut input = webhook::encode(notice);
    input.push(b'\n');
    input
}
