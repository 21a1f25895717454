//! The form in which texts and the patterns for them are compared: small letters without accents.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// A text, folded: compatibility-decomposed, without accents, vowel signs, direction marks and emphasis, in small
/// letters, with plain quotes, dashes, digits and single spaces.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.nfkd().filter(|c| !says_nothing(*c)).flat_map(char::to_lowercase).map(plain) {
        // Lower-casing makes marks of its own, as of `İ`.
        if is_combining_mark(c) || c == ' ' && (out.is_empty() || out.ends_with(' ')) {
            continue;
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out
}

/// A pattern for folded texts, from one in everyday letters: its capitals are classes, and stay.
pub(super) fn pattern(pattern: &str) -> String {
    pattern.nfkd().filter(|c| !is_combining_mark(*c)).collect()
}

fn says_nothing(c: char) -> bool {
    is_combining_mark(c)
        || matches!(c, '*' | '\u{ad}' | '\u{61c}' | '\u{640}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fn plain(c: char) -> char {
    match c {
        '‘' | '’' | '‚' | '‛' | 'ʼ' | '´' | '‹' | '›' => '\'',
        '“' | '”' | '„' | '‟' | '«' | '»' => '"',
        '\u{2010}'..='\u{2015}' | '−' => '-',
        '٠'..='٩' => digit(c, '٠'),
        '۰'..='۹' => digit(c, '۰'),
        // Where days stand while a sentence is read: none may come from outside.
        c if c.is_whitespace() || c.is_control() || ('\u{e000}'..='\u{f8ff}').contains(&c) => ' ',
        c => c,
    }
}

fn digit(c: char, zero: char) -> char {
    char::from_digit(u32::from(c) - u32::from(zero), 10).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    #[test]
    fn letters_lose_what_people_write_or_leave_out() {
        for (written, folded) in [
            ("  À Compter\u{a0}du 1er mars ", "a compter du 1er mars"),
            ("Effective Date*:", "effective date:"),
            ("اعتبارًا من ١ مارس ٢٠٢٧", "اعتبارا من 1 مارس 2027"),
            ("２０２７年３月１日", "2027年3月1日"),
            ("“Terms”—don’t", "\"terms\"-don't"),
            ("İ \u{e000}x", "i x"),
        ] {
            assert_eq!(super::text(written), folded);
        }
    }
}
