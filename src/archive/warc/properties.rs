//! What holds of every archive, sound or not.

use jiff::Timestamp;
use proptest::prelude::*;
use url::Url;

use super::sample::{self, PAGES, gzip, read, zstd_with};
use super::{Compression, Error, Record, Response, Writer};

/// Reads an archive to its end and checks what holds of every archive.
fn is_sane(archive: &[u8]) -> Result<usize, TestCaseError> {
    let told = read(archive);
    let ends = |r: &Result<Record, Error>| r.as_ref().is_err_and(|e| e.fault.ends_archive());
    prop_assert!(told.iter().rev().skip(1).all(|r| !ends(r)), "went on after the end");
    Ok(told.iter().filter(|r| r.is_ok()).count())
}

proptest! {
    #[test]
    fn arbitrary_bytes_are_read_without_a_panic(bytes: Vec<u8>, magic in 0..5_usize) {
        let magic = [&b""[..], b"WARC/1.1\r\n", b"\x1f\x8b\x08\0", b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18"][magic];
        is_sane(&[magic, &bytes].concat())?;
    }

    #[test]
    fn arbitrary_answers_are_read_without_a_panic(
        body: Vec<u8>,
        coding in prop::sample::select(vec!["gzip", "deflate", "br", "zstd", "gzip, br"]),
        chunked: bool,
    ) {
        let chunked = if chunked { "transfer-encoding: chunked\n" } else { "" };
        let head = format!("HTTP/1.1 200\ncontent-encoding: {coding}\n{chunked}\n");
        let _ = Response::parse([head.as_bytes(), &body].concat().into());
        let _ = Response::parse(body.into());
    }

    #[test]
    fn mutated_archives_are_read_without_a_panic(
        format in 0..3_usize,
        mutations in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let plain = sample::archive(&PAGES);
        let mut archive = [plain.clone(), gzip(&plain), zstd_with(&plain, 20, &[])][format].clone();
        for (at, byte) in mutations {
            let at = at.index(archive.len());
            archive[at] = byte;
        }
        is_sane(&archive)?;
    }

    #[test]
    fn what_stands_before_a_cut_is_read(format in 0..3_usize, cut: prop::sample::Index) {
        let plain = sample::archive(&PAGES);
        let ends: Vec<usize> = (1..=3).map(|n| sample::archive(&PAGES[..n]).len() - 4).collect();
        if format == 0 {
            let cut = cut.index(plain.len());
            let whole = ends.iter().filter(|end| **end <= cut).count();
            prop_assert_eq!(is_sane(&plain[..cut])?, whole);
        } else {
            let archive = [gzip(&plain), zstd_with(&plain, 20, &[])][format - 1].clone();
            let told = read(&archive[..cut.index(archive.len() - 1) + 1]);
            prop_assert!(told.last().is_some_and(|r| r.is_err()) || told.len() == 3);
        }
    }

    #[test]
    fn what_was_written_is_read(
        pages in prop::collection::vec(
            ("[a-z]{1,8}", 0_i64..4_000_000_000, 100_u16..1000, "[^\r\n]{0,40}", any::<Vec<u8>>()), 0..6),
        gzip: bool,
    ) {
        let compression = if gzip { Compression::Gzip } else { Compression::None };
        let mut writer = Writer::new(Vec::new(), compression);
        let mut expected = Vec::new();
        for (path, date, status, value, body) in pages {
            let headers = vec![
                ("x-value".to_owned(), value.trim_ascii().to_owned()),
                ("content-length".to_owned(), body.len().to_string()),
            ];
            let target: Url = format!("https://acme.example/{path}?q=%20").parse().unwrap();
            let date = Timestamp::from_millisecond(date * 100).unwrap();
            let response = Response { status, headers, body: body.into() };
            writer.response(&target, date, &response).unwrap();
            expected.push((target, date, Some(response)));
        }
        let records = read(&writer.finish().unwrap());
        let records: Vec<_> = records.into_iter().map(|r| r.unwrap()).map(|r| (r.target, r.date, r.response)).collect();
        prop_assert_eq!(records, expected);
    }
}
