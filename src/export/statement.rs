//! What a bundle shows, in plain words and on one page; the policy's text follows behind it.

use jiff::Timestamp;

use super::history::{Line, Stand};
use super::pages::{Page, Pages};
use super::proof::Proof;
use super::scope::Scope;
use super::texts::Text;
use super::words::{html, length, line, time, times};
use super::{Question, SUMS};
use crate::model::{Clause, Kind};

/// What a bundle shows, in plain words.
pub(super) struct Statement<'s> {
    scope: &'s Scope<'s>,
    texts: &'s [Text],
    pages: &'s Pages,
    proof: &'s Proof,
    now: Timestamp,
    /// The answer to the question, a paragraph each; plain text.
    pub(super) answer: Vec<String>,
}

impl<'s> Statement<'s> {
    pub(super) fn new(
        scope: &'s Scope<'s>,
        texts: &'s [Text],
        pages: &'s Pages,
        proof: &'s Proof,
        now: Timestamp,
    ) -> Self {
        let mut statement = Self { scope, texts, pages, proof, now, answer: Vec::new() };
        statement.answer = match scope.question {
            Question::At(at) => statement.at(at),
            Question::Between(..) => statement.between(),
        };
        statement
    }

    /// “Terms of Service” of Acme at https://…
    fn subject(&self) -> String {
        let source = self.scope.source;
        let [terms, service, url] = [&source.terms, &source.service, &source.url].map(|text| line(text));
        format!("the page “{terms}” of {service}, {url},")
    }

    fn at(&self, at: Timestamp) -> Vec<String> {
        let stand = self.scope.stand();
        let (when, subject) = (self.when(at, stand), self.subject());
        let mut answer = vec![
            format!("{when} {subject} said what is printed below ({}).", self.describe(stand)),
            seen(stand),
            self.neighbours(at, stand),
        ];
        if stand.others > 0 {
            answer.push(others(stand));
        }
        let asked = *self.scope.asked.end();
        if let Some(changes) = self.texts[asked].changes.as_ref().filter(|_| asked > 0) {
            let before = &self.scope.stands[asked - 1];
            answer.push(format!(
                "Before that, {}, it said something else (version {}). What changed: {}.",
                span(before),
                before.version,
                line(&changes.summary),
            ));
        }
        if let Some((after, text)) = self.scope.stands.get(asked + 1).zip(self.texts.get(asked + 1)) {
            let summary = text.changes.as_ref().map(|changes| line(&changes.summary)).unwrap_or_default();
            answer.push(format!(
                "It was replaced by version {}, first seen on {}. What changed: {summary}.",
                after.version,
                time(after.first),
            ));
        }
        answer
    }

    /// What was found unchanged before and after a time was so at that time; else nobody knows for how long it was.
    fn when(&self, at: Timestamp, stand: &Stand) -> String {
        match self.scope.around(at) {
            (_, Some(after)) if after.at <= stand.last => moment(at),
            (Some(before), _) if before.at == at => moment(at),
            (Some(before), _) => {
                format!("When it was last read before {}, on {},", until(at), time(before.at))
            }
            _ => moment(at),
        }
    }

    /// The looks on both sides of the time asked for.
    fn neighbours(&self, at: Timestamp, stand: &Stand) -> String {
        let found = |look: &Line| match look.at {
            at if at == stand.first => "was the first to find it so",
            at if at <= stand.last => "found it unchanged",
            _ => "found other words",
        };
        match self.scope.around(at) {
            (Some(before), Some(after)) => format!(
                "The last look before the time in question, on {}, {}; the next, on {}, {}.",
                time(before.at),
                found(before),
                time(after.at),
                found(after),
            ),
            (Some(before), None) => format!(
                "The last look before the time in question, on {}, {}; the page has not been read since.",
                time(before.at),
                found(before),
            ),
            _ => "The page was not read before the time in question.".to_owned(),
        }
    }

