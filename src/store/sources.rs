//! What is watched, what is due, and what is known about a source.

use std::collections::HashSet;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, Row, named_params, params};

use super::columns::{self, Coded as _, ms, time, time_if};
use super::error::Query;
use super::{Error, Store, VersionInfo, pins, versions};
use crate::model::{Digest, Outcome, PinState, Schedule, Source, SourceId, Validators};

/// What a check needs to know about the past of its source.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct State {
    /// The server's validators from the last page that was accepted.
    pub validators: Validators,
    /// The digest of the last page that was accepted.
    pub body_digest: Option<Digest>,
    /// The skeleton of a page that showed the text of the latest version.
    pub skeleton: Option<Digest>,
    /// The latest version, without its text, which few checks need.
    pub latest: Option<VersionInfo>,
    /// What the judge wrote down, opaque to the store.
    pub memory: Vec<u8>,
    /// How many checks in a row brought no policy (unusable or failed), without a pause between them.
    pub failures: u32,
    /// How many second looks (held or unusable) there were since the policy was last read; a failed one between
    /// them neither counts nor starts the count again.
    pub looks: u32,
    /// When it was last looked at.
    pub last_checked: Option<Timestamp>,
    /// When it could last be read.
    pub last_readable: Option<Timestamp>,
    /// When a change was last told.
    pub last_changed: Option<Timestamp>,
    /// When the next check is due; `None` for a source that is no longer watched.
    pub due_at: Option<Timestamp>,
    /// Since when it is known and told to be degraded.
    pub degraded_since: Option<Timestamp>,
    /// The first of the checks in a row that could not read it.
    pub unreadable_since: Option<Timestamp>,
    /// How its pinned clauses stand.
    pub pins: Vec<PinState>,
    /// Since when it is known and told to be blind.
    pub blind_since: Option<Timestamp>,
    /// How many looks in a row were had by a browser because nothing was to be had without.
    pub rendered: u32,
    /// What is wrong with its rules, for people.
    pub warning: Option<String>,
}

/// Who was looked at so lately needn't be looked at again before its time.
const RECENTLY: SignedDuration = SignedDuration::from_mins(10);

/// A check that is overdue by more than this comes after a time in which nobody looked.
pub(super) const PAUSE: SignedDuration = SignedDuration::from_hours(24);

impl State {
    /// Whether nobody looked for a while before a check at `at`: the daemon was stopped, or what came last was imported.
    /// Then what failed before is no trouble that went on until now.
    pub fn is_before_pause(&self, at: Timestamp) -> bool {
        self.due_at.is_some_and(|due_at| at.duration_since(due_at) > PAUSE)
    }
}

/// A source that is or was watched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownSource {
    /// Its id.
    pub id: SourceId,
    /// The provider.
    pub service: String,
    /// The document.
    pub terms: String,
    /// The page, as configured last.
    pub url: String,
    /// Whether it is watched at present.
    pub live: bool,
}

/// A source at a glance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// Its id.
    pub source: SourceId,
    /// The provider.
    pub service: String,
    /// The document.
    pub terms: String,
    /// The page, as configured at present.
    pub url: String,
    /// When it was last looked at.
    pub last_checked: Option<Timestamp>,
    /// When it could last be read.
    pub last_readable: Option<Timestamp>,
    /// When a change was last told.
    pub last_changed: Option<Timestamp>,
    /// When the next check is due.
    pub due_at: Timestamp,
    /// What the last check brought.
    pub outcome: Option<Outcome>,
    /// Why, for people.
    pub detail: Option<String>,
    /// How many checks in a row brought no policy.
    pub failures: u32,
    /// The first of those checks.
    pub unreadable_since: Option<Timestamp>,
    /// Since when it is told to be blind.
    pub blind_since: Option<Timestamp>,
    /// Whether the last look was had by a browser because nothing was to be had without.
    pub rendered: bool,
    /// What is wrong with its rules, for people.
    pub warning: Option<String>,
    /// How many versions are kept.
    pub versions: u32,
}

impl Store {
    /// Makes the watched sources those given: new ones are due now, missing ones are retired.
    ///
    /// A retired source keeps its history and continues it when its id returns. A source with another URL or
    /// schedule is due now and has not failed yet, and with another URL the server's validators, which were about the old page, are
    /// forgotten.
    pub async fn sync_sources(&self, sources: &[Source], now: Timestamp) -> Result<(), Error> {
        let sources: Vec<Line> = sources.iter().map(Line::new).collect();
        self.write(move |db| {
            let kept: HashSet<&str> = sources.iter().map(|line| line.name.as_str()).collect();
            for name in live(db)?.iter().filter(|name| !kept.contains(name.as_str())) {
                db.prepare_cached("UPDATE sources SET live = 0 WHERE name = ?1")?.execute([name])?;
            }
            sources.iter().try_for_each(|line| upsert(db, line, now))
        })
        .await
    }

