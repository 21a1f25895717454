//! Policies that are no web pages: PDF, Word, Markdown, JSON, feeds, and whatever claims to be one of them.

mod docx;
mod feed;
pub mod hostile;
mod pdf;

use std::fs;
use std::path::{Path, PathBuf};

use fineprint::diff::key;
use fineprint::extract::{Error, Page, extract};
use fineprint::model::{Kind, Rules, Text};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// What is read of a file that a server says nothing about.
fn read(body: &[u8], url: &str) -> Result<Text, Error> {
    extract(&Page { body, content_type: Some("application/octet-stream"), url }, &Rules::default())
}

fn file(path: &Path) -> Text {
    let body = fs::read(path).unwrap();
    read(&body, &format!("https://acme.example/{}", path.file_name().unwrap().to_str().unwrap()))
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The clauses of a text, one a line: kind, numbering, and the words as far as they count.
fn clauses(text: &Text) -> Vec<String> {
    let kind = |kind| match kind {
        Kind::Heading(level) => format!("h{level}"),
        Kind::Item(depth) => format!("i{depth}"),
        Kind::Paragraph => "p".to_owned(),
        Kind::Row => "r".to_owned(),
        Kind::Code => "c".to_owned(),
    };
    text.clauses
        .iter()
        .map(|clause| format!("{} {} {}", kind(clause.kind), clause.mark, key(&clause.text)))
        .collect()
}

/// What only one of two texts has.
fn differences(expected: &[String], read: &[String]) -> Vec<String> {
    let only = |here: &[String], there: &[String], sign: char| {
        here.iter()
            .filter(|line| !there.contains(line))
            .map(|line| format!("{sign} {line}"))
            .collect::<Vec<_>>()
    };
    [only(expected, read, '-'), only(read, expected, '+')].concat()
}
