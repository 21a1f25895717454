//! A notice as a few lines of clean text: what every chat and mail shows, each in its own markup.

use url::Url;

use crate::diff::render::{escape, fold};
use crate::model::{News, Notice, Run, Severity};

/// Characters of the first line: a subject names at most two headings of sixty characters and a source.
const HEADLINE: usize = 400;
/// Characters of the sentences below it.
const SUMMARY: usize = 800;
/// Lines of a digest's list, its last one says how many more there are, …
const LISTED: usize = 25;
/// … and characters of each.
const LISTED_LINE: usize = 320;
/// What stands in the place of lines that don't fit.
const MORE_LINES: &str = "… and more";
/// Characters of a clause's headings together; the innermost say best where we are.
const PLACE: usize = 200;
/// Characters of a clause: somewhat more than the notice's own excerpts have.
const CLAUSE: usize = 1_500;
/// Unchanged words beside a change, in characters.
const AROUND: usize = 160;
/// Characters of an address or a command: what doesn't fit whole is of no use and is left out.
const ADDRESS: usize = 2_000;
/// Clauses looked at: no service shows as many.
const CLAUSES: usize = 200;
/// Less room than this isn't worth the beginning of a clause.
const LEAST: usize = 80;

/// What is told, in the order in which it is read. Each text is one line in which nothing acts: no control
/// character, no change of direction, nothing invisible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What changed, where, how serious, and from when in effect.
    pub headline: String,
    /// One or two sentences.
    pub summary: String,
    /// What a digest tells: the first line of each, as many as fit.
    pub list: Vec<String>,
    /// The changed clauses, in reading order, as many as fit.
    pub clauses: Vec<Clause>,
    /// How many changed clauses are missing.
    pub cut: usize,
    /// The command that shows all of it.
    pub more: String,
    /// The page; empty where the notice names none that can be followed.
    pub url: String,
    /// How serious, for colours and priorities.
    pub severity: Severity,
}

/// A changed clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// The headings above it, `Suspension › Appeals`; may be empty.
    pub place: String,
    /// Its words in order, kept, removed and added.
    pub runs: Vec<Run>,
}

impl Message {
    /// What a notice tells, each text within its bound however large the notice is.
    pub fn of(notice: &Notice) -> Self {
        let clauses: Vec<Clause> = notice
            .excerpts
            .iter()
            .take(CLAUSES)
            .map(|excerpt| Clause { place: place(&excerpt.path), runs: runs(&excerpt.runs) })
            .collect();
        let (summary, list) = summary(notice);
        Self {
            headline: headline(notice),
            summary,
            list,
            cut: notice.cut.saturating_add(notice.excerpts.len() - clauses.len()),
            clauses,
            more: whole(&notice.more),
            url: address(&notice.url),
            severity: notice.severity,
        }
    }

    /// As much of the message as takes at most `room`, where each of its texts takes `cost`: cut at clause borders,
    /// with the count of what was cut. Only a first clause that doesn't fit is cut within.
    ///
    /// `cost` is what a text takes as it will stand there, with its markup and whatever surrounds it.
    pub fn within(&self, room: usize, cost: impl Fn(&str) -> usize) -> Self {
        let share = room / 5;
        let kept = |text: &str| if cost(text) <= share { text.to_owned() } else { String::new() };
        let mut message = Self {
            headline: shortened(&self.headline, share, &cost),
            summary: shortened(&self.summary, share, &cost),
            list: self.listed(share, &cost),
            more: kept(&self.more),
            url: kept(&self.url),
            clauses: Vec::new(),
            ..*self
        };
        let ends = [&message.headline, &message.summary, &message.more, &message.url];
        let ends = ends.into_iter().chain(&message.list);
        let mut room = room.saturating_sub(ends.map(|text| cost(text)).sum());
        for clause in &self.clauses {
            let size = clause.cost(&cost);
            if size <= room {
                room -= size;
                message.clauses.push(clause.clone());
                continue;
            }
            if message.clauses.is_empty() {
                message.clauses.extend(clause.beginning(room, &cost));
            }
            // Once one is cut, all after it are: what is shown is the start of the change, without holes.
            break;
        }
        message.cut = self.cut.saturating_add(self.clauses.len() - message.clauses.len());
        message
    }

    /// The first lines of the list that fit.
    fn listed(&self, room: usize, cost: impl Fn(&str) -> usize) -> Vec<String> {
        let mut room = room.saturating_sub(cost(MORE_LINES));
        let mut list = Vec::new();
        for line in &self.list {
            match room.checked_sub(cost(line)) {
                Some(left) => room = left,
                None => {
                    list.push(MORE_LINES.to_owned());
                    break;
                }
            }
            list.push(line.clone());
        }
        list
    }

