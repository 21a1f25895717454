//! Words by which web authors everywhere name the parts of a page that aren't its content.
//!
//! These are conventions of the trade (HTML element names, ARIA roles, the class names that Readability-like
//! extractors have relied on for fifteen years), not of any site.

use std::collections::HashMap;

use foldhash::fast::RandomState;

/// Tokens of `class` and `id` that mark furniture, sorted.
const FURNITURE: &[&str] = &[
    "ad",
    "ads",
    "advert",
    "advertisement",
    "alert",
    "announcement",
    "author",
    "avatar",
    "banner",
    "breadcrumb",
    "breadcrumbs",
    "byline",
    "captcha",
    "carousel",
    "chat",
    "chatbot",
    "comments",
    "consent",
    "cookie",
    "cookies",
    "cta",
    "dialog",
    "disqus",
    "drawer",
    "dropdown",
    "feedback",
    "footer",
    "gdpr",
    "helpful",
    "language",
    "languages",
    "lightbox",
    "locale",
    "login",
    "masthead",
    "menu",
    "modal",
    "nav",
    "navbar",
    "navigation",
    "newsletter",
    "notification",
    "offcanvas",
    "overlay",
    "pager",
    "pagination",
    "popover",
    "popup",
    "promo",
    "promotion",
    "rating",
    "reactions",
    "recommendations",
    "recommended",
    "related",
    "search",
    "share",
    "sharing",
    "sidebar",
    "signup",
    "skip",
    "social",
    "sponsor",
    "sponsored",
    "subscribe",
    "testimonial",
    "toast",
    "toc",
    "tooltip",
    "topbar",
    "voting",
];

/// What a name says that furniture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Furniture {
    /// A list of links, and nothing else: what it leads to is named after it as well.
    Links,
    /// Anything.
    Any,
}

/// What the `class` of an element says of it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Said {
    /// The furniture that it names.
    pub(super) furniture: Option<Furniture>,
    /// It is only there for screen readers.
    pub(super) for_screen_readers: bool,
    /// A link that is called so is a button.
    pub(super) button: bool,
}

/// What the classes of a page say: most of its elements share a few, which are taken apart once.
#[derive(Debug, Default)]
pub(super) struct Classes<'a>(HashMap<&'a str, Said, RandomState>);

impl<'a> Classes<'a> {
    /// So many different ones are remembered.
    const MOST: usize = 4096;

    pub(super) fn of(&mut self, class: &'a str) -> Said {
        if class.is_empty() {
            return Said::default();
        }
        if let Some(said) = self.0.get(class) {
            return *said;
        }
        let said = Said {
            furniture: furniture(class),
            for_screen_readers: is_for_screen_readers(class),
            button: names_button(class),
        };
        if self.0.len() < Self::MOST {
            self.0.insert(class, said);
        }
        said
    }
}

/// The furniture that a `class` or `id` names, if it does.
///
/// Utility classes with variants (`lg:menu-open:mt-4`, `w-[var(--sidebar)]`) only count by their last, plain part.
pub(super) fn furniture(attribute: &str) -> Option<Furniture> {
    const LISTS: &[&str] = &[
        "breadcrumb",
        "breadcrumbs",
        "menu",
        "nav",
        "navbar",
        "navigation",
        "pager",
        "pagination",
        "skip",
        "toc",
    ];
    let names = attribute.split_ascii_whitespace().filter(|name| !name.contains(['[', '(']));
    let names = names.filter_map(|name| name.rsplit(':').next());
    let named = names.flat_map(tokens).filter(|token| may_be_furniture(token) && is_one_of(token, FURNITURE));
    named.fold(None, |found, token| match found {
        None | Some(Furniture::Links) if is_one_of(token, LISTS) => Some(Furniture::Links),
        _ => Some(Furniture::Any),
    })
}

/// For each first letter the lengths of the tokens that begin with it, as bits. Pages have thousands of names, nearly all
/// of which are told from these two.
const LENGTHS: [u16; 26] = {
    let (mut lengths, mut i) = ([0u16; 26], 0);
    while i < FURNITURE.len() {
        let token = FURNITURE[i].as_bytes();
        lengths[(token[0] - b'a') as usize] |= 1 << token.len();
        i += 1;
    }
    lengths
};

fn may_be_furniture(token: &str) -> bool {
    let letter = token.as_bytes().first().map(|b| b.to_ascii_lowercase().wrapping_sub(b'a'));
    let lengths = letter.and_then(|letter| LENGTHS.get(usize::from(letter))).copied().unwrap_or_default();
    token.len() < 16 && lengths >> token.len() & 1 == 1
}

/// Whether the `class` of a link makes a button of it.
fn names_button(class: &str) -> bool {
    let may_be = |token: &&str| matches!(token.len(), 3 | 6);
    tokens(class).filter(may_be).any(|token| is_one_of(token, &["btn", "button", "cta"]))
}

