//! What else may stand where a policy stood, and is not taken for it.

use fineprint::judge::{Look, Memory, Verdict, judge};
use fineprint::model::Text;
use jiff::{SignedDuration, Timestamp};

use super::pages;

/// A page of the same site, with its masthead and footer, around anything.
fn site(language: &str, content: &str) -> String {
    format!(
        "<!doctype html><html lang={language}><title>Larkfield</title><body><header><nav><ul><li><a href=/product>\
         Product</a><li><a href=/pricing>Pricing</a><li><a href=/docs>Docs</a></ul></nav></header>{content}\
         <footer><a href=/about>About</a> <a href=/jobs>Jobs</a><p>© 2026 Larkfield Software Ltd. All rights \
         reserved. Registered in England and Wales.</p></footer></body></html>"
    )
}

/// The page of the policy itself.
fn page(name: &str) -> String {
    let (.., html) = pages::all().into_iter().find(|(n, ..)| n == name).unwrap();
    String::from_utf8(html).unwrap()
}

/// The page of the policy that the others stand in the place of.
pub fn terms() -> String {
    page("en/terms-of-service")
}

/// Everything that isn't the policy, by name.
pub fn impostors() -> Vec<(&'static str, String)> {
    let policy = page("en/terms-of-service");
    let body = policy.find("<main").unwrap();
    let half = body + (policy.len() - body) * 2 / 5;
    vec![
        (
            "an error",
            site(
                "en",
                "<main><h1>Something went wrong</h1><p>We're sorry, but this page could not be loaded. Our team \
                 has been told. Please try again in a few minutes, or go back to the start page.</p></main>",
            ),
        ),
        ("an empty shell", "<html lang=en><div id=root></div><noscript>Enable JavaScript.</noscript>".into()),
        ("a shell with its frame", site("en", "<main><div class=spinner>Loading…</div></main>")),
        ("half a page", policy[..half].to_owned()),
        ("a page without its content", site("en", "<main><h1>Terms of Service</h1></main>")),
        (
            "a bot wall",
            "<html lang=en><title>Just a moment…</title><body><div class=main-wrapper><h1>larkfield.example</h1>\
             <h2>Verify you are human by completing the action below.</h2><p>larkfield.example needs to review the \
             security of your connection before proceeding. This may take a few seconds, and happens once.</p>\
             <p>Requests from your network look like those of a program. If you use a shared connection, ask its \
             operator to look for misbehaving devices, or turn off software that changes how your browser works.\
             </p><p>Ray ID: 8f2ac1b7d9e04a31. Performance and security by Wall.</p></div></body></html>"
                .into(),
        ),
        (
            "a login form",
            site(
                "en",
                "<main><h1>Log in</h1><form><label>E-mail <input type=email></label><label>Password <input \
                 type=password></label><button>Log in</button></form><p>By logging in you accept our <a \
                 href=/terms>terms</a> and our <a href=/privacy>privacy policy</a>.</p><p>New here? <a \
                 href=/signup>Create an account</a>, it only takes a minute.</p></main>",
            ),
        ),
        ("another document", page("en/privacy-in-a-form")),
        ("a shorter document", page("en/privacy-div-soup")),
        ("another language", page("de/agb")),
        ("another script", page("ja/riyou-kiyaku")),
        (
            "an index",
            site(
                "en",
                "<main><h1>Legal</h1><ul><li><a href=/terms>Terms of Service</a><p>What you and we agree on.</p>\
                 <li><a href=/privacy>Privacy policy</a><p>What we know of you.</p><li><a href=/dpa>Data processing\
                 </a><p>For companies.</p><li><a href=/aup>Acceptable use</a><p>What not to do.</p></ul></main>",
            ),
        ),
        (
            "a parked domain",
            "<html lang=en><title>larkfield.example</title><body><h1>larkfield.example</h1><p>This domain may be for \
             sale.</p><p><a href=/1>Related searches</a></p><ul><li><a href=/2>Cloud storage</a><li><a href=/3>\
             Project management</a><li><a href=/4>Free notes</a></ul><p>The sponsored listings displayed above are \
             served automatically by a third party.</p></body></html>"
                .into(),
        ),
    ]
}

/// A source that is looked at every hour.
struct Source {
    latest: Option<Text>,
    memory: Memory,
    at: Timestamp,
}

impl Source {
    fn new() -> Self {
        Self { latest: None, memory: Memory::default(), at: Timestamp::UNIX_EPOCH }
    }

    fn with_policy() -> Self {
        let mut source = Self::new();
        assert_eq!(source.sees(&page("en/terms-of-service")), Verdict::First);
        source
    }

