//! What an element's attributes say that reading a page depends on.

use html5ever::local_name;
use scraper::node::Element;

/// The attributes that count, gathered in one pass: asking for each by name costs more than reading them all.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Markup<'a> {
    pub(super) class: &'a str,
    pub(super) id: Option<&'a str>,
    pub(super) role: Option<&'a str>,
    pub(super) style: &'a str,
    pub(super) href: &'a str,
    pub(super) hidden: bool,
    pub(super) aria_hidden: bool,
    pub(super) aria_modal: bool,
    pub(super) aria_live: bool,
    pub(super) aria_expanded: bool,
    pub(super) aria_haspopup: bool,
    pub(super) aria_level: Option<u8>,
    pub(super) described_by: &'a str,
    pub(super) labelled_by: &'a str,
    /// A mail address, hidden by a common protection.
    pub(super) protected_mail: Option<&'a str>,
}

impl<'a> Markup<'a> {
    pub(super) fn of(element: &'a Element) -> Self {
        let mut markup = Self::default();
        for (name, value) in element.attrs.iter() {
            let value: &str = value;
            match name.local {
                local_name!("class") => markup.class = value,
                local_name!("id") => markup.id = Some(value),
                local_name!("role") => markup.role = Some(value),
                local_name!("style") => markup.style = value,
                local_name!("href") => markup.href = value,
                local_name!("hidden") => markup.hidden = true,
                local_name!("aria-hidden") => markup.aria_hidden = value == "true",
                local_name!("aria-modal") => markup.aria_modal = true,
                local_name!("aria-live") => markup.aria_live = matches!(value, "polite" | "assertive"),
                local_name!("aria-expanded") => markup.aria_expanded = true,
                local_name!("aria-haspopup") => markup.aria_haspopup = true,
                local_name!("aria-level") => markup.aria_level = value.parse().ok(),
                local_name!("aria-describedby") => markup.described_by = value,
                local_name!("aria-labelledby") => markup.labelled_by = value,
                _ if &*name.local == "data-cfemail" => markup.protected_mail = Some(value),
                _ => {}
            }
        }
        markup
    }

    /// Whether the element isn't shown, at least not at first.
    pub(super) fn is_hidden(&self) -> bool {
        let style = self.style;
        self.hidden || (style.contains("display") && style.replace(' ', "").contains("display:none"))
    }

    /// Whether the element isn't shown, or not read aloud.
    pub(super) fn is_unseen(&self) -> bool {
        self.is_hidden() || self.aria_hidden
    }
}
