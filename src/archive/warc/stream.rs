//! The bytes of an archive, decompressed, with a look ahead.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use flate2::bufread::MultiGzDecoder;
use zstd::stream::read::Decoder;

use super::MAX_HEAD;

/// Twice the longest header, so that one always fits behind what was read before it; also the size in
/// which zstd hands out its blocks.
const BUFFER: usize = 2 * MAX_HEAD;
/// What `zstd --long` writes; windows beyond it are refused, as every open archive holds one in memory.
const WINDOW_LOG: u32 = 27;
/// The frame in which a `.warc.zst` brings its own dictionary.
const DICTIONARY_MAGIC: [u8; 4] = 0x184D_2A5D_u32.to_le_bytes();
/// Dictionaries are some 100 KiB; a larger one is refused.
const MAX_DICTIONARY: u64 = 16 << 20;

/// A decompressed stream that knows how far it was read.
pub(super) struct Stream<'a> {
    input: Box<dyn Read + Send + 'a>,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    offset: u64,
}

impl<'a> Stream<'a> {
    /// Begins to read `input`, in the format that its first bytes say.
    pub fn open(input: impl Read + Send + 'a) -> io::Result<Self> {
        let input = decompressed(input)?;
        Ok(Self { input, buffer: vec![0; BUFFER].into(), start: 0, end: 0, offset: 0 })
    }

    /// How many bytes were consumed so far.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// What is read and not yet consumed.
    pub fn ahead(&self) -> &[u8] {
        &self.buffer[self.start..self.end]
    }

    /// Reads more behind [`Stream::ahead`]; `false` at the end of the input, or when the buffer is full.
    pub fn fill(&mut self) -> io::Result<bool> {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(n) => {
                    self.end += n;
                    return Ok(n > 0);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }

    /// Passes over `n` of the bytes [`ahead`](Stream::ahead).
    pub fn consume(&mut self, n: usize) {
        let n = n.min(self.end - self.start);
        self.start += n;
        self.offset += n as u64;
    }

    /// Passes over `n` bytes.
    pub fn skip(&mut self, mut n: u64) -> io::Result<()> {
        loop {
            let ahead = self.ahead().len() as u64;
            let now = n.min(ahead);
            self.consume(now as usize);
            n -= now;
            if n == 0 {
                return Ok(());
            }
            if !self.fill()? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
    }

    /// Takes the next `n` bytes, straight from the decoder beyond what is buffered.
    pub fn take(&mut self, n: usize) -> io::Result<Vec<u8>> {
        // Not more at once than a usual page needs: `n` is only what the archive claims.
        let mut out = Vec::with_capacity(n.min(1 << 20));
        let buffered = n.min(self.ahead().len());
        out.extend_from_slice(&self.ahead()[..buffered]);
        self.consume(buffered);
        let rest = (n - buffered) as u64;
        let read = (&mut self.input).take(rest).read_to_end(&mut out)? as u64;
        self.offset += read;
        if read < rest { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(out) }
    }
}

fn decompressed<'a>(mut input: impl Read + Send + 'a) -> io::Result<Box<dyn Read + Send + 'a>> {
    let mut magic = Vec::with_capacity(4);
    (&mut input).take(4).read_to_end(&mut magic)?;
    let format = Format::of(&magic);
    if matches!(format, Format::Plain) {
        return Ok(Box::new(Cursor::new(magic).chain(input)));
    }
    let mut input = BufReader::with_capacity(BUFFER, Cursor::new(magic).chain(input));
    Ok(match format {
        Format::Plain | Format::Gzip => Box::new(MultiGzDecoder::new(input)),
        Format::Zstd { dictionary } => {
            let dictionary = if dictionary { read_dictionary(&mut input)? } else { Vec::new() };
            let mut decoder = Decoder::with_dictionary(input, &dictionary)?;
            decoder.window_log_max(WINDOW_LOG)?;
            Box::new(decoder)
        }
    })
}

enum Format {
    Plain,
    Gzip,
    Zstd { dictionary: bool },
}

impl Format {
    fn of(magic: &[u8]) -> Self {
        match *magic {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd] => Self::Zstd { dictionary: false },
            // Skippable frames; the decoder passes over all but the dictionary.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Self::Zstd { dictionary: magic == DICTIONARY_MAGIC },
            _ => Self::Plain,
        }
    }
}

/// The dictionary at the start of a `.warc.zst`, as its specification has it: in a skippable frame, and
/// itself compressed or not.
fn read_dictionary(input: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut header = [0; 8];
    input.read_exact(&mut header)?;
    let length = u32::from_le_bytes([header[4], header[5], header[6], header[7]]);
    let stored = read_bounded(input.take(length.into()))?;
    if stored.len() < length as usize {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    match Format::of(stored.get(..4).unwrap_or_default()) {
        Format::Zstd { dictionary: false } => read_bounded(Decoder::with_buffer(stored.as_slice())?),
        _ => Ok(stored),
    }
}

fn read_bounded(input: impl Read) -> io::Result<Vec<u8>> {
    let mut out = Vec::new();
    input.take(MAX_DICTIONARY + 1).read_to_end(&mut out)?;
    if out.len() as u64 > MAX_DICTIONARY {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "its dictionary is larger than 16 MiB"));
    }
    Ok(out)
}
