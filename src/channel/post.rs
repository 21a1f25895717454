//! One HTTP request to a service, and what its answer means: what all channels over HTTP share.

use std::time::Duration;

use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Method, Response, StatusCode};
use serde::Serialize;
use serde_json::Value;
use url::Url;

use super::{Error, Invalid, Receipt};
use crate::net::{self, Failure, Guard, Timeouts};
use crate::notice;

/// How long a receiver may take (Standard Webhooks: 15 to 30 s).
pub(super) const TIMEOUT: Duration = Duration::from_secs(20);
/// How long the words of a refusal may take to come: they are nice to have.
const REASON_TIMEOUT: Duration = Duration::from_secs(5);
/// Of a refusal's body so many bytes are read.
const REASON: usize = 16 * 1024;

/// Whom channels may reach, and how long they wait for them.
#[derive(Debug, Clone)]
pub struct Reach {
    /// Networks that may be reached although they are not public.
    pub allow_private: Vec<IpNet>,
    /// For a whole exchange.
    pub timeout: Duration,
}

impl Reach {
    /// Public addresses and those in `allow_private`, with 20 seconds for each exchange.
    pub fn new(allow_private: &[IpNet]) -> Self {
        Self { allow_private: allow_private.to_vec(), timeout: TIMEOUT }
    }
}

/// A request as it will be made.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub method: Method,
    pub url: Url,
    /// The address as it may be shown.
    pub shown: String,
    /// Secret values are marked as sensitive.
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Request {
    /// A body of JSON for an address that is a secret itself.
    pub fn hook(url: &Url, body: &impl Serialize) -> Self {
        Self::json(Method::POST, url.clone(), masked(url), body)
    }

    /// A body of JSON.
    pub fn json(method: Method, url: Url, shown: String, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).expect("plain data with string keys always has a JSON form");
        let json = (CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self { method, url, shown, headers: HeaderMap::from_iter([json]), body }
    }

    /// Adds a header; a value that is none was refused with the settings.
    pub fn header(mut self, name: HeaderName, value: Option<HeaderValue>) -> Self {
        self.headers.extend(value.map(|value| (name, value)));
        self
    }

    /// The request as it goes out, for people; secrets are masked.
    pub fn preview(&self) -> String {
        let mut lines = format!("{} {}\n", self.method, self.shown);
        for (name, value) in &self.headers {
            let value =
                if value.is_sensitive() { "***".into() } else { String::from_utf8_lossy(value.as_bytes()) };
            lines.push_str(&format!("{name}: {value}\n"));
        }
        format!("{lines}\n{}", String::from_utf8_lossy(&self.body))
    }
}

/// An address of which only the host is no secret.
pub(super) fn masked(url: &Url) -> String {
    format!("{}/***", url.origin().ascii_serialization())
}

/// `Bearer` and a token.
pub(super) fn bearer(token: &str) -> Option<HeaderValue> {
    secret_value(&format!("Bearer {token}"))
}

