//! What is kept, copied, taken away and saved.

use fineprint::model::{Keep, Retention};
use jiff::ToSpan as _;

use super::chain::eventful;
use super::*;

/// A page like the others of its source, with something of its own.
fn body(n: i64) -> String {
    let clause = |i: i64| format!("<p>Clause {i} of {:x}.</p>", i * 7_654_321);
    format!("{}<p>It costs {n} euros.</p>", (0..300).map(clause).collect::<String>())
}

/// A source whose every page is kept: a version every 10th look, a disputed page every 25th.
async fn all_kept(looks: i64) -> Archive {
    let archive = Archive::watching().await;
    let mut number = 0;
    for n in 0..looks {
        let mut record = match n {
            _ if n % 10 == 0 => {
                number += 1;
                version("terms", number, &format!("edition {number}"), n)
            }
            _ if n % 25 == 7 => check("terms", Outcome::Held, n),
            _ => check("terms", Outcome::Unchanged, n),
        };
        let page = page("terms", body(n), at(n));
        (record.digest, record.keep) = (Some(page.digest()), Some(page));
        archive.store.record(record).await.unwrap();
    }
    archive
}

fn only(keep: Keep) -> Retention {
    Retention { keep, ..Retention::default() }
}

#[tokio::test]
async fn pruning_takes_what_the_policy_says_and_breaks_nothing() {
    let archive = all_kept(100).await;
    assert_eq!(archive.store.prunable(only(Keep::All), at(1000)).await.unwrap(), []);
    let doomed = archive.store.prunable(only(Keep::Versions), at(1000)).await.unwrap();
    assert_eq!((doomed.len(), doomed[0].pages), (1, 100 - 10 - 4));
    archive.store.prune(only(Keep::Versions), at(1000)).await.unwrap();
    assert_eq!(archive.store.prunable(only(Keep::Versions), at(1000)).await.unwrap(), []);
    for version in archive.store.versions(&id("terms")).await.unwrap() {
        let kept = archive.store.snapshot(version.snapshot).await.unwrap().unwrap();
        assert_eq!(kept.body, body(10 * (i64::from(version.number) - 1)));
    }
    let verified = Store::verify(&archive.path()).await.unwrap();
    assert_eq!(verified.findings, []);
    assert_eq!(verified.pruned, 86, "one page each; their headers are alike, and needed");

    // What comes again is kept again.
    let mut again = check("terms", Outcome::Held, 2000);
    again.keep = Some(page("terms", body(3), at(2000)));
    archive.store.record(again).await.unwrap();
    let verified = Store::verify(&archive.path()).await.unwrap();
    assert_eq!((verified.findings, verified.pruned), (vec![], 85));
}

#[tokio::test]
async fn pages_go_with_age_and_texts_never() {
    let archive = all_kept(100).await;
    let policy = Retention { keep: Keep::All, pages_for: Some(1.year()), disputed_for: Some(1.month()) };
    let after = |days: i64| at(days * 1440);
    assert_eq!(archive.store.prunable(policy, after(20)).await.unwrap(), []);
    assert_eq!(archive.store.prunable(policy, after(40)).await.unwrap()[0].pages, 4);
    archive.store.prune(policy, after(400)).await.unwrap();
    for version in archive.store.versions(&id("terms")).await.unwrap() {
        let pruned = archive.store.snapshot(version.snapshot).await.unwrap_err();
        assert!(pruned.to_string().contains("it was pruned: only its digest is left"), "{pruned}");
        assert!(archive.store.version(&id("terms"), version.number).await.unwrap().is_some());
    }
    assert_eq!(Store::verify(&archive.path()).await.unwrap().findings, []);
}

#[tokio::test]
async fn the_room_of_what_was_pruned_is_used_again() {
    let archive = all_kept(100).await;
    archive.store.prune(only(Keep::Versions), at(1000)).await.unwrap();
    let pages = || archive.sql().query_row("PRAGMA page_count", [], |row| row.get::<_, i64>(0)).unwrap();
    let before = pages();
    for n in 0..50 {
        let mut record = check("terms", Outcome::Unchanged, 2000 + n);
        record.keep = Some(page("terms", body(1000 + n), at(2000 + n)));
        archive.store.record(record).await.unwrap();
        archive.store.prune(only(Keep::Versions), at(3000)).await.unwrap();
    }
    let grown = pages() - before;
    assert!(grown < 20, "{grown} pages more for 50 looks with an entry for each");
}

