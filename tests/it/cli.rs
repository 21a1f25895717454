//! The command line, run as a user does.

mod bad_input;
mod compare;
mod documents;
mod init;
mod look;
mod notices;
mod read;
mod review;
mod upcoming;

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use fineprint::diff::compare;
use fineprint::model::{
    Cause, Change, Check, Clause, Deed, NoticeId, Outcome, PinState, Received, Review, Rules, Schedule,
    Severity, Sight, Snapshot, Source, Text, Topic,
};
use fineprint::notice;
use fineprint::store::{NewVersion, Record, Store};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

/// A folder of its own in which the binary runs, and nothing of the surroundings.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn write(&self, file: &str, text: &str) -> &Self {
        std::fs::write(self.path(file), text).unwrap();
        self
    }

    fn command(&self, line: &str) -> Command {
        let mut command = assert_cmd::cargo::cargo_bin_cmd!("fineprint");
        command
            .env_clear()
            .env("HOME", self.folder.path())
            .env("COLUMNS", "80")
            .current_dir(self.folder.path());
        command.args(line.split_whitespace());
        command
    }

    /// What a command line prints, its warnings and errors after `!`, and its exit code unless that is 0.
    fn run(&self, line: &str) -> String {
        self.told(&mut self.command(line))
    }

    fn told(&self, command: &mut Command) -> String {
        let output = command.output().unwrap();
        let here = self.folder.path().display().to_string();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap().replace(&here, "~");
        let mut told = text(&output.stdout);
        text(&output.stderr).lines().for_each(|line| told += &format!("! {line}\n"));
        match output.status.code() {
            Some(0) => told,
            Some(code) => format!("{told}exit code {code}"),
            None => panic!("killed: {told}"),
        }
    }

    async fn archive(&self) -> Store {
        let path = self.path(".local/state/fineprint/fineprint.db");
        Store::open(&path).await.unwrap()
    }
}

/// `hours` before now, and half an hour more, so that a slow test still says the same.
fn ago(hours: i64) -> Timestamp {
    use fineprint::clock::{Clock as _, SystemClock};
    SystemClock.now() - SignedDuration::from_hours(hours) - SignedDuration::from_mins(30)
}

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn source(terms: &str) -> Source {
    Source {
        id: fineprint::model::SourceId::derive("Acme", terms).unwrap(),
        service: "Acme".into(),
        terms: terms.into(),
        url: format!("https://acme.example/{terms}").replace(' ', "-").parse().unwrap(),
        schedule: Schedule::Every(SignedDuration::from_hours(6)),
        notify: vec!["ops".parse().unwrap()],
        rules: Rules::default(),
        pins: Vec::new(),
        max_age: Source::MAX_AGE,
        browser: Default::default(),
        headers: vec![],
        request: Default::default(),
        watch: None,
        ways: None,
        robots: Default::default(),
        topics: Default::default(),
    }
}

fn policy(lines: &[&str]) -> Text {
    let clause = |line: &&str| match line.strip_prefix("# ") {
        Some(heading) => Clause::heading(2, heading),
        None => Clause::paragraph(*line),
    };
    Text { title: "Usage Policies".into(), clauses: lines.iter().map(clause).collect(), ..Text::default() }
}

fn page(source: &Source, at: Timestamp) -> Snapshot {
    Snapshot {
        source: source.id.clone(),
        fetched_at: at,
        url: source.url.clone(),
        final_url: source.url.clone(),
        status: 200,
        headers: vec![],
        body: format!("<p>{at}").into(),
        received: Received::default(),
    }
}

fn looked(source: &Source, at: Timestamp, outcome: Outcome, detail: Option<&str>) -> Record {
    let (source, detail) = (source.id.clone(), detail.map(str::to_owned));
    Record::new(Check { source, at, outcome, status: Some(200), detail }, at + SignedDuration::from_hours(6))
}

/// The first version of a policy.
fn first(source: &Source, at: Timestamp, text: &Text) -> Record {
    let mut record = looked(source, at, Outcome::First, None);
    record.keep = Some(page(source, at));
    record.version =
        Some(NewVersion { number: 1, text: text.clone(), cause: Cause::Publisher, reading: "x1".into() });
    record
}

/// A later version, announced as a change to the channel `ops`.
fn changed(source: &Source, at: Timestamp, number: u32, before: &Text, after: &Text) -> Record {
    let diff = compare(before, after);
    let change = Change {
        id: NoticeId::derive("chg", &[source.id.as_str(), &number.to_string()]),
        source: source.id.clone(),
        from: number - 1,
        to: number,
        at,
        previous_at: at - SignedDuration::from_hours(24),
        severity: if number == 2 { Severity::Critical } else { Severity::Major },
        topics: vec![Topic::AppealsDisputes],
        reasons: Vec::new(),
        effective: None,
        dates: Vec::new(),
        summary: notice::summary_line(&diff, before, after),
        words_added: diff.words_added(after),
        words_removed: diff.words_removed(before),
        cause: Cause::Publisher,
        announced: true,
        why: "new words".into(),
    };
    let mut record = first(source, at, after);
    record.check.outcome = Outcome::Changed;
    record.version.as_mut().unwrap().number = number;
    record.notices = vec![notice::changed(source, &change, before, after, &diff)];
    record.channels = source.notify.clone();
    record.change = Some(change);
    record
}

/// `acme/usage-policies` in three versions, of January, February and March.
async fn three_versions(place: &Place) -> Store {
    let store = place.archive().await;
    let source = source("Usage Policies");
    let texts = [
        policy(&[
            "# Suspension",
            "We may suspend you with notice.",
            "# Appeals",
            "You may appeal within 30 days.",
            "We answer.",
        ]),
        policy(&[
            "# Suspension",
            "We may suspend you with notice.",
            "# Appeals",
            "You may appeal within 14 days.",
            "We answer.",
        ]),
        policy(&[
            "# Suspension",
            "We may suspend you without notice.",
            "# Appeals",
            "You may appeal within 14 days.",
            "Our answer is final.",
        ]),
    ];
    let days = ["2026-01-10T06:00:00Z", "2026-02-10T06:00:00Z", "2026-03-10T06:00:00Z"].map(at);
    store.sync_sources(std::slice::from_ref(&source), days[0]).await.unwrap();
    store.record(first(&source, days[0], &texts[0])).await.unwrap();
    store.record(changed(&source, days[1], 2, &texts[0], &texts[1])).await.unwrap();
    store.record(changed(&source, days[2], 3, &texts[1], &texts[2])).await.unwrap();
    store
}

/// A minimal configuration.
const ONE_SOURCE: &str = r#"
[[source]]
service = "Acme"
terms = "Usage Policies"
url = "https://acme.example/usage-policies"
"#;

fn exists(path: &Path) -> bool {
    path.try_exists().unwrap()
}
