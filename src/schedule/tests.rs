//! Tables and properties of schedules.

use std::collections::HashMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use proptest::prelude::*;

use super::*;
use crate::model::SourceId;

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap()
}

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

/// The next `count` times of a crontab line, as its zone's clock shows them, without any spread.
fn times(line: &str, zone_name: &str, after: &str, count: usize) -> Vec<String> {
    let zone = zone(zone_name);
    parse(line, &zone).unwrap();
    let calendar = calendar::Calendar::new(&crontab::parse(line).unwrap()).unwrap();
    let next = |now: &Timestamp| calendar.next(&zone, *now);
    std::iter::successors(next(&at(after)), next)
        .take(count)
        .map(|at| at.to_zoned(zone.clone()).strftime("%a %m-%d %H:%M%:z").to_string())
        .collect()
}

#[test]
fn crontab_lines_mean_what_crontab_says() {
    // 2026-03-01 is a Sunday.
    let after = "2026-03-01T00:00:00Z";
    let cases: [(&str, &[&str]); 17] = [
        (
            "0 9 * * 1-5",
            &[
                "Mon 03-02 09:00",
                "Tue 03-03 09:00",
                "Wed 03-04 09:00",
                "Thu 03-05 09:00",
                "Fri 03-06 09:00",
                "Mon 03-09 09:00",
            ],
        ),
        ("0 9 * * 0", &["Sun 03-01 09:00", "Sun 03-08 09:00"]),
        ("0 9 * * 7", &["Sun 03-01 09:00", "Sun 03-08 09:00"]),
        ("0 9 * * 5-7", &["Sun 03-01 09:00", "Fri 03-06 09:00", "Sat 03-07 09:00", "Sun 03-08 09:00"]),
        ("0 9 * * fri-mon", &["Sun 03-01 09:00", "Mon 03-02 09:00", "Fri 03-06 09:00", "Sat 03-07 09:00"]),
        ("0 9 * * Saturday,TUE", &["Tue 03-03 09:00", "Sat 03-07 09:00", "Tue 03-10 09:00"]),
        ("0 9 * * 1-5/2", &["Mon 03-02 09:00", "Wed 03-04 09:00", "Fri 03-06 09:00", "Mon 03-09 09:00"]),
        ("0 9 10 * 1", &["Mon 03-02 09:00", "Mon 03-09 09:00", "Tue 03-10 09:00", "Mon 03-16 09:00"]),
        ("0 9 */10 * 1", &["Mon 05-11 09:00", "Mon 06-01 09:00"]),
        ("*/15 * * * *", &["Sun 03-01 00:15", "Sun 03-01 00:30", "Sun 03-01 00:45", "Sun 03-01 01:00"]),
        (
            "10-50/20 6,18 * * *",
            &["Sun 03-01 06:10", "Sun 03-01 06:30", "Sun 03-01 06:50", "Sun 03-01 18:10"],
        ),
        ("0 0 1 jan,jul *", &["Wed 07-01 00:00", "Fri 01-01 00:00"]),
        ("0 0 1 nov-feb *", &["Sun 11-01 00:00", "Tue 12-01 00:00", "Fri 01-01 00:00", "Mon 02-01 00:00"]),
        ("0 0 29 2 *", &["Tue 02-29 00:00"]),
        ("@hourly", &["Sun 03-01 01:00", "Sun 03-01 02:00"]),
        ("@weekly", &["Sun 03-08 00:00", "Sun 03-15 00:00"]),
        ("@monthly", &["Wed 04-01 00:00", "Fri 05-01 00:00"]),
    ];
    for (line, expected) in cases {
        let expected: Vec<_> = expected.iter().map(|t| format!("{t}+00:00")).collect();
        assert_eq!(times(line, "UTC", after, expected.len()), expected, "{line}");
    }
}

