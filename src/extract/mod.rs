//! From a page to the words of its policy: pure, and never trusting the page.
//!
//! [`extract`] decodes the bytes ([`decode`]), parses them as browsers do, with bounds (`parse`), reads the tree
//! into blocks of text and the areas that hold them (`outline`), and keeps the blocks that are the policy
//! (`select`): navigation, footers, banners, dialogs, related links and chat widgets are left out, by what they
//! are and not by who made them.
//!
//! That is HTML, and Markdown, which stands for HTML. What else is published (`media` tells which: PDF, Word, JSON,
//! feeds, plain text) is policy from end to end and gives a `document`.
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
mod contracts;
mod decode;
mod document;
mod docx;
mod dropped;
mod element;
mod explain;
mod feed;
mod ignore;
mod inline;
mod json;
mod mail;
mod mark;
mod markdown;
mod markup;
mod media;
mod numbering;
mod outline;
mod pager;
mod parse;
mod paths;
mod pdf;
mod plain;
mod reader;
mod relative_time;
mod select;
mod selection;
mod shell;
mod skeleton;
mod sums;
mod tags;
mod vocabulary;
mod xml;

pub use contracts::{Contract, lacks_note, shown_by};
pub use decode::decode;
pub use dropped::Dropped;
pub use explain::{Explained, Part, explain};
pub use ignore::Ignore;
pub use pdf::{Elsewhere, Failure, read_elsewhere, read_to_bytes};
pub use selection::{End, Selection};
pub use skeleton::skeleton;

use scraper::Html;

use crate::model::{Digest, Rules, Snapshot, Text};
use document::Document;
use media::Media;
use outline::Outline;

/// Counts up whenever the same page may give another text, so that stored versions are read again before they are
/// compared with new ones.
pub const VERSION: u32 = 7;

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
    /// The document is of a kind that is read, and can't be read.
    #[error("the page can't be read: it is {0}")]
    Unreadable(&'static str),
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
    format!("x{VERSION}+{}", &Digest::of(&rules).to_string()[..12])
}

/// What was read of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The policy.
    pub text: Text,
    /// The entries of `select` and `remove` that match nothing on the page: it may have been redesigned.
    pub unmatched: Vec<String>,
    /// The [`skeleton`] of the page, unless its text is in what that lacks.
    pub skeleton: Option<Digest>,
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
    let (mut text, unmatched, skeleton) = match open(page, rules)? {
        Opened::Page { tree, mut outline, skeleton } => {
            let unmatched = std::mem::take(&mut outline.unmatched);
            let fates = select::fates(&outline);
            let shown = contracts::shown(&tree, &outline, &fates);
            let text = Text { shown, ..select::keep(outline, fates) };
            let text = if rules.select.is_empty() { shell::filled(page, text) } else { text };
            let skeleton = skeleton.filter(|_| !shell::is_shell(&text));
            (text, unmatched, skeleton)
        }
        Opened::Document(document, unmatched) => (document.text(), unmatched, None),
    };
    ignore.cut_all(&mut text);
    Ok(Reading { text, unmatched, skeleton })
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

/// A page or a document, before it is decided what of it is the policy.
enum Opened {
    /// What has areas: the policy is in some of them.
    Page {
        tree: Box<Html>,
        outline: Outline,
        /// Stands for all that was read, where that can be told.
        skeleton: Option<Digest>,
    },
    /// What is policy from end to end, and the rules that mean nothing there.
    Document(Document, Vec<String>),
}

/// Reads a page as what it is.
fn open(page: &Page<'_>, rules: &Rules) -> Result<Opened, Error> {
    let text = || decode(page.body, page.content_type).0;
    let document = match media::of(page) {
        Media::Html => {
            let html = text();
            if is_noise(&html) {
                return Err(Error::Unsupported("binary".to_owned()));
            }
            // What it lacks nobody reads, so it is read in its place.
            let kept = skeleton::of(&html, rules);
            let tree = match &kept {
                Some(kept) => parse::parse(kept)?,
                None if skeleton::has_no_selectors(rules) => parse::parse(&html)?,
                None => parse::parse_whole(&html)?,
            };
            let skeleton = kept.map(|kept| skeleton::digest(&kept, page, rules));
            let outline = outline::read(&tree, page.url, rules)?;
            return Ok(Opened::Page { tree: Box::new(tree), outline, skeleton });
        }
        Media::Markdown => {
            let tree = parse::parse_whole(&markdown::page(&text()))?;
            let outline = outline::read(&tree, page.url, rules)?;
            return Ok(Opened::Page { tree: Box::new(tree), outline, skeleton: None });
        }
        Media::Plain => plain::read(&text()),
        Media::Json => json::read(&text(), page.url)?,
        Media::Feed => feed::read(&text(), page.url)?,
        Media::Pdf => pdf::read(page.body)?,
        Media::Docx => docx::read(page.body)?,
        Media::Other(name) => return Err(Error::Unsupported(name)),
    };
    // Selectors match nothing where there are no elements, but must be selectors all the same.
    let entries = [&rules.select[..], &rules.remove[..]].concat();
    let unmatched = selection::Selected::find(&Html::new_document(), &entries)?.unmatched;
    Ok(Opened::Document(document, unmatched))
}
