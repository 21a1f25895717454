//! The channels, each before a server that checks what comes against the service's published schema and limits.
//!
//! A new channel is a line in [`SERVICES`], a function in `schema` that refuses what its service would refuse, and one
//! in `reading` that says what a reader would see.

mod answers;
mod forms;
mod hostile;
mod reading;
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
    /// The path of the request for a notice.
    pub path: fn(&Notice) -> String,
    /// What the service says when it takes a message.
    pub answer: (u16, &'static str),
    /// Panics where the service would refuse the request.
    pub check: fn(&Request),
    /// What a reader sees of a message.
    pub read: fn(&Request) -> Reading,
}

pub(crate) const TOKEN: &str = "t0ken-s3cret";

pub(crate) const SERVICES: [Service; 11] = [
    Service {
        name: "webhook",
        keys: "url = '{url}s3cret/hook'\nsecret = 'whsec_ZmluZXByaW50J3Mgc3RvcmllcyBzaGFyZSBpdC4uLg=='",
        path: |_| "/s3cret/hook".into(),
        answer: (204, ""),
        check: schema::webhook,
        read: reading::webhook,
    },
    Service {
        name: "slack",
        keys: "url = '{url}services/T0/B0/s3cret'",
        path: |_| "/services/T0/B0/s3cret".into(),
        answer: (200, "ok"),
        check: schema::slack,
        read: reading::slack,
    },
    Service {
        name: "discord",
        keys: "url = '{url}api/webhooks/1/s3cret'",
        path: |_| "/api/webhooks/1/s3cret".into(),
        answer: (200, r#"{"id":"1"}"#),
        check: schema::discord,
        read: reading::discord,
    },
    Service {
        name: "teams",
        keys: "url = '{url}workflows/s3cret'",
        path: |_| "/workflows/s3cret".into(),
        answer: (202, ""),
        check: schema::teams,
        read: reading::teams,
    },
    Service {
        name: "mattermost",
        keys: "url = '{url}hooks/s3cret'",
        path: |_| "/hooks/s3cret".into(),
        answer: (200, "ok"),
        check: schema::mattermost,
        read: reading::mattermost,
    },
    Service {
        name: "telegram",
        keys: "server = '{url}'\ntoken = 't0ken-s3cret'\nchat = '-1001'",
        path: |_| "/bott0ken-s3cret/sendMessage".into(),
        answer: (200, r#"{"ok":true,"result":{}}"#),
        check: schema::telegram,
        read: reading::telegram,
    },
    Service {
        name: "matrix",
        keys: "server = '{url}'\ntoken = 't0ken-s3cret'\nroom = '!room:example.org'",
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
        path: |_| "/".into(),
        answer: (200, r#"{"id":"1"}"#),
        check: schema::ntfy,
        read: reading::ntfy,
    },
    Service {
        name: "github",
        keys: "server = '{url}'\nrepository = 'acme/watch'\ntoken = 't0ken-s3cret'\nlabels = 'policy'",
        path: |_| "/repos/acme/watch/issues".into(),
        answer: (201, r#"{"number":1}"#),
        check: schema::github,
        read: reading::github,
    },
    Service {
        name: "http",
        keys: "url = '{url}json?key=s3cret'\nheaders = { authorization = 'Bearer t0ken-s3cret' }",
        path: |_| "/json".into(),
        answer: (200, ""),
        check: schema::http_json,
        read: reading::http_json,
    },
    Service {
        name: "http",
        keys: "url = '{url}form'\ncontent_type = 'application/x-www-form-urlencoded'\nsecrets = { token = 't0ken-s3cret' }\n\
               limit = 1000\ntemplate = 'token={{ secret.token }}&title={{ headline }}&message={{ text }}'",
        path: |_| "/form".into(),
        answer: (200, ""),
        check: schema::http_form,
        read: reading::http_form,
    },
];

impl Service {
    /// The channel that a configuration makes, `more` keys included; it waits a second at most.
    pub fn channel(&self, web: &Web, more: &str) -> Box<dyn Channel> {
        let keys = self.keys.replace("{url}", web.url("/").as_str());
        let toml = format!("[channels.x.{}]\n{keys}\n{more}", self.name);
        let mut config = Config::parse(Path::new("sources.toml"), &toml, &|_| None)
            .unwrap_or_else(|error| panic!("{}", error.render(false)));
        let settings = config.channels.remove(&"x".parse().unwrap()).unwrap();
        channel::build_within(settings, &reach()).unwrap()
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
        "Acme · Terms of Service changed: 2 clauses reworded under “Suspension” (critical)".into();
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