#[test]
fn a_skipped_time_runs_once_and_a_repeated_time_runs_once() {
    let cases: [(&str, &str, &str, &[&str]); 8] = [
        // Spring: 02:00 to 03:00 doesn't exist.
        (
            "30 2 * * *",
            "Europe/Paris",
            "2026-03-27T12:00:00Z",
            &["Sat 03-28 02:30+01:00", "Sun 03-29 03:30+02:00", "Mon 03-30 02:30+02:00"],
        ),
        (
            "30 2 * * *",
            "America/New_York",
            "2026-03-07T12:00:00Z",
            &["Sun 03-08 03:30-04:00", "Mon 03-09 02:30-04:00"],
        ),
        // Asked just after the jump, the skipped time is still to come.
        ("30 2 * * *", "Europe/Paris", "2026-03-29T01:10:00Z", &["Sun 03-29 03:30+02:00"]),
        (
            "0,30 * * * *",
            "Europe/Paris",
            "2026-03-29T00:20:00Z",
            &[
                "Sun 03-29 01:30+01:00",
                "Sun 03-29 03:00+02:00",
                "Sun 03-29 03:30+02:00",
                "Sun 03-29 04:00+02:00",
            ],
        ),
        // Autumn: 02:00 to 03:00 is shown twice.
        (
            "30 2 * * *",
            "Europe/Paris",
            "2026-10-24T12:00:00Z",
            &["Sun 10-25 02:30+02:00", "Mon 10-26 02:30+01:00"],
        ),
        (
            "30 1 * * *",
            "America/New_York",
            "2026-10-31T12:00:00Z",
            &["Sun 11-01 01:30-04:00", "Mon 11-02 01:30-05:00"],
        ),
        (
            "30 * * * *",
            "Europe/Paris",
            "2026-10-24T23:40:00Z",
            &["Sun 10-25 02:30+02:00", "Sun 10-25 03:30+01:00"],
        ),
        // Lord Howe jumps by half an hour, so that a skipped 02:10 comes after 02:30.
        (
            "10,30 2 * * *",
            "Australia/Lord_Howe",
            "2026-10-03T12:00:00Z",
            &["Sun 10-04 02:30+11:00", "Sun 10-04 02:40+11:00", "Mon 10-05 02:10+11:00"],
        ),
    ];
    for (line, zone, after, expected) in cases {
        assert_eq!(times(line, zone, after, expected.len()), expected, "{line} in {zone}");
    }
}

#[test]
fn intervals_are_read_with_any_usual_unit() {
    let cases = [
        ("every 6h", 6 * 60),
        ("every 90 minutes", 90),
        ("every 90m", 90),
        ("Every 1 Day", 24 * 60),
        ("every 2 weeks", 14 * 24 * 60),
        ("every 366d", 366 * 24 * 60),
        (" every  60s ", 1),
    ];
    for (line, minutes) in cases {
        let expected = Schedule::Every(SignedDuration::from_mins(minutes));
        assert_eq!(parse(line, &TimeZone::UTC).unwrap(), expected, "{line}");
    }
}

