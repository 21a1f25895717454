use proptest::prelude::*;

use super::*;
use crate::model::{Clause, PinState};

const PIN: &str = "We do not train on your business data";

/// A policy of some length with these paragraphs in it.
fn policy(clauses: &[&str]) -> Text {
    let around = [
        "You must be at least eighteen years old to use our services in any country.",
        "We collect the data that you give us when you create an account on our platform.",
        "We do not sell your personal data to advertisers or data brokers.",
        "We may suspend your account if you do not pay the fees that are due on time.",
        "Your data is kept for as long as you have an account, and you can delete it.",
        "We use your data to provide our services to you, and to keep them safe.",
    ];
    let clauses = around[..3].iter().chain(clauses).chain(&around[3..]).map(|text| Clause::paragraph(*text));
    Text { clauses: clauses.collect(), ..Text::default() }
}

fn seen(pin: &str, clauses: &[&str], reference: Option<&str>) -> Sighting {
    look(pin, &Words::of(&policy(clauses)), reference)
}

#[test]
fn the_same_words_are_found_in_any_dress() {
    let cases: &[(&str, &[&str])] = &[
        (PIN, &["We do not train on your business data."]),
        (PIN, &["WE DO NOT TRAIN ON “YOUR BUSINESS DATA”"]),
        (PIN, &["We don’t train on your business\u{a0}data."]),
        (PIN, &["We do not train on your busi\u{ad}ness data"]),
        (PIN, &["As our FAQ says, we do not train on your business data."]),
        (PIN, &["Data is encrypted. We do not train on your business data. Models are ours."]),
        (PIN, &["4.2. We do not train on your business data."]),
        (PIN, &["(c) We do not train on your business data."]),
        (PIN, &["We do not:", "train on your business data."]),
        (PIN, &["We do not (a) train on your business data, (b) sell it."]),
        ("7. We do not train on your business data", &["We do not train on your business data."]),
        ("We cannot read it. We won't try.", &["We can not read it.", "b) We will not try."]),
        (
            "Wir verwenden Ihre Daten nicht zum Training.",
            &["4. Wir verwenden Ihre Daten nicht zum Training!"],
        ),
        ("nous n'utilisons pas vos données", &["Nous n’utilisons pas vos données"]),
        ("我们不会使用您的数据进行训练", &["我们 不会使用 您的数据 进行训练。"]),
        ("fees of 5 %", &["There are fees of 5%."]),
    ];
    for (pin, clauses) in cases {
        let seen = seen(pin, clauses, None);
        assert_eq!(seen.sight, Sight::Found, "{pin:?} in {clauses:?}: {seen:?}");
    }
}

#[test]
fn a_negation_or_another_number_is_never_the_same() {
    for (pin, clause) in [
        (PIN, "We do train on your business data."),
        (PIN, "We train on your business data."),
        (PIN, "We may train on your business data."),
        (PIN, "We do not currently train on your business data."),
        (PIN, "We do not train only on your business data."),
        (
            "We give notice of at least 30 days before we suspend an account",
            "We give notice of at least 7 days before we suspend an account.",
        ),
        ("Our fee is 5% of the amount due in a month", "Our fee is 5 of the amount due in a month."),
        (
            "You may appeal within thirty (30) days of the notice",
            "You may appeal within thirty (14) days of the notice.",
        ),
        ("2.50 USD per million tokens of input", "3.50 USD per million tokens of input"),
        (
            "5. September 2026 treten diese Bedingungen in Kraft",
            "7. September 2026 treten diese Bedingungen in Kraft",
        ),
        ("Wir geben Ihre Daten nicht an Dritte weiter", "Wir geben Ihre Daten an Dritte weiter."),
        ("我们不会使用您的数据进行训练", "我们会使用您的数据进行训练。"),
    ] {
        let seen = seen(pin, &[clause], None);
        assert_eq!(seen.sight, Sight::Changed, "{pin:?} in {clause:?}: {seen:?}");
        assert_eq!(seen.passage.as_deref(), Some(clause));
    }
}

