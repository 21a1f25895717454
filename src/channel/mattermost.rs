//! Mattermost: an [incoming webhook](https://developers.mattermost.com/integrate/webhooks/incoming/).
//!
//! The webhook knows no id: a notice whose answer got lost comes twice.

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::json;

use super::markup::{Markup, backslashed, code, unlinked, utf16};
use super::post::{Client, Reach, Request};
use super::{Channel, Error, Invalid, Receipt, form::Form, hook::Hook};
use crate::model::Notice;

/// A post's text: 16,383 characters (Mattermost: model.PostMessageMaxRunesV2); a longer one comes in pieces.
const TEXT: usize = 16_383;

/// Mattermost's Markdown. It finds mentions, channels, tags and emoji after Markdown has done its work, so that a
/// backslash is no help against them.
pub(super) const MARKUP: Markup = Markup {
    name: "Mattermost Markdown",
    escape: |text| unlinked(&backslashed(text, "*_~`|>#[](){}<&!$"), "@#~:"),
    size: utf16,
    strong: ["**", "**"],
    removed: ["~~", "~~"],
    added: ["**", "**"],
    command: code,
    quote: ["> ", ""],
    link: |url| format!("[the page]({url})"),
    newline: "\n",
};

/// A Mattermost channel.
pub(super) struct Mattermost {
    hook: Hook,
    client: Client,
}

impl Mattermost {
    pub fn new(hook: Hook, reach: &Reach) -> Result<Self, Invalid> {
        Ok(Self { client: Client::new(&hook.url, &[], reach)?, hook })
    }

    fn request(&self, notice: &Notice) -> Request {
        let form = Form { markup: &MARKUP, template: self.hook.template.clone() };
        Request::hook(&self.hook.url, &json!({ "text": form.text(notice, TEXT) }))
    }
}

#[async_trait]
impl Channel for Mattermost {
    async fn send(&self, notice: &Notice, at: Timestamp) -> Result<Receipt, Error> {
        self.client.send(&self.request(notice), at).await
    }

    fn preview(&self, notice: &Notice, _at: Timestamp) -> String {
        self.request(notice).preview()
    }
}
