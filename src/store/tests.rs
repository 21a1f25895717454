//! What is asked costs as much as what is shown, however long the archive is.

use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use rusqlite::StatementStatus;

use super::schema::Connections;
use super::*;
use crate::model::SourceId;

/// Every so many looks one is doubted, and a change told.
const EVERY: u32 = 50;

/// An archive of 20 sources, and a count of the steps of SQLite's machine that reading it takes.
struct Archive {
    store: Store,
    steps: Arc<AtomicU64>,
    _folder: tempfile::TempDir,
}

impl Archive {
    /// With so many looks at each source; as rows alone, for nothing is verified here.
    fn of(looks: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path: Arc<Path> = folder.path().join("fineprint.db").into();
        let Connections { writer, mut readers } = schema::open(&path, 1).unwrap();
        writer.pragma_update(None, "foreign_keys", false).unwrap();
        writer.execute_batch(&rows(looks)).unwrap();
        let steps = Arc::new(AtomicU64::new(0));
        for reader in &mut readers {
            let steps = Arc::clone(&steps);
            let count = move || {
                steps.fetch_add(1, Ordering::Relaxed);
                false
            };
            reader.progress_handler(1, Some(count)).unwrap();
        }
        let readers = Worker::readers(Arc::clone(&path), readers).unwrap();
        let inner = Inner { path, readers, writer: OnceCell::new() };
        Self { store: Store(Arc::new(inner)), steps, _folder: folder }
    }

    async fn steps<T>(&self, asked: impl Future<Output = Result<T, Error>>) -> (T, u64) {
        let before = self.steps.load(Ordering::Relaxed);
        let answer = asked.await.unwrap();
        (answer, self.steps.load(Ordering::Relaxed) - before)
    }
}

/// An hourly look at each source, one after the other; among them doubted ones, and changes with a notice each.
fn rows(looks: u32) -> String {
    format!(
        "BEGIN;
         CREATE TEMP TABLE hours (hour INTEGER PRIMARY KEY);
         WITH RECURSIVE h (hour) AS (SELECT 1 UNION ALL SELECT hour + 1 FROM h WHERE hour < {looks})
         INSERT INTO hours SELECT hour FROM h;

         INSERT INTO sources (id, name, service, terms, url, schedule, live, due_at)
         SELECT hour, 'acme/terms-' || hour, 'Acme', 'Terms ' || hour, 'about:blank', '', 1, 0
         FROM hours WHERE hour <= 20;

         INSERT INTO checks (source, at, outcome, detail)
         SELECT s.id, hour * 3600000 + s.id, iif((hour + s.id) % {EVERY}, 1, 4), 'as the story wants it'
         FROM hours, sources s ORDER BY hour, s.id;

         INSERT INTO changes (id, source, from_version, to_version, at, previous_at, severity, topics, summary,
             words_added, words_removed, cause, announced, why)
         SELECT 'chg_' || hour || '_' || s.id, s.id, hour, hour + 1, hour * 3600000 + s.id, 0, 1, '[]', '', 0, 0, 0, 1, ''
         FROM hours, sources s WHERE (hour + s.id) % {EVERY} = 1 ORDER BY hour, s.id;

         INSERT INTO notices (id, queued_at, content) SELECT id, at, '' FROM changes ORDER BY at;
         INSERT INTO deliveries (notice, channel, state, due_at, queued_at)
         SELECT id, 'ops', 1, queued_at, queued_at FROM notices ORDER BY queued_at;
         COMMIT;"
    )
}

#[tokio::test]
async fn what_is_shown_of_years_costs_no_more_than_of_days() {
    let (days, years) = (Archive::of(200), Archive::of(5_000));
    let one = Some(vec!["acme/terms-7".parse::<SourceId>().unwrap()]);
    let at = |archive_hours: i64| Timestamp::from_millisecond(archive_hours * 3_600_000).unwrap();
    let asked = async |archive: &Archive, hours: i64| {
        let store = &archive.store;
        let since = Some(at(hours - 100));
        let newest = DoubtFilter { limit: Some(20), ..DoubtFilter::default() };
        let of_one = DoubtFilter { sources: one.clone(), limit: Some(3), ..DoubtFilter::default() };
        let lately = DoubtFilter { since, ..DoubtFilter::default() };
        let doubted = [newest, of_one, lately].map(|filter| store.doubts(filter));
        let newest = ChangeFilter { all: true, limit: Some(20), ..ChangeFilter::default() };
        let lately = ChangeFilter { since, ..ChangeFilter::default() };
        let changed = [newest, lately].map(|filter| store.changes(filter));
        let mut steps = Vec::new();
        for doubted in doubted {
            let (found, took) = archive.steps(doubted).await;
            steps.push(("doubts", found.len(), took));
        }
        for changed in changed {
            let (found, took) = archive.steps(changed).await;
            steps.push(("changes", found.len(), took));
        }
        let reviewed = store.reviews(ReviewFilter { since, ..ReviewFilter::default() });
        let (found, took) = archive.steps(reviewed).await;
        steps.push(("reviews", found.len(), took));
        let listed = store.listing(DeliveryFilter { limit: Some(20), ..DeliveryFilter::default() });
        let (found, took) = archive.steps(listed).await;
        steps.push(("deliveries", found.unreadable.len(), took));
        let (found, took) = archive.steps(store.overview()).await;
        steps.push(("status", found.len(), took));
        steps
    };
    let (days, years) = (asked(&days, 200).await, asked(&years, 5_000).await);
    for ((what, found, few), (_, as_many, steps)) in days.iter().zip(&years) {
        assert!(*found > 0 && found == as_many, "{what}: {found} of days, {as_many} of years");
        assert!(steps * 10 <= few * 11, "{what}: {few} steps for days, {steps} for years");
    }
}

#[test]
fn a_statement_is_compiled_once_whatever_is_bound_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let Connections { writer, readers } = schema::open(&folder.path().join("fineprint.db"), 1).unwrap();
    for db in readers.iter().chain([&writer]) {
        let latest = "SELECT headers, body FROM snapshots WHERE source = ?1 ORDER BY id DESC LIMIT 1";
        let mut latest = db.prepare(latest).unwrap();
        for source in 0..10 {
            assert!(!latest.exists([source]).unwrap());
        }
        assert_eq!(latest.get_status(StatementStatus::RePrepare), 0);
    }
}
