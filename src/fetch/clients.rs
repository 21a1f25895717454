//! Which client asks for a source's page: one that connects by itself, or one for each proxy.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Client;
use url::Url;

use super::Kind;
use crate::model::{Proxy, Source};
use crate::net::{self, Failure, Guard, Timeouts, Unusable};

/// The clients of a fetcher. One for a proxy is made when it is first needed; there are as many as the configuration
/// names proxies.
pub(super) struct Clients {
    direct: Client,
    through: Mutex<HashMap<Proxy, Client>>,
    guard: Guard,
    user_agent: String,
    timeouts: Timeouts,
}

impl Clients {
    pub(super) fn new(guard: Guard, user_agent: String, timeouts: Timeouts) -> Result<Arc<Self>, Unusable> {
        let direct = net::client_for_pages(guard.clone(), &user_agent, &timeouts)?;
        Ok(Arc::new(Self { direct, through: Mutex::default(), guard, user_agent, timeouts }))
    }

    /// The client for a source.
    pub(super) fn of(&self, source: &Source) -> Result<Client, Kind> {
        let Some(proxy) = &source.request.proxy else { return Ok(self.direct.clone()) };
        let mut through = self.through.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = through.get(proxy) {
            return Ok(client.clone());
        }
        let made = net::client_through(proxy, self.guard.clone(), &self.user_agent, &self.timeouts);
        let client = made.map_err(|error| Kind::Proxy(proxy.to_string(), error.to_string()))?;
        through.insert(proxy.clone(), client.clone());
        Ok(client)
    }

    /// Judges an address before a source's client asks it for anything.
    pub(super) fn check(&self, url: &Url, source: &Source) -> Result<(), Failure> {
        let judged = match &source.request.proxy {
            Some(proxy) => self.guard.check_through(url, proxy),
            None => self.guard.check(url),
        };
        judged.and_then(|()| self.guard.check_port(&source.url, url)).map_err(Failure::from)
    }

    /// What went wrong with a source's request, and on which way.
    pub(super) fn failure(&self, error: reqwest::Error, source: &Source) -> Kind {
        let failure = Failure::of(error, &self.timeouts);
        match &source.request.proxy {
            Some(proxy) => Kind::Through { proxy: proxy.to_string(), failure },
            None => failure.into(),
        }
    }
}
