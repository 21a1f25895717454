//! A message as text in a service's markup.

use crate::model::Run;
use crate::notice::{self, Clause, Message};

/// How a service writes what it shows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Markup {
    /// Its name in documentation and errors.
    pub name: &'static str,
    /// Makes any text show as itself.
    pub escape: fn(&str) -> String,
    /// How long a text is, as the service counts.
    pub size: fn(&str) -> usize,
    /// What stands before and after important words.
    pub strong: [&'static str; 2],
    /// What stands before and after words that are gone.
    pub removed: [&'static str; 2],
    /// What stands before and after words that are new.
    pub added: [&'static str; 2],
    /// A command, so that it can be copied.
    pub command: fn(&str) -> String,
    /// What stands before and after the words of a clause.
    pub quote: [&'static str; 2],
    /// An address that can be followed.
    pub link: fn(&str) -> String,
    /// What ends a line.
    pub newline: &'static str,
}

/// What the longest marks and breaks around one text take: `<a href=""></a>` and a label.
const AROUND: usize = 48;
/// What the lines that belong to no text take: the count of what was cut.
const REST: usize = 120;

impl Markup {
    /// The message cut so that [`Self::text`] of it takes at most `limit`.
    pub fn fit(&self, message: &Message, limit: usize) -> Message {
        message.within(limit.saturating_sub(REST), |text| self.cost(text))
    }

    fn cost(&self, text: &str) -> usize {
        // An address stands there as it is, and perhaps once more as a target.
        (self.size)(&(self.escape)(text)).max((self.size)(text)) + AROUND
    }

    /// The whole message: first line, sentences, clauses, what was cut, where to read on.
    pub fn text(&self, message: &Message) -> String {
        let [before, after] = self.strong;
        format!("{before}{}{after}{}{}", (self.escape)(&message.headline), self.newline, self.body(message))
    }

    /// The message without its first line.
    pub fn body(&self, message: &Message) -> String {
        let list: Vec<String> = message.list.iter().map(|line| (self.escape)(line)).collect();
        let mut paragraphs = vec![(self.escape)(&message.summary), list.join(self.newline)];
        paragraphs.extend(message.placed().map(|(clause, place)| match place {
            "" => self.quoted(clause),
            _ => self.clause(clause),
        }));
        paragraphs.push(self.end(message));
        paragraphs.retain(|paragraph| !paragraph.is_empty());
        paragraphs.join(&self.newline.repeat(2))
    }

    /// A clause under its headings.
    pub fn clause(&self, clause: &Clause) -> String {
        let words = self.quoted(clause);
        match clause.place.is_empty() {
            true => words,
            // What quotes needs a line of its own.
            false => format!("{}{}{words}", (self.escape)(&clause.place), self.newline),
        }
    }

    /// The words of a clause alone.
    fn quoted(&self, clause: &Clause) -> String {
        let [before, after] = self.quote;
        format!("{before}{}{after}", self.words(&clause.runs))
    }

    /// Words with what is gone and what is new marked.
    pub fn words(&self, runs: &[Run]) -> String {
        let mut out = String::new();
        let mut marked = false;
        for run in runs {
            let marks = match run {
                Run::Removed(_) => self.removed,
                Run::Added(_) => self.added,
                _ => ["", ""],
            };
            let mark = !marks[0].is_empty();
            // Marks that touch each other are read as others by some.
            if mark && marked && !run.text().starts_with(' ') {
                out.push_str(&(self.escape)(" "));
            }
            self.mark(&mut out, run.text(), marks);
            marked = mark && !run.text().ends_with(' ');
        }
        out
    }

    /// Marks stand at the words, not at the spaces around them: Markdown takes them for plain signs there.
    fn mark(&self, out: &mut String, text: &str, [before, after]: [&str; 2]) {
        let words = text.trim();
        if words.is_empty() {
            return out.push_str(&(self.escape)(text));
        }
        let start = text.len() - text.trim_start().len();
        let [lead, words, trail] =
            [&text[..start], words, &text[start + words.len()..]].map(|text| (self.escape)(text));
        out.extend([lead.as_str(), before, &words, after, &trail]);
    }

    fn end(&self, message: &Message) -> String {
        let mut lines: Vec<String> = message.rest().iter().map(|rest| (self.escape)(rest)).collect();
        if !message.more.is_empty() {
            lines.push((self.command)(&message.more));
        }
        if !message.url.is_empty() {
            lines.push((self.link)(&message.url));
        }
        lines.join(self.newline)
    }
}

/// The length in UTF-16 code units, the way of services that count in JavaScript or Java: never less than characters.
pub(super) fn utf16(text: &str) -> usize {
    text.encode_utf16().count()
}

/// A title of at most `limit` UTF-16 code units.
pub(super) fn title(text: &str, limit: usize) -> String {
    // No character is shorter than one unit.
    let over = utf16(text).saturating_sub(limit);
    notice::line(text, text.chars().count().saturating_sub(over))
}

/// The length as the inside of a JSON string, in bytes.
pub(super) fn json_width(text: &str) -> usize {
    serde_json::to_string(text).map_or(0, |json| json.len() - 2)
}

/// Breaks what a service would make something of by itself: a word joiner (U+2060) is not seen and lets no line break.
pub(super) const JOINER: char = '\u{2060}';

/// Text in which nothing is found that services look for in plain words: no address (`https://`, `www.`) becomes a
/// link, and after none of `signs` begins a mention, a tag, a command or an emoji.
pub(super) fn unlinked(text: &str, signs: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(c);
        // What follows may stand in the next stretch of words.
        let touches = chars.peek().is_none_or(|next| !next.is_whitespace());
        let address = match c {
            ':' => chars.peek().is_none_or(|next| *next == '/'),
            '.' => ends_with_www(&out),
            _ => false,
        };
        if address || (touches && signs.contains(c)) {
            out.push(JOINER);
        }
    }
    out
}

fn ends_with_www(text: &str) -> bool {
    let start = text.len().checked_sub(4).and_then(|at| text.get(at..));
    start.is_some_and(|end| end.eq_ignore_ascii_case("www."))
}

/// Text with a backslash before each of `signs`, before what begins a list where a line starts, and before every
/// backslash.
pub(super) fn backslashed(text: &str, signs: &str) -> String {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let mut out = String::with_capacity(text.len() + 16);
    for (at, c) in text.char_indices() {
        let lists = match c {
            '-' | '+' | '=' => at == 0,
            '.' | ')' => at == digits && digits > 0,
            _ => false,
        };
        if c == '\\' || lists || signs.contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A command between backticks, where nothing has a meaning but they.
pub(super) fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'"))
}

/// Text for HTML, between tags and in attributes.
pub(super) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// Text without markup, words marked as on a terminal without colours.
pub(super) const PLAIN: Markup = Markup {
    name: "plain text",
    escape: str::to_owned,
    size: utf16,
    strong: ["", ""],
    removed: ["[-", "-]"],
    added: ["{+", "+}"],
    command: str::to_owned,
    quote: ["", ""],
    link: str::to_owned,
    newline: "\n",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_found_in_plain_words() {
        for (text, signs, shown) in [
            ("see https://x.y or WWW.x.y", "", "see https:\u{2060}//x.y or WWW.\u{2060}x.y"),
            ("@all in #3", "@#", "@\u{2060}all in #\u{2060}3"),
            ("a # b, https:", "@#", "a # b, https:\u{2060}"),
            ("10:30 é.", "", "10:30 é."),
        ] {
            assert_eq!(unlinked(text, signs), shown);
        }
        assert_eq!(backslashed("1. *a* - b.", "*"), r"1\. \*a\* - b.");
        assert_eq!(backslashed(r"- a\b", ""), r"\- a\\b");
        assert_eq!(html("<a href='x'>\"&"), "&lt;a href=&#39;x&#39;&gt;&quot;&amp;");
    }

    #[test]
    fn a_title_is_as_long_as_the_service_counts() {
        assert_eq!(title("𝄞𝄞𝄞 plain", 14), "𝄞𝄞𝄞 plain");
        for limit in 2..12 {
            assert!(utf16(&title("𝄞𝄞𝄞 plain", limit)) <= limit);
        }
    }

    #[test]
    fn marks_stand_at_words_and_apart() {
        let markup = Markup { removed: ["~~", "~~"], added: ["**", "**"], ..PLAIN };
        let runs = [
            Run::Kept("within ".into()),
            Run::Removed("30".into()),
            Run::Added("14".into()),
            Run::Kept(" days".into()),
            Run::Added(" of it ".into()),
            Run::Removed("x".into()),
        ];
        assert_eq!(markup.words(&runs), "within ~~30~~ **14** days **of it** ~~x~~");
    }
}
