//! A page of its own: everything it needs is in it.

use super::STYLE;
use crate::diff::render::escape;

/// The page's own sheet.
const PAGE: &str = include_str!("page.css");

/// A whole document around fragments of HTML; it loads nothing from anywhere, and says so to the browser.
pub fn html_page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>{}</title>\n<style>\n{PAGE}{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n",
        escape::html(title)
    )
}
