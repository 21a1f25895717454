//! One document looked at in several ways: each keeps its own versions, one change in all of them is told once, and
//! what only some of them show is told after the time of grace.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use fineprint::model::News;
use fineprint::store::DeliveryFilter;
use insta::assert_snapshot;

use crate::web::Answer;
use crate::world::{World, html, page};

/// What the site shows to whoever asks for a language.
type Shown = Arc<Mutex<HashMap<String, String>>>;

const GERMAN: [&str; 4] = [
    "Sie müssen mindestens achtzehn Jahre alt sein, um unsere Dienste in irgendeinem Land zu nutzen.",
    "Gebühren sind innerhalb von dreißig Tagen nach dem Datum jeder Rechnung zu zahlen, die wir senden.",
    "Wir können Ihr Konto sperren, wenn Sie diese Regeln oder ein Gesetz brechen, das Sie bindet.",
    "Wir verkaufen Ihre Daten niemals an irgendjemanden, gleich aus welchem Grund.",
];

/// A document in English, seen so too from Japan (which here is a language that nobody has), and in German.
async fn watching() -> (World, Shown) {
    let mut world = World::new().await;
    let shown = Shown::default();
    let pages = Arc::clone(&shown);
    world.site.serve_with("/policy", move |request| {
        let asked = request.header("accept-language").unwrap_or("en");
        Answer::page(pages.lock().unwrap().get(asked).cloned().unwrap_or_default())
    });
    show(&shown, "en", page(&["We never sell your personal data to anyone.", "Iceland is supported."]));
    show(&shown, "ja", page(&["We never sell your personal data to anyone.", "Iceland is supported."]));
    show(&shown, "de", html(&GERMAN, ""));
    let lines = "[[source.variant]]\nname = 'japan'\naccept_language = 'ja'\n\
                 [[source.variant]]\nname = 'german'\naccept_language = 'de'\n";
    world.watches("Acme", "Terms", "/policy").await.rules(lines).await;
    world.days_pass(1).await;
    (world, shown)
}

fn show(shown: &Shown, to: &str, page: String) {
    shown.lock().unwrap().insert(to.to_owned(), page);
}

fn german(last: &str) -> String {
    html(&[GERMAN[0], GERMAN[1], GERMAN[2], last], "")
}

const MAY: [&str; 2] = ["We may sell your personal data to anyone.", "Iceland is supported."];
const DARF: &str = "Wir dürfen Ihre Daten an jeden verkaufen, gleich aus welchem Grund.";

async fn versions(world: &World) -> Vec<String> {
    let mut versions = Vec::new();
    for source in world.engine.sources.keys() {
        versions.push(format!("{source} {}", world.engine.store.versions(source).await.unwrap().len()));
    }
    versions
}

#[tokio::test]
async fn one_change_in_all_ways_is_told_once() {
    let (mut world, shown) = watching().await;
    show(&shown, "ja", page(&MAY));
    world.days_pass(1).await;
    show(&shown, "en", page(&MAY));
    world.days_pass(1).await;
    show(&shown, "de", german(DARF));
    world.days_pass(20).await;

    assert_eq!(versions(&world).await, ["acme/terms 2", "acme/terms.german 2", "acme/terms.japan 2"]);
    assert_snapshot!(world.inbox(), @"
    /ops policy.changed: [major] Acme · Terms changed: 1 clause reworded (data use)
        We [-never-]{+may+} sell your personal data to anyone.
    ");
    let told: Vec<bool> = world.changes().await.iter().map(|change| change.announced).collect();
    assert_eq!(told, [false, true, false]);
}

#[tokio::test]
async fn what_only_one_way_shows_is_told_after_the_time_of_grace() {
    let (mut world, shown) = watching().await;
    show(&shown, "ja", page(&["We never sell your personal data to anyone."]));
    world.hours_pass(72).await;
    assert_eq!(world.inbox(), "");
    world.days_pass(30).await;
    show(&shown, "ja", page(&["We never sell your personal data to anyone.", "Iceland is supported."]));
    world.days_pass(10).await;
    assert_snapshot!(world.inbox(), @"
    /ops policy.diverged: [major] Acme · Terms reads otherwise in `japan`: 1 clause removed (other)
        [-Iceland is supported.-]
    /ops policy.diverged: [minor] Acme · Terms and `japan` agree again
    ");
}

#[tokio::test]
async fn a_translation_that_does_not_follow_is_told_and_so_is_that_it_did() {
    let (mut world, shown) = watching().await;
    show(&shown, "en", page(&MAY));
    show(&shown, "ja", page(&MAY));
    world.days_pass(10).await;
    let warned = world.engine.store.state(&"acme/terms.german".parse().unwrap()).await.unwrap().warning;
    assert_snapshot!(warned.unwrap(), @"differs from acme/terms since 2026-03-02: 1 clause reworded");
    show(&shown, "de", german(DARF));
    world.days_pass(10).await;
    let state = world.engine.store.state(&"acme/terms.german".parse().unwrap()).await.unwrap();
    assert_eq!(state.warning, None);
    assert_snapshot!(world.inbox(), @"
    /ops policy.changed: [major] Acme · Terms changed: 1 clause reworded (data use)
        We [-never-]{+may+} sell your personal data to anyone.
    /ops policy.diverged: [major] Acme · Terms changed, and `german` has not followed: 1 clause reworded (data use)
        We [-never-]{+may+} sell your personal data to anyone.
    /ops policy.diverged: [minor] Acme · Terms and `german` agree again
    ");
}

#[tokio::test]
async fn a_way_that_can_not_be_read_proves_nothing() {
    let (mut world, shown) = watching().await;
    show(&shown, "de", "<p>Bitte warten".to_owned());
    show(&shown, "ja", page(&MAY));
    show(&shown, "en", page(&MAY));
    world.days_pass(6).await;
    assert_eq!(divergences(&world).await, 0);
    show(&shown, "de", html(&GERMAN, ""));
    world.days_pass(1).await;
    assert_eq!(divergences(&world).await, 1);
}

/// How many notices of a divergence were queued, each on its own or within a digest.
async fn divergences(world: &World) -> usize {
    let filter = DeliveryFilter { limit: None, ..DeliveryFilter::default() };
    let deliveries = world.engine.store.deliveries(filter).await.unwrap();
    deliveries.iter().filter(|delivery| delivery.notice.news == News::Diverged).count()
}
