//! Pages that were saved elsewhere.

use super::*;

impl Desk {
    /// Takes in a saved page of the terms.
    fn ingests(&self, at: &str, clause: &str, more: &[&str]) -> String {
        self.writes("saved page.html", page(&[clause]).as_bytes());
        self.runs(&[&["ingest", "--source", "acme", "--at", at, "saved page.html"], more].concat())
    }
}

#[tokio::test]
async fn a_saved_page_is_judged_like_one_that_was_fetched_and_says_that_it_was_not() {
    let desk = Desk::watching();
    assert_eq!(
        desk.ingests("2024-01-01T12:00:00Z", NEVER, &["--note", "saved by Ann"]),
        "imported 1 page: 1 first version, 0 changes\n"
    );
    desk.ingests("2024-02-01T12:00:00Z", NEVER, &[]);
    assert_eq!(
        desk.ingests("2024-03-01T12:00:00Z", MAY, &["--notify"]),
        "imported 1 page: 0 first versions, 1 change\n"
    );
    assert_eq!(desk.history("acme/rules").await, TERMS_HISTORY);
    assert_eq!(desk.pending().await, 1);
    let store = desk.store().await;
    let versions = store.versions(&"acme/rules".parse().unwrap()).await.unwrap();
    let page = store.snapshot(versions[0].snapshot).await.unwrap().unwrap();
    assert_eq!(page.received.fetcher.as_deref(), Some("ingest saved page.html (saved by Ann)"));
    assert_eq!(page.url.as_str(), TERMS);
    drop(store);
    let told = desk.ingests("2024-02-15", WILL, &[]);
    assert!(told.contains("1 × page passed over: no later than what was recorded before"), "{told}");
    let told = desk.ingests("2099-01-01", WILL, &[]);
    assert!(told.contains("1 × page passed over: dated in the future"), "{told}");
}

#[tokio::test]
async fn of_a_web_archive_only_the_pages_of_the_source_are_taken() {
    let desk = Desk::watching();
    let near = TERMS.replace("https://www.", "http://") + "/";
    let of = |url, day, clause| (url, day, page(&[clause]));
    let other = of("https://www.acme.example/other", "2024-02-01", WILL);
    let pages = [of(TERMS, "2024-01-01", NEVER), other, of(&near, "2024-03-01", MAY)];
    desk.writes("a.warc.gz", &archive(Compression::Gzip, &pages));
    let told = desk.runs(&["ingest", "--source", "acme/rules", "a.warc.gz"]);
    assert_eq!(told, "imported 2 captures: 1 first version, 1 change\n");
    assert_eq!(desk.sources().await, ["acme/rules"]);
    assert_eq!(desk.history("acme/rules").await, TERMS_HISTORY);
}

#[tokio::test]
async fn what_is_not_said_is_asked_for() {
    let desk = Desk::watching();
    desk.writes("page", b"<p>Hello</p>").writes("page.html", b"<p>Hello</p>");
    for (arguments, error) in [
        (&["--source", "acme", "page.html"][..], "nothing says when the page was saved"),
        (&["--source", "acme", "--at", "2024-01-01", "page"], "the name page doesn't say what the page is"),
        (&["--source", "acme", "--at", "2024-01-01", "none.html"], "cannot read none.html"),
        (&["--source", "bolt", "--at", "2024-01-01", "page.html"], "`bolt` names no source"),
        (&["--source", "acme", "--at", "soon", "page.html"], "`soon` is not a time"),
    ] {
        let told = desk.runs(&[&["ingest"], arguments].concat());
        assert!(told.starts_with("! error: ") && told.contains(error), "{arguments:?}: {told}");
    }
}
