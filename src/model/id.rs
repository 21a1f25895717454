//! Names and digests.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A name that is not made of the characters allowed in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a valid {1}")]
pub struct InvalidName(pub String, pub &'static str);

/// The lower-case ASCII form of a title, as used in ids: `Usage Policies` becomes `usage-policies`.
///
/// Letters outside ASCII lose their accents where they have any; a title with no usable letter gives an empty string.
///
/// ```
/// assert_eq!(fineprint::model::slug("Política de privacidad (EU)"), "politica-de-privacidad-eu");
/// ```
pub fn slug(title: &str) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    let mut out = String::new();
    for c in title.nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)) {
        match c.to_ascii_lowercase() {
            c @ ('a'..='z' | '0'..='9') => out.push(c),
            _ if out.ends_with('-') || out.is_empty() => {}
            _ => out.push('-'),
        }
    }
    out.truncate(out.trim_end_matches('-').len());
    out
}

fn is_name(s: &str) -> bool {
    !s.is_empty() && s.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.'))
}

/// The lasting name of a source, `service/terms`: history hangs on it, not on the URL.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceId(String);

impl SourceId {
    /// The id a source gets when none is configured.
    pub fn derive(service: &str, terms: &str) -> Result<Self, InvalidName> {
        format!("{}/{}", slug(service), slug(terms)).parse()
    }

    /// What stands for a source in a notice about none: `name` is a channel, or a plain word of ours.
    pub fn own(name: &str) -> Self {
        Self(format!("fineprint/{name}"))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the slash.
    pub fn service(&self) -> &str {
        self.0.split('/').next().unwrap_or_default()
    }
}

impl FromStr for SourceId {
    type Err = InvalidName;

    /// Accepts two or more names of `a-z 0-9 - _ .` joined by slashes, at most 200 bytes in all.
    fn from_str(s: &str) -> Result<Self, InvalidName> {
        let valid = s.len() <= 200 && s.contains('/') && s.split('/').all(is_name);
        if valid {
            Ok(Self(s.to_owned()))
        } else {
            Err(InvalidName(s.to_owned(), "source id (expected service/terms in a-z, 0-9, `-`, `_`, `.`)"))
        }
    }
}

impl fmt::Display for SourceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The name of a channel in `sources.toml`, as in `[channels.ops.webhook]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChannelName(String);

impl ChannelName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ChannelName {
    type Err = InvalidName;

    fn from_str(s: &str) -> Result<Self, InvalidName> {
        if s.len() <= 100 && is_name(s) {
            Ok(Self(s.to_owned()))
        } else {
            Err(InvalidName(s.to_owned(), "channel name (expected a-z, 0-9, `-`, `_`, `.`)"))
        }
    }
}

impl fmt::Display for ChannelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The lasting id of a change and of the notice about it; receivers drop repeats by it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NoticeId(String);

impl NoticeId {
    /// The id of the news that `parts` describe: the same parts always give the same id, so that a
    /// check repeated after a crash or a power cut never tells one thing under two ids.
    pub fn derive(prefix: &str, parts: &[&str]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        let digest = Digest(hash.finalize().into()).to_string();
        Self(format!("{prefix}_{}", &digest[..24]))
    }

    /// An id read back from where it was stored or typed.
    pub fn from_stored(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NoticeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The head of a chain without entries.
    pub const ZERO: Self = Self([0; 32]);

    /// The head of a chain from an entry on, where this is the head before it: SHA-256 of the head and the entry's
    /// SHA-256. An entry that is withheld can be stood for by its digest.
    ///
    /// ```
    /// use fineprint::model::Digest;
    /// let head = Digest::ZERO.then(b"one").then(b"two");
    /// assert_eq!(head.to_string(), "b88f3f290fe4ac11da329c5515b418b937de9be1abffb4ff40de976ef83a28ee");
    /// ```
    #[must_use]
    pub fn then(self, entry: &[u8]) -> Self {
        self.then_digest(Self::of(entry))
    }

    /// [`Digest::then`] for an entry of which only the digest is known.
    #[must_use]
    pub fn then_digest(self, entry: Self) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(entry.0);
        Self(hash.finalize().into())
    }
}

impl FromStr for Digest {
    type Err = InvalidName;

    /// Accepts 64 hexadecimal digits in lower case, as printed.
    fn from_str(s: &str) -> Result<Self, InvalidName> {
        let invalid = || InvalidName(s.to_owned(), "SHA-256 digest (expected 64 digits of 0-9, a-f)");
        let digit = |c: u8| match c {
            b'0'..=b'9' => Some(c - b'0'),
            b'a'..=b'f' => Some(c - b'a' + 10),
            _ => None,
        };
        let digits: Option<Vec<u8>> = s.bytes().map(digit).collect();
        let digits = digits.filter(|digits| digits.len() == 64).ok_or_else(invalid)?;
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(digits.chunks(2)).for_each(|(byte, pair)| *byte = pair[0] << 4 | pair[1]);
        Ok(Self(bytes))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_derived_from_titles_and_refuse_anything_else() {
        let id = SourceId::derive("Hugging Face", "Terms of Service (EU)").unwrap();
        assert_eq!(id.as_str(), "hugging-face/terms-of-service-eu");
        assert_eq!(id.service(), "hugging-face");
        for bad in ["", "openai", "openai/", "/terms", "Open/AI", "a/b c", "a/../b\n"] {
            assert!(bad.parse::<SourceId>().is_err(), "{bad}");
        }
        assert!(SourceId::derive("模型", "条款").is_err());
    }

    #[test]
    fn a_notice_id_depends_on_every_part_and_its_borders() {
        let id = |parts: &[&str]| NoticeId::derive("chg", parts);
        assert_eq!(id(&["a", "b"]), id(&["a", "b"]));
        assert_ne!(id(&["a", "b"]), id(&["ab", ""]));
        assert_eq!(id(&["a"]).as_str().len(), "chg_".len() + 24);
    }
}
