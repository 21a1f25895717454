//! A diff as HTML: for a page of its own, and for the body of a mail.

mod contents;
mod page;

pub use page::html_page;

use self::contents::Contents;
use super::blocks::{Block, Entry, Fate, blocks, notes};
use super::clause::bullet;
use super::{escape, fold};
use crate::diff::{Diff, facts};
use crate::model::{Kind, Run, Text};

/// How a diff looks in HTML.
#[derive(Debug, Clone, Copy)]
pub struct Html {
    /// Where its styles stand.
    pub styles: Styles,
    /// How many unchanged clauses are shown beside a change.
    pub context: usize,
    /// Which diff of its page it is, where its changes are named, linked with each other and listed above.
    pub article: Option<usize>,
}

/// Where the styles of elements stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Styles {
    /// In a sheet: elements have classes, which [`STYLE`] knows.
    Sheet,
    /// In each element, for mail: many of its readers drop sheets.
    Inline,
}

/// The sheet for the classes of [`html`], in light and dark and on paper; all colours are variables of `.fp`.
pub const STYLE: &str = include_str!("html/style.css");

/// Unchanged words beside a change in a long clause, in characters.
const AROUND: usize = 400;

/// The clauses of a diff under their headings, what is unchanged folded: a fragment for the body of a page or mail.
///
/// Each clause says in words what became of it, so that neither colours nor strokes are needed to read it. Every
/// character of a policy is escaped, and it has no image or script, and no link but those between its changes. An empty
/// diff gives an empty string.
pub fn html(before: &Text, after: &Text, diff: &Diff, how: &Html) -> String {
    let blocks = blocks(before, after, diff, how.context);
    if blocks.is_empty() {
        return String::new();
    }
    let mut contents = how.article.map(|article| Contents::new(article, &blocks));
    let mut out = String::new();
    for block in &blocks {
        let mut place = |words: &str| contents.as_mut().map_or_else(Default::default, |c| c.place(words));
        match block {
            Block::Path(names) => {
                if !names.is_empty() {
                    let names = escape::html(&names.join(" › "));
                    out += &format!("<h2{}>{names}</h2>\n", how.styles.of(Part::Path));
                }
                contents.iter_mut().for_each(|contents| contents.under(names));
            }
            Block::Entry(entry) => {
                let is_change = entry.fate != Fate::Context;
                let place = if is_change { place(&entry.clause.text) } else { Default::default() };
                out += &self::entry(entry, how.styles, place);
            }
            Block::Section(heading, clauses) => {
                let text = match clauses {
                    0 => "Heading moved".to_owned(),
                    1 => "Section moved, with 1 clause".to_owned(),
                    n => format!("Section moved, with {n} clauses"),
                };
                out += &labelled(&text, &heading.text, how.styles, place(&heading.text));
            }
            Block::List(list) => {
                let told = list.told();
                out += &labelled("List", &told, how.styles, place(&told));
            }
            Block::MovedOn(rest) => out += &note(&format!("… {rest} more clauses moved with it"), how.styles),
            Block::Unchanged { clauses, renumbered } => {
                let s = if *clauses == 1 { "" } else { "s" };
                let renumbered =
                    if *renumbered > 0 { format!(", {renumbered} renumbered") } else { String::new() };
                out += &note(&format!("… {clauses} clause{s} unchanged{renumbered}"), how.styles);
            }
        }
    }
    let table = contents.map(|contents| contents.table()).unwrap_or_default();
    format!("<div{}{}>\n{table}{out}</div>\n", how.styles.of(Part::All), language(&after.language))
}

/// The words of a clause: `<del>` for those that are gone, `<ins>` for those that are new.
///
/// Numbers, dates, places and negations among them stand out; `language` is the one that the page declares.
pub fn html_runs(runs: &[Run], language: &str, styles: Styles) -> String {
    let kept: String = runs.iter().map(Run::text).collect();
    marked(runs, facts::language([&kept, ""], language), styles)
}

