//! `browser = "auto"`: plain where that will do, a browser where it won't, and what worked is remembered.

use super::{CHROMIUM, TEXT, tell};
use crate::web::{Answer, Request};
use crate::world::{World, page};
use fineprint::model::Outcome;

const AUTO: &str = "browser = 'auto'";

/// Whether a browser asks: what a site looks at that sends others away.
fn is_browser(request: &Request) -> bool {
    request.header("user-agent").unwrap_or_default().contains("Chrome/")
}

/// A world whose site sends away who is no browser.
async fn guarded() -> World {
    let mut world = World::new().await;
    sends_plain_clients_away(&world, TEXT);
    world.watches("Acme", "Terms", "/policy").await;
    world.rules(AUTO).await;
    world
}

fn sends_plain_clients_away(world: &World, clause: &str) {
    let shown = page(&[clause]);
    world.site.serve_with("/policy", move |request| match is_browser(request) {
        true => Answer::page(shown.clone()),
        false => Answer::full(403, &[("content-type", "text/html")], "<h1>Forbidden</h1>"),
    });
}

/// How the site was asked for its page: `p`lainly or by a `b`rowser.
fn ways(world: &World) -> String {
    let asked = world.site.requests_for("/policy");
    asked.iter().map(|request| if is_browser(request) { 'b' } else { 'p' }).collect()
}

#[test]
fn a_site_that_sends_plain_clients_away_is_read_by_a_browser_from_then_on() {
    tell(async {
        let mut world = guarded().await;
        world.runs().await;
        let first = world.latest().await;
        assert_eq!((first.outcome, first.status, ways(&world).as_str()), (Outcome::First, Some(200), "pb"));

        world.hours_pass(12).await;
        assert_eq!(ways(&world), "pbbb");
        sends_plain_clients_away(&world, "Fees are due at once, whatever an invoice says about its date.");
        world.hours_pass(6).await;
        assert_eq!((world.latest().await.outcome, ways(&world).as_str()), (Outcome::Changed, "pbbbb"));

        // Now and then plain is tried again, and does no harm where it still fails.
        world.hours_pass(6 * 10).await;
        assert_eq!(ways(&world), "pbbbbbbbbbbbbpbb");
        let outcomes: Vec<Outcome> = world.checks().await[..10].iter().map(|check| check.outcome).collect();
        assert_eq!(outcomes, [Outcome::Unchanged; 10]);
        assert!(world.engine.store.overview().await.unwrap()[0].rendered);
    });
}

#[test]
fn a_source_goes_back_to_plain_where_plain_shows_the_same_words() {
    tell(async {
        let mut world = guarded().await;
        world.runs().await;
        world.site.serve("/policy", Answer::page(page(&[TEXT])));
        world.hours_pass(6 * 13).await;
        assert_eq!(ways(&world), "pbbbbbbbbbbbbpp");
        assert!(!world.engine.store.overview().await.unwrap()[0].rendered);
        assert_eq!(world.versions().await, ["1 Publisher"]);
    });
}

#[test]
fn a_shell_is_filled_by_a_browser_and_a_page_that_needs_none_is_never_shown_to_it() {
    tell(async {
        let mut world = World::new().await;
        let text = page(&[TEXT]).replace('\n', " ");
        world.answers(Answer::page(format!(
            "<!doctype html><title>Acme</title><nav><a href=/>Home</a> <a href=/p>Our prices in every country</a></nav>\
             <div id=root>Loading our terms for you. This takes a moment, please wait until they are here.</div>\
             <script>setTimeout(() => document.getElementById('root').innerHTML = `{text}`, 200)</script>"
        )));
        world.watches("Acme", "Terms", "/policy").await;
        world.rules(AUTO).await;
        world.runs().await;
        assert_eq!((world.latest().await.outcome, ways(&world).as_str()), (Outcome::First, "pb"));
        let version = world.engine.store.version(&world.id(), 1).await.unwrap().unwrap();
        assert!(version.text.to_markdown().contains(TEXT));

        let mut world = World::new().await;
        world.publishes(TEXT).watches("Acme", "Terms", "/policy").await;
        world.rules(AUTO).await;
        world.days_pass(1).await;
        assert_eq!(ways(&world), "ppppp");
    });
}

#[test]
fn where_no_chromium_is_the_look_says_how_to_get_one() {
    // Needs none: it is what a machine without says.
    let story = async {
        let mut world = World::new().await;
        sends_plain_clients_away(&world, TEXT);
        world.says("[browser]\npath = '/nowhere/chromium'\n").await;
        world.watches("Acme", "Terms", "/policy").await;
        world.rules(AUTO).await;
        world.runs().await;
        let look = world.latest().await;
        assert_eq!(look.outcome, Outcome::Unusable);
        assert_eq!(
            look.detail.unwrap(),
            format!(
                "the server answered HTTP 403; could not fetch {}: it needs a browser and `/nowhere/chromium`, named by \
                 `[browser] path` or FINEPRINT_CHROMIUM, is no program",
                world.site.url("/policy")
            )
        );
    };
    let _ = &CHROMIUM;
    tokio::runtime::Runtime::new().unwrap().block_on(story);
}
