use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::model::{Excerpt, Run};

fn notice(excerpts: Vec<Excerpt>) -> Notice {
    Notice {
        id: NoticeId::derive("chg", &["acme/terms", "3", "4"]),
        news: News::Changed,
        source: "acme/terms".parse().unwrap(),
        service: "Acme".into(),
        terms: "Terms".into(),
        url: "https://acme.example/terms".into(),
        at: "2026-03-01T12:00:00Z".parse().unwrap(),
        previous_at: Some("2025-11-02T06:00:00Z".parse().unwrap()),
        severity: Severity::Critical,
        topics: vec![Topic::SuspensionTermination],
        reasons: Vec::new(),
        effective: Some("2026-04-01".parse().unwrap()),
        subject: "[critical] Acme changed its Terms".into(),
        summary: "Accounts are suspended without notice.".into(),
        words_added: 1,
        words_removed: 2,
        excerpts,
        cut: 0,
        more: "fineprint diff acme/terms 3..4".into(),
        folded: vec![],
    }
}

fn excerpt(runs: Vec<Run>) -> Excerpt {
    Excerpt { path: vec!["Terms".into(), "Suspension".into()], kind: ExcerptKind::Reworded, runs }
}

fn decoded(notice: &Notice) -> Value {
    let body = encode(notice);
    assert!(body.len() < LIMIT, "{} bytes", body.len());
    serde_json::from_slice(&body).unwrap()
}

#[test]
fn a_change_reads_as_documented() {
    let notice = notice(vec![excerpt(vec![
        Run::Kept("We suspend accounts with ".into()),
        Run::Removed("30 days'".into()),
        Run::Added("no".into()),
        Run::Kept(" notice.".into()),
    ])]);
    insta::assert_snapshot!(String::from_utf8(encode(&notice)).unwrap(), @r#"{"type":"policy.changed","timestamp":"2026-03-01T12:00:00Z","data":{"id":"chg_5fbe21a55b5b236186b29699","source":"acme/terms","service":"Acme","terms":"Terms","url":"https://acme.example/terms","previous_at":"2025-11-02T06:00:00Z","severity":"critical","topics":["suspension_termination"],"reasons":[],"effective":"2026-04-01","subject":"[critical] Acme changed its Terms","summary":"Accounts are suspended without notice.","words_added":1,"words_removed":2,"diff":[{"path":["Terms","Suspension"],"kind":"reworded","removed":"30 days'","added":"no","text":[{"op":"kept","text":"We suspend accounts with "},{"op":"removed","text":"30 days'"},{"op":"added","text":"no"},{"op":"kept","text":" notice."}]}],"cut":0,"more":"fineprint diff acme/terms 3..4"}}"#);
}

#[test]
fn a_huge_clause_is_shortened_and_leaves_room_for_the_others() {
    let huge = "All work and no play. ".repeat(250_000);
    let notice = notice(vec![
        excerpt(vec![Run::Added(huge.clone())]),
        excerpt(vec![
            Run::Kept(huge.clone()),
            Run::Removed("may".into()),
            Run::Added("will".into()),
            Run::Kept(huge),
        ]),
        excerpt(vec![Run::Removed("gone".into())]),
    ]);
    let data = &decoded(&notice)["data"];
    let clauses = data["diff"].as_array().unwrap();
    assert_eq!((clauses.len(), &data["cut"]), (3, &2.into()));
    assert!(clauses[0]["added"].as_str().unwrap().ends_with('…'));
    let text: Vec<&str> =
        clauses[1]["text"].as_array().unwrap().iter().map(|s| s["text"].as_str().unwrap()).collect();
    assert!(text[0].starts_with('…') && text[0].ends_with("play. "), "{text:?}");
    assert_eq!(text[1..3], ["may", "will"]);
    assert!(text[3].starts_with("All work") && text[3].ends_with('…'), "{text:?}");
    assert_eq!(clauses[2]["removed"], "gone");
}

#[test]
fn clauses_beyond_the_limit_are_counted() {
    let notice = Notice { cut: 5, ..notice(vec![excerpt(vec![Run::Added("word ".repeat(100))]); 100]) };
    let data = &decoded(&notice)["data"];
    let shown = data["diff"].as_array().unwrap().len();
    assert!(shown > 10, "{shown}");
    assert_eq!(data["cut"], 5 + 100 - shown);
}

/// Text as pages have it, and as attackers would: control characters, which take six bytes each in JSON.
fn words() -> impl Strategy<Value = String> {
    (prop_oneof!["[a-z ]{1,8}", "[\\x00-\\x1f\"\\\\]{1,4}", "\\PC{1,4}"], 0..12_000usize)
        .prop_map(|(part, times)| part.repeat(times))
}

fn excerpts() -> impl Strategy<Value = Vec<Excerpt>> {
    let run = prop_oneof![
        words().prop_map(Run::Kept),
        words().prop_map(Run::Removed),
        words().prop_map(Run::Added)
    ];
    let kind = prop_oneof![Just(ExcerptKind::Added), Just(ExcerptKind::Removed), Just(ExcerptKind::Reworded)];
    let path = prop::collection::vec(words(), 0..4);
    let excerpt = (path, kind, prop::collection::vec(run, 0..8)).prop_map(|(path, kind, runs)| Excerpt {
        path,
        kind,
        runs,
    });
    prop::collection::vec(excerpt, 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_body_is_json_and_small_whatever_the_notice(
        excerpts in excerpts(), text in words(), cut: usize, topics in 0..100usize,
    ) {
        let count = excerpts.len();
        let notice = Notice {
            service: text.clone(), terms: text.clone(), url: text.clone(), subject: text.clone(),
            summary: text.clone(), more: text, cut, topics: vec![Topic::SuspensionTermination; topics],
            ..notice(excerpts)
        };
        let data = &decoded(&notice)["data"];
        let shown = data["diff"].as_array().unwrap().len();
        let least = cut.saturating_add(count - shown);
        prop_assert!(data["cut"].as_u64().unwrap() >= least as u64);
    }
}
