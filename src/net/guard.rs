//! Which addresses may be reached.
//!
//! A page's redirect, or a name whose owner points it at `10.0.0.1`, must not make us read what only this machine
//! can see. Names are judged where they are resolved, so that the address judged is the address connected to and
//! a second look-up can't differ; literal addresses never reach a resolver and are judged in the URL.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::failure::{Failure, Unresolved};

/// Lets public addresses pass, and those in the networks the operator listed.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    allow_private: Arc<[IpNet]>,
    allow_ports: Arc<[u16]>,
    names: Names,
}

/// An address that may not be reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Neither `http` nor `https`.
    #[error("`{0}:` addresses are not fetched, only http: and https:")]
    Scheme(String),
    /// An address written in the URL, or all that a name resolves to.
    #[error("{0} is not a public address; allow_private lists the networks that may be reached all the same")]
    Private(String),
    /// A name that a proxy would resolve, to what only it can see.
    #[error("{0} is a name of the proxy's own network, which nobody here can judge")]
    Local(String),
    /// A redirect to a port where no web server is expected.
    #[error(
        "a redirect may not lead to port {0}; allow_ports lists the ports that may be reached all the same"
    )]
    Port(u16),
}

impl Guard {
    /// A guard with the operator's exceptions.
    pub fn new(allow_private: &[IpNet]) -> Self {
        Self { allow_private: allow_private.into(), ..Self::default() }
    }

    /// The same, which lets redirects lead to these ports too.
    pub fn with_ports(self, allow_ports: &[u16]) -> Self {
        Self { allow_ports: allow_ports.into(), ..self }
    }

    /// The same, with another way to look names up than the system's.
    pub fn with_names(self, names: Names) -> Self {
        Self { names, ..self }
    }

    /// Judges the port of an address to which the way from `start`, an address that the operator wrote, has led. A page
    /// that sends us on to port 25 or 6379 wants something to be said there that is no visit.
    ///
    /// An address in a network that the operator listed, written as a number, may have any port.
    pub fn check_port(&self, start: &Url, url: &Url) -> Result<(), Refused> {
        let port = url.port_or_known_default().unwrap_or_default();
        let known = WEB.contains(&port) || self.allow_ports.contains(&port);
        if known || Some(port) == start.port_or_known_default() || self.is_listed(url) {
            return Ok(());
        }
        Err(Refused::Port(port))
    }

    /// Whether an address, not a name, is in the networks that the operator listed.
    fn is_listed(&self, url: &Url) -> bool {
        match url.host() {
            Some(Host::Ipv4(ip)) => self.lists(IpAddr::V4(ip)),
            Some(Host::Ipv6(ip)) => self.lists(IpAddr::V6(ip)),
            _ => false,
        }
    }

    fn lists(&self, ip: IpAddr) -> bool {
        let reached = unmapped(ip);
        self.allow_private.iter().any(|net| net.contains(&ip) || net.contains(&reached))
    }

    /// Judges what can be judged before a name is resolved: the scheme, and an address in place of a name.
    pub fn check(&self, url: &Url) -> Result<(), Refused> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(Refused::Scheme(url.scheme().to_owned()));
        }
        let ip = match url.host() {
            Some(Host::Ipv4(ip)) => IpAddr::V4(ip),
            Some(Host::Ipv6(ip)) => IpAddr::V6(ip),
            Some(Host::Domain(_)) | None => return Ok(()),
        };
        if self.allows(ip) { Ok(()) } else { Err(Refused::Private(ip.to_string())) }
    }

    /// Whether an address may be connected to.
    pub fn allows(&self, ip: IpAddr) -> bool {
        is_public(unmapped(ip)) || self.lists(ip)
    }

    /// The addresses of a name, or an address itself, as far as they may be connected to.
    pub async fn addresses(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Failure> {
        let found = self.names.look_up(host, port).await.map_err(|e| Unresolved::new(host, &e))?;
        let allowed: Vec<SocketAddr> = found.iter().copied().filter(|a| self.allows(a.ip())).collect();
        match found.first() {
            Some(first) if allowed.is_empty() => {
                let ip = first.ip().to_string();
                Err(Refused::Private(if ip == host { ip } else { format!("{host} ({ip})") }).into())
            }
            _ => Ok(allowed),
        }
    }
}

/// The ports to which any redirect may lead.
const WEB: [u16; 2] = [80, 443];

/// How names are looked up: as the system does, or in another way that a story wants.
#[derive(Clone, Default)]
pub struct Names(Option<Arc<LookUp>>);

/// What an address book says of a name.
type LookUp = dyn Fn(&str) -> Vec<IpAddr> + Send + Sync;

impl Names {
    /// An address book of one's own.
    pub fn from(book: impl Fn(&str) -> Vec<IpAddr> + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(book)))
    }

    async fn look_up(&self, host: &str, port: u16) -> std::io::Result<Vec<SocketAddr>> {
        match &self.0 {
            Some(book) => Ok(book(host).into_iter().map(|ip| SocketAddr::new(ip, port)).collect()),
            None => Ok(tokio::net::lookup_host((host, port)).await?.collect()),
        }
    }
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_some() { "Names(own)" } else { "Names(system)" })
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            match guard.addresses(name.as_str(), 0).await {
                Ok(allowed) => Ok(Box::new(allowed.into_iter()) as Addrs),
                // What stands in the chain of an error is looked for by its own type.
                Err(Failure::Refused(refused)) => Err(refused.into()),
                Err(Failure::Unresolved(unresolved)) => Err(unresolved.into()),
                Err(other) => Err(other.into()),
            }
        })
    }
}

