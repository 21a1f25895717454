//! The text of a document.

use crate::extract::Error;
use crate::extract::document::{Document, part};
use crate::extract::inline::Line;
use crate::extract::xml::{Node, Nodes, attribute, local};
use crate::model::Kind;

use super::numbers::Numbers;
use super::styles::{Style, Styles};

/// Elements whose content isn't shown, or no longer: what was deleted or moved away, what fields are made from, the
/// second drawing of what was drawn already, properties as they were.
const UNSEEN: [&str; 12] = [
    "del",
    "moveFrom",
    "delText",
    "instrText",
    "delInstrText",
    "Fallback",
    "pPrChange",
    "rPrChange",
    "tblPrChange",
    "sectPr",
    "rPh",
    "annotationRef",
];

/// Reads paragraphs and tables.
pub(super) struct Reader<'s> {
    styles: &'s Styles,
    numbers: Numbers,
    /// How deep it is in what isn't shown.
    unseen: usize,
    /// The open paragraphs: a text box lies in one.
    paragraphs: Vec<Paragraph>,
    /// The cells of the row being read, of the outermost table.
    cells: Vec<String>,
    tables: usize,
    /// A paragraph whose end was deleted goes on in the next one.
    joined: Option<Paragraph>,
    blocks: Vec<(Kind, String, String, bool)>,
}

#[derive(Debug, Default)]
struct Paragraph {
    style: Option<String>,
    own: Style,
    line: Line,
    /// Its properties are being read.
    in_properties: bool,
    /// The run being read isn't shown.
    vanished: bool,
    /// Its end was deleted.
    is_joined: bool,
}

impl<'s> Reader<'s> {
    pub(super) fn new(styles: &'s Styles, numbers: Numbers) -> Self {
        let (paragraphs, cells, blocks) = (Vec::new(), Vec::new(), Vec::new());
        Self { styles, numbers, unseen: 0, paragraphs, cells, tables: 0, joined: None, blocks }
    }

    /// Reads a part of the document.
    pub(super) fn read(&mut self, xml: &str) -> Result<(), Error> {
        let mut nodes = Nodes::of(xml);
        let mut in_text = false;
        while let Some(node) = nodes.next()? {
            match node {
                Node::Open(element) => {
                    let name = local(&element);
                    let separates = name == "footnote" && attribute(&element, "type").is_some();
                    if self.unseen > 0 || UNSEEN.contains(&name.as_str()) || separates {
                        // The mark of a deleted paragraph end stands among the properties.
                        self.deleted_end(&name);
                        self.unseen += 1;
                    } else {
                        in_text = name == "t";
                        self.open(&name, &element);
                    }
                }
                Node::Close(_) if self.unseen > 0 => self.unseen -= 1,
                Node::Close(name) => {
                    in_text = false;
                    self.close(&name);
                }
                Node::Text(text) if in_text && self.unseen == 0 => self.text(&text),
                Node::Text(_) => {}
            }
        }
        Ok(())
    }

    fn deleted_end(&mut self, name: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut().filter(|paragraph| paragraph.in_properties) {
            paragraph.is_joined |= name == "del";
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(paragraph) = self.paragraphs.last_mut().filter(|paragraph| !paragraph.vanished) {
            paragraph.line.push(text);
        }
    }

    fn open(&mut self, name: &str, element: &quick_xml::events::BytesStart<'_>) {
        match name {
            "p" => {
                let before = self.joined.take().map(|before| before.line).unwrap_or_default();
                return self.paragraphs.push(Paragraph { line: before, ..Paragraph::default() });
            }
            "tbl" => self.tables += 1,
            "tr" if self.tables == 1 => self.cells.clear(),
            "tc" if self.tables == 1 => self.cells.push(String::new()),
            _ => {}
        }
        let Some(paragraph) = self.paragraphs.last_mut() else { return };
        match name {
            "pPr" => paragraph.in_properties = true,
            "pStyle" => paragraph.style = attribute(element, "val"),
            "r" => paragraph.vanished = false,
            "vanish" => {
                paragraph.vanished = !matches!(attribute(element, "val").as_deref(), Some("0" | "false"))
            }
            "tab" | "br" | "cr" | "ptab" if !paragraph.in_properties => paragraph.line.space(),
            "noBreakHyphen" => paragraph.line.push("-"),
            _ if paragraph.in_properties => paragraph.own.take(element),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" => {
                if let Some(paragraph) = self.paragraphs.pop() {
                    self.paragraph(paragraph);
                }
            }
            "pPr" => self.paragraphs.iter_mut().for_each(|paragraph| {
                paragraph.in_properties = false;
                paragraph.vanished = false;
            }),
            "tbl" => self.tables = self.tables.saturating_sub(1),
            "tr" if self.tables == 1 => {
                let cells = self.cells.drain(..).filter(|cell| !cell.trim().is_empty());
                let row = cells.collect::<Vec<_>>().join(" | ");
                self.blocks.push((Kind::Row, String::new(), row, false));
            }
            _ => {}
        }
    }

    fn paragraph(&mut self, paragraph: Paragraph) {
        if paragraph.is_joined {
            self.joined = Some(paragraph);
            return;
        }
        let Paragraph { style, own, mut line, .. } = paragraph;
        let text = line.take();
        if let Some(cell) = self.cells.last_mut().filter(|_| self.tables > 0) {
            cell.push_str(if cell.is_empty() { "" } else { " " });
            return cell.push_str(&text);
        }
        let style = style.as_deref();
        if text.is_empty() || self.styles.is_contents(style) {
            return;
        }
        let all = self.styles.of(style, &own);
        let level = usize::from(all.level.unwrap_or(0));
        let mark = all.list.and_then(|list| self.numbers.next(&list, level));
        let is_title = self.styles.is_title(style);
        let kind = match (all.outline.filter(|outline| *outline < 9), &mark) {
            _ if is_title => Kind::Heading(1),
            (Some(outline), _) => Kind::Heading((outline + 1).min(6)),
            (None, Some(_)) => Kind::Item((level + 1).min(255) as u8),
            (None, None) => Kind::Paragraph,
        };
        self.blocks.push((kind, mark.unwrap_or_default(), text, is_title));
    }

    /// Hands over what was read. Under a title all headings are one level deeper than their own.
    pub(super) fn finish(self, document: &mut Document) {
        let has_title = self.blocks.iter().any(|(_, _, _, is_title)| *is_title);
        for (kind, mark, text, is_title) in self.blocks {
            let kind = match kind {
                Kind::Heading(level) if has_title && !is_title => Kind::Heading((level + 1).min(6)),
                kind => kind,
            };
            document.parts.extend(part(kind, &mark, &text, None));
        }
    }
}