    /// Adds or updates one source and leaves the others watched as they are.
    pub async fn add_source(&self, source: &Source, now: Timestamp) -> Result<(), Error> {
        let line = Line::new(source);
        self.write(move |db| upsert(db, &line, now)).await
    }

    /// The watched sources whose check is due, longest overdue first, at most `limit`.
    pub async fn due(&self, now: Timestamp, limit: usize) -> Result<Vec<SourceId>, Error> {
        let query = "SELECT name FROM sources WHERE live = 1 AND due_at <= ?1 ORDER BY due_at, id LIMIT ?2";
        self.read(move |db| {
            let mut query = db.prepare_cached(query)?;
            let rows = query.query_and_then(params![ms(now), columns::limit(Some(limit))], |row| {
                columns::source_id(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?)
            })?;
            rows.collect()
        })
        .await
    }

    /// Makes those of `sources` due at `now` that could be read last and weren't looked at in the last ten minutes; says
    /// which these are.
    pub async fn hasten(&self, sources: Vec<SourceId>, now: Timestamp) -> Result<Vec<SourceId>, Error> {
        let recently = now.checked_sub(RECENTLY).unwrap_or(Timestamp::MIN);
        let sql = "
            UPDATE sources SET due_at = min(due_at, ?2)
            WHERE name = ?1 AND live = 1 AND failures = 0 AND coalesce(last_checked, 0) < ?3";
        self.write(move |db| {
            let mut update = db.prepare_cached(sql)?;
            let mut hastened = Vec::new();
            for source in &sources {
                if update.execute(params![source.as_str(), ms(now), ms(recently)])? > 0 {
                    hastened.push(source.clone());
                }
            }
            Ok(hastened)
        })
        .await
    }

    /// When the next check of any source is due.
    pub async fn next_due(&self) -> Result<Option<Timestamp>, Error> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT min(due_at) FROM sources WHERE live = 1")?;
            let due_at: Option<i64> = query.query_row([], |row| row.get(0))?;
            Ok(due_at.map(columns::time_or_bound))
        })
        .await
    }

    /// What a check needs to know about the past of `source`.
    pub async fn state(&self, source: &SourceId) -> Result<State, Error> {
        let source = source.clone();
        self.read(move |db| {
            let mut state = db
                .prepare_cached("SELECT * FROM sources WHERE name = ?1")?
                .query_and_then([source.as_str()], state)?
                .next()
                .unwrap_or_else(|| Err(Error::UnknownSource(source.clone()).into()))?;
            let key = key(db, &source)?;
            state.latest = versions::latest(db, key)?;
            state.pins = pins::of(db, key)?;
            Ok(state)
        })
        .await
    }

    /// Every source there is or was, by id.
    pub async fn sources(&self) -> Result<Vec<KnownSource>, Error> {
        self.read(|db| {
            let mut query =
                db.prepare_cached("SELECT name, service, terms, url, live FROM sources ORDER BY name")?;
            query.query_and_then([], known)?.collect()
        })
        .await
    }

    /// Every watched source at a glance, by id.
    pub async fn overview(&self) -> Result<Vec<Overview>, Error> {
        self.read(|db| {
            let mut query = db.prepare_cached("SELECT * FROM sources WHERE live = 1 ORDER BY name")?;
            query.query_and_then([], overview)?.collect()
        })
        .await
    }
}

/// The row of a source, by its name.
pub(super) fn key(db: &Connection, source: &SourceId) -> Query<i64> {
    let mut query = db.prepare_cached("SELECT id FROM sources WHERE name = ?1")?;
    let key = query.query_row([source.as_str()], |row| row.get(0)).optional()?;
    key.ok_or_else(|| Error::UnknownSource(source.clone()).into())
}

/// What of a [`Source`] stands in its row.
struct Line {
    name: String,
    service: String,
    terms: String,
    url: String,
    schedule: String,
}

