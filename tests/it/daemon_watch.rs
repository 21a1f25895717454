//! `fineprint watch`, as its operator sees it.

use serde_json::Value;

use crate::process::{Event, Stage};
use crate::web::Answer;

const EDITION: &str = "Edition 1 of these terms applies to you and to everyone.";

#[tokio::test]
async fn it_looks_tells_and_stops_when_asked() {
    let mut stage = Stage::new().await;
    let watch = stage.starts(&["watch", "--log-format", "json"], "");
    let line: Value = serde_json::from_str(&stage.says("\"watching\"").await).unwrap();
    assert_eq!((&line["sources"], &line["channels"]), (&1.into(), &1.into()));
    let line: Value = serde_json::from_str(&stage.says("first version").await).unwrap();
    assert_eq!((&line["source.id"], &line["level"]), (&"acme/terms".into(), &"INFO".into()));
    assert!(line["duration_ms"].is_u64());
    watch.signal("TERM");
    stage.says("stopped").await;
    assert_eq!(watch.ends().0.code(), Some(0));

    stage.publishes("/terms", EDITION);
    stage.configured(&["terms"], "every 7h");
    let watch = stage.starts(&["watch"], "");
    stage.says("acme/terms: changed").await;
    let line = stage.says("delivered").await;
    let address = stage.receiver.url("/hook").to_string();
    assert!(!line.contains(&address) && !line.contains("whsec"), "{line}");
    watch.signal("INT");
    stage.says("stopped").await;
    assert_eq!(watch.ends().0.code(), Some(0));
}

#[tokio::test]
async fn a_second_signal_does_not_wait_for_what_hangs() {
    let mut stage = Stage::new().await;
    stage.serves("/terms", Answer::default().then_stall());
    let watch = stage.starts(&["watch"], "");
    stage.sees(Event::Asked).await;
    watch.signal("TERM");
    stage.says("stopping").await;
    watch.signal("TERM");
    stage.sees(Event::Ended).await;
    assert_eq!(watch.ends().0.code(), Some(130));
}

#[tokio::test]
async fn a_changed_sources_toml_is_taken_over_and_a_broken_one_is_not() {
    let mut stage = Stage::new().await;
    let watch = stage.starts(&["watch"], "");
    stage.says("first version").await;
    stage.writes("[[source]]\nservice = 'Acme'\nurll = 'https://acme.example/'\n");
    stage.says("can't be used").await;
    stage.says("urll").await;
    stage.publishes("/other", "Other words stand on the other page of this site.");
    stage.configured(&["terms", "other"], "every 6h");
    stage.says("again").await;
    stage.says("acme/other: first version").await;
    // Asked for, it is read although it is the same.
    watch.signal("HUP");
    stage.says("again").await;
    watch.signal("TERM");
    stage.sees(Event::Ended).await;
    assert_eq!(watch.ends().0.code(), Some(0));
}

#[tokio::test]
async fn a_receiver_that_hangs_delays_no_other() {
    let mut stage = Stage::new().await;
    stage.runs(&["check"]).await;
    stage.publishes("/terms", EDITION);
    stage.receives("/silent", |_| Answer::default().then_stall());
    let toml = std::fs::read_to_string(stage.folder.path().join("sources.toml")).unwrap();
    let hook =
        toml.lines().skip_while(|line| !line.starts_with("[channels")).take(3).collect::<Vec<_>>().join("\n");
    let silent = hook.replace("channels.ops", "channels.a-silent-one").replace("/hook", "/silent");
    let toml = format!("{}\n{silent}\n", toml.replace("['ops']", "['a-silent-one', 'ops']"));
    // A new schedule makes it due.
    stage.writes(&toml.replace("every 6h", "every 7h"));
    let watch = stage.starts(&["watch"], "");
    let (mut arrived, mut delivered) = (0, false);
    while arrived < 2 || !delivered {
        match stage.next().await {
            Event::Arrived => arrived += 1,
            Event::Said(line) if line.contains("not delivered") => {
                panic!("it waited for the silent one: {line}")
            }
            Event::Said(line) => delivered |= line.contains("delivered"),
            _ => {}
        }
    }
    watch.kill();
}

