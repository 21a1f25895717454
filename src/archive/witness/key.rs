//! Signatures with the owner's own key.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{PrivatePkcs8KeyDer, SubjectPublicKeyInfoDer};

use super::Error;

/// The DER of an Ed25519 public key (RFC 8410, section 4) up to its 32 bytes.
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// An Ed25519 key that is never shown.
#[derive(Clone)]
pub struct Key(Arc<Ed25519KeyPair>);

impl Key {
    /// Reads a private key in PEM (PKCS #8), as `openssl genpkey -algorithm ed25519` writes it.
    pub fn from_pem(pem: &str) -> Result<Self, Error> {
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| Error::BadKey)?;
        // Without the public key, which OpenSSL leaves out, there is nothing to check the private one against.
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(der.secret_pkcs8_der());
        pair.map(|pair| Self(Arc::new(pair))).map_err(|_| Error::BadKey)
    }

    /// The signature of `message`, 64 bytes.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.0.sign(message).as_ref().to_vec()
    }

    /// The public key in PEM, to be given away.
    pub fn public_pem(&self) -> String {
        let der = [&SPKI, self.0.public_key().as_ref()].concat();
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", BASE64.encode(der))
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[key]")
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.0.public_key().as_ref() == other.0.public_key().as_ref()
    }
}

impl Eq for Key {}

/// Whether a signature of `message` was made with the key whose public part stands in `pem`.
pub fn verifies(pem: &str, message: &[u8], signature: &[u8]) -> bool {
    let Ok(der) = SubjectPublicKeyInfoDer::from_pem_slice(pem.as_bytes()) else { return false };
    let Some(public) = der.as_ref().strip_prefix(&SPKI) else { return false };
    UnparsedPublicKey::new(&ED25519, public).verify(message, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made by `openssl genpkey -algorithm ed25519` for these tests.
    const PEM: &str = "-----BEGIN PRIVATE KEY-----\n\
        MC4CAQAwBQYDK2VwBCIEIC06+rliytXkOql4cSS0KnNTdZuNJwud/RxA6B/tYqRV\n-----END PRIVATE KEY-----\n";

    #[test]
    fn only_what_was_signed_verifies() {
        let key = Key::from_pem(PEM).unwrap();
        let (signature, public) = (key.sign(b"terms"), key.public_pem());
        assert!(verifies(&public, b"terms", &signature));
        assert!(!verifies(&public, b"Terms", &signature));
        assert!(!verifies("", b"terms", &signature));
        for bit in 0..512 {
            let mut altered = signature.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(!verifies(&public, b"terms", &altered), "bit {bit}");
        }
    }

    #[test]
    fn a_key_is_never_shown_and_nothing_else_is_one() {
        assert_eq!(format!("{:?}", Key::from_pem(PEM).unwrap()), "[key]");
        for pem in
            ["", "whsec_c2VjcmV0", &PEM.replace("MC4C", "MC4D"), &Key::from_pem(PEM).unwrap().public_pem()]
        {
            assert!(Key::from_pem(pem).is_err(), "{pem}");
        }
    }
}
