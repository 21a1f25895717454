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
        assert_wrong(lines, place, title, label);
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

/// One error, drawn at its place, and no secret in it.
fn assert_wrong(lines: &str, place: &str, title: &str, label: &str) {
    let drawn = errors(&source(lines));
    for part in [&format!("error: {title}\n"), &format!("sources.toml:{place}\n"), label] {
        assert!(drawn.contains(part), "{lines}: {part:?} is not in\n{drawn}");
    }
    assert_eq!(drawn.matches("error: ").count(), 1, "{drawn}");
}

#[test]
fn an_api_is_watched_by_headers_paths_and_limits() {
    let toml = source(
        "kind = 'api'\nignore = '[0-9]+ms'\n[source.watch]\nheaders = ['X-Limit', 'x-limit']\njson = '$.data[*].id'\n\
         at_least = { X-LIMIT = 500, '$.data[*].id' = 0.5 }",
    );
    let watch = parse(&toml).unwrap().sources.remove(0).watch.unwrap();
    assert_eq!((watch.headers, watch.json), (vec!["x-limit".to_owned()], vec!["$.data[*].id".to_owned()]));
    assert_eq!(watch.at_least, [("$.data[*].id".to_owned(), 0.5), ("x-limit".to_owned(), 500.0)]);
    assert!(parse(&source("kind = 'api'")).unwrap().sources[0].watch.is_some());
    assert!(parse(&source("kind = 'page'")).unwrap().sources[0].watch.is_none());
}

#[test]
fn what_is_wrong_about_an_api_is_named_at_its_place() {
    for (lines, place, title, label) in [
        ("kind = 'rpc'", "5:8", "`source.kind`: `rpc` is no kind of source", "expected `page` or `api`"),
        (
            "watch = { headers = ['a'] }",
            "5:9",
            "`source.watch`: only the answer of an API is watched so",
            "expected `kind = \"api\"` beside it",
        ),
        (
            "kind = 'api'\nselect = 'main'",
            "6:10",
            "`source.select`: an API's answer has no such parts",
            "expected `watch.headers` and `watch.json`",
        ),
        (
            "kind = 'api'\nwatch = { header = 'hunter2' }",
            "6:11",
            "`source.watch.header`: unknown key",
            "expected `headers`, `json` or `at_least`",
        ),
        (
            "kind = 'api'\nwatch = { headers = ['a b'] }",
            "6:22",
            "`source.watch.headers`: `a b` is not the name of a header",
            "expected letters, digits and `-`",
        ),
        (
            "kind = 'api'\nwatch = { json = ['data.id'] }",
            "6:19",
            "`source.watch.json`: `data.id` is not a path",
            "expected a path as in `$.data[*].id` (JSONPath, RFC 9535)",
        ),
        (
            "kind = 'api'\nwatch = { json = '$..a..b' }",
            "6:18",
            "`source.watch.json`: `$..a..b` has `..` more than once",
            "expected it at most once",
        ),
        (
            "kind = 'api'\nwatch = { at_least = { x = 1 } }",
            "6:28",
            "`source.watch.at_least.x`: `x` is not watched",
            "expected a header or path that stands under `headers` or `json`",
        ),
        (
            "kind = 'api'\nwatch = { headers = 'x', at_least = { x = 'many' } }",
            "6:43",
            "`source.watch.at_least.x`: not a number",
            "expected a number",
        ),
        (
            "kind = 'api'\nmethod = 'HEAD'\nwatch = { json = '$.a' }",
            "7:18",
            "`source.watch.json`: HEAD brings no body",
            "expected another method",
        ),
    ] {
        assert_wrong(lines, place, title, label);
    }
}

#[test]
fn a_variant_is_its_source_asked_otherwise() {
    let toml = source(
        "proxy = 'socks5h://proxy.example'\nauth = { bearer = '${TOKEN}' }\ndiverge_after = '12h'\nselect = 'main'\n\
         [[source.variant]]\nname = 'de'\naccept_language = 'de'\nproxy = 'none'\n\
         [[source.variant]]\nname = 'jp'\nurl = 'https://jp.acme.example/terms'",
    );
    let sources = parse(&toml).unwrap().sources;
    let shown: Vec<String> = sources
        .iter()
        .map(|source| {
            let proxy = source.request.proxy.as_ref().map_or("none".to_owned(), ToString::to_string);
            let language = source.request.accept_language.as_deref().unwrap_or("-");
            format!(
                "{} {} {} {language} {proxy} {}",
                source.id,
                source.terms,
                source.url,
                source.headers.len()
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "acme/terms Terms https://acme.example/terms - socks5h://proxy.example 1",
            "acme/terms.de Terms (de) https://acme.example/terms de none 1",
            // What is meant for one site is not for another.
            "acme/terms.jp Terms (jp) https://jp.acme.example/terms - socks5h://proxy.example 0",
        ]
    );
    let ways = sources[1].ways.as_ref().unwrap();
    assert_eq!((ways.main.as_str(), ways.variants.len(), ways.grace.as_hours()), ("acme/terms", 2, 12));
    assert!(!sources[0].is_variant() && sources[1].is_variant() && sources[2].rules == sources[0].rules);
}

#[test]
fn what_is_wrong_about_a_variant_is_named_at_its_place() {
    for (lines, place, title, label) in [
        (
            "diverge_after = '3d'",
            "5:17",
            "`source.diverge_after`: there is no variant that could diverge",
            "expected `[[source.variant]]` below",
        ),
        ("variant = 'de'", "5:11", "`source.variant`: found a string", "expected an array"),
        (
            "[source.variant]\nname = 'de'",
            "5:1",
            "`source.variant`: found a single table",
            "expected `[[source.variant]]`, in double brackets",
        ),
        (
            "[[source.variant]]\naccept_language = 'de'",
            "5:1",
            "`source.variant.name` is missing",
            "expected `name = \"de\"`",
        ),
        (
            "[[source.variant]]\nname = 'De'\naccept_language = 'de'",
            "6:8",
            "`source.variant.name`: `De` is not a name for a variant",
            "expected at most 30 of a-z, 0-9 and `-`",
        ),
        (
            "[[source.variant]]\nname = 'de'",
            "5:1",
            "`source.variant`: nothing is asked otherwise",
            "expected `accept_language`, `proxy` or another key",
        ),
        (
            "[[source.variant]]\nname = 'de'\nselect = 'main'",
            "7:1",
            "`source.variant.select`: unknown key",
            "expected `name`",
        ),
        (
            "kind = 'api'\n[[source.variant]]\nname = 'de'\nproxy = 'none'",
            "6:1",
            "`source.variant`: an API is asked in one way",
            "expected a source for each way",
        ),
    ] {
        assert_wrong(lines, place, title, label);
    }
    let twice = errors(&source(
        "[[source.variant]]\nname = 'de'\nproxy = 'none'\n[[source.variant]]\nname = 'de'\nproxy = 'none'",
    ));
    assert!(twice.contains("two sources have the id `acme/terms.de`"), "{twice}");
}
