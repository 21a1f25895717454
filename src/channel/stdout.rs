//! Standard output: for a program that reads along, for the journal, for trying things out.
//!
//! It knows no id: a notice that was written when the process was killed is written again.

use std::io::Write as _;

use async_trait::async_trait;
use jiff::Timestamp;

use super::aside::Aside;
use super::record::Shape;
use super::{Channel, Error, Receipt};
use crate::model::Notice;

/// `[channels.NAME.stdout]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// What is written of each notice.
    pub shape: Shape,
}

/// The standard output of this process.
pub(super) struct Stdout {
    shape: Shape,
    aside: Aside,
}

impl Stdout {
    pub fn new(settings: Settings) -> Self {
        Self { shape: settings.shape, aside: Aside::default() }
    }
}

#[async_trait]
impl Channel for Stdout {
    async fn send(&self, notice: &Notice, _at: Timestamp) -> Result<Receipt, Error> {
        let record = self.shape.record(notice);
        let write = move || {
            // One lock for the whole record: nothing else gets in between.
            let mut out = std::io::stdout().lock();
            out.write_all(&record)
                .and_then(|()| out.flush())
                .map_err(|error| format!("standard output: {error}"))
        };
        self.aside.run(write).await.map(|()| Receipt("written to standard output".to_owned()))
    }

    fn preview(&self, notice: &Notice, _at: Timestamp) -> String {
        String::from_utf8_lossy(&self.shape.record(notice)).trim_end().to_owned()
    }
}
