//! What an import did.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::model::Outcome;
use crate::store::Record;

/// What an import did.
#[derive(Debug, Default)]
pub struct Tally {
    /// Captures judged and recorded.
    pub recorded: AtomicU64,
    /// Captures no later than what was recorded before.
    pub known: AtomicU64,
    /// Redirects and other answers that are no pages.
    pub passed_over: AtomicU64,
    /// Captures dated after the import itself: a history that begins tomorrow would hide what happens today.
    pub future: AtomicU64,
    /// Captures that could not be read.
    pub unreadable: AtomicU64,
    /// First versions.
    pub first: AtomicU64,
    /// Changes told, or that would have been.
    pub changed: AtomicU64,
    /// Addresses that were no source and became one.
    pub sources: AtomicU64,
}

impl Tally {
    pub(super) fn add(counter: &AtomicU64) {
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn count(&self, record: &Record) {
        Self::add(&self.recorded);
        match record.check.outcome {
            Outcome::First => Self::add(&self.first),
            Outcome::Changed => Self::add(&self.changed),
            _ => {}
        }
    }
}
