//! Phrasings in eleven languages, seen on 2026-11-22, with what is read from them: `+` takes effect, `-` ends.

use std::time::{Duration, Instant};

use jiff::civil::date;

use super::*;
use crate::diff::compare;
use crate::model::Clause;

mod phrases;

fn at() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

fn text(language: &str, clauses: &[&str]) -> Text {
    let clauses = clauses.iter().map(|clause| match clause.strip_prefix("| ") {
        Some(row) => Clause::new(crate::model::Kind::Row, row),
        None => Clause::paragraph(*clause),
    });
    Text { language: language.into(), clauses: clauses.collect(), ..Text::default() }
}

fn between(before: &Text, after: &Text) -> Vec<EffectiveDate> {
    find(before, after, &compare(before, after), at())
}

/// `+2027-03-01 -2027-06-01`
fn short(dates: &[EffectiveDate]) -> String {
    let sign = |kind| if kind == EffectiveKind::Ends { '-' } else { '+' };
    let dates: Vec<String> = dates.iter().map(|d| format!("{}{}", sign(d.kind), d.date)).collect();
    dates.join(" ")
}

#[test]
fn every_phrasing_is_read_right_or_left_alone() {
    let mut wrong = Vec::new();
    for (language, expected, clauses) in phrases::ALL {
        let after = text(language, &clauses.split(" // ").collect::<Vec<_>>());
        let read = short(&between(&Text::default(), &after));
        if read != *expected {
            wrong.push(format!("{language}: {clauses}\n    read as {read:?}, meant {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(phrases::ALL.len() >= 120, "{}", phrases::ALL.len());
    for language in ["en", "fr", "de", "es", "ja", "zh", "ar"] {
        let of = phrases::ALL.iter().filter(|(l, _, _)| l.split('-').next() == Some(language));
        assert!(of.count() >= 12, "{language}");
    }
}

#[test]
fn a_day_that_was_known_is_no_news() {
    let before =
        text("en", &["Last updated: October 6, 2026", "Effective: March 1, 2027", "You pay monthly."]);
    let after = text("en", &["Last updated: November 2, 2026", "Effective 1 March 2027", "You pay yearly."]);
    assert_eq!(short(&between(&before, &after)), "");
    // The same day in another sense is.
    let after = text("en", &["Effective: March 1, 2027", "The old API will be shut down on March 1, 2027."]);
    assert_eq!(short(&between(&before, &after)), "-2027-03-01");
    // A kept clause names nothing new, whatever else changed.
    let after =
        text("en", &["Last updated: November 2, 2026", "Effective: March 1, 2027", "You pay yearly."]);
    assert_eq!(short(&between(&before, &after)), "");
}

#[test]
fn a_notice_period_is_counted_once_from_the_day_it_was_seen() {
    let notice = "These terms take effect 30 days after the date of this notice.";
    let found = between(&Text::default(), &text("en", &[notice]));
    assert_eq!(found[0].date, date(2026, 12, 22));
    assert_eq!(found[0].counted_from, Some(date(2026, 11, 22)));
    assert_eq!(found[0].sentence, notice);
    let more =
        text("en", &["We added a word. These terms take effect 30 days after the date of this notice."]);
    assert_eq!(short(&between(&text("en", &[notice]), &more)), "");
    let longer = text("en", &["These terms take effect 45 days after the date of this notice."]);
    assert_eq!(short(&between(&text("en", &[notice]), &longer)), "+2027-01-06");
    assert!(still_says(&more, &found[0]) && !still_says(&longer, &found[0]));
}

#[test]
fn several_days_are_found_soonest_first_and_one_is_the_main_one() {
    let after = text(
        "en",
        &[
            "Effective: March 1, 2027. The EU terms take effect on February 1, 2027.",
            "The legacy API will be shut down on January 15, 2027.",
            "These terms were effective as of September 1, 2026.",
        ],
    );
    let found = between(&Text::default(), &after);
    assert_eq!(short(&found), "+2026-09-01 -2027-01-15 +2027-02-01 +2027-03-01");
    assert_eq!(main(&found, at()), Some(date(2027, 2, 1)));
    assert_eq!(main(&found[..2], at()), Some(date(2026, 9, 1)));
    assert_eq!(main(&found[1..2], at()), None);
}

#[test]
fn a_table_of_retirements_is_read_by_the_heads_of_its_columns() {
    let rows = |rest: &[&'static str]| {
        text(
            "en",
            &[&["| Announced | Shutdown date | Model", "| 2026-11-01 | 2027-05-01 | gpt-a"], rest].concat(),
        )
    };
    let after = rows(&["| 2026-11-20 | 2027-06-01 | gpt-b"]);
    let found = between(&rows(&[]), &after);
    assert_eq!(short(&found), "-2027-06-01");
    assert_eq!(found[0].sentence, "Shutdown date: 2027-06-01 (gpt-b)");
}

#[test]
fn a_text_full_of_days_stays_cheap_and_its_days_few() {
    let many: Vec<String> = (0..20_000)
        .map(|i| format!("Effective {}-{:02}-{:02}", 2027 + i % 8, 1 + i % 12, 1 + i % 28))
        .collect();
    let joined = many.join(" ");
    let clauses: Vec<&str> = many.iter().map(String::as_str).chain([joined.as_str()]).collect();
    let (before, after) = (text("en", &clauses[1..]), text("en", &clauses[..1]));
    let start = Instant::now();
    assert!(between(&Text::default(), &text("en", &clauses)).len() <= DATES);
    assert_eq!(short(&between(&before, &after)), "", "too many days to tell what is new");
    // In an unoptimised build; the work is linear and takes a fraction of it.
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
}

proptest::proptest! {
    #[test]
    fn no_text_panics(
        words in proptest::collection::vec(
            proptest::sample::select(vec![
                "effective", "takes effect", "on", "March 1, 2027", "2027-03-01", "03/04/2027", "until", "to", "30 days after this notice",
                "in Kraft", "ab dem", "1. März 2027", "施行日：", "2027年3月1日", "から", "自", "起生效", "تسري", "١ مارس ٢٠٢٧", "will be shut down",
                "32/13/2027", "9999-99-99", "二〇二七年三月一日", "令和元年5月1日", "999 months from this notice", ".", "|", "\u{e001}", "İ", "e\u{301}",
            ]),
            0..14,
        ),
        noise in ".{0,40}",
        row in proptest::bool::ANY,
    ) {
        let clause = format!("{}{noise}{}", if row { "| " } else { "" }, words.join(" "));
        let after = text("en-us", &["Effective date", clause.as_str(), noise.as_str()]);
        for found in between(&Text::default(), &after) {
            proptest::prop_assert!(found.date.year() >= 2025 && found.date.year() <= 2036);
            proptest::prop_assert!(found.sentence.chars().count() <= SENTENCE + 4);
            proptest::prop_assert!(still_says(&after, &found));
        }
    }

    #[test]
    fn every_day_is_read_however_it_is_written(days in 0..3_600i32) {
        let day = date(2026, 1, 1).checked_add(days.days()).unwrap();
        let (y, m, d) = (day.year(), day.month(), day.day());
        let month = day.strftime("%B");
        for (language, written) in [
            ("en", format!("Effective {month} {d}, {y}")),
            ("en", format!("Effective {d} {month} {y}")),
            ("en", format!("Effective {day}")),
            ("en-us", format!("Effective {m}/{d}/{y}")),
            ("en-gb", format!("Effective {d}/{m}/{y}")),
            ("de", format!("Gültig ab {d}.{m}.{y}")),
            ("ja", format!("施行日：{y}年{m}月{d}日")),
            ("ko", format!("시행일: {y}년 {m}월 {d}일")),
        ] {
            let found = between(&Text::default(), &text(language, &[&written]));
            proptest::prop_assert_eq!(short(&found), format!("+{day}"), "{}", written);
        }
    }
}
