//! Histories of APIs, and what is said of them.

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::extract::Ignore;
use crate::judge::Verdict;
use crate::model::{Received, Severity, Snapshot, Text, Watch};

/// An API whose limit and models are watched, and what became of it.
struct Api {
    watch: Watch,
    ignore: Ignore,
    latest: Option<Text>,
    hold: Hold,
    at: Timestamp,
}

impl Api {
    fn new() -> Self {
        let watch = Watch {
            headers: vec!["x-limit".into()],
            json: vec!["$.models[*]".into(), "$.state".into()],
            at_least: vec![("x-limit".into(), 500.0)],
        };
        let at = Timestamp::UNIX_EPOCH;
        Self { watch, ignore: Ignore::default(), latest: None, hold: Hold::default(), at }
    }

    fn page(&self, status: u16, limit: &str, body: &str) -> Snapshot {
        let url: url::Url = "https://api.acme.example/v1/models".parse().unwrap();
        Snapshot {
            source: "acme/api".parse().unwrap(),
            fetched_at: self.at,
            url: url.clone(),
            final_url: url,
            status,
            headers: vec![("x-limit".into(), limit.into())],
            body: body.to_owned().into(),
            received: Received::default(),
        }
    }

    /// A look after so many minutes: what is said of it.
    fn look(&mut self, minutes: i64, status: u16, limit: &str, body: &str) -> String {
        self.at += SignedDuration::from_mins(minutes);
        let text = read(&self.page(status, limit, body), &self.watch, &self.ignore).text;
        // Between looks everything is written down.
        self.hold = Hold::from_bytes(&self.hold.to_bytes());
        let last_fine = self.hold.last_fine().cloned();
        let verdict = judge(&text, self.latest.as_ref(), self.at, &mut self.hold);
        match verdict {
            Verdict::First => {
                self.latest = Some(text);
                "first".to_owned()
            }
            Verdict::Changed(_) => {
                let (before, after) = (Parts::of(self.latest.as_ref().unwrap()), Parts::of(&text));
                let Assessment { severity, lines } = assess(&before, &after, last_fine.as_ref(), &self.watch);
                self.latest = Some(text);
                format!("{severity}: {}", lines.join("; "))
            }
            Verdict::Unchanged(_) => "unchanged".to_owned(),
            Verdict::Held(why) => format!("held: {why}"),
            Verdict::Unusable(why) => format!("unusable: {why}"),
        }
    }

    /// What is said of an answer that stays, at the second look.
    fn stays(&mut self, status: u16, limit: &str, body: &str) -> String {
        let first = self.look(60, status, limit, body);
        assert!(first.starts_with("held"), "{first}");
        self.look(1, status, limit, body)
    }
}

const BODY: &str = r#"{"models": ["small", "large", "old"], "state": "active", "used": 17}"#;

