//! The line beside a table in pages that says which of its entries are shown: "1-10 of 18 results". Its total grows and
//! its range follows the size of the window, whatever the policy says.

/// Such a line is short, in characters, and so is what stands around its numbers.
const LONGEST: usize = 48;
const AROUND: usize = 28;

/// What stands between the first and the last entry that are shown, …
const TO: &[&str] = &["-", "–", "—", "~", "〜", "～", "to", "bis", "à", "a", "al", "tot", "до", "إلى"];
/// … between them and the number of all, …
const OF: &[&str] = &[
    "of",
    "out of",
    "/",
    "von",
    "sur",
    "de",
    "di",
    "su",
    "van",
    "av",
    "af",
    "z",
    "ze",
    "od",
    "din",
    "из",
    "від",
    "από",
    "dari",
    "trong",
    "จาก",
    "من",
    "מתוך",
];
/// … and in scripts without spaces.
const OF_INSIDE: &[char] = &['中', '共', '중'];

/// Whether a text says only which entries of how many are shown.
pub(super) fn counts_entries(text: &str) -> bool {
    if text.chars().count() > LONGEST || !text.chars().any(|c| c.is_ascii_digit()) {
        return false;
    }
    let (numbers, between) = split(text);
    let ([one, two, three], [start, first, second, end]) = (&numbers[..], &between[..]) else { return false };
    let is_of = |words: &str| OF.contains(&words) || words.contains(OF_INSIDE);
    let (from, to, all) = if TO.contains(&first.as_str()) && is_of(second) {
        (*one, *two, *three)
    } else if is_of(first) && TO.contains(&second.as_str()) {
        (*two, *three, *one)
    } else {
        return false;
    };
    // Pages are of one size, but for the last.
    let is_page = 1 <= from && from <= to && to <= all && ((from - 1) % (to - from + 1) == 0 || to == all);
    is_page && is_plain(start, end)
}

/// The numbers of a text, and what stands before, between and after them in small letters.
fn split(text: &str) -> (Vec<u64>, Vec<String>) {
    let (mut numbers, mut between) = (Vec::new(), vec![String::new()]);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let Some(mut number) = c.to_digit(10).map(u64::from) else {
            between.iter_mut().next_back().into_iter().for_each(|words| words.extend(c.to_lowercase()));
            continue;
        };
        while let Some(c) =
            chars.next_if(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | '\u{a0}' | '\u{202f}'))
        {
            if let Some(digit) = c.to_digit(10) {
                number = number.saturating_mul(10).saturating_add(digit.into());
            }
        }
        numbers.push(number);
        between.push(String::new());
    }
    (numbers, between.into_iter().map(|words| words.trim().to_owned()).collect())
}

/// Whether what stands around is a word or two, as "showing" and "results": no price, no abbreviation, no sentence.
fn is_plain(start: &str, end: &str) -> bool {
    let is_word = |word: &str| word.chars().all(|c| c.is_alphabetic() || "'’-()（）".contains(c));
    let words: Vec<&str> =
        start.split_whitespace().chain(end.trim_end_matches(['.', ':']).split_whitespace()).collect();
    words.len() <= 4
        && words.iter().all(|word| is_word(word.trim_end_matches(':')))
        && start.chars().count() + end.chars().count() <= AROUND
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pager_is_known_in_any_language() {
        for text in [
            "1-10 of 18 results",
            "11–18 of 18",
            "Showing 1 to 10 of 1,057 entries",
            "Showing 1051 to 1057 of 1,057 entries.",
            "1 - 20 / 112",
            "Ergebnisse 1 bis 10 von 18",
            "1 à 10 sur 18 résultats",
            "Resultados 1-10 de 18",
            "1-10 di 18 risultati",
            "1–10 из 18",
            "全18件中1〜10件",
            "第 1-10 条，共 18 条",
            "18개 중 1-10",
            "1-10 من 18 نتيجة",
        ] {
            assert!(counts_entries(text), "{text}");
        }
    }

    #[test]
    fn what_a_policy_says_in_numbers_is_none() {
        for text in [
            "1-10 users: $20",
            "1-10 for 20 USD",
            "Ages 13-17 of 18",
            "Articles 3 to 7 of 18",
            "Sections 1-10 of 18 U.S.C. apply",
            "We answer within 1 to 10 of 18 business days that we have for it.",
            "10 of 18",
            "1-10",
            "2-5 of 3",
            "Between 1 and 10 of 18",
        ] {
            assert!(!counts_entries(text), "{text}");
        }
    }
}
