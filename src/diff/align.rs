//! Which clause of the text before is which clause of the text after.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use super::key::Numbers;
use super::pair::{self, Bags};
use super::{Diff, Edit, runs, sequence};
use crate::model::{Clause, Text};

/// What became of each clause of `before` on its way to `after`.
///
/// The work is bounded by a little more than the size of both texts: clauses are aligned by their keys, and
/// words are only compared between clauses that share rare ones.
pub fn compare(before: &Text, after: &Text) -> Diff {
    let mut matching = Matching::new(before, after);
    let gaps = matching.keep();
    matching.find_moved();
    matching.find_reworded(&gaps);
    Diff { edits: matching.script() }
}

/// The part of both texts between two kept clauses.
struct Gap {
    old: Range<usize>,
    new: Range<usize>,
}

/// How a clause of the text after is one of the text before.
#[derive(Clone, Copy)]
enum Link {
    /// The same words in the same place.
    Kept(usize),
    /// The same words elsewhere.
    Moved(usize),
    /// Like words in the same place.
    Reworded(usize),
    /// Like words elsewhere.
    Strayed(usize),
}

/// What is known so far.
struct Matching<'a> {
    old: &'a [Clause],
    new: &'a [Clause],
    /// Whether each clause of the text before was found in the text after.
    found: Vec<bool>,
    /// Where each clause of the text after comes from.
    origin: Vec<Option<Link>>,
    /// The keys of both texts as numbers, without their common start and end.
    old_ids: Vec<u32>,
    new_ids: Vec<u32>,
    /// How many clauses the texts have in common at the start.
    head: usize,
}

impl<'a> Matching<'a> {
    fn new(before: &'a Text, after: &'a Text) -> Self {
        let (old, new) = (&before.clauses[..], &after.clauses[..]);
        let same = |(a, b): &(&Clause, &Clause)| a.text == b.text;
        let head = old.iter().zip(new).take_while(same).count();
        let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(same).count();
        let mut numbers = Numbers::default();
        let mut ids = |clauses: &[Clause]| -> Vec<u32> {
            clauses[head..clauses.len() - tail].iter().map(|clause| numbers.of(&clause.text)).collect()
        };
        let (old_ids, new_ids) = (ids(old), ids(new));
        Self {
            old,
            new,
            found: vec![false; old.len()],
            origin: vec![None; new.len()],
            old_ids,
            new_ids,
            head,
        }
    }

    fn link(&mut self, old: usize, new: usize, how: fn(usize) -> Link) {
        self.found[old] = true;
        self.origin[new] = Some(how(old));
    }

    /// Links what is the same in the same order, and returns the gaps between.
    fn keep(&mut self) -> Vec<Gap> {
        let head = self.head;
        let tail = self.old.len() - head - self.old_ids.len();
        let (old_end, new_end) = (self.old.len() - tail, self.new.len() - tail);
        (0..head).for_each(|i| self.link(i, i, Link::Kept));
        (0..tail).for_each(|i| self.link(old_end + i, new_end + i, Link::Kept));
        let mut gaps = Vec::new();
        for stretch in sequence::align(&self.old_ids, &self.new_ids, 1) {
            let shift = |range: Range<usize>| range.start + head..range.end + head;
            let (old, new) = (shift(stretch.old), shift(stretch.new));
            if stretch.kept {
                old.zip(new).for_each(|(o, n)| self.link(o, n, Link::Kept));
            } else {
                gaps.push(Gap { old, new });
            }
        }
        gaps
    }

    /// Links what is the same elsewhere, first come, first served.
    fn find_moved(&mut self) {
        let mut places: HashMap<u32, VecDeque<usize>> = HashMap::new();
        for (i, id) in self.old_ids.iter().enumerate().filter(|(i, _)| !self.found[self.head + i]) {
            places.entry(*id).or_default().push_back(self.head + i);
        }
        for i in 0..self.new_ids.len() {
            let new = self.head + i;
            if self.origin[new].is_none()
                && let Some(old) = places.get_mut(&self.new_ids[i]).and_then(VecDeque::pop_front)
            {
                self.link(old, new, Link::Moved);
            }
        }
    }

    /// Links what is alike: in each gap in order, then, of what is still left, anywhere.
    fn find_reworded(&mut self, gaps: &[Gap]) {
        let mut bags = Bags::default();
        let (mut old_rest, mut new_rest) = (Vec::new(), Vec::new());
        for gap in gaps {
            let (old, new) = self.left(gap);
            let (old, new) = (bags.of(self.old, &old), bags.of(self.new, &new));
            for (old, new) in pair::in_order(&old, &new) {
                self.link(old, new, Link::Reworded);
            }
            old_rest.extend(old.into_iter().filter(|bag| !self.found[bag.clause]));
            new_rest.extend(new.into_iter().filter(|bag| self.origin[bag.clause].is_none()));
        }
        for (old, new) in pair::anywhere(old_rest, new_rest) {
            self.link(old, new, Link::Strayed);
        }
    }

    /// The clauses of a gap that have no counterpart yet.
    fn left(&self, gap: &Gap) -> (Vec<usize>, Vec<usize>) {
        (
            gap.old.clone().filter(|i| !self.found[*i]).collect(),
            gap.new.clone().filter(|i| self.origin[*i].is_none()).collect(),
        )
    }

    /// The edits in reading order: before each clause, what was removed between its neighbours.
    fn script(&self) -> Vec<Edit> {
        let mut edits = Vec::with_capacity(self.old.len().max(self.new.len()));
        let mut removed = (0..self.old.len()).filter(|i| !self.found[*i]).peekable();
        let stood = self.standpoints();
        for (after, origin) in self.origin.iter().enumerate() {
            while let Some(before) = removed.next_if(|i| *i < stood[after]) {
                edits.push(Edit::Removed { before });
            }
            edits.push(match *origin {
                None => Edit::Added { after },
                Some(Link::Kept(before)) => Edit::Kept { before, after },
                Some(Link::Moved(before)) => Edit::Moved { before, after },
                Some(Link::Reworded(before) | Link::Strayed(before)) => {
                    let runs = runs(&self.old[before].text, &self.new[after].text);
                    Edit::Reworded { before, after, runs }
                }
            });
        }
        edits.extend(removed.map(|before| Edit::Removed { before }));
        edits
    }

    /// For each clause of the text after, the first clause at or after it that stayed in its place, as its
    /// place in the text before: what was removed above that is shown above this clause.
    fn standpoints(&self) -> Vec<usize> {
        let mut stood = vec![self.old.len(); self.new.len()];
        let mut next = self.old.len();
        for (i, origin) in self.origin.iter().enumerate().rev() {
            if let Some(Link::Kept(old) | Link::Reworded(old)) = origin {
                next = *old;
            }
            stood[i] = next;
        }
        stood
    }
}
