//! A fictional provider's site on loopback: one policy, and the furniture that surrounds every policy.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::extract::State;
use axum::response::Html;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;
use url::Url;

/// Where the policy stands.
const PATH: &str = "/legal/acceptable-use";

/// The site; it ends when dropped.
pub(super) struct Site {
    url: Url,
    page: Arc<Mutex<Page>>,
    server: AbortHandle,
}

impl Site {
    /// Puts the site up on a free port.
    pub(super) async fn open() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = super::address(&listener, PATH)?;
        let page = Arc::new(Mutex::new(Page::default()));
        let router = Router::new().route(PATH, get(serve)).with_state(Arc::clone(&page));
        let server = tokio::spawn(async move { axum::serve(listener, router).await }).abort_handle();
        Ok(Self { url, page, server })
    }

    /// The address of the policy.
    pub(super) fn url(&self) -> &Url {
        &self.url
    }

    /// Edits the page, and returns it as it stood before and as it stands now.
    pub(super) fn publish(&self, edit: impl FnOnce(&mut Page)) -> (Page, Page) {
        let mut page = lock(&self.page);
        let before = page.clone();
        edit(&mut page);
        (before, page.clone())
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(State(page): State<Arc<Mutex<Page>>>) -> Html<String> {
    Html(lock(&page).html())
}

/// A page is whole even where a thread panicked over it: it is replaced field by field, by the story alone.
fn lock(page: &Mutex<Page>) -> std::sync::MutexGuard<'_, Page> {
    page.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the provider can edit.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Page {
    /// What marketing, the build and the clock change every day.
    pub(super) furniture: Furniture,
    /// Where the services may be used.
    pub(super) countries: Vec<&'static str>,
    /// What is said before a suspension.
    pub(super) notice: &'static str,
    /// The days in which to appeal.
    pub(super) appeal: u32,
}

/// What is on the page and not in the policy.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Furniture {
    pub(super) promo: &'static str,
    pub(super) updated: &'static str,
    pub(super) related: [&'static str; 3],
    pub(super) token: &'static str,
    pub(super) build: &'static str,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            furniture: Furniture {
                promo: "Spring offer: 20 % off reserved capacity",
                updated: "3 days ago",
                related: ["Getting started", "How limits work", "Keys and projects"],
                token: "b1946ac92492d234",
                build: "4f0c21e",
            },
            countries: vec![
                "Australia",
                "Brazil",
                "Canada",
                "European Union",
                "Iceland",
                "India",
                "Japan",
                "Norway",
                "Switzerland",
                "United Kingdom",
                "United States",
            ],
            notice: "We give notice of at least 30 days unless the law requires otherwise.",
            appeal: 30,
        }
    }
}

impl Furniture {
    /// The same page after a release by the marketing team.
    pub(super) fn redecorated() -> Self {
        Self {
            promo: "Lark 3 is here: twice the context",
            updated: "4 minutes ago",
            related: ["Lark 3 model card", "Migrating from Lark 2", "Prices at a glance"],
            token: "0a4d55a8d778e502",
            build: "9be77d0",
        }
    }

    /// What differs from `before`, for people: what it is, and the two values.
    pub(super) fn differences(&self, before: &Self) -> Vec<(&'static str, String, String)> {
        let fields = |f: &Self| {
            [
                ("promo banner", f.promo.to_owned()),
                ("“updated”", f.updated.to_owned()),
                ("related articles", f.related.join(", ")),
                ("form token", f.token.to_owned()),
                ("build", f.build.to_owned()),
            ]
        };
        let pairs = fields(before).into_iter().zip(fields(self));
        pairs.filter(|(b, a)| b != a).map(|((what, before), (_, after))| (what, before, after)).collect()
    }
}

impl Page {
    fn html(&self) -> String {
        let Furniture { promo, updated, related, token, build } = &self.furniture;
        let items =
            |of: &[&str]| of.iter().map(|i| format!("        <li>{i}</li>")).collect::<Vec<_>>().join("\n");
        let links: Vec<_> = related.iter().map(|title| format!("<a href=\"/docs\">{title}</a>")).collect();
        let links: Vec<&str> = links.iter().map(String::as_str).collect();
        include_str!("page.html")
            .replace("{promo}", promo)
            .replace("{updated}", updated)
            .replace("{related}", &items(&links))
            .replace("{token}", token)
            .replace("{build}", build)
            .replace("{countries}", &items(&self.countries))
            .replace("{notice}", self.notice)
            .replace("{appeal}", &self.appeal.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::{self, extract};

    fn text(page: &Page) -> String {
        let html = page.html();
        let page = extract::Page {
            body: html.as_bytes(),
            content_type: Some("text/html; charset=utf-8"),
            url: "https://larkwing.example/legal/acceptable-use",
        };
        extract(&page, &Default::default()).unwrap().to_markdown()
    }

    #[test]
    fn the_page_is_furniture_around_a_policy() {
        let plain = Page::default();
        let redecorated = Page { furniture: Furniture::redecorated(), ..plain.clone() };
        assert_ne!(plain.html(), redecorated.html());
        assert!(!plain.html().contains('{'.to_string().as_str()) || !plain.html().contains("{promo}"));
        for words in ["cookies", "Spring offer", "Pricing", "Getting started", "helpful", "Careers", "Hi!"] {
            assert!(plain.html().contains(words), "{words}");
            assert!(!text(&plain).contains(words), "{words} in {}", text(&plain));
        }
        for words in ["one account", "Iceland", "at least 30 days", "appeals@larkwing.example"] {
            assert!(text(&plain).contains(words), "{words}");
        }
    }
}
