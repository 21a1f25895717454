//! A sign of life.

use super::{ChannelName, Schedule, Secret};

/// The sign of life that is given by the clock, whether anything changed or not.
#[derive(Debug, Clone, PartialEq)]
pub struct Heartbeat {
    /// When.
    pub schedule: Schedule,
    /// Who is told, where no route says otherwise.
    pub notify: Vec<ChannelName>,
    /// An address that is asked for each time, so that somebody notices when it isn't any more. Who knows it can
    /// pretend to be us.
    pub ping: Option<Secret>,
}
