//! `[[source.variant]]`: the same document in another language, or from elsewhere.

use std::ops::Range;
use std::sync::Arc;

use jiff::SignedDuration;

use super::access;
use super::text::{age, http_url};
use super::value::{Refusal, Table, Value, refusal};
use crate::model::{Source, SourceId, Ways};

const MAX_VARIANTS: usize = 20;
/// How long one way may be alone with a change where nothing else is configured.
const GRACE: SignedDuration = SignedDuration::from_hours(3 * 24);
const KEYS: [&str; 7] = ["name", "url", "accept_language", "proxy", "headers", "cookies", "auth"];

/// The source with its variants, each a source of its own; `claim` takes an id for one of them.
pub(super) fn with(
    table: &Table<'_>,
    main: Source,
    mut claim: impl FnMut(&Value<'_>, SourceId, Range<usize>) -> Option<SourceId>,
) -> Vec<Source> {
    let grace = table.get("diverge_after").map(|value| (value.read(age), value));
    let members = table.get("variant").and_then(|value| tables(&value)).unwrap_or_default();
    if let Some((_, value)) = grace.as_ref().filter(|_| members.is_empty()) {
        value.refuse(refusal("there is no variant that could diverge", "`[[source.variant]]` below"));
    }
    if let Some(first) = members.first().filter(|_| main.watch.is_some()) {
        first.refuse(refusal("an API is asked in one way", "a source for each way"));
    }
    let variants: Vec<Source> =
        members.iter().filter_map(|member| variant(member, &main, &mut claim)).collect();
    let mut all = vec![main];
    all.extend(variants);
    if all.len() > 1 {
        let grace = grace.and_then(|(grace, _)| grace).unwrap_or(GRACE);
        let variants = all[1..].iter().map(|variant| variant.id.clone()).collect();
        let ways = Arc::new(Ways { main: all[0].id.clone(), variants, grace });
        all.iter_mut().for_each(|source| source.ways = Some(Arc::clone(&ways)));
    }
    all
}

fn tables<'a>(value: &Value<'a>) -> Option<Vec<Value<'a>>> {
    if value.is_table() {
        value.refuse(refusal("found a single table", "`[[source.variant]]`, in double brackets"));
        return None;
    }
    value.array(MAX_VARIANTS)
}

fn variant(
    member: &Value<'_>,
    main: &Source,
    claim: &mut impl FnMut(&Value<'_>, SourceId, Range<usize>) -> Option<SourceId>,
) -> Option<Source> {
    let table = member.table(&KEYS)?;
    let name_value = table.require("name", "\"de\"")?;
    let name = name_value.read(name)?;
    if table.has_only(&["name"]) {
        table.refuse(
            "`source.variant`: nothing is asked otherwise".into(),
            "expected `accept_language`, `proxy` or another key".into(),
        );
    }
    let id = name_value.read(|_| {
        let id = format!("{}.{name}", main.id).parse();
        id.map_err(|_| refusal("the id with this name would be too long", "a shorter name"))
    })?;
    let id = claim(member, id, name_value.span())?;
    let url = match table.get("url") {
        Some(value) => value.read(http_url)?,
        None => main.url.clone(),
    };
    let (request, own) = access::Defaults::from(&main.request).of(&table);
    let mut variant = Source { id, terms: format!("{} ({name})", main.terms), ..main.clone() };
    // What is meant for one site is not for another.
    let same_site = url.origin() == main.url.origin();
    variant.headers.retain(|(name, _)| {
        let replaced = own.iter().any(|(other, _)| other == name);
        let other_language = name == "accept-language" && table.get("accept_language").is_some();
        same_site && !replaced && !other_language
    });
    variant.headers.extend(own);
    variant.request.accept_language = request.accept_language;
    variant.request.proxy = request.proxy;
    if !same_site {
        variant.request.body = None;
        variant.request.method = request.method;
    }
    (variant.url, variant.pins) = (url, Vec::new());
    Some(variant)
}

fn name(text: &str) -> Result<String, Refusal> {
    let fits =
        text.len() <= 30 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    let refused =
        || refusal(format!("`{text}` is not a name for a variant"), "at most 30 of a-z, 0-9 and `-`");
    fits.then(|| text.to_owned()).ok_or_else(refused)
}
