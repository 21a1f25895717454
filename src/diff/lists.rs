//! Lists within a sentence, compared as sets: what they no longer name, and what they name now.

use std::collections::HashMap;

use super::{key, word_count};

/// From so many entries on, one beside another, a sentence has a list.
const ENTRIES: usize = 4;
/// An entry has at most so many words.
const WORDS: u64 = 6;
/// Longer texts aren't read as lists.
const LONGEST: usize = 100_000;

/// What became of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ListChange {
    /// Entries that are gone, as written, in order.
    pub removed: Vec<String>,
    /// Entries that are new, as written, in order.
    pub added: Vec<String>,
}

impl ListChange {
    /// Whether only the order of the entries changed.
    pub fn is_reordered(&self) -> bool {
        self.removed.is_empty() && self.added.is_empty()
    }
}

/// What became of the list in a clause, if it has one in both texts and nothing else in it changed but single entries
/// that came and went, or their order.
///
/// ```
/// use fineprint::diff::lists::change;
/// let found = change("In France, Hong Kong, Iceland and Japan.", "In France, Iceland and Japan.").unwrap();
/// assert_eq!(found.removed, ["Hong Kong"]);
/// assert!(found.added.is_empty());
/// ```
pub fn change(before: &str, after: &str) -> Option<ListChange> {
    if before.len() > LONGEST || after.len() > LONGEST {
        return None;
    }
    let (mut old, mut new) = (entries(before), entries(after));
    without_heads(&mut old, &mut new);
    if old.len().min(new.len()) < ENTRIES - 1 || old.len().max(new.len()) < ENTRIES {
        return None;
    }
    let (removed, added) = (only(&old, &new), only(&new, &old));
    let kept = old.len() - removed.len();
    let change = ListChange {
        removed: removed.iter().map(|i| old[*i].text.to_owned()).collect(),
        added: added.iter().map(|i| new[*i].text.to_owned()).collect(),
    };
    let in_list = |entries: &[Entry<'_>], places: &[usize]| places.iter().all(|i| is_listed(entries, *i));
    let is_list = in_list(&old, &removed) && in_list(&new, &added);
    // One entry for another is better read in its sentence.
    let is_replaced = removed.len() == 1 && added.len() == 1;
    let is_reordered = change.is_reordered() && !old.iter().map(|e| &e.key).eq(new.iter().map(|e| &e.key));
    let is_set = !change.is_reordered() && !is_replaced || is_reordered && longest(&old) >= ENTRIES;
    (is_list && is_set && kept >= 2 && kept >= removed.len().min(added.len())).then_some(change)
}

struct Entry<'a> {
    text: &'a str,
    key: String,
    is_short: bool,
    /// Whether a sentence ends behind it.
    ends: bool,
}

/// Leaves out how the sentence begins before the first entry of a list, where both begin alike.
fn without_heads(old: &mut [Entry<'_>], new: &mut [Entry<'_>]) {
    let starts = |entries: &[Entry<'_>]| -> Vec<usize> {
        (0..entries.len()).filter(|i| *i == 0 || entries[*i - 1].ends).collect()
    };
    for (o, n) in starts(old).into_iter().zip(starts(new)) {
        if old[o].key == new[n].key {
            continue;
        }
        let words = |text: &str| -> Vec<usize> { text.match_indices(' ').map(|(at, _)| at + 1).collect() };
        let (a, b) = (old[o].text, new[n].text);
        let same = |(i, j): &(&usize, &usize)| key(&a[..**i]) == key(&b[..**j]);
        let (ends_a, ends_b) = (words(a), words(b));
        if let Some((i, j)) = ends_a.iter().zip(&ends_b).take_while(same).last() {
            (old[o], new[n]) = (Entry::new(&a[*i..], old[o].ends), Entry::new(&b[*j..], new[n].ends));
        }
    }
}

impl<'a> Entry<'a> {
    fn new(text: &'a str, ends: bool) -> Self {
        let is_short = word_count(text) <= WORDS || !text.is_ascii() && text.chars().count() <= 16;
        Self { text, key: key(text), is_short, ends }
    }
}

/// The parts of a text between commas, semicolons and the word for "and" before the last of them.
fn entries(text: &str) -> Vec<Entry<'_>> {
    let mut entries = Vec::new();
    let mut start = 0;
    for (at, mark) in text.match_indices([',', ';', ':', '.', '、', '，', '；', '：', '。', '،', '؛'])
    {
        let next = text[at + mark.len()..].chars().next();
        // A mark within a number or a name.
        if mark.is_ascii() && next.is_some_and(|c| !c.is_whitespace()) {
            continue;
        }
        push(&mut entries, &text[start..at], matches!(mark, "." | ":" | "。" | "："));
        start = at + mark.len();
    }
    push(&mut entries, &text[start..], true);
    entries
}

