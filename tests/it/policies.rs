//! Pages of fictional providers in seven languages (`tests/policies/`): what is read of them, and what a change to them
//! is taken for.
//!
//! `NAME.html` is a page as a provider publishes it, `NAME.md` the policy in it. A new case is two files.

mod bounds;
mod edited;
mod furniture;
mod model;
mod page;
mod pages;
mod restyled;
pub mod unusable;
