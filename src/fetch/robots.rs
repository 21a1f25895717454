//! What a site lets robots fetch: robots.txt, as RFC 9309 has it.
//!
//! A site is asked at most once a day, however many of its pages are watched, and by one visit at a time. An answer of
//! 200 holds rules; 4xx means that there are none; 5xx, 429 and no answer at all mean that nothing may be fetched, until
//! it answers again or has not done so for 30 days.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use jiff::{SignedDuration, Timestamp};
use reqwest::Response;
use reqwest::header::{ACCEPT, HeaderValue};
use robotxt::{AccessResult, BYTE_LIMIT, robots_url};
use url::{Position, Url};

use super::receive::text_of;
use super::{Fetcher, Kind, redirection};
use crate::model::{Robots, RobotsFile, Said, Source};
use crate::net::{self, Failure};

/// The name by which robots.txt speaks of us.
const TOKEN: &str = "fineprint";
/// How long an answer holds (RFC 9309, section 2.4).
const FRESH: SignedDuration = SignedDuration::from_hours(24);
/// How long "no answer" holds: sources that are looked at together share it.
const STILL_UNREACHABLE: SignedDuration = SignedDuration::from_mins(1);
/// A site that has given no answer for so long is taken to have no rules (section 2.3.1.4).
const GIVEN_UP: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Redirects that are followed; a site that needs more is taken to have no rules (section 2.3.1.2).
const MAX_REDIRECTS: usize = 5;
/// How long a site may take to answer.
const TIMEOUT: Duration = Duration::from_secs(20);
/// Sites and bytes of rules at hand. What is forgotten is in the archive, or asked for again.
const AT_HAND: (usize, usize) = (4096, 16 << 20);

/// What sites have said.
#[derive(Default)]
pub(super) struct Memory {
    sites: Mutex<HashMap<String, Site>>,
}

/// One site: locked while it is asked, so that it is asked once.
type Cell = Arc<tokio::sync::Mutex<Option<Arc<Known>>>>;

#[derive(Default)]
struct Site {
    known: Cell,
    bytes: usize,
}

struct Known {
    rules: robotxt::Robots,
    at: Timestamp,
    said: Said,
    trouble: Option<Trouble>,
}

/// Why a site gave no answer.
#[derive(Debug, Clone)]
enum Trouble {
    Kind(Kind),
    Status(u16),
}

impl Known {
    fn new(file: &RobotsFile, trouble: Option<Trouble>) -> Self {
        let access = match &file.said {
            Said::Rules(text) => AccessResult::Successful(text),
            Said::Unreachable(since) if file.at.duration_since(*since) < GIVEN_UP => {
                AccessResult::Unreachable
            }
            Said::Nothing | Said::Unreachable(_) => AccessResult::Unavailable,
        };
        let rules = robotxt::Robots::from_access(access, TOKEN);
        // The rules are read; the text is kept elsewhere.
        let said = match file.said {
            Said::Rules(_) => Said::Rules(Bytes::new()),
            ref said => said.clone(),
        };
        Self { rules, at: file.at, said, trouble }
    }

    fn is_fresh(&self, now: Timestamp) -> bool {
        let holds = if matches!(self.said, Said::Unreachable(_)) { STILL_UNREACHABLE } else { FRESH };
        // An answer from the future was noted under a clock that was wrong.
        (SignedDuration::ZERO..holds).contains(&now.duration_since(self.at))
    }

    fn judge(&self, url: &Url) -> Result<(), Kind> {
        if self.rules.is_url_allowed(url) {
            return Ok(());
        }
        if !matches!(self.said, Said::Unreachable(_)) {
            let path = &url[Position::BeforePath..Position::AfterQuery];
            let rule = self.rules.matching_rule(path).map(|rule| shortened(rule.pattern()));
            return Err(Kind::Disallowed(rule.unwrap_or_else(|| "/".to_owned())));
        }
        Err(match &self.trouble {
            // Nor would the page have come.
            Some(Trouble::Kind(kind)) if kind.is_before_any_answer() => kind.clone(),
            Some(Trouble::Kind(kind)) => Kind::NoRobots(kind.to_string()),
            Some(Trouble::Status(status)) => Kind::NoRobots(format!("HTTP {status}")),
            None => Kind::NoRobots("no answer".to_owned()),
        })
    }
}

