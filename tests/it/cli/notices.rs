//! `notices`: what was told, what waits, what was given up.

use fineprint::clock::{Clock as _, SystemClock};
use fineprint::store::{Attempt, Attempted, DeliveryFilter};
use insta::assert_snapshot;

use super::*;
use crate::web::{Answer, Web};

#[tokio::test]
async fn deliveries_are_listed_shown_and_retried() {
    let place = Place::new();
    let store = three_versions(&place).await;
    let newest = store.deliveries(DeliveryFilter::default()).await.unwrap()[0].clone();
    let attempt = |outcome, detail: &str| Attempt {
        at: at("2026-03-10T06:00:05Z"),
        took: std::time::Duration::from_millis(120),
        outcome,
        detail: detail.into(),
    };
    let refused = "hooks.acme.example answered 503 Service Unavailable";
    let due_at = at("2026-03-10T06:05:00Z");
    store.attempted(newest.id, attempt(Attempted::Retry { due_at }, refused)).await.unwrap();
    store.attempted(newest.id, attempt(Attempted::Dead, refused)).await.unwrap();

    assert_snapshot!(place.run("notices --state dead"), @"
    2026-03-10 06:00  dead       ops        chg_7db22ab99c848b172a7f1ecf
        [major] Acme · Usage Policies changed: 1 clause reworded, 1 added, 1 removed
        under “Suspension” and “Appeals” (appeals and disputes)
        2 attempts: hooks.acme.example answered 503 Service Unavailable
    ");
    assert_snapshot!(place.run(&format!("notices --show {}", newest.notice.id)), @"
    [major] Acme · Usage Policies changed: 1 clause reworded, 1 added, 1 removed
    under “Suspension” and “Appeals” (appeals and disputes)
    chg_7db22ab99c848b172a7f1ecf 2026-03-10 06:00 UTC
    https://acme.example/Usage-Policies

    1 clause reworded, 1 added, 1 removed under “Suspension” and “Appeals”. 5 words
    added, 3 removed. No date of effect found in the text.

      Suspension
      We may suspend you [-with-]{+without+} notice.

      Appeals
      [-We answer.-]

      Appeals
      {+Our answer is final.+}

    fineprint diff acme/usage-policies 2..3

    dead ops 2 attempts: hooks.acme.example answered 503 Service Unavailable
        2026-03-10 06:00 UTC, 120 ms: hooks.acme.example answered 503 Service
        Unavailable
        2026-03-10 06:00 UTC, 120 ms: hooks.acme.example answered 503 Service
        Unavailable
    ");
    assert_snapshot!(place.run("notices --limit 1 --format json"), @r#"{"notice":"chg_7db22ab99c848b172a7f1ecf","channel":"ops","state":"dead","source":"acme/usage-policies","news":"changed","severity":"major","subject":"[major] Acme · Usage Policies changed: 1 clause reworded, 1 added, 1 removed under “Suspension” and “Appeals” (appeals and disputes)","queued_at":"2026-03-10T06:00:00Z","attempts":2,"next_attempt":null,"last_result":"hooks.acme.example answered 503 Service Unavailable"}"#);
    place.write("sources.toml", "");
    let route = place.run("notices --route chg_7db22ab99c848b172a7f1ecf");
    assert!(
        route.contains("ops: given up, see `fineprint notices --show chg_7db22ab99c848b172a7f1ecf`"),
        "{route}"
    );
    assert_snapshot!(place.run("notices --retry"), @"1 dead delivery is pending again: due at once");
    assert_snapshot!(place.run("notices --retry"), @"no delivery is dead");
    assert_snapshot!(place.run("notices --state delivered"), @"! no deliveries in that state");
    assert_snapshot!(place.run("notices --show chg_"), @"
    ! error: `chg_` is the beginning of more than one id
    ! hint: write more of it
    exit code 2
    ");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_is_tried_with_a_sample() {
    let (place, web) = (Place::new(), Web::start().await);
    web.serve("/hook", Answer::status(204));
    let channel = |name: &str, path: &str| {
        format!(
            "[channels.{name}.webhook]\nurl = '{}'\nsecret = 'whsec_{}'\n",
            web.url(path),
            "c2Vj".repeat(8)
        )
    };
    let channels = [channel("ops", "/hook"), channel("gone", "/nothing")].concat();
    place.write("sources.toml", &format!("fetch.allow_private = ['127.0.0.1']\n{channels}"));
    let run = |line: &str| tokio::task::block_in_place(|| place.run(line));
    insta::with_settings!({ filters => vec![("[0-9]+ ms", "[n] ms")] }, {
        assert_snapshot!(run("notices --test ops"), @"a sample went through `ops` in [n] ms: 127.0.0.1 answered 204 No Content");
        assert_snapshot!(run("notices --test gone"), @"
        ! error: the sample did not go through `gone`: 127.0.0.1 answered 404 Not Found
        exit code 3
        ");
        assert_snapshot!(run("notices --test opps"), @"
        ! error: sources.toml has no channel `opps`
        ! hint: it has `gone`, `ops`
        exit code 2
        ");
    });
    assert_eq!(web.requests_for("/hook").len(), 1);
}

#[tokio::test]
async fn a_damaged_delivery_is_shown_as_one_and_hides_no_other() {
    let place = Place::new();
    let store = three_versions(&place).await;
    let newest = store.deliveries(DeliveryFilter::default()).await.unwrap()[0].clone();
    let sql = "UPDATE notices SET content = '{' WHERE id = ?1";
    let db = rusqlite::Connection::open(store.path()).unwrap();
    assert_eq!(db.execute(sql, [newest.notice.id.as_str()]).unwrap(), 1);
    let listed = place.run("notices");
    assert!(listed.contains("pending    ops"), "{listed}");
    assert!(listed.contains("unreadable  ops        chg_7db22ab99c848b172a7f1ecf"), "{listed}");
    assert!(listed.contains("is damaged:"), "{listed}");
    let json = place.run("notices --format json");
    assert!(json.contains(r#""state":"unreadable""#) && json.contains(r#""state":"pending""#), "{json}");
    let shown = place.run(&format!("notices --show {}", newest.notice.id));
    assert!(shown.contains("is damaged") && shown.contains("exit code 4"), "{shown}");
}

#[tokio::test]
async fn where_a_notice_goes_is_explained() {
    let place = Place::new();
    let store = three_versions(&place).await;
    let newest = store.deliveries(DeliveryFilter::default()).await.unwrap()[0].clone();
    let routes = "
        [channels]
        ops.webhook.url = 'https://example.com/ops'
        pager.webhook.url = 'https://example.com/pager'
        [[route]]
        name = 'at risk'
        severity = 'critical'
        notify = 'pager'
        [[route]]
        service = 'acme'
        words = ['final']
        notify = ['ops']
        continue = true
        [[route]]
        notify = []
        [[route]]
        notify = 'pager'
    ";
    place.write("sources.toml", routes);
    assert_snapshot!(place.run(&format!("notices --route {}", newest.notice.id)), @"
    [major] Acme · Usage Policies changed: 1 clause reworded, 1 added, 1 removed
    under “Suspension” and “Appeals” (appeals and disputes)
      route 1 at risk passes: it is major
      route 2 takes it: to ops, and goes on
      route 3 takes it: to nobody
      route 4 passes: an earlier one decided
    → ops at once
    it was queued for
      ops: not told yet: at once
    ");
    place.write("sources.toml", "");
    assert_snapshot!(place.run(&format!("notices --route {}", newest.notice.id)), @"
    [major] Acme · Usage Policies changed: 1 clause reworded, 1 added, 1 removed
    under “Suspension” and “Appeals” (appeals and disputes)
      no route takes it: `notify` of the source, or of [defaults]
    as configured now, nobody would be told
    it was queued for
      ops: not told yet: at once
    ");
    assert_snapshot!(place.run("notices --route chg_none"), @"
    ! error: there is no notice `chg_none`
    ! hint: `fineprint notices` lists what was queued, `fineprint log` what changed
    exit code 2
    ");
}

#[tokio::test]
async fn a_notice_that_waits_for_a_digest_says_for_whom_and_until_when() {
    let place = Place::new();
    let store = place.archive().await;
    let (watched, now) = (source("Usage Policies"), SystemClock.now());
    let texts = ["one", "two", "six"].map(|n| policy(&[&format!("We answer each appeal within {n} weeks.")]));
    store.sync_sources(std::slice::from_ref(&watched), now).await.unwrap();
    store.record(first(&watched, now, &texts[0])).await.unwrap();
    store.record(changed(&watched, now, 2, &texts[0], &texts[1])).await.unwrap();
    store.record(changed(&watched, now, 3, &texts[1], &texts[2])).await.unwrap();
    let notice = store.deliveries(DeliveryFilter::default()).await.unwrap()[0].notice.clone();
    assert_ne!(notice.severity, fineprint::model::Severity::Critical, "what is critical waits for no digest");

    let tables = "[channels.ops]\ndigest = 'weekly mon 08:00'\n[channels.ops.webhook]\nurl = 'https://example.com/ops'\n";
    let route = |tables: &str| {
        place.write("sources.toml", tables);
        place.run(&format!("notices --route {}", notice.id))
    };
    let waits = vec![("[0-9]{4}-[0-9-]{5} [0-9:]{5} UTC", "[a day] UTC")];
    insta::with_settings!({ filters => waits }, {
        // The page is watched no more: nobody is told of the next change, but this one is on its way.
        assert_snapshot!(route(tables), @"
        [major] Acme · Usage Policies changed: 1 clause reworded (appeals and disputes)
          no route takes it: `notify` of the source, or of [defaults]
        as configured now, nobody would be told
        it was queued for
          ops: not told yet: in its digest or after quiet hours, [a day] UTC
        ");
        // Without the digest nothing holds it back.
        assert_snapshot!(route(""), @"
        [major] Acme · Usage Policies changed: 1 clause reworded (appeals and disputes)
          no route takes it: `notify` of the source, or of [defaults]
        as configured now, nobody would be told
        it was queued for
          ops: not told yet: at once
        ");
    });
    let json = place.run(&format!("notices --route {} --format json", notice.id));
    assert!(json.contains(r#""queued":[{"channel":"ops","state":"pending","at":null}]"#), "{json}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_is_switched_off_says_so_when_it_is_tried() {
    let (place, web) = (Place::new(), Web::start().await);
    web.serve("/hook", Answer::status(204));
    let config = |path: &str| {
        format!("fetch.allow_private = ['127.0.0.1']\n[channels.ops.webhook]\nurl = '{}'\n", web.url(path))
    };
    place.write("sources.toml", &config("/hook"));
    let store = three_versions(&place).await;
    let delivery = store.deliveries(DeliveryFilter::default()).await.unwrap()[0].clone();
    let attempt = Attempt {
        at: at("2026-03-10T06:00:05Z"),
        took: std::time::Duration::ZERO,
        outcome: Attempted::Dead,
        detail: "hooks.acme.example answered 410 Gone: it wants no more notices".into(),
    };
    let parsed =
        fineprint::config::Config::parse("sources.toml".as_ref(), &config("/hook"), &|_| None).unwrap();
    let settings = parsed.channels.values().next().unwrap().digest();
    store.gone(&"ops".parse().unwrap(), settings, delivery.id, attempt).await.unwrap();

    let run = |line: &str| tokio::task::block_in_place(|| place.run(line));
    insta::with_settings!({ filters => vec![("[0-9]+ ms", "[n] ms")] }, {
        assert_snapshot!(run("notices --test ops"), @"
        a sample went through `ops` in [n] ms: 127.0.0.1 answered 204 No Content
        ! error: channel `ops` is disabled since 2026-03-10 06:00 UTC: hooks.acme.example answered 410 Gone: it wants no more notices; nothing is sent until its settings change or `fineprint notices --retry`
        ! hint: the receiver takes notices again: `fineprint notices --retry` enables the channel and sends what died meanwhile
        exit code 3
        ");
        web.serve("/hook", Answer::status(410));
        assert_snapshot!(run("notices --test ops"), @"
        ! error: the sample did not go through `ops`: 127.0.0.1 answered 410 Gone: it wants no more notices
        ! hint: channel `ops` is disabled since 2026-03-10 06:00 UTC: hooks.acme.example answered 410 Gone: it wants no more notices; nothing is sent until its settings change or `fineprint notices --retry`
        exit code 3
        ");
        // Other settings are another receiver.
        web.serve("/other", Answer::status(204));
        place.write("sources.toml", &config("/other"));
        assert_snapshot!(run("notices --test ops"), @"a sample went through `ops` in [n] ms: 127.0.0.1 answered 204 No Content");
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preview_shows_what_would_be_sent() {
    let place = Place::new();
    place.write(
        "sources.toml",
        "[channels.chat.mattermost]\nurl = 'https://chat.acme.example/hooks/s3cret'\n\
         [[source]]\nservice = 'Acme'\nterms = 'Usage Policies'\nurl = 'https://acme.example/Usage-Policies'\n\
         [[source]]\nservice = 'Acme'\nterms = 'Privacy Policy'\nurl = 'https://acme.example/Privacy-Policy'\n",
    );
    let store = three_versions(&place).await;
    let untold = source("Privacy Policy");
    let texts = [policy(&["We never sell your data."]), policy(&["We may sell your data."])];
    let days = ["2026-01-10T06:00:00Z", "2026-02-10T06:00:00Z"].map(at);
    store.sync_sources(std::slice::from_ref(&untold), days[0]).await.unwrap();
    store.record(first(&untold, days[0], &texts[0])).await.unwrap();
    let record = changed(&untold, days[1], 2, &texts[0], &texts[1]);
    let id = record.change.as_ref().unwrap().id.clone();
    store.record(Record { channels: Vec::new(), ..record }).await.unwrap();
    let shown = place.run(&format!("notices --preview {id} --channel chat"));
    assert!(shown.contains("We ~~never~~ **may** sell your data."), "{shown}");

    let newest = store.deliveries(DeliveryFilter::default()).await.unwrap()[0].notice.id.clone();
    assert_snapshot!(place.run(&format!("notices --preview {} --channel chat", &newest.as_str()[..12])), @r#"
    POST https://chat.acme.example/***
    content-type: application/json

    {"text":"**\\[major\\] Acme · Usage Policies changed: 1 clause reworded, 1 added, 1 removed under “Suspension” and “Appeals” \\(appeals and disputes\\)**\n1 clause reworded, 1 added, 1 removed under “Suspension” and “Appeals”. 5 words added, 3 removed. No date of effect found in the text.\n\nSuspension\n> We may suspend you ~~with~~ **without** notice.\n\nAppeals\n> ~~We answer.~~\n\n> **Our answer is final.**\n\n`fineprint diff acme/usage-policies 2..3`\n[the page](https://acme.example/Usage-Policies)"}
    "#);
    assert_snapshot!(place.run("notices --preview --channel chat"), @r#"
    POST https://chat.acme.example/***
    content-type: application/json

    {"text":"**fineprint can reach you here**\nThis is a test: no policy changed. A real notice shows the changed words as below.\n\nSuspension › Appeals\n> You may appeal within ~~30~~ **14** days of the notice.\n\n`fineprint status`\n[the page](https://example.com/terms)"}
    "#);
    assert_snapshot!(place.run("notices --preview chg_0 --channel chat"), @"
    ! error: there is no change `chg_0`
    ! hint: `fineprint log --all --format json` lists the ids
    exit code 2
    ");
    assert_snapshot!(place.run("notices --preview"), @"
    ! error: which channel would send it?
    ! hint: name one with --channel NAME
    exit code 2
    ");
    assert_snapshot!(place.run("notices --preview --channel opps"), @"
    ! error: sources.toml has no channel `opps`
    ! hint: it has `chat`
    exit code 2
    ");
}
