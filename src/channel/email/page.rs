//! A notice as the HTML of a mail: one column that reads on a phone, in the dark and on paper.
//!
//! Mail programs know little of HTML and drop styles at will. What must not be lost, the marks of what is gone and what is
//! new, is told by elements (`del`, `ins`) and by styles that stand at them.

use jiff::Timestamp;

use super::super::markup::html as escaped;
use super::MARKUP;
use crate::model::{News, Notice, Severity, Topic};
use crate::notice::{self, Clause, Message};

/// What opens words that are gone, …
pub(super) const REMOVED: &str =
    "<del style=\"color:#b42318;background:#fef3f2;text-decoration:line-through\">";
/// … and words that are new.
pub(super) const ADDED: &str = "<ins style=\"color:#067647;background:#ecfdf3;text-decoration:underline\">";

/// Characters of the line that says why.
const WHY: usize = 300;

const STYLE: &str = "
body{margin:0;padding:0;background:#f4f4f2;color:#1c1b1a;font:16px/1.5 -apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif}
main{display:block;max-width:640px;margin:0 auto;padding:28px 32px 24px;background:#ffffff;border-top:4px solid #57534e}
main.critical{border-color:#b42318}main.major{border-color:#b54708}
h1{font-size:20px;line-height:1.35;margin:6px 0 14px}
p{margin:0 0 14px}
.label{margin:0;font-size:12px;letter-spacing:.06em;text-transform:uppercase;color:#57534e}
.critical .label b{color:#b42318}.major .label b{color:#b54708}
section{margin:0 0 18px;padding:0 0 0 14px;border-left:3px solid #d6d3d1}
h2{font-size:13px;font-weight:600;line-height:1.4;color:#57534e;margin:0 0 4px}
section p{margin:0}
ul{margin:0 0 18px;padding-left:20px}li{margin:0 0 6px}
code{font:13px/1.5 ui-monospace,Menlo,Consolas,monospace;background:#f4f4f2;padding:2px 5px;overflow-wrap:anywhere}
a{color:#1d4ed8}
footer{max-width:640px;margin:0 auto;padding:14px 32px 28px;font-size:12px;color:#78716c}
@media (max-width:480px){main,footer{padding-left:18px;padding-right:18px}}
@media (prefers-color-scheme:dark){body{background:#1c1b1a;color:#e7e5e4}main{background:#262524}h2,.label{color:#a8a29e}
code{background:#3a3836}a{color:#93c5fd}section{border-color:#57534e}.critical .label b{color:#fda29b}.major .label b{color:#fec84b}del{color:#fda29b!important;background:none!important}
ins{color:#6ce9a6!important;background:none!important}}
@media print{body,main{background:#ffffff;color:#000000}main,footer{max-width:none;padding:0}section{break-inside:avoid}
main{border-top-width:2px}a:after{content:\" \" attr(href);font-size:11px;overflow-wrap:anywhere}}
";

/// The page of a notice.
pub(super) fn of(notice: &Notice, message: &Message) -> String {
    let escape = MARKUP.escape;
    let topics: Vec<String> = notice.topics.iter().map(Topic::label).collect();
    let about = if topics.is_empty() { String::new() } else { format!(" · {}", escape(&topics.join(", "))) };
    let mut body = format!(
        "<p class=\"label\"><b>{}</b>{about}</p>\n<h1>{}</h1>\n",
        notice.severity,
        escape(&heading(notice, message))
    );
    body.push_str(&paragraph("p", &escape(&message.summary)));
    body.push_str(&paragraph("p", &escape(&why(notice))));
    body.push_str(&list(&message.list));
    message.placed().for_each(|(clause, place)| body.push_str(&section(clause, place)));
    body.push_str(&paragraph("p", &escape(&message.rest().unwrap_or_default())));
    body.push_str(&ways_on(message));
    let footer =
        format!("<footer>{} · {} · sent by fineprint</footer>\n", escape(notice.id.as_str()), seen(notice));
    skeleton(
        &message.headline,
        &format!("<main class=\"{}\">\n{body}</main>\n{footer}", class(notice.severity)),
    )
}

/// When it happened; of a change, when it was seen: `seen 2026-03-02 09:00 UTC, version before 2026-02-02 09:00`.
pub(super) fn seen(notice: &Notice) -> String {
    let minute = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M").to_string();
    let before = notice.previous_at.map(|at| format!(", version before {}", minute(at)));
    let seen = if notice.news == News::Changed { "seen " } else { "" };
    format!("{seen}{} UTC{}", minute(notice.at), before.unwrap_or_default())
}

/// Why it is so serious, as the first of the reasons says.
pub(super) fn why(notice: &Notice) -> String {
    let reason = notice.reasons.first().filter(|reason| reason.starts_with(&notice.severity.to_string()));
    reason.map(|reason| notice::line(&format!("Why {reason}."), WHY)).unwrap_or_default()
}

/// What a template made, in the same clothes.
pub(super) fn around(headline: &str, body: &str) -> String {
    skeleton(headline, &format!("<main>\n{body}\n</main>\n"))
}

fn skeleton(headline: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n<style>{STYLE}</style></head>\n\
         <body>\n{body}</body></html>\n",
        (MARKUP.escape)(headline)
    )
}

fn class(severity: Severity) -> &'static str {
    match severity {
        Severity::Minor => "minor",
        Severity::Major => "major",
        Severity::Critical => "critical",
    }
}

fn paragraph(element: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<{element}>{text}</{element}>\n") }
}

/// Of a change, which document: how serious it is stands above, and what changed and from when below. Of other news, what
/// happened.
fn heading(notice: &Notice, message: &Message) -> String {
    match notice.news {
        News::Changed => notice::line(&format!("{} · {}", notice.service, notice.terms), 200),
        _ => message.headline.clone(),
    }
}

/// A clause under its headings.
fn section(clause: &Clause, place: &str) -> String {
    let place = paragraph("h2", &(MARKUP.escape)(place));
    format!("<section>{place}<p>{}</p></section>\n", MARKUP.words(&clause.runs))
}

/// What a digest tells.
fn list(lines: &[String]) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let line = |line: &String| format!("<li>{}</li>\n", (MARKUP.escape)(line.trim_start_matches(['•', ' '])));
    format!("<ul>\n{}</ul>\n", lines.iter().map(line).collect::<String>())
}

/// Where to read on.
fn ways_on(message: &Message) -> String {
    let page = match message.url.is_empty() {
        true => String::new(),
        false => format!("<a href=\"{}\">Read the page</a>", escaped(&message.url)),
    };
    let command = match message.more.is_empty() {
        true => String::new(),
        false => (MARKUP.command)(&message.more),
    };
    paragraph(
        "p",
        &[page, command].into_iter().filter(|way| !way.is_empty()).collect::<Vec<_>>().join(" &nbsp; "),
    )
}
