//! Pages that need scripts, shown by Debian's Chromium: on loopback, two browsers for nearly all of these stories.

mod auto;
mod hostile;
mod processes;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use fineprint::clock::ManualClock;
use fineprint::fetch::{Error, Fetcher, Settings, browser};
use fineprint::model::{Secret, Snapshot, Source};
use tokio::runtime::Runtime;
use url::Url;

use crate::fetch::{now, source};
use crate::need;
use crate::web::{Answer, Web};

/// A text that is long enough to be one.
pub const TEXT: &str = "You must be at least eighteen years old to use our services in any country. Fees are due \
    within thirty days of the date of each invoice that we send you.";

/// Where Chromium is, on a machine that can have it.
pub static CHROMIUM: LazyLock<Option<PathBuf>> = LazyLock::new(|| need::program("chromium", &["chromium"]));

/// All stories are told in one runtime, because they share two browsers.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
/// For pages that settle, or that go too far some time: a busy machine has the time it needs.
static PATIENT: LazyLock<Fetcher> = LazyLock::new(|| shared(Duration::from_secs(60)));
/// For pages that never settle.
static HURRIED: LazyLock<Fetcher> = LazyLock::new(|| shared(Duration::from_secs(6)));

/// Tells a story, where there is a Chromium.
pub fn tell(story: impl Future<Output = ()>) {
    if CHROMIUM.is_some() {
        RUNTIME.block_on(story);
    }
}

fn shared(settle: Duration) -> Fetcher {
    fetcher(browser::Settings { settle, ..settings(Path::new(env!("CARGO_TARGET_TMPDIR"))) })
}

/// Little patience, and a folder of one's own.
pub fn settings(folder: &Path) -> browser::Settings {
    browser::Settings {
        path: CHROMIUM.clone(),
        pages: 4,
        settle: Duration::from_secs(60),
        patience: Duration::from_secs(30),
        timeout: Duration::from_secs(120),
        folder: folder.to_owned(),
        ..browser::Settings::default()
    }
}

/// A fetcher that reaches the first address of this machine and no other.
pub fn fetcher(browser: browser::Settings) -> Fetcher {
    let settings = Settings {
        allow_private: vec!["127.0.0.1/32".parse().unwrap()],
        contact: Some("mailto:ops@example.com".into()),
        max_body: 1024 * 1024,
        browser,
        ..Settings::default()
    };
    Fetcher::new(settings, Arc::new(ManualClock::at(now()))).unwrap()
}

/// Has a page rendered.
pub async fn render(url: Url) -> Result<Snapshot, Error> {
    PATIENT.render(&source(url)).await
}

/// What of a page is read.
pub fn body(page: &Snapshot) -> &str {
    str::from_utf8(&page.body).unwrap()
}

/// A page around a script.
pub fn scripted(script: &str) -> Answer {
    Answer::page(format!(
        "<!doctype html><title>Terms</title><body><main id=root></main><script>const root = \
         document.getElementById('root'); {script}</script>"
    ))
}

#[test]
fn a_page_that_builds_its_text_by_script_is_read_and_says_how_it_was_had() {
    tell(async {
        let web = Web::start().await;
        web.serve("/moved", Answer::redirect("/terms#top"));
        web.serve(
            "/terms",
            scripted(
                "setTimeout(async () => { root.innerHTML = await (await fetch('/text')).text(); \
                 root.innerHTML += '<img src=/picture.png><link rel=preload as=font href=/font.woff2>'; }, 300)",
            ),
        );
        web.serve("/text", Answer::page(format!("<h1>Terms</h1><p>{TEXT}</p>")));
        let page = render(web.url("/moved")).await.unwrap();

        assert!(body(&page).contains(&format!("<h1>Terms</h1><p>{TEXT}</p>")), "{}", body(&page));
        assert!(!body(&page).contains("<script"));
        assert_eq!((page.status, page.url, page.final_url), (200, web.url("/moved"), web.url("/terms")));
        assert_eq!(page.headers.last().unwrap().1, "text/html; charset=utf-8");
        assert!(page.received.rendered);
        assert_eq!(page.received.redirects, [(302, web.url("/moved").to_string())]);
        assert_eq!(page.received.peer.unwrap().address, Some(web.authority()));
        let fetcher = page.received.fetcher.unwrap();
        let ours = format!("fineprint/{}", env!("CARGO_PKG_VERSION"));
        assert!(fetcher.starts_with(&ours) && fetcher.contains("Chrom"), "{fetcher}");
        assert_eq!(page.received.rules, None);

        let asked: Vec<String> = web.requests().iter().map(|r| r.path.clone()).collect();
        assert_eq!(asked, ["/moved", "/terms", "/text"]);
        for request in web.requests() {
            let agent = request.header("user-agent").unwrap();
            assert!(agent.contains("HeadlessChrome/"), "{agent}");
            assert!(agent.ends_with(&format!("{ours} (+mailto:ops@example.com)")), "{agent}");
        }
    });
}

