//! Which blocks of a page are its policy.

use std::collections::HashSet;
use std::ops::Range;

use url::Url;

use crate::model::{Clause, Kind, Text};

use super::dropped::Dropped;
use super::outline::{self, Block, Outline, Role};
use super::pager::counts_entries;
use super::relative_time::tells_relative_time;
use super::sums::{Sum, Sums};

/// Furniture holds less of a page's running text than this. An area that holds more is the policy itself, whatever it
/// calls itself: whole pages are wrapped in `<form>` or `<aside>`.
const FURNITURE_SHARE: f64 = 0.35;
/// The same for an area that doesn't hold the page's title, if enough is left outside: a consent layer can be longer
/// than the policy below it.
const LAYER_SHARE: f64 = 0.85;
/// How much running text must be left outside of such a layer, in words.
const LEFT_OUTSIDE: u32 = 100;
/// The same for a layer of at most this many words that has a choice of buttons: short policies have such layers, too.
const LAYER_PROSE: u32 = 200;
const LEFT_BELOW: u32 = 12;
/// Areas known only by the names their authors gave them hold less than this together, small ones that is: beyond it,
/// names lie.
const NAMED_SHARE: f64 = 0.25;
/// An area with more running text than this is only furniture by its name if it has something to click.
const NAMED_PROSE: u32 = 40;
/// `<main>` is believed if it holds at least this much of the running text that isn't furniture.
const MAIN_SHARE: f64 = 0.5;
/// What stands before a title is no policy if it has at most this share of the running text that follows.
const TITLE_SHARE: f64 = 0.3;

/// A question that only wants a click has at most this many words.
const QUESTION: u32 = 12;
/// What stands around a form ("Stay up to date", "Thank you, your message has been received") has at most this many words.
const FORM_WORDS: u32 = 40;
/// The same around a field alone is not all that a short page says, but one word in so many.
const FORM_SHARE: u32 = 4;
/// A copyright line has at most this many words.
const COPYRIGHT: u32 = 16;

/// So many words of a block tell whether it is one word over and over.
const MEASURED: usize = 40;

/// Keeps the policy of a page.
pub(super) fn policy(outline: Outline) -> Text {
    let fates = fates(&outline);
    keep(outline, fates)
}

/// Keeps the blocks of a page that aren't dropped.
pub(super) fn keep(outline: Outline, fates: Vec<Option<Dropped>>) -> Text {
    let kept = outline.blocks.into_iter().zip(fates).filter(|(_, fate)| fate.is_none());
    let mut clauses: Vec<Clause> = kept.map(|(block, _)| block.clause).collect();
    outline::resolve(outline.base.as_ref(), clauses.iter_mut());
    Text { title: outline.title, language: outline.language, clauses, ..Text::default() }
}

/// For each block of a page, why it is dropped, if it is.
pub(super) fn fates(outline: &Outline) -> Vec<Option<Dropped>> {
    let mut page = Page { outline, fates: vec![None; outline.blocks.len()] };
    if !outline.selected {
        page.drop_twins();
        page.drop_furniture();
        page.keep_main();
        page.drop_link_lists();
        page.drop_side_notes();
        page.drop_before_title();
        page.drop_links_at_ends();
    }
    page.drop_bare_headings();
    page.fates
}

/// What is known of a page while its furniture is carried out.
struct Page<'a> {
    outline: &'a Outline,
    /// Why a block is dropped, if it is.
    fates: Vec<Option<Dropped>>,
}

impl<'a> Page<'a> {
    fn is_kept(&self, block: usize) -> bool {
        self.fates[block].is_none()
    }

    /// The words in each area that are still kept; a question about an area then costs nothing.
    fn sums(&self) -> Sums {
        Sums::new(self.outline.blocks.iter().zip(&self.fates).map(|(b, fate)| fate.is_none().then_some(b)))
    }

