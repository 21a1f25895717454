//! `fineprint review ack`, `assign`, `comment`, `reopen`: each appends to the history of a change's review.

use std::io::Write as _;

use clap::Parser;

use super::named;
use crate::cli::print::count;
use crate::cli::{Failure, context, exit};
use crate::clock::{Clock as _, SystemClock};
use crate::diff::render::escape;
use crate::model::{Deed, Review, ReviewState, Reviewed};
use crate::store::Store;

/// Longest note and longest name, in characters.
const NOTE: usize = 4_000;
const NAME: usize = 200;

/// Acknowledge changes: someone has looked, and says what follows
#[derive(Debug, Parser)]
pub(super) struct Ack {
    /// Ids of changes, or their beginnings
    #[arg(value_name = "ID", required = true)]
    ids: Vec<String>,
    /// What follows from it, or why nothing does
    #[arg(long, value_name = "TEXT")]
    note: String,
    #[command(flatten)]
    who: Who,
}

/// Give a change to a person or a team
#[derive(Debug, Parser)]
pub(super) struct Assign {
    /// The id of the change, or its beginning
    id: String,
    /// To whom
    #[arg(value_name = "WHO")]
    to: String,
    /// What they are to do
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    who: Who,
}

/// Say something about a change
#[derive(Debug, Parser)]
pub(super) struct Comment {
    /// The id of the change, or its beginning
    id: String,
    /// What there is to say
    #[arg(value_name = "TEXT")]
    note: String,
    #[command(flatten)]
    who: Who,
}

/// Open an acknowledged change again
#[derive(Debug, Parser)]
pub(super) struct Reopen {
    /// The id of the change, or its beginning
    id: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    note: String,
    #[command(flatten)]
    who: Who,
}

#[derive(Debug, clap::Args)]
struct Who {
    /// Who says so [default: $FINEPRINT_USER, else the user of the operating system]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

impl Ack {
    pub(super) async fn run(self, store: &Store) -> Result<u8, Failure> {
        let mut changes: Vec<Reviewed> = Vec::new();
        for id in &self.ids {
            let change = named(store, id).await?;
            // Named twice is acknowledged once.
            if changes.iter().all(|other| other.change.id != change.change.id) {
                changes.push(change);
            }
        }
        let done = format!("acknowledged {}", count(changes.len() as u64, "change"));
        let deed = (Deed::Acknowledged, None, Some(self.note));
        append(store, &changes, deed, &self.who, &done).await
    }
}

impl Assign {
    pub(super) async fn run(self, store: &Store) -> Result<u8, Failure> {
        let change = named(store, &self.id).await?;
        let to = checked("a name", self.to, NAME)?;
        let done = format!("assigned {} to {to}", change.change.id);
        append(store, &[change], (Deed::Assigned, Some(to), self.note), &self.who, &done).await
    }
}

impl Comment {
    pub(super) async fn run(self, store: &Store) -> Result<u8, Failure> {
        let change = named(store, &self.id).await?;
        let done = format!("commented on {}", change.change.id);
        append(store, &[change], (Deed::Commented, None, Some(self.note)), &self.who, &done).await
    }
}

impl Reopen {
    pub(super) async fn run(self, store: &Store) -> Result<u8, Failure> {
        let change = named(store, &self.id).await?;
        if change.state() == ReviewState::Open {
            return Err(Failure::usage(format!("error: {} is open", change.change.id))
                .hint("to say something about it: `fineprint review comment`"));
        }
        let done = format!("reopened {}", change.change.id);
        append(store, &[change], (Deed::Reopened, None, Some(self.note)), &self.who, &done).await
    }
}

/// What is done, to whom it is given, what is said.
type Entry = (Deed, Option<String>, Option<String>);

async fn append(
    store: &Store,
    changes: &[Reviewed],
    (deed, assignee, note): Entry,
    who: &Who,
    done: &str,
) -> Result<u8, Failure> {
    let (at, by) = (SystemClock.now(), who.name()?);
    let note = note.map(|note| checked("a note", note, NOTE)).transpose()?;
    let entry = |reviewed: &Reviewed| Review {
        change: reviewed.change.id.clone(),
        at,
        by: by.clone(),
        deed,
        assignee: assignee.clone(),
        note: note.clone(),
    };
    store.append_reviews(changes.iter().map(entry).collect()).await?;
    writeln!(anstream::stdout(), "{}", escape::terminal(done))?;
    Ok(exit::DONE)
}

impl Who {
    fn name(&self) -> Result<String, Failure> {
        // The last three are how shells, cron and Windows name the user.
        let variables = ["FINEPRINT_USER", "USER", "LOGNAME", "USERNAME"];
        let named = self.by.clone().or_else(|| variables.iter().find_map(|name| context::env(name)));
        let nobody =
            || Failure::usage("error: nobody says so").hint("say who with --by, or set FINEPRINT_USER");
        checked("a name", named.filter(|name| !name.trim().is_empty()).ok_or_else(nobody)?, NAME)
    }
}

/// Text that people gave, without white space around it; empty, overlong and broken text is refused.
fn checked(what: &str, text: String, most: usize) -> Result<String, Failure> {
    let text = text.trim();
    let length = text.chars().count();
    if text.is_empty() {
        return Err(Failure::usage(format!("error: {what} must not be empty")));
    }
    if length > most {
        return Err(Failure::usage(format!("error: {what} of {length} characters: at most {most} are kept")));
    }
    if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err(Failure::usage(format!("error: a control character in {what}")));
    }
    Ok(text.to_owned())
}
