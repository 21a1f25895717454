//! `[topics.NAME]` and `[[severity]]`: what the owner adds to how changes are assessed.

use std::sync::Arc;

use super::suggest::closest;
use super::value::{Refusal, Table, Value, refusal};
use crate::model::{Severity, SeverityRule, Source, Topic, TopicRules};

const MAX_TOPICS: usize = 100;
const MAX_RULES: usize = 200;
const MAX_WORDS: usize = 200;

/// What was read, for all services.
#[derive(Default)]
pub(super) struct Rules<'a> {
    topics: Vec<(Topic, Vec<String>)>,
    severities: Vec<Rule<'a>>,
}

struct Rule<'a> {
    /// The services it is for; all, if none is named.
    services: Vec<(String, Value<'a>)>,
    rule: SeverityRule,
}

/// Reads `[topics]` and every `[[severity]]`.
pub(super) fn read<'a>(root: &Table<'a>) -> Rules<'a> {
    let topics = topics(root);
    let own: Vec<&Topic> = topics.iter().map(|(topic, _)| topic).collect();
    let members = root.get("severity").and_then(|value| {
        if value.is_table() {
            value.refuse(refusal("found a single table", "`[[severity]]`, in double brackets"));
            return None;
        }
        value.array(MAX_RULES)
    });
    let severities = members.unwrap_or_default().iter().filter_map(|member| rule(member, &own)).collect();
    Rules { topics, severities }
}

impl Rules<'_> {
    /// Those for one service.
    pub(super) fn of(&self, service: &str) -> Arc<TopicRules> {
        let fits = |rule: &&Rule<'_>| {
            rule.services.is_empty()
                || rule.services.iter().any(|(name, _)| name.eq_ignore_ascii_case(service))
        };
        let severities = self.severities.iter().filter(fits).map(|rule| rule.rule.clone()).collect();
        Arc::new(TopicRules { topics: self.topics.clone(), severities })
    }

    /// A topic that there is.
    pub(super) fn topic(&self, text: &str) -> Result<Topic, Refusal> {
        let own: Vec<&Topic> = self.topics.iter().map(|(topic, _)| topic).collect();
        topic(text, &own)
    }

    /// Refuses rules for services of which there is no source.
    pub(super) fn refuse_strangers(&self, sources: &[Source]) {
        let known: Vec<&str> = sources.iter().map(|source| source.service.as_str()).collect();
        for (name, value) in self.severities.iter().flat_map(|rule| &rule.services) {
            if !known.iter().any(|service| service.eq_ignore_ascii_case(name)) {
                let refusal =
                    refusal(format!("no source has the service `{name}`"), "the `service` of a source");
                value.refuse(match closest(name, &known) {
                    Some(near) => refusal.help(format!("did you mean `{near}`?")),
                    None => refusal,
                });
            }
        }
    }
}

fn topics(root: &Table<'_>) -> Vec<(Topic, Vec<String>)> {
    let members = root.get("topics").and_then(|value| value.named(MAX_TOPICS)).unwrap_or_default();
    let mut topics = Vec::new();
    for (name, value) in members {
        let topic = name.get_ref().parse().ok().filter(|t| !matches!(t, Topic::DatesOnly | Topic::Other));
        let table = value.table(&["words"]);
        let list = table.as_ref().map(|table| match table.get("words") {
            Some(list) => words(&list),
            None => {
                table.require("words", "[\"…\", \"…\"]");
                Vec::new()
            }
        });
        match topic {
            Some(topic) => topics.push((topic, list.unwrap_or_default())),
            None => {
                let found = format!("`{}` can't be a topic with words", name.get_ref());
                value.refuse(refusal(found, "a name in a-z, 0-9, `_`, at most 50 bytes"));
            }
        }
    }
    topics
}

fn rule<'a>(member: &Value<'a>, own: &[&Topic]) -> Option<Rule<'a>> {
    let table = member.table(&["severity", "topic", "service", "words"])?;
    let severity = table.require("severity", "\"critical\"").and_then(|value| value.read(severity));
    let list = |key| table.get(key).and_then(|value: Value<'a>| value.one_or_many(MAX_WORDS));
    let topics = list("topic").unwrap_or_default();
    let topics = topics.iter().filter_map(|value| value.read(|text| topic(text, own))).collect::<Vec<_>>();
    let services = list("service").unwrap_or_default();
    let services: Vec<_> =
        services.into_iter().filter_map(|value| Some((value.text()?.to_owned(), value))).collect();
    let words = table.get("words").map(|value| words(&value)).unwrap_or_default();
    if ["topic", "service", "words"].iter().all(|key| table.get(key).is_none()) {
        let label = "expected `topic`, `service` or `words` beside `severity`".to_owned();
        table.refuse(format!("`{}`: a rule for every change", member.key), label);
        return None;
    }
    Some(Rule { services, rule: SeverityRule { severity: severity?, topics, words } })
}

fn words(value: &Value<'_>) -> Vec<String> {
    let members = value.one_or_many(MAX_WORDS).unwrap_or_default();
    members.iter().filter_map(|member| member.read(word)).collect()
}

/// A word or a phrase, open at its ends where it has a `*` there.
fn word(text: &str) -> Result<String, Refusal> {
    let bare = text.trim_matches('*');
    if bare.chars().any(char::is_alphanumeric) && !bare.contains('*') {
        return Ok(text.to_owned());
    }
    Err(refusal(
        format!("`{text}` is not a word"),
        "a word or a phrase, perhaps with `*` at its beginning or end",
    ))
}

pub(super) fn severity(text: &str) -> Result<Severity, Refusal> {
    text.parse().map_err(|_| refusal(format!("`{text}` is not a severity"), "`minor`, `major` or `critical`"))
}

/// A topic that there is: an own one has to be in the file.
fn topic(text: &str, own: &[&Topic]) -> Result<Topic, Refusal> {
    let topic = text.parse::<Topic>().ok().filter(|t| !matches!(t, Topic::Own(_)) || own.contains(&t));
    topic.ok_or_else(|| {
        let names: Vec<&str> =
            Topic::ALL.iter().map(|(name, _)| *name).chain(own.iter().map(|topic| topic.name())).collect();
        let refusal = refusal(format!("`{text}` is not a topic"), "one of docs/topics.md, or of `[topics]`");
        match closest(text, &names) {
            Some(near) => refusal.help(format!("did you mean `{near}`?")),
            None => refusal,
        }
    })
}