#[test]
fn a_call_that_is_refused_on_every_try_is_critical() {
    let mut api = Api::new();
    assert_eq!(api.look(0, 200, "10000", BODY), "first");
    assert_eq!(api.look(60, 200, "10000", BODY), "unchanged");
    assert_eq!(api.look(60, 403, "10000", "{}"), "held: the API answers HTTP 403 where it was HTTP 200");
    assert_eq!(api.look(1, 403, "10000", "{}"), "critical: HTTP 403 where it was 200");
    assert_eq!(api.look(60, 403, "9", "{\"id\": 7}"), "unchanged", "nothing else of it is news");
    assert_eq!(api.stays(404, "9", ""), "major: HTTP 404 where it was 403");
    assert_eq!(
        api.stays(200, "5000", r#"{"models": ["small", "new"], "state": "active"}"#),
        "critical: gone from `$.models[*]`: large, old; HTTP 200 again where it was 404; `x-limit` fell from 10000 to 5000; \
         new in `$.models[*]`: new"
    );
}

#[test]
fn one_refusal_among_answers_is_no_news() {
    let mut api = Api::new();
    api.look(0, 200, "10000", BODY);
    for status in [403, 404, 429, 500, 503, 200] {
        let body = if status == 200 { "{\"models\": []}" } else { "" };
        assert!(api.look(60, status, "10000", body).starts_with("held"), "{status}");
        assert_eq!(api.look(1, 200, "10000", BODY), "unchanged", "{status}");
    }
}

#[test]
fn what_often_passes_must_stay_for_an_hour() {
    for statuses in [[429; 5], [500, 503, 500, 502, 504]] {
        let mut api = Api::new();
        api.look(0, 200, "10000", BODY);
        let said: Vec<String> = [0, 1, 2, 10, 60]
            .iter()
            .zip(statuses)
            .map(|(m, status)| api.look(*m, status, "10000", ""))
            .collect();
        assert!(said[..4].iter().all(|said| said.starts_with("held")), "{said:?}");
        assert_eq!(said[4], format!("critical: HTTP {} where it was 200", statuses[4]));
    }
    // A page of maintenance under status 200.
    let mut api = Api::new();
    api.look(0, 200, "10000", BODY);
    for minutes in [0, 1, 2, 10] {
        let held = "held: the API answers HTTP 200 without JSON where it was HTTP 200";
        assert_eq!(api.look(minutes, 200, "10000", "<p>Back soon"), held);
    }
    assert_eq!(api.look(60, 200, "10000", "<p>"), "critical: HTTP 200 without JSON where it was 200");
    assert_eq!(api.stays(200, "10000", BODY), "major: HTTP 200 again where it was 200 without JSON");
}

#[test]
fn a_limit_is_measured_against_what_is_needed_and_against_what_it_was() {
    for (was, is, expected) in [
        ("10000", "20000", "minor: `x-limit` rose from 10000 to 20000"),
        ("10000", "8000", "major: `x-limit` fell from 10000 to 8000"),
        ("10000", "1000", "critical: `x-limit` fell from 10000 to 1000, near zero"),
        ("10000", "0", "critical: `x-limit` fell from 10000 to 0, below the 500 that are needed"),
        ("600", "499", "critical: `x-limit` fell from 600 to 499, below the 500 that are needed"),
        ("400", "300", "major: `x-limit` fell from 400 to 300"),
        (
            "600, 600;w=60",
            "100, 100;w=60",
            "critical: `x-limit` fell from 600, 600;w=60 to 100, 100;w=60, below the 500 that are needed",
        ),
        ("tier-5", "tier-1", "major: `x-limit` is “tier-1” where it was “tier-5”"),
    ] {
        let mut api = Api::new();
        api.look(0, 200, was, BODY);
        assert_eq!(api.stays(200, is, BODY), expected);
    }
}

#[test]
fn lists_lose_and_gain_and_states_turn() {
    let mut api = Api::new();
    api.look(0, 200, "10000", BODY);
    let reordered = r#"{"state": "active", "models": ["old", "small", "large"], "used": 18}"#;
    assert_eq!(api.look(60, 200, "10000", reordered), "unchanged");
    let more = r#"{"models": ["old", "small", "large", "huge"], "state": "active"}"#;
    assert_eq!(api.stays(200, "10000", more), "minor: new in `$.models[*]`: huge");
    let read_only = r#"{"models": ["old", "small", "large", "huge"], "state": "read_only"}"#;
    assert_eq!(
        api.stays(200, "10000", read_only),
        "critical: `$.state` is “read_only” where it was “active”"
    );
    assert_eq!(
        api.stays(200, "10000", r#"{"models": []}"#),
        "critical: gone from `$.models[*]`: huge, large, old, small; gone from `$.state`: read_only"
    );
}

#[test]
fn a_value_that_never_rests_is_told_in_the_end_and_can_be_ignored() {
    let mut api = Api::new();
    api.look(0, 200, "1000", BODY);
    let said: Vec<String> = (1..=7).map(|n| api.look(60, 200, &(1000 - n).to_string(), BODY)).collect();
    assert!(said[..6].iter().all(|said| said.starts_with("held")), "{said:?}");
    assert_eq!(said[6], "major: `x-limit` fell from 1000 to 993");

    let mut api = Api { ignore: Ignore::new(&["^\\d+$".into()]).unwrap(), ..Api::new() };
    api.look(0, 200, "1000", BODY);
    assert_eq!(api.look(60, 200, "993", BODY), "unchanged");
}

#[test]
fn watching_begins_with_an_answer_that_works() {
    let mut api = Api::new();
    assert_eq!(api.look(0, 401, "", "{}"), "unusable: the API answers HTTP 401");
    assert_eq!(api.look(0, 200, "", "<p>Welcome"), "unusable: the API answers HTTP 200 without JSON");
    assert_eq!(api.look(0, 200, "", BODY), "first");
}

#[test]
fn a_text_is_its_parts_whatever_a_server_sends() {
    let api = Api::new();
    let body = r###"{"models": ["## Status", "HTTP 500", "a: b", "", " \u0007 two\nlines ", {"b": 1, "a": [2]}, 7, null, true],
        "state": "x"}"###;
    let read = |body: &str| read(&api.page(200, ": 7 : ", body), &api.watch, &api.ignore);
    let parts = Parts::of(&read(body).text);
    assert_eq!(parts.to_text(), read(body).text);
    assert_eq!((parts.status.code, parts.headers), (200, vec![("x-limit".to_owned(), ": 7 :".to_owned())]));
    let listed =
        ["", "## Status", "7", "HTTP 500", "a: b", "null", "true", "two lines", r#"{"a":[2],"b":1}"#];
    assert_eq!(parts.json[0].1, listed);
    assert_eq!(read("{}").unmatched, ["$.models[*]", "$.state"]);
}

#[test]
fn what_is_read_of_an_answer_is_bounded() {
    let api = Api::new();
    let read = |body: &str| read(&api.page(200, &"9".repeat(100_000), body), &api.watch, &api.ignore).text;
    let many: Vec<String> = (0..6_000).map(|n| format!("{n:0300}")).collect();
    let text = read(&serde_json::json!({ "models": many, "state": "x" }).to_string());
    let parts = Parts::of(&text);
    assert_eq!(parts.json[0].1.len(), 5_001);
    assert_eq!(parts.json[0].1[5_000], "… more than 5000 values are not watched");
    assert!(text.clauses.iter().all(|clause| clause.text.chars().count() <= 250));
    let large = format!("{{\"state\": \"x\", \"more\": \"{}\"}}", "x".repeat(5 << 20));
    assert!(Parts::of(&read(&large)).status.lacks_json);
    assert!(Parts::of(&read(&format!("{{\"state\": {}1", "[".repeat(100_000)))).status.lacks_json);
}

#[test]
fn a_failing_api_says_why_wherever_it_says_so() {
    let api = Api::new();
    let said = |body: &str, kind: &str| {
        let mut page = api.page(403, "", body);
        page.headers.push(("content-type".into(), kind.into()));
        message(&page)
    };
    for (body, expected) in [
        (
            r#"{"error": {"type": "forbidden", "message": "Your account\n is suspended."}}"#,
            Some("Your account is suspended."),
        ),
        (r#"{"errors": [{"detail": "No access"}]}"#, Some("No access")),
        (r#"{"error": "access_denied"}"#, Some("access_denied")),
        (r#"{"title": "Forbidden", "detail": "Region not supported"}"#, Some("Region not supported")),
        ("[1, 2]", None),
        ("<p>Forbidden", None),
    ] {
        assert_eq!(said(body, "application/json").as_deref(), expected, "{body}");
    }
    assert_eq!(said("Forbidden\n", "text/plain").as_deref(), Some("Forbidden"));
    assert_eq!(said(&"x ".repeat(1_000), "text/plain").unwrap().chars().count(), 201);
}

#[test]
fn severities_sort_the_lines() {
    let before = Parts { status: Status { code: 200, lacks_json: false }, ..Parts::default() };
    let Assessment { severity, lines } = assess(&before, &before, None, &Watch::default());
    assert_eq!((severity, lines.len()), (Severity::Minor, 0));
}
