//! How the items of lists are numbered.

use scraper::node::Element;

/// How the items of a list are numbered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Numbering {
    /// `1`, `a`, `A`, `i`, `I` as in HTML's `type`, or nothing for bullets.
    style: Option<char>,
    next: i64,
    step: i64,
}

impl Numbering {
    pub(super) fn of(list: &Element) -> Self {
        let reversed = list.attr("reversed").is_some();
        let start = list.attr("start").and_then(|s| s.trim().parse().ok()).unwrap_or(1);
        let style =
            list.attr("type").and_then(|t| t.chars().next()).filter(|c| "1aAiI".contains(*c)).unwrap_or('1');
        Self { style: Some(style), next: start, step: if reversed { -1 } else { 1 } }
    }

    /// A list without numbers.
    pub(super) fn bullets() -> Self {
        Self { style: None, next: 0, step: 0 }
    }

    /// The number of the next item, as written; `value` is what the item itself says of it.
    pub(super) fn next_mark(&mut self, value: Option<&str>) -> String {
        if let Some(value) = value.and_then(|v| v.trim().parse().ok()) {
            self.next = value;
        }
        let mark = self.mark();
        self.next = self.next.saturating_add(self.step);
        mark
    }

    fn mark(&self) -> String {
        self.style.map(|style| format!("{}.", written(style, self.next))).unwrap_or_default()
    }
}

/// A number in one of the styles of HTML's lists: `1`, `a`, `A`, `i`, `I`.
pub(super) fn written(style: char, number: i64) -> String {
    let written = match style {
        'a' | 'A' => letters(number),
        'i' | 'I' => roman(number),
        _ => None,
    };
    let written = written.unwrap_or_else(|| number.to_string());
    if style.is_ascii_uppercase() { written.to_ascii_uppercase() } else { written }
}

/// 1 → a, 26 → z, 27 → aa.
fn letters(number: i64) -> Option<String> {
    let mut n = u64::try_from(number).ok().filter(|n| *n > 0)?;
    let mut out = Vec::new();
    while n > 0 {
        n -= 1;
        out.push(b'a' + (n % 26) as u8);
        n /= 26;
    }
    out.reverse();
    String::from_utf8(out).ok()
}

/// 4 → iv; beyond 3999 there are no Roman numerals in use.
fn roman(number: i64) -> Option<String> {
    const SIGNS: [(i64, &str); 13] = [
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    let mut rest = Some(number).filter(|n| (1..4000).contains(n))?;
    let mut out = String::new();
    for (value, sign) in SIGNS {
        while rest >= value {
            out.push_str(sign);
            rest -= value;
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_numbered_as_written() {
        assert_eq!([1, 26, 27, 52, 53].map(|n| letters(n).unwrap()), ["a", "z", "aa", "az", "ba"]);
        assert_eq!([1, 4, 9, 14, 1999].map(|n| roman(n).unwrap()), ["i", "iv", "ix", "xiv", "mcmxcix"]);
        assert_eq!((letters(0), roman(-3), roman(4000)), (None, None, None));
    }
}
