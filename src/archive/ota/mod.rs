//! Snapshots that Open Terms Archive recorded, read out of the git repository in which it keeps them.
//!
//! Each commit there is a page as it came at one time: its path names the service and the terms
//! (`OpenAI/Terms of Service.html`), its author date is the time of the fetch, and a trailer says from where.
//!
//! The repository is other people's, and git does what a repository's configuration says: it runs programs. So its
//! configuration, hooks and attributes are never read. [`Repository`] borrows its objects for an empty repository of
//! our own and asks the `git` program about those.

mod borrow;
mod error;
mod log;
mod pages;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use url::Url;

use borrow::Borrowed;
pub use error::Error;
pub use pages::Pages;

/// A repository of snapshots.
#[derive(Debug, Clone)]
pub struct Repository(Arc<Borrowed>);

/// The terms of a service, with all their snapshots in the order of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The service, as its folder is called.
    pub service: String,
    /// The terms, as their file is called.
    pub terms: String,
    /// The snapshots, oldest first.
    pub entries: Vec<Entry>,
}

/// A snapshot without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// When it was fetched.
    pub at: Timestamp,
    /// Where it was fetched from, if that was recorded.
    pub location: Option<Url>,
    /// The media type that its file's extension stands for.
    pub media_type: &'static str,
    /// The commit that brought it.
    pub commit: Arc<str>,
    blob: String,
}

impl Repository {
    /// Opens a clone, bare or not.
    ///
    /// # Errors
    /// If there is no repository, or it has no commit.
    pub fn open(folder: &Path) -> Result<Self, Error> {
        Borrowed::new(folder).map(|borrowed| Self(Arc::new(borrowed)))
    }

    /// Every document with its history, as the current branch has it.
    ///
    /// Files that are no snapshots (a README, what was extracted from snapshots) are passed over. In memory are some
    /// 200 bytes per snapshot.
    ///
    /// # Errors
    /// If git can't be run or can't read the history.
    pub fn documents(&self) -> Result<Vec<Document>, Error> {
        let mut documents: BTreeMap<(String, String), Vec<Entry>> = BTreeMap::new();
        self.0.log(|path, entry| {
            if let Some((service, terms, media_type)) = names(path) {
                let entries = documents.entry((service.to_owned(), terms.to_owned())).or_default();
                entries.push(Entry { media_type, ..entry });
            }
        })?;
        let document = |((service, terms), mut entries): (_, Vec<Entry>)| {
            entries.sort_by_key(|entry| entry.at); // stable: those of one second stay as they were committed
            Document { service, terms, entries }
        };
        Ok(documents.into_iter().map(document).collect())
    }

    /// The contents of snapshots, one after another.
    ///
    /// # Errors
    /// If git can't be run.
    pub fn pages(&self, entries: Vec<Entry>) -> Result<Pages, Error> {
        Pages::new(Arc::clone(&self.0), entries)
    }
}

/// Service, terms and media type of a snapshot's path.
///
/// Markdown is what Open Terms Archive makes of a page, never a page.
fn names(path: &str) -> Option<(&str, &str, &'static str)> {
    let (service, file) = path
        .split_once('/')
        .filter(|(service, file)| !file.contains('/') && !service.is_empty() && !path.starts_with('.'))?;
    let (terms, extension) = file.rsplit_once('.').filter(|(terms, _)| !terms.is_empty())?;
    let media_type = match extension.to_ascii_lowercase().as_str() {
        // What it keeps is decoded and encoded again, whatever the page says of itself.
        "html" | "htm" => "text/html; charset=utf-8",
        "xhtml" => "application/xhtml+xml; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "json" => "application/json",
        "xml" => "application/xml",
        "pdf" => "application/pdf",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _ => return None,
    };
    Some((service, terms, media_type))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_names_service_and_terms() {
        let shown = |path| names(path).map(|(service, terms, media)| format!("{service}|{terms}|{media}"));
        for (path, expected) in [
            ("Open AI/Terms of Service.html", Some("Open AI|Terms of Service|text/html; charset=utf-8")),
            ("A/Rules v1.2 #annex.PDF", Some("A|Rules v1.2 #annex|application/pdf")),
            ("A/Terms.md", None),
            ("README.md", None),
            (".github/workflows.html", None),
            ("A/b/c.html", None),
            ("A/.html", None),
            ("A/Terms", None),
            ("/Terms.html", None),
        ] {
            assert_eq!(shown(path).as_deref(), expected, "{path}");
        }
    }
}
