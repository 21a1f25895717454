//! Markup as programs write it, told without html5ever's tokenizer, which looks at each character by itself.
//!
//! Only text without references and tags that end are read here, so that it makes no difference who reads them. All else is
//! for html5ever.

use std::ops::Range;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, Token};
use html5ever::{Attribute, LocalName, QualName, ns};
use memchr::memchr;

/// A tag with more attributes is left to html5ever: each name is looked for among those before it.
const ATTRIBUTES: usize = 32;

/// Elements whose inside isn't markup: html5ever's tokenizer must know that they are open.
const RAW: [&str; 10] =
    ["script", "style", "title", "textarea", "iframe", "noembed", "noframes", "noscript", "xmp", "plaintext"];

/// What separates a tag's parts.
const SPACE: [char; 5] = [' ', '\n', '\t', '\r', '\x0c'];

/// The token at the beginning of `html`, and its length in bytes; `None` if html5ever must say what it is.
///
/// Its tokenizer must be where text and tags are expected. Attributes that nobody reads are left out unless the token is to be
/// whole.
pub(super) fn token(html: &str, is_whole: bool) -> Option<(Token, usize)> {
    match html.as_bytes() {
        [b'<', b'/', ..] => end_tag(html),
        [b'<', ..] => start_tag(html, is_whole),
        _ => text(html),
    }
}

fn text(html: &str) -> Option<(Token, usize)> {
    let text = &html[..memchr(b'<', html.as_bytes()).unwrap_or(html.len())];
    is_plain(text).then(|| (Token::CharacterTokens(StrTendril::from_slice(text)), text.len()))
}

/// Whether nothing in a text stands for something else.
fn is_plain(text: &str) -> bool {
    !text.bytes().fold(false, |odd, b| odd | matches!(b, b'&' | b'\0' | b'\r'))
}

fn end_tag(html: &str) -> Option<(Token, usize)> {
    let (name, length) = end(html).filter(|(name, _)| !is_raw(name))?;
    Some((Token::TagToken(tag(TagKind::EndTag, name)), length))
}

fn start_tag(html: &str, is_whole: bool) -> Option<(Token, usize)> {
    let mut attrs: Vec<Attribute> = Vec::new();
    let start = start(html, |element, written| {
        if !is_whole && !is_read(element, written.name) {
            return Some(());
        }
        let name = QualName::new(None, ns!(), in_lower_case(written.name));
        let is_new = !attrs.iter().any(|other| other.name == name);
        let is_told = is_new && attrs.len() < ATTRIBUTES && is_plain(written.value);
        attrs.push(Attribute { name, value: StrTendril::from_slice(written.value) });
        is_told.then_some(())
    })?;
    let self_closing = start.is_self_closing;
    let tag = Tag { self_closing, attrs, ..tag(TagKind::StartTag, start.name) };
    (!is_raw(start.name)).then_some((Token::TagToken(tag), start.length))
}

/// Whether a page can be read differently for this attribute of such an element, by its tree or its text.
pub(super) fn is_read(element: &str, attribute: &str) -> bool {
    let mut buffer = [0; LONGEST_NAME];
    match in_lower_case_within(attribute, &mut buffer) {
        "class" | "id" | "role" | "style" | "href" | "hidden" | "lang" | "type" | "start" | "reversed" => {
            true
        }
        "aria-hidden" | "aria-modal" | "aria-live" | "aria-expanded" | "aria-haspopup" | "aria-level" => true,
        "aria-describedby" | "aria-labelledby" | "aria-label" | "data-cfemail" => true,
        // An `<input>` has one, too, which is another one at each load.
        "value" => element.eq_ignore_ascii_case("li"),
        // By these an element in a drawing or a formula may be one of the page.
        "color" | "face" | "size" => element.eq_ignore_ascii_case("font"),
        "encoding" | "shadowrootmode" => true,
        _ => false,
    }
}

/// No name that means anything here is longer.
pub(super) const LONGEST_NAME: usize = 16;

/// A name as it is compared, empty for one that is like no other.
pub(super) fn in_lower_case_within<'b>(name: &str, buffer: &'b mut [u8; LONGEST_NAME]) -> &'b str {
    let Some(buffer) = buffer.get_mut(..name.len()) else { return "" };
    buffer.copy_from_slice(name.as_bytes());
    buffer.make_ascii_lowercase();
    str::from_utf8(buffer).unwrap_or_default()
}

