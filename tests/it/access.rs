//! How a source is asked: who we are there, what is sent, in which language, through whom; and that none of it gets
//! anywhere else.

mod proxy;

use std::sync::Arc;

use fineprint::clock::ManualClock;
use fineprint::config::Config;
use fineprint::fetch::{Error, Fetched, Fetcher, Retry, Settings};
use fineprint::model::{Snapshot, Source, Validators};

use crate::fetch::{fetcher, now};
use crate::web::{Answer, Request, Web};
use proxy::Proxy;

const KEY: &str = "sk-Zx81-never-to-be-seen";

fn env(name: &str) -> Option<String> {
    match name {
        "KEY" => Some(KEY.to_owned()),
        "PASSWORD" => Some("p&ss/word \"9\"".to_owned()),
        _ => None,
    }
}

/// A source at an address, with these lines of `sources.toml`.
fn source(url: &str, lines: &str) -> Source {
    let toml = format!("[[source]]\nservice = 'Acme'\nterms = 'Terms'\nurl = '{url}'\n{lines}");
    let config = Config::parse("sources.toml".as_ref(), &toml, &env);
    config.unwrap_or_else(|error| panic!("{}", error.render(false))).sources.remove(0)
}

async fn fetch(source: &Source) -> Result<Fetched, Error> {
    fetcher().fetch(source, &Validators::default()).await
}

async fn page(source: &Source) -> Snapshot {
    match fetch(source).await.unwrap() {
        Fetched::Page(page) => page,
        Fetched::NotModified { .. } => panic!("not a page"),
    }
}

/// What of a request could give somebody away.
fn identity(request: &Request) -> String {
    let names = ["authorization", "cookie", "x-key", "accept-language", "content-type"];
    let headers = names.iter().filter_map(|name| Some(format!("{name}={}", request.header(name)?)));
    let body = String::from_utf8_lossy(&request.body).into_owned();
    let line = format!("{} {}", request.method, request.path);
    [line]
        .into_iter()
        .chain(headers)
        .chain((!body.is_empty()).then_some(body))
        .collect::<Vec<_>>()
        .join(" | ")
}

#[tokio::test]
async fn a_source_is_asked_with_what_is_configured_and_only_at_its_own_origin() {
    let (web, other) = (Web::start().await, Web::start().await);
    web.serve("/terms", Answer::full(307, &[("location", "/legal")], ""));
    web.serve("/legal", Answer::redirect(other.url("/terms")));
    other.serve("/terms", Answer::page("<p>Terms."));
    let source = source(
        web.url("/terms").as_str(),
        "auth = { bearer = '${KEY}' }
         cookies = { session = 'abc', theme = 'dark' }
         headers = { x-key = '${KEY}' }
         accept_language = 'de, en;q=0.5'
         body = '{\"ask\": \"${KEY}\", \"price\": \"5$$\"}'",
    );

    let page = page(&source).await;

    let full = format!(
        "authorization=Bearer {KEY} | cookie=session=abc; theme=dark | x-key={KEY} | accept-language=de, en;q=0.5 | \
         content-type=application/json | {{\"ask\": \"{KEY}\", \"price\": \"5$\"}}"
    );
    let asked: Vec<String> = web.requests().iter().map(identity).collect();
    assert_eq!(asked, [format!("POST /terms | {full}"), format!("POST /legal | {full}")]);
    let elsewhere: Vec<String> = other.requests().iter().map(identity).collect();
    assert_eq!(elsewhere, ["GET /terms | accept-language=de, en;q=0.5"]);
    let asked = page.received.asked.unwrap();
    assert_eq!((asked.method.as_deref(), asked.body), (Some("POST"), Some(true)));
    assert_eq!(asked.accept_language.as_deref(), Some("de, en;q=0.5"));
}

#[tokio::test]
async fn a_user_and_a_password_are_sent_as_basic_authentication() {
    let web = Web::start().await;
    web.serve("/terms", Answer::page("<p>Terms."));
    page(&source(web.url("/terms").as_str(), "auth = { user = 'ann', password = '${PASSWORD}' }")).await;
    assert_eq!(identity(&web.requests()[0]), "GET /terms | authorization=Basic YW5uOnAmc3Mvd29yZCAiOSI=");
}

