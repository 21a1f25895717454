//! Whoever writes a page writes what these messages say, and nothing of it acts: channels × texts.

use fineprint::model::{Notice, Run};
use fineprint::notice;

use super::{SERVICES, Service, changed};

/// What a page may say, as it would be meant.
pub(super) fn texts() -> Vec<(&'static str, String)> {
    let table = [
        ("a script", "<script>alert(1)</script><img src=x onerror=alert(1)>"),
        ("HTML in entities", "&lt;b&gt;x&lt;/b&gt; &#60;i&#62; &amp;amp;"),
        (
            "an end of what it stands in",
            "\"></a></b></code></blockquote><a href=\"https://evil.example\">x</a>",
        ),
        (
            "Markdown",
            "**b** __u__ _i_ ~~s~~ ||p|| `c` ```x``` [pay](https://evil.example) ![i](https://evil.example/i)",
        ),
        (
            "a Markdown link by name",
            "[pay][1] [1]: https://evil.example <https://evil.example> \\[x\\](y) \\",
        ),
        ("a heading", "# Heading"),
        ("a list", "- one"),
        ("a numbered list", "1. one"),
        ("a quotation", "> quoted"),
        ("a table", "| a | b |"),
        ("a rule", "---"),
        ("a formula", "$x$ $$y$$"),
        ("a footnote", "[^1] [^1]: x"),
        ("mrkdwn", "*b* _i_ ~s~ <https://evil.example|click> &<b>"),
        (
            "mrkdwn's mentions",
            "<!channel> <!here> <!everyone> <@U123> <#C123> <!subteam^S1> <!date^1^{date}|x>",
        ),
        (
            "mentions",
            "@everyone @here @channel @all @room @octocat @acme/team <@!1> <@&2> @alice:example.org",
        ),
        (
            "rooms, tags and emoji",
            "#general ~town-square :smile: <:x:1> <t:1> </cmd:1> GH-1 #12 acme/watch#3 GH-12",
        ),
        ("commands", "/start /kick@bot $BTC !help"),
        (
            "addresses",
            "https://evil.example http://evil.example www.evil.example WWW.EVIL.example mailto:evil@evil.example",
        ),
        ("escape sequences", "\u{1b}[2J\u{1b}]8;;https://evil.example\u{7}click\u{1b}]8;;\u{7}\u{9b}31m"),
        ("bidirectional overrides", "not \u{202e}dewolla\u{202c} \u{2066}x\u{2069}"),
        ("invisible signs", "@\u{200b}everyone \u{feff}x\u{ad}y\u{e0041}"),
        ("lines of a header", "Title\r\nX-Evil: 1\r\nSubject: x\r\n\r\nbody"),
        ("an end of JSON", "\"},\"text\":\"x\\\",\"blocks\":[{\"type\":\"x\"}]"),
        ("form fields", "x&token=evil&title=%00%26a=b;c=d"),
        ("a template", "{{ 7 * 7 }}{% for x in range(9) %}{{ secret }}{% endfor %}{# x #}"),
        ("NUL and friends", "\0\u{1}\u{8}\u{7f}\u{85}\u{2028}"),
        ("only spaces", " \u{a0}\u{3000}\t "),
        ("nothing", ""),
        ("marks upon marks", "a\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}"),
    ];
    let mut texts: Vec<(&str, String)> =
        table.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
    texts.push(("five megabytes", "We may *suspend* you <at> any time & @all. ".repeat(120_000)));
    texts.push(("five megabytes in a word", "<".repeat(5_000_000)));
    texts
}

/// A notice that says the same thing everywhere.
pub(super) fn saying(text: &str) -> Notice {
    let word = || text.to_owned();
    // Five megabytes in the subject and in some clauses are enough.
    let title = || text.chars().take(5_000).collect::<String>();
    let mut notice = changed(&[
        vec![Run::Kept(word()), Run::Removed(word()), Run::Added(word()), Run::Kept(word())],
        vec![Run::Added(title())],
        vec![Run::Removed(title())],
    ]);
    (notice.service, notice.terms, notice.subject, notice.summary) = (title(), title(), word(), title());
    notice.more = format!("fineprint diff {}", title());
    notice.reasons = vec![format!("critical: {}", title()), title()];
    notice.excerpts.iter_mut().for_each(|excerpt| excerpt.path = vec![title(), title()]);
    notice
}

/// A form that puts everything a template can print where it can do harm.
const TEMPLATE: &str = "template = \"{{ headline }}\\n{{ service }} {{ terms }}\\n{{ summary }}\\n{% for clause in clauses %}\
    {{ clause.place }}\\n{{ clause.words }}\\n{{ clause.removed }} {{ clause.added }}\\n{% endfor %}{{ rest }}\\n{{ more }}\"";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_a_page_says_acts_in_any_channel() {
    let mut wrong = Vec::new();
    for service in &SERVICES {
        wrong.extend(more_than_words(service, "").await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_a_page_says_acts_in_a_form_of_ones_own() {
    let mut wrong = Vec::new();
    for service in SERVICES.iter().filter(|service| service.takes_template()) {
        wrong.extend(more_than_words(service, TEMPLATE).await);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// In which texts a channel's messages do more than say them.
async fn more_than_words(service: &Service, more: &str) -> Vec<String> {
    let harmless = (service.read)(&service.sends(&saying("harmless words"), more).await);
    let mut wrong = Vec::new();
    for (name, text) in texts() {
        let reading = (service.read)(&service.sends(&saying(&text), more).await);
        let mut note = |what: String| wrong.push(format!("{} and {name}: {what}", service.name));
        let mut expected = harmless.acts.clone();
        for act in &reading.acts {
            match expected.iter().position(|known| known == act) {
                Some(at) => drop(expected.swap_remove(at)),
                None => note(format!("{act:?} acts")),
            }
        }
        // A program gets the words as the page had them, and escapes them itself.
        if service.is_raw() {
            continue;
        }
        if reading.text.contains(acting) {
            note(format!("acting characters in {:?}", reading.text));
        }
        // What shows is what the page says, less what never shows.
        let (shown, said) = (bare(&reading.text), bare(&notice::line(&text, 500)));
        if text.len() < 500 && !shown.contains(&said) {
            note(format!("{said} in {shown}"));
        }
    }
    wrong
}

/// Characters that do something instead of showing.
fn acting(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{feff}')
}

#[tokio::test]
async fn an_address_that_is_none_is_never_followed() {
    for url in [
        "javascript:alert(1)",
        "https://evil.example/\"><script>",
        "https://x.example/)](y)|z>",
        "\r\nX: y",
        "",
    ] {
        for service in &SERVICES {
            let notice = Notice { url: url.to_owned(), ..changed(&[super::reworded()]) };
            let request = service.sends(&notice, "").await;
            let reading = (service.read)(&request);
            let acts = reading.acts.join(" ").to_lowercase();
            assert!(!acts.contains("javascript") && !acts.contains("script>"), "{}: {acts}", service.name);
        }
    }
}

/// Text without spaces and word joiners.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '\u{2060}').collect()
}
