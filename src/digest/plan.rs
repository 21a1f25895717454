//! One look at a channel's queue.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use jiff::Timestamp;

use super::{Policy, Rate};
use crate::model::{Queued, Severity};

/// So many sources of one service at once are one story: a redesign, a new owner, a host that is down.
const BURST: usize = 5;
/// So many sources on one page are one story.
const SAME_PAGE: usize = 2;

/// What becomes of a queue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// What is told now, in order.
    pub tell: Vec<Message>,
    /// What waits, and until when.
    pub wait: Vec<(i64, Timestamp)>,
}

/// One message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// A delivery by itself.
    One(i64),
    /// Several in one, in order.
    Folded(Vec<i64>, Why),
}

/// Why several are told in one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// It was time for the digest.
    Digest,
    /// Quiet hours are over.
    Quiet,
    /// The channel's rate allows no more messages.
    Rate(Rate),
    /// Many sources of one service.
    Service,
    /// Several sources on one page.
    Page,
}

impl fmt::Display for Why {
    /// A sentence for people.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Digest => f.write_str("This is the digest of what came since the last one."),
            Self::Quiet => f.write_str("This came in quiet hours."),
            Self::Rate(rate) => write!(f, "Told in one, because this channel gets at most {rate}."),
            Self::Service => f.write_str("Told in one, because they came together."),
            Self::Page => f.write_str("Told in one, because they stand on one page."),
        }
    }
}

/// Looks at a channel's `queue`: what is due at `now`, and what is not due but was queued before something of the same
/// source that is.
///
/// `sent` is when messages were taken lately, within the time of the policy's rate, oldest first. At most `most`
/// messages are planned; what they leave of the queue is still due. Everything else is told or waits until a time after
/// `now`, so that nothing is looked at for nothing.
pub fn plan(queue: &[Queued], sent: &[Timestamp], policy: &Policy, most: usize, now: Timestamp) -> Plan {
    let mut plan = Plan::default();
    let mut ready = Vec::new();
    for items in by_source(queue).into_values() {
        let (now_ready, waits) = released(&items, policy, now);
        ready.extend(now_ready);
        plan.wait.extend(
            waits
                .into_iter()
                .filter(|(item, until)| item.due_at != *until)
                .map(|(item, until)| (item.id, until)),
        );
    }
    ready.sort_by_key(|item| (!item.started, item.id));
    let messages = messages(&ready, policy);
    let messages = match policy.at_most {
        Some(rate) => capped(messages, &ready, rate, sent, now, &mut plan.wait),
        None => messages,
    };
    plan.tell = messages;
    plan.tell.truncate(most);
    plan
}

/// The queue by source, each source's notices in the order in which they were queued.
fn by_source(queue: &[Queued]) -> BTreeMap<&str, Vec<&Queued>> {
    let mut sources = BTreeMap::<&str, Vec<&Queued>>::new();
    for item in queue {
        sources.entry(&item.source).or_default().push(item);
    }
    sources.values_mut().for_each(|items| items.sort_by_key(|item| item.id));
    sources
}

type Waits<'q> = Vec<(&'q Queued, Timestamp)>;

/// What of one source can be told now, and until when the rest waits.
///
/// Behind one that is tried again later all wait with it. What is told now takes along what was queued before it and
/// only waited for its time.
fn released<'q>(items: &[&'q Queued], policy: &Policy, now: Timestamp) -> (Vec<&'q Queued>, Waits<'q>) {
    let blocked = items.iter().position(|item| item.attempts > 0 && item.due_at > now);
    let (free, behind) = items.split_at(blocked.unwrap_or(items.len()));
    let until: Vec<Option<Timestamp>> = free.iter().map(|item| wait(item, policy, now)).collect();
    let told = until.iter().rposition(Option::is_none).map_or(0, |last| last + 1);
    let (ready, held) = free.split_at(told);
    let mut waits: Waits<'q> =
        held.iter().zip(&until[told..]).map(|(item, until)| (*item, until.unwrap_or(now))).collect();
    if let Some(first) = behind.first() {
        waits.extend(behind.iter().map(|item| (*item, item.due_at.max(first.due_at))));
    }
    (ready.to_vec(), waits)
}

/// Until when one waits by itself, whatever was queued before it.
fn wait(item: &Queued, policy: &Policy, now: Timestamp) -> Option<Timestamp> {
    if item.severity == Severity::Critical || item.retried {
        return None;
    }
    if let Some(end) = policy.quiet_until(now) {
        return Some(end.max(item.due_at));
    }
    let release = if item.started { item.due_at } else { policy.release(item.queued_at).max(item.due_at) };
    (release > now).then_some(release)
}

