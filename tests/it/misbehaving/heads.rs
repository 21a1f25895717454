//! Servers whose headers are too many, too large or contradict each other.

use super::{HTML, each, raw};
use crate::web::Answer;

fn with(lines: &str) -> Answer {
    raw(&format!("HTTP/1.1 200 OK\r\n{lines}\r\n"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_stands_in_the_head() {
    let cookie = format!("a={}; Path=/", "x".repeat(4_000));
    let cookies = |count: usize| {
        let lines = format!("set-cookie: {cookie}\r\n").repeat(count);
        with(&format!("{lines}content-length: 3\r\n")).then_send("abc")
    };
    each(vec![
        (
            "a huge header",
            Answer::head(200, &[HTML, ("x-huge", &"x".repeat(1_000_000))]),
            "the answer can't be read: message head is too large (retry: soon)",
        ),
        (
            "a thousand headers",
            Answer::head(200, &[("x-one", "more"); 1_000]),
            "the answer can't be read: message head is too large (retry: soon)",
        ),
        (
            "endless headers",
            raw("HTTP/1.1 200 OK\r\n").then_endlessly(*b"x-one: more\r\n"),
            "the answer can't be read: message head is too large (retry: soon)",
        ),
        ("fifty cookies", cookies(50), "page 200, 3 bytes"),
        ("a cookie bomb", cookies(500), "the answer can't be read: message head is too large (retry: soon)"),
        (
            "no colon",
            with("this is no header\r\n"),
            "the answer can't be read: invalid HTTP header parsed (retry: soon)",
        ),
        ("no name", with(": x\r\n"), "the answer can't be read: invalid HTTP header parsed (retry: soon)"),
        (
            "a zero byte",
            with("x-a: b\0c\r\n"),
            "the answer can't be read: invalid HTTP header parsed (retry: soon)",
        ),
        (
            "a folded line",
            with("x-a: b\r\n c\r\n"),
            "the answer can't be read: invalid HTTP header parsed (retry: soon)",
        ),
        (
            "Latin-1",
            Answer::raw(b"HTTP/1.1 200 OK\r\nx-a: caf\xe9\r\ncontent-length: 0\r\n\r\n".to_vec()),
            "page 200, 0 bytes",
        ),
        (
            "two lengths",
            with("content-length: 3\r\ncontent-length: 5\r\n").then_send("abcde"),
            "the answer can't be read: invalid content-length parsed (retry: soon)",
        ),
        (
            "the same length twice",
            with("content-length: 3\r\ncontent-length: 3\r\n").then_send("abc"),
            "page 200, 3 bytes",
        ),
        (
            "a negative length",
            with("content-length: -1\r\n").then_send("abc"),
            "the answer can't be read: invalid content-length parsed (retry: soon)",
        ),
        (
            "a length in words",
            with("content-length: three\r\n").then_send("abc"),
            "the answer can't be read: invalid content-length parsed (retry: soon)",
        ),
        (
            "a length beyond numbers",
            with("content-length: 99999999999999999999999\r\n").then_send("abc"),
            "the answer can't be read: invalid content-length parsed (retry: soon)",
        ),
        (
            "a length and chunks",
            with("content-length: 3\r\ntransfer-encoding: chunked\r\n").then_send("5\r\nabcde\r\n0\r\n\r\n"),
            "page 200, 5 bytes",
        ),
        ("unknown transfer", with("transfer-encoding: smoke\r\n").then_send("abc"), "page 200, 3 bytes"),
        (
            "a type that is no type",
            Answer::full(200, &[("content-type", "?;;=;charset")], "<p>Terms."),
            "page 200, 9 bytes",
        ),
        (
            "a location without a redirect",
            Answer::full(200, &[HTML, ("location", "http://10.0.0.1/")], "<p>Terms."),
            "page 200, 9 bytes",
        ),
    ])
    .await;
}
