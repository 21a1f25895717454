//! What is wrong with a schedule.

use std::fmt;

/// Why a line is no schedule: what was found, and what is accepted in its place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing but white space.
    #[error("{}; expected {}", self.found(), self.accepted())]
    Empty,
    /// Longer than any schedule, in bytes.
    #[error("{}; expected {}", self.found(), self.accepted())]
    TooLong(usize),
    /// Neither an interval nor a crontab line.
    #[error("{}; expected {}", self.found(), self.accepted())]
    Unknown(String),
    /// Begins with `every` but doesn't go on as an interval.
    #[error("{}; expected {}", self.found(), self.accepted())]
    Interval(String),
    /// An interval shorter than a minute or longer than 366 days.
    #[error("{}; expected {}", self.found(), self.accepted())]
    OutOfRange(String),
    /// Begins with `@` but isn't a known shorthand.
    #[error("{}; expected {}", self.found(), self.accepted())]
    Shorthand(String),
    /// A crontab line with the wrong number of fields.
    #[error("{}; expected {}", self.found(), self.accepted())]
    Fields(usize),
    /// A crontab field that can't be read.
    #[error("{}; expected {}", self.found(), self.accepted())]
    Field {
        /// Which of the five.
        part: Part,
        /// What stands there.
        text: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A crontab line that names only days that don't exist.
    #[error("{}; expected {}", self.found(), self.accepted())]
    Never(String),
}

/// The five fields of a crontab line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Part {
    Minute,
    Hour,
    Day,
    Month,
    Weekday,
}

impl Error {
    /// What was found, in one line.
    pub fn found(&self) -> String {
        match self {
            Self::Empty => "an empty schedule".into(),
            Self::TooLong(bytes) => format!("a schedule of {bytes} bytes"),
            Self::Unknown(line) => format!("`{}` is not a schedule", excerpt(line)),
            Self::Interval(line) => format!("`{}` is not an interval", excerpt(line)),
            Self::OutOfRange(line) => format!("`{}` is too short or too long", excerpt(line)),
            Self::Shorthand(line) => format!("`{}` is not a known shorthand", excerpt(line)),
            Self::Fields(found) => format!("a crontab line of {found} fields"),
            Self::Field { part, text, why } => format!("`{}` in the {part} field {why}", excerpt(text)),
            Self::Never(line) => format!("`{}` would not run within five years", excerpt(line)),
        }
    }

    /// What is accepted instead.
    pub fn accepted(&self) -> &'static str {
        match self {
            Self::Empty | Self::TooLong(_) | Self::Unknown(_) => {
                "an interval like `every 6h`, a crontab line like `0 */6 * * *`, or `@daily`"
            }
            Self::Interval(_) => {
                "`every`, a whole number, and minutes, hours, days or weeks: `every 90 minutes`"
            }
            Self::OutOfRange(_) => "an interval from 1 minute to 366 days",
            Self::Shorthand(_) => "`@hourly`, `@daily`, `@weekly` or `@monthly`",
            Self::Fields(_) => "five: minute, hour, day, month, weekday (no seconds, no year)",
            Self::Field { part, .. } => part.accepted(),
            Self::Never(_) => "a day that exists in one of the months",
        }
    }
}

impl Part {
    fn accepted(self) -> &'static str {
        match self {
            Self::Minute => "`*` or minutes from 0 to 59, as in `30`, `0,30`, `*/15`, `10-50/20`",
            Self::Hour => "`*` or hours from 0 to 23, as in `6`, `6,18`, `*/6`, `8-18/2`",
            Self::Day => "`*` or days from 1 to 31, as in `1`, `1,15`, `*/10`, `1-7`",
            Self::Month => "`*` or months from 1 to 12 or jan to dec, as in `1`, `jan,jul`, `*/3`",
            Self::Weekday => {
                "`*` or weekdays from 0 to 7 (0 and 7 are Sunday) or sun to sat, as in `1-5`, `fri-mon`"
            }
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Month => "month",
            Self::Weekday => "weekday",
        })
    }
}

/// The beginning of what was written, enough to be recognised.
fn excerpt(text: &str) -> String {
    const SHOWN: usize = 60;
    if text.chars().count() <= SHOWN {
        return text.to_owned();
    }
    text.chars().take(SHOWN).chain(['…']).collect()
}
