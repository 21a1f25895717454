//! The words of one block: white space, invisible characters, Unicode form.

use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

/// Collects the text of one block as it comes, collapsing white space as a browser does.
#[derive(Debug, Default)]
pub(super) struct Line {
    text: String,
    /// White space was seen and not yet written: it only counts between words.
    gap: bool,
    /// How many lines were taken before this one.
    lines: u32,
}

/// A place in a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Position {
    line: u32,
    at: usize,
}

impl Position {
    /// Whether it is where a line begins.
    pub(super) fn is_start(self) -> bool {
        self.at == 0
    }
}

impl Line {
    /// Appends text; runs of white space become one space, at most.
    pub(super) fn push(&mut self, text: &str) {
        if is_single_spaced(text) {
            // Nearly all text is, and goes in as it is.
            let words = text.trim_matches(' ');
            self.gap |= text.starts_with(' ');
            if !words.is_empty() {
                self.write(words);
                self.gap = text.ends_with(' ');
            }
            return;
        }
        // The rest goes in piece by piece: what stands between white space and what shows nothing.
        let mut start = 0;
        for (at, c) in text.char_indices() {
            if c.is_ascii_graphic() {
                continue;
            }
            let is_space = c.is_whitespace();
            if is_space || is_invisible(c) {
                self.write(&text[start..at]);
                self.gap |= is_space;
                start = at + c.len_utf8();
            }
        }
        self.write(&text[start..]);
    }

    /// Appends characters that are no white space, after the space that is due.
    fn write(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if self.gap && !self.text.is_empty() {
            self.text.push(' ');
        }
        self.gap = false;
        self.text.push_str(text);
    }

    /// Separates what comes next from what was there.
    pub(super) fn space(&mut self) {
        self.gap = true;
    }

    /// Whether nothing was written yet.
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The present end of the line, from which what is appended can be read back or cut off.
    pub(super) fn end(&self) -> Position {
        Position { line: self.lines, at: self.text.len() }
    }

    /// What was appended to this line after a position.
    pub(super) fn since(&self, position: Position) -> &str {
        let at = if position.line == self.lines { position.at } else { 0 };
        &self.text[at..]
    }

    /// Forgets what was appended after a position, if no new line has begun since.
    pub(super) fn cut(&mut self, position: Position) {
        if position.line == self.lines {
            self.text.truncate(position.at);
        }
    }

    /// Takes the line, in NFC, and starts a new one.
    pub(super) fn take(&mut self) -> String {
        self.gap = false;
        self.lines += 1;
        // The line keeps its room for the next one; what is taken has just as much as it needs.
        let is_plain = self.text.is_ascii() || is_nfc_quick(self.text.chars()) == IsNormalized::Yes;
        let text = if is_plain { self.text.clone() } else { self.text.nfc().collect() };
        self.text.clear();
        text
    }
}

/// Whether a text is plain ASCII with one space between words. It looks at all of it, many bytes at a time.
fn is_single_spaced(text: &str) -> bool {
    let bytes = text.as_bytes();
    let odd = bytes.iter().fold(false, |odd, b| odd | !matches!(b, b' '..=b'~'));
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    !odd && !pairs.fold(false, |double, (a, b)| double | ((*a == b' ') & (*b == b' ')))
}

/// Characters that show nothing: zero-width spaces and joiners between words, soft hyphens, byte order marks, and
/// controls. The zero-width (non-)joiner stays: Persian and Indic words are spelled with it.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || (c.is_control() && !c.is_whitespace())
}

/// How many words a text has, for weighing one part of a page against another.
///
/// Scripts written without spaces (Han, kana, Thai, Lao, Khmer, Myanmar) count two characters as a word.
pub(super) fn weight(text: &str) -> u32 {
    if text.is_ascii() {
        return ascii_weight(text.as_bytes());
    }
    let (mut words, mut dense, mut inside) = (0u32, 0u32, false);
    for c in text.chars() {
        if c.is_ascii() {
            let [begins, goes_on] = BYTES[c as usize];
            words += u32::from(begins & u8::from(!inside));
            inside = begins == 1 || (inside && goes_on == 1);
        } else if is_dense(c) {
            dense += 1;
            inside = false;
        } else if c.is_alphanumeric() {
            words += u32::from(!inside);
            inside = true;
        } else if c.is_whitespace() {
            inside = false;
        }
    }
    words + dense / 2
}

/// The same where each byte is a character, as in most texts.
fn ascii_weight(text: &[u8]) -> u32 {
    let (mut words, mut inside) = (0, 0);
    for byte in text {
        let [begins, goes_on] = BYTES[usize::from(*byte)];
        words += u32::from(begins & !inside);
        inside = begins | (inside & goes_on);
    }
    words
}

/// For each byte, whether it begins a word, and whether a word that has begun goes on with it. One look at a table costs
/// a third of asking what kind of character it is.
static BYTES: [[u8; 2]; 256] = {
    let (mut bytes, mut byte) = ([[0, 1]; 256], 0);
    while byte < 256 {
        if (byte as u8).is_ascii_alphanumeric() {
            bytes[byte] = [1, 1];
        } else if matches!(byte as u8, b' ' | b'\t'..=b'\r') {
            bytes[byte] = [0, 0];
        }
        byte += 1;
    }
    bytes
};

fn is_dense(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_and_invisible_characters_are_no_words() {
        let mut line = Line::default();
        for piece in ["  We\u{a0}", "\n may \t", "sus\u{ad}pend", "\u{200b}", " e\u{301}tat."] {
            line.push(piece);
        }
        assert_eq!(line.take(), "We may suspend état.");
        for piece in [" ", "a", "b ", " c", "", " ", "d  e", " ", "f"] {
            line.push(piece);
        }
        assert_eq!(line.take(), "ab c d e f");
        assert_eq!(line.take(), "");
    }

    #[test]
    fn words_are_weighed_in_any_script() {
        assert_eq!(weight("We may, at any time - suspend you."), 7);
        assert_eq!(weight("当社はアカウントを停止できます"), 7);
        assert_eq!(weight("حساب المستخدم"), 2);
        for text in ["We may, at any time - suspend you.", "don't x-ray  v1.5 (a)\tb", "", "…", " - "] {
            assert_eq!(weight(text), weight(&format!("{text}\u{301}")), "{text}");
        }
    }
}
