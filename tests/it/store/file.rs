//! The file: ours or refused, whole or reported.

use super::*;

async fn refusal(path: &Path) -> Error {
    let before = std::fs::read(path).unwrap_or_default();
    let error = Store::open(path).await.unwrap_err();
    assert!(std::fs::read(path).unwrap_or_default() == before, "the file was touched");
    assert!(!error.to_string().contains('\n'), "{error}");
    error
}

#[tokio::test]
async fn an_empty_file_becomes_an_archive_of_todays_schema() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fineprint.db");
    std::fs::write(&path, "").unwrap();
    drop(Store::open(&path).await.unwrap());
    assert!(!folder.path().join("fineprint.db-wal").exists(), "a closed archive is one file");
    let db = Connection::open(&path).unwrap();
    let pragma =
        |name: &str| db.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!((pragma("user_version"), pragma("application_id")), (known(), 0x6670_7274));
}

#[tokio::test]
async fn many_processes_may_make_the_same_archive() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("fineprint.db");
    let stores = futures_util::future::join_all((0..8).map(|_| Store::open(&path))).await;
    for store in stores {
        store.unwrap().sync_sources(&[source("terms")], at(0)).await.unwrap();
    }
}

#[tokio::test]
async fn files_that_are_not_ours_are_refused_untouched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    for text in ["dear diary", &"dear diary ".repeat(10_000)] {
        std::fs::write(&path, text).unwrap();
        let error = refusal(&path).await;
        assert!(
            error
                .to_string()
                .contains("notes.txt is not a database, and is left as it is: give another path; ")
        );
    }
    let path = folder.path().join("browser.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE cookies (name)").unwrap();
    assert_eq!(refusal(&path).await, Error::Foreign { path });
    assert!(matches!(refusal(folder.path()).await, Error::CannotOpen { .. }));
    let below_a_file = folder.path().join("notes.txt/fineprint.db");
    assert!(matches!(refusal(&below_a_file).await, Error::CannotOpen { .. }));
}

#[tokio::test]
async fn an_archive_of_a_newer_fineprint_is_refused_untouched() {
    let archive = Archive::watching().await;
    let (path, Archive { folder: _folder, store }) = (archive.path(), archive);
    drop(store);
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let error = refusal(&path).await.to_string();
    let expected = format!(
        "was made by a newer fineprint (schema 99, this one knows {}): upgrade fineprint, the file is untouched",
        known()
    );
    assert!(error.ends_with(&expected), "{error}");
}

#[tokio::test]
async fn a_damaged_body_is_found_and_named() {
    let archive = Archive::watching().await;
    archive.store.record(version("terms", 1, "one", 10)).await.unwrap();
    let snapshot = archive.store.versions(&id("terms")).await.unwrap()[0].snapshot;
    let body = "(SELECT min(body) FROM snapshots)";
    let damages = [
        format!("UPDATE bodies SET data = substr(data, 1, length(data) - 3) WHERE id = {body}"),
        format!("UPDATE bodies SET data = (SELECT data FROM bodies WHERE id <> {body}) WHERE id = {body}"),
        format!("UPDATE bodies SET digest = zeroblob(32) WHERE id = {body}"),
        format!("PRAGMA foreign_keys = OFF; DELETE FROM bodies WHERE id = {body}"),
    ];
    for (next, damage) in (2..).zip(damages) {
        archive.sql().execute_batch(&damage).unwrap();
        match archive.store.snapshot(snapshot).await {
            Err(Error::Corrupt { row, .. }) => assert!(row.starts_with("body "), "{row}"),
            other => panic!("{damage}: {other:?}"),
        }
        // What is new is stored all the same, apart from what is damaged.
        archive.store.record(version("terms", next, &format!("version {next}"), 20)).await.unwrap();
    }
    assert_eq!(archive.store.version(&id("terms"), 1).await.unwrap().unwrap().text, text("one"));
}

#[tokio::test]
async fn the_second_writer_is_told_who_the_first_is() {
    let archive = Archive::new().await;
    let lock = archive.store.lock("watch", at(0)).unwrap();
    let other = Store::open(&archive.path()).await.unwrap();
    let error = other.lock("check", at(5)).unwrap_err().to_string();
    let process = std::process::id();
    let path = archive.path();
    assert_eq!(
        error,
        format!(
            "{} is in use by `fineprint watch` (process {process}, since 2026-03-01T00:00:00Z)",
            path.display()
        )
    );
    drop(lock);
    let _lock = other.lock("check", at(5)).unwrap();
    assert!(archive.store.lock("import", at(6)).unwrap_err().to_string().contains("`fineprint check`"));
}

#[tokio::test]
async fn a_lock_file_left_by_a_killed_process_is_taken() {
    let archive = Archive::new().await;
    std::fs::write(archive.path().with_extension("db.lock"), "4711\nwatch\n2020-01-01T00:00:00Z\n").unwrap();
    archive.store.lock("watch", at(0)).unwrap();
}

/// The schema of today: as many steps as there are.
fn known() -> i64 {
    let steps = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/migrations");
    std::fs::read_dir(steps).unwrap().count() as i64
}
