//! Taking a source's own secrets out of what came back: a server that repeats a key must not bring it into the archive.

use aho_corasick::{AhoCorasick, MatchKind};
use bytes::Bytes;
use url::Url;
use url::form_urlencoded::byte_serialize;

use super::{Error, Fetched};
use crate::model::{Snapshot, Source};

/// Shorter secrets are not looked for: such a word stands in any page, and blotting it out would damage the text.
const SHORTEST: usize = 6;
/// What stands in a secret's place.
const INSTEAD: &str = "[secret]";

/// The outcome of a fetch without the secrets that the source was asked with.
pub(super) fn scrubbed(outcome: Result<Fetched, Error>, source: &Source) -> Result<Fetched, Error> {
    let Some(secrets) = Secrets::of(source) else { return outcome };
    match outcome {
        Ok(Fetched::Page(page)) => Ok(Fetched::Page(secrets.out_of(page))),
        Ok(not_modified) => Ok(not_modified),
        Err(error) => Err(error.rewritten(|text| secrets.out_of_text(text))),
    }
}

/// The same of a page that was rendered.
pub(super) fn scrubbed_page(outcome: Result<Snapshot, Error>, source: &Source) -> Result<Snapshot, Error> {
    let Some(secrets) = Secrets::of(source) else { return outcome };
    let outcome = outcome.map(|page| secrets.out_of(page));
    outcome.map_err(|error| error.rewritten(|text| secrets.out_of_text(text)))
}

/// Every way in which a source's secrets may be written.
struct Secrets(AhoCorasick);

impl Secrets {
    /// `None` for a source that is asked with none.
    fn of(source: &Source) -> Option<Self> {
        let mut ways: Vec<String> = Vec::new();
        for secret in source.secrets().filter(|secret| secret.len() >= SHORTEST) {
            let in_url: String = byte_serialize(secret.as_bytes()).collect();
            let in_json = serde_json::Value::from(secret).to_string();
            ways.extend([secret.to_owned(), in_url, in_json[1..in_json.len() - 1].to_owned()]);
        }
        if ways.is_empty() {
            return None;
        }
        AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&ways).ok().map(Self)
    }

    fn out_of(&self, page: Snapshot) -> Snapshot {
        let mut page = page;
        // They would still stand in there.
        page.received.gzip = None;
        if self.0.is_match(&page.body) {
            page.body = Bytes::from(self.0.replace_all_bytes(&page.body, &self.instead()));
        }
        page.headers.iter_mut().for_each(|(_, value)| *value = self.out_of_text(value));
        page.received.redirects.iter_mut().for_each(|(_, url)| *url = self.out_of_text(url));
        page.final_url = self.out_of_url(page.final_url);
        page
    }

    fn out_of_text(&self, text: &str) -> String {
        self.0.replace_all(text, &self.instead())
    }

    /// Brackets may stand in a path and a query; in a host they may not, and a host holds no secret of ours.
    fn out_of_url(&self, url: Url) -> Url {
        match self.0.is_match(url.as_str()) {
            true => self.out_of_text(url.as_str()).parse().unwrap_or_else(|_| bare_origin(url)),
            false => url,
        }
    }

    fn instead(&self) -> Vec<&'static str> {
        vec![INSTEAD; self.0.patterns_len()]
    }
}

fn bare_origin(mut url: Url) -> Url {
    url.set_path("/");
    url.set_query(None);
    url
}