/// A header's value that is never shown; `None` if it can't be one.
pub(super) fn secret_value(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// A client for one receiver.
pub(super) struct Client {
    pub host: String,
    client: reqwest::Client,
    timeouts: Timeouts,
    /// What no message repeats, even if the receiver does.
    secrets: Vec<String>,
}

impl Client {
    /// A client that reaches `url`; an address that may not be reached is refused here, not at the first notice.
    pub fn new(url: &Url, secrets: &[&str], reach: &Reach) -> Result<Self, Invalid> {
        let guard = Guard::new(&reach.allow_private);
        guard.check(url)?;
        let timeouts = Timeouts { connect: reach.timeout, read: reach.timeout };
        let client = net::client(guard, concat!("fineprint/", env!("CARGO_PKG_VERSION")), &timeouts)?;
        let address = &url[url::Position::BeforePath..];
        // Short words of an address are none, and would blot out half of what is said.
        let parts = address.split(['/', '?', '&', '=']).filter(|part| part.len() > 11);
        let secrets = secrets.iter().copied().filter(|secret| secret.len() > 5);
        let secrets = secrets.chain([address].into_iter().filter(|a| a.len() > 5)).chain(parts);
        let secrets = secrets.map(str::to_owned).collect();
        Ok(Self { host: url.host_str().unwrap_or_default().to_owned(), client, timeouts, secrets })
    }

    /// Makes one attempt and judges the answer: 2xx is success, 410 the end of the channel, and all else is to be
    /// tried again, 4xx too: most of them come from a receiver that is being set up or mended.
    pub async fn send(&self, request: &Request, at: Timestamp) -> Result<Receipt, Error> {
        let answer = self.answer(request).await?;
        let receipt = receipt(&self.host, answer.status());
        self.success(answer, at).await.map(|_| receipt)
    }

    /// The same, with the body of a success: JSON of at most `max` bytes.
    pub async fn ask(&self, request: &Request, at: Timestamp, max: usize) -> Result<Value, Error> {
        let answer = self.success(self.answer(request).await?, at).await?;
        let body = read(answer, max + 1, self.timeouts.read).await;
        let broken = |why: &str| Error::Retry { after: None, why: format!("{}: {why}", self.host) };
        if body.len() > max {
            return Err(broken(&format!("the answer is larger than {max} bytes")));
        }
        serde_json::from_slice(&body).map_err(|_| broken("the answer is not the JSON it should be"))
    }

    /// Makes one attempt and judges the answer by its status alone; its body is not read.
    pub async fn send_unread(&self, request: &Request, at: Timestamp) -> Result<Receipt, Error> {
        let answer = self.answer(request).await?;
        match answer.status() {
            status if status.is_success() => Ok(receipt(&self.host, status)),
            status => Err(refusal(&self.host, status, waiting(answer.headers(), &Value::Null, at), "")),
        }
    }

    async fn answer(&self, request: &Request) -> Result<Response, Error> {
        let limit = self.timeouts.read;
        let sent = self
            .client
            .request(request.method.clone(), request.url.clone())
            .headers(request.headers.clone())
            .body(request.body.clone())
            .send();
        let failure = match tokio::time::timeout(limit, sent).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(error)) => Failure::of(error, &self.timeouts),
            Err(_) => Failure::Silent(limit),
        };
        Err(Error::Retry { after: None, why: format!("{}: {failure}", self.host) })
    }

    /// The answer if it is a success; otherwise why not, in the service's words.
    async fn success(&self, answer: Response, at: Timestamp) -> Result<Response, Error> {
        let (status, headers) = (answer.status(), answer.headers().clone());
        if status.is_success() {
            return Ok(answer);
        }
        let body = read(answer, REASON, REASON_TIMEOUT.min(self.timeouts.read)).await;
        let json = serde_json::from_slice(&body).unwrap_or_default();
        let reason = self.reason(&headers, &json, &body);
        Err(refusal(&self.host, status, waiting(&headers, &json, at), &reason))
    }

    /// What the service says of its refusal, in a line.
    fn reason(&self, headers: &HeaderMap, json: &Value, body: &[u8]) -> String {
        let keys = ["description", "message", "error"];
        let named =
            keys.iter().find_map(|key| json.get(key)?.as_str()).or_else(|| json["error"]["message"].as_str());
        let plain = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
        let text = match named {
            Some(text) => text.to_owned(),
            None if plain => String::from_utf8_lossy(body).into_owned(),
            None => return String::new(),
        };
        let text = self.secrets.iter().fold(text, |text, secret| text.replace(secret, "***"));
        notice::line(text.trim(), 200)
    }
}

/// At most `max` bytes of a body, as far as they come in time.
async fn read(mut answer: Response, max: usize, limit: Duration) -> Vec<u8> {
    let mut body = Vec::new();
    let reading = async {
        while let Ok(Some(chunk)) = answer.chunk().await {
            body.extend_from_slice(&chunk[..chunk.len().min(max - body.len())]);
            if body.len() == max {
                break;
            }
        }
    };
    // What came until then is all there is.
    tokio::time::timeout(limit, reading).await.ok();
    body
}

/// Until when the receiver wants to be left alone: `Retry-After`; Discord's `retry_after`, in seconds; Telegram's,
/// one deeper; Matrix's `retry_after_ms`; and where GitHub's quota is used up, the time of the next one.
fn waiting(headers: &HeaderMap, json: &Value, at: Timestamp) -> Option<Timestamp> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(after) = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()) {
        return net::retry_after(after, at);
    }
    let seconds =
        [&json["retry_after"], &json["parameters"]["retry_after"]].into_iter().find_map(Value::as_f64);
    let seconds = seconds.or_else(|| json["retry_after_ms"].as_f64().map(|ms| ms / 1000.0));
    let seconds = seconds.or_else(|| {
        let reset: i64 = header("x-ratelimit-reset")
            .filter(|_| header("x-ratelimit-remaining") == Some("0"))?
            .parse()
            .ok()?;
        Some(reset.saturating_sub(at.as_second()) as f64)
    });
    // As with a header, nobody is believed beyond a day.
    let seconds = seconds.filter(|seconds| *seconds > 0.0)?.ceil().min(24.0 * 3600.0);
    at.checked_add(SignedDuration::from_secs(seconds as i64)).ok()
}

