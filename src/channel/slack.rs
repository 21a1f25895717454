//! Slack: an [incoming webhook](https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
//!
//! The built-in form is a [rich text block](https://docs.slack.dev/reference/block-kit/blocks/rich-text-block), whose
//! words are never read as markup, so nothing in them can mention, link or format. A template makes `mrkdwn`, where
//! `&`, `<` and `>` open whatever acts and are escaped.
//!
//! An incoming webhook knows no id: a notice whose answer got lost comes twice.

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::markup::{Markup, code, unlinked, utf16};
use super::post::{Client, Reach, Request};
use super::{Channel, Error, Invalid, Receipt, form::Form, hook::Hook};
use crate::model::{Notice, Run};
use crate::notice::{Clause, Message};

/// A text object has at most 3,000 characters (Slack: Block Kit, text object).
const SECTION: usize = 3_000;
/// All text of the blocks together: Slack documents 12,000 characters for a markdown block and refuses some 13,000.
const TEXT: usize = 12_000;
/// A message has at most 50 blocks (Slack: Block Kit, blocks).
const BLOCKS: usize = 50;

/// Slack's mrkdwn.
pub(super) const MARKUP: Markup = Markup {
    name: "Slack mrkdwn",
    escape,
    size: utf16,
    strong: ["*", "*"],
    removed: ["~", "~"],
    added: ["*", "*"],
    command: |text| escape_control(&code(text)),
    quote: ["", ""],
    link: |url| format!("<{}|the page>", escape_control(url)),
    newline: "\n",
};

/// A Slack channel.
pub(super) struct Slack {
    hook: Hook,
    client: Client,
}

impl Slack {
    pub fn new(hook: Hook, reach: &Reach) -> Result<Self, Invalid> {
        Ok(Self { client: Client::new(&hook.url, &[], reach)?, hook })
    }

    fn request(&self, notice: &Notice) -> Request {
        let form = Form { markup: &MARKUP, template: self.hook.template.clone() };
        let message = Message::of(notice);
        let blocks = match form.own(notice, TEXT) {
            Some(text) => sections(&text),
            None => vec![rich(&message.within(TEXT - 200, |text| utf16(text) + 20), notice.id.as_str())],
        };
        // Shown where blocks are not: in notifications.
        let body = json!({ "text": escape(&message.headline), "blocks": blocks, "unfurl_links": false, "unfurl_media": false });
        Request::hook(&self.hook.url, &body)
    }
}

#[async_trait]
impl Channel for Slack {
    async fn send(&self, notice: &Notice, at: Timestamp) -> Result<Receipt, Error> {
        self.client.send(&self.request(notice), at).await
    }

    fn preview(&self, notice: &Notice, _at: Timestamp) -> String {
        self.request(notice).preview()
    }
}

/// A template's text, cut at line ends into as many sections as it takes.
fn sections(text: &str) -> Vec<Value> {
    let mut parts = vec![String::new()];
    for line in text.split_inclusive('\n') {
        let mut line = line;
        while let Some(last) = parts.last_mut() {
            let room = SECTION - utf16(last);
            let (fits, rest) = split(line, room);
            if rest.is_empty() {
                last.push_str(line);
                break;
            }
            // A line longer than a section is the only one that is broken.
            if last.is_empty() {
                last.push_str(fits);
                line = rest;
            }
            parts.push(String::new());
        }
    }
    parts.retain(|part| !part.trim().is_empty());
    parts.truncate(BLOCKS);
    let section = |text: &String| json!({ "type": "section", "text": { "type": "mrkdwn", "text": text, "verbatim": true } });
    parts.iter().map(section).collect()
}

fn split(line: &str, room: usize) -> (&str, &str) {
    let mut size = 0;
    let end = line.char_indices().find(|(_, c)| {
        size += c.len_utf16();
        size > room
    });
    line.split_at(end.map_or(line.len(), |(at, _)| at))
}

/// The whole message as one rich text block.
fn rich(message: &Message, id: &str) -> Value {
    let plain = json!({});
    let mut elements = vec![
        section(vec![text(&message.headline, &json!({ "bold": true }))]),
        section(vec![text(&format!("\n{}\n", message.summary), &plain)]),
        section(message.list.iter().map(|line| text(&format!("{line}\n"), &plain)).collect()),
    ];
    for (clause, place) in message.placed() {
        if !place.is_empty() {
            elements.push(section(vec![text(&format!("\n{place}\n"), &json!({ "italic": true }))]));
        }
        elements.push(json!({ "type": "rich_text_quote", "elements": words(clause) }));
    }
    let mut end: Vec<Value> = message.rest().iter().map(|rest| text(&format!("{rest}\n"), &plain)).collect();
    if !message.more.is_empty() {
        end.extend([text(&message.more, &json!({ "code": true })), text("\n", &plain)]);
    }
    if !message.url.is_empty() {
        end.extend([json!({ "type": "link", "url": message.url, "text": "the page" }), text(" · ", &plain)]);
    }
    end.push(text(id, &plain));
    elements.push(section(end));
    elements.retain(|element| element["elements"].as_array().is_some_and(|parts| !parts.is_empty()));
    json!({ "type": "rich_text", "elements": elements })
}

fn section(elements: Vec<Value>) -> Value {
    json!({ "type": "rich_text_section", "elements": elements })
}

fn words(clause: &Clause) -> Vec<Value> {
    let run = |run: &Run| {
        let style = match run {
            Run::Removed(_) => json!({ "strike": true }),
            Run::Added(_) => json!({ "bold": true }),
            _ => json!({}),
        };
        text(run.text(), &style)
    };
    clause.runs.iter().map(run).collect()
}

fn text(text: &str, style: &Value) -> Value {
    match style.as_object().is_some_and(|style| !style.is_empty()) {
        true => json!({ "type": "text", "text": text, "style": style }),
        false => json!({ "type": "text", "text": text }),
    }
}

/// `&`, `<` and `>` as Slack asks. It has no escape for the signs of emphasis and the colons of emoji: a word joiner on
/// both sides keeps them from touching a word, and `@` and `#` likewise, which a workspace may still read by itself.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in unlinked(text, "").chars() {
        match "*_~`@#:".contains(c) {
            true => out.extend(['\u{2060}', c, '\u{2060}']),
            false => out.push(c),
        }
    }
    escape_control(&out)
}

fn escape_control(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_template_is_cut_into_sections_at_line_ends() {
        let lines = "x".repeat(1_400) + "\n";
        let texts = |text: &str| -> Vec<usize> {
            sections(text).iter().map(|s| s["text"]["text"].as_str().unwrap().len()).collect()
        };
        assert_eq!(texts(&lines.repeat(3)), [2_802, 1_401]);
        assert_eq!(texts(&"y".repeat(7_000)), [3_000, 3_000, 1_000]);
        assert_eq!(texts("\n\n"), [0_usize; 0]);
    }
}
