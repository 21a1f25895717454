//! Every kind of channel, and its receiver that fails in every way.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use regex::Regex;
use serde_json::{Value, json};

use super::{Dice, Moment};
use crate::mail::{Mail, Say};
use crate::process::Stage;
use crate::web::{Answer, Request};
use crate::world::SECRET;

/// Channels, each with what its table says of when it is told, and of its kind; `{url}` is an address of its own. Those
/// whose messages have no id get one by a template.
pub const CHANNELS: [(&str, &str, &str, &str); 16] = [
    ("ops", "", "webhook", "url = '{url}'\nsecret = '{secret}'"),
    ("team", "at_most = '2 per hour'", "webhook", "url = '{url}'\nsecret = '{secret}'"),
    ("digest", "digest = 'hourly'", "webhook", "url = '{url}'\nsecret = '{secret}'"),
    ("slack", "", "slack", "url = '{url}'"),
    ("discord", "", "discord", "url = '{url}'"),
    ("teams", "digest = 'hourly'", "teams", "url = '{url}'"),
    ("mattermost", "", "mattermost", "url = '{url}'\ntemplate = '{{ id }} {{ text }}'"),
    (
        "telegram",
        "",
        "telegram",
        "server = '{url}'\ntoken = 'x'\nchat = '1'\ntemplate = '{{ id }} {{ text }}'",
    ),
    ("matrix", "", "matrix", "server = '{url}'\ntoken = 'x'\nroom = '!room:example.org'"),
    ("ntfy", "", "ntfy", "server = '{url}'\ntopic = 'x'"),
    ("github", "", "github", "server = '{url}'\nrepository = 'acme/watch'\ntoken = 'x'"),
    ("http", "at_most = '2 per hour'", "http", "url = '{url}'"),
    (
        "email",
        "",
        "email",
        "server = '127.0.0.1'\nport = {port}\nsecurity = 'none'\nfrom = 'a@example.org'\nto = 'b@example.org'",
    ),
    ("command", "", "command", "program = './command'"),
    ("apprise", "", "apprise", "program = './apprise'\nurls = 'json://127.0.0.1'"),
    ("file", "", "file", "path = 'notices.jsonl'"),
];
/// Those that are programs.
const PROGRAMS: [&str; 2] = ["command", "apprise"];

/// Who gets what.
pub struct Receivers {
    mail: Mail,
    /// The bodies of the issues that were opened, whether that was answered or not.
    issues: Arc<Mutex<Vec<String>>>,
}

impl Receivers {
    pub async fn new(stage: &Stage) -> Self {
        let taker = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/crash/taker.sh");
        for name in PROGRAMS {
            std::os::unix::fs::symlink(&taker, stage.folder.path().join(name)).unwrap();
        }
        Self { mail: Mail::start().await, issues: Arc::default() }
    }

    /// The tables of all channels.
    pub fn tables(&self, stage: &Stage) -> String {
        let mut toml = String::new();
        for (name, manners, kind, keys) in CHANNELS {
            let keys = keys.replace("{url}", stage.receiver.url(&format!("/{name}")).as_str());
            let keys = keys.replace("{secret}", SECRET).replace("{port}", &self.mail.port().to_string());
            writeln!(toml, "[channels.{name}]\n{manners}\n[channels.{name}.{kind}]\n{keys}").unwrap();
        }
        toml
    }

    /// Fail at random, or keep silent where the round ends with that.
    pub fn fail(&self, stage: &Stage, moment: &Moment, dice: &Arc<Mutex<Dice>>) {
        let silent = matches!(moment, Moment::Unanswered);
        for (channel, _, kind, _) in CHANNELS {
            let dice = Arc::clone(dice);
            let answer = move |_: &Request| match silent {
                true => Answer::default().then_stall(),
                false => answer(dice.lock().unwrap().roll(60)),
            };
            stage.receiver.hangs_up(&format!("/{channel}"), None);
            self.receives(stage, channel, kind, answer);
        }
        let mut dice = dice.lock().unwrap();
        if dice.one_in(4) {
            // One reads half of what it is sent, at most.
            let (channel, ..) = CHANNELS[dice.roll(12) as usize];
            stage.receiver.hangs_up(&format!("/{channel}"), Some(dice.roll(300) as usize));
        }
        self.mail.forgets();
        match (silent, dice.roll(24)) {
            (true, _) => self.mail.says("", Say::Stall),
            (_, n @ 0..9) => {
                let line = |line: &str| Say::Line(line.to_owned());
                let (command, say) = [
                    ("", line("421 busy")),
                    ("EHLO", Say::Reset),
                    ("MAIL", line("550 no")),
                    ("RCPT", line("450 later")),
                    (".", line("451 later")),
                    (".", line("554 no")),
                    (".", Say::Reset),
                    (".", Say::TakeAndReset),
                    ("QUIT", Say::Stall),
                ]
                .into_iter()
                .nth(n as usize)
                .unwrap();
                self.mail.says(command, say);
            }
            _ => {}
        }
        for name in PROGRAMS {
            let mode = match (silent, dice.roll(16)) {
                (true, _) => "hang",
                (_, 0) => "1",
                (_, 1) => "65",
                (_, 2 | 3) => "lost",
                _ => "0",
            };
            fs::write(stage.folder.path().join(format!("{name}.mode")), mode).unwrap();
        }
    }

