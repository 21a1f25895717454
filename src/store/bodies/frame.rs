//! One content as a zstd frame, with another one as its prefix, or as a gzip file.

use std::ops::RangeInclusive;

use zstd::zstd_safe::{self, CCtx, CParameter};

use super::MAX_SIZE;
use crate::net;
use crate::store::error::{Fault, Query};

/// Level 3 takes twice the time and saves a page that stands alone a seventeenth; what differs little from its prefix
/// comes out the same.
const LEVEL: i32 = 1;

/// The match table is as large as a quarter of what it must find again, within these bounds: in the small one of its
/// level, a prefix of 600 kB is mostly forgotten, and a larger one takes longer to clear.
const HASH_LOG: RangeInclusive<u32> = 14..=20;

/// From this size on, a prefix outgrows that table: without long distance matching a 3 MB page that differs in a word
/// takes 400 kB instead of 400 bytes. Below it, that would only double the time.
const LONG: usize = 2 << 20;

/// Compresses a content against a prefix, which may be empty; in one go, for a stream would copy it into a buffer first.
pub(in crate::store) fn encode(content: &[u8], prefix: &[u8]) -> Query<Vec<u8>> {
    let encode = || -> Result<Vec<u8>, zstd_safe::ErrorCode> {
        let mut context = CCtx::create();
        context.set_parameter(CParameter::CompressionLevel(LEVEL))?;
        context.set_parameter(CParameter::ChecksumFlag(true))?;
        let reach = content.len() + prefix.len();
        context.set_parameter(CParameter::WindowLog(window_log(reach)))?;
        if !prefix.is_empty() {
            let hash_log = (window_log(prefix.len()) - 2).clamp(*HASH_LOG.start(), *HASH_LOG.end());
            context.set_parameter(CParameter::HashLog(hash_log))?;
            context.set_parameter(CParameter::EnableLongDistanceMatching(reach > LONG))?;
            context.ref_prefix(prefix)?;
        }
        let mut data = Vec::with_capacity(zstd_safe::compress_bound(content.len()));
        context.compress2(&mut data, content)?;
        // The buffer has room for what can't be compressed.
        data.shrink_to_fit();
        Ok(data)
    };
    let refused = |code| format!("a content can't be compressed: {}", zstd_safe::get_error_name(code));
    encode().map_err(|code| Fault::refused(refused(code)))
}

/// The window must reach from the end of the content to the beginning of its prefix.
fn window_log(bytes: usize) -> u32 {
    bytes.next_power_of_two().ilog2().clamp(10, WINDOW_LOG_MAX)
}

/// Enough for the largest content after the largest prefix.
const WINDOW_LOG_MAX: u32 = (2 * MAX_SIZE).ilog2();

/// Reads back what was encoded without a base.
pub(in crate::store) fn unpack(data: &[u8]) -> Query<Vec<u8>> {
    let announced = zstd_safe::get_frame_content_size(data).ok().flatten();
    let size = announced.ok_or_else(|| Fault::corrupt("a content", "it does not say how long it is"))?;
    let mut content = Vec::new();
    decode(data, &[], size.min(MAX_SIZE as u64) as usize, &mut content)
        .map_err(|e| Fault::corrupt("a content", e))?;
    Ok(content)
}

/// Decodes in one go into a buffer of `size` bytes; what unfolds beyond that is refused. A content that stands alone may
/// also be a gzip file, as it came.
pub(super) fn decode(
    data: &[u8],
    prefix: &[u8],
    size: usize,
    content: &mut Vec<u8>,
) -> Result<(), &'static str> {
    content.clear();
    if data.starts_with(&net::GZIP) {
        *content = net::gunzip(data, size as u64).map_err(|_| "it is no gzip file of its size")?;
        return Ok(());
    }
    content.reserve_exact(size);
    let mut context = zstd_safe::DCtx::create();
    context.ref_prefix(prefix).map_err(zstd_safe::get_error_name)?;
    context.decompress(content, data).map_err(zstd_safe::get_error_name)?;
    Ok(())
}

/// Whether a damaged frame can't be decoded: every gzip file has a CRC-32 of its content (RFC 1952, section 2.3.1), a zstd
/// frame may have an XXH64 (RFC 8878, section 3.1.1.1.1.5).
pub(super) fn checks_itself(data: &[u8]) -> bool {
    const HAS_CHECKSUM: u8 = 1 << 2;
    data.starts_with(&net::GZIP) || data.get(4).is_some_and(|descriptor| descriptor & HAS_CHECKSUM != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_frame_is_not_decoded() {
        let (before, after) = (page(10_000), page(12_000));
        let data = encode(&after, &before).unwrap();
        assert!(checks_itself(&data));
        for at in 0..data.len() {
            let mut damaged = data.clone();
            damaged[at] ^= 1;
            let mut decoded = Vec::new();
            let outcome = decode(&damaged, &before, after.len(), &mut decoded);
            assert!(outcome.is_err() || decoded == after || !checks_itself(&damaged), "byte {at}");
        }
        let mut decoded = Vec::new();
        assert!(!checks_itself(&zstd::bulk::compress(&after, 1).unwrap()), "as frames were written once");
        assert!(decode(&data, &page(20_000), after.len(), &mut decoded).is_err(), "another base");
    }

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
            let mut decoded = Vec::new();
            decode(&data, &before, after.len(), &mut decoded).unwrap();
            assert!(decoded == after, "{size}");
        }
    }

    #[test]
    fn a_frame_that_unfolds_beyond_its_size_is_refused() {
        let bomb = encode(&vec![0; 10_000_000], &[]).unwrap();
        let mut decoded = Vec::new();
        assert_eq!(decode(&bomb, &[], 1_000, &mut decoded), Err("Destination buffer is too small"));
        assert!(decoded.capacity() < 10_000, "{}", decoded.capacity());
    }
}
