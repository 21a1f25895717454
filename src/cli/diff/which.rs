//! Which versions of which sources are compared.

use super::range::{self, Range, no_version};
use super::{Args, Pair};
use crate::cli::{Failure, print, selection};
use crate::model::{Change, Version};
use crate::store::{KnownSource, Store};

/// What was asked for.
pub(super) struct Asked<'a> {
    pub(super) pairs: Vec<Pair<'a>>,
    /// What is said if that is nothing.
    pub(super) quiet: String,
}

/// The pairs of versions that the arguments name.
pub(super) async fn pairs<'a>(
    store: &Store,
    known: &'a [KnownSource],
    args: &Args,
) -> Result<Asked<'a>, Failure> {
    let (names, range) = split(&args.what)?;
    let at = args.at.as_deref().map(print::instant).transpose()?;
    let since = args.since.as_deref().map(print::instant_from).transpose()?;
    if let Some(other) = &args.against {
        return against(store, known, (&names, range.is_some()), other).await;
    }
    if let Some(change) = change(store, &names).await? {
        if range.is_some() || at.is_some() || since.is_some() {
            return Err(Failure::usage("error: the id of a change says which versions it is between")
                .hint("leave out the range, --at or --since, or name the source"));
        }
        let source = selection::one(known, change.source.as_str())?;
        let pairs = vec![pair(store, source, (change.from, change.to)).await?];
        return Ok(Asked { pairs, quiet: String::new() });
    }
    if range.is_some() && since.is_some() {
        return Err(
            Failure::usage("error: a range says since when, too").hint("leave out --since, or the range")
        );
    }
    if names.is_empty() && since.is_none() {
        return Err(Failure::usage("error: say what to compare")
            .hint("name a source (`fineprint status` lists them), or write --since TIME for all of them"));
    }
    let sources = selection::select(known, &names)?;
    let mut pairs = Vec::new();
    for source in &sources {
        let numbers = match since {
            Some(since) => range::since(store, source, since).await?,
            // Of several, those that weren't read by then have nothing to say.
            None => match range::resolve(store, source, range.as_ref(), at).await {
                Err(_) if sources.len() > 1 => None,
                numbers => numbers?.filter(|(from, to)| sources.len() == 1 || from != to),
            },
        };
        if let Some(numbers) = numbers {
            pairs.push(pair(store, source, numbers).await?);
        }
    }
    Ok(Asked { pairs, quiet: quiet(&sources, args) })
}

/// The latest versions of two sources.
async fn against<'a>(
    store: &Store,
    known: &'a [KnownSource],
    (names, has_range): (&[String], bool),
    other: &str,
) -> Result<Asked<'a>, Failure> {
    let [name] = names else {
        return Err(
            Failure::usage("error: --against compares one source with another").hint("name one source")
        );
    };
    if has_range {
        return Err(Failure::usage("error: --against compares latest versions").hint("leave out the range"));
    }
    let (source, other) = (selection::one(known, name)?, selection::one(known, other)?);
    let mut pairs = Vec::new();
    for source in [source, other] {
        let Some(latest) = store.versions(&source.id).await?.last().map(|version| version.number) else {
            return Err(no_version(store, source, "version").await?);
        };
        pairs.push(pair(store, source, (latest, latest)).await?);
    }
    let after = pairs.pop().map(|pair| pair.after);
    for (pair, after) in pairs.iter_mut().zip(after) {
        pair.after = after;
    }
    Ok(Asked { pairs, quiet: String::new() })
}

fn quiet(sources: &[&KnownSource], args: &Args) -> String {
    let then = args.at.as_ref().map(|at| format!(" as of {at}")).unwrap_or_default();
    match (sources, &args.since) {
        ([one], Some(since)) => format!("nothing changed at {} since {since}", one.id),
        (_, Some(since)) => format!("nothing changed at {} since {since}", many(sources.len())),
        ([one], None) => {
            format!("{} has one version{then}; nothing changed since it was first read", one.id)
        }
        (_, None) => format!("nothing changed at {} in that time", many(sources.len())),
    }
}

fn many(sources: usize) -> String {
    print::count(sources as u64, "source")
}

/// The names of sources, and the range if there is one.
fn split(what: &[String]) -> Result<(Vec<String>, Option<Range>), Failure> {
    let (ranges, names): (Vec<&String>, Vec<&String>) =
        what.iter().partition(|typed| typed.contains("..") && !typed.contains("://"));
    let range = match ranges[..] {
        [] => None,
        [range] => Some(range.parse().map_err(|why| invalid(range, why))?),
        [_, second, ..] => {
            return Err(Failure::usage(format!("error: `{second}` is a second range"))
                .hint("several sources are compared between the same dates"));
        }
    };
    // A number alone names no source.
    if let Some(number) = names.iter().find(|name| name.parse::<u32>().is_ok()) {
        return Err(match number.parse::<Range>() {
            Err(why) => invalid(number, why),
            Ok(_) => Failure::usage(format!("error: `{number}` names no source")),
        });
    }
    Ok((names.into_iter().cloned().collect(), range))
}

fn invalid(typed: &str, why: String) -> Failure {
    Failure::usage(format!("error: invalid value '{typed}' for '[FROM..TO]': {why}"))
        .hint("`fineprint log` lists the versions")
}

/// The change that the only argument names, if it looks like the id of one.
async fn change(store: &Store, names: &[String]) -> Result<Option<Change>, Failure> {
    let Some(id) = names.iter().find(|name| name.starts_with("chg_")) else { return Ok(None) };
    if names.len() > 1 {
        return Err(Failure::usage("error: a change is read alone").hint(format!("fineprint diff {id}")));
    }
    match store.change(id).await? {
        Some(change) => Ok(Some(change)),
        None => Err(Failure::usage(format!("error: there is no change `{id}`"))
            .hint("`fineprint log --all --format json` lists the ids")),
    }
}

async fn pair<'a>(
    store: &Store,
    source: &'a KnownSource,
    (from, to): (u32, u32),
) -> Result<Pair<'a>, Failure> {
    Ok(Pair { source, before: load(store, source, from).await?, after: load(store, source, to).await? })
}

async fn load(store: &Store, source: &KnownSource, number: u32) -> Result<Version, Failure> {
    match store.version(&source.id, number).await? {
        Some(version) => Ok(version),
        None => Err(no_version(store, source, &format!("version {number}")).await?),
    }
}
