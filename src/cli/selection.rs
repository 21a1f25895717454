//! Which sources a command is about: ids, services, globs, addresses.

use std::collections::BTreeSet;

use crate::config::{Config, closest};
use crate::import::Names;
use crate::model::SourceId;
use crate::store::KnownSource;

use super::Failure;

/// The sources that `patterns` name, in order of their ids; without patterns all watched ones.
///
/// A pattern is an id (`openai/usage-policies`), a service (`openai`), a glob (`*/privacy*`), or the address itself.
/// One that names nothing is an error.
pub(super) fn select<'a>(
    known: &'a [KnownSource],
    patterns: &[String],
) -> Result<Vec<&'a KnownSource>, Failure> {
    if patterns.is_empty() {
        return Ok(known.iter().filter(|s| s.live).collect());
    }
    let mut wanted: BTreeSet<&SourceId> = BTreeSet::new();
    for pattern in patterns {
        let matches = matching(known, pattern)?;
        if matches.is_empty() {
            return Err(unknown(known, pattern));
        }
        wanted.extend(matches.into_iter().map(|s| &s.id));
    }
    Ok(known.iter().filter(|s| wanted.contains(&s.id)).collect())
}

/// Gives sources that came with an import the names that the configuration has for their addresses, or nearly the same.
pub(super) fn name_as_configured(known: &mut [KnownSource], config: &Config) {
    for source in known.iter_mut().filter(|known| !config.sources.iter().any(|s| s.id == known.id)) {
        let Ok(url) = source.url.parse() else { continue };
        if let Some(named) = config.sources.iter().find(|configured| Names::is_at(configured, &url)) {
            (source.service, source.terms) = (named.service.clone(), named.terms.clone());
        }
    }
}

/// The one source that `pattern` names.
pub(super) fn one<'a>(known: &'a [KnownSource], pattern: &str) -> Result<&'a KnownSource, Failure> {
    let matches = matching(known, pattern)?;
    match matches[..] {
        [one] => Ok(one),
        [] => Err(unknown(known, pattern)),
        _ => {
            let ids: Vec<_> = matches.iter().take(8).map(|s| s.id.to_string()).collect();
            Err(Failure::usage(format!("error: `{pattern}` names {} sources", matches.len()))
                .hint(format!("name one of them: {}", ids.join(", "))))
        }
    }
}

fn matching<'a>(known: &'a [KnownSource], pattern: &str) -> Result<Vec<&'a KnownSource>, Failure> {
    if let Some(exact) = known.iter().find(|s| s.id.as_str() == pattern || same_address(&s.url, pattern)) {
        return Ok(vec![exact]);
    }
    let of_service: Vec<_> =
        known.iter().filter(|s| s.id.service() == pattern || s.service == pattern).collect();
    if !of_service.is_empty() || !pattern.contains(['*', '?', '[', '{']) {
        return Ok(of_service);
    }
    let glob = globset::Glob::new(pattern)
        .map_err(|e| Failure::usage(format!("error: `{pattern}` is not a glob: {}", e.kind())))?
        .compile_matcher();
    Ok(known.iter().filter(|s| glob.is_match(s.id.as_str())).collect())
}

fn same_address(stored: &str, typed: &str) -> bool {
    stored == typed || url::Url::parse(typed).is_ok_and(|u| u.as_str() == stored)
}

fn unknown(known: &[KnownSource], pattern: &str) -> Failure {
    let failure = Failure::usage(format!("error: `{pattern}` names no source"));
    let part = pattern.trim_matches('/');
    // A letter or two are in every id.
    let ids: Vec<&str> = known.iter().map(|s| s.id.as_str()).collect();
    let near = ids.iter().copied().find(|id| part.len() > 2 && id.contains(part));
    match near.or_else(|| closest(part, &ids)) {
        Some(id) => failure.hint(format!("did you mean `{id}`?")),
        None if known.is_empty() => {
            failure.hint("nothing is watched yet: `fineprint init` writes a sources.toml")
        }
        None => failure
            .hint("`fineprint status` lists the sources; a name is an id, a service, a glob or an address"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn an_imported_source_goes_by_the_name_that_its_address_has_in_the_configuration() {
        let toml = "[[source]]\nservice = 'Acme'\nterms = 'Terms'\nurl = 'https://www.acme.example/terms/'";
        let config = Config::parse(Path::new("sources.toml"), toml, &|_| None).unwrap();
        let known = |id: &str, url: &str| KnownSource {
            id: id.parse().unwrap(),
            service: "acme.example".into(),
            terms: "terms".into(),
            url: url.into(),
            live: true,
        };
        let mut all = [
            known("acme.example/terms", "http://acme.example/terms"),
            known("acme.example/other", "https://acme.example/other"),
            known("acme/terms", "https://acme.example/terms"),
        ];
        name_as_configured(&mut all, &config);
        let names: Vec<&str> = all.iter().map(|source| source.service.as_str()).collect();
        assert_eq!(names, ["Acme", "acme.example", "acme.example"]);
    }
}