#[test]
fn a_challenge_that_passes_after_a_reload_is_waited_for() {
    tell(async {
        let web = Web::start().await;
        web.serve_with("/terms", |request| match request.header("cookie") {
            Some("pass=1") => Answer::page(format!("<p>{TEXT}")),
            _ => Answer::full(
                403,
                &[("content-type", "text/html")],
                "<p>One moment, please.<script>setTimeout(() => { document.cookie = 'pass=1'; \
                 location.reload() }, 1500)</script>",
            ),
        });
        let page = render(web.url("/terms")).await.unwrap();
        assert!(page.status == 200 && body(&page).contains(TEXT), "{}", body(&page));
        assert_eq!(page.received.redirects, [(403, web.url("/terms").to_string())]);
        // A page has its cookies to itself.
        let again = render(web.url("/terms")).await.unwrap();
        assert_eq!((again.status, web.requests_for("/terms").len()), (200, 4));
    });
}

#[test]
fn shadow_trees_slots_and_frames_of_the_same_origin_are_read_where_they_are_shown() {
    tell(async {
        let web = Web::start().await;
        web.serve(
            "/terms",
            Answer::page(format!(
                "<p>{TEXT}<terms-list><b slot=name>First &amp; last</b></terms-list><iframe src=/annex></iframe>\
                 <noscript>Enable scripts.</noscript><script>const shadow = \
                 document.querySelector('terms-list').attachShadow({{mode: 'open'}}); \
                 shadow.innerHTML = '<i>Clause</i> <slot name=name></slot>'</script>"
            )),
        );
        web.serve("/annex", Answer::page("<p>The annex."));
        let page = render(web.url("/terms")).await.unwrap();
        let read = body(&page);
        assert!(
            read.contains("<i>Clause</i> <slot name=\"name\"><b slot=\"name\">First &amp; last</b></slot>"),
            "{read}"
        );
        assert!(read.contains("<p>The annex.</p>") && !read.contains("Enable scripts"), "{read}");
    });
}

#[test]
fn a_text_that_is_no_html_comes_as_it_was_sent_and_a_download_is_refused() {
    tell(async {
        let web = Web::start().await;
        web.serve("/terms.txt", Answer::full(200, &[("content-type", "text/plain")], TEXT));
        web.serve("/terms.zip", Answer::full(200, &[("content-type", "application/zip")], "PK"));
        let page = render(web.url("/terms.txt")).await.unwrap();
        assert_eq!((body(&page), page.received.rendered), (TEXT, false));
        assert_eq!(page.content_type(), Some("text/plain"));
        let refused = render(web.url("/terms.zip")).await.unwrap_err().to_string();
        assert!(refused.contains("it is no HTML but `application/zip`"), "{refused}");
    });
}

#[test]
fn credentials_go_to_the_source_alone_in_a_browser_too() {
    tell(async {
        let (web, other) = (Web::start().await, Web::start().await);
        let cross = [("content-type", "text/html"), ("access-control-allow-origin", "*")];
        web.serve("/terms", Answer::redirect("/home"));
        let script = format!(
            "const get = (url) => fetch(url).then((r) => r.text()); Promise.all([get('/part'), get('{}'), get('/away')])\
             .then(() => root.textContent = `{TEXT}`)",
            other.url("/part")
        );
        web.serve("/home", scripted(&script));
        web.serve("/part", Answer::full(200, &cross, "a part"));
        web.serve("/away", Answer::redirect(other.url("/away")));
        other.serve("/part", Answer::full(200, &cross, "a part"));
        other.serve("/away", Answer::full(200, &cross, "a part"));
        let page = PATIENT.render(&with_credentials(web.url("/terms"))).await.unwrap();
        assert!(body(&page).contains(TEXT), "{}", body(&page));
        assert_eq!(sent(&web), ["/terms yes", "/home yes", "/part yes", "/away yes"]);
        assert_eq!(sent(&other), ["/part no", "/away no"]);

        // One that was led away and back gets none any more.
        web.serve("/terms", Answer::redirect(other.url("/trap")));
        other.serve("/trap", Answer::redirect(web.url("/back")));
        web.serve("/back", Answer::page(format!("<p>{TEXT}")));
        PATIENT.render(&with_credentials(web.url("/terms"))).await.unwrap();
        assert_eq!(sent(&web)[4..], ["/terms yes", "/back no"]);
        assert_eq!(sent(&other)[2..], ["/trap no"]);
    });
}

fn with_credentials(url: Url) -> Source {
    let headers =
        vec![("X-Token".into(), Secret::new("s3cret")), ("Cookie".into(), Secret::new("session=1"))];
    Source { headers, ..source(url) }
}

/// The paths that were asked for, each with whether both credentials came.
fn sent(web: &Web) -> Vec<String> {
    let requests = web.requests().into_iter().map(|request| {
        let came =
            [request.header("x-token") == Some("s3cret"), request.header("cookie") == Some("session=1")];
        assert_eq!(came[0], came[1], "{request:?}");
        format!("{} {}", request.path, if came[0] { "yes" } else { "no" })
    });
    let mut sent: Vec<String> = requests.collect();
    // What a page asks for at once comes in any order.
    if let Some(parts) = sent.get_mut(2..4) {
        parts.sort_by_key(|line| !line.starts_with("/part"));
    }
    if sent.len() == 2 {
        sent.sort_by_key(|line| !line.starts_with("/part"));
    }
    sent
}
