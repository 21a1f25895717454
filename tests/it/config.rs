//! `sources.toml`: what is read from it.

mod access;
mod channels;
mod errors;
mod secrets;
mod summary;
mod values;

use std::path::{Path, PathBuf};
use std::time::Duration;

use fineprint::channel::Settings;
use fineprint::config::{Config, Error};
use fineprint::model::{Pin, Remind, Schedule, Severity};
use insta::assert_snapshot;
use jiff::SignedDuration;
use jiff::tz::TimeZone;
use proptest::prelude::*;

/// Base64 of 32 bytes, as `openssl rand -base64 32` gives it.
const KEY: &str = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

fn env(name: &str) -> Option<String> {
    let value = match name {
        "SECRET" | "OLD_SECRET" => KEY,
        "HOOK" => "https://hooks.example.com/T0/hunter2",
        "TOKEN" => "hunter2",
        "EMPTY" => "",
        "LINES" => "hunter2\r\nX-Evil: 1",
        _ => return None,
    };
    Some(value.to_owned())
}

fn parse(text: &str) -> Result<Config, Error> {
    Config::parse(Path::new("etc/sources.toml"), text, &env)
}

/// How the errors of a file look; no error ever shows a secret.
fn errors(text: &str) -> String {
    let error = parse(text).expect_err("the file has errors");
    let drawn = error.render(false);
    for shown in [&drawn, &error.to_string(), &format!("{error:?}"), &error.render(true)] {
        assert!(!shown.contains("hunter2") && !shown.contains("MDEyMzQ1"), "a secret is shown:\n{shown}");
    }
    drawn
}

const GOOD: &str = r#"
[defaults]
schedule = "0 */6 * * *"
timezone = "Europe/Paris"
notify = "ops"

[channels.ops.webhook]
url = "${HOOK}"
secret = "${SECRET}"

[channels.legal.webhook]
url = "https://hooks.example.com/legal"
secrets = ["${SECRET}", "${OLD_SECRET}"]

[store]
path = "data/fineprint.db"

[fetch]
concurrency = 8
contact = "mailto:ops@example.com"
allow_private = ["127.0.0.0/8", "10.0.0.7", "::1"]
max_body = "2 MiB"
timeout = "90s"

[remind]
before = ["2w", "1d", "14d"]
unreviewed = "never"

[[source]]
service = "OpenAI"
terms = "Usage Policies"
url = "https://openai.com/policies/usage-policies/"

[[source]]
service = "Acme"
terms = "Terms of Service"
url = "http://acme.example/terms?lang=en"
id = "acme/tos"
schedule = "every 90 minutes"
notify = ["legal", "ops", "legal"]
select = "main article"
remove = [".related", "aside"]
headers = { Authorization = "Bearer ${TOKEN}", X-Price = "5$$" }
[[source.pin]]
text = " We do not train on your business data "
note = "our DPA rests on it"
[[source.pin]]
text = "Fees are due within 30 days."

[[source]]
service = "Acme"
terms = "Privacy"
url = "https://acme.example/privacy"
timezone = "America/New_York"
notify = []
"#;

#[test]
fn everything_in_a_good_file_is_read() {
    let config = parse(GOOD).unwrap();
    assert_eq!(config.store_path, Some(PathBuf::from("etc/data/fineprint.db")));
    assert_eq!((config.fetch.concurrency, config.fetch.max_body), (8, 2 << 20));
    assert_eq!(config.fetch.contact.as_deref(), Some("mailto:ops@example.com"));
    assert_eq!(config.fetch.timeout, Duration::from_secs(90));
    let networks: Vec<_> = config.fetch.allow_private.iter().map(ToString::to_string).collect();
    assert_eq!(networks, ["127.0.0.0/8", "10.0.0.7/32", "::1/128"]);

    assert_eq!(config.remind, Remind { before: vec![1, 14], unreviewed: None });
    assert_eq!(parse("").unwrap().remind, Remind { before: vec![7, 1], unreviewed: Some(3) });

    let Settings::Webhook(legal) = &config.channels[&"legal".parse().unwrap()] else { panic!("a webhook") };
    assert_eq!(legal.url.as_str(), "https://hooks.example.com/legal");
    assert_eq!(legal.secrets.iter().map(|s| s.reveal()).collect::<Vec<_>>(), [KEY, KEY]);
    let Settings::Webhook(ops) = &config.channels[&"ops".parse().unwrap()] else { panic!("a webhook") };
    assert_eq!(ops.url.as_str(), "https://hooks.example.com/T0/hunter2");

    let [usage, tos, privacy] = &config.sources[..] else { panic!("{:?}", config.sources) };
    assert_eq!(usage.id.as_str(), "openai/usage-policies");
    let line = "0 */6 * * *".to_owned();
    let crontab = |zone| Schedule::Crontab { line: line.clone(), zone: TimeZone::get(zone).unwrap() };
    assert_eq!(usage.schedule, crontab("Europe/Paris"));
    assert_eq!(usage.notify, ["ops".parse().unwrap()]);
    assert_eq!(tos.id.as_str(), "acme/tos");
    let pin = |text: &str, note: Option<&str>| Pin { text: text.into(), note: note.map(str::to_owned) };
    let pins = [
        pin("We do not train on your business data", Some("our DPA rests on it")),
        pin("Fees are due within 30 days.", None),
    ];
    assert_eq!((&tos.pins[..], privacy.pins.len()), (&pins[..], 0));
    assert_eq!(tos.schedule, Schedule::Every(SignedDuration::from_mins(90)));
    assert_eq!(tos.notify, ["legal".parse().unwrap(), "ops".parse().unwrap()]);
    assert_eq!((&tos.rules.select[..], tos.rules.remove.len()), (&["main article".to_owned()][..], 2));
    let headers: Vec<_> = tos.headers.iter().map(|(n, v)| (n.as_str(), v.reveal())).collect();
    assert_eq!(headers, [("authorization", "Bearer hunter2"), ("x-price", "5$")]);
    assert_eq!(privacy.schedule, crontab("America/New_York"));
    assert!(privacy.notify.is_empty() && privacy.rules.is_empty());
}

