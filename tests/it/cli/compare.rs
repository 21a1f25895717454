//! `diff` in all its forms, of one source and of several.

use fineprint::model::Kind;
use insta::assert_snapshot;

use super::*;

/// `acme/usage-policies` in three versions, and `acme/service-limits` in two, of March: a price, a country and a section.
async fn two_sources(place: &Place) {
    let store = three_versions(place).await;
    let limits = source("Service Limits");
    let text = |price: &str, countries: &[&str], sections: [&str; 2]| {
        let mut text = policy(&["# Prices"]);
        text.clauses.push(Clause::new(Kind::Row, "Plan | Price"));
        text.clauses.push(Clause::new(Kind::Row, format!("Team | {price}")));
        text.clauses.push(Clause::heading(2, "Countries"));
        text.clauses.extend(countries.iter().map(|name| Clause::new(Kind::Item(1), *name)));
        for section in sections {
            text.clauses.push(Clause::heading(2, section));
            text.clauses
                .push(Clause::paragraph(format!("What {section} says to those who read it to the end.")));
            text.clauses
                .push(Clause::paragraph(format!("And what {section} adds on its second page for them.")));
        }
        text
    };
    let before = text("$10", &["Chad", "France", "Hong Kong", "Iceland", "Japan"], ["Queues", "Quotas"]);
    let after = text("$12", &["Chad", "France", "Iceland", "Japan", "Togo", "Peru"], ["Quotas", "Queues"]);
    let days = ["2026-01-20T06:00:00Z", "2026-03-20T06:00:00Z"].map(at);
    store.sync_sources(&[source("Usage Policies"), limits.clone()], days[0]).await.unwrap();
    store.record(first(&limits, days[0], &before)).await.unwrap();
    store.record(changed(&limits, days[1], 2, &before, &after)).await.unwrap();
}

