//! `[channels.NAME.KIND]`: what each kind takes, and what it refuses.

use fineprint::channel::Settings;
use insta::assert_snapshot;

use super::{errors, parse};

#[test]
fn every_kind_is_read_with_all_its_keys() {
    let config = parse(
        r#"
[channels.a.slack]
url = "${HOOK}"
[channels.b.telegram]
token = "${TOKEN}"
chat = "@policies"
thread = 7
server = "https://bots.example.com/api"
[channels.c.matrix]
server = "https://matrix.example.org"
token = "${TOKEN}"
room = "!abc:example.org"
[channels.d.ntfy]
topic = "${TOKEN}"
[channels.e.github]
repository = "acme/policies"
token = "${TOKEN}"
labels = ["policy", "legal"]
[channels.f.http]
url = "https://api.example.com/"
method = "PUT"
headers = { X-Token = "${TOKEN}" }
content_type = "text/plain; charset=utf-8"
secrets = { token = "${TOKEN}" }
limit = 900
template = """
{{ secret.token }}
{{ text }}"""
[channels.g.email]
server = "mail.example.org"
security = "starttls"
user = "watch"
password = "${TOKEN}"
from = "fineprint <watch@example.org>"
to = ["Legal <legal@example.org>", "ops@example.org"]
[channels.h.apprise]
urls = ["json://${TOKEN}@apprise.example.org/"]
[channels.i.command]
program = "./tell"
args = ["--to", "us"]
env = { KEY = "${TOKEN}" }
timeout = "5s"
[channels.j.file]
path = "notices.jsonl"
[channels.k.stdout]
template = "{{ headline }}"
"#,
    )
    .unwrap();
    let channel = |name: &str| config.channels[&name.parse().unwrap()].clone();
    let Settings::Telegram(telegram) = channel("b") else { panic!("telegram") };
    assert_eq!(
        (telegram.token.reveal(), telegram.chat.as_str(), telegram.thread),
        ("hunter2", "@policies", Some(7))
    );
    let Settings::Ntfy(ntfy) = channel("d") else { panic!("ntfy") };
    assert_eq!(
        (ntfy.server.as_str(), ntfy.topic.reveal(), ntfy.token),
        ("https://ntfy.sh/", "hunter2", None)
    );
    let Settings::GitHub(github) = channel("e") else { panic!("github") };
    assert_eq!((github.server.as_str(), github.labels.len()), ("https://api.github.com/", 2));
    let Settings::Http(http) = channel("f") else { panic!("http") };
    assert_eq!((http.method.as_str(), http.limit, http.headers[0].0.as_str()), ("PUT", 900, "x-token"));
    assert!(http.template.is_some());
    let Settings::Email(email) = channel("g") else { panic!("email") };
    assert_eq!((email.port, email.to[0].to_string()), (587, "legal@example.org".to_owned()));
    let Settings::Command(command) = channel("i") else { panic!("command") };
    assert_eq!(command.program.to_str(), Some("etc/./tell"));
    for (name, settings) in &config.channels {
        assert!(!format!("{settings:?}").contains("hunter2"), "{name}");
        // A receiver is known by its address, not by the key to it.
        assert!(config.channels.iter().all(|(other, it)| name == other || it.digest() != settings.digest()));
    }
}

