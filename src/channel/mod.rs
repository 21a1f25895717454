//! Notice → the outside world: a trait, and a file (or folder) for each way to reach people.
//!
//! A channel makes one attempt and says what came of it. When to try again, how often, and what is kept of it is the
//! outbox's business; what arrives twice is recognised by the notice's id, where the service knows such a thing.
//!
//! What is said is a [`crate::notice::Message`], the same for all; `markup` writes it as text, `template` in
//! the operator's words, and `post` brings it over HTTP.

pub mod apprise;
mod aside;
pub mod command;
mod discord;
pub mod email;
pub mod file;
mod form;
pub mod github;
mod hook;
pub mod http;
mod markup;
pub mod matrix;
mod mattermost;
pub mod ntfy;
mod ping;
mod post;
mod program;
mod record;
mod slack;
pub mod stdout;
mod teams;
pub mod telegram;
mod template;
pub mod webhook;

pub use ping::Ping;

use async_trait::async_trait;
use ipnet::IpNet;
use jiff::Timestamp;

pub use hook::Hook;
pub use post::Reach;
pub use record::Shape;
pub use template::{Fault, Template};

use crate::model::{Digest, Notice};
use crate::net::{Refused, Unusable};

/// A place that notices are sent to.
#[async_trait]
pub trait Channel: Send + Sync {
    /// Makes one attempt at `at` to deliver `notice`, within seconds.
    async fn send(&self, notice: &Notice, at: Timestamp) -> Result<Receipt, Error>;

    /// What [`Self::send`] would hand over, to the letter, except that secrets are masked.
    fn preview(&self, notice: &Notice, at: Timestamp) -> String;
}

/// What a receiver said to a notice it took, for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt(pub String);

/// Why a notice was not taken. The reasons name the receiver's host and never more of its address: the rest of a
/// webhook's address is its password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// To be tried again.
    #[error("{why}")]
    Retry {
        /// Not before this time, if the receiver named one.
        after: Option<Timestamp>,
        /// What happened.
        why: String,
    },
    /// This notice will never be taken.
    #[error("{why}")]
    Refused {
        /// What happened.
        why: String,
    },
    /// The receiver wants nothing any more; the channel is to be disabled.
    #[error("{why}")]
    Gone {
        /// What happened.
        why: String,
    },
}

/// One table `[channels.NAME.KIND]` of `sources.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settings {
    /// `[channels.NAME.webhook]`
    Webhook(webhook::Settings),
    /// `[channels.NAME.slack]`
    Slack(Hook),
    /// `[channels.NAME.discord]`
    Discord(Hook),
    /// `[channels.NAME.teams]`
    Teams(Hook),
    /// `[channels.NAME.mattermost]`
    Mattermost(Hook),
    /// `[channels.NAME.telegram]`
    Telegram(telegram::Settings),
    /// `[channels.NAME.matrix]`
    Matrix(matrix::Settings),
    /// `[channels.NAME.ntfy]`
    Ntfy(ntfy::Settings),
    /// `[channels.NAME.http]`
    Http(http::Settings),
    /// `[channels.NAME.github]`
    GitHub(github::Settings),
    /// `[channels.NAME.email]`
    Email(Box<email::Settings>),
    /// `[channels.NAME.apprise]`
    Apprise(apprise::Settings),
    /// `[channels.NAME.command]`
    Command(command::Settings),
    /// `[channels.NAME.file]`
    File(file::Settings),
    /// `[channels.NAME.stdout]`
    Stdout(stdout::Settings),
}

