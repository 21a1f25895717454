//! The channels, each before a server (or whoever else is told) that checks what comes against the service's published
//! schema and limits.
//!
//! A new channel is a line in [`SERVICES`], a function in `schema` that refuses what its service would refuse, and one
//! in `reading` that says what a reader would see.

mod answers;
mod forms;
mod hostile;
mod local;
mod mails;
mod peers;
mod programs;
mod reading;
mod records;
mod schema;
mod templates;

use std::path::Path;
use std::time::Duration;

use fineprint::channel::{self, Channel, Reach};
use fineprint::config::Config;
use fineprint::model::{Excerpt, News, Notice, NoticeId, Run, Severity};
use fineprint::notice;
use jiff::Timestamp;

use crate::web::{Answer, Request, Web};
use reading::Reading;

/// A service as these stories know it.
pub(crate) struct Service {
    pub name: &'static str,
    /// The keys of its table, `{url}` for the server's address.
    pub keys: &'static str,
    /// Who gets them.
    pub peer: Peer,
    /// The path of the request for a notice.
    pub path: fn(&Notice) -> String,
    /// What the service says when it takes a message.
    pub answer: (u16, &'static str),
    /// Panics where the service would refuse the request.
    pub check: fn(&Request),
    /// What a reader sees of a message.
    pub read: fn(&Request) -> Reading,
}

/// Who gets a channel's messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Peer {
    /// A web server.
    Web,
    /// A mail server.
    Mail,
    /// A program.
    Program,
    /// A file.
    File,
    /// Whoever reads standard output.
    Stdout,
}

pub(crate) const TOKEN: &str = "t0ken-s3cret";

