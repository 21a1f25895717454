//! A diff as people and programs read it: on a terminal, as a patch, as Markdown, as HTML, as JSON.

mod blocks;
mod clause;
pub mod escape;
pub mod fold;
mod html;
mod json;
mod markdown;
mod side;
mod stretch;
mod terminal;
mod unified;
mod word_diff;
mod wrap;

pub use html::{Html, STYLE, Styles, html, html_page, html_runs};
pub use json::json;
pub use markdown::markdown;
pub use side::side_by_side;
pub use terminal::{Terminal, terminal};
pub use unified::unified;
pub use word_diff::word_diff;

#[cfg(test)]
mod tests;
