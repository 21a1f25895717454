//! Errors in single values of `sources.toml`, as they are drawn.

use insta::assert_snapshot;

use super::{errors, parse};

#[test]
fn addresses_are_http_and_hold_no_password() {
    assert_snapshot!(errors(r#"
[[source]]
service = "Acme"
terms = "One"
url = "openai.com/policies"

[[source]]
service = "Acme"
terms = "Two"
url = "https://user:hunter2@acme.example/terms"

[[source]]
service = "Acme"
terms = "Three"
url = "file:///etc/passwd"
"#), @r#"
    error: `source.url`: an address without a scheme
     --> etc/sources.toml:5:7
      |
    5 | url = "openai.com/policies"
      |       ^^^^^^^^^^^^^^^^^^^^^ expected an absolute address beginning with `https://` or `http://`
      |
      = help: does it lack `https://` in front?

    error: `source.url`: an address with a user name or password in it
      --> etc/sources.toml:10:7
       |
    10 | url = "***************************************"
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected an address without them
       |
       = help: give them to the source: auth = { user = "…", password = "${PASSWORD}" }

    error: `source.url`: an address of another scheme
      --> etc/sources.toml:15:7
       |
    15 | url = "file:///etc/passwd"
       |       ^^^^^^^^^^^^^^^^^^^^ expected an absolute address beginning with `https://` or `http://`
    "#);
}

#[test]
fn timing_and_selectors_are_checked() {
    assert_snapshot!(errors(r##"
[[source]]
service = "Acme"
terms = "One"
url = "https://acme.example/terms"
schedule = "0 0 31 2 *"
timezone = "Europe/Pariss"

[[source]]
service = "Acme"
terms = "Two"
url = "https://acme.example/terms"
schedule = "60 * * * *"
select = ["main", "div["]
remove = 5
"##), @r#"
    error: `source.schedule`: `0 0 31 2 *` would not run within five years
     --> etc/sources.toml:6:12
      |
    6 | schedule = "0 0 31 2 *"
      |            ^^^^^^^^^^^^ expected a day that exists in one of the months

    error: `source.timezone`: `Europe/Pariss` is not a time zone
     --> etc/sources.toml:7:12
      |
    7 | timezone = "Europe/Pariss"
      |            ^^^^^^^^^^^^^^^ expected a name like `Europe/Paris` or `UTC`
      |
      = help: did you mean `Europe/Paris`?

    error: `source.schedule`: `60` in the minute field is out of range
      --> etc/sources.toml:13:12
       |
    13 | schedule = "60 * * * *"
       |            ^^^^^^^^^^^^ expected `*` or minutes from 0 to 59, as in `30`, `0,30`, `*/15`, `10-50/20`

    error: `source.select`: `div[` is not a CSS selector
      --> etc/sources.toml:14:19
       |
    14 | select = ["main", "div["]
       |                   ^^^^^^ expected a selector as in `main article`, or a stretch as in `#terms .. #privacy`

    error: `source.remove`: found a whole number
      --> etc/sources.toml:15:10
       |
    15 | remove = 5
       |          ^ expected a string or an array of strings
    "#);
}

#[test]
fn tables_of_the_wrong_shape_are_refused() {
    assert_snapshot!(errors(r#"
channels = 5
store = ["x"]
fetch.allow_private = ["10.0.0.0/33", "localhost", 10]
fetch.contact = "ops@example.com"
fetch.timeout = "1h"
fetch.max_body = "1 TB"
[source]
service = "Acme"
"#), @r#"
    error: `channels`: found a whole number
     --> etc/sources.toml:2:12
      |
    2 | channels = 5
      |            ^ expected a table

    error: `store`: found an array
     --> etc/sources.toml:3:9
      |
    3 | store = ["x"]
      |         ^^^^^ expected a table

    error: `fetch.allow_private`: `10.0.0.0/33` is not a network
     --> etc/sources.toml:4:24
      |
    4 | fetch.allow_private = ["10.0.0.0/33", "localhost", 10]
      |                        ^^^^^^^^^^^^^ expected a network like `127.0.0.0/8` or an address like `10.0.0.7`

    error: `fetch.allow_private`: `localhost` is not a network
     --> etc/sources.toml:4:39
      |
    4 | fetch.allow_private = ["10.0.0.0/33", "localhost", 10]
      |                                       ^^^^^^^^^^^ expected a network like `127.0.0.0/8` or an address like `10.0.0.7`

    error: `fetch.allow_private`: found a whole number
     --> etc/sources.toml:4:52
      |
    4 | fetch.allow_private = ["10.0.0.0/33", "localhost", 10]
      |                                                    ^^ expected a string

    error: `fetch.contact`: `ops@example.com` is not a contact
     --> etc/sources.toml:5:17
      |
    5 | fetch.contact = "ops@example.com"
      |                 ^^^^^^^^^^^^^^^^^ expected `mailto:you@example.com` or `https://example.com/bot`
      |
      = help: write `mailto:ops@example.com`

    error: `fetch.timeout`: `1h` is not a time
     --> etc/sources.toml:6:17
      |
    6 | fetch.timeout = "1h"
      |                 ^^^^ expected a time from 1 second to 10 minutes, as in `60s` or `2m`

    error: `fetch.max_body`: `1 TB` is not a size
     --> etc/sources.toml:7:18
      |
    7 | fetch.max_body = "1 TB"
      |                  ^^^^^^ expected a size from 1 KiB to 1 GiB, as in `10 MiB`

    error: `source`: found a single table
     --> etc/sources.toml:8:1
      |
    8 | [source]
      | ^^^^^^^^ expected `[[source]]`, in double brackets
    "#);
}

#[test]
fn pins_are_whole_sentences_each_once() {
    let long = "word ".repeat(250);
    assert_snapshot!(errors(&format!(r#"
[[source]]
service = "Acme"
terms = "Terms"
url = "https://acme.example/terms"
[[source.pin]]
text = "Business data"
[[source.pin]]
text = "We do not train on it."
why = "DPA"
[[source.pin]]
text = "We DON’T train on it"
note = ""
[[source.pin]]
note = "no text"
[[source.pin]]
text = "{long}"

[[source]]
service = "Acme"
terms = "Privacy"
url = "https://acme.example/privacy"
pin = {{ text = "We do not train on it." }}
"#)), @r#"
    error: `source.pin.text`: a clause of 2 words
     --> etc/sources.toml:7:8
      |
    7 | text = "Business data"
      |        ^^^^^^^^^^^^^^^ expected at least 3 words
      |
      = help: fewer words stand somewhere in every policy: pin the whole sentence

    error: `source.pin.why`: unknown key
      --> etc/sources.toml:10:1
       |
    10 | why = "***"
       | ^^^ expected `text` or `note`

    error: `source.pin.text`: this clause is pinned twice
      --> etc/sources.toml:12:8
       |
     9 | text = "We do not train on it."
       |        ------------------------ the first is here
    ...
    12 | text = "We DON’T train on it"
       |        ^^^^^^^^^^^^^^^^^^^^^^ expected another clause

    error: `source.pin.note`: an empty string
      --> etc/sources.toml:13:8
       |
    13 | note = ""
       |        ^^ expected some text

    error: `source.pin.text` is missing
      --> etc/sources.toml:14:1
       |
    14 | [[source.pin]]
       | ^^^^^^^^^^^^^^ expected `text = "the clause, in the words of the page"`

    error: `source.pin.text`: a text of 1249 characters
      --> etc/sources.toml:17:8
       |
    17 | ... = "word word word word word word word word word...ord word word word word word word word word "
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^...^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected at most 1000 characters

    error: `source.pin`: found a single table
      --> etc/sources.toml:23:7
       |
    23 | pin = { text = "We do not train on it." }
       |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ expected `[[source.pin]]`, in double brackets
    "#);
    let many = "[[source.pin]]\ntext = 'a b c'\n".repeat(21);
    let drawn = errors(&format!("[[source]]\nservice = 'A'\nterms = 'T'\nurl = 'https://a.example'\n{many}"));
    assert!(drawn.contains("`source.pin`: 21 entries") && drawn.contains("expected at most 20"), "{drawn}");
}

#[test]
fn reminders_are_days_or_weeks() {
    assert_snapshot!(errors("[remind]\nbefore = ['7d', '0d', '12h', '53w', 3]\nunreviewed = 'off'\nafter = '1d'\n"), @"
    error: `remind.before`: `0d` is not a number of days
     --> etc/sources.toml:2:17
      |
    2 | before = ['7d', '0d', '12h', '53w', 3]
      |                 ^^^^ expected a number of days or weeks from `1d` to `366d`, as in `7d` or `2w`

    error: `remind.before`: `12h` is not a number of days
     --> etc/sources.toml:2:23
      |
    2 | before = ['7d', '0d', '12h', '53w', 3]
      |                       ^^^^^ expected a number of days or weeks from `1d` to `366d`, as in `7d` or `2w`

    error: `remind.before`: `53w` is not a number of days
     --> etc/sources.toml:2:30
      |
    2 | before = ['7d', '0d', '12h', '53w', 3]
      |                              ^^^^^ expected a number of days or weeks from `1d` to `366d`, as in `7d` or `2w`

    error: `remind.before`: found a whole number
     --> etc/sources.toml:2:37
      |
    2 | before = ['7d', '0d', '12h', '53w', 3]
      |                                     ^ expected a string

    error: `remind.unreviewed`: `off` is not a number of days
     --> etc/sources.toml:3:14
      |
    3 | unreviewed = 'off'
      |              ^^^^^ expected a number of days or weeks from `1d` to `366d`, as in `7d` or `2w`
      |
      = help: `never` switches it off

    error: `remind.after`: unknown key
     --> etc/sources.toml:4:1
      |
    4 | after = '**'
      | ^^^^^ expected `before` or `unreviewed`
    ");
}

#[test]
fn topics_and_severities_are_checked() {
    assert_snapshot!(errors(r#"
[topics.payment]
words = ["compute unit*"]

[topics."data residency"]
words = ["*"]

[[severity]]
severity = "urgent"
topic = "paymnt"
service = "Acme Corp"

[[severity]]
severity = "major"

[[severity]]
severity = "critical"
topic = "payment"
service = "Acmee"

[[source]]
service = "Acme"
terms = "One"
url = "https://acme.example/terms"
"#), @r#"
    error: `topics.data residency`: `data residency` can't be a topic with words
     --> etc/sources.toml:5:1
      |
    5 | [topics."data residency"]
      | ^^^^^^^^^^^^^^^^^^^^^^^^^ expected a name in a-z, 0-9, `_`, at most 50 bytes

    error: `topics.data residency.words`: `*` is not a word
     --> etc/sources.toml:6:10
      |
    6 | words = ["*"]
      |          ^^^ expected a word or a phrase, perhaps with `*` at its beginning or end

    error: `severity.severity`: `urgent` is not a severity
     --> etc/sources.toml:9:12
      |
    9 | severity = "urgent"
      |            ^^^^^^^^ expected `minor`, `major` or `critical`

    error: `severity.topic`: `paymnt` is not a topic
      --> etc/sources.toml:10:9
       |
    10 | topic = "paymnt"
       |         ^^^^^^^^ expected one of docs/topics.md, or of `[topics]`
       |
       = help: did you mean `payment`?

    error: `severity`: a rule for every change
      --> etc/sources.toml:13:1
       |
    13 | [[severity]]
       | ^^^^^^^^^^^^ expected `topic`, `service` or `words` beside `severity`

    error: `severity.service`: no source has the service `Acmee`
      --> etc/sources.toml:19:11
       |
    19 | service = "Acmee"
       |           ^^^^^^^ expected the `service` of a source
       |
       = help: did you mean `Acme`?
    "#);
}

#[test]
fn a_channel_has_hours_and_a_zone_of_its_own_or_the_default_one() {
    let config = parse(
        "[defaults]\ntimezone = 'Europe/Paris'\n\
         [channels.ops]\ndigest = 'weekly fri 17:30'\nquiet = '22:00-07:00'\nat_most = '20 per hour'\n\
         webhook = { url = 'https://example.com/' }\n\
         [channels.team]\ntimezone = 'Asia/Tokyo'\nwebhook = { url = 'https://example.com/' }\n",
    )
    .unwrap();
    let policy = |name: &str| config.policies[&name.parse().unwrap()].clone();
    let (ops, team) = (policy("ops"), policy("team"));
    assert_eq!(ops.zone.iana_name(), Some("Europe/Paris"));
    assert_eq!(team.zone.iana_name(), Some("Asia/Tokyo"));
    assert!(ops.digest.is_some() && ops.quiet.is_some() && ops.at_most.is_some());
    assert_eq!((team.digest, team.quiet, team.at_most), (None, None, None));
}

#[test]
fn browsers_are_asked_for_by_source_or_for_all() {
    use fineprint::model::Rendering;
    let source = |terms: &str, more: &str| {
        format!("[[source]]\nservice = 'Acme'\nterms = '{terms}'\nurl = 'https://acme.example/'\n{more}\n")
    };
    let config = parse(&format!(
        "[defaults]\nbrowser = 'auto'\n[browser]\npath = 'bin/chromium'\nsandbox = false\npages = 4\nmemory = '256 MiB'\n\
         timeout = '30s'\n{}{}{}",
        source("One", ""),
        source("Two", "browser = true"),
        source("Three", "browser = false"),
    ))
    .unwrap();
    let asked: Vec<Rendering> = config.sources.iter().map(|source| source.browser).collect();
    assert_eq!(asked, [Rendering::Auto, Rendering::Always, Rendering::Never]);
    let browser = config.fetch.browser;
    assert!(browser.path.unwrap().ends_with("etc/bin/chromium"));
    assert_eq!((browser.sandbox, browser.pages, browser.memory), (false, 4, 256 * 1024 * 1024));
    assert!(browser.settle < browser.timeout && browser.patience < browser.settle);

    let wrong =
        errors(&format!("[browser]\npages = 0\nmemory = '1 MiB'\n{}", source("One", "browser = 'maybe'")));
    for said in [
        "`browser.pages`: 0 is out of range",
        "expected a whole number from 1 to 32",
        "`browser.memory`: `1 MiB` is no size that fits",
        "expected a size from 64 MiB to 1 GiB",
        "`source.browser`: `maybe` is neither",
        "expected true, false or \"auto\"",
    ] {
        assert!(wrong.contains(said), "{said}\n{wrong}");
    }
}
