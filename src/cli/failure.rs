//! Why a command ends without having done its work.

use std::io;

use crate::{config, engine, store};

use super::exit;

/// Why a command ends without having done its work: what failed, and what to do about it.
#[derive(Debug)]
pub struct Failure {
    message: String,
    hint: Option<String>,
    code: u8,
}

impl Failure {
    /// The command line asks for something that can't be.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None, code: exit::USAGE }
    }

    /// The world outside didn't answer as it should.
    pub(super) fn unreachable(message: impl Into<String>) -> Self {
        Self { code: exit::UNREADABLE, ..Self::usage(message) }
    }

    /// Something failed that should not.
    pub(super) fn internal(message: impl Into<String>) -> Self {
        Self { code: exit::INTERNAL, ..Self::usage(message) }
    }

    /// Adds what to do about it.
    pub(super) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    /// What is printed: nothing if the reader of our output has left, which is no failure.
    pub fn message(&self) -> Option<String> {
        let hint = self.hint.as_ref().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
        (!self.message.is_empty()).then(|| format!("{}{hint}", self.message))
    }

    /// The exit code.
    pub fn code(&self) -> u8 {
        self.code
    }
}

impl From<config::Error> for Failure {
    fn from(error: config::Error) -> Self {
        if let config::Error::Invalid(report) = &error {
            let color = anstream::AutoStream::choice(&io::stderr()) != anstream::ColorChoice::Never;
            return Self::usage(report.render(color).trim_end());
        }
        let hint = error.hint().map(str::to_owned);
        Self { hint, ..Self::usage(format!("error: {error}")) }
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        let code = match error {
            store::Error::Corrupt { .. }
            | store::Error::OutOfOrder { .. }
            | store::Error::Full { .. }
            | store::Error::Disk { .. }
            | store::Error::Failed { .. } => exit::INTERNAL,
            _ => exit::USAGE,
        };
        Self { message: format!("error: {error}"), hint: None, code }
    }
}

impl From<engine::Error> for Failure {
    fn from(error: engine::Error) -> Self {
        match error {
            engine::Error::Store(error) => error.into(),
            error => Self::usage(format!("error: {error}")),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            // `fineprint log | head`: the reader has seen enough.
            io::ErrorKind::BrokenPipe => Self { message: String::new(), hint: None, code: exit::DONE },
            _ => Self { message: format!("error: {error}"), hint: None, code: exit::INTERNAL },
        }
    }
}
