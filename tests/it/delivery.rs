//! Many notices, several receivers, and the trouble they have.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use fineprint::clock::Clock as _;
use fineprint::model::DeliveryState;
use jiff::SignedDuration;

use crate::web::Answer;
use crate::world::World;

async fn world() -> World {
    World::watching("Acme", "Terms", "We never sell your personal data to anyone.").await
}

/// The subjects that a channel's receiver took, in order.
fn subjects(world: &World, channel: &str) -> Vec<String> {
    let prefix = format!("/{channel} ");
    let lines = world.inbox();
    lines.lines().filter_map(|line| line.strip_prefix(&prefix)).map(str::to_owned).collect()
}

#[tokio::test]
async fn a_later_notice_of_a_source_waits_for_the_earlier_one_and_another_sources_does_not() {
    let mut world = world().await;
    world.watches("Beta", "Limits", "/policy").await;
    world.hours_pass(12).await;
    // One notice is refused for a while, whatever else the receiver takes.
    let refuses = Arc::new(AtomicBool::new(true));
    let on = Arc::clone(&refuses);
    world.inbox.takes_if("ops", move |request| {
        let body = String::from_utf8_lossy(&request.body).into_owned();
        !(on.load(Ordering::Relaxed) && body.contains("acme/terms") && body.contains("edition 1"))
    });
    world.publishes("This is edition 1 of what we may do with your data.").hours_pass(12).await;
    world.publishes("This is edition 2 of what we may do with your data.").hours_pass(7).await;
    let told = subjects(&world, "ops");
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told.iter().all(|subject| subject.contains("Beta")), "{told:#?}");
    refuses.store(false, Ordering::Relaxed);
    world.days_pass(1).await;
    let taken = world.inbox.taken("ops");
    let of_acme: Vec<bool> =
        taken.iter().filter(|b| b.contains("acme/terms")).map(|b| b.contains("never sell")).collect();
    assert_eq!(of_acme, [true, false], "the first one tells what was before");
}

#[tokio::test]
async fn a_failing_channel_rests_and_the_others_are_told_once_and_once_when_it_works_again() {
    let mut world = world().await;
    world.inbox.takes("team");
    world.tells("team").await;
    world.hours_pass(6).await;
    world.inbox.answers("ops", Answer::status(503));
    world.fills_the_outbox("ops", 50).await;
    world.days_pass(1).await;
    let attempts = world.inbox.attempts("ops").len();
    assert!((40..=60).contains(&attempts), "{attempts} attempts in a day, one at a time");
    let told = subjects(&world, "team");
    assert_eq!(told, ["channel.failing: Channel `ops` fails: 127.0.0.1 answered 503 Service Unavailable"]);

    world.inbox.takes("ops");
    world.minutes_pass(30).await;
    let taken: BTreeSet<_> = world.inbox.taken("ops").into_iter().collect();
    assert_eq!(taken.len(), 50, "what waited is there as soon as it works again");
    let told = subjects(&world, "team");
    assert_eq!(told.len(), 2, "{told:#?}");
    assert_eq!(told[1], "channel.recovered: Channel `ops` works again");
}

#[tokio::test]
async fn what_waits_for_a_receiver_that_fails_for_three_days_is_given_up_and_can_be_replayed() {
    let mut world = world().await;
    world.inbox.answers("ops", Answer::status(500));
    world.fills_the_outbox("ops", 300).await;
    world.days_pass(4).await;
    assert_eq!(world.outbox(DeliveryState::Pending).await, [""; 0]);
    let dead = world.outbox(DeliveryState::Dead).await;
    assert_eq!(dead.len(), 300);
    let waited =
        dead.iter().filter(|line| line.contains("the receiver has failed since 2026-03-01 00:00 UTC"));
    assert!(waited.count() > 200, "{dead:#?}");
    world.inbox.takes("ops");
    assert_eq!(world.engine.store.retry(None, world.clock.now()).await.unwrap(), 300);
    world.runs().await;
    assert_eq!(world.inbox.taken("ops").len(), 300);
}

