//! Clauses that somebody relies on: told when they change, disappear, come back, or never were there.

use fineprint::model::{News, Severity};
use insta::assert_snapshot;

use crate::web::Answer;
use crate::world::{World, page, without_topics};

const CLAUSE: &str = "We do not train on your business data.";
const OTHER: &str = "We encrypt everything that you send to us on the way.";
const PIN: &str =
    "[[source.pin]]\ntext = 'We do not train on your business data'\nnote = 'our DPA rests on it'";

async fn pinned() -> World {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.rules(PIN).await.hours_pass(12).await;
    assert_eq!(world.inbox(), "", "it is there");
    world
}

/// What came since, and the summary of the last notice.
async fn news(world: &World, before: &str) -> String {
    let all = world.inbox();
    let filter = fineprint::store::DeliveryFilter::default();
    let last = world.engine.store.deliveries(filter).await.unwrap().remove(0).notice;
    without_topics(&format!("{}{}", all.strip_prefix(before).unwrap(), last.summary))
}

#[tokio::test]
async fn a_pinned_clause_that_changes_leads_the_one_notice_and_makes_it_critical() {
    let mut world = pinned().await;
    world.publishes("We may train on your business data.").days_pass(3).await;
    assert_snapshot!(news(&world, "").await, @"
    /ops policy.changed: [critical] Acme · Terms: pinned clause changed: “We do not train on your business data”
        We [-do not-]{+may+} train on your business data.
    Pinned clause changed: “We do not train on your business data” (pinned because: our DPA rests on it). 1 clause reworded. 1 word added, 2 removed. No date of effect found in the text.
    ");
    let [change] = &world.changes().await[..] else { panic!("one change") };
    assert_eq!(change.severity, Severity::Critical);
    assert_snapshot!(change.summary, @"Pinned clause changed: “We do not train on your business data”; 1 clause reworded");
    let before = world.inbox();
    world.publishes("We may train on all your business data.").days_pass(3).await;
    assert_snapshot!(news(&world, &before).await, @"
    /ops policy.changed: [critical] Acme · Terms: pinned clause changed: “We do not train on your business data”
        We may train on{+ all+} your business data.
    Pinned clause changed: “We do not train on your business data” (pinned because: our DPA rests on it). 1 clause reworded. 1 word added.
    ");
    let before = world.inbox();
    world.publishes(CLAUSE).days_pass(6).await;
    assert_snapshot!(news(&world, &before).await, @"
    /ops policy.changed: [major] Acme · Terms: pinned clause is there again: “We do not train on your business data”
        We [-may-]{+do not+} train on[- all-] your business data.
    Pinned clause is there again: “We do not train on your business data” (pinned because: our DPA rests on it). 1 clause reworded. 2 words added, 2 removed. No date of effect found in the text.
    ");
}

#[tokio::test]
async fn a_pinned_clause_that_disappears_is_told_with_what_it_said() {
    let mut world = pinned().await;
    world.publishes(OTHER).days_pass(3).await;
    assert_snapshot!(news(&world, "").await, @"
    /ops policy.changed: [critical] Acme · Terms: pinned clause is gone: “We do not train on your business data”
        [-We do not train on your business data.-]
        [-We do not train on your business data.-]{+We encrypt everything that you send to us on the way.+}
    Pinned clause is gone: “We do not train on your business data” (pinned because: our DPA rests on it). 1 clause reworded. 11 words added, 8 removed. No date of effect found in the text.
    ");
    let before = world.inbox();
    world.publishes(&format!("{OTHER} Always.")).days_pass(3).await;
    let later = news(&world, &before).await;
    assert!(!later.contains("inned"), "told once: {later}");
}

#[tokio::test]
async fn a_pinned_clause_is_the_same_however_it_is_set_and_cut() {
    let mut world = pinned().await;
    world
        .answers(Answer::page(page(&["Our promise. WE DON’T <b>train on</b> your “business data”.", OTHER])));
    world.days_pass(2).await;
    world.answers(Answer::page(page(&[
        "Our promise. We do not train",
        "on your business data; that is settled.",
        OTHER,
    ])));
    world.days_pass(2).await;
    assert!(world.changes().await.iter().all(|change| change.severity != Severity::Critical));
    assert!(!world.inbox().contains("inned"), "{}", world.inbox());
}

#[tokio::test]
async fn a_pin_is_looked_for_from_the_first_version_on() {
    let mut world = World::watching("Acme", "Terms", OTHER).await;
    world.rules(PIN).await.hours_pass(6).await;
    assert_snapshot!(news(&world, "").await, @"
    /ops policy.pinned: [critical] Acme · Terms: pinned clause can't be found: “We do not train on your business data”
        [-We do not train on your business data-]
    Pinned clause can't be found: “We do not train on your business data” (pinned because: our DPA rests on it).
    ");
    assert_eq!(world.versions().await, ["1 Publisher"], "the stored version was enough");
    let before = world.inbox();
    world.days_pass(3).await;
    assert_eq!(world.inbox(), before, "and that is told once");
    world.answers(Answer::page(page(&[OTHER, CLAUSE]))).days_pass(3).await;
    assert_snapshot!(news(&world, &before).await, @"
    /ops policy.changed: [major] Acme · Terms: pinned clause is there now: “We do not train on your business data”
        {+We do not train on your business data.+}
    Pinned clause is there now: “We do not train on your business data” (pinned because: our DPA rests on it). 1 clause added. 8 words added. No date of effect found in the text.
    ");

    let mut world = World::new().await;
    world.publishes(OTHER).watches("Acme", "Terms", "/policy").await.rules(PIN).await.hours_pass(6).await;
    assert_eq!(world.versions().await, ["1 Publisher"]);
    assert_eq!(world.inbox.attempts("ops").len(), 1, "at the very first look");
}

#[tokio::test]
async fn a_new_pin_is_looked_for_although_the_server_says_not_modified() {
    let mut world = World::watching("Acme", "Terms", OTHER).await;
    let body = page(&[OTHER]);
    world.site.serve_with("/policy", move |request| match request.header("if-none-match") {
        Some(_) => Answer::head(304, &[]),
        None => Answer::full(200, &[("content-type", "text/html"), ("etag", "\"1\"")], body.clone()),
    });
    world.hours_pass(12).await;
    world.rules(PIN).await.hours_pass(6).await;
    assert!(world.inbox().contains("can't be found"), "{}", world.inbox());
    world.hours_pass(12).await;
    assert_eq!(world.latest().await.outcome, fineprint::model::Outcome::NotModified, "as before");
}

#[tokio::test]
async fn a_pin_that_an_edited_rule_hides_is_told_and_fakes_no_change() {
    let mut world = World::watching("Acme", "Terms", OTHER).await;
    world.answers(Answer::page(page(&[
        OTHER,
        "<span class=promise>We do not train on your business data.</span>",
    ])));
    world.rules(PIN).await.hours_pass(12).await;
    let before = world.inbox();
    world.rules(&format!("remove = ['.promise']\n{PIN}")).await.hours_pass(12).await;
    assert_snapshot!(news(&world, &before).await, @"
    /ops policy.pinned: [critical] Acme · Terms: pinned clause is gone: “We do not train on your business data”
        [-We do not train on your business data.-]
    Pinned clause is gone: “We do not train on your business data” (pinned because: our DPA rests on it).
    ");
    assert_eq!(world.changes().await.iter().filter(|change| change.announced).count(), 1, "the first one");
}

#[tokio::test]
async fn a_page_that_lost_its_pinned_clause_by_accident_is_looked_at_twice() {
    let mut world = pinned().await;
    world.answers(Answer::page(page(&[])));
    world.runs().await;
    world.publishes(CLAUSE).days_pass(1).await;
    assert_eq!(world.inbox(), "", "a clause that failed to load is no news");
    let filter = fineprint::store::DeliveryFilter::default();
    assert!(
        world.engine.store.deliveries(filter).await.unwrap().iter().all(|d| d.notice.news != News::Pinned)
    );
}