impl Memory {
    fn site(&self, origin: &str) -> Cell {
        let mut sites = self.sites.lock().unwrap_or_else(PoisonError::into_inner);
        if sites.len() >= AT_HAND.0 && !sites.contains_key(origin) {
            sites.clear();
        }
        Arc::clone(&sites.entry(origin.to_owned()).or_default().known)
    }

    /// Makes room for rules that were read from so many bytes.
    fn weigh(&self, origin: &str, bytes: usize) {
        let mut sites = self.sites.lock().unwrap_or_else(PoisonError::into_inner);
        if sites.values().map(|site| site.bytes).sum::<usize>() + bytes > AT_HAND.1 {
            sites.retain(|name, _| name == origin);
        }
        if let Some(site) = sites.get_mut(origin) {
            site.bytes = bytes;
        }
    }
}

impl Fetcher {
    /// Whether robots may fetch a page, and the gap that its site asks them to keep. The site is asked where that
    /// isn't known yet.
    pub(super) async fn obey(&self, source: &Source, url: &Url) -> Result<Option<Duration>, Kind> {
        if source.watch.is_some() {
            // To call an API with one's own key is not what robots do.
            return Ok(None);
        }
        if source.robots == Robots::Ignore {
            tracing::info!(source.id = %source.id, "{}: robots.txt is not asked for, as configured", source.id);
            return Ok(None);
        }
        let mut origin = url.origin().ascii_serialization();
        if let Some(proxy) = &source.request.proxy {
            // Elsewhere another server may answer, or none.
            write!(origin, " through {proxy}").expect("a string takes it all");
        }
        let site = self.robots.site(&origin);
        let mut known = site.lock().await;
        if known.is_none() {
            let kept = match &self.shelf {
                Some(shelf) => shelf.robots(&origin).await,
                None => None,
            };
            *known = kept.map(|file| self.learnt(&file, None));
        }
        let current = match known.as_ref().filter(|known| known.is_fresh(self.clock.now())) {
            Some(known) => Arc::clone(known),
            None => {
                let asked = self.ask(source, url, &origin, known.as_deref()).await;
                known.insert(asked).clone()
            }
        };
        drop(known);
        current.judge(url)?;
        Ok(current.rules.crawl_delay())
    }

    fn learnt(&self, file: &RobotsFile, trouble: Option<Trouble>) -> Arc<Known> {
        let bytes = if let Said::Rules(text) = &file.said { text.len() } else { 0 };
        self.robots.weigh(&file.origin, bytes);
        Arc::new(Known::new(file, trouble))
    }

    async fn ask(&self, source: &Source, url: &Url, origin: &str, before: Option<&Known>) -> Arc<Known> {
        let most = TIMEOUT.min(self.settings.timeout);
        let answer = match tokio::time::timeout(most, self.said(source, url)).await {
            Ok(answer) => answer,
            Err(_) => Err(Trouble::Kind(Failure::Endless(most).into())),
        };
        let at = self.clock.now();
        let (said, trouble) = match answer {
            Ok(said) => (said, None),
            Err(trouble) => {
                let since = before.map(|before| &before.said);
                let since = if let Some(Said::Unreachable(since)) = since { *since } else { at };
                (Said::Unreachable(since), Some(trouble))
            }
        };
        let file = RobotsFile { origin: origin.to_owned(), at, said };
        let known = self.learnt(&file, trouble);
        if let Some(shelf) = &self.shelf {
            shelf.keep_robots(file).await;
        }
        known
    }

    /// What the site of `url` says, wherever that stands (section 2.3.1).
    async fn said(&self, source: &Source, url: &Url) -> Result<Said, Trouble> {
        let Ok(start) = robots_url(url) else { return Ok(Said::Nothing) };
        let client = self.clients.of(source).map_err(Trouble::Kind)?;
        let mut here = start.clone();
        for _ in 0..=MAX_REDIRECTS {
            match self.clients.check(&here, source) {
                Err(refused) if here == start => return Err(Trouble::Kind(refused.into())),
                // What stands where nobody may go can't be had.
                Err(_) => return Ok(Said::Nothing),
                Ok(()) => {}
            }
            let _permit = self.permits.acquire().await.expect("the semaphore is never closed");
            let accept = HeaderValue::from_static("text/plain,*/*;q=0.5");
            let answer = client.get(here.clone()).header(ACCEPT, accept).send().await;
            let answer = answer.map_err(|error| self.trouble(error, source))?;
            if let Some(to) = redirection(&answer) {
                match here.join(&to) {
                    Ok(next) => here = super::route::bare(&next),
                    Err(_) => return Ok(Said::Nothing),
                }
                continue;
            }
            return match answer.status().as_u16() {
                200..=299 => self.rules(answer, source).await,
                status @ (429 | 500..) => Err(Trouble::Status(status)),
                _ => Ok(Said::Nothing),
            };
        }
        Ok(Said::Nothing)
    }

