//! What a request says about us, and what it asks for.

use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CONTENT_TYPE, COOKIE, HeaderMap, HeaderName, HeaderValue,
    IF_MODIFIED_SINCE, IF_NONE_MATCH,
};
use reqwest::{Client, Method, RequestBuilder};
use url::Url;

use super::Kind;
use super::route::Route;
use crate::model::{self, Source, Validators};
use crate::net;

/// What we can read, best first.
const READABLE: HeaderValue = HeaderValue::from_static(
    "text/html,application/xhtml+xml,text/markdown;q=0.9,text/plain;q=0.8,*/*;q=0.5",
);

/// Says who we are and how to reach whoever runs us: `fineprint/0.1.0 (+mailto:ops@example.com)`.
pub(super) fn user_agent(contact: Option<&str>) -> String {
    let name = concat!("fineprint/", env!("CARGO_PKG_VERSION"));
    match contact {
        Some(contact) => format!("{name} (+{contact})"),
        None => name.to_owned(),
    }
}

/// The request for where a way has come to: what every address is told, and what only the source's own origin is.
pub(super) fn to(route: &Route<'_>, client: &Client, source: &Source) -> Result<RequestBuilder, Kind> {
    let method = match route.method() {
        model::Method::Get => Method::GET,
        model::Method::Head => Method::HEAD,
        model::Method::Post => Method::POST,
    };
    let mut headers = always(source)?;
    if route.is_trusted() {
        headers.extend(credentials(source)?);
    }
    if let Some(set) = route.cookies() {
        let cookies = with(headers.get(COOKIE), &set).ok_or_else(|| Kind::Header(COOKIE.to_string()))?;
        headers.insert(COOKIE, cookies);
    }
    let mut request = client.request(method, route.address()).headers(headers);
    if let Some(body) = &source.request.body
        && route.is_trusted()
        && route.method() == model::Method::Post
    {
        request = request.body(body.reveal().to_owned());
    }
    Ok(request)
}

/// The cookies that are configured, and those that a site set on the way.
fn with(configured: Option<&HeaderValue>, set: &str) -> Option<HeaderValue> {
    let bytes = match configured {
        Some(configured) => [configured.as_bytes(), b"; ", set.as_bytes()].concat(),
        None => set.as_bytes().to_vec(),
    };
    let mut value = HeaderValue::from_bytes(&bytes).ok()?;
    value.set_sensitive(true);
    Some(value)
}

/// The headers every address on the way gets.
fn always(source: &Source) -> Result<HeaderMap, Kind> {
    let codings = HeaderValue::from_static(net::ACCEPTED);
    let mut headers = HeaderMap::from_iter([(ACCEPT, READABLE), (ACCEPT_ENCODING, codings)]);
    if let Some(language) = &source.request.accept_language {
        let value = HeaderValue::from_str(language).map_err(|_| Kind::Header(ACCEPT_LANGUAGE.to_string()))?;
        headers.insert(ACCEPT_LANGUAGE, value);
    }
    Ok(headers)
}

/// Asks for changes only, where `seen` was given by this very address.
///
/// Sent to another, an old `Last-Modified` or an `ETag` like `"1"` could be answered 304 by a page we never saw: a
/// provider that moves its terms would go unnoticed. Asking in full is always right, so doubt asks in full.
pub(super) fn validators_for(url: &Url, seen: &Validators) -> HeaderMap {
    if seen.url.as_ref() != Some(url) {
        return HeaderMap::new();
    }
    let fields = [(IF_NONE_MATCH, &seen.etag), (IF_MODIFIED_SINCE, &seen.last_modified)];
    fields.into_iter().filter_map(|(name, value)| Some((name, sendable(value.as_deref()?)?))).collect()
}

/// A validator as it was received; `None` for one that wouldn't survive the way back.
fn sendable(value: &str) -> Option<HeaderValue> {
    const LONGEST: usize = 1_024;
    // Beyond ASCII the bytes received are not known any more (they may have been Latin-1).
    let value = Some(value).filter(|v| v.is_ascii() && v.len() <= LONGEST)?;
    HeaderValue::from_str(value).ok()
}

/// The source's own headers. All of them count as credentials: nobody configures a header that says nothing.
pub(super) fn credentials(source: &Source) -> Result<HeaderMap, Kind> {
    let pairs = source.headers.iter().map(|(name, secret)| {
        let unsendable = || Kind::Header(name.clone());
        let header: HeaderName = name.parse().map_err(|_| unsendable())?;
        let mut value = HeaderValue::from_str(secret.reveal()).map_err(|_| unsendable())?;
        value.set_sensitive(true);
        Ok((header, value))
    });
    let mut headers = pairs.collect::<Result<HeaderMap, Kind>>()?;
    if source.request.body.as_ref().is_some_and(|body| is_json(body.reveal())) {
        headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/json"));
    }
    Ok(headers)
}

/// Whether what is sent is JSON, so that nobody has to say so.
fn is_json(body: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(body).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn we_say_who_we_are() {
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(user_agent(None), format!("fineprint/{version}"));
        assert_eq!(user_agent(Some("mailto:a@b.c")), format!("fineprint/{version} (+mailto:a@b.c)"));
    }

    #[test]
    fn cookies_of_the_way_stand_behind_those_that_are_configured() {
        let configured = HeaderValue::from_static("session=abc; theme=dark");
        assert_eq!(with(Some(&configured), "seen=1").unwrap(), "session=abc; theme=dark; seen=1");
        let alone = with(None, "seen=1").unwrap();
        assert!(alone == "seen=1" && alone.is_sensitive());
    }

    #[test]
    fn validators_go_back_unread_and_only_to_who_gave_them() {
        let here: Url = "https://example.com/terms".parse().unwrap();
        let mut seen = Validators {
            etag: Some("W/\"1\"".into()),
            last_modified: Some("yesterday, I think".into()),
            url: Some(here.clone()),
        };
        let sent = validators_for(&here, &seen);
        assert_eq!(sent[IF_NONE_MATCH], "W/\"1\"");
        assert_eq!(sent[IF_MODIFIED_SINCE], "yesterday, I think");
        assert!(validators_for(&"https://example.com/terms2".parse().unwrap(), &seen).is_empty());
        seen.etag = Some("\"é\"".into());
        seen.last_modified = Some("x".repeat(2_000));
        assert!(validators_for(&here, &seen).is_empty());
    }
}
