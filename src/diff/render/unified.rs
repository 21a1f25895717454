//! A diff as a patch.

use similar::{Algorithm, TextDiff};

use super::escape;
use crate::model::Text;

/// Both texts in Markdown as a unified diff, with `context` unchanged lines around each change and the
/// given names in its header. Empty if no line differs.
///
/// Escaped as for a terminal, where patches are read.
pub fn unified(before: &Text, after: &Text, names: (&str, &str), context: usize) -> String {
    let (old, new) = (lines(before), lines(after));
    TextDiff::configure()
        .algorithm(Algorithm::Histogram)
        .diff_lines(old.as_str(), new.as_str())
        .unified_diff()
        .context_radius(context)
        .header(&escape::terminal(names.0), &escape::terminal(names.1))
        .to_string()
}

pub(super) fn lines(text: &Text) -> String {
    text.to_markdown().lines().flat_map(|line| [escape::terminal(line), "\n".into()]).collect()
}
