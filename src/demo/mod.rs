//! The whole loop on this machine in seconds, without the internet: a provider's site that changes its terms, and
//! a receiver that is told.
//!
//! The provider and the receiver are made up; all between them is the program as it runs in earnest: a
//! `sources.toml` that is parsed, an [`Engine`](crate::engine::Engine), [`check`](crate::check) and
//! [`deliver`](mod@crate::deliver) over a database of their own. Only the clock is turned by hand, so that six hours
//! pass in a blink. The story checks itself: if a look brings something else than it tells, it ends with
//! [`Error::Story`].
//!
//! - `site`: the provider, a page of policy within a lot of furniture;
//! - `receiver`: what gets the webhooks, and verifies them;
//! - `stage`: both of them, the engine and the clock, in a temporary folder;
//! - `story`: what happens, step by step;
//! - `screen`: how it is told on a terminal.

mod receiver;
mod screen;
mod site;
mod stage;
mod story;

use std::io;

use tokio::net::TcpListener;
use url::Url;

use crate::{config, engine, store};

pub use screen::Screen;
pub use story::play;

/// Why the demo did not get to its end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No port, no temporary folder, or nobody reads what is printed any more.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The demo's configuration is refused.
    #[error(transparent)]
    Config(#[from] config::Error),
    /// The engine can't be set up.
    #[error(transparent)]
    Engine(#[from] engine::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Something happened that is not in the story.
    #[error("the demo went otherwise than its story: {0}")]
    Story(String),
}

/// The address of `path` on a listener.
fn address(listener: &TcpListener, path: &str) -> io::Result<Url> {
    Url::parse(&format!("http://{}{path}", listener.local_addr()?)).map_err(io::Error::other)
}
