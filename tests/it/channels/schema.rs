//! What each service publishes of the requests it takes; anything else panics.

use scraper::Html;
use serde_json::{Map, Value};

use crate::web::Request;

pub(super) fn json(request: &Request) -> Value {
    assert_eq!(request.header("content-type"), Some("application/json"));
    let value: Value = serde_json::from_slice(&request.body).unwrap();
    assert!(value.is_object(), "{value}");
    value
}

/// The members of an object that has no others than these.
fn object<'v>(value: &'v Value, known: &[&str]) -> &'v Map<String, Value> {
    let object = value.as_object().unwrap_or_else(|| panic!("not an object: {value}"));
    object.keys().for_each(|key| assert!(known.contains(&key.as_str()), "unknown key `{key}` in {value}"));
    object
}

/// A string of `min` to `max` UTF-16 code units.
fn text(value: &Value, min: usize, max: usize) -> &str {
    let text = value.as_str().unwrap_or_else(|| panic!("not a string: {value}"));
    let length = text.encode_utf16().count();
    assert!((min..=max).contains(&length), "{length} characters, where {min} to {max} are accepted");
    text
}

fn web_address(value: &Value) {
    let url = url::Url::parse(value.as_str().unwrap()).unwrap();
    assert!(matches!(url.scheme(), "http" | "https"), "{url}");
}

/// Standard Webhooks 1.0.0.
pub(super) fn webhook(request: &Request) {
    assert_eq!(request.method, "POST");
    let body = json(request);
    assert!(request.body.len() < 20_000, "{}", request.body.len());
    object(&body, &["type", "timestamp", "data"]);
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        assert!(request.header(name).is_some_and(|value| !value.is_empty()), "{name}");
    }
}

/// <https://docs.slack.dev/reference/block-kit/blocks>, and 40,000 characters of `text`.
pub(super) fn slack(request: &Request) {
    assert_eq!(request.method, "POST");
    let body = json(request);
    let body = object(&body, &["text", "blocks", "unfurl_links", "unfurl_media"]);
    text(&body["text"], 1, 40_000);
    let blocks = body["blocks"].as_array().unwrap();
    assert!((1..=50).contains(&blocks.len()));
    let mut all = 0;
    for block in blocks {
        match block["type"].as_str().unwrap() {
            "section" => {
                object(block, &["type", "text"]);
                let object = object(&block["text"], &["type", "text", "verbatim"]);
                assert_eq!((&object["type"], &object["verbatim"]), (&"mrkdwn".into(), &true.into()));
                all += text(&object["text"], 1, 3_000).len();
            }
            "rich_text" => {
                object(block, &["type", "elements"]);
                let elements = block["elements"].as_array().unwrap();
                assert!(!elements.is_empty());
                all += elements.iter().map(slack_element).sum::<usize>();
            }
            other => panic!("no block `{other}`"),
        }
    }
    assert!(all <= 4 * 12_000, "{all}");
}

fn slack_element(element: &Value) -> usize {
    object(element, &["type", "elements"]);
    assert!(
        matches!(element["type"].as_str().unwrap(), "rich_text_section" | "rich_text_quote"),
        "{element}"
    );
    let elements = element["elements"].as_array().unwrap();
    assert!(!elements.is_empty(), "an empty section");
    let size = |element: &Value| {
        match element["type"].as_str().unwrap() {
            "text" => drop(object(element, &["type", "text", "style"])),
            "link" => {
                object(element, &["type", "text", "url"]);
                web_address(&element["url"]);
                text(&element["url"], 1, 3_000);
            }
            other => panic!("no element `{other}`"),
        }
        if let Some(style) = element.get("style") {
            let style = object(style, &["bold", "italic", "strike", "code"]);
            assert!(!style.is_empty() && style.values().all(Value::is_boolean));
        }
        text(&element["text"], 1, 3_000).encode_utf16().count()
    };
    elements.iter().map(size).sum()
}

