//! Zip files, stored without compression: one way to write a set of files, byte for byte.
//!
//! A library would do, but its output changes with its releases. Here every byte of a file follows from what is in it,
//! so that reading one back also proves that none was altered: it is what would be written, or it is refused.

use std::collections::BTreeMap;

use flate2::Crc;

/// Files by their names.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Why there is no zip file, or none of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The format has 32 bits for sizes, and 16 for the number of files.
    #[error("more than a zip file takes: 4 GiB, 65,535 files")]
    TooLarge,
    /// What is read isn't what would be written.
    #[error("not as fineprint wrote it, from byte {0} on")]
    Altered(usize),
}

/// 1980-01-01, the first day of the format: files have no time of their own.
const DATE: u16 = 0x0021;
/// Names are UTF-8.
const FLAGS: u16 = 0x0800;
/// The version of the format that is needed to read it: 2.0.
const VERSION: u16 = 20;

/// Writes files in the order of their names.
///
/// ```
/// use fineprint::archive::zip;
/// let files = zip::Files::from([("terms/text.md".to_owned(), b"We may suspend you.".to_vec())]);
/// let zipped = zip::write(&files)?;
/// assert_eq!(zip::read(&zipped)?, files);
/// # Ok::<(), zip::Error>(())
/// ```
pub fn write(files: &Files) -> Result<Vec<u8>, Error> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in files {
        let offset = u32::try_from(out.len()).map_err(|_| Error::TooLarge)?;
        let shared = shared(name, content)?;
        out.extend([b"PK\x03\x04".as_slice(), &shared, &[0, 0], name.as_bytes(), content].concat());
        // Comment, disk, attributes of both kinds: none.
        let none = [0; 2 + 2 + 2 + 4];
        directory
            .extend([b"PK\x01\x02".as_slice(), &VERSION.to_le_bytes(), &shared, &[0, 0], &none].concat());
        directory.extend([offset.to_le_bytes().as_slice(), name.as_bytes()].concat());
    }
    let start = u32::try_from(out.len()).map_err(|_| Error::TooLarge)?;
    let length = u32::try_from(directory.len()).map_err(|_| Error::TooLarge)?;
    let count = u16::try_from(files.len()).map_err(|_| Error::TooLarge)?.to_le_bytes();
    out.append(&mut directory);
    out.extend([b"PK\x05\x06\0\0\0\0".as_slice(), &count, &count].concat());
    out.extend([length.to_le_bytes().as_slice(), &start.to_le_bytes(), &[0, 0]].concat());
    Ok(out)
}

/// What the header of a file and its line in the directory have in common.
fn shared(name: &str, content: &[u8]) -> Result<Vec<u8>, Error> {
    let size = u32::try_from(content.len()).map_err(|_| Error::TooLarge)?.to_le_bytes();
    let name = u16::try_from(name.len()).map_err(|_| Error::TooLarge)?;
    let mut crc = Crc::new();
    crc.update(content);
    let words = [VERSION, FLAGS, 0, 0, DATE].map(u16::to_le_bytes).concat();
    Ok([words.as_slice(), &crc.sum().to_le_bytes(), &size, &size, &name.to_le_bytes()].concat())
}

/// Reads what [`write()`] wrote.
///
/// # Errors
/// If a single byte is another, or more or fewer are there.
pub fn read(zipped: &[u8]) -> Result<Files, Error> {
    let mut files = Files::new();
    let mut at = 0;
    while let Some((name, content, next)) = entry(zipped, at) {
        files.insert(name, content.to_vec());
        at = next;
    }
    let again = write(&files)?;
    let differs = zipped.iter().zip(&again).position(|(a, b)| a != b);
    match differs {
        Some(at) => Err(Error::Altered(at)),
        None if zipped.len() != again.len() => Err(Error::Altered(zipped.len().min(again.len()))),
        None => Ok(files),
    }
}

/// The file whose header stands at `at`, and where the next one stands.
fn entry(zipped: &[u8], at: usize) -> Option<(String, &[u8], usize)> {
    const HEADER: usize = 30;
    let header = zipped.get(at..at + HEADER).filter(|header| header.starts_with(b"PK\x03\x04"))?;
    let size = u32::from_le_bytes(header[18..22].try_into().ok()?) as usize;
    let name = usize::from(u16::from_le_bytes(header[26..28].try_into().ok()?));
    let content = at + HEADER + name;
    let text = str::from_utf8(zipped.get(at + HEADER..content)?).ok()?;
    let end = content.checked_add(size)?;
    Some((text.to_owned(), zipped.get(content..end)?, end))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample() -> Vec<u8> {
        let files = [("a/é.txt", &b"one"[..]), ("a/empty", b""), ("b", &[7; 300])];
        write(&files.into_iter().map(|(n, c)| (n.to_owned(), c.to_vec())).collect()).unwrap()
    }

    #[test]
    fn others_can_read_it() {
        let mut archive = ::zip::ZipArchive::new(std::io::Cursor::new(sample())).unwrap();
        let mut files = Files::new();
        for number in 0..archive.len() {
            let mut file = archive.by_index(number).unwrap();
            assert_eq!(file.compression(), ::zip::CompressionMethod::Stored);
            let mut content = Vec::new();
            std::io::Read::read_to_end(&mut file, &mut content).unwrap();
            files.insert(file.name().unwrap().into_owned(), content);
        }
        assert_eq!(files, read(&sample()).unwrap());
    }

    #[test]
    fn every_altered_byte_shows() {
        let intact = sample();
        assert_eq!(read(&intact).unwrap().len(), 3);
        for at in 0..intact.len() {
            for bit in 0..8 {
                let mut altered = intact.clone();
                altered[at] ^= 1 << bit;
                assert!(read(&altered).is_err(), "byte {at}, bit {bit}");
            }
        }
        for length in 0..intact.len() {
            assert!(read(&intact[..length]).is_err(), "cut to {length}");
        }
        assert_eq!(read(&[&intact[..], b"x"].concat()), Err(Error::Altered(intact.len())));
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back(files in prop::collection::btree_map("\\PC{1,20}", prop::collection::vec(any::<u8>(), 0..100), 0..6)) {
            prop_assert_eq!(read(&write(&files).unwrap()).unwrap(), files);
        }

        #[test]
        fn nothing_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), head in any::<bool>()) {
            let bytes = if head { [b"PK\x03\x04".to_vec(), bytes].concat() } else { bytes };
            let _ = read(&bytes);
        }
    }
}