    fn sees(&mut self, html: &str) -> Verdict {
        self.at += SignedDuration::from_hours(1);
        let text = pages::read(html.as_bytes());
        let look = Look { status: 200, text: &text, at: self.at };
        let verdict = judge(look, self.latest.as_ref(), &mut self.memory);
        if matches!(verdict, Verdict::First | Verdict::Changed(_)) {
            self.latest = Some(text);
        }
        verdict
    }
}

#[test]
fn what_is_not_the_policy_is_never_told_at_first_sight() {
    for (name, html) in impostors() {
        let mut source = Source::with_policy();
        let verdict = source.sees(&html);
        assert!(matches!(verdict, Verdict::Held(_) | Verdict::Unusable(_)), "{name}: {verdict:?}");
        let back = source.sees(&page("en/terms-of-service"));
        assert_eq!(back, Verdict::Unchanged(None), "after {name}");
    }
}

#[test]
fn what_stays_is_told_or_stays_unusable() {
    let line = |(name, html): (&str, String)| {
        let mut source = Source::with_policy();
        let verdicts: Vec<Verdict> = (0..6).map(|_| source.sees(&html)).collect();
        let told = verdicts.iter().position(|v| matches!(v, Verdict::Changed(_)));
        let told = told.map_or("never told".to_owned(), |look| format!("told at look {}", look + 1));
        let why = match &verdicts[0] {
            Verdict::Held(why) => format!("held: {why}"),
            Verdict::Unusable(why) => format!("unusable: {why}"),
            other => format!("{other:?}"),
        };
        format!("{name}: {why}; {told}")
    };
    let lines: Vec<String> = impostors().into_iter().map(line).collect();
    insta::assert_snapshot!(lines.join("\n"), @"
    an error: unusable: the page says that it is an error; never told
    an empty shell: unusable: the page holds no text; never told
    a shell with its frame: unusable: the page holds one word, too few for a policy; never told
    half a page: held: the page ends in the middle of a clause; told at look 3
    a page without its content: unusable: the page holds 3 words, too few for a policy; never told
    a bot wall: unusable: the page says that it is a check for robots; never told
    a login form: unusable: the page says that it is a login; never told
    another document: held: hardly a clause is left of the policy: this may be another document; told at look 2
    a shorter document: held: hardly a clause is left of the policy: this may be another document; told at look 2
    another language: held: the page is in another language; told at look 4
    another script: held: the page is in another language; told at look 4
    an index: unusable: the policy is gone from the page: an index or an error is in its place; never told
    a parked domain: unusable: the page says that it is a domain for sale; never told
    ");
}

#[test]
fn what_is_a_first_version() {
    let line = |(name, html): (&str, String)| format!("{name}: {:?}", Source::new().sees(&html));
    let lines: Vec<String> = impostors().into_iter().map(line).collect();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    an error: Unusable("the page says that it is an error")
    an empty shell: Unusable("the page holds no text")
    a shell with its frame: Unusable("the page holds one word, too few for a policy")
    half a page: First
    a page without its content: Unusable("the page holds 3 words, too few for a policy")
    a bot wall: Unusable("the page says that it is a check for robots")
    a login form: Unusable("the page says that it is a login")
    another document: First
    a shorter document: First
    another language: First
    another script: First
    an index: First
    a parked domain: Unusable("the page says that it is a domain for sale")
    "#);
}

#[test]
fn short_policies_are_policies() {
    for name in ["en/short-retention-policy", "en/supported-countries", "en/subprocessors"] {
        let mut source = Source::new();
        assert_eq!(source.sees(&page(name)), Verdict::First, "{name}");
        assert_eq!(source.sees(&page(name)), Verdict::Unchanged(None), "{name}");
    }
}

#[test]
fn a_country_whose_name_is_part_of_another_is_told() {
    let mut source = Source::new();
    let page = page("en/supported-countries").replace("<li>Kenya</li>", "<li>Kenya</li><li>Romania</li>");
    assert_eq!(source.sees(&page), Verdict::First);
    let verdict = source.sees(&page.replace("<li>Kenya</li>", "<li>Kenya</li><li>Oman</li>"));
    assert!(matches!(verdict, Verdict::Changed(_)), "{verdict:?}");
}

#[test]
fn a_policy_written_anew_is_told_at_the_second_look() {
    let mut source = Source::with_policy();
    let new = page("en/privacy-in-a-form");
    assert!(matches!(source.sees(&new), Verdict::Held(_)));
    assert!(matches!(source.sees(&new), Verdict::Changed(_)));
}
