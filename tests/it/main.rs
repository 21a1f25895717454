//! Stories about fineprint, told through its public interfaces; one binary, a file per story.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that can't be told fails")]

mod config;
mod fetch;
mod hostile;
mod store;
mod web;
mod webhook;
