//! Names that lead elsewhere than they seem to, and differently each time they are asked.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use fineprint::clock::ManualClock;
use fineprint::fetch::{Error, Fetched, Fetcher, Settings};
use fineprint::model::Validators;
use fineprint::net::{Guard, Names};

use crate::fetch::{now, source};
use crate::web::{Answer, Web};

/// A fetcher that may reach 127.0.0.1, and looks names up in this book; and how often it did.
fn with_book(
    book: impl Fn(usize) -> Vec<&'static str> + Send + Sync + 'static,
) -> (Fetcher, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let names = Names::from(move |_| {
        let addresses = book(count.fetch_add(1, Ordering::Relaxed));
        addresses.into_iter().map(|ip| ip.parse::<IpAddr>().unwrap()).collect()
    });
    let settings = Settings { allow_private: vec!["127.0.0.1/32".parse().unwrap()], ..Settings::default() };
    let guard = Guard::new(&settings.allow_private).with_names(names);
    let clock = Arc::new(ManualClock::at(now()));
    (Fetcher::guarded(settings, guard, clock).unwrap(), asked)
}

async fn fetch(fetcher: &Fetcher, site: &Web, path: &str) -> Result<Fetched, Error> {
    let url = format!("http://policy.example:{}{path}", site.url("/").port().unwrap());
    fetcher.fetch(&source(url.parse().unwrap()), &Validators::default()).await
}

#[tokio::test]
async fn a_name_that_leads_elsewhere_the_second_time_leads_nowhere() {
    let (public, inside) = (Web::start().await, Web::start_at("127.0.0.9").await);
    // Each answer ends its connection, so that every visit looks the name up again.
    public.serve("/terms", Answer::page("<p>Terms."));
    inside.serve("/terms", Answer::page("<p>Secret."));
    // For robots.txt and the first visit it leads to where it may, from then on into the private network.
    let (fetcher, asked) = with_book(|times| if times < 2 { vec!["127.0.0.1"] } else { vec!["127.0.0.9"] });
    assert!(fetch(&fetcher, &public, "/terms").await.is_ok());
    let error = fetch(&fetcher, &public, "/terms").await.unwrap_err();
    assert!(error.to_string().ends_with(
        "policy.example (127.0.0.9) is not a public address; allow_private lists the networks that may be reached all the same"
    ), "{error}");
    // Once for each connection: what is judged is what is connected to.
    assert_eq!(asked.load(Ordering::Relaxed), 3);
    assert!(inside.requests().is_empty());
}

#[tokio::test]
async fn of_a_names_addresses_only_those_are_tried_that_may_be_reached() {
    let (public, inside) = (Web::start().await, Web::start_at("127.0.0.9").await);
    public.serve("/terms", Answer::page("<p>Terms."));
    let (fetcher, _) = with_book(|_| vec!["127.0.0.9", "10.0.0.1", "::ffff:127.0.0.9", "127.0.0.1"]);
    assert!(fetch(&fetcher, &public, "/terms").await.is_ok());
    assert!(inside.requests().is_empty());
    let mapped = with_book(|_| vec!["::ffff:7f00:9", "64:ff9b::7f00:9", "fe80::1", "169.254.169.254"]).0;
    assert!(
        fetch(&mapped, &public, "/terms").await.unwrap_err().to_string().contains("is not a public address")
    );
}

#[tokio::test]
async fn a_name_without_addresses_is_said_to_have_none() {
    let site = Web::start().await;
    let (fetcher, _) = with_book(|_| Vec::new());
    let error = fetch(&fetcher, &site, "/terms").await.unwrap_err();
    assert!(error.to_string().starts_with("could not fetch http://policy.example:"), "{error}");
    assert!(site.requests().is_empty());
}
