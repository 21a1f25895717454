//! Hosts are visited by a few at a time, with a gap between visits, and not while they ask for rest.

use std::sync::Arc;
use std::time::Duration;

use fineprint::check::check_all;
use fineprint::clock::{ManualClock, SystemClock};
use fineprint::config::Config;
use fineprint::daemon;
use fineprint::engine::Engine;
use fineprint::fetch::{Retry, Settings};
use fineprint::model::{Outcome, Validators};
use fineprint::store::Store;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::{fetcher, settings};
use crate::fetch::{now, source};
use crate::web::{Answer, Web};
use crate::world::page;

const CLAUSE: &str = "We never sell your personal data to anyone.";

/// An engine that watches these paths of these sites.
async fn engine(fetch: &str, sites: &[(&Web, &[String])]) -> (Engine, TempDir) {
    let mut toml = format!("[fetch]\nallow_private = ['127.0.0.0/8']\n{fetch}\n");
    for (number, (site, paths)) in sites.iter().enumerate() {
        for path in *paths {
            let url = site.url(path);
            toml.push_str(&format!("[[source]]\nservice = 'S{number}'\nterms = '{path}'\nurl = '{url}'\n"));
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("fineprint.db")).await.unwrap();
    let config = Config::parse("sources.toml".as_ref(), &toml, &|_| None).unwrap();
    let engine = Engine::new(config, store, Arc::new(SystemClock)).unwrap();
    engine.sync().await.unwrap();
    (engine, folder)
}

fn paths(count: usize) -> Vec<String> {
    (0..count).map(|n| format!("/page-{n}")).collect()
}

/// The times between the beginnings of a site's visits, the shortest first.
fn gaps(site: &Web) -> Vec<Duration> {
    let requests = site.requests();
    let mut gaps: Vec<_> = requests.windows(2).map(|pair| pair[1].at - pair[0].at).collect();
    gaps.sort();
    gaps
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn visits_to_one_host_keep_their_gap_whatever_the_port_and_hosts_dont_wait_for_each_other() {
    let (a, b, other) = (Web::start().await, Web::start().await, Web::start_at("127.0.0.2").await);
    for site in [&a, &b, &other] {
        paths(4).iter().for_each(|path| site.serve(path, Answer::page(page(&[CLAUSE]))));
    }
    let paths = paths(4);
    let (engine, _folder) = engine("gap = '100ms'", &[(&a, &paths), (&b, &paths), (&other, &paths)]).await;
    let started = std::time::Instant::now();
    check_all(&engine, engine.sources.values().cloned(), |_| {}).await.unwrap();
    let took = started.elapsed();
    let mut visits: Vec<_> = a.requests().into_iter().chain(b.requests()).map(|request| request.at).collect();
    visits.sort();
    assert_eq!((visits.len(), other.requests().len()), (8, 4));
    // What is measured at the other end of a socket may come a little late, and the next one not.
    let least = Duration::from_millis(85);
    assert!(visits.windows(2).all(|pair| pair[1] - pair[0] >= least), "{visits:?}");
    assert!(gaps(&other)[0] >= least, "{:?}", gaps(&other));
    assert!(took >= Duration::from_millis(695), "{took:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_host_has_more_visitors_than_allowed_and_one_that_asks_for_a_delay_has_one() {
    let (two, one) = (Web::start().await, Web::start_at("127.0.0.2").await);
    let paths = paths(6);
    for site in [&two, &one] {
        let slow = Answer::default().then_pause(Duration::from_millis(40));
        paths.iter().for_each(|path| site.serve(path, slow.clone().then_send("HTTP/1.1 204 None\r\n\r\n")));
    }
    one.serve("/robots.txt", Answer::full(200, &[], "user-agent: *\ncrawl-delay: 0.05\ndisallow:\n"));
    let (engine, _folder) = engine("", &[(&two, &paths), (&one, &paths)]).await;
    check_all(&engine, engine.sources.values().cloned(), |_| {}).await.unwrap();
    assert_eq!((two.requests().len(), two.busiest()), (6, 2));
    assert_eq!((one.requests().len(), one.busiest()), (6, 1));
    assert!(gaps(&one)[0] >= Duration::from_millis(40), "{:?}", gaps(&one));
}

/// A host of which forty pages hang, and others with one page each.
async fn beside_a_slow_host() -> (Web, Vec<Web>, Engine, TempDir) {
    let slow = Web::start_at("127.0.0.2").await;
    let paths = paths(40);
    paths.iter().for_each(|path| slow.serve(path, Answer::default().then_stall()));
    let mut others = Vec::new();
    for n in 3..8 {
        let site = Web::start_at(&format!("127.0.0.{n}")).await;
        site.serve("/terms", Answer::page(page(&[CLAUSE])));
        others.push(site);
    }
    let terms = ["/terms".to_owned()];
    // The slow ones come first, by name and by time.
    let sites: Vec<(&Web, &[String])> =
        [(&slow, &paths[..])].into_iter().chain(others.iter().map(|site| (site, &terms[..]))).collect();
    let (engine, folder) = engine("concurrency = 3", &sites).await;
    (slow, others, engine, folder)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_host_takes_its_share_and_no_more() {
    let (slow, others, engine, _folder) = beside_a_slow_host().await;
    let (to, mut seen) = mpsc::unbounded_channel();
    let sources = engine.sources.values().cloned().collect::<Vec<_>>();
    let looks =
        tokio::spawn(async move { check_all(&engine, sources, |check| to.send(check).unwrap()).await });
    for _ in &others {
        let check = seen.recv().await.unwrap();
        assert_eq!(check.outcome, Outcome::First, "{check:?}");
    }
    assert!(slow.requests().len() <= 2 && slow.busiest() <= 2);
    looks.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_daemon_starts_others_beside_a_slow_host() {
    let (slow, others, engine, _folder) = beside_a_slow_host().await;
    let (stop, (_keep, reloads)) = (CancellationToken::new(), mpsc::channel(1));
    let store = engine.store.clone();
    let running = tokio::spawn(daemon::run(engine, reloads, stop.clone()));
    let recorded = async || {
        let overview = store.overview().await.unwrap();
        overview.iter().filter(|source| source.outcome == Some(Outcome::First)).count()
    };
    while recorded().await < others.len() {
        tokio::task::yield_now().await;
    }
    assert!(slow.requests().len() <= 2 && slow.busiest() <= 2);
    running.abort();
}

#[tokio::test]
async fn a_host_that_has_too_much_to_do_is_left_alone_by_all_its_sources() {
    // Each form of Retry-After, and when the host may be visited again: seconds from now, which is 12:00:00 on 1 March.
    let table = [
        (429, Some("120"), Some(120)),
        (503, Some("120"), Some(120)),
        (429, Some("Sun, 01 Mar 2026 13:00:00 GMT"), Some(3600)),
        (429, Some("Sunday, 01-Mar-26 13:00:00 GMT"), Some(3600)),
        (429, Some("Sun Mar  1 13:00:00 2026"), Some(3600)),
        (429, Some("31536000"), Some(86_400)),
        (429, Some("99999999999999999999999"), Some(86_400)),
        (503, Some("Sun, 01 Mar 2026 11:00:00 GMT"), None),
        (429, Some("0"), None),
        (500, Some("120"), None),
        (403, Some("120"), None),
    ];
    for (status, value, until) in table {
        let site = Web::start().await;
        let headers: Vec<_> = value.map(|value| ("retry-after", value)).into_iter().collect();
        site.serve("/busy", Answer::full(status, &headers, "later"));
        site.serve("/fine", Answer::page("<p>Terms."));
        let clock = ManualClock::at(now());
        let fetcher = fineprint::fetch::Fetcher::new(settings(), Arc::new(clock.clone())).unwrap();
        let none = Validators::default();
        fetcher.fetch(&source(site.url("/busy")), &none).await.unwrap();
        let Some(until) = until else {
            // Without a time to come: a rest of seconds, which is waited for.
            if status == 500 || status == 403 {
                fetcher.fetch(&source(site.url("/fine")), &none).await.unwrap();
            }
            continue;
        };
        let until = now() + SignedDuration::from_secs(until);
        let error = fetcher.fetch(&source(site.url("/fine")), &none).await.unwrap_err();
        assert_eq!(error.retry(), Retry::At(until), "{value:?}");
        assert!(error.to_string().ends_with(&format!("has too much to do and is left alone until {until}")));
        assert!(site.requests_for("/fine").is_empty());
        // Another host has nothing to do with it.
        let other = Web::start_at("127.0.0.2").await;
        other.serve("/fine", Answer::page("<p>Terms."));
        fetcher.fetch(&source(other.url("/fine")), &none).await.unwrap();
        clock.set(until);
        fetcher.fetch(&source(site.url("/fine")), &none).await.unwrap();
    }
}

#[tokio::test]
async fn a_source_whose_host_rests_comes_when_the_rest_is_over() {
    let site = Web::start().await;
    site.serve("/busy", Answer::full(429, &[("retry-after", "3000")], "later"));
    let paths = ["/busy".to_owned(), "/fine".to_owned()];
    let (engine, _folder) = engine("per_host = 1", &[(&site, &paths)]).await;
    let started = engine.clock.now();
    check_all(&engine, engine.sources.values().cloned(), |_| {}).await.unwrap();
    assert_eq!(site.requests().len(), 1, "the second page wasn't asked for");
    let due: Vec<Timestamp> =
        engine.store.overview().await.unwrap().iter().map(|source| source.due_at).collect();
    for due in due {
        let wait = due.duration_since(started).as_secs();
        assert!((3000..3010).contains(&wait), "{wait}");
    }
}

/// As where `fineprint check` is run by cron.
#[tokio::test]
async fn a_host_is_left_alone_by_the_next_run_too_until_its_rest_is_over() {
    let site = Web::start().await;
    site.serve("/busy", Answer::full(429, &[("retry-after", "3000")], "later"));
    site.serve("/fine", Answer::page("<p>Terms."));
    let folder = tempfile::tempdir().unwrap();
    let clock = ManualClock::at(now());
    let run = async |path: &str| {
        let store = Store::open(&folder.path().join("fineprint.db")).await.unwrap();
        let fetcher = fineprint::fetch::Fetcher::new(settings(), Arc::new(clock.clone())).unwrap();
        let fetcher = fetcher.with_shelf(Arc::new(store));
        fetcher.fetch(&source(site.url(path)), &Validators::default()).await
    };
    run("/busy").await.unwrap();
    let until = now() + SignedDuration::from_secs(3000);
    assert_eq!(run("/fine").await.unwrap_err().retry(), Retry::At(until));
    assert_eq!(run("/busy").await.unwrap_err().retry(), Retry::At(until));
    assert_eq!(site.requests().iter().filter(|request| request.path != "/robots.txt").count(), 1);
    // A rest noted under a clock that ran ahead is none.
    clock.set(now() - SignedDuration::from_hours(24));
    run("/fine").await.unwrap();
    clock.set(until);
    run("/fine").await.unwrap();
}

#[tokio::test]
async fn redirects_on_one_host_are_one_visit() {
    let site = Web::start().await;
    site.serve("/terms", Answer::redirect("/terms/"));
    site.serve("/terms/", Answer::redirect("/legal/terms/"));
    site.serve("/legal/terms/", Answer::page("<p>Terms."));
    let fetcher = fetcher(Settings { gap: Some(Duration::from_secs(60)), per_host: 1, ..settings() });
    let fetches = join_all([fetcher.fetch(&source(site.url("/terms")), &Validators::default())]).await;
    assert!(fetches[0].is_ok(), "{fetches:?}");
    assert_eq!(site.requests().len(), 3);
}
