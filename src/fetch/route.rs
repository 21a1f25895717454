//! The way from the configured address to the one that answers.

use reqwest::header::HeaderValue;
use url::Url;

use super::Kind;
use super::cookies::Cookies;
use crate::model::{Method, Source};

/// Redirects to longer addresses are refused, in bytes: every link of a page is resolved against its address, so that a
/// page of many links would be many times as large.
const LONGEST: usize = 4096;

/// The addresses visited for one page, and whether credentials may still be sent.
pub(super) struct Route<'s> {
    source: &'s Url,
    here: Url,
    before: Vec<(u16, Url)>,
    /// How many of those were asked before a site set its last cookie: with that they may answer otherwise.
    forgiven: usize,
    trusted: bool,
    method: Method,
    cookies: Cookies,
}

impl<'s> Route<'s> {
    /// A way that begins at a source's address.
    pub(super) fn of(source: &'s Source) -> Self {
        Self::from(&source.url, source.request.method)
    }

    fn from(source: &'s Url, method: Method) -> Self {
        let (before, cookies) = (Vec::new(), Cookies::default());
        Self { source, here: bare(source), before, forgiven: 0, trusted: true, method, cookies }
    }

    /// What is asked of the address; a redirect may have made a GET of it.
    pub(super) fn method(&self) -> Method {
        self.method
    }

    /// The address to be asked next, without user name, password and fragment.
    pub(super) fn here(&self) -> &Url {
        &self.here
    }

    /// Whether this is still the origin (scheme, host and port) the source's credentials were configured for.
    ///
    /// Once left it is not trusted again: whoever redirected us back has written the address.
    pub(super) fn is_trusted(&self) -> bool {
        self.trusted
    }

    /// [`Route::here`], with the user name and password of the source's own address while it is trusted.
    pub(super) fn address(&self) -> Url {
        let mut url = self.here.clone();
        if self.trusted {
            // Both only fail on addresses without a host, which have neither.
            let _ = url.set_username(self.source.username());
            let _ = url.set_password(self.source.password());
        }
        url
    }

    /// What the next address wants to be reminded of, as a `Cookie` header.
    pub(super) fn cookies(&self) -> Option<String> {
        self.cookies.to(&self.here)
    }

    /// Takes in what the last address sets, before it is left.
    pub(super) fn remember<'a>(&mut self, cookies: impl Iterator<Item = &'a HeaderValue>) {
        if self.cookies.set(&self.here, cookies) {
            self.forgiven = self.before.len() + 1;
        }
    }

    /// The addresses that sent us on, each with its status.
    pub(super) fn redirects(&self) -> Vec<(u16, String)> {
        self.before.iter().map(|(status, url)| (*status, url.to_string())).collect()
    }

    /// Goes on to where an answer points, unless the way is too long or a circle.
    pub(super) fn redirect(&mut self, status: u16, location: &str, max: usize) -> Result<(), Kind> {
        let next = bare(&self.here.join(location).map_err(|_| Kind::RedirectNowhere)?);
        if next.as_str().len() > LONGEST {
            return Err(Kind::RedirectNowhere);
        }
        let asked = self.before.iter().map(|(_, before)| before).chain([&self.here]);
        if asked.skip(self.forgiven).any(|before| *before == next) {
            return Err(Kind::RedirectLoop);
        }
        if self.before.len() >= max {
            return Err(Kind::TooManyRedirects(max));
        }
        self.trusted &= next.origin() == self.source.origin();
        if self.method == Method::Post {
            match status {
                // As browsers do, and as servers therefore mean it.
                301..=303 => self.method = Method::Get,
                _ if !self.trusted => return Err(Kind::SendsElsewhere),
                _ => {}
            }
        }
        self.before.push((status, std::mem::replace(&mut self.here, next)));
        Ok(())
    }
}

/// An address without user name, password and fragment.
pub(super) fn bare(url: &Url) -> Url {
    let mut url = url.clone();
    // Both only fail on addresses without a host, which have neither.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(s: &str) -> Url {
        s.parse().unwrap()
    }

    #[test]
    fn credentials_stay_with_their_origin_and_never_come_back() {
        let source = url("https://ann:pw@example.com/terms#top");
        for (hops, trusted) in [
            (&["/legal"][..], true),
            (&["https://example.com:443/legal"], true),
            (&["http://example.com/legal"], false),
            (&["https://example.com:8443/legal"], false),
            (&["https://www.example.com/legal"], false),
            (&["//evil.example/", "https://example.com/legal"], false),
        ] {
            let mut route = Route::from(&source, Method::Get);
            assert_eq!(route.address().as_str(), "https://ann:pw@example.com/terms");
            hops.iter().for_each(|hop| route.redirect(301, hop, 10).unwrap());
            assert_eq!(route.is_trusted(), trusted, "{hops:?}");
            assert_eq!(route.address().password(), trusted.then_some("pw"), "{hops:?}");
            assert_eq!(route.here().password(), None, "{hops:?}");
        }
    }

    #[test]
    fn credentials_in_a_redirect_are_not_ours_to_send() {
        let source = url("https://example.com/");
        let mut route = Route::from(&source, Method::Get);
        route.redirect(301, "https://eve:x@example.com/b", 10).unwrap();
        assert_eq!(route.address(), url("https://example.com/b"));
    }

    #[test]
    fn what_is_sent_goes_nowhere_else() {
        let source = url("https://example.com/v1");
        let after = |hops: &[(u16, &str)]| {
            let mut route = Route::from(&source, Method::Post);
            hops.iter().try_for_each(|(status, to)| route.redirect(*status, to, 10)).map(|()| route.method())
        };
        assert_eq!(after(&[(307, "/v2"), (308, "/v3")]), Ok(Method::Post));
        assert_eq!(after(&[(303, "/v2"), (307, "/v3")]), Ok(Method::Get));
        assert_eq!(after(&[(302, "https://evil.example/")]), Ok(Method::Get));
        assert_eq!(after(&[(307, "https://evil.example/")]), Err(Kind::SendsElsewhere));
        assert_eq!(after(&[(301, "//evil.example/"), (307, "https://example.com/v2")]), Ok(Method::Get));
    }

    #[test]
    fn a_way_ends() {
        let source = url("https://example.com/0");
        let mut route = Route::from(&source, Method::Get);
        for n in 1..=10 {
            route.redirect(301, &format!("/{n}"), 10).unwrap();
        }
        assert_eq!(route.redirect(301, "/11", 10), Err(Kind::TooManyRedirects(10)));
        assert_eq!(route.redirect(301, "/3#again", 10), Err(Kind::RedirectLoop));
        assert_eq!(route.redirect(301, "/10", 10), Err(Kind::RedirectLoop));
        assert_eq!(route.redirect(301, "https://", 10), Err(Kind::RedirectNowhere));
    }
}
