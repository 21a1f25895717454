//! Which source a page belongs to.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use url::Url;

use crate::model::{Digest, Robots, Rules, Schedule, Source, SourceId, slug};
use crate::store::KnownSource;

/// How often an address that becomes a source is looked at once its history is in.
const EVERY: jiff::SignedDuration = jiff::SignedDuration::from_hours(6);

/// Which source an address belongs to.
pub struct Names {
    by_url: HashMap<String, Arc<Source>>,
    by_id: HashMap<SourceId, Arc<Source>>,
    made: HashSet<SourceId>,
}

impl Names {
    /// The sources of the configuration, and those of the archive that it doesn't name.
    pub(super) fn new(configured: &[Source], stored: &[KnownSource]) -> Self {
        let mut names = Self { by_url: HashMap::new(), by_id: HashMap::new(), made: HashSet::new() };
        for source in configured {
            names.add(source.clone());
        }
        for known in stored {
            // One that is configured is at the address that stands there, wherever it was before.
            let Ok(url) = known.url.parse::<Url>() else { continue };
            if !names.by_id.contains_key(&known.id) {
                names.add(adopted(known.id.clone(), known.service.clone(), known.terms.clone(), url));
            }
        }
        names
    }

    /// The source at an address; one that was none becomes one.
    pub fn at(&mut self, url: &Url) -> Arc<Source> {
        match self.by_url.get(url.as_str()) {
            Some(source) => Arc::clone(source),
            None => self.adopt(url),
        }
    }

    /// The source at an address, or at one that leads to the same page nearly everywhere: by http or https, with or
    /// without `www.`, a slash at the end or a fragment.
    pub fn near(&mut self, url: &Url) -> Arc<Source> {
        let plain = plain(url);
        let near = || self.by_id.values().filter(|source| self::plain(&source.url) == plain);
        match self.by_url.get(url.as_str()).or_else(|| near().min_by_key(|source| &source.id)) {
            Some(source) => Arc::clone(source),
            None => self.adopt(url),
        }
    }

    /// The source that others know as these terms of this service and that was at these addresses, the latest last: a
    /// source at one of them, or of this name. Where there is none it becomes one, if there is an address.
    pub fn document(&mut self, service: &str, terms: &str, urls: &[Url]) -> Option<Arc<Source>> {
        let at = urls.iter().rev().find_map(|url| self.by_url.get(url.as_str()));
        let id = SourceId::derive(service, terms).ok();
        let named = || id.as_ref().and_then(|id| self.by_id.get(id));
        if let Some(source) = at.or_else(named) {
            return Some(Arc::clone(source));
        }
        let url = urls.last()?.clone();
        Some(match id {
            Some(id) => self.make(adopted(id, service.to_owned(), terms.to_owned(), url)),
            None => self.adopt(&url),
        })
    }

    /// Whether a source is at an address, as near as [`Names::near`] takes it.
    pub fn is_at(source: &Source, url: &Url) -> bool {
        plain(&source.url) == plain(url)
    }

    /// A source by its id.
    pub fn named(&self, id: &SourceId) -> Option<Arc<Source>> {
        self.by_id.get(id).cloned()
    }

    /// Whether a source was none before; says so once.
    pub(super) fn take_made(&mut self, id: &SourceId) -> bool {
        self.made.remove(id)
    }

    fn add(&mut self, source: Source) -> Arc<Source> {
        let source = Arc::new(source);
        self.by_url.entry(source.url.to_string()).or_insert_with(|| Arc::clone(&source));
        self.by_id.insert(source.id.clone(), Arc::clone(&source));
        source
    }

    fn make(&mut self, source: Source) -> Arc<Source> {
        self.made.insert(source.id.clone());
        self.add(source)
    }

    fn adopt(&mut self, url: &Url) -> Arc<Source> {
        let host = url.host_str().unwrap_or("page").trim_start_matches("www.").to_owned();
        let path = url.path().trim_matches('/');
        let terms = match url.query() {
            Some(query) => format!("{path}?{query}"),
            None if path.is_empty() => "home".to_owned(),
            None => path.to_owned(),
        };
        let id = self.free_id(&host, &slug(&terms), url);
        self.make(adopted(id, host, terms, url.clone()))
    }

    fn free_id(&self, host: &str, terms: &str, url: &Url) -> SourceId {
        let digest = Digest::of(url.as_str().as_bytes()).to_string();
        let host: String =
            host.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).take(80).collect();
        let terms: String = terms.chars().take(80).collect();
        let candidates =
            [format!("{host}/{terms}"), format!("{host}/{terms}-{}", &digest[..8]), format!("page/{digest}")];
        let ids = candidates.iter().filter_map(|c| c.parse::<SourceId>().ok());
        ids.into_iter()
            .find(|id| !self.by_id.contains_key(id))
            .expect("a digest of an address that is new is not taken")
    }
}

/// An address without what rarely matters; a query does.
fn plain(url: &Url) -> (String, u16, String, Option<String>) {
    let host = url.host_str().unwrap_or_default();
    let port = url.port().unwrap_or_default();
    let path = url.path().trim_end_matches('/').to_owned();
    (host.strip_prefix("www.").unwrap_or(host).to_owned(), port, path, url.query().map(str::to_owned))
}

/// A source that nobody configured.
pub(super) fn adopted(id: SourceId, service: String, terms: String, url: Url) -> Source {
    let (schedule, rules) = (Schedule::Every(EVERY), Rules::default());
    Source {
        id,
        service,
        terms,
        url,
        schedule,
        notify: Vec::new(),
        rules,
        pins: Vec::new(),
        max_age: Source::MAX_AGE,
        browser: Default::default(),
        headers: Vec::new(),
        request: Default::default(),
        watch: None,
        ways: None,
        // An archive is made to be asked; what robots.txt says there is for those who copy it.
        robots: Robots::Ignore,
        topics: Arc::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Url {
        text.parse().unwrap()
    }

    fn configured() -> Names {
        let id = "acme/terms".parse().unwrap();
        Names::new(&[adopted(id, "Acme".into(), "Terms".into(), url("https://www.acme.example/terms/"))], &[])
    }

    #[test]
    fn an_address_is_taken_as_it_is_or_nearly_so() {
        for (typed, exact, near) in [
            ("https://www.acme.example/terms/", "acme/terms", "acme/terms"),
            ("http://acme.example/terms#top", "acme.example/terms", "acme/terms"),
            ("https://acme.example/terms?v=1", "acme.example/terms-v-1", "acme.example/terms-v-1"),
        ] {
            assert_eq!(configured().at(&url(typed)).id.as_str(), exact, "{typed}");
            assert_eq!(configured().near(&url(typed)).id.as_str(), near, "{typed}");
        }
    }

    #[test]
    fn a_document_is_known_by_any_of_its_addresses_or_by_its_name() {
        let (here, there) = (url("https://www.acme.example/terms/"), url("https://acme.example/new"));
        let id = |service, terms, urls: &[Url]| {
            let mut names = configured();
            let source = names.document(service, terms, urls)?;
            Some(format!("{} {}", source.id, if names.take_made(&source.id) { "made" } else { "known" }))
        };
        assert_eq!(id("ACME Inc", "ToS", &[here, there.clone()]).unwrap(), "acme/terms known");
        assert_eq!(id("Acme", "Terms", &[]).unwrap(), "acme/terms known");
        assert_eq!(id("Other", "Terms", std::slice::from_ref(&there)).unwrap(), "other/terms made");
        assert_eq!(id("模型", "条款", &[there]).unwrap(), "acme.example/new made");
        assert_eq!(id("Other", "Terms", &[]), None);
    }
}
