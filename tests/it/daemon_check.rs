//! `fineprint check`, as its user and a program see it.

use insta::assert_snapshot;

use crate::process::{Event, Stage};
use crate::web::Answer;
use crate::world::html;

const EDITION: &str = "Edition 1 of these terms applies to you and to everyone.";

#[tokio::test]
async fn a_run_says_what_it_found_and_what_became_of_it() {
    let mut stage = Stage::new().await;
    stage.configured(&["terms", "gone"], "every 6h");
    stage.serves("/gone", Answer::status(404));
    let (code, out, _) = stage.runs(&["check"]).await;
    assert_snapshot!(format!("exit {code}\n{out}"), @r"
    exit 3
    unusable       acme/gone  the server answered HTTP 404
    first version  acme/terms
    2 sources: 1 first version, 1 unusable
    ");
    stage.publishes("/terms", EDITION);
    let (code, out, _) = stage.runs(&["check", "--exit-code"]).await;
    assert_snapshot!(format!("exit {code}\n{out}"), @r"
    exit 1
    unusable       acme/gone  the server answered HTTP 404
    changed        acme/terms  1 clause reworded (major)  fineprint diff acme/terms 1..2
    2 sources: 1 changed, 1 unusable · 1 notice delivered
    ");
    let (code, out, _) = stage.runs(&["check", "acme/terms"]).await;
    assert_snapshot!(format!("exit {code}\n{out}"), @r"
    exit 0
    1 source: 1 unchanged
    ");
    let (code, out, said) = stage.runs(&["check", "-q"]).await;
    assert_snapshot!(format!("exit {code}\n{out}{said}"), @r"
    exit 3
    unusable       acme/gone  the server answered HTTP 404
    ");
}

#[tokio::test]
async fn a_program_gets_a_line_for_each_look() {
    let mut stage = Stage::new().await;
    stage.runs(&["check"]).await;
    stage.publishes("/terms", EDITION);
    let (_, out, _) = stage.runs(&["check", "--format", "json"]).await;
    let line: serde_json::Value = serde_json::from_str(&out).unwrap();
    let id = stage.taken.lock().unwrap()[0].header("webhook-id").unwrap().to_owned();
    assert_eq!(
        (&line["source"], &line["outcome"], &line["status"], &line["change"]),
        (&"acme/terms".into(), &"changed".into(), &200.into(), &id.into())
    );
    assert!(line["at"].as_str().unwrap().ends_with('Z') && line.get("detail").is_some());
}

#[tokio::test]
async fn a_receiver_that_is_down_is_tried_twice_and_what_waits_is_said() {
    let mut stage = Stage::new().await;
    stage.runs(&["check"]).await;
    stage.publishes("/terms", EDITION);
    stage.receives("/hook", |_| Answer::status(503));
    let process = stage.starts(&["check"], "");
    let said = stage.says("another attempt").await;
    assert!(said.starts_with("another attempt at delivering in "), "{said}");
    process.signal("INT");
    stage.sees(Event::Ended).await;
    let (status, out) = process.ends();
    assert_eq!(status.code(), Some(0));
    assert!(out.contains("1 source: 1 changed · 1 pending (next try "), "{out}");
}

#[tokio::test]
async fn a_second_look_is_waited_for_and_the_wait_can_be_skipped() {
    let mut stage = Stage::new().await;
    stage.runs(&["check"]).await;
    stage.serves(
        "/terms",
        Answer::page(html(
            &["You must be at least eighteen years old to use our services in any country."],
            "",
        )),
    );
    let process = stage.starts(&["check"], "");
    let said = stage.says("second look").await;
    assert!(
        said.starts_with("a second look at acme/terms in ") && said.ends_with("(Ctrl-C skips it)"),
        "{said}"
    );
    process.signal("INT");
    stage.sees(Event::Ended).await;
    let (status, out) = process.ends();
    assert_eq!(status.code(), Some(0));
    assert!(out.contains("held           acme/terms") && out.contains("1 source: 1 held"), "{out}");
}

#[tokio::test]
async fn a_run_that_is_interrupted_keeps_what_it_has() {
    let mut stage = Stage::new().await;
    stage.configured(&["hangs"], "every 6h");
    stage.serves("/hangs", Answer::default().then_stall());
    let process = stage.starts(&["check"], "");
    stage.sees(Event::Asked).await;
    process.signal("INT");
    stage.sees(Event::Ended).await;
    let (status, out) = process.ends();
    assert_eq!((status.code(), out.as_str()), (Some(130), "1 source: 1 not looked at\n"));
}
