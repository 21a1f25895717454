//! Histories of two ways, and what becomes of them.

use jiff::{SignedDuration, Timestamp};

use super::*;
use crate::model::{Clause, Text};

fn day(day: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(24 * day)
}

/// Versions first seen on these days.
fn seen(days: &[i64]) -> Vec<Seen> {
    (1..).zip(days).map(|(number, at)| Seen { number, at: day(*at) }).collect()
}

fn told(main: &[i64], variant: &[i64], until: i64) -> Option<Turn> {
    let periods = periods(&seen(main), &seen(variant));
    by_times(&settled(&periods, day(until), SignedDuration::from_hours(72)))
}

#[test]
fn who_changes_alone_for_longer_than_the_grace_is_told_and_who_follows_too() {
    for (main, variant, until, expected) in [
        (&[0][..], &[0][..], 50, None),
        (&[0, 10], &[0], 12, None),
        (&[0, 10], &[0], 13, Some(Turn::MainAlone)),
        (&[0], &[0, 10], 13, Some(Turn::VariantAlone)),
        (&[0, 10], &[0, 12], 14, None),
        (&[0, 10], &[0, 12], 15, None),
        (&[0, 10], &[0, 15], 17, None),
        (&[0, 10], &[0, 15], 18, Some(Turn::Again)),
        (&[0, 15], &[0, 10], 18, Some(Turn::Again)),
        (&[0, 10, 20], &[0], 23, Some(Turn::MainAlone)),
        (&[0, 10, 20], &[0, 15], 23, Some(Turn::MainAlone)),
        (&[0, 10, 20], &[0, 15, 21], 24, None),
        // Many changes in the time of grace are one.
        (&[0, 10, 11, 12], &[0, 11], 15, None),
        // The other way was added later.
        (&[0, 10, 20], &[25], 60, None),
        (&[0, 10, 20], &[25, 40], 60, Some(Turn::VariantAlone)),
        (&[], &[0, 1], 60, None),
    ] {
        assert_eq!(told(main, variant, until), expected, "{main:?} {variant:?} on day {until}");
    }
}

#[test]
fn words_are_compared_where_texts_are_alike_and_old_differences_are_no_news() {
    let text = |clauses: &[&str]| Text {
        clauses: clauses.iter().map(|c| Clause::paragraph(*c)).collect(),
        ..Text::default()
    };
    let (all, fewer) = (text(&["Canada", "Iceland", "Japan"]), text(&["Canada", "Japan"]));
    let (german, none) = (text(&["Kanada", "Island", "Japan"]), text(&[]));
    assert!(are_alike(&all, &all) && are_alike(&all, &fewer) && are_alike(&fewer, &all));
    assert!(!are_alike(&all, &german) && !are_alike(&all, &none) && !are_alike(&none, &none));
    assert_eq!(by_words((&all, &all), (&fewer, &fewer)), None);
    assert_eq!(by_words((&all, &all), (&all, &fewer)), Some(Turn::Apart));
    assert_eq!(by_words((&all, &fewer), (&all, &fewer)), None);
    assert_eq!(by_words((&all, &fewer), (&fewer, &all)), Some(Turn::Apart));
    assert_eq!(by_words((&all, &fewer), (&fewer, &fewer)), Some(Turn::Again));
}
