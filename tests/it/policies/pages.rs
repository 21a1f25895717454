//! Every page gives its policy, the whole of it and nothing else.

use std::path::{Path, PathBuf};

use fineprint::extract::{Page, extract};
use fineprint::model::{Rules, Text};

/// The folder of the pages.
const PAGES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/policies");
/// Where what was read goes when it isn't what was expected, to be compared by eye.
const READ: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/policies");

/// Every page, sorted by path: its name (`en/terms-of-service`), the file, and its bytes.
pub(super) fn all() -> Vec<(String, PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for language in std::fs::read_dir(PAGES).unwrap() {
        for file in std::fs::read_dir(language.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|e| e == "html") {
                let name = path.strip_prefix(PAGES).unwrap().with_extension("");
                let bytes = std::fs::read(&path).unwrap();
                found.push((name.to_str().unwrap().to_owned(), path, bytes));
            }
        }
    }
    found.sort();
    found
}

/// What is read of a page.
pub(super) fn read(html: &[u8]) -> Text {
    let page =
        Page { body: html, content_type: Some("text/html"), url: "https://provider.example/legal/terms" };
    extract(&page, &Rules::default()).unwrap()
}

#[test]
fn every_page_gives_its_policy_and_nothing_else() {
    let pages = all();
    assert!(pages.len() >= 14, "only {} pages were found", pages.len());
    let wrong: Vec<String> = pages.iter().filter_map(|(name, path, html)| wrong(name, path, html)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// How the text of a page differs from the one expected.
fn wrong(name: &str, path: &Path, html: &[u8]) -> Option<String> {
    let expected = std::fs::read_to_string(path.with_extension("md")).unwrap_or_default();
    let actual = read(html).to_markdown();
    if actual == expected {
        return None;
    }
    let kept = Path::new(READ).join(name).with_extension("md");
    std::fs::create_dir_all(kept.parent().unwrap()).unwrap();
    std::fs::write(&kept, &actual).unwrap();
    let diff = similar::TextDiff::from_lines(&expected, &actual);
    Some(format!("{name}: (all of it is in {})\n{}", kept.display(), diff.unified_diff().context_radius(1)))
}

#[test]
fn every_page_is_the_same_when_it_is_read_again() {
    for (name, _, html) in all() {
        assert_eq!(read(&html), read(&html), "{name}");
    }
}
