//! From a page to the words of its policy: pure, and never trusting the page.
//!
//! [`extract`] decodes the bytes ([`decode`]), parses them as browsers do, with bounds (`parse`), reads the tree
//! into blocks of text and the areas that hold them (`outline`), and keeps the blocks that are the policy
//! (`select`): navigation, footers, banners, dialogs, related links and chat widgets are left out, by what they
//! are and not by who made them.
//!
//! ```
//! use fineprint::extract::{Page, extract};
//! let page = Page { body: b"<nav>Home Pricing</nav><main><h1>Terms</h1><p>You must be 18.</p></main>",
//!                   content_type: Some("text/html; charset=utf-8"), url: "https://example.com/terms" };
//! let text = extract(&page, &Default::default())?;
//! assert_eq!(text.to_markdown(), "# Terms\n\nYou must be 18.\n");
//! # Ok::<(), fineprint::extract::Error>(())
//! ```

mod asides;
mod decode;
mod element;
mod explain;
mod ignore;
mod inline;
mod mail;
mod mark;
mod markup;
mod numbering;
mod outline;
mod parse;
mod plain;
mod reader;
mod relative_time;
mod select;
mod selection;
mod shell;
mod sums;
mod vocabulary;

pub use decode::decode;
pub use explain::{Explained, Part, explain};
pub use ignore::Ignore;
pub use select::Dropped;
pub use selection::{End, Selection};

use crate::model::{Rules, Snapshot, Text};

/// Counts up whenever the same page may give another text, so that stored versions are read again before they are
/// compared with new ones.
pub const VERSION: u32 = 3;

/// What extraction reads of a snapshot.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The body as received.
    pub body: &'a [u8],
    /// The declared `Content-Type`.
    pub content_type: Option<&'a str>,
    /// The address that answered; link targets are resolved against it.
    pub url: &'a str,
}

impl<'a> From<&'a Snapshot> for Page<'a> {
    fn from(snapshot: &'a Snapshot) -> Self {
        Self { body: &snapshot.body, content_type: snapshot.content_type(), url: snapshot.final_url.as_str() }
    }
}

/// Why a page gives no text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The content type is one that isn't read.
    #[error("the page can't be read as text: it is {0}")]
    Unsupported(String),
    /// The parser was stopped: no real page nests so deep or takes so long.
    #[error("the page was not parsed: {0}")]
    Hostile(&'static str),
    /// A configured selector isn't CSS.
    #[error("`{0}` is not a CSS selector")]
    Selector(String),
    /// A configured pattern isn't one.
    #[error("`{pattern}` is not a pattern: {why}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        why: String,
    },
    /// The configured `select` matches nothing on this page.
    #[error("nothing on the page matches the configured `select` ({0})")]
    NothingSelected(String),
}

/// How a text was read: the extractor's version and the rules in force. Texts read differently aren't compared.
pub fn reading(rules: &Rules) -> String {
    if rules.is_empty() {
        return format!("x{VERSION}");
    }
    let rules = serde_json::to_vec(rules).expect("two lists of strings are always valid JSON");
    format!("x{VERSION}+{}", &crate::model::Digest::of(&rules).to_string()[..12])
}

/// What was read of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The policy.
    pub text: Text,
    /// The entries of `select` and `remove` that match nothing on the page: it may have been redesigned.
    pub unmatched: Vec<String>,
}

/// Extracts the policy text of a page.
///
/// A page without any text gives an empty [`Text`]: whether that is a policy is for [`crate::judge`] to say.
pub fn extract(page: &Page<'_>, rules: &Rules) -> Result<Text, Error> {
    read(page, rules).map(|reading| reading.text)
}

/// Extracts the policy text of a page, and says which rules found nothing on it.
pub fn read(page: &Page<'_>, rules: &Rules) -> Result<Reading, Error> {
    let ignore = Ignore::new(&rules.ignore)?;
    let (mut text, unmatched) = match kind(page) {
        Media::Html => {
            let (html, _) = decode(page.body, page.content_type);
            if is_noise(&html) {
                return Err(Error::Unsupported("binary".to_owned()));
            }
            let tree = parse::parse(&html)?;
            let mut outline = outline::read(&tree, page.url, rules)?;
            let unmatched = std::mem::take(&mut outline.unmatched);
            let text = select::policy(outline);
            (if rules.select.is_empty() { shell::filled(&tree, page.url, text) } else { text }, unmatched)
        }
        Media::Plain => (plain::read(&decode(page.body, page.content_type).0), Vec::new()),
        Media::Other(name) => return Err(Error::Unsupported(name)),
    };
    text.clauses.retain_mut(|clause| ignore.cut(clause));
    Ok(Reading { text, unmatched })
}

/// How many characters of a page tell whether it is one.
const LOOKED_AT: usize = 4_000;

/// Whether what was decoded is no text: a compressed body that nothing declares, an image under the wrong type.
fn is_noise(text: &str) -> bool {
    let is_odd = |c: char| c == char::REPLACEMENT_CHARACTER || (c.is_control() && !c.is_whitespace());
    let (mut all, mut odd) = (0u32, 0u32);
    for c in text.chars().take(LOOKED_AT) {
        all += 1;
        odd += u32::from(is_odd(c));
    }
    odd * 20 > all
}

enum Media {
    Html,
    Plain,
    Other(String),
}

/// What a page is, by its declared type, and by looking where that says nothing or is contradicted.
fn kind(page: &Page<'_>) -> Media {
    let declared = page.content_type.unwrap_or_default();
    let essence = declared.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let head = &page.body[..page.body.len().min(1024)];
    let start = String::from_utf8_lossy(head).trim_start().to_ascii_lowercase();
    let looks_like_html =
        ["<!doctype html", "<html", "<head", "<body", "<!--"].iter().any(|t| start.starts_with(t));
    match essence.as_str() {
        "text/html" | "application/xhtml+xml" => Media::Html,
        _ if looks_like_html => Media::Html,
        "" | "application/octet-stream" if start.contains("</") => Media::Html,
        "" | "application/octet-stream" if std::str::from_utf8(page.body).is_err() => {
            Media::Other("binary".into())
        }
        "" | "application/octet-stream" | "application/json" | "application/xml" => Media::Plain,
        text if text.starts_with("text/") => Media::Plain,
        other => Media::Other(other.to_owned()),
    }
}
