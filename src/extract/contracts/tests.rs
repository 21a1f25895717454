use super::*;
use crate::extract::{explain, extract};

fn page(html: &str) -> Page<'_> {
    Page { body: html.as_bytes(), content_type: Some("text/html"), url: "https://acme.example/legal" }
}

fn words_of(of: &str) -> String {
    format!("<p>{}</p>", format!("We say something about {of} here, at some length. ").repeat(15))
}

/// A contract in an element: attributes, title, date.
fn part(attributes: &str, title: &str, date: &str) -> String {
    format!("<div {attributes}>{title}<p>{date}</p><h3>1. Scope</h3>{}</div>", words_of(attributes))
}

fn found(html: &str) -> Vec<Contract> {
    explain(&page(html), &Rules::default()).unwrap().contracts
}

fn listed(html: &str) -> Vec<String> {
    let said = |c: Contract| format!("{}: {}{}", c.title, c.select, if c.hidden { ", hidden" } else { "" });
    found(html).into_iter().map(said).collect()
}

fn tabs() -> String {
    let parts = [
        part("id=terms class=tab style='display:none'", "<h2>Terms</h2>", "Effective May 30, 2025"),
        part("id=dpa class=tab", "<h2>Data Processing</h2>", "Effective Jul 17, 2025"),
        part("class=tab hidden", "<h2>Service Levels</h2>", "17. Juli 2025"),
    ];
    format!("<main><h1>Legal</h1><p>All that applies.</p><div>{}</div></main>", parts.concat())
}

fn in_a_row() -> String {
    let one = |id: &str, title: &str| {
        format!("<h2 {id}>{title}</h2><p>Effective 2025-02-06</p><h3>1. Scope</h3>{}", words_of(title))
    };
    let all = [one("id=terms", "Terms"), one("", "Privacy"), one("id=dpa", "Data Processing")].concat();
    format!("<main><h1>Legal terms</h1><section>{all}</section><p>Write to us.</p></main>")
}

#[test]
fn contracts_are_told_by_titles_and_dates_of_their_own() {
    assert_eq!(
        listed(&tabs()),
        [
            "Terms: #terms, hidden",
            "Data Processing: #dpa",
            "Service Levels: html > body > main > div > div:nth-of-type(3), hidden"
        ]
    );
    assert_eq!(
        listed(&in_a_row()),
        [
            "Terms: #terms .. html > body > main > section > h2:nth-of-type(2)",
            "Privacy: html > body > main > section > h2:nth-of-type(2) .. #dpa",
            "Data Processing: #dpa ..= html > body > main > section > p:nth-of-type(6)"
        ]
    );
    // Titles that are none by their element.
    let titled = |id, title| part(id, &format!("<div class=big><p>{title}</p></div>"), "Effective 2025");
    let page = [titled("id=a", "Terms of use"), titled("id=b", "Cookies")].concat();
    assert_eq!(listed(&page), ["Terms of use: #a", "Cookies: #b"]);
    // A numbering of its own is as good as a date, where all are shown.
    assert_eq!(listed(&page.replace("Effective 2025", "")), ["Terms of use: #a", "Cookies: #b"]);
    assert_eq!(listed(&page.replace("id=a", "id=a hidden").replace("Effective 2025", "")), [""; 0]);
}

#[test]
fn sections_of_one_contract_are_no_contracts() {
    let section =
        |title: &str, date: &str| format!("<section><h2>{title}</h2>{date}{}</section>", words_of(title));
    let dated = section("1. Scope", "<p>Since 2024</p>");
    let page = [dated.clone(), section("2. Fees", ""), section("3. Liability", "")].concat();
    assert_eq!(listed(&format!("<main><h1>Terms</h1><p>Effective 2025</p>{page}</main>")), [""; 0]);
    assert_eq!(
        listed(&format!("<main>{dated}{}</main>", "<section><h2>A</h2><p>2024</p></section>")),
        [""; 0]
    );
    assert_eq!(listed("<main></main>"), [""; 0]);
    let release = part("", "<h2>Release</h2>", "May 30, 2025");
    assert_eq!(listed(&release.repeat(MOST)).len(), MOST);
    assert_eq!(listed(&release.repeat(MOST + 1)), [""; 0]);
}

