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
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::Value;
use url::Url;

pub use payload::encode;
pub(super) use payload::kind;
pub use sign::{InvalidSecret, Key};

use super::post::{Client, Reach, Request, TIMEOUT};
use super::{Channel, Error, Invalid, Receipt};
use crate::model::{Notice, Secret};

const ID: HeaderName = HeaderName::from_static("webhook-id");
const TIMESTAMP: HeaderName = HeaderName::from_static("webhook-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("webhook-signature");

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
    keys: Vec<Key>,
    client: Client,
}

impl Webhook {
    /// Sets a webhook up; a secret or address that can't work is refused here, not at the first notice.
    pub fn new(settings: Settings, allow_private: &[IpNet]) -> Result<Self, Invalid> {
        let reach = Reach { timeout: settings.timeout, ..Reach::new(allow_private) };
        let client = Client::new(&settings.url, &[], &reach)?;
        let keys = settings.secrets.iter().map(Key::parse).collect::<Result<_, _>>()?;
        Ok(Self { url: settings.url, keys, client })
    }

    fn request(&self, notice: &Notice, at: Timestamp) -> Request {
        let seconds = at.as_second();
        let mut request = Request::hook(&self.url, &Value::Null);
        request.body = payload::encode(notice);
        let mut request = request
            .header(ID, HeaderValue::from_str(notice.id.as_str()).ok())
            .header(TIMESTAMP, Some(seconds.into()));
        if !self.keys.is_empty() {
            let signature = sign::header(&self.keys, &notice.id, seconds, &request.body);
            request = request.header(SIGNATURE, HeaderValue::from_str(&signature).ok());
        }
        request
    }
}

#[async_trait]
impl Channel for Webhook {
    async fn send(&self, notice: &Notice, at: Timestamp) -> Result<Receipt, Error> {
        let request = self.request(notice, at);
        if !request.headers.contains_key(ID) {
            return Err(Error::Refused { why: "the notice's id can't stand in a header".into() });
        }
        self.client.send_unread(&request, at).await
    }

    fn preview(&self, notice: &Notice, at: Timestamp) -> String {
        self.request(notice, at).preview()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
