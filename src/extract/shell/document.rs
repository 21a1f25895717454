//! The document in a value: which part of it, and as which clauses.

use std::collections::{HashMap, HashSet};

use url::Url;

use crate::model::{Clause, Kind};

use super::super::inline::weight;
use super::super::reader::Reader;
use super::super::{outline, parse, plain};
use super::value::Value;

/// A part that holds this share of all running text holds the document; what stands beside it is the page's.
const DOMINANT: f64 = 0.8;
/// A string with fewer words is a label, wherever it stands.
const SENTENCE: u32 = 8;
/// A string without markup is a document's, and no message for some occasion, if it has so many words.
const PARAGRAPH: u32 = 40;
/// Keys of what stands over a section.
const TITLES: [&str; 4] = ["title", "heading", "headline", "question"];
/// Keys of what is inside a block.
const INSIDE: [&str; 3] = ["children", "content", "nodes"];
/// Keys of what a block is, the most telling first.
const NAMES: [&str; 7] = ["tagName", "tag", "style", "nodeType", "_type", "type", "name"];

/// The clauses of the document in a value.
pub(super) fn clauses(value: &Value, url: &str) -> Vec<Clause> {
    let weights = Weights::of(value);
    let part = weights.dominant(value);
    let mut writer = Writer { url, weights, seen: HashSet::new(), clauses: Vec::new() };
    writer.write(part, None);
    writer.clauses
}

/// The words of running text in each part of a value that has some, as far as they look like a document's. Parts lie inside
/// each other, and each is asked.
struct Weights(HashMap<usize, u32>);

impl Weights {
    fn of(value: &Value) -> Self {
        let mut weights = Self(HashMap::new());
        weights.weigh(value);
        weights
    }

    fn weigh(&mut self, value: &Value) -> u32 {
        let words = match value {
            Value::Text(text) => match weight(text) {
                _ if is_data(text) => 0,
                words if words >= PARAGRAPH || (words >= SENTENCE && is_markup(text)) => words,
                _ => 0,
            },
            Value::Map(_) if is_block(value) => weight(&flat(value)),
            value => parts(value).into_iter().map(|part| self.weigh(part)).fold(0, u32::saturating_add),
        };
        if words > 0 {
            self.0.insert(place(value), words);
        }
        words
    }

    fn words(&self, value: &Value) -> u32 {
        self.0.get(&place(value)).copied().unwrap_or_default()
    }

    /// The innermost part that holds nearly all running text.
    fn dominant<'a>(&self, value: &'a Value) -> &'a Value {
        let mut part = value;
        loop {
            let whole = f64::from(self.words(part));
            let next = parts(part).into_iter().find(|p| f64::from(self.words(p)) >= DOMINANT * whole);
            match next {
                Some(inner) if whole > 0.0 && !is_block(part) => part = inner,
                _ => return part,
            }
        }
    }
}

/// Where a value is: it isn't moved while it is read.
fn place(value: &Value) -> usize {
    std::ptr::from_ref(value).addr()
}

fn parts(value: &Value) -> Vec<&Value> {
    match value {
        Value::List(list) => list.iter().collect(),
        Value::Map(map) => map.iter().map(|(_, value)| value).collect(),
        _ => Vec::new(),
    }
}

/// A piece of something that was cut, and is no text in itself.
fn is_data(text: &str) -> bool {
    ["\":", "\"}", "\"]", "],["].iter().any(|sign| text.contains(sign))
}

fn is_markup(text: &str) -> bool {
    text.contains("</") && text.contains('>')
}

/// What a node of text says: `{"text": "…"}`, `{"type": "text", "value": "…"}`.
fn leaf(value: &Value) -> Option<&str> {
    let named = |key| value.text(key).is_some_and(|name| name == "text");
    value.text("text").or_else(|| value.text("value").filter(|_| named("type") || named("nodeType")))
}

fn inside(value: &Value) -> Option<&[Value]> {
    INSIDE.iter().find_map(|key| match value.get(key) {
        Some(Value::List(list)) => Some(&list[..]),
        _ => None,
    })
}

/// A block that holds texts directly; all in it flows in one line.
fn is_block(value: &Value) -> bool {
    let is_text = |v: &Value| leaf(v).is_some_and(|text| !text.trim().is_empty());
    inside(value).is_some_and(|inside| inside.iter().any(is_text))
}

