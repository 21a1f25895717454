//! The process is killed (SIGKILL) at every commit and between, while the receivers of all kinds of channels fail in every
//! way, and nothing is lost and nothing told twice.
//!
//! `FINEPRINT_CRASH_ROUNDS=500 cargo test --test it crash` plays longer.

mod receivers;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use fineprint::check::check_all;
use fineprint::clock::{Clock as _, ManualClock, SystemClock};
use fineprint::config::Config;
use fineprint::deliver::deliver;
use fineprint::engine::Engine;
use jiff::SignedDuration;
use rusqlite::Connection;
use serde_json::Value;

use crate::process::{Event, Stage};
use crate::web::{Answer, Request};
use receivers::{CHANNELS, Receivers};

const SOURCES: [&str; 4] = ["terms", "privacy", "limits", COUNTER];
/// The source whose editions all rewrite the same clause, which is told for certain only when it has come to rest.
const COUNTER: &str = "counter";
/// How many clauses of a page take turns.
const CLAUSES: u32 = 8;

/// After so many looks at the same words nothing is held back as a counter any more.
const RESTED: u32 = 8;

/// Enough to come by every place; `FINEPRINT_CRASH_ROUNDS` says otherwise.
fn rounds() -> u32 {
    std::env::var("FINEPRINT_CRASH_ROUNDS").map_or(120, |rounds| rounds.parse().unwrap())
}

