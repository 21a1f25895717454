//! What a page may ask for, and what is sent with it: pure.

use chromiumoxide::cdp::browser_protocol::fetch::HeaderEntry;
use chromiumoxide::cdp::browser_protocol::network::ResourceType;
use url::Url;

use crate::net::Guard;

/// What is done with a request of a page.
#[derive(Debug, PartialEq)]
pub(super) enum Ruling {
    /// It goes out, with these headers where they aren't the browser's own.
    Goes(Option<Vec<HeaderEntry>>),
    /// It doesn't.
    Refused,
}

/// A request, as far as it matters.
pub(super) struct Asked<'a> {
    pub(super) url: &'a str,
    pub(super) kind: &'a ResourceType,
    /// Whether it is for the page itself, not for a part of it.
    pub(super) is_main: bool,
    pub(super) headers: &'a serde_json::Value,
}

/// What the source's owner configured to be sent, and to whom.
#[derive(Default)]
pub(in crate::fetch) struct Credentials {
    /// The origin they were configured for.
    pub(in crate::fetch) home: Option<Url>,
    /// Names in lower case, with their values.
    pub(in crate::fetch) headers: Vec<(String, String)>,
}

/// Rules on a request; `trusted` is whether the page never left its source's origin, as in a plain fetch.
pub(super) fn rule(asked: &Asked<'_>, guard: &Guard, credentials: &Credentials, trusted: bool) -> Ruling {
    let Ok(url) = Url::parse(asked.url) else { return Ruling::Refused };
    if !asked.is_main && matches!(url.scheme(), "data" | "blob" | "about") {
        return Ruling::Goes(None);
    }
    if is_for_the_eye(asked.kind) || guard.check(&url).is_err() {
        return Ruling::Refused;
    }
    let is_home = credentials.home.as_ref().is_some_and(|home| home.origin() == url.origin());
    if credentials.headers.is_empty() || !(trusted && is_home) {
        // Headers that were set for one hop don't go on to the next: Chromium forgets them.
        return Ruling::Goes(None);
    }
    Ruling::Goes(Some(with(asked.headers, &credentials.headers)))
}

/// What no text needs.
fn is_for_the_eye(kind: &ResourceType) -> bool {
    use ResourceType as T;
    matches!(
        kind,
        T::Image
            | T::Media
            | T::Font
            | T::TextTrack
            | T::Prefetch
            | T::Manifest
            | T::Ping
            | T::CspViolationReport
            // The icon beside a title, and what plugins would show.
            | T::Other
    )
}

/// The browser's headers, with ours in the place of those of the same name.
fn with(theirs: &serde_json::Value, ours: &[(String, String)]) -> Vec<HeaderEntry> {
    let is_ours = |name: &str| ours.iter().any(|(own, _)| own.eq_ignore_ascii_case(name));
    let theirs = theirs.as_object().into_iter().flatten();
    let theirs = theirs.filter(|(name, _)| !is_ours(name));
    let theirs = theirs.filter_map(|(name, value)| Some(HeaderEntry::new(name.clone(), value.as_str()?)));
    theirs.chain(ours.iter().map(|(name, value)| HeaderEntry::new(name.clone(), value.clone()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ruled(url: &str, kind: ResourceType, is_main: bool, trusted: bool) -> Ruling {
        let credentials = Credentials {
            home: Some("https://example.com/terms".parse().unwrap()),
            headers: vec![("x-token".into(), "s3cret".into())],
        };
        let headers = serde_json::json!({"X-Token": "theirs", "Accept": "*/*"});
        let asked = Asked { url, kind: &kind, is_main, headers: &headers };
        rule(&asked, &Guard::default(), &credentials, trusted)
    }

    #[test]
    fn what_no_text_needs_and_what_leads_elsewhere_is_refused() {
        use ResourceType as T;
        for (url, kind) in [
            ("https://example.com/a.png", T::Image),
            ("https://example.com/a.mp4", T::Media),
            ("https://example.com/a.woff2", T::Font),
            ("https://example.com/favicon.ico", T::Other),
            ("http://127.0.0.1/", T::Fetch),
            ("http://[::1]/", T::Script),
            ("file:///etc/passwd", T::Document),
            ("chrome://crash", T::Document),
        ] {
            assert_eq!(ruled(url, kind, false, true), Ruling::Refused, "{url}");
        }
        assert_eq!(ruled("data:text/html,hello", T::Document, true, true), Ruling::Refused);
        assert_eq!(ruled("data:text/javascript,1", T::Script, false, true), Ruling::Goes(None));
        assert_eq!(ruled("https://cdn.example.net/a.js", T::Script, false, true), Ruling::Goes(None));
    }

    #[test]
    fn credentials_go_home_only_and_only_while_the_page_never_left() {
        let sent = |url, trusted| match ruled(url, ResourceType::Document, true, trusted) {
            Ruling::Goes(Some(headers)) => {
                headers.iter().map(|h| format!("{}={}", h.name, h.value)).collect()
            }
            Ruling::Goes(None) => Vec::new(),
            Ruling::Refused => panic!("refused"),
        };
        assert_eq!(sent("https://example.com/moved", true), ["Accept=*/*", "x-token=s3cret"]);
        for (url, trusted) in [
            ("https://example.com/moved", false),
            ("http://example.com/terms", true),
            ("https://example.com:8443/terms", true),
            ("https://www.example.com/terms", true),
        ] {
            assert_eq!(sent(url, trusted), [""; 0], "{url}");
        }
    }
}
