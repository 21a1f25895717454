//! Addresses in the text of a mail that one may copy.

use url::Url;

use super::super::markup::JOINER;

/// The text with the page's own addresses as they are, so that they can be copied: whoever wrote the page could be followed
/// there anyhow. All others stay broken up, and become no links.
pub(super) fn copyable(text: &str, page: &str) -> String {
    let Some(site) = Url::parse(page).ok().and_then(|url| url.host_str().map(str::to_owned)) else {
        return text.to_owned();
    };
    let site = site.trim_start_matches("www.");
    let word = |word: &str| match word.contains(JOINER) {
        true => {
            let whole = word.replace(JOINER, "");
            if is_own(whole.trim_matches(is_around), site) { whole } else { word.to_owned() }
        }
        false => word.to_owned(),
    };
    text.split_inclusive(char::is_whitespace).map(word).collect()
}

/// What stands around an address, and is no part of it.
fn is_around(c: char) -> bool {
    c.is_whitespace() || "()[]{}<>\"'“”„‘’«»‹›.,;:!?…+-*_|".contains(c)
}

/// Whether a word is one address, of a page or of a mailbox, and at this site, a part of it, or what it is a part of.
fn is_own(word: &str, site: &str) -> bool {
    let url = match word.get(..4) {
        Some(start) if start.eq_ignore_ascii_case("www.") => Url::parse(&format!("https://{word}")).ok(),
        _ => Url::parse(word).ok().filter(|url| matches!(url.scheme(), "http" | "https")),
    };
    if let Some(url) = url {
        return url.username().is_empty()
            && url.password().is_none()
            && url.host_str().is_some_and(|h| is_at(h, site));
    }
    let mailbox = word.strip_prefix("mailto:").unwrap_or(word).split_once('@');
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c);
    mailbox.is_some_and(|(name, host)| {
        !name.is_empty() && name.chars().all(is_plain) && is_at(&host.to_ascii_lowercase(), site)
    })
}

fn is_at(host: &str, site: &str) -> bool {
    let host = host.trim_start_matches("www.");
    let is_part = |part: &str, whole: &str| part.strip_suffix(whole).is_some_and(|rest| rest.ends_with('.'));
    host == site || is_part(host, site) || host.contains('.') && is_part(site, host)
}

#[cfg(test)]
mod tests {
    use super::super::super::markup::unlinked;
    use super::*;

    #[test]
    fn only_addresses_at_the_site_of_the_page_are_whole() {
        let page = "https://www.docs.acme.example/terms";
        for (text, is_whole) in [
            ("write to legal@acme.example, please", true),
            ("[-legal@docs.acme.example-]", true),
            ("see https://docs.acme.example/a?b=c#d.", true),
            ("see (HTTPS://acme.example) or www.acme.example", true),
            ("mailto:legal@acme.example", true),
            ("legal@acme.example.evil.example", false),
            ("legal@evil-acme.example", false),
            ("https://acme.example@evil.example/", false),
            ("https://user:word@acme.example/", false),
            ("https://other.example/?acme.example", false),
            ("legal@acme.example,https://evil.example", false),
            ("mail@example", false),
            ("@everyone", false),
        ] {
            let shown = copyable(&unlinked(text, "@"), page);
            assert_eq!(shown == text, is_whole, "{text}: {shown:?}");
        }
        assert_ne!(copyable(&unlinked("a@acme.example", "@"), ""), "a@acme.example");
    }
}
