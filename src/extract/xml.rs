//! XML of strangers, one tag at a time: entities of its own and bottomless nesting are refused.

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use super::Error;

/// How deep elements may lie in each other; documents and feeds stay below a tenth of it.
const DEEPEST: usize = 512;

/// What comes next in a document.
pub(super) enum Node<'x> {
    /// An element begins.
    Open(BytesStart<'x>),
    /// An element ends: its name, without prefix.
    Close(String),
    /// Text.
    Text(Cow<'x, str>),
}

/// The nodes of a document in order. An element without content opens and closes, too.
pub(super) struct Nodes<'x> {
    reader: quick_xml::Reader<&'x [u8]>,
    open: usize,
    closing: Option<String>,
}

impl<'x> Nodes<'x> {
    pub(super) fn of(xml: &'x str) -> Self {
        let mut reader = quick_xml::Reader::from_str(xml);
        // Feeds are written by hand, and read by whoever is lenient.
        reader.config_mut().check_end_names = false;
        reader.config_mut().allow_unmatched_ends = true;
        Self { reader, open: 0, closing: None }
    }

    /// The next node; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Node<'x>>, Error> {
        if let Some(name) = self.closing.take() {
            return Ok(Some(Node::Close(name)));
        }
        loop {
            return Ok(Some(
                match self.reader.read_event().map_err(|_| Error::Unreadable("XML that is broken"))? {
                    Event::Start(element) => {
                        self.open += 1;
                        if self.open > DEEPEST {
                            return Err(Error::Hostile("its elements nest deeper than any real document's"));
                        }
                        Node::Open(element)
                    }
                    Event::Empty(element) => {
                        self.closing = Some(local(&element));
                        Node::Open(element)
                    }
                    Event::End(element) => {
                        self.open = self.open.saturating_sub(1);
                        Node::Close(element.local_name().into_inner().to_owned())
                    }
                    Event::Text(text) => Node::Text(text.into_inner()),
                    Event::CData(text) => Node::Text(text.into_inner()),
                    Event::GeneralRef(name) => Node::Text(match name.resolve_char_ref() {
                        Ok(Some(c)) => Cow::Owned(c.to_string()),
                        _ => match resolve_predefined_entity(&name.xml_content(XmlVersion::Implicit1_0)) {
                            Some(text) => Cow::Borrowed(text),
                            None => Cow::Owned(format!("&{};", name.into_inner())),
                        },
                    }),
                    Event::DocType(declared) if declared.contains('[') => {
                        return Err(Error::Hostile("its XML declares entities of its own"));
                    }
                    Event::Eof if self.open > 0 => return Err(Error::Unreadable("XML that breaks off")),
                    Event::Eof => return Ok(None),
                    _ => continue,
                },
            ));
        }
    }
}

/// An element's name without its prefix.
pub(super) fn local(element: &BytesStart<'_>) -> String {
    element.local_name().into_inner().to_owned()
}

/// An attribute, by its name without prefix.
pub(super) fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found =
        element.attributes().flatten().find(|attribute| attribute.key.local_name().into_inner() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(Cow::into_owned)
}
