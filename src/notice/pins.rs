//! Notices about clauses that somebody relies on.

use jiff::Timestamp;

use super::changed::headed;
use super::health::about;
use super::wording::{capitalised, days_left, in_force, plural};
use crate::diff::render::fold;
use crate::diff::runs;
use crate::model::{Excerpt, ExcerptKind, News, Notice, NoticeId, Pin, Run, Severity, Source};
use crate::pins::Turn;

/// What there is to tell of a pinned clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinNews {
    /// The clause.
    pub pin: Pin,
    /// What happened to it.
    pub turn: Turn,
    /// The sentence that it stood in, or what stood in its place, as far as known.
    pub before: Option<String>,
    /// The sentence that it stands in, or what stands in its place.
    pub now: Option<String>,
    /// The headings above that, outermost first.
    pub path: Vec<String>,
}

/// A pinned clause longer than this many characters is cut in a line.
const QUOTE: usize = 80;
/// So many pinned clauses are told in full; the rest are counted.
const TOLD: usize = 5;

/// The notice that pinned clauses turned up otherwise than they stood, where no change tells of it: at the first version,
/// and when a pin is new.
pub fn pinned(source: &Source, version: u32, at: Timestamp, news: &[PinNews]) -> Notice {
    let parts = |news: &PinNews| {
        [Some(news.pin.text.clone()), Some(format!("{:?}", news.turn)), news.now.clone()]
            .map(Option::unwrap_or_default)
    };
    let mut id = vec![source.id.to_string(), version.to_string()];
    id.extend(news.iter().flat_map(parts));
    let mut notice = Notice {
        id: NoticeId::derive("pin", &id.iter().map(String::as_str).collect::<Vec<_>>()),
        severity: Severity::Minor,
        more: format!("fineprint show {}", source.id),
        ..about(source, News::Pinned, "pin", at, at)
    };
    lead_with_pins(&mut notice, news);
    notice
}

/// Puts pinned clauses first in a notice; one that is lost makes it critical.
pub fn lead_with_pins(notice: &mut Notice, news: &[PinNews]) {
    let news = by_gravity(news);
    if news.iter().any(|news| news.turn.is_loss()) {
        notice.severity = Severity::Critical;
        notice.reasons.insert(0, format!("critical: {}", line(&news)));
    }
    let told = format!("{} · {}: {}", notice.service, notice.terms, line(&news));
    notice.subject = headed(notice.severity, &notice.topics, &told);
    if let Some(date) = notice.effective.filter(|date| days_left(*date, notice.at) >= 0) {
        notice.subject.push_str(&format!(", {}", in_force(date, notice.at)));
    }
    let told = news.iter().take(TOLD);
    let sentences: Vec<String> = told.clone().map(|news| sentence(news)).collect();
    let rest = std::mem::take(&mut notice.summary);
    notice.summary = format!("{} {rest}", sentences.join(" ")).trim_end().to_owned();
    let pinned: Vec<Excerpt> = told.map(|news| excerpt(news)).collect();
    notice.excerpts.retain(|excerpt| pinned.iter().all(|pinned| pinned.runs != excerpt.runs));
    notice.excerpts.splice(0..0, pinned);
    notice.cut += news.len().saturating_sub(TOLD);
}

/// What happened to pinned clauses, in a line: `Pinned clause is gone: “We do not …”, and 1 more`.
pub fn pins_line(news: &[PinNews]) -> String {
    capitalised(&line(&by_gravity(news)))
}

fn by_gravity(news: &[PinNews]) -> Vec<&PinNews> {
    let mut news: Vec<&PinNews> = news.iter().collect();
    news.sort_by_key(|news| !news.turn.is_loss());
    news
}

fn line(news: &[&PinNews]) -> String {
    let Some((first, rest)) = news.split_first() else { return String::new() };
    let more = match rest.len() {
        0 => String::new(),
        n => format!(", and {n} more pinned clause{}", plural(n)),
    };
    format!("pinned clause {}: “{}”{more}", deed(first.turn), fold::start(&first.pin.text, QUOTE))
}

fn deed(turn: Turn) -> &'static str {
    match turn {
        Turn::Changed => "changed",
        Turn::Gone => "is gone",
        Turn::Otherwise => "reads differently",
        Turn::NotFound => "can't be found",
        Turn::Found => "is there now",
        Turn::Back => "is there again",
    }
}

fn sentence(news: &PinNews) -> String {
    let why = news.pin.note.as_ref().map(|note| format!(" (pinned because: {note})")).unwrap_or_default();
    let quote = fold::start(&news.pin.text, QUOTE);
    capitalised(&format!("pinned clause {}: “{quote}”{why}.", deed(news.turn)))
}

/// Both wordings, under a heading that says why they come first.
fn excerpt(news: &PinNews) -> Excerpt {
    let before = news.before.as_deref().filter(|before| Some(*before) != news.now.as_deref());
    let pinned = news.pin.text.as_str();
    let (kind, runs) = match (&news.now, news.turn) {
        (None, _) => (ExcerptKind::Removed, vec![Run::Removed(before.unwrap_or(pinned).to_owned())]),
        (Some(now), Turn::Found | Turn::Back) if before.is_none() => {
            (ExcerptKind::Added, vec![Run::Added(now.clone())])
        }
        (Some(now), _) => (ExcerptKind::Reworded, runs(before.unwrap_or(pinned), now)),
    };
    let headings = news.path.iter().map(|heading| fold::start(heading, 120));
    Excerpt { path: ["Pinned clause".to_owned()].into_iter().chain(headings).collect(), kind, runs }
}
