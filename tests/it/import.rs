//! History brought in from web archives, by the binary as a user runs it.

mod ingest;
mod memento;
mod ota_git;

use std::path::PathBuf;
use std::process::Command;

use fineprint::archive::warc::{Compression, Response, Writer};
use fineprint::model::{DeliveryState, SourceId};
use fineprint::store::{ChangeFilter, DeliveryFilter, Store};
use tempfile::TempDir;

use crate::world::{SECRET, page};

const TERMS: &str = "https://www.acme.example/legal/terms";
const NEVER: &str = "We never sell your personal data to anyone.";
const MAY: &str = "We may sell your personal data to anyone.";
const WILL: &str = "We will sell your personal data to anyone.";

/// A folder with an archive to fill and, where a story writes one, a configuration.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A desk at which the terms are configured, under a name of their own.
    fn watching() -> Self {
        let desk = Self::new();
        desk.configures("");
        desk
    }

    /// Takes lines of TOML over for the terms.
    fn configures(&self, rules: &str) {
        let toml = format!(
            "[channels.ops.webhook]\nurl = 'https://hooks.example.com/'\nsecret = '{SECRET}'\n\
             [[source]]\nid = 'acme/rules'\nservice = 'Acme'\nterms = 'Terms'\nurl = '{TERMS}'\nnotify = ['ops']\n{rules}\n"
        );
        std::fs::write(self.path("sources.toml"), toml).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn writes(&self, name: &str, archive: &[u8]) -> &Self {
        std::fs::write(self.path(name), archive).unwrap();
        self
    }

    /// What `fineprint import warc …` prints, its warnings after `!`; it must succeed.
    fn imports(&self, arguments: &str) -> String {
        self.imports_from("warc", &arguments.split(' ').collect::<Vec<_>>())
    }

    /// The same, from another kind of archive.
    fn imports_from(&self, kind: &str, arguments: &[&str]) -> String {
        self.runs(&[&["import", kind], arguments].concat())
    }

    fn runs(&self, arguments: &[&str]) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fineprint"));
        command.env_clear().env("HOME", self.0.path()).env("PATH", std::env::var_os("PATH").unwrap());
        command.current_dir(self.0.path()).args(arguments);
        if let Ok(from) = std::fs::File::open(self.path("stdin")) {
            command.stdin(from);
        }
        let output = command.output().unwrap();
        let mut told = String::from_utf8(output.stdout).unwrap();
        for line in String::from_utf8(output.stderr).unwrap().lines() {
            told += &format!("! {line}\n");
        }
        let expected = match told.as_str() {
            refused if refused.starts_with("! error") => 2..=3,
            partly if partly.contains("could not be read") => 3..=3,
            _ => 0..=0,
        };
        assert!(expected.contains(&output.status.code().unwrap()), "{:?}: {told}", output.status);
        told
    }

    async fn store(&self) -> Store {
        Store::open(&self.path(".local/state/fineprint/fineprint.db")).await.unwrap()
    }

    /// The versions of a source and how each came about, and the changes between them.
    async fn history(&self, source: &str) -> Vec<String> {
        let (store, id) = (self.store().await, source.parse::<SourceId>().unwrap());
        let versions = store.versions(&id).await.unwrap();
        let mut lines: Vec<_> =
            versions.iter().map(|v| format!("{} {:?} {}", v.number, v.cause, v.seen_at)).collect();
        let mut changes = store.changes(ChangeFilter { all: true, ..ChangeFilter::default() }).await.unwrap();
        changes.reverse();
        lines.extend(changes.iter().filter(|c| c.source == id).map(|c| {
            format!("{}..{} {:?} {}, before {}: {}", c.from, c.to, c.cause, c.at, c.previous_at, c.summary)
        }));
        lines
    }

    async fn sources(&self) -> Vec<String> {
        self.store().await.sources().await.unwrap().iter().map(|s| s.id.to_string()).collect()
    }

    async fn pending(&self) -> usize {
        let filter =
            DeliveryFilter { states: vec![DeliveryState::Pending], limit: None, ..DeliveryFilter::default() };
        self.store().await.deliveries(filter).await.unwrap().len()
    }
}

/// An archive of pages: address, day, body.
fn archive(compression: Compression, pages: &[(&str, &str, String)]) -> Vec<u8> {
    answers(compression, pages.iter().map(|(url, day, body)| (*url, *day, 200, body.clone())))
}

/// An archive of answers: address, day, status, body.
fn answers<'a>(
    compression: Compression,
    answers: impl IntoIterator<Item = (&'a str, &'a str, u16, String)>,
) -> Vec<u8> {
    let mut writer = Writer::new(Vec::new(), compression);
    for (url, day, status, body) in answers {
        let headers = vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())];
        let response = Response { status, headers, body: body.into() };
        let date = format!("{day}T12:00:00Z").parse().unwrap();
        writer.response(&url.parse().unwrap(), date, &response).unwrap();
    }
    writer.finish().unwrap()
}

