use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::model::{Queued, Severity};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// Monday noon in UTC.
fn noon() -> Timestamp {
    at("2026-03-02T12:00:00Z")
}

fn policy(lines: &[&str]) -> Policy {
    let mut policy = Policy::default();
    for line in lines {
        let (key, value) = line.split_once(": ").unwrap();
        match key {
            "zone" => policy.zone = jiff::tz::TimeZone::get(value).unwrap(),
            "digest" => policy.digest = Some(rhythm(value).unwrap()),
            "quiet" => policy.quiet = Some(quiet(value).unwrap()),
            _ => policy.at_most = Some(rate(value).unwrap()),
        }
    }
    policy
}

/// A major change of `source`, a page of its own of the service before the slash, queued just now.
fn item(id: i64, source: &str) -> Queued {
    Queued {
        id,
        source: source.to_owned(),
        service: source.split('/').next().unwrap().to_owned(),
        page: format!("https://{source}"),
        severity: Severity::Major,
        queued_at: noon(),
        due_at: noon(),
        attempts: 0,
        started: false,
        retried: false,
    }
}

fn critical(id: i64, source: &str) -> Queued {
    Queued { severity: Severity::Critical, ..item(id, source) }
}

fn started(id: i64, source: &str) -> Queued {
    Queued { started: true, ..item(id, source) }
}

/// Tried before, and again at `due_at`.
fn failed(id: i64, source: &str, due_at: Timestamp) -> Queued {
    Queued { attempts: 1, due_at, ..started(id, source) }
}

fn planned(queue: &[Queued], policy: &Policy) -> Plan {
    plan(queue, &[], policy, 20, noon())
}

fn later(hours: i64) -> Timestamp {
    noon() + SignedDuration::from_hours(hours)
}

