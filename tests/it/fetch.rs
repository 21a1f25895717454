//! What a fetch sends, to whom, and what it brings home.

use std::sync::Arc;
use std::time::Duration;

use fineprint::clock::ManualClock;
use fineprint::fetch::{Error, Fetched, Fetcher, Retry, Settings};
use fineprint::model::{Rules, Schedule, Secret, Snapshot, Source, Validators};
use jiff::{SignedDuration, Timestamp};
use url::Url;

use crate::web::{Answer, Web};

/// The largest body these stories' fetcher takes.
pub const CAP: u64 = 64 * 1024;

/// What the fetcher's clock says.
pub fn now() -> Timestamp {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

/// A fetcher that may reach the fake web and has little patience.
pub fn fetcher() -> Fetcher {
    let settings = Settings {
        allow_private: vec!["127.0.0.0/8".parse().unwrap()],
        contact: Some("mailto:ops@example.com".into()),
        max_body: CAP,
        max_redirects: 5,
        connect_timeout: Duration::from_secs(2),
        read_timeout: Duration::from_secs(2),
        timeout: Duration::from_secs(3),
        concurrency: 64,
        per_host: 64,
        ..Settings::default()
    };
    Fetcher::new(settings, Arc::new(ManualClock::at(now()))).unwrap()
}

/// A source at an address.
pub fn source(url: Url) -> Source {
    Source {
        id: "acme/terms".parse().unwrap(),
        service: "Acme".into(),
        terms: "Terms".into(),
        url,
        schedule: Schedule::Every(SignedDuration::from_hours(6)),
        notify: Vec::new(),
        rules: Rules::default(),
        pins: Vec::new(),
        max_age: Source::MAX_AGE,
        browser: Default::default(),
        headers: Vec::new(),
        request: Default::default(),
        watch: None,
        ways: None,
        robots: Default::default(),
        topics: Default::default(),
    }
}

async fn fetch(url: Url) -> Result<Fetched, Error> {
    fetcher().fetch(&source(url), &Validators::default()).await
}

async fn page(url: Url) -> Snapshot {
    match fetch(url).await.unwrap() {
        Fetched::Page(page) => page,
        Fetched::NotModified { .. } => panic!("not a page"),
    }
}

#[tokio::test]
async fn nobody_listening_and_no_such_name_are_said_plainly() {
    let gone = Web::start().await;
    let url = gone.url("/terms");
    drop(gone);
    // The listener's socket closes when its task is dropped, at the next turn of the runtime.
    tokio::task::yield_now().await;
    let error = fetch(url.clone()).await.unwrap_err();
    assert_eq!(error.to_string(), format!("could not fetch {url}: connection refused"));
    assert_eq!(error.retry(), Retry::Soon);

    let error =
        fetch("http://ann:pw@nowhere.invalid/terms?a=b".parse().unwrap()).await.unwrap_err().to_string();
    let expected = "could not fetch http://nowhere.invalid/terms?a=b: no address is known for the name nowhere.invalid (";
    assert!(error.starts_with(expected), "{error}");
}

#[tokio::test]
async fn a_server_that_cannot_prove_who_it_is_gets_no_request() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = std::thread::spawn(move || {
        let mut connection = rustls::ServerConnection::new(Arc::new(untrusted())).unwrap();
        let (mut stream, _) = listener.accept().unwrap();
        let outcome = std::iter::repeat_with(|| connection.complete_io(&mut stream)).find(Result::is_err);
        outcome.unwrap().unwrap_err().to_string()
    });
    let fetcher = fetcher();
    let source = source(format!("https://{address}/terms").parse().unwrap());
    let error = fetcher.fetch(&source, &Validators::default()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("could not fetch https://{address}/terms: the certificate is signed by an unknown authority")
    );
    assert_eq!(error.retry(), Retry::No);
    let heard = server.join().unwrap();
    assert!(heard.contains("UnknownCA"), "{heard}");
}

/// A server with a certificate that nobody has signed but itself.
fn untrusted() -> rustls::ServerConfig {
    use rustls::pki_types::pem::PemObject as _;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let pem = include_bytes!("tls/untrusted.pem");
    let certificate = CertificateDer::from_pem_slice(pem).unwrap();
    let key = PrivateKeyDer::from_pem_slice(pem).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    config.unwrap().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap()
}

#[tokio::test]
async fn a_name_may_not_lead_into_the_private_network() {
    let web = Web::start().await;
    let fetcher = Fetcher::new(Settings::default(), Arc::new(ManualClock::at(now()))).unwrap();
    for host in ["localhost", "127.0.0.1", "2130706433", "[::ffff:127.0.0.1]"] {
        let url = format!("http://{host}:{}/terms", web.url("/").port().unwrap()).parse().unwrap();
        let error = fetcher.fetch(&source(url), &Validators::default()).await.unwrap_err();
        assert!(error.to_string().contains("is not a public address"), "{error}");
        assert_eq!(error.retry(), Retry::No);
    }
    assert!(web.requests().is_empty());
}

