//! What a page's text depends on: its markup without what changes at every load and shows nothing.
//!
//! Nearly every page has other bytes at each look: a token, a nonce, the mark of a build, another script. What is left out
//! here doesn't matter to the text. The skeleton is itself a page, and is what is parsed in place of the page that it was made
//! of. So two pages with the same skeleton have the same text, and the second one needn't be parsed at all, which is most of
//! the work of a look.
//!
//! * Comments don't get into the tree, nor does what is inside scripts and style sheets.
//! * Of a head only `<base>` and `<title>` are read.
//! * Some attributes are read by nobody.
//!
//! It takes a tokenizer to say where a comment or a script begins, and a tree builder to tell that tokenizer what is inside
//! which element. Both are simple where markup is written as it should be, as on 49 pages of 50; a page on which anything
//! else is met has no skeleton, and is parsed as it is, at every look.

use std::ops::Range;

use memchr::{memchr, memmem};
use sha2::{Digest as _, Sha256};

use super::media::{self, Media};
use super::tags::{self, Start};
use super::{Page, decode, is_noise, reading};
use crate::model::{Digest, Rules};

/// Stands for everything that the text of a page depends on: pages with the same skeleton have the same text.
///
/// `None` for what has no markup, for markup that can be read in more than one way, and where selectors may match what is
/// left out. Where the text is in the scripts of the page its skeleton says nothing: see [`super::Reading::skeleton`].
///
/// ```
/// use fineprint::extract::{Page, skeleton};
/// let of = |body: &str| skeleton(
///     &Page { body: body.as_bytes(), content_type: Some("text/html"), url: "https://example.com/terms" },
///     &Default::default(),
/// );
/// assert!(of("<p>You must be 18.<!-- built on Monday -->").is_some());
/// assert_eq!(of("<p>You must be 18.<!-- built on Monday -->"), of("<p>You must be 18.<!-- built on Friday -->"));
/// assert_ne!(of("<p>You must be 18.<!-- built on Monday -->"), of("<p>You must be 21.<!-- built on Monday -->"));
/// ```
pub fn skeleton(page: &Page<'_>, rules: &Rules) -> Option<Digest> {
    if media::of(page) != Media::Html {
        return None;
    }
    let html = decode(page.body, page.content_type).0;
    let kept = of(&html, rules).filter(|_| !is_noise(&html))?;
    Some(digest(&kept, page, rules))
}

/// The skeleton of a page's markup.
pub(super) fn of(html: &str, rules: &Rules) -> Option<String> {
    if has_no_selectors(rules) { Skeleton::of(html) } else { None }
}

/// Whether what a skeleton lacks can't be asked for.
pub(super) fn has_no_selectors(rules: &Rules) -> bool {
    rules.select.is_empty() && rules.remove.is_empty()
}

/// Stands for a skeleton, and for all else that the text of its page depends on.
pub(super) fn digest(skeleton: &str, page: &Page<'_>, rules: &Rules) -> Digest {
    let parts = [&reading(rules), "\n", page.url, "\n", skeleton];
    Digest(parts.into_iter().fold(Sha256::new(), |hash, part| hash.chain_update(part)).finalize().into())
}

/// Where on a page a token stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    /// Nothing came yet but what may stand before a `<head>`.
    Before,
    /// Inside the `<head>`, for certain.
    Head,
    Behind,
}

/// A walk over a page's tokens that keeps most of them.
struct Skeleton<'a> {
    html: &'a str,
    /// Where the next token begins.
    at: usize,
    kept: String,
    /// From where on all that was read is to be kept, too.
    kept_from: usize,
    place: Place,
    /// Where the attributes of a tag stand that nobody reads: room that is used again.
    unread: Vec<Range<usize>>,
    /// How many of each of [`ODD`] may be open.
    odd: [u32; ODD.len()],
}

/// A tag with more attributes that nobody reads is on no real page; a page of 10 MB could have millions in one, each taking
/// ten times its room.
const UNREAD: usize = 1000;

