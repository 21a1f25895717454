//! Getting the page that is tried: from its server, a file or standard input.

use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use jiff::SignedDuration;
use url::Url;

use crate::check::way;
use crate::cli::{Failure, Global, media};
use crate::clock::{Clock as _, SystemClock};
use crate::fetch::{self, Fetched, Fetcher};
use crate::model::{Pin, Received, Rendering, Rules, Schedule, Snapshot, Source, SourceId, Validators};

/// The address of a page that was read from standard input.
pub(super) const STDIN: &str = "file:///dev/stdin";

/// A page, and the rules it is configured with if it is a source.
pub(super) struct Got {
    pub(super) snapshot: Snapshot,
    pub(super) rules: Rules,
    pub(super) pins: Vec<Pin>,
    /// The source, if it is one.
    pub(super) source: Option<Source>,
}

pub(super) async fn get(global: &Global, named: &str, browser: bool) -> Result<Got, Failure> {
    let path = Path::new(named);
    if named == "-" || path.is_file() {
        return file(path);
    }
    let config = global.config_if_any()?;
    let (sources, settings) = match config {
        Some(config) => (config.sources, config.fetch),
        None => (Vec::new(), fetch::Settings::default()),
    };
    let url = Url::parse(named).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let configured = sources.into_iter().find(|s| s.id.as_str() == named || Some(&s.url) == url.as_ref());
    let source = match (configured, url) {
        (Some(source), _) => source,
        (None, Some(url)) => stranger(url),
        (None, None) => {
            return Err(Failure::usage(format!("error: `{named}` is no address, no file and no source"))
                .hint("an address begins with https:// or http://"));
        }
    };
    let lacks_sandbox = settings.browser.lacks_sandbox();
    let fetcher = Fetcher::new(settings, Arc::new(SystemClock)).map_err(unreachable)?;
    let snapshot = match (browser, source.browser) {
        (true, _) | (_, Rendering::Always) => fetcher.render(&source).await.map_err(unreachable)?,
        (_, Rendering::Never) => plain(&fetcher, &source).await?,
        (_, Rendering::Auto) => {
            let page = plain(&fetcher, &source).await?;
            if way::wants_browser(&page, &source.rules) {
                fetcher.render(&source).await.map_err(unreachable)?
            } else {
                page
            }
        }
    };
    if snapshot.received.rendered && lacks_sandbox {
        let why =
            "Chromium ran without its sandbox, as root or by `[browser] sandbox = false` (docs/browser.md)";
        writeln!(anstream::stderr(), "warning: {why}")?;
    }
    Ok(Got { snapshot, rules: source.rules.clone(), pins: source.pins.clone(), source: Some(source) })
}

async fn plain(fetcher: &Fetcher, source: &Source) -> Result<Snapshot, Failure> {
    match fetcher.fetch(source, &Validators::default()).await.map_err(unreachable)? {
        Fetched::Page(snapshot) => Ok(snapshot),
        Fetched::NotModified { .. } => Err(Failure::unreachable(format!(
            "error: {} answered \"not modified\" to a plain question",
            source.url
        ))),
    }
}

fn unreachable(error: fetch::Error) -> Failure {
    Failure::unreachable(format!("error: {error}"))
}

fn file(path: &Path) -> Result<Got, Failure> {
    let failed = |e: io::Error| Failure::usage(format!("error: cannot read {}: {e}", path.display()));
    let most = fetch::Settings::default().max_body;
    let mut body = Vec::new();
    let read = match path.as_os_str() == "-" {
        true => io::stdin().lock().take(most + 1).read_to_end(&mut body),
        false => std::fs::File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut body)),
    };
    if read.map_err(failed)? as u64 > most {
        return Err(Failure::usage(format!("error: {} is larger than {most} bytes", path.display())));
    }
    let kind = media::of(path);
    let absolute = std::path::absolute(path).ok().and_then(|path| Url::from_file_path(path).ok());
    let url = absolute.filter(|_| path.as_os_str() != "-").unwrap_or_else(stdin);
    let snapshot = Snapshot {
        source: unnamed(),
        fetched_at: SystemClock.now(),
        url: url.clone(),
        final_url: url,
        status: 200,
        headers: kind.map(|kind| ("content-type".to_owned(), kind.to_owned())).into_iter().collect(),
        body: body.into(),
        received: Received::default(),
    };
    Ok(Got { snapshot, rules: Rules::default(), pins: Vec::new(), source: None })
}

fn stranger(url: Url) -> Source {
    Source {
        id: unnamed(),
        service: String::new(),
        terms: String::new(),
        url,
        schedule: Schedule::Every(SignedDuration::from_hours(6)),
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

fn unnamed() -> SourceId {
    "page/tried".parse().expect("two plain words make an id")
}

fn stdin() -> Url {
    STDIN.parse().expect("a plain address")
}
