//! Summaries by a machine, for those who ask for them with `[summary]`: two plain sentences about a change.
//!
//! Notices know nothing of them. One is asked for once its change is recorded and queued, by a pass of its own that no
//! check and no delivery waits for, and it is kept in a table of its own, from which `log`, `diff` and pages read it. So
//! an endpoint that hangs, fails or lies can't delay, drop or alter a notice: what it can do is write a sentence that is
//! marked as a machine's.

mod answer;
mod question;

use jiff::{SignedDuration, Timestamp};

use crate::assistant::{ANSWER_TOKENS, Assistant};
use crate::diff;
use crate::engine::Engine;
use crate::model::{Change, Source};
use crate::store;

/// Changes that are older were read by now, or never will be.
const NEWS: SignedDuration = SignedDuration::from_hours(72);
/// A day, for what may be spent in one.
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// In one pass so many changes are summarized: the next pass goes on.
const CHANGES: usize = 20;

/// Asks for the summaries that are missing, one after another, as far as the day's budget goes; says how many came.
///
/// A call is written down before it is made, with what it may cost: a crash can lose an answer, not the count.
pub async fn summarize(engine: &Engine) -> Result<usize, store::Error> {
    let Some(assistant) = &engine.assistant else { return Ok(0) };
    let mut written = 0;
    for _ in 0..CHANGES {
        let now = engine.clock.now();
        let Some(change) = engine.store.wants_summary(ago(now, NEWS), now).await? else { break };
        let Some(matter) = matter(engine, &change).await? else { break };
        let tokens = question::tokens(&matter) + ANSWER_TOKENS;
        if !is_affordable(engine, assistant, tokens, now).await? {
            tracing::info!("no more summaries today: `[summary]` allows no more calls or tokens");
            break;
        }
        let model = &assistant.settings().model;
        let call = engine.store.begin_summary(&change.id, model, tokens, now).await?;
        let (said, told) = match assistant.ask(question::RULES, &matter).await {
            Ok(answer) => (answer::cleaned(&answer.text), answer.tokens.unwrap_or_default()),
            Err(why) => (Err(why), 0),
        };
        match &said {
            Ok(_) => written += 1,
            Err(why) => tracing::warn!(source.id = %change.source, "no summary of {}: {why}", change.id),
        }
        engine.store.end_summary(call, said, told).await?;
    }
    Ok(written)
}

async fn is_affordable(
    engine: &Engine,
    assistant: &Assistant,
    tokens: u32,
    now: Timestamp,
) -> Result<bool, store::Error> {
    let (calls, spent) = engine.store.summaries_since(ago(now, DAY)).await?;
    let settings = assistant.settings();
    Ok(calls < settings.calls_per_day.into() && spent + u64::from(tokens) <= settings.tokens_per_day.into())
}

/// What is asked about a change; `None` where its versions are gone.
async fn matter(engine: &Engine, change: &Change) -> Result<Option<String>, store::Error> {
    let before = engine.store.version(&change.source, change.from).await?;
    let after = engine.store.version(&change.source, change.to).await?;
    let (Some(before), Some(after)) = (before, after) else { return Ok(None) };
    let source = engine.sources.get(&change.source).map(|source| Source::clone(source));
    let change = change.clone();
    let ask = move || {
        let diff = diff::compare(&before.text, &after.text);
        question::matter(source.as_ref(), &change, &before.text, &after.text, &diff)
    };
    Ok(tokio::task::spawn_blocking(ask).await.ok())
}

fn ago(now: Timestamp, span: SignedDuration) -> Timestamp {
    now.checked_sub(span).unwrap_or(Timestamp::MIN)
}