    /// The text, as far as it is read: one byte beyond the limit shows that a line is cut there.
    async fn rules(&self, mut answer: Response, source: &Source) -> Result<Said, Trouble> {
        let (mut text, headers) = (BytesMut::new(), text_of(answer.headers()));
        while text.len() <= BYTE_LIMIT {
            match answer.chunk().await.map_err(|error| self.trouble(error, source))? {
                Some(chunk) => text.extend_from_slice(&chunk[..chunk.len().min(BYTE_LIMIT + 1 - text.len())]),
                None => break,
            }
        }
        // Packing wasn't asked for, and happens.
        let unpacked = net::decode(&headers, text.freeze(), 8 * BYTE_LIMIT as u64);
        let mut text = unpacked.map_err(|why| Trouble::Kind(why.into()))?;
        text.truncate(BYTE_LIMIT + 1);
        Ok(Said::Rules(text))
    }

    fn trouble(&self, error: reqwest::Error, source: &Source) -> Trouble {
        Trouble::Kind(self.clients.failure(error, source))
    }
}

/// A rule for people.
fn shortened(pattern: &str) -> String {
    const LONGEST: usize = 80;
    match pattern.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &pattern[..end]),
        None => pattern.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hours: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
    }

    fn known(said: Said, hours: i64) -> Known {
        Known::new(&RobotsFile { origin: "https://example.com".into(), at: at(hours), said }, None)
    }

    fn allows(known: &Known, path: &str) -> bool {
        known.judge(&format!("https://example.com{path}").parse().unwrap()).is_ok()
    }

    #[test]
    fn an_answer_holds_for_a_day_and_none_for_a_minute() {
        let rules = known(Said::Rules(Bytes::new()), 0);
        assert!(rules.is_fresh(at(23)) && !rules.is_fresh(at(24)) && !rules.is_fresh(at(-1)));
        let none = known(Said::Unreachable(at(0)), 0);
        let after = |seconds| at(0) + SignedDuration::from_secs(seconds);
        assert!(none.is_fresh(after(59)) && !none.is_fresh(after(60)));
    }

    #[test]
    fn what_is_said_is_read_as_the_rfc_has_it() {
        let rules = |text: &'static str| known(Said::Rules(text.into()), 0);
        assert!(allows(&known(Said::Nothing, 0), "/terms"));
        assert!(!allows(&known(Said::Unreachable(at(0)), 24), "/terms"));
        assert!(allows(&known(Said::Unreachable(at(0)), 30 * 24), "/terms"), "absent after 30 days");
        // The group for us replaces the one for all; the longest match wins, and `allow` where two are equal.
        let ours = rules(
            "user-agent: *\ndisallow: /\n\nUser-Agent: FinePrint\nDisallow: /private*.pdf$\nAllow: /private/a.pdf",
        );
        assert!(allows(&ours, "/terms") && allows(&ours, "/private/a.pdf"));
        assert!(!allows(&ours, "/private/b.pdf") && allows(&ours, "/private/b.pdf?x=1"));
        let all = rules("user-agent: other\nuser-agent: *\ndisallow: /legal/?print=\n");
        assert!(allows(&all, "/legal/") && !allows(&all, "/legal/?print=1"));
        assert!(allows(&rules("<!doctype html><title>Home</title>"), "/terms"), "no rules at all");
    }

    #[test]
    fn what_is_at_hand_is_bounded() {
        let memory = Memory::default();
        for number in 0..3 * AT_HAND.0 {
            memory.site(&number.to_string());
        }
        assert!(memory.sites.lock().unwrap().len() <= AT_HAND.0);
        for number in 0..100 {
            memory.site(&number.to_string());
            memory.weigh(&number.to_string(), BYTE_LIMIT);
            assert!(memory.sites.lock().unwrap().values().map(|site| site.bytes).sum::<usize>() <= AT_HAND.1);
        }
    }
}
