//! The numbering that an author typed in front of a clause: `2.1`, `(a)`, `第3条`.
//!
//! It is kept apart from the words, as the numbering of a list is: a section that is inserted renumbers all those after
//! it, and a list that becomes typed text, or the other way round, still says the same.

use crate::model::Kind;

/// Between the parts of a number at most so many levels: `16.14.2`.
const LEVELS: usize = 5;

/// Splits the numbering in front of a clause from its words, if there is one.
///
/// A date (`1. März 2027`), an amount (`30 days`) or a version (`3.5 turbo`) in front of a clause is no numbering.
pub(super) fn split(kind: Kind, text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches(is_ignorable);
    let (mark, rest) = match text.chars().next()? {
        '第' => article(text)?,
        '(' | '（' => bracketed(text)?,
        '§' if matches!(kind, Kind::Heading(_)) => section(text)?,
        c if is_ideographic_number(c) => enumerated(text)?,
        c if c.is_ascii_alphanumeric() => dotted(kind, text)?,
        _ => return None,
    };
    let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || is_ignorable(c));
    let is_more_of_a_number = rest.starts_with(|c: char| c.is_numeric());
    let says_something = rest.chars().any(char::is_alphanumeric);
    (says_something && !is_more_of_a_number && !is_date(rest)).then_some((mark, rest))
}

/// `1.`, `2.1`, `2.1.`, `a)`, `iv.`, `A.1.`
fn dotted(kind: Kind, text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '.')?;
    // `3.1Roles`, `7.USE`: the white space was forgotten.
    let end = text[..end].find(|c: char| c.is_ascii_alphabetic()).map_or(end, |letter| match letter {
        0 => end,
        _ => letter,
    });
    let (label, rest) = text.split_at(end);
    let (label, closing) = match rest.chars().next()? {
        c @ (')' | '）' | '．') => (label, c.len_utf8()),
        _ => (label, 0),
    };
    let bare = label.trim_end_matches('.');
    let (first, others) = bare.split_once('.').map_or((bare, None), |(first, others)| (first, Some(others)));
    if !(is_number(first) || is_letter(first) || is_roman(first)) {
        return None;
    }
    let others: Vec<&str> = others.map(|others| others.split('.').collect()).unwrap_or_default();
    if others.len() >= LEVELS || !others.iter().all(|part| is_number(part)) {
        return None;
    }
    let (mark, rest) = text.split_at(end + closing);
    let is_closed = closing > 0 || label.ends_with('.');
    let is_spaced = rest.starts_with(char::is_whitespace);
    let begins = rest.trim_start().chars().next()?;
    let is_numbering = match is_closed {
        true if is_spaced => true,
        true => is_number(first) && begins.is_alphabetic() && !begins.is_lowercase(),
        false => {
            !others.is_empty()
                && is_number(first)
                && !matches!(kind, Kind::Item(_))
                && begins.is_alphabetic()
                && !begins.is_lowercase()
        }
    };
    is_numbering.then_some((mark, rest))
}

/// `(1)`, `(a)`, `(iv)`, `（一）`
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let end = text.find([')', '）'])?;
    let inner = text[..end].trim_start_matches(['(', '（']);
    let is_label = is_number(inner)
        || is_letter(inner)
        || is_roman(inner)
        || (inner.chars().count() <= 3 && inner.chars().all(is_ideographic_number));
    let close = text[end..].chars().next()?.len_utf8();
    (is_label && !inner.is_empty()).then(|| text.split_at(end + close))
}

/// `第3条`, `第三章` before a title: `第3条の規定` is a sentence.
fn article(text: &str) -> Option<(&str, &str)> {
    let number = text.strip_prefix('第')?;
    let unit = number.find(|c: char| !c.is_numeric() && !is_ideographic_number(c))?;
    let after = number[unit..].strip_prefix(['条', '條', '章', '节', '節', '項', '项', '款'])?;
    let mark = text.len() - after.len();
    let is_title =
        unit > 0 && after.starts_with(|c: char| c.is_whitespace() || "（(【［[：:、．.".contains(c));
    let signs = after.len() - after.trim_start_matches(['：', ':', '、', '．', '.']).len();
    is_title.then(|| text.split_at(mark + signs))
}

