//! `fineprint import ota-git`

use std::path::PathBuf;

use clap::Parser;

use crate::archive::ota::{Document, Repository};
use crate::cli::print::count;
use crate::cli::{Failure, Global};
use crate::import::Snapshots;
use crate::model::slug;

use super::report::report;
use super::{Desk, Options};

/// A repository of snapshots of Open Terms Archive
///
/// Every snapshot is judged at the time at which it was fetched, as its commit says. A document becomes the source that
/// is at one of its addresses or has its service and terms as its id; one that is none becomes one. The repository is
/// only read, by the `git` program, and nothing that its configuration says is done.
#[derive(Debug, Parser)]
#[command(after_help = "Examples:
  git clone https://github.com/OpenTermsArchive/genai-contrib-snapshots
  fineprint import ota-git genai-contrib-snapshots
  fineprint import ota-git genai-contrib-snapshots OpenAI Anthropic")]
pub(super) struct Args {
    /// A clone of the repository
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Only these services, as their folders are called [default: all]
    #[arg(value_name = "SERVICE")]
    services: Vec<String>,
    #[command(flatten)]
    options: Options,
}

pub(super) async fn run(global: &Global, args: Args) -> Result<u8, Failure> {
    let unread = |error: crate::archive::ota::Error| Failure::usage(format!("error: {error}"));
    let repository = Repository::open(&args.folder).map_err(unread)?;
    let desk = Desk::open(global).await?;
    let documents = tokio::task::block_in_place(|| repository.documents()).map_err(unread)?;
    let documents = of_services(documents, &args)?;
    let mut names = desk.names().await?;
    let (strands, nameless) = Snapshots::of(&repository, documents, &mut names);
    for document in &nameless {
        let snapshots = count(document.entries.len() as u64, "snapshot");
        desk.warn(&format!(
            "{}/{}: {snapshots} left out: nothing says from which address, and no source has this name",
            document.service, document.terms
        ));
    }
    let snapshots = strands.iter().map(|strand| strand.len() as u64).sum();
    let tally = desk.run(names, strands, snapshots, &args.options).await?;
    report(&tally, "snapshot", nameless.iter().map(|document| document.entries.len() as u64).sum())
}

/// The documents asked for; a service that isn't there is an error.
fn of_services(mut documents: Vec<Document>, args: &Args) -> Result<Vec<Document>, Failure> {
    if documents.is_empty() {
        return Err(Failure::usage(format!("error: {} has no snapshots", args.folder.display())).hint(
            "Open Terms Archive keeps them in repositories of their own, called …-snapshots; \
             those called …-versions have extracted texts",
        ));
    }
    let same = |a: &str, b: &str| a == b || (!slug(a).is_empty() && slug(a) == slug(b));
    if let Some(unknown) =
        args.services.iter().find(|name| !documents.iter().any(|document| same(&document.service, name)))
    {
        let mut known: Vec<_> = documents.iter().map(|document| document.service.as_str()).collect();
        known.dedup();
        known.truncate(12);
        return Err(Failure::usage(format!("error: the repository has no service `{unknown}`"))
            .hint(format!("it has {} …", known.join(", "))));
    }
    if !args.services.is_empty() {
        documents.retain(|document| args.services.iter().any(|name| same(&document.service, name)));
    }
    Ok(documents)
}