#[test]
fn a_word_that_turns_the_sentence_around_a_pin_changes_it() {
    let clause = "We do not train on your business data.";
    for (now, sight) in [
        ("We do not train on your business data by default.", Sight::Changed),
        ("We do not train on your business data unless you opt in.", Sight::Changed),
        ("Except for feedback, we do not train on your business data.", Sight::Changed),
        ("Until 2027 we do not train on your business data.", Sight::Changed),
        ("As stated on our privacy page, we do not train on your business data.", Sight::Found),
        ("We do not train on your business data. Feedback may be used.", Sight::Found),
        ("We never lose it. We do not train on your business data.", Sight::Found),
    ] {
        let seen = seen(PIN, &[now], Some(clause));
        assert_eq!(seen.sight, sight, "{now:?}: {seen:?}");
    }
    // A pin may hold only the words behind the negation.
    let (pin, before) = ("sell your prompts", Some("We do not sell your prompts."));
    assert_eq!(seen(pin, &["We do not sell your prompts."], before).sight, Sight::Found);
    assert_eq!(seen(pin, &["We sell your prompts."], before).sight, Sight::Changed);
    // Of two places the one that says the same counts.
    let twice = ["We sell your prompts.", "We do not sell your prompts."];
    assert_eq!(seen(pin, &twice, before).sight, Sight::Found);
}

/// How like the pin the closest passage is, to two digits.
fn likeness(pin: &str, clause: &str) -> f64 {
    let (wanted, text) = (alone(pin), policy(&[clause]));
    let likest = similar::likest(&Words::of(&wanted), &Words::of(&text));
    let likeness = likest.map_or(0.0, |(_, likeness)| likeness);
    (likeness * 100.0).round() / 100.0
}

#[test]
fn rewordings_are_told_apart_from_other_clauses() {
    let appeal = "You may appeal against a suspension within 30 days of our notice";
    let delete = "We delete your content within 30 days after you close your account";
    for (pin, reworded) in [
        (PIN, "We never train our models on your business data."),
        (PIN, "We do not use your business data to train our models."),
        (PIN, "By default, we will not train on any business data of yours."),
        (PIN, "We do not train models on your business data, such as data from our API platform."),
        (appeal, "You can appeal against a suspension within 14 days after our notice."),
        (
            appeal,
            "A suspension is final; you may not appeal against it, but within 30 days of our notice you may ask why.",
        ),
        (delete, "We delete your content no later than 90 days after you close an account."),
        (delete, "Your content is deleted within 30 days after you close your account."),
    ] {
        let likeness = likeness(pin, reworded);
        assert!(likeness >= 0.58, "{likeness}: {pin:?} became {reworded:?}");
    }
    for (pin, other) in [
        (PIN, "We do not sell your personal data to anyone."),
        (PIN, "Your business is important to us."),
        (PIN, "We do not accept liability for loss of business, data or profits."),
        (appeal, "You may cancel a subscription within 14 days of your order."),
        (appeal, "We may change these terms with 30 days of notice."),
        (delete, "We keep your payment data within the limits of the law after you pay."),
        (delete, "You may close your account at any time in the settings."),
    ] {
        let likeness = likeness(pin, other);
        assert!(likeness <= 0.46, "{likeness}: {pin:?} is not {other:?}");
        assert_eq!(seen(pin, &[other], None).sight, Sight::Missing);
    }
}

#[test]
fn the_passage_is_the_sentence_and_no_more() {
    for (clauses, passage) in [
        (
            &["First. We train on your business data (e.g. on files). Last."] as &[&str],
            "We train on your business data (e.g. on files).",
        ),
        (
            &["We do not:", "train on your business data. Nor do others."],
            "We do not: train on your business data.",
        ),
        (
            &["我们收集数据。We do not train on your business data！其他。"],
            "We do not train on your business data！",
        ),
    ] {
        assert_eq!(seen(PIN, clauses, None).passage.as_deref(), Some(passage));
    }
    let endless =
        format!("{} we do not train on your business data {}", "blah é ".repeat(500), "blah é ".repeat(500));
    let passage = seen(PIN, &[&endless], None).passage.unwrap();
    assert!(passage.len() < 1_300 && passage.contains(&PIN[3..]), "{}", passage.len());
}

