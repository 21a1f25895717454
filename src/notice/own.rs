//! Notices about fineprint itself: its channels.

use jiff::Timestamp;

use super::health::minute;
use crate::model::{ChannelName, News, Notice, NoticeId, Severity, SourceId};

/// The notice that a channel's receiver takes nothing since `since`; it goes to the other channels.
pub fn channel_failing(channel: &ChannelName, at: Timestamp, since: Timestamp, why: &str) -> Notice {
    Notice {
        severity: Severity::Major,
        subject: format!("Channel `{channel}` fails: {why}"),
        summary: format!(
            "Nothing has reached it since {}: {why}. What is meant for it waits, for three days; it is tried again \
             at least every half hour.",
            minute(since)
        ),
        ..about_channel(channel, News::ChannelFailing, "chf", at, since)
    }
}

/// The notice that a channel that was failing since `since` works again.
pub fn channel_recovered(channel: &ChannelName, at: Timestamp, since: Timestamp) -> Notice {
    Notice {
        subject: format!("Channel `{channel}` works again"),
        summary: format!(
            "It failed from {} to {}. What waited for it is on its way.",
            minute(since),
            minute(at)
        ),
        ..about_channel(channel, News::ChannelRecovered, "chr", at, since)
    }
}

/// The notice that a channel is switched off because its receiver is gone.
pub fn channel_disabled(channel: &ChannelName, at: Timestamp, why: &str) -> Notice {
    Notice {
        severity: Severity::Major,
        subject: format!("Channel `{channel}` is disabled: {why}"),
        summary: "Nothing is sent to it until its settings change or `fineprint notices --retry`. What waited for it \
                  is given up; `fineprint notices --state dead` lists it."
            .to_owned(),
        more: "fineprint notices --state dead".to_owned(),
        ..about_channel(channel, News::ChannelFailing, "chd", at, at)
    }
}

fn about_channel(channel: &ChannelName, news: News, prefix: &str, at: Timestamp, since: Timestamp) -> Notice {
    let id = NoticeId::derive(prefix, &[channel.as_str(), &since.to_string()]);
    let terms = format!("channel {channel}");
    Notice {
        more: "fineprint notices --state pending".to_owned(),
        ..own(id, news, channel.as_str(), terms, at)
    }
}

/// A notice about no page: `name` stands where a source's terms do.
pub(super) fn own(id: NoticeId, news: News, name: &str, terms: String, at: Timestamp) -> Notice {
    Notice {
        id,
        news,
        source: SourceId::own(name),
        service: "fineprint".to_owned(),
        terms,
        url: String::new(),
        at,
        previous_at: None,
        severity: Severity::Minor,
        topics: Vec::new(),
        reasons: Vec::new(),
        effective: None,
        subject: String::new(),
        summary: String::new(),
        words_added: 0,
        words_removed: 0,
        excerpts: Vec::new(),
        cut: 0,
        more: String::new(),
        folded: Vec::new(),
    }
}
