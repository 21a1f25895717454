//! Whether the ways in which a document is looked at agree: told once for each turn, whoever of them is looked at.

use jiff::Timestamp;

use crate::diff::{self, Diff};
use crate::engine::Engine;
use crate::model::{Cause, Severity, Source, SourceId, Text, Ways};
use crate::notice::{self, Divergence};
use crate::store::{self, Record, State, Store, VersionInfo};
use crate::topics;
use crate::variants::{self, Period, Seen, Turn};

/// What a variant that differs is warned of begins so.
const DIFFERS: &str = "differs from ";

/// Adds what there is to tell of the ways of a source to the record of a look at one of them.
pub(super) async fn tell(
    engine: &Engine,
    source: &Source,
    state: &State,
    record: &mut Record,
) -> Result<(), store::Error> {
    let Some(ways) = source.ways.as_ref().filter(|_| record.check.outcome.is_accepted()) else {
        return Ok(());
    };
    let pairs: Vec<&SourceId> =
        ways.variants.iter().filter(|id| source.id == ways.main || **id == source.id).collect();
    for variant in pairs {
        let divergence = match compare(engine, ways, variant, source, record).await {
            // Damage in what is stored of one way must not keep the others from being watched.
            Err(error) if error.is_about_one_source() => {
                tracing::warn!(source.id = %source.id, "{}: not compared with {variant}: {error}", source.id);
                None
            }
            divergence => divergence?,
        };
        if *variant == source.id {
            warn(state, record, divergence.as_ref());
        }
        let told = divergence.and_then(|divergence| {
            let main = engine.sources.get(&ways.main)?;
            Some(notice::diverged(main, &divergence, record.check.at))
        });
        record.notices.extend(told);
    }
    Ok(())
}

/// Shown by `status` for as long as it is so.
fn warn(state: &State, record: &mut Record, divergence: Option<&Divergence>) {
    let differs = divergence.filter(|divergence| divergence.turn != Turn::Again).map(|divergence| {
        let since = divergence.since.strftime("%Y-%m-%d");
        format!("{DIFFERS}{} since {since}: {}", divergence.main, divergence.what)
    });
    let was_told = state.warning.as_ref().is_some_and(|warning| warning.starts_with(DIFFERS));
    if differs.is_some() || record.warning.is_none() && was_told {
        record.warning = Some(differs);
    }
}

async fn compare(
    engine: &Engine,
    ways: &Ways,
    variant: &SourceId,
    source: &Source,
    record: &Record,
) -> Result<Option<Divergence>, store::Error> {
    let store = &engine.store;
    let Some(main) = way(store, &ways.main, source, record).await? else { return Ok(None) };
    let Some(other) = way(store, variant, source, record).await? else { return Ok(None) };
    let periods = variants::periods(&main.seen(), &other.seen());
    let settled = variants::settled(&periods, main.looked.min(other.looked), ways.grace);
    let [.., before, now] = settled.as_slice() else { return Ok(None) };
    let texts = Texts { store, main: &ways.main, variant, before, now };
    let turn = match main.is_read_alike(&other, before, now) && texts.are_alike().await? {
        true => texts.by_words().await?,
        false => variants::by_times(&settled),
    };
    let Some(turn) = turn else { return Ok(None) };
    let Some((left, right, between)) = texts.to_show(turn).await? else { return Ok(None) };
    let diff = diff::compare(&left, &right);
    Ok(Some(described(source, &texts, turn, (&left, &right, &diff), between)))
}

fn described(
    source: &Source,
    texts: &Texts<'_>,
    turn: Turn,
    (left, right, diff): (&Text, &Text, &Diff),
    more: String,
) -> Divergence {
    let assessed = topics::assess(left, right, diff, &source.topics);
    let severity = match turn {
        Turn::VariantAlone | Turn::Apart => assessed.severity,
        // The change itself was told with all its weight.
        Turn::MainAlone => Severity::Major,
        Turn::Again => Severity::Minor,
    };
    Divergence {
        main: texts.main.clone(),
        variant: texts.variant.clone(),
        versions: (texts.now.main, texts.now.variant),
        turn,
        since: texts.now.from,
        severity,
        topics: assessed.topics,
        reasons: assessed.reasons,
        what: notice::summary_line(diff, left, right),
        excerpts: notice::excerpts(left, right, diff, &notice::weightiest(left, right, diff)),
        words: (diff.words_added(right), diff.words_removed(left)),
        more,
    }
}