#[tokio::test]
async fn a_channel_that_is_gone_is_told_to_the_others() {
    let mut world = world().await;
    world.inbox.takes("team");
    world.tells("team").await;
    world.inbox.answers("ops", Answer::status(410));
    world.fills_the_outbox("ops", 3).await;
    world.runs().await;
    world.runs().await;
    assert_eq!(world.inbox.attempts("ops").len(), 1);
    let told = subjects(&world, "team");
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].starts_with("channel.failing: Channel `ops` is disabled: "), "{told:#?}");
}

#[tokio::test]
async fn receivers_that_hang_cost_one_timeout_and_the_others_nothing() {
    let mut world = world().await;
    let names: Vec<String> = (0..12).map(|n| format!("r{n}")).collect();
    for name in &names {
        world.tells(name).await;
        match name.ends_with(['1', '4', '7']) {
            true => world.inbox.answers(name, Answer::default().then_stall()),
            false => world.inbox.takes(name),
        }
        world.fills_the_outbox(name, 60).await;
    }
    world.runs().await;
    for name in &names {
        let (taken, attempts) = (world.inbox.taken(name).len(), world.inbox.attempts(name).len());
        let expected = if name.ends_with(['1', '4', '7']) { (0, 1) } else { (60, 60) };
        assert_eq!((taken, attempts), expected, "{name}");
    }
    let next = world.engine.store.next_delivery().await.unwrap().unwrap();
    assert!(next > world.clock.now(), "nobody is asked again at once");
    assert!(next < world.clock.now() + SignedDuration::from_secs(10));
    world.leaves_something_unsent();
}

#[tokio::test]
async fn a_daily_digest_tells_the_day_in_one_and_what_is_critical_at_once() {
    let mut world = world().await;
    world.watches("Beta", "Limits", "/policy").await;
    world.tells_so("ops", "digest = 'daily 08:00'\ntimezone = 'Europe/Paris'").await;
    world.hours_pass(12).await;
    world.publishes("This is edition 1 of what we may do with your data.").hours_pass(12).await;
    assert_eq!(world.inbox(), "", "nothing before its time");
    world.days_pass(1).await;
    let told = subjects(&world, "ops");
    assert_eq!(told.len(), 1, "{told:#?}");
    assert!(told[0].starts_with("notices.digest: [major] 2 changes: Beta and Acme"), "{told:#?}");
    let request = &world.inbox.attempts("ops")[0];
    let at: i64 = request.header("webhook-timestamp").unwrap().parse().unwrap();
    assert_eq!(jiff::Timestamp::from_second(at).unwrap().to_string(), "2026-03-02T07:00:00Z");
    let body: serde_json::Value = serde_json::from_slice(&request.body).unwrap();
    let ids: BTreeSet<_> =
        body["data"]["notices"].as_array().unwrap().iter().map(|n| n["id"].as_str().unwrap()).collect();
    let changes = world.changes().await;
    assert_eq!(ids, changes.iter().map(|change| change.id.as_str()).collect(), "it names what it tells");
    let delivered = world.outbox(DeliveryState::Delivered).await;
    assert_eq!(delivered.len(), 3, "the digest and what it tells: {delivered:#?}");
    assert_eq!(delivered.iter().filter(|line| line.contains("told in dig_")).count(), 2);
}

