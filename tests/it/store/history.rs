//! The history reads back as it was written.

use fineprint::model::{EffectiveDate, EffectiveKind};

use super::*;

#[tokio::test]
async fn everything_a_check_found_reads_back_as_it_was() {
    let archive = Archive::watching().await;
    let (first, second) =
        (version("terms", 1, "We never sell.", 10), version("terms", 2, "We may sell.", 20));
    archive.store.record(first.clone()).await.unwrap();
    archive.store.record(second.clone()).await.unwrap();
    let Archive { store, .. } = &archive;

    let versions = store.versions(&id("terms")).await.unwrap();
    assert_eq!(
        versions.iter().map(|v| (v.number, v.seen_at, v.words)).collect::<Vec<_>>(),
        [(1, at(10), 4), (2, at(20), 4)]
    );
    assert_eq!(store.snapshot(versions[0].snapshot).await.unwrap(), first.keep);
    assert_eq!(store.version(&id("terms"), 1).await.unwrap().unwrap().text, text("We never sell."));
    assert_eq!(store.version(&id("terms"), 3).await.unwrap(), None);
    assert_eq!(store.version_at(&id("terms"), at(9)).await.unwrap(), None);
    assert_eq!(store.version_at(&id("terms"), at(19)).await.unwrap().unwrap().number, 1);
    assert_eq!(store.version_at(&id("terms"), at(20)).await.unwrap().unwrap().number, 2);
    assert_eq!(store.changes(ChangeFilter::default()).await.unwrap(), [second.change.clone().unwrap()]);
    assert_eq!(store.checks(&id("terms"), 9).await.unwrap(), [second.check, first.check]);
    assert_eq!(store.checks(&id("privacy"), 9).await.unwrap(), []);

    let pending = store.pending(at(20), 9).await.unwrap();
    assert_eq!(pending.len(), 1);
    assert_eq!(pending[0].notice, second.notices[0]);
    assert_eq!((pending[0].channel.as_str(), pending[0].attempts, pending[0].due_at), ("ops", 0, at(20)));
}

#[tokio::test]
async fn a_reopened_archive_knows_all_it_knew() {
    let archive = Archive::watching().await;
    let mut record = version("terms", 1, "We never sell.", 10);
    record.memory = Some(vec![0, 1, 255]);
    archive.store.record(record.clone()).await.unwrap();
    let before = archive.store.state(&id("terms")).await.unwrap();
    let archive = archive.reopen().await;
    let state = archive.store.state(&id("terms")).await.unwrap();
    assert_eq!(state, before);
    let latest = state.latest.unwrap();
    assert_eq!((latest.number, latest.reading.as_str()), (1, "main"));
    let version = archive.store.version(&id("terms"), 1).await.unwrap().unwrap();
    assert_eq!(version.text, text("We never sell."));
    assert_eq!((state.memory, state.body_digest), (vec![0, 1, 255], record.digest));
    assert_eq!(archive.store.snapshot(latest.snapshot).await.unwrap(), record.keep);
}

/// Well packed it is kept as it came; badly, it is packed again.
#[tokio::test]
async fn a_page_that_came_as_gzip_needs_no_compression() {
    let body: String = (0..3_000).map(|i| format!("<p>Clause {i}</p>")).collect();
    let gzip = |level| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), level);
        std::io::Write::write_all(&mut gzip, body.as_bytes()).unwrap();
        gzip.finish().unwrap()
    };
    for (level, is_kept) in [(flate2::Compression::best(), true), (flate2::Compression::none(), false)] {
        let archive = Archive::watching().await;
        let (sent, mut record) = (gzip(level), version("terms", 1, "We never sell.", 10));
        let mut page = page("terms", body.clone(), at(10));
        page.received.gzip = Some(sent.clone().into());
        (record.digest, record.keep) = (Some(page.digest()), Some(page.clone()));
        archive.store.record(record).await.unwrap();
        // The next one is based on it.
        let mut next = version("terms", 2, "We may sell.", 20);
        next.keep = Some(super::page("terms", body.replace("Clause 7<", "Clause 8<"), at(20)));
        next.digest = next.keep.as_ref().map(Snapshot::digest);
        archive.store.record(next.clone()).await.unwrap();

        let data = "SELECT data, (SELECT length(b.data) FROM bodies b WHERE b.base = a.id) FROM bodies a WHERE size = ?1 AND base IS NULL";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let (data, after): (Vec<u8>, i64) = archive.sql().query_row(data, [body.len() as i64], read).unwrap();
        assert_eq!(data == sent, is_kept);
        assert!(data.len() < body.len() / 4 && after < 200, "{} {after}", data.len());
        let versions = archive.store.versions(&id("terms")).await.unwrap();
        page.received.gzip = None;
        assert_eq!(archive.store.snapshot(versions[0].snapshot).await.unwrap(), Some(page));
        assert_eq!(archive.store.snapshot(versions[1].snapshot).await.unwrap(), next.keep);
        assert_eq!(Store::verify(&archive.path()).await.unwrap().findings, []);
    }
}