/// Whether what is inside such an element isn't markup, if the element is one of HTML.
pub(super) fn is_raw(name: &str) -> bool {
    RAW.iter().any(|raw| raw.eq_ignore_ascii_case(name))
}

/// A start tag as it is written.
pub(super) struct Start<'a> {
    pub(super) name: &'a str,
    pub(super) is_self_closing: bool,
    /// In bytes.
    pub(super) length: usize,
}

/// An attribute as it is written.
pub(super) struct Written<'a> {
    pub(super) name: &'a str,
    /// With its references.
    pub(super) value: &'a str,
    /// Where in the tag it stands.
    pub(super) range: Range<usize>,
}

/// The start tag at the beginning of `html`, if that is one that ends. `each` is told of its name and each of its attributes,
/// and may give the tag up.
///
/// Where a tag is written as it shouldn't be, this is what the WHATWG's tokenizer makes of it.
pub(super) fn start<'a>(
    html: &'a str,
    mut each: impl FnMut(&'a str, Written<'a>) -> Option<()>,
) -> Option<Start<'a>> {
    let (name, mut rest) = name(html.get(1..)?)?;
    loop {
        rest = rest.trim_start_matches(SPACE);
        let ends = [("/>", true), (">", false)];
        let end = ends.iter().find_map(|(end, closes)| Some((rest.strip_prefix(*end)?, *closes)));
        if let Some((behind, is_self_closing)) = end {
            return Some(Start { name, is_self_closing, length: html.len() - behind.len() });
        }
        if let Some(behind) = rest.strip_prefix('/') {
            rest = behind;
            continue;
        }
        let (attribute, value, behind) = attribute(rest)?;
        each(
            name,
            Written { name: attribute, value, range: html.len() - rest.len()..html.len() - behind.len() },
        )?;
        rest = behind;
    }
}

/// The name of the end tag at the beginning of `html`, and its length, if it is written as it should be.
pub(super) fn end(html: &str) -> Option<(&str, usize)> {
    let (name, rest) = name(html.get(2..)?)?;
    let rest = rest.trim_start_matches(SPACE).strip_prefix('>')?;
    Some((name, html.len() - rest.len()))
}

/// A tag's name and what follows it.
fn name(html: &str) -> Option<(&str, &str)> {
    let (name, rest) = html.split_at(html.bytes().position(|b| !(b.is_ascii_alphanumeric() || b == b'-'))?);
    let is_whole = rest.starts_with(|c| matches!(c, '/' | '>') || SPACE.contains(&c));
    (is_whole && name.starts_with(|c: char| c.is_ascii_alphabetic())).then_some((name, rest))
}

/// The name and value of an attribute, and what follows it.
fn attribute(html: &str) -> Option<(&str, &str, &str)> {
    let ends = |b| matches!(b, b' ' | b'\n' | b'\t' | b'\r' | b'\x0c' | b'/' | b'>' | b'=' | b'\0');
    let (name, rest) = html.split_at(html.bytes().position(ends)?);
    let (value, rest) = match rest.as_bytes() {
        _ if name.is_empty() => return None,
        [b'=', quote @ (b'"' | b'\''), ..] => rest[2..].split_once(char::from(*quote))?,
        [b'\0', ..] => return None,
        _ => loose_value(rest)?,
    };
    Some((name, value, rest))
}

/// The value of an attribute that has none, or one without quotes, or one with space around the sign, and what follows it.
fn loose_value(html: &str) -> Option<(&str, &str)> {
    let Some(value) = html.trim_start_matches(SPACE).strip_prefix('=') else { return Some(("", html)) };
    let value = value.trim_start_matches(SPACE);
    match value.as_bytes() {
        [quote @ (b'"' | b'\''), ..] => value[1..].split_once(char::from(*quote)),
        _ => Some(value.split_at(value.find(|c| c == '>' || SPACE.contains(&c))?)),
    }
}

fn tag(kind: TagKind, name: &str) -> Tag {
    Tag {
        kind,
        name: in_lower_case(name),
        self_closing: false,
        attrs: Vec::new(),
        had_duplicate_attributes: false,
    }
}

fn in_lower_case(name: &str) -> LocalName {
    match name.bytes().any(|b| b.is_ascii_uppercase()) {
        true => LocalName::from(name.to_ascii_lowercase()),
        false => LocalName::from(name),
    }
}
