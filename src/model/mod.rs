//! The nouns of fineprint: plain data, no behaviour beyond reading itself.
//!
//! A [`Source`] is one page of one service's terms. A check of it brings a [`Snapshot`] (the page as
//! received), from which a [`Version`] (the policy's [`Text`], a list of [`Clause`]s) is extracted. Two
//! versions make a [`Change`], a change makes a [`Notice`], and a notice on its way to a channel is a
//! [`Delivery`].

mod change;
mod check;
mod heartbeat;
mod id;
mod notice;
mod pin;
mod remind;
mod request;
mod retention;
mod review;
mod robots;
mod secret;
mod snapshot;
mod source;
mod summary;
mod text;
mod topic;
mod version;
mod watch;
mod ways;

pub use change::{Change, EffectiveDate, EffectiveKind, Severity};
pub use check::{Check, Outcome};
pub use heartbeat::Heartbeat;
pub use id::{ChannelName, Digest, InvalidName, NoticeId, SourceId, slug};
pub use notice::{Circuit, Delivery, DeliveryState, Excerpt, ExcerptKind, Folded, News, Notice, Queued, Run};
pub use pin::{Pin, PinState, Sight};
pub use remind::Remind;
pub use request::{Method, Proxy, Request};
pub use retention::{Keep, Retention};
pub use review::{Deed, Review, ReviewState, Reviewed};
pub use robots::{Robots, RobotsFile, Said};
pub use secret::Secret;
pub use snapshot::{Asked, Peer, Received, Snapshot, Validators};
pub use source::{Rendering, Rules, Schedule, Source};
pub use summary::{Summary, SummarySettings};
pub use text::{Clause, Kind, Shown, Text};
pub use topic::{SeverityRule, Topic, TopicName, TopicRules};
pub use version::{Cause, Version};
pub use watch::Watch;
pub use ways::Ways;