    fn kept_blocks(&self, area: usize) -> impl Iterator<Item = &'a Block> {
        let range = self.outline.areas[area].blocks.clone();
        let blocks = &self.outline.blocks[range.clone()];
        blocks.iter().zip(&self.fates[range]).filter(|(_, fate)| fate.is_none()).map(|(b, _)| b)
    }

    fn drop(&mut self, block: usize, why: Dropped) {
        self.fates[block] = self.fates[block].or(Some(why));
    }

    /// Visits areas, each before those inside it; those inside a dropped one aren't visited.
    fn drop_areas(&mut self, mut fate: impl FnMut(&Self, usize) -> Option<Dropped>) {
        let mut area = 1;
        while area < self.outline.areas.len() {
            if let Some(why) = fate(self, area) {
                self.outline.areas[area].blocks.clone().for_each(|block| self.drop(block, why));
                area = self.outline.areas[area].end;
            } else {
                area += 1;
            }
        }
    }

    /// Drops what isn't shown, because it is shown elsewhere: however much of the page it is, nothing is lost.
    fn drop_twins(&mut self) {
        if self.outline.areas.iter().all(|area| area.role != Role::Hidden) {
            return;
        }
        let blocks = &self.outline.blocks;
        let hidden: Vec<bool> = blocks.iter().map(|b| self.is_hidden(b.area)).collect();
        let of =
            |is_hidden| blocks.iter().zip(&hidden).filter(move |(_, h)| **h == is_hidden).map(|(b, _)| b);
        // What has another number of words is no twin, and needn't be spelled out.
        let weights: HashSet<u32> = of(true).map(|b| b.weight).collect();
        let shown: HashSet<String> =
            of(false).filter(|b| weights.contains(&b.weight)).map(|b| letters(&b.clause.text)).collect();
        let all = Sums::new(blocks.iter().map(Some));
        let is_twice = |b: &&Block| shown.contains(&letters(&b.clause.text));
        let twice =
            Sums::new(blocks.iter().zip(&hidden).map(|(b, h)| Some(b).filter(|_| *h).filter(is_twice)));
        self.drop_areas(|page, index| {
            let area = &page.outline.areas[index];
            // Most of it is shown elsewhere.
            let is_twin = twice.of(&area.blocks).words * 10 >= all.of(&area.blocks).words * 7;
            (area.role == Role::Hidden && is_twin).then_some(Dropped::Hidden)
        });
    }

    fn drop_furniture(&mut self) {
        let sums = self.sums();
        let Sum { prose: total, words: all, .. } = sums.of_all();
        let (mut left, mut spared) = (total, 0);
        let title = self.outline.blocks.iter().position(|b| b.clause.kind == Kind::Heading(1));
        let names_lie = f64::from(self.named_prose(&sums)) > NAMED_SHARE * f64::from(total);
        let main = self.outline.areas.iter().find(|a| a.role == Role::Main);
        let is_named = |Sum { prose, words, linked, .. }: Sum, controls: u32| match () {
            _ if names_lie => controls >= 2 || (prose == 0 && linked * 2 >= words),
            _ => prose <= NAMED_PROSE || controls > 0,
        };
        self.drop_areas(|page, index| {
            let area = &page.outline.areas[index];
            let sum = sums.of(&area.blocks);
            let prose = sum.prose;
            let holds_title = title.is_none_or(|t| area.blocks.contains(&t));
            let names_page = title.is_some() && holds_title && area.controls == 0;
            // The fewer words a layer with buttons has, the less may be left below it.
            let asks = area.controls >= 2;
            let least = if asks && prose <= LAYER_PROSE { LEFT_BELOW } else { LEFT_OUTSIDE };
            let is_layer = !holds_title && left.saturating_sub(prose) >= least;
            let share = if is_layer { LAYER_SHARE } else { FURNITURE_SHARE };
            let stands_beside =
                main.is_some_and(|m| !overlap(&m.blocks, &area.blocks)) && prose <= NAMED_PROSE;
            let (is_dropped, why) = match area.role {
                Role::Furniture if stands_beside => (true, Dropped::Furniture),
                _ if f64::from(prose) > share * f64::from(total) => return None,
                Role::Furniture => (true, Dropped::Furniture),
                Role::Anchored if page.is_section(index) => return None,
                Role::Named | Role::Links if page.is_heading(index) => return None,
                Role::Named | Role::Links if index < spared => return None,
                Role::Named | Role::Links if names_page && page.is_title(index) => {
                    // What stands beside the title is named after the same band: a date.
                    spared = area.end;
                    return None;
                }
                Role::Links if sum.links == 0 && area.controls == 0 => return None,
                Role::Named | Role::Links | Role::Anchored => (is_named(sum, area.controls), Dropped::Named),
                Role::Header => (!page.is_title(index), Dropped::Header),
                Role::Hidden => (prose == 0, Dropped::Hidden),
                Role::Plain if page.surrounds_form(index, sum, all) => (true, Dropped::Furniture),
                Role::Plain => (page.asks_for_a_click(index), Dropped::Furniture),
                Role::Main | Role::Article | Role::Table => return None,
            };
            left -= if is_dropped { prose } else { 0 };
            is_dropped.then_some(why)
        });
    }

    /// The running text in all small areas that are furniture by their name only.
    fn named_prose(&self, sums: &Sums) -> u32 {
        let total = f64::from(sums.of_all().prose);
        let (mut index, mut words) = (1, 0);
        while let Some(area) = self.outline.areas.get(index) {
            let prose = sums.of(&area.blocks).prose;
            let is_small = f64::from(prose) <= NAMED_SHARE * total;
            index = match area.role {
                Role::Named | Role::Links | Role::Anchored if is_small => {
                    // What asks for a choice of buttons is what its name says.
                    words += if area.controls >= 2 { 0 } else { prose };
                    area.end
                }
                Role::Furniture if is_small => area.end,
                _ => index + 1,
            };
        }
        words
    }

    fn is_hidden(&self, mut area: usize) -> bool {
        while area != 0 {
            if self.outline.areas[area].role == Role::Hidden {
                return true;
            }
            area = self.outline.areas[area].parent;
        }
        false
    }

    /// A heading, or what begins with one and goes on with text: a section of the policy, whatever its anchor is called.
    fn is_section(&self, area: usize) -> bool {
        let area = &self.outline.areas[area];
        let [first, rest @ ..] = &self.outline.blocks[area.blocks.clone()] else { return false };
        let goes_on = rest.is_empty() || rest.iter().any(Block::is_prose);
        area.controls == 0 && first.clause.level().is_some() && goes_on
    }

    /// Nothing but a heading: what it is called may be about where it is listed.
    fn is_heading(&self, area: usize) -> bool {
        let area = &self.outline.areas[area];
        let [heading] = &self.outline.blocks[area.blocks.clone()] else { return false };
        area.controls == 0 && heading.clause.level().is_some() && heading.linked == 0
    }

    /// A few words around a form, around a field to write in and a button, or around what closes them: a newsletter, a
    /// search, a chat, a bar.
    fn surrounds_form(&self, area: usize, sum: Sum, all: u32) -> bool {
        let area = &self.outline.areas[area];
        let asks = area.closers > 0 || (area.fields > 0 && area.controls > area.fields);
        sum.words <= FORM_WORDS && (area.wraps_form || (asks && sum.words * FORM_SHARE <= all))
    }

    /// A header that names the document: a heading and little else, hardly any of it links.
    fn is_title(&self, area: usize) -> bool {
        let (mut heading, mut words, mut linked) = (false, 0, 0);
        for block in self.kept_blocks(area) {
            heading |= matches!(block.clause.kind, Kind::Heading(1 | 2));
            words += block.weight;
            linked += block.linked;
        }
        heading && linked * 3 <= words
    }

    /// A short question with buttons below it: "Was this page helpful?"
    fn asks_for_a_click(&self, area: usize) -> bool {
        let Range { start, end } = self.outline.areas[area].blocks;
        let blocks = &self.outline.blocks[start..end];
        let is_question = |b: &Block| b.weight <= QUESTION && b.clause.text.ends_with(['?', '？', '؟']);
        self.outline.areas[area].controls >= 2
            && blocks.first().is_some_and(is_question)
            && blocks[1..].iter().all(|b| b.weight <= QUESTION)
            && blocks.len() <= 2
    }

    /// Restricts the page to its `<main>`, or to its only large `<article>`.
    fn keep_main(&mut self) {
        let sums = self.sums();
        let total = f64::from(sums.of_all().prose);
        for wanted in [Role::Main, Role::Article] {
            let areas = self.outline.areas.iter().skip(1).filter(|a| a.role == wanted);
            let best = areas.map(|a| (sums.of(&a.blocks).prose, &a.blocks)).max_by_key(|(prose, _)| *prose);
            if let Some((prose, range)) = best
                && f64::from(prose) > MAIN_SHARE * total
            {
                (0..range.start)
                    .chain(range.end..self.fates.len())
                    .for_each(|b| self.drop(b, Dropped::Outside));
                return;
            }
        }
    }

    /// Drops lists and cards of links: menus, tables of contents, related articles.
    fn drop_link_lists(&mut self) {
        let sums = self.sums();
        let kept: Vec<usize> = (0..self.fates.len()).filter(|block| self.is_kept(*block)).collect();
        self.drop_areas(|page, index| {
            let area = &page.outline.areas[index];
            let Sum { prose, words, linked, links } = sums.of(&area.blocks);
            let is_list = area.role != Role::Table
                && links >= 2
                && area.blocks.len() >= 2
                && linked * 10 >= words * 7
                && prose == 0;
            (is_list && !page.goes_on_in(&area.blocks, &kept)).then_some(Dropped::Links)
        });
    }

    /// Whether a list of links is part of what is said around it: it ends a sentence that is open ("These apply, too:"),
    /// or stands between two paragraphs and leads to other sites. A table of contents leads to places on the page.
    ///
    /// `kept` are the blocks that may stand around it, in order.
    fn goes_on_in(&self, list: &Range<usize>, kept: &[usize]) -> bool {
        let blocks = &self.outline.blocks;
        let (up_to, from) =
            (kept.partition_point(|i| *i < list.start), kept.partition_point(|i| *i < list.end));
        let before = kept[..up_to].last().map(|i| &blocks[*i]);
        let after = kept.get(from).map(|i| &blocks[*i]);
        let leads_away = |b: &Block| !b.clause.links.is_empty();
        let leads_elsewhere = |b: &Block| b.clause.links.iter().all(|link| self.is_elsewhere(link));
        let list = &blocks[list.clone()];
        before.is_some_and(Block::is_prose)
            && list.iter().all(leads_away)
            && (before.is_some_and(|b| b.clause.text.ends_with([':', '：']))
                || (after.is_some_and(Block::is_prose) && list.iter().all(leads_elsewhere)))
    }

    /// Whether a link leads to another site than the page's.
    fn is_elsewhere(&self, link: &str) -> bool {
        let base = self.outline.base.as_ref();
        let target = base.and_then(|base| base.join(link).ok());
        let site = |url: &Url| url.host_str().map(|host| site(host).to_owned());
        target.as_ref().and_then(site).is_some_and(|there| base.and_then(site) != Some(there))
    }

    /// Drops short remarks that change by themselves, and texts that aren't meant to be read.
    fn drop_side_notes(&mut self) {
        for (i, block) in self.outline.blocks.iter().enumerate() {
            if !self.is_kept(i) {
                continue;
            }
            let is_heading = block.clause.level().is_some();
            let is_note = || tells_relative_time(&block.clause.text) || counts_entries(&block.clause.text);
            if block.weight <= 12 && !is_heading && is_note() {
                self.drop(i, Dropped::SideNote);
            }
            let repeats_title = !is_heading && block.clause.text == self.outline.title;
            if repeats_title || is_one_word_over_and_over(&block.clause.text) {
                self.drop(i, Dropped::Artefact);
            }
        }
    }

    /// Drops what stands before the title, but for short lines with a number in them: dates stand there too.
    ///
    /// The title is the first top heading, if most running text follows it.
    fn drop_before_title(&mut self) {
        let blocks = &self.outline.blocks;
        let is_title = |i: &usize| self.is_kept(*i) && blocks[*i].clause.kind == Kind::Heading(1);
        let Some(title) = (0..blocks.len()).find(is_title) else { return };
        let sums = self.sums();
        let (before, after) = (sums.of(&(0..title)).prose, sums.of(&(title..blocks.len())).prose);
        if f64::from(before) > TITLE_SHARE * f64::from(after) {
            return;
        }
        for (i, block) in blocks.iter().enumerate().take(title) {
            let has_number = block.clause.text.chars().any(char::is_numeric);
            if !(has_number && block.weight <= 8 && block.linked == 0) {
                self.drop(i, Dropped::BeforeTitle);
            }
        }
    }

    /// Drops blocks of little but links before the first and after the last running text ("previous", "next"), and the
    /// copyright line.
    fn drop_links_at_ends(&mut self) {
        let blocks = &self.outline.blocks;
        let is_prose = |i: &usize| self.is_kept(*i) && blocks[*i].is_prose();
        let (first, last) = ((0..blocks.len()).find(is_prose), (0..blocks.len()).rfind(is_prose));
        let (Some(first), Some(last)) = (first, last) else { return };
        for i in (0..first).chain(last + 1..blocks.len()) {
            let Block { linked, weight, ref clause, .. } = blocks[i];
            let is_link = linked == weight || (clause.links.len() >= 2 && linked * 2 >= weight);
            let is_copyright = weight <= COPYRIGHT && clause.text.starts_with('©');
            if (is_link || is_copyright) && !matches!(blocks[i].clause.kind, Kind::Heading(_) | Kind::Row) {
                self.drop(i, Dropped::Links);
            }
        }
    }

    /// Drops headings at the end that nothing follows: what they stood over was dropped.
    fn drop_bare_headings(&mut self) {
        let mut kept: Vec<usize> = (0..self.fates.len()).filter(|i| self.is_kept(*i)).collect();
        while let [_, .., last] = kept[..]
            && self.outline.blocks[last].clause.level().is_some()
        {
            self.drop(last, Dropped::BareHeading);
            kept.pop();
        }
    }
}

/// A page that measures its fonts with a text like this doesn't mean it to be read.
fn is_one_word_over_and_over(text: &str) -> bool {
    let mut words = text.as_bytes().split(|byte| *byte == b' ');
    let first = words.next().unwrap_or_default();
    let (mut all, mut same) = (1, 1);
    for word in words.take(MEASURED) {
        all += 1;
        same += usize::from(word == first);
        // As many others are too many, whatever follows.
        if (all - same) * 10 > (MEASURED + 1) * 4 {
            return false;
        }
    }
    all >= 5 && same * 10 >= all * 6
}

/// The letters and digits of a text: twins differ in typography.
fn letters(text: &str) -> String {
    if text.is_ascii() {
        let letters = text.bytes().filter(u8::is_ascii_alphanumeric);
        return letters.map(|b| char::from(b.to_ascii_lowercase())).collect();
    }
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The last two names of a host: those that belong together share them.
fn site(host: &str) -> &str {
    let (at, _) = host.rmatch_indices('.').nth(1).unwrap_or_default();
    host[at..].trim_start_matches('.')
}

/// Whether two runs of blocks have any in common.
fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}
