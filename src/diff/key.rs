//! What counts as the same words.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization as _;

/// The comparison form of a text: two texts with the same key say the same.
///
/// The key is case-folded and compatibility-normalised (NFKC); typographic quotes, dashes and ellipses
/// become plain ones; zero-width characters, soft hyphens and other invisible ones are dropped; white
/// space is collapsed, and ignored beside punctuation and between characters of scripts that don't use it.
/// Punctuation itself counts: a comma can carry a meaning.
///
/// ```
/// use fineprint::diff::key;
/// assert_eq!(key("We\u{a0}don’t  sell “Data” …"), key("we don't sell \"data\"..."));
/// assert_ne!(key("30 days"), key("14 days"));
/// ```
pub fn key(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold(text, |c| out.push(c));
    out
}

/// A hash of [`key`], for remembering clauses without their words; it may be stored.
///
/// FNV-1a, 64 bits, over the UTF-8 of the key (G. Fowler, L. C. Noll, K.-P. Vo: draft-eastlake-fnv).
pub fn key_hash(text: &str) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    let mut utf8 = [0; 4];
    fold(text, |c| {
        for byte in c.encode_utf8(&mut utf8).bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    });
    hash
}

/// Numbers for keys: the same number for the same key, whatever the text.
#[derive(Default)]
pub(super) struct Numbers {
    known: HashMap<String, u32>,
    key: String,
}

impl Numbers {
    /// The number of the key of `text`.
    pub(super) fn of(&mut self, text: &str) -> u32 {
        self.of_pair("", text)
    }

    /// The number of the keys of two texts in a row.
    pub(super) fn of_pair(&mut self, first: &str, second: &str) -> u32 {
        self.key.clear();
        fold(first, |c| self.key.push(c));
        fold(second, |c| self.key.push(c));
        if let Some(number) = self.known.get(&self.key) {
            return *number;
        }
        let number = self.known.len() as u32;
        self.known.insert(self.key.clone(), number);
        number
    }
}

/// Hands the characters of the key of `text` to `sink`, in one pass over nearly every text: an import folds
/// gigabytes of clauses, so only the few that need the normaliser take the long way.
fn fold(text: &str, sink: impl FnMut(char)) {
    let mut folder = Folder { sink, last: '\0', space: false };
    if text.is_ascii() {
        text.bytes().for_each(|b| folder.push_ascii(b));
    } else if text.chars().all(is_settled) {
        text.chars().for_each(|c| folder.push(plain_form(c)));
    } else {
        // Lower-cased before, because some capitals only compose with their accent as small letters, and
        // after, because NFKC makes capitals of symbols such as ™ and ℃.
        let plain = text.chars().filter(|c| !is_ignorable(*c)).map(plain_form);
        plain.flat_map(char::to_lowercase).nfkc().for_each(|c| folder.push(plain_form(c)));
    }
}

struct Folder<S> {
    sink: S,
    /// The last character written.
    last: char,
    /// Whether white space was read after it.
    space: bool,
}

impl<S: FnMut(char)> Folder<S> {
    fn push(&mut self, c: char) {
        match c {
            '\0'..='\u{7f}' => self.push_ascii(c as u8),
            c if is_ignorable(c) || c.is_control() => {}
            c if c.is_whitespace() => self.space = true,
            '…' => (0..3).for_each(|_| self.push_ascii(b'.')),
            'ß' | 'ẞ' => (0..2).for_each(|_| self.push_ascii(b's')),
            'ς' => self.write('σ', false),
            // Ideographs and Hangul have no case, and are most of the texts that have them.
            '\u{3040}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => self.write(c, is_spaceless(c)),
            c => c.to_lowercase().for_each(|c| self.write(c, is_spaceless(c))),
        }
    }

    fn push_ascii(&mut self, b: u8) {
        match b {
            b'a'..=b'z' | b'0'..=b'9' => self.write(char::from(b), false),
            b'A'..=b'Z' => self.write(char::from(b.to_ascii_lowercase()), false),
            b' ' | b'\t'..=b'\r' => self.space = true,
            b'-' if self.last == '-' => self.space = false,
            // Emphasis of a text written in Markdown, and footnote marks.
            b'*' => {}
            b'!'..=b'~' => self.write(char::from(b), true),
            _ => {}
        }
    }

    fn write(&mut self, c: char, spaceless: bool) {
        if self.space {
            self.space = false;
            if !spaceless && self.last != '\0' && !is_spaceless(self.last) {
                (self.sink)(' ');
            }
        }
        (self.sink)(c);
        self.last = c;
    }
}

