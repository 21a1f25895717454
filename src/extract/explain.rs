//! What extraction makes of a page, block by block, for whoever wonders.

use serde::{Deserialize, Serialize};

use super::contracts::{self, Contract};
use super::dropped::Dropped;
use super::ignore::Ignore;
use super::select;
use super::{Error, Opened, Page, open, shell};
use crate::model::{Clause, Rules, Text};

/// What extraction makes of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The policy, as [`super::extract`] gives it.
    pub text: Text,
    /// Every block of the page in reading order; what is no text, and what `remove` matches, isn't among them.
    pub parts: Vec<Part>,
    /// The selectors of the rules that match nothing on the page.
    pub unmatched: Vec<String>,
    /// The contracts on it, where it holds several and none is selected.
    pub contracts: Vec<Contract>,
}

/// A block of a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Its words.
    pub clause: Clause,
    /// Why it isn't part of the policy, if it isn't.
    pub dropped: Option<Dropped>,
}

/// Reads a page as [`super::extract`] does, and tells what became of each block.
pub fn explain(page: &Page<'_>, rules: &Rules) -> Result<Explained, Error> {
    let ignore = Ignore::new(&rules.ignore)?;
    let mut explained = match open(page, rules)? {
        Opened::Page { tree, mut outline, .. } => {
            let unmatched = std::mem::take(&mut outline.unmatched);
            let clauses = outline.blocks.iter().map(|block| block.clause.clone());
            let fates = select::fates(&outline);
            let contracts = match rules.select.is_empty() {
                true => contracts::find(&tree, &outline, &fates),
                false => Vec::new(),
            };
            let mut parts: Vec<Part> =
                clauses.zip(&fates).map(|(clause, dropped)| Part { clause, dropped: *dropped }).collect();
            let shown = contracts::shown(&tree, &outline, &fates);
            let markup = Text { shown, ..select::keep(outline, fates) };
            let kept = parts.iter_mut().filter(|part| part.dropped.is_none());
            kept.zip(&markup.clauses).for_each(|(part, clause)| part.clause.clone_from(clause));
            let text = match rules.select.is_empty() {
                true => shell::filled(page, markup.clone()),
                false => markup.clone(),
            };
            if text != markup {
                parts.iter_mut().for_each(|part| part.dropped = part.dropped.or(Some(Dropped::Shell)));
                parts.extend(text.clauses.iter().map(|c| Part { clause: c.clone(), dropped: None }));
            }
            Explained { parts, unmatched, contracts, text }
        }
        Opened::Document(document, unmatched) => {
            Explained { text: document.text(), parts: document.parts, unmatched, contracts: Vec::new() }
        }
    };
    ignore.cut_all(&mut explained.text);
    for part in explained.parts.iter_mut().filter(|part| part.dropped.is_none()) {
        let whole = part.clause.text.clone();
        if !ignore.cut(&mut part.clause) {
            part.clause.text = whole;
            part.dropped = Some(Dropped::Ignored);
        }
    }
    Ok(explained)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::extract;

    const PAGE: &str = r#"<title>Terms</title><nav><a href=/>Home</a> <a href=/p>Pricing</a></nav><main><h1>Terms</h1>
        <p>Updated 3 days ago</p><p>You must be at least eighteen years old to use the service.</p>
        <div class=newsletter>Sign up</div><ul><li><a href=/a>Privacy</a><li><a href=/b>Cookies</a></ul></main>
        <footer>© Acme</footer>"#;

    fn told(rules: &Rules) -> Vec<String> {
        let page =
            Page { body: PAGE.as_bytes(), content_type: Some("text/html"), url: "https://acme.example/" };
        let explained = explain(&page, rules).unwrap();
        let kept = explained.parts.iter().filter(|part| part.dropped.is_none()).map(|part| &part.clause);
        assert!(kept.eq(&explained.text.clauses));
        assert_eq!(explained.text, extract(&page, rules).unwrap());
        let part = |part: &Part| match part.dropped {
            Some(why) => format!("{why:?}: {}", part.clause.text),
            None => format!("kept: {}", part.clause.text),
        };
        explained
            .parts
            .iter()
            .map(part)
            .chain(explained.unmatched.iter().map(|s| format!("unmatched: {s}")))
            .collect()
    }

    #[test]
    fn every_block_is_kept_or_has_a_reason() {
        insta::assert_snapshot!(told(&Rules::default()).join("\n"), @"
    Furniture: Home Pricing
    kept: Terms
    SideNote: Updated 3 days ago
    kept: You must be at least eighteen years old to use the service.
    Named: Sign up
    Links: Privacy
    Links: Cookies
    Furniture: © Acme
    ");
    }

    #[test]
    fn a_selector_that_matches_nothing_is_named() {
        let rules = Rules {
            select: vec!["main".into(), "#terms".into()],
            remove: vec![".ad".into()],
            ..Rules::default()
        };
        let told = told(&rules);
        assert_eq!(told[told.len() - 2..], ["unmatched: #terms", "unmatched: .ad"]);
    }

    #[test]
    fn what_is_ignored_is_said() {
        let ignore = vec!["Sign.*".to_owned(), "at least ".to_owned(), r"^Updated \d+".to_owned()];
        let told = told(&Rules { select: vec!["main".into()], ignore, ..Rules::default() });
        assert_eq!(
            told[1..4].join("\n"),
            "kept: days ago\nkept: You must be eighteen years old to use the service.\nIgnored: Sign up"
        );
    }
}
