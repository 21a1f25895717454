//! Notice → the outside world: a trait, and a file (or folder) for each way to reach people.
//!
//! A channel makes one attempt and says what came of it. When to try again, how often, and what is kept of it is the
//! outbox's business; what arrives twice is recognised by the notice's id.

mod ping;
pub mod webhook;

pub use ping::Ping;

use async_trait::async_trait;
use ipnet::IpNet;
use jiff::Timestamp;

use crate::model::Notice;
use crate::net::{Refused, Unusable};

/// A place that notices are sent to.
#[async_trait]
pub trait Channel: Send + Sync {
    /// Makes one attempt at `at` to deliver `notice`, within seconds.
    async fn send(&self, notice: &Notice, at: Timestamp) -> Result<Receipt, Error>;
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
    /// Nothing can be sent at all.
    #[error(transparent)]
    Client(#[from] Unusable),
}

/// Sets a channel up. `allow_private` lists the networks that may be reached although they are not public, as for
/// fetching.
pub fn build(settings: Settings, allow_private: &[IpNet]) -> Result<Box<dyn Channel>, Invalid> {
    Ok(match settings {
        Settings::Webhook(settings) => Box::new(webhook::Webhook::new(settings, allow_private)?),
    })
}
