//! What stands in the place of a policy, what flips, and what never rests: from the page to people.

use fineprint::model::Outcome;

use crate::policies::unusable;
use crate::web::Answer;
use crate::world::{World, page};

const CLAUSE: &str = "We never sell your personal data to anyone.";
const EDITED: &str = "We may sell your personal data to anyone.";

fn told(world: &World) -> Vec<String> {
    let inbox = world.inbox();
    let lines = inbox.lines().filter(|line| line.starts_with('/'));
    lines.map(|line| line.split([' ', ':']).nth(1).unwrap().to_owned()).collect()
}

/// A world that watches a policy of some length.
async fn watching_terms() -> World {
    let mut world = World::new().await;
    world.answers(Answer::page(unusable::terms())).watches("Larkfield", "Terms", "/policy").await;
    world.runs().await;
    assert_eq!(world.latest().await.outcome, Outcome::First);
    world
}

#[tokio::test]
async fn what_says_that_it_is_no_policy_is_told_as_trouble_and_never_as_a_change() {
    for (name, html) in unusable::impostors() {
        let mut world = watching_terms().await;
        world.answers(Answer::page(html)).hours_pass(20).await;
        let outcome = world.latest().await.outcome;
        if outcome != Outcome::Unusable {
            // Another text, long enough to be the policy: that is news, for whoever reads it.
            assert_eq!(told(&world), ["policy.changed"], "{name}: {outcome:?}");
            continue;
        }
        assert_eq!(told(&world), [""; 0], "{name}: a short trouble passes by itself");
        world.days_pass(3).await;
        assert_eq!(told(&world), ["source.degraded"], "{name}");
        world.answers(Answer::page(unusable::terms())).days_pass(1).await;
        assert_eq!(told(&world), ["source.degraded", "source.recovered"], "{name}");
        assert_eq!(world.versions().await, ["1 Publisher"], "{name}");
    }
}

#[tokio::test]
async fn a_source_that_dies_and_comes_back_changed_is_told_with_what_changed_meanwhile() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.answers(Answer::status(404)).days_pass(40).await;
    world.publishes(EDITED).days_pass(2).await;
    assert_eq!(told(&world), ["source.degraded", "source.blind", "policy.changed", "source.recovered"]);
}

/// Servers disagree for a day, until all have the new text.
#[tokio::test]
async fn a_slow_roll_out_is_told_once() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    for clause in [EDITED, CLAUSE, EDITED, EDITED, CLAUSE, CLAUSE, EDITED, CLAUSE, EDITED] {
        world.publishes(clause).hours_pass(3).await;
    }
    world.days_pass(7).await;
    assert_eq!(told(&world), ["policy.changed"]);
    assert_eq!(world.latest().await.outcome, Outcome::Unchanged);
    assert_eq!(world.versions().await, ["1 Publisher", "2 Publisher"]);
}

#[tokio::test]
async fn a_revert_that_stays_is_told_after_three_days_and_once() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.publishes(EDITED).days_pass(1).await;
    world.publishes(CLAUSE).days_pass(2).await;
    assert_eq!(told(&world), ["policy.changed"]);
    world.days_pass(9).await;
    assert_eq!(told(&world), ["policy.changed", "policy.changed"]);
}

#[tokio::test]
async fn a_counter_is_told_a_few_times_only_and_what_is_edited_beside_it_at_once() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    let with = |readers: u32, clause: &str| {
        page(&["This is the first of our clauses.", &format!("Read by {readers} people."), clause])
    };
    for readers in 0..40 {
        world.answers(Answer::page(with(1000 + readers, CLAUSE))).hours_pass(6).await;
    }
    let first = told(&world).len();
    assert!(first <= 4, "{}", world.inbox());
    world.answers(Answer::page(with(2000, EDITED))).hours_pass(7).await;
    assert_eq!(told(&world).len(), first + 1, "{}", world.inbox());
    assert!(world.inbox().contains("We [-never-]{+may+} sell"), "{}", world.inbox());
}

/// What stays is told, although the page is the same, byte for byte, at each look from then on.
#[tokio::test]
async fn a_restless_place_that_comes_to_rest_is_told_once_more() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    let notice = |days: u32| {
        page(&["This is the first of our clauses.", &format!("The notice is {days} days."), CLAUSE])
    };
    for days in 1..12 {
        world.answers(Answer::page(notice(days))).hours_pass(6).await;
    }
    let before = told(&world).len();
    world.answers(Answer::page(notice(99))).days_pass(4).await;
    assert_eq!(told(&world).len(), before + 1, "{}", world.inbox());
    assert!(world.inbox().contains("99"), "{}", world.inbox());
}

#[tokio::test]
async fn a_place_that_has_rested_is_not_restless_any_more() {
    // The same at each look, or another script in it each time, which nobody reads.
    for is_dynamic in [false, true] {
        let mut world = World::watching("Acme", "Terms", CLAUSE).await;
        let notice = |look: u32, term: &str| {
            let script = if is_dynamic { format!("<script>load({look})</script>") } else { String::new() };
            let clauses =
                ["This is the first of our clauses.", &format!("The notice is {term} days."), CLAUSE];
            Answer::page(page(&clauses).replace("<main>", &format!("{script}<main>")))
        };
        let terms = ["100", "101", "102", "103", "104", "103"].into_iter().chain(["103"; 10]);
        for (look, term) in (0..).zip(terms) {
            world.answers(notice(look, term)).hours_pass(6).await;
        }
        let before = told(&world).len();
        world.answers(notice(99, "at most 5")).hours_pass(7).await;
        assert_eq!(told(&world).len(), before + 1, "dynamic: {is_dynamic}; {}", world.inbox());
    }
}
