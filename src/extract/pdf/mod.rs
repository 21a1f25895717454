//! Policies published as PDF: the text is laid out again, so that the same words on other pages are the same clauses.
//!
//! A PDF is a drawing. What is read of it are glyphs and where they stand (`glyphs`); those make lines (`lines`), lines
//! stand in columns (`columns`), what repeats over the pages is left out (`running`), and lines make headings,
//! paragraphs, list items and table rows (`blocks`). No producer's ways are known here; what files say of themselves is
//! only believed of running heads.

mod blocks;
mod columns;
mod glyphs;
mod headings;
mod hyphens;
mod lines;
mod running;
mod style;
mod table;

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use hayro_interpret::hayro_syntax::object::Dict;
use hayro_interpret::hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use hayro_interpret::kurbo::Rect;
use hayro_interpret::{Context, InterpreterCache, InterpreterSettings};
use serde::{Deserialize, Serialize};

use super::Error;
use super::document::Document;
use glyphs::{Collector, Sheet};

/// How many pages a document may have; no policy comes near.
const MOST_PAGES: usize = 2_000;
/// How many glyphs, strokes and pictures all its pages may hold: two thousand dense pages.
const MOST_GLYPHS: usize = 10_000_000;
/// How long one document may take.
const DEADLINE: Duration = Duration::from_secs(20);
/// A document in which more than this share of the glyphs mean nothing that the file says can't be read.
const MOST_UNKNOWN: f32 = 0.2;

/// Why the reading of a document was ended.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stop {
    Time,
    Glyphs,
}

/// Why a PDF gives no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Failure {
    /// It opens with a password only.
    Password,
    /// It is encrypted in an unknown way.
    Encrypted,
    /// It is damaged, or only a part of one.
    Damaged,
    /// It has more than `MOST_PAGES` pages.
    Pages,
    /// It takes longer than `DEADLINE`.
    Time,
    /// It holds more than `MOST_GLYPHS` glyphs, or took more memory than it was given.
    Size,
    /// The library that reads it failed.
    Defect,
    /// It holds pictures of pages, and no text.
    Pictures,
    /// It holds no text, nor pictures.
    Empty,
    /// It doesn't say what its glyphs mean.
    Unnamed,
    /// No process could be started to read it in.
    Process,
}

impl From<Failure> for Error {
    fn from(failure: Failure) -> Self {
        Self::Unreadable(match failure {
            Failure::Password => "a PDF that opens with a password only",
            Failure::Encrypted => "a PDF that is encrypted in an unknown way",
            Failure::Damaged => "a PDF that is damaged, or only a part of one",
            Failure::Pages => "a PDF of more than 2,000 pages",
            Failure::Time => "a PDF that takes longer to read than any real one",
            Failure::Size => "a PDF that unpacks to more than any real one",
            Failure::Defect => "a PDF that is damaged in a way that nobody thought of",
            Failure::Pictures => "a PDF of pictures, as a scanner makes them: there is no text in it",
            Failure::Empty => "a PDF without text",
            Failure::Unnamed => "a PDF that doesn't say what its characters are",
            Failure::Process => "a PDF, and no process could be started to read it in",
        })
    }
}

/// Reads a PDF in a place where it can do no harm.
pub type Elsewhere = fn(&[u8]) -> Result<Vec<u8>, Failure>;

static ELSEWHERE: OnceLock<Elsewhere> = OnceLock::new();

/// From now on PDFs are read by `elsewhere`, which gives what [`read_to_bytes`] gives.
///
/// Strangers' files make libraries run for ever, or out of memory or stack, and then nothing but another process helps.
/// The program says once at its start where that is; a library or a test reads them where it is.
pub fn read_elsewhere(elsewhere: Elsewhere) {
    let _first = ELSEWHERE.set(elsewhere);
}

/// Reads a PDF, for [`read_elsewhere`].
pub fn read_to_bytes(body: &[u8]) -> Vec<u8> {
    serde_json::to_vec(&read_here(body)).expect("clauses are always valid JSON")
}

/// Whether the bytes are a PDF: readers accept some junk before it (ISO 32000-1, annex H, note 13).
pub(super) fn is_pdf(body: &[u8]) -> bool {
    body[..body.len().min(1024)].windows(5).any(|window| window == b"%PDF-")
}

