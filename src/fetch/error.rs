//! Why a page didn't come.

use jiff::Timestamp;
use url::Url;

use super::browser::Trouble;
use crate::net::{Failure, Undecodable, Unusable};

/// Why a page didn't come, in one line that names the address and shows no credential.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Nothing can be fetched at all.
    #[error("can't fetch anything: {0}")]
    Setup(Unusable),
    /// There are no threads to read pages on.
    #[error("cannot start threads: {0}")]
    Threads(String),
    /// This page can't be fetched now.
    #[error("could not fetch {url}: {kind}")]
    Page {
        /// The address that failed, which after a redirect isn't the source's; without user name and password, cut
        /// to a bearable length.
        url: String,
        /// What went wrong there.
        kind: Kind,
    },
}

/// What can go wrong with one page.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Kind {
    /// No complete answer.
    #[error(transparent)]
    Net(#[from] Failure),
    /// Nothing that a browser could show.
    #[error(transparent)]
    Browser(#[from] Trouble),
    /// More than we are ready to read.
    #[error("the page is larger than {0} bytes")]
    TooLarge(u64),
    /// More redirects than we are ready to follow.
    #[error("more than {0} redirects")]
    TooManyRedirects(usize),
    /// A redirect back to where we have been.
    #[error("it redirects in a circle")]
    RedirectLoop,
    /// A redirect to something that isn't an address.
    #[error("it redirects to something that is not an address")]
    RedirectNowhere,
    /// "Not modified" in answer to a plain question.
    #[error("the server answered 304 (not modified) without having been asked for changes")]
    NotAsked,
    /// A redirect that wants the configured body sent to another origin.
    #[error("it redirects to another site what was sent to it, and that is not sent there")]
    SendsElsewhere,
    /// A proxy that can't be used.
    #[error("the proxy {0} can't be used: {1}")]
    Proxy(String, String),
    /// No complete answer on the way through a proxy.
    #[error("{failure}, through the proxy {proxy}")]
    Through {
        /// The proxy, without user name and password.
        proxy: String,
        /// What went wrong.
        failure: Failure,
    },
    /// The site has rules for robots, and this is one of them.
    #[error(
        "robots.txt asks robots not to fetch this page (`Disallow: {0}`); `robots = \"ignore\"` fetches it all the same"
    )]
    Disallowed(String),
    /// The site's rules for robots can't be had.
    #[error("the site's robots.txt can't be had ({0}), and until then nothing may be fetched there")]
    NoRobots(String),
    /// The host sent another visit away, and named a time.
    #[error("the server has too much to do and is left alone until {0:.0}")]
    Resting(Timestamp),
    /// A configured header that HTTP doesn't allow.
    #[error("the configured header `{0}` can't be sent: its name or value is not allowed in HTTP")]
    Header(String),
}

impl From<Undecodable> for Kind {
    fn from(why: Undecodable) -> Self {
        match why {
            Undecodable::TooLarge(cap) => Self::TooLarge(cap),
            Undecodable::CutOff(_) => Failure::Broken("the answer broke off".to_owned()).into(),
            why => Failure::Broken(format!("the answer can't be read: {why}")).into(),
        }
    }
}

impl Kind {
    /// Whether the server hasn't said a word, so that nothing else of it would have come either.
    pub(super) fn is_before_any_answer(&self) -> bool {
        match self {
            Self::Net(failure) | Self::Through { failure, .. } => failure.is_before_any_answer(),
            Self::Proxy(..) => true,
            _ => false,
        }
    }
}

/// Whether looking again before the next scheduled time can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// The trouble may pass by itself: a broken connection, a silent server.
    Soon,
    /// The server named a time before which it wants to be left alone.
    At(Timestamp),
    /// Someone has to change something: a certificate, a redirect, a setting.
    No,
}

impl Error {
    pub(super) fn new(url: &Url, kind: impl Into<Kind>) -> Self {
        Self::Page { url: shown(url), kind: kind.into() }
    }

    /// The same with its address written otherwise.
    pub(super) fn rewritten(self, write: impl FnOnce(&str) -> String) -> Self {
        match self {
            Self::Setup(_) | Self::Threads(_) => self,
            Self::Page { url, kind } => Self::Page { url: write(&url), kind },
        }
    }

    /// Whether to look again soon. A page whose own server names a time has come all the same: see
    /// [`super::retry_after`].
    pub fn retry(&self) -> Retry {
        match self {
            Self::Setup(_) | Self::Threads(_) => Retry::No,
            Self::Page { kind, .. } => match kind {
                Kind::Net(failure) | Kind::Through { failure, .. } => match failure {
                    Failure::Refused(_) | Failure::Tls(_) => Retry::No,
                    _ => Retry::Soon,
                },
                Kind::NotAsked | Kind::NoRobots(_) => Retry::Soon,
                Kind::Resting(until) => Retry::At(*until),
                Kind::Disallowed(_)
                | Kind::TooLarge(_)
                | Kind::Header(_)
                | Kind::Proxy(..)
                | Kind::SendsElsewhere => Retry::No,
                Kind::Browser(trouble) if trouble.passes() => Retry::Soon,
                Kind::Browser(_) => Retry::No,
                Kind::TooManyRedirects(_) | Kind::RedirectLoop | Kind::RedirectNowhere => Retry::No,
            },
        }
    }
}

/// An address for people: a query is part of it, user name and password are not.
fn shown(url: &Url) -> String {
    const LONGEST: usize = 200;
    let url = super::route::bare(url);
    match url.as_str().char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &url.as_str()[..end]),
        None => url.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_credentials_and_not_at_any_length() {
        let url = "https://ann:s3cret@example.com/terms?lang=en#top".parse().unwrap();
        assert_eq!(
            Error::new(&url, Kind::RedirectLoop).to_string(),
            "could not fetch https://example.com/terms?lang=en: it redirects in a circle"
        );
        let long: Url = format!("https://example.com/{}", "a".repeat(5_000)).parse().unwrap();
        assert_eq!(shown(&long).chars().count(), 201);
    }
}
