//! Sites are asked what robots may fetch, once a day, and what they say holds.

use std::sync::Arc;

use fineprint::fetch::{Fetched, Fetcher};
use fineprint::model::{Outcome, Robots, Validators};
use futures_util::future::join_all;

use super::{fetcher, settings};
use crate::fetch::source;
use crate::process::Stage;
use crate::web::{Answer, Web};
use crate::world::World;

const CLAUSE: &str = "We never sell your personal data to anyone.";
const TEXT: [(&str, &str); 1] = [("content-type", "text/plain")];

fn rules(text: impl Into<Vec<u8>>) -> Answer {
    Answer::full(200, &TEXT, text)
}

/// What becomes of `/terms` on a site that answers so for its robots.txt.
async fn outcome(site: &Web) -> String {
    site.serve("/terms", Answer::page("<p>Terms."));
    match fetcher(settings()).fetch(&source(site.url("/terms")), &Validators::default()).await {
        Ok(Fetched::Page(_)) => "fetched".to_owned(),
        Ok(Fetched::NotModified { .. }) => panic!("nothing was asked that allows this"),
        Err(error) => {
            assert!(site.requests_for("/terms").is_empty());
            let line = error.to_string().replace(&site.authority(), "site");
            line.replace("could not fetch http://site/terms: ", "")
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_answer_of_a_site_means_what_the_rfc_says() {
    let elsewhere = Web::start().await;
    elsewhere.serve("/rules", rules("user-agent: *\ndisallow: /terms"));
    let long =
        |last: &str| format!("user-agent: *\n{}{last}", "#23456789012345678901234567890\n".repeat(20_000));
    let packed = |text: &str| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut gzip, text.as_bytes()).unwrap();
        Answer::full(200, &[("content-encoding", "gzip")], gzip.finish().unwrap())
    };
    // What comes of it: the page, the rule that forbids it, or why (!) nothing may be fetched.
    let table = [
        ("no file", "fetched", Answer::status(404)),
        ("not for everyone", "fetched", Answer::status(401)),
        ("forbidden", "fetched", Answer::status(403)),
        ("gone", "fetched", Answer::status(410)),
        ("too many requests", "!HTTP 429", Answer::status(429)),
        ("in trouble", "!HTTP 500", Answer::status(500)),
        ("overloaded", "!HTTP 503", Answer::full(503, &[("retry-after", "120")], "")),
        (
            "breaks off",
            "!the answer broke off",
            Answer::head(200, &[("content-length", "500")]).then_send("user-agent: *\n"),
        ),
        (
            "no HTTP",
            "!the answer can't be read: invalid HTTP version parsed",
            Answer::raw("\0\u{1}\u{2}\r\n\r\n"),
        ),
        ("silent", "!nothing received for 1s", Answer::default().then_stall()),
        ("empty", "fetched", rules("")),
        ("a page", "fetched", Answer::page("<!doctype html><title>Home</title><p>Disallow: /terms")),
        ("for all", "/", rules("User-agent: *\nDisallow: /\n")),
        (
            "for us",
            "/terms",
            rules("user-agent: other\r\nallow: /\r\n\r\nuser-agent: FINEPRINT\r\ndisallow: /terms\r\n"),
        ),
        ("for others", "fetched", rules("user-agent: other\ndisallow: /")),
        (
            "for us and better",
            "fetched",
            rules("user-agent: *\ndisallow: /\n\nuser-agent: fineprint\ndisallow:\n"),
        ),
        ("the longest match", "fetched", rules("user-agent: *\ndisallow: /\nallow: /terms\n")),
        ("patterns", "/*rms$", rules("user-agent: *\ndisallow: /*rms$\n")),
        ("escapes", "/terms", rules("user-agent: *\ndisallow: /%74erms\n")),
        ("a mark at the start", "/terms", rules("\u{feff}user-agent: *\ndisallow: /terms\n")),
        ("packed", "/", packed("user-agent: *\ndisallow: /")),
        ("packed, the rule beyond 500 KiB", "fetched", packed(&long("disallow: /terms"))),
        (
            "packed, comments beyond 500 KiB",
            "/",
            packed(&format!("user-agent: *\ndisallow: /\n{}", long(""))),
        ),
        ("beyond 500 KiB", "fetched", rules(long("disallow: /terms"))),
        (
            "endless",
            "/",
            Answer::head(200, &TEXT).then_send("user-agent: *\ndisallow: /\n").then_endlessly("# more\n"),
        ),
        ("elsewhere", "/terms", Answer::redirect(elsewhere.url("/rules"))),
        ("nowhere", "fetched", Answer::redirect("http://10.0.0.1/robots.txt")),
        ("another port", "fetched", Answer::redirect("http://example.com:22/robots.txt")),
        ("no address", "fetched", Answer::redirect("https://")),
        ("in a circle", "fetched", Answer::redirect("/robots.txt")),
    ];
    let visits = table.into_iter().map(async |(name, expected, answer)| {
        let site = Web::start().await;
        site.serve("/robots.txt", answer);
        let came = outcome(&site).await;
        (came != told(expected)).then(|| format!("{name}: {came}"))
    });
    let wrong: Vec<String> = join_all(visits).await.into_iter().flatten().collect();
    assert!(wrong.is_empty(), "other outcomes than expected:\n{}", wrong.join("\n"));
}

/// What is said of an outcome of the table.
fn told(outcome: &str) -> String {
    match (outcome.strip_prefix('!'), outcome.starts_with('/')) {
        (Some(why), _) => {
            format!("the site's robots.txt can't be had ({why}), and until then nothing may be fetched there")
        }
        (None, true) => format!(
            "robots.txt asks robots not to fetch this page (`Disallow: {outcome}`); `robots = \"ignore\"` fetches it all the same"
        ),
        (None, false) => outcome.to_owned(),
    }
}

#[tokio::test]
async fn five_redirects_are_followed_and_a_sixth_means_no_rules() {
    for (redirects, expected) in [(5, "robots.txt asks robots not to fetch this page"), (6, "fetched")] {
        let site = Web::start().await;
        site.serve("/robots.txt", Answer::redirect("/1"));
        for n in 1..redirects {
            site.serve(&format!("/{n}"), Answer::redirect(format!("/{}", n + 1)));
        }
        site.serve(&format!("/{redirects}"), rules("user-agent: *\ndisallow: /terms"));
        let outcome = outcome(&site).await;
        assert!(outcome.starts_with(expected), "{redirects}: {outcome}");
    }
}

#[tokio::test]
async fn every_site_on_the_way_is_asked_about_its_own_page() {
    let (site, other) = (Web::start().await, Web::start().await);
    site.serve("/terms", Answer::redirect(other.url("/legal")));
    other.serve("/robots.txt", rules("user-agent: *\ndisallow: /legal"));
    let error =
        fetcher(settings()).fetch(&source(site.url("/terms")), &Validators::default()).await.unwrap_err();
    assert!(
        error.to_string().starts_with(&format!("could not fetch {}: robots.txt asks", other.url("/legal")))
    );
    assert_eq!((site.requests().len(), other.requests().len()), (1, 0));
}

#[tokio::test]
async fn credentials_are_not_for_robots_txt_and_many_pages_ask_once() {
    let site = Web::start().await;
    let fetcher = fetcher(settings());
    let fetches = (0..20).map(|n| {
        site.serve(&format!("/{n}"), Answer::page("<p>Terms."));
        let mut source = source(site.url(&format!("/{n}")));
        source.url.set_username("ann").unwrap();
        source.headers = vec![("x-token".into(), fineprint::model::Secret::new("s3cret"))];
        let fetcher = fetcher.clone();
        async move { fetcher.fetch(&source, &Validators::default()).await.is_ok() }
    });
    assert!(join_all(fetches).await.into_iter().all(|fetched| fetched));
    let [asked] = &site.requests_for("/robots.txt")[..] else { panic!("asked more than once") };
    assert_eq!((asked.header("x-token"), asked.header("authorization")), (None, None));
    assert!(asked.header("user-agent").unwrap().starts_with("fineprint/"));
}

#[tokio::test]
async fn a_site_is_asked_once_a_day_whatever_is_restarted() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.watches("Acme", "Privacy", "/policy").await;
    for _ in 0..8 {
        // Another engine, as in another run: what was said is in the archive.
        world.rules("").await.hours_pass(6).await;
    }
    let looks = world.site.requests_for("/policy").len();
    assert!(looks >= 16, "{looks}");
    let asked = world.site.requests_for("/robots.txt").len();
    assert!((2..=3).contains(&asked), "{asked} times in two days");
}

