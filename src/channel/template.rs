//! A form of one's own for what a channel sends: a template in the manner of Jinja, escaped for its place.

use std::fmt;
use std::io::{self, Write};
use std::sync::Arc;

use minijinja::value::{Serde, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, Output, State, UndefinedBehavior, context};
use serde::Serialize;

use super::markup::Markup;
use crate::model::{Notice, Run};
use crate::notice::{self, Message};

/// Steps of the template engine: a template that prints two hundred clauses word by word takes a tenth of it.
const FUEL: u64 = 100_000;
/// How deep macros may call each other.
const DEPTH: usize = 50;
/// What a template may print at most, in bytes: more than any service takes.
const MAX_OUTPUT: usize = 256 * 1024;

/// A template that was tried: it knows its variables and prints a notice with and without clauses.
#[derive(Clone)]
pub struct Template {
    source: String,
    markup: &'static Markup,
    environment: Arc<Environment<'static>>,
}

/// What is wrong with a template, and in which of its lines.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct Fault {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong there.
    pub why: String,
}

impl Template {
    /// Reads a template and tries it on samples; `secrets` are the names under `secret.`.
    pub(super) fn parse(source: &str, markup: &'static Markup, secrets: &[&str]) -> Result<Self, Fault> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_fuel(Some(FUEL));
        environment.set_recursion_limit(DEPTH);
        environment.set_debug(true);
        environment.set_auto_escape_callback(|_| AutoEscape::Custom("place".into()));
        environment.set_formatter(|out, state, value| write(out, state, value, markup));
        environment.add_template_owned(NAME, source.to_owned()).map_err(|error| fault(&error))?;
        let template = Self { source: source.to_owned(), markup, environment: Arc::new(environment) };
        template.try_on_samples(secrets)?;
        Ok(template)
    }

    fn try_on_samples(&self, secrets: &[&str]) -> Result<(), Fault> {
        let secrets: Vec<(&str, &str)> = secrets.iter().map(|name| (*name, "***")).collect();
        let full = notice::sample(jiff::Timestamp::UNIX_EPOCH);
        let mut bare = full.clone();
        bare.excerpts.clear();
        for notice in [full, bare] {
            self.render(&notice, &Message::of(&notice), &secrets)?;
        }
        Ok(())
    }

    /// The text for a notice, with as many clauses as keep it within `limit`.
    pub(super) fn fitted(
        &self,
        notice: &Notice,
        limit: usize,
        secrets: &[(&str, &str)],
    ) -> Result<String, Fault> {
        let mut message = self.markup.fit(&Message::of(notice), limit);
        loop {
            let text = self.render(notice, &message, secrets)?;
            let size = (self.markup.size)(&text);
            let shown = message.clauses.len();
            if size <= limit {
                return Ok(text);
            }
            if shown == 0 {
                let why =
                    format!("it prints {size} characters where {limit} are the most, without any clause");
                return Err(Fault { line: 1, why });
            }
            // What the template adds isn't known beforehand: fewer clauses, until it fits.
            message.clauses.truncate((shown * limit / size).min(shown - 1));
            message.cut = message.cut.saturating_add(shown - message.clauses.len());
        }
    }

    /// The text for a message as it stands, at most 256 KiB.
    pub(super) fn render(
        &self,
        notice: &Notice,
        message: &Message,
        secrets: &[(&str, &str)],
    ) -> Result<String, Fault> {
        let mut out = Bounded(Vec::new());
        let context = variables(notice, message, self.markup, secrets);
        let template = self.environment.get_template(NAME).map_err(|error| fault(&error))?;
        template.render_captured_to(context, &mut out).map_err(|error| fault(&error))?;
        // Only strings were written.
        Ok(String::from_utf8_lossy(&out.0).into_owned())
    }
}

/// How the template is called inside the engine.
const NAME: &str = "template";

/// What a template can name; docs/channels.md is its reference.
fn variables(notice: &Notice, message: &Message, markup: &Markup, secrets: &[(&str, &str)]) -> Value {
    let word = |value: Value| if value.kind() == ValueKind::None { Value::from("") } else { value };
    let clauses: Vec<Value> = message
        .clauses
        .iter()
        .map(|clause| {
            let words = Value::from_safe_string(markup.words(&clause.runs));
            let joined = |wanted: fn(&Run) -> bool| {
                let texts: Vec<&str> = clause.runs.iter().filter(|run| wanted(run)).map(Run::text).collect();
                texts.join(" … ")
            };
            context! {
                place => clause.place.as_str(),
                words,
                removed => joined(|run| matches!(run, Run::Removed(_))),
                added => joined(|run| matches!(run, Run::Added(_))),
                runs => data(&clause.runs),
            }
        })
        .collect();
    context! {
        id => notice.id.as_str(),
        news => data(notice.news),
        source => notice.source.as_str(),
        service => notice::line(&notice.service, 200),
        terms => notice::line(&notice.terms, 200),
        severity => notice.severity.to_string(),
        topics => data(&notice.topics),
        effective => word(data(notice.effective)),
        at => data(notice.at),
        previous_at => word(data(notice.previous_at)),
        words_added => notice.words_added,
        words_removed => notice.words_removed,
        headline => message.headline.as_str(),
        summary => message.summary.as_str(),
        list => data(&message.list),
        clauses,
        cut => message.cut,
        rest => message.rest().unwrap_or_default(),
        more => message.more.as_str(),
        url => message.url.as_str(),
        text => Value::from_safe_string(markup.text(message)),
        body => Value::from_safe_string(markup.body(message)),
        secret => Value::from_pairs(secrets.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value)))),
    }
}

fn data(value: impl Serialize) -> Value {
    Value::from(Serde(value))
}

/// Escapes what the template prints, unless it says itself that it is safe.
fn write(out: &mut Output<'_>, state: &State<'_, '_>, value: &Value, markup: &Markup) -> Result<(), Error> {
    let text = match value.as_str() {
        Some(text) => text.to_owned(),
        None => value.to_string(),
    };
    let raw = value.is_safe() || matches!(state.auto_escape(), AutoEscape::None);
    let text = if raw { text } else { (markup.escape)(&text) };
    out.write_str(&text).map_err(Error::from)
}

fn fault(error: &Error) -> Fault {
    let mut why = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    // A full place to print to is all that can go wrong there.
    if let Some(full) = std::error::Error::source(error) {
        why = full.to_string();
    }
    let named = error.template_source().zip(error.range()).and_then(|(source, range)| source.get(range));
    if let Some(named) = named.filter(|_| error.detail().is_none()) {
        why = format!("{why}: `{}`", notice::line(named, 60));
    }
    Fault { line: error.line().unwrap_or(1), why }
}

/// A place to print to that is full some day.
struct Bounded(Vec<u8>);

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_OUTPUT {
            return Err(io::Error::other("it prints more than 256 KiB"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl PartialEq for Template {
    fn eq(&self, other: &Self) -> bool {
        (&self.source, self.markup.name) == (&other.source, other.markup.name)
    }
}

impl Eq for Template {}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Template").field(&self.markup.name).finish()
    }
}