/// All words inside a block.
fn flat(value: &Value) -> String {
    match (leaf(value), inside(value)) {
        (Some(text), _) => text.to_owned(),
        (_, Some(inside)) => inside.iter().map(flat).collect(),
        _ => String::new(),
    }
}

/// What a block is by its name.
fn kind(value: &Value) -> Option<Kind> {
    if value.text("listItem").is_some() {
        return Some(Kind::Item(1));
    }
    let names = NAMES.iter().filter_map(|key| value.text(key));
    names.map(str::to_ascii_lowercase).find_map(|name| match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(Kind::Heading(level - b'0')),
        b"li" => Some(Kind::Item(1)),
        _ if name.contains("heading") => Some(Kind::Heading(level(value, &name))),
        _ if name.replace(['-', '_'], "").contains("listitem") => Some(Kind::Item(1)),
        _ => None,
    })
}

fn level(value: &Value, name: &str) -> u8 {
    let written = name.chars().filter_map(|c| c.to_digit(10)).next().map(i64::from);
    let told = value.get("level").or_else(|| value.get("attrs")?.get("level"));
    let told = if let Some(Value::Number(level)) = told { Some(*level) } else { None };
    written.or(told).unwrap_or(2).clamp(1, 6) as u8
}

struct Writer<'a> {
    url: &'a str,
    weights: Weights,
    /// Texts written so far: what a page hands to its scripts is often there twice.
    seen: HashSet<String>,
    clauses: Vec<Clause>,
}

impl Writer<'_> {
    /// Writes what a value shows; `around` is what the blocks around it are.
    fn write(&mut self, value: &Value, around: Option<Kind>) {
        match value {
            Value::Text(text) => self.text(text, around),
            Value::Map(_) if is_block(value) => {
                let kind = kind(value).or(around).unwrap_or(Kind::Paragraph);
                self.push(kind, &flat(value));
            }
            Value::Map(_) if leaf(value).is_some() => {
                self.push(kind(value).or(around).unwrap_or(Kind::Paragraph), leaf(value).unwrap_or_default());
            }
            value if inside(value).is_some() => {
                let around = kind(value).or(around);
                inside(value).unwrap_or_default().iter().for_each(|part| self.write(part, around));
            }
            Value::List(list) => list.iter().for_each(|part| self.write(part, around)),
            Value::Map(map) => self.section(map, around),
            Value::Number(_) | Value::Other => {}
        }
    }

    /// A record of a section: what it is called, and what it says.
    fn section(&mut self, map: &[(String, Value)], around: Option<Kind>) {
        let title = TITLES.iter().find_map(|key| map.iter().find(|(k, _)| k == key));
        let rest = || map.iter().filter(|(key, _)| !TITLES.contains(&key.as_str()));
        if let Some((_, Value::Text(title))) = title
            && rest().any(|(_, value)| self.weights.words(value) > 0)
        {
            self.push(Kind::Heading(2), title);
        }
        rest().for_each(|(_, value)| self.write(value, around));
    }

    fn text(&mut self, text: &str, around: Option<Kind>) {
        if weight(text) < SENTENCE || is_data(text) {
            return;
        }
        if around.is_some() || is_markup(text) || self.seen.insert(text.to_owned()) {
            self.push(around.unwrap_or(Kind::Paragraph), text);
        }
    }

    fn push(&mut self, kind: Kind, text: &str) {
        if is_markup(text) {
            if self.seen.insert(text.to_owned())
                && let Ok(tree) = parse::parse(text)
            {
                let mut reader = Reader::new(Url::parse(self.url).ok(), HashSet::new());
                reader.walk(tree.tree.root());
                let outline = reader.finish();
                let mut clauses: Vec<Clause> = outline.blocks.into_iter().map(|block| block.clause).collect();
                outline::resolve(outline.base.as_ref(), clauses.iter_mut());
                self.clauses.append(&mut clauses);
            }
            return;
        }
        let read = plain::read(text).text().clauses;
        match (&read[..], kind) {
            ([_], kind) if kind != Kind::Paragraph => {
                let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
                self.clauses.push(Clause::new(kind, words));
            }
            _ => self.clauses.extend(read),
        }
    }
}