#[tokio::test]
async fn what_is_forbidden_is_told_like_what_cant_be_read_and_ends_when_it_is_allowed() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.site.serve("/robots.txt", rules("user-agent: fineprint\ndisallow: /pol\n"));
    world.days_pass(4).await;
    let last = world.latest().await;
    assert_eq!(last.outcome, Outcome::Failed);
    let why = last.detail.unwrap();
    assert!(why.ends_with(
        "robots.txt asks robots not to fetch this page (`Disallow: /pol`); `robots = \"ignore\"` fetches it all the same"
    ), "{why}");
    let told = world.inbox();
    assert!(told.starts_with("/ops source.degraded: Acme · Terms can't be read"), "{told}");
    world.site.serve("/robots.txt", rules("user-agent: fineprint\nallow: /\n"));
    world.days_pass(3).await;
    assert!(world.inbox().contains("source.recovered"), "{}", world.inbox());
}

#[tokio::test]
async fn a_source_can_be_told_not_to_ask() {
    let mut world = World::new().await;
    world.site.serve("/robots.txt", rules("user-agent: *\ndisallow: /\n"));
    world.publishes(CLAUSE).watches("Acme", "Terms", "/policy").await;
    world.rules("robots = 'ignore'").await;
    assert_eq!(world.engine.sources.values().next().unwrap().robots, Robots::Ignore);
    world.runs().await;
    assert_eq!(world.latest().await.outcome, Outcome::First);
    assert!(world.site.requests_for("/robots.txt").is_empty());
}

