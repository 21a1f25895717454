//! What an archive of years costs to ask: `cargo bench --bench years`, and for five years of hourly looks at 200 sources
//! (8.8 million, some 20 minutes, 1.5 GB with its copy) `cargo bench --bench years -- 43800 /somewhere/years`.
//!
//! The archive is made through [`Store::record`], chain and all, and asked by the program itself: what is measured is
//! what somebody waits for who types the command. A folder that is named is kept, and its archive used again.

#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

mod history;
mod site;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fineprint::config::Config;
use site::Site;

/// How many sources there are.
const SOURCES: usize = 200;
/// How many hours, where none are given: enough to see that the benchmark still runs.
const HOURS: i64 = 100;
/// Each command is run so often, and the median is told.
const RUNS: usize = 7;

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with('-'));
    let hours = arguments.next().map_or(HOURS, |hours| hours.parse().expect("a number of hours"));
    let temporary = tempfile::tempdir().expect("a folder");
    let folder = arguments.next().map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    let (long, fresh) = (folder.join("long"), folder.join("fresh"));
    let site = Site::open();
    for (folder, hours) in [(&long, hours), (&fresh, 1)] {
        std::fs::create_dir_all(folder).expect("a folder that can be written");
        std::fs::write(folder.join("sources.toml"), site.sources(SOURCES)).expect("room");
        if !folder.join("fineprint.db").exists() {
            made(folder, hours);
        }
    }
    let size = std::fs::metadata(long.join("fineprint.db")).expect("an archive").len();
    let looks = SOURCES as f64 * hours as f64;
    println!("{looks} looks: {:.1} MB, {:.0} bytes a look", size as f64 / 1e6, size as f64 / looks);
    println!("{:<40} {:>10} {:>10}", format!("median of {RUNS}"), "years", "one hour");
    let compared = |line: &str, runs: usize| {
        // An archive of an hour has nothing to show of 2024.
        let (long, fresh) = (measured(&long, line, runs, &[0]), measured(&fresh, line, runs, &[0, 2]));
        println!("{line:<40} {:>7.1} ms {:>7.1} ms", long.as_secs_f64() * 1e3, fresh.as_secs_f64() * 1e3);
    };
    for line in [
        "status",
        "status --format json",
        "log",
        "log --limit 20",
        "log --all --limit 20",
        "log service-7 --since 2025-01-01",
        "log --checks service-7/terms",
        "log --upcoming",
        "show service-7/terms",
        "show service-7/terms --at 2024-06-01",
        "diff service-7/terms",
        "review list",
        "notices",
        "check service-7/terms",
    ] {
        compared(line, RUNS);
    }
    println!("{:<40} {:>10} {:>10}", "once, what goes through all of it", "years", "one hour");
    // What was pruned once is not there to be pruned again.
    for line in ["verify", "backup copy.db", "export service-7/terms -o evidence", "prune --dry-run", "prune"]
    {
        compared(line, 1);
        for folder in [&long, &fresh] {
            let _ = std::fs::remove_dir_all(folder.join("evidence"));
        }
    }
}

fn made(folder: &Path, hours: i64) {
    let begun = Instant::now();
    let config = Config::load(&folder.join("sources.toml"), &|_| None).expect("a configuration");
    history::write(&folder.join("fineprint.db"), &config.sources, hours);
    println!("{}: {SOURCES} sources, {hours} hours, made in {:.1?}", folder.display(), begun.elapsed());
}

/// How long a command takes: the median of so many runs.
fn measured(folder: &Path, line: &str, runs: usize, codes: &[i32]) -> Duration {
    let run = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fineprint"));
        command.args(line.split(' ')).current_dir(folder).stdout(Stdio::null()).stderr(Stdio::null());
        let begun = Instant::now();
        let status = command.status().expect("the program runs");
        assert!(status.code().is_some_and(|code| codes.contains(&code)), "{line}: {status}");
        begun.elapsed()
    };
    let mut took: Vec<Duration> = (0..runs).map(|_| run()).collect();
    took.sort();
    took[runs / 2]
}