#[tokio::test]
async fn a_page_that_changes_a_little_many_times_stays_small_and_whole() {
    let archive = Archive::watching().await;
    let clause = |i: u32| format!("<p id={:x}>Clause {i}</p>", i.wrapping_mul(2_654_435_761));
    let filler: String = (0..9_000).map(clause).collect();
    let body = |n: i64| format!("{filler}<p>It costs {n} euros.</p><!-- {:x} -->", n * 7_654_321);
    for n in 1..=50 {
        let mut record = check("terms", Outcome::Held, n);
        record.keep = Some(page("terms", body(n), at(n)));
        let number = n as u32;
        let text = text(&body(n));
        record.version = Some(NewVersion { number, text, cause: Cause::Publisher, reading: String::new() });
        archive.store.record(record).await.unwrap();
    }
    let versions = archive.store.versions(&id("terms")).await.unwrap();
    for (n, version) in (1..).zip(&versions) {
        let kept = archive.store.snapshot(version.snapshot).await.unwrap().unwrap();
        assert!(kept.body == body(n), "{n}");
    }
    let sql = "SELECT max(length(data)) FROM bodies WHERE base IS NOT NULL";
    let costliest: i64 = archive.sql().query_row(sql, [], |row| row.get(0)).unwrap();
    assert!(costliest < 1_000, "a copy that differs in a number took {costliest} bytes");
    let sql = "SELECT count(*) FROM bodies WHERE base IS NULL AND size > 1000";
    let whole: i64 = archive.sql().query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(whole, 2, "whole copies of 50 pages and 50 texts");
    let sql = "
        WITH RECURSIVE below (id, depth) AS (
            SELECT id, 0 FROM bodies WHERE base IS NULL
            UNION ALL SELECT bodies.id, depth + 1 FROM bodies JOIN below ON bodies.base = below.id
        ) SELECT max(depth) FROM below";
    let depth: i64 = archive.sql().query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(depth, 12, "the 47th of a family is 5 times 8 and 7 away from the first");
}

#[tokio::test]
async fn changes_are_listed_newest_first_and_found_by_the_beginning_of_their_id() {
    let Archive { store, folder: _folder } = &Archive::watching().await;
    for terms in ["terms", "privacy"] {
        for number in 1..=3 {
            let mut record = version(terms, number, &format!("{terms} {number}"), number.into());
            if let Some(change) = record.change.as_mut().filter(|_| number == 2) {
                change.announced = false;
            }
            store.record(record).await.unwrap();
        }
    }
    let list = async |filter: ChangeFilter| -> Vec<(String, u32)> {
        let changes = store.changes(filter).await.unwrap();
        changes.iter().map(|c| (c.source.to_string(), c.to)).collect()
    };
    let entry = |terms: &str, number| (format!("acme/{terms}"), number);
    let announced = [entry("privacy", 3), entry("terms", 3)];
    assert_eq!(list(ChangeFilter::default()).await, announced);
    assert_eq!(list(ChangeFilter { limit: Some(1), ..Default::default() }).await, announced[..1]);
    let all = ChangeFilter { all: true, sources: Some(vec![id("terms")]), ..Default::default() };
    assert_eq!(list(all.clone()).await, [entry("terms", 3), entry("terms", 2)]);
    assert_eq!(list(ChangeFilter { until: Some(at(3)), ..all.clone() }).await, [entry("terms", 2)]);
    assert_eq!(list(ChangeFilter { since: Some(at(3)), ..all }).await, [entry("terms", 3)]);

    let change = change("terms", 3, 3);
    assert_eq!(store.change(change.id.as_str()).await.unwrap(), Some(change.clone()));
    assert_eq!(store.change(&change.id.as_str()[..14]).await.unwrap(), Some(change));
    assert_eq!(store.change("chg_%").await.unwrap(), None);
    assert!(matches!(store.change("chg_").await, Err(Error::Ambiguous { .. })));
}

#[tokio::test]
async fn a_better_reading_of_the_same_page_is_a_version_of_that_page() {
    let Archive { store, folder: _folder } = &Archive::watching().await;
    store.record(version("terms", 1, "Skip to content We sell.", 10)).await.unwrap();
    let mut reread = check("terms", Outcome::Unchanged, 20);
    let cause = Cause::Extractor;
    reread.version = Some(NewVersion { number: 2, text: text("We sell."), cause, reading: "better".into() });
    store.record(reread).await.unwrap();
    let versions = store.versions(&id("terms")).await.unwrap();
    assert_eq!(versions[1].snapshot, versions[0].snapshot);
    assert_eq!(versions[1].seen_at, at(10));
    assert_eq!(store.version_at(&id("terms"), at(10)).await.unwrap().unwrap().text, text("We sell."));
}

#[tokio::test]
async fn changes_are_found_by_the_days_they_name() {
    let Archive { store, folder: _folder } = &Archive::watching().await;
    store.record(version("terms", 1, "a", 0)).await.unwrap();
    let mut record = version("terms", 2, "b", 1);
    let dates = vec![EffectiveDate {
        date: jiff::civil::date(2026, 4, 1),
        kind: EffectiveKind::Ends,
        sentence: "“wren-1” is shut down\n30 days after this notice".into(),
        counted_from: Some(jiff::civil::date(2026, 3, 2)),
    }];
    record.change = Some(Change { dates: dates.clone(), ..change("terms", 2, 1) });
    store.record(record).await.unwrap();
    let ahead = |day| ChangeFilter { ahead: Some(jiff::civil::date(2026, 4, day)), ..Default::default() };
    let found = store.changes(ahead(1)).await.unwrap();
    assert_eq!(found.iter().map(|change| &change.dates).collect::<Vec<_>>(), [&dates]);
    assert_eq!(store.changes(ahead(2)).await.unwrap(), []);
}