#[tokio::test]
async fn what_is_sent_to_one_site_is_not_sent_to_another_that_asks_for_it() {
    let (web, other) = (Web::start().await, Web::start().await);
    web.serve("/v1", Answer::full(308, &[("location", other.url("/v1").as_str())], ""));
    let error = fetch(&source(web.url("/v1").as_str(), "body = 'key=${KEY}'")).await.unwrap_err();
    let expected = "it redirects to another site what was sent to it, and that is not sent there";
    assert_eq!(error.to_string(), format!("could not fetch {}: {expected}", web.url("/v1")));
    assert_eq!((error.retry(), other.requests().len()), (Retry::No, 0));
}

/// A server that repeats what it was told, in every place and in every way of writing.
#[tokio::test]
async fn a_secret_that_comes_back_is_taken_out_before_anybody_sees_it() {
    let web = Web::start().await;
    web.serve_with("/terms", |request| {
        let told = request.header("authorization").unwrap_or_default().to_owned();
        Answer::redirect(format!("/echo?{}#{}", told.replace("Bearer ", ""), told))
    });
    web.serve_with("/echo", |request| {
        let headers = [("etag", request.header("authorization").unwrap()), ("x-plain", "abc")];
        let password = "p&ss/word \"9\" p%26ss%2Fword+%229%22 {\"p\": \"p&ss/word \\\"9\\\"\"}";
        Answer::full(
            200,
            &headers,
            format!("<p>Wrong key {KEY}; cookie session=a-session-id; abc {password}"),
        )
    });
    let lines = "headers = { authorization = 'Bearer ${KEY}', x-pass = '${PASSWORD}' }
                 cookies = { session = 'a-session-id', short = 'abc' }";
    web.serve_with("/packed", |request| {
        let told = format!("<p>Wrong key {}", request.header("authorization").unwrap());
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        std::io::Write::write_all(&mut gzip, told.as_bytes()).unwrap();
        Answer::full(200, &[("content-encoding", "gzip")], gzip.finish().unwrap())
    });
    let packed = page(&source(web.url("/packed").as_str(), lines)).await;
    assert_eq!((&packed.body[..], packed.received.gzip), (&b"<p>Wrong key Bearer [secret]"[..], None));

    let page = page(&source(web.url("/terms").as_str(), lines)).await;
    let expected =
        "<p>Wrong key [secret]; cookie session=[secret]; abc [secret] [secret] {\"p\": \"[secret]\"}";
    assert_eq!(String::from_utf8_lossy(&page.body), expected);
    assert_eq!((page.header("etag"), page.header("x-plain")), (Some("Bearer [secret]"), Some("abc")));
    let shown = format!("{page:?}");
    assert!(!shown.contains(KEY) && !shown.contains("a-session-id"), "{shown}");
}

#[tokio::test]
async fn an_error_shows_no_secret_that_a_server_put_into_an_address() {
    let web = Web::start().await;
    web.serve("/terms", Answer::redirect(format!("/terms2?key={KEY}")));
    web.serve("/terms2", Answer::default().then_reset());
    let error = fetch(&source(web.url("/terms").as_str(), "auth = { bearer = '${KEY}' }")).await.unwrap_err();
    let shown = error.to_string();
    assert!(shown.contains("/terms2?key=[secret]:") && !format!("{error:?}").contains(KEY), "{shown}");
}

#[tokio::test]
async fn a_page_comes_through_an_http_proxy_that_resolves_its_name() {
    let (web, proxy) = (Web::start().await, Proxy::http().await);
    web.serve("/terms", Answer::page("<p>Terms."));
    let port = web.url("/").port().unwrap();
    let url = format!("http://only-there.example:{port}/terms");
    let lines = format!("proxy = 'http://ann:${{KEY}}@{}'", proxy.authority());

    let page = page(&source(&url, &lines)).await;

    assert_eq!(page.body, "<p>Terms.");
    let told = "Basic YW5uOnNrLVp4ODEtbmV2ZXItdG8tYmUtc2Vlbg==";
    let robots = format!("GET http://only-there.example:{port}/robots.txt by {told}");
    assert_eq!(proxy.asked(), [robots, format!("GET {url} by {told}")]);
    // The server at the other end of the connection is the proxy: that proves nothing about the page.
    assert_eq!(page.received.peer.unwrap().address, None);
    assert_eq!(page.received.asked.unwrap().proxy, Some(format!("http://{}", proxy.authority())));
    assert_eq!(
        web.requests()[0].header("proxy-authorization"),
        Some(told),
        "a plain proxy passes on what it likes"
    );

    let tls = source(&format!("https://only-there.example:{port}/"), &lines);
    let error = fetch(&tls).await.unwrap_err().to_string();
    assert!(error.contains(&format!(", through the proxy http://{}", proxy.authority())), "{error}");
    assert_eq!(proxy.asked()[2], format!("CONNECT only-there.example:{port} by {told}"));
}

