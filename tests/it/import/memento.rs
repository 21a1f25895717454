//! History out of an archive of the web that speaks Memento (RFC 7089).

use super::*;
use crate::web::{Answer, Web};

/// An archive of the terms on four days, two of them in one; a clause is reworded on the last.
struct Archive {
    web: Web,
}

const ORIGINAL: &str = "https://www.acme.example/legal/terms";
const CAPTURES: [(&str, &str, &str); 4] = [
    ("20240101120000", "Mon, 01 Jan 2024 12:00:00 GMT", NEVER),
    ("20240201120000", "Thu, 01 Feb 2024 12:00:00 GMT", NEVER),
    ("20240201180000", "Thu, 01 Feb 2024 18:00:00 GMT", WILL),
    ("20240301120000", "Fri, 01 Mar 2024 12:00:00 GMT", MAY),
];

impl Archive {
    async fn start() -> Self {
        let archive = Self { web: Web::start().await };
        for (time, date, clause) in CAPTURES {
            let shown = page(&[clause])
                .replace("<h1>", "<p>This is an archived page of the Example Archive.</p><h1>");
            archive.serves(&format!("/web/{time}/{ORIGINAL}"), date, shown);
            archive.serves(&format!("/web/{time}id_/{ORIGINAL}"), date, page(&[clause]));
        }
        archive.lists(&format!("/timemap/link/{ORIGINAL}"), &CAPTURES.map(|(time, date, _)| (time, date)));
        archive
    }

    fn serves(&self, path: &str, date: &str, html: String) {
        let headers =
            [("memento-datetime", date), ("x-archive-orig-etag", "\"original\""), ("etag", "\"archive\"")];
        self.web.serve(path, answer(&headers, html));
    }

    fn lists(&self, path: &str, captures: &[(&str, &str)]) {
        let mementos = captures.iter().map(|(time, date)| {
            format!(
                ",\n<{}>; rel=\"memento\"; datetime=\"{date}\"",
                self.web.url(&format!("/web/{time}/{ORIGINAL}"))
            )
        });
        let list = format!(
            "<{ORIGINAL}>; rel=\"original\",\n<{path}>; rel=\"self\"{}",
            mementos.collect::<String>()
        );
        self.web.serve(path, Answer::full(200, &[("content-type", "application/link-format")], list));
    }

    fn url(&self, path: &str) -> String {
        format!("{}{ORIGINAL}", self.web.url(path))
    }

    /// What was asked for, without what leads to the list.
    fn asked(&self) -> Vec<String> {
        let requests = self.web.requests().into_iter().map(|r| r.path.replace(ORIGINAL, "…"));
        requests.filter(|path| path.starts_with("/web/")).collect()
    }
}

/// A page with these headers.
fn answer(headers: &[(&str, &str)], html: String) -> Answer {
    Answer::full(200, &[&[("content-type", "text/html; charset=utf-8")], headers].concat(), html)
}

/// A desk that may reach loopback, with the terms configured.
fn desk() -> Desk {
    let desk = Desk::watching();
    let toml = std::fs::read_to_string(desk.path("sources.toml")).unwrap();
    desk.writes("sources.toml", format!("[fetch]\nallow_private = ['127.0.0.0/8']\n{toml}").as_bytes());
    desk
}

/// Imports on a thread of its own, for the archive answers on this one.
async fn imports(desk: Desk, arguments: &[&str]) -> (Desk, String) {
    let arguments: Vec<String> = arguments.iter().map(|a| (*a).to_owned()).collect();
    let task = tokio::task::spawn_blocking(move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).chain(["--pause", "0"]).collect();
        let told = desk.imports_from("memento", &arguments);
        (desk, told)
    });
    task.await.unwrap()
}

#[tokio::test]
async fn an_archive_becomes_history_at_the_times_of_its_mementos() {
    let archive = Archive::start().await;
    let (desk, told) = imports(desk(), &[&archive.url("/timemap/link/")]).await;
    assert_eq!(told, "imported 3 mementos: 1 first version, 1 change\n");
    assert_eq!(desk.sources().await, ["acme/rules"]);
    assert_eq!(desk.history("acme/rules").await, TERMS_HISTORY);
    assert_eq!(
        archive.asked(),
        ["/web/20240101120000id_/…", "/web/20240201120000id_/…", "/web/20240301120000id_/…"]
    );

    // What the archive says about its own answer is not what the page's server said.
    let store = desk.store().await;
    let versions = store.versions(&"acme/rules".parse().unwrap()).await.unwrap();
    let page = store.snapshot(versions[0].snapshot).await.unwrap().unwrap();
    assert_eq!(page.header("etag"), Some("\"original\""));
    assert_eq!(page.header("memento-datetime"), Some(CAPTURES[0].1));
    assert_eq!(page.url.as_str(), ORIGINAL);
    let fetcher = format!("import memento http://{}", archive.web.authority());
    assert_eq!(page.received.fetcher, Some(fetcher));
}

