//! Telegram: [`sendMessage`](https://core.telegram.org/bots/api#sendmessage) of a bot.
//!
//! Telegram knows no id: a notice whose answer got lost comes twice.

use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::Method;
use serde_json::json;
use url::Url;

use super::markup::{Markup, html, unlinked, utf16};
use super::post::{Client, Reach, Request};
use super::{Channel, Error, Invalid, Receipt, Template, form::Form};
use crate::model::{Notice, Secret};

/// A message's text: 4,096 characters once its markup is read (Bot API: sendMessage); here they are counted before.
const TEXT: usize = 4_096;

/// The HTML of the Bot API. Telegram looks for mentions, tags, commands and addresses in what is left after it.
pub(super) const MARKUP: Markup = Markup {
    name: "Telegram HTML",
    escape: |text| html(&undotted(&unlinked(text, "@#$/"))),
    size: utf16,
    strong: ["<b>", "</b>"],
    removed: ["<s>", "</s>"],
    added: ["<b>", "</b>"],
    command: |text| format!("<code>{}</code>", html(text)),
    quote: ["<blockquote>", "</blockquote>"],
    link: |url| format!("<a href=\"{}\">the page</a>", html(url)),
    newline: "\n",
};

/// `[channels.NAME.telegram]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The bot's token.
    pub token: Secret,
    /// A chat's number, or `@` and the name of a public channel.
    pub chat: String,
    /// A topic of a group.
    pub thread: Option<u32>,
    /// The Bot API, for those who run their own.
    pub server: Url,
    /// The operator's form, if not the built-in one.
    pub template: Option<Template>,
}

impl Settings {
    /// Telegram's own Bot API.
    pub const SERVER: &str = "https://api.telegram.org/";
}

/// A chat of a bot.
pub(super) struct Telegram {
    settings: Settings,
    client: Client,
}

impl Telegram {
    pub fn new(settings: Settings, reach: &Reach) -> Result<Self, Invalid> {
        let client = Client::new(&settings.server, &[settings.token.reveal()], reach)?;
        Ok(Self { settings, client })
    }

    fn request(&self, notice: &Notice) -> Request {
        let Settings { token, chat, thread, server, template } = &self.settings;
        let form = Form { markup: &MARKUP, template: template.clone() };
        let mut body = json!({
            "chat_id": chat,
            "text": form.text(notice, TEXT),
            "parse_mode": "HTML",
            "link_preview_options": { "is_disabled": true },
        });
        if let Some(thread) = thread {
            body["message_thread_id"] = json!(thread);
        }
        let address =
            |token: &str| format!("{}/bot{token}/sendMessage", server.as_str().trim_end_matches('/'));
        let mut url = server.clone();
        url.set_path(&format!("{}/bot{}/sendMessage", server.path().trim_end_matches('/'), token.reveal()));
        Request::json(Method::POST, url, address("***"), &body)
    }
}

#[async_trait]
impl Channel for Telegram {
    async fn send(&self, notice: &Notice, at: Timestamp) -> Result<Receipt, Error> {
        self.client.send(&self.request(notice), at).await
    }

    fn preview(&self, notice: &Notice, _at: Timestamp) -> String {
        self.request(notice).preview()
    }
}

/// Names of hosts become links without any scheme: a joiner behind their dots keeps them words.
fn undotted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        if c == '.' && chars.peek().is_none_or(|next| next.is_alphabetic()) {
            out.push('\u{2060}');
        }
    }
    out
}