#[test]
fn errors_say_what_was_found_and_what_is_accepted() {
    let lines = [
        "",
        "6h",
        "daily",
        "every day",
        "every 6 parsecs",
        "every 6.5h",
        "every -1h",
        "everyday",
        "every 30s",
        "every 400d",
        "every 99999999999999999999d",
        "@yearly",
        "0 6 * *",
        "0 0 6 * * *",
        "0 0 6 * * * 2027",
        "60 * * * *",
        "* 24 * * *",
        "* * 0 * *",
        "* * L * *",
        "* * 15W * *",
        "* * * * 2#1",
        "* * ? * *",
        "* * * 13 *",
        "* * * * 8",
        "*/90 * * * *",
        "*/0 * * * *",
        "5/15 * * * *",
        "50-10 * * * *",
        "1,,2 * * * *",
        "* * * fun *",
        "*/x * * * *",
        "30 2 31 2 *",
        "0 0 31 4,6 *",
        "0 0 29 2 */7",
    ];
    let report: String = lines
        .iter()
        .map(|line| format!("{:<28}{}\n", format!("{line:?}"), parse(line, &TimeZone::UTC).unwrap_err()))
        .collect();
    insta::assert_snapshot!(report, @r#"
    ""                          an empty schedule; expected an interval like `every 6h`, a crontab line like `0 */6 * * *`, or `@daily`
    "6h"                        `6h` is not a schedule; expected an interval like `every 6h`, a crontab line like `0 */6 * * *`, or `@daily`
    "daily"                     `daily` is not a schedule; expected an interval like `every 6h`, a crontab line like `0 */6 * * *`, or `@daily`
    "every day"                 `every day` is not an interval; expected `every`, a whole number, and minutes, hours, days or weeks: `every 90 minutes`
    "every 6 parsecs"           `every 6 parsecs` is not an interval; expected `every`, a whole number, and minutes, hours, days or weeks: `every 90 minutes`
    "every 6.5h"                `every 6.5h` is not an interval; expected `every`, a whole number, and minutes, hours, days or weeks: `every 90 minutes`
    "every -1h"                 `every -1h` is not an interval; expected `every`, a whole number, and minutes, hours, days or weeks: `every 90 minutes`
    "everyday"                  `everyday` is not an interval; expected `every`, a whole number, and minutes, hours, days or weeks: `every 90 minutes`
    "every 30s"                 `every 30s` is too short or too long; expected an interval from 1 minute to 366 days
    "every 400d"                `every 400d` is too short or too long; expected an interval from 1 minute to 366 days
    "every 99999999999999999999d"`every 99999999999999999999d` is too short or too long; expected an interval from 1 minute to 366 days
    "@yearly"                   `@yearly` is not a known shorthand; expected `@hourly`, `@daily`, `@weekly` or `@monthly`
    "0 6 * *"                   a crontab line of 4 fields; expected five: minute, hour, day, month, weekday (no seconds, no year)
    "0 0 6 * * *"               a crontab line of 6 fields; expected five: minute, hour, day, month, weekday (no seconds, no year)
    "0 0 6 * * * 2027"          a crontab line of 7 fields; expected five: minute, hour, day, month, weekday (no seconds, no year)
    "60 * * * *"                `60` in the minute field is out of range; expected `*` or minutes from 0 to 59, as in `30`, `0,30`, `*/15`, `10-50/20`
    "* 24 * * *"                `24` in the hour field is out of range; expected `*` or hours from 0 to 23, as in `6`, `6,18`, `*/6`, `8-18/2`
    "* * 0 * *"                 `0` in the day field is out of range; expected `*` or days from 1 to 31, as in `1`, `1,15`, `*/10`, `1-7`
    "* * L * *"                 `L` in the day field uses L, W, # or ?, which are not supported; expected `*` or days from 1 to 31, as in `1`, `1,15`, `*/10`, `1-7`
    "* * 15W * *"               `15W` in the day field uses L, W, # or ?, which are not supported; expected `*` or days from 1 to 31, as in `1`, `1,15`, `*/10`, `1-7`
    "* * * * 2#1"               `2#1` in the weekday field uses L, W, # or ?, which are not supported; expected `*` or weekdays from 0 to 7 (0 and 7 are Sunday) or sun to sat, as in `1-5`, `fri-mon`
    "* * ? * *"                 `?` in the day field uses L, W, # or ?, which are not supported; expected `*` or days from 1 to 31, as in `1`, `1,15`, `*/10`, `1-7`
    "* * * 13 *"                `13` in the month field is out of range; expected `*` or months from 1 to 12 or jan to dec, as in `1`, `jan,jul`, `*/3`
    "* * * * 8"                 `8` in the weekday field is out of range; expected `*` or weekdays from 0 to 7 (0 and 7 are Sunday) or sun to sat, as in `1-5`, `fri-mon`
    "*/90 * * * *"              `*/90` in the minute field has a step beyond the field's range; expected `*` or minutes from 0 to 59, as in `30`, `0,30`, `*/15`, `10-50/20`
    "*/0 * * * *"               `*/0` in the minute field has a step of 0; expected `*` or minutes from 0 to 59, as in `30`, `0,30`, `*/15`, `10-50/20`
    "5/15 * * * *"              `5/15` in the minute field has a step without a range; expected `*` or minutes from 0 to 59, as in `30`, `0,30`, `*/15`, `10-50/20`
    "50-10 * * * *"             `50-10` in the minute field runs backwards; expected `*` or minutes from 0 to 59, as in `30`, `0,30`, `*/15`, `10-50/20`
    "1,,2 * * * *"              `` in the minute field has an empty place; expected `*` or minutes from 0 to 59, as in `30`, `0,30`, `*/15`, `10-50/20`
    "* * * fun *"               `fun` in the month field can't be read; expected `*` or months from 1 to 12 or jan to dec, as in `1`, `jan,jul`, `*/3`
    "*/x * * * *"               `*/x` in the minute field has a step that is not a number; expected `*` or minutes from 0 to 59, as in `30`, `0,30`, `*/15`, `10-50/20`
    "30 2 31 2 *"               `30 2 31 2 *` would not run within five years; expected a day that exists in one of the months
    "0 0 31 4,6 *"              `0 0 31 4,6 *` would not run within five years; expected a day that exists in one of the months
    "0 0 29 2 */7"              `0 0 29 2 */7` would not run within five years; expected a day that exists in one of the months
    "#);
}

#[test]
fn a_thousand_sources_of_one_interval_are_spread_over_it() {
    let schedule = parse("every 6h", &TimeZone::UTC).unwrap();
    let now = at("2026-03-01T00:00:00Z");
    let fullest = fullest_bucket(&schedule, now, SignedDuration::from_mins(1));
    assert!(fullest <= 20, "{fullest} of 1,000 in one minute");
}

#[test]
fn a_thousand_sources_of_one_crontab_line_are_spread_over_five_minutes() {
    let schedule = parse("0 */6 * * *", &TimeZone::UTC).unwrap();
    let now = at("2026-03-01T03:00:00Z");
    let fullest = fullest_bucket(&schedule, now, SignedDuration::from_secs(10));
    assert!(fullest <= 50, "{fullest} of 1,000 in ten seconds");
}

#[test]
fn ten_thousand_sources_never_fire_in_one_second() {
    let second = SignedDuration::from_secs(1);
    let now = at("2026-03-01T03:00:00Z");
    for (line, most) in [("0 9 * * *", 70), ("*/15 * * * *", 200), ("every 6h", 10), ("every 15m", 40)] {
        let schedule = parse(line, &TimeZone::UTC).unwrap();
        let fullest = fullest_of(10_000, &schedule, now, second);
        assert!(fullest <= most, "{line}: {fullest} of 10,000 in one second");
    }
}

fn fullest_bucket(schedule: &Schedule, now: Timestamp, width: SignedDuration) -> usize {
    fullest_of(1000, schedule, now, width)
}

fn fullest_of(sources: usize, schedule: &Schedule, now: Timestamp, width: SignedDuration) -> usize {
    let mut buckets: HashMap<i64, usize> = HashMap::new();
    for i in 0..sources {
        let next = next_check(schedule, &source(i), now);
        *buckets.entry(next.as_second() / width.as_secs()).or_default() += 1;
    }
    buckets.into_values().max().unwrap()
}

fn source(i: usize) -> SourceId {
    format!("service-{}/terms-{}", i / 7, i % 7).parse().unwrap()
}

#[test]
fn a_schedule_at_the_end_of_time_stays_there() {
    for line in ["every 6h", "0 * * * *"] {
        let schedule = parse(line, &TimeZone::UTC).unwrap();
        assert_eq!(next_check(&schedule, &source(1), Timestamp::MAX), Timestamp::MAX, "{line}");
        assert!(next_check(&schedule, &source(1), Timestamp::MIN) > Timestamp::MIN, "{line}");
    }
}

/// Fields that crontab accepts, for all five places.
fn lines() -> impl Strategy<Value = String> {
    let field = |min: u32, max: u32| {
        prop_oneof![
            3 => Just("*".to_owned()),
            2 => (min..=max).prop_map(|n| n.to_string()),
            1 => (min..=max, min..=max).prop_map(|(a, b)| format!("{}-{}", a.min(b), a.max(b))),
            1 => (2..=max - min).prop_map(|n| format!("*/{n}")),
            1 => prop::collection::vec(min..=max, 1..4)
                .prop_map(|all| all.iter().map(u32::to_string).collect::<Vec<_>>().join(",")),
        ]
    };
    (field(0, 59), field(0, 23), field(1, 28), field(1, 12), field(0, 7))
        .prop_map(|(m, h, d, mo, w)| format!("{m} {h} {d} {mo} {w}"))
}

fn instants() -> impl Strategy<Value = Timestamp> {
    // 2020 to 2040, with a fraction of a second.
    (1_577_836_800_000i64..2_208_988_800_000).prop_map(|ms| Timestamp::from_millisecond(ms).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 128 } else { 1024 }))]

    #[test]
    fn any_string_is_read_or_refused(line in "\\PC{0,40}|(every|@)? ?[0-9a-z*/,# -]{0,30}") {
        let _ = parse(&line, &TimeZone::UTC);
    }

    #[test]
    fn five_fields_of_anything_are_read_or_refused(line in "([0-9a-zA-Z*/,#?LW-]{1,8} ){4}[0-9a-zA-Z*/,#?LW-]{1,8}") {
        if let Ok(schedule) = parse(&line, &TimeZone::UTC) {
            let now = at("2026-03-01T00:00:00Z");
            prop_assert!(next_check(&schedule, &source(1), now) > now);
        }
    }

    #[test]
    fn the_next_check_is_later_and_within_the_interval(minutes in 1i64..=366 * 24 * 60, i in 0..1000usize, now in instants()) {
        let schedule = Schedule::Every(SignedDuration::from_mins(minutes));
        let next = next_check(&schedule, &source(i), now);
        prop_assert!(next > now);
        prop_assert!(next.duration_since(now) <= SignedDuration::from_mins(minutes));
        let after = next_check(&schedule, &source(i), next);
        prop_assert_eq!(after.duration_since(next), SignedDuration::from_mins(minutes));
    }

    #[test]
    fn the_next_check_is_later_and_within_the_window(
        line in lines(),
        i in 0..1000usize,
        now in instants(),
        place in prop::sample::select(vec!["UTC", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Antarctica/Troll"]),
    ) {
        let zone = zone(place);
        let Ok(schedule) = parse(&line, &zone) else { return Ok(()) };
        let calendar = calendar::Calendar::new(&crontab::parse(&line).unwrap()).unwrap();
        let mut now = now;
        for _ in 0..5 {
            let next = next_check(&schedule, &source(i), now);
            prop_assert!(next > now);
            let fire = calendar.next(&zone, now).unwrap();
            prop_assert!(next <= fire + SignedDuration::from_mins(5), "{} after {}", next, fire);
            now = next;
        }
    }

    /// The crate, our reading and the zones together find exactly the minutes that a scan of every minute finds.
    #[test]
    fn the_next_time_is_the_first_matching_minute(line in lines(), now in instants()) {
        let fields = crontab::parse(&line).unwrap();
        let calendar = calendar::Calendar::new(&fields).unwrap();
        let found = calendar.next(&TimeZone::UTC, now).unwrap();
        let scanned = (1..=3 * 24 * 60)
            .map(|i| Timestamp::from_second((now.as_second().div_euclid(60) + i) * 60).unwrap())
            .find(|t| matches(&fields, t.to_zoned(TimeZone::UTC).datetime()));
        match scanned {
            Some(scanned) => prop_assert_eq!(found, scanned),
            None => prop_assert!(found > now + 3.days().to_duration(jiff::civil::date(2026, 1, 1)).unwrap()),
        }
    }
}

fn matches(fields: &crontab::Fields, time: jiff::civil::DateTime) -> bool {
    let has = |set: u64, n: i8| set & (1 << n) != 0;
    let day = has(fields.days, time.day());
    let weekday = has(fields.weekdays, time.weekday().to_sunday_zero_offset());
    has(fields.minutes, time.minute())
        && has(fields.hours, time.hour())
        && has(fields.months, time.month())
        && if fields.either_day { day || weekday } else { day && weekday }
}
