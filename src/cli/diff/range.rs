//! Which two versions: `3..5`, `2026-01-01..@latest`, `3..`, `..5`.

use std::str::FromStr;

use jiff::Timestamp;

use crate::cli::Failure;
use crate::cli::print::{instant, minute};
use crate::store::{ChangeFilter, Error, KnownSource, Store, VersionInfo};

/// A range as typed; an open end is the first or the latest version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Range {
    from: Option<Point>,
    to: Option<Point>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Point {
    Number(u32),
    At(Timestamp),
    Latest,
}

impl FromStr for Range {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        let Some((from, to)) = typed.split_once("..") else {
            return Err(match typed.parse::<u32>() {
                Ok(n) if n > 1 => {
                    format!("write {}..{n} for the change that made version {n}, {n}.. for all since", n - 1)
                }
                _ => "write FROM..TO, as in 3..5, 2026-01-01..@latest or 3..".to_owned(),
            });
        };
        let point = |typed: &str| if typed.is_empty() { Ok(None) } else { typed.parse().map(Some) };
        Ok(Self { from: point(from)?, to: point(to)? })
    }
}

impl FromStr for Point {
    type Err = String;

    fn from_str(typed: &str) -> Result<Self, String> {
        if let "@latest" | "latest" = typed {
            return Ok(Self::Latest);
        }
        match typed.parse() {
            Ok(0) => Err("versions are counted from 1".to_owned()),
            Ok(number) => Ok(Self::Number(number)),
            Err(_) => instant(typed).map(Self::At).map_err(|_| {
                format!(
                    "`{typed}` is not a version: write a number, a date (2026-03-01), an instant or @latest"
                )
            }),
        }
    }
}

/// The numbers of the two versions; without a range those of the latest change as of `at`, `None` if there was none.
pub(super) async fn resolve(
    store: &Store,
    source: &KnownSource,
    range: Option<&Range>,
    at: Option<Timestamp>,
) -> Result<Option<(u32, u32)>, Failure> {
    let mut versions = store.versions(&source.id).await?;
    let all = versions.len();
    versions.retain(|version| at.is_none_or(|at| version.seen_at <= at));
    let (Some(first), Some(latest)) = (versions.first(), versions.last()) else {
        return Err(if all == 0 {
            unread(source)
        } else {
            no_version(store, source, "version by then").await?
        });
    };
    let Some(range) = range else {
        return Ok(latest_change(store, source, at)
            .await?
            .or((latest.number > 1).then(|| (latest.number - 1, latest.number))));
    };
    // What was before the first version isn't known; a change since then is one since the first version.
    let from = match range.from {
        Some(Point::At(at)) if at < first.seen_at => None,
        from => from,
    };
    let number = |point: Option<Point>, open: &VersionInfo| match point {
        None => Ok(open.number),
        Some(Point::Latest) => Ok(latest.number),
        Some(Point::Number(number)) => Ok(number),
        Some(Point::At(at)) => {
            let then = versions.iter().rev().find(|version| version.seen_at <= at);
            then.map(|version| version.number).ok_or_else(|| {
                Failure::usage(format!(
                    "error: {} was not read before {} UTC",
                    source.id,
                    minute(first.seen_at)
                ))
                .hint(format!("`..` alone begins at the first version; you gave {} UTC", minute(at)))
            })
        }
    };
    Ok(Some((number(from, first)?, number(range.to, latest)?)))
}

/// The version in force at that time, or the first one, and the latest; `None` if they are the same one, or if nothing
/// was read yet.
pub(super) async fn since(
    store: &Store,
    source: &KnownSource,
    since: Timestamp,
) -> Result<Option<(u32, u32)>, Failure> {
    let versions = store.versions(&source.id).await?;
    let (Some(first), Some(latest)) = (versions.first(), versions.last()) else { return Ok(None) };
    let then = versions.iter().rev().find(|version| version.seen_at < since).unwrap_or(first);
    Ok((then.number < latest.number).then_some((then.number, latest.number)))
}

/// The latest change until `at` that was told, else the latest of all until then.
async fn latest_change(
    store: &Store,
    source: &KnownSource,
    at: Option<Timestamp>,
) -> Result<Option<(u32, u32)>, Error> {
    // Times are kept in milliseconds, and a filter ends before its time.
    let until = at.and_then(|at| at.checked_add(jiff::SignedDuration::from_millis(1)).ok());
    for all in [false, true] {
        let sources = Some(vec![source.id.clone()]);
        let filter = ChangeFilter { sources, all, until, limit: Some(1), ..ChangeFilter::default() };
        if let Some(change) = store.changes(filter).await?.first() {
            return Ok(Some((change.from, change.to)));
        }
    }
    Ok(None)
}

/// That there is no such version, and which there are.
pub(in crate::cli) async fn no_version(
    store: &Store,
    source: &KnownSource,
    which: &str,
) -> Result<Failure, Failure> {
    let versions = store.versions(&source.id).await?;
    let (Some(first), Some(latest)) = (versions.first(), versions.last()) else { return Ok(unread(source)) };
    Ok(Failure::usage(format!("error: {} has no {which}", source.id)).hint(match latest.number {
        1 => format!("it has one version, seen {} UTC", minute(first.seen_at)),
        n => format!(
            "its versions are 1 to {n}, seen {} to {} UTC",
            minute(first.seen_at),
            minute(latest.seen_at)
        ),
    }))
}

fn unread(source: &KnownSource) -> Failure {
    Failure::usage(format!("error: {} has not been read yet", source.id))
        .hint(format!("`fineprint status {}` says why", source.id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_two_points_or_says_how_to_write_one() {
        let shown = |typed: &str| match typed.parse::<Range>() {
            Ok(Range { from, to }) => format!("{from:?} to {to:?}"),
            Err(error) => error,
        };
        for (typed, expected) in [
            ("3..5", "Some(Number(3)) to Some(Number(5))"),
            ("..", "None to None"),
            ("3..", "Some(Number(3)) to None"),
            ("..@latest", "None to Some(Latest)"),
            ("2026-01-01..5", "Some(At(2026-01-01T23:59:59.999999999Z)) to Some(Number(5))"),
            ("5", "write 4..5 for the change that made version 5, 5.. for all since"),
            ("soon", "write FROM..TO, as in 3..5, 2026-01-01..@latest or 3.."),
            ("0..1", "versions are counted from 1"),
            ("x..1", "`x` is not a version: write a number, a date (2026-03-01), an instant or @latest"),
            ("1...2", "`.2` is not a version: write a number, a date (2026-03-01), an instant or @latest"),
        ] {
            assert_eq!(shown(typed), expected, "{typed}");
        }
    }
}
