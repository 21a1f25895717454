//! What services answer, and what follows: who knows ids, who says when to come back, and that no secret is repeated.

use std::sync::Arc;
use std::sync::Mutex;

use fineprint::channel::Error;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{SERVICES, at, changed, reworded, service};
use crate::web::{Answer, Web};

fn told(result: Result<fineprint::channel::Receipt, Error>) -> String {
    match result {
        Ok(receipt) => format!("delivered: {}", receipt.0),
        Err(Error::Retry { after: Some(after), why }) => format!("again at {after}: {why}"),
        Err(Error::Retry { after: None, why }) => format!("again: {why}"),
        Err(Error::Refused { why }) => format!("refused: {why}"),
        Err(Error::Gone { why }) => format!("gone: {why}"),
    }
}

#[tokio::test]
async fn each_service_says_in_its_own_way_what_is_wrong() {
    let notice = changed(&[reworded()]);
    let plain = [("content-type", "text/plain")];
    let cases = [
        ("slack", Answer::full(404, &plain, "no_service")),
        ("slack", Answer::full(410, &plain, "channel_is_archived")),
        ("slack", Answer::full(429, &[("retry-after", "30")], "")),
        (
            "discord",
            Answer::full(429, &[], r#"{"message":"You are being rate limited.","retry_after":64.57}"#),
        ),
        ("discord", Answer::full(404, &[], r#"{"message":"Unknown Webhook","code":10015}"#)),
        ("teams", Answer::full(400, &[], r#"{"error":{"code":"x","message":"bad"}}"#)),
        (
            "telegram",
            Answer::full(
                429,
                &[],
                r#"{"ok":false,"description":"Too Many Requests: retry after 5","parameters":{"retry_after":5}}"#,
            ),
        ),
        ("telegram", Answer::full(404, &[], r#"{"ok":false,"description":"Not Found: bott0ken-s3cret"}"#)),
        (
            "matrix",
            Answer::full(
                429,
                &[],
                r#"{"errcode":"M_LIMIT_EXCEEDED","error":"Too many","retry_after_ms":2000}"#,
            ),
        ),
        ("matrix", Answer::full(403, &[], r#"{"errcode":"M_FORBIDDEN","error":"not in room"}"#)),
        ("ntfy", Answer::full(507, &[], r#"{"code":50701,"error":"cannot store"}"#)),
        (
            "github",
            Answer::full(
                403,
                &[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1772366465")],
                r#"{"message":"API rate limit exceeded"}"#,
            ),
        ),
        ("github", Answer::full(410, &[], r#"{"message":"Issues are disabled for this repo"}"#)),
        ("http", Answer::redirect("/elsewhere")),
        ("mattermost", Answer::head(500, &[("content-type", "text/plain")]).then_endlessly("no ")),
        ("mattermost", Answer::head(500, &[("content-type", "text/plain")]).then_send("half").then_stall()),
        ("mattermost", Answer::default().then_stall()),
    ];
    let mut lines = Vec::new();
    for (name, answer) in cases {
        let web = Web::start().await;
        web.serve(&(service(name).path)(&notice), answer);
        let said = told(service(name).channel(&web, "").send(&notice, at()).await);
        assert!(!said.contains("s3cret"), "{name}: {said}");
        lines.push(format!("{name}: {}", said.chars().take(160).collect::<String>()));
    }
    assert_snapshot!(lines.join("\n"), @"
    slack: again: 127.0.0.1 answered 404 Not Found: no_service
    slack: gone: 127.0.0.1 answered 410 Gone: it wants no more notices: channel_is_archived
    slack: again at 2026-03-01T12:00:35Z: 127.0.0.1 answered 429 Too Many Requests
    discord: again at 2026-03-01T12:01:10Z: 127.0.0.1 answered 429 Too Many Requests: You are being rate limited.
    discord: again: 127.0.0.1 answered 404 Not Found: Unknown Webhook
    teams: again: 127.0.0.1 answered 400 Bad Request: bad
    telegram: again at 2026-03-01T12:00:10Z: 127.0.0.1 answered 429 Too Many Requests: Too Many Requests: retry after 5
    telegram: again: 127.0.0.1 answered 404 Not Found: Not Found: bot***
    matrix: again at 2026-03-01T12:00:07Z: 127.0.0.1 answered 429 Too Many Requests: Too many
    matrix: again: 127.0.0.1 answered 403 Forbidden: not in room
    ntfy: again: 127.0.0.1 answered 507 Insufficient Storage: cannot store
    github: again at 2026-03-01T12:01:05Z: 127.0.0.1 answered 403 Forbidden: API rate limit exceeded
    github: gone: 127.0.0.1 answered 410 Gone: it wants no more notices: Issues are disabled for this repo
    http: again: 127.0.0.1 answered 302 Found: redirects are not followed
    mattermost: again: 127.0.0.1 answered 500 Internal Server Error: no no no no no no no no no no no no no no no no no no no no no no no no no no no no no no no no no no no no
    mattermost: again: 127.0.0.1 answered 500 Internal Server Error: half
    mattermost: again: 127.0.0.1: nothing received for 2s
    ");
}

#[tokio::test]
async fn no_error_and_no_settings_show_a_secret() {
    let notice = changed(&[reworded()]);
    for service in SERVICES.iter().filter(|service| service.is_web()) {
        // Nobody listens there.
        let web = Web::start().await;
        let channel = service.channel(&web, "");
        drop(web);
        tokio::task::yield_now().await;
        let said = told(channel.send(&notice, at()).await);
        assert!(
            said.starts_with("again: 127.0.0.1: ") && !said.contains("s3cret"),
            "{}: {said}",
            service.name
        );
    }
}

#[tokio::test]
async fn matrix_is_told_the_same_transaction_again() {
    let (web, notice) = (Web::start().await, changed(&[reworded()]));
    service("matrix").takes(&web, &notice);
    let channel = service("matrix").channel(&web, "");
    for _ in 0..2 {
        channel.send(&notice, at()).await.unwrap();
    }
    let paths: Vec<String> = web.requests().into_iter().map(|request| request.path).collect();
    assert_eq!(paths[0], paths[1]);
    assert!(paths[0].ends_with(notice.id.as_str()));
}

/// A repository: what is opened is listed, youngest first, in pages.
fn repository(web: &Web, others: usize) -> Arc<Mutex<Vec<Value>>> {
    let other =
        |n: usize| json!({ "number": n, "body": format!("<!-- fineprint:chg_{n} -->"), "title": "x" });
    let issues = Arc::new(Mutex::new((0..others).map(other).collect::<Vec<_>>()));
    let shared = issues.clone();
    web.serve_with("/repos/acme/watch/issues", move |request| {
        let mut issues = shared.lock().unwrap();
        if request.method == "POST" {
            let mut issue: Value = serde_json::from_slice(&request.body).unwrap();
            issue["number"] = json!(issues.len());
            issues.insert(0, issue);
            // The answer gets lost.
            return Answer::default();
        }
        let query: Vec<(String, String)> =
            url::form_urlencoded::parse(request.path.split_once('?').unwrap().1.as_bytes())
                .into_owned()
                .collect();
        let of = |key: &str| query.iter().find(|(name, _)| name == key).unwrap().1.clone();
        assert_eq!(
            (of("state").as_str(), of("sort").as_str(), of("direction").as_str()),
            ("all", "created", "desc")
        );
        assert_eq!(of("since"), "2026-02-28T12:00:00Z");
        let (page, size): (usize, usize) = (of("page").parse().unwrap(), of("per_page").parse().unwrap());
        let page: Vec<&Value> = issues.iter().skip((page - 1) * size).take(size).collect();
        Answer::full(200, &[("content-type", "application/json")], serde_json::to_vec(&page).unwrap())
    });
    issues
}

#[tokio::test]
async fn a_lost_answer_opens_no_second_issue() {
    let (web, notice) = (Web::start().await, changed(&[reworded()]));
    let issues = repository(&web, 30);
    let channel = service("github").channel(&web, "");
    assert!(channel.send(&notice, at()).await.is_err());
    assert_eq!(issues.lock().unwrap().len(), 31);
    // Others are opened meanwhile.
    (100..140).for_each(|n| issues.lock().unwrap().insert(0, json!({ "number": n, "body": null })));
    let said = told(channel.send(&notice, at()).await);
    assert_eq!(said, "delivered: 127.0.0.1 has it already, as issue 30");
    assert_eq!(issues.lock().unwrap().len(), 71);
}

#[tokio::test]
async fn a_repository_that_lists_nonsense_gets_no_issue_yet() {
    let notice = changed(&[reworded()]);
    for answer in [
        Answer::full(200, &[], "<html>"),
        Answer::head(200, &[]).then_endlessly(vec![b' '; 65_536]),
        Answer::full(401, &[], r#"{"message":"Bad credentials"}"#),
    ] {
        let web = Web::start().await;
        web.serve("/repos/acme/watch/issues", answer);
        let said = told(service("github").channel(&web, "").send(&notice, at()).await);
        assert!(said.starts_with("again: 127.0.0.1"), "{said}");
        assert!(web.requests().iter().all(|request| request.method == "GET"));
    }
}