/// What is kept of an answer to a notice that was taken.
fn receipt(host: &str, status: StatusCode) -> Receipt {
    Receipt(format!("{host} answered {status}"))
}

/// What an answer that is no success means.
fn refusal(host: &str, status: StatusCode, after: Option<Timestamp>, reason: &str) -> Error {
    let said = format!("{host} answered {status}");
    let because = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    match status.as_u16() {
        410 => Error::Gone { why: format!("{said}: it wants no more notices{because}") },
        300..=399 => Error::Retry { after, why: format!("{said}: redirects are not followed") },
        _ => Error::Retry { after, why: format!("{said}{because}") },
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_410_is_the_end() {
        let later = Some(Timestamp::MAX);
        for status in (100..600).filter(|status| !(200..300).contains(status)) {
            match refusal("h", StatusCode::from_u16(status).unwrap(), later, "") {
                Error::Gone { .. } => assert_eq!(status, 410),
                Error::Retry { after, .. } => assert!(after == later && status != 410),
                Error::Refused { .. } => panic!("{status}"),
            }
        }
        let said = refusal("hooks.example", StatusCode::SERVICE_UNAVAILABLE, None, "");
        assert_eq!(said.to_string(), "hooks.example answered 503 Service Unavailable");
    }

    #[test]
    fn every_service_says_in_its_own_way_when_to_come_back() {
        let at: Timestamp = "2026-03-01T12:00:00Z".parse().unwrap();
        let none = HeaderMap::new();
        let headers = |pairs: &[(&'static str, &'static str)]| -> HeaderMap {
            pairs.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v))).collect()
        };
        for (headers, json, expected) in [
            (none.clone(), json!({"retry_after": 1.2}), Some("2026-03-01T12:00:02Z")),
            (none.clone(), json!({"parameters": {"retry_after": 30}}), Some("2026-03-01T12:00:30Z")),
            (none.clone(), json!({"retry_after_ms": 2500}), Some("2026-03-01T12:00:03Z")),
            (none.clone(), json!({"retry_after": 1e300}), Some("2026-03-02T12:00:00Z")),
            (none.clone(), json!({"retry_after": -1}), None),
            (none, json!("retry_after"), None),
            (headers(&[("retry-after", "5")]), json!({"retry_after": 60}), Some("2026-03-01T12:00:05Z")),
            (
                headers(&[("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1772366460")]),
                Value::Null,
                Some("2026-03-01T12:01:00Z"),
            ),
            (
                headers(&[("x-ratelimit-remaining", "9"), ("x-ratelimit-reset", "1772366460")]),
                Value::Null,
                None,
            ),
        ] {
            assert_eq!(
                waiting(&headers, &json, at),
                expected.map(|t| t.parse().unwrap()),
                "{headers:?} {json}"
            );
        }
    }

    #[test]
    fn a_refusal_is_told_without_what_is_secret() {
        let url = "https://hooks.example/T0/s3cr3t-path-1".parse().unwrap();
        let client = Client::new(&url, &["xoxb-token"], &Reach::new(&[])).unwrap();
        let html = HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("text/html"))]);
        let text =
            HeaderMap::from_iter([(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"))]);
        let said = |headers, body: &str| {
            client.reason(headers, &serde_json::from_str(body).unwrap_or_default(), body.as_bytes())
        };
        assert_eq!(said(&text, "invalid_token\r\n"), "invalid_token");
        assert_eq!(said(&html, "<h1>Oh</h1>"), "");
        assert_eq!(said(&html, r#"{"ok":false,"description":"chat \u001bnot found"}"#), "chat ␛not found");
        assert_eq!(said(&text, "no /T0/s3cr3t-path-1 for xoxb-token"), "no *** for ***");
        assert_eq!(said(&text, "no s3cr3t-path-1"), "no ***");
        assert_eq!(said(&text, &"x".repeat(5_000)).chars().count(), 200);
    }
}
