//! Mementos (RFC 7089) of a source, as sightings: found through a TimeMap or, where an archive has none, from memento
//! to memento; fetched one after another, never two at a time.

mod ask;
mod list;

use std::collections::VecDeque;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use tokio::runtime::Handle;
use url::Url;

use crate::archive::memento::{self, Memento, Place as Which, TimeMap};
use crate::archive::warc::{Capture, Place, Response};
use crate::model::{Snapshot, Source};

use super::Sighting;

pub use ask::Archive;
pub use list::{Listed, Span};

/// After so many failures in a row the archive is left alone: going on would pass over what it has.
const PATIENCE: u32 = 3;
/// An archive may answer with the memento nearest to the one it listed; one farther away says nothing about the time.
const NEAR: SignedDuration = SignedDuration::from_hours(24);

/// Why there are no mementos, or why one is left out.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// What stands at the address says nothing of mementos.
    #[error(
        "{0} is no TimeMap, TimeGate or memento: it names none in its Link header (RFC 7089), \
         nor is it a list in the format application/link-format"
    )]
    NotAnArchive(Url),
    /// The archive doesn't answer.
    #[error(transparent)]
    Fetch(#[from] crate::fetch::Error),
    /// The archive answers, but not with what was asked for.
    #[error("{url}: the archive answered with status {status}")]
    Status {
        /// What was asked for.
        url: Url,
        /// What came instead.
        status: u16,
    },
    /// An answer that isn't from the past.
    #[error("{0}: left out: not a memento, the answer has no Memento-Datetime")]
    Present(Url),
    /// The archive gave another memento, far from the one it listed.
    #[error("{url}: left out: the archive gave the memento of {given} instead")]
    Elsewhere {
        /// What was asked for.
        url: Url,
        /// The time of what came instead.
        given: Timestamp,
    },
    /// The archive failed too often in a row.
    #[error("the archive failed {PATIENCE} times in a row: import again later, it goes on where it ended")]
    GaveUp,
}

impl Error {
    /// Whether the archive is in trouble, rather than without this memento.
    fn is_trouble(&self) -> bool {
        matches!(self, Self::Fetch(_) | Self::Status { status: 429 | 500..=599, .. })
    }
}

/// The mementos of a source, in the order of time.
pub struct Mementos {
    archive: Arc<Archive>,
    source: Arc<Source>,
    left: VecDeque<Memento>,
    /// Whether the way goes on behind the last: the archive lists nothing.
    walks: Option<Span>,
    failures: u32,
    runtime: Handle,
}

impl Mementos {
    /// The mementos of what was listed, as pages of `source`.
    ///
    /// Must be made within a runtime and read outside of it, on a thread that may wait.
    pub fn new(archive: Arc<Archive>, source: Arc<Source>, listed: Listed) -> Self {
        let Listed { mementos, walks, .. } = listed;
        Self { archive, source, left: mementos.into(), walks, failures: 0, runtime: Handle::current() }
    }

    async fn sighting(&mut self, memento: Memento) -> Result<Sighting, Error> {
        let page = self.archive.memento(&memento.url).await?;
        let at = page.header("memento-datetime").and_then(memento::datetime);
        let at = at.ok_or_else(|| Error::Present(memento.url.clone()))?;
        if let Some(span) = &self.walks {
            let map = link_header(&page);
            let next = map.mementos.into_iter().find(|m| m.place == Which::Next && m.at > at);
            self.left.extend(next.filter(|next| span.until.is_none_or(|until| next.at < until)));
        }
        if at.duration_since(memento.at).abs() > NEAR {
            return Err(Error::Elsewhere { url: memento.url, given: at });
        }
        let place = Place { archive: memento.url.as_str().into(), record: 0, offset: 0 };
        let response = Response { status: page.status, headers: original(&page), body: page.body };
        let capture = Capture { target: self.source.url.clone(), date: at, response, place };
        let via = format!("import memento {}", page.final_url.origin().ascii_serialization());
        Ok(Sighting { source: Some(Arc::clone(&self.source)), capture, via })
    }
}

impl Iterator for Mementos {
    type Item = Result<Sighting, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let memento = self.left.pop_front()?;
        let runtime = self.runtime.clone();
        let sighting = runtime.block_on(self.sighting(memento));
        match &sighting {
            Err(error) if error.is_trouble() => self.failures += 1,
            _ => self.failures = 0,
        }
        if self.failures >= PATIENCE {
            self.left.clear();
            return Some(Err(Error::GaveUp));
        }
        Some(sighting)
    }
}

/// What the `Link` header of an answer says.
fn link_header(page: &Snapshot) -> TimeMap {
    let values: Vec<&str> =
        page.headers.iter().filter(|(n, _)| n == "link").map(|(_, v)| v.as_str()).collect();
    TimeMap::read(&values.join(", "), &page.final_url)
}

/// The headers that came with the page when it was captured, as far as the archive gives them, and what says that it
/// is a memento. The archive's own would pass for the page's.
fn original(page: &Snapshot) -> Vec<(String, String)> {
    let kept = |(name, value): &(String, String)| {
        let name = match name.strip_prefix("x-archive-orig-") {
            Some(original) => original,
            None if matches!(name.as_str(), "content-type" | "memento-datetime") => name,
            None => return None,
        };
        Some((name.to_owned(), value.clone()))
    };
    let mut headers: Vec<_> = page.headers.iter().filter_map(kept).collect();
    // Two of them where the archive gives both; the body is in its own encoding.
    if headers.iter().filter(|(name, _)| name == "content-type").count() > 1 {
        let given = page.content_type().unwrap_or_default();
        headers.retain(|(name, value)| name != "content-type" || value == given);
        headers.dedup();
    }
    headers
}