/// Whether the label of a button says that it closes something.
pub(super) fn says_close(label: &str) -> bool {
    const WORDS: &[&str] = &[
        "close",
        "dismiss",
        "schließen",
        "ausblenden",
        "fermer",
        "masquer",
        "cerrar",
        "chiudi",
        "fechar",
        "sluiten",
        "stäng",
        "luk",
        "zamknij",
        "закрыть",
        "kapat",
        "閉じる",
        "关闭",
        "關閉",
        "닫기",
        "إغلاق",
        "×",
        "✕",
        "✖",
        "╳",
    ];
    let first = label.split_whitespace().next().unwrap_or_default();
    first.len() <= 20 && WORDS.contains(&first.to_lowercase().as_str())
}

/// Whether a token, in any case, is in a sorted list.
fn is_one_of(token: &str, list: &[&str]) -> bool {
    let mut buffer = [0u8; 16];
    let Some(lower) = buffer.get_mut(..token.len()) else { return false };
    lower.copy_from_slice(token.as_bytes());
    lower.make_ascii_lowercase();
    let lower = std::str::from_utf8(lower).unwrap_or_default();
    list.binary_search(&lower).is_ok()
}

/// Whether a `class` says that an element is only there for screen readers.
fn is_for_screen_readers(class: &str) -> bool {
    const NAMES: [&str; 6] = [
        "sr-only",
        "visually-hidden",
        "visuallyhidden",
        "screen-reader-text",
        "screen-reader-only",
        "a11y-hidden",
    ];
    let is_same = |a: &str, b: &str| {
        let plain = |c: u8| if c == b'_' { b'-' } else { c.to_ascii_lowercase() };
        a.len() == b.len() && a.bytes().map(plain).eq(b.bytes())
    };
    class.split_ascii_whitespace().any(|class| NAMES.iter().any(|name| is_same(class, name)))
}

/// The words in an attribute: split at anything but ASCII letters and digits, and where camel case turns.
///
/// What has digits before its last letter is no name but a hash (`Text_body__d63ad`), new with every release of a site.
fn tokens(attribute: &str) -> impl Iterator<Item = &str> {
    let names = attribute.split(|c: char| !c.is_ascii_alphanumeric());
    // `menu12`: numbered by hand, not hashed.
    let names = names.map(|name| match name.trim_end_matches(|c: char| c.is_ascii_digit()) {
        bare if bare.len() > 2 && name.len() - bare.len() <= 2 => bare,
        _ => name,
    });
    names.filter(|name| name.bytes().all(|b| b.is_ascii_alphabetic())).flat_map(words)
}

/// The words of a name in camel case; a word as short as `ad` only counts at its start.
fn words(name: &str) -> impl Iterator<Item = &str> {
    let bytes = name.as_bytes();
    let mut start = 0;
    let words = std::iter::from_fn(move || {
        let rest = bytes.get(start..).filter(|rest| !rest.is_empty())?;
        let is_turn = |pair: &[u8]| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase();
        let end = start + rest.windows(2).position(is_turn).map_or(rest.len(), |turn| turn + 1);
        let word = (start, &name[start..end]);
        start = end;
        Some(word)
    });
    words.filter(|(at, word)| *at == 0 || word.len() > 2).map(|(_, word)| word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_beyond_those_that_are_remembered_say_the_same() {
        let names: Vec<String> = (0..Classes::MOST + 9).map(|n| format!("btn sr-only nav x{n}")).collect();
        let mut classes = Classes::default();
        for _ in 0..2 {
            let said: Vec<Said> = names.iter().map(|name| classes.of(name)).collect();
            assert!(said.iter().all(|said| {
                said.furniture == Some(Furniture::Links) && said.for_screen_readers && said.button
            }));
        }
        assert_eq!(classes.0.len(), Classes::MOST);
    }

    #[test]
    fn the_list_is_sorted_and_found_by_token() {
        assert!(FURNITURE.is_sorted());
        for (attribute, expected) in [
            ("site-nav", true),
            ("HeroBanner_root__x1", true),
            ("RelatedArticles", true),
            ("navy-blue canvas", false),
            ("toc-visible:grid lg:col-[--menu]", false),
            ("policy-content", false),
            ("Text_body__d63ad css-1ad9 x-ad4571", false),
            ("_2kAd9 sc-bzAd", false),
            ("ad-slot2 adSlot", true),
            ("menu1", true),
            ("", false),
        ] {
            assert_eq!(furniture(attribute).is_some(), expected, "{attribute}");
        }
        assert_eq!(furniture("toc-target site-nav"), Some(Furniture::Links));
        assert_eq!(furniture("nav-promo"), Some(Furniture::Any));
        assert_eq!(furniture("promo nav"), Some(Furniture::Any));
    }
}
