//! Contents (pages, headers, texts), each kept once under its digest and compressed against an earlier one.
//!
//! Pages of one source differ little, so a page is compressed with an earlier page of the same source as zstd
//! prefix: what is stored is about what changed. That earlier page, the base, is itself stored whole, so reading
//! takes two decodings at most, and a damaged row costs its own contents and those based on it, never a chain.

use std::io::{Read as _, Write as _};

use rusqlite::{Connection, OptionalExtension as _, params};

use super::columns;
use super::error::{Fault, Query};
use crate::model::Digest;

/// The largest content stored or decoded, bytes: far above any page (the body cap of a fetch is 10 MiB), low
/// enough that a damaged or forged row can't fill the memory.
const MAX_SIZE: usize = 64 << 20;

/// Level 3 takes 2 ms at most for a page of 300 kB; 9 takes four times as long and saves a twentieth.
const LEVEL: i32 = 3;

/// How many contents share a base before a new one is stored whole.
const SHARE: i64 = 20;

/// A content ready to be written: digested and compressed, which is the slow part, on a reader's thread.
pub(super) enum Prepared {
    /// It is stored already, under this row.
    Stored(i64),
    /// It is new.
    New { digest: Digest, size: usize, base: Option<i64>, data: Vec<u8> },
}

/// Digests and compresses `content`, against the body `base` where that is of use.
pub(super) fn prepare(db: &Connection, content: &[u8], base: Option<i64>) -> Query<Prepared> {
    if content.len() > MAX_SIZE {
        return Err(Fault::refused(format!("{} bytes are more than the {MAX_SIZE} allowed", content.len())));
    }
    let digest = Digest::of(content);
    if let Some(id) = find(db, digest)? {
        return Ok(Prepared::Stored(id));
    }
    let (base, data) = compress(db, content, base)?;
    Ok(Prepared::New { digest, size: content.len(), base, data })
}

