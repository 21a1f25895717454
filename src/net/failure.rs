//! What went wrong on the wire, in plain words.

use std::error::Error;
use std::io;
use std::time::Duration;

use rustls::CertificateError;

use super::{Refused, Timeouts};

/// Why no complete answer came. The words name the root cause, at most a host, and never a path, a header or a body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The guard said no.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// No address for the name.
    #[error(transparent)]
    Unresolved(#[from] Unresolved),
    /// No trust in the server, or no common ground with it.
    #[error("{0}")]
    Tls(String),
    /// No connection in time.
    #[error("no connection within {0:?}")]
    NoConnection(Duration),
    /// Nothing more came.
    #[error("nothing received for {0:?}")]
    Silent(Duration),
    /// It went on, and on.
    #[error("not complete within {0:?}")]
    Endless(Duration),
    /// Nobody there.
    #[error("{0}")]
    Unconnected(String),
    /// The connection failed, or the answer isn't HTTP, or it broke off.
    #[error("{0}")]
    Broken(String),
}

/// A name without an address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no address is known for the name {host} ({why})")]
pub struct Unresolved {
    host: String,
    why: String,
}

impl Unresolved {
    pub(super) fn new(host: &str, error: &io::Error) -> Self {
        let why = error.to_string();
        // The C library's words follow a preamble that says nothing.
        let why = why.strip_prefix("failed to lookup address information: ").unwrap_or(&why);
        Self { host: host.to_owned(), why: why.to_owned() }
    }
}

impl Failure {
    /// Names the cause of a failed request that was made under `timeouts`.
    pub fn of(error: reqwest::Error, timeouts: &Timeouts) -> Self {
        let error = error.without_url();
        let root = match search(&error) {
            Ok(failure) => return failure,
            Err(root) => root,
        };
        match (error.is_timeout(), error.is_connect()) {
            (true, true) => Self::NoConnection(timeouts.connect),
            (true, false) => Self::Silent(timeouts.read),
            (false, true) => Self::Unconnected(format!("no connection: {root}")),
            (false, false) if error.is_builder() => Self::Broken(root.to_string()),
            (false, false) => Self::Broken(format!("the answer can't be read: {root}")),
        }
    }

    /// Names the cause of a connection that wasn't made by the client.
    pub(super) fn from_io(error: io::Error) -> Self {
        Self::from_chain(&error)
    }

    /// The cause at the end of a chain of errors.
    pub(super) fn from_chain(error: &(dyn Error + 'static)) -> Self {
        search(error).unwrap_or_else(|root| Self::Broken(format!("no connection: {root}")))
    }
}

/// What is known in a chain of errors, or its last link.
fn search<'e>(error: &'e (dyn Error + 'static)) -> Result<Failure, &'e (dyn Error + 'static)> {
    let mut root = error;
    loop {
        match (recognised(root), below(root)) {
            (Some(failure), _) => return Ok(failure),
            (None, Some(next)) => root = next,
            (None, None) => return Err(root),
        }
    }
}

impl Failure {
    /// Whether the server hasn't said a word, so that nothing else of it would have come either.
    pub fn is_before_any_answer(&self) -> bool {
        match self {
            Self::Refused(_) | Self::Unresolved(_) | Self::Tls(_) => true,
            Self::NoConnection(_) | Self::Unconnected(_) => true,
            Self::Silent(_) | Self::Endless(_) | Self::Broken(_) => false,
        }
    }
}

/// The next link of an error's chain. An `io::Error` hides what it wraps from `source`.
fn below<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

fn recognised(error: &(dyn Error + 'static)) -> Option<Failure> {
    if let Some(refused) = error.downcast_ref::<Refused>() {
        return Some(refused.clone().into());
    }
    if let Some(unresolved) = error.downcast_ref::<Unresolved>() {
        return Some(unresolved.clone().into());
    }
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return Some(Failure::Tls(tls_words(tls)));
    }
    let unconnected = |words: &str| Some(Failure::Unconnected(words.to_owned()));
    let broken = |words: &str| Some(Failure::Broken(words.to_owned()));
    match error.downcast_ref::<io::Error>()?.kind() {
        io::ErrorKind::ConnectionRefused => unconnected("connection refused"),
        io::ErrorKind::HostUnreachable => unconnected("no route to the host"),
        io::ErrorKind::NetworkUnreachable => unconnected("the network is unreachable"),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe => broken("the connection was reset"),
        io::ErrorKind::UnexpectedEof => broken("the answer broke off"),
        _ => None,
    }
}

fn tls_words(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(error) => certificate_words(error).to_owned(),
        other => format!("no TLS connection: {other}"),
    }
}

fn certificate_words(error: &CertificateError) -> &'static str {
    use CertificateError as C;
    match error {
        C::Expired | C::ExpiredContext { .. } => "the certificate has expired",
        C::NotValidYet | C::NotValidYetContext { .. } => "the certificate is not valid yet",
        C::Revoked => "the certificate was revoked",
        C::UnknownIssuer => "the certificate is signed by an unknown authority",
        C::NotValidForName | C::NotValidForNameContext { .. } => "the certificate is for another name",
        C::BadSignature => "the certificate's signature is wrong",
        C::BadEncoding => "the certificate can't be read",
        C::InvalidPurpose | C::InvalidPurposeContext { .. } => "the certificate is for another purpose",
        // What is left are oddities whose details are dumps of bytes.
        _ => "the certificate is not valid",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cause_is_found_below_the_wrappings_and_said_plainly() {
        let expired = rustls::Error::InvalidCertificate(CertificateError::Expired);
        let wrapped = io::Error::other(io::Error::new(io::ErrorKind::InvalidData, expired));
        let inner = below(&wrapped).and_then(|e| below(e)).unwrap();
        assert_eq!(recognised(inner).unwrap().to_string(), "the certificate has expired");

        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        assert_eq!(recognised(&refused).unwrap().to_string(), "connection refused");
        assert!(recognised(&io::Error::other("something new")).is_none());
    }

    #[test]
    fn a_name_without_address_is_said_without_preamble() {
        let error = io::Error::other("failed to lookup address information: Name or service not known");
        assert_eq!(
            Unresolved::new("nowhere.example", &error).to_string(),
            "no address is known for the name nowhere.example (Name or service not known)"
        );
    }
}
