//! What a source is and how it is read may change; its history goes on.

use insta::assert_snapshot;

use crate::web::Answer;
use crate::world::{World, html, page};

const CLAUSE: &str = "We never sell your personal data to anyone.";
const GREETING: &str = "Welcome to Acme, where forty thousand teams write their invoices today.";

/// A page with a clause that its reader doesn't want to hear of.
fn greeting(greeting: &str, clause: &str) -> Answer {
    Answer::page(page(&[clause]).replace("</h1>", &format!("</h1><p class=greeting>{greeting}</p>")))
}

#[tokio::test]
async fn an_edited_rule_over_an_unchanged_page_tells_no_one() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.answers(greeting(GREETING, CLAUSE)).hours_pass(6).await;
    let before = world.inbox();
    world.rules("remove = ['.greeting']").await.days_pass(2).await;
    assert_eq!(world.inbox(), before);
    assert_eq!(world.versions().await, ["1 Publisher", "2 Publisher", "3 Extractor"]);
    let told: Vec<_> = world.changes().await.iter().map(|c| c.announced).collect();
    assert_eq!(told, [true, false], "it is stored, with the reason");
    world.rules("").await.days_pass(2).await;
    assert_eq!(world.inbox(), before, "and the way back tells no one either");
}

#[tokio::test]
async fn an_edited_rule_over_a_changed_page_tells_only_the_providers_part() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.answers(greeting(GREETING, CLAUSE)).hours_pass(6).await;
    world.rules("remove = ['.greeting']").await;
    world.answers(greeting(
        "Welcome to Acme, where fifty thousand teams do.",
        "We may sell your personal data to anyone.",
    ));
    world.days_pass(2).await;
    let told = world.inbox();
    assert_snapshot!(told.lines().skip_while(|line| !line.contains("sell")).collect::<Vec<_>>().join("\n"), @"    We [-never-]{+may+} sell your personal data to anyone.");
    assert!(!told.contains("fifty"), "{told}");
    assert_eq!(world.versions().await, ["1 Publisher", "2 Publisher", "3 Extractor", "4 Publisher"]);
}

#[tokio::test]
async fn an_edited_rule_is_followed_although_the_server_says_not_modified() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    let body = page(&[CLAUSE]);
    world.site.serve_with("/policy", move |request| match request.header("if-none-match") {
        Some(_) => Answer::head(304, &[]),
        None => Answer::full(200, &[("content-type", "text/html"), ("etag", "\"1\"")], body.clone()),
    });
    world.hours_pass(12).await;
    world.rules("select = ['.nothing-on-this-page']").await.hours_pass(12).await;
    let detail = world.latest().await.detail.unwrap();
    assert!(detail.contains("nothing on the page matches"), "{detail}");
    assert_eq!(world.versions().await, ["1 Publisher"]);
    world.rules("").await.hours_pass(12).await;
    assert_eq!(world.latest().await.outcome, fineprint::model::Outcome::NotModified);
    assert_eq!(world.inbox(), "");
}

#[tokio::test]
async fn a_rule_that_leaves_nothing_makes_no_empty_version() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.rules("remove = ['main']").await.hours_pass(6).await;
    assert_eq!(world.versions().await, ["1 Publisher"]);
    assert!(!world.latest().await.outcome.is_readable());
    world.rules("").await.hours_pass(6).await;
    assert_eq!(world.inbox(), "");
}

#[tokio::test]
async fn a_source_that_moves_keeps_its_history() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.site.serve(
        "/legal/terms",
        Answer::page(html(
            &["Nothing is as it was, and every clause is another one now.", "Fees are due at once."],
            "",
        )),
    );
    world.moves("/legal/terms").await.days_pass(1).await;
    assert_eq!(world.versions().await, ["1 Publisher", "2 Publisher"]);
    assert_eq!(
        world.inbox().lines().filter(|l| l.contains("policy.changed")).count(),
        1,
        "{}",
        world.inbox()
    );
}

#[tokio::test]
async fn a_source_that_moves_with_its_words_tells_no_one() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.site.serve("/legal/terms", Answer::page(page(&[CLAUSE])));
    world.moves("/legal/terms").await.days_pass(1).await;
    assert_eq!(world.versions().await, ["1 Publisher"]);
    assert_eq!(world.inbox(), "");
}