    fn between(&self) -> Vec<String> {
        let stands = &self.scope.stands[self.scope.asked.clone()];
        let (Some(first), Some(last)) = (stands.first(), stands.last()) else { return Vec::new() };
        let versions =
            if stands.len() == 1 { "one version".to_owned() } else { format!("{} versions", stands.len()) };
        let mut answer = vec![format!(
            "From {} to {} {} was read in {versions}.",
            time(first.first),
            time(last.last),
            self.subject()
        )];
        for (stand, text) in stands.iter().zip(&self.texts[self.scope.asked.clone()]) {
            let change = text.changes.as_ref().map(|c| format!("{}. ", line(&c.summary))).unwrap_or_default();
            let others = if stand.others > 0 { format!(" {}", others(stand)) } else { String::new() };
            answer.push(format!("Version {}: {change}{}{others}", stand.version, seen(stand)));
        }
        answer
    }

    /// `version 2, 412 words`
    fn describe(&self, stand: &Stand) -> String {
        let text = self.texts.iter().find(|text| text.version.number == stand.version);
        let words = text.map_or(0, |text| text.version.text.words());
        format!("version {}, {words} words", stand.version)
    }

    /// The page from which the version shown was read.
    fn page(&self) -> Option<&Page> {
        let first = self.scope.stand().first;
        self.pages.kept.iter().find(|page| page.fetched_at == first)
    }

    fn origin(&self) -> String {
        let Some(page) = self.page() else {
            return "The page itself is not kept any more; the chain has its SHA-256.".to_owned();
        };
        let fetcher = page.received.fetcher.as_deref().unwrap_or("a fetcher that was not recorded");
        let by = match fetcher.split_once(' ') {
            Some(("import" | "ingest", _)) => {
                format!(
                    "It was not fetched by fineprint itself but brought in from elsewhere ({}).",
                    line(fetcher)
                )
            }
            _ if page.received.rendered => format!(
                "It was rendered by {}: what is kept is the document that its scripts made of it, not the bytes that the \
                 server sent.",
                line(fetcher)
            ),
            _ => format!("It was fetched by {}.", line(fetcher)),
        };
        let peer = page.received.peer.clone().unwrap_or_default();
        let address = peer.address.map(|address| format!(" The server's address was {}.", line(&address)));
        let certificate = peer
            .certificate
            .map(|sha256| format!(" Its TLS certificate had the SHA-256 fingerprint {}.", line(&sha256)));
        format!(
            "The page was received on {} from {} with status {}; the SHA-256 of its body is {}. {by}{}{}",
            time(page.fetched_at),
            line(&page.final_url),
            page.status,
            page.body,
            address.unwrap_or_default(),
            certificate.unwrap_or_default(),
        )
    }

    fn proof(&self) -> Vec<String> {
        let entries = self.proof.entries;
        let mut said = vec![format!(
            "Every look at this page is an entry of a hash chain, {entries} in all, which is in this bundle \
             (chain/source.jsonl) up to its head {}. No entry before a head can be altered, taken out or put in \
             without the head becoming another.",
            self.proof.head
        )];
        if let Some(seal) = &self.proof.seal {
            said.push(format!(
                "That chain is sealed in the archive's own chain (chain/archive.jsonl), whose head is {}. Whoever \
                 was given this head before, or finds it signed or timestamped, knows that all of this was recorded by then.",
                seal.head
            ));
        }
        said.push(format!(
            "To check it, run “python3 verify.py” or “sha256sum --check {SUMS}” in this folder; README.txt says how, \
             and what such a check proves and what it doesn't."
        ));
        said
    }

