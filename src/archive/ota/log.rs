//! The history of a repository, commit by commit.

use std::io::{BufRead, BufReader, Read as _};
use std::sync::Arc;

use jiff::Timestamp;

use super::borrow::{Borrowed, is_object};
use super::{Entry, Error};

/// A path or a trailer longer than this is not one of Open Terms Archive's.
const MAX_TOKEN: u64 = 64 << 10;
/// Thirty times the largest collection. A longer history is refused: it would fill the memory.
const MAX_ENTRIES: usize = 5_000_000;

/// One line a commit: its name, its author date, where the page came from. The date is the author's, for that
/// survives when a collection's history is rewritten.
const FORMAT: &str =
    "--format=commit %H %at %(trailers:key=x-source-document-location,valueonly,separator=%x20)";

impl Borrowed {
    /// Tells of each file that a commit brought or changed, oldest commit first.
    pub(super) fn log(&self, seen: impl FnMut(&str, Entry)) -> Result<(), Error> {
        let mut git = self.git();
        git.args(["log", "-z", "--reverse", "--raw", "--no-abbrev", "--no-renames", "--no-merges", "--root"]);
        git.args([FORMAT, "--no-show-signature", "--end-of-options", &self.head, "--"]);
        let mut child = git.spawn().map_err(Error::NoGit)?;
        let out = child.stdout.take().expect("it is piped");
        let read = read(BufReader::new(out), seen);
        if read.is_err() {
            // It may write for ever into a pipe that nobody reads.
            child.kill().ok();
        }
        let ended = child.wait().map_err(Error::NoGit)?;
        read?;
        if ended.success() { Ok(()) } else { Err(Error::Git(format!("`git log` ended with {ended}"))) }
    }
}

/// Reads what `git log -z --raw` writes: a commit's line, then two tokens per file.
fn read(mut from: impl BufRead, mut seen: impl FnMut(&str, Entry)) -> Result<(), Error> {
    let strange = |token: &str| {
        let start: String = token.chars().take(40).collect();
        Error::Git(format!("`git log` says {start:?}"))
    };
    let (mut commit, mut entries) = (None, 0);
    while let Some(token) = token(&mut from)? {
        let token = token.trim_start_matches('\n');
        if let Some(line) = token.strip_prefix("commit ") {
            commit = Some(Entry::of_commit(line).ok_or_else(|| strange(token))?);
        } else if let (Some(change), Some(entry)) = (token.strip_prefix(':'), &commit) {
            let path = self::token(&mut from)?.ok_or_else(|| strange(token))?;
            entries += 1;
            if entries > MAX_ENTRIES {
                return Err(Error::Git(format!("there are more than {MAX_ENTRIES} snapshots")));
            }
            if let Some(blob) = blob(change).map_err(|()| strange(token))? {
                seen(&path, Entry { blob: blob.to_owned(), ..entry.clone() });
            }
        } else if !token.is_empty() {
            return Err(strange(token));
        }
    }
    Ok(())
}

impl Entry {
    /// What a commit's line says; the file is still missing.
    fn of_commit(line: &str) -> Option<Self> {
        let mut words = line.splitn(3, ' ');
        let commit = words.next().filter(|name| is_object(name))?;
        let at = Timestamp::from_second(words.next()?.parse().ok()?).ok()?;
        // One that recurs stands there once more; the first is as good as the second.
        let location = words.next().and_then(|text| text.split_whitespace().next());
        let location = location.and_then(|text| text.parse::<url::Url>().ok());
        let location = location.filter(|url| matches!(url.scheme(), "http" | "https"));
        Some(Self { at, location, media_type: "", commit: Arc::from(commit), blob: String::new() })
    }
}

/// The object that a file became: `100644 100644 before after M`. `None` for what is gone or no plain file.
fn blob(change: &str) -> Result<Option<&str>, ()> {
    let words: Vec<&str> = change.split(' ').collect();
    let [_, mode, _, after, _] = words[..] else { return Err(()) };
    match mode {
        "100644" | "100755" if is_object(after) => Ok(Some(after)),
        "100644" | "100755" => Err(()),
        _ => Ok(None),
    }
}

/// Up to the next NUL; bytes that aren't UTF-8 are replaced, as nothing that matters here has them.
fn token(from: &mut impl BufRead) -> Result<Option<String>, Error> {
    let mut bytes = Vec::new();
    let failed = |error: std::io::Error| Error::Git(error.to_string());
    from.take(MAX_TOKEN).read_until(0, &mut bytes).map_err(failed)?;
    match bytes.pop() {
        None => Ok(None),
        Some(0) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
        Some(_) if bytes.len() as u64 + 1 == MAX_TOKEN => {
            Err(Error::Git("a path or a trailer is longer than 64 KiB".to_owned()))
        }
        Some(_) => Err(Error::Git("`git log` was cut off".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const A: &str = "628b33047e1954f6dbd35d9ee8296f98487ca3dd";
    const B: &str = "75033fccac21adb5bf35d32ec875a09d0c3d780b";
    const NONE: &str = "0000000000000000000000000000000000000000";

    fn told(log: &str) -> Result<Vec<String>, String> {
        let mut told = Vec::new();
        let line = |path: &str, e: Entry| {
            told.push(format!(
                "{path} {} {} {}",
                e.at,
                &e.blob[..4],
                e.location.map(String::from).unwrap_or_default()
            ));
        };
        read(log.replace('@', "\0").as_bytes(), line).map_err(|e| e.to_string())?;
        Ok(told)
    }

    #[test]
    fn a_commit_brings_files_and_what_is_deleted_is_passed_over() {
        let log = format!(
            "commit {A} 1704067200 https://acme.example/a https://acme.example/b@\n:000000 100644 {NONE} {A} A@Acme/Terms.html@\
             commit {B} 1706745600 @\n:100644 100644 {A} {B} M@Acme/Terms.html@:100644 000000 {B} {NONE} D@Acme/P.pdf@\
             :000000 120000 {NONE} {A} A@Acme/link.html@commit {A} 1706745700 javascript:x@"
        );
        assert_eq!(
            told(&log).unwrap(),
            [
                "Acme/Terms.html 2024-01-01T00:00:00Z 628b https://acme.example/a",
                "Acme/Terms.html 2024-02-01T00:00:00Z 7503 "
            ]
        );
    }

    #[test]
    fn what_git_never_says_ends_the_reading() {
        for (log, why) in [
            ("hello@", "`git log` says \"hello\""),
            ("commit x 1 @", "`git log` says \"commit x 1 \""),
            (":000000 100644 a b A@p@", "`git log` says \":000000 100644 a b A\""),
            ("commit 628b", "`git log` was cut off"),
        ] {
            assert!(told(log).unwrap_err().ends_with(why), "{log}: {:?}", told(log));
        }
        let long = told(&"x".repeat(MAX_TOKEN as usize + 1)).unwrap_err();
        assert!(long.ends_with("longer than 64 KiB"), "{long}");
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(log in "(commit [0-9a-f]{40} -?[0-9]{1,20} ?|:|[0-7]{6}|[0-9a-f]{40}| |@|\n|\\PC){0,40}") {
            let _ = told(&log);
        }
    }
}