#[test]
fn an_empty_file_is_a_configuration_without_sources() {
    let config = parse("").unwrap();
    assert!(config.sources.is_empty() && config.channels.is_empty());
    assert_eq!(config.fetch, fineprint::fetch::Settings::default());
}

#[test]
fn a_file_that_cannot_be_read_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sources.toml");
    let failure = |text: Option<&[u8]>| {
        if let Some(text) = text {
            std::fs::write(&path, text).unwrap();
        }
        let error = Config::load(&path, &env).unwrap_err();
        error.render(false).replace(folder.path().to_str().unwrap(), "")
    };
    let report =
        [failure(None), failure(Some(b"a = 1\n\xff")), failure(Some(&vec![b'#'; 5 << 20]))].join("\n");
    assert_snapshot!(report, @r"
    error: cannot read /sources.toml: No such file or directory (os error 2)
     |
     = help: `fineprint init` writes a sources.toml
    error: /sources.toml is not UTF-8 text (line 2)
    error: /sources.toml is larger than 4 MiB
    ");
}

#[test]
fn where_no_file_is_found_the_way_to_one_is_told() {
    let error = Error::NotFound {
        looked: vec!["sources.toml".into(), "/home/u/.config/fineprint/sources.toml".into()],
    };
    assert_snapshot!(error.render(false), @r"
    error: no sources.toml found (looked at sources.toml, /home/u/.config/fineprint/sources.toml)
     |
     = help: `fineprint init` writes one; `--config` or FINEPRINT_CONFIG name another place
    ");
}

#[test]
fn the_catalogue_we_ship_is_read_without_errors() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("sources.toml");
    let config = Config::load(&path, &env).map_err(|e| e.render(false)).unwrap_or_else(|e| panic!("{e}"));
    let services: std::collections::BTreeSet<_> = config.sources.iter().map(|s| &s.service).collect();
    assert!(config.sources.len() >= 80, "{} sources", config.sources.len());
    assert!(services.len() >= 15, "{} services", services.len());
}

/// Files made of pieces that mean something here, with anything between them.
fn files() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(GOOD.lines().map(|l| format!("{l}\n")).collect::<Vec<_>>()),
        prop::sample::select(vec![
            "${", "}", "\"", "'", "[", "]", "\"\"\"", "{", "= ", "\n", "$$", "\\u0000", "a.b"
        ])
        .prop_map(str::to_owned),
        "\\PC{0,8}",
    ];
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in prop_oneof![files(), "\\PC*", ".*"]) {
        if let Err(error) = parse(&text) {
            prop_assert!(!error.render(false).is_empty() && !error.to_string().is_empty());
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        if let Err(error) = Config::load(file.path(), &env) {
            prop_assert!(!error.render(true).is_empty());
        }
    }

    #[test]
    fn any_value_is_read_or_refused(value in "\\PC{0,40}", key in prop::sample::select(vec![
        "service", "terms", "url", "id", "schedule", "timezone", "notify", "select", "remove", "headers.x", "headers.'a b'",
    ])) {
        let quoted = toml::Value::String(value).to_string();
        let text = format!("[[source]]\n{key} = {quoted}\n");
        if let Err(error) = parse(&text) {
            prop_assert!(!error.render(false).is_empty());
        }
    }
}

#[test]
fn topics_and_severities_go_to_the_sources_they_are_for() {
    let config = parse(
        r#"
[topics.residency]
words = "eu region*"

[[severity]]
severity = "critical"
topic = ["residency", "payment"]
service = "acme"

[[severity]]
severity = "minor"
words = ["affiliate"]

[[source]]
service = "Acme"
terms = "One"
url = "https://acme.example/terms"

[[source]]
service = "Other"
terms = "Two"
url = "https://other.example/terms"
"#,
    )
    .unwrap();
    let rules: Vec<_> = config.sources.iter().map(|source| &source.topics).collect();
    assert_eq!(rules[0].topics, [("residency".parse().unwrap(), vec!["eu region*".to_owned()])]);
    let severities = |i: usize| rules[i].severities.iter().map(|rule| rule.severity).collect::<Vec<_>>();
    assert_eq!(severities(0), [Severity::Critical, Severity::Minor]);
    assert_eq!(severities(1), [Severity::Minor]);
}
