//! Lists of links: `Link` headers (RFC 8288) and `application/link-format` (RFC 6690).

use std::borrow::Cow;

/// Links have a handful of parameters; what one has more is not read.
const MAX_PARAMETERS: usize = 20;

/// A link as it stands in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link<'t> {
    /// Where it leads, as written between `<` and `>`.
    pub target: &'t str,
    parameters: Vec<(&'t str, &'t str)>,
}

/// A list that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links<'t> {
    /// The links, in order.
    pub links: Vec<Link<'t>>,
    /// Where reading stopped before the end, in bytes: what stands there is no link, or there are too many.
    pub cut_at: Option<usize>,
}

impl<'t> Link<'t> {
    /// The value of a parameter, by its lower-case name; the first counts, as the standard says.
    pub fn parameter(&self, name: &str) -> Option<Cow<'t, str>> {
        let (_, value) = self.parameters.iter().find(|(n, _)| n.eq_ignore_ascii_case(name))?;
        Some(unquoted(value))
    }

    /// The relations it states.
    pub fn rels(&self) -> impl Iterator<Item = &'t str> {
        let value = self.parameters.iter().find(|(n, _)| n.eq_ignore_ascii_case("rel")).map(|(_, v)| *v);
        value.unwrap_or_default().trim_matches('"').split_ascii_whitespace()
    }
}

/// Reads a list of at most `max` links; what follows the first thing that is no link isn't read.
pub fn links(text: &str, max: usize) -> Links<'_> {
    let mut list = Links::default();
    let mut rest = text.trim_start_matches(between);
    while !rest.is_empty() {
        match link(rest).filter(|_| list.links.len() < max) {
            Some((link, behind)) => {
                list.links.push(link);
                rest = behind.trim_start_matches(between);
            }
            None => {
                list.cut_at = Some(text.len() - rest.len());
                break;
            }
        }
    }
    list
}

/// What may stand between two links; empty elements are allowed in lists.
fn between(c: char) -> bool {
    c == ',' || c.is_ascii_whitespace()
}

/// One link and what follows it: a comma, or the end.
fn link(text: &str) -> Option<(Link<'_>, &str)> {
    let (target, mut rest) = text.strip_prefix('<')?.split_once('>')?;
    let mut parameters = Vec::new();
    loop {
        rest = rest.trim_ascii_start();
        let Some(behind) = rest.strip_prefix(';') else { break };
        rest = behind.trim_ascii_start();
        let end = rest
            .find(|c: char| c.is_ascii_whitespace() || matches!(c, '=' | ';' | ','))
            .unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        rest = behind.trim_ascii_start();
        let value = match rest.strip_prefix('=') {
            Some(behind) => {
                let (value, behind) = value(behind.trim_ascii_start())?;
                rest = behind;
                value
            }
            None => "",
        };
        if !name.is_empty() && parameters.len() < MAX_PARAMETERS {
            parameters.push((name, value));
        }
    }
    (rest.is_empty() || rest.starts_with(',')).then_some((Link { target, parameters }, rest))
}

/// A value as written, quotes included, and what follows it.
fn value(text: &str) -> Option<(&str, &str)> {
    if !text.starts_with('"') {
        let end =
            text.find(|c: char| c.is_ascii_whitespace() || matches!(c, ';' | ',')).unwrap_or(text.len());
        return Some(text.split_at(end));
    }
    let mut escaped = false;
    let closes = |(_, b): &(usize, u8)| {
        let closes = !escaped && *b == b'"';
        escaped = !escaped && *b == b'\\';
        closes
    };
    let (end, _) = text.bytes().enumerate().skip(1).find(closes)?;
    Some(text.split_at(end + 1))
}

/// A value without its quotes and escapes.
fn unquoted(value: &str) -> Cow<'_, str> {
    let Some(inner) = value.strip_prefix('"').and_then(|v| v.strip_suffix('"')) else { return value.into() };
    if !inner.contains('\\') {
        return inner.into();
    }
    let mut chars = inner.chars();
    let mut out = String::with_capacity(inner.len());
    while let Some(c) = chars.next() {
        out.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    out.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> String {
        let list = links(text, 10);
        let mut out = String::new();
        for link in &list.links {
            let parameters: Vec<_> =
                link.parameters.iter().map(|(n, v)| format!("{n}={}", unquoted(v))).collect();
            out += &format!("{}({}) ", link.target, parameters.join("|"));
        }
        if let Some(at) = list.cut_at {
            out += &format!("cut at {at}");
        }
        out.trim_end().to_owned()
    }

    #[test]
    fn links_are_read_however_they_are_spaced() {
        for (text, expected) in [
            ("", ""),
            (" , ,\n", ""),
            ("<a>", "a()"),
            ("<a>;rel=x,<b>", "a(rel=x) b()"),
            (
                "<a>\n ; rel = \"x y\" ;title=\"a, <b>; \\\"c\\\"\"\t,\n<b>;x",
                "a(rel=x y|title=a, <b>; \"c\") b(x=)",
            ),
            ("<a,b;c>;rel=x", "a,b;c(rel=x)"),
            ("<a>;;rel=x", "a(rel=x)"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn reading_stops_where_it_makes_no_sense() {
        for (text, expected) in [
            ("<html>\n<p>", "cut at 0"),
            ("<a>, b", "a() cut at 5"),
            ("<a>, <b", "a() cut at 5"),
            ("<a>;rel=\"x", "cut at 0"),
            ("{\"json\": 1}", "cut at 0"),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        let many = "<a>,".repeat(11);
        assert_eq!(links(&many, 10).links.len(), 10);
        assert_eq!(links(&many, 10).cut_at, Some(40));
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back(
            list in prop::collection::vec(("[^<>]{0,20}", prop::collection::vec(("[a-z]{1,5}", "\\PC{0,20}"), 0..5)), 0..8)
        ) {
            let quoted = |v: &str| format!("\"{}\"", v.replace('\\', "\\\\").replace('"', "\\\""));
            let text: Vec<String> = list.iter().map(|(target, parameters)| {
                let parameters: String = parameters.iter().map(|(n, v)| format!(" ; {n}={}", quoted(v))).collect();
                format!("<{target}>{parameters}")
            }).collect();
            let text = text.join(" ,\n");
            let read = links(&text, 100);
            prop_assert_eq!(read.cut_at, None);
            prop_assert_eq!(read.links.len(), list.len());
            for (link, (target, parameters)) in read.links.iter().zip(&list) {
                prop_assert_eq!(link.target, target);
                for ((name, value), (n, v)) in link.parameters.iter().zip(parameters) {
                    prop_assert_eq!((*name, &*unquoted(value)), (n.as_str(), v.as_str()));
                }
            }
        }

        #[test]
        fn nothing_makes_it_panic_or_read_too_much(text in "([<>;,=\"\\\\ a\n]|\\PC){0,200}") {
            let read = links(&text, 5);
            prop_assert!(read.links.len() <= 5);
            prop_assert!(read.cut_at.is_none_or(|at| text.is_char_boundary(at)));
        }
    }
}
