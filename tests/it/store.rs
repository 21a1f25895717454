//! The contract of the archive: what any backend of it must keep.

#![expect(clippy::unwrap_used, reason = "a test whose stage cannot be set has failed")]

pub mod chain;
mod damage;
mod file;
mod history;
mod keeping;
mod outbox;
mod reviews;
mod sources;
mod transaction;

use std::path::{Path, PathBuf};
use std::time::Duration;

use fineprint::model::{
    Cause, Change, ChannelName, Check, Clause, Deed, Delivery, DeliveryState, Digest, News, Notice, NoticeId,
    Outcome, Peer, Received, Review, ReviewState, Rules, Schedule, Severity, Snapshot, Source, SourceId,
    Text, Topic, Validators,
};
use fineprint::store::{
    Attempt, Attempted, ChangeFilter, DeliveryFilter, Error, NewVersion, Record, ReviewFilter, Store,
    Verified,
};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use tempfile::TempDir;

struct Archive {
    folder: TempDir,
    store: Store,
}

impl Archive {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("state/fineprint.db")).await.unwrap();
        Self { folder, store }
    }

    /// An archive that watches `acme/terms` and `acme/privacy`.
    async fn watching() -> Self {
        let archive = Self::new().await;
        archive.store.sync_sources(&[source("terms"), source("privacy")], at(0)).await.unwrap();
        archive
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("state/fineprint.db")
    }

    async fn reopen(self) -> Self {
        let Self { folder, store } = self;
        drop(store);
        let store = Store::open(&folder.path().join("state/fineprint.db")).await.unwrap();
        Self { folder, store }
    }

    /// A connection of our own, to look behind the curtain and to break things.
    fn sql(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }

    fn count(&self, table: &str) -> i64 {
        self.sql().query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    }

    async fn delivery(&self) -> Delivery {
        self.store.deliveries(DeliveryFilter::default()).await.unwrap().pop().unwrap()
    }
}

/// `minutes` after the tests' beginning of time.
fn at(minutes: i64) -> Timestamp {
    let start: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
    start + SignedDuration::from_mins(minutes)
}

fn id(terms: &str) -> SourceId {
    format!("acme/{terms}").parse().unwrap()
}

fn channel(name: &str) -> ChannelName {
    name.parse().unwrap()
}

fn source(terms: &str) -> Source {
    Source {
        id: id(terms),
        service: "Acme".into(),
        terms: terms.into(),
        url: format!("https://acme.example/{terms}").parse().unwrap(),
        schedule: Schedule::Every(SignedDuration::from_hours(6)),
        notify: vec![channel("ops")],
        rules: Rules::default(),
        pins: Vec::new(),
        max_age: Source::MAX_AGE,
        browser: Default::default(),
        headers: vec![],
        request: Default::default(),
        watch: None,
        ways: None,
        robots: Default::default(),
        topics: Default::default(),
    }
}

fn page(terms: &str, body: impl Into<bytes::Bytes>, fetched_at: Timestamp) -> Snapshot {
    Snapshot {
        source: id(terms),
        fetched_at,
        url: format!("https://acme.example/{terms}").parse().unwrap(),
        final_url: format!("https://www.acme.example/legal/{terms}?a=b").parse().unwrap(),
        status: 200,
        headers: vec![("content-type".into(), "text/html".into()), ("etag".into(), "\"é\"".into())],
        body: body.into(),
        received: Received {
            rendered: false,
            fetcher: Some("fineprint/0".into()),
            redirects: vec![(301, format!("https://acme.example/{terms}"))],
            peer: Some(Peer { address: Some("192.0.2.7:443".into()), certificate: None }),
            asked: None,
            gzip: None,
            rules: Some(Rules { remove: vec![".ad".into()], ..Rules::default() }),
        },
    }
}

fn text(words: &str) -> Text {
    Text {
        title: "Terms".into(),
        clauses: vec![Clause::heading(1, "Terms"), Clause::paragraph(words)],
        ..Text::default()
    }
}

fn check(terms: &str, outcome: Outcome, minutes: i64) -> Record {
    let check = Check { source: id(terms), at: at(minutes), outcome, status: Some(200), detail: None };
    Record::new(check, at(minutes + 360))
}

/// A check that brings version `number`, and from the second one on a change and a notice to `ops`.
fn version(terms: &str, number: u32, words: &str, minutes: i64) -> Record {
    let outcome = if number == 1 { Outcome::First } else { Outcome::Changed };
    let body = format!("<p>{words}</p>");
    let mut record = check(terms, outcome, minutes);
    record.digest = Some(Digest::of(body.as_bytes()));
    record.validators = Validators { etag: Some(format!("\"{number}\"")), last_modified: None, url: None };
    record.keep = Some(page(terms, body, at(minutes)));
    let reading = "main".to_owned();
    record.version = Some(NewVersion { number, text: text(words), cause: Cause::Publisher, reading });
    if number > 1 {
        let change = change(terms, number, minutes);
        record.notices = vec![notice(&change)];
        record.channels = vec![channel("ops")];
        record.change = Some(change);
    }
    record
}

fn change(terms: &str, to: u32, minutes: i64) -> Change {
    Change {
        id: NoticeId::derive("chg", &[terms, &to.to_string()]),
        source: id(terms),
        from: to - 1,
        to,
        at: at(minutes),
        previous_at: at(0),
        severity: Severity::Critical,
        topics: vec![Topic::Geography, Topic::Payment],
        reasons: Vec::new(),
        effective: Some(jiff::civil::date(2026, 4, 1)),
        dates: Vec::new(),
        summary: "a clause changed".into(),
        words_added: 3,
        words_removed: 2,
        cause: Cause::Publisher,
        announced: true,
        why: "stable".into(),
    }
}

fn notice(change: &Change) -> Notice {
    Notice {
        id: change.id.clone(),
        news: News::Changed,
        source: change.source.clone(),
        service: "Acme".into(),
        terms: "Terms".into(),
        url: "https://acme.example/terms".into(),
        at: change.at,
        previous_at: Some(change.previous_at),
        severity: change.severity,
        topics: change.topics.clone(),
        reasons: change.reasons.clone(),
        effective: change.effective,
        subject: "Acme Terms changed".into(),
        summary: change.summary.clone(),
        words_added: 3,
        words_removed: 2,
        excerpts: vec![],
        cut: 0,
        more: "fineprint diff acme/terms".into(),
        folded: vec![],
    }
}

fn attempt(minutes: i64, outcome: Attempted, detail: &str) -> Attempt {
    Attempt { at: at(minutes), took: Duration::from_millis(120), outcome, detail: detail.into() }
}
