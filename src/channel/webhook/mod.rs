//! Notices as signed HTTP requests: [Standard Webhooks](https://www.standardwebhooks.com) 1.0.0.
//!
//! A receiver verifies `webhook-signature` over `{webhook-id}.{webhook-timestamp}.{body}`, drops what comes twice by
//! `webhook-id`, and answers 2xx. 410 ends the channel; every other answer is tried again, 4xx too: most of them come
//! from a receiver that is being set up or mended. Redirects are not followed, since the signature is meant for the
//! configured receiver alone. The body of an answer is not read.

mod payload;
mod sign;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use ipnet::IpNet;
use jiff::Timestamp;
use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use url::Url;

pub use payload::encode;
pub use sign::{InvalidSecret, Key};

use super::{Channel, Error, Invalid, Receipt};
use crate::model::{Notice, Secret};
use crate::net::{self, Failure, Guard, Timeouts};

/// How long a receiver may take (Standard Webhooks: 15 to 30 s).
const TIMEOUT: Duration = Duration::from_secs(20);

/// `[channels.NAME.webhook]`
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// Where notices are posted to. As secret as a password: many receivers know their senders by nothing else.
    pub url: Url,
    /// `whsec_…`, or several while one is being replaced; without any, notices are not signed.
    pub secrets: Vec<Secret>,
    /// How long the receiver may take; not configurable.
    pub timeout: Duration,
}

impl Settings {
    /// Settings for an unsigned webhook.
    pub fn new(url: Url) -> Self {
        Self { url, secrets: Vec::new(), timeout: TIMEOUT }
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("host", &self.url.host_str())
            .field("secrets", &self.secrets)
            .finish()
    }
}

/// A receiver of signed notices.
pub struct Webhook {
    url: Url,
    host: String,
    keys: Vec<Key>,
    client: reqwest::Client,
    timeouts: Timeouts,
}

impl Webhook {
    /// Sets a webhook up; a secret or address that can't work is refused here, not at the first notice.
    pub fn new(settings: Settings, allow_private: &[IpNet]) -> Result<Self, Invalid> {
        let guard = Guard::new(allow_private);
        guard.check(&settings.url)?;
        let keys = settings.secrets.iter().map(Key::parse).collect::<Result<_, _>>()?;
        let timeouts = Timeouts { connect: settings.timeout, read: settings.timeout };
        let client = net::client(guard, concat!("fineprint/", env!("CARGO_PKG_VERSION")), &timeouts)?;
        let host = settings.url.host_str().unwrap_or_default().to_owned();
        Ok(Self { url: settings.url, host, keys, client, timeouts })
    }
}

#[async_trait]
impl Channel for Webhook {
    async fn send(&self, notice: &Notice, at: Timestamp) -> Result<Receipt, Error> {
        let body = payload::encode(notice);
        let id = HeaderValue::from_str(notice.id.as_str())
            .map_err(|_| Error::Refused { why: "the notice's id can't stand in a header".into() })?;
        let seconds = at.as_second();
        let mut request = self
            .client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds);
        if !self.keys.is_empty() {
            request =
                request.header("webhook-signature", sign::header(&self.keys, &notice.id, seconds, &body));
        }
        let limit = self.timeouts.read;
        let answer = match tokio::time::timeout(limit, request.body(body).send()).await {
            Ok(answer) => answer.map_err(|e| Failure::of(e, &self.timeouts)),
            Err(_) => Err(Failure::Silent(limit)),
        };
        match answer {
            Ok(answer) => {
                let retry_after = answer.headers().get(RETRY_AFTER).and_then(|v| v.to_str().ok());
                verdict(&self.host, answer.status(), retry_after.and_then(|v| net::retry_after(v, at)))
            }
            Err(failure) => Err(Error::Retry { after: None, why: format!("{}: {failure}", self.host) }),
        }
    }
}

/// What an answer means.
fn verdict(host: &str, status: StatusCode, after: Option<Timestamp>) -> Result<Receipt, Error> {
    let said = format!("{host} answered {status}");
    match status.as_u16() {
        200..=299 => Ok(Receipt(said)),
        410 => Err(Error::Gone { why: format!("{said}: it wants no more notices") }),
        300..=399 => Err(Error::Retry { after, why: format!("{said}: redirects are not followed") }),
        _ => Err(Error::Retry { after, why: said }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_2xx_is_success_and_only_410_is_the_end() {
        let later = Some(Timestamp::MAX);
        for status in 200..600 {
            let verdict = verdict("h", StatusCode::from_u16(status).unwrap(), later);
            match status {
                200..=299 => assert!(verdict.is_ok(), "{status}"),
                410 => assert!(matches!(verdict, Err(Error::Gone { .. }))),
                _ => {
                    assert!(matches!(verdict, Err(Error::Retry { after, .. }) if after == later), "{status}")
                }
            }
        }
        let said = verdict("hooks.example", StatusCode::SERVICE_UNAVAILABLE, None).unwrap_err();
        assert_eq!(said.to_string(), "hooks.example answered 503 Service Unavailable");
    }

    #[test]
    fn settings_that_cannot_work_are_refused_at_once() {
        let invalid = |mut settings: Settings, secret: &str| {
            settings.secrets = vec![Secret::new(secret)];
            Webhook::new(settings, &[]).err().expect("refused").to_string()
        };
        let settings = Settings::new("https://hooks.example/x".parse().unwrap());
        insta::assert_snapshot!(
            invalid(settings, "hunter2"),
            @"a webhook secret is `whsec_` followed by 24 to 64 bytes in base64"
        );
        let private = Settings::new("http://192.168.0.7/hook/s3cret".parse().unwrap());
        insta::assert_snapshot!(
            invalid(private, "x"),
            @"the receiver's address can't be used: 192.168.0.7 is not a public address; allow_private lists the networks that may be reached all the same"
        );
    }

    #[test]
    fn settings_show_no_secret() {
        let mut settings = Settings::new("https://h.example/T0/s3cret".parse().unwrap());
        settings.secrets = vec![Secret::new("whsec_a")];
        insta::assert_snapshot!(
            format!("{settings:?}"),
            @r#"Settings { host: Some("h.example"), secrets: [[secret]] }"#
        );
    }
}
