//! Witnesses: what somebody signs or timestamps can't have been made later, nor by somebody else.
//!
//! - [`Key`] signs with Ed25519 (RFC 8032); [`verifies`] checks such a signature.
//! - [`Authority`] has a digest timestamped by an authority of the owner's choice (RFC 3161).
//!
//! Both are checked by public tools too: `openssl pkeyutl -verify` and `openssl ts -verify`.

mod authority;
mod key;
mod token;

use jiff::Timestamp;

pub use authority::Authority;
pub use key::{Key, verifies};
pub use token::{Token, nonce, request};

/// Who witnesses, as the owner configured it; nobody by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settings {
    /// The owner's own key.
    pub key: Option<Key>,
    /// The address of an authority for timestamps.
    pub timestamp: Option<url::Url>,
}

/// What witnesses said of some bytes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Witnessed {
    /// The signature and the public key in PEM.
    pub signature: Option<(Vec<u8>, String)>,
    /// The authority's answer as it came (a TimeStampResp), and the time that it names.
    pub timestamp: Option<(Vec<u8>, Timestamp)>,
}

/// Why there is no witness.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The key can't be used.
    #[error("not an Ed25519 private key in PEM; `openssl genpkey -algorithm ed25519` makes one")]
    BadKey,
    /// The system has no randomness.
    #[error("the system gives no random numbers")]
    NoRandomness,
    /// The authority may not or can't be reached.
    #[error("the timestamp authority {host}: {why}")]
    Unreachable {
        /// Its name.
        host: String,
        /// Why.
        why: String,
    },
    /// The authority's answer is no timestamp of what was asked.
    #[error("the timestamp authority's answer: {0}")]
    NoToken(&'static str),
}
