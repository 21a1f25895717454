//! ntfy: [publishing as JSON](https://docs.ntfy.sh/publish/#publish-as-json), so that no text ever stands in a header.
//!
//! The notice's id is the sequence id: servers from 2.16 on replace a message that comes again, older ones show it twice.

use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use serde_json::json;
use url::Url;

use super::markup::{Markup, PLAIN, json_width, title};
use super::post::{Client, Reach, Request, bearer};
use super::{Channel, Error, Invalid, Receipt, Template, form::Form};
use crate::model::{Notice, Secret, Severity};
use crate::notice::Message;

/// A message has at most 4,096 bytes (ntfy: message-size-limit); a longer one becomes a file. Counted as JSON, since the
/// request as a whole may have twice as much.
const TEXT: usize = 4_000;
/// Characters of a title: what a phone shows of it.
const TITLE: usize = 250;

/// ntfy shows text as it is.
pub(super) const MARKUP: Markup = Markup { name: "ntfy text", size: json_width, ..PLAIN };

/// `[channels.NAME.ntfy]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The server.
    pub server: Url,
    /// The topic; on a public server as secret as a password.
    pub topic: Secret,
    /// An access token, where the topic is protected.
    pub token: Option<Secret>,
    /// The operator's form, if not the built-in one.
    pub template: Option<Template>,
}

impl Settings {
    /// The public server.
    pub const SERVER: &str = "https://ntfy.sh/";
}

/// A topic.
pub(super) struct Ntfy {
    settings: Settings,
    client: Client,
}

impl Ntfy {
    pub fn new(settings: Settings, reach: &Reach) -> Result<Self, Invalid> {
        let token = settings.token.as_ref().map_or("", Secret::reveal);
        let client = Client::new(&settings.server, &[token, settings.topic.reveal()], reach)?;
        Ok(Self { settings, client })
    }

    fn request(&self, notice: &Notice, topic: &str) -> Request {
        let Settings { server, token, template, .. } = &self.settings;
        let form = Form { markup: &MARKUP, template: template.clone() };
        let message = Message::of(notice);
        let (priority, tag) = match notice.severity {
            Severity::Minor => (2, "memo"),
            Severity::Major => (3, "warning"),
            Severity::Critical => (5, "rotating_light"),
        };
        let mut body = json!({
            "topic": topic,
            "title": title(&message.headline, TITLE),
            "message": form.body(notice, TEXT),
            "priority": priority,
            "tags": [tag],
            "sequence_id": notice.id,
        });
        if !message.url.is_empty() {
            body["click"] = json!(message.url);
        }
        let request = Request::json(Method::POST, server.clone(), server.to_string(), &body);
        request.header(AUTHORIZATION, token.as_ref().and_then(|token| bearer(token.reveal())))
    }
}

#[async_trait]
impl Channel for Ntfy {
    async fn send(&self, notice: &Notice, at: Timestamp) -> Result<Receipt, Error> {
        self.client.send(&self.request(notice, self.settings.topic.reveal()), at).await
    }

    fn preview(&self, notice: &Notice, _at: Timestamp) -> String {
        self.request(notice, "***").preview()
    }
}