/// `一、`
fn enumerated(text: &str) -> Option<(&str, &str)> {
    let end = text.find('、')?;
    let is_number = text[..end].chars().count() <= 3 && text[..end].chars().all(is_ideographic_number);
    is_number.then(|| text.split_at(end + '、'.len_utf8()))
}

/// `§ 3`, in front of a heading.
fn section(text: &str) -> Option<(&str, &str)> {
    let rest = text.trim_start_matches(['§', ' ', '\u{a0}']);
    let digits = rest.find(|c: char| !c.is_ascii_digit()).filter(|n| *n > 0)?;
    let (_, rest) = rest.split_at(digits);
    let rest = rest.trim_start_matches('.');
    rest.starts_with(char::is_whitespace).then(|| text.split_at(text.len() - rest.len()))
}

fn is_ignorable(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

fn is_number(part: &str) -> bool {
    (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit())
}

fn is_letter(part: &str) -> bool {
    part.len() == 1 && part.as_bytes()[0].is_ascii_alphabetic()
}

/// A Roman number below forty, all letters of one case.
fn is_roman(part: &str) -> bool {
    let same_case =
        part.bytes().all(|b| b.is_ascii_lowercase()) || part.bytes().all(|b| b.is_ascii_uppercase());
    (1..=7).contains(&part.len()) && same_case && part.bytes().all(|b| b"ivxIVX".contains(&b))
}

fn is_ideographic_number(c: char) -> bool {
    "一二三四五六七八九十百".contains(c)
}

/// Whether a month and a year follow: `1. März 2027`.
fn is_date(rest: &str) -> bool {
    let mut words = rest.split_whitespace();
    let (month, year) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let digits = year.bytes().take_while(u8::is_ascii_digit).count();
    month.chars().all(char::is_alphabetic) && digits == 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbering_is_told_from_words() {
        let h = Kind::Heading(2);
        for (kind, text, expected) in [
            (h, "1. About us", Some(("1.", "About us"))),
            (h, "2.1 Scope", Some(("2.1", "Scope"))),
            (h, "3.1Roles of the Parties", Some(("3.1", "Roles of the Parties"))),
            (h, "7.USE OF DATA", Some(("7.", "USE OF DATA"))),
            (h, "A.1. Personal Data", Some(("A.1.", "Personal Data"))),
            (h, "IV. Fees", Some(("IV.", "Fees"))),
            (h, "§ 3 Geltungsbereich", Some(("§ 3", "Geltungsbereich"))),
            (h, "第3条（利用登録）", Some(("第3条", "（利用登録）"))),
            (h, "第十二条 终止", Some(("第十二条", "终止"))),
            (h, "一、总则", Some(("一、", "总则"))),
            (Kind::Paragraph, "\u{200d}12. Indemnity. You will", Some(("12.", "Indemnity. You will"))),
            (Kind::Paragraph, "(iii) the laws of", Some(("(iii)", "the laws of"))),
            (Kind::Paragraph, "（一）用户", Some(("（一）", "用户"))),
            (Kind::Item(1), "16.14. Government Rights", Some(("16.14.", "Government Rights"))),
            (Kind::Item(1), "b) the second", Some(("b)", "the second"))),
            // No numbering.
            (Kind::Paragraph, "1. März 2027", None),
            (Kind::Paragraph, "31. Dezember 2026: in Kraft", None),
            (Kind::Paragraph, "2027. 3. 1.", None),
            (Kind::Paragraph, "1. 3. 2027", None),
            (Kind::Paragraph, "30 days", None),
            (Kind::Paragraph, "2.5 million tokens", None),
            (Kind::Item(1), "3.5 Turbo", None),
            (Kind::Paragraph, "U.S. residents", None),
            (Kind::Paragraph, "e.g. fraud", None),
            (Kind::Paragraph, "(see below) text", None),
            (Kind::Paragraph, "第5条の規定により", None),
            (Kind::Paragraph, "In all cases.", None),
            (Kind::Paragraph, "2025-01-29: updated", None),
            (Kind::Paragraph, "4o image generation", None),
            (Kind::Paragraph, "1.", None),
            (Kind::Paragraph, "", None),
        ] {
            assert_eq!(split(kind, text), expected, "{text}");
        }
    }
}
