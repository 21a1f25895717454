//! What is said about a link and not by the policy: `(opens in a new window)`, for those who can't see it.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;

use super::vocabulary;

/// A text without such notes, in the languages of the tables.
pub(super) fn without_notes(text: &str) -> Cow<'_, str> {
    static NOTES: LazyLock<Regex> = LazyLock::new(|| {
        let links = vocabulary::tables().iter().flat_map(|table| &table.links);
        let links: Vec<String> = links.map(|link| regex::escape(link)).collect();
        let note = format!(r"(?i)\s*[(（\[]?(?:{})[)）\]]?", links.join("|"));
        Regex::new(&note).expect("words that are escaped are a pattern")
    });
    NOTES.replace_all(text, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_about_a_link_is_not_what_the_policy_says() {
        for (text, said) in [
            ("See our rules(opens in a new window).", "See our rules."),
            ("See our rules (Opens in a new tab) and fees", "See our rules and fees"),
            ("Siehe die Regeln (öffnet in einem neuen Fenster)", "Siehe die Regeln"),
            ("Voir les règles (s’ouvre dans une nouvelle fenêtre).", "Voir les règles."),
            ("利用規約（新しいウィンドウで開きます）をご覧ください", "利用規約をご覧ください"),
            ("The form opens in spring.", "The form opens in spring."),
        ] {
            assert_eq!(without_notes(text), said, "{text}");
        }
    }
}