/// Writes a prepared content and returns its row.
pub(super) fn insert(db: &Connection, prepared: &Prepared) -> Query<i64> {
    let (digest, size, base, data) = match prepared {
        Prepared::Stored(id) => return Ok(*id),
        Prepared::New { digest, size, base, data } => (digest, size, base, data),
    };
    // Another record may have brought the same content since it was prepared.
    if let Some(id) = find(db, *digest)? {
        return Ok(id);
    }
    db.prepare_cached("INSERT INTO bodies (digest, size, base, data) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![digest.0, *size as i64, base, data])?;
    Ok(db.last_insert_rowid())
}

/// Reads a content back and proves by its digest that it is what was written.
pub(super) fn read(db: &Connection, id: i64) -> Query<Vec<u8>> {
    let body = load(db, id)?;
    let prefix = match body.base {
        Some(base) => load(db, base)?.unpack(&[])?,
        None => Vec::new(),
    };
    body.unpack(&prefix)
}

/// What is there of a content.
pub(super) enum State {
    /// It reads back as what was written.
    Whole,
    /// Only its digest.
    Pruned(Digest),
}

/// Reads a content to see what is there of it.
pub(super) fn state(db: &Connection, id: i64) -> Query<State> {
    let body = load(db, id)?;
    match body.data.is_empty() {
        true => Ok(State::Pruned(body.digest)),
        false => read(db, id).map(|_| State::Whole),
    }
}

/// A row of `bodies`.
struct Body {
    id: i64,
    digest: Digest,
    size: usize,
    base: Option<i64>,
    data: Vec<u8>,
}

impl Body {
    fn unpack(&self, prefix: &[u8]) -> Query<Vec<u8>> {
        let damaged = |why: String| Fault::corrupt(format!("body {}", self.id), why);
        let content = decode(&self.data, prefix, self.size).map_err(|e| damaged(e.to_string()))?;
        let digest = Digest::of(&content);
        if content.len() != self.size {
            Err(damaged(format!("it has {} bytes instead of {}", content.len(), self.size)))
        } else if digest == self.digest {
            Ok(content)
        } else {
            Err(damaged(format!("its SHA-256 is {digest} instead of {}", self.digest)))
        }
    }
}

fn load(db: &Connection, id: i64) -> Query<Body> {
    let mut query = db.prepare_cached("SELECT digest, size, base, data FROM bodies WHERE id = ?1")?;
    let row = query
        .query_row([id], |row| {
            let (digest, size): (Vec<u8>, i64) = (row.get(0)?, row.get(1)?);
            Ok((digest, size, row.get(2)?, row.get(3)?))
        })
        .optional()?;
    let (digest, size, base, data) = row.ok_or_else(|| Fault::corrupt(format!("body {id}"), "it is gone"))?;
    let size = columns::count(size)?.min(MAX_SIZE as u64) as usize;
    Ok(Body { id, digest: columns::digest(&digest)?, size, base, data })
}

fn find(db: &Connection, digest: Digest) -> Query<Option<i64>> {
    let mut query = db.prepare_cached("SELECT id FROM bodies WHERE digest = ?1")?;
    Ok(query.query_row([digest.0], |row| row.get(0)).optional()?)
}

/// Compresses against the base, or alone where that saves little or the base has served its time; what is
/// compressed alone is a base for what follows.
fn compress(db: &Connection, content: &[u8], base: Option<i64>) -> Query<(Option<i64>, Vec<u8>)> {
    let Some((base, prefix)) = base.and_then(|id| Some((id, usable_base(db, id)?))) else {
        return Ok((None, encode(content, &[])?));
    };
    let against = encode(content, &prefix)?;
    // Text shrinks to a fifth or a tenth alone: below that, alone need not be tried.
    if against.len() < content.len() / 20 {
        return Ok((Some(base), against));
    }
    let alone = encode(content, &[])?;
    Ok(if against.len() < alone.len() / 2 { (Some(base), against) } else { (None, alone) })
}

/// The content of a base that can take one more. A damaged one is reported by whoever reads it; it must not
/// keep new evidence from being stored.
fn usable_base(db: &Connection, id: i64) -> Option<Vec<u8>> {
    let count = "SELECT count(*) FROM bodies WHERE base = ?1";
    let shared: i64 = db.prepare_cached(count).ok()?.query_row([id], |row| row.get(0)).ok()?;
    if shared < SHARE { read(db, id).ok() } else { None }
}

pub(super) fn encode(content: &[u8], prefix: &[u8]) -> Query<Vec<u8>> {
    let encode = || -> std::io::Result<Vec<u8>> {
        let mut encoder = zstd::stream::write::Encoder::with_ref_prefix(Vec::new(), LEVEL, prefix)?;
        encoder.set_pledged_src_size(Some(content.len() as u64))?;
        // Without it, a prefix of megabytes outgrows the match table: 430 kB instead of 400 bytes for a 3 MB page
        // that differs in a word. It costs a page of 300 kB a tenth more time.
        encoder.long_distance_matching(true)?;
        encoder.window_log(window_log(content.len() + prefix.len()))?;
        encoder.write_all(content)?;
        encoder.finish()
    };
    encode().map_err(|e| Fault::refused(format!("a content can't be compressed: {e}")))
}

/// The window must reach from the end of the content to the beginning of its prefix.
fn window_log(bytes: usize) -> u32 {
    bytes.next_power_of_two().ilog2().clamp(10, WINDOW_LOG_MAX)
}

/// Enough for the largest content after the largest prefix.
const WINDOW_LOG_MAX: u32 = (2 * MAX_SIZE).ilog2();

/// Reads back what [`prepare`] made and another table keeps; its digest is for the caller to compare.
pub(super) fn unpack_on(db: &Connection, base: Option<i64>, data: &[u8], size: u64) -> Query<Vec<u8>> {
    let prefix = base.map_or(Ok(Vec::new()), |base| read(db, base))?;
    let size = size.min(MAX_SIZE as u64) as usize;
    let content = decode(data, &prefix, size).map_err(|e| Fault::corrupt("a content", e))?;
    match content.len() == size {
        true => Ok(content),
        false => Err(Fault::corrupt("a content", format!("it has not the {size} bytes it should have"))),
    }
}

/// Reads back what was encoded without a base.
pub(super) fn unpack(data: &[u8]) -> Query<Vec<u8>> {
    decode(data, &[], MAX_SIZE).map_err(|e| Fault::corrupt("a content", e))
}

fn decode(data: &[u8], prefix: &[u8], size: usize) -> std::io::Result<Vec<u8>> {
    let mut decoder = zstd::stream::read::Decoder::with_ref_prefix(data, prefix)?;
    decoder.window_log_max(WINDOW_LOG_MAX)?;
    let mut content = Vec::with_capacity(size.min(1 << 20));
    // One byte more than announced is enough to make the digest differ.
    decoder.take(size as u64 + 1).read_to_end(&mut content)?;
    Ok(content)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of about `size` bytes that doesn't repeat itself much, as pages don't.
    fn page(size: usize) -> Vec<u8> {
        let mut state = 1u64;
        let mut page = String::from("<!doctype html><title>Terms</title>");
        while page.len() < size {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            page.push_str(&format!("<p class=\"c{:x}\">Clause {:x}.</p>", state >> 50, state >> 33));
        }
        page.into_bytes()
    }

    #[test]
    fn a_page_that_differs_in_a_word_costs_next_to_nothing() {
        for size in [1_000, 30_000, 300_000, 3_000_000] {
            let before = page(size);
            let mut after = before.clone();
            after.splice(size / 2..size / 2 + 8, *b"changed!");
            after.splice(100..100, *b"<!-- token 9f86d081884c7d65 -->");
            let data = encode(&after, &before).unwrap();
            assert!(data.len() < 2_000, "{size}: {}", data.len());
            assert_eq!(decode(&data, &before, after.len()).unwrap(), after);
        }
    }

    #[test]
    fn a_frame_that_unfolds_beyond_its_size_is_cut_short() {
        let bomb = encode(&vec![0; 10_000_000], &[]).unwrap();
        assert_eq!(decode(&bomb, &[], 1_000).unwrap().len(), 1_001);
    }
}