    /// Take everything from now on.
    pub fn recover(&self, stage: &Stage) {
        for (channel, _, kind, _) in CHANNELS {
            stage.receiver.hangs_up(&format!("/{channel}"), None);
            self.receives(stage, channel, kind, |_| Answer::status(204));
        }
        self.mail.forgets();
        for name in PROGRAMS {
            fs::write(stage.folder.path().join(format!("{name}.mode")), "0").unwrap();
        }
    }

    fn receives(
        &self,
        stage: &Stage,
        channel: &str,
        kind: &str,
        answer: impl Fn(&Request) -> Answer + Send + Sync + 'static,
    ) {
        if kind != "github" {
            stage.receives(&format!("/{channel}"), answer);
            return;
        }
        let issues = Arc::clone(&self.issues);
        stage.receives(&format!("/{channel}"), move |request| {
            let mut issues = issues.lock().unwrap();
            if request.method == "GET" {
                let list: Vec<Value> =
                    issues.iter().rev().take(25).map(|body| json!({ "number": 1, "body": body })).collect();
                return Answer::full(200, &[], serde_json::to_vec(&list).unwrap());
            }
            let answer = answer(request);
            if answer == Answer::status(204) || answer == half() {
                let issue: Value = serde_json::from_slice(&request.body).unwrap();
                issues.push(issue["body"].as_str().unwrap().to_owned());
            }
            answer
        });
    }

    /// The ids that a channel's receiver took.
    pub fn taken(&self, stage: &Stage, channel: &str) -> BTreeSet<String> {
        let read = |name: &str| fs::read_to_string(stage.folder.path().join(name)).unwrap_or_default();
        match channel {
            "email" => self.mail.letters().iter().map(|letter| message_id(&letter.text)).collect(),
            "command" | "apprise" => read(&format!("{channel}.taken")).lines().map(str::to_owned).collect(),
            "file" => written(&read("notices.jsonl")),
            "github" => {
                let issues = self.issues.lock().unwrap();
                let ids: BTreeSet<String> =
                    issues.iter().map(|body| id_in(body.rsplit("<!--").next().unwrap())).collect();
                assert_eq!(ids.len(), issues.len(), "no issue is opened twice");
                ids
            }
            _ => {
                let path = format!("/{channel}");
                let taken = stage.taken.lock().unwrap();
                let is_ours = |r: &&Request| {
                    r.path == path
                        || r.path.starts_with(&format!("{path}/"))
                        || r.path.starts_with(&format!("{path}?"))
                };
                taken.iter().filter(is_ours).map(id_of).collect()
            }
        }
    }
}

fn answer(n: u32) -> Answer {
    match n {
        0..4 => Answer::status(500),
        4..8 => Answer::default().then_reset(),
        8..12 => Answer::full(503, &[("retry-after", "60")], ""),
        12..15 => Answer::full(429, &[("retry-after", "7200")], ""),
        15..18 => Answer::redirect("/elsewhere"),
        18..22 => half(),
        22 => Answer::status(410),
        _ => Answer::status(204),
    }
}

/// Half an answer.
fn half() -> Answer {
    Answer::raw("HTTP/1.1 20")
}

/// The id in a request: in a header, in the address, or in the message.
fn id_of(request: &Request) -> String {
    let header = ["webhook-id", "idempotency-key"].iter().find_map(|name| request.header(name));
    if let Some(id) = header {
        return id.to_owned();
    }
    let body = String::from_utf8_lossy(&request.body).replace('\\', "");
    id_in(&format!("{} {body}", request.path))
}

fn id_in(text: &str) -> String {
    let id = Regex::new("[a-z]{3,4}_[0-9a-f]{24}").unwrap();
    id.find(text).unwrap_or_else(|| panic!("no id in {text}")).as_str().to_owned()
}

fn message_id(mail: &[u8]) -> String {
    let text = String::from_utf8_lossy(mail);
    text.split_once("Message-ID: <").unwrap().1.split_once('@').unwrap().0.to_owned()
}

/// The ids in a file of JSON Lines, of which each is there once and whole.
fn written(text: &str) -> BTreeSet<String> {
    let id = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        line["data"]["id"].as_str().unwrap().to_owned()
    };
    let all: Vec<String> = text.lines().map(id).collect();
    let ids: BTreeSet<String> = all.iter().cloned().collect();
    assert_eq!(all.len(), ids.len(), "no notice is written twice");
    ids
}
