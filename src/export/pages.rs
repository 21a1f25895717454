//! The pages as they were received, as a web archive.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::archive::warc::{Compression, RecordId, Response, Writer};
use crate::archive::zip::Files;
use crate::model::{Digest, Received, Snapshot};
use crate::store::{self, SnapshotId, Store};

use super::Error;
use super::history::{Line, PageLine};
use super::scope::Scope;

/// The file that holds them.
pub(super) const WARC: &str = "pages.warc.gz";

/// A page in the bundle.
#[derive(Serialize)]
pub(super) struct Page {
    /// The number of its snapshot, as the chain's lines name it; `None` for the latest sight, which has none yet.
    pub(super) page: Option<i64>,
    pub(super) record: String,
    pub(super) fetched_at: Timestamp,
    pub(super) url: String,
    pub(super) final_url: String,
    pub(super) status: u16,
    /// SHA-256 of the body.
    pub(super) body: String,
    pub(super) received: Received,
}

/// A page that can't be had any more: it was pruned, or is damaged. The chain has its digests all the same.
#[derive(Serialize)]
pub(super) struct Gone {
    /// Its number; `None` for the latest sight.
    pub(super) page: Option<i64>,
    pub(super) why: String,
}

/// The pages of a bundle, and those that the archive doesn't have any more.
pub(super) struct Pages {
    pub(super) kept: Vec<Page>,
    pub(super) gone: Vec<Gone>,
}

/// Adds every page that was kept while the versions shown stood.
pub(super) async fn add(
    files: &mut Files,
    store: &Store,
    scope: &Scope<'_>,
    now: Timestamp,
) -> Result<Pages, Error> {
    let mut named: BTreeMap<i64, &PageLine> = BTreeMap::new();
    for line in scope.looks() {
        named.extend(line.page.iter().chain(&line.last).map(|page| (page.id, page)));
    }
    // The last sight of the last version shown stands with the check that brought the next.
    let behind = scope.stands.last().and_then(|stand| scope.lines.get(stand.lines.end));
    named.extend(behind.and_then(|line| line.last.as_ref()).map(|page| (page.id, page)));
    let mut archive = Archive::begun(scope, now)?;
    let mut pages = Pages { kept: Vec::new(), gone: Vec::new() };
    for page in named.values() {
        match store.snapshot(SnapshotId::from_number(page.id)).await {
            Ok(Some(snapshot)) => pages.kept.push(archive.add(Some(page.id), &snapshot)?),
            Ok(None) => pages.gone.push(Gone { page: Some(page.id), why: "it is not there".to_owned() }),
            // What is left is evidence too.
            Err(store::Error::Corrupt { why, .. }) => pages.gone.push(Gone { page: Some(page.id), why }),
            Err(error) => return Err(error.into()),
        }
    }
    if scope.reaches_the_present() {
        match store.latest_sight(&scope.source.id).await {
            Ok(Some(latest)) => pages.kept.push(archive.add(None, &latest)?),
            Ok(None) => {}
            Err(store::Error::Corrupt { why, .. }) => pages.gone.push(Gone { page: None, why }),
            Err(error) => return Err(error.into()),
        }
    }
    archive.revisits(scope.looks(), &pages.kept)?;
    pages.kept.sort_by_key(|page| page.fetched_at);
    files.insert(WARC.to_owned(), archive.writer.finish().map_err(Error::io(WARC))?);
    Ok(pages)
}

struct Archive {
    writer: Writer<Vec<u8>>,
    /// By the digest of the body: what a page that came again can refer to.
    written: BTreeMap<String, (RecordId, Snapshot)>,
}

/// How a page came about, beside its record.
#[derive(Serialize)]
struct About<'s> {
    url: &'s str,
    received: &'s Received,
    /// The headers as they were received; in the record itself those about the transfer have other names.
    headers: &'s [(String, String)],
}

impl Archive {
    fn begun(scope: &Scope<'_>, now: Timestamp) -> Result<Self, Error> {
        let mut writer = Writer::new(Vec::new(), Compression::Gzip);
        let description = format!("pages of {} as received by fineprint", scope.source.id);
        let fields = [
            ("software", concat!("fineprint/", env!("CARGO_PKG_VERSION"))),
            ("format", "WARC File Format 1.1"),
            ("conformsTo", "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
            ("description", &description),
        ];
        writer.info(now, &fields).map_err(Error::io(WARC))?;
        Ok(Self { writer, written: BTreeMap::new() })
    }

    fn add(&mut self, number: Option<i64>, snapshot: &Snapshot) -> Result<Page, Error> {
        let Snapshot { fetched_at, url, final_url, status, headers, body, received, .. } = snapshot;
        let response = Response { status: *status, headers: headers.clone(), body: body.clone() };
        let about = About { url: url.as_str(), received, headers };
        let about = serde_json::to_vec(&about).map_err(|e| Error::io(WARC)(e.into()))?;
        let id = self.writer.response(final_url, *fetched_at, &response).map_err(Error::io(WARC))?;
        self.writer.metadata(final_url, *fetched_at, &id, &about).map_err(Error::io(WARC))?;
        let digest = snapshot.digest().to_string();
        self.written.entry(digest.clone()).or_insert_with(|| (id.clone(), snapshot.clone()));
        Ok(Page {
            page: number,
            record: id.as_str().to_owned(),
            fetched_at: *fetched_at,
            url: url.to_string(),
            final_url: final_url.to_string(),
            status: *status,
            body: digest,
            received: received.clone(),
        })
    }

    /// For each page the last look at which it came again, byte for byte, where that isn't kept itself; the looks
    /// between them are in the chain.
    fn revisits(&mut self, looks: &[Line], kept: &[Page]) -> Result<(), Error> {
        let is_kept = |line: &Line| kept.iter().any(|page| page.fetched_at == line.at);
        for (digest, (id, first)) in &self.written {
            let last = looks.iter().rfind(|line| line.body.as_ref() == Some(digest));
            let Some(last) = last.filter(|line| line.at > first.fetched_at && !is_kept(line)) else {
                continue;
            };
            let (status, digest) = (last.status.unwrap_or(first.status), Digest::of(&first.body));
            self.writer
                .revisit(&first.final_url, last.at, status, (id, first.fetched_at), digest)
                .map_err(Error::io(WARC))?;
        }
        Ok(())
    }
}