#[tokio::test]
async fn an_archive_in_trouble_is_logged_and_hammers_no_one() {
    let mut stage = Stage::new().await;
    stage.runs(&["check"]).await;
    rusqlite::Connection::open(stage.database())
        .unwrap()
        .execute_batch("ALTER TABLE checks RENAME TO lost")
        .unwrap();
    stage.configured(&["terms"], "every 7h");
    let before = stage.site.requests().len();
    let watch = stage.starts(&["watch"], "");
    let line = stage.says("nothing can be recorded").await;
    assert!(line.contains("again_in_s=1"), "{line}");
    let line = stage.says("nothing can be recorded").await;
    assert!(line.contains("again_in_s=2"), "{line}");
    assert_eq!(stage.site.requests().len(), before + 2);
    watch.signal("TERM");
    stage.sees(Event::Ended).await;
    assert_eq!(watch.ends().0.code(), Some(0));
}

#[tokio::test]
async fn what_blocks_a_thread_does_not_block_the_end() {
    let mut stage = Stage::new().await;
    // As a page that takes for ever to read.
    let watch = stage.starts(&["watch"], "weigh:1");
    stage.says("crash point weigh").await;
    watch.signal("TERM");
    stage.says("stopping").await;
    watch.signal("TERM");
    stage.sees(Event::Ended).await;
    assert_eq!(watch.ends().0.code(), Some(130));
}

