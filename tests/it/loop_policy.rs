//! From a page to people: what is told, and what isn't.

use fineprint::model::{DeliveryState, Outcome};
use insta::assert_snapshot;

use crate::web::Answer;
use crate::world::{World, html, page};

const CLAUSE: &str = "We never sell your personal data to anyone.";

#[tokio::test]
async fn a_reworded_clause_is_announced_once() {
    let mut world = World::watching("Acme", "Privacy Policy", CLAUSE).await;
    world.publishes("We may sell your personal data to anyone.").days_pass(2).await;
    assert_snapshot!(world.inbox(), @"
    /ops policy.changed: [major] Acme · Privacy Policy changed: 1 clause reworded (data use)
        We [-never-]{+may+} sell your personal data to anyone.
    ");
    assert_eq!(world.inbox.attempts("ops").len(), 1);
    let [change] = &world.changes().await[..] else { panic!("one change") };
    assert_eq!(world.inbox.attempts("ops")[0].header("webhook-id"), Some(change.id.as_str()));
}

#[tokio::test]
async fn page_furniture_tells_no_one() {
    let mut world = World::watching("Acme", "Privacy Policy", CLAUSE).await;
    for hour in 0..8 {
        let banner = format!(
            "<div role=dialog class=cookie-banner>We use {hour} cookies. <button>Accept</button></div>"
        );
        let aside =
            format!("<aside>Updated {hour} hours ago. Related: <a href=/{hour}>Post {hour}</a></aside>");
        let policy = page(&[CLAUSE])
            .replace("<main>", &format!("{banner}<main>"))
            .replace("</main>", &format!("</main>{aside}"));
        world.answers(Answer::page(policy)).hours_pass(6).await;
    }
    assert_eq!(world.versions().await, ["1 Publisher"]);
    assert_eq!(world.inbox(), "");
    assert!(world.checks().await.len() > 8, "every look leaves a trace");
}

#[tokio::test]
async fn what_is_no_policy_is_never_a_version_and_is_told_once_after_a_day() {
    let troubles = [
        Answer::full(500, &[("content-type", "text/html")], page(&["Everything you knew is wrong."])),
        Answer::full(404, &[("content-type", "text/html")], page(&["This page is gone, sorry about that."])),
        Answer::page(""),
        Answer::page(html(&["Loading…"], "")),
        Answer::default().then_reset(),
    ];
    for trouble in troubles {
        let mut world = World::watching("Acme", "Terms", CLAUSE).await;
        world.answers(trouble).hours_pass(23).await;
        assert_eq!(world.inbox(), "", "a short trouble passes by itself");
        world.days_pass(3).await;
        assert!(
            world.inbox().starts_with("/ops source.degraded: Acme · Terms can't be read"),
            "{}",
            world.inbox()
        );
        world.publishes(CLAUSE).days_pass(2).await;
        let told = world.inbox();
        let kinds: Vec<_> = told.lines().map(|line| line.split(' ').nth(1).unwrap()).collect();
        assert_eq!(kinds, ["source.degraded:", "source.recovered:"], "{told}");
        assert_eq!(world.versions().await, ["1 Publisher"]);
    }
}

#[tokio::test]
async fn a_page_that_fails_for_a_month_fills_no_archive() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    let requests = std::sync::atomic::AtomicU32::new(0);
    world.site.serve_with("/policy", move |_| {
        let number = requests.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        Answer::full(503, &[("content-type", "text/html")], format!("Request {number} failed."))
    });
    world.days_pass(30).await;
    let evidence = world.sql_count("snapshots");
    assert!(
        evidence <= 60,
        "the policy, the first fifty sights of the trouble and a few of the rest: {evidence}"
    );
    let looks = world.checks().await.len();
    assert!((55..70).contains(&looks), "twice a day, more seldom than a page that can be read: {looks}");
}

#[tokio::test]
async fn a_held_page_ends_no_trouble() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.answers(Answer::status(500)).days_pass(2).await;
    let stub = "Something went wrong on our side, please try again in a few minutes or contact us.";
    world.publishes_only(&[stub]);
    world.clock.set(world.engine.store.next_due().await.unwrap().unwrap());
    world.runs().await;
    assert_eq!(world.latest().await.outcome, Outcome::Held);
    assert!(!world.inbox().contains("recovered"), "{}", world.inbox());
    world.answers(Answer::status(500)).days_pass(2).await;
    assert_eq!(world.inbox().lines().count(), 1, "and is told once: {}", world.inbox());
}

#[tokio::test]
async fn a_held_page_is_looked_at_again_soon() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.publishes_only(&[
        "We never sell your personal data to anyone, and that is all there is to say today.",
    ]);
    world.hours_pass(7).await;
    let looks: Vec<_> = world.checks().await.iter().map(|c| (c.at, c.outcome)).collect();
    let gaps: Vec<i64> = looks.windows(2).map(|w| w[0].0.duration_since(w[1].0).as_secs()).collect();
    let outcomes: Vec<Outcome> = looks.iter().map(|(_, outcome)| *outcome).collect();
    assert_eq!(outcomes[..5], [[Outcome::Changed].as_slice(), &[Outcome::Held; 4]].concat());
    assert_eq!(gaps[..4], [3600, 600, 120, 30], "most of it is missing: told if it still is after an hour");
}

#[tokio::test]
async fn a_clause_that_fails_to_load_now_and_then_tells_no_one() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    for _ in 0..5 {
        // Missing at one look, back at the second look half a minute later.
        world.answers(Answer::page(page(&[])));
        world.clock.set(world.engine.store.next_due().await.unwrap().unwrap());
        world.runs().await;
        assert_ne!(world.latest().await.outcome, Outcome::Changed);
        world.publishes(CLAUSE).minutes_pass(1).await;
        assert_eq!(world.latest().await.outcome, Outcome::Unchanged);
    }
    assert_eq!(world.inbox(), "");
}

