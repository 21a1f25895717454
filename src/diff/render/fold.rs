//! Long clauses cut to what changed in them.

use crate::model::Run;

/// The runs of a clause with kept text cut to about `around` characters beside each change, `…` for the
/// rest. Changed text is never cut.
pub fn kept(runs: &[Run], around: usize) -> Vec<Run> {
    let last = runs.len().saturating_sub(1);
    let fold = |(i, run): (usize, &Run)| match run {
        Run::Kept(text) => Run::Kept(match i {
            _ if runs.len() == 1 => text.clone(),
            0 => shorter(text, format!("… {}", tail(text, around))),
            i if i == last => shorter(text, format!("{} …", head(text, around))),
            _ => shorter(text, format!("{} … {}", head(text, around), tail(text, around))),
        }),
        changed => changed.clone(),
    };
    runs.iter().enumerate().map(fold).collect()
}

/// The start of a text, at most `length` characters, with `…` if there is more.
pub fn start(text: &str, length: usize) -> String {
    if text.chars().nth(length).is_none() {
        return text.to_owned();
    }
    format!("{}…", head(text, length.saturating_sub(1)).trim_end_matches([',', ';', ':']))
}

/// The folded form, if it saves enough to be worth a gap in the sentence.
fn shorter(text: &str, folded: String) -> String {
    if folded.len() + 20 < text.len() { folded } else { text.to_owned() }
}

/// At most `length` characters from the start, cut between words where there are any.
fn head(text: &str, length: usize) -> &str {
    let end = text.char_indices().nth(length).map_or(text.len(), |(i, _)| i);
    if end == text.len() {
        return text;
    }
    // The character after counts: a cut just before a space is between words.
    let next = end + text[end..].chars().next().map_or(0, char::len_utf8);
    let cut = text[..next].rfind(char::is_whitespace).filter(|cut| is_near(&text[*cut..next])).unwrap_or(end);
    text[..cut].trim_end()
}

/// At most `length` characters from the end, cut between words where there are any.
fn tail(text: &str, length: usize) -> &str {
    let start = match length {
        0 => text.len(),
        _ => text.char_indices().nth_back(length - 1).map_or(0, |(i, _)| i),
    };
    if start == 0 {
        return text;
    }
    let previous = text[..start].char_indices().next_back().map_or(0, |(i, _)| i);
    let cut = text[previous..]
        .find(char::is_whitespace)
        .map(|i| previous + i)
        .filter(|cut| is_near(&text[previous..*cut]))
        .unwrap_or(start);
    text[cut..].trim_start()
}

/// Whether a cut is no further away than a long word: in scripts without spaces it may be anywhere.
fn is_near(between: &str) -> bool {
    between.chars().nth(24).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_text_is_cut_to_the_neighbourhood_of_changes() {
        let long = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen";
        let runs = [
            Run::Kept(format!("{long} ")),
            Run::Removed("30".into()),
            Run::Added("14".into()),
            Run::Kept(format!(" {long} ")),
            Run::Added("x".into()),
            Run::Kept(" short".into()),
        ];
        let text: Vec<String> = kept(&runs, 20).iter().map(|run| run.text().to_owned()).collect();
        assert_eq!(
            text,
            ["… thirteen fourteen ", "30", "14", " one two three four … thirteen fourteen ", "x", " short"]
        );
        assert_eq!(kept(&runs, 500), runs);
    }

    #[test]
    fn a_start_ends_between_words() {
        assert_eq!(start("We may suspend, or end, your access.", 16), "We may suspend…");
        assert_eq!(start("short", 16), "short");
        assert_eq!(start("我们可以随时暂停您的账户", 6), "我们可以随…");
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_strange(text in ".*", length in 0..40usize) {
            proptest::prop_assert!(start(&text, length).chars().count() <= length.max(1));
            let runs = [Run::Kept(text.clone()), Run::Added("x".into()), Run::Kept(text)];
            kept(&runs, length);
        }
    }
}
