//! Servers that are broken, hostile or merely odd: each is a clear outcome, none takes more than it should get, and
//! none is asked more often than it should be.

mod bodies;
mod heads;
mod lines;
mod names;
mod redirects;

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use fineprint::clock::ManualClock;
use fineprint::fetch::{self, Fetched, Fetcher, Retry, Settings};
use fineprint::model::Validators;
use futures_util::future::join_all;

use crate::fetch::{CAP, now, source};
use crate::web::{Answer, Web};

/// A way to misbehave: its name, what the server answers at `/terms`, and what comes of it (`…` for any end of the line).
type Case = (&'static str, Answer, &'static str);

/// What the system's buffers may hold beyond what was read.
const BUFFERS: u64 = 1024 * 1024;

const HTML: (&str, &str) = ("content-type", "text/html");

/// A fetcher that may reach the fake web and has little patience.
fn fetcher() -> Fetcher {
    let settings = Settings {
        allow_private: vec!["127.0.0.0/8".parse().unwrap()],
        max_body: CAP,
        max_redirects: 5,
        connect_timeout: Duration::from_secs(2),
        read_timeout: Duration::from_secs(1),
        timeout: Duration::from_secs(2),
        concurrency: 64,
        per_host: 64,
        ..Settings::default()
    };
    Fetcher::new(settings, Arc::new(ManualClock::at(now()))).unwrap()
}

/// An outcome in one line.
fn line(outcome: &Result<Fetched, fetch::Error>) -> String {
    match outcome {
        Ok(Fetched::Page(page)) => {
            let after =
                fetch::retry_after(page, now()).map_or(String::new(), |at| format!(", again at {at}"));
            format!("page {}, {} bytes{after}", page.status, page.body.len())
        }
        Ok(Fetched::NotModified { .. }) => "not modified".to_owned(),
        Err(error) => {
            let retry = if error.retry() == Retry::Soon { "soon" } else { "no" };
            format!("{error} (retry: {retry})")
        }
    }
}

/// Sets every server up on an address of its own, visits all of them together, each for itself, and compares what comes of
/// it: one that asks to be left alone must not keep us from the others, which have the same name.
async fn each(cases: Vec<Case>) {
    let visits = cases.into_iter().map(async |(name, answer, expected)| {
        let fetcher = fetcher();
        let site = Web::start().await;
        site.serve("/terms", answer);
        let outcome = fetcher.fetch(&source(site.url("/terms")), &Validators::default()).await;
        let came = line(&outcome)
            .replace(&site.authority(), "site")
            .replace("could not fetch http://site/terms: ", "");
        assert!(site.sent("/terms") < CAP + BUFFERS, "{name}: {} bytes were sent", site.sent("/terms"));
        let asked = site.requests_for("/terms").len();
        assert_eq!(asked, 1, "{name}: asked {asked} times");
        assert_eq!(site.requests_for("/robots.txt").len(), 1, "{name}");
        let as_expected = match expected.strip_suffix('…') {
            Some(start) => came.starts_with(start),
            None => came == expected,
        };
        (!as_expected).then(|| format!("{name}: {came}"))
    });
    let mut wrong = String::new();
    for line in join_all(visits).await.into_iter().flatten() {
        writeln!(wrong, "{line}").unwrap();
    }
    assert!(wrong.is_empty(), "other outcomes than expected:\n{wrong}");
}

fn ok() -> Answer {
    Answer::head(200, &[HTML])
}

fn raw(head: &str) -> Answer {
    Answer::raw(head.to_owned())
}
