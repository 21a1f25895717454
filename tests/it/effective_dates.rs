//! From when a change counts: in the notice, in the archive.

use insta::assert_snapshot;

use crate::world::World;

#[tokio::test]
async fn a_notice_says_from_when_a_change_is_in_force() {
    let mut world = World::watching("Acme", "Terms", "You pay monthly.").await;
    world.publishes("You pay yearly. These terms take effect on April 9, 2026.").days_pass(1).await;
    assert_snapshot!(world.inbox(), @r"
    /ops policy.changed: [major] Acme · Terms changed: 1 clause added, 1 removed (changes and notice, payment), in force from 2026-04-09 (in 39 days)
        [-You pay monthly.-]
        {+You pay yearly. These terms take effect on April 9, 2026.+}
    ");
    let [change] = &world.changes().await[..] else { panic!("one change") };
    assert_eq!(change.effective.unwrap().to_string(), "2026-04-09");
    assert_eq!(change.dates[0].sentence, "These terms take effect on April 9, 2026.");

    // The day stands as it stood: it is no news of the next change.
    world.publishes("You pay weekly. These terms take effect on April 9, 2026.").days_pass(1).await;
    let changes = world.changes().await;
    assert_eq!(changes.len(), 2);
    assert_eq!((changes[1].effective, changes[1].dates.len()), (None, 0));
}

#[tokio::test]
async fn a_notice_says_what_ends_in_the_words_of_the_page() {
    let mut world = World::watching("Acme", "Models", "Three models are available.").await;
    world.publishes("Two models are available. The model wren-1 will be shut down on March 31, 2026.");
    world.days_pass(1).await;
    assert_snapshot!(world.inbox(), @"
    /ops policy.changed: [critical] Acme · Models changed: 1 clause added, 1 removed (access limits, other), something ends on 2026-03-31 (in 30 days)
        [-Three models are available.-]
        {+Two models are available. The model wren-1 will be shut down on March 31, 2026.+}
    ");
    let [change] = &world.changes().await[..] else { panic!("one change") };
    assert_eq!(change.effective, None, "nothing takes effect");
    assert_eq!(change.dates[0].date.to_string(), "2026-03-31");
}