/// The IPv4 address that an IPv6 address leads to by mapping (`::ffff:0:0/96`) or NAT64 (`64:ff9b::/96`).
fn unmapped(ip: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = ip else { return ip };
    let [a, b, c, d, e, f, g, h] = v6.segments();
    match [a, b, c, d, e, f] {
        [0, 0, 0, 0, 0, 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0] => {
            let [[a, b], [c, d]] = [g.to_be_bytes(), h.to_be_bytes()];
            IpAddr::V4(Ipv4Addr::new(a, b, c, d))
        }
        _ => ip,
    }
}

fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => !SPECIAL_V4.iter().any(|net| net.contains(&ip)),
        IpAddr::V6(ip) => GLOBAL_V6.contains(&ip) && !SPECIAL_V6.iter().any(|net| net.contains(&ip)),
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(a: u16, b: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), prefix)
}

/// IANA's special-purpose addresses, multicast and what is reserved; and one public address behind which a
/// cloud keeps its metadata.
const SPECIAL_V4: [Ipv4Net; 17] = [
    v4(0, 0, 0, 0, 8),          // this network, unspecified
    v4(10, 0, 0, 0, 8),         // private
    v4(100, 64, 0, 0, 10),      // carrier-grade NAT
    v4(127, 0, 0, 0, 8),        // loopback
    v4(168, 63, 129, 16, 32),   // Azure's host
    v4(169, 254, 0, 0, 16),     // link-local, most clouds' metadata
    v4(172, 16, 0, 0, 12),      // private
    v4(192, 0, 0, 0, 24),       // protocol assignments, Oracle's metadata
    v4(192, 0, 2, 0, 24),       // documentation
    v4(192, 88, 99, 0, 24),     // 6to4 relays
    v4(192, 168, 0, 0, 16),     // private
    v4(198, 18, 0, 0, 15),      // benchmarks
    v4(198, 51, 100, 0, 24),    // documentation
    v4(203, 0, 113, 0, 24),     // documentation
    v4(224, 0, 0, 0, 4),        // multicast
    v4(240, 0, 0, 0, 4),        // reserved
    v4(255, 255, 255, 255, 32), // broadcast
];

/// The only IPv6 space in which global addresses are given out; loopback, unique local, link-local and
/// multicast lie outside.
const GLOBAL_V6: Ipv6Net = v6(0x2000, 0, 3);

/// What inside it isn't the open Internet, or leads to an IPv4 address we don't see.
const SPECIAL_V6: [Ipv6Net; 4] = [
    v6(0x2001, 0, 23),      // protocol assignments, Teredo among them
    v6(0x2001, 0x0db8, 32), // documentation
    v6(0x2002, 0, 16),      // 6to4
    v6(0x3fff, 0, 20),      // documentation
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_pass() {
        let guard = Guard::default();
        for public in
            ["1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
        {
            assert!(guard.allows(public.parse().unwrap()), "{public}");
        }
        for special in [
            "0.0.0.0",
            "10.1.2.3",
            "100.100.100.200",
            "127.0.0.1",
            "127.9.9.9",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.168.1.1",
            "198.19.0.1",
            "224.0.0.1",
            "239.255.255.250",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
        ] {
            assert!(!guard.allows(special.parse().unwrap()), "{special}");
        }
    }

    #[test]
    fn a_listed_network_passes_however_it_is_written() {
        let guard = Guard::new(&["127.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()]);
        for allowed in ["127.0.0.1", "::ffff:127.0.0.1", "fd00::1"] {
            assert!(guard.allows(allowed.parse().unwrap()), "{allowed}");
        }
        assert!(!guard.allows("10.0.0.1".parse().unwrap()));
        assert!(!guard.allows("::1".parse().unwrap()));
    }

    #[test]
    fn an_address_in_a_url_is_judged_in_every_spelling() {
        for url in [
            "http://2130706433/",
            "http://0x7f.1/",
            "http://127.1/",
            "http://[::1]/",
            "http://[::ffff:7f00:1]/",
        ] {
            let refused = Guard::default().check(&url.parse().unwrap());
            assert!(matches!(refused, Err(Refused::Private(_))), "{url}");
        }
        let file = Guard::default().check(&"file:///etc/passwd".parse().unwrap());
        assert_eq!(file, Err(Refused::Scheme("file".into())));
        assert_eq!(Guard::default().check(&"https://example.com/".parse().unwrap()), Ok(()));
    }

    #[test]
    fn a_redirect_leads_to_web_servers_only() {
        let guard = Guard::new(&["10.0.0.0/8".parse().unwrap()]).with_ports(&[8080]);
        let start: Url = "https://example.com:8443/terms".parse().unwrap();
        let table = [
            ("http://example.com/", true),
            ("https://other.example/", true),
            ("http://other.example:443/", true),
            ("https://example.com:8443/", true),
            ("https://other.example:8080/", true),
            ("http://10.1.2.3:9000/", true),
            ("http://intranet.example:9000/", false),
            ("http://example.com:25/", false),
            ("http://1.1.1.1:6379/", false),
            ("https://[2606:4700::1111]:22/", false),
        ];
        for (to, passes) in table {
            assert_eq!(guard.check_port(&start, &to.parse().unwrap()).is_ok(), passes, "{to}");
        }
        assert_eq!(
            guard.check_port(&start, &"http://example.com:0/".parse().unwrap()),
            Err(Refused::Port(0))
        );
    }

    #[tokio::test]
    async fn a_name_that_leads_to_a_private_address_is_refused() {
        let Err(error) = Guard::default().resolve("localhost".parse().unwrap()).await else {
            panic!("resolved")
        };
        assert!(error.to_string().starts_with("localhost ("), "{error}");
        let listed = Guard::new(&["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()]);
        assert!(listed.resolve("localhost".parse().unwrap()).await.is_ok());
    }
}
