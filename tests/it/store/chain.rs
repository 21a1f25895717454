//! The chain: what was recorded can't be altered without it showing.

use sha2::{Digest as _, Sha256};

use super::*;

/// As docs/evidence.md tells third parties to do it.
fn heads<'a>(lines: impl IntoIterator<Item = &'a str>) -> Vec<[u8; 32]> {
    let mut head = [0; 32];
    let next = |line: &str| {
        let mut hash = Sha256::new();
        hash.update(head);
        hash.update(Sha256::digest(line));
        head = hash.finalize().into();
        head
    };
    lines.into_iter().map(next).collect()
}

#[tokio::test]
async fn an_entry_is_a_line_for_ever() {
    let archive = Archive::watching().await;
    archive.store.record(version("terms", 1, "one", 10)).await.unwrap();
    let mut seen = check("terms", Outcome::Unchanged, 20);
    seen.digest = Some(Digest::of(b"a"));
    seen.seen = Some(page("terms", "a", at(20)));
    archive.store.record(seen).await.unwrap();
    archive.store.record(version("terms", 2, "two", 30)).await.unwrap();
    archive
        .store
        .note(Some(&id("terms")), at(40), "review", serde_json::json!({ "by": "é\n" }))
        .await
        .unwrap();
    let entries = archive.store.chain(Some(&id("terms"))).await.unwrap();
    let lines: Vec<&str> = entries.iter().map(|entry| entry.line.as_str()).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    {"id":1,"source":"acme/terms","at":"2026-03-01T00:10:00.000Z","kind":"check","outcome":"first","status":200,"page":{"id":1,"fetched_at":"2026-03-01T00:10:00.000Z","url":"https://acme.example/terms","final_url":"https://www.acme.example/legal/terms?a=b","status":200,"headers":"28f429411fe653283146e7bb593494fe4dff4fba09467204d9b170949fb0a8f0","body":"8454f8f6a627398ff88dd131300df5b0e6a4d0140c940a677abb21439c1ea2f3","received":"aa4da628abf6e0f636a9da04d038cb5dd7036de1d7ba7dcc082e70d92108eeab"},"version":{"number":1,"seen_at":"2026-03-01T00:10:00.000Z","cause":"publisher","reading":"main","words":2,"page":1,"text":"a7f329b1e52d4f8896a4631828e5090dfffa30ca7d8813774bf25c5ae327e88e"}}
    {"id":2,"source":"acme/terms","at":"2026-03-01T00:20:00.000Z","kind":"check","outcome":"unchanged","status":200,"body":"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"}
    {"id":3,"source":"acme/terms","at":"2026-03-01T00:30:00.000Z","kind":"check","outcome":"changed","status":200,"page":{"id":2,"fetched_at":"2026-03-01T00:30:00.000Z","url":"https://acme.example/terms","final_url":"https://www.acme.example/legal/terms?a=b","status":200,"headers":"28f429411fe653283146e7bb593494fe4dff4fba09467204d9b170949fb0a8f0","body":"95482e1757145624cdab7d9446ad00bd9714f0d1531dad96215cf1491369285a","received":"aa4da628abf6e0f636a9da04d038cb5dd7036de1d7ba7dcc082e70d92108eeab"},"last":{"id":3,"fetched_at":"2026-03-01T00:20:00.000Z","url":"https://acme.example/terms","final_url":"https://www.acme.example/legal/terms?a=b","status":200,"headers":"28f429411fe653283146e7bb593494fe4dff4fba09467204d9b170949fb0a8f0","body":"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb","received":"aa4da628abf6e0f636a9da04d038cb5dd7036de1d7ba7dcc082e70d92108eeab"},"version":{"number":2,"seen_at":"2026-03-01T00:30:00.000Z","cause":"publisher","reading":"main","words":2,"page":2,"text":"ee2536086ba35400312f4333763def16561883a5c65ab2492d4f35a9b855b627"},"change":{"id":"chg_0fce5ab65cfef526b44a62b7","from":1,"to":2,"at":"2026-03-01T00:30:00.000Z","previous_at":"2026-03-01T00:00:00.000Z","severity":"critical","topics":"[\"geography\",\"payment\"]","effective":"2026-04-01","summary":"a clause changed","words_added":3,"words_removed":2,"cause":"publisher","announced":true,"why":"stable"},"notices":[{"id":"chg_0fce5ab65cfef526b44a62b7","queued_at":"2026-03-01T00:30:00.000Z","content":"7b7044052be21bef4719f3e08de71ed5618afafc9ff78012241328a7c65b6a63"}]}
    {"id":4,"source":"acme/terms","at":"2026-03-01T00:40:00.000Z","kind":"review","content":{"by":"é\n"}}
    "#);
    assert_eq!(entries.iter().map(|entry| entry.head.0).collect::<Vec<_>>(), heads(lines));
}