/// The terms on three days; a clause is reworded on the third.
fn terms(compression: Compression) -> Vec<u8> {
    let of = |day, clause| (TERMS, day, page(&[clause]));
    archive(compression, &[of("2024-01-01", NEVER), of("2024-02-01", NEVER), of("2024-03-01", MAY)])
}

const TERMS_HISTORY: [&str; 3] = [
    "1 Publisher 2024-01-01T12:00:00Z",
    "2 Publisher 2024-03-01T12:00:00Z",
    "1..2 Publisher 2024-03-01T12:00:00Z, before 2024-01-01T12:00:00Z: 1 clause reworded",
];

#[tokio::test]
async fn an_archive_becomes_history_at_the_dates_of_its_records() {
    for (name, compression) in [
        ("a.warc", Compression::None),
        ("a.warc.gz", Compression::Gzip),
        ("stdin", Compression::None),
        ("stdin", Compression::Gzip),
    ] {
        let desk = Desk::new();
        desk.writes(name, &terms(compression));
        assert_eq!(
            desk.imports(if name == "stdin" { "-" } else { name }),
            "imported 3 captures: 1 first version, 1 change\n  1 × address that was no source and became one\n",
            "{name}, {compression:?}"
        );
        assert_eq!(desk.sources().await, ["acme.example/legal-terms"]);
        assert_eq!(desk.history("acme.example/legal-terms").await, TERMS_HISTORY);
    }
}

#[tokio::test]
async fn what_was_imported_is_passed_over_and_so_is_what_is_older() {
    let desk = Desk::watching();
    desk.writes("a.warc", &terms(Compression::None)).imports("a.warc");
    let known = "imported 0 captures: 0 first versions, 0 changes\n  \
                 3 × capture passed over: no later than what was recorded before\n";
    assert_eq!(desk.imports("a.warc"), known);
    let older = archive(Compression::None, &[(TERMS, "2023-06-01", page(&[WILL]))]);
    assert_eq!(desk.writes("older.warc", &older).imports("older.warc"), known.replace("3 ×", "1 ×"));
    assert_eq!(desk.history("acme/rules").await, TERMS_HISTORY);
}

#[tokio::test]
async fn archives_given_in_any_order_are_read_in_the_order_of_time() {
    let desk = Desk::watching();
    let of = |day, clause| archive(Compression::Gzip, &[(TERMS, day, page(&[clause]))]);
    desk.writes("1.gz", &of("2024-03-01", MAY)).writes("2.gz", &of("2024-01-01", NEVER)).imports("1.gz 2.gz");
    assert_eq!(desk.history("acme/rules").await, TERMS_HISTORY);
}

#[tokio::test]
async fn a_configured_source_keeps_its_id_and_its_rules() {
    let desk = Desk::watching();
    desk.configures("remove = ['.ad']");
    let with_ad = |clause, ad| page(&[clause]).replace("<h1>", &format!("<p class=ad>{ad}</p><h1>"));
    let of = |day, clause, ad| (TERMS, day, with_ad(clause, ad));
    let pages = archive(
        Compression::None,
        &[
            of("2024-01-01", NEVER, "Acme for teams now has ten thousand customers in all of Europe."),
            of("2024-02-01", NEVER, "Acme for teams now has twenty thousand friends in all of Asia."),
            of("2024-03-01", MAY, "Acme for teams now has thirty thousand users in all of Africa."),
        ],
    );
    let told = desk.writes("a.warc", &pages).imports("a.warc");
    assert_eq!(told, "imported 3 captures: 1 first version, 1 change\n");
    assert_eq!(desk.sources().await, ["acme/rules"]);
    assert_eq!(desk.history("acme/rules").await, TERMS_HISTORY);
}

#[tokio::test]
async fn a_source_that_moved_goes_on_at_its_new_address_alone() {
    let desk = Desk::watching();
    desk.writes("a.warc", &terms(Compression::None)).imports("a.warc");
    let moved = "https://www.acme.example/rules";
    let toml = std::fs::read_to_string(desk.path("sources.toml")).unwrap();
    std::fs::write(desk.path("sources.toml"), toml.replace(TERMS, moved)).unwrap();
    let of = |url, day, clause| (url, day, page(&[clause]));
    let both = [of(TERMS, "2024-04-01", WILL), of(moved, "2024-04-02", MAY), of(TERMS, "2024-04-03", NEVER)];
    let told = desk.writes("b.warc", &archive(Compression::None, &both)).imports("b.warc");
    assert_eq!(
        told,
        "imported 3 captures: 1 first version, 1 change\n  1 × address that was no source and became one\n"
    );
    assert_eq!(desk.history("acme/rules").await, TERMS_HISTORY);
}

