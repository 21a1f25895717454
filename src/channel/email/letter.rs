//! A notice as a mail, with everything by which programs sort it.

use std::time::SystemTime;

use jiff::Timestamp;
use lettre::message::header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue};
use lettre::message::{Message as Mail, MultiPart, SinglePart};

use super::super::form::Form;
use super::super::markup::{Markup, PLAIN, title, unlinked};
use super::addresses::copyable;
use super::{MARKUP, Settings, page};
use crate::model::{Notice, NoticeId, Severity};
use crate::notice::Message;

/// Characters of a subject: what programs show of one on a wide screen, and more.
const SUBJECT: usize = 250;
/// Bytes of the HTML's words and marks: with its styles, and as quoted-printable, it stays below the 102 kB from which on
/// some programs show only the beginning.
const HTML: usize = 40_000;
/// Bytes of the text: all clauses that a notice has.
const TEXT: usize = 40_000;

/// The text beside the HTML, for those who read nothing else. No address in it becomes a link but those of the page's site.
const PLAIN_PART: Markup = Markup { escape: unaddressed, size: str::len, command: unaddressed, ..PLAIN };

fn unaddressed(text: &str) -> String {
    unlinked(text, "@")
}

/// A mail as it is handed over.
#[derive(Debug)]
pub(super) struct Letter {
    /// Headers and body, lines ended by CR and LF, nothing but ASCII.
    pub text: Vec<u8>,
    /// From whom and to whom, for the server.
    pub envelope: lettre::address::Envelope,
}

/// Writes a mail; the same notice at the same time makes the same mail.
pub(super) fn write(settings: &Settings, notice: &Notice, at: Timestamp) -> Result<Letter, String> {
    let message = Message::of(notice);
    let domain = settings.from.0.email.domain();
    let thread = NoticeId::derive("src", &[notice.source.as_str()]);
    let thread = format!("<{thread}@{domain}>");
    let mut mail = Mail::builder()
        .message_id(Some(format!("<{}@{domain}>", notice.id)))
        .date(SystemTime::from(at))
        .from(settings.from.0.clone())
        .subject(title(&subject(notice, &message), SUBJECT))
        // The first of a thread answers to a mail that never was: so each knows its thread, whichever came before.
        .in_reply_to(thread.clone())
        .references(thread);
    for to in &settings.to {
        mail = mail.to(to.0.clone());
    }
    for (name, value) in labels(settings, notice, domain) {
        mail = mail.raw_header(HeaderValue::new(HeaderName::new_from_ascii_str(name), value));
    }
    // Quoted-printable never holds `=_`: no text can end its part.
    let parts = MultiPart::alternative().boundary(format!("=_{}", notice.id));
    let mut plain = PLAIN_PART.fit(&message, TEXT);
    let why = page::why(notice);
    plain.summary =
        [plain.summary, why].into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ");
    let text = copyable(&PLAIN_PART.text(&plain), &notice.url);
    let text = format!("{text}\n\n-- \n{} · {}\n", notice.id, page::seen(notice));
    let html = html(settings, notice, &message);
    let parts =
        parts.singlepart(part(ContentType::TEXT_PLAIN, text)).singlepart(part(ContentType::TEXT_HTML, html));
    let mail = mail.multipart(parts).map_err(|error| error.to_string())?;
    Ok(Letter { text: mail.formatted(), envelope: mail.envelope().clone() })
}

/// The first line; what is critical says from when, too, where a list of mails shows it.
fn subject(notice: &Notice, message: &Message) -> String {
    let critical = message.headline.strip_prefix("[critical] ");
    match (critical, notice.effective) {
        (Some(rest), Some(date)) => format!("[critical, from {date}] {rest}"),
        _ => message.headline.clone(),
    }
}

fn html(settings: &Settings, notice: &Notice, message: &Message) -> String {
    let form = Form { markup: &MARKUP, template: settings.template.clone() };
    match form.own(notice, HTML) {
        Some(own) => page::around(&message.headline, &own),
        None => page::of(notice, &MARKUP.fit(message, HTML)),
    }
}

fn part(kind: ContentType, text: String) -> SinglePart {
    let encoding = ContentTransferEncoding::QuotedPrintable;
    SinglePart::builder().header(kind).header(encoding).body(text.replace('\n', "\r\n"))
}

/// By what programs sort: words of the configuration's and ours, none of the page's.
fn labels(settings: &Settings, notice: &Notice, domain: &str) -> Vec<(&'static str, String)> {
    let from = settings.from.to_string();
    let unsubscribe =
        settings.unsubscribe.clone().unwrap_or_else(|| format!("mailto:{from}?subject=unsubscribe"));
    let mut labels = vec![
        ("List-Id", format!("fineprint <fineprint.{domain}>")),
        ("List-Unsubscribe", format!("<{unsubscribe}>")),
        // Nobody's holiday greeting is wanted.
        ("Auto-Submitted", "auto-generated".to_owned()),
        ("X-Fineprint-Source", notice.source.to_string()),
        ("X-Fineprint-Severity", notice.severity.to_string()),
    ];
    if notice.severity == Severity::Critical {
        labels.push(("Importance", "high".to_owned()));
    }
    labels
}
