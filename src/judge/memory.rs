//! What is remembered of a source between looks: bounded, whatever its history.

use std::collections::HashSet;

use jiff::Timestamp;

use super::restless::Restless;

/// How many clauses are remembered; the oldest are forgotten first. Forgetting costs at most one notice too many.
const MOST: usize = 4096;
/// How memories are written; those before knew no restless places.
const FORMAT: u8 = 2;

/// What a source is known by, apart from its latest version.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    /// Clauses of earlier versions that the latest hasn't, oldest first.
    gone: Vec<u64>,
    /// A text that waits for a second look.
    pub(super) hold: Option<Hold>,
    /// Places whose words changed lately.
    pub(super) restless: Restless,
}

/// A text that waits for a second look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hold {
    /// Stands for its words.
    pub(super) fingerprint: u64,
    /// How many looks more it was seen at.
    pub(super) looks: u32,
    /// When it was seen first.
    pub(super) since: Timestamp,
    /// How many looks more there were, of whatever texts, since the page last showed the policy as it was.
    pub(super) doubts: u32,
    /// When the first of them was.
    pub(super) doubted_since: Timestamp,
}

impl Hold {
    /// A text seen for the first time, when nothing waited.
    pub(super) fn new(fingerprint: u64, at: Timestamp) -> Self {
        Self { fingerprint, looks: 0, since: at, doubts: 0, doubted_since: at }
    }
}

impl Memory {
    /// Reads a memory back; what can't be read is as good as none.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self::decode(bytes).unwrap_or_default()
    }

    fn decode(bytes: &[u8]) -> Option<Self> {
        let (head, rest) = bytes.split_first_chunk::<34>()?;
        let (format, held) = (head[0], head[1] == 1);
        let number = |at: usize| Some(u32::from_le_bytes(head[at..at + 4].try_into().ok()?));
        let time = |at: usize| {
            let ms = i64::from_le_bytes(head[at..at + 8].try_into().ok()?);
            Timestamp::from_millisecond(ms).ok()
        };
        let hold = Hold {
            fingerprint: u64::from_le_bytes(head[2..10].try_into().ok()?),
            looks: number(10)?,
            since: time(14)?,
            doubts: number(22)?,
            doubted_since: time(26)?,
        };
        let (restless, rest) = match format {
            1 => (Restless::default(), rest),
            FORMAT => Restless::decode(rest)?,
            _ => return None,
        };
        let (clauses, []) = rest.as_chunks::<8>() else { return None };
        let gone = clauses.iter().map(|c| u64::from_le_bytes(*c)).collect();
        Some(Self { gone, hold: held.then_some(hold), restless })
    }

    /// The memory as bytes, at most 34 kB.
    pub fn to_bytes(&self) -> Vec<u8> {
        let hold = self.hold.unwrap_or(Hold::new(0, Timestamp::UNIX_EPOCH));
        let mut bytes = vec![FORMAT, u8::from(self.hold.is_some())];
        bytes.extend(hold.fingerprint.to_le_bytes());
        bytes.extend(hold.looks.to_le_bytes());
        bytes.extend(hold.since.as_millisecond().to_le_bytes());
        bytes.extend(hold.doubts.to_le_bytes());
        bytes.extend(hold.doubted_since.as_millisecond().to_le_bytes());
        self.restless.encode(&mut bytes);
        bytes.extend(self.gone.iter().flat_map(|k| k.to_le_bytes()));
        bytes
    }

    /// Whether the next look counts although it finds the same page as the last one.
    pub fn is_waiting(&self) -> bool {
        self.restless.is_waiting()
    }

    /// Whether a clause was in an earlier version.
    pub(super) fn has_seen(&self, clause: u64) -> bool {
        self.gone.contains(&clause)
    }

    pub(super) fn forget(&mut self, clauses: &[u64]) {
        let clauses: HashSet<&u64> = clauses.iter().collect();
        self.gone.retain(|k| !clauses.contains(k));
    }

    pub(super) fn add(&mut self, clauses: &[u64]) {
        self.forget(clauses);
        self.gone.extend_from_slice(clauses);
        self.gone.drain(..self.gone.len().saturating_sub(MOST));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_memory_survives_being_written_down_and_is_bounded() {
        let mut memory = Memory::default();
        assert_eq!(Memory::from_bytes(&memory.to_bytes()), memory);
        memory.add(&(0..5000).collect::<Vec<_>>());
        let hold = Hold::new(7, "2026-03-01T00:00:00Z".parse().unwrap());
        memory.hold = Some(Hold { looks: 3, doubts: 5, doubted_since: Timestamp::UNIX_EPOCH, ..hold });
        assert_eq!(Memory::from_bytes(&memory.to_bytes()), memory);
        assert!(memory.to_bytes().len() < 34_000);
        assert!(!memory.has_seen(0) && memory.has_seen(4999));
    }

    #[test]
    fn a_memory_of_an_earlier_release_is_read() {
        let memory = Memory { gone: vec![1, 2], ..Memory::default() };
        let mut bytes = memory.to_bytes();
        bytes[0] = 1;
        bytes.remove(34);
        assert_eq!(Memory::from_bytes(&bytes), memory);
    }

    #[test]
    fn a_damaged_memory_is_no_memory() {
        let bytes = Memory::default().to_bytes();
        for damaged in [&bytes[..5], &[&bytes[..], &[1]].concat(), &[9; 50], b""] {
            assert_eq!(Memory::from_bytes(damaged), Memory::default());
        }
    }
}
