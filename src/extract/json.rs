//! A JSON document as a text: what a list of models or regions at some address says.
//!
//! Where a value stands is said by the names on the way to it, and an element of a list is known by its own name, so that
//! one that comes or goes moves no other. The order of an object's members means nothing.

use serde_json::{Map, Value};

use crate::model::{Clause, Kind, Rules};

use super::document::{Document, part};
use super::{Error, Part, outline, parse, plain, select};

/// Members by which an element of a list is known, the first that it has.
const NAMES: [&str; 10] =
    ["id", "name", "key", "slug", "code", "model", "title", "region", "country", "type"];
/// How many clauses are made of a document.
const MOST: usize = 100_000;
/// Headings go six levels deep; below that the names on the way are written in front of the value.
const DEEPEST: usize = 6;

/// Reads a document; what isn't JSON after all is read as plain text.
pub(super) fn read(text: &str, url: &str) -> Result<Document, Error> {
    let Ok(value) = serde_json::from_str::<Value>(text.trim_start_matches('\u{feff}')) else {
        return Ok(plain::read(text));
    };
    let mut reader = Reader { parts: Vec::new(), url };
    reader.value(&[], &value)?;
    Ok(Document { parts: reader.parts, ..Document::default() })
}

struct Reader<'u> {
    parts: Vec<Part>,
    url: &'u str,
}

impl Reader<'_> {
    fn value(&mut self, path: &[&str], value: &Value) -> Result<(), Error> {
        if self.parts.len() > MOST {
            return Err(Error::Hostile("it holds more values than any real document"));
        }
        match value {
            Value::Object(members) => self.object(path, members),
            Value::Array(elements) => self.list(path, elements),
            Value::String(text) if text.contains("</") => self.markup(text),
            scalar => {
                let label = path.last().map(|name| format!("{name}: ")).unwrap_or_default();
                self.add(Kind::Paragraph, &format!("{label}{}", shown(scalar)));
                Ok(())
            }
        }
    }

    fn object(&mut self, path: &[&str], members: &Map<String, Value>) -> Result<(), Error> {
        // What is said of the whole comes before its parts.
        let (flat, deep): (Vec<_>, Vec<_>) = members.iter().partition(|(_, value)| is_flat(value));
        for (name, value) in flat.into_iter().chain(deep) {
            let inner = [path, &[name.as_str()]].concat();
            if !is_flat(value) {
                self.heading(&inner);
            }
            self.value(&inner, value)?;
        }
        Ok(())
    }

    fn list(&mut self, path: &[&str], elements: &[Value]) -> Result<(), Error> {
        for element in elements {
            match element {
                Value::Object(members) if members.values().all(is_short) => {
                    self.add(Kind::Row, &row(members))
                }
                Value::Object(members) => {
                    let name = name(members).unwrap_or_default();
                    let inner = [path, &[name.as_str()]].concat();
                    if !name.is_empty() {
                        self.heading(&inner);
                    }
                    self.object(&inner, members)?;
                }
                Value::Array(_) => self.value(path, element)?,
                Value::String(text) if text.contains("</") => self.markup(text)?,
                scalar => self.add(Kind::Item(1), &shown(scalar)),
            }
        }
        Ok(())
    }

    fn heading(&mut self, path: &[&str]) {
        let level = path.len().clamp(1, DEEPEST);
        let text = path[level - 1..].join(".");
        self.add(Kind::Heading(level as u8), &text);
    }

    /// A value that is a page, or a part of one.
    fn markup(&mut self, html: &str) -> Result<(), Error> {
        let tree = parse::parse(&format!("<main>{html}</main>"))?;
        let text = select::policy(outline::read(&tree, self.url, &Rules::default())?);
        self.parts.extend(text.clauses.into_iter().map(|clause| Part { clause, dropped: None }));
        Ok(())
    }

    fn add(&mut self, kind: Kind, text: &str) {
        // A number in front is a value, and no numbering.
        let added = part(Kind::Code, "", text, None)
            .map(|part| Part { clause: Clause { kind, ..part.clause }, ..part });
        self.parts.extend(added);
    }
}

/// A value that needs no heading.
fn is_flat(value: &Value) -> bool {
    match value {
        Value::Object(_) | Value::Array(_) => false,
        Value::String(text) => !text.contains("</"),
        _ => true,
    }
}

/// A value that fits in a row.
fn is_short(value: &Value) -> bool {
    match value {
        Value::Array(elements) => elements.iter().all(is_flat),
        value => is_flat(value),
    }
}

/// `id: acme-large | regions: eu, us`, its name first.
fn row(members: &Map<String, Value>) -> String {
    let key = NAMES.iter().find(|key| members.contains_key(**key));
    let first = members.iter().filter(|(name, _)| Some(&name.as_str()) == key);
    let others = members.iter().filter(|(name, _)| Some(&name.as_str()) != key);
    let cells = first.chain(others).filter(|(_, value)| !value.is_null());
    cells.map(|(name, value)| format!("{name}: {}", shown(value))).collect::<Vec<_>>().join(" | ")
}

fn name(members: &Map<String, Value>) -> Option<String> {
    NAMES
        .iter()
        .filter_map(|key| members.get(*key))
        .find(|value| is_flat(value) && !value.is_null())
        .map(shown)
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(elements) => elements.iter().map(shown).collect::<Vec<_>>().join(", "),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    fn read(json: &str) -> String {
        super::read(json, "https://acme.example/models.json").unwrap().text().to_markdown()
    }

    #[test]
    fn a_list_of_models_reads_as_rows_whatever_the_order_of_members() {
        let text = read(
            r#"{"object": "list", "data": [{"id": "acme-large", "context": 128000, "regions": ["eu", "us"], "gone": null},
                {"context": 8000, "id": "acme-small"}]}"#,
        );
        assert_eq!(
            text,
            "object: list\n\n# data\n\n| id: acme-large | context: 128000 | regions: eu, us |\n| id: acme-small | context: 8000 |\n"
        );
        let turned = r#"{"data": [{"regions": ["eu", "us"], "context": 128000, "id": "acme-large"},
            {"id": "acme-small", "context": 8000}], "object": "list"}"#;
        assert_eq!(read(turned), text);
    }

    #[test]
    fn nested_values_stand_under_their_names() {
        let text = read(
            r#"{"regions": ["DE", "FR"], "plans": [{"name": "Team", "limits": {"rpm": 600}, "terms": "<p>Pay in <b>time</b>.</p>"}]}"#,
        );
        assert_eq!(
            text,
            "# plans\n\n## Team\n\nname: Team\n\n### limits\n\nrpm: 600\n\n### terms\n\nPay in time.\n\n# regions\n\n- DE\n- FR\n"
        );
    }

    #[test]
    fn what_is_no_json_after_all_is_text() {
        assert_eq!(read("{\"terms\": You must be 18."), "{\"terms\": You must be 18.\n");
        assert_eq!(read("\"You must be 18.\""), "You must be 18.\n");
        assert!(read(&"[".repeat(100_000)).starts_with("[["));
    }
}
