//! "Did you mean …?"

/// The candidate nearest to what was written, if any is near enough to be what was meant.
pub(crate) fn closest<'c>(written: &str, candidates: &[&'c str]) -> Option<&'c str> {
    let written = written.to_lowercase();
    // A third of the word may be wrong, so that `urk` finds `url` and `path` doesn't find `terms`. What is much longer
    // than any candidate isn't compared: the table below would only cost time.
    let allowed = (written.chars().count() / 3).max(1);
    candidates
        .iter()
        .filter(|c| c.len().abs_diff(written.len()) <= allowed * 4)
        .map(|c| (distance(&written, &c.to_lowercase()), *c))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, c)| c)
}

/// The number of letters to insert, drop, change or swap with their neighbour to make `a` into `b`.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for i in 0..a.len() {
        let mut next = vec![i + 1];
        for j in 0..b.len() {
            let mut best = (row[j] + usize::from(a[i] != b[j])).min(row[j + 1] + 1).min(next[j] + 1);
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                best = best.min(before[j - 1] + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_word_and_another_word_finds_none() {
        let keys = ["service", "terms", "url", "schedule", "notify", "select", "remove"];
        let cases = [
            ("shedule", Some("schedule")),
            ("schedlue", Some("schedule")),
            ("URL", Some("url")),
            ("urk", Some("url")),
            ("selector", Some("select")),
            ("term", Some("terms")),
            ("browser", None),
            ("x", None),
            ("", None),
        ];
        for (written, expected) in cases {
            assert_eq!(closest(written, &keys), expected, "{written}");
        }
    }
}
