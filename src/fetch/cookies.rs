//! What a site wants to be reminded of on the way to its page: the cookies of its redirects.
//!
//! Some sites set one and send their visitor back to where it came from; without it that is a circle. A cookie is kept for
//! as long as the way lasts and goes to the origin that set it, whatever else it asks for (RFC 6265): nothing is carried to
//! another host, to another look, or to another source.

use reqwest::header::HeaderValue;
use url::{Origin, Url};

/// At most so many are kept, as RFC 6265 (section 6.1) wants of a domain at least; those that follow are passed over.
const MOST: usize = 50;
/// Their names and values have so many bytes together, at most.
const BYTES: usize = 8 * 1024;

#[derive(Debug, Default)]
pub(super) struct Cookies(Vec<Cookie>);

#[derive(Debug, PartialEq)]
struct Cookie {
    origin: Origin,
    name: String,
    value: String,
}

impl Cookies {
    /// Takes in what an address sets, and says whether it will be told something else from now on.
    pub(super) fn set<'a>(&mut self, from: &Url, lines: impl Iterator<Item = &'a HeaderValue>) -> bool {
        let mut is_new = false;
        for cookie in lines.filter_map(|line| cookie(from, line.to_str().ok()?)) {
            is_new |= self.take_in(cookie);
        }
        is_new
    }

    fn take_in(&mut self, new: Cookie) -> bool {
        if self.0.contains(&new) {
            return false;
        }
        self.0.retain(|old| (&old.origin, &old.name) != (&new.origin, &new.name));
        let bytes: usize =
            self.0.iter().chain([&new]).map(|cookie| cookie.name.len() + cookie.value.len()).sum();
        let has_room = self.0.len() < MOST && bytes <= BYTES;
        if has_room {
            self.0.push(new);
        }
        has_room
    }

    /// What an address is to be reminded of, as a `Cookie` header.
    pub(super) fn to(&self, url: &Url) -> Option<String> {
        let origin = url.origin();
        let own = self.0.iter().filter(|cookie| cookie.origin == origin);
        let pairs: Vec<String> = own.map(|cookie| format!("{}={}", cookie.name, cookie.value)).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }
}

/// The cookie that a `Set-Cookie` header sets (RFC 6265, section 5.2).
fn cookie(from: &Url, line: &str) -> Option<Cookie> {
    let (name, value) = line.split(';').next()?.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    (!name.is_empty()).then(|| Cookie {
        origin: from.origin(),
        name: name.to_owned(),
        value: value.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(s: &str) -> Url {
        s.parse().unwrap()
    }

    fn set(cookies: &mut Cookies, from: &str, lines: &[&str]) -> bool {
        let lines: Vec<HeaderValue> = lines.iter().map(|line| line.parse().unwrap()).collect();
        cookies.set(&url(from), lines.iter())
    }

    #[test]
    fn a_site_is_reminded_of_its_own_cookies() {
        let mut cookies = Cookies::default();
        let lines = ["a=1; Path=/x; Domain=.example.com; Secure", " b = 2 ", "c", "=d", "e=f=g; Max-Age=0"];
        assert!(set(&mut cookies, "https://example.com/a", &lines));
        assert!(!set(&mut cookies, "https://example.com/b", &["a=1"]), "it knows that");
        assert!(set(&mut cookies, "https://example.com/b", &["a=2"]));
        assert_eq!(cookies.to(&url("https://example.com/c")).as_deref(), Some("b=2; e=f=g; a=2"));
        for other in ["http://example.com/", "https://www.example.com/", "https://example.com:8443/"] {
            assert_eq!(cookies.to(&url(other)), None, "{other}");
        }
    }

    #[test]
    fn a_heap_of_cookies_ends() {
        let mut cookies = Cookies::default();
        for n in 0..200 {
            assert_eq!(set(&mut cookies, "https://example.com/", &[&format!("c{n}=1")]), n < MOST);
        }
        assert!(set(&mut cookies, "https://example.com/", &["c7=2"]), "one that is there is set anew");
        let long = format!("c0={}", "x".repeat(BYTES));
        assert!(!set(&mut cookies, "https://example.com/", &[&long]));
        assert!(cookies.to(&url("https://example.com/")).unwrap().len() < 1_000);
    }
}