#[tokio::test]
async fn a_page_comes_through_a_socks_proxy() {
    let (web, proxy) = (Web::start().await, Proxy::socks5("ann", "p&ss/word \"9\"").await);
    web.serve("/terms", Answer::page("<p>Terms."));
    let port = web.url("/").port().unwrap();
    let at = |scheme: &str, pair: &str| format!("proxy = '{scheme}://{pair}@{}'", proxy.authority());
    let known = "ann:p%26ss%2Fword%20%229%22";

    let there = format!("http://only-there.example:{port}/terms");
    assert_eq!(page(&source(&there, &at("socks5h", known))).await.body, "<p>Terms.");
    // Names are resolved here, and judged here.
    let here = format!("http://localhost:{port}/terms");
    assert_eq!(page(&source(&here, &at("socks5", known))).await.body, "<p>Terms.");
    // Each for its robots.txt first.
    let [there_too, here_too] = [format!("only-there.example:{port}"), format!("127.0.0.1:{port}")];
    assert_eq!(proxy.asked(), [there_too.clone(), there_too, here_too.clone(), here_too]);

    let error = fetch(&source(&there, &at("socks5h", &format!("ann:{KEY}")))).await.unwrap_err();
    assert_eq!(proxy.asked()[4], "refused");
    assert!(
        error.to_string().ends_with(&format!(", through the proxy socks5h://{}", proxy.authority())),
        "{error}"
    );
    assert!(!format!("{error:?}").contains(KEY));
}

#[tokio::test]
async fn a_proxy_is_no_way_into_the_private_network() {
    let (web, proxy) = (Web::start().await, Proxy::http().await);
    web.serve("/terms", Answer::redirect("http://169.254.169.254/latest/meta-data"));
    // Nothing private is allowed, and the proxy itself is on loopback all the same: that is the operator's word.
    let fetcher = Fetcher::new(Settings::default(), Arc::new(ManualClock::at(now()))).unwrap();
    let port = web.url("/").port().unwrap();
    for (scheme, url, why) in [
        (
            "http",
            format!("http://only-there.example:{port}/terms"),
            "169.254.169.254 is not a public address",
        ),
        ("http", format!("http://127.0.0.1:{port}/terms"), "127.0.0.1 is not a public address"),
        ("http", format!("http://localhost:{port}/terms"), "localhost is a name of the proxy's own network"),
        (
            "http",
            "http://metadata.internal/".to_owned(),
            "metadata.internal is a name of the proxy's own network",
        ),
        ("socks5", format!("http://localhost:{port}/terms"), "localhost (127.0.0.1) is not a public address"),
    ] {
        let source = source(&url, &format!("proxy = '{scheme}://{}'", proxy.authority()));
        let error = fetcher.fetch(&source, &Validators::default()).await.unwrap_err();
        assert!(error.to_string().contains(why), "{url}: {error}");
        assert_eq!(error.retry(), Retry::No, "{url}");
    }
    assert_eq!(web.requests().len(), 1);
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named() {
    let proxy = Proxy::http().await;
    let authority = proxy.authority();
    drop(proxy);
    tokio::task::yield_now().await;
    let url = "http://terms.example/terms";
    let error = fetch(&source(url, &format!("proxy = 'http://ann:${{KEY}}@{authority}'"))).await.unwrap_err();
    let expected = format!("could not fetch {url}: connection refused, through the proxy http://{authority}");
    assert_eq!((error.to_string(), error.retry()), (expected, Retry::Soon));
}
