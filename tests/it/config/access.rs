//! How sources are asked: what can be said in `sources.toml`, and what is wrong with the rest.

use fineprint::model::Method;

use super::{errors, parse};

/// A source with these lines.
fn source(lines: &str) -> String {
    format!("[[source]]\nservice = 'Acme'\nterms = 'Terms'\nurl = 'https://acme.example/terms'\n{lines}\n")
}

#[test]
fn each_thing_that_is_wrong_is_named_at_its_place_without_its_value() {
    for (lines, place, title, label) in [
        (
            "auth = { bearer = '${MISSING}' }",
            "5:19",
            "`source.auth.bearer`: the environment variable `MISSING` is not set",
            "expected it to hold the value",
        ),
        (
            "auth = { bearer = 'hunter2é' }",
            "5:19",
            "`source.auth.bearer`: a character that headers can't carry",
            "expected plain ASCII",
        ),
        (
            "auth = { bearer = '${TOKEN}', user = 'ann' }",
            "5:8",
            "`source.auth`: a bearer token beside a user name",
            "expected one of the two",
        ),
        (
            "auth = { user = 'ann' }",
            "5:8",
            "`source.auth.password` is missing",
            "expected `password = \"${PASSWORD}\"`",
        ),
        (
            "auth = { user = 'a:b', password = 'hunter2' }",
            "5:17",
            "`source.auth.user`: a user name with a colon in it",
            "expected one without",
        ),
        ("auth = 'hunter2'", "5:8", "`source.auth`: found a string", "expected a table"),
        (
            "auth = { bearer = '${TOKEN}' }\nheaders = { Authorization = 'hunter2' }",
            "5:8",
            "`source.auth`: the header `authorization` is set under `headers` too",
            "expected it in one place",
        ),
        (
            "cookies = { session = 'hunter2; x=1' }",
            "5:23",
            "`source.cookies.session`: a character that cookies can't carry",
            "expected no space, quote, comma, semicolon or backslash",
        ),
        (
            "cookies = { \"a b\" = 'hunter2' }",
            "5:13",
            "`source.cookies.a b`: not a name for a cookie",
            "expected letters, digits, `-` and `_`",
        ),
        (
            "method = 'DELETE'",
            "5:10",
            "`source.method`: `DELETE` is not a method",
            "expected `GET`, `HEAD` or `POST`",
        ),
        (
            "method = 'GET'\nbody = 'hunter2'",
            "5:10",
            "`source.method`: a method that takes no `body`",
            "expected `POST`",
        ),
        ("body = ' '", "5:8", "`source.body`: an empty string", "expected some text"),
        (
            "body = 'hunter2 $5'",
            "5:8",
            "`source.body`: a `$` that begins no `${NAME}`",
            "expected `${NAME}`, `${file:PATH}`, or `$$` for a dollar",
        ),
        (
            "accept_language = 'German please'",
            "5:19",
            "`source.accept_language`: `German please` names no languages",
            "expected languages as in `de` or `de-CH, en;q=0.5`",
        ),
        (
            "accept_language = 'de'\nheaders = { accept-language = 'en' }",
            "5:19",
            "`source.accept_language`: the header `accept-language` is set under `headers` too",
            "expected it in one place",
        ),
        (
            "proxy = 'ftp://ann:hunter2@proxy.example'",
            "5:9",
            "`source.proxy`: not the address of a proxy",
            "expected `http://`, `https://`, `socks5://` or `socks5h://` and a host, or `none`",
        ),
        (
            "proxy = 'hunter2'",
            "5:9",
            "`source.proxy`: not the address of a proxy",
            "expected `http://`, `https://`, `socks5://` or `socks5h://` and a host, or `none`",
        ),
    ] {
        let drawn = errors(&source(lines));
        for part in [&format!("error: {title}\n"), &format!("sources.toml:{place}\n"), label] {
            assert!(drawn.contains(part), "{lines}: {part:?} is not in\n{drawn}");
        }
        assert_eq!(drawn.matches("error: ").count(), 1, "{drawn}");
    }
    let drawn = errors("[defaults]\nproxy = 'socks6://x'\naccept_language = '-'\n");
    assert!(
        drawn.contains("`defaults.proxy`: not") && drawn.contains("`defaults.accept_language`: `-`"),
        "{drawn}"
    );
}

#[test]
fn a_source_falls_back_to_the_defaults_and_can_do_without_them() {
    let toml = format!(
        "[defaults]\nproxy = 'socks5h://ann:${{TOKEN}}@proxy.example:1080'\naccept_language = 'en'\n{}{}{}",
        source("id = 'a/a'"),
        source("id = 'a/b'\nproxy = 'none'\naccept_language = 'de, *;q=0.1'\nbody = '''\n{\"n\": 1}\n'''"),
        source("id = 'a/c'\nheaders = { accept-language = 'ja' }\nmethod = 'HEAD'"),
    );
    let sources = parse(&toml).unwrap().sources;
    let shown = |n: usize| {
        let request = &sources[n].request;
        let proxy = request.proxy.as_ref().map_or("none".to_owned(), ToString::to_string);
        format!("{:?} {} {proxy}", request.method, request.accept_language.as_deref().unwrap_or("-"))
    };
    assert_eq!(
        [0, 1, 2].map(shown),
        [
            "Get en socks5h://proxy.example:1080",
            "Post de, *;q=0.1 none",
            "Head - socks5h://proxy.example:1080"
        ]
    );
    assert_eq!(sources[1].request.method, Method::Post);
    let all = format!("{sources:?}");
    assert!(!all.contains("hunter2"), "{all}");
    assert_eq!(sources[0].secrets().collect::<Vec<_>>(), ["hunter2"]);
}