/// What is ready as messages. What was started goes by itself, under the id that its receiver may know already.
fn messages(ready: &[&Queued], policy: &Policy) -> Vec<Message> {
    let (started, fresh): (Vec<&Queued>, Vec<&Queued>) = ready.iter().partition(|item| item.started);
    let mut keys = BTreeMap::<&str, Key<'_>>::new();
    for item in &fresh {
        keys.insert(&item.source, Key::Alone);
    }
    group(&mut keys, &fresh, policy);
    let mut groups = Vec::<(Key<'_>, Vec<i64>)>::new();
    for item in &fresh {
        let key = keys[item.source.as_str()];
        match groups.iter_mut().find(|(other, _)| *other == key && key != Key::Alone) {
            Some((_, members)) => members.push(item.id),
            None => groups.push((key, vec![item.id])),
        }
    }
    let started = started.iter().map(|item| Message::One(item.id));
    started.chain(groups.into_iter().map(|(key, members)| key.message(members))).collect()
}

/// With what a source's notices are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Key<'q> {
    Alone,
    Digest,
    Quiet,
    Service(&'q str),
    Page(&'q str),
}

impl Key<'_> {
    fn message(self, members: Vec<i64>) -> Message {
        let why = match self {
            Self::Digest => Why::Digest,
            Self::Quiet => Why::Quiet,
            Self::Service(_) => Why::Service,
            Self::Page(_) => Why::Page,
            Self::Alone => return Message::One(members[0]),
        };
        if members.len() == 1 { Message::One(members[0]) } else { Message::Folded(members, why) }
    }
}

/// Decides by source, not by notice, so that no message tells a later one of a source before an earlier one.
fn group<'q>(keys: &mut BTreeMap<&'q str, Key<'q>>, fresh: &[&'q Queued], policy: &Policy) {
    let mut services = BTreeMap::<&str, BTreeSet<&str>>::new();
    let mut pages = BTreeMap::<&str, BTreeSet<&str>>::new();
    for item in fresh {
        services.entry(&item.service).or_default().insert(&item.source);
        pages.entry(&item.page).or_default().insert(&item.source);
    }
    for item in fresh {
        let is_critical = item.severity == Severity::Critical;
        let waited = policy.quiet_until(item.queued_at).is_some();
        let key = if policy.digest.is_some() && !is_critical {
            Key::Digest
        } else if waited && !is_critical {
            Key::Quiet
        } else if services[item.service.as_str()].len() >= BURST {
            Key::Service(&item.service)
        } else if !item.page.is_empty() && pages[item.page.as_str()].len() >= SAME_PAGE {
            Key::Page(&item.page)
        } else {
            continue;
        };
        let decided = keys.entry(&item.source).or_insert(Key::Alone);
        // The widest group any of them is in: the order of the variants, but for the first.
        if *decided == Key::Alone || key < *decided {
            *decided = key;
        }
    }
}

/// As many of `messages` as the rate allows: the last one takes all that is left, or all wait until there is room.
/// What is critical is told all the same, in one message, with what goes before it.
fn capped(
    mut messages: Vec<Message>,
    ready: &[&Queued],
    rate: Rate,
    sent: &[Timestamp],
    now: Timestamp,
    wait: &mut Vec<(i64, Timestamp)>,
) -> Vec<Message> {
    let recent: Vec<Timestamp> =
        sent.iter().copied().filter(|at| now.duration_since(*at) < rate.per).collect();
    let room = rate.messages.saturating_sub(recent.len());
    if messages.len() <= room {
        return messages;
    }
    let rest = messages.split_off(room.saturating_sub(1).min(messages.len()));
    let started: BTreeSet<i64> = ready.iter().filter(|item| item.started).map(|item| item.id).collect();
    let (alone, fresh): (Vec<i64>, Vec<i64>) =
        rest.into_iter().flat_map(Message::members).partition(|id| started.contains(id));
    if room > 0 && alone.is_empty() {
        messages.push(Message::folded(fresh, Why::Rate(rate)));
        return messages;
    }
    if let Some(first) = alone.first().filter(|_| room > 0) {
        messages.push(Message::One(*first));
    }
    let told: BTreeSet<i64> = messages.iter().flat_map(|m| m.clone().members()).collect();
    let urgent = urgent(ready, &told);
    let (urgent_alone, urgent_fresh): (Vec<i64>, Vec<i64>) =
        urgent.iter().copied().partition(|id| started.contains(id));
    messages.extend(urgent_alone.into_iter().map(Message::One));
    if !urgent_fresh.is_empty() {
        messages.push(Message::folded(urgent_fresh, Why::Rate(rate)));
    }
    // There is room again when the oldest of the last so many is out of sight.
    let oldest = recent.get(recent.len().saturating_sub(rate.messages)).copied();
    let until = oldest.unwrap_or(now).checked_add(rate.per).unwrap_or(Timestamp::MAX);
    let left = alone.into_iter().chain(fresh).filter(|id| !told.contains(id) && !urgent.contains(id));
    wait.extend(left.map(|id| (id, until)));
    messages
}

/// What is critical and not told yet, and what was queued before it about the same source.
fn urgent(ready: &[&Queued], told: &BTreeSet<i64>) -> BTreeSet<i64> {
    let left = || ready.iter().filter(|item| !told.contains(&item.id));
    let is_urgent = |item: &Queued| {
        left().any(|other| {
            other.severity == Severity::Critical && other.source == item.source && other.id >= item.id
        })
    };
    left().filter(|item| is_urgent(item)).map(|item| item.id).collect()
}

impl Message {
    /// The deliveries it tells.
    pub fn members(self) -> Vec<i64> {
        match self {
            Self::One(id) => vec![id],
            Self::Folded(members, _) => members,
        }
    }

    fn folded(mut members: Vec<i64>, why: Why) -> Self {
        members.sort_unstable();
        if members.len() == 1 { Self::One(members[0]) } else { Self::Folded(members, why) }
    }
}
