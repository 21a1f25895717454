//! What of a channel's queue is told now, what together, and what waits: pure, `now` in and a [`Plan`] out.
//!
//! A channel tells at once, or at the times of its [`Rhythm`]; not in its [`Quiet`] hours; and not more often than its
//! [`Rate`] allows. What is critical waits for none of these. What is released together is told together, and so is a
//! burst: several sources on one page, or many of one service. In all this the notices of one source keep their order.
//!
//! Nothing is dropped here: what isn't told now is told later, and what is folded is told by the notice that takes its
//! place.

mod parse;
mod plan;
mod policy;

pub use parse::{quiet, rate, rhythm};
pub use plan::{Message, Plan, Why, plan};
pub use policy::{Policy, Quiet, Rate, Rhythm};

#[cfg(test)]
mod tests;