#[tokio::test]
async fn a_seal_stands_for_everything_until_then() {
    let archive = Archive::watching().await;
    assert_eq!(archive.store.seal(at(0)).await.unwrap(), None);
    for terms in ["terms", "privacy"] {
        archive.store.record(version(terms, 1, "one", 10)).await.unwrap();
    }
    let first = archive.store.seal(at(20)).await.unwrap().unwrap();
    assert_eq!(archive.store.seal(at(30)).await.unwrap(), Some(first), "nothing has happened since");
    archive.store.record(check("terms", Outcome::NotModified, 40)).await.unwrap();
    let second = archive.store.seal(at(50)).await.unwrap().unwrap();
    let chain = archive.store.chain(None).await.unwrap();
    assert_eq!(chain.iter().map(|entry| entry.head).collect::<Vec<_>>(), [first.head, second.head]);
    let terms = archive.store.chain(Some(&id("terms"))).await.unwrap();
    assert!(chain[0].line.contains(&terms[0].head.to_string()));
    assert!(chain[1].line.contains(&terms[1].head.to_string()));
    assert!(!chain[1].line.contains("acme/privacy"), "it did not grow");
    assert!(verified(&archive).await.is_intact());
}

async fn verified(archive: &Archive) -> Verified {
    Store::verify(&archive.path()).await.unwrap()
}

/// Two sources with versions, a disputed page, looks without news, seals.
pub(super) async fn eventful() -> Archive {
    let archive = Archive::watching().await;
    for terms in ["terms", "privacy"] {
        archive.store.record(version(terms, 1, "You may appeal within 30 days.", 10)).await.unwrap();
        for minute in 11..60 {
            let mut seen = check(terms, Outcome::Unchanged, minute);
            let body = format!("<p>You may appeal within 30 days.</p><!-- {minute} -->");
            seen.digest = Some(Digest::of(body.as_bytes()));
            seen.seen = Some(page(terms, body, at(minute)));
            archive.store.record(seen).await.unwrap();
        }
        let mut held = check(terms, Outcome::Held, 60);
        held.check.detail = Some("half the length".into());
        held.keep = Some(page(terms, "<p>You may", at(60)));
        archive.store.record(held).await.unwrap();
        let mut second = version(terms, 2, "You may appeal within 14 days.", 61);
        let change = second.change.as_mut().unwrap();
        change.reasons = vec!["critical: an account can be lost".to_owned()];
        let by = Review {
            change: change.id.clone(),
            at: at(63),
            by: "ana".into(),
            deed: Deed::Acknowledged,
            assignee: None,
            note: Some("we never appeal".into()),
        };
        archive.store.record(second).await.unwrap();
        archive.store.seal(at(62)).await.unwrap();
        archive.store.record(check(terms, Outcome::NotModified, 70)).await.unwrap();
        if terms == "privacy" {
            archive.store.append_reviews(vec![by]).await.unwrap();
        }
    }
    let mut seen = check("terms", Outcome::Unchanged, 80);
    let body = "<p>You may appeal within 14 days. </p>";
    seen.digest = Some(Digest::of(body.as_bytes()));
    seen.seen = Some(page("terms", body, at(80)));
    archive.store.record(seen).await.unwrap();
    archive
}

