//! What is left of a browser: nothing, however it or fineprint ends.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::{CHROMIUM, TEXT, body, fetcher, settings, tell};
use crate::fetch::source;
use crate::web::{Answer, Web};

/// The processes that work in a folder below this one, browser first.
fn processes(folder: &Path) -> Vec<u32> {
    let argument = format!("--user-data-dir={}", folder.display());
    let mut found: Vec<u32> = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| {
            let pid = entry.ok()?.file_name().to_str()?.parse().ok()?;
            let command =
                String::from_utf8_lossy(&fs::read(format!("/proc/{pid}/cmdline")).ok()?).into_owned();
            command.contains(&argument).then_some(pid)
        })
        .collect();
    found.sort();
    found
}

/// Waits until something is so: the kernel takes its time over processes.
fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(20), "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn is_empty(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().next().is_none()
}

async fn site() -> Web {
    let web = Web::start().await;
    web.serve("/terms", Answer::page(format!("<p>{TEXT}")));
    web.serve("/stalled", Answer::default().then_stall());
    web
}

#[test]
fn a_browser_that_dies_is_replaced_and_an_idle_one_closed() {
    tell(async {
        let (web, folder) = (site().await, tempfile::tempdir().unwrap());
        let mut settings = settings(folder.path());
        settings.idle = Duration::from_secs(3600);
        let fetcher_of = |idle| fetcher(fineprint::fetch::browser::Settings { idle, ..settings.clone() });
        let fetcher = fetcher_of(Duration::from_secs(3600));
        assert!(processes(folder.path()).is_empty(), "started before it was needed");
        fetcher.render(&source(web.url("/terms"))).await.unwrap();
        let first = processes(folder.path());
        kill(first[0]);
        let page = fetcher.render(&source(web.url("/terms"))).await.unwrap();
        assert!(body(&page).contains(TEXT));
        assert!(processes(folder.path()).iter().all(|pid| !first.contains(pid)));
        drop(fetcher);
        until("gone with its fetcher", || processes(folder.path()).is_empty() && is_empty(folder.path()));

        let hurried = fetcher_of(Duration::ZERO);
        hurried.render(&source(web.url("/terms"))).await.unwrap();
        while !is_empty(folder.path()) {
            tokio::task::yield_now().await;
        }
        until("closed when idle", || processes(folder.path()).is_empty());
    });
}

#[test]
fn a_browser_that_dies_under_a_page_fails_that_look_only_when_it_dies_again() {
    tell(async {
        let (web, folder) = (site().await, tempfile::tempdir().unwrap());
        let fetcher = fetcher(settings(folder.path()));
        let url = web.url("/stalled");
        let page = {
            let fetcher = fetcher.clone();
            tokio::spawn(async move { fetcher.render(&source(url)).await })
        };
        for asked in 1..=2 {
            while web.requests_for("/stalled").len() < asked {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            kill(processes(folder.path())[0]);
        }
        let error = page.await.unwrap().unwrap_err().to_string();
        assert!(error.contains("the browser ended or hung while it showed the page"), "{error}");
    });
}

fn kill(pid: u32) {
    assert!(Command::new("kill").args(["-KILL", &pid.to_string()]).status().unwrap().success());
}

/// A folder in which the binary watches one page by a browser, in a folder for temporary files of its own.
fn watched(web: &Web, path: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("tmp")).unwrap();
    let toml = format!(
        "[fetch]\nallow_private = ['127.0.0.0/8']\n[store]\npath = 'fineprint.db'\n[[source]]\nservice = 'Acme'\n\
         terms = 'Terms'\nurl = '{}'\nbrowser = true\n",
        web.url(path)
    );
    fs::write(folder.path().join("sources.toml"), toml).unwrap();
    folder
}

fn fineprint(folder: &Path, command: &str) -> Command {
    let mut fineprint = Command::new(env!("CARGO_BIN_EXE_fineprint"));
    fineprint.arg(command).current_dir(folder).env("TMPDIR", folder.join("tmp"));
    fineprint.env("FINEPRINT_CHROMIUM", CHROMIUM.as_deref().unwrap());
    fineprint.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    fineprint
}

#[test]
fn nothing_is_left_when_a_command_ends_and_the_next_start_sweeps_up_after_one_that_was_killed() {
    tell(async {
        let web = site().await;
        let place = watched(&web, "/stalled");
        let tmp = place.path().join("tmp");
        let mut daemon = fineprint(place.path(), "watch").spawn().unwrap();
        while web.requests_for("/stalled").is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert!(!processes(&tmp).is_empty());
        daemon.kill().unwrap();
        daemon.wait().unwrap();
        until("gone with the daemon that was killed", || processes(&tmp).is_empty());
        assert!(!is_empty(&tmp), "a killed process clears nothing away");

        web.serve("/stalled", Answer::page(format!("<p>{TEXT}")));
        let checked = fineprint(place.path(), "check").output().unwrap();
        assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
        assert!(processes(&tmp).is_empty() && is_empty(&tmp));
    });
}
