//! What changed together is told together: where one source changed, the others of its service are looked at at once, and
//! so long nothing is told.
//!
//! A redesign, new owners or a page that holds several contracts change many sources at the same moment, but each is looked
//! at in its own time. Without this a reader would get one notice after another for as long as a round takes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::model::{Source, SourceId};

/// How long notices wait for these looks at most; what isn't seen by then is told by itself.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long it takes until a service is looked through again, whatever changes: it is not asked more often for that.
const REST: Duration = Duration::from_secs(60 * 60);
/// How many sources are looked at for one change.
const MOST: usize = 100;

/// Looks out of turn.
#[derive(Debug, Default)]
pub(super) struct Company {
    /// Sources that changed, whose company is still to be looked at.
    changed: Vec<SourceId>,
    /// Those that are looked at.
    awaited: BTreeSet<SourceId>,
    /// Until when notices wait for them.
    until: Option<Instant>,
    /// When which service was looked through.
    looked: BTreeMap<String, Instant>,
}

impl Company {
    /// A source changed.
    pub fn changed(&mut self, source: &SourceId) {
        self.changed.push(source.clone());
    }

    /// The sources that may have changed with what did: those of its service, and those on its page.
    pub fn called(&mut self, all: &BTreeMap<SourceId, Arc<Source>>, now: Instant) -> Vec<SourceId> {
        self.looked.retain(|_, at| now.duration_since(*at) < REST);
        let mut called = Vec::new();
        for changed in std::mem::take(&mut self.changed).iter().filter_map(|id| all.get(id)) {
            if self.looked.contains_key(&changed.service) {
                continue;
            }
            self.looked.insert(changed.service.clone(), now);
            let joins = |other: &Source| other.service == changed.service || other.url == changed.url;
            let others = all.values().filter(|other| other.id != changed.id && joins(other));
            called.extend(others.take(MOST).map(|other| other.id.clone()));
        }
        called
    }

    /// Notices wait for looks at these.
    pub fn waits_for(&mut self, sources: Vec<SourceId>, now: Instant) {
        if !sources.is_empty() {
            self.awaited.extend(sources);
            self.until.get_or_insert(now + PATIENCE);
        }
    }

    /// A look ended, whatever it brought.
    pub fn seen(&mut self, source: &SourceId) {
        self.awaited.remove(source);
    }

    /// How long notices wait, if they do.
    pub fn left(&mut self, now: Instant) -> Option<Duration> {
        let left = self.until?.checked_duration_since(now).filter(|left| !left.is_zero());
        if left.is_none() || self.awaited.is_empty() {
            self.until = None;
            self.awaited.clear();
            return None;
        }
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn others_of_a_service_and_of_a_page_are_looked_at_once_an_hour() {
        let source = |service: &str, terms: &str, page: &str| {
            format!(
                "[[source]]\nservice = '{service}'\nterms = '{terms}'\nurl = 'https://acme.example/{page}'\n"
            )
        };
        let toml = source("Acme", "Terms", "a")
            + &source("Acme", "Limits", "b")
            + &source("Agent", "Annex", "a")
            + &source("Other", "Terms", "c");
        let config = Config::parse("sources.toml".as_ref(), &toml, &|_| None).unwrap();
        let all: BTreeMap<_, _> = config.sources.into_iter().map(|s| (s.id.clone(), Arc::new(s))).collect();
        let changed = SourceId::derive("Acme", "Terms").unwrap();
        let (mut company, now) = (Company::default(), Instant::now());
        assert_eq!(company.left(now), None);
        company.changed(&changed);
        let called = company.called(&all, now);
        assert_eq!(called.iter().map(SourceId::as_str).collect::<Vec<_>>(), ["acme/limits", "agent/annex"]);
        company.waits_for(called.clone(), now);
        assert_eq!(company.left(now), Some(PATIENCE));
        company.seen(&called[0]);
        assert!(company.left(now).is_some(), "one is still being looked at");
        company.seen(&called[1]);
        assert_eq!(company.left(now), None);
        company.changed(&changed);
        assert_eq!(company.called(&all, now + REST / 2), [], "not again within the hour");
        company.changed(&changed);
        assert_eq!(company.called(&all, now + REST * 2).len(), 2);
        company.waits_for(called, now);
        assert_eq!(company.left(now + PATIENCE), None, "nobody waits longer than that");
    }
}
