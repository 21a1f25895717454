//! The few bytes of RFC 3161 that a client needs: one question, and whether an answer is one to it.
//!
//! Whether the authority's signature is right is for those to check who rely on it: they have to choose the certificate
//! that they trust, and `openssl ts -verify` does the rest.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use ring::rand::{SecureRandom as _, SystemRandom};

use super::Error;
use crate::model::Digest;

/// A TimeStampReq (RFC 3161, section 2.4.1) up to the digest: version 1, SHA-256.
const BEFORE: [u8; 24] = [
    0x30, 0x43, 0x02, 0x01, 0x01, 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03,
    0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20,
];

/// A number of 64 bits that answers can't know beforehand; positive, and without leading zeros.
pub fn nonce() -> Result<[u8; 8], Error> {
    let mut nonce = [0; 8];
    SystemRandom::new().fill(&mut nonce).map_err(|_| Error::NoRandomness)?;
    nonce[0] = nonce[0] & 0x7f | 0x40;
    Ok(nonce)
}

/// The question for a timestamp of a digest, with the authority's certificate in the answer.
pub fn request(digest: Digest, nonce: [u8; 8]) -> Vec<u8> {
    let (number, certificates) = ([0x02, 0x08], [0x01, 0x01, 0xff]);
    [&BEFORE[..], &digest.0, &number, &nonce, &certificates].concat()
}

/// A timestamp, as far as it concerns us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// The time that it names.
    pub at: Timestamp,
}

impl Token {
    /// Reads an answer (a TimeStampResp): granted, of this digest, and to the question with this nonce.
    pub fn read(answer: &[u8], digest: Digest, nonce: Option<[u8; 8]>) -> Result<Self, Error> {
        let (0x30, body, []) = element(answer).ok_or(Error::NoToken("it is cut off"))? else {
            return Err(Error::NoToken("it is something else"));
        };
        let (0x30, status, token) = element(body).ok_or(Error::NoToken("it is cut off"))? else {
            return Err(Error::NoToken("it is something else"));
        };
        match element(status) {
            Some((0x02, [0 | 1], _)) => {}
            _ => return Err(Error::NoToken("it was not granted")),
        }
        let imprint = [&BEFORE[7..], &digest.0].concat();
        let at = find(token, &imprint).ok_or(Error::NoToken("it is of something else"))?;
        let behind = &token[at + imprint.len()..];
        if let Some(nonce) = nonce {
            let number = [&[0x02, 0x08][..], &nonce].concat();
            find(behind, &number).ok_or(Error::NoToken("it answers another question"))?;
        }
        time(behind).map(|at| Self { at }).ok_or(Error::NoToken("it names no time"))
    }
}

/// The time behind the digest: a serial number, then a GeneralizedTime in UTC, possibly with a fraction.
fn time(behind: &[u8]) -> Option<Timestamp> {
    let (0x02, _, behind) = element(behind)? else { return None };
    let (0x18, text, _) = element(behind)? else { return None };
    let text = str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let (whole, _) = text.split_once('.').unwrap_or((text, ""));
    let civil = DateTime::strptime("%Y%m%d%H%M%S", whole).ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

/// The tag and the content of a DER element, and what follows it.
fn element(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match *first {
        short @ 0..=0x7f => (usize::from(short), rest),
        long @ 0x81..=0x84 => {
            let (length, rest) = rest.split_at_checked(usize::from(long & 0x7f))?;
            (length.iter().fold(0, |n, byte| n << 8 | usize::from(*byte)), rest)
        }
        _ => return None,
    };
    let (content, behind) = rest.split_at_checked(length)?;
    Some((*tag, content, behind))
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn der(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        let length = content.len() as u16;
        [&[tag, 0x82][..], &length.to_be_bytes(), &content].concat()
    }

    fn answer(status: u8, digest: Digest, nonce: [u8; 8], time: &str) -> Vec<u8> {
        let imprint = [&BEFORE[5..], &digest.0].concat();
        let info = [&imprint[..], &[2, 1, 9], &der(0x18, &[time.as_bytes()]), &[2, 8], &nonce].concat();
        der(0x30, &[&der(0x30, &[&[2, 1, status]]), &der(0x30, &[b"signed data around it", &info])])
    }

    #[test]
    fn a_question_is_der_of_its_length() {
        let request = request(Digest::of(b"terms"), [0x41; 8]);
        assert!(matches!(element(&request), Some((0x30, content, [])) if content.len() == 0x43));
    }

    #[test]
    fn an_answer_must_be_to_the_question() {
        let (digest, nonce) = (Digest::of(b"terms"), [0x41; 8]);
        let good = answer(0, digest, nonce, "20260301060012.5Z");
        assert_eq!(Token::read(&good, digest, Some(nonce)).unwrap().at.to_string(), "2026-03-01T06:00:12Z");
        for (answer, why) in [
            (answer(2, digest, nonce, "20260301060012Z"), "it was not granted"),
            (answer(0, Digest::of(b"x"), nonce, "20260301060012Z"), "it is of something else"),
            (answer(0, digest, [0x42; 8], "20260301060012Z"), "it answers another question"),
            (answer(0, digest, nonce, "yesterday"), "it names no time"),
            (good[..good.len() - 1].to_vec(), "it is cut off"),
            ([&good[..], b"x"].concat(), "it is something else"),
            (b"<html>".to_vec(), "it is cut off"),
        ] {
            let error = Token::read(&answer, digest, Some(nonce)).unwrap_err().to_string();
            assert!(error.ends_with(why), "{error}: {why}");
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0usize..200, byte: u8) {
            let digest = Digest::of(b"terms");
            let _ = Token::read(&bytes, digest, None);
            let mut altered = answer(0, digest, [0x41; 8], "20260301060012Z");
            let at = at % altered.len();
            altered[at] = byte;
            let _ = Token::read(&altered, digest, None);
        }
    }
}
