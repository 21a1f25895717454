//! Servers that are broken, hostile or merely far away: each is a clear outcome, and none stops another.

use std::io::Write as _;
use std::time::Duration;

use fineprint::fetch::{self, Fetched, Retry};
use fineprint::model::Validators;
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::future::join_all;

use crate::fetch::{CAP, fetcher, now, source};
use crate::web::{Answer, Web};

/// An outcome in one line, without the ports of the day.
fn line(outcome: &Result<Fetched, fetch::Error>, sites: &[(&str, &Web)]) -> String {
    let mut line = match outcome {
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
    };
    for (name, site) in sites {
        line = line.replace(&site.authority(), name);
    }
    line
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// 64 MB of nothing: 64 kB in gzip, 2 kB in zstd.
fn bomb() -> Vec<u8> {
    vec![b' '; 64 * 1024 * 1024]
}

const HTML: (&str, &str) = ("content-type", "text/html");
const GZIP: (&str, &str) = ("content-encoding", "gzip");
const ZSTD: (&str, &str) = ("content-encoding", "zstd");

/// Sets up every way to misbehave, and returns the paths.
fn misbehave(web: &Web, other: &Web) -> Vec<&'static str> {
    let ok = Answer::head(200, &[HTML]);
    let encoded = gzipped(&b"<p>We may suspend your account.".repeat(400));
    let answers = [
        ("/endless", ok.clone().then_endlessly([b'x'; 4096])),
        ("/announced", Answer::head(200, &[HTML, ("content-length", "9000000000")]).then_stall()),
        ("/bomb-gzip", Answer::full(200, &[HTML, GZIP], gzipped(&bomb()))),
        ("/bomb-zstd", Answer::full(200, &[HTML, ZSTD], zstd::encode_all(&bomb()[..], 1).unwrap())),
        ("/drip", ok.clone().then_drip(b'x', Duration::from_millis(20))),
        ("/stall-head", Answer::raw("HTTP/1.1 200 OK\r\n").then_stall()),
        ("/stall-body", ok.clone().then_send("<p>Half").then_stall()),
        ("/truncated", Answer::head(200, &[HTML, ("content-length", "500")]).then_send("<p>Half")),
        ("/truncated-gzip", Answer::full(200, &[HTML, GZIP], &encoded[..encoded.len() - 20])),
        ("/not-gzip", Answer::full(200, &[HTML, GZIP], "<p>Plain.")),
        ("/reset", Answer::head(200, &[HTML, ("content-length", "500")]).then_send("<p>Half").then_reset()),
        ("/hangs-up", Answer::default()),
        ("/garbage", Answer::raw("\0\u{1}\u{2} this is not HTTP\r\n\r\n")),
        ("/huge-header", Answer::head(200, &[HTML, ("x-huge", &"x".repeat(1_000_000))])),
        ("/many-headers", Answer::head(200, &[("x-one", "more"); 1_000])),
        ("/loop", Answer::redirect("/loop-2")),
        ("/loop-2", Answer::redirect("/loop")),
        ("/to-private", Answer::redirect("http://10.0.0.1/admin")),
        ("/to-metadata", Answer::redirect("http://[::ffff:169.254.169.254]/latest/meta-data")),
        ("/to-file", Answer::redirect("file:///etc/passwd")),
        ("/to-nowhere", Answer::redirect("https://")),
        ("/to-other", Answer::redirect(other.url("/page"))),
        ("/no-location", Answer::status(302)),
        ("/unasked-304", Answer::head(304, &[])),
        ("/empty", Answer::page("")),
        ("/overloaded", Answer::full(503, &[("retry-after", "120")], "later")),
        ("/limited", Answer::full(429, &[("retry-after", "Sun, 01 Mar 2026 13:00:00 GMT")], "later")),
        ("/in-a-year", Answer::full(500, &[("retry-after", "31536000")], "later")),
        (
            "/charset",
            Answer::full(200, &[("content-type", "text/html; charset=nonsense")], b"caf\xe9".to_vec()),
        ),
        ("/fine", Answer::page("<p>We may suspend your account.")),
        ("/fine-gzip", Answer::full(200, &[HTML, GZIP], encoded)),
        ("/fine-zstd", Answer::full(200, &[HTML, ZSTD], zstd::encode_all(&b"<p>Terms."[..], 1).unwrap())),
    ];
    for (path, answer) in &answers {
        web.serve(path, answer.clone());
    }
    for n in 0..10 {
        web.serve(&format!("/far-{n}"), Answer::redirect(format!("/far-{}", n + 1)));
    }
    other.serve("/page", Answer::page("<p>Elsewhere."));
    answers.iter().map(|(path, _)| *path).chain(["/far-0", "/missing"]).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_misbehaviour_has_a_clear_outcome_and_none_stops_the_others() {
    let (web, other) = (Web::start().await, Web::start().await);
    let paths = misbehave(&web, &other);
    let fetcher = fetcher();
    let outcomes = join_all(paths.iter().map(|path| {
        let (fetcher, source) = (fetcher.clone(), source(web.url(path)));
        async move { fetcher.fetch(&source, &Validators::default()).await }
    }))
    .await;
    let sites = [("web", &web), ("other", &other)];
    let lines: Vec<String> = paths
        .iter()
        .zip(&outcomes)
        .map(|(path, outcome)| format!("{path}: {}", line(outcome, &sites)))
        .collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    /endless: could not fetch http://web/endless: the page is larger than 65536 bytes (retry: no)
    /announced: could not fetch http://web/announced: the page is larger than 65536 bytes (retry: no)
    /bomb-gzip: could not fetch http://web/bomb-gzip: the page is larger than 65536 bytes (retry: no)
    /bomb-zstd: could not fetch http://web/bomb-zstd: the page is larger than 65536 bytes (retry: no)
    /drip: could not fetch http://web/drip: not complete within 3s (retry: soon)
    /stall-head: could not fetch http://web/stall-head: nothing received for 2s (retry: soon)
    /stall-body: could not fetch http://web/stall-body: nothing received for 2s (retry: soon)
    /truncated: could not fetch http://web/truncated: the answer broke off (retry: soon)
    /truncated-gzip: could not fetch http://web/truncated-gzip: the answer broke off (retry: soon)
    /not-gzip: could not fetch http://web/not-gzip: the answer can't be read: Invalid gzip header (retry: soon)
    /reset: could not fetch http://web/reset: the connection was reset (retry: soon)
    /hangs-up: could not fetch http://web/hangs-up: the answer can't be read: connection closed before message completed (retry: soon)
    /garbage: could not fetch http://web/garbage: the answer can't be read: invalid HTTP version parsed (retry: soon)
    /huge-header: could not fetch http://web/huge-header: the answer can't be read: message head is too large (retry: soon)
    /many-headers: could not fetch http://web/many-headers: the answer can't be read: message head is too large (retry: soon)
    /loop: could not fetch http://web/loop-2: it redirects in a circle (retry: no)
    /loop-2: could not fetch http://web/loop: it redirects in a circle (retry: no)
    /to-private: could not fetch http://10.0.0.1/admin: 10.0.0.1 is not a public address; allow_private lists the networks that may be reached all the same (retry: no)
    /to-metadata: could not fetch http://[::ffff:a9fe:a9fe]/latest/meta-data: ::ffff:169.254.169.254 is not a public address; allow_private lists the networks that may be reached all the same (retry: no)
    /to-file: could not fetch file:///etc/passwd: `file:` addresses are not fetched, only http: and https: (retry: no)
    /to-nowhere: could not fetch http://web/to-nowhere: it redirects to something that is not an address (retry: no)
    /to-other: page 200, 13 bytes
    /no-location: page 302, 0 bytes
    /unasked-304: could not fetch http://web/unasked-304: the server answered 304 (not modified) without having been asked for changes (retry: soon)
    /empty: page 200, 0 bytes
    /overloaded: page 503, 5 bytes, again at 2026-03-01T12:02:00Z
    /limited: page 429, 5 bytes, again at 2026-03-01T13:00:00Z
    /in-a-year: page 500, 5 bytes, again at 2026-03-02T12:00:00Z
    /charset: page 200, 4 bytes
    /fine: page 200, 31 bytes
    /fine-gzip: page 200, 12400 bytes
    /fine-zstd: page 200, 9 bytes
    /far-0: could not fetch http://web/far-5: more than 5 redirects (retry: no)
    /missing: page 404, 0 bytes
    "#);

    // What the server got rid of is what we read and what the sockets hold: some 170 kB when this was written.
    let slack = 1024 * 1024;
    assert!(web.sent("/endless") < CAP + slack, "{}", web.sent("/endless"));
    assert_eq!(web.requests_for("/announced").len(), 1);
}
