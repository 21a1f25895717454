//! What a site asks of robots (RFC 9309).

use bytes::Bytes;
use jiff::Timestamp;

/// Whether a source's site is asked what robots may fetch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Robots {
    /// It is asked, and what it forbids is not fetched.
    #[default]
    Obey,
    /// It is not asked: the owner of the source answers for that.
    Ignore,
}

/// The last answer of a site that was asked for its robots.txt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RobotsFile {
    /// Scheme, host and port that it is about: `https://example.com`.
    pub origin: String,
    /// When it was asked.
    pub at: Timestamp,
    /// What it said.
    pub said: Said,
}

/// What a site said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// These rules, as received.
    Rules(Bytes),
    /// That there are none.
    Nothing,
    /// Nothing that can be used, since this time: a server in trouble, or none.
    Unreachable(Timestamp),
}
