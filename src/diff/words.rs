//! Words, and how the words of one clause became those of another.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;

use super::key::{Numbers, is_ignorable};
use super::sequence::{self, Stretch};
use crate::model::Run;

/// Very long clauses are first aligned at phrases of this many tokens.
const PHRASE: usize = 6;

/// The words and punctuation marks of a text, without the white space between them.
///
/// Words are runs of letters and digits, `don't` and `1,000.50` among them; every mark is a token of its own.
/// Scripts written without spaces are cut into characters: what their words are takes a dictionary.
pub fn tokens(text: &str) -> Vec<&str> {
    split(text).into_iter().filter(|t| !t.text.is_empty()).map(|t| t.text).collect()
}

/// The same, each with its place in the text.
pub(super) fn places(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    split(text).into_iter().filter(|token| !token.text.is_empty()).map(move |token| {
        let start = at + token.glue.len();
        at = start + token.text.len();
        (start, token.text)
    })
}

/// Whether a token is a word or a number, not punctuation.
pub(super) fn is_word(token: &str) -> bool {
    token.chars().any(char::is_alphanumeric)
}

/// The number of words in a text; marks of punctuation don't count.
pub fn word_count(text: &str) -> u64 {
    tokens(text).into_iter().filter(|t| is_word(t)).count() as u64
}

/// How the words of `before` became those of `after`.
///
/// The kept and added runs together are exactly `after`. The kept and removed runs together are `before`,
/// apart from typography, case and spacing in what was kept: those don't count as changes (see [`key`](crate::diff::key)),
/// and are shown as they are now.
pub fn runs(before: &str, after: &str) -> Vec<Run> {
    let (old, new) = (split(before), split(after));
    let (old_ids, new_ids) = number(&old, &new);
    let stretches = sequence::align(&old_ids, &new_ids, PHRASE);
    let mut pieces: Vec<Piece> = stretches.into_iter().map(|s| Piece::new(s, &old, &new)).collect();
    absorb_islands(&mut pieces);
    if is_another_text(&pieces) {
        return [Run::Removed(before.to_owned()), Run::Added(after.to_owned())]
            .into_iter()
            .filter(|run| !run.text().is_empty())
            .collect();
    }
    write(&pieces, &old, &new)
}

/// A token and the white space before it. The last token of a text is empty: it carries what follows the
/// last word.
struct Token<'a> {
    glue: &'a str,
    text: &'a str,
}

fn split(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let (mut glue, mut at) = (0, 0);
    while at < text.len() {
        let end = at + token_length(&text[at..]);
        if end == at {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        }
        tokens.push(Token { glue: &text[glue..at], text: &text[at..end] });
        (glue, at) = (end, end);
    }
    tokens.push(Token { glue: &text[glue..], text: "" });
    tokens
}

/// The length in bytes of the token at the start of a text; 0 if there is white space or nothing visible.
fn token_length(text: &str) -> usize {
    let mut chars = text.char_indices().peekable();
    let Some((_, first)) = chars.next() else { return 0 };
    if is_glue(first) {
        return 0;
    }
    let in_word = is_word_char(first);
    let mut last = first;
    while let Some((at, c)) = chars.next() {
        let goes_on = match c {
            c if in_word && is_word_char(c) => true,
            c if c.is_ascii() || c == '’' => {
                in_word && chars.peek().is_some_and(|(_, next)| joins(last, c, *next))
            }
            c => is_ignorable(c) || is_combining_mark(c),
        };
        if !goes_on {
            return at;
        }
        last = c;
    }
    text.len()
}

fn is_glue(c: char) -> bool {
    c.is_whitespace() || c.is_control() || is_ignorable(c)
}

fn is_word_char(c: char) -> bool {
    c == '_' || c.is_alphanumeric() && !is_unspaced(c)
}

/// Whether a mark between two characters of a word belongs to the word.
fn joins(before: char, mark: char, after: char) -> bool {
    match mark {
        '\'' | '’' | '.' => is_word_char(after),
        ',' => before.is_numeric() && after.is_numeric(),
        _ => false,
    }
}

