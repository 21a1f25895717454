//! What people made of the changes: appended beside a daemon at work, and never rewritten.

use super::*;

fn entry(change: &NoticeId, deed: Deed, minutes: i64) -> Review {
    let note = Some("read".to_owned());
    Review { change: change.clone(), at: at(minutes), by: "ana".into(), deed, assignee: None, note }
}

/// An archive with a first version and so many changes of it, and the ids of those.
async fn changed(times: u32) -> (Archive, Vec<NoticeId>) {
    let archive = Archive::watching().await;
    for number in 1..=times + 1 {
        let record = version("terms", number, &format!("text {number}"), i64::from(number) * 10);
        archive.store.record(record).await.unwrap();
    }
    let ids = (2..=times + 1).map(|number| change("terms", number, 0).id).collect();
    (archive, ids)
}

async fn open(archive: &Archive) -> Vec<NoticeId> {
    let filter = ReviewFilter { open: true, ..ReviewFilter::default() };
    let open = archive.store.reviews(filter).await.unwrap();
    assert!(open.iter().all(|reviewed| reviewed.state() == ReviewState::Open), "one rule, told twice");
    open.into_iter().map(|reviewed| reviewed.change.id).collect()
}

#[tokio::test]
async fn the_last_word_decides_whether_a_change_is_open() {
    let (archive, ids) = changed(2).await;
    assert_eq!(open(&archive).await, [ids[1].clone(), ids[0].clone()]);
    for (minute, deed, is_open) in [
        (50, Deed::Commented, true),
        (51, Deed::Acknowledged, false),
        (52, Deed::Assigned, false),
        (53, Deed::Reopened, true),
        (54, Deed::Commented, true),
        (55, Deed::Acknowledged, false),
    ] {
        archive.store.append_reviews(vec![entry(&ids[0], deed, minute)]).await.unwrap();
        assert_eq!(open(&archive).await.contains(&ids[0]), is_open, "{deed}");
    }
    let reviewed = archive.store.review(ids[0].as_str()).await.unwrap().unwrap();
    assert_eq!((reviewed.history.len(), reviewed.open_since()), (6, at(53)));
}

#[tokio::test]
async fn imported_history_waits_for_nobody_until_it_is_reopened() {
    let archive = Archive::watching().await;
    archive.store.record(version("terms", 1, "one", 10)).await.unwrap();
    let mut imported = version("terms", 2, "two", 20);
    imported.notices.clear();
    let id = imported.change.as_ref().unwrap().id.clone();
    archive.store.record(imported).await.unwrap();
    assert_eq!(open(&archive).await, []);
    let reviewed = archive.store.review(id.as_str()).await.unwrap().unwrap();
    assert_eq!(reviewed.state(), ReviewState::History);
    archive.store.append_reviews(vec![entry(&id, Deed::Reopened, 30)]).await.unwrap();
    assert_eq!(open(&archive).await, [id]);
}

#[tokio::test]
async fn entries_are_appended_all_or_none_and_only_to_announced_changes() {
    let (archive, ids) = changed(1).await;
    let mut quiet = version("privacy", 1, "one", 10);
    archive.store.record(quiet).await.unwrap();
    quiet = version("privacy", 2, "two", 20);
    let unannounced = quiet.change.as_mut().unwrap();
    unannounced.announced = false;
    let unannounced = unannounced.id.clone();
    archive.store.record(quiet).await.unwrap();
    for stranger in [NoticeId::from_stored("chg_x"), unannounced] {
        let entries = vec![entry(&ids[0], Deed::Acknowledged, 30), entry(&stranger, Deed::Acknowledged, 30)];
        let error = archive.store.append_reviews(entries).await.unwrap_err().to_string();
        assert_eq!(error, format!("refused to record: `{stranger}` is no announced change"));
        assert_eq!(archive.count("reviews"), 0);
        assert_eq!(archive.store.review(stranger.as_str()).await.unwrap(), None);
    }
}

#[tokio::test]
async fn not_even_sql_rewrites_the_history_of_a_review() {
    let (archive, ids) = changed(1).await;
    archive.store.append_reviews(vec![entry(&ids[0], Deed::Acknowledged, 30)]).await.unwrap();
    for rewriting in ["UPDATE reviews SET who = 'bob'", "DELETE FROM reviews"] {
        let error = archive.sql().execute(rewriting, []).unwrap_err().to_string();
        assert_eq!(error, "the history of reviews is only appended to", "{rewriting}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reviews_are_written_while_another_process_has_the_lock_and_writes() {
    let (archive, ids) = changed(3).await;
    let _lock = archive.store.lock("watch", at(0)).unwrap();
    let other = Store::open(&archive.path()).await.unwrap();
    let checks = async {
        for minute in 100..200 {
            archive.store.record(check("privacy", Outcome::Unchanged, minute)).await.unwrap();
        }
    };
    let reviews = async {
        for minute in 100..200 {
            let entry = entry(&ids[minute as usize % 3], Deed::Commented, minute);
            other.append_reviews(vec![entry]).await.unwrap();
        }
    };
    tokio::join!(checks, reviews);
    assert_eq!(archive.count("reviews"), 100);
}
