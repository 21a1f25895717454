//! RSS and Atom.

use fineprint::diff;
use fineprint::judge::{Look, Memory, Verdict, judge};

use super::*;

fn rss(entries: &[(&str, &str)]) -> Text {
    let item = |(title, content): &(&str, &str)| {
        format!(
            "<item><title>{title}</title><link>/news/{title}</link><pubDate>Mon, 02 Mar 2026 10:00:00 GMT</pubDate>
             <description><![CDATA[<p>{content}</p>]]></description></item>"
        )
    };
    let items: String = entries.iter().map(item).collect();
    let xml = format!(
        "<?xml version='1.0'?><rss version='2.0'><channel><title>Acme policy news</title>
         <lastBuildDate>Tue, 03 Mar 2026 10:00:00 GMT</lastBuildDate>{items}</channel></rss>"
    );
    read(xml.as_bytes(), "https://acme.example/feed").unwrap()
}

#[test]
fn each_entry_is_a_section_and_its_content_is_read_as_a_page() {
    let atom = r#"<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Acme &amp; friends</title><updated>2026-03-01T00:00:00Z</updated>
        <entry><title type="html">Terms &lt;b&gt;changed&lt;/b&gt;</title><link href="/terms"/><summary>Short.</summary>
          <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><h2>Fees</h2><p>You pay <a href="/p">in time</a>.</p></div></content></entry>
        <entry><title>Plain</title><content type="text">1 &lt; 2, and that is all.</content></entry></feed>"#;
    let text = read(atom.as_bytes(), "https://acme.example/feed").unwrap();
    assert_eq!(
        text.to_markdown(),
        "# Acme & friends\n\n## Terms changed\n\n### Fees\n\nYou pay in time.\n\n## Plain\n\n1 < 2, and that is all.\n"
    );
    assert_eq!((text.title.as_str(), text.language.as_str()), ("Acme & friends", "en"));
    assert_eq!(text.clauses[1].links, ["https://acme.example/terms"]);
    assert_eq!(text.clauses[3].links, ["https://acme.example/p"]);
    assert_eq!(
        rss(&[("Fees", "We raise all fees.")]).to_markdown(),
        "# Acme policy news\n\n## Fees\n\nWe raise all fees.\n"
    );
}

#[test]
fn an_entry_that_falls_off_the_end_is_no_news_and_a_new_one_is() {
    let entries = [
        ("Fees", "From April on we raise all of our fees by five per cent."),
        ("Regions", "Our services can be had in Norway and in Iceland, too."),
        ("Limits", "New accounts may send sixty requests a minute and no more."),
        ("Appeals", "You can appeal against a suspension within thirty days now."),
    ];
    let verdict = |before: &[(&str, &str)], after: &[(&str, &str)]| {
        let look = Look { status: 200, text: &rss(after), at: "2026-03-01T12:00:00Z".parse().unwrap() };
        judge(look, Some(&rss(before)), &mut Memory::default())
    };
    assert_eq!(verdict(&entries, &entries[..3]), Verdict::Unchanged(None));
    assert!(matches!(verdict(&entries[1..], &entries[..3]), Verdict::Changed(_)));
    // One that went from between others was taken back.
    let without = [entries[0], entries[2], entries[3]];
    assert!(matches!(verdict(&entries, &without), Verdict::Held(_)));
    let mut reworded = entries;
    reworded[2].1 = "New accounts may send twenty requests a minute and no more.";
    assert!(matches!(verdict(&entries, &reworded), Verdict::Changed(_)));

    let (before, after) = (rss(&entries[1..]), rss(&entries[..3]));
    let removed = diff::compare(&before, &after).edits;
    assert!(!removed.iter().any(|edit| matches!(edit, diff::Edit::Removed { .. })), "{removed:?}");
}

#[test]
fn a_feed_that_breaks_off_or_declares_entities_gives_no_text() {
    for (xml, expected) in [
        ("<rss><channel><item><title>Fees", "the page can't be read: it is XML that breaks off"),
        (
            "<!DOCTYPE rss [<!ENTITY a 'b'>]><rss></rss>",
            "the page was not parsed: its XML declares entities of its own",
        ),
    ] {
        let page = Page {
            body: xml.as_bytes(),
            content_type: Some("application/rss+xml"),
            url: "https://acme.example/",
        };
        assert_eq!(extract(&page, &Rules::default()).unwrap_err().to_string(), expected);
    }
    let odd = "<!DOCTYPE rss PUBLIC '-//Netscape Communications//DTD RSS 0.91//EN' 'x'><rss><channel><title>A&nbsp;b</title></channel></rss>";
    assert_eq!(read(odd.as_bytes(), "https://acme.example/").unwrap().to_markdown(), "# A b\n");
}