/// Whether a letter is of a script written without spaces: Thai, Lao, Myanmar, Khmer, kana, ideographs.
fn is_unspaced(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
        | '\u{3040}'..='\u{312f}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// Tokens as numbers: equal where their keys are.
fn number(old: &[Token<'_>], new: &[Token<'_>]) -> (Vec<u32>, Vec<u32>) {
    let mut numbers = Numbers::default();
    let mut ids = |tokens: &[Token<'_>]| tokens.iter().map(|token| numbers.of(token.text)).collect();
    (ids(old), ids(new))
}

/// A stretch of tokens, kept or replaced.
struct Piece {
    kept: bool,
    old: Range<usize>,
    new: Range<usize>,
    old_weight: Weight,
    new_weight: Weight,
}

impl Piece {
    fn new(stretch: Stretch, old: &[Token<'_>], new: &[Token<'_>]) -> Self {
        let Stretch { kept, old: old_range, new: new_range } = stretch;
        let (old_weight, new_weight) =
            (Weight::of(&old[old_range.clone()]), Weight::of(&new[new_range.clone()]));
        Self { kept, old: old_range, new: new_range, old_weight, new_weight }
    }

    fn join(&mut self, next: &Self) {
        self.old.end = next.old.end;
        self.new.end = next.new.end;
        self.old_weight.add(next.old_weight);
        self.new_weight.add(next.new_weight);
    }

    fn words(&self) -> usize {
        self.old_weight.words.max(self.new_weight.words)
    }

    fn letters(&self) -> usize {
        self.old_weight.letters.max(self.new_weight.letters)
    }
}

/// How much one side of a piece says.
#[derive(Clone, Copy, Default)]
struct Weight {
    words: usize,
    letters: usize,
}

impl Weight {
    fn of(tokens: &[Token<'_>]) -> Self {
        let mut sum = Self::default();
        for token in tokens.iter().filter(|t| is_word(t.text)) {
            sum.add(Self { words: 1, letters: token.text.chars().count() });
        }
        sum
    }

    fn add(&mut self, other: Self) {
        self.words += other.words;
        self.letters += other.letters;
    }
}

/// Lets changes swallow the small kept stretches between them, so that a rewritten sentence isn't confetti
/// around every "the" that survived.
///
/// One pass with a stack: what a merged change makes too small before it is looked at again.
fn absorb_islands(pieces: &mut Vec<Piece>) {
    let mut done: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces.drain(..) {
        done.push(piece);
        while let [.., left, island, right] = done.as_mut_slice()
            && is_island(left, island, right)
        {
            left.join(island);
            left.join(right);
            done.truncate(done.len() - 2);
        }
        if let [.., left, right] = done.as_mut_slice()
            && !left.kept
            && !right.kept
        {
            left.join(right);
            done.pop();
        }
    }
    *pieces = done;
}

/// Whether a kept stretch says less than the changes on both of its sides, as in the semantic cleanup of
/// diff-match-patch; four words in a row always survive.
fn is_island(left: &Piece, island: &Piece, right: &Piece) -> bool {
    let smaller = island.letters() <= left.letters().min(right.letters());
    !left.kept && island.kept && !right.kept && (island.words() == 0 || island.words() < 4 && smaller)
}

/// Whether so little is kept (two words in five, or no word at all) that reading both texts whole is easier
/// than reading what differs; or nothing differs but the spacing, which no run of words could show.
fn is_another_text(pieces: &[Piece]) -> bool {
    let words = |kept| pieces.iter().filter(|p| p.kept == kept).map(Piece::words).sum::<usize>();
    let (kept, changed) = (words(true), words(false));
    pieces.iter().all(|p| p.kept) || changed > 0 && kept * 5 < (kept + changed) * 2
}

/// The runs of pieces. White space that both sides have before a change is kept; where only one has it,
/// it belongs to the change.
fn write(pieces: &[Piece], old: &[Token<'_>], new: &[Token<'_>]) -> Vec<Run> {
    let mut out = Runs::default();
    for (i, piece) in pieces.iter().enumerate() {
        let (old, new) = (&old[piece.old.clone()], &new[piece.new.clone()]);
        if piece.kept {
            // The glue after a change: old and new may differ in it.
            let (old_glue, new_glue) = (first_glue(old), first_glue(new));
            if i > 0 && old_glue != new_glue {
                out.removed(old_glue);
                out.added(new_glue);
            } else {
                out.kept(new_glue);
            }
            out.kept(&joined(new)[new_glue.len()..]);
        } else {
            out.removed(&joined(old));
            out.added(&joined(new));
        }
    }
    out.finish()
}

fn first_glue<'a>(tokens: &[Token<'a>]) -> &'a str {
    tokens.first().map_or("", |t| t.glue)
}

fn joined(tokens: &[Token<'_>]) -> String {
    tokens.iter().flat_map(|t| [t.glue, t.text]).collect()
}

fn shared_space(old: &str, new: &str) -> usize {
    let same = |(a, b): &(char, char)| a == b && a.is_whitespace();
    old.chars().zip(new.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum()
}

/// Runs being written: neighbours of one kind are one run, and of a change what was removed comes first.
#[derive(Default)]
struct Runs {
    runs: Vec<Run>,
    removed: String,
    added: String,
}

impl Runs {
    fn kept(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.flush();
        self.keep(text);
    }

    fn keep(&mut self, text: &str) {
        match self.runs.last_mut() {
            Some(Run::Kept(last)) => last.push_str(text),
            _ => self.runs.push(Run::Kept(text.to_owned())),
        }
    }

    fn removed(&mut self, text: &str) {
        self.removed.push_str(text);
    }

    fn added(&mut self, text: &str) {
        self.added.push_str(text);
    }

    fn flush(&mut self) {
        let shared = shared_space(&self.removed, &self.added);
        if shared > 0 {
            let space: String = self.added.drain(..shared).collect();
            self.removed.drain(..shared);
            self.keep(&space);
        }
        if !self.removed.is_empty() {
            self.runs.push(Run::Removed(std::mem::take(&mut self.removed)));
        }
        if !self.added.is_empty() {
            self.runs.push(Run::Added(std::mem::take(&mut self.added)));
        }
    }

    fn finish(mut self) -> Vec<Run> {
        self.flush();
        self.runs
    }
}

#[cfg(test)]
mod tests;