pub(crate) const SERVICES: [Service; 17] = [
    Service {
        name: "webhook",
        keys: "url = '{url}s3cret/hook'\nsecret = 'whsec_ZmluZXByaW50J3Mgc3RvcmllcyBzaGFyZSBpdC4uLg=='",
        peer: Peer::Web,
        path: |_| "/s3cret/hook".into(),
        answer: (204, ""),
        check: schema::webhook,
        read: reading::webhook,
    },
    Service {
        name: "slack",
        keys: "url = '{url}services/T0/B0/s3cret'",
        peer: Peer::Web,
        path: |_| "/services/T0/B0/s3cret".into(),
        answer: (200, "ok"),
        check: schema::slack,
        read: reading::slack,
    },
    Service {
        name: "discord",
        keys: "url = '{url}api/webhooks/1/s3cret'",
        peer: Peer::Web,
        path: |_| "/api/webhooks/1/s3cret".into(),
        answer: (200, r#"{"id":"1"}"#),
        check: schema::discord,
        read: reading::discord,
    },
    Service {
        name: "teams",
        keys: "url = '{url}workflows/s3cret'",
        peer: Peer::Web,
        path: |_| "/workflows/s3cret".into(),
        answer: (202, ""),
        check: schema::teams,
        read: reading::teams,
    },
    Service {
        name: "mattermost",
        keys: "url = '{url}hooks/s3cret'",
        peer: Peer::Web,
        path: |_| "/hooks/s3cret".into(),
        answer: (200, "ok"),
        check: schema::mattermost,
        read: reading::mattermost,
    },
    Service {
        name: "telegram",
        keys: "server = '{url}'\ntoken = 't0ken-s3cret'\nchat = '-1001'",
        peer: Peer::Web,
        path: |_| "/bott0ken-s3cret/sendMessage".into(),
        answer: (200, r#"{"ok":true,"result":{}}"#),
        check: schema::telegram,
        read: reading::telegram,
    },
    Service {
        name: "matrix",
        keys: "server = '{url}'\ntoken = 't0ken-s3cret'\nroom = '!room:example.org'",
        peer: Peer::Web,
        path: |notice| {
            format!("/_matrix/client/v3/rooms/!room:example.org/send/m.room.message/{}", notice.id)
        },
        answer: (200, r#"{"event_id":"$1"}"#),
        check: schema::matrix,
        read: reading::matrix,
    },
    Service {
        name: "ntfy",
        keys: "server = '{url}'\ntopic = 's3cret'\ntoken = 't0ken-s3cret'",
        peer: Peer::Web,
        path: |_| "/".into(),
        answer: (200, r#"{"id":"1"}"#),
        check: schema::ntfy,
        read: reading::ntfy,
    },
    Service {
        name: "github",
        keys: "server = '{url}'\nrepository = 'acme/watch'\ntoken = 't0ken-s3cret'\nlabels = 'policy'",
        peer: Peer::Web,
        path: |_| "/repos/acme/watch/issues".into(),
        answer: (201, r#"{"number":1}"#),
        check: schema::github,
        read: reading::github,
    },
    Service {
        name: "http",
        keys: "url = '{url}json?key=s3cret'\nheaders = { authorization = 'Bearer t0ken-s3cret' }",
        peer: Peer::Web,
        path: |_| "/json".into(),
        answer: (200, ""),
        check: schema::http_json,
        read: reading::http_json,
    },
    Service {
        name: "http",
        keys: "url = '{url}form'\ncontent_type = 'application/x-www-form-urlencoded'\nsecrets = { token = 't0ken-s3cret' }\n\
               limit = 1000\ntemplate = 'token={{ secret.token }}&title={{ headline }}&message={{ text }}'",
        peer: Peer::Web,
        path: |_| "/form".into(),
        answer: (200, ""),
        check: schema::http_form,
        read: reading::http_form,
    },
    Service {
        name: "email",
        keys: "server = '127.0.0.1'\nport = {port}\nsecurity = 'none'\nfrom = 'fineprint <watch@example.org>'\n\
               to = ['Legal <legal@example.org>', 'ops@example.org']",
        peer: Peer::Mail,
        path: |_| String::new(),
        answer: (0, ""),
        check: schema::email,
        read: reading::email,
    },
    Service {
        name: "command",
        keys: "program = './told'\nargs = ['--from', '$HOME; true']\nenv = { TOKEN = 't0ken-s3cret' }",
        peer: Peer::Program,
        path: |_| String::new(),
        answer: (0, ""),
        check: schema::command,
        read: reading::line,
    },
    Service {
        name: "apprise",
        keys: "program = './told'\nurls = 'json://t0ken-s3cret@127.0.0.1/x'",
        peer: Peer::Program,
        path: |_| String::new(),
        answer: (0, ""),
        check: schema::apprise,
        read: reading::apprise,
    },
    Service {
        name: "file",
        keys: "path = 'notices'\nformat = 'text'",
        peer: Peer::File,
        path: |_| String::new(),
        answer: (0, ""),
        check: schema::record,
        read: reading::plain,
    },
    Service {
        name: "file",
        keys: "path = 'notices'\nformat = 'json'",
        peer: Peer::File,
        path: |_| String::new(),
        answer: (0, ""),
        check: schema::line,
        read: reading::line,
    },
    Service {
        name: "stdout",
        keys: "",
        peer: Peer::Stdout,
        path: |_| String::new(),
        answer: (0, ""),
        check: schema::record,
        read: reading::plain,
    },
];

impl Service {
    /// Whether it is reached over HTTP.
    pub fn is_web(&self) -> bool {
        self.peer == Peer::Web
    }

    /// Whether its receiver is a program that gets the words as the page had them.
    pub fn is_raw(&self) -> bool {
        matches!(self.name, "webhook" | "command") || self.keys.contains("'json'")
    }

    /// Whether its text can have a form of one's own, which it needn't have.
    pub fn takes_template(&self) -> bool {
        !self.is_raw() && self.name != "http"
    }

    /// The channel that a configuration makes, `more` keys included; it waits a second at most.
    pub fn channel(&self, web: &Web, more: &str) -> Box<dyn Channel> {
        let keys = self.keys.replace("{url}", web.url("/").as_str());
        let toml = format!("[channels.x.{}]\n{keys}\n{more}", self.name);
        built(Path::new("sources.toml"), &toml)
    }

    /// Takes every message about `notice` as the service would, once it was checked.
    pub fn takes(&self, web: &Web, notice: &Notice) {
        let (check, (status, body)) = (self.check, self.answer);
        web.serve_with(&(self.path)(notice), move |request| match request.method.as_str() {
            "GET" => Answer::full(200, &[("content-type", "application/json")], "[]"),
            _ => {
                // A server that panics would only look like one that hangs up.
                let checked = std::panic::catch_unwind(|| check(request));
                Answer::full(if checked.is_ok() { status } else { 400 }, &[], body)
            }
        });
    }

    /// Sends a notice, which must be taken, and returns the message itself.
    pub async fn sends(&self, notice: &Notice, more: &str) -> Request {
        if !self.is_web() {
            let request = local::sends(self, notice, more).await;
            (self.check)(&request);
            return request;
        }
        let web = Web::start().await;
        self.takes(&web, notice);
        let channel = self.channel(&web, more);
        let sent = channel.send(notice, at()).await;
        let mut requests = web.requests();
        assert_eq!(web.strays(), [""; 0], "{}", self.name);
        if let Err(error) = sent {
            let body = String::from_utf8_lossy(&requests.last().unwrap().body).into_owned();
            (self.check)(requests.last().unwrap());
            panic!("{}: {error}\n{body}", self.name);
        }
        requests.retain(|request| request.method != "GET");
        assert_eq!(requests.len(), 1, "{}", self.name);
        requests.remove(0)
    }
}

pub(crate) fn service(name: &str) -> &'static Service {
    SERVICES.iter().find(|service| service.name == name).unwrap()
}

/// The channel `x` of a configuration.
fn built(path: &Path, toml: &str) -> Box<dyn Channel> {
    let mut config =
        Config::parse(path, toml, &|_| None).unwrap_or_else(|error| panic!("{}", error.render(false)));
    let settings = config.channels.remove(&"x".parse().unwrap()).unwrap();
    channel::build_within(settings, &reach()).unwrap()
}

fn reach() -> Reach {
    Reach { timeout: Duration::from_secs(2), ..Reach::new(&["127.0.0.0/8".parse().unwrap()]) }
}

fn at() -> Timestamp {
    "2026-03-01T12:00:05Z".parse().unwrap()
}

/// A change with every part a notice can have, and these clauses.
fn changed(clauses: &[Vec<Run>]) -> Notice {
    let mut notice = notice::sample("2026-03-01T12:00:00Z".parse().unwrap());
    let excerpt = notice.excerpts.remove(0);
    notice.id = NoticeId::derive("chg", &["acme/terms", "1"]);
    (notice.news, notice.severity) = (News::Changed, Severity::Critical);
    (notice.service, notice.terms) = ("Acme".into(), "Terms of Service".into());
    notice.url = "https://acme.example/terms?lang=en&v=(2)".into();
    notice.effective = Some("2026-04-01".parse().unwrap());
    notice.subject =
        "[critical] Acme · Terms of Service changed: 2 clauses reworded under “Suspension”".into();
    notice.summary = "2 clauses reworded under “Suspension”. 3 words added, 4 removed.".into();
    notice.more = "fineprint diff acme/terms-of-service 1..2".into();
    let excerpt = |runs: &Vec<Run>| -> Excerpt {
        let mut excerpt = excerpt.clone();
        excerpt.runs = runs.clone();
        excerpt
    };
    notice.excerpts = clauses.iter().map(excerpt).collect();
    notice
}

fn reworded() -> Vec<Run> {
    vec![
        Run::Kept("We may suspend your account with ".into()),
        Run::Removed("30 days'".into()),
        Run::Added("no".into()),
        Run::Kept(" notice.".into()),
    ]
}
