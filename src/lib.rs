//! fineprint watches the pages on which providers publish terms, policies and limits.

pub mod archive;
pub mod channel;
pub mod check;
pub mod cli;
pub mod clock;
pub mod config;
mod crash;
pub mod daemon;
pub mod deliver;
pub mod demo;
pub mod diff;
pub mod engine;
pub mod extract;
pub mod fetch;
pub mod import;
pub mod judge;
pub mod model;
pub mod net;
pub mod notice;
pub mod schedule;
pub mod store;
