//! Which mementos an archive has of a page.

use std::collections::{BTreeMap, HashSet, VecDeque};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use url::Url;

use crate::archive::memento::{self, MAX_TIMEMAPS, Memento, Place, TimeMap};
use crate::model::Snapshot;

use super::{Archive, Error, link_header};

/// The time for which mementos are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Span {
    /// Only from then on.
    pub since: Option<Timestamp>,
    /// Only before then.
    pub until: Option<Timestamp>,
    /// All of them; otherwise the first of each day in UTC.
    pub all: bool,
}

/// 1990-01-01: whoever has mementos answers with the first.
const BEFORE_THE_WEB: Timestamp = Timestamp::constant(631_152_000, 0);

/// What an archive has of a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Listed {
    /// The page's own address.
    pub original: Url,
    /// The mementos in the time asked for, in order.
    pub mementos: Vec<Memento>,
    /// Set where the archive lists nothing and the way goes on from the first memento.
    pub(super) walks: Option<Span>,
    /// What could not be read, for people.
    pub faults: Vec<String>,
}

impl Archive {
    /// What the archive has of a page, found from the address of a TimeMap, a TimeGate or a memento.
    pub async fn list(&self, start: &Url, span: &Span) -> Result<Listed, Error> {
        let from = span.since.unwrap_or(BEFORE_THE_WEB);
        let mut page = self.get(start, Some(from)).await?;
        for _ in 0..2 {
            if let Some(map) = time_map(&page) {
                return self.read_maps(map, span).await;
            }
            let links = link_header(&page);
            if let Some(map) = self.first_map(&links.timemaps).await? {
                return self.read_maps(map, span).await;
            }
            if let Some(listed) = walk(&page, &links, span) {
                return Ok(listed);
            }
            // A page of the present that names the TimeGate of its archive.
            let Some(gate) = links.timegate.filter(|gate| *gate != page.url) else { break };
            page = self.get(&gate, Some(from)).await?;
        }
        match page.status {
            200..=299 => Err(Error::NotAnArchive(start.clone())),
            status => Err(Error::Status { url: start.clone(), status }),
        }
    }

    /// The first of the TimeMaps named that is one.
    async fn first_map(&self, named: &[Url]) -> Result<Option<TimeMap>, Error> {
        for url in named.iter().take(3) {
            if let Some(map) = time_map(&self.get(url, None).await?) {
                return Ok(Some(map));
            }
        }
        Ok(None)
    }

    /// Reads a TimeMap and those that it names, for a long list comes in parts.
    async fn read_maps(&self, first: TimeMap, span: &Span) -> Result<Listed, Error> {
        let mut found = Found { original: first.original.clone(), ..Found::default() };
        let mut waiting: VecDeque<Url> = VecDeque::new();
        let mut seen: HashSet<Url> = HashSet::new();
        let mut map = Some(first);
        loop {
            if let Some(map) = map {
                let parts = map.timemaps.iter();
                let new = parts.filter(|url| seen.len() < MAX_TIMEMAPS && seen.insert((*url).clone()));
                waiting.extend(new.cloned());
                found.add(map, span);
            }
            // The map that was read first names itself too; reading it twice costs a request, no more.
            let Some(url) = waiting.pop_front() else { break };
            map = time_map(&self.get(&url, None).await?);
            if map.is_none() {
                found.faults.push(format!("{url}: left out: not a TimeMap"));
            }
        }
        found.listed(span)
    }
}

/// What the TimeMaps of a page say together.
#[derive(Default)]
struct Found {
    original: Option<Url>,
    mementos: BTreeMap<Timestamp, Memento>,
    faults: Vec<String>,
}

impl Found {
    fn add(&mut self, map: TimeMap, span: &Span) {
        if let Some(at) = map.cut_at {
            self.faults.push(format!("the TimeMap cannot be read from byte {at} on"));
        }
        for memento in map.mementos.into_iter().filter(|memento| span.has(memento.at)) {
            if self.mementos.len() < memento::MAX_MEMENTOS {
                self.mementos.entry(memento.at).or_insert(memento);
            }
        }
    }

    fn listed(self, span: &Span) -> Result<Listed, Error> {
        let original = self.original.expect("without an original it is no TimeMap");
        let mut mementos: Vec<Memento> = self.mementos.into_values().collect();
        if !span.all {
            mementos.dedup_by_key(|memento| day(memento.at));
        }
        Ok(Listed { original, mementos, walks: None, faults: self.faults })
    }
}

impl Span {
    fn has(&self, at: Timestamp) -> bool {
        self.since.is_none_or(|since| at >= since) && self.until.is_none_or(|until| at < until)
    }
}

fn day(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

/// The TimeMap that an answer is, if it is one.
fn time_map(page: &Snapshot) -> Option<TimeMap> {
    let text = str::from_utf8(&page.body).ok().filter(|_| page.status == 200)?;
    let map = TimeMap::read(text.trim_start_matches('\u{feff}'), &page.final_url);
    map.is_one().then_some(map)
}

/// The beginning of a way from memento to memento, if an answer is one.
fn walk(page: &Snapshot, links: &TimeMap, span: &Span) -> Option<Listed> {
    let at = page.header("memento-datetime").and_then(memento::datetime)?;
    let here = Memento { url: page.final_url.clone(), at, place: Place::Any };
    let first = links.mementos.iter().find(|m| m.place == Place::First && span.since.is_none()).cloned();
    let original = links.original.clone().unwrap_or_else(|| page.url.clone());
    let mementos = vec![first.unwrap_or(here)];
    Some(Listed { original, mementos, walks: Some(span.clone()), faults: Vec::new() })
}
