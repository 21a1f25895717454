//! What a reader sees of a message, and what acts in it: emphasis, links, mentions and whatever else a service makes of
//! words.

use pulldown_cmark::{Event, Options, Parser, Tag};
use scraper::{Html, Node};
use serde_json::Value;

use super::schema::json;
use crate::web::Request;

/// A message as it is shown.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// Every construct that is more than words.
    pub acts: Vec<String>,
    /// The words.
    pub text: String,
    /// Words in which nothing is looked for.
    pub code: String,
}

impl Reading {
    fn act(&mut self, what: impl Into<String>) {
        self.acts.push(what.into());
    }

    /// Notes what a service finds in plain words: `signs` before a letter or digit, and addresses.
    fn finds(&mut self, signs: &str) {
        let chars: Vec<char> = self.text.chars().collect();
        for (i, c) in chars.iter().enumerate() {
            let next = chars.get(i + 1).copied().unwrap_or(' ');
            if signs.contains(*c) && (next.is_alphanumeric() || next == '_') {
                self.acts.push(format!("{c}{next}…"));
            }
        }
        let lower = self.text.to_lowercase();
        for address in ["http://", "https://", "www.evil", "evil@evil"] {
            self.acts.extend(lower.matches(address).map(str::to_owned));
        }
    }
}

/// The keys of JSON are all that acts.
fn keys(value: &Value, reading: &mut Reading) {
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| {
            reading.act(format!("key {key}"));
            keys(value, reading);
        }),
        Value::Array(members) => members.iter().for_each(|value| keys(value, reading)),
        Value::String(text) => reading.text.extend([text, "\n"]),
        _ => {}
    }
}

pub(super) fn webhook(request: &Request) -> Reading {
    let mut reading = Reading::default();
    keys(&json(request), &mut reading);
    reading
}

pub(super) fn slack(request: &Request) -> Reading {
    let body = json(request);
    let mut reading = mrkdwn(body["text"].as_str().unwrap());
    for block in body["blocks"].as_array().unwrap() {
        if let Some(text) = block["text"]["text"].as_str() {
            let section = mrkdwn(text);
            reading.acts.extend(section.acts);
            reading.text.push_str(&section.text);
        }
        for element in block["elements"].as_array().into_iter().flatten() {
            if element["type"] != "rich_text_section" {
                reading.act(element["type"].to_string());
            }
            for part in element["elements"].as_array().unwrap() {
                reading.text.push_str(part["text"].as_str().unwrap());
                if part["type"] != "text" {
                    reading.act(format!("{} {}", part["type"], part["url"]));
                }
                if let Some(style) = part.get("style") {
                    reading.act(style.to_string());
                }
            }
            reading.text.push('\n');
        }
    }
    reading
}

/// <https://docs.slack.dev/messaging/formatting-message-text>: control sequences, and signs that touch a word.
fn mrkdwn(text: &str) -> Reading {
    let mut reading = Reading::default();
    for (i, part) in text.split('<').enumerate() {
        match part.split_once('>') {
            Some((control, rest)) if i > 0 => {
                reading.act(format!("<{control}>"));
                reading.text.push_str(rest);
            }
            _ if i > 0 => reading.act("<"),
            _ => reading.text.push_str(part),
        }
    }
    let chars: Vec<char> = reading.text.chars().collect();
    let word = |at: usize| chars.get(at).is_some_and(|c| !c.is_whitespace() && *c != '\u{2060}');
    for (i, c) in chars.iter().enumerate() {
        if "*_~`:".contains(*c) && word(i + 1) {
            reading.acts.push(format!("sign {c}"));
        }
    }
    reading.text = reading.text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    reading.finds("@#");
    reading
}

