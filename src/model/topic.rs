//! What a change can be about.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{InvalidName, Severity};

/// What a change is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Accounts suspended, terminated, restricted; enforcement, strikes, deletion after termination.
    SuspensionTermination,
    /// Rate limits, quotas, tiers, access to an API or a feature, availability, deprecation.
    AccessLimits,
    /// Checks of identity, age, phone and business; credentials, several accounts, sharing accounts.
    Verification,
    /// Supported countries and regions, export control, sanctions, terms for a region.
    Geography,
    /// Prices, fees, billing, credits, refunds, taxes, failed payments.
    Payment,
    /// Appeals, complaints, support, arbitration, governing law, venue, limitation periods.
    AppealsDisputes,
    /// What users may and may not do.
    AcceptableUse,
    /// Privacy, retention, training on customer data, sharing, sub-processors, transfers, cookies.
    DataUse,
    /// Ownership of input and output, licences, copyright claims.
    Ip,
    /// Warranty, caps of liability, indemnity.
    Liability,
    /// Security measures, notices of breaches, audits, certifications.
    Security,
    /// How and when terms change, notice periods, effective dates.
    ChangesNotice,
    /// The contracting entity, addresses, contacts.
    ContactEntity,
    /// Nothing but a date changed.
    DatesOnly,
    /// None of these.
    Other,
    /// One that the configuration adds, `[topics.NAME]`.
    #[serde(untagged)]
    Own(TopicName),
}

impl Topic {
    /// The topics that every installation has, with their names, in the order of `docs/topics.md`.
    pub const ALL: [(&str, Self); 15] = [
        ("suspension_termination", Self::SuspensionTermination),
        ("access_limits", Self::AccessLimits),
        ("verification", Self::Verification),
        ("geography", Self::Geography),
        ("payment", Self::Payment),
        ("appeals_disputes", Self::AppealsDisputes),
        ("acceptable_use", Self::AcceptableUse),
        ("data_use", Self::DataUse),
        ("ip", Self::Ip),
        ("liability", Self::Liability),
        ("security", Self::Security),
        ("changes_notice", Self::ChangesNotice),
        ("contact_entity", Self::ContactEntity),
        ("dates_only", Self::DatesOnly),
        ("other", Self::Other),
    ];

    /// Its name, as in JSON and in `sources.toml`.
    pub fn name(&self) -> &str {
        match self {
            Self::Own(name) => &name.0,
            known => Self::ALL.iter().find(|(_, topic)| topic == known).map_or("other", |(name, _)| name),
        }
    }

    /// What people read for it: `suspension and termination`.
    pub fn label(&self) -> String {
        match self {
            Self::SuspensionTermination => "suspension and termination",
            Self::Geography => "countries and regions",
            Self::AppealsDisputes => "appeals and disputes",
            Self::Ip => "intellectual property",
            Self::ChangesNotice => "changes and notice",
            Self::ContactEntity => "entity and contact",
            plain => return plain.name().replace('_', " "),
        }
        .to_owned()
    }

    /// Whether an account can be lost over it: suspension, access, verification, geography.
    pub fn is_critical(&self) -> bool {
        matches!(
            self,
            Self::SuspensionTermination | Self::AccessLimits | Self::Verification | Self::Geography
        )
    }
}

impl FromStr for Topic {
    type Err = InvalidName;

    /// A name that isn't one of [`Topic::ALL`] is that of an own topic.
    fn from_str(s: &str) -> Result<Self, InvalidName> {
        let known = Self::ALL.into_iter().find(|(name, _)| *name == s).map(|(_, topic)| topic);
        known.map_or_else(|| s.parse().map(Self::Own), Ok)
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The name of an own topic.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TopicName(String);

impl FromStr for TopicName {
    type Err = InvalidName;

    /// Accepts `a-z 0-9 _`, at most 50 bytes.
    fn from_str(s: &str) -> Result<Self, InvalidName> {
        let is_name = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_');
        if (1..=50).contains(&s.len()) && s.bytes().all(is_name) {
            Ok(Self(s.to_owned()))
        } else {
            Err(InvalidName(s.to_owned(), "topic (expected a-z, 0-9, `_`)"))
        }
    }
}

/// What a configuration adds to how the changes of a source are assessed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TopicRules {
    /// Words for topics, known or own ones.
    pub topics: Vec<(Topic, Vec<String>)>,
    /// Severities for some changes, in the order of the file: the first that fits counts.
    pub severities: Vec<SeverityRule>,
}

/// A severity for changes that have one of the topics and one of the words; an empty list asks for nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeverityRule {
    /// What such a change is.
    pub severity: Severity,
    /// Topics, of which it has at least one.
    pub topics: Vec<Topic>,
    /// Words, of which at least one stands in a changed clause or in a heading above it.
    pub words: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_is_written_and_read_by_its_name() {
        let own = ("data_residency", Topic::Own("data_residency".parse().unwrap()));
        for (name, topic) in Topic::ALL.into_iter().chain([own]) {
            let json = serde_json::to_string(&topic).unwrap();
            assert_eq!(json, format!("\"{name}\""));
            assert_eq!(serde_json::from_str::<Topic>(&json).unwrap(), topic);
            assert_eq!(name.parse(), Ok(topic.clone()));
            assert_eq!(topic.to_string(), name);
        }
        for wrong in ["", "Data", "data use", "data-use", &"x".repeat(51)] {
            assert!(wrong.parse::<Topic>().is_err(), "{wrong}");
        }
    }
}
