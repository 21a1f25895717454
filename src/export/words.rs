//! Times, lengths and texts as the files of a bundle write them.

use jiff::Timestamp;

use crate::diff::render::escape;

/// `2026-03-01 06:00:12 UTC`
pub(super) fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// `2026-03-01T06:00:12.345Z`, as the chain writes it.
pub(super) fn instant(at: Timestamp) -> String {
    format!("{at:.3}")
}

/// `6 h 2 min`: the two largest units, rounded down.
pub(super) fn length(from: Timestamp, to: Timestamp) -> String {
    let seconds = to.duration_since(from).as_secs().max(0);
    let units = [(86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")];
    let largest = units.iter().position(|(unit, _)| seconds >= *unit).unwrap_or(3);
    let mut rest = seconds;
    let mut parts = Vec::new();
    for (unit, name) in units.iter().skip(largest).take(2) {
        parts.push((rest / unit, name));
        rest %= unit;
    }
    let shown = parts.iter().enumerate().filter(|(i, (n, _))| *i == 0 || *n > 0);
    shown.map(|(_, (n, name))| format!("{n} {name}")).collect::<Vec<_>>().join(" ")
}

/// `1 time`, `57 times`.
pub(super) fn times(n: u64) -> String {
    if n == 1 { "once".to_owned() } else { format!("{n} times") }
}

/// Other people's words in one line, with nothing in them that acts.
pub(super) fn line(text: &str) -> String {
    escape::terminal(text).into_owned()
}

/// The same in HTML.
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in escape::terminal(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_has_its_two_largest_units() {
        let from: Timestamp = "2026-03-01T00:00:00Z".parse().unwrap();
        for (seconds, expected) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (21_720, "6 h 2 min"),
            (86_400, "1 d"),
            (180_061, "2 d 2 h"),
        ] {
            assert_eq!(length(from, from + jiff::SignedDuration::from_secs(seconds)), expected);
        }
    }

    #[test]
    fn words_of_others_are_no_markup() {
        assert_eq!(html("<b onclick='x'>\u{202e}&\n"), "&lt;b onclick=&#39;x&#39;&gt;&lt;U+202E&gt;&amp; ");
    }
}