#[test]
fn what_is_given_for_each_reads_it_alone() {
    for html in [tabs(), in_a_row()] {
        let explained = explain(&page(&html), &Rules::default()).unwrap();
        assert_eq!(explained.contracts.len(), 3);
        for contract in explained.contracts {
            let rules = Rules { select: vec![contract.select], ..Rules::default() };
            let alone = extract(&page(&html), &rules).unwrap();
            let parts = explained.parts[contract.blocks].iter().map(|part| &part.clause);
            assert!(alone.clauses.iter().eq(parts), "{:?}", rules.select);
        }
    }
}

/// What a page shows, and the words of that.
fn shown_of(html: &str) -> Option<(Shown, String)> {
    let mut text = extract(&page(html), &Rules::default()).unwrap();
    let shown = text.shown.clone()?;
    // The same for a text without a note.
    assert_eq!(super::shown_by(&page(html), &Text { shown: None, ..text.clone() }), Some(shown.clone()));
    let clauses = text.clauses.into_iter().enumerate().filter(|(clause, _)| shown.shows(*clause));
    text.clauses = clauses.map(|(_, clause)| clause).collect();
    Some((shown, text.to_markdown()))
}

#[test]
fn of_tabs_the_one_that_is_shown_is_noted() {
    let (shown, words) = shown_of(&tabs()).unwrap();
    assert_eq!(
        (shown.title.as_str(), shown.of, &shown.hidden[..]),
        ("Data Processing", 3, &[2..6, 10..14][..])
    );
    assert!(
        words.starts_with("# Legal\n\nAll that applies.\n\n## Data Processing\n\nEffective Jul 17, 2025")
    );
    assert!(!words.contains("Terms") && !words.contains("Service Levels"));
    let all = vec![6..9, 1..3, 7..8, 3..4, 12..13];
    assert_eq!(joined(all), [1..4, 6..9, 12..13], "what is hidden in what is hidden is said once");
    // So of editions in one of them.
    let edition = |attributes: &str, date: &str| {
        format!("<section {attributes}><b>{date}</b>{}</section>", words_of(date))
    };
    let editions = edition("", "Effective in 2025") + &edition("hidden", "Effective in 2023");
    let (_, words) = shown_of(&tabs().replace("Effective Jul 17, 2025", &editions)).unwrap();
    assert!(words.contains("in 2025 here") && !words.contains("in 2023 here"));
    // One date is of one contract; and what shows all or nothing.
    let undated = tabs().replace("Effective Jul 17, 2025", "").replace("17. Juli 2025", "");
    for other in [undated, in_a_row(), tabs().replace("id=dpa", "hidden")] {
        assert_eq!(shown_of(&other), None);
    }
}

#[test]
fn rules_are_heeded_by_what_is_noted() {
    let html = tabs();
    let noted = |rules: &Rules| {
        let text = extract(&page(&html), rules).unwrap();
        let shown = text.shown?;
        let first = (0..text.clauses.len()).find(|clause| !shown.shows(*clause)).unwrap();
        Some((shown.hidden, text.clauses[first].text.clone()))
    };
    let rules = |entries: &[&str]| entries.iter().map(ToString::to_string).collect::<Vec<_>>();
    // Of the second tab nothing is left but its title and its words.
    let ignore = rules(&["All that applies", "^Effective.*", "^(1. )?Scope$"]);
    let ignored = noted(&Rules { ignore, ..Rules::default() });
    assert_eq!(ignored, Some((vec![1..3, 5..8], "Terms".to_owned())));
    let removed = noted(&Rules { remove: rules(&["main > p"]), ..Rules::default() });
    assert_eq!(removed, Some((vec![1..5, 9..13], "Terms".to_owned())));
    assert_eq!(noted(&Rules { select: rules(&["main"]), ..Rules::default() }), None);
}

#[test]
fn what_was_read_before_there_were_notes_may_lack_one() {
    let mut text = extract(&page(&tabs()), &Rules::default()).unwrap();
    let readings = ["x5", "x6", "x10", "x5+0123456789ab", "a1+0123456789ab", ""];
    assert_eq!(readings.map(|reading| lacks_note(&text, reading)), [true, false, false, false, false, false]);
    // What isn't read as that text any more says nothing about it.
    text.clauses.pop();
    assert_eq!(shown_by(&page(&tabs()), &text), None);
    text.clauses.truncate(6);
    assert!(!lacks_note(&text, "x5"));
}
