//! A repository of our own that borrows another's objects.

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::Error;

/// Other people's objects in an empty repository of ours: git finds no configuration there but our own.
#[derive(Debug)]
pub(super) struct Borrowed {
    ours: TempDir,
    objects: PathBuf,
    /// The commit that is current.
    pub(super) head: String,
}

/// Longer files than these are no HEAD, and no list of references or of shallow commits.
const MAX_HEAD: u64 = 4 << 10;
const MAX_LIST: u64 = 64 << 20;

impl Borrowed {
    pub(super) fn new(folder: &Path) -> Result<Self, Error> {
        let theirs = git_folder(folder)?;
        let head = head(&theirs).map_err(|why| Error::NoHead { folder: folder.to_owned(), why })?;
        let absolute = |path: PathBuf| path.canonicalize().map_err(|source| Error::Io { path, source });
        let objects = absolute(theirs.join("objects"))?;
        let ours = tempfile::tempdir().and_then(|ours| lay_out(ours.path(), &theirs, &head).map(|()| ours));
        let ours = ours.map_err(|source| Error::Io { path: std::env::temp_dir(), source })?;
        Ok(Self { ours, objects, head })
    }

    /// A `git` that knows nothing but these objects: no configuration, no hooks, no network, no terminal.
    pub(super) fn git(&self) -> Command {
        let mut git = Command::new("git");
        git.env_clear()
            .envs(std::env::var_os("PATH").map(|path| ("PATH", path)))
            .env("GIT_DIR", self.ours.path())
            .env("GIT_OBJECT_DIRECTORY", &self.objects)
            .envs([("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_CONFIG_GLOBAL", "/dev/null"), ("LC_ALL", "C")])
            .envs([("GIT_ALLOW_PROTOCOL", "none"), ("GIT_NO_LAZY_FETCH", "1"), ("GIT_TERMINAL_PROMPT", "0")])
            .current_dir(self.ours.path())
            .args(["--no-pager", "--no-replace-objects", "--no-optional-locks"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        git
    }
}

fn git_folder(folder: &Path) -> Result<PathBuf, Error> {
    let is_one = |path: &Path| path.join("objects").is_dir() && path.join("HEAD").is_file();
    let inside = folder.join(".git");
    [inside.as_path(), folder]
        .into_iter()
        .find(|path| is_one(path))
        .map(Path::to_owned)
        .ok_or_else(|| Error::NoRepository(folder.to_owned()))
}

/// Makes the repository that borrows.
fn lay_out(ours: &Path, theirs: &Path, head: &str) -> io::Result<()> {
    let format = match head.len() {
        64 => "\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = sha256\n",
        _ => "\trepositoryformatversion = 0\n\tbare = true\n",
    };
    fs::create_dir(ours.join("refs"))?;
    fs::write(ours.join("HEAD"), "ref: refs/heads/none\n")?;
    fs::write(ours.join("config"), format!("[core]\n{format}"))?;
    // A clone with a part of the history ends at these commits; without the list git misses their parents.
    let shallow: String =
        lines(&theirs.join("shallow"))?.filter(|line| is_object(line)).map(|line| line + "\n").collect();
    if shallow.is_empty() { Ok(()) } else { fs::write(ours.join("shallow"), shallow) }
}

/// The commit that HEAD leads to.
fn head(theirs: &Path) -> Result<String, &'static str> {
    let mut text = String::new();
    let read = File::open(theirs.join("HEAD")).and_then(|file| file.take(MAX_HEAD).read_to_string(&mut text));
    read.map_err(|_| "HEAD cannot be read")?;
    let text = text.trim_ascii();
    if is_object(text) {
        return Ok(text.to_owned());
    }
    let name = text.strip_prefix("ref: ").filter(|name| is_reference(name)).ok_or("HEAD names no branch")?;
    let list = |path: &Path| lines(path).map_err(|_| "its references cannot be read");
    if let Some(commit) = list(&theirs.join(name))?.next().filter(|line| is_object(line)) {
        return Ok(commit);
    }
    let packed = |line: String| {
        let (commit, of) = line.split_once(' ')?;
        (of == name && is_object(commit)).then(|| commit.to_owned())
    };
    list(&theirs.join("packed-refs"))?.find_map(packed).ok_or("its branch has no commit")
}

/// The lines of a file; none if there is no file.
fn lines(path: &Path) -> io::Result<impl Iterator<Item = String> + use<>> {
    let file = match File::open(path) {
        Ok(file) => Some(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let lines = file.into_iter().flat_map(|file| BufReader::new(file.take(MAX_LIST)).lines());
    Ok(lines.map_while(Result::ok))
}

/// The name of an object: SHA-1 or SHA-256 in hexadecimal.
pub(super) fn is_object(name: &str) -> bool {
    matches!(name.len(), 40 | 64) && name.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// A name that stays below `refs/`.
fn is_reference(name: &str) -> bool {
    let part = |part: &str| !part.is_empty() && !part.starts_with('.');
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-_.+#@".contains(&b);
    name.starts_with("refs/") && name.bytes().all(plain) && name.split('/').all(part) && !name.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "628b33047e1954f6dbd35d9ee8296f98487ca3dd";

    fn repository(files: &[(&str, &str)]) -> TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn the_current_commit_is_found_wherever_it_stands() {
        let (loose, packed) = (format!("{COMMIT}\n"), format!("# pack-refs\n{COMMIT} refs/heads/main\n"));
        for files in [
            &[("HEAD", COMMIT)][..],
            &[("HEAD", "ref: refs/heads/main\n"), ("refs/heads/main", &loose)],
            &[("HEAD", "ref: refs/heads/main\n"), ("packed-refs", &packed)],
        ] {
            assert_eq!(head(repository(files).path()).as_deref(), Ok(COMMIT), "{files:?}");
        }
    }

    #[test]
    fn a_head_leads_nowhere_else() {
        for text in ["", "ref: ../../secret", "ref: refs/../../secret", "ref: /etc/passwd", "--upload-pack=x"]
        {
            assert_eq!(head(repository(&[("HEAD", text)]).path()), Err("HEAD names no branch"), "{text}");
        }
        let unborn = repository(&[("HEAD", "ref: refs/heads/main"), ("packed-refs", "-x refs/heads/main")]);
        assert_eq!(head(unborn.path()), Err("its branch has no commit"));
    }
}