/// One way's versions, and when it was last seen as it is.
struct Way {
    versions: Vec<VersionInfo>,
    coming: Option<Seen>,
    looked: Timestamp,
}

/// `None` while a way can't be read or is in doubt: then nobody knows whether it changed.
async fn way(
    store: &Store,
    id: &SourceId,
    source: &Source,
    record: &Record,
) -> Result<Option<Way>, store::Error> {
    let (looked, coming) = if *id == source.id {
        let new = record.version.as_ref().filter(|new| new.cause == Cause::Publisher);
        (record.check.at, new.map(|new| Seen { number: new.number, at: record.check.at }))
    } else {
        let state = match store.state(id).await {
            Err(store::Error::UnknownSource(_)) => return Ok(None),
            state => state?,
        };
        match state.last_readable.filter(|_| state.looks == 0 && state.failures == 0) {
            Some(looked) => (looked, None),
            None => return Ok(None),
        }
    };
    Ok(Some(Way { versions: store.versions(id).await?, coming, looked }))
}

impl Way {
    /// Another reading of the same page is no other version.
    fn seen(&self) -> Vec<Seen> {
        let publishers = self.versions.iter().filter(|version| version.cause == Cause::Publisher);
        let known = publishers.map(|version| Seen { number: version.number, at: version.seen_at });
        known.chain(self.coming).collect()
    }

    fn reading(&self, number: u32) -> Option<&str> {
        self.versions.iter().find(|version| version.number == number).map(|version| version.reading.as_str())
    }

    /// Whether all four texts were read in one way, so that their words can be compared.
    fn is_read_alike(&self, other: &Self, before: &Period, now: &Period) -> bool {
        let readings = [
            self.reading(before.main),
            self.reading(now.main),
            other.reading(before.variant),
            other.reading(now.variant),
        ];
        readings.iter().all(|reading| *reading == readings[0])
    }
}

/// The texts of both ways, then and now.
struct Texts<'a> {
    store: &'a Store,
    main: &'a SourceId,
    variant: &'a SourceId,
    before: &'a Period,
    now: &'a Period,
}

impl Texts<'_> {
    async fn text(&self, id: &SourceId, number: u32) -> Result<Text, store::Error> {
        Ok(self.store.version(id, number).await?.map(|version| version.text).unwrap_or_default())
    }

    async fn pair(&self, period: &Period) -> Result<(Text, Text), store::Error> {
        Ok((self.text(self.main, period.main).await?, self.text(self.variant, period.variant).await?))
    }

    async fn are_alike(&self) -> Result<bool, store::Error> {
        let (main, variant) = self.pair(self.before).await?;
        Ok(variants::are_alike(&main, &variant))
    }

    async fn by_words(&self) -> Result<Option<Turn>, store::Error> {
        let (before, now) = (self.pair(self.before).await?, self.pair(self.now).await?);
        Ok(variants::by_words((&before.0, &before.1), (&now.0, &now.1)))
    }

    /// Which two texts show it best, and the command that shows them in full.
    async fn to_show(&self, turn: Turn) -> Result<Option<(Text, Text, String)>, store::Error> {
        let (main, variant) = (self.main, self.variant);
        let (id, from, to) = match turn {
            Turn::Apart | Turn::Again => {
                let (left, right) = self.pair(self.now).await?;
                return Ok(Some((left, right, format!("fineprint diff {main} --against {variant}"))));
            }
            Turn::MainAlone => (main, self.before.main, self.now.main),
            Turn::VariantAlone => (variant, self.before.variant, self.now.variant),
        };
        let (left, right) = (self.text(id, from).await?, self.text(id, to).await?);
        Ok(Some((left, right, format!("fineprint diff {id} {from}..{to}"))))
    }
}