#[tokio::test]
async fn a_digest_that_is_not_taken_is_the_same_digest_until_it_is() {
    let mut world = world().await;
    world.watches("Beta", "Limits", "/policy").await;
    world.tells_so("ops", "digest = 'hourly'").await;
    world.hours_pass(12).await;
    world.inbox.answers("ops", Answer::status(503));
    world.publishes("This is edition 1 of what we may do with your data.").hours_pass(8).await;
    world.publishes("This is edition 2 of what we may do with your data.").hours_pass(8).await;
    let attempts = world.inbox.attempts("ops");
    let ids: BTreeSet<_> = attempts.iter().map(|r| r.header("webhook-id").unwrap().to_owned()).collect();
    assert!(attempts.len() > ids.len() && ids.len() <= 3, "{ids:?} in {} attempts", attempts.len());
    world.inbox.takes("ops");
    world.days_pass(2).await;
    let told: Vec<_> = world.inbox.taken("ops");
    let changes = world.changes().await;
    assert_eq!(changes.len(), 4);
    for change in changes {
        let times = told.iter().filter(|body| body.contains(&format!("\"id\":\"{}\"", change.id))).count();
        assert_eq!(times, 1, "{} is told {times} times", change.id);
    }
}

#[tokio::test]
async fn a_redesign_of_many_pages_is_one_notice_and_a_rate_says_what_it_folded() {
    let mut world = world().await;
    for terms in ["Limits", "Privacy", "Regions", "Prices", "Appeals"] {
        world.watches("Acme", terms, "/policy").await;
    }
    world.hours_pass(12).await;
    world.publishes("This is edition 1 of what we may do with your data.");
    world.looks_at_all_at_once().await;
    let told = subjects(&world, "ops");
    assert_eq!(told, ["notices.digest: [major] Acme · 6 changes"]);
    world.tells_so("ops", "at_most = '1 per day'").await;
    world.fills_the_outbox("ops", 4).await;
    world.days_pass(2).await;
    let told = subjects(&world, "ops");
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told[1].contains("] 4 notices: Example 0, Example 1 and 2 more services"), "{told:#?}");
    assert!(world.inbox.taken("ops")[1].contains("this channel gets at most 1 message a day"));
}

#[tokio::test]
async fn routes_say_who_is_told_and_notify_where_none_fits() {
    let mut world = world().await;
    for name in ["legal", "pager"] {
        world.inbox.takes(name);
        world.tells(name).await;
    }
    world.watches("Beta", "Limits", "/policy").await;
    world
        .says(
            "[[route]]\nname = 'sales'\nwords = ['sell*']\nservice = 'acme'\nnotify = 'legal'\ncontinue = true\n\
             [[route]]\nsource = 'acme/*'\nseverity = 'major'\nnotify = ['pager', 'legal']\n\
             [[route]]\nservice = 'beta'\nnotify = []\n",
        )
        .await;
    world.hours_pass(12).await;
    world.publishes("We may sell your personal data to anyone.").hours_pass(12).await;
    assert_eq!(subjects(&world, "ops"), [""; 0]);
    assert_eq!((subjects(&world, "legal").len(), subjects(&world, "pager").len()), (1, 1));
    assert_eq!(world.changes().await.len(), 2, "nobody is told of the other, but it is kept");
}

#[tokio::test]
async fn a_heartbeat_says_that_all_is_well_and_pings_only_then() {
    let mut world = world().await;
    world.inbox.web.serve("/alive", Answer::status(200));
    let ping = world.inbox.web.url("/alive");
    world.says(&format!("[heartbeat]\nschedule = 'every 1d'\nping = '{ping}'\n")).await;
    world.days_pass(3).await;
    let told = subjects(&world, "ops");
    assert_eq!(told.len(), 3, "{told:#?}");
    assert!(told[1].starts_with("fineprint.heartbeat: The one source was read since 2026-03-0"), "{told:#?}");
    assert!(told[1].ends_with(" UTC: nothing changed"), "{told:#?}");
    assert_eq!(world.inbox.attempts("alive").len(), 3);
    world.answers(Answer::status(500)).days_pass(4).await;
    let told = subjects(&world, "ops");
    assert!(told.last().unwrap().contains("0 of 1 sources were read since"), "{told:#?}");
    assert!(world.inbox.attempts("alive").len() <= 4, "who sees nothing is not alive");
}