#[tokio::test]
async fn a_backup_is_the_archive_of_that_moment() {
    let archive = eventful().await;
    let to = archive.folder.path().join("backup.db");
    std::fs::write(archive.folder.path().join("backup.db.part"), "left by a killed one").unwrap();
    for n in 0..2 {
        archive.store.record(check("terms", Outcome::NotModified, 200 + n)).await.unwrap();
        Store::backup(&archive.path(), &to).await.unwrap();
        let (copy, own) = (Store::verify(&to).await.unwrap(), Store::verify(&archive.path()).await.unwrap());
        assert_eq!(copy, own);
        assert!(copy.is_intact());
    }
    assert!(!archive.folder.path().join("backup.db.part").exists());
    let onto_itself = Store::backup(&archive.path(), &archive.path()).await.unwrap_err();
    assert!(onto_itself.to_string().contains("would replace the archive itself"), "{onto_itself}");
    let notes = archive.folder.path().join("notes.txt");
    std::fs::write(&notes, "dear diary ".repeat(1000)).unwrap();
    assert!(matches!(Store::backup(&archive.path(), &notes).await, Err(Error::NotADatabase { .. })));
    assert!(std::fs::read_to_string(&notes).unwrap().starts_with("dear diary"));
    let nowhere = Store::backup(&archive.path(), &notes.join("backup.db")).await.unwrap_err();
    assert!(matches!(&nowhere, Error::CannotOpen { path, .. } if path.starts_with(&notes)), "{nowhere}");
}

#[tokio::test]
async fn reading_leaves_nothing_behind() {
    let archive = eventful().await;
    let path = archive.path();
    let Archive { folder, store } = archive;
    drop(store);
    let files = || -> Vec<_> {
        let files = std::fs::read_dir(folder.path().join("state")).unwrap();
        files
            .map(|file| (file.as_ref().unwrap().file_name(), file.unwrap().metadata().unwrap().len()))
            .collect()
    };
    let before = files();
    let reading = Store::open_to_read(&path).await.unwrap();
    assert_eq!(reading.versions(&id("terms")).await.unwrap().len(), 2);
    drop(reading);
    let left: Vec<_> =
        files().into_iter().filter(|(name, _)| !name.to_string_lossy().ends_with("-shm")).collect();
    let left: Vec<_> = left.into_iter().filter(|(_, bytes)| *bytes > 0).collect();
    assert_eq!(left, before);
    // Whoever writes after all may do so.
    let writing = Store::open_to_read(&path).await.unwrap();
    writing.record(check("terms", Outcome::NotModified, 300)).await.unwrap();
    assert_eq!(writing.checks(&id("terms"), 1).await.unwrap()[0].at, at(300));
}

#[tokio::test]
async fn an_archive_that_is_gone_is_not_begun_afresh() {
    let archive = Archive::watching().await;
    drop(archive.store.lock("check", at(0)).unwrap());
    let path = archive.path();
    let Archive { folder: _folder, store } = archive;
    drop(store);
    for gone in [None, Some("")] {
        std::fs::remove_file(&path).ok();
        if let Some(empty) = gone {
            std::fs::write(&path, empty).unwrap();
        }
        let error = Store::open(&path).await.unwrap_err();
        assert_eq!(error, Error::Gone { path: path.clone() });
        assert_eq!(Store::exists(&path), Err(error), "to be read neither");
    }
    std::fs::remove_file(path.with_extension("db.lock")).unwrap();
    Store::open(&path).await.unwrap();
}

