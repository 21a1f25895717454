//! What is said of a page that was tried.

use serde_json::{Value, json as value};
use unicode_width::UnicodeWidthStr as _;

use crate::cli::print::count;
use crate::cli::screen::{fit, wrapped};
use crate::diff::word_count;
use crate::extract::{Contract, Dropped, Explained, Part};
use crate::judge::{self, Look, Memory, Verdict};
use crate::model::{Clause, Kind, Pin, Sight, Snapshot};
use crate::pins::{self, Sighting, Words};

/// What is said of a page.
pub(super) struct Report<'a> {
    snapshot: &'a Snapshot,
    explained: &'a Explained,
    /// How the pinned clauses of the source stand in it.
    pins: Vec<(&'a Pin, Sighting)>,
    /// Why it can't be watched, if it can't.
    pub(super) objection: Option<String>,
}

impl<'a> Report<'a> {
    pub(super) fn new(snapshot: &'a Snapshot, explained: &'a Explained, pins: &'a [Pin]) -> Self {
        let look = Look { status: snapshot.status, text: &explained.text, at: snapshot.fetched_at };
        let objection = match judge::judge(look, None, &mut Memory::default()) {
            Verdict::Unusable(why) => Some(why),
            _ => None,
        };
        let words = Words::of(&explained.text);
        let pins = pins.iter().map(|pin| (pin, pins::look(&pin.text, &words, None))).collect();
        Self { snapshot, explained, pins, objection }
    }

    /// For people: the facts, what is kept, what is ignored and why.
    pub(super) fn text(&self, width: usize, full: bool) -> String {
        let (bold, dim) = (anstyle::Style::new().bold(), anstyle::Style::new().dimmed());
        let mut out = String::new();
        for (name, said) in self.facts() {
            let said = wrapped(&said, 10, width);
            out += &format!("{dim}{name:<9}{dim:#} {}\n", said.trim_start());
        }
        out += &self.contracts(width);
        out += &format!("\n{bold}Watched{bold:#}\n");
        match full {
            true => self.explained.text.to_markdown().lines().for_each(|line| {
                let indent = 2 + (line.len() - line.trim_start().len());
                out += wrapped(line, indent, width).as_str();
                out.push('\n');
            }),
            false => folded(&mut out, &self.explained.text.clauses, width),
        }
        out += &format!("\n{bold}Ignored{bold:#}\n");
        let ignored: Vec<&Part> = self.explained.parts.iter().filter(|p| p.dropped.is_some()).collect();
        for same in ignored.chunk_by(|a, b| a.dropped == b.dropped) {
            let why = same[0].dropped.map(describe).unwrap_or_default();
            let words: Vec<&str> = same.iter().map(|part| part.clause.text.as_str()).collect();
            let line = fit(&words.join(" · "), width.saturating_sub(4));
            out += &format!("  {} {dim}({}){dim:#}\n    {line}\n", why, count(words.len() as u64, "block"));
        }
        if ignored.is_empty() {
            out += "  nothing\n";
        }
        out
    }

    /// The contracts of a page that holds several, each with what makes a source watch it alone.
    fn contracts(&self, width: usize) -> String {
        let (bold, dim) = (anstyle::Style::new().bold(), anstyle::Style::new().dimmed());
        let contracts = &self.explained.contracts;
        if contracts.is_empty() {
            return String::new();
        }
        let said = format!(
            "This page holds {} contracts, and all are watched. To watch one alone, give its source the line below it.",
            contracts.len()
        );
        let mut out = format!("\n{bold}Contracts{bold:#}\n{}\n", wrapped(&said, 2, width));
        for contract in contracts {
            let hidden = if contract.hidden { ", hidden at first" } else { "" };
            let words = format!("  ({}{hidden})", count(contract.words.into(), "word"));
            let title = fit(&contract.title, width.saturating_sub(4 + words.width()));
            // A line to copy is never folded.
            out += &format!("    {title}{dim}{words}{dim:#}\n      select = [{:?}]\n", contract.select);
        }
        out
    }

