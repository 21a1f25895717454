//! The folder a Chromium works in: made for it, gone with it.
//!
//! A lock in the folder tells whose it is. The kernel lets go of it however fineprint ends, so a folder that can be
//! locked is left over from one that was killed: the next start sweeps it away, and whatever still works in it.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use rustix::process::{Pid, Signal, geteuid, kill_process};
use tempfile::TempDir;

/// How the folders are called.
const PREFIX: &str = "fineprint-chromium-";
/// The file in them that is locked.
const LOCK: &str = "fineprint.lock";

/// A folder of one's own; removed when dropped.
pub(super) struct Profile {
    folder: TempDir,
    _lock: File,
}

impl Profile {
    /// Makes one, after sweeping away what others left.
    pub(super) fn within(parent: &Path) -> io::Result<Self> {
        sweep(parent);
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent)?;
        // Locked before it has its name, so that nobody finds it unlocked.
        let draft = folder.path().join("fineprint.draft");
        let lock = File::create_new(&draft)?;
        lock.try_lock().map_err(io::Error::from)?;
        fs::rename(&draft, folder.path().join(LOCK))?;
        Ok(Self { folder, _lock: lock })
    }

    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Removes every folder of ours whose owner is gone.
fn sweep(parent: &Path) {
    let Ok(entries) = fs::read_dir(parent) else { return };
    let ours = |path: &PathBuf| path.file_name().is_some_and(|n| n.to_string_lossy().starts_with(PREFIX));
    for folder in entries.flatten().map(|entry| entry.path()).filter(ours) {
        if is_left_over(&folder) {
            end_processes_in(&folder);
            if let Err(error) = fs::remove_dir_all(&folder) {
                tracing::warn!("the folder {} of an earlier browser stays: {error}", folder.display());
            }
        }
    }
}

fn is_left_over(folder: &Path) -> bool {
    // A folder that isn't ours alone may be a trap.
    let mine = fs::symlink_metadata(folder).is_ok_and(|m| m.is_dir() && m.uid() == geteuid().as_raw());
    mine && File::open(folder.join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok())
}

/// Ends every process that was started with this folder as its profile. It ends by itself when fineprint does; one that
/// hung didn't.
fn end_processes_in(folder: &Path) {
    let argument = format!("--user-data-dir={}", folder.display());
    for (pid, command) in commands() {
        if command.split(|byte| *byte == 0).any(|part| part == argument.as_bytes()) {
            let _ = kill_process(pid, Signal::KILL);
        }
    }
}

/// Every process with its command line, where the system shows them.
fn commands() -> impl Iterator<Item = (Pid, Vec<u8>)> {
    fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(|entry| {
        let pid = Pid::from_raw(entry.file_name().to_str()?.parse().ok()?)?;
        Some((pid, fs::read(entry.path().join("cmdline")).ok()?))
    })
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    fn what_a_killed_process_left_is_swept_away_and_what_is_in_use_stays() {
        let parent = tempfile::tempdir().unwrap();
        let used = Profile::within(parent.path()).unwrap();
        let left = Profile::within(parent.path()).unwrap();
        let left = {
            // As the kernel does for a process that is killed: the lock is let go, the folder stays.
            let Profile { folder, _lock } = left;
            drop(_lock);
            folder.keep()
        };
        fs::create_dir(left.join("Default")).unwrap();
        let stranger = parent.path().join("fineprint-chromium-notes");
        fs::create_dir(&stranger).unwrap();
        let argument = format!("--user-data-dir={}", left.display());
        let mut hung = Command::new("sh")
            .args(["-c", "read line", "sh", &argument])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();

        sweep(parent.path());

        assert!(!left.exists() && used.path().exists() && stranger.exists());
        assert!(!hung.wait().unwrap().success());
    }
}