#[tokio::test]
async fn a_lost_log_is_noted_once() {
    let archive = eventful().await;
    let path = archive.path();
    let Archive { folder: _folder, store } = archive;
    drop(store);
    // A killed process leaves its lock signed, and its log; here the log is not there.
    std::fs::write(path.with_extension("db.lock"), "4711\nwatch\n2026-03-01T00:00:00Z\n").unwrap();
    // Reading it leaves an empty log.
    drop(Store::open_to_read(&path).await.unwrap().sources().await.unwrap());
    for _ in 0..2 {
        let store = Store::open(&path).await.unwrap();
        let chain = store.chain(None).await.unwrap();
        let lost = chain.iter().filter(|entry| entry.line.contains(r#""kind":"lost""#)).count();
        assert_eq!(lost, 1);
    }
    assert!(Store::verify(&path).await.unwrap().is_intact());
}

#[tokio::test]
async fn what_is_left_of_a_damaged_archive_is_saved_and_goes_on() {
    let archive = eventful().await;
    let path = archive.path();
    let Archive { folder, store } = archive;
    let mut seen = check("privacy", Outcome::Unchanged, 450);
    (seen.digest, seen.skeleton) = (Some(Digest::of(b"a page")), Some(Digest::of(b"a skeleton")));
    store.record(seen).await.unwrap();
    drop(store);
    let intact = std::fs::read(&path).unwrap();
    let (old, new) = (folder.path().join("old.db"), folder.path().join("new.db"));
    let mut damaged = 0;
    // Each page but the first, which says what all the others are.
    for page in 1..intact.len() / 4096 {
        let mut bytes = intact.clone();
        bytes[page * 4096..(page + 1) * 4096].fill(0x5a);
        std::fs::write(&old, bytes).unwrap();
        let before = Store::verify(&old).await;
        let repaired = match Store::repair(&old, &new, at(500)).await {
            Ok(repaired) => repaired,
            // A page of the schema itself.
            Err(Error::Corrupt { .. }) => continue,
            Err(error) => panic!("page {page}: {error}"),
        };
        damaged += usize::from(before.is_ok_and(|before| !before.is_intact()));
        let store = Store::open(&new).await.unwrap();
        let verified = Store::verify(&new).await.unwrap();
        assert_eq!(verified.findings, [], "page {page}: {repaired:#?}");
        if let Ok(state) = store.state(&id("privacy")).await
            && !repaired.is_complete()
        {
            assert_eq!((state.skeleton, state.body_digest), (None, None), "what they stand for may be lost");
        }
        for n in 0..3 {
            let recorded = store.record(check("privacy", Outcome::NotModified, 600 + n)).await;
            // Where its sources are gone they have to be configured again.
            if matches!(recorded, Err(Error::UnknownSource(_))) {
                store.sync_sources(&[source("privacy")], at(599)).await.unwrap();
                store.record(check("privacy", Outcome::NotModified, 600 + n)).await.unwrap();
            }
        }
        let verified = Store::verify(&new).await.unwrap();
        assert_eq!(verified.findings, [], "page {page}, later: {repaired:#?}");
        drop(store);
        std::fs::remove_file(&new).unwrap();
    }
    assert!(damaged > 10, "{damaged}");
    std::fs::write(&new, "").unwrap();
    assert!(matches!(Store::repair(&path, &new, at(0)).await, Err(Error::Refused { .. })));
    std::fs::remove_file(&new).unwrap();
    assert!(Store::repair(&path, &new, at(0)).await.unwrap().is_complete(), "nothing was wrong");
}

#[tokio::test]
async fn what_is_left_of_an_archive_whose_end_is_cut_off_is_saved_and_goes_on() {
    let archive = eventful().await;
    // More than its list of tables, which takes the first pages.
    for minute in 81..800 {
        archive.store.record(check("terms", Outcome::NotModified, minute)).await.unwrap();
    }
    let path = archive.path();
    let Archive { folder, store } = archive;
    drop(store);
    let intact = std::fs::read(&path).unwrap();
    let (old, new) = (folder.path().join("old.db"), folder.path().join("new.db"));
    let (mut saved, mut told, mut most) = (0, 0, 0);
    for pages in 1..intact.len() / 4096 {
        // Anywhere in a page, as where a copy ended.
        let more = [1_000, 1, 4_095, 200, 2_500][pages % 5];
        std::fs::write(&old, &intact[..pages * 4096 + more]).unwrap();
        match Store::open_to_read(&old).await {
            Err(refused) => assert!(refused.to_string().contains("with `fineprint repair`"), "{refused}"),
            // SQLite takes a page that was begun for one.
            Ok(_) => assert_eq!(pages + 1, intact.len() / 4096),
        }
        let found = Store::verify(&old).await.map(|verified| verified.is_intact());
        assert_ne!(found, Ok(true), "{pages} pages");
        match Store::repair(&old, &new, at(900)).await {
            Ok(repaired) => {
                assert!(!repaired.lost.is_empty(), "{pages} pages");
                let lacks = |finding: &fineprint::store::Finding| {
                    finding.place == "the chain of acme/terms" && finding.what.starts_with("it has ")
                };
                let says = |lost: &String| lost.contains(" entries of acme/terms, of the time ");
                let short = repaired.verified.findings.iter().any(lacks);
                assert_eq!(repaired.lost.iter().any(says), short, "{pages} pages: {repaired:#?}");
                let verified = Store::verify(&new).await.unwrap();
                assert_eq!(verified.findings, [], "{pages} pages: {repaired:#?}");
                assert!(verified.on_record > 0);
                (saved, told) = (saved + 1, told + usize::from(short));
                most = most.max(repaired.rows);
                std::fs::remove_file(&new).unwrap();
            }
            // Where not even the list of tables is whole.
            Err(Error::Corrupt { .. }) => {}
            Err(error) => panic!("{pages} pages: {error}"),
        }
    }
    // In an archive as small as this one the list of tables ends far behind the middle.
    assert!(saved > 10 && most > 50, "{saved} of them, {most} rows at most");
    assert!(told > 5, "{told} of them lack entries, and say which");
}