fn marked(runs: &[Run], language: Option<&'static str>, styles: Styles) -> String {
    let facts = |words: &str| -> String {
        let piece = |(is_fact, piece): (bool, &str)| match is_fact {
            true => format!("<b{}>{}</b>", styles.of(Part::Fact), escape::html(piece)),
            false => escape::html(piece),
        };
        facts::pieces(words, language).into_iter().map(piece).collect()
    };
    let signed = |name: &str, part: Part, text: &str| {
        let words = text.trim();
        let (lead, trail) = (&text[..text.len() - text.trim_start().len()], &text[text.trim_end().len()..]);
        match words {
            "" => escape::html(text),
            _ => {
                let attributes = styles.of(part);
                format!("{lead}<{name}{attributes}>{}</{name}>{trail}", facts(words))
            }
        }
    };
    let mut out = String::new();
    for run in runs {
        let text = match run {
            Run::Kept(text) => escape::html(text),
            Run::Removed(text) => signed("del", Part::Removed, text),
            Run::Added(text) => signed("ins", Part::Added, text),
        };
        if out.ends_with("</del>") && text.starts_with("<ins") {
            out.push(' ');
        }
        out += &text;
    }
    out
}

fn entry(entry: &Entry<'_>, styles: Styles, (name, links): (String, String)) -> String {
    let (part, label) = match entry.fate {
        Fate::Context => (Part::Context, String::new()),
        Fate::Relinked => (Part::Clause, "Link changed".to_owned()),
        Fate::Moved => (Part::Clause, "Moved".to_owned()),
        Fate::Added => (Part::New, "Added".to_owned()),
        Fate::Removed => (Part::Gone, "Removed".to_owned()),
        Fate::Reworded | Fate::Rewritten => (Part::Reworded, "Reworded".to_owned()),
        Fate::Split(parts) => (Part::Reworded, format!("Split in {parts}")),
        Fate::Merged(parts) => (Part::Reworded, format!("Merged from {parts}")),
    };
    let mut out = format!("<div{}{name}>", styles.of(part));
    let mark = styles.of(Part::Label);
    if !label.is_empty() {
        out += &format!("<span{mark}>{label}{links}</span> ");
    }
    let now = match entry.old {
        Some(old) => {
            let was = words(&Entry::new(Fate::Removed, old), styles);
            let said = styles.of(Part::Was);
            out += &format!("<p{said} dir=\"auto\"><span{mark}>was</span> {was}</p>\n");
            format!("<span{mark}>now</span> ")
        }
        None => String::new(),
    };
    out += &format!("<p{} dir=\"auto\">{now}{}</p>", styles.of(Part::Words), words(entry, styles));
    for note in notes(entry) {
        out += &format!("<p{}><b>{}</b></p>\n", styles.of(Part::Note), escape::html(&note));
    }
    for (sign, links) in [("No longer links to", &entry.links.0), ("Now links to", &entry.links.1)] {
        for link in links {
            out += &note(&format!("{sign} {link}"), styles);
        }
    }
    out + "</div>\n"
}

/// The words of a clause with its number.
fn words(entry: &Entry<'_>, styles: Styles) -> String {
    let clause = entry.clause;
    let mut out = String::new();
    match entry.old_mark {
        Some(old) if !matches!(entry.fate, Fate::Context | Fate::Rewritten) => {
            let marks = [Run::Removed(old.to_owned()), Run::Added(clause.mark.clone())];
            out += &marked(&marks, None, styles);
            out.push(' ');
        }
        _ => out += &escape::html(&bullet(clause)),
    }
    out += &match entry.fate {
        Fate::Reworded | Fate::Split(_) | Fate::Merged(_) => {
            marked(&fold::kept(&entry.runs, AROUND), entry.language, styles)
        }
        Fate::Added | Fate::Rewritten => {
            format!("<ins{}>{}</ins>", styles.of(Part::Whole), escape::html(&clause.text))
        }
        Fate::Removed => format!("<del{}>{}</del>", styles.of(Part::Whole), escape::html(&clause.text)),
        Fate::Context | Fate::Moved | Fate::Relinked => escape::html(&fold::start(&clause.text, AROUND)),
    };
    match clause.kind {
        Kind::Heading(_) => format!("<strong>{out}</strong>"),
        _ => out,
    }
}

