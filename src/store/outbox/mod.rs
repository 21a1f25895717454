//! Notices on their way: queued with the change they tell, attempted until delivered or given up.
//!
//! - `queue`: how a notice gets in, with what it tells and in the same transaction;
//! - `turn`: what a channel's next turn is about, and what was decided of it;
//! - `settle`: what came of an attempt, for the delivery and for its channel;
//! - `beats`: what is told by the clock;
//! - `channels`: which are switched off, and which rest;
//! - `list`: what people see.

mod beats;
mod channels;
mod list;
mod queue;
mod settle;
mod turn;

use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Row;

pub use channels::DisabledChannel;
pub use list::{DeliveryFilter, Listing, Unreadable};
pub(super) use queue::queue;
pub use settle::{Receiver, Settlement};
pub use turn::{Arrangement, Start, Turn};

use super::columns::{Coded as _, time};
use super::error::{Fault, Query};
use crate::model::{Delivery, DeliveryState};

/// One try to hand a notice over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When it ended.
    pub at: Timestamp,
    /// How long it took; kept in milliseconds.
    pub took: Duration,
    /// What came of it.
    pub outcome: Attempted,
    /// What the receiver said, for people.
    pub detail: String,
}

/// What came of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempted {
    /// The receiver took it.
    Delivered,
    /// It did not: once more at this time.
    Retry {
        /// When.
        due_at: Timestamp,
    },
    /// It did not, and that was the last attempt.
    Dead,
}

/// A delivery's row with its notice, as [`delivery`] reads it.
const SELECT: &str = "
    SELECT deliveries.*, notices.content FROM deliveries JOIN notices ON notices.id = deliveries.notice";

fn delivery(row: &Row<'_>) -> Query<Delivery> {
    let id: i64 = row.get("id")?;
    let damaged = |why: &dyn std::fmt::Display| Fault::corrupt(format!("delivery {id}"), why.to_string());
    let (channel, content): (String, String) = (row.get("channel")?, row.get("content")?);
    Ok(Delivery {
        id,
        notice: serde_json::from_str(&content).map_err(|e| damaged(&e))?,
        channel: channel.parse().map_err(|e| damaged(&e))?,
        state: DeliveryState::decode(row.get("state")?)?,
        attempts: row.get("attempts")?,
        due_at: time(row.get("due_at")?)?,
        queued_at: time(row.get("queued_at")?)?,
        last_result: row.get("last_result")?,
    })
}