#[tokio::test]
async fn credentials_never_reach_another_origin() {
    let (web, other) = (Web::start().await, Web::start().await);
    web.serve("/terms", Answer::redirect("/moved"));
    web.serve("/moved", Answer::redirect(other.url("/trap")));
    other.serve("/trap", Answer::redirect(web.url("/back")));
    web.serve("/back", Answer::page("<p>Terms."));
    let mut source = source(web.url("/terms"));
    source.url.set_username("ann").unwrap();
    source.url.set_password(Some("pw")).unwrap();
    source.headers =
        vec![("X-Token".into(), Secret::new("s3cret")), ("Cookie".into(), Secret::new("session=1"))];

    let Fetched::Page(page) = fetcher().fetch(&source, &Validators::default()).await.unwrap() else {
        panic!()
    };

    assert_eq!((page.url, page.final_url), (web.url("/terms"), web.url("/back")));
    let sent: Vec<(String, bool)> = [web.requests(), other.requests()]
        .concat()
        .iter()
        .map(|r| {
            let credentials = ["x-token", "cookie", "authorization"].map(|name| r.header(name).is_some());
            assert!(credentials.iter().all(|sent| *sent == credentials[0]), "{r:?}");
            assert_eq!(r.header("referer"), None);
            (r.path.clone(), credentials[0])
        })
        .collect();
    let sent: Vec<(&str, bool)> = sent.iter().map(|(path, sent)| (path.as_str(), *sent)).collect();
    assert_eq!(sent, [("/terms", true), ("/moved", true), ("/back", false), ("/trap", false)]);
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_named_without_its_value() {
    let mut source = source("http://127.0.0.1:9/terms".parse().unwrap());
    source.headers = vec![("x-token".into(), Secret::new("s3cret\r\nx: y"))];
    let error = fetcher().fetch(&source, &Validators::default()).await.unwrap_err().to_string();
    assert!(error.contains("`x-token`") && !error.contains("s3cret"), "{error}");
}

#[tokio::test]
async fn an_unchanged_page_is_not_sent_again_even_behind_a_redirect() {
    let web = Web::start().await;
    web.serve("/terms", Answer::redirect("/terms/"));
    web.serve_with("/terms/", |request| match request.header("if-none-match") {
        Some("\"v1\"") => Answer::head(304, &[]),
        _ => Answer::full(
            200,
            &[("etag", "\"v1\""), ("last-modified", "Sun, 01 Mar 2026 00:00:00 GMT")],
            "<p>Terms.",
        ),
    });
    let first = page(web.url("/terms")).await;
    let again = fetcher().fetch(&source(web.url("/terms")), &first.validators()).await;
    assert_eq!(again, Ok(Fetched::NotModified { at: now(), status: 304 }));
    let asked: Vec<bool> = web.requests().iter().map(|r| r.header("if-modified-since").is_some()).collect();
    assert_eq!(asked, [false, false, false, true]);

    // A page that moved is asked for in full: what it said elsewhere proves nothing here.
    web.serve("/terms", Answer::redirect("/legal/"));
    web.serve_with("/legal/", |request| match request.header("if-none-match") {
        Some(_) => Answer::head(304, &[]),
        None => Answer::page("<p>New terms."),
    });
    let moved = fetcher().fetch(&source(web.url("/terms")), &first.validators()).await.unwrap();
    assert!(matches!(moved, Fetched::Page(page) if page.body == "<p>New terms."));
}

#[tokio::test]
async fn a_page_arrives_as_received_and_the_server_learns_who_asked() {
    let web = Web::start().await;
    let headers = [("content-type", "text/html"), ("set-cookie", "a=1"), ("set-cookie", "b=2")];
    web.serve("/terms", Answer::full(200, &headers, b"caf\xe9".to_vec()));
    let page = page(web.url("/terms#top")).await;
    assert_eq!(page.body, &b"caf\xe9"[..]);
    assert_eq!((page.status, page.fetched_at), (200, now()));
    assert_eq!(page.headers.iter().filter(|(name, _)| name == "set-cookie").count(), 2);
    let request = &web.requests()[0];
    assert_eq!((request.method.as_str(), request.body.len()), ("GET", 0));
    let agent = format!("fineprint/{} (+mailto:ops@example.com)", env!("CARGO_PKG_VERSION"));
    assert_eq!(request.header("user-agent"), Some(agent.as_str()));
    assert!(request.header("accept").unwrap().starts_with("text/html"));
    for encoding in ["gzip", "br", "zstd", "deflate"] {
        assert!(request.header("accept-encoding").unwrap().contains(encoding));
    }
}

#[tokio::test]
async fn no_more_pages_are_fetched_at_a_time_than_allowed() {
    let web = Web::start().await;
    web.serve("/stuck", Answer::default().then_stall());
    web.serve("/fine", Answer::page("<p>Terms."));
    let settings = Settings {
        concurrency: 1,
        allow_private: vec!["127.0.0.0/8".parse().unwrap()],
        ..Settings::default()
    };
    let fetcher = Fetcher::new(settings, Arc::new(ManualClock::at(now()))).unwrap();
    let first = {
        let (fetcher, source) = (fetcher.clone(), source(web.url("/stuck")));
        tokio::spawn(async move { fetcher.fetch(&source, &Validators::default()).await })
    };
    while web.requests().is_empty() {
        tokio::task::yield_now().await;
    }
    let (source, seen) = (source(web.url("/fine")), Validators::default());
    let second = fetcher.fetch(&source, &seen);
    tokio::pin!(second);
    assert!(futures_util::poll!(second.as_mut()).is_pending());
    // One that is given up frees its place.
    first.abort();
    assert!(second.await.is_ok());
    assert_eq!(web.requests().len(), 2);
}
