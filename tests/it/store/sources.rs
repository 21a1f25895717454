//! What is known about a source follows from what its checks brought.

use super::*;

#[tokio::test]
async fn outcomes_count_failures_and_second_looks() {
    use Outcome::*;
    let Archive { store, folder: _folder } = &Archive::watching().await;
    let steps = [
        // outcome, failures, looks, unreadable since, last readable
        (First, 0, 0, None, Some(0)),
        (Held, 0, 1, None, Some(1)),
        (Held, 0, 2, None, Some(2)),
        (Unchanged, 0, 0, None, Some(3)),
        (Unusable, 1, 1, Some(4), Some(3)),
        (Failed, 2, 1, Some(4), Some(3)),
        (Unusable, 3, 2, Some(4), Some(3)),
        (NotModified, 0, 0, None, Some(7)),
        (Failed, 1, 0, Some(8), Some(7)),
        (Held, 0, 1, None, Some(9)),
        (Changed, 0, 0, None, Some(10)),
    ];
    for (minute, (outcome, failures, looks, unreadable, readable)) in (0..).zip(steps) {
        store.record(check("terms", outcome, minute)).await.unwrap();
        let state = store.state(&id("terms")).await.unwrap();
        assert_eq!((state.failures, state.looks), (failures, looks), "after {outcome} at {minute}");
        assert_eq!(state.unreadable_since, unreadable.map(at), "after {outcome} at {minute}");
        assert_eq!(state.last_readable, readable.map(at), "after {outcome} at {minute}");
        assert_eq!((state.last_checked, state.due_at), (Some(at(minute)), Some(at(minute + 360))));
    }
    assert_eq!(store.state(&id("terms")).await.unwrap().last_changed, Some(at(10)));
}

#[tokio::test]
async fn validators_are_kept_only_of_a_page_that_was_accepted() {
    use Outcome::*;
    let Archive { store, folder: _folder } = &Archive::watching().await;
    let digest = |n: i64| Some(Digest::of(&n.to_be_bytes()));
    let steps = [
        // outcome, the etag kept and the digest kept: of which check
        (First, Some(0), digest(0)),
        (NotModified, Some(0), digest(0)),
        (Held, None, digest(0)),
        (Unchanged, Some(3), digest(3)),
        (Failed, None, digest(3)),
        (Changed, Some(5), digest(5)),
        (Unusable, None, digest(5)),
    ];
    for (minute, (outcome, etag, body)) in (0..).zip(steps) {
        let mut record = check("terms", outcome, minute);
        record.validators.etag = Some(minute.to_string());
        record.digest = digest(minute).filter(|_| outcome != NotModified);
        store.record(record).await.unwrap();
        let state = store.state(&id("terms")).await.unwrap();
        assert_eq!(state.validators.etag, etag.map(|n: i64| n.to_string()), "after {outcome}");
        assert_eq!(state.body_digest, body, "after {outcome}");
    }
}

#[tokio::test]
async fn the_skeleton_of_a_version_goes_with_it() {
    let Archive { store, folder: _folder } = &Archive::watching().await;
    let of = |n: u8| Some(Digest::of(&[n]));
    let steps = [
        // the version and the skeleton that come, and the skeleton that is known then
        (Some(1), None, None),
        (None, of(1), of(1)),
        (None, None, of(1)),
        (None, of(2), of(2)),
        (Some(2), of(3), of(3)),
        (Some(3), None, None),
    ];
    for (minute, (version, skeleton, known)) in (0..).zip(steps) {
        let mut record = match version {
            Some(number) => super::version("terms", number, &format!("We sell {number}."), minute),
            None => check("terms", Outcome::Unchanged, minute),
        };
        record.skeleton = skeleton;
        store.record(record).await.unwrap();
        assert_eq!(store.state(&id("terms")).await.unwrap().skeleton, known, "at {minute}");
    }
}

#[tokio::test]
async fn memory_and_degradation_stay_until_they_are_set() {
    let Archive { store, folder: _folder } = &Archive::watching().await;
    let mut record = check("terms", Outcome::Failed, 1);
    (record.memory, record.degraded) = (Some(vec![7]), Some(Some(at(1))));
    store.record(record).await.unwrap();
    store.record(check("terms", Outcome::Failed, 2)).await.unwrap();
    let state = store.state(&id("terms")).await.unwrap();
    assert_eq!((state.memory, state.degraded_since), (vec![7], Some(at(1))));
    let mut record = check("terms", Outcome::Unchanged, 3);
    record.degraded = Some(None);
    store.record(record).await.unwrap();
    assert_eq!(store.state(&id("terms")).await.unwrap().degraded_since, None);
}

#[tokio::test]
async fn the_longest_overdue_source_comes_first_and_a_retired_one_never() {
    let Archive { store, folder: _folder } = &Archive::new().await;
    let all = ["a", "b", "c"].map(source);
    assert_eq!(store.next_due().await.unwrap(), None);
    store.sync_sources(&all, at(0)).await.unwrap();
    assert_eq!(store.due(at(0), 9).await.unwrap(), ["a", "b", "c"].map(id));
    for (terms, minute) in [("a", 5), ("b", 3), ("c", 4)] {
        store.record(check(terms, Outcome::Unchanged, minute)).await.unwrap();
    }
    assert_eq!(store.next_due().await.unwrap(), Some(at(363)));
    assert_eq!(store.due(at(362), 9).await.unwrap(), []);
    assert_eq!(store.due(at(364), 9).await.unwrap(), [id("b"), id("c")]);
    assert_eq!(store.due(at(365), 1).await.unwrap(), [id("b")]);

    store.sync_sources(&all[..1], at(10)).await.unwrap();
    assert_eq!(store.due(at(999), 9).await.unwrap(), [id("a")]);
    assert_eq!(store.overview().await.unwrap().len(), 1);
    assert_eq!(store.state(&id("b")).await.unwrap().due_at, None);
}

#[tokio::test]
async fn a_source_that_moves_or_returns_keeps_its_history() {
    let Archive { store, folder: _folder } = &Archive::watching().await;
    store.record(version("terms", 1, "one", 10)).await.unwrap();
    store.sync_sources(&[], at(20)).await.unwrap();
    assert_eq!(store.overview().await.unwrap(), []);
    store.sync_sources(&[source("terms")], at(30)).await.unwrap();
    let state = store.state(&id("terms")).await.unwrap();
    assert_eq!((state.latest.unwrap().number, state.due_at), (1, Some(at(30))));

    let mut moved = source("terms");
    moved.url = "https://acme.example/legal".parse().unwrap();
    store.record(check("terms", Outcome::NotModified, 40)).await.unwrap();
    store.add_source(&moved, at(50)).await.unwrap();
    let state = store.state(&id("terms")).await.unwrap();
    assert_eq!(state.validators, Validators::default(), "they were about another page");
    assert_eq!((state.latest.unwrap().number, state.due_at), (1, Some(at(50))));
    store.record(version("terms", 2, "two", 60)).await.unwrap();

    let overview = store.overview().await.unwrap().pop().unwrap();
    assert_eq!((overview.url.as_str(), overview.versions), ("https://acme.example/legal", 2));
    assert_eq!((overview.outcome, overview.last_changed), (Some(Outcome::Changed), Some(at(60))));
    // The same configuration again changes nothing.
    store.sync_sources(&[moved], at(70)).await.unwrap();
    assert_eq!(store.overview().await.unwrap(), [overview]);
}
