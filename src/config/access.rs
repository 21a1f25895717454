//! How a source is asked: who we are there, what is sent, in which language, and through whom.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::Url;

use super::problem::Problem;
use super::source::{is_token, named_headers};
use super::value::{Refusal, Table, Value, any_of, refusal};
use crate::model::{Method, Proxy, Request, Secret};

const MAX_COOKIES: usize = 50;
/// Longest body that is sent, in bytes.
const MAX_BODY: usize = 64 * 1024;

/// Headers that the fetcher sets itself: others' values would break the exchange or the asking "changed since?".
const OWN_HEADERS: [&str; 12] = [
    "accept-encoding",
    "connection",
    "content-length",
    "expect",
    "host",
    "if-modified-since",
    "if-none-match",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// What sources fall back to.
pub(super) struct Defaults {
    proxy: Option<Proxy>,
    accept_language: Option<String>,
}

impl From<&Request> for Defaults {
    /// What a variant falls back to.
    fn from(request: &Request) -> Self {
        Self { proxy: request.proxy.clone(), accept_language: request.accept_language.clone() }
    }
}

impl Defaults {
    /// Reads what `[defaults]` says of it.
    pub(super) fn read(root: &Table<'_>) -> Self {
        let member = |key| root.get("defaults").and_then(|defaults| defaults.member(key));
        Self {
            proxy: member("proxy").and_then(|value| proxy(&value)).flatten(),
            accept_language: member("accept_language").and_then(|value| value.read(languages)),
        }
    }

    /// How a source is asked, and with which headers.
    pub(super) fn of(&self, table: &Table<'_>) -> (Request, Vec<(String, Secret)>) {
        let mut headers =
            table.get("headers").map(|value| named_headers(&value, &OWN_HEADERS)).unwrap_or_default();
        let auth = table.get("auth").and_then(|value| Some((auth(&value)?, value)));
        let cookies = table.get("cookies").and_then(|value| Some((cookies(&value)?, value)));
        for (name, key) in [("authorization", auth), ("cookie", cookies)] {
            if let Some((secret, value)) = key {
                add(&mut headers, name, secret, &value);
            }
        }
        let own_language = table.get("accept_language");
        if let Some(value) = own_language.as_ref().filter(|_| has(&headers, "accept-language")) {
            twice(value, "accept-language");
        }
        let is_own_language = own_language.is_some() || has(&headers, "accept-language");
        let body = table.get("body").and_then(|value| value.secret_text(MAX_BODY));
        let proxy = match table.get("proxy") {
            Some(value) => proxy(&value).flatten(),
            None => self.proxy.clone(),
        };
        let request = Request {
            method: method(table, body.is_some()),
            body,
            accept_language: own_language
                .and_then(|value| value.read(languages))
                .or_else(|| self.accept_language.clone().filter(|_| !is_own_language)),
            proxy,
        };
        (request, headers)
    }
}

/// Whether a request brings nothing but headers.
pub(super) fn is_head(request: &Request) -> bool {
    request.method == Method::Head
}

fn has(headers: &[(String, Secret)], name: &str) -> bool {
    headers.iter().any(|(other, _)| other == name)
}

fn add(headers: &mut Vec<(String, Secret)>, name: &str, secret: Secret, value: &Value<'_>) {
    if has(headers, name) {
        twice(value, name);
    }
    headers.push((name.to_owned(), secret));
}

fn twice(value: &Value<'_>, name: &str) {
    value.refuse(refusal(format!("the header `{name}` is set under `headers` too"), "it in one place"));
}

/// `{ bearer = "${KEY}" }`, or `{ user = "ann", password = "${PASSWORD}" }`.
fn auth(value: &Value<'_>) -> Option<Secret> {
    let table = value.table(&["bearer", "user", "password"])?;
    if let Some(token) = table.get("bearer") {
        if !table.has_only(&["bearer"]) {
            table.refuse(
                format!("`{}`: a bearer token beside a user name", value.key),
                "expected one of the two".into(),
            );
        }
        return token.in_header().map(|key| Secret::made_of(format!("Bearer {key}"), vec![key]));
    }
    let user = table.require("user", "\"ann\", or `bearer = \"${KEY}\"`")?.secret()?;
    if user.reveal().contains(':') {
        table.get("user")?.refuse(refusal("a user name with a colon in it", "one without"));
        return None;
    }
    let password = table.require("password", "\"${PASSWORD}\"")?.secret()?;
    let pair = STANDARD.encode(format!("{}:{}", user.reveal(), password.reveal()));
    Some(Secret::made_of(format!("Basic {pair}"), vec![password.reveal().to_owned(), pair]))
}

/// Names and values, sent as one header; what a cookie can't hold (RFC 6265, section 4.1.1) is refused.
fn cookies(value: &Value<'_>) -> Option<Secret> {
    let (mut pairs, mut parts) = (Vec::new(), Vec::new());
    for (name, value) in value.named(MAX_COOKIES)? {
        if !is_token(name.get_ref()) {
            let title = format!("`{}`: not a name for a cookie", value.key);
            value.context.report(Problem::new(name.span(), title, "expected letters, digits, `-` and `_`"));
        }
        let Some(cookie) = value.in_header() else { continue };
        if cookie.bytes().any(|b| b" \",;\\".contains(&b)) {
            let found = "a character that cookies can't carry";
            value.refuse(refusal(found, "no space, quote, comma, semicolon or backslash"));
        }
        pairs.push(format!("{}={cookie}", name.get_ref()));
        parts.push(cookie);
    }
    (!pairs.is_empty()).then(|| Secret::made_of(pairs.join("; "), parts))
}

/// The method, which a body makes POST.
fn method(table: &Table<'_>, has_body: bool) -> Method {
    const METHODS: [(&str, Method); 3] =
        [("GET", Method::Get), ("HEAD", Method::Head), ("POST", Method::Post)];
    let by_body = if has_body { Method::Post } else { Method::Get };
    let Some(value) = table.get("method") else { return by_body };
    let read = value.read(|text| {
        let known = METHODS.iter().find(|(name, _)| *name == text).map(|(_, method)| *method);
        known.ok_or_else(|| refusal(format!("`{text}` is not a method"), any_of(&METHODS.map(|m| m.0))))
    });
    if has_body && read.is_some_and(|method| method != Method::Post) {
        value.refuse(refusal("a method that takes no `body`", "`POST`"));
    }
    read.unwrap_or(by_body)
}

/// `de, en;q=0.5`.
fn languages(text: &str) -> Result<String, Refusal> {
    let is_range = |text: &str| {
        let (tag, weight) = text.trim().split_once(';').unwrap_or((text.trim(), "q=1"));
        let is_tag = tag == "*" || tag.split('-').all(|part| (1..=8).contains(&part.len()));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
        let plain = tag.bytes().all(|b| b.is_ascii_alphanumeric() || b"-*".contains(&b));
        is_tag && plain && weight.is_some_and(|weight| (0.0..=1.0).contains(&weight))
    };
    let refused =
        || refusal(format!("`{text}` names no languages"), "languages as in `de` or `de-CH, en;q=0.5`");
    text.split(',').all(is_range).then(|| text.to_owned()).ok_or_else(refused)
}

/// The address of a proxy, or `none` for no proxy where there is a default one; what is wrong is said without
/// repeating it, since it may hold a password.
pub(super) fn proxy(value: &Value<'_>) -> Option<Option<Proxy>> {
    let written = value.secret()?;
    if written.reveal() == "none" {
        return Some(None);
    }
    let proxy = Url::parse(written.reveal()).ok().and_then(Proxy::new);
    if proxy.is_none() {
        let accepted = "`http://`, `https://`, `socks5://` or `socks5h://` and a host, or `none`";
        value.refuse(refusal("not the address of a proxy", accepted));
    }
    Some(Some(proxy?))
}

impl Value<'_> {
    /// A secret that stands in a header: plain ASCII.
    fn in_header(&self) -> Option<String> {
        let secret = self.secret()?;
        if !secret.reveal().is_ascii() {
            self.refuse(refusal("a character that headers can't carry", "plain ASCII"));
            return None;
        }
        Some(secret.reveal().to_owned())
    }
}
