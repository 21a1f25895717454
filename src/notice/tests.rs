use insta::assert_snapshot;
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::*;
use crate::diff::sample::{USAGE_AFTER, USAGE_BEFORE, policy};
use crate::diff::{Diff, compare};
use crate::model::{
    Cause, Change, Clause, Excerpt, Notice, NoticeId, Pin, Rules, Run, Schedule, Severity, Source, SourceId,
    Text, Topic,
};
use crate::pins::Turn;

fn source() -> Source {
    Source {
        id: SourceId::derive("OpenAI", "Usage Policies").unwrap(),
        service: "OpenAI".into(),
        terms: "Usage Policies".into(),
        url: "https://openai.com/policies/usage-policies/".parse().unwrap(),
        schedule: Schedule::Crontab { line: "0 * * * *".into(), zone: TimeZone::UTC },
        notify: Vec::new(),
        rules: Rules::default(),
        pins: Vec::new(),
        max_age: Source::MAX_AGE,
        browser: Default::default(),
        headers: Vec::new(),
        request: Default::default(),
        watch: None,
        ways: None,
        robots: Default::default(),
        topics: Default::default(),
    }
}

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn notice(before: &Text, after: &Text) -> Notice {
    let diff = compare(before, after);
    changed(&source(), &change(before, after, &diff), before, after, &diff)
}

fn change(before: &Text, after: &Text, diff: &Diff) -> Change {
    Change {
        id: NoticeId::derive("chg", &["x"]),
        source: source().id,
        from: 3,
        to: 4,
        at: at("2026-05-01T06:00:00Z"),
        previous_at: at("2026-03-01T06:00:00Z"),
        severity: Severity::Critical,
        topics: vec![Topic::SuspensionTermination],
        reasons: Vec::new(),
        effective: Some("2026-05-04".parse().unwrap()),
        dates: Vec::new(),
        summary: summary_line(diff, before, after),
        words_added: diff.words_added(after),
        words_removed: diff.words_removed(before),
        cause: Cause::Publisher,
        announced: true,
        why: String::new(),
    }
}

/// A notice as a plain channel would write it.
fn letter(notice: &Notice) -> String {
    let run = |run: &Run| match run {
        Run::Kept(text) => text.clone(),
        Run::Removed(text) => format!("[-{text}-]"),
        Run::Added(text) => format!("{{+{text}+}}"),
    };
    let excerpt =
        |e: &Excerpt| format!("{}\n  {}\n", e.path.join(" › "), e.runs.iter().map(run).collect::<String>());
    let excerpts: String = notice.excerpts.iter().map(excerpt).collect();
    format!("{}\n\n{}\n\n{excerpts}{} cut. {}", notice.subject, notice.summary, notice.cut, notice.more)
}