    /// The clauses, each with its headings, or with none where they stand above the one before already: a list of ten would
    /// say them ten times.
    pub fn placed(&self) -> impl Iterator<Item = (&Clause, &str)> {
        let above = [""].into_iter().chain(self.clauses.iter().map(|clause| clause.place.as_str()));
        self.clauses.iter().zip(above).map(|(clause, above)| {
            let place = if clause.place == above { "" } else { clause.place.as_str() };
            (clause, place)
        })
    }

    /// What became of the clauses that are missing: `… and 3 more changed clauses`; `None` if all are there.
    pub fn rest(&self) -> Option<String> {
        match (self.cut, self.clauses.is_empty()) {
            (0, _) => None,
            (1, false) => Some("… and 1 more changed clause".to_owned()),
            (n, false) => Some(format!("… and {n} more changed clauses")),
            (1, true) => Some("1 changed clause is too long for this place".to_owned()),
            (n, true) => Some(format!("{n} changed clauses are too long for this place")),
        }
    }
}

impl Clause {
    fn cost(&self, cost: impl Fn(&str) -> usize) -> usize {
        self.runs.iter().map(|run| cost(run.text())).sum::<usize>() + cost(&self.place)
    }

    /// The first words of the clause, as many as fit.
    fn beginning(&self, room: usize, cost: impl Fn(&str) -> usize) -> Option<Self> {
        let place = shortened(&self.place, room / 4, &cost);
        let mut room = room.checked_sub(cost(&place)).filter(|room| *room >= LEAST)?;
        let mut runs = Vec::new();
        for run in &self.runs {
            let text = shortened(run.text(), room, &cost);
            if text.is_empty() {
                break;
            }
            room = room.saturating_sub(cost(&text));
            let whole = text == run.text();
            runs.push(with_text(run, text));
            if !whole {
                break;
            }
        }
        (!runs.is_empty()).then_some(Self { place, runs })
    }
}

/// A text as one line of at most `length` characters in which nothing acts, with `…` if there is more. Spaces are
/// collapsed: four of them in a row would be code to some.
pub fn line(text: &str, length: usize) -> String {
    let mut line = String::new();
    for c in escape::terminal(&fold::start(text, length)).chars() {
        if c != ' ' || !line.ends_with(' ') {
            line.push(c);
        }
    }
    fold::start(&line, length)
}

/// The subject, with the date if it lacks that; a message without any first line would be refused by some services.
fn headline(notice: &Notice) -> String {
    let subject = match line(&notice.subject, HEADLINE) {
        blank if blank.trim().is_empty() => notice.id.to_string(),
        subject => subject,
    };
    match notice.effective.map(|date| date.to_string()) {
        Some(date) if !subject.contains(&date) => format!("{subject}, in force from {date}"),
        _ => subject,
    }
}

/// The sentences, and what stands below them in a digest, line by line; elsewhere a line break is but a space.
fn summary(notice: &Notice) -> (String, Vec<String>) {
    if notice.news != News::Digest {
        return (line(&notice.summary, SUMMARY), Vec::new());
    }
    let mut lines = notice.summary.lines();
    let summary = line(lines.next().unwrap_or_default(), SUMMARY);
    (summary, lines.take(LISTED).map(|text| line(text, LISTED_LINE)).collect())
}

fn place(path: &[String]) -> String {
    let mut room = PLACE;
    let mut names: Vec<String> = Vec::new();
    for name in path.iter().rev().take(10) {
        let name = line(name, PLACE / 2);
        let Some(left) = room.checked_sub(name.chars().count() + 3) else { break };
        room = left;
        names.push(name);
    }
    names.reverse();
    names.join(" › ")
}

/// The runs of a clause until its bound, long unchanged stretches folded.
fn runs(all: &[Run]) -> Vec<Run> {
    let mut room = CLAUSE;
    let mut runs = Vec::new();
    for run in fold::kept(&all[..all.len().min(CLAUSE)], AROUND) {
        if room == 0 {
            runs.push(Run::Kept(" …".to_owned()));
            break;
        }
        let text = line(run.text(), room);
        room -= text.chars().count().min(room);
        if !text.is_empty() {
            runs.push(with_text(&run, text));
        }
    }
    runs
}

fn with_text(run: &Run, text: String) -> Run {
    match run {
        Run::Removed(_) => Run::Removed(text),
        Run::Added(_) => Run::Added(text),
        _ => Run::Kept(text),
    }
}

/// A command: whole or not at all.
fn whole(text: &str) -> String {
    if text.len() > ADDRESS { String::new() } else { escape::terminal(text).into_owned() }
}

/// An address that can be followed, whole or not at all, without a sign that could end it in any markup.
fn address(text: &str) -> String {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let mut address = String::new();
    for c in url.iter().flat_map(|url| url.as_str().chars()) {
        match c {
            '(' | ')' | '<' | '>' | '[' | ']' | '{' | '}' | '|' | '\\' | '^' | '`' | '"' | '\'' | ' ' => {
                address.push_str(&format!("%{:02X}", u32::from(c)));
            }
            c => address.push(c),
        }
    }
    if address.len() > ADDRESS || !address.is_ascii() { String::new() } else { address }
}

