//! `fineprint notices --preview [CHANGE] --channel NAME`

use std::io::{self, IsTerminal as _, Write as _};

use super::channel::Named;
use crate::cli::{Failure, Global, exit};
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::diff::compare;
use crate::diff::render::escape;
use crate::model::{Change, Notice};
use crate::notice;
use crate::store::{DeliveryFilter, Store};

/// Prints what a channel would send of a change, or of a sample; nothing is sent.
pub(super) async fn run(global: &Global, change: Option<&str>, name: Option<&str>) -> Result<u8, Failure> {
    let config = global.config()?;
    let Some(name) = name else {
        return Err(
            Failure::usage("error: which channel would send it?").hint("name one with --channel NAME")
        );
    };
    let named = Named::of(&config, name)?;
    let now = SystemClock.now();
    let notice = match change {
        Some(id) => told(&global.archive().await?, &config, id).await?,
        None => notice::sample(now),
    };
    let shown = named.channel.preview(&notice, now);
    let mut out = io::stdout().lock();
    match out.is_terminal() {
        // What would act there shows, what is invisible is left out; a pipe gets every character.
        true => shown.lines().try_for_each(|line| writeln!(out, "{}", escape::terminal(line)))?,
        false => writeln!(out, "{shown}")?,
    }
    Ok(exit::DONE)
}

/// The notice as it was queued, or as it would be if this change were told now.
async fn told(store: &Store, config: &Config, id: &str) -> Result<Notice, Failure> {
    let missing = || {
        Failure::usage(format!("error: there is no change `{id}`"))
            .hint("`fineprint log --all --format json` lists the ids")
    };
    let change = match id.starts_with("chg_") {
        true => store.change(id).await?,
        false => None,
    };
    let whole = change.as_ref().map_or(id, |change| change.id.as_str());
    let mut queued = store.deliveries(DeliveryFilter::default()).await?;
    queued.retain(|delivery| delivery.notice.id.as_str() == whole);
    match (queued.pop(), change) {
        (Some(delivery), _) => Ok(delivery.notice),
        (None, Some(change)) => composed(store, config, &change).await,
        (None, None) => Err(missing()),
    }
}

async fn composed(store: &Store, config: &Config, change: &Change) -> Result<Notice, Failure> {
    let gone = |what: String| Failure::usage(format!("error: {what}"));
    let source = config
        .sources
        .iter()
        .find(|source| source.id == change.source)
        .ok_or_else(|| gone(format!("`{}` is not watched any more", change.source)))?;
    let mut texts = Vec::new();
    for number in [change.from, change.to] {
        let version = store.version(&change.source, number).await?;
        texts.push(version.ok_or_else(|| gone(format!("version {number} can't be read")))?.text);
    }
    let diff = compare(&texts[0], &texts[1]);
    Ok(notice::changed(source, change, &texts[0], &texts[1], &diff))
}
