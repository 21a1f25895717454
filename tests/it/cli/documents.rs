//! Documents that are no web pages, as their reader meets them.

use std::fs;
use std::time::{Duration, Instant};

use super::*;
use crate::documents::hostile;

const SOURCES: &str =
    "[[source]]\nservice = \"Quillmere\"\nterms = \"Terms\"\nurl = \"https://quillmere.example/terms.pdf\"\n";

fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents").join(name)).unwrap()
}

#[test]
fn a_pdf_is_tried_like_a_page() {
    let place = Place::new();
    fs::write(place.path("terms.pdf"), fixture("terms/fpdf2.pdf")).unwrap();
    let told = place.run("try terms.pdf");
    assert!(told.contains(" under 12 headings"), "{told}");
    assert!(told.contains("Page 1 of 2 · Page 2 of 2"), "{told}");
    assert!(told.contains("repeats from page to page"), "{told}");
}

#[test]
fn a_document_is_taken_in_and_shown_and_its_file_comes_back_as_it_was() {
    let place = Place::new();
    place.write("sources.toml", SOURCES);
    for (at, name) in
        [("2026-03-01", "terms/fop.pdf"), ("2026-03-02", "terms/pandoc.docx"), ("2026-03-03", "terms.md")]
    {
        let file = name.rsplit('/').next().unwrap();
        fs::write(place.path(file), fixture(name)).unwrap();
        let told = place.run(&format!("ingest --source quillmere/terms --at {at} {file}"));
        assert!(!told.contains("exit code"), "{told}");
    }
    // The same words in three forms are one version.
    let log = place.run("log --all quillmere/terms");
    assert!(!log.contains("changed"), "{log}");
    let shown = place.run("show quillmere/terms");
    assert!(shown.starts_with("# Terms of Service\n\nLast updated: 14 April 2026\n"), "{shown}");
    assert!(shown.contains("\n| Growth | 2,000 | $5,000 |\n"), "{shown}");
    let raw = place.command("show quillmere/terms --raw").output().unwrap().stdout;
    assert_eq!(raw, fixture("terms/fop.pdf"));
}

#[test]
fn a_pdf_made_to_hurt_ends_in_an_outcome_and_takes_little() {
    let place = Place::new();
    fs::write(place.path("bomb.pdf"), hostile::bomb()).unwrap();
    let started = Instant::now();
    let told = place.run("try bomb.pdf");
    assert!(told.contains("error: the page can't be read: it is a PDF "), "{told}");
    assert!(told.ends_with("exit code 3"), "{told}");
    assert!(started.elapsed() < Duration::from_secs(60), "{:?}", started.elapsed());
}
