//! The PDFs in `tests/documents`: three policies, each through many producers (`tests/documents/make.py`).

use std::collections::BTreeMap;
use std::fs;

use fineprint::extract::explain;
use fineprint::judge::{Look, Memory, Verdict, judge};

use super::*;

/// What is known to differ, and by how many clauses: a hyphen at the end of a line that may be part of the word or not
/// (`service-specific`), and nothing else in the document tells.
const DIFFER: [(&str, usize); 1] = [("terms/typst-columns.pdf", 1)];

fn documents(policy: &str) -> BTreeMap<String, PathBuf> {
    let files = fs::read_dir(folder("documents").join(policy)).unwrap().map(|file| file.unwrap().path());
    files.map(|path| (format!("{policy}/{}", path.file_name().unwrap().to_str().unwrap()), path)).collect()
}

#[test]
fn every_producer_gives_the_same_clauses() {
    let mut wrong = Vec::new();
    let mut producers = std::collections::BTreeSet::new();
    for policy in ["terms", "agb", "kiyaku"] {
        let expected = clauses(&file(&folder("documents").join(format!("{policy}.md"))));
        assert!(expected.len() > 20, "{expected:#?}");
        for (name, path) in documents(policy) {
            producers.insert(path.file_name().unwrap().to_owned());
            let read = clauses(&file(&path));
            let differ = differences(&expected, &read);
            let known = DIFFER.iter().find(|(known, _)| *known == name).map_or(0, |(_, clauses)| *clauses);
            if differ.len() != 2 * known || read.len() != expected.len() {
                wrong.push(format!("{name}:\n{}", differ.join("\n")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(producers.len() >= 20, "{producers:?}");
}

#[test]
fn a_policy_that_another_program_exported_again_is_no_change() {
    for policy in ["terms", "agb", "kiyaku"] {
        let texts: Vec<(String, Text)> =
            documents(policy).into_iter().map(|(name, path)| (name, file(&path))).collect();
        let (first, before) = &texts[0];
        for (name, text) in &texts[1..] {
            if DIFFER.iter().any(|(known, _)| known == name) {
                continue;
            }
            let at = "2026-03-01T12:00:00Z".parse().unwrap();
            let verdict = judge(Look { status: 200, text, at }, Some(before), &mut Memory::default());
            assert!(matches!(verdict, Verdict::Unchanged(_)), "{first} to {name}: {verdict:?}");
        }
    }
}

#[test]
fn running_heads_and_page_numbers_are_left_out_and_said() {
    let body = fs::read(folder("documents/terms/fpdf2.pdf")).unwrap();
    let page = Page { body: &body, content_type: None, url: "https://acme.example/" };
    let explained = explain(&page, &Rules::default()).unwrap();
    let dropped: Vec<&str> = explained
        .parts
        .iter()
        .filter(|part| part.dropped.is_some())
        .map(|part| part.clause.text.as_str())
        .collect();
    assert_eq!(dropped, ["Page 1 of 2", "Page 2 of 2"]);
}

#[test]
fn a_language_that_is_declared_is_known() {
    assert_eq!(file(&folder("documents/agb/chromium.pdf")).language, "de");
}