/// Settings that make no channel.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// Not an address.
    #[error("not an address")]
    NoAddress,
    /// The receiver may not be reached.
    #[error("the receiver's address can't be used: {0}")]
    Address(#[from] Refused),
    /// A signing secret that isn't one.
    #[error(transparent)]
    Secret(#[from] webhook::InvalidSecret),
    /// Certificates that can't be used.
    #[error("the certificates can't be used: {0}")]
    Certificates(String),
    /// A template that can't be used.
    #[error("the template can't be used: {0}")]
    Template(#[from] Fault),
    /// Nothing can be sent at all.
    #[error(transparent)]
    Client(#[from] Unusable),
}

/// Sets a channel up. `allow_private` lists the networks that may be reached although they are not public, as for
/// fetching.
pub fn build(settings: Settings, allow_private: &[IpNet]) -> Result<Box<dyn Channel>, Invalid> {
    build_within(settings, &Reach::new(allow_private))
}

/// The same, with another patience than 20 seconds; a webhook has its own.
pub fn build_within(settings: Settings, reach: &Reach) -> Result<Box<dyn Channel>, Invalid> {
    Ok(match settings {
        Settings::Webhook(settings) => Box::new(webhook::Webhook::new(settings, &reach.allow_private)?),
        Settings::Slack(hook) => Box::new(slack::Slack::new(hook, reach)?),
        Settings::Discord(hook) => Box::new(discord::Discord::new(hook, reach)?),
        Settings::Teams(hook) => Box::new(teams::Teams::new(hook, reach)?),
        Settings::Mattermost(hook) => Box::new(mattermost::Mattermost::new(hook, reach)?),
        Settings::Telegram(settings) => Box::new(telegram::Telegram::new(settings, reach)?),
        Settings::Matrix(settings) => Box::new(matrix::Matrix::new(settings, reach)?),
        Settings::Ntfy(settings) => Box::new(ntfy::Ntfy::new(settings, reach)?),
        Settings::Http(settings) => Box::new(http::Http::new(settings, reach)?),
        Settings::GitHub(settings) => Box::new(github::GitHub::new(settings, reach)?),
        Settings::Email(settings) => Box::new(email::Email::new(*settings, reach)?),
        Settings::Apprise(settings) => Box::new(apprise::Apprise::new(settings)),
        Settings::Command(settings) => Box::new(command::Told::new(settings)),
        Settings::File(settings) => Box::new(file::Log::new(settings)),
        Settings::Stdout(settings) => Box::new(stdout::Stdout::new(settings)),
    })
}

impl Settings {
    /// Stands for the receiver: another address, another digest. Secrets that can be changed without changing the
    /// receiver are left out: who may read the archive must not be able to try guesses at them.
    pub fn digest(&self) -> Digest {
        let address = match self {
            Self::Webhook(webhook) => webhook.url.to_string(),
            Self::Slack(hook) | Self::Discord(hook) | Self::Teams(hook) | Self::Mattermost(hook) => {
                hook.url.to_string()
            }
            Self::Telegram(chat) => format!("{}{}", chat.server, chat.chat),
            Self::Matrix(room) => format!("{}{}", room.server, room.room),
            Self::Ntfy(topic) => format!("{}{}", topic.server, topic.topic.reveal()),
            Self::Http(http) => http.url.to_string(),
            Self::GitHub(github) => format!("{}{}", github.server, github.repository),
            Self::Email(mail) => format!("{}:{}{}{:?}", mail.server, mail.port, mail.from, mail.to),
            Self::Apprise(apprise) => apprise.urls.iter().map(|url| format!("{}\n", url.reveal())).collect(),
            Self::Command(command) => format!("{}{:?}", command.program.display(), command.arguments),
            Self::File(file) => file.path.display().to_string(),
            Self::Stdout(_) => "stdout".to_owned(),
        };
        Digest::of(address.as_bytes())
    }

    /// The same channel in a form of the operator's own.
    ///
    /// # Errors
    ///
    /// Fails where the template can't be used.
    pub fn with_template(self, source: &str) -> Result<Self, Fault> {
        let own = |markup| Template::parse(source, markup, &[]).map(Some);
        Ok(match self {
            Self::Webhook(_) | Self::Command(_) => {
                return Err(Fault { line: 1, why: "its JSON has a form of its own".into() });
            }
            Self::Slack(hook) => Self::Slack(Hook { template: own(&slack::MARKUP)?, ..hook }),
            Self::Discord(hook) => Self::Discord(Hook { template: own(&discord::MARKUP)?, ..hook }),
            Self::Teams(hook) => Self::Teams(Hook { template: own(&teams::MARKUP)?, ..hook }),
            Self::Mattermost(hook) => Self::Mattermost(Hook { template: own(&mattermost::MARKUP)?, ..hook }),
            Self::Telegram(chat) => {
                Self::Telegram(telegram::Settings { template: own(&telegram::MARKUP)?, ..chat })
            }
            Self::Matrix(room) => Self::Matrix(matrix::Settings { template: own(&matrix::MARKUP)?, ..room }),
            Self::Ntfy(topic) => Self::Ntfy(ntfy::Settings { template: own(&ntfy::MARKUP)?, ..topic }),
            Self::Http(http) => Self::Http(http.with_template(source)?),
            Self::GitHub(github) => {
                Self::GitHub(github::Settings { template: own(&github::MARKUP)?, ..github })
            }
            Self::Email(mail) => {
                Self::Email(Box::new(email::Settings { template: own(&email::MARKUP)?, ..*mail }))
            }
            Self::Apprise(apprise) => {
                Self::Apprise(apprise::Settings { template: own(&apprise::MARKUP)?, ..apprise })
            }
            Self::File(file) => {
                Self::File(file::Settings { shape: Shape::Text(own(&record::MARKUP)?), ..file })
            }
            Self::Stdout(_) => Self::Stdout(stdout::Settings { shape: Shape::Text(own(&record::MARKUP)?) }),
        })
    }
}