#[tokio::test]
async fn a_site_without_an_answer_is_asked_again_and_for_30_days_nothing_is_fetched() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.site.serve("/robots.txt", Answer::status(503));
    let before = world.site.requests_for("/policy").len();
    // The last answer holds for a day.
    world.days_pass(2).await;
    let last = world.site.requests_for("/policy").len();
    assert!((before + 3..=before + 4).contains(&last), "{before} {last}");
    let why = world.latest().await.detail.unwrap();
    assert!(
        why.ends_with(
            "the site's robots.txt can't be had (HTTP 503), and until then nothing may be fetched there"
        ),
        "{why}"
    );
    world.days_pass(28).await;
    assert_eq!(world.site.requests_for("/policy").len(), last);
    world.days_pass(3).await;
    assert!(world.site.requests_for("/policy").len() > last, "a site that never answers has no rules");
}

#[tokio::test]
async fn try_and_watch_say_what_is_forbidden_and_what_is_not_asked() {
    let mut stage = Stage::new().await;
    stage.site.serve("/robots.txt", rules("user-agent: *\ndisallow: /terms\n"));
    let url = stage.site.url("/terms").to_string();
    let (code, out, said) = stage.runs(&["try", &url]).await;
    let said = said.replace(&stage.site.authority(), "site");
    insta::assert_snapshot!(format!("exit {code}\n{out}{said}"), @r#"
    exit 3
    error: could not fetch http://site/terms: robots.txt asks robots not to fetch this page (`Disallow: /terms`); `robots = "ignore"` fetches it all the same
    "#);
    let toml = std::fs::read_to_string(stage.folder.path().join("sources.toml")).unwrap();
    stage.writes(&format!("{toml}robots = 'ignore'\n"));
    let process = stage.starts(&["watch"], "");
    let said = stage.says("robots.txt").await;
    assert!(said.contains("acme/terms: robots.txt is not asked for, as configured"), "{said}");
    stage.says("first version").await;
    process.kill();
}

/// The archive keeps what is said as it is.
#[tokio::test]
async fn a_fetcher_without_an_archive_asks_for_itself() {
    let site = Web::start().await;
    site.serve("/terms", Answer::page("<p>Terms."));
    let ask =
        async |fetcher: &Fetcher| fetcher.fetch(&source(site.url("/terms")), &Validators::default()).await;
    let world = World::new().await;
    let shelf = Arc::new(world.engine.store.clone());
    for (fetcher, asked) in [
        (fetcher(settings()), 1),
        (fetcher(settings()), 2),
        (fetcher(settings()).with_shelf(shelf.clone()), 3),
        (fetcher(settings()).with_shelf(shelf), 3),
    ] {
        ask(&fetcher).await.unwrap();
        assert_eq!(site.requests_for("/robots.txt").len(), asked);
    }
}