#[tokio::test]
async fn an_import_goes_on_where_it_ended() {
    let archive = Archive::start().await;
    let list = archive.url("/timemap/link/");
    let (desk, told) = imports(desk(), &[&list, "--until", "2024-02-15"]).await;
    assert_eq!(told, "imported 2 mementos: 1 first version, 0 changes\n");
    let (desk, told) = imports(desk, &[&list]).await;
    assert_eq!(
        told,
        "imported 1 memento: 0 first versions, 1 change\n  \
         2 × memento passed over: no later than what was recorded before\n"
    );
    assert_eq!(desk.history("acme/rules").await, TERMS_HISTORY);
    assert_eq!(archive.asked().len(), 3, "nothing was fetched twice");
    let (_, told) = imports(desk, &[&list]).await;
    assert!(told.contains("! hint: 3 mementos are earlier than the last check"), "{told}");
}

#[tokio::test]
async fn sources_are_appended_to_the_address() {
    let archive = Archive::start().await;
    let prefix = archive.web.url("/timemap/link/").to_string();
    let (desk, told) = imports(desk(), &[&prefix, "acme"]).await;
    assert_eq!(told, "imported 3 mementos: 1 first version, 1 change\n");
    assert_eq!(desk.history("acme/rules").await, TERMS_HISTORY);
}

#[tokio::test]
async fn every_memento_is_taken_if_asked_for() {
    let archive = Archive::start().await;
    let (_, told) = imports(desk(), &[&archive.url("/timemap/link/"), "--all"]).await;
    assert!(told.starts_with("imported 4 mementos: 1 first version"), "{told}");
}

#[tokio::test]
async fn a_list_in_parts_is_read_whole() {
    let archive = Archive::start().await;
    let [a, b, _, c] = CAPTURES.map(|(time, date, _)| (time, date));
    archive.lists("/part/2", &[c]);
    archive.lists("/part/1", &[a, b]);
    let index = format!(
        "<{ORIGINAL}>; rel=\"original\", <{}>; rel=\"timemap\", </part/2>; rel=\"timemap\", </part/1>; rel=\"timemap\"",
        "/part/1"
    );
    archive.web.serve("/index", Answer::full(200, &[("content-type", "application/link-format")], index));
    let (desk, told) = imports(desk(), &[archive.web.url("/index").as_str()]).await;
    assert_eq!(told, "imported 3 mementos: 1 first version, 1 change\n");
    assert_eq!(desk.history("acme/rules").await, TERMS_HISTORY);
}

#[tokio::test]
async fn a_time_gate_without_a_list_is_walked_from_memento_to_memento() {
    let archive = Archive::start().await;
    let captures = [CAPTURES[0], CAPTURES[1], CAPTURES[3]];
    for (n, (_, date, clause)) in captures.iter().enumerate() {
        let link = |rel: &str, n: usize| format!("</m/{n}>; rel=\"{rel}\"; datetime=\"{}\"", captures[n].1);
        let mut links = vec![format!("<{ORIGINAL}>; rel=\"original\""), link("first memento", 0)];
        if n + 1 < captures.len() {
            links.push(link("next memento", n + 1));
        }
        let headers = [("memento-datetime", *date), ("link", &links.join(", "))];
        archive.web.serve(&format!("/m/{n}"), answer(&headers, page(&[clause])));
    }
    archive.web.serve("/gate", Answer::redirect("/m/0"));
    let (desk, told) = imports(desk(), &[archive.web.url("/gate").as_str()]).await;
    assert!(told.starts_with("imported 3 mementos: 1 first version, 1 change\n"), "{told}");
    assert_eq!(desk.history("acme/rules").await, TERMS_HISTORY);
    let gate = archive.web.requests_for("/gate");
    assert_eq!(gate[0].header("accept-datetime"), Some("Mon, 01 Jan 1990 00:00:00 GMT"));
}

#[tokio::test]
async fn a_memento_that_cannot_be_had_is_left_out_and_an_archive_that_fails_is_left_alone() {
    let archive = Archive::start().await;
    let of = |n: usize, id: &str| format!("/web/{}{id}/{ORIGINAL}", CAPTURES[n].0);
    // A redirect to what is there today, and a memento of another time.
    archive.web.serve(&of(1, "id_"), Answer::page(page(&[WILL])));
    archive.web.serve(&of(1, ""), Answer::page(page(&[WILL])));
    let (desk, told) = imports(desk(), &[&archive.url("/timemap/link/")]).await;
    assert!(told.contains("left out: not a memento, the answer has no Memento-Datetime\n"), "{told}");
    assert!(told.contains("! warning: the archive gives no raw mementos"), "{told}");
    assert!(told.starts_with("imported 2 mementos: "), "{told}");
    drop(desk);

    let archive = Archive::start().await;
    for n in 0..4 {
        archive.web.serve(&of(n, "id_"), Answer::status(503));
        archive.web.serve(&of(n, ""), Answer::status(503));
    }
    let (_, told) = imports(self::desk(), &[&archive.url("/timemap/link/"), "--all"]).await;
    assert!(told.contains("! warning: the archive failed 3 times in a row: import again later"), "{told}");
    assert!(told.starts_with("imported 0 mementos: "), "{told}");
}

#[tokio::test]
async fn what_is_no_archive_is_said_to_be_none() {
    let archive = Archive::start().await;
    archive.web.serve("/page", Answer::page("<p>Hello</p>".to_owned()));
    let url = archive.web.url("/page").to_string();
    let (_, told) = imports(desk(), &[&url]).await;
    assert!(told.starts_with(&format!("! error: {url} is no TimeMap, TimeGate or memento")), "{told}");
    let (_, told) = imports(Desk::watching(), &[&url]).await;
    assert!(told.contains("127.0.0.1 is not a public address"), "{told}");
}
