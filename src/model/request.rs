//! How a page is asked for, beyond its address and headers.

use std::fmt;
use std::hash::{Hash, Hasher};

use url::{Host, Url};

use super::Secret;

/// How a source is asked, where a plain GET without a proxy isn't enough.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// What is sent with it: a credential as headers are, which never reaches another origin.
    pub body: Option<Secret>,
    /// The languages asked for (`de, en;q=0.5`), which every address on the way is told.
    pub accept_language: Option<String>,
    /// Whom the request goes through.
    pub proxy: Option<Proxy>,
}

/// What is asked of a server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Method {
    /// The page.
    #[default]
    Get,
    /// Only its headers.
    Head,
    /// An answer to what is sent along.
    Post,
}

impl Method {
    /// Its name on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
        }
    }
}

/// A proxy; what is shown of it has no user name and no password.
#[derive(Clone, PartialEq, Eq)]
pub struct Proxy(Url);

impl Proxy {
    /// The proxy at an address, `None` where that is of no kind of proxy there is.
    pub fn new(url: Url) -> Option<Self> {
        let known = matches!(url.scheme(), "http" | "https" | "socks5" | "socks5h");
        (known && url.host_str().is_some_and(|host| !host.is_empty())).then_some(Self(url))
    }

    /// Its address with user name and password, for the connection.
    pub fn reveal(&self) -> &Url {
        &self.0
    }

    /// The password, if it takes one.
    pub fn password(&self) -> Option<&str> {
        self.0.password()
    }

    /// Its own name, unless it is named by its network address.
    pub fn name(&self) -> Option<String> {
        // Hosts of schemes that browsers don't know are left as they were typed.
        let host = self.0.host_str()?;
        match Host::parse(host).ok()? {
            Host::Domain(name) => Some(name),
            Host::Ipv4(_) | Host::Ipv6(_) => None,
        }
    }

    /// Whether the names of servers are resolved by it, so that nobody here knows what they lead to.
    pub fn resolves_names(&self) -> bool {
        self.0.scheme() != "socks5"
    }
}

impl Hash for Proxy {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.0.scheme(), self.0.host_str().unwrap_or_default())?;
        self.0.port().map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_shown_without_its_password_and_knows_who_resolves_names() {
        for (url, shown, name, resolves) in [
            (
                "socks5h://ann:pw@Proxy.example:1080",
                "socks5h://Proxy.example:1080",
                Some("proxy.example"),
                true,
            ),
            ("socks5://127.0.0.1", "socks5://127.0.0.1", None, false),
            ("http://[::1]:3128/", "http://[::1]:3128", None, true),
            ("https://ann@proxy.example/", "https://proxy.example", Some("proxy.example"), true),
        ] {
            let proxy = Proxy::new(url.parse().unwrap()).unwrap();
            assert_eq!(format!("{proxy} {proxy:?}"), format!("{shown} {shown}"));
            assert_eq!((proxy.name().as_deref(), proxy.resolves_names()), (name, resolves), "{url}");
        }
        assert_eq!(Proxy::new("ftp://proxy.example".parse().unwrap()), None);
        assert_eq!(Proxy::new("socks5:proxy.example".parse().unwrap()), None);
    }
}
