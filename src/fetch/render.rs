//! URL → snapshot by way of a browser: the document that scripts made of the page.

use url::Url;

use super::browser::{Credentials, Rendered, Trouble, Visit};
use super::{Error, Fetcher, Kind, receive, request, route, scrub};
use crate::model::{Method, Received, Request, Snapshot, Source};

/// Headers that are about the bytes as they were sent, which a rendered document isn't.
const OF_THE_BYTES: [&str; 4] = ["content-encoding", "content-length", "content-type", "transfer-encoding"];

impl Fetcher {
    /// Has a source's page rendered by Chromium and brings its document home as HTML, marked as
    /// [rendered](Received::rendered). Status, headers, redirects and server are those of the page itself.
    ///
    /// Waits for its turn first; the timeouts count from then.
    pub async fn render(&self, source: &Source) -> Result<Snapshot, Error> {
        scrub::scrubbed_page(self.show(source).await, source)
    }

    async fn show(&self, source: &Source) -> Result<Snapshot, Error> {
        let url = route::bare(&source.url);
        let fail = |kind: Kind| Error::new(&url, kind);
        self.guard.check(&url).map_err(|e| fail(crate::net::Failure::from(e).into()))?;
        if let Some(key) = unfit(&source.request) {
            return Err(fail(Trouble::Unfit(key).into()));
        }
        let user_agent = request::user_agent(self.settings.contact.as_deref());
        let visit = Visit {
            url: &url,
            credentials: credentials(source).map_err(fail)?,
            guard: &self.guard,
            settings: self.browser.settings(),
            user_agent: &user_agent,
            accept_language: source.request.accept_language.as_deref(),
            connect_timeout: self.settings.connect_timeout,
            max_body: self.settings.max_body,
            max_redirects: self.settings.max_redirects,
        };
        let turn = self.admit(source, &url, None).await?;
        let (rendered, product) = self.browser.render(&visit).await.map_err(fail)?;
        self.note(&turn, rendered.status, header(&rendered.headers, "retry-after")).await;
        let fetcher = format!("fineprint/{} {product}", env!("CARGO_PKG_VERSION"));
        self.snapshot(source, url.clone(), rendered, fetcher).map_err(fail)
    }

    fn snapshot(&self, source: &Source, url: Url, page: Rendered, fetcher: String) -> Result<Snapshot, Kind> {
        let mut headers = page.headers;
        if page.is_document {
            headers.retain(|(name, _)| !OF_THE_BYTES.contains(&name.as_str()));
            headers.push(("content-type".to_owned(), "text/html; charset=utf-8".to_owned()));
        }
        Ok(Snapshot {
            source: source.id.clone(),
            fetched_at: self.clock.now(),
            url,
            final_url: page.url.parse().map_err(|_| Kind::RedirectNowhere)?,
            status: page.status,
            headers,
            body: page.body.into(),
            received: Received {
                fetcher: Some(fetcher),
                rendered: page.is_document,
                redirects: page.redirects,
                peer: Some(page.peer),
                asked: receive::asked(source),
                gzip: None,
                rules: (!source.rules.is_empty()).then(|| source.rules.clone()),
            },
        })
    }
}

fn header<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
}

/// What a source is asked with that a browser can't do for it. To go without would be another question.
fn unfit(asked: &Request) -> Option<&'static str> {
    let Request { method, body, proxy, .. } = asked;
    let unfit = [("proxy", proxy.is_some()), ("body", body.is_some()), ("method", *method != Method::Get)];
    unfit.into_iter().find(|(_, is_set)| *is_set).map(|(key, _)| key)
}

/// What is sent to the source's own origin only.
fn credentials(source: &Source) -> Result<Credentials, Kind> {
    // The same check as for a plain request: what HTTP doesn't allow is named, not sent.
    request::credentials(source)?;
    let own = |(name, value): &(String, crate::model::Secret)| {
        (name.to_ascii_lowercase(), value.reveal().to_owned())
    };
    let headers = source.headers.iter().map(own).collect();
    Ok(Credentials { home: Some(source.url.clone()), headers })
}
