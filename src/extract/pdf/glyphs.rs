//! A page of a PDF to the glyphs on it: what each means, where it stands, how large and how heavy it is.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::time::Instant;

use hayro_interpret::font::{Glyph as Drawn, GlyphIdentifier, GlyphRun};
use hayro_interpret::hayro_cmap::{BfString, WritingMode};
use hayro_interpret::hayro_syntax::object::Dict;
use hayro_interpret::hayro_syntax::page::Page;
use hayro_interpret::kurbo::{Affine, BezPath, Point, Rect, Shape as _, Vec2};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask,
    TransformExt as _,
};

use super::Stop;

/// A path no larger than this, and about as wide as high, is the bullet of a list, in points.
const LARGEST_BULLET: f64 = 7.0;
/// A line no thicker than this is a rule, in points.
const THICKEST_RULE: f64 = 2.5;
/// How exactly a glyph's outline is measured, in thousandths of its height.
const ACCURACY: f64 = 5.0;

/// What is on a page, as far as reading it depends on it. `y` grows downwards.
#[derive(Debug, Default)]
pub(super) struct Sheet {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) glyphs: Vec<Glyph>,
    /// Small filled shapes: the centres of what may be bullets.
    pub(super) dots: Vec<(f32, f32)>,
    /// Horizontal lines: from, to, and where.
    pub(super) rules: Vec<(f32, f32, f32)>,
    /// Pictures on it.
    pub(super) images: u32,
    /// Glyphs of which the file doesn't say what they mean.
    pub(super) unknown: u32,
}

/// A glyph on a page that is turned so that its text runs from left to right.
#[derive(Debug, Clone)]
pub(super) struct Glyph {
    /// What it means: mostly one character, for a ligature several.
    pub(super) text: String,
    /// Where it begins, …
    pub(super) x0: f32,
    /// … and ends.
    pub(super) x1: f32,
    /// Its baseline.
    pub(super) y: f32,
    /// The height of its font.
    pub(super) size: f32,
    /// How thick its strokes are, in thousandths of its height; 0 where that isn't known.
    pub(super) ink: f32,
    /// The file says that it is no part of the text: a running head, a page number.
    pub(super) artifact: bool,
    /// It isn't drawn, as the words behind a scanned page.
    pub(super) invisible: bool,
    /// Which way its text runs: 0 to the right, 1 up, 2 to the left, 3 down; `None` is aslant.
    pub(super) way: Option<u8>,
}

/// Collects what is drawn.
pub(super) struct Collector {
    sheet: Sheet,
    inks: HashMap<GlyphIdentifier, f32>,
    /// For each open stretch of marked content, whether it is, or lies in, what isn't part of the text.
    artifacts: Vec<bool>,
    /// How many glyphs may still come, in the whole document.
    left: usize,
    until: Instant,
}

impl Collector {
    pub(super) fn new(most: usize, until: Instant) -> Self {
        Self { sheet: Sheet::default(), inks: HashMap::new(), artifacts: Vec::new(), left: most, until }
    }

    /// Draws a page and gives what is on it.
    pub(super) fn page<'a>(&mut self, page: &Page<'a>, context: &mut Context<'a>) -> Sheet {
        self.artifacts.clear();
        (self.sheet.width, self.sheet.height) = page.render_dimensions();
        hayro_interpret::interpret_page(page, context, self);
        std::mem::take(&mut self.sheet)
    }

    /// What makes a page's own coordinates those of a [`Sheet`].
    pub(super) fn placement(page: &Page<'_>) -> Affine {
        page.initial_transform(true).to_kurbo()
    }

    /// Ends the whole reading when it goes on for too long: the interpreter can only be left through the stack.
    fn count(&mut self, glyphs: usize) {
        if Instant::now() > self.until {
            resume_unwind(Box::new(Stop::Time));
        }
        match self.left.checked_sub(glyphs) {
            Some(left) => self.left = left,
            None => resume_unwind(Box::new(Stop::Glyphs)),
        }
    }

    /// The thickness of a glyph's strokes: twice its area, by its edge. Fonts don't say in a way to rely on whether they
    /// are bold.
    fn ink(&mut self, glyph: &Drawn<'_>) -> f32 {
        let Drawn::Outline(outline) = glyph else { return 0.0 };
        *self.inks.entry(outline.identifier()).or_insert_with(|| {
            let path = outline.outline();
            let edge = path.perimeter(ACCURACY);
            if edge > 0.0 { (2.0 * path.area().abs() / edge) as f32 } else { 0.0 }
        })
    }

    fn advance(glyph: &Drawn<'_>) -> f64 {
        let width = match glyph {
            Drawn::Outline(outline) => outline.advance_width(),
            Drawn::Type3(type3) => type3.advance_width(),
        };
        width.map_or(500.0, f64::from)
    }
}

