//! Signatures of Standard Webhooks 1.0.0 (HMAC-SHA256, `v1`).

use base64::Engine as _;
use base64::alphabet::STANDARD as ALPHABET;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::model::{NoticeId, Secret};

/// A secret that isn't of the form receivers share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a webhook secret is `whsec_` followed by 24 to 64 bytes in base64")]
pub enum InvalidSecret {
    /// It doesn't begin as it should.
    Prefix,
    /// What follows can't be decoded.
    Encoding,
    /// So many bytes are too few to be safe, or more than receivers accept.
    Length(usize),
}

/// A key to sign with.
#[derive(Clone)]
pub struct Key(Hmac<Sha256>);

impl Key {
    /// Reads `whsec_` and the base64 of 24 to 64 bytes.
    pub fn parse(secret: &Secret) -> Result<Self, InvalidSecret> {
        // Some tools hand secrets out without padding.
        const LENIENT: GeneralPurpose = GeneralPurpose::new(
            &ALPHABET,
            GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
        );
        let encoded = secret.reveal().strip_prefix("whsec_").ok_or(InvalidSecret::Prefix)?;
        let key = LENIENT.decode(encoded).map_err(|_| InvalidSecret::Encoding)?;
        if !(24..=64).contains(&key.len()) {
            return Err(InvalidSecret::Length(key.len()));
        }
        Hmac::new_from_slice(&key).map(Self).map_err(|_| InvalidSecret::Length(key.len()))
    }

    /// `v1,` and the signature of one attempt, in base64.
    pub fn sign(&self, id: &NoticeId, timestamp: i64, body: &[u8]) -> String {
        let mut mac = self.0.clone();
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// The value of `webhook-signature`: one signature for each key, so that a receiver that knows either the old or the
/// new secret is content.
pub(super) fn header(keys: &[Key], id: &NoticeId, timestamp: i64, body: &[u8]) -> String {
    keys.iter().map(|key| key.sign(id, timestamp, body)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example that the reference libraries of Standard Webhooks are tested with.
    #[test]
    fn the_example_of_the_specification_is_signed_as_there() {
        let key = Key::parse(&Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).unwrap();
        let id = NoticeId::from_stored("msg_p5jXN8AQM9LWM0D4loKWxJek");
        let signature = key.sign(&id, 1614265330, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        let both = header(&[key.clone(), key], &id, 1614265330, br#"{"test": 2432232314}"#);
        assert_eq!(both, format!("{signature} {signature}"));
    }

    #[test]
    fn a_secret_has_the_form_receivers_expect() {
        let of = |bytes: usize| format!("whsec_{}", STANDARD.encode(vec![7; bytes]));
        for (secret, fits) in [
            (of(24), true),
            (of(64), true),
            (of(32).trim_end_matches('=').to_owned(), true),
            (of(23), false),
            (of(65), false),
            ("whsec_".to_owned(), false),
            ("whsec_not base64 at all, but long enough".to_owned(), false),
            (STANDARD.encode([7; 32]), false),
        ] {
            assert_eq!(Key::parse(&Secret::new(secret.as_str())).is_ok(), fits, "{secret}");
        }
    }
}
