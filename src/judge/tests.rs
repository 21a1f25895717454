use super::*;
use crate::model::Clause;

const TERMS: &[&str] = &[
    "We may suspend your account at any time if you break these rules or any law.",
    "You must be at least eighteen years old to use our services in any country.",
    "Fees are due within thirty days of the date of each invoice we send you.",
];

fn text(clauses: &[&str]) -> Text {
    Text { clauses: clauses.iter().map(|c| Clause::paragraph(*c)).collect(), ..Text::default() }
}

/// A source that is looked at every six hours.
struct Story {
    memory: Memory,
    latest: Option<Text>,
    at: Timestamp,
}

impl Story {
    fn new() -> Self {
        let at = "2026-03-01T00:00:00Z".parse().unwrap();
        let mut story = Self { memory: Memory::default(), latest: None, at };
        assert_eq!(story.sees(TERMS), Verdict::First);
        story
    }

    fn sees(&mut self, clauses: &[&str]) -> Verdict {
        self.at += SignedDuration::from_hours(6);
        let text = text(clauses);
        // What is remembered goes through the store between looks.
        self.memory = Memory::from_bytes(&self.memory.to_bytes());
        let verdict =
            judge(Look { status: 200, text: &text, at: self.at }, self.latest.as_ref(), &mut self.memory);
        if matches!(verdict, Verdict::First | Verdict::Changed(_)) {
            self.latest = Some(text);
        }
        verdict
    }
}

fn is_changed(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Changed(_))
}

fn is_held(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Held(_))
}

#[test]
fn one_changed_number_is_told_at_first_sight_and_once() {
    let mut story = Story::new();
    let edited = [TERMS[0], &TERMS[1].replace("eighteen", "sixteen"), TERMS[2]];
    assert!(is_changed(&story.sees(&edited)));
    assert_eq!(story.sees(&edited), Verdict::Unchanged(None));
}

#[test]
fn blocks_typography_and_order_of_markup_do_not_count() {
    let mut story = Story::new();
    let (first, second) = TERMS[0].split_at(28);
    assert!(matches!(story.sees(&[first, second, TERMS[1], TERMS[2]]), Verdict::Unchanged(Some(_))));
    assert_eq!(story.sees(&[&TERMS[0].to_uppercase(), TERMS[1], TERMS[2]]), Verdict::Unchanged(None));
}

#[test]
fn a_text_that_flips_is_told_at_most_once() {
    let mut story = Story::new();
    let edited = [TERMS[0], TERMS[1], "Fees are due at once, and we charge interest from the first day on."];
    assert!(is_changed(&story.sees(&edited)));
    for _ in 0..10 {
        assert!(!is_changed(&story.sees(TERMS)));
        assert_eq!(story.sees(&edited), Verdict::Unchanged(None));
    }
}

#[test]
fn a_revert_that_stays_is_told() {
    let mut story = Story::new();
    let edited = [TERMS[0], TERMS[1], "Fees are due at once, and we charge interest from the first day on."];
    assert!(is_changed(&story.sees(&edited)));
    let looks = (1..50).find(|_| is_changed(&story.sees(TERMS)));
    assert_eq!(looks, Some(13), "three days at four looks a day");
}

#[test]
fn a_missing_clause_is_told_at_the_second_look() {
    let mut story = Story::new();
    assert!(is_held(&story.sees(&TERMS[..2])));
    assert_eq!(story.sees(TERMS), Verdict::Unchanged(None));
    assert!(is_held(&story.sees(&TERMS[..2])));
    assert!(is_changed(&story.sees(&TERMS[..2])));
}

#[test]
fn a_page_that_lost_most_of_its_text_is_held() {
    let mut story = Story::new();
    let stub = ["Something went wrong on our side, please try again in a few minutes or contact us."];
    assert!(is_held(&story.sees(&stub)));
    assert!(is_held(&story.sees(&stub)));
    assert!(is_changed(&story.sees(&stub)), "doubt speaks in the end");
}

#[test]
fn error_answers_and_empty_pages_are_no_policies() {
    let mut memory = Memory::default();
    let terms = text(TERMS);
    for (status, text) in
        [(404, &terms), (503, &terms), (304, &terms), (200, &text(&[])), (200, &text(&["Loading…"]))]
    {
        let look = Look { status, text, at: Timestamp::UNIX_EPOCH };
        assert!(matches!(judge(look, Some(&terms), &mut memory), Verdict::Unusable(_)));
        assert!(matches!(judge(look, None, &mut memory), Verdict::Unusable(_)));
    }
}