/// Whether a character is its own NFKC form whatever stands beside it, as all those of most texts are.
/// What isn't listed may be, too: the normaliser knows.
fn is_settled(c: char) -> bool {
    match c {
        '\0'..='\u{7f}' => true,
        // Latin, without what has a compatibility form.
        '\u{c0}'..='\u{131}' | '\u{134}'..='\u{13e}' | '\u{141}'..='\u{148}' | '\u{14a}'..='\u{17e}' => true,
        '§' | '©' | '®' | '°' | '·' | '\u{ad}' | '\u{a0}' | '«' | '»' => true,
        // Greek and Cyrillic.
        '\u{386}' | '\u{388}'..='\u{3ce}' | '\u{400}'..='\u{481}' | '\u{48a}'..='\u{52f}' => true,
        // Typography that has a plain form or none.
        '\u{2010}'
        | '\u{2012}'..='\u{2016}'
        | '\u{2018}'..='\u{201f}'
        | '•'
        | '…'
        | '\u{200b}'..='\u{200f}'
        | '\u{feff}' => true,
        // CJK: punctuation, kana (without the voicing marks), ideographs, Hangul.
        '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}' | '\u{3041}'..='\u{3096}' => true,
        '\u{30a1}'..='\u{30fe}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' => true,
        _ => false,
    }
}

/// Whether white space beside this character is a matter of style: punctuation, and scripts without spaces.
fn is_spaceless(c: char) -> bool {
    match c {
        c if c.is_ascii() => c.is_ascii_punctuation(),
        // General punctuation and what Latin-1 has of it, CJK punctuation and its full-width forms.
        '\u{a1}'..='\u{bf}' | '\u{2010}'..='\u{205e}' | '\u{3001}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' => {
            true
        }
        // Kana, bopomofo, ideographs.
        '\u{3040}'..='\u{312f}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' => true,
        '\u{20000}'..='\u{3ffff}' => true,
        _ => false,
    }
}

/// The plain form of a typographic character, one for one.
fn plain_form(c: char) -> char {
    match c {
        '‘' | '’' | '‚' | '‛' | '′' | '‹' | '›' | 'ʼ' | '´' => '\'',
        '“' | '”' | '„' | '‟' | '″' | '«' | '»' => '"',
        '\u{2010}'..='\u{2015}' | '−' | '﹘' | '﹣' => '-',
        '\u{a0}' | '\u{202f}' | '\u{2000}'..='\u{200a}' | '\u{3000}' => ' ',
        c => c,
    }
}

/// Whether a character shows nothing and says nothing: zero-width characters, soft hyphens, marks of
/// direction, variation selectors, tags.
pub(super) fn is_ignorable(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typography_and_spacing_do_not_count() {
        for (a, b) in [
            ("Terms of Use", "terms  of\u{a0}use "),
            ("“Data” – we don’t sell it…", "\"Data\" - we don't sell it..."),
            ("see -- below", "see — below"),
            ("fees ( if any ) : 5 %", "fees (if any): 5%"),
            ("soft\u{ad}ware\u{200b}", "software"),
            ("Cafe\u{301}", "CAFÉ"),
            ("STRASSE", "Straße"),
            ("ΟΔΟΣ", "οδος"),
            ("ﬁle №", "file No"),
            ("使用 Acme 的服务，", "使用Acme的服务,"),
            ("a\u{1b}\u{7}b\r\n", "ab"),
            ("", " \t\u{feff}"),
        ] {
            assert_eq!(key(a), key(b), "{a:?} and {b:?}");
            assert_eq!(key_hash(a), key_hash(b), "{a:?} and {b:?}");
        }
    }

    #[test]
    fn words_numbers_and_punctuation_count() {
        for (a, b) in [
            ("30 days", "14 days"),
            ("you may", "you may not"),
            ("A, B and C", "A, B, and C"),
            ("the rapist", "therapist"),
            ("résumé", "resume"),
            ("v1.5", "v15"),
            ("สวัสดี", "สวัสดิ"),
        ] {
            assert_ne!(key(a), key(b), "{a:?} and {b:?}");
        }
    }

    #[test]
    fn the_hash_is_the_published_one_and_never_changes() {
        assert_eq!(key_hash(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(key_hash("FooBar"), 0x8594_4171_f739_67e8);
    }

    proptest::proptest! {
        #[test]
        fn a_key_of_a_key_is_itself(text in "[ a-zA-ZäöüÄÖÜéß0-9.,:;“”’–—…\u{200b}\u{a0}東京โ()-]{0,60}") {
            let once = key(&text);
            proptest::prop_assert_eq!(key(&once), once);
        }

        #[test]
        fn the_short_way_leads_where_the_long_way_does(text in "[ -~\u{a0}-\u{17f}\u{370}-\u{52f}\u{2000}-\u{2040}\u{3000}-\u{30ff}一-三가-깅]{0,40}") {
            let settled: String = text.chars().filter(|c| is_settled(*c)).collect();
            // A character that isn't settled and says nothing sends the text the long way.
            proptest::prop_assert_eq!(key(&settled), key(&format!("{settled}\u{2060}")));
        }

        #[test]
        fn no_text_is_too_strange(text in ".*") {
            let key = key(&text);
            proptest::prop_assert!(!key.starts_with(' ') && !key.ends_with(' '));
        }
    }
}