/// Discord's rules: a backslash takes the meaning of any sign behind it.
pub(super) fn discord(request: &Request) -> Reading {
    let body = json(request);
    let mut reading = Reading::default();
    for text in [&body["content"], &body["embeds"][0]["description"]] {
        let mut chars = text.as_str().unwrap().chars().peekable();
        let (mut line_start, mut target) = (true, None::<String>);
        while let Some(c) = chars.next() {
            match (c, chars.peek()) {
                ('`', _) => {
                    reading.act("code");
                    reading.code.extend(chars.by_ref().take_while(|c| *c != '`'));
                }
                ('\\', Some(next)) if next.is_ascii_punctuation() => {
                    reading.text.extend(chars.next());
                }
                ('(', _) => target = Some(String::new()),
                (')', _) => {
                    let target = target.take().unwrap_or_default();
                    reading.act(format!("link {target}"));
                }
                (c, _) if target.is_some() => target.iter_mut().for_each(|target| target.push(c)),
                ('-' | '+' | '#' | '>', _) if line_start => reading.act(format!("line {c}")),
                ('*' | '_' | '~' | '|' | '[' | ']' | '<' | '@', _) => reading.act(format!("sign {c}")),
                (':', Some('/')) => reading.act("address"),
                _ => reading.text.push(c),
            }
            line_start = c == '\n';
        }
        reading.text.push('\n');
    }
    reading
}

pub(super) fn teams(request: &Request) -> Reading {
    let card = &json(request)["attachments"][0]["content"];
    let mut reading = Reading::default();
    for element in card["body"].as_array().unwrap() {
        if let Some(text) = element["text"].as_str() {
            let block = markdown(text, Options::ENABLE_STRIKETHROUGH);
            reading.acts.extend(block.acts);
            reading.text.push_str(&block.text);
        }
        for run in element["inlines"].as_array().into_iter().flatten() {
            let mut style = run.as_object().unwrap().clone();
            style.retain(|key, _| key != "text" && key != "type");
            if !style.is_empty() {
                reading.act(Value::Object(style).to_string());
            }
            reading.text.push_str(run["text"].as_str().unwrap());
        }
        reading.text.push('\n');
    }
    reading.acts.extend(card["actions"].as_array().into_iter().flatten().map(ToString::to_string));
    reading
}

pub(super) fn mattermost(request: &Request) -> Reading {
    let mut reading = markdown(json(request)["text"].as_str().unwrap(), MARKDOWN);
    reading.finds("@#~:");
    reading
}

pub(super) fn github(request: &Request) -> Reading {
    let body = json(request);
    let mut reading = markdown(body["body"].as_str().unwrap(), MARKDOWN);
    reading.finds("@#:");
    reading.acts.extend(reading.text.matches("GH-").map(str::to_owned));
    reading.text.insert_str(0, &format!("{}\n", body["title"].as_str().unwrap()));
    reading
}

/// Everything that somebody's Markdown makes something of, but for typographic quotes.
const MARKDOWN: Options = Options::all().difference(Options::ENABLE_SMART_PUNCTUATION);

fn markdown(text: &str, options: Options) -> Reading {
    let mut reading = Reading::default();
    for event in Parser::new_ext(text, options) {
        match event {
            Event::Text(text) => reading.text.push_str(&text),
            // Nothing is found in code.
            Event::Code(code) => {
                reading.act("code");
                reading.code.push_str(&code);
            }
            Event::SoftBreak | Event::HardBreak => reading.text.push('\n'),
            Event::Start(Tag::Paragraph) => reading.text.push('\n'),
            Event::Start(tag) => reading.act(format!("{tag:?}")),
            Event::End(_) => {}
            other => reading.act(format!("{other:?}")),
        }
    }
    reading
}

pub(super) fn telegram(request: &Request) -> Reading {
    let mut reading = html(json(request)["text"].as_str().unwrap());
    reading.finds("@#$");
    // A command begins a word.
    let words: Vec<String> = reading.text.split_whitespace().map(str::to_owned).collect();
    let command = |word: &&String| {
        word.len() > 1 && word.starts_with('/') && word.as_bytes()[1].is_ascii_alphanumeric()
    };
    reading.acts.extend(words.iter().filter(command).cloned());
    reading.acts.extend(reading.text.matches("evil.example").map(str::to_owned));
    reading
}

pub(super) fn matrix(request: &Request) -> Reading {
    let mut reading = html(json(request)["formatted_body"].as_str().unwrap());
    reading.finds("@#");
    reading
}

