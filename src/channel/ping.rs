//! A dead man's switch: an address that is asked for as long as all is well, and somebody else's alarm when it isn't.

use std::time::Duration;

use ipnet::IpNet;
use url::Url;

use super::Invalid;
use crate::model::Secret;
use crate::net::{self, Failure, Guard, Timeouts};

/// How long the other side may take.
const TIMEOUT: Duration = Duration::from_secs(10);
const TIMEOUTS: Timeouts = Timeouts { connect: TIMEOUT, read: TIMEOUT };

/// An address to ask for.
pub struct Ping {
    url: Url,
    client: reqwest::Client,
}

impl Ping {
    /// Sets it up; an address that can't work is refused here.
    pub fn new(url: &Secret, allow_private: &[IpNet]) -> Result<Self, Invalid> {
        let url: Url = url.reveal().parse().map_err(|_| Invalid::NoAddress)?;
        let guard = Guard::new(allow_private);
        guard.check(&url)?;
        let client = net::client(guard, concat!("fineprint/", env!("CARGO_PKG_VERSION")), &TIMEOUTS)?;
        Ok(Self { url, client })
    }

    /// Asks for it once; redirects are not followed.
    ///
    /// # Errors
    ///
    /// Fails with what came instead of a 2xx, in words that name no more of the address than its host.
    pub async fn send(&self) -> Result<(), String> {
        let host = self.url.host_str().unwrap_or_default();
        let asked = self.client.get(self.url.clone()).send();
        match tokio::time::timeout(TIMEOUT, asked).await {
            Ok(Ok(answer)) if answer.status().is_success() => Ok(()),
            Ok(Ok(answer)) => Err(format!("{host} answered {}", answer.status())),
            Ok(Err(error)) => Err(format!("{host}: {}", Failure::of(error, &TIMEOUTS))),
            Err(_) => Err(format!("{host}: {}", Failure::Silent(TIMEOUT))),
        }
    }
}
