//! Matrix: [`PUT …/send/m.room.message/{txnId}`](https://spec.matrix.org/v1.11/client-server-api/#put_matrixclientv3roomsroomidsendeventtypetxnid)
//! of the client-server API.
//!
//! The transaction's id is the notice's: what is sent again is not said again.

use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::AUTHORIZATION;
use serde_json::json;
use url::Url;

use super::markup::{Markup, PLAIN, html, json_width, unlinked};
use super::post::{Client, Reach, Request, bearer};
use super::{Channel, Error, Invalid, Receipt, Template, form::Form};
use crate::model::{Notice, Secret};
use crate::notice::Message;

/// Of an event's 65,536 bytes (Matrix: size limits) this much is for the message in HTML, as JSON, …
const HTML: usize = 32_000;
/// … and this much for the same in plain text; the rest is for what the server adds.
const TEXT: usize = 20_000;

/// The HTML of messages.
pub(super) const MARKUP: Markup = Markup {
    name: "Matrix HTML",
    escape: |text| html(&unlinked(text, "@#")),
    size: json_width,
    strong: ["<strong>", "</strong>"],
    removed: ["<del>", "</del>"],
    added: ["<strong>", "</strong>"],
    command: |text| format!("<code>{}</code>", html(text)),
    quote: ["<blockquote>", "</blockquote>"],
    link: |url| format!("<a href=\"{}\">the page</a>", html(url)),
    newline: "<br>",
};

const BODY: Markup = Markup { size: json_width, ..PLAIN };

/// `[channels.NAME.matrix]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The homeserver.
    pub server: Url,
    /// An access token of the account that speaks.
    pub token: Secret,
    /// The room's id, `!…`; the account has to be in it.
    pub room: String,
    /// The operator's form, if not the built-in one.
    pub template: Option<Template>,
}

/// A room.
pub(super) struct Matrix {
    settings: Settings,
    client: Client,
}

impl Matrix {
    pub fn new(settings: Settings, reach: &Reach) -> Result<Self, Invalid> {
        let client = Client::new(&settings.server, &[settings.token.reveal()], reach)?;
        Ok(Self { settings, client })
    }

    fn request(&self, notice: &Notice) -> Request {
        let Settings { server, token, room, template } = &self.settings;
        let form = Form { markup: &MARKUP, template: template.clone() };
        let body = json!({
            "msgtype": "m.text",
            "body": BODY.text(&BODY.fit(&Message::of(notice), TEXT)),
            "format": "org.matrix.custom.html",
            "formatted_body": form.text(notice, HTML),
            // Says that nobody is meant; without it, servers look for names in the text.
            "m.mentions": {},
        });
        let mut url = server.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["_matrix", "client", "v3", "rooms", room, "send", "m.room.message"]);
            path.push(notice.id.as_str());
        }
        let shown = url.to_string();
        Request::json(Method::PUT, url, shown, &body).header(AUTHORIZATION, bearer(token.reveal()))
    }
}

#[async_trait]
impl Channel for Matrix {
    async fn send(&self, notice: &Notice, at: Timestamp) -> Result<Receipt, Error> {
        self.client.send(&self.request(notice), at).await
    }

    fn preview(&self, notice: &Notice, _at: Timestamp) -> String {
        self.request(notice).preview()
    }
}