fn html(text: &str) -> Reading {
    elements(&Html::parse_fragment(text))
}

fn html_page(text: &str) -> Reading {
    elements(&Html::parse_document(text))
}

fn elements(html: &Html) -> Reading {
    let mut reading = Reading::default();
    for node in html.tree.nodes() {
        let in_code = node
            .parent()
            .is_some_and(|p| p.value().as_element().is_some_and(|e| matches!(e.name(), "code" | "style")));
        match node.value() {
            Node::Text(text) if in_code => reading.code.push_str(text),
            Node::Element(element) if element.name() == "html" => {}
            Node::Element(element) if element.name() == "br" => reading.text.push('\n'),
            Node::Element(element) => {
                reading.act(format!("<{} {:?}>", element.name(), element.attrs().collect::<Vec<_>>()));
            }
            Node::Text(text) => reading.text.push_str(text),
            Node::Fragment | Node::Document | Node::Doctype(_) => {}
            other => reading.act(format!("{other:?}")),
        }
    }
    reading
}

pub(super) fn ntfy(request: &Request) -> Reading {
    let body = json(request);
    let mut reading = Reading::default();
    keys(&body, &mut reading);
    reading
}

pub(super) fn http_json(request: &Request) -> Reading {
    webhook(request)
}

pub(super) fn http_form(request: &Request) -> Reading {
    let mut reading = Reading::default();
    for (name, value) in url::form_urlencoded::parse(&request.body) {
        reading.act(format!("field {name}"));
        reading.text.extend([value.as_ref(), "\n"]);
    }
    reading
}

/// Both parts of a mail: what a program without HTML shows is looked through for what it would make a link of.
pub(super) fn email(request: &Request) -> Reading {
    let (plain, page) = parts(request);
    let mut reading = html_page(&page);
    reading.finds("@");
    let mut text = Reading { text: plain, ..Reading::default() };
    text.finds("@");
    reading.acts.extend(text.acts);
    let acting = |c: char| c.is_control() && !"\r\n".contains(c);
    reading.acts.extend(text.text.chars().filter(|c| acting(*c)).map(|c| format!("{c:?} in the text")));
    reading
}

/// The text and the HTML of a mail.
pub(super) fn parts(request: &Request) -> (String, String) {
    let mail = std::str::from_utf8(&request.body).unwrap();
    let boundary = mail.split_once("boundary=\"").unwrap().1.split_once('"').unwrap().0;
    let boundary = format!("--{boundary}");
    let mut parts = mail.split(&boundary).skip(1);
    let mut part = |kind: &str| {
        let (head, body) = parts.next().unwrap().split_once("\r\n\r\n").unwrap();
        assert!(head.contains(&format!("Content-Type: text/{kind}; charset=utf-8")), "{head}");
        decoded(body)
    };
    let (plain, html) = (part("plain"), part("html"));
    assert_eq!(parts.map(str::trim).collect::<Vec<_>>(), ["--"]);
    (plain, html)
}

/// Quoted-printable undone.
fn decoded(text: &str) -> String {
    let text = text.replace("=\r\n", "").replace("\r\n", "\n");
    let mut bytes = text.bytes();
    let mut out = Vec::new();
    while let Some(byte) = bytes.next() {
        if byte != b'=' {
            out.push(byte);
            continue;
        }
        let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
        out.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
    }
    String::from_utf8(out).unwrap()
}

pub(super) fn apprise(request: &Request) -> Reading {
    let title = request.path.lines().next().unwrap().strip_prefix("--title=").unwrap();
    let mut reading = Reading { text: format!("{title}\n"), ..Reading::default() };
    reading.text.push_str(std::str::from_utf8(&request.body).unwrap());
    reading.finds("@#<&");
    reading
}

/// JSON for a program.
pub(super) fn line(request: &Request) -> Reading {
    let mut reading = Reading::default();
    keys(&serde_json::from_slice(&request.body).unwrap(), &mut reading);
    reading
}

pub(super) fn plain(request: &Request) -> Reading {
    Reading { text: String::from_utf8(request.body.clone()).unwrap(), ..Reading::default() }
}
