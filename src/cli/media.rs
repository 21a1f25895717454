//! What a file is, by its name, and what a page would be called as a file.

use std::path::Path;

/// What a file is said to be, as a server would say it; without a charset, for a page that was saved says itself in
/// which one it is, or it is guessed.
pub(super) fn of(file: &Path) -> Option<&'static str> {
    Some(match file.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "html" | "htm" => "text/html",
        "xhtml" => "application/xhtml+xml",
        "md" | "markdown" => "text/markdown",
        "txt" => "text/plain",
        "pdf" => "application/pdf",
        "json" => "application/json",
        "xml" => "application/xml",
        "rss" => "application/rss+xml",
        "atom" => "application/atom+xml",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _ => return None,
    })
}

/// What the bytes of a page are that no terminal can show, as the ending of a file's name.
pub(super) fn binary_ending(body: &[u8]) -> Option<&'static str> {
    let head = &body[..body.len().min(1024)];
    if head.windows(5).any(|window| window == b"%PDF-") {
        return Some("pdf");
    }
    if body.starts_with(b"PK\x03\x04") {
        return Some("docx");
    }
    head.contains(&0).then_some("bin")
}
