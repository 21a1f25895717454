//! Documents made to hurt: each ends soon, with a clear outcome.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use super::*;

/// A PDF of these objects, the first of which is its catalogue.
fn pdf(objects: &[String]) -> Vec<u8> {
    let mut out = String::from("%PDF-1.7\n");
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(out.len());
        write!(out, "{} 0 obj\n{object}\nendobj\n", index + 1).unwrap();
    }
    let start = out.len();
    write!(out, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).unwrap();
    places.iter().for_each(|place| writeln!(out, "{place:010} 00000 n ").unwrap());
    write!(out, "trailer\n<</Size {} /Root 1 0 R>>\nstartxref\n{start}\n%%EOF", objects.len() + 1).unwrap();
    out.into_bytes()
}

/// A PDF of one page that draws this.
fn drawing(content: &str, resources: &str, more: &[&str]) -> Vec<u8> {
    let page = [
        "<</Type /Catalog /Pages 2 0 R>>".into(),
        "<</Type /Pages /Kids [3 0 R] /Count 1>>".into(),
        format!(
            "<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources <<{resources}>> >>"
        ),
        format!("<</Length {}>>\nstream\n{content}\nendstream", content.len()),
    ];
    pdf(&page.into_iter().chain(more.iter().map(|object| (*object).to_owned())).collect::<Vec<_>>())
}

const FONT: &str = "/Font <</F <</Type /Font /Subtype /Type1 /BaseFont /Helvetica>> >>";

fn outcome(body: &[u8]) -> String {
    match read(body, "https://acme.example/terms") {
        Ok(text) => format!("{} clauses", text.clauses.len()),
        Err(error) => error.to_string(),
    }
}

#[test]
fn what_a_pdf_lacks_is_said() {
    let image = "<</Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 1>>\nstream\nx\nendstream";
    let scanned = drawing("q 500 0 0 700 40 40 cm /I Do Q", "/XObject <</I 5 0 R>>", &[image]);
    let text = "BT /F 12 Tf 72 700 Td (You must be eighteen.) Tj ET";
    for (body, expected) in [
        (drawing(text, FONT, &[]), "1 clauses"),
        (drawing("", FONT, &[]), "the page can't be read: it is a PDF without text"),
        (
            scanned,
            "the page can't be read: it is a PDF of pictures, as a scanner makes them: there is no text in it",
        ),
        (
            fs::read(folder("documents/password.pdf")).unwrap(),
            "the page can't be read: it is a PDF that opens with a password only",
        ),
        (
            b"%PDF-1.7\nno more".to_vec(),
            "the page can't be read: it is a PDF that is damaged, or only a part of one",
        ),
    ] {
        assert_eq!(outcome(&body), expected);
    }
}

#[test]
fn a_pdf_that_is_cut_off_or_damaged_ends_in_an_outcome() {
    let whole = fs::read(folder("documents/terms/fop.pdf")).unwrap();
    for part in 1..24 {
        outcome(&whole[..whole.len() * part / 24]);
        let mut damaged = whole.clone();
        let at = whole.len() * part / 24;
        damaged[at..(at + 40).min(whole.len())].fill(b'7');
        outcome(&damaged);
    }
}

#[test]
fn a_pdf_whose_pages_go_in_circles_or_never_end_is_refused() {
    let ring = pdf(&[
        "<</Type /Catalog /Pages 2 0 R>>".into(),
        "<</Type /Pages /Kids [2 0 R 3 0 R] /Count 2 /Parent 3 0 R>>".into(),
        "<</Type /Pages /Kids [2 0 R] /Count 1 /Parent 2 0 R>>".into(),
    ]);
    outcome(&ring);
    let kids = "3 0 R ".repeat(100_000);
    let endless = pdf(&[
        "<</Type /Catalog /Pages 2 0 R>>".into(),
        format!("<</Type /Pages /Kids [{kids}] /Count 100000>>"),
        "<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]>>".into(),
    ]);
    let told = outcome(&endless);
    assert!(
        told.ends_with("a PDF of more than 2,000 pages") || told.ends_with("a PDF without text"),
        "{told}"
    );
    let deep = drawing(&"q ".repeat(500_000), FONT, &[]);
    assert!(outcome(&deep).ends_with("a PDF without text"));
}

/// Numbers without any pattern (SplitMix64).
fn numbers(mut state: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % below as u64) as usize
    }
}

#[test]
fn documents_with_any_bytes_changed_end_in_an_outcome() {
    let names = [
        "terms/fop.pdf",
        "terms/reportlab.pdf",
        "agb/xhtml2pdf.pdf",
        "agb/weasyprint.pdf",
        "terms/pandoc.docx",
    ];
    let whole = names.map(|name| fs::read(folder("documents").join(name)).unwrap());
    for seed in 0..100 {
        let mut number = numbers(seed);
        let mut body = whole[number(whole.len())].clone();
        for _ in 0..=number(30) {
            let at = number(body.len());
            match number(4) {
                0 => body[at] = number(256) as u8,
                1 => body[at] = b"0123456789<>[]()/ "[number(18)],
                2 => drop(body.drain(at..(at + number(20)).min(body.len()))),
                _ => body.truncate(at.max(64)),
            }
        }
        outcome(&body);
    }
}

/// A page whose content unpacks to more than a gigabyte of nothing.
pub fn bomb() -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![b' '; 1 << 20];
    (0..1280).for_each(|_| encoder.write_all(&zeros).unwrap());
    let packed = encoder.finish().unwrap();
    let head = "%PDF-1.7\n1 0 obj\n<</Type /Catalog /Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type /Pages /Kids [3 0 R] /Count 1>>\nendobj\n\
        3 0 obj\n<</Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R>>\nendobj\n";
    let mut out = head.as_bytes().to_vec();
    write!(out, "4 0 obj\n<</Length {} /Filter /FlateDecode>>\nstream\n", packed.len()).unwrap();
    out.extend(packed);
    out.extend(b"\nendstream\nendobj\ntrailer\n<</Size 5 /Root 1 0 R>>\n%%EOF");
    out
}
