//! Channels that go by way of this machine, and what arrives.

use std::fs;
use std::path::Path;

use fineprint::channel::Channel;
use fineprint::model::Notice;
use tempfile::TempDir;

use super::{Peer, Service, at, built};
use crate::mail::Mail;
use crate::web::Request;

/// A channel whose messages stay in a folder, or with a mail server.
pub(crate) struct Place {
    pub folder: TempDir,
    pub mail: Mail,
}

impl Place {
    pub async fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap(), mail: Mail::start().await };
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/channels/told.sh");
        // A program that was just written can be busy where others start programs, too: this one stays what it is.
        std::os::unix::fs::symlink(program, place.folder.path().join("told")).unwrap();
        place
    }

    pub fn channel(&self, service: &Service, more: &str) -> Box<dyn Channel> {
        let keys = service.keys.replace("{port}", &self.mail.port().to_string());
        let keys = match more.is_empty() || !service.keys.contains("format") {
            true => keys,
            false => keys.replace("format = 'text'", ""),
        };
        let toml = format!("[channels.x.{}]\n{keys}\n{more}", service.name);
        built(&self.folder.path().join("sources.toml"), &toml)
    }

    /// What arrived; nothing but the last message.
    fn arrived(&self, peer: Peer) -> Request {
        let read = |name: &str| fs::read(self.folder.path().join(name)).unwrap();
        let lines = |name: &str| String::from_utf8(read(name)).unwrap();
        let (path, headers, body) = match peer {
            Peer::Mail => {
                let letter = self.mail.letters().pop().unwrap();
                (format!("{} to {}", letter.from, letter.to.join(" ")), Vec::new(), letter.text)
            }
            Peer::Program => {
                let variables = lines("told.env");
                let variables = variables.lines().filter_map(|line| line.split_once('='));
                let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
                (lines("told.args"), variables.collect(), read("told.in"))
            }
            _ => (String::new(), Vec::new(), read("notices")),
        };
        Request { method: format!("{peer:?}"), path, headers, body, at: std::time::Instant::now() }
    }
}

/// Sends a notice, which must be taken, and returns what arrived.
pub(super) async fn sends(service: &Service, notice: &Notice, more: &str) -> Request {
    let place = Place::new().await;
    let channel = place.channel(service, more);
    if service.peer == Peer::Stdout {
        // A test's own output is nobody's to read: what is written is what is shown, see `stdout_gets_…`.
        let body = format!("{}\n\n", channel.preview(notice, at())).into_bytes();
        return Request {
            method: String::new(),
            path: String::new(),
            headers: Vec::new(),
            body,
            at: std::time::Instant::now(),
        };
    }
    channel.send(notice, at()).await.unwrap_or_else(|error| panic!("{}: {error}", service.name));
    place.arrived(service.peer)
}
