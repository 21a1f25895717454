//! Going through a proxy: what the guard still sees, and what it doesn't.
//!
//! The proxy's own address is the operator's word and is not judged. What is asked for is judged as far as it can be
//! seen from here: an address written in a URL always, a name where it is resolved here (`socks5`). Where the proxy
//! resolves names (`socks5h`, `http`, `https`), nobody here knows what they lead to; so names that can only lead into
//! somebody's own network are refused, and the proxy has to refuse the rest.

use std::net::SocketAddr;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::failure::Unresolved;
use super::{Failure, Guard, Refused, Timeouts, Unusable};
use crate::model::Proxy;

/// The last labels of names that lead nowhere on the open Internet (RFC 6761, 6762, 8375, ICANN's `.internal`).
const LOCAL: [&str; 8] = ["localhost", "local", "internal", "intranet", "lan", "home", "corp", "localdomain"];
const LOCAL_ARPA: &str = "home.arpa";

/// A client like [`super::client`]'s whose connections all go through `proxy`.
pub fn client_through(
    proxy: &Proxy,
    guard: Guard,
    user_agent: &str,
    timeouts: &Timeouts,
) -> Result<reqwest::Client, Unusable> {
    let unusable = |e| Unusable::new(Failure::of(e, timeouts));
    let through = reqwest::Proxy::all(proxy.reveal().clone()).map_err(unusable)?;
    let resolver = Resolver { guard, proxy: proxy.name() };
    let builder = super::client::builder_for_pages(resolver, user_agent, timeouts);
    builder.proxy(through).build().map_err(unusable)
}

impl Guard {
    /// Judges an address that is reached through a proxy, as far as that can be done.
    pub fn check_through(&self, url: &Url, proxy: &Proxy) -> Result<(), Refused> {
        self.check(url)?;
        let Some(Host::Domain(name)) = url.host() else { return Ok(()) };
        let is_proxy = proxy.name().is_some_and(|own| own.eq_ignore_ascii_case(name));
        if is_proxy || proxy.resolves_names() && is_local(name) {
            return Err(Refused::Local(name.to_owned()));
        }
        Ok(())
    }
}

/// Whether a name can only mean something in somebody's own network.
fn is_local(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let last = name.rsplit('.').next().unwrap_or_default();
    !name.contains('.') || LOCAL.contains(&last) || name.ends_with(LOCAL_ARPA)
}

/// Resolves the proxy's own name to whatever it is, and other names to what the guard lets pass.
struct Resolver {
    guard: Guard,
    proxy: Option<String>,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        if !self.proxy.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(name.as_str())) {
            return self.guard.resolve(name);
        }
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let found: Vec<SocketAddr> = found.map_err(|e| Unresolved::new(name.as_str(), &e))?.collect();
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_proxy_resolves_itself_may_not_be_a_name_of_somebodys_own_network() {
        let proxy = |url: &str| Proxy::new(url.parse().unwrap()).unwrap();
        let (remote, local) = (proxy("socks5h://proxy.example:1080"), proxy("socks5://proxy.example:1080"));
        let refused =
            |url: &str, proxy| Guard::default().check_through(&url.parse().unwrap(), proxy).is_err();
        for url in ["https://example.com/terms", "https://1.1.1.1/", "https://locally.example/"] {
            assert!(!refused(url, &remote) && !refused(url, &local), "{url}");
        }
        for url in [
            "http://localhost/",
            "http://db/",
            "http://x.LOCALHOST./",
            "http://meta.internal/",
            "http://nas.home.arpa/",
        ] {
            assert!(refused(url, &remote), "{url}");
            assert!(!refused(url, &local), "{url}: judged when it is resolved");
        }
        for url in [
            "http://127.0.0.1/",
            "http://[::ffff:10.0.0.1]/",
            "http://2130706433/",
            "http://proxy.example/",
            "ftp://example.com/",
        ] {
            assert!(refused(url, &remote) && refused(url, &local), "{url}");
        }
        let ours = Guard::new(&["127.0.0.0/8".parse().unwrap()]);
        assert!(ours.check_through(&"http://127.0.0.1/".parse().unwrap(), &remote).is_ok());
    }
}
