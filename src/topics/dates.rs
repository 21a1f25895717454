//! Days, in the languages of the tables and in digits: recognised, not understood further than needed to tell one
//! from another.

use super::vocabulary;
use crate::diff;

/// Stands for a day in a text whose days are marked: a letter that no policy is written in, so that a mark is a word.
const MARK: char = 'ꙮ';

/// What a clause is that consists of a day and the words around one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// "Last updated: March 1, 2027".
    Date,
    /// "Previous versions".
    Nothing,
}

/// The longest line about a day, in words.
const LINE: usize = 12;

/// Whether a clause says nothing but a day, or nothing but words that stand around one.
pub(super) fn line(clause: &str) -> Option<Line> {
    let marked = marked(clause);
    let tokens = diff::tokens(&marked);
    if tokens.len() > 2 * LINE || !only_around(&marked) {
        return None;
    }
    let dated = tokens.iter().any(|t| t.starts_with(MARK));
    Some(if dated { Line::Date } else { Line::Nothing })
}

/// Whether a text has a day in it.
pub(super) fn has(text: &str) -> bool {
    text.chars().any(char::is_numeric) && !find(text).is_empty()
}

/// The days of a text: equal where they are the same, however they are written.
pub(super) fn days(text: &str) -> Vec<String> {
    find(text).into_iter().map(|day| day.value).collect()
}

/// A text in which each day is one word: the same for the same day, however it is written.
pub fn marked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for day in find(text) {
        out.push_str(&text[from..day.start]);
        out.push_str(&format!(" {MARK}{} ", day.value));
        from = day.end;
    }
    out.push_str(&text[from..]);
    out
}

/// A text without the marks of days, and whether it had any.
pub(super) fn without_marks(marked: &str) -> (String, bool) {
    if !marked.contains(MARK) {
        return (marked.to_owned(), false);
    }
    let words: Vec<&str> = marked.split(' ').filter(|word| !word.contains(MARK)).collect();
    (words.join(" "), true)
}

/// Whether a text has only words that stand around days, numbers of versions, and marked days.
pub(super) fn only_around(text: &str) -> bool {
    diff::tokens(text).into_iter().all(|token| !says_something(&diff::key(token)))
}

/// Whether a word, as a key, says more than that there is a day or a version.
pub(super) fn says_something(word: &str) -> bool {
    word.chars().any(char::is_alphanumeric)
        && !word.starts_with(MARK)
        && !vocabulary::tables().iter().any(|table| table.around.contains(word))
        && !is_version(word)
}

/// `2.1`, `v3`: numbers that stand beside days.
fn is_version(word: &str) -> bool {
    let digits = word.strip_prefix('v').unwrap_or(word);
    digits.contains('.') && digits.split('.').all(|n| n.len() <= 2 && n.chars().all(|c| c.is_ascii_digit()))
}

struct Day {
    start: usize,
    end: usize,
    value: String,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Lex<'a> {
    Number(u32, usize),
    Word(&'a str),
    Mark(char),
}

struct Piece<'a> {
    start: usize,
    end: usize,
    lex: Lex<'a>,
}

fn lex(text: &str) -> Vec<Piece<'_>> {
    let class = |c: char| match c {
        c if digit(c).is_some() => 1,
        c if c.is_alphabetic() || is_combining(c) => 2,
        _ => 0,
    };
    let mut pieces: Vec<Piece<'_>> = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let kind = class(first);
        let rest = &text[at..];
        let end = match kind {
            0 => at + first.len_utf8(),
            _ => at + rest.find(|c| class(c) != kind).unwrap_or(rest.len()),
        };
        let slice = &text[at..end];
        match kind {
            _ if first.is_whitespace() => {}
            0 => pieces.push(Piece { start: at, end, lex: Lex::Mark(first) }),
            1 => {
                let value = slice.chars().filter_map(digit).take(9).fold(0, |n, d| n * 10 + d);
                pieces.push(Piece { start: at, end, lex: Lex::Number(value, slice.chars().count()) });
            }
            _ => pieces.push(Piece { start: at, end, lex: Lex::Word(slice) }),
        }
        at = end;
    }
    pieces
}

