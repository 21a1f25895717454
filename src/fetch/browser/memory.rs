//! How much memory Chromium's processes take, from what the kernel shows below `/proc`. Elsewhere nothing is seen and
//! nothing is bounded.

use std::fs;

use rustix::process::Pid;

/// Bytes in a page of memory, as nearly everywhere; where pages are larger, more is let pass.
const PAGE: u64 = 4096;

/// A process and what it holds that it shares with no file and no other process, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Holding {
    pub(super) pid: Pid,
    pub(super) bytes: u64,
}

/// The processes of a group.
pub(super) fn of_group(group: Pid) -> Vec<Holding> {
    let pids = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = pids.filter_map(|entry| Pid::from_raw(entry.file_name().to_str()?.parse().ok()?));
    pids.filter(|pid| group_of(*pid) == Some(group)).filter_map(holding).collect()
}

fn group_of(pid: Pid) -> Option<Pid> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before may hold anything, spaces and parentheses too: `12 (a b) S 1 12 …`.
    let (_, after) = stat.rsplit_once(')')?;
    Pid::from_raw(after.split_whitespace().nth(2)?.parse().ok()?)
}

fn holding(pid: Pid) -> Option<Holding> {
    let statm = fs::read_to_string(format!("/proc/{pid}/statm")).ok()?;
    let pages: Vec<u64> = statm.split_whitespace().take(3).filter_map(|n| n.parse().ok()).collect();
    let (resident, shared) = (pages.get(1)?, pages.get(2)?);
    Some(Holding { pid, bytes: resident.saturating_sub(*shared) * PAGE })
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::CommandExt as _;
    use std::process::{Command, Stdio};

    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn what_a_process_holds_is_seen_by_its_group() {
        let script = "x=$(head -c 8000000 /dev/zero | tr '\\0' x); echo; read line";
        let mut shell = Command::new("sh")
            .args(["-c", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .process_group(0)
            .spawn()
            .unwrap();
        std::io::Read::read_exact(shell.stdout.as_mut().unwrap(), &mut [0]).unwrap();
        let group = Pid::from_child(&shell);
        let seen = of_group(group);
        shell.kill().unwrap();
        shell.wait().unwrap();
        let held = seen.iter().find(|one| one.pid == group).unwrap().bytes;
        assert!((8_000_000..100_000_000).contains(&held), "{held}");
    }
}
