//! `sources.toml` → what is watched, who is told, and how pages are fetched.
//!
//! The file is walked by hand over TOML with the place of every value, rather than deserialised, so that all its
//! errors are found in one go and each is drawn at the line and key where it is. Unknown keys are errors. Secrets
//! come from the environment or a file ([`crate::model::Secret`]) and never appear in an error, not even where the
//! line that holds one is drawn.
//!
//! ```
//! use fineprint::config::Config;
//! let text = r#"
//! [[source]]
//! service = "OpenAI"
//! terms = "Usage Policies"
//! url = "https://openai.com/policies/usage-policies/"
//! "#;
//! let config = Config::parse("sources.toml".as_ref(), text, &|_| None)?;
//! assert_eq!(config.sources[0].id.as_str(), "openai/usage-policies");
//! # Ok::<(), fineprint::config::Error>(())
//! ```

mod access;
mod browser;
mod channel;
mod chat;
mod error;
mod evidence;
mod fetch;
mod heartbeat;
mod http;
mod local;
mod locate;
mod mail;
mod mask;
mod pins;
mod policy;
mod problem;
mod remind;
mod route;
mod secret;
mod source;
mod store;
mod suggest;
mod summary;
mod text;
mod timing;
mod topics;
mod value;
mod variants;
mod watch;

pub use error::Error;
pub use locate::{database, locate};
pub use problem::Report;
pub(crate) use suggest::closest;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::{ChannelName, Heartbeat, Retention, Source, SummarySettings};
use problem::Problem;
use value::{Context, Table, Value};

/// Looks a variable up in the environment; given as a function so that tests have their own.
pub type Env<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Largest accepted file, in bytes: 10,000 sources with long addresses fit.
const MAX_FILE: u64 = 4 * 1024 * 1024;

/// Everything `sources.toml` says, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file it was read from.
    pub path: PathBuf,
    /// What is watched, in the order of the file.
    pub sources: Vec<Source>,
    /// Who can be told.
    pub channels: BTreeMap<ChannelName, crate::channel::Settings>,
    /// When each of them is told something.
    pub policies: BTreeMap<ChannelName, crate::digest::Policy>,
    /// Which notices go where, in the order of the file.
    pub routes: Vec<crate::route::Route>,
    /// The sign of life, if one is wanted.
    pub heartbeat: Option<Heartbeat>,
    /// `[store] path`, already relative to the file's folder.
    pub store_path: Option<PathBuf>,
    /// What of the pages is kept, and for how long.
    pub retention: Retention,
    /// How pages are fetched.
    pub fetch: crate::fetch::Settings,
    /// What people are told once more.
    pub remind: crate::model::Remind,
    /// Whom to ask for summaries, if anybody.
    pub summary: Option<SummarySettings>,
    /// Who witnesses what is recorded.
    pub evidence: crate::archive::witness::Settings,
}

impl Config {
    /// Reads the file at `path`, and the secrets it refers to.
    ///
    /// # Errors
    ///
    /// Fails where the file can't be read, is larger than 4 MiB or isn't UTF-8, and with all that is wrong in it.
    pub fn load(path: &Path, env: Env<'_>) -> Result<Self, Error> {
        let failed = |source| Error::Read { path: path.to_owned(), source };
        let mut bytes = Vec::new();
        // One byte more than accepted tells a file that is too large, even one that never ends.
        File::open(path).and_then(|f| f.take(MAX_FILE + 1).read_to_end(&mut bytes)).map_err(failed)?;
        if bytes.len() as u64 > MAX_FILE {
            return Err(Error::TooLarge { path: path.to_owned() });
        }
        let text = String::from_utf8(bytes).map_err(|e| {
            let valid = &e.as_bytes()[..e.utf8_error().valid_up_to()];
            Error::NotText { path: path.to_owned(), line: 1 + valid.iter().filter(|b| **b == b'\n').count() }
        })?;
        Self::parse(path, &text, env)
    }

    /// Reads `text` as the contents of the file at `path`.
    ///
    /// # Errors
    ///
    /// Fails with all that is wrong in the text.
    pub fn parse(path: &Path, text: &str, env: Env<'_>) -> Result<Self, Error> {
        let (root, errors) = parse_toml(text);
        let report = |problems| {
            let shown = mask::mask(text, &root, &errors);
            Error::Invalid(Box::new(Report::new(path, shown, problems)))
        };
        if !errors.is_empty() {
            return Err(report(errors.iter().map(|e| Problem::syntax(e, text.len())).collect()));
        }
        let context = Context::new(env, path.parent().unwrap_or(Path::new("")));
        let config = Value::root(&context, &root).table(&KEYS).map(|table| read(path, &table));
        match (config, context.into_problems()) {
            (Some(config), problems) if problems.is_empty() => Ok(config),
            (_, problems) => Err(report(problems)),
        }
    }
}

/// All errors of a file of usual size; of a larger one only the first, since going on after an error costs time and
/// memory that grow with what follows.
fn parse_toml(text: &str) -> (Spanned<DeValue<'_>>, Vec<toml::de::Error>) {
    const USUAL: usize = 256 * 1024;
    let (root, mut errors) = match DeTable::parse(text) {
        Ok(root) => (root, Vec::new()),
        Err(_) if text.len() <= USUAL => DeTable::parse_recoverable(text),
        Err(first) => (Spanned::new(0..0, DeTable::new()), vec![first]),
    };
    errors.truncate(value::MAX_PROBLEMS);
    (Spanned::new(root.span(), DeValue::Table(root.into_inner())), errors)
}

/// The database that the file at `path` names, whatever else it says: a command that only reads the archive needs
/// neither the secrets nor the sources to be in order.
///
/// # Errors
///
/// Fails where the file can't be read.
pub fn store_path_of(path: &Path) -> Result<Option<PathBuf>, Error> {
    let text =
        std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let (root, _) = DeTable::parse_recoverable(&text);
    let named = root.get_ref().get("store").and_then(|store| match store.get_ref() {
        DeValue::Table(store) => {
            store.get("path").and_then(|path| path.get_ref().as_str().map(str::to_owned))
        }
        _ => None,
    });
    Ok(named.map(|named| path.parent().unwrap_or(Path::new("")).join(named)))
}

const KEYS: [&str; 13] = [
    "defaults",
    "channels",
    "route",
    "heartbeat",
    "store",
    "fetch",
    "browser",
    "remind",
    "summary",
    "evidence",
    "topics",
    "severity",
    "source",
];

fn read(path: &Path, table: &Table<'_>) -> Config {
    let (channels, rules) = (channel::read(table), topics::read(table));
    let defaults = timing::Defaults::read(table, &channels);
    let store = store::read(table, path.parent().unwrap_or(Path::new("")));
    let access = access::Defaults::read(table);
    let sources = source::read(table, &channels, &defaults, &access, &rules);
    rules.refuse_strangers(&sources);
    Config {
        path: path.to_owned(),
        sources,
        policies: policy::read(table, &channels, &defaults),
        routes: route::read(table, &channels, &rules),
        heartbeat: heartbeat::read(table, &channels, &defaults),
        // A channel whose settings are wrong is known by name all the same, so that naming it isn't a second error.
        channels: channels.into_iter().filter_map(|(name, channel)| Some((name, channel?))).collect(),
        store_path: store.path,
        retention: store.retention,
        fetch: crate::fetch::Settings { browser: browser::read(table), ..fetch::read(table) },
        remind: remind::read(table),
        summary: summary::read(table),
        evidence: evidence::read(table),
    }
}
