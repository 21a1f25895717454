//! An answer, received whole or not at all.

use bytes::{Bytes, BytesMut};
use reqwest::Response;
use reqwest::header::{HeaderMap, HeaderValue};
use url::Url;

use super::{Fetched, Fetcher, Kind};
use crate::model::{Snapshot, Source};
use crate::net::Failure;

impl Fetcher {
    /// Receives the body and makes a snapshot of the answer.
    pub(super) async fn receive(
        &self,
        source: &Source,
        url: &Url,
        mut answer: Response,
    ) -> Result<Fetched, Kind> {
        let status = answer.status().as_u16();
        let headers = received(answer.headers());
        let body = self.body(&mut answer).await?;
        Ok(Fetched::Page(Snapshot {
            source: source.id.clone(),
            fetched_at: self.clock.now(),
            url: super::route::bare(&source.url),
            final_url: url.clone(),
            status,
            headers,
            body,
        }))
    }

    /// The decoded body. At most twice the cap is held while the buffer grows.
    async fn body(&self, answer: &mut Response) -> Result<Bytes, Kind> {
        let cap = self.settings.max_body;
        // Known in advance only when nothing is compressed.
        let announced = answer.content_length().unwrap_or(0);
        if announced > cap {
            return Err(Kind::TooLarge(cap));
        }
        let mut body = BytesMut::new();
        while let Some(chunk) = answer.chunk().await.map_err(|e| Failure::of(e, &self.timeouts))? {
            if (body.len() + chunk.len()) as u64 > cap {
                return Err(Kind::TooLarge(cap));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }
}

/// The headers as text, in the order received.
fn received(headers: &HeaderMap) -> Vec<(String, String)> {
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