impl Line {
    fn new(source: &Source) -> Self {
        let schedule = match &source.schedule {
            Schedule::Every(interval) => format!("every {interval}"),
            Schedule::Crontab { line, zone } => format!("{line} {}", zone.iana_name().unwrap_or_default()),
        };
        Self {
            name: source.id.to_string(),
            service: source.service.clone(),
            terms: source.terms.clone(),
            url: source.url.to_string(),
            schedule,
        }
    }
}

fn live(db: &Connection) -> Query<Vec<String>> {
    let mut query = db.prepare_cached("SELECT name FROM sources WHERE live = 1")?;
    Ok(query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
}

fn upsert(db: &Connection, line: &Line, now: Timestamp) -> Query<()> {
    let sql = "
        INSERT INTO sources AS old (name, service, terms, url, schedule, live, due_at)
        VALUES (:name, :service, :terms, :url, :schedule, 1, :now)
        ON CONFLICT (name) DO UPDATE SET
            service = :service, terms = :terms, url = :url, schedule = :schedule, live = 1,
            due_at = iif(old.live AND old.url = :url AND old.schedule = :schedule, old.due_at, :now),
            unreadable_since = iif(old.live AND old.url = :url AND old.schedule = :schedule, old.unreadable_since, NULL),
            failures = iif(old.live AND old.url = :url AND old.schedule = :schedule, old.failures, 0),
            rendered = iif(old.url = :url, old.rendered, 0),
            etag = iif(old.url = :url, old.etag, NULL),
            last_modified = iif(old.url = :url, old.last_modified, NULL),
            validated_url = iif(old.url = :url, old.validated_url, NULL)";
    db.prepare_cached(sql)?.execute(named_params! {
        ":name": line.name,
        ":service": line.service,
        ":terms": line.terms,
        ":url": line.url,
        ":schedule": line.schedule,
        ":now": ms(now),
    })?;
    Ok(())
}

/// The state in a source's row, without its version and pins.
fn state(row: &Row<'_>) -> Query<State> {
    let digest = |column| -> Query<Option<Digest>> {
        let digest: Option<Vec<u8>> = row.get(column)?;
        digest.as_deref().map(columns::digest).transpose()
    };
    let live: bool = row.get("live")?;
    Ok(State {
        validators: validators(row)?,
        body_digest: digest("body_digest")?,
        skeleton: digest("skeleton")?,
        latest: None,
        memory: row.get("memory")?,
        failures: row.get("failures")?,
        looks: row.get("looks")?,
        last_checked: time_if(row.get("last_checked")?)?,
        last_readable: time_if(row.get("last_readable")?)?,
        last_changed: time_if(row.get("last_changed")?)?,
        due_at: if live { Some(time(row.get("due_at")?)?) } else { None },
        degraded_since: time_if(row.get("degraded_since")?)?,
        unreadable_since: time_if(row.get("unreadable_since")?)?,
        pins: Vec::new(),
        blind_since: time_if(row.get("blind_since")?)?,
        rendered: row.get("rendered")?,
        warning: row.get("warning")?,
    })
}

fn known(row: &Row<'_>) -> Query<KnownSource> {
    let name: String = row.get("name")?;
    let (service, terms, url) = (row.get("service")?, row.get("terms")?, row.get("url")?);
    Ok(KnownSource { id: columns::source_id(&name)?, service, terms, url, live: row.get("live")? })
}

fn validators(row: &Row<'_>) -> Query<Validators> {
    let url: Option<String> = row.get("validated_url")?;
    let url = url.and_then(|url| url.parse().ok());
    Ok(Validators { etag: row.get("etag")?, last_modified: row.get("last_modified")?, url })
}

fn overview(row: &Row<'_>) -> Query<Overview> {
    let name: String = row.get("name")?;
    let outcome: Option<i64> = row.get("last_outcome")?;
    Ok(Overview {
        source: columns::source_id(&name)?,
        service: row.get("service")?,
        terms: row.get("terms")?,
        url: row.get("url")?,
        last_checked: time_if(row.get("last_checked")?)?,
        last_readable: time_if(row.get("last_readable")?)?,
        last_changed: time_if(row.get("last_changed")?)?,
        due_at: time(row.get("due_at")?)?,
        outcome: outcome.map(Outcome::decode).transpose()?,
        detail: row.get("last_detail")?,
        failures: row.get("failures")?,
        unreadable_since: time_if(row.get("unreadable_since")?)?,
        blind_since: time_if(row.get("blind_since")?)?,
        rendered: row.get::<_, u32>("rendered")? > 0,
        warning: row.get("warning")?,
        versions: row.get("versions")?,
    })
}
