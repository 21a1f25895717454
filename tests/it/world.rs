//! The world a story is told to: a provider's site, a receiver of notices, a clock turned by hand, an archive that is
//! thrown away.

mod inbox;

pub use inbox::Inbox;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use fineprint::check::check_all;
use fineprint::clock::{Clock as _, ManualClock};
use fineprint::config::Config;
use fineprint::deliver::deliver;
use fineprint::engine::Engine;
use fineprint::heartbeat;
use fineprint::model::{Change, Check, DeliveryState, Notice, NoticeId, Outcome, SourceId, Topic};
use fineprint::notice;
use fineprint::remind::remind;
use fineprint::store::{ChangeFilter, DeliveryFilter, Record, Store};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::web::{Answer, Web};

/// A signing secret, as good as any.
pub const SECRET: &str = "whsec_ZmluZXByaW50J3Mgc3RvcmllcyBzaGFyZSBpdC4uLg==";

/// Clauses around those a story is about, so that its pages are policies.
const REST: [&str; 3] = [
    "You must be at least eighteen years old to use our services in any country.",
    "Fees are due within thirty days of the date of each invoice that we send you.",
    "We may suspend your account if you break these rules or any law that binds you.",
];

/// A source every six hours, a receiver, and their past.
///
/// Dropping it fails the story if a delivery is unsent or if something was asked for that nobody serves.
pub struct World {
    pub clock: ManualClock,
    pub site: Web,
    pub inbox: Inbox,
    pub engine: Engine,
    sources: BTreeMap<String, Watched>,
    channels: Vec<String>,
    /// What `sources.toml` says of reminders: nothing is told twice unless a story is about that.
    remind: String,
    next_reminder: Option<Timestamp>,
    /// Lines for `[channels.NAME]`, by name.
    manners: BTreeMap<String, String>,
    /// Tables of their own.
    tables: String,
    folder: TempDir,
    unsent: bool,
}

/// What `sources.toml` says about a source.
struct Watched {
    service: String,
    terms: String,
    path: String,
    more: String,
}

impl World {
    /// A world in which one page is watched and was seen once, with these words and some more.
    pub async fn watching(service: &str, terms: &str, clause: &str) -> Self {
        let mut world = Self::new().await;
        world.publishes(clause).watches(service, terms, "/policy").await;
        world.runs().await;
        assert_eq!(world.latest().await.detail, None);
        world
    }

