//! Reading what changed: `log`, `diff`, `show`.

use insta::assert_snapshot;

use super::*;

#[tokio::test]
async fn the_log_lists_changes_newest_first() {
    let place = Place::new();
    three_versions(&place).await;
    assert_snapshot!(place.run("log"), @"
    2026-03-10 06:00  major     Acme · Usage Policies
        1 clause reworded, 1 added, 1 removed under “Suspension” and “Appeals”
        about appeals and disputes
        acme/usage-policies 2..3
    2026-02-10 06:00  critical  Acme · Usage Policies
        1 clause reworded under “Appeals”
        about appeals and disputes
        acme/usage-policies 1..2
    ");
    assert_snapshot!(place.run("log --topic payment --topic appeals_disputes --severity critical"), @"
    2026-02-10 06:00  critical  Acme · Usage Policies
        1 clause reworded under “Appeals”
        about appeals and disputes
        acme/usage-policies 1..2
    ");
    assert_snapshot!(place.run("log --topic payment"), @"! no such changes");
    assert_snapshot!(place.run("log --severity high"), @"
    ! error: invalid value 'high' for '--severity <minor|major|critical>': `high` is not a valid severity (expected minor, major or critical)
    ! 
    ! For more information, try '--help'.
    exit code 2
    ");
    assert_snapshot!(place.run("log --since 2026-02-01 --until 2026-02-10 --format json"), @r#"{"id":"chg_8b0b56ba016b901a3f4a7c4f","source":"acme/usage-policies","service":"Acme","terms":"Usage Policies","url":"https://acme.example/Usage-Policies","at":"2026-02-10T06:00:00Z","previous_at":"2026-02-09T06:00:00Z","from":1,"to":2,"severity":"critical","topics":["appeals_disputes"],"reasons":[],"effective":null,"dates":[],"summary":"1 clause reworded under “Appeals”","words_added":1,"words_removed":1,"cause":"publisher","announced":true,"why":"new words"}"#);
    assert_snapshot!(place.run("log acme --since 2030-01-01"), @"! no such changes");
}

#[tokio::test]
async fn a_change_is_read_clause_by_clause() {
    let place = Place::new();
    three_versions(&place).await;
    assert_snapshot!(place.run("diff acme/usage-policies"), @"
    Acme · Usage Policies
    acme/usage-policies https://acme.example/Usage-Policies
    version 2, seen 2026-02-10 06:00 → version 3, seen 2026-03-10 06:00 UTC
    major · 1 clause reworded, 1 added, 1 removed under “Suspension” and “Appeals” ·
    5 words added, 3 removed · no date of effect found in the text

    Suspension
      ~ We may suspend you [-with-]{+without+} notice.

    Appeals
        You may appeal within 14 days.
      - We answer.
      + Our answer is final.
    ");
    assert_snapshot!(place.run("diff acme 1..2 --context 0 --exit-code"), @"
    Acme · Usage Policies
    acme/usage-policies https://acme.example/Usage-Policies
    version 1, seen 2026-01-10 06:00 → version 2, seen 2026-02-10 06:00 UTC
    critical · 1 clause reworded under “Appeals” · 1 word added, 1 removed · no date
    of effect found in the text

        … 1 clause unchanged

    Appeals
      ~ You may appeal within [-30-]{+14+} days.
        … 1 clause unchanged
    exit code 1
    ");
    assert_snapshot!(place.run("diff acme 2026-01-31.. --format unified --context 0"), @"
    --- acme/usage-policies@1 2026-01-10T06:00:00Z
    +++ acme/usage-policies@3 2026-03-10T06:00:00Z
    @@ -3 +3 @@
    -We may suspend you with notice.
    +We may suspend you without notice.
    @@ -7 +7 @@
    -You may appeal within 30 days.
    +You may appeal within 14 days.
    @@ -9 +9 @@
    -We answer.
    +Our answer is final.
    ");
    assert_snapshot!(place.run("diff acme ..2026-02-28 --format markdown"), @"
    ## Acme · Usage Policies

    <https://acme.example/Usage-Policies>  
    version 1, seen 2026-01-10 06:00 → version 2, seen 2026-02-10 06:00 UTC  
    critical · 1 clause reworded under “Appeals” · 1 word added, 1 removed · no date of effect found in the text

    **Appeals**

    - Reworded: You may appeal within ~~30~~ **14** days.
    ");
    assert_snapshot!(place.run("diff acme 3..@latest --exit-code"), @"
    Acme · Usage Policies
    acme/usage-policies https://acme.example/Usage-Policies
    version 3, seen 2026-03-10 06:00 → version 3, seen 2026-03-10 06:00 UTC
    No words changed
    ");
}

#[tokio::test]
async fn the_latest_change_as_of_a_day_is_the_one_that_was_known_then() {
    let place = Place::new();
    three_versions(&place).await;
    for (at, range) in [
        ("2026-02-09", None),
        ("2026-02-10T05:59:59.999Z", None),
        ("2026-02-10T06:00:00Z", Some("1..2")),
        ("2026-02-10", Some("1..2")),
        ("2026-03-09", Some("1..2")),
        ("2026-03-10", Some("2..3")),
        ("2030-01-01", Some("2..3")),
    ] {
        let told = place.run(&format!("diff acme --at {at}"));
        match range {
            Some(range) => assert_eq!(told, place.run(&format!("diff acme {range}")), "{at}"),
            None => assert_eq!(
                told,
                format!(
                    "! acme/usage-policies has one version as of {at}; nothing changed since it was first read\n"
                )
            ),
        }
    }
    assert_snapshot!(place.run("diff acme --at 2026-01-09"), @"
    ! error: acme/usage-policies has no version by then
    ! hint: its versions are 1 to 3, seen 2026-01-10 06:00 to 2026-03-10 06:00 UTC
    exit code 2
    ");
    assert_snapshot!(place.run("diff chg_8b --at 2026-03-10"), @"
    ! error: the id of a change says which versions it is between
    ! hint: leave out the range, --at or --since, or name the source
    exit code 2
    ");
}

#[tokio::test]
async fn the_log_of_a_time_has_what_was_announced_in_it() {
    let place = Place::new();
    three_versions(&place).await;
    for (options, listed) in [
        ("--since 2026-02-10 --until 2026-02-10", 1),
        ("--since 2026-02-10T06:00:00Z", 2),
        ("--since 2026-02-10T06:00:00.001Z", 1),
        ("--until 2026-02-10T06:00:00Z", 0),
        ("--until 2026-03-10", 2),
    ] {
        let told = place.run(&format!("log --format json {options}"));
        assert_eq!(told.lines().count(), listed, "{options}: {told}");
    }
    assert_snapshot!(place.run("log --since 2026-03-01 --until 2026-02-01"), @"
    ! error: --since is not before --until
    ! hint: a date stands for its beginning in --since, and for its end in --until
    exit code 2
    ");
}

#[tokio::test]
async fn a_change_is_found_by_the_id_in_its_notice() {
    let place = Place::new();
    let store = three_versions(&place).await;
    let changes = store.changes(fineprint::store::ChangeFilter::default()).await.unwrap();
    let id = changes[1].id.as_str();
    let by_range = place.run("diff acme 1..2");
    assert_eq!(place.run(&format!("diff {id}")), by_range);
    assert_eq!(place.run(&format!("diff {}", &id[..10])), by_range);
    let json: serde_json::Value =
        serde_json::from_str(&place.run(&format!("diff {id} --format json"))).unwrap();
    let keys: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["changes", "diff", "from", "service", "source", "terms", "to", "url"]);
    assert_eq!(json["changes"][0]["id"], id);
}

#[tokio::test]
async fn a_source_without_a_change_says_so() {
    let place = Place::new();
    let (store, source) = (place.archive().await, source("Usage Policies"));
    let then = at("2026-01-10T06:00:00Z");
    store.sync_sources(std::slice::from_ref(&source), then).await.unwrap();
    assert_snapshot!(place.run("diff acme"), @"
    ! error: acme/usage-policies has not been read yet
    ! hint: `fineprint status acme/usage-policies` says why
    exit code 2
    ");
    store.record(first(&source, then, &policy(&["One text."]))).await.unwrap();
    assert_snapshot!(place.run("diff acme"), @"! acme/usage-policies has one version; nothing changed since it was first read");
}

#[tokio::test]
async fn the_text_is_shown_as_it_stood() {
    let place = Place::new();
    three_versions(&place).await;
    assert_snapshot!(place.run("show acme --at 2026-02-09"), @"
    ## Suspension

    We may suspend you with notice.

    ## Appeals

    You may appeal within 30 days.

    We answer.
    ");
    assert_snapshot!(place.run("show acme@2 --raw"), @"<p>2026-02-10T06:00:00Z");
    assert_snapshot!(place.run("show acme --at 2025-12-31"), @"
    ! error: acme/usage-policies has no version at 2025-12-31
    ! hint: its versions are 1 to 3, seen 2026-01-10 06:00 to 2026-03-10 06:00 UTC
    exit code 2
    ");
}

#[tokio::test]
async fn an_archive_is_read_whatever_is_wrong_with_the_configuration() {
    let place = Place::new();
    three_versions(&place).await;
    place.write("broken.toml", "[[source]\nservice = 1");
    place.write("no-secret.toml", "[channels.a.webhook]\nurl = 'https://h.example'\nsecret = '${NOT_SET}'\n");
    for config in ["broken.toml", "no-secret.toml"] {
        for command in ["status", "log", "show acme", "diff acme", "diff acme 2001-01-01..", "notices"] {
            let output = place.command(&format!("{command} --config {config}")).output().unwrap();
            let error = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code(), Some(0), "{command} --config {config}: {error}");
        }
    }
}
