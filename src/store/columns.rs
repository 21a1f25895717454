//! How times, enums and names stand in columns.

use jiff::Timestamp;

use super::error::{Fault, Query};
use crate::model::{Cause, Deed, DeliveryState, Digest, Outcome, Severity, Sight, SourceId};

/// Milliseconds since 1970; what is finer is cut off.
pub(super) fn ms(at: Timestamp) -> i64 {
    at.as_millisecond()
}

/// The instant of a stored number of milliseconds.
pub(super) fn time(ms: i64) -> Query<Timestamp> {
    Timestamp::from_millisecond(ms).map_err(|e| Fault::corrupt("a time", e))
}

/// Like [`time`], but where one damaged row must not hide the others: no instant is as good as the nearest.
pub(super) fn time_or_bound(ms: i64) -> Timestamp {
    let bound = if ms < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_millisecond(ms).unwrap_or(bound)
}

/// The instant of a stored number of milliseconds, where there is one.
pub(super) fn time_if(ms: Option<i64>) -> Query<Option<Timestamp>> {
    ms.map(time).transpose()
}

/// A source's id as stored.
pub(super) fn source_id(name: &str) -> Query<SourceId> {
    name.parse().map_err(|e| Fault::corrupt(format!("source `{name}`"), e))
}

/// A digest as stored.
pub(super) fn digest(bytes: &[u8]) -> Query<Digest> {
    let bytes = bytes.try_into().map_err(|_| Fault::corrupt("a digest", "it does not have 32 bytes"))?;
    Ok(Digest(bytes))
}

/// A stored number that is never negative.
pub(super) fn count(number: i64) -> Query<u64> {
    number.try_into().map_err(|e| Fault::corrupt("a count", e))
}

/// The value of a `LIMIT`; SQLite reads a negative one as none.
pub(super) fn limit(limit: Option<usize>) -> i64 {
    limit.map_or(-1, |limit| i64::try_from(limit).unwrap_or(i64::MAX))
}

/// Enums stored as small numbers. A code is for ever: new variants get new ones.
pub(super) trait Coded: Copy + Sized + 'static {
    /// What the enum is called in an error.
    const NAME: &'static str;
    /// Every variant.
    const ALL: &'static [Self];
    /// The number that is stored.
    fn code(self) -> i64;

    /// The variant of a stored number.
    fn decode(code: i64) -> Query<Self> {
        let found = Self::ALL.iter().copied().find(|variant| variant.code() == code);
        found.ok_or_else(|| Fault::corrupt(Self::NAME, format!("there is no code {code}")))
    }
}

impl Coded for Outcome {
    const NAME: &'static str = "the outcome of a check";
    const ALL: &'static [Self] = &[
        Self::NotModified,
        Self::Unchanged,
        Self::First,
        Self::Changed,
        Self::Held,
        Self::Unusable,
        Self::Failed,
    ];

    fn code(self) -> i64 {
        match self {
            Self::NotModified => 0,
            Self::Unchanged => 1,
            Self::First => 2,
            Self::Changed => 3,
            Self::Held => 4,
            Self::Unusable => 5,
            Self::Failed => 6,
        }
    }
}

impl Coded for Cause {
    const NAME: &'static str = "the cause of a version";
    const ALL: &'static [Self] = &[Self::Publisher, Self::Extractor];

    fn code(self) -> i64 {
        match self {
            Self::Publisher => 0,
            Self::Extractor => 1,
        }
    }
}

impl Coded for Severity {
    const NAME: &'static str = "the severity of a change";
    const ALL: &'static [Self] = &[Self::Minor, Self::Major, Self::Critical];

    fn code(self) -> i64 {
        match self {
            Self::Minor => 0,
            Self::Major => 1,
            Self::Critical => 2,
        }
    }
}

impl Coded for DeliveryState {
    const NAME: &'static str = "the state of a delivery";
    const ALL: &'static [Self] = &[Self::Pending, Self::Delivered, Self::Dead, Self::Folded];

    /// The queries of the outbox and its index name these numbers.
    fn code(self) -> i64 {
        match self {
            Self::Pending => 0,
            Self::Delivered => 1,
            Self::Dead => 2,
            Self::Folded => 3,
        }
    }
}

impl Coded for Deed {
    const NAME: &'static str = "what was done in a review";
    const ALL: &'static [Self] = &[Self::Acknowledged, Self::Assigned, Self::Commented, Self::Reopened];

    /// The queries of the reviews name these numbers.
    fn code(self) -> i64 {
        match self {
            Self::Acknowledged => 0,
            Self::Assigned => 1,
            Self::Commented => 2,
            Self::Reopened => 3,
        }
    }
}

impl Coded for Sight {
    const NAME: &'static str = "how a pinned clause stands";
    const ALL: &'static [Self] = &[Self::Found, Self::Changed, Self::Missing];

    fn code(self) -> i64 {
        match self {
            Self::Found => 0,
            Self::Changed => 1,
            Self::Missing => 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads_back<T: Coded + PartialEq + std::fmt::Debug>() {
        for &variant in T::ALL {
            assert_eq!(T::decode(variant.code()).unwrap(), variant);
        }
        assert!(T::decode(99).is_err());
    }

    #[test]
    fn every_code_reads_back_as_what_it_was() {
        reads_back::<Outcome>();
        reads_back::<Cause>();
        reads_back::<Severity>();
        reads_back::<DeliveryState>();
        reads_back::<Deed>();
        reads_back::<Sight>();
    }
}