#[test]
fn what_is_told_depends_on_what_was_known() {
    let sighting = |sight, passage: &str| Sighting {
        sight,
        passage: (sight != Sight::Missing).then(|| passage.to_owned()),
        clause: None,
    };
    let known = |sight, passage: &str, was_found: bool| PinState {
        text: PIN.into(),
        sight,
        version: 1,
        since: jiff::Timestamp::UNIX_EPOCH,
        passage: (sight != Sight::Missing).then(|| passage.to_owned()),
        reference: was_found.then(|| PIN.to_owned()),
    };
    use Sight::{Changed, Found, Missing};
    for (before, now, told) in [
        (None, sighting(Found, "a"), None),
        (None, sighting(Changed, "a"), Some(Turn::Otherwise)),
        (None, sighting(Missing, ""), Some(Turn::NotFound)),
        (Some(known(Found, "a", true)), sighting(Found, "a, as said"), None),
        (Some(known(Found, "a", true)), sighting(Changed, "b"), Some(Turn::Changed)),
        (Some(known(Found, "a", true)), sighting(Missing, ""), Some(Turn::Gone)),
        (Some(known(Changed, "b", true)), sighting(Changed, "“B”!"), None),
        (Some(known(Changed, "b", true)), sighting(Changed, "c"), Some(Turn::Changed)),
        (Some(known(Changed, "b", true)), sighting(Missing, ""), Some(Turn::Gone)),
        (Some(known(Changed, "b", true)), sighting(Found, "a"), Some(Turn::Back)),
        (Some(known(Missing, "", true)), sighting(Missing, ""), None),
        (Some(known(Missing, "", true)), sighting(Changed, "b"), Some(Turn::Changed)),
        (Some(known(Missing, "", false)), sighting(Changed, "b"), Some(Turn::Otherwise)),
        (Some(known(Missing, "", true)), sighting(Found, "a"), Some(Turn::Back)),
        (Some(known(Missing, "", false)), sighting(Found, "a"), Some(Turn::Found)),
    ] {
        assert_eq!(turn(before.as_ref(), &now), told, "{before:?} → {now:?}");
    }
}

/// Some words, each with the marks behind it.
fn words() -> impl Strategy<Value = Vec<(String, String)>> {
    let word = prop_oneof!["[a-z]{2,8}", "[0-9]{2,4}", "(don't|cannot|we're|Übung|数据|five%)"];
    prop::collection::vec((word, "[,;:\"“”–]?"), 3..12)
}

proptest! {
    #[test]
    fn a_pin_is_found_wherever_its_words_stand(
        pin in words(), before in words(), after in words(), cut in any::<prop::sample::Index>(),
    ) {
        let plain = |words: &[(String, String)]| words.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>().join(" ");
        let dressed = |words: &[(String, String)]| words.iter().fold(String::new(), |text, (word, mark)| {
            format!("{text} {}{mark}", word.to_uppercase().replace('\'', "’"))
        });
        let (first, second) = pin.split_at(cut.index(pin.len()));
        let clauses = [dressed(&before) + &dressed(first), dressed(second) + &dressed(&after)].map(Clause::paragraph);
        let text = Text { clauses: clauses.into(), ..Text::default() };
        prop_assert_eq!(look(&plain(&pin), &Words::of(&text), None).sight, Sight::Found);
    }

    #[test]
    fn no_text_is_too_strange(pin in "\\PC{0,40}", clauses in prop::collection::vec("\\PC{0,80}", 0..6)) {
        let clauses = clauses.into_iter().map(Clause::paragraph).collect();
        let text = Text { clauses, ..Text::default() };
        let seen = look(&pin, &Words::of(&text), Some(&pin));
        prop_assert_eq!(seen.sight == Sight::Missing, seen.passage.is_none());
    }
}

fn alone(text: &str) -> Text {
    Text { clauses: vec![Clause::paragraph(text)], ..Text::default() }
}
