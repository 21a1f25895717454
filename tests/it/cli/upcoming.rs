//! `log --upcoming`: the days ahead.

use fineprint::clock::{Clock as _, SystemClock};
use fineprint::model::{EffectiveDate, EffectiveKind};
use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::*;

fn today() -> Date {
    SystemClock.now().to_zoned(TimeZone::UTC).date()
}

fn day(days: i64, kind: EffectiveKind, sentence: &str) -> EffectiveDate {
    let date = today() + days.days();
    EffectiveDate { date, kind, sentence: sentence.to_owned(), counted_from: None }
}

/// A source whose change names a day that it still names, one that it doesn't, and one that is past.
async fn with_days(place: &Place) {
    let (store, source) = (place.archive().await, source("Usage Policies"));
    let in_force = format!("These terms take effect on {}.", today() + 30.days());
    let before = policy(&["# Terms", "You pay."]);
    let after = policy(&["# Terms", &in_force]);
    store.sync_sources(std::slice::from_ref(&source), ago(80)).await.unwrap();
    store.record(first(&source, ago(80), &before)).await.unwrap();
    let mut record = changed(&source, ago(40), 2, &before, &after);
    let change = record.change.as_mut().unwrap();
    change.effective = Some(today() + 30.days());
    change.dates = vec![
        day(-1, EffectiveKind::TakesEffect, "A past day."),
        day(7, EffectiveKind::Ends, "The API, v1; ends\u{1b}[2J soon."),
        day(30, EffectiveKind::TakesEffect, &in_force),
    ];
    store.record(record).await.unwrap();
}

#[tokio::test]
async fn the_days_ahead_are_listed_soonest_first() {
    let place = Place::new();
    with_days(&place).await;
    let (soon, later) = (today() + 7.days(), today() + 30.days());
    let said = place.run("log --upcoming");
    assert_eq!(
        said,
        format!(
            "{soon}  in 7 days    ends          Acme · Usage Policies
    “The API, v1; ends␛[2J soon.” (the latest version no longer says so)
    acme/usage-policies 1..2
{later}  in 30 days   takes effect  Acme · Usage Policies
    “These terms take effect on {later}.”
    acme/usage-policies 1..2
"
        )
    );
    let lines = place.run("log --upcoming acme --limit 1 --format json");
    let line: serde_json::Value = serde_json::from_str(&lines).unwrap();
    assert_eq!(line["date"], soon.to_string());
    assert_eq!((&line["days_left"], &line["kind"]), (&7.into(), &"ends".into()));
    assert_eq!(line["still_stated"], false);
    assert_eq!(line["change"]["source"], "acme/usage-policies");
    assert_eq!(line["change"]["dates"].as_array().unwrap().len(), 3);
    let log = place.run("log");
    assert!(log.contains(&format!("; in force from {later} (in 30")), "{log}");
}

#[tokio::test]
async fn the_days_ahead_are_a_calendar() {
    let place = Place::new();
    with_days(&place).await;
    let calendar = place.run("log --upcoming --format ics");
    assert!(calendar.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//fineprint//"), "{calendar}");
    assert!(calendar.ends_with("END:VEVENT\r\nEND:VCALENDAR\r\n"), "{calendar}");
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 2);
    let unfolded = calendar.replace("\r\n ", "");
    let has = |line: &str| assert!(unfolded.lines().any(|l| l == line), "{line}\n{unfolded}");
    has(&format!("DTSTART;VALUE=DATE:{}", (today() + 7.days()).strftime("%Y%m%d")));
    has("SUMMARY:Acme · Usage Policies: something ends");
    has("SUMMARY:Acme · Usage Policies: takes effect");
    has("STATUS:TENTATIVE");
    has("STATUS:CONFIRMED");
    assert!(unfolded.contains("DESCRIPTION:“The API\\, v1\\; ends␛[2J soon.”"), "{unfolded}");
    assert!(calendar.lines().all(|line| line.trim_end().len() <= 75), "{calendar}");
    // The same days have the same names tomorrow.
    assert_eq!(calendar, place.run("log --upcoming --format ics"));
}

#[tokio::test]
async fn nothing_ahead_is_said_so() {
    let place = Place::new();
    three_versions(&place).await;
    assert_eq!(place.run("log --upcoming"), "! no change names a day that is still ahead\n");
    let empty = place.run("log --upcoming --format ics");
    assert!(empty.starts_with("BEGIN:VCALENDAR\r\n") && !empty.contains("VEVENT"), "{empty}");
    let told = place.run("log --format ics");
    assert!(told.contains("--upcoming --format ics") && told.ends_with("exit code 2"), "{told}");
}
