//! Walking TOML by hand: values that know their key and place, and refuse what they can't use.

use std::cell::RefCell;
use std::fs::File;
use std::io::Read as _;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Env;
use super::problem::Problem;
use super::suggest::closest;

/// Longest accepted string, in bytes.
const MAX_TEXT: usize = 4096;

/// With this many problems reading stops: a file of millions is no better told about all of them.
pub(super) const MAX_PROBLEMS: usize = 100;

/// What reading a value may need, and where everything wrong is gathered.
pub(super) struct Context<'a> {
    pub env: Env<'a>,
    /// The folder of the file: paths in it are relative to it.
    pub folder: &'a Path,
    problems: RefCell<Vec<Problem>>,
}

/// A value, with the dotted key it stands under.
#[derive(Clone)]
pub(super) struct Value<'a> {
    pub context: &'a Context<'a>,
    pub key: String,
    inner: &'a Spanned<DeValue<'a>>,
}

/// A table whose keys are all known.
pub(super) struct Table<'a> {
    value: Value<'a>,
    entries: &'a DeTable<'a>,
}

/// Why a value can't be used: what was found, what is accepted, and perhaps what to do.
pub(super) struct Refusal {
    found: String,
    accepted: String,
    help: Option<String>,
}

/// A refusal without further help.
pub(super) fn refusal(found: impl Into<String>, accepted: impl Into<String>) -> Refusal {
    Refusal { found: found.into(), accepted: accepted.into(), help: None }
}

impl Refusal {
    pub(super) fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

impl<'a> Context<'a> {
    pub(super) fn new(env: Env<'a>, folder: &'a Path) -> Self {
        Self { env, folder, problems: RefCell::default() }
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        self.problems.into_inner()
    }

    /// Whether so much is wrong that reading on is of no use.
    pub(super) fn is_full(&self) -> bool {
        self.problems.borrow().len() >= MAX_PROBLEMS
    }

    pub(super) fn report(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }
}

impl<'a> Value<'a> {
    /// The whole file.
    pub(super) fn root(context: &'a Context<'a>, inner: &'a Spanned<DeValue<'a>>) -> Self {
        Self { context, key: String::new(), inner }
    }

    /// Where it stands in the file, in bytes.
    pub(super) fn span(&self) -> Range<usize> {
        self.inner.span()
    }

    pub(super) fn is_table(&self) -> bool {
        self.inner.get_ref().is_table()
    }

    /// Notes that this value can't be used.
    pub(super) fn refuse(&self, refusal: Refusal) {
        let title = format!("`{}`: {}", self.key, refusal.found);
        let mut problem = Problem::new(self.span(), title, format!("expected {}", refusal.accepted));
        problem.help = refusal.help;
        self.context.report(problem);
    }

    /// Its text, without white space around it; empty, overlong and broken text is refused.
    pub(super) fn text(&self) -> Option<&'a str> {
        let DeValue::String(text) = self.inner.get_ref() else {
            self.refuse_type("a string");
            return None;
        };
        let text = text.trim();
        if text.is_empty() {
            self.refuse(refusal("an empty string", "some text"));
        } else if text.len() > MAX_TEXT {
            self.refuse(refusal(
                format!("a string of {} bytes", text.len()),
                format!("at most {MAX_TEXT} bytes"),
            ));
        } else if text.chars().any(char::is_control) {
            self.refuse(refusal("a control character in the string", "one line of text"));
        } else {
            return Some(text);
        }
        None
    }

