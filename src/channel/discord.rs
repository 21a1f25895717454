//! Discord: a [webhook](https://docs.discord.com/developers/resources/webhook#execute-webhook).
//!
//! Nobody is ever mentioned (`allowed_mentions`), and every sign of Discord's Markdown stands behind a backslash. The
//! first line is the message itself, so that notifications show it; the rest is an embed, coloured by severity.
//!
//! Webhooks know no id: a notice whose answer got lost comes twice.

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::json;

use super::markup::{Markup, backslashed, code, utf16};
use super::post::{Client, Reach, Request};
use super::{Channel, Error, Invalid, Receipt, form::Form, hook::Hook};
use crate::model::{Notice, Severity};
use crate::notice::Message;

/// A message's content (Discord: execute webhook).
const CONTENT: usize = 2_000;
/// An embed's description (Discord: embed limits). All of an embed is 6,000, which one description can't reach.
const DESCRIPTION: usize = 4_096;

/// Discord's Markdown.
pub(super) const MARKUP: Markup = Markup {
    name: "Discord Markdown",
    escape,
    size: utf16,
    strong: ["**", "**"],
    removed: ["~~", "~~"],
    added: ["**", "**"],
    command: code,
    quote: ["> ", ""],
    link: |url| format!("[the page]({url})"),
    newline: "\n",
};

/// A Discord channel.
pub(super) struct Discord {
    hook: Hook,
    client: Client,
}

impl Discord {
    pub fn new(mut hook: Hook, reach: &Reach) -> Result<Self, Invalid> {
        // Without it a message that could not be saved counts as taken.
        hook.url.query_pairs_mut().append_pair("wait", "true");
        Ok(Self { client: Client::new(&hook.url, &[], reach)?, hook })
    }

    fn request(&self, notice: &Notice) -> Request {
        let form = Form { markup: &MARKUP, template: self.hook.template.clone() };
        let headline = MARKUP.fit(&Message::of(notice), 5 * CONTENT).headline;
        let body = json!({
            "content": format!("**{}**", escape(&headline)),
            "allowed_mentions": { "parse": [] },
            "embeds": [{
                "description": form.body(notice, DESCRIPTION),
                "color": color(notice.severity),
                "timestamp": notice.at,
                "footer": { "text": notice.id },
            }],
        });
        Request::hook(&self.hook.url, &body)
    }
}

#[async_trait]
impl Channel for Discord {
    async fn send(&self, notice: &Notice, at: Timestamp) -> Result<Receipt, Error> {
        self.client.send(&self.request(notice), at).await
    }

    fn preview(&self, notice: &Notice, _at: Timestamp) -> String {
        self.request(notice).preview()
    }
}

fn color(severity: Severity) -> u32 {
    match severity {
        Severity::Minor => 0x80_8080,
        Severity::Major => 0xe0_9000,
        Severity::Critical => 0xd0_2020,
    }
}

/// A backslash takes the meaning of any sign that has one: emphasis, headings, links, mentions, emoji, times.
fn escape(text: &str) -> String {
    backslashed(text, "*_~`|>#[](){}<@:!")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sign_with_a_meaning_is_taken_literally() {
        for (text, shown) in [
            ("@everyone <@1> <#2> <t:3>", r"\@everyone \<\@1\> \<\#2\> \<t\:3\>"),
            ("**b** __u__ ||s|| `c`", r"\*\*b\*\* \_\_u\_\_ \|\|s\|\| \`c\`"),
            ("[pay](https://x.y)", r"\[pay\]\(https\://x.y\)"),
            ("1. one", r"1\. one"),
            ("- two :smile:", r"\- two \:smile\:"),
        ] {
            assert_eq!(escape(text), shown);
        }
    }
}
