//! `fineprint log --explain ID`

use std::io::{self, Write};

use serde_json::{Value, json as value};

use crate::cli::print::{count, json_line, minute};
use crate::cli::{Failure, Format, exit, screen};
use crate::diff::{self, render};
use crate::extract::{self, Page};
use crate::model::{Change, Check, Snapshot, Text};
use crate::store::{Doubt, Store};

/// Most looks that are shown before a change.
const LOOKS: usize = 20;

/// Shows why a change was told or not, or what a doubted look saw and what came of it.
pub(super) async fn run(store: &Store, id: &str, format: Format) -> Result<u8, Failure> {
    let explained = match id.strip_prefix(super::LOOK).and_then(|number| number.parse().ok()) {
        Some(look) => match store.doubt(look).await? {
            Some(doubt) => of_doubt(store, doubt).await?,
            None => return Err(unknown(id)),
        },
        None => match store.change(id).await? {
            Some(change) => of_change(store, change).await?,
            None => return Err(unknown(id)),
        },
    };
    let mut out = anstream::stdout().lock();
    match format {
        Format::Json => json_line(&mut out, &explained.json())?,
        Format::Text => explained.text(&mut out, screen::width())?,
    }
    Ok(exit::DONE)
}

fn unknown(id: &str) -> Failure {
    Failure::usage(format!("error: there is no change and no doubted look `{id}`"))
        .hint("`fineprint log --all --format json` lists their ids")
}

/// What is said of a change or of a doubted look.
struct Explained {
    id: String,
    title: String,
    verdict: String,
    reasons: Vec<String>,
    /// The looks that led there, in the order of time.
    looks: Vec<Check>,
    /// What differed, as `fineprint diff` shows it.
    differs: Option<String>,
    more: Option<String>,
}

async fn of_change(store: &Store, change: Change) -> Result<Explained, Failure> {
    let mut looks = store.looks_before(&change.source, change.at, LOOKS).await?;
    looks.reverse();
    let told = if change.announced { "told" } else { "told to no one" };
    let words = format!(
        "{} added, {} removed: {}",
        count(change.words_added, "word"),
        count(change.words_removed, "word"),
        change.summary
    );
    Ok(Explained {
        id: change.id.to_string(),
        title: format!("{} {}..{}", change.source, change.from, change.to),
        verdict: format!("{told}: {}", change.why),
        reasons: vec![words, format!("severity: {}", change.severity)],
        looks,
        differs: None,
        more: Some(format!("fineprint diff {} {}..{}", change.source, change.from, change.to)),
    })
}

async fn of_doubt(store: &Store, doubt: Doubt) -> Result<Explained, Failure> {
    let Doubt { look, check, page, looks, ended } = doubt;
    let mut shown = store.looks_before(&check.source, check.at, 2).await?;
    shown.reverse();
    let end = match ended {
        Some((at, outcome)) => format!("ended on {} UTC: {outcome}", minute(at)),
        None => "it lasts".to_owned(),
    };
    let detail = check.detail.clone().unwrap_or_default();
    let mut explained = Explained {
        id: format!("{}{look}", super::LOOK),
        title: check.source.to_string(),
        verdict: format!("told to no one: {}: {detail}", check.outcome),
        reasons: vec![format!("{} in a row; {end}", count(looks.into(), "look"))],
        looks: shown,
        differs: None,
        more: None,
    };
    let before =
        store.version_at(&check.source, check.at).await?.map(|version| version.text).unwrap_or_default();
    let page = match page {
        Some(page) => store.snapshot(page).await?,
        None => None,
    };
    let read = |page: Snapshot| {
        let rules = page.received.rules.clone().unwrap_or_default();
        extract::extract(&Page::from(&page), &rules)
    };
    match page.map(read) {
        Some(Ok(after)) => explained.differs = Some(difference(&before, &after)),
        Some(Err(error)) => explained.reasons.push(format!("the page that came: {error}")),
        None => explained.reasons.push("the page that came was not kept: one like it was, before".to_owned()),
    }
    Ok(explained)
}

fn difference(before: &Text, after: &Text) -> String {
    let how = render::Terminal { width: screen::width(), color: false, context: 0 };
    render::terminal(before, after, &diff::compare(before, after), &how)
}

impl Explained {
    fn text(&self, out: &mut impl Write, width: usize) -> io::Result<()> {
        let (bold, dim) = (anstyle::Style::new().bold(), anstyle::Style::new().dimmed());
        writeln!(out, "{bold}{}{bold:#}  {dim}{}{dim:#}", self.title, self.id)?;
        writeln!(out, "{}", screen::wrapped(&self.verdict, 2, width))?;
        for reason in &self.reasons {
            writeln!(out, "{}", screen::wrapped(reason, 2, width))?;
        }
        writeln!(out, "\n{bold}The looks{bold:#}")?;
        for look in &self.looks {
            let detail = look.detail.as_ref().map(|detail| format!(": {detail}")).unwrap_or_default();
            let line = format!("{} UTC  {}{detail}", look.at.strftime("%Y-%m-%d %H:%M:%S"), look.outcome);
            writeln!(out, "{}", screen::wrapped(&line, 2, width))?;
        }
        if let Some(differs) = &self.differs {
            writeln!(out, "\n{bold}What differed from the version in force{bold:#}\n{differs}")?;
        }
        match &self.more {
            Some(more) => writeln!(out, "\n{dim}{more}{dim:#}"),
            None => Ok(()),
        }
    }

    fn json(&self) -> Value {
        let look = |look: &Check| value!({ "at": look.at, "outcome": look.outcome, "status": look.status, "why": look.detail });
        value!({
            "id": self.id,
            "about": self.title,
            "verdict": self.verdict,
            "reasons": self.reasons,
            "looks": self.looks.iter().map(look).collect::<Vec<_>>(),
            "differs": self.differs,
        })
    }
}
