//! Programs of the operator's own: bounded, without a shell, and killed with their children.

use std::time::{Duration, Instant};

use fineprint::channel::Error;
use insta::assert_snapshot;

use super::local::Place;
use super::{at, built, changed, reworded};

/// What comes of a program that a shell stands for here, since it can do anything.
async fn told(place: &Place, script: &str, more: &str) -> String {
    let toml = format!("[channels.x.command]\nprogram = 'sh'\nargs = ['-c', '''{script}''']\n{more}");
    let channel = built(&place.folder.path().join("sources.toml"), &toml);
    match channel.send(&changed(&[reworded()]), at()).await {
        Ok(receipt) => format!("delivered: {}", receipt.0),
        Err(Error::Retry { why, .. }) => format!("again: {why}"),
        Err(error) => format!("for good: {error}"),
    }
}

#[tokio::test]
async fn how_a_program_ends_says_what_becomes_of_the_notice() {
    let place = Place::new().await;
    let secret = "env = { TOKEN = 't0ken-s3cret' }";
    let mut said = Vec::new();
    for script in [
        "cat > /dev/null",
        "exit 0",
        "echo; echo ticket 4711 opened; echo and more",
        "echo no such ticket >&2; exit 65",
        "echo 'first'; echo \"the token is $TOKEN\" >&2; exit 1",
        "echo on stdout; exit 75",
        "kill -9 $$",
        "printf \"\\033[31mred\" >&2; exit 3",
        "sleep 60 & exit 0",
        "yes | head -c 5000000; yes no | head -c 5000000 >&2; exit 4",
    ] {
        said.push(format!("{script}: {}", told(&place, script, secret).await));
    }
    assert_snapshot!(said.join("\n"), @r#"
    cat > /dev/null: delivered: sh took it
    exit 0: delivered: sh took it
    echo; echo ticket 4711 opened; echo and more: delivered: sh: ticket 4711 opened
    echo no such ticket >&2; exit 65: for good: sh: ended with code 65: no such ticket
    echo 'first'; echo "the token is $TOKEN" >&2; exit 1: again: sh: ended with code 1: the token is ***
    echo on stdout; exit 75: again: sh: ended with code 75: on stdout
    kill -9 $$: again: sh: was killed by signal 9
    printf "\033[31mred" >&2; exit 3: again: sh: ended with code 3: ␛[31mred
    sleep 60 & exit 0: delivered: sh took it
    yes | head -c 5000000; yes no | head -c 5000000 >&2; exit 4: again: sh: ended with code 4: n
    "#);
    let toml = "[channels.x.command]\nprogram = './missing'";
    let channel = built(&place.folder.path().join("sources.toml"), toml);
    let Err(Error::Retry { why, .. }) = channel.send(&changed(&[]), at()).await else { panic!("started") };
    assert_snapshot!(why, @"missing: can't be started: No such file or directory (os error 2)");
}

#[tokio::test]
async fn a_program_that_does_not_end_is_killed_with_its_children() {
    let place = Place::new().await;
    let pids = place.folder.path().join("pids");
    let script = format!("trap \"\" TERM; sleep 600 & echo $$ $! > {}; yes", pids.display());
    let started = Instant::now();
    assert_snapshot!(told(&place, &script, "timeout = '1s'").await, @"again: sh: not done within 1s: killed, with all that it started");
    assert!(started.elapsed() < Duration::from_secs(5));
    let pids = std::fs::read_to_string(pids).unwrap();
    assert_eq!(pids.split_whitespace().count(), 2);
    for pid in pids.split_whitespace() {
        // A child whose parent is gone waits for somebody to take note of its death.
        let gone = || match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
            Ok(stat) => stat.contains(") Z "),
            Err(_) => true,
        };
        while !gone() && started.elapsed() < Duration::from_secs(20) {
            tokio::task::yield_now().await;
        }
        assert!(gone(), "{pid} lives");
    }
}

#[tokio::test]
async fn a_program_that_nobody_waits_for_any_more_is_killed_too() {
    let place = Place::new().await;
    let pid = place.folder.path().join("pid");
    let script = format!("echo $$ > {0}.new; mv {0}.new {0}; sleep 600", pid.display());
    let toml = format!("[channels.x.command]\nprogram = 'sh'\nargs = ['-c', '''{script}''']");
    let channel = built(&place.folder.path().join("sources.toml"), &toml);
    let notice = changed(&[]);
    let mut sending = channel.send(&notice, at());
    while !pid.exists() {
        tokio::select! {
            biased;
            _ = &mut sending => panic!("it ended"),
            () = tokio::task::yield_now() => {}
        }
    }
    drop(sending);
    let pid = std::fs::read_to_string(pid).unwrap();
    let stat = format!("/proc/{}/stat", pid.trim());
    let started = Instant::now();
    let lives = || std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z "));
    while lives() && started.elapsed() < Duration::from_secs(20) {
        tokio::task::yield_now().await;
    }
    assert!(!lives());
}
