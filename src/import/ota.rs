//! Snapshots of Open Terms Archive, as sightings.

use std::collections::BTreeMap;
use std::sync::Arc;

use url::Url;

use crate::archive::ota::{Document, Entry, Error, Pages, Repository};
use crate::archive::warc::{Capture, Place, Response};
use crate::model::{Source, SourceId};

use super::{Names, Sighting};

/// The snapshots of one source, in the order of time.
pub struct Snapshots {
    repository: Repository,
    source: Arc<Source>,
    entries: Vec<Entry>,
    open: Option<Pages>,
}

impl Snapshots {
    /// Puts documents together by the source that each is of, as `names` knows it.
    ///
    /// Also gives the documents that are of none: nothing says where they were fetched from, and no source has their
    /// name.
    pub fn of(
        repository: &Repository,
        documents: Vec<Document>,
        names: &mut Names,
    ) -> (Vec<Self>, Vec<Document>) {
        let mut strands: BTreeMap<SourceId, Self> = BTreeMap::new();
        let mut nameless = Vec::new();
        for document in documents {
            let urls: Vec<Url> = document.entries.iter().filter_map(|entry| entry.location.clone()).collect();
            let Some(source) = names.document(&document.service, &document.terms, &urls) else {
                nameless.push(document);
                continue;
            };
            let repository = repository.clone();
            let new = || Self { repository, source: Arc::clone(&source), entries: Vec::new(), open: None };
            strands.entry(source.id.clone()).or_insert_with(new).entries.extend(document.entries);
        }
        let mut strands: Vec<_> = strands.into_values().collect();
        for strand in &mut strands {
            strand.entries.sort_by_key(|entry| entry.at);
        }
        strands.sort_by_key(|strand| std::cmp::Reverse(strand.entries.len()));
        (strands, nameless)
    }

    /// The source they are of.
    pub fn source(&self) -> &SourceId {
        &self.source.id
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn sighting(&self, entry: Entry, body: bytes::Bytes) -> Sighting {
        let headers = vec![("content-type".to_owned(), entry.media_type.to_owned())];
        let place = Place { archive: format!("commit {}", entry.commit).into(), record: 0, offset: 0 };
        let target = entry.location.unwrap_or_else(|| self.source.url.clone());
        // Open Terms Archive records nothing but pages that came with this status, and doesn't record the status.
        let response = Response { status: 200, headers, body };
        let capture = Capture { target, date: entry.at, response, place };
        let via = format!("import ota-git {}", entry.commit);
        Sighting { source: Some(Arc::clone(&self.source)), capture, via }
    }
}

impl Iterator for Snapshots {
    type Item = Result<Sighting, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let pages = match &mut self.open {
            Some(pages) => pages,
            None if self.entries.is_empty() => return None,
            None => match self.repository.pages(std::mem::take(&mut self.entries)) {
                Ok(pages) => self.open.insert(pages),
                // Nothing is left to ask for: this is the last that is said.
                Err(error) => return Some(Err(error)),
            },
        };
        let page = pages.next()?;
        Some(page.map(|(entry, body)| self.sighting(entry, body)))
    }
}
