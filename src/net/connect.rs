//! A bare connection for those who bring their own protocol, guarded like the client's.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use reqwest::dns::Resolve as _;
use tokio::net::TcpStream;

use super::failure::Unresolved;
use super::{Failure, Guard, Refused};

/// Connects to a host, by name or address, within `timeout`; only to an address that `guard` lets pass.
pub async fn connect(guard: &Guard, host: &str, port: u16, timeout: Duration) -> Result<TcpStream, Failure> {
    let connected = tokio::time::timeout(timeout, async {
        let addresses = addresses(guard, host, port).await?;
        TcpStream::connect(&addresses[..]).await.map_err(Failure::from_io)
    });
    connected.await.unwrap_or(Err(Failure::NoConnection(timeout)))
}

/// Where a host may be reached: never empty.
async fn addresses(guard: &Guard, host: &str, port: u16) -> Result<Vec<SocketAddr>, Failure> {
    let literal = host.trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = literal.parse::<IpAddr>() {
        let refused = || Refused::Private(ip.to_string()).into();
        return guard.allows(ip).then(|| vec![SocketAddr::new(ip, port)]).ok_or_else(refused);
    }
    let unknown = || Unresolved::new(host, &io::Error::other("not a name"));
    let name = host.parse().map_err(|_| unknown())?;
    let found = guard.resolve(name).await.map_err(|error| Failure::from_chain(error.as_ref()))?;
    let found: Vec<SocketAddr> = found.map(|address| SocketAddr::new(address.ip(), port)).collect();
    if found.is_empty() { Err(unknown().into()) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_what_the_guard_lets_pass_is_connected_to() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let second = Duration::from_secs(1);
        for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"] {
            let refused = connect(&Guard::default(), host, port, second).await.unwrap_err();
            assert!(matches!(refused, Failure::Refused(_)), "{host}: {refused}");
        }
        let listed = Guard::new(&["127.0.0.0/8".parse().unwrap()]);
        assert!(connect(&listed, "127.0.0.1", port, second).await.is_ok());
        let unknown = connect(&listed, "nowhere.invalid", port, second).await.unwrap_err();
        assert!(matches!(unknown, Failure::Unresolved(_)), "{unknown}");
    }
}