/// <https://docs.discord.com/developers/resources/webhook#execute-webhook> and the embed limits.
pub(super) fn discord(request: &Request) {
    assert_eq!(request.method, "POST");
    assert!(request.path.ends_with("?wait=true"), "{}", request.path);
    let body = json(request);
    let body = object(&body, &["content", "embeds", "allowed_mentions"]);
    text(&body["content"], 1, 2_000);
    assert_eq!(body["allowed_mentions"], serde_json::json!({ "parse": [] }));
    let embeds = body["embeds"].as_array().unwrap();
    assert!(embeds.len() <= 10);
    let mut all = 0;
    for embed in embeds {
        object(embed, &["description", "color", "timestamp", "footer"]);
        all += text(&embed["description"], 1, 4_096).len();
        assert!(embed["color"].as_u64().unwrap() <= 0xff_ffff);
        embed["timestamp"].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        object(&embed["footer"], &["text"]);
        text(&embed["footer"]["text"], 1, 2_048);
    }
    assert!(all <= 4 * 6_000);
}

/// 28 KB, <https://adaptivecards.io/explorer/>, version 1.4.
pub(super) fn teams(request: &Request) {
    assert_eq!(request.method, "POST");
    assert!(request.body.len() <= 28 * 1024, "{}", request.body.len());
    let body = json(request);
    object(&body, &["type", "attachments"]);
    assert_eq!(body["type"], "message");
    let attachment = &body["attachments"][0];
    object(attachment, &["contentType", "contentUrl", "content"]);
    assert_eq!(attachment["contentType"], "application/vnd.microsoft.card.adaptive");
    let card = object(&attachment["content"], &["$schema", "type", "version", "msteams", "body", "actions"]);
    assert_eq!((&card["type"], &card["version"]), (&"AdaptiveCard".into(), &"1.4".into()));
    let elements = card["body"].as_array().unwrap();
    assert!(!elements.is_empty());
    elements.iter().for_each(card_element);
    for action in card.get("actions").and_then(Value::as_array).into_iter().flatten() {
        object(action, &["type", "title", "url"]);
        assert_eq!(action["type"], "Action.OpenUrl");
        web_address(&action["url"]);
    }
}

fn card_element(element: &Value) {
    match element["type"].as_str().unwrap() {
        "TextBlock" => drop(object(element, &["type", "text", "wrap"])),
        "RichTextBlock" => {
            object(element, &["type", "inlines"]);
            let inlines = element["inlines"].as_array().unwrap();
            assert!(!inlines.is_empty());
            for inline in inlines {
                let keys = [
                    "type",
                    "text",
                    "weight",
                    "size",
                    "color",
                    "isSubtle",
                    "italic",
                    "strikethrough",
                    "fontType",
                ];
                object(inline, &keys);
                assert_eq!(inline["type"], "TextRun");
                text(&inline["text"], 1, 28_000);
                for (key, accepted) in [
                    ("weight", &["bolder"][..]),
                    ("size", &["small", "medium"]),
                    ("color", &["default", "good", "warning", "attention"]),
                    ("fontType", &["monospace"]),
                ] {
                    assert!(
                        inline.get(key).is_none_or(|v| accepted.contains(&v.as_str().unwrap())),
                        "{inline}"
                    );
                }
            }
        }
        other => panic!("no element `{other}`"),
    }
}

/// 16,383 characters, so that it stays one post.
pub(super) fn mattermost(request: &Request) {
    assert_eq!(request.method, "POST");
    let body = json(request);
    text(&object(&body, &["text"])["text"], 1, 16_383);
}

/// <https://core.telegram.org/bots/api#sendmessage>: 4,096 characters after entities, and no tag but the supported ones.
pub(super) fn telegram(request: &Request) {
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/bott0ken-s3cret/sendMessage"));
    let body = json(request);
    let body = object(&body, &["chat_id", "text", "parse_mode", "link_preview_options", "message_thread_id"]);
    assert_eq!((&body["chat_id"], &body["parse_mode"]), (&"-1001".into(), &"HTML".into()));
    let html = body["text"].as_str().unwrap();
    let read = well_formed(html, &["b", "s", "code", "a", "blockquote"]);
    assert!((1..=4_096).contains(&read.encode_utf16().count()), "{}", read.len());
}

