//! RSS and Atom: each entry is a section of the text.

use crate::model::{Clause, Kind, Rules};

use super::document::{Document, part};
use super::xml::{Node, Nodes, attribute, local};
use super::{Error, Part, outline, parse, select};

/// How many entries are read; feeds have ten to a few hundred.
const MOST_ENTRIES: usize = 5_000;
/// The headings within an entry are below its own.
const OWN_LEVEL: u8 = 2;

/// Reads a feed: its title, and each entry's title and content. Dates are left out, for they change by themselves; so is
/// a summary where there is the content itself.
pub(super) fn read(xml: &str, url: &str) -> Result<Document, Error> {
    let mut reader = Reader::default();
    let mut nodes = Nodes::of(xml);
    while let Some(node) = nodes.next()? {
        match node {
            Node::Open(element) => reader.open(&element),
            Node::Text(text) if reader.verbatim > 0 => reader.text.push_str(&escaped(&text)),
            Node::Text(text) => reader.text.push_str(&text),
            Node::Close(name) => reader.close(&name),
        }
        if reader.entries.len() > MOST_ENTRIES {
            return Err(Error::Hostile("it has more entries than any real feed"));
        }
    }
    let mut document = Document { title: plain(&reader.title), window: true, ..Document::default() };
    document.language = reader.language.to_ascii_lowercase();
    document.parts.extend(part(Kind::Heading(1), "", &document.title, None));
    for entry in reader.entries {
        entry.add_to(&mut document, url)?;
    }
    Ok(document)
}

#[derive(Debug, Default)]
struct Reader {
    title: String,
    language: String,
    entries: Vec<Entry>,
    entry: Option<Entry>,
    /// Elements whose content is read as text, markup and all, and how deep it is in one.
    verbatim: usize,
    text: String,
    /// The last element to begin said that its content is markup.
    is_markup: bool,
}

#[derive(Debug, Default)]
struct Entry {
    title: String,
    link: String,
    summary: String,
    content: String,
}

impl Reader {
    fn open(&mut self, element: &quick_xml::events::BytesStart<'_>) {
        let name = local(element);
        if self.verbatim > 0 {
            // XHTML in Atom is written out again, to be read as the page that it is.
            self.verbatim += 1;
            self.text.push_str(&format!("<{name}{}>", link(element)));
            return;
        }
        self.text.clear();
        self.is_markup =
            matches!(attribute(element, "type").as_deref(), Some("html" | "xhtml" | "text/html"));
        match (name.as_str(), &mut self.entry) {
            ("item" | "entry", _) => self.entry = Some(Entry::default()),
            ("feed", None) => self.language = attribute(element, "lang").unwrap_or_default(),
            ("link", Some(entry)) => {
                let is_own = matches!(attribute(element, "rel").as_deref(), None | Some("alternate"));
                entry.link =
                    attribute(element, "href").filter(|_| is_own).unwrap_or(std::mem::take(&mut entry.link));
            }
            ("content" | "summary", Some(_)) if attribute(element, "type").as_deref() == Some("xhtml") => {
                self.verbatim = 1;
            }
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if self.verbatim > 1 {
            self.verbatim -= 1;
            self.text.push_str(&format!("</{name}>"));
            return;
        }
        self.verbatim = 0;
        let text = std::mem::take(&mut self.text);
        let is_atom_text = matches!(name, "content" | "summary") && !self.is_markup;
        let markup = if is_atom_text { escaped(&text) } else { text.clone() };
        match (name, &mut self.entry) {
            ("item" | "entry", _) => self.entries.extend(self.entry.take()),
            ("title", Some(entry)) if entry.title.is_empty() => entry.title = text,
            ("title", None) if self.title.is_empty() => self.title = text,
            ("language", None) => self.language = text,
            ("link", Some(entry)) if entry.link.is_empty() => entry.link = text,
            ("encoded" | "content", Some(entry)) => entry.content = markup,
            ("description" | "summary", Some(entry)) if entry.summary.is_empty() => entry.summary = markup,
            _ => {}
        }
    }
}

/// The target of a link, as an attribute.
fn link(element: &quick_xml::events::BytesStart<'_>) -> String {
    let target = attribute(element, "href");
    target.map(|target| format!(" href=\"{}\"", escaped(&target).replace('"', "&quot;"))).unwrap_or_default()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

impl Entry {
    fn add_to(self, document: &mut Document, url: &str) -> Result<(), Error> {
        let content = if self.content.trim().is_empty() { &self.summary } else { &self.content };
        let clauses = clauses(content, url)?;
        let title = match plain(&self.title) {
            title if title.is_empty() => self.link.trim().to_owned(),
            title => title,
        };
        let link = url::Url::parse(url).and_then(|base| base.join(self.link.trim())).ok();
        let head = part(Kind::Heading(OWN_LEVEL), "", &title, None).map(|mut part| {
            // What looks like numbering may be the day of a change.
            part.clause = Clause {
                links: link.into_iter().map(String::from).collect(),
                ..Clause::heading(OWN_LEVEL, title.as_str())
            };
            part
        });
        document.parts.extend(head);
        document.parts.extend(clauses.into_iter().map(|clause| Part { clause, dropped: None }));
        Ok(())
    }
}

/// The clauses of an entry's content, which is a page of its own.
fn clauses(html: &str, url: &str) -> Result<Vec<Clause>, Error> {
    let tree = parse::parse(&format!("<main>{html}</main>"))?;
    let text = select::policy(outline::read(&tree, url, &Rules::default())?);
    let below = |mut clause: Clause| {
        if let Kind::Heading(level) = clause.kind {
            clause.kind = Kind::Heading(level.max(OWN_LEVEL + 1));
        }
        clause
    };
    Ok(text.clauses.into_iter().map(below).collect())
}

/// A title without the markup that some have.
fn plain(title: &str) -> String {
    let fragment = scraper::Html::parse_fragment(title);
    let text: String = fragment.root_element().text().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