#[test]
fn digests_come_at_their_times_in_their_zone() {
    let table = [
        (vec!["digest: hourly"], "2026-03-02T12:00:00Z", "2026-03-02T13:00:00Z"),
        (vec!["digest: hourly", "zone: Asia/Kolkata"], "2026-03-02T12:10:00Z", "2026-03-02T12:30:00Z"),
        (vec!["digest: daily 08:00"], "2026-03-02T07:59:59Z", "2026-03-02T08:00:00Z"),
        (vec!["digest: daily 08:00"], "2026-03-02T08:00:00Z", "2026-03-03T08:00:00Z"),
        (
            vec!["digest: daily 8:00", "zone: America/New_York"],
            "2026-03-02T08:00:00Z",
            "2026-03-02T13:00:00Z",
        ),
        (vec!["digest: weekly mon 08:00"], "2026-03-02T07:00:00Z", "2026-03-02T08:00:00Z"),
        (vec!["digest: weekly Monday 08:00"], "2026-03-02T12:00:00Z", "2026-03-09T08:00:00Z"),
        (vec!["digest: weekly fri 08:00"], "2026-03-02T12:00:00Z", "2026-03-06T08:00:00Z"),
        // Skipped in spring, it comes as much later; shown twice in autumn, it comes once.
        (vec!["digest: daily 02:30", "zone: Europe/Paris"], "2026-03-28T12:00:00Z", "2026-03-29T01:30:00Z"),
        (vec!["digest: daily 02:30", "zone: Europe/Paris"], "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
        // A digest in quiet hours waits for their end.
        (vec!["digest: daily 06:00", "quiet: 22:00-07:00"], "2026-03-02T12:00:00Z", "2026-03-03T07:00:00Z"),
        (vec!["quiet: 22:00-07:00"], "2026-03-02T23:00:00Z", "2026-03-03T07:00:00Z"),
        (vec!["quiet: 22:00-07:00"], "2026-03-02T06:59:00Z", "2026-03-02T07:00:00Z"),
        (vec!["quiet: 22:00-07:00"], "2026-03-02T07:00:00Z", "2026-03-02T07:00:00Z"),
        (vec!["quiet: 12:00-13:00"], "2026-03-02T12:00:00Z", "2026-03-02T13:00:00Z"),
        (vec![], "2026-03-02T12:00:00Z", "2026-03-02T12:00:00Z"),
    ];
    for (lines, queued_at, expected) in table {
        assert_eq!(policy(&lines).release(at(queued_at)), at(expected), "{lines:?} at {queued_at}");
    }
}

#[test]
fn what_is_written_otherwise_is_no_time() {
    for text in [
        "",
        "daily",
        "daily 24:00",
        "daily 8",
        "daily 8:0",
        "daily -1:00",
        "weekly 08:00",
        "weekly mo 08:00",
        "hourly 5",
    ] {
        assert_eq!(rhythm(text), None, "{text}");
    }
    for text in ["", "22:00", "22:00-22:00", "22-7", "a-b"] {
        assert_eq!(quiet(text), None, "{text}");
    }
    for text in ["", "20", "0 per hour", "1001 per hour", "20 per week", "20 per hour please", "-1 per hour"]
    {
        assert_eq!(rate(text), None, "{text}");
    }
}

#[test]
fn without_a_policy_everything_is_told_at_once_in_order() {
    let queue = [item(2, "acme/terms"), item(1, "beta/terms"), started(3, "acme/limits")];
    let plan = planned(&queue, &Policy::default());
    assert_eq!(plan.tell, [Message::One(3), Message::One(1), Message::One(2)], "what was started goes first");
    assert_eq!(plan.wait, []);
}

#[test]
fn five_contracts_on_one_page_are_one_notice_and_so_is_a_redesign() {
    let contract =
        |id| Queued { page: "https://acme.example/legal".into(), ..item(id, &format!("acme/{id}")) };
    let plan = planned(&[contract(1), contract(2), item(3, "beta/terms")], &Policy::default());
    assert_eq!(plan.tell, [Message::Folded(vec![1, 2], Why::Page), Message::One(3)]);

    let queue: Vec<_> =
        (1..=40).map(|id| item(id, &format!("acme/{id}"))).chain([started(41, "acme/x")]).collect();
    let plan = planned(&queue, &Policy::default());
    assert_eq!(plan.tell, [Message::One(41), Message::Folded((1..=40).collect(), Why::Service)]);
    let four: Vec<_> = (1..=4).map(|id| item(id, &format!("acme/{id}"))).collect();
    assert_eq!(planned(&four, &Policy::default()).tell.len(), 4);
    let one_source: Vec<_> = (1..=6).map(|id| item(id, "acme/terms")).collect();
    assert_eq!(planned(&one_source, &Policy::default()).tell.len(), 6, "one source is no burst");
}

#[test]
fn a_digest_waits_for_its_time_and_tells_all_at_once() {
    let daily = policy(&["digest: daily 08:00"]);
    let queue = [item(1, "acme/terms"), critical(2, "beta/terms")];
    let at_noon = planned(&queue, &daily);
    assert_eq!(at_noon.tell, [Message::One(2)], "what is critical doesn't wait");
    assert_eq!(at_noon.wait, [(1, later(20))]);

    let put_off = |id, source| Queued { due_at: later(20), ..item(id, source) };
    let queue = [put_off(1, "acme/terms"), put_off(3, "beta/terms")];
    let in_the_morning = plan(&queue, &[], &daily, 20, later(20));
    assert_eq!(in_the_morning.tell, [Message::Folded(vec![1, 3], Why::Digest)]);
    assert_eq!(plan(&queue[..1], &[], &daily, 20, later(20)).tell, [Message::One(1)], "one is no digest");
}

#[test]
fn what_is_critical_takes_along_what_was_queued_before_it() {
    let daily = policy(&["digest: daily 08:00"]);
    let waiting = Queued { due_at: later(20), ..item(1, "acme/terms") };
    let plan = planned(&[waiting, critical(2, "acme/terms"), item(3, "acme/terms")], &daily);
    assert_eq!(plan.tell, [Message::Folded(vec![1, 2], Why::Digest)]);
    assert_eq!(plan.wait, [(3, later(20))]);
}

#[test]
fn behind_one_that_is_tried_again_later_its_source_waits() {
    let queue = [failed(1, "acme/terms", later(2)), critical(2, "acme/terms"), item(3, "acme/limits")];
    let plan = planned(&queue, &Policy::default());
    assert_eq!((plan.tell, plan.wait), (vec![Message::One(3)], vec![(2, later(2))]));
}

#[test]
fn quiet_hours_are_quiet_for_attempts_too_and_end_with_one_notice() {
    let quiet = policy(&["quiet: 11:00-14:00"]);
    let plan_in =
        planned(&[started(1, "acme/terms"), item(2, "beta/terms"), critical(3, "beta/limits")], &quiet);
    assert_eq!(plan_in.tell, [Message::One(3)]);
    assert_eq!(plan_in.wait, [(1, later(2)), (2, later(2))]);
    let held = |id, source| Queued { due_at: later(2), ..item(id, source) };
    let plan_after = plan(&[held(2, "beta/terms"), held(4, "acme/terms")], &[], &quiet, 20, later(2));
    assert_eq!(plan_after.tell, [Message::Folded(vec![2, 4], Why::Quiet)]);
    let retried = Queued { retried: true, ..started(5, "acme/terms") };
    assert_eq!(planned(&[retried], &quiet).tell, [Message::One(5)], "who asks for it by hand is awake");
}

#[test]
fn a_rate_folds_what_is_too_much() {
    let rate = policy(&["at most: 3 per hour"]);
    let why = || Why::Rate(rate.at_most.unwrap());
    let queue: Vec<_> = (1..=9).map(|id| item(id, &format!("service-{id}/terms"))).collect();
    let sent = |minutes: &[i64]| -> Vec<Timestamp> {
        minutes.iter().map(|minutes| noon() - SignedDuration::from_mins(*minutes)).collect()
    };
    let told = |sent: &[Timestamp]| plan(&queue, sent, &rate, 20, noon());
    let all = told(&[]);
    assert_eq!(all.tell, [Message::One(1), Message::One(2), Message::Folded((3..=9).collect(), why())]);
    assert_eq!(told(&sent(&[90, 61, 60])).tell.len(), 3, "what was long ago doesn't count");
    assert_eq!(told(&sent(&[50, 10])).tell, [Message::Folded((1..=9).collect(), why())]);
    let none = told(&sent(&[50, 10, 5]));
    assert_eq!(none.tell, []);
    assert_eq!(none.wait.len(), 9);
    assert!(none.wait.iter().all(|(_, until)| *until == noon() + SignedDuration::from_mins(10)));

    let mut queue = queue.clone();
    queue.push(critical(10, "service-4/terms"));
    let urgent = plan(&queue, &sent(&[50, 10, 5]), &rate, 20, noon());
    assert_eq!(urgent.tell, [Message::Folded(vec![4, 10], why())], "what is critical is told all the same");
    assert_eq!(urgent.wait.len(), 8);
}

/// Any queue that a channel can have: what was started was queued first, since nothing overtakes.
fn queues() -> impl Strategy<Value = Vec<Queued>> {
    let one = (0..6_u8, 0..3_u8, 0..10_u8, 0..48_i64, 0..48_i64);
    proptest::collection::vec(one, 0..40).prop_map(|items| {
        let queued = items.into_iter().zip(1..).map(|((source, severity, kind, queued, due), id)| Queued {
            severity: [Severity::Minor, Severity::Major, Severity::Critical][usize::from(severity)],
            queued_at: noon() - SignedDuration::from_hours(queued),
            due_at: noon() + SignedDuration::from_hours(if kind < 4 { due } else { -due.min(queued) }),
            started: kind == 9 || kind == 0,
            attempts: u32::from(kind == 0),
            page: format!("https://acme.example/{}", source % 3),
            ..item(id, &format!("acme/{source}"))
        });
        let mut queue: Vec<Queued> = queued.collect();
        // Within a source only the first ones may have been started.
        for source in 0..6 {
            let name = format!("acme/{source}");
            let mut fresh = false;
            for item in queue.iter_mut().filter(|item| item.source == name) {
                fresh |= !item.started;
                (item.started, item.attempts) =
                    (item.started && !fresh, if fresh { 0 } else { item.attempts });
            }
        }
        queue
    })
}

proptest! {
    #[test]
    fn whatever_waits_is_told_once_or_put_off_and_no_source_gets_out_of_order(
        queue in queues(),
        digest in proptest::option::of(prop_oneof![Just("hourly"), Just("daily 08:00"), Just("weekly mon 12:30")]),
        hours in proptest::option::of(prop_oneof![Just("22:00-07:00"), Just("11:00-13:00")]),
        most in proptest::option::of(prop_oneof![Just("1 per hour"), Just("3 per day")]),
        sent in proptest::collection::vec(1..120_i64, 0..5),
    ) {
        let policy = Policy {
            digest: digest.and_then(rhythm),
            quiet: hours.and_then(quiet),
            at_most: most.and_then(rate),
            ..Policy::default()
        };
        let mut sent: Vec<_> = sent.iter().map(|minutes| noon() - SignedDuration::from_mins(*minutes)).collect();
        sent.sort();
        let plan = plan(&queue, &sent, &policy, usize::MAX, noon());
        let told: Vec<i64> = plan.tell.iter().flat_map(|message| message.clone().members()).collect();
        let of = |id: i64| queue.iter().find(|item| item.id == id).unwrap();

        for item in &queue {
            let times = told.iter().filter(|id| **id == item.id).count();
            let waits: Vec<_> = plan.wait.iter().filter(|(id, _)| *id == item.id).collect();
            prop_assert!(times + waits.len() <= 1, "{item:?} is told and waits");
            prop_assert!(waits.iter().all(|(_, until)| *until > noon()));
            prop_assert!(item.due_at > noon() || times + waits.len() == 1, "{item:?} is forgotten");
            let blocked = queue.iter().any(|other| {
                other.source == item.source && other.id <= item.id && other.attempts > 0 && other.due_at > noon()
            });
            let is_critical = item.severity == Severity::Critical;
            prop_assert!(!is_critical || blocked || times == 1, "{item:?} is critical and waits");
            // Nothing that was queued later about its source is told before it, or without it.
            let place = told.iter().position(|id| *id == item.id);
            for other in queue.iter().filter(|other| other.source == item.source && other.id > item.id) {
                let theirs = told.iter().position(|id| *id == other.id);
                prop_assert!(theirs.is_none() || place.is_some_and(|place| Some(place) < theirs), "{other:?} overtakes {item:?}");
            }
        }
        for message in &plan.tell {
            if let Message::Folded(members, _) = message {
                prop_assert!(members.len() > 1 && members.iter().all(|id| !of(*id).started));
            }
        }
    }
}