#[tokio::test]
async fn an_edited_rule_between_imports_is_no_change_of_the_publishers() {
    let other = "Arbitration takes place in the city of Geneva, in English or in French.";
    let change = "2..3 Publisher 2024-03-01T12:00:00Z, before 2024-01-01T12:00:00Z: 1 clause reworded";
    for (captures, expected) in [
        (vec![("2024-03-01", NEVER)], vec![]),
        (vec![("2024-03-01", MAY)], vec![change]),
        (vec![("2024-02-15", NEVER), ("2024-03-01", MAY)], vec![change]),
    ] {
        let desk = Desk::watching();
        let both = |clause: &str| page(&[clause, other]).replace("<p>Arb", "<p class=court>Arb");
        let first = archive(Compression::None, &[(TERMS, "2024-01-01", both(NEVER))]);
        desk.writes("a.warc", &first).imports("a.warc");
        desk.configures("remove = ['.court']");
        // A page that can't be read settles nothing; the edited rule is looked into at the next one.
        let error = (TERMS, "2024-02-01", 500, "<p>Something went wrong.".to_owned());
        let captures = captures.iter().map(|(day, clause)| (TERMS, *day, 200, both(clause)));
        let newer = answers(Compression::None, [error].into_iter().chain(captures));
        desk.writes("b.warc", &newer).imports("b.warc --notify");
        let history = desk.history("acme/rules").await;
        let is_publishers = |line: &&String| line.contains("..") && line.contains("Publisher");
        let told: Vec<_> = history.iter().filter(is_publishers).collect();
        assert_eq!(told, expected, "{history:#?}");
        assert!(history.contains(&"2 Extractor 2024-01-01T12:00:00Z".to_owned()), "{history:#?}");
        assert_eq!(desk.pending().await, expected.len());
    }
}

#[tokio::test]
async fn redirects_are_passed_over() {
    let desk = Desk::watching();
    let moved = [
        (TERMS, "2024-01-01", 200, page(&[NEVER])),
        (TERMS, "2024-02-01", 301, page(&[WILL])),
        (TERMS, "2024-03-01", 200, page(&[MAY])),
    ];
    let told = desk.writes("a.warc", &answers(Compression::None, moved)).imports("a.warc");
    assert_eq!(
        told,
        "imported 2 captures: 1 first version, 1 change\n  1 × redirect or other answer without a page passed over\n"
    );
    assert_eq!(desk.history("acme/rules").await, TERMS_HISTORY);
}

#[tokio::test]
async fn channels_are_told_only_if_asked_for() {
    for (flag, pending) in [("", 0), (" --notify", 1)] {
        let desk = Desk::watching();
        desk.writes("a.warc", &terms(Compression::None)).imports(&format!("a.warc{flag}"));
        assert_eq!(desk.pending().await, pending, "{flag}");
        assert_eq!(desk.history("acme/rules").await, TERMS_HISTORY);
    }
}

#[tokio::test]
async fn of_a_truncated_archive_what_stands_before_the_cut_is_imported() {
    for (name, compression) in [("a.warc", Compression::None), ("a.warc.gz", Compression::Gzip)] {
        let desk = Desk::watching();
        let mut cut = terms(compression);
        cut.truncate(cut.len() - 100);
        let told = desk.writes(name, &cut).imports(name);
        assert!(told.starts_with("imported 2 captures: 1 first version, 0 changes\n"), "{told}");
        assert!(told.contains("  1 × record could not be read; see the warnings\n"), "{told}");
        assert!(told.contains(&format!("! warning: {name}: record ")), "{told}");
        assert_eq!(desk.history("acme/rules").await, TERMS_HISTORY[..1]);
    }
}

#[tokio::test]
async fn an_address_that_comes_again_after_many_others_is_compared_with_its_past() {
    let desk = Desk::new();
    let url = |n: usize| format!("https://acme.example/{n}");
    let urls: Vec<_> = (0..70).map(url).collect();
    let of = |day: &'static str, clause: &'static str| {
        urls.iter().map(move |url| (url.as_str(), day, page(&[clause])))
    };
    let pages: Vec<_> = of("2024-01-01", NEVER).chain(of("2024-03-01", MAY)).collect();
    let told = desk.writes("crawl.warc.gz", &archive(Compression::Gzip, &pages)).imports("crawl.warc.gz");
    assert_eq!(
        told,
        "imported 140 captures: 70 first versions, 70 changes\n  70 × address that was no source and became one\n"
    );
    assert_eq!(desk.history("acme.example/0").await, TERMS_HISTORY);
}

#[tokio::test]
async fn a_capture_from_the_future_is_passed_over() {
    let desk = Desk::watching();
    let pages = [(TERMS, "2024-01-01", page(&[NEVER])), (TERMS, "2099-01-01", page(&[MAY]))];
    let told = desk.writes("a.warc", &archive(Compression::None, &pages)).imports("a.warc");
    assert!(told.starts_with("imported 1 capture: 1 first version, 0 changes\n"), "{told}");
    assert!(told.contains("  1 × capture passed over: dated in the future\n"), "{told}");
}
