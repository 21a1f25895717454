//! How many words runs of blocks hold.

use std::ops::Range;

use super::outline::Block;

/// Words of a run of blocks.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    /// Running text.
    pub(super) prose: u32,
    /// Everything.
    pub(super) words: u32,
    /// Link text.
    pub(super) linked: u32,
    /// Links.
    pub(super) links: u32,
}

/// Sums of all blocks before each block, so that any run of them costs one subtraction: pages nest deep, and each level
/// asks about its blocks again.
pub(super) struct Sums(Vec<Sum>);

impl Sums {
    /// Sums over all blocks; `None` stands for one that doesn't count.
    pub(super) fn new<'a>(blocks: impl Iterator<Item = Option<&'a Block>>) -> Self {
        let mut sum = Sum::default();
        let mut sums = vec![sum];
        for block in blocks {
            if let Some(block) = block {
                sum.prose += if block.is_prose() { block.weight } else { 0 };
                sum.words += block.weight;
                sum.linked += block.linked;
                sum.links += if block.linked > 0 { block.clause.links.len().max(1) as u32 } else { 0 };
            }
            sums.push(sum);
        }
        Self(sums)
    }

    /// Over all blocks.
    pub(super) fn of_all(&self) -> Sum {
        self.0.last().copied().unwrap_or_default()
    }

    /// Over a run of blocks.
    pub(super) fn of(&self, range: &Range<usize>) -> Sum {
        let (from, to) = (self.0[range.start], self.0[range.end]);
        Sum {
            prose: to.prose - from.prose,
            words: to.words - from.words,
            linked: to.linked - from.linked,
            links: to.links - from.links,
        }
    }
}