/// <https://spec.matrix.org/v1.11/client-server-api/#size-limits>, and the tags it suggests.
pub(super) fn matrix(request: &Request) {
    assert_eq!(request.method, "PUT");
    assert_eq!(request.header("authorization"), Some("Bearer t0ken-s3cret"));
    // What the server adds: event id, hashes, signatures, sender and room.
    assert!(request.body.len() <= 65_536 - 4_096, "{}", request.body.len());
    let body = json(request);
    let body = object(&body, &["msgtype", "body", "format", "formatted_body", "m.mentions"]);
    assert_eq!((&body["msgtype"], &body["format"]), (&"m.text".into(), &"org.matrix.custom.html".into()));
    assert_eq!(body["m.mentions"], serde_json::json!({}));
    text(&body["body"], 1, 65_536);
    let tags = ["strong", "del", "code", "a", "blockquote", "br"];
    well_formed(body["formatted_body"].as_str().unwrap(), &tags);
}

/// <https://docs.ntfy.sh/publish/>: 4,096 bytes of message, twice as much of JSON.
pub(super) fn ntfy(request: &Request) {
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/"));
    assert_eq!(request.header("authorization"), Some("Bearer t0ken-s3cret"));
    assert!(request.body.len() <= 8_192, "{}", request.body.len());
    let body = json(request);
    let body = object(&body, &["topic", "title", "message", "priority", "tags", "sequence_id", "click"]);
    let name = |value: &Value| {
        let name = text(value, 1, 64);
        assert!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)), "{name}");
    };
    name(&body["topic"]);
    name(&body["sequence_id"]);
    assert!(body["message"].as_str().unwrap().len() <= 4_096);
    text(&body["title"], 1, 250);
    assert!((1..=5).contains(&body["priority"].as_u64().unwrap()));
    body.get("click").into_iter().for_each(web_address);
}

/// <https://docs.github.com/en/rest/issues/issues#create-an-issue>
pub(super) fn github(request: &Request) {
    for (name, value) in [
        ("accept", "application/vnd.github+json"),
        ("x-github-api-version", "2022-11-28"),
        ("authorization", "Bearer t0ken-s3cret"),
    ] {
        assert_eq!(request.header(name), Some(value));
    }
    assert!(request.header("user-agent").is_some());
    let body = json(request);
    let body = object(&body, &["title", "body", "labels"]);
    text(&body["title"], 1, 256);
    text(&body["body"], 1, 65_536);
    assert_eq!(body["labels"], serde_json::json!(["policy"]));
}

pub(super) fn http_json(request: &Request) {
    assert_eq!(request.header("authorization"), Some("Bearer t0ken-s3cret"));
    assert!(request.header("idempotency-key").is_some());
    let body = json(request);
    let body = object(&body, &["id", "news", "severity", "title", "message", "url"]);
    assert!(body.values().all(Value::is_string));
}

pub(super) fn http_form(request: &Request) {
    assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
    let ok = |b: u8| b.is_ascii_alphanumeric() || b"*-._+%&=".contains(&b);
    assert!(request.body.iter().copied().all(ok), "{}", String::from_utf8_lossy(&request.body));
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(&request.body).into_owned().collect();
    let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["token", "title", "message"]);
    assert_eq!(fields[0].1, super::TOKEN);
    assert!(fields[2].1.encode_utf16().count() <= 1_000, "{}", fields[2].1);
}

