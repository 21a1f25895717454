//! From the outbox to receivers that are not always there.

use std::collections::BTreeSet;

use fineprint::clock::Clock as _;
use fineprint::model::DeliveryState;
use jiff::SignedDuration;

use crate::web::Answer;
use crate::world::World;

async fn changed() -> World {
    let mut world = World::watching("Acme", "Terms", "We never sell your personal data to anyone.").await;
    world.publishes("We may sell your personal data to anyone.");
    world
}

#[tokio::test]
async fn a_receiver_that_is_down_for_two_days_loses_nothing() {
    let mut world = changed().await;
    for (hours, down) in [
        (12, Answer::status(500)),
        (12, Answer::default().then_reset()),
        (12, Answer::default()),
        (12, Answer::default().then_stall()),
    ] {
        world.inbox.answers("ops", down);
        world.hours_pass(hours).await;
    }
    assert_eq!(world.inbox(), "");
    world.inbox.takes("ops");
    world.days_pass(1).await;
    assert_eq!(world.inbox().lines().filter(|l| l.contains("policy.changed")).count(), 1);
    let attempts = world.inbox.attempts("ops");
    let ids: BTreeSet<_> = attempts.iter().map(|r| r.header("webhook-id").unwrap()).collect();
    assert_eq!(ids.len(), 1, "the same id at every attempt");
    assert!((5..=9).contains(&attempts.len()), "{} attempts", attempts.len());
    let pending = world.outbox(DeliveryState::Pending).await;
    assert_eq!(pending, [""; 0]);
}

#[tokio::test]
async fn a_delivery_is_given_up_after_three_days_and_can_be_sent_all_the_same() {
    let mut world = changed().await;
    world.inbox.answers("ops", Answer::status(503));
    world.days_pass(5).await;
    let dead = world.outbox(DeliveryState::Dead).await;
    assert_eq!(
        dead,
        ["ops after 10: given up after 10 attempts: 127.0.0.1 answered 503 Service Unavailable"]
    );
    world.inbox.takes("ops");
    assert_eq!(world.engine.store.retry(None, world.clock.now()).await.unwrap(), 1);
    world.minutes_pass(1).await;
    assert_eq!(world.inbox().lines().filter(|l| l.contains("policy.changed")).count(), 1);
}

#[tokio::test]
async fn a_receiver_that_is_gone_is_left_alone_and_what_waited_is_listed() {
    let mut world = changed().await;
    world.inbox.answers("ops", Answer::status(503));
    world.hours_pass(12).await;
    world.publishes("We sell all your personal data to everyone.").hours_pass(6).await;
    assert_eq!(world.outbox(DeliveryState::Pending).await.len(), 2);
    world.inbox.answers("ops", Answer::status(410));
    let before = world.inbox.attempts("ops").len();
    world.clock.advance(SignedDuration::from_hours(24));
    world.runs().await;
    assert_eq!(world.inbox.attempts("ops").len(), before + 1, "one 410 is enough");
    assert_eq!(world.outbox(DeliveryState::Dead).await.len(), 2);
    world.publishes("We sell some of your personal data to some.").days_pass(1).await;
    assert_eq!(world.inbox.attempts("ops").len(), before + 1);
    let dead = world.outbox(DeliveryState::Dead).await;
    assert_eq!(dead.len(), 3);
    assert!(dead.iter().all(|line| line.contains("410 Gone")), "{dead:?}");
}

#[tokio::test]
async fn a_receiver_says_when_to_try_again() {
    let mut world = changed().await;
    world.inbox.answers("ops", Answer::full(429, &[("retry-after", "7200")], ""));
    world.hours_pass(6).await;
    world.clock.set(world.engine.store.next_delivery().await.unwrap().unwrap());
    let attempts = world.inbox.attempts("ops").len();
    world.inbox.takes("ops");
    world.runs().await;
    assert_eq!(world.inbox.attempts("ops").len(), attempts + 1);
    let delivery = &world.engine.store.deliveries(Default::default()).await.unwrap()[0];
    let tries = world.engine.store.attempts(delivery.id).await.unwrap();
    for pair in tries.windows(2) {
        assert!(pair[1].at.duration_since(pair[0].at) >= SignedDuration::from_hours(2));
    }
}

#[tokio::test]
async fn a_receiver_that_hangs_stops_no_other() {
    let mut world = changed().await;
    world.inbox.takes("team");
    world.tells("team").await;
    world.inbox.answers("ops", Answer::default().then_stall());
    // Much more waits for the receiver that hangs, and longer.
    world.fills_the_outbox("ops", 600).await;
    world.clock.advance(SignedDuration::from_hours(6));
    world.runs().await;
    assert_eq!(world.inbox.attempts("ops").len(), 1, "a receiver in trouble isn't hammered");
    assert_eq!(world.inbox().lines().filter(|l| l.starts_with("/team policy.changed")).count(), 1);
    world.leaves_something_unsent();
}

#[tokio::test]
async fn a_damaged_notice_is_given_up_and_stands_in_no_ones_way() {
    let mut world = changed().await;
    world.inbox.answers("ops", Answer::status(503));
    world.hours_pass(6).await;
    world.damages_the_row("notices", "content = '{'");
    world.inbox.takes("ops");
    world.publishes("We sell all your personal data to everyone.").days_pass(1).await;
    assert_eq!(world.inbox().lines().filter(|l| l.contains("policy.changed")).count(), 1);
    assert_eq!(world.sql_count("deliveries WHERE state = 2 AND last_result LIKE '%is damaged%'"), 1);
}