    /// Its text, which may have several lines, at most `max` bytes of it.
    pub(super) fn lines(&self, max: usize) -> Option<&'a str> {
        let DeValue::String(text) = self.inner.get_ref() else {
            self.refuse_type("a string");
            return None;
        };
        if text.trim().is_empty() {
            self.refuse(refusal("an empty string", "some text"));
        } else if text.len() > max {
            self.refuse(refusal(format!("a string of {} bytes", text.len()), format!("at most {max} bytes")));
        } else {
            return Some(text);
        }
        None
    }

    /// The text of the file that it names, relative to the configuration, at most `max` bytes of it.
    pub(super) fn file(&self, max: usize) -> Option<String> {
        self.read(|path| {
            let mut bytes = Vec::new();
            // One byte more than accepted tells a file that is too large, even one that never ends.
            File::open(self.context.folder.join(path))
                .and_then(|file| file.take(max as u64 + 1).read_to_end(&mut bytes))
                .map_err(|error| refusal(format!("`{path}` can't be read: {error}"), "a readable file"))?;
            if bytes.len() > max {
                return Err(refusal(format!("`{path}` is too large"), format!("at most {max} bytes")));
            }
            String::from_utf8(bytes).map_err(|_| refusal(format!("`{path}` is not UTF-8 text"), "UTF-8 text"))
        })
    }

    /// What `read` makes of its text.
    pub(super) fn read<T>(&self, read: impl FnOnce(&'a str) -> Result<T, Refusal>) -> Option<T> {
        read(self.text()?).map_err(|refusal| self.refuse(refusal)).ok()
    }

    /// What stands under `key`, if this is a table, whatever else does.
    pub(super) fn member(&self, key: &str) -> Option<Self> {
        let DeValue::Table(entries) = self.inner.get_ref() else { return None };
        Some(Value { context: self.context, key: self.path_of(key), inner: entries.get(key)? })
    }

    pub(super) fn is_array(&self) -> bool {
        self.inner.get_ref().is_array()
    }

    pub(super) fn is_boolean(&self) -> bool {
        self.inner.get_ref().is_bool()
    }

    /// `true` or `false`.
    pub(super) fn boolean(&self) -> Option<bool> {
        let DeValue::Boolean(value) = self.inner.get_ref() else {
            self.refuse_type("true or false");
            return None;
        };
        Some(*value)
    }

    /// A whole number within `bounds`.
    pub(super) fn integer(&self, bounds: std::ops::RangeInclusive<u32>) -> Option<u32> {
        let DeValue::Integer(number) = self.inner.get_ref() else {
            self.refuse_type("a whole number");
            return None;
        };
        let read = u32::from_str_radix(number.as_str(), number.radix()).ok().filter(|n| bounds.contains(n));
        if read.is_none() {
            let accepted = format!("a whole number from {} to {}", bounds.start(), bounds.end());
            self.refuse(refusal(format!("{number} is out of range"), accepted));
        }
        read
    }

    /// A number, whole or not.
    pub(super) fn number(&self) -> Option<f64> {
        let read = match self.inner.get_ref() {
            DeValue::Integer(number) => {
                i64::from_str_radix(number.as_str(), number.radix()).ok().map(|n| n as f64)
            }
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        };
        let read = read.filter(|number| number.is_finite());
        if read.is_none() {
            self.refuse(refusal("not a number", "a number"));
        }
        read
    }

    /// The members of an array of at most `max`.
    pub(super) fn array(&self, max: usize) -> Option<Vec<Value<'a>>> {
        let DeValue::Array(members) = self.inner.get_ref() else {
            self.refuse_type("an array");
            return None;
        };
        if members.len() > max {
            self.refuse(refusal(format!("{} entries", members.len()), format!("at most {max}")));
            return None;
        }
        Some(members.iter().map(|inner| Value { inner, ..self.clone() }).collect())
    }

    /// The members of an array of at most `max`, or the value itself where it is a single string.
    pub(super) fn one_or_many(&self, max: usize) -> Option<Vec<Value<'a>>> {
        match self.inner.get_ref() {
            DeValue::String(_) => Some(vec![self.clone()]),
            DeValue::Array(_) => self.array(max),
            _ => {
                self.refuse_type("a string or an array of strings");
                None
            }
        }
    }

    /// A table of which all keys are `known`; the others are refused, with the nearest known one.
    pub(super) fn table(&self, known: &[&str]) -> Option<Table<'a>> {
        let entries = self.entries()?;
        let unknown = entries.keys().filter(|key| !known.contains(&key.get_ref().as_ref()));
        for key in unknown.take_while(|_| !self.context.is_full()) {
            let path = self.path_of(key.get_ref());
            let mut problem = Problem::new(
                key.span(),
                format!("`{path}`: unknown key"),
                format!("expected {}", any_of(known)),
            );
            problem.help = closest(key.get_ref(), known).map(|near| format!("did you mean `{near}`?"));
            self.context.report(problem);
        }
        Some(Table { value: self.clone(), entries })
    }

    /// A table whose keys are names that the user chose, at most `max` of them, each with its place and value.
    pub(super) fn named(&self, max: usize) -> Option<Vec<(Spanned<&'a str>, Value<'a>)>> {
        let entries = self.entries()?;
        if entries.len() > max {
            self.refuse(refusal(format!("{} entries", entries.len()), format!("at most {max}")));
            return None;
        }
        let member = |(key, inner): (&'a Spanned<_>, _)| {
            let name: &'a std::borrow::Cow<'a, str> = key.get_ref();
            let value = Value { context: self.context, key: self.path_of(name), inner };
            (Spanned::new(key.span(), name.as_ref()), value)
        };
        Some(entries.iter().map(member).collect())
    }

    fn entries(&self) -> Option<&'a DeTable<'a>> {
        if let DeValue::Table(entries) = self.inner.get_ref() {
            return Some(entries);
        }
        self.refuse_type("a table");
        None
    }

    fn path_of(&self, key: &str) -> String {
        if self.key.is_empty() { key.to_owned() } else { format!("{}.{key}", self.key) }
    }

    fn refuse_type(&self, accepted: &str) {
        let found = match self.inner.get_ref() {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        };
        self.refuse(refusal(format!("found {found}"), accepted));
    }
}

impl<'a> Table<'a> {
    /// The value under `key`, if there is one.
    pub(super) fn get(&self, key: &str) -> Option<Value<'a>> {
        let inner = self.entries.get(key)?;
        Some(Value { context: self.value.context, key: self.value.path_of(key), inner })
    }

    /// The value under `key`; its absence is refused, with an example of what to write.
    pub(super) fn require(&self, key: &str, example: &str) -> Option<Value<'a>> {
        let value = self.get(key);
        if value.is_none() {
            let title = format!("`{}` is missing", self.value.path_of(key));
            self.refuse(title, format!("expected `{key} = {example}`"));
        }
        value
    }

    /// Whether nothing stands in it but under these keys.
    pub(super) fn has_only(&self, keys: &[&str]) -> bool {
        self.entries.keys().all(|key| keys.contains(&key.get_ref().as_ref()))
    }

    /// Notes that the table as a whole can't be used.
    pub(super) fn refuse(&self, title: String, label: String) {
        self.value.context.report(Problem::new(self.value.span(), title, label));
    }
}

/// `a`, `b` or `c`.
pub(super) fn any_of(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}
