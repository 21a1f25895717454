//! One date and one mail address, however they are written.

use crate::diff::key;
use crate::topics::with_days_marked;

/// How authors write an address that they hide from harvesters, with the sign it stands for.
const HIDDEN: &[(&str, &str)] = &[
    ("[at]", "@"),
    ("(at)", "@"),
    ("{at}", "@"),
    ("<at>", "@"),
    ("[arroba]", "@"),
    ("(arroba)", "@"),
    ("[chez]", "@"),
    ("(chez)", "@"),
    ("[dot]", "."),
    ("(dot)", "."),
    ("{dot}", "."),
    ("[punkt]", "."),
    ("(punkt)", "."),
    ("[punto]", "."),
    ("(punto)", "."),
    ("[point]", "."),
    ("(point)", "."),
];

/// The comparison form of a text in which only what is said of days and addresses counts, not how.
pub(super) fn spelled(text: &str) -> String {
    // The sign for "day" stays behind where a day ends with it.
    let key = key(&with_days_marked(text).replace(" 日", " ").replace(" 일", " "));
    match key.contains(['[', '(', '{', '<']) {
        true => HIDDEN.iter().fold(key, |key, (hidden, sign)| key.replace(hidden, sign)),
        false => key,
    }
}

/// Whether a text can have a date or an address in it at all.
pub(super) fn may_be_respelled(text: &str) -> bool {
    text.contains(|c: char| c.is_numeric() || c == '@')
        || text.contains(['[', '(', '{', '<'])
            && HIDDEN.iter().any(|(hidden, _)| text.to_lowercase().contains(hidden))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_day_and_the_same_address_are_spelled_alike() {
        for (a, b) in [
            ("Last updated: March 1, 2027", "Last updated: 2027-03-01"),
            ("Effective 1 March 2027.", "Effective March 1st, 2027."),
            ("Gültig ab 31. März 2027", "Gültig ab 31.03.2027"),
            ("最終更新日：2027年3月1日", "最終更新日：2027-03-01"),
            ("Write to legal [at] acme [dot] example.", "Write to legal@acme.example."),
            ("Schreiben Sie an recht(at)acme(punkt)example", "Schreiben Sie an recht@acme.example"),
        ] {
            assert_eq!(spelled(a), spelled(b), "{a} and {b}");
        }
        for (a, b) in [
            ("Last updated: March 1, 2027", "Last updated: March 2, 2027"),
            ("Last updated: 03/04/2027", "Last updated: March 4, 2027"),
            ("legal [at] acme", "legal acme"),
        ] {
            assert_ne!(spelled(a), spelled(b), "{a} and {b}");
        }
    }
}