impl<'a> Device<'a> for Collector {
    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, mode: &DrawMode) {
        self.count(run.glyphs().len());
        let invisible = matches!(mode, DrawMode::Invisible);
        let artifact = self.artifacts.last().copied().unwrap_or_default();
        for glyph in run.glyphs() {
            let text = match glyph.as_unicode() {
                Some(BfString::Char(c)) => c.to_string(),
                Some(BfString::String(text)) => text,
                None => String::new(),
            };
            let place = props.transform * glyph.transform();
            let vector = |x, y| place * Point::new(x, y) - place * Point::ZERO;
            let (up, advance) = (vector(0.0, 1000.0), vector(Self::advance(glyph), 0.0));
            let ahead = match run.writing_mode() {
                WritingMode::Horizontal => vector(1000.0, 0.0),
                WritingMode::Vertical => -up,
            };
            let ink = if text.chars().any(char::is_alphanumeric) { self.ink(glyph) } else { 0.0 };
            let at = (place * Point::ZERO).to_vec2();
            if !(at.is_finite() && up.is_finite() && advance.is_finite()) || up.hypot() < 0.5 {
                continue;
            }
            if text.is_empty() || text == "\u{fffd}" {
                self.sheet.unknown += 1;
                continue;
            }
            let end = match run.writing_mode() {
                WritingMode::Horizontal => at + advance,
                WritingMode::Vertical => at - up,
            };
            let (way, [x0, y, x1]) = turned(ahead, at, end, &self.sheet);
            let size = up.hypot() as f32;
            self.sheet.glyphs.push(Glyph { text, x0, x1, y, size, ink, artifact, invisible, way });
        }
    }

    fn draw_path(&mut self, path: &BezPath, props: DrawProps<'a>, mode: &DrawMode) {
        self.count(1);
        let shape = props.transform.transform_rect_bbox(path.bounding_box());
        let artifact = self.artifacts.last().copied().unwrap_or_default();
        self.shape(shape, matches!(mode, DrawMode::Fill(_)) && !artifact);
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.count(1);
        self.sheet.images += 1;
    }

    fn begin_marked_content(&mut self, tag: &[u8], _: Option<&Dict<'_>>) {
        let outer = self.artifacts.last().copied().unwrap_or_default();
        self.artifacts.push(outer || tag == b"Artifact");
    }

    fn end_marked_content(&mut self) {
        self.artifacts.pop();
    }

    fn push_clip_path(&mut self, _: &ClipPath) {}
    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {}
    fn pop_clip(&mut self) {}
    fn pop_transparency_group(&mut self) {}
}

impl Collector {
    fn shape(&mut self, shape: Rect, is_filled: bool) {
        let (width, height) = (shape.width(), shape.height());
        let is_round = width < height * 1.4 && height < width * 1.4;
        if is_filled && is_round && (1.0..LARGEST_BULLET).contains(&width) {
            let centre = shape.center();
            self.sheet.dots.push((centre.x as f32, centre.y as f32));
        } else if height <= THICKEST_RULE && width > 20.0 {
            self.sheet.rules.push((shape.x0 as f32, shape.x1 as f32, shape.center().y as f32));
        }
    }
}

/// Which way a glyph's text runs, and where the glyph begins and ends, as `[x0, y, x1]`, on a page turned that way.
fn turned(ahead: Vec2, at: Vec2, end: Vec2, sheet: &Sheet) -> (Option<u8>, [f32; 3]) {
    let (width, height) = (f64::from(sheet.width), f64::from(sheet.height));
    let is_along = |a: f64, b: f64| a > 0.0 && b.abs() < a * 0.05;
    let (way, place) = if is_along(ahead.x, ahead.y) {
        (Some(0), [at.x, at.y, end.x])
    } else if is_along(-ahead.y, ahead.x) {
        (Some(1), [height - at.y, at.x, height - end.y])
    } else if is_along(-ahead.x, ahead.y) {
        (Some(2), [width - at.x, height - at.y, width - end.x])
    } else if is_along(ahead.y, ahead.x) {
        (Some(3), [at.y, width - at.x, end.y])
    } else {
        (None, [at.x, at.y, end.x])
    };
    (way, place.map(|number| number as f32))
}
