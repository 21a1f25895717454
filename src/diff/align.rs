//! Which clause of the text before is which clause of the text after.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use super::key::Numbers;
use super::pair::{self, Bag, Bags};
use super::parts::{self, Cut};
use super::{BORDER, Diff, Edit, rewritten, rows, runs, sequence};
use crate::model::{Clause, Text};

/// What became of each clause of `before` on its way to `after`.
///
/// The work is bounded by a little more than the size of both texts: clauses are aligned by their keys, and
/// words are only compared between clauses that share rare ones.
pub fn compare(before: &Text, after: &Text) -> Diff {
    let before = &*before.compared_with(after);
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
#[derive(Clone)]
enum Link {
    /// The same words in the same place.
    Kept(usize),
    /// The same words elsewhere.
    Moved(usize),
    /// Like words in the same place.
    Reworded(usize),
    /// Like words elsewhere.
    Strayed(usize),
    /// The first of so many parts of it.
    Split(usize, usize),
    /// A part that isn't the first.
    Part,
    /// These together.
    Merged(Range<usize>),
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
    /// The key of the heading above each of these clauses, as a number.
    old_places: Vec<u32>,
    new_places: Vec<u32>,
    /// How many clauses the texts have in common at the start.
    head: usize,
}

impl<'a> Matching<'a> {
    fn new(before: &'a Text, after: &'a Text) -> Self {
        let (old, new) = (&before.clauses[..], &after.clauses[..]);
        let same = |(a, b): &(&Clause, &Clause)| a.text == b.text;
        let head = old.iter().zip(new).take_while(same).count();
        let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(same).count();
        let tail = in_place(old, new, tail);
        let mut numbers = Numbers::default();
        let (old_all, new_all) = (head..old.len() - tail, head..new.len() - tail);
        let ids = |clauses: &[Clause], numbers: &mut Numbers| -> Vec<u32> {
            clauses.iter().map(|clause| numbers.of(&clause.text)).collect()
        };
        let old_ids = ids(&old[old_all.clone()], &mut numbers);
        let new_ids = ids(&new[new_all.clone()], &mut numbers);
        let old_places = places(old, old_all, &mut numbers);
        let new_places = places(new, new_all, &mut numbers);
        Self {
            old,
            new,
            found: vec![false; old.len()],
            origin: vec![None; new.len()],
            old_ids,
            new_ids,
            old_places,
            new_places,
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
        let (old_placed, new_placed) = self.placed();
        for stretch in sequence::align(&old_placed, &new_placed, 1) {
            if stretch.kept {
                stretch.old.zip(stretch.new).for_each(|(o, n)| self.link(o + head, n + head, Link::Kept));
            } else {
                self.keep_in(stretch.old, stretch.new, &mut gaps);
            }
        }
        gaps
    }

    /// The keys of clauses; those that stand in several places are only the same under the same heading.
    fn placed(&self) -> (Vec<u32>, Vec<u32>) {
        let mut counts: HashMap<u32, (u32, u32)> = HashMap::new();
        self.old_ids.iter().for_each(|id| counts.entry(*id).or_default().0 += 1);
        self.new_ids.iter().for_each(|id| counts.entry(*id).or_default().1 += 1);
        let mut pairs: HashMap<(u32, u32), u32> = HashMap::new();
        let mut placed = |(id, place): (&u32, &u32)| match counts.get(id) {
            // Numbers of keys and of pairs must not meet.
            Some((0..=1, 0..=1)) | None => *id * 2,
            Some(_) => {
                let next = pairs.len() as u32;
                *pairs.entry((*id, *place)).or_insert(next) * 2 + 1
            }
        };
        let old = self.old_ids.iter().zip(&self.old_places).map(&mut placed).collect();
        let new = self.new_ids.iter().zip(&self.new_places).map(&mut placed).collect();
        (old, new)
    }

    /// Links what is the same in the same order whatever the headings above it, between what was linked by them.
    fn keep_in(&mut self, old: Range<usize>, new: Range<usize>, gaps: &mut Vec<Gap>) {
        let stretches = sequence::align(&self.old_ids[old.clone()], &self.new_ids[new.clone()], 1);
        for stretch in stretches {
            let shift = |range: Range<usize>, by: usize| range.start + by..range.end + by;
            let (old, new) =
                (shift(stretch.old, old.start + self.head), shift(stretch.new, new.start + self.head));
            if stretch.kept {
                old.zip(new).for_each(|(o, n)| self.link(o, n, Link::Kept));
            } else {
                gaps.push(Gap { old, new });
            }
        }
    }

    /// Links what is the same elsewhere: what no other is the same as, then what stands beside it, then what stands
    /// under the same heading, and then first come, first served.
    fn find_moved(&mut self) {
        let mut places: HashMap<u32, VecDeque<usize>> = HashMap::new();
        let mut under: HashMap<(u32, u32), VecDeque<usize>> = HashMap::new();
        for (i, id) in self.old_ids.iter().enumerate().filter(|(i, _)| !self.found[self.head + i]) {
            places.entry(*id).or_default().push_back(i);
            under.entry((*id, self.old_places[i])).or_default().push_back(i);
        }
        let lost: Vec<usize> =
            (0..self.new_ids.len()).filter(|i| self.origin[self.head + i].is_none()).collect();
        let mut wanted: HashMap<u32, u32> = HashMap::new();
        lost.iter().for_each(|i| *wanted.entry(self.new_ids[*i]).or_default() += 1);
        for i in &lost {
            let id = self.new_ids[*i];
            if let Some([old]) = places.get(&id).map(VecDeque::as_slices).map(|(slice, _)| slice)
                && wanted[&id] == 1
            {
                self.move_here(*old, *i);
            }
        }
        lost.iter().for_each(|i| self.move_beside(*i, 1));
        lost.iter().rev().for_each(|i| self.move_beside(*i, -1));
        for i in &lost {
            let key = (self.new_ids[*i], self.new_places[*i]);
            for queue in [under.get_mut(&key), places.get_mut(&key.0)].into_iter().flatten() {
                while self.origin[self.head + i].is_none()
                    && let Some(old) = queue.pop_front()
                {
                    self.move_here(old, *i);
                }
            }
        }
    }

    /// Links a clause that is the same as the one behind (1) or before (-1) the origin of its neighbour.
    fn move_beside(&mut self, i: usize, step: isize) {
        let neighbour = (self.head + i).checked_add_signed(-step).and_then(|i| self.origin.get(i));
        let Some(Some(Link::Moved(origin) | Link::Kept(origin))) = neighbour else { return };
        let old = origin.checked_add_signed(step).and_then(|old| old.checked_sub(self.head));
        if let Some(old) = old.filter(|old| self.old_ids.get(*old) == Some(&self.new_ids[i])) {
            self.move_here(old, i);
        }
    }

    fn move_here(&mut self, old: usize, new: usize) {
        let (old, new) = (self.head + old, self.head + new);
        if !self.found[old] && self.origin[new].is_none() {
            self.link(old, new, Link::Moved);
        }
    }

    /// Links what is alike: in each gap in order, then, of what is still left, anywhere.
    fn find_reworded(&mut self, gaps: &[Gap]) {
        let mut bags = Bags::default();
        let (mut old_rest, mut new_rest) = (Vec::new(), Vec::new());
        for gap in gaps {
            let (old, new) = self.left(gap);
            for (old, new) in rows::pairs((self.old, &old), (self.new, &new)) {
                self.link(old, new, Link::Reworded);
            }
            let (old, new) = self.left(gap);
            let (old, new) = (bags.of(self.old, &old), bags.of(self.new, &new));
            for (old, new) in pair::in_order(&old, &new) {
                self.link(old, new, Link::Reworded);
            }
            self.find_cut(&old, &new);
            old_rest.extend(old.into_iter().filter(|bag| !self.found[bag.clause]));
            new_rest.extend(new.into_iter().filter(|bag| self.origin[bag.clause].is_none()));
        }
        for (old, new) in pair::anywhere(old_rest, new_rest) {
            self.link(old, new, Link::Strayed);
        }
        for gap in gaps {
            self.find_rewritten(gap, &mut bags);
        }
    }

    /// Links what stands in the place of something else, between what was linked in a gap.
    fn find_rewritten(&mut self, gap: &Gap, bags: &mut Bags) {
        let mut pairs = Vec::new();
        let (mut from, mut new) = (gap.old.start, Vec::new());
        for i in gap.new.clone() {
            let stood = match &self.origin[i] {
                None => {
                    new.push(i);
                    continue;
                }
                Some(Link::Kept(old) | Link::Reworded(old) | Link::Split(old, _)) => *old..*old + 1,
                Some(Link::Merged(old)) => old.clone(),
                Some(Link::Moved(_) | Link::Strayed(_) | Link::Part) => continue,
            };
            if stood.start >= from {
                self.rewritten_in(from..stood.start, std::mem::take(&mut new), bags, &mut pairs);
                from = stood.end;
            }
        }
        self.rewritten_in(from..gap.old.end, new, bags, &mut pairs);
        pairs.into_iter().for_each(|(old, new)| self.link(old, new, Link::Reworded));
    }

    /// The same in the part of a gap between two linked clauses.
    fn rewritten_in(
        &self,
        old: Range<usize>,
        new: Vec<usize>,
        bags: &mut Bags,
        pairs: &mut Vec<(usize, usize)>,
    ) {
        if new.is_empty() {
            return;
        }
        let old: Vec<usize> = old.filter(|i| !self.found[*i]).collect();
        pairs.extend(rewritten::pairs((self.old, &old), (self.new, &new), bags));
    }

    /// Links what was cut in several or put together, in a gap.
    fn find_cut(&mut self, old: &[Bag], new: &[Bag]) {
        // A whole may be linked to one of its parts already, and to nothing else.
        let linked: HashMap<usize, usize> = new
            .iter()
            .filter_map(|bag| match self.origin[bag.clause] {
                Some(Link::Reworded(old)) => Some((old, bag.clause)),
                _ => None,
            })
            .collect();
        let is_free = |whole: usize, parts: &Range<usize>| {
            let whole_is_free = linked.get(&whole).is_none_or(|part| parts.contains(part));
            let is_part = |i: usize| self.origin[i].is_none() || linked.get(&whole) == Some(&i);
            whole_is_free && parts.clone().all(is_part)
        };
        for Cut { whole, parts } in parts::cuts(old, new, is_free) {
            self.found[whole] = true;
            self.origin[parts.clone()].fill(Some(Link::Part));
            self.origin[parts.start] = Some(Link::Split(whole, parts.len()));
        }
        let is_free = |whole: usize, parts: &Range<usize>| {
            let linked = match self.origin[whole] {
                None => None,
                Some(Link::Reworded(old)) if parts.contains(&old) => Some(old),
                Some(_) => return false,
            };
            parts.clone().all(|i| !self.found[i] || linked == Some(i))
        };
        for Cut { whole, parts } in parts::cuts(new, old, is_free) {
            self.found[parts.clone()].fill(true);
            self.origin[whole] = Some(Link::Merged(parts));
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
            edits.extend(self.edit(origin.as_ref(), after));
        }
        edits.extend(removed.map(|before| Edit::Removed { before }));
        edits
    }

    /// The edit that a clause of the text after is the first of.
    fn edit(&self, origin: Option<&Link>, after: usize) -> Option<Edit> {
        let joined = |clauses: &[Clause]| {
            let words: Vec<&str> = clauses.iter().map(|clause| clause.text.as_str()).collect();
            words.join(BORDER)
        };
        Some(match origin {
            None => Edit::Added { after },
            Some(Link::Part) => return None,
            Some(Link::Kept(before)) => Edit::Kept { before: *before, after },
            Some(Link::Moved(before)) => Edit::Moved { before: *before, after },
            Some(Link::Reworded(before) | Link::Strayed(before)) => {
                let (old, new) = (&self.old[*before], &self.new[after]);
                let runs = rows::row_runs(old, new).unwrap_or_else(|| runs(&old.text, &new.text));
                Edit::Reworded { before: *before, after, runs }
            }
            Some(Link::Split(before, parts)) => {
                let after = after..after + parts;
                let runs = parts::runs(&self.old[*before].text, &joined(&self.new[after.clone()]));
                Edit::Split { before: *before, after, runs }
            }
            Some(Link::Merged(before)) => {
                let runs = parts::runs(&joined(&self.old[before.clone()]), &self.new[after].text);
                Edit::Merged { before: before.clone(), after, runs }
            }
        })
    }

    /// For each clause of the text after, the first clause at or after it that stayed in its place, as its
    /// place in the text before: what was removed above that is shown above this clause.
    fn standpoints(&self) -> Vec<usize> {
        let mut stood = vec![self.old.len(); self.new.len()];
        let mut next = self.old.len();
        for (i, origin) in self.origin.iter().enumerate().rev() {
            match origin {
                Some(Link::Kept(old) | Link::Reworded(old) | Link::Split(old, _)) => next = *old,
                Some(Link::Merged(old)) => next = old.start,
                None | Some(Link::Moved(_) | Link::Strayed(_) | Link::Part) => {}
            }
            stood[i] = next;
        }
        stood
    }
}

/// How many clauses of a common end stand under the same heading, too.
fn in_place<'a>(old: &'a [Clause], new: &'a [Clause], tail: usize) -> usize {
    let is_heading = |clause: &&Clause| clause.level().is_some();
    let above = |clauses: &'a [Clause]| {
        let heading = clauses[..clauses.len() - tail].iter().rev().find(is_heading);
        heading.map(|heading| heading.text.as_str())
    };
    if above(old) == above(new) {
        return tail;
    }
    let end = &old[old.len() - tail..];
    end.iter().position(|clause| clause.level().is_some()).map_or(0, |first| tail - first)
}

/// The key of the heading above each clause of a part of a text, as a number.
fn places(clauses: &[Clause], part: Range<usize>, numbers: &mut Numbers) -> Vec<u32> {
    let above = clauses[..part.start].iter().rev().find(|clause| clause.level().is_some());
    let mut place = numbers.of(above.map_or("", |heading| heading.text.as_str()));
    let mut places = Vec::with_capacity(part.len());
    for clause in &clauses[part] {
        places.push(place);
        if clause.level().is_some() {
            place = numbers.of(&clause.text);
        }
    }
    places
}
