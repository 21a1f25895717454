//! Any service with an HTTP interface: a method, an address, headers, and a body made by a template.
//!
//! What the template prints is escaped for the body's content type, so that no text can end a string or a field. Each
//! request carries the notice's id as `Idempotency-Key`, which some services know.

use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use url::Url;

use super::markup::{Markup, PLAIN, html};
use super::post::{Client, Reach, Request, masked, secret_value};
use super::template::{Fault, Template};
use super::{Channel, Error, Invalid, Receipt};
use crate::model::{Notice, Secret};
use crate::notice::Message;

const IDEMPOTENCY: HeaderName = HeaderName::from_static("idempotency-key");

/// Text inside a JSON string; the template writes the quotes.
const JSON: Markup = Markup { name: "JSON", escape: json, command: json, newline: "\\n", ..PLAIN };
/// A value of `application/x-www-form-urlencoded`.
const FORM: Markup = Markup {
    name: "form fields",
    escape: form,
    removed: ["%5B-", "-%5D"],
    added: ["%7B%2B", "%2B%7D"],
    command: form,
    link: form,
    newline: "%0A",
    ..PLAIN
};
/// Text in an HTML page.
const HTML: Markup = Markup {
    name: "HTML",
    escape: html,
    strong: ["<strong>", "</strong>"],
    removed: ["<del>", "</del>"],
    added: ["<ins>", "</ins>"],
    command: |text| format!("<code>{}</code>", html(text)),
    quote: ["<blockquote>", "</blockquote>"],
    link: |url| format!("<a href=\"{}\">the page</a>", html(url)),
    newline: "<br>",
    ..PLAIN
};

/// `[channels.NAME.http]`
#[derive(Clone, PartialEq, Eq)]
pub struct Settings {
    /// `POST`, `PUT` or `PATCH`.
    pub method: String,
    /// Where to; may hold a secret.
    pub url: Url,
    /// Sent as they are; may hold secrets.
    pub headers: Vec<(String, Secret)>,
    /// What the body is, and so how text is escaped in it.
    pub content_type: String,
    /// What the template can name as `secret.NAME`.
    pub secrets: Vec<(String, Secret)>,
    /// Characters that `text` and `body` have at most.
    pub limit: usize,
    /// The body.
    pub template: Option<Template>,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("host", &self.url.host_str()).finish_non_exhaustive()
    }
}

impl Settings {
    /// `text` and `body` have at most so many characters where nothing else is said.
    pub const LIMIT: usize = 10_000;

    /// The same with a body of the operator's own.
    pub(super) fn with_template(self, source: &str) -> Result<Self, Fault> {
        let names: Vec<&str> = self.secrets.iter().map(|(name, _)| name.as_str()).collect();
        let template = Template::parse(source, self.markup(), &names)?;
        Ok(Self { template: Some(template), ..self })
    }

    fn markup(&self) -> &'static Markup {
        match self.content_type.split(';').next().unwrap_or_default().trim() {
            "application/x-www-form-urlencoded" => &FORM,
            "text/html" => &HTML,
            kind if kind.ends_with("json") => &JSON,
            _ => &PLAIN,
        }
    }

    /// The body of those who write no template.
    fn built_in(&self) -> &'static str {
        match self.markup().name {
            "JSON" => {
                r#"{"id":"{{ id }}","news":"{{ news }}","severity":"{{ severity }}","title":"{{ headline }}","message":"{{ body }}","url":"{{ url }}"}"#
            }
            "form fields" => "id={{ id }}&title={{ headline }}&message={{ body }}&url={{ url }}",
            _ => "{{ text }}",
        }
    }
}

/// Any HTTP receiver.
pub(super) struct Http {
    settings: Settings,
    template: Template,
    method: Method,
    headers: HeaderMap,
    client: Client,
}

impl Http {
    pub fn new(settings: Settings, reach: &Reach) -> Result<Self, Invalid> {
        let secrets = settings.secrets.iter().chain(&settings.headers).map(|(_, secret)| secret.reveal());
        let client = Client::new(&settings.url, &secrets.collect::<Vec<_>>(), reach)?;
        let template = match &settings.template {
            Some(template) => template.clone(),
            None => Template::parse(settings.built_in(), settings.markup(), &[])?,
        };
        let mut headers = HeaderMap::new();
        headers.extend(HeaderValue::from_str(&settings.content_type).ok().map(|value| (CONTENT_TYPE, value)));
        for (name, value) in &settings.headers {
            headers.extend(name.parse::<HeaderName>().ok().zip(secret_value(value.reveal())));
        }
        let method = settings.method.parse().unwrap_or(Method::POST);
        Ok(Self { settings, template, method, headers, client })
    }

    fn request(&self, notice: &Notice, secrets: &[(&str, &str)]) -> Result<Request, Fault> {
        let message = PLAIN.fit(&Message::of(notice), self.settings.limit);
        let request = Request {
            method: self.method.clone(),
            url: self.settings.url.clone(),
            shown: masked(&self.settings.url),
            headers: self.headers.clone(),
            body: self.template.render(notice, &message, secrets)?.into_bytes(),
        };
        Ok(request.header(IDEMPOTENCY, HeaderValue::from_str(notice.id.as_str()).ok()))
    }
}

#[async_trait]
impl Channel for Http {
    async fn send(&self, notice: &Notice, at: Timestamp) -> Result<Receipt, Error> {
        let secrets: Vec<(&str, &str)> =
            self.settings.secrets.iter().map(|(name, secret)| (name.as_str(), secret.reveal())).collect();
        // There is no other form that the receiver would understand.
        let refused = |fault| Error::Refused { why: format!("the channel's template fails: {fault}") };
        self.client.send(&self.request(notice, &secrets).map_err(refused)?, at).await
    }

    fn preview(&self, notice: &Notice, _at: Timestamp) -> String {
        let secrets: Vec<(&str, &str)> =
            self.settings.secrets.iter().map(|(name, _)| (name.as_str(), "***")).collect();
        self.request(notice, &secrets).map_or_else(|fault| fault.to_string(), |request| request.preview())
    }
}

fn json(text: &str) -> String {
    let quoted = serde_json::to_string(text).unwrap_or_default();
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default().to_owned()
}

fn form(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