#[test]
fn a_country_in_a_list_of_short_paragraphs_counts() {
    let countries =
        ["Albania", "Brazil", "Chad", "Denmark", "Estonia", "Finland", "Georgia", "Iceland", "Japan"];
    let page: Vec<&str> = [TERMS, &countries].concat();
    let without: Vec<&str> = page.iter().copied().filter(|c| *c != "Iceland").collect();
    let with: Vec<&str> = [&page[..], &["Kenya"]].concat();
    let mut story = Story { latest: Some(text(&page)), ..Story::new() };
    assert!(is_held(&story.sees(&without)), "it may have failed to load");
    assert!(is_changed(&story.sees(&without)));
    let mut story = Story { latest: Some(text(&page)), ..Story::new() };
    assert!(is_changed(&story.sees(&with)));
}

#[test]
fn a_line_that_changes_at_every_look_silences_nothing() {
    let mut story = Story::new();
    let looks = (1..40).find(|look| {
        // A clause is missing, and a teaser in its place is never the same and was seen before, as far as is known.
        let teaser = format!("{}{}", TERMS[1], " ".repeat(*look));
        let rotating: Vec<&str> = match look % 3 {
            0 => vec![TERMS[0]],
            1 => vec![TERMS[2]],
            _ => vec![&teaser],
        };
        is_changed(&story.sees(&rotating))
    });
    assert_eq!(looks, Some(9), "two days at four looks a day");
}

#[test]
fn a_counter_is_told_a_few_times_and_what_it_comes_to_rest_with_once_more() {
    let mut story = Story::new();
    let mut sees = |line: String| {
        let page = [TERMS[0], &format!("Read by {line} people so far, and counting."), TERMS[1], TERMS[2]];
        story.sees(&page)
    };
    let told: Vec<bool> = (0..20).map(|n| is_changed(&sees(format!("{}", 3000 + n * n)))).collect();
    let few = told.iter().filter(|told| **told).count();
    assert!((1..=4).contains(&few) && told[..4].iter().filter(|told| **told).count() == few, "{told:?}");
    let rest: Vec<bool> = (0..9).map(|_| is_changed(&sees("7000".to_owned()))).collect();
    assert_eq!(rest.iter().filter(|told| **told).count(), 1, "{rest:?}");
}

#[test]
fn an_edit_beside_a_counter_is_told_at_first_sight() {
    let mut story = Story::new();
    let counter = |n: u32| format!("Read by {n} people so far, and counting.");
    for n in 0..9 {
        story.sees(&[TERMS[0], &counter(n), TERMS[1], TERMS[2]]);
    }
    let edited = TERMS[2].replace("thirty", "fourteen");
    assert!(is_changed(&story.sees(&[TERMS[0], &counter(10), TERMS[1], &edited])));
}

/// Different servers give different texts for a day, until all have the new one.
#[test]
fn a_slow_roll_out_is_told_once() {
    let mut story = Story::new();
    let edited = [TERMS[0], TERMS[1], "Fees are due at once, and we charge interest from the first day on."];
    let looks = [1, 0, 1, 1, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
    let told: Vec<bool> =
        looks.iter().map(|new| is_changed(&story.sees(if *new == 1 { &edited } else { TERMS }))).collect();
    assert_eq!(told.iter().filter(|told| **told).count(), 1, "{told:?}");
    assert_eq!(story.sees(&edited), Verdict::Unchanged(None), "and the new one is the latest version");
}

#[test]
fn one_day_and_one_address_in_another_form_are_no_news_and_another_day_is() {
    let mut story = Story::new();
    let dated = |day: &str, mail: &str| {
        [TERMS, &[&*format!("In force since {day}; write to {mail}.")]].concat().join("\n")
    };
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let mut sees = |day: &str, mail: &str| {
        let page = lines(&dated(day, mail));
        story.sees(&page.iter().map(String::as_str).collect::<Vec<_>>())
    };
    assert!(is_changed(&sees("March 1, 2027", "legal@acme.example")));
    assert!(matches!(sees("1 March 2027", "legal [at] acme [dot] example"), Verdict::Unchanged(Some(_))));
    assert!(is_changed(&sees("2 March 2027", "legal@acme.example")));
}

#[test]
fn a_page_that_lost_its_upper_part_is_told_after_three_days() {
    let mut story = Story::new();
    let mut titled =
        text(&[&["Please read these terms with care before you use anything of ours."], TERMS].concat());
    titled.clauses.insert(0, Clause::heading(1, "Terms of Service"));
    story.latest = Some(titled);
    let looks = (1..50).find(|_| is_changed(&story.sees(TERMS)));
    assert_eq!(looks, Some(13), "three days at four looks a day");
}

#[test]
fn a_page_that_became_an_empty_shell_is_no_news() {
    let story = Story::new();
    let in_scripts = Text { in_scripts: true, ..text(&TERMS[..2]) };
    let look = Look { status: 200, text: &in_scripts, at: story.at };
    let verdict = judge(look, story.latest.as_ref(), &mut Memory::default());
    assert!(matches!(verdict, Verdict::Unusable(_)), "{verdict:?}");
}
