//! Glyphs to rows of words.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::glyphs::{Glyph, Sheet};

/// Baselines that lie so close are one, as a share of the font's height.
const SAME_BASELINE: f32 = 0.15;
/// A raised or lowered sign is at most this large, …
const SCRIPT_SIZE: f32 = 0.8;
/// … and this far from the baseline, both as a share of the line's.
const SCRIPT_SHIFT: f32 = 0.55;
/// A gap of this width between two letters is a space, as a share of the font's height. Word spaces are shrunk to a
/// fifth of it in justified text; letters are moved apart by a twentieth.
const SPACE: f32 = 0.13;
/// The same beside a Han character, kana or full-width sign, which are set apart without a space between them.
const WIDE_SPACE: f32 = 0.9;
/// A gap that may divide the cells of a table, or columns.
const SPLIT: f32 = 0.75;
/// A bullet stands at most this far before its words.
const BULLET_GAP: f32 = 3.5;

/// Words beside each other, with no wide gap between them.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) x0: f32,
    pub(super) x1: f32,
    pub(super) text: String,
    /// The height of its font.
    pub(super) size: f32,
    /// How thick its strokes are, on average, over how many letters.
    ink: (f32, f32),
    /// All of it is no part of the text, as the file says.
    artifact: bool,
}

/// What stands on one baseline.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) y: f32,
    pub(super) size: f32,
    /// How thick its strokes are.
    pub(super) ink: f32,
    pub(super) artifact: bool,
    pub(super) pieces: Vec<Piece>,
}

impl Row {
    /// A row of some pieces; `None` if there are none.
    pub(super) fn new(y: f32, pieces: Vec<Piece>) -> Option<Self> {
        let size = common(pieces.iter().map(|piece| (piece.size, piece.text.chars().count() as f32)))?;
        let letters: f32 = pieces.iter().map(|piece| piece.ink.1).sum();
        let ink = pieces.iter().map(|piece| piece.ink.0 * piece.ink.1).sum::<f32>() / letters.max(1.0);
        let artifact = pieces.iter().all(|piece| piece.artifact);
        Some(Self { y, size, ink, artifact, pieces })
    }

    pub(super) fn x0(&self) -> f32 {
        self.pieces.iter().map(|piece| piece.x0).fold(f32::MAX, f32::min)
    }

    pub(super) fn x1(&self) -> f32 {
        self.pieces.iter().map(|piece| piece.x1).fold(f32::MIN, f32::max)
    }
}

/// The rows of a page, from top to bottom.
pub(super) fn of(sheet: &Sheet) -> Vec<Row> {
    let mut glyphs = readable(sheet);
    let right_to_left = runs_to_the_left(&glyphs);
    if right_to_left {
        mirror(&mut glyphs);
    }
    let mut dots = sheet.dots.clone();
    dots.iter_mut().filter(|_| right_to_left).for_each(|dot| dot.0 = -dot.0);
    let mut baselines = baselines(glyphs);
    add_bullets(&mut baselines, &dots);
    baselines.into_iter().filter_map(|glyphs| row(glyphs, right_to_left)).collect()
}

/// The glyphs that are there to be read: in the direction of most of the page, and drawn unless nothing is.
fn readable(sheet: &Sheet) -> Vec<Glyph> {
    let mut ways = [0usize; 4];
    sheet.glyphs.iter().filter_map(|glyph| glyph.way).for_each(|way| ways[usize::from(way)] += 1);
    let way = (0..4).max_by_key(|way| (ways[*way], 4 - way)).unwrap_or(0);
    let is_visible = |glyph: &Glyph| !glyph.invisible && !glyph.text.trim().is_empty();
    let scanned = !sheet.glyphs.iter().any(is_visible);
    let artifacts = sheet.glyphs.iter().filter(|glyph| glyph.artifact).count();
    let believed = artifacts * 2 < sheet.glyphs.len();
    let mut kept: Vec<Glyph> = Vec::with_capacity(sheet.glyphs.len());
    for glyph in &sheet.glyphs {
        if glyph.way != Some(way as u8) || (glyph.invisible && !scanned) {
            continue;
        }
        let text = plain(&glyph.text);
        match kept.last_mut() {
            Some(base) if !text.is_empty() && text.chars().all(is_combining_mark) => {
                base.text.push_str(&text)
            }
            _ => kept.push(Glyph { text, artifact: glyph.artifact && believed, ..glyph.clone() }),
        }
    }
    kept
}

