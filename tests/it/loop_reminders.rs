//! What is told once more: dates that arrive, and critical changes that nobody acknowledged.

use fineprint::model::{Deed, Review, Severity};
use insta::assert_snapshot;
use jiff::Timestamp;

use crate::world::{World, without_topics};

/// As the archive has it.
const DAY: &str = r#""date":"2026-03-15","kind":"takes_effect","sentence":"These terms apply from 15 March 2026.","counted_from":null"#;

const CLAUSE: &str = "We never sell your personal data to anyone.";

/// A world in which a change was told on 1 March; `says` is what the archive holds of it.
async fn changed(says: &str) -> (World, String) {
    let says = says.replace("DAY", DAY);
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.publishes("We may sell your personal data to anyone.").hours_pass(6).await;
    world.change_says(&says);
    let told = world.inbox();
    (world, told)
}

/// Each reminder that came since, with the time it was asked for.
async fn reminders(world: &World, told: &str) -> String {
    let filter = fineprint::store::DeliveryFilter::default();
    let mut all = world.engine.store.deliveries(filter).await.unwrap();
    all.reverse();
    assert!(world.inbox().starts_with(told));
    let line = |d: &fineprint::model::Delivery| {
        format!("{} {}\n    {}\n", d.queued_at.strftime("%F %R UTC"), d.notice.subject, d.notice.summary)
    };
    let lines: String = all.iter().skip(told.matches("policy.").count()).map(line).collect();
    without_topics(&lines)
}

async fn does(world: &World, deed: Deed) {
    let change = world.changes().await.remove(0).id;
    let at = fineprint::clock::Clock::now(&world.clock);
    let entry = Review { change, at, by: "ana".into(), deed, assignee: None, note: Some("read".into()) };
    world.engine.store.append_reviews(vec![entry]).await.unwrap();
}

#[tokio::test]
async fn a_date_is_told_a_week_and_a_day_before_it_arrives() {
    let (mut world, told) = changed("dates = '[{DAY}]', severity = 1").await;
    world.reminds("").await.days_pass(30).await;
    assert_snapshot!(reminders(&world, &told).await, @"
    2026-03-08 08:00 UTC [major] Acme · Terms: in force from 2026-03-15 (in 7 days)
        “These terms apply from 15 March 2026.” Announced on 2026-03-01: 1 clause reworded. Nobody has acknowledged it.
    2026-03-14 08:00 UTC [major] Acme · Terms: in force from 2026-03-15 (in 1 day)
        “These terms apply from 15 March 2026.” Announced on 2026-03-01: 1 clause reworded. Nobody has acknowledged it.
    ");
    assert!(world.inbox().contains("/ops policy.effective: [major] Acme"), "{}", world.inbox());
}

#[tokio::test]
async fn reminders_come_when_the_configuration_says() {
    let (mut world, told) = changed("dates = '[{DAY}]', severity = 1").await;
    world.reminds("before = ['1w', '10d']").await.days_pass(30).await;
    assert_snapshot!(reminders(&world, &told).await.matches("] Acme").count(), @"2");
    let (mut world, told) = changed("dates = '[{DAY}]', severity = 2").await;
    world.reminds("before = []\nunreviewed = 'never'").await.days_pass(30).await;
    assert_eq!(reminders(&world, &told).await, "");
}

#[tokio::test]
async fn after_a_time_without_power_one_reminder_comes_late() {
    let (mut world, told) = changed("dates = '[{DAY}]', severity = 1").await;
    world.reminds("").await;
    world.clock.set("2026-03-14T20:00:00Z".parse::<Timestamp>().unwrap());
    world.days_pass(2).await;
    assert_snapshot!(reminders(&world, &told).await.lines().next().unwrap_or_default(), @"2026-03-14 20:00 UTC [major] Acme · Terms: in force from 2026-03-15 (in 1 day)");
    assert_eq!(reminders(&world, &told).await.matches("] Acme").count(), 1);
}

#[tokio::test]
async fn a_critical_change_that_nobody_acknowledged_is_told_once_more() {
    let (mut world, told) = changed("severity = 2").await;
    assert_eq!(world.changes().await[0].severity, Severity::Critical);
    world.reminds("").await.days_pass(20).await;
    assert_snapshot!(reminders(&world, &told).await, @"
    2026-03-04 02:18 UTC [critical] Acme · Terms: not acknowledged for 3 days: 1 clause reworded
        Announced on 2026-03-01: 1 clause reworded. `fineprint review ack chg_a94216443a6d034d9d9107f2 --note …` says that somebody has read it.
    ");
    let told = world.inbox();
    does(&world, Deed::Acknowledged).await;
    world.days_pass(10).await;
    does(&world, Deed::Reopened).await;
    world.days_pass(10).await;
    assert_snapshot!(reminders(&world, &told).await, @"
    2026-04-03 06:00 UTC [critical] Acme · Terms: not acknowledged for 3 days: 1 clause reworded
        Announced on 2026-03-01, reopened on 2026-03-31: 1 clause reworded. `fineprint review ack chg_a94216443a6d034d9d9107f2 --note …` says that somebody has read it.
    ");
}

#[tokio::test]
async fn what_was_acknowledged_or_is_not_critical_is_not_told_again() {
    let (mut world, told) = changed("severity = 2").await;
    does(&world, Deed::Acknowledged).await;
    world.reminds("unreviewed = '1d'").await.days_pass(10).await;
    assert_eq!(world.inbox(), told);
    let (mut world, told) = changed("severity = 1").await;
    world.reminds("unreviewed = '1d'").await.days_pass(10).await;
    assert_eq!(world.inbox(), told);
}

#[tokio::test]
async fn what_nobody_was_told_of_or_is_old_is_not_told_again() {
    let (mut world, told) = changed("severity = 2").await;
    world.clock.set("2026-05-01T00:00:00Z".parse::<Timestamp>().unwrap());
    world.reminds("").await.days_pass(5).await;
    assert_eq!(world.inbox(), told, "two months old when reminders were switched on");
}

#[tokio::test]
async fn the_same_reminder_is_queued_once_whoever_looks() {
    let (mut world, told) = changed("dates = '[{DAY}]', severity = 2").await;
    world.reminds("").await;
    world.clock.set("2026-03-08T09:00:00Z".parse::<Timestamp>().unwrap());
    let (one, other) = (world.engine.clone(), world.engine.clone());
    let (one, other) = tokio::join!(fineprint::remind::remind(&one), fineprint::remind::remind(&other));
    assert!(one.unwrap().queued + other.unwrap().queued >= 2);
    world.runs().await;
    assert_eq!(
        reminders(&world, &told).await.matches("] Acme").count(),
        2,
        "one of the date, one of the silence"
    );
}
