//! News that come from the archive: a date arrives from which a change is in force, or nobody has acknowledged a
//! critical change for days.
//!
//! Each has an id made of what it tells, so that it is queued once, whoever looks and however often.

use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::engine::Engine;
use crate::model::{Change, Notice, Reviewed, Source};
use crate::notice;
use crate::route;
use crate::schedule::{LATE, Reminders, STALE, after_silence, before_effective};
use crate::store;

/// What a look for reminders did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reminded {
    /// How many were queued.
    pub queued: usize,
    /// When the next one is due, as far as known: a change that comes meanwhile may bring an earlier one.
    pub next: Option<Timestamp>,
}

/// Queues the reminders that are due, each for the channels that its routes or its source name.
///
/// A source that isn't configured any more has none. Cheap while nothing is due: two queries by index.
pub async fn remind(engine: &Engine) -> Result<Reminded, store::Error> {
    let now = engine.clock.now();
    let mut found = Found::default();
    of_dates(engine, now, &mut found).await?;
    of_silence(engine, now, &mut found).await?;
    let ids = found.due.iter().map(|(notice, _)| notice.id.clone()).collect::<Vec<_>>();
    if !ids.is_empty() {
        let stored = engine.store.stored_among(ids).await?;
        found.due.retain(|(notice, _)| !stored.contains(&notice.id));
    }
    let reminded = Reminded { queued: found.due.len(), next: found.next };
    if reminded.queued > 0 {
        let told = found.due.into_iter().map(|(notice, source)| {
            tracing::info!(source.id = %source.id, notice.id = %notice.id, "reminding: {}", notice.subject);
            let channels = route::recipients(&engine.routes, &notice, &source.notify);
            (notice, channels)
        });
        engine.store.queue_reminders(told.collect(), now).await?;
    }
    Ok(reminded)
}

/// What there is to tell now, and when there will be more.
#[derive(Default)]
struct Found {
    due: Vec<(Notice, Arc<Source>)>,
    next: Option<Timestamp>,
}

impl Found {
    fn add<T>(&mut self, source: &Arc<Source>, reminders: Reminders<T>, compose: impl FnOnce(T) -> Notice) {
        self.due.extend(reminders.due.map(|due| (compose(due), Arc::clone(source))));
        self.next = self.next.into_iter().chain(reminders.next).min();
    }
}

async fn of_dates(engine: &Engine, now: Timestamp, found: &mut Found) -> Result<(), store::Error> {
    if engine.remind.before.is_empty() {
        return Ok(());
    }
    let oldest = (now - LATE - SignedDuration::from_hours(24)).to_zoned(TimeZone::UTC).date();
    let coming = engine.store.dated_from(oldest).await?;
    for reviewed in &coming {
        let change = &reviewed.change;
        let Some(source) = engine.sources.get(&change.source) else { continue };
        for day in change.dates.iter().filter(|day| day.date >= oldest) {
            let reminders = before_effective(change.at, day.date, &engine.remind.before, now);
            found.add(source, reminders, |days| {
                notice::coming(source, reviewed, day, days, later(&coming, reviewed), now)
            });
        }
    }
    Ok(())
}

/// A later change of the same source that is in force from another date: perhaps the day was put off.
fn later<'a>(coming: &'a [Reviewed], reviewed: &Reviewed) -> Option<&'a Change> {
    let change = &reviewed.change;
    let is_later = |other: &&Change| other.source == change.source && other.to > change.to;
    let others = coming.iter().map(|reviewed| &reviewed.change).filter(is_later);
    others
        .filter(|other| other.effective.is_some_and(|date| Some(date) != change.effective))
        .max_by_key(|c| c.to)
}

async fn of_silence(engine: &Engine, now: Timestamp, found: &mut Found) -> Result<(), store::Error> {
    let Some(days) = engine.remind.unreviewed else { return Ok(()) };
    let since = now - SignedDuration::from_hours(24 * i64::from(days)) - STALE;
    for reviewed in engine.store.unreviewed_since(since).await? {
        let Some(source) = engine.sources.get(&reviewed.change.source) else { continue };
        let reminders = after_silence(reviewed.open_since(), days, now);
        found.add(source, reminders, |()| notice::unreviewed(source, &reviewed, now));
    }
    Ok(())
}
