//! `[[source]]`: what is watched.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

use super::access;
use super::problem::Problem;
use super::text::http_url;
use super::timing::{Channels, Defaults};
use super::topics;
use super::value::{Refusal, Table, Value, any_of, refusal};
use crate::extract::{Ignore, Selection};
use crate::model::{Rendering, Robots, Rules, Secret, Source, SourceId};

const MAX_SOURCES: usize = 10_000;
const MAX_RULES: usize = 100;
const MAX_HEADERS: usize = 50;

const KEYS: [&str; 25] = [
    "kind",
    "service",
    "terms",
    "url",
    "id",
    "schedule",
    "timezone",
    "notify",
    "select",
    "remove",
    "ignore",
    "headers",
    "cookies",
    "auth",
    "method",
    "body",
    "accept_language",
    "proxy",
    "pin",
    "max_age",
    "browser",
    "watch",
    "variant",
    "diverge_after",
    "robots",
];

/// Reads every `[[source]]`; ids are checked against each other even where the rest is wrong.
pub(super) fn read(
    root: &Table<'_>,
    channels: &Channels,
    defaults: &Defaults,
    access: &access::Defaults,
    topics: &topics::Rules<'_>,
) -> Vec<Source> {
    let members = root.get("source").and_then(|value| {
        if value.is_table() {
            value.refuse(refusal("found a single table", "`[[source]]`, in double brackets"));
            return None;
        }
        value.array(MAX_SOURCES)
    });
    let members = members.unwrap_or_default();
    let mut taken = HashMap::new();
    let read = |member: &Value<'_>| -> Option<Vec<Source>> {
        let table = member.table(&KEYS)?;
        let names = Names::read(&table);
        let mut claim = |of: &Value<'_>, id, span| claim(of, id, span, &mut taken);
        let id = names.id(&table).and_then(|(id, span)| claim(member, id, span));
        let url = table.require("url", "\"https://…\"").and_then(|value| value.read(http_url));
        let schedule = defaults.schedule(&table);
        let notify = defaults.notify(&table, channels);
        let rules = Rules {
            select: entries(&table, "select", selector),
            remove: entries(&table, "remove", selector),
            ignore: entries(&table, "ignore", pattern),
        };
        let pins = super::pins::read(&table);
        let (request, headers) = access.of(&table);
        let watch = super::watch::read(&table, &request);
        let robots = table.get("robots").and_then(|value| value.read(robots)).unwrap_or_default();
        let max_age = defaults.max_age(&table);
        // Whatever the default: what an API answers is no page.
        let browser = if watch.is_some() { Rendering::Never } else { defaults.browser(&table) };
        let Names { service, terms } = names;
        let (service, terms) = (service?.0, terms?.0);
        let topics = topics.of(&service);
        let source = Source {
            id: id?,
            service,
            terms,
            url: url?,
            schedule: schedule?,
            notify,
            rules,
            pins,
            max_age,
            browser,
            headers,
            request,
            watch,
            ways: None,
            robots,
            topics,
        };
        Some(super::variants::with(&table, source, claim))
    };
    members.iter().take_while(|member| !member.context.is_full()).filter_map(read).flatten().collect()
}

/// The two titles of a source and where they stand.
struct Names {
    service: Option<(String, Range<usize>)>,
    terms: Option<(String, Range<usize>)>,
}

impl Names {
    fn read(table: &Table<'_>) -> Self {
        let title = |key, example| {
            let value: Value<'_> = table.require(key, example)?;
            Some((value.text()?.to_owned(), value.span()))
        };
        Self { service: title("service", "\"OpenAI\""), terms: title("terms", "\"Usage Policies\"") }
    }

    /// The id, given or made from the titles, and the place to point at when it is wrong.
    fn id(&self, table: &Table<'_>) -> Option<(SourceId, Range<usize>)> {
        if let Some(value) = table.get("id") {
            let read = |text: &str| {
                let accepted = "`service/terms` in a-z, 0-9, `-`, `_`, `.`, at most 200 bytes";
                text.parse().map_err(|_| refusal(format!("`{text}` is not a source id"), accepted))
            };
            return Some((value.read(read)?, value.span()));
        }
        let ((service, _), (terms, span)) = (self.service.as_ref()?, self.terms.as_ref()?);
        let derived = SourceId::derive(service, terms);
        if derived.is_err() {
            let title = format!("no id can be made from `{service}` and `{terms}`");
            table.refuse(title, "expected `id = \"service/terms\"` beside them".into());
        }
        Some((derived.ok()?, span.clone()))
    }
}