#[tokio::test]
async fn a_disabled_channel_is_said_at_every_start_until_its_address_is_another() {
    let mut stage = Stage::new().await;
    stage.runs(&["check"]).await;
    stage.receives("/hook", |_| Answer::status(410));
    stage.publishes("/terms", EDITION);
    assert_eq!(stage.runs(&["check"]).await.0, 3);
    stage.publishes("/terms", "Edition 2 of these terms applies to you and to everyone.");
    let (code, _, said) = stage.runs(&["check"]).await;
    assert!(code == 3 && said.contains("channel `ops` is disabled since"), "exit {code}: {said}");

    let watch = stage.starts(&["watch"], "");
    assert!(stage.says("is disabled since").await.contains("ERROR"));
    stage.receives("/new", |_| Answer::status(204));
    let toml = std::fs::read_to_string(stage.folder.path().join("sources.toml")).unwrap();
    stage.publishes("/terms", "Edition 3 of these terms applies to you and to everyone.");
    stage.writes(&toml.replace("/hook", "/new").replace("every 6h", "every 7h"));
    stage.says("delivered").await;
    watch.kill();
    assert_eq!(stage.taken.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_source_that_moves_while_it_is_looked_at_is_looked_at_where_it_is() {
    let mut stage = Stage::new().await;
    stage.serves("/terms", Answer::default().then_stall());
    let watch = stage.starts(&["watch"], "");
    stage.sees(Event::Asked).await;
    stage.publishes("/moved", EDITION);
    let toml = std::fs::read_to_string(stage.folder.path().join("sources.toml")).unwrap();
    stage.writes(&toml.replace("/terms'", "/moved'"));
    let line = stage.says("acme/terms: ").await;
    assert!(line.contains("first version"), "{line}");
    watch.kill();
}

#[tokio::test]
async fn a_source_that_cannot_be_recorded_stops_no_other() {
    let mut stage = Stage::new().await;
    stage.runs(&["check"]).await;
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON checks WHEN NEW.source = 1 BEGIN SELECT raise(ABORT, 'as told'); END";
    rusqlite::Connection::open(stage.database()).unwrap().execute_batch(refuse).unwrap();
    stage.publishes("/other", "Other words stand on the other page of this site.");
    stage.configured(&["terms", "other"], "every 7h");
    let (code, out, _) = stage.runs(&["check"]).await;
    assert!(code == 3 && out.contains("acme/terms") && out.contains("acme/other"), "exit {code}: {out}");
    stage.configured(&["terms", "other"], "every 8h");
    stage.publishes("/other", "Other words than before stand on the other page of this site.");
    let watch = stage.starts(&["watch"], "");
    let (mut refused, mut changed) = (false, false);
    while !refused || !changed {
        if let Event::Said(line) = stage.next().await {
            assert!(!line.contains("nothing can be recorded"), "{line}");
            refused |= line.contains("acme/terms: nothing of it can be recorded");
            changed |= line.contains("acme/other: changed");
        }
    }
    watch.kill();
}

#[tokio::test]
async fn a_log_that_nobody_reads_any_more_stops_nothing() {
    let mut stage = Stage::new().await;
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_fineprint"))
        .current_dir(stage.folder.path())
        .env_clear()
        .arg("watch")
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    stage.sees(Event::Asked).await;
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let (_, status, _) = stage.runs(&["status", "--format", "json"]).await;
    assert!(status.contains(r#""health":"ok""#), "{status}");
}

#[tokio::test]
async fn check_and_watch_also_tell_what_the_archive_brings() {
    let mut stage = Stage::new().await;
    stage.runs(&["check"]).await;
    stage.publishes("/terms", EDITION);
    stage.runs(&["check"]).await;
    let database = stage.database();
    let holds = |set: &str| {
        let sql = format!("UPDATE changes SET {set}");
        rusqlite::Connection::open(&database).unwrap().execute(&sql, []).unwrap();
    };
    let told = |stage: &Stage| -> Vec<String> {
        let taken = stage.taken.lock().unwrap();
        let body = |request: &crate::web::Request| serde_json::from_slice::<Value>(&request.body).unwrap();
        taken.iter().map(|request| body(request)["type"].as_str().unwrap().to_owned()).collect()
    };
    holds("severity = 2, at = at - 4 * 86400000");
    let (_, out, _) = stage.runs(&["check"]).await;
    assert_eq!(out, "1 source: 1 unchanged · 1 notice delivered\n");
    assert_eq!(told(&stage), ["policy.changed", "policy.unreviewed"]);
    holds(
        r#"dates = json_array(json_object('date', date('now'), 'kind', 'ends', 'sentence', 'It ends.', 'counted_from', null))"#,
    );
    let watch = stage.starts(&["watch"], "");
    stage.says("reminding: [critical] Acme").await;
    stage.says("delivered").await;
    watch.signal("TERM");
    stage.sees(Event::Ended).await;
    assert_eq!(told(&stage)[2..], ["policy.effective"]);
}

#[tokio::test]
async fn what_changed_together_is_told_together_though_each_has_its_own_time() {
    let mut stage = Stage::new().await;
    let all = ["terms", "privacy", "limits", "regions", "appeals", "prices"];
    for terms in all {
        stage.publishes(&format!("/{terms}"), "Edition 0 of these terms applies to you and to everyone.");
    }
    stage.configured(&all, "every 6h");
    assert_eq!(stage.runs(&["check"]).await.0, 0);
    all.iter().for_each(|terms| stage.publishes(&format!("/{terms}"), EDITION));
    // Hours later it is the turn of one of them.
    let db = rusqlite::Connection::open(stage.database()).unwrap();
    db.execute_batch(
        "UPDATE sources SET last_checked = last_checked - 3600000;
         UPDATE sources SET due_at = last_checked WHERE name = 'acme/limits'",
    )
    .unwrap();
    drop(db);
    let watch = stage.starts(&["watch"], "");
    stage.says("delivered").await;
    watch.signal("TERM");
    stage.says("stopped").await;
    assert_eq!(watch.ends().0.code(), Some(0));
    let taken = stage.taken.lock().unwrap().clone();
    let told: Vec<Value> = taken.iter().map(|r| serde_json::from_slice(&r.body).unwrap()).collect();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(
        (told[0]["type"].as_str(), told[0]["data"]["notices"].as_array().map(Vec::len)),
        (Some("notices.digest"), Some(6))
    );
}