/// Reads a document.
pub(super) fn read(body: &[u8]) -> Result<Document, Error> {
    let read = match ELSEWHERE.get() {
        None => read_here(body),
        Some(elsewhere) => {
            elsewhere(body).and_then(|bytes| serde_json::from_slice(&bytes).unwrap_or(Err(Failure::Defect)))
        }
    };
    Ok(read?)
}

fn read_here(body: &[u8]) -> Result<Document, Failure> {
    // The libraries promise not to panic, and strangers' files are where such promises end.
    let read = catch_unwind(AssertUnwindSafe(|| {
        let (sheets, about) = read_pages(body)?;
        has_text(&sheets)?;
        Ok(laid_out(sheets, about))
    }));
    read.unwrap_or_else(|panic| Err(stopped(&*panic)))
}

fn stopped(panic: &(dyn Any + Send)) -> Failure {
    match panic.downcast_ref() {
        Some(Stop::Time) => Failure::Time,
        Some(Stop::Glyphs) => Failure::Size,
        None => Failure::Defect,
    }
}

/// Whether there is text in a document, and it says which.
fn has_text(sheets: &[Sheet]) -> Result<(), Failure> {
    let known: usize = sheets.iter().map(|sheet| sheet.glyphs.len()).sum();
    let unknown: u32 = sheets.iter().map(|sheet| sheet.unknown).sum();
    let images: u32 = sheets.iter().map(|sheet| sheet.images).sum();
    match (known, unknown) {
        (0, 0) if images > 0 => Err(Failure::Pictures),
        (0, 0) => Err(Failure::Empty),
        _ if unknown as f32 > MOST_UNKNOWN * (known as f32 + unknown as f32) => Err(Failure::Unnamed),
        _ => Ok(()),
    }
}

/// The title and the language that a document declares.
struct About {
    title: String,
    language: String,
}

fn read_pages(body: &[u8]) -> Result<(Vec<Sheet>, About), Failure> {
    let until = Instant::now() + DEADLINE;
    let pdf = Pdf::new(body.to_vec()).map_err(refused)?;
    let pages = pdf.pages();
    if pages.len() > MOST_PAGES {
        return Err(Failure::Pages);
    }
    let cache = InterpreterCache::new();
    let mut collector = Collector::new(MOST_GLYPHS, until);
    let mut sheets = Vec::with_capacity(pages.len());
    for page in pages.iter() {
        let (width, height) = page.render_dimensions();
        let frame = Rect::new(0.0, 0.0, width.into(), height.into());
        let settings = InterpreterSettings::default();
        let mut context = Context::new(Collector::placement(page), frame, &cache, pdf.xref(), settings);
        sheets.push(collector.page(page, &mut context));
    }
    Ok((sheets, about(&pdf)))
}

fn refused(error: LoadPdfError) -> Failure {
    match error {
        LoadPdfError::Decryption(DecryptionError::PasswordProtected) => Failure::Password,
        LoadPdfError::Decryption(_) => Failure::Encrypted,
        LoadPdfError::Invalid => Failure::Damaged,
    }
}

fn about(pdf: &Pdf) -> About {
    let title = pdf.metadata().title.as_deref().map(decoded).unwrap_or_default();
    let catalog = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id());
    let language = catalog.and_then(|catalog| {
        catalog.get::<hayro_interpret::hayro_syntax::object::String<'_>>(b"Lang".as_slice())
    });
    let language = language.map(|language| decoded(language.as_bytes())).unwrap_or_default();
    About { title, language: language.trim().to_ascii_lowercase() }
}

/// A text string: UTF-16 or UTF-8 by its mark, else one byte a character.
fn decoded(bytes: &[u8]) -> String {
    let text = match encoding_rs::Encoding::for_bom(bytes) {
        Some((encoding, _)) => encoding.decode(bytes).0,
        None => encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0,
    };
    let mut line = super::inline::Line::default();
    line.push(&text);
    line.take()
}

fn laid_out(sheets: Vec<Sheet>, about: About) -> Document {
    let mut gaps = Vec::new();
    let pages = sheets.iter().enumerate();
    let pages =
        pages.map(|(page, sheet)| columns::ordered(lines::of(sheet), sheet, page, &mut gaps)).collect();
    let parts = blocks::of(running::marked(pages));
    Document { title: about.title, language: about.language, parts, ..Document::default() }
}
