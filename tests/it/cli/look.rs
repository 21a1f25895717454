//! `status` and `try`.

use fineprint::extract::{Page, extract};
use insta::assert_snapshot;

use super::*;
use crate::web::{Answer, Web};

#[tokio::test]
async fn status_tells_the_health_of_every_source() {
    let place = Place::new();
    place.write("sources.toml", ONE_SOURCE);
    assert_snapshot!(place.run("status"), @"
    HEALTH    CHECKED    CHANGED    NEXT       SOURCE
    new       –          –          –          acme/usage-policies

    1 source, none checked yet: `fineprint check` looks now, `fineprint watch` keeps
    looking.
    ");

    let store = place.archive().await;
    let [calm, held, failing] = ["Privacy", "Service Terms", "Supported Countries"].map(source);
    store.sync_sources(&[calm.clone(), held.clone(), failing.clone()], ago(50)).await.unwrap();
    let text = policy(&["Some words."]);
    store.record(first(&calm, ago(49), &text)).await.unwrap();
    store.record(changed(&calm, ago(26), 2, &text, &policy(&["Other words."]))).await.unwrap();
    store.record(looked(&calm, ago(3), Outcome::Unchanged, None)).await.unwrap();
    store.record(looked(&held, ago(3), Outcome::Held, Some("most of the text is missing"))).await.unwrap();
    for hours in [9, 3] {
        let why = "could not fetch https://acme.example/Supported-Countries: connection refused";
        store.record(looked(&failing, ago(hours), Outcome::Failed, Some(why))).await.unwrap();
    }
    let time = "[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} UTC";
    insta::with_settings!({ filters => vec![(time, "[time]")] }, {
        assert_snapshot!(place.run("status"), @"
        HEALTH    CHECKED    CHANGED    NEXT       SOURCE
        ok        3 h ago    26 h ago   in 2 h     acme/privacy
        held      3 h ago    –          in 2 h     acme/service-terms
                  most of the text is missing
        failed    3 h ago    –          in 2 h     acme/supported-countries
                  since [time], 2 checks in a row: could not fetch
                  https://acme.example/Supported-Countries: connection refused
        new       –          –          –          acme/usage-policies

        4 sources: 1 ok, 1 held, 1 failed, 1 new. 1 should have been checked by now:
        `fineprint watch` does so on time, `fineprint check` now.
        ");
        assert_snapshot!(place.told(place.command("status acme/privacy").env("COLUMNS", "50")), @"
        acme/privacy
          ok checked 3 h ago, changed 26 h ago, next in 2 h

        1 source: 1 ok. Next check in 2 h.
        ");
        assert_snapshot!(place.run("status --trouble acme/s*"), @"
        HEALTH    CHECKED    CHANGED    NEXT       SOURCE
        held      3 h ago    –          in 2 h     acme/service-terms
                  most of the text is missing
        failed    3 h ago    –          in 2 h     acme/supported-countries
                  since [time], 2 checks in a row: could not fetch
                  https://acme.example/Supported-Countries: connection refused

        2 sources: 1 held, 1 failed. Next check in 2 h.
        ");
    });
    let lines = place.run("status --format json");
    let first: serde_json::Value = serde_json::from_str(lines.lines().next().unwrap()).unwrap();
    assert_eq!((&first["source"], &first["health"]), (&"acme/privacy".into(), &"ok".into()));
    assert_eq!(lines.lines().count(), 4);
}

const PAGE: &str =
    "<html lang=en><title>Acme</title><nav><a href=/>Home</a> <a href=/p>Pricing</a></nav><main>
    <h1>Usage Policies</h1><p>Updated 3 days ago</p>
    <p>You must be at least eighteen years old to use the service, and of sound mind.</p>
    <h2>Appeals</h2><p>You may appeal within thirty days.</p><p>We answer.</p></main><footer>© Acme</footer>";

#[test]
fn a_file_is_tried_without_a_network() {
    let place = Place::new();
    place.write("page.html", PAGE);
    assert_snapshot!(place.run("try page.html --remove .ad"), @"
    page      file://~/page.html
    title     Acme
    language  en
    watched   27 words in 5 blocks under 2 headings
    ignored   7 words in 3 blocks
    verdict   usable: this page can be watched

    Watched
      # Usage Policies
        You must be at least eighteen years old to use the service, and of sound mi…
      ## Appeals
        You may appeal within thirty days.  … 1 more

    Ignored
      navigation, footer, aside, dialog or form (1 block)
        Home Pricing
      a short remark that changes by itself (1 block)
        Updated 3 days ago
      navigation, footer, aside, dialog or form (1 block)
        © Acme
    ! warning: nothing on the page matches `.ad`
    ");
    assert_snapshot!(place.told(place.command("try - --select h1,h2 --full").write_stdin(PAGE)), @"
    page      standard input
    title     Acme
    language  en
    watched   2 words in 1 block under 1 heading
    ignored   1 word in 1 block
    verdict   not usable: the page holds 2 words, too few for a policy

    Watched
      # Usage Policies

    Ignored
      a heading over nothing (1 block)
        Appeals
    exit code 3
    ");
    assert_snapshot!(place.run("try page.html --select #terms"), @"
    ! error: nothing on the page matches the configured `select` (#terms)
    exit code 3
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_is_tried_with_the_rules_of_its_source() {
    let (place, web) = (Place::new(), Web::start().await);
    web.serve("/old", Answer::redirect("/terms"));
    web.serve("/terms", Answer::page(PAGE));
    web.serve("/gone", Answer::status(404));
    let config = ONE_SOURCE.replace("https://acme.example/usage-policies", web.url("/old").as_str());
    place.write("sources.toml", &format!("fetch.allow_private = ['127.0.0.1']\n{config}\nremove = 'h2'\n"));
    let here = web.authority();
    let run = |line: &str| tokio::task::block_in_place(|| place.run(line)).replace(&here, "acme.example");
    assert_snapshot!(run("try acme/usage-policies"), @"
    page      http://acme.example/terms
    asked for http://acme.example/old
    answer    HTTP 200, text/html; charset=utf-8, 344 bytes
    title     Acme
    language  en
    watched   26 words in 4 blocks under 1 heading
    ignored   7 words in 3 blocks
    verdict   usable: this page can be watched

    Watched
      # Usage Policies
        You must be at least eighteen years old to use the service, and o…  … 2 more

    Ignored
      navigation, footer, aside, dialog or form (1 block)
        Home Pricing
      a short remark that changes by itself (1 block)
        Updated 3 days ago
      navigation, footer, aside, dialog or form (1 block)
        © Acme
    ");
    assert_snapshot!(run(&format!("try {} --format json", web.url("/gone"))), @r#"
    {"content_type":null,"contracts":[],"final_url":"http://acme.example/gone","ignored":[],"kept":"","language":"","objection":"the server answered HTTP 404","pins":[],"rendered":false,"status":404,"title":"","unmatched":[],"url":"http://acme.example/gone","usable":false,"words_ignored":0,"words_kept":0}
    exit code 3
    "#);
}

/// Three contracts in tabs, of which the second is shown.
fn legal_center() -> String {
    let tab = |attributes: &str, title: &str| {
        let words = "We say what we mean, and mean what we say, at some length. ".repeat(10);
        format!(
            "<div class=tab {attributes}><h2>{title}</h2><p>Effective May 30, 2025</p><p>{title}: {words}</p></div>"
        )
    };
    let tabs =
        [tab("id=terms hidden", "Terms"), tab("id=dpa", "Data Processing"), tab("id=sla hidden", "Levels")];
    format!("<html lang=en><title>Acme</title><main><h1>Legal Center</h1><div>{}</div></main>", tabs.concat())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_several_contracts_says_how_to_watch_each_alone() {
    let (place, web) = (Place::new(), Web::start().await);
    web.serve("/legal", Answer::page(legal_center()));
    let config = ONE_SOURCE.replace("https://acme.example/usage-policies", web.url("/legal").as_str());
    place.write("sources.toml", &format!("fetch.allow_private = ['127.0.0.1']\n{config}"));
    let run = |line: &str| tokio::task::block_in_place(|| place.run(line));
    let told = run("try acme/usage-policies");
    let contracts: Vec<&str> = told.lines().skip_while(|line| *line != "Contracts").take(9).collect();
    assert_snapshot!(contracts.join("\n"), @r##"
    Contracts
      This page holds 3 contracts, and all are watched. To watch one alone, give its
      source the line below it.
        Terms  (136 words, hidden at first)
          select = ["#terms"]
        Data Processing  (138 words)
          select = ["#dpa"]
        Levels  (136 words, hidden at first)
          select = ["#sla"]
    "##);
    let json: serde_json::Value =
        serde_json::from_str(&run("try acme/usage-policies --format json")).unwrap();
    assert_eq!(json["contracts"][2]["select"], "#sla");
    run("check");
    let shown = run("show acme/usage-policies");
    let lines: Vec<&str> = shown.lines().filter(|line| line.len() < 30 || line.starts_with('!')).collect();
    assert_snapshot!(lines.join("\n"), @"
    # Legal Center

    ## Data Processing

    Effective May 30, 2025

    ! note: of the 3 documents side by side on this page it shows “Data Processing”; all are watched, and --whole prints them
    ");
    assert!(run("show acme/usage-policies --whole").contains("## Levels"));
    place.write("sources.toml", &format!("fetch.allow_private = ['127.0.0.1']\n{config}\nselect = '#sla'\n"));
    run("check");
    assert!(run("show acme/usage-policies").starts_with("## Levels"));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tab_is_no_change_and_its_words_are() {
    let (place, web) = (Place::new(), Web::start().await);
    let config = ONE_SOURCE.replace("https://acme.example/usage-policies", web.url("/legal").as_str());
    place.write("sources.toml", &format!("fetch.allow_private = ['127.0.0.1']\n{config}"));
    let run = |line: &str| tokio::task::block_in_place(|| place.run(line));
    let shows = |what: &str, title: &str| {
        let shown = run(&format!("show acme/usage-policies{what}"));
        assert!(
            shown.contains(&format!("## {title}\n")) && shown.contains(&format!("shows “{title}”")),
            "{shown}"
        );
        assert_eq!(shown.lines().filter(|line| line.starts_with("## ")).count(), 1, "{shown}");
    };
    web.serve("/legal", Answer::page(legal_center()));
    run("check");
    // The same words under another tab: what is recorded stays what that page showed.
    let other = legal_center().replace("id=terms hidden", "id=terms").replace("id=dpa", "id=dpa hidden");
    web.serve("/legal", Answer::page(other.clone()));
    let told = run("check");
    assert!(told.contains("unchanged"), "{told}");
    shows("", "Data Processing");
    // A word of a contract that isn't shown is a change, and its version is shown as its page shows it.
    web.serve("/legal", Answer::page(other.replace("<p>Levels: We say", "<p>Levels: We never say")));
    run("check");
    assert!(run("diff acme/usage-policies").contains("{+never+}"));
    shows("", "Terms");
    shows("@1", "Data Processing");
    assert!(run("show acme/usage-policies --whole").contains("Levels: We never say"));
    let verified = run("verify");
    assert!(!verified.contains('!') && !verified.contains("exit"), "{verified}");
}

#[tokio::test]
async fn what_a_page_shows_is_known_of_versions_from_before_that_was_noted() {
    let place = Place::new();
    place.write("sources.toml", ONE_SOURCE);
    let (store, source) = (place.archive().await, source("Usage Policies"));
    store.sync_sources(std::slice::from_ref(&source), ago(50)).await.unwrap();
    let kept = Snapshot { body: legal_center().into(), ..page(&source, ago(1)) };
    let text = extract(&Page::from(&kept), &Rules::default()).unwrap();
    let mut record = first(&source, ago(1), &Text { shown: None, ..text });
    record.version.as_mut().unwrap().reading = "x5".into();
    record.keep = Some(kept);
    store.record(record).await.unwrap();
    let shown = place.run("show acme/usage-policies");
    assert!(shown.contains("it shows “Data Processing”") && !shown.contains("## Levels"), "{shown}");
}

#[tokio::test]
async fn pinned_clauses_are_shown_wherever_somebody_looks() {
    let place = Place::new();
    place.write("page.html", PAGE);
    let (store, source) = (place.archive().await, source("Usage Policies"));
    store.sync_sources(std::slice::from_ref(&source), ago(50)).await.unwrap();
    let mut record = first(&source, ago(1), &policy(&["You may appeal within thirty days."]));
    let pin = |text: &str, sight| PinState {
        text: text.into(),
        sight,
        version: 1,
        since: at("2026-03-01T00:00:00Z"),
        passage: None,
        reference: None,
    };
    let lost = "We answer every appeal within a week";
    record.pins = Some(vec![pin("You may appeal", Sight::Found), pin(lost, Sight::Missing)]);
    store.record(record).await.unwrap();
    assert_snapshot!(place.run("status --trouble"), @"
    HEALTH    CHECKED    CHANGED    NEXT       SOURCE
    ok        1 h ago    –          in 4 h     acme/usage-policies
              pinned clause missing since 2026-03-01 00:00 UTC: “We answer every
              appeal within a week”

    1 source: 1 ok. Next check in 4 h.
    ");
    let json: serde_json::Value = serde_json::from_str(&place.run("status --format json")).unwrap();
    assert_eq!(json["lost_pins"][0]["text"], lost);
    assert_snapshot!(place.run("show acme"), @"
    You may appeal within thirty days.
    ! warning: pinned clause missing: “We answer every appeal within a week”
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tried_source_shows_whether_its_pins_are_found() {
    let (place, web) = (Place::new(), Web::start().await);
    web.serve("/terms", Answer::page(PAGE));
    let config = ONE_SOURCE.replace("https://acme.example/usage-policies", web.url("/terms").as_str());
    let pins = [
        "You may appeal within THIRTY days",
        "You may appeal within sixty days",
        "We do not train on your data",
    ];
    let pins: String = pins.iter().map(|pin| format!("[[source.pin]]\ntext = '{pin}'\n")).collect();
    place.write("sources.toml", &format!("fetch.allow_private = ['127.0.0.1']\n{config}\n{pins}"));
    let told = tokio::task::block_in_place(|| place.run("try acme/usage-policies"));
    let pinned: Vec<&str> = told.lines().skip_while(|line| !line.starts_with("pinned")).take(4).collect();
    assert_snapshot!(pinned.join("\n"), @"
    pinned    found: “You may appeal within THIRTY days”
    pinned    “You may appeal within sixty days” reads differently: “You may appeal
              within thirty days.”
    pinned    can't be found: “We do not train on your data”
    ");
}