/// Keeps `id` for the source at `span`, unless an earlier one has it.
fn claim(
    source: &Value<'_>,
    id: SourceId,
    span: Range<usize>,
    taken: &mut HashMap<SourceId, Range<usize>>,
) -> Option<SourceId> {
    match taken.entry(id.clone()) {
        Entry::Vacant(free) => {
            free.insert(span);
            Some(id)
        }
        Entry::Occupied(first) => {
            let title = format!("`source.id`: two sources have the id `{id}`");
            let mut problem = Problem::new(span, title, "expected another id");
            problem.also = Some((first.get().clone(), "the first is here".into()));
            problem.help = Some("history hangs on the id: give one of them an `id` of its own".into());
            source.context.report(problem);
            None
        }
    }
}

fn entries(table: &Table<'_>, key: &str, read: fn(&str) -> Result<String, Refusal>) -> Vec<String> {
    let members = table.get(key).and_then(|value| value.one_or_many(MAX_RULES)).unwrap_or_default();
    members.iter().filter_map(|member| member.read(read)).collect()
}

fn selector(text: &str) -> Result<String, Refusal> {
    let accepted = "a selector as in `main article`, or a stretch as in `#terms .. #privacy`";
    Selection::parse(text).map(|_| text.to_owned()).map_err(|error| refusal(error.to_string(), accepted))
}

fn robots(text: &str) -> Result<Robots, Refusal> {
    match text {
        "obey" => Ok(Robots::Obey),
        "ignore" => Ok(Robots::Ignore),
        _ => Err(refusal(format!("`{text}` is no choice"), any_of(&["obey", "ignore"]))),
    }
}

fn pattern(text: &str) -> Result<String, Refusal> {
    let accepted = "a regular expression as in `Read by \\d+ people`";
    Ignore::new(&[text.to_owned()])
        .map(|_| text.to_owned())
        .map_err(|error| refusal(error.to_string(), accepted))
}

/// Names and values; the same header under two spellings is refused.
///
/// `own` are those that stand for something else already.
pub(super) fn named_headers(value: &Value<'_>, own: &[&str]) -> Vec<(String, Secret)> {
    let mut headers: Vec<(String, Secret)> = Vec::new();
    for (name, value) in value.named(MAX_HEADERS).unwrap_or_default() {
        let lower = name.get_ref().to_ascii_lowercase();
        let wrong = if !is_token(&lower) {
            Some(("not a header name", "letters, digits and `-`"))
        } else if own.contains(&lower.as_str()) {
            Some(("a header that fineprint sets itself", "another header"))
        } else if headers.iter().any(|(other, _)| *other == lower) {
            Some(("a header named twice", "each header once"))
        } else {
            None
        };
        if let Some((found, accepted)) = wrong {
            let title = format!("`{}`: {found}", value.key);
            value.context.report(Problem::new(name.span(), title, format!("expected {accepted}")));
        }
        match value.secret() {
            Some(secret) if secret.reveal().is_ascii() => {
                let secret = keyed(&lower, secret);
                headers.push((lower, secret));
            }
            Some(_) => value.refuse(refusal("a character that headers can't carry", "plain ASCII")),
            None => {}
        }
    }
    headers
}

/// The value of a header that holds a key by its name: the key is secret even where it is written out in the file.
fn keyed(name: &str, secret: Secret) -> Secret {
    let holds_a_key = ["auth", "cookie", "key", "token", "secret"].iter().any(|word| name.contains(word));
    if !holds_a_key || !secret.parts().is_empty() {
        return secret;
    }
    let longest = secret.reveal().split_whitespace().max_by_key(|word| word.len());
    let parts = longest.map(str::to_owned).into_iter().collect();
    Secret::made_of(secret.reveal(), parts)
}

/// A `token` of RFC 9110, section 5.6.2.
pub(super) fn is_token(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}
