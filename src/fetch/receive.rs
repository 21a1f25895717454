//! An answer, received whole or not at all, and unpacked.

use bytes::Bytes;
use reqwest::Response;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::tls::TlsInfo;

use super::route::Route;
use super::{Error, Fetched, Fetcher, Kind};
use crate::model::{Asked, Digest, Method, Peer, Proxy, Received, Request, Snapshot, Source};
use crate::net::{self, Failure};

/// What stands in the archive as having fetched a page.
const FETCHER: &str = concat!("fineprint/", env!("CARGO_PKG_VERSION"), " http");

impl Fetcher {
    /// Receives the body and makes a snapshot of the answer, packed as it came.
    pub(super) async fn receive(
        &self,
        source: &Source,
        route: &Route<'_>,
        mut answer: Response,
    ) -> Result<Fetched, Kind> {
        let status = answer.status().as_u16();
        let headers = text_of(answer.headers());
        let received = Received {
            fetcher: Some(FETCHER.to_owned()),
            rendered: false,
            redirects: route.redirects(),
            peer: Some(peer(&answer, source)),
            asked: asked(source),
            gzip: None,
            rules: (!source.rules.is_empty()).then(|| source.rules.clone()),
        };
        let body = self.body(&mut answer).await?;
        Ok(Fetched::Page(Snapshot {
            source: source.id.clone(),
            fetched_at: self.clock.now(),
            url: super::route::bare(&source.url),
            final_url: route.here().clone(),
            status,
            headers,
            body,
            received,
        }))
    }

    /// Undoes the codings of a body, on the threads that are there for such work.
    pub(super) async fn unpack(&self, page: Snapshot) -> Result<Snapshot, Error> {
        let (cap, here) = (self.settings.max_body, page.final_url.clone());
        let unpacked = self.parsers.run(move || unpacked(page, cap)).await;
        let failed = || Failure::Broken("unpacking it failed inside fineprint".to_owned());
        let unpacked = unpacked.unwrap_or_else(|| Err(failed().into()));
        unpacked.map_err(|kind| Error::new(&here, kind))
    }

    /// The body as it came, in a buffer of its size. At most twice the cap is held while the buffer grows.
    async fn body(&self, answer: &mut Response) -> Result<Bytes, Kind> {
        let cap = self.settings.max_body;
        let announced = answer.content_length().unwrap_or(0);
        if announced > cap {
            return Err(Kind::TooLarge(cap));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|e| Failure::of(e, &self.timeouts))? {
            if (body.len() + chunk.len()) as u64 > cap {
                return Err(Kind::TooLarge(cap));
            }
            body.extend_from_slice(&chunk);
        }
        body.shrink_to_fit();
        Ok(body.into())
    }
}

/// Without what is about the bytes as they were sent, where they aren't any more what was sent.
fn unpacked(mut page: Snapshot, cap: u64) -> Result<Snapshot, Kind> {
    let sent = page.body;
    page.body = net::decode(&page.headers, sent.clone(), cap)?;
    if page.body == sent {
        return Ok(page);
    }
    let is_gzip = net::list(&page.headers, "content-encoding").eq(["gzip"]) && sent.starts_with(&net::GZIP);
    page.received.gzip = is_gzip.then_some(sent);
    page.headers.retain(|(name, _)| !matches!(name.as_str(), "content-encoding" | "content-length"));
    Ok(page)
}

/// How it was asked for, where that isn't a plain GET.
pub(super) fn asked(source: &Source) -> Option<Asked> {
    let Request { method, body, accept_language, proxy } = &source.request;
    let asked = Asked {
        method: (*method != Method::Get).then(|| method.as_str().to_owned()),
        body: body.as_ref().map(|_| true),
        accept_language: accept_language.clone(),
        proxy: proxy.as_ref().map(Proxy::to_string),
    };
    (asked != Asked::default()).then_some(asked)
}

/// Who answered, as far as the connection tells: one through a proxy only tells about the proxy.
fn peer(answer: &Response, source: &Source) -> Peer {
    let certificate = answer.extensions().get::<TlsInfo>().and_then(TlsInfo::peer_certificate);
    let direct = answer.remote_addr().filter(|_| source.request.proxy.is_none());
    Peer {
        address: direct.map(|address| address.to_string()),
        certificate: certificate.map(|der| Digest::of(der).to_string()),
    }
}

/// The headers as text, in the order received.
pub(super) fn text_of(headers: &HeaderMap) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

/// A header's value: UTF-8 where it is, else Latin-1, which is what HTTP once said it was.
fn text(value: &HeaderValue) -> String {
    match str::from_utf8(value.as_bytes()) {
        Ok(value) => value.to_owned(),
        Err(_) => value.as_bytes().iter().copied().map(char::from).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_text_whatever_its_bytes() {
        let read = |bytes: &[u8]| text(&HeaderValue::from_bytes(bytes).unwrap());
        assert_eq!(read("caf\u{e9}".as_bytes()), "café");
        assert_eq!(read(b"caf\xe9"), "café");
    }
}
