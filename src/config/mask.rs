//! Blotting secrets out of a file before any line of it is drawn in an error.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeValue, Error};

use super::policy;
use super::secret::is_variable;

/// The text with every secret it may hold replaced by as many asterisks, line breaks kept, so that places stay true.
///
/// Hidden are all strings that aren't mere references, but for those under keys that are known to hold no secret: a
/// mistyped key must not show its value. Further, addresses with a password, and signing secrets. Where TOML itself is broken, what
/// follows the `=` on a broken line is hidden if the line may hold a secret.
pub(super) fn mask(text: &str, root: &Spanned<DeValue<'_>>, errors: &[Error]) -> String {
    let mut spans = Vec::new();
    collect(root, false, &mut spans);
    let open = policies(root);
    spans.retain(|span| !open.contains(span));
    spans.extend(errors.iter().filter_map(|e| broken_line(text, e.span()?.start)));
    signing_secrets(text, &mut spans);
    let mut bytes = text.as_bytes().to_vec();
    for span in spans {
        let hidden = bytes.get_mut(span).unwrap_or_default();
        hidden.iter_mut().filter(|b| !matches!(b, b'\n' | b'\r')).for_each(|b| *b = b'*');
    }
    // Whole characters were replaced, so this is never lossy.
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Whatever begins with `whsec_`, to the end of the word.
fn signing_secrets(text: &str, spans: &mut Vec<Range<usize>>) {
    const PREFIX: &str = "whsec_";
    let mut end = 0;
    while let Some(found) = text[end..].find(PREFIX) {
        let start = end + found + PREFIX.len();
        let rest = &text[start..];
        end = start + rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')).unwrap_or(rest.len());
        spans.push(start..end);
    }
}

/// Keys that hold no secret, and tables that hold none but under other keys.
const PUBLIC: [&str; 37] = [
    "service",
    "terms",
    "url",
    "id",
    "schedule",
    "timezone",
    "notify",
    "select",
    "remove",
    "path",
    "concurrency",
    "contact",
    "allow_private",
    "max_body",
    "timeout",
    "text",
    "note",
    "before",
    "unreviewed",
    "source",
    "pin",
    "defaults",
    "store",
    "fetch",
    "remind",
    "route",
    "name",
    "topic",
    "severity",
    "words",
    "news",
    "heartbeat",
    "method",
    "accept_language",
    "kind",
    "variant",
    "diverge_after",
];

fn collect(value: &Spanned<DeValue<'_>>, hidden: bool, spans: &mut Vec<Range<usize>>) {
    match value.get_ref() {
        DeValue::String(text) if (hidden && !is_reference(text)) || has_password(text) => {
            spans.push(within_quotes(value));
        }
        DeValue::Array(members) => members.iter().for_each(|member| collect(member, hidden, spans)),
        DeValue::Table(entries) => {
            for (key, member) in entries.iter() {
                // Names of headers are not their values.
                if let ("watch", false, DeValue::Table(watched)) =
                    (key.get_ref().as_ref(), hidden, member.get_ref())
                {
                    let names = |key: &str| ["headers", "json", "at_least"].contains(&key);
                    watched.iter().for_each(|(key, member)| collect(member, !names(key.get_ref()), spans));
                    continue;
                }
                // Below are names that the user chose, of topics.
                if let ("topics", false, DeValue::Table(named)) =
                    (key.get_ref().as_ref(), hidden, member.get_ref())
                {
                    named.iter().for_each(|(_, topic)| collect(topic, false, spans));
                    continue;
                }
                collect(member, hidden || !PUBLIC.contains(&key.get_ref().as_ref()), spans);
            }
        }
        _ => {}
    }
}

/// Where channels say when they are told something: no secret, though all else about a channel may be one.
fn policies(root: &Spanned<DeValue<'_>>) -> Vec<Range<usize>> {
    let under =
        |value: &Spanned<DeValue<'_>>, key: &str| value.get_ref().as_table()?.get(key).map(within_quotes);
    let channels = root.get_ref().as_table().and_then(|root| root.get("channels"));
    let channels = channels.and_then(|channels| channels.get_ref().as_table());
    let of = |channel| policy::KEYS.iter().filter_map(move |key| under(channel, key));
    channels.into_iter().flat_map(|channels| channels.values()).flat_map(of).collect()
}

fn within_quotes(text: &Spanned<DeValue<'_>>) -> Range<usize> {
    let span = text.span();
    span.start + 1..span.end.saturating_sub(1).max(span.start + 1)
}

/// Nothing but `${NAME}` or `${file:PATH}`: worth seeing, and no secret.
fn is_reference(text: &str) -> bool {
    let name = text.strip_prefix("${").and_then(|t| t.strip_suffix('}'));
    name.is_some_and(|name| is_variable(name) || (name.starts_with("file:") && !name.contains(['$', '}'])))
}

fn has_password(text: &str) -> bool {
    text.split_once("://")
        .is_some_and(|(_, rest)| rest.split(['/', '?', '#']).next().is_some_and(|a| a.contains('@')))
}

/// What follows the `=` on the line around `at`, if the line or its table may hold a secret.
fn broken_line(text: &str, at: usize) -> Option<Range<usize>> {
    let at = text.floor_char_boundary(at);
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[start..].lines().next().unwrap_or_default();
    let table = text[..start].lines().rfind(|l| l.trim_start().starts_with('[')).unwrap_or_default();
    let secretive =
        ["channel", "webhook", "header", "secret", "token", "password", "authorization", "cookie", "@"];
    let may_hold = |line: &str| {
        let line = line.to_ascii_lowercase();
        secretive.iter().any(|word| line.contains(word))
    };
    let value = line.find('=').map_or(0, |equals| equals + 1);
    (may_hold(line) || may_hold(table)).then(|| start + value..start + line.len())
}
