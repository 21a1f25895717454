//! Page text made harmless for the place where it is shown.
//!
//! Who writes a page writes what these functions read, so nothing in it may act: no escape sequence may
//! move a cursor, no bidirectional override may turn "not allowed" around, no markup may become a link.

use std::borrow::Cow;

use crate::diff::key::is_ignorable;

/// Text for a terminal: one line of characters that show as themselves.
///
/// Control characters, C1 among them, show as their pictures (`␛`), and characters that turn the direction
/// of text show as their number (`<U+202E>`): both are the mark of an attack or a broken page, and whoever
/// reads evidence should see them. White space becomes a space. What is merely invisible (zero-width
/// characters, soft hyphens, variation selectors, tags) is dropped: pages are full of it, it says nothing,
/// and [`crate::diff::key`] doesn't count it either.
pub fn terminal(text: &str) -> Cow<'_, str> {
    if text.chars().all(shows_as_itself) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            c if shows_as_itself(c) => out.push(c),
            c if c.is_whitespace() => out.push(' '),
            '\0'..='\u{1f}' => out.extend(char::from_u32(0x2400 + u32::from(c))),
            '\u{7f}' => out.push('␡'),
            c if turns(c) || c.is_control() => out.push_str(&format!("<U+{:04X}>", u32::from(c))),
            _ => {}
        }
    }
    Cow::Owned(out)
}

/// Text for the middle of a line of Markdown: without markup of any dialect, HTML included, without links
/// and without mentions.
pub fn markdown(text: &str) -> String {
    let text = terminal(text);
    let mut out = String::with_capacity(text.len() + 8);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '@' => out.push_str("&#64;"),
            // Bare addresses become links: `https://…` and `www.…`.
            ':' if chars.peek() == Some(&'/') => out.push_str("&#58;"),
            '.' if ends_with_www(&out) => out.push_str("&#46;"),
            // `$` opens a formula, `#` names an issue.
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '$' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// Text for HTML, between tags and in a quoted attribute.
pub fn html(text: &str) -> String {
    let text = terminal(text);
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

fn ends_with_www(text: &str) -> bool {
    text.len().checked_sub(3).and_then(|at| text.get(at..)).is_some_and(|end| end.eq_ignore_ascii_case("www"))
}

fn shows_as_itself(c: char) -> bool {
    match c {
        ' '..='~' => true,
        c => !(c.is_control() || c.is_whitespace() || is_ignorable(c)),
    }
}

/// Embeddings, overrides and isolates of direction.
fn turns(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_on_a_page_acts_on_a_terminal() {
        for (text, shown) in [
            ("plain – “text” 使用 é", "plain – “text” 使用 é"),
            ("\u{1b}[2J\u{1b}]0;title\u{7}", "␛[2J␛]0;title␇"),
            ("a\u{9b}31mred\u{9d}", "a<U+009B>31mred<U+009D>"),
            ("\u{85}\u{2028}\r\n\t|", "     |"),
            ("not \u{202e}dewolla\u{202c}", "not <U+202E>dewolla<U+202C>"),
            ("\u{2066}x\u{2069}", "<U+2066>x<U+2069>"),
            ("zero\u{200b}width\u{feff} soft\u{ad}hyphen \u{e0041}tag", "zerowidth softhyphen tag"),
            ("a\u{a0}b\u{3000}c", "a b c"),
            ("del\u{7f}\u{8}\0", "del␡␈␀"),
        ] {
            assert_eq!(terminal(text), shown, "{text:?}");
        }
    }

    #[test]
    fn nothing_on_a_page_is_markdown() {
        for (text, shown) in [
            ("<img src=x>", "&lt;img src=x&gt;"),
            ("[pay](javascript:x)", "\\[pay\\](javascript:x)"),
            ("by law. see https://x.y or WWW.x.y", "by law. see https&#58;//x.y or WWW&#46;x.y"),
            ("**bold** _it_ `code`", "\\*\\*bold\\*\\* \\_it\\_ \\`code\\`"),
            ("$5 | #3: v1.5", "\\$5 \\| \\#3: v1.5"),
            ("@everyone &lt;", "&#64;everyone &amp;lt;"),
        ] {
            assert_eq!(markdown(text), shown, "{text:?}");
        }
    }

    #[test]
    fn nothing_on_a_page_is_html() {
        for (text, shown) in [
            ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
            ("\" onload='x' &lt;", "&quot; onload=&#39;x&#39; &amp;lt;"),
            ("a\u{1b}[1m \u{202e}b", "a␛[1m &lt;U+202E&gt;b"),
        ] {
            assert_eq!(html(text), shown, "{text:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_shown_is_one_line_without_controls(text in ".*", wild in proptest::collection::vec(proptest::char::any(), 0..40)) {
            for text in [text, wild.into_iter().collect()] {
                let shown = terminal(&text);
                proptest::prop_assert!(!shown.chars().any(|c| c.is_control() || turns(c)));
                proptest::prop_assert_eq!(terminal(&shown), shown.clone());
            }
        }
    }
}
