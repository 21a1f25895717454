//! What it means that an API answers otherwise.

use std::collections::HashSet;

use super::parts::Parts;
use crate::model::{Severity, Watch};

/// A limit that fell to this share of what it was, or less, is near zero.
const NEAR_ZERO: f64 = 0.1;
/// At most so many values of a list are named; the diff has them all.
const NAMED: usize = 5;

/// How serious it is that an API answers otherwise, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// How serious.
    pub severity: Severity,
    /// What is different, gravest first: lines for people.
    pub lines: Vec<String>,
}

/// Assesses the difference between two answers; the same ones always give the same.
///
/// What stands in an answer that fails isn't compared: that the call fails is the news. When it works again, what it
/// shows is compared with `last_fine`, what it showed when it last worked.
pub fn assess(before: &Parts, after: &Parts, last_fine: Option<&Parts>, watch: &Watch) -> Assessment {
    let mut news: Vec<(Severity, String)> = status(before, after).into_iter().collect();
    let known = last_fine.unwrap_or(before);
    if after.status.is_fine() && known.status.is_fine() {
        news.extend(headers(known, after, watch));
        news.extend(paths(known, after, watch));
    }
    news.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
    let severity = news.first().map_or(Severity::Minor, |(severity, _)| *severity);
    Assessment { severity, lines: news.into_iter().map(|(_, line)| line).collect() }
}

fn status(before: &Parts, after: &Parts) -> Option<(Severity, String)> {
    let (was, is) = (before.status, after.status);
    let severity = match (was.is_fine(), is.is_fine()) {
        _ if was == is => return None,
        (true, false) => Severity::Critical,
        _ if is.code / 100 != was.code / 100 && !is.is_fine() => Severity::Critical,
        _ => Severity::Major,
    };
    let again = if !was.is_fine() && is.is_fine() { " again" } else { "" };
    Some((severity, format!("{is}{again} where it was {}", was.to_string().trim_start_matches("HTTP "))))
}

fn headers<'a>(
    before: &'a Parts,
    after: &'a Parts,
    watch: &'a Watch,
) -> impl Iterator<Item = (Severity, String)> + 'a {
    watch.headers.iter().filter_map(move |name| {
        let of =
            |parts: &'a Parts| parts.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
        match (of(before), of(after)) {
            (was, is) if was == is => None,
            (Some(was), Some(is)) => Some(value(name, was, is, Severity::Major, watch)),
            (Some(was), None) => Some((Severity::Major, format!("`{name}` is gone; it was {was}"))),
            (None, is) => Some((Severity::Minor, format!("`{name}` is new: {}", is.unwrap_or_default()))),
        }
    })
}

fn paths<'a>(
    before: &'a Parts,
    after: &'a Parts,
    watch: &'a Watch,
) -> impl Iterator<Item = (Severity, String)> + 'a {
    watch.json.iter().flat_map(move |path| {
        let of = |parts: &'a Parts| {
            parts.json.iter().find(|(p, _)| p == path).map_or(&[][..], |(_, values)| values.as_slice())
        };
        match (of(before), of(after)) {
            (was, is) if was == is => Vec::new(),
            ([was], [is]) => vec![value(path, was, is, Severity::Critical, watch)],
            (was, is) => list(path, was, is),
        }
    })
}

/// A value that is another: of two numbers it counts which is larger. Other words of an account (`active`,
/// `read_only`) are as grave as `otherwise` says.
fn value(what: &str, was: &str, is: &str, otherwise: Severity, watch: &Watch) -> (Severity, String) {
    let (Some(old), Some(new)) = (number(was), number(is)) else {
        return (otherwise, format!("`{what}` is “{is}” where it was “{was}”"));
    };
    let least = watch.at_least.iter().find(|(name, _)| name == what).map(|(_, least)| *least);
    if let Some(least) = least.filter(|least| new < *least && old >= *least) {
        return (
            Severity::Critical,
            format!("`{what}` fell from {was} to {is}, below the {least} that are needed"),
        );
    }
    if new < old && new <= old * NEAR_ZERO {
        return (Severity::Critical, format!("`{what}` fell from {was} to {is}, near zero"));
    }
    match new < old {
        true => (Severity::Major, format!("`{what}` fell from {was} to {is}")),
        false => (Severity::Minor, format!("`{what}` rose from {was} to {is}")),
    }
}

/// A number, or the one that a quota begins with (`100, 100;w=60`).
fn number(text: &str) -> Option<f64> {
    let first = text.split([',', ';']).next()?.trim();
    first.parse().ok().filter(|number: &f64| number.is_finite())
}

/// What left a list, and what came to it.
fn list(path: &str, was: &[String], is: &[String]) -> Vec<(Severity, String)> {
    let only = |these: &[String], others: &[String]| {
        let others: HashSet<&String> = others.iter().collect();
        these.iter().filter(|value| !others.contains(value)).cloned().collect::<Vec<_>>()
    };
    let (gone, new) = (only(was, is), only(is, was));
    let mut news = Vec::new();
    if !gone.is_empty() {
        news.push((Severity::Critical, format!("gone from `{path}`: {}", named(&gone))));
    }
    if !new.is_empty() {
        news.push((Severity::Minor, format!("new in `{path}`: {}", named(&new))));
    }
    if news.is_empty() {
        news.push((Severity::Minor, format!("`{path}` has {} values where it had {}", is.len(), was.len())));
    }
    news
}

fn named(values: &[String]) -> String {
    let more = values.len().saturating_sub(NAMED);
    let named = values.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    if more > 0 { format!("{named} and {more} more") } else { named }
}
