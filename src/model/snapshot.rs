//! A page as received.

use bytes::Bytes;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use url::Url;

use super::{Digest, Rules, SourceId};

/// A page as received: nothing decoded beyond the transfer, nothing left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The source it is a page of.
    pub source: SourceId,
    /// When the response was complete.
    pub fetched_at: Timestamp,
    /// The address asked for.
    pub url: Url,
    /// The address that answered, after redirects.
    pub final_url: Url,
    /// The HTTP status.
    pub status: u16,
    /// The response headers, names in lower case, in the order received; values that aren't UTF-8 are decoded as Latin-1.
    pub headers: Vec<(String, String)>,
    /// The body after transfer and content decoding.
    pub body: Bytes,
    /// How it was had; empty where nobody wrote that down.
    pub received: Received,
}

/// How a page was had: what a third party asks who doubts that the server sent it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Received {
    /// What fetched it, name and version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fetcher: Option<String>,
    /// Whether the body is the document that scripts made of the page in a browser, not what the server sent.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub rendered: bool,
    /// The addresses that redirected, in order, each with the status under which it did.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub redirects: Vec<(u16, String)>,
    /// Who answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peer: Option<Peer>,
    /// How it was asked for; `None` for a plain GET.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
    /// The body as it was sent, where that was a gzip file: it needn't be compressed again to be kept.
    #[serde(skip)]
    pub gzip: Option<Bytes>,
    /// The owner's rules for the page at that time; `None` where there were none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<Rules>,
}

/// The server at the other end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Peer {
    /// Its network address and port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// SHA-256 of its TLS certificate (DER), in hexadecimal: the fingerprint under which certificate logs list it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
}

/// How a page was asked for, without anything secret.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// The method, unless it was GET.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Whether something was sent along.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<bool>,
    /// The languages asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept_language: Option<String>,
    /// The proxy it went through, without user name and password.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy: Option<String>,
}

impl Snapshot {
    /// The first value of a header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The declared `Content-Type`, as sent.
    pub fn content_type(&self) -> Option<&str> {
        self.header("content-type")
    }

    /// SHA-256 of the body.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.body)
    }

    /// What the server offered for asking "changed since?" next time; nothing where scripts had a part in the page, of
    /// which the server's answer says little.
    pub fn validators(&self) -> Validators {
        if self.received.rendered {
            return Validators::default();
        }
        Validators {
            etag: self.header("etag").map(str::to_owned),
            last_modified: self.header("last-modified").map(str::to_owned),
            url: Some(self.final_url.clone()),
        }
    }
}

/// The server's own validators (RFC 9110, section 8.8), sent back unread; never made from our clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// For `If-None-Match`.
    pub etag: Option<String>,
    /// For `If-Modified-Since`.
    pub last_modified: Option<String>,
    /// The address that gave them. They mean nothing to another: one that a page has moved to could answer "not
    /// modified" about a text we never saw.
    pub url: Option<Url>,
}