#[tokio::test]
async fn what_was_altered_is_named() {
    let mut wrong = Vec::new();
    for (damage, place) in [
        ("UPDATE checks SET at = at + 1 WHERE id = 20", "check 20 of acme/terms"),
        ("UPDATE checks SET outcome = 0 WHERE id = 20", "check 20 of acme/terms"),
        ("UPDATE checks SET digest = zeroblob(32) WHERE id = 20", "check 20 of acme/terms"),
        ("UPDATE checks SET head = zeroblob(8) WHERE id = 20", "check 20 of acme/terms"),
        ("UPDATE checks SET head = NULL WHERE id = 20", "check 20 of acme/terms"),
        ("DELETE FROM checks WHERE id = 20", "check 21 of acme/terms"),
        ("UPDATE checks SET id = 1000 WHERE id = 20", "check 21 of acme/terms"),
        ("UPDATE checks SET source = 2 WHERE id = 20", "check 20 of acme/privacy"),
        ("UPDATE sources SET name = 'acme/other' WHERE id = 1", "check 1 of acme/other"),
        ("UPDATE versions SET words = words + 1 WHERE number = 2 AND source = 1", "check 52 of acme/terms"),
        ("UPDATE changes SET summary = '' WHERE source = 1", "check 52 of acme/terms"),
        ("UPDATE changes SET reasons = '[]' WHERE source = 1", "check 52 of acme/terms"),
        ("UPDATE changes SET reasons_vouched = NULL WHERE source = 1", "check 52 of acme/terms"),
        ("UPDATE changes SET to_version = 1 WHERE source = 1", "check 1 of acme/terms"),
        ("UPDATE notices SET content = content || ' ' WHERE origin = 52", "check 52 of acme/terms"),
        ("UPDATE notices SET origin = NULL WHERE origin = 52", "check 52 of acme/terms"),
        ("UPDATE snapshots SET final_url = 'https://acme.example/' WHERE id = 1", "check 1 of acme/terms"),
        ("UPDATE snapshots SET headers = body WHERE id = 1", "check 1 of acme/terms"),
        ("UPDATE events SET content = '{\"heads\":[]}' WHERE id = 53", "event 53 of the archive"),
        ("UPDATE bodies SET data = x'' WHERE id = (SELECT body FROM snapshots WHERE id = 1)", "content 2"),
        ("UPDATE bodies SET size = size + 1 WHERE id = (SELECT body FROM snapshots WHERE id = 1)", "content 2"),
        ("UPDATE chains SET entries = entries + 1 WHERE source = 1", "the chain of acme/terms"),
        ("DELETE FROM chains WHERE source = 2", "the chain of acme/privacy"),
        ("DELETE FROM checks WHERE id = 108", "the chain of acme/privacy"),
        ("INSERT INTO snapshots SELECT 99, source, fetched_at, url, final_url, status, headers, body, received
          FROM snapshots WHERE id = 1", "snapshot 99"),
        ("UPDATE sightings SET size = size - 1", "the latest sight of source 1"),
        ("UPDATE sightings SET final_url = 'https://acme.example/'", "the latest sight of source 1"),
        ("UPDATE sightings SET fetched_at = fetched_at - 1, sum = NULL", "the latest sight of source 1"),
        ("DROP TRIGGER reviews_are_never_edited; UPDATE reviews SET note = 'we do'", "review 1"),
        ("DROP TRIGGER reviews_are_never_deleted; DELETE FROM reviews", "review 1"),
        ("INSERT INTO reviews SELECT 2, change, at, who, deed, assignee, note FROM reviews", "review 2"),
    ] {
        let archive = eventful().await;
        assert_eq!(verified(&archive).await.findings, []);
        archive.sql().execute_batch(&format!("PRAGMA foreign_keys = OFF; {damage}")).unwrap();
        let verified = verified(&archive).await;
        let first = verified.findings.first().map(|finding| finding.place.as_str());
        if first != Some(place) {
            wrong.push(format!("{damage}: {place}, not {:#?}", verified.findings));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn behind_a_bad_row_the_chain_is_followed_again() {
    let archive = eventful().await;
    archive.sql().execute_batch("UPDATE checks SET status = 404 WHERE id IN (5, 20)").unwrap();
    let verified = verified(&archive).await;
    let found: Vec<String> = verified.findings.iter().map(|found| found.to_string()).collect();
    insta::assert_snapshot!(found.join("\n"), @r##"
    check 5 of acme/terms: what it says does not hash to the head recorded with it; it was altered after it was recorded, or one before it was taken out or put in
    check 32 of acme/terms: the chain holds again from here; it was lost at check 5 of acme/terms; 26 entries between the two can't be proven one by one
    "##);
}

#[tokio::test]
async fn a_history_from_before_the_chain_is_carried_over() {
    let archive = eventful().await;
    let path = archive.path();
    let Archive { folder: _folder, store } = archive;
    drop(store);
    make_old(&path, 2);
    let error = Store::verify(&path).await.unwrap_err();
    assert!(matches!(error, Error::Older { found: 2, .. }), "{error}");
    let store = Store::open(&path).await.unwrap();
    store.record(check("terms", Outcome::NotModified, 100)).await.unwrap();
    let verified = Store::verify(&path).await.unwrap();
    assert!(verified.is_intact(), "{verified:#?}");
    assert_eq!((verified.carried_over, verified.chains), (110, 3));
    let notices: i64 = Connection::open(&path)
        .unwrap()
        .query_row("SELECT count(*) FROM notices WHERE origin IS NOT NULL", [], |row| row.get(0))
        .unwrap();
    assert_eq!(notices, 2);
}

#[tokio::test]
async fn what_the_chain_did_not_vouch_for_at_first_is_hashed_as_it_was() {
    let archive = Archive::watching().await;
    archive.store.record(version("terms", 1, "You may appeal within 30 days.", 10)).await.unwrap();
    archive.store.record(version("terms", 2, "You may appeal within 14 days.", 20)).await.unwrap();
    let mut seen = check("terms", Outcome::Unchanged, 30);
    seen.digest = Some(Digest::of(b"<p>30"));
    seen.seen = Some(page("terms", "<p>30", at(30)));
    archive.store.record(seen).await.unwrap();
    let path = archive.path();
    let Archive { folder: _folder, store } = archive;
    drop(store);
    make_old(&path, 11);
    let before = "
        UPDATE changes SET reasons = '[\"critical: an account can be lost\"]';
        INSERT INTO reviews (change, at, who, deed) SELECT id, at, 'ana', 0 FROM changes";
    Connection::open(&path).unwrap().execute_batch(before).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(Store::verify(&path).await.unwrap().findings, []);
    assert!(std::fs::read(&path).unwrap() == bytes, "a backup stays as it is");
    let store = Store::open(&path).await.unwrap();
    assert_eq!(Store::verify(&path).await.unwrap().findings, []);
    let chain = store.chain(None).await.unwrap();
    assert!(chain[0].line.contains(r#""kind":"review","content":{"review":1,"#), "{}", chain[0].line);
}

/// Makes an archive that is closed what it would be under an earlier schema.
pub fn make_old(path: &Path, schema: usize) {
    let old = path.with_extension("old");
    as_of_schema(schema, path, &old);
    std::fs::rename(old, path).unwrap();
}

/// What an archive of an earlier schema had of what this one holds.
fn as_of_schema(schema: usize, archive: &Path, old: &Path) {
    let older = Connection::open(old).unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store/migrations");
    let mut steps: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    steps.sort();
    for step in &steps[..schema] {
        older.execute_batch(&std::fs::read_to_string(step).unwrap()).unwrap();
    }
    let ours = "PRAGMA application_id = 0x66707274; PRAGMA foreign_keys = OFF";
    older.execute_batch(&format!("PRAGMA user_version = {schema}; {ours}")).unwrap();
    older.execute("ATTACH ?1 AS newer", [archive.to_str().unwrap()]).unwrap();
    let listed = |sql: &str| -> Vec<String> {
        older
            .prepare(sql)
            .unwrap()
            .query_map([], |row| row.get(0))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap()
    };
    for table in
        listed("SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    {
        let columns = listed(&format!("SELECT name FROM pragma_table_info('{table}')")).join(", ");
        let copy = format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM newer.{table}");
        older.execute_batch(&copy).unwrap();
    }
    if schema >= 3 {
        return;
    }
    let differences = "
        UPDATE checks SET digest = zeroblob(32) WHERE id IN (SELECT id FROM newer.checks WHERE body IS NOT NULL);
        DELETE FROM snapshots WHERE id NOT IN (SELECT snapshot FROM checks WHERE snapshot IS NOT NULL)";
    older.execute_batch(differences).unwrap();
}
