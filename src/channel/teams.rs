//! Microsoft Teams: the webhook of a Workflow, "When a Teams webhook request is received", which posts an
//! [Adaptive Card](https://adaptivecards.io/explorer/AdaptiveCard.html).
//!
//! The built-in form is made of text runs, whose words are never read as Markdown. A template makes the text of one
//! block, which is.
//!
//! The webhook knows no id: a notice whose answer got lost comes twice.

use async_trait::async_trait;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::markup::{Markup, backslashed, json_width, unlinked};
use super::post::{Client, Reach, Request};
use super::{Channel, Error, Invalid, Receipt, form::Form, hook::Hook};
use crate::model::{Notice, Run, Severity};
use crate::notice::Message;

/// What the texts of a card may take as JSON, in bytes. A message has at most 28 KB (Teams: incoming webhooks); the
/// rest is for the card around them.
const TEXT: usize = 20_000;
/// A text run with its style, without its words.
const RUN: usize = 160;

/// The Markdown of a card's text block: emphasis, lists and links.
pub(super) const MARKUP: Markup = Markup {
    name: "Teams Markdown",
    escape: |text| unlinked(&backslashed(text, "*_~`|>#[](){}<&!"), "@"),
    size: json_width,
    strong: ["**", "**"],
    removed: ["~~", "~~"],
    added: ["**", "**"],
    command: |text| (MARKUP.escape)(text),
    quote: ["", ""],
    link: |url| format!("[the page]({url})"),
    // One alone is a space to Markdown.
    newline: "\n\n",
};

/// A Teams channel.
pub(super) struct Teams {
    hook: Hook,
    client: Client,
}

impl Teams {
    pub fn new(hook: Hook, reach: &Reach) -> Result<Self, Invalid> {
        Ok(Self { client: Client::new(&hook.url, &[], reach)?, hook })
    }

    fn request(&self, notice: &Notice) -> Request {
        let form = Form { markup: &MARKUP, template: self.hook.template.clone() };
        let message = Message::of(notice).within(TEXT, |text| json_width(text) + RUN);
        let body = match form.own(notice, TEXT) {
            Some(text) => vec![json!({ "type": "TextBlock", "text": text, "wrap": true })],
            None => blocks(&message, notice.id.as_str()),
        };
        let mut card = json!({
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "msteams": { "width": "Full" },
            "body": body,
        });
        if !message.url.is_empty() {
            card["actions"] = json!([{ "type": "Action.OpenUrl", "title": "The page", "url": message.url }]);
        }
        let attachment = json!({
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": card,
        });
        Request::hook(&self.hook.url, &json!({ "type": "message", "attachments": [attachment] }))
    }
}

#[async_trait]
impl Channel for Teams {
    async fn send(&self, notice: &Notice, at: Timestamp) -> Result<Receipt, Error> {
        self.client.send(&self.request(notice), at).await
    }

    fn preview(&self, notice: &Notice, _at: Timestamp) -> String {
        self.request(notice).preview()
    }
}

fn blocks(message: &Message, id: &str) -> Vec<Value> {
    let tone = match message.severity {
        Severity::Minor => "default",
        Severity::Major => "warning",
        Severity::Critical => "attention",
    };
    let mut blocks = vec![
        block(vec![run(&message.headline, json!({ "weight": "bolder", "size": "medium", "color": tone }))]),
        block(vec![run(&message.summary, json!({}))]),
    ];
    blocks.extend(message.list.iter().map(|line| block(vec![run(line, json!({}))])));
    for (clause, place) in message.placed() {
        blocks.push(block(vec![run(place, json!({ "isSubtle": true, "italic": true }))]));
        blocks.push(block(clause.runs.iter().map(words).collect()));
    }
    blocks.extend(message.rest().iter().map(|rest| block(vec![run(rest, json!({}))])));
    blocks.push(block(vec![run(&message.more, json!({ "fontType": "monospace" }))]));
    blocks.push(block(vec![run(id, json!({ "isSubtle": true, "size": "small" }))]));
    blocks.retain(|block| block["inlines"].as_array().is_some_and(|inlines| !inlines.is_empty()));
    blocks
}

fn block(mut inlines: Vec<Value>) -> Value {
    inlines.retain(|inline| inline["text"] != "");
    json!({ "type": "RichTextBlock", "inlines": inlines })
}

fn words(words: &Run) -> Value {
    let style = match words {
        Run::Removed(_) => json!({ "strikethrough": true, "color": "attention" }),
        Run::Added(_) => json!({ "weight": "bolder", "color": "good" }),
        _ => json!({}),
    };
    run(words.text(), style)
}

fn run(text: &str, style: Value) -> Value {
    let mut run = json!({ "type": "TextRun", "text": text });
    if let (Some(run), Value::Object(style)) = (run.as_object_mut(), style) {
        run.extend(style);
    }
    run
}
