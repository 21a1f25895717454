//! Every altered byte of a bundle is found, and nothing else.

use super::*;

/// How many bytes are altered; the issue asks for 1,000, of which Python is asked about some.
const ALTERED: u64 = 1_000;

/// Numbers that are the same at every run (SplitMix64).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

#[tokio::test]
async fn each_of_a_thousand_altered_bytes_is_found_in_a_folder() {
    let world = history().await;
    let bundle = bundled(&world, Question::Between(None, None)).await;
    let folder = Folder::of(&bundle);
    let size: u64 = bundle.files.values().map(|content| content.len() as u64).sum();
    let mut numbers = Numbers(1);
    for n in 0..ALTERED {
        let mut at = numbers.below(size);
        let (name, content) = bundle
            .files
            .iter()
            .find(|(_, content)| {
                let is_here = at < content.len() as u64;
                at -= if is_here { 0 } else { content.len() as u64 };
                is_here
            })
            .unwrap();
        let mut altered = content.clone();
        altered[at as usize] ^= 1 + numbers.below(255) as u8;
        let path = file(&folder.path(), name);
        std::fs::write(&path, altered).unwrap();
        assert_ne!(check(&folder.path()).unwrap().problems, [""; 0], "{name}, byte {at}");
        // A start of Python takes long; a script that was itself altered says nothing about itself.
        if n % 50 == 0 && name != "verify.py" {
            let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/export/verify.py");
            let (ok, said) = told(Command::new("python3").arg(script).arg(folder.path()));
            assert!(!ok, "{name}, byte {at}: {said}");
        }
        std::fs::write(&path, content).unwrap();
    }
    assert_eq!(check(&folder.path()).unwrap().problems, [""; 0]);
}

#[tokio::test]
async fn each_of_a_thousand_altered_bytes_is_found_in_a_zip_file() {
    let world = history().await;
    let bundle = bundled(&world, Question::Between(None, None)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bundle.zip");
    write(&bundle, &path).unwrap();
    let intact = std::fs::read(&path).unwrap();
    let mut numbers = Numbers(2);
    for _ in 0..ALTERED {
        let mut altered = intact.clone();
        let at = numbers.below(intact.len() as u64) as usize;
        altered[at] ^= 1 + numbers.below(255) as u8;
        std::fs::write(&path, altered).unwrap();
        assert_ne!(check(&path).unwrap().problems, [""; 0], "byte {at}");
    }
    std::fs::write(&path, intact).unwrap();
    assert_eq!(check(&path).unwrap().problems, [""; 0]);
}

#[tokio::test]
async fn a_hundred_intact_bundles_raise_no_alarm() {
    let world = history().await;
    for n in 0..100 {
        let minutes = jiff::SignedDuration::from_mins(n * 80);
        let question = Question::At("2026-03-01T00:00:00Z".parse::<Timestamp>().unwrap() + minutes);
        let bundle = bundled(&world, question).await;
        let folder = Folder::of(&bundle);
        assert_eq!(check(&folder.path()).unwrap().problems, [""; 0], "{question:?}");
        if n % 20 == 0 {
            let (ok, said) = told(Command::new("python3").arg("verify.py").current_dir(folder.path()));
            assert!(ok, "{said}");
        }
    }
}

#[tokio::test]
async fn what_is_missing_or_added_is_found_too() {
    let world = history().await;
    let bundle = bundled(&world, Question::Between(None, None)).await;
    for name in bundle.files.keys() {
        let folder = Folder::of(&bundle);
        std::fs::remove_file(file(&folder.path(), name)).unwrap();
        assert_ne!(check(&folder.path()).unwrap().problems, [""; 0], "{name}");
    }
    let folder = Folder::of(&bundle);
    std::fs::write(folder.path().join(".DS_Store"), "a desktop was here").unwrap();
    assert_eq!(check(&folder.path()).unwrap().problems, [""; 0]);
    std::fs::write(folder.path().join("texts/version-9.md"), "We love you.").unwrap();
    assert_eq!(
        check(&folder.path()).unwrap().problems,
        ["texts/version-9.md is not what SHA256SUMS says, or is missing from one of the two"]
    );
}
