//! The history of so many sources, as it comes about: a third answers 304, a third with the same bytes, a third with other
//! bytes at each look; each changes six times a year, and now and then a look fails or is doubted.

use std::path::Path;

use bytes::Bytes;
use fineprint::model::{
    Cause, Change, Check, Clause, Digest, NoticeId, Outcome, Received, Severity, Snapshot, Source, SourceId,
    Text, Topic,
};
use fineprint::store::{NewVersion, Record, Store};
use futures_util::{StreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};

/// How many looks are under way at a time, as in a daemon whose sources are all due.
const AT_ONCE: usize = 256;
/// Hours from one change of a source to the next.
const CHANGES_EVERY: i64 = 1_460;

/// Makes the archive.
pub fn write(path: &Path, watched: &[Source], hours: i64) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(path).await.expect("a new archive");
        store.sync_sources(watched, at(0)).await.expect("room");
        for hour in 0..hours {
            // Within an hour the sources come in any order; those of one source come in theirs.
            let looks = watched.iter().enumerate().map(|(n, source)| store.record(look(n, source, hour)));
            let looks: Vec<_> = stream::iter(looks).buffer_unordered(AT_ONCE).collect().await;
            looks.into_iter().for_each(|look| look.expect("room"));
            if hour % 24 == 23 {
                store.seal(at(hour)).await.expect("room");
            }
        }
    });
}

/// The page of a source in one of its editions.
pub fn page(source: usize, edition: u32) -> String {
    let clauses: String =
        text(source, edition).clauses.iter().map(|c| format!("<p>{}</p>\n", c.text)).collect();
    format!("<!doctype html><html lang=en><title>Terms</title><main><h1>Terms</h1>\n{clauses}</main>")
}

fn text(source: usize, edition: u32) -> Text {
    let clause = |i: u32| {
        let days = if i % 40 == edition % 40 { edition } else { 30 };
        Clause::paragraph(format!(
            "Clause {i} of source {source}: you may appeal against it within {days} days of our notice."
        ))
    };
    let clauses = (0..40).map(clause).collect();
    Text { title: "Terms".into(), language: "en".into(), clauses, ..Text::default() }
}

fn at(hour: i64) -> Timestamp {
    let begin: Timestamp = "2021-01-01T00:00:00Z".parse().expect("an instant");
    begin + SignedDuration::from_hours(hour)
}

/// What a look at a source brings in some hour.
fn look(n: usize, source: &Source, hour: i64) -> Record {
    let since = hour - n as i64 * 7 % CHANGES_EVERY;
    let is_new = hour == 0 || (since > 0 && since % CHANGES_EVERY == 0);
    let edition = (since.max(0) / CHANGES_EVERY) as u32;
    // A number that is the same at every run, for what happens by chance.
    let chance = (hour as u64 * 200 + n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
    let plain = |outcome, detail: Option<&str>| record(source, hour, outcome, detail);
    match (is_new, chance % 1_000) {
        (true, _) if hour == 0 => version(source, n, hour, 0, plain(Outcome::First, None)),
        (true, _) => version(source, n, hour, edition, plain(Outcome::Changed, None)),
        (_, 0..10) => plain(Outcome::Failed, Some("the server did not answer within 30 s")),
        (_, 10..13) => {
            let body = format!("<title>Just a moment…</title><p>{chance:x}");
            let mut held = plain(Outcome::Unusable, Some("a bot wall: “Just a moment…”"));
            held.digest = Some(Digest::of(body.as_bytes()));
            held.keep = Some(snapshot(source, hour, body));
            held
        }
        _ => match n % 3 {
            0 => plain(Outcome::NotModified, None),
            1 => Record {
                digest: Some(Digest::of(page(n, edition).as_bytes())),
                ..plain(Outcome::Unchanged, None)
            },
            _ => {
                Record { digest: Some(Digest::of(&chance.to_le_bytes())), ..plain(Outcome::Unchanged, None) }
            }
        },
    }
}

fn record(source: &Source, hour: i64, outcome: Outcome, detail: Option<&str>) -> Record {
    let status = match outcome {
        Outcome::Failed => None,
        Outcome::NotModified => Some(304),
        _ => Some(200),
    };
    let check =
        Check { source: source.id.clone(), at: at(hour), outcome, status, detail: detail.map(str::to_owned) };
    Record::new(check, at(hour + 1))
}

fn version(source: &Source, n: usize, hour: i64, edition: u32, look: Record) -> Record {
    let page = page(n, edition);
    let (number, reading) = (edition + 1, "benchmark".to_owned());
    let change = (edition > 0).then(|| change(&source.id, hour, edition));
    Record {
        digest: Some(Digest::of(page.as_bytes())),
        keep: Some(snapshot(source, hour, page)),
        version: Some(NewVersion { number, text: text(n, edition), cause: Cause::Publisher, reading }),
        change,
        ..look
    }
}

fn change(source: &SourceId, hour: i64, edition: u32) -> Change {
    Change {
        id: NoticeId::derive("chg", &[source.as_str(), &edition.to_string()]),
        source: source.clone(),
        from: edition,
        to: edition + 1,
        at: at(hour),
        previous_at: at(hour - 1),
        severity: Severity::Critical,
        topics: vec![Topic::SuspensionTermination],
        reasons: vec!["critical: an account can be lost over suspension_termination".into()],
        effective: None,
        dates: Vec::new(),
        summary: "2 clauses reworded".into(),
        words_added: 2,
        words_removed: 2,
        cause: Cause::Publisher,
        announced: true,
        why: "new words".into(),
    }
}

fn snapshot(source: &Source, hour: i64, body: String) -> Snapshot {
    Snapshot {
        source: source.id.clone(),
        fetched_at: at(hour),
        url: source.url.clone(),
        final_url: source.url.clone(),
        status: 200,
        headers: vec![("content-type".into(), "text/html; charset=utf-8".into())],
        body: Bytes::from(body),
        received: Received::default(),
    }
}
