//! The contents of snapshots.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use std::sync::Arc;
use std::vec;

use bytes::Bytes;

use super::borrow::Borrowed;
use super::{Entry, Error};

/// Larger snapshots are left out, as from a web archive: a policy page is a few hundred KiB.
const MAX_PAGE: u64 = 64 << 20;

/// The contents of snapshots, one after another; an error leaves out one.
pub struct Pages {
    entries: vec::IntoIter<Entry>,
    git: Child,
    ask: ChildStdin,
    answer: BufReader<ChildStdout>,
    /// Git has ended or says what it never says: nothing after that can be believed.
    broken: bool,
    /// What git reads from lives as long as git.
    _borrowed: Arc<Borrowed>,
}

impl Pages {
    pub(super) fn new(borrowed: Arc<Borrowed>, entries: Vec<Entry>) -> Result<Self, Error> {
        let mut git = borrowed.git();
        git.args(["cat-file", "--batch"]).stdin(Stdio::piped());
        let mut git = git.spawn().map_err(Error::NoGit)?;
        let (ask, answer) = git.stdin.take().zip(git.stdout.take()).expect("both are piped");
        let answer = BufReader::new(answer);
        Ok(Self { entries: entries.into_iter(), git, ask, answer, broken: false, _borrowed: borrowed })
    }

    /// How many are to come.
    pub fn left(&self) -> usize {
        self.entries.len()
    }

    fn read(&mut self, entry: &Entry) -> Result<Bytes, Error> {
        let left_out = |why: String| Error::LeftOut { commit: entry.commit.to_string(), why };
        if self.broken {
            return Err(left_out("git cannot read the repository any further".to_owned()));
        }
        match self.ask(&entry.blob) {
            Ok(Ok(page)) => Ok(page),
            Ok(Err(why)) => Err(left_out(why)),
            Err(error) => {
                self.broken = true;
                Err(Error::Git(format!("at commit {}: {error}", entry.commit)))
            }
        }
    }

    /// `Err` outside where git can't be asked any more, inside where it has no such page.
    fn ask(&mut self, blob: &str) -> io::Result<Result<Bytes, String>> {
        writeln!(self.ask, "{blob}")?;
        self.ask.flush()?;
        let mut line = String::new();
        (&mut self.answer).take(1024).read_line(&mut line)?;
        let words: Vec<&str> = line.trim_end().split(' ').collect();
        let size: u64 = match words[..] {
            [_, "blob", size] => size.parse().map_err(|_| io::Error::other("a size that is no number"))?,
            [_, "missing"] => return Ok(Err("the clone has no copy of it".to_owned())),
            _ => return Err(io::ErrorKind::UnexpectedEof.into()),
        };
        let whole = size.saturating_add(1); // a line break follows
        let mut content = (&mut self.answer).take(whole);
        let mut page = Vec::new();
        let read = match size > MAX_PAGE {
            true => io::copy(&mut content, &mut io::sink())?,
            false => content.read_to_end(&mut page)? as u64,
        };
        if read != whole {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        page.pop();
        Ok(if size > MAX_PAGE { Err("longer than 64 MiB".to_owned()) } else { Ok(page.into()) })
    }
}

impl Iterator for Pages {
    type Item = Result<(Entry, Bytes), Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let entry = self.entries.next()?;
        Some(self.read(&entry).map(|page| (entry, page)))
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // It has nothing to finish: it only ever reads.
        self.git.kill().ok();
        self.git.wait().ok();
    }
}
