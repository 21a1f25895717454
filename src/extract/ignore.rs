//! `ignore`: words that a source's owner knows to mean nothing.

use regex::{Regex, RegexBuilder};

use crate::model::{Clause, Text};

use super::Error;

/// How large a compiled pattern may be, in bytes: one that needs more (`\w{1000}{1000}`) is refused at once.
const LARGEST: usize = 1 << 20;

/// The patterns of a source; matching takes time in proportion to the text, whatever the pattern.
#[derive(Debug, Default)]
pub struct Ignore(Vec<Regex>);

impl Ignore {
    /// Compiles patterns in the syntax of the `regex` crate.
    pub fn new(patterns: &[String]) -> Result<Self, Error> {
        let compile = |pattern: &String| {
            RegexBuilder::new(pattern).size_limit(LARGEST).build().map_err(|error| {
                // The last line says what is wrong; those before draw it.
                let why = error.to_string();
                let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                Error::Pattern { pattern: pattern.clone(), why }
            })
        };
        patterns.iter().map(compile).collect::<Result<_, _>>().map(Self)
    }

    /// Cuts what matches out of a text; clauses that have no words left go.
    pub(super) fn cut_all(&self, text: &mut Text) {
        if self.0.is_empty() {
            return;
        }
        let mut left = vec![0];
        text.clauses.retain_mut(|clause| {
            let stays = self.cut(clause);
            left.push(left[left.len() - 1] + usize::from(stays));
            stays
        });
        for run in text.shown.iter_mut().flat_map(|shown| &mut shown.hidden) {
            *run = left[run.start]..left[run.end];
        }
    }

    /// Cuts what matches out of a clause; says whether words are left.
    pub fn cut(&self, clause: &mut Clause) -> bool {
        for pattern in &self.0 {
            if pattern.is_match(&clause.text) {
                let rest = pattern.replace_all(&clause.text, " ");
                clause.text = rest.split_whitespace().collect::<Vec<_>>().join(" ");
            }
        }
        self.0.is_empty() || clause.text.chars().any(char::is_alphanumeric)
    }
}
