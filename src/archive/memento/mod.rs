//! Archives of the web that speak Memento (RFC 7089): what they say they have.
//!
//! A *memento* is a page as it was at one time, with that time in its `Memento-Datetime`. A *TimeMap* lists the
//! mementos of an address, in the format of `Link` headers; a *TimeGate* leads to the memento nearest to the
//! `Accept-Datetime` asked for. Here are the pure parts; they are other people's words, so every one is bounded.

mod link;
mod raw;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use url::Url;

pub use link::{Link, Links, links};
pub use raw::raw;

/// More mementos of one address than this are not listed: the busiest home pages have some 600,000, no policy has.
pub const MAX_MEMENTOS: usize = 200_000;

/// What an archive says about an address: a TimeMap, or the `Link` header of one of its answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TimeMap {
    /// The address whose mementos these are.
    pub original: Option<Url>,
    /// The mementos, in the order given.
    pub mementos: Vec<Memento>,
    /// Further TimeMaps, this one possibly among them.
    pub timemaps: Vec<Url>,
    /// Where to ask for the memento of a time.
    pub timegate: Option<Url>,
    /// Where reading stopped, in bytes: what follows is no list of links, or lists more than [`MAX_MEMENTOS`].
    pub cut_at: Option<usize>,
}

/// A page as it was at one time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memento {
    /// Where it is.
    pub url: Url,
    /// When it was captured.
    pub at: Timestamp,
    /// How it stands to the page it was named in.
    pub place: Place,
}

/// How a memento stands to the page that it was named in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// It is the first of all.
    First,
    /// It is the one after.
    Next,
    /// It is some other one.
    Any,
}

impl TimeMap {
    /// Reads a list of links; `base` is where it came from.
    pub fn read(text: &str, base: &Url) -> Self {
        let Links { links, cut_at } = links(text, MAX_MEMENTOS);
        let mut map = Self { cut_at, ..Self::default() };
        links.iter().for_each(|link| map.take(link, base));
        map
    }

    /// Whether it says anything about mementos; any text without `<` is a list of no links.
    pub fn is_one(&self) -> bool {
        self.original.is_some() && !(self.mementos.is_empty() && self.timemaps.is_empty())
    }

    fn take(&mut self, link: &Link<'_>, base: &Url) {
        let is = |rel: &str| link.rels().any(|r| r.eq_ignore_ascii_case(rel));
        let Some(url) = base.join(link.target).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
        else {
            return;
        };
        if is("memento") {
            let place = if is("next") {
                Place::Next
            } else if is("first") {
                Place::First
            } else {
                Place::Any
            };
            if let Some(at) = link.parameter("datetime").and_then(|text| datetime(&text)) {
                self.mementos.push(Memento { url, at, place });
            }
        } else if is("original") {
            self.original.get_or_insert(url);
        } else if is("timegate") {
            self.timegate.get_or_insert(url);
        } else if is("timemap") || is("self") {
            // The other format in use is JSON.
            let readable = link.parameter("type").is_none_or(|t| t.starts_with("application/link-format"));
            if readable && !self.timemaps.contains(&url) && self.timemaps.len() < MAX_TIMEMAPS {
                self.timemaps.push(url);
            }
        }
    }
}

/// The parts in which one TimeMap may come.
pub const MAX_TIMEMAPS: usize = 1_000;

/// A time as HTTP writes it: `Tue, 20 Jun 2000 18:02:59 GMT`.
pub fn datetime(text: &str) -> Option<Timestamp> {
    const LONGEST: usize = 64;
    rfc2822::DateTimeParser::new().parse_timestamp(Some(text.trim()).filter(|t| t.len() <= LONGEST)?).ok()
}

/// The same, written.
pub fn http_date(at: Timestamp) -> String {
    at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> TimeMap {
        TimeMap::read(text, &"https://archive.example/timemap/link/x".parse().unwrap())
    }

    #[test]
    fn the_example_of_the_standard_is_read() {
        // RFC 7089, figure 28, shortened.
        let map = read(
            "<http://a.example.org>;rel=\"original\",
             <http://arxiv.example.net/timemap/http://a.example.org>
              ; rel=\"self\";type=\"application/link-format\"
              ; from=\"Tue, 20 Jun 2000 18:02:59 GMT\"
              ; until=\"Wed, 09 Apr 2008 20:30:51 GMT\",
             <http://arxiv.example.net/timegate/http://a.example.org>; rel=\"timegate\",
             <http://arxiv.example.net/web/20000620180259/http://a.example.org>
              ; rel=\"first memento\";datetime=\"Tue, 20 Jun 2000 18:02:59 GMT\"
              ; license=\"http://creativecommons.org/publicdomain/zero/1.0/\",
             <http://arxiv.example.net/web/20080409203051/http://a.example.org>
              ; rel=\"last memento\";datetime=\"Wed, 09 Apr 2008 20:30:51 GMT\"",
        );
        assert!(map.is_one() && map.cut_at.is_none(), "{map:?}");
        assert_eq!(map.original.unwrap().as_str(), "http://a.example.org/");
        assert_eq!(map.timegate.unwrap().path(), "/timegate/http://a.example.org");
        assert_eq!(map.timemaps.len(), 1);
        let shown: Vec<_> = map.mementos.iter().map(|m| format!("{} {:?}", m.at, m.place)).collect();
        assert_eq!(shown, ["2000-06-20T18:02:59Z First", "2008-04-09T20:30:51Z Any"]);
    }

    #[test]
    fn what_leads_nowhere_is_passed_over() {
        let map = read(
            "<javascript:alert(1)>; rel=memento; datetime=\"Tue, 20 Jun 2000 18:02:59 GMT\",
             </web/2000/x>; rel=memento; datetime=\"yesterday\", </web/2000/x>; rel=memento,
             </json>; rel=timemap; type=\"application/json\", <https://[broken>; rel=original",
        );
        assert_eq!(map, TimeMap::default());
    }

    #[test]
    fn times_are_those_of_http() {
        let at = datetime("Tue, 20 Jun 2000 18:02:59 GMT").unwrap();
        assert_eq!(http_date(at), "Tue, 20 Jun 2000 18:02:59 GMT");
        for text in ["", "20 Jun 2000", "Tue, 99 Jun 2000 18:02:59 GMT", &"x".repeat(10_000)] {
            assert_eq!(datetime(text), None, "{text}");
        }
    }
}
