//! Places on a page whose words change at most looks: counters, quotations of the day, numbers of requests.
//!
//! They are told a few times, until it is known what they are. When one comes to rest with other words than the latest
//! version has, those are told: what stays is told in the end.

use std::collections::HashMap;

/// How many places are remembered; the oldest are forgotten first. Forgetting costs a few notices too many.
const MOST: usize = 32;
/// Where more places than this differ at once, none is taken for restless.
pub(super) const SPOTS: usize = 16;
/// A place is restless if it changed at so many of the last eight looks.
const CHANGES: u32 = 4;
/// All that differs at restless places together has at most so many words: a policy has no longer counters.
const WORDS: u64 = 60;

/// What differs at one place of a page: between two clauses that are the same as before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    /// Stands for the two clauses around it.
    pub(super) place: u64,
    /// Stands for the words there now.
    pub(super) content: u64,
    /// How many words differ.
    pub(super) words: u64,
}

/// A place where words changed, lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Place {
    place: u64,
    /// What stood there at the last look, if not the words of the latest version.
    content: Option<u64>,
    /// The last eight looks, the latest lowest: whether the words were others than at the look before.
    changes: u8,
}

/// The places where words changed lately, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Restless(Vec<Place>);

impl Restless {
    /// Takes note of a look at the policy, and says whether all that differs from the latest version stands at places
    /// that change at most looks.
    pub(super) fn look(&mut self, spots: &[Spot]) -> bool {
        let now: HashMap<u64, u64> = spots.iter().map(|spot| (spot.place, spot.content)).collect();
        for place in &mut self.0 {
            let content = now.get(&place.place).copied();
            place.changes = place.changes << 1 | u8::from(content != place.content);
            place.content = content;
        }
        let known: Vec<u64> = self.0.iter().map(|place| place.place).collect();
        let new = now.into_iter().filter(|(place, _)| !known.contains(place));
        self.0.extend(new.map(|(place, content)| Place { place, content: Some(content), changes: 1 }));
        self.0.retain(|place| place.changes > 0 || place.content.is_some());
        self.0.drain(..self.0.len().saturating_sub(MOST));
        let words: u64 = spots.iter().map(|spot| spot.words).sum();
        (1..=SPOTS).contains(&spots.len())
            && words <= WORDS
            && spots.iter().all(|spot| self.is_restless(spot.place))
    }

    fn is_restless(&self, place: u64) -> bool {
        self.0.iter().any(|p| p.place == place && p.changes.count_ones() >= CHANGES)
    }

    /// What stands everywhere is the latest version now.
    pub(super) fn settle(&mut self) {
        self.0.iter_mut().for_each(|place| place.content = None);
    }

    /// Whether each look counts, that at a page that is the same as the last one too: the page differs from the latest
    /// version at a place that may come to rest, or has come to rest with its words at one that the next change would
    /// make restless.
    pub(super) fn is_waiting(&self) -> bool {
        self.0.iter().any(|place| place.content.is_some() || place.changes.count_ones() + 1 >= CHANGES)
    }

    /// Reads places back, and gives what follows them.
    pub(super) fn decode(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (count, rest) = bytes.split_first()?;
        let (places, rest) = rest.split_at_checked(usize::from(*count) * 18)?;
        let (places, []) = places.as_chunks::<18>() else { return None };
        let number = |bytes: &[u8]| bytes.try_into().ok().map(u64::from_le_bytes);
        let place = |bytes: &[u8; 18]| {
            let content = number(&bytes[8..16])?;
            Some(Place {
                place: number(&bytes[..8])?,
                content: (bytes[16] == 1).then_some(content),
                changes: bytes[17],
            })
        };
        Some((Self(places.iter().map(place).collect::<Option<_>>()?), rest))
    }

    pub(super) fn encode(&self, bytes: &mut Vec<u8>) {
        bytes.push(self.0.len() as u8);
        for place in &self.0 {
            bytes.extend(place.place.to_le_bytes());
            bytes.extend(place.content.unwrap_or_default().to_le_bytes());
            bytes.extend([u8::from(place.content.is_some()), place.changes]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(content: u64) -> [Spot; 1] {
        [Spot { place: 7, content, words: 5 }]
    }

    #[test]
    fn a_place_that_changes_at_most_looks_is_restless_until_it_rests() {
        let mut restless = Restless::default();
        let looks = |restless: &mut Restless, contents: &[u64]| -> Vec<bool> {
            contents.iter().map(|content| restless.look(&spot(*content))).collect()
        };
        assert_eq!(
            looks(&mut restless, &[1, 2, 3, 4, 5, 5, 6]),
            [false, false, false, true, true, true, true]
        );
        assert!(restless.is_waiting());
        assert_eq!(looks(&mut restless, &[6, 6, 6, 6, 6]), [true, true, true, false, false]);
        looks(&mut restless, &[7, 8, 9, 10]);
        for quiet in 0..8 {
            assert_eq!(
                restless.is_waiting(),
                quiet < 7,
                "after {quiet} looks at the words of the latest version"
            );
            restless.look(&[]);
        }
        let mut many = Restless::default();
        (0..99).for_each(|n| _ = many.look(&[Spot { place: n, content: n, words: 1 }]));
        assert!(many.0.len() < 12, "what is quiet for eight looks is forgotten");
        let everywhere: Vec<Spot> = (0..99).map(|n| Spot { place: n, content: 1, words: 1 }).collect();
        many.look(&everywhere);
        assert_eq!(many.0.len(), MOST);
    }

    #[test]
    fn much_that_changes_is_not_restless() {
        let mut restless = Restless::default();
        let long = |content| [Spot { place: 7, content, words: WORDS + 1 }];
        assert!((1..9).all(|content| !restless.look(&long(content))));
    }

    #[test]
    fn what_is_remembered_reads_back() {
        let mut restless = Restless::default();
        restless.look(&spot(3));
        restless.look(&[]);
        restless.look(&[Spot { place: 1, content: 2, words: 3 }]);
        let mut bytes = Vec::new();
        restless.encode(&mut bytes);
        bytes.push(9);
        assert_eq!(Restless::decode(&bytes), Some((restless, &[9][..])));
        assert_eq!(Restless::decode(&bytes[..20]), None);
    }
}