fn is_combining(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

/// The value of a digit: ASCII, full-width, Arabic, Persian.
fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => Some(c as u32 - '0' as u32),
        '０'..='９' => Some(c as u32 - '０' as u32),
        '٠'..='٩' => Some(c as u32 - '٠' as u32),
        '۰'..='۹' => Some(c as u32 - '۰' as u32),
        _ => None,
    }
}

/// The days of a text, in order.
fn find(text: &str) -> Vec<Day> {
    if !text.chars().any(|c| digit(c).is_some()) {
        return Vec::new();
    }
    let pieces = lex(text);
    let mut days = Vec::new();
    let mut i = 0;
    while i < pieces.len() {
        let Some((length, value)) = day(&pieces[i..]) else {
            i += 1;
            continue;
        };
        let last = &pieces[i + length - 1];
        days.push(Day { start: pieces[i].start, end: last.end.max(last.start), value });
        i += length;
    }
    days
}

/// The day that begins here: how many pieces it has, and which it is.
fn day(at: &[Piece<'_>]) -> Option<(usize, String)> {
    in_ideographs(at).or_else(|| in_digits(at)).or_else(|| in_words(at))
}

/// `2027年3月1日`, `2027년 3월 1일`, `2027年3月`.
fn in_ideographs(at: &[Piece<'_>]) -> Option<(usize, String)> {
    let unit = |i: usize, names: [&str; 2]| match at.get(i)?.lex {
        Lex::Word(word) => names.iter().any(|name| word.starts_with(name)).then_some(()),
        _ => None,
    };
    let number = |i: usize| match at.get(i)?.lex {
        Lex::Number(n, _) => Some(n),
        _ => None,
    };
    let (first, second) = (number(0)?, number(2)?);
    if unit(1, ["年", "년"]).is_some() && unit(3, ["月", "월"]).is_some() {
        return match (number(4), unit(5, ["日", "일"])) {
            (Some(d), Some(())) => Some((5, format!("{first}m{second}d{d}"))),
            _ => Some((3, format!("{first}m{second}"))),
        };
    }
    None
}

/// `2027-03-01`, `01.03.2027`, `3/1/2027`.
fn in_digits(at: &[Piece<'_>]) -> Option<(usize, String)> {
    let [a, s, b, t, c, ..] = at else { return None };
    let (Lex::Number(x, xs), Lex::Number(y, ys), Lex::Number(z, zs)) = (a.lex, b.lex, c.lex) else {
        return None;
    };
    let is_mark = |lex| matches!(lex, Lex::Mark('-' | '/' | '.' | '‑' | '–'));
    if s.lex != t.lex || !is_mark(s.lex) {
        return None;
    }
    let fits = |year: u32, m: u32, d: u32| {
        (1970..=2100).contains(&year) && (1..=12).contains(&m) && (1..=31).contains(&d)
    };
    if xs == 4 && fits(x, y, z) {
        return Some((5, format!("{x}m{y}d{z}")));
    }
    let year = if zs == 2 { 2000 + z } else { z };
    if (zs != 4 && zs != 2) || xs > 2 || ys > 2 {
        return None;
    }
    match (fits(year, y, x), fits(year, x, y)) {
        // Which is the month nobody can say; the same figures are the same day.
        (true, true) => Some((5, format!("{year}x{x}x{y}"))),
        (true, false) => Some((5, format!("{year}m{y}d{x}"))),
        (false, true) => Some((5, format!("{year}m{x}d{y}"))),
        (false, false) => None,
    }
}

/// `March 1st, 2027`, `1 March 2027`, `1. März 2027`, `1er mars 2027`, `1 de marzo de 2027`, `March 2027`, `March 1`.
fn in_words(at: &[Piece<'_>]) -> Option<(usize, String)> {
    let mut read = Reader { at, next: 0 };
    let (day, month) = match read.day() {
        Some(day) => {
            read.link();
            (Some(day), read.month()?)
        }
        None => {
            let month = read.month()?;
            let before = read.next;
            let day = read.day();
            // `March 1.5` and `May 30 days` are no days.
            if day.is_none() {
                read.next = before;
            }
            (day, month)
        }
    };
    let end = read.next;
    read.link();
    let year = read.year();
    let end = if year.is_some() { read.next } else { end };
    let (number, is_certain) = month;
    match (day, year) {
        (Some(day), Some(year)) => Some((end, format!("{year}m{number}d{day}"))),
        (None, Some(year)) => Some((end, format!("{year}m{number}"))),
        (Some(day), None) if is_certain => Some((end, format!("m{number}d{day}"))),
        _ => None,
    }
}

struct Reader<'p, 'a> {
    at: &'p [Piece<'a>],
    next: usize,
}

impl Reader<'_, '_> {
    fn peek(&self) -> Option<Lex<'_>> {
        self.at.get(self.next).map(|piece| piece.lex)
    }

    fn day(&mut self) -> Option<u32> {
        let Some(Lex::Number(day @ 1..=31, 1 | 2)) = self.peek() else { return None };
        self.next += 1;
        match self.peek() {
            Some(Lex::Word("st" | "nd" | "rd" | "th" | "er" | "ère" | "º" | "ª" | "o" | "ro")) => {
                self.next += 1
            }
            Some(Lex::Mark('.' | '°')) => self.next += 1,
            _ => {}
        }
        Some(day)
    }

    /// The number of a month, and whether its name is certain to be one.
    fn month(&mut self) -> Option<(u32, bool)> {
        let Some(Lex::Word(word)) = self.peek() else { return None };
        let number = vocabulary::month(&word.to_lowercase())?;
        // Abbreviations are other words, too, and so is "may".
        let certain = word.chars().count() > 3 || word == "May";
        self.next += 1;
        if let Some(Lex::Mark('.')) = self.peek() {
            self.next += 1;
        }
        Some((number, certain))
    }

    /// What may stand between the parts of a day.
    fn link(&mut self) {
        while let Some(Lex::Mark(',' | '،' | '/' | '-') | Lex::Word("de" | "del" | "of" | "di" | "den")) =
            self.peek()
        {
            self.next += 1;
        }
    }

    fn year(&mut self) -> Option<u32> {
        let Some(Lex::Number(year @ 1970..=2100, 4)) = self.peek() else { return None };
        self.next += 1;
        Some(year)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_found_in_words_and_figures_of_many_languages() {
        for (text, day) in [
            ("March 1, 2027", "2027m3d1"),
            ("Mar. 1st 2027", "2027m3d1"),
            ("1 March 2027", "2027m3d1"),
            ("1st of March, 2027", "2027m3d1"),
            ("2027-03-01", "2027m3d1"),
            ("2027/03/01", "2027m3d1"),
            ("31.03.2027", "2027m3d31"),
            ("3/31/2027", "2027m3d31"),
            ("3/1/2027", "2027x3x1"),
            ("March 2027", "2027m3"),
            ("March 1", "m3d1"),
            ("1. März 2027", "2027m3d1"),
            ("1er mars 2027", "2027m3d1"),
            ("1 de marzo de 2027", "2027m3d1"),
            ("2027年3月1日", "2027m3d1"),
            ("2027 年 3 月 1 日", "2027m3d1"),
            ("２０２７年３月１日", "2027m3d1"),
            ("2027년 3월 1일", "2027m3d1"),
            ("1 مارس 2027", "2027m3d1"),
            ("١ مارس ٢٠٢٧", "2027m3d1"),
            ("March 1, 2027Previous version", "2027m3d1"),
        ] {
            assert_eq!(days(&format!("Since {text}.")), [day], "{text}");
        }
        for text in [
            "30 days",
            "section 3.1.2",
            "you may 5 times",
            "1.5",
            "10/12",
            "in 2027",
            "v2.1",
            "999.999.999",
            "$5,000",
        ] {
            assert_eq!(days(text), Vec::<String>::new(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_marked(text in "\\PC{0,40}", dated in "[0-9 ./,-]{0,20}") {
            let text = format!("{text} {dated} 1 March 2027");
            proptest::prop_assert!(has(&text) && marked(&text).contains(MARK));
        }
    }
}