/// A line about several clauses.
fn labelled(label: &str, words: &str, styles: Styles, (name, links): (String, String)) -> String {
    let [clause, mark, said] = [Part::Clause, Part::Label, Part::Words].map(|part| styles.of(part));
    let words = escape::html(words);
    format!("<div{clause}{name}><span{mark}>{label}{links}</span> <p{said} dir=\"auto\">{words}</p></div>\n")
}

fn note(text: &str, styles: Styles) -> String {
    format!("<p{}>{}</p>\n", styles.of(Part::Note), escape::html(text))
}

/// The language of a text, for those who read it aloud; what isn't the name of one is left out.
fn language(declared: &str) -> String {
    let is_name = !declared.is_empty() && declared.len() <= 35;
    let is_name = is_name && declared.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if is_name { format!(" lang=\"{declared}\"") } else { String::new() }
}

/// The parts of a diff that have a look of their own.
#[derive(Debug, Clone, Copy)]
enum Part {
    All,
    Path,
    Clause,
    Context,
    New,
    Gone,
    Reworded,
    Label,
    Words,
    /// A clause as it was, above what stands in its place.
    Was,
    Note,
    /// Words that are new within a clause …
    Added,
    /// … and those that are gone.
    Removed,
    /// A number, a date, a place, a negation among them.
    Fact,
    /// The words of a clause that is new or gone as a whole.
    Whole,
}

impl Styles {
    /// The attribute that gives a part its look.
    fn of(self, part: Part) -> String {
        let (class, style) = part.looks();
        match self {
            Self::Sheet => format!(" class=\"{class}\""),
            Self::Inline => format!(" style=\"{style}\""),
        }
    }
}

impl Part {
    /// Its class, and its style where there is no sheet. Colours have a contrast of at least 4.5 on white.
    fn looks(self) -> (&'static str, &'static str) {
        match self {
            Self::All => ("fp", "font:15px/1.5 sans-serif;color:#1c1c1c"),
            Self::Path => ("fp-path", "font-size:16px;margin:24px 0 8px"),
            Self::Clause => {
                ("fp-clause", "border-left:3px solid #8a8a8a;padding:1px 0 1px 12px;margin:8px 0")
            }
            Self::Context => ("fp-clause fp-context", "padding:1px 0 1px 15px;margin:8px 0;color:#5c5c5c"),
            Self::New => {
                ("fp-clause fp-new", "border-left:3px solid #1a7f37;padding:1px 0 1px 12px;margin:8px 0")
            }
            Self::Gone => {
                ("fp-clause fp-gone", "border-left:3px solid #c62828;padding:1px 0 1px 12px;margin:8px 0")
            }
            Self::Reworded => {
                ("fp-clause fp-reworded", "border-left:3px solid #9a6700;padding:1px 0 1px 12px;margin:8px 0")
            }
            Self::Label => ("fp-label", "font-size:12px;color:#5c5c5c"),
            Self::Words => ("fp-words", "margin:0"),
            Self::Was => ("fp-words fp-was", "margin:0 0 6px"),
            Self::Note => ("fp-note", "margin:4px 0;font-size:13px;color:#5c5c5c;word-break:break-word"),
            Self::Added => ("fp-add", "background:#d9f5e0;color:#0b5a22;text-decoration:underline"),
            Self::Removed => ("fp-del", "background:#ffe3e0;color:#8a1212;text-decoration:line-through"),
            Self::Fact => ("fp-fact", "font-weight:bold;border-bottom:2px solid"),
            Self::Whole => ("fp-whole", "text-decoration:none"),
        }
    }
}
