//! Sources that are looked at and not seen, rules that no longer fit, and what was doubted.

use fineprint::model::Outcome;
use fineprint::store::DoubtFilter;

use crate::web::Answer;
use crate::world::{World, html, page};

const CLAUSE: &str = "We never sell your personal data to anyone.";

fn kinds(world: &World) -> Vec<String> {
    world
        .inbox()
        .lines()
        .filter(|line| line.starts_with('/'))
        .map(|line| line.split(' ').nth(1).unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_source_that_is_not_seen_for_longer_than_its_owner_accepts_is_told_as_blind_once() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.rules("max_age = \"3d\"").await;
    world.answers(Answer::page(html(&["Loading…"], ""))).days_pass(2).await;
    assert_eq!(kinds(&world), ["source.degraded:"]);
    world.days_pass(8).await;
    assert_eq!(kinds(&world), ["source.degraded:", "source.blind:"], "once, however long");
    let overview = world.engine.store.overview().await.unwrap().remove(0);
    assert_eq!(overview.blind_since, overview.last_readable);
    world.publishes(CLAUSE).days_pass(2).await;
    assert_eq!(kinds(&world), ["source.degraded:", "source.blind:", "source.recovered:"]);
    assert_eq!(world.engine.store.overview().await.unwrap().remove(0).blind_since, None);
}

#[tokio::test]
async fn a_rule_that_stops_matching_is_shown_until_it_matches_again() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    let warning = async |world: &World| world.engine.store.overview().await.unwrap().remove(0).warning;
    let with =
        |class: &str| page(&[CLAUSE]).replace("<main>", &format!("<main><p class={class}>Read by 7 people."));
    world.answers(Answer::page(with("counter"))).rules("remove = \".counter\"").await;
    world.hours_pass(7).await;
    assert_eq!(warning(&world).await, None);
    world.answers(Answer::page(with("count"))).hours_pass(7).await;
    assert_eq!(warning(&world).await.as_deref(), Some("nothing on the page matches `.counter`"));
    // What comes next isn't the policy, and says nothing about the rules for it.
    world.answers(Answer::status(500)).hours_pass(7).await;
    assert!(warning(&world).await.is_some());
    world.answers(Answer::page(with("counter"))).hours_pass(7).await;
    assert_eq!(warning(&world).await, None);
}

#[tokio::test]
async fn words_that_are_ignored_tell_no_one_and_the_words_around_them_do() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.rules(r"ignore = 'viewed \d+ times'").await;
    let clause = |views: u32, days: u32| {
        format!("This notice of {days} days, viewed {views} times, is given by post.")
    };
    world.publishes(&clause(0, 30)).days_pass(1).await;
    let told = world.changes().await.len();
    for views in 1..4 {
        world.publishes(&clause(views, 30)).days_pass(1).await;
    }
    assert_eq!(world.changes().await.len(), told);
    world.publishes(&clause(9, 7)).days_pass(1).await;
    let changes = world.changes().await;
    assert_eq!(changes.len(), told + 1);
    let last = changes.last().unwrap();
    assert_eq!((last.words_added, last.words_removed), (1, 1), "{last:?}");
}

#[tokio::test]
async fn what_was_doubted_is_listed_with_what_came_of_it() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.answers(Answer::page(page(&[])));
    world.clock.set(world.engine.store.next_due().await.unwrap().unwrap());
    world.runs().await;
    assert_eq!(world.latest().await.outcome, Outcome::Held);
    let doubts = world.engine.store.doubts(DoubtFilter::default()).await.unwrap();
    assert_eq!((doubts.len(), doubts[0].looks, doubts[0].ended), (1, 1, None));
    world.publishes(CLAUSE).hours_pass(7).await;
    world.answers(Answer::status(503)).days_pass(1).await;
    world.publishes(CLAUSE).days_pass(1).await;
    let doubts = world.engine.store.doubts(DoubtFilter::default()).await.unwrap();
    let [down, held] = &doubts[..] else { panic!("{doubts:?}") };
    assert_eq!((held.check.outcome, held.looks), (Outcome::Held, 1));
    assert_eq!(held.ended.map(|(_, outcome)| outcome), Some(Outcome::Unchanged));
    assert_eq!(down.check.outcome, Outcome::Unusable);
    assert!(down.looks > 2 && down.ended.is_some(), "{down:?}");
    assert_eq!(world.engine.store.doubt(held.look).await.unwrap().as_ref(), Some(held));
    assert!(
        world.engine.store.snapshot(held.page.unwrap()).await.unwrap().is_some(),
        "with the page as evidence"
    );
    assert!(world.changes().await.is_empty());
}
