//! What an element is, as far as reading a page depends on it.

use ego_tree::NodeRef;
use scraper::Node;
use scraper::node::Element;

use super::markup::Markup;
use super::outline::Role;
use super::vocabulary;

/// Elements whose text is never shown as part of the page.
pub(super) fn is_skipped(node: NodeRef<'_, Node>, element: &Element, markup: &Markup<'_>) -> bool {
    match element.name() {
        "script" | "style" | "noscript" | "template" | "svg" | "math" | "iframe" | "object" | "canvas"
        | "audio" | "video" | "select" | "datalist" | "textarea" | "input" | "head" | "title" | "map"
        | "progress" | "meter" => true,
        // How a word is pronounced, and the parentheses around it.
        "rp" | "rt" => true,
        "button" => !is_section_switch(node, markup),
        // The caption of a control; one that opens a section has no control inside.
        "label" => node
            .descendants()
            // Labels lie inside each other on no real page; on others each would be searched in full.
            .take(50)
            .filter_map(|n| n.value().as_element())
            .any(|e| matches!(e.name(), "select" | "input" | "textarea")),
        _ => false,
    }
}

/// Whether there is something to click or to fill in.
pub(super) fn is_control(element: &Element, markup: &Markup<'_>) -> bool {
    matches!(element.name(), "button" | "input" | "select" | "textarea")
        || matches!(markup.role, Some("button" | "switch" | "checkbox" | "radio" | "textbox"))
        || (element.name() == "a" && vocabulary::names_button(markup.class))
}

/// Whether there is something to write in.
pub(super) fn is_field(element: &Element) -> bool {
    let types = || element.attr("type").is_none_or(|t| matches!(t, "" | "text" | "email" | "search" | "tel"));
    element.name() == "textarea" || (element.name() == "input" && types())
}

/// Whether a button closes what it stands in, as its label says: so a dialog, a bar, a chat. One that closes a section
/// opens it as well.
pub(super) fn is_closer(node: NodeRef<'_, Node>, element: &Element, button: &Markup<'_>) -> bool {
    let is_button = element.name() == "button" || button.role == Some("button");
    is_button
        && !button.aria_expanded
        && node.descendants().take(12).any(|n| match n.value() {
            Node::Element(e) => e.attr("aria-label").is_some_and(vocabulary::says_close),
            Node::Text(text) => vocabulary::says_close(text),
            _ => false,
        })
}

/// Whether a button is the heading of a section that opens and closes.
fn is_section_switch(node: NodeRef<'_, Node>, button: &Markup<'_>) -> bool {
    let in_heading = node.ancestors().take(3).any(|a| {
        a.value()
            .as_element()
            .is_some_and(|e| heading_level(e.name(), &Markup::of(e)).is_some() || e.name() == "summary")
    });
    // One that opens a list to choose from shows what is chosen, not what a section is called.
    let chooses = button.aria_haspopup || matches!(button.role, Some("combobox" | "listbox"));
    in_heading || (button.aria_expanded && !chooses)
}

/// Whether an element flows within a line.
pub(super) fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr"
            | "b"
            | "bdi"
            | "bdo"
            | "big"
            | "cite"
            | "code"
            | "data"
            | "del"
            | "dfn"
            | "em"
            | "font"
            | "i"
            | "img"
            | "ins"
            | "kbd"
            | "label"
            | "mark"
            | "picture"
            | "q"
            | "ruby"
            | "s"
            | "samp"
            | "small"
            | "span"
            | "strike"
            | "strong"
            | "sub"
            | "sup"
            | "time"
            | "tt"
            | "u"
            | "var"
            | "wbr"
    )
}

/// The level of a heading, if it is one.
pub(super) fn heading_level(name: &str, markup: &Markup<'_>) -> Option<u8> {
    match name.as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ if markup.role == Some("heading") => Some(markup.aria_level.unwrap_or(2).clamp(1, 6)),
        _ => None,
    }
}

/// What the markup says an area is.
pub(super) fn role(name: &str, markup: &Markup<'_>) -> Role {
    match (markup.role, name) {
        (Some("dialog" | "alertdialog"), _) | (_, "dialog") => Role::Furniture,
        _ if markup.aria_modal => Role::Furniture,
        (Some("main"), _) | (_, "main") => Role::Main,
        (Some("banner"), _) | (_, "header") => Role::Header,
        (
            Some(
                "navigation" | "contentinfo" | "complementary" | "search" | "menu" | "menubar" | "toolbar"
                | "alert" | "status" | "tooltip" | "listbox",
            ),
            _,
        ) => Role::Furniture,
        (_, "nav" | "footer" | "aside" | "form" | "search") => Role::Furniture,
        _ if vocabulary::is_for_screen_readers(markup.class) => Role::Furniture,
        _ if markup.is_unseen() => Role::Hidden,
        (_, "article") => Role::Article,
        (_, "table" | "thead" | "tbody" | "tr") => Role::Table,
        _ if vocabulary::names_furniture(markup.class) => match vocabulary::names_only_links(markup.class) {
            true => Role::Links,
            false => Role::Named,
        },
        _ if markup.id.is_some_and(vocabulary::names_furniture) => Role::Anchored,
        _ => Role::Plain,
    }
}
