//! Bundles: evidence that reads, checks and breaks as it should, with fineprint and without.

mod corruption;
mod tools;
mod witness;

use std::path::{Path, PathBuf};
use std::process::Command;

use fineprint::export::{Bundle, Question, Witnesses, bundle, check, write};
use fineprint::store::KnownSource;
use insta::assert_snapshot;
use jiff::Timestamp;
use tempfile::TempDir;

use crate::web::Answer;
use crate::world::World;

const NEVER: &str = "We never sell your personal data to anyone.";
const MAY: &str = "We may sell your personal data to anyone.";
const WILL: &str = "We will sell your personal data to anyone.";

/// Three versions in six days, looked at every six hours; in the middle the site is down for half a day.
async fn history() -> World {
    let mut world = World::watching("Acme", "Terms of Service", NEVER).await;
    world.days_pass(2).await;
    world.publishes(MAY).hours_pass(24).await;
    world.answers(Answer::status(503)).hours_pass(12).await;
    world.publishes(MAY).hours_pass(36).await;
    world.publishes(WILL).days_pass(1).await;
    world
}

async fn source(world: &World) -> KnownSource {
    world.engine.store.sources().await.unwrap().remove(0)
}

async fn bundled(world: &World, question: Question) -> Bundle {
    use fineprint::clock::Clock as _;
    let (source, now) = (source(world).await, world.clock.now());
    bundle(&world.engine.store, &source, question, &Witnesses::default(), now).await.unwrap()
}

fn at(time: &str) -> Question {
    Question::At(time.parse().unwrap())
}

/// A bundle as a folder.
struct Folder(TempDir);

impl Folder {
    fn of(bundle: &Bundle) -> Self {
        let folder = tempfile::tempdir().unwrap();
        write(bundle, &folder.path().join("bundle")).unwrap();
        Self(folder)
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("bundle")
    }
}

/// What a command prints, and whether it ended with 0.
fn told(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}

/// What changes from one run to the next: the port of the site.
fn steady(text: &str, world: &World) -> String {
    text.replace(&world.site.authority(), "acme.example")
}

