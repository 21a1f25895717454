//! A diff as people and programs read it: on a terminal, as a patch, as Markdown, as JSON.

mod clause;
pub mod escape;
pub mod fold;
mod json;
mod markdown;
mod terminal;
mod unified;
mod wrap;

pub use json::json;
pub use markdown::markdown;
pub use terminal::{Terminal, terminal};
pub use unified::unified;

#[cfg(test)]
mod tests;
