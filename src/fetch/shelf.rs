//! What sites and hosts ask of their visitors, from one run to the next.

use async_trait::async_trait;
use jiff::Timestamp;
use url::Url;

use super::Fetcher;
use crate::model::RobotsFile;

/// Where it is kept. Nothing depends on it but politeness: what can't be had is asked for again.
#[async_trait]
pub trait Shelf: Send + Sync {
    /// The last robots.txt of a site.
    async fn robots(&self, origin: &str) -> Option<RobotsFile>;
    /// Keeps a robots.txt in place of the one before.
    async fn keep_robots(&self, file: RobotsFile);
    /// Until when a host asked to be left alone, if that isn't over.
    async fn rest(&self, host: &str, now: Timestamp) -> Option<Timestamp>;
    /// Keeps until when a host wants to be left alone; rests that are over `now` may go.
    async fn keep_rest(&self, host: &str, until: Timestamp, now: Timestamp);
}

impl Fetcher {
    /// Learns whether a host that this run hasn't visited asked an earlier one to be left alone.
    pub(super) async fn recall(&self, url: &Url) {
        let (Some(shelf), Some(host)) = (&self.shelf, url.host_str()) else { return };
        if self.pace.knows(host) {
            return;
        }
        let now = self.clock.now();
        if let Some(until) = shelf.rest(host, now).await {
            self.pace.leave_alone(url, until, now);
        }
    }
}
