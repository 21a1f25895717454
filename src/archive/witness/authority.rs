//! Asking an authority for timestamps.

use std::time::Duration;

use ipnet::IpNet;
use reqwest::Client;
use url::Url;

use super::token::{Token, nonce, request};
use super::{Error, Settings, Witnessed};
use crate::model::Digest;
use crate::net::{self, Failure, Guard, Timeouts};

/// Longer answers are no timestamps: those have a few kilobytes, certificates included.
const MAX_ANSWER: usize = 64 << 10;
/// How long an authority may take.
const TIMEOUT: Duration = Duration::from_secs(20);

/// An authority that timestamps digests (RFC 3161, section 3.4).
pub struct Authority {
    url: Url,
    guard: Guard,
    client: Client,
    timeouts: Timeouts,
}

impl Authority {
    /// The authority at an address; `allow_private` are the networks that may be reached although not public.
    pub fn new(url: Url, allow_private: &[IpNet]) -> Result<Self, Error> {
        let (guard, timeouts) = (Guard::new(allow_private), Timeouts { connect: TIMEOUT, read: TIMEOUT });
        let agent = concat!("fineprint/", env!("CARGO_PKG_VERSION"));
        let client = net::client(guard.clone(), agent, &timeouts);
        let client = client.map_err(|why| Error::Unreachable { host: host(&url), why: why.to_string() })?;
        Ok(Self { url, guard, client, timeouts })
    }

    /// The authority's answer as it came, and the time it names. Only a digest leaves this machine.
    pub async fn timestamp(&self, digest: Digest) -> Result<(Vec<u8>, Token), Error> {
        let nonce = nonce()?;
        let asked = tokio::time::timeout(TIMEOUT, self.ask(request(digest, nonce))).await;
        let answer = asked.map_err(|_| self.failed("it took too long".to_owned()))??;
        let token = Token::read(&answer, digest, Some(nonce))?;
        Ok((answer, token))
    }

    async fn ask(&self, question: Vec<u8>) -> Result<Vec<u8>, Error> {
        self.guard.check(&self.url).map_err(|why| self.failed(why.to_string()))?;
        let broken = |error| self.failed(Failure::of(error, &self.timeouts).to_string());
        let request =
            self.client.post(self.url.clone()).header("content-type", "application/timestamp-query");
        let mut answer = request.body(question).send().await.map_err(broken)?;
        if answer.status().as_u16() != 200 {
            return Err(self.failed(format!("it answered with status {}", answer.status().as_u16())));
        }
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(broken)? {
            if body.len() + chunk.len() > MAX_ANSWER {
                return Err(self.failed(format!("its answer is larger than {MAX_ANSWER} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn failed(&self, why: String) -> Error {
        Error::Unreachable { host: host(&self.url), why }
    }
}

fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

impl Settings {
    /// Whether there is anybody to witness.
    pub fn is_empty(&self) -> bool {
        self.key.is_none() && self.timestamp.is_none()
    }

    /// Has bytes witnessed by everybody configured.
    pub async fn witness(&self, bytes: &[u8], allow_private: &[IpNet]) -> Result<Witnessed, Error> {
        let signature = self.key.as_ref().map(|key| (key.sign(bytes), key.public_pem()));
        let timestamp = match &self.timestamp {
            Some(url) => {
                let authority = Authority::new(url.clone(), allow_private)?;
                let (answer, token) = authority.timestamp(Digest::of(bytes)).await?;
                Some((answer, token.at))
            }
            None => None,
        };
        Ok(Witnessed { signature, timestamp })
    }
}