/// The beginning of a text that costs at most `room`, cut between words; empty where not even that fits.
fn shortened(text: &str, room: usize, cost: impl Fn(&str) -> usize) -> String {
    let mut length = text.chars().count();
    let mut shorter = text.to_owned();
    loop {
        let size = cost(&shorter);
        if size <= room {
            return shorter;
        }
        // Proportionally less, and always less: a few rounds for any text.
        length = (length * room / size).min(length.saturating_sub(1));
        if length < 2 {
            return String::new();
        }
        shorter = fold::start(text, length);
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::notice::sample;

    fn notice(subject: &str, clauses: &[&str]) -> Notice {
        let mut notice = sample(Timestamp::UNIX_EPOCH);
        let excerpt = notice.excerpts.remove(0);
        notice.subject = subject.to_owned();
        notice.excerpts = clauses
            .iter()
            .map(|text| {
                let mut excerpt = excerpt.clone();
                excerpt.runs = vec![Run::Added((*text).to_owned())];
                excerpt
            })
            .collect();
        notice
    }

    #[test]
    fn the_first_line_says_from_when() {
        let mut notice = notice("[major] Acme · Terms changed: 1 clause added", &[]);
        assert_eq!(Message::of(&notice).headline, "[major] Acme · Terms changed: 1 clause added");
        notice.effective = Some("2026-05-04".parse().unwrap());
        let expected = "[major] Acme · Terms changed: 1 clause added, in force from 2026-05-04";
        assert_eq!(Message::of(&notice).headline, expected);
        notice.subject = expected.to_owned();
        assert_eq!(Message::of(&notice).headline, expected);
    }

    #[test]
    fn what_does_not_fit_is_cut_at_a_clause_and_counted() {
        let words = "ten words ".repeat(20);
        let message = Message::of(&notice("Subject", &[&words, &words, &words]));
        let cost = |text: &str| text.chars().count();
        let cut = message.within(700, cost);
        assert_eq!((cut.clauses.len(), cut.rest().unwrap()), (2, "… and 1 more changed clause".to_owned()));
        assert_eq!(cut.clauses[..], message.clauses[..2]);
        assert_eq!(message.within(10_000, cost), message);
        // Of a first clause that is too long there is at least a beginning.
        let cut = message.within(300, cost);
        assert_eq!((cut.clauses.len(), cut.cut), (1, 2));
        assert!(cut.clauses[0].runs[0].text().ends_with('…'));
    }

    #[test]
    fn nothing_in_a_message_acts_and_nothing_is_endless() {
        let huge = "We may \u{1b}[2J\u{202e}suspend\r\n\u{200b}you. ".repeat(200_000);
        let mut notice = notice(&huge, &[&huge, "short"]);
        (notice.summary, notice.more, notice.url) = (huge.clone(), huge.clone(), huge.clone());
        notice.excerpts[0].path = vec![huge; 50];
        let message = Message::of(&notice);
        let all = format!("{message:?}");
        assert!(all.len() < 8_000, "{}", all.len());
        assert!(
            !all.contains(['\u{1b}', '\u{202e}', '\r', '\n', '\u{200b}']) && !all.contains("\\u{"),
            "{all}"
        );
        assert_eq!((message.clauses.len(), message.more.as_str()), (2, ""));
        notice.url = "https://acme.example/a_(b)?c='<d>|e".to_owned();
        assert_eq!(Message::of(&notice).url, "https://acme.example/a_%28b%29?c=%27%3Cd%3E%7Ce");
        notice.url = "javascript:alert(1)".to_owned();
        assert_eq!(Message::of(&notice).url, "");
    }

    proptest! {
        #[test]
        fn a_message_fits_any_room(
            subject in ".{0,600}", listed in 0..40usize, clauses in proptest::collection::vec(".{0,900}", 0..6), room in 500..9_000usize, dear in 1..6usize,
        ) {
            let clauses: Vec<&str> = clauses.iter().map(String::as_str).collect();
            let mut notice = notice(&subject, &clauses);
            notice.news = News::Digest;
            notice.summary.push_str(&format!("\n• {subject}").repeat(listed));
            let message = Message::of(&notice);
            let cost = |text: &str| text.chars().count() * dear + 7;
            let cut = message.within(room, cost);
            let ends = [&cut.headline, &cut.summary, &cut.more, &cut.url];
            let size: usize = ends.into_iter().chain(&cut.list).map(|text| cost(text)).chain(cut.clauses.iter().map(|c| c.cost(cost))).sum();
            prop_assert!(size <= room, "{size} of {room}");
            prop_assert_eq!(cut.clauses.len() + cut.cut, clauses.len());
        }
    }
}