#[tokio::test]
async fn lists_are_sets_rows_have_cells_and_sections_move_whole() {
    let place = Place::new();
    two_sources(&place).await;
    assert_snapshot!(place.run("diff acme/service-limits --context 0"), @"
    Acme · Service Limits
    acme/service-limits https://acme.example/Service-Limits
    version 1, seen 2026-01-20 06:00 → version 2, seen 2026-03-20 06:00 UTC
    critical · 1 clause reworded, 2 added, 1 removed, 1 section moved under “Prices”
    and “Countries” · 3 words added, 3 removed · no date of effect found in the text

        … 1 clause unchanged

    Prices
      ~ Team | [-$10-]{+$12+}

    Countries
      ~ list: removed: Hong Kong; added: Togo, Peru

      > moved: section “Quotas” with 2 clauses
        … 2 clauses unchanged
    ");
}

#[tokio::test]
async fn several_sources_are_read_since_a_day() {
    let place = Place::new();
    two_sources(&place).await;
    assert_snapshot!(place.run("diff acme --since 2026-02-01 --stat"), @"
    acme/service-limits  1 clause reworded, 2 added, 1 rem…  +3 -3 words  +++---
    acme/usage-policies  2 clauses reworded, 1 added, 1 re…  +6 -4 words  ++++++----
    2 sources changed, 9 words added, 7 removed
    ");
    assert_snapshot!(place.run("diff --since 2026-03-15 --stat"), @"
    acme/service-limits  1 clause reworded, 2 added, 1 rem…  +3 -3 words  +++++-----
    1 source changed, 3 words added, 3 removed
    ");
    assert_snapshot!(place.run("diff acme --since 2026-04-01"), @"
    ! nothing changed at 2 sources since 2026-04-01
    ");
    assert_snapshot!(place.run("diff"), @"
    ! error: say what to compare
    ! hint: name a source (`fineprint status` lists them), or write --since TIME for all of them
    exit code 2
    ");
    assert_snapshot!(place.run("diff acme 1..2 2..3"), @"
    ! error: `2..3` is a second range
    ! hint: several sources are compared between the same dates
    exit code 2
    ");
    assert_snapshot!(place.run("diff acme 7 --stat"), @"
    ! error: invalid value '7' for '[FROM..TO]': write 6..7 for the change that made version 7, 7.. for all since
    ! hint: `fineprint log` lists the versions
    exit code 2
    ");
    let all = place.run("diff acme --since 2026-01-01");
    let titles: Vec<&str> = all.lines().filter(|line| line.starts_with("Acme · ")).collect();
    assert_eq!(titles, ["Acme · Service Limits", "Acme · Usage Policies"]);
    // Between dates, each source has its own versions.
    assert_eq!(all, place.run("diff acme 2026-01-01..@latest"));
    assert_eq!(place.run("diff acme --since 2026-03-15 --exit-code").lines().last(), Some("exit code 1"));
}

#[tokio::test]
async fn two_texts_stand_side_by_side_where_there_is_room() {
    let place = Place::new();
    two_sources(&place).await;
    let wide = place.told(place.command("diff acme/usage-policies").env("COLUMNS", "140"));
    assert_snapshot!(wide, @"
    Acme · Usage Policies
    acme/usage-policies https://acme.example/Usage-Policies
    version 2, seen 2026-02-10 06:00 → version 3, seen 2026-03-10 06:00 UTC
    major · 1 clause reworded, 1 added, 1 removed under “Suspension” and “Appeals” · 5 words added, 3
    removed · no date of effect found in the text

    Suspension
    ~ We may suspend you [-with-] notice.                                │ ~ We may suspend you {+without+} notice.

    Appeals
      You may appeal within 14 days.                                     │   You may appeal within 14 days.
    - We answer.                                                         │ + Our answer is final.
    ");
    assert_eq!(
        wide,
        place.told(place.command("diff acme/usage-policies --layout side-by-side").env("COLUMNS", "140"))
    );
    let inline = place.told(place.command("diff acme/usage-policies --layout inline").env("COLUMNS", "140"));
    assert!(!inline.contains('│'), "{inline}");
}

#[tokio::test]
async fn a_patch_marks_words_as_git_does() {
    let place = Place::new();
    two_sources(&place).await;
    assert_snapshot!(place.run("diff acme/usage-policies --word-diff --context 0"), @"
    --- acme/usage-policies@2 2026-02-10T06:00:00Z
    +++ acme/usage-policies@3 2026-03-10T06:00:00Z
    @@ -3,1 +3,1 @@
    We may suspend you [-with-]{+without+} notice.
    @@ -9,1 +9,1 @@
    [-We answer.-]{+Our answer is final.+}
    ");
}

#[tokio::test]
async fn only_what_is_about_a_topic_is_shown() {
    let place = Place::new();
    two_sources(&place).await;
    assert_snapshot!(place.run("diff acme/usage-policies 1.. --topic suspension_termination --context 0"), @"
    Acme · Usage Policies
    acme/usage-policies https://acme.example/Usage-Policies
    version 1, seen 2026-01-10 06:00 → version 3, seen 2026-03-10 06:00 UTC
    critical · 1 clause reworded under “Suspension” · 1 word added, 1 removed · 2
    changes in a row · no date of effect found in the text

    Suspension
      ~ We may suspend you [-with-]{+without+} notice.

    3 changed clauses about other topics left out
    ");
    assert_snapshot!(place.run("diff acme --since 2026-01-01 --topic security"), @"
    nothing changed about that
    ");
    assert_snapshot!(place.run("diff acme/usage-policies --topic payment --format unified"), @"
    ! error: a patch holds all that changed, not only some topics
    ! hint: leave out --topic, or choose another --format
    exit code 2
    ");
}

#[tokio::test]
async fn a_page_is_complete_in_itself() {
    let place = Place::new();
    two_sources(&place).await;
    let page = place.run("diff acme --since 2026-01-01 --format html");
    assert!(page.starts_with("<!doctype html>\n<html lang=\"en\">"), "{page}");
    for part in [
        "default-src 'none'",
        "<h1>Acme · Service Limits</h1>",
        "<del",
        "<ins",
        "prefers-color-scheme: dark",
        "@media print",
    ] {
        assert!(page.contains(part), "{part}");
    }
    for loaded in ["src=", "<link", "@import", "url(", "<script"] {
        assert!(!page.contains(loaded), "{loaded}");
    }
    // Links lead to the document itself and from change to change, and nowhere else.
    let targets: Vec<&str> =
        page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(targets.len(), page.matches("<a ").count());
    for target in &targets {
        let is_there = target.strip_prefix('#').is_some_and(|name| page.contains(&format!("id=\"{name}\"")));
        assert!(is_there || target.starts_with("https://acme.example/"), "{target}");
    }
    assert!(targets.contains(&"#c1-1") && targets.contains(&"#c2-1"), "{targets:?}");
}

#[tokio::test]
async fn json_is_as_its_schema_says() {
    let place = Place::new();
    two_sources(&place).await;
    place.write("diff.jsonl", &place.run("diff acme --since 2026-01-01 --format json"));
    let Some(python) = crate::need::python(&["jsonschema==4.25.1"]) else { return };
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diff.schema.json");
    let script = "
import json, sys
from jsonschema import Draft202012Validator as V
schema = json.load(open(sys.argv[1])); V.check_schema(schema); v = V(schema); lines = open(sys.argv[2]).read().splitlines()
kinds = set()
for line in lines:
    v.validate(json.loads(line)); kinds |= {e['kind'] for e in json.loads(line)['diff']['edits']}
broken = json.loads(lines[0]); broken['diff']['edits'][0]['kind'] = 'lost'
assert not v.is_valid(broken)
print(len(lines), sorted(kinds))";
    let output = std::process::Command::new(python)
        .args(["-c", script])
        .arg(schema)
        .arg(place.path("diff.jsonl"))
        .output()
        .unwrap();
    let told =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert_eq!(told.trim(), "2 ['added', 'moved', 'removed', 'reworded']");
}

#[tokio::test]
async fn the_latest_texts_of_two_sources_are_compared_with_each_other() {
    let place = Place::new();
    let store = place.archive().await;
    let [here, there, unread] =
        ["Supported Countries", "Supported Countries Japan", "Price List"].map(source);
    let countries = |names: &[&str]| {
        let mut text = policy(&["# Where you may use it", "You may use it in these countries."]);
        text.clauses.extend(names.iter().map(|name| Clause::new(Kind::Item(1), *name)));
        text
    };
    let [january, march] = ["2026-01-20T06:00:00Z", "2026-03-20T06:00:00Z"].map(at);
    store.sync_sources(&[here.clone(), there.clone(), unread], january).await.unwrap();
    let (once, now) =
        (countries(&["Chad", "Japan", "Togo"]), countries(&["Chad", "Iceland", "Japan", "Togo"]));
    store.record(first(&here, january, &once)).await.unwrap();
    store.record(changed(&here, march, 2, &once, &now)).await.unwrap();
    store.record(first(&there, january, &countries(&["Chad", "Iceland", "Japan"]))).await.unwrap();

    assert_snapshot!(
        place.run("diff acme/supported-countries --against acme/supported-countries-japan --context 0"),
        @"
    Acme · Supported Countries
    acme/supported-countries https://acme.example/Supported-Countries
    acme/supported-countries version 2, seen 2026-03-20 06:00 →
    acme/supported-countries-japan version 1, seen 2026-01-20 06:00 UTC
    1 clause removed under “Where you may use it” · 1 word removed

        … 4 clauses unchanged

    Where you may use it
      - • Togo
    "
    );
    let json = place.run(
        "diff acme/supported-countries --against acme/supported-countries-japan --format json --context 0",
    );
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["source"], "acme/supported-countries");
    assert_eq!(json["against"], "acme/supported-countries-japan");
    // What both say is no difference, in either direction.
    let same = place.run("diff acme/supported-countries --against acme/supported-countries --exit-code");
    assert!(!same.contains("exit code"), "{same}");
    for (line, why) in [
        ("diff acme --against acme/supported-countries", ""),
        (
            "diff acme/supported-countries 1..2 --against acme/supported-countries-japan",
            "leave out the range",
        ),
        ("diff acme/supported-countries --against acme/price-list", "acme/price-list"),
        ("diff acme/supported-countries --against acme/none", "acme/none"),
    ] {
        let refused = place.run(line);
        assert!(refused.contains("! error:") && refused.contains(why), "{line}: {refused}");
        assert!(refused.contains("exit code 2"), "{line}: {refused}");
    }
}
