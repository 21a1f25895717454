//! Markup as programs write it, told without html5ever's tokenizer, which looks at each character by itself.
//!
//! Only what can be read in one way is read here, so that it makes no difference who reads it: text without references,
//! and tags whose attributes all have their quotes. All else is for html5ever.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{Tag, TagKind, Token};
use html5ever::{Attribute, LocalName, QualName, ns};

/// A tag with more attributes is left to html5ever: each name is looked for among those before it.
const ATTRIBUTES: usize = 32;

/// Elements whose inside isn't markup: html5ever's tokenizer must know that they are open.
const RAW: [&str; 10] =
    ["script", "style", "title", "textarea", "iframe", "noembed", "noframes", "noscript", "xmp", "plaintext"];

/// The token at the beginning of `html`, and its length in bytes; `None` if html5ever must say what it is.
///
/// Its tokenizer must be where text and tags are expected.
pub(super) fn token(html: &str) -> Option<(Token, usize)> {
    match html.as_bytes() {
        [b'<', b'/', ..] => end_tag(html),
        [b'<', ..] => start_tag(html),
        _ => text(html),
    }
}

fn text(html: &str) -> Option<(Token, usize)> {
    let text = &html[..html.find('<').unwrap_or(html.len())];
    is_plain(text).then(|| (Token::CharacterTokens(StrTendril::from_slice(text)), text.len()))
}

/// Whether nothing in a text stands for something else.
fn is_plain(text: &str) -> bool {
    !text.bytes().fold(false, |odd, b| odd | matches!(b, b'&' | b'\0' | b'\r'))
}

fn end_tag(html: &str) -> Option<(Token, usize)> {
    let (name, rest) = name(&html[2..])?;
    let rest = rest.strip_prefix('>')?;
    Some((Token::TagToken(tag(TagKind::EndTag, name)), html.len() - rest.len()))
}

fn start_tag(html: &str) -> Option<(Token, usize)> {
    let (name, mut rest) = name(&html[1..])?;
    let mut tag = tag(TagKind::StartTag, name);
    loop {
        let inside = rest.trim_start_matches([' ', '\n', '\t']);
        if let Some(behind) = inside.strip_prefix('>') {
            return Some((Token::TagToken(tag), html.len() - behind.len()));
        }
        if let Some(behind) = inside.strip_prefix("/>") {
            tag.self_closing = true;
            return Some((Token::TagToken(tag), html.len() - behind.len()));
        }
        let is_apart = inside.len() < rest.len();
        let (attribute, behind) = attribute(inside).filter(|_| is_apart)?;
        if tag.attrs.len() == ATTRIBUTES || tag.attrs.iter().any(|other| other.name == attribute.name) {
            return None;
        }
        tag.attrs.push(attribute);
        rest = behind;
    }
}

/// A tag's name and what follows it.
fn name(html: &str) -> Option<(&str, &str)> {
    let (name, rest) = html.split_at(html.bytes().position(|b| !(b.is_ascii_alphanumeric() || b == b'-'))?);
    let is_raw = RAW.iter().any(|raw| raw.eq_ignore_ascii_case(name));
    (name.starts_with(|c: char| c.is_ascii_alphabetic()) && !is_raw).then_some((name, rest))
}

fn attribute(html: &str) -> Option<(Attribute, &str)> {
    let is_of_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.' | b'@');
    let (name, rest) = html.split_at(html.bytes().position(|b| !is_of_name(b))?);
    let (value, rest) = match rest.as_bytes() {
        _ if name.is_empty() => return None,
        [b'=', quote @ (b'"' | b'\''), ..] => rest[2..].split_once(char::from(*quote))?,
        [b' ' | b'\n' | b'\t' | b'/' | b'>', ..] => ("", rest),
        _ => return None,
    };
    let name = QualName::new(None, ns!(), in_lower_case(name));
    is_plain(value).then(|| (Attribute { name, value: StrTendril::from_slice(value) }, rest))
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
