//! Secrets reach those who need them and no error.

use fineprint::channel::Settings;
use fineprint::config::Config;
use insta::assert_snapshot;

use super::{GOOD, KEY, env, errors, parse};

#[test]
fn a_secret_is_not_shown_by_debug() {
    let shown = format!("{:?}", parse(GOOD).unwrap());
    assert!(!shown.contains("hunter2") && !shown.contains("whsec_"), "{shown}");
}

#[test]
fn secrets_are_named_but_never_shown() {
    assert_snapshot!(errors(r#"
[channels.a.webhook]
url = "https://hooks.example.com/$hunter2"
secret = "${MISSING}"
[channels.b.webhook]
url = "ftp://hooks.example.com/hunter2"
secret = "hunter2"
[channels.c.webhook]
url = "${EMPTY}"
secret = "whsec_aHVudGVyMg=="
[channels.d.webhook]
url = "${HOOK}"
secrets = ["whsec_hunter2!", "${file:no/such/file}", "${not a name}"]
[channels.e.webhook]
url = "${HOOK}"
secret = "${SECRET}"
secrets = []
[channels.f.webhook]
url = "${HOOK}"
secrets = []
"#), @r#"
    error: `channels.a.webhook.url`: a `$` that begins no `${NAME}`
     --> etc/sources.toml:3:7
      |
    3 | url = "**********************************"
      |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected `${NAME}`, `${file:PATH}`, or `$$` for a dollar

    error: `channels.a.webhook.secret`: the environment variable `MISSING` is not set
     --> etc/sources.toml:4:10
      |
    4 | secret = "${MISSING}"
      |          ^^^^^^^^^^^^ expected it to hold the value
      |
      = help: set MISSING where fineprint runs, or use `${file:PATH}`

    error: `channels.b.webhook.url`: an address of another scheme
     --> etc/sources.toml:6:7
      |
    6 | url = "*******************************"
      |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected an absolute address beginning with `https://` or `http://`

    error: `channels.b.webhook.secret`: a secret without `whsec_`
     --> etc/sources.toml:7:10
      |
    7 | secret = "*******"
      |          ^^^^^^^^^ expected `whsec_` and the base64 of 24 to 64 bytes
      |
      = help: make one: echo whsec_$(openssl rand -base64 32)

    error: `channels.c.webhook.url`: the environment variable `EMPTY` is empty
     --> etc/sources.toml:9:7
      |
    9 | url = "${EMPTY}"
      |       ^^^^^^^^^^ expected a value in it

    error: `channels.c.webhook.secret`: a secret of 7 bytes
      --> etc/sources.toml:10:10
       |
    10 | secret = "******************"
       |          ^^^^^^^^^^^^^^^^^^^^ expected `whsec_` and the base64 of 24 to 64 bytes
       |
       = help: make one: echo whsec_$(openssl rand -base64 32)

    error: `channels.d.webhook.secrets`: a secret that is not base64
      --> etc/sources.toml:13:12
       |
    13 | secrets = ["**************", "${file:no/such/file}", "*************"]
       |            ^^^^^^^^^^^^^^^^ expected `whsec_` and the base64 of 24 to 64 bytes
       |
       = help: make one: echo whsec_$(openssl rand -base64 32)

    error: `channels.d.webhook.secrets`: `${file:no/such/file}` can't be read: No such file or directory (os error 2)
      --> etc/sources.toml:13:30
       |
    13 | secrets = ["**************", "${file:no/such/file}", "*************"]
       |                              ^^^^^^^^^^^^^^^^^^^^^^ expected a readable file of one line, at most 64 KiB

    error: `channels.d.webhook.secrets`: a `${…}` that names no variable
      --> etc/sources.toml:13:54
       |
    13 | secrets = ["**************", "${file:no/such/file}", "*************"]
       |                                                      ^^^^^^^^^^^^^^^ expected letters, digits and `_`, or `file:PATH`

    error: `channels.e.webhook.secrets`: both `secret` and `secrets`
      --> etc/sources.toml:17:11
       |
    17 | secrets = []
       |           ^^ expected one of them

    error: no secret to sign with
      --> etc/sources.toml:18:1
       |
    18 | [channels.f.webhook]
       | ^^^^^^^^^^^^^^^^^^^^ expected at least one in `secrets`
    "#);
}

#[test]
fn a_secret_without_padding_is_a_secret() {
    let secret = KEY.trim_end_matches('=');
    let toml = format!("[channels.a.webhook]\nurl = 'https://hooks.example.com/'\nsecret = '{secret}'\n");
    let config = parse(&toml).unwrap();
    let Settings::Webhook(webhook) = &config.channels[&"a".parse().unwrap()] else { panic!("a webhook") };
    assert_eq!(webhook.secrets[0].reveal(), secret);
}

#[test]
fn headers_obey_http() {
    assert_snapshot!(errors(r#"
[[source]]
service = "Acme"
terms = "Terms"
url = "https://acme.example/terms"
[source.headers]
"bad name" = "hunter2"
Host = "hunter2"
Accept = "text/html"
accept = "hunter2"
X-Lines = "${LINES}"
X-Accent = "hunter2é"
Cookie = 7
"#), @r#"
    error: `source.headers.bad name`: not a header name
     --> etc/sources.toml:7:1
      |
    7 | "bad name" = "*******"
      | ^^^^^^^^^^ expected letters, digits and `-`

    error: `source.headers.Host`: a header that fineprint sets itself
     --> etc/sources.toml:8:1
      |
    8 | Host = "*******"
      | ^^^^ expected another header

    error: `source.headers.accept`: a header named twice
      --> etc/sources.toml:10:1
       |
    10 | accept = "*******"
       | ^^^^^^ expected each header once

    error: `source.headers.X-Lines`: a line break or control character in the value
      --> etc/sources.toml:11:11
       |
    11 | X-Lines = "${LINES}"
       |           ^^^^^^^^^^ expected one line of text

    error: `source.headers.X-Accent`: a character that headers can't carry
      --> etc/sources.toml:12:12
       |
    12 | X-Accent = "*********"
       |            ^^^^^^^^^^^ expected plain ASCII

    error: `source.headers.Cookie`: found a whole number
      --> etc/sources.toml:13:10
       |
    13 | Cookie = 7
       |          ^ expected a string
    "#);
}

#[test]
fn a_broken_line_that_holds_a_secret_is_not_drawn() {
    assert_snapshot!(errors("[channels.ops.webhook]\nurl = https://hooks.example.com/hunter2\nsecret = 'whsec_hunter2\n"), @r"
    error: not TOML: string values must be quoted
     --> etc/sources.toml:2:7
      |
    2 | url =**********************************
      |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected literal string

    error: not TOML: invalid literal string
     --> etc/sources.toml:3:24
      |
    3 | secret =***************
      |                        ^ expected `'`
    ");
}

#[test]
fn secrets_come_from_files_beside_the_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| std::fs::write(folder.path().join(name), text).unwrap();
    write("secret", format!("{KEY}\r\n").as_bytes());
    write("large", &[b'x'; 70_000]);
    write("binary", b"\xff\xfe");
    write("empty", b"\n");
    write("lines", b"hunter2\nhunter2\n");
    let path = folder.path().join("sources.toml");
    let with = |file: &str| {
        std::fs::write(
            &path,
            format!("[channels.a.webhook]\nurl = \"${{HOOK}}\"\nsecret = \"${{file:{file}}}\"\n"),
        )
        .unwrap();
        Config::load(&path, &env)
    };
    let absolute = folder.path().join("secret");
    for file in ["secret", absolute.to_str().unwrap()] {
        let config = with(file).unwrap();
        let Settings::Webhook(webhook) = &config.channels[&"a".parse().unwrap()] else { panic!("a webhook") };
        assert_eq!(webhook.secrets[0].reveal(), KEY);
    }
    let report: String = ["large", "binary", "empty", "lines", "."]
        .iter()
        .map(|file| with(file).unwrap_err().to_string().replace(folder.path().to_str().unwrap(), "") + "\n")
        .collect();
    assert_snapshot!(report, @r"
    /sources.toml:3:10: `channels.a.webhook.secret`: `${file:large}` is larger than 64 KiB; expected a readable file of one line, at most 64 KiB
    /sources.toml:3:10: `channels.a.webhook.secret`: `${file:binary}` is not UTF-8 text; expected a readable file of one line, at most 64 KiB
    /sources.toml:3:10: `channels.a.webhook.secret`: `${file:empty}` is empty; expected a readable file of one line, at most 64 KiB
    /sources.toml:3:10: `channels.a.webhook.secret`: a line break or control character in the value; expected one line of text
    /sources.toml:3:10: `channels.a.webhook.secret`: `${file:.}` can't be read: Is a directory (os error 21); expected a readable file of one line, at most 64 KiB
    ");
}
