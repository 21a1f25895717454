//! Files that are damaged at random, as disks and copies do it.

use std::collections::BTreeMap;

use rusqlite::OpenFlags;
use rusqlite::types::Value;

use super::chain::eventful;
use super::*;

/// How many copies are damaged, each in one byte, and how many are left as they are.
const DAMAGED: u64 = 1000;
const INTACT: usize = 100;

/// Everything recorded, table by table, with contents decoded; an error where it can't be read.
fn recorded(path: &Path) -> Result<BTreeMap<&'static str, Vec<Vec<Value>>>, rusqlite::Error> {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let queries = [
        ("checks", "SELECT * FROM checks ORDER BY id"),
        ("events", "SELECT * FROM events ORDER BY id"),
        ("snapshots", "SELECT * FROM snapshots ORDER BY id"),
        ("versions", "SELECT * FROM versions ORDER BY source, number"),
        ("changes", "SELECT * FROM changes ORDER BY source, to_version"),
        ("notices", "SELECT * FROM notices ORDER BY id"),
        ("reviews", "SELECT * FROM reviews ORDER BY id"),
        (
            "sights",
            "SELECT source, fetched_at, url, final_url, status, headers, received, digest FROM sightings",
        ),
        ("contents", "SELECT id, digest, size FROM bodies ORDER BY id"),
        ("names", "SELECT id, name FROM sources ORDER BY id"),
    ];
    let rows = |sql: &str| -> Result<Vec<Vec<Value>>, rusqlite::Error> {
        let mut query = db.prepare(sql)?;
        let columns = query.column_count();
        let rows = query.query_map([], |row| (0..columns).map(|column| row.get(column)).collect())?;
        rows.collect()
    };
    queries.into_iter().map(|(name, sql)| Ok((name, rows(sql)?))).collect()
}

/// Every page and text, read by the way that people read them.
async fn shown(path: &Path) -> Result<Vec<String>, Error> {
    let store = Store::open(path).await?;
    let mut shown = Vec::new();
    // By their ids: the list of sources also tells their addresses, which are configuration and may be damaged alone.
    for source in [id("privacy"), id("terms")] {
        shown.push(format!("{:?}", store.latest_sight(&source).await?));
        for version in store.versions(&source).await? {
            let text = store.version(&source, version.number).await?;
            let page = store.snapshot(version.snapshot).await?;
            shown.push(format!("{text:?} {page:?}"));
        }
    }
    Ok(shown)
}

#[tokio::test]
async fn one_flipped_byte_is_found_wherever_it_touches_what_was_recorded() {
    let archive = eventful().await;
    let path = archive.path();
    let Archive { folder, store } = archive;
    drop(store);
    let intact = std::fs::read(&path).unwrap();
    let (before, texts) = (recorded(&path).unwrap(), shown(&path).await.unwrap());
    let mut state = 5u64;
    let mut dice = |sides: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % sides
    };
    let (mut found, mut harmless) = (0, 0);
    for n in 0..DAMAGED {
        // Most of a small file is room that no row uses yet.
        let at = (0..4).map(|_| dice(intact.len())).find(|at| intact[*at] != 0).unwrap_or(0);
        let flip = 1 << dice(8);
        let mut bytes = intact.clone();
        bytes[at] ^= flip;
        let copy = folder.path().join(format!("copy-{n}.db"));
        std::fs::write(&copy, bytes).unwrap();
        let verified = Store::verify(&copy).await;
        if verified.as_ref().is_ok_and(Verified::is_intact) {
            let after = recorded(&copy).unwrap();
            for (table, rows) in &before {
                assert_eq!(rows, &after[table], "byte {at} ^ {flip:#04x} of {table}: verify says nothing");
            }
            assert_eq!(shown(&copy).await.as_ref(), Ok(&texts), "byte {at} ^ {flip:#04x}");
            harmless += 1;
        } else {
            found += 1;
        }
        std::fs::remove_file(copy).unwrap();
    }
    assert!(
        found > 300 && harmless > 50,
        "{found} found, {harmless} harmless: the test tests something else"
    );
}

#[tokio::test]
async fn intact_archives_raise_no_alarm() {
    let archive = eventful().await;
    for n in 0..INTACT as i64 {
        let mut seen = check("terms", Outcome::Unchanged, 100 + n);
        let body = format!("<p>{n}");
        seen.digest = Some(Digest::of(body.as_bytes()));
        seen.seen = Some(page("terms", body, at(100 + n)));
        archive.store.record(seen).await.unwrap();
        let verified = Store::verify(&archive.path()).await.unwrap();
        assert_eq!(verified.findings, [], "after {n} more");
    }
}