/// Elements in which a tag may mean nothing, or be passed over, and that of a script with it; in a `<select>` it depends on
/// the version of the standard.
const ODD: [&str; 3] = ["svg", "select", "template"];

impl<'a> Skeleton<'a> {
    /// The skeleton, if there is no doubt about it.
    fn of(html: &'a str) -> Option<String> {
        let html = html.strip_prefix('\u{feff}').unwrap_or(html);
        let mut skeleton = Self {
            html,
            at: 0,
            kept: String::with_capacity(html.len()),
            kept_from: 0,
            place: Place::Before,
            unread: Vec::new(),
            odd: [0; ODD.len()],
        };
        while skeleton.at < html.len() {
            skeleton.at += skeleton.token(&html[skeleton.at..])?;
        }
        skeleton.leave_out(html.len()..html.len());
        Some(skeleton.kept)
    }

    /// Reads the token at the beginning of `rest`, and returns its length.
    fn token(&mut self, rest: &'a str) -> Option<usize> {
        match rest.as_bytes() {
            [b'<', b'!', b'-', b'-', ..] => self.comment(comment(rest)?),
            [b'<', b'?', ..] => self.comment(rest.find('>')? + 1),
            [b'<', b'!', ..] => doctype(rest),
            [b'<', b'/', ..] => self.end_tag(rest),
            [b'<', b'a'..=b'z' | b'A'..=b'Z', ..] => self.start_tag(rest),
            // What comes behind it would begin with it, if there were something left out between them.
            [b'<', b'<', ..] | [b'<'] => None,
            _ => Some(self.text(rest)),
        }
    }

    fn comment(&mut self, length: usize) -> Option<usize> {
        let before = self.html[..self.at].trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '#');
        // Without the comment what comes behind it would belong to a reference, or to the end of a line.
        if before.ends_with(['&', '\r']) {
            return None;
        }
        self.leave_out(self.at..self.at + length);
        Some(length)
    }

    fn text(&mut self, rest: &str) -> usize {
        // One that begins no tag is text.
        let length = memchr(b'<', &rest.as_bytes()[1..]).map_or(rest.len(), |next| next + 1);
        let is_space = rest.bytes().take(length).all(|b| matches!(b, b' ' | b'\n' | b'\t' | b'\r' | b'\x0c'));
        match self.place {
            Place::Head if is_space => self.leave_out(self.at..self.at + length),
            Place::Before if is_space => {}
            _ => self.place = Place::Behind,
        }
        length
    }

    fn end_tag(&mut self, rest: &str) -> Option<usize> {
        let (name, length) = tags::end(rest)?;
        if let Some(odd) = ODD.iter().position(|odd| name.eq_ignore_ascii_case(odd)) {
            self.odd[odd] = self.odd[odd].saturating_sub(1);
        }
        self.place = Place::Behind;
        Some(length)
    }

    fn start_tag(&mut self, rest: &'a str) -> Option<usize> {
        let start = self.find_unread(rest)?;
        let mut buffer = [0; tags::LONGEST_NAME];
        let name = tags::in_lower_case_within(start.name, &mut buffer);
        // After these little is as it was, and the last two hold markup of a page in a formula or a drawing.
        if matches!(name, "frameset" | "plaintext" | "math" | "foreignobject") {
            return None;
        }
        if let Some(odd) = ODD.iter().position(|odd| name == *odd) {
            self.odd[odd] += u32::from(!start.is_self_closing);
        }
        let is_odd = self.odd != [0; ODD.len()];
        let inside = match tags::is_raw(name) || (is_odd && name == "desc") {
            true => Some(Inside::of(&rest[start.length..], name)?),
            false => None,
        };
        if is_odd && inside.as_ref().is_some_and(|inside| start.is_self_closing || inside.has_tags) {
            return None;
        }
        let behind_tag = self.at + start.length;
        let end = behind_tag + inside.as_ref().map_or(0, |inside| inside.length);
        if self.step_in(name) && !matches!(name, "base" | "title") {
            self.leave_out(self.at..end);
            return Some(end - self.at);
        }
        self.leave_out_unread();
        if let Some(inside) = inside.filter(|_| matches!(name, "script" | "style") && !is_odd) {
            self.leave_out(behind_tag..behind_tag + inside.text);
        }
        Some(end - self.at)
    }

    /// Reads a start tag, and takes note of the attributes in it that nobody reads.
    fn find_unread(&mut self, tag: &'a str) -> Option<Start<'a>> {
        let (at, unread) = (self.at, &mut self.unread);
        unread.clear();
        tags::start(tag, |element, attribute| {
            if !tags::is_read(element, attribute.name) {
                let (before, behind) = (&tag[..attribute.range.start], &tag[attribute.range.end..]);
                // Without it the slash might end the tag.
                if before.ends_with('/') {
                    return None;
                }
                // One of two spaces around it stays between its neighbours.
                let spaces = [' ', '\n'];
                let space = usize::from(before.ends_with(spaces) && behind.starts_with(spaces));
                unread.push(at + attribute.range.start - space..at + attribute.range.end);
                if unread.len() > UNREAD {
                    return None;
                }
            }
            Some(())
        })
    }

    fn leave_out_unread(&mut self) {
        let mut unread = std::mem::take(&mut self.unread);
        unread.drain(..).for_each(|attribute| self.leave_out(attribute));
        self.unread = unread;
    }

    /// Takes note of an element that begins, and says whether it stands in the `<head>`.
    fn step_in(&mut self, element: &str) -> bool {
        self.place = match (self.place, element) {
            (Place::Before, "html") => Place::Before,
            (Place::Before, "head") => Place::Head,
            (Place::Head, "meta" | "link" | "base" | "title" | "script" | "style" | "noscript") => {
                return true;
            }
            _ => Place::Behind,
        };
        false
    }

    /// Keeps what comes before.
    fn leave_out(&mut self, range: Range<usize>) {
        self.kept.push_str(&self.html[self.kept_from..range.start]);
        self.kept_from = range.end;
    }
}