    /// The statement as a page to be read or printed.
    pub(super) fn html(&self) -> String {
        let source = self.scope.source;
        let title = format!("{} · {}", source.service, source.terms);
        let stand = self.scope.stand();
        let text = &self.texts[*self.scope.asked.end()];
        let paragraphs =
            |list: &[String]| list.iter().map(|p| format!("<p>{}</p>\n", html(p))).collect::<String>();
        include_str!("statement.html")
            .replace("{title}", &html(&title))
            .replace("{id}", &html(source.id.as_str()))
            .replace(
                "{made}",
                &html(&format!("{}, by fineprint {}", time(self.now), env!("CARGO_PKG_VERSION"))),
            )
            .replace("{answer}", &paragraphs(&self.answer))
            .replace("{origin}", &paragraphs(&[self.origin()]))
            .replace("{proof}", &paragraphs(&self.proof()))
            .replace("{files}", &self.files())
            .replace(
                "{version}",
                &format!("version {}, first seen on {}", stand.version, html(&time(stand.first))),
            )
            .replace("{sha256}", &html(&stand.text))
            // Last, for it may say `{title}`.
            .replace("{text}", &policy(&text.version.text.clauses))
    }

    fn files(&self) -> String {
        let mut files =
            vec![("pages.warc.gz".to_owned(), "the pages as they were received (WARC 1.1)".to_owned())];
        for text in self.texts {
            let number = text.version.number;
            files.push((text.markdown.clone(), format!("the words of version {number}")));
            if let Some(changes) = &text.changes {
                files.push((
                    changes.markdown.clone(),
                    format!("what changed from version {} to {number}", changes.from),
                ));
            }
        }
        files.push(("looks.csv".to_owned(), "every look, with its result".to_owned()));
        files.push(("manifest.json".to_owned(), "all of this for programs".to_owned()));
        let row = |(path, what): &(String, String)| {
            format!("<tr><td>{}</td><td>{}</td></tr>\n", html(path), html(what))
        };
        files.iter().map(row).collect()
    }
}

/// `At the end of 2026-03-01 (UTC)`, for that is what a date stands for; or the instant.
fn moment(at: Timestamp) -> String {
    if is_end_of_day(at) { format!("At {}", until(at)) } else { format!("On {}", time(at)) }
}

fn until(at: Timestamp) -> String {
    if is_end_of_day(at) { format!("the end of {} (UTC)", at.strftime("%Y-%m-%d")) } else { time(at) }
}

fn is_end_of_day(at: Timestamp) -> bool {
    at.strftime("%H:%M:%S").to_string() == "23:59:59"
}

/// `from … to …`, or `on …` where it was seen once.
fn span(stand: &Stand) -> String {
    match stand.first == stand.last {
        true => format!("on {}", time(stand.first)),
        false => format!("from {} to {}", time(stand.first), time(stand.last)),
    }
}

fn seen(stand: &Stand) -> String {
    let Stand { first, last, looks, widest, .. } = stand;
    match widest {
        None => format!("It was seen so once, on {}.", time(*first)),
        Some((from, to)) => format!(
            "It was first seen so on {} and last found unchanged on {}. The page was looked at {} in that time and \
             found unchanged each time; the longest time between two of these looks was {}, from {} to {}.",
            time(*first),
            time(*last),
            times(*looks),
            length(*from, *to),
            time(*from),
            time(*to),
        ),
    }
}

fn others(stand: &Stand) -> String {
    format!(
        "{} more {} until the next version brought no policy (the page could not be had, was an error page, or was to \
         be looked at a second time); looks.csv lists {}.",
        stand.others,
        if stand.others == 1 { "look" } else { "looks" },
        if stand.others == 1 { "it" } else { "them" },
    )
}

/// The text of a policy as HTML: nothing in it is a link or acts.
fn policy(clauses: &[Clause]) -> String {
    let clause = |clause: &Clause| {
        let text = match clause.mark.as_str() {
            "" => html(&clause.text),
            mark => format!("{} {}", html(mark), html(&clause.text)),
        };
        match clause.kind {
            Kind::Heading(level) => format!("<h{0} dir=auto>{text}</h{0}>\n", (level + 2).clamp(3, 6)),
            Kind::Paragraph | Kind::Row => format!("<p dir=auto>{text}</p>\n"),
            Kind::Item(depth) => format!("<p dir=auto class=\"item d{}\">{text}</p>\n", depth.clamp(1, 6)),
            Kind::Code => format!("<pre dir=auto>{text}</pre>\n"),
        }
    };
    clauses.iter().map(clause).collect()
}
