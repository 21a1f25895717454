//! One's own access as a source: an API is called with a key, and people are told when it answers otherwise.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

use fineprint::model::{Outcome, Severity};
use insta::assert_snapshot;

use crate::web::Answer;
use crate::world::World;

const KEY: &str = "sk-Zx81-never-to-be-seen";

const LINES: &str = "kind = 'api'
auth = { bearer = 'sk-Zx81-never-to-be-seen' }
[source.watch]
headers = ['x-ratelimit-limit-requests']
json = ['$.data[*].id']
at_least = { x-ratelimit-limit-requests = 500 }
";

/// What the API of a provider answers to the key.
fn answer(status: u16, limit: &str, models: &[&str]) -> Answer {
    let models: Vec<String> = models.iter().map(|id| format!("{{\"id\": \"{id}\"}}")).collect();
    let body = match status {
        200 => format!("{{\"data\": [{}]}}", models.join(", ")),
        _ => format!("{{\"error\": {{\"message\": \"Key {KEY} is suspended\"}}}}"),
    };
    let headers = [
        ("content-type", "application/json"),
        ("x-ratelimit-limit-requests", limit),
        ("x-ratelimit-remaining-requests", "7"),
        ("etag", KEY),
    ];
    Answer::full(status, &headers, body)
}

async fn watching() -> World {
    let mut world = World::new().await;
    world.answers(answer(200, "10000", &["small", "large", "old"]));
    world.watches("Acme", "API Access", "/policy").await.rules(LINES).await;
    world.days_pass(1).await;
    world
}

#[tokio::test]
async fn lost_access_is_told_at_the_second_look_and_so_is_what_came_back_less() {
    let mut world = watching().await;
    assert_eq!(world.inbox(), "");
    assert!(
        world.site.requests().iter().all(|r| r.header("authorization") == Some(&format!("Bearer {KEY}")))
    );
    assert!(world.site.requests().iter().all(|r| r.header("if-none-match").is_none()));

    world.answers(answer(403, "10000", &[])).hours_pass(7).await;
    world.days_pass(1).await;
    world.answers(answer(200, "100", &["small", "large"])).days_pass(1).await;

    assert_snapshot!(world.inbox(), @"
    /ops policy.changed: [critical] Acme · API Access: HTTP 403 where it was 200 (access limits)
        HTTP [-200-]{+403+}
        [-$.data[*].id-]
        [-large-]
        [-old-]
        [-small-]
    /ops policy.changed: [critical] Acme · API Access: `x-ratelimit-limit-requests` fell from 10000 to 100, below the 500 that are needed; and 2 more (access limits)
        HTTP [-403-]{+200+}
        x-ratelimit-limit-requests: [-10000-]{+100+}
        {+$.data[*].id+}
        {+large+}
        {+small+}
    ");
    let changes = world.changes().await;
    let told: Vec<String> = changes.iter().flat_map(|c| c.reasons.clone()).collect();
    assert_snapshot!(told.join("\n"), @"
    critical: your access is lost, or what you need of it
    access_limits: HTTP 403 where it was 200
    it says “Key [secret] is suspended”
    critical: your access is lost, or what you need of it
    access_limits: `x-ratelimit-limit-requests` fell from 10000 to 100, below the 500 that are needed
    access_limits: gone from `$.data[*].id`: old
    access_limits: HTTP 200 again where it was 403
    ");
    assert!(changes.iter().all(|c| c.announced && c.severity == Severity::Critical));
    assert_eq!(world.versions().await.len(), 3);
}

#[tokio::test]
async fn a_failure_that_passes_is_recorded_and_not_told() {
    let mut world = watching().await;
    for (status, times) in [(403, 1), (429, 3), (500, 4)] {
        let left = AtomicU32::new(times);
        world.site.serve_with("/policy", move |_| {
            let fails = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1)).is_ok();
            let status = if fails { status } else { 200 };
            answer(status, "10000", &["old", "small", "large"])
        });
        world.hours_pass(12).await;
        assert_eq!(world.latest().await.outcome, Outcome::Unchanged);
    }
    let held = world.checks().await.iter().filter(|check| check.outcome == Outcome::Held).count();
    assert_eq!(held, 8);
    assert_eq!((world.inbox(), world.versions().await.len()), (String::new(), 1));
}

/// A server repeats the key in its body, in a header and in the address it redirects to; and everything that fineprint
/// writes or prints about it is searched for the key.
#[tokio::test]
async fn the_key_is_in_nothing_that_is_kept_or_shown() {
    let mut world = watching().await;
    world.site.serve("/moved", answer(403, "10000", &[]));
    world.answers(Answer::redirect(format!("/moved?key={KEY}"))).days_pass(1).await;
    assert!(world.inbox().contains("HTTP 403"), "{}", world.inbox());

    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("sources.toml"), world.toml()).unwrap();
    let run = |line: &str| {
        let output = assert_cmd::cargo::cargo_bin_cmd!("fineprint")
            .args(line.split(' '))
            .arg("--database")
            .arg(world.database())
            .current_dir(folder.path())
            .output()
            .unwrap();
        let printed = [output.stdout, output.stderr].concat();
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&printed));
        printed
    };
    let id = world.id();
    let mut shown = Vec::new();
    for line in [
        "log --all",
        "log --all --format json",
        "status --format json",
        "notices --format json",
        "verify",
        &format!("diff {id} --no-pager"),
        &format!("diff {id} --format json"),
        &format!("show {id}@1 --raw"),
        &format!("show {id}@2 --raw"),
        &format!("show {id}@2 --no-pager"),
        &format!("log {id} --checks"),
        &format!("export {id} --output bundle"),
    ] {
        shown.push((line.to_owned(), run(line)));
    }
    let change = world.changes().await.remove(0).id.to_string();
    for line in [format!("log --explain {change}"), format!("notices --show {change}")] {
        shown.push((line.clone(), run(&line)));
    }
    for file in files(&folder.path().join("bundle")) {
        shown.push((file.display().to_string(), std::fs::read(&file).unwrap()));
    }
    shown.push(("the database".to_owned(), std::fs::read(world.database()).unwrap()));
    shown.push((
        "its log".to_owned(),
        std::fs::read(world.database().with_extension("db-wal")).unwrap_or_default(),
    ));
    shown.push(("what was delivered".to_owned(), world.inbox.taken("ops").concat().into_bytes()));
    let key = KEY.as_bytes();
    for (what, bytes) in &shown {
        assert!(!bytes.windows(key.len()).any(|window| window == key), "the key is in {what}");
    }
    let all =
        String::from_utf8_lossy(&shown.iter().flat_map(|(_, b)| b.clone()).collect::<Vec<u8>>()).into_owned();
    assert!(all.contains("Key [secret] is suspended") && all.contains("/moved?key=[secret]"));
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}
