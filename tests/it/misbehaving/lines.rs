//! Servers that say nothing, too little, too slowly, or something else than HTTP.

use std::time::Duration;

use fineprint::model::Validators;

use super::{HTML, each, fetcher, line, ok, raw};
use crate::fetch::source;
use crate::web::{Answer, Web};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_said_on_the_line() {
    let slowly = Duration::from_millis(20);
    each(vec![
        ("hangs up", Answer::default(), "the answer can't be read: connection closed before message completed (retry: soon)"),
        ("resets", Answer::default().then_reset(), "the …"),
        ("says nothing", Answer::default().then_stall(), "nothing received for 1s (retry: soon)"),
        ("stops within the head", raw("HTTP/1.1 200 OK\r\n").then_stall(), "nothing received for 1s (retry: soon)"),
        ("stops within the body", ok().then_send("<p>Half").then_stall(), "nothing received for 1s (retry: soon)"),
        ("drips its head", raw("HTTP/1.1 200 OK\r\nx: ").then_drip(b'x', slowly), "nothing received for 1s (retry: soon)"),
        ("drips its body", ok().then_drip(b'x', slowly), "not complete within 2s (retry: soon)"),
        ("resets within the head", raw("HTTP/1.1 200 OK\r\ncontent-ty").then_reset(), "the …"),
        ("resets within the body", Answer::head(200, &[HTML, ("content-length", "500")]).then_send("<p>Half").then_reset(), "the connection was reset (retry: soon)"),
        ("breaks off", Answer::head(200, &[HTML, ("content-length", "500")]).then_send("<p>Half"), "the answer broke off (retry: soon)"),
        ("speaks no HTTP", raw("\0\u{1}\u{2} this is not HTTP\r\n\r\n"), "the answer can't be read: invalid HTTP version parsed (retry: soon)"),
        ("speaks TLS", Answer::raw(*b"\x15\x03\x03\0\x02\x02\x28"), "the answer can't be read: …"),
        ("speaks SSH", raw("SSH-2.0-OpenSSH_9.2\r\n").then_stall(), "the answer can't be read: …"),
        ("speaks HTTP/0.9", raw("<p>Terms.</p>\n"), "the answer can't be read: …"),
        ("speaks HTTP/2 unasked", Answer::raw(*b"\0\0\0\x04\0\0\0\0\0"), "the answer can't be read: …"),
        ("speaks HTTP/9", raw("HTTP/9.9 200 OK\r\n\r\n"), "the answer can't be read: …"),
        ("says only a status", raw("HTTP/1.1 200\r\ncontent-length: 0\r\n\r\n"), "page 200, 0 bytes"),
        ("has a status of two digits", raw("HTTP/1.1 20 OK\r\n\r\n"), "the answer can't be read: …"),
        ("has a status of nine hundred", raw("HTTP/1.1 999 Odd\r\ncontent-length: 0\r\n\r\n"), "page 999, 0 bytes"),
        ("has a negative status", raw("HTTP/1.1 -200 OK\r\n\r\n"), "the answer can't be read: …"),
        ("ends lines with LF only", raw("HTTP/1.1 200 OK\ncontent-length: 3\n\nabc"), "page 200, 3 bytes"),
        ("has an endless status line", raw("HTTP/1.1 200 ").then_endlessly([b'x'; 4096]), "the answer can't be read: …"),
        ("hints early", raw("HTTP/1.1 103 Early Hints\r\nlink: </a.css>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"), "page 200, 0 bytes"),
        ("answers twice", raw("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nabcHTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nevil"), "page 200, 3 bytes"),
    ])
    .await;
}

#[tokio::test]
async fn a_server_that_says_continue_for_ever_is_left_when_its_time_is_up() {
    let site = Web::start().await;
    site.serve("/terms", Answer::default().then_endlessly(*b"HTTP/1.1 100 Continue\r\n\r\n"));
    let outcome = fetcher().fetch(&source(site.url("/terms")), &Validators::default()).await;
    let came = line(&outcome).replace(&site.authority(), "site");
    assert_eq!(came, "could not fetch http://site/terms: nothing received for 1s (retry: soon)");
}
