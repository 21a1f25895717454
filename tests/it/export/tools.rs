//! Public tools read a bundle: coreutils, Python's library, warcio.

use super::*;
use crate::need;

#[tokio::test]
async fn a_bundle_checks_by_its_own_instructions() {
    let world = history().await;
    for question in
        [at("2026-03-02T00:00:00Z"), at("2026-03-04T23:59:59.999Z"), Question::Between(None, None)]
    {
        let bundle = bundled(&world, question).await;
        let folder = Folder::of(&bundle);
        let (ok, said) = told(
            Command::new("sha256sum").args(["--check", "--strict", "SHA256SUMS"]).current_dir(folder.path()),
        );
        assert!(ok && said.lines().count() == bundle.files.len() - 1, "{said}");
        let (ok, said) = told(Command::new("python3").arg("verify.py").current_dir(folder.path()));
        assert!(ok, "{said}");
        let summed = bundle.files.len() - 1;
        assert!(said.contains(&format!("OK: {summed} files are what was made")), "{said}");
        assert!(said.contains(&bundle.fingerprint().to_string()), "{said}");
        assert!(said.contains("The seal covers"), "{said}");
    }
}

#[tokio::test]
async fn the_instructions_count_the_looks_as_the_statement_does() {
    let world = history().await;
    let folder = Folder::of(&bundled(&world, at("2026-03-04T23:59:59.999Z")).await);
    let (_, said) = told(Command::new("python3").arg("verify.py").current_dir(folder.path()));
    let versions: Vec<&str> = said.lines().filter(|line| line.starts_with("Version")).collect();
    assert_snapshot!(versions.join("\n"), @"
    Version 1: seen from 2026-03-01 00:00:00 to 2026-03-02 22:05:31.386000 UTC, looked at 9 times, longest gap 6:00:00.
    Version 2: seen from 2026-03-03 04:05:31.386000 to 2026-03-05 22:05:31.386000 UTC, looked at 10 times, longest gap 18:00:00.
    Version 3: seen from 2026-03-06 04:05:31.386000 to 2026-03-06 22:05:31.386000 UTC, looked at 4 times, longest gap 6:00:00.
    ");
}

#[tokio::test]
async fn what_is_altered_with_care_does_not_fit_the_chain() {
    let world = history().await;
    let bundle = bundled(&world, Question::Between(None, None)).await;
    let resummed = |folder: &Path| {
        let sums = "find . -type f ! -name 'SHA256SUMS*' | sed 's|^./||' | LC_ALL=C sort | xargs -d '\\n' sha256sum > SHA256SUMS";
        assert!(told(Command::new("sh").args(["-c", sums]).current_dir(folder)).0);
    };
    for (name, from, to, problem) in [
        (
            "texts/version-2.json",
            "We may sell",
            "We won't sell",
            "texts/version-2.json is not what the chain has",
        ),
        (
            "chain/source.jsonl",
            "\"outcome\":\"unusable\"",
            "\"outcome\":\"unchanged\"",
            "does not lead to the head",
        ),
        ("manifest.json", "\"looks\": 9", "\"looks\": 8", "the chain does not have version"),
        ("chain/archive.jsonl", "\"entries\":", "\"entries\":1", "does not lead to the head"),
    ] {
        let folder = Folder::of(&bundle);
        let path = file(&folder.path(), name);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{name}: {text}");
        std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
        resummed(&folder.path());
        let (ok, said) = told(Command::new("python3").arg("verify.py").current_dir(folder.path()));
        assert!(!ok && said.contains(problem), "{name}: {said}");
    }
}

#[tokio::test]
async fn warcio_reads_the_pages_and_finds_their_digests_right() {
    let Some(python) = need::python(&["warcio==1.8.1"]) else { return };
    let world = history().await;
    let folder = Folder::of(&bundled(&world, Question::Between(None, None)).await);
    let warcio = |arguments: &[&str]| {
        told(Command::new(&python).args(["-m", "warcio.cli"]).args(arguments).current_dir(folder.path()))
    };
    let (ok, said) = warcio(&["check", "-v", "pages.warc.gz"]);
    assert!(ok, "{said}");
    let passed = said.matches("digest pass").count();
    assert!(passed > 5 && !said.contains("fail") && !said.contains("error"), "{said}");
    let (ok, said) = warcio(&["index", "-f", "warc-type,http:status", "pages.warc.gz"]);
    assert!(ok, "{said}");
    let count = |part: &str| said.matches(part).count();
    assert_eq!(count("warcinfo"), 1);
    // Each page with what is known about it; the error pages among them.
    assert!(count("\"response\", \"http:status\": \"200\"") >= 3, "{said}");
    assert!(count("\"http:status\": \"503\"") >= 1, "{said}");
    assert_eq!(count("\"response\""), count("\"metadata\""), "{said}");
    // What programs that replay archives find under the page's address is the page.
    let (_, said) = warcio(&["index", "-f", "warc-type,warc-target-uri", "pages.warc.gz"]);
    let url = format!("\"warc-target-uri\": \"http://{}/policy\"", world.site.authority());
    let under: Vec<&str> = said.lines().filter(|line| line.contains(&url)).collect();
    assert!(under.len() >= 4, "{said}");
    assert!(under.iter().all(|line| line.contains("response") || line.contains("revisit")), "{said}");
}
