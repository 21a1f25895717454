//! The one HTTP client builder of the program.

use std::time::Duration;

use reqwest::dns::Resolve;
use reqwest::{Client, ClientBuilder, redirect};

use super::{Failure, Guard};

/// How long to wait for what.
#[derive(Debug, Clone, Copy)]
pub struct Timeouts {
    /// For a connection, name look-up and TLS included.
    pub connect: Duration,
    /// For the next bytes of an answer. How long all of it may take is bounded by whoever asks.
    pub read: Duration,
}

/// The system has no usable HTTP client, mostly for want of certificates.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no HTTP client can be made: {0}")]
pub struct Unusable(String);

impl Unusable {
    pub(super) fn new(failure: Failure) -> Self {
        Self(failure.to_string())
    }
}

/// A client that reaches only what `guard` lets pass, verifies certificates against the system's, and follows no
/// redirect: whoever follows one has to judge the next address and decide what may be sent there.
///
/// An answer's head is bounded by hyper: 100 headers and some 400 kB over HTTP/1, 16 kB over HTTP/2. A body comes as it
/// was sent: see [`decode`](super::decode).
pub fn client(guard: Guard, user_agent: &str, timeouts: &Timeouts) -> Result<Client, Unusable> {
    builder(guard, user_agent, timeouts).build().map_err(|e| Unusable::new(Failure::of(e, timeouts)))
}

/// The same for the pages of many hosts.
pub fn client_for_pages(guard: Guard, user_agent: &str, timeouts: &Timeouts) -> Result<Client, Unusable> {
    builder_for_pages(guard, user_agent, timeouts)
        .build()
        .map_err(|e| Unusable::new(Failure::of(e, timeouts)))
}

/// To each host one connection is kept: it keeps the buffer, too, into which it has read a page.
pub(super) fn builder_for_pages(
    resolver: impl Resolve + 'static,
    user_agent: &str,
    timeouts: &Timeouts,
) -> ClientBuilder {
    builder(resolver, user_agent, timeouts).pool_max_idle_per_host(1)
}

/// What all clients have in common; names are resolved by `resolver`.
pub(super) fn builder(
    resolver: impl Resolve + 'static,
    user_agent: &str,
    timeouts: &Timeouts,
) -> ClientBuilder {
    // A second installation fails and changes nothing: the first is the same provider.
    rustls::crypto::ring::default_provider().install_default().ok();
    #[expect(clippy::disallowed_methods, reason = "this is the builder everything else asks")]
    let builder = Client::builder();
    builder
        .user_agent(user_agent)
        .redirect(redirect::Policy::none())
        .referer(false)
        // A proxy that the environment names would resolve names itself, past the guard.
        .no_proxy()
        .dns_resolver(std::sync::Arc::new(resolver))
        // The certificate of whoever answered belongs to the evidence.
        .tls_info(true)
        .connect_timeout(timeouts.connect)
        .read_timeout(timeouts.read)
        // Checks are hours apart: a connection is only worth keeping for the pages of one round.
        .pool_idle_timeout(Duration::from_secs(30))
        .pool_max_idle_per_host(2)
}