#[tokio::test]
async fn a_statement_says_what_the_page_said_on_a_day() {
    let world = history().await;
    let bundle = bundled(&world, at("2026-03-04T23:59:59.999Z")).await;
    assert_eq!(bundle.name, "acme-terms-of-service-2026-03-04");
    assert_snapshot!(steady(&bundle.answer.join("\n"), &world), @"
    At the end of 2026-03-04 (UTC) the page “Terms of Service” of Acme, http://acme.example/policy, said what is printed below (version 2, 56 words).
    It was first seen so on 2026-03-03 04:05:31 UTC and last found unchanged on 2026-03-05 22:05:31 UTC. The page was looked at 10 times in that time and found unchanged each time; the longest time between two of these looks was 18 h, from 2026-03-03 22:05:31 UTC to 2026-03-04 16:05:31 UTC.
    The last look before the time in question, on 2026-03-04 22:05:31 UTC, found it unchanged; the next, on 2026-03-05 04:05:31 UTC, found it unchanged.
    5 more looks until the next version brought no policy (the page could not be had, was an error page, or was to be looked at a second time); looks.csv lists them.
    Before that, from 2026-03-01 00:00:00 UTC to 2026-03-02 22:05:31 UTC, it said something else (version 1). What changed: 1 clause reworded.
    It was replaced by version 3, first seen on 2026-03-06 04:05:31 UTC. What changed: 1 clause reworded.
    ");
    let names: Vec<&str> = bundle.files.keys().map(String::as_str).collect();
    assert_snapshot!(names.join("\n"), @"
    README.txt
    SHA256SUMS
    chain/archive.jsonl
    chain/source.jsonl
    changes/1-to-2.diff
    changes/1-to-2.md
    changes/2-to-3.diff
    changes/2-to-3.md
    looks.csv
    manifest.json
    pages.warc.gz
    statement.html
    texts/version-1.json
    texts/version-1.md
    texts/version-2.json
    texts/version-2.md
    texts/version-3.json
    texts/version-3.md
    verify.py
    ");
}

#[tokio::test]
async fn a_statement_says_what_became_of_a_page_in_a_time() {
    let world = history().await;
    let since = "2026-03-03T12:00:00Z".parse().unwrap();
    let bundle = bundled(&world, Question::Between(Some(since), None)).await;
    assert_snapshot!(steady(&bundle.answer.join("\n"), &world), @"
    From 2026-03-03 04:05:31 UTC to 2026-03-06 22:05:31 UTC the page “Terms of Service” of Acme, http://acme.example/policy, was read in 2 versions.
    Version 2: It was first seen so on 2026-03-03 04:05:31 UTC and last found unchanged on 2026-03-05 22:05:31 UTC. The page was looked at 10 times in that time and found unchanged each time; the longest time between two of these looks was 18 h, from 2026-03-03 22:05:31 UTC to 2026-03-04 16:05:31 UTC. 5 more looks until the next version brought no policy (the page could not be had, was an error page, or was to be looked at a second time); looks.csv lists them.
    Version 3: 1 clause reworded. It was first seen so on 2026-03-06 04:05:31 UTC and last found unchanged on 2026-03-06 22:05:31 UTC. The page was looked at 4 times in that time and found unchanged each time; the longest time between two of these looks was 6 h, from 2026-03-06 04:05:31 UTC to 2026-03-06 10:05:31 UTC.
    ");
    assert_snapshot!(bundle.name, @"acme-terms-of-service-2026-03-03-to-2026-03-06");
    assert!(!bundle.files.contains_key("texts/version-1.md"));
    let all = bundled(&world, Question::Between(None, None)).await;
    assert!(all.files.contains_key("texts/version-1.md"));
}

#[tokio::test]
async fn a_statement_says_no_more_than_what_was_seen() {
    let world = history().await;
    for (time, begins) in [
        // Found unchanged before and after.
        ("2026-03-05T20:00:00Z", "On 2026-03-05 20:00:00 UTC the page"),
        // The very time of a look.
        ("2026-03-05T22:05:31.386Z", "On 2026-03-05 22:05:31 UTC the page"),
        // It may have changed since the last look, for the next one found other words.
        (
            "2026-03-05T23:59:59.999Z",
            "When it was last read before the end of 2026-03-05 (UTC), on 2026-03-05 22:05:31 UTC, the page",
        ),
        // Nobody has looked since.
        (
            "2026-03-07T00:00:00Z",
            "When it was last read before 2026-03-07 00:00:00 UTC, on 2026-03-06 22:05:31 UTC, the page",
        ),
    ] {
        let answer = bundled(&world, at(time)).await.answer;
        assert!(answer[0].starts_with(begins), "{answer:#?}");
    }
}

#[tokio::test]
async fn nothing_is_said_of_a_time_before_the_first_look() {
    let world = history().await;
    let nobody = Witnesses::default();
    let (source, now) = (source(&world).await, "2026-04-01T00:00:00Z".parse::<Timestamp>().unwrap());
    let early = bundle(&world.engine.store, &source, at("2026-02-01T00:00:00Z"), &nobody, now);
    assert_eq!(
        early.await.unwrap_err().to_string(),
        "acme/terms-of-service was first read on 2026-03-01 00:00:00 UTC, after the time asked for"
    );
}

#[tokio::test]
async fn words_of_a_page_are_no_markup_in_the_statement() {
    let hostile =
        "</section><script>alert(1)</script> {proof} <img src=x onerror=alert(1)> and <b>so</b> on and on.";
    let escaped = hostile.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let world = World::watching("Acme <b>", "Terms & {answer}", &escaped).await;
    let bundle = bundled(&world, Question::Between(None, None)).await;
    let html = String::from_utf8(bundle.files["statement.html"].clone()).unwrap();
    assert!(!html.contains("<script") && !html.contains("<img") && !html.contains("<b>"), "{html}");
    assert!(html.contains("{proof} &lt;img"), "{html}");
    assert!(html.contains("Terms &amp; {answer}"), "{html}");
}

#[tokio::test]
async fn nothing_is_overwritten() {
    let world = history().await;
    let bundle = bundled(&world, Question::Between(None, None)).await;
    let folder = tempfile::tempdir().unwrap();
    for name in ["b", "b.zip"] {
        let path = folder.path().join(name);
        write(&bundle, &path).unwrap();
        assert_eq!(check(&path).unwrap().problems, [""; 0]);
        assert!(
            write(&bundle, &path).unwrap_err().to_string().ends_with("is there already: give another name")
        );
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(left.len(), 2, "nothing half-written stays");
}

/// The one path that a file of a bundle can be altered at.
fn file(folder: &Path, name: &str) -> PathBuf {
    name.split('/').fold(folder.to_owned(), |path, part| path.join(part))
}

#[tokio::test]
async fn a_page_that_is_gone_is_missed_and_the_rest_is_evidence_all_the_same() {
    let world = history().await;
    world.forgets_the_first_page();
    let bundle = bundled(&world, Question::Between(None, None)).await;
    let manifest: serde_json::Value = serde_json::from_slice(&bundle.files["manifest.json"]).unwrap();
    let gone = manifest["pages_not_kept"].as_array().unwrap();
    assert!(!gone.is_empty(), "{manifest}");
    let folder = Folder::of(&bundle);
    let (ok, said) = told(Command::new("python3").arg("verify.py").current_dir(folder.path()));
    assert!(ok, "{said}");
}