#[tokio::test]
async fn a_text_that_flips_is_told_at_most_once() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    for _ in 0..6 {
        world.publishes("We may sell your personal data to anyone.").hours_pass(6).await;
        world.publishes(CLAUSE).hours_pass(6).await;
    }
    assert_eq!(world.inbox().lines().filter(|line| line.contains("policy.changed")).count(), 1);
}

#[tokio::test]
async fn one_failing_or_hanging_source_stops_no_other() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.site.serve("/gone", Answer::status(404));
    world.site.serve("/reset", Answer::default().then_reset());
    world
        .site
        .serve("/endless", Answer::head(200, &[("content-type", "text/html")]).then_endlessly("<p>more"));
    for (terms, path) in [("Gone", "/gone"), ("Reset", "/reset"), ("Endless", "/endless")] {
        world.watches("Zeta", terms, path).await;
    }
    world.publishes("We may sell your personal data to anyone.").hours_pass(12).await;
    assert_eq!(world.inbox().lines().filter(|line| line.contains("policy.changed")).count(), 1);
    assert_eq!(world.outbox(DeliveryState::Pending).await, [""; 0]);
}

#[tokio::test]
async fn what_is_stored_of_one_source_can_be_damaged_without_stopping_another() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.site.serve("/other", Answer::page(page(&["Other words that stand on the other page."])));
    world.watches("Zeta", "Other", "/other").await.hours_pass(1).await;
    world.damages_the_latest_version();
    world.publishes("We may sell your personal data to anyone.").hours_pass(6).await;
    let check = world.latest().await;
    assert_eq!(check.outcome, Outcome::Failed);
    assert!(check.detail.as_deref().unwrap().contains("is damaged"), "{:?}", check.detail);
    world.site.serve("/other", Answer::page(page(&["Other words that stand on the page of the others."])));
    world.hours_pass(6).await;
    assert!(world.inbox().starts_with("/ops policy.changed: [major] Zeta · Other"), "{}", world.inbox());
}

#[tokio::test]
async fn a_page_that_differs_in_nothing_that_is_read_is_not_read_again_and_is_evidence_all_the_same() {
    let loads = |token: u32, clause: &str| {
        let script = format!("<script nonce={token}>load('{token}')</script><!-- {token} -->");
        Answer::page(page(&[clause]).replace("<main>", &format!("{script}<main data-token='{token}'>")))
    };
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.answers(loads(1, CLAUSE)).hours_pass(6).await;
    // To compare it with what is known it would have to be read.
    world.damages_the_latest_version();
    for token in 2..5 {
        world.answers(loads(token, CLAUSE)).hours_pass(6).await;
        let check = world.latest().await;
        assert_eq!((check.outcome, check.detail), (Outcome::Unchanged, None), "token {token}");
        let seen = world.engine.store.latest_sight(&world.id()).await.unwrap().unwrap();
        assert!(String::from_utf8_lossy(&seen.body).contains(&format!("load('{token}')")));
    }
    world.answers(loads(5, "We may sell your personal data to anyone.")).hours_pass(6).await;
    assert_eq!(world.latest().await.outcome, Outcome::Failed, "it was read");
}

#[tokio::test]
async fn of_each_version_it_is_known_anew_which_pages_show_it() {
    let loads = |token: u32, clause: &str| {
        Answer::page(page(&[clause]).replace("<main>", &format!("<script>load('{token}')</script><main>")))
    };
    const OTHER: &str = "We may sell your personal data to anyone.";
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    let mut told = Vec::new();
    for (token, clause) in [CLAUSE, CLAUSE, OTHER, OTHER, CLAUSE].into_iter().enumerate() {
        world.answers(loads(token as u32, clause)).days_pass(5).await;
        told.push(world.changes().await.len());
    }
    assert_eq!(told, [0, 0, 1, 1, 2], "what the first version showed is news again");
    // What rules ask for may be in what nobody reads else.
    world.rules("remove = ['script + main p:first-of-type']").await.hours_pass(6).await;
    world.answers(loads(9, OTHER)).days_pass(5).await;
    assert_eq!(world.engine.store.state(&world.id()).await.unwrap().skeleton, None);
}

#[tokio::test]
async fn a_damaged_row_is_its_own_trouble_and_is_written_anew() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.site.serve("/other", Answer::page(page(&["Other words that stand on the other page."])));
    world.watches("Zeta", "Other", "/other").await.hours_pass(1).await;
    world.damages_the_row("sources", "due_at = -9223372036854775808");
    world.minutes_pass(1).await;
    assert!(world.latest().await.detail.unwrap().contains("damaged"), "it is said");
    world.publishes("We may sell your personal data to anyone.").days_pass(1).await;
    assert_eq!(world.inbox().lines().filter(|line| line.contains("policy.changed")).count(), 1);
}

#[tokio::test]
async fn trouble_before_a_time_in_which_nobody_looked_has_not_lasted() {
    let mut world = World::watching("Acme", "Terms", CLAUSE).await;
    world.answers(Answer::status(500)).hours_pass(12).await;
    world.clock.advance(jiff::SignedDuration::from_hours(240));
    world.runs().await;
    world.hours_pass(20).await;
    assert_eq!(world.inbox(), "", "it may have been well in between");
    world.days_pass(1).await;
    assert!(world.inbox().starts_with("/ops source.degraded"), "{}", world.inbox());
}
