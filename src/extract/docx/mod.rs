//! Policies published as Word documents: a zip of XML (ECMA-376).
//!
//! The text is read as it stands with all tracked changes accepted. Headings are known by their outline level, own or
//! from their style, and not by what styles are called in some language; numbers are counted as Word counts them
//! (`numbers`). Headers, footers, comments and the table of contents are no part of it.

mod body;
mod numbers;
mod styles;

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use super::document::Document;
use super::xml::{Node, Nodes, local};
use super::{Error, decode};

/// The largest part of a document that is read, unpacked: a thousand pages of text.
const LARGEST: u64 = 64 << 20;
/// Where the text is, as every program writes it that we know of.
const TEXT: &str = "word/document.xml";

/// Whether the bytes are a Word document, under whatever name.
pub(super) fn is_docx(body: &[u8]) -> bool {
    body.starts_with(b"PK\x03\x04")
        && ZipArchive::new(Cursor::new(body)).is_ok_and(|zip| zip.index_for_name(TEXT).is_some())
}

/// Reads a document.
pub(super) fn read(bytes: &[u8]) -> Result<Document, Error> {
    let mut zip = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Error::Unreadable(BROKEN))?;
    let text = part(&mut zip, TEXT)?.ok_or(Error::Unreadable(BROKEN))?;
    let styles = styles::read(&part(&mut zip, "word/styles.xml")?.unwrap_or_default())?;
    let numbers = numbers::read(&part(&mut zip, "word/numbering.xml")?.unwrap_or_default())?;
    let mut document = Document { language: styles.language.clone(), ..Document::default() };
    let mut reader = body::Reader::new(&styles, numbers);
    reader.read(&text)?;
    if let Some(notes) = part(&mut zip, "word/footnotes.xml")? {
        reader.read(&notes)?;
    }
    reader.finish(&mut document);
    document.title = title(&part(&mut zip, "docProps/core.xml")?.unwrap_or_default())?;
    Ok(document)
}

const BROKEN: &str = "a Word document that is damaged, or only a part of one";

/// A part of a document, decoded; `None` if it has no such part.
fn part(zip: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Result<Option<String>, Error> {
    if zip.index_for_name(name).is_none() {
        return Ok(None);
    }
    let file = zip.by_name(name).map_err(|_| Error::Unreadable(BROKEN))?;
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|_| Error::Unreadable(BROKEN))?;
    if bytes.len() as u64 > LARGEST {
        return Err(Error::Hostile("it unpacks to more than any real document"));
    }
    Ok(Some(decode(&bytes, Some("text/xml")).0.into_owned()))
}

fn title(core: &str) -> Result<String, Error> {
    let (mut nodes, mut inside, mut title) = (Nodes::of(core), false, String::new());
    while let Some(node) = nodes.next()? {
        match node {
            Node::Open(element) => inside = local(&element) == "title",
            Node::Text(text) if inside => title.push_str(&text),
            Node::Text(_) => {}
            Node::Close(_) => inside = false,
        }
    }
    Ok(title.trim().to_owned())
}
