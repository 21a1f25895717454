//! Mail over SMTP: text and HTML, signed by nobody but the server that takes it.
//!
//! The Message-ID is made of the notice's id, so that a mail that comes twice is the same mail; all mails about one source
//! are one thread.

mod addresses;
mod letter;
mod page;
mod server;

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use jiff::Timestamp;
use lettre::message;

use super::markup::{Markup, html, unlinked};
use super::post::Reach;
use super::{Channel, Error, Invalid, Receipt, Template};
use crate::model::{Notice, Secret};
use server::Server;

/// The HTML of a mail. What mail programs make links of by themselves is broken up.
pub(super) const MARKUP: Markup = Markup {
    name: "HTML of a mail",
    escape: |text| html(&unlinked(text, "@")),
    size: str::len,
    strong: ["<strong>", "</strong>"],
    removed: [page::REMOVED, "</del>"],
    added: [page::ADDED, "</ins>"],
    command: |text| format!("<code>{}</code>", html(text)),
    quote: ["<blockquote>", "</blockquote>"],
    link: |url| format!("<a href=\"{}\">the page</a>", html(url)),
    newline: "<br>\n",
};

/// `[channels.NAME.email]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The server's name, which its certificate has to have, or its address.
    pub server: String,
    /// The port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Who sends, where the server wants to know, and the password.
    pub login: Option<(Secret, Secret)>,
    /// From whom the mail is.
    pub from: Mailbox,
    /// To whom, all in one mail; at least one.
    pub to: Vec<Mailbox>,
    /// Certificates (PEM) that are trusted beside the system's, as they stand in the file.
    pub ca: Option<String>,
    /// Where one unsubscribes: a `mailto:` or `https:` address; by default a mail to whom it is from.
    pub unsubscribe: Option<String>,
    /// The operator's form of the HTML, if not the built-in one.
    pub template: Option<Template>,
}

/// How a connection to a mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// TLS after `STARTTLS`; a server that doesn't offer it gets no mail.
    StartTls,
    /// None.
    None,
}

impl Security {
    /// The port that is usual.
    pub fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::StartTls => 587,
            Self::None => 25,
        }
    }
}

/// An address with or without a name: `ops@example.org`, `Ops <ops@example.org>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox(message::Mailbox);

/// What is no address for a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an address for mail")]
pub struct NoMailbox;

impl FromStr for Mailbox {
    type Err = NoMailbox;

    fn from_str(text: &str) -> Result<Self, NoMailbox> {
        let mailbox: message::Mailbox = text.parse().map_err(|_| NoMailbox)?;
        // Others need servers that all speak SMTPUTF8, the reader's too.
        let address: &str = mailbox.email.as_ref();
        if address.is_ascii() && !text.contains(char::is_control) {
            Ok(Self(mailbox))
        } else {
            Err(NoMailbox)
        }
    }
}

impl fmt::Display for Mailbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.email.fmt(f)
    }
}

/// Readers of mail.
pub(super) struct Email {
    settings: Settings,
    server: Server,
}

impl Email {
    pub fn new(settings: Settings, reach: &Reach) -> Result<Self, Invalid> {
        let server = Server::new(&settings, reach)?;
        Ok(Self { settings, server })
    }
}

#[async_trait]
impl Channel for Email {
    async fn send(&self, notice: &Notice, at: Timestamp) -> Result<Receipt, Error> {
        let letter = letter::write(&self.settings, notice, at)
            .map_err(|why| Error::Refused { why: format!("no mail can be made of it: {why}") })?;
        self.server.takes(&letter).await
    }

    fn preview(&self, notice: &Notice, at: Timestamp) -> String {
        let to: Vec<String> = self.settings.to.iter().map(|to| format!("<{to}>")).collect();
        let Settings { server, port, from, .. } = &self.settings;
        let letter = letter::write(&self.settings, notice, at).map(|letter| letter.text);
        let text = letter.map_or_else(|why| why, |text| String::from_utf8_lossy(&text).replace("\r\n", "\n"));
        format!("{server}:{port} from <{from}> to {}\n\n{}", to.join(", "), text.trim_end())
    }
}