#[test]
fn a_change_is_told_in_ten_seconds() {
    assert_snapshot!(letter(&notice(&policy(USAGE_BEFORE), &policy(USAGE_AFTER))), @"
    [critical] OpenAI · Usage Policies changed: 3 clauses reworded, 3 added, 2 removed, 1 moved under “Suspension”, “Supported countries” and 2 more headings (suspension and termination), in force from 2026-05-04 (in 3 days)

    3 clauses reworded, 3 added, 2 removed, 1 moved under “Suspension”, “Supported countries” and 2 more headings. 32 words added, 23 removed. In force from 2026-05-04 (in 3 days), says the text. The weightiest clauses come first.

    Suspension
      We may suspend or terminate your access to the Services at any time, [-with notice of at least 30 days where-]{+without notice unless+} the law requires it, if we believe that you have violated these policies, that your use poses a risk to us or to others, or that suspension is needed to comply with the law. … We [-will-]{+may+} tell you the reason unless the law forbids it.
    Supported countries
      [-Hong Kong | yes | no-]
    Building with the API
      {+Verify your organization before you use models marked as advanced.+}
    Usage Policies
      Effective: [-March 1-]{+May 4+}, 2026
    Suspension › Appeals
      {+Only the owner of an organization may appeal.+}
    Suspension › Appeals
      Appeals must be submitted within [-30-]{+14+} days of the notice.
    Suspension › Appeals
      [-We will answer within 10 business days.-]
    Suspension › Appeals
      {+Our decision on an appeal is final.+}
    0 cut. fineprint diff openai/usage-policies 3..4
    ");
}

#[test]
fn the_subject_says_what_and_where() {
    let line = |before: &str, after: &str| {
        let (before, after) = (policy(before), policy(after));
        summary_line(&compare(&before, &after), &before, &after)
    };
    assert_eq!(line("You pay.", "You pay.\nFully new matter."), "1 clause added");
    assert_eq!(
        line("# T\n## Fees\nYou pay ten dollars.", "# T\n## Fees\nYou pay twenty dollars."),
        "1 clause reworded under “Fees”"
    );
    assert_eq!(
        line("## A\nfirst words\n## B\nother matter", "## A\n## B"),
        "2 clauses removed under “A” and “B”"
    );
    assert_eq!(
        line("## A\none x\n## B\ntwo y\n## C\nthree z", "## A\n## B\n## C"),
        "3 clauses removed under “A”, “B” and 1 more heading"
    );
    assert_eq!(line("# T\nOne.", "# T\nOne.\n## Identity\nTwo."), "2 clauses added under “Identity”");
    assert_eq!(line("- one\n- two\n- three", "- two\n- three\n- one"), "1 clause moved");
    assert_eq!(
        line("See this.\nlink: https://a", "See this.\nlink: https://b"),
        "Links of 1 clause lead elsewhere"
    );
    assert_eq!(line("Same.", "“Same”."), "1 clause reworded");
}

#[test]
fn of_many_changed_clauses_the_weightiest_come_first_and_the_rest_in_order() {
    let before = "# Terms\n## Welcome\nHello there.\n## Suspension\nWe keep accounts open.";
    let many: String = (0..8).map(|i| format!("Cats number {i} dance in the old garden.\n")).collect();
    let harsh = "We may suspend or terminate your account at any time, without notice.";
    let after =
        format!("# Terms\n## Welcome\nHello there.\n{many}## Suspension\nWe keep accounts open.\n{harsh}");
    let told = notice(&policy(before), &policy(&after));
    let words: Vec<&str> = told.excerpts.iter().map(|excerpt| excerpt.runs[0].text()).collect();
    assert_eq!(words[0], harsh);
    assert!(words[3..].is_sorted() && words.len() == 9, "{words:#?}");
    assert!(told.summary.ends_with("The weightiest clauses come first."), "{}", told.summary);
    assert!(told.subject.contains("under “Suspension” and “Welcome”"), "{}", told.subject);
}

#[test]
fn where_no_day_was_found_that_is_said_of_what_is_more_than_wording() {
    let (before, after) = (policy("You pay."), policy("You pay us."));
    let diff = compare(&before, &after);
    let told = |severity: Severity, effective: Option<&str>| {
        let effective = effective.map(|day| day.parse().unwrap());
        let change = Change { severity, effective, ..change(&before, &after, &diff) };
        changed(&source(), &change, &before, &after, &diff).summary
    };
    assert!(told(Severity::Major, None).ends_with(" No date of effect found in the text."));
    assert!(!told(Severity::Minor, None).contains("No date"));
    assert!(!told(Severity::Critical, Some("2026-05-04")).contains("No date"));
}

#[test]
fn reasons_name_their_topic_as_people_read_it() {
    for (line, read) in [
        ("geography: under “Regions”", "countries and regions: under “Regions”"),
        ("critical: 1 clause about verification added", "critical: 1 clause about verification added"),
        ("data_residency: words of your own: eu", "data_residency: words of your own: eu"),
    ] {
        assert_eq!(reason(line), read);
    }
}

#[test]
fn days_are_counted_from_the_time_of_the_notice() {
    let now = at("2026-11-22T23:00:00Z");
    let day = |date: &str| date.parse().unwrap();
    assert_eq!(in_force(day("2027-03-01"), now), "in force from 2027-03-01 (in 99 days)");
    assert_eq!(in_force(day("2026-11-23"), now), "in force from 2026-11-23 (in 1 day)");
    assert_eq!(in_force(day("2026-11-22"), now), "in force from 2026-11-22 (today)");
    assert_eq!(in_force(day("2026-11-21"), now), "in force since 2026-11-21");
    assert_eq!(ending(day("2027-03-01"), now), "something ends on 2027-03-01 (in 99 days)");
    assert_eq!(ending(day("2026-11-21"), now), "something ended on 2026-11-21");
}

#[test]
fn a_notice_stays_small_however_much_changed() {
    let clauses = |word: &str| Text {
        clauses: (0..400).map(|i| Clause::paragraph(format!("{word}{i} ").repeat(1 + i * 7 % 900))).collect(),
        ..Text::default()
    };
    let notice = notice(&clauses("old"), &clauses("new"));
    assert!(!notice.excerpts.is_empty());
    assert_eq!(notice.excerpts.len() + notice.cut, 800);
    let json = serde_json::to_string(&notice).unwrap();
    assert!(json.len() < 20_000 - 2_000, "{}", json.len());
    for excerpt in &notice.excerpts {
        let length: usize = excerpt.runs.iter().map(|run| run.text().chars().count()).sum();
        assert!(length <= 1_300, "{length}");
    }
}

#[test]
fn one_long_clause_with_many_edits_fits_too() {
    let long = |n: usize| {
        let words = (0..3_000).map(|i| if i % 40 == 0 { format!("edit{n} ") } else { format!("w{i} ") });
        Text { clauses: vec![Clause::paragraph(words.collect::<String>())], ..Text::default() }
    };
    let notice = notice(&long(1), &long(2));
    let runs = &notice.excerpts[0].runs;
    assert!(runs.iter().map(|run| run.text().chars().count()).sum::<usize>() <= 1_300);
    assert_eq!(runs.last().unwrap().text(), " …");
}

#[test]
fn trouble_is_told_once_and_its_end_once() {
    let (since, now) = (at("2026-05-01T06:00:00Z"), at("2026-05-02T06:10:00Z"));
    let trouble = degraded(&source(), now, since, "a bot wall answered (403)");
    assert_snapshot!(letter(&trouble), @"
    OpenAI · Usage Policies can't be read: a bot wall answered (403)

    The page hasn't shown the policy since 2026-05-01 06:00 UTC: a bot wall answered (403). Changes to it would go unnoticed; checks go on.

    0 cut. fineprint status openai/usage-policies
    ");
    assert_eq!(trouble.id, degraded(&source(), at("2026-05-03T00:00:00Z"), since, "another reason").id);

    let end = recovered(&source(), now, since);
    assert_snapshot!(letter(&end), @"
    OpenAI · Usage Policies can be read again

    The page couldn't be read from 2026-05-01 06:00 UTC to 2026-05-02 06:10 UTC. If the policy changed meanwhile, a notice of its own says so.

    0 cut. fineprint status openai/usage-policies
    ");
    assert_ne!(trouble.id, end.id);
}

#[test]
fn a_sample_says_that_it_is_one() {
    assert_snapshot!(letter(&sample(at("2026-05-01T06:00:00Z"))), @"
    fineprint can reach you here

    This is a test: no policy changed. A real notice shows the changed words as below.

    Suspension › Appeals
      You may appeal within [-30-]{+14+} days of the notice.
    0 cut. fineprint status
    ");
}

#[test]
fn many_pinned_clauses_are_counted_the_lost_ones_first() {
    let news = |n: usize, turn| PinNews {
        pin: Pin {
            text: format!("Clause number {n} of those we rely on"),
            note: (n == 1).then(|| "a contract".into()),
        },
        turn,
        before: None,
        now: (turn == Turn::Back).then(|| "There.".into()),
        path: Vec::new(),
    };
    let all: Vec<PinNews> = (0..8).map(|n| news(n, if n == 0 { Turn::Back } else { Turn::Gone })).collect();
    let notice = pinned(&source(), 4, at("2026-05-01T06:00:00Z"), &all);
    assert_eq!((notice.severity, notice.excerpts.len(), notice.cut), (Severity::Critical, 5, 3));
    assert_snapshot!(notice.subject, @"[critical] OpenAI · Usage Policies: pinned clause is gone: “Clause number 1 of those we rely on”, and 7 more pinned clauses");
    assert!(notice.summary.starts_with("Pinned clause is gone: “Clause number 1 of those we rely on” (pinned because: a contract). Pinned"), "{}", notice.summary);
    let back = pinned(&source(), 5, at("2026-05-01T06:00:00Z"), &all[..1]);
    assert_eq!(
        (back.severity, back.subject.as_str()),
        (
            Severity::Minor,
            "[minor] OpenAI · Usage Policies: pinned clause is there again: “Clause number 0 of those we rely on”"
        )
    );
    assert_ne!(notice.id, back.id);
}