/// The length of the comment at the beginning of `rest`, if there are no two opinions about where it ends.
fn comment(rest: &str) -> Option<usize> {
    let inside = &rest["<!--".len()..];
    let text = &inside[..memmem::find(inside.as_bytes(), b"-->")?];
    let ends_before = text.starts_with('>') || text.starts_with("->") || text.contains("--!>");
    (!ends_before).then_some("<!---->".len() + text.len())
}

fn doctype(rest: &str) -> Option<usize> {
    let is_doctype = rest.get(..9).is_some_and(|begin| begin.eq_ignore_ascii_case("<!doctype"));
    is_doctype.then_some(rest.find('>')? + 1)
}

/// What is inside an element that holds no markup.
struct Inside {
    /// The length of its text.
    text: usize,
    /// The same with the end tag.
    length: usize,
    /// Whether anything in it would be a tag elsewhere.
    has_tags: bool,
}

impl Inside {
    /// Reads to the end tag of `element`.
    fn of(rest: &str, element: &str) -> Option<Self> {
        let (mut at, mut has_tags, mut hides) = (0, false, false);
        loop {
            at += memchr(b'<', &rest.as_bytes()[at..])?;
            let tag = &rest[at..];
            let begins = |with: &str| tag.get(1..=with.len()).is_some_and(|b| b.eq_ignore_ascii_case(with));
            // A script that opens a comment and in that another script ends with the second end tag.
            if hides && element == "script" && begins("script") {
                return None;
            }
            if tag.starts_with("</")
                && tag.get(2..2 + element.len()).is_some_and(|b| b.eq_ignore_ascii_case(element))
            {
                match tags::end(tag) {
                    Some((name, length)) if name.len() == element.len() => {
                        return Some(Self { text: at, length: at + length, has_tags });
                    }
                    // `</scripts>`, or one with attributes.
                    Some(_) => {}
                    None => return None,
                }
            }
            hides |= tag.starts_with("<!--");
            has_tags = true;
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests;
