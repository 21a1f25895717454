//! Where sentences end.

/// The sentences of a text, each with its full stop and what stood before it since the last one: together they are the
/// text. A semicolon and a line break end one, too.
pub fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (sentence, after) = rest.split_at(end(rest));
        rest = after;
        Some(sentence)
    })
}

/// Where the first sentence ends.
fn end(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        let ends = match c {
            '.' | '!' | '?' | ';' | '؟' | '؛' => next.is_none_or(char::is_whitespace),
            '。' | '！' | '？' | '；' | '\n' => true,
            _ => false,
        };
        if ends {
            return at + c.len_utf8();
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_at_full_stops_and_together_are_the_text() {
        let table: [(&str, &[&str]); 5] = [
            ("", &[]),
            ("We may. You 1.5 may!  Yes", &["We may.", " You 1.5 may!", "  Yes"]),
            ("See a.example; then go.", &["See a.example;", " then go."]),
            ("停止する。通知します。", &["停止する。", "通知します。"]),
            ("One\nTwo.\n", &["One\n", "Two.", "\n"]),
        ];
        for (text, expected) in table {
            assert_eq!(sentences(text).collect::<Vec<_>>(), expected);
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_is_lost(text in ".*") {
            proptest::prop_assert_eq!(sentences(&text).collect::<String>(), text);
        }
    }
}
