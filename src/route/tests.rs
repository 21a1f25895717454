use super::*;
use crate::model::{Excerpt, ExcerptKind, Run};
use crate::notice;

fn notice() -> Notice {
    let excerpt = Excerpt {
        path: vec!["4. Supported countries".into()],
        kind: ExcerptKind::Removed,
        runs: vec![Run::Removed("Iceland and the Åland".into()), Run::Kept(" islands".into())],
    };
    Notice {
        news: News::Changed,
        source: "open-ai/usage-policies".parse().unwrap(),
        service: "Open AI".into(),
        terms: "Usage Policies".into(),
        severity: Severity::Major,
        topics: vec![Topic::Geography],
        excerpts: vec![excerpt],
        ..notice::sample("2026-03-01T00:00:00Z".parse().unwrap())
    }
}

fn channel(name: &str) -> ChannelName {
    name.parse().unwrap()
}

fn to(name: &str) -> Route {
    Route { notify: vec![channel(name)], ..Route::default() }
}

fn patterns(texts: &[&str]) -> Vec<Pattern> {
    texts.iter().map(|text| Pattern::parse(text).unwrap()).collect()
}

fn words(texts: &[&str]) -> Vec<Words> {
    texts.iter().map(|text| Words::parse(text).unwrap()).collect()
}

#[test]
fn a_route_takes_what_fits_all_it_says() {
    let route = to("ops");
    let table = [
        (Route { service: patterns(&["open ai"]), ..route.clone() }, None),
        (Route { service: patterns(&["open-ai"]), ..route.clone() }, None),
        (Route { service: patterns(&["acme", "open*"]), ..route.clone() }, None),
        (Route { service: patterns(&["open"]), ..route.clone() }, Some("the service is Open AI")),
        (Route { source: patterns(&["*/usage*"]), ..route.clone() }, None),
        (
            Route { source: patterns(&["usage*"]), ..route.clone() },
            Some("the source is open-ai/usage-policies"),
        ),
        (Route { terms: patterns(&["*policies"]), ..route.clone() }, None),
        (Route { topic: vec![Topic::Geography, Topic::Payment], ..route.clone() }, None),
        (Route { topic: vec![Topic::Payment], ..route.clone() }, Some("it is about other topics")),
        (Route { severity: Some(Severity::Major), ..route.clone() }, None),
        (Route { severity: Some(Severity::Critical), ..route.clone() }, Some("it is major")),
        (Route { words: words(&["sanction*", "iceland"]), ..route.clone() }, None),
        (Route { words: words(&["ice"]), ..route.clone() }, Some("the words don't stand in it")),
        (Route { words: words(&["ice*"]), ..route.clone() }, None),
        (Route { words: words(&["ålAND  islands"]), ..route.clone() }, None),
        (Route { words: words(&["supported countries"]), ..route.clone() }, None),
        (Route { news: vec![News::Degraded], ..route.clone() }, Some("it is another kind of news")),
        (
            Route { service: patterns(&["open*"]), severity: Some(Severity::Critical), ..route.clone() },
            Some("it is major"),
        ),
        (route, None),
    ];
    for (route, expected) in table {
        assert_eq!(route.misfit(&notice()).as_deref(), expected, "{route:?}");
    }
}

#[test]
fn words_of_a_script_without_spaces_are_found_too() {
    let notice = Notice { subject: "使用条款已更改".into(), ..notice() };
    assert!(Words::parse("条款").unwrap().stand_in(&notice));
    assert_eq!(Words::parse(" * "), None);
}

#[test]
fn where_clauses_were_cut_a_route_that_looks_for_words_takes_the_notice() {
    let route = Route { words: words(&["nowhere"]), ..to("ops") };
    assert!(route.misfit(&notice()).is_some());
    assert_eq!(route.misfit(&Notice { cut: 1, ..notice() }), None);
}

#[test]
fn the_first_that_fits_decides_unless_it_goes_on() {
    let critical = Route { severity: Some(Severity::Critical), ..to("pager") };
    let legal = Route { topic: vec![Topic::Geography], goes_on: true, ..to("legal") };
    let routes = [critical.clone(), legal.clone(), to("ops"), to("never")];
    let answers = explain(&routes, &notice());
    assert_eq!(answers[1..], [Answer::Takes, Answer::Takes, Answer::NotAsked]);
    let told = |routes: &[Route]| recipients(routes, &notice(), &[channel("default")]);
    assert_eq!(told(&routes), [channel("legal"), channel("ops")]);
    assert_eq!(told(&[critical]), [channel("default")], "none fits");
    assert_eq!(told(&[legal.clone(), legal.clone()]), [channel("legal")], "named twice, told once");
    let nobody = Route { notify: vec![], ..Route::default() };
    assert_eq!(told(&[nobody]), []);
    let own = Notice { news: News::Heartbeat, ..notice() };
    assert_eq!(recipients(&[to("ops")], &own, &[channel("default")]), [channel("default")]);
    let asks = Route { news: vec![News::Heartbeat], ..to("ops") };
    assert_eq!(recipients(&[asks], &own, &[]), [channel("ops")]);
}
