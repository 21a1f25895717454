//! Any bytes are records or an error, and an error ends or is passed over.
#![no_main]

use fineprint::archive::warc::Reader;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|archive: &[u8]| {
    if let Ok(reader) = Reader::new("fuzz.warc", archive) {
        // Each record takes bytes, so an archive has no more of them.
        assert!(reader.count() <= archive.len().max(1) * 64);
    }
});
