//! By which way a page is had where its owner leaves that open (`browser = "auto"`): as the server sends it, or rendered by
//! a browser.
//!
//! Plain is quick and gentle, so it comes first. Where it brings no policy and scripts might, the browser follows, and what
//! worked is remembered: the next looks go straight to the browser, and now and then back to plain.

use crate::diff::word_count;
use crate::extract::{self, Page};
use crate::judge::{Look, Memory, Verdict, judge};
use crate::model::{Outcome, Rendering, Rules, Snapshot};

/// Every so many looks at a rendered source the plain way is tried again.
const PLAIN_AGAIN: u32 = 12;

/// A page with scripts and fewer words may be a shell around a text that they bring.
const THIN: u64 = 150;

/// How a look begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// As the server sends it.
    Plain,
    /// Rendered.
    Browser,
}

/// How the next look begins, after `rendered` looks in a row by the browser.
pub(crate) fn first(setting: Rendering, rendered: u32) -> Way {
    match setting {
        Rendering::Always => Way::Browser,
        Rendering::Auto if !rendered.is_multiple_of(PLAIN_AGAIN) => Way::Browser,
        Rendering::Auto | Rendering::Never => Way::Plain,
    }
}

/// What is known of a page that came plainly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plain {
    outcome: Outcome,
    status: u16,
    is_html: bool,
    is_thin: bool,
}

impl Plain {
    /// Looks a page over that was found to be something.
    pub(crate) fn of(page: &Snapshot, rules: &Rules, outcome: Outcome) -> Self {
        let is_html = page.content_type().is_none_or(|kind| kind.contains("html"));
        // Nearly every page is unchanged, and needn't be read for this.
        let is_new = matches!(outcome, Outcome::First | Outcome::Changed | Outcome::Held);
        let is_thin = is_new && is_html && has_scripts(&page.body) && words(page, rules) < THIN;
        Self { outcome, status: page.status, is_html, is_thin }
    }

    /// Whether the browser is asked, too; `rendered` is whether the version before was had by it.
    ///
    /// A source that is rendered goes back to plain only where plain shows the same words: any difference may be one
    /// of the ways.
    pub(crate) fn needs_browser(self, rendered: bool) -> bool {
        match self.outcome {
            Outcome::Unusable => rendered || self.is_html && matches!(self.status, 200..=299 | 403 | 503),
            Outcome::First | Outcome::Changed | Outcome::Held => rendered || self.is_thin,
            Outcome::Failed => rendered,
            Outcome::Unchanged | Outcome::NotModified => false,
        }
    }

    /// Whether it stands although a browser was asked: what the browser shows has hardly more words.
    pub(crate) fn stands_against(self, page: &Snapshot, rendered: &Snapshot, rules: &Rules) -> bool {
        let is_policy = matches!(self.outcome, Outcome::First | Outcome::Changed | Outcome::Held);
        is_policy && words(rendered, rules) < words(page, rules) * 3 / 2
    }
}

/// Whether a page that was never seen before would be rendered.
pub(crate) fn wants_browser(page: &Snapshot, rules: &Rules) -> bool {
    let text = extract::extract(&Page::from(page), rules);
    let verdict = text.map(|text| {
        let look = Look { status: page.status, text: &text, at: page.fetched_at };
        judge(look, None, &mut Memory::default())
    });
    let outcome = if matches!(verdict, Ok(Verdict::First)) { Outcome::First } else { Outcome::Unusable };
    Plain::of(page, rules, outcome).needs_browser(false)
}

/// Words of a page's text; none where it has none.
fn words(page: &Snapshot, rules: &Rules) -> u64 {
    let text = extract::extract(&Page::from(page), rules).unwrap_or_default();
    text.clauses.iter().map(|clause| word_count(&clause.text)).sum()
}

fn has_scripts(body: &[u8]) -> bool {
    body.windows(7).any(|window| window.eq_ignore_ascii_case(b"<script"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_worked_is_gone_to_straight_and_plain_is_tried_again_now_and_then() {
        let ways: String = (0..=25)
            .map(|rendered| if first(Rendering::Auto, rendered) == Way::Plain { 'p' } else { 'b' })
            .collect();
        assert_eq!(ways, "pbbbbbbbbbbbpbbbbbbbbbbbpb");
        assert!((0..99).all(|n| first(Rendering::Always, n) == Way::Browser));
        assert!((0..99).all(|n| first(Rendering::Never, n) == Way::Plain));
    }

    #[test]
    fn the_browser_is_asked_where_scripts_might_bring_the_policy() {
        let plain = |outcome, status, is_html, is_thin| Plain { outcome, status, is_html, is_thin };
        use Outcome as O;
        for (page, never_rendered, rendered) in [
            (plain(O::Unusable, 200, true, true), true, true),
            (plain(O::Unusable, 202, true, false), true, true),
            (plain(O::Unusable, 403, true, false), true, true),
            (plain(O::Unusable, 503, true, false), true, true),
            (plain(O::Unusable, 404, true, false), false, true),
            (plain(O::Unusable, 429, true, false), false, true),
            (plain(O::Unusable, 500, true, false), false, true),
            (plain(O::Unusable, 200, false, false), false, true),
            (plain(O::First, 200, true, true), true, true),
            (plain(O::First, 200, true, false), false, true),
            (plain(O::Changed, 200, true, false), false, true),
            (plain(O::Held, 200, true, true), true, true),
            (plain(O::Unchanged, 200, true, true), false, false),
            (plain(O::NotModified, 304, true, true), false, false),
        ] {
            let asked = (page.needs_browser(false), page.needs_browser(true));
            assert_eq!(asked, (never_rendered, rendered), "{page:?}");
        }
    }
}
