//! Stories about fineprint, told through its public interfaces; one binary, a file per story.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a story that can't be told fails")]

mod access;
mod blind;
mod browser;
mod channels;
mod cli;
mod config;
mod crash;
mod daemon_check;
mod daemon_watch;
mod delivery;
mod demo;
mod effective_dates;
mod evidence;
mod export;
mod fetch;
mod full_disk;
mod hostile;
mod import;
mod layering;
mod loop_delivery;
mod loop_doubt;
mod loop_history;
mod loop_pins;
mod loop_policy;
mod loop_reminders;
mod mail;
mod need;
mod policies;
mod process;
mod readme;
mod store;
mod summaries;
mod web;
mod webhook;
mod world;
