//! Long clauses cut to what changed in them.

use crate::diff::sentences;
use crate::model::Run;

/// How much further than `around` the sentence of a change may reach and is still shown to its end.
const FURTHER: usize = 3;

/// The runs of a clause with kept text cut to whole sentences of about `around` characters beside each change, `…` for
/// the rest: what is allowed or forbidden often stands at the other end of the sentence. One that reaches on for more
/// than three times as much is cut between words. Changed text is never cut.
pub fn kept(runs: &[Run], around: usize) -> Vec<Run> {
    let last = runs.len().saturating_sub(1);
    let fold = |(i, run): (usize, &Run)| match run {
        Run::Kept(text) => Run::Kept(match i {
            _ if runs.len() == 1 => text.clone(),
            0 => shorter(text, format!("… {}", before(text, around)), around),
            i if i == last => shorter(text, format!("{} …", after(text, around)), around),
            _ => shorter(text, format!("{} … {}", after(text, around), before(text, around)), around),
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

/// The folded form, if it saves enough to be worth a gap.
fn shorter(text: &str, folded: String, around: usize) -> String {
    if folded.len() + around.max(20) < text.len() { folded } else { text.to_owned() }
}

/// What is shown of a text before a change: from the beginning of a sentence.
fn before(text: &str, around: usize) -> &str {
    let beginnings = std::iter::once(0).chain(ends(text).filter(|end| *end < text.len()));
    let within = |length: usize| {
        let from = text.char_indices().nth_back(length.saturating_sub(1)).map_or(0, |(i, _)| i);
        move |beginning: &usize| *beginning >= from
    };
    let near = beginnings.clone().find(within(around));
    let beginning = near.or_else(|| beginnings.last().filter(within(around * FURTHER)));
    beginning.map_or_else(|| tail(text, around), |beginning| text[beginning..].trim_start())
}

/// What is shown of a text after a change: to the end of a sentence.
fn after(text: &str, around: usize) -> &str {
    let within = |length: usize| {
        let to = text.char_indices().nth(length).map_or(text.len(), |(i, _)| i);
        move |end: &usize| *end <= to
    };
    let near = ends(text).take_while(within(around)).last();
    let end = near.or_else(|| ends(text).next().filter(within(around * FURTHER)));
    end.map_or_else(|| head(text, around), |end| text[..end].trim_end())
}

/// Where the sentences of a text end.
fn ends(text: &str) -> impl Iterator<Item = usize> + Clone {
    let ends: Vec<usize> = sentences(text)
        .scan(0, |end, sentence| {
            *end += sentence.len();
            Some(*end)
        })
        .collect();
    ends.into_iter()
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
    fn the_sentence_of_a_change_is_shown_whole() {
        let before = "Nobody else matters in the least, as was said above. You may not use it if you are located in, for example, ";
        let after = " or any other country. There is more of that, much more than anybody wants.";
        let runs = [Run::Kept(before.into()), Run::Added("Russia".into()), Run::Kept(after.into())];
        let text: Vec<String> = kept(&runs, 30).iter().map(|run| run.text().to_owned()).collect();
        let whole = "… You may not use it if you are located in, for example, ";
        assert_eq!(text, [whole, "Russia", " or any other country. …"]);
        // One that goes on and on is cut between words; a change between sentences has what stands beside it.
        let text: Vec<String> = kept(&runs, 12).iter().map(|run| run.text().to_owned()).collect();
        assert_eq!(text, ["… example, ", "Russia", " or any other country. …"]);
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
