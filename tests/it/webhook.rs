//! Notices as signed HTTP requests, as their receivers see them.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fineprint::channel::{Channel, Error, webhook};
use fineprint::model::{News, Notice, NoticeId, Secret, Severity};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use sha2::Sha256;
use url::Url;

use crate::web::{Answer, Request, Web};

const KEYS: [&[u8]; 2] = [b"a key of thirty-two bytes, newer", b"a key of thirty-two bytes, older"];

fn at() -> Timestamp {
    "2026-03-01T12:00:05Z".parse().unwrap()
}

fn notice() -> Notice {
    Notice {
        id: NoticeId::derive("chg", &["acme/terms", "1"]),
        news: News::Degraded,
        source: "acme/terms".parse().unwrap(),
        service: "Acme".into(),
        terms: "Terms".into(),
        url: "https://acme.example/terms".into(),
        at: "2026-03-01T12:00:00Z".parse().unwrap(),
        previous_at: None,
        severity: Severity::Major,
        topics: Vec::new(),
        reasons: Vec::new(),
        effective: None,
        subject: "Acme's Terms can't be read".into(),
        summary: "For two days an error page has come instead.".into(),
        words_added: 0,
        words_removed: 0,
        excerpts: Vec::new(),
        cut: 0,
        more: "fineprint status acme/terms".into(),
        folded: vec![],
    }
}

fn hook(url: Url) -> Box<dyn Channel> {
    let secrets = KEYS.map(|key| Secret::new(format!("whsec_{}", STANDARD.encode(key))));
    let settings = webhook::Settings {
        secrets: secrets.to_vec(),
        timeout: Duration::from_secs(1),
        ..webhook::Settings::new(url)
    };
    let allow_private = ["127.0.0.0/8".parse().unwrap()];
    fineprint::channel::build(fineprint::channel::Settings::Webhook(settings), &allow_private).unwrap()
}

/// What a receiver does with its copy of the secret.
fn verified(request: &Request, key: &[u8]) -> bool {
    let header = |name| request.header(name).unwrap_or_default();
    let mut signed = format!("{}.{}.", header("webhook-id"), header("webhook-timestamp")).into_bytes();
    signed.extend(&request.body);
    let mac = Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(signed);
    let expected = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
    header("webhook-signature").split(' ').any(|signature| signature == expected)
}

#[tokio::test]
async fn a_receiver_gets_a_signed_notice_it_can_verify_with_either_secret() {
    let web = Web::start().await;
    web.serve("/hook", Answer::status(204));
    let receipt = hook(web.url("/hook?token=1")).send(&notice(), at()).await.unwrap();
    assert_eq!(receipt.0, "127.0.0.1 answered 204 No Content");

    let [request] = &web.requests()[..] else { panic!("one request") };
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/hook?token=1"));
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("webhook-id"), Some(notice().id.as_str()));
    assert_eq!(request.header("webhook-timestamp"), Some("1772366405"));
    assert!(KEYS.iter().all(|key| verified(request, key)));
    assert!(!verified(request, b"another key"));
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(
        (&body["type"], &body["timestamp"]),
        (&"source.degraded".into(), &"2026-03-01T12:00:00Z".into())
    );
}

#[tokio::test]
async fn without_a_secret_nothing_is_signed() {
    let web = Web::start().await;
    web.serve("/hook", Answer::status(200));
    let hook =
        webhook::Webhook::new(webhook::Settings::new(web.url("/hook")), &["127.0.0.0/8".parse().unwrap()]);
    hook.unwrap().send(&notice(), at()).await.unwrap();
    assert_eq!(web.requests()[0].header("webhook-signature"), None);
}

#[tokio::test]
async fn what_a_receiver_answers_decides_what_happens_next() {
    let web = Web::start().await;
    let retry_after = |seconds| Answer::full(503, &[("retry-after", seconds)], "");
    let cases = [
        ("/moved", Answer::redirect("/elsewhere")),
        ("/gone", Answer::status(410)),
        ("/missing", Answer::status(404)),
        ("/busy", retry_after("60")),
        ("/busy-for-a-year", retry_after("31536000")),
        ("/hangs-up", Answer::default()),
        ("/silent", Answer::default().then_stall()),
        ("/chatty", Answer::head(200, &[]).then_endlessly("thanks ")),
        ("/broken-off", Answer::head(200, &[("content-length", "100")]).then_reset()),
    ];
    let mut lines = Vec::new();
    for (path, answer) in cases {
        web.serve(path, answer);
        let mut url = web.url(path);
        url.set_query(Some("token=s3cret"));
        let said = match hook(url).send(&notice(), at()).await {
            Ok(receipt) => format!("delivered: {}", receipt.0),
            Err(Error::Retry { after: Some(after), why }) => format!("again at {after}: {why}"),
            Err(Error::Retry { after: None, why }) => format!("again: {why}"),
            Err(Error::Refused { why }) => format!("refused: {why}"),
            Err(Error::Gone { why }) => format!("gone: {why}"),
        };
        assert!(!said.contains("s3cret") && !said.contains(path), "{said}");
        lines.push(format!("{path}: {said}"));
    }
    insta::assert_snapshot!(lines.join("\n"), @r#"
    /moved: again: 127.0.0.1 answered 302 Found: redirects are not followed
    /gone: gone: 127.0.0.1 answered 410 Gone: it wants no more notices
    /missing: again: 127.0.0.1 answered 404 Not Found
    /busy: again at 2026-03-01T12:01:05Z: 127.0.0.1 answered 503 Service Unavailable
    /busy-for-a-year: again at 2026-03-02T12:00:05Z: 127.0.0.1 answered 503 Service Unavailable
    /hangs-up: again: 127.0.0.1: the answer can't be read: connection closed before message completed
    /silent: again: 127.0.0.1: nothing received for 1s
    /chatty: delivered: 127.0.0.1 answered 200 OK
    /broken-off: delivered: 127.0.0.1 answered 200 OK
    "#);
    assert!(web.requests_for("/elsewhere").is_empty());
}