/// What a glyph means in plain characters: ligatures, the shapes of Arabic letters and the radicals that some fonts
/// name instead of the Han character are how a letter is drawn. Signs of one's own mean nothing, but for bullets.
fn plain(text: &str) -> String {
    let is_shape = |c: char| matches!(c, '\u{fb00}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{2e80}'..='\u{2fdf}' | '\u{f900}'..='\u{faff}');
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{f0a7}' | '\u{f0b7}' | '\u{f0a8}' | '\u{f0fc}' | '\u{f0d8}' => out.push('•'),
            '\u{e000}'..='\u{f8ff}' => {}
            // A soft hyphen that is drawn is a hyphen; fonts have one glyph for both.
            '\u{ad}' | '\u{2010}' | '\u{2011}' => out.push('-'),
            c if is_shape(c) => out.extend(std::iter::once(c).nfkc()),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

fn is_rtl(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{8ff}')
}

fn runs_to_the_left(glyphs: &[Glyph]) -> bool {
    let letters = || glyphs.iter().flat_map(|glyph| glyph.text.chars()).filter(|c| c.is_alphabetic());
    letters().filter(|c| is_rtl(*c)).count() * 2 > letters().count()
}

/// A text that runs to the left is read like any other on the mirrored page.
fn mirror(glyphs: &mut [Glyph]) {
    for glyph in glyphs {
        (glyph.x0, glyph.x1) = (-glyph.x1, -glyph.x0);
    }
}

/// The glyphs of each baseline, from top to bottom.
fn baselines(mut glyphs: Vec<Glyph>) -> Vec<Vec<Glyph>> {
    glyphs.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut found: Vec<Vec<Glyph>> = Vec::new();
    for glyph in glyphs {
        match found.last_mut() {
            Some(last) if glyph.y - last[0].y <= SAME_BASELINE * glyph.size.min(last[0].size) => {
                last.push(glyph)
            }
            _ => found.push(vec![glyph]),
        }
    }
    with_labels(with_scripts(found))
}

/// The mark of an item may stand a little higher or lower than its words.
fn with_labels(mut found: Vec<Vec<Glyph>>) -> Vec<Vec<Glyph>> {
    let mut i = 0;
    while i < found.len() {
        let near = i.saturating_sub(2)..(i + 3).min(found.len());
        let host =
            if is_label(&found[i]) { { near }.find(|host| labels(&found[i], &found[*host])) } else { None };
        match host.filter(|host| *host != i) {
            Some(host) => {
                let y = found[host][0].y;
                let label = found[i].drain(..).map(|glyph| Glyph { y, ..glyph }).collect::<Vec<_>>();
                found[host].extend(label);
                found.remove(i);
            }
            None => i += 1,
        }
    }
    found
}

/// `•`, `12.`, `(a)`
fn is_label(glyphs: &[Glyph]) -> bool {
    let text: String = glyphs.iter().map(|glyph| glyph.text.trim()).collect();
    let signs = text.chars().filter(|c| c.is_alphanumeric()).count();
    match signs {
        0 => text.chars().count() == 1,
        1..=4 => text.ends_with(['.', ')']) && text.chars().count() <= 6,
        _ => false,
    }
}

fn labels(label: &[Glyph], line: &[Glyph]) -> bool {
    let end = label.iter().map(|glyph| glyph.x1).fold(f32::MIN, f32::max);
    let start =
        line.iter().filter(|g| !g.text.trim().is_empty()).map(|glyph| glyph.x0).fold(f32::MAX, f32::min);
    let (own, other) = (&label[0], &line[0]);
    start >= end && start - end < BULLET_GAP * other.size && (own.y - other.y).abs() < 0.6 * other.size
}

/// Raised and lowered signs join the line beside which they stand.
fn with_scripts(mut found: Vec<Vec<Glyph>>) -> Vec<Vec<Glyph>> {
    let largest = |glyphs: &[Glyph]| glyphs.iter().map(|glyph| glyph.size).fold(0.0, f32::max);
    let mut i = 0;
    while i < found.len() {
        let (size, y) = (largest(&found[i]), found[i][0].y);
        let near = [i.checked_sub(1), Some(i + 1).filter(|next| *next < found.len())];
        let host = near.into_iter().flatten().find(|host| {
            let (large, other) = (largest(&found[*host]), found[*host][0].y);
            size <= SCRIPT_SIZE * large
                && (y - other).abs() <= SCRIPT_SHIFT * large
                && found[i].iter().all(|glyph| touches(glyph, &found[*host], large))
        });
        match host {
            Some(host) => {
                let y = found[host][0].y;
                let signs = found[i].drain(..).map(|glyph| Glyph { y, ..glyph }).collect::<Vec<_>>();
                found[host].extend(signs);
                found.remove(i);
            }
            None => i += 1,
        }
    }
    found
}

/// Whether a sign stands right behind or before one of a line.
fn touches(sign: &Glyph, line: &[Glyph], size: f32) -> bool {
    line.iter().any(|glyph| (sign.x0 - glyph.x1).abs() < size || (glyph.x0 - sign.x1).abs() < size)
}

fn add_bullets(baselines: &mut [Vec<Glyph>], dots: &[(f32, f32)]) {
    for (x, y) in dots {
        let beside = baselines.iter_mut().find_map(|glyphs| {
            let first = glyphs
                .iter()
                .filter(|glyph| glyph.x0 > *x && !glyph.text.trim().is_empty())
                .min_by(|a, b| a.x0.total_cmp(&b.x0))?;
            let is_beside = first.x0 - x < BULLET_GAP * first.size
                && *y < first.y + 0.1 * first.size
                && *y > first.y - 0.8 * first.size;
            let is_free = !glyphs.iter().any(|g| g.x1 <= *x && g.x1 > x - BULLET_GAP * g.size);
            let bullet =
                Glyph { text: "•".to_owned(), x0: x - 2.0, x1: x + 2.0, ink: 0.0, ..first.clone() };
            (is_beside && is_free).then_some((glyphs, bullet))
        });
        if let Some((glyphs, bullet)) = beside {
            glyphs.push(bullet);
        }
    }
}

/// A sign of a row, and whether a space goes before it.
struct Token {
    text: String,
    spaced: bool,
}

fn row(mut glyphs: Vec<Glyph>, right_to_left: bool) -> Option<Row> {
    glyphs.sort_by(|a, b| a.x0.total_cmp(&b.x0));
    let inked: Vec<&Glyph> = glyphs.iter().filter(|glyph| !glyph.text.trim().is_empty()).collect();
    let size = common(inked.iter().map(|glyph| (glyph.size, 1.0)))?;
    Row::new(inked.first()?.y, pieces(&glyphs, size, right_to_left))
}

fn pieces(glyphs: &[Glyph], size: f32, right_to_left: bool) -> Vec<Piece> {
    let space = SPACE + tracking(glyphs, size);
    let mut pieces = Vec::new();
    let mut open: Vec<(&Glyph, bool)> = Vec::new();
    let mut end = f32::MIN;
    let mut explicit = false;
    for glyph in glyphs {
        if glyph.text.trim().is_empty() {
            explicit = true;
            continue;
        }
        let last = open.last().map(|(last, _)| *last);
        if last.is_some_and(|last| is_overprint(last, glyph)) {
            continue;
        }
        let gap = (glyph.x0 - end) / size;
        if last.is_some() && gap > SPLIT.max(space) {
            pieces.extend(piece(&std::mem::take(&mut open), right_to_left));
        }
        let wide = is_wide(&glyph.text) || last.is_some_and(|last| is_wide(&last.text));
        let spaced = explicit || gap > if wide { WIDE_SPACE } else { space };
        end = if open.is_empty() { glyph.x1 } else { end.max(glyph.x1) };
        open.push((glyph, spaced && !open.is_empty()));
        explicit = false;
    }
    pieces.extend(piece(&open, right_to_left));
    pieces
}

/// Glyphs, and whether a space goes before each, as a piece.
fn piece(glyphs: &[(&Glyph, bool)], right_to_left: bool) -> Option<Piece> {
    let (first, last) = (glyphs.first()?.0, glyphs.last()?.0);
    let x1 = glyphs.iter().map(|(glyph, _)| glyph.x1).fold(last.x1, f32::max);
    let size = common(glyphs.iter().map(|(glyph, _)| (glyph.size, 1.0)))?;
    let inked: Vec<f32> = glyphs.iter().map(|(glyph, _)| glyph.ink).filter(|ink| *ink > 0.0).collect();
    let letters = inked.len() as f32;
    let ink = (inked.iter().sum::<f32>() / letters.max(1.0), letters);
    let artifact = glyphs.iter().all(|(glyph, _)| glyph.artifact);
    let tokens = glyphs.iter().map(|(glyph, spaced)| Token { text: glyph.text.clone(), spaced: *spaced });
    let text = in_order(tokens.collect(), right_to_left);
    Some(Piece { x0: first.x0, x1, text, size, ink, artifact })
}

/// How far the letters of a row are moved apart, as a share of the font's height: headings are, at times.
fn tracking(glyphs: &[Glyph], size: f32) -> f32 {
    let mut gaps: Vec<f32> = glyphs
        .windows(2)
        // The dots that lead to a page number are further apart than letters.
        .filter(|pair| {
            pair.iter().all(|glyph| glyph.text.chars().all(char::is_alphanumeric) && !is_wide(&glyph.text))
        })
        .map(|pair| (pair[1].x0 - pair[0].x1) / size)
        .collect();
    if gaps.len() < 6 {
        return 0.0;
    }
    gaps.sort_by(f32::total_cmp);
    gaps[gaps.len() / 2].clamp(0.0, 0.6)
}

/// The same sign in nearly the same place: type that is made bold by being drawn twice.
fn is_overprint(last: &Glyph, glyph: &Glyph) -> bool {
    last.text == glyph.text
        && (glyph.x0 - last.x0).abs() < 0.12 * glyph.size
        && glyph.x1 - glyph.x0 > 0.15 * glyph.size
}

/// Han characters, kana, and signs that are as wide as them.
pub(super) fn is_wide(text: &str) -> bool {
    text.chars().next_back().is_some_and(is_wide_char)
}

pub(super) fn is_wide_char(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{303f}' | '\u{3041}'..='\u{33ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}' | '\u{20000}'..='\u{3ffff}')
}

/// The signs of a piece, those that run against the direction of the page turned round.
fn in_order(mut tokens: Vec<Token>, right_to_left: bool) -> String {
    let runs_against = |token: &Token| {
        token.text.chars().any(|c| match right_to_left {
            true => {
                c.is_ascii_alphanumeric()
                    || (c.is_alphanumeric() && !is_rtl(c))
                    || matches!(c, '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}')
            }
            false => is_rtl(c) && c.is_alphabetic(),
        })
    };
    let mut i = 0;
    while i < tokens.len() {
        if !runs_against(&tokens[i]) {
            i += 1;
            continue;
        }
        let mut end = i + 1;
        for (at, token) in tokens.iter().enumerate().skip(i + 1) {
            let is_letter = token.text.chars().any(char::is_alphanumeric);
            if runs_against(token) {
                end = at + 1;
            } else if is_letter {
                break;
            }
        }
        turn(&mut tokens[i..end]);
        i = end;
    }
    let mut text = String::new();
    for token in &tokens {
        text.push_str(if token.spaced { " " } else { "" });
        text.push_str(&token.text);
    }
    text
}

fn turn(tokens: &mut [Token]) {
    let spaces: Vec<bool> = tokens.iter().map(|token| token.spaced).collect();
    tokens.reverse();
    let between = spaces[1..].iter().rev();
    let spaces = std::iter::once(&spaces[0]).chain(between);
    tokens.iter_mut().zip(spaces).for_each(|(token, spaced)| token.spaced = *spaced);
}

/// The most common of measures, each with its weight; close ones count as one.
pub(super) fn common(measures: impl Iterator<Item = (f32, f32)>) -> Option<f32> {
    let mut all: Vec<(f32, f32)> = measures.collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut best: Option<(f32, f32)> = None;
    let mut i = 0;
    while i < all.len() {
        let end = all[i..].partition_point(|m| m.0 <= all[i].0 * 1.03 + 0.01) + i;
        let weight: f32 = all[i..end].iter().map(|m| m.1).sum();
        let middle = all[(i + end) / 2].0;
        if best.is_none_or(|(_, most)| weight > most) {
            best = Some((middle, weight));
        }
        i = end;
    }
    best.map(|(measure, _)| measure)
}
