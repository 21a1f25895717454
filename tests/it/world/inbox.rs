//! A receiver of notices, and what it got.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use fineprint::channel::{self, webhook};
use fineprint::model::Secret;
use serde_json::Value;

use super::SECRET;
use crate::web::{Answer, Request, Web};

/// A receiver of webhooks that takes everything unless told otherwise.
pub struct Inbox {
    pub web: Web,
    taken: Arc<Mutex<Vec<Request>>>,
}

impl Inbox {
    pub(super) async fn start() -> Self {
        let inbox = Self { web: Web::start().await, taken: Arc::default() };
        inbox.takes("ops");
        inbox
    }

    /// The receiver of this channel takes what comes.
    pub fn takes(&self, channel: &str) {
        let taken = Arc::clone(&self.taken);
        self.web.serve_with(&format!("/{channel}"), move |request| {
            taken.lock().unwrap().push(request.clone());
            Answer::status(204)
        });
    }

    /// The receiver of this channel takes what is to its taste, and answers 503 to the rest.
    pub fn takes_if(&self, channel: &str, wants: impl Fn(&Request) -> bool + Send + Sync + 'static) {
        let taken = Arc::clone(&self.taken);
        self.web.serve_with(&format!("/{channel}"), move |request| {
            if !wants(request) {
                return Answer::status(503);
            }
            taken.lock().unwrap().push(request.clone());
            Answer::status(204)
        });
    }

    /// The bodies that a channel's receiver took, in order.
    pub fn taken(&self, channel: &str) -> Vec<String> {
        let path = format!("/{channel}");
        let taken = self.taken.lock().unwrap();
        let of = taken.iter().filter(|request| request.path == path);
        of.map(|request| String::from_utf8_lossy(&request.body).into_owned()).collect()
    }

    /// The receiver of this channel answers so and takes nothing.
    pub fn answers(&self, channel: &str, answer: Answer) {
        self.web.serve(&format!("/{channel}"), answer);
    }

    /// Every request a channel's receiver got, taken or not.
    pub fn attempts(&self, channel: &str) -> Vec<Request> {
        self.web.requests_for(&format!("/{channel}"))
    }

    /// A channel as the configuration makes it, except that a story doesn't wait twenty seconds for a silent receiver.
    pub(super) fn hurried(&self, name: &str) -> Box<dyn channel::Channel> {
        let settings = webhook::Settings {
            secrets: vec![Secret::new(SECRET)],
            timeout: Duration::from_millis(300),
            ..webhook::Settings::new(self.web.url(&format!("/{name}")))
        };
        let allow_private = ["127.0.0.0/8".parse().unwrap()];
        channel::build(channel::Settings::Webhook(settings), &allow_private).unwrap()
    }

    pub(super) fn read(&self) -> String {
        let mut seen = Vec::new();
        let mut text = String::new();
        for request in self.taken.lock().unwrap().iter() {
            let once = (request.path.clone(), request.header("webhook-id").unwrap().to_owned());
            if !seen.contains(&once) {
                seen.push(once);
                text.push_str(&told(request));
            }
        }
        text
    }
}

/// A notice as its reader sees it: to whom, what, and the words.
fn told(request: &Request) -> String {
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let data = &body["data"];
    let mut text = format!(
        "{} {}: {}\n",
        request.path,
        body["type"].as_str().unwrap(),
        data["subject"].as_str().unwrap()
    );
    for clause in data["diff"].as_array().unwrap() {
        let words = clause["text"].as_array().unwrap().iter().map(|stretch| {
            let words = stretch["text"].as_str().unwrap();
            match stretch["op"].as_str().unwrap() {
                "kept" => words.to_owned(),
                "removed" => format!("[-{words}-]"),
                _ => format!("{{+{words}+}}"),
            }
        });
        writeln!(text, "    {}", words.collect::<String>()).unwrap();
    }
    text
}
