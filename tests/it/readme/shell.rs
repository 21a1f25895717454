//! A shell in a folder like a reader's, in which documents are replayed: a sources.toml, some months of history.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

use fineprint::archive::warc::{Compression, Response, Writer};

pub struct Shell(tempfile::TempDir);

/// What is watched: a provider that doesn't exist, so that nobody is quoted with words that aren't theirs.
const SOURCES: &str = r#"
[defaults]
notify = ["ops"]

[channels.ops.webhook]
url = "https://hooks.example.com/fineprint"
secret = "${FINEPRINT_WEBHOOK_SECRET}"

[[source]]
service = "Larkwing"
terms = "Acceptable Use Policy"
url = "https://larkwing.example/legal/acceptable-use"

[[source]]
service = "Larkwing"
terms = "Terms of Service"
url = "https://larkwing.example/legal/terms"
"#;

impl Shell {
    pub fn new() -> Self {
        let shell = Self(tempfile::tempdir().unwrap());
        let folder = shell.0.path();
        fs::write(folder.join("sources.toml"), SOURCES).unwrap();
        fs::create_dir(folder.join("history")).unwrap();
        let policy = [page(&["Canada", "Iceland", "Japan"], 30), page(&["Canada", "Japan"], 7)];
        let terms = [page(&["Canada", "Japan"], 30), page(&["Canada", "Japan"], 14)];
        archive(&folder.join("policy.warc.gz"), "acceptable-use", &policy);
        archive(&folder.join("history/larkwing.warc.gz"), "terms", &terms);
        shell.run("fineprint import warc --notify policy.warc.gz");
        shell
    }

    pub fn folder(&self) -> &Path {
        self.0.path()
    }

    /// Runs the commands of a console block and returns the block with what they printed.
    pub fn replay(&mut self, block: &str) -> String {
        let commands = block.lines().filter(|line| line.starts_with("$ "));
        commands.map(|line| format!("{line}\n{}", self.run(&line[2..]))).collect()
    }

    fn run(&self, command: &str) -> String {
        let binary = assert_cmd::cargo::cargo_bin("fineprint");
        let path = std::env::var("PATH").unwrap();
        let done = Command::new("sh")
            .args(["-c", &format!("{{ {command}\n}} 2>&1")])
            .current_dir(self.0.path())
            .env("PATH", format!("{}:{path}", binary.parent().unwrap().display()))
            .envs([("HOME", self.0.path()), ("FINEPRINT_DATABASE", Path::new("fineprint.db"))])
            .envs([("COLUMNS", "80"), ("NO_COLOR", "1"), ("FINEPRINT_WEBHOOK_SECRET", super::SECRET)])
            .output()
            .unwrap();
        String::from_utf8(done.stdout).unwrap()
    }
}

/// Whether two blocks say the same; `…` alone on a line of the first stands for any lines.
pub fn agree(shown: &str, printed: &str) -> bool {
    let mut rest = printed;
    for (i, part) in shown.split("…\n").enumerate() {
        match if i == 0 { rest.starts_with(part).then_some(0) } else { rest.find(part) } {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.is_empty() || shown.ends_with("…\n")
}

/// The `fineprint` commands in a block of shell, in words; quotes are honoured, the rest of a pipeline is not ours.
pub fn commands(block: &str) -> Vec<Vec<String>> {
    let joined = block.replace("\\\n", " ");
    let lines = joined.lines().map(str::trim).filter(|line| !line.starts_with('#'));
    let command = |line: &str| {
        let mut starts = line.match_indices("fineprint ").map(|(at, _)| at);
        starts.find(|at| line[..*at].ends_with(' ') || *at == 0).map(|at| words(&line[at..]))
    };
    lines.filter_map(command).collect()
}

fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quote = None;
    for c in command.chars() {
        match (c, quote) {
            ('|' | '>' | '#' | '&' | ';', None) => break,
            (' ', None) => words.push(String::new()),
            ('\'' | '"', None) => quote = Some(c),
            (c, Some(q)) if c == q => quote = None,
            (c, _) => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty() && word != "2");
    words
}

/// The page of the demo.
fn page(countries: &[&str], days: u32) -> String {
    let demo = include_str!("../../../src/demo/site/page.html");
    let countries: String = countries.iter().map(|country| format!("<li>{country}</li>")).collect();
    let notice = format!("We give notice of at least {days} days unless the law requires otherwise.");
    demo.replace("{notice}", &notice).replace("{countries}", &countries).replace("{appeal}", "30")
}

/// Captures of a page, one a month.
fn archive(path: &Path, name: &str, pages: &[String]) {
    let mut writer = Writer::new(File::create(path).unwrap(), Compression::Gzip);
    let url = format!("https://larkwing.example/legal/{name}").parse().unwrap();
    for (month, html) in pages.iter().enumerate() {
        let headers = vec![("content-type".to_owned(), "text/html; charset=utf-8".to_owned())];
        let response = Response { status: 200, headers, body: html.clone().into() };
        let date = format!("2026-0{}-02T09:00:00Z", month + 2).parse().unwrap();
        writer.response(&url, date, &response).unwrap();
    }
    writer.finish().unwrap();
}
