//! A record is written whole or not at all.

use super::*;

#[tokio::test]
async fn a_record_that_fails_writes_nothing() {
    let archive = Archive::watching().await;
    archive.store.record(version("terms", 1, "one", 10)).await.unwrap();
    let before = archive.store.state(&id("terms")).await.unwrap();
    let tables = ["checks", "snapshots", "bodies", "versions", "changes", "notices", "deliveries"];
    let counts = || tables.map(|table| archive.count(table));
    let counted = counts();

    let skipped = version("terms", 3, "three", 20);
    let repeated = version("terms", 1, "one again", 20);
    let mut without_page = version("terms", 2, "two", 20);
    without_page.keep = None;
    let mut foreign_page = version("terms", 2, "two", 20);
    foreign_page.keep = Some(page("privacy", "two", at(20)));
    let mut impossible_change = version("terms", 2, "two", 20);
    impossible_change.change.as_mut().unwrap().to = 7;
    let mut unknown = check("terms", Outcome::Unchanged, 20);
    unknown.check.source = id("cookies");
    for record in [skipped, repeated, without_page, foreign_page, impossible_change, unknown] {
        let error = archive.store.record(record.clone()).await.unwrap_err();
        assert_eq!(counts(), counted, "{error}");
        assert_eq!(archive.store.state(&id("terms")).await.unwrap(), before, "{error}");
    }
    let error = archive.store.record(version("terms", 3, "three", 20)).await.unwrap_err();
    assert_eq!(error.to_string(), "refused to record version 3 of `acme/terms`: the next one is 2");
}

#[tokio::test]
async fn records_written_together_fail_alone() {
    let archive = Archive::watching().await;
    let records = (1..=50).map(|n| {
        let out_of_order = n % 5 == 0;
        archive.store.record(match n {
            1 => version("terms", 1, "words", n),
            _ if out_of_order => version("privacy", 9, "words", n),
            _ => check("privacy", Outcome::Unchanged, n),
        })
    });
    let results = futures_util::future::join_all(records).await;
    assert_eq!(results.iter().filter(|result| result.is_err()).count(), 10);
    assert_eq!(archive.count("checks"), 40);
    assert_eq!(archive.count("versions"), 1);
}

#[tokio::test]
async fn a_transaction_that_the_database_rolls_back_is_reported_to_everyone_in_it() {
    let archive = Archive::watching().await;
    archive.store.record(version("terms", 1, "one", 10)).await.unwrap();
    // As SQLite does by itself when the disk is full or fails, at any point.
    let trigger = "
        CREATE TRIGGER fail BEFORE INSERT ON checks WHEN new.outcome = 6
        BEGIN SELECT RAISE(ROLLBACK, 'out of order'); END";
    archive.sql().execute_batch(trigger).unwrap();
    let records = (1..=40).map(|n| {
        let outcome = if n % 10 == 0 { Outcome::Failed } else { Outcome::Unchanged };
        archive.store.record(check("terms", outcome, n))
    });
    let results = futures_util::future::join_all(records).await;
    let succeeded = results.iter().filter(|result| result.is_ok()).count() as i64;
    assert!(succeeded <= 36, "{results:?}");
    assert_eq!(
        archive.count("checks"),
        1 + succeeded,
        "what was answered with success is stored, and no more"
    );
    archive.store.record(version("terms", 2, "two", 20)).await.unwrap();
}

#[tokio::test]
async fn a_notice_that_is_stored_is_never_queued_twice() {
    let archive = Archive::watching().await;
    archive.store.record(version("terms", 1, "one", 10)).await.unwrap();
    let second = version("terms", 2, "two", 20);
    archive.store.record(second.clone()).await.unwrap();
    let delivery = archive.delivery().await;
    archive.store.attempted(delivery.id, attempt(21, Attempted::Delivered, "204")).await.unwrap();

    let mut repeat = check("terms", Outcome::Unchanged, 30);
    (repeat.notices, repeat.channels) = (second.notices, second.channels);
    archive.store.record(repeat).await.unwrap();
    assert_eq!((archive.count("notices"), archive.count("deliveries")), (1, 1));
    assert_eq!(archive.delivery().await.state, DeliveryState::Delivered);
}
