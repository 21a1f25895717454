//! The notice that two ways of looking at a document don't agree.

use jiff::Timestamp;

use super::changed::headed;
use super::health::{about, minute};
use super::wording::capitalised;
use crate::model::{Excerpt, News, Notice, NoticeId, Severity, Source, SourceId, Topic};
use crate::variants::Turn;

/// What became of two ways of looking at a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Divergence {
    /// The document itself.
    pub main: SourceId,
    /// The other way.
    pub variant: SourceId,
    /// The versions that they show.
    pub versions: (u32, u32),
    /// What happened.
    pub turn: Turn,
    /// Since when.
    pub since: Timestamp,
    /// How serious.
    pub severity: Severity,
    /// What it is about.
    pub topics: Vec<Topic>,
    /// Why.
    pub reasons: Vec<String>,
    /// What differs, in a line.
    pub what: String,
    /// The clauses that differ, as many as fit, and how many didn't.
    pub excerpts: (Vec<Excerpt>, usize),
    /// Words that are new, and words that are gone.
    pub words: (u64, u64),
    /// The command that shows the rest.
    pub more: String,
}

/// The notice about it; its id is made of the two versions, so that it is told once.
pub fn diverged(main: &Source, divergence: &Divergence, at: Timestamp) -> Notice {
    let Divergence { turn, since, severity, what, .. } = divergence;
    let prefix = format!("{}.", main.id);
    let variant = divergence.variant.as_str();
    let name = variant.strip_prefix(&prefix).unwrap_or(variant);
    let title = format!("{} · {}", main.service, main.terms);
    let detail = what.to_lowercase().chars().take(1).chain(what.chars().skip(1)).collect::<String>();
    let (versions, is_again) = (divergence.versions, *turn == Turn::Again);
    let topics = if is_again { &[][..] } else { &divergence.topics };
    let (line, summary) = match turn {
        Turn::MainAlone => (
            format!("{title} changed, and `{name}` has not followed: {detail}"),
            format!("The document changed, and what `{name}` shows is still the text before."),
        ),
        Turn::VariantAlone => (
            format!("{title} changed only in `{name}`: {detail}"),
            format!("What `{name}` shows changed, and the document itself did not."),
        ),
        Turn::Apart => (
            format!("{title} reads otherwise in `{name}`: {detail}"),
            format!("What `{name}` shows and the document itself say different things."),
        ),
        Turn::Again => (
            format!("{title} and `{name}` agree again"),
            format!("What `{name}` shows is in step with the document itself again."),
        ),
    };
    let id = [main.id.as_str(), variant, &versions.0.to_string(), &versions.1.to_string()];
    Notice {
        id: NoticeId::derive("div", &id),
        severity: *severity,
        topics: topics.to_vec(),
        reasons: if is_again { Vec::new() } else { divergence.reasons.clone() },
        subject: headed(*severity, topics, &line),
        summary: format!("{summary} So it is since {}. {}.", minute(*since), capitalised(&detail)),
        words_added: if is_again { 0 } else { divergence.words.0 },
        words_removed: if is_again { 0 } else { divergence.words.1 },
        excerpts: if is_again { Vec::new() } else { divergence.excerpts.0.clone() },
        cut: if is_again { 0 } else { divergence.excerpts.1 },
        more: divergence.more.clone(),
        ..about(main, News::Diverged, "div", at, *since)
    }
}
