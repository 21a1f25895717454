//! Errors in `sources.toml`, as they are drawn.

use insta::assert_snapshot;

use super::{errors, parse};

#[test]
fn all_errors_of_all_tables_are_shown_at_once() {
    assert_snapshot!(errors(r#"
[defaults]
schedule = "every 6 parsecs"
notify = ["opps"]

[channels.ops.webhook]
url = "${HOOK}"
secret = "${SECRET}"

[fetch]
concurrency = 0
max_body = "lots"

[[source]]
service = "OpenAI"
terms = 7
url = "ftp://openai.com/terms"
shedule = "every 1d"
"#), @r#"
    error: `defaults.schedule`: `every 6 parsecs` is not an interval
     --> etc/sources.toml:3:12
      |
    3 | schedule = "every 6 parsecs"
      |            ^^^^^^^^^^^^^^^^^ expected `every`, a whole number, and minutes, hours, days or weeks: `every 90 minutes`

    error: `defaults.notify`: `opps` is not a channel
     --> etc/sources.toml:4:11
      |
    4 | notify = ["opps"]
      |           ^^^^^^ expected `ops`
      |
      = help: did you mean `ops`?

    error: `fetch.concurrency`: 0 is out of range
      --> etc/sources.toml:11:15
       |
    11 | concurrency = 0
       |               ^ expected a whole number from 1 to 256

    error: `fetch.max_body`: `lots` is not a size
      --> etc/sources.toml:12:12
       |
    12 | max_body = "lots"
       |            ^^^^^^ expected a size from 1 KiB to 1 GiB, as in `10 MiB`

    error: `source.terms`: found a whole number
      --> etc/sources.toml:16:9
       |
    16 | terms = 7
       |         ^ expected a string

    error: `source.url`: an address of another scheme
      --> etc/sources.toml:17:7
       |
    17 | url = "ftp://openai.com/terms"
       |       ^^^^^^^^^^^^^^^^^^^^^^^^ expected an absolute address beginning with `https://` or `http://`

    error: `source.shedule`: unknown key
      --> etc/sources.toml:18:1
       |
    18 | shedule = "********"
       | ^^^^^^^ expected `kind`, `service`, `terms`, `url`, `id`, `schedule`, `timezone`, `notify`, `select`, `remove`, `ignore`, `headers`, `cookies`, `auth`, `method`, `body`, `accept_language`, `proxy`, `pin`, `max_age`, `browser`, `watch`, `variant`, `diverge_after` or `robots`
       |
       = help: did you mean `schedule`?
    "#);
}

#[test]
fn toml_errors_point_too() {
    assert_snapshot!(errors("[[source]]\nservice = OpenAI\nurl = \"https://openai.com\nterms = \"Terms\"\nterms = \"Terms\"\n"), @r#"
    error: not TOML: string values must be quoted
     --> etc/sources.toml:2:11
      |
    2 | service = OpenAI
      |           ^^^^^^ expected literal string

    error: not TOML: invalid basic string
     --> etc/sources.toml:3:26
      |
    3 | url = "https://openai.com
      |                          ^ expected `"`

    error: not TOML: duplicate key
     --> etc/sources.toml:5:1
      |
    5 | terms = "Terms"
      | ^^^^^
    "#);
}

#[test]
fn unknown_keys_are_refused_everywhere() {
    assert_snapshot!(errors(r#"
sources = []
[defaults]
timezon = "UTC"
[channels.ops.webhok]
url = "https://example.com/hunter2"
[channels.team]
[channels.web.webhook]
url = "${HOOK}"
secret = "${SECRET}"
sercet = "hunter2"
[store]
file = "x.db"
[fetch]
browser = true
"#), @r#"
    error: `sources`: unknown key
     --> etc/sources.toml:2:1
      |
    2 | sources = []
      | ^^^^^^^ expected `defaults`, `channels`, `route`, `heartbeat`, `store`, `fetch`, `browser`, `remind`, `summary`, `evidence`, `topics`, `severity` or `source`
      |
      = help: did you mean `source`?

    error: `defaults.timezon`: unknown key
     --> etc/sources.toml:4:1
      |
    4 | timezon = "***"
      | ^^^^^^^ expected `schedule`, `timezone`, `notify`, `max_age`, `proxy`, `accept_language` or `browser`
      |
      = help: did you mean `timezone`?

    error: `channels.ops.webhok`: unknown key
     --> etc/sources.toml:5:15
      |
    5 | [channels.ops.webhok]
      |               ^^^^^^ expected `webhook`, `slack`, `discord`, `teams`, `mattermost`, `telegram`, `matrix`, `ntfy`, `github`, `http`, `email`, `apprise`, `command`, `file`, `stdout`, `digest`, `quiet`, `at_most` or `timezone`
      |
      = help: did you mean `webhook`?

    error: `channels.team`: a channel of no kind
     --> etc/sources.toml:7:1
      |
    7 | [channels.team]
      | ^^^^^^^^^^^^^^^ expected a table like `[channels.team.webhook]` or `[channels.team.slack]`

    error: `channels.web.webhook.sercet`: unknown key
      --> etc/sources.toml:11:1
       |
    11 | sercet = "*******"
       | ^^^^^^ expected `url`, `secret` or `secrets`
       |
       = help: did you mean `secret`?

    error: `store.file`: unknown key
      --> etc/sources.toml:13:1
       |
    13 | file = "****"
       | ^^^^ expected `path`, `keep`, `pages_for` or `disputed_for`

    error: `fetch.browser`: unknown key
      --> etc/sources.toml:15:1
       |
    15 | browser = true
       | ^^^^^^^ expected `concurrency`, `per_host`, `gap`, `contact`, `allow_private`, `allow_ports`, `max_body` or `timeout`
    "#);
}

#[test]
fn two_sources_of_one_id_are_both_shown() {
    assert_snapshot!(errors(r#"
[[source]]
service = "Acme"
terms = "Terms"
url = "https://acme.example/terms"

[[source]]
service = "Acme"
terms = "terms!"
url = "https://acme.example/terms-2"

[[source]]
service = "Acme"
terms = "Other"
id = "acme/terms"
url = "https://acme.example/terms-3"

[[source]]
service = "模型"
terms = "条款"
url = "https://acme.example/terms-4"
"#), @r#"
    error: `source.id`: two sources have the id `acme/terms`
     --> etc/sources.toml:9:9
      |
    4 | terms = "Terms"
      |         ------- the first is here
    ...
    9 | terms = "terms!"
      |         ^^^^^^^^ expected another id
      |
      = help: history hangs on the id: give one of them an `id` of its own

    error: `source.id`: two sources have the id `acme/terms`
      --> etc/sources.toml:15:6
       |
     4 | terms = "Terms"
       |         ------- the first is here
    ...
    15 | id = "acme/terms"
       |      ^^^^^^^^^^^^ expected another id
       |
       = help: history hangs on the id: give one of them an `id` of its own

    error: no id can be made from `模型` and `条款`
      --> etc/sources.toml:18:1
       |
    18 | [[source]]
       | ^^^^^^^^^^ expected `id = "service/terms"` beside them
    "#);
}

#[test]
fn what_is_missing_is_shown_with_an_example() {
    assert_snapshot!(errors("[[source]]\nnotify = [\"ops\"]\n\n[channels.web.webhook]\n[store]\npath = \"\"\n"), @r#"
    error: `source.service` is missing
     --> etc/sources.toml:1:1
      |
    1 | [[source]]
      | ^^^^^^^^^^ expected `service = "OpenAI"`

    error: `source.terms` is missing
     --> etc/sources.toml:1:1
      |
    1 | [[source]]
      | ^^^^^^^^^^ expected `terms = "Usage Policies"`

    error: `source.url` is missing
     --> etc/sources.toml:1:1
      |
    1 | [[source]]
      | ^^^^^^^^^^ expected `url = "https://…"`

    error: `source.notify`: `ops` is not a channel
     --> etc/sources.toml:2:11
      |
    2 | notify = ["ops"]
      |           ^^^^^ expected `web`

    error: `channels.web.webhook.url` is missing
     --> etc/sources.toml:4:1
      |
    4 | [channels.web.webhook]
      | ^^^^^^^^^^^^^^^^^^^^^^ expected `url = "https://…"`

    error: `store.path`: an empty string
     --> etc/sources.toml:6:8
      |
    6 | path = ""
      |        ^^ expected some text
    "#);
}

#[test]
fn of_many_errors_some_are_drawn() {
    let text: String = (0..5000).map(|i| format!("key{i} = 1\n")).collect();
    let error = parse(&text).unwrap_err();
    let drawn = error.render(false);
    assert_eq!(drawn.matches("error:").count(), 20);
    assert!(drawn.ends_with("only 20 of the errors are shown"), "{drawn}");
}

#[test]
fn more_sources_than_are_accepted_are_one_error() {
    assert_snapshot!(errors(&"[[source]]\n".repeat(10_001)), @r"
    error: `source`: 10001 entries
     --> etc/sources.toml:1:1
      |
    1 | [[source]]
      | ^^^^^^^^^^ expected at most 10000
    ");
}

#[test]
fn an_error_in_one_line_names_the_place() {
    let error = parse("[fetch]\nconcurrency = \"é\"\nmax_body = 1\n").unwrap_err();
    assert_snapshot!(error, @"etc/sources.toml:2:15: `fetch.concurrency`: found a string; expected a whole number (and 1 more error)");
}

#[test]
fn routes_and_hours_are_checked_at_their_place() {
    assert_snapshot!(errors(r#"
[channels.ops]
digest = "daily at eight"
quiet = "22:00"
at_most = "lots"
timezone = "Europe/Pariss"

[channels.ops.webhook]
url = "https://example.com/hunter2"

[[route]]
service = "acme{"
topic = ["geografy"]
severity = "mayor"
words = []
news = "chnaged"
notify = "opps"
continue = "yes"

[heartbeat]
ping = "ftp://example.com/hunter2"
"#), @r#"
    error: `channels.ops.digest`: `daily at eight` is no time of a digest
     --> etc/sources.toml:3:10
      |
    3 | digest = "daily at eight"
      |          ^^^^^^^^^^^^^^^^ expected `hourly`, `daily 08:00` or `weekly mon 08:00`

    error: `channels.ops.quiet`: `22:00` are no hours
     --> etc/sources.toml:4:9
      |
    4 | quiet = "22:00"
      |         ^^^^^^^ expected two times of a day that differ, as in `22:00-07:00`

    error: `channels.ops.at_most`: `lots` is no rate
     --> etc/sources.toml:5:11
      |
    5 | at_most = "lots"
      |           ^^^^^^ expected a number from 1 to 1000 per minute, hour or day, as in `20 per hour`

    error: `channels.ops.timezone`: `Europe/Pariss` is not a time zone
     --> etc/sources.toml:6:12
      |
    6 | timezone = "Europe/Pariss"
      |            ^^^^^^^^^^^^^^^ expected a name like `Europe/Paris` or `UTC`
      |
      = help: did you mean `Europe/Paris`?

    error: `route.service`: `acme{` is no pattern (unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?))
      --> etc/sources.toml:12:11
       |
    12 | service = "acme{"
       |           ^^^^^^^ expected a name, or a glob like `openai/*`

    error: `route.topic`: `geografy` is not a topic
      --> etc/sources.toml:13:10
       |
    13 | topic = ["geografy"]
       |          ^^^^^^^^^^ expected one of docs/topics.md, or of `[topics]`
       |
       = help: did you mean `geography`?

    error: `route.severity`: `mayor` is not a severity
      --> etc/sources.toml:14:12
       |
    14 | severity = "mayor"
       |            ^^^^^^^ expected `minor`, `major` or `critical`

    error: `route.words`: an empty list
      --> etc/sources.toml:15:9
       |
    15 | words = []
       |         ^^ expected at least one, or no such key

    error: `route.news`: `chnaged` is no kind of news
      --> etc/sources.toml:16:8
       |
    16 | news = "chnaged"
       |        ^^^^^^^^^ expected `changed`, `pinned`, `diverged`, `effective`, `unreviewed`, `degraded`, `recovered`, `blind`, `channel_failing`, `channel_recovered` or `heartbeat`
       |
       = help: did you mean `changed`?

    error: `route.notify`: `opps` is not a channel
      --> etc/sources.toml:17:10
       |
    17 | notify = "opps"
       |          ^^^^^^ expected `ops`
       |
       = help: did you mean `ops`?

    error: `route.continue`: found a string
      --> etc/sources.toml:18:12
       |
    18 | continue = "***"
       |            ^^^^^ expected true or false

    error: `heartbeat.schedule` is missing
      --> etc/sources.toml:20:1
       |
    20 | [heartbeat]
       | ^^^^^^^^^^^ expected `schedule = "every 1d"`

    error: `heartbeat.ping`: an address of another scheme
      --> etc/sources.toml:21:8
       |
    21 | ping = "*************************"
       |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected an absolute address beginning with `https://` or `http://`
    "#);
}