/// Words before the last entry of a list.
const AND: [&str; 18] = [
    " and ",
    " or ",
    " & ",
    " und ",
    " oder ",
    " et ",
    " ou ",
    " y ",
    " o ",
    " e ",
    " en ",
    " of ",
    "および",
    "または",
    "和",
    "或",
    "及",
    " 및 ",
];

fn push<'a>(entries: &mut Vec<Entry<'a>>, part: &'a str, ends: bool) {
    let add = |entries: &mut Vec<Entry<'a>>, text: &'a str, ends| {
        let mut text = text.trim();
        for and in AND.map(str::trim).into_iter().filter(|and| and.is_ascii()) {
            text = text.strip_prefix(and).filter(|rest| rest.starts_with(' ')).unwrap_or(text).trim();
        }
        if !text.is_empty() {
            entries.push(Entry::new(text, ends));
        }
    };
    // "Iceland and Japan" are two at the end of a list, where the words around are as few.
    let split = AND.iter().find_map(|and| part.split_once(and)).filter(|(a, b)| {
        !entries.is_empty() && word_count(a) <= 3 && word_count(b) <= 3 && !b.trim().is_empty()
    });
    match split {
        Some((first, second)) => {
            add(entries, first, false);
            add(entries, second, ends);
        }
        None => add(entries, part, ends),
    }
}

/// The entries of the one list that the other hasn't, as places.
fn only(these: &[Entry<'_>], those: &[Entry<'_>]) -> Vec<usize> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    those.iter().for_each(|entry| *counts.entry(&entry.key).or_default() += 1);
    let is_only = |entry: &Entry<'_>| match counts.get_mut(entry.key.as_str()) {
        Some(count) if *count > 0 => {
            *count -= 1;
            false
        }
        _ => true,
    };
    let found: Vec<bool> = these.iter().map(is_only).collect();
    (0..these.len()).filter(|i| found[*i]).collect()
}

/// Whether an entry stands in a list: a short one among others, the first of which may have the sentence before it.
fn is_listed(entries: &[Entry<'_>], i: usize) -> bool {
    let start = (0..i).rev().take_while(|j| entries[*j].is_short && !entries[*j].ends).count();
    let end =
        (i..entries.len()).take_while(|j| entries[*j].is_short && (*j == i || !entries[*j - 1].ends)).count();
    entries[i].is_short && start + end >= ENTRIES - 1
}

fn longest(entries: &[Entry<'_>]) -> usize {
    entries.split_inclusive(|entry| entry.ends || !entry.is_short).map(<[_]>::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(before: &str, after: &str) -> String {
        match change(before, after) {
            None => "no list".to_owned(),
            Some(change) if change.is_reordered() => "reordered".to_owned(),
            Some(ListChange { removed, added }) => format!("-{} +{}", removed.join("|"), added.join("|")),
        }
    }

    #[test]
    fn a_list_in_a_sentence_is_a_set() {
        for (before, after, expected) in [
            (
                "We serve France, Hong Kong, Iceland and Japan.",
                "We serve France, Iceland and Japan.",
                "-Hong Kong +",
            ),
            (
                "We serve France, Iceland and Japan.",
                "We serve France, Iceland, Japan, Chad and Togo.",
                "- +Chad|Togo",
            ),
            (
                "We serve France, Iceland, Japan and Togo.",
                "We serve Togo, Japan, Iceland and France.",
                "reordered",
            ),
            ("We serve France, Iceland, Japan and Togo.", "We serve Iceland, Japan and Togo.", "-France +"),
            (
                "Countries: France; Iceland; Japan; Togo",
                "Countries: Togo; Japan; Iceland; France",
                "reordered",
            ),
            ("対象国：フランス、香港、日本、タイ。", "対象国：フランス、日本、タイ。", "-香港 +"),
            (
                "支持的国家：法国、香港、日本、泰国、越南。",
                "支持的国家：法国、日本、泰国、韩国、越南、印度。",
                "-香港 +韩国|印度",
            ),
            ("We may, without notice, suspend you.", "We may, with notice, suspend you.", "no list"),
            (
                "We serve France, Spain, Italy and Japan.",
                "We serve France, Spain, Italy and Chad.",
                "no list",
            ),
            ("Fees are due.", "Fees are due, and taxes.", "no list"),
            ("", "a, b, c, d, e", "no list"),
        ] {
            assert_eq!(shown(before, after), expected, "{before} → {after}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_two_texts_are_read(before in "([a-d,;. ]|and ){0,40}", after in "([a-d,;. ]|and ){0,40}") {
            change(&before, &after);
        }
    }
}
