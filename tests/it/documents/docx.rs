//! Word documents: those that other programs write (`tests/documents/*/*.docx`), and what is in them that isn't shown.

use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;

/// A document with this body, and these styles and numberings.
fn docx(body: &str, styles: &str, numbering: &str) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, root: &str, xml: &str| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        write!(zip, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><w:{root} xmlns:w=\"w\">{xml}</w:{root}>")
            .unwrap();
    };
    add("word/document.xml", "document", &format!("<w:body>{body}</w:body>"));
    add("word/styles.xml", "styles", styles);
    add("word/numbering.xml", "numbering", numbering);
    zip.finish().unwrap().into_inner()
}

fn markdown(body: &str, styles: &str, numbering: &str) -> String {
    read(&docx(body, styles, numbering), "https://acme.example/terms").unwrap().to_markdown()
}

fn paragraph(properties: &str, text: &str) -> String {
    format!("<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
}

#[test]
fn a_text_reads_as_it_stands_with_all_changes_accepted() {
    let run = |text: &str| format!("<w:r><w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    let deleted = |text: &str| format!("<w:del><w:r><w:delText>{text}</w:delText></w:r></w:del>");
    let hidden = "<w:r><w:rPr><w:vanish/></w:rPr><w:t>draft</w:t></w:r>";
    let field = "<w:r><w:fldChar/></w:r><w:r><w:instrText>PAGEREF x</w:instrText></w:r>";
    let body = [
        format!("<w:p>{}{}<w:ins>{}</w:ins>{hidden}{field}</w:p>", run("Pay within "), deleted("30"), run("14 days.")),
        // The end of the first of these paragraphs was deleted.
        format!("<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{}</w:p><w:p>{}</w:p>", run("We may "), run("suspend you.")),
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Plan</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>Fee</w:t></w:r></w:p></w:tc></w:tr></w:tbl>".to_owned(),
        paragraph("", "&#x201C;You&#x201D; &amp; we</w:t><w:br/><w:t>agree."),
    ];
    assert_eq!(
        markdown(&body.concat(), "", ""),
        "Pay within 14 days.\n\nWe may suspend you.\n\n| Plan | Fee |\n\n“You” & we agree.\n"
    );
}

#[test]
fn headings_are_known_by_their_outline_level_in_any_language() {
    let styles = r#"<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>
        <w:style w:styleId="Klausel"><w:name w:val="Klausel"/><w:basedOn w:val="berschrift1"/></w:style>
        <w:style w:styleId="A"><w:name w:val="a"/><w:basedOn w:val="B"/></w:style><w:style w:styleId="B"><w:name w:val="b"/><w:basedOn w:val="A"/></w:style>
        <w:style w:styleId="V1"><w:name w:val="toc 1"/></w:style>"#;
    let body = [
        paragraph(r#"<w:pStyle w:val="V1"/>"#, "Haftung 7"),
        paragraph(r#"<w:pStyle w:val="Klausel"/>"#, "Haftung"),
        paragraph(r#"<w:outlineLvl w:val="1"/>"#, "Umfang"),
        paragraph(r#"<w:pStyle w:val="A"/>"#, "Wir haften."),
    ];
    assert_eq!(markdown(&body.concat(), styles, ""), "# Haftung\n\n## Umfang\n\nWir haften.\n");
}

#[test]
fn paragraphs_are_numbered_as_word_numbers_them() {
    let numbering = r#"<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
        <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%2)"/></w:lvl>
        <w:lvl w:ilvl="2"><w:numFmt w:val="bullet"/><w:lvlText w:val="·"/></w:lvl></w:abstractNum>
        <w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
        <w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>"#;
    let item = |list: u8, level: u8, text: &str| {
        paragraph(&format!(r#"<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{list}"/></w:numPr>"#), text)
    };
    let body = [
        item(1, 0, "first"),
        item(1, 1, "one"),
        item(1, 1, "two"),
        item(1, 2, "dot"),
        item(1, 0, "second"),
        item(1, 1, "again"),
        paragraph("", "Between."),
        item(1, 0, "third"),
        item(2, 0, "anew"),
        item(7, 0, "no such list"),
    ];
    assert_eq!(
        markdown(&body.concat(), "", numbering),
        "1. first\n  (a) one\n  (b) two\n    - dot\n2. second\n  (a) again\n\nBetween.\n\n3. third\n1. anew\n\nno such list\n"
    );
}

#[test]
fn a_document_made_to_hurt_is_refused() {
    let zeros = "<w:p/>".repeat(12 << 20);
    let deep = "<w:p>".repeat(10_000);
    for (body, expected) in [
        (docx(&zeros, "", ""), "it unpacks to more than any real document"),
        (docx(&deep, "", ""), "its elements nest deeper than any real document's"),
        (docx("</w:body><w:body><!-- ", "", ""), "XML that is broken"),
    ] {
        let told = read(&body, "https://acme.example/terms").unwrap_err().to_string();
        assert!(told.ends_with(expected), "{told}");
    }
    let whole = docx(&paragraph("", "You must be eighteen."), "", "");
    for length in 0..whole.len() {
        let _outcome = read(&whole[..length], "https://acme.example/terms");
    }
    let mut entities = ZipWriter::new(Cursor::new(Vec::new()));
    entities.start_file("word/document.xml", SimpleFileOptions::default()).unwrap();
    entities.write_all(b"<!DOCTYPE d [<!ENTITY a 'aaaa'>]><d>&a;</d>").unwrap();
    let told = read(&entities.finish().unwrap().into_inner(), "https://acme.example/terms").unwrap_err();
    assert_eq!(told.to_string(), "the page was not parsed: its XML declares entities of its own");
}