/// When a round is over.
#[derive(Debug, Clone)]
pub(crate) enum Moment {
    /// At a place inside the process, passed so many times.
    Point(&'static str, u32),
    /// When a page was asked for, so many times.
    Asked(u32),
    /// When a webhook has arrived that is never answered.
    Unanswered,
    /// When a webhook is being answered, so many times.
    Answered(u32),
    /// When it has nothing more to do but to wait, or ends.
    Idle,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_process_loses_nothing_and_tells_nothing_twice() {
    let mut stage = Stage::new().await;
    let receivers = Receivers::new(&stage).await;
    let dice = Arc::new(Mutex::new(Dice(7)));
    let mut editions = BTreeMap::from(SOURCES.map(|source| (source, 0)));
    for source in SOURCES {
        stage.publishes(&format!("/{source}"), &clause(source, 0));
    }
    let mut reached = BTreeMap::<String, u32>::new();
    for round in 0..rounds() {
        for source in SOURCES {
            if dice.lock().unwrap().one_in(3) {
                *editions.get_mut(source).unwrap() += 1;
                stage.publishes(&format!("/{source}"), &clause(source, editions[source]));
            }
        }
        let moment = moment(&mut dice.lock().unwrap());
        receivers.fail(&stage, &moment, &dice);
        // Another schedule makes every source due, which `watch` waits for and `check` doesn't.
        configured(&stage, &receivers, &format!("every {}m", 60 + round % 2));
        an_hour_passes(&stage);
        if dice.lock().unwrap().one_in(8) {
            // A receiver that said it is gone is given another chance.
            stage.runs(&["notices", "--retry"]).await;
        }
        let command = if round % 4 == 3 { "watch" } else { "check" };
        let killed = play(&mut stage, command, &moment).await;
        *reached.entry(killed).or_default() += 1;
    }
    for place in ["commit", "committed", "arranged", "attempt", "attempted", "asked", "arrived"] {
        assert!(reached.get(place).is_some_and(|times| *times > 0), "never killed at `{place}`: {reached:?}");
    }

    receivers.recover(&stage);
    stage.runs(&["notices", "--retry"]).await;
    settle(&stage).await;
    compare(&mut stage, &receivers, &editions).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receivers_of_every_kind_that_hang_delay_no_other() {
    let mut stage = Stage::new().await;
    let receivers = Receivers::new(&stage).await;
    for source in SOURCES {
        stage.publishes(&format!("/{source}"), &clause(source, 0));
    }
    configured(&stage, &receivers, "every 1h");
    receivers.recover(&stage);
    assert_eq!(stage.runs(&["check"]).await.0, 0);
    stage.publishes("/terms", &clause("terms", 1));
    receivers.fail(&stage, &Moment::Unanswered, &Arc::new(Mutex::new(Dice(7))));
    stage.receiver.hangs_up("/ops", None);
    stage.receives("/ops", |_| Answer::status(204));
    let started = std::time::Instant::now();
    let process = stage.starts(&["check"], "");
    while stage.taken.lock().unwrap().is_empty() {
        assert_ne!(stage.next().await, Event::Ended, "it ended, and nobody was told");
    }
    // Each of the others still has its 20 seconds or more.
    assert!(started.elapsed() < std::time::Duration::from_secs(15));
    process.kill();
}

/// What a page says: each edition rewrites another of its clauses, unless it is a counter.
fn clause(source: &str, edition: u32) -> String {
    let clauses = (0..CLAUSES).map(|place| {
        let rewrites =
            |edition: &u32| if source == COUNTER { place == 0 } else { edition % CLAUSES == place };
        let written = (0..=edition).rev().find(rewrites).unwrap_or(0);
        format!(
            "Edition {written} of the {source} applies to group {place} from the day on which they read it."
        )
    });
    clauses.collect::<Vec<_>>().join("</p>\n<p>")
}

fn moment(dice: &mut Dice) -> Moment {
    match dice.roll(12) {
        0 | 1 => Moment::Point("commit", 1 + dice.roll(12)),
        2 | 3 => Moment::Point("committed", 1 + dice.roll(12)),
        4 => Moment::Point("arranged", 1 + dice.roll(3)),
        5 => Moment::Point("attempt", 1 + dice.roll(4)),
        6 => Moment::Point("attempted", 1 + dice.roll(4)),
        7 => Moment::Asked(1 + dice.roll(3)),
        8 => Moment::Unanswered,
        9 | 10 => Moment::Answered(1 + dice.roll(4)),
        _ => Moment::Idle,
    }
}

/// `sources.toml`: every source tells every channel.
fn configured(stage: &Stage, receivers: &Receivers, schedule: &str) {
    let names = CHANNELS.map(|(name, ..)| name);
    let mut toml = format!(
        "[fetch]\nallow_private = ['127.0.0.0/8']\n[store]\npath = 'fineprint.db'\n\
         [defaults]\nnotify = {names:?}\nschedule = '{schedule}'\n{}",
        receivers.tables(stage)
    );
    for source in SOURCES {
        let url = stage.site.url(&format!("/{source}"));
        toml.push_str(&format!("[[source]]\nservice = 'Acme'\nterms = '{source}'\nurl = '{url}'\n"));
    }
    stage.writes(&toml);
}

/// An hour goes by for what waits; the program's own clock is the system's.
fn an_hour_passes(stage: &Stage) {
    let Ok(db) = Connection::open_with_flags(stage.database(), rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE)
    else {
        return;
    };
    let earlier = "
        UPDATE deliveries SET queued_at = queued_at - 3600000, due_at = due_at - 3600000,
            delivered_at = delivered_at - 3600000, retried_at = retried_at - 3600000;
        UPDATE circuits SET since = since - 3600000, rest_until = rest_until - 3600000";
    // The first rounds may have left an empty file.
    let _ = db.execute_batch(earlier);
}

/// Runs a process until the moment has come and kills it; says where it was killed.
async fn play(stage: &mut Stage, command: &str, moment: &Moment) -> String {
    let point = match moment {
        Moment::Point(name, times) => format!("{name}:{times}"),
        _ => String::new(),
    };
    let process = stage.starts(&[command], &format!("wait:1 {point}"));
    let (mut asked, mut arrived) = (0, 0);
    loop {
        let place = match (stage.next().await, moment) {
            (Event::Said(line), _) => line.strip_prefix("crash point ").map(str::to_owned),
            (Event::Ended, _) => Some("end".to_owned()),
            (Event::Asked, Moment::Asked(times)) => {
                asked += 1;
                (asked == *times).then(|| "asked".to_owned())
            }
            (Event::Arrived, Moment::Unanswered) => Some("arrived".to_owned()),
            (Event::Arrived, Moment::Answered(times)) => {
                arrived += 1;
                (arrived == *times).then(|| "arrived".to_owned())
            }
            _ => None,
        };
        if let Some(place) = place {
            process.kill();
            return place;
        }
    }
}

/// Time goes on undisturbed until nothing is on its way any more.
async fn settle(stage: &Stage) {
    let path = stage.folder.path().join("sources.toml");
    let clock = ManualClock::at(SystemClock.now());
    let config = Config::load(&path, &|_| None).unwrap();
    let engine = Engine::open(config, &stage.database(), Arc::new(clock.clone())).await.unwrap();
    for _ in 0..RESTED {
        check_all(&engine, engine.sources.values().cloned(), |_| {}).await.unwrap();
        clock.set(clock.now() + SignedDuration::from_hours(1));
    }
    while let Some(next) = engine.store.next_delivery().await.unwrap() {
        clock.set(next.max(clock.now() + SignedDuration::from_secs(1)));
        deliver(&engine).await.unwrap();
    }
}

async fn compare(stage: &mut Stage, receivers: &Receivers, editions: &BTreeMap<&str, u32>) {
    let db = Connection::open(stage.database()).unwrap();
    let sound: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");

    let (code, log, _) = stage.runs(&["log", "--format", "json"]).await;
    assert_eq!(code, 0);
    let stored: Vec<String> =
        log.lines().map(|line| string(&serde_json::from_str(line).unwrap(), "id")).collect();
    let changes: BTreeSet<String> = stored.iter().cloned().collect();
    assert_eq!(stored.len(), changes.len(), "nothing is stored twice");
    assert!(stored.len() > 50, "{} changes make no story", stored.len());

    for (channel, ..) in CHANNELS {
        let told = told(&db, channel, &receivers.taken(stage, channel));
        assert_eq!(told, changes, "stored if and only if told, to {channel}");
    }

    let taken = stage.taken.lock().unwrap().clone();
    let mut ids: BTreeMap<(String, u32), BTreeSet<String>> = BTreeMap::new();
    for (source, edition, id) in taken.iter().filter_map(news) {
        ids.entry((source, edition)).or_default().insert(id);
    }
    for (edition, ids) in &ids {
        assert_eq!(ids.len(), 1, "{edition:?} was told under {ids:?}");
    }
    for (source, last) in editions {
        let told = ids.keys().filter(|(s, _)| s == source).map(|(_, edition)| edition).max();
        assert_eq!(told, Some(last), "the last edition of {source} is known");
    }
}

/// The changes that a receiver was told, each under its own id or within one digest and never both.
fn told(db: &Connection, channel: &str, taken: &BTreeSet<String>) -> BTreeSet<String> {
    let sql = "
        SELECT d.notice, digest.notice FROM deliveries d LEFT JOIN deliveries digest ON digest.id = d.folded_into
        WHERE d.channel = ?1 AND d.notice LIKE 'chg_%'";
    let mut query = db.prepare(sql).unwrap();
    let rows = query.query_map([channel], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let mut told = BTreeSet::new();
    for row in rows {
        let (change, digest): (String, Option<String>) = row.unwrap();
        let alone = taken.contains(&change);
        let folded = digest.is_some_and(|digest| taken.contains(&digest));
        assert!(alone != folded, "{channel} was told {change} alone: {alone}, in a digest: {folded}");
        told.insert(change);
    }
    told
}

/// What a webhook about one change tells: the source, the edition it has now, and under which id.
fn news(request: &Request) -> Option<(String, u32, String)> {
    request.header("webhook-id")?;
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    if body["type"] != "policy.changed" {
        return None;
    }
    let clauses = body["data"]["diff"].as_array().unwrap();
    let edition = clauses.iter().map(|clause| {
        let added = string(clause, "added");
        let edition = added.split_whitespace().find_map(|word| word.parse().ok());
        edition.unwrap_or_else(|| panic!("{added}"))
    });
    let edition = edition.max().unwrap_or_else(|| panic!("no clause changed: {body}"));
    Some((string(&body["data"], "terms"), edition, string(&body["data"], "id")))
}

fn string(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap().to_owned()
}

/// Chance that repeats itself (an LCG with Knuth's constants): a round that fails fails again.
pub(crate) struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % u64::from(sides)) as u32
    }

    fn one_in(&mut self, sides: u32) -> bool {
        self.roll(sides) == 0
    }
}

#[tokio::test]
async fn a_process_killed_while_it_makes_its_archive_leaves_none_or_a_whole_one() {
    for point in ["migrate:1", "migrated:1", "commit:1", "committed:1", "commit:2", "committed:2"] {
        let mut stage = Stage::new().await;
        let process = stage.starts(&["check"], point);
        stage.says("crash point").await;
        process.kill();
        let (code, out, said) = stage.runs(&["check"]).await;
        assert_eq!(code, 0, "killed at {point}: {out}{said}");
        let (_, out, _) = stage.runs(&["show", "acme/terms"]).await;
        assert!(out.contains("Edition 0"), "killed at {point}: {out}");
    }
}

#[tokio::test]
async fn a_second_process_on_the_same_archive_is_told_who_is_at_work() {
    let mut stage = Stage::new().await;
    let first = stage.starts(&["check"], "commit:2");
    stage.says("crash point").await;
    for command in ["check", "watch"] {
        let (code, _, said) = stage.runs(&[command]).await;
        assert_eq!(code, 2);
        assert!(said.contains("is in use by `fineprint check` (process "), "{said}");
    }
    first.kill();
    assert_eq!(stage.runs(&["check"]).await.0, 0, "a killed process keeps no lock");
}

#[tokio::test]
async fn a_second_daemon_on_one_archive_neither_looks_nor_tells() {
    let mut stage = Stage::new().await;
    stage.publishes("/terms", &clause("terms", 0));
    let first = stage.starts(&["watch"], "");
    stage.says("watching").await;
    stage.sees(Event::Asked).await;
    while stage.runs(&["show", "acme/terms"]).await.0 != 0 {}
    stage.publishes("/terms", &clause("terms", 1));
    // Under another name it is the same archive.
    std::os::unix::fs::symlink(stage.database(), stage.folder.path().join("link.db")).unwrap();
    let looks = stage.site.requests().len();
    for second in [
        vec!["watch"],
        vec!["check"],
        vec!["watch", "--database", "link.db"],
        vec!["check", "--database", "link.db"],
    ] {
        let (code, _, said) = stage.runs(&second).await;
        assert_eq!(code, 2, "{second:?}: {said}");
        assert!(said.contains("is in use by `fineprint watch` (process "), "{second:?}: {said}");
    }
    assert_eq!(stage.site.requests().len(), looks, "none of them looked");
    // The first one goes on: another schedule makes its source due.
    stage.configured(&["terms"], "every 7h");
    stage.sees(Event::Arrived).await;
    first.signal("TERM");
    assert!(first.ends().0.success());
    assert_eq!(stage.runs(&["check"]).await.0, 0);
    let told: Vec<_> = stage.taken.lock().unwrap().iter().filter_map(news).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(stage.runs(&["verify"]).await.0, 0);
}
