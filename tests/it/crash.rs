//! The process is killed (SIGKILL) at every commit and between, and nothing is lost and nothing told twice.

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

const ROUNDS: u32 = 220;
const SOURCES: [&str; 3] = ["terms", "privacy", "limits"];

/// When a round is over.
#[derive(Debug, Clone)]
enum Moment {
    /// At a place inside the process, passed so many times.
    Point(&'static str, u32),
    /// When a page was asked for, so many times.
    Asked(u32),
    /// When a webhook has arrived that is never answered.
    Unanswered,
    /// When a webhook is being answered.
    Answered,
    /// When it has nothing more to do but to wait, or ends.
    Idle,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_process_loses_nothing_and_tells_nothing_twice() {
    let mut stage = Stage::new().await;
    let dice = Arc::new(Mutex::new(Dice(7)));
    let mut editions = BTreeMap::from(SOURCES.map(|source| (source, 0)));
    for source in SOURCES {
        stage.publishes(&format!("/{source}"), &clause(source, 0));
    }
    let mut reached = BTreeMap::<String, u32>::new();
    for round in 0..ROUNDS {
        for source in SOURCES {
            if dice.lock().unwrap().one_in(3) {
                *editions.get_mut(source).unwrap() += 1;
                stage.publishes(&format!("/{source}"), &clause(source, editions[source]));
            }
        }
        let moment = moment(&mut dice.lock().unwrap());
        receiver(&stage, &moment, &dice);
        // Another schedule makes every source due, which `watch` waits for and `check` doesn't.
        stage.configured(&SOURCES, &format!("every {}m", 60 + round % 2));
        let command = if round % 4 == 3 { "watch" } else { "check" };
        let killed = play(&mut stage, command, &moment).await;
        *reached.entry(killed).or_default() += 1;
    }
    for place in ["commit", "committed", "attempt", "attempted", "asked", "arrived"] {
        assert!(reached.get(place).is_some_and(|times| *times > 0), "never killed at `{place}`: {reached:?}");
    }

    stage.receives("/hook", |_| Answer::status(204));
    settle(&stage).await;
    compare(&mut stage, &editions).await;
}

fn clause(source: &str, edition: u32) -> String {
    format!("Edition {edition} of the {source} applies to you from the day on which you read it.")
}

fn moment(dice: &mut Dice) -> Moment {
    match dice.roll(10) {
        0 | 1 => Moment::Point("commit", 1 + dice.roll(5)),
        2 | 3 => Moment::Point("committed", 1 + dice.roll(5)),
        4 => Moment::Point("attempt", 1 + dice.roll(2)),
        5 => Moment::Point("attempted", 1 + dice.roll(2)),
        6 => Moment::Asked(1 + dice.roll(3)),
        7 => Moment::Unanswered,
        8 => Moment::Answered,
        _ => Moment::Idle,
    }
}

/// A receiver that fails at random, and one that keeps silent where the round ends with that.
fn receiver(stage: &Stage, moment: &Moment, dice: &Arc<Mutex<Dice>>) {
    if let Moment::Unanswered = moment {
        return stage.receives("/hook", |_| Answer::default().then_stall());
    }
    let dice = Arc::clone(dice);
    stage.receives("/hook", move |_| match dice.lock().unwrap().roll(8) {
        0 => Answer::status(500),
        1 => Answer::default().then_reset(),
        2 => Answer::full(503, &[("retry-after", "60")], ""),
        _ => Answer::status(204),
    });
}

/// Runs a process until the moment has come and kills it; says where it was killed.
async fn play(stage: &mut Stage, command: &str, moment: &Moment) -> String {
    let point = match moment {
        Moment::Point(name, times) => format!("{name}:{times}"),
        _ => String::new(),
    };
    let process = stage.starts(&[command], &format!("wait:1 {point}"));
    let mut asked = 0;
    loop {
        let place = match (stage.next().await, moment) {
            (Event::Said(line), _) => line.strip_prefix("crash point ").map(str::to_owned),
            (Event::Ended, _) => Some("end".to_owned()),
            (Event::Asked, Moment::Asked(times)) => {
                asked += 1;
                (asked == *times).then(|| "asked".to_owned())
            }
            (Event::Arrived, Moment::Unanswered | Moment::Answered) => Some("arrived".to_owned()),
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
    check_all(&engine, engine.sources.values().cloned(), |_| {}).await.unwrap();
    while let Some(next) = engine.store.next_delivery().await.unwrap() {
        clock.set(next.max(clock.now() + SignedDuration::from_secs(1)));
        deliver(&engine).await.unwrap();
    }
}

async fn compare(stage: &mut Stage, editions: &BTreeMap<&str, u32>) {
    let db = Connection::open(stage.database()).unwrap();
    let sound: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(sound, "ok");

    let (code, log, _) = stage.runs(&["log", "--format", "json"]).await;
    assert_eq!(code, 0);
    let stored: Vec<String> =
        log.lines().map(|line| string(&serde_json::from_str(line).unwrap(), "id")).collect();
    let taken = stage.taken.lock().unwrap().clone();
    let told: BTreeSet<String> = taken.iter().map(|r| r.header("webhook-id").unwrap().to_owned()).collect();
    assert_eq!(stored.iter().cloned().collect::<BTreeSet<_>>(), told, "stored if and only if told");
    assert_eq!(stored.len(), told.len(), "nothing is stored twice");
    assert!(stored.len() > 50, "{} changes make no story", stored.len());

    let mut ids: BTreeMap<(String, u32), BTreeSet<String>> = BTreeMap::new();
    for request in &taken {
        let (source, edition, id) = news(request);
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

/// What a webhook tells: the source, the edition it has now, and under which id.
fn news(request: &Request) -> (String, u32, String) {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["type"], "policy.changed");
    let [clause] = &body["data"]["diff"].as_array().unwrap()[..] else {
        panic!("one clause changed: {body}")
    };
    let added = string(clause, "added");
    let edition = added.split_whitespace().find_map(|word| word.parse().ok());
    (
        string(&body["data"], "terms"),
        edition.unwrap_or_else(|| panic!("{added}")),
        string(&body["data"], "id"),
    )
}

fn string(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap().to_owned()
}

/// Chance that repeats itself (an LCG with Knuth's constants): a round that fails fails again.
struct Dice(u64);

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
