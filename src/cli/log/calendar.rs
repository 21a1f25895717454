//! The days ahead as a calendar: iCalendar, RFC 5545.

use crate::diff::render::escape;
use crate::model::{EffectiveKind, NoticeId};

use super::upcoming::{Upcoming, sentence};

/// A line has at most this many bytes before it is folded (RFC 5545, 3.1).
const LINE: usize = 75;

/// A calendar with an event for each day. The same day keeps its `UID`, so that a calendar that reads the file
/// again moves nothing and doubles nothing.
pub(super) fn write(days: &[Upcoming<'_>]) -> String {
    let mut out = String::new();
    line(&mut out, "BEGIN:VCALENDAR");
    line(&mut out, "VERSION:2.0");
    line(&mut out, concat!("PRODID:-//fineprint//fineprint ", env!("CARGO_PKG_VERSION"), "//EN"));
    days.iter().for_each(|day| event(&mut out, day));
    line(&mut out, "END:VCALENDAR");
    out
}

fn event(out: &mut String, up: &Upcoming<'_>) {
    let (kind, says) = match up.day.kind {
        EffectiveKind::TakesEffect => ("takes_effect", "takes effect"),
        EffectiveKind::Ends => ("ends", "something ends"),
    };
    let date = up.day.date.to_string();
    let uid = NoticeId::derive("evt", &[up.change.source.as_str(), kind, &date]);
    let summary = format!("{} · {}: {says}", up.source.service, up.source.terms);
    let change = up.change;
    let diff = format!("fineprint diff {} {}..{}", change.source, change.from, change.to);
    line(out, "BEGIN:VEVENT");
    line(out, &format!("UID:{}@fineprint", uid.as_str()));
    line(out, &format!("DTSTAMP:{}", change.at.strftime("%Y%m%dT%H%M%SZ")));
    line(out, &format!("DTSTART;VALUE=DATE:{}", up.day.date.strftime("%Y%m%d")));
    line(out, &format!("SUMMARY:{}", text(&summary)));
    line(
        out,
        &format!("DESCRIPTION:{}", [&sentence(up), &change.summary, &diff].map(|t| text(t)).join("\\n")),
    );
    line(out, &format!("URL:{}", up.source.url.replace(char::is_control, "")));
    // A day that the policy no longer names may still come.
    line(out, if up.is_stated { "STATUS:CONFIRMED" } else { "STATUS:TENTATIVE" });
    line(out, "TRANSP:TRANSPARENT");
    line(out, "END:VEVENT");
}

/// A value of type TEXT (RFC 5545, 3.3.11), from text of any origin: control characters are made visible first.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in escape::terminal(text).chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// A content line, folded: what is continued begins with a space, which counts.
fn line(out: &mut String, content: &str) {
    let mut rest = content;
    let mut room = LINE;
    while rest.len() > room {
        let (head, tail) = rest.split_at(rest.floor_char_boundary(room));
        out.push_str(head);
        out.push_str("\r\n ");
        (rest, room) = (tail, LINE - 1);
    }
    out.push_str(rest);
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_makes_no_line_of_its_own() {
        let hostile = "a;b,c\\d\r\nEND:VCALENDAR\u{1b}[2J\u{2028}x";
        let escaped = text(hostile);
        assert!(!escaped.contains(['\r', '\n']), "{escaped:?}");
        assert!(escaped.starts_with("a\\;b\\,c\\\\d"), "{escaped:?}");
    }

    proptest::proptest! {
        #[test]
        fn lines_are_short_and_unfold_to_what_they_were(value in "[ -~äé日本\u{1f600}]{0,400}") {
            let mut out = String::new();
            line(&mut out, &value);
            proptest::prop_assert!(out.ends_with("\r\n"));
            for line in out.trim_end_matches("\r\n").split("\r\n") {
                proptest::prop_assert!(line.len() <= LINE, "{}", line.len());
            }
            let unfolded = out.strip_suffix("\r\n").unwrap().replace("\r\n ", "");
            proptest::prop_assert_eq!(unfolded, value);
        }
    }
}
