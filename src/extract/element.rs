//! What an element is, as far as reading a page depends on it.

use ego_tree::NodeRef;
use html5ever::{LocalName, local_name};
use scraper::Node;
use scraper::node::Element;

use super::markup::Markup;
use super::outline::Role;
use super::vocabulary::{self, Furniture, Said};

/// Elements whose text is never shown as part of the page.
pub(super) fn is_skipped(node: NodeRef<'_, Node>, element: &Element, markup: &Markup<'_>) -> bool {
    match element.name.local {
        local_name!("script")
        | local_name!("style")
        | local_name!("noscript")
        | local_name!("template")
        | local_name!("svg")
        | local_name!("math")
        | local_name!("iframe")
        | local_name!("object")
        | local_name!("canvas")
        | local_name!("audio")
        | local_name!("video")
        | local_name!("select")
        | local_name!("datalist")
        | local_name!("textarea")
        | local_name!("input")
        | local_name!("head")
        | local_name!("title")
        | local_name!("map")
        | local_name!("progress")
        | local_name!("meter") => true,
        // How a word is pronounced, and the parentheses around it.
        local_name!("rp") | local_name!("rt") => true,
        local_name!("button") => !is_section_switch(node, markup),
        // The caption of a control; one that opens a section has no control inside.
        local_name!("label") => node
            .descendants()
            // Labels lie inside each other on no real page; on others each would be searched in full.
            .take(50)
            .filter_map(|n| n.value().as_element())
            .any(|e| {
                matches!(e.name.local, local_name!("select") | local_name!("input") | local_name!("textarea"))
            }),
        _ => false,
    }
}

/// Whether there is something to click or to fill in.
pub(super) fn is_control(element: &Element, markup: &Markup<'_>, class: Said) -> bool {
    let name = &element.name.local;
    matches!(
        *name,
        local_name!("button") | local_name!("input") | local_name!("select") | local_name!("textarea")
    ) || matches!(markup.role, Some("button" | "switch" | "checkbox" | "radio" | "textbox"))
        || (*name == local_name!("a") && class.button)
}

/// Whether there is something to write in.
pub(super) fn is_field(element: &Element) -> bool {
    let types = || element.attr("type").is_none_or(|t| matches!(t, "" | "text" | "email" | "search" | "tel"));
    match element.name.local {
        local_name!("textarea") => true,
        local_name!("input") => types(),
        _ => false,
    }
}

/// Whether a button closes what it stands in, as its label says: so a dialog, a bar, a chat. One that closes a section
/// opens it as well.
pub(super) fn is_closer(node: NodeRef<'_, Node>, element: &Element, button: &Markup<'_>) -> bool {
    let is_button = element.name.local == local_name!("button") || button.role == Some("button");
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
        a.value().as_element().is_some_and(|e| {
            let name = &e.name.local;
            *name == local_name!("summary") || heading_level(name, &Markup::of(e)).is_some()
        })
    });
    // One that opens a list to choose from shows what is chosen, not what a section is called.
    let chooses = button.aria_haspopup || matches!(button.role, Some("combobox" | "listbox"));
    in_heading || (button.aria_expanded && !chooses)
}

/// Whether an element flows within a line.
pub(super) fn is_inline(name: &LocalName) -> bool {
    matches!(
        *name,
        local_name!("a")
            | local_name!("abbr")
            | local_name!("b")
            | local_name!("bdi")
            | local_name!("bdo")
            | local_name!("big")
            | local_name!("cite")
            | local_name!("code")
            | local_name!("data")
            | local_name!("del")
            | local_name!("dfn")
            | local_name!("em")
            | local_name!("font")
            | local_name!("i")
            | local_name!("img")
            | local_name!("ins")
            | local_name!("kbd")
            | local_name!("label")
            | local_name!("mark")
            | local_name!("picture")
            | local_name!("q")
            | local_name!("ruby")
            | local_name!("s")
            | local_name!("samp")
            | local_name!("small")
            | local_name!("span")
            | local_name!("strike")
            | local_name!("strong")
            | local_name!("sub")
            | local_name!("sup")
            | local_name!("time")
            | local_name!("tt")
            | local_name!("u")
            | local_name!("var")
            | local_name!("wbr")
    )
}

/// The level of a heading, if it is one.
pub(super) fn heading_level(name: &LocalName, markup: &Markup<'_>) -> Option<u8> {
    match *name {
        local_name!("h1") => Some(1),
        local_name!("h2") => Some(2),
        local_name!("h3") => Some(3),
        local_name!("h4") => Some(4),
        local_name!("h5") => Some(5),
        local_name!("h6") => Some(6),
        _ if markup.role == Some("heading") => Some(markup.aria_level.unwrap_or(2).clamp(1, 6)),
        _ => None,
    }
}

/// What the markup says an area is.
pub(super) fn role(name: &LocalName, markup: &Markup<'_>, class: Said) -> Role {
    match (markup.role, name) {
        (Some("dialog" | "alertdialog"), _) | (_, &local_name!("dialog")) => Role::Furniture,
        _ if markup.aria_modal => Role::Furniture,
        (Some("main"), _) | (_, &local_name!("main")) => Role::Main,
        (Some("banner"), _) | (_, &local_name!("header")) => Role::Header,
        (
            Some(
                "navigation" | "contentinfo" | "complementary" | "search" | "menu" | "menubar" | "toolbar"
                | "alert" | "status" | "tooltip" | "listbox",
            ),
            _,
        ) => Role::Furniture,
        (
            _,
            &(local_name!("nav")
            | local_name!("footer")
            | local_name!("aside")
            | local_name!("form")
            | local_name!("search")),
        ) => Role::Furniture,
        _ if class.for_screen_readers => Role::Furniture,
        _ if markup.is_unseen() => Role::Hidden,
        (_, &local_name!("article")) => Role::Article,
        (_, &(local_name!("table") | local_name!("thead") | local_name!("tbody") | local_name!("tr"))) => {
            Role::Table
        }
        _ => match (class.furniture, markup.id) {
            (Some(Furniture::Links), _) => Role::Links,
            (Some(Furniture::Any), _) => Role::Named,
            (None, Some(id)) if vocabulary::furniture(id).is_some() => Role::Anchored,
            (None, _) => Role::Plain,
        },
    }
}