    /// A world in which nothing is watched yet.
    pub async fn new() -> Self {
        let clock = ManualClock::at("2026-03-01T00:00:00Z".parse().unwrap());
        let (site, inbox) = (Web::start().await, Inbox::start().await);
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("fineprint.db")).await.unwrap();
        let config = Config::parse("sources.toml".as_ref(), "", &|_| None).unwrap();
        let engine = Engine::new(config, store, Arc::new(clock.clone())).unwrap();
        let (sources, channels) = (BTreeMap::new(), vec!["ops".to_owned()]);
        let remind = "before = []\nunreviewed = 'never'".to_owned();
        let (manners, tables, next_reminder) = Default::default();
        let unsent = false;
        Self {
            clock,
            site,
            inbox,
            engine,
            sources,
            channels,
            manners,
            tables,
            remind,
            next_reminder,
            folder,
            unsent,
        }
    }

    /// Adds a source and has it looked at when time goes on.
    pub async fn watches(&mut self, service: &str, terms: &str, path: &str) -> &mut Self {
        let id = SourceId::derive(service, terms).unwrap();
        let [service, terms, path, more] = [service, terms, path, ""].map(str::to_owned);
        self.sources.insert(id.to_string(), Watched { service, terms, path, more });
        self.configured().await
    }

    /// Another channel, which every source tells too.
    pub async fn tells(&mut self, channel: &str) -> &mut Self {
        self.channels.push(channel.to_owned());
        self.configured().await
    }

    /// Lines of TOML for `[channels.NAME]` (`digest = 'daily 08:00'`).
    pub async fn tells_so(&mut self, channel: &str, lines: &str) -> &mut Self {
        self.manners.insert(channel.to_owned(), lines.to_owned());
        self.configured().await
    }

    /// Tables of TOML that stand before the sources (`[[route]]`).
    pub async fn says(&mut self, tables: &str) -> &mut Self {
        self.tables = tables.to_owned();
        self.configured().await
    }

    /// The first source moves to another path of the site; its id is written down, so it stays the same source.
    pub async fn moves(&mut self, to: &str) -> &mut Self {
        self.first().path = to.to_owned();
        self.configured().await
    }

    /// Lines of TOML for the first source (`remove = [".ad"]`), instead of those before.
    pub async fn rules(&mut self, lines: &str) -> &mut Self {
        self.first().more = lines.to_owned();
        self.configured().await
    }

    /// Lines of TOML under `[remind]`.
    pub async fn reminds(&mut self, lines: &str) -> &mut Self {
        self.remind = lines.to_owned();
        self.configured().await
    }

    fn first(&mut self) -> &mut Watched {
        self.sources.values_mut().next().unwrap()
    }

    /// `sources.toml` as it stands.
    pub fn toml(&self) -> String {
        let mut toml =
            format!("[fetch]\nallow_private = ['127.0.0.0/8']\n[defaults]\nnotify = {:?}\n", self.channels);
        writeln!(toml, "[remind]\n{}", self.remind).unwrap();
        for name in &self.channels {
            let url = self.inbox.web.url(&format!("/{name}"));
            let manners = self.manners.get(name).map_or("", String::as_str);
            writeln!(
                toml,
                "[channels.{name}]\n{manners}\n[channels.{name}.webhook]\nurl = '{url}'\nsecret = '{SECRET}'"
            )
            .unwrap();
        }
        toml.push_str(&self.tables);
        for (id, Watched { service, terms, path, more }) in &self.sources {
            let url = self.site.url(path);
            writeln!(
                toml,
                "[[source]]\nid = '{id}'\nservice = '{service}'\nterms = '{terms}'\nurl = '{url}'\n{more}"
            )
            .unwrap();
        }
        toml
    }

    /// Takes `sources.toml` over, as a daemon does when it changes.
    async fn configured(&mut self) -> &mut Self {
        let config = Config::parse("sources.toml".as_ref(), &self.toml(), &|_| None).unwrap();
        let store = self.engine.store.clone();
        self.engine = Engine::new(config, store, Arc::new(self.clock.clone())).unwrap();
        let channels = self.channels.iter().map(|name| (name.parse().unwrap(), self.inbox.hurried(name)));
        self.engine.channels = Arc::new(channels.collect());
        self.engine.store.sync_sources(&self.engine.source_list(), self.clock.now()).await.unwrap();
        self
    }

    /// The page has this clause now, among others.
    pub fn publishes(&mut self, clause: &str) -> &mut Self {
        self.answers(Answer::page(page(&[clause])))
    }

    /// The page has only these clauses.
    pub fn publishes_only(&mut self, clauses: &[&str]) -> &mut Self {
        self.answers(Answer::page(html(clauses, "")))
    }

    /// The site answers so from now on.
    pub fn answers(&mut self, answer: Answer) -> &mut Self {
        self.site.serve("/policy", answer);
        self
    }

    /// Time goes on; what falls due meanwhile is done at its time.
    pub async fn days_pass(&mut self, days: i64) -> &mut Self {
        self.hours_pass(24 * days).await
    }

    /// Time goes on; what falls due meanwhile is done at its time.
    pub async fn hours_pass(&mut self, hours: i64) -> &mut Self {
        self.minutes_pass(60 * hours).await
    }

    /// Time goes on; what falls due meanwhile is done at its time.
    pub async fn minutes_pass(&mut self, minutes: i64) -> &mut Self {
        let end = self.clock.now() + SignedDuration::from_mins(minutes);
        self.runs().await;
        while let Some(next) = self.next().await.filter(|next| *next <= end) {
            self.clock.set(next.max(self.clock.now()));
            self.runs().await;
        }
        self.clock.set(end);
        self
    }

    async fn next(&self) -> Option<Timestamp> {
        let store = &self.engine.store;
        let (check, delivery) = (store.next_due().await.unwrap(), store.next_delivery().await.unwrap());
        let beat = heartbeat::next(&self.engine).await.unwrap();
        check.into_iter().chain(delivery).chain(beat).chain(self.next_reminder).min()
    }

    /// Does what is due at this very moment: looks, then tells.
    pub async fn runs(&mut self) {
        let due = self.engine.store.due(self.clock.now(), 1000).await.unwrap();
        let due: Vec<_> = due.iter().map(|id| self.engine.sources[id].clone()).collect();
        check_all(&self.engine, due, |_| {}).await.unwrap();
        self.next_reminder = remind(&self.engine).await.unwrap().next;
        heartbeat::beat(&self.engine).await.unwrap();
        deliver(&self.engine).await.unwrap();
    }

    /// Looks at every source, then tells, as `fineprint check` does.
    pub async fn looks_at_all_at_once(&mut self) {
        check_all(&self.engine, self.engine.sources.values().cloned(), |_| {}).await.unwrap();
        deliver(&self.engine).await.unwrap();
    }

    /// The last look at the first source.
    pub async fn latest(&self) -> Check {
        self.checks().await.remove(0)
    }

    /// All looks at the first source, newest first.
    pub async fn checks(&self) -> Vec<Check> {
        self.engine.store.checks(&self.id(), 10_000).await.unwrap()
    }

    /// The first source.
    pub fn id(&self) -> SourceId {
        self.sources.keys().next().unwrap().parse().unwrap()
    }

    /// The versions of the first source: how each came about, oldest first.
    pub async fn versions(&self) -> Vec<String> {
        let versions = self.engine.store.versions(&self.id()).await.unwrap();
        versions.iter().map(|v| format!("{} {:?}", v.number, v.cause)).collect()
    }

    /// Every change, told or not, oldest first.
    pub async fn changes(&self) -> Vec<Change> {
        let filter = ChangeFilter { all: true, ..ChangeFilter::default() };
        let mut changes = self.engine.store.changes(filter).await.unwrap();
        changes.reverse();
        changes
    }

    /// What the outbox holds in a state: channel, attempts, what was said last.
    pub async fn outbox(&self, state: DeliveryState) -> Vec<String> {
        let filter = DeliveryFilter { states: vec![state], limit: None, ..DeliveryFilter::default() };
        let deliveries = self.engine.store.deliveries(filter).await.unwrap();
        let line = |d: &fineprint::model::Delivery| {
            format!("{} after {}: {}", d.channel, d.attempts, d.last_result.clone().unwrap_or_default())
        };
        deliveries.iter().map(line).collect()
    }

    /// Everything that was taken by its receiver, each notice once, oldest first.
    pub fn inbox(&self) -> String {
        self.inbox.read()
    }

    /// How many rows a table has.
    pub fn sql_count(&self, table: &str) -> i64 {
        self.sql().query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    }

    /// The disk forgets what the latest version of the first source says.
    pub fn damages_the_latest_version(&self) {
        let id = self.id().to_string();
        let sql = "UPDATE bodies SET data = zeroblob(length(data)) WHERE id = (
            SELECT text FROM versions JOIN sources ON sources.id = versions.source WHERE name = ?1
            ORDER BY number DESC LIMIT 1)";
        assert_eq!(self.sql().execute(sql, [id]).unwrap(), 1);
    }

    /// The body of the first page is there no more, as after a pruning.
    pub fn forgets_the_first_page(&self) {
        let sql = "UPDATE bodies SET data = x'' WHERE id = (SELECT body FROM snapshots ORDER BY id LIMIT 1)";
        assert_eq!(self.sql().execute(sql, []).unwrap(), 1);
    }

    /// The disk forgets something of the first row of a table.
    pub fn damages_the_row(&self, table: &str, set: &str) {
        let sql = format!("UPDATE {table} SET {set} WHERE rowid = (SELECT min(rowid) FROM {table})");
        assert_eq!(self.sql().execute(&sql, []).unwrap(), 1);
    }

    /// The archive holds something else of its first change than was read.
    pub fn change_says(&self, set: &str) {
        self.damages_the_row("changes", set);
    }

    /// So many notices wait for one channel, due now.
    /// So many notices wait for one channel, due now, each of a source and service of its own.
    pub async fn fills_the_outbox(&self, channel: &str, notices: i64) {
        let sample = notice::sample(self.clock.now());
        for number in 0..notices {
            let outcome = Outcome::Unchanged;
            let check =
                Check { source: self.id(), at: self.clock.now(), outcome, status: None, detail: None };
            let id = NoticeId::derive("test", &[channel, &number.to_string()]);
            let record = Record {
                notices: vec![Notice {
                    id,
                    source: SourceId::derive(&format!("Example {number}"), "Terms").unwrap(),
                    service: format!("Example {number}"),
                    url: format!("https://example.com/{number}"),
                    ..sample.clone()
                }],
                channels: vec![channel.parse().unwrap()],
                ..Record::new(check, self.clock.now())
            };
            self.engine.store.record(record).await.unwrap();
        }
    }

    /// Where the archive is.
    pub fn database(&self) -> std::path::PathBuf {
        self.folder.path().join("fineprint.db")
    }

    /// A connection of our own, to look behind the curtain and to break things.
    fn sql(&self) -> Connection {
        Connection::open(self.folder.path().join("fineprint.db")).unwrap()
    }

    /// This story is about something that isn't sent.
    pub fn leaves_something_unsent(&mut self) {
        self.unsent = true;
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        let db = self.sql();
        let unsent = "SELECT count(*) FROM deliveries WHERE state = 0";
        let unsent: i64 = db.query_row(unsent, [], |row| row.get(0)).unwrap();
        assert!(unsent == 0 || self.unsent, "{unsent} deliveries are unsent");
        for web in [&self.site, &self.inbox.web] {
            assert_eq!(web.strays(), [""; 0], "nobody serves these");
        }
    }
}

/// Subjects without what they are about, ` (data use)` and what follows, for stories of something else.
pub fn without_topics(told: &str) -> String {
    let line = |line: &str| {
        let topics = Topic::ALL.map(|(_, topic)| format!(" ({}", topic.label()));
        let cut = topics.iter().filter_map(|topic| line.find(topic)).min().unwrap_or(line.len());
        format!("{}\n", &line[..cut])
    };
    told.lines().map(line).collect()
}

/// A page with these clauses and some more.
pub fn page(clauses: &[&str]) -> String {
    html(&[clauses, &REST].concat(), "")
}

/// A page with these clauses, and furniture around them.
pub fn html(clauses: &[&str], furniture: &str) -> String {
    let clauses: String = clauses.iter().map(|clause| format!("<p>{clause}</p>\n")).collect();
    format!(
        "<!doctype html><html lang=en><title>Policy</title><body><header><nav><a href=/>Home</a> <a href=/p>Pricing</a>\
         </nav></header>{furniture}<main><h1>Policy</h1>\n{clauses}</main>\
         <footer><a href=/jobs>Jobs</a> <a href=/press>Press</a></footer></body></html>"
    )
}
