//! JSON in scripts.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, MapAccess, SeqAccess, Visitor};

/// How many bytes are tried as JSON on one page, over all places where a value may begin; what is beyond isn't read. A
/// place that holds none costs at most what is left of its script.
const TRIED: usize = 64 << 20;
/// How often strings that hold JSON themselves are opened.
const OPENED: usize = 3;

/// A JSON value, its keys in the order in which they were written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    Number(i64),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
    /// Nothing that could be shown.
    Other,
}

impl Value {
    /// What a key stands for.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        let Self::Map(entries) = self else { return None };
        entries.iter().find(|(k, _)| k == key).map(|(_, value)| value)
    }

    /// The string that a key stands for.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        match self.get(key) {
            Some(Self::Text(text)) => Some(text),
            _ => None,
        }
    }
}

/// The values in scripts, whatever stands around them: `window.state = {…}`, `JSON.parse("…")`.
///
/// Strings that hold values are opened.
pub(super) fn find(scripts: &[&str]) -> Vec<Value> {
    let mut left = TRIED;
    let mut found = Vec::new();
    for script in scripts {
        found.extend(values(script, &mut left));
    }
    found.into_iter().map(|value| opened(value, OPENED, &mut left)).collect()
}

/// The values in a text, one after another.
fn values(text: &str, left: &mut usize) -> Vec<Value> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(['{', '[', '"']).map(|n| at + n) {
        let rest = &text[start..];
        at = start + 1;
        // A string alone is only looked at where it is handed to something.
        if rest.starts_with('"') && !text[..start].ends_with('(') {
            continue;
        }
        let Some(budget) = left.checked_sub(rest.len()) else { break };
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        match values.next() {
            Some(Ok(value)) => {
                at = start + values.byte_offset();
                *left -= at - start;
                found.push(value);
            }
            _ => *left = budget,
        }
    }
    found
}

/// A value whose strings that hold nothing but a value are that value.
fn opened(value: Value, depth: usize, left: &mut usize) -> Value {
    match value {
        Value::Text(text) if depth > 0 && text.trim_start().starts_with(['{', '[']) => {
            let Some(budget) = left.checked_sub(text.len()) else { return Value::Text(text) };
            *left = budget;
            match serde_json::from_str(&text) {
                Ok(inner) => opened(inner, depth - 1, left),
                Err(_) => Value::Text(text),
            }
        }
        Value::List(list) => Value::List(list.into_iter().map(|v| opened(v, depth, left)).collect()),
        Value::Map(map) => Value::Map(map.into_iter().map(|(k, v)| (k, opened(v, depth, left))).collect()),
        value => value,
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Value, E> {
        Ok(Value::Text(text))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value, E> {
        Ok(Value::Number(number))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value, E> {
        Ok(i64::try_from(number).map_or(Value::Other, Value::Number))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = access.next_element()? {
            list.push(value);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Value, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = access.next_entry()? {
            map.push(entry);
        }
        Ok(Value::Map(map))
    }
}