#[test]
fn what_a_service_would_refuse_is_refused_here() {
    let chats = errors(
        r##"
[channels.a.slack]
url = "hunter2"
[channels.b.telegram]
token = "hunter2 x"
chat = "policies"
thread = 0
[channels.c.matrix]
token = "hunter2/x"
room = "#abc:example.org"
[channels.d.ntfy]
topic = "hunter2!"
[channels.e.github]
repository = "acme"
labels = 7
"##,
    );
    assert_snapshot!(chats, @r#"
    error: `channels.a.slack.url`: an address without a scheme
     --> etc/sources.toml:3:7
      |
    3 | url = "*******"
      |       ^^^^^^^^^ expected an absolute address beginning with `https://` or `http://`
      |
      = help: does it lack `https://` in front?

    error: `channels.b.telegram.token`: not a token
     --> etc/sources.toml:5:9
      |
    5 | token = "*********"
      |         ^^^^^^^^^^^ expected letters, digits and signs without spaces

    error: `channels.b.telegram.chat`: not a chat
     --> etc/sources.toml:6:8
      |
    6 | chat = "********"
      |        ^^^^^^^^^^ expected a chat's number, or `@` and the name of a public channel

    error: `channels.b.telegram.thread`: 0 is out of range
     --> etc/sources.toml:7:10
      |
    7 | thread = 0
      |          ^ expected a whole number from 1 to 4294967295

    error: `channels.c.matrix.server` is missing
     --> etc/sources.toml:8:1
      |
    8 | [channels.c.matrix]
      | ^^^^^^^^^^^^^^^^^^^ expected `server = "https://matrix.example.org"`

    error: `channels.c.matrix.token`: not a token
     --> etc/sources.toml:9:9
      |
    9 | token = "*********"
      |         ^^^^^^^^^^^ expected letters, digits and signs without spaces

    error: `channels.c.matrix.room`: not a room's id
      --> etc/sources.toml:10:8
       |
    10 | room = "****************"
       |        ^^^^^^^^^^^^^^^^^^ expected an id that begins with `!`
       |
       = help: an alias `#…` won't do: the room's settings show its id under Advanced

    error: `channels.d.ntfy.topic`: not a topic
      --> etc/sources.toml:12:9
       |
    12 | topic = "********"
       |         ^^^^^^^^^^ expected letters, digits, `-` and `_`, at most 64

    error: `channels.e.github.token` is missing
      --> etc/sources.toml:13:1
       |
    13 | [channels.e.github]
       | ^^^^^^^^^^^^^^^^^^^ expected `token = "${GITHUB_TOKEN}"`

    error: `channels.e.github.repository`: not a repository
      --> etc/sources.toml:14:14
       |
    14 | repository = "****"
       |              ^^^^^^ expected `owner/name`

    error: `channels.e.github.labels`: found a whole number
      --> etc/sources.toml:15:10
       |
    15 | labels = 7
       |          ^ expected a string or an array of strings
    "#);
    let others = errors(
        r##"
[channels.f.http]
url = "https://example.com/"
method = "GET"
headers = { Content-Type = "x" }
content_type = "json"
secrets = { "a-b" = "hunter2" }
limit = 10
[channels.g]
slack.url = "https://example.com/"
discord.url = "https://example.com/"
[channels.h.slack]
url = "https://example.com/"
template = """
{{ headline }}
{{ hadline }}"""
"##,
    );
    assert_snapshot!(others, @r#"
    error: `channels.f.http.method`: not a method for this
     --> etc/sources.toml:4:10
      |
    4 | method = "***"
      |          ^^^^^ expected `POST`, `PUT` or `PATCH`

    error: `channels.f.http.headers.Content-Type`: a header that fineprint sets itself
     --> etc/sources.toml:5:13
      |
    5 | headers = { Content-Type = "*" }
      |             ^^^^^^^^^^^^ expected another header

    error: `channels.f.http.content_type`: not a content type
     --> etc/sources.toml:6:16
      |
    6 | content_type = "****"
      |                ^^^^^^ expected one as in `application/json`

    error: `channels.f.http.secrets.a-b`: `a-b` is not a name for a template
     --> etc/sources.toml:7:21
      |
    7 | secrets = { "a-b" = "*******" }
      |                     ^^^^^^^^^ expected letters, digits and `_`

    error: `channels.f.http.limit`: 10 is out of range
     --> etc/sources.toml:8:9
      |
    8 | limit = 10
      |         ^^ expected a whole number from 500 to 100000

    error: `channels.g.discord`: a channel of two kinds
      --> etc/sources.toml:11:1
       |
    11 | discord.url = "********************"
       | ^^^^^^^ expected one kind; each kind is a channel with a name of its own

    error: `channels.h.slack.template`: the template can't be used: line 2: `hadline` is undefined
      --> etc/sources.toml:14:12
       |
    14 | template = "**
       |            ^^^ expected a template that prints a sample notice
       |
       = help: docs/channels.md lists what a template can name
    "#);
}

#[test]
fn what_cannot_work_on_this_machine_or_by_mail_is_refused() {
    let local = errors(
        r#"
[channels.a.email]
server = "mail.example.org:587"
port = 70000
security = "ssl"
user = "watch"
from = "not an address"
to = []
unsubscribe = "ftp://example.org"
[channels.b.email]
server = "mail.example.org"
security = "none"
user = "watch"
password = "hunter2"
from = "a@b.example\nBcc: x@y.example"
to = ["a@b.example", "grüße@b.example"]
ca_file = "missing.pem"
[channels.c.command]
args = "--all"
env = { "not a name" = "x", FINEPRINT_ID = "y" }
timeout = "10m"
[channels.d.apprise]
urls = "hunter2"
limit = 3
[channels.e.file]
path = "x"
format = "json"
template = "x"
[channels.f.stdout]
format = "xml"
"#,
    );
    let lines: Vec<&str> =
        local.lines().filter(|line| line.starts_with("error") || line.contains('^')).collect();
    assert_snapshot!(lines.join("\n"), @r#"
    error: `channels.a.email.server`: not the name of a server
      |          ^^^^^^^^^^^^^^^^^^^^^^ expected a host's name or address alone
    error: `channels.a.email.port`: 70000 is out of range
      |        ^^^^^ expected a whole number from 1 to 65535
    error: `channels.a.email.security`: `ssl` protects no connection
      |            ^^^^^ expected `tls`, `starttls` or `none`
    error: `channels.a.email.user`: only one of `user` and `password`
      |        ^^^^^^^ expected both, or neither
    error: `channels.a.email.from`: not an address for mail
      |        ^^^^^^^^^^^^^^^^ expected an address, as in `ops@example.org` or `Ops <ops@example.org>`, in ASCII
    error: `channels.a.email.to`: nobody to write to
      |      ^^ expected at least one address
    error: `channels.a.email.unsubscribe`: not an address to unsubscribe at
      |               ^^^^^^^^^^^^^^^^^^^ expected one beginning with `mailto:` or `https://`
    error: `channels.b.email.password`: a password over an open line
       |            ^^^^^^^^^ expected `security = "tls"` or `"starttls"`
    error: `channels.b.email.from`: a control character in the string
       |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected one line of text
    error: `channels.b.email.to`: not an address for mail
       |                      ^^^^^^^^^^^^^^^^^^^ expected an address, as in `ops@example.org` or `Ops <ops@example.org>`, in ASCII
    error: `channels.b.email.ca_file`: `missing.pem` can't be read: No such file or directory (os error 2)
       |           ^^^^^^^^^^^^^ expected a readable file
    error: `channels.c.command.program` is missing
       | ^^^^^^^^^^^^^^^^^^^^ expected `program = "/usr/local/bin/on-change"`
    error: `channels.c.command.args`: found a string
       |        ^^^^^^^ expected an array
    error: `channels.c.command.env.not a name`: `not a name` is not a name for a variable
       |                        ^^^ expected letters, digits and `_`, not beginning with `FINEPRINT_`
    error: `channels.c.command.env.FINEPRINT_ID`: `FINEPRINT_ID` is not a name for a variable
       |                                            ^^^ expected letters, digits and `_`, not beginning with `FINEPRINT_`
    error: `channels.c.command.timeout`: `10m` is not a time for this
       |           ^^^^^ expected a time from 1 to 100 seconds, as in `30s`
    error: `channels.d.apprise.urls`: not an address of Apprise's
       |        ^^^^^^^^^ expected `SCHEME://…` in one word
    error: `channels.d.apprise.limit`: 3 is out of range
       |         ^ expected a whole number from 500 to 100000
    error: `channels.e.file.format`: a template where the format is `json`
       |          ^^^^^^ expected `text`, or no template
    error: `channels.f.stdout.format`: `xml` is not a format
       |          ^^^^^ expected `json` or `text`
    "#);
    assert!(!local.contains("hunter2"));
}
