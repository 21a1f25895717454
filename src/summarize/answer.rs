//! What a machine answered, made harmless: two sentences of plain text without addresses, or nothing.

use crate::diff::render::{escape, fold};

/// Sentences that are kept.
const SENTENCES: usize = 2;
/// Characters that are kept.
const CHARACTERS: usize = 400;

/// The first two sentences of an answer in one line; an error if it has no words.
pub(super) fn cleaned(answer: &str) -> Result<String, String> {
    // Before anything else: a long answer costs no more than a short one.
    let start: String = answer.chars().take(CHARACTERS * 4).collect();
    let words: Vec<String> = escape::terminal(&start).split_whitespace().map(unlinked).collect();
    let line = fold::start(&sentences(&words), CHARACTERS);
    match line.chars().any(char::is_alphanumeric) {
        true => Ok(line),
        false => Err("the answer has no words".to_owned()),
    }
}

/// A word that isn't an address, which readers and terminals would make a link of.
fn unlinked(word: &str) -> String {
    let lower = word.to_lowercase();
    let is_link = lower.contains("://") || lower.contains("www.") || lower.contains("mailto:");
    if is_link { "[address left out]".to_owned() } else { word.replace(['`', '<', '>', '*'], "") }
}

fn sentences(words: &[String]) -> String {
    let mut ended = 0;
    let mut line = String::new();
    for word in words {
        if ended == SENTENCES {
            break;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        // Where sentences have no spaces between them, one ends within what is no word.
        for c in word.chars() {
            if ended < SENTENCES {
                line.push(c);
                ended += usize::from(matches!(c, '。' | '！' | '？'));
            }
        }
        ended += usize::from(word.ends_with(['.', '!', '?']) && word.chars().count() > 2);
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_two_plain_sentences() {
        for (answer, kept) in [
            ("Fees rise.  You\npay more. Ask us.", "Fees rise. You pay more."),
            ("料金が上がります。支払いが増えます。ご注意ください。", "料金が上がります。支払いが増えます。"),
            (
                "See https://evil.example/x or www.evil.example now.",
                "See [address left out] or [address left out] now.",
            ),
            ("<script>alert(1)</script> *bold* `x`", "scriptalert(1)/script bold x"),
            ("\u{1b}[31mred\u{202e}", "␛[31mredU+202E"),
        ] {
            assert_eq!(cleaned(answer).as_deref(), Ok(kept));
        }
        assert!(cleaned(" \n").is_err() && cleaned("…!").is_err());
        assert!(cleaned(&"word ".repeat(100_000)).is_ok_and(|line| line.chars().count() <= CHARACTERS));
    }

    proptest::proptest! {
        #[test]
        fn any_answer_is_one_bounded_line(answer in ".{0,900}") {
            if let Ok(line) = cleaned(&answer) {
                proptest::prop_assert!(line.chars().count() <= CHARACTERS);
                proptest::prop_assert!(!line.chars().any(|c| c.is_control() || matches!(c, '<' | '>')));
            }
        }
    }
}