    /// For programs; the keys are stable.
    pub(super) fn json(&self) -> Value {
        let text = &self.explained.text;
        let ignored = self.explained.parts.iter().filter_map(|part| {
            let why = describe(part.dropped?);
            Some(value!({ "why": why, "text": part.clause.text }))
        });
        let pins = self
            .pins
            .iter()
            .map(|(pin, seen)| value!({ "text": pin.text, "sight": seen.sight, "passage": seen.passage }));
        let contracts = self.explained.contracts.iter().map(|contract| {
            let Contract { title, select, words, hidden, .. } = contract;
            value!({ "title": title, "select": select, "words": words, "hidden": hidden })
        });
        value!({
            "url": self.snapshot.url,
            "final_url": self.snapshot.final_url,
            "status": self.snapshot.status,
            "content_type": self.snapshot.content_type(),
            "rendered": self.snapshot.received.rendered,
            "title": text.title,
            "language": text.language,
            "usable": self.objection.is_none(),
            "objection": self.objection,
            "words_kept": self.words(true),
            "words_ignored": self.words(false),
            "kept": text.to_markdown(),
            "ignored": ignored.collect::<Vec<_>>(),
            "unmatched": self.explained.unmatched,
            "contracts": contracts.collect::<Vec<_>>(),
            "pins": pins.collect::<Vec<_>>(),
        })
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let (page, text) = (self.snapshot, &self.explained.text);
        let kind = page.content_type().unwrap_or("no content type");
        let or_none = |said: &str| if said.is_empty() { "none".to_owned() } else { said.to_owned() };
        let headings = text.clauses.iter().filter(|c| c.level().is_some()).count();
        let blocks =
            |kept: bool| self.explained.parts.iter().filter(|p| p.dropped.is_none() == kept).count() as u64;
        let mut facts = vec![(
            "page",
            match page.final_url.as_str() {
                super::page::STDIN => "standard input".to_owned(),
                address => address.to_owned(),
            },
        )];
        if page.url != page.final_url {
            facts.push(("asked for", page.url.to_string()));
        }
        if page.url.scheme() != "file" {
            facts.push(("answer", format!("HTTP {}, {kind}, {} bytes", page.status, page.body.len())));
        }
        if page.received.rendered {
            let by = page.received.fetcher.as_deref().and_then(|fetcher| fetcher.split_once(' '));
            facts.push((
                "rendered",
                format!("by {}, which ran its scripts", by.map_or("a browser", |(_, by)| by)),
            ));
        }
        facts.extend([
            ("title", or_none(&text.title)),
            ("language", or_none(&text.language)),
            (
                "watched",
                format!(
                    "{} in {} under {}",
                    count(self.words(true), "word"),
                    count(blocks(true), "block"),
                    count(headings as u64, "heading")
                ),
            ),
            ("ignored", format!("{} in {}", count(self.words(false), "word"), count(blocks(false), "block"))),
            (
                "verdict",
                match &self.objection {
                    None => "usable: this page can be watched".to_owned(),
                    Some(why) => format!("not usable: {why}"),
                },
            ),
        ]);
        facts.extend(self.pins.iter().map(|(pin, seen)| ("pinned", pinned(pin, seen))));
        facts
    }

    fn words(&self, kept: bool) -> u64 {
        let parts = self.explained.parts.iter().filter(|part| part.dropped.is_none() == kept);
        parts.map(|part| word_count(&part.clause.text)).sum()
    }
}

fn pinned(pin: &Pin, seen: &Sighting) -> String {
    match (seen.sight, &seen.passage) {
        (Sight::Found, _) => format!("found: “{}”", pin.text),
        (_, Some(passage)) => format!("“{}” reads differently: “{passage}”", pin.text),
        (_, None) => format!("can't be found: “{}”", pin.text),
    }
}

/// The outline of a text: its headings, and the first clause below each.
fn folded(out: &mut String, clauses: &[Clause], width: usize) {
    let dim = anstyle::Style::new().dimmed();
    let mut at = 0;
    while at < clauses.len() {
        let clause = &clauses[at];
        match clause.kind {
            Kind::Heading(level) => {
                *out += &format!(
                    "  {}\n",
                    fit(&format!("{} {}", "#".repeat(level.into()), clause.text), width - 2)
                );
                at += 1;
            }
            _ => {
                let below = clauses[at..].iter().take_while(|c| c.level().is_none()).count();
                let rest = if below > 1 { format!("  … {} more", below - 1) } else { String::new() };
                let line = fit(&clause.text, width.saturating_sub(4 + rest.width()));
                *out += &format!("    {line}{dim}{rest}{dim:#}\n");
                at += below;
            }
        }
    }
    if clauses.is_empty() {
        *out += "  nothing\n";
    }
}

fn describe(dropped: Dropped) -> &'static str {
    match dropped {
        Dropped::Furniture => "navigation, footer, aside, dialog or form",
        Dropped::Named => "named as navigation, banner, promotion or the like",
        Dropped::Header => "the page's masthead",
        Dropped::Hidden => "hidden: a twin of what is shown, or no running text",
        Dropped::Outside => "outside the part of the page that holds its matter",
        Dropped::Links => "links to other pages",
        Dropped::SideNote => "a short remark that changes by itself",
        Dropped::Artefact => "not meant to be read: the title read aloud, a text to measure fonts",
        Dropped::BeforeTitle => "before the title",
        Dropped::BareHeading => "a heading over nothing",
        Dropped::Shell => "shown until the scripts have put the policy in its place",
        Dropped::Running => "repeats from page to page: a running head or foot, a page number",
        Dropped::Ignored => "matched by `ignore`",
    }
}