/// RFC 5322 and 2045: nothing but ASCII, lines of at most 998 characters that CR and LF end, each field once, none but ours,
/// and two readable parts.
pub(super) fn email(request: &Request) {
    assert_eq!(request.path, "watch@example.org to legal@example.org ops@example.org");
    let text = std::str::from_utf8(&request.body).unwrap();
    assert!(text.is_ascii());
    for line in text.split("\r\n") {
        assert!(line.len() <= 998 && !line.contains(['\r', '\n', '\0']), "{line:?}");
    }
    // What some programs show of a mail at most.
    assert!(text.len() < 2 * 102_000, "{}", text.len());
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let mut names: Vec<&str> = head
        .split("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split_once(':').unwrap().0)
        .collect();
    names.retain(|name| *name != "Importance");
    names.sort_unstable();
    let known = "Auto-Submitted Content-Type Date From In-Reply-To List-Id List-Unsubscribe MIME-Version Message-ID \
                 References Subject To X-Fineprint-Severity X-Fineprint-Source";
    assert_eq!(names.join(" "), known);
    assert_eq!(body.matches("Content-Transfer-Encoding: quoted-printable").count(), 2);
    let (plain, html) = super::reading::parts(request);
    assert!(!plain.trim().is_empty() && html.starts_with("<!doctype html>"), "{plain}\n{html}");
    assert!(html.len() < 102_000, "{}", html.len());
}

/// What a program is promised: the notice as a line of JSON, its id in the environment, its arguments to the letter, and
/// nothing of our own environment that it has no business with.
pub(super) fn command(request: &Request) {
    line(request);
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(request.path, "--from\n$HOME; true\n");
    assert_eq!(request.header("FINEPRINT_ID"), body["data"]["id"].as_str());
    assert_eq!(request.header("FINEPRINT_TYPE"), body["type"].as_str());
    assert_eq!(request.header("TOKEN"), Some(super::TOKEN));
    assert_eq!(request.header("CARGO_MANIFEST_DIR"), None);
}

/// Apprise: text on its input, options that it has, and its addresses where nobody else reads them.
pub(super) fn apprise(request: &Request) {
    let names: Vec<&str> = request.path.lines().map(|line| line.split('=').next().unwrap()).collect();
    let known = ["--title", "--notification-type", "--input-format", "--storage-mode", "--disable-async"];
    assert_eq!(names, known, "{}", request.path);
    assert!(!request.path.contains(super::TOKEN));
    assert!(request.header("APPRISE_URLS").unwrap().contains(super::TOKEN));
    let text = std::str::from_utf8(&request.body).unwrap();
    assert!((1..=2_000).contains(&text.encode_utf16().count()), "{text}");
}

/// A webhook's body on one line.
pub(super) fn line(request: &Request) {
    let text = std::str::from_utf8(&request.body).unwrap();
    assert!(text.len() <= 20_000 && text.ends_with('\n') && text.lines().count() == 1, "{text}");
    object(&serde_json::from_str(text).unwrap(), &["type", "timestamp", "data"]);
}

/// Lines of text, the notice's id, and an empty line.
pub(super) fn record(request: &Request) {
    let text = std::str::from_utf8(&request.body).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let [first, .., id, ""] = lines[..] else { panic!("{text:?}") };
    assert!(!first.is_empty() && (id.starts_with("chg_") || id.starts_with("test_")), "{text:?}");
}

/// The words of HTML that has no tag but these, each closed; a service that is strict would refuse others.
fn well_formed(html: &str, tags: &[&str]) -> String {
    let mut open = Vec::new();
    for part in html.split('<').skip(1) {
        let (tag, _) = part.split_once('>').unwrap_or_else(|| panic!("a `<` that opens nothing: {part}"));
        let name = tag.trim_start_matches('/').split(' ').next().unwrap();
        assert!(tags.contains(&name), "no tag `{name}`");
        match tag.starts_with('/') {
            true => assert_eq!(open.pop(), Some(name)),
            false if name != "br" => open.push(name),
            false => {}
        }
    }
    assert!(open.is_empty(), "{open:?}");
    Html::parse_fragment(html).root_element().text().collect()
}
